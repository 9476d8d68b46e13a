"""Shares without codes, and the shares of articles: intervals that are wide where nothing is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import beta, t

from topics import measures
from topics.measures.uncorrected import LEAST, SCALE, USUAL_DOUBT


def memberships(rng: np.random.Generator, n: int, themes: int) -> tuple[np.ndarray, np.ndarray]:
    scores = rng.beta(0.3, 1.0, (n, themes))
    return measures.assigned_membership(scores >= 0.35), measures.expected_membership(scores)


def test_the_interval_by_hand() -> None:
    # doubt of the first theme: .21 / .21 = 1 for scores that are all .3
    expected = np.tile([0.3, 0.7], (10, 1))
    assigned = np.eye(2)[[0] * 2 + [1] * 8]
    found = measures.uncorrected_shares(assigned, expected, np.ones(10))
    centre = sum(logit((share + LEAST) / (1 + 2 * LEAST)) for share in (0.2, 0.3)) / 2
    reach = t.ppf(0.975, 4) * SCALE * np.exp(2 * (1 - USUAL_DOUBT))
    assert found.share[0, 0] == 0.2
    assert found.low[0, 0] == pytest.approx(max(expit(centre - reach) * (1 + 2 * LEAST) - LEAST, 0))
    assert found.high[0, 0] == pytest.approx(expit(centre + reach) * (1 + 2 * LEAST) - LEAST)
    assert found.low[0, 1] == 0  # unassigned
    assert not found.estimable[0, 0]


def test_the_less_the_scores_tell_the_wider_the_interval() -> None:
    widths = []
    for sure in (0.95, 0.8, 0.6):
        expected = np.repeat([[sure, 1 - sure], [1 - sure, sure]], [3, 7], axis=0)
        found = measures.uncorrected_shares(expected.round(), expected, np.ones(10))
        widths.append(found.high[0, 0] - found.low[0, 0])
    assert widths == sorted(widths)
    assert found.doubt[0, 0] > 0.9


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 6))
def test_shares_are_those_of_assignments_in_their_intervals(seed: int, n: int, themes: int) -> None:
    rng = np.random.default_rng(seed)
    assigned, expected = memberships(rng, n, themes)
    words = rng.integers(1, 99, n).astype(float)
    articles = np.unique(rng.integers(0, 5, n), return_inverse=True)[1]
    for found, parts in (
        (measures.uncorrected_shares(assigned, expected, words), np.zeros(n, dtype=int)),
        (measures.uncorrected_parts(assigned, expected, words, articles, articles), articles),
    ):
        for part, share in enumerate(found.share):
            assert share == pytest.approx(words[parts == part] @ assigned[parts == part] / words[parts == part].sum())
        assert (found.low >= 0).all()
        assert (found.low <= found.share).all()
        assert (found.share <= found.high).all()
        assert (found.high <= 1).all()


def test_no_share_of_an_article_is_certain_whatever_its_paragraphs() -> None:
    assigned, expected = memberships(np.random.default_rng(1), 300, 4)
    articles = np.repeat(np.arange(100), 3)
    found = measures.uncorrected_parts(assigned, expected, np.ones(300), articles, articles)
    nothing, all_ = found.share == 0, found.share == 1
    assert nothing.any()
    assert all_.any()
    assert (found.high[nothing] > 0.005).all()
    assert (found.low[all_] < 0.9).all()


def test_where_articles_are_about_one_theme_intervals_of_groups_are_wider() -> None:
    rng = np.random.default_rng(2)
    articles = np.repeat(np.arange(60), 10)
    mixed = rng.permutation(600) / 600
    widths = []
    for scores in (mixed, np.sort(mixed)):
        expected = np.column_stack([scores, 1 - scores])
        # two groups of as many articles of each kind
        found = measures.uncorrected_parts(expected.round(), expected, np.ones(600), articles % 2, articles)
        widths.append((found.high - found.low)[:, 0].mean())
    assert widths[1] > 1.02 * widths[0]


def test_beta_intervals_are_those_of_the_distribution_and_reach_the_bounds() -> None:
    low, high = measures.beta_interval(np.array([0.3]), np.array([0.3 * 0.7 / 21]), 0.9)
    assert (low[0], high[0]) == pytest.approx(tuple(beta.ppf([0.05, 0.95], 6, 14)))
    low, high = measures.beta_interval(np.array([0.02, 0.98, 0.5]), np.array([0.02, 0.02, 0.0]), 0.95)
    assert (low[0], high[1]) == (0, 1)
    assert (low[2], high[2]) == (0.5, 0.5)


def test_raking_reaches_its_target_and_keeps_rows_whole() -> None:
    rng = np.random.default_rng(3)
    before, words = rng.dirichlet(np.ones(4), 50), rng.integers(1, 9, 50).astype(float)
    target = np.array([0.1, 0.2, 0.3, 0.4])
    after = measures.rake(before, words, target)
    assert words @ after / words.sum() == pytest.approx(target)
    assert after.sum(axis=1) == pytest.approx(1)
    # the odds of two themes change alike everywhere
    ratio = (after[:, 0] / after[:, 1]) / (before[:, 0] / before[:, 1])
    assert ratio == pytest.approx(np.full(50, ratio[0]))


def test_likeness_is_the_correlation_within_articles() -> None:
    rng = np.random.default_rng(4)
    articles = np.repeat(np.arange(2000), 5)
    common, own = rng.normal(size=2000)[articles], rng.normal(size=10_000)
    values = 0.5**0.5 * common + 0.5**0.5 * own
    assert measures.likeness(np.column_stack([values, -values]), articles) == pytest.approx(0.5, abs=0.03)
    assert measures.likeness(np.column_stack([own, -own]), articles) < 0.03
