"""Codes of another coder, such as a language model -> log-likelihood ratios, weighed by the coder's measured agreement.

For each theme, how often the coder gives each level of a score (without scores: two levels, no and yes) to paragraphs
with the theme and to those without it is estimated by expectation-maximisation (Dawid and Skene 1979); for two levels
these are the sensitivity, and one minus the specificity. Where people coded a paragraph, they are the reference; elsewhere
it is the model's own probability, which counts less, for it is uncertain, and model and coder may err alike.

Few paragraphs say little about one theme. Each theme is therefore shrunk, by a Dirichlet prior (for two levels, a Beta
prior), towards the agreement pooled over themes, given how often the theme is coded and how often it is true. A higher
level is never less evidence for a theme than a lower one (pool adjacent violators: Barlow, Bartholomew, Bremner and
Brunk 1972). All ratios are shrunk by the positive-part rule of James and Stein (1961), so that a coder who agrees no
better than chance changes nothing.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

PRIOR = 12.0
"""How many paragraphs, with a theme or without it, the agreement within all themes counts for."""
MODEL_WEIGHT = 0.3
"""How much a paragraph counts whose reference is the model."""
MAX_EVIDENCE = 2.5
"""Bound of the log-likelihood ratio: no coder is trusted beyond odds of 12."""
CHANCE = 3.5
"""Standard errors that the agreement must exceed zero by to count at all."""
ROUNDS, LEVELS = 15, 4
"""Rounds of expectation-maximisation; levels of a score above the lowest."""


@dataclass(frozen=True)
class CoderEvidence:
    """What the codes of one coder say."""

    evidence: np.ndarray
    """Rows × themes: log-likelihood ratios to add to logits; 0 where the coder did not see the paragraph."""
    sensitivity: np.ndarray
    """Per theme: the mean mark of paragraphs with the theme."""
    specificity: np.ndarray
    """Per theme: 1 minus the mean mark of paragraphs without the theme."""
    z: float
    """Agreement with the reference beyond chance, in standard errors; NaN if there is nothing to compare."""

    @property
    def by_chance(self) -> bool:
        """Whether the coder agrees no better than chance, as far as can be told."""
        return not self.z > CHANCE


def coder_evidence(marks: np.ndarray, logits: np.ndarray, gold: np.ndarray | None = None) -> CoderEvidence:
    """Weigh the codes of one coder.

    Parameters
    ----------
    marks
        Rows × themes, 0…1: what the coder gave; NaN where the coder did not see the paragraph.
    logits
        Rows × themes: the model's own.
    gold
        Rows × themes, 0…1: what people coded; NaN where they did not.

    Returns
    -------
    CoderEvidence
        ``expit(logits + evidence)`` are the scores of model and coder together.

    Examples
    --------
    >>> truth = np.arange(200)[:, None] % 2
    >>> found = coder_evidence(truth, np.zeros((200, 1)), truth)
    >>> found.evidence[:2, 0].round(1).tolist(), found.by_chance
    ([-2.5, 2.5], False)
    """
    marks = np.asarray(marks, dtype=float)
    seen = ~np.isnan(marks)
    coded = np.zeros_like(seen) if gold is None else ~np.isnan(gold)
    reference = expit(logits) if gold is None else np.where(coded, gold, expit(logits))
    weights = np.where(coded, 1.0, MODEL_WEIGHT) * seen
    filled = np.where(seen, marks, 0.0)
    z = _beyond_chance(filled, reference, weights)
    levels = _levels(filled, seen)
    truth = reference
    for _ in range(ROUNDS):
        present, absent = _rates(levels, truth, weights)
        ratio = _monotone_ratios(present, absent)
        evidence = np.take_along_axis(ratio, levels, axis=0) * seen
        truth = np.where(coded, reference, expit(logits + evidence))
    trust = 1 - (CHANCE / z) ** 2 if z > CHANCE else 0.0
    sensitivity, false = (
        (weights * part * filled).sum(axis=0) / np.maximum((weights * part).sum(axis=0), 1e-12)
        for part in (truth, 1 - truth)
    )
    return CoderEvidence(np.clip(trust * evidence, -MAX_EVIDENCE, MAX_EVIDENCE), sensitivity, 1 - false, z)


def _beyond_chance(marks: np.ndarray, reference: np.ndarray, weights: np.ndarray) -> float:
    """The covariance of marks and reference within themes, summed over these, in its standard errors under chance.

    As in the test of Mantel and Haenszel (1959), with themes as strata: a coder who knows nothing but which themes are
    frequent has none, and a rare theme cannot decide alone.
    """
    total = np.maximum(weights.sum(axis=0), 1e-9)
    centred, known = (values - (weights * values).sum(axis=0) / total for values in (marks, reference))
    # under chance, each paragraph could as well have the mark of any other
    variance = ((weights * centred**2).sum(axis=0) / total * ((weights * known) ** 2).sum(axis=0)).sum()
    if not variance > 1e-12:
        return float("nan")
    return float((weights * known * centred).sum() / np.sqrt(variance))


def _levels(marks: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """Marks as levels 0, 1, …: two where the coder gave no scores, else a few of similar frequency above the lowest."""
    given = marks[seen]
    if not len(given) or np.isin(given, (0.0, 1.0)).all():
        return (marks >= 0.5).astype(int)
    edges = np.unique(np.quantile(given[given > given.min()], np.arange(LEVELS) / LEVELS)) if np.ptp(given) else given[:1]
    return np.searchsorted(edges, marks, side="right")


def _rates(levels: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Levels × themes: how often each level is given where the theme is true, and where it is not."""
    each = [levels == level for level in range(int(levels.max(initial=0)) + 1)]
    counts = [np.stack([(weights * part * at).sum(axis=0) for at in each]) for part in (truth, 1 - truth)]
    n_present, n_absent = (count.sum(axis=0) for count in counts)
    prevalence = n_present / np.maximum(n_present + n_absent, 1e-12)
    marginal = _marginal(levels, weights)
    raw = [count / np.maximum(n, 1e-12) for count, n in zip(counts, (n_present, n_absent), strict=True)]
    # agreement within themes: those count most of which there are many paragraphs with and without
    size = n_present * n_absent / np.maximum(n_present + n_absent, 1e-12)
    difference = ((raw[0] - raw[1]) * size).sum(axis=1) / (size.sum() + PRIOR)
    centres = marginal + np.outer(difference, 1 - prevalence), marginal - np.outer(difference, prevalence)
    present, absent = (
        (count + PRIOR * _distribution(centre)) / (n + PRIOR)
        for count, n, centre in zip(counts, (n_present, n_absent), centres, strict=True)
    )
    return present, absent


def _marginal(levels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Levels × themes: how often each level is given."""
    sums = [(weights * (levels == level)).sum(axis=0) for level in range(int(levels.max(initial=0)) + 1)]
    return np.stack(sums) / np.maximum(weights.sum(axis=0), 1e-12)


def _distribution(rates: np.ndarray) -> np.ndarray:
    """Rates that are above 0 and sum to 1 in each column."""
    positive = np.maximum(rates, 0.005)
    return positive / positive.sum(axis=0)


def _monotone_ratios(present: np.ndarray, absent: np.ndarray) -> np.ndarray:
    """Levels × themes: logarithms of the ratios, rising with the level; neighbours that do not rise are pooled."""
    ratios = np.zeros_like(present)
    for k in range(present.shape[1]):
        groups: list[list[float]] = []  # present, absent, number of levels
        for a, b in zip(present[:, k], absent[:, k], strict=True):
            groups.append([a, b, 1])
            while len(groups) > 1 and groups[-2][0] * groups[-1][1] >= groups[-1][0] * groups[-2][1]:
                last = groups.pop()
                groups[-1] = [x + y for x, y in zip(groups[-1], last, strict=True)]
        ratios[:, k] = np.repeat([np.log(a / b) for a, b, _ in groups], [int(n) for *_, n in groups])
    return ratios
