"""Shares of words without gold codes, and how far they may be from what coders would say.

The share is that of the assignments, which a reader can check paragraph by paragraph. Counting scores in place of
assignments (:func:`topics.measures.expected_membership`) errs as much, elsewhere: on corpora where each paragraph has one
theme assignments are nearer to the codes, where it has several or none scores are. The method of Saerens, Latinne and
Decaestecker (2002) changes nothing, for it moves scores that were calibrated at other shares, and ours have been calibrated
on the corpus itself; adjusted counts (Forman 2008) need error rates, which nobody knows without codes.

The interval cannot come from the corpus: nothing in it says how strict coders are, or what they see that the model does
not. It is learnt from other corpora whose codes are known, as a random effect of the theme::

    logit(share by codes) = (logit(share by assignments) + logit(share by scores)) / 2 + error
    standard deviation of the error = SCALE * exp(DOUBT_SLOPE * (doubt - USUAL_DOUBT))

``doubt`` is the part of a theme's variance that the scores leave open: 0 where they are all 0 or 1, 1 where they do not
tell one paragraph from another. The interval takes the quantile of Student's t with one degree of freedom fewer than there
were corpora, for the scale is known from these few alone. **The assumption is that the corpus at hand is of their kind**:
news, party manifestos, commentary and encyclopaedic sentences, with codebooks of 4 to 12 themes.
``benchmarks/uncertainty.py`` learns the scale, and shows the coverage on each corpus with the scale of the others.

How much coders leave without a theme cannot be told without codes: the lower end of ``unassigned`` is 0. A theme whose
doubt is above ``MOST_DOUBT`` is marked as not estimable.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from scipy.stats import t

from topics.measures.small_areas import beta_interval, blended, error_spread, likeness, rake, sums

SCALE, DOUBT_SLOPE, USUAL_DOUBT = 0.61, 2.0, 0.7
CORPORA = 5
"""Labelled corpora from which ``SCALE`` was learnt."""
MOST_DOUBT = 0.95
LEAST = 0.005
"""Added to a share and to what it lacks to 1 before its logit is taken."""


@dataclass(frozen=True)
class UncorrectedShares:
    """Shares of words of the corpus, its groups or articles, × names, ``unassigned`` last, and their intervals."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    doubt: np.ndarray
    """Of the theme in the corpus, 0…1; the same for all groups."""

    @property
    def estimable(self) -> np.ndarray:
        """Whether the scores tell enough about a theme."""
        return self.doubt <= MOST_DOUBT


def doubt_of(expected: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The part of a theme's variance that the scores leave open, per name, 0…1.

    Examples
    --------
    >>> doubt_of(np.array([[1.0, 0.5], [0.0, 0.5]]), np.ones(2)).tolist()
    [0.0, 1.0]
    """
    share = words @ expected / words.sum()
    within = words @ (expected * (1 - expected)) / words.sum()
    return np.clip(within / np.maximum(share * (1 - share), 1e-12), 0, 1)


def uncorrected_shares(
    assigned: np.ndarray,
    expected: np.ndarray,
    words: np.ndarray,
    *,
    level: float = 0.95,
    scale: float = SCALE,
    corpora: int = CORPORA,
) -> UncorrectedShares:
    """Shares of the corpus by assignments, with intervals for what coders would say.

    Parameters
    ----------
    assigned, expected
        Paragraphs × names: memberships by assignments and by scores, ``unassigned`` last.
    words
        Words of each paragraph.
    level
        Of the interval.
    scale, corpora
        What was learnt, and from how many corpora.

    Returns
    -------
    UncorrectedShares
        One group.

    Examples
    --------
    A theme with scores of .9 in half of the paragraphs and .1 in the others is far less certain than it looks:

    >>> expected = np.repeat([[0.9, 0.1], [0.1, 0.9]], 50, axis=0)
    >>> shares = uncorrected_shares(expected.round(), expected, np.ones(100))
    >>> shares.share[0, 0].item(), shares.low[0, 0].round(2).item(), shares.high[0, 0].round(2).item()
    (0.5, 0.3, 0.7)
    """
    share, by_scores = (words @ values / words.sum() for values in (assigned, expected))
    doubt = doubt_of(expected, words)
    centre, reach = _centre(share, by_scores), _quantile(level, corpora) * _deviation(doubt, scale)
    low, high = (_share(centre + sign * reach) for sign in (-1, 1))
    low[-1] = 0
    return UncorrectedShares(share[None], np.minimum(low, share)[None], np.maximum(high, share)[None], doubt[None])


def uncorrected_parts(
    assigned: np.ndarray,
    expected: np.ndarray,
    words: np.ndarray,
    parts: np.ndarray,
    articles: np.ndarray,
    *,
    level: float = 0.95,
) -> UncorrectedShares:
    """Shares of articles or groups by assignments, with intervals for what coders would say.

    The mean memberships by assignments and scores are raked to the shares between which the corpus lies. The interval joins
    two errors: that of the shares of the corpus, and that of the paragraphs of a part, which are as alike in an article as
    its memberships are (:func:`topics.measures.likeness`); for these it is that of a beta distribution.

    Parameters
    ----------
    assigned, expected, words, level
        As in :func:`uncorrected_shares`.
    parts
        The article or group of each paragraph, 0, 1, ….
    articles
        The article of each paragraph, 0, 1, …: the same as ``parts`` for shares of articles.
    """
    n_parts = int(parts.max(initial=0)) + 1
    weights = words / np.bincount(parts, words, n_parts)[parts]
    doubt = doubt_of(expected, words)
    target = np.maximum(_share(_centre(words @ assigned / words.sum(), words @ expected / words.sum())), 1e-4)
    target = target / target.sum()
    memberships = rake(blended((assigned + expected) / 2, target), words, target)
    spread, rho = weights[:, None] * error_spread(memberships, target), likeness(expected, articles)
    pairs, owner = np.unique(np.stack([parts, articles]), axis=1, return_inverse=True)
    alike = sums(sums(spread, owner.ravel(), pairs.shape[1]) ** 2, pairs[0], n_parts)
    mean = np.clip(sums(weights[:, None] * memberships, parts, n_parts), 0, 1)
    variance = (1 - rho) * sums(spread**2, parts, n_parts) + rho * alike
    # both errors meet on the scale of logits, on which that of the corpus is symmetric
    centre, reach = _logit(mean), _quantile(level, CORPORA) * _deviation(doubt, SCALE)
    below, above = (np.abs(_logit(end) - centre) for end in beta_interval(mean, variance, level))
    low, high = _share(centre - np.hypot(reach, below)), _share(centre + np.hypot(reach, above))
    low[:, -1] = 0
    share = np.clip(sums(weights[:, None] * assigned, parts, n_parts), 0, 1)
    return UncorrectedShares(share, np.minimum(low, share), np.maximum(high, share), np.broadcast_to(doubt, share.shape))


def _quantile(level: float, corpora: int) -> float:
    return float(t.ppf((1 + level) / 2, corpora - 1))


def _centre(by_assignments: np.ndarray, by_scores: np.ndarray) -> np.ndarray:
    """The logit between two shares."""
    return (_logit(by_assignments) + _logit(by_scores)) / 2


def _logit(share: np.ndarray) -> np.ndarray:
    return logit((share + LEAST) / (1 + 2 * LEAST))


def _share(logits: np.ndarray) -> np.ndarray:
    return np.clip(expit(logits) * (1 + 2 * LEAST) - LEAST, 0, 1)


def _deviation(doubt: np.ndarray, scale: float) -> np.ndarray:
    return scale * np.exp(DOUBT_SLOPE * (doubt - USUAL_DOUBT))
