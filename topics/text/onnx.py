"""Models in ONNX, run by fastembed (:func:`topics.text.load_encoder` with ``fastembed:MODEL``)."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from topics.errors import InputError
from topics.text.hub import digest_of_files, download, local_folder, parse_hub_name

_PLAIN_FILES = ["*.json", "*.txt", "*.model"]
_CPU = ["CPUExecutionProvider"]


@dataclass(frozen=True, eq=False)
class OnnxEncoder:
    """Encodes each text by itself: in a batch, padding changes the last digits, and more than those with 8 bits."""

    model: Any
    """A ``fastembed.TextEmbedding``."""
    sha256: str
    """Digest of the ONNX file, and of the files with its weights if they are separate."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts -> array of texts × dimensions."""
        return np.array(list(self.model.embed(list(texts), batch_size=1)))


def load_onnx(model: str) -> OnnxEncoder:
    """Load a folder with an ONNX file and its tokenizer, or a model of fastembed's list from the hub.

    A folder is laid out as on the hub: ``model.onnx`` (or ``onnx/model.onnx``, or one other ``.onnx`` file),
    ``tokenizer.json`` and ``tokenizer_config.json``. Vectors of tokens are averaged, unless ``1_Pooling/config.json``
    asks for the first one (``cls``) or the model itself has one vector per text, and scaled to length 1.
    """
    folder = local_folder(model)
    if folder:
        return _load_folder(folder, model)
    return _load_listed(model)


def _load_listed(model: str) -> OnnxEncoder:
    """Load a model of fastembed's list, which knows the model's file and pooling."""
    from fastembed import TextEmbedding

    name, revision = parse_hub_name(model)
    listed = {entry["model"].lower(): entry for entry in TextEmbedding.list_supported_models()}
    entry = listed.get(name.lower())
    repository = entry["sources"].get("hf") if entry else None
    if not entry or not repository:
        near = difflib.get_close_matches(name.lower(), listed, n=1)
        hint = f"did you mean {listed[near[0]]['model']}?" if near else "give the folder of a model in ONNX"
        raise InputError(f"{name} is not among fastembed's models on the hub; {hint}")
    files = [entry["model_file"], *entry.get("additional_files", [])]
    folder = download(repository, revision, [*files, *_PLAIN_FILES])
    loaded = TextEmbedding(entry["model"], specific_model_path=str(folder), threads=1, providers=_CPU)
    return OnnxEncoder(loaded, digest_of_files(_with_weights(folder / entry["model_file"])))


def _load_folder(folder: Path, model: str) -> OnnxEncoder:
    """Load a model that fastembed does not know, by registering it under its digest."""
    import onnxruntime
    from fastembed import TextEmbedding
    from fastembed.common.model_description import ModelSource, PoolingType

    file = _onnx_file(folder, model)
    digest = digest_of_files(_with_weights(file))
    # only the shape of the output is needed
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    shape = onnxruntime.InferenceSession(str(file), options, providers=_CPU).get_outputs()[0].shape
    # texts × dimensions, or texts × tokens × dimensions
    pooling = "DISABLED" if len(shape) == 2 else _pooling(folder)
    name = f"local/{digest}-{pooling.lower()}-{file.relative_to(folder).as_posix()}"
    if name.lower() not in {entry["model"].lower() for entry in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            name,
            pooling=PoolingType[pooling],
            normalization=True,
            sources=ModelSource(hf=name),  # required, not used: the folder is given
            dim=shape[-1] if isinstance(shape[-1], int) else 0,
            model_file=file.relative_to(folder).as_posix(),
        )
    loaded = TextEmbedding(name, specific_model_path=str(folder), threads=1, providers=_CPU)
    return OnnxEncoder(loaded, digest)


def _onnx_file(folder: Path, model: str) -> Path:
    files = sorted([*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")])
    for usual in (folder / "model.onnx", folder / "onnx" / "model.onnx"):
        if usual in files:
            return usual
    if len(files) != 1:
        names = ", ".join(file.relative_to(folder).as_posix() for file in files) or "no .onnx file"
        raise InputError(f"{model} contains {names}; expected model.onnx, onnx/model.onnx or one other .onnx file")
    return files[0]


def _with_weights(file: Path) -> list[Path]:
    """The ONNX file and those with its weights, which large models keep in files of their own."""
    return [file, *sorted(file.parent.glob(f"{file.name}[._]data*"))]


def _pooling(folder: Path) -> str:
    """How the vectors of tokens become one, in the format of sentence-transformers."""
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        return "MEAN"
    config = json.loads(path.read_text(encoding="utf-8"))
    modes = {key.removeprefix("pooling_mode_") for key, value in config.items() if value is True}
    modes.add(str(config.get("pooling_mode", "")))
    known = {"mean_tokens": "MEAN", "mean": "MEAN", "cls_token": "CLS", "cls": "CLS"}
    poolings = {known.get(mode, mode) for mode in modes - {"", "include_prompt"}}
    if poolings - {"MEAN", "CLS"} or len(poolings) != 1:
        raise InputError(f"{path.name} asks for the pooling {', '.join(sorted(poolings)) or 'none'}; expected mean or cls")
    return poolings.pop()
