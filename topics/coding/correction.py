"""Gold codes of some paragraphs -> shares of words in corpus and groups, corrected for the model's error.

The estimand of a corpus or group G and a theme k is the share of its words that coders with this codebook would give the
theme, words divided among the themes of a paragraph as in :mod:`topics.measures.shares`::

    share[G, k] = sum over paragraphs d in G: words[d] * coded[d, k]  /  sum over d in G: words[d]

where ``coded`` is the membership by codes, which is known for a probability sample S of the paragraphs, and ``predicted``
the membership by the model, known for all. The estimate is the difference estimator of survey sampling (Särndal, Swensson
and Wretman 1992, chapter 6), known as prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023)
and design-based supervised learning (Egami, Hinck, Stewart and Wei 2023)::

    share[G, k] = slope * mean over G of predicted[., k]  +  mean over S and G of (coded - slope * predicted)[., k]

The first mean weighs paragraphs by their words, the second by words / inclusion probability (Hájek 1971). It is unbiased,
but for the ratio of the second mean, whatever the model does. The slope is tuned to the codes as in PPI++ (Angelopoulos,
Duchi and Zrnic 2023): a poor model gets a slope near 0, and the codes alone remain. It is one slope for all themes, so
that shares sum to 1, and for all groups.

Intervals. The model errs seldom and by much, so that the mean error of 100 paragraphs is far from normal. Errors above
and below their median are therefore treated as two weighted counts of events, each with the gamma interval of Fay and
Feuer (1997), and their difference as in Zou and Donner (2008). Fay and Feuer add one event more than was seen, of the
weight of the heaviest, which is conservative; here it is ``UNSEEN`` events of the mean weight
(``benchmarks/uncertainty.py`` chose it on BBC, AG News and the sample, and judged on manifestos). An interval therefore
never has width 0 because the codes happen to hold no error.

With these articles as the population, the interval covers which paragraphs were coded, hence the model's error, with the
finite-population correction. With articles ``like_these``, it also covers which articles there are: the articles are
clusters, as in the cluster-robust variance of Liang and Zeger (1986). With several coders, both cover how far coders
differ from each other, for other coders with the same codebook would code otherwise; with one coder nothing can be said
about that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Self

import numpy as np
from scipy.stats import gamma

from topics.codebook import Codebook
from topics.coding.sheets import Coding
from topics.errors import InputError
from topics.measures import assigned_membership

UNSEEN = 0.25
"""Events of the mean weight that are added to errors of either sign."""
LENT = 15.0
"""Coded paragraphs of the corpus that the variance of a group's errors is averaged with."""
_TINY = 1e-12


@dataclass(frozen=True)
class CodedSample:
    """Gold codes of some paragraphs of a corpus, and how these were drawn.

    See :meth:`of` for the shapes.
    """

    rows: np.ndarray
    coded: np.ndarray
    weights: np.ndarray
    strata: np.ndarray
    coder_variance: float = 0.0
    """Variance between coders of the share of a theme, mean of these coders, as a part of share * (1 - share)."""

    @classmethod
    def of(
        cls,
        rows: np.ndarray,
        codes: np.ndarray,
        n_paragraphs: int,
        weights: np.ndarray | None = None,
        strata: np.ndarray | None = None,
    ) -> Self:
        """Gold codes as their coders gave them.

        Parameters
        ----------
        rows
            The coded paragraphs, each once: n.
        codes
            Coders × n × names, or n × names for one coder: memberships, of which rows sum to 1
            (:func:`topics.measures.assigned_membership`); NaN where a coder did not code the paragraph.
        n_paragraphs
            The number of paragraphs of the corpus.
        weights
            One over the probability with which each coded paragraph was drawn, or in proportion to it. By default
            equal within the strata.
        strata
            The stratum of every paragraph of the corpus: in a sheet of `topics sheet`, its primary theme. By default one.

        Raises
        ------
        InputError
            If a row has no code, occurs twice, or has a weight that is not above 0.
        """
        codes = np.asarray(codes, dtype=float)
        codes = codes[None] if codes.ndim == 2 else codes
        known = ~np.isnan(codes).any(axis=2)
        if len(set(rows.tolist())) < len(rows) or not known.any(axis=0).all():
            raise InputError(f"got {len(rows)} coded rows, of which some are repeated or have no code; expected each once")
        counts = known.sum(axis=0)
        coded = np.where(known[:, :, None], codes, 0).sum(axis=0) / counts[:, None]
        strata = np.zeros(n_paragraphs, dtype=int) if strata is None else np.unique(strata, return_inverse=True)[1]
        strata = _joined(strata, rows)
        if weights is None:
            weights = (np.bincount(strata) / np.maximum(np.bincount(strata[rows], minlength=strata.max() + 1), 1))[
                strata[rows]
            ]
        if len(weights) != len(rows) or not (np.asarray(weights) > 0).all():
            raise InputError(f"got {len(weights)} weights for {len(rows)} coded rows; expected one for each, above 0")
        # a sheet of which a part is coded is a smaller sample of the same kind
        weights = np.asarray(weights, dtype=float) * n_paragraphs / np.sum(weights)
        sample = cls(np.asarray(rows), coded, weights, strata[rows])
        return replace(sample, coder_variance=_coder_variance(codes, known, weights))


def gold_sample(
    codings: Sequence[Coding], paragraph_ids: Sequence[str], codebook: Codebook, strata: np.ndarray
) -> CodedSample | None:
    """The codes of one or several coders as a sample of the paragraphs of a run.

    Weights are those of the sheets if each coded paragraph has one; else they undo what share of each stratum is coded, as
    in a simple random sample.

    Parameters
    ----------
    codings
        One for each coder.
    paragraph_ids
        Of the run.
    codebook
        The themes; memberships have these columns and ``unassigned``.
    strata
        The stratum of each paragraph: its primary theme, as far as no code taught it.

    Returns
    -------
    CodedSample or None
        None if no coded paragraph is in the run.
    """
    row_of = {key: row for row, key in enumerate(paragraph_ids)}
    keys = sorted({key for coding in codings for key in coding.codes if key in row_of}, key=row_of.__getitem__)
    if not keys:
        return None
    codes = np.full((len(codings), len(keys), len(codebook.names) + 1), np.nan)
    for coder, coding in enumerate(codings):
        own = [row for row, key in enumerate(keys) if key in coding.codes]
        marks = [[name in coding.codes[keys[row]] for name in codebook.names] for row in own]
        codes[coder, own] = assigned_membership(np.array(marks).reshape(len(own), len(codebook.names)))
    # of a paragraph in two sheets the smaller weight, for it was more likely to be drawn for either
    known: dict[str, float] = {}
    for coding in codings:
        for key, weight in coding.weights.items():
            known[key] = min(weight, known.get(key, weight))
    weights = np.array([known[key] for key in keys]) if all(key in known for key in keys) else None
    return CodedSample.of(np.array([row_of[key] for key in keys]), codes, len(row_of), weights, strata)


@dataclass(frozen=True)
class CorrectedShares:
    """Shares of words, groups × names, and their intervals."""

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n_coded: np.ndarray
    """Coded paragraphs of each group; where it is 0, the shares are NaN."""
    slope: float
    """What a prediction counts for: 1 if predictions are right on average however high, 0 if they say nothing."""
    standard_error: np.ndarray
    """Of the linearised estimates; the intervals are wider, and not symmetric."""


def correct_shares(
    predicted: np.ndarray,
    words: np.ndarray,
    sample: CodedSample,
    groups: np.ndarray | None = None,
    *,
    held_out: np.ndarray | None = None,
    articles: np.ndarray | None = None,
    slope: float | None = None,
    level: float = 0.95,
) -> CorrectedShares:
    """Shares of words of the corpus or of groups, corrected by gold codes.

    Parameters
    ----------
    predicted
        Paragraphs × names: memberships by the model, of which rows sum to 1 (:func:`topics.measures.expected_membership`).
    words
        Words of each paragraph; 1 for all for the share of paragraphs.
    sample
        The gold codes.
    groups
        The group of each paragraph, 0, 1, …, or −1 for none; by default one group, the corpus.
    held_out
        n × names: the predictions for the coded paragraphs by models that were not taught their codes. Needed if codes
        taught ``predicted``: then ``predicted`` is the mean over the folds (cross-fitting; Zrnic and Candès 2024). Folds
        keep the paragraphs of an article together.
    articles
        The article of each paragraph, 0, 1, …: the interval is then one for articles like these, else for these articles.
    slope
        0 for the codes alone, 1 for prediction-powered inference without tuning; by default tuned.
    level
        Of the interval.

    Examples
    --------
    A third of 300 paragraphs is about the first theme; the model finds half of these, and has no false ones.

    >>> truth = np.eye(2)[np.minimum(np.arange(300) % 3, 1)]
    >>> model = np.eye(2)[np.minimum(np.arange(300) % 6, 1)]
    >>> rows = np.random.default_rng(0).choice(300, 100, replace=False)
    >>> corrected = correct_shares(model, np.ones(300), CodedSample.of(rows, truth[rows], 300))
    >>> [value[0, 0].round(2).item() for value in (corrected.share, corrected.low, corrected.high)]
    [0.33, 0.28, 0.4]
    """
    groups = np.zeros(len(words), dtype=int) if groups is None else groups
    own = predicted[sample.rows] if held_out is None else held_out
    sizes = words[sample.rows] * sample.weights
    slope = tuned_slope(sample.coded, own, sizes) if slope is None else slope
    errors = sample.coded - slope * own
    n_groups = int(groups.max(initial=0)) + 1
    shape = (n_groups, predicted.shape[1])
    share, low, high, standard_error = (np.full(shape, np.nan) for _ in range(4))
    n_coded = np.zeros(n_groups, dtype=int)
    z = NormalDist().inv_cdf((1 + level) / 2)
    for group in range(n_groups):
        members, inside = groups == group, groups[sample.rows] == group
        n_coded[group] = inside.sum()
        if not inside.any():
            continue
        weights = np.where(inside, sizes, 0) / sizes[inside].sum()
        part = words * members / max((words * members).sum(), _TINY)
        base = part @ predicted
        estimate = slope * base + weights @ errors
        residuals = weights[:, None] * (errors - weights @ errors)
        beyond = np.zeros(shape[1])
        finite = articles is None
        if articles is not None:
            spread = part[:, None] * slope * (predicted - base)
            spread[sample.rows] += residuals
            beyond = np.maximum(_clustered(spread, articles) - (residuals**2).sum(axis=0), 0)
        beyond = beyond + sample.coder_variance * np.clip(estimate, 0, 1) * (1 - np.clip(estimate, 0, 1))
        unsampled = np.maximum(1 - 1 / sample.weights, 0) if finite else np.ones(len(weights))
        unsampled_part = (unsampled @ weights**2 / (weights @ weights)) ** 0.5
        below, above = _distances(errors, weights, sizes, sample.strata, unsampled, level)
        below, above = (np.sqrt(distance**2 + z**2 * beyond) for distance in (below, above))
        coded = sample.coded[inside]
        # where no code has a theme, nothing says that the model would find it: the score interval of the codes alone
        absent = z**2 / (z**2 + 1 / ((sizes / sizes.sum()) ** 2).sum())
        above = np.where((sample.coded > 0).any(axis=0), above, np.maximum(above, absent * unsampled_part - estimate))
        below = np.where((sample.coded < 1).any(axis=0), below, np.maximum(below, absent * unsampled_part - 1 + estimate))
        # what nobody coded cannot be shown to exist
        low[group] = np.where((coded > 0).any(axis=0), np.clip(estimate - below, 0, 1), 0)
        high[group] = np.where((coded < 1).any(axis=0), np.clip(estimate + above, 0, 1), 1)
        clipped = np.clip(estimate, 0, 1)
        share[group] = clipped / clipped.sum()
        low[group], high[group] = np.minimum(low[group], share[group]), np.maximum(high[group], share[group])
        standard_error[group] = np.sqrt(_stratified(residuals, sample.strata, unsampled) + beyond)
    return CorrectedShares(share, low, high, n_coded, slope, standard_error)


def share_differences(shares: CorrectedShares) -> CorrectedShares:
    """The shares of the first group minus those of the second, with the interval of Zou and Donner (2008), −1…1.

    Examples
    --------
    >>> parts = np.array([[[0.5], [0.2]], [[0.4], [0.1]], [[0.6], [0.4]]])
    >>> difference = share_differences(CorrectedShares(*parts, np.array([50, 50]), 1.0, np.full((2, 1), 0.05)))
    >>> [value[0, 0].round(2).item() for value in (difference.share, difference.low, difference.high)]
    [0.3, 0.08, 0.44]
    """
    first, second = slice(0, 1), slice(1, 2)
    difference = shares.share[first] - shares.share[second]
    below, above = (
        np.hypot(shares.share[a] - shares.low[a], shares.high[b] - shares.share[b])
        for a, b in ((first, second), (second, first))
    )
    error = np.hypot(shares.standard_error[first], shares.standard_error[second])
    low, high = np.maximum(difference - below, -1), np.minimum(difference + above, 1)
    return CorrectedShares(difference, low, high, shares.n_coded[:1] + shares.n_coded[1:2], shares.slope, error)


def tuned_slope(coded: np.ndarray, predicted: np.ndarray, sizes: np.ndarray) -> float:
    """The slope with the least variance of the estimates, summed over names, 0…1 (Angelopoulos, Duchi and Zrnic 2023).

    In a finite population whose predictions are all known, that is the regression of codes on predictions.
    """
    weights = sizes / sizes.sum()
    centred = predicted - weights @ predicted
    variance = float((weights @ centred**2).sum())
    return float(np.clip((weights @ (centred * coded)).sum() / variance, 0, 1)) if variance > _TINY else 0.0


def _distances(
    errors: np.ndarray, weights: np.ndarray, sizes: np.ndarray, strata: np.ndarray, unsampled: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """From the estimate of a group to its lower and to its upper end, per name.

    ``weights`` sum to 1 and are 0 outside the group; ``sizes`` are the weights in the corpus; ``unsampled`` is the
    finite-population correction of each row.
    """
    inside, corpus = weights > 0, sizes / sizes.sum()
    event, corpus_event = float(weights @ weights), float(corpus @ corpus)
    correction = float(unsampled @ weights**2) / event
    lent = 0.0 if inside.all() else LENT / (LENT + inside.sum())
    centred = errors - _median(errors, corpus)
    z, tails = NormalDist().inv_cdf((1 + level) / 2), ((1 - level) / 2, (1 + level) / 2)
    means, to_low, to_high = [], [], []
    for sign in (1, -1):
        events = np.maximum(sign * centred, 0)
        mean, corpus_mean = weights @ events, corpus @ events
        own = _stratified(weights[:, None] * (events - mean) * inside[:, None], strata, unsampled)
        pooled = _stratified(corpus[:, None] * (events - corpus_mean), strata, unsampled)
        # variances without finite-population correction, in events; those of the corpus have the unseen ones
        own = own / max(correction, _TINY) / event
        pooled = pooled / max(float(unsampled @ corpus**2), _TINY) + UNSEEN * corpus_event
        if not lent:
            own, mean_with_unseen = pooled, corpus_mean + UNSEEN * corpus_event
        else:
            own = (1 - lent) * own + lent * pooled
            mean_with_unseen = (1 - lent) * mean + lent * (corpus_mean + UNSEEN * corpus_event)
        variance = own * event
        low, high = (gamma.ppf(tail, mean_with_unseen**2 / variance, scale=variance / mean_with_unseen) for tail in tails)
        means.append(mean)
        # in a corpus of which much is coded, the distances shrink as the standard error does
        to_low.append(np.clip(mean - low, 0, mean) * correction**0.5)
        to_high.append(np.maximum(high - mean, 0) * correction**0.5)
    # an error is not above and below at once
    both = 2 * means[0] * means[1] * event * correction
    below, above = (np.sqrt(to_low[first] ** 2 + to_high[second] ** 2 + z**2 * both) for first, second in ((0, 1), (1, 0)))
    return below, above


def _median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted median of each column."""
    order = np.argsort(values, axis=0, kind="stable")
    middle = (np.cumsum(weights[order], axis=0) >= weights.sum() / 2).argmax(axis=0)
    return np.take_along_axis(values, np.take_along_axis(order, middle[None], axis=0), axis=0)[0]


def _stratified(residuals: np.ndarray, strata: np.ndarray, unsampled: np.ndarray) -> np.ndarray:
    """The variance of a sum over a stratified sample, of unequal probabilities in a stratum (Hájek 1964)."""
    counts = np.bincount(strata)
    means = np.stack([np.bincount(strata, column) for column in residuals.T], axis=1) / np.maximum(counts, 1)[:, None]
    factor = unsampled * (counts / np.maximum(counts - 1, 1))[strata]
    return factor @ (residuals - means[strata]) ** 2


def _clustered(spread: np.ndarray, articles: np.ndarray) -> np.ndarray:
    """The variance of a sum over paragraphs whose articles are a random sample (Liang and Zeger 1986)."""
    totals = np.stack([np.bincount(articles, column) for column in spread.T], axis=1)
    involved = int((totals != 0).any(axis=1).sum())
    return (totals**2).sum(axis=0) * involved / max(involved - 1, 1)


def _joined(strata: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Strata of which each has two coded rows at least; the others are one, with the largest if need be."""
    coded = np.bincount(strata[rows], minlength=int(strata.max(initial=0)) + 1)
    small = coded < 2
    if not small.any():
        return strata
    if coded[small].sum() < 2 and not small.all():
        small[np.where(small, -1, coded).argmax()] = True
    return np.unique(np.where(small[strata], -1, strata), return_inverse=True)[1]


def _coder_variance(codes: np.ndarray, known: np.ndarray, weights: np.ndarray) -> float:
    """The variance between coders of their mean share, as a part of share * (1 - share), pooled over names.

    Half of the squared difference of two coders' shares, less what the sample of paragraphs alone would give.
    """
    found, expected = [], []
    for first in range(len(codes)):
        for second in range(first + 1, len(codes)):
            both = known[first] & known[second]
            if both.sum() < 2:
                continue
            part = weights[both] / weights[both].sum()
            differences = codes[first, both] - codes[second, both]
            shares = part @ (codes[first, both] + codes[second, both]) / 2
            by_chance = part**2 @ (differences - part @ differences) ** 2
            found.append(((part @ differences) ** 2 - by_chance).sum() / 2)
            expected.append((shares * (1 - shares)).sum())
    if not found or not sum(expected) > _TINY:
        return 0.0
    return max(sum(found) / sum(expected), 0.0) / len(codes)
