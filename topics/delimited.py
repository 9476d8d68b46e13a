"""Delimited text (CSV) of any dialect as a header and rows: the dialect is detected, a faulty row costs that row.

Detection parses the beginning of the text with every plausible dialect and takes the one that
explains it best: most lines belong to records of one width, and one of the first records
consists of names of columns that are known to the caller.
"""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from topics.errors import InputError

IsName = Callable[[str], bool]
"""Whether a cell is the usual name of a column."""

_SAMPLE = 300_000
"""Characters used to detect the dialect."""
_MAX_LINES = 20_000
"""Lines of one record; a quotation mark without a partner must not swallow the rest of the file."""
_MAX_TITLE_ROWS = 20
_NONE = "\x1f"
"""The delimiter of a table of one column: a character that does not occur."""
_SEP_LINE = re.compile(r"""\A\ufeff?["']?sep=(.)["']?[;,\t|]*(?:\r\n|\r|\n)""")
_LISTED = 10
"""Number of rows that a message names."""


@dataclass(frozen=True)
class Dialect:
    """How cells are separated and quoted."""

    delimiter: str
    quote: str = '"'
    escaped: bool = False
    r"""Whether a backslash stands before a quotation mark or a delimiter within a cell."""
    spaced: bool = False
    """Whether a space follows each delimiter."""

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The records; csv.Error at the first that is not valid."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar="\\" if self.escaped else None,
            skipinitialspace=self.spaced,
            strict=True,
        )

    def prepare(self, text: str) -> str:
        """``text`` in which a backslash that escapes nothing is a character like others."""
        if not self.escaped:
            return text
        marks = re.escape(f"\\{self.quote}{self.delimiter}\r\n")
        return re.sub(rf"\\(?:([{marks}])|)", lambda found: found[0] if found[1] else r"\\", text)


@dataclass
class Grid:
    """A header, and rows with their numbers from 1."""

    header: list[str]
    rows: list[tuple[int, list[Any]]]
    problems: list[str]
    """Rows that could not be read: "row 7: 5 cells; expected 3, as in the header"."""
    notes: list[str]
    """Rows that were read, but should be checked."""


def read_delimited(text: str, name: str, is_name: IsName, preferred: str = ",") -> Grid:
    """Read delimited text.

    Parameters
    ----------
    text
        The decoded file.
    name
        The file's name, for messages.
    is_name
        Whether a cell is the usual name of a column; tells the header from rows above it.
    preferred
        The delimiter if several are equally plausible.

    Raises
    ------
    InputError
        If the text has no cells.
    """
    stated = _SEP_LINE.match(text)
    text = text[stated.end() :] if stated else text.lstrip("\ufeff")
    text = _one_line_end(text)
    if not text.strip():
        raise InputError(f"{name}: not a readable csv table (it is empty)")
    # A cell can be a whole article; Python's limit is 131,072 characters.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    dialect, width = detect_dialect(text, is_name, stated[1] if stated else "", preferred)
    records: list[list[str] | None] = []
    unbalanced: list[int] = []
    for record in _records(dialect.prepare(text), dialect, width):
        if record.cells != []:
            if record.unbalanced:
                unbalanced.append(len(records))
            records.append(record.cells)
    if not any(records):
        raise InputError(f"{name}: not a readable csv table (no line of it has {width} cells)")
    return _grid(records, width, is_name, unbalanced)


def detect_dialect(text: str, is_name: IsName, delimiter: str = "", preferred: str = ",") -> tuple[Dialect, int]:
    """The dialect, and the number of cells of most records; ``delimiter`` if it is known."""
    truncated = len(text) > _SAMPLE
    sample = text[:_SAMPLE]
    candidates = []
    for mark in [delimiter] if delimiter else sorted(",;\t|", key=lambda mark: mark != preferred):
        if mark not in sample and mark != preferred and not delimiter:
            continue
        for quote in '"' + "'" * ("'" in sample):
            marks = re.escape(quote + mark)
            spaced = re.search(rf"{re.escape(mark)} +{quote}[^{quote}{re.escape(mark)}\n]", sample) is not None
            for escaped in [False, True] if re.search(rf"\\[{marks}]", sample) else [False]:
                candidates.append(Dialect(mark, quote, escaped, spaced and mark != "\t"))
    if not delimiter:
        candidates += [Dialect(_NONE), *([Dialect(_NONE, escaped=True)] if '\\"' in sample else [])]
    scored = [(*_score(sample, dialect, is_name, truncated), dialect) for dialect in candidates]
    best = max(scored, key=lambda found: found[0])  # the first of equals
    return best[2], best[1]


def _score(sample: str, dialect: Dialect, is_name: IsName, truncated: bool) -> tuple[float, int]:
    """How well a dialect explains the text, and the number of cells of most records."""
    lines = io.StringIO(dialect.prepare(sample), newline="").readlines()
    source = _Lines(lines)
    records: list[tuple[list[str], int]] = []
    errors = 0
    while source.at < len(lines):
        start = source.at
        try:
            for cells in dialect.reader(source):
                if cells:
                    records.append((cells, source.at - start))
                start = source.at
        except csv.Error:
            if truncated and source.at >= len(lines) and 2 * start > len(lines):
                break  # the sample ends within a quoted cell
            errors += 1
            source.at = start + 1
    if not records:
        return 0.0, 1
    sizes: Counter[tuple[int, int]] = Counter()
    for cells, n_lines in records:
        filled = next((size for size in range(len(cells), 0, -1) if cells[size - 1].strip()), 0)
        sizes[len(cells), filled] += min(n_lines, 3)
    total = sizes.total() + 2 * errors

    def n_explained(width: int) -> float:
        # a row without its last cells, or with empty ones behind the last, is half explained
        return sum(n if size == width else n / 2 * (filled <= width) for (size, filled), n in sizes.items())

    first = [cells for cells, _ in records[: _MAX_TITLE_ROWS + 1]]
    named, header = max(((sum(map(is_name, cells)), cells) for cells in first), key=lambda found: found[0])
    if not named:
        width = max({size for size, _ in sizes}, key=lambda width: (n_explained(width), width))
    elif all(cells[0].isdigit() for cells, _ in records if cells is not header):
        # R can write row names without a name of their own
        width = max((len(header), len(header) + 1), key=n_explained)
    else:
        width = len(header)
    later = [cell for cells, _ in records[:2000] for cell in cells[1:]]
    indented = sum(cell.startswith(" ") for cell in later) / max(len(later), 1)
    return (
        n_explained(width) / total * (1 + 0.35 * math.log2(min(width, 9)) if width > 1 else 0.7)
        + 0.4 * min(named, 4)
        - 2 * _wrapped(first + [cells for cells, _ in records[-50:]], "'" if dialect.quote == '"' else '"')
        - 0.3 * indented  # commas in prose
        + 0.05 * (dialect.escaped and f"\\{dialect.quote}" in sample)
    ), width


def _wrapped(records: list[list[str]], quote: str) -> float:
    """The share of cells in quotation marks of the other kind."""
    cells = [cell for cells in records for cell in cells if cell.strip()]
    marked = sum(1 for cell in cells if len(cell) > 1 and cell[0] == quote == cell[-1])
    return marked / max(len(cells), 1)


class _Lines:
    """Lines for csv.reader, which can be read again from any of them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.at, self.stop = lines, 0, len(lines)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self.at >= self.stop:
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]


@dataclass
class _Record:
    cells: list[str] | None
    """None if the record could not be read."""
    unbalanced: bool = False


def _records(text: str, dialect: Dialect, width: int) -> Iterator[_Record]:
    """The records; after an error, reading goes on at the next line that is a record of the usual width."""
    source = _Lines(io.StringIO(text, newline="").readlines())
    lines = source.lines
    while source.at < len(lines):
        start = source.at
        source.stop = min(start + _MAX_LINES, len(lines))
        try:
            for cells in dialect.reader(source):
                n_lines = source.at - start
                if n_lines > 1 and len(cells) != width and _are_records(lines[start + 1 : source.at], dialect, width):
                    break  # a quotation mark without a partner has swallowed other records
                yield _Record(cells)
                start = source.at
                source.stop = min(start + _MAX_LINES, len(lines))
            else:
                continue
        except csv.Error:
            pass
        repaired, n_lines = _repaired(lines, start, dialect, width)
        yield _Record(repaired, unbalanced=repaired is not None)
        source.at = start + n_lines
        while repaired is None and source.at < len(lines) and not _starts_record(lines, source.at, dialect, width):
            source.at += 1  # the rest of the lost record


def _are_records(lines: list[str], dialect: Dialect, width: int) -> bool:
    return all(len(_loose(line, dialect) or ()) == width for line in lines)


def _starts_record(lines: list[str], start: int, dialect: Dialect, width: int) -> bool:
    """Whether a record of the usual width starts at this line."""
    source = _Lines(lines)
    source.at, source.stop = start, min(start + 200, len(lines))
    try:
        return len(next(dialect.reader(source), ())) == width
    except csv.Error:
        return len(_loose(lines[start], dialect) or ()) == width


def _repaired(lines: list[str], start: int, dialect: Dialect, width: int) -> tuple[list[str] | None, int]:
    """The cells of an invalid record, if its quotation marks can be understood, and its number of lines."""
    for n_lines in range(1, min(100, len(lines) - start) + 1):
        if n_lines > 1 and _starts_record(lines, start + n_lines - 1, dialect, width):
            break
        cells = _loose("".join(lines[start : start + n_lines]), dialect)
        if cells is not None and len(cells) == width:
            return cells, n_lines
    # a quotation mark that only opens is a character like others
    cells = lines[start].rstrip("\r\n").split(dialect.delimiter)
    return (cells if len(cells) == width else None), 1


def _loose(record: str, dialect: Dialect) -> list[str] | None:
    """Cells of a record in which a quotation mark closes a cell only before a delimiter or the end; None if none does."""
    quote, mark = re.escape(dialect.quote), re.escape(dialect.delimiter)
    escape = r"\\.|" if dialect.escaped else ""
    # a quotation mark after the first, or an odd number of them, is followed by a delimiter or the end
    quoted = rf"{quote}(?:{escape}[^{quote}]|{quote}(?![ ]*(?:{mark}|\Z)))*{quote}[ ]*(?={mark}|\Z)"
    bare = rf"(?!{quote})[^{mark}\r\n]*"
    pattern = re.compile(rf"({quoted}|{bare})({mark}|\Z)", re.S)
    record = record.rstrip("\r\n")
    cells, at = [], 0
    while True:
        found = pattern.match(record, at)
        if found is None:
            return None
        cell = found[1].strip(" ") if found[1].startswith(dialect.quote) else found[1]
        if cell.startswith(dialect.quote):
            cell = cell[1:-1].replace(2 * dialect.quote, dialect.quote)
        cells.append(re.sub(r"\\(.)", r"\1", cell, flags=re.S) if dialect.escaped else cell)
        at = found.end()
        if not found[2]:
            return cells


def _one_line_end(text: str) -> str:
    r"""``text`` in which ``\r`` ends a line only if that is how lines of this file end.

    Otherwise it stands within a cell, perhaps without quotation marks, where csv does not allow it. U+0085 is the
    same for the reader of the cell.
    """
    first = re.search(r"\r\n|\r|\n", text)
    if first is None or first[0] == "\r" or "\r" not in text:
        return text
    return re.sub(r"\r(?!\n)", "\x85", text)


def _grid(records: list[list[str] | None], width: int, is_name: IsName, unbalanced: list[int]) -> Grid:
    at = find_header([cells or [] for cells in records], is_name)
    header = [cell.strip() for cell in records[at] or []]
    rows = records[at + 1 :]
    unbalanced = [number - at for number in unbalanced if number > at]
    if _has_row_names(header, rows):
        header = ["", *header]
    joined = _join_broken(rows, len(header))
    if len(joined) != len(rows):
        unbalanced = []  # their numbers have changed
    rows = joined
    numbered, problems, long = [], [], []
    unreadable, short = [], []
    for number, cells in enumerate(rows, start=1):
        if cells is None:
            unreadable.append(number)
        elif any(cell.strip() for cell in cells[len(header) :]):
            long.append((number, len(cells)))
        elif any(cell.strip() for cell in cells):  # spreadsheets write many empty rows
            if len(cells) < len(header):
                short.append(number)
            numbered.append((number, cells[: len(header)]))
    expected = f"expected {len(header)}, as in the header"
    if len(long) > 3:
        problems.append(f"{len(long)} rows with too many cells ({list_rows([n for n, _ in long])}); {expected}")
    else:
        problems += [f"row {number}: {size} cells; {expected}" for number, size in long]
    if unreadable:
        problems.append(f"{list_rows(unreadable)}: unbalanced quotation marks; expected each cell to be closed")
    notes = []
    if short:
        notes.append(f"{list_rows(short)}: fewer cells than the {len(header)} of the header; the missing ones are empty")
    if unbalanced:
        notes.append(f"{list_rows(unbalanced)}: unbalanced quotation marks; please check these cells")
    return Grid(header, numbered, problems, notes)


def list_rows(numbers: Sequence[int | str]) -> str:
    """``row 7``, or ``rows 4, 7 and 9``; of many, the first ten.

    Examples
    --------
    >>> from topics.delimited import list_rows
    >>> list_rows([4, 7, 9])
    'rows 4, 7 and 9'
    """
    words = list(map(str, numbers))
    if len(words) == 1:
        return f"row {words[0]}"
    if len(words) > _LISTED:
        return f"rows {', '.join(words[:_LISTED])} and {len(words) - _LISTED} more"
    return f"rows {', '.join(words[:-1])} and {words[-1]}"


def find_header(records: Sequence[Sequence[Any]], is_name: IsName) -> int:
    """The position of the header: of the records down to the first full one, that with most names of columns.

    Above it can stand titles and empty rows.
    """
    first = [[str(cell).strip() for cell in record if cell is not None] for record in records[: _MAX_TITLE_ROWS + 1]]
    filled = [sum(map(bool, cells)) for cells in first]
    later = [sum(str(cell).strip() != "" for cell in record) for record in records[: 10 * _MAX_TITLE_ROWS]]
    # weighted by the cells: titles and notes of one cell must not outnumber the rows of a short table
    sizes = Counter(later)
    usual = max(sizes, key=lambda size: size * sizes[size], default=0)
    # A table with an empty column, such as notes, has rows with fewer filled cells than the header.
    full = next((row for row, size in enumerate(filled) if size >= max(usual, 1)), len(first) - 1)
    named = [sum(map(is_name, cells)) for cells in first[: full + 1]]
    # Below a title of two cells, the header has more names; below an empty row, it is the first row.
    return named.index(max(named)) if max(named) else full


def _has_row_names(header: list[str], rows: list[list[str] | None]) -> bool:
    """Whether rows start with a name that has no place in the header, as R's ``write.table`` writes them."""
    sizes = {len(cells) for cells in rows if cells is not None}
    if sizes != {len(header) + 1}:
        return False
    names = [cells[0].strip() for cells in rows if cells is not None]
    return are_row_numbers(names)


def are_row_numbers(cells: Sequence[str]) -> bool:
    """Whether cells are the numbers of the rows, from 0 or 1."""
    return any(all(cell == str(number) for number, cell in enumerate(cells, start)) for start in (0, 1))


def _join_broken(rows: list[list[str] | None], width: int) -> list[list[str] | None]:
    """Join records that a line break without quotation marks has broken, if their cells say so.

    Two records are joined if together they have the right number of cells, the second cannot be a row of its own
    by the form of its cells (numbers, dates, single words), and the joined one can.
    """
    full = [cells for cells in rows if cells is not None and len(cells) == width]
    if width < 2 or len(full) < 3 or all(cells is None or len(cells) >= width for cells in rows):
        return rows
    forms = []
    for column in range(width):
        counts = Counter(_form(cells[column]) for cells in full)
        counts.pop("", None)
        best, size = counts.most_common(1)[0] if counts else ("", 0)
        forms.append(best if size > 0.8 * counts.total() else "")

    def fits(cells: Sequence[str]) -> bool:
        found = [(form, _form(cell)) for form, cell in zip(forms, cells, strict=False)]
        return all(not form or own in ("", form) or (form, own) == ("words", "word") for form, own in found)

    joined: list[list[str] | None] = []
    for cells in rows:
        last = joined[-1] if joined else None
        if cells and last and len(cells) < width and not fits(cells):
            merged = [*last[:-1], f"{last[-1]}\n{cells[0]}", *cells[1:]]
            if len(merged) <= width and (len(merged) < width or fits(merged)):
                joined[-1] = merged
                continue
        joined.append(cells)
    return joined


def _form(cell: str) -> str:
    """The form of a cell: number, digits with marks (as dates), word, words; "" for an empty one."""
    cell = cell.strip()
    if not cell:
        return ""
    if re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", cell):
        return "number"
    if len(cell) < 30 and re.fullmatch(r"[\d\W_TZ]*\d[\d\W_TZ]*", cell):
        return "date"
    return "words" if re.search(r"\s", cell) else "word"
