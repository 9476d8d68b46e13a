"""Themes per outlet with their intervals: who speaks of what."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MOST_OUTLETS = 9


def outlets(
    outlets: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """One panel per outlet, one row per theme: the share as a dot, its interval as a line.

    Parameters
    ----------
    outlets, articles
        ``outlets.csv`` and ``articles.csv``.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: interval, seed, width.
    """
    settings = settings or Settings()
    with style.context():
        counts = articles[articles["n_paragraphs"] > 0].groupby("outlet").size()
        words = articles.groupby("outlet")["n_words"].sum()
        largest = sorted(counts.index, key=lambda name: (-words[name], name))[:_MOST_OUTLETS]
        shown = sorted(largest)
        names = [*codebook.names, UNASSIGNED]
        figure, grid = style.panels(len(shown), settings, 0.55 + 0.16 * len(names), most=3)
        labels = [style.cut(codebook.labels[name], 1.5 if settings.figures.columns == 2 else 1.1) for name in names]
        room = style.room(grid, labels)
        palette = style.colours(codebook)
        colours = [palette[name] if name != UNASSIGNED else "#777777" for name in names]
        for axes, outlet in zip(grid, shown, strict=True):
            rows = outlets[outlets["outlet"] == outlet].set_index("theme").loc[names]
            axes.hlines(range(len(names)), 100 * rows["low"], 100 * rows["high"], color=colours, linewidth=1.8, alpha=0.55)
            axes.scatter(100 * rows["share"], range(len(names)), s=11, color=colours, clip_on=False, zorder=3)
            axes.set_title(style.counted(style.outlet_name(outlet), counts[outlet], room), fontweight="bold", fontsize=6.8)
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.set_xlim(0, max(10.0, 105 * float(outlets.loc[outlets["outlet"].isin(shown), "high"].max())))
            axes.set_yticks(range(len(names)), labels)
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
        figure.supxlabel("share of the outlet's words, per cent", fontsize=7.5)
    figure.caption = (
        f"Share of words per theme in {len(shown)} outlet{'s' if len(shown) != 1 else ''} (in brackets: articles; dot) with"
        f" its {100 * settings.profiles.level:.0f} % interval (line; Bayesian bootstrap over articles, Rubin 1981, with one"
        f" prior article).{style.more(len(counts) - len(shown), 'outlet')} {style.seeded(settings)}"
    )
    figure.alt = f"Dots with horizontal lines, {len(shown)} panels of {len(names)} themes. " + " ".join(
        f"{style.outlet_name(outlet)}: {_most(outlets, outlet, codebook)}." for outlet in shown
    )
    figure.table = outlets[outlets["outlet"].isin(shown)]
    return figure


def _most(outlets: pd.DataFrame, outlet: str, codebook: Codebook) -> str:
    rows = outlets[(outlets["outlet"] == outlet) & (outlets["theme"] != UNASSIGNED)]
    top = rows.sort_values(["share", "theme"], ascending=[False, True]).head(2)
    return ", ".join(f"{codebook.labels[row.theme]} {100 * row.share:.0f} %" for row in top.itertuples())
