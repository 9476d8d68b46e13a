"""Weighted least squares of the shares of articles, with errors robust to heteroscedasticity.

Articles are the units, so that the errors allow for any dependence within an article. Each counts for its words: without
covariates, the effect of a group is then the difference of word-weighted shares. Errors are HC3 (MacKinnon and White 1985;
Long and Ervin 2000). Student's t has the degrees of freedom of Bell and McCaffrey (2002; Imbens and Kolesár 2016), with
shares of equal variance as their reference model, whatever the words. ``benchmarks/comparisons.py`` chose both by coverage.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.stats import t

POWER = 0.8
"""Of the smallest effect that could have been detected."""
LEAST_DF = 1.0
LEAST_RANGE = 1e-9
"""Of an outcome that is not the same in all articles."""
_TINY = 1e-12


@dataclass(frozen=True)
class Effects:
    """A linear combination of coefficients, for each outcome."""

    effect: np.ndarray
    error: np.ndarray
    df: np.ndarray

    def interval(self, level: float, *, bounded: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Both ends of the interval of Student's t; ``bounded``: within −1…1, as a difference of two shares is."""
        half = t.ppf((1 + level) / 2, self.df) * self.error
        low, high = self.effect - half, self.effect + half
        return (np.maximum(low, -1), np.minimum(high, 1)) if bounded else (low, high)

    def detectable(self, level: float) -> np.ndarray:
        """The smallest effect that a test at ``1 - level`` detects with a power of .8 (Bloom 1995)."""
        return (t.ppf((1 + level) / 2, self.df) + t.ppf(POWER, self.df)) * self.error


@dataclass(frozen=True)
class Regression:
    """Outcomes on one design.

    Parameters
    ----------
    outcomes
        Articles × names.
    weights
        What each article counts for, above 0.
    design
        Articles × coefficients, of full rank.

    Examples
    --------
    >>> design = np.array([[1, 0], [1, 0], [1, 1], [1, 1]])
    >>> fit = Regression(np.array([[0.2], [0.4], [0.7], [0.9]]), np.array([100, 300, 200, 200]), design)
    >>> fit.effects(np.array([0, 1])).effect.round(3).tolist()
    [0.45]
    """

    outcomes: np.ndarray
    weights: np.ndarray
    design: np.ndarray

    @cached_property
    def roots(self) -> np.ndarray:
        """Square roots of the weights, of mean square 1."""
        return np.sqrt(self.weights / self.weights.mean())

    @cached_property
    def _fits(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Coefficients and their covariance by outcome."""
        from statsmodels.regression.linear_model import WLS  # late: it takes a second to load

        found = []
        for outcome in self.outcomes.T:
            fit = WLS(outcome, self.design, weights=self.roots**2).fit(cov_type="HC3", use_t=True)
            found.append((np.asarray(fit.params), np.asarray(fit.cov_params())))
        return found

    @cached_property
    def _whitened(self) -> tuple[np.ndarray, np.ndarray]:
        """An orthonormal basis of the weighted design, and its pseudo-inverse."""
        whitened = self.design * self.roots[:, None]
        return np.linalg.qr(whitened)[0], np.linalg.pinv(whitened)

    @cached_property
    def varies(self) -> np.ndarray:
        """Whether articles differ, by outcome; else there is nothing to compare."""
        return np.ptp(self.outcomes, axis=0) > LEAST_RANGE

    @cached_property
    def leverage(self) -> np.ndarray:
        """How far each article determines its own fitted share, 0…1."""
        return (self._whitened[0] ** 2).sum(axis=1)

    def effects(self, combination: np.ndarray) -> Effects:
        """The effect, its standard error and degrees of freedom for a combination of the coefficients."""
        combination = np.asarray(combination, dtype=float)
        effect = np.array([combination @ coefficients for coefficients, _ in self._fits])
        variance = np.array([combination @ covariance @ combination for _, covariance in self._fits])
        df = np.full(len(effect), self.degrees_of_freedom(combination))
        return Effects(effect, np.sqrt(np.maximum(variance, 0)), df)

    def degrees_of_freedom(self, combination: np.ndarray) -> float:
        """Those of the robust variance, by Satterthwaite's approximation, if all shares have the same variance."""
        basis, inverse = self._whitened
        counts = (combination @ inverse) ** 2 / np.maximum(1 - self.leverage, _TINY) ** 2
        # residuals of the weighted outcomes are M u, with M = 1 - basis basis' and var(u) = weights; the variance is the
        # quadratic form of `counts` in them, and its trace and squared norm follow without any articles × articles matrix
        own = self.roots**2
        rotated = basis.T @ (own[:, None] * basis)
        half = basis @ rotated
        diagonal = own - 2 * own * self.leverage + (half * basis).sum(axis=1)
        # M diag(own) M = diag(own) + L R', with these factors of low rank
        left = np.concatenate([-own[:, None] * basis, -basis, half], axis=1)
        right = np.concatenate([basis, own[:, None] * basis, basis], axis=1)
        cross = left.T @ (counts[:, None] * left) * (right.T @ (counts[:, None] * right))
        products = (left * right).sum(axis=1)
        norm = (counts**2 * (own**2 + 2 * own * products)).sum() + cross.sum()
        trace = (counts * diagonal).sum()
        return float(max(trace**2 / max(norm, _TINY), LEAST_DF))
