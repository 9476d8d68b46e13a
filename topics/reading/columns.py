"""Which column of a table is which field: by its name, in six languages, or by its content.

A column that is not used is carried along as a further field. Whatever was not plain from the
names alone is said in a note.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from topics.delimited import are_row_numbers, list_rows
from topics.errors import InputError
from topics.format import count
from topics.reading.column_names import (
    ALL_NAMES,
    FILE_NAMES,
    GENERIC_IDS,
    NAMELESS,
    OF_DAYS,
    OF_MONTHS,
    OF_YEARS,
    RANKS,
    SHORT_PATHS,
    normalize_name,
)
from topics.reading.document import FIELDS, Contents, Document, tidy
from topics.reading.exports import missing_text_reason
from topics.reading.exports.markup import parse_html, text_blocks
from topics.reading.values import as_text, encodable, is_missing
from topics.settings import COLUMN_FIELDS, ReadingSettings
from topics.text import unify_newlines

_PROSE = 15
"""Mean number of words from which the cells of a column are prose."""
_CLEARLY = 2
"""A column is the text if its cells are so many times longer than those of any other column."""
_NO_TEXT = 3
"""Mean number of words below which a column is hardly the text, whatever its name."""
_SAMPLED = 500
"""Number of rows by which columns are compared."""
_MAX_LISTED = 20
_HTML = re.compile(
    r"</(?:p|div|a|span|h[1-6]|li|ul|ol|strong|em|b|i|blockquote|figure|article|section|table)>|<br ?/?>", re.I
)
"""What shows that a cell is HTML; a text may contain "<" and other tags."""


def is_column_name(reading: ReadingSettings) -> Callable[[str], bool]:
    """A function that says whether a cell is the usual name of a column, or one in ``reading.columns``."""
    known = ALL_NAMES | {normalize_name(name) for name in reading.columns.values()}
    return lambda cell: len(cell) < 60 and normalize_name(cell) in known


def is_text_name(name: str) -> bool:
    """Whether a column with this name probably contains the text."""
    return _rank("text", name) is not None


@dataclass
class _Choice:
    """Columns of a table by field, and what must be said of the choice."""

    of: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_table(
    kind: str,
    header: Sequence[str],
    rows: Iterable[tuple[str, Sequence[Any]]],
    reading: ReadingSettings,
    name: str,
    problems: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Contents:
    """The articles (or paragraphs) in the rows of a table.

    Parameters
    ----------
    kind
        What the table is: "CSV table".
    header
        Names of the columns; "" for none.
    rows
        For each row its number, and its cells in any type; missing cells at the end are empty.
    reading
        Settings; ``reading.columns`` has precedence over the names.
    name
        The table's name, for messages.
    problems, notes
        What was found before.

    Raises
    ------
    InputError
        If no column, or not clearly one, is the text.
    """
    parts, lines = [], []
    for part, cells in rows:
        parts.append(part)
        lines.append(cells)
    columns = _columns(header, lines, name)
    choice = _choose(columns, reading, name)
    written = _MissingValues()
    texts = written.drop(choice.of["text"], columns.pop(choice.of["text"]), between="\n\n", field="text")
    found = {of: column for of, column in choice.of.items() if of != "text"}
    values: dict[str, list[str]] = {of: written.drop(column, columns[column], field=of) for of, column in found.items()}
    # a year is a date, but also a value to group by
    used = {column for of, column in found.items() if of != "date" or normalize_name(column) not in OF_YEARS}
    names = _field_names([column for column in columns if column not in used])
    values |= {names[column]: written.drop(column, columns[column]) for column in names}
    if "date" in values and normalize_name(found["date"]) in OF_YEARS:
        values["date"] = _whole_dates(values["date"], {normalize_name(name): values[name] for name in names.values()})
    texts, html_notes = _without_markup(texts)
    documents, problems = _documents(parts, texts, values, reading, list(problems))
    other_names = {of: column for of, column in choice.of.items() if of != column}
    return Contents(
        kind,
        tuple(documents),
        tuple(problems),
        columns=other_names,
        notes=(*notes, *choice.notes, *written.notes(), *html_notes),
        is_table=True,
        header=tuple(dict.fromkeys(name for name in map(str.strip, header) if name)),
    )


def _whole_dates(years: Sequence[str], columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Years with the month and the day in columns of their own."""
    months, days = (next((columns[name] for name in columns if name in usual), None) for usual in (OF_MONTHS, OF_DAYS))
    dates = []
    for row, year in enumerate(years):
        date = year.strip()
        month = months[row].strip() if months else ""
        if re.fullmatch(r"\d{4}", date) and re.fullmatch(r"0?[1-9]|1[0-2]", month):
            date += f"-{month.zfill(2)}"
            day = days[row].strip() if days else ""
            date += f"-{day.zfill(2)}" if re.fullmatch(r"0?[1-9]|[12]\d|3[01]", day) else ""
        dates.append(date)
    return dates


def _without_markup(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Texts without the tags of HTML, as services and content management systems store them, and a note."""
    plain = [_visible_text(text) if _HTML.search(text) else text for text in texts]
    n_marked = sum(text != own for text, own in zip(texts, plain, strict=True))
    return plain, [f"{count(n_marked, 'text')} with HTML tags, which were removed"] if n_marked else []


def _visible_text(html: str) -> str:
    tree = parse_html(html)
    if tree is None:
        return html
    text = ""
    for line, _, gap in text_blocks(tree):
        text += "\n" * max(1, gap) * bool(text) + line
    return text or html


def as_rows(header: Sequence[str], rows: Sequence[Sequence[Any]], name: str) -> list[dict[str, str]]:
    """The rows of any table as text by column; missing values are ""."""
    written = _MissingValues()
    columns = {column: written.drop(column, cells) for column, cells in _columns(header, rows, name).items()}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def usual_fields(columns: Iterable[str]) -> dict[str, str]:
    """Field -> the column with its most usual name, for title, author, outlet and date.

    Examples
    --------
    >>> from topics.reading.columns import usual_fields
    >>> usual_fields(["Datei", "Titel", "Datum", "Partei"])
    {'title': 'Titel', 'date': 'Datum'}
    """
    names = list(columns)
    ranked = {of: [(rank, column) for column in names if (rank := _rank(of, column)) is not None] for of in FIELDS}
    return {of: min(found)[1] for of, found in ranked.items() if found}


def _columns(header: Sequence[str], rows: Sequence[Sequence[Any]], name: str) -> dict[str, list[Any]]:
    """Column -> its cells. Nameless columns without content, and those with row numbers, are left out."""
    columns: dict[str, list[Any]] = {}
    for position, written in enumerate(header):
        column = " ".join(written.split())
        cells = [row[position] if position < len(row) else None for row in rows]
        if NAMELESS.fullmatch(column):
            plain = [text.strip() for text in _as_texts(cells)]
            if not any(plain) or are_row_numbers(plain):
                continue
            column = column or f"column {position + 1}"
        if column in columns and column == "text":
            cells = _one_text(columns.pop(column), cells, name)
        number = 2
        unique = column
        while unique in columns:
            unique = f"{column} ({number})"
            number += 1
        columns[unique] = cells
    return columns


def _one_text(first: list[Any], second: list[Any], name: str) -> list[Any]:
    """The cells of two columns ``text``, if one is empty or both are equal."""
    plain = [[as_text(cell).strip() for cell in cells] for cells in (first, second)]
    if plain[0] == plain[1] or not any(plain[1]):
        return first
    if not any(plain[0]):
        return second
    raise InputError(f"{name} has two columns 'text' that differ; expected one: rename the other")


def _choose(columns: Mapping[str, list[Any]], reading: ReadingSettings, name: str) -> _Choice:
    choice = _Choice()
    for of, wanted in reading.columns.items():
        column = _find(wanted, columns)
        if column is not None:
            choice.of[of] = column
    free = [column for column in columns if column not in choice.of.values()]
    for of in COLUMN_FIELDS:
        if of in choice.of:
            continue
        if of in free:
            choice.of[of] = of
            free.remove(of)
    if "text" not in choice.of:
        column = _text_column({column: columns[column] for column in free}, choice, name, list(columns), reading)
        choice.of["text"] = column
        free.remove(column)
    is_row_paragraph = reading.unit == "paragraph"
    for of in COLUMN_FIELDS:
        if of in choice.of:
            continue
        candidates = sorted((rank, column) for column in free if (rank := _rank(of, column)) is not None)
        candidates = [found for found in candidates if not _is_empty(columns[found[1]])]
        names = [column for _, column in candidates]
        if of == "article_id":
            column = _article_id_column(names, columns, choice, is_row_paragraph)
        elif of == "paragraph_id" and not names and is_row_paragraph:
            names = [column for column in free if normalize_name(column) in GENERIC_IDS]
            column = next((column for column in names if _are_ids(columns[column])), None)
        else:
            column = names[0] if names else None
            if len(names) > 1:
                others = ", ".join(map(repr, names[1:]))
                choice.notes.append(f"{of}: column {column!r} was used, not {others}")
        if column is not None:
            choice.of[of] = column
            free.remove(column)
    return choice


def _rank(of: str, column: str) -> float | None:
    """The rank of a column among the usual names of a field; None if it has no such name."""
    rank = RANKS[of].get(normalize_name(column))
    if rank is None and of in SHORT_PATHS and "." in column:
        last = RANKS[of].get(normalize_name(column.rpartition(".")[2]))
        # weaker names at the end of a path say little: "comment.time", "open.ended.response"
        return None if last is None or last > 12 else 1000 + last
    return rank


def _find(wanted: str, columns: Iterable[str]) -> str | None:
    """The column with this name; without one, the only column that differs in case and punctuation alone."""
    names = list(columns)
    if wanted in names:
        return wanted
    near = [name for name in names if normalize_name(name) == normalize_name(wanted)]
    return near[0] if len(near) == 1 else None


def _text_column(
    columns: Mapping[str, list[Any]], choice: _Choice, name: str, found: list[str], reading: ReadingSettings
) -> str:
    """The column with the text: by its name, or the only one with prose."""
    words = {column: _mean_words(cells) for column, cells in columns.items()}
    named = {column: _n_characters(columns[column]) for column in columns if _rank("text", column) is not None}
    ordered = sorted(words, key=lambda column: -words[column])
    plain = [column for column in named if normalize_name(column) == "text" and named[column]]
    if len(plain) == 1:
        return plain[0]
    if named:
        # the first of equals is that with the more usual name
        best = max(sorted(named, key=lambda column: _rank("text", column) or 0), key=lambda column: named[column])
        longest = ordered[0]
        if words[best] >= _NO_TEXT or words[longest] < _PROSE or _is_other(longest):
            others = ", ".join(repr(column) for column in named if column != best and not _is_empty(columns[column]))
            if others:
                choice.notes.append(f"text: column {best!r} was used, which contains more text than {others}")
            return best
    prose = [column for column in ordered if words[column] >= _PROSE and not _is_other(column)]
    second = max((words[column] for column in ordered if prose and column != prose[0]), default=0)
    if any(len(column.split()) > _PROSE for column in found):
        raise InputError(f"{name}: the first row seems to be a text; expected a header with the names of the columns")
    if prose and words[prose[0]] >= _CLEARLY * second:
        choice.notes.append(f"text: column {prose[0]!r} was used, the only one with prose; --column text=NAME changes it")
        return prose[0]
    if reason := missing_text_reason(found):
        raise InputError(f"{name}: {reason}")
    listed = [repr(column) for column in found[:_MAX_LISTED]] + (["…"] if len(found) > _MAX_LISTED else [])
    if any(normalize_name(column) in FILE_NAMES for column in found) and "text" not in reading.columns:
        raise InputError(
            f"{name} lacks a column 'text'; found {', '.join(listed)}; name the column that contains the text,"
            " --column text=NAME, or call the file metadata.csv if it is about files beside it"
        )
    wanted = reading.columns.get("text")
    lacks = f"column {wanted!r}" if wanted else "a column 'text'"
    # data in memory comes from Python, where there is no --column
    how = 'column="NAME"' if name == "DataFrame" else "--column text=NAME"
    raise InputError(
        f"{name} lacks {lacks}; found {', '.join(listed) or 'no columns'}; name the column that contains the text: {how}"
    )


def _is_other(column: str) -> bool:
    """Whether a column is by its name another field than the text."""
    return any(normalize_name(column) in RANKS[of] for of in COLUMN_FIELDS if of != "text")


def _article_id_column(
    candidates: list[str], columns: Mapping[str, list[Any]], choice: _Choice, is_row_paragraph: bool
) -> str | None:
    """The first column whose cells are unique; paragraphs of one article share its id."""
    for column in candidates:
        if is_row_paragraph and normalize_name(column) in GENERIC_IDS:
            continue
        if _are_ids(columns[column], may_repeat=is_row_paragraph):
            return column
        choice.notes.append(f"article_id: column {column!r} was not used, since its values are not unique")
    return None


def _are_ids(cells: Sequence[Any], may_repeat: bool = False) -> bool:
    ids = [as_text(cell).strip() for cell in cells]
    return all(ids) and not any(map(is_missing, ids)) and (may_repeat or len(set(ids)) == len(ids))


def _is_empty(cells: Sequence[Any]) -> bool:
    return not any(text and not is_missing(text) for text in (as_text(cell).strip() for cell in cells))


def _sample(cells: Sequence[Any]) -> list[str]:
    filled = [cell for cell in cells[:: max(1, len(cells) // _SAMPLED)] if cell is not None]
    texts = (as_text(cell).strip() for cell in filled)
    return [text for text in texts if text and not is_missing(text)]


def _mean_words(cells: Sequence[Any]) -> float:
    texts = _sample(cells) or [as_text(cell) for cell in cells]
    return sum(map(_n_words, texts)) / max(len(texts), 1)


def _n_words(text: str) -> float:
    """Number of words; scripts without spaces have about one for each two characters."""
    unspaced = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]", text))
    return max(len(text.split()), unspaced / 2)


def _n_characters(cells: Sequence[Any]) -> int:
    return sum(map(len, _sample(cells)))


def _field_names(columns: Iterable[str]) -> dict[str, str]:
    """Column -> name of the further field; one that is called like a field, but is not used as it, gets a number."""
    return {column: f"{column} (2)" if column in COLUMN_FIELDS else column for column in columns}


class _MissingValues:
    """Replaces missing values written as text, and counts them."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.example = ""

    def drop(self, column: str, cells: Sequence[Any], *, between: str = ", ", field: str = "") -> list[str]:
        """The cells as text, missing ones as ""."""
        texts = _as_texts(cells, between)
        if not field:
            texts = [text or _as_json(cell) for text, cell in zip(texts, cells, strict=True)]
        codes = not field and _are_codes(texts)
        missing = {text for text in set(texts) if text and len(text) < 30 and is_missing(text, field, codes)}
        if missing:
            kept = ["" if text in missing else text for text in texts]
            self.counts[field or column] = sum(text in missing for text in texts)
            self.example = self.example or next(text for text in texts if text in missing).strip()
            return kept
        return texts

    def notes(self) -> list[str]:
        total = sum(self.counts.values())
        if not total:
            return []
        *others, last = list(self.counts)[:_MAX_LISTED]
        where = f"{', '.join(others)} and {last}" if others else last
        values = "missing value" if total == 1 else "missing values"
        return [f"{total} {values} written as text, such as {self.example!r}, in {where}"]


def _are_codes(texts: Sequence[str]) -> bool:
    """Whether a column holds codes of two letters, among which NA is Namibia."""
    codes = set(filter(None, texts))
    return len(codes) >= 3 and all(re.fullmatch("[A-Z]{2}", code) for code in codes)


def _as_texts(cells: Sequence[Any], between: str = ", ") -> list[str]:
    if all(type(cell) is str for cell in cells):
        texts = list(cells)
    else:
        numbers = [cell for cell in cells if isinstance(cell, float) and cell == cell]
        # a column of whole numbers became one of floats, as by a missing value
        whole = bool(numbers) and all(abs(cell) < 2**53 and cell.is_integer() for cell in numbers)
        texts = [
            str(int(cell)) if whole and isinstance(cell, float) and cell == cell else as_text(cell, between)
            for cell in cells
        ]
    filled = [text for text in texts if text]
    if filled and all(re.fullmatch(r"(?:1[5-9]|20)\d\d\.0", text) for text in filled):
        return [text.removesuffix(".0") for text in texts]
    return texts


def _as_json(cell: Any) -> str:
    """A list or an object without names as JSON, so that it is not lost."""
    return json.dumps(cell, ensure_ascii=False, default=str) if isinstance(cell, (dict, list)) and cell else ""


def _documents(
    parts: Sequence[str],
    texts: Sequence[str],
    values: Mapping[str, Sequence[str]],
    reading: ReadingSettings,
    problems: list[str],
) -> tuple[list[Document], list[str]]:
    documents: list[Document] = []
    without: list[str] = []
    fields = list(values)
    for part, text, *cells in zip(parts, texts, *values.values(), strict=True):
        if not text.strip():
            without.append(part)
            continue
        row = dict(zip(fields, cells, strict=True))
        if any(encodable(cell) != cell for cell in (text, row.get("article_id", ""), row.get("paragraph_id", ""))):
            problems.append(f"row {part}: half a surrogate pair in it; expected text that UTF-8 can hold")
            continue
        tidied, mended = _tidy(text, reading)
        for of in row:
            if row[of]:
                row[of], changed = _tidy(row[of], reading) if of in FIELDS else (unify_newlines(row[of]), False)
                mended |= changed
        documents.append(Document(tidied, row, part=part, mended=mended))
    if len(without) == 1:
        problems.append(f"row {without[0]}: no text in it; expected an article or a paragraph")
    elif without:
        problems.append(f"{len(without)} rows without a text ({list_rows(without)}); expected an article or a paragraph")
    return documents, problems


def _tidy(text: str, reading: ReadingSettings) -> tuple[str, bool]:
    # a line end, as Excel stores it and other programs export it
    return tidy(text.replace("_x000D_", ""), reading)


def require_columns(contents: Iterable[Contents], reading: ReadingSettings) -> None:
    """Check that each column in ``reading.columns`` is in at least one of the tables.

    Raises
    ------
    InputError
        If a column is in none of them.
    """
    tables = [content for content in contents if content.is_table]
    header = list(dict.fromkeys(column for table in tables for column in table.header))
    for of, wanted in reading.columns.items():
        if tables and not any(_find(wanted, table.header) for table in tables):
            listed = ", ".join(map(repr, header[:_MAX_LISTED])) or "no named columns"
            raise InputError(
                f"reading.columns.{of} is {wanted!r}, but no table has such a column; found {listed}; expected one of these"
            )


def separate_ids(contents: Sequence[Contents]) -> list[Contents]:
    """Tables of one corpus, in which an id column with another name than ``article_id`` is an id only if unique in all.

    Otherwise, as with row numbers in a column ``id``, it becomes a further field.
    """
    seen: set[str] = set()
    repeated: set[str] = set()
    for content in contents:
        own = {row.fields.get("article_id", "") for row in content.documents} - {""}
        repeated |= seen & own
        seen |= own
    return [_without_ids(content, repeated) for content in contents]


def _without_ids(content: Contents, repeated: set[str]) -> Contents:
    column = content.columns.get("article_id")
    if column is None or not any(row.fields.get("article_id") in repeated for row in content.documents):
        return content
    documents = []
    for row in content.documents:
        fields = {column if of == "article_id" else of: value for of, value in row.fields.items()}
        documents.append(replace(row, fields=fields))
    columns = {of: name for of, name in content.columns.items() if of != "article_id"}
    note = f"article_id: column {column!r} was not used, since other tables contain the same values"
    return replace(content, documents=tuple(documents), columns=columns, notes=(*content.notes, note))
