"""Which themes are spoken of together."""

import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.settings import Settings


@figure("Themes spoken of together", methods=("reading", "themes", "co_occurrence"))
def co_occurrence(co_occurrence: pd.DataFrame, paragraphs: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Themes by themes: paragraphs that have both, and whether that is more or less than chance."""
    names = codebook.names
    if len(names) < 2:
        return layout.empty_chart("Nothing to compare: the codebook has fewer than two themes.")
    place = {name: i for i, name in enumerate(names)}
    count, lift = np.zeros((len(names), len(names)), dtype=int), np.full((len(names), len(names)), np.nan)
    clear = np.zeros_like(count, dtype=bool)
    for pair in co_occurrence.itertuples():
        a, b = sorted((place[pair.theme], place[pair.other]))
        count[b, a], lift[b, a] = pair.n, pair.lift
        clear[b, a] = pair.low > 1 or pair.high < 1
    chart, axes = layout.one_panel(settings, 1.2 + 0.26 * len(names))
    # white where the interval includes chance; empty above the diagonal and where a theme never occurs
    shades = np.where(clear, np.log2(np.clip(lift, 1 / 8, 8)), np.where(np.isnan(lift), np.nan, 0.0))
    image = axes.imshow(
        np.ma.masked_invalid(shades), cmap="PuOr_r", norm=TwoSlopeNorm(0, -3, 3), aspect="auto", interpolation="none"
    )
    themes = [labels.truncate(codebook.labels[name], 1.3) for name in names]
    widest_number = labels.text_width(str(count.max()), 6.5, "bold")
    numbered = layout.cell_width(axes, themes[1:], themes[:-1]) > widest_number
    for b in range(len(names) if numbered else 0):
        for a in range(b):
            dark = np.isfinite(shades[b, a]) and abs(shades[b, a]) > 1.7
            axes.text(
                a, b, str(count[b, a]), ha="center", va="center", fontsize=6.5, color="white" if dark else style.INK,
                fontweight="bold" if clear[b, a] else "normal",
            )  # fmt: skip
    layout.label_columns(axes, themes[:-1], below=True)
    axes.set_yticks(range(1, len(names)), themes[1:])
    axes.set_xlim(-0.5, len(names) - 1.5)
    axes.set_ylim(len(names) - 0.5, 0.5)
    axes.tick_params(length=0)
    layout.hide_spines(axes)
    bar = layout.colorbar(image, axes, "times as often as by chance", location="top", ticks=range(-3, 4))
    bar.ax.set_xticklabels(["⅛", "¼", "½", "1", "2", "4", "8"])
    chart.caption = (
        f"{'Number of paragraphs' if numbered else 'Paragraphs'}, of {len(paragraphs)}, that speak of both themes. Coloured"
        f"{' and bold' if numbered else ''}: clearly more or less than chance, by how many times as often as two themes"
        f" of these frequencies would meet by chance; clearly, because the {labels.level(settings)} interval of that ratio"
        " leaves out 1 (the wider of a Bayesian bootstrap over articles, Rubin 1981, and the exact interval of a count,"
        " Garwood 1936)."
    )
    above = co_occurrence[co_occurrence["low"] > 1].sort_values(["lift", "theme", "other"], ascending=[False, True, True])
    strongest = "; ".join(
        f"{codebook.labels[row.theme]} with {codebook.labels[row.other]}, {row.n} paragraphs, {row.lift:.1f} times chance"
        for row in above.head(3).itertuples()
    )
    chart.alt = (
        f"Triangle of shaded cells, {len(names)} themes by {len(names)} themes. Clearly above chance: {strongest or 'none'}."
    )
    chart.table = co_occurrence
    return chart
