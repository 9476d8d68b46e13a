"""Themes per outlet with their intervals: who speaks of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topics.codebook import Codebook
from topics.figures import style
from topics.tables import UNASSIGNED

if TYPE_CHECKING:
    import pandas as pd

_MOST_OUTLETS = 9


def outlets(outlets: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, level: float = 0.95) -> style.Chart:
    """One panel per outlet, one row per theme: the share as a dot, its interval as a line.

    Parameters
    ----------
    outlets, articles
        ``outlets.csv`` and ``articles.csv``.
    codebook
        Order, labels and colours of the themes.
    level
        Mass of the interval, for the caption.
    """
    with style.context():
        counts = articles[articles["n_paragraphs"] > 0].groupby("outlet").size()
        words = articles.groupby("outlet")["n_words"].sum()
        largest = sorted(counts.index, key=lambda name: (-words[name], name))[:_MOST_OUTLETS]
        shown = sorted(largest)
        names = [*codebook.names, UNASSIGNED]
        columns = min(3, len(shown))
        bands = -(-len(shown) // columns)
        figure = style.chart(style.SINGLE if columns == 1 else style.DOUBLE, bands * (0.55 + 0.16 * len(names)) + 0.2)
        grid = figure.subplots(bands, columns, sharex=True, sharey=True, squeeze=False)
        palette = style.colours(codebook)
        colours = [palette[name] if name != UNASSIGNED else "#777777" for name in names]
        for panel, axes in enumerate(grid.flat):
            if panel >= len(shown):
                axes.set_visible(False)
                continue
            rows = outlets[outlets["outlet"] == shown[panel]].set_index("theme").loc[names]
            axes.hlines(range(len(names)), 100 * rows["low"], 100 * rows["high"], color=colours, linewidth=1.8, alpha=0.55)
            axes.scatter(100 * rows["share"], range(len(names)), s=11, color=colours, clip_on=False, zorder=3)
            count = int(counts[shown[panel]])
            title = style.cut(shown[panel] or "no outlet named", 30)
            axes.set_title(f"{title} ({count} article{'s' if count != 1 else ''})", fontweight="bold", fontsize=6.8)
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.set_xlim(0, max(10.0, 105 * float(outlets.loc[outlets["outlet"].isin(shown), "high"].max())))
            axes.set_yticks(range(len(names)), [codebook.labels[name] for name in names])
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
        figure.supxlabel("share of the outlet's words, per cent", fontsize=7.5)
    rest = len(counts) - len(shown)
    figure.caption = (
        f"Share of words per theme in {len(shown)} outlets (dot) with its {100 * level:.0f} % interval (line; Bayesian"
        " bootstrap over articles with one prior article)."
        + (f" {rest} outlets with fewer words are in the tables." if rest else "")
    )
    figure.alt = f"Dots with horizontal lines, {len(shown)} panels of {len(names)} themes. " + " ".join(
        f"{outlet or 'No outlet named'}: {_most(outlets, outlet, codebook)}." for outlet in shown
    )
    return figure


def _most(outlets: pd.DataFrame, outlet: str, codebook: Codebook) -> str:
    rows = outlets[(outlets["outlet"] == outlet) & (outlets["theme"] != UNASSIGNED)]
    top = rows.sort_values(["share", "theme"], ascending=[False, True]).head(2)
    return ", ".join(f"{codebook.labels[row.theme]} {100 * row.share:.0f} %" for row in top.itertuples())
