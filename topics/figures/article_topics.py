"""Topics per article, or per group of articles."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.figures.rows import rows as rows_of
from topics.format import topic_label
from topics.settings import Settings

_MOST_TOPICS = 15


def article_topics(
    article_topics: pd.DataFrame,
    topics: pd.DataFrame,
    articles: pd.DataFrame,
    profiles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings | None = None,
) -> style.Chart:
    """Articles in rows, topics in columns, the share of the article's words in the cell.

    Parameters
    ----------
    article_topics, topics, articles, profiles
        The tables of the same names; the last groups many articles.
    codebook
        Labels of the themes that name a group.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    named = topics[topics["topic_id"] >= 0]
    wanted = _MOST_TOPICS if settings.figures.columns == 2 else _MOST_TOPICS // 2
    shown = named.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable").head(wanted)
    if shown.empty:
        return style.nothing("The texts form no topic.", settings)
    rest = article_topics[~article_topics["topic_id"].isin(shown["topic_id"])]
    rows = rows_of(articles, profiles, codebook, settings)
    wide = article_topics.pivot(index="article_id", columns="topic_id", values="share")
    kept = wide[shown["topic_id"].tolist()].assign(rest=rest.groupby("article_id")["share"].sum())
    shares = rows.mean(kept.fillna(0.0))
    labels = [f"{row.topic_id}  {topic_label(style.cut(row.label, 1.1), row.stability)}" for row in shown.itertuples()]
    has_rest = bool((shares["rest"] > 0).any())
    with style.context():
        figure = style.chart(style.width(settings), 1.75 + 0.21 * len(rows.labels))
        axes = figure.subplots()
        cells = shares.to_numpy() if has_rest else shares.drop(columns="rest").to_numpy()
        style.shaded(axes, cells, rows.labels, [*labels, *(["other topics, or none"] if has_rest else [])])
        rows.part(axes)
    figure.caption = (
        f"Share of words per topic (per cent) in {rows.said}; empty cells are below 0.5. Topics marked unstable should not"
        f" be trusted (stability below 0.6, Hennig 2007).{style.more(len(named) - len(shown), 'topic')}"
        f" {style.seeded(settings)}"
    )
    figure.alt = f"Table of shaded cells, {rows.said} by {len(shown)} topics."
    figure.table = shares.reset_index(names=rows.kind)
    return figure
