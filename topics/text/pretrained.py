"""Pretrained models by name: bundled, from a folder or from the hub, loaded without executing their code."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from topics.errors import InputError
from topics.text import universal
from topics.text.encoders import Pretrained, digest_of_parameters, first_line
from topics.text.hub import digest_of_files, download, local_folder, parse_hub_name
from topics.text.onnx import load_onnx

_FILES = ["*.safetensors", "*.json", "*.txt", "*.model"]
"""Files downloaded from a model: weights without executable code, and plain data."""


class _Backend(NamedTuple):
    extra: str
    owner: str
    """Owner on the hub of models named without an owner; fastembed names its models with their owners."""


_BACKENDS = {
    "fastembed": _Backend("fastembed", ""),
    "model2vec": _Backend("static", "minishlab"),
    "sentence-transformers": _Backend("transformers", "sentence-transformers"),
}


def load_encoder(name: str) -> Pretrained:
    """Load a pretrained model by its name in the settings.

    ==============================  =====================================================================
    ``use``                         the bundled multilingual Universal Sentence Encoder, for 16 languages,
                                    without torch or a download (:mod:`topics.text.universal`)
    ``fastembed:MODEL``             a model in ONNX: a folder, or a hub name of fastembed's list
    ``model2vec:MODEL``             static vectors of words
    ``sentence-transformers:MODEL`` a transformer, run by torch
    ==============================  =====================================================================

    ``MODEL`` is a folder, relative to the current folder or ``~``; or, if there is no such folder, a name on
    the hub: ``OWNER/MODEL``, or ``MODEL`` of the backend's own organisation, optionally with ``@REVISION``. Only
    a hub name is sent over the network. Weights are read only from ``.safetensors`` or ``.onnx`` and used on the
    CPU; for other models, pass an object with ``encode``.

    Raises
    ------
    InputError
        If the backend is unknown or not installed, or has no such model.

    Examples
    --------
    >>> topics.text.load_encoder("use").encode(["A loaf of bread.", "Ein Laib Brot."]).shape
    (2, 512)
    """
    if name == universal.NAME:
        return universal.load_universal()
    kind, _, model = name.partition(":")
    if kind not in _BACKENDS or not model.strip():
        raise InputError(
            f"embedding {name!r} is unknown; expected lsa, use, fastembed:NAME-or-path, model2vec:NAME-or-path"
            " or sentence-transformers:NAME-or-path"
        )
    backend = _BACKENDS[kind]
    try:
        importlib.import_module(kind.replace("-", "_"))
    except ImportError as error:
        raise InputError(f"{kind} is not installed ({error}); run pip install 'article-topics[{backend.extra}]'") from None
    try:
        with _no_progress_bars(kind):
            if kind == "fastembed":
                encoder = load_onnx(model)
                return Pretrained(name, encoder, encoder.sha256)
            folder = _folder(model, backend.owner)
            weights = _weights(folder, model)
            if kind == "model2vec":
                from model2vec import StaticModel

                loaded = StaticModel.from_pretrained(folder)
            else:
                from sentence_transformers import SentenceTransformer

                loaded = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    except InputError:
        raise
    except Exception as error:  # each library raises its own exceptions
        raise InputError(
            f"{kind} cannot load {model!r} ({first_line(error)}); expected a folder, or a hub name while online"
        ) from error
    return Pretrained(name, loaded, _digest(weights, loaded), {"show_progress_bar": False})


def _folder(model: str, owner: str) -> Path:
    """The folder of ``model``, downloaded from the hub if necessary."""
    folder = local_folder(model)
    if folder:
        return folder
    hub = parse_hub_name(model)
    repository = hub.model if "/" in hub.model else f"{owner}/{hub.model}"
    return download(repository, hub.revision, _FILES)


def _weights(folder: Path, model: str) -> list[Path]:
    """The files of weights in the folder and its modules; pickles, which can contain code, are refused."""
    folders = [folder, *sorted(part for part in folder.iterdir() if part.is_dir())]
    weights = [file for part in folders for file in sorted(part.glob("*.safetensors"))]
    safe = {file.parent for file in weights}
    pickles = [file.name for part in folders if part not in safe for file in sorted(part.glob("pytorch_model*.bin"))]
    if pickles or not weights:
        problem = f"has its weights in {pickles[0]}" if pickles else "has no weights"
        raise InputError(f"{model} {problem}; expected model.safetensors: save the model in that format")
    return weights


def _digest(weights: list[Path], model: Any) -> str:
    # the digest of a single file can be compared with the one on the hub
    if len(weights) > 1:
        return digest_of_parameters(model)
    return digest_of_files(weights)


@contextmanager
def _no_progress_bars(kind: str) -> Iterator[None]:
    """Disable the progress bars of the libraries."""
    if kind in ("model2vec", "fastembed"):
        from huggingface_hub import utils

        shown, off, on = not utils.are_progress_bars_disabled(), utils.disable_progress_bars, utils.enable_progress_bars
    else:
        from transformers.utils import logging

        shown, off, on = logging.is_progress_bar_enabled(), logging.disable_progress_bar, logging.enable_progress_bar
    off()
    try:
        yield
    finally:
        if shown:
            on()
