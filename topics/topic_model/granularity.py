"""How many topics: each number of a small grid is tried, one is chosen by its stability. Words have no part in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from topics.format import count, decimals
from topics.topic_model import consensus
from topics.topic_model.consensus import Reruns, Stability, jackknife_error
from topics.topic_model.reference import reference_stability

GRID = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
FEW = 4
"""Topics that are few for ``MANY`` paragraphs: they are chosen only if clearly more stable than more."""
MANY = 1000
CLEARLY = 2
"""Standard errors by which a number is clearly more stable than another."""
NEGLIGIBLE = 0.02
"""Differences of stability that do not count even if their standard error is smaller."""
LOW = 0.5
"""Stability below which reruns agree less than half as much as they can."""
_MAX_REFERENCE = 0.99


@dataclass(frozen=True)
class Choice:
    """The number of topics, and how it was chosen."""

    k: int
    table: pd.DataFrame
    """``granularity.csv`` without ``coherence``."""
    notes: tuple[str, ...]


def choose_granularity(reruns: Reruns, wanted: int = 0) -> Choice:
    """Try numbers of topics and choose one, from the vectors alone.

    Tried are numbers from 2 to the clusters of the median rerun, as far as a topic has ten paragraphs on average
    (five, up to 4 topics), and ``wanted``. Chosen is ``wanted`` if it is not 0; otherwise:

    1. The stability of a number, the mean adjusted Rand index of two reruns
       (:func:`topics.topic_model.consensus.stability`), is adjusted for that of reference vectors,
       (stability − reference) / (1 − reference), as Hubert and Arabie (1985) adjust an index for its expectation
       (:mod:`topics.topic_model.reference`).
    2. Numbers whose adjusted stability is within one standard error of the highest are equally good, and of these
       the ones whose stability is within one standard error of the highest; the largest of them is chosen
       (the one-standard-error rule of Breiman et al. 1984, towards more topics).
    3. If that gives at most 4 topics for 1,000 paragraphs or more, and they are not clearly more stable (by two
       standard errors of the difference) than the best larger number, the choice is made among larger numbers.

    Without at least two reruns nothing is known of stability, and the largest number is chosen: the clusters found.
    ``benchmarks/topics.py`` measures what is chosen on corpora with known classes.
    """
    wanted = min(wanted, reruns.max_topics)
    n = len(reruns.vectors)
    # more topics than the reruns have clusters, or of a few paragraphs each, would be invented
    limit = min(reruns.median_clusters, max(min(n // 5, 4), n // 10), reruns.max_topics)
    numbers = sorted({k for k in GRID if k <= limit} | {wanted or min(2, reruns.max_topics)})
    curve = _curve(reruns, numbers)
    if wanted:
        equal, chosen, notes = curve.best(range(len(numbers))), numbers.index(wanted), curve.notes_if_wanted(wanted)
    else:
        equal, few = curve.choose(n)
        chosen = equal[-1]
        notes = curve.notes(equal, n, few)
    position = np.arange(len(numbers))
    table = curve.table().assign(equal=np.isin(position, equal), chosen=position == chosen)
    return Choice(numbers[chosen], table, tuple(notes))


@dataclass(frozen=True)
class _Curve:
    """Stability by number of topics, arrays with a value for each."""

    numbers: list[int]
    stability: list[Stability]
    reference: np.ndarray
    """0…1."""
    reference_error: np.ndarray
    """Standard error of the mean over draws."""
    max_clusters: int

    @property
    def mean(self) -> np.ndarray:
        return np.array([one.mean for one in self.stability])

    @property
    def error(self) -> np.ndarray:
        return np.array([one.error for one in self.stability])

    @property
    def adjusted(self) -> np.ndarray:
        return (self.mean - self.reference) / (1 - self.reference)

    @property
    def adjusted_error(self) -> np.ndarray:
        return np.hypot(self.error / (1 - self.reference), self._error_by_reference)

    @property
    def _error_by_reference(self) -> np.ndarray:
        """The part of the error of adjusted stability that is the reference's (delta method)."""
        return (1 - self.mean) / (1 - self.reference) ** 2 * self.reference_error

    def best(self, among: Sequence[int]) -> list[int]:
        """The positions of the numbers that are equally good, of those at the positions ``among``."""
        among = list(among)
        # a single rerun says nothing, and two have no standard error
        if np.isnan(self.mean[among]).all():
            return among[-1:]
        near = _within_error(self.adjusted, self.adjusted_error, among)
        return _within_error(self.mean, self.error, near)

    def choose(self, n: int) -> tuple[list[int], bool]:
        """The positions of equally good numbers for ``n`` paragraphs, and whether few topics are clearly better."""
        equal = self.best(range(len(self.numbers)))
        more = [position for position, k in enumerate(self.numbers) if k > FEW]
        if n < MANY or self.numbers[equal[-1]] > FEW or not more:
            return equal, False
        best = more[int(np.argmax(self.adjusted[more]))]
        if self.adjusted[equal[-1]] - self.adjusted[best] >= CLEARLY * max(
            NEGLIGIBLE, self._difference_error(equal[-1], best)
        ):
            return equal, True
        return self.best(more), False

    def _difference_error(self, one: int, other: int) -> float:
        """Standard error of the difference of two adjusted stabilities; those of the same reruns go together."""
        without = [self.stability[i].without / (1 - self.reference[i]) for i in (one, other)]
        by_reference = self._error_by_reference[[one, other]]
        return float(np.nan_to_num(np.sqrt(jackknife_error(without[0] - without[1]) ** 2 + (by_reference**2).sum())))

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "n_topics": self.numbers,
                "stability": self.mean,
                "error": self.error,
                "reference": np.where(np.isnan(self.mean), np.nan, self.reference),
                "adjusted": self.adjusted,
                "adjusted_error": self.adjusted_error,
            }
        )

    def notes(self, equal: list[int], n: int, few_are_better: bool) -> list[str]:
        """What a reader should know about the number that was chosen, the last of ``equal``."""
        k, chosen = self.numbers[equal[-1]], equal[-1]
        if np.isnan(self.mean[chosen]):
            return []
        notes = []  # that several numbers are equally good is no warning: report and figure say it
        if n >= MANY and k <= FEW:
            notes.append(f"only {count(k, 'topic')} for {n:,} paragraphs, because {self._why_few(chosen, few_are_better)}")
        top = int(np.nanargmax(self.adjusted))
        if self.adjusted[top] <= np.nan_to_num(self.adjusted_error[top]):
            notes.append(
                f"no number of topics is more stable than in vectors without topics: the choice of {count(k, 'topic')}"
                " is weakly supported"
            )
        elif self.mean[chosen] < LOW:
            notes.append(
                f"reruns of the clustering agree little on {count(k, 'topic')} (stability {decimals(self.mean[chosen])} of"
                " 1): see the stability of each topic"
            )
        return notes

    def notes_if_wanted(self, wanted: int) -> list[str]:
        """Whether other numbers are more stable than the one that was requested."""
        at = self.numbers.index(wanted)
        if np.isnan(self.mean[at]):
            return []
        top = int(np.nanargmax(self.adjusted))
        if at in _within_error(self.adjusted, self.adjusted_error, range(len(self.numbers))):
            return []
        return [
            f"{count(wanted, 'topic')} {'was' if wanted == 1 else 'were'} requested; {self.numbers[top]} would be more"
            f" stable (adjusted stability {decimals(self.adjusted[top])}, not {decimals(self.adjusted[at])}:"
            " granularity.csv)"
        ]

    def _why_few(self, chosen: int, few_are_better: bool) -> str:
        more = [position for position, k in enumerate(self.numbers) if k > FEW]
        if not more or not few_are_better:
            return f"reruns of the clustering find no more than {count(self.max_clusters, 'cluster')}"
        best = more[int(np.argmax(self.adjusted[more]))]
        return (
            f"every larger number is clearly less stable (adjusted stability {decimals(self.adjusted[chosen])}; at most"
            f" {decimals(self.adjusted[best])}, for {self.numbers[best]} topics: granularity.csv)"
        )


def _curve(reruns: Reruns, numbers: list[int]) -> _Curve:
    draws = reference_stability(reruns, numbers)
    reference = np.array([draws[k].mean() for k in numbers]).clip(0, _MAX_REFERENCE)
    error = np.array([draws[k].std(ddof=1) / np.sqrt(len(draws[k])) for k in numbers])
    stability = consensus.stability(reruns, numbers)
    return _Curve(numbers, [stability[k] for k in numbers], reference, error, reruns.median_clusters)


def _within_error(values: np.ndarray, errors: np.ndarray, among: Sequence[int]) -> list[int]:
    """The positions, of those ``among``, whose value is within one standard error of the highest."""
    known = [position for position in among if not np.isnan(values[position])]
    top = max(known, key=lambda position: values[position])
    least = values[top] - max(NEGLIGIBLE, np.nan_to_num(errors[top]))
    return [position for position in known if values[position] >= least]
