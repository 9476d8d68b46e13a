"""Evidence -> probability, without labels, and better with some.

Two views of a paragraph calibrate each other: whether one of a theme's own keywords
stands in it (its *anchor*), and what all its other words say, learnt from the other
paragraphs. If theme and corpus fit, anchors become frequent as the other words speak
for the theme. This is learning from positive and unlabelled examples with noisy
anchors (Elkan and Noto 2008; Halpern, Horng, Choi and Sontag 2016)::

    P(anchor | other) = chance[k] + (recall[k] - chance[k]) * sigmoid(prior[k] + slope * other)

``recall`` is how often a paragraph about the theme uses one of its keywords,
assumed at least ``MIN_RECALL``; ``chance`` how often one about something else does;
both in a paragraph of mean length, and growing with the root of the length.
Without that floor the share of a theme could not be told from its keywords alone.
Where keywords hardly get more frequent as the evidence rises, they are chance
hits, and the theme is improbable everywhere: so paragraphs that no theme covers stay
unassigned, however many there are. All is fitted at its posterior mode, themes sharing
the slope, so that on a small corpus the priors decide.

The expected truth of that model then calibrates the whole evidence: one logistic
link (Platt 1999) with a slope for all themes and an intercept for each. Paragraphs
that people coded correct it, where there are some (:func:`from_codes`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, logit

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
NO_TRUST, FULL_TRUST = 1.23, 1.74
"""Keywords that co-occur so many times as often as by chance are trusted not at all, and fully. Chosen on shuffled and
foreign codebooks (at most 1.3; sport under politics up to 1.9) and fitting ones (1.9 to 10)."""
DOMINANT = 2.0
"""A theme dominates a corpus if its keywords stand in half of it, and so many times as often as any other's."""


@dataclass(frozen=True)
class Fitness:
    """How well a codebook fits a corpus, judged by how its keywords co-occur."""

    cohesion: float | None
    """How much more often than by chance two keywords of one theme co-occur in a paragraph (geometric mean
    over themes); None where too few do to tell."""
    distinction: float | None
    """The same for all themes together, over that for two keywords of different themes; None for one theme."""
    trust: tuple[float, ...]
    """Per theme, 0…1: what its scores are shrunk by; 0 if keywords co-occur no more often than by chance. A theme that
    dominates the corpus is trusted by itself, for all of its keywords co-occur all of the time."""

    @property
    def least(self) -> float:
        """The least trust of any theme."""
        return min(self.trust)


def keyword_cohesion(counts: sparse.csr_matrix, anchors: list[list[int]], sizes: list[int]) -> Fitness:
    """Compare how often keywords co-occur within and between themes.

    Left out, for they tell nothing: themes with a keyword in more than half of the
    paragraphs, where all co-occur by chance, unless no other is left; and of the cohesion themes of few
    keywords of which fewer than ``MIN_PAIRS`` co-occur or should. ``counts``: paragraphs × terms; ``anchors``: per
    theme, the columns of its keywords; ``sizes``: how many it lists, those that never occur included.
    """
    hits, observed, expected = cooccurrence(counts, anchors)
    narrow = np.flatnonzero((hits > 0).mean(axis=1) <= 0.5)
    logs = [
        np.log((observed[k, k] + 1) / (expected[k, k] + 1))
        for k in narrow
        if observed[k, k] + expected[k, k] >= MIN_PAIRS or sizes[k] >= MANY_KEYWORDS
    ]
    cohesion = float(np.exp(np.mean(logs))) if logs else None
    judged = narrow if len(narrow) else np.arange(len(anchors))
    pairs = np.ix_(judged, judged)
    distinction = None
    if len(judged) > 1:
        # smoothed by a few pairs, so that rare keywords decide nothing
        inside = [np.trace(part[pairs]) for part in (observed, expected)]
        between = [(part[pairs].sum() - np.trace(part[pairs])) / 2 for part in (observed, expected)]
        ratios = [(seen + MIN_PAIRS) / (by_chance + MIN_PAIRS) for seen, by_chance in (inside, between)]
        distinction = float(ratios[0] / ratios[1])
    measured = [measure for measure in (cohesion, distinction) if measure is not None]
    trust = np.ones(len(anchors))
    # a verdict needs enough paragraphs, and the cohesion, unless every theme is too broad to have one
    if counts.shape[0] >= SMALL_SAMPLE and (cohesion is not None or (measured and not len(narrow))):
        trust[:] = np.clip(np.log(min(measured) / NO_TRUST) / np.log(FULL_TRUST / NO_TRUST), 0.0, 1.0)
    sums = hits.sum(axis=1)
    first = int(sums.argmax())
    # what nearly all paragraphs are about cannot co-occur more often than by chance, and fits all the same
    if first not in narrow and sums[first] >= DOMINANT * np.delete(sums, first).max(initial=0.0):
        trust[first] = 1.0
    return Fitness(cohesion, distinction, tuple(trust.tolist()))


def cooccurrence(counts: sparse.csr_matrix, anchors: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often the keywords of each two themes co-occur in a paragraph; for ``anchors`` see :func:`keyword_cohesion`.

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

    slope: float | np.ndarray
    intercept: np.ndarray

    def probability(self, evidence: np.ndarray) -> np.ndarray:
        """Probability of each theme, in the shape of ``evidence``."""
        return expit(self.intercept + self.slope * evidence)

    def shrunk(self, trust: Sequence[float]) -> Self:
        """The calibration of a codebook that fits only so far, by theme: 1 leaves it, 0 makes the theme improbable."""
        weight = np.array(trust)
        return replace(self, slope=self.slope * weight, intercept=self.intercept * weight + MISFIT_LOGIT * (1 - weight))


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


def from_codes(calibration: Calibration, evidence: np.ndarray, marks: np.ndarray) -> Calibration:
    """Correct a calibration by paragraphs that people coded: logistic recalibration (Cox 1958).

    The logits are scaled alike for all themes and shifted for each, both drawn to no
    change. A sheet drawn by the model's own scores (:mod:`topics.coding.sheets`) needs no
    weights here, for its strata depend on the evidence alone. ``marks``: coded paragraphs × themes, the share of
    the coders who gave the theme.
    """
    k = evidence.shape[1]
    logits = calibration.intercept + calibration.slope * evidence
    scale, shift = _logistic(logits, marks, 1.0, np.zeros(k), (0.5, 1.0))
    return Calibration(calibration.slope * scale, calibration.intercept * scale + shift)


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
