"""Which outlet speaks more of a theme than the others do."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MOST_OUTLETS = 9


def comparison(outlet_differences: pd.DataFrame, codebook: Codebook, settings: Settings | None = None) -> style.Chart:
    """One panel per outlet, one row per theme: its share less that of the others, with the interval.

    Parameters
    ----------
    outlet_differences
        The table of this name.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: interval, seed, width.
    """
    settings = settings or Settings()
    if outlet_differences.empty:
        return style.nothing("Nothing to compare: the articles name fewer than two outlets.", settings)
    level = f"{100 * settings.profiles.level:.0f} %"
    counts = outlet_differences.groupby("outlet")["n_articles"].max()
    ranked = sorted(counts.index, key=lambda name: (-counts[name], name))
    shown = sorted(ranked[:1] if len(counts) == 2 else ranked[:_MOST_OUTLETS])
    names = [*codebook.names, UNASSIGNED]
    rows = outlet_differences[outlet_differences["outlet"].isin(shown)]
    reach = 100 * float(rows[["low", "high"]].abs().to_numpy().max())
    with style.context():
        figure, grid = style.panels(len(shown), settings, 0.55 + 0.16 * len(names), most=3)
        labels = [style.cut(codebook.labels[name], 1.5 if settings.figures.columns == 2 else 1.1) for name in names]
        room = style.room(grid, labels)
        palette = style.colours(codebook) | {UNASSIGNED: "#777777"}
        for axes, outlet in zip(grid, shown, strict=True):
            own = rows[rows["outlet"] == outlet].set_index("theme").loc[names]
            clear = ((own["low"] > 0) | (own["high"] < 0)).tolist()
            for i, (name, row) in enumerate(own.iterrows()):
                axes.hlines(i, 100 * row["low"], 100 * row["high"], color=palette[str(name)], linewidth=1.8, alpha=0.55)
                fill = palette[str(name)] if clear[i] else "white"
                axes.plot(
                    100 * row["difference"], i, "o", markersize=3.4, color=palette[str(name)], markerfacecolor=fill, zorder=3
                )
            axes.axvline(0, color="#888888", linewidth=0.7)
            axes.set_title(style.counted(style.outlet_name(outlet), counts[outlet], room), fontweight="bold", fontsize=6.8)
            axes.set_xlim(-1.05 * reach, 1.05 * reach)
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.set_yticks(range(len(names)), labels)
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
        against = style.outlet_name(next(name for name in counts.index if name != shown[0]))
        other = style.cut(against, 1.4) if len(counts) == 2 else "the others together"
        figure.supxlabel(f"percentage points more than {other}", fontsize=7.5)
    tested = int((rows["theme"] != UNASSIGNED).sum())
    figure.caption = (
        f"Share of words per theme of an outlet (in brackets: articles) less that of {other} (dot), with the {level}"
        " interval of the difference (line; Bayesian bootstrap over articles, Rubin 1981, with one prior article). Filled:"
        f" the interval excludes zero, which by chance {tested * (1 - settings.profiles.level):.0f} or fewer of the {tested}"
        f" differences of themes do.{style.more(len(counts) - len(shown), 'outlet') if len(counts) > 2 else ''}"
        f" {style.seeded(settings)}"
    )
    clear_rows = rows[(rows["low"] > 0) | (rows["high"] < 0)]
    clear_rows = clear_rows[clear_rows["theme"] != UNASSIGNED]
    said = "; ".join(
        f"{style.outlet_name(row.outlet)}, {codebook.labels[row.theme]}: {100 * row.difference:+.0f} points"
        for row in clear_rows.itertuples()
    ).replace("-", "−")
    figure.alt = (
        f"Dots with horizontal lines, {len(shown)} panels of {len(names)} themes. Clear differences: {said or 'none'}."
    )
    figure.table = rows
    return figure
