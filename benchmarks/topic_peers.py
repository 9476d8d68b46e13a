"""Other ways to find topics, each a small function: what was given and a number of topics -> labels and words.

Those that cluster see the same vectors, those that count words the same tokens (lower case, without stop words; on the
paper's corpus, its own). Settings are the authors' recommended ones, or those of the paper that is compared with.
Top2Vec has its own package (it imports torch): `top2vec` here is its published method on the given
vectors, `doc2vec` the package itself with vectors of its own, which the BERTopic paper measured.
"""

from __future__ import annotations

import hashlib
import logging
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from topics.reading import Corpus
from topics.settings import Settings, override
from topics.text import Embeddings
from topics.topic_model import fit_topics

OUTLIER = -1
WORDS = 10
_reduced: dict[tuple[str, int, float], tuple[np.ndarray, float]] = {}


@dataclass(frozen=True)
class Given:
    """What every method is given."""

    corpus: Corpus
    tokens: list[list[str]]
    """The words of each text that may describe a topic."""
    vectors: np.ndarray
    seed: int
    smallest: int = 10
    """Fewest texts of a BERTopic topic; 10 is its default, the paper has 5 on this corpus."""

    @cached_property
    def texts(self) -> list[str]:
        """The tokens with spaces between, as the paper hands them over."""
        return [" ".join(document) for document in self.tokens]

    @cached_property
    def counts(self) -> tuple[sparse.csr_matrix, np.ndarray]:
        """Texts × words, and the words."""
        vectorizer = CountVectorizer(analyzer=list)
        counts = sparse.csr_matrix(vectorizer.fit_transform(self.tokens))
        return counts, vectorizer.get_feature_names_out()

    @cached_property
    def word_vectors(self) -> np.ndarray:
        """Where words lie among the texts: the mean of their texts by tf-idf; of LSA vectors, the word space of LSA."""
        weighted = TfidfVectorizer(analyzer=list, sublinear_tf=True).fit_transform(self.tokens)
        return normalize(weighted.T @ self.vectors)


@dataclass(frozen=True)
class Found:
    """The topics that a method found."""

    labels: np.ndarray
    """Number of the topic per text, or ``OUTLIER``."""
    topics: list[list[str]]
    """The first words of each, without those of the outliers."""
    seconds: float = 0.0
    """Spent on what an earlier call had kept."""
    stability: dict[int, float] = field(default_factory=dict)
    """By number of the topic, where the method says so."""


def ours(given: Given, k: int, *more: str) -> Found:
    """topics.topic_model with its defaults: ``k`` topics, 0 for its own choice, of single words; ``more`` settings."""
    chosen = [f"topics.granularity={k}", "topics.phrases=false", f"seed={given.seed}", *more]
    settings = override(Settings(language="en"), chosen)
    found = fit_topics(given.corpus, Embeddings(given.vectors, "given"), settings)
    by_id = found.paragraph_topics.set_index("paragraph_id")["topic_id"]
    labels = by_id.loc[given.corpus.paragraphs["paragraph_id"]].to_numpy()
    named = found.topics[found.topics["topic_id"] != OUTLIER]
    stability = named.set_index("topic_id")["stability"].dropna().to_dict()
    return Found(labels, [found.words(topic, WORDS) for topic in named["topic_id"]], stability=stability)


def bertopic(given: Given, k: int, outliers: str = "", auto: bool = False) -> Found:
    """BERTopic as it comes: UMAP and HDBSCAN with its settings, merged to ``k`` topics and the outliers (``nr_topics``
    counts these in, so k + 1). With ``outliers``, those are given away by ``reduce_outliers`` with this strategy.
    """
    points, seconds = reduced(given.vectors, given.seed, 0.0)
    with warnings.catch_warnings(action="ignore"):
        from bertopic import BERTopic

        number = k + 1 if k else "auto" if auto else None
        vectorizer = CountVectorizer(token_pattern=r"\S+", lowercase=False)
        model = BERTopic(
            language="multilingual",  # the default deletes what is not A–Z
            umap_model=_Done(points),
            min_topic_size=min(given.smallest, len(points)),
            nr_topics=number,
            vectorizer_model=vectorizer,
        )
        logging.getLogger("BERTopic").setLevel(logging.ERROR)
        labels, _ = model.fit_transform(given.texts, embeddings=given.vectors.copy())
        if outliers and 0 < labels.count(OUTLIER) < len(labels):
            vectors = given.vectors.copy() if outliers == "embeddings" else None
            labels = model.reduce_outliers(given.texts, labels, strategy=outliers, embeddings=vectors)
            model.update_topics(given.texts, topics=labels, vectorizer_model=vectorizer)
    labels = np.array(labels)
    found = sorted(set(labels.tolist()) - {OUTLIER})
    return Found(labels, [[word for word, _ in model.get_topic(topic)[:WORDS] if word] for topic in found], seconds)


def top2vec(given: Given, k: int, smallest: int = 15, merge: float = 0.1, rare: int = 50) -> Found:
    """Top2Vec's method (Angelov 2020) on the given vectors: UMAP and HDBSCAN with its settings, topics closer than
    ``merge`` made one, every text given to the nearest topic, the smallest topic merged with the nearest until there are
    ``k``; the words nearest to a topic, of those that occur ``rare`` times (if too few, of the 500 most frequent).
    """
    import hdbscan

    vectors = normalize(given.vectors)
    points, seconds = reduced(given.vectors, given.seed, 0.1)
    with warnings.catch_warnings(action="ignore"):
        dense = hdbscan.HDBSCAN(min_cluster_size=min(smallest, len(points)), core_dist_n_jobs=1).fit(points).labels_
    if (dense == OUTLIER).all():
        dense = np.zeros(len(points), dtype=int)
    middles = _middles(vectors, dense)
    same = DBSCAN(eps=merge, min_samples=2, metric="cosine").fit(middles).labels_
    middles = np.vstack([middles[same == OUTLIER], _middles(middles, same)])
    while len(middles) > max(1, k or len(middles)):
        sizes = np.bincount((vectors @ middles.T).argmax(axis=1), minlength=len(middles)).clip(1)
        least = int(sizes.argmin())
        near = middles @ middles[least]
        near[least] = -np.inf
        pair = [least, int(near.argmax())]
        both = normalize([sizes[pair] @ middles[pair]])
        middles = np.vstack([np.delete(middles, pair, axis=0), both])
    labels = (vectors @ middles.T).argmax(axis=1)
    middles = _middles(vectors, labels)
    labels = np.unique((vectors @ middles.T).argmax(axis=1), return_inverse=True)[1]
    counts, words = given.counts
    totals = np.asarray(counts.sum(axis=0)).ravel()
    common = np.flatnonzero(totals >= min(rare, *np.sort(totals)[-500:][:1]))
    near = _middles(vectors, labels) @ given.word_vectors[common].T
    return Found(labels, _first(near, words[common]), seconds)


def doc2vec(given: Given, k: int) -> Found:
    """Top2Vec's package with vectors of its own (Doc2Vec, ``speed="learn"``), as the BERTopic paper ran it."""
    with warnings.catch_warnings(action="ignore"):
        from top2vec import Top2Vec

        reducer = {"n_neighbors": 15, "n_components": 5, "metric": "cosine", "random_state": given.seed, "n_jobs": 1}
        model = Top2Vec(
            given.texts,
            embedding_model="doc2vec",
            tokenizer=str.split,
            workers=1,
            umap_args=reducer,
            keep_documents=False,
            verbose=False,
        )
        fewer = 0 < k < model.get_num_topics()
        if fewer:
            model.hierarchical_topic_reduction(k)
    words = model.get_topics(reduced=fewer)[0]
    labels = model.doc_top_reduced if fewer else model.doc_top
    return Found(np.array(labels), [list(listed[:WORDS]) for listed in words])


def kmeans(given: Given, k: int) -> Found:
    """k-means on the given vectors, ten starts; the words are BERTopic's (class-based tf-idf)."""
    labels = KMeans(k, n_init=10, random_state=given.seed).fit(given.vectors).labels_
    return Found(labels, ctfidf(given, labels))


def nmf(given: Given, k: int) -> Found:
    """NMF of tf-idf, as scikit-learn's guide does it: words of two texts or more, and of 95 % at most."""
    vectorizer = TfidfVectorizer(analyzer=list, min_df=2, max_df=0.95)
    weighted = vectorizer.fit_transform(given.tokens)
    model = NMF(k, init="nndsvda", random_state=given.seed, max_iter=400)
    with warnings.catch_warnings(action="ignore"):
        share = model.fit_transform(weighted)
    labels = np.where(share.max(axis=1) > 0, share.argmax(axis=1), OUTLIER)
    return Found(labels, _first(model.components_, vectorizer.get_feature_names_out()))


def lda(given: Given, k: int) -> Found:
    """Latent Dirichlet allocation by Gibbs sampling (tomotopy): its defaults, 1,000 rounds, words of two texts or more."""
    import tomotopy

    model = tomotopy.LDAModel(k=k, seed=given.seed, min_df=2)
    rows = [i for i, document in enumerate(given.tokens) if document]
    for i in rows:
        model.add_doc(given.tokens[i])
    model.train(1000, workers=1)
    labels = np.full(len(given.tokens), OUTLIER)
    labels[rows] = [int(np.argmax(document.get_topic_dist())) for document in model.docs]
    return Found(labels, [[word for word, _ in model.get_topic_words(topic, WORDS)] for topic in range(k)])


def octis_nmf(given: Given, k: int) -> Found:
    """Online NMF by gensim with the settings of OCTIS, as the BERTopic paper ran it."""
    with warnings.catch_warnings(action="ignore"):
        from gensim.models.nmf import Nmf

        return _octis(given, k, Nmf)


def octis_lda(given: Given, k: int) -> Found:
    """Online LDA by gensim with the settings of OCTIS (one pass), as the BERTopic paper ran it."""
    with warnings.catch_warnings(action="ignore"):
        from gensim.models import LdaModel

        return _octis(given, k, LdaModel)


def s3(given: Given, k: int) -> Found:
    """Semantic signal separation (Kardos et al. 2025), Turftopic's, on the given vectors; a text's topic is its largest."""
    with warnings.catch_warnings(action="ignore"):
        from turftopic import SemanticSignalSeparation

        return _turftopic(given, SemanticSignalSeparation, k)


def keynmf(given: Given, k: int) -> Found:
    """KeyNMF (Kristensen-McLachlan et al. 2024), Turftopic's, on the given vectors."""
    with warnings.catch_warnings(action="ignore"):
        from turftopic import KeyNMF

        return _turftopic(given, KeyNMF, k or "auto")


def reduced(vectors: np.ndarray, seed: int, apart: float) -> tuple[np.ndarray, float]:
    """UMAP with the settings that BERTopic and Top2Vec share, kept for the next call; and the seconds it took."""
    key = (hashlib.sha256(vectors.tobytes()).hexdigest(), seed, apart)
    if key not in _reduced:
        with warnings.catch_warnings(action="ignore"):
            from umap import UMAP

            start = time.perf_counter()
            model = UMAP(n_neighbors=15, n_components=5, min_dist=apart, metric="cosine", random_state=seed, n_jobs=1)
            _reduced[key] = model.fit_transform(vectors.copy()), time.perf_counter() - start
        return _reduced[key][0], 0.0
    return _reduced[key]


def ctfidf(given: Given, labels: np.ndarray) -> list[list[str]]:
    """The first words of each topic by class-based tf-idf (Grootendorst 2022)."""
    counts, words = given.counts
    member = sparse.csr_matrix(labels[None, :] == np.arange(labels.max() + 1)[:, None], dtype=float)
    each = member @ counts
    totals = np.asarray(each.sum(axis=0)).ravel()
    weight = np.log1p(each.sum() / each.shape[0] / np.maximum(totals, 1e-12))
    return _first((normalize(each, "l1").multiply(weight)).toarray(), words)


class _Done:
    """A UMAP that was fitted before."""

    def __init__(self, points: np.ndarray) -> None:
        self.points = points

    def fit(self, vectors: np.ndarray, y: Any = None) -> _Done:
        return self

    def transform(self, vectors: np.ndarray) -> np.ndarray:
        return self.points


def _middles(vectors: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean of each label's rows, outliers apart."""
    means = [vectors[labels == label].mean(axis=0) for label in sorted(set(labels.tolist()) - {OUTLIER})]
    return normalize(means) if means else vectors[:0]


def _first(weights: np.ndarray, words: np.ndarray) -> list[list[str]]:
    """The words of largest weight in each row."""
    order = np.argsort(-weights, axis=1, kind="stable")[:, :WORDS]
    return [words[row].tolist() for row in order]


def _octis(given: Given, k: int, method: Callable[..., Any]) -> Found:
    from gensim.corpora import Dictionary

    dictionary = Dictionary(given.tokens)
    bags = [dictionary.doc2bow(document) for document in given.tokens]
    model = method(bags, num_topics=k, id2word=dictionary, random_state=given.seed)
    labels = np.full(len(bags), OUTLIER)
    for row, bag in enumerate(bags):
        if shares := model.get_document_topics(bag):
            labels[row] = max(shares, key=lambda pair: pair[1])[0]
    return Found(labels, [[word for word, _ in model.show_topic(topic, WORDS)] for topic in range(k)])


def _turftopic(given: Given, method: Callable[..., Any], k: Any) -> Found:
    """A model of Turftopic, its encoder the place of the words among the given vectors."""
    place = dict(zip(given.counts[1], given.word_vectors, strict=True))

    class Encoder:
        def encode(self, texts: Any, **_: Any) -> np.ndarray:
            return np.array([place[text] for text in texts])

    vectorizer = CountVectorizer(token_pattern=r"\S+", lowercase=False, min_df=10 if len(given.tokens) > 1000 else 2)
    model = method(k, encoder=Encoder(), vectorizer=vectorizer, random_state=given.seed)
    share = np.asarray(model.fit_transform(given.texts, embeddings=given.vectors.copy()))
    labels = np.where(share.max(axis=1) > 0, share.argmax(axis=1), OUTLIER)
    return Found(labels, [[word for word, _ in listed] for _, listed in model.get_topics(WORDS)])


@dataclass(frozen=True)
class Peer:
    """A method by name, what it needs, and what it can do."""

    name: str
    run: Callable[..., Found]
    needs: tuple[str, ...] = ()
    choice: dict[str, Any] = field(default_factory=dict)
    chooses: bool = False
    """Whether it can choose the number of topics by itself."""
    asked: bool = True
    """Whether it can be asked for a number."""
    sees: bool = True
    """Whether it sees the vectors; else the words alone."""

    @property
    def missing(self) -> str:
        """What it needs that is not installed."""
        return ", ".join(name for name in self.needs if find_spec(name) is None)


OURS = Peer("topics", ours, chooses=True)
PEERS = (
    OURS,
    Peer("BERTopic", bertopic, chooses=True),
    Peer("BERTopic, nr_topics auto", bertopic, choice={"auto": True}, chooses=True, asked=False),
    Peer("BERTopic, reduce_outliers", bertopic, choice={"outliers": "embeddings"}, chooses=True),
    Peer("Top2Vec's method", top2vec, chooses=True),
    Peer("Top2Vec, Doc2Vec", doc2vec, ("top2vec", "torch", "gensim"), chooses=True, sees=False),
    Peer("k-means", kmeans),
    Peer("NMF of tf-idf", nmf, sees=False),
    Peer("NMF, gensim as in OCTIS", octis_nmf, ("gensim",), sees=False),
    Peer("LDA, Gibbs", lda, ("tomotopy",), sees=False),
    Peer("LDA, gensim as in OCTIS", octis_lda, ("gensim",), sees=False),
    Peer("S3, Turftopic", s3, ("turftopic",)),
    Peer("KeyNMF, Turftopic", keynmf, ("turftopic",), chooses=True),
)
