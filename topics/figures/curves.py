"""Theme shares along a number or a date, of :mod:`topics.comparison`."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import in_style
from topics.figures.style import Chart
from topics.format import percent
from topics.settings import Settings
from topics.tables import UNASSIGNED

_LINES = ("-", "--", ":", "-.")
_MAX_GROUPS = len(_LINES)
_MAX_COLUMNS = 3


# not among FIGURES: a run does not have its table
@in_style("The curves of a :class:`topics.comparison.Comparison`.")
def curves(curves: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per theme: its share along the column, with the band; one line per group."""
    columns = list(dict.fromkeys(curves["by"]))
    names = [*codebook.names, UNASSIGNED]
    panels = [(by, name) for by in columns[:_MAX_COLUMNS] for name in names]
    if not panels:
        return layout.empty_chart("No curves: no compared column is a number or a date.")
    chart, grid = layout.panels(len(panels), settings, 1.1, most=4, share_columns=False)
    width = layout.available_width(grid, ["share", "100"])
    palette = style.theme_colours(codebook, style.DARK_GREY)
    shown = []
    for axes, (by, name) in zip(grid, panels, strict=True):
        rows = curves[(curves["by"] == by) & (curves["theme"] == name)]
        groups = list(dict.fromkeys(rows["group"]))[:_MAX_GROUPS]
        for group, line in zip(groups, _LINES, strict=False):
            own = rows[rows["group"] == group]
            shown.append(own)
            axes.fill_between(own["x"], 100 * own["low"], 100 * own["high"], color=palette[name], alpha=0.16, linewidth=0)
            axes.plot(own["x"], 100 * own["share"], line, color=palette[name], linewidth=1.1)
        title = codebook.labels[name] if len(columns) == 1 else f"{codebook.labels[name]}, {by}"
        layout.panel_title(axes, title, width, 2, 6.8, loc="left")
        axes.set_ylim(0, max(10.0, 104 * float(curves["high"].max())))
        axes.margins(x=0.02)
        axes.locator_params(axis="x", nbins=4)
        axes.ticklabel_format(axis="x", useOffset=False)
        axes.tick_params(axis="x", labelsize=6)
        layout.grid_lines(axes, "y")
        layout.hide_spines(axes, "bottom")
    named = [group for group in dict.fromkeys(curves["group"]) if group][:_MAX_GROUPS]
    # lines tell groups apart in every panel, whatever its colour
    handles = [
        axes.plot([], [], line, color=style.INK, linewidth=1.1, label=labels.truncate(group, 1.5))[0]
        for group, line in zip(named, _LINES, strict=False)
    ]
    if handles:
        chart.legend(
            handles=handles, loc="outside upper center", ncols=2 * settings.figures.columns, frameon=False, fontsize=6.5
        )
    chart.supylabel("share of words, per cent", fontsize=7.5)
    if len(columns) == 1:
        chart.supxlabel(_along(columns[0], named), fontsize=7.5)
    kind = "fitted lines by group" if named else "natural cubic splines"
    n_left_out = len(dict.fromkeys(curves["group"])) - max(len(named), 1)
    rest = f" {n_left_out} further groups are only in the table." if n_left_out > 0 else ""
    chart.caption = (
        f"Share of words per theme along {labels.listing(columns[:_MAX_COLUMNS])} ({kind}, weighted least squares over"
        f" articles) with pointwise {labels.level(settings)} bands (HC3 errors, Student's t), for average covariates.{rest}"
    )
    changes = []
    for by, name in panels:
        own = curves[(curves["by"] == by) & (curves["theme"] == name)]
        for group, rows in own.groupby("group", sort=False):
            ends = percent(rows["share"].iloc[0]), percent(rows["share"].iloc[-1])
            who = f" ({group})" if group else ""
            changes.append(f"{codebook.labels[name]}{who} {ends[0]} to {ends[1]} %")
    chart.alt = f"{len(panels)} small line charts, from the lowest to the highest value: {'; '.join(changes)}."
    chart.table = pd.concat(shown)
    return chart


def _along(by: str, groups: list[str]) -> str:
    """The number or date of ``treatment*party``: the column that does not name the groups."""
    parts = [part.strip() for part in by.split("*")] if groups else [by]
    return next((part for part in parts if not any(group.startswith(f"{part} = ") for group in groups)), by)
