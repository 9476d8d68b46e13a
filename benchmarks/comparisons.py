"""Comparisons of theme shares: whether p, q and intervals keep what they promise, and what effects can be seen.

python benchmarks/comparisons.py                  all tables, as Markdown
python benchmarks/comparisons.py --quick          the sample study alone, 5 draws
python benchmarks/comparisons.py --cache FOLDER   where scores and vectors are kept; fits take some minutes
python benchmarks/comparisons.py --draws N        draws for each row (200); --only REGEX corpora; --tables REGEX tables

Texts are those of benchmarks/uncertainty.py, label-free scores beside codes. Articles are those of BBC; of the manifestos,
stretches of 20 sentences; of AG News, five items. In each draw, n articles are drawn from all, and with "codes", 100 of
their paragraphs are coded. The estimand is the difference of shares by all codes, in all articles.

Without an effect: labels at random, half and half or one in five; "covariate" means that longer articles get a label
more often and that their length is held constant. p < .05: share of p-values; KS: p-value of the Kolmogorov–Smirnov test
that p is uniform over all draws and themes that occur in 10 articles at least, each theme by itself, the smallest times the
number of themes; discoveries: share of draws with a q < .05, at most .05 if all is well; coverage: intervals that hold 0.

Real differences: groups that differ (countries; elsewhere three mixtures of themes). Articles of both sides are drawn from
all; coverage: intervals that hold the difference by codes in all articles; frequent: themes with 2 % of the words at least.

Planted: the second half of the articles is drawn so that coders would give a theme so many points more. detectable: mean of
the column ``detectable``; power: share of draws with p < .05.

Choice of errors: simulated articles, of log-normal length; of a share that is 0 in some of them; coverage and width by
kind of robust error, and degrees of freedom: n − p, or Bell and McCaffrey's with reference errors in proportion to
1 / words (BM1) or alike (BM).
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import uncertainty
from scipy.stats import kstest, t
from uncertainty import Material, table
from vectors import keep_vectors

from topics.coding import CodedSample, ThemeShares
from topics.comparison import Comparison, compare_shares, compare_theme_shares
from topics.settings import Settings

CODES = 100
PERMUTATIONS = 999
FREQUENT = 0.02
STRETCH = {"manifesto*": 20, "agnews": 5}
"""Paragraphs that make an article, of corpora without articles or with few long ones."""


def main(arguments: list[str] | None = None) -> None:
    """Print what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--draws", type=int, default=200, metavar="N")
    parser.add_argument("--cache", type=Path, metavar="FOLDER")
    parser.add_argument("--only", type=re.compile, default=re.compile(""), metavar="REGEX")
    parser.add_argument("--tables", type=re.compile, default=re.compile(""), metavar="REGEX")
    asked = parser.parse_args(arguments)
    draws = 5 if asked.quick else asked.draws
    tables = ("Without an effect", "Real differences", "Planted", "Choice of errors", "Time")
    wanted = [title for title in tables if asked.tables.search(title)]
    found: list[Material] = []
    if set(wanted) & set(tables[:3]):
        keep_vectors(asked.cache)
        found = [with_articles(one) for one in materials(asked.quick, asked.cache) if asked.only.search(one.name)]
        if not found:
            sys.exit(f"--only {asked.only.pattern!r} matches no corpus")
    sizes = (12,) if asked.quick else (30, 100, 300)
    rows = {
        "Without an effect": (row for one in found for row in without_effect(one, sizes, draws)),
        "Real differences": (row for one in found for row in real_differences(one, sizes, draws)),
        "Planted": (row for one in found for row in planted(one, sizes[1:] or sizes, draws)),
        "Choice of errors": choice_of_errors((6, 10) if asked.quick else (6, 10, 30, 300), 10 * draws),
        "Time": timing(100 if asked.quick else 1000, 100 if asked.quick else 1000),
    }
    for title in wanted:
        table(title, COLUMNS[title], rows[title])


COLUMNS: dict[str, tuple[str, ...]] = {
    "Without an effect": ("corpus", "articles", "labels", "basis", "p < .05", "KS", "discoveries", "coverage"),
    "Real differences": ("corpus", "articles", "basis", "coverage", "frequent", "width", "bias", "error"),
    "Planted": ("corpus", "theme", "articles", "basis", "planted", "found", "detectable", "power"),
    "Choice of errors": (
        "articles",
        "shares",
        *(f"{error} {df}" for error in ("HC2", "HC3") for df in ("n − p", "BM1", "BM")),
    ),
    "Time": ("articles", "themes", "permutations", "seconds"),
}


def materials(quick: bool, cache: Path | None) -> Iterator[Material]:
    """Whole corpora with several articles or enough paragraphs to make some."""
    for bench in uncertainty._benches(quick):
        if bench.name == "sample, coder-1" if quick else bench.name in ("bbc", "manifesto*", "agnews"):
            yield uncertainty._cached(bench.name, bench, 0, cache)


def with_articles(one: Material) -> Material:
    """The same with articles of some paragraphs each, which lie within those that it has."""
    size = STRETCH.get(one.name)
    if size is None:
        return one
    # an article of items of several groups would be of none
    within = one.groups if one.name == "agnews" else one.articles
    position = pd.Series(within).groupby(within).cumcount().to_numpy()
    number = np.unique(np.stack([within, position // size]), axis=1, return_inverse=True)[1].ravel()
    return Material(one.name, one.scores, one.assigned, one.coded, one.words, number, one.groups)


def shares_of(one: Material, articles: np.ndarray, n_codes: int, rng: np.random.Generator) -> ThemeShares:
    """The shares of some articles, in this order, with codes of some of their paragraphs."""
    place = np.full(int(one.articles.max()) + 1, -1)
    place[articles] = np.arange(len(articles))
    rows = np.flatnonzero(place[one.articles] >= 0)
    sample = None
    if n_codes:
        n = min(n_codes, len(rows) * 2 // 3)
        coded = np.sort(rng.choice(len(rows), n, replace=False))
        sample = CodedSample.of(coded, one.truth[rows][coded], len(rows))
    ids = [f"{i:05d}" for i in range(len(articles))]
    return ThemeShares(
        articles=pd.DataFrame({"article_id": ids, "n_paragraphs": 1}),
        paragraphs=pd.DataFrame({"article_id": np.array(ids)[place[one.articles[rows]]], "n_words": one.words[rows]}),
        names=names_of(one),
        assigned=one.by_assignments[rows],
        expected=one.by_scores[rows],
        sample=sample,
        settings=Settings(),
    )


def names_of(one: Material) -> list[str]:
    """Names of the themes by number."""
    return [*(f"theme {i}" for i in range(one.coded.shape[1])), "unassigned"]


def compared(shares: ThemeShares, labels: np.ndarray, seed: int, length: np.ndarray | None = None) -> Comparison:
    """Two groups of articles, if need be with their length held constant."""
    columns = {"group": labels.astype(int).astype(str)}
    if length is not None:
        columns["length"] = [f"{value:.6f}" for value in length]
    shares.articles[list(columns)] = pd.DataFrame(columns, shares.articles.index)
    return compare_theme_shares(
        shares, {name: name for name in shares.names}, "group", control=[*columns][1:], seed=seed, permutations=PERMUTATIONS
    )


def without_effect(one: Material, sizes: tuple[int, ...], draws: int) -> Iterator[dict[str, object]]:
    """Rows of the first table."""
    by_article = np.unique(one.articles)
    words = np.bincount(one.articles, one.words)
    for n in sizes:
        if n > len(by_article):
            continue
        for labels in ("half", "fifth", "covariate"):
            for n_codes in (0, CODES):
                rng, found = np.random.default_rng(n), []
                for draw in range(draws):
                    articles = rng.choice(by_article, n, replace=False)
                    shares = shares_of(one, articles, n_codes, rng)
                    length = None
                    if labels == "covariate":
                        length = np.log(words[articles]) + rng.normal(0, 0.01, n)
                        group = length + rng.normal(0, length.std() + 1e-9, n) > np.median(length)
                    else:
                        group = rng.permutation(n) < (n // 2 if labels == "half" else max(n // 5, 2))
                    if min(group.sum(), (~group).sum()) < 2:
                        continue
                    occurs = (np.abs(shares.article_outcomes()) > 1e-9).sum(axis=0)
                    found.append(compared(shares, group, draw, length).table.assign(occurs=occurs, draw=draw))
                rows = pd.concat(found)
                tested = rows[rows["p"].notna() & (rows["occurs"] >= min(10, n // 2))]
                uniform = [
                    kstest(own["p"], "uniform").pvalue for _, own in tested.groupby("theme") if len(own) >= draws // 2
                ]
                known = rows[rows["low"].notna()]
                yield {
                    "corpus": one.name, "articles": n, "labels": labels, "basis": rows["basis"].iloc[0],
                    "p < .05": float((tested["p"] < 0.05).mean()),
                    "KS": float(min([1.0, *(len(uniform) * value for value in uniform)])),
                    "discoveries": float((rows.groupby("draw")["q"].min() < 0.05).mean()),
                    "coverage": float(((known["low"] <= 0) & (known["high"] >= 0)).mean()),
                }  # fmt: skip


def real_differences(one: Material, sizes: tuple[int, ...], draws: int) -> Iterator[dict[str, object]]:
    """Rows of the second table."""
    first = np.unique(one.articles, return_index=True)[1]
    group_of = one.groups[first] == np.bincount(one.groups[first]).argmax()
    if group_of.all():
        return
    truth = one.shares(one.truth, (one.groups == np.bincount(one.groups[first]).argmax()).astype(int))
    difference = truth[1] - truth[0]
    frequent = truth.mean(axis=0) >= FREQUENT
    for n in sizes:
        if n > len(first):
            continue
        for n_codes in (0, CODES):
            rng, found = np.random.default_rng(n), []
            for draw in range(draws):
                articles = rng.choice(len(first), n, replace=False)
                if min(group_of[articles].sum(), (~group_of[articles]).sum()) < 2:
                    continue
                shares = shares_of(one, articles, n_codes, rng)
                found.append(compared(shares, group_of[articles], draw).table[["effect", "low", "high"]].to_numpy())
            effect, low, high = np.moveaxis(np.array(found), 2, 0)
            known = ~np.isnan(low)
            held = (low <= difference) & (difference <= high)
            yield {
                "corpus": one.name, "articles": n, "basis": "corrected" if n_codes else "uncorrected",
                "coverage": float(held[known].mean()), "frequent": float(held[:, frequent][known[:, frequent]].mean()),
                "width": float((high - low)[known].mean()), "bias": float(np.abs((effect - difference).mean(axis=0)).max()),
                "error": float(np.abs(effect - difference).mean()),
            }  # fmt: skip


def planted(one: Material, sizes: tuple[int, ...], draws: int) -> Iterator[dict[str, object]]:
    """Rows of the third table, for the most frequent theme."""
    by_article = one.shares(one.truth, one.articles)
    words = np.bincount(one.articles, one.words)
    theme = int((words @ by_article)[:-1].argmax())
    own = by_article[:, theme]
    about, others = np.flatnonzero(own > 0.5), np.arange(len(own))
    base = float(words @ own / words.sum())
    if len(about) < 2:
        return
    full = float(words[about] @ own[about] / words[about].sum()) - base
    for n in sizes:
        for points in (0.05, 0.1, 0.2, 0.3):
            part = points / full
            if part > 1 or n > len(others):
                continue
            for n_codes in (0, CODES):
                rng, found = np.random.default_rng(n), []
                for draw in range(draws):
                    group = np.arange(n) < n // 2
                    chosen = rng.choice(others, n)
                    swapped = group & (rng.uniform(size=n) < part)
                    chosen[swapped] = rng.choice(about, int(swapped.sum()))
                    # an article may be drawn twice: its copies are articles of their own
                    copied = copies(one, chosen)
                    shares = shares_of(copied, np.arange(n), n_codes, rng)
                    found.append(compared(shares, group, draw).of(f"theme {theme}").iloc[0])
                rows = pd.DataFrame(found)
                yield {
                    "corpus": one.name, "theme": theme, "articles": n, "basis": rows["basis"].iloc[0], "planted": points,
                    "found": float(rows["effect"].mean()), "detectable": float(rows["detectable"].mean()),
                    "power": float((rows["p"] < 0.05).mean()),
                }  # fmt: skip


def copies(one: Material, articles: np.ndarray) -> Material:
    """Articles, some of them repeatedly, as a corpus of their own."""
    order = np.argsort(one.articles, kind="stable")
    starts = np.searchsorted(one.articles[order], np.arange(one.articles.max() + 2))
    parts = [order[starts[article] : starts[article + 1]] for article in articles]
    rows, number = np.concatenate(parts), np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Material(
        one.name, one.scores[rows], one.assigned[rows], one.coded[rows], one.words[rows], number, one.groups[rows]
    )


def choice_of_errors(sizes: tuple[int, ...], draws: int) -> Iterator[dict[str, object]]:
    """Rows of the fourth table: coverage / median width."""
    for n in sizes:
        for kind in ("even", "uneven", "uneven, dense", "uneven, sparse", "trend", "trend, sparse"):
            rng = np.random.default_rng(n)
            found: dict[str, list[tuple[bool, float]]] = {}
            for _ in range(draws if n < 100 else draws // 5):
                x, words, share, effect = simulated(n, kind, rng)
                if share.any():
                    for name, (estimate, half) in intervals(x, words, share).items():
                        found.setdefault(name, []).append((abs(estimate - effect) <= half, 2 * half))
            row: dict[str, object] = {"articles": n, "shares": kind}
            for name, values in found.items():
                held, width = np.array(values, dtype=float).T
                row[name] = f"{held.mean():.3f} / {np.median(width):.2f}"
            yield row


def simulated(n: int, kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Column, words, shares and the effect of the column: groups of unequal size, or a trend from 0 to 1."""
    x = (
        rng.uniform(size=n)
        if "trend" in kind
        else (np.arange(n) < max(2, round((0.5 if kind == "even" else 0.3) * n))) * 1.0
    )
    slope, zero = (0.07, 0.7) if "sparse" in kind else (0.2, 0.0 if "dense" in kind else 0.4)
    mean = np.minimum(((0.03 if "sparse" in kind else 0.08) + slope * x) / (1 - zero), 0.95)
    share = np.where(rng.uniform(size=n) > zero, rng.beta(3 * mean, 3 * (1 - mean)), 0)
    return x, np.exp(rng.normal(6.4, 0.8, n)), share, slope


def intervals(x: np.ndarray, words: np.ndarray, share: np.ndarray) -> dict[str, tuple[float, float]]:
    """Estimate and half-width by kind of error and degrees of freedom, computed article by article."""
    n = len(x)
    roots = np.sqrt(words / words.mean())
    design = np.column_stack([np.ones(n), x]) * roots[:, None]
    inverse, basis = np.linalg.pinv(design), np.linalg.qr(design)[0]
    coefficients = inverse @ (share * roots)
    residuals = share * roots - design @ coefficients
    maker = np.eye(n) - basis @ basis.T
    leverage = np.minimum((basis**2).sum(axis=1), 1 - 1e-9)
    references = {"n − p": None, "BM1": np.eye(n), "BM": np.diag(roots**2)}
    found = {}
    for error, power in (("HC2", 1), ("HC3", 2)):
        counts = inverse[1] ** 2 / (1 - leverage) ** power
        deviation = float(counts @ residuals**2) ** 0.5
        for name, reference in references.items():
            df = n - 2.0
            if reference is not None:
                form = counts[:, None] * (maker @ reference @ maker)
                df = max(np.trace(form) ** 2 / (form * form.T).sum(), 1)
            found[f"{error} {name}"] = (coefficients[1], float(t.ppf(0.975, df)) * deviation)
    return found


def timing(n: int, permutations: int) -> Iterator[dict[str, object]]:
    """The row of the last table: two groups."""
    rng = np.random.default_rng(0)
    outcomes, words = rng.dirichlet(np.full(11, 0.3), n), rng.lognormal(6, 0.7, n)
    articles = pd.DataFrame({"party": rng.choice(["a", "b"], n), "n_paragraphs": 1})
    labels = {str(i): str(i) for i in range(11)}
    compare_shares(outcomes[:20], words[:20], articles[:20], labels, "party", permutations=9)  # loads statsmodels
    start = time.perf_counter()
    compare_shares(outcomes, words, articles, labels, "party", permutations=permutations)
    yield {"articles": n, "themes": 11, "permutations": permutations, "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    main()
