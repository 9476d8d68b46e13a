"""Paragraphs + themes -> which themes are assigned together."""

import itertools

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import chi2

from topics import tables
from topics.codebook import Codebook
from topics.measures.bootstrap import bootstrap_weights, interval
from topics.measures.membership import assigned_themes
from topics.settings import Settings


def theme_co_occurrence(
    paragraphs: pd.DataFrame, themes: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> pd.DataFrame:
    """How often two themes are assigned to one paragraph, against chance.

    ``lift`` is the number of paragraphs with both over the number that chance gives two themes of their
    frequencies. The interval reaches as far as the wider of two on either side: a Bayesian bootstrap
    over whole articles (Rubin 1981), for paragraphs of one article are alike, and the exact interval
    of a Poisson count (Garwood 1936), for a pair that was never seen may just have had no occasion.
    Of themes that co-occur by chance, 92 to 100 of 100 intervals of 95 % hold 1
    (``tests/measures/test_co_occurrence.py`` simulates it).

    Returns
    -------
    DataFrame
        ``co_occurrence.csv``: each pair of themes once, in the order of the codebook; ``n`` counts the
        paragraphs with both. ``lift``, ``low`` and ``high`` are empty where a theme is never assigned.
    """
    settings = settings or Settings()
    level = settings.profiles.level
    assigned = assigned_themes(paragraphs, themes, codebook)
    # summed by article first: draws × articles is small, draws × paragraphs is not
    article = np.unique(paragraphs["article_id"], return_inverse=True)[1]
    by_article = csr_matrix((np.ones(len(article)), (article, np.arange(len(article)))))
    weights = bootstrap_weights(by_article.shape[0], settings.profiles.draws, np.random.default_rng(settings.seed))
    all_drawn, single_drawn = weights @ np.bincount(article), weights @ (by_article @ assigned)
    rows = []
    for a, b in itertools.combinations(range(len(codebook.names)), 2):
        both = assigned[:, a] * assigned[:, b]
        n = int(both.sum())
        row = {"theme": codebook.names[a], "other": codebook.names[b], "n": n}
        if assigned[:, a].any() and assigned[:, b].any():
            expected = assigned[:, a].sum() * assigned[:, b].sum() / len(assigned)
            drawn = (weights @ (by_article @ both)) * all_drawn / (single_drawn[:, a] * single_drawn[:, b])
            low, high = interval(drawn, np.array(n / expected), level)
            # the bootstrap of a pair that was never seen has no width
            poisson_low = chi2.ppf((1 - level) / 2, 2 * n) / 2 / expected if n else 0.0
            poisson_high = chi2.ppf((1 + level) / 2, 2 * (n + 1)) / 2 / expected
            row |= {"lift": n / expected, "low": min(low, poisson_low), "high": max(high, poisson_high)}
        rows.append(row)
    return tables.check(pd.DataFrame(rows, columns=list(tables.COLUMNS["co_occurrence"])), "co_occurrence")
