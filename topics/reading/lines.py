"""Split page text into lines: paragraphs, headings and short items, with hard-wrapped paragraphs joined."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from topics.text import count_words, has_unspaced

SPACES = dict.fromkeys(
    map(ord, "\t\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
"""Replaces every kind of space with a plain one (``str.translate``); offsets do not change."""
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*$")
_STOP = re.compile(r"[.!?…:。！？：]['\"”’»)\]」』]*$")
_ITEM = re.compile(r"(?:[-•*·▪●○►✓]|\d{1,2}[.)]) ")
_MIN_PROSE_WORDS, _MIN_SENTENCE_WORDS = 15, 8
"""Minimum words of a line of prose, without and with a full stop at its end."""
_MIN_WIDTH, _MAX_WIDTH = 45, 100
"""Range of widths, in characters, of hard-wrapped pages."""
_MIN_WORDS_BEFORE_TAIL = 6


@dataclass(frozen=True)
class Line:
    """A non-blank line of a page, a hard-wrapped paragraph, or the separated tail of either: ``page[start:end]``."""

    start: int
    end: int
    kind: str
    """``body title heading byline boilerplate``; "" before classification."""
    text: str
    """The line with every kind of space replaced by a plain one, for matching patterns."""
    gap: bool = True
    """Whether it follows a blank line or is the first line of the page."""
    certainty: float = 1.0
    """Probability of ``kind`` by the classifier."""
    corrected: bool = False
    """Whether ``kind`` was set manually."""


def plain_words(text: str) -> str:
    """The words of a line in lower case, separated by one space, to compare lines."""
    return " ".join(re.findall(r"\w+", text.lower()))


def is_prose(text: str) -> bool:
    """Whether a line is long enough for a paragraph, or is a sentence of some length."""
    words = count_words(text)
    return words >= _MIN_PROSE_WORDS or (words >= _MIN_SENTENCE_WORDS and bool(SENTENCE_END.search(text)))


def split_lines(text: str, known: Mapping[int, str] | None = None) -> list[Line]:
    """Every non-blank line of a page; the lines of a hard-wrapped paragraph are joined.

    Lines in ``known`` (offset of a line -> kind) are never joined.
    """
    lines: list[Line] = []
    end = 0
    for match in re.finditer(r"[^\n]+", text):
        raw = match.group()
        if raw.strip():
            start = match.start() + len(raw) - len(raw.lstrip())
            gap = not lines or text.count("\n", end, start) > 1
            end = start + len(raw.strip())
            lines.append(Line(start, end, "", raw.strip().translate(SPACES), gap))
    if known and all(line.start in known for line in lines):
        return lines  # as on every web page: there is nothing to join
    return _unwrap(lines, text, known or {})


def _unwrap(lines: list[Line], page: str, known: Mapping[int, str]) -> list[Line]:
    """Join the lines of paragraphs that were wrapped at a fixed width.

    A line is full if the first word of the next line would not have fitted. Any other line
    ends its paragraph if it is shorter than four fifths of the width, ends in a full stop
    or precedes a list item. A page is wrapped if at least five lines are full and a third of
    these continue in the next line; a block of lines is joined if half of its lines are full,
    and four fifths of those that do not end a paragraph.
    """
    width = _width(lines)
    if not width:
        return lines
    full: list[bool] = []
    ends: list[bool] = []
    running = 0  # full lines within a sentence, which are rare on pages that are not wrapped
    for line, following in pairwise(lines):
        stops = bool(_STOP.search(line.text))
        before_item = bool(_ITEM.match(following.text))
        has_room = len(line.text) + 1 + len(_first_word(following.text)) <= width
        full.append(not following.gap and not before_item and not has_room)
        ends.append(not full[-1] and (before_item or stops or len(line.text) < 0.8 * width))
        running += full[-1] and not stops and not following.text[0].isupper()
    if sum(full) < 5 or 3 * running < sum(full):
        return lines
    joined: list[Line] = []
    start = 0
    for i in range(1, len(lines) + 1):
        # a divider ("* * *") separates blocks like a blank line
        if (
            i == len(lines)
            or lines[i].gap
            or lines[i].start in known
            or lines[i - 1].start in known
            or not (count_words(lines[i].text) and count_words(lines[i - 1].text))
        ):
            joined += _join_block(lines[start:i], full[start : i - 1], ends[start : i - 1], page)
            start = i
    return joined


def _join_block(block: list[Line], full: list[bool], ends: list[bool], page: str) -> list[Line]:
    """Join the lines of a block into paragraphs if it is wrapped."""
    if 2 * sum(full) < len(full) or 5 * sum(full) < 4 * (len(full) - sum(ends)):
        return block
    joined = [block[0]]
    for line, ended in zip(block[1:], ends, strict=True):
        if ended:
            joined.append(line)
        else:
            start = joined[-1].start
            joined[-1] = replace(joined[-1], end=line.end, text=page[start : line.end].translate(SPACES))
    return joined


def _first_word(text: str) -> str:
    """The first unit that cannot be broken: a word, or in scripts without spaces a character and its punctuation."""
    word = text.partition(" ")[0]
    return word[:2] if has_unspaced(word) else word


def _width(lines: list[Line]) -> int:
    """The width at which a page may be hard-wrapped; 0 if it is not."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 6:
        return 0
    width = lengths[int(0.97 * (len(lengths) - 1))]  # an address in the text may be longer
    return width if _MIN_WIDTH <= width <= _MAX_WIDTH else 0


def cut_tails(lines: list[Line], tail: re.Pattern[str]) -> list[Line]:
    """Separate text matched by ``tail`` at the end of a line of prose, as a line of boilerplate."""
    cut = []
    for line in lines:
        match = tail.search(line.text)
        if match and count_words(line.text[: match.start("tail")]) >= _MIN_WORDS_BEFORE_TAIL:
            middle = match.start("tail")
            body = line.text[:middle].rstrip()
            cut += [
                Line(line.start, line.start + len(body), "", body, line.gap),
                Line(line.start + middle, line.end, "boilerplate", line.text[middle:], False),
            ]
        else:
            cut.append(line)
    return cut
