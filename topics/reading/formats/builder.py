"""Write the paragraphs of a document as one text, with the kind of each line that the format tells."""

import re
from collections.abc import Mapping, Sequence

from topics.reading.document import Document, Source
from topics.reading.formats.typesetting import plain_letters
from topics.text import count_words

_SPACES = re.compile(r"[^\S\n]+")
_MAX_HEADING_WORDS = 40
"""A longer paragraph in the style of a heading is text that somebody wanted large."""
_DEFAULT_TITLE = re.compile(
    r"microsoft (?:office )?(?:word|powerpoint)\b.*|(?:powerpoint|word) (?:presentation|document)"
    r"|anonymous|unspecified"
    r"|(?:untitled|document|dokument|documento|slide|title|unbenannt|sans titre|sin título|無題|без имени)[\s_-]*\d*"
    r"|.*\.(?:docx?|docm|rtf|odt|indd|qxd|qxp|pages|tex|dvi|pdf|html?|xml|txt|wpd|pmd|cdr|ai|p65)|[\W\d_]*|\S*[\\/]\S*",
    re.I | re.S,
)
"""Titles that programs write into a file on their own."""
_DEFAULT_AUTHOR = re.compile(
    r"(?:microsoft|ms) ?(?:office|word)?(?: user)?|(?:windows|office|google) user|(?:default |new )?(?:user|author|owner)\d*"
    r"|benutzer|utilisateur|usuario|autor|auteur|admin(?:istrator|istrateur|istrador)?|unknown|anonymous|python-docx"
    r"|unbekannt|inconnu|desconocido|root|guest|hp|dell|lenovo|acer|asus|toshiba|samsung|pc|[\W\d_]*|\S+@\S+",
    re.I,
)


class TextBuilder:
    """The text of an article, paragraph by paragraph.

    Paragraphs are separated by blank lines, lines within them by newlines. White space is
    reduced to single spaces; ligatures become letters and soft hyphens are removed.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: list[str] = []
        self._length = 0
        self._kinds: dict[int, str] = {}
        self._margins: set[str] = set()
        self._mended = False
        self.title = ""
        """The first paragraph of kind ``title``."""

    def __bool__(self) -> bool:
        return bool(self._parts)

    def add(self, text: str, kind: str = "") -> None:
        """Add a paragraph; one without a visible character adds nothing.

        Parameters
        ----------
        text
            Its text; newlines are line breaks within it.
        kind
            ``body title heading byline boilerplate``, or "" if the format does not tell. A second
            title is a heading, and boilerplate that repeats is added once.
        """
        tidied, mended = self._source.tidy(plain_letters(without_halves(text)))
        lines = [stripped for line in tidied.split("\n") if (stripped := _SPACES.sub(" ", line).strip())]
        if not lines:
            return
        if kind == "boilerplate":
            # the headers of first, left and right pages are often the same
            if tidied in self._margins:
                return
            self._margins.add(tidied)
        self._mended |= mended
        if kind == "title" and self.title:
            kind = "heading"
        if kind in ("title", "heading") and count_words(tidied) > _MAX_HEADING_WORDS:
            kind = ""
        if kind == "title":
            self.title = " ".join(lines)
        for i, line in enumerate(lines):
            between = "" if not self._parts else "\n" if i else "\n\n"
            self._parts.append(between + line)
            self._length += len(between) + len(line)
            if kind:
                self._kinds[self._length - len(line)] = kind

    def document(self, fields: Mapping[str, str], part: str = "", notes: Sequence[str] = ()) -> Document:
        """The article; fields without a value are left out."""
        written = {name: " ".join(self._source.tidy(value)[0].split()) for name, value in fields.items() if value}
        return Document(
            "".join(self._parts),
            {name: value for name, value in written.items() if value},
            part=part,
            kinds=self._kinds,
            mended=self._mended,
            notes=tuple(notes),
        )


def without_halves(text: str) -> str:
    """``text`` with halves of surrogate pairs joined, or replaced by U+FFFD where the other half is missing."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def sensible_title(title: str) -> str:
    """The title in the properties of a file, or "" if a program wrote it, such as "Microsoft Word - speech.doc"."""
    title = " ".join(title.split())
    return "" if _DEFAULT_TITLE.fullmatch(title.strip("()[] ")) else title


def sensible_author(author: str) -> str:
    """The author in the properties of a file, or "" if it is the name of a program or an account."""
    author = " ".join(author.split())
    return "" if _DEFAULT_AUTHOR.fullmatch(author.strip("()[] ")) else author
