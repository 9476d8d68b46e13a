"""The topic map: a two-dimensional projection of the paragraphs."""

import pandas as pd
from matplotlib.lines import Line2D

from topics.codebook import Codebook
from topics.figures import labels, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import TRUSTED, count, is_unstable, topic_label
from topics.settings import Settings

_MAX_NUMBERED = 14
_OUTLIERS = "#c4c4c4"


@figure("Topic map", methods=("reading", "topics", "stability"))
def topic_map(
    topic_map: pd.DataFrame,
    paragraph_topics: pd.DataFrame,
    topics: pd.DataFrame,
    codebook: Codebook,
    settings: Settings,
) -> Chart:
    """Paragraphs in two dimensions, in the colour of their topic's closest theme, with the number at its median."""
    double = settings.figures.columns == 2
    width, theme_width = (1.75, 1.0) if double else (2.0, 1.1)
    points = topic_map.merge(paragraph_topics, on="paragraph_id")
    palette = style.theme_colours(codebook)
    chart = style.new_chart(style.page_width(settings), 3.6 if double else 5.6)
    if double:
        axes, key = chart.subplots(1, 2, width_ratios=[1.45, 1])
    else:
        axes, key = chart.subplots(2, 1, height_ratios=[1.5, 1])
    outliers = points[points["topic_id"] < 0]
    # smaller dots for many paragraphs, which would otherwise overlap
    size = 14 if len(points) < 600 else 4
    axes.scatter(outliers["x"], outliers["y"], s=size * 0.6, color=_OUTLIERS, linewidths=0)
    named = list(topics[topics["topic_id"] >= 0].itertuples())
    # more numbers than this would not fit into the legend
    numbered = named[:_MAX_NUMBERED]
    for topic in named:
        own = points[points["topic_id"] == topic.topic_id]
        colour = style.topic_colour(topic, palette)
        if is_unstable(topic.stability):
            axes.scatter(own["x"], own["y"], s=size, facecolors="none", edgecolors=colour, alpha=0.9, linewidths=0.6)
        else:
            axes.scatter(own["x"], own["y"], s=size, color=colour, alpha=0.8, linewidths=0)
    handles = []
    for topic in numbered:
        own = points[points["topic_id"] == topic.topic_id]
        circle = {"boxstyle": "circle,pad=0.22", "facecolor": "white", "edgecolor": style.INK, "linewidth": 0.5}
        axes.text(
            own["x"].median(), own["y"].median(), str(topic.topic_id), ha="center", va="center", fontsize=7,
            fontweight="bold", bbox=circle,
        )  # fmt: skip
        label = labels.topic_with_theme(topic, codebook, width, theme_width)
        fill = "none" if is_unstable(topic.stability) else None
        handles.append(_dot(4.5, style.topic_colour(topic, palette), label, fill))
    if len(outliers):
        handles.append(_dot(3.5, _OUTLIERS, f"outliers ({len(outliers)})"))
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal", adjustable="datalim")
    key.axis("off")
    key.legend(handles=handles, loc="center left", frameon=False, handletextpad=0.3, labelspacing=0.65, borderaxespad=0)
    n_more, total = len(named) - len(numbered), len(paragraph_topics)
    drawn = f"{len(points)} paragraphs" + (f" of {total}" if total > len(points) else "")
    more = f" Smaller topics are not numbered ({n_more})." if n_more else ""
    chart.caption = (
        f"Two-dimensional projection of {drawn} (UMAP, McInnes et al. 2018) with {count(len(named), 'topic')} and"
        f" {count(len(outliers), 'outlier')} (paragraphs without a topic). Colour and text after the brackets: closest"
        f" theme. Hollow, labelled unstable: stability below {TRUSTED}. Nearby paragraphs are similar; the axes and the"
        f" distances between clusters have no meaning.{more}"
    )
    chart.alt = f"Scatter plot of {len(points)} paragraphs in {count(len(named), 'topic')}: " + "; ".join(
        f"{topic.topic_id} {topic_label(topic.label, topic.stability)}" for topic in numbered
    )
    chart.table = points[["paragraph_id", "x", "y", "topic_id"]]
    return chart


def _dot(size: float, colour: str, label: str, fill: str | None = None) -> Line2D:
    return Line2D([], [], marker="o", linestyle="", markersize=size, color=colour, label=label, markerfacecolor=fill)
