"""The reader's own BERTopic: fitted as it is, on a copy, with all that comes after; and what it may not do."""

import json
import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest
from planted import corpus_of, few, texts, truth, vectors
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score

from topics.errors import InputError
from topics.reading import Corpus
from topics.text import Embeddings, embed
from topics.topic_model import OUTLIER, Topics, describe_bertopic, fit_topics

with warnings.catch_warnings(action="ignore"):
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import KeyBERTInspired
    from hdbscan import HDBSCAN
    from umap import UMAP

PLANTED = truth(4, 25)


@cache
def corpus() -> Corpus:
    return corpus_of(texts(4, 25, 0.5))


@cache
def embedded() -> Embeddings:
    return embed(corpus().tokens)


def documents() -> list[str]:
    return corpus().paragraphs["text"].tolist()


def with_umap(**parameters: Any) -> BERTopic:
    return BERTopic(
        umap_model=UMAP(n_neighbors=8, n_components=3, min_dist=0.0, metric="cosine", random_state=1), **parameters
    )


def with_kmeans(**parameters: Any) -> BERTopic:
    return BERTopic(umap_model=PCA(5), hdbscan_model=KMeans(4, random_state=0, n_init=10), **parameters)


MODELS = {
    "umap": with_umap,
    "kmeans": with_kmeans,
    "probabilities": lambda: BERTopic(
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=HDBSCAN(min_cluster_size=5, prediction_data=True),
        calculate_probabilities=True,
    ),
    "keybert": lambda: with_kmeans(representation_model=KeyBERTInspired()),
    "guided": lambda: with_umap(seed_topic_list=[["brunak", "brunom"], ["glimak"]]),
    "zero-shot": lambda: with_umap(zeroshot_topic_list=[texts(4, 25, 0.5)[0], "nothing"], zeroshot_min_similarity=0.3),
    "reduced": lambda: with_umap(nr_topics=3),
    "noise": lambda: with_umap(min_topic_size=60),
}


def fit(model: BERTopic, *assignments: str) -> Topics:
    with warnings.catch_warnings(action="ignore"):  # of the caller's parts
        return fit_topics(corpus(), embedded(), few(*assignments), topic_model=model)


@pytest.mark.parametrize("name", MODELS)
def test_any_model_is_fitted_and_keeps_every_row(name: str) -> None:
    model = MODELS[name]()
    before, given = embedded().vectors.copy(), describe_bertopic(model)
    found = fit(model, "stability.runs=3")
    assert found.is_own
    assert model.topics_ is None, "the caller's model was fitted"
    assert describe_bertopic(model) == given
    assert (embedded().vectors == before).all(), "the vectors were changed"
    rows = found.paragraph_topics
    assert rows["paragraph_id"].tolist() == corpus().paragraphs["paragraph_id"].tolist()
    assert found.bertopic.topics_ == rows["topic_id"].tolist()
    assert found.topics.set_index("topic_id")["size"].to_dict() == rows["topic_id"].value_counts().to_dict()
    assert found.topics["label"].is_unique
    if name == "noise":
        assert set(rows["topic_id"]) == {OUTLIER}
        assert found.topic_words.empty
        assert found.hierarchy.empty
    else:
        assert adjusted_rand_score(PLANTED, rows["topic_id"]) > (0.3 if name == "zero-shot" else 0.5)
        assert len(found.hierarchy) == (found.topics["topic_id"] >= 0).sum() - 1
        assert found.topics.set_index("topic_id")["stability"].drop(OUTLIER, errors="ignore").between(0, 1).all()


def test_topics_are_those_that_the_model_finds_by_itself() -> None:
    alone = with_umap()
    with warnings.catch_warnings(action="ignore"):
        topics, _ = alone.fit_transform(documents(), embeddings=embedded().vectors.copy())
    found = fit(with_umap(), "stability.runs=0")
    assert found.paragraph_topics["topic_id"].tolist() == topics


def test_zero_shot_topics_keep_their_names_and_every_row_its_place() -> None:
    found = fit(MODELS["zero-shot"](), "stability.runs=0")
    name = texts(4, 25, 0.5)[0]
    assert found.topics.set_index("topic_id").loc[0, "label"] == name
    assert found.paragraph_topics["topic_id"].tolist()[documents().index(name)] == 0


def test_stability_tells_topics_that_are_there_from_those_that_are_not() -> None:
    clear = fit(with_kmeans())
    noise = Embeddings(vectors(4, 25, 5.0), "noise")
    with warnings.catch_warnings(action="ignore"):
        none = fit_topics(corpus(), noise, few(), topic_model=with_kmeans())
    assert clear.topics["stability"].min() > 0.9
    assert none.topics["stability"].max() < 0.7
    assert clear.paragraph_topics["agreement"].mean() > none.paragraph_topics["agreement"].mean() + 0.3
    assert clear.reruns == 6


def test_stability_is_the_mean_best_overlap_with_refits() -> None:
    """Counted by hand for a model whose refits are known: each row by the sign of its first dimension."""

    class BySign:
        def fit(self, X: np.ndarray, y: Any = None) -> "BySign":
            self.labels_ = (X[:, 0] > np.median(X[:, 0])).astype(int)
            return self

        def predict(self, X: np.ndarray) -> np.ndarray:
            return (X[:, 0] > 0).astype(int)

    def model() -> BERTopic:
        return BERTopic(umap_model=BaseDimensionalityReduction(), hdbscan_model=BySign())

    found = fit(model())
    rows, first = found.paragraph_topics["topic_id"].to_numpy(), embedded().vectors[:, 0]
    overlaps = {0: [], 1: []}
    for run in range(6):
        drawn = np.sort(np.random.default_rng([42, run]).choice(100, size=70, replace=False))
        again = first[drawn] > np.median(first[drawn])
        for topic in overlaps:
            own = rows[drawn] == topic
            overlaps[topic].append(max((own & side).sum() / (own | side).sum() for side in (again, ~again)))
    for topic, expected in overlaps.items():
        assert found.topics.set_index("topic_id").loc[topic, "stability"] == pytest.approx(np.mean(expected))


def test_a_model_that_was_fitted_to_these_paragraphs_keeps_its_topics() -> None:
    model = with_kmeans()
    with warnings.catch_warnings(action="ignore"):
        model.fit(documents(), embeddings=embedded().vectors.copy())
        model.merge_topics(documents(), [0, 1])
    topics = list(model.topics_)
    found = fit(model)
    assert found.paragraph_topics["topic_id"].tolist() == topics == model.topics_
    assert found.topics["stability"].isna().all()
    assert any("stability of topics is not measured" in note for note in found.notes)


def test_a_model_that_was_fitted_to_others_assigns_its_topics() -> None:
    model = with_kmeans()
    others = texts(4, 25, 0.5, seed=7)
    with warnings.catch_warnings(action="ignore"):
        model.fit(others, embeddings=embedded().encoder.encode(others))
        expected, _ = model.transform(documents(), embeddings=embedded().vectors.copy())
    found = fit(model)
    assert found.paragraph_topics["topic_id"].tolist() == list(expected)
    assert any("fitted to other texts" in note for note in found.notes)
    assert found.bertopic.topics_ == list(expected)
    assert len(model.topics_) == 100, "the caller's model was changed"


def test_a_model_without_seed_is_pointed_out() -> None:
    found = fit(BERTopic(umap_model=PCA(5), hdbscan_model=KMeans(4, n_init=3)), "stability.runs=0")
    assert "KMeans in topic_model has no random_state: another run may find other topics" in found.notes


def test_its_own_embedding_model_is_used() -> None:
    class Letters(BaseEmbedder):
        def embed(self, documents: list[str], verbose: bool = False) -> np.ndarray:
            return np.array([[text.count(letter) for letter in "abcdefgh"] for text in documents], dtype=float)

    from topics.topic_model import embed_with

    source = embed_with(with_kmeans(embedding_model=Letters()))
    assert source(["abba"]).tolist() == [[2, 2, 0, 0, 0, 0, 0, 0]]
    assert embed_with(with_kmeans()) is None


def test_letters_and_hyphens_are_not_deleted() -> None:
    own = corpus_of(
        [f"Нефть и газ, Россия-Китай {i % 3}." for i in range(30)] + [f"Острова, граница {i % 3}." for i in range(30)]
    )
    with warnings.catch_warnings(action="ignore"):
        model = BERTopic(umap_model=PCA(2), hdbscan_model=KMeans(2, random_state=0, n_init=3))
        found = fit_topics(own, embed(own.tokens), few("stability.runs=0"), topic_model=model)
    assert {"нефть", "граница"} <= set(found.topic_words["word"])


def test_a_model_that_cannot_be_fitted_is_refused_in_one_line() -> None:
    model = BERTopic(umap_model=PCA(5), hdbscan_model=KMeans(400, n_init=1))
    with pytest.raises(
        InputError, match=r"topic_model cannot be fitted to 100 paragraphs \(ValueError: .*\); expected"
    ) as error:
        fit(model)
    assert "\n" not in str(error.value)


def test_zero_shot_without_any_encoder_is_refused() -> None:
    given = Embeddings(embedded().vectors, "mine")
    with pytest.raises(InputError, match="zero-shot and guided topics need an embedding model"):
        fit_topics(corpus(), given, few(), topic_model=MODELS["zero-shot"]())


def test_its_parameters_are_described_as_plain_text() -> None:
    described = describe_bertopic(with_kmeans(nr_topics=3))
    assert described["hdbscan_model"] == "KMeans(n_clusters=4, n_init=10, random_state=0)"
    assert described["nr_topics"] == "3"
    assert "verbose" not in described
    assert " at 0x" not in json.dumps(describe_bertopic(with_kmeans(representation_model=KeyBERTInspired())))
