"""Topics of paragraphs -> shares of words, with intervals: of articles, outlets, periods, groups.

Shares of themes, which coders can correct, are in :mod:`topics.coding.theme_shares`; they take from here what other
articles or paragraphs would change.

The interval answers: had the author written as many other paragraphs in the same
vein, where would the share lie? It is a Bayesian bootstrap with one more paragraph of
prior, drawn from the corpus, half mixed with "any topic alike"
(:mod:`topics.measures.bootstrap`). The prior paragraph keeps intervals honest on short articles,
where resampling three alike paragraphs would claim certainty;
``tests/measures/test_shares.py`` simulates their coverage. Paragraphs are drawn in contiguous blocks, and shares of
outlets, periods and groups by whole articles, for paragraphs that are near each other are alike.
"""

import zlib

import numpy as np
import pandas as pd

from topics import tables
from topics.measures.bootstrap import bootstrap_weights, contiguous_blocks, interval
from topics.settings import Settings


def article_topic_shares(
    paragraphs: pd.DataFrame, paragraph_topics: pd.DataFrame, settings: Settings | None = None
) -> pd.DataFrame:
    """Each article's share of words per topic (``article_topics.csv``), outliers included."""
    labels = paragraph_topics.set_index("paragraph_id")["topic_id"].reindex(paragraphs["paragraph_id"]).to_numpy()
    topics = sorted(set(labels.tolist()))
    membership = (labels[:, None] == np.array(topics)).astype(float)
    settings = settings or Settings()
    words = paragraphs["n_words"].to_numpy(dtype=float).clip(min=1)  # so that shares of nothing are defined
    parts = []
    for article_id, rows in paragraphs.groupby("article_id", sort=True).indices.items():
        blocks = contiguous_blocks(membership[rows], words[rows])
        shares = _shares(*blocks, membership, str(article_id), settings)
        parts.append(shares.assign(topic_id=topics, article_id=article_id))
    return tables.check(pd.concat(parts, ignore_index=True), "article_topics")


def group_shares(
    table: str,
    articles: pd.DataFrame,
    shares: pd.DataFrame,
    groups: pd.Series,
    names: list,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Shares of words of topics of groups of articles: outlets or periods; whole articles are drawn.

    Parameters
    ----------
    table
        The table that it makes: ``outlet_topics``, ``topics_over_time``.
    articles, shares
        ``articles.csv`` and ``article_topics.csv``.
    groups
        By row of ``articles``, its group; the column of groups gets the series' name. Articles without an outlet, or
        whose date is missing or less exact than the period, are a group with an empty name.
    names
        The topics, outliers included.
    """
    return tables.check(shares_of_groups(articles, shares, groups, names, settings), table)


def shares_of_groups(
    articles: pd.DataFrame, shares: pd.DataFrame, groups: pd.Series, names: list, settings: Settings | None = None
) -> pd.DataFrame:
    """The rows of :func:`group_shares`, which any table of groups can take; a missing group is left out."""
    settings = settings or Settings()
    articles = articles[articles["n_paragraphs"] > 0]
    wide = shares.pivot(index="article_id", columns="topic_id", values="share").loc[articles["article_id"], names].to_numpy()
    words = articles["n_words"].to_numpy(dtype=float).clip(min=1)
    groups = groups[articles.index].reset_index(drop=True)
    parts = []
    for group, rows in groups.groupby(groups, sort=True).indices.items():
        part = _shares(wide[rows], words[rows], wide, str(group), settings)
        parts.append(part.assign(**{"topic_id": names, groups.name: group, "n_articles": (wide[rows] > 0).sum(axis=0)}))
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


def _shares(own: np.ndarray, words: np.ndarray, base: np.ndarray, key: str, settings: Settings) -> pd.DataFrame:
    """Shares and intervals of one article, outlet or period, a row per name."""
    share = words @ own / words.sum()
    drawn = draw_shares(own, words, base, settings.profiles.draws, _rng(key, settings))
    low, high = interval(drawn, share, settings.profiles.level)
    return pd.DataFrame({"share": share, "low": low, "high": high})


def _rng(key: str, settings: Settings) -> np.random.Generator:
    """Random numbers that depend on the ``key`` alone, so that adding an article moves no other's draws."""
    return np.random.default_rng([settings.seed, zlib.crc32(key.encode())])
