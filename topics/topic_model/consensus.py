"""Many reruns of BERTopic's clustering -> one answer that they agree on, and how far they do.

One run of UMAP and HDBSCAN depends on its seed, on the order of the rows, and on
which paragraphs it saw. So the clustering is repeated on random parts of the corpus
with other seeds; the centres of all dense groups are pooled and joined by Ward's
method (meta-clustering, Strehl and Ghosh 2002); the joined centres, settled by
k-means on the unit vectors (Lloyd 1982), are the topics, and a paragraph belongs to the
nearest. Every rerun alone gives topics in the same way, so that stability compares
like with like.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from topics.settings import Settings
from topics.topic_model.clusters import OUTLIER, cluster

LARGEST_PART = 3000


@dataclass(frozen=True)
class Reruns:
    """The dense groups that each rerun found."""

    vectors: np.ndarray
    """Rows × dimensions, unit length."""
    drawn: np.ndarray
    """The same, those of guided rows drawn towards their class: what is clustered."""
    parts: list[np.ndarray]
    """The rows that each rerun saw."""
    centres: list[np.ndarray]
    """Groups × dimensions of each rerun that found any, unit length."""
    runs: int
    """How many there were, with those that found none."""
    left_out: np.ndarray
    """By row, the share of the reruns that saw it and left it out; NaN where none saw it."""
    sample: np.ndarray
    """At most 3,000 rows on which answers are compared."""

    @property
    def most(self) -> int:
        """The largest number of topics that they can tell apart."""
        if not self.centres:
            return 0
        return min(len(np.unique(every.round(6), axis=0)) for every in (np.vstack(self.centres), self.drawn))

    @property
    def usual(self) -> int:
        """Groups in the middle rerun."""
        return sorted(len(groups) for groups in self.centres)[len(self.centres) // 2] if self.centres else 0


@dataclass(frozen=True)
class Agreement:
    """How far topics and assignments survive other seeds and resampled paragraphs."""

    topics: dict[int, float]
    """By topic, 0…1: its best Jaccard overlap with a topic of a rerun, mean over reruns
    (clusterwise stability, Hennig 2007, who trusts nothing below 0.6); NaN for the parts of one that was split by hand."""
    rows: np.ndarray
    """By row, 0…1, NaN for outliers and parts of a split: Jaccard overlap between its companions in the answer and in
    a rerun, mean over reruns."""


def repeat(
    vectors: np.ndarray,
    settings: Settings,
    guide: np.ndarray | None = None,
    progress: Callable[[float], None] = lambda part: None,
) -> Reruns:
    """Cluster ``stability.runs`` random parts: ``stability.fraction`` of the rows, at most 3,000.

    With ``stability.runs = 0``, once, and all rows up to 3,000.

    Parameters
    ----------
    vectors
        Rows × dimensions, unit length.
    guide
        A class for each row, −1 for none: its rows are drawn halfway to their mean, as guided
        BERTopic does with the topic of the seed words, and by semi-supervised UMAP.
    """
    n = len(vectors)
    drawn = vectors if guide is None else _drawn(vectors, guide)
    runs = settings.stability.runs
    part = min(max(1, round(n * (settings.stability.fraction if runs else 1))), LARGEST_PART)
    parts, centres = [], []
    seen, left = np.zeros(n), np.zeros(n)
    for run in range(max(1, runs)):
        rng = np.random.default_rng([settings.seed, run])
        rows = np.sort(rng.choice(n, size=part, replace=False))
        own = drawn[rows]
        labels = cluster(own, settings, settings.seed + run, n, guide[rows] if guide is not None else None)
        seen[rows] += 1
        left[rows] += labels == OUTLIER
        if (labels != OUTLIER).any():
            parts.append(rows)
            centres.append(unit(np.array([own[labels == label].mean(axis=0) for label in range(labels.max() + 1)])))
        progress((run + 1) / max(1, runs))
    sample = np.sort(np.random.default_rng(settings.seed).choice(n, size=min(n, LARGEST_PART), replace=False))
    left_out = np.divide(left, seen, out=np.full(n, np.nan), where=seen > 0)
    return Reruns(vectors, drawn, parts, centres, max(1, runs), left_out, sample)


def centres(reruns: Reruns, k: int, rows: np.ndarray | None = None) -> np.ndarray:
    """The centres of ``k`` topics that all reruns together speak for, settled on ``rows``."""
    drawn = reruns.drawn if rows is None else reruns.drawn[rows]
    return settle(drawn, np.vstack(reruns.centres), k)


def nearest(vectors: np.ndarray, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest of some centres to each row, and the squared distances (rows × centres)."""
    distances = (vectors**2).sum(axis=1)[:, None] - 2 * (vectors @ middle.T) + (middle**2).sum(axis=1)
    return distances.argmin(axis=1), distances.clip(min=0)


def alone(reruns: Reruns, k: int, rows: np.ndarray) -> list[np.ndarray]:
    """What each rerun by itself says of ``rows``, with ``k`` topics or as many as it has; nothing, if it found no group."""
    vectors = reruns.vectors[rows]
    return [
        nearest(vectors, settle(reruns.drawn[part], own, k))[0]
        for part, own in zip(reruns.parts, reruns.centres, strict=True)
    ]


def stability(reruns: Reruns, k: int) -> tuple[float, float]:
    """How alike reruns divide the paragraphs into ``k`` topics: mean adjusted Rand index of every two, standard error.

    The error is that of a mean over pairs (jackknife over reruns; Arvesen 1969). The index is
    chance-adjusted, so that few topics have no advantage (Ben-Hur, Elisseeff and Guyon 2002;
    Hubert and Arabie 1985). To a rerun without a group all rows are alike. NaN for a single
    rerun, and for a single topic, about which reruns cannot differ; the error, below three reruns.
    """
    said = alone(reruns, k, reruns.sample)
    said += [np.zeros(len(reruns.sample), dtype=int)] * (reruns.runs - len(said))
    pairs = {(a, b): adjusted_rand_score(said[a], said[b]) for a, b in itertools.combinations(range(len(said)), 2)}
    if not pairs or k < 2:
        return math.nan, math.nan
    mean, n = float(np.mean(list(pairs.values()))), len(said)
    if n < 3:
        return mean, math.nan
    without = [np.mean([value for pair, value in pairs.items() if run not in pair]) for run in range(n)]
    return mean, float(np.std(without) * math.sqrt(n - 1))


def agreement(reruns: Reruns, labels: np.ndarray, before: np.ndarray | None = None) -> Agreement:
    """Hold the topics of all rows, outliers apart, against those that each rerun gives by itself.

    Parameters
    ----------
    before
        The topics as they were before a hand edited them. One that was joined of them is held
        against the topics of each rerun joined in the same way: each goes to the topic of ``before``
        that it shares most rows with. No rerun says how a topic would be split: a part of one has NaN,
        as has a single topic, about which reruns cannot differ.
    """
    before = labels if before is None else before
    found, own = np.unique(before[before != OUTLIER], return_inverse=True)
    if len(found) < 2:
        unknown = dict.fromkeys(np.unique(labels[labels != OUTLIER]).tolist(), math.nan)
        return Agreement(unknown, np.full(len(labels), math.nan))
    kept = np.flatnonzero(before != OUTLIER)
    wholes = _wholes(own, labels[kept])
    union = np.arange(len(found))
    for parts in wholes.values():
        union[parts] = parts.min(initial=len(found))
    joined = np.bincount(union, minlength=len(found))[union] > 1
    topics, rows = np.zeros(len(found)), np.zeros(len(kept))
    for again in alone(reruns, len(found), kept):
        shared, jaccard = _overlap(own, again)
        owner = union[shared.argmax(axis=0)]
        together = np.where(joined[owner], again.max() + 1 + owner, np.arange(len(owner)))[again]
        _, jaccard_joined = _overlap(union[own], together)
        topics += np.where(joined, jaccard_joined[union].max(axis=1), jaccard.max(axis=1))
        rows += np.where(joined[own], jaccard_joined[union[own], together], jaccard[own, again])
    runs = reruns.runs
    stability = {topic: float(topics[parts[0]] / runs) if len(parts) else math.nan for topic, parts in wholes.items()}
    each = np.full(len(labels), np.nan)
    usable = [topic for topic, parts in wholes.items() if len(parts)]
    each[kept] = np.where(np.isin(labels[kept], usable), rows / runs, np.nan)
    return Agreement(stability, each)


def _wholes(own: np.ndarray, labels: np.ndarray) -> dict[int, np.ndarray]:
    """Of which whole groups of ``own`` each topic in ``labels`` consists; none where it has but a part of one."""
    result = {}
    for topic in sorted(set(labels.tolist()) - {OUTLIER}):
        parts = np.unique(own[labels == topic])
        result[topic] = parts if (labels[np.isin(own, parts)] == topic).all() else parts[:0]
    return result


def _overlap(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that each group of ``one`` shares with each of ``other``, and their Jaccard overlap."""
    shared = np.zeros((one.max(initial=-1) + 1, other.max(initial=-1) + 1))
    np.add.at(shared, (one, other), 1)
    return shared, shared / np.maximum(shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared, 1)


def settle(vectors: np.ndarray, groups: np.ndarray, k: int) -> np.ndarray:
    """Join groups to ``k`` by Ward's method, then move their centres by k-means."""
    k = min(k, len(np.unique(groups.round(6), axis=0)), len(np.unique(vectors.round(6), axis=0)))
    if k < 2:
        return vectors.mean(axis=0, keepdims=True)
    joined = cut_tree(linkage(pdist(groups), "ward"), k).ravel()
    start = np.array([groups[joined == one].mean(axis=0) for one in range(k)])
    return KMeans(k, init=start, n_init=1, max_iter=100, tol=0).fit(vectors).cluster_centers_


def _drawn(units: np.ndarray, guide: np.ndarray) -> np.ndarray:
    """Rows halfway to the mean of their class; those without as they are."""
    means = {one: unit(units[guide == one].mean(axis=0, keepdims=True))[0] for one in set(guide.tolist()) - {OUTLIER}}
    return unit(units + np.array([means.get(one, np.zeros(units.shape[1])) for one in guide.tolist()]))


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1, as float64; zero rows stay."""
    array = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(array, axis=1, keepdims=True)
    return array / np.where(norms > 0, norms, 1)
