"""The codebook: themes defined by the researcher, read from ``codebook.toml``."""

import html
import re
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import regex

from topics.errors import InputError
from topics.files import open_toml, read_toml, write_toml
from topics.tables import UNASSIGNED

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_KEYS = {"name", "label", "description", "keywords", "examples", "colour"}


@dataclass(frozen=True)
class Theme:
    """A theme of the codebook, with the keywords that indicate it.

    Examples
    --------
    >>> topics.Theme("energy", "Energy", keywords=("oil", "gas pipeline")).label
    'Energy'
    """

    name: str
    label: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    """Words, phrases, or regular expressions between slashes."""
    examples: tuple[str, ...] = ()
    colour: str = ""


@dataclass(frozen=True)
class Codebook:
    """The themes of a study, in the order of ``codebook.toml``.

    Examples
    --------
    >>> codebook = topics.Codebook((topics.Theme("trade", "Trade", keywords=("tariff", "exports")),))
    >>> codebook.names
    ['trade']
    >>> codebook.labels
    {'trade': 'Trade', 'unassigned': 'Unassigned'}
    """

    themes: tuple[Theme, ...]
    title: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.themes, tuple) or not all(isinstance(theme, Theme) for theme in self.themes):
            kind = type(self.themes).__name__
            raise InputError(f"the themes of a codebook are a {kind}; expected a tuple of Theme, or Codebook.from_dict(…)")

    @classmethod
    def load(cls, path: Path | str) -> "Codebook":
        """Read ``codebook.toml``; InputError as in :func:`load`."""
        return load(path)

    @classmethod
    def from_dict(cls, themes: Mapping[str, Any]) -> "Codebook":
        """A codebook from plain data: the keywords of each theme by its name.

        Parameters
        ----------
        themes
            Name of a theme -> its keywords, or a dictionary with any of ``label description
            keywords examples colour``; or the content of a ``codebook.toml``.

        Raises
        ------
        InputError
            As for :func:`load`.

        Examples
        --------
        >>> topics.Codebook.from_dict({"energy": ["gas", "oil"], "territory": ["border"]}).names
        ['energy', 'territory']
        """
        if isinstance(themes.get("theme"), list) and all(isinstance(entry, dict) for entry in themes["theme"]):
            return from_dict(dict(themes))
        entries = []
        for name, value in themes.items():
            entry = {"keywords": [value]} if isinstance(value, str) else value
            entry = dict(entry) if isinstance(entry, Mapping) else {"keywords": list(entry)}
            entries.append({"name": name, **entry})
        return from_dict({"theme": entries})

    @property
    def names(self) -> list[str]:
        """The name of each theme, which identifies it in tables."""
        return [theme.name for theme in self.themes]

    @property
    def labels(self) -> dict[str, str]:
        """The label of each theme by name, as shown in figures, with "Unassigned" last."""
        return {theme.name: theme.label for theme in self.themes} | {UNASSIGNED: "Unassigned"}

    def _repr_html_(self) -> str:
        left = 'style="text-align:left"'
        rows = ""
        for theme in self.themes:
            keywords = ", ".join(theme.keywords[:8]) + (" …" if len(theme.keywords) > 8 else "")
            rows += f"<tr><td><b>{html.escape(theme.label)}</b></td><td {left}>{html.escape(theme.description)}</td>"
            rows += f"<td {left}>{html.escape(keywords)}</td></tr>"
        return (
            f"<p><b>Codebook</b> {html.escape(self.title)}: {len(self.themes)} themes</p>"
            f"<table><tr><th>theme</th><th {left}>description</th><th {left}>keywords</th></tr>{rows}</table>"
        )


def load(path: Path | str, *, may_be_empty: bool = False) -> Codebook:
    """Read ``codebook.toml``; with ``may_be_empty``, one that is missing or has no themes yet counts as empty.

    Raises
    ------
    InputError
        If the file is missing or not TOML, or a theme has no name, the name of another
        theme, or neither keywords nor description nor examples.
    """
    path = Path(path)
    if may_be_empty and not path.exists():
        return Codebook(())
    data = read_toml(path)
    return Codebook(()) if may_be_empty and "theme" not in data else from_dict(data, path.name)


def add_keyword(path: Path, theme: str, keyword: str) -> None:
    """Add a keyword to a theme in ``codebook.toml``; comments and layout are preserved.

    Raises
    ------
    InputError
        If there is no such theme, it has the keyword already, or the keyword is invalid.
    """
    themes = {entry.name: entry for entry in load(path).themes}
    keyword = " ".join(keyword.split())
    if theme not in themes:
        raise InputError(f"no theme {theme!r} in the codebook; expected one of {', '.join(themes)}")
    if keyword.casefold() in map(str.casefold, themes[theme].keywords):
        raise InputError(f"{themes[theme].label} already has the keyword {keyword!r}")
    _check_keyword(keyword, path.name)
    # The document, unlike the parsed themes, preserves comments and layout.
    document = open_toml(path)
    entry = next(entry for entry in document["theme"] if entry["name"].strip() == theme)
    entry.setdefault("keywords", []).append(keyword)
    write_toml(path, document)


def from_dict(data: dict[str, Any], where: str = "codebook") -> Codebook:
    """A codebook from plain data: ``{"title": …, "theme": [{"name": …, "keywords": […]}]}``."""
    entries = data.get("theme")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{where} has no [[theme]]; expected at least one, with name and keywords")
    themes = [_theme(entry, f"{where}: theme {number}") for number, entry in enumerate(entries, start=1)]
    # Coding sheets have one column per theme and ignore case, so names must differ by more.
    names = [theme.name.casefold() for theme in themes]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: theme name {name!r} occurs {names.count(name)} times; expected unique names")
    return Codebook(tuple(themes), str(data.get("title", "")))


def to_dict(codebook: Codebook) -> dict[str, Any]:
    """A codebook as plain data, as in ``run.json``; the inverse of :func:`from_dict`."""
    plain = asdict(codebook)
    for theme in plain["themes"]:
        theme |= {"keywords": list(theme["keywords"]), "examples": list(theme["examples"])}
    return {"title": codebook.title, "theme": list(plain["themes"])}


def pattern(keyword: str) -> regex.Pattern[str] | None:
    """The regular expression of a keyword between slashes, as in ``/pipelines?/``; None for words and phrases."""
    if len(keyword) > 2 and keyword.startswith("/") and keyword.endswith("/"):
        return regex.compile(keyword[1:-1], regex.IGNORECASE)
    return None


def _check_keyword(keyword: str, where: str) -> None:
    try:
        # Python warns about expressions whose meaning will change in a future version.
        with warnings.catch_warnings(action="error"):
            regular = pattern(keyword)
    except (regex.error, OverflowError, RecursionError, Warning) as error:
        raise InputError(
            f"{where}: keyword {keyword!r} is not a regular expression ({error}); correct it, or remove the slashes"
        ) from None
    if regular is None and not any(character.isalnum() for character in keyword):
        raise InputError(f"{where}: keyword {keyword!r} has no letter or digit; expected words or /a regular expression/")


def _theme(entry: dict[str, Any], where: str) -> Theme:
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]!r}; known keys: {', '.join(sorted(_KEYS))}")
    name = entry.get("name")
    if not isinstance(name, str) or not name.strip():
        raise InputError(f'{where} has no name; expected name = "…"')
    name = name.strip()
    if name.casefold() == UNASSIGNED:
        raise InputError(f"{where}: the name {UNASSIGNED!r} is reserved for text without a theme; choose another")
    for key in ("label", "description", "colour"):
        if not isinstance(entry.get(key, ""), str):
            raise InputError(f"{where} ({name}): {key} is {entry[key]!r}; expected a string")
    lists = {}
    for key in ("keywords", "examples"):
        values = entry.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise InputError(f"{where} ({name}): {key} is {values!r}; expected a list of strings")
        lists[key] = tuple(value.strip() for value in values if value.strip())
    for keyword in lists["keywords"]:
        _check_keyword(keyword, f"{where} ({name})")
    colour = entry.get("colour", "")
    if colour and not _COLOUR.fullmatch(colour):
        raise InputError(f'{where} ({name}): colour is {colour!r}; expected six hex digits, as in "#0072b2"')
    if not lists["keywords"] and not lists["examples"] and not entry.get("description", "").strip():
        raise InputError(f"{where} ({name}) has no keywords, description or examples; give at least one")
    return Theme(name, entry.get("label") or name, entry.get("description", ""), colour=colour, **lists)
