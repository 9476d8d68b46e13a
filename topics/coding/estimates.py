"""Measures of agreement with their intervals: kappa, alpha, shares, F1, and errors of scores.

All intervals are 95 % intervals.

- Shares: Wilson's interval (1927), with Kish's effective sample size (1965) if weights differ.
- Kappa and alpha are one minus the ratio of observed to expected disagreement. Wilson's interval
  of the observed disagreement is transformed, with the expected disagreement held fixed and a
  sample size that matches the variance. For alpha, the result is the union with the percentile
  bootstrap over paragraphs (Zapf, Castell, Morawietz and Karch 2016; compare Hayes and
  Krippendorff 2007); the bootstrap alone has zero width if a small sample shows no disagreement.
- F1 is 2J / (1 + J), where J is the Jaccard index, so Wilson's interval of J is transformed. The
  interval of macro-F1 combines those of the themes (Zou and Donner 2008). Both are the union with
  the percentile bootstrap over paragraphs within strata (Rao, Wu and Yue 1992).
- Errors of scores: the same bootstrap. Calibration errors are sums of absolute differences, which
  are biased upwards, more so in replicates. Their upper limit is the higher one of the percentile
  and the basic interval; their lower limit is conservative and follows from the triangle
  inequality, with the distances between replicates and sample.

``tests/coding/test_agreement.py`` simulates the coverage.

Errors of scores, weighted: ``calibration_error`` groups all pairs of paragraph and theme into
ten bins by score; it is the mean over bins of the absolute difference between mean score and
coded share (Naeini, Cooper and Hauskrecht 2015). There, a theme with too high scores and one with
too low scores cancel out, so ``classwise_error`` is the same within one theme and, overall, the
mean over themes (Kull et al. 2019). ``top_error`` is the calibration error of each paragraph's
highest score (Guo et al. 2017). In small samples all three are above zero by chance. ``too_sure``
is a theme's mean score minus its coded share. ``brier`` is the mean squared difference between
the score and 1 (coded) or 0 (not coded).
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

REPLICATES = 1000
BINS = 10
_Z = NormalDist().inv_cdf(0.975)
_NAN = float("nan")


class Estimate(NamedTuple):
    """A value with its 95 % interval (NaN if not defined), and the number of paragraphs."""

    value: float = _NAN
    low: float = _NAN
    high: float = _NAN
    n: int = 0


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share of ``n``; NaN if ``n`` is 0."""
    if not n > 0:
        return _NAN, _NAN
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * (max(share * (1 - share), 0.0) / n + _Z**2 / (4 * n**2)) ** 0.5 / (1 + _Z**2 / n)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def effective_size(weights: np.ndarray) -> float:
    """Effective sample size (Kish 1965): the squared sum of the weights, divided by the sum of their squares."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def weighted_share(hits: np.ndarray, weights: np.ndarray) -> Estimate:
    """Weighted share of ``hits`` with its interval."""
    if not len(hits):
        return Estimate()
    value = float(weights @ hits / weights.sum())
    return Estimate(value, *wilson(value, effective_size(weights)), len(hits))


def kappa(a: np.ndarray, b: np.ndarray, weights: np.ndarray | None = None) -> Estimate:
    """Cohen's kappa of two codings with categories 0, 1, …, as in ``sklearn.metrics.cohen_kappa_score``."""
    if not len(a):
        return Estimate()
    weights = np.ones(len(a)) if weights is None else weights
    size = int(max(a.max(), b.max())) + 1
    first, second = (np.bincount(side, weights, size) / weights.sum() for side in (a, b))
    expected = 1 - float(first @ second)
    if expected < 1e-12:
        return Estimate(n=len(a))  # both use a single category, so no disagreement is expected
    same = float(weights @ (a == b) / weights.sum())
    low, high = wilson(1 - same, effective_size(weights))
    return Estimate(1 - (1 - same) / expected, max(1 - high / expected, -1.0), 1 - low / expected, len(a))


def masi(sets: np.ndarray) -> np.ndarray:
    """Pairwise distances between rows of ``sets`` (sets × themes): 1 − Jaccard × monotonicity (Passonneau 2006)."""
    sets = sets.astype(float)
    size, common = sets.sum(axis=1), sets @ sets.T
    union = size[:, None] + size[None, :] - common
    is_subset = common == np.minimum(size[:, None], size[None, :])
    monotonicity = np.where(is_subset, 2 / 3, 1 / 3)
    is_equal = (common == size[:, None]) & (common == size[None, :])
    return np.where(is_equal, 0.0, 1 - common / np.maximum(union, 1) * monotonicity)


def alpha(values: np.ndarray, distance: np.ndarray, weights: np.ndarray | None = None, seed: int = 42) -> Estimate:
    """Krippendorff's alpha (2011) with its interval.

    Parameters
    ----------
    values
        Coders × paragraphs: indices of values, −1 where a coder has none.
    distance
        Values × values, 0 to 1.
    weights
        Weights of the paragraphs.
    seed
        Seed of the bootstrap.

    Returns
    -------
    Estimate
        ``n`` is the number of paragraphs with at least two coders; NaN if no disagreement is expected.
    """
    counts = (values[:, :, None] == np.arange(len(distance))).sum(axis=0).astype(float)
    paired = counts.sum(axis=1) > 1
    counts, n = counts[paired], int(paired.sum())
    if n < 2:
        return Estimate(n=n)
    coders = counts.sum(axis=1)
    disagreement = ((counts @ distance) * counts).sum(axis=1) / (coders - 1)
    weights = np.ones(n) if weights is None else weights[paired] * n / weights[paired].sum()

    def ratio(times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        total, each = times @ coders, times @ counts
        expected = ((each @ distance) * each).sum(axis=1) / (total * (total - 1))
        observed = times @ disagreement / total
        return 1 - observed / np.where(expected > 1e-12, expected, np.nan), observed, expected

    (value,), (observed,), (expected,) = ratio(weights[None, :])
    if np.isnan(value):
        return Estimate(n=n)
    variance = np.average((disagreement / coders - observed) ** 2, weights=weights * coders)
    # The observed disagreement varies less than a proportion of the same size: a larger effective sample.
    gain = observed * (1 - observed) / variance if variance > 1e-12 else 1.0
    bounds = wilson(float(observed), effective_size(weights * coders) * max(gain, 1.0))
    low, high = (1 - bound / expected for bound in reversed(bounds))
    resampled = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=REPLICATES)
    replicates, _, _ = ratio(resampled * weights)
    replicates = replicates[~np.isnan(replicates)]
    below, above = np.quantile(replicates, [0.025, 0.975]) if len(replicates) else (value, value)
    return Estimate(float(value), max(float(min(low, below)), -1.0), float(max(high, above, value)), n)


def bootstrap_within_strata(stratum: np.ndarray, seed: int) -> np.ndarray:
    """Replicates × paragraphs: how often each paragraph is resampled within its stratum.

    A stratum of n paragraphs is resampled with n − 1 draws, rescaled to n; with n draws the variance of small
    strata would be underestimated (Rao, Wu and Yue 1992).
    """
    rng = np.random.default_rng(seed)
    times = np.ones((REPLICATES, len(stratum)))
    for name in dict.fromkeys(stratum):
        (members,) = np.nonzero(stratum == name)
        n = len(members)
        if n > 1:
            times[:, members] = rng.multinomial(n - 1, np.full(n, 1 / n), size=REPLICATES) * (n / (n - 1))
    return times


def f1_scores(truth: np.ndarray, guess: np.ndarray, weights: np.ndarray, resampled: np.ndarray) -> list[Estimate]:
    """F1 of every column, and macro-F1 over all columns but the last; columns without any case are omitted.

    Parameters
    ----------
    truth, guess
        Paragraphs × themes, with a last column for paragraphs without a theme.
    weights
        Weights of the paragraphs.
    resampled
        Replicates × paragraphs: weights times :func:`bootstrap_within_strata`.
    """

    def ratio(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_both = times @ truth + times @ guess
        each = 2 * (times @ (truth & guess)) / np.where(of_both > 0, of_both, np.nan)
        is_defined = ~np.isnan(each[:, :-1])
        count = is_defined.sum(axis=1)
        return each, np.where(is_defined, each[:, :-1], 0).sum(axis=1) / np.where(count, count, np.nan)

    each, macro = ratio(resampled)
    (values,), (mean,) = ratio(weights[None, :])
    estimates = []
    for k, value in enumerate(values):
        either = truth[:, k] | guess[:, k]  # F1 = 2J / (1 + J), J the share with both among these
        bounds = weighted_share((truth & guess)[either, k], weights[either])[1:3]
        estimates.append(_bounded(value, each[:, k], len(truth), *(2 * bound / (1 + bound) for bound in bounds)))
    # the themes' distances to their bounds, squared and added (Zou and Donner 2008)
    defined = [estimate for estimate in estimates[:-1] if not np.isnan(estimate.value)]
    low, high = (
        sum((estimate.value - estimate[side]) ** 2 for estimate in defined) ** 0.5 / max(len(defined), 1) for side in (1, 2)
    )
    return [*estimates, _bounded(mean, macro, len(truth), max(mean - low, 0), min(mean + high, 1))]


def score_errors(
    scores: np.ndarray, truth: np.ndarray, weights: np.ndarray, resampled: np.ndarray, names: Sequence[str]
) -> list[tuple[str, str, Estimate]]:
    """Errors of scores compared with codes: measure, theme ("" for all) and estimate.

    Parameters
    ----------
    scores, truth
        Paragraphs × themes.
    weights, resampled
        As for :func:`f1_scores`.
    names
        Names of the themes.
    """
    n, k = scores.shape
    gap = scores - truth
    binned = np.zeros((n, k, BINS))
    np.put_along_axis(binned, _bin(scores)[:, :, None], gap[:, :, None], axis=2)

    # distances are taken of sums over paragraphs: each theme, all pairs pooled, the mean of themes
    def absolute(sums: np.ndarray) -> np.ndarray:
        classwise, pooled = np.abs(sums).sum(axis=2), np.abs(sums.mean(axis=1)).sum(axis=1, keepdims=True)
        return np.hstack([classwise, pooled, classwise.mean(axis=1, keepdims=True)])

    # gaps by theme and bin, and what needs no distance: each theme's mean gap, and the squared one
    def signed(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sums = (times @ binned.reshape(n, -1) / times.sum(axis=1, keepdims=True)).reshape(-1, k, BINS)
        brier = times @ (gap**2).mean(axis=1, keepdims=True) / times.sum(axis=1, keepdims=True)
        return sums, np.hstack([sums.sum(axis=2), brier])

    (sums, others), (resampled_sums, resampled_others) = signed(weights[None, :]), signed(resampled)
    values = absolute(sums)[0]
    low = np.maximum(values - np.quantile(absolute(resampled_sums - sums), 0.975, axis=0), 0)
    below, above = np.quantile(absolute(resampled_sums), [0.025, 0.975], axis=0)
    high = np.minimum(np.maximum(np.maximum(2 * values - below, above), values), 1)
    estimates = [Estimate(float(value), float(low[i]), float(high[i]), n) for i, value in enumerate(values)]
    estimates += [_bounded(value, resampled_others[:, i], n) for i, value in enumerate(others[0])]
    measures = [*(("classwise_error", theme) for theme in names), ("calibration_error", ""), ("classwise_error", "")]
    measures += [*(("too_sure", theme) for theme in names), ("brier", "")]
    return [(measure, theme, estimate) for (measure, theme), estimate in zip(measures, estimates, strict=True)]


def top_error(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray, resampled: np.ndarray) -> Estimate:
    """Calibration error of the highest score of each paragraph; for the arguments see :func:`score_errors`."""
    top = scores.argmax(axis=1)[:, None]
    highest, coded = (np.take_along_axis(values, top, axis=1) for values in (scores, truth))
    errors = {measure: found for measure, _, found in score_errors(highest, coded, weights, resampled, [""])}
    return errors["calibration_error"]


def bin_label(number: int) -> str:
    """The bounds of a bin of scores, as in ``0.3-0.4``."""
    return f"{number / BINS:.1f}-{(number + 1) / BINS:.1f}"


def reliability(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> list[tuple[str, Estimate]]:
    """A reliability diagram (DeGroot and Fienberg 1983): mean score and coded share, by bins of the score.

    All are paragraphs × themes, and ``weights`` of paragraphs; ``n`` counts pairs of paragraph and theme. The intervals take
    the pairs as independent.
    """
    bins, of_pairs = _bin(scores), np.broadcast_to(weights[:, None], scores.shape)
    found = []
    for number in np.unique(bins):
        inside = bins == number
        coded = weighted_share(truth[inside], of_pairs[inside])
        mean = float(np.average(scores[inside], weights=of_pairs[inside]))
        found.append((f"mean_score {bin_label(number)}", Estimate(mean, n=coded.n)))
        found.append((f"coded_share {bin_label(number)}", coded))
    return found


def calibration_error(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """Expected calibration error over ten bins of equal width (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017)."""
    if not len(scores):
        return _NAN
    gap = np.bincount(_bin(scores), weights * (scores - truth), BINS)
    return float(np.abs(gap).sum() / weights.sum())


def _bin(scores: np.ndarray) -> np.ndarray:
    return np.minimum((scores * BINS).astype(int), BINS - 1)


def _bounded(value: float, replicates: np.ndarray, n: int, low: float = _NAN, high: float = _NAN) -> Estimate:
    """``value`` with the percentile interval of its replicates, joined with another interval."""
    if value != value:
        return Estimate(n=n)
    below, above = np.nanquantile(replicates, [0.025, 0.975])
    return Estimate(float(value), float(np.nanmin([low, below, value])), float(np.nanmax([high, above, value])), n)
