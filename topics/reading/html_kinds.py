"""The kind of every visible line of an HTML page: body, title, heading, byline or boilerplate.

What trafilatura (Barbaresi 2021) extracts is the body, unless there is strong evidence
against it: prose that it omits is recovered from elements like those of the body, and
captions, lists of links and typical phrases of boilerplate are dropped from its text.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Protocol

from topics.reading.lines import SENTENCE_END, is_prose
from topics.text import DATE, count_words

_LONG = 30
"""Letters of a line that is found anywhere in the extracted text; a shorter one must be in its place there."""
_GAP = 300
"""Letters of the extracted text within which a short line must follow the one before."""
_MIN_CELL = 3
"""Letters of a line with which an extracted line may begin."""
_SHARE = 0.7
"""Minimum share of word trigrams in the extracted text if a line was extracted only in part."""
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_APART_TAGS = frozenset("nav aside footer form button select figure figcaption".split())
_APART = re.compile(
    r"caption|credit|newsletter|sign-?up|\bcta\b|-cta\b|comment-?(?:list|form|s\b|respond|body|content)|disqus|cookie|consent|gdpr|related|recommend"
    r"|outbrain|taboola|promo|print-(?:header|footer)|breadcrumb|\bshar(?:e|ing)|social-?(?:shar|link|icon|button|bar|follow)|sponsor|donat",
    re.I,
)
"""Classes and ids of captions and of what stands beside an article."""
_BYLINES = re.compile(r"byline|author|\bbio\b|dateline|timestamp|publish|pubdate|post-?meta|entry-?meta|posted", re.I)
_MAX_BYLINE = 25
"""Maximum words of a byline."""
_MAX_HEADING = 20
"""Maximum words of a first-level heading; longer ones are standfirsts."""
_MIN_SENTENCE = 5
"""Minimum words of a sentence among the paragraphs of the article."""
_MAX_APPEAL = 60
"""Maximum words of an appeal at the end of an article."""
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
    own = [letters(line.text) for line in lines]
    main = find_extracted([line.text for line in lines], extracted, own)
    prose = [i for i, line in enumerate(lines) if main[i] and _linked(line) < 0.5 and is_prose(line.text)]
    if not prose:
        return ["body" if kept else "boilerplate" for kept in main]
    places = _Places(lines, prose)
    body = "".join(part for part, kept in zip(own, main, strict=True) if kept)
    kinds = []
    for i, line in enumerate(lines):
        is_missing = not main[i] and _is_lost(i, line, places) and own[i] not in body
        kept = is_missing or (main[i] and not _is_unwanted(line, places))
        kinds.append("body" if kept else "boilerplate")
    _keep_quotes(lines, kinds, places)
    _drop_appeals(lines, kinds)
    at_title = _title_line(lines, own, prose[0], letters(title))
    for i in range(at_title + 1, prose[0] if at_title >= 0 else 0):
        if kinds[i] == "boilerplate" and _is_standfirst(lines[i], places) and own[i] not in body:
            kinds[i] = "body"
    for i, line in enumerate(lines):
        if kinds[i] == "body" and line.block.tag in _HEADINGS:
            if i <= prose[0] and own[i] == own[at_title]:
                kinds[i] = "title"
            elif not is_prose(line.text) or (line.block.tag == "h1" and len(line.text.split()) <= _MAX_HEADING):
                kinds[i] = "heading"
    if at_title >= 0:
        kinds[at_title] = "title"
    for i in _bylines(lines, own, kinds, at_title, prose[0], letters(author), places):
        kinds[i] = "byline"
    _keep_empty_headings(lines, kinds)
    return kinds


def _keep_quotes(lines: Sequence[VisibleLine], kinds: list[str], places: "_Places") -> None:
    """Keep every line of a quotation of which a part is kept, such as who said it."""
    between = range(places.first, places.last + 1)
    of = {i: quote for i in between if (quote := places.quote(lines[i].block)) is not None}
    partly = {quote for i, quote in of.items() if kinds[i] == "body"}
    for i, quote in of.items():
        if quote in partly:
            kinds[i] = "body"


def _drop_appeals(lines: Sequence[VisibleLine], kinds: list[str]) -> None:
    """Drop the last lines of the article if they ask readers to subscribe or follow."""
    from topics.reading.boilerplate.phrases import phrases  # imports this module

    appeal = phrases().within["appeal"]
    for i in reversed(range(len(lines))):
        if kinds[i] == "body":
            if len(lines[i].text.split()) > _MAX_APPEAL or not appeal.search(lines[i].text):
                break
            kinds[i] = "boilerplate"


def _keep_empty_headings(lines: Sequence[VisibleLine], kinds: list[str]) -> None:
    """Call a heading body if no prose stands below it before the next heading: it has no section to name."""
    has_prose = False
    below = "h7"  # the heading that follows
    for i in reversed(range(len(lines))):
        if kinds[i] == "heading":
            tag = lines[i].block.tag
            if not has_prose and not tag < below < "h7":
                kinds[i] = "body"
            else:
                below = tag
            has_prose = False
        elif kinds[i] == "body" and not has_prose:
            has_prose = is_prose(lines[i].text)


def letters(text: str) -> str:
    """The letters and digits of a text in lower case, to compare lines whatever their spaces and marks."""
    return re.sub(r"[\W_]+", "", text.lower())


def find_extracted(texts: Sequence[str], extracted: str, letters_of: Sequence[str] = ()) -> list[bool]:
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
    for text, own in zip(texts, letters_of or map(letters, texts), strict=True):
        at = -1
        if len(own) >= _LONG:
            at = whole.find(own, last)
            at = whole.find(own) if at < 0 else at
        elif own and whole.startswith(own, last):
            at = last
        elif own:
            at = _next_start(own, whole, starts, last)
        if at >= 0:
            found.append(at not in used)
            used.add(at)
            last = at + len(own)
        elif len(own) < _LONG:
            found.append(False)
        else:
            parts = list(word_trigrams(text))
            found.append(len(parts) >= 8 and sum(part in trigrams for part in parts) >= _SHARE * len(parts))
        if found[-1] and len(own) >= _LONG:
            trigrams.difference_update(word_trigrams(text))
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
        self._much = _OWN * self.total
        self._path_ids: dict[tuple[int, str, str], int] = {}
        self._place_of: dict[Any, tuple[int, bool, Any]] = {None: (0, False, None)}
        self.paths = Counter(self.path(lines[i].block) for i in prose)
        self.parents = Counter(lines[i].block.getparent() for i in prose)

    def path(self, block: Any) -> int:
        """A number for the tags and classes of a block and its ancestors."""
        return self._place(block)[0]

    def is_apart(self, block: Any) -> bool:
        """Whether a block is in a caption, a form or another element beside the article, by its tags and classes."""
        return self._place(block)[1]

    def quote(self, block: Any) -> Any:
        """The quotation that a block is in; None if there is none."""
        return self._place(block)[2]

    def holds_article(self, element: Any) -> bool:
        """Whether an element contains much of the article."""
        return self.letters_of.get(element, 0) >= self._much

    def _place(self, block: Any) -> tuple[int, bool, Any]:
        unknown = []
        while block not in self._place_of:
            unknown.append(block)
            block = block.getparent()
        place = self._place_of[block]
        for element in reversed(unknown):  # not by recursion, since pages are nested deeply
            path, apart, quote = place
            name = element.get("class", "")
            path = self._path_ids.setdefault((path, element.tag, name), len(self._path_ids) + 1)
            if not self.holds_article(element):
                apart = apart or element.tag in _APART_TAGS or _has(_APART, element)
                quote = element if element.tag == "blockquote" else quote
            place = self._place_of[element] = path, apart, quote
        return place


def _is_unwanted(line: VisibleLine, places: _Places) -> bool:
    """Whether an extracted line is a caption, a link to something else or a phrase of boilerplate."""
    from topics.reading.boilerplate.phrases import phrases  # imports this module

    return (
        places.is_apart(line.block)
        or (_linked(line) >= 0.8 and 3 <= len(line.text.split()) <= _MAX_LINK)
        or (
            line.block.tag not in ("td", "th")
            and any(pattern.match(line.text) for name, pattern in phrases().whole.items() if name != "notes")
        )
    )


def _is_lost(i: int, line: VisibleLine, places: _Places) -> bool:
    """Whether a line that was not extracted stands in elements like those of the article."""
    inside = places.first < i < places.last
    if line.block.tag in _HEADINGS:
        return inside and places.parents[line.block.getparent()] >= 2
    alike = places.paths[places.path(line.block)]
    linked = _linked(line)
    if inside and linked < 0.5 and not places.is_apart(line.block):
        if (alike >= 2 or places.quote(line.block) is not None) and is_prose(line.text):
            return True
        item = line.block.tag == "li" and line.block.getparent() is not None
        outer = line.block.getparent().getparent() if item else line.block.getparent()
        if places.parents[outer] >= 2 and SENTENCE_END.search(line.text) and linked < 0.3:
            return count_words(line.text) >= _MIN_SENTENCE
    return alike >= 3 and linked < 0.3 and len(line.text.split()) >= 10


def _is_standfirst(line: VisibleLine, places: _Places) -> bool:
    """Whether a line between the title and the first paragraph is prose of the article, neither byline nor caption."""
    from topics.reading.boilerplate.phrases import phrases  # imports this module

    return (
        is_prose(line.text)
        and _linked(line) < 0.3
        and not places.is_apart(line.block)
        and not DATE.search(line.text)
        and not any(phrases().within[name].search(line.text) for name in ("byline", "caption"))
    )


def _title_line(lines: Sequence[VisibleLine], own: Sequence[str], first: int, title: str) -> int:
    """Index of the headline: the line equal to the title, else a first-level heading before the prose; or -1."""
    before = range(first + 1)
    same = [i for i in before if title and own[i] == title]
    same_headings = [i for i in same if lines[i].block.tag in _HEADINGS]
    tagged = [i for i in before if lines[i].block.tag == "h1" and own[i]]
    similar = [i for i in tagged if title and (own[i] in title or title in own[i])]
    best = same_headings or similar or same or tagged
    return best[0] if best else -1


def _bylines(
    lines: Sequence[VisibleLine],
    own: Sequence[str],
    kinds: list[str],
    at_title: int,
    first: int,
    author: str,
    places: _Places,
) -> Iterator[int]:
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
        near = [
            element for element, _ in zip(_ancestry(line.block), range(3), strict=False) if not places.holds_article(element)
        ]
        if (
            (author and own[i] == author)
            or (DATE.search(line.text) and i <= first + 1)
            or any(element.tag == "time" for element in near)
            or line.block.find(".//time") is not None
            or any(_has(_BYLINES, element) for element in near)
            or phrases().within["byline"].search(line.text)
        ):
            yield i


def _linked(line: VisibleLine) -> float:
    """Share of a line within links."""
    return line.linked / max(1, len(line.text.replace(" ", "")))


def _has(names: re.Pattern[str], element: Any) -> bool:
    """Whether an element's classes or id contain one of ``names``."""
    return _contains(names, element.get("class", "")) or _contains(names, element.get("id", ""))


@lru_cache(maxsize=10_000)
def _contains(names: re.Pattern[str], text: str) -> bool:
    return bool(text) and bool(names.search(text))


def _ancestry(block: Any) -> Iterator[Any]:
    """An element and its ancestors, up to the root."""
    while block is not None:
        yield block
        block = block.getparent()
