"""What gold codes and other coders add to the themes: measured on paragraphs that were not shown to the model.

python benchmarks/codes.py                    both tables
python benchmarks/codes.py --codes 100        gold codes of 100 paragraphs in place of 50
python benchmarks/codes.py --cache FOLDER     where vectors are kept
python benchmarks/codes.py --only REGEX       corpora

Scores and vectors are those of the themes. Each row is a mean over random draws of coded
paragraphs, judged on all others. F1 is macro-F1 of the assigned themes (of the primary theme where each paragraph has one
code), top, mAP and accuracy as in benchmarks/themes.py, ECE the calibration error of the highest score.

Gold codes: "recalibration" scales and shifts the logits, "similar" adds the codes of similar paragraphs,
"thresholds" also sets each theme's threshold. The constants of topics/themes/gold.py were chosen on the sample and BBC.

Other coders: the labels, of which 30 in 100 are replaced by a random theme or none ("flipped"), or all exchanged between
paragraphs ("random"); alone, with the model, and with the model and gold codes.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import themes as measures
from corpora import SHARED, Bench, drawn, sample
from vectors import keep_vectors

from topics.settings import Settings
from topics.themes import fit_themes
from topics.themes.coders import coder_evidence
from topics.themes.gold import USUAL, f1_thresholds, teach

DRAWS = 16
COLUMNS = ("F1", "top", "mAP", "accuracy", "ECE")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codes", type=int, default=50, metavar="N")
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    asked = parser.parse_args()
    keep_vectors(asked.cache)
    print("  ".join(["corpus".ljust(16), "codes".ljust(22), *(name.ljust(8) for name in COLUMNS)]))
    with threadpool_limits(1):
        for bench in corpora():
            if not asked.only.search(bench.name):
                continue
            found: dict[str, list[list[float]]] = {}
            for corpus, coded in bench.draws:
                model = fit_themes(corpus, bench.codebook, Settings(language="en")).model
                logits = logit(np.clip(model.label_free.scores, 1e-4, 1 - 1e-4))
                gold = gold_rows(logits, model.vectors.paragraphs, coded, asked.codes)
                for label, row in (*gold, *coder_rows(logits, coded, asked.codes)):
                    found.setdefault(label, []).append(row)
            for label, rows in found.items():
                mean = np.mean(rows, axis=0)
                print(
                    "  ".join([bench.name.ljust(16), label.ljust(22), *(f"{value:.3f}".ljust(8) for value in mean)]),
                    flush=True,
                )


def corpora() -> Iterator[Bench]:
    """The sample study by both coders, and draws of corpora beside the checkout."""
    yield from map(sample, ("coder-1", "coder-2"))
    if SHARED.is_dir():
        yield drawn("bbc-300", "bbc_paragraphs", "bbc", 300, 2)
        yield drawn("manifesto-300*", "manifesto", "manifesto", 300, 3)
        yield drawn("manifesto-1500*", "manifesto", "manifesto", 1500)


def judge(scores: np.ndarray, coded: np.ndarray, thresholds: float | np.ndarray = USUAL) -> list[float]:
    """The measures of some paragraphs."""
    assigned = scores >= thresholds
    primary = np.where(assigned.any(axis=1), np.where(assigned, scores, -1).argmax(axis=1), -1)
    several = (coded.sum(axis=1) > 1).any()
    shown = assigned if several else primary[:, None] == np.arange(coded.shape[1])
    return [
        measures.macro_f1(shown, coded),
        measures.top(scores, coded),
        measures.precision(scores, coded),
        measures.accuracy(primary, coded),
        measures.top_error(scores, coded),
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
