"""The tree of topics."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings

_MOST_LEAVES = 50


def hierarchy(
    topic_hierarchy: pd.DataFrame, topics: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """Topics as leaves, joined where their vectors are near.

    Parameters
    ----------
    topic_hierarchy, topics
        The tables of the same names.
    codebook
        A topic has the colour of the theme that it overlaps most, grey if none.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    if topic_hierarchy.empty:
        return style.nothing("No tree to draw: there are fewer than two topics.", settings)
    merges = {row.parent_id: row for row in topic_hierarchy.itertuples()}
    named: dict[int, Any] = {row.topic_id: row for row in topics.itertuples()}
    opened = set(sorted(merges)[1 - _MOST_LEAVES :])
    place: dict[int, tuple[float, float]] = {}
    leaves: list[int] = []
    room, of_theme = (2.6, 1.3) if settings.figures.columns == 2 else (1.3, 0.8)
    with style.context():
        palette = style.colours(codebook)
        count = min(len(merges) + 1, _MOST_LEAVES)
        figure = style.chart(style.width(settings), 0.55 + 0.19 * count)
        axes = figure.subplots()
        stack = [max(merges)]
        order: list[int] = []
        while stack:
            node = stack.pop()
            order.append(node)
            if node in opened:
                stack += [merges[node].right_id, merges[node].left_id]
            else:
                place[node] = (0.0, len(leaves))
                leaves.append(node)
        for node in reversed(order):
            if node not in opened:
                continue
            row = merges[node]
            (x, y), (other, below) = place[row.left_id], place[row.right_id]
            axes.plot([x, row.distance, row.distance, other], [y, y, below, below], color="#777777", linewidth=0.8)
            place[node] = (row.distance, (y + below) / 2)
        labels = []
        for at, node in enumerate(leaves):
            topic = named.get(node)
            theme = topic.theme if topic is not None and isinstance(topic.theme, str) else ""
            axes.plot(0, at, "o", color=palette.get(theme, "#777777"), markersize=4, clip_on=False, zorder=3)
            labels.append(
                style.legend_label(topic, room) + style.theme_of(topic, codebook, of_theme)
                if topic is not None
                else f"{style.cut(merges[node].label, room - 0.2)} ({merges[node].size}, several topics)"
            )
        axes.set_yticks(range(len(leaves)), labels)
        axes.yaxis.tick_right()
        axes.tick_params(axis="y", length=0, pad=6)
        axes.set_ylim(len(leaves) - 0.4, -0.6)
        axes.set_xlim(1.03 * max(row.distance for row in merges.values()), 0)
        axes.set_xlabel("distance at which groups join (Ward)" if settings.figures.columns == 2 else "distance")
        style.bare(axes, "bottom")
    figure.caption = (
        f"Tree of {len(merges) + 1} topics (in brackets: paragraphs), joined by Ward's method (Ward 1963) on their mean"
        " vectors: the farther left two branches meet, the less alike they are. Colour, and what follows the brackets:"
        f" its closest theme. {style.seeded(settings)}"
    )
    figure.alt = f"Tree of {len(merges) + 1} topics. Last joined: {_sides(merges, named)}."
    figure.table = topic_hierarchy
    return figure


def _sides(merges: dict[int, Any], named: dict[int, Any]) -> str:
    top = merges[max(merges)]
    return " and ".join((merges.get(side) or named[side]).label for side in (top.left_id, top.right_id))
