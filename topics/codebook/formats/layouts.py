"""The layouts of tables of keywords.

- a row per keyword, with columns such as ``theme`` and ``keyword``, and perhaps ``language``;
- a row per word, and marks in a column per theme (``.dicx`` of LIWC-22);
- a column per theme, with its keywords below.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from topics.codebook.formats.registry import Category, Dictionary
from topics.codebook.keywords import is_expression, listed
from topics.errors import InputError

_THEME = (
    "theme category topic code class label construct dimension concept key sentiment dictionary group name"
    " thema kategorie thème theme_name topic_name catégorie tema categoría categoria"
).split()
"""Usual names of the column of themes, the likeliest first."""
_KEYWORD = (
    "keyword keywords term terms pattern patterns word words phrase phrases entry seed seeds seedword seedwords"
    " token feature ngram dicterm schlagwort stichwort wort begriff suchbegriff mot terme palabra término"
).split()
_LANGUAGE = ("language", "lang", "language_code", "sprache", "langue", "idioma")
_LANGUAGE_CODE = re.compile("[a-z]{2,3}")
_MARKS = {"x", "1", "1.0", "yes", "true"}
_NO_MARKS = {"", "0", "0.0", "no", "false", "-"}


def is_usual_name(cell: str) -> bool:
    """Whether a cell is a usual name of a column of themes, keywords or languages."""
    return cell.strip().casefold() in {*_THEME, *_KEYWORD, *_LANGUAGE}


def read_rows(header: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> Dictionary:
    """A dictionary from the rows of a table; its layout is recognised.

    Raises
    ------
    InputError
        If the table has no rows, or a row per keyword but none that names a theme.
    """
    header = [cell.strip() for cell in header]
    width = len(header)
    cells = [[*row[:width], *[""] * (width - len(row))] for row in rows]
    folded = [cell.casefold() for cell in header]
    keyword = _first(folded, _KEYWORD)
    theme = _first([cell if i != keyword else "" for i, cell in enumerate(folded)], _THEME)
    if not cells:
        raise InputError(f"{name} has a header but no rows; expected a column per theme, or columns theme and keyword")
    if keyword is not None and theme is not None:
        return _long(header, cells, theme, keyword)
    if keyword is not None and width == 1:
        return Dictionary([Category(Path(name).stem, [row[0] for row in cells])])
    marked = [i for i in range(width) if i != keyword and header[i]]
    if keyword is not None and marked and all(_is_mark(row[i]) for row in cells for i in marked):
        return _marked(header, cells, keyword, marked)
    return _wide(header, cells)


def split_list(text: str) -> list[str]:
    """The parts of a text such as "gas, oil"; a regular expression is one part.

    >>> from topics.codebook.formats.layouts import split_list
    >>> split_list("gas; oil, crude"), split_list("/oil|gas/")
    (['gas', 'oil, crude'], ['/oil|gas/'])
    """
    if is_expression(text.strip()):
        return [text.strip()]
    mark = next((mark for mark in ";|\n," if mark in text), "\n")
    return [part.strip() for part in re.split(re.escape(mark), text)]


def _first(names: Sequence[str], usual: Sequence[str]) -> int | None:
    return next((names.index(name) for name in usual if name in names), None)


def _is_mark(cell: str) -> bool:
    return cell.casefold() in _MARKS | _NO_MARKS or _number(cell) is not None


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None


def _long(header: list[str], rows: list[list[str]], theme: int, keyword: int) -> Dictionary:
    folded = [cell.casefold() for cell in header]
    language = _first(folded, _LANGUAGE)
    description = _first(folded, ("description", "definition"))
    split: Callable[[str], list[str]] = split_list if folded[keyword].endswith("s") else lambda cell: [cell]
    categories: dict[str, Category] = {}
    lost: list[tuple[str, str]] = []
    for row in rows:
        if not row[theme]:
            lost += [(row[keyword], "has no theme")] if row[keyword] else []
            continue
        category = categories.setdefault(row[theme], Category(row[theme]))
        if description is not None:
            category.description = category.description or row[description]
        code = row[language].casefold() if language is not None else ""
        if code in ("", "*"):
            category.entries += split(row[keyword])
        elif _LANGUAGE_CODE.fullmatch(code):
            category.translations.setdefault(code, []).extend(split(row[keyword]))
        else:
            lost.append((row[keyword], f"has the language {row[language or 0]!r}, which is no code such as 'de'"))
    used = {theme, keyword, language, description}
    unused = [cell for i, cell in enumerate(header) if i not in used and cell and any(row[i] for row in rows)]
    notes = [f"columns not used: {listed(unused)}"] if unused else []
    return Dictionary(list(categories.values()), unusable=lost, notes=notes)


def _marked(header: list[str], rows: list[list[str]], keyword: int, marked: list[int]) -> Dictionary:
    categories = [Category(header[i]) for i in marked]
    weighted = 0
    for row in rows:
        for i, category in zip(marked, categories, strict=True):
            if row[i].casefold() not in _NO_MARKS:
                category.entries.append(row[keyword])
                weighted += row[i].casefold() not in _MARKS
    notes = [f"weights are not used (there are {weighted}); all keywords count the same"] if weighted else []
    return Dictionary(categories, notes=notes)


def _wide(header: list[str], rows: list[list[str]]) -> Dictionary:
    categories, unnamed = [], []
    for i, cell in enumerate(header):
        column = [row[i] for row in rows if row[i]]
        if cell:
            categories.append(Category(cell, column))
        elif column and not all(value.isdigit() for value in column):  # row numbers have no name
            unnamed += [(value, "is in a column without a name") for value in column]
    return Dictionary(categories, unusable=unnamed)
