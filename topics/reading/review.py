"""Read files into paragraphs in one call, and review how every line was classified."""

import html
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from topics import tables
from topics.errors import InputError
from topics.format import article_name, count
from topics.manual import Correction
from topics.reading.boilerplate import Cleaned, clean
from topics.reading.collect import Input
from topics.reading.corrections import applicable_kinds
from topics.reading.duplicates import mark_copies
from topics.reading.intake import Intake, examples, is_cut_off, long_articles
from topics.reading.lines import Line
from topics.reading.pages import Page, Pages, read_pages
from topics.reading.paragraphs import Corpus, split
from topics.settings import Settings
from topics.text import missing_segmenters, other_language

DOUBTFUL = 0.8
"""Certainty below which the classification of a line is shown as uncertain."""


@dataclass(frozen=True)
class ReadLine:
    """A line of a page, as ``topics read`` shows it."""

    number: int
    """Line number on the page, from 1."""
    kind: str
    """``body``, or the reason why the line was dropped (:data:`topics.tables.REASONS`)."""
    text: str
    certainty: float

    @property
    def doubtful(self) -> bool:
        """Whether the classification is uncertain and should be checked."""
        return self.certainty < DOUBTFUL


@dataclass(frozen=True, repr=False)
class ReadArticle:
    """One article: all lines and their classification."""

    item: Cleaned
    corpus: Corpus

    @cached_property
    def lines(self) -> list[ReadLine]:
        """Every line of the page with its classification."""
        page = self.item.page
        return [
            ReadLine(page.text.count("\n", 0, line.start) + 1, self._reason(line) or line.kind, line.text, line.certainty)
            for line in self.item.lines
        ]

    def _reason(self, line: Line) -> str:
        """Why a line was dropped completely; empty if part of it was kept."""
        # dropped passages are sorted by position: the last one that starts at or before the line
        i = bisect_right(self._dropped, line.start, key=lambda row: row.start) - 1
        return self._dropped[i].reason if i >= 0 and line.end <= self._dropped[i].end else ""

    @cached_property
    def _dropped(self) -> list[Any]:
        rows = self.corpus.dropped[self.corpus.dropped["article_id"] == self.item.page.article_id]
        return list(rows.itertuples())

    @property
    def heading(self) -> str:
        """Title and id."""
        return f"{self.name} [{self.item.page.article_id}]"

    @property
    def name(self) -> str:
        """The article's title, or else the name of its file."""
        return article_name(self.item.page)

    @property
    def summary(self) -> str:
        """Source, metadata, and numbers of kept and dropped lines."""
        page = self.item.page
        metadata = [f"{name} {getattr(page, name) or '–'}" for name in ("author", "outlet", "date", "language")]
        row = self.corpus.articles.set_index("article_id").loc[page.article_id]
        counts = Counter(row.reason for row in self._dropped)
        dropped = ", ".join(f"{counts[reason]} {reason}" for reason in tables.REASONS if counts[reason])
        duplicate = f"; duplicate of {self.item.copy_of}" if self.item.copy_of else ""
        return (
            f"{page.source}: {', '.join(metadata)}; {count(row['n_paragraphs'], 'paragraph')},"
            f" {count(row['n_words'], 'word')} kept; dropped: {dropped or 'nothing'}{duplicate}"
        )

    def __repr__(self) -> str:
        return f"{self.heading}: {self.summary}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr{'' if line.kind == 'body' else ' style=opacity:.6'}><td>{line.number}</td>"
            f"<td>{line.kind}{' ?' if line.doubtful else ''}</td>"
            f'<td style="text-align:left">{html.escape(line.text)}</td></tr>'
            for line in self.lines
        )
        return (
            f"<p><b>{html.escape(self.heading)}</b><br>{html.escape(self.summary)}</p>"
            f"<table><tr><th>line</th><th>kind</th><th>text</th></tr>{rows}</table>"
        )


@dataclass(frozen=True, repr=False)
class Reading:
    """The pages of a study, cleaned and split into paragraphs, before any analysis."""

    pages: Pages
    cleaned: tuple[Cleaned, ...]
    """Every line of every page with its kind."""
    corpus: Corpus
    problems: tuple[str, ...]
    """Input that could not be read or applied, one line each; those of ``pages`` first."""
    corrections: tuple[Correction, ...] = ()
    """Manual corrections that apply to these pages."""

    @cached_property
    def intake(self) -> Intake:
        """What became of every file, date and column, and of the articles as a whole."""
        notes = (*self.pages.intake.notes, *self._notes_on_articles())
        return replace(self.pages.intake, languages=Counter(self.corpus.languages), notes=notes)

    @property
    def notes(self) -> list[str]:
        """What a reader of the results must know about the input, one line per kind."""
        return [*self.intake.attention, *self.problems[len(self.pages.problems) :]]

    def _notes_on_articles(self) -> Iterator[str]:
        """What a reader must know about the articles, one line per kind."""
        corpus, pages = self.corpus, self.pages.pages
        source = corpus.articles.set_index("article_id")["source"]
        near = corpus.duplicates[corpus.duplicates["article_id"] != corpus.duplicates["copy_of"]]
        copies = [f"{copy} of {original}" for copy, original in sorted(self.pages.copies.items())]
        is_whole = near["article_id"].isin(corpus.articles.loc[corpus.articles["n_paragraphs"] == 0, "article_id"])
        nearly, in_part = (
            [f"{row.source} of {source[row.copy_of]} ({100 * row.overlap:.0f} %)" for row in near[some].itertuples()]
            for some in (is_whole, ~is_whole)
        )
        foreign = corpus.dropped[corpus.dropped["reason"] == "language"]
        empty = corpus.articles[corpus.articles["n_paragraphs"] == 0]
        empty = empty[~empty["article_id"].isin(near["article_id"])]
        undecoded = [page.source for page in pages if "\N{REPLACEMENT CHARACTER}" in page.text]
        kinds = (
            ("identical copies left out:", copies),
            ("nearly identical articles left out:", nearly),
            ("paragraphs that repeat another article dropped:", in_part),
            ("encoding errors fixed in", [page.source for page in pages if page.mended]),
            ("characters that could not be decoded (shown as \N{REPLACEMENT CHARACTER}) in", undecoded),
            ("no paragraphs, since all lines were dropped, in", empty["source"].tolist()),
            ("cut off, as their ends show:", [page.source for page in pages if is_cut_off(page.text)]),
            ("much longer than the other articles, and possibly several in one file:", self._long_articles()),
        )
        yield from (f"{what} {examples(some)}" for what, some in kinds if some)
        for note, some in _by_note(pages).items():
            yield f"{note}: {examples(some)}"
        if len(foreign):
            yield (
                f"{count(len(foreign), 'line')} in {count(foreign['article_id'].nunique(), 'article')} dropped: not in the"
                f" study's language ({corpus.language}): {_by_language(foreign, corpus)};"
                " to keep them: --set reading.other_languages=keep"
            )
        yield from missing_segmenters({corpus.language, *corpus.languages})

    def _long_articles(self) -> list[str]:
        articles = self.corpus.articles
        names = dict(zip(articles["source"], articles["n_words"], strict=True))
        return [f"{name} ({names[name]} words)" for name in long_articles(names)]

    @property
    def articles(self) -> list[ReadArticle]:
        """All articles with their lines."""
        return [ReadArticle(item, self.corpus) for item in self.cleaned]

    @property
    def reasons(self) -> pd.DataFrame:
        """Dropped lines by reason: number of lines, number of articles, and the longest line."""
        rows = [
            (reason, len(lines), lines["article_id"].nunique(), max(lines["text"], key=len))
            for reason in tables.REASONS
            if len(lines := self.corpus.dropped[self.corpus.dropped["reason"] == reason])
        ]
        return tables.readable(pd.DataFrame(rows, columns=["reason", "lines", "articles", "longest"]))

    @property
    def doubtful(self) -> pd.DataFrame:
        """Lines with an uncertain classification: article, line number, kind, certainty (0…1), text."""
        rows = [
            (article.item.page.article_id, line.number, line.kind, line.certainty, line.text)
            for article in self.articles
            for line in article.lines
            if line.doubtful
        ]
        return tables.readable(pd.DataFrame(rows, columns=["article_id", "line", "kind", "certainty", "text"]))

    def of(self, article_id: str) -> ReadArticle:
        """One article with its lines.

        Raises
        ------
        InputError
            If there is no such article.
        """
        for item in self.cleaned:
            if item.page.article_id == article_id:
                return ReadArticle(item, self.corpus)
        raise InputError(f"no article {article_id!r}; expected one of corpus.articles['article_id']")

    def __repr__(self) -> str:
        problems = f", {count(len(self.problems), 'problem')}" if self.problems else ""
        return f"Reading: {self.corpus!r}{problems}"

    def _repr_html_(self) -> str:
        problems = "".join(f"<li>{html.escape(problem)}</li>" for problem in self.problems)
        return self.corpus._repr_html_() + (f"<ul>{problems}</ul>" if problems else "")


def _by_note(pages: Sequence[Page]) -> dict[str, list[str]]:
    """What the file of an article says about it -> the articles of which it is said."""
    by_note: dict[str, list[str]] = {}
    for page in pages:
        for note in page.notes:
            by_note.setdefault(note, []).append(page.source)
    return by_note


def _by_language(foreign: pd.DataFrame, corpus: Corpus) -> str:
    """In how many articles lines of each language were dropped, the most frequent first."""
    pages = corpus.articles.set_index("article_id")["language"]
    found: dict[str, set[str]] = {}
    for article_id, text in zip(foreign["article_id"], foreign["text"], strict=True):
        # the language of a short line is uncertain, so that of its page is used
        language = other_language(text, corpus.language) or pages[article_id]
        found.setdefault(language, set()).add(article_id)
    ordered = sorted(found, key=lambda language: (-len(found[language]), language))
    return ", ".join(f"{count(len(found[language]), 'article')} in {language}" for language in ordered)


def read_corpus(
    data: Input | str,
    settings: Settings | None = None,
    corrections: Sequence[Correction] = (),
    metadata: Path | None = None,
) -> Reading:
    """Read pages or a table, and classify every line.

    Parameters
    ----------
    data
        A folder of pages, a page or a table; or data in memory (:func:`read_pages`).
    settings
        Settings of the study.
    corrections
        Manual classifications of single lines, which override the classifier.
    metadata
        The study's table of metadata; need not exist.

    Raises
    ------
    InputError
        If there is nothing to read. If all lines are dropped, the corpus is empty, so that
        the reasons can be reviewed.
    """
    settings = settings or Settings()
    pages = read_pages(data, settings, metadata)
    # corrections that do not apply are reported and do not stop the reading
    kinds, problems = applicable_kinds(corrections, pages.pages)
    cleaned = mark_copies(clean(pages, settings, kinds), settings)
    corpus = _with_copies(split(cleaned, settings, may_be_empty=True), pages)
    applied = tuple(correction for correction in corrections if (correction.article_id, correction.line) in kinds)
    return Reading(pages, cleaned, corpus, (*pages.problems, *problems), applied)


def _with_copies(corpus: Corpus, pages: Pages) -> Corpus:
    """Add identical pages to the duplicates; they are one article, under one id."""
    if not pages.copies:
        return corpus
    article_id = {page.source: page.article_id for page in pages.pages}
    copies = [
        {"source": copy, "article_id": article_id[original], "copy_of": article_id[original], "overlap": 1.0}
        for copy, original in pages.copies.items()
    ]
    duplicates = pd.DataFrame([*corpus.duplicates.to_dict("records"), *copies])
    return replace(corpus, duplicates=tables.check(duplicates, "duplicates"))
