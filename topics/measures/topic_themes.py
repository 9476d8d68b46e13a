"""Topics + themes -> how far the topics found without a codebook agree with its themes."""

import pandas as pd

from topics import tables
from topics.tables import UNASSIGNED

MIN_SHARE = 0.25
"""Share of a topic's words from which a theme may name it."""


def topic_theme_overlap(paragraphs: pd.DataFrame, themes: pd.DataFrame, paragraph_topics: pd.DataFrame) -> pd.DataFrame:
    """The share of a topic's words that are on each theme.

    Returns
    -------
    DataFrame
        ``topic_themes.csv``: ``topic_id, theme, share, lift``; ``lift`` is the share divided by the
        theme's share in the whole corpus. Outliers are a row group of their own, and
        ``unassigned`` is the share of words in paragraphs without a theme.
    """
    wide = themes.pivot(index="paragraph_id", columns="theme", values="assigned").astype(float)
    # themes overlap, so that shares of a topic can sum to more than 1
    wide[UNASSIGNED] = 1.0 - wide.max(axis=1)
    words = paragraphs.set_index("paragraph_id")["n_words"].reindex(wide.index)
    topic = paragraph_topics.set_index("paragraph_id")["topic_id"].reindex(wide.index)
    weighted = wide.mul(words, axis=0)
    share = weighted.groupby(topic).sum().div(words.groupby(topic).sum().clip(lower=1), axis=0)
    overall = weighted.sum() / max(1, words.sum())
    lift = share.div(overall.where(overall > 0), axis=1).fillna(0.0)
    long = share.stack().rename("share").reset_index().set_axis(["topic_id", "theme", "share"], axis=1)
    return tables.check(long.assign(lift=lift.stack().to_numpy()), "topic_themes")


def closest_themes(topic_themes: pd.DataFrame) -> dict[int, str]:
    """The theme that each topic overlaps most: over a quarter of its words, and more than the corpus has.

    Empty where no theme does, for a topic that the codebook does not name; and for outliers.
    """
    closest = {}
    for topic, rows in topic_themes.groupby("topic_id"):
        usable = rows[(rows["share"] >= MIN_SHARE) & (rows["lift"] > 1) & (rows["theme"] != UNASSIGNED)]
        best = usable.sort_values(["share", "lift", "theme"], ascending=[False, False, True])["theme"]
        closest[int(topic)] = "" if best.empty or topic < 0 else str(best.iloc[0])
    return closest
