"""The codebook and its themes, from and to plain data."""

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from topics.codebook.keywords import (
    check_keyword,
    is_expression,
    listed,
    normalise,
    repeated_note,
    unique_keywords,
)
from topics.errors import InputError
from topics.format import count
from topics.tables import UNASSIGNED

EVERY_LANGUAGE = "*"
"""The key of the keywords that hold in every language."""
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SHOWN = 8
"""Keywords that a theme shows."""
_KEYS = {"name", "label", "description", "keywords", "examples", "colour"}


@dataclass(frozen=True)
class Theme:
    """A theme of the codebook, with the keywords that indicate it.

    Examples
    --------
    >>> topics.Theme("energy", keywords=["oil", "gas pipeline"])
    Theme('energy', 2 keywords: oil, gas pipeline)
    """

    name: str
    label: str = ""
    """What figures show; by default the name."""
    description: str = ""
    keywords: tuple[str, ...] = ()
    """Words, phrases, beginnings of words (``energ*``) or regular expressions between slashes, for every language."""
    examples: tuple[str, ...] = ()
    colour: str = ""
    translations: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Further keywords, each list for texts in one language: ISO 639-1 code -> keywords."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise InputError(f"the name of a theme is {self.name!r}; expected a string")
        object.__setattr__(self, "label", self.label or self.name)
        for part in ("keywords", "examples"):
            object.__setattr__(self, part, tuple(_strings(getattr(self, part), f"theme {self.name!r}: {part}")))

    def __repr__(self) -> str:
        label = f", {self.label!r}" if self.label != self.name else ""
        return f"Theme({self.name!r}{label}, {self._summary})"

    @property
    def _summary(self) -> str:
        words = [*self.keywords, *(word for own in self.translations.values() for word in own)]
        shown = ", ".join(words[:_SHOWN]) + (", …" if len(words) > _SHOWN else "")
        return count(len(words), "keyword") + (f": {shown}" if shown else "")

    def _repr_html_(self) -> str:
        description = f"<br>{html.escape(self.description)}" if self.description else ""
        return f"<p><b>Theme</b> {html.escape(self.label)}{description}<br>{html.escape(self._summary)}</p>"

    def keywords_in(self, *languages: str) -> tuple[str, ...]:
        """The keywords for texts in these languages: those for every language, and those of each."""
        own = [keyword for language in languages for keyword in self.translations.get(language, ())]
        return unique_keywords([*self.keywords, *own])[0] if own else self.keywords

    @property
    def keyword_list(self) -> str:
        """All keywords in one line: ``NATO; de: Gas; en: gas, power``."""
        own = [f"{language}: {', '.join(words)}" for language, words in self.translations.items() if words]
        return "; ".join([", ".join(self.keywords)] * bool(self.keywords) + own)


@dataclass(frozen=True)
class Codebook:
    """The themes of a study, in the order of the file.

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
    source: str = ""
    """The format and name of the file, if the themes are those of another tool's dictionary; its keywords were not
    written for this package, so that single ones that cannot be used are named and left out, not refused."""
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """What of the file could not be used, or was changed on reading; one line per kind. A run repeats them as warnings."""

    def __post_init__(self) -> None:
        if isinstance(self.themes, list):
            object.__setattr__(self, "themes", tuple(self.themes))
        if not isinstance(self.themes, tuple) or not all(isinstance(theme, Theme) for theme in self.themes):
            kind = type(self.themes).__name__
            raise InputError(f"the themes of a codebook are a {kind}; expected a tuple of Theme, or Codebook.from_dict(…)")

    def __repr__(self) -> str:
        title = f"{self.title!r}, " if self.title else ""
        return f"Codebook({title}{count(len(self.themes), 'theme')}: {', '.join(self.names)})"

    @classmethod
    def load(cls, path: Path | str) -> "Codebook":
        """Read ``codebook.toml``, or a dictionary of another tool; see :func:`topics.codebook.load.load`.

        Examples
        --------
        >>> topics.Codebook.load("populism.dic").save("codebook.toml")  # doctest: +SKIP
        """
        from topics.codebook.load import load

        return load(path)

    def save(self, path: Path | str) -> Path:
        """Write the codebook as a new ``codebook.toml``.

        Raises
        ------
        InputError
            If ``path`` does not end in ``.toml``, or exists.
        """
        from topics.codebook.toml import save

        return save(self, Path(path))

    @classmethod
    def from_dict(cls, themes: Mapping[str, Any]) -> "Codebook":
        """A codebook from plain data: the keywords of each theme by its name.

        Parameters
        ----------
        themes
            Name of a theme -> its keywords, or a dictionary with any of ``label description
            keywords examples colour``; or the content of a ``codebook.toml``. Keywords are a list (or tuple, set,
            Series, …), a single string, or a dictionary of lists by language:
            ``{"en": ["gas"], "de": ["Erdgas"], "*": ["LNG"]}``.

        Raises
        ------
        InputError
            If a theme has no name, that of another theme, or neither keywords nor description nor
            examples; or if a keyword cannot be used.

        Examples
        --------
        >>> topics.Codebook.from_dict({"energy": ["gas", "oil"], "territory": ["border"]}).names
        ['energy', 'territory']
        """
        if not isinstance(themes, Mapping):
            raise InputError(f"themes are a {type(themes).__name__}; expected a dictionary of keywords by theme")
        if isinstance(themes.get("theme"), list) and all(isinstance(entry, dict) for entry in themes["theme"]):
            return from_dict(dict(themes))
        if not themes:
            raise InputError('the dictionary of themes is empty; expected keywords by theme: {"energy": ["gas", "oil"]}')
        entries = []
        for name, value in themes.items():
            if not isinstance(name, str):
                raise InputError(f"the name of a theme is {name!r}; expected a string")
            entry = dict(value) if isinstance(value, Mapping) else {"keywords": value}
            if not isinstance(words := entry.get("keywords", []), Mapping):
                entry["keywords"] = _listed_keywords(words, name)
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

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that themes have keywords of their own for, sorted; empty for a codebook in one language."""
        return tuple(sorted({language for theme in self.themes for language, own in theme.translations.items() if own}))

    def for_language(self, *languages: str) -> "Codebook":
        """The codebook for texts in one language, or in several: themes with all keywords that hold there.

        A theme without keywords in these languages keeps its description and its examples; a note names it.

        Examples
        --------
        >>> themes = {"energy": {"keywords": {"en": ["gas"], "de": ["Erdgas"], "*": ["LNG"]}}}
        >>> topics.Codebook.from_dict(themes).for_language("de").themes[0].keywords
        ('LNG', 'Erdgas')
        """
        if not self.languages:
            return self
        themes = [replace(theme, keywords=theme.keywords_in(*languages), translations={}) for theme in self.themes]
        without = [
            one.label for one, theme in zip(themes, self.themes, strict=True) if theme.translations and not one.keywords
        ]
        notes = list(self.notes)
        if without:
            notes.append(
                f"codebook: {count(len(without), 'theme')} without keywords in {', '.join(languages) or 'this language'}"
                f" ({listed(without)}); add them under keywords, whose languages are {', '.join(self.languages)}"
            )
        return replace(self, themes=tuple(themes), notes=tuple(notes))

    def _repr_html_(self) -> str:
        left = 'style="text-align:left"'
        rows = ""
        for theme in self.themes:
            shown = {language: words[:_SHOWN] for language, words in theme.translations.items()}
            keywords = replace(theme, keywords=theme.keywords[:_SHOWN], translations=shown).keyword_list
            keywords += " …" if keywords != theme.keyword_list else ""
            rows += f"<tr><td><b>{html.escape(theme.label)}</b></td><td {left}>{html.escape(theme.description)}</td>"
            rows += f"<td {left}>{html.escape(keywords)}</td></tr>"
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        notes = f"<ul>{notes}</ul>" if notes else ""
        return (
            f"<p><b>Codebook</b> {html.escape(self.title)}: {len(self.themes)} themes</p>{notes}"
            f"<table><tr><th>theme</th><th {left}>description</th><th {left}>keywords</th></tr>{rows}</table>"
        )


def from_dict(data: dict[str, Any], where: str = "codebook") -> Codebook:
    """A codebook from plain data: ``{"title": …, "theme": [{"name": …, "keywords": […]}]}``."""
    entries = data.get("theme")
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise InputError(f"{where} has no [[theme]]; expected at least one, with name and keywords")
    ignored = _Ignored()
    themes = [_theme(entry, f"{where}: theme {number}", ignored) for number, entry in enumerate(entries, start=1)]
    # Coding sheets have one column per theme and ignore case, so names must differ by more.
    names = [theme.name.casefold() for theme in themes]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{where}: theme name {name!r} occurs {names.count(name)} times; expected unique names")
    title, source = (str(data.get(key, "")) for key in ("title", "source"))
    return Codebook(tuple(themes), title, source, tuple(f"{where}: {note}" for note in ignored.notes))


def to_dict(codebook: Codebook) -> dict[str, Any]:
    """A codebook as plain data, as in ``run.json``; the inverse of :func:`from_dict`."""
    source = {"source": codebook.source} if codebook.source else {}
    return {"title": codebook.title, **source, "theme": list(map(_plain, codebook.themes))}


def _plain(theme: Theme) -> dict[str, Any]:
    keywords: Any = list(theme.keywords)
    if theme.translations:
        own = {language: list(words) for language, words in theme.translations.items()}
        keywords = ({EVERY_LANGUAGE: keywords} if keywords else {}) | own
    return {
        "name": theme.name,
        "label": theme.label,
        "description": theme.description,
        "keywords": keywords,
        "examples": list(theme.examples),
        "colour": theme.colour,
    }


@dataclass
class _Ignored:
    """Keywords that were left out."""

    empty: list[str] = field(default_factory=list)
    """The theme of each empty keyword."""
    repeated: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        notes = []
        if self.empty:
            notes.append(f"{count(len(self.empty), 'empty keyword')} ignored (in {listed(dict.fromkeys(self.empty))})")
        if self.repeated:
            notes.append(repeated_note(self.repeated))
        return notes


def _theme(entry: dict[str, Any], where: str, ignored: _Ignored) -> Theme:
    """A theme from plain data."""
    unknown = sorted(map(str, set(entry) - _KEYS))
    if unknown:
        raise InputError(f"{where}: unknown key {unknown[0]!r}; known keys: {', '.join(sorted(_KEYS))}")
    name = entry.get("name")
    if not isinstance(name, str) or not normalise(name):
        raise InputError(f'{where} has no name; expected name = "…"')
    name = normalise(name)
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name):
        raise InputError(f"{where}: the name {name!r} has a line break or another control character; remove it")
    if name.casefold() == UNASSIGNED:
        raise InputError(f"{where}: the name {UNASSIGNED!r} is reserved for text without a theme; choose another")
    where = f"{where} ({name})"
    for key in ("label", "description", "colour"):
        if not isinstance(entry.get(key, ""), str):
            raise InputError(f"{where}: {key} is {entry[key]!r}; expected a string")
    keywords, translations = _keywords(entry.get("keywords", []), where, name, ignored)
    examples = tuple(value.strip() for value in _strings(entry.get("examples", []), f"{where}: examples") if value.strip())
    colour = entry.get("colour", "")
    if colour and not _COLOUR.fullmatch(colour):
        raise InputError(f'{where}: colour is {colour!r}; expected six hex digits, as in "#0072b2"')
    description = entry.get("description", "")
    if not keywords and not any(translations.values()) and not examples and not description.strip():
        raise InputError(f"{where} has no keywords, description or examples; give at least one")
    return Theme(name, entry.get("label") or name, description, keywords, examples, colour, translations)


def _keywords(value: Any, where: str, name: str, ignored: _Ignored) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """The keywords for every language, and those of single languages."""
    if not isinstance(value, Mapping):
        return _checked(_strings(value, f"{where}: keywords"), where, name, ignored), {}
    by_language: dict[str, tuple[str, ...]] = {}
    for language, words in value.items():
        key = str(language).strip().lower()
        if key != EVERY_LANGUAGE and not _LANGUAGE.fullmatch(key):
            raise InputError(f'{where}: keywords has the key {language!r}; expected languages such as "de", or "*" for all')
        if key in by_language:
            raise InputError(f"{where}: keywords has the language {key!r} twice; expected one list for each")
        by_language[key] = _checked(_strings(words, f"{where}: keywords.{key}"), f"{where}, keywords.{key}", name, ignored)
    return by_language.pop(EVERY_LANGUAGE, ()), by_language


def _listed_keywords(value: Any, name: str) -> list[Any]:
    """The keywords of a theme in a dictionary, from whatever holds them."""
    if isinstance(value, str):
        if not is_expression(value.strip()) and any(mark in value for mark in ",;\n"):
            raise InputError(
                f'theme {name!r}: keywords are the string {value!r}; expected a list of strings, or {{"description": "…"}}'
            )
        return [value]
    if isinstance(value, bytes) or not isinstance(value, Iterable):
        raise InputError(f"theme {name!r}: keywords are {value!r}; expected a list of strings")
    # a set has an order of its own in each process
    return sorted(value, key=str) if isinstance(value, set | frozenset) else list(value)


def _strings(value: Any, what: str) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{what} is {value!r}; expected a list of strings")
    return list(value)


def _checked(words: list[str], where: str, name: str, ignored: _Ignored) -> tuple[str, ...]:
    """Valid keywords, each once."""
    filled = [keyword for word in words if (keyword := normalise(word))]
    ignored.empty += [name] * (len(words) - len(filled))
    for keyword in filled:
        check_keyword(keyword, where)
    keywords, repeated = unique_keywords(filled)
    ignored.repeated += repeated
    return keywords
