"""How well and how fast pages are read, and how the reader learns.

python benchmarks/reading.py               both halves of the coded pages, beside trafilatura alone
python benchmarks/reading.py --lines       the same, with every body line lost and every other line kept
python benchmarks/reading.py --folds       the half that teaches, each page by weights that did not see it
python benchmarks/reading.py --bbc FILE    what is lost of labelled paragraphs made into pages; pages per second
python benchmarks/reading.py --learn       learn the weights anew from the half that teaches
"""

from __future__ import annotations

import argparse
import html
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import coded

from topics.reading import Line, Pages, clean, read_corpus
from topics.reading.boilerplate import model
from topics.reading.boilerplate.features import features
from topics.reading.boilerplate.phrases import phrases
from topics.reading.lines import cut_tails, plain_words, split_lines

WEIGHTS = ROOT / "topics" / "reading" / "boilerplate" / "weights.json"
STATES = list(model.KINDS)
FOLDS = 8
L1, L2 = 1.0, 2.0
"""Strengths of the lasso and ridge penalties, chosen by folds over the half that teaches."""

SHARE_LINKS = [
    "Share",
    "Share this post",
    "Facebook Twitter",
    "Copy link",
    "Teilen",
    "Partager",
    "Compartir",
    "Поделиться",
    "分享",
]

Taught = tuple[list[list[str]], list[str]]
"""The features of a page's lines, and their states."""


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", action="store_true")
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--bbc", type=Path, metavar="FILE")
    parser.add_argument("--learn", action="store_true")
    asked = parser.parse_args()
    if asked.learn:
        WEIGHTS.write_text(dump(learn(taught(coded.load("seen")))), encoding="utf-8")
        print(f"weights written to {WEIGHTS.relative_to(ROOT)}")
    elif asked.folds:
        report("seen, by folds", list(by_folds(coded.load("seen"))), asked.lines)
    elif asked.bbc:
        speed(asked.bbc)
    else:
        for half in ("seen", "held"):
            pages = coded.load(half)
            report(half, [(page, judge(page)) for page in pages], asked.lines)
            web = [page for page in pages if page.suffix == ".html"]
            report(f"{half}, HTML alone", [(page, judge(page)) for page in web], False)
            report(f"{half}, HTML, trafilatura alone", [(page, peer(page)) for page in web], False)


Judged = list[tuple[str, str, str]]


def judge(page: coded.Coded) -> Judged:
    """(coded kind, found kind, line) as the package reads the page."""
    with tempfile.TemporaryDirectory() as folder:
        found = clean(Pages((page.read(Path(folder)),)))[0]
    return coded.kinds_of([(line.start, line.end, line.kind) for line in found.lines], found.page.text, page)


def peer(page: coded.Coded) -> Judged:
    """The same for trafilatura with its defaults: what it extracts is body."""
    import trafilatura

    extracted = (trafilatura.extract(page.source, include_comments=False) or "").split("\n")
    kept = {plain_words(line) for line in extracted}
    whole = f" {' '.join(map(plain_words, extracted))} "
    return [
        (
            kind,
            "body"
            if plain_words(line) in kept or (len(line) >= 40 and f" {plain_words(line)} " in whole)
            else "boilerplate",
            line,
        )
        for kind, line in page.lines
        if plain_words(line)
    ]


def report(name: str, judged: list[tuple[coded.Coded, Judged]], show: bool) -> None:
    """Print how many body lines are lost, other lines kept, and kinds right."""
    count: Counter[str] = Counter()
    for page, rows in judged:
        for kind, found, line in rows:
            count[kind == "body"] += 1
            count["right"] += kind == found
            wrong = "lost" if kind == "body" != found else "kept" if found == "body" != kind else ""
            count[wrong] += 1
            if show and wrong:
                print(f"  {page.name}: {wrong}, {kind} as {found}: {line[:90]}")
    body, other = count[True], count[False]
    print(
        f"{name}: {len(judged)} pages; body lines lost {count['lost']} of {body} ({count['lost'] / body:.1%}),"
        f" other lines kept {count['kept']} of {other} ({count['kept'] / other:.1%}),"
        f" kinds right {count['right'] / (body + other):.1%}"
    )


def taught(pages: Iterable[coded.Coded]) -> dict[str, list[Taught]]:
    """What each page teaches: itself, and itself as other sites and scrapers would leave it.

    An HTML page teaches by its text alone, as a text page.
    """
    lessons = {}
    for page in pages:
        text = page.source if page.suffix == ".txt" else "\n\n".join(line for _, line in page.lines)
        known = {"title": page.known["title"] if page.suffix != ".txt" else "", "language": page.known["language"]}
        lessons[page.name] = [
            (features(part, **known), states(kinds)) for part, kinds in variants(*_coded_lines(page, text))
        ]
    return lessons


def _coded_lines(page: coded.Coded, text: str) -> tuple[list[Line], list[str]]:
    found = cut_tails(split_lines(text), phrases().tail)
    spans = coded.spans_of(text, page)
    kinds = []
    for line in found:
        counts = Counter(spans[i] for i in range(line.start, line.end) if i in spans)
        kinds.append(counts.most_common(1)[0][0] if counts else "boilerplate")
    return found, kinds


def states(kinds: list[str]) -> list[str]:
    """The states of the model: boilerplate and bylines by their place before, within or after the body."""
    body = [i for i, kind in enumerate(kinds) if kind == "body"] or [len(kinds)]
    named = []
    for i, kind in enumerate(kinds):
        place = "before" if i < body[0] else "after" if i > body[-1] else "within"
        after = {"byline": "biography"} if place == "after" else {}
        named.append({"boilerplate": place, **after}.get(kind, kind))
    return named


def variants(found: list[Line], kinds: list[str]) -> Iterator[tuple[list[Line], list[str]]]:
    """The page; its article alone; without its head, its foot or its blank lines; thinned out; other headings; live."""
    chance = random.Random(1)
    named = states(kinds)
    body = [i for i, kind in enumerate(kinds) if kind == "body"]
    everything = range(len(kinds))

    def part(chosen: Iterable[int]) -> tuple[list[Line], list[str]]:
        chosen = list(chosen)
        return [found[i] for i in chosen], [kinds[i] for i in chosen]

    yield found, kinds
    yield part(i for i in everything if kinds[i] in ("body", "heading"))
    yield part(i for i in everything if i >= body[0] or kinds[i] == "title")
    yield part(i for i in everything if i <= body[-1])
    yield [replace(line, gap=True) for line in found], kinds
    yield [replace(line, gap=False) for line in found], kinds
    for form in (str.title, "B. {}".format):
        if "heading" in kinds:
            thin, left = part(i for i in everything if named[i] not in ("before", "after") or chance.random() < 0.2)
            yield (
                [
                    replace(line, text=form(line.text)) if k == "heading" else line
                    for line, k in zip(thin, left, strict=True)
                ],
                left,
            )
    for mark in chance.sample(SHARE_LINKS, 2):
        yield live(*part(i for i in everything if kinds[i] in ("body", "heading")), mark)
    often = {"before": 0.15, "after": 0.15, "within": 0.5, "byline": 0.7, "title": 0.8}
    for _ in range(3):
        yield part(i for i in everything if chance.random() < often.get(named[i], 1.0))


def live(article: list[Line], kinds: list[str], mark: str) -> tuple[list[Line], list[str]]:
    """An article as a live blog: a time before every third line, a share link at the end of each post."""
    found: list[Line] = []
    named: list[str] = []
    for i, (line, kind) in enumerate(zip(article, kinds, strict=True)):
        if i % 3 == 0:
            found.append(replace(line, text=f"{9 + i % 12}:{i % 60:02d}"))
            named.append("byline")
        found.append(line)
        named.append(kind)
        if (i % 3 == 2 and kind == "body") or i == len(article) - 1:
            found.append(replace(line, text=mark))
            named.append("boilerplate")
    return found, named


def learn(lessons: dict[str, list[Taught]]) -> dict[str, Any]:
    """Fit the conditional random field (CRFsuite, L-BFGS; Okazaki 2007)."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"c1": L1, "c2": L2, "max_iterations": 200, "feature.possible_transitions": True})
    for _, pages in sorted(lessons.items()):
        for rows, named in pages:
            trainer.append(rows, named)
    with tempfile.NamedTemporaryFile(suffix=".crfsuite") as file:
        trainer.train(file.name)
        tagger = pycrfsuite.Tagger()
        tagger.open(file.name)
        known = tagger.info()
        tagger.close()
    weights: dict[str, list[float]] = {}
    for (name, state), weight in known.state_features.items():
        weights.setdefault(name, [0.0] * len(STATES))[STATES.index(state)] = round(weight, 2)
    return {
        "states": STATES,
        "transitions": [[round(known.transitions.get((a, b), 0.0), 2) for b in STATES] for a in STATES],
        "features": {name: row for name, row in sorted(weights.items()) if any(row)},
    }


def dump(weights: dict[str, Any]) -> str:
    """Weights as JSON, a line for each feature."""
    rows = ",\n".join(f"  {json.dumps(name, ensure_ascii=False)}: {row}" for name, row in weights["features"].items())
    return (
        f'{{\n "states": {json.dumps(weights["states"])},\n "transitions": {weights["transitions"]},\n'
        f' "features": {{\n{rows}\n }}\n}}\n'
    )


def by_folds(pages: list[coded.Coded]) -> Iterator[tuple[coded.Coded, Judged]]:
    """Judge each page with weights learned from the other folds."""
    lessons = taught(pages)
    for fold in range(FOLDS):
        tested = pages[fold::FOLDS]
        names = {page.name for page in tested}
        with using(learn({name: lesson for name, lesson in lessons.items() if name not in names})):
            for page in tested:
                yield page, judge(page)


@contextmanager
def using(weights: dict[str, Any]) -> Iterator[None]:
    """Read with other weights for a while."""
    kept = model.weights
    parsed = model.parse(weights)
    model.weights = lambda: parsed  # type: ignore[assignment]
    try:
        yield
    finally:
        model.weights = kept


def _solid(texts: Iterable[str]) -> str:
    """Texts in a row without white space: a paragraph is found again where it was split or joined."""
    return "".join("".join(text.split()) for text in texts)


def speed(file: Path) -> None:
    """Make pages of labelled paragraphs; say what is lost, and how long reading takes beside trafilatura alone."""
    import trafilatura

    made: dict[str, list[str]] = {}
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        made.setdefault(row["group"], []).append(row["text"])
    with tempfile.TemporaryDirectory() as folder:
        text, web = Path(folder, "text"), Path(folder, "web")
        text.mkdir()
        web.mkdir()
        sources = {}
        for i, (name, paragraphs) in enumerate(made.items()):
            (text / f"{i:05d}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
            body = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
            sources[name] = f"<html><head><title>{name}</title></head><body><article>{body}</article></body></html>"
            (web / f"{i:05d}.html").write_text(sources[name], encoding="utf-8")
        read_corpus(text / "00000.txt")
        for name, place in (("text", text), ("HTML", web)):
            start = time.perf_counter()
            found = read_corpus(place)
            seconds = time.perf_counter() - start
            kept = _solid(found.corpus.paragraphs["text"])
            copied = _solid(found.corpus.dropped.query("reason == 'duplicate'")["text"])
            total = sum(map(len, made.values()))
            absent = [line for paragraphs in made.values() for line in paragraphs if _solid([line]) not in kept]
            lost = [line for line in absent if _solid([line]) not in copied]
            print(
                f"{name}: {len(made)} pages in {seconds:.1f} s, {len(made) / seconds:.0f} a second; of {total} paragraphs"
                f" {len(lost)} lost, {len(absent) - len(lost)} in copies of other articles"
            )
        start = time.perf_counter()
        for source in sources.values():
            trafilatura.bare_extraction(source, with_metadata=True, include_comments=False)
        seconds = time.perf_counter() - start
        print(f"trafilatura alone, HTML: {len(made) / seconds:.0f} a second")


if __name__ == "__main__":
    main()
