"""From lines with positions to paragraphs: columns, page headers, headings, and paragraphs across pages."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

_SENTENCE_END = re.compile(r"[.!?…。！？:][\"'”’»)\]」』\d]*$")
_PAGE_NUMBER = re.compile(
    r"[^\w]*(?:(?:page|seite|página|pagina|p|s|стр)\.?\s*)?(?:\d{1,4}|(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3}))(?:\s*(?:/|of|von|de|sur|di|из)\s*\d{1,4})?[^\w]*",
    re.I,
)
_ITEM = re.compile(r"(?:[•▪●○►■–—*·\uf06f\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0e0\uf0fc]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")
_MARK = re.compile(r"[^\w\s]{1,2}|\(?\w{1,3}[.)]")
_NOTE = re.compile(r"\(?(?:\d{1,3}|[*†‡§])(?:[.)\s]|(?=[^\W\d]))")
_MARGIN_ROWS = 3
"""Rows at the top and at the bottom of a page that may be its header and footer."""
_MAX_HEADING_WORDS = 25


@dataclass(frozen=True)
class PageLine:
    """A line of text, with its place in points from the lower left corner of the page."""

    text: str
    x0: float
    x1: float
    y0: float
    """Bottom of its letters."""
    y1: float
    size: float
    bold: bool = False
    upright: bool = True


@dataclass(frozen=True)
class Layout:
    """The lines of a page, in any order."""

    number: int
    width: float
    height: float
    lines: list[PageLine]


@dataclass
class Paragraph:
    """The lines of one paragraph, which may continue in the next column or on the next page."""

    lines: list[PageLine]
    kind: str = ""
    """``title heading boilerplate`` or "" for text."""
    is_body: bool = field(default=False)
    """Whether it has the letters of the running text, so that it may go on in the next column."""

    @property
    def last(self) -> str:
        """Its last line."""
        return self.lines[-1].text


def find_paragraphs(pages: list[Layout]) -> list[Paragraph]:
    """The paragraphs of a document in reading order."""
    body = _body_size(pages)
    margins = _margins(pages)
    paragraphs: list[Paragraph] = []
    outside: list[Paragraph] = []
    flow: Paragraph | None = None  # the last paragraph of the running text
    for page in pages:
        ordered = sorted(page.lines, key=lambda line: (-line.y0, line.x0))
        outside += [Paragraph([line], "boilerplate") for line in ordered if id(line) in margins or not line.upright]
        lines = _with_drop_caps([line for line in page.lines if id(line) not in margins and line.upright], body)
        for column in _columns(_rows_joined(lines)):
            for position, paragraph in enumerate(_split_column(column)):
                _classify(paragraph, page, body)
                if paragraph.is_body and flow and position == 0 and _goes_on(flow, paragraph):
                    flow.lines += paragraph.lines
                else:
                    paragraphs.append(paragraph)
                    if paragraph.is_body:
                        flow = paragraph
                    elif paragraph.kind == "heading":
                        flow = None
        if page is pages[0]:
            _choose_title(paragraphs, body[0])
    return [*paragraphs, *outside]


def _body_size(pages: list[Layout]) -> tuple[float, bool]:
    """Size and weight of most letters."""
    letters: Counter[tuple[float, bool]] = Counter()
    for page in pages:
        for line in page.lines:
            letters[line.size, line.bold] += len(line.text)
    return max(letters, key=lambda style: (letters[style], style), default=(0.0, False))


def _margins(pages: list[Layout]) -> set[int]:
    """Identities of the lines that are page headers and footers: page numbers, and what repeats in its place."""
    places: defaultdict[tuple[str, int], list[tuple[int, PageLine]]] = defaultdict(list)
    found: set[int] = set()
    for index, page in enumerate(pages):
        rows = _rows(page.lines)
        outer = [*rows[:_MARGIN_ROWS], *rows[max(_MARGIN_ROWS, len(rows) - _MARGIN_ROWS) :]]
        for row in outer:
            for line in row:
                pattern = re.sub(r"\d+", "0", " ".join(line.text.lower().split()))
                places[pattern, round(line.y0 / 6)].append((index, line))
        for row in (rows[0], rows[-1]) if len(rows) > 2 else ():
            if len(row) == 1 and _PAGE_NUMBER.fullmatch(row[0].text):
                found.add(id(row[0]))
    for (pattern, place), lines in places.items():
        # the place may fall on both sides of a limit
        near = [*lines, *places.get((pattern, place + 1), ()), *places.get((pattern, place - 1), ())]
        n_pages = len({index for index, _ in near})
        # left and right pages, and chapters, have headers of their own
        if n_pages >= 2 and n_pages >= 0.15 * len(pages):
            found.update(id(line) for _, line in lines)
    return found | _in_margin_places(pages, found)


def _in_margin_places(pages: list[Layout], found: set[int]) -> set[int]:
    """Outermost lines in the place where other pages have their header or footer, such as the title of a chapter."""
    outermost = [row for page in pages if len(rows := _rows(page.lines)) > 2 for row in (rows[0], rows[-1])]
    places = Counter(round(row[0].y0) for row in outermost if any(id(line) in found for line in row))
    usual = {place for place, n_pages in places.items() if n_pages >= 2 and n_pages >= 0.3 * len(pages)}
    return {id(line) for row in outermost if round(row[0].y0) in usual for line in row}


def _rows(lines: list[PageLine]) -> list[list[PageLine]]:
    """Lines at the same height, from the top, each row from the left."""
    rows: list[list[PageLine]] = []
    for line in sorted(lines, key=lambda line: (-line.y0, line.x0)):
        if rows and abs(rows[-1][0].y0 - line.y0) < 0.3 * max(line.size, 1):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _merged(parts: list[PageLine]) -> PageLine:
    longest = max(parts, key=lambda part: len(part.text))
    text = parts[0].text
    for left, right in pairwise(parts):
        text += (" " if right.x0 - left.x1 > 0.15 * longest.size else "") + right.text
    return PageLine(
        text,
        min(part.x0 for part in parts),
        max(part.x1 for part in parts),
        longest.y0,
        longest.y1,
        longest.size,
        all(part.bold for part in parts),
    )


def _rows_joined(lines: list[PageLine]) -> list[PageLine]:
    """Join the parts of a line that stand close to each other, such as a bullet and its text."""
    joined = []
    for row in _rows(lines):
        parts = [row[0]]
        for line in row[1:]:
            is_mark = _MARK.fullmatch(parts[-1].text) and line.x0 - parts[-1].x1 < 4 * line.size
            if is_mark or line.x0 - parts[-1].x1 < 0.8 * line.size:
                parts[-1] = _merged([parts[-1], line])
            else:
                parts.append(line)
        joined += parts
    return joined


def _with_drop_caps(lines: list[PageLine], body: tuple[float, bool]) -> list[PageLine]:
    """Put a large initial before the line that it begins."""
    caps = [line for line in lines if len(line.text) == 1 and line.text.isalpha() and line.size > 1.8 * body[0]]
    kept = [line for line in lines if line not in caps]
    for cap in caps:
        beside = [line for line in kept if 0 <= line.x0 - cap.x1 < 3 * body[0] and cap.y0 - 2 < line.y0 < cap.y1]
        if beside:
            first = max(beside, key=lambda line: line.y0)
            merged = _merged([cap, first])
            text = cap.text + first.text
            place = kept.index(first)
            kept[place] = PageLine(text, first.x0, first.x1, first.y0, first.y1, merged.size, first.bold)
        else:
            kept.append(cap)
    return kept


def _columns(lines: list[PageLine]) -> Iterator[list[PageLine]]:
    """The lines in reading order: columns between the lines that run across them."""
    gutter = _gutter(lines)
    if gutter is None:
        merged = [_merged(row) for row in _rows(lines)]
        if merged:
            yield merged
        return
    left, right = gutter
    band: list[PageLine] = []
    across: list[PageLine] = []

    def close() -> Iterator[list[PageLine]]:
        # what follows a line across both columns begins anew at the left
        if across:
            yield from _columns(across)
        across.clear()
        yield from _columns([line for line in band if line.x1 <= right])
        yield from _columns([line for line in band if line.x1 > right])
        band.clear()

    for line in sorted(lines, key=lambda line: (-line.y0, line.x0)):
        if line.x0 < left and line.x1 > right:
            if band:
                yield from close()
            across.append(line)
        else:
            band.append(line)
    yield from close()


def _gutter(lines: list[PageLine]) -> tuple[float, float] | None:
    """The white space between two columns, left and right edge; None if there are none."""
    if len(lines) < 6:
        return None
    best: tuple[float, float, float] | None = None
    edges = sorted({round(line.x0, 1) for line in lines})
    for edge in edges[1:]:
        starting = [line for line in lines if line.x0 >= edge - 0.5]
        before = [line for line in lines if line.x1 < edge - 0.5]
        crossing = len(lines) - len(starting) - len(before)
        if not _is_column(before) or not _is_column(starting) or crossing > 0.4 * len(lines):
            continue
        # both columns must stand beside each other
        top = min(max(line.y1 for line in side) for side in (before, starting))
        bottom = max(min(line.y0 for line in side) for side in (before, starting))
        if top - bottom < 3 * median(line.size for line in lines):
            continue
        end = max(line.x1 for line in before)
        score = -crossing + 0.01 * (edge - end)
        if edge - end > 0.6 * median(line.size for line in lines) and (best is None or score > best[0]):
            best = (score, end, edge)
    return None if best is None else (best[1] + 0.1, best[2] - 0.1)


def _is_column(lines: list[PageLine]) -> bool:
    """Whether lines are those of a column of text rather than of a table."""
    return len(lines) >= 3 and median(len(line.text) for line in lines) >= 15


def _split_column(lines: list[PageLine]) -> Iterator[Paragraph]:
    """The paragraphs of a column."""
    widest = sorted(line.x1 for line in lines)
    right = widest[int(0.95 * (len(widest) - 1))]
    steps = [above.y0 - below.y0 for above, below in pairwise(lines) if abs(above.size - below.size) < 0.5]
    step = median(steps) if steps else 0.0
    usual_size = median(line.size for line in lines)
    left = lines[0].x0 if len(lines) < 3 else min(line.x0 for line in lines)
    current = [lines[0]]
    for line in lines[1:]:
        if _begins(current, line, right, step, left, usual_size):
            yield Paragraph(current)
            current = []
        current.append(line)
    yield Paragraph(current)


def _begins(current: list[PageLine], line: PageLine, right: float, step: float, left: float, usual_size: float) -> bool:
    """Whether a line begins a paragraph."""
    above = current[-1]
    em = max(line.size, 1.0)
    if abs(above.size - line.size) > 0.08 * em or (above.bold != line.bold and len(above.text.split()) < 12):
        return True
    # a heading of several lines has the line spacing of its own letters
    same_heading = em > 1.08 * usual_size and above.y0 - line.y0 < 1.4 * em
    if (above.y0 - line.y0 > 1.3 * step + 0.5 and not same_heading) or _ITEM.match(line.text):
        return True
    # in an item or a quotation, further lines are indented like the one above
    indent = line.x0 - above.x0
    is_first_after_item = len(current) == 1 and _ITEM.match(above.text)
    if indent > 0.7 * em and above.x0 - left < 0.7 * em and not is_first_after_item:
        return True
    # a line is broken where the next word does not fit
    word = line.text.split(" ", 1)[0]
    per_letter = (line.x1 - line.x0) / max(len(line.text), 1)
    return right - above.x1 > (len(word) + 1) * per_letter + em and not above.text.endswith(("-", "\u00ad", "\u2010"))


def _choose_title(paragraphs: list[Paragraph], size: float) -> None:
    """The heading with the largest letters on the first page is the title, if they are much larger than the text's."""
    headings = [paragraph for paragraph in paragraphs if paragraph.kind == "heading"]
    best = max(headings, key=lambda paragraph: paragraph.lines[0].size, default=None)
    if best is not None and best.lines[0].size > 1.25 * size:
        best.kind = "title"


def _classify(paragraph: Paragraph, page: Layout, body: tuple[float, bool]) -> None:
    size, bold = body
    first = paragraph.lines[0]
    text = " ".join(line.text for line in paragraph.lines)
    is_short = len(text.split()) <= _MAX_HEADING_WORDS
    if is_short and (
        first.size > 1.08 * size or (not bold and all(line.bold for line in paragraph.lines) and not text.endswith("."))
    ):
        paragraph.kind = "heading"
    elif first.size < 0.93 * size and first.y0 < 0.5 * page.height and _NOTE.match(text):
        paragraph.kind = "boilerplate"
    else:
        paragraph.is_body = abs(first.size - size) <= 0.08 * size


def _goes_on(before: Paragraph, after: Paragraph) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    if before.last.endswith(("-", "\u00ad", "\u2010")):
        return after.lines[0].text[:1].isalpha()
    begins_item = bool(_ITEM.match(after.lines[0].text))
    return not _SENTENCE_END.search(before.last) and not begins_item and after.lines[0].text[:1] not in '“"«„'
