"""The vocabulary as analyzer of scikit-learn's vectorizers, and in a BERTopic of anybody."""

import copy
import pickle
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import CountVectorizer
from test_phrases import FILLER, NAMES, PHRASES, PIECES

import topics
from topics.errors import InputError
from topics.text import PhraseAnalyzer, Vocabulary, build_vocabulary, detect_language, read_phrase_tokens, tokenise_all

with warnings.catch_warnings():  # bertopic and what it imports warn, and bertopic silences warnings for good
    warnings.simplefilter("ignore")
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction

LANGUAGES = ["en", "ru", "zh", "ja", "th", "de", "fr", "xx"]
TEXTS = st.lists(st.lists(PIECES | st.text(max_size=10), max_size=4).map("".join), max_size=6)


def documents_of(vocabulary: Vocabulary) -> list[list[str]]:
    return [[vocabulary.show(term) for term in document] for document in vocabulary.documents]


def cleaned(text: str) -> str:
    """What ``BERTopic._preprocess_text`` makes of a text in its default language."""
    return re.sub(r"[^A-Za-z0-9 ]+", "", text.replace("\n", " ").replace("\t", " "))


def concatenations(joined: str, terms: dict[str, list[list[str]]]) -> Iterator[list[str]]:
    """The terms of every sequence of texts that gives ``joined``, apart from spaces."""
    if not joined:
        yield []
        return
    for text, documents in terms.items():
        if joined == text or (text and joined.startswith(f"{text} ")):
            for rest in concatenations(joined[len(text) + 1 :], terms):
                yield from (document + rest for document in documents)


def terms_by_text(texts: list[str], vocabulary: Vocabulary, form: Callable[[str], str]) -> dict[str, list[list[str]]]:
    terms: dict[str, list[list[str]]] = {}
    for text, document in zip(texts, documents_of(vocabulary), strict=True):
        terms.setdefault(" ".join(form(text).split()), []).append(document)
    return terms


# ---- known texts


@settings(max_examples=50, deadline=None)
@given(TEXTS, st.sampled_from([*LANGUAGES, "auto"]), st.booleans(), st.integers(0, 2))
@example([*NAMES, *PHRASES, *FILLER], "en", True, 0)
def test_a_text_of_the_fit_has_the_terms_of_its_document(texts: list[str], language: str, phrases: bool, min_count: int):
    tokens = read_phrase_tokens(tokenise_all(texts, language))
    vocabulary = build_vocabulary(tokens, phrases=phrases, min_count=min_count)
    analyzer = PhraseAnalyzer.fit(texts, language, phrases=phrases, min_count=min_count)
    assert [analyzer(text) for text in texts] == documents_of(vocabulary)
    assert [vocabulary.terms(text) for text in texts] == list(vocabulary.documents), "read as if new, it has the same"
    assert [PhraseAnalyzer.fit(tokens, phrases=phrases, min_count=min_count)(text) for text in texts] == documents_of(
        vocabulary
    )


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 5), max_size=6), st.sampled_from(LANGUAGES), st.booleans())
@example([*NAMES, *PHRASES, *FILLER], [*range(18), 3], "en", False)
@example([*NAMES, *PHRASES, *FILLER], [*range(18), 3], "en", True)
@example(["Gas, oil", "Gas", "oil", "oil coal", "Gas oil coal tar", "\n"], [1, 5, 2], "en", False)
@example(["Gas", "Gas oil", "oil coal"], [0, 2], "en", False)
def test_joined_texts_have_the_terms_of_one_after_the_other(
    texts: list[str], order: list[int], language: str, is_cleaned: bool
):
    vocabulary = build_vocabulary(read_phrase_tokens(tokenise_all(texts, language)))
    analyzer = PhraseAnalyzer(vocabulary, tuple(texts))
    chosen = [texts[i % len(texts)] for i in order if texts]
    joined = " ".join(map(cleaned if is_cleaned else str, chosen))
    ways = list(concatenations(" ".join(joined.split()), terms_by_text(texts, vocabulary, cleaned if is_cleaned else str)))
    if is_cleaned:  # it may also be texts that need no cleaning
        ways += concatenations(" ".join(joined.split()), terms_by_text(texts, vocabulary, str))
    with patch.object(Vocabulary, "terms", side_effect=AssertionError("a known text was read")):
        assert analyzer(joined) in ways
    if not is_cleaned and len(ways) == 1:
        assert analyzer(joined) == [term for text in chosen for term in analyzer(text)]


@settings(max_examples=40, deadline=None)
@given(TEXTS, st.lists(st.sampled_from([*NAMES, "Gas prices rose.", "Later Putin met Xi."]), max_size=3), st.randoms())
def test_the_order_of_the_texts_does_not_matter(texts: list[str], new: list[str], random: Any):
    shuffled = random.sample(texts, len(texts))
    one, other = PhraseAnalyzer.fit(texts, "en"), PhraseAnalyzer.fit(shuffled, "en")
    for text in [*texts, *new, " ".join(texts), " ".join([*new, *texts, *new]), cleaned(" ".join(texts))]:
        assert one(text) == other(text)


def test_no_phrase_extends_from_one_text_into_the_next():
    texts = [*PHRASES, "Some say it is natural", "gas is cheap here", *FILLER]
    analyzer = PhraseAnalyzer.fit(texts, "en")
    assert analyzer("It is natural gas") == ["natural gas"]
    both = "Some say it is natural gas is cheap here"
    assert analyzer(both) == ["natural", "gas", "cheap"]
    assert analyzer(f"{both} {FILLER[0]}") == ["natural", "gas", "cheap", *analyzer(FILLER[0])]


def test_joined_texts_are_not_read_again(monkeypatch: pytest.MonkeyPatch):
    texts = [f"{text} It is number {i}." for i in range(30) for text in (*NAMES, *FILLER)]
    analyzer = PhraseAnalyzer.fit(texts, "en")
    expected = [term for text in texts for term in analyzer(text)]
    monkeypatch.setattr(Vocabulary, "terms", lambda *_: pytest.fail("a known text was read"))
    assert analyzer(" ".join(texts)) == analyzer("\n\t ".join(texts)) == expected
    assert analyzer(cleaned(" ".join(texts))) == expected


def test_unknown_texts_between_known_ones_are_read(monkeypatch: pytest.MonkeyPatch):
    analyzer = PhraseAnalyzer.fit([*NAMES, *PHRASES, *FILLER], "en")
    new = "He saw the Bank of China"
    read: list[str] = []
    terms = Vocabulary.terms
    monkeypatch.setattr(Vocabulary, "terms", lambda self, text: read.append(text) or terms(self, text))
    found = analyzer(" ".join([new, NAMES[0], new, NAMES[1], FILLER[0], new]))
    assert read == [new] * 3
    bank = ["saw", "Bank of China"]
    assert found == [*bank, *analyzer(NAMES[0]), *bank, *analyzer(NAMES[1]), *analyzer(FILLER[0]), *bank]


GAS = [*PHRASES, *(f"They {verb} natural gas." for verb in ("sell", "buy", "store")), *FILLER]


def test_a_short_text_is_not_cut_out_of_a_new_one():
    analyzer = PhraseAnalyzer.fit([*GAS, "Natural", "gas", "line"], "en")
    assert analyzer("Natural gas burns.") == ["natural gas", "burn"]
    assert analyzer("They burn natural gas") == ["burn", "natural gas"]
    assert analyzer("They burn natural gas and then some more of it, and also some old bread.") == [
        *("burn", "natural gas", "old", "bread"),
    ]
    assert analyzer("gasoline") == [], "nor out of a word"
    assert analyzer("Natural gas") == ["natural", "gas"], "but this may be two texts"


def test_of_texts_that_bertopic_makes_alike_the_one_that_was_so_counts():
    texts = ["They say natural, gas", "They say natural gas", "They say natural\n\ngas", "They say (natural) gas"]
    terms = [["natural", "gas"], ["natural gas"], ["natural", "gas"], ["natural", "gas"]]
    for order in (texts, texts[::-1]):
        analyzer = PhraseAnalyzer.fit([*order, *GAS], "en")
        assert [analyzer(text) for text in texts] == terms
        for form in (str, cleaned):
            assert analyzer(" ".join([form(texts[1]), form(FILLER[0])])) == [*terms[1], *analyzer(FILLER[0])]
    analyzer = PhraseAnalyzer.fit(["Natural", "gas", "Natural gas!", *GAS], "en")
    assert analyzer("Natural gas") == ["natural", "gas"], "two texts as they are, rather than a cleaned one"
    assert analyzer("Natural gas!") == ["natural gas"]


def test_line_breaks_of_a_new_text_count():
    analyzer = PhraseAnalyzer.fit(GAS, "en")
    assert analyzer("Something natural\n\ngas of old") == ["natural", "gas", "old"]
    assert analyzer("Something natural gas of old") == ["natural gas", "old"]


# ---- new texts


def test_a_new_text_is_read_with_the_phrases_names_and_spelling_of_the_fit():
    analyzer = PhraseAnalyzer.fit([*NAMES, *PHRASES], "en")
    assert analyzer("Xi Jinping and the European Unions want PRICES of natural gas.") == [
        *("Xi Jinping", "European Union", "price", "natural gas"),
    ]
    assert analyzer("A walrus swims.") == []
    assert analyzer("") == analyzer(" \n") == analyzer("emptydoc") == []
    assert analyzer("China's Bank") == ["China", "Bank"]


def test_the_surname_and_the_name_are_one_feature_in_a_new_text():
    texts = ["He met Vladimir Putin.", "She saw Putin. Then Putin left.", "We know Vladimir Putin.", "Later Mr Putin slept."]
    analyzer = PhraseAnalyzer.fit(texts, "en")
    assert analyzer("Vladimir Putin slept, and Putin met him") == ["Putin", "slept", "Putin", "met"]


def test_a_name_in_a_new_text_needs_capitals():
    analyzer = PhraseAnalyzer.fit(["She draws a red line and a square.", "We visit the Red Square.", *FILLER], "en")
    assert analyzer("The Red Square") == ["Red Square"]
    assert analyzer("A red square") == analyzer("Red squares") == ["red", "square"]


def test_a_phrase_that_longer_ones_always_cover_does_not_hide_its_words():
    texts = [f"They {verb} liquefied natural gas there." for verb in ("sell", "buy", "mend", "steal")]
    analyzer = PhraseAnalyzer.fit([*texts, "Some parks are natural. A gas leaks.", *FILLER], "en")
    assert analyzer("Liquefied natural gas, natural gas") == ["liquefied natural gas", "natural", "gas"]


def test_terms_with_the_same_display_are_one_feature():
    # the stems differ, the most frequent spellings do not
    texts = ["We like U.S. cars; they like US cars.", "He likes the US. She likes the U.S."]
    analyzer = PhraseAnalyzer.fit(texts, "en")
    features = [term for text in texts for term in analyzer(text)]
    vectorizer = CountVectorizer(analyzer=analyzer).fit(texts)
    assert sorted(set(features)) == vectorizer.get_feature_names_out().tolist()


@pytest.mark.parametrize(
    ("language", "texts", "new", "terms"),
    [
        ("zh", ["中国进口液化天然气。", "液化天然气价格上涨。", "俄罗斯出口液化天然气。"], "液化天然气很贵", ["液化天然气"]),
        ("ja", ["政府は対策を議論した。", "専門家は対策を評価した。"], "新しい対策について。", ["対策"]),
        ("ru", ["Газопровод «Сила Сибири» готов.", "Мы видели Силу Сибири."], "Без Силы Сибири.", ["Сила Сибири"]),
        ("fr", ["Moins d'énergie, plus l’énergie."], "L’énergie", ["énergie"]),
    ],
)
def test_other_languages(language: str, texts: list[str], new: str, terms: list[str]):
    for analyzer in (PhraseAnalyzer.fit(texts, language), PhraseAnalyzer.fit([*texts, *texts], "auto", min_count=1)):
        assert analyzer(new) == terms
        assert analyzer(" ".join(texts)) == [term for text in texts for term in analyzer(text)]


def test_thai_is_read_by_pairs_of_characters():
    texts = ["ราคาก๊าซธรรมชาติเพิ่มขึ้น", "จีนซื้อก๊าซธรรมชาติ", "รัสเซียขายก๊าซธรรมชาติ"]
    assert {*map(detect_language, texts)} == {"th"}
    analyzer = PhraseAnalyzer.fit(texts)
    assert {*analyzer("ก๊าซ")} <= {term for text in texts for term in analyzer(text)}
    assert analyzer("ก๊าซธรรมชาติ") != []


GERMAN = [
    "Die Bäcker kneten den Teig zweimal und lassen ihn unter einem Tuch ruhen, bis die Hefe gewirkt hat.",
    "Ohne Dampf bildet sich die Kruste zu früh, und das Brot reißt im Ofen an der Seite auf.",
    "Im Dorf war der Ofen für alle da, und jede Familie zeichnete ihr Brot mit einem Stempel.",
]


def test_texts_in_several_languages_are_each_read_in_their_own():
    texts = [*BREAD, *GERMAN]
    analyzer = PhraseAnalyzer.fit(texts)
    assert (analyzer.vocabulary.language, analyzer.vocabulary.is_mixed) == ("en", True)
    assert not {"die", "und", "ohne"} & {term.lower() for text in GERMAN for term in analyzer(text)}
    assert {"Bäcker", "Teig", "Kruste", "Ofen"} <= {term for text in GERMAN for term in analyzer(text)}
    new = "Der Teig war schon gestern im Ofen, und jede Familie hat ihr Brot mit einem Stempel."
    assert analyzer(new) == ["Teig", "Ofen", "Familie", "Brot", "Stempel"]
    assert [analyzer.vocabulary.terms(text) for text in texts] == list(analyzer.vocabulary.documents)
    tokens = tokenise_all(texts, "en", ["en"] * len(BREAD) + ["de"] * len(GERMAN))
    assert [PhraseAnalyzer.fit(tokens)(text) for text in texts] == [analyzer(text) for text in texts]
    assert not PhraseAnalyzer.fit(BREAD).vocabulary.is_mixed


def test_what_is_no_list_of_texts_is_refused():
    with pytest.raises(InputError, match="texts are one string; expected a list of strings"):
        PhraseAnalyzer.fit("one string")


# ---- in scikit-learn


def test_clones_and_copies_analyse_alike():
    texts = [*NAMES, *PHRASES]
    analyzer = topics.PhraseAnalyzer.fit(texts, "en")
    vectorizer = CountVectorizer(analyzer=analyzer)
    expected = vectorizer.fit_transform(texts).toarray()
    for other in (clone(vectorizer), copy.deepcopy(vectorizer), pickle.loads(pickle.dumps(vectorizer))):
        assert np.array_equal(other.fit_transform(texts).toarray(), expected)
    assert "PhraseAnalyzer: 3" in repr(vectorizer)
    assert "\n" not in repr(analyzer)


# ---- in BERTopic

CORPUS = [*BREAD, *STARS, *BOATS, *NAMES, *PHRASES, *PHRASES[:2], "Ein Text\nmit Umbruch.", "", "天然气价格。"]


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Four groups of texts, one without a distinct subject, whatever their words."""
    groups = np.repeat(np.eye(4), [len(BREAD), len(STARS), len(BOATS), len(CORPUS) - 30], axis=0)
    return groups + np.random.default_rng(0).normal(0, 0.05, groups.shape)


def fit(vectors: np.ndarray, analyzer: PhraseAnalyzer, language: str = "multilingual") -> BERTopic:
    model = BERTopic(
        language=language,
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=KMeans(4, random_state=0, n_init=1),
        vectorizer_model=CountVectorizer(analyzer=analyzer),
    )
    model.fit_transform(CORPUS, vectors)
    return model


@pytest.fixture(scope="module", params=["multilingual", "english"])
def fitted(request: pytest.FixtureRequest, vectors: np.ndarray) -> BERTopic:
    return fit(vectors, PhraseAnalyzer.fit(CORPUS, "en"), request.param)


def joined(model: BERTopic, topic: int) -> str:
    return " ".join(text for text, own in zip(CORPUS, model.topics_, strict=True) if own == topic)


def counted(model: BERTopic, topic: int) -> Counter[str]:
    """The terms of the texts of a topic, each read by itself."""
    analyzer = model.vectorizer_model.analyzer
    return Counter(term for text, own in zip(CORPUS, model.topics_, strict=True) if own == topic for term in analyzer(text))


def test_bertopic_counts_the_terms_of_each_topic(fitted: BERTopic):
    joined = [" ".join(text for text, own in zip(CORPUS, fitted.topics_, strict=True) if own == topic) for topic in range(4)]
    vectorizer = fitted.vectorizer_model
    rows = vectorizer.transform(fitted._preprocess_text(np.array(joined))).toarray()
    names = vectorizer.get_feature_names_out()
    for topic, row in enumerate(rows):
        expected = counted(fitted, topic)
        if fitted.language == "english":  # of which Chinese is deleted
            expected -= Counter(fitted.vectorizer_model.analyzer("天然气价格。"))
        assert {name: count for name, count in zip(names, row, strict=True) if count} == expected
    assert {"Xi Jinping", "natural gas"} <= {*names}
    assert all(word in names for topic in range(4) for word, _ in fitted.get_topic(topic))


def test_bertopic_transforms_and_finds_representative_documents(fitted: BERTopic, vectors: np.ndarray):
    found, _ = fitted.transform(CORPUS, vectors)
    assert list(found) == fitted.topics_
    for topic in range(4):
        documents = fitted.get_representative_docs(topic)
        assert {fitted.topics_[CORPUS.index(text)] for text in documents} == {topic}


def test_bertopic_approximates_distributions(fitted: BERTopic):
    texts = [BREAD[0], STARS[3], "The crust of the loaf. Planets orbit a star.", "Nothing known"]
    distribution, _ = fitted.approximate_distribution(texts, min_similarity=0)
    bread, stars = (fitted.topics_[CORPUS.index(group[0])] for group in (BREAD, STARS))
    assert distribution.shape == (4, 4)
    assert distribution[:2].argmax(axis=1).tolist() == [bread, stars]
    assert {*distribution[2].argsort()[-2:].tolist()} == {bread, stars}


def test_bertopic_makes_a_hierarchy_and_topics_over_time(fitted: BERTopic):
    names = {*fitted.vectorizer_model.get_feature_names_out()}
    hierarchy = fitted.hierarchical_topics(CORPUS)
    assert len(hierarchy) == 3
    assert all({*name.split("_")} <= names for name in hierarchy["Parent_Name"])
    times = [i % 2 for i in range(len(CORPUS))]
    over_time = fitted.topics_over_time(CORPUS, times, global_tuning=False, evolution_tuning=False)
    assert over_time["Frequency"].sum() == len(CORPUS)
    for words, topic, time in zip(over_time["Words"], over_time["Topic"], over_time["Timestamp"], strict=True):
        own = [text for text, known, at in zip(CORPUS, fitted.topics_, times, strict=True) if (known, at) == (topic, time)]
        assert {*filter(None, words.split(", "))} <= {
            term for text in own for term in fitted.vectorizer_model.analyzer(text)
        }


def test_bertopic_reduces_topics(vectors: np.ndarray):
    model = fit(vectors, PhraseAnalyzer.fit(CORPUS, "en"))
    model.reduce_topics(CORPUS, nr_topics=2)
    assert {*model.topics_} == {0, 1}
    names = model.vectorizer_model.get_feature_names_out()
    for topic in (0, 1):
        row = model.vectorizer_model.transform([joined(model, topic)]).toarray()[0]
        assert {name: count for name, count in zip(names, row, strict=True) if count} == counted(model, topic)


def test_a_saved_bertopic_loads_and_reads_again_with_its_analyzer(fitted: BERTopic, tmp_path: Path):
    fitted.save(tmp_path / "model", serialization="safetensors", save_ctfidf=True)
    loaded = BERTopic.load(str(tmp_path / "model"))
    assert {topic: [tuple(word) for word in words] for topic, words in loaded.get_topics().items()} == fitted.get_topics()
    assert (loaded.c_tf_idf_ != fitted.c_tf_idf_).nnz == 0
    assert loaded.vectorizer_model.vocabulary_ == fitted.vectorizer_model.vocabulary_
    assert loaded.vectorizer_model.analyzer == "word", "BERTopic saves no analyzer that is an object"
    loaded.vectorizer_model.analyzer = fitted.vectorizer_model.analyzer
    texts = [*CORPUS, " ".join(CORPUS), "Will the Bank of China sell natural gas?"]
    assert (loaded.vectorizer_model.transform(texts) != fitted.vectorizer_model.transform(texts)).nnz == 0
    assert np.array_equal(loaded.approximate_distribution(CORPUS[:5])[0], fitted.approximate_distribution(CORPUS[:5])[0])
