"""Evidence -> probability, without labels, and better with some.

In three steps:

1. Two views of a paragraph calibrate each other: whether one of a theme's own keywords stands in it (its *anchor*),
   and what all its other words say, learnt from the other paragraphs. If theme and corpus fit, anchors become
   frequent as the other words speak for the theme. This is learning from positive and unlabelled examples with noisy
   anchors (Elkan and Noto 2008; Halpern, Horng, Choi and Sontag 2016)::

       P(anchor | other) = chance[k] + (recall[k] - chance[k]) * sigmoid(prior[k] + slope * other)

   ``recall`` is how often a paragraph about the theme uses one of its keywords, assumed at least ``MIN_RECALL``;
   ``chance`` how often one about something else does; both in a paragraph of mean length, and growing with the root
   of the length. Without that floor the share of a theme could not be told from its keywords alone. All is fitted at
   its posterior mode, themes sharing the slope, so that on a small corpus the priors decide. The expected truth of
   that model then calibrates the whole evidence: one logistic link (Platt 1999) with a slope for all themes and an
   intercept for each. The similarity of vectors has no part in this step: a vector has seen the keyword, so it cannot
   testify for it.
2. What the keywords themselves say is combined with that (:class:`Combination`): those of the paragraph, and those of
   its nearest neighbours. A subject that no theme covers may look like one by its words, but neither it nor its
   neighbours hold the theme's keywords. The weights are the same for all corpora, learnt by logistic regression on
   labelled ones (stacking; Wolpert 1992): ``benchmarks/combination.py`` learns them, and shows what they are worth on
   corpora that had no part in it.
3. Where the codebook does not fit the corpus at all (:class:`Fitness`), every theme is improbable.

Gold codes correct what is left (:mod:`topics.themes.gold`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, logit

from topics.themes.vectors import Neighbours, Vectors

MIN_RECALL = 0.5
USUAL_RECALL, USUAL_CHANCE, USUAL_PRIOR = 0.75, 0.04, -0.8
SLOPE, SPREAD_POWER, BASE = 3.0, 0.45, -1.4
"""Where the corpus cannot tell: slope SLOPE / spread ** SPREAD_POWER, intercept BASE (logits)."""
MAX_ODDS_RATIO = 8.0
"""An anchor multiplies the odds of a theme at most so often."""
MISFIT_LOGIT = -3.0
"""The logit of every score where the codebook does not fit at all."""
SMALL_SAMPLE = 30
MIN_PAIRS, MANY_KEYWORDS = 5, 8
CEILING = 0.9
"""No score is higher. Coders give a theme to most of the paragraphs that are surely about it, not to all: by one code a
sentence, as in party manifestos, to seven in ten. How strict they are cannot be seen without codes."""
RARE = 0.03
"""Added to the share of the neighbours that hold a keyword, before its logarithm is taken."""


@dataclass(frozen=True)
class Fitness:
    """How well a codebook fits a corpus."""

    cohesion: float | None
    """How much more often than by chance a paragraph near one with a keyword holds another keyword of the theme, over all
    themes; None where there is no such pair of keywords."""
    coherence: float | None
    """How much more similar the keywords of a theme are to each other than to those of other themes
    (:attr:`topics.themes.vectors.Vectors.coherence`); None without an encoder."""
    trust: float
    """0…1: what the scores are shrunk by."""


# Each pair: the value at which trust is 0, and at which it is 1.
COHERENT = 0.03, 0.06
"""Coherence. Keywords dealt out at random: at most .013 with seven themes or more, .036 with four or five of ten keywords;
the codebooks of five corpora: .08 to .18."""
PRESENT = 0.006, 0.016
"""Meetings of keywords per paragraph. Sport under politics: at most .005; corpora that fit: .017 to 1.3."""
MOST = 0.7
"""The keywords of a theme that stands in so many paragraphs do not count for the cohesion."""
COHESIVE = np.log(1.25), np.log(1.65)
"""Logarithm of the cohesion, at the lower end of its interval where the keywords seldom meet, and at the upper end
without an encoder."""


def codebook_fitness(
    present: sparse.csc_matrix, anchors: list[list[int]], sizes: Sequence[int], vectors: Vectors
) -> Fitness:
    """Judge whether a codebook fits a corpus.

    It does not where the keywords of a theme have nothing in common, or hardly occur together. That they co-occur in
    one paragraph cannot be asked of short texts, and is chance where most paragraphs are about the theme; so a keyword
    is looked for near another: in the nearest paragraphs of those that hold it and do not hold it themselves.

    Parameters
    ----------
    present
        Paragraphs × terms: 1 where a term stands.
    anchors
        Per theme, the columns of its keywords.
    sizes
        How many keywords each theme lists, those that never occur included.
    vectors
        Of the same paragraphs.
    """
    n = present.shape[0]
    if n < SMALL_SAMPLE or max(*sizes, *map(len, anchors)) < 2:  # no pair of keywords to judge by
        return Fitness(None, vectors.coherence, 1.0)
    every, _ = meetings(present, anchors, vectors.neighbours)
    # whether a theme stands near itself cannot be seen where it stands everywhere
    telling = [columns for columns in anchors if (present[:, columns].sum(axis=1) > 0).mean() < MOST]
    observed, expected = meetings(present, telling, vectors.neighbours)
    coherence = vectors.coherence
    ratio = float(np.log((observed + 1) / (expected + 1)))
    margin = 1.64 / np.sqrt(observed + 1)  # of a Poisson count, one-sided 95 %
    belongs = max(_ramp(every / n, PRESENT), _ramp(ratio - margin, COHESIVE))
    # without an encoder only the corpus can say that keywords have nothing in common: it has to be sure
    meaningful = _ramp(ratio + margin, COHESIVE) if vectors.descriptions is None else 1.0
    if coherence is not None:
        meaningful = _ramp(coherence, COHERENT)
    cohesion = float(np.exp(ratio)) if expected else None
    return Fitness(cohesion, coherence, belongs * meaningful)


def meetings(present: sparse.csc_matrix, anchors: list[list[int]], neighbours: Neighbours) -> tuple[float, float]:
    """How many keywords meet another of their theme in a neighbouring paragraph, and how many would by chance.

    The keyword itself has to be absent there: vectors are near each other for having the same word.
    """
    observed = expected = 0.0
    for columns in anchors:
        stands = present[:, columns].toarray() > 0
        totals = stands.sum(axis=1)
        for own in stands.T:
            holding = np.flatnonzero(own)
            other = totals - own > 0  # another keyword of the theme stands there
            if not len(holding) or not other.any() or own.all():
                continue
            rows = neighbours.rows[holding]
            # in a small corpus most paragraphs are neighbours of all others, but not near
            free = ~own[rows] * neighbours.weights[holding]
            observed += float((other[rows] * free).sum())
            expected += float(other[~own].mean() * free.sum())
    return observed, expected


def _ramp(value: float, ends: tuple[float, float]) -> float:
    return float(np.clip((value - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0))


def cooccurrence(counts: sparse.csr_matrix, anchors: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often the keywords of each two themes co-occur in a paragraph; for ``anchors`` see :func:`codebook_fitness`.

    Returns
    -------
    hits
        Themes × paragraphs: how many of the theme's keywords stand there.
    observed, expected
        Themes × themes: pairs of keywords that co-occur, and that should by chance; those within a theme on the diagonal.
    """
    present = (counts > 0).astype(float).tocsc()
    by_theme = [present[:, columns] for columns in anchors]
    hits = np.array([np.asarray(columns.sum(axis=1)).ravel() for columns in by_theme])
    n, sums = hits.shape[1], hits.sum(axis=1)
    observed, expected = hits @ hits.T, np.outer(sums, sums) / n
    # within a theme, no keyword makes a pair with itself, and each pair counts once
    np.fill_diagonal(observed, (np.diag(observed) - sums) / 2)
    frequencies = [np.asarray(columns.sum(axis=0)).ravel() for columns in by_theme]
    np.fill_diagonal(expected, [(df.sum() ** 2 - (df**2).sum()) / 2 / n for df in frequencies])
    return hits, observed, expected


@dataclass(frozen=True)
class Calibration:
    """Evidence -> probability: sigmoid(intercept[k] + slope * evidence)."""

    slope: float
    intercept: np.ndarray

    def logits(self, evidence: np.ndarray) -> np.ndarray:
        """The logit of each theme, in the shape of ``evidence``."""
        return self.intercept + self.slope * evidence


class Combination(NamedTuple):
    """What each sign adds to the logit of a theme."""

    evidence: float
    """The logit by words and vectors."""
    nearby: float
    """Logarithm of the share of the neighbours that hold a keyword of the theme."""
    one: float
    """A keyword of the theme stands in the paragraph."""
    two: float
    """Two different ones do."""
    elsewhere: float
    """None does, but a keyword of another theme."""
    intercept: float

    def logits(
        self, evidence: np.ndarray, hits: np.ndarray, neighbours: Neighbours, corpus_hits: np.ndarray | None = None
    ) -> np.ndarray:
        """Paragraphs × themes; for the arguments see :func:`signs`."""
        return self.intercept + np.tensordot(np.array(self[:-1]), signs(evidence, hits, neighbours, corpus_hits), axes=1)


def signs(
    evidence: np.ndarray, hits: np.ndarray, neighbours: Neighbours, corpus_hits: np.ndarray | None = None
) -> np.ndarray:
    """The signs that a :class:`Combination` weighs: signs × paragraphs × themes.

    Parameters
    ----------
    evidence
        Paragraphs × themes: calibrated logits.
    hits
        Paragraphs × themes: how many different keywords of the theme stand in the paragraph.
    neighbours
        Of the paragraphs.
    corpus_hits
        The same as ``hits`` of the corpus in which the neighbours are, if the paragraphs are others.
    """
    held = (hits > 0).astype(float)
    known = held if corpus_hits is None else (corpus_hits > 0).astype(float)
    nearby = np.log(neighbours.mean(known, held) + RARE)
    elsewhere = (hits == 0) & (hits > 0).any(axis=1, keepdims=True)
    return np.stack([evidence, nearby, hits >= 1, hits >= 2, elsewhere]).astype(float)


# `python benchmarks/combination.py` learns them; but for a single keyword it learns 0 beside the neighbours of a large
# corpus, who say the same. In a small one they do not: .4 costs nothing on the corpora that the weights are learnt on.
WITH_ENCODER = Combination(0.91, 1.15, 0.4, 0.82, -0.75, 2.01)
WORDS_ALONE = Combination(0.74, 0.92, 0.15, 0.61, -0.98, 1.51)


def from_anchors(evidence: np.ndarray, other: np.ndarray, anchored: np.ndarray, lengths: np.ndarray) -> Calibration:
    """Calibrate ``evidence`` on whether the keywords of each theme stand in each paragraph (``anchored``).

    All are paragraphs × themes; ``other`` is the evidence of the other words
    (:func:`topics.themes.model.other_evidence`). ``lengths``: terms of each paragraph.
    """
    k = evidence.shape[1]
    occurs = anchored.any(axis=0)  # a theme whose keywords stand nowhere teaches nothing about keywords
    occasions = np.sqrt(np.maximum(lengths, 1) / max(lengths.mean(), 1))[:, None]

    # parameters x: log slope, then per theme the prior, the logit of the chance, and that of the recall above its floor
    def rates(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        chance, above = (np.clip(expit(part), 1e-6, 1 - 1e-6) for part in (x[k + 1 : 2 * k + 1], x[2 * k + 1 :]))
        recall = MIN_RECALL + (1 - MIN_RECALL) * above
        by_chance, by_theme = (np.minimum(1 - (1 - rate) ** occasions, 1 - 1e-9) for rate in (chance, recall))
        return chance, above, recall, by_chance, by_theme

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        slope, prior = np.exp(x[0]), x[1 : k + 1]
        chance, above, recall, by_chance, by_theme = rates(x)
        about = expit(prior + slope * other)
        rate = np.clip(by_chance + (by_theme - by_chance) * about, 1e-9, 1 - 1e-9)
        value = -(np.where(anchored, np.log(rate), np.log1p(-rate)) * occurs).sum()
        d_rate = -np.where(anchored, 1 / rate, -1 / (1 - rate)) * occurs
        d_logit = d_rate * (by_theme - by_chance) * about * (1 - about)
        d_chance = (d_rate * (1 - about) * occasions * (1 - chance) ** (occasions - 1)).sum(axis=0)
        d_recall = (d_rate * about * occasions * (1 - recall) ** (occasions - 1)).sum(axis=0)
        gradient = np.concatenate(
            [
                [(d_logit * other).sum() * slope],
                d_logit.sum(axis=0),
                d_chance * chance * (1 - chance),
                d_recall * (1 - MIN_RECALL) * above * (1 - above),
            ]
        )
        return value, gradient

    usual_above = (USUAL_RECALL - MIN_RECALL) / (1 - MIN_RECALL)
    usual = [np.log(_usual_slope(other))], [USUAL_PRIOR] * k, [logit(USUAL_CHANCE)] * k, [logit(usual_above)] * k
    width = [0.25], [0.7] * k, [0.8] * k, [0.8] * k
    x = _mode(loss, np.concatenate(usual), np.concatenate(width))
    *_, by_chance, by_theme = rates(x)
    # the expected truth by both views, which the whole evidence then has to predict
    presence = np.log(np.minimum(by_theme / by_chance, MAX_ODDS_RATIO))
    anchor_evidence = np.where(anchored, presence, np.log((1 - by_theme) / (1 - by_chance)))
    truth = expit(x[1 : k + 1] + np.exp(x[0]) * other + anchor_evidence * occurs)
    return Calibration(*_logistic(evidence, truth, _usual_slope(evidence), np.full(k, BASE), (0.2, 0.4)))


def from_fitted(evidence: np.ndarray, fitted: np.ndarray, calibration: Calibration) -> Calibration:
    """Calibrate the evidence that the paragraphs of a corpus would have, had they taught nothing.

    What a paragraph taught makes its own evidence larger than that of a new one. The probability that the corpus gives
    is what the smaller evidence has to predict.

    Parameters
    ----------
    evidence
        Paragraphs × themes: had they taught nothing.
    fitted
        Their calibrated logits (:meth:`Calibration.logits`).
    calibration
        What gave these; few paragraphs change little of it.
    """
    width = 1.0, 1.0
    return Calibration(*_logistic(evidence, expit(fitted), float(calibration.slope), calibration.intercept, width))


def _logistic(
    x: np.ndarray, truth: np.ndarray, scale: float, shift: np.ndarray, width: tuple[float, float]
) -> tuple[float, np.ndarray]:
    """Scale and shifts under which sigmoid(shift[k] + scale * x) predicts ``truth``, drawn to those handed in.

    ``width``: standard deviations of the priors of the logarithm of the scale, and of each shift.
    """

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        logits = parameters[1:] + np.exp(parameters[0]) * x
        error = expit(logits) - truth
        gradient = np.concatenate([[(error * x).sum() * np.exp(parameters[0])], error.sum(axis=0)])
        return float((np.logaddexp(0, logits) - truth * logits).sum()), gradient

    centre = np.concatenate([[np.log(scale)], shift])
    parameters = _mode(loss, centre, np.concatenate([width[:1], np.full(len(shift), width[1])]))
    return float(np.exp(parameters[0])), parameters[1:]


def _usual_slope(evidence: np.ndarray) -> float:
    return SLOPE / max(float(evidence.std()), 0.2) ** SPREAD_POWER


def _mode(loss: Callable[[np.ndarray], tuple[float, np.ndarray]], centre: np.ndarray, width: np.ndarray) -> np.ndarray:
    """The posterior mode under independent normal priors: where ``loss``, a negative log-likelihood, and they balance."""

    def penalised(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = loss(x)
        away = (x - centre) / width
        return value + float(away @ away) / 2, gradient + away / width

    return minimize(penalised, centre, jac=True, method="L-BFGS-B").x
