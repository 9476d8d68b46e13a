"""Themes per group of articles, by the columns that the study compares."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.coding import axis_note, interval_note
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import count, enumeration, in_natural_order, value_labels
from topics.measures import column_order, group_of
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MAX_ROWS = 40
"""Groups of all columns that fit on a page with a row each."""


@figure(
    "Themes per group of articles",
    methods=("reading", "themes", "shares", "differences"),
    only_if=lambda settings: bool(settings.groups.by),
)
def groups(
    groups: pd.DataFrame,
    group_differences: pd.DataFrame,
    articles: pd.DataFrame,
    overall: pd.DataFrame,
    codebook: Codebook,
    settings: Settings,
) -> Chart:
    """One panel per theme, one row per group: the share as a dot, its interval as a line.

    The dot is filled where the interval of the difference from the other groups of the column excludes zero.
    """
    if groups.empty:
        return layout.empty_chart("No comparison of groups: groups.by names no column in which the articles have a value.")
    by_column = {
        column: in_natural_order(groups.loc[groups["column"] == column, "group"].unique())
        for column in column_order(groups, settings)
    }
    shown_as = {column: value_labels(values) for column, values in by_column.items()}
    counts = {column: _counts(articles, column) for column in by_column}
    most = max(2, _MAX_ROWS // len(by_column))
    shown: list[tuple[str, str]] = []
    n_left_out = 0
    # a row for the name of each column, then its groups
    for column, values in by_column.items():
        largest = sorted(values, key=lambda value: -counts[column].get(value, 0))[:most]
        n_left_out += len(values) - len(largest)
        shown += [(column, ""), *((column, value) for value in values if value in largest)]
    names = [*codebook.names, UNASSIGNED]
    rows = _with_differences(groups, group_differences)
    rows = rows.loc[[row for row in shown if row[1]]]
    label_width = 1.4 if settings.figures.columns == 2 else 0.95
    row_labels = [
        _row_label(shown_as[column][value], counts[column].get(value, 0), label_width)
        if value
        else labels.truncate(column, label_width, 6, "bold")
        for column, value in shown
    ]
    chart, grid = layout.panels(len(names), settings, 0.55 + 0.15 * len(shown), most=5)
    width = layout.available_width(grid, row_labels, 6)
    palette = style.theme_colours(codebook, style.DARK_GREY)
    for axes, name in zip(grid, names, strict=True):
        by_group, colour = rows[rows["theme"] == name], palette[name]
        for y, key in enumerate(shown):
            if not key[1]:
                continue
            row = by_group.loc[key]
            axes.hlines(y, 100 * row["low"], 100 * row["high"], color=colour, linewidth=1.6, alpha=0.55)
            fill = colour if row["excludes_zero"] else "white"
            # clip_on=False: a dot at the edge is drawn completely
            axes.plot(100 * row["share"], y, "o", color=colour, markersize=3, markerfacecolor=fill, clip_on=False, zorder=3)
        layout.panel_title(axes, codebook.labels[name], width + 0.1, 3, 6.5)
        axes.set_xlim(0, max(10.0, 105 * float(rows["high"].max())))
        layout.label_rows(axes, row_labels, fontsize=6)
        # panels beside the first have no row labels
        for tick, (_, value) in zip(axes.get_yticklabels(), shown, strict=False):
            tick.set_fontweight("normal" if value else "bold")
    chart.supxlabel(f"share of the group's words, per cent{axis_note(rows)}", fontsize=7.5)
    chart.caption = (
        f"Share of words per theme in groups of articles by {enumeration(by_column)} (dot; number of articles in"
        f" brackets) with its {labels.level(settings)} interval (line)."
        f" {interval_note(rows, overall, codebook, settings)}"
        f"{_about_filled_dots(by_column, codebook, settings)}{_about_missing(counts, articles)}"
        f"{labels.left_out(n_left_out, 'group')}"
    )
    differences = "; ".join(
        f"{row.Index[0]} {shown_as[row.Index[0]][row.Index[1]]}, {codebook.labels[row.theme]}:"
        f" {100 * row.difference:+.0f} points"
        for row in rows[rows["excludes_zero"] & (rows["theme"] != UNASSIGNED)].itertuples()
    ).replace("-", "−")
    chart.alt = (
        f"Dot plots with intervals, {len(names)} panels of {count(len(shown) - len(by_column), 'group')} by"
        f" {enumeration(by_column)}. Differences from the other groups whose interval excludes zero:"
        f" {differences or 'none'}."
    )
    chart.table = rows.reset_index()
    return chart


def _counts(articles: pd.DataFrame, column: str) -> dict[str, int]:
    """The number of articles of each group, of those that have paragraphs."""
    return group_of(articles[articles["n_paragraphs"] > 0], column).value_counts().to_dict()


def _with_differences(groups: pd.DataFrame, differences: pd.DataFrame) -> pd.DataFrame:
    """Shares with ``difference`` and whether its interval excludes zero, by column and group."""
    keys = ["column", "group", "theme"]
    clear = (differences["low"] > 0) | (differences["high"] < 0)
    known = differences[[*keys, "difference"]].assign(excludes_zero=clear)
    rows = groups.merge(known, how="left", on=keys)
    rows["difference"] = rows["difference"].astype(float)
    return rows.assign(excludes_zero=rows["excludes_zero"].eq(True)).set_index(["column", "group"])


def _row_label(value: str, n_articles: int, width: float) -> str:
    number = f" ({n_articles})"
    return labels.truncate(value, width - labels.text_width(number, 6), 6) + number


def _about_filled_dots(by_column: dict[Any, list[str]], codebook: Codebook, settings: Settings) -> str:
    # of two groups, one differs by what the other does with the other sign
    n_compared = sum({1: 0, 2: 1}.get(len(values), len(values)) for values in by_column.values())
    if not n_compared:
        return ""
    n_tested = n_compared * len(codebook.names)
    n_by_chance = n_tested * (1 - settings.profiles.level)
    return (
        " Filled dots: the interval of the difference from the other groups of the column combined excludes zero; by"
        f" chance, {n_by_chance:.0f} or fewer of the {n_tested} differences would do so."
    )


def _about_missing(counts: dict[Any, dict[str, int]], articles: pd.DataFrame) -> str:
    n_articles = int((articles["n_paragraphs"] > 0).sum())
    missing = {column: n_articles - sum(own.values()) for column, own in counts.items()}
    parts = [f"{count(n, 'article')} without a value of {column}" for column, n in missing.items() if n]
    return f" Left out: {', '.join(parts)}." if parts else ""
