"""Words and two-word phrases that the codebook lacks: offered, never added."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import pandas as pd
import regex
from scipy import sparse

from topics.codebook import pattern
from topics.statistics import PRIOR_WORDS, log_odds_z
from topics.tables import UNASSIGNED
from topics.text import Tokens, stop_stems, tokenise
from topics.themes.audit.keywords import MIN_PARAGRAPHS
from topics.themes.estimate import Counts
from topics.themes.matching import Matchers
from topics.themes.model import clip_counts
from topics.themes.scores import FittedThemes

PRIOR_SHARE = 0.1
"""On a small corpus the prior weighs no more than this share of its words."""
MIN_Z, MAX_OFFERED = 2.0, 8


@dataclass(frozen=True)
class Entries:
    """Words and two-word phrases of a corpus: what a codebook could list."""

    keys: tuple[str, ...]
    """The stems of each, parted by a blank."""
    written: tuple[str, ...]
    """Each as the corpus mostly writes it."""
    times: sparse.csr_matrix
    """Paragraphs × entries: how often each stands there, clipped."""
    prior: np.ndarray
    """Pseudo-counts for log-odds."""


def corpus_entries(fitted: FittedThemes) -> Entries:
    """Count the words and phrases of a corpus, but those that a regular expression of the codebook matches."""
    counts = fitted.counts
    patterns = [regular for theme in fitted.codebook.themes for key in theme.keywords if (regular := pattern(key))]
    entries = [list(_entries(tokens, patterns)) for tokens in fitted.corpus.tokens]
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for key, form in chain.from_iterable(entries):
        forms[key][form] += 1
    counted = Counts.of([[[key for key, _ in own]] for own in entries], counts.articles, counts.positions)
    written = tuple(next((form for form, _ in forms[key].most_common(1)), "") for key in counted.columns)
    times = clip_counts(counted.paragraphs)
    totals = np.asarray(times.sum(axis=0)).ravel()
    prior = totals * min(PRIOR_WORDS / max(totals.sum(), 1.0), PRIOR_SHARE)
    return Entries(tuple(counted.columns), written, times, prior)


def missing_words(fitted: FittedThemes, entries: Entries) -> pd.DataFrame:
    """What sets apart the paragraphs of a theme, by their scores, or under ``unassigned`` those without one.

    Each word stands under the theme that it sets apart most; of a phrase and its words, one.
    """
    counts, listed, scored = fitted.counts, _Listed(fitted.matcher), fitted.model.label_free
    times, written, stems = entries.times, entries.written, [frozenset(key.split(" ")) for key in entries.keys]
    unassigned = np.array(~scored.assigned.any(axis=1, keepdims=True))
    inside = np.hstack([scored.assigned, unassigned])
    weights = np.where(inside, np.hstack([scored.scores, unassigned]), 0.0)
    z = log_odds_z((times.T @ weights).T, (times.T @ np.where(inside, 0.0, 1.0)).T, entries.prior)
    # a word of one article is one author's; in a corpus of one article there is no other
    best_theme, min_articles = z.argmax(axis=0), min(2, len(np.unique(counts.articles)))
    rows = []
    for k, name in enumerate([*fitted.codebook.names, UNASSIGNED]):
        present, articles = (times[inside[:, k]] > 0).tocsc(), counts.articles[inside[:, k]]
        n_paragraphs = np.asarray(present.sum(axis=0)).ravel()
        candidates = np.flatnonzero((z[k] >= MIN_Z) & (best_theme == k) & (n_paragraphs >= MIN_PARAGRAPHS))
        n_articles = {int(i): len(np.unique(articles[present[:, [i]].nonzero()[0]])) for i in candidates}
        several = [i for i, n in n_articles.items() if n >= min_articles]
        ranked = [i for i in sorted(several, key=lambda i: (-z[k, i], i)) if not listed.holds(stems[i], written[i])]
        offered: dict[int, frozenset[str]] = {}
        for i in ranked:
            # a word that mostly stands in a phrase makes way for it
            best = next((j for j in ranked if stems[i] < stems[j] and 3 * n_paragraphs[j] >= 2 * n_paragraphs[i]), i)
            if stems[best].isdisjoint(chain.from_iterable(offered.values())):
                offered[best] = stems[best]
        rows += [(name, written[i], int(n_paragraphs[i]), n_articles[i], float(z[k, i])) for i in [*offered][:MAX_OFFERED]]
    return pd.DataFrame(rows, columns=["theme", "word", "paragraphs", "articles", "z"])


class _Listed:
    """Knows the keywords that the codebook lists."""

    def __init__(self, matcher: Matchers) -> None:
        self._matcher = matcher
        keywords = {keyword: term for own in matcher.keywords for keyword, term in own.items()}
        self._terms = set(keywords.values())
        self._stems = [set(tokenise(keyword, matcher.language).stems) for keyword in keywords]

    def holds(self, stems: frozenset[str], form: str) -> bool:
        """Whether a keyword stands in the entry, or has all its words."""
        if not self._terms.isdisjoint(self._matcher.terms(tokenise(form, self._matcher.language))):
            return True
        return any(stems <= own for own in self._stems)


def _entries(tokens: Tokens, patterns: list[regex.Pattern[str]]) -> Iterator[tuple[str, str]]:
    """Each word that is no stop word, and each two such words in a row: stems, and how they are written.

    Words that a regular expression of the codebook matches are left out: it has them already.
    """
    text, stop = tokens.text, stop_stems(tokens.language)
    matched = [match.span() for regular in patterns for match in regular.finditer(text)]
    words = [word for word in tokens.words() if not any(start < word.end and word.start < end for start, end in matched)]
    plain = {word for word in words if not (word.stem in stop or word.stem.isdigit() or word.end - word.start < 2)}
    for word in words:
        if word in plain:
            yield word.stem, text[word.start : word.end].lower()
    for one, two in pairwise(words):
        if {one, two} <= plain and text[one.end : two.start] in (" ", "-"):
            yield f"{one.stem} {two.stem}", text[one.start : two.end].lower()
