"""Themes per article with their intervals; for many articles, the distribution within groups."""

import numpy as np
import pandas as pd

from topics.codebook import Codebook
from topics.coding import NOT_ESTIMABLE, axis_note, interval_note
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.rows import article_rows
from topics.figures.style import Chart
from topics.format import percent
from topics.settings import Settings
from topics.tables import UNASSIGNED


@figure("Themes per article with intervals", methods=("reading", "themes", "shares"))
def profile(
    profiles: pd.DataFrame, articles: pd.DataFrame, overall: pd.DataFrame, codebook: Codebook, settings: Settings
) -> Chart:
    """One panel per theme, one row per article: the share as a dot, its interval as a line.

    More than 40 articles are grouped: the dot is the median of a group's articles, the bar their
    interquartile range, the line the range from the 5th to the 95th percentile.
    """
    rows = article_rows(articles, profiles, codebook, settings)
    names = [*codebook.names, UNASSIGNED]
    shown = profiles[profiles["article_id"].isin(rows.row_of.index)]
    row_height = 0.15 if settings.figures.columns == 2 else 0.11
    chart, grid = layout.panels(len(names), settings, 0.55 + row_height * len(rows.labels), most=6)
    width = layout.available_width(grid, rows.labels, 6)
    palette = style.theme_colours(codebook, style.DARK_GREY)
    for axes, name in zip(grid, names, strict=True):
        by_article, colour = shown[shown["theme"] == name].set_index("article_id"), palette[name]
        y, hollow = np.arange(len(rows.keys)), np.zeros(len(rows.keys), dtype=bool)
        if rows.grouped:
            # a dot for each of many articles would be unreadable
            spread = by_article["share"].groupby(rows.row_of).quantile([0.05, 0.25, 0.5, 0.75, 0.95])
            spread = 100 * spread.unstack().loc[rows.keys]
            axes.hlines(y, spread[0.05], spread[0.95], color=colour, linewidth=0.8, alpha=0.6)
            axes.hlines(y, spread[0.25], spread[0.75], color=colour, linewidth=3, alpha=0.4)
            dots = spread[0.5]
        else:
            by_article = by_article.loc[rows.keys]
            hollow = (by_article["basis"] == NOT_ESTIMABLE).to_numpy()
            by_article = 100 * by_article[["share", "low", "high"]]
            axes.hlines(y, by_article["low"], by_article["high"], color=colour, linewidth=1.4, alpha=0.55)
            dots = by_article["share"]
        layout.dots(axes, dots, y, colour, hollow)
        layout.panel_title(axes, codebook.labels[name], width + 0.1, 3, 6.5)
        axes.set_xlim(-3, 103)  # dots at 0 and 100 are drawn completely
        axes.set_xticks([0, 50, 100])
        layout.label_rows(axes, rows.labels, fontsize=6)
        rows.separate_outlets(axes, "#bbbbbb", linewidth=0.5, linestyle=(0, (2, 2)))
    chart.supxlabel(f"share of the article's words, per cent{axis_note(shown)}", fontsize=7.5)
    chart.alt = f"Dot plots with intervals, {len(names)} panels, {rows.description}. "
    # lines show percentiles for groups, but intervals for single articles
    if rows.grouped:
        chart.caption = (
            f"Share of an article's words per theme, {rows.description}: median (dot), interquartile range (bar) and 5th to"
            " 95th percentile (line) of the articles."
        )
        ends = shown.groupby("theme")["share"].quantile([0.05, 0.95]).unstack()
        points = percent((ends[0.95] - ends[0.05]).mean())
        chart.alt += f"Mean distance of the 5th and 95th percentiles: {points} percentage points."
    else:
        chart.caption = (
            f"Share of words per theme in {rows.description} (dot) with its {labels.level(settings)} interval (line)."
            f" {interval_note(shown, overall, codebook, settings, 'hollow')}"
        )
        points = percent((shown["high"] - shown["low"]).mean())
        chart.alt += f"Mean width of the intervals: {points} percentage points."
    chart.table = shown
    return chart
