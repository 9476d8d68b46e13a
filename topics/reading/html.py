"""HTML -> the visible text of a page, what its tags say of each line, and what its head says of the article.

trafilatura (Barbaresi 2021) finds the main text. Its answer is laid over *all*
visible lines of the page, so that what it leaves out stays there to inspect, and
what it loses beside prose that it keeps is taken back.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml
from lxml.etree import iterwalk

from topics.text import find_date

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol option p pre section select summary table tbody td"
    " textarea tfoot th thead title tr ul video audio button".split()
)
_HIDDEN = frozenset("script style noscript template head svg math iframe object".split())
_SIDE_BY_SIDE = frozenset("a label span time".split())
_SEAM = "\u200b"
"""Between two links or spans that a page shows side by side and its code writes without white space."""
_APART = re.compile(f"(?<![(\\[«“„‘{_SEAM}]){_SEAM}(?![,.;:!?…)\\]»”’%])")
"""Seams that a page shows as a space: between words, not before a comma."""
_STUMBLES = re.compile(
    r"</(?:body|html)\s*>|&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[\da-f]))(?![\da-f]);?", re.I
)
"""Ends of a page, which may come too early and lxml stops at, and references to control characters, which it fails at."""
_NO_WIDTH = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""What is written and not seen, such as soft hyphens."""
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
"""What the names of classes commonly say."""
_TELLING = frozenset("nav aside footer header figure figcaption form button li blockquote table article dl".split())
_OUTSIDE = frozenset("nav aside footer form figure button".split())
_ENOUGH = 40
"""Characters from which a line of the page is looked for inside trafilatura's longer lines, not only among them."""


@dataclass(frozen=True)
class Marked:
    """The visible text of an HTML page."""

    text: str
    marks: dict[int, tuple[str, ...]]
    """Offset of a line -> what its tags say of it."""
    known: dict[str, str]
    """``title author outlet date`` as the page's head says them."""


@dataclass
class _Line:
    text: str
    block: Any
    linked: int
    """Characters of it that stand in links."""
    gap: int
    """Newlines before it: 1 within a block (``<br>``), 2 between blocks."""


def read_html(html: str) -> Marked | None:
    """The visible text of a page with its marks; None where it has no main text."""
    import trafilatura

    tree = _parse(html)
    if tree is None:
        return None
    dates = {"extensive_search": False, "original_date": True, "max_date": "2100-01-01"}
    found: Any = trafilatura.bare_extraction(tree, with_metadata=True, include_comments=False, date_extraction_params=dates)
    lines = list(_visible(tree))
    if not lines:
        return None
    if found is None:
        found = trafilatura.metadata.extract_metadata(tree, date_config=dates)
    found.title = _headline(tree) or found.title
    text, marks = "", {}
    for line, signs in zip(lines, _signs(lines, found), strict=True):
        text += "\n" * line.gap if text else ""
        marks[len(text)] = signs
        text += line.text
    return Marked(text, marks, _known(tree, found))


def _parse(html: str) -> Any:
    """The tree of a page; None where there is none, or one too deep to be read to its end."""
    from trafilatura.utils import repair_faulty_html

    parser = lxml.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False)
    repaired = _STUMBLES.sub("", repair_faulty_html(html, html[:50].lower()))
    try:
        tree = lxml.document_fromstring(repaired.encode("utf-8"), parser=parser)
    except etree.ParserError:
        return None
    return None if parser.error_log.filter_from_fatals() else tree


def _visible(tree: Any) -> Iterator[_Line]:
    """The lines of a page as a browser shows them."""
    parts: list[tuple[str, bool]] = []
    blocks = [tree]
    gap = links = preformatted = 0

    def cut(newlines: int) -> Iterator[_Line]:
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
        first, *others = text.translate(_NO_WIDTH).split("\n") if preformatted else [text.translate(_NO_WIDTH)]
        parts.append((first, links > 0))
        for other in others:
            yield from cut(1)
            parts.append((other, links > 0))

    walk = iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        opens = event == "start"
        if opens and tag in _HIDDEN:
            walk.skip_subtree()
            continue
        if tag in _BLOCKS:
            yield from cut(2)
            blocks[len(blocks) - (not opens) :] = [element] * opens
        elif tag == "br" and opens:
            yield from cut(1)
        links += (tag == "a") * (1 if opens else -1)
        preformatted += (tag == "pre") * (1 if opens else -1)
        yield from add((element.text if opens else element.tail) or "")
        if not opens and tag in _SIDE_BY_SIDE and not element.tail:
            following = element.getnext()
            parts.append((_SEAM if following is not None and following.tag in _SIDE_BY_SIDE else "", links > 0))


def _headline(tree: Any) -> str:
    """The heading that is most of what the page's head calls it, its outlet aside; "" where there is none."""
    heads = [element.text_content() for element in tree.iter("title")]
    heads += tree.xpath("//meta[@property='og:title']/@content")
    found = ""
    for element in tree.iter("h1", "h2", "h3"):
        text = " ".join(element.text_content().split())
        named = any(f" {_bare(text)} " in f" {_bare(head)} " and 2 * len(_bare(text)) >= len(_bare(head)) for head in heads)
        if named and len(text) > len(found):
            found = text
    return found


def _known(tree: Any, found: Any) -> dict[str, str]:
    """What trafilatura finds of title, author, outlet and date, as far as it stands in the page's head.

    It looks for them elsewhere too, where a date may be that of a picture or of an event.
    """
    metas = [
        element.get("content", "") for element in tree.iter("meta") if "image" not in element.get("property", "").lower()
    ]
    objects = [
        re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code.group(1), 16)), element.text or "")
        for element in tree.iter("script")
        if "ld+json" in element.get("type", "")
    ]
    titles = [element.text_content() for element in tree.iter("title", "h1")]
    writers = [element.text_content() for element in tree.xpath("//*[@rel='author' or @itemprop='author']")]
    names = [text for text in metas if not re.match(r"@|https?:", text)]
    head = " | ".join(map(_bare, [*names, *objects, *titles, *writers]))
    known = {"title": found.title or "", "author": (found.author or "").replace("; ", ", "), "outlet": found.sitename or ""}
    as_written = {text.casefold(): text for text in names}
    for key, value in known.items():
        parts = value.split(", ") if key == "author" else [value]
        is_said = all(f" {_bare(part)} " in f" {head} " for part in parts) and bool(re.search(r"[^\W\d_]", value))
        known[key] = as_written.get(value.casefold(), value) if is_said else ""
    times = [
        f"{element.get('datetime', '')} {element.get('title', '')} {element.text_content()}"
        for element in tree.iter("time", "abbr")
        if not any(parent.tag in _OUTSIDE for parent in element.iterancestors())
    ]
    address = [element.get("href", "") for element in tree.iter("link") if element.get("rel") == "canonical"]
    date = found.date or ""
    is_said = bool(date) and any(_spells(text, date) for text in [*metas, *objects, *times, *address])
    return known | {"outlet": known["outlet"] * (known["outlet"] != found.hostname), "date": date * is_said}


def _spells(text: str, date: str) -> bool:
    """Whether a text spells a date out to the day."""
    return bool(re.search(date.replace("-", "[-/.]?") + r"(?!\d)", text)) or find_date(text) == date


def _signs(lines: list[_Line], found: Any) -> Iterator[tuple[str, ...]]:
    """What the tags say of each line, and whether trafilatura takes it for main text."""
    main = [_bare(line) for line in found.text.split("\n")]
    whole, joined = set(main), f" {' '.join(main)} "
    bare = [_bare(line.text) for line in lines]
    kept = [text in whole or (len(text) >= _ENOUGH and f" {text} " in joined) for text in bare]
    again = _again(lines, kept)
    prose = [i for i, line in enumerate(lines) if kept[i] and _is_prose(line.text)]
    title = _title(lines, bare, prose[0], _bare(found.title or "")) if prose else -1
    author = _bare(found.author or "")
    of_block = {line.block: _tags_say(line.block) for line in lines}
    for i, line in enumerate(lines):
        names = ["main" if kept[i] else "again" if again[i] else "beside", *of_block[line.block]]
        if line.linked >= 0.9 * len(line.text.replace(" ", "")):
            names.append("link")
        if i == title:
            names.append("title")
        if author and bare[i] == author:
            names.append("author")
        yield tuple(names)


def _tags_say(block: Any) -> list[str]:
    names = ["heading"] if block.tag in _HEADINGS else []
    names += sorted({element.tag for element in _chain(block)} & _TELLING)
    near = [f"{element.get('class', '')} {element.get('id', '')}" for element in islice(_chain(block), 4)]
    names += [name for name, pattern in _CLASSES.items() if pattern.search(" ".join(near))]
    return names + ["time"] * (block.tag in ("time", "address") or block.find(".//time") is not None)


def _title(lines: list[_Line], bare: list[str], first: int, title: str) -> int:
    """The line that is the headline: what the head says, else the last first-level heading before the prose; or -1."""
    before = [i for i in range(first) if bare[i]]
    same = [i for i in before if title and bare[i] == title]
    tagged = [i for i in before if lines[i].block.tag == "h1"]
    contained = [i for i in tagged if title and (bare[i] in title or title in bare[i])]
    best = [i for i in same if lines[i].block.tag in _HEADINGS] or contained or same or tagged
    return best[0] if best else -1


def _again(lines: list[_Line], kept: list[bool]) -> list[bool]:
    """Whether a line that trafilatura leaves out stands among its main text, in the same kind of container."""
    prose = [i for i, line in enumerate(lines) if kept[i] and _is_prose(line.text)]
    again = [False] * len(lines)
    if not prose:
        return again
    places = Counter(_place(lines[i].block) for i in prose)
    parents = {lines[i].block.getparent() for i in prose}
    for i in range(prose[0], prose[-1] + 1):
        block = lines[i].block
        alike = places[_place(block)] >= 2 or (block.tag in _HEADINGS and block.getparent() in parents)
        again[i] = not kept[i] and alike and not any(element.tag in _OUTSIDE for element in _chain(block))
    return again


def _place(block: Any) -> tuple[tuple[str, str], ...]:
    return tuple((element.tag, element.get("class", "")) for element in _chain(block))


def _chain(block: Any) -> Iterator[Any]:
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


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
