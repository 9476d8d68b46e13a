"""Themes over time."""

from datetime import date

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MOST_TICKS = 4


def time(themes_over_time: pd.DataFrame, codebook: Codebook, settings: Settings | None = None) -> style.Chart:
    """One panel per theme: its share of words in each period, with the interval.

    Parameters
    ----------
    themes_over_time
        The table of this name.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: interval, seed, width.
    """
    settings = settings or Settings()
    dated = themes_over_time[themes_over_time["period"] != ""]
    periods = sorted(set(dated["period"]))
    if len(periods) < 2:
        return style.nothing("No course of time to show: the articles' dates make fewer than two periods.", settings)
    names = [*codebook.names, UNASSIGNED]
    place = {period: _at(period) for period in periods}
    with style.context():
        figure, grid = style.panels(len(names), settings, 1.05, most=4)
        room = style.room(grid, ["share", "100"])
        palette = style.colours(codebook) | {UNASSIGNED: "#777777"}
        for axes, name in zip(grid, names, strict=True):
            rows = dated[dated["theme"] == name].set_index("period").loc[periods]
            x = [place[period] for period in periods]
            axes.vlines(x, 100 * rows["low"], 100 * rows["high"], color=palette[name], linewidth=1.4, alpha=0.5)
            axes.plot(x, 100 * rows["share"], "-", color=palette[name], linewidth=0.7, alpha=0.6)
            axes.plot(x, 100 * rows["share"], "o", color=palette[name], markersize=2.6)
            style.heading(axes, codebook.labels[name], room, 2, 6.8, loc="left")
            axes.set_ylim(0, max(10.0, 104 * float(dated["high"].max())))
            axes.set_xlim(min(x) - 0.06 * (max(x) - min(x)), max(x) + 0.06 * (max(x) - min(x)))
            ticks = style.spread(periods, _MOST_TICKS if len(periods[0]) < 6 else 2)
            axes.set_xticks([place[period] for period in ticks], ticks, fontsize=6)
            axes.grid(axis="y", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
        figure.supylabel("share of words, per cent", fontsize=7.5)
    undated = "" in set(themes_over_time["period"])
    figure.caption = (
        f"Share of words per theme in {len(periods)} periods (dot) with its {100 * settings.profiles.level:.0f} % interval"
        " (line; Bayesian bootstrap over articles, Rubin 1981, with one prior article). Periods without an article are left"
        f" out.{' Articles whose date does not tell the period are not shown.' if undated else ''} {style.seeded(settings)}"
    )
    moves = []
    for name in codebook.names:
        rows = dated[dated["theme"] == name].set_index("period")["share"]
        moves.append(f"{codebook.labels[name]} {100 * rows[periods[0]]:.0f} to {100 * rows[periods[-1]]:.0f} %")
    figure.alt = f"{len(names)} small line charts from {periods[0]} to {periods[-1]}: {'; '.join(moves)}."
    figure.table = dated
    return figure


def _at(period: str) -> float:
    """The years before the beginning of a period: ``2024``, ``2024-Q2``, ``2024-05``, ``2024-05-31``."""
    year, _, rest = period.partition("-")
    if not rest:
        return float(year)
    if rest.startswith("Q"):
        return int(year) + (int(rest[1:]) - 1) / 4
    month, _, day = rest.partition("-")
    return date(int(year), int(month), int(day or 1)).toordinal() / 365.2425
