"""The reader's own BERTopic: fitted as it is, on a copy, and its stability measured by refitting it on resamples."""

from __future__ import annotations

import copy
import inspect
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from topics.errors import InputError
from topics.settings import Settings
from topics.text import Encoder
from topics.topic_model.assembly import fit_quietly
from topics.topic_model.clusters import OUTLIER, ignore_warnings
from topics.topic_model.embedder import Embedder

_FITTED = ("umap_model", "hdbscan_model", "vectorizer_model", "ctfidf_model")
"""The parts that a fit changes."""
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@dataclass(frozen=True)
class OwnTopics:
    """What the reader's model says of the paragraphs."""

    model: Any
    """A fitted copy of the BERTopic."""
    labels: np.ndarray
    probability: np.ndarray
    """Of the assigned topic; NaN where the model has none."""
    stability: dict[int, float]
    agreement: np.ndarray
    """As of :class:`~topics.topic_model.ConsensusClusters`; NaN where it was not measured."""
    refits: int
    names: dict[int, str]
    """Labels that a person gave: ``set_topic_labels``, or names of zero-shot topics."""
    notes: tuple[str, ...]


def embed_with(topic_model: Any) -> Callable[[list[str]], np.ndarray] | None:
    """The embedding model of a BERTopic as a function of texts; None if it has none."""
    if topic_model.embedding_model is None:
        return None
    with ignore_warnings():
        from bertopic.backend._utils import select_backend  # its public functions make no backend of a name

        backend = select_backend(topic_model.embedding_model, language=topic_model.language)

    def bertopic_embedding_model(texts: list[str]) -> np.ndarray:
        return np.asarray(backend.embed_documents(texts))

    return bertopic_embedding_model


def describe(topic_model: Any) -> dict[str, str]:
    """The parameters of a BERTopic that are not its defaults, as Python shows them, without addresses in memory."""
    from bertopic import BERTopic

    defaults = inspect.signature(BERTopic).parameters
    with ignore_warnings():
        given = {name: value for name, value in topic_model.get_params().items() if value is not None}
    return {
        name: _ADDRESS.sub("", " ".join(repr(value).split()))[:500]
        for name, value in sorted(given.items())
        if name not in defaults or value != defaults[name].default
    }


def fit_own(
    topic_model: Any,
    texts: list[str],
    vectors: np.ndarray,
    encoder: Encoder | None,
    settings: Settings,
    progress: Callable[[float], None],
) -> OwnTopics:
    """Topics of paragraphs by the reader's own BERTopic, which is not changed.

    One that is not fitted is fitted, in the order of the paragraphs. One that was fitted to these paragraphs keeps its
    topics; any other fitted one assigns them by ``transform``. Stability: the model is refitted on ``stability.runs``
    random parts of the paragraphs, and the topics compared (clusterwise stability, Hennig 2007).

    Raises
    ------
    InputError
        If the model cannot be fitted to these paragraphs; BERTopic's reason is quoted.
    """
    model = _copy(topic_model)
    wants_embedder = model.zeroshot_topic_list is not None or model.seed_topic_list is not None
    if model.embedding_model is None:
        if encoder is None and wants_embedder:
            raise InputError(
                "zero-shot and guided topics need an embedding model, which BERTopic would ignore them without;"
                " expected BERTopic(embedding_model=…) or a run without embeddings=…"
            )
        model.embedding_model = None if encoder is None else Embedder(encoder)
        # "english" would make BERTopic delete hyphens and all letters beyond A–Z
        model.language = "multilingual" if encoder is None else None
    notes: list[str] = []
    if topic_model.topics_ is None:
        unfitted = _copy(model)
        _fit(model, texts, vectors)
        labels, probabilities = np.array(model.topics_, dtype=int), model.probabilities_
        stability, agreement, refits = _refit(unfitted, texts, vectors, labels, settings, progress, notes)
        if unseeded := _unseeded(topic_model):
            notes.append(f"{unseeded} in topic_model has no random_state: another run may find other topics")
    else:
        stability, agreement, refits = {}, np.full(len(texts), np.nan), 0
        notes.append("the stability of topics is not measured: topic_model was fitted before the run")
        if _was_fitted_to(model, texts):
            labels, probabilities = np.array(model.topics_, dtype=int), model.probabilities_
        else:
            with ignore_warnings():
                predicted, probabilities = model.transform(texts, embeddings=vectors.copy())
            labels = np.array(predicted, dtype=int)
            model.topics_, model.probabilities_ = labels.tolist(), probabilities
            model.topic_sizes_ = Counter(model.topics_)
            notes.append("topic_model was fitted to other texts; its topics are assigned to the paragraphs by transform")
    probability = _of_assigned(probabilities, labels)
    return OwnTopics(model, labels, probability, stability, agreement, refits, _names(model), tuple(notes))


def _names(model: Any) -> dict[int, str]:
    topics = sorted(model.topic_representations_)
    if model.custom_labels_ is not None:
        return {topic: str(label) for topic, label in zip(topics, model.custom_labels_, strict=True) if topic != OUTLIER}
    zero_shot = model._topic_id_to_zeroshot_topic_idx  # the names are nowhere else, but in labels cut after their words
    return {topic: model.zeroshot_topic_list[index] for topic, index in zero_shot.items()}


def _copy(model: Any) -> Any:
    """A copy whose fit leaves ``model`` as it is; what a fit does not change, such as an encoder, is shared."""
    copied = copy.copy(model)
    for name in _FITTED:
        setattr(copied, name, copy.deepcopy(getattr(model, name)))
    for name in ("topic_aspects_", "representative_docs_", "_topic_id_to_zeroshot_topic_idx"):
        setattr(copied, name, dict(getattr(model, name)))
    return copied


def _fit(model: Any, texts: list[str], vectors: np.ndarray) -> None:
    try:
        fit_quietly(model, texts, vectors)
    except Exception as error:  # any part of a model may raise anything
        reason = (str(error).splitlines() or [""])[0][:200]
        raise InputError(
            f"topic_model cannot be fitted to {len(texts)} paragraphs ({type(error).__name__}: {reason});"
            " expected a BERTopic that fits them: fewer UMAP neighbours and components, or a smaller min_topic_size, for"
            " few paragraphs"
        ) from error
    if len(model.topics_) != len(texts):
        raise InputError(f"topic_model gave {len(model.topics_)} topics for {len(texts)} paragraphs; expected one for each")


def _was_fitted_to(model: Any, texts: Sequence[str]) -> bool:
    """Whether a fitted model has a topic for each of the texts: its representative documents are where it says."""
    if len(model.topics_) != len(texts) or not model.representative_docs_:
        return False
    topic_of: dict[str, set[int]] = {}
    for text, topic in zip(texts, model.topics_, strict=True):
        topic_of.setdefault(text, set()).add(topic)
    return all(topic in topic_of.get(text, ()) for topic, own in model.representative_docs_.items() for text in own)


def _refit(
    unfitted: Any,
    texts: list[str],
    vectors: np.ndarray,
    labels: np.ndarray,
    settings: Settings,
    progress: Callable[[float], None],
    notes: list[str],
) -> tuple[dict[int, float], np.ndarray, int]:
    """Stability by topic, agreement by row, and how often the model could be refitted."""
    n, runs = len(texts), settings.stability.runs
    topics = sorted(set(labels.tolist()) - {OUTLIER})
    best, seen, overlap = np.zeros(len(topics)), np.zeros(n), np.zeros(n)
    refits = 0
    for run in range(runs):
        size = max(1, round(n * settings.stability.fraction))
        rows = np.sort(np.random.default_rng([settings.seed, run]).choice(n, size=size, replace=False))
        again = _copy(unfitted)
        again.representation_model = None  # words do not matter here, and may cost money
        try:
            fit_quietly(again, [texts[row] for row in rows], vectors[rows])
        except Exception:  # a part may be too small for the model
            continue
        refits += 1
        jaccard, other = _jaccard(labels[rows], np.array(again.topics_, dtype=int), topics)
        best += jaccard.max(axis=1, initial=0)
        seen[rows] += 1
        inside = labels[rows] != OUTLIER
        own = np.searchsorted(topics, labels[rows][inside])
        overlap[rows[inside]] += np.hstack([jaccard, np.zeros((len(topics), 1))])[own, other[inside]]
        progress((run + 1) / runs)
    if refits < runs:
        notes.append(f"topic_model could be refitted on {refits} of {runs} resamples; stability rests on these")
    if not refits or len(topics) < 2:
        return {}, np.full(n, np.nan), refits
    stability = dict(zip(topics, (best / refits).tolist(), strict=True))
    agreement = np.divide(overlap, seen, out=np.full(n, np.nan), where=(seen > 0) & (labels != OUTLIER))
    return stability, agreement, refits


def _jaccard(labels: np.ndarray, again: np.ndarray, topics: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Overlap of each topic with each of a refit, and by row the column of its topic there; the last is for outliers."""
    found = sorted(set(again.tolist()) - {OUTLIER})
    mine, theirs = labels[:, None] == np.array(topics), again[:, None] == np.array(found, dtype=int)
    shared = mine.T.astype(float) @ theirs
    either = mine.sum(axis=0)[:, None] + theirs.sum(axis=0) - shared
    column = np.where(again == OUTLIER, len(found), np.searchsorted(found, again))
    return np.divide(shared, either, out=np.zeros_like(shared), where=either > 0), column


def _of_assigned(probabilities: Any, labels: np.ndarray) -> np.ndarray:
    """The probability of the assigned topic; 0 for outliers, NaN where the model has none."""
    if probabilities is None:
        return np.where(labels == OUTLIER, 0.0, np.nan)
    values = np.asarray(probabilities, dtype=float)
    if values.ndim == 2:
        values = values[np.arange(len(labels)), labels.clip(0, values.shape[1] - 1)]
    return np.where(labels == OUTLIER, 0.0, np.clip(values, 0, 1))


def _unseeded(model: Any) -> str:
    """The names of parts that are random, and have no seed."""
    parts = [model.umap_model, model.hdbscan_model]
    names = [type(part).__name__ for part in parts if getattr(part, "random_state", 0) is None]
    return " and ".join(name for name in names if name != "PCA")
