"""The map of topics: paragraphs that say alike things lie together."""

import pandas as pd
from matplotlib.lines import Line2D

from topics.codebook import Codebook
from topics.figures import style
from topics.format import TRUSTED, is_unstable, topic_label
from topics.settings import Settings

_MOST_NAMED = 14


def topic_map(
    topic_map: pd.DataFrame,
    paragraph_topics: pd.DataFrame,
    topics: pd.DataFrame,
    codebook: Codebook,
    settings: Settings | None = None,
) -> style.Chart:
    """Paragraphs in two dimensions, numbered by topic at the topic's middle.

    Parameters
    ----------
    topic_map, paragraph_topics, topics
        The tables of the same names.
    codebook
        A topic has the colour of the theme that it overlaps most, grey if none.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    double = settings.figures.columns == 2
    room, theme = (1.75, 1.0) if double else (2.0, 1.1)
    with style.context():
        points = topic_map.merge(paragraph_topics, on="paragraph_id")
        palette = style.colours(codebook)
        figure = style.chart(style.width(settings), 3.6 if double else 5.6)
        axes, key = (
            figure.subplots(1, 2, width_ratios=[1.45, 1]) if double else figure.subplots(2, 1, height_ratios=[1.5, 1])
        )
        outliers = points[points["topic_id"] < 0]
        size = 14 if len(points) < 600 else 4
        axes.scatter(outliers["x"], outliers["y"], s=size * 0.6, color="#c4c4c4", linewidths=0)
        named = list(topics[topics["topic_id"] >= 0].itertuples())
        for topic in named:
            own = points[points["topic_id"] == topic.topic_id]
            colour = palette.get(topic.theme, "#777777") if isinstance(topic.theme, str) else "#777777"
            if is_unstable(topic.stability):
                axes.scatter(own["x"], own["y"], s=size, facecolors="none", edgecolors=colour, alpha=0.9, linewidths=0.6)
            else:
                axes.scatter(own["x"], own["y"], s=size, color=colour, alpha=0.8, linewidths=0)
        for topic in named[:_MOST_NAMED]:
            own = points[points["topic_id"] == topic.topic_id]
            axes.text(
                own["x"].median(), own["y"].median(), str(topic.topic_id), ha="center", va="center", fontsize=7,
                fontweight="bold",
                bbox={"boxstyle": "circle,pad=0.22", "facecolor": "white", "edgecolor": style.INK, "linewidth": 0.5},
            )  # fmt: skip
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_aspect("equal", adjustable="datalim")
        key.axis("off")
        handles = [
            Line2D([], [], marker="o", linestyle="", markersize=4.5,
                   color=palette.get(topic.theme, "#777777") if isinstance(topic.theme, str) else "#777777",
                   markerfacecolor="none" if is_unstable(topic.stability) else None,
                   label=style.legend_label(topic, room) + style.theme_of(topic, codebook, theme))
            for topic in named[:_MOST_NAMED]
        ]  # fmt: skip
        if len(outliers):
            label = f"in no topic ({len(outliers)})"
            handles.append(Line2D([], [], marker="o", linestyle="", markersize=3.5, color="#c4c4c4", label=label))
        key.legend(handles=handles, loc="center left", frameon=False, handletextpad=0.3, labelspacing=0.65, borderaxespad=0)
    rest = f" Smaller topics, {len(named) - _MOST_NAMED} more, are not numbered." if len(named) > _MOST_NAMED else ""
    missing = len(paragraph_topics) - len(points)
    drawn = f"{len(points)} paragraphs" + (f" of {len(paragraph_topics)}" if missing else "")
    figure.caption = (
        f"{drawn} by likeness of wording (UMAP, McInnes et al. 2018). Topics: {len(named)}; paragraphs in none:"
        f" {len(outliers)}. Colour, and what follows the brackets: its closest theme."
        f" Hollow and marked unstable: a topic that should not be trusted, its stability is below {TRUSTED}. Nearness has"
        f" meaning, the axes and distances between groups have none.{rest} {style.seeded(settings)}"
    )
    figure.alt = f"Scatter of {len(points)} paragraphs in {len(named)} numbered groups: " + "; ".join(
        f"{topic.topic_id} {topic_label(topic.label, topic.stability)}" for topic in named[:_MOST_NAMED]
    )
    figure.table = points[["paragraph_id", "x", "y", "topic_id"]]
    return figure
