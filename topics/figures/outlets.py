"""Themes per outlet with their intervals."""

import pandas as pd

from topics.codebook import Codebook
from topics.coding import NOT_ESTIMABLE, axis_note, interval_note
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import count, percent
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MAX_OUTLETS = 9


@figure("Themes per outlet", methods=("reading", "themes", "shares"))
def outlets(
    outlets: pd.DataFrame, articles: pd.DataFrame, overall: pd.DataFrame, codebook: Codebook, settings: Settings
) -> Chart:
    """One panel per outlet, one row per theme: the share as a dot, its interval as a line."""
    counts = articles[articles["n_paragraphs"] > 0].groupby("outlet").size()
    words = articles.groupby("outlet")["n_words"].sum()
    # the outlets with most words, in alphabetical order
    shown = sorted(sorted(counts.index, key=lambda name: (-words[name], name))[:_MAX_OUTLETS])
    rows = outlets[outlets["outlet"].isin(shown)]
    has_outlets = list(counts.index) != [""]
    unnamed = "" if has_outlets else "all articles"
    compared = count(len(shown), "outlet") if has_outlets else unnamed
    names = [*codebook.names, UNASSIGNED]
    chart, grid = layout.panels(len(shown), settings, 0.55 + 0.16 * len(names), most=3)
    row_labels = labels.theme_labels(codebook, names, settings)
    width = layout.available_width(grid, row_labels)
    palette = style.theme_colours(codebook, style.DARK_GREY)
    colours = [palette[name] for name in names]
    for axes, outlet in zip(grid, shown, strict=True):
        by_theme = rows[rows["outlet"] == outlet].set_index("theme").loc[names]
        y = range(len(names))
        axes.hlines(y, 100 * by_theme["low"], 100 * by_theme["high"], color=colours, linewidth=1.8, alpha=0.55)
        # clip_on=False: a dot at the edge is drawn completely
        faces = ["white" if basis == NOT_ESTIMABLE else own for basis, own in zip(by_theme["basis"], colours, strict=True)]
        axes.scatter(100 * by_theme["share"], y, s=11, c=faces, edgecolors=colours, linewidths=0.7, clip_on=False, zorder=3)
        layout.outlet_title(axes, outlet or unnamed, counts[outlet], width)
        axes.set_xlim(0, max(10.0, 105 * float(rows["high"].max())))
        layout.label_rows(axes, row_labels)
    whose = "share of the outlet's words, per cent" if has_outlets else "share of words, per cent"
    chart.supxlabel(f"{whose}{axis_note(rows)}", fontsize=7.5)
    chart.caption = (
        f"Share of words per theme in {compared} (dot; number of articles in brackets) with its"
        f" {labels.level(settings)} interval (line). {interval_note(rows, overall, codebook, settings, 'hollow')}"
        f"{labels.left_out(len(counts) - len(shown), 'outlet')}"
    )
    chart.alt = f"Dot plots with intervals, {count(len(shown), 'panel')} of {len(names)} themes. " + " ".join(
        f"{labels.outlet_name(outlet or unnamed)}: {_largest(rows[rows['outlet'] == outlet], codebook)}." for outlet in shown
    )
    chart.table = rows
    return chart


def _largest(rows: pd.DataFrame, codebook: Codebook) -> str:
    rows = rows[rows["theme"] != UNASSIGNED].sort_values(["share", "theme"], ascending=[False, True])
    return ", ".join(f"{codebook.labels[row.theme]} {percent(row.share)} %" for row in rows.head(2).itertuples())
