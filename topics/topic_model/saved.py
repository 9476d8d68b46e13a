"""A fitted model as plain data: ``topics.json`` and ``topics.npz`` in a folder; nothing in them is executed.

What is stored: the centres of the topics, their labels, words and sizes, and for LSA each
word stem with its weights. No text and no paragraph's vector is, so that the folder can be
published where the articles cannot; but the centre of a topic of one paragraph is where that
paragraph lies, and a stem may be a name.
"""

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import pandas as pd

from topics.errors import InputError
from topics.format import DECIMALS, json_number
from topics.settings import Settings
from topics.spreadsheets import check_export, escape_formula
from topics.text import Embeddings, Encoder, Lsa, as_encoder, check_vectors, load_encoder
from topics.topic_model.clusters import OUTLIER
from topics.topic_model.model import Model
from topics.topic_model.topics import Topics

FORMAT = 1
RECORD, ARRAYS = "topics.json", "topics.npz"
ASSIGNED = ("paragraph_id", "article_id", "topic_id", "label", "probability", "text")
"""Columns of what ``topics assign`` writes."""
_OUTLIERS = "Outliers"
_LSA = "lsa_"


@dataclass(frozen=True)
class SavedModel:
    """Topics that other texts can be assigned to."""

    model: Model
    topics: tuple[dict[str, Any], ...]
    """Of each topic ``topic_id label size words stability``; the stability is None where it was not measured."""
    embedding: str
    """What made the vectors."""
    model_sha256: str
    """Digest of what made them; empty where there was no model to be seen."""
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Those that the topics depend on."""
    lsa: Lsa | None = field(default=None, repr=False)

    @property
    def labels(self) -> dict[int, str]:
        """The label of each topic."""
        return {one["topic_id"]: one["label"] for one in self.topics} | {OUTLIER: _OUTLIERS}

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
        if vectors.shape[1] != self.model.centres.shape[1]:
            raise InputError(
                f"vectors have {vectors.shape[1]} dimensions; expected {self.model.centres.shape[1]}, as those that the"
                f" topics were found in ({self.embedding})"
            )
        labels, probability = self.model.assign(vectors)
        names = self.labels
        return pd.DataFrame(
            {"topic_id": labels, "label": [names[topic] for topic in labels.tolist()], "probability": probability}
        ).astype({"label": "str"})

    def _vectors(self, paragraphs: Any, encoder: Any) -> np.ndarray:
        if isinstance(paragraphs, str):
            raise InputError("assign got one string; expected a list of texts, or vectors (paragraphs × dimensions)")
        if getattr(paragraphs, "ndim", 1) != 1:
            return check_vectors(paragraphs, len(paragraphs))
        listed = list(paragraphs)
        texts = [text for text in listed if isinstance(text, str)]
        if not listed:
            return np.zeros((0, self.model.centres.shape[1]), dtype=np.float32)
        if not texts:
            return check_vectors(listed, len(listed))
        if len(texts) < len(listed):
            raise InputError(f"{len(listed) - len(texts)} of {len(listed)} texts are no strings; expected texts alone")
        return self._encoder(encoder).encode(texts)

    def _encoder(self, given: Any) -> Encoder:
        if given is not None:
            name, encoder = as_encoder(given)
        elif self.lsa is not None:
            return self.lsa
        elif ":" in self.embedding:
            encoder = load_encoder(self.embedding)
            name = self.embedding
        else:
            raise InputError(
                f"the topics were found in vectors of the caller ({self.embedding}), and what made them is not saved;"
                " hand over vectors, or the encoder, in Python: assign(texts, encoder=…)"
            )
        seen = bool(self.model_sha256 and encoder.sha256) and name == self.embedding
        if seen and encoder.sha256 != self.model_sha256:
            raise InputError(
                f"{name} is not the model that the topics were found with: its weights have the digest"
                f" {encoder.sha256[:12]}, expected {self.model_sha256[:12]} ({self.embedding});"
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
    arrays = {
        "centres": model.centres.astype("<f8"),
        "topics": model.topics.astype("<i8"),
        "within": model.within.astype("<i8"),
        "reach": np.array(model.reach, dtype="<f8"),
        "scale": np.array(model.scale, dtype="<f8"),
    }
    if isinstance(encoder, Lsa):
        arrays |= {_LSA + name: array for name, array in encoder.to_arrays().items()}
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    known = settings.to_dict()
    record = {
        "format": FORMAT,
        "embedding": {"name": embedded.name, "sha256": embedded.model_sha256},
        "arrays_sha256": hashlib.sha256(packed.getvalue()).hexdigest(),
        "topics": [
            {
                "topic_id": int(row.topic_id),
                "label": row.label,
                "size": int(row.size),
                "words": topics.words(row.topic_id, len(topics.topic_words)),
                "stability": json_number(row.stability),
            }
            for row in topics.topics.itertuples()
            if row.topic_id != OUTLIER
        ],
        "reruns": topics.reruns,
        "edited": topics.edited,
        "settings": {name: known[name] for name in ("language", "seed", "reading", "embeddings", "topics", "stability")},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARRAYS).write_bytes(packed.getvalue())
    (folder / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
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
    record = _record(folder / RECORD)
    packed = (folder / ARRAYS).read_bytes()
    if hashlib.sha256(packed).hexdigest() != record["arrays_sha256"]:
        raise InputError(f"{folder / ARRAYS} is not the file that {RECORD} speaks of; expected both as they were saved")
    arrays = _arrays(packed, folder / ARRAYS)
    model = _model(arrays, {one["topic_id"] for one in record["topics"]}, folder / ARRAYS)
    own = {name.removeprefix(_LSA): array for name, array in arrays.items() if name.startswith(_LSA)}
    lsa = Lsa.from_arrays(own) if own else None
    digest = record["embedding"]["sha256"]
    if lsa is not None and not (
        lsa.components.shape[1] == model.centres.shape[1]
        and (lsa.idf > 0).all()
        and re.fullmatch("[a-z]{2,3}", lsa.language)
        and lsa.sha256 == digest
    ):
        raise InputError(f"{folder / ARRAYS}: its LSA model is not the one of {RECORD}; expected both as they were saved")
    return SavedModel(model, tuple(record["topics"]), record["embedding"]["name"], digest, record["settings"], lsa)


def _record(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_bytes().decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no valid JSON ({str(error)[:80]}); expected a model made by `topics run`") from None
    version = record.get("format") if isinstance(record, dict) else None
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{path} has the format {version!r}; expected a model made by `topics run` (format {FORMAT})")
    if version > FORMAT:
        raise InputError(f"{path} has the format {version}; this version of topics reads up to {FORMAT}: update it")
    good = (
        _has(record, arrays_sha256=str, embedding=dict, topics=list, settings=dict)
        and _has(record["embedding"], name=str, sha256=str)
        and all(_has(one, topic_id=int, label=str, size=int, words=list) for one in record["topics"])
        and all(_is_share(one.get("stability")) for one in record["topics"])
        and all(isinstance(word, str) for one in record["topics"] for word in one["words"])
    )
    numbers = [one["topic_id"] for one in record["topics"]] if good else []
    if not good or min(numbers, default=0) < 0 or len(set(numbers)) < len(numbers):
        raise InputError(f"{path} describes no topics; expected a model made by `topics run`")
    return record


def _has(record: Any, **kinds: type) -> bool:
    return isinstance(record, dict) and all(_is(record.get(key), kind) for key, kind in kinds.items())


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_share(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1)


def _arrays(packed: bytes, path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(io.BytesIO(packed), allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:80]
        raise InputError(f"{path} holds no plain arrays ({reason}); expected a model made by `topics run`") from None


def _model(arrays: Mapping[str, np.ndarray], known: set[int], path: Path) -> Model:
    """The model in ``arrays``, if every number of it makes sense."""
    kinds = {"centres": ("f", 2), "topics": ("i", 1), "within": ("i", 1), "reach": ("f", 0), "scale": ("f", 0)}
    for name, (kind, dimensions) in kinds.items():
        array = arrays.get(name)
        if not isinstance(array, np.ndarray) or array.dtype.kind != kind or array.ndim != dimensions:
            held = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else "missing"
            raise InputError(f"{path}: {name} is {held}; expected an array of {dimensions} dimensions, kind {kind!r}")
    centres = np.array(arrays["centres"], dtype=np.float64, order="C")
    topics, within = arrays["topics"].astype(int), arrays["within"].astype(int)
    reach, scale = float(arrays["reach"]), float(arrays["scale"])
    good = (
        centres.size
        and len(centres) == len(topics) == len(within)
        and np.isfinite(centres).all()
        and set(topics.tolist()) <= known | {OUTLIER}
        and all(OUTLIER <= parent < place for place, parent in enumerate(within.tolist()))
        and reach >= 0
        and 0 < scale < math.inf
    )
    if not good:
        raise InputError(f"{path}: centres, topics and reach do not fit each other; expected a model as it was saved")
    return Model(centres, topics, within, reach, scale)


def check(path: Path) -> None:
    """Refuse to write assignments over anything but older ones."""
    check_export(path, ASSIGNED, "topics assign")


def write(paragraphs: pd.DataFrame, assigned: pd.DataFrame, to: TextIO, plain: Callable[[str], str] = str) -> None:
    """Write topics of paragraphs as CSV; no cell is a formula to a spreadsheet.

    Parameters
    ----------
    paragraphs, assigned
        ``paragraphs.csv`` and what :meth:`SavedModel.assign` says of its texts.
    plain
        Makes a text fit for where it is shown.
    """
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(ASSIGNED)
    for (_, row), found in zip(paragraphs.iterrows(), assigned.itertuples(), strict=True):
        cells = [escape_formula(plain(text)) for text in (row["paragraph_id"], row["article_id"], found.label, row["text"])]
        writer.writerow([*cells[:2], found.topic_id, cells[2], round(found.probability, DECIMALS), cells[3]])
