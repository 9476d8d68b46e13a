"""The corpora that themes are measured on, with their codebooks and codes.

Those beside the checkout lie in ``../shared/bench``, or where the environment variable ``TOPICS_BENCH`` says. The engine's
constants were chosen on those of ``SEEN``, its weights were learnt on them (benchmarks/combination.py). The other
corpora had no part in either.
"""

from __future__ import annotations

import csv
import json
import os
import random
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.reading import Corpus, read_corpus
from topics.settings import ReadingSettings, Settings

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("TOPICS_BENCH", ROOT.parent / "shared" / "bench"))
SAMPLE = ROOT / "data" / "russia-china"
SEEN = ("sib-en", "sib-es", "agnews", "bbc", "sample")
LANGUAGE = {"sib_uk": "uk", "sib_es": "es"}

Coded = np.ndarray
"""n × k, whether a paragraph is coded with a theme."""
Row = dict[str, Any]
"""``text``, ``label``, ``group`` (its article), and ``author`` where it is known."""


@dataclass(frozen=True)
class Bench:
    """A corpus to measure on, or several draws of one."""

    name: str
    codebook: Codebook
    draws: tuple[tuple[Corpus, Coded], ...]

    @property
    def held_out(self) -> bool:
        """Whether the engine has learnt nothing from it."""
        return not self.name.startswith(SEEN)


def benches() -> Iterator[Bench]:
    """The corpora, those that are held out first; without those beside the checkout, the sample study alone."""
    if SHARED.is_dir():
        yield drawn("manifesto-2000", "manifesto", "manifesto", 2000, 3)
        yield drawn("manifesto-300", "manifesto", "manifesto", 300, 5)
        yield drawn("manifesto-100", "manifesto", "manifesto", 100, 5)
        for language in ("uk", "en", "es"):
            yield drawn(f"sib-{language}", f"sib_{language}", f"sib_{language}")
        yield drawn("agnews", "agnews_test", "agnews")
        yield drawn("agnews-100", "agnews_test", "agnews", 100, 5)
        yield drawn("bbc", "bbc_paragraphs", "bbc")
        yield drawn("bbc-300", "bbc_paragraphs", "bbc", 300, 3)
        yield drawn("bbc-100", "bbc_paragraphs", "bbc", 100, 5)
    for coder in ("coder-1", "coder-2"):
        yield sample(coder)


def drawn(name: str, data: str, book: str, size: int = 0, draws: int = 1) -> Bench:
    """A corpus beside the checkout, whole or drawn several times."""
    texts, codebook = SHARED / "data" / f"{data}.jsonl", codebooks.load(SHARED / "codebooks" / f"{book}.toml")
    rows, language = rows_of(texts), LANGUAGE.get(data, "en")
    parts = [whole_articles(rows, size, seed) for seed in range(draws)] if size else [rows]
    return Bench(name, codebook, tuple((as_corpus(part, language), codes_of(part, codebook)) for part in parts))


def loaded(name: str, texts: Path, book: Path) -> Bench:
    """A corpus with one label a paragraph, in English."""
    rows, codebook = rows_of(texts), codebooks.load(book)
    return Bench(name, codebook, ((as_corpus(rows), codes_of(rows, codebook)),))


def codes_of(rows: list[Row], codebook: Codebook) -> Coded:
    """The codes of rows with one label each."""
    return np.array([[row["label"] == theme for theme in codebook.names] for row in rows])


def rows_of(texts: Path) -> list[Row]:
    """Rows in the order of their articles."""
    rows = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    rows = [row | {"group": str(row.get("group", f"{i:07d}"))} for i, row in enumerate(rows)]
    # what has no letter or digit is no text
    return sorted((row for row in rows if re.search(r"\w", row["text"])), key=lambda row: row["group"])


def whole_articles(rows: list[Row], size: int, seed: int) -> list[Row]:
    """Whole articles, drawn until there are ``size`` paragraphs, the last one cut."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    found: list[Row] = []
    for name in random.Random(seed).sample(sorted(groups), len(groups)):
        found += groups[name]
        if len(found) >= size:
            break
    return sorted(found[:size], key=lambda row: row["group"])


def skewed(rows: list[Row], theme: str, size: int, seed: int, share: float = 0.7) -> list[Row]:
    """Paragraphs of which ``share`` are about one theme."""
    about, others = ([row for row in rows if (row["label"] == theme) is same] for same in (True, False))
    draw = random.Random(seed).sample
    drawn = draw(about, min(len(about), int(share * size))) + draw(others, min(len(others), int((1 - share) * size)))
    return sorted(drawn, key=lambda row: row["group"])


def as_corpus(rows: list[Row], language: str = "en") -> Corpus:
    """Rows that are paragraphs already, read by the package; all are kept, in their order."""
    kept = [
        {"paragraph_id": f"{i:07d}", "article_id": row["group"], "author": row.get("author", ""), "text": row["text"]}
        for i, row in enumerate(rows)
    ]
    settings = Settings(
        language=language, reading=ReadingSettings(unit="paragraph", duplicates="keep", other_languages="keep")
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "rows.jsonl")
        file.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        corpus = read_corpus(file, settings).corpus
    assert len(corpus.paragraphs) == len(rows)
    return corpus


def sample(coder: str) -> Bench:
    """The sample study beside one of its codings, several themes to a paragraph."""
    codebook = codebooks.load(SAMPLE / "codebook.toml")
    read = read_corpus(SAMPLE / "articles", Settings(language="en"))
    with (SAMPLE / "coding" / f"{coder}.csv").open(encoding="utf-8", newline="") as stream:
        codes = {(row["source"], int(row["line"])): row["themes"].split() for row in csv.DictReader(stream)}
    pages = {page.article_id: page for page in read.pages.pages}
    coded = []
    for row in read.corpus.paragraphs.itertuples():
        page = pages[row.article_id]
        named = codes[page.source, page.text.count("\n", 0, row.start) + 1]
        coded.append([theme in named for theme in codebook.names])
    return Bench(f"sample, {coder}", codebook, ((read.corpus, np.array(coded)),))
