"""Gold codes: the fit is the one that the docstring states, and thresholds are those of the best expected F1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, logit

from topics.themes.gold import LOWEST, SCALE_WIDTH, SHIFT_WIDTH, USUAL, WIDTH, f1_thresholds, teach


def drawn(seed: int, n: int = 60, k: int = 3, d: int = 8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logits, vectors and true themes, in which the vectors know more than the logits."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, d))
    direction = rng.normal(size=(d, k))
    signal = vectors @ direction / np.sqrt(d)
    truth = (signal + 0.3 * rng.normal(size=(n, k)) > 0.3).astype(float)
    return signal + rng.normal(size=(n, k)), vectors, truth


def by_kernel(logits: np.ndarray, vectors: np.ndarray | None, rows: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """The formula of the docstring, with its kernel, minimised without a gradient of our own."""
    n, k = logits.shape
    kernel = np.zeros((n, 0))
    if vectors is not None:
        units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        kernel = WIDTH**2 * units @ units[rows].T

    def of(x: np.ndarray) -> np.ndarray:
        return np.exp(x[0]) * logits + x[1 : k + 1] + kernel @ x[k + 1 :].reshape(-1, k)

    def loss(x: np.ndarray) -> float:
        found, alpha = of(x)[rows], x[k + 1 :].reshape(-1, k)
        prior = (x[0] / SCALE_WIDTH) ** 2 + ((x[1 : k + 1] / SHIFT_WIDTH) ** 2).sum()
        prior += (alpha * (kernel[rows] @ alpha)).sum() if len(alpha) else 0.0
        return float((np.logaddexp(0, found) - marks * found).sum() + prior / 2)

    start = np.zeros(1 + k + kernel.shape[1] * k)
    return of(minimize(loss, start, method="BFGS", options={"gtol": 1e-7}).x)


@pytest.mark.parametrize("with_vectors", [True, False])
def test_the_fit_is_the_posterior_mode_of_the_formula(with_vectors: bool) -> None:
    logits, vectors, truth = drawn(1, n=20, k=2)
    rows, marks = np.array([2, 3, 11, 17]), truth[[2, 3, 11, 17]]
    known = vectors if with_vectors else None
    assert teach(logits, known, rows, marks) == pytest.approx(by_kernel(logits, known, rows, marks), abs=1e-4)


def test_without_codes_nothing_changes() -> None:
    logits, vectors, truth = drawn(2)
    none = np.array([], dtype=int)
    assert (teach(logits, vectors, none, truth[none]) == logits).all()


@pytest.mark.parametrize("seed", range(3))
def test_codes_teach_about_paragraphs_that_nobody_coded_and_vectors_help(seed: int) -> None:
    logits, vectors, truth = drawn(seed, n=400)
    rows, held = np.arange(80), np.arange(80, 400)
    errors = [
        np.square(expit(found[held]) - truth[held]).mean()
        for found in (logits, teach(logits, None, rows, truth[rows]), teach(logits, vectors, rows, truth[rows]))
    ]
    assert errors[2] < 0.95 * errors[1]
    assert errors[1] < errors[0] + 0.01


def test_a_code_moves_the_theme_of_similar_paragraphs_and_no_other_theme_more() -> None:
    logits, vectors = np.zeros((3, 2)), np.array([[1.0, 0.0], [0.95, 0.1], [0.0, 1.0]])
    marks = np.array([[1.0, 0.5]])
    taught = teach(logits, vectors, np.array([0]), marks)
    assert taught[0, 0] > taught[1, 0] > taught[2, 0] > 0
    assert taught[:, 1] == pytest.approx(0, abs=1e-6)


def test_neither_the_order_of_codes_nor_the_length_of_vectors_matters_and_weights_repeat_a_row() -> None:
    logits, vectors, truth = drawn(4)
    rows = np.arange(0, 40, 2)
    taught = teach(logits, vectors, rows, truth[rows])
    assert teach(logits, 7 * vectors, rows[::-1], truth[rows[::-1]]) == pytest.approx(taught, abs=1e-4)
    weights = np.ones(20)
    weights[3] = 2
    twice = np.append(rows, rows[3])
    weighted = teach(logits, vectors, rows, truth[rows], weights)
    assert weighted == pytest.approx(teach(logits, vectors, twice, truth[twice]), abs=1e-4)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 4), st.sampled_from([1.0, 30.0]))
def test_any_codes_give_finite_logits(seed: int, n: int, k: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    logits, vectors = size * rng.normal(size=(n, k)), rng.normal(size=(n, 5)) * rng.integers(0, 2, (n, 1))
    rows = np.flatnonzero(rng.random(n) < 0.5)
    assert np.isfinite(teach(logits, vectors, rows, rng.random((len(rows), k)))).all()


# thresholds


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_no_other_threshold_has_a_higher_expected_f1(scores: list[float]) -> None:
    column = np.array(scores)

    def expected(threshold: float) -> float:
        chosen = column[column >= threshold]
        return 2 * chosen.sum() / max(len(chosen) + column.sum(), 1e-12)

    (found,) = f1_thresholds(column[:, None])
    assert LOWEST - 1e-9 <= found <= USUAL + 1e-9
    inside = [score for score in scores if LOWEST <= score <= USUAL]
    best = max(map(expected, scores))
    if any(expected(score) == best for score in inside):
        assert expected(found - 1e-9) == pytest.approx(best)


def test_the_threshold_is_half_of_the_best_f1() -> None:
    """Lipton, Elkan and Naryanaswamy (2014), theorem 1."""
    scores = np.random.default_rng(0).beta(0.5, 1.5, (20_000, 1))
    (threshold,) = f1_thresholds(scores)
    chosen = scores[scores >= threshold]
    assert threshold == pytest.approx(chosen.sum() / (len(chosen) + scores.sum()), abs=1e-3)


def test_a_stricter_study_moves_all_thresholds_by_as_much() -> None:
    scores = np.random.default_rng(1).random((50, 3)) ** 3
    usual, strict = f1_thresholds(scores), f1_thresholds(scores, 0.6)
    assert logit(strict) - logit(usual) == pytest.approx(np.full(3, logit(0.6) - logit(USUAL)))
