"""Themes per article: the share of words as shade and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topics.codebook import Codebook
from topics.figures import style
from topics.tables import UNASSIGNED

if TYPE_CHECKING:
    import pandas as pd


def heatmap(profiles: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook) -> style.Chart:
    """Articles in rows, themes in columns, the share of the article's words in the cell.

    Parameters
    ----------
    profiles, articles
        ``profiles.csv`` and ``articles.csv``.
    codebook
        Order and labels of the themes.
    """
    with style.context():
        ids, labels, left_out = style.article_rows(articles)
        names = [*codebook.names, UNASSIGNED]
        wide = profiles.pivot(index="article_id", columns="theme", values="share").loc[ids, names]
        figure = style.chart(style.DOUBLE, 1.35 + 0.21 * len(ids))
        axes = figure.subplots()
        top = max(0.3, float(wide.to_numpy().max()))
        axes.imshow(wide.to_numpy(), cmap="Blues", vmin=0, vmax=top * 1.1, aspect="auto", interpolation="none")
        for i, row in enumerate(wide.to_numpy()):
            for j, share in enumerate(row):
                if share >= 0.005:
                    colour = "white" if share > 0.62 * top else style.INK
                    axes.text(j, i, f"{100 * share:.0f}", ha="center", va="center", color=colour, fontsize=6.5)
        axes.set_xticks(
            range(len(names)),
            [style.cut(codebook.labels[name], 34) for name in names],
            rotation=40,
            ha="left",
            rotation_mode="anchor",
        )
        axes.xaxis.tick_top()
        axes.set_yticks(range(len(ids)), labels)
        axes.tick_params(length=0)
        style.bare(axes)
        for row in style.outlet_breaks(articles, ids):
            axes.axhline(row - 0.5, color="white", linewidth=3)
        axes.axvline(len(names) - 1.5, color="white", linewidth=3)
    shares = wide[codebook.names].mean().sort_values(ascending=False, kind="stable")
    figure.caption = (
        f"Share of words per theme (per cent) in {len(ids)} articles; empty cells are below 0.5. A paragraph with several"
        f" themes splits its words over them.{style.left_out_note(left_out)}"
    )
    most = ", ".join(f"{codebook.labels[name]} {100 * share:.0f} %" for name, share in shares.head(3).items())
    figure.alt = f"Table of shaded cells, {len(ids)} articles by {len(names)} themes. Largest mean shares: {most}."
    return figure
