"""The tree of topics."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import DARK_GREY, Chart
from topics.settings import Settings

_MAX_LEAVES = 50


@figure("How the topics belong together", methods=("reading", "topics", "hierarchy"))
def hierarchy(topic_hierarchy: pd.DataFrame, topics: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Topics as leaves, joined where their vectors are near; a topic has the colour of its closest theme."""
    if topic_hierarchy.empty:
        return layout.empty_chart("No tree to draw: there are fewer than two topics.")
    merges: dict[int, Any] = {row.parent_id: row for row in topic_hierarchy.itertuples()}
    topic_by_id: dict[int, Any] = {row.topic_id: row for row in topics.itertuples()}
    # ids of merges rise with the distance: the last ones are opened, older groups are leaves
    opened = set(sorted(merges)[1 - _MAX_LEAVES :])
    double = settings.figures.columns == 2
    width, theme_width = (2.6, 1.3) if double else (1.3, 0.8)
    palette = style.theme_colours(codebook)
    chart, axes = layout.one_panel(settings, 0.55 + 0.19 * min(len(merges) + 1, _MAX_LEAVES))
    # a stack rather than recursion: a tree may be as deep as it has topics
    stack, order, leaves = [max(merges)], [], []
    while stack:
        node = stack.pop()
        order.append(node)
        if node in opened:
            stack += [merges[node].right_id, merges[node].left_id]
        else:
            leaves.append(node)
    position = {node: (0.0, float(y)) for y, node in enumerate(leaves)}
    for node in reversed(order):
        if node in opened:
            merge = merges[node]
            (x, y), (other_x, other_y) = position[merge.left_id], position[merge.right_id]
            axes.plot([x, merge.distance, merge.distance, other_x], [y, y, other_y, other_y], color=DARK_GREY, linewidth=0.8)
            position[node] = (merge.distance, (y + other_y) / 2)
    row_labels = []
    for y, node in enumerate(leaves):
        colour = DARK_GREY
        if topic := topic_by_id.get(node):
            colour = style.topic_colour(topic, palette)
            label = labels.topic_with_theme(topic, codebook, width, theme_width)
        else:
            label = f"{labels.truncate(merges[node].label, width - 0.2)} ({merges[node].size}, several topics)"
        axes.plot(0, y, "o", color=colour, markersize=4, clip_on=False, zorder=3)
        row_labels.append(label)
    layout.label_rows(axes, row_labels, grid=False)
    axes.yaxis.tick_right()
    axes.tick_params(axis="y", length=0, pad=6)
    axes.set_xlim(1.03 * max(merge.distance for merge in merges.values()), 0)
    axes.set_xlabel("distance at which groups join (Ward)" if double else "distance")
    n_topics = len(merges) + 1
    chart.caption = (
        f"Tree of {n_topics} topics (in brackets: paragraphs), joined by Ward's method (Ward 1963) on their mean"
        " vectors: the farther left two branches meet, the less alike they are. Colour, and what follows the brackets:"
        " its closest theme."
    )
    last = merges[max(merges)]
    sides = [(merges.get(node) or topic_by_id[node]).label for node in (last.left_id, last.right_id)]
    chart.alt = f"Tree of {n_topics} topics. Last joined: {' and '.join(sides)}."
    chart.table = topic_hierarchy
    return chart
