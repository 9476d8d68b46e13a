"""The words that set an outlet apart from the others."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings

_MOST_OUTLETS, _MOST_IN_ONE_COLUMN = 9, 4
_WORDS = 12


def keyness(
    keyness: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """One panel per outlet: its telling words, each log-odds ratio with its interval.

    Parameters
    ----------
    keyness, articles
        The tables of the same names.
    codebook
        Not needed: no theme is drawn.
    settings
        Of the run: interval, seed, width.
    """
    settings = settings or Settings()
    double = settings.figures.columns == 2
    counts = articles[articles["n_paragraphs"] > 0].groupby("outlet").size()
    if len(counts) < 2:
        return style.nothing("No words to compare: the articles name fewer than two outlets.", settings)
    if keyness.empty:
        return style.nothing(
            "No word sets an outlet apart: none of those seen in two articles is clearly its own.", settings
        )
    found = [name for name in counts.index if name in set(keyness["outlet"])]
    shown = sorted(sorted(found, key=lambda name: (-counts[name], name))[: _MOST_OUTLETS if double else _MOST_IN_ONE_COLUMN])
    rows = keyness[keyness["outlet"].isin(shown) & (keyness["rank"] <= _WORDS)]
    longest = int(rows.groupby("outlet").size().max())
    with style.context():
        figure, grid = style.panels(len(shown), settings, 0.55 + 0.15 * longest, most=3 if double else 1, share_rows=False)
        across = grid[0].get_gridspec().ncols
        for axes, outlet in zip(grid, shown, strict=True):
            own = rows[rows["outlet"] == outlet]
            axes.hlines(range(len(own)), own["low"], own["high"], color=style.SOFT, linewidth=1.6)
            axes.plot(own["log_odds"], range(len(own)), "o", color=style.INK, markersize=3)
            axes.set_yticks(range(len(own)), [style.cut(word, 1.3 if double else 1.6) for word in own["word"]])
            axes.set_ylim(longest - 0.4, -0.6)
            axes.set_xlim(0, 1.04 * float(rows["high"].max()))
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            title = style.counted(style.outlet_name(outlet), counts[outlet], figure.get_figwidth() / across - 0.2)
            axes.set_title(title, fontweight="bold", fontsize=6.8, loc="right")  # above its words, too
            style.bare(axes, "bottom")
        figure.supxlabel("log-odds ratio against the other outlets", fontsize=7.5)
    silent = [style.outlet_name(name) for name in counts.index if name not in found]
    figure.caption = (
        "Words that an outlet (in brackets: articles) uses more than the others: log-odds ratio with a Dirichlet prior (dot;"
        f" Monroe et al. 2008) and its {100 * settings.profiles.level:.0f} % interval (line; Bayesian bootstrap over"
        " articles, Rubin 1981). Words in two of its articles or more whose interval lies above zero, by z-score; in"
        " simulations up to 8 in a hundred words of outlets that do not differ passed, too."
        + (f" No such word: {style.listed(silent)}." if silent else "")
        + f"{style.more(len(found) - len(shown), 'outlet')} {style.seeded(settings)}"
    )
    said = " ".join(
        f"{style.outlet_name(outlet)}: {', '.join(own['word'].head(5))}." for outlet, own in rows.groupby("outlet")
    )
    figure.alt = f"Dots with horizontal lines, {len(shown)} panels of words. {said}"
    figure.table = rows
    return figure
