"""Assignments -> shares of words, with intervals: of articles, outlets, periods, the corpus.

A share is of words: a paragraph gives its words in equal parts to the themes it
is assigned, to ``unassigned`` if it has none.

The interval answers: had the author written as many other paragraphs in the same
vein, where would the share lie? It is a Bayesian bootstrap with one more paragraph of
prior, drawn from the corpus, half mixed with "any theme alike"
(:mod:`topics.measures.bootstrap`). The prior paragraph keeps intervals honest on short articles,
where resampling three alike paragraphs would claim certainty;
``tests/measures/test_shares.py`` simulates their coverage. Shares of outlets, periods and the corpus
are drawn by whole articles in the same way, for paragraphs of one article are alike.
"""

import zlib

import numpy as np
import pandas as pd

from topics import tables
from topics.codebook import Codebook
from topics.measures.bootstrap import bootstrap_weights, contiguous_blocks, interval
from topics.settings import Settings


def assigned_themes(paragraphs: pd.DataFrame, themes: pd.DataFrame, codebook: Codebook) -> np.ndarray:
    """Paragraphs × themes, 1 where a theme is assigned: rows as in ``paragraphs``, columns as in the codebook."""
    wide = themes.pivot(index="paragraph_id", columns="theme", values="assigned")
    return wide.reindex(paragraphs["paragraph_id"])[codebook.names].to_numpy(dtype=float)


def article_topic_shares(
    paragraphs: pd.DataFrame, paragraph_topics: pd.DataFrame, settings: Settings | None = None
) -> pd.DataFrame:
    """Each article's share of words per topic (``article_topics.csv``), outliers included."""
    labels = paragraph_topics.set_index("paragraph_id")["topic_id"].reindex(paragraphs["paragraph_id"]).to_numpy()
    topics = sorted(set(labels.tolist()))
    membership = (labels[:, None] == np.array(topics)).astype(float)
    shares = _article_shares(paragraphs, membership, "topic_id", topics, settings or Settings())
    return tables.check(shares, "article_topics")


def group_shares(
    table: str,
    articles: pd.DataFrame,
    shares: pd.DataFrame,
    groups: pd.Series,
    names: list,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Shares of words of groups of articles: outlets, periods, or the whole corpus as one; whole articles are drawn.

    Parameters
    ----------
    table
        The table that it makes: ``overall``, ``outlets``, ``outlet_topics``, ``themes_over_time``, ``topics_over_time``.
    articles, shares
        ``articles.csv``, and ``profiles.csv`` or ``article_topics.csv``.
    groups
        By row of ``articles``, its group; the column of groups gets the series' name. Articles without an outlet, or
        whose date is missing or less exact than the period, are a group with an empty name.
    names
        The themes, ``unassigned`` included, or the topics, outliers included.
    """
    return tables.check(shares_of_groups(articles, shares, groups, names, settings), table)


def shares_of_groups(
    articles: pd.DataFrame, shares: pd.DataFrame, groups: pd.Series, names: list, settings: Settings | None = None
) -> pd.DataFrame:
    """The rows of :func:`group_shares`, which any table of groups can take; a missing group is left out."""
    settings = settings or Settings()
    name = "theme" if "theme" in shares else "topic_id"
    articles, wide, words = _wide_shares(articles, shares, name, names)
    groups = groups[articles.index].reset_index(drop=True)
    parts = []
    for group, rows in groups.groupby(groups, sort=True).indices.items():
        part = _shares(wide[rows], words[rows], wide, str(group), settings)
        parts.append(part.assign(**{name: names, groups.name: group, "n_articles": (wide[rows] > 0).sum(axis=0)}))
    return pd.concat(parts, ignore_index=True)


def drawn_difference(
    first: tuple[np.ndarray, np.ndarray],
    second: tuple[np.ndarray, np.ndarray],
    base: np.ndarray,
    key: str,
    settings: Settings,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The shares of one side minus those of the other, and the ``profiles.level`` interval, −1…1.

    Both sides are drawn by whole articles, apart from each other.

    Parameters
    ----------
    first, second
        Of the articles of each side: shares (articles × names), and words.
    base
        Shares of all articles.
    key
        On which the random numbers depend.
    """
    difference = first[1] @ first[0] / first[1].sum() - second[1] @ second[0] / second[1].sum()
    here, there = (
        draw_shares(*side, base, settings.profiles.draws, _rng(name, settings))
        for side, name in ((first, key), (second, f"not {key}"))
    )
    return difference, *interval(here - there, difference, settings.profiles.level)


def sampling_distances(
    own: np.ndarray, words: np.ndarray, base: np.ndarray, key: str, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    """How far the ends of the interval of :func:`draw_shares` are from the share, by name."""
    frame = _shares(own, words, base, key, settings)
    return (frame["share"] - frame["low"]).to_numpy(), (frame["high"] - frame["share"]).to_numpy()


def draw_shares(
    membership: np.ndarray, words: np.ndarray, base: np.ndarray, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws from the posterior of the shares of words under a Dirichlet process, draws × names.

    ``membership``: paragraphs (or articles) × names, rows sum to 1; ``words``: of each; ``base``: rows like
    ``membership`` from which the prior paragraph is drawn.
    """
    n, k = membership.shape
    prior = base[rng.integers(len(base), size=draws)]
    # half of the prior paragraphs are on any one theme: a theme that the corpus lacks is not impossible
    flat = rng.random(draws) < 0.5
    single = np.eye(k)[rng.integers(k, size=draws)]
    prior = np.where(flat[:, None], single, prior)
    # a paragraph weighs what its words do, the prior one like the mean of them
    weights = bootstrap_weights(n + 1, draws, rng) * np.append(words, words.mean())
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, :n] @ membership + weights[:, n:] * prior


def _article_shares(
    paragraphs: pd.DataFrame, membership: np.ndarray, name: str, names: list, settings: Settings
) -> pd.DataFrame:
    """Shares of each article, drawn by paragraphs; the column ``name`` holds ``names``."""
    words = paragraphs["n_words"].to_numpy(dtype=float).clip(min=1)  # so that shares of nothing are defined
    parts = []
    for article_id, rows in paragraphs.groupby("article_id", sort=True).indices.items():
        own = membership[rows]
        shares = _shares(*contiguous_blocks(own, words[rows]), membership, str(article_id), settings)
        parts.append(shares.assign(**{name: names, "article_id": article_id, "n_paragraphs": (own > 0).sum(axis=0)}))
    return pd.concat(parts, ignore_index=True)


def _wide_shares(
    articles: pd.DataFrame, shares: pd.DataFrame, name: str, names: list
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Articles that have paragraphs, their shares (articles × names) and their words."""
    articles = articles[articles["n_paragraphs"] > 0]
    wide = shares.pivot(index="article_id", columns=name, values="share").loc[articles["article_id"], names].to_numpy()
    return articles, wide, articles["n_words"].to_numpy(dtype=float).clip(min=1)


def _shares(own: np.ndarray, words: np.ndarray, base: np.ndarray, key: str, settings: Settings) -> pd.DataFrame:
    """Shares and intervals of one article, outlet or period, a row per name."""
    share = words @ own / words.sum()
    drawn = draw_shares(own, words, base, settings.profiles.draws, _rng(key, settings))
    low, high = interval(drawn, share, settings.profiles.level)
    return pd.DataFrame({"share": share, "low": low, "high": high})


def _rng(key: str, settings: Settings) -> np.random.Generator:
    """Random numbers that depend on the ``key`` alone, so that adding an article moves no other's draws."""
    return np.random.default_rng([settings.seed, zlib.crc32(key.encode())])
