"""Log-odds with a prior: as the paper has them, whichever way they are asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.statistics import log_odds_ratio, log_odds_z


def test_log_odds_are_those_of_the_formula_by_hand() -> None:
    own, others, prior = np.array([9.0, 1, 10]), np.array([2.0, 8, 30]), np.array([0.5, 0.5, 2])
    expected = [
        np.log((y + a) / (20 + 3 - y - a)) - np.log((x + a) / (40 + 3 - x - a))
        for y, x, a in zip((9, 1, 10), (2, 8, 30), (0.5, 0.5, 2), strict=True)
    ]
    assert log_odds_ratio(own, others, prior).tolist() == pytest.approx(expected)
    assert expected[0] == pytest.approx(np.log(9.5 / 13.5) - np.log(2.5 / 40.5))


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=2, max_size=8))
@settings(max_examples=50, deadline=None)
def test_log_odds_change_their_sign_with_the_sides_and_pool_the_rest(counts: list[tuple[int, int]]) -> None:
    own, others = np.array(counts, dtype=float).T
    prior = np.linspace(0.5, 2, len(counts))
    found = log_odds_ratio(own, others, prior)
    assert found.tolist() == pytest.approx((-log_odds_ratio(others, own, prior)).tolist())
    pooled = log_odds_ratio(*(np.array([part[0], part[1:].sum()]) for part in (own, others, prior)))
    assert pooled[0] == pytest.approx(found[0])


def test_the_z_score_is_the_ratio_over_its_standard_deviation() -> None:
    own, others, prior = np.array([9.0, 1, 10]), np.array([2.0, 8, 30]), np.array([0.5, 0.5, 2])
    variance = 1 / (own + prior) + 1 / (others + prior)
    assert log_odds_z(own, others, prior) == pytest.approx(log_odds_ratio(own, others, prior) / np.sqrt(variance))


@pytest.mark.parametrize("counts", [[0.0], [7.0], [0.0, 0.0]])
def test_a_single_word_or_none_stays_finite(counts: list[float]) -> None:
    own = np.array(counts)
    for prior in (np.zeros(len(own)), np.ones(len(own))):
        assert np.isfinite(log_odds_z(own, own, prior)).all()
