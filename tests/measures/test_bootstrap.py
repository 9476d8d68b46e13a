"""The one bootstrap that all intervals come from."""

import numpy as np
import pytest

from topics.measures.bootstrap import bootstrap_weights, contiguous_blocks, interval
from topics.measures.shares import draw_shares


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


@pytest.mark.parametrize("n", [3, 10, 30, 90])
def test_blocks_keep_words_and_shares(n: int) -> None:
    rng = np.random.default_rng(n)
    membership, words = rng.dirichlet(np.ones(3), n), rng.integers(1, 90, n).astype(float)
    blocks, of_blocks = contiguous_blocks(membership, words)
    assert len(of_blocks) == int(np.ceil(n**0.5))
    assert of_blocks.sum() == words.sum()
    assert of_blocks @ blocks == pytest.approx(words @ membership)
    assert blocks.sum(axis=1) == pytest.approx(1)


def test_blocks_hold_the_share_where_paragraphs_follow_one_another() -> None:
    """Texts that stay with a theme for five paragraphs on average: what do 40 say of the whole?"""
    rng = np.random.default_rng(9)
    held = []
    for _ in range(200):
        theme = np.zeros(40, dtype=int)
        theme[0] = rng.integers(3)
        for i in range(1, 40):
            theme[i] = rng.integers(3) if rng.random() < 0.3 else theme[i - 1]
        membership, words = np.eye(3)[theme], np.ones(40)
        row = []
        for own, of in ((membership, words), contiguous_blocks(membership, words)):
            low, high = interval(draw_shares(own, of, np.eye(3), 400, rng), of @ own / of.sum(), 0.95)
            row.append(((low <= 1 / 3) & (high >= 1 / 3)).mean())
        held.append(row)
    paragraphs, blocks = np.mean(held, axis=0)
    assert paragraphs < 0.85
    assert blocks > 0.91
