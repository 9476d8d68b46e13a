"""What the rows of a figure are: articles, or groups of them where there are too many to read."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures.labels import article_label, left_out, truncate
from topics.format import count
from topics.settings import Settings
from topics.tables import UNASSIGNED

MAX_ARTICLES, MAX_GROUPS = 40, 20
"""Articles, and groups of them, that have a row of their own: what a page holds."""
_MIN_DATED = 0.8
"""Share of articles with a year from which on years are groups."""
_GROUPED_BY = {"outlet": "outlet", "year": "year", "leading theme": "the theme that an article speaks most of"}


@dataclass(frozen=True)
class Rows:
    """The rows of a figure, from the top."""

    kind: str
    """``article_id``, ``outlet``, ``year`` or ``leading theme``."""
    keys: list[str]
    labels: list[str]
    row_of: pd.Series
    """By ``article_id``, the key of its row; articles without a row are left out."""
    words: pd.Series
    """By ``article_id``, its words."""
    description: str
    """What the rows are, for a caption."""
    breaks: tuple[int, ...] = ()
    """Rows at which the next outlet begins."""

    @property
    def grouped(self) -> bool:
        """Whether a row is more than one article."""
        return self.kind != "article_id"

    def mean(self, values: pd.DataFrame) -> pd.DataFrame:
        """Values of articles (indexed by ``article_id``) by row; of several articles their mean, weighted by words."""
        values = values.loc[self.row_of.index]
        weight = self.words.loc[self.row_of.index].clip(lower=1)
        sums = values.mul(weight, axis=0).groupby(self.row_of).sum()
        return sums.div(weight.groupby(self.row_of).sum(), axis=0).loc[self.keys]

    def separate_outlets(self, axes: Any, colour: str = "white", **line: Any) -> None:
        """Draw a line between outlets."""
        for row in self.breaks:
            axes.axhline(row - 0.5, color=colour, **({"linewidth": 3} | line))


def article_rows(articles: pd.DataFrame, profiles: pd.DataFrame, codebook: Codebook, settings: Settings) -> Rows:
    """One row for each of up to 40 articles, by outlet, date and title; of more, one for each group.

    Groups are outlets; where none are named, years; where those are not known, the themes that
    the articles speak most of. Of more than 20 groups, those with most words.
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
        names = [key or f"no {kind} named" for key in keys]
    counts = group_of.value_counts()
    width = 2.0 if settings.figures.columns == 2 else 1.1
    labels = [f"{truncate(name, width)} ({counts[key]})" for key, name in zip(keys, names, strict=True)]
    smaller = left_out(len(group_words) - len(keys), "group", sentence=False)
    description = f"{len(articles)} articles by {_GROUPED_BY[kind]} (in brackets: articles){smaller}"
    return Rows(kind, keys, labels, group_of[group_of.isin(keys)], words, description)


def _groups(articles: pd.DataFrame, profiles: pd.DataFrame) -> tuple[str, pd.Series]:
    """What kind of group articles are shown by, and the group of each."""
    by_id = articles.set_index("article_id")
    if by_id["outlet"].nunique() > 1:
        return "outlet", by_id["outlet"]
    year = by_id["date"].str.extract(r"^(\d{4})", expand=False).fillna("")
    if year.nunique() > 1 and (year != "").mean() >= _MIN_DATED:
        return "year", year
    wide = profiles.pivot(index="article_id", columns="theme", values="share").reindex(by_id.index)
    # an article without a profile has no paragraph, and leads in nothing
    return "leading theme", wide.fillna({UNASSIGNED: 1.0}).fillna(0.0).idxmax(axis=1)
