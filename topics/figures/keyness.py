"""The words that set an outlet apart from the others."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout
from topics.figures.registry import figure
from topics.figures.style import INK, Chart
from topics.settings import Settings

_MAX_OUTLETS, _MAX_IN_ONE_COLUMN = 9, 4
_WORDS = 12


@figure("Words that set outlets apart", methods=("reading", "keyness"))
def keyness(keyness: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per outlet: its telling words, each log-odds ratio with its interval."""
    double = settings.figures.columns == 2
    counts = articles[articles["n_paragraphs"] > 0].groupby("outlet").size()
    if len(counts) < 2:
        return layout.empty_chart("No words to compare: the articles name fewer than two outlets.")
    if keyness.empty:
        return layout.empty_chart("No word sets an outlet apart: none of those seen in two articles is clearly its own.")
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
        # at the right, so that it may reach over the words at the left of the panel
        layout.outlet_title(axes, outlet, counts[outlet], width, loc="right")
    chart.supxlabel("log-odds ratio against the other outlets", fontsize=7.5)
    without = [labels.outlet_name(name) for name in counts.index if name not in with_words]
    chart.caption = (
        "Words that an outlet (in brackets: articles) uses more than the others: log-odds ratio with a Dirichlet prior (dot;"
        f" Monroe et al. 2008) and its {labels.level(settings)} interval (line; Bayesian bootstrap over"
        " articles, Rubin 1981). Words in two of its articles or more whose interval lies above zero, by z-score; in"
        " simulations up to 8 in a hundred words of outlets that do not differ passed, too."
        + (f" No such word: {labels.listing(without)}." if without else "")
        + labels.left_out(len(with_words) - len(shown), "outlet")
    )
    first_words = " ".join(
        f"{labels.outlet_name(outlet)}: {', '.join(words['word'].head(5))}." for outlet, words in rows.groupby("outlet")
    )
    chart.alt = f"Dots with horizontal lines, {len(shown)} panels of words. {first_words}"
    chart.table = rows
    return chart
