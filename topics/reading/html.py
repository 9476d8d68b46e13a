"""Visible text of an HTML page, the kind of each line, and metadata from its head.

trafilatura (Barbaresi 2021) identifies the main text. Its result is compared with *all*
visible lines of the page (:mod:`topics.reading.html_kinds`), so that omitted lines can be
inspected.
"""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml

from topics.reading.html_kinds import line_kinds, word_trigrams
from topics.reading.html_metadata import headline, is_cut_off, metadata_elements, read_article_body, read_metadata

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary table tbody td"
    " textarea tfoot th thead title tr ul video audio button".split()
)
_HIDDEN = frozenset("script style noscript template head svg math iframe object rt rp".split())
_SIDE_BY_SIDE = frozenset("a label span time".split())
_MIN_LONG = 40
"""Minimum characters of a paragraph that is looked for as it is."""
_SEAM = "\0"
"""Inserted between two links or spans that are displayed side by side without white space in the code; in no page."""
_APART = re.compile(f"(?<![(\\[«“„‘{_SEAM}]){_SEAM}(?![,.;:!?…)\\]»”’%])")
"""Seams displayed as a space: between words, not before a comma."""
_BREAKS_LXML = re.compile(
    r"</(?:body|html)\s*>|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[\da-f]))(?![\da-f]);?", re.I
)
"""End tags of a page, which may come too early and stop lxml, and references to control characters, which it rejects."""
_NO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Invisible characters, such as soft hyphens."""


@dataclass(frozen=True)
class HtmlPage:
    """The visible text of an HTML page."""

    text: str
    kinds: dict[int, str]
    """Offset of a line -> its kind (see :class:`topics.reading.Line`), for every line."""
    metadata: dict[str, str]
    """``title author outlet date`` from the head of the page."""
    notes: tuple[str, ...] = ()
    """What a reader should know, such as that the article is cut off."""


@dataclass
class _Line:
    text: str
    block: Any
    """The element of ``_BLOCKS`` that contains it."""
    linked: int
    """Number of characters within links."""
    gap: int
    """Newlines before it: 1 within a block (``<br>``), 2 between blocks."""


def read_html(html: str) -> HtmlPage | None:
    """The visible text of a page and the kind of each line; None if it has no main text."""
    import trafilatura

    tree = _parse(html)
    if tree is None:
        return None
    _held = list(tree.iter())  # lxml makes an object for an element anew whenever none is held
    lines = _visible_lines(tree)
    if not lines:
        return None
    article: Any = trafilatura.bare_extraction(tree, include_comments=False)
    extracted = article.text or "" if article else ""
    head = metadata_elements(tree)
    # the extensive search would also guess dates from the text
    dates = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
    stated: Any = trafilatura.metadata.extract_metadata(head, date_config=dates)
    notes = []
    hidden = "JSON-LD"
    missing = _missing_paragraphs(read_article_body(tree), lines)
    if missing:
        extracted = "\n".join([extracted, *missing])
    else:
        hidden = "hidden elements"  # such as <noscript>, which trafilatura reads
        parts = [" ".join(part.split()) for part in extracted.split("\n")]
        missing = [part for part in _missing_paragraphs(parts, lines) if len(part) >= _MIN_LONG]
    if missing:
        lines += [_Line(part, tree, 0, 2) for part in missing]
        notes.append(f"most of the article is in its {hidden} only and was added from there")
    elif is_cut_off(tree):
        notes.append("its JSON-LD says that the article is not free; the page may hold only its beginning")
    stated.title = headline(head) or stated.title
    text, kinds = "", {}
    found = line_kinds(lines, extracted, stated.title or "", stated.author or "")
    for line, kind in zip(lines, found, strict=True):
        text += "\n" * line.gap if text else ""
        kinds[len(text)] = kind
        text += line.text
    return HtmlPage(text, kinds, read_metadata(head, stated), tuple(notes))


def _missing_paragraphs(body: list[str], lines: list[_Line]) -> list[str]:
    """The paragraphs of ``articleBody`` that the page does not show, if it shows less than half of it."""
    long = [part for part in body if len(part) >= _MIN_LONG]
    displayed = "\n".join(line.text for line in lines)
    # a quick check, since nearly all pages display their article
    if not body or (long and 2 * sum(part in displayed for part in long) > len(long)):
        return []
    shown = set(word_trigrams(displayed))

    def share(text: str) -> float:
        parts = list(word_trigrams(text))
        return sum(part in shown for part in parts) / max(1, len(parts))

    if share(" ".join(body)) >= 0.5:
        return []
    return [part for part in body if share(part) < 0.5]


def _parse(html: str) -> Any:
    """The tree of a page; None if it is empty or nested too deeply."""
    from trafilatura.utils import repair_faulty_html

    parser = lxml.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
    repaired = _BREAKS_LXML.sub("", repair_faulty_html(html, html[:50].lower()))
    try:
        tree = lxml.document_fromstring(repaired.encode("utf-8"), parser=parser)
    except etree.ParserError:
        return None
    return None if parser.error_log.filter_from_fatals() else tree


def _visible_lines(tree: Any) -> list[_Line]:
    """The lines of a page as displayed by a browser."""
    lines: list[_Line] = []
    parts: list[str] = []  # of the current line
    blocks = [tree]
    gap = linked = links = preformatted = 0

    def end_line(newlines: int) -> None:
        nonlocal gap, linked
        if parts:
            joined = "".join(parts)
            parts.clear()
            if _SEAM in joined:
                joined = _APART.sub(" ", joined).replace(_SEAM, "")
            text = " ".join((joined if joined.isascii() else joined.translate(_NO_WIDTH)).split())
            if text:
                lines.append(_Line(text, blocks[-1], linked, max(1, gap)))
                gap = 0
            linked = 0
        gap = min(2, gap + newlines)

    def add(text: str) -> None:
        nonlocal linked
        first, *others = text.replace("\r", "\n").split("\n") if preformatted else (text,)
        parts.append(first)
        if links:
            linked += len(first.strip())
        for other in others:
            end_line(1)
            parts.append(other)
            if links:
                linked += len(other.strip())

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _HIDDEN:
                walk.skip_subtree()  # its end event, with the text after the element, still follows
                continue
            if tag in _BLOCKS:
                end_line(2)
                blocks.append(element)
            elif tag == "br":
                end_line(1)
            elif tag == "a":
                links += 1
            preformatted += tag == "pre"
            if text := element.text:
                add(text)
        else:
            if tag in _BLOCKS:
                end_line(2)
                blocks.pop()
            elif tag == "a":
                links -= 1
            preformatted -= tag == "pre"
            if tail := element.tail:
                add(tail)
            elif tag in _SIDE_BY_SIDE:
                following = element.getnext()
                if following is not None and following.tag in _SIDE_BY_SIDE:
                    parts.append(_SEAM)
    return lines
