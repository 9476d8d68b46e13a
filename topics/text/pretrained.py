"""Pretrained models from a folder or the hub, loaded without executing their code."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from topics.errors import InputError
from topics.text.encoders import Pretrained, digest_of_parameters, first_line

_HUB_NAME = re.compile(r"(?P<model>\w[\w.-]*(?:/\w[\w.-]*)?)(?:@(?P<revision>[^@\s]+))?", re.ASCII)
_FILES = ["*.safetensors", "*.json", "*.txt", "*.model"]
"""Files downloaded from a model: weights without executable code, and plain data."""


class _Backend(NamedTuple):
    extra: str
    owner: str
    """Owner on the hub of models named without an owner."""


_BACKENDS = {
    "model2vec": _Backend("static", "minishlab"),
    "sentence-transformers": _Backend("transformers", "sentence-transformers"),
}


def load_encoder(name: str) -> Pretrained:
    """Load a pretrained model: ``model2vec:MODEL`` or ``sentence-transformers:MODEL``.

    ``MODEL`` is a folder, relative to the current folder or ``~``; or, if there is no such folder, a name on
    the hub: ``OWNER/MODEL``, or ``MODEL`` of the backend's own organisation, optionally with ``@REVISION``. Only
    a hub name is sent over the network. Weights are read only from ``.safetensors`` and used on the CPU; for
    other models, pass an object with ``encode``.

    Raises
    ------
    InputError
        If the backend is unknown or not installed, or has no such model.
    """
    kind, _, model = name.partition(":")
    if kind not in _BACKENDS or not model.strip():
        raise InputError(
            f"embedding {name!r} is unknown; expected lsa, model2vec:NAME-or-path or sentence-transformers:NAME-or-path"
        )
    backend = _BACKENDS[kind]
    try:
        if kind == "model2vec":
            from model2vec import StaticModel
        else:
            from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise InputError(f"{kind} is not installed ({error}); run pip install 'article-topics[{backend.extra}]'") from None
    try:
        with _no_progress_bars(kind):
            folder = _folder(model, backend.owner)
            weights = _weights(folder, model)
            if kind == "model2vec":
                loaded = StaticModel.from_pretrained(folder)
            else:
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
    from huggingface_hub import snapshot_download

    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists():
        raise InputError(f"{model} is a file; expected the folder of a model")
    # a local folder with a revision would otherwise be looked up on the hub
    plain, at, revision = model.rpartition("@")
    if at and plain and Path(plain).expanduser().is_dir():
        raise InputError(f"{plain} is a folder and has no revision {revision!r}; remove @{revision}")
    hub = _HUB_NAME.fullmatch(model)
    if not hub:
        raise InputError(f"{model!r} is neither a folder nor a hub name; expected a folder or OWNER/MODEL[@REVISION]")
    repository = hub["model"] if "/" in hub["model"] else f"{owner}/{hub['model']}"
    return Path(snapshot_download(repository, revision=hub["revision"], allow_patterns=_FILES))


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
    with weights[0].open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _no_progress_bars(kind: str) -> Iterator[None]:
    """Disable the progress bars of the libraries."""
    if kind == "model2vec":
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
