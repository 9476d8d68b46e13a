"""The theme ribbon: each article's paragraphs in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Patch, Rectangle

from topics.codebook import Codebook
from topics.figures import style
from topics.tables import UNASSIGNED

if TYPE_CHECKING:
    import pandas as pd

_PALEST = 0.35


def ribbon(themes: pd.DataFrame, paragraphs: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook) -> style.Chart:
    """One strip per article, one block per paragraph: width by words, colour by theme, opacity by score.

    A paragraph with several themes shows them one above the other, the primary
    theme on top.

    Parameters
    ----------
    themes, paragraphs, articles
        ``themes.csv``, ``paragraphs.csv`` and ``articles.csv``.
    codebook
        Order, labels and colours of the themes.
    """
    with style.context():
        ids, labels, left_out = style.article_rows(articles)
        palette = style.colours(codebook)
        assigned = themes[themes["assigned"]].sort_values(["score", "theme"], ascending=[False, True], kind="stable")
        spoken = {
            paragraph: list(zip(rows["theme"], rows["score"], strict=True))
            for paragraph, rows in assigned.groupby("paragraph_id")
        }
        figure = style.chart(style.DOUBLE, 0.95 + 0.24 * len(ids))
        axes = figure.subplots()
        by_article = dict(list(paragraphs.sort_values("position", kind="stable").groupby("article_id")))
        longest = 1
        for i, article in enumerate(ids):
            left = 0
            for row in by_article[article].itertuples():
                layers = spoken.get(row.paragraph_id) or [(UNASSIGNED, 1.0)]
                for k, (theme, score) in enumerate(layers):
                    height = 0.72 / len(layers)
                    block = Rectangle((left, i - 0.36 + k * height), row.n_words, height)
                    block.set(facecolor=palette[theme], alpha=_PALEST + (1 - _PALEST) * float(score), linewidth=0)
                    axes.add_patch(block)
                axes.add_patch(Rectangle((left, i - 0.36), row.n_words, 0.72, fill=False, edgecolor="white", linewidth=0.9))
                left += row.n_words
            longest = max(longest, left)
        axes.set_xlim(0, longest * 1.005)
        axes.set_ylim(len(ids) - 0.4, -0.6)
        axes.set_yticks(range(len(ids)), labels)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("words from the start of the article")
        style.bare(axes, "bottom")
        used = set(assigned["theme"])
        names = [name for name in codebook.names if name in used] + [UNASSIGNED]
        entry = 0.4 + 0.062 * max(len(codebook.labels[name]) for name in names)  # inches of the widest legend entry
        figure.legend(
            handles=[Patch(facecolor=palette[name], label=codebook.labels[name]) for name in names],
            loc="outside lower center",
            ncols=max(1, min(6, len(names), int(style.DOUBLE / entry))),
            frameon=False,
            handlelength=1.1,
            columnspacing=1.2,
        )
    figure.caption = (
        f"Themes of {len(ids)} articles in reading order. Each block is a paragraph, as wide as it has words; its colour is"
        " its theme, the stronger the higher the score; several themes share a block, the primary one on top; grey has none."
        f"{style.left_out_note(left_out)}"
    )
    figure.alt = f"{len(ids)} horizontal strips of coloured blocks, one strip per article, one block per paragraph."
    return figure
