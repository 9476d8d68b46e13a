"""Each keyword: where it occurs, which themes' keywords it co-occurs with, and what its theme would lose without it.

The last by leaving it out and fitting anew (the jackknife; Efron 1982), calibration and
trust included. Only the seed goes: a phrase stays one term, which the corpus may teach again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import hypergeom

from topics.tables import EXAMPLE_SEPARATOR, FORM_SEPARATOR
from topics.themes.audit.concordance import examples
from topics.themes.audit.reach import Reach, is_broad, is_strange, keyword_reach
from topics.themes.estimate import Counts, fit_model
from topics.themes.matching import Seeds
from topics.themes.scores import FittedThemes

MAX_REFITTED = 1000
"""Paragraphs on which keywords are left out one by one, articles drawn with the seed."""
MAX_WORK = 2_000_000
"""Fits × themes × paragraphs that leaving out keywords may take: a few seconds; but always ``MIN_FITS``."""
MIN_FITS = 8
MIN_PARAGRAPHS = 3
MAX_FORMS, MAX_FORM = 25, 60
"""Forms that are listed, and characters of each."""
COLUMNS = (
    "theme", "keyword", "verdict", "paragraphs", "articles", "shared_with", "company", "elsewhere", "elsewhere_theme",
    "gained", "lost", "occurrences", "forms", "examples",
)  # fmt: skip


@dataclass(frozen=True)
class Influence:
    """What changes without a keyword."""

    changes: dict[tuple[int, str], tuple[int, int, str]] = field(default_factory=dict)
    """Per theme and term: paragraphs assigned only with it, only without it, and the verdict."""
    part: str = ""
    """For which keywords it was measured, and how; empty if for each by itself."""


def influence(fitted: FittedThemes, tell: Callable[[str, float], None]) -> Influence:
    """Leave out keywords that occur, on at most ``MAX_REFITTED`` paragraphs.

    Each by itself if that is at most ``MAX_WORK``; if not, of each theme as many as that allows, those in most
    paragraphs; and with very many themes one of each, those of several themes at once.
    """
    settings, matcher = fitted.settings.themes, fitted.matcher
    rows = _sample(fitted.counts.articles, fitted.settings.seed)
    counts, vectors = fitted.counts.part(rows), fitted.model.vectors.part(rows)
    # the reference is fitted on the same part: the whole corpus teaches more
    seeds = matcher.seeds(counts.columns)
    assigned = fit_model(counts, seeds, vectors, settings).label_free.assigned
    frequency = np.asarray((counts.paragraphs > 0).sum(axis=0)).ravel()
    terms = [[term for term in dict.fromkeys(own.values()) if term in counts.columns] for own in matcher.keywords]
    batches, each = _batches(terms, {term: int(frequency[i]) for term, i in counts.columns.items()}, len(counts.articles))
    several = any(len(batch) > 1 for batch in batches)
    changes = {}
    for done, batch in enumerate(batches):
        tell("keywords", done / len(batches))
        less, other = seeds, vectors
        for k, term in batch:
            less = less.without(k, counts.columns[term])
            other = other.without(k, [keyword for keyword, own in matcher.keywords[k].items() if own == term])
        without = fit_model(counts, less, other, settings).label_free.assigned
        for k, term in batch:
            before, after = assigned[:, k], without[:, k]
            gained, lost = int((before & ~after).sum()), int((after & ~before).sum())
            verdict = ""
            if gained >= 2 and gained > before.sum() / 2:
                verdict = "carries"
            elif before.any() and gained == lost == 0 and not several:
                verdict = "idle"
            changes[k, term] = (gained, lost, verdict)
    part = ""
    if each:
        part = f"for the {f'{each} keywords' if each > 1 else 'keyword'} of each theme in most paragraphs"
    return Influence(changes, f"{part}, those of several themes left out at once" if several else part)


def _batches(
    terms: list[list[str]], frequency: dict[str, int], n_paragraphs: int
) -> tuple[list[list[tuple[int, str]]], int]:
    """Which keywords to leave out in each fit, and how many of each theme; 0 stands for all."""
    jobs = [(k, term) for k, own in enumerate(terms) for term in own]
    # the time of a fit grows with both
    fits = max(MIN_FITS, MAX_WORK // (len(terms) * n_paragraphs))
    if len(jobs) <= fits:
        return [[job] for job in jobs], 0
    each = max(1, fits // len(terms))
    ranked = [sorted(own, key=lambda term: -frequency[term])[:each] for own in terms]
    jobs = [(k, term) for k, own in enumerate(ranked) for term in own]
    return [jobs[i::fits] for i in range(min(fits, len(jobs)))], each


def about_keywords(fitted: FittedThemes, changes: Mapping[tuple[int, str], tuple[int, int, str]]) -> pd.DataFrame:
    """A row per keyword, in the order of the codebook."""
    names, counts, by_theme = fitted.codebook.names, fitted.counts, fitted.matcher.keywords
    language, lengths = fitted.corpus.language, fitted.corpus.paragraphs["n_words"].to_numpy()
    texts, articles = [tokens.text for tokens in fitted.corpus.tokens], counts.articles.tolist()
    themes_of: defaultdict[str, list[int]] = defaultdict(list)
    for k, keywords in enumerate(by_theme):
        for term in set(keywords.values()):
            themes_of[term].append(k)
    reach_of, company = keyword_reach(fitted), Company(counts, fitted.seeds)
    rows = []
    for k, keywords in enumerate(by_theme):
        seen: set[str] = set()
        for keyword, term in keywords.items():
            shared = [names[j] for j in themes_of[term] if j != k]
            reach = reach_of.get((k, keyword), Reach())
            row: dict[str, Any] = {"theme": names[k], "keyword": keyword, "shared_with": ", ".join(shared)}
            row |= {"verdict": "dead", "paragraphs": 0, "articles": 0, "elsewhere_theme": ""}
            row |= {"occurrences": len(reach.rows), "forms": forms_cell(reach.forms)}
            row |= {"examples": EXAMPLE_SEPARATOR.join(examples(reach, keyword, texts, articles))}
            if reach.rows and term in counts.columns:
                own, elsewhere, other, stray = company.of(k, counts.columns[term])
                gained, lost, verdict = changes.get((k, term), (None, None, ""))
                # the first that holds, the gravest first
                verdicts = {
                    "strange": is_strange(reach, keyword, language),
                    "broad": is_broad(reach, keyword, lengths, language),
                    "twice": term in seen,
                    "shared": shared,
                    "stray": stray,
                    verdict: True,
                }
                row |= {"verdict": next(name for name, holds in verdicts.items() if holds), "gained": gained, "lost": lost}
                holding = reach.paragraphs
                row |= {"paragraphs": len(holding), "articles": len(np.unique(counts.articles[holding]))}
                row |= {"company": own, "elsewhere": elsewhere, "elsewhere_theme": "" if other is None else names[other]}
            seen.add(term)
            rows.append(row)
    # whole numbers that may be missing
    whole = dict.fromkeys(("paragraphs", "articles", "gained", "lost", "occurrences"), "Int64")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(whole | {"company": float, "elsewhere": float})


def _sample(articles: np.ndarray, seed: int) -> np.ndarray:
    """The rows of articles in an order drawn with the seed, at most ``MAX_REFITTED``; ascending."""
    names, of = np.unique(articles, return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    return np.sort(np.argsort(order[of], kind="stable")[:MAX_REFITTED])


class Company:
    """How much more often than by chance keywords co-occur with those of their own theme, and of others."""

    def __init__(self, counts: Counts, seeds: Seeds) -> None:
        self._present = (counts.paragraphs > 0).astype(float).tocsc()
        self._listed = seeds.listed
        # themes × paragraphs: how many keywords of each theme stand there
        self._hits = (self._present @ sparse.csc_matrix(seeds.listed.T.astype(float))).toarray().T
        self._shared = seeds.listed.sum(axis=0) > 1
        self._beside = lru_cache(maxsize=1)(self._hits_beside)

    def of(self, k: int, column: int) -> tuple[float, float | None, int | None, bool]:
        """Co-occurrence of a keyword of theme ``k`` with the theme's others, relative to chance, and with another's.

        Then which theme that is, and whether the keyword strays: it co-occurs with that theme twice as much, in more
        paragraphs, and in more than chance explains (hypergeometric test at .05, divided by the number of other themes).
        Keywords that both themes share count for neither.
        """
        n_themes, n = self._hits.shape
        keyword = self._present[:, [column]].toarray().ravel()
        hits, sums = self._beside(k)
        with_keyword, sums = hits @ keyword, sums.copy()
        # of its own theme, all keywords but this one
        with_keyword[k] -= keyword.sum()
        sums[k] -= keyword.sum()
        ratio = (with_keyword + 1) / (keyword.sum() * sums / n + 1)
        if n_themes == 1:
            return float(ratio[k]), None, None, False
        most = int(np.where(np.arange(n_themes) == k, -1.0, ratio).argmax())
        n_keyword, n_theme = int(keyword.sum()), int((hits[most] > 0).sum())
        together = int((hits[most, keyword > 0] > 0).sum())
        with_own = int((hits[k, keyword > 0] > 1).sum())  # the keyword itself is one
        stray = n_keyword >= MIN_PARAGRAPHS and ratio[most] >= 2 * ratio[k] and together > with_own
        significant = hypergeom.sf(together - 1, n, n_theme, n_keyword) < 0.05 / (n_themes - 1)
        return float(ratio[k]), float(ratio[most]), most, bool(stray and significant)

    def _hits_beside(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The hits without those of other themes' keywords that theme ``k`` lists, too; and their sums by theme."""
        hits = self._hits.copy()
        for column in np.flatnonzero(self._listed[k] & self._shared):
            others = np.flatnonzero(self._listed[:, column] & (np.arange(len(hits)) != k))
            hits[others] -= self._present[:, [column]].toarray().ravel()
        return hits, hits.sum(axis=1)


def forms_cell(forms: Counter[str]) -> str:
    """Forms with their numbers in a cell, the most frequent first: ``gas (12)|gases (3)``."""
    ranked = sorted(forms.items(), key=lambda item: (-item[1], item[0]))
    cells = [f"{_short(form)} ({number})" for form, number in ranked[:MAX_FORMS]]
    if others := ranked[MAX_FORMS:]:
        cells.append(f"{len(others)} other forms ({sum(number for _, number in others)})")
    return FORM_SEPARATOR.join(cells)


def _short(form: str) -> str:
    # a regular expression may match half a page
    form = form.replace("|", "¦")
    return form if len(form) <= MAX_FORM else f"{form[: MAX_FORM - 1]}…"
