"""Labels of topics, matched blind with paragraphs: those of several methods on the same topics.

python benchmarks/labels.py FOLDER                 write items to FOLDER/items-CORPUS-NUMBER.md, keys to FOLDER/keys
python benchmarks/labels.py FOLDER --score         accuracy of the answers in FOLDER/answers-CORPUS-NUMBER.txt
python benchmarks/labels.py FOLDER --only REGEX    corpora by name: BBC, sample, AG News, manifestos

Matching: an item shows the three most central paragraphs of a topic and four labels: that of the topic, and those that
the same method gives the three topics whose (centred) mean vectors are nearest, so that a label must tell a topic from its
neighbours. A reader answers a line for each item, its number and a letter. This is topic-label matching, a relative of the
word intrusion of Chang et al. (2009). A file holds the items of one method, which it does not name; all methods see the
same topics, of our default model, and the same paragraphs. A guess is right in a quarter of the items.

Preference: items-CORPUS-preference.md shows the paragraphs and the labels of all methods; the reader chooses the one that
says best what the paragraphs are about. Intervals are Wilson's, 95 %.

Methods: our labels; the first three words by c-TF-IDF without English stop words, which is BERTopic's default name with
the vectorizer that it recommends; and the first three words of its KeyBERTInspired and MaximalMarginalRelevance with the
bundled encoder. Its PartOfSpeech needs a model of spaCy, of which the registry has none.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.preprocessing import normalize

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]  # the package topics comes before the file of the same name

from corpora import SAMPLE, SHARED, as_corpus, rows_of

from topics.reading import Corpus, read_corpus
from topics.settings import Settings, override
from topics.text import bundled_encoder, embed
from topics.topic_model import OUTLIER, fit_topics
from topics.topic_model.labels import ReadableLabels

CORPORA = {"BBC": ("bbc_paragraphs", 25), "sample": ("", 0), "AG News": ("agnews_test", 30), "manifestos": ("manifesto", 30)}
"""File, and number of topics; 0 is the number that is chosen by default."""
SHOWN, CANDIDATES, LONGEST = 3, 4, 600
"""Paragraphs and labels of an item; characters of a paragraph."""


@dataclass(frozen=True)
class Bench:
    """The topics of a corpus."""

    name: str
    texts: list[str]
    labels: np.ndarray
    vectors: np.ndarray
    representatives: dict[int, list[int]]
    """By topic, the rows of its most central paragraphs."""

    def nearest(self, topic: int) -> list[int]:
        """The other topics, the nearest first."""
        topics = sorted(self.representatives)
        # from the mean of all texts: what all have in common would make large topics the neighbours of every other
        centred = self.vectors - self.vectors.mean(axis=0)
        means = normalize([centred[self.labels == other].mean(axis=0) for other in topics])
        near = means @ means[topics.index(topic)]
        return [topics[i] for i in np.argsort(-near, kind="stable") if topics[i] != topic]


def main(arguments: list[str] | None = None) -> int:
    """Write items, or score answers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--score", action="store_true")
    parser.add_argument("--only", type=re.compile, default=re.compile("BBC|sample"), metavar="REGEX")
    asked = parser.parse_args(arguments)
    if asked.score:
        print(score(asked.folder))
        return 0
    for name in CORPORA:
        if asked.only.search(name):
            bench = read(name)
            write_items(bench, methods(bench), asked.folder)
    return 0


def read(name: str) -> Bench:
    """The topics that our default model finds."""
    file, number = CORPORA[name]
    corpus: Corpus
    if file:
        corpus = as_corpus(rows_of(SHARED / "data" / f"{file}.jsonl"))
    else:
        corpus = read_corpus(SAMPLE / "articles", Settings(language="en")).corpus
    embeddings = embed(corpus.tokens)
    found = fit_topics(corpus, embeddings, override(Settings(language="en"), [f"topics.granularity={number}"]))
    ids = corpus.paragraphs["paragraph_id"]
    row = {paragraph: i for i, paragraph in enumerate(ids)}
    ranked = found.representatives.sort_values(["topic_id", "rank"])
    representatives = {int(topic): [row[one] for one in own["paragraph_id"]] for topic, own in ranked.groupby("topic_id")}
    labels = found.paragraph_topics.set_index("paragraph_id").loc[ids, "topic_id"].to_numpy()
    return Bench(name, corpus.paragraphs["text"].tolist(), labels, embeddings.vectors, representatives)


def methods(bench: Bench) -> dict[str, dict[int, str]]:
    """By method, the label of each topic."""
    with warnings.catch_warnings(action="ignore"):
        from bertopic import BERTopic
        from bertopic.backend import BaseEmbedder
        from bertopic.dimensionality import BaseDimensionalityReduction
        from bertopic.representation import KeyBERTInspired, MaximalMarginalRelevance

        encoder = bundled_encoder("en")
        assert encoder is not None

        class Backend(BaseEmbedder):
            def embed(self, documents: Any, verbose: bool = False) -> np.ndarray:
                return encoder.encode([documents] if isinstance(documents, str) else list(documents))

        # BERTopic renumbers topics by size, so each is looked up by one of its texts
        model = BERTopic(
            language="multilingual",
            embedding_model=Backend(),
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=Clusters(bench.labels),
            vectorizer_model=CountVectorizer(stop_words="english"),
            representation_model={
                "Main": None,
                "KeyBERTInspired": KeyBERTInspired(),
                "MaximalMarginalRelevance": MaximalMarginalRelevance(diversity=0.3),
                "ours": Timed(language="en"),
            },
        )
        numbers, _ = model.fit_transform(bench.texts, bench.vectors.copy())
    number = {topic: int(numbers[rows[0]]) for topic, rows in bench.representatives.items()}
    found: dict[str, dict[int, str]] = {}
    for method, ranked in {"c-TF-IDF": model.topic_representations_, **model.topic_aspects_}.items():
        size = 1 if method == "ours" else SHOWN
        found[method] = {topic: ", ".join(word for word, _ in ranked[own][:size]) for topic, own in number.items()}
    return found


class Clusters:
    """A cluster model that knows the answer."""

    def __init__(self, labels: np.ndarray) -> None:
        self.labels_ = labels

    def fit(self, vectors: np.ndarray, y: Any = None) -> Clusters:
        """Nothing is left to do."""
        return self

    def predict(self, vectors: np.ndarray) -> np.ndarray:
        """The labels again."""
        return self.labels_


class Timed(ReadableLabels):
    """Our labels, with the seconds that they take."""

    def extract_topics(self, topic_model: Any, documents: Any, c_tf_idf: Any, topics: Any) -> Any:
        """As without the clock."""
        start, processor = time.perf_counter(), time.process_time()
        found = super().extract_topics(topic_model, documents, c_tf_idf, topics)
        took = time.perf_counter() - start, time.process_time() - processor
        print(f"our labels of {len(topics)} topics, {len(documents)} texts: {took[0]:.1f} s ({took[1]:.1f} s of processor)")
        return found


def write_items(bench: Bench, found: dict[str, dict[int, str]], folder: Path) -> None:
    """A file of items for each method, in an order of its own, and a key apart; and a list of all labels."""
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    corpus = bench.name.lower().replace(" ", "-")
    order = Random(f"{corpus}").sample(sorted(found), len(found))
    for place, method in enumerate(order, start=1):
        draw = Random(f"{corpus} {place}")
        items, key = [], []
        for topic in draw.sample(sorted(bench.representatives), len(bench.representatives)):
            shown = [topic, *bench.nearest(topic)[: CANDIDATES - 1]]
            shown = draw.sample(shown, len(shown))
            texts = [bench.texts[row][:LONGEST] for row in bench.representatives[topic]]
            items.append({"paragraphs": texts, "labels": [found[method][other] for other in shown]})
            key.append("abcd"[shown.index(topic)])
        (folder / f"items-{corpus}-{place}.md").write_text(markdown(items, MATCHING), encoding="utf-8")
        (folder / f"items-{corpus}-{place}.json").write_text(
            json.dumps(items, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        (folder / "keys" / f"{corpus}-{place}.json").write_text(json.dumps({"method": method, "key": key}), encoding="utf-8")
    write_preferences(bench, found, folder, corpus)
    lines = [f"{topic} | " + " | ".join(found[method][topic] for method in found) for topic in sorted(bench.representatives)]
    table = "\n".join(["topic | " + " | ".join(found), *lines])
    (folder / "keys" / f"labels-{corpus}.txt").write_text(table + "\n", encoding="utf-8")
    print(f"{bench.name}: {len(bench.representatives)} topics, {(bench.labels == OUTLIER).sum()} outliers")


def write_preferences(bench: Bench, found: dict[str, dict[int, str]], folder: Path, corpus: str) -> None:
    """A file that shows the labels of all methods, in an order of its own for each topic."""
    draw = Random(f"{corpus} preference")
    items, key = [], []
    for topic in draw.sample(sorted(bench.representatives), len(bench.representatives)):
        order = draw.sample(sorted(found), len(found))
        texts = [bench.texts[row][:LONGEST] for row in bench.representatives[topic]]
        items.append({"paragraphs": texts, "labels": [found[method][topic] for method in order]})
        key.append(order)
    (folder / f"items-{corpus}-preference.md").write_text(markdown(items, PREFERENCE), encoding="utf-8")
    (folder / "keys" / f"{corpus}-preference.json").write_text(json.dumps({"methods": key}), encoding="utf-8")


MATCHING = (
    "Each item shows three paragraphs of one topic and four labels. Which label belongs to the topic? Write one line "
    "per item, its number and a letter (`1 c`); guess where you cannot tell.\n"
)
PREFERENCE = (
    "Each item shows three paragraphs of one topic and four labels for it. Which label says best, to a person who has not "
    "read them, what these paragraphs are about? Write one line per item, its number and a letter (`1 c`).\n"
)


def markdown(items: list[dict[str, list[str]]], question: str) -> str:
    """Items to read: paragraphs, then labels."""
    shown = [question]
    for number, item in enumerate(items, start=1):
        paragraphs = "\n".join(f"> {' '.join(text.split())}\n>" for text in item["paragraphs"])
        labels = "\n".join(f"- {letter}: {label}" for letter, label in zip("abcd", item["labels"], strict=False))
        shown.append(f"## {number}\n\n{paragraphs}\n\n{labels}\n")
    return "\n".join(shown)


def score(folder: Path) -> str:
    """Accuracy by corpus and method, in Markdown."""
    rows = ["| corpus | method | right | items | accuracy | 95 % |", "|---|---|---|---|---|---|"]
    for corpus, method, right, n in sorted(answered(folder), key=lambda row: (row[0], -row[2] / row[3])):
        low, high = wilson(right, n)
        rows.append(f"| {corpus} | {method} | {right} | {n} | {right / n:.2f} | {low:.2f}–{high:.2f} |")
    return "\n".join(rows)


def answered(folder: Path) -> Iterator[tuple[str, str, int, int]]:
    """Corpus, method, right answers and items of each file of answers; an item without an answer is wrong."""
    for file in sorted(folder.glob("answers-*.txt")):
        name = file.stem.removeprefix("answers-")
        known = json.loads((folder / "keys" / f"{name}.json").read_text(encoding="utf-8"))
        answers = dict(re.findall(r"^\s*(\d+)[\s.:)]+([a-d])\b", file.read_text(encoding="utf-8").lower(), re.M))
        if "methods" in known:
            chosen = [
                order["abcd".index(answers[str(i)])] for i, order in enumerate(known["methods"], 1) if str(i) in answers
            ]
            for method in sorted(set(known["methods"][0])):
                yield f"{name.rpartition('-')[0]}, preferred", method, chosen.count(method), len(chosen)
            continue
        right = sum(answers.get(str(number)) == letter for number, letter in enumerate(known["key"], start=1))
        yield name.rpartition("-")[0], known["method"], right, len(known["key"])


def wilson(right: int, n: int) -> tuple[float, float]:
    """The interval of Wilson (1927) of a proportion."""
    z = 1.96
    middle = (right + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * np.sqrt(right * (n - right) / n + z * z / 4)
    return float(middle - half), float(middle + half)


if __name__ == "__main__":
    sys.exit(main())
