"""What the report says of the topics: table, blind spots, quotes, tree, shares per outlet and period."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.format import count, is_unstable, topic_label, with_interval
from topics.record import RunRecord
from topics.report.pages import heading, paragraph_anchor
from topics.tables import UNASSIGNED

QUOTE_WORDS = 60
"""Words to which a quote is cut."""
_QUOTE_LENGTH = 500
_MOST_COLUMNS = 6
_MOST_GROUPS = 60
"""Groups down to which the tree of topics is shown."""


def rows(codebook: Codebook, tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The table of topics."""
    bare = _bare(tables)
    moved = tables["paragraph_topics"].query("reassigned").groupby("topic_id").size().to_dict()
    return [
        {"given": "" if _is_automatic(row.label, row.words) else row.label, "id": row.topic_id, "size": row.size,
         "words": row.words, "stability": row.stability, "unstable": is_unstable(row.stability), "npmi": row.npmi,
         "moved": moved.get(row.topic_id, 0), "theme": codebook.labels.get(row.theme, "") if row.theme else "",
         "unassigned": bare[row.topic_id]}
        for row in tables["topics"].itertuples()
    ]  # fmt: skip


def blind_spots(tables: dict[str, pd.DataFrame]) -> list[str]:
    """The topics that the codebook's themes hardly cover."""
    bare = _bare(tables)
    return [
        f"{topic_label(row.words, row.stability)} ({count(row.size, 'paragraph')})"
        for row in tables["topics"].itertuples()
        if row.topic_id >= 0 and bare[row.topic_id] > 0.5
    ]


def _bare(tables: dict[str, pd.DataFrame]) -> dict[int, float]:
    over = tables["topic_themes"]
    return over[over["theme"] == UNASSIGNED].set_index("topic_id")["share"].to_dict()


def choice(record: RunRecord, tables: dict[str, pd.DataFrame]) -> str:
    """Why there are as many topics as there are, in a sentence; empty where there was no choice."""
    tried = tables["granularity"]
    if len(tried) < 2:
        return ""
    (row,) = tried[tried["chosen"]].itertuples()
    if wanted := record.settings.topics.granularity:
        return f"{wanted} topics were asked for (topics.granularity); {row.n_topics} are told apart."
    known = "" if row.stability != row.stability else f"stability {row.stability:.2f} ± {row.error:.2f}, "
    reason = (
        "the one with the greatest stability × coherence" if row.coherence > 0 else "the most stable, for none is coherent"
    )
    return (
        f"{row.n_topics} topics: of the numbers tried, {tried['n_topics'].min()} to {tried['n_topics'].max()}, {reason}"
        f" ({known}NPMI {signed(row.coherence)})."
    )


def _is_automatic(label: str, words: str) -> bool:
    """Whether a label is the first words of the topic, three or all that there are."""
    parts, known = label.split(", "), words.split(", ")
    return known[: len(parts)] == parts and len(parts) >= min(3, len(known))


def signed(value: float) -> str:
    """A number with two digits and a true minus; a dash where it is not known."""
    return f"{value:.2f}".replace("-", "−") if value == value else "–"


def quotes(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The central paragraphs of each topic, cut to quotes."""
    titles = {row.article_id: heading(row) for row in tables["articles"].itertuples()}
    texts = {row.paragraph_id: row for row in tables["paragraphs"].itertuples()}
    central = {topic: rows["paragraph_id"] for topic, rows in tables["representatives"].groupby("topic_id")}
    result = []
    for topic in tables["topics"].itertuples():
        known = [texts[key] for key in central.get(topic.topic_id, []) if key in texts]
        said = [
            {"text": _cut(row.text), "anchor": paragraph_anchor(row.paragraph_id), "title": titles[row.article_id],
             "position": row.position}
            for row in known
        ]  # fmt: skip
        if said:
            label = topic_label(topic.label, topic.stability)
            result.append({"id": topic.topic_id, "label": label, "size": topic.size, "quotes": said})
    return result


def _cut(text: str) -> str:
    short = " ".join(text.split()[:QUOTE_WORDS])[:_QUOTE_LENGTH]
    return short if short == " ".join(text.split()) else f"{short} …"


def tree(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The tree of topics below its root, the larger group first, down to 60 groups."""
    merges = {row.parent_id: row for row in tables["topic_hierarchy"].itertuples()}
    if not merges:
        return []
    opened = set(sorted(merges)[1 - _MOST_GROUPS :])
    topics = {row.topic_id: row for row in tables["topics"].itertuples()}
    held: dict[int, int] = {}
    for key, row in sorted(merges.items()):
        held[key] = held.get(row.left_id, 1) + held.get(row.right_id, 1)

    def node(key: int) -> dict[str, Any]:
        if key not in merges:
            topic = topics[key]
            return {
                "id": key,
                "label": topic_label(topic.label, topic.stability),
                "size": topic.size,
                "topics": 1,
                "parts": [],
            }
        row = merges[key]
        parts = [node(row.left_id), node(row.right_id)] if key in opened else []
        parts.sort(key=lambda part: (-part["size"], part["id"]))
        return {"id": key, "label": row.label, "size": row.size, "topics": held[key], "parts": parts}

    return node(max(merges))["parts"]


def shares(tables: dict[str, pd.DataFrame], name: str, key: str, title: str) -> dict[str, Any]:
    """Topics × outlets or periods in per cent with intervals; no rows where that would be more than a few columns."""
    frame = tables[name]
    columns = sorted(frame[key].unique())
    named = [row for row in tables["topics"].itertuples() if row.topic_id >= 0]
    rows = []
    if 1 < len(columns) <= _MOST_COLUMNS and len(named) <= _MOST_GROUPS:
        cells = {(row.topic_id, getattr(row, key)): row for row in frame.itertuples()}
        for topic in named:
            own = [cells.get((topic.topic_id, column)) for column in columns]
            said = [with_interval(cell) if cell else "–" for cell in own]
            rows.append({"label": f"{topic.topic_id} {topic_label(topic.label, topic.stability)}", "cells": said})
    heads = [column or f"no {'date' if key == 'period' else key}" for column in columns]
    return {"name": name, "title": title, "columns": heads, "rows": rows}
