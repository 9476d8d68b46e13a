"""Assignments -> article shares with intervals.

A share is of words: a paragraph gives its words in equal parts to the themes it
is assigned, to ``unassigned`` if it has none.

The interval answers: had the author written as many other paragraphs in the same
vein, where would the share lie? It is a Bayesian bootstrap (Rubin 1981) with one
more paragraph's worth of prior: draws from the posterior of a Dirichlet process
whose base measure is the corpus (Ferguson 1973; concentration 1), half mixed with
"any theme alike". The prior paragraph keeps intervals honest on short articles,
where resampling three alike paragraphs would claim certainty;
``tests/test_profiles.py`` simulates their coverage.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from topics import tables
from topics.codebook import Codebook
from topics.paragraphs import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.themes import Themes
from topics.topic_model import Topics

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

PRIOR_PARAGRAPHS = 1.0


def of_themes(corpus: Corpus, themes: Themes, codebook: Codebook, settings: Settings | None = None) -> pd.DataFrame:
    """Each article's share of words per theme, ``unassigned`` included.

    Returns
    -------
    DataFrame
        ``profiles.csv``: shares of an article sum to 1; ``low`` and ``high`` are
        the ``profiles.level`` interval; ``n_paragraphs`` counts the paragraphs
        that were assigned the theme.
    """
    import numpy as np

    settings = settings or Settings()
    wide = themes.table.pivot(index="paragraph_id", columns="theme", values="assigned")
    wide = wide.reindex(corpus.paragraphs["paragraph_id"])[codebook.names]
    assigned = wide.to_numpy(dtype=float)
    membership = np.column_stack([assigned, assigned.sum(axis=1) == 0]).astype(float)
    frame = _shares(corpus, membership / membership.sum(axis=1, keepdims=True), [*codebook.names, UNASSIGNED], settings)
    return tables.check(frame.rename(columns={"name": "theme"}), "profiles")


def of_outlets(corpus: Corpus, profiles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None) -> pd.DataFrame:
    """Each outlet's share of words per theme: what :func:`of_themes` is to paragraphs, with whole articles drawn.

    Parameters
    ----------
    profiles
        ``profiles.csv``, as :func:`of_themes` made it.

    Returns
    -------
    DataFrame
        ``outlets.csv``; articles that name no outlet are one group, with an empty name.
    """
    import pandas as pd

    settings = settings or Settings()
    articles = corpus.articles[corpus.articles["n_paragraphs"] > 0].set_index("article_id")
    names = [*codebook.names, UNASSIGNED]
    wide = profiles.pivot(index="article_id", columns="theme", values="share").loc[articles.index, names].to_numpy()
    words = articles["n_words"].to_numpy(dtype=float).clip(min=1)
    parts = []
    for outlet, rows in articles.reset_index().groupby("outlet", sort=True).indices.items():
        frame = _one(wide[rows], words[rows], wide, names, str(outlet), settings)
        parts.append(frame.assign(outlet=outlet, n_articles=(wide[rows] > 0).sum(axis=0)))
    return tables.check(pd.concat(parts, ignore_index=True).rename(columns={"name": "theme"}), "outlets")


def of_topics(corpus: Corpus, topics: Topics, settings: Settings | None = None) -> pd.DataFrame:
    """Each article's share of words per topic (``article_topics.csv``), outliers included."""
    import numpy as np

    settings = settings or Settings()
    ids = topics.topics["topic_id"].tolist()
    labels = topics.paragraph_topics["topic_id"].to_numpy()
    membership = (labels[:, None] == np.array(ids)[None, :]).astype(float)
    frame = _shares(corpus, membership, ids, settings)
    return tables.check(frame.rename(columns={"name": "topic_id"}), "article_topics")


def interval(
    membership: np.ndarray, words: np.ndarray, base: np.ndarray, draws: int, level: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior interval of word shares under a Dirichlet process.

    Parameters
    ----------
    membership
        Paragraphs × names, rows sum to 1.
    words
        Words of each paragraph.
    base
        Rows like ``membership`` from which the prior paragraph is drawn.
    draws, level
        Number of draws; mass of the interval, in 0…1.

    Returns
    -------
    low, high
        One value per name, in 0…1.
    """
    import numpy as np

    n = len(membership)
    prior = base[rng.integers(len(base), size=draws)]
    flat = rng.random(draws) < 0.5
    single = np.eye(membership.shape[1])[rng.integers(membership.shape[1], size=draws)]
    prior = np.where(flat[:, None], single, prior)
    weights = rng.standard_gamma(np.append(np.ones(n), PRIOR_PARAGRAPHS), size=(draws, n + 1))
    weights[:, :n] *= words
    weights[:, n] *= words.mean()
    weights /= weights.sum(axis=1, keepdims=True)
    shares = weights[:, :n] @ membership + weights[:, n:] * prior
    tail = (1 - level) / 2
    low, high = np.quantile(shares, [tail, 1 - tail], axis=0)
    return low, high


def _shares(corpus: Corpus, membership: np.ndarray, names: list, settings: Settings) -> pd.DataFrame:
    import pandas as pd

    paragraphs = corpus.paragraphs
    words = paragraphs["n_words"].to_numpy(dtype=float).clip(min=1)
    parts = []
    for article_id, rows in paragraphs.groupby("article_id", sort=True).indices.items():
        own = membership[rows]
        frame = _one(own, words[rows], membership, names, str(article_id), settings)
        parts.append(frame.assign(article_id=article_id, n_paragraphs=(own > 0).sum(axis=0)))
    return pd.concat(parts, ignore_index=True)


def _one(own: np.ndarray, words: np.ndarray, base: np.ndarray, names: list, key: str, settings: Settings) -> pd.DataFrame:
    """Shares and intervals of one article or outlet.

    Its random numbers hang on its own ``key``, so that adding an article moves no other's draws.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng([settings.seed, zlib.crc32(key.encode())])
    share = words @ own / words.sum()
    low, high = interval(own, words, base, settings.profiles.draws, settings.profiles.level, rng)
    return pd.DataFrame({"name": names, "share": share, "low": np.minimum(low, share), "high": np.maximum(high, share)})
