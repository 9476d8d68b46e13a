"""Electronic books: ``.epub``.

A book is one article with its chapters as headings: whether chapters are articles of their own,
only a reader of the book can tell, since title pages, prefaces and halves of chapters are files, too.
"""

import posixpath
import re
from typing import Any
from urllib.parse import unquote

from lxml import html as lxml

from topics.errors import InputError
from topics.format import count
from topics.reading.document import Contents, Source
from topics.reading.formats.builder import TextBuilder
from topics.reading.formats.markup import Markup, MarkupReader
from topics.reading.formats.packages import Package, attribute, children, descendants, local
from topics.reading.formats.registry import reads
from topics.text import decode

_EMPTY_TAG = re.compile(r"<(title|script|style|a|div|span|p|i|b|em|strong|td|li|h[1-6])((?:\s[^<>]*)?)/>", re.I)
"""Empty elements of XHTML, which HTML takes for opening tags."""
_NOTE_TYPES = frozenset("footnote endnote rearnote footnotes endnotes rearnotes".split())
_SKIPPED_TYPES = frozenset("pagebreak noteref toc landmarks page-list".split())


class _BookMarkup(Markup):
    def is_skipped(self, element: Any) -> bool:
        return super().is_skipped(element) or not _SKIPPED_TYPES.isdisjoint(_types(element))

    def is_note(self, element: Any) -> bool:
        return not _NOTE_TYPES.isdisjoint(_types(element))


_MARKUP = _BookMarkup(
    blocks=dict.fromkeys(
        "address article aside blockquote body dd div dl dt figure footer header hr li main ol p pre section table td th tr"
        " ul".split(),
        "",
    )
    | dict.fromkeys("h1 h2 h3 h4 h5 h6".split(), "heading")
    | dict.fromkeys(("figcaption", "caption"), "boilerplate"),
    skipped=frozenset("head script style svg math nav rt rp".split()),
    breaks=frozenset(("br",)),
)


@reads(".epub")
def read_book(source: Source) -> Contents:
    """An electronic book: one article."""
    package = Package(source, "an electronic book")
    path = next((attribute(e, "full-path") for e in descendants(package.xml("META-INF/container.xml"), "rootfile")), "")
    root = package.xml(path)
    hrefs = {attribute(item, "id"): unquote(attribute(item, "href")) for item in descendants(root, "item")}
    navigation = {
        attribute(item, "id") for item in descendants(root, "item") if "nav" in attribute(item, "properties").split()
    }
    spine = [attribute(item, "idref") for item in descendants(root, "itemref")]
    chapters = [
        posixpath.normpath(posixpath.join(posixpath.dirname(path), hrefs[i]))
        for i in spine
        if i in hrefs and i not in navigation
    ]
    locks = package.optional_xml("META-INF/encryption.xml")
    locked = set() if locks is None else {unquote(attribute(e, "URI")) for e in descendants(locks, "CipherReference")}
    if locked.intersection(chapters):
        raise InputError(f"{source.name}: protected against copying; expected a book without DRM")
    reader = MarkupReader(_MARKUP, TextBuilder(source))
    missing = 0
    for chapter in chapters:
        try:
            reader.add(_parse(package.read(chapter), source.name))
        except InputError:
            missing += 1
    reader.add_notes()
    notes = [f"{count(missing, 'chapter')} missing or damaged in the file"] if missing else []
    return Contents("electronic book", (reader.builder.document(_metadata(root), notes=notes),))


def _types(element: Any) -> list[str]:
    return (element.get("epub:type") or element.get("{http://www.idpf.org/2007/ops}type") or "").split()


def _parse(raw: bytes, name: str) -> Any:
    markup = _EMPTY_TAG.sub(r"<\1\2></\1>", decode(raw, name))
    try:
        return lxml.document_fromstring(
            markup.encode(), parser=lxml.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        )
    except Exception:  # an empty file
        raise InputError(f"{name}: no text in it") from None


def _metadata(root: Any) -> dict[str, str]:
    """Title, authors, publisher and date of publication."""
    found: dict[str, list[str]] = {}
    for metadata in descendants(root, "metadata"):
        for element in children(metadata, "title", "creator", "publisher", "date"):
            event, role = attribute(element, "event"), attribute(element, "role")
            is_other = (event and event != "publication") or (role and role != "aut")
            if element.text and not is_other:
                found.setdefault(local(element), []).append(element.text)
    date = found.get("date", [""])[0]
    return {
        "title": found.get("title", [""])[0],
        "author": ", ".join(found.get("creator", [])),
        "outlet": found.get("publisher", [""])[0],
        "date": date[:10] if re.match(r"\d{4}-\d\d-\d\dT", date) else date,
    }
