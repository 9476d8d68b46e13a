"""How many topics: as many as were planted, or as asked for."""

from collections import Counter

import numpy as np
import pytest
from conftest import BREAD, STARS, vocabulary_of
from planted import by_vectors, by_words, corpus_of, few, texts, truth
from sklearn.metrics import adjusted_rand_score

from topics import tables
from topics.text import Embeddings, count_windows
from topics.topic_model import OUTLIER, Topics, fit_topics
from topics.topic_model.granularity import GRID


def labels(found: Topics) -> np.ndarray:
    return found.paragraph_topics["topic_id"].to_numpy()


def chosen(found: Topics) -> int:
    return int(found.granularity.loc[found.granularity["chosen"], "n_topics"].item())


@pytest.mark.parametrize("k", [2, 3, 5, 8])
@pytest.mark.parametrize("kind", [by_words, by_vectors])
def test_the_planted_number_is_chosen_where_noise_is_low(kind: object, k: int) -> None:
    """Measured: for every k and each of four seeds, by words at noise .3, .5, .6, by vectors at .05, .1, .2."""
    found = by_words(k, 15, 0.5) if kind is by_words else by_vectors(k, 15, 0.15)
    assert chosen(found) == k
    assert adjusted_rand_score(truth(k, 15), labels(found)) > 0.98
    assert found.granularity.set_index("n_topics").loc[k, "stability"] > 0.95


@pytest.mark.parametrize("k", [3, 5, 8])
def test_other_numbers_are_less_stable_or_fewer(k: int) -> None:
    curve = by_words(k, 15, 0.5).granularity.set_index("n_topics")
    best = curve.loc[k]
    for number, other in curve.drop(index=k).iterrows():
        assert other["stability"] < best["stability"] or number < k
    assert curve.loc[curve["equal"]].index.max() == k
    assert k == 3 or curve["stability"].min() < 0.8


def test_stability_is_adjusted_for_that_of_the_reference() -> None:
    curve = by_words(8, 15, 0.5).granularity
    expected = (curve["stability"] - curve["reference"]) / (1 - curve["reference"])
    assert curve["adjusted"].to_numpy() == pytest.approx(expected.to_numpy())
    assert curve["reference"].between(0, 0.99).all()
    assert curve["adjusted_error"].ge(curve["error"]).all()


def test_the_least_stable_number_is_never_chosen() -> None:
    """Sentences of noise, where stability × coherence chose two or three topics."""
    for seed in range(3):
        curve = by_words(6, 30, 0.95, seed).granularity
        assert len(curve) > 3
        assert curve.loc[curve["chosen"], "stability"].item() > curve["stability"].min()


def test_the_curve_has_a_row_for_each_number_tried_and_one_of_them_chosen() -> None:
    for found in (by_words(8, 15, 0.5), by_vectors(4, 25, 0.5, 1), by_vectors(4, 25, 0.4, 1, "topics.outliers=0.2")):
        curve = found.granularity
        assert tuple(curve.columns) == tables.COLUMNS["granularity"]
        assert curve["n_topics"].is_monotonic_increasing
        assert curve["n_topics"].is_unique
        assert set(curve["n_topics"]) <= set(GRID)
        assert curve["n_topics"].max() <= len(found.paragraph_topics) // 3
        assert curve["chosen"].dtype == bool
        assert curve["stability"].between(-1, 1).all()
        assert curve["error"].ge(0).all()
        assert curve["coherence"].dropna().between(-1, 1).all()
        assert chosen(found) == (found.topics["topic_id"] != OUTLIER).sum()


def test_coherence_is_how_often_the_heaviest_words_of_a_topic_share_a_paragraph() -> None:
    """Texts are shorter than the window of 110 words; those of a topic share its twelve words alone."""
    found, documents = by_words(4, 25, 0.6), vocabulary_of(texts(4, 25, 0.6)).documents
    heaviest = []
    for topic in range(4):
        own = [document for document, one in zip(documents, labels(found), strict=True) if one == topic]
        counts = Counter(term for document in own for term in document)
        every = Counter(term for document in documents for term in document)
        weight = {term: (n / sum(counts.values())) ** 0.5 / every[term] ** 0.5 for term, n in counts.items()}
        heaviest.append(sorted(weight, key=lambda term: -weight[term])[:10])
    value = found.granularity.set_index("n_topics").loc[4, "coherence"]
    words = [word for own in heaviest for word in own]
    assert value == pytest.approx(count_windows(words, documents, 110).npmi(heaviest).mean(), abs=0.15)
    assert value > found.granularity.set_index("n_topics").loc[2, "coherence"]


def test_each_number_that_is_asked_for_overrules_the_choice_or_a_note_says_why_not() -> None:
    for asked in (1, 2, 6, 50):
        found = by_words(3, 20, 0.5, 0, f"topics.granularity={asked}")
        got = len(found.topics)
        noted = f"{asked} topics were requested; {got} can be distinguished"
        assert (noted in found.notes) == (got < asked)
        assert got == chosen(found) <= asked
        assert got == asked or asked > 8
    assert got <= 30, "sixty paragraphs are not fifty topics"


def test_a_number_between_those_of_the_grid_is_tried_too() -> None:
    found = by_words(8, 15, 0.5, 0, "topics.granularity=7")
    assert 7 not in GRID
    assert chosen(found) == 7 == len(found.topics)
    assert {2, 8} <= set(found.granularity["n_topics"])
    joined = {tuple(sorted(set(truth(8, 15)[labels(found) == topic].tolist()))) for topic in range(7)}
    assert sorted(len(kinds) for kinds in joined) == [1] * 6 + [2], "two of the planted ones are one, the others whole"


def test_asking_for_the_planted_number_changes_nothing() -> None:
    free, asked = by_words(5, 15, 0.5), by_words(5, 15, 0.5, 0, "topics.granularity=5")
    assert adjusted_rand_score(labels(free), labels(asked)) == 1


@pytest.mark.parametrize(("n", "asked"), [(4, 2), (4, 3), (3, 2)])
def test_kinds_that_are_equally_far_apart_give_as_many_topics_as_the_curve_says(n: int, asked: int) -> None:
    rows = np.eye(n, dtype=np.float32)[truth(n, 20)]
    found = fit_topics(corpus_of(texts(n, 20, 0.5)), Embeddings(rows, "mine"), few(f"topics.granularity={asked}"))
    assert len(found.topics) == chosen(found) == asked


def test_of_equally_stable_numbers_the_largest_is_chosen() -> None:
    foreign = [f"The {who} approved the minutes of the session in May." for who in ("clerk", "mayor", "judge", "board")] * 3
    rows = np.eye(3)[np.repeat([0, 1, 2], [10, 10, 12])] + 0.01 * np.random.default_rng(0).standard_normal((32, 3))
    found = fit_topics(corpus_of([*BREAD, *STARS, *foreign]), Embeddings(rows.astype(np.float32), "mine"), few())
    assert found.granularity["stability"].min() == 1
    assert chosen(found) == found.granularity.loc[found.granularity["equal"], "n_topics"].max() == 3
