"""Page text -> what is article and what is not, each line with a reason.

A line is judged by what boilerplate *is* (length, punctuation, whom it addresses, what
it repeats, what stands after an article's end), not by the site it comes from:
:mod:`~topics.reading.lines` cuts the page, :mod:`~topics.reading.boilerplate.features` looks at
each line, :mod:`~topics.reading.boilerplate.model` weighs the lines of a page together, and
:mod:`~topics.reading.boilerplate.bylines` reads what the bylines say. Nothing is deleted: every
non-blank line gets one kind, and a tail such as "ALSO READ: …" is cut off as a line of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import itemgetter

from topics.errors import InputError
from topics.reading.boilerplate.bylines import NAME, read_bylines
from topics.reading.boilerplate.features import features, phrases
from topics.reading.boilerplate.model import probabilities
from topics.reading.lines import SPACES, Line, cut_tails, is_prose, plain_words, split_lines
from topics.reading.pages import Page, Pages
from topics.settings import Settings
from topics.text import DATE

KEPT_FROM = 0.3
"""Probability of body from which a line is kept: a lost paragraph weighs over twice as much as a kept mark."""

_LIKELY = 0.1
"""Probability from which a line may be the title of a page that shows no better one."""
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+")
_BREAK = re.compile(r"\n\s*")


@dataclass(frozen=True)
class Cleaned:
    """A page with a kind for every line, and the metadata that its lines add."""

    page: Page
    lines: tuple[Line, ...]
    copy_of: str = ""
    """Id of the article that this one nearly repeats (see :mod:`topics.reading.duplicates`)."""
    overlap: float = 0.0


def clean(
    pages: Pages, settings: Settings | None = None, corrections: Mapping[tuple[str, int], str] | None = None
) -> tuple[Cleaned, ...]:
    """Give every line of every page its kind, and fill title, author, outlet and date from them.

    Ready-made paragraphs (``page.rows``) are left as they are.

    Parameters
    ----------
    pages
        What :func:`topics.reading.pages.read` found.
    settings
        ``reading.boilerplate`` holds the study's own patterns.
    corrections
        ``(article_id, line number from 1) -> kind``, above all rules.

    Raises
    ------
    InputError
        If a pattern of ``reading.boilerplate`` is not a regular expression.
    """
    settings = settings or Settings()
    for pattern in settings.reading.boilerplate:
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputError(f"reading.boilerplate: {pattern!r} is not a regular expression ({error})") from None
    repeated = repeated_lines(page.text for page in pages.pages if page.rows is None)
    by_article: dict[str, dict[int, str]] = {}
    for (article, number), kind in (corrections or {}).items():
        by_article.setdefault(article, {})[number] = kind
    return tuple(_clean(page, repeated, settings, by_article.get(page.article_id, {})) for page in pages.pages)


def _clean(page: Page, repeated: frozenset[str], settings: Settings, corrected: dict[int, str]) -> Cleaned:
    if page.rows is not None:
        return Cleaned(page, tuple(Line(start, end, "body", page.text[start:end]) for _, start, end in page.rows))
    front = [_front_matter_line(line) for line in split_lines(page.text[: page.body_start])]
    body = classify(
        page.text[page.body_start :],
        title=page.title,
        author=page.author,
        language=page.language,
        markdown=page.markdown,
        marks={start - page.body_start: mark for start, mark in page.marks.items()},
        repeated=repeated,
        patterns=settings.reading.boilerplate,
    )
    moved = [replace(line, start=line.start + page.body_start, end=line.end + page.body_start) for line in body]
    known = _correct(front + moved, page.text, corrected)
    rest = [line for line in known if line.start >= page.body_start]
    titles = [line for line in rest if line.kind == "title"]
    chosen = [line for line in titles if corrected.get(_number(line, page.text)) == "title"]
    title = _MARKDOWN_HEADING.sub("", (chosen or titles)[0].text) if titles else ""
    said = read_bylines(
        [line.text for line in rest if line.kind == "byline"], [line.text for line in rest if line.kind == "boilerplate"]
    )
    found = replace(
        page,
        title=title if chosen else page.title or title,
        author=page.author or said.author,
        outlet=page.outlet or said.outlet,
        date=page.date or said.date,
    )
    return Cleaned(found, tuple(known))


def _front_matter_line(line: Line) -> Line:
    return replace(line, kind="title" if line.text.startswith("title:") else "byline")


def _number(line: Line, text: str) -> int:
    """The number of the page's line in which a line begins, from 1, as corrections name it."""
    return text.count("\n", 0, line.start) + 1


def _correct(known: list[Line], text: str, corrected: Mapping[int, str]) -> list[Line]:
    """Give corrected lines their kind, and their tails with them.

    In a hard-wrapped paragraph a correction holds from its line to the next corrected one
    or to the end, as the paragraph is shown under its first line; what stands before stays.
    """
    if not corrected:
        return known
    changed: list[Line] = []
    for parts in _uncut(known, text):
        start, end = parts[0].start, parts[-1].end
        starts = [start, *(match.end() for match in _BREAK.finditer(text, start, end))]
        kinds = {at: corrected[n] for n, at in enumerate(starts, _number(parts[0], text)) if n in corrected}
        if not kinds:
            changed += parts
            continue
        cuts = [*kinds, end]
        pieces = [(line.start, min(line.end, cuts[0]), line.kind) for line in parts if line.start < cuts[0]]
        pieces += [(a, b, kinds[a]) for a, b in pairwise(cuts)]
        for kind, run in groupby(pieces, key=itemgetter(2)):
            alike = list(run)
            a = alike[0][0]
            raw = text[a : alike[-1][1]].rstrip()
            gap = parts[0].gap and a == start
            changed.append(Line(a, a + len(raw), kind, raw.translate(SPACES), gap, corrected=a >= cuts[0]))
    return changed


def _uncut(known: list[Line], text: str) -> list[list[Line]]:
    """Lines with the tails that were cut off them."""
    whole: list[list[Line]] = []
    for line in known:
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
    marks: Mapping[int, tuple[str, ...]] | None = None,
    repeated: frozenset[str] = frozenset(),
    patterns: Sequence[str] = (),
) -> list[Line]:
    r"""Give every non-blank line of a page its kind.

    Parameters
    ----------
    text
        The page's decoded text, newlines as ``\n``.
    title
        The article's title where its source already says it (front matter, HTML).
    author
        Its author, the same way.
    language
        ISO 639-1 code, for stop words.
    markdown
        Lines that start with ``#`` are headings.
    marks
        Offset of a line -> what its HTML tags say of it (see :mod:`topics.reading.html`).
    repeated
        Lines that stand on several pages (see :func:`repeated_lines`).
    patterns
        The study's own regular expressions; a line in which one is found is boilerplate.

    Returns
    -------
    list of Line
        In page order; joined, they hold every non-blank character of ``text``.
    """
    found = cut_tails(split_lines(text), phrases().tail)
    prose = {line.text for line in found if is_prose(line.text)}
    if 2 * len(prose & repeated) > len(prose):  # several outlets carry this article
        repeated = repeated - prose
    own = [re.compile(pattern) for pattern in patterns]
    fixed: dict[int, str] = {}
    for i, line in enumerate(found):
        if line.kind:
            fixed[i] = line.kind
        elif (
            not plain_words(line.text)
            or any(pattern.search(line.text) for pattern in own)
            or (line.text in repeated and _is_furniture(line.text))
        ):
            fixed[i] = "boilerplate"
        elif markdown and _MARKDOWN_HEADING.match(line.text):
            fixed[i] = "heading"
    probable = probabilities(features(found, title=title, author=author, language=language, marks=marks), fixed)
    kinds = [_decide(row) for row in probable]
    _one_title(found, kinds, title, probable)
    return [
        replace(line, kind=kind, certainty=round(row.get(kind, 0.0), 3))
        for line, kind, row in zip(found, kinds, probable, strict=True)
    ]


def _decide(probable: Mapping[str, float]) -> str:
    if probable["body"] >= KEPT_FROM:
        return "body"
    return max(probable, key=lambda kind: (kind != "body") * probable[kind])


def repeated_lines(pages: Iterable[str], least: int = 3, share: float = 0.01) -> frozenset[str]:
    """Lines on at least ``least`` pages and that ``share`` of all: an outlet's furniture, its bylines aside."""
    different = set(pages)
    counts: Counter[str] = Counter()
    for page in different:
        counts.update({line.text for line in split_lines(page)})
    often = max(least, share * len(different))
    return frozenset(line for line, count in counts.items() if count >= often and not _may_come_again(line))


def _is_furniture(line: str) -> bool:
    """Whether a line that stands on several pages is the outlet's: a mark, or prose of the outlet or to its readers.

    Other prose may be the background that every article on a subject carries.
    """
    known = phrases()
    names = ("appeal", "licence", "disclaimer", "itself", "press", "biography", "notes", "caption")
    speaks = known.we.search(line) or known.you.search(line) or any(known.within[name].search(line) for name in names)
    return not is_prose(line) or bool(speaks)


def _may_come_again(line: str) -> bool:
    return bool(phrases().section.match(line) or NAME.match(line) or DATE.search(line))


def _one_title(found: list[Line], kinds: list[str], title: str, probable: Sequence[Mapping[str, float]]) -> None:
    """One headline, where it first stands; a second time it is boilerplate. In place.

    Where the model sees none, it is the line that the page's head names, or else the
    first heading before the body, or the line there that is most likely one.
    """
    chosen = [i for i, kind in enumerate(kinds) if kind == "title"]
    if not chosen and plain_words(title):
        chosen = [i for i, line in enumerate(found) if plain_words(line.text) == plain_words(title)]
    elif not chosen:
        first = kinds.index("body") if "body" in kinds else 0
        before = [i for i in range(first) if not phrases().section.match(found[i].text)]
        chosen = [i for i in before if kinds[i] == "heading"]
        likely = [i for i in before if probable[i]["title"] >= _LIKELY]
        chosen = chosen or sorted(likely, key=lambda i: -probable[i]["title"])
    if not chosen:
        return
    headline = plain_words(found[chosen[0]].text)
    for i, line in enumerate(found):
        if i == chosen[0]:
            kinds[i] = "title"
        elif kinds[i] == "title" or (headline and plain_words(line.text) == headline):
            kinds[i] = "boilerplate"
