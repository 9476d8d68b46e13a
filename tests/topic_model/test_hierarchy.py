"""The tree of topics: every topic once, near ones first, cuts that nest."""

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus, vocabulary_of
from scipy.cluster.hierarchy import linkage

from topics import tables
from topics.settings import Settings, override
from topics.text import Embeddings
from topics.topic_model import OUTLIER, fit_topics
from topics.topic_model.granularity import GRID
from topics.topic_model.hierarchy import MAX_ALL_LEVELS, topic_hierarchy
from topics.topic_model.words import Terms


def planted(k: int, each: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors around ``k`` middles, and their topics."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(k), each)
    return rng.standard_normal((k, 12))[labels] + 0.05 * rng.standard_normal((k * each, 12)), labels


def grown(vectors: np.ndarray, labels: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tree of topics that say ``word0``, ``word1``, …"""
    terms = Terms(tuple((f"word{label}", "all") for label in labels.tolist()))
    words = {topic: [f"word{topic}"] for topic in sorted(set(labels.tolist()) - {OUTLIER})}
    return topic_hierarchy(vectors, labels, terms, words, 3, str.upper)


def leaves(tree: pd.DataFrame, node: int) -> set[int]:
    rows = {row.parent_id: (row.left_id, row.right_id) for row in tree.itertuples()}
    return leaves(tree, rows[node][0]) | leaves(tree, rows[node][1]) if node in rows else {node}


@pytest.mark.parametrize("k", [1, 2, 3, 7, MAX_ALL_LEVELS, MAX_ALL_LEVELS + 1, 45])
def test_a_tree_joins_every_topic_once_and_each_level_has_as_many_groups_as_it_says(k: int) -> None:
    vectors, labels = planted(k)
    tree, levels = grown(vectors, labels)
    assert tree["parent_id"].tolist() == list(range(k, 2 * k - 1))
    joined = sorted([*tree["left_id"], *tree["right_id"]])
    assert joined == list(range(max(0, 2 * k - 2))), "each node but the root has one parent"
    assert tree["distance"].is_monotonic_increasing
    for row in tree.itertuples():
        assert row.size == np.isin(labels, list(leaves(tree, row.parent_id))).sum()
    every = set(range(2, k)) if k <= MAX_ALL_LEVELS else {level for level in GRID if level < k}
    assert set(levels["level"]) == every
    for level, rows in levels.groupby("level"):
        assert rows["topic_id"].tolist() == list(range(k))
        assert rows["group_id"].nunique() == level
        for group, own in rows.groupby("group_id"):
            assert set(own["topic_id"]) == leaves(tree, group)


def test_topics_that_point_the_same_way_are_joined_first() -> None:
    middles = np.array([[1.0, 0, 0], [9.0, 1, 0], [0, 1, 0.05], [0, 0.1, 1]])  # lengths do not count
    labels = np.repeat(np.arange(4), 5)
    tree, levels = grown(middles[labels], labels)
    assert {tree.loc[0, "left_id"], tree.loc[0, "right_id"]} == {0, 1}
    groups = levels[levels["level"] == 2].groupby("group_id")["topic_id"].agg(set).tolist()
    assert {0, 1} in groups
    units = middles / np.linalg.norm(middles, axis=1, keepdims=True)
    assert tree["distance"].to_numpy() == pytest.approx(linkage(units, "ward")[:, 2])


def test_outliers_are_in_no_group() -> None:
    vectors, labels = planted(4)
    labels = np.where(np.arange(len(labels)) % 3 == 0, OUTLIER, labels)
    tree, levels = grown(vectors, labels)
    assert OUTLIER not in set(levels["topic_id"]) | set(levels["group_id"]) | set(tree["left_id"]) | set(tree["right_id"])
    assert tree["size"].iloc[-1] == (labels != OUTLIER).sum()


def test_a_group_is_named_by_its_own_words_and_no_two_nodes_alike() -> None:
    texts = [*BREAD, *STARS, *BOATS]
    documents = vocabulary_of(texts, "en", phrases=False, min_count=1).documents
    labels = np.repeat(np.arange(6), 5)  # bread, bread, stars, stars, boats, boats
    vectors = np.eye(3)[labels // 2] + 0.2 * np.eye(6)[labels][:, :3]
    tree, levels = topic_hierarchy(vectors, labels, Terms(documents), {topic: [f"t{topic}"] for topic in range(6)}, 10, str)
    pairs = [frozenset({first, first + 1}) for first in (0, 2, 4)]
    assert {frozenset(leaves(tree, node)) for node in (6, 7, 8)} == set(pairs)
    said = {frozenset(leaves(tree, row.parent_id)): set(row.label.split(", ")) for row in tree.itertuples()}
    for pair, own in zip(pairs, (documents[:10], documents[10:20], documents[20:]), strict=True):
        assert len(said[pair]) == 3
        assert said[pair] <= {term for document in own for term in document}
    assert tree["label"].is_unique
    assert set(levels.loc[levels["group_id"] < 6, "label"]) <= {f"t{topic}" for topic in range(6)}
    named = tree.set_index("parent_id")["label"]
    inner = levels[levels["group_id"] >= 6]
    assert inner["label"].tolist() == named[inner["group_id"]].tolist()


def test_labels_given_by_hand_stay_with_their_topics() -> None:
    vectors, labels = planted(3)
    words = {topic: [f"word{topic}"] for topic in range(3)}
    _, levels = topic_hierarchy(vectors, labels, Terms(tuple((f"word{i}",) for i in labels)), words, 3, str, {1: "Gas"})
    alone = levels[levels["group_id"] == levels["topic_id"]]
    assert set(alone["label"]) <= {"word0", "Gas", "word2"}


def test_topics_without_a_word_and_all_alike_have_a_tree_too() -> None:
    labels = np.repeat(np.arange(3), 4)
    tree, levels = topic_hierarchy(np.ones((12, 3)), labels, Terms(((),) * 12), {topic: [] for topic in range(3)}, 3, str)
    assert len(tree) == 2
    assert tree["distance"].tolist() == pytest.approx([0, 0], abs=1e-6)
    assert tree["label"].str.len().gt(0).all()
    assert set(levels["level"]) == {2}


@pytest.mark.parametrize("asked", [1, 2, 3])
def test_a_fit_carries_its_tree(asked: int) -> None:
    corpus = make_corpus([*BREAD, *STARS, *BOATS], [f"a{i:02d}" for i in range(30)])
    vectors = np.eye(3)[np.repeat(np.arange(3), 10)] + 0.05 * np.random.default_rng(0).standard_normal((30, 3))
    known = override(Settings(), [f"topics.granularity={asked}", "stability.runs=3"])
    found = fit_topics(corpus, Embeddings(vectors.astype(np.float32), "mine"), known)
    named = found.topics[found.topics["topic_id"] >= 0]
    assert len(named) == asked
    assert list(found.hierarchy.columns) == list(tables.COLUMNS["topic_hierarchy"])
    assert list(found.levels.columns) == list(tables.COLUMNS["topic_levels"])
    assert len(found.hierarchy) == asked - 1
    assert found.levels["level"].nunique() == max(0, asked - 2)
    single = found.levels[found.levels["topic_id"] == found.levels["group_id"]]
    assert single["label"].tolist() == single["topic_id"].map(named.set_index("topic_id")["label"]).tolist()
