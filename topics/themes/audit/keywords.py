"""Each keyword: whether it occurs, which themes' keywords it co-occurs with, and what its theme would lose without it.

The last by leaving it out and fitting anew (the jackknife; Efron 1982), calibration and
trust included. Only the seed goes: a phrase stays one term, which the corpus may teach again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from topics.themes.calibration import cooccurrence
from topics.themes.estimate import Counts, fit_model
from topics.themes.matching import Seeds
from topics.themes.scores import FittedThemes

MAX_REFITTED = 1000
"""Paragraphs on which keywords are left out one by one, articles drawn with the seed."""
MIN_PARAGRAPHS = 3
Changes = dict[tuple[int, str], tuple[int, int, str]]
"""Per theme and term: paragraphs assigned only with it, only without it, and the verdict."""
COLUMNS = (
    "theme", "keyword", "verdict", "paragraphs", "articles", "shared_with", "company", "elsewhere", "elsewhere_theme",
    "gained", "lost",
)  # fmt: skip


def influence(fitted: FittedThemes, tell: Callable[[str, float], None]) -> Changes:
    """Leave out each keyword that occurs, on at most ``MAX_REFITTED`` paragraphs."""
    settings, matcher = fitted.settings.themes, fitted.matcher
    counts = fitted.counts.part(_sample(fitted.counts.articles, fitted.settings.seed))
    # the reference is fitted on the same part: the whole corpus teaches more
    seeds = matcher.seeds(counts.columns)
    assigned = fit_model(counts, seeds, settings).label_free.assigned
    jobs = [
        (k, term)
        for k, keywords in enumerate(matcher.keywords)
        for term in dict.fromkeys(keywords.values())
        if term in counts.columns
    ]
    changes = {}
    for done, (k, term) in enumerate(jobs):
        tell("keywords", done / len(jobs))
        without = fit_model(counts, _without(seeds, k, counts.columns[term]), settings).label_free
        before, after = assigned[:, k], without.assigned[:, k]
        gained, lost = int((before & ~after).sum()), int((after & ~before).sum())
        verdict = ""
        if gained >= 2 and gained > before.sum() / 2:
            verdict = "carries"
        elif before.any() and gained == lost == 0:
            verdict = "idle"
        changes[k, term] = (gained, lost, verdict)
    return changes


def about_keywords(fitted: FittedThemes, changes: Changes) -> pd.DataFrame:
    """A row per keyword, in the order of the codebook."""
    names, counts, by_theme = fitted.codebook.names, fitted.counts, fitted.matcher.keywords
    rows = []
    for k, keywords in enumerate(by_theme):
        seen: set[str] = set()
        for keyword, term in keywords.items():
            shared = [names[j] for j, others in enumerate(by_theme) if j != k and term in others.values()]
            row: dict[str, Any] = {"theme": names[k], "keyword": keyword, "shared_with": ", ".join(shared)}
            row |= {"verdict": "dead", "paragraphs": 0, "articles": 0, "elsewhere_theme": ""}
            if term in counts.columns:
                holding = counts.holding([counts.columns[term]])
                own, elsewhere, other, stray = _company(counts, fitted.seeds, k, counts.columns[term])
                gained, lost, verdict = changes.get((k, term), (None, None, ""))
                # the first that holds, the gravest first
                verdicts = {"twice": term in seen, "shared": shared, "stray": stray, verdict: True}
                row |= {"verdict": next(name for name, holds in verdicts.items() if holds), "gained": gained, "lost": lost}
                row |= {"paragraphs": int(holding.sum()), "articles": len(np.unique(counts.articles[holding]))}
                row |= {"company": own, "elsewhere": elsewhere, "elsewhere_theme": "" if other is None else names[other]}
            seen.add(term)
            rows.append(row)
    # whole numbers that may be missing
    whole = dict.fromkeys(("paragraphs", "articles", "gained", "lost"), "Int64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(whole | {"company": float, "elsewhere": float})


def _sample(articles: np.ndarray, seed: int) -> np.ndarray:
    """The rows of articles in an order drawn with the seed, at most ``MAX_REFITTED``; ascending."""
    names, of = np.unique(articles, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    return np.sort(np.argsort(order[of], kind="stable")[:MAX_REFITTED])


def _without(seeds: Seeds, k: int, column: int) -> Seeds:
    """The seeds without a keyword of theme ``k``."""
    listed, sizes = seeds.listed.copy(), list(seeds.sizes)
    listed[k, column] = False
    sizes[k] -= 1
    return replace(seeds, listed=listed, sizes=tuple(sizes))


def _company(counts: Counts, seeds: Seeds, k: int, column: int) -> tuple[float, float | None, int | None, bool]:
    """How much more often than by chance a keyword of theme ``k`` co-occurs with the theme's others, and with another's.

    Then which theme that is, and whether the keyword strays: it co-occurs with that theme twice as much, in more
    paragraphs, and in more than chance explains (hypergeometric test at .05, divided by the number of other themes).
    Keywords that both themes share count for neither.
    """
    others = [j for j in range(len(seeds.sizes)) if j != k]
    # the keyword is a theme of its own, to be compared with the rest of its theme and with the others
    company = seeds.listed & ~seeds.listed[k]
    company[k] = seeds.listed[k] & (np.arange(seeds.listed.shape[1]) != column)
    hits, observed, expected = cooccurrence(
        counts.paragraphs, [[column], *(listed.nonzero()[0].tolist() for listed in company)]
    )
    ratio = (observed[0, 1:] + 1) / (expected[0, 1:] + 1)
    if not others:
        return float(ratio[k]), None, None, False
    most = max(others, key=lambda j: ratio[j])
    holding = hits[0] > 0
    n, n_theme = int(holding.sum()), int((hits[1 + most] > 0).sum())
    together = (hits[1:, holding] > 0).sum(axis=1)
    stray = n >= MIN_PARAGRAPHS and ratio[most] >= 2 * ratio[k] and together[most] > together[k]
    significant = hypergeom.sf(together[most] - 1, len(holding), n_theme, n) < 0.05 / len(others)
    return float(ratio[k]), float(ratio[most]), most, bool(stray and significant)
