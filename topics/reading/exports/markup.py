"""Text of the elements of HTML and XML exports: one line a block."""

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree
from lxml import html as lxml

from topics.reading.document import Document

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SKIPPED = frozenset("script style noscript template head iframe object svg button select textarea".split())

TextBlock = tuple[str, Any, int]
"""Text of a line, the innermost element of its first word, and the newlines before it: 1 after ``<br>``, otherwise 2."""


def parse_html(html: str) -> Any:
    """The tree of an HTML text; None if there is nothing in it."""
    parser = lxml.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True)
    try:
        return lxml.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None


def text_blocks(element: Any) -> Iterator[TextBlock]:
    """The lines of an element, in order."""
    parts: list[str] = []
    first = element
    gap = 2

    def add(text: str | None, node: Any) -> None:
        nonlocal first
        if text and not "".join(parts).strip():
            first = node
        parts.append(text or "")

    def end_line() -> Iterator[TextBlock]:
        nonlocal gap
        text = " ".join("".join(parts).split())
        parts.clear()
        if text:
            yield text, first, gap
            gap = 0

    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if event == "start":
            if node.tag in _SKIPPED:
                walk.skip_subtree()  # its end event, with the text after the element, still follows
                continue
            if node.tag in _BLOCKS:
                yield from end_line()
                gap = 2
            elif node.tag == "br":
                yield from end_line()
                gap = min(2, gap + 1)
            add(node.text, node)
        else:
            if node.tag in _BLOCKS:
                yield from end_line()
                gap = 2
            if node is not element:
                add(node.tail, node.getparent())
    yield from end_line()


def names_around(element: Any, root: Any) -> set[str]:
    """The classes and tags of an element and of those around it, below ``root``."""
    names: set[str] = set()
    while element is not None and element is not root:
        names |= {element.tag, *(element.get("class") or "").split()}
        element = element.getparent()
    return names


def document_of(lines: Iterable[tuple[str, str, int]], fields: dict[str, str], part: str, mended: bool = False) -> Document:
    """A document of lines with their kinds ("" if unknown) and the newlines before them."""
    text, kinds = "", {}
    for line, kind, gap in lines:
        text += "\n" * max(1, gap) if text else ""
        if kind:
            kinds[len(text)] = kind
        text += line
    return Document(text, {name: value for name, value in fields.items() if value}, part, kinds=kinds, mended=mended)
