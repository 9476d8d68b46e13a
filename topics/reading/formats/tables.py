"""Tables of articles or paragraphs: ``.csv .tsv .json .jsonl .ndjson .parquet .xlsx .xls .ods``, and data in memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from topics.delimited import Grid, find_header, read_delimited
from topics.errors import InputError
from topics.reading.columns import as_rows, is_column_name, is_text_name, read_table, separate_ids
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


_WORKBOOKS = (".ods", ".xls", ".xlsb", ".xlsm", ".xlsx")
SUFFIXES = (".csv", ".tab", ".tsv", *_WORKBOOKS)
"""Suffixes of the tables that :func:`read_rows` reads."""


def read_rows(source: Source) -> list[dict[str, str]]:
    """The rows of a table as text, whatever its columns, such as those of a table of metadata.

    Of a workbook, it is the first sheet that is not empty. Missing values are "".

    Raises
    ------
    InputError
        If the file is not a table.
    """
    workbook = source.suffix in _WORKBOOKS
    grid = next(iter(_sheets(source).values())) if workbook else _grid(source, "\t" if source.suffix != ".csv" else ",")
    return as_rows(grid.header, [cells for _, cells in grid.rows], source.name)


@reads(".csv")
def read_csv(source: Source) -> Contents:
    """A table of text; delimiter, quotation marks and header are detected."""
    return _from_grid("CSV table", _grid(source, ","), source.reading, source.name)


@reads(".tsv", ".tab")
def read_tsv(source: Source) -> Contents:
    """A table of text, probably separated by tabs."""
    return _from_grid("TSV table", _grid(source, "\t"), source.reading, source.name)


def _grid(source: Source, preferred: str) -> Grid:
    text = decode(source.load(), source.name)
    return read_delimited(text, source.name, is_column_name(source.reading), preferred)


def _from_grid(kind: str, grid: Grid, reading: ReadingSettings, name: str, part: str = "") -> Contents:
    rows = ((f"{part}{number}", cells) for number, cells in grid.rows)
    return read_table(kind, grid.header, rows, reading, name, grid.problems, grid.notes)


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
    if len(data) > 1 and all(key.isdigit() and isinstance(value, str | None) for key, value in data.items()):
        return values  # a pandas Series of texts
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
    return read_table(kind, header, cells, reading, name, problems)


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


@reads(*_WORKBOOKS)
def read_workbook(source: Source) -> Contents:
    """A workbook: every sheet with a text."""
    grids = _sheets(source)
    several = len(grids) > 1
    found: dict[str, Contents] = {}
    refused: dict[str, InputError] = {}
    for sheet, grid in grids.items():
        where = f"{source.name}, sheet {sheet!r}," if several else source.name
        try:
            found[sheet] = _from_grid("workbook", grid, source.reading, where, f"{sheet}:" if several else "")
        except InputError as error:
            refused[sheet] = error
    if not found:
        raise next(iter(refused.values()))
    return _merged(found, refused) if several else found.popitem()[1]


def _sheets(source: Source) -> dict[str, Grid]:
    """The sheets of a workbook that are not empty."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(source.load()))
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise InputError(f"{source.name}: not a readable workbook ({error}); save it again, or as .csv") from None
    grids = {}
    for name, rows in sheets.items():
        if any(cell != "" for row in rows for cell in row):
            at = find_header(rows, is_column_name(source.reading))
            numbered = [(number, list(map(_plain, row))) for number, row in enumerate(rows[at + 1 :], start=1)]
            filled = [(number, row) for number, row in numbered if any(cell is not None for cell in row)]
            grids[name] = Grid([as_text(_plain(cell)).strip() for cell in rows[at]], filled, [], [])
    if not grids:
        raise InputError(f"{source.name}: all sheets are empty; expected a table with a text column")
    return grids


def _plain(cell: Any) -> Any:
    """A cell of a workbook; empty ones as None, so that a column of numbers is one in spite of them."""
    return None if cell == "" else cell


def _merged(found: dict[str, Contents], refused: Iterable[str]) -> Contents:
    """The sheets of a workbook as one table; a sheet without a text is named in a note."""
    sheets = dict(zip(found, separate_ids(list(found.values())), strict=True))
    notes = [f"sheet {name!r}: {note}" for name, sheet in sheets.items() for note in sheet.notes]
    return Contents(
        "workbook",
        tuple(row for sheet in sheets.values() for row in sheet.documents),
        tuple(f"sheet {name!r}: {problem}" for name, sheet in sheets.items() for problem in sheet.problems),
        columns={of: column for sheet in reversed(sheets.values()) for of, column in sheet.columns.items()},
        notes=(*notes, *(f"sheet {name!r} was not read: no column of it is the text" for name in refused)),
        header=tuple(dict.fromkeys(column for sheet in sheets.values() for column in sheet.header)),
        is_table=True,
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
    return read_table("DataFrame", header, numbered, reading or ReadingSettings(), name)


def _column_name(name: Any) -> str:
    """A column's name as text; one of several levels is joined."""
    return ".".join(map(as_text, name)).strip(".") if isinstance(name, tuple) else as_text(name)


def read_texts(texts: Iterable[str], reading: ReadingSettings | None = None, name: str = "list") -> Contents:
    """Texts in memory, one an article (or, with ``reading.unit = "paragraph"``, a paragraph); or records of a table.

    Examples
    --------
    >>> from topics.reading import read_texts
    >>> [document.text for document in read_texts(["One.", "Two."]).documents]
    ['One.', 'Two.']
    """
    if isinstance(texts, Mapping):
        raise InputError(f"{name}: a mapping; expected a list of texts, or a table: pandas.DataFrame(…)")
    cells = list(texts)
    if cells and all(isinstance(cell, Mapping) for cell in cells):
        import pandas as pd

        return read_frame(pd.DataFrame.from_records(cells), reading, name)
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, str) and as_text(cell):
            raise InputError(f"{name}: item {number} is {type(cell).__name__}; expected texts (str)")
    numbered = ((str(number), [cell]) for number, cell in enumerate(cells, start=1))
    return read_table("list of texts", ["text"], numbered, reading or ReadingSettings(), name)
