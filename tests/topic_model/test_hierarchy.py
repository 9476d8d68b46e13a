"""The tree of topics: every topic once, near ones first, cuts that nest."""

import warnings

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from scipy.cluster.hierarchy import linkage
from sklearn.feature_extraction.text import CountVectorizer

from topics import tables
from topics.settings import Settings, override
from topics.text import Embeddings
from topics.topic_model import OUTLIER, fit_topics
from topics.topic_model.granularity import GRID
from topics.topic_model.hierarchy import MAX_ALL_LEVELS, distinct_labels, topic_hierarchy

with warnings.catch_warnings(action="ignore"):
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction


def sized(k: int) -> np.ndarray:
    """The topics of rows: of each topic one row more than of the next, as BERTopic numbers topics by size."""
    return np.repeat(np.arange(k), 2 + np.arange(k)[::-1])


def planted(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors around ``k`` centres, and their topics."""
    rng, labels = np.random.default_rng(0), sized(k)
    return rng.standard_normal((k, 12))[labels] + 0.05 * rng.standard_normal((len(labels), 12)), labels


def fitted(vectors: np.ndarray, labels: np.ndarray, texts: list[str]) -> BERTopic:
    """A plain BERTopic whose topics are given."""
    model = BERTopic(
        language="multilingual",
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=BaseCluster(),
        vectorizer_model=CountVectorizer(token_pattern=r"\S+", lowercase=False),
    )
    with warnings.catch_warnings(action="ignore"):
        model.fit(texts, embeddings=np.asarray(vectors, dtype=float), y=labels)
    assert model.topics_ == labels.tolist()
    return model


def grown(vectors: np.ndarray, labels: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tree of topics that say ``word0``, ``word1``, …"""
    texts = [f"word{label} all" for label in labels.tolist()]
    names = {topic: f"WORD{topic}" for topic in sorted(set(labels.tolist()) - {OUTLIER})}
    return topic_hierarchy(fitted(vectors, labels, texts), texts, names, {})


def leaves(tree: pd.DataFrame, node: int) -> set[int]:
    rows = {row.parent_id: (row.left_id, row.right_id) for row in tree.itertuples()}
    return leaves(tree, rows[node][0]) | leaves(tree, rows[node][1]) if node in rows else {node}


@pytest.mark.parametrize("k", [1, 2, 3, 7, MAX_ALL_LEVELS, MAX_ALL_LEVELS + 1, 31])
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
    centres = np.array([[1.0, 0, 0], [9.0, 1, 0], [0, 1, 0.05], [0, 0.1, 1]])  # lengths do not count
    labels = sized(4)
    tree, levels = grown(centres[labels], labels)
    assert {tree.loc[0, "left_id"], tree.loc[0, "right_id"]} == {0, 1}
    groups = levels[levels["level"] == 2].groupby("group_id")["topic_id"].agg(set).tolist()
    assert {0, 1} in groups
    units = centres / np.linalg.norm(centres, axis=1, keepdims=True)
    assert tree["distance"].to_numpy() == pytest.approx(linkage(units, "ward")[:, 2])


def test_outliers_are_in_no_group() -> None:
    vectors, labels = planted(4)
    vectors, labels = np.vstack([vectors, vectors[:3]]), np.concatenate([labels, [OUTLIER] * 3])
    tree, levels = grown(vectors, labels)
    assert OUTLIER not in set(levels["topic_id"]) | set(levels["group_id"]) | set(tree["left_id"]) | set(tree["right_id"])
    assert tree["size"].iloc[-1] == (labels != OUTLIER).sum()


def test_a_group_is_named_by_its_own_words_and_no_two_nodes_alike() -> None:
    words = (("oven", "loaf", "crust"), ("comet", "orbit", "dust"), ("hull", "mast", "keel"))
    labels = sized(6)  # bread, bread, stars, stars, boats, boats
    vectors = np.eye(3)[labels // 2] + 0.2 * np.eye(6)[labels][:, :3]
    texts = [" ".join(words[label // 2]) for label in labels.tolist()]
    names = {topic: f"t{topic}" for topic in range(6)}
    tree, levels = topic_hierarchy(fitted(vectors, labels, texts), texts, names, {})
    pairs = [frozenset({first, first + 1}) for first in (0, 2, 4)]
    assert {frozenset(leaves(tree, node)) for node in (6, 7, 8)} == set(pairs)
    said = {frozenset(leaves(tree, row.parent_id)): row.label for row in tree.itertuples()}
    for pair, own in zip(pairs, words, strict=True):
        assert sorted(said[pair].split(", ")) == sorted(own)
    assert tree["label"].is_unique
    assert set(levels.loc[levels["group_id"] < 6, "label"]) <= set(names.values())
    named = tree.set_index("parent_id")["label"]
    inner = levels[levels["group_id"] >= 6]
    assert inner["label"].tolist() == named[inner["group_id"]].tolist()


def test_terms_of_the_labels_of_topics_come_first() -> None:
    labels = sized(2)
    texts = ["bake try oven loaf crust"] * len(labels)
    model = fitted(np.eye(2)[labels], labels, texts)
    tree, _ = topic_hierarchy(model, texts, {0: "a", 1: "b"}, {0: ["loaf"], 1: ["oven"]})
    assert set(tree["label"].iloc[0].split(", ")[:2]) == {"loaf", "oven"}


def test_topics_without_a_word_and_all_alike_have_a_tree_too() -> None:
    corpus = make_corpus(["It is what it was."] * 12, [f"a{i:02d}" for i in range(12)])
    rows = np.eye(3)[np.repeat(np.arange(3), 4)] + 0.01 * np.random.default_rng(0).standard_normal((12, 3))
    known = override(Settings(), ["topics.granularity=3", "stability.runs=3"])
    found = fit_topics(corpus, Embeddings(rows.astype(np.float32), "mine"), known)
    assert len(found.hierarchy) == (found.topics["topic_id"] >= 0).sum() - 1
    assert found.hierarchy["label"].str.len().gt(0).all()


def test_a_model_of_more_topics_than_these_texts_have_has_no_tree() -> None:
    vectors, labels = planted(3)
    texts = [f"word{label} all" for label in labels.tolist()]
    tree, levels = topic_hierarchy(fitted(vectors, labels, texts), texts, {0: "a", 1: "b"}, {})
    assert tree.empty
    assert levels.empty


def test_labels_are_the_first_words_and_no_two_are_the_same() -> None:
    words = {0: ["gas", "oil", "coal", "peat"], 1: ["gas", "oil", "coal", "tar"], 2: [], 3: ["gas"]}
    assert distinct_labels(words, {3: "Gas"}) == {0: "gas, oil, coal", 1: "gas, oil, coal, tar", 2: "topic 2", 3: "Gas"}


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
