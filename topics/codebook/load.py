"""A file of any format -> a codebook."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from topics.codebook.model import Codebook, Theme, from_dict, to_dict
from topics.errors import InputError
from topics.files import read_toml


def load(path: Path | str, *, may_be_empty: bool = False) -> Codebook:
    """Read ``codebook.toml``, or a dictionary of another tool (:mod:`topics.codebook.formats`).

    Parameters
    ----------
    path
        ``.toml``; or YAML (quanteda), ``.dic .dicx`` (LIWC), ``.lc3 .lcd`` (Lexicoder), ``.ykd``
        (Yoshikoder), ``.cat`` (WordStat), JSON, CSV or a workbook, recognised by content or suffix.
        The innermost categories of other tools become themes; ``notes`` of the codebook says what
        could not be used.
    may_be_empty
        Whether a file that is missing or has no themes yet counts as empty.

    Raises
    ------
    InputError
        If the file is missing or in no such format; or if a theme in TOML has no name, the name of another
        theme, or neither keywords nor description nor examples, or a keyword cannot be used.
    """
    path = Path(path)
    if may_be_empty and not path.exists():
        return Codebook(())
    if path.suffix.lower() == ".toml":
        data = read_toml(path)
        return Codebook(()) if may_be_empty and "theme" not in data else from_dict(data, path.name)
    from topics.codebook.formats import read_dictionary

    return read_dictionary(path)


def as_codebook(given: Any) -> Codebook:
    """A codebook from a file, a dictionary (:meth:`Codebook.from_dict`), a list of themes, or a codebook.

    Raises
    ------
    InputError
        If it is something else, or cannot be used.
    """
    if isinstance(given, Codebook):
        return given
    if isinstance(given, Mapping):
        return Codebook.from_dict(given)
    if isinstance(given, list | tuple) and given and all(isinstance(theme, Theme) for theme in given):
        return from_dict(to_dict(Codebook(tuple(given))))
    if isinstance(given, Path) or (isinstance(given, str) and "\n" not in given):
        return load(given)
    found = "a text of several lines" if isinstance(given, str) else f"a {type(given).__name__}"
    raise InputError(
        f'the codebook is {found}; expected a file, a Codebook, or a dictionary of keywords by theme: {{"energy": ["gas"]}}'
    )
