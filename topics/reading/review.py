"""The first rooms in their order: files -> pages -> lines -> articles kept -> paragraphs, to be looked at line by line."""

from __future__ import annotations

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
from topics.reading import corrections, duplicates, paragraphs
from topics.reading import pages as articles
from topics.reading.boilerplate import classify as boilerplate
from topics.reading.boilerplate.classify import Cleaned, Line
from topics.reading.pages import Pages
from topics.reading.paragraphs import Corpus
from topics.settings import Settings

DOUBTFUL = 0.8
"""Probability below which a line's kind is shown as doubtful."""
_MOST_NOTES = 10
"""Notes of one sort; the tables and ``run.json`` list all."""


def read(path: Path | str, settings: Settings | None = None, held: Sequence[Correction] = ()) -> Reading:
    """Read pages or a table, and say of every line what it is.

    Parameters
    ----------
    path
        A folder of pages, a page or a table.
    settings
        How to read.
    held
        Corrections of single lines, above all rules (see :mod:`topics.reading.corrections`).

    Raises
    ------
    InputError
        If there is nothing to read. Where nothing is left of it, the corpus is empty, so
        that one can look why.
    """
    settings = settings or Settings()
    pages = articles.read(path, settings)
    kinds, problems = corrections.applicable_kinds(held, pages.pages)
    cleaned = duplicates.mark(boilerplate.clean(pages, settings, kinds), settings)
    corpus = _with_copies(paragraphs.split(cleaned, settings, may_be_empty=True), pages)
    applied = tuple(one for one in held if (one.article_id, one.line) in kinds)
    return Reading(pages, cleaned, corpus, (*pages.problems, *problems), applied)


def _with_copies(corpus: Corpus, pages: Pages) -> Corpus:
    """List pages alike to the letter among the copies too: they are the same article, under one id."""
    kept = {page.source: page.article_id for page in pages.pages}
    same = [
        {"source": copy, "article_id": kept[source], "copy_of": kept[source], "overlap": 1.0}
        for copy, source in pages.copies.items()
    ]
    if not same:
        return corpus
    listed = pd.DataFrame([*corpus.duplicates.to_dict("records"), *same])
    return replace(corpus, duplicates=tables.check(listed, "duplicates"))


@dataclass(frozen=True)
class Reading:
    """What was read of a study's pages, before anything is counted."""

    pages: Pages
    cleaned: tuple[Cleaned, ...]
    """Every line of every page with its kind."""
    corpus: Corpus
    problems: tuple[str, ...]
    """What could not be read or applied, one line each."""
    corrections: tuple[Correction, ...] = ()
    """Those that hold for these pages."""

    @property
    def notes(self) -> list[str]:
        """What a reader of the results must know of the reading; of many like notes the first."""
        corpus = self.corpus
        source = corpus.articles.set_index("article_id")["source"]
        near = corpus.duplicates[corpus.duplicates["article_id"] != corpus.duplicates["copy_of"]]
        n_unread = len(self.pages.problems)
        empty = corpus.articles[corpus.articles["n_paragraphs"] == 0]
        foreign = corpus.dropped[corpus.dropped["reason"] == "language"]
        groups = [
            [f"left out: {problem}" for problem in self.problems[:n_unread]],
            list(self.problems[n_unread:]),
            [f"left out: {copy} repeats {kept} word for word" for copy, kept in sorted(self.pages.copies.items())],
            [
                f"left out: {row.source} says nearly the same as {source[row.copy_of]}"
                f" ({100 * row.overlap:.0f} % of it stands there)"
                for row in near.itertuples()
            ],
            [f"mojibake mended in {page.source}" for page in self.pages.pages if page.mended],
            [
                f"{count(lost, 'character')} of {page.source} could not be decoded and stand as \N{REPLACEMENT CHARACTER}"
                for page in self.pages.pages
                if (lost := page.text.count("\N{REPLACEMENT CHARACTER}"))
            ],
            [
                f"{count(len(foreign), 'line')} of {count(foreign['article_id'].nunique(), 'article')} not in"
                f" {corpus.language!r}, the language of the study, dropped; --set reading.other_languages=keep keeps them"
            ][: len(foreign)],
            [
                f"no paragraph left in {name}: all its lines were dropped"
                for name in empty.loc[~empty["article_id"].isin(near["article_id"]), "source"]
            ],
        ]
        return [note for group in groups for note in _first(group)]

    @property
    def articles(self) -> list[ReadArticle]:
        """All articles, line by line."""
        return [ReadArticle(item, self.corpus) for item in self.cleaned]

    @property
    def reasons(self) -> pd.DataFrame:
        """Why lines are in no paragraph: reason, how many, in how many articles, and the longest of them."""
        found = [
            (reason, len(rows), rows["article_id"].nunique(), max(rows["text"], key=len))
            for reason in tables.REASONS
            if len(rows := self.corpus.dropped[self.corpus.dropped["reason"] == reason])
        ]
        return tables.readable(pd.DataFrame(found, columns=["reason", "lines", "articles", "longest"]))

    @property
    def doubtful(self) -> pd.DataFrame:
        """The lines of which the reader is not sure: article, line, what it was taken for, certainty (0…1), text."""
        rows = [
            (article.item.page.article_id, line.number, line.kind, line.certainty, line.text)
            for article in self.articles
            for line in article.lines
            if line.doubtful
        ]
        return tables.readable(pd.DataFrame(rows, columns=["article_id", "line", "kind", "certainty", "text"]))

    def of(self, article_id: str) -> ReadArticle:
        """One article, line by line.

        Raises
        ------
        InputError
            If there is no such article.
        """
        found = next((item for item in self.cleaned if item.page.article_id == article_id), None)
        if found is None:
            raise InputError(f"no article {article_id!r} among those read; see corpus.articles['article_id']")
        return ReadArticle(found, self.corpus)

    def _repr_html_(self) -> str:
        return self.corpus._repr_html_()


@dataclass(frozen=True)
class ReadLine:
    """A line of a page, as ``topics read`` shows it."""

    number: int
    """Of the page's lines, from 1."""
    kind: str
    """``body``, or why it is in no paragraph (:data:`topics.tables.REASONS`)."""
    text: str
    certainty: float

    @property
    def doubtful(self) -> bool:
        """Whether a person should look at it."""
        return self.certainty < DOUBTFUL


@dataclass(frozen=True)
class ReadArticle:
    """One article, line by line, and what became of it."""

    item: Cleaned
    corpus: Corpus

    @cached_property
    def lines(self) -> list[ReadLine]:
        """Every line of the page with what became of it."""
        page = self.item.page
        return [
            ReadLine(page.text.count("\n", 0, line.start) + 1, self._reason(line) or line.kind, line.text, line.certainty)
            for line in self.item.lines
        ]

    def _reason(self, line: Line) -> str:
        """Why the whole of a line is in no paragraph; empty if some of it is in one."""
        i = bisect_right(self._dropped, line.start, key=lambda row: row.start) - 1
        return self._dropped[i].reason if i >= 0 and line.end <= self._dropped[i].end else ""

    def _repr_html_(self) -> str:
        shown = "".join(
            f"<tr{'' if line.kind == 'body' else ' style=opacity:.6'}><td>{line.number}</td>"
            f"<td>{line.kind}{' ?' if line.doubtful else ''}</td>"
            f'<td style="text-align:left">{html.escape(line.text)}</td></tr>'
            for line in self.lines
        )
        return (
            f"<p><b>{html.escape(self.heading)}</b><br>{html.escape(self.summary)}</p>"
            f"<table><tr><th>line</th><th>is</th><th>text</th></tr>{shown}</table>"
        )

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
        """Where it comes from, what its page says of it, and what was kept and dropped."""
        page = self.item.page
        said = [f"{name} {getattr(page, name) or '–'}" for name in ("author", "outlet", "date", "language")]
        row = self.corpus.articles.set_index("article_id").loc[page.article_id]
        counts = Counter(row.reason for row in self._dropped)
        dropped = ", ".join(f"{counts[reason]} {reason}" for reason in tables.REASONS if counts[reason])
        copied = f"; repeats {self.item.copy_of}" if self.item.copy_of else ""
        return (
            f"{page.source}: {', '.join(said)}; {count(row['n_paragraphs'], 'paragraph')},"
            f" {count(row['n_words'], 'word')} kept; dropped {dropped or 'nothing'}{copied}"
        )


def _first(notes: list[str]) -> list[str]:
    return (
        notes if len(notes) <= _MOST_NOTES else [*notes[: _MOST_NOTES - 1], f"… and {len(notes) - _MOST_NOTES + 1} like it"]
    )
