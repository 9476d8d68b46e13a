"""Vectors -> dense clusters: UMAP and HDBSCAN, called as BERTopic calls them, with sizes that follow the corpus."""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import NearestNeighbors

OUTLIER = -1
MIN_PARAGRAPHS_FOR_UMAP = 15
_MAX_PROJECTED = 10_000


@dataclass(frozen=True)
class ClusterParameters:
    """What UMAP and HDBSCAN are called with; 0: it follows from the number of rows (:func:`cluster`)."""

    neighbours: int = 0
    """Nearest neighbours of UMAP; 0: 15."""
    components: int = 5
    """Dimensions of the UMAP projection."""
    min_size: int = 0
    """Smallest cluster of HDBSCAN, in the whole corpus."""
    n_topics: int = 0
    """Topics that were requested: clusters have to be small enough for as many."""


def cluster(
    vectors: np.ndarray,
    parameters: ClusterParameters,
    seed: int,
    corpus_size: int = 0,
    classes: np.ndarray | None = None,
) -> np.ndarray:
    """Reduce with UMAP, cluster with HDBSCAN.

    The rule: ``neighbours`` 15 (or n − 1), ``components`` 5 (or n − 2, or those of the
    vectors), ``min_size`` a fifth of the root of n, at least 3, and small enough for
    ``n_topics`` clusters. Below 15 rows HDBSCAN sees the vectors themselves.
    Labels are −1 for rows that HDBSCAN leaves out.

    Parameters
    ----------
    corpus_size
        Rows of the corpus that ``vectors`` are a part of; 0: they are all of it.
        ``min_size`` is meant for the corpus and shrinks with the part.
    classes
        A class for each row, −1 for none, that draws its rows together
        (semi-supervised UMAP, McInnes, Healy and Melville 2018).
    """
    n = len(vectors)
    min_size = _min_size(n, n / (corpus_size or n), parameters)
    components = max(1, min(parameters.components, n - 2, vectors.shape[1]))
    reduced = vectors
    if n >= MIN_PARAGRAPHS_FOR_UMAP:
        reduced = _umap(vectors, parameters.neighbours, components, seed, classes)
    with ignore_warnings():
        import hdbscan  # late, as umap: slow to load, and most commands need neither

        model = hdbscan.HDBSCAN(
            min_cluster_size=min(min_size, n),
            min_samples=max(1, min_size // 2),
            metric="euclidean",
            cluster_selection_method="eom",
            core_dist_n_jobs=1,
        ).fit(np.asarray(reduced, dtype=np.float64))
    return model.labels_


def _min_size(n: int, share: float, parameters: ClusterParameters) -> int:
    if parameters.min_size:
        return max(2, round(parameters.min_size * share))
    rule = max(3, round(math.sqrt(n) / 5))
    if parameters.n_topics:
        return max(2, min(rule, n // (4 * parameters.n_topics)))
    return rule


def project_2d(vectors: np.ndarray, seed: int, neighbours: int = 0) -> np.ndarray:
    """Two coordinates per row, for looking only: UMAP, or principal components of few rows.

    Of more than 10,000 rows a part is projected, and the others are put at the mean of their five nearest.
    """
    n = len(vectors)
    if n < MIN_PARAGRAPHS_FOR_UMAP:
        left, singular, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
        points = np.zeros((n, 2))
        points[:, : len(singular)] = (left * singular)[:, :2]
    elif n <= _MAX_PROJECTED:
        points = _umap(vectors, neighbours, 2, seed)
    else:
        rows = np.sort(np.random.default_rng(seed).choice(n, size=_MAX_PROJECTED, replace=False))
        projected = _umap(vectors[rows], neighbours, 2, seed)
        nearest = NearestNeighbors(n_neighbors=5, metric="cosine", algorithm="brute").fit(vectors[rows])
        points = projected[nearest.kneighbors(vectors, return_distance=False)].mean(axis=1)
        points[rows] = projected
    return points - points.mean(axis=0)


def _umap(vectors: np.ndarray, neighbours: int, components: int, seed: int, classes: np.ndarray | None = None) -> np.ndarray:
    n = len(vectors)
    k = min(neighbours or 15, n - 1)
    # exact neighbours: the approximate ones that UMAP looks for itself differ from run to run
    distances, indices = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(vectors).kneighbors()
    precomputed = (
        np.hstack([np.arange(n)[:, None], indices[:, : k - 1]]).astype(np.int32),
        np.hstack([np.zeros((n, 1)), distances[:, : k - 1]]).astype(np.float32),
        None,
    )
    with ignore_warnings():
        import umap

        _cache_compiled()
        model = umap.UMAP(
            n_neighbors=k,
            n_components=components,
            min_dist=0.0,
            metric="cosine",
            low_memory=False,
            init="pca",
            random_state=seed,
            n_jobs=1,
            precomputed_knn=precomputed,
        )
        # the principal components that UMAP begins with cannot outnumber the dimensions
        padded = np.pad(vectors, ((0, 0), (0, max(0, components - vectors.shape[1]))))
        return np.nan_to_num(model.fit_transform(padded, y=classes))


def _cache_compiled() -> None:
    """Let numba keep UMAP's compiled functions on disk: 6 seconds less in every later process."""
    import umap.layouts
    import umap.umap_
    import umap.utils

    for module in (umap.umap_, umap.layouts, umap.utils):
        for value in vars(module).values():
            # compiled ones are left alone: caching is decided before the first call
            if hasattr(value, "enable_caching") and not getattr(value, "overloads", True):
                try:
                    value.enable_caching()
                except RuntimeError:  # the installation cannot be written to
                    return


def ignore_warnings() -> warnings.catch_warnings:
    """Keep the import-time filters and notices of umap, hdbscan and bertopic to themselves."""
    return warnings.catch_warnings(action="ignore")
