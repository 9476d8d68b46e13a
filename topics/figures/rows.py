"""What the rows of a figure are: articles, or groups of them where there are too many to read."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings
from topics.tables import UNASSIGNED

MOST, MOST_GROUPS = 40, 20
"""Articles, and groups of them, that have a row of their own: what a page holds."""
_DATED = 0.8
"""Share of articles with a year from which on years are groups."""


@dataclass(frozen=True)
class Rows:
    """The rows of a figure, from the top."""

    kind: str
    """``article_id``, ``outlet``, ``year`` or ``leading theme``."""
    keys: list[str]
    labels: list[str]
    of: pd.Series
    """By ``article_id``, the key of its row; articles without a row are left out."""
    words: pd.Series
    """By ``article_id``, its words."""
    said: str
    """What the rows are, for a caption."""
    breaks: tuple[int, ...] = ()
    """Rows at which the next outlet begins."""

    @property
    def grouped(self) -> bool:
        """Whether a row is more than one article."""
        return self.kind != "article_id"

    def mean(self, values: pd.DataFrame) -> pd.DataFrame:
        """Values of articles (indexed by ``article_id``) by row; of several articles their mean, weighted by words."""
        known = values.loc[self.of.index]
        weight = self.words.loc[self.of.index].clip(lower=1)
        sums = known.mul(weight, axis=0).groupby(self.of).sum()
        return sums.div(weight.groupby(self.of).sum(), axis=0).loc[self.keys]

    def part(self, axes: Any, colour: str = "white", **line: Any) -> None:
        """Draw a line between outlets."""
        for row in self.breaks:
            axes.axhline(row - 0.5, color=colour, **({"linewidth": 3} | line))


def rows(articles: pd.DataFrame, profiles: pd.DataFrame, codebook: Codebook, settings: Settings) -> Rows:
    """One row for each of up to 40 articles, by outlet, date and title; of more, one for each group.

    Groups are outlets; where none are named, years; where those are not known, the themes that
    the articles speak most of. Of more than 20 groups, those with most words.
    """
    read = articles[articles["n_paragraphs"] > 0]
    room = 2.0 if settings.figures.columns == 2 else 1.1
    words = read.set_index("article_id")["n_words"].astype(float)
    if len(read) <= MOST:
        shown = read.sort_values(["outlet", "date", "title", "article_id"], kind="stable")
        ids, outlets = shown["article_id"].tolist(), shown["outlet"].tolist()
        labels = [style.article_label(row, settings) for row in shown.itertuples()]
        said = f"{len(ids)} article{'s' if len(ids) != 1 else ''}"
        breaks = tuple(i for i in range(1, len(ids)) if outlets[i] != outlets[i - 1])
        return Rows("article_id", ids, labels, read.set_index("article_id", drop=False)["article_id"], words, said, breaks)
    kind, of = _groups(read, profiles)
    total = words.groupby(of).sum()
    keys = sorted(total.index, key=lambda key: (-total[key], key))[:MOST_GROUPS]
    order = [*codebook.labels]
    keys = sorted(keys, key=order.index) if kind == "leading theme" else sorted(keys, key=lambda key: (key == "", key))
    counts = of.value_counts()
    names = {key: codebook.labels[key] if kind == "leading theme" else key or f"no {kind} named" for key in keys}
    labels = [f"{style.cut(names[key], room)} ({counts[key]})" for key in keys]
    by = {"outlet": "outlet", "year": "year", "leading theme": "the theme that an article speaks most of"}[kind]
    said = f"{len(read)} articles by {by} (in brackets: articles){style.more(len(total) - len(keys), 'group', stop=False)}"
    return Rows(kind, keys, labels, of[of.isin(keys)], words, said)


def _groups(read: pd.DataFrame, profiles: pd.DataFrame) -> tuple[str, pd.Series]:
    by_id = read.set_index("article_id")
    if by_id["outlet"].nunique() > 1:
        return "outlet", by_id["outlet"]
    year = by_id["date"].str.extract(r"^(\d{4})", expand=False).fillna("")
    if year.nunique() > 1 and (year != "").mean() >= _DATED:
        return "year", year
    wide = profiles.pivot(index="article_id", columns="theme", values="share").reindex(by_id.index).fillna({UNASSIGNED: 1.0})
    return "leading theme", wide.fillna(0.0).idxmax(axis=1)
