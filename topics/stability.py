"""Reruns -> agreement per topic and per paragraph.

The clustering is repeated with other seeds on random parts of the corpus. A
topic's stability is the mean, over reruns, of its best Jaccard overlap with any
topic of the rerun (clusterwise stability, Hennig 2007, who reads values below
0.6 as "should not be trusted"). A paragraph's agreement is the mean Jaccard
overlap between its companions then and now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from topics.embeddings import Embeddings
from topics.settings import Settings
from topics.topic_model import OUTLIER, Clusters, cluster

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

LARGEST_PART = 3000
TRUSTED = 0.6


@dataclass(frozen=True)
class Stability:
    """How far topics and assignments survive other seeds and resampled paragraphs."""

    topics: dict[int, float]
    """By topic, 0…1; empty without reruns."""
    paragraphs: np.ndarray
    """Agreement by paragraph, 0…1; NaN where a paragraph was in no rerun."""
    runs: int
    part: int
    """Paragraphs in each rerun."""


def measure(
    embeddings: Embeddings,
    clusters: Clusters,
    settings: Settings | None = None,
    progress: Callable[[float], None] = lambda part: None,
) -> Stability:
    """Repeat the clustering ``stability.runs`` times on a random part of the paragraphs.

    Parts hold ``stability.fraction`` of the corpus, at most 3,000 paragraphs. A
    corpus in which no topic was found has nothing to repeat: no run, no number.
    """
    import numpy as np

    settings = settings or Settings()
    labels = clusters.labels
    n = len(labels)
    runs = settings.stability.runs if clusters.found else 0
    part = min(round(n * settings.stability.fraction), LARGEST_PART) if runs else 0
    overlap: dict[int, list[float]] = {topic: [] for topic in sorted(set(labels.tolist())) if topic != OUTLIER}
    kept = np.zeros(n)
    drawn = np.zeros(n)
    for run in range(runs):
        rng = np.random.default_rng([settings.seed, run])
        rows = np.sort(rng.choice(n, size=part, replace=False))
        guide = clusters.guide[rows] if clusters.guide is not None else None
        again = cluster(embeddings.vectors[rows], settings, settings.seed + 1 + run, part / n, guide).labels
        if (again == OUTLIER).all():
            again = np.zeros(part, dtype=int)
        jaccard = _jaccard(labels[rows], again)
        for topic in overlap:
            if topic in jaccard:
                overlap[topic].append(max(jaccard[topic].values()))
        same = [
            jaccard[a].get(b, 0.0) if a != OUTLIER and b != OUTLIER else float(a == b)
            for a, b in zip(labels[rows].tolist(), again.tolist(), strict=True)
        ]
        kept[rows] += same
        drawn[rows] += 1
        progress((run + 1) / runs)
    agreement = np.full(n, np.nan)
    agreement[drawn > 0] = kept[drawn > 0] / drawn[drawn > 0]
    means = {topic: float(np.mean(values)) for topic, values in overlap.items() if values}
    return Stability(means, agreement, runs, part)


def _jaccard(before: np.ndarray, after: np.ndarray) -> dict[int, dict[int, float]]:
    """Jaccard overlap of every topic of ``before`` with every one of ``after``, outliers apart."""
    result: dict[int, dict[int, float]] = {}
    found = {label: after == label for label in sorted(set(after.tolist())) if label != OUTLIER}
    for topic in sorted(set(before.tolist())):
        if topic != OUTLIER:
            mine = before == topic
            result[topic] = {
                label: float((mine & other).sum() / (mine | other).sum()) for label, other in found.items()
            } or {OUTLIER: 0.0}
    return result
