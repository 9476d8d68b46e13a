"""Classify the lines of pages, and extract title, author, outlet and date."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter

from topics.errors import InputError
from topics.format import count
from topics.reading.boilerplate.bylines import NAME, read_bylines
from topics.reading.boilerplate.features import features, furniture_classes
from topics.reading.boilerplate.model import probabilities
from topics.reading.boilerplate.phrases import phrases
from topics.reading.lines import SPACES, Line, cut_tails, is_prose, plain_words, split_lines
from topics.reading.pages import Page, Pages
from topics.settings import Settings
from topics.text import DATE

KEPT_FROM = 0.3
"""Minimum probability of body text to keep a line: losing a paragraph costs over twice as much as keeping boilerplate."""

_MIN_TITLE = 0.1
"""Minimum probability of the title of a page without a better candidate."""
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+")
_BREAK = re.compile(r"\n\s*")


@dataclass(frozen=True, repr=False)
class Cleaned:
    """A page with classified lines, and metadata completed from them."""

    page: Page
    lines: tuple[Line, ...]
    copy_of: str = ""
    """Id of the article of which this one is a near-duplicate (see :mod:`topics.reading.duplicates`)."""
    overlap: float = 0.0
    repeated: frozenset[int] | None = None
    """Starts of the lines that repeat those of other articles; None: all lines of a near-duplicate do."""

    def __repr__(self) -> str:
        kept = sum(line.kind == "body" for line in self.lines)
        return f"Cleaned({self.page.article_id!r}, {kept} of {count(len(self.lines), 'line')} are article text)"


def clean(
    pages: Pages, settings: Settings | None = None, corrections: Mapping[tuple[str, int], str] | None = None
) -> tuple[Cleaned, ...]:
    """Classify every line of every page, and complete title, author, outlet and date from them.

    Rows of a table of paragraphs (``page.rows``) are unchanged.

    Parameters
    ----------
    pages
        What :func:`topics.reading.read_pages` found.
    settings
        ``reading.boilerplate`` contains patterns of the study.
    corrections
        ``(article_id, line number from 1) -> kind``, which overrides the classifier.

    Raises
    ------
    InputError
        If a pattern of ``reading.boilerplate`` is not a regular expression.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "bread.txt"
    ...     _ = path.write_text("The baker kneads the dough until it is smooth.", encoding="utf-8")
    ...     cleaned = topics.clean(topics.read(path))
    >>> [line.kind for line in cleaned[0].lines]
    ['body']
    """
    settings = settings or Settings()
    for pattern in settings.reading.boilerplate:
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputError(f"reading.boilerplate: {pattern!r} is not a regular expression ({error})") from None
    repeated = repeated_lines(page.text for page in pages.pages if page.rows is None)
    corrected: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for (article_id, number), kind in (corrections or {}).items():
        corrected[article_id][number] = kind
    return tuple(_clean(page, repeated, settings, corrected[page.article_id]) for page in pages.pages)


def _clean(page: Page, repeated: frozenset[str], settings: Settings, corrected: dict[int, str]) -> Cleaned:
    if page.rows is not None:
        return Cleaned(page, tuple(Line(start, end, "body", page.text[start:end]) for _, start, end in page.rows))
    front = [
        replace(line, kind="title" if line.text.startswith("title:") else "byline")
        for line in split_lines(page.text[: page.body_start])
    ]
    classified = classify(
        page.text[page.body_start :],
        title=page.title,
        author=page.author,
        language=page.language,
        markdown=page.markdown,
        known={start - page.body_start: kind for start, kind in page.kinds.items()},
        repeated=repeated,
        patterns=settings.reading.boilerplate,
    )
    moved = [replace(line, start=line.start + page.body_start, end=line.end + page.body_start) for line in classified]
    lines = _correct(front + moved, page.text, corrected)
    body = [line for line in lines if line.start >= page.body_start]
    titles = [line for line in body if line.kind == "title"]
    # a manual correction of the title overrides the head of the page
    corrected_titles = [line for line in titles if corrected.get(_number(line, page.text)) == "title"]
    title = _MARKDOWN_HEADING.sub("", (corrected_titles or titles)[0].text) if titles else ""
    byline = read_bylines(
        [line.text for line in body if line.kind == "byline"], [line.text for line in body if line.kind == "boilerplate"]
    )
    filled = replace(
        page,
        title=title if corrected_titles else page.title or title,
        author=page.author or byline.author,
        outlet=page.outlet or byline.outlet,
        date=page.date or byline.date,
    )
    return Cleaned(filled, tuple(lines))


def _number(line: Line, text: str) -> int:
    """The line number, from 1, at which a line starts, as used in corrections."""
    return text.count("\n", 0, line.start) + 1


def _correct(lines: list[Line], text: str, corrected: Mapping[int, str]) -> list[Line]:
    """Apply corrections to lines, including their separated tails.

    Within a hard-wrapped paragraph, a correction applies from its line to the next corrected
    line or the end of the paragraph; the text before is unchanged.
    """
    if not corrected:
        return lines
    changed: list[Line] = []
    for parts in _with_tails(lines, text):
        start, end = parts[0].start, parts[-1].end
        # the original lines, before hard-wrapped paragraphs were joined
        starts = [start, *(match.end() for match in _BREAK.finditer(text, start, end))]
        kinds = {at: corrected[n] for n, at in enumerate(starts, _number(parts[0], text)) if n in corrected}
        if not kinds:
            changed += parts
            continue
        cuts = [*kinds, end]
        pieces = [(line.start, min(line.end, cuts[0]), line.kind) for line in parts if line.start < cuts[0]]
        pieces += [(at, following, kinds[at]) for at, following in pairwise(cuts)]
        for kind, group in groupby(pieces, key=itemgetter(2)):
            run = list(group)
            first = run[0][0]
            raw = text[first : run[-1][1]].rstrip()
            gap = parts[0].gap and first == start
            is_corrected = first >= cuts[0]
            changed.append(Line(first, first + len(raw), kind, raw.translate(SPACES), gap, corrected=is_corrected))
    return changed


def _with_tails(lines: list[Line], text: str) -> list[list[Line]]:
    """Lines, each with its separated tails."""
    whole: list[list[Line]] = []
    for line in lines:
        if whole and "\n" not in text[whole[-1][-1].end : line.start]:
            whole[-1].append(line)
        else:
            whole.append([line])
    return whole


def classify(
    text: str,
    *,
    title: str = "",
    author: str = "",
    language: str = "en",
    markdown: bool = False,
    known: Mapping[int, str] | None = None,
    repeated: frozenset[str] = frozenset(),
    patterns: Sequence[str] = (),
) -> list[Line]:
    r"""Classify every non-blank line of a page.

    Parameters
    ----------
    text
        The decoded text of the page, newlines as ``\n``.
    title
        The title, if known from front matter or HTML.
    author
        The author, likewise.
    language
        ISO 639-1 code, for stop words.
    markdown
        Lines that start with ``#`` are headings.
    known
        Offset of a line -> its kind, where the file's format tells.
    repeated
        Lines found on several pages (see :func:`repeated_lines`).
    patterns
        Regular expressions of the study; a line that contains a match is boilerplate.

    Returns
    -------
    list of Line
        In page order; together they contain every non-blank character of ``text``.
    """
    known = known or {}
    lines = cut_tails(split_lines(text, known), phrases().tail)
    prose = {line.text for line in lines if is_prose(line.text)}
    if 2 * len(prose & repeated) > len(prose):  # several outlets carry this article
        repeated = repeated - prose
    study_patterns = [re.compile(pattern) for pattern in patterns]
    # the format of a web page tells the kind of every line, so that the classifier has nothing to do
    is_classified = all(line.kind or line.start in known for line in lines)
    rows = [] if is_classified else features(lines, title=title, author=author, language=language)
    outside = _outside_prose(lines, repeated, has_furniture=is_classified or bool(furniture_classes(rows)))
    fixed: dict[int, str] = {}
    for i, line in enumerate(lines):
        is_unwanted = any(pattern.search(line.text) for pattern in study_patterns)
        is_the_outlets = line.text in repeated and _is_furniture(line.text, is_outside=i in outside)
        # the same figures stand in the tables of many web pages
        is_the_outlets &= line.start not in known or bool(re.search(r"[^\W\d_]", line.text))
        if line.kind:
            fixed[i] = line.kind
        elif known.get(line.start, "body") != "body":
            fixed[i] = known[line.start]
        elif not plain_words(line.text) or is_unwanted or is_the_outlets:
            fixed[i] = "boilerplate"
        elif line.start in known:
            fixed[i] = "body"
        elif markdown and _MARKDOWN_HEADING.match(line.text):
            fixed[i] = "heading"
        elif len(lines) == 1:  # such as an answer in a survey
            fixed[i] = "body"
    if len(fixed) == len(lines):
        return [replace(line, kind=fixed[i]) for i, line in enumerate(lines)]
    probable = probabilities(rows, fixed)
    kinds = [_decide(row) for row in probable]
    _choose_title(lines, kinds, title, probable)
    return [
        replace(line, kind=kind, certainty=round(row.get(kind, 0.0), 3))
        for line, kind, row in zip(lines, kinds, probable, strict=True)
    ]


def _decide(probable: Mapping[str, float]) -> str:
    if probable["body"] >= max(KEPT_FROM, probable["heading"]):
        return "body"
    others = {kind: probability for kind, probability in probable.items() if kind != "body"}
    return max(others, key=others.__getitem__)


def repeated_lines(pages: Iterable[str], least: int = 3, share: float = 0.01) -> frozenset[str]:
    """Lines on at least ``least`` pages and this ``share`` of all pages, except section headings, names and dates."""
    distinct = set(pages)
    counts: Counter[str] = Counter()
    for page in distinct:
        counts.update({line.text for line in split_lines(page)})
    often = max(least, share * len(distinct))
    return frozenset(line for line, count in counts.items() if count >= often and not _may_come_again(line))


def _outside_prose(lines: list[Line], repeated: frozenset[str], *, has_furniture: bool) -> range | set[int]:
    """The lines that may be the outlet's if they occur on several pages.

    On a page without furniture these are the lines before or after its own prose, and no
    sentences before it: several speeches may begin with the same salutation, and several
    manifestos have the same headings.
    """
    if has_furniture:
        return range(len(lines))
    own = [i for i, line in enumerate(lines) if is_prose(line.text) and line.text not in repeated]
    if not own:
        return set()
    spoken = {i for i, line in enumerate(lines) if re.search(r"[.!?,;:)\]…]$", line.text) and not is_prose(line.text)}
    return {i for i in range(len(lines)) if (i < own[0] and not is_prose(lines[i].text)) or i > own[-1]} - spoken


def _is_furniture(line: str, *, is_outside: bool) -> bool:
    """Whether a line found on several pages is boilerplate: not prose, or prose about the outlet or to its readers.

    Other repeated prose may be background that articles on one subject share.
    """
    known = phrases()
    names = ("appeal", "licence", "disclaimer", "itself", "press", "biography", "notes", "caption")
    patterns = (known.we, known.you, *(known.within[name] for name in names))
    return is_outside and (not is_prose(line) or any(pattern.search(line) for pattern in patterns))


def _may_come_again(line: str) -> bool:
    """Whether a repeated line may belong to an article: a section heading, a name or a date."""
    return bool(phrases().section.match(line) or NAME.match(line) or DATE.search(line))


def _choose_title(lines: list[Line], kinds: list[str], title: str, probable: Sequence[Mapping[str, float]]) -> None:
    """Keep one headline, the first; repetitions become boilerplate. In place.

    If the model finds none, the headline is the line equal to the known title, or else the
    first heading before the body, or the most probable line there.
    """
    candidates = [i for i, kind in enumerate(kinds) if kind == "title"]
    if not candidates and plain_words(title):
        candidates = [i for i, line in enumerate(lines) if plain_words(line.text) == plain_words(title)]
    elif not candidates:
        first_body = kinds.index("body") if "body" in kinds else 0
        before = [i for i in range(first_body) if not phrases().section.match(lines[i].text)]
        headings = [i for i in before if kinds[i] == "heading"]
        likely = [i for i in before if probable[i]["title"] >= _MIN_TITLE]
        candidates = headings or sorted(likely, key=lambda i: -probable[i]["title"])
    if not candidates:
        return
    headline = plain_words(lines[candidates[0]].text)
    for i, line in enumerate(lines):
        if i == candidates[0]:
            kinds[i] = "title"
        elif kinds[i] == "title" or (headline and plain_words(line.text) == headline):
            kinds[i] = "boilerplate"
