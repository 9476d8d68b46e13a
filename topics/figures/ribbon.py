"""The theme ribbon: each article's paragraphs in reading order."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch, Rectangle

from topics.codebook import Codebook
from topics.figures import style
from topics.figures.rows import Rows
from topics.figures.rows import rows as rows_of
from topics.settings import Settings
from topics.tables import UNASSIGNED

_PALEST = 0.35
_STRIP = 0.72
_PARTS = 20
"""Parts of equal length that many articles are cut into."""
_DIGIT = 0.085
"""Inches that a theme's number needs of its block."""


def ribbon(
    themes: pd.DataFrame,
    paragraphs: pd.DataFrame,
    articles: pd.DataFrame,
    profiles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings | None = None,
) -> style.Chart:
    """One strip per article, one block per paragraph: width by words, colour by theme, opacity by score.

    A paragraph with several themes shows them one above the other, the primary theme on top. More
    than 40 articles are shown by groups: each article is cut into 20 parts of equal length, and a
    column is what the articles of the group speak of in that part.

    Parameters
    ----------
    themes, paragraphs, articles, profiles
        The tables of these names; the last groups many articles.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    rows = rows_of(articles, profiles, codebook, settings)
    assigned = themes[themes["assigned"]].sort_values(["score", "theme"], ascending=[False, True], kind="stable")
    used = set(assigned["theme"])
    names = [name for name in codebook.names if name in used] + [UNASSIGNED]
    number = {name: str(i) for i, name in enumerate(codebook.names, start=1)}
    with style.context():
        palette = style.colours(codebook)
        wide = style.width(settings)
        entries = {name: f"{number.get(name, '')} {style.cut(codebook.labels[name], 1.8)}".strip() for name in names}
        entry = 0.42 + style.widest([*entries.values()])
        columns = max(1, min(6, len(names), int(wide / entry)))
        legend = 0.16 * -(-len(names) // columns)
        figure = style.chart(wide, 0.62 + legend + (0.42 if rows.grouped else 0.24) * len(rows.labels))
        axes = figure.subplots()
        blocks = _columns(assigned, paragraphs, rows, names) if rows.grouped else _strips(assigned, paragraphs, rows)
        for name in names:
            own = blocks[blocks["theme"] == name]
            patches = [Rectangle((b.left, b.top), b.width, b.height) for b in own.itertuples()]
            colours = [(*to_rgb(palette[name]), opacity) for opacity in _PALEST + (1 - _PALEST) * own["score"]]
            axes.add_collection(PatchCollection(patches, facecolors=colours, linewidths=0))
        longest = 100.0 if rows.grouped else float((blocks["left"] + blocks["width"]).max())
        if not rows.grouped:
            edges = blocks.drop_duplicates(["row", "left"])
            patches = [Rectangle((b.left, b.row - _STRIP / 2), b.width, _STRIP) for b in edges.itertuples()]
            axes.add_collection(PatchCollection(patches, facecolors="none", edgecolors="white", linewidths=0.9))
        axes.set_xlim(0, longest * 1.005)
        axes.set_ylim(len(rows.labels) - 0.4, -0.6)
        axes.set_yticks(range(len(rows.labels)), rows.labels)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(
            "place in the article, per cent of its words" if rows.grouped else "words from the start of the article"
        )
        style.bare(axes, "bottom")
        _write_numbers(axes, _first(blocks) if rows.grouped else blocks, number, palette, _DIGIT * longest / (wide * 0.62))
        figure.legend(
            handles=[Patch(facecolor=palette[name], label=label) for name, label in entries.items()],
            loc="outside lower center",
            ncols=columns,
            frameon=False,
            handlelength=1.1,
            columnspacing=1.2,
        )
    figure.caption = (
        f"What {rows.said} speak of as they go on: each is cut into {_PARTS} parts of equal length; a column is the share of"
        f" words per theme in that part. {style.seeded(settings)}"
        if rows.grouped
        else f"Themes of {rows.said} in reading order. Each block is a paragraph, as wide as it has words; its colour and"
        " number are its theme, the stronger the higher the score; several themes share a block, the primary one on top;"
        f" grey has none. {style.seeded(settings)}"
    )
    count = len(rows.labels)
    said = "one strip per group" if rows.grouped else "one strip per article, one block per paragraph"
    figure.alt = (
        f"{count} horizontal strip{'s' if count != 1 else ''} of coloured blocks, {said}. {_leading(blocks, rows, codebook)}"
    )
    figure.table = blocks.drop(columns=["top", "height"])
    return figure


def _strips(assigned: pd.DataFrame, paragraphs: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """Blocks of single articles: row, left and width in words, theme, score."""
    shown = paragraphs[paragraphs["article_id"].isin(rows.of.index)].sort_values(["article_id", "position"], kind="stable")
    shown = shown.assign(left=shown.groupby("article_id")["n_words"].cumsum() - shown["n_words"])
    joined = shown.merge(assigned[["paragraph_id", "theme", "score"]], on="paragraph_id", how="left")
    joined = joined.fillna({"theme": UNASSIGNED, "score": 1.0})
    layers = joined.groupby("paragraph_id")["theme"].transform("size")
    layer = joined.groupby("paragraph_id").cumcount()
    row = joined["article_id"].map({key: i for i, key in enumerate(rows.keys)})
    height = _STRIP / layers
    return pd.DataFrame(
        {
            "row": row, "article_id": joined["article_id"], "paragraph_id": joined["paragraph_id"], "left": joined["left"],
            "width": joined["n_words"], "theme": joined["theme"], "score": joined["score"].astype(float),
            "top": row - _STRIP / 2 + layer * height, "height": height,
        }
    )  # fmt: skip


def _columns(assigned: pd.DataFrame, paragraphs: pd.DataFrame, rows: Rows, order: list[str]) -> pd.DataFrame:
    """Blocks of groups of articles: shares of words per theme in each part of them."""
    shown = paragraphs[paragraphs["article_id"].isin(rows.of.index)].sort_values(["article_id", "position"], kind="stable")
    end = shown.groupby("article_id")["n_words"].cumsum()
    whole = shown.groupby("article_id")["n_words"].transform("sum").clip(lower=1)
    start, stop = ((end - shown["n_words"]) / whole).to_numpy(), (end / whole).to_numpy()
    edges = np.arange(_PARTS + 1) / _PARTS
    held = (
        np.clip(np.minimum(stop[:, None], edges[1:]) - np.maximum(start[:, None], edges[:-1]), 0, None)
        * whole.to_numpy()[:, None]
    )
    parts = pd.DataFrame(held, index=shown["paragraph_id"])
    joined = shown[["paragraph_id", "article_id"]].merge(assigned[["paragraph_id", "theme"]], on="paragraph_id", how="left")
    joined = joined.fillna({"theme": UNASSIGNED})
    layers = joined.groupby("paragraph_id")["theme"].transform("size").to_numpy()
    values = parts.loc[joined["paragraph_id"]].to_numpy() / layers[:, None]
    frame = pd.DataFrame(values).groupby([joined["article_id"].map(rows.of), joined["theme"]]).sum()
    totals = frame.groupby(level=0).sum()
    long = (
        frame.div(totals, level=0).fillna(0.0).stack().rename_axis(["group", "theme", "part"]).rename("share").reset_index()
    )
    names = {name: i for i, name in enumerate(order)}
    long = long.sort_values(
        ["group", "part", "theme"], key=lambda c: c.map(names) if c.name == "theme" else c, kind="stable"
    )
    row = long["group"].map({key: i for i, key in enumerate(rows.keys)})
    height = 0.9 * long["share"]
    return long.assign(
        row=row, left=100 * long["part"] / _PARTS, width=100 / _PARTS, score=1.0, height=height,
        top=row - 0.45 + height.groupby([long["group"], long["part"]]).cumsum() - height,
    ).drop(columns="part")  # fmt: skip


def _write_numbers(axes: Any, blocks: pd.DataFrame, number: dict[str, str], palette: dict[str, str], needed: float) -> None:
    """Write the numbers of themes into the blocks that have room, for readers who do not see the colours."""
    for block in blocks.itertuples():
        label = number.get(block.theme, "")
        if not label or block.width < needed * (0.6 + 0.4 * len(label)) or block.height < 0.3:
            continue
        dark = sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), to_rgb(palette[block.theme]), strict=True))
        strength = _PALEST + (1 - _PALEST) * block.score
        axes.text(
            block.left + block.width / 2, block.top + block.height / 2, label, ha="center", va="center_baseline",
            fontsize=4.6, color="white" if 1 - strength * (1 - dark) < 0.55 else style.INK,
        )  # fmt: skip


def _first(blocks: pd.DataFrame) -> pd.DataFrame:
    """Of the columns of a group, the one where a theme is largest."""
    return blocks.sort_values(["height", "left"], ascending=[False, True], kind="stable").drop_duplicates(["group", "theme"])


def _leading(blocks: pd.DataFrame, rows: Rows, codebook: Codebook) -> str:
    size = blocks["width"] * blocks["height"]
    share = size.groupby(blocks["theme"]).sum().sort_values(ascending=False, kind="stable") / size.sum()
    return (
        "Most of the area: "
        + ", ".join(f"{codebook.labels[str(name)]} {100 * part:.0f} %" for name, part in share.head(3).items())
        + "."
    )
