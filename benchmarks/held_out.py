"""`topics.ThemeModel` on texts that it was not fitted to, beside the same texts when it is fitted on all.

python benchmarks/held_out.py                    the table
python benchmarks/held_out.py --only REGEX       corpora
python benchmarks/held_out.py --cache FOLDER     where vectors are kept
python benchmarks/held_out.py --encoder none     words alone

No labels are used to fit. "held out": folds of whole articles, five where there are so many, each scored by what the
others taught, paragraphs beside their neighbours in the article. "one by one": the same, each paragraph by itself, which
is what scikit-learn's `cross_val_predict` gives. The measures are those of benchmarks/themes.py. No constant of
topics/themes/others.py was chosen by them.
"""

from __future__ import annotations

import argparse
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import peers
import themes as measures
from corpora import Bench, benches
from vectors import keep_vectors

import topics
from topics.reading import Corpus

FOLDS = 5
COLUMNS = ("accuracy", "top", "F1", "mAP", "top ECE", "unassigned")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    parser.add_argument("--encoder", default="auto", metavar="NAME")
    asked = parser.parse_args()
    keep_vectors(asked.cache)
    warnings.simplefilter("ignore", topics.TopicsWarning)
    print("  ".join(["corpus".ljust(16), "fitted".ljust(12), *(name.ljust(10) for name in COLUMNS)]))
    for bench in benches():
        if not asked.only.search(bench.name):
            continue
        found: dict[str, list[list[float]]] = {}
        for corpus, coded in bench.draws:
            for how, scores, assigned in predictions(bench, corpus, asked.encoder):
                result = peers.Result(primary(scores, assigned), scores, assigned, probable=True)
                row = measures.measures(result, coded)
                found.setdefault(how, []).append([float(row[name] or 0) for name in COLUMNS])
        for how, rows in found.items():
            values = (f"{value:.3f}".ljust(10) for value in np.mean(rows, axis=0))
            mark = "*" if bench.held_out else ""
            print("  ".join([(bench.name + mark).ljust(16), how.ljust(12), *values]), flush=True)


def predictions(bench: Bench, corpus: Corpus, encoder: str) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Scores and assignments of all paragraphs, by how the model was fitted."""
    texts = corpus.paragraphs["text"].to_numpy(dtype=object)
    articles = corpus.paragraphs["article_id"].to_numpy(dtype=object)
    model = topics.ThemeModel(bench.codebook, encoder=encoder, language=corpus.language)
    model.fit(texts, groups=articles)
    yield "on all", model.predict_proba(texts, articles), model.predict(texts, articles) > 0
    if len(set(articles)) < 2:
        return
    shape = len(texts), len(bench.codebook.names)
    beside, apart = ((np.zeros(shape), np.zeros(shape, dtype=bool)) for _ in range(2))
    for known, new in GroupKFold(min(FOLDS, len(set(articles)))).split(texts, groups=articles):
        model.fit(texts[known], groups=articles[known])
        for (scores, assigned), groups in ((beside, articles[new]), (apart, None)):
            scores[new] = model.predict_proba(texts[new], groups)
            assigned[new] = model.predict(texts[new], groups) > 0
    yield "held out", *beside
    yield "one by one", *apart


def primary(scores: np.ndarray, assigned: np.ndarray) -> np.ndarray:
    """The assigned theme with the highest score, or none."""
    highest = np.where(assigned, scores, -1.0).argmax(axis=1)
    return np.where(assigned.any(axis=1), highest, peers.NONE)


if __name__ == "__main__":
    main()
