"""Topics that nobody named against the themes of the codebook."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.format import topic_label
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MOST_TOPICS = 40


def topic_themes(
    topic_themes: pd.DataFrame, topics: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """Topics in rows, themes in columns, the share of the topic's words in the cell.

    Parameters
    ----------
    topic_themes, topics
        The tables of the same names.
    codebook
        Order and labels of the themes.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    named = topics[topics["topic_id"] >= 0]
    shown = named.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable").head(_MOST_TOPICS)
    if shown.empty:
        return style.nothing("The texts form no topic.", settings)
    names = [*codebook.names, UNASSIGNED]
    wide = topic_themes.pivot(index="topic_id", columns="theme", values="share").loc[shown["topic_id"], names]
    most, column = (3.0, 0.19) if settings.figures.columns == 2 else (1.6, 0.085)
    room = max(1.0, min(most, style.width(settings) - column * len(names)))
    labels = [style.legend_label(row, room) for row in shown.itertuples()]
    with style.context():
        figure = style.chart(style.width(settings), 1.35 + 0.21 * len(shown))
        axes = figure.subplots()
        style.shaded(axes, wide.to_numpy(), labels, [style.cut(codebook.labels[name], 1.7) for name in names])
        axes.axvline(len(names) - 1.5, color="white", linewidth=3)
    figure.caption = (
        f"Share of a topic's words in paragraphs of each theme (per cent), {len(shown)} topics (in brackets: paragraphs);"
        f" empty cells are below 0.5. Topics were found {'guided by' if settings.topics.guided else 'without'} the codebook;"
        " a paragraph with several themes counts for each. The column Unassigned shows what the codebook does not cover."
        f"{style.more(len(named) - len(shown), 'topic')} {style.seeded(settings)}"
    )
    blind = [topic_label(row.label, row.stability) for row in shown.itertuples() if wide.loc[row.topic_id, UNASSIGNED] > 0.5]
    figure.alt = (
        f"Table of shaded cells, {len(shown)} topics by {len(names)} themes. Topics that are mostly unassigned:"
        f" {style.listed(blind) or 'none'}."
    )
    figure.table = topic_themes[topic_themes["topic_id"].isin(shown["topic_id"])]
    return figure
