"""Shares beside what coders say: whether intervals hold the truth, with gold codes and without.

python benchmarks/uncertainty.py                  all tables, as Markdown
python benchmarks/uncertainty.py --quick          the sample study alone, 40 draws
python benchmarks/uncertainty.py --codes 50       gold codes of 50 paragraphs in place of 100
python benchmarks/uncertainty.py --cache FOLDER   where scores and vectors are kept; fits take some 15 minutes
python benchmarks/uncertainty.py --only REGEX     corpora; --tables REGEX tables

The truth is the share of words by all codes of a corpus. "-300" is the first of three draws of whole articles, without
codes the mean over them; * had no part in any choice but
that of the scale below. Groups are outlets (sample), countries (manifestos), and elsewhere three groups at random with other
mixtures of themes. Themes and ``unassigned`` count alike.

With codes: random draws of coded paragraphs, by themselves ("random"), as `topics sheet` draws them, or as `topics sheet
--active` does. "codes" uses the codes alone, with Wilson's interval of the effective size; "PPI" counts predictions in full,
with a normal interval; "corrected" is topics.coding.correct_shares, or article_shares. coverage: share of intervals (nominal
95 %) that hold the truth; worst: of the theme with the lowest; present: where the theme occurs; ratio: width over that of
the codes alone; bias: largest mean error of a theme; error: mean absolute error.

Without codes: "bootstrap" are intervals by resampling alone, as other tools have them, "uncorrected" those of
topics.measures.uncorrected_shares and uncorrected_parts, learnt on all corpora but this one (corpus shares) or on all.

Planned: topics.coding.planned_size, and what 60 sheets of that size reach: the half-width of the widest theme.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import logit

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
os.environ.setdefault("TOPICS_PROCESSES", "1")

from corpora import SHARED, Bench, drawn, sample
from vectors import keep_vectors

from topics.coding import CodedSample, article_shares, correct_shares, planned_size
from topics.coding.estimates import effective_size, wilson
from topics.coding.sheets import allocate, draw_systematically, inclusion_probabilities, informativeness
from topics.measures import (
    assigned_membership,
    doubt_of,
    expected_membership,
    uncorrected_parts,
    uncorrected_shares,
)
from topics.measures.bootstrap import interval
from topics.measures.shares import draw_shares
from topics.measures.uncorrected import DOUBT_SLOPE, LEAST, USUAL_DOUBT
from topics.settings import Settings
from topics.themes import fit_themes

Shares = np.ndarray
"""3 × groups × names: share, low, high."""


@dataclass(frozen=True)
class Material:
    """What a run says of a corpus, and what coders say."""

    name: str
    scores: np.ndarray
    assigned: np.ndarray
    coded: np.ndarray
    words: np.ndarray
    articles: np.ndarray
    groups: np.ndarray

    @property
    def bench(self) -> str:
        """The corpus, whatever the draw."""
        return self.name.partition(" draw ")[0]

    @property
    def judged(self) -> bool:
        """Whether it is used with codes: a first draw, and not of 100 paragraphs, which are coded sooner than modelled."""
        return "-100" not in self.name and self.name in (self.bench, f"{self.bench} draw 1")

    @cached_property
    def truth(self) -> np.ndarray:
        """Memberships by codes."""
        return assigned_membership(self.coded)

    @cached_property
    def by_assignments(self) -> np.ndarray:
        """Memberships by assignments."""
        return assigned_membership(self.assigned)

    @cached_property
    def by_scores(self) -> np.ndarray:
        """Memberships by scores."""
        return expected_membership(self.scores)

    @cached_property
    def primary(self) -> np.ndarray:
        """The primary theme, the stratum of a sheet; the number of themes for none."""
        best = np.where(self.assigned, self.scores, -1).argmax(axis=1)
        return np.where(self.assigned.any(axis=1), best, self.scores.shape[1])

    @cached_property
    def useful(self) -> np.ndarray:
        """How likely an active sheet has a paragraph."""
        n, k = self.scores.shape
        ids = np.repeat([f"{i:07d}" for i in range(n)], k)
        table = {"paragraph_id": ids, "theme": np.tile(np.arange(k), n), "score": self.scores.ravel()}
        return informativeness(pd.DataFrame(table)).to_numpy()

    @property
    def family(self) -> str:
        """The corpus that it is a draw of."""
        return re.split(r"[-,*]", self.name)[0]

    def shares(self, memberships: np.ndarray, groups: np.ndarray) -> np.ndarray:
        """Shares of words, groups × names."""
        totals = np.stack([np.bincount(groups, self.words * column) for column in memberships.T], axis=1)
        return totals / np.bincount(groups, self.words)[:, None]


def main(arguments: list[str] | None = None) -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--codes", type=int, default=100, metavar="N")
    parser.add_argument("--draws", type=int, default=200, metavar="N")
    parser.add_argument("--tables", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    asked = parser.parse_args(arguments)
    draws = 40 if asked.quick else asked.draws
    keep_vectors(asked.cache)
    found = [one for one in materials(asked.quick, asked.cache) if asked.only.search(one.name)]
    if not found:
        sys.exit(f"--only {asked.only.pattern!r} matches no corpus")
    judged = [one for one in found if one.judged]
    benches = {one.bench: [other for other in found if other.bench == one.bench] for one in found}
    for title, columns, rows in (
        (f"With {asked.codes} codes", WITH_CODES, (row for one in judged for row in with_codes(one, asked.codes, draws))),
        ("Without codes", WITHOUT_CODES, (row for draws in benches.values() for row in without_codes(draws, found))),
        ("Planned sheets", PLANNED, (row for one in judged for row in planned(one, 20 if asked.quick else 60))),
    ):
        if asked.tables.search(title):
            table(title, columns, rows)
    print(f"\nScale of the error of shares without codes, from these corpora: {learnt_scale(found):.2f}")


WITH_CODES = ("corpus", "level", "drawn", "estimator", "coverage", "worst", "present", "width", "ratio", "bias", "error")
WITHOUT_CODES = ("corpus", "level", "interval", "coverage", "worst", "present", "width", "error")
PLANNED = ("corpus", "paragraphs", "wanted", "codes", "reached", "within", "within 1.1", "codes alone")


def table(title: str, columns: tuple[str, ...], rows: Iterator[dict[str, object]]) -> None:
    """Print a table row by row."""
    print(f"\n## {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print("| " + " | ".join(_shown(row.get(name, "")) for name in columns) + " |", flush=True)


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def materials(quick: bool, cache: Path | None) -> Iterator[Material]:
    """The corpora, those beside the checkout only where there are any."""
    for bench in _benches(quick):
        for i, _ in enumerate(bench.draws):
            name = bench.name if len(bench.draws) == 1 else f"{bench.name} draw {i + 1}"
            yield _cached(name, bench, i, cache)


def _benches(quick: bool) -> Iterator[Bench]:
    yield from map(sample, ("coder-1", "coder-2"))
    if SHARED.is_dir() and not quick:
        for name, data, book in (
            ("bbc", "bbc_paragraphs", "bbc"), ("agnews", "agnews_test", "agnews"),
            ("manifesto", "manifesto", "manifesto"), ("sib", "sib_en", "sib_en"),
        ):  # fmt: skip
            mark = "*" * (name == "manifesto")
            for size in (100, 300):
                yield drawn(f"{name}-{size}{mark}", data, book, size, 3)
            yield drawn(f"{name}{mark}", data, book)


def _cached(name: str, bench: Bench, draw: int, cache: Path | None) -> Material:
    file = cache and cache / f"{re.sub(r'[^a-z0-9]+', '-', name)}.npz"
    if file and file.exists():
        with np.load(file, allow_pickle=False) as kept:
            return Material(name, **{key: kept[key] for key in kept.files})
    corpus, coded = bench.draws[draw]
    scored = fit_themes(corpus, bench.codebook, Settings(language="en")).model.label_free
    ids = corpus.paragraphs["article_id"].to_numpy(dtype=str)
    articles = np.unique(ids, return_inverse=True)[1]
    words = np.maximum(corpus.paragraphs["n_words"].to_numpy(dtype=float), 1)
    outlets = corpus.articles.set_index("article_id")["outlet"].reindex(ids).fillna("").to_numpy(dtype=str)
    groups = _groups(name, ids, outlets, articles, coded)
    made = {"scores": scored.scores, "assigned": scored.assigned, "coded": coded, "words": words, "articles": articles}
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(file, groups=groups, **made)
    return Material(name, groups=groups, **made)


def _groups(name: str, ids: np.ndarray, outlets: np.ndarray, articles: np.ndarray, coded: np.ndarray) -> np.ndarray:
    if len(set(outlets)) > 1:
        return np.unique(outlets, return_inverse=True)[1]
    if name.startswith("manifesto"):  # the first two digits of a manifesto's key are its country
        return np.unique([key[:2] for key in ids], return_inverse=True)[1]
    rng = np.random.default_rng(1)
    mixtures = rng.dirichlet(np.full(3, 2.0), size=coded.shape[1])
    first = coded.argmax(axis=1)[np.unique(articles, return_index=True)[1]]
    return np.array([rng.choice(3, p=mixtures[theme]) for theme in first])[articles]


def with_codes(one: Material, n: int, draws: int) -> Iterator[dict[str, object]]:
    """Rows of the first table."""
    n = min(n, len(one.words) * 2 // 3)
    corpus = np.zeros(len(one.words), dtype=int)
    for level, groups in (("corpus", corpus), ("groups", one.groups)):
        truth = one.shares(one.truth, groups)
        for design in ("random", "sheet", "active"):
            found: dict[str, list[Shares]] = {"codes": [], "PPI": [], "corrected": []}
            rng = np.random.default_rng(0)
            for _ in range(draws):
                coded = _drawn(one, n, design, rng)
                found["codes"].append(_codes_alone(one, coded, groups))
                full = correct_shares(one.by_scores, one.words, coded, groups, slope=1.0)
                half = 1.96 * full.standard_error
                found["PPI"].append(np.stack([full.share, full.share - half, full.share + half]))
                tuned = correct_shares(one.by_scores, one.words, coded, groups)
                found["corrected"].append(np.stack([tuned.share, tuned.low, tuned.high]))
            alone = np.array(found["codes"])
            for estimator, values in found.items():
                row = {"corpus": one.name, "level": level, "drawn": design, "estimator": estimator}
                yield row | _measured(np.array(values), truth, alone)
    truth = one.shares(one.truth, one.articles)
    values, rng = [], np.random.default_rng(0)
    for _ in range(max(draws // 10, 5)):
        coded = _drawn(one, n, "sheet", rng)
        overall = correct_shares(one.by_scores, one.words, coded)
        shares = article_shares(one.by_scores, one.words, one.articles, coded, overall)
        values.append(np.stack([shares.share, shares.low, shares.high]))
    row = {"corpus": one.name, "level": "articles", "drawn": "sheet", "estimator": "corrected"}
    yield row | _measured(np.array(values), truth)


def without_codes(draws: list[Material], others: list[Material]) -> Iterator[dict[str, object]]:
    """Rows of the second table, means over draws of a corpus."""
    rest = [other for other in others if other.family != draws[0].family]
    families = len({other.family for other in rest})
    learnt = {"scale": learnt_scale(rest), "corpora": families} if families > 2 else {}
    for level in ("corpus", "groups", "articles"):
        rows: dict[str, list[dict[str, float]]] = {"bootstrap": [], "uncorrected": []}
        for one in draws:
            if level == "corpus":
                parts = np.zeros(len(one.words), dtype=int)
                found = uncorrected_shares(one.by_assignments, one.by_scores, one.words, **learnt)
            else:
                parts = one.groups if level == "groups" else one.articles
                found = uncorrected_parts(one.by_assignments, one.by_scores, one.words, parts, one.articles)
            truth = one.shares(one.truth, parts)
            shown = np.arange(min(len(truth), 300))
            values = np.stack([found.share, found.low, found.high])[:, shown]
            rows["bootstrap"].append(_measured(_bootstrap(one, parts, shown, level)[None], truth[shown]))
            rows["uncorrected"].append(_measured(values[None], truth[shown]))
        for name, measured in rows.items():
            means = {key: float(np.mean([row[key] for row in measured])) for key in measured[0]}
            yield {"corpus": draws[0].bench, "level": level, "interval": name} | means


def planned(one: Material, draws: int) -> Iterator[dict[str, object]]:
    """Rows of the third table."""
    corpus = np.zeros(len(one.words), dtype=int)
    for half in (0.03, 0.05, 0.1):
        n, rng = planned_size(half, one.by_scores, one.words), np.random.default_rng(3)
        reached, alone = [], []
        for _ in range(draws):
            coded = _drawn(one, n, "sheet", rng)
            found = correct_shares(one.by_scores, one.words, coded)
            reached.append((found.high - found.low).max() / 2)
            _, low, high = _codes_alone(one, coded, corpus)
            alone.append((high - low).max() / 2)
        yield {
            "corpus": one.name, "paragraphs": len(one.words), "wanted": half, "codes": n,
            "reached": float(np.mean(reached)), "within": float((np.array(reached) <= half).mean()),
            "within 1.1": float((np.array(reached) <= 1.1 * half).mean()), "codes alone": float(np.mean(alone)),
        }  # fmt: skip


def learnt_scale(found: list[Material]) -> float:
    """The scale of the error of a logit, each corpus counting alike, and each size of it."""
    squares: dict[str, dict[str, list[float]]] = {}
    for one in found:
        first, second, truth = (
            logit((one.words @ values / one.words.sum() + LEAST) / (1 + 2 * LEAST))
            for values in (one.by_assignments, one.by_scores, one.truth)
        )
        wide = np.exp(DOUBT_SLOPE * (doubt_of(one.by_scores, one.words) - USUAL_DOUBT))
        errors = ((truth - (first + second) / 2) / wide)[:-1]
        squares.setdefault(one.family, {}).setdefault(one.bench, []).append(float((errors**2).mean()))
    return float(np.mean([np.mean([np.mean(draws) for draws in sizes.values()]) for sizes in squares.values()]) ** 0.5)


def _drawn(one: Material, n: int, design: str, rng: np.random.Generator) -> CodedSample:
    if design == "random":
        rows = rng.choice(len(one.words), n, replace=False)
        return CodedSample.of(rows, one.truth[rows], len(one.words))
    members = [np.flatnonzero(one.primary == stratum) for stratum in np.unique(one.primary)]
    sizes = allocate(np.array([len(own) for own in members]), n, 0.5 if design == "active" else 1.0)
    rows, weights = [], []
    for own, size in zip(members, sizes, strict=True):
        if design == "sheet":
            rows.append(rng.permutation(own)[:size])
        else:
            probability = inclusion_probabilities(one.useful[own], size)
            chosen = draw_systematically(probability, rng)
            rows.append(own[chosen])
            weights.append(1 / probability[chosen])
    every = np.concatenate(rows)
    return CodedSample.of(every, one.truth[every], len(one.words), np.concatenate(weights) if weights else None, one.primary)


def _codes_alone(one: Material, coded: CodedSample, groups: np.ndarray) -> Shares:
    found = np.full((3, int(groups.max()) + 1, one.truth.shape[1]), np.nan)
    for group in range(found.shape[1]):
        inside = groups[coded.rows] == group
        if inside.any():
            sizes = (one.words[coded.rows] * coded.weights)[inside]
            unsampled = max(1 - inside.sum() / (groups == group).sum(), 1e-9)
            shares = sizes @ coded.coded[inside] / sizes.sum()
            low, high = np.transpose([wilson(float(share), effective_size(sizes) / unsampled) for share in shares])
            found[:, group] = shares, low, high
    return found


def _bootstrap(one: Material, groups: np.ndarray, shown: np.ndarray, level: str) -> Shares:
    """Intervals by resampling alone: paragraphs of an article, or articles of a group, are drawn."""
    found = np.zeros((3, len(shown), one.truth.shape[1]))
    by_article = one.shares(one.by_assignments, one.articles)
    size = np.bincount(one.articles, one.words)
    group_of = groups[np.unique(one.articles, return_index=True)[1]]
    for i, group in enumerate(shown):
        if level == "articles":
            own, words, base = one.by_assignments[groups == group], one.words[groups == group], one.by_assignments
        else:
            own, words, base = by_article[group_of == group], size[group_of == group], by_article
        share = words @ own / words.sum()
        drawn_shares = draw_shares(own, words, base, 1000, np.random.default_rng(int(group)))
        found[:, i] = share, *interval(drawn_shares, share, 0.95)
    return found


def _measured(values: np.ndarray, truth: np.ndarray, alone: np.ndarray | None = None) -> dict[str, float]:
    """Measures of draws × 3 × groups × names."""
    share, low, high = values[:, 0], values[:, 1], values[:, 2]
    known = ~np.isnan(share)
    held = (low <= truth + 1e-6) & (high >= truth - 1e-6)
    by_name = [held[:, :, k][known[:, :, k]].mean() for k in range(truth.shape[1])]
    present = known & (truth > 1e-9)
    measured = {
        "coverage": float(held[known].mean()), "worst": float(min(by_name)), "present": float(held[present].mean()),
        "width": float((high - low)[known].mean()), "error": float(np.abs(share - truth)[known].mean()),
    }  # fmt: skip
    if alone is not None:
        measured["ratio"] = measured["width"] / float((alone[:, 2] - alone[:, 1])[known].mean())
        measured["bias"] = float(np.abs(np.nanmean(share - truth, axis=0)).max())
    return measured


if __name__ == "__main__":
    main()
