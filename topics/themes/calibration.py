"""Evidence -> probability, without labels, and better with some.

Two views of a paragraph calibrate each other: whether one of a theme's own keywords
stands in it (its *anchor*), and what all its other words say, learnt from the other
paragraphs. If theme and corpus fit, anchors become frequent as the other words speak
for the theme. This is learning from positive and unlabelled examples with noisy
anchors (Elkan and Noto 2008; Halpern, Horng, Choi and Sontag 2016)::

    P(anchor | other) = chance[k] + (recall[k] - chance[k]) * sigmoid(prior[k] + slope * other)

``recall`` is how often a paragraph about the theme uses one of its keywords,
assumed at least ``LEAST_RECALL``; ``chance`` how often one about something else does;
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

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, logit

LEAST_RECALL = 0.5
USUAL_RECALL, USUAL_CHANCE, USUAL_PRIOR = 0.75, 0.04, -0.8
SLOPE, SPREAD_POWER, BASE = 3.0, 0.45, -1.4
"""Where the corpus cannot tell: slope SLOPE / spread ** SPREAD_POWER, intercept BASE (logits)."""
MOST_TELLING = 8.0
"""An anchor multiplies the odds of a theme at most so often."""
NOWHERE = -3.0
"""The logit of every score where the codebook does not fit at all."""
SMALL = 30
FEWEST_PAIRS, MANY_KEYWORDS = 5, 8
CHANCE, FITTING = 1.23, 1.74
"""Keywords that meet so many times as often as chance has it are trusted not at all, and fully. Chosen on shuffled and
foreign codebooks (at most 1.3; sport under politics up to 1.9) and fitting ones (1.9 to 10)."""
DOMINANT = 2.0
"""A theme rules a corpus whose keywords stand in half of it, and so many times as often as any other's."""


@dataclass(frozen=True)
class Fitness:
    """How well a codebook fits a corpus, by the company that its keywords keep."""

    cohesion: float | None
    """How much oftener than chance two keywords of one theme meet in a paragraph (geometric mean
    over themes); None where too few meet to tell."""
    distinction: float | None
    """The same for all themes together, over that for two keywords of different themes; None for one theme."""
    trust: tuple[float, ...]
    """Per theme, 0…1: what its scores are shrunk by; 0 where keywords meet as chance has it. A theme that rules
    the corpus is trusted by itself, for all of its keywords meet all of the time."""

    @property
    def least(self) -> float:
        """The least trust of any theme."""
        return min(self.trust)


def fitness(anchored: sparse.csr_matrix, anchors: list[list[int]], sizes: list[int]) -> Fitness:
    """Compare how often keywords meet within and between themes.

    Left out, for they tell nothing: themes with a keyword in more than half of the
    paragraphs, where all meet by chance, unless no other is left; and of the cohesion themes of few
    keywords of which fewer than ``FEWEST_PAIRS`` met or should have.

    Parameters
    ----------
    anchored
        Paragraphs × terms.
    anchors
        Per theme, the columns of its keywords.
    sizes
        Per theme, how many keywords it lists, those that never occur included.
    """
    n = anchored.shape[0]
    each, met, chance = meetings(anchored, anchors)
    sums, same = each.sum(axis=1), np.arange(len(anchors))
    narrow = np.flatnonzero((each > 0).mean(axis=1) <= 0.5)
    logs = [
        np.log((met[k, k] + 1) / (chance[k, k] + 1))
        for k in narrow
        if met[k, k] + chance[k, k] >= FEWEST_PAIRS or sizes[k] >= MANY_KEYWORDS
    ]
    cohesion = float(np.exp(np.mean(logs))) if logs else None
    judged = narrow if len(narrow) else same
    distinction = _distinction(met[np.ix_(judged, judged)], chance[np.ix_(judged, judged)]) if len(judged) > 1 else None
    known = [measure for measure in (cohesion, distinction) if measure is not None]
    telling = n >= SMALL and (cohesion is not None or (known and not len(narrow)))
    trust = np.full(
        len(anchors), float(np.clip(np.log(min(known) / CHANCE) / np.log(FITTING / CHANCE), 0.0, 1.0)) if telling else 1.0
    )
    first = int(sums.argmax())
    if first not in narrow and sums[first] >= DOMINANT * np.delete(sums, first).max(initial=0.0):
        trust[first] = 1.0
    return Fitness(cohesion, distinction, tuple(trust.tolist()))


def meetings(anchored: sparse.csr_matrix, anchors: list[list[int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often the keywords of each two themes meet in a paragraph.

    Parameters
    ----------
    anchored, anchors
        As :func:`fitness` takes them.

    Returns
    -------
    tuple
        Themes × paragraphs: how many of the theme's keywords stand there. Themes × themes: pairs of keywords
        that meet, and that should by chance; those within a theme on the diagonal.
    """
    present = (anchored > 0).astype(float).tocsc()
    hits = [present[:, columns] for columns in anchors]
    each = np.array([np.asarray(hit.sum(axis=1)).ravel() for hit in hits])
    often = [np.asarray(hit.sum(axis=0)).ravel() for hit in hits]
    sums = each.sum(axis=1)
    met, chance = each @ each.T, np.outer(sums, sums) / each.shape[1]
    same = np.arange(len(hits))
    met[same, same] = (np.diag(met) - sums) / 2
    chance[same, same] = [(df.sum() ** 2 - (df**2).sum()) / 2 / each.shape[1] for df in often]
    return each, met, chance


def _distinction(met: np.ndarray, chance: np.ndarray) -> float:
    within = (np.trace(met) + FEWEST_PAIRS) / (np.trace(chance) + FEWEST_PAIRS)
    between = ((met.sum() - np.trace(met)) / 2 + FEWEST_PAIRS) / ((chance.sum() - np.trace(chance)) / 2 + FEWEST_PAIRS)
    return float(within / between)


@dataclass(frozen=True)
class Link:
    """Evidence -> probability: sigmoid(intercept[k] + slope * evidence)."""

    slope: float | np.ndarray
    intercept: np.ndarray

    def probability(self, evidence: np.ndarray) -> np.ndarray:
        """Probability of each theme, in the shape of ``evidence``."""
        return expit(self.intercept + self.slope * evidence)

    def shrunk(self, trust: Sequence[float]) -> Link:
        """The link of a codebook that fits only so far, by theme: 1 leaves it, 0 makes the theme improbable."""
        kept = np.array(trust)
        return Link(self.slope * kept, self.intercept * kept + NOWHERE * (1 - kept))


def from_anchors(evidence: np.ndarray, other: np.ndarray, anchored: np.ndarray, lengths: np.ndarray) -> Link:
    """Calibrate ``evidence`` on whether the keywords of each theme stand in each paragraph.

    Parameters
    ----------
    evidence, other
        Paragraphs × themes: the whole evidence, and that of the other words (:func:`topics.themes.model.other_evidence`).
    anchored
        Paragraphs × themes, True where a keyword stands.
    lengths
        Terms of each paragraph.
    """
    k = evidence.shape[1]
    known = anchored.any(axis=0)
    tries = np.sqrt(np.maximum(lengths, 1) / max(lengths.mean(), 1))[:, None]

    def rates(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        once, above = (np.clip(expit(part), 1e-6, 1 - 1e-6) for part in (x[k + 1 : 2 * k + 1], x[2 * k + 1 :]))
        recall = LEAST_RECALL + (1 - LEAST_RECALL) * above
        by_chance, by_theme = (np.minimum(1 - (1 - one) ** tries, 1 - 1e-9) for one in (once, recall))
        return once, above, recall, by_chance, by_theme

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        slope, prior = np.exp(x[0]), x[1 : k + 1]
        once, above, recall, by_chance, by_theme = rates(x)
        about = expit(prior + slope * other)
        rate = np.clip(by_chance + (by_theme - by_chance) * about, 1e-9, 1 - 1e-9)
        value = -(np.where(anchored, np.log(rate), np.log1p(-rate)) * known).sum()
        by_rate = -np.where(anchored, 1 / rate, -1 / (1 - rate)) * known
        by_logit = by_rate * (by_theme - by_chance) * about * (1 - about)
        more_chance = (by_rate * (1 - about) * tries * (1 - once) ** (tries - 1)).sum(axis=0)
        more_recall = (by_rate * about * tries * (1 - recall) ** (tries - 1)).sum(axis=0)
        gradient = np.concatenate(
            [
                [(by_logit * other).sum() * slope],
                by_logit.sum(axis=0),
                more_chance * once * (1 - once),
                more_recall * (1 - LEAST_RECALL) * above * (1 - above),
            ]
        )
        return value, gradient

    usual_above = (USUAL_RECALL - LEAST_RECALL) / (1 - LEAST_RECALL)
    usual = [np.log(_usual_slope(other))], [USUAL_PRIOR] * k, [logit(USUAL_CHANCE)] * k, [logit(usual_above)] * k
    width = [0.25], [0.7] * k, [0.8] * k, [0.8] * k
    x = _mode(loss, np.concatenate(usual), np.concatenate(width))
    *_, by_chance, by_theme = rates(x)
    ratio = np.log(np.minimum(by_theme / by_chance, MOST_TELLING))
    telling = np.where(anchored, ratio, np.log((1 - by_theme) / (1 - by_chance)))
    return _platt(evidence, expit(x[1 : k + 1] + np.exp(x[0]) * other + telling * known))


def from_codes(link: Link, evidence: np.ndarray, marks: np.ndarray) -> Link:
    """Correct a link by paragraphs that people coded: logistic recalibration (Cox 1958).

    The logits are scaled alike for all themes and shifted for each, both drawn to no
    change. A sheet drawn by the model's own scores (:mod:`topics.coding.sheets`) needs no
    weights here, for its strata depend on the evidence alone.

    Parameters
    ----------
    evidence, marks
        Coded paragraphs × themes; a mark is the share of the coders who gave the theme.
    """
    k = evidence.shape[1]
    scale, shift = _logistic(link.intercept + link.slope * evidence, marks, 1.0, np.zeros(k), (0.5, 1.0))
    return Link(link.slope * scale, link.intercept * scale + shift)


def _platt(evidence: np.ndarray, truth: np.ndarray) -> Link:
    """The link under which ``truth`` (probabilities) is likeliest, drawn to the usual one."""
    return Link(*_logistic(evidence, truth, _usual_slope(evidence), np.full(evidence.shape[1], BASE), (0.2, 0.4)))


def _logistic(
    given: np.ndarray, truth: np.ndarray, scale: float, shift: np.ndarray, width: tuple[float, float]
) -> tuple[float, np.ndarray]:
    """Scale and shifts under which sigmoid(shift[k] + scale * given) says ``truth``, drawn to those handed in.

    ``width``: standard deviations of the priors of the logarithm of the scale, and of each shift.
    """

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        logit = x[1:] + np.exp(x[0]) * given
        miss = expit(logit) - truth
        gradient = np.concatenate([[(miss * given).sum() * np.exp(x[0])], miss.sum(axis=0)])
        return float((np.logaddexp(0, logit) - truth * logit).sum()), gradient

    x = _mode(loss, np.concatenate([[np.log(scale)], shift]), np.concatenate([width[:1], np.full(len(shift), width[1])]))
    return float(np.exp(x[0])), x[1:]


def _usual_slope(evidence: np.ndarray) -> float:
    return SLOPE / max(float(evidence.std()), 0.2) ** SPREAD_POWER


def _mode(loss: Callable[[np.ndarray], tuple[float, np.ndarray]], centre: np.ndarray, width: np.ndarray) -> np.ndarray:
    """The posterior mode under independent normal priors: where ``loss``, a negative log-likelihood, and they balance."""

    def penalised(x: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = loss(x)
        away = (x - centre) / width
        return value + float(away @ away) / 2, gradient + away / width

    return minimize(penalised, centre, jac=True, method="L-BFGS-B").x
