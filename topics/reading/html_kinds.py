"""The kind of every visible line of an HTML page: body, title, heading, byline or boilerplate.

What trafilatura (Barbaresi 2021) extracts is the body, unless there is strong evidence
against it: prose that it omits is recovered from elements like those of the body, and
captions, lists of links and typical phrases of boilerplate are dropped from its text.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from topics.reading.lines import is_prose
from topics.text import DATE

_LONG = 30
"""Letters of a line that is found anywhere in the extracted text; a shorter one must be in its place there."""
_GAP = 300
"""Letters of the extracted text within which a short line must follow the one before."""
_MIN_CELL = 3
"""Letters of a line with which an extracted line may begin."""
_SHARE = 0.7
"""Minimum share of word trigrams in the extracted text if a line was extracted only in part."""
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_OUTSIDE = frozenset("nav aside footer form button select".split())
_APART = re.compile(
    r"caption|credit|newsletter|sign-?up|\bcta\b|-cta\b|comment-?(?:list|form|s\b|respond|body|content)|disqus|cookie|consent|gdpr|related|recommend"
    r"|outbrain|taboola|promo|print-(?:header|footer)|breadcrumb|\bshar(?:e|ing)|social-?(?:shar|link|icon|button|bar|follow)|sponsor|donat",
    re.I,
)
"""Classes and ids of captions and of what stands beside an article."""
_BYLINES = re.compile(r"byline|author|\bbio\b|dateline|timestamp|publish|pubdate|post-?meta|entry-?meta|posted", re.I)
_MAX_BYLINE = 25
"""Maximum words of a byline."""
_MAX_LINK = 25
"""Maximum words of a link to another article."""
_AROUND_TITLE = 6
"""Lines around the title and the first paragraph among which bylines are sought."""
_OWN = 0.3
"""Maximum share of the prose within an element that may be a caption or a sidebar rather than contain the article."""


class VisibleLine(Protocol):
    """A line of :mod:`topics.reading.html`."""

    text: str
    block: Any
    linked: int


def line_kinds(lines: Sequence[VisibleLine], extracted: str, title: str, author: str) -> list[str]:
    """The kind of each line.

    Parameters
    ----------
    lines
        The visible lines of a page.
    extracted
        The text that trafilatura extracts from it.
    title, author
        As the head of the page has them.
    """
    main = find_extracted([line.text for line in lines], extracted)
    prose = [i for i, line in enumerate(lines) if main[i] and is_prose(line.text) and _linked(line) < 0.5]
    if not prose:
        return ["body" if kept else "boilerplate" for kept in main]
    places = _Places(lines, prose)
    body = "".join(letters(line.text) for line, kept in zip(lines, main, strict=True) if kept)
    kinds = []
    for i, line in enumerate(lines):
        if main[i] and not _is_unwanted(line, places):
            kept = True
        else:
            kept = not main[i] and _is_lost(i, line, places) and letters(line.text) not in body
        if not kept:
            kinds.append("boilerplate")
        elif line.block.tag in _HEADINGS and not is_prose(line.text):
            kinds.append("heading")
        else:
            kinds.append("body")
    at_title = _title_line(lines, prose[0], letters(title))
    for i in range(at_title + 1, prose[0] if at_title >= 0 else 0):
        if kinds[i] == "boilerplate" and _is_standfirst(lines[i], places) and letters(lines[i].text) not in body:
            kinds[i] = "body"
    if at_title >= 0:
        kinds[at_title] = "title"
    for i in _bylines(lines, kinds, at_title, prose[0], letters(author)):
        kinds[i] = "byline"
    return kinds


def letters(text: str) -> str:
    """The letters and digits of a text in lower case, to compare lines whatever their spaces and marks."""
    return re.sub(r"[\W_]+", "", text.lower())


def find_extracted(texts: Sequence[str], extracted: str) -> list[bool]:
    """Whether each visible line of a page is in the text extracted from it, once and in order.

    Extractors join, split and trim lines, so letters are compared. A short line also
    occurs by chance in menus and teasers: it must follow the line found before.
    """
    whole = ""
    starts: list[int] = []
    for line in extracted.split("\n"):
        if own := letters(line):
            starts.append(len(whole))
            whole += own
    starts.append(len(whole))
    trigrams = set(word_trigrams(extracted))  # that no line has had yet, since copies of the text come later
    found = []
    used: set[int] = set()
    last = 0  # end of the line found before
    for text in texts:
        own = letters(text)
        at = -1
        if len(own) >= _LONG:
            at = whole.find(own, last)
            at = whole.find(own) if at < 0 else at
        elif own and whole.startswith(own, last):
            at = last
        elif own:
            at = _next_start(own, whole, starts, last)
        parts = list(word_trigrams(text))
        if at >= 0:
            found.append(at not in used)
            used.add(at)
            last = at + len(own)
        else:
            found.append(len(parts) >= 8 and sum(part in trigrams for part in parts) >= _SHARE * len(parts))
        if found[-1]:
            trigrams.difference_update(parts)
    return found


def _next_start(own: str, whole: str, starts: list[int], last: int) -> int:
    """Offset of the next extracted line that is ``own``, or begins with it as the row of a table does; or -1."""
    for i in range(bisect_left(starts, last), len(starts) - 1):
        if starts[i] >= last + _GAP:
            break
        is_whole = starts[i + 1] - starts[i] == len(own)
        if (is_whole or len(own) >= _MIN_CELL) and whole.startswith(own, starts[i]):
            return starts[i]
    return -1


def word_trigrams(text: str) -> Iterator[tuple[str, str, str]]:
    """Every three consecutive words of a text."""
    words = re.findall(r"\w+", text.lower())
    return zip(words, words[1:], words[2:], strict=False)


class _Places:
    """Where in the tree the prose of the article stands."""

    def __init__(self, lines: Sequence[VisibleLine], prose: list[int]) -> None:
        self.first, self.last = prose[0], prose[-1]
        self.letters_of: Counter[Any] = Counter()
        """Element -> length of the prose within it."""
        for i in prose:
            for element in _ancestry(lines[i].block):
                self.letters_of[element] += len(lines[i].text)
        self.total = sum(len(lines[i].text) for i in prose)
        self.paths = Counter(_path(lines[i].block) for i in prose)
        self.parents = Counter(lines[i].block.getparent() for i in prose)
        self._own: dict[Any, list[Any]] = {}

    def own(self, block: Any) -> list[Any]:
        """A block and its ancestors, up to the first that contains much of the article."""
        if block not in self._own:
            self._own[block] = [element for element in _ancestry(block) if self.letters_of[element] < _OWN * self.total]
        return self._own[block]


def _is_unwanted(line: VisibleLine, places: _Places) -> bool:
    """Whether an extracted line is a caption, a link to something else or a phrase of boilerplate."""
    from topics.reading.boilerplate.phrases import phrases  # imports this module

    return (
        _stands_apart(line, places)
        or (_linked(line) >= 0.8 and 3 <= len(line.text.split()) <= _MAX_LINK)
        or (
            line.block.tag not in ("td", "th")
            and any(pattern.match(line.text) for name, pattern in phrases().whole.items() if name != "notes")
        )
    )


def _is_lost(i: int, line: VisibleLine, places: _Places) -> bool:
    """Whether a line that was not extracted stands in elements like those of the article."""
    words = len(line.text.split())
    alike = places.paths[_path(line.block)]
    inside = places.first < i < places.last
    if line.block.tag in _HEADINGS:
        return inside and places.parents[line.block.getparent()] >= 2
    if inside and alike >= 2 and is_prose(line.text) and _linked(line) < 0.5:
        return True
    is_quote = any(element.tag == "blockquote" for element in places.own(line.block))
    if inside and is_quote and is_prose(line.text) and not _stands_apart(line, places):
        return True
    return alike >= 3 and words >= 10 and _linked(line) < 0.3


def _is_standfirst(line: VisibleLine, places: _Places) -> bool:
    """Whether a line between the title and the first paragraph is prose of the article, neither byline nor caption."""
    from topics.reading.boilerplate.phrases import phrases  # imports this module

    return (
        is_prose(line.text)
        and _linked(line) < 0.3
        and not _stands_apart(line, places)
        and not DATE.search(line.text)
        and not any(phrases().within[name].search(line.text) for name in ("byline", "caption"))
    )


def _stands_apart(line: VisibleLine, places: _Places) -> bool:
    """Whether a line is in a caption, a form or another element beside the article, by its tags and classes."""
    return any(
        element.tag in _OUTSIDE or element.tag in ("figure", "figcaption") or _APART.search(_class(element))
        for element in places.own(line.block)
    )


def _title_line(lines: Sequence[VisibleLine], first: int, title: str) -> int:
    """Index of the headline: the line equal to the title, else a first-level heading before the prose; or -1."""
    before = range(first + 1)
    same = [i for i in before if title and letters(lines[i].text) == title]
    same_headings = [i for i in same if lines[i].block.tag in _HEADINGS]
    tagged = [i for i in before if lines[i].block.tag == "h1" and letters(lines[i].text)]
    similar = [i for i in tagged if title and (letters(lines[i].text) in title or title in letters(lines[i].text))]
    best = same_headings or similar or same or tagged
    return best[0] if best else -1


def _bylines(lines: Sequence[VisibleLine], kinds: list[str], at_title: int, first: int, author: str) -> Iterator[int]:
    """Indices of the lines near the title that name an author or a date."""
    from topics.reading.boilerplate.phrases import phrases  # imports this module

    start = at_title if at_title >= 0 else first
    for i in range(max(0, start - _AROUND_TITLE), min(len(lines), first + _AROUND_TITLE)):
        line = lines[i]
        if (
            kinds[i] == "title"
            or (kinds[i] == "body" and i > first)
            or is_prose(line.text)
            or len(line.text.split()) > _MAX_BYLINE
        ):
            continue
        near = [element for element, _ in zip(_ancestry(line.block), range(3), strict=False)]
        if (
            (author and letters(line.text) == author)
            or (DATE.search(line.text) and i <= first + 1)
            or any(element.tag == "time" for element in near)
            or line.block.find(".//time") is not None
            or any(_BYLINES.search(_class(element)) for element in near)
            or phrases().within["byline"].search(line.text)
        ):
            yield i


def _linked(line: VisibleLine) -> float:
    """Share of a line within links."""
    return line.linked / max(1, len(line.text.replace(" ", "")))


def _class(element: Any) -> str:
    return f"{element.get('class', '')} {element.get('id', '')}"


def _path(block: Any) -> tuple[tuple[str, str], ...]:
    return tuple((element.tag, element.get("class", "")) for element in _ancestry(block))


def _ancestry(block: Any) -> Iterator[Any]:
    """An element and its ancestors, up to the root."""
    while block is not None:
        yield block
        block = block.getparent()
