"""Read the rows of ``.csv .jsonl .parquet`` tables as text, with their numbers."""

import json
from pathlib import Path
from typing import Any

from topics.errors import InputError
from topics.spreadsheets import parse_csv
from topics.text import decode

RECORD_SUFFIXES = (".csv", ".jsonl", ".parquet")


def read_records(file: Path, name: str, problems: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows of a table with a column ``text``, with their numbers from 1 (lines for ``.jsonl``).

    Cells are converted to text: dates as ISO 8601, lists joined (those of ``text`` by blank
    lines), missing values as "". Rows that cannot be read are omitted and listed in ``problems``.

    Raises
    ------
    InputError
        If the file is not such a table, or has no column ``text``.
    """
    rows = {".csv": _csv, ".jsonl": _json_lines, ".parquet": _parquet}[file.suffix.lower()](file, name, problems)
    if rows and not any("text" in row for _, row in rows):
        raise InputError(f"{name} lacks column 'text'; found {sorted(rows[0][1])}")
    return [
        (number, {key: as_text(value, "\n\n" if key == "text" else ", ") for key, value in row.items()})
        for number, row in rows
    ]


def as_text(value: Any, between: str = ", ") -> str:
    """A value of a record as text: lists are joined, objects give their name, missing values ""."""
    if isinstance(value, (list, tuple)):
        return between.join(filter(None, map(as_text, value)))
    if isinstance(value, dict):
        return as_text(value.get("name"))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None or value != value else str(value)


def _csv(file: Path, name: str, problems: list[str]) -> list[tuple[int, dict[str, Any]]]:
    rows, refused = parse_csv(decode(file.read_bytes(), name), name)
    problems += refused
    return rows


def _json_lines(file: Path, name: str, problems: list[str]) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for number, line in enumerate(decode(file.read_bytes(), name).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", error)
            problems.append(f"{name} line {number}: not valid JSON ({reason}); expected one object per line")
            continue
        if isinstance(row, dict):
            rows.append((number, row))
        else:
            problems.append(f"{name} line {number}: {type(row).__name__}; expected an object with a text")
    return rows


def _parquet(file: Path, name: str, problems: list[str]) -> list[tuple[int, dict[str, Any]]]:
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(file) as table:
            return list(enumerate(table.read().to_pylist(), start=1))
    except (ArrowException, OSError) as error:
        reason = str(error).strip().splitlines()
        raise InputError(f"{name}: not a readable parquet table ({reason[0] if reason else error!r})") from None
