"""What must hold of themes beyond a share of right codes; `python benchmarks/themes.py --only check/NAME` prints one.

off-topic   sport items of a news wire under a codebook of Russia and China, alone and mixed into the sample: unassigned
shuffled    the sample's keywords, dealt out to the themes at random: assigned
absent      news under a codebook that lacks one of its themes: share of that theme's paragraphs that is unassigned
one_subject news that is mostly about one theme: found
anchors     two keywords of a theme in a paragraph, and two of each of two themes: assigned
speakers    news between two made-up speakers with habits of speech: accuracy for what a speaker seldom treats
time        processor seconds
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import peers
from corpora import SAMPLE, SHARED, Row, as_corpus, codes_of, drawn, rows_of, sample, skewed, whole_articles
from peers import Inputs
from vectors import KeptEncoder

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.reading import Corpus, read_corpus
from topics.settings import ReadingSettings, Settings, ThemeSettings
from topics.text import stop_words
from topics.themes import FittedThemes, audit_fitted, fit_themes

CODEBOOKS = Path(__file__).parent / "codebooks"
OFF_TOPIC, MIXED_IN = (25, 60, 300), 60
SHUFFLES = 5
ABSENT = ("sport", "tech")
SPEAKERS = {"A": ("business", "politics"), "B": ("sport", "entertainment")}
HABITS = {"A": ("frankly", "colleagues", "obviously", "forward"), "B": ("listen", "friends", "honestly", "together")}
FAITHFUL = 0.9
"""How likely an article about one of a speaker's desks is by this speaker."""
NEWS, MANIFESTOS = ("bbc_paragraphs", "bbc", 10_000), ("manifesto", "manifesto", 1000)
ENCODERS = {"topics.themes": "auto", "words alone": "none"}


def run(only: re.Pattern[str], seed: int, cache: Path | None, kept: KeptEncoder) -> None:
    """Print the checks that are asked for."""
    if not SHARED.is_dir():
        if only.search("check/shuffled"):
            shuffled()
        return
    if only.search("check/off-topic"):
        off_topic(seed, cache)
    for check in (shuffled, absent, one_subject, anchors, speakers):
        if only.search(f"check/{check.__name__}"):
            check()
    if only.search("check/time"):
        seconds(kept)


def off_topic(seed: int, cache: Path | None) -> None:
    """Print how many sports items are left unassigned by the sample's codebook."""
    codebook = codebooks.load(SAMPLE / "codebook.toml")
    rows = [row for row in rows_of(SHARED / "data" / "agnews_test.jsonl") if row["label"] == "Sports"]
    random.Random(0).shuffle(rows)
    own = [{"group": row.article_id, "text": row.text} for row in sample("coder-1").draws[0][0].paragraphs.itertuples()]
    corpora = [*(as_corpus(rows[:n]) for n in OFF_TOPIC), as_corpus([*own, *_others(rows[:MIXED_IN])])]
    alone = ", ".join(map(str, OFF_TOPIC))
    print(f"\noff-topic: share unassigned of {alone} sports items alone, and of {MIXED_IN} mixed into the sample")
    for peer in peers.PEERS:
        if peer.declines is not None and not peer.missing:
            shares = []
            for corpus in corpora:
                found = peer.run(Inputs(corpus, codebook, seed, cache), **peer.variants[0] | peer.declines)
                shares.append((found.primary == peers.NONE)[len(own) if corpus is corpora[-1] else 0 :].mean())
            print(f"  {peer.name.ljust(28)}  {_listed(shares)}", flush=True)


def _others(rows: list[Row]) -> list[Row]:
    """The same rows, in articles that come last."""
    return [row | {"group": f"zz{row['group']}"} for row in rows]


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
    print("\nshuffled: share assigned, keywords without descriptions: as in the codebook, and dealt out at random")
    for name, encoder in ENCODERS.items():
        shares = [(peers.ours(Inputs(corpus, book), encoder).primary != peers.NONE).mean() for book in books]
        print(f"  {name.ljust(28)}  {_listed(shares)}", flush=True)


def absent() -> None:
    """Print how much of a theme that the codebook lacks stays unassigned."""
    print("\nabsent: share unassigned of the paragraphs of a theme that the codebook lacks, and of all others")
    for size, draws in ((0, 1), (300, 3)):
        bench = drawn("", "bbc_paragraphs", "bbc", size, draws)
        for name in ABSENT:
            k = bench.codebook.names.index(name)
            book = replace(bench.codebook, themes=tuple(theme for theme in bench.codebook.themes if theme.name != name))
            for method, encoder in ENCODERS.items():
                shares = []
                for corpus, coded in bench.draws:
                    none = peers.ours(Inputs(corpus, book), encoder).primary == peers.NONE
                    shares.append((none[coded[:, k]].mean(), none[~coded[:, k]].mean()))
                means = _listed(np.mean(shares, axis=0))
                print(f"  BBC {str(size or 'all').ljust(4)} {name.ljust(6)} {method.ljust(14)}  {means}", flush=True)


def one_subject() -> None:
    """Print how many paragraphs of a theme are found where most of a corpus is about it."""
    print(
        "\none subject: where so much of 300 paragraphs of BBC is about one theme, the share of it that is found; mean of 5"
    )
    codebook, rows = codebooks.load(SHARED / "codebooks" / "bbc.toml"), rows_of(SHARED / "data" / "bbc_paragraphs.jsonl")
    for method, encoder in ENCODERS.items():
        for share in (0.7, 0.95):
            found = []
            for k, name in enumerate(codebook.names):
                part = skewed(rows, name, 300, 0, share)
                primary = peers.ours(Inputs(as_corpus(part), codebook), encoder).primary
                found.append((primary == k)[codes_of(part, codebook)[:, k]].mean())
            print(f"  {method.ljust(14)} {share:.0%}  {np.mean(found):.3f}", flush=True)


def anchors() -> None:
    """Print how many paragraphs with two keywords of a theme are assigned it."""
    print("\nanchors: share assigned of (paragraph, theme) with two keywords; of (paragraph, two themes) with two keywords")
    print("of each, share assigned both; share of paragraphs unassigned; in brackets how many there are")
    for name, codebook, corpus in _anchored():
        for method, encoder in ENCODERS.items():
            settings = Settings(language="en", themes=ThemeSettings(encoder=encoder))
            model = fit_themes(corpus, codebook, settings).model
            assigned, two = model.label_free.assigned, model.hits >= 2
            both = [all(pair) for row, own in zip(assigned, two, strict=True) for pair in combinations(row[own], 2)]
            shares = f"{assigned[two].mean():.3f} ({two.sum()})  {np.mean(both):.3f} ({len(both)})"
            unassigned = (~assigned.any(axis=1)).mean()
            print(f"  {name.ljust(14)} {method.ljust(14)}  {shares}  {unassigned:.3f} ({len(two)})", flush=True)


def _anchored() -> Iterator[tuple[str, Codebook, Corpus]]:
    yield "gadarian*", codebooks.load(CODEBOOKS / "gadarian.toml"), gadarian()
    yield "budget*", codebooks.load(CODEBOOKS / "budget.toml"), budget()
    for bench in (drawn("manifesto-2000*", "manifesto", "manifesto", 2000), sample("coder-1")):
        yield bench.name, bench.codebook, bench.draws[0][0]


def gadarian() -> Corpus:
    """Answers of a survey about immigration, each an article."""
    texts = pd.read_csv(SHARED / "data" / "gadarian.csv")["open.ended.response"].tolist()
    return as_corpus([{"group": f"{i:04d}", "text": text} for i, text in enumerate(texts)])


def budget() -> Corpus:
    """Speeches on a budget."""
    files = sorted((SHARED / "speeches").glob("2009_BUDGET_*.txt"))
    names = [file.stem.split("_") for file in files]
    rows = [
        {"article_id": file.stem, "author": " ".join(name[3:-1]), "text": file.read_text(encoding="utf-8")}
        for file, name in zip(files, names, strict=True)
    ]
    return read_corpus(pd.DataFrame(rows), Settings(language="en", reading=ReadingSettings(duplicates="keep"))).corpus


def speakers() -> None:
    """Print the accuracy for themes that a made-up speaker seldom treats."""
    codebook = codebooks.load(SHARED / "codebooks" / "bbc.toml")
    rows = rows_of(SHARED / "data" / "bbc_paragraphs.jsonl")
    print("\nspeakers: accuracy for themes that the speaker seldom treats, and for all; 3 draws of 1,000 paragraphs of BBC")
    for habits in (True, False):
        for method, encoder in ENCODERS.items():
            for known in (True, False):
                found = []
                for seed in range(3):
                    spoken, seldom = _spoken(whole_articles(rows, 1000, seed), seed, habits)
                    corpus = as_corpus(spoken if known else [row | {"author": ""} for row in spoken])
                    coded = codes_of(spoken, codebook)
                    primary = peers.ours(Inputs(corpus, codebook), encoder).primary
                    right = coded[np.arange(len(coded)), np.maximum(primary, 0)] & (primary >= 0)
                    found.append((right[seldom].mean(), right.mean()))
                words, author = "four habitual words" if habits else "no habits", "known" if known else "unknown"
                means = _listed(np.mean(found, axis=0))
                print(f"  {words.ljust(20)} {method.ljust(14)} author {author.ljust(8)}  {means}", flush=True)


def _spoken(rows: list[Row], seed: int, habits: bool) -> tuple[list[Row], np.ndarray]:
    """Rows with an author, who has habitual words at random places; and whether the author seldom treats their theme."""
    choose = random.Random(seed)
    author: dict[str, str] = {}
    spoken, seldom = [], []
    for row in rows:
        own = [name for name, desks in SPEAKERS.items() if row["label"] in desks]
        if row["group"] not in author:
            faithful = own and choose.random() < FAITHFUL
            author[row["group"]] = own[0] if faithful else choose.choice([name for name in SPEAKERS if [name] != own])
        name, words = author[row["group"]], row["text"].split()
        for habit in HABITS[name] if habits else ():
            words.insert(choose.randrange(len(words) + 1), habit)
        spoken.append(row | {"author": name, "text": " ".join(words)})
        seldom.append(bool(own) and name not in own)
    return spoken, np.array(seldom)


def seconds(kept: KeptEncoder) -> None:
    """Print processor seconds of encoding, of the engine, and of an audit."""
    news, manifestos = (drawn("", *names, size).draws[0][0] for *names, size in (NEWS, MANIFESTOS))
    codebook = codebooks.load(SAMPLE / "codebook.toml")
    _, encoding, engine = _timed(news, codebook, "auto", kept)
    *_, words = _timed(news, codebook, "none", kept)
    print("\ntime: processor seconds")
    print("  10,000 paragraphs of BBC, 11 themes:", end=" ")
    print(f"encoding {encoding:.1f}, the rest {engine:.1f}; by words alone {words:.1f}")
    fitted, *_ = _timed(manifestos, _many_themes(manifestos, 250, 12), "auto", kept)
    start = time.process_time()
    audit_fitted(fitted)
    taken = time.process_time() - start
    print(f"  audit of 250 themes of 12 keywords, 1,000 sentences of manifestos: {taken:.1f}", flush=True)


def _timed(corpus: Corpus, codebook: Codebook, encoder: str, kept: KeptEncoder) -> tuple[FittedThemes, float, float]:
    """A fit, and the processor seconds of encoding and of all else, without reading words."""
    settings = Settings(language="en", themes=ThemeSettings(encoder=encoder))
    fit_themes(corpus, codebook, settings).score()  # so that words are read, and vectors known
    start, saved = time.process_time(), kept.saved
    fitted = fit_themes(corpus, codebook, settings)
    fitted.score()
    return fitted, kept.saved - saved, time.process_time() - start


def _many_themes(corpus: Corpus, themes: int, size: int) -> Codebook:
    """A codebook of random words of a corpus."""
    texts = corpus.paragraphs["text"]
    words = sorted({word.lower() for text in texts for word in re.findall(r"[A-Za-z]{6,}", text)} - stop_words("en"))
    choose = random.Random(0)
    return Codebook.from_dict({f"theme {i}": choose.sample(words, size) for i in range(themes)})


def _listed(shares: object) -> str:
    return "  ".join(f"{share:.3f}" for share in np.asarray(shares))
