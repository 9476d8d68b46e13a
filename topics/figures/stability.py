"""The stability of each topic."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import TRUSTED, is_unstable
from topics.settings import Settings

_MAX_TOPICS = 50


@figure("Topic stability", methods=("reading", "topics", "stability"))
def stability(topics: pd.DataFrame, paragraph_topics: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One row per topic: its stability over reruns, and the agreement of its paragraphs.

    A topic has the colour of its closest theme.
    """
    # a topic from a manual split has no stability
    rated = topics[topics["stability"].notna()]
    largest, n_left_out = labels.largest_topics(rated, _MAX_TOPICS)
    if largest.empty:
        return layout.empty_chart("Stability is unknown: there is only one topic, or no reruns were made (stability.runs).")
    shown = largest.sort_values(["stability", "topic_id"], ascending=[False, True], kind="stable")
    agreement = paragraph_topics.groupby("topic_id")["agreement"].quantile([0.25, 0.75]).unstack()
    double = settings.figures.columns == 2
    width, theme_width = (2.4, 1.3) if double else (1.3, 0.8)
    palette = style.theme_colours(codebook)
    chart, axes = layout.one_panel(settings, 0.6 + 0.18 * len(shown))
    # shaded: the range of unstable topics
    axes.axvspan(0, TRUSTED, color="#f3f3f3", linewidth=0)
    axes.axvline(TRUSTED, color="#888888", linewidth=0.7, linestyle=(0, (3, 2)))
    for y, topic in enumerate(shown.itertuples()):
        colour = style.topic_colour(topic, palette)
        low, high = agreement.loc[topic.topic_id]
        axes.hlines(y, low, high, color=colour, linewidth=3.4, alpha=0.3)
        # hollow if unstable, so that no reader depends on the colour
        fill = "white" if is_unstable(topic.stability) else colour
        axes.plot(topic.stability, y, "o", color=colour, markerfacecolor=fill, markersize=4, zorder=3)
    layout.label_rows(axes, [labels.topic_with_theme(topic, codebook, width, theme_width) for topic in shown.itertuples()])
    axes.set_xlim(0, 1.01)
    axes.set_xlabel("stability (mean best Jaccard overlap with a rerun)" if double else "stability")
    chart.caption = (
        f"Stability of {len(shown)} topics (number of paragraphs in brackets): mean best Jaccard overlap with the topics"
        f" of {settings.stability.runs} reruns on subsamples of the corpus (dot; Hennig 2007). Bar: interquartile range,"
        " over the paragraphs of a topic, of the mean Jaccard overlap between their topic and that in each rerun. Hollow,"
        f" labelled unstable: topics below {TRUSTED}, which should not be interpreted. Colour and text after the"
        f" brackets: closest theme.{labels.left_out(n_left_out, 'topic')}"
    )
    n_topics = len(shown) + n_left_out
    n_unstable = sum(map(is_unstable, rated.loc[rated["topic_id"] >= 0, "stability"]))
    chart.alt = (
        f"Dot plot of {len(shown)} topics, the most stable first: {shown['stability'].max():.2f} to"
        f" {shown['stability'].min():.2f}; {n_unstable} of {n_topics} topics are unstable."
    )
    chart.table = shown[["topic_id", "label", "size", "stability"]]
    return chart
