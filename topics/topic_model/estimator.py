"""Vectors -> topics as a scikit-learn clusterer, which also fits into BERTopic's ``hdbscan_model``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClusterMixin
from threadpoolctl import threadpool_limits

from topics import tables
from topics.errors import InputError
from topics.topic_model import consensus
from topics.topic_model.clusters import MIN_PARAGRAPHS_FOR_UMAP, OUTLIER, ClusterParameters
from topics.topic_model.consensus import normalize_rows
from topics.topic_model.granularity import choose_granularity
from topics.topic_model.model import Model, from_centroids, single_topic

MIN_ROWS = 6
"""Fewer rows form one topic."""


class ConsensusClusters(ClusterMixin, BaseEstimator):
    """Clusters on which many reruns of UMAP and HDBSCAN agree, each with its stability.

    UMAP (McInnes, Healy and Melville 2018) and HDBSCAN (Campello, Moulavi and Sander 2013) are repeated on random parts
    of the rows with other seeds; the centroids of all clusters are merged by Ward's method (meta-clustering, Strehl and
    Ghosh 2002), and each row is assigned to the nearest (:mod:`topics.topic_model.consensus`). The result does not
    depend on the order of the rows, and never raises on few rows: fewer than 6 form one cluster.

    In BERTopic it takes the place of HDBSCAN; as it reduces dimensions itself, UMAP's place is left empty (example).

    Parameters
    ----------
    n_topics
        Number of topics; None: chosen by stability (:mod:`topics.topic_model.granularity`).
    n_reruns
        How often the clustering is repeated; 0: once, on all rows, without stability.
    fraction
        Share of the rows in each rerun, at most 3,000 rows.
    n_neighbors, n_components
        Of UMAP; None: 15, or all other rows.
    min_cluster_size
        Of HDBSCAN, in all rows; None: a fifth of the square root of their number, at least 3.
    outliers
        Share of the rows that become outliers (−1): those farthest from their topic.
    random_state
        Seed, an integer.

    Attributes
    ----------
    labels_ : ndarray of int, shape (n_samples,)
        Topics, the largest is 0; −1 for outliers and zero vectors.
    probabilities_ : ndarray of float, shape (n_samples,)
        Probability of the assigned topic, 0 for outliers.
    stability_ : dict of int to float
        By topic, its mean best Jaccard overlap with a topic of a rerun (Hennig 2007); NaN where it is not known.
    agreement_ : ndarray of float, shape (n_samples,)
        By row, the overlap of its topic with its topic in a rerun, mean over reruns.
    left_out_ : ndarray of float, shape (n_samples,)
        By row, the share of the reruns in which HDBSCAN made it an outlier; NaN for a row that is in none.
    granularity_ : DataFrame
        The numbers of topics that were tried, with their stability.
    notes_ : list of str
        What should be known of the result, one sentence each.
    reruns_ : Reruns or None
        The clusters of each rerun, of the rows ``rows_`` (those that are no zero vector).
    model_ : Model
        The centroids, which assign a topic to any vector.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> vectors = np.repeat(np.eye(4), 20, axis=0) + 0.05 * rng.standard_normal((80, 4))
    >>> clusters = topics.ConsensusClusters(n_reruns=4).fit(vectors)
    >>> np.bincount(clusters.labels_).tolist()
    [20, 20, 20, 20]
    >>> clusters.predict(vectors[[0, 1, 79]]).tolist() == clusters.labels_[[0, 1, 79]].tolist()
    True

    In BERTopic:

    >>> from bertopic import BERTopic
    >>> from bertopic.dimensionality import BaseDimensionalityReduction
    >>> model = BERTopic(umap_model=BaseDimensionalityReduction(), hdbscan_model=topics.ConsensusClusters())
    """

    def __init__(
        self,
        n_topics: int | None = None,
        *,
        n_reruns: int = 10,
        fraction: float = 0.7,
        n_neighbors: int | None = None,
        n_components: int = 5,
        min_cluster_size: int | None = None,
        outliers: float = 0.0,
        random_state: int = 42,
    ) -> None:
        self.n_topics = n_topics
        self.n_reruns = n_reruns
        self.fraction = fraction
        self.n_neighbors = n_neighbors
        self.n_components = n_components
        self.min_cluster_size = min_cluster_size
        self.outliers = outliers
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None, progress: Callable[[float], None] = lambda part: None) -> Self:
        """Find the topics of vectors.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Vectors; they are not changed.
        y : array-like of int, shape (n_samples,), optional
            A class for each row, −1 for none, that draws its rows together: halfway to their mean, as guided BERTopic
            does, and by semi-supervised UMAP.
        progress
            Called with the share of the reruns that is done, 0…1.
        """
        vectors = _check(X)
        classes = None if y is None else np.asarray(y, dtype=int)
        if classes is not None and len(classes) != len(vectors):
            raise InputError(f"{len(classes)} classes for {len(vectors)} vectors; expected one for each")
        # in an order of their own, so that the order of the rows decides nothing
        order = np.lexsort(vectors.T[::-1]) if classes is None else np.lexsort((classes, *vectors.T[::-1]))
        # one thread: sums in another order differ in their last digit, and clusters follow
        with threadpool_limits(limits=1):
            self._fit_sorted(vectors, order, classes, progress)
        return self

    def _fit_sorted(
        self, vectors: np.ndarray, order: np.ndarray, classes: np.ndarray | None, progress: Callable[[float], None]
    ) -> None:
        n = len(vectors)
        # a zero vector, which LSA gives a text without any known word, can be in no cluster
        nonzero = order[vectors[order].any(axis=1)]
        units = normalize_rows(vectors[nonzero])
        self.n_features_in_ = vectors.shape[1]
        self.notes_: list[str] = []
        self.granularity_ = tables.empty("granularity")
        self.left_out_ = np.full(n, np.nan)
        self.reruns_, self.rows_ = None, nonzero
        if classes is not None and n < MIN_PARAGRAPHS_FOR_UMAP:
            self.notes_.append(f"only {n} paragraphs: themes guide the topics only with {MIN_PARAGRAPHS_FOR_UMAP} or more")
            classes = None
        if len(nonzero) >= MIN_ROWS:
            guides = None if classes is None else classes[nonzero]
            parameters = ClusterParameters(
                self.n_neighbors or 0, self.n_components, self.min_cluster_size or 0, self.n_topics or 0
            )
            reruns = consensus.rerun_clustering(
                units, self.random_state, self.n_reruns, self.fraction, parameters, guides, progress
            )
            self.reruns_ = reruns if reruns.centroids else None
        if self.reruns_ is None:
            if n < MIN_ROWS:
                reason = f"only {n} paragraph{'s' if n > 1 else ''}: clustering needs {MIN_ROWS}"
            else:
                reason = f"no cluster of paragraphs among {n} is dense enough for a topic"
            self.notes_.append(f"{reason}, so all paragraphs form one topic")
            return self.use(single_topic(vectors[order]), vectors)
        if n < 100:
            self.notes_.append(f"only {n} paragraphs: topics on so few paragraphs are exploratory; see their stability")
        wanted = self.n_topics or 0
        choice = choose_granularity(self.reruns_, wanted)
        k, self.granularity_ = choice.k, choice.table
        self.notes_ += choice.notes
        if k < wanted:
            self.notes_.append(f"{wanted} topics were requested; {k} can be distinguished")
        model = from_centroids(consensus.consensus_centroids(self.reruns_, [k])[k], units, self.outliers)
        labels = model.assign(vectors[order])[0]
        if lost := k - len(set(labels.tolist()) - {OUTLIER}):
            self.notes_.append(f"{lost} of {k} topics contain only outliers (topics.outliers)")
        if k > 1 and len(nonzero) < n:
            self.notes_.append(
                f"{n - len(nonzero)} of {n} paragraphs have no vector (for LSA: no word shared with another) and are"
                " outliers"
            )
        # equal vectors lie side by side: which of them a rerun saw is chance
        self.left_out_[nonzero] = _mean_of_equal(units, self.reruns_.left_out)
        return self.use(model.renumber_by_size(labels), vectors)

    def use(self, model: Model, X: Any, before: np.ndarray | None = None) -> None:
        """Take over topics that were numbered or edited otherwise; ``before`` are the labels that they were made of."""
        self.model_ = model
        self.labels_, self.probabilities_ = model.assign(X)
        self.stability_ = {topic: np.nan for topic in np.unique(self.labels_).tolist() if topic != OUTLIER}
        self.agreement_ = np.full(len(self.labels_), np.nan)
        if self.reruns_ is not None and self.reruns_.runs > 1:  # a single run agrees with itself
            agreed = consensus.agreement(
                self.reruns_, self.labels_[self.rows_], None if before is None else before[self.rows_]
            )
            self.stability_ |= agreed.topics
            self.agreement_[self.rows_] = agreed.rows

    def from_saved(
        self,
        model: Model,
        labels: np.ndarray,
        probabilities: np.ndarray,
        stability: Mapping[int, float],
        agreement: np.ndarray,
    ) -> Self:
        """Take over what was fitted before; reruns and the choice of the number of topics are not known then."""
        self.model_, self.labels_, self.probabilities_ = model, labels, probabilities
        self.stability_, self.agreement_ = dict(stability), agreement
        self.n_features_in_ = model.centroids.shape[1]
        return self

    def renumber(self, number_of: Mapping[int, int]) -> None:
        """Give the topics other numbers; −1 stays."""
        number_of = {**number_of, OUTLIER: OUTLIER}
        new = [number_of.get(topic, OUTLIER) for topic in self.model_.topics.tolist()]
        self.model_ = replace(self.model_, topics=np.array(new, dtype=int))
        self.labels_ = np.array([number_of[topic] for topic in self.labels_.tolist()], dtype=int)
        self.stability_ = {number_of[topic]: value for topic, value in self.stability_.items()}

    def reorder(self, places: np.ndarray) -> None:
        """Move each row to its place in ``places``."""
        back = np.argsort(places)
        self.rows_ = places[self.rows_]
        for name in ("labels_", "probabilities_", "agreement_", "left_out_"):
            setattr(self, name, getattr(self, name)[back])

    def predict(self, X: Any) -> np.ndarray:
        """The topic of each vector, whatever other vectors stand beside it; −1 for outliers."""
        vectors = _check(X)
        if vectors.shape[1] != self.n_features_in_:
            raise InputError(f"vectors have {vectors.shape[1]} dimensions; expected {self.n_features_in_}, as in fit")
        return self.model_.assign(vectors)[0]


def _check(X: Any) -> np.ndarray:
    vectors = np.asarray(X)
    if vectors.ndim != 2 or not vectors.size or vectors.dtype.kind not in "biuf":
        raise InputError(f"vectors have the shape {vectors.shape} of {vectors.dtype}; expected numbers, rows × dimensions")
    if not np.isfinite(vectors).all():
        raise InputError("vectors contain NaN or infinity; expected finite numbers")
    return vectors


def _mean_of_equal(units: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The mean of ``values`` over rows that are equal and adjacent; NaN where all are."""
    group = np.concatenate([[0], np.cumsum((units[1:] != units[:-1]).any(axis=1))])
    return pd.Series(values).groupby(group).transform("mean").to_numpy()
