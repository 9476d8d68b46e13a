"""Words that are distinctive of an outlet."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout
from topics.figures.registry import figure
from topics.figures.style import INK, Chart
from topics.settings import Settings

_MAX_OUTLETS, _MAX_IN_ONE_COLUMN = 9, 4
_WORDS = 12


@figure("Distinctive words per outlet", methods=("reading", "keyness"))
def keyness(keyness: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per outlet: its distinctive words, with log-odds ratios and intervals."""
    double = settings.figures.columns == 2
    counts = articles[articles["n_paragraphs"] > 0].groupby("outlet").size()
    if len(counts) < 2:
        return layout.empty_chart("No comparison of words: the articles have fewer than two outlets.")
    if keyness.empty:
        return layout.empty_chart("No distinctive words: no word in at least two articles has an interval above zero.")
    # outlets without distinctive words get no panel; the caption lists them
    with_words = [name for name in counts.index if name in set(keyness["outlet"])]
    largest = sorted(with_words, key=lambda name: (-counts[name], name))
    shown = sorted(largest[: _MAX_OUTLETS if double else _MAX_IN_ONE_COLUMN])
    rows = keyness[keyness["outlet"].isin(shown) & (keyness["rank"] <= _WORDS)]
    n_rows = int(rows.groupby("outlet").size().max())
    chart, grid = layout.panels(len(shown), settings, 0.55 + 0.15 * n_rows, most=3 if double else 1, share_rows=False)
    width = chart.get_figwidth() / grid[0].get_gridspec().ncols - 0.2
    for axes, outlet in zip(grid, shown, strict=True):
        words = rows[rows["outlet"] == outlet]
        axes.hlines(range(len(words)), words["low"], words["high"], color="#9aa3ab", linewidth=1.6)
        axes.plot(words["log_odds"], range(len(words)), "o", color=INK, markersize=3)
        layout.label_rows(axes, [labels.truncate(word, 1.3 if double else 1.6) for word in words["word"]])
        axes.set_ylim(n_rows - 0.4, -0.6)
        axes.set_xlim(0, 1.04 * float(rows["high"].max()))
        # aligned right, so that a long title extends over the labels at the left of the panel
        layout.outlet_title(axes, outlet, counts[outlet], width, loc="right")
    chart.supxlabel("log-odds ratio relative to the other outlets", fontsize=7.5)
    without = [labels.outlet_name(name) for name in counts.index if name not in with_words]
    chart.caption = (
        "Words that an outlet (number of articles in brackets) uses more than the others: log-odds ratio with a Dirichlet"
        f" prior (dot; Monroe et al. 2008) and its {labels.level(settings)} interval (line; Bayesian bootstrap over"
        " articles, Rubin 1981). Included: words in at least two of its articles whose interval lies above zero, by"
        " z-score; in simulations, up to 8 in 100 words met this criterion where outlets did not differ."
        + (f" No such words: {labels.listing(without)}." if without else "")
        + labels.left_out(len(with_words) - len(shown), "outlet")
    )
    first_words = " ".join(
        f"{labels.outlet_name(outlet)}: {', '.join(words['word'].head(5))}." for outlet, words in rows.groupby("outlet")
    )
    chart.alt = f"Dot plots with intervals, {len(shown)} panels of words. {first_words}"
    chart.table = rows
    return chart
