"""Counted words + outlets -> the words that set an outlet apart from the others.

The log-odds ratio with an informative Dirichlet prior, the corpus (:mod:`topics.statistics`). Its variance
takes every word for an independent draw; but an author who writes a word once writes it again. The
interval is therefore a Bayesian bootstrap over whole articles (:mod:`topics.measures.bootstrap`) with one prior article,
drawn from the corpus, and a word that the outlet has in one article alone does not count.

Every word is looked at by itself, and there are many: of outlets that do not differ, none of the
words of a few articles passes, but 3 to 8 in a hundred do from a dozen articles on
(``tests/measures/test_keyness.py`` simulates it). The words are a place to start reading, not a finding.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack

from topics import tables
from topics.measures.bootstrap import bootstrap_weights, interval
from topics.settings import Settings
from topics.statistics import PRIOR_WORDS, log_odds_ratio, log_odds_z

MAX_WORDS = 25
"""Words kept per outlet."""
_MAX_DRAWS = 500
_MIN_ARTICLES = 2
_MAX_TESTED = 2000


def outlet_keyness(
    articles: pd.DataFrame, counts: csr_matrix, words: Sequence[str], settings: Settings | None = None
) -> pd.DataFrame:
    """Words that each outlet uses more than the others do.

    Parameters
    ----------
    articles
        ``articles.csv``.
    counts
        How often each word stands in each article: rows as in ``articles``, a column per word.
    words
        How each word is written.

    Returns
    -------
    DataFrame
        ``keyness.csv``: per outlet at most 25 words in at least two of its articles, whose interval
        lies above 0, the highest z-score first; ``log_odds`` is the natural logarithm of the odds
        ratio with its ``profiles.level`` interval, ``n`` and ``n_others`` count the word. Without
        a row where fewer than two outlets have an article.
    """
    settings = settings or Settings()
    kept = (articles["n_paragraphs"] > 0).to_numpy()
    outlet_of, counts = articles["outlet"].to_numpy()[kept], counts[kept]
    outlets = sorted(set(outlet_of))
    if len(outlets) < 2 or len(words) < 2:
        return tables.empty("keyness")
    parts = []
    for outlet in outlets:
        rng = np.random.default_rng([settings.seed, zlib.crc32(outlet.encode())])
        rows = _one_outlet(counts, outlet_of == outlet, settings, rng)
        rows = rows.assign(outlet=outlet, word=[words[term] for term in rows["term"]])
        rows = rows[rows["low"] > 0].sort_values(["z", "word"], ascending=[False, True], kind="stable").head(MAX_WORDS)
        parts.append(rows.assign(rank=range(1, len(rows) + 1)))
    return tables.check(pd.concat(parts, ignore_index=True), "keyness")


def _one_outlet(counts: csr_matrix, own: np.ndarray, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """The words that one outlet uses more than the others, in enough of its articles; ``term`` is the column."""
    n, n_others = (np.asarray(counts[rows].sum(axis=0)).ravel() for rows in (own, ~own))
    prior = PRIOR_WORDS * (n + n_others) / (n + n_others).sum()
    ratio, z = log_odds_ratio(n, n_others, prior), log_odds_z(n, n_others, prior)
    # a word of a single article says something of its subject, not of the outlet
    n_articles = np.asarray((counts[own] > 0).sum(axis=0)).ravel()
    term = np.flatnonzero((n_articles >= min(_MIN_ARTICLES, own.sum())) & (ratio > 0))
    term = term[np.argsort(-z[term], kind="stable")][:_MAX_TESTED]
    # the words that are not tested are one column: the odds of the others need their sum alone
    rest = np.setdiff1d(np.arange(counts.shape[1]), term)
    tested = hstack([counts[:, term], csr_matrix(counts[:, rest].sum(axis=1))], format="csr")
    draws = min(settings.profiles.draws, _MAX_DRAWS)
    here, there = (_draw_counts(tested, rows, draws, rng) for rows in (own, ~own))
    drawn = log_odds_ratio(here, there, np.append(prior[term], prior[rest].sum()))
    low, high = interval(drawn[:, :-1], ratio[term], settings.profiles.level)
    return pd.DataFrame(
        {
            "term": term, "log_odds": ratio[term], "low": low, "high": high, "z": z[term],
            "n": n[term].astype(int), "n_others": n_others[term].astype(int),
        }
    )  # fmt: skip


def _draw_counts(counts: csr_matrix, rows: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Counts of words (draws × words) under weights of the articles and of one more, drawn from the whole corpus.

    The prior article keeps words honest that a few articles happen not to have.
    """
    own = counts[rows]
    n = own.shape[0]
    weights = bootstrap_weights(n + 1, draws, rng) * n
    prior = counts[rng.integers(counts.shape[0], size=draws)]
    return weights[:, :n] @ own + prior.multiply(weights[:, n:]).toarray()
