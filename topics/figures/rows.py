"""The rows of a figure: articles, or groups of articles if there are too many."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures.labels import article_label, left_out, truncate
from topics.format import article_year, count
from topics.settings import Settings
from topics.tables import UNASSIGNED

MAX_ARTICLES, MAX_GROUPS = 40, 20
"""Largest numbers of articles, and of groups, that fit on a page with a row each."""
_MIN_DATED = 0.8
"""Smallest share of dated articles for grouping by year."""


@dataclass(frozen=True)
class Rows:
    """The rows of a figure, from the top."""

    kind: str
    """``article_id``, ``outlet``, ``year`` or ``leading theme``."""
    keys: list[str]
    labels: list[str]
    row_of: pd.Series
    """The key of the row of each ``article_id``; articles without a row are left out."""
    words: pd.Series
    """The number of words of each ``article_id``."""
    description: str
    """A description of the rows for captions."""
    breaks: tuple[int, ...] = ()
    """Rows at which the next outlet begins."""

    @property
    def grouped(self) -> bool:
        """Whether rows are groups of articles."""
        return self.kind != "article_id"

    def mean(self, values: pd.DataFrame) -> pd.DataFrame:
        """Values of articles (indexed by ``article_id``) per row; for groups, the mean weighted by words."""
        values = values.loc[self.row_of.index]
        weight = self.words.loc[self.row_of.index].clip(lower=1)
        sums = values.mul(weight, axis=0).groupby(self.row_of).sum()
        return sums.div(weight.groupby(self.row_of).sum(), axis=0).loc[self.keys]

    def separate_outlets(self, axes: Any, colour: str = "white", **line: Any) -> None:
        """Draw a line between the rows of different outlets."""
        for row in self.breaks:
            axes.axhline(row - 0.5, color=colour, **({"linewidth": 3} | line))


def article_rows(articles: pd.DataFrame, profiles: pd.DataFrame, codebook: Codebook, settings: Settings) -> Rows:
    """One row per article, sorted by outlet, date and title; for more than 40 articles, one row per group.

    Articles are grouped by outlet; without outlets, by year; without dates, by leading theme (the
    one with the largest share). At most the 20 groups with most words are shown.
    """
    articles = articles[articles["n_paragraphs"] > 0]
    words = articles.set_index("article_id")["n_words"].astype(float)
    if len(articles) <= MAX_ARTICLES:
        articles = articles.sort_values(["outlet", "date", "title", "article_id"], kind="stable")
        ids, outlets = articles["article_id"].tolist(), articles["outlet"].tolist()
        labels = [article_label(row, settings) for row in articles.itertuples()]
        breaks = tuple(i for i in range(1, len(ids)) if outlets[i] != outlets[i - 1])
        return Rows("article_id", ids, labels, pd.Series(ids, ids), words, count(len(ids), "article"), breaks)
    kind, group_of = _groups(articles, profiles)
    group_words = words.groupby(group_of).sum()
    keys = sorted(group_words.index, key=lambda key: (-group_words[key], key))[:MAX_GROUPS]
    if kind == "leading theme":
        order = [*codebook.labels]
        keys.sort(key=order.index)
        names = [codebook.labels[key] for key in keys]
    else:
        keys.sort(key=lambda key: (key == "", key))  # articles without an outlet come last
        names = [key or f"no {kind}" for key in keys]
    counts = group_of.value_counts()
    width = 2.0 if settings.figures.columns == 2 else 1.1
    labels = [f"{truncate(name, width)} ({counts[key]})" for key, name in zip(keys, names, strict=True)]
    smaller = left_out(len(group_words) - len(keys), "group", sentence=False)
    description = f"{len(articles)} articles by {kind} (number of articles in brackets){smaller}"
    return Rows(kind, keys, labels, group_of[group_of.isin(keys)], words, description)


def _groups(articles: pd.DataFrame, profiles: pd.DataFrame) -> tuple[str, pd.Series]:
    """The kind of the groups, and the group of each article."""
    by_id = articles.set_index("article_id")
    # a single outlet would put all articles into one row
    if by_id["outlet"].nunique() > 1:
        return "outlet", by_id["outlet"]
    year = by_id["date"].map(article_year)
    if year.nunique() > 1 and (year != "").mean() >= _MIN_DATED:
        return "year", year
    wide = profiles.pivot(index="article_id", columns="theme", values="share").reindex(by_id.index)
    # an article without a profile has no paragraph, and therefore no leading theme
    return "leading theme", wide.fillna({UNASSIGNED: 1.0}).fillna(0.0).idxmax(axis=1)
