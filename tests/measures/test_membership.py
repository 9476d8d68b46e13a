"""Which part of its words a paragraph gives to each theme."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from topics import measures


@given(arrays(float, st.tuples(st.integers(1, 3), st.integers(1, 6)), elements=st.floats(0, 1)))
def test_expected_memberships_are_those_of_all_outcomes(scores: np.ndarray) -> None:
    expected = np.zeros((scores.shape[0], scores.shape[1] + 1))
    for outcome in itertools.product([0, 1], repeat=scores.shape[1]):
        chance = np.where(outcome, scores, 1 - scores).prod(axis=1)
        expected += chance[:, None] * measures.assigned_membership(np.array([outcome]))
    assert measures.expected_membership(scores) == pytest.approx(expected, abs=1e-12)


def test_certain_scores_are_assignments() -> None:
    assigned = np.random.default_rng(0).integers(2, size=(50, 13))
    assert measures.expected_membership(assigned) == pytest.approx(measures.assigned_membership(assigned))
    assert measures.assigned_membership(assigned).sum(axis=1) == pytest.approx(1)
