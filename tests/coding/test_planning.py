"""How many codes a wanted precision needs, and whether they reach it."""

import numpy as np
import pytest

from topics.coding import CodedSample, correct_shares, planned_size, planned_sizes
from topics.coding.planning import half_widths
from topics.errors import InputError

SURE, UNSURE = np.repeat([[0.97, 0.03], [0.03, 0.97]], 500, axis=0), np.full((1000, 2), 0.5)


def test_scores_that_say_nothing_need_as_many_codes_as_a_survey() -> None:
    # a survey of 1,000 people with ± 5 points: 384 / (1 + 384 / 1,000) = 278, here with caution
    planned = planned_size(0.05, UNSURE, np.ones(1000))
    assert 278 < planned < 1.2 * 384 / (1 + 384 / 1000) + 30
    assert planned_size(0.05, SURE, np.ones(1000)) < planned / 3
    assert planned_size(0.03, UNSURE, np.ones(1000)) > planned


def test_half_width_shrinks_to_nothing_where_all_is_coded() -> None:
    widths = half_widths(np.array([10, 100, 500, 1000]), UNSURE, np.ones(1000))
    assert (np.diff(widths, axis=0) < 0).all()
    assert (widths[-1] == 0).all()


def test_unequal_words_and_small_groups_need_more() -> None:
    equal = planned_size(0.05, UNSURE, np.ones(1000))
    assert planned_size(0.05, UNSURE, np.tile([1.0, 9.0], 500)) > equal
    small = planned_size(0.1, UNSURE[:100], np.ones(100))
    assert small / 100 > 2 * planned_size(0.1, UNSURE, np.ones(1000)) / 1000


@pytest.mark.parametrize("half", [0.0, 1.0, 5.0])
def test_a_width_that_is_no_share_is_refused(half: float) -> None:
    with pytest.raises(InputError, match=r"half-width is .*; expected a number between 0 and 1"):
        planned_size(half, UNSURE, np.ones(1000))


@pytest.mark.parametrize("half", [0.04, 0.08])
def test_a_planned_sheet_reaches_the_width(half: float) -> None:
    rng = np.random.default_rng(2)
    scores = rng.beta(0.3, 0.7, 1500)
    predicted, words = np.column_stack([scores, 1 - scores]), rng.integers(20, 120, 1500).astype(float)
    truth = np.eye(2)[(rng.random(1500) > scores).astype(int)]
    n, reached = planned_size(half, predicted, words), []
    for _ in range(40):
        rows = rng.choice(1500, n, replace=False)
        shares = correct_shares(predicted, words, CodedSample.of(rows, truth[rows], 1500))
        reached.append((shares.high - shares.low).max() / 2)
    assert 0.7 * half < np.mean(reached) < half


def test_each_theme_needs_its_own_number_and_the_sheet_the_largest() -> None:
    expected = np.repeat([[0.9, 0.1, 0.0], [0.1, 0.8, 0.1]], 500, axis=0)
    sizes = planned_sizes(0.05, expected, np.ones(1000))
    assert sizes[1] > sizes[0] > sizes[2] > 1
    assert planned_size(0.05, expected, np.ones(1000)) == sizes.max()
