"""Vectors: who is near whom, how similar a paragraph is to a theme, and what keywords have in common."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from topics.themes import vectors as vectors_module
from topics.themes.vectors import NEIGHBOURS, Neighbours, Vectors

CORNERS = np.eye(6)


def units(n: int, dimensions: int = 5, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(n, dimensions))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def planted(
    n: int = 60, themes: int = 3, seed: int = 0, noise: float = 0.15, each: int = 4
) -> tuple[dict[str, np.ndarray], list[dict[str, np.ndarray]], np.ndarray]:
    """What ``of_encoder`` takes, but for the keywords; those of each theme; the theme of each paragraph.

    Each paragraph has a sentence on its theme, of 40 letters, and one on nothing, of 10.
    """
    rng = np.random.default_rng(seed)
    kinds = np.arange(n) % themes
    told = CORNERS[kinds] + noise * rng.normal(size=(n, 6))
    empty = CORNERS[[5] * n] + noise * rng.normal(size=(n, 6))
    keywords = [{f"{k}-{i}": CORNERS[k] + noise * rng.normal(size=6) for i in range(each)} for k in range(themes)]
    given_parts = {
        "sentences": np.stack([told, empty], axis=1).reshape(-1, 6),
        "owner": np.repeat(np.arange(n), 2),
        "lengths": np.tile([40, 10], n),
        "descriptions": CORNERS[:themes],
    }
    return given_parts, keywords, kinds


def dealt(keywords: list[dict[str, np.ndarray]], seed: int) -> list[dict[str, np.ndarray]]:
    """The same keywords under other themes."""
    every = [item for own in keywords for item in own.items()]
    order = np.random.default_rng(seed).permutation(len(every))
    return [dict(every[i] for i in order[k :: len(keywords)]) for k in range(len(keywords))]


@settings(max_examples=60, deadline=None)
@given(
    arrays(
        float,
        st.tuples(st.integers(1, 50), st.integers(1, 4)),
        elements=st.floats(-1, 1).filter(lambda x: x == 0 or abs(x) > 1e-3),
    )
)
def test_nobody_is_a_neighbour_of_oneself_and_weights_sum_to_one_or_zero(drawn: np.ndarray) -> None:
    n = len(drawn)
    lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
    found = Neighbours.of(np.where(lengths > 0, drawn / np.maximum(lengths, 1e-12), 0))
    assert found.rows.shape == found.weights.shape == (n, min(NEIGHBOURS, n - 1))
    assert (found.rows != np.arange(n)[:, None]).all()
    assert all(len(set(row)) == len(row) for row in found.rows.tolist())
    assert (found.weights >= 0).all()
    sums = found.weights.sum(axis=1)
    assert (np.isclose(sums, 1) | (sums < 1e-3)).all()


def test_the_nearest_are_neighbours_and_the_nearer_weigh_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "NEIGHBOURS", 2)
    angles = np.radians([0, 10, 30, 80])
    found = Neighbours.of(np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert found.rows.tolist() == [[1, 2], [0, 2], [0, 1], [1, 2]]
    near, far = np.cos(np.radians([10, 30]))
    np.testing.assert_allclose(found.weights[0], [near / (near + far), far / (near + far)])


def test_the_mean_over_neighbours_is_theirs_and_their_own_where_there_are_few() -> None:
    values = np.random.default_rng(1).normal(size=(NEIGHBOURS + 1, 3))
    alike = Neighbours.of(np.ones((NEIGHBOURS + 1, 2)) / np.sqrt(2))
    np.testing.assert_allclose(alike.mean(values), (values.sum(axis=0) - values) / NEIGHBOURS)
    for n in (1, 2, 3):
        few = Neighbours.of(np.ones((n, 2)) / np.sqrt(2))
        others = (values[:n].sum(axis=0) - values[:n]) / max(n - 1, 1)
        share = (n - 1) / NEIGHBOURS
        np.testing.assert_allclose(few.mean(values[:n]), share * others + (1 - share) * values[:n])


def test_a_paragraph_without_a_vector_has_no_neighbour_and_keeps_its_own_values() -> None:
    found = Neighbours.of(np.vstack([np.zeros(4), units(40, 4)]))
    values = np.random.default_rng(0).normal(size=(41, 2))
    assert found.weights[0].sum() == 0
    np.testing.assert_allclose(found.mean(values)[0], values[0])


def test_neighbours_depend_on_no_order_and_no_block_and_change_no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, values = units(90), np.random.default_rng(1).normal(size=(90, 2))
    before = drawn.copy(), values.copy()
    once = Neighbours.of(drawn).mean(values)
    order = np.random.default_rng(2).permutation(90)
    np.testing.assert_allclose(Neighbours.of(drawn[order]).mean(values[order]), once[order])
    monkeypatch.setattr(vectors_module, "BLOCK", 7)
    np.testing.assert_allclose(Neighbours.of(drawn).mean(values), once)
    np.testing.assert_array_equal(drawn, before[0])
    np.testing.assert_array_equal(values, before[1])


def test_paragraphs_are_the_mean_of_their_sentences_by_the_root_of_their_lengths() -> None:
    sentences = np.array([[3.0, 0, 0], [0, 1, 0], [0, 0, 2]])
    descriptions = np.array([[0.0, 0, 1]])
    found = Vectors.of_encoder(sentences, np.array([0, 0, 1]), np.array([40, 10, 10]), descriptions, [{}])
    first = np.array([2.0, 1, 0]) / np.sqrt(5)
    middle = (first + np.array([0, 0, 2])) / 3
    np.testing.assert_allclose(found.middle, middle, atol=1e-6)
    expected = np.array([first, [0, 0, 1]]) - middle
    np.testing.assert_allclose(found.paragraphs, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    sentence = np.eye(3) - middle
    np.testing.assert_allclose(found.sentences, sentence / np.linalg.norm(sentence, axis=1, keepdims=True), atol=1e-6)


def test_a_theme_without_keywords_is_its_description() -> None:
    given_parts, _, kinds = planted()
    found = Vectors.of_encoder(**given_parts, keywords=[{}, {}, {}])
    theme = CORNERS[:3] - found.middle
    theme /= np.linalg.norm(theme, axis=1, keepdims=True)
    np.testing.assert_allclose(found.by_paragraph, found.paragraphs @ theme.T, atol=1e-6)
    assert (found.similarity.argmax(axis=1) == kinds).mean() > 0.95
    assert found.coherence is None


def test_paragraphs_and_sentences_are_most_similar_to_their_theme() -> None:
    given_parts, keywords, kinds = planted()
    found = Vectors.of_encoder(**given_parts, keywords=keywords)
    assert (found.similarity.argmax(axis=1) == kinds).all()
    assert (found.by_sentence[::2].argmax(axis=1) == kinds).all()
    own = found.by_sentence[::2][np.arange(60), kinds]
    assert own.min() > found.by_sentence[1::2].max(), "the other sentence is about nothing"
    np.testing.assert_allclose(found.similarity.sum(axis=1), 0, atol=1e-6)


def test_of_many_keywords_the_three_closest_count_by_themselves() -> None:
    """A paragraph that is close to three of six keywords is as similar to them as if there were no others."""
    near, far = {f"n{i}": CORNERS[0] for i in range(3)}, {f"f{i}": CORNERS[2] for i in range(3)}
    given_parts, _, kinds = planted(themes=2)
    three, six = (Vectors.of_encoder(**given_parts, keywords=[own, {}]) for own in (near, near | far))
    own = kinds == 0
    theme = CORNERS[0] + (CORNERS[0] + CORNERS[2]) / np.sqrt(2)
    theme = theme / np.linalg.norm(theme) - six.middle
    mean = six.paragraphs @ (theme / np.linalg.norm(theme))
    closest = 2 * six.by_paragraph[:, 0] - mean
    np.testing.assert_allclose(closest[own], three.by_paragraph[own, 0], atol=1e-5)


@pytest.mark.parametrize("left_out", [("0-1",), ("0-0", "0-2"), ("0-0", "0-1", "0-2", "0-3"), ("nowhere",)])
def test_leaving_out_keywords_is_building_without_them(left_out: tuple[str, ...]) -> None:
    given_parts, keywords, _ = planted()
    whole = Vectors.of_encoder(**given_parts, keywords=keywords)
    before = whole.by_paragraph.copy(), whole.by_sentence.copy()
    kept = [{name: vector for name, vector in own.items() if name not in left_out} for own in keywords]
    found, anew = whole.without(0, left_out), Vectors.of_encoder(**given_parts, keywords=kept)
    np.testing.assert_array_equal(found.by_paragraph, anew.by_paragraph)
    np.testing.assert_array_equal(found.by_sentence, anew.by_sentence)
    assert [list(own) for own in found.keywords] == [list(own) for own in anew.keywords]
    assert found.coherence == anew.coherence
    np.testing.assert_array_equal(whole.by_paragraph, before[0])
    np.testing.assert_array_equal(whole.by_sentence, before[1])


def test_a_part_is_what_the_part_gives_but_for_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    given_parts, keywords, _ = planted()
    whole = Vectors.of_encoder(**given_parts, keywords=keywords)
    rows = np.flatnonzero(np.arange(60) % 4)
    found = whole.part(rows)
    np.testing.assert_array_equal(found.similarity, whole.similarity[rows])
    assert found.owner.tolist() == np.repeat(np.arange(len(rows)), 2).tolist()
    again = Neighbours.of(whole.paragraphs[rows])
    np.testing.assert_array_equal(found.neighbours.rows, again.rows)
    np.testing.assert_array_equal(found.neighbours.weights, again.weights)
    assert found.coherence == whole.coherence
    # built anew, paragraphs differ by the middle alone: where the middle is the same, nothing does
    inside = np.isin(given_parts["owner"], rows)
    anew = Vectors.of_encoder(
        given_parts["sentences"][inside],
        np.searchsorted(rows, given_parts["owner"][inside]),
        given_parts["lengths"][inside],
        given_parts["descriptions"],
        keywords,
    )
    np.testing.assert_allclose(anew.middle, whole.middle, atol=0.05)
    np.testing.assert_allclose(anew.by_paragraph, found.by_paragraph, atol=0.1)


def test_a_part_of_all_is_all() -> None:
    given_parts, keywords, _ = planted()
    whole = Vectors.of_encoder(**given_parts, keywords=keywords)
    found = whole.part(np.arange(60))
    for field in fields(Vectors):
        if field.name not in ("neighbours", "keywords"):
            np.testing.assert_array_equal(getattr(found, field.name), getattr(whole, field.name))


def test_keywords_of_a_theme_are_coherent_and_shuffled_ones_are_not() -> None:
    given_parts, keywords, _ = planted(themes=5, each=10)
    assert Vectors.of_encoder(**given_parts, keywords=keywords).coherence > 0.6
    shuffled = [Vectors.of_encoder(**given_parts, keywords=dealt(keywords, seed)).coherence for seed in range(20)]
    assert np.mean(shuffled) == pytest.approx(0, abs=0.05)
    assert max(shuffled) < 0.15


def test_one_coherent_theme_does_not_vouch_for_the_others() -> None:
    given_parts, keywords, _ = planted(themes=5, each=10)
    mixed = [[keywords[0], *dealt(keywords[1:], seed)] for seed in range(10)]
    found = [Vectors.of_encoder(**given_parts, keywords=book).coherence for book in mixed]
    assert np.mean(found) < 0.1


@pytest.mark.parametrize("sizes", [(4, 1, 1), (1, 1, 1), (0, 0, 4)])
def test_one_keyword_each_has_no_coherence(sizes: tuple[int, ...]) -> None:
    given_parts, keywords, _ = planted()
    few = [dict(list(own.items())[:size]) for own, size in zip(keywords, sizes, strict=True)]
    assert Vectors.of_encoder(**given_parts, keywords=few).coherence is None


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_paragraphs_are_compared(n: int) -> None:
    """The mean of a few paragraphs is not taken off alone, for it is what they are about."""
    given_parts, keywords, kinds = planted(n)
    found = Vectors.of_encoder(**given_parts, keywords=keywords)
    assert (found.similarity.argmax(axis=1) == kinds).all()
    assert found.similarity.max(axis=1).min() > 0.2
    assert np.isfinite(found.neighbours.mean(found.similarity)).all()


def test_words_alone_have_neighbours_and_no_similarity() -> None:
    drawn = np.random.default_rng(0).normal(size=(50, 4))
    owner = np.repeat(np.arange(50), 2)
    found = Vectors.of_words(drawn, owner, 3)
    np.testing.assert_allclose(np.linalg.norm(found.paragraphs, axis=1), 1)
    np.testing.assert_array_equal(found.neighbours.rows, Neighbours.of(found.paragraphs).rows)
    np.testing.assert_array_equal(found.similarity, np.zeros((50, 3)))
    assert found.by_sentence.shape == (100, 3)
    assert found.coherence is None
    assert found.without(0, ["dough"]) is found
    part = found.part(np.array([1, 4, 7]))
    assert part.owner.tolist() == [0, 0, 1, 1, 2, 2]
    assert part.neighbours.rows.tolist() == [[1, 2], [0, 2], [0, 1]]
    np.testing.assert_array_equal(found.part(np.arange(50)).neighbours.rows, found.neighbours.rows)
