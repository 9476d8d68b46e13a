"""Each text is encoded once, though it is in many draws and many methods use its vector; its seconds count each time."""

from __future__ import annotations

import atexit
import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from topics.text import Pretrained
from topics.text import bundled_encoder as load_bundled
from topics.themes import encoding


class KeptEncoder:
    """The bundled encoder, which remembers vectors and the processor seconds that each took."""

    def __init__(self, file: Path | None = None) -> None:
        self._known: dict[str, np.ndarray] = {}
        self._seconds: dict[str, float] = {}
        self.saved = 0.0
        """Seconds that would have been spent on texts that were known."""
        if file and file.exists():
            with np.load(file, allow_pickle=False) as kept:
                keys = kept["keys"].tolist()
                self._known = dict(zip(keys, kept["vectors"], strict=True))
                self._seconds = dict(zip(keys, kept["seconds"].tolist(), strict=True))
        if file:
            atexit.register(self._save, file)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts -> array of texts × dimensions."""
        keys = [sha256(text.encode()).hexdigest() for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        self.saved += sum(self._seconds[key] for key in keys if key not in new)
        if new:
            encoder = load_bundled("en")
            assert encoder is not None
            start = time.process_time()
            vectors = encoder.encode(list(new.values()))
            each = (time.process_time() - start) / sum(map(len, new.values()))
            self._known.update(zip(new, vectors, strict=True))
            self._seconds.update({key: each * len(text) for key, text in new.items()})
        return np.array([self._known[key] for key in keys])

    def _save(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        keys = sorted(self._known)
        seconds = [self._seconds[key] for key in keys]
        np.savez(file, keys=np.array(keys), vectors=np.array([self._known[key] for key in keys]), seconds=seconds)


def keep_vectors(cache: Path | None = None) -> KeptEncoder:
    """Let the themes use an encoder that remembers, for good where ``cache`` names a folder."""
    kept = KeptEncoder(cache and cache / "use.npz")

    def bundled(language: str) -> Pretrained | None:
        found = load_bundled(language)
        return found and replace(found, model=kept)

    encoding.bundled_encoder = bundled
    return kept
