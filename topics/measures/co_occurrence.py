"""Paragraphs + themes -> which themes are spoken of together."""

import itertools

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import chi2

from topics import tables
from topics.codebook import Codebook
from topics.reading.paragraphs import Corpus
from topics.settings import Settings
from topics.themes.scores import Themes


def co_occurrence(corpus: Corpus, themes: Themes, codebook: Codebook, settings: Settings | None = None) -> pd.DataFrame:
    """How often two themes are assigned to one paragraph, against chance.

    ``lift`` is the number of paragraphs with both over the number that chance gives two themes of their
    frequencies. The interval reaches as far as the wider of two on either side: a Bayesian bootstrap
    over whole articles (Rubin 1981), for paragraphs of one article are alike, and the exact interval
    of a Poisson count (Garwood 1936), for a pair that was never seen may just have had no occasion.
    Of themes that meet by chance, 92 to 100 of 100 intervals of 95 % hold 1
    (``tests/measures/test_co_occurrence.py`` simulates it).

    Returns
    -------
    DataFrame
        ``co_occurrence.csv``: each pair of themes once, in the order of the codebook; ``n`` counts the
        paragraphs with both. ``lift``, ``low`` and ``high`` are empty where a theme is never assigned.
    """
    settings = settings or Settings()
    wide = themes.table.pivot(index="paragraph_id", columns="theme", values="assigned")
    held = wide.reindex(corpus.paragraphs["paragraph_id"])[codebook.names].to_numpy(dtype=float)
    article = np.unique(corpus.paragraphs["article_id"], return_inverse=True)[1]
    member = csr_matrix((np.ones(len(article)), (article, np.arange(len(article)))))
    rng = np.random.default_rng(settings.seed)
    weights = rng.dirichlet(np.ones(member.shape[0]), size=settings.profiles.draws)
    each, single = weights @ np.bincount(article), weights @ (member @ held)
    tail = (1 - settings.profiles.level) / 2
    rows = []
    for a, b in itertools.combinations(range(len(codebook.names)), 2):
        both = held[:, a] * held[:, b]
        n = int(both.sum())
        row = {"theme": codebook.names[a], "other": codebook.names[b], "n": n}
        if held[:, a].any() and held[:, b].any():
            chance = held[:, a].sum() * held[:, b].sum() / len(held)
            drawn = (weights @ (member @ both)) * each / (single[:, a] * single[:, b])
            low, high = np.quantile(drawn, [tail, 1 - tail])
            least = chi2.ppf(tail, 2 * n) / 2 / chance if n else 0.0
            most = chi2.ppf(1 - tail, 2 * (n + 1)) / 2 / chance
            row |= {"lift": n / chance, "low": min(low, least), "high": max(high, most)}
        rows.append(row)
    columns = list(tables.COLUMNS["co_occurrence"])
    return tables.check(pd.DataFrame(rows, columns=columns), "co_occurrence")
