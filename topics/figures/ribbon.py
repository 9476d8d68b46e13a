"""The theme ribbon: each article's paragraphs in reading order."""

from typing import Any

import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.blocks import PARTS, group_columns, ribbon_blocks
from topics.figures.registry import figure
from topics.figures.rows import Rows, article_rows
from topics.figures.style import Chart
from topics.format import count, percent
from topics.settings import Settings
from topics.tables import UNASSIGNED

_STRIP, _GROUP_STRIP = 0.72, 0.9
"""Height of a strip as a share of its row, for articles and for groups."""
_DIGIT = 0.085
"""Width of a digit in a block, inches."""


@figure("Theme ribbon", methods=("reading", "themes"))
def ribbon(
    themes: pd.DataFrame,
    paragraphs: pd.DataFrame,
    articles: pd.DataFrame,
    profiles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings,
) -> Chart:
    """One strip per article, one block per paragraph: width by words, colour by theme, opacity by score.

    The themes of a paragraph are stacked, the primary theme on top. More than 40 articles are
    grouped: each article is divided into 20 parts of equal length, and a column shows the shares of
    the themes in that part over the articles of the group.
    """
    rows = article_rows(articles, profiles, codebook, settings)
    blocks = ribbon_blocks(themes, paragraphs[paragraphs["article_id"].isin(rows.row_of.index)], codebook)
    used = set(themes.loc[themes["assigned"], "theme"])
    names = [name for name in codebook.names if name in used] + [UNASSIGNED]
    blocks = _of_groups(blocks, rows, names) if rows.grouped else _of_articles(blocks, rows)
    palette = style.theme_colours(codebook)
    width = style.page_width(settings)
    number = {name: str(i) for i, name in enumerate(codebook.names, start=1)}
    legend = {name: f"{number.get(name, '')} {labels.truncate(codebook.labels[name], 1.8)}".strip() for name in names}
    # as many legend columns as fit beside each other
    columns = max(1, min(6, len(names), int(width / (0.42 + labels.widest([*legend.values()])))))
    legend_height = 0.16 * -(-len(names) // columns)
    row_height = 0.42 if rows.grouped else 0.24
    chart, axes = layout.one_panel(settings, 0.62 + legend_height + row_height * len(rows.labels))
    for name in names:
        own = blocks[blocks["theme"] == name]
        patches = [Rectangle((b.left, b.top), b.width, b.height) for b in own.itertuples()]
        colours = [(*to_rgb(palette[name]), opacity) for opacity in own["opacity"]]
        axes.add_collection(PatchCollection(patches, facecolors=colours, linewidths=0))
    if rows.grouped:
        longest = 100.0
        axes.set_xlabel("position in the article, per cent of its words")
    else:
        longest = float((blocks["left"] + blocks["width"]).max())
        axes.set_xlabel("words from the start of the article")
        # a white frame around each paragraph, drawn over the layers of its themes
        outlines = blocks.drop_duplicates(["row", "left"])
        patches = [Rectangle((b.left, b.row - _STRIP / 2), b.width, _STRIP) for b in outlines.itertuples()]
        axes.add_collection(PatchCollection(patches, facecolors="none", edgecolors="white", linewidths=0.9))
    axes.set_xlim(0, longest * 1.005)
    layout.label_rows(axes, rows.labels, grid=False)
    # the axes take about 0.62 of the width, the row labels the rest
    words_per_digit = _DIGIT * longest / (width * 0.62)
    _write_numbers(axes, _largest_columns(blocks) if rows.grouped else blocks, number, palette, words_per_digit)
    chart.legend(
        handles=[Patch(facecolor=palette[name], label=label) for name, label in legend.items()],
        loc="outside lower center", ncols=columns, frameon=False, handlelength=1.1, columnspacing=1.2,
    )  # fmt: skip
    if rows.grouped:
        chart.caption = (
            f"Themes over the course of {rows.description}: each article is divided into {PARTS} parts of equal length; a"
            " column shows the share of words per theme in that part."
        )
        strips = "one strip per group"
    else:
        chart.caption = (
            f"Themes of {rows.description} in reading order. Each block is a paragraph; width: number of words, colour and"
            " number: theme, opacity: score. Several themes of a paragraph are stacked, the primary theme on top. Grey: no"
            " theme."
        )
        strips = "one strip per article, one block per paragraph"
    chart.alt = (
        f"{count(len(rows.labels), 'horizontal strip')} of coloured blocks, {strips}. Largest areas:"
        f" {_largest_areas(blocks, codebook)}."
    )
    chart.table = blocks.drop(columns=["top", "height", "opacity"])
    return chart


def _of_articles(blocks: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Positions of the blocks of single articles: the layers of a paragraph are stacked."""
    row = blocks["article_id"].map({key: i for i, key in enumerate(rows.keys)})
    height = _STRIP / blocks["layers"]
    positioned = blocks.assign(row=row, top=row - _STRIP / 2 + blocks["layer"] * height, height=height)
    return positioned[["row", "article_id", "paragraph_id", "left", "width", "theme", "score", "opacity", "top", "height"]]


def _of_groups(blocks: pd.DataFrame, rows: Rows, order: list[str]) -> pd.DataFrame:
    """Positions of the columns of groups: the shares of themes are stacked."""
    columns = group_columns(blocks, rows.row_of, order)
    row = columns["group"].map({key: i for i, key in enumerate(rows.keys)})
    height = _GROUP_STRIP * columns["share"]
    top = row - _GROUP_STRIP / 2 + height.groupby([columns["group"], columns["part"]]).cumsum() - height
    return columns.assign(
        row=row, left=100 * columns["part"] / PARTS, width=100 / PARTS, score=1.0, opacity=1.0, height=height, top=top
    ).drop(columns="part")


def _write_numbers(axes: Any, blocks: pd.DataFrame, number: dict[str, str], palette: dict[str, str], digit: float) -> None:
    """Write the numbers of themes into blocks that are large enough, for readers who cannot tell the colours."""
    for block in blocks.itertuples():
        label = number.get(block.theme, "")
        if not label or block.width < digit * (0.6 + 0.4 * len(label)) or block.height < 0.3:
            continue
        # white digits if the colour, blended with white paper, is dark
        parts = zip((0.299, 0.587, 0.114), to_rgb(palette[block.theme]), strict=True)
        lightness = 1 - block.opacity * (1 - sum(weight * part for weight, part in parts))
        axes.text(
            block.left + block.width / 2, block.top + block.height / 2, label, ha="center", va="center_baseline",
            fontsize=4.6, color="white" if lightness < 0.55 else style.INK,
        )  # fmt: skip


def _largest_columns(blocks: pd.DataFrame) -> pd.DataFrame:
    """For each group and theme, the column in which the theme is largest."""
    return blocks.sort_values(["height", "left"], ascending=[False, True], kind="stable").drop_duplicates(["group", "theme"])


def _largest_areas(blocks: pd.DataFrame, codebook: Codebook) -> str:
    area = (blocks["width"] * blocks["height"]).groupby(blocks["theme"]).sum().sort_values(ascending=False, kind="stable")
    shares = (area / area.sum()).head(3)
    return ", ".join(f"{codebook.labels[str(name)]} {percent(share)} %" for name, share in shares.items())
