"""P-values: exact where they can be, near those of the t distribution in large samples, and uniform without an effect."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest, t

from topics.comparison.permutation import permutation_p
from topics.comparison.regression import Regression

SECOND = np.array([0.0, 1.0])


def test_few_articles_are_permuted_in_every_way() -> None:
    """Against all 20 ways of labelling, each with a regression of its own."""
    rng = np.random.default_rng(5)
    outcomes, words, labels = rng.uniform(size=(6, 4)), rng.lognormal(5, 1, 6), np.array([1, 0, 1, 0, 1, 0])

    def statistic(group: np.ndarray) -> np.ndarray:
        found = Regression(outcomes, words, np.column_stack([np.ones(6), group])).effects(SECOND)
        return np.abs(found.effect / found.error)

    every = [statistic(np.isin(np.arange(6), chosen).astype(float)) for chosen in itertools.combinations(range(6), 3)]
    expected = (np.array(every) >= statistic(labels) - 1e-9).mean(axis=0)
    fit = Regression(outcomes, words, np.column_stack([np.ones(6), labels]))
    assert permutation_p(fit, SECOND).tolist() == pytest.approx(expected.tolist())


def test_p_is_near_that_of_the_t_distribution_in_large_samples() -> None:
    rng = np.random.default_rng(1)
    n = 400
    covariate = rng.normal(size=n)
    group = (covariate + rng.normal(size=n) > 0).astype(float)
    outcomes = rng.beta(1, 4, (n, 6)) + 0.02 * covariate[:, None] + group[:, None] * np.linspace(0, 0.05, 6)
    fit = Regression(outcomes, rng.lognormal(6, 0.5, n), np.column_stack([np.ones(n), group, covariate]))
    combination = np.array([0, 1.0, 0])
    found = fit.effects(combination)
    analytic = 2 * t.sf(np.abs(found.effect / found.error), n - 3)
    assert permutation_p(fit, combination) == pytest.approx(analytic, abs=0.03)


def test_without_an_effect_p_is_uniform_whatever_the_covariate_and_the_lengths_do() -> None:
    """Long articles vary less, the covariate goes with the group and changes the share."""
    rng = np.random.default_rng(2)
    found = []
    for seed in range(30):
        n = 24
        covariate = rng.normal(size=n)
        group = (covariate + rng.normal(size=n) > 0).astype(float)
        words = rng.lognormal(6, 1, n)
        outcomes = 0.3 + 0.1 * covariate[:, None] + rng.normal(size=(n, 10)) / np.sqrt(words / 300)[:, None]
        fit = Regression(outcomes, words, np.column_stack([np.ones(n), group, covariate]))
        found.append(permutation_p(fit, np.array([0, 1.0, 0]), permutations=199, seed=seed))
    assert kstest(np.concatenate(found), "uniform").pvalue > 0.01


def test_only_exchangeable_articles_are_permuted() -> None:
    """Two groups of three beside a third group that differs from both: 20 ways, as if the third were not there."""
    share = np.array([0.1, 0.2, 0.15, 0.5, 0.6, 0.7, 0.9, 0.95, 0.99])[:, None]
    levels = np.repeat([0, 1, 2], 3)
    design = np.column_stack([np.ones(9), levels == 1, levels == 2])
    fit = Regression(share, np.ones(9), design)
    whole = permutation_p(fit, np.array([0, 1.0, 0]), exchangeable=levels < 2)
    alone = permutation_p(Regression(share[:6], np.ones(6), design[:6, :2]), SECOND)
    assert whole.tolist() == alone.tolist() == [0.1]


@given(st.integers(0, 1000), st.integers(4, 40))
@settings(max_examples=40, deadline=None)
def test_p_is_a_probability_that_its_seed_determines(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    outcomes = np.where(rng.uniform(size=(n, 3)) < 0.6, 0, rng.uniform(size=(n, 3)))  # themes that hardly occur
    fit = Regression(outcomes, rng.lognormal(6, 1, n), np.column_stack([np.ones(n), np.arange(n) % 2]))
    p = permutation_p(fit, SECOND, permutations=99, seed=seed)
    assert ((p > 0) & (p <= 1)).all()
    assert p.tolist() == permutation_p(fit, SECOND, permutations=99, seed=seed).tolist()
    empty = np.ptp(outcomes, axis=0) == 0
    assert (p[empty] == 1).all()
