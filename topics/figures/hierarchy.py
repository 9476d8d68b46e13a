"""The hierarchy of topics, as a dendrogram."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import DARK_GREY, Chart
from topics.settings import Settings

_MAX_LEAVES = 50


@figure("Topic hierarchy", methods=("reading", "topics", "hierarchy"))
def hierarchy(topic_hierarchy: pd.DataFrame, topics: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Topics as leaves, merged by the distance of their vectors, in the colour of the closest theme."""
    if topic_hierarchy.empty:
        return layout.empty_chart("No hierarchy: there are fewer than two topics.")
    merges: dict[int, Any] = {row.parent_id: row for row in topic_hierarchy.itertuples()}
    topic_by_id: dict[int, Any] = {row.topic_id: row for row in topics.itertuples()}
    # ids of merges increase with distance: the last merges are drawn, earlier ones are shown as single leaves
    expanded = set(sorted(merges)[1 - _MAX_LEAVES :])
    double = settings.figures.columns == 2
    width, theme_width = (2.6, 1.3) if double else (1.3, 0.8)
    palette = style.theme_colours(codebook)
    chart, axes = layout.one_panel(settings, 0.55 + 0.19 * min(len(merges) + 1, _MAX_LEAVES))
    # a stack instead of recursion: the tree may be as deep as the number of topics
    stack, order, leaves = [max(merges)], [], []
    while stack:
        node = stack.pop()
        order.append(node)
        if node in expanded:
            stack += [merges[node].right_id, merges[node].left_id]
        else:
            leaves.append(node)
    position = {node: (0.0, float(y)) for y, node in enumerate(leaves)}
    for node in reversed(order):
        if node in expanded:
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
    axes.set_xlabel("merge distance (Ward)" if double else "distance")
    n_topics = len(merges) + 1
    chart.caption = (
        f"Hierarchical clustering of {n_topics} topics (number of paragraphs in brackets) by Ward's method (Ward 1963) on"
        " their mean vectors: the farther left two branches merge, the less similar they are. Colour and text after the"
        " brackets: closest theme."
    )
    last = merges[max(merges)]
    sides = [(merges.get(node) or topic_by_id[node]).label for node in (last.left_id, last.right_id)]
    chart.alt = f"Dendrogram of {n_topics} topics. Last merge: {' and '.join(sides)}."
    chart.table = topic_hierarchy
    return chart
