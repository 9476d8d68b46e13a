"""The sentence that speaks most for each theme."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings

_LINES, _SIZE = 4, 6.6
_LINE = 0.125
"""Inches of a line of text."""


def evidence(
    themes: pd.DataFrame,
    paragraphs: pd.DataFrame,
    articles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings | None = None,
) -> style.Chart:
    """A table: theme, sentence, source, score.

    Parameters
    ----------
    themes, paragraphs, articles
        The tables of the same names.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    assigned = themes[themes["assigned"] & (themes["evidence"] != "")]
    best = assigned.sort_values(["score", "paragraph_id"], ascending=[False, True], kind="stable")
    best = best.drop_duplicates("theme").set_index("theme")
    names = [name for name in codebook.names if name in best.index]
    if not names:
        return style.nothing(
            "No evidence to show: no paragraph has a theme, or the run was published without texts.", settings
        )
    source = paragraphs.set_index("paragraph_id")["article_id"]
    known = articles.set_index("article_id", drop=False)
    double = settings.figures.columns == 2
    columns = (1.2, 4.15, 1.45) if double else (0.85, 1.5, 0.8)
    cells, rows = [], []
    for name in names:
        row = best.loc[name]
        article = source[row["paragraph_id"]]
        where = style.article_label(known.loc[article], settings, _SIZE)
        texts = (f"{codebook.labels[name]} {row['score']:.2f}", f"“{' '.join(row['evidence'].split())}”", where)
        weights = ("bold", "normal", "normal")
        cells.append(
            [
                style.wrapped(text, 0.97 * room, _LINES, _SIZE, weight)
                for text, room, weight in zip(texts, columns, weights, strict=True)
            ]
        )
        rows.append({"theme": name, "paragraph_id": row["paragraph_id"], "score": row["score"], "evidence": row["evidence"]})
    heights = [max(len(text.split("\n")) for text in row) * _LINE + 0.09 for row in cells]
    with style.context():
        palette = style.colours(codebook)
        figure = style.chart(style.width(settings), sum(heights) + 0.25)
        axes = figure.subplots()
        axes.axis("off")
        gap = (style.width(settings) - 0.1 - sum(columns)) / 3
        at = [gap + sum(columns[:i]) + i * gap for i in range(3)]
        axes.set_xlim(0, sum(columns) + 3 * gap)
        axes.set_ylim(sum(heights), 0)
        top = 0.0
        for name, row, height in zip(names, cells, heights, strict=True):
            axes.axhline(top, color="#dddddd", linewidth=0.6)
            axes.axvspan(
                0, 0.04, 1 - (top + height) / sum(heights), 1 - top / sum(heights), color=palette[name], linewidth=0
            )
            for x, text, weight in zip(at, row, ("bold", "normal", "normal"), strict=True):
                axes.text(x, top + 0.05, text, va="top", fontsize=_SIZE, fontweight=weight, linespacing=1.25)
            top += height
    figure.caption = (
        f"For {len(names)} themes the sentence that speaks most for it, in the paragraph with the highest score: article and"
        f" score (probability, calibrated on the corpus). {style.seeded(settings)}"
    )
    figure.alt = (
        f"Table of {len(names)} quotations, one per theme: {style.listed([codebook.labels[name] for name in names])}."
    )
    figure.table = pd.DataFrame(rows)
    return figure
