"""What the reader of a file format takes and returns, before articles have ids and dates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from topics.settings import ReadingSettings
from topics.text import decode, fix_mojibake, unify_newlines

FIELDS = ("title", "author", "outlet", "date")
"""Metadata that every article has; other fields are carried along."""
IDS = ("article_id", "paragraph_id")
"""Fields that identify an article or paragraph."""


@dataclass(frozen=True)
class Source:
    """A file of the input, or an entry of an archive."""

    name: str
    """Path relative to the input, with ``/``; ``archive.zip/page.txt`` for an entry."""
    load: Callable[[], bytes]
    reading: ReadingSettings = field(default_factory=ReadingSettings)

    @property
    def suffix(self) -> str:
        """The suffix in lower case, with its dot."""
        return f".{self.name.rpartition('.')[2].lower()}" if "." in self.name.rpartition("/")[2] else ""

    @property
    def stem(self) -> str:
        """The file's name without folders and suffix."""
        return self.name.rpartition("/")[2].removesuffix(self.name[-len(self.suffix) :] if self.suffix else "")

    def decoded(self) -> tuple[str, bool]:
        r"""The text of the file with ``\n`` newlines, and whether encoding errors were fixed.

        Raises
        ------
        InputError
            If the bytes are not text.
        """
        return self.tidy(decode(self.load(), self.name))

    def tidy(self, text: str) -> tuple[str, bool]:
        """The same for ``text`` (:func:`tidy`)."""
        return tidy(text, self.reading)


def tidy(text: str, reading: ReadingSettings) -> tuple[str, bool]:
    r"""``text`` with ``\n`` newlines and, with ``reading.mend``, encoding errors fixed; and whether there were any."""
    if text.isascii():  # as most cells of tables are; encoding errors are beyond ASCII
        return unify_newlines(text), False
    mended = fix_mojibake(text) if reading.mend else text
    return unify_newlines(mended), mended != text


@dataclass(frozen=True)
class Document:
    """One article as a file contains it."""

    text: str
    r"""Decoded, with ``\n`` newlines; all offsets refer to this text."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Metadata as written: ``title author outlet date article_id paragraph_id`` and any further field, such as party."""
    part: str = ""
    """Which part of the file it is, such as the number of a row; "" for the whole file."""
    body_start: int = 0
    """Offset of the end of the front matter."""
    markdown: bool = False
    kinds: Mapping[int, str] = field(default_factory=dict)
    """Offset of a line -> its kind, where the format tells: ``body title heading byline boilerplate``."""
    mended: bool = False
    """Whether encoding errors were fixed."""
    notes: tuple[str, ...] = ()
    """What a reader of the results must know about this article, such as "the page looks cut off"."""


@dataclass(frozen=True)
class Contents:
    """All articles of a file."""

    kind: str
    """What the file is, for the intake summary: "web page", "Word document", "Nexis export"."""
    documents: tuple[Document, ...]
    problems: tuple[str, ...] = ()
    """Parts that could not be read, one line each, without the file's name: "row 7: no text in it"."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field -> the column of the table that was used for it, for columns with another name."""
    notes: tuple[str, ...] = ()
    """What a reader of the results must know about this file."""
    header: tuple[str, ...] = ()
    """Names of the columns of the table, as written."""
    is_table: bool = False
    """Whether each document is a row; with ``reading.unit = "paragraph"``, rows are paragraphs of articles."""
