"""Visible text of an HTML page, the kind of each line, and metadata from its head.

trafilatura (Barbaresi 2021) identifies the main text. Its result is compared with *all*
visible lines of the page (:mod:`topics.reading.html_kinds`), so that omitted lines can be
inspected.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree
from lxml import html as lxml

from topics.reading.html_kinds import line_kinds, word_trigrams
from topics.reading.html_metadata import headline, is_cut_off, read_article_body, read_metadata

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary table tbody td"
    " textarea tfoot th thead title tr ul video audio button".split()
)
_HIDDEN = frozenset("script style noscript template head svg math iframe object rt rp".split())
_SIDE_BY_SIDE = frozenset("a label span time".split())
_SEAM = "\u200b"
"""Inserted between two links or spans that are displayed side by side without white space in the code."""
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
    # the extensive search would also guess dates from the text
    dates = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
    article: Any = trafilatura.bare_extraction(
        tree, with_metadata=True, include_comments=False, date_extraction_params=dates
    )
    lines = list(_visible_lines(tree))
    if not lines:
        return None
    if article is None:
        article = trafilatura.metadata.extract_metadata(tree, date_config=dates)
    notes = []
    if missing := _missing_paragraphs(read_article_body(tree), lines):
        lines += [_Line(part, tree, 0, 2) for part in missing]
        article.text = "\n".join([article.text or "", *missing])
        notes.append("most of the article is in its JSON-LD only and was added from there")
    elif is_cut_off(tree):
        notes.append("its JSON-LD says that the article is not free; the page may hold only its beginning")
    article.title = headline(tree) or article.title
    text, kinds = "", {}
    found = line_kinds(lines, article.text or "", article.title or "", article.author or "")
    for line, kind in zip(lines, found, strict=True):
        text += "\n" * line.gap if text else ""
        kinds[len(text)] = kind
        text += line.text
    return HtmlPage(text, kinds, read_metadata(tree, article), tuple(notes))


def _missing_paragraphs(body: list[str], lines: list[_Line]) -> list[str]:
    """The paragraphs of ``articleBody`` that the page does not show, if it shows less than half of it."""
    shown = set(word_trigrams(" ".join(line.text for line in lines)))

    def share(text: str) -> float:
        parts = list(word_trigrams(text))
        return sum(part in shown for part in parts) / max(1, len(parts))

    if not body or share(" ".join(body)) >= 0.5:
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


def _visible_lines(tree: Any) -> Iterator[_Line]:
    """The lines of a page as displayed by a browser."""
    parts: list[tuple[str, bool]] = []  # of the current line: text, and whether it is in a link
    blocks = [tree]
    gap = links = preformatted = 0

    def end_line(newlines: int) -> Iterator[_Line]:
        nonlocal gap
        joined = _APART.sub(" ", "".join(part for part, _ in parts))
        text = " ".join(joined.replace(_SEAM, "").split())
        if text:
            linked = sum(len(part.strip()) for part, in_link in parts if in_link)
            yield _Line(text, blocks[-1], linked, max(1, gap))
            gap = 0
        parts.clear()
        gap = min(2, gap + newlines)

    def add(text: str) -> Iterator[_Line]:
        visible = text.translate(_NO_WIDTH).replace("\r", "\n")
        first, *others = visible.split("\n") if preformatted else [visible]
        parts.append((first, links > 0))
        for other in others:
            yield from end_line(1)
            parts.append((other, links > 0))

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _HIDDEN:
                walk.skip_subtree()  # its end event, with the text after the element, still follows
                continue
            if tag in _BLOCKS:
                yield from end_line(2)
                blocks.append(element)
            elif tag == "br":
                yield from end_line(1)
            links += tag == "a"
            preformatted += tag == "pre"
            yield from add(element.text or "")
        else:
            if tag in _BLOCKS:
                yield from end_line(2)
                blocks.pop()
            links -= tag == "a"
            preformatted -= tag == "pre"
            yield from add(element.tail or "")
            if tag in _SIDE_BY_SIDE and not element.tail:
                following = element.getnext()
                if following is not None and following.tag in _SIDE_BY_SIDE:
                    parts.append((_SEAM, links > 0))
