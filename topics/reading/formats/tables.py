"""Tables of articles or paragraphs: ``.csv .jsonl .parquet``."""

import io
import json
from collections.abc import Iterable
from typing import Any

from topics.errors import InputError
from topics.reading.document import FIELDS, Contents, Document, Source
from topics.reading.formats.registry import reads
from topics.reading.formats.values import as_text
from topics.spreadsheets import parse_csv
from topics.text import decode

Rows = Iterable[tuple[int, dict[str, Any]]]
"""Rows with their numbers from 1 (lines for ``.jsonl``)."""


SUFFIXES = (".csv",)


def read_rows(source: Source) -> list[dict[str, str]]:
    """The rows of a table as text, whatever its columns."""
    rows, _ = parse_csv(decode(source.load(), source.name), source.name)
    return [{name: as_text(value) for name, value in row.items()} for _, row in rows]


@reads(".csv")
def read_csv(source: Source) -> Contents:
    """A table of text, separated by comma, semicolon or tab."""
    rows, problems = parse_csv(decode(source.load(), source.name), source.name)
    return _contents("CSV table", rows, [problem.removeprefix(f"{source.name} ") for problem in problems], source)


@reads(".jsonl")
def read_json_lines(source: Source) -> Contents:
    """One JSON object a line."""
    rows, problems = [], []
    for number, line in enumerate(decode(source.load(), source.name).split("\n"), start=1):
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
    return _contents("JSON lines", rows, problems, source)


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
    return _contents("Parquet table", rows, [], source)


def _contents(kind: str, rows: Rows, problems: list[str], source: Source) -> Contents:
    """Cells as text: dates as ISO 8601, lists joined (those of ``text`` by blank lines), missing values as ""."""
    records = [
        (number, {key: as_text(value, "\n\n" if key == "text" else ", ") for key, value in row.items()})
        for number, row in rows
    ]
    if records and not any("text" in row for _, row in records):
        raise InputError(f"{source.name} lacks column 'text'; found {sorted(records[0][1])}")
    documents = []
    for number, row in records:
        if any(not _is_encodable(row.get(key, "")) for key in ("text", "article_id", "paragraph_id")):
            problems.append(f"row {number}: half a surrogate pair in it; expected text that UTF-8 can hold")
        elif not row.get("text", "").strip():
            problems.append(f"row {number}: no text in it; expected an article or a paragraph")
        else:
            tidied = {key: source.tidy(row[key]) for key in ("text", *FIELDS) if key in row}
            fields = row | {key: text for key, (text, _) in tidied.items()}
            mended = any(mended for _, mended in tidied.values())
            documents.append(Document(fields.pop("text"), fields, part=str(number), mended=mended))
    return Contents(kind, tuple(documents), tuple(problems), is_table=True)


def _is_encodable(text: str) -> bool:
    """Whether UTF-8 can hold the text, which has no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8") == text
