"""Each part by itself: in a plain BERTopic, and as an object of scikit-learn."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import corpus_of, texts, truth, vectors
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import adjusted_rand_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from topics.errors import InputError
from topics.text import PhraseAnalyzer, embed, load_encoder
from topics.topic_model import OUTLIER, CoherentWords, ConsensusClusters, Embedder, ReadableLabels, create_bertopic

with warnings.catch_warnings(action="ignore"):
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction

TEXTS = texts(4, 25, 0.5)
PLANTED = truth(4, 25)
VECTORS = vectors(4, 25, 0.2)


def quick(**parameters: object) -> ConsensusClusters:
    return ConsensusClusters(**{"n_reruns": 4, **parameters})  # type: ignore[arg-type]


PARTS = [quick(n_topics=3), Embedder("lsa", dimensions=5), CoherentWords(5), ReadableLabels(language="de")]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_parameters_can_be_read_and_a_clone_has_them(part: object) -> None:
    again = clone(part)
    assert type(again) is type(part)
    assert again.get_params() == part.get_params()


# ---- clusters


def test_clusters_recover_what_was_planted() -> None:
    found = quick().fit(VECTORS)
    assert adjusted_rand_score(PLANTED, found.labels_) > 0.95
    assert (found.predict(VECTORS) == found.labels_).all()
    assert (quick().fit_predict(VECTORS) == found.labels_).all()
    assert np.bincount(found.labels_).tolist() == sorted(np.bincount(found.labels_), reverse=True)
    assert set(found.stability_) == set(found.labels_.tolist())


@settings(max_examples=4, deadline=None)
@given(st.permutations(range(100)))
def test_the_order_of_rows_decides_nothing(order: list[int]) -> None:
    plain, shuffled = quick().fit(VECTORS), quick().fit(VECTORS[order])
    for name in ("labels_", "probabilities_", "agreement_", "left_out_"):
        np.testing.assert_array_equal(getattr(plain, name)[order], getattr(shuffled, name))
    assert plain.stability_ == shuffled.stability_


def test_equal_rows_are_alike_in_everything() -> None:
    doubled = np.vstack([VECTORS, VECTORS[:40]])
    found = quick().fit(doubled)
    for name in ("labels_", "probabilities_", "agreement_", "left_out_"):
        np.testing.assert_array_equal(getattr(found, name)[:40], getattr(found, name)[100:])


def test_clusters_are_not_fitted_before_fit() -> None:
    with pytest.raises(NotFittedError):
        check_is_fitted(quick())
    check_is_fitted(quick().fit(VECTORS))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.zeros(3), "shape"),
        (np.zeros((0, 3)), "shape"),
        (np.array([["a", "b"]]), "expected numbers"),
        (np.array([[1.0, np.nan]]), "NaN"),
    ],
)
def test_what_is_no_matrix_of_numbers_is_refused(given: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        quick().fit(given)


def test_other_dimensions_or_classes_are_refused() -> None:
    with pytest.raises(InputError, match="3 dimensions; expected 10"):
        quick().fit(VECTORS).predict(np.ones((2, 3)))
    with pytest.raises(InputError, match="2 classes for 100 vectors"):
        quick().fit(VECTORS, [0, 1])


def test_clusters_serve_a_plain_bertopic() -> None:
    model = BERTopic(umap_model=BaseDimensionalityReduction(), hdbscan_model=quick(), language="multilingual")
    with warnings.catch_warnings(action="ignore"):
        found, probabilities = model.fit_transform(TEXTS, embeddings=VECTORS.copy())
        again, _ = model.transform(TEXTS, embeddings=VECTORS)
    assert adjusted_rand_score(PLANTED, found) > 0.95
    assert list(again) == found
    assert len(probabilities) == 100


# ---- embedder


def test_the_embedder_is_the_encoder_in_other_clothes() -> None:
    tokens = corpus_of(TEXTS).tokens
    expected = embed(tokens).encoder.encode(TEXTS)
    embedder = Embedder("lsa", language="en")
    assert (embedder.fit_transform(TEXTS) == expected).all()
    assert (embedder.embed_documents(TEXTS) == expected).all()
    assert (embedder.embed_words(["brunak"]) == embedder.transform(["brunak"])).all()


def test_a_pretrained_model_is_loaded_on_first_use() -> None:
    embedder = Embedder("use")
    assert not hasattr(embedder, "encoder_")
    expected = load_encoder("use").encode(["gas and oil"])
    assert (embedder.transform(["gas and oil"]) == expected).all()


def test_the_embedder_stands_in_a_pipeline() -> None:
    labels = make_pipeline(Embedder("lsa", language="en"), quick(n_topics=4)).fit_predict(TEXTS)
    assert adjusted_rand_score(PLANTED, labels) > 0.9


def test_the_embedder_says_what_it_cannot_do() -> None:
    with pytest.raises(InputError, match="not been fitted"):
        Embedder("lsa").transform(["gas"])
    with pytest.raises(InputError, match="one string"):
        Embedder("lsa").fit("gas")
    with pytest.raises(InputError, match="1 of 2 texts are no strings"):
        Embedder("lsa").fit(["gas", 3])


def test_the_embedder_serves_a_plain_bertopic() -> None:
    model = BERTopic(
        embedding_model=Embedder("lsa", language="en"),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=quick(n_topics=4),
    )
    with warnings.catch_warnings(action="ignore"):
        found, _ = model.fit_transform(TEXTS)
        similar, _ = model.find_topics("brunak brunom", top_n=1)
    assert adjusted_rand_score(PLANTED, found) > 0.9
    assert similar == [found[0]]


# ---- words


def fixed(labels: np.ndarray, documents: list[str], **parameters: object) -> BERTopic:
    """A plain BERTopic whose topics are given."""
    model = BERTopic(
        umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster(), language="multilingual", **parameters
    )
    with warnings.catch_warnings(action="ignore"):
        model.fit(documents, embeddings=np.zeros((len(documents), 2)), y=labels)
    return model


def test_words_of_a_plain_bertopic_co_occur() -> None:
    """In the first topic "solo" is said as often as "oven", but by itself."""
    own = ["oven loaf crust dough yeast"] * 21 + ["solo " * 7] * 3
    documents = [*own, *["sail hull mast keel crew"] * 24]
    labels = np.repeat([0, 1], 24)
    plain, ours = (fixed(labels, documents, representation_model=model) for model in (None, CoherentWords(5)))
    assert "solo" in [word for word, _ in plain.get_topic(0)[:6]]
    assert sorted(word for word, _ in ours.get_topic(0)) == ["crust", "dough", "loaf", "oven", "yeast"]


def test_a_topic_of_few_words_is_filled_up_as_bertopic_does() -> None:
    model = fixed(np.repeat([0, 1], 5), ["gas oil"] * 5 + ["sail hull mast"] * 5, representation_model=CoherentWords(4))
    for topic in (0, 1):
        words = [word for word, _ in model.get_topic(topic)]
        assert len(words) == 4
        assert words[-1] == ""


def test_outliers_have_words_and_do_not_take_those_of_others() -> None:
    labels = np.repeat([0, 1, OUTLIER], 8)
    documents = ["gas pipe valve"] * 8 + ["sail hull mast"] * 8 + ["gas sail bread"] * 8
    model = fixed(labels, documents, representation_model=CoherentWords(3))
    assert {word for word, _ in model.get_topic(0)} == {"gas", "pipe", "valve"}
    assert "bread" in {word for word, _ in model.get_topic(OUTLIER)}


# ---- all of them


def test_a_model_of_our_parts_can_be_given_others() -> None:
    analyzer = PhraseAnalyzer.fit(TEXTS, language="en")
    model = create_bertopic(
        analyzer, quick(n_topics=4), Embedder("lsa", language="en"), representation_model={"Own": CoherentWords(3)}
    )
    assert isinstance(model.vectorizer_model, CountVectorizer)
    with warnings.catch_warnings(action="ignore"):
        found, _ = model.fit_transform(TEXTS)
    assert adjusted_rand_score(PLANTED, found) > 0.9
    assert set(model.topic_aspects_) == {"Label", "Own"}
    assert len(model.topic_aspects_["Own"][0]) == 3
