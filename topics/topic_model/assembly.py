"""Our parts in BERTopic's slots: made, fitted, saved and loaded again."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.frozen import FrozenEstimator

from topics.errors import InputError
from topics.settings import Settings
from topics.text import PhraseAnalyzer, TokenisedTexts
from topics.topic_model.clusters import ignore_warnings
from topics.topic_model.embedder import Embedder
from topics.topic_model.estimator import ConsensusClusters
from topics.topic_model.labels import ReadableLabels
from topics.topic_model.saved import load
from topics.topic_model.topics import LABEL, cluster_model
from topics.topic_model.words import CoherentWords

with ignore_warnings():
    from bertopic import BERTopic
    from bertopic.backend import BaseEmbedder
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer

FOLDER = "bertopic"


def create_bertopic(
    analyzer: PhraseAnalyzer | None = None,
    clusters: Any = None,
    embedding_model: Any = "lsa",
    *,
    n_words: int = 10,
    language: str = "en",
    representation_model: Mapping[str, Any] | None = None,
) -> BERTopic:
    """A BERTopic of our parts, not fitted yet.

    Parameters
    ----------
    analyzer
        The words, phrases and names of the corpus, ``topics.PhraseAnalyzer.fit(texts)``; None: single words.
    clusters
        A cluster model; None: ``ConsensusClusters()``.
    embedding_model
        An encoder, or the name of one (:class:`topics.Embedder`).
    n_words, language
        Words per topic; ISO 639-1 code of their language.
    representation_model
        Further aspects, or others in place of ours (``"Main"``: words, ``"Label"``: labels), such as a language model.

    Examples
    --------
    >>> from bertopic.representation import MaximalMarginalRelevance
    >>> texts = ["Gas and oil are sold.", "The border moved.", "Oil is burnt."]
    >>> diverse = {"Diverse": MaximalMarginalRelevance(diversity=0.3)}
    >>> model = topics.create_bertopic(topics.PhraseAnalyzer.fit(texts), representation_model=diverse)
    >>> run = topics.run("my-study", topic_model=model)  # doctest: +SKIP
    """
    aspects = {"Main": CoherentWords(n_words), LABEL: ReadableLabels(language=language), **(representation_model or {})}
    return BERTopic(
        top_n_words=n_words,
        embedding_model=embedding_model if isinstance(embedding_model, BaseEmbedder) else Embedder(embedding_model),
        umap_model=BaseDimensionalityReduction(),  # the clusters reduce dimensions themselves
        hdbscan_model=ConsensusClusters() if clusters is None else clusters,
        vectorizer_model=_vectorizer(analyzer),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
        representation_model=aspects,
    )


def fit_to_clusters(model: BERTopic, clusters: ConsensusClusters, texts: list[str], vectors: np.ndarray) -> dict[int, int]:
    """Fit a model to texts whose ``clusters`` are known; both have the same numbers of topics afterwards.

    BERTopic numbers topics by size, and those of one size as it happens. Returned is the new number of each topic.
    """
    model.hdbscan_model = FrozenEstimator(clusters)
    fit_quietly(model, texts, vectors)
    number_of = {int(old): int(new) for old, new in model.topic_mapper_.get_mappings().items()}
    clusters.renumber(number_of)
    model.topic_mapper_.mappings_ = [[topic] * 3 for topic in sorted(number_of.values())]  # as after any fit
    model.hdbscan_model = clusters
    return number_of


def fit_quietly(model: BERTopic, texts: list[str], vectors: np.ndarray) -> None:
    """Fit without warnings and messages; BERTopic may change the vectors that it is given, and gets a copy."""
    logger = logging.getLogger("BERTopic")
    before = logger.level
    with ignore_warnings():
        try:
            model.fit_transform(texts, embeddings=vectors.copy())
        finally:
            logger.setLevel(before)


def save_bertopic(model: BERTopic, folder: Path) -> None:
    """Save a model as BERTopic does, as plain data: no text is in it, but every word that describes a topic."""
    logger = logging.getLogger("BERTopic")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it warns that no name of an embedding model is saved, which would be downloaded
    try:
        with ignore_warnings():
            model.save(str(folder / FOLDER), serialization="safetensors", save_ctfidf=True, save_embedding_model=False)
    finally:
        logger.setLevel(level)


def load_bertopic(
    folder: Path,
    settings: Settings,
    texts: TokenisedTexts | None,
    paragraph_topics: pd.DataFrame,
    representatives: Mapping[int, list[str]],
) -> BERTopic:
    """The BERTopic of a run, with what BERTopic does not save: our parts, representative documents and probabilities.

    Parameters
    ----------
    folder
        The ``model`` of a run folder.
    texts
        The paragraphs, from which words and phrases are read again; None: saved without text.
    paragraph_topics
        The table of that name, in the order of the paragraphs.
    representatives
        By topic, the texts that represent it.

    Raises
    ------
    InputError
        If the model is missing or damaged, or names files that could execute code or a model to be downloaded.
    """
    saved = load(folder)
    _check_files(folder / FOLDER)
    embedder = Embedder(saved.lsa or saved.record.embedding.name)
    with ignore_warnings():
        model = BERTopic.load(str(folder / FOLDER), embedding_model=embedder)
    model.probabilities_ = paragraph_topics["probability"].to_numpy()
    model.representative_docs_ = {topic: representatives.get(topic, []) for topic in model.topic_representations_}
    if saved.record.own:
        return model
    analyzer = None
    if texts is not None:
        chosen = settings.topics
        analyzer = PhraseAnalyzer.fit(texts, phrases=chosen.phrases, min_count=chosen.min_count)
    parts = create_bertopic(analyzer, n_words=settings.topics.words)
    model.umap_model, model.representation_model = parts.umap_model, parts.representation_model
    model.hdbscan_model = cluster_model(settings).from_saved(
        saved.model,
        paragraph_topics["topic_id"].to_numpy(),
        model.probabilities_,
        {topic.topic_id: math.nan if topic.stability is None else topic.stability for topic in saved.record.topics},
        paragraph_topics["agreement"].to_numpy(),
    )
    if analyzer is not None:
        parts.vectorizer_model.vocabulary_ = model.vectorizer_model.vocabulary_
        model.vectorizer_model = parts.vectorizer_model
    return model


def _check_files(folder: Path) -> None:
    """Refuse files that BERTopic would unpickle, and a name that it would download."""
    expected = {"topics.json", "config.json", "topic_embeddings.safetensors", "ctfidf.safetensors", "ctfidf_config.json"}
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if found != expected:
        wrong = sorted(found ^ expected)[0]
        raise InputError(
            f"{folder / wrong}: {'missing' if wrong in expected else 'unexpected'}; expected a model made by `topics run`"
        )
    try:
        config = msgspec.json.decode((folder / "config.json").read_bytes(), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise InputError(f"{folder / 'config.json'} is no valid JSON; expected a model made by `topics run`") from None
    if "embedding_model" in config:
        raise InputError(f"{folder / 'config.json'} names an embedding model, which would be downloaded; expected none")


def _vectorizer(analyzer: PhraseAnalyzer | None) -> CountVectorizer:
    if analyzer is None:
        return CountVectorizer()
    return CountVectorizer(
        analyzer=analyzer if len(set(analyzer.vocabulary.written.values())) > 1 else _WithFillers(analyzer)
    )


class _WithFillers:
    """An analyzer of fewer than two terms, which BERTopic could not weigh: two empty ones are added to each text."""

    def __init__(self, analyzer: PhraseAnalyzer) -> None:
        self.analyzer = analyzer

    def __call__(self, text: str) -> list[str]:
        return [*self.analyzer(text), "", " "]
