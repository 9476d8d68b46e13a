"""Read files into paragraphs in one call, and review how every line was classified."""

import html
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from topics import tables
from topics.errors import InputError
from topics.format import count
from topics.manual import Correction
from topics.reading.boilerplate import Cleaned, clean
from topics.reading.corrections import applicable_kinds
from topics.reading.duplicates import mark_copies
from topics.reading.lines import Line
from topics.reading.pages import Pages, read_pages
from topics.reading.paragraphs import Corpus, split
from topics.settings import Settings

DOUBTFUL = 0.8
"""Certainty below which the classification of a line is shown as uncertain."""
_MAX_NOTES = 10
"""Notes shown of one kind; the tables and ``run.json`` list all."""


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


@dataclass(frozen=True)
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
        page = self.item.page
        return f"{page.title or '(no title)'} [{page.article_id}]"

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


@dataclass(frozen=True)
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

    @property
    def notes(self) -> list[str]:
        """What a reader of the results must know about the input; long lists of similar notes are shortened."""
        corpus = self.corpus
        source = corpus.articles.set_index("article_id")["source"]
        n_unread = len(self.pages.problems)
        near = corpus.duplicates[corpus.duplicates["article_id"] != corpus.duplicates["copy_of"]]
        foreign = corpus.dropped[corpus.dropped["reason"] == "language"]
        empty = corpus.articles[corpus.articles["n_paragraphs"] == 0]
        is_whole = near["article_id"].isin(empty["article_id"])
        kinds = [
            [f"left out: {problem}" for problem in self.problems[:n_unread]],
            list(self.problems[n_unread:]),
            [f"left out: {copy} is identical to {original}" for copy, original in sorted(self.pages.copies.items())],
            [
                f"left out: {row.source} is nearly identical to {source[row.copy_of]} ({100 * row.overlap:.0f} % overlap)"
                for row in near[is_whole].itertuples()
            ],
            [
                f"{row.source} shares {100 * row.overlap:.0f} % of its text with {source[row.copy_of]}:"
                " only its new paragraphs were kept"
                for row in near[~is_whole].itertuples()
            ],
            [f"encoding errors fixed in {page.source}" for page in self.pages.pages if page.mended],
            [
                f"{count(lost, 'character')} of {page.source} could not be decoded and appear as \N{REPLACEMENT CHARACTER}"
                for page in self.pages.pages
                if (lost := page.text.count("\N{REPLACEMENT CHARACTER}"))
            ],
            [
                f"no paragraphs in {name}: all its lines were dropped"
                for name in empty.loc[~empty["article_id"].isin(near["article_id"]), "source"]
            ],
        ]
        if len(foreign):
            note = (
                f"{count(len(foreign), 'line')} in {count(foreign['article_id'].nunique(), 'article')} dropped: not in the"
                f" study's language ({corpus.language}); to keep them: --set reading.other_languages=keep"
            )
            kinds.insert(-1, [note])
        return [note for notes in kinds for note in _first(notes)]

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

    def _repr_html_(self) -> str:
        return self.corpus._repr_html_()


def _first(notes: list[str]) -> list[str]:
    """The first notes of a kind, and how many more there are."""
    if len(notes) <= _MAX_NOTES:
        return notes
    return [*notes[: _MAX_NOTES - 1], f"… and {len(notes) - _MAX_NOTES + 1} similar notes"]


def read_corpus(path: Path | str, settings: Settings | None = None, corrections: Sequence[Correction] = ()) -> Reading:
    """Read pages or a table, and classify every line.

    Parameters
    ----------
    path
        A folder of pages, a page or a table.
    settings
        Settings of the study.
    corrections
        Manual classifications of single lines, which override the classifier.

    Raises
    ------
    InputError
        If there is nothing to read. If all lines are dropped, the corpus is empty, so that
        the reasons can be reviewed.
    """
    settings = settings or Settings()
    pages = read_pages(path, settings)
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
