"""Shares corrected by gold codes: published values, closed forms, and coverage in simulations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.codebook import Codebook
from topics.coding import CodedSample, Coding, correct_shares, gold_sample, share_differences
from topics.coding.correction import tuned_slope
from topics.errors import InputError

N, CODED = 240, 60


def worked_example() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Codes, predictions and coded rows, made by rule, so that any program can make them."""
    i = np.arange(N)
    truth = np.eye(3)[(i * 7) % 11 // 4]
    predicted = np.stack([(i * 5) % 17 + 1.0, (i * 3) % 13 + 2.0, (i * 11) % 19 + 1.0], axis=1)
    predicted += 3 * truth * ((i % 5) < 3)[:, None]
    return truth, predicted / predicted.sum(axis=1, keepdims=True), (np.arange(CODED) * 37) % N


# ppi-python 0.2.3: ppi_mean_pointestimate(truth[rows], predicted[rows], predicted, lam=...), and the interval of
# ppi_mean_ci(..., alpha=0.05, lam=...)
PPI = {
    0: ([0.38333333, 0.35, 0.26666667], [0.26031042, 0.22931226, 0.15477247]),
    0.5: (None, [0.24842591, 0.23279914, 0.17052938]),
    1: ([0.3579373, 0.34865163, 0.29341107], [0.23282079, 0.232596, 0.1812667]),
    0.5568669654801476: ([0.36919112, 0.34924914, 0.28155974], None),
}


@pytest.mark.parametrize("slope", list(PPI))
def test_estimates_and_errors_are_those_of_ppi_python(slope: float) -> None:
    truth, predicted, rows = worked_example()
    found = correct_shares(predicted, np.ones(N), CodedSample.of(rows, truth[rows], N), slope=slope)
    share, low = PPI[slope]
    if share is not None:
        assert found.share[0] == pytest.approx(share, abs=1e-8)
    if low is not None:
        # theirs: n in place of n - 1, an infinite population, and the predictions a sample too
        imputed = slope * predicted.std(axis=0) / N**0.5
        half = 1.959963984540054 * np.hypot(found.standard_error[0] * ((1 - 1 / CODED) / (1 - CODED / N)) ** 0.5, imputed)
        assert found.share[0] - half == pytest.approx(low, abs=1e-7)


def test_the_slope_is_the_regression_of_codes_on_predictions() -> None:
    truth, predicted, rows = worked_example()
    x, y = predicted[rows], truth[rows]
    centred = x - x.mean(axis=0)
    expected = (centred * y).sum() / (centred**2).sum()
    assert 0 < expected < 1
    assert tuned_slope(y, x, np.ones(CODED)) == pytest.approx(expected)
    assert tuned_slope(y, 1 - x, np.ones(CODED)) == 0
    assert tuned_slope(y, np.full_like(x, 1 / 3), np.ones(CODED)) == 0


def test_with_all_coded_the_share_is_known_but_for_the_coders() -> None:
    truth, predicted, _ = worked_example()
    words = np.arange(N) % 7 + 1.0
    found = correct_shares(predicted, words, CodedSample.of(np.arange(N), truth, N))
    assert found.share[0] == pytest.approx(words @ truth / words.sum())
    assert found.low[0] == pytest.approx(found.share[0])
    assert found.high[0] == pytest.approx(found.share[0])
    shifted = truth.copy()
    shifted[:60] = np.eye(3)[0]
    several = correct_shares(predicted, words, CodedSample.of(np.arange(N), np.stack([truth, shifted]), N))
    assert (several.high - several.low > 0.02).all()


def test_each_coder_counts_alike_and_missing_codes_do_not() -> None:
    codes = np.array([[[1, 0], [0, 1]], [[0, 1], [np.nan, np.nan]]], dtype=float)
    assert CodedSample.of(np.array([3, 5]), codes, 10).coded.tolist() == [[0.5, 0.5], [0, 1]]


def test_coder_variance_by_hand() -> None:
    # one coder gives the theme to 60 of 100 paragraphs, the other to 40 of these
    first, second = (np.eye(2)[(np.arange(100) >= n).astype(int)] for n in (60, 40))
    by_chance = 0.2 * 0.8 / 100
    expected = (0.2**2 - by_chance) / 2 / (0.5 * 0.5) / 2
    assert CodedSample.of(np.arange(100), np.stack([first, second]), 100).coder_variance == pytest.approx(expected)
    assert CodedSample.of(np.arange(100), np.stack([first, first]), 100).coder_variance == 0
    assert CodedSample.of(np.arange(100), first, 100).coder_variance == 0


def test_weights_are_those_of_the_strata_and_undo_them() -> None:
    strata = np.repeat(["common", "rare"], [90, 10])
    rows = np.array([0, 1, 2, 90, 91])
    sample = CodedSample.of(rows, np.eye(2)[[0, 0, 0, 1, 1]], 100, strata=strata)
    assert sample.weights.tolist() == [30, 30, 30, 5, 5]
    found = correct_shares(np.full((100, 2), 0.5), np.ones(100), sample)
    assert found.share[0].tolist() == pytest.approx([0.9, 0.1])


def test_a_stratum_with_one_code_or_none_is_joined_to_others() -> None:
    strata = np.repeat([0, 1, 2], [50, 30, 20])
    sample = CodedSample.of(np.array([0, 1, 2, 50]), np.eye(2)[[0, 1, 0, 0]], 100, strata=strata)
    assert sample.weights.tolist() == [25] * 4
    sample = CodedSample.of(np.array([0, 1, 50, 51]), np.eye(2)[[0, 1, 0, 0]], 100, strata=strata)
    assert sample.weights.sum() == pytest.approx(100)


@pytest.mark.parametrize(
    ("rows", "codes", "weights"),
    [([1, 1], [[1, 0], [1, 0]], None), ([1, 2], [[1, 0], [np.nan, np.nan]], None), ([1, 2], [[1, 0], [0, 1]], [1.0, 0.0])],
)
def test_what_is_no_sample_is_refused(rows: list[int], codes: list, weights: list[float] | None) -> None:
    with pytest.raises(InputError, match="expected"):
        CodedSample.of(np.array(rows), np.array(codes, dtype=float), 10, weights and np.array(weights))


@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 5))
def test_shares_sum_to_one_in_intervals_inside_bounds(seed: int, n_coded: int, names: int) -> None:
    rng = np.random.default_rng(seed)
    predicted, words = rng.dirichlet(np.full(names, 0.3), 40), rng.integers(1, 200, 40).astype(float)
    rows = rng.choice(40, n_coded, replace=False)
    groups = rng.integers(0, 3, 40)
    codes = np.eye(names)[rng.integers(names, size=n_coded)]
    for articles in (None, np.arange(40) // 4):
        found = correct_shares(predicted, words, CodedSample.of(rows, codes, 40), groups, articles=articles)
        coded = found.n_coded > 0
        assert found.n_coded.tolist() == np.bincount(groups[rows], minlength=groups.max() + 1).tolist()
        assert np.isnan(found.share[~coded]).all()
        assert found.share[coded].sum(axis=1) == pytest.approx(1)
        assert (found.low[coded] >= 0).all()
        assert (found.low[coded] <= found.share[coded]).all()
        assert (found.share[coded] <= found.high[coded]).all()
        assert (found.high[coded] <= 1).all()


def test_what_no_code_has_may_be_absent_but_need_not() -> None:
    predicted = np.full((1000, 2), 0.5)
    codes = np.tile([1.0, 0.0], (100, 1))
    found = correct_shares(predicted, np.ones(1000), CodedSample.of(np.arange(100), codes, 1000))
    assert found.low[0, 1] == 0
    assert 0.01 < found.high[0, 1] < 0.04  # the rule of three says .03
    assert (found.low[0, 0], found.high[0, 0]) == pytest.approx((1 - found.high[0, 1], 1), abs=1e-9)


def corpus(rng: np.random.Generator, missed: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """300 articles of 5 paragraphs with themes of 60, 27, 10 and 3 %; the model errs, and misses most of the rarest."""
    articles = np.repeat(np.arange(300), 5)
    mixture = rng.dirichlet(np.array([0.6, 0.27, 0.1, 0.03]) * 2, 300)[articles]
    truth = (rng.random(1500)[:, None] > mixture.cumsum(axis=1)).sum(axis=1).clip(max=3)
    says = np.where(rng.random(1500) < 0.12, rng.integers(3, size=1500), truth)
    says = np.where((truth == 3) & (rng.random(1500) < missed), 0, says)
    predicted = 0.8 * np.eye(4)[says] + 0.05
    return np.eye(4)[truth], predicted, rng.integers(20, 150, 1500).astype(float), articles


@pytest.mark.parametrize("missed", [0.0, 0.9])
def test_intervals_hold_the_share_and_are_narrower_than_those_of_codes_alone(missed: float) -> None:
    rng = np.random.default_rng(5)
    truth, predicted, words, articles = corpus(rng, missed)
    groups = (articles % 3 == 0).astype(int)
    held, widths, drawn = [], [], []
    for _ in range(150):
        rows = rng.choice(1500, 100, replace=False)
        sample = CodedSample.of(rows, truth[rows], 1500)
        for of in (None, groups):
            names = np.zeros(1500, dtype=int) if of is None else of
            known = np.stack([words[names == g] @ truth[names == g] / words[names == g].sum() for g in np.unique(names)])
            found, alone = (correct_shares(predicted, words, sample, of, slope=slope) for slope in (None, 0))
            held.append([((one.low <= known) & (known <= one.high)).mean() for one in (found, alone)])
            widths.append([(one.high - one.low).mean() for one in (found, alone)])
            if of is None:
                drawn.append(found.share[0] - known[0])
    coverage, width = np.mean(held, axis=0), np.mean(widths, axis=0)
    assert 0.93 < coverage[0] < 0.985
    assert width[0] < 0.8 * width[1]
    assert np.abs(np.mean(drawn, axis=0)).max() < 0.006


def test_articles_like_these_are_another_population_than_these_articles() -> None:
    """300 of 3,000 articles are read, 100 paragraphs of them coded: the interval holds the share of the 3,000."""
    rng = np.random.default_rng(6)
    # an article is about one theme alone, so that its paragraphs say little more than one
    theme = rng.choice(2, 3000, p=[0.7, 0.3])
    held = []
    for _ in range(150):
        read = rng.choice(3000, 60, replace=False)
        articles = np.repeat(np.arange(60), 20)
        truth = np.eye(2)[theme[read][articles]]
        says = np.where(rng.random(1200) < 0.1, 0, truth[:, 1])
        rows = rng.choice(1200, 100, replace=False)
        sample = CodedSample.of(rows, truth[rows], 1200)
        predicted, words = np.eye(2)[says.astype(int)], np.ones(1200)
        these, like = (correct_shares(predicted, words, sample, articles=of) for of in (None, articles))
        known, own = theme.mean(), truth[:, 1].mean()
        held.append([one.low[0, 1] <= value <= one.high[0, 1] for one in (these, like) for value in (own, known)])
    these_own, these_all, _, like_all = np.mean(held, axis=0)
    assert these_own > 0.92
    assert these_all < 0.8
    assert like_all > 0.91


def test_codes_that_taught_the_model_need_predictions_without_them() -> None:
    """A model that learnt its coded paragraphs by heart seems perfect; the share of the others stays wrong."""
    rng = np.random.default_rng(7)
    truth = np.eye(2)[(rng.random(1000) < 0.3).astype(int)]
    ignorant = np.tile([0.95, 0.05], (1000, 1))
    rows = rng.choice(1000, 100, replace=False)
    learnt = ignorant.copy()
    learnt[rows] = truth[rows]
    sample = CodedSample.of(rows, truth[rows], 1000)
    fooled = correct_shares(learnt, np.ones(1000), sample)
    honest = correct_shares(learnt, np.ones(1000), sample, held_out=ignorant[rows])
    assert fooled.share[0, 1] < 0.1
    assert honest.low[0, 1] < 0.3 < honest.high[0, 1]


def test_differences_of_groups_that_do_not_differ() -> None:
    rng = np.random.default_rng(8)
    truth, predicted, words, articles = corpus(rng, 0.5)
    held = []
    for _ in range(150):
        groups = rng.integers(2, size=300)[articles]
        known = [words[groups == g] @ truth[groups == g] / words[groups == g].sum() for g in (0, 1)]
        rows = rng.choice(1500, 100, replace=False)
        found = share_differences(correct_shares(predicted, words, CodedSample.of(rows, truth[rows], 1500), groups))
        held.append((found.low[0] <= known[0] - known[1]) & (known[0] - known[1] <= found.high[0]))
    assert np.mean(held) > 0.93


def test_codings_become_a_sample_of_the_run() -> None:
    codebook = Codebook.from_dict({"bread": ["flour"], "stars": ["planet"]})
    keys, strata = ["p3", "p1", "p2", "p4"], np.array(["unassigned", "bread", "bread", "unassigned"])
    anna = Coding("anna", {"p1": frozenset({"bread", "stars"}), "p3": frozenset(), "gone": frozenset({"bread"})}, {})
    ben = Coding("ben", {"p1": frozenset({"bread"})}, {})
    sample = gold_sample([anna, ben], keys, codebook, strata)
    assert sample is not None
    assert sample.rows.tolist() == [0, 1]
    assert sample.coded.tolist() == [[0, 0, 1], [0.75, 0.25, 0]]
    assert sample.weights.tolist() == [2, 2]
    weighted = Coding("anna", anna.codes, {}, weights={"p1": 3.0, "p3": 1.0})
    sample = gold_sample([weighted], keys, codebook, strata)
    assert sample is not None
    assert sample.weights.tolist() == [1, 3]
    assert gold_sample([Coding("empty", {"gone": frozenset()}, {})], keys, codebook, strata) is None
    again = Coding("ben", anna.codes, {}, weights={"p1": 2.0, "p3": 5.0})
    both = gold_sample([weighted, again], keys, codebook, strata)
    assert both is not None
    assert both.weights.tolist() == pytest.approx([4 / 3, 8 / 3]), "1 and 2 of the two weights, in proportion"
