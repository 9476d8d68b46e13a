"""Topics as centroids among the vectors, so that any vector can be assigned a topic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from topics.topic_model.clusters import OUTLIER
from topics.topic_model.consensus import normalize_rows

_BLOCK = 1024
"""Rows that are looked at together, so that distances to many centroids fit in memory."""


@dataclass(frozen=True)
class Model:
    """What assigns a topic to a vector: the nearest centroid, as BERTopic does with the topics that it has loaded."""

    centroids: np.ndarray
    """float64, centroids × dimensions."""
    topics: np.ndarray
    """int, the topic of each centroid; −1 for a topic that was dropped."""
    parent: np.ndarray
    """int, the earlier centroid that this one divides; −1 for the first ones."""
    outlier_distance: float
    """Squared distance from its centroid beyond which a vector is an outlier."""
    bandwidth: float
    """Squared distance that makes a centroid e times less likely."""

    def assign(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Topics of vectors (rows × dimensions), and how probable they are, whatever rows stand beside them.

        Returns
        -------
        labels, probability
            int, −1 for an outlier, and for a zero vector if there is more than one topic; float, 0…1: the posterior of
            the topic under normal distributions of one width around the first centroids (the soft
            k-means of MacKay 2003, chapter 22).
        """
        units = normalize_rows(vectors)
        parts = [self._assign(units[start : start + _BLOCK]) for start in range(0, len(units), _BLOCK)]
        if not parts:
            return np.zeros(0, dtype=int), np.zeros(0)
        return np.concatenate([labels for labels, _ in parts]), np.concatenate([probable for _, probable in parts])

    def _assign(self, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first = np.flatnonzero(self.parent == OUTLIER)
        distances = _squared_distances(units, self.centroids[first])
        # a topic that was split keeps its place: its rows go to the nearest of its parts, and no others do
        leaves = np.tile(first, (len(units), 1))
        for parent in sorted(set(self.parent.tolist()) - {OUTLIER}):
            rows, columns = np.nonzero(leaves == parent)
            children = np.flatnonzero(self.parent == parent)
            leaves[rows, columns] = children[_squared_distances(units[rows], self.centroids[children]).argmin(axis=1)]
        topics = self.topics[leaves]
        labels = topics[np.arange(len(units)), distances.argmin(axis=1)]
        smallest = distances.min(axis=1)
        weight = np.exp((smallest[:, None] - distances) / self.bandwidth)
        probability = (weight * (topics == labels[:, None])).sum(axis=1) / weight.sum(axis=1)
        outlier = (smallest > self.outlier_distance) | (~units.any(axis=1) & (len(first) > 1))
        labels = np.where(outlier, OUTLIER, labels)
        return labels, np.where(labels == OUTLIER, 0.0, probability)

    def renumber_by_size(self, labels: np.ndarray) -> Self:
        """The same topics: 0 is the largest in ``labels``, ties go by their first row."""
        topics, first, sizes = np.unique(labels, return_index=True, return_counts=True)
        order = np.lexsort((first, -sizes))
        number = {topic: i for i, topic in enumerate(topic for topic in topics[order].tolist() if topic != OUTLIER)}
        return replace(self, topics=np.array([number.get(topic, OUTLIER) for topic in self.topics.tolist()], dtype=int))


def from_centroids(centroids: np.ndarray, vectors: np.ndarray, outliers: float) -> Model:
    """A topic for each centroid; ``outliers`` is the share of ``vectors`` that shall be outliers."""
    units = normalize_rows(vectors)
    blocks = [units[start : start + _BLOCK] for start in range(0, len(units), _BLOCK)]
    smallest = np.concatenate([_squared_distances(block, centroids).min(axis=1) for block in blocks])
    outlier_distance = float(np.quantile(smallest, 1 - outliers)) if outliers else float("inf")
    k = len(centroids)
    bandwidth = max(float(smallest.mean()) / 10, 1e-12)
    return Model(centroids, np.arange(k), np.full(k, OUTLIER), outlier_distance, bandwidth)


def single_topic(vectors: np.ndarray) -> Model:
    """One topic that every vector is in, a zero vector too."""
    mean = np.asarray(vectors, dtype=np.float64).mean(axis=0, keepdims=True)
    return Model(mean, np.zeros(1, dtype=int), np.array([OUTLIER]), float("inf"), 1.0)


def from_topic_vectors(vectors: np.ndarray, topics: Sequence[int]) -> Model:
    """The nearest of BERTopic's topic embeddings, as BERTopic itself assigns topics once it has been saved and loaded."""
    centroids = normalize_rows(vectors)
    return Model(centroids, np.array(topics, dtype=int), np.full(len(centroids), OUTLIER), float("inf"), 0.1)


def _squared_distances(units: np.ndarray, centroids: np.ndarray) -> np.ndarray:
    """Rows × centroids, each from its row alone: a matrix product would differ with the other rows."""
    return np.stack([((units - centroid) ** 2).sum(axis=1) for centroid in centroids], axis=1)
