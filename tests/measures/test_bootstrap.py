"""The one bootstrap that all intervals come from."""

import numpy as np
import pytest

from topics.measures.bootstrap import bootstrap_weights, interval


def test_weights_are_a_flat_dirichlet_draw() -> None:
    weights = bootstrap_weights(4, 20_000, np.random.default_rng(0))
    assert weights.shape == (20_000, 4)
    assert weights.sum(axis=1) == pytest.approx(1)
    assert weights.mean(axis=0) == pytest.approx(0.25, abs=0.01)
    assert weights.var(axis=0) == pytest.approx(3 / (16 * 5), abs=0.002), "Dirichlet: (1/n)(1 - 1/n) / (n + 1)"


def test_an_interval_holds_its_mass_and_never_leaves_out_the_estimate() -> None:
    drawn = np.random.default_rng(0).normal(size=(10_000, 3))
    low, high = interval(drawn, np.array([0.0, 5.0, -5.0]), 0.9)
    assert ((low[0] <= drawn[:, 0]) & (drawn[:, 0] <= high[0])).mean() == pytest.approx(0.9, abs=0.001)
    assert (low[1] < -1, high[1]) == (True, 5.0)
    assert (low[2], high[2] > 1) == (-5.0, True)
