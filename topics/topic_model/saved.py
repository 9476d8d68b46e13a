"""A fitted model as plain data: ``topics.json`` and ``topics.npz`` in a folder; nothing in them is executed.

What is stored: the centroids of the topics, their labels, words and sizes, and for LSA each
word stem with its weights. No text and no paragraph's vector is, so that the folder can be
published where the articles cannot; but the centroid of a topic of one paragraph is where that
paragraph lies, and a stem may be a name.
"""

import hashlib
import io
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import pandas as pd
from msgspec import Meta

from topics.errors import InputError
from topics.format import DECIMALS, json_number
from topics.settings import Settings
from topics.text import Embeddings, Encoder, Lsa, as_encoder, check_vectors, load_encoder
from topics.topic_model.clusters import OUTLIER
from topics.topic_model.model import Model
from topics.topic_model.topics import Topics

FORMAT = 1
RECORD, ARRAYS = "topics.json", "topics.npz"
ASSIGNED_COLUMNS = ("paragraph_id", "article_id", "topic_id", "label", "probability", "text")
"""Columns of what ``topics assign`` writes."""
_LSA = "lsa_"
"""What the names of the LSA model's arrays begin with."""
_SETTINGS = ("language", "seed", "reading", "embeddings", "topics", "stability")


class SavedTopic(msgspec.Struct, frozen=True):
    """What is said of a topic besides its centroids."""

    topic_id: Annotated[int, Meta(ge=0)]
    label: str
    size: int
    words: tuple[str, ...]
    stability: Annotated[float, Meta(ge=0, le=1)] | None = None
    """None where it was not measured."""


class SavedEmbedding(msgspec.Struct, frozen=True):
    """What made the vectors."""

    name: str
    sha256: str
    """Digest of the model; empty where it could not be known."""


class SavedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """``topics.json``; files with further keys are read, too."""

    format: int
    embedding: SavedEmbedding
    arrays_sha256: str
    topics: tuple[SavedTopic, ...]
    reruns: int = 0
    edited: int = 0
    settings: dict[str, Any]
    """Those that the topics depend on."""
    own: bool = False
    """Whether the BERTopic was the reader's own; the centroids are then its topic embeddings."""


@dataclass(frozen=True)
class SavedModel:
    """Topics that other texts can be assigned to."""

    model: Model
    record: SavedRecord
    lsa: Lsa | None = field(default=None, repr=False)

    @property
    def labels(self) -> dict[int, str]:
        """The label of each topic."""
        return {topic.topic_id: topic.label for topic in self.record.topics} | {OUTLIER: "Outliers"}

    def assign(self, paragraphs: Any, encoder: Encoder | Callable[[list[str]], Any] | None = None) -> pd.DataFrame:
        """Give each paragraph its topic, the same that it had if the topics were found in it.

        That holds to the last bit for LSA and Model2Vec; a sentence transformer's vectors
        differ in their last digits with the texts beside them.

        Parameters
        ----------
        paragraphs
            Texts; or their vectors (paragraphs × dimensions), by whatever made those that the topics were found in.
        encoder
            What makes vectors of texts. LSA is in the model, and a pretrained model is loaded by its name;
            an encoder or callable of one's own has to be handed over again.

        Returns
        -------
        DataFrame
            ``topic_id, label, probability``, a row for each paragraph; −1 for those in no topic.

        Raises
        ------
        InputError
            If there is nothing to make vectors with, or it is not what the topics were found with.
        """
        vectors = self._vectors(paragraphs, encoder)
        n_dimensions = self.model.centroids.shape[1]
        if vectors.shape[1] != n_dimensions:
            raise InputError(
                f"vectors have {vectors.shape[1]} dimensions; expected {n_dimensions}, as those that the"
                f" topics were found in ({self.record.embedding.name})"
            )
        topics, probability = self.model.assign(vectors)
        labels = [self.labels[topic] for topic in topics.tolist()]
        table = pd.DataFrame({"topic_id": topics, "label": labels, "probability": probability})
        return table.astype({"label": "str"})

    def _vectors(self, paragraphs: Any, encoder: Any) -> np.ndarray:
        if isinstance(paragraphs, str):
            raise InputError("assign got one string; expected a list of texts, or vectors (paragraphs × dimensions)")
        if getattr(paragraphs, "ndim", 1) != 1:
            return check_vectors(paragraphs, len(paragraphs))
        items = list(paragraphs)
        n_texts = sum(isinstance(item, str) for item in items)
        if not items:
            return np.zeros((0, self.model.centroids.shape[1]), dtype=np.float32)
        if not n_texts:
            return check_vectors(items, len(items))
        if n_texts < len(items):
            raise InputError(f"{len(items) - n_texts} of {len(items)} texts are no strings; expected texts alone")
        return self._encoder(encoder).encode(items)

    def _encoder(self, own: Any) -> Encoder:
        trained = self.record.embedding
        if own is not None:
            name, encoder = as_encoder(own)
        elif self.lsa is not None:
            return self.lsa
        elif ":" in trained.name:
            name, encoder = trained.name, load_encoder(trained.name)
        else:
            raise InputError(
                f"the topics were found in vectors of the caller ({trained.name}), and what made them is not saved;"
                " hand over vectors, or the encoder, in Python: assign(texts, encoder=…)"
            )
        # Under another name, or without a digest, there is nothing to compare: the dimensions alone must fit.
        is_comparable = name == trained.name and trained.sha256 and encoder.sha256
        if is_comparable and encoder.sha256 != trained.sha256:
            raise InputError(
                f"{name} is not the model that the topics were found with: its weights have the digest"
                f" {encoder.sha256[:12]}, expected {trained.sha256[:12]} ({trained.name});"
                " find the revision with these weights, or run again with this model"
            )
        return encoder


def save(folder: Path | str, topics: Topics, embedded: Embeddings, settings: Settings) -> Path:
    """Write a model into ``folder``, which holds none yet; the same model gives the same bytes.

    Raises
    ------
    InputError
        If there is a model in the folder already.
    """
    folder = Path(folder)
    for name in (RECORD, ARRAYS):
        if (folder / name).exists():
            raise InputError(f"{folder / name} exists already; choose another folder, or remove it")
    model, encoder = topics.model, embedded.encoder
    # Types and byte order are part of the file's format.
    arrays = {
        # the names that arrays have in the file are older than those of the model
        "centres": model.centroids.astype("<f8"),
        "topics": model.topics.astype("<i8"),
        "within": model.parent.astype("<i8"),
        "reach": np.array(model.outlier_distance, dtype="<f8"),
        "scale": np.array(model.bandwidth, dtype="<f8"),
    }
    if isinstance(encoder, Lsa):
        arrays |= {_LSA + name: array for name, array in encoder.to_arrays().items()}
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    all_settings = settings.to_dict()
    record = SavedRecord(
        format=FORMAT,
        embedding=SavedEmbedding(embedded.name, embedded.model_sha256),
        arrays_sha256=hashlib.sha256(packed.getvalue()).hexdigest(),
        topics=tuple(
            SavedTopic(
                int(row.topic_id),
                row.label,
                int(row.size),
                tuple(topics.words(row.topic_id, len(topics.topic_words))),
                json_number(row.stability),
            )
            for row in topics.topics.itertuples()
            if row.topic_id != OUTLIER
        ),
        reruns=topics.reruns,
        edited=topics.edited,
        own=topics.is_own,
        settings={name: all_settings[name] for name in _SETTINGS},
    )
    from topics.topic_model.assembly import save_bertopic  # late: BERTopic takes seconds to load

    text = json.dumps(msgspec.to_builtins(record), indent=1, ensure_ascii=False) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARRAYS).write_bytes(packed.getvalue())
    (folder / RECORD).write_text(text, encoding="utf-8", newline="\n")
    save_bertopic(topics.bertopic, folder)
    return folder


def load(folder: Path | str) -> SavedModel:
    """Read a model that :func:`save` wrote.

    Raises
    ------
    InputError
        If it is missing, damaged, or of another format.
    """
    folder = Path(folder)
    for name in (RECORD, ARRAYS):
        if not (folder / name).is_file():
            raise InputError(f"{folder} has no {name}; expected the folder model/ of a run made by `topics run`")
    record = _read_record(folder / RECORD)
    packed = (folder / ARRAYS).read_bytes()
    if hashlib.sha256(packed).hexdigest() != record.arrays_sha256:
        raise InputError(f"{folder / ARRAYS} is not the file described in {RECORD}; expected both as they were saved")
    arrays = _unpack(packed, folder / ARRAYS)
    model = _check_model(arrays, {topic.topic_id for topic in record.topics}, folder / ARRAYS)
    lsa_arrays = {name.removeprefix(_LSA): array for name, array in arrays.items() if name.startswith(_LSA)}
    lsa = Lsa.from_arrays(lsa_arrays) if lsa_arrays else None
    if lsa is not None and not (
        lsa.components.shape[1] == model.centroids.shape[1]
        and (lsa.idf > 0).all()
        and re.fullmatch("[a-z]{2,3}", lsa.language)
        and lsa.sha256 == record.embedding.sha256
    ):
        raise InputError(f"{folder / ARRAYS}: its LSA model is not the one of {RECORD}; expected both as they were saved")
    return SavedModel(model, record, lsa)


def _read_record(path: Path) -> SavedRecord:
    try:
        plain = msgspec.json.decode(path.read_bytes())
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{path} is no valid JSON ({str(error)[:80]}); expected a model made by `topics run`") from None
    # The format comes first: a newer file may differ in everything else.
    version = plain.get("format") if isinstance(plain, dict) else None
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{path} has the format {version!r}; expected a model made by `topics run` (format {FORMAT})")
    if version > FORMAT:
        raise InputError(f"{path} has the format {version}; this version of topics reads up to {FORMAT}: update it")
    try:
        record = msgspec.convert(plain, SavedRecord)
    except msgspec.ValidationError:
        record = None
    if record is None or len({topic.topic_id for topic in record.topics}) < len(record.topics):
        raise InputError(f"{path} contains no topics; expected a model made by `topics run`")
    return record


def _unpack(packed: bytes, path: Path) -> dict[str, np.ndarray]:
    try:
        # A pickle among the arrays could execute code.
        with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:80]
        raise InputError(f"{path} contains no plain arrays ({reason}); expected a model made by `topics run`") from None


def _check_model(arrays: Mapping[str, np.ndarray], topic_ids: set[int], path: Path) -> Model:
    """The model in ``arrays``, if every number of it makes sense."""
    kinds = {"centres": ("f", 2), "topics": ("i", 1), "within": ("i", 1), "reach": ("f", 0), "scale": ("f", 0)}
    for name, (kind, n_dimensions) in kinds.items():
        array = arrays.get(name)
        if not isinstance(array, np.ndarray):
            got = "missing"
        elif array.dtype.kind != kind or array.ndim != n_dimensions:
            got = f"{array.dtype} of shape {array.shape}"
        else:
            continue
        raise InputError(f"{path}: {name} is {got}; expected an array of {n_dimensions} dimensions, kind {kind!r}")
    centres = np.array(arrays["centres"], dtype=np.float64, order="C")
    topics, within = arrays["topics"].astype(int), arrays["within"].astype(int)
    reach, scale = float(arrays["reach"]), float(arrays["scale"])
    is_sound = (
        centres.size
        and len(centres) == len(topics) == len(within)
        and np.isfinite(centres).all()
        and set(topics.tolist()) <= topic_ids | {OUTLIER}
        # a centre divides an earlier one, so no centre divides itself
        and all(OUTLIER <= parent < place for place, parent in enumerate(within.tolist()))
        and reach >= 0
        and 0 < scale < math.inf
    )
    if not is_sound:
        raise InputError(f"{path}: centres, topics and reach do not fit each other; expected a model as it was saved")
    return Model(centres, topics, within, reach, scale)


def assigned_table(paragraphs: pd.DataFrame, assigned: pd.DataFrame) -> pd.DataFrame:
    """What ``topics assign`` writes: paragraphs, and what :meth:`SavedModel.assign` says of their texts."""
    columns = [*paragraphs[["paragraph_id", "article_id", "text"]].items(), *assigned.round(DECIMALS).items()]
    return pd.DataFrame({name: column.to_numpy() for name, column in columns}, columns=list(ASSIGNED_COLUMNS))
