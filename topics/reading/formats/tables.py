"""Tables of articles or paragraphs: ``.csv .tsv .json .jsonl .ndjson .parquet .xlsx .xls .ods``, and data in memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from topics.delimited import Grid, find_header, read_delimited
from topics.errors import InputError
from topics.reading.columns import is_column_name, is_text_name, read_rows, separate_ids
from topics.reading.document import Contents, Source
from topics.reading.formats.registry import reads
from topics.reading.values import as_text
from topics.settings import ReadingSettings
from topics.text import decode

if TYPE_CHECKING:
    import pandas as pd

_MAX_DEPTH = 4
"""Depth to which a list of records is searched in a JSON file."""
_ARTICLE = 20
"""Number of words from which the text of an object is an article rather than a message."""
_RECORDS = "articles documents docs records items results hits data rows entries stories response".split()
"""Usual names of the list of records, in order of preference among lists of the same length."""


@reads(".csv")
def read_csv(source: Source) -> Contents:
    """A table of text; delimiter, quotation marks and header are detected."""
    return _delimited("CSV table", source, ",")


@reads(".tsv", ".tab")
def read_tsv(source: Source) -> Contents:
    """A table of text, probably separated by tabs."""
    return _delimited("TSV table", source, "\t")


def _delimited(kind: str, source: Source, preferred: str) -> Contents:
    text = decode(source.load(), source.name)
    grid = read_delimited(text, source.name, is_column_name(source.reading), preferred)
    return _from_grid(kind, grid, source.reading, source.name)


def _from_grid(kind: str, grid: Grid, reading: ReadingSettings, name: str, part: str = "") -> Contents:
    rows = ((f"{part}{number}", cells) for number, cells in grid.rows)
    return read_rows(kind, grid.header, rows, reading, name, grid.problems, grid.notes)


@reads(".jsonl", ".ndjson")
def read_json_lines(source: Source) -> Contents:
    """One JSON object a line."""
    text = decode(source.load(), source.name)
    if text.lstrip().startswith("[") and (data := _parsed(text)) is not None:
        return _from_json(data, source)
    return _json_lines(text, source)


@reads(".json")
def read_json(source: Source) -> Contents:
    """A list of objects, also within other objects; an object of columns; or one object a line."""
    text = decode(source.load(), source.name)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        first, _, rest = text.strip().partition("\n")
        if rest and isinstance(_parsed(first), dict):
            return _json_lines(text, source)
        reason = f"{error.msg}, line {error.lineno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise InputError(f"{source.name}: not valid JSON ({reason}); expected a list of objects with a text") from None
    return _from_json(data, source)


def _parsed(text: str) -> Any:
    """The value of a JSON text; None if it is not valid."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _json_lines(text: str, source: Source) -> Contents:
    rows: list[tuple[int, dict[str, Any]]] = []
    problems = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", error)
            problems.append(f"line {number}: not valid JSON ({reason}); expected one object per line")
            continue
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            problems.append(f"line {number}: {type(row).__name__}; expected an object with a text")
    return _from_records("JSON lines", rows, source.reading, source.name, problems)


def _from_json(data: Any, source: Source) -> Contents:
    records = _records(data)
    if records is None:
        raise InputError(f"{source.name}: no list of articles in this JSON; expected a list of objects with a text")
    rows, problems = [], []
    for number, row in enumerate(records, start=1):
        if isinstance(row, str):
            row = {"text": row}
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            problems.append(f"row {number}: {type(row).__name__}; expected an object with a text")
    return _from_records("JSON table", rows, source.reading, source.name, problems)


def _records(data: Any) -> list[Any] | None:
    """The records in a JSON value, as it is published by programs and services; None if there are none.

    Of several lists, it is that whose objects have a text: the outermost, then the longest.
    """
    found = list(_candidates(data))
    with_text = [candidate for candidate in found if _has_text(candidate[2])]
    if isinstance(data, dict) and (not with_text or _has_text([data], n_words=_ARTICLE)):
        scalars = [value for value in data.values() if isinstance(value, str)]
        if _has_text([data]) or (scalars and not found):
            return [data]
    order = {name: rank for rank, name in enumerate(_RECORDS)}
    return min(
        with_text or found,
        key=lambda candidate: (candidate[0], -len(candidate[2]), order.get(candidate[1].casefold(), len(_RECORDS))),
        default=(0, "", None),
    )[2]


def _candidates(data: Any, name: str = "", depth: int = 0) -> Iterator[tuple[int, str, list[Any]]]:
    """Lists in a JSON value that may be the records, with their depth and name."""
    rows = _as_rows(data)
    if rows is not None:
        yield depth, name, rows
    elif isinstance(data, dict) and depth < _MAX_DEPTH:
        for key, value in data.items():
            yield from _candidates(value, key, depth + 1)


def _as_rows(data: Any) -> list[Any] | None:
    """The rows of one JSON value, if it has the form of a table."""
    if isinstance(data, list):
        if data and all(isinstance(row, list) for row in data):
            return _with_header(data[0], data[1:])
        return data if any(isinstance(row, (dict, str)) for row in data) else None
    if not isinstance(data, dict) or not data:
        return None
    values = list(data.values())
    if isinstance(data.get("columns"), list) and isinstance(data.get("data"), list):  # pandas, orient="split"
        rows = data["data"]
        return _with_header(data["columns"], rows) if all(isinstance(row, list) for row in rows) else None
    if all(isinstance(value, list) for value in values):
        plain = not any(isinstance(cell, (dict, list)) for value in values for cell in value)
        if plain and len(set(map(len, values))) == 1:
            return [dict(zip(data, row, strict=True)) for row in zip(*values, strict=True)]
    return _from_objects(data) if all(isinstance(value, dict) for value in values) else None


def _with_header(header: list[Any], rows: list[Any]) -> list[Any]:
    return [dict(zip(map(as_text, header), row, strict=False)) for row in rows]


def _from_objects(data: dict[str, dict[str, Any]]) -> list[Any] | None:
    """Rows of an object of objects: columns of cells by number, rows by number, or rows by id."""
    inner = list(data.values())
    keys = list(inner[0])
    if _are_numbers(data):
        return inner
    if keys and _are_numbers(keys) and all(list(value) == keys for value in inner):  # pandas' default
        return [dict(zip(data, row, strict=True)) for row in zip(*(value.values() for value in inner), strict=True)]
    if len(data) > 1 and all(_has_text([value]) for value in inner):
        return [value if "id" in value else {"id": key, **value} for key, value in data.items()]
    return None


def _has_text(rows: list[Any], n_words: int = 1) -> bool:
    """Whether some of the first rows have a text by the name of a column."""
    return any(
        isinstance(cell, str) and len(cell.split()) >= n_words and is_text_name(name)
        for row in rows[:20]
        for name, cell in (_flat(row) if isinstance(row, dict) else {"text": row}).items()
    )


def _are_numbers(keys: Iterable[str]) -> bool:
    return all(key.lstrip("-").isdigit() for key in keys)


def _from_records(
    kind: str, rows: Iterable[tuple[int, dict[str, Any]]], reading: ReadingSettings, name: str, problems: Iterable[str]
) -> Contents:
    """Contents of objects; their names, in the order of first appearance, are the columns."""
    flat = [(number, _flat(row)) for number, row in rows]
    header = list(dict.fromkeys(column for _, row in flat for column in row))
    cells = ((str(number), [row.get(column) for column in header]) for number, row in flat)
    return read_rows(kind, header, cells, reading, name, problems)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """An object without objects in it: one with a name gives it, the others a column for each of their values."""
    if isinstance(row.get("_source"), dict):  # a hit of Elasticsearch
        row = {"_id": row.get("_id"), **row["_source"]}
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if not isinstance(value, dict) or (len(value) == 1 and next(iter(value)).startswith("$")):
            flat[name] = value
            continue
        inner = dict(value)
        if isinstance(inner.get("name"), str):
            flat[name] = inner.pop("name")
        flat |= {f"{name}.{key}": cell for key, cell in inner.items()}
    return flat


@reads(".parquet")
def read_parquet(source: Source) -> Contents:
    """A Parquet table."""
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(io.BytesIO(source.load())) as table:
            rows = list(enumerate(table.read().to_pylist(), start=1))
    except (ArrowException, OSError) as error:
        reason = str(error).strip().splitlines()
        raise InputError(f"{source.name}: not a readable parquet table ({reason[0] if reason else error!r})") from None
    return _from_records("Parquet table", rows, source.reading, source.name, [])


@reads(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
def read_workbook(source: Source) -> Contents:
    """A workbook: every sheet with a text."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.load()))
        grids = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise InputError(f"{source.name}: not a readable workbook ({error}); save it again, or as .csv") from None
    grids = {name: rows for name, rows in grids.items() if any(cell != "" for row in rows for cell in row)}
    if not grids:
        raise InputError(f"{source.name}: all sheets are empty; expected a table with a text column")
    found: dict[str, Contents] = {}
    refused: dict[str, str] = {}
    for sheet, rows in grids.items():
        try:
            where = f"{source.name}, sheet {sheet!r}" if len(grids) > 1 else source.name
            found[sheet] = _from_sheet(rows, source.reading, where, f"{sheet}:" if len(grids) > 1 else "")
        except InputError as error:
            refused[sheet] = str(error)
    if not found:
        raise InputError(next(iter(refused.values())))
    return _merged("workbook", found, refused)


def _from_sheet(rows: list[list[Any]], reading: ReadingSettings, name: str, part: str) -> Contents:
    at = find_header(rows, is_column_name(reading))
    header = [as_text(_plain(cell)).strip() for cell in rows[at]]
    plain = [(number, list(map(_plain, cells))) for number, cells in enumerate(rows[at + 1 :], start=1)]
    numbered = [(number, cells) for number, cells in plain if any(cell is not None for cell in cells)]
    return _from_grid("workbook", Grid(header, numbered, [], []), reading, name, part)


def _plain(cell: Any) -> Any:
    """A cell of a workbook; empty ones as None, so that a column of numbers is one in spite of them."""
    return None if cell == "" else cell


def _merged(kind: str, found: dict[str, Contents], refused: dict[str, str]) -> Contents:
    """The sheets of a workbook as one table; a sheet without a text is said in a note."""
    sheets = separate_ids(list(found.values()))
    notes = [f"sheet {sheet!r} was not read: it has no text column" for sheet in refused]
    if len(sheets) == 1 and not refused:
        return sheets[0]
    for name, sheet in zip(found, sheets, strict=True):
        notes += [f"sheet {name!r}: {note}" for note in sheet.notes]
    return replace(
        sheets[0],
        kind=kind,
        documents=tuple(row for sheet in sheets for row in sheet.documents),
        problems=tuple(
            f"sheet {name!r}: {problem}" for name, sheet in zip(found, sheets, strict=True) for problem in sheet.problems
        ),
        columns={of: column for sheet in reversed(sheets) for of, column in sheet.columns.items()},
        notes=tuple(notes),
        header=tuple(dict.fromkeys(column for sheet in sheets for column in sheet.header)),
    )


def read_frame(frame: pd.DataFrame, reading: ReadingSettings | None = None, name: str = "DataFrame") -> Contents:
    """The articles (or paragraphs) in the rows of a DataFrame, which stays unchanged.

    Columns are found as in files. The index is not used, except its levels with a name,
    which are columns like others.

    Raises
    ------
    InputError
        If no column, or not clearly one, is the text.

    Examples
    --------
    >>> import pandas as pd
    >>> from topics.reading import read_frame
    >>> contents = read_frame(pd.DataFrame({"content": ["The baker folds the dough."], "party": ["Greens"]}))
    >>> contents.documents[0].text, dict(contents.documents[0].fields), dict(contents.columns)
    ('The baker folds the dough.', {'party': 'Greens'}, {'text': 'content'})
    """
    levels = [level for level in frame.index.names if level is not None and level not in frame.columns]
    columns = [frame.index.get_level_values(level) for level in levels]
    columns += [frame.iloc[:, position] for position in range(frame.shape[1])]
    header = [*map(_column_name, levels), *map(_column_name, frame.columns)]
    cells = [column.astype(object).tolist() for column in columns]
    rows = zip(*cells, strict=True) if cells else ()
    numbered = ((str(number), row) for number, row in enumerate(rows, start=1))
    return read_rows("DataFrame", header, numbered, reading or ReadingSettings(), name)


def _column_name(name: Any) -> str:
    """A column's name as text; one of several levels is joined."""
    return ".".join(map(as_text, name)).strip(".") if isinstance(name, tuple) else as_text(name)


def read_texts(texts: Iterable[str], reading: ReadingSettings | None = None, name: str = "list") -> Contents:
    """Texts in memory, one an article (or, with ``reading.unit = "paragraph"``, a paragraph).

    Examples
    --------
    >>> from topics.reading import read_texts
    >>> [document.text for document in read_texts(["One.", "Two."]).documents]
    ['One.', 'Two.']
    """
    cells = list(texts)
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, str) and as_text(cell):
            raise InputError(f"{name}: item {number} is {type(cell).__name__}; expected texts (str)")
    numbered = ((str(number), [cell]) for number, cell in enumerate(cells, start=1))
    return read_rows("list of texts", ["text"], numbered, reading or ReadingSettings(), name)
