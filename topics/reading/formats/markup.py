"""Markup of texts -> paragraphs: what the readers of XML and of electronic books share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml import etree

from topics.reading.formats.builder import TextBuilder
from topics.reading.formats.packages import attribute, local

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Markup:
    """What the elements of a vocabulary mean, by their names without namespaces."""

    blocks: Mapping[str, str]
    """Elements with paragraphs of their own -> kind of these, or "" if the vocabulary does not tell."""
    skipped: frozenset[str] = _NOTHING
    """Elements without text of the article."""
    notes: frozenset[str] = _NOTHING
    """Footnotes: they stand within a paragraph that goes on after them."""
    lines: frozenset[str] = _NOTHING
    """Elements on a line of their own within their paragraph, such as a verse."""
    breaks: frozenset[str] = _NOTHING
    """Empty elements that break a line."""
    spaces: frozenset[str] = _NOTHING
    """Empty elements between words, such as the line ends of a printed page."""

    def is_skipped(self, element: Any) -> bool:
        """Whether an element has no text of the article."""
        return local(element) in self.skipped

    def is_note(self, element: Any) -> bool:
        """Whether an element is a footnote."""
        return local(element) in self.notes


@dataclass
class MarkupReader:
    """Adds the paragraphs of elements to a text."""

    markup: Markup
    builder: TextBuilder
    _pieces: list[str] = field(default_factory=list)
    _notes: list[Any] = field(default_factory=list)

    def add(self, element: Any, kind: str = "") -> None:
        """Add an element with all that it contains, but for its notes."""
        self._walk(element, kind)
        self._end(kind)

    def add_notes(self) -> None:
        """Add the notes of the elements so far, as boilerplate."""
        while self._notes:
            note = self._notes.pop(0)
            self._text(note.text)
            for child in note:
                self._walk(child, "boilerplate")
                self._text(child.tail)
            self._end("boilerplate")

    def _walk(self, element: Any, kind: str) -> None:
        name, markup = local(element), self.markup
        if element.tag is etree.Entity:  # never expanded, unless HTML knows it as a letter
            self._pieces.append(unescape(element.text))
        if not name or markup.is_skipped(element):
            return
        if markup.is_note(element):
            self._notes.append(element)
            return
        is_block = name in markup.blocks
        inner = kind
        if is_block:
            self._end(kind)
            inner = kind if kind == "boilerplate" else markup.blocks[name] or kind
        elif name in markup.lines or name in markup.breaks:
            self._pieces.append("\n")
        elif name in markup.spaces and attribute(element, "break") != "no":
            self._pieces.append(" ")
        self._text(element.text)
        for child in element:
            self._walk(child, inner)
            self._text(child.tail)
        if is_block:
            self._end(inner)
        elif name in markup.lines:
            self._pieces.append("\n")

    def _text(self, text: str | None) -> None:
        if text:
            self._pieces.append(text.replace("\r", " ").replace("\n", " "))

    def _end(self, kind: str) -> None:
        self.builder.add("".join(self._pieces), kind)
        self._pieces.clear()
