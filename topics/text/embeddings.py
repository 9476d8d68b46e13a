"""Paragraphs -> vectors: by latent semantic analysis, a pretrained model, or your own."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from topics.settings import EmbeddingSettings, Settings
from topics.text.encoders import Encoder, Pretrained, as_encoder, check_vectors
from topics.text.lsa import Lsa
from topics.text.pretrained import load_encoder
from topics.text.tokens import TokenisedTexts


@dataclass(frozen=True)
class Embeddings:
    """One vector per paragraph, in the order of ``paragraphs``."""

    vectors: np.ndarray
    """float32, paragraphs × dimensions."""
    name: str
    model_sha256: str = ""
    """Digest of the model: of LSA's terms and weights, or of a pretrained model's weights (its ``.safetensors``
    or ``.onnx`` file, if there is only one); empty without a known model."""
    encoder: Encoder | None = field(default=None, repr=False)
    """Encodes further texts in the same space; None for precomputed vectors."""

    @property
    def sha256(self) -> str:
        """Digest of the vectors, shape included."""
        head = f"{self.vectors.shape}{self.vectors.dtype}".encode()
        return hashlib.sha256(head + self.vectors.tobytes()).hexdigest()


def embed(
    paragraphs: TokenisedTexts,
    settings: Settings | None = None,
    source: Any = None,
    progress: Callable[[float], None] | None = None,
) -> Embeddings:
    """Compute a vector for every paragraph, independent of the order of rows, their ids and the number of cores.

    Parameters
    ----------
    paragraphs
        ``corpus.tokens``, or other texts from :func:`topics.text.tokens.tokenise_all`.
    settings
        ``embeddings.name`` chooses the backend, ``embeddings.dimensions`` and
        ``embeddings.min_count`` are those of LSA.
    source
        Replaces the backend: its name, an array (paragraphs × dimensions, in the same
        order), an object with ``encode`` (which receives each distinct text once, sorted),
        or a callable that receives the list of texts. It is not modified.
    progress
        Called with the completed share, 0…1, while a model encodes.

    Raises
    ------
    InputError
        If the backend is unknown, not installed or cannot be loaded, or the vectors do not fit.
    """
    settings = settings or Settings()
    if source is None:
        source = settings.embeddings.name
    if isinstance(source, str):
        source = _fit_lsa(paragraphs, settings.embeddings) if source == "lsa" else load_encoder(source)
    if not (hasattr(source, "encode") or callable(source)):
        return Embeddings(check_vectors(source, len(paragraphs)), "precomputed")
    name, encoder = as_encoder(source)
    if isinstance(encoder, Lsa):
        vectors = encoder.encode(paragraphs)
    elif isinstance(encoder, Pretrained):
        vectors = encoder.encode(paragraphs.texts, progress)
    else:
        vectors = encoder.encode(paragraphs.texts)
    return Embeddings(vectors, name, encoder.sha256, encoder)


def _fit_lsa(paragraphs: TokenisedTexts, settings: EmbeddingSettings) -> Lsa:
    return Lsa.fit(paragraphs, dimensions=settings.dimensions, min_count=settings.min_count)
