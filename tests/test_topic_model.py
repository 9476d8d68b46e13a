"""Topics: on any size, the same every time, never losing a row."""

import warnings

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from topics import themes, topic_model
from topics.codebook import Codebook
from topics.embeddings import Embeddings, embed
from topics.paragraphs import Corpus
from topics.settings import Settings, override
from topics.topic_model import OUTLIER, Topics


def thirty() -> Corpus:
    return make_corpus([*BREAD, *STARS, *BOATS], [f"a{i:02d}" for i in range(30)])


def planted_vectors(sizes: list[int], noise: float = 0.15, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = np.eye(8)[: len(sizes)]
    truth = np.repeat(np.arange(len(sizes)), sizes)
    return centres[truth] + noise * rng.standard_normal((len(truth), 8)), truth


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 8, 13, 14, 15, 16, 30])
def test_any_small_corpus_fits_and_keeps_every_row(n: int) -> None:
    corpus = make_corpus([*BREAD, *STARS, *BOATS][:n])
    found = topic_model.fit(corpus, embed(corpus))
    assert found.paragraph_topics["paragraph_id"].tolist() == corpus.paragraphs["paragraph_id"].tolist()
    assert found.topics["size"].sum() == n
    assert (found.topics["topic_id"] >= 0).any(), "never outliers alone"
    assert any(f"only {n} paragraph" in note or f"among {n}" in note for note in found.notes)
    assert np.isfinite(found.topic_map[["x", "y"]].to_numpy()).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(STARS)), min_size=1, max_size=14))
def test_any_texts_fit(texts: list[str]) -> None:
    corpus = make_corpus(texts)
    assert len(topic_model.fit(corpus, embed(corpus)).paragraph_topics) == len(texts)


def test_the_same_paragraph_thirty_times() -> None:
    corpus = make_corpus([BREAD[0]] * 30)
    found = topic_model.fit(corpus, embed(corpus))
    assert found.topics["size"].sum() == 30


def test_planted_topics_are_recovered() -> None:
    vectors, truth = planted_vectors([40, 30, 30])
    clusters = topic_model.cluster(vectors, Settings(), seed=1)
    kept = clusters.labels != OUTLIER
    assert kept.mean() > 0.8
    assert adjusted_rand_score(truth[kept], clusters.labels[kept]) > 0.9


def test_topics_are_numbered_by_size() -> None:
    vectors, _ = planted_vectors([20, 60, 40])
    labels = topic_model.cluster(vectors, Settings(), seed=1).labels
    sizes = [int((labels == topic).sum()) for topic in range(labels.max() + 1)]
    assert sizes == sorted(sizes, reverse=True)


def test_vectors_handed_in_are_not_changed() -> None:
    corpus = thirty()
    vectors = embed(corpus).vectors
    before = vectors.copy()
    topic_model.fit(corpus, Embeddings(vectors, "mine"))
    assert np.array_equal(vectors, before)


def test_the_same_seed_gives_the_same_answer_and_warnings_stay_untouched() -> None:
    corpus = thirty()
    filters = list(warnings.filters)
    first, again = (topic_model.fit(corpus, embed(corpus)) for _ in range(2))
    assert first.paragraph_topics.equals(again.paragraph_topics)
    assert first.topic_words.equals(again.topic_words)
    assert first.topic_map.equals(again.topic_map)
    assert list(warnings.filters) == filters, "bertopic silences warnings on import; we do not let it"


def test_words_are_whole_readable_and_no_stop_words() -> None:
    texts = [f"{text} The Power of Rising Bread is a society of bakers." for text in BREAD] + [*STARS, *BOATS]
    corpus = make_corpus(texts, [f"a{i:02d}" for i in range(30)])
    found = topic_model.fit(corpus, embed(corpus))
    words = set(found.topic_words["word"])
    assert not words & {"the", "and", "of", "is", "its", "as", "their"}
    assert all(word.strip() == word and word for word in words)
    assert not {word for word in words if word.endswith(("'s", "’s"))}
    labels = found.topics.loc[found.topics["topic_id"] >= 0, "label"]
    assert labels.str.len().gt(0).all()


def test_text_of_other_scripts_is_not_deleted() -> None:
    corpus = make_corpus(["Газопровод Сила Сибири и цены на газ.", "Газ идёт в Китай по трубе.", "Цены на газ растут."])
    found = topic_model.fit(
        corpus, embed(corpus, override(Settings(), ['language="ru"'])), override(Settings(), ['language="ru"'])
    )
    assert any("газ" in word.lower() for word in found.topic_words["word"])


def test_topics_are_tied_to_the_themes_they_overlap(codebook: Codebook) -> None:
    corpus = thirty()
    found = topic_model.fit(corpus, embed(corpus))
    over = topic_model.overlap(found, themes.score(corpus, codebook), corpus)
    closest = topic_model.closest_theme(over)
    assert set(closest) == set(found.topics["topic_id"])
    truth = np.repeat(["bread", "stars", "boats"], 10)
    labels = found.paragraph_topics["topic_id"].to_numpy()
    for topic, theme in closest.items():
        if topic != OUTLIER:
            members = truth[labels == topic]
            assert theme in ("", max(set(members), key=members.tolist().count))
    assert "" not in {closest[topic] for topic in closest if topic != OUTLIER}


def test_a_topic_that_no_theme_covers_stays_unnamed(codebook: Codebook) -> None:
    foreign = [
        f"The committee {verb} the budget and the minutes of the session." for verb in ("approved", "read", "tabled")
    ] * 4
    corpus = make_corpus([*BREAD, *foreign], [f"a{i:02d}" for i in range(22)])
    vectors = np.vstack([np.tile([1.0, 0, 0], (10, 1)), np.tile([0, 1.0, 0], (12, 1))])
    vectors = vectors + 0.01 * np.random.default_rng(0).standard_normal(vectors.shape)
    found: Topics = topic_model.fit(corpus, Embeddings(vectors.astype(np.float32), "mine"))
    closest = topic_model.closest_theme(topic_model.overlap(found, themes.score(corpus, codebook), corpus))
    labels = found.paragraph_topics["topic_id"].to_numpy()
    assert {closest[int(topic)] for topic in labels[10:] if topic != OUTLIER} == {""}


def test_settings_reach_the_clusters() -> None:
    vectors, _ = planted_vectors([30, 30, 30, 30])
    fine = topic_model.cluster(vectors, override(Settings(), ["topics.min_size=2"]), seed=1).labels.max()
    coarse = topic_model.cluster(vectors, override(Settings(), ["topics.min_size=40"]), seed=1).labels.max()
    assert fine > coarse
