"""Topics by themes of the codebook."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import count, topic_label
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MAX_TOPICS = 40


@figure("Topics and themes", methods=("reading", "themes", "topics"))
def topic_themes(topic_themes: pd.DataFrame, topics: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Topics in rows, themes in columns, the share of the topic's words in the cell."""
    shown, n_left_out = labels.largest_topics(topics, _MAX_TOPICS)
    if shown.empty:
        return layout.empty_chart("No topics were found.")
    names = [*codebook.names, UNASSIGNED]
    shares = topic_themes.pivot(index="topic_id", columns="theme", values="share").loc[shown["topic_id"], names]
    # the more themes, the less space remains for the labels of topics
    most, column = (3.0, 0.19) if settings.figures.columns == 2 else (1.6, 0.085)
    width = max(1.0, min(most, style.page_width(settings) - column * len(names)))
    rows = [labels.topic_with_size(topic, width) for topic in shown.itertuples()]
    columns = [labels.truncate(codebook.labels[name], 1.7) for name in names]
    chart, axes = layout.shaded_table(settings, 1.35, shares.to_numpy(), rows, columns)
    axes.axvline(len(names) - 1.5, color="white", linewidth=3)
    chart.caption = (
        f"Share of a topic's words in paragraphs of each theme (per cent), {count(len(shown), 'topic')} (number of"
        " paragraphs in brackets); values below 0.5 are left blank. Topics were found"
        f" {'guided by' if settings.topics.guided else 'without'} the codebook; a paragraph with several themes counts for"
        " each. Unassigned: not covered by the codebook."
        f"{labels.left_out(n_left_out, 'topic')}"
    )
    unassigned = shown[(shares[UNASSIGNED] > 0.5).to_numpy()]
    uncovered = labels.listing([topic_label(topic.label, topic.stability) for topic in unassigned.itertuples()])
    chart.alt = (
        f"Heat map of {count(len(shown), 'topic')} by {len(names)} themes. Topics that are mostly unassigned:"
        f" {uncovered or 'none'}."
    )
    chart.table = topic_themes[topic_themes["topic_id"].isin(shown["topic_id"])]
    return chart
