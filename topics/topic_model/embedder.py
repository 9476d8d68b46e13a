"""Texts -> vectors in BERTopic: our encoders as one of its embedding backends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from topics.errors import InputError
from topics.text import Encoder, Lsa, as_encoder, embed, load_encoder, tokenise_all
from topics.topic_model.clusters import ignore_warnings

with ignore_warnings():
    from bertopic.backend import BaseEmbedder


class Embedder(BaseEmbedder, TransformerMixin, BaseEstimator):
    """An encoder of :mod:`topics.text` in BERTopic's ``embedding_model``, and as a transformer of scikit-learn.

    Latent semantic analysis learns from the first texts that it is given, as BERTopic's own backend for
    scikit-learn does; pretrained models are loaded on first use.

    Parameters
    ----------
    model
        ``"lsa"``; ``"use"``, the bundled multilingual encoder; another name as in ``embeddings.name`` of the settings
        (:func:`topics.text.load_encoder`); an object with ``encode``, such as the encoder of a run; or a function of a
        list of texts. None: not known; every call is refused.
    dimensions
        Of LSA; 0: the square root of the number of texts, 10 to 100.
    language
        ISO 639-1 code, for LSA; ``auto``: the language of most of the texts that it learns from.

    Examples
    --------
    >>> from bertopic import BERTopic
    >>> embedder = topics.Embedder("lsa", dimensions=2)
    >>> embedder.fit_transform(["gas and oil", "oil and gas", "a border", "the border moved"]).shape
    (4, 2)
    >>> model = BERTopic(embedding_model=topics.Embedder("use"))
    """

    def __init__(self, model: Any = "lsa", *, dimensions: int = 0, language: str = "auto") -> None:
        super().__init__()
        self.model = model
        self.dimensions = dimensions
        self.language = language

    def fit(self, X: Sequence[str], y: Any = None) -> Self:
        """Learn from texts, or load the model."""
        texts = _check(X)
        if isinstance(self.model, str) and self.model == "lsa":
            self.encoder_: Encoder = Lsa.fit(texts, self.language, dimensions=self.dimensions)
        else:
            self._load()
        return self

    def transform(self, X: Sequence[str]) -> np.ndarray:
        """Vectors of texts: float32, texts × dimensions; a model that need not learn is loaded."""
        texts = _check(X)
        if not hasattr(self, "encoder_"):
            if isinstance(self.model, str) and self.model == "lsa":
                raise InputError("LSA has not been fitted yet; expected fit(texts) before transform(texts)")
            self._load()
        if isinstance(self.encoder_, Lsa):
            return self.encoder_.encode(texts)
        return embed(tokenise_all(texts, "en"), source=self.encoder_).vectors

    def embed(self, documents: Sequence[str], verbose: bool = False) -> np.ndarray:
        """What BERTopic calls: vectors of documents; LSA learns from the first that it is given."""
        if not hasattr(self, "encoder_"):
            self.fit(documents)
        return self.transform(documents)

    def embed_words(self, words: Sequence[str], verbose: bool = False) -> np.ndarray:
        """Vectors of words, by the model that the documents are encoded with."""
        return self.transform(words)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "encoder_")

    def _load(self) -> None:
        if self.model is None or self.model == "precomputed":
            raise InputError("what made the vectors of this model is not known; expected embeddings=… with the texts")
        self.encoder_ = load_encoder(self.model) if isinstance(self.model, str) else as_encoder(self.model)[1]


def _check(texts: Any) -> list[str]:
    if isinstance(texts, str):
        raise InputError("got one string; expected a list of texts")
    listed = list(texts)
    if bad := [text for text in listed if not isinstance(text, str)]:
        raise InputError(f"{len(bad)} of {len(listed)} texts are no strings, such as {bad[0]!r:.40}; expected texts alone")
    return listed
