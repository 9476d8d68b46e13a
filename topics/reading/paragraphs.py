"""Split articles into paragraphs, the units of analysis, each with its position on the page."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, count, groupby, pairwise
from typing import Any

import pandas as pd

from topics import tables
from topics.errors import InputError
from topics.format import count as n_of
from topics.reading.boilerplate import Cleaned
from topics.reading.lines import SENTENCE_END, Line, plain_words
from topics.reading.pages import Page
from topics.reading.repair import restore_spaces
from topics.reading.values import encodable
from topics.settings import ReadingSettings, Settings
from topics.text import (
    PhraseTokens,
    TokenisedTexts,
    count_words,
    find_sentences,
    other_language,
    read_phrase_tokens,
    tokenise_all,
    unify_newlines,
)

_ITEM = re.compile(r"^(?:[-–—•*·▪●○►→✓✔☐]|[(（]?(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,2})[.)）、])\s*(?!\d)")
_MAX_ITEM_WORDS = 25
"""Maximum words of a list item that is joined to its list; longer ones are separate paragraphs."""
_MAX_VERSE_WORDS = 12
_MAX_COPIES = 3
"""Maximum occurrences of a paragraph of which only the first is kept; what is repeated more often is an entry of a list."""
_MIN_WORDS_FOR_LANGUAGE = 20
"""Words a page needs for its language to be certain (of 1,000 English passages this long, none is misclassified)."""
_SHOWN = 40
"""Articles of a corpus that a notebook shows."""


@dataclass(frozen=True, repr=False)
class Corpus:
    """The texts to analyse: tables with the columns of :mod:`topics.tables`."""

    articles: pd.DataFrame
    paragraphs: pd.DataFrame
    dropped: pd.DataFrame
    duplicates: pd.DataFrame = field(default_factory=lambda: tables.empty("duplicates"))
    repairs: pd.DataFrame = field(default_factory=lambda: tables.empty("repairs"))
    language: str = "en"
    """ISO 639-1 code of the language of the paragraphs, or of most of them."""
    is_mixed: bool = False
    """Whether paragraphs in other languages are kept (``reading.other_languages``)."""

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The language of each paragraph in a corpus of several; a paragraph too short to tell has the corpus's."""
        if not self.is_mixed:
            return ()
        return tuple(other_language(text, self.language) or self.language for text in self.paragraphs["text"])

    @cached_property
    def tokens(self) -> TokenisedTexts:
        """The words of each paragraph, in the order of ``paragraphs``; tokenised once."""
        return tokenise_all(self.paragraphs["text"], self.language, self.languages)

    @cached_property
    def phrase_tokens(self) -> PhraseTokens:
        """The tokens from which vocabularies are built (:func:`topics.text.build_vocabulary`)."""
        return read_phrase_tokens(self.tokens)

    def __repr__(self) -> str:
        return f"Corpus: {self._counts}, language {self.language}"

    @property
    def _counts(self) -> str:
        numbers = {"article": self.articles, "paragraph": self.paragraphs}
        kept = ", ".join(n_of(len(frame), noun) for noun, frame in numbers.items())
        return f"{kept}, {n_of(len(self.dropped), 'line')} dropped"

    def _repr_html_(self) -> str:
        rows = self.articles[["title", "author", "outlet", "date", "n_paragraphs", "n_words"]].head(_SHOWN)
        more = f"; first {_SHOWN} articles" if len(self.articles) > _SHOWN else ""
        return f"<p><b>Corpus</b>: {self._counts}{more}</p>{tables.readable(rows)._repr_html_()}"


@dataclass
class _Unit:
    """A future paragraph: consecutive body lines without a dropped line between them."""

    start: int
    end: int
    section: str
    text: str = ""
    """Empty if it is ``page[start:end]``."""
    own_id: str = ""


@dataclass
class _Parts:
    """The units of one article, and the spans dropped from it with their reasons."""

    units: list[_Unit] = field(default_factory=list)
    dropped: list[tuple[int, int, str]] = field(default_factory=list)


def split(cleaned: tuple[Cleaned, ...], settings: Settings | None = None, *, may_be_empty: bool = False) -> Corpus:
    """Split articles into paragraphs of body lines; a heading becomes the ``section`` of those below it.

    A line with fewer than ``reading.min_words`` words is joined to its neighbour (or dropped
    as ``short``), short list items are joined to their list and verses to their stanza, and a
    paragraph with more than ``reading.max_words`` words is split at sentences into parts of
    similar length. A paragraph repeated within its article is dropped as ``duplicate``, one
    in a language other than the study's as ``language``. With ``reading.unit``, the units
    are sentences or whole articles instead. The rows of a table of paragraphs are kept unchanged.

    Returns
    -------
    Corpus
        ``paragraphs["text"]`` is ``page[start:end]``, except for whole articles (their
        paragraphs without the dropped lines) and with ``reading.repair``, whose changes are
        listed in ``repairs``. ``articles`` ends with the further columns of the input, such as
        party or wave, as text.

    Raises
    ------
    InputError
        If no article has a paragraph (unless ``may_be_empty``), or two articles have the
        same paragraph id.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "bread.txt"
    ...     _ = path.write_text("The baker kneads the dough until it is smooth.", encoding="utf-8")
    ...     corpus = topics.split(topics.clean(topics.read(path)))
    >>> corpus.paragraphs["text"].tolist()
    ['The baker kneads the dough until it is smooth.']
    """
    settings = settings or Settings()
    language = _language_of(cleaned) if settings.language == "auto" else settings.language
    is_mixed = settings.reading.other_languages == "keep"
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("articles", "paragraphs", "dropped", "duplicates", "repairs")
    }
    further = _further_columns(item.page for item in cleaned)
    for item in cleaned:
        page = item.page
        parts = _split_article(item, (is_mixed and page.language) or language, settings)
        paragraphs, repairs = _paragraph_rows(page, parts.units, settings)
        rows["paragraphs"] += paragraphs
        rows["repairs"] += repairs
        rows["dropped"] += [
            {"article_id": page.article_id, "start": start, "end": end, "reason": reason, "text": page.text[start:end]}
            for start, end, reason in parts.dropped
        ]
        metadata = ("article_id", "title", "author", "outlet", "date", "language", "source", "sha256")
        n_words = sum(row["n_words"] for row in paragraphs)
        rows["articles"].append(
            {name: getattr(page, name) for name in metadata}
            | {"n_paragraphs": len(paragraphs), "n_words": n_words}
            | {column: unify_newlines(encodable(page.extra.get(name, ""))) for name, column in further.items()}
        )
        if item.copy_of:
            rows["duplicates"].append(
                {
                    "source": page.source,
                    "article_id": page.article_id,
                    "copy_of": item.copy_of,
                    "overlap": item.overlap,
                }
            )
    ids = Counter(row["paragraph_id"] for row in rows["paragraphs"])
    twice = next((name for name, times in ids.items() if times > 1), None)
    if twice is not None:
        raise InputError(f"paragraph_id {twice!r} occurs in two articles; expected unique ids across all tables")
    columns = dict(tables.COLUMNS) | {"articles": (*tables.COLUMNS["articles"], *further.values())}
    frames = {name: tables.check(pd.DataFrame(rows[name], columns=list(columns[name])), name) for name in rows}
    corpus = Corpus(**frames, language=language, is_mixed=is_mixed)
    return corpus if may_be_empty else require_paragraphs(corpus)


def require_paragraphs(corpus: Corpus) -> Corpus:
    """Return the corpus if it has paragraphs; raise an InputError with the reason otherwise."""
    if len(corpus.paragraphs):
        return corpus
    if (corpus.dropped["reason"] == "language").any():
        raise InputError(
            f"no paragraph in {len(corpus.articles)} articles is in the study's language ({corpus.language});"
            " set language in study.toml (or --set language=…)"
        )
    counts = corpus.dropped["reason"].value_counts()
    dropped = ", ".join(f"{counts[reason]} {reason}" for reason in tables.REASONS if reason in counts)
    raise InputError(
        f"no paragraph in {len(corpus.articles)} articles, all lines were dropped ({dropped}); expected running text:"
        " `topics read PATH` shows every line"
    )


def _further_columns(pages: Iterable[Page]) -> dict[str, str]:
    """Further column of the input -> its name in ``articles.csv``, in the order in which the pages have them.

    Names are one line without control characters. One that is already taken is marked: ``n_words (input)``.
    """
    wanted = {name: _one_line(name) or "unnamed" for page in pages for name in page.extra}
    standard = tables.COLUMNS["articles"]
    wanted = {name: f"{plain} (input)" if plain in standard else plain for name, plain in wanted.items()}
    columns: dict[str, str] = {}
    # a name that needs no change is not given to a column whose name does
    for name in sorted(wanted, key=lambda name: wanted[name] != name):
        numbered = (f"{wanted[name]} ({number})" for number in count(2))
        columns[name] = next(column for column in chain([wanted[name]], numbered) if column not in columns.values())
    return {name: columns[name] for name in wanted}


def _one_line(name: str) -> str:
    """A name without line breaks, control characters and halves of surrogate pairs."""
    return " ".join("".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in name).split())


def _language_of(cleaned: tuple[Cleaned, ...]) -> str:
    """The language of most of the body text; each page counts with one language."""
    counts: Counter[str] = Counter()
    for item in cleaned:
        # words, because the same text has three times as many letters in Russian as in Chinese
        counts[item.page.language] += sum(count_words(line.text) for line in item.lines if line.kind == "body")
    del counts[""]
    return min(counts, key=lambda name: (-counts[name], name), default="en")


def _split_article(item: Cleaned, language: str, settings: Settings) -> _Parts:
    page, reading = item.page, settings.reading
    if page.rows is not None:
        return _Parts([_Unit(start, end, "", page.text[start:end], own_id) for own_id, start, end in page.rows])
    parts = _Parts()
    runs: list[list[tuple[Line, str]]] = [[]]
    section = ""
    for line, reason in _reasons(item, language, reading):
        if line.kind == "heading":
            section = line.text.lstrip("#").strip()
        if reason == "body":
            runs[-1].append((line, section))
        else:
            parts.dropped.append((line.start, line.end, reason))
            runs.append([])  # no paragraph continues across a dropped line
    for run in runs:
        parts.units += _units(run, page.text, parts, language, reading)
    if reading.unit == "article" and parts.units:
        texts = [page.text[unit.start : unit.end] for unit in parts.units]
        parts.units = [_Unit(parts.units[0].start, parts.units[-1].end, "", "\n\n".join(texts))]
    return parts


def _reasons(item: Cleaned, language: str, reading: ReadingSettings) -> Iterator[tuple[Line, str]]:
    """Each line with ``body`` or the reason why it is dropped; manual corrections are kept."""
    page = item.page
    foreign_page = page.language not in ("", language) and count_words(page.text) >= _MIN_WORDS_FOR_LANGUAGE
    seen: set[str] = set()
    occurrences = Counter(plain_words(line.text) for line in item.lines if line.kind == "body")
    for line in item.lines:
        if line.kind != "body" or line.corrected:
            yield line, line.kind
            continue
        words = plain_words(line.text)
        n_words = count_words(line.text)
        # refrains, short lines and entries of lists may be repeated intentionally
        repeats = (
            words in seen
            and n_words >= reading.min_words
            and occurrences[words] <= _MAX_COPIES
            and bool(SENTENCE_END.search(line.text))
            and not _is_verse(line.text)
        )
        seen.add(words)
        is_copied = item.copy_of and (item.repeated is None or line.start in item.repeated)
        if is_copied or repeats:
            yield line, "duplicate"
        elif reading.other_languages == "drop" and (
            other_language(line.text, language)
            # the language of a short line is uncertain, so that of its page is used
            or (foreign_page and (n_words < 10 or other_language(page.text, language)))
        ):
            yield line, "language"
        else:
            yield line, "body"


def _units(
    run: list[tuple[Line, str]], text: str, parts: _Parts, language: str, reading: ReadingSettings
) -> Iterator[_Unit]:
    """The paragraphs of consecutive body lines without a dropped line between them."""
    for unit in _join_short(_group(run), text, parts, reading):
        is_long = count_words(text[unit.start : unit.end]) > reading.max_words
        if reading.unit == "sentence":
            yield from _join_short(_sentences(unit, text, language), text, parts, reading)
        elif reading.unit != "article" and is_long:
            yield from _split_evenly(_sentences(unit, text, language), text, reading.max_words)
        else:
            yield unit


def _sentences(unit: _Unit, text: str, language: str) -> list[_Unit]:
    """The sentences of a unit; characters between two sentences belong to the first."""
    starts = [unit.start + start for start, _ in find_sentences(text[unit.start : unit.end], language)][1:]
    bounds = [unit.start, *starts, unit.end]
    return [_Unit(start, start + len(text[start:end].rstrip()), unit.section) for start, end in pairwise(bounds)]


def _group(run: list[tuple[Line, str]]) -> list[_Unit]:
    """Group lines into units: a list with its introduction, the verses of a stanza, or a single line."""
    units: list[_Unit] = []
    i = 0
    while i < len(run):
        line, section = run[i]
        j = i + 1
        if line.text.endswith((":", "：")) or _is_item(line.text):
            while j < len(run) and _is_item(run[j][0].text):
                j += 1
        elif _is_verse(line.text):
            while j < len(run) and not run[j][0].gap and count_words(run[j][0].text) <= _MAX_VERSE_WORDS:
                j += 1
            stanza = [line.text for line, _ in run[i:j]]
            if len(stanza) < 3 or sum(map(_is_verse, stanza)) <= len(stanza) / 2:
                j = i + 1
        units.append(_Unit(line.start, run[j - 1][0].end, section))
        i = j
    return units


def _is_item(text: str) -> bool:
    return bool(_ITEM.match(text)) and count_words(text) <= _MAX_ITEM_WORDS


def _is_verse(text: str) -> bool:
    return count_words(text) <= _MAX_VERSE_WORDS and not re.search(r"[.!?…。！？:：]['\"”’»)]*$", text)


def _join_short(units: list[_Unit], text: str, parts: _Parts, reading: ReadingSettings) -> list[_Unit]:
    """Join a short unit to the previous one of its section, or else to the next one; or drop it."""
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
    if waiting is not None:
        # a short unit without neighbours is still a paragraph if it has a word
        if count_words(text[waiting.start : waiting.end]):
            joined.append(waiting)
        else:
            parts.dropped.append((waiting.start, waiting.end, "short"))
    return joined


def _split_evenly(sentences: list[_Unit], text: str, max_words: int) -> Iterator[_Unit]:
    """Group sentences into as few parts of similar length as ``max_words`` allows; one long sentence may exceed it."""
    counts = [count_words(text[sentence.start : sentence.end]) for sentence in sentences]
    total = sum(counts)
    middles = [end - n / 2 for end, n in zip(accumulate(counts), counts, strict=True)]
    # A sentence belongs to the part in which its midpoint falls; parts are added until none is too long.
    for n_parts in count(-(-total // max_words)):
        part_of = [int(middle * n_parts / total) for middle in middles]
        parts = [list(part) for _, part in groupby(range(len(counts)), key=part_of.__getitem__)]
        if all(len(part) == 1 or sum(counts[i] for i in part) <= max_words for part in parts):
            break
    for part in parts:
        yield _Unit(sentences[part[0]].start, sentences[part[-1]].end, sentences[part[0]].section)


def _paragraph_rows(page: Page, units: list[_Unit], settings: Settings) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of ``paragraphs.csv`` of one article, and of ``repairs.csv``."""
    taken = {unit.own_id for unit in units if unit.own_id}
    paragraphs: list[dict[str, Any]] = []
    repairs: list[dict[str, Any]] = []
    for position, unit in enumerate(units, start=1):
        text = unit.text or page.text[unit.start : unit.end]
        paragraph_id = unit.own_id or _unused(f"{page.article_id}-p{position:04d}", taken)
        if settings.reading.repair and page.rows is None:
            text, places = restore_spaces(text)
            repairs += [
                {"paragraph_id": paragraph_id, "at": repair.at, "before": repair.before, "after": repair.after}
                for repair in places
            ]
        paragraphs.append(
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
    return paragraphs, repairs


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "x"
    return name
