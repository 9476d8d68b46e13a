"""The words of each topic."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.format import TRUSTED, is_unstable, topic_label
from topics.settings import Settings

_MOST_TOPICS = 12
_WORDS = 7


def topic_words(
    topics: pd.DataFrame, topic_words: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """One panel per topic: its heaviest words with their c-TF-IDF weights.

    Parameters
    ----------
    topics, topic_words
        ``topics.csv`` and ``topic_words.csv``.
    codebook
        A topic has the colour of the theme that it overlaps most, grey if none.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    double = settings.figures.columns == 2
    named = topics[topics["topic_id"] >= 0]
    if named.empty:
        return style.nothing("The texts form no topic.", settings)
    shown = named.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable").head(
        _MOST_TOPICS if double else _MOST_TOPICS // 2
    )
    with style.context():
        figure, grid = style.panels(len(shown), settings, 1.7, most=3, share=False)
        palette = style.colours(codebook)
        for axes, topic in zip(grid, shown.itertuples(), strict=True):
            words = topic_words[topic_words["topic_id"] == topic.topic_id].head(_WORDS)
            theme = topic.theme if isinstance(topic.theme, str) else ""
            bars = axes.barh(range(len(words)), words["weight"], color=palette.get(theme, "#9a9a9a"), height=0.72)
            if is_unstable(topic.stability):
                for bar in bars:
                    bar.set(hatch="/////", edgecolor="white", linewidth=0)
            axes.set_yticks(range(len(words)), [style.cut(word, 1.3 if double else 0.85) for word in words["word"]])
            axes.set_ylim(max(len(words), 1) - 0.4, -0.6)
            axes.set_xticks([])
            axes.tick_params(axis="y", length=0)
            name = codebook.labels.get(theme, "no theme")
            held = (
                f"unstable ({topic.stability:.2f})" if is_unstable(topic.stability) else f"stability {topic.stability:.2f}"
            )
            sure = "" if topic.stability != topic.stability else f", {held}"
            style.heading(axes, f"{topic.topic_id} {name}", 0.95 if double else 0.7, 4, loc="left")
            axes.set_xlabel(f"n = {topic.size}{sure}", loc="right", fontsize=6.5)
            style.bare(axes)
    figure.caption = (
        f"Heaviest words of the largest topics ({len(shown)}) by class-based tf-idf. Colour and name: the closest theme, if"
        " it covers over a quarter of the topic's words. Stability: mean best Jaccard overlap with the topics"
        f" of each rerun (Hennig 2007); hatched and marked unstable: below {TRUSTED}, a topic that should not be trusted."
        f"{style.more(len(named) - len(shown), 'topic')} {style.seeded(settings)}"
    )
    said = " ".join(f"Topic {row.topic_id}: {topic_label(row.label, row.stability)}." for row in shown.itertuples())
    figure.alt = f"Bars of word weights. {said}"
    figure.table = topic_words[topic_words["topic_id"].isin(shown["topic_id"]) & (topic_words["rank"] <= _WORDS)]
    return figure
