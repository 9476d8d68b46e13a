"""The section on topics: table, blind spots, quotes, tree, shares per outlet and period."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.format import count, decimals, in_natural_order, is_unstable, topic_label, value_labels, with_interval
from topics.measures import column_order
from topics.record import RunRecord
from topics.report.pages import with_places
from topics.tables import UNASSIGNED

QUOTE_WORDS = 60
"""Words to which a quote is cut."""
_QUOTE_LENGTH = 500
_MOST_COLUMNS = 6
_MOST_GROUPS = 60
"""Groups down to which the tree of topics is shown."""


def topic_rows(codebook: Codebook, tables: dict[str, pd.DataFrame]) -> list[Any]:
    """The topics with what the report says of them besides their own table."""
    topics = tables["topics"]
    # HDBSCAN leaves paragraphs out; those went to the nearest topic
    reassigned = tables["paragraph_topics"].groupby("topic_id")["reassigned"].sum()
    rows = topics.assign(
        shown=[topic_label(row.label, row.stability) for row in topics.itertuples()],
        moved=topics["topic_id"].map(reassigned).fillna(0).astype(int),
        theme=topics["theme"].map(codebook.labels).fillna(""),
        unassigned=topics["topic_id"].map(_unassigned_share(tables)),
        unstable=topics["stability"].map(is_unstable),
    )
    return list(rows.itertuples())


def blind_spots(tables: dict[str, pd.DataFrame]) -> list[str]:
    """The topics that the codebook's themes hardly cover."""
    unassigned = _unassigned_share(tables)
    return [
        f"{topic_label(row.words, row.stability)} ({count(row.size, 'paragraph')})"
        for row in tables["topics"].itertuples()
        if row.topic_id >= 0 and unassigned[row.topic_id] > 0.5
    ]


def _unassigned_share(tables: dict[str, pd.DataFrame]) -> dict[int, float]:
    """Of each topic, the share of words in paragraphs without a theme."""
    shares = tables["topic_themes"]
    return shares[shares["theme"] == UNASSIGNED].set_index("topic_id")["share"].to_dict()


def number_of_topics(record: RunRecord, tables: dict[str, pd.DataFrame]) -> str:
    """Why there are as many topics as there are, in a sentence; empty where there was no choice."""
    tried = tables["granularity"]
    if len(tried) < 2:
        return ""
    (row,) = tried[tried["chosen"]].itertuples()
    wanted = record.settings.topics.granularity
    if wanted:
        return f"{wanted} topics were requested (topics.granularity); {row.n_topics} could be distinguished."
    equal = tried["n_topics"][tried["equal"]].tolist()
    reason = "the most stable one, adjusted for reference vectors"
    if len(equal) > 1:
        reason = f"the largest of those that are equally stable within one standard error ({', '.join(map(str, equal))})"
    stability = "" if pd.isna(row.stability) else f"stability {row.stability:.2f} ± {row.error:.2f}, "
    return (
        f"{row.n_topics} topics: of the numbers tried, {tried['n_topics'].min()} to {tried['n_topics'].max()}, {reason}"
        f" ({stability}NPMI {decimals(row.coherence)})."
    )


def topic_quotes(tables: dict[str, pd.DataFrame]) -> dict[int, list[Any]]:
    """The central paragraphs of each topic, cut to quotes."""
    rows = with_places(tables["representatives"], tables)
    rows["text"] = rows["text"].map(_cut)
    return {topic: list(quotes.itertuples()) for topic, quotes in rows.groupby("topic_id")}


def _cut(text: str) -> str:
    words = text.split()
    short = " ".join(words[:QUOTE_WORDS])[:_QUOTE_LENGTH]
    return short if short == " ".join(words) else f"{short} …"


def topic_tree(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The tree of topics below its root, the larger group first, down to 60 groups."""
    merges = {row.parent_id: row for row in tables["topic_hierarchy"].itertuples()}
    if not merges:
        return []
    # groups are numbered in the order in which they were joined: the last ones are those next to the root
    opened = set(sorted(merges)[1 - _MOST_GROUPS :])
    topics = {row.topic_id: row for row in tables["topics"].itertuples()}
    n_topics: dict[int, int] = {}
    for key, row in sorted(merges.items()):
        n_topics[key] = n_topics.get(row.left_id, 1) + n_topics.get(row.right_id, 1)

    def node(key: int) -> dict[str, Any]:
        if key not in merges:
            topic = topics[key]
            label = topic_label(topic.label, topic.stability)
            return {"id": key, "label": label, "size": topic.size, "topics": 1, "parts": []}
        row = merges[key]
        parts = [node(row.left_id), node(row.right_id)] if key in opened else []
        parts.sort(key=lambda part: (-part["size"], part["id"]))
        return {"id": key, "label": row.label, "size": row.size, "topics": n_topics[key], "parts": parts}

    return node(max(merges))["parts"]


def topic_shares_by_column(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Topics × groups of articles, for each column that the study compares."""
    parts = []
    table = tables["group_topics"]
    for column in column_order(table, record.settings):
        rows = table[table["column"] == column]
        part = topic_shares({**tables, "group_topics": rows}, "group_topics", "group", column)
        parts.append(part)
    return parts


def topic_shares(tables: dict[str, pd.DataFrame], name: str, key: str, title: str) -> dict[str, Any]:
    """Topics × outlets, periods or groups in per cent with intervals; no rows where that would be over a few columns."""
    frame = tables[name]
    columns = in_natural_order(frame[key].unique()) if key == "group" else sorted(frame[key].unique())
    topics = [row for row in tables["topics"].itertuples() if row.topic_id >= 0]
    rows = []
    if 1 < len(columns) <= _MOST_COLUMNS and len(topics) <= _MOST_GROUPS:
        shares = {(row.topic_id, getattr(row, key)): with_interval(row) for row in frame.itertuples()}
        for topic in topics:
            label = f"{topic.topic_id} {topic_label(topic.label, topic.stability)}"
            rows.append({"label": label, "cells": [shares.get((topic.topic_id, column), "–") for column in columns]})
    shown_as = value_labels(columns) if key == "group" else dict(zip(columns, columns, strict=True))
    heads = [shown_as[column] or f"no {'date' if key == 'period' else key}" for column in columns]
    return {"name": name, "title": title, "columns": heads, "rows": rows}
