"""Visible text of an HTML page, features of each line from its tags, and metadata from its head.

trafilatura (Barbaresi 2021) identifies the main text. Its result is compared with *all*
visible lines of the page, so that omitted lines can be inspected, and lines omitted from
within the main text are recovered.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml

from topics.reading.lines import plain_words
from topics.text import find_date

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary table tbody td"
    " textarea tfoot th thead title tr ul video audio button".split()
)
_HIDDEN = frozenset("script style noscript template head svg math iframe object".split())
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
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_CLASSES = {
    "class of bylines": re.compile(
        r"byline|author|\bbio\b|dateline|timestamp|publish|pubdate|post-?meta|entry-?meta|posted", re.I
    ),
    "class of boilerplate": re.compile(
        r"share|social|newsletter|subscri|signup|related|recommend|more-?(?:from|stories)|comment|cookie|consent|promo|advert|\bads?\b"
        r"|sponsor|sidebar|breadcrumb|donat|paywall|meter|caption|credit|\btags?\b|teaser|trending|widget|toolbar|menu|nav|footer|follow",
        re.I,
    ),
    "class of headlines": re.compile(r"headline|\btitle|standfirst|\bdek\b|deck|subtitle|lede|summary", re.I),
}
"""Common words in names of classes."""
_CONTAINERS = frozenset("nav aside footer header figure figcaption form button li blockquote table article dl".split())
_OUTSIDE = frozenset("nav aside footer form figure button".split())
_LONG = 40
"""Minimum length of a line that is also searched within trafilatura's longer lines."""


@dataclass(frozen=True)
class HtmlPage:
    """The visible text of an HTML page."""

    text: str
    marks: dict[int, tuple[str, ...]]
    """Offset of a line -> names of the features of its tags."""
    metadata: dict[str, str]
    """``title author outlet date`` from the head of the page."""


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
    """The visible text of a page with its marks; None if it has no main text."""
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
    article.title = _headline(tree) or article.title
    text, marks = "", {}
    for line, names in zip(lines, _marks(lines, article), strict=True):
        text += "\n" * line.gap if text else ""
        marks[len(text)] = names
        text += line.text
    return HtmlPage(text, marks, _metadata(tree, article))


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
        visible = text.translate(_NO_WIDTH)
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


def _headline(tree: Any) -> str:
    """The heading that makes up most of the title in the head, without the outlet; "" if there is none."""
    titles = [element.text_content() for element in tree.iter("title")]
    titles += tree.xpath("//meta[@property='og:title']/@content")
    heads = list(map(plain_words, titles))
    headline = ""
    for element in tree.iter("h1", "h2", "h3"):
        text = " ".join(element.text_content().split())
        words = plain_words(text)
        is_named = any(f" {words} " in f" {head} " and 2 * len(words) >= len(head) for head in heads)
        if is_named and len(text) > len(headline):
            headline = text
    return headline


def _metadata(tree: Any, article: Any) -> dict[str, str]:
    """Title, author, outlet and date by trafilatura, if confirmed by the head of the page.

    trafilatura also searches the text, where a date may be that of a picture or an event.
    """
    metas = [
        element.get("content", "") for element in tree.iter("meta") if "image" not in element.get("property", "").lower()
    ]
    # JSON-LD is searched as text, with its escapes decoded
    objects = [
        re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code.group(1), 16)), element.text or "")
        for element in tree.iter("script")
        if "ld+json" in element.get("type", "")
    ]
    titles = [element.text_content() for element in tree.iter("title", "h1")]
    writers = [element.text_content() for element in tree.xpath("//*[@rel='author' or @itemprop='author']")]
    names = [text for text in metas if not re.match(r"@|https?:", text)]  # neither accounts nor addresses
    head = f" {' | '.join(map(plain_words, [*names, *objects, *titles, *writers]))} "
    # the head has the original spelling of names
    as_written = {text.casefold(): text for text in names}

    def confirmed(value: str, parts: list[str]) -> str:
        in_head = all(f" {plain_words(part)} " in head for part in parts) and re.search(r"[^\W\d_]", value)
        return as_written.get(value.casefold(), value) if in_head else ""

    title, outlet = article.title or "", article.sitename or ""
    author = (article.author or "").replace("; ", ", ")
    outlet = confirmed(outlet, [outlet])
    return {
        "title": confirmed(title, [title]),
        "author": confirmed(author, author.split(", ")),
        "outlet": "" if outlet == article.hostname else outlet,
        "date": _confirmed_date(tree, article.date or "", [*metas, *objects]),
    }


def _confirmed_date(tree: Any, date: str, head: list[str]) -> str:
    """The date, if confirmed to the day by the head, the canonical address or a time element."""
    times = [
        f"{element.get('datetime', '')} {element.get('title', '')} {element.text_content()}"
        for element in tree.iter("time", "abbr")
        if not any(parent.tag in _OUTSIDE for parent in element.iterancestors())
    ]
    addresses = [element.get("href", "") for element in tree.iter("link") if element.get("rel") == "canonical"]
    return date if date and any(_gives_date(text, date) for text in [*head, *times, *addresses]) else ""


def _gives_date(text: str, date: str) -> bool:
    return bool(re.search(date.replace("-", "[-/.]?") + r"(?!\d)", text)) or find_date(text) == date


def _marks(lines: list[_Line], article: Any) -> Iterator[tuple[str, ...]]:
    """Features of each line from its tags, and whether trafilatura considers it main text."""
    main_lines = [plain_words(line) for line in article.text.split("\n")]
    distinct, joined = set(main_lines), f" {' '.join(main_lines)} "
    texts = [plain_words(line.text) for line in lines]
    # short lines must match exactly, since they also occur by chance within longer ones
    main = [text in distinct or (len(text) >= _LONG and f" {text} " in joined) for text in texts]
    prose = [i for i, line in enumerate(lines) if main[i] and _is_prose(line.text)]
    lost = _lost_among(lines, main, prose)
    title = _title_line(lines, texts, prose[0], plain_words(article.title or "")) if prose else -1
    author = plain_words(article.author or "")
    of_block = {line.block: _marks_of_block(line.block) for line in lines}
    for i, line in enumerate(lines):
        if main[i]:
            names = ["main"]
        elif lost[i]:
            names = ["again"]
        else:
            names = ["beside"]
        names += of_block[line.block]
        if line.linked >= 0.9 * len(line.text.replace(" ", "")):
            names.append("link")
        if i == title:
            names.append("title")
        if author and texts[i] == author:
            names.append("author")
        yield tuple(names)


def _marks_of_block(block: Any) -> list[str]:
    names = ["heading"] if block.tag in _HEADINGS else []
    names += sorted({element.tag for element in _ancestry(block)} & _CONTAINERS)
    near = " ".join(f"{element.get('class', '')} {element.get('id', '')}" for element in islice(_ancestry(block), 4))
    names += [name for name, pattern in _CLASSES.items() if pattern.search(near)]
    if block.tag in ("time", "address") or block.find(".//time") is not None:
        names.append("time")
    return names


def _title_line(lines: list[_Line], texts: list[str], first: int, title: str) -> int:
    """Index of the headline: the line equal to the title, else a first-level heading before the prose; or -1."""
    before = [i for i in range(first) if texts[i]]
    same = [i for i in before if title and texts[i] == title]
    same_headings = [i for i in same if lines[i].block.tag in _HEADINGS]
    tagged = [i for i in before if lines[i].block.tag == "h1"]
    similar = [i for i in tagged if title and (texts[i] in title or title in texts[i])]
    best = same_headings or similar or same or tagged
    return best[0] if best else -1


def _lost_among(lines: list[_Line], main: list[bool], prose: list[int]) -> list[bool]:
    """Whether a line that trafilatura omits is surrounded by main text in the same kind of container."""
    lost = [False] * len(lines)
    if not prose:
        return lost
    paths = Counter(_path(lines[i].block) for i in prose)
    parents = {lines[i].block.getparent() for i in prose}
    for i in range(prose[0], prose[-1] + 1):
        block = lines[i].block
        alike = paths[_path(block)] >= 2 or (block.tag in _HEADINGS and block.getparent() in parents)
        lost[i] = not main[i] and alike and not any(element.tag in _OUTSIDE for element in _ancestry(block))
    return lost


def _path(block: Any) -> tuple[tuple[str, str], ...]:
    return tuple((element.tag, element.get("class", "")) for element in _ancestry(block))


def _ancestry(block: Any) -> Iterator[Any]:
    """An element and its ancestors, up to the root."""
    while block is not None:
        yield block
        block = block.getparent()


def _is_prose(text: str) -> bool:
    words = len(text.split())
    return (
        words >= 15
        or (words >= 6 and text.rstrip("\"'”’»)]").endswith((".", "!", "?", "…")))
        or (len(text) >= 20 and bool(re.search(r"[。！？]", text)))
    )
