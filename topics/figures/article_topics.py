"""Topics per article, or per group of articles."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout
from topics.figures.registry import figure
from topics.figures.rows import article_rows
from topics.figures.style import Chart
from topics.format import topic_label
from topics.settings import Settings

_MAX_TOPICS = 15


@figure("Topics per article", methods=("reading", "topics", "stability"))
def article_topics(
    article_topics: pd.DataFrame,
    topics: pd.DataFrame,
    articles: pd.DataFrame,
    profiles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings,
) -> Chart:
    """Articles (grouped if more than 40) in rows, topics in columns, the share of the article's words in the cell."""
    shown, n_left_out = labels.largest_topics(topics, _MAX_TOPICS if settings.figures.columns == 2 else _MAX_TOPICS // 2)
    if shown.empty:
        return layout.empty_chart("No topics were found.")
    rows = article_rows(articles, profiles, codebook, settings)
    # the last column sums up the topics that are not shown and the outliers
    other = article_topics[~article_topics["topic_id"].isin(shown["topic_id"])].groupby("article_id")["share"].sum()
    wide = article_topics.pivot(index="article_id", columns="topic_id", values="share")
    shares = rows.mean(wide[shown["topic_id"].tolist()].assign(rest=other).fillna(0.0))
    columns = [
        f"{topic.topic_id}  {topic_label(labels.truncate(topic.label, 1.1), topic.stability)}"
        for topic in shown.itertuples()
    ]
    has_rest = (shares["rest"] > 0).any()
    cells = shares.to_numpy()[:, : len(columns) + has_rest]
    columns += ["other or no topic"] if has_rest else []
    chart, axes = layout.shaded_table(settings, 1.75, cells, rows.labels, columns)
    rows.separate_outlets(axes)
    chart.caption = (
        f"Share of words per topic (per cent) in {rows.description}; values below 0.5 are left blank. Topics"
        f" with a stability below 0.6 are labelled unstable (Hennig 2007).{labels.left_out(n_left_out, 'topic')}"
    )
    chart.alt = f"Heat map of topic shares. Rows: {rows.description}. Columns: {len(shown)} topics."
    chart.table = shares.reset_index(names=rows.kind)
    return chart
