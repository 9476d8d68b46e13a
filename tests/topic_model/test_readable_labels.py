"""Labels of topics that people can read, by themselves and in anybody's BERTopic."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer

from topics.text import stop_stems
from topics.text.segmentation import missing_segmenters
from topics.text.words import stem
from topics.topic_model.labels import ReadableLabels
from topics.topic_model.naming import MAX_TERMS, name_topics

with warnings.catch_warnings(action="ignore"):
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

GAS = [
    "Gazprom will sell natural gas to the European Union. The people of the EU learn that gas is expensive.",
    "A new pipeline carries natural gas, and Gazprom tries to sell more gas to the EU.",
    "Natural gas from the pipeline: people want to buy it, and Gazprom sells it to the European Union.",
    "The pipeline of Gazprom is old. The price of natural gas has become high, people say.",
    "They try to learn the price of natural gas, but Gazprom and the European Union will not say it.",
    "The pipeline was closed; people of the European Union tried to do without natural gas.",
]
SCHOOL = [
    "The teachers of the school learn English, and the people try to help the school.",
    "People want good teachers. The primary school will try to find English teachers.",
    "In the primary school, people learn English; the pupils of the primary school try hard.",
    "The pupils sell cakes to the people for their primary school and its teachers.",
    "A teacher of English came to the primary school: the pupils learn, the people learn.",
    "Old people come to the school and try to learn English with the pupils.",
]
WHALES = [
    "The Battle of Trafalgar was fought by Admiral Nelson, people say.",
    "People learn about the Battle of Trafalgar and about Nelson.",
    "Nelson died in the Battle of Trafalgar; people still learn of it.",
    "The ships of Nelson, and the people of the ships, were at the Battle of Trafalgar.",
    "They try to raise the ships of the Battle of Trafalgar for the people.",
]
TEXTS = {0: GAS, 1: SCHOOL, 2: WHALES}


def label(found: dict[int, list[tuple[str, float]]], topic: int = 0) -> list[str]:
    return found[topic][0][0].split(", ")


# ---- what a label is


def test_labels_have_nouns_and_names_alone() -> None:
    found = name_topics({}, TEXTS)
    assert set(label(found, 0)) <= {"Gazprom", "natural gas", "European Union", "pipeline", "price"}
    assert set(label(found, 1)) <= {"primary school", "English", "teachers", "pupils"}
    assert {"Battle of Trafalgar", "Nelson"} <= set(label(found, 2))


def test_words_of_everyday_speech_make_way() -> None:
    """As many texts hold either word, and none of the other topic; in a text of this length, people are usual."""
    padding = " It was what it is, and so they were, and he, and she, and we." * 8
    texts = {0: [f"The people of the pipeline.{padding}"] * 3 + [f"A pipeline for people.{padding}"], 1: SCHOOL[:0]}
    assert label(name_topics({}, texts)) == ["pipeline", "people"]


def test_words_of_every_topic_make_way() -> None:
    assert not any("people" in own[0][0] for own in name_topics({}, TEXTS).values())


def test_labels_join_two_or_three_terms_that_share_no_stem() -> None:
    for own in name_topics({}, TEXTS).values():
        said = own[0][0].split(", ")
        assert 2 <= len(said) <= MAX_TERMS
        stems = [stem(word, "en") for term in said for word in term.split()]
        assert len(stems) == len(set(stems))
        assert not set(stems[:1]) & stop_stems("en")


def test_a_phrase_hides_its_words_and_its_initials() -> None:
    own = [term for term, _ in name_topics({}, TEXTS)[0][1:]]
    assert {"natural gas", "European Union"} <= set(own)
    assert {"gas", "EU", "Union"}.isdisjoint(own)


def test_a_word_stays_where_the_phrase_is_rare() -> None:
    often = ["The gas of the bank.", "A gas and the bank.", "The bank for gas.", "The price of gas.", "The gas of the bank."]
    rarely = ["The natural gas of a bank.", "Natural gas for the bank.", "A natural gas of it."]
    assert label(name_topics({}, {0: [*often, *often, *rarely], 1: SCHOOL})) == ["gas", "bank"]


def test_no_two_topics_have_the_same_label() -> None:
    found = name_topics({}, {topic: [*GAS] for topic in range(12)})
    assert len({own[0][0] for own in found.values()}) == 12


def test_words_that_tell_topics_apart_are_preferred() -> None:
    oil = [text.replace("natural gas", "crude oil").replace(" gas", " oil") for text in GAS]
    found = name_topics({}, {0: GAS, 1: oil})
    assert "natural gas" in label(found, 0)
    assert "crude oil" in label(found, 1)


def test_weights_are_shares_of_texts() -> None:
    found = name_topics({}, TEXTS)[2]
    assert found[0][1] == 1.0
    assert dict(found)["Battle of Trafalgar"] == 1.0
    assert all(0 < weight <= 1 for _, weight in found)


def test_the_order_of_texts_changes_nothing_and_nothing_is_changed() -> None:
    given_texts = {topic: list(texts) for topic, texts in TEXTS.items()}
    given_words = {0: [("gas", 0.5), ("the", 0.4)]}
    found = name_topics(given_words, given_texts)
    assert given_texts == TEXTS
    assert given_words == {0: [("gas", 0.5), ("the", 0.4)]}
    assert name_topics(given_words, {topic: texts[::-1] for topic, texts in reversed(TEXTS.items())}) == found


def test_words_of_the_topic_model_count_for_more() -> None:
    texts = {0: ["The boats of the harbour.", "A boat in the harbour."], 1: ["The dough.", "A dough of the oven."]}
    assert label(name_topics({0: [("harbour", 1.0)]}, texts)) == ["harbour", "boat"]
    assert label(name_topics({0: [("boat", 1.0)]}, texts)) == ["boat", "harbour"]


# ---- where terms fail


def test_where_terms_are_in_few_texts_the_label_is_a_passage() -> None:
    rare = [f"The {kind} of the {place}." for kind, place in zip("oven comet sail pump cake".split(), "abcde", strict=True)]
    texts = {0: [*rare * 8, "The old winter harbour of the northern islands.", "The northern islands of winter."], 1: SCHOOL}
    found = name_topics({}, texts)
    assert (
        found[0][0][0] in ("winter harbour of the northern islands", "northern islands of winter") or len(label(found)) > 1
    )


def test_where_there_are_no_terms_the_words_of_the_model_are_the_label() -> None:
    found = name_topics({0: [("was", 0.5), ("it", 0.4), ("what", 0.3), ("is", 0.2)]}, {0: ["It is what it was."]})
    assert found == {0: [("was, it, what", 0.0)]}


def test_where_there_is_nothing_a_topic_has_its_number() -> None:
    assert name_topics({}, {4: ["It is what it was."], 5: []}) == {4: [("topic 4", 0.0)], 5: [("topic 5", 0.0)]}
    assert name_topics({}, {}) == {}


@given(st.lists(st.lists(st.text(max_size=40), max_size=4), max_size=4), st.sampled_from(["en", "de", "zh", "th"]))
@settings(max_examples=60, deadline=None)
def test_any_texts_are_labelled(lists: list[list[str]], language: str) -> None:
    found = name_topics({}, dict(enumerate(lists)), language)
    assert list(found) == list(range(len(lists)))
    labels = [own[0][0] for own in found.values()]
    assert all(labels)
    assert len(set(labels)) == len(labels)


# ---- other languages

CHINESE = [
    "我们可以看到能源合作很重要，天然气管道也很重要。",
    "两国的能源合作：天然气管道已经建成。",
    "他们不能没有能源合作和天然气。",
]
OTHER_CHINESE = ["学校的老师和学生。", "一个学生可以没有老师，不能没有学校。", "学生们在学校学习。"]
JAPANESE = [
    "火山の噴火に備えて、県は避難計画を作成している。",
    "火山の噴火が続いている。避難する人が多い。",
    "噴火した火山から避難している。",
]
OTHER_JAPANESE = ["学校の生徒と先生がいる。", "先生は生徒に教えている。", "生徒は学校で学んでいる。"]


def test_labels_in_chinese_have_no_fragments() -> None:
    found = name_topics({}, {0: CHINESE, 1: OTHER_CHINESE}, "zh")
    assert "能源合作" in label(found, 0) or "天然气" in "".join(label(found, 0))
    assert set(label(found, 1)) <= {"学校", "老师", "学生"}


@pytest.mark.skipif(bool(missing_segmenters(["ja"])), reason="the extra cjk is not installed")
def test_labels_in_japanese_have_no_fragments() -> None:
    found = name_topics({}, {0: JAPANESE, 1: OTHER_JAPANESE}, "ja")
    assert {"火山", "噴火"} & set(label(found, 0))
    assert set(label(found, 1)) <= {"学校", "生徒", "先生"}


def test_german_labels_keep_their_capitals() -> None:
    texts = {
        0: ["Die Regierung verkauft das Gas.", "Das teure Gas der Regierung.", "Die Regierung kauft Gas."],
        1: ["Die Schule sucht Lehrer.", "Der Lehrer der Schule geht.", "Lehrer gehen in die Schule."],
    }
    assert set(label(name_topics({}, texts, "de"))) == {"Regierung", "Gas"}


# ---- in BERTopic


class Known:
    """A cluster model that knows the answer."""

    def __init__(self, labels: list[int]) -> None:
        self.labels_ = np.array(labels)

    def fit(self, vectors: np.ndarray, y: object = None) -> "Known":
        return self

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        return self.labels_


DOCUMENTS = [*BREAD, *STARS, *BOATS]
CLASSES = [0] * 10 + [1] * 9 + [-1] + [2] * 8 + [-1] * 2


def fitted(representation: object, vectorizer: CountVectorizer | None = None) -> BERTopic:
    with warnings.catch_warnings(action="ignore"):
        model = BERTopic(
            language="multilingual",
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=Known(CLASSES),
            vectorizer_model=vectorizer or CountVectorizer(),
            representation_model=representation,
        )
        model.fit(DOCUMENTS, np.eye(30))
    return model


def test_an_aspect_labels_the_topics_of_any_bertopic_and_leaves_its_words() -> None:
    model = fitted({"Main": None, "Label": ReadableLabels(language="en")})
    plain = fitted(None)
    assert model.topic_representations_ == plain.topic_representations_
    labels = model.topic_aspects_["Label"]
    assert list(labels) == [-1, 0, 1, 2]
    assert labels[-1] == [("Outliers", 0.0)]
    texts = {topic: [text for text, own in zip(DOCUMENTS, model.topics_, strict=True) if own == topic] for topic in range(3)}
    plain.top_n_words = 30
    words = plain._extract_words_per_topic(
        plain.vectorizer_model.get_feature_names_out(), pd.DataFrame({"Topic": model.topics_}), plain.c_tf_idf_
    )
    assert {topic: own[0] for topic, own in name_topics(words, texts).items()} == {
        topic: labels[topic][0] for topic in range(3)
    }
    assert model.get_topic_info()["Label"].str[0].tolist() == [labels[topic][0][0] for topic in (-1, 0, 1, 2)]


def test_it_can_be_the_main_representation_or_part_of_a_chain() -> None:
    alone = fitted(ReadableLabels())
    assert alone.get_topic(0)[0][0] == fitted({"Label": ReadableLabels("en")}).topic_aspects_["Label"][0][0][0]
    assert alone.get_topic_info()["Name"].str.len().gt(0).all()
    chain = fitted([ReadableLabels("en"), ReadableLabels("en")])
    assert chain.get_topic(0)


def test_bertopic_saves_labels_and_they_can_be_its_custom_labels(tmp_path: Path) -> None:
    model = fitted({"Label": ReadableLabels()})
    model.set_topic_labels({topic: own[0][0] for topic, own in model.topic_aspects_["Label"].items()})
    with warnings.catch_warnings(action="ignore"):
        model.save(str(tmp_path / "model"), serialization="safetensors")
        again = BERTopic.load(str(tmp_path / "model"))
    assert [own[0][0] for own in again.topic_aspects_["Label"].values()] == model.custom_labels_


def test_topics_can_be_merged() -> None:
    model = fitted({"Label": ReadableLabels("en")})
    with warnings.catch_warnings(action="ignore"):
        model.merge_topics(DOCUMENTS, [1, 2])
    assert list(model.topic_aspects_["Label"]) == [-1, 0, 1]


def test_the_language_is_found_from_the_texts() -> None:
    documents = pd.DataFrame({"Document": [*CHINESE, *OTHER_CHINESE], "Topic": [0, 0, 0, 1, 1, 1]})
    found = ReadableLabels().extract_topics(None, documents, None, {0: [("能源", 1.0)], 1: [("", 0.00001)]})
    assert found == ReadableLabels("zh").extract_topics(None, documents, None, {0: [("能源", 1.0)], 1: [("", 0.00001)]})


def test_a_document_without_text_is_passed_over() -> None:
    documents = pd.DataFrame({"Document": [*GAS, None], "Topic": [0] * 7})
    found = ReadableLabels("en").extract_topics(None, documents, None, {0: []})
    assert found == name_topics({}, {0: GAS})


def test_it_is_cloned_with_its_parameters() -> None:
    assert clone(ReadableLabels(language="de")).get_params() == {"language": "de"}
