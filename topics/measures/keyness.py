"""Paragraphs + outlets -> the words that set an outlet apart from the others.

The log-odds ratio with an informative Dirichlet prior, the corpus (Monroe, Colaresi and Quinn 2008,
Fightin' Words, equations 16, 19 and 22), so that a rare word does not win by chance. Their variance
takes every word for an independent draw; but an author who writes a word once writes it again. The
interval is therefore a Bayesian bootstrap over whole articles (Rubin 1981) with one prior article,
drawn from the corpus, and a word that the outlet has in one article alone does not count.

Every word is looked at by itself, and there are many: of outlets that do not differ, none of the
words of a few articles passes, but 3 to 8 in a hundred do from a dozen articles on
(``tests/measures/test_keyness.py`` simulates it). The words are a place to start reading, not a finding.
"""

import zlib

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack

from topics import tables
from topics.reading.paragraphs import Corpus
from topics.settings import Settings
from topics.text.phrases import Vocabulary, build_vocabulary

PRIOR_WORDS = 500.0
"""Words that the prior counts as (Monroe, Colaresi and Quinn use 500 in their code)."""
MOST_WORDS = 25
"""Words kept per outlet."""
_MOST_DRAWS = 500
_FEWEST_ARTICLES = 2
_MOST_TESTED = 2000


def keyness(corpus: Corpus, settings: Settings | None = None) -> pd.DataFrame:
    """Words that each outlet uses more than the others do, phrases and names whole.

    Returns
    -------
    DataFrame
        ``keyness.csv``: per outlet at most 25 words in at least two of its articles, whose interval
        lies above 0, the highest z-score first; ``log_odds`` is the natural logarithm of the odds
        ratio with its ``profiles.level`` interval, ``n`` and ``n_others`` count the word. Without
        a row where fewer than two outlets have an article.
    """
    settings = settings or Settings()
    read = corpus.articles[corpus.articles["n_paragraphs"] > 0]
    outlets = sorted(set(read["outlet"]))
    if len(outlets) < 2:
        return tables.empty("keyness")
    known = build_vocabulary(corpus.phrase_tokens, phrases=settings.topics.phrases, min_count=2)
    counts, terms = _by_article(known, corpus.paragraphs["article_id"], read["article_id"].tolist())
    if len(terms) < 2:
        return tables.empty("keyness")
    parts = []
    for outlet in outlets:
        own = (read["outlet"] == outlet).to_numpy()
        found = _of_one(counts, own, settings, np.random.default_rng([settings.seed, zlib.crc32(outlet.encode())]))
        rows = found.assign(outlet=outlet, word=[known.show(terms[term]) for term in found["term"]])
        kept = rows[rows["low"] > 0]
        kept = kept.sort_values(["z", "word"], ascending=[False, True], kind="stable").head(MOST_WORDS)
        parts.append(kept.assign(rank=range(1, len(kept) + 1)))
    return tables.check(pd.concat(parts, ignore_index=True), "keyness")


def log_odds(own: np.ndarray, others: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Log-odds ratio of each word between two groups with a Dirichlet prior (equation 16).

    Parameters
    ----------
    own, others
        Counts, … × words.
    prior
        Pseudo-counts of the words.
    """

    def odds(counts: np.ndarray) -> np.ndarray:
        with_prior = counts + prior
        return np.log(with_prior) - np.log(with_prior.sum(axis=-1, keepdims=True) - with_prior)

    return odds(own) - odds(others)


def _of_one(counts: csr_matrix, own: np.ndarray, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """The words that one outlet uses more than the others, in enough of its articles; ``term`` is the column."""
    n, n_others = (np.asarray(counts[rows].sum(axis=0)).ravel() for rows in (own, ~own))
    prior = PRIOR_WORDS * (n + n_others) / (n + n_others).sum()
    ratio = log_odds(n, n_others, prior)
    z = ratio / np.sqrt(1 / (n + prior) + 1 / (n_others + prior))
    articles = np.asarray((counts[own] > 0).sum(axis=0)).ravel()
    term = np.flatnonzero((articles >= min(_FEWEST_ARTICLES, own.sum())) & (ratio > 0))
    term = term[np.argsort(-z[term], kind="stable")][:_MOST_TESTED]
    rest = np.setdiff1d(np.arange(counts.shape[1]), term)
    few = hstack([counts[:, term], csr_matrix(counts[:, rest].sum(axis=1))], format="csr")
    draws = min(settings.profiles.draws, _MOST_DRAWS)
    here, there = (_resampled(few, rows, draws, rng) for rows in (own, ~own))
    with np.errstate(divide="ignore", invalid="ignore"):  # the last column may hold all words, or none
        drawn = log_odds(here, there, np.append(prior[term], prior[rest].sum()))
    tail = (1 - settings.profiles.level) / 2
    low, high = np.quantile(drawn[:, :-1], [tail, 1 - tail], axis=0)
    ratio = ratio[term]
    return pd.DataFrame(
        {
            "term": term, "log_odds": ratio, "low": np.minimum(low, ratio), "high": np.maximum(high, ratio), "z": z[term],
            "n": n[term].astype(int), "n_others": n_others[term].astype(int),
        }
    )  # fmt: skip


def _resampled(counts: csr_matrix, rows: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Counts of words (draws × words) under weights of the articles and of one more, drawn from the whole corpus.

    The prior article keeps words honest that a few articles happen not to have.
    """
    own = counts[rows]
    n = own.shape[0]
    weights = rng.dirichlet(np.ones(n + 1), size=draws) * n
    prior = counts[rng.integers(counts.shape[0], size=draws)]
    return weights[:, :n] @ own + prior.multiply(weights[:, n:]).toarray()


def _by_article(known: Vocabulary, articles: pd.Series, ids: list[str]) -> tuple[csr_matrix, list[str]]:
    """Articles × terms, and the terms."""
    terms = sorted({term for document in known.documents for term in document})
    column, row = ({name: i for i, name in enumerate(names)} for names in (terms, ids))
    columns = [column[term] for document in known.documents for term in document]
    rows = [row[article] for article, document in zip(articles, known.documents, strict=True) for _ in document]
    return csr_matrix((np.ones(len(columns)), (rows, columns)), shape=(len(ids), len(terms))), terms
