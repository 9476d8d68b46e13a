"""The words, labels and paragraphs that a topic is told by."""

import warnings
from functools import cache

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus, vocabulary_of
from planted import ENDINGS, OPENINGS, by_vectors, by_words, corpus_of, few, texts, truth, vectors
from scipy.sparse import csr_matrix

from topics.text import Embeddings, PhraseAnalyzer, Vocabulary, coherence, embed, find_words, stop_stems
from topics.topic_model import OUTLIER, Topics, create_bertopic, fit_topics

with warnings.catch_warnings(action="ignore"):
    from bertopic.cluster import BaseCluster
    from bertopic.vectorizers import ClassTfidfTransformer

GAS = (
    "Russia sells natural gas to its neighbours, and natural gas pays for much else.",
    "The price of natural gas fell while the harvest was poor.",
    "A pipeline carries natural gas across the steppe to China.",
    "Ships bring natural gas in winter; the pipeline rests.",
    "Buyers of natural gas sign for twenty years, or for a winter.",
    "The pipeline was laid by the Power of Siberia company in a winter.",
    "Power of Siberia is the name of a pipeline, and of a company.",
    "The company behind Power of Siberia raised the price for its buyers.",
    "Where Power of Siberia ends, the buyers begin.",
    "The price is agreed in winter, when buyers are cold.",
)
PROSE = [*BREAD, *STARS, *BOATS, *GAS]
KINDS = np.repeat(np.arange(4), 10)


@cache
def prose(*assignments: str) -> Topics:
    """Topics of forty paragraphs of four kinds, told apart by their vectors."""
    rows = np.eye(6)[KINDS] + 0.05 * np.random.default_rng(0).standard_normal((40, 6))
    given = Embeddings(rows.astype(np.float32), "planted")
    return fit_topics(corpus_of(PROSE), given, few("topics.granularity=4", *assignments))


def labels(found: Topics) -> np.ndarray:
    return found.paragraph_topics["topic_id"].to_numpy()


def terms_of(found: Topics, known: Vocabulary) -> dict[int, list[str]]:
    """The terms behind the words that are shown."""
    term = {known.show(term): term for document in known.documents for term in document}
    assert len(term) == len({term for document in known.documents for term in document})
    return {topic: [term[word] for word in own["word"]] for topic, own in found.topic_words.groupby("topic_id")}


# ---- class-based tf-idf


def counted(documents: tuple[tuple[str, ...], ...], classes: np.ndarray) -> tuple[list[str], np.ndarray]:
    """How often each class, outliers being one, has each term, counted one by one."""
    names, topics = sorted({term for document in documents for term in document}), sorted(set(classes.tolist()))
    table = np.zeros((len(topics), len(names)))
    for document, topic in zip(documents, classes, strict=True):
        for term in document:
            table[topics.index(topic), names.index(term)] += 1
    return names, table


@pytest.mark.parametrize("outliers", [0.0, 0.2])
def test_weights_are_those_of_the_transformer_of_bertopic(outliers: float) -> None:
    found = prose(f"topics.outliers={outliers}")
    known = vocabulary_of(PROSE)
    names, table = counted(known.documents, labels(found))
    expected = ClassTfidfTransformer(reduce_frequent_words=True).fit_transform(csr_matrix(table)).toarray()
    terms, numbers = terms_of(found, known), sorted(set(labels(found).tolist()))
    assert len(found.topic_words) > 20
    for topic, own in found.topic_words.groupby("topic_id"):
        weights = [expected[numbers.index(topic), names.index(term)] for term in terms[topic]]
        assert own["weight"].tolist() == pytest.approx(weights)
        model = {word: weight for word, weight in found.bertopic.get_topic(topic) if word}
        assert model == pytest.approx(dict(zip(own["word"], own["weight"], strict=True)))


# ---- which words


def test_words_are_whole_and_no_stop_words() -> None:
    found = prose()
    stop = stop_stems("en")
    for word in found.topic_words["word"]:
        assert word.strip() == word != ""
        assert not word.endswith(("'s", "’s"))
        assert not {part.stem for part in find_words(word, "en")} <= stop
    assert not set(found.topic_words["word"]) & {"the", "and", "of", "is", "its", "as", "their"}


def test_phrases_and_names_are_words_unless_they_are_off() -> None:
    with_phrases, without = prose(), prose("topics.phrases=false")
    assert {"natural gas", "Power of Siberia"} <= set(with_phrases.topic_words["word"])
    assert not any(" " in word for word in without.topic_words["word"])
    assert {"natural", "gas"} <= set(without.topic_words["word"])
    assert labels(with_phrases).tolist() == labels(without).tolist()


def test_words_are_listed_by_weight_and_the_table_of_topics_lists_the_same() -> None:
    found = prose()
    for topic, own in found.topic_words.groupby("topic_id"):
        assert own["rank"].tolist() == list(range(1, len(own) + 1))
        assert own["weight"].is_monotonic_decreasing
        assert own["word"].is_unique
        assert found.topics.set_index("topic_id").loc[topic, "words"] == ", ".join(own["word"])


@pytest.mark.parametrize("n", [1, 3, 5, 10, 20])
def test_as_many_words_are_kept_as_the_settings_say(n: int) -> None:
    found = by_words(4, 25, 0.5, 0, f"topics.words={n}")
    expected = min(n, len(ENDINGS)) if n <= 10 else range(12, 21)
    for _, own in found.topic_words.groupby("topic_id"):
        assert len(own) == expected if isinstance(expected, int) else len(own) in expected


def test_planted_topics_are_told_by_their_own_words() -> None:
    found = by_words(4, 25, 0.5)
    for topic, own in found.topic_words.groupby("topic_id"):
        planted = np.bincount(truth(4, 25)[labels(found) == topic]).argmax()
        assert {word[: -len(ending)] for word in own["word"] for ending in ENDINGS if word.endswith(ending)} == {
            OPENINGS[planted]
        }


@pytest.mark.parametrize("fewest", [1, 3, 6])
def test_a_word_stands_in_as_many_paragraphs_as_the_settings_say(fewest: int) -> None:
    found = prose(f"topics.min_count={fewest}", "topics.phrases=false")
    known = vocabulary_of(PROSE, phrases=False)
    spread = dict.fromkeys(found.topic_words["word"], 0)
    for document in vocabulary_of(PROSE, phrases=False, min_count=1).documents:
        for word in {known.show(term) for term in document} & set(spread):
            spread[word] += 1
    assert min(spread.values()) >= fewest


def test_a_word_of_a_single_paragraph_is_listed_only_where_there_are_too_few_others() -> None:
    corpus = make_corpus([*BREAD, *STARS], [f"a{i:02d}" for i in range(20)])
    found = fit_topics(corpus, embed(corpus.tokens), few())
    known = vocabulary_of([*BREAD, *STARS])
    listed = terms_of(found, known)
    shared = 0
    for topic, terms in listed.items():
        own = [set(document) for document, one in zip(known.documents, labels(found), strict=True) if one == topic]
        spread = {term: sum(term in document for document in own) for document in own for term in document}
        if sum(value > 1 for value in spread.values()) >= 3:
            shared += 1
            assert all(spread[term] > 1 for term in terms)
    assert shared


def test_where_no_word_is_shared_those_of_single_paragraphs_are_listed() -> None:
    corpus = make_corpus(["Ovens glow.", "Comets fade.", "Sails tear."])
    found = fit_topics(corpus, embed(corpus.tokens), few())
    assert set(found.topic_words["word"]) == {"Ovens", "glow", "Comets", "fade", "Sails", "tear"}
    assert found.topics["label"].str.len().gt(0).all()


def test_where_there_are_no_words_there_is_a_topic_all_the_same() -> None:
    corpus = make_corpus(["It is what it was.", "And they were there."])
    found = fit_topics(corpus, embed(corpus.tokens), few())
    assert found.topic_words.empty
    assert found.topics[["label", "words"]].to_numpy().tolist() == [["topic 0", ""]]
    assert found.topics[["npmi", "c_v", "distinctness"]].isna().all(axis=None)
    assert all(np.isnan(value) for value in found.coherence.values())


def chosen(documents: list[str], classes: np.ndarray, n: int) -> set[str]:
    """The words that are chosen for the first topic."""
    analyzer = PhraseAnalyzer.fit(documents, language="en")
    model = create_bertopic(analyzer, BaseCluster(), None, n_words=n)
    with warnings.catch_warnings(action="ignore"):
        model.fit(documents, embeddings=np.zeros((len(documents), 2)), y=classes)
    return {word for word, _ in model.get_topic(model.topics_[0]) if word}


def test_a_single_word_makes_way_for_a_phrase_that_holds_it() -> None:
    found = prose()
    gas = next(own for _, own in found.topic_words.groupby("topic_id") if "natural gas" in set(own["word"]))
    assert not {"natural", "gas"} & set(gas["word"])


def test_a_word_in_another_inflection_makes_way_for_a_phrase_that_holds_it() -> None:
    own = [f"The gas pipelines of {town} leak, says the valve inspector." for town in ("Omsk", "Tomsk", "Perm", "Ufa")] * 3
    own += ["A pipeline leaks, says an inspector of valves."] * 4
    boats = ["The sail and the hull of a boat need a mast."] * 12
    words = chosen([*own, *boats], np.repeat([0, 1], [16, 12]), 4)
    assert "gas pipelines" in words
    assert "pipeline" not in words


# ---- measures


@pytest.mark.parametrize("settings", [None, (), ("topics.outliers=0.2",), ("topics.words=4", "topics.phrases=false")])
def test_measures_are_those_of_the_words_that_are_listed(settings: tuple[str, ...] | None) -> None:
    """The first corpus has paragraphs longer than the window of NPMI, and shorter than that of C_v."""
    if settings is None:
        found, known = by_words(4, 25, 0.5, 1), vocabulary_of(texts(4, 25, 0.5, 1))
    else:
        found, known = prose(*settings), vocabulary_of(PROSE, phrases="topics.phrases=false" not in settings)
    listed = list(terms_of(found, known).values())
    table = found.topics[found.topics["topic_id"] != OUTLIER]
    words = [word for own in listed for word in own]
    npmi = coherence.count_windows(words, known.documents, 10).npmi(listed)
    c_v = coherence.count_windows(words, known.documents, 110).c_v(listed)
    assert table["npmi"].tolist() == pytest.approx(npmi)
    assert table["c_v"].tolist() == pytest.approx(c_v)
    assert table["distinctness"].tolist() == pytest.approx(coherence.distinctness(listed))
    expected = {"npmi": npmi.mean(), "c_v": c_v.mean(), "diversity": coherence.diversity(listed)}
    assert found.coherence == pytest.approx(expected)


def test_distinctness_is_the_share_of_words_that_no_other_topic_lists() -> None:
    texts = [f"{one} and pans and pots." for one in ("Ovens, loaves", "Comets, stars", "Sails, hulls") for _ in range(10)]
    rows = np.eye(4)[np.repeat([0, 1, 2], 10)] + 0.02 * np.random.default_rng(0).standard_normal((30, 4))
    known = few("topics.granularity=3", "topics.phrases=false")
    found = fit_topics(corpus_of(texts), Embeddings(rows.astype(np.float32), "planted"), known)
    lists = [set(found.words(topic)) for topic in range(3)]
    shared = set.intersection(*lists)
    assert shared == {"pans", "pots"}
    assert found.topics["distinctness"].tolist() == pytest.approx([len(own - shared) / len(own) for own in lists])


# ---- representatives


@pytest.mark.parametrize("settings", [(), ("topics.outliers=0.2",)])
def test_representatives_are_central(settings: tuple[str, ...]) -> None:
    found = by_vectors(4, 25, 0.4, 1, *settings)
    unit = vectors(4, 25, 0.4, 1).astype(float)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    place = {name: i for i, name in enumerate(found.paragraph_topics["paragraph_id"])}
    rng = np.random.default_rng(0)
    for topic, own in found.representatives.groupby("topic_id"):
        members = np.flatnonzero(labels(found) == topic)
        middle = unit[members].mean(axis=0)
        cosine = unit @ middle / np.linalg.norm(middle)
        chosen = [place[name] for name in own["paragraph_id"]]
        assert own["rank"].tolist() == [1, 2, 3]
        assert len(set(chosen)) == 3
        assert set(chosen) <= set(members.tolist())
        assert own["centrality"].tolist() == pytest.approx(cosine[chosen].tolist())
        assert own["centrality"].is_monotonic_decreasing
        assert cosine[chosen].min() == pytest.approx(np.sort(cosine[members])[-3])
        drawn = [cosine[rng.choice(members, 3, replace=False)].mean() for _ in range(50)]
        assert cosine[chosen].mean() > max(drawn) - 1e-9 > np.mean(drawn) + 0.02


def test_no_two_representatives_say_the_same() -> None:
    written = texts(2, 10, 0.5)
    corpus = corpus_of([text for text in written for _ in range(3)])
    found = fit_topics(corpus, embed(corpus.tokens), few())
    said = corpus.paragraphs.set_index("paragraph_id")["text"][found.representatives["paragraph_id"]]
    assert said.is_unique
    assert found.representatives.groupby("topic_id").size().eq(3).all()


def test_a_topic_of_one_or_two_paragraphs_has_as_many_representatives() -> None:
    for n in (1, 2):
        corpus = make_corpus(list(BREAD[:n]))
        found = fit_topics(corpus, embed(corpus.tokens), few())
        assert found.representatives["rank"].tolist() == list(range(1, n + 1))
