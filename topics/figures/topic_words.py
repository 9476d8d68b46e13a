"""The highest-weighted words of each topic."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import TRUSTED, count, is_unstable, topic_label
from topics.settings import Settings

_MAX_TOPICS = 12
_WORDS = 7


@figure("Topic words", methods=("reading", "topics", "words"))
def topic_words(topics: pd.DataFrame, topic_words: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per topic: its highest-weighted words by c-TF-IDF; a topic has the colour of its closest theme."""
    double = settings.figures.columns == 2
    shown, n_left_out = labels.largest_topics(topics, _MAX_TOPICS if double else _MAX_TOPICS // 2)
    if shown.empty:
        return layout.empty_chart("No topics were found.")
    chart, grid = layout.panels(len(shown), settings, 1.7, most=3, share=False)
    palette = style.theme_colours(codebook)
    for axes, topic in zip(grid, shown.itertuples(), strict=True):
        words = topic_words[topic_words["topic_id"] == topic.topic_id].head(_WORDS)
        colour = style.topic_colour(topic, palette, "#9a9a9a")
        bars = axes.barh(range(len(words)), words["weight"], color=colour, height=0.72)
        stability = f"stability {topic.stability:.2f}"
        if is_unstable(topic.stability):
            stability = f"unstable ({topic.stability:.2f})"
            for bar in bars:  # hatched, because the colour shows the theme
                bar.set(hatch="/////", edgecolor="white", linewidth=0)
        layout.label_rows(axes, [labels.truncate(word, 1.3 if double else 0.85) for word in words["word"]], grid=False)
        # no ticks: the scale differs between panels
        axes.set_xticks([])
        theme = codebook.labels[topic.theme] if topic.theme in codebook.names else "no theme"
        layout.panel_title(axes, f"{topic.topic_id} {theme}", 0.95 if double else 0.7, 4, loc="left")
        known = pd.notna(topic.stability)
        axes.set_xlabel(f"n = {topic.size}" + (f", {stability}" if known else ""), loc="right", fontsize=6.5)
        layout.hide_spines(axes)
    chart.caption = (
        f"Highest-weighted words (class-based tf-idf) of the {count(len(shown), 'largest topic')}. Colour and name: closest"
        " theme, if it covers more than a quarter of the topic's words. Stability: mean best Jaccard overlap with the"
        f" topics of each rerun (Hennig 2007). Hatched, labelled unstable: stability below {TRUSTED}."
        f"{labels.left_out(n_left_out, 'topic')}"
    )
    chart.alt = "Bar charts of word weights. " + " ".join(
        f"Topic {topic.topic_id}: {topic_label(topic.label, topic.stability)}." for topic in shown.itertuples()
    )
    chart.table = topic_words[topic_words["topic_id"].isin(shown["topic_id"]) & (topic_words["rank"] <= _WORDS)]
    return chart
