"""The stability that vectors have by themselves, whatever the number of topics: what a choice is held against.

Reruns agree to some extent on any vectors. They agree most where topics are as few as a lengthy
direction of the vectors suggests, or as many as the vectors have factors: LSA has one for each group of words that
occur together, and each of them makes a reproducible topic, so that the most stable number of topics follows
``embeddings.dimensions``. So stability is compared with that of a reference, as in the gap statistic (Tibshirani,
Walther and Hastie 2001), Clest (Dudoit and Fridlyand 2002) and M3C (John et al. 2020). Reference vectors have the same
factors, but mixed at random: the vectors are rotated to factors by varimax (Kaiser 1958; for topics of texts, Rohe
and Zeng 2023), and the values of each factor are permuted, as in parallel analysis (Buja and Eyuboglu 1992).
"""

import warnings
from collections.abc import Sequence

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score

from topics.topic_model.consensus import MAX_SAMPLE, Reruns, merge_centroids, nearest_centroid, normalize_rows

MAX_ROWS = 10_000
"""Rows of which reference vectors are made."""
MAX_ROTATED = 100
"""Factors that varimax rotates, the largest; further ones are principal components."""
_ROUNDS = 50
_TOLERANCE = 1e-5


def reference_stability(reruns: Reruns, numbers: Sequence[int]) -> dict[int, np.ndarray]:
    """The stability of reference vectors, by number of topics: of each of half as many draws as there are reruns.

    Each draw is clustered twice, each time from other rows. Clusters are found by k-means, not by UMAP and HDBSCAN,
    and are twice as many as in the median rerun; they are merged to topics as those of a rerun are. On eighteen
    corpora that came to the stability of complete reruns on reference vectors within 0.1, mostly within 0.05, in a
    fraction of the time.

    Returns
    -------
    dict
        Number of topics -> adjusted Rand index of the two clusterings, an array with a value for each draw.
    """
    rng = np.random.default_rng([reruns.seed, 0])
    vectors = reruns.guided
    if len(vectors) > MAX_ROWS:
        vectors = vectors[np.sort(rng.choice(len(vectors), size=MAX_ROWS, replace=False))]
    factors = _factors(vectors)
    n = len(factors)
    size = min(len(reruns.parts[0]), n)
    sample = np.sort(rng.choice(n, size=min(n, MAX_SAMPLE), replace=False))
    draws = []
    for draw in range(max(2, reruns.runs // 2)):
        rng = np.random.default_rng([reruns.seed, 1 + draw])
        # distances depend on the values of the factors alone, so these need not be rotated back
        mixed = normalize_rows(rng.permuted(factors, axis=0))
        one, other = (_labels(mixed, size, 2 * reruns.median_clusters, numbers, sample, rng) for _ in range(2))
        draws.append({k: adjusted_rand_score(one[k], other[k]) for k in numbers})
    return {k: np.array([draw[k] for draw in draws]) for k in numbers}


def _labels(
    vectors: np.ndarray, size: int, clusters: int, numbers: Sequence[int], sample: np.ndarray, rng: np.random.Generator
) -> dict[int, np.ndarray]:
    """Topics of the sample by the clusters of random rows, by number of topics."""
    own = vectors[np.sort(rng.choice(len(vectors), size=size, replace=False))]
    model = KMeans(min(clusters, size), n_init=1, max_iter=10, random_state=int(rng.integers(2**31)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of equal rows there are fewer clusters
        centroids = normalize_rows(model.fit(own).cluster_centers_)
    merged = merge_centroids(own, centroids, numbers)
    return {k: nearest_centroid(vectors[sample], merged[k]) for k in numbers}


def _factors(vectors: np.ndarray) -> np.ndarray:
    """The vectors (rows × dimensions) in the axes of their factors, the one with most variance first."""
    variance, axes = np.linalg.eigh(vectors.T @ vectors)
    largest = axes[:, ::-1][:, variance[::-1] > 1e-9 * variance[-1]]
    values = vectors @ largest
    values[:, :MAX_ROTATED] = values[:, :MAX_ROTATED] @ varimax(values[:, :MAX_ROTATED])
    return values


def varimax(values: np.ndarray) -> np.ndarray:
    """The rotation (factors × factors) after which each row has few large values, by Kaiser's criterion.

    Examples
    --------
    >>> import numpy as np
    >>> from topics.topic_model.reference import varimax
    >>> simple = np.repeat(np.eye(2), 5, axis=0)  # each row on one factor
    >>> turned = simple @ np.array([[0.8, -0.6], [0.6, 0.8]])
    >>> np.abs(turned @ varimax(turned)).round(3).max(axis=1).min()
    np.float64(1.0)
    """
    rotation = np.eye(values.shape[1])
    before = 0.0
    for _ in range(_ROUNDS):
        turned = values @ rotation
        left, singular, right = np.linalg.svd(values.T @ (turned**3 - turned * (turned**2).mean(axis=0)))
        rotation = left @ right
        if singular.sum() < before * (1 + _TOLERANCE):
            break
        before = singular.sum()
    return rotation
