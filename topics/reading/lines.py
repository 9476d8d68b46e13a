"""Page text -> lines: what stands as one paragraph, heading or mark, wherever its line breaks fall."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from topics.text import count_words, has_unspaced

SPACES = dict.fromkeys(
    map(ord, "\t\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
"""Every kind of space as a plain one, for ``str.translate``; offsets stay."""
SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』]*$")
_STOP = re.compile(r"[.!?…:。！？：]['\"”’»)\]」』]*$")
_ITEM = re.compile(r"(?:[-•*·▪●○►✓]|\d{1,2}[.)]) ")
_MIN_PROSE_WORDS, _MIN_SENTENCE_WORDS = 15, 8
"""Words from which a line is prose, and from which a line with a full stop is."""
_MIN_WIDTH, _MAX_WIDTH = 45, 100
"""Characters between which a page can be hard-wrapped."""
_MIN_WORDS_BEFORE_TAIL = 6


@dataclass(frozen=True)
class Line:
    """A non-blank line of a page, a hard-wrapped paragraph, or the cut-off tail of either: ``page[start:end]``."""

    start: int
    end: int
    kind: str
    """``body``, or the reason why it is not (``title heading byline boilerplate``); "" while unknown."""
    text: str
    """The line with every kind of space as a plain one, so that patterns see it."""
    gap: bool = True
    """Whether a blank line, or the page's start, stands before it."""
    certainty: float = 1.0
    """Probability that ``kind`` is right, as the classifier sees it."""
    corrected: bool = False
    """Whether a person has said so."""


def plain_words(text: str) -> str:
    """The words of a line, lower-cased, one space between: lines that say the same are equal so."""
    return " ".join(re.findall(r"\w+", text.lower()))


def is_prose(text: str) -> bool:
    """Whether a line is long enough for a paragraph, or a sentence of some length."""
    words = count_words(text)
    return words >= _MIN_PROSE_WORDS or (words >= _MIN_SENTENCE_WORDS and bool(SENTENCE_END.search(text)))


def split_lines(text: str) -> list[Line]:
    """Every non-blank line of a page; the lines of a hard-wrapped paragraph are one."""
    lines: list[Line] = []
    end = 0
    for match in re.finditer(r"[^\n]+", text):
        raw = match.group()
        if raw.strip():
            start = match.start() + len(raw) - len(raw.lstrip())
            gap = not lines or text.count("\n", end, start) > 1
            end = start + len(raw.strip())
            lines.append(Line(start, end, "", raw.strip().translate(SPACES), gap))
    return _unwrap(lines, text)


def _unwrap(lines: list[Line], page: str) -> list[Line]:
    """Join the lines of paragraphs that were broken at a fixed width.

    A line is full where the first word of the next would not have fitted in; another
    ends its paragraph if it leaves a fifth of the width free, ends in a full stop or
    stands before an item of a list. A page is wrapped where five full lines run on into
    the next, a block of it where half of its lines are full and four in five of those
    that do not end a paragraph.
    """
    width = _width(lines)
    if not width:
        return lines
    full: list[bool] = []
    ends: list[bool] = []
    running = 0  # full lines in the middle of a sentence: lines that merely are long seldom are
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
        # a divider ("* * *") parts blocks like a blank line
        if i == len(lines) or lines[i].gap or not (count_words(lines[i].text) and count_words(lines[i - 1].text)):
            joined += _join_block(lines[start:i], full[start : i - 1], ends[start : i - 1], page)
            start = i
    return joined


def _join_block(block: list[Line], full: list[bool], ends: list[bool], page: str) -> list[Line]:
    """The lines of a block, one for each paragraph where it is wrapped."""
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
    """What does not go onto another line without the rest: in scripts without spaces a sign and its mark."""
    word = text.partition(" ")[0]
    return word[:2] if has_unspaced(word) else word


def _width(lines: list[Line]) -> int:
    """The width at which a page is hard-wrapped, or 0."""
    lengths = sorted(len(line.text) for line in lines)
    if len(lengths) < 6:
        return 0
    width = lengths[int(0.97 * (len(lengths) - 1))]  # an address in the text may be longer
    return width if _MIN_WIDTH <= width <= _MAX_WIDTH else 0


def cut_tails(lines: list[Line], tail: re.Pattern[str]) -> list[Line]:
    """Cut what ``tail`` finds at the end of a line of prose off as boilerplate of its own."""
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
