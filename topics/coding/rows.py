"""Rows of a coded file as spreadsheets, scripts and language models write it: XLSX, CSV of any dialect, JSON Lines."""

import json
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from topics.errors import InputError
from topics.spreadsheets import decode_csv, parse_csv, unescape_formula

SEPARATOR = "|"
"""Between the themes of a cell."""

Row = dict[str, str]
"""Cells by the name of their column, in lower case."""


def read_rows(path: Path, columns: Collection[str], expected: str) -> tuple[list[tuple[int, Row]], list[str]]:
    """Rows of a file with their numbers, and a message about each row that could not be read.

    Parameters
    ----------
    path
        A file ``.xlsx`` (its first worksheet), ``.csv .tsv .txt`` or ``.jsonl .ndjson``.
    columns
        Names of columns that are expected, in lower case: they tell the header from rows above it.
    expected
        What the file should be, for messages.

    Raises
    ------
    InputError
        If there is no such file, or it cannot be read at all.
    """
    suffix = path.suffix.lower()
    if suffix not in _READERS:
        raise InputError(f"{path} ends in {path.suffix!r}; expected {expected}")
    if not path.is_file():
        raise InputError(f"{path} does not exist; expected {expected}")
    problems: list[str] = []
    return list(_READERS[suffix](path, columns, problems)), problems


def _read_csv(path: Path, columns: Collection[str], problems: list[str]) -> Iterator[tuple[int, Row]]:
    rows, faulty = parse_csv(decode_csv(path.read_bytes(), path.name), path.name, columns)
    problems += faulty
    for number, row in rows:
        yield (
            number + 1,
            {unescape_formula(name.strip()).casefold(): unescape_formula(value.strip()) for name, value in row.items()},
        )


def _read_xlsx(path: Path, columns: Collection[str], problems: list[str]) -> Iterator[tuple[int, Row]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            page = book.worksheets[0]
            page.reset_dimensions()  # some programs write a wrong size of the worksheet
            lines = [[_cell_text(value) for value in line] for line in page.iter_rows(values_only=True)]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError, TypeError) as error:
        raise InputError(
            f"{path.name} is not a readable workbook ({error}); expected .xlsx: save it again, or as .csv"
        ) from None
    filled = [(number, line) for number, line in enumerate(lines, start=1) if any(line)]
    if not filled:
        raise InputError(f"{path.name}: the first worksheet is empty; expected a coded sheet")
    header = [name.casefold() for name in filled[0][1]]
    for name in header:
        if name and header.count(name) > 1:
            raise InputError(f"{path.name} has two columns {name!r}; expected unique names")
    for number, line in filled[1:]:
        yield number, dict.fromkeys(header, "") | dict(zip(header, line, strict=False))


def _read_jsonl(path: Path, columns: Collection[str], problems: list[str]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(decode_csv(path.read_bytes(), path.name).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError):
            row = None
        if isinstance(row, dict):
            yield number, {str(name).strip().casefold(): _json_text(value) for name, value in row.items()}
        else:
            problems.append(f"{path.name} row {number} is not a JSON object")


def _json_text(value: Any) -> str:
    """A value of a JSON object as a cell; the items of a list separated as in other tables."""
    return SEPARATOR.join(map(_cell_text, value)) if isinstance(value, list) else _cell_text(value)


def _cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or value != value else str(value).strip()


_READERS = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".xlsx": _read_xlsx,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
}
