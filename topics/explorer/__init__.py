"""The explorer: a run to read and to correct in JupyterLab, article by article and paragraph by paragraph.

``widget.py`` has the state and what a reader may do (in Python, too), ``run_view.py`` the data that are sent to the page,
``explorer.js`` and ``explorer.css`` the page itself, and ``static_picture.py`` what stands in its place without a kernel.
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
    """Open a run in the notebook: read it, correct it, run it again.

    Parameters
    ----------
    run
        The run, or its folder.
    study
        The study that corrections are written into, or its folder; by default the one whose folder the
        run lies in. Where there is none, the run can be read alone.

    Returns
    -------
    Explorer
        A widget; all that it does by mouse and keyboard it does in Python, too.

    Raises
    ------
    InputError
        If anywidget is not installed, or there is no such run or study.

    Examples
    --------
    >>> topics.explore(run)  # doctest: +SKIP
    """
    # anywidget is an extra: only those who open an explorer need it
    if importlib.util.find_spec("anywidget") is None:
        raise InputError("explore needs anywidget, which is not installed; try pip install 'article-topics[jupyter]'")
    from topics.explorer.widget import Explorer

    return Explorer(
        run if isinstance(run, Run) else Run(run),
        study if study is None or isinstance(study, Study) else Study.load(study),
    )
