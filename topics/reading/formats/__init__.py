"""Readers of file formats: a file -> its articles, as :class:`topics.reading.document.Contents`.

``plain``      ``.txt .md``, with front matter
``web``        ``.html .htm``
``tables``     ``.csv .jsonl .parquet``: one article (or paragraph) a row

To add a format, write a function with ``@reads(".suffix")`` in a file of its own and import it here.
"""

from topics.reading.formats import book, mail, opendocument, pdf, plain, rich_text, tables, web, word, xml
from topics.reading.formats.registry import advice, format_of, read_source, suffixes

__all__ = ["advice", "format_of", "plain", "read_source", "suffixes", "tables", "web"]
