"""What shares of single articles have in common, with and without gold codes (Rao and Molina 2015): see the functions."""

import numpy as np
from scipy.stats import beta

BLIND = 0.2
"""How much errors are those of a paragraph with the memberships of the corpus, in place of its own: for what a model cannot
see, it cannot tell where it is."""
OVERLOOKED = 0.05
"""How much of a paragraph's memberships are those of the corpus, where no codes say how sure scores can be."""
_LOWEST = 1e-4


def rake(memberships: np.ndarray, words: np.ndarray, target: np.ndarray, rounds: int = 500) -> np.ndarray:
    """Memberships of which rows sum to 1 and means, weighted by words, are ``target`` (Deming and Stephan 1940).

    Each row is multiplied by the same ratios and divided by its sum: the correction for a shift of priors (Saerens,
    Latinne and Decaestecker 2002), with the priors known.

    Examples
    --------
    >>> rake(np.array([[0.9, 0.1], [0.1, 0.9]]), np.ones(2), np.array([0.2, 0.8])).round(2).tolist()
    [[0.39, 0.61], [0.01, 0.99]]
    """
    ratio = np.ones(memberships.shape[1])
    for _ in range(rounds):
        raked = normalised(memberships * ratio)
        means = words @ raked / words.sum()
        if np.abs(means - target).max() < 1e-9:
            break
        ratio *= target / np.maximum(means, 1e-300)
    return raked


def beta_interval(mean: np.ndarray, variance: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the central ``level`` of beta distributions with these means and variances.

    The lower end is 0 where as many trials as the variance is worth, ``mean * (1 - mean) / variance``, may all fail with a
    probability above the tail; the upper end is 1 where they may all succeed.
    """
    tail = (1 - level) / 2
    most = mean * (1 - mean)
    trials = np.maximum(most / np.maximum(variance, 1e-300), 1.0)
    size = np.maximum(trials - 1, 1e-3)
    inside = (variance > 1e-12) & (most > 1e-12)
    a, b = np.where(inside, mean * size, 1.0), np.where(inside, (1 - mean) * size, 1.0)
    low, high = (np.where(inside, beta.ppf(q, a, b), mean) for q in (tail, 1 - tail))
    low = np.where(inside & ((1 - mean) ** trials >= tail), 0.0, low)
    high = np.where(inside & (mean**trials >= tail), 1.0, high)
    return np.minimum(low, mean), np.maximum(high, mean)


def blended(memberships: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Memberships of which ``OVERLOOKED`` are those of the corpus: no model is so sure that a theme is absent."""
    return (1 - OVERLOOKED) * memberships + OVERLOOKED * target


def error_spread(memberships: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Standard deviations of the error of memberships, but for a factor: those of a coin, partly of one for the corpus."""
    flat = (1 - BLIND) * memberships + BLIND * target
    return np.sqrt(np.maximum(flat * (1 - flat), _LOWEST))


def likeness(memberships: np.ndarray, articles: np.ndarray) -> float:
    """The correlation of memberships within articles, 0…1, over all names: 1 where each article is about one theme.

    Examples
    --------
    >>> likeness(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]), np.array([0, 0, 1, 1]))
    1.0
    """
    centred = memberships - memberships.mean(axis=0)
    counts = np.bincount(articles)
    n_pairs, variance = float((counts * (counts - 1)).sum()), float((centred**2).mean(axis=0).sum())
    if not n_pairs or variance < 1e-12:
        return 0.0
    return float(np.clip(pair_sums(centred, articles).sum() / n_pairs / variance, 0, 1))


def pair_sums(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """The sum of products over ordered pairs of different rows of a group, per column."""
    n = int(groups.max(initial=0)) + 1
    return (sums(values, groups, n) ** 2 - sums(values**2, groups, n)).sum(axis=0)


def sums(values: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    """Sums of each column within groups."""
    return np.stack([np.bincount(groups, column, n_groups) for column in values.T], axis=1)


def normalised(memberships: np.ndarray) -> np.ndarray:
    """Rows that sum to 1."""
    return memberships / memberships.sum(axis=1, keepdims=True)
