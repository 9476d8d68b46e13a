"""Themes per article with their intervals."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from topics.codebook import Codebook
from topics.figures import style
from topics.tables import UNASSIGNED

if TYPE_CHECKING:
    import pandas as pd


def profile(profiles: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, level: float = 0.95) -> style.Chart:
    """One panel per theme, one row per article: the share as a dot, its interval as a line.

    Parameters
    ----------
    profiles, articles
        ``profiles.csv`` and ``articles.csv``.
    codebook
        Order, labels and colours of the themes.
    level
        Mass of the interval, for the caption.
    """
    with style.context():
        ids, labels, left_out = style.article_rows(articles)
        names = [*codebook.names, UNASSIGNED]
        columns = min(6, len(names))
        bands = -(-len(names) // columns)
        figure = style.chart(style.DOUBLE, bands * (0.55 + 0.15 * len(ids)) + 0.2)
        grid = figure.subplots(bands, columns, sharex=True, sharey=True, squeeze=False)
        palette = style.colours(codebook)
        for panel, axes in enumerate(grid.flat):
            if panel >= len(names):
                axes.set_visible(False)
                continue
            name = names[panel]
            rows = profiles[profiles["theme"] == name].set_index("article_id").loc[ids]
            colour = palette[name] if name != UNASSIGNED else "#777777"
            axes.hlines(range(len(ids)), 100 * rows["low"], 100 * rows["high"], color=colour, linewidth=1.4, alpha=0.55)
            axes.plot(100 * rows["share"], range(len(ids)), "o", color=colour, markersize=2.6, clip_on=False)
            axes.set_title(textwrap.fill(style.cut(codebook.labels[name], 40), 14), fontsize=6.8, fontweight="bold")
            axes.set_xlim(-3, 103)
            axes.set_ylim(len(ids) - 0.4, -0.6)
            axes.set_xticks([0, 50, 100])
            axes.set_yticks(range(len(ids)), labels, fontsize=6)
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
            for row in style.outlet_breaks(articles, ids):
                axes.axhline(row - 0.5, color="#bbbbbb", linewidth=0.5, linestyle=(0, (2, 2)))
        figure.supxlabel("share of the article's words, per cent", fontsize=7.5)
    figure.caption = (
        f"Share of words per theme in {len(ids)} articles (dot) with its {100 * level:.0f} % interval (line; Bayesian"
        f" bootstrap over paragraphs with one prior paragraph).{style.left_out_note(left_out)}"
    )
    width = float((profiles["high"] - profiles["low"]).mean())
    figure.alt = (
        f"Dots with horizontal lines, {len(names)} panels of {len(ids)} articles. Intervals are {100 * width:.0f}"
        " percentage points wide on average."
    )
    return figure
