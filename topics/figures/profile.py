"""Themes per article with their intervals; of many articles, how they spread."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.figures.rows import rows as rows_of
from topics.settings import Settings
from topics.tables import UNASSIGNED


def profile(
    profiles: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """One panel per theme, one row per article: the share as a dot, its interval as a line.

    A row of more than 40 articles is a group of them: the median article as a dot, the middle half
    of the articles as a bar, nine tenths as a line.

    Parameters
    ----------
    profiles, articles
        ``profiles.csv`` and ``articles.csv``.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: interval, seed, width.
    """
    settings = settings or Settings()
    rows = rows_of(articles, profiles, codebook, settings)
    names = [*codebook.names, UNASSIGNED]
    shown = profiles[profiles["article_id"].isin(rows.of.index)]
    with style.context():
        figure, grid = style.panels(
            len(names), settings, 0.55 + (0.15 if settings.figures.columns == 2 else 0.11) * len(rows.labels), most=6
        )
        room = style.room(grid, rows.labels, 6)
        palette = style.colours(codebook) | {UNASSIGNED: "#777777"}
        for axes, name in zip(grid, names, strict=True):
            own, colour = shown[shown["theme"] == name].set_index("article_id"), palette[name]
            at = range(len(rows.keys))
            if rows.grouped:
                spread = own["share"].groupby(rows.of).quantile([0.05, 0.25, 0.5, 0.75, 0.95]).unstack().loc[rows.keys]
                axes.hlines(at, 100 * spread[0.05], 100 * spread[0.95], color=colour, linewidth=0.8, alpha=0.6)
                axes.hlines(at, 100 * spread[0.25], 100 * spread[0.75], color=colour, linewidth=3, alpha=0.4)
                axes.plot(100 * spread[0.5], at, "o", color=colour, markersize=2.6, clip_on=False)
            else:
                own = own.loc[rows.keys]
                axes.hlines(at, 100 * own["low"], 100 * own["high"], color=colour, linewidth=1.4, alpha=0.55)
                axes.plot(100 * own["share"], at, "o", color=colour, markersize=2.6, clip_on=False)
            style.heading(axes, codebook.labels[name], room + 0.1, 3, 6.5)
            axes.set_xlim(-3, 103)
            axes.set_ylim(len(rows.labels) - 0.4, -0.6)
            axes.set_xticks([0, 50, 100])
            axes.set_yticks(range(len(rows.labels)), rows.labels, fontsize=6)
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
            rows.part(axes, "#bbbbbb", linewidth=0.5, linestyle=(0, (2, 2)))
        figure.supxlabel("share of the article's words, per cent", fontsize=7.5)
    level = f"{100 * settings.profiles.level:.0f} %"
    figure.caption = (
        f"Share of an article's words per theme, {rows.said}: the median article (dot), the middle half of the articles"
        f" (bar), nine in ten (line). {style.seeded(settings)}"
        if rows.grouped
        else f"Share of words per theme in {rows.said} (dot) with its {level} interval (line; Bayesian bootstrap over"
        f" paragraphs, Rubin 1981, with one prior paragraph). {style.seeded(settings)}"
    )
    width = float((shown["high"] - shown["low"]).mean())
    figure.alt = f"Dots with horizontal lines, {len(names)} panels, {rows.said}. " + (
        f"Articles differ: nine in ten lie within {100 * _spread(shown):.0f} percentage points on average."
        if rows.grouped
        else f"Intervals are {100 * width:.0f} percentage points wide on average."
    )
    figure.table = shown
    return figure


def _spread(shown: pd.DataFrame) -> float:
    ends = shown.groupby("theme")["share"].quantile([0.05, 0.95]).unstack()
    return float((ends[0.95] - ends[0.05]).mean())
