"""The fitted BERTopic: it says what the tables say, and everything that BERTopic's users call works on it."""

import copy
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import BREAD, make_corpus
from planted import corpus_of, few, texts

from topics.errors import InputError
from topics.reading import Corpus
from topics.text import Embeddings, embed
from topics.topic_model import OUTLIER, ConsensusClusters, Embedder, Topics, fit_topics

with warnings.catch_warnings(action="ignore"):
    from bertopic import BERTopic
    from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance

SIZES = (1, 2, 3, 8)
"""Numbers of topics."""


@cache
def corpus(k: int) -> Corpus:
    return corpus_of(texts(k, 20, 0.5))


@cache
def found(k: int, *assignments: str) -> Topics:
    own = corpus(k)
    return fit_topics(own, embed(own.tokens), few(f"topics.granularity={k}", *assignments))


def documents(k: int) -> list[str]:
    return corpus(k).paragraphs["text"].tolist()


# ---- it agrees with the tables, row by row


@pytest.mark.parametrize("k", SIZES)
@pytest.mark.parametrize("assignments", [(), ("topics.outliers=0.1",)])
def test_the_model_says_what_the_tables_say(k: int, assignments: tuple[str, ...]) -> None:
    topics = found(k, *assignments)
    model, docs = topics.bertopic, documents(k)
    assert type(model) is BERTopic
    assert model.topics_ == topics.paragraph_topics["topic_id"].tolist()
    assert model.probabilities_.tolist() == topics.paragraph_topics["probability"].tolist()
    assert model.hdbscan_model.labels_.tolist() == model.topics_
    again, _ = model.transform(docs)
    assert list(again) == model.topics_
    info = model.get_topic_info()
    assert info["Topic"].tolist() == topics.topics["topic_id"].tolist()
    assert info["Count"].tolist() == topics.topics["size"].tolist()
    assert info["Label"].str[0].tolist() == topics.topics["label"].tolist()
    listed = [", ".join(word for word in own if word) for own in info["Representation"]]
    assert listed == topics.topics["words"].tolist()
    text_of = corpus(k).paragraphs.set_index("paragraph_id")["text"]
    for topic, own in topics.representatives.groupby("topic_id"):
        assert model.get_representative_docs(topic) == text_of[own["paragraph_id"]].tolist()
    vectors = embed(corpus(k).tokens).vectors
    for row, topic in enumerate(info["Topic"]):
        mean = vectors[np.array(model.topics_) == topic].mean(axis=0)
        assert model.topic_embeddings_[row] == pytest.approx(mean, abs=1e-6)


def test_topics_of_one_size_have_the_same_numbers_in_model_and_tables() -> None:
    topics = found(8)
    assert topics.topics["size"].nunique() < 8, "no two are of one size"
    assert topics.bertopic.topic_sizes_ == topics.topics.set_index("topic_id")["size"].to_dict()


def test_given_vectors_are_all_that_transform_can_use() -> None:
    own = corpus(3)
    vectors = embed(own.tokens).vectors
    topics = fit_topics(own, Embeddings(vectors, "mine"), few("topics.granularity=3"))
    assert list(topics.bertopic.transform(documents(3), embeddings=vectors)[0]) == topics.bertopic.topics_
    with pytest.raises(InputError, match="what made the vectors of this model is not known"):
        topics.bertopic.transform(documents(3))


# ---- what BERTopic's users call

DATES = [pd.Timestamp(2000 + i % 4, 1, 1) for i in range(200)]
CLASSES = [f"class {i % 3}" for i in range(200)]


def distribution(model: BERTopic, docs: list[str]) -> Any:
    return model.visualize_distribution(model.approximate_distribution(docs[:1])[0][0], min_probability=0)


CALLS: dict[str, tuple[Callable[[BERTopic, list[str]], Any], tuple[int, ...]]] = {
    "visualize_topics": (lambda model, docs: model.visualize_topics(), (2,)),
    "visualize_barchart": (lambda model, docs: model.visualize_barchart(custom_labels="Label"), ()),
    "visualize_heatmap": (lambda model, docs: model.visualize_heatmap(), ()),
    "visualize_hierarchy": (lambda model, docs: model.visualize_hierarchy(), (1,)),
    "visualize_documents": (lambda model, docs: model.visualize_documents(docs), ()),
    "visualize_term_rank": (lambda model, docs: model.visualize_term_rank(), ()),
    "visualize_distribution": (distribution, ()),
    "distribution of tokens": (lambda model, docs: model.approximate_distribution(docs, calculate_tokens=True), ()),
    "topics_over_time": (
        lambda model, docs: model.visualize_topics_over_time(model.topics_over_time(docs, DATES[: len(docs)])),
        (),
    ),
    "topics_per_class": (
        lambda model, docs: model.visualize_topics_per_class(model.topics_per_class(docs, CLASSES[: len(docs)])),
        (),
    ),
    "hierarchical_topics": (
        lambda model, docs: model.visualize_hierarchy(hierarchical_topics=model.hierarchical_topics(docs)),
        (1,),
    ),
    "get_topic_tree": (lambda model, docs: model.get_topic_tree(model.hierarchical_topics(docs)), (1,)),
    "merge_topics": (lambda model, docs: model.merge_topics(docs, [0, 1]), (1,)),
    "reduce_topics": (lambda model, docs: model.reduce_topics(docs, nr_topics=2), ()),
    "update_topics": (lambda model, docs: model.update_topics(docs, top_n_words=5), ()),
    "delete_topics": (lambda model, docs: model.delete_topics([0]), ()),
    "find_topics": (lambda model, docs: model.find_topics(docs[0]), ()),
    "approximate_distribution": (lambda model, docs: model.approximate_distribution(docs), ()),
    "get_document_info": (lambda model, docs: model.get_document_info(docs), ()),
    "set_topic_labels": (lambda model, docs: model.set_topic_labels({0: "Bread"}), ()),
    "generate_topic_labels": (lambda model, docs: model.generate_topic_labels(), ()),
    "get_params": (lambda model, docs: model.get_params(), ()),
    "str": (lambda model, docs: str(model), ()),
}
"""What is called, and the numbers of topics at which BERTopic 0.17.4 itself cannot do it."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("k", SIZES)
@pytest.mark.parametrize("name", CALLS)
def test_what_users_of_bertopic_call_works(name: str, k: int) -> None:
    call, fails = CALLS[name]
    model, docs = copy.deepcopy(found(k).bertopic), documents(k)
    if k in fails:
        with pytest.raises((ValueError, IndexError)):
            call(model, docs)
    else:
        call(model, docs)
        assert len(model.topics_) == len(docs)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("k", SIZES)
def test_outliers_can_be_given_topics(k: int) -> None:
    model = copy.deepcopy(found(k, "topics.outliers=0.1").bertopic)
    assert OUTLIER in model.topics_
    assert OUTLIER not in model.reduce_outliers(documents(k), model.topics_)
    with pytest.raises(ValueError, match="No outliers to reduce"):
        found(k).bertopic.reduce_outliers(documents(k), found(k).bertopic.topics_)


@pytest.mark.filterwarnings("ignore")
def test_merged_topics_are_one_and_the_others_stay() -> None:
    model, docs = copy.deepcopy(found(8).bertopic), documents(8)
    before = np.array(model.topics_)
    model.merge_topics(docs, [2, 5])
    after = np.array(model.topics_)
    assert len(set(after[np.isin(before, [2, 5])].tolist())) == 1
    assert len(set(zip(before.tolist(), after.tolist(), strict=True))) == 8
    assert list(model.transform(docs)[0]) == after.tolist()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("k", SIZES)
def test_a_saved_model_is_loaded_by_bertopic_alone(k: int, tmp_path: Path) -> None:
    model = found(k).bertopic
    model.save(str(tmp_path / "model"), serialization="safetensors", save_ctfidf=True)
    loaded = BERTopic.load(str(tmp_path / "model"), embedding_model=model.embedding_model)
    assert loaded.topics_ == model.topics_
    assert loaded.get_topic_info()["Count"].tolist() == model.get_topic_info()["Count"].tolist()
    assert loaded.topic_aspects_["Label"][0][0][0] == model.topic_aspects_["Label"][0][0][0]
    predicted, _ = loaded.transform(documents(k))  # by the nearest topic embedding
    assert np.mean(np.array(predicted) == model.topics_) > 0.95
    assert not list((tmp_path / "model").glob("*.bin"))


@pytest.mark.filterwarnings("ignore")
def test_other_words_can_be_asked_for() -> None:
    model, docs = copy.deepcopy(found(3).bertopic), documents(3)
    model.update_topics(docs, representation_model={"Main": KeyBERTInspired(), "Diverse": MaximalMarginalRelevance()})
    assert len(model.get_topic(0)) == 10
    assert set(model.topic_aspects_) >= {"Diverse"}


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_a_few_paragraphs_make_a_model_too(n: int) -> None:
    own = make_corpus(list(BREAD[:n]), [f"a{i}" for i in range(n)])
    topics = fit_topics(own, embed(own.tokens), few())
    assert topics.bertopic.topics_ == topics.paragraph_topics["topic_id"].tolist()
    assert isinstance(topics.bertopic.hdbscan_model, ConsensusClusters)
    assert isinstance(topics.bertopic.embedding_model, Embedder)


@pytest.mark.parametrize("text", ["", "It is what it was.", "The oven!"])
def test_texts_without_words_make_a_model_too(text: str) -> None:
    own = make_corpus([text] * 3)
    topics = fit_topics(own, embed(own.tokens), few())
    assert topics.bertopic.get_topic_info()["Count"].tolist() == [3]
    assert topics.topics["words"].tolist() == (["oven"] if "oven" in text else [""])
