"""How well real web pages are read, beside trafilatura in the same run.

python benchmarks/web_pages.py FOLDER      FOLDER holds sets of pages: SET/gold.json and SET/*.html.gz

A set has for each page its whole body (``{"body": …}``, as scrapinghub/article-extraction-benchmark:
shingles of four words, mean over pages) or passages that must and must not be there (``{"with": […],
"without": […]}``, as trafilatura's own evaluation: counted over all pages). Pages are not part of this project.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent)]

from topics.reading import read_corpus
from topics.settings import ReadingSettings, Settings

Gold = dict[str, dict[str, Any]]
KEEP_ALL = Settings(reading=ReadingSettings(duplicates="keep", other_languages="keep"))


def main() -> None:
    """Score every set of the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    for gold_file in sorted(parser.parse_args().folder.glob("*/gold.json")):
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        sources = {name: gzip.decompress((gold_file.parent / f"{name}.html.gz").read_bytes()) for name in gold}
        theirs, their_seconds = by_trafilatura(sources)
        ours, headings, our_seconds = by_topics(sources)
        print(f"{gold_file.parent.name}: {len(gold)} pages")
        for who, texts in (("topics", ours), ("topics, with section headings", headings), ("trafilatura", theirs)):
            print(f"  {who}: {score(gold, texts)}")
        print(f"  CPU time {our_seconds:.1f} s, {our_seconds / their_seconds:.2f} × trafilatura without metadata")


def by_topics(sources: dict[str, bytes]) -> tuple[dict[str, str], dict[str, str], float]:
    """The paragraphs of each page, the same with the headings of its sections, and CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        for name, source in sources.items():
            Path(folder, f"{name}.html").write_bytes(source)
        start = time.process_time()
        corpus = read_corpus(Path(folder), KEEP_ALL).corpus
        seconds = time.process_time() - start
    name_of = {row.article_id: Path(row.source).stem for row in corpus.articles.itertuples()}
    texts: dict[str, list[str]] = {}
    sections: dict[str, list[str]] = {}
    for row in corpus.paragraphs.itertuples():
        name = name_of[row.article_id]
        texts.setdefault(name, []).append(row.text)
        parts = sections.setdefault(name, [])
        if row.section and row.section not in parts:
            parts.append(row.section)
        parts.append(row.text)
    return {k: "\n".join(v) for k, v in texts.items()}, {k: "\n".join(v) for k, v in sections.items()}, seconds


def by_trafilatura(sources: dict[str, bytes]) -> tuple[dict[str, str], float]:
    """What trafilatura extracts with its defaults, and the CPU time that it takes."""
    import trafilatura

    start = time.process_time()
    texts = {name: trafilatura.extract(source, include_comments=False) or "" for name, source in sources.items()}
    return texts, time.process_time() - start


def score(gold: Gold, texts: dict[str, str]) -> str:
    """Precision, recall, F and the number of pages with less than half of their text."""
    whole = "body" in next(iter(gold.values()))
    precision, recall, ruined = (score_bodies if whole else score_passages)(gold, texts)
    f = 2 * precision * recall / max(1e-9, precision + recall)
    return f"precision {precision:.3f}, recall {recall:.3f}, F {f:.3f}, less than half on {ruined} pages"


def score_bodies(gold: Gold, texts: dict[str, str]) -> tuple[float, float, int]:
    """Means over pages, by shared shingles of four words."""
    precision, recall = [], []
    for name, entry in gold.items():
        found, wanted = shingles(texts.get(name, "")), shingles(entry["body"])
        shared = (found & wanted).total()
        precision.append(shared / found.total() if found else 0.0)
        recall.append(shared / wanted.total() if wanted else 0.0)
    return mean(precision), mean(recall), sum(share < 0.5 for share in recall)


def score_passages(gold: Gold, texts: dict[str, str]) -> tuple[float, float, int]:
    """Over the passages of all pages."""
    right = missed = wrong = ruined = 0
    for name, entry in gold.items():
        text = " ".join(texts.get(name, "").split())
        hits = sum(" ".join(passage.split()) in text for passage in entry["with"])
        right += hits
        missed += len(entry["with"]) - hits
        wrong += sum(" ".join(passage.split()) in text for passage in entry["without"])
        ruined += 2 * hits < len(entry["with"])
    return right / max(1, right + wrong), right / max(1, right + missed), ruined


def shingles(text: str, n: int = 4) -> Counter[tuple[str, ...]]:
    """Every ``n`` consecutive words."""
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + n]) for i in range(max(1, len(words) - n + 1))) if words else Counter()


if __name__ == "__main__":
    main()
