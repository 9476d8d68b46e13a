"""Which themes are spoken of together."""

import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings


def co_occurrence(
    co_occurrence: pd.DataFrame, paragraphs: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """Themes by themes: paragraphs that have both, and whether that is more or less than chance.

    Parameters
    ----------
    co_occurrence, paragraphs
        The tables of the same names.
    codebook
        Order and labels of the themes.
    settings
        Of the run: interval, seed, width.
    """
    settings = settings or Settings()
    names = codebook.names
    if len(names) < 2:
        return style.nothing("Nothing to compare: the codebook has fewer than two themes.", settings)
    place = {name: i for i, name in enumerate(names)}
    count, lift = np.zeros((len(names), len(names)), dtype=int), np.full((len(names), len(names)), np.nan)
    clear = np.zeros_like(count, dtype=bool)
    for row in co_occurrence.itertuples():
        a, b = sorted((place[row.theme], place[row.other]))
        count[b, a], lift[b, a] = row.n, row.lift
        clear[b, a] = row.low > 1 or row.high < 1
    with style.context():
        figure = style.chart(style.width(settings), 1.2 + 0.26 * len(names))
        axes = figure.subplots()
        shades = np.where(clear, np.log2(np.clip(lift, 1 / 8, 8)), np.where(np.isnan(lift), np.nan, 0.0))
        drawn = axes.imshow(
            np.ma.masked_invalid(shades), cmap="PuOr_r", norm=TwoSlopeNorm(0, -3, 3), aspect="auto", interpolation="none"
        )
        labels = [style.cut(codebook.labels[name], 1.3) for name in names]
        numbered = style.cell(axes, labels[1:], labels[:-1]) > style.inches(str(count.max()), 6.5, "bold")
        for b in range(len(names) if numbered else 0):
            for a in range(b):
                dark = np.isfinite(shades[b, a]) and abs(shades[b, a]) > 1.7
                axes.text(
                    a, b, str(count[b, a]), ha="center", va="center", fontsize=6.5, color="white" if dark else style.INK,
                    fontweight="bold" if clear[b, a] else "normal",
                )  # fmt: skip
        style.slanted(axes, labels[:-1], below=True)
        axes.set_yticks(range(1, len(names)), labels[1:])
        axes.set_xlim(-0.5, len(names) - 1.5)
        axes.set_ylim(len(names) - 0.5, 0.5)
        axes.tick_params(length=0)
        style.bare(axes)
        bar = style.key(drawn, axes, "times as often as by chance", location="top", ticks=range(-3, 4))
        bar.ax.set_xticklabels(["⅛", "¼", "½", "1", "2", "4", "8"])
    level = f"{100 * settings.profiles.level:.0f} %"
    figure.caption = (
        f"{'Number of paragraphs' if numbered else 'Paragraphs'}, of {len(paragraphs)}, that speak of both themes. Coloured"
        f"{' and bold' if numbered else ''}: clearly more or less than chance, by how many times as often as two themes"
        f" of these frequencies would meet by chance; clearly, because the {level} interval of that ratio leaves out 1 (the"
        " wider of a Bayesian bootstrap over articles, Rubin 1981, and the exact interval of a count, Garwood 1936)."
        f" {style.seeded(settings)}"
    )
    known = co_occurrence[co_occurrence["low"] > 1].sort_values(["lift", "theme", "other"], ascending=[False, True, True])
    said = "; ".join(
        f"{codebook.labels[row.theme]} with {codebook.labels[row.other]}, {row.n} paragraphs, {row.lift:.1f} times chance"
        for row in known.head(3).itertuples()
    )
    figure.alt = (
        f"Triangle of shaded cells, {len(names)} themes by {len(names)} themes. Clearly above chance: {said or 'none'}."
    )
    figure.table = co_occurrence
    return figure
