"""Readers of file formats: a file -> its articles, as :class:`topics.reading.document.Contents`.

``plain``      ``.txt .md``, with front matter
``web``        ``.html .htm``
``tables``     ``.csv .tsv .json .jsonl .parquet .xlsx .ods`` and data in memory: one article (or paragraph) a row

To add a format, write a function with ``@reads(".suffix")`` in a file of its own and import it here.
"""

from topics.reading.formats import plain, tables, web
from topics.reading.formats.registry import read_source, suffixes
from topics.reading.formats.tables import SUFFIXES as TABLE_SUFFIXES
from topics.reading.formats.tables import read_frame, read_rows, read_texts

__all__ = [
    "TABLE_SUFFIXES", "plain", "read_frame", "read_rows", "read_source", "read_texts", "suffixes", "tables", "web",
]  # fmt: skip
