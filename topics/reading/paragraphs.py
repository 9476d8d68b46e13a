"""Articles -> paragraphs: the units of analysis, each with its place in the page."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, count, groupby, pairwise
from typing import Any

import pandas as pd

from topics import tables
from topics.errors import InputError
from topics.reading.boilerplate import Cleaned
from topics.reading.lines import Line, plain_words
from topics.reading.repair import restore_spaces
from topics.settings import ReadingSettings, Settings
from topics.text import (
    PhraseTokens,
    TokenisedTexts,
    count_words,
    find_sentences,
    other_language,
    read_phrase_tokens,
    tokenise_all,
)

_ITEM = re.compile(r"^(?:[-–—•*·▪●○►→✓✔☐]|[(（]?(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,2})[.)）、])\s*(?!\d)")
_ITEM_WORDS = 25
"""List items up to this length stay with their list; longer ones are paragraphs of their own."""
_VERSE_WORDS = 12
_TELLING = 20
"""Words from which the language of a page is sure (of 1,000 English passages this long, none is taken for another)."""


_SHOWN = 40
"""Articles that a notebook shows of a corpus."""


@dataclass(frozen=True)
class Corpus:
    """What was read: tables in the columns of :mod:`topics.tables`."""

    articles: pd.DataFrame
    paragraphs: pd.DataFrame
    dropped: pd.DataFrame
    duplicates: pd.DataFrame = field(default_factory=lambda: tables.empty("duplicates"))
    repairs: pd.DataFrame = field(default_factory=lambda: tables.empty("repairs"))
    language: str = "en"
    """ISO 639-1 code of the language that the paragraphs are in."""

    @cached_property
    def tokens(self) -> TokenisedTexts:
        """The words of each paragraph, in the order of ``paragraphs``; cut once."""
        return tokenise_all(self.paragraphs["text"], self.language)

    @cached_property
    def phrase_tokens(self) -> PhraseTokens:
        """What vocabularies of the corpus are built from (:func:`topics.text.phrases.build_vocabulary`)."""
        return read_phrase_tokens(self.tokens)

    def _repr_html_(self) -> str:
        counts = f"{len(self.articles)} articles, {len(self.paragraphs)} paragraphs, {len(self.dropped)} lines dropped"
        shown = self.articles[["title", "author", "outlet", "date", "n_paragraphs", "n_words"]].head(_SHOWN)
        more = f", the first {_SHOWN} here" if len(self.articles) > _SHOWN else ""
        return f"<p><b>Corpus</b>: {counts}{more}</p>{tables.readable(shown)._repr_html_()}"


@dataclass
class _Unit:
    """A paragraph in the making: body lines in page order, without a dropped line between."""

    start: int
    end: int
    section: str
    text: str = ""
    own_id: str = ""


@dataclass
class _Split:
    """One article, split: its units, and the lines left out."""

    units: list[_Unit] = field(default_factory=list)
    dropped: list[tuple[int, int, str]] = field(default_factory=list)


def split(cleaned: tuple[Cleaned, ...], settings: Settings | None = None, *, may_be_empty: bool = False) -> Corpus:
    """Make paragraphs of the body lines; headings become the ``section`` below them.

    A line with fewer than ``reading.min_words`` words joins its neighbour (or is dropped
    as ``short``), short items stay with their list and verses with their stanza, a
    paragraph over ``reading.max_words`` is split at sentences into parts of like length.
    A paragraph that its article has already said is dropped as ``duplicate``, one in
    another language than the study's as ``language``. ``reading.unit`` makes sentences
    or whole articles of the paragraphs. Ready-made paragraphs are all kept as they are.

    Returns
    -------
    Corpus
        ``paragraphs["text"]`` is ``page[start:end]``, but for whole articles (their
        paragraphs, without what was dropped between) and under ``reading.repair``, whose
        changes are in ``repairs``.

    Raises
    ------
    InputError
        If no article has a paragraph (unless it ``may_be_empty``), or two articles bring
        the same paragraph id.
    """
    settings = settings or Settings()
    language = _language(cleaned) if settings.language == "auto" else settings.language
    articles, paragraphs, dropped, repairs = [], [], [], []
    for item in cleaned:
        page = item.page
        parts = _split_article(item, language, settings)
        kept, mended = _rows(item, parts.units, settings)
        paragraphs += kept
        repairs += mended
        dropped += [
            {"article_id": page.article_id, "start": start, "end": end, "reason": reason, "text": page.text[start:end]}
            for start, end, reason in parts.dropped
        ]
        articles.append(
            {
                **{
                    name: getattr(page, name)
                    for name in ("article_id", "title", "author", "outlet", "date", "language", "source")
                },
                "n_paragraphs": len(kept),
                "n_words": sum(row["n_words"] for row in kept),
                "sha256": page.sha256,
            }
        )
    ids = [row["paragraph_id"] for row in paragraphs]
    twice = next((name for name, count in Counter(ids).items() if count > 1), None)
    if twice is not None:
        raise InputError(f"paragraph_id {twice!r} stands in two articles; expected each once in all tables together")
    copies = [
        {"source": item.page.source, "article_id": item.page.article_id, "copy_of": item.copy_of, "overlap": item.overlap}
        for item in cleaned
        if item.copy_of
    ]
    rows = {"articles": articles, "paragraphs": paragraphs, "dropped": dropped, "duplicates": copies, "repairs": repairs}
    frames = {
        name: tables.check(pd.DataFrame(found, columns=list(tables.COLUMNS[name])), name) for name, found in rows.items()
    }
    corpus = Corpus(**frames, language=language)
    return corpus if may_be_empty else require_paragraphs(corpus)


def require_paragraphs(corpus: Corpus) -> Corpus:
    """The corpus, if it has a paragraph; else an InputError that says why it has none."""
    if len(corpus.paragraphs):
        return corpus
    if (corpus.dropped["reason"] == "language").any():
        raise InputError(
            f"no paragraph in {len(corpus.articles)} articles is in the study's language, {corpus.language!r};"
            " expected text in it: set language in study.toml (or --set language=…)"
        )
    counts = corpus.dropped["reason"].value_counts()
    dropped = ", ".join(f"{counts[reason]} {reason}" for reason in tables.REASONS if reason in counts)
    raise InputError(
        f"no paragraph in {len(corpus.articles)} articles, all lines were dropped ({dropped}); expected an article's own"
        " prose: `topics read PATH` shows every line"
    )


def _language(cleaned: tuple[Cleaned, ...]) -> str:
    """The language that most of the body text is in, each page taken as a whole."""
    counts: Counter[str] = Counter()
    for item in cleaned:
        counts[item.page.language] += sum(line.end - line.start for line in item.lines if line.kind == "body")
    del counts[""]
    return min(counts, key=lambda name: (-counts[name], name), default="en")


def _split_article(item: Cleaned, language: str, settings: Settings) -> _Split:
    page, reading = item.page, settings.reading
    if page.rows is not None:
        return _Split([_Unit(start, end, "", page.text[start:end], own_id) for own_id, start, end in page.rows])
    parts = _Split()
    runs: list[list[tuple[Line, str]]] = [[]]
    section = ""
    said: set[str] = set()
    elsewhere = page.language not in ("", language) and count_words(page.text) >= _TELLING
    for line in item.lines:
        reason = line.kind
        if line.kind == "heading":
            section = line.text.lstrip("#").strip()
        if line.kind == "body" and not line.corrected:
            bare = plain_words(line.text)
            n_words = count_words(line.text)
            if item.copy_of or (bare in said and n_words >= reading.min_words and not _is_verse(line.text)):
                reason = "duplicate"
            elif reading.other_languages == "drop" and (
                other_language(line.text, language) or (elsewhere and (n_words < 10 or other_language(page.text, language)))
            ):
                reason = "language"
            said.add(bare)
        if reason == "body":
            runs[-1].append((line, section))
        else:
            parts.dropped.append((line.start, line.end, reason))
            runs.append([])
    for run in runs:
        parts.units += _units(run, page.text, parts, language, settings)
    if reading.unit == "article" and parts.units:
        texts = [page.text[unit.start : unit.end] for unit in parts.units]
        parts.units = [_Unit(parts.units[0].start, parts.units[-1].end, "", "\n\n".join(texts))]
    return parts


def _units(run: list[tuple[Line, str]], text: str, parts: _Split, language: str, settings: Settings) -> Iterator[_Unit]:
    """The paragraphs of body lines between which nothing was dropped."""
    reading = settings.reading
    for unit in _join(_grouped(run), text, parts, reading):
        long = count_words(text[unit.start : unit.end]) > reading.max_words
        if reading.unit == "sentence":
            yield from _join(_sentences(unit, text, language), text, parts, reading)
        elif reading.unit != "article" and long:
            yield from _even(_sentences(unit, text, language), text, reading.max_words)
        else:
            yield unit


def _sentences(unit: _Unit, text: str, language: str) -> list[_Unit]:
    """The sentences of a unit; what stands between two belongs to the first."""
    starts = [unit.start + a for a, _ in find_sentences(text[unit.start : unit.end], language)][1:]
    bounds = [unit.start, *starts, unit.end]
    return [_Unit(a, a + len(text[a:b].rstrip()), unit.section) for a, b in pairwise(bounds)]


def _grouped(run: list[tuple[Line, str]]) -> list[_Unit]:
    """Lines as units: short items with their list and its lead, verses with their stanza, all others alone."""
    units: list[_Unit] = []
    i = 0
    while i < len(run):
        line, section = run[i]
        j = i + 1
        if line.text.endswith((":", "：")) or _is_item(line.text):
            while j < len(run) and _is_item(run[j][0].text):
                j += 1
        elif _is_verse(line.text):
            while j < len(run) and not run[j][0].gap and count_words(run[j][0].text) <= _VERSE_WORDS:
                j += 1
            stanza = [part.text for part, _ in run[i:j]]
            if len(stanza) < 3 or sum(map(_is_verse, stanza)) <= len(stanza) / 2:
                j = i + 1
        units.append(_Unit(line.start, run[j - 1][0].end, section))
        i = j
    return units


def _is_item(text: str) -> bool:
    return bool(_ITEM.match(text)) and count_words(text) <= _ITEM_WORDS


def _is_verse(text: str) -> bool:
    return count_words(text) <= _VERSE_WORDS and not re.search(r"[.!?…。！？:：]['\"”’»)]*$", text)


def _join(units: list[_Unit], text: str, parts: _Split, reading: ReadingSettings) -> list[_Unit]:
    """Make short units part of the one before in their section, or else of the one after; or drop them."""
    joined: list[_Unit] = []
    waiting: _Unit | None = None
    for unit in units:
        if waiting is not None:
            unit = _Unit(waiting.start, unit.end, unit.section)
            waiting = None
        if count_words(text[unit.start : unit.end]) >= reading.min_words:
            joined.append(unit)
        elif reading.short == "drop":
            parts.dropped.append((unit.start, unit.end, "short"))
        elif joined and joined[-1].section == unit.section:
            joined[-1] = _Unit(joined[-1].start, unit.end, unit.section)
        else:
            waiting = unit
    if waiting is not None and count_words(text[waiting.start : waiting.end]):
        joined.append(waiting)
    elif waiting is not None:
        parts.dropped.append((waiting.start, waiting.end, "short"))
    return joined


def _even(pieces: list[_Unit], text: str, most: int) -> Iterator[_Unit]:
    """Sentences gathered into few parts of like length, none of several sentences over ``most`` words."""
    counts = [count_words(text[piece.start : piece.end]) for piece in pieces]
    total = sum(counts)
    middles = [before - n / 2 for before, n in zip(accumulate(counts), counts, strict=True)]
    for n_parts in count(-(-total // most)):
        places = [int(middle * n_parts / total) for middle in middles]
        parts = [list(part) for _, part in groupby(range(len(counts)), key=places.__getitem__)]
        if all(len(part) == 1 or sum(counts[i] for i in part) <= most for part in parts):
            break
    for part in parts:
        yield _Unit(pieces[part[0]].start, pieces[part[-1]].end, pieces[part[0]].section)


def _rows(item: Cleaned, units: list[_Unit], settings: Settings) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    page = item.page
    taken = {unit.own_id for unit in units if unit.own_id}
    kept: list[dict[str, Any]] = []
    repairs: list[dict[str, Any]] = []
    for position, unit in enumerate(units, start=1):
        text = unit.text or page.text[unit.start : unit.end]
        paragraph_id = unit.own_id or _free(f"{page.article_id}-p{position:04d}", taken)
        if settings.reading.repair and page.rows is None:
            text, found = restore_spaces(text)
            repairs += [
                {"paragraph_id": paragraph_id, "at": one.at, "before": one.before, "after": one.after} for one in found
            ]
        kept.append(
            {
                "paragraph_id": paragraph_id,
                "article_id": page.article_id,
                "position": position,
                "section": unit.section,
                "start": unit.start,
                "end": unit.end,
                "n_words": count_words(text),
                "text": text,
            }
        )
    return kept, repairs


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "x"
    return name
