"""Each keyword: whether it occurs, whose company it keeps, and what its theme would lose without it.

The last by leaving it out and fitting anew (the jackknife; Efron 1982), calibration and
trust included. Only the seed goes: a phrase stays one term, which the corpus may teach again.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import hypergeom

from topics.settings import Settings
from topics.themes.calibration import meetings
from topics.themes.estimate import Counts, estimate
from topics.themes.matching import Matcher, Seeds

MOST_REFITTED = 1000
"""Paragraphs on which keywords are left out one by one, articles drawn with the seed."""
FEWEST_PARAGRAPHS = 3
Changes = dict[tuple[int, str], tuple[int, int, str]]
"""Per theme and term: paragraphs assigned only with it, only without it, and the verdict."""
COLUMNS = (
    "theme", "keyword", "verdict", "paragraphs", "articles", "shared_with", "company", "elsewhere", "elsewhere_theme",
    "gained", "lost",
)  # fmt: skip


def influence(
    counts: Counts, columns: dict[str, int], matcher: Matcher, settings: Settings, tell: Callable[[str, float], None]
) -> Changes:
    """Leave out each keyword that occurs, on at most ``MOST_REFITTED`` paragraphs."""
    rows = _sample(counts.articles, settings.seed)
    terms = list(columns)
    kept = np.flatnonzero(np.asarray(counts.paragraphs[rows].sum(axis=0)).ravel())
    columns = {terms[old]: new for new, old in enumerate(kept)}
    counts, seeds = counts.part(rows, kept), matcher.seeds(columns)
    assigned = estimate(counts, seeds, settings.themes).assigned
    jobs = [
        (k, term) for k, listed in enumerate(matcher.keywords) for term in dict.fromkeys(listed.values()) if term in columns
    ]
    found = {}
    for done, (k, term) in enumerate(jobs):
        tell("keywords", done / len(jobs))
        less = estimate(counts, _without(seeds, k, columns[term]), settings.themes)
        before, after = assigned[:, k], less.assigned[:, k]
        gained, lost = int((before & ~after).sum()), int((after & ~before).sum())
        verdict = "carries" if gained >= 2 and gained > before.sum() / 2 else ""
        found[k, term] = (gained, lost, "idle" if before.any() and gained == lost == 0 else verdict)
    return found


def about_keywords(
    counts: Counts, columns: dict[str, int], matcher: Matcher, seeds: Seeds, changes: Changes
) -> pd.DataFrame:
    """A row per keyword, in the order of the codebook."""
    names = matcher.codebook.names
    rows = []
    for k, keywords in enumerate(matcher.keywords):
        seen: set[str] = set()
        for keyword, term in keywords.items():
            shared = [names[j] for j, other in enumerate(matcher.keywords) if j != k and term in other.values()]
            row: dict[str, Any] = {"theme": names[k], "keyword": keyword, "shared_with": ", ".join(shared)}
            row |= {"verdict": "dead", "paragraphs": 0, "articles": 0, "elsewhere_theme": ""}
            if term in columns:
                holding = counts.holding([columns[term]])
                own, elsewhere, other, stray = _company(counts, seeds, k, columns[term])
                gained, lost, verdict = changes.get((k, term), (None, None, ""))
                verdicts = {"twice": term in seen, "shared": shared, "stray": stray, verdict: True}
                row |= {"verdict": next(name for name, holds in verdicts.items() if holds), "gained": gained, "lost": lost}
                row |= {"paragraphs": int(holding.sum()), "articles": len(np.unique(counts.articles[holding]))}
                row |= {"company": own, "elsewhere": elsewhere, "elsewhere_theme": "" if other is None else names[other]}
            seen.add(term)
            rows.append(row)
    whole = dict.fromkeys(("paragraphs", "articles", "gained", "lost"), "Int64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(whole | {"company": float, "elsewhere": float})


def _sample(articles: np.ndarray, seed: int) -> np.ndarray:
    """The rows of articles in an order drawn with the seed, at most ``MOST_REFITTED``; ascending."""
    names, of = np.unique(articles, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    return np.sort(np.argsort(order[of], kind="stable")[:MOST_REFITTED])


def _without(seeds: Seeds, k: int, column: int) -> Seeds:
    """The seeds without a keyword of theme ``k``."""
    listed, sizes = seeds.listed.copy(), list(seeds.sizes)
    listed[k, column] = False
    sizes[k] -= 1
    return replace(seeds, listed=listed, sizes=tuple(sizes))


def _company(counts: Counts, seeds: Seeds, k: int, column: int) -> tuple[float, float | None, int | None, bool]:
    """How much oftener than chance a keyword of theme ``k`` meets others of it; of another theme; which; if it strays.

    A stray meets another theme twice as much, in more paragraphs, and in more than chance explains
    (hypergeometric test at .05, divided by the number of other themes). What its theme
    shares with that one speaks for neither.
    """
    others = [j for j in range(len(seeds.sizes)) if j != k]
    company = seeds.listed & ~seeds.listed[k]
    company[k] = seeds.listed[k] & (np.arange(len(seeds.listed[k])) != column)
    each, met, chance = meetings(counts.paragraphs, [[column], *(row.nonzero()[0].tolist() for row in company)])
    oftener, holding, (often, *held) = (met[0, 1:] + 1) / (chance[0, 1:] + 1), each[0] > 0, (each > 0).sum(axis=1)
    if not others:
        return float(oftener[k]), None, None, False
    most = max(others, key=lambda j: oftener[j])
    beside = (each[1:, holding] > 0).sum(axis=1)
    stray = often >= FEWEST_PARAGRAPHS and oftener[most] >= 2 * oftener[k] and beside[most] > beside[k]
    telling = hypergeom.sf(beside[most] - 1, len(holding), held[most], often) < 0.05 / len(others)
    return float(oftener[k]), float(oftener[most]), most, bool(stray and telling)
