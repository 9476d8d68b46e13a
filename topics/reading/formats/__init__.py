"""Readers of file formats: a file -> its articles, as :class:`topics.reading.document.Contents`.

================  =================================================================
``plain``         ``.txt .md``, with front matter
``web``           ``.html .htm .xhtml``
``tables``        ``.csv .tsv .json .jsonl .parquet .xlsx .xls .ods``, and data in memory
``word``          ``.docx .docm .dotx``
``opendocument``  ``.odt .ott .fodt``
``rich_text``     ``.rtf``
``pdf``           ``.pdf`` (extra ``documents``)
``book``          ``.epub``
``xml``           ``.xml``: TEI, NITF, JATS and WordPress, by the root element
``mail``          ``.eml``, and web pages as ``.mhtml .mht``
================  =================================================================

``registry`` chooses the reader: by the content (``signatures``) where it is certain, else by the
suffix. Readers share ``builder`` (paragraphs -> text with kinds), ``markup`` and ``packages`` (XML,
zipped or not), ``styles``, ``page_layout`` and ``typesetting``.

To add a format, write a function with ``@reads(".suffix")``, or for XML ``@reads_root("root")``, in
a file of its own and import it here.
"""

from topics.reading.formats import book, mail, opendocument, pdf, plain, rich_text, tables, web, word, xml
from topics.reading.formats.registry import advice, format_of, read_source, suffixes
from topics.reading.formats.tables import SUFFIXES as TABLE_SUFFIXES
from topics.reading.formats.tables import read_frame, read_rows, read_texts

__all__ = [
    "TABLE_SUFFIXES", "advice", "book", "format_of", "mail", "opendocument", "pdf", "plain", "read_frame", "read_rows",
    "read_source", "read_texts", "rich_text", "suffixes", "tables", "web", "word", "xml",
]  # fmt: skip
