"""Encoders, which turn texts into vectors: the protocol, and adapters for objects and functions of the caller."""

import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from threadpoolctl import threadpool_limits

from topics.errors import InputError
from topics.text.lsa import Lsa

CHUNK = 256
"""Number of texts encoded between two reports of progress."""


class Encoder(Protocol):
    """An object that computes a vector for each text, independent of other texts."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts -> array of texts × dimensions."""
        ...


@dataclass(frozen=True, eq=False)
class Pretrained:
    """A model that encodes texts in a fixed order and on one thread, so that vectors are reproducible."""

    name: str
    model: Any
    """Any object with a method ``encode``."""
    sha256: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of ``model.encode``."""

    def encode(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> np.ndarray:
        """Texts -> float32, texts × dimensions; each distinct text is encoded once, long ones first."""
        # The order is fixed because the last digits of a transformer's vectors depend on the batch.
        distinct = sorted(set(texts) or {""}, key=lambda text: (-len(text), text))
        lengths = np.cumsum([len(text) for text in distinct])
        parts = []
        done = 0
        with threadpool_limits(limits=1):
            for part in self._encode_parts(distinct):
                parts.append(part)
                done += len(part)
                if progress:
                    progress(float(lengths[done - 1] / lengths[-1]) if lengths[-1] else 1.0)
        widths = sorted({part.shape[1] for part in parts})
        if len(widths) > 1:
            raise InputError(f"{self.name} returned vectors of {widths} dimensions; expected the same number for all texts")
        row = {text: i for i, text in enumerate(distinct)}
        return np.concatenate(parts)[[row[text] for text in texts]]

    def _encode_parts(self, texts: list[str]) -> Iterator[np.ndarray]:
        """The vectors of successive parts of ``texts``."""
        if hasattr(self.model, "encode_blocks"):  # the model divides the texts itself, among processes
            yield from self.model.encode_blocks(texts)
            return
        for start in range(0, len(texts), CHUNK):
            chunk = texts[start : start + CHUNK]
            yield check_vectors(self.model.encode(chunk, **self.options), len(chunk), "texts")


@dataclass(frozen=True, eq=False)
class _Function:
    """A callable as an encoder; it receives the texts in their order."""

    function: Callable[[list[str]], Any]
    sha256: str = ""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return check_vectors(self.function(list(texts)), len(texts))


def as_encoder(source: Any) -> tuple[str, Lsa | Pretrained | _Function]:
    """The name of an encoder or callable of the caller, and an encoder that checks its vectors."""
    if isinstance(source, Lsa):
        return "lsa", source
    if isinstance(source, Pretrained):
        return source.name, source
    if hasattr(source, "encode"):
        name = type(source).__name__
        return name, Pretrained(name, source, digest_of_parameters(source))
    return getattr(source, "__name__", "callable"), _Function(source)


def check_vectors(vectors: Any, n: int, of: str = "paragraphs") -> np.ndarray:
    """Vectors as float32, ``n`` × dimensions.

    Raises
    ------
    InputError
        If their number is wrong, or values are not finite numbers.
    """
    try:
        array = np.asarray(vectors)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"embeddings are not an array ({first_line(error)}); expected {of} × dimensions") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"embeddings are {type(vectors).__name__} of {array.dtype}; expected an array of numbers")
    if array.ndim != 2 or not array.shape[1]:
        raise InputError(f"embeddings have the shape {array.shape}; expected an array of {of} × dimensions")
    if len(array) != n:
        raise InputError(f"{len(array)} vectors for {n} {of}; expected one for each, in the same order")
    with np.errstate(over="ignore"):  # overflow becomes infinite and is refused below
        array = array.astype(np.float32)
    if not np.isfinite(array).all():
        bad = int((~np.isfinite(array)).any(axis=1).sum())
        raise InputError(f"{bad} of {n} vectors contain NaN or infinity; expected finite numbers")
    return array


def digest_of_parameters(model: Any) -> str:
    """Digest of names, shapes and bytes of a torch or Model2Vec model's parameters, by name; empty for other objects."""
    torch = sys.modules.get("torch")  # a torch object cannot exist unless torch is loaded
    if torch and isinstance(model, torch.nn.Module):
        tensors = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
        # numpy has no bfloat16, so raw bytes are used
        parameters = {
            key: (value.shape, value.dtype, value.reshape(-1).view(torch.uint8).numpy()) for key, value in tensors.items()
        }
    else:
        arrays = {key: getattr(model, key, None) for key in ("embedding", "token_mapping", "weights")}
        parameters = {
            key: (value.shape, value.dtype, value) for key, value in arrays.items() if isinstance(value, np.ndarray)
        }
    digest = hashlib.sha256()
    for key, (shape, kind, values) in sorted(parameters.items()):
        digest.update(f"{key}{tuple(shape)}{kind}".encode())
        digest.update(values.tobytes())
    return digest.hexdigest() if parameters else ""


def first_line(error: Exception) -> str:
    """The first line of an error message of a library."""
    return (str(error).splitlines() or [type(error).__name__])[0]
