"""Themes over time."""

from datetime import date

import pandas as pd

from topics.codebook import Codebook
from topics.coding import NOT_ESTIMABLE, axis_note, interval_note
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import percent
from topics.settings import Settings
from topics.tables import UNASSIGNED


@figure("Themes over time", methods=("reading", "themes", "shares"))
def time(themes_over_time: pd.DataFrame, overall: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per theme: its share of words in each period, with the interval."""
    dated = themes_over_time[themes_over_time["period"] != ""]
    periods = sorted(set(dated["period"]))
    if len(periods) < 2:
        return layout.empty_chart("No development over time: the dates of the articles fall into fewer than two periods.")
    names = [*codebook.names, UNASSIGNED]
    x = [_years(period) for period in periods]
    # labels of periods with a month or a day need more space
    ticks = _evenly(len(periods), 4 if len(periods[0]) < 6 else 2)
    margin = 0.06 * (max(x) - min(x))
    chart, grid = layout.panels(len(names), settings, 1.05, most=4)
    width = layout.available_width(grid, ["share", "100"])
    palette = style.theme_colours(codebook, style.DARK_GREY)
    for axes, name in zip(grid, names, strict=True):
        colour = palette[name]
        rows = dated[dated["theme"] == name].set_index("period").loc[periods]
        hollow = (rows["basis"] == NOT_ESTIMABLE).to_numpy()
        rows = 100 * rows[["share", "low", "high"]]
        axes.vlines(x, rows["low"], rows["high"], color=colour, linewidth=1.4, alpha=0.5)
        axes.plot(x, rows["share"], "-", color=colour, linewidth=0.7, alpha=0.6)
        layout.dots(axes, x, rows["share"], colour, hollow)
        layout.panel_title(axes, codebook.labels[name], width, 2, 6.8, loc="left")
        axes.set_ylim(0, max(10.0, 104 * float(dated["high"].max())))
        axes.set_xlim(min(x) - margin, max(x) + margin)
        axes.set_xticks([x[i] for i in ticks], [periods[i] for i in ticks], fontsize=6)
        layout.grid_lines(axes, "y")
        layout.hide_spines(axes, "bottom")
    chart.supylabel(f"share of words,\nper cent{axis_note(dated)}", fontsize=7.5)
    undated = "" in set(themes_over_time["period"])
    chart.caption = (
        f"Share of words per theme in {len(periods)} periods (dot) with its {labels.level(settings)} interval"
        f" (line). {interval_note(dated, overall, codebook, settings, 'hollow')} Periods without articles are omitted."
        f"{' Articles without a sufficiently precise date are not shown.' if undated else ''}"
    )
    # the alternative text compares the first period with the last
    changes = []
    for name in codebook.names:
        shares = dated[dated["theme"] == name].set_index("period")["share"]
        changes.append(f"{codebook.labels[name]} {percent(shares[periods[0]])} to {percent(shares[periods[-1]])} %")
    chart.alt = f"{len(names)} small line charts from {periods[0]} to {periods[-1]}: {'; '.join(changes)}."
    chart.table = dated
    return chart


def _evenly(n: int, most: int) -> list[int]:
    """At most ``most`` evenly spaced numbers from 0 to ``n − 1``, including both ends."""
    if n <= most:
        return list(range(n))
    return [round(i * (n - 1) / (most - 1)) for i in range(most)]


def _years(period: str) -> float:
    """The start of a period as a decimal year: of ``1950s``, ``2024``, ``2024-Q2``, ``2024-05`` or ``2024-05-31``."""
    year, _, rest = period.removesuffix("s").partition("-")
    if not rest:
        return float(year)
    if rest.startswith("Q"):
        return int(year) + (int(rest[1:]) - 1) / 4
    month, _, day = rest.partition("-")
    return date(int(year), int(month), int(day or 1)).toordinal() / 365.2425
