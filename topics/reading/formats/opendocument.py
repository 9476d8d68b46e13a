"""OpenDocument texts: ``.odt``, and ``.fodt``, the same as one XML file.

Their XML holds the text in reading order, so that lxml is enough.
"""

from collections.abc import Iterator
from typing import Any

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.formats.builder import TextBuilder, sensible_author, sensible_title
from topics.reading.formats.packages import Package, attribute, children, descendants, local, parse_xml
from topics.reading.formats.registry import reads, reads_root
from topics.reading.formats.styles import kind_of_cell, kind_of_style

_SKIPPED = frozenset(
    "tracked-changes forms annotation ruby-text sequence-decls variable-decls note-citation title desc".split()
)
_INDEXES = frozenset(
    "table-of-content illustration-index table-index object-index user-index alphabetical-index bibliography".split()
)


@reads(".odt", ".ott")
def read_opendocument(source: Source) -> Contents:
    """An OpenDocument text: one article."""
    package = Package(source, "an OpenDocument text")
    manifest = package.optional_xml("META-INF/manifest.xml")
    if manifest is not None and any(True for _ in descendants(manifest, "encryption-data")):
        raise InputError(f"{source.name}: encrypted; save it without a password")
    parts = [package.xml("content.xml"), *map(package.optional_xml, ("styles.xml", "meta.xml"))]
    return Contents("OpenDocument text", (_document([part for part in parts if part is not None], source),))


@reads(".fodt")
@reads_root("document")
def read_flat_opendocument(source: Source) -> Contents:
    """An OpenDocument text as one XML file."""
    root = parse_xml(source.load(), source.name)
    if not attribute(root, "mimetype").startswith("application/vnd.oasis.opendocument.text"):
        raise InputError(f"{source.name}: XML of an unknown kind (<{local(root)}>); save its text as .txt, .docx or .html")
    return Contents("OpenDocument text", (_document([root], source),))


def _document(parts: list[Any], source: Source) -> Document:
    text = next((body for part in parts for top in descendants(part, "body") for body in children(top, "text")), None)
    if text is None:
        raise InputError(f"{source.name}: no text in it; expected a text document")
    reader = _Reader(parts, source)
    reader.add_blocks(text)
    reader.add_notes()
    for part in parts:
        for region in descendants(part, "header", "header-left", "footer", "footer-left"):
            reader.add_blocks(region, "boilerplate")
    values = {local(element): element.text or "" for part in parts for meta in descendants(part, "meta") for element in meta}
    fields = {
        "title": reader.builder.title or sensible_title(values.get("title", "")),
        "author": sensible_author(values.get("initial-creator", "") or values.get("creator", "")),
    }
    n_comments = sum(1 for _ in descendants(text, "annotation"))
    return reader.builder.document(fields, notes=[f"{n_comments} comments were left out"] if n_comments else [])


class _Reader:
    def __init__(self, parts: list[Any], source: Source) -> None:
        self.builder = TextBuilder(source)
        self._parents = {
            attribute(style, "name"): (attribute(style, "parent-style-name"), attribute(style, "display-name"))
            for part in parts
            for style in descendants(part, "style")
        }
        self._hidden = {
            attribute(style, "name")
            for part in parts
            for style in descendants(part, "style")
            if any(attribute(properties, "display") == "none" for properties in children(style, "text-properties"))
        }
        self._notes: list[Any] = []
        self._later: list[Any] = []

    def add_blocks(self, parent: Any, kind: str = "") -> None:
        """Add the paragraphs of a text, section, list, table, frame or note."""
        for element in parent:
            name = local(element)
            if name in ("h", "p"):
                outer, self._later = self._later, []
                text = "".join(self._pieces(element))
                # a heading in a cell is one by its style alone
                self.builder.add(text, self._kind(element) or kind if kind == "body" else kind or self._kind(element))
                later, self._later = self._later, outer
                for frame in later:
                    self.add_blocks(frame, kind)
            elif name == "table-cell":
                self.add_blocks(element, kind or kind_of_cell(sum(1 for _ in descendants(element, "p", "h"))))
            elif name in _INDEXES:
                self.add_blocks(element, "boilerplate")
            elif name not in _SKIPPED:
                self.add_blocks(element, kind)

    def add_notes(self) -> None:
        """Add footnotes and endnotes."""
        while self._notes:
            self.add_blocks(self._notes.pop(0), "boilerplate")

    def _pieces(self, element: Any) -> Iterator[str]:
        """The text of a paragraph; notes and frames are kept for later."""
        yield _normal(element.text)
        for child in element:
            name = local(child)
            if name == "s":
                yield " "
            elif name == "tab":
                yield "\t"
            elif name == "line-break":
                yield "\n"
            elif name == "note":
                self._notes.append(child)
            elif name in ("frame", "text-box", "custom-shape", "g", "rect"):
                self._later.append(child)
            elif name and name not in _SKIPPED and attribute(child, "style-name") not in self._hidden:
                yield from self._pieces(child)
            yield _normal(child.tail)

    def _kind(self, paragraph: Any) -> str:
        kinds = (kind_of_style(name.replace("_20_", " ")) for name in self._style_names(paragraph))
        return next(filter(None, kinds), "heading" if local(paragraph) == "h" else "")

    def _style_names(self, paragraph: Any) -> Iterator[str]:
        """The names of a paragraph's style and of those on which it is based."""
        name, seen = attribute(paragraph, "style-name"), set[str]()
        while name and name not in seen:
            seen.add(name)
            parent, shown = self._parents.get(name, ("", ""))
            yield from (name, shown)
            name = parent


def _normal(text: str | None) -> str:
    """White space of the XML file as spaces; line breaks are elements."""
    return (text or "").replace("\r", " ").replace("\n", " ")
