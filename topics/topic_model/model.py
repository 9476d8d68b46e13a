"""Topics as centres among the vectors: whoever has a vector has a topic."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from topics.topic_model.clusters import OUTLIER
from topics.topic_model.consensus import unit

_BLOCK = 1024
"""Rows that are looked at together, so that distances to many centres fit in memory."""


@dataclass(frozen=True)
class Model:
    """What assigns a topic to a vector: the nearest centre, as BERTopic does with the topics that it has loaded."""

    centres: np.ndarray
    """float64, centres × dimensions."""
    topics: np.ndarray
    """int, the topic of each centre; −1 for a topic that was dropped."""
    within: np.ndarray
    """int, the earlier centre that this one divides; −1 for the first ones."""
    reach: float
    """Squared distance from its centre at which a vector is in no topic."""
    scale: float
    """Squared distance that makes a centre e times less likely."""

    def assign(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Topics of vectors (rows × dimensions), and how probable they are.

        A row's answer is the same to the last bit whatever rows stand beside it.

        Returns
        -------
        labels, probability
            int, −1 for a vector beyond reach, or zero where there is more than one topic; float, 0…1: the posterior of the
            topic under normal distributions of one width around the first centres (the soft
            k-means of MacKay 2003, chapter 22).
        """
        units = unit(vectors)
        parts = [self._assign(units[start : start + _BLOCK]) for start in range(0, len(units), _BLOCK)]
        if not parts:
            return np.zeros(0, dtype=int), np.zeros(0)
        return np.concatenate([labels for labels, _ in parts]), np.concatenate([probable for _, probable in parts])

    def _assign(self, units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        first = np.flatnonzero(self.within == OUTLIER)
        distances = _squared(units, self.centres[first])
        leaves = np.tile(first, (len(units), 1))
        for parent in sorted(set(self.within.tolist()) - {OUTLIER}):
            rows, columns = np.nonzero(leaves == parent)
            children = np.flatnonzero(self.within == parent)
            leaves[rows, columns] = children[_squared(units[rows], self.centres[children]).argmin(axis=1)]
        topics = self.topics[leaves]
        labels = topics[np.arange(len(units)), distances.argmin(axis=1)]
        own = distances.min(axis=1)
        weight = np.exp((own[:, None] - distances) / self.scale)
        probability = (weight * (topics == labels[:, None])).sum(axis=1) / weight.sum(axis=1)
        nowhere = (own > self.reach) | (~units.any(axis=1) & (len(first) > 1))
        labels = np.where(nowhere, OUTLIER, labels)
        return labels, np.where(labels == OUTLIER, 0.0, probability)

    def numbered(self, labels: np.ndarray) -> Model:
        """The same topics, numbered by size: 0 is the largest in ``labels``, ties go by their first row."""
        found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
        order = sorted((-size, at, topic) for topic, at, size in zip(found, first, sizes, strict=True) if topic != OUTLIER)
        number = {topic: i for i, (_, _, topic) in enumerate(order)}
        return replace(self, topics=np.array([number.get(topic, OUTLIER) for topic in self.topics.tolist()], dtype=int))


def around(centres: np.ndarray, vectors: np.ndarray, outliers: float) -> Model:
    """A topic for each centre; ``outliers`` is the share of ``vectors`` that shall be beyond reach."""
    units = unit(vectors)
    blocks = [units[start : start + _BLOCK] for start in range(0, len(units), _BLOCK)]
    own = np.concatenate([_squared(block, centres).min(axis=1) for block in blocks])
    reach = float(np.quantile(own, 1 - outliers)) if outliers else float("inf")
    k = len(centres)
    return Model(centres, np.arange(k), np.full(k, OUTLIER), reach, max(float(own.mean()) / 10, 1e-12))


def everything(vectors: np.ndarray) -> Model:
    """One topic that every vector is in, a zero vector too."""
    middle = np.asarray(vectors, dtype=np.float64).mean(axis=0, keepdims=True)
    return Model(middle, np.zeros(1, dtype=int), np.array([OUTLIER]), float("inf"), 1.0)


def _squared(units: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared distances, rows × centres, each from its row alone: a matrix product would differ with the other rows."""
    return np.stack([((units - centre) ** 2).sum(axis=1) for centre in centres], axis=1)
