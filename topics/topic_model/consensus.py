"""Many reruns of BERTopic's clustering -> the topics that they agree on, and how far they do.

One run of UMAP and HDBSCAN depends on its seed, on the order of the rows, and on
which paragraphs it saw. So the clustering is repeated on random parts of the corpus
with other seeds; the centroids of all clusters are pooled and merged by Ward's
method (meta-clustering, Strehl and Ghosh 2002); the merged centroids, moved by
k-means on the unit vectors (Lloyd 1982), are the topics, and a paragraph is assigned to the
nearest. The clusters of each rerun are merged to topics in the same way, so that stability compares
like with like.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import pdist
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from topics.topic_model.clusters import OUTLIER, ClusterParameters, cluster

MAX_SAMPLE = 3000


@dataclass(frozen=True)
class Reruns:
    """The clusters of each rerun."""

    vectors: np.ndarray
    """Rows × dimensions, unit length."""
    guided: np.ndarray
    """The same, those of guided rows drawn towards their class: what is clustered."""
    parts: list[np.ndarray]
    """The rows of each rerun that has a cluster."""
    centroids: list[np.ndarray]
    """Clusters × dimensions of each of these, unit length."""
    runs: int
    """How many reruns there were, with those that have no cluster."""
    left_out: np.ndarray
    """By row, the share of the reruns with it in which it is an outlier; NaN where it is in none."""
    sample: np.ndarray
    """At most 3,000 rows on which answers are compared."""
    seed: int

    @property
    def max_topics(self) -> int:
        """The largest number of topics that they can tell apart."""
        if not self.centroids:
            return 0
        return min(map(_distinct, (np.vstack(self.centroids), self.guided)))

    @property
    def median_clusters(self) -> int:
        """Clusters of the middle rerun."""
        return sorted(map(len, self.centroids))[len(self.centroids) // 2] if self.centroids else 0


@dataclass(frozen=True)
class Agreement:
    """How far topics and assignments survive other seeds and resampled paragraphs."""

    topics: dict[int, float]
    """By topic, 0…1: its best Jaccard overlap with a topic of a rerun, mean over reruns (clusterwise stability, Hennig
    2007, who trusts nothing below 0.6); NaN for the parts of one that was split manually."""
    rows: np.ndarray
    """By row, 0…1, NaN for outliers and parts of a split: Jaccard overlap between its topic and that in
    a rerun, mean over reruns."""


def rerun_clustering(
    vectors: np.ndarray,
    seed: int,
    runs: int = 10,
    fraction: float = 0.7,
    parameters: ClusterParameters | None = None,
    classes: np.ndarray | None = None,
    progress: Callable[[float], None] = lambda part: None,
) -> Reruns:
    """Cluster ``runs`` random parts of the rows, each of ``fraction`` of them, at most 3,000.

    With ``runs = 0``, once, and all rows up to 3,000. ``vectors`` have unit length. ``classes``: one for each
    row, −1 for none: its rows are drawn halfway to their mean, as guided BERTopic does with the topic of the seed
    words, and by semi-supervised UMAP.
    """
    n = len(vectors)
    guided = vectors if classes is None else _draw_together(vectors, classes)
    size = min(max(1, round(n * (fraction if runs else 1))), MAX_SAMPLE)
    runs = max(1, runs)
    parts, centroids = [], []
    seen, outlier = np.zeros(n), np.zeros(n)
    for run in range(runs):
        # a generator of its own: another number of reruns leaves the first ones as they are
        rows = np.sort(np.random.default_rng([seed, run]).choice(n, size=size, replace=False))
        own = guided[rows]
        of_rows = None if classes is None else classes[rows]
        labels = cluster(own, parameters or ClusterParameters(), seed + run, n, of_rows)
        seen[rows] += 1
        outlier[rows] += labels == OUTLIER
        if (labels != OUTLIER).any():
            parts.append(rows)
            means = [own[labels == label].mean(axis=0) for label in range(labels.max() + 1)]
            centroids.append(normalize_rows(np.array(means)))
        progress((run + 1) / runs)
    sample = np.sort(np.random.default_rng(seed).choice(n, size=min(n, MAX_SAMPLE), replace=False))
    left_out = np.divide(outlier, seen, out=np.full(n, np.nan), where=seen > 0)
    return Reruns(vectors, guided, parts, centroids, runs, left_out, sample, seed)


def consensus_centroids(reruns: Reruns, numbers: Sequence[int], rows: np.ndarray | None = None) -> dict[int, np.ndarray]:
    """By number of topics, their centroids: the clusters of all reruns merged, and moved by k-means on ``rows``."""
    guided = reruns.guided if rows is None else reruns.guided[rows]
    return merge_centroids(guided, np.vstack(reruns.centroids), numbers)


def nearest_centroid(vectors: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """The nearest centroid to each row."""
    distances = (vectors**2).sum(axis=1)[:, None] - 2 * (vectors @ centroids.T) + (centroids**2).sum(axis=1)
    return distances.argmin(axis=1)


def labels_per_rerun(reruns: Reruns, k: int, rows: np.ndarray) -> list[np.ndarray]:
    """Topics of ``rows`` by the clusters of each rerun alone, ``k`` or as many as it has; none for one without a cluster."""
    return labels_by_number(reruns, [k], rows)[k]


def labels_by_number(reruns: Reruns, numbers: Sequence[int], rows: np.ndarray) -> dict[int, list[np.ndarray]]:
    """:func:`labels_per_rerun` for each number of topics; the tree by which clusters are merged is made once."""
    labels: dict[int, list[np.ndarray]] = {k: [] for k in numbers}
    for part, own in zip(reruns.parts, reruns.centroids, strict=True):
        for k, centroids in merge_centroids(reruns.guided[part], own, numbers).items():
            labels[k].append(nearest_centroid(reruns.vectors[rows], centroids))
    return labels


@dataclass(frozen=True)
class Stability:
    """How alike reruns divide the paragraphs."""

    mean: float
    """Mean adjusted Rand index of every two reruns; NaN for a single one, and for a single topic, about which reruns
    cannot differ."""
    without: np.ndarray
    """By rerun, the same mean without it (jackknife); NaN below three reruns."""

    @property
    def error(self) -> float:
        """Standard error of the mean over pairs (jackknife over reruns; Arvesen 1969)."""
        return jackknife_error(self.without)


def stability(reruns: Reruns, numbers: Sequence[int]) -> dict[int, Stability]:
    """How alike reruns divide the paragraphs, by number of topics.

    The adjusted Rand index is 0 for two divisions at random and 1 for equal ones (Hubert and Arabie
    1985; as a measure of stability: Ben-Hur, Elisseeff and Guyon 2002). To a rerun without a cluster all rows
    are alike.
    """
    return {k: _stability(labels, reruns, k) for k, labels in labels_by_number(reruns, numbers, reruns.sample).items()}


def _stability(labels: list[np.ndarray], reruns: Reruns, k: int) -> Stability:
    # a rerun without a cluster counts, too: it found no topics where others did
    labels = labels + [np.zeros(len(reruns.sample), dtype=int)] * (reruns.runs - len(labels))
    n = len(labels)
    pairs = {(a, b): adjusted_rand_score(labels[a], labels[b]) for a, b in itertools.combinations(range(n), 2)}
    if not pairs or k < 2:
        return Stability(math.nan, np.full(n, math.nan))
    without = np.full(n, math.nan)
    if n > 2:
        without = np.array([np.mean([index for pair, index in pairs.items() if run not in pair]) for run in range(n)])
    return Stability(float(np.mean(list(pairs.values()))), without)


def jackknife_error(without: np.ndarray) -> float:
    """Standard error of a statistic from its values without one rerun each."""
    return float(np.std(without) * math.sqrt(len(without) - 1))


def agreement(reruns: Reruns, labels: np.ndarray, before: np.ndarray | None = None) -> Agreement:
    """Compare the topics of all rows, outliers apart, with those of each rerun by itself.

    ``before`` are the topics before they were edited manually. One that was merged of them is compared
    with the topics of each rerun merged in the same way: each goes to the topic of ``before``
    that it shares most rows with. No rerun says how a topic would be split: a part of one has NaN,
    as has a single topic, about which reruns cannot differ.
    """
    before = labels if before is None else before
    numbers, own = np.unique(before[before != OUTLIER], return_inverse=True)
    if len(numbers) < 2:
        unknown = dict.fromkeys(np.unique(labels[labels != OUTLIER]).tolist(), math.nan)
        return Agreement(unknown, np.full(len(labels), math.nan))
    inside = np.flatnonzero(before != OUTLIER)
    wholes = _wholes(own, labels[inside])
    union = np.arange(len(numbers))  # of each earlier topic, the first of those it is merged with
    for parts in wholes.values():
        union[parts] = parts.min(initial=len(numbers))
    merged = np.bincount(union, minlength=len(numbers))[union] > 1
    topics, rows = np.zeros(len(numbers)), np.zeros(len(inside))
    for again in labels_per_rerun(reruns, len(numbers), inside):
        shared, jaccard = _overlap(own, again)
        # the rerun's topics are merged as the hand merged ours: each goes where most of its rows are
        owner = union[shared.argmax(axis=0)]
        together = np.where(merged[owner], again.max() + 1 + owner, np.arange(len(owner)))[again]
        _, jaccard_merged = _overlap(union[own], together)
        topics += np.where(merged, jaccard_merged[union].max(axis=1), jaccard.max(axis=1))
        rows += np.where(merged[own], jaccard_merged[union[own], together], jaccard[own, again])
    # over all reruns: one without a cluster agrees with nothing
    runs = reruns.runs
    by_topic = {topic: float(topics[parts[0]] / runs) if len(parts) else math.nan for topic, parts in wholes.items()}
    by_row = np.full(len(labels), np.nan)
    usable = [topic for topic, parts in wholes.items() if len(parts)]
    by_row[inside] = np.where(np.isin(labels[inside], usable), rows / runs, np.nan)
    return Agreement(by_topic, by_row)


def _wholes(own: np.ndarray, labels: np.ndarray) -> dict[int, np.ndarray]:
    """Of which whole topics of ``own`` each topic in ``labels`` consists; none if it has but a part of one."""
    wholes = {}
    for topic in sorted(set(labels.tolist()) - {OUTLIER}):
        parts = np.unique(own[labels == topic])
        wholes[topic] = parts if (labels[np.isin(own, parts)] == topic).all() else parts[:0]
    return wholes


def _overlap(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that each group of ``one`` shares with each of ``other``, and their Jaccard overlap."""
    shared = np.zeros((one.max(initial=-1) + 1, other.max(initial=-1) + 1))
    np.add.at(shared, (one, other), 1)
    return shared, shared / np.maximum(shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared, 1)


def merge_centroids(vectors: np.ndarray, centroids: np.ndarray, numbers: Sequence[int]) -> dict[int, np.ndarray]:
    """By number, ``centroids`` merged to as many by Ward's method, then moved by k-means on ``vectors``."""
    limit = min(_distinct(centroids), _distinct(vectors))
    # from the largest on: cut_tree (SciPy 1.17) needs the number that leaves all apart to be the first
    several = sorted({min(k, limit) for k in numbers} - {0, 1}, reverse=True)
    moved = {}
    if several:
        groups = cut_tree(linkage(pdist(centroids), "ward"), several)
        for k, group in zip(several, groups.T, strict=True):
            start = np.array([centroids[group == number].mean(axis=0) for number in range(k)])
            moved[k] = KMeans(k, init=start, n_init=1, max_iter=100, tol=0).fit(vectors).cluster_centers_
    mean = vectors.mean(axis=0, keepdims=True)
    return {k: moved.get(min(k, limit), mean) for k in numbers}


def _distinct(vectors: np.ndarray) -> int:
    """How many rows differ; rounded, for equal texts differ in their last digits."""
    return len(np.unique(vectors.round(6), axis=0))


def _draw_together(vectors: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Rows halfway to the mean of their class; those without one as they are."""
    pull = np.zeros_like(vectors)
    for number in set(classes.tolist()) - {OUTLIER}:
        pull[classes == number] = normalize_rows(vectors[classes == number].mean(axis=0, keepdims=True))
    return normalize_rows(vectors + pull)


def normalize_rows(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1, as float64; zero rows stay."""
    array = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(array, axis=1, keepdims=True)
    return array / np.where(norms > 0, norms, 1)
