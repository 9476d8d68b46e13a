"""The words of each topic."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from topics.codebook import Codebook
from topics.figures import style
from topics.tables import TRUSTED, marked, unstable

if TYPE_CHECKING:
    import pandas as pd

_MOST_TOPICS = 12
_WORDS = 7


def topic_words(topics: pd.DataFrame, topic_words: pd.DataFrame, codebook: Codebook) -> style.Chart:
    """One panel per topic: its heaviest words with their c-TF-IDF weights.

    Parameters
    ----------
    topics, topic_words
        ``topics.csv`` and ``topic_words.csv``.
    codebook
        A topic has the colour of the theme that it overlaps most, grey if none.
    """
    with style.context():
        named = topics[topics["topic_id"] >= 0]
        shown = named.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable").head(_MOST_TOPICS)
        columns = max(1, min(3, len(shown)))
        bands = max(1, -(-len(shown) // columns))
        figure = style.chart(style.DOUBLE if columns > 2 else style.SINGLE * columns, 1.7 * bands + 0.15)
        grid = figure.subplots(bands, columns, squeeze=False)
        palette = style.colours(codebook)
        rows = list(shown.itertuples())
        for panel, axes in enumerate(grid.flat):
            if panel >= len(rows):
                axes.set_visible(False)
                continue
            topic = rows[panel]
            words = topic_words[topic_words["topic_id"] == topic.topic_id].head(_WORDS)
            theme = topic.theme if isinstance(topic.theme, str) else ""
            bars = axes.barh(range(len(words)), words["weight"], color=palette.get(theme, "#9a9a9a"), height=0.72)
            if unstable(topic.stability):
                for bar in bars:
                    bar.set(hatch="/////", edgecolor="white", linewidth=0)
            axes.set_yticks(range(len(words)), [style.cut(word, 24) for word in words["word"]])
            axes.set_ylim(max(len(words), 1) - 0.4, -0.6)
            axes.set_xticks([])
            axes.tick_params(axis="y", length=0)
            name = codebook.labels.get(theme, "no theme")
            held = f"unstable ({topic.stability:.2f})" if unstable(topic.stability) else f"stability {topic.stability:.2f}"
            sure = "" if topic.stability != topic.stability else f", {held}"
            axes.set_title(textwrap.fill(f"{topic.topic_id}  {name}", 20), loc="left", fontweight="bold", fontsize=7)
            axes.set_xlabel(f"n = {topic.size}{sure}", loc="right", fontsize=6.5)
            style.bare(axes)
    figure.caption = (
        f"Heaviest words of the largest topics ({len(rows)}) by class-based tf-idf. Colour and name: the theme that covers"
        " most of the topic's words, if it covers over a quarter. Stability: mean best Jaccard overlap with the topics"
        f" of each rerun (Hennig 2007); hatched and marked unstable: below {TRUSTED}, a topic that should not be trusted."
        + (f" Smaller topics, {len(named) - len(rows)} more, are in the tables." if len(named) > len(rows) else "")
    )
    said = " ".join(f"Topic {row.topic_id}: {marked(row.label, row.stability)}." for row in rows)
    figure.alt = f"Bars of word weights. {said}"
    return figure
