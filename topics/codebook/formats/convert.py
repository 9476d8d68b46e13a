"""Categories of a dictionary -> themes, entries -> keywords; what is lost is counted and named."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from topics.codebook.formats.registry import Category, Dictionary
from topics.codebook.keywords import describe_problem, is_expression, listed, normalise, repeated_note, unique_keywords
from topics.codebook.model import Codebook, Theme
from topics.errors import InputError
from topics.format import count
from topics.tables import UNASSIGNED

MAX_DEPTH = 20
_LONG = 7
"""Letters of a word that, in capitals, is hardly an acronym."""
_LOOKS_LIKE_EXPRESSION = re.compile(r"[|\\^]|\.[*+?]|\[.*\]|\w\$$|\)[*+?]")
_JOINED = re.compile(r"(?<=[^\W_])_+(?=[^\W_])")
_SHOWN = 5


@dataclass(frozen=True)
class _Leaf:
    """A category that becomes a theme."""

    path: tuple[str, ...]
    category: Category
    entries: list[str]
    translations: dict[str, list[str]]


@dataclass
class _Entries:
    """Turns entries into keywords, and keeps account of those that are lost."""

    wildcards: str
    are_expressions: bool
    unusable: list[tuple[str, str]]
    """Entry and reason."""

    def keywords(self, entries: Iterable[str]) -> list[str]:
        found = []
        for entry in filter(None, map(normalise, entries)):
            keyword = self._keyword(entry)
            problem = describe_problem(keyword)
            if not is_expression(keyword) and _LOOKS_LIKE_EXPRESSION.search(keyword):
                problem = "looks like a regular expression, and is not between slashes"
            if problem:
                self.unusable.append((entry, problem))
            else:
                found.append(keyword)
        return found

    def _keyword(self, entry: str) -> str:
        if is_expression(entry):
            return entry
        if self.are_expressions:
            return f"/{entry}/"
        # other tools join the words of a phrase with underscores
        words = _JOINED.sub(" ", re.sub(r"\*{2,}", "*", entry)).split()
        return wildcards_as_expression(" ".join(words), self.wildcards)


def wildcards_as_expression(entry: str, wildcards: str = "*?") -> str:
    r"""An entry with wildcards as a keyword: ``*`` within a word stays.

    One with ``?``, or with ``*`` for a whole word, becomes a regular expression with the same meaning.

    >>> from topics.codebook.formats.convert import wildcards_as_expression
    >>> wildcards_as_expression("gas pipe*"), wildcards_as_expression("*phobi? act")
    ('gas pipe*', '/(?<!\\w)\\w*phobi\\w\\s+act(?!\\w)/')
    """
    words = entry.split()
    has_question_mark = "?" in wildcards and "?" in entry
    # one that stands for nearly any word is refused as it is
    if (not has_question_mark and "*" not in words) or ("*" in entry and sum(map(str.isalnum, entry)) < 2):
        return entry
    letters = {"*": r"\w*", "?": r"\w"}
    parts = [
        r"\w+" if word == "*" else "".join(letters[char] if char in wildcards else re.escape(char) for char in word)
        for word in words
    ]
    phrase = r"\s+".join(parts)
    return rf"/(?<!\w){phrase}(?!\w)/"


def to_codebook(dictionary: Dictionary, where: str, source: str = "") -> Codebook:
    """The themes of a dictionary: its innermost categories, and the entries of outer ones that stand in none of these.

    Raises
    ------
    InputError
        If there is no category with a usable entry.
    """
    title, categories = _without_root(dictionary)
    leaves = [leaf for category in categories for leaf in _leaves(category, (), where)]
    names = _names(leaves)
    entries = _Entries(dictionary.wildcards, dictionary.are_expressions, list(dictionary.unusable))
    themes: dict[str, Theme] = {}
    empty, merged = [], []
    for (name, label), leaf in zip(names, leaves, strict=True):
        theme = Theme(
            name,
            label,
            leaf.category.description.strip(),
            tuple(entries.keywords(leaf.entries)),
            translations={language: tuple(entries.keywords(words)) for language, words in leaf.translations.items()},
        )
        if not theme.keywords and not any(theme.translations.values()) and not theme.description:
            empty.append(name)
        elif name.casefold() in themes:
            merged.append(name)
            themes[name.casefold()] = _merge(themes[name.casefold()], theme)
        else:
            themes[name.casefold()] = theme
    if not any(theme.keyword_list for theme in themes.values()):
        lost = f" ({_named(entries.unusable)})" if entries.unusable else ""
        raise InputError(f"{where} has no category with usable entries{lost}; expected keywords by theme")
    found, changes = _tidy(list(themes.values()))
    notes = [*dictionary.notes]
    if any(category.children for category in categories):
        notes.append("categories are nested; the innermost became themes, as did entries that only an outer one has")
    by_path = [name for (name, _), leaf in zip(names, leaves, strict=True) if name != leaf.path[-1] and len(leaf.path) > 1]
    if by_path:
        notes.append(f"{count(len(by_path), 'theme')} named by path, as the names occur more than once ({listed(by_path)})")
    if entries.unusable:
        notes.append(f"{len(entries.unusable)} of the entries cannot be used: {_named(entries.unusable)}")
    if empty:
        notes.append(f"{len(empty)} of the categories left out, as they have no usable entries ({listed(empty)})")
    if merged:
        notes.append(f"themes with the same name, apart from case, were merged ({listed(dict.fromkeys(merged))})")
    return Codebook(tuple(found), title, source, tuple(f"{where}: {note}" for note in [*notes, *changes]))


def _without_root(dictionary: Dictionary) -> tuple[str, list[Category]]:
    """The title, and the categories; one category around all others is the title."""
    title, categories = dictionary.title, dictionary.categories
    if len(categories) == 1 and categories[0].children and not categories[0].entries:
        return title or normalise(categories[0].name), categories[0].children
    return title, categories


def _leaves(category: Category, outer: tuple[str, ...], where: str) -> Iterator[_Leaf]:
    path = (*outer, _clean_name(category.name))
    if len(path) > MAX_DEPTH:
        raise InputError(f"{where}: categories are nested more than {MAX_DEPTH} deep; expected a dictionary of themes")
    inner = [leaf for child in category.children for leaf in _leaves(child, path, where)]
    known = {normalise(entry).casefold() for leaf in inner for entry in leaf.entries}
    own = [entry for entry in category.entries if normalise(entry).casefold() not in known] if inner else category.entries
    if own or not inner:
        yield _Leaf(path, category, own, category.translations)
    yield from inner


def _clean_name(name: str) -> str:
    """A name on one line; a ``|`` would part themes in tables of codes."""
    printable = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in name)
    cleaned = " ".join(normalise(printable).replace("|", "/").split()) or "unnamed"
    return f"{cleaned} (category)" if cleaned.casefold() == UNASSIGNED else cleaned


def _names(leaves: list[_Leaf]) -> list[tuple[str, str]]:
    """Name and label of each theme: those of its category, or its path where several have the same name."""
    times = Counter(leaf.path[-1].casefold() for leaf in leaves)
    names = []
    for leaf in leaves:
        label = normalise(leaf.category.label) or leaf.path[-1]
        if times[leaf.path[-1].casefold()] > 1 and len(leaf.path) > 1:
            names.append((".".join(leaf.path), ": ".join([*leaf.path[:-1], label])))
        else:
            names.append((leaf.path[-1], label))
    return names


def _merge(one: Theme, other: Theme) -> Theme:
    languages = dict.fromkeys([*one.translations, *other.translations])
    both = {key: (*one.translations.get(key, ()), *other.translations.get(key, ())) for key in languages}
    keywords = one.keywords + other.keywords
    return replace(one, description=one.description or other.description, keywords=keywords, translations=both)


def _tidy(themes: list[Theme]) -> tuple[list[Theme], list[str]]:
    """The themes with each keyword once, and not in capitals where the whole dictionary is; and notes of both."""
    notes = []
    every = [word for theme in themes for words in (theme.keywords, *theme.translations.values()) for word in words]
    long = [word for word in every if not is_expression(word) and sum(map(str.isalpha, word)) >= _LONG]
    if 2 * sum(map(str.isupper, long)) > len(long):
        n = sum(word.isupper() and not is_expression(word) for word in every)
        notes.append(f"{n} keywords in capitals were changed to small letters, since most of the file is in capitals")
        themes = [_map_keywords(theme, lambda words: tuple(map(_in_small_letters, words))) for theme in themes]
    repeated: list[str] = []

    def once(words: tuple[str, ...]) -> tuple[str, ...]:
        kept, removed = unique_keywords(words)
        repeated.extend(removed)
        return kept

    themes = [_map_keywords(theme, once) for theme in themes]
    if repeated:
        notes.append(repeated_note(repeated))
    return themes, notes


def _map_keywords(theme: Theme, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Theme:
    translations = {language: change(words) for language, words in theme.translations.items()}
    return replace(theme, keywords=change(theme.keywords), translations=translations)


def _in_small_letters(keyword: str) -> str:
    return keyword.lower() if keyword.isupper() and not is_expression(keyword) else keyword


def _named(unusable: list[tuple[str, str]]) -> str:
    """The first unusable entries, each with its reason in brief: "':)' (has no letter or digit)"."""
    shown = [f"{entry!r} ({re.split('[;,:(]', reason)[0].strip()})" for entry, reason in unusable[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(unusable) - _SHOWN} more" if len(unusable) > _SHOWN else "")
