"""The blocks of a ribbon: an article's paragraphs in reading order, with one layer per theme.

The figure, the report and the explorer all draw these blocks, so that they cannot differ.
"""

import numpy as np
import pandas as pd

from topics.codebook import Codebook
from topics.tables import UNASSIGNED

PARTS = 20
"""Parts of equal length into which each article of a group is divided."""
_PALEST = 0.35
"""Opacity of a theme with score zero, which must remain visible."""


def opacity(score: pd.Series) -> pd.Series:
    """The opacity of a theme's colour, by its score."""
    return _PALEST + (1 - _PALEST) * score


def ribbon_blocks(themes: pd.DataFrame, paragraphs: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The blocks of all articles: one row per paragraph and theme, by article id, in reading order.

    Parameters
    ----------
    themes, paragraphs
        The run's tables of these names.
    codebook
        Numbers the themes, from 1, by its order.

    Returns
    -------
    DataFrame
        ``article_id, paragraph_id``; ``place``, the paragraph's index in its article; ``left, width`` in words;
        ``theme, number`` (0 where no theme is assigned), ``score, opacity``; ``layer`` of ``layers``: the primary
        theme is layer 0 (the top), the others follow by score.
    """
    assigned = themes[themes["assigned"]]
    # sort by primary first: a primary theme assigned manually may have the lower score
    assigned = assigned.sort_values(["primary", "score", "theme"], ascending=[False, False, True], kind="stable")
    shown = paragraphs.sort_values(["article_id", "position"], kind="stable")[["article_id", "paragraph_id", "n_words"]]
    by_article = shown.groupby("article_id")
    shown = shown.assign(
        place=by_article.cumcount(), left=by_article["n_words"].cumsum() - shown["n_words"], width=shown["n_words"]
    ).drop(columns="n_words")
    blocks = shown.merge(assigned[["paragraph_id", "theme", "score"]], on="paragraph_id", how="left")
    blocks = blocks.fillna({"theme": UNASSIGNED, "score": 1.0}).astype({"score": float})
    by_paragraph = blocks.groupby("paragraph_id")["theme"]
    numbers = {name: number for number, name in enumerate(codebook.names, start=1)}
    return blocks.assign(
        number=blocks["theme"].map(numbers).fillna(0).astype(int), opacity=opacity(blocks["score"]),
        layer=by_paragraph.cumcount(), layers=by_paragraph.transform("size"),
    )  # fmt: skip


def group_columns(blocks: pd.DataFrame, group_of: pd.Series, order: list[str]) -> pd.DataFrame:
    """The share of words per theme in each of 20 parts of the articles of a group.

    Parameters
    ----------
    blocks
        From :func:`ribbon_blocks`, of the articles in the groups.
    group_of
        The group of each ``article_id``.
    order
        The themes, from the top.

    Returns
    -------
    DataFrame
        ``group, part, theme, share``, sorted by the first three.
    """
    end = blocks["left"] + blocks["width"]
    total = end.groupby(blocks["article_id"]).transform("max").clip(lower=1).to_numpy()
    start, stop = blocks["left"].to_numpy() / total, end.to_numpy() / total
    edges = np.arange(PARTS + 1) / PARTS
    # words of a paragraph in a part: their overlap, divided equally among the paragraph's themes
    overlap = np.minimum(stop[:, None], edges[1:]) - np.maximum(start[:, None], edges[:-1])
    words = np.clip(overlap, 0, None) * total[:, None] / blocks["layers"].to_numpy()[:, None]
    by_theme = pd.DataFrame(words).groupby([blocks["article_id"].map(group_of), blocks["theme"]]).sum()
    shares = by_theme.div(by_theme.groupby(level=0).sum(), level=0).fillna(0.0)
    columns = shares.stack().rename_axis(["group", "theme", "part"]).rename("share").reset_index()
    rank = {name: i for i, name in enumerate(order)}
    return columns.sort_values(
        ["group", "part", "theme"], key=lambda c: c.map(rank) if c.name == "theme" else c, kind="stable"
    )
