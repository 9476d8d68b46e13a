"""Co-occurrence of themes in paragraphs."""

import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.settings import Settings


@figure("Theme co-occurrence", methods=("reading", "themes", "co_occurrence"))
def co_occurrence(co_occurrence: pd.DataFrame, paragraphs: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Themes by themes: the number of paragraphs with both, and its ratio to the number expected by chance."""
    names = codebook.names
    if len(names) < 2:
        return layout.empty_chart("No co-occurrence: the codebook has fewer than two themes.")
    index = {name: i for i, name in enumerate(names)}
    count, lift = np.zeros((len(names), len(names)), dtype=int), np.full((len(names), len(names)), np.nan)
    significant = np.zeros_like(count, dtype=bool)
    for pair in co_occurrence.itertuples():
        # each pair has one row of the table and one cell below the diagonal
        a, b = sorted((index[pair.theme], index[pair.other]))
        count[b, a], lift[b, a] = pair.n, pair.lift
        significant[b, a] = pair.low > 1 or pair.high < 1
    chart, axes = layout.one_panel(settings, 1.2 + 0.26 * len(names))
    # white where the interval includes 1; masked above the diagonal and where a theme never occurs
    shades = np.where(significant, np.log2(np.clip(lift, 1 / 8, 8)), np.where(np.isnan(lift), np.nan, 0.0))
    image = axes.imshow(
        np.ma.masked_invalid(shades), cmap="PuOr_r", norm=TwoSlopeNorm(0, -3, 3), aspect="auto", interpolation="none"
    )
    themes = [labels.truncate(codebook.labels[name], 1.3) for name in names]
    widest_number = labels.text_width(str(count.max()), 6.5, "bold")
    numbered = layout.cell_width(axes, themes[1:], themes[:-1]) > widest_number
    for b in range(len(names) if numbered else 0):
        for a in range(b):
            # white numbers on dark cells
            dark = np.isfinite(shades[b, a]) and abs(shades[b, a]) > 1.7
            axes.text(
                a, b, str(count[b, a]), ha="center", va="center", fontsize=6.5, color="white" if dark else style.INK,
                fontweight="bold" if significant[b, a] else "normal",
            )  # fmt: skip
    layout.label_columns(axes, themes[:-1], below=True)
    axes.set_yticks(range(1, len(names)), themes[1:])
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 0.5, 0.5)
    axes.tick_params(length=0)
    layout.hide_spines(axes)
    bar = layout.colorbar(image, axes, "observed / expected by chance", location="top", ticks=range(-3, 4))
    bar.ax.set_xticklabels(["⅛", "¼", "½", "1", "2", "4", "8"])
    if numbered:
        shown, coloured = f"Number of paragraphs (of {len(paragraphs)}) with both themes", "coloured and bold"
    else:
        shown, coloured = f"Co-occurrence of themes in {len(paragraphs)} paragraphs", "coloured"
    chart.caption = (
        f"{shown}. Colour: ratio to the number expected by chance from the frequencies of the two themes; {coloured} only"
        f" where the {labels.level(settings)} interval of the ratio excludes 1 (the wider of a Bayesian bootstrap over"
        " articles, Rubin 1981, and the exact interval of a count, Garwood 1936)."
    )
    above = co_occurrence[co_occurrence["low"] > 1].sort_values(["lift", "theme", "other"], ascending=[False, True, True])
    strongest = "; ".join(
        f"{codebook.labels[row.theme]} with {codebook.labels[row.other]}, {row.n} paragraphs,"
        f" {row.lift:.1f} times the expected number"
        for row in above.head(3).itertuples()
    )
    chart.alt = (
        f"Triangular heat map of {len(names)} by {len(names)} themes. More than expected by chance: {strongest or 'none'}."
    )
    chart.table = co_occurrence
    return chart
