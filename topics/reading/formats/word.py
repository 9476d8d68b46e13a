"""Word documents: ``.docx``, with headings by style, and notes and page headers as boilerplate.

The parts of the package are read directly: python-docx leaves out inserted text, content
controls, text boxes and footnotes, and refuses documents with macros and those in ISO strict form.
"""

import re
from collections.abc import Iterator
from typing import Any

from topics.errors import InputError
from topics.reading.document import Contents, Source
from topics.reading.formats.builder import TextBuilder, sensible_author, sensible_title
from topics.reading.formats.packages import Package, attribute, children, descendants, local
from topics.reading.formats.registry import reads
from topics.reading.formats.styles import kind_of_cell, kind_of_style

_SKIPPED = frozenset(
    "del moveFrom delText instrText delInstrText pPr rPr tblPr trPr tcPr sectPr sdtPr rt Fallback footnoteRef endnoteRef"
    " annotationRef drawing pict object fldData numbering".split()
)
_OFF = ("0", "false", "off")


@reads(".docx", ".docm", ".dotx")
def read_word(source: Source) -> Contents:
    """A Word document: one article."""
    package = Package(source, "a Word document")
    main = _main_part(package)
    return Contents("Word document", (_Reader(package, main, source).document(),))


def _main_part(package: Package) -> str:
    """The path of the part with the text, which is not always ``word/document.xml``."""
    relations = package.optional_xml("_rels/.rels")
    for relation in [] if relations is None else relations:
        if attribute(relation, "Type").endswith("/officeDocument"):
            return attribute(relation, "Target").lstrip("/")
    return "word/document.xml"


class _Reader:
    def __init__(self, package: Package, main: str, source: Source) -> None:
        self._package = package
        self._main = main
        self._builder = TextBuilder(source)
        self._styles = self._read_styles()
        self._references: list[tuple[str, str]] = []  # kind and id of notes, in the order of the text
        self._boxes: list[Any] = []
        self._open = ""  # text of a paragraph whose end was deleted
        self._notes: list[str] = []

    def document(self) -> Any:
        """The article."""
        body = next(descendants(self._package.xml(self._main), "body"), None)
        if body is None:
            raise InputError(f"{self._package.name}: no body in it; expected a Word document")
        self._blocks(body, "")
        self._add_notes()
        for part in self._parts("header", "footer"):
            self._add_lines(self._package.optional_xml(part))
        comments = [part for name in self._parts("comments") if (part := self._package.optional_xml(name)) is not None]
        n_comments = sum(1 for part in comments for _ in children(part, "comment"))
        if n_comments:
            self._notes.append(f"{n_comments} comments of reviewers were left out")
        return self._builder.document(self._properties(), notes=self._notes)

    def _parts(self, *names: str) -> list[str]:
        folder = self._main.rpartition("/")[0]
        pattern = re.compile(rf"{re.escape(folder)}/(?:{'|'.join(names)})\d*\.xml")
        return sorted(name for name in self._package.names if pattern.fullmatch(name))

    def _read_styles(self) -> dict[str, tuple[str, str, str]]:
        """Id of a style -> its name, that on which it is based, and its outline level."""
        styles = {}
        for part in self._parts("styles"):
            root = self._package.optional_xml(part)
            for style in [] if root is None else children(root, "style"):
                values = {local(e): attribute(e, "val") for e in descendants(style, "name", "basedOn", "outlineLvl")}
                styles[attribute(style, "styleId")] = tuple(values.get(n, "") for n in ("name", "basedOn", "outlineLvl"))
        return styles  # type: ignore[return-value]

    def _properties(self) -> dict[str, str]:
        root = self._package.optional_xml("docProps/core.xml")
        values = {} if root is None else {local(element): element.text or "" for element in root}
        return {
            "title": self._builder.title or sensible_title(values.get("title", "")),
            "author": sensible_author(values.get("creator", "")),
        }

    def _blocks(self, parent: Any, kind: str) -> None:
        """Add the paragraphs of a body, cell, text box or note."""
        for element in parent:
            name = local(element)
            if name == "p":
                self._paragraph(element, kind)
            elif name == "tr" and any(True for row in children(element, "trPr") for _ in children(row, "del")):
                continue
            elif name == "tc":
                self._blocks(element, kind or kind_of_cell(sum(1 for _ in descendants(element, "p"))))
            elif name == "sdt":
                gallery = next((attribute(e, "val") for e in descendants(element, "docPartGallery")), "")
                self._blocks(element, "boilerplate" if gallery == "Table of Contents" else kind)
            elif name == "altChunk":
                self._notes.append("a document embedded in it was not read; open it in Word and save it again")
            elif name not in _SKIPPED:
                self._blocks(element, kind)

    def _paragraph(self, paragraph: Any, kind: str) -> None:
        outer, self._boxes = self._boxes, []
        text = self._open + "".join(self._pieces(paragraph))
        self._open = ""
        if _mark_is_deleted(paragraph):
            self._open = text
        else:
            # a heading in a cell is one by its style alone
            self._builder.add(text, self._kind(paragraph) or kind if kind == "body" else kind or self._kind(paragraph))
        boxes, self._boxes = self._boxes, outer
        for box in boxes:
            self._blocks(box, kind)

    def _pieces(self, parent: Any) -> Iterator[str]:
        """The visible text of a paragraph, with tracked changes accepted; notes and text boxes are kept for later."""
        for element in parent:
            name = local(element)
            if name == "t":
                yield element.text or ""
            elif name in ("tab", "ptab"):
                yield "\t"
            elif name in ("br", "cr"):
                yield "\n" if attribute(element, "type") in ("", "textWrapping") else " "
            elif name == "noBreakHyphen":
                yield "-"
            elif name in ("footnoteReference", "endnoteReference"):
                self._references.append((name.removesuffix("Reference"), attribute(element, "id")))
            elif name in ("drawing", "pict", "object"):
                self._boxes += _outermost(element, "txbxContent")
            elif name == "r" and _is_hidden(element):
                continue
            elif name == "AlternateContent":
                # the same content for two generations of Word
                yield from self._pieces(next(children(element, "Choice"), element))
            elif name and name not in _SKIPPED:
                yield from self._pieces(element)

    def _kind(self, paragraph: Any) -> str:
        properties = next(children(paragraph, "pPr"), None)
        values = {} if properties is None else {local(element): attribute(element, "val") for element in properties}
        level, style, seen = values.get("outlineLvl", ""), values.get("pStyle", ""), set[str]()
        while style and style not in seen:
            seen.add(style)
            name, parent, inherited = self._styles.get(style, (style, "", ""))
            if kind := kind_of_style(name):
                return kind
            level, style = level or inherited, parent
        return "heading" if level.isdigit() and int(level) < 9 else ""

    def _add_notes(self) -> None:
        """Footnotes and endnotes, in the order of the text; those of Word itself are lines that separate them."""
        notes = {}
        for kind in ("footnote", "endnote"):
            for part in self._parts(f"{kind}s"):
                root = self._package.optional_xml(part)
                if root is None:
                    self._notes.append(f"the {kind}s are damaged and were not read")
                    continue
                for note in children(root, kind):
                    if attribute(note, "type") not in ("separator", "continuationSeparator", "continuationNotice"):
                        notes[kind, attribute(note, "id")] = note
        order = [key for key in dict.fromkeys(self._references) if key in notes]
        for key in [*order, *(key for key in notes if key not in order)]:
            self._blocks(notes[key], "boilerplate")

    def _add_lines(self, root: Any) -> None:
        """A page header or footer; those of the first and of other pages are often the same."""
        if root is not None:
            self._blocks(root, "boilerplate")


def _outermost(element: Any, name: str) -> Iterator[Any]:
    """The elements of this name that are not within another one."""
    if local(element) == name:
        yield element
    elif local(element) != "Fallback":
        for child in element:
            yield from _outermost(child, name)


def _is_hidden(run: Any) -> bool:
    return any(
        attribute(element, "val").lower() not in _OFF
        for properties in children(run, "rPr")
        for element in children(properties, "vanish")
    )


def _mark_is_deleted(paragraph: Any) -> bool:
    """Whether a tracked change deleted the end of the paragraph, which joins it to the next one."""
    return any(
        True
        for properties in children(paragraph, "pPr")
        for mark in children(properties, "rPr")
        for _ in children(mark, "del", "moveFrom")
    )
