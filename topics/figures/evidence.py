"""The strongest supporting sentence of each theme."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import count
from topics.settings import Settings

_MAX_LINES, _SIZE = 4, 6.6
_LINE = 0.125
"""Height of a line of text, inches."""
_WEIGHTS = ("bold", "normal", "normal")


@figure("Supporting sentences", methods=("reading", "themes"), shows_text=True)
def evidence(
    themes: pd.DataFrame, paragraphs: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings
) -> Chart:
    """A table: theme, sentence, source, score."""
    assigned = themes[themes["assigned"] & (themes["evidence"] != "")]
    best = assigned.sort_values(["score", "paragraph_id"], ascending=[False, True], kind="stable").drop_duplicates("theme")
    # themes without an assigned paragraph have no row
    best = best.set_index("theme", drop=False)
    names = [name for name in codebook.names if name in best.index]
    if not names:
        return layout.empty_chart("No supporting sentences: no paragraph has a theme, or the run contains no texts.")
    best = best.loc[names, ["theme", "paragraph_id", "score", "evidence"]]
    article_of = paragraphs.set_index("paragraph_id")["article_id"]
    by_id = articles.set_index("article_id", drop=False)
    columns = (1.2, 4.15, 1.45) if settings.figures.columns == 2 else (0.85, 1.5, 0.8)
    cells = []
    for row in best.itertuples():
        source = labels.article_label(by_id.loc[article_of[row.paragraph_id]], settings, _SIZE)
        quote = f"“{' '.join(row.evidence.split())}”"
        texts = (f"{codebook.labels[row.theme]} {row.score:.2f}", quote, source)
        cells.append(
            [
                labels.wrap(text, 0.97 * width, _MAX_LINES, _SIZE, weight)
                for text, width, weight in zip(texts, columns, _WEIGHTS, strict=True)
            ]
        )
    heights = [max(len(text.split("\n")) for text in row) * _LINE + 0.09 for row in cells]
    palette = style.theme_colours(codebook)
    chart, axes = layout.one_panel(settings, sum(heights) + 0.25)
    axes.axis("off")
    gap = (style.page_width(settings) - 0.1 - sum(columns)) / 3
    lefts = [gap + sum(columns[:i]) + i * gap for i in range(3)]
    axes.set_xlim(0, sum(columns) + 3 * gap)
    axes.set_ylim(sum(heights), 0)
    top = 0.0
    for name, row, height in zip(names, cells, heights, strict=True):
        axes.axhline(top, color="#dddddd", linewidth=0.6)
        # a bar in the theme's colour at the left; axvspan takes heights as shares of the axes, from the bottom
        bottom = 1 - (top + height) / sum(heights)
        axes.axvspan(0, 0.04, bottom, 1 - top / sum(heights), color=palette[name], linewidth=0)
        for left, text, weight in zip(lefts, row, _WEIGHTS, strict=True):
            axes.text(left, top + 0.05, text, va="top", fontsize=_SIZE, fontweight=weight, linespacing=1.25)
        top += height
    chart.caption = (
        f"Strongest supporting sentence for {count(len(names), 'theme')}, from the paragraph with the highest score"
        " (probability calibrated on the corpus), and its article."
    )
    quoted = labels.listing([codebook.labels[name] for name in names])
    chart.alt = f"Table of {count(len(names), 'quotation')}, one per theme: {quoted}."
    chart.table = best.reset_index(drop=True)
    return chart
