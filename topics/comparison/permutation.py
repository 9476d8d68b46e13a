"""P-values by permutation of articles, for any contrast of a weighted regression; false discovery rates over themes.

The regressor that carries the contrast is freed from all others, permuted among the articles, and the regression is fitted
again (Winkler, Ridgway, Webster, Smith and Nichols 2014, method "Smith"). The shares of an article stay with its words.
Without other regressors, that permutes the labels of the articles, and the test is exact if the labels could as well be
distributed otherwise. The statistic is the effect over its robust error: it is then valid in large samples also where
groups differ in variance (DiCiccio and Romano 2017).

Freedman and Lane (1983) permute residuals of the shares instead. That parts them from the words of their article, which
makes the test inexact even without covariates where long articles vary less than short ones.
"""

from collections.abc import Iterator, Sequence
from math import factorial, prod

import numpy as np
from scipy.stats import false_discovery_control

from topics.comparison.regression import Regression
from topics.tables import UNASSIGNED

PERMUTATIONS = 4999
"""Random permutations beside the articles as they are."""
_CELLS = 2_000_000
"""Permutations × articles held in memory at once."""
_TINY, _TIE = 1e-12, 1e-9


def permutation_p(
    regression: Regression,
    combination: np.ndarray,
    *,
    exchangeable: np.ndarray | None = None,
    permutations: int = PERMUTATIONS,
    seed: int = 42,
) -> np.ndarray:
    """Two-sided p-values of a combination of coefficients, for each outcome.

    If there are no more distinct permutations than ``permutations``, each is taken once and p is exact; else
    ``p = (count + 1) / (permutations + 1)`` (Phipson and Smyth 2010).

    Parameters
    ----------
    regression
        The outcomes and their design.
    combination
        Weights of the coefficients.
    exchangeable
        Which articles are permuted; by default all.
    permutations, seed
        Their number and the seed of the draw.

    Examples
    --------
    Of the 20 ways of choosing three of six articles, two differ as much:

    >>> design = np.array([[1, 0]] * 3 + [[1, 1]] * 3)
    >>> fit = Regression(np.array([[0.1], [0.2], [0.15], [0.7], [0.9], [0.8]]), np.ones(6), design)
    >>> permutation_p(fit, np.array([0, 1])).tolist()
    [0.1]
    """
    combination = np.asarray(combination, dtype=float)
    whitened = regression.design * regression.roots[:, None]
    # the contrast is the coefficient of this regressor beside all that leave it unchanged
    tested = regression.design @ np.linalg.solve(whitened.T @ whitened, combination)
    nuisance = np.linalg.qr(whitened @ _orthogonal(combination))[0]
    outcomes = regression.outcomes * regression.roots[:, None]
    residuals = outcomes - nuisance @ (nuisance.T @ outcomes)
    free = np.arange(len(tested)) if exchangeable is None else np.flatnonzero(exchangeable)
    # values that differ by rounding alone are one
    tested = np.round(tested / np.abs(tested).max(), 10)

    def statistics(values: np.ndarray) -> np.ndarray:
        drawn = np.repeat(tested[None], len(values), axis=0)
        drawn[:, free] = values
        return np.abs(_statistics(drawn * regression.roots, nuisance, residuals))

    observed = statistics(tested[free][None])[0]
    counts = np.unique(tested[free], return_counts=True)[1].tolist()
    is_exact = len(free) <= 20 and factorial(len(free)) // prod(map(factorial, counts)) <= permutations
    drawn = _arrangements(tested[free]) if is_exact else _draws(tested[free], permutations, seed)
    total, extreme = 0, np.zeros(len(observed))
    for values in drawn:
        total += len(values)
        extreme += (statistics(values) >= observed * (1 - _TIE) - _TIE).sum(axis=0)
    return extreme / total if is_exact else (extreme + 1) / (total + 1)


def false_discovery_rates(p: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """False discovery rates over the themes (Benjamini and Hochberg 1995); NaN where p is, and for ``unassigned``.

    Examples
    --------
    >>> false_discovery_rates(np.array([0.01, 0.04, np.nan, 0.5]), ["a", "b", "c", "unassigned"]).tolist()
    [0.02, 0.04, nan, nan]
    """
    q = np.full(len(p), np.nan)
    tested = np.isfinite(p) & (np.array(names) != UNASSIGNED)
    q[tested] = false_discovery_control(p[tested]) if tested.any() else []
    return q


def _statistics(regressors: np.ndarray, nuisance: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Effect over HC3 error, regressors × outcomes.

    Squared residuals of the full regression are multiplied out, so that nothing has articles × outcomes × permutations.
    """
    freed = regressors - (regressors @ nuisance) @ nuisance.T
    norms = (freed**2).sum(axis=1, keepdims=True)
    defined = norms > _TINY * (regressors**2).sum(axis=1, keepdims=True)
    norms = np.where(defined, norms, 1.0)
    slopes = freed @ residuals / norms
    leverage = (nuisance**2).sum(axis=1) + freed**2 / norms
    counts = (freed / np.maximum(1 - leverage, 1e-6)) ** 2
    whole = counts @ residuals**2
    variance = whole - 2 * slopes * ((counts * freed) @ residuals) + slopes**2 * (counts * freed**2).sum(1, keepdims=True)
    # no variance is left where the regressor says all; such permutations count as extreme unless there is no effect
    error = np.sqrt(np.where(variance > 1e-10 * whole, variance, 0)) / norms
    zero = np.abs(slopes) * np.sqrt(norms) <= 1e-9 * np.sqrt((residuals**2).sum(axis=0))
    ratio = np.divide(slopes, error, out=np.where(zero, 0.0, np.inf), where=error > 0)
    return np.where(defined, ratio, np.inf)


def _orthogonal(combination: np.ndarray) -> np.ndarray:
    """A basis of all coefficients that leave the combination at 0."""
    return np.linalg.svd(combination[None])[2][1:].T


def _draws(values: np.ndarray, permutations: int, seed: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    size = max(1, _CELLS // len(values))
    for start in range(0, permutations, size):
        yield rng.permuted(np.repeat(values[None], min(size, permutations - start), axis=0), axis=1)


def _arrangements(values: np.ndarray) -> Iterator[np.ndarray]:
    """Every distinct order of the values, in one array."""
    distinct, counts = np.unique(values, return_counts=True)
    orders: list[list[int]] = []

    def extend(begun: list[int], left: list[int]) -> None:
        if len(begun) == len(values):
            orders.append(begun)
        for i, n in enumerate(left):
            if n:
                extend([*begun, i], [*left[:i], n - 1, *left[i + 1 :]])

    extend([], counts.tolist())
    yield distinct[np.array(orders)]
