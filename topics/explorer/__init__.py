"""The explorer: a JupyterLab widget for reading and correcting a run, article by article.

``widget.py`` has the state and the actions, which are also available in Python, ``run_view.py`` the data sent to the
page, ``explorer.js`` and ``explorer.css`` the page itself.
"""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from topics.errors import InputError
from topics.runs import Run, Study

if TYPE_CHECKING:
    from topics.explorer.widget import Explorer

__all__ = ["explore"]


def explore(run: Run | Path | str, study: Study | Path | str | None = None) -> "Explorer":
    """Open a run in the notebook to read it, correct it and run it again.

    Parameters
    ----------
    run
        The run, or its folder.
    study
        The study to which corrections are written, or its folder; by default the study whose folder
        contains the run. Without a study, the explorer is read-only.

    Returns
    -------
    Explorer
        A widget; every action by mouse or keyboard is also available in Python.

    Raises
    ------
    InputError
        If anywidget is not installed, or the run or the study does not exist.

    Examples
    --------
    In a notebook, after a run of the sample study:

    >>> import topics
    >>> explorer = topics.explore("data/russia-china/run")  # doctest: +SKIP
    >>> explorer.theme = "energy"  # doctest: +SKIP
    >>> explorer  # doctest: +SKIP
    """
    # anywidget is an optional dependency, needed only here
    if importlib.util.find_spec("anywidget") is None:
        raise InputError("explore needs anywidget, which is not installed; run pip install 'article-topics[jupyter]'")
    from topics.explorer.widget import Explorer

    return Explorer(
        run if isinstance(run, Run) else Run(run),
        study if study is None or isinstance(study, Study) else Study.load(study),
    )
