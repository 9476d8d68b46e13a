"""Words and two-word phrases that the codebook lacks: offered, never added."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, pairwise

import numpy as np
import pandas as pd
from scipy import sparse

from topics.codebook import pattern
from topics.statistics import PRIOR_WORDS, log_odds_z
from topics.tables import UNASSIGNED
from topics.text import find_words, stop_stems
from topics.themes.audit.keywords import FEWEST_PARAGRAPHS
from topics.themes.estimate import Counts, Scored
from topics.themes.matching import Matcher
from topics.themes.model import cap

PRIOR_SHARE = 0.1
"""On a small corpus the prior weighs no more than this share of its words."""
LEAST_Z, MOST_OFFERED = 2.0, 8


def lacking(texts: list[str], counts: Counts, matcher: Matcher, scored: Scored) -> pd.DataFrame:
    """What sets apart the paragraphs of a theme, by their scores, or under ``unassigned`` those without one.

    Each word stands under the theme that it sets apart most; of a phrase and its words, one.
    """
    patterns = [regular for theme in matcher.codebook.themes for keyword in theme.keywords if (regular := pattern(keyword))]
    found = [list(_entries(_blank(text, patterns), matcher.language)) for text in texts]
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, form in chain.from_iterable(found):
        forms[key][form] += 1
    keys = [[[key for key, _ in entries]] for entries in found]
    entries, columns = Counts.of(keys, counts.articles, counts.positions)
    times, stems = cap(entries.paragraphs), [frozenset(key.split(" ")) for key in columns]
    shown = [next((form for form, _ in forms[key].most_common(1)), "") for key in columns]
    none = np.array(~scored.assigned.any(axis=1, keepdims=True))
    inside = np.hstack([scored.assigned, none])
    z = _z(times, np.where(inside, np.hstack([scored.scores, none]), 0.0), np.where(inside, 0.0, 1.0))
    rows = []
    for k, name in enumerate([*matcher.codebook.names, UNASSIGNED]):
        present, articles = (times[inside[:, k]] > 0).tocsc(), counts.articles[inside[:, k]]
        often = np.asarray(present.sum(axis=0)).ravel()
        likely = np.flatnonzero((z[:, k] >= LEAST_Z) & (z.argmax(axis=1) == k) & (often >= FEWEST_PARAGRAPHS))
        spread = {int(i): len(np.unique(articles[present[:, [i]].nonzero()[0]])) for i in likely}
        several = {i for i, n in spread.items() if n >= min(2, len(np.unique(counts.articles)))}
        ranked = [i for i in sorted(several, key=lambda i: (-z[i, k], i)) if not _known(stems[i], shown[i], matcher)]
        chosen: dict[int, frozenset[str]] = {}
        for i in ranked:
            best = next((j for j in ranked if stems[i] < stems[j] and 3 * often[j] >= 2 * often[i]), i)
            if stems[best].isdisjoint(chain.from_iterable(chosen.values())):
                chosen[best] = stems[best]
        rows += [(name, shown[i], int(often[i]), spread[i], float(z[i, k])) for i in [*chosen][:MOST_OFFERED]]
    return pd.DataFrame(rows, columns=["theme", "word", "paragraphs", "articles", "z"])


def _z(times: sparse.csr_matrix, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """How surely each entry (rows) sets the paragraphs that weigh ``inside`` apart from those that weigh ``outside``."""
    totals = np.asarray(times.sum(axis=0)).ravel()
    prior = totals * min(PRIOR_WORDS / max(totals.sum(), 1.0), PRIOR_SHARE)
    return log_odds_z((times.T @ inside).T, (times.T @ outside).T, prior).T


def _known(stems: frozenset[str], shown: str, matcher: Matcher) -> bool:
    """Whether a keyword stands in the entry, or has all its words."""
    listed = {term for keywords in matcher.keywords for term in keywords.values()}
    return not listed.isdisjoint(matcher.terms(shown)) or any(stems <= {*term.split(" ")} for term in listed)


def _blank(text: str, patterns: list[re.Pattern[str]]) -> str:
    """A text without what a regular expression of the codebook finds in it."""
    for regular in patterns:
        text = regular.sub(lambda hit: "." * len(hit.group()), text)
    return text


def _entries(text: str, language: str) -> Iterator[tuple[str, str]]:
    """Each word that is no stop word, and each two such words in a row: stems, and how they are written."""
    stop, found = stop_stems(language), find_words(text, language)
    plain = {word for word in found if not (word.stem in stop or word.stem.isdigit() or word.end - word.start < 2)}
    for word in found:
        if word in plain:
            yield word.stem, text[word.start : word.end].lower()
    for one, two in pairwise(found):
        if {one, two} <= plain and text[one.end : two.start] in (" ", "-"):
            yield f"{one.stem} {two.stem}", text[one.start : two.end].lower()
