"""Differences between outlets in the share of each theme."""

import pandas as pd

from topics.codebook import Codebook
from topics.coding import axis_note, difference_note
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MAX_OUTLETS = 9


@figure("Differences between outlets", methods=("reading", "themes", "shares", "differences"))
def comparison(outlet_differences: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per outlet, one row per theme: its share minus that of the other outlets, with the interval."""
    if outlet_differences.empty:
        return layout.empty_chart("No comparison of outlets: the articles have fewer than two.")
    counts = outlet_differences.groupby("outlet")["n_articles"].max()
    ranked = sorted(counts.index, key=lambda name: (-counts[name], name))
    # of two outlets one panel is enough: the other would show the same differences with reversed sign
    shown = sorted(ranked[:1] if len(counts) == 2 else ranked[:_MAX_OUTLETS])
    names = [*codebook.names, UNASSIGNED]
    rows = outlet_differences[outlet_differences["outlet"].isin(shown)]
    excludes_zero = (rows["low"] > 0) | (rows["high"] < 0)
    limit = 1.05 * (100 * float(rows[["low", "high"]].abs().to_numpy().max()))
    chart, grid = layout.panels(len(shown), settings, 0.55 + 0.16 * len(names), most=3)
    row_labels = labels.theme_labels(codebook, names, settings)
    width = layout.available_width(grid, row_labels)
    palette = style.theme_colours(codebook, style.DARK_GREY)
    for axes, outlet in zip(grid, shown, strict=True):
        by_theme = rows.assign(excludes_zero=excludes_zero)[rows["outlet"] == outlet].set_index("theme").loc[names]
        for i, row in enumerate(by_theme.itertuples()):
            colour = palette[row.Index]
            axes.hlines(i, 100 * row.low, 100 * row.high, color=colour, linewidth=1.8, alpha=0.55)
            fill = colour if row.excludes_zero else "white"
            axes.plot(100 * row.difference, i, "o", markersize=3.4, color=colour, markerfacecolor=fill, zorder=3)
        axes.axvline(0, color="#888888", linewidth=0.7)
        layout.outlet_title(axes, outlet, counts[outlet], width)
        axes.set_xlim(-limit, limit)
        layout.label_rows(axes, row_labels)
    # with two outlets, name the other one
    others = "the other outlets combined"
    if len(counts) == 2:
        others = labels.truncate(labels.outlet_name(next(name for name in counts.index if name != shown[0])), 1.4)
    # a line of its own, which one column of a page has room for
    note = axis_note(rows).replace(" ", "\n", 1)
    chart.supxlabel(f"percentage points relative to {others}{note}", fontsize=7.5)
    of_themes = rows["theme"] != UNASSIGNED
    n_tested = int(of_themes.sum())
    # expected number of intervals that exclude zero if no outlet differed
    n_by_chance = n_tested * (1 - settings.profiles.level)
    n_left_out = len(counts) - len(shown) if len(counts) > 2 else 0
    chart.caption = (
        f"Share of words per theme in an outlet (number of articles in brackets) minus that in {others} (dot), with"
        f" the {labels.level(settings)} interval of the difference (line). {difference_note(rows)} Filled dots: the interval"
        f" excludes zero; by chance, {n_by_chance:.0f} or fewer of the {n_tested} differences would do"
        f" so.{labels.left_out(n_left_out, 'outlet')}"
    )
    differences = "; ".join(
        f"{labels.outlet_name(row.outlet)}, {codebook.labels[row.theme]}: {100 * row.difference:+.0f} points"
        for row in rows[excludes_zero & of_themes].itertuples()
    ).replace("-", "−")
    chart.alt = (
        f"Dot plots with intervals, {len(shown)} panels of {len(names)} themes. Differences whose interval excludes zero:"
        f" {differences or 'none'}."
    )
    chart.table = rows
    return chart
