"""Assignments -> article shares with intervals.

A share is of words: a paragraph gives its words in equal parts to the themes it
is assigned, to ``unassigned`` if it has none.

The interval answers: had the author written as many other paragraphs in the same
vein, where would the share lie? It is a Bayesian bootstrap (Rubin 1981) with one
more paragraph's worth of prior: draws from the posterior of a Dirichlet process
whose base measure is the corpus (Ferguson 1973; concentration 1), half mixed with
"any theme alike". The prior paragraph keeps intervals honest on short articles,
where resampling three alike paragraphs would claim certainty;
``tests/measures/test_shares.py`` simulates their coverage.
"""

import re
import zlib
from collections.abc import Iterable
from datetime import date as day

import numpy as np
import pandas as pd

from topics import tables
from topics.codebook import Codebook
from topics.reading.paragraphs import Corpus
from topics.settings import PERIODS, Settings
from topics.tables import UNASSIGNED
from topics.themes.scores import Themes
from topics.topic_model.topics import Topics

PRIOR_PARAGRAPHS = 1.0
_MOST_PERIODS = 20
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", re.DOTALL)


def of_themes(corpus: Corpus, themes: Themes, codebook: Codebook, settings: Settings | None = None) -> pd.DataFrame:
    """Each article's share of words per theme, ``unassigned`` included.

    Returns
    -------
    DataFrame
        ``profiles.csv``: shares of an article sum to 1; ``low`` and ``high`` are
        the ``profiles.level`` interval; ``n_paragraphs`` counts the paragraphs
        that were assigned the theme.
    """
    settings = settings or Settings()
    wide = themes.table.pivot(index="paragraph_id", columns="theme", values="assigned")
    wide = wide.reindex(corpus.paragraphs["paragraph_id"])[codebook.names]
    assigned = wide.to_numpy(dtype=float)
    membership = np.column_stack([assigned, assigned.sum(axis=1) == 0]).astype(float)
    frame = _shares(corpus, membership / membership.sum(axis=1, keepdims=True), [*codebook.names, UNASSIGNED], settings)
    return tables.check(frame.rename(columns={"name": "theme"}), "profiles")


def of_corpus(corpus: Corpus, profiles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None) -> pd.DataFrame:
    """The whole corpus's share of words per theme (``overall.csv``), with whole articles drawn; see :func:`of_outlets`."""
    names = [*codebook.names, UNASSIGNED]
    one = corpus.articles["article_id"].map(lambda _: "corpus").rename("group")
    return tables.check(_grouped(corpus, profiles, "theme", names, one, settings), "overall")


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
    names = [*codebook.names, UNASSIGNED]
    return tables.check(_grouped(corpus, profiles, "theme", names, corpus.articles["outlet"], settings), "outlets")


def differences(
    corpus: Corpus, profiles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> pd.DataFrame:
    """How much more of its words each outlet gives to a theme than the other outlets together do.

    Returns
    -------
    DataFrame
        ``outlet_differences.csv``: ``difference`` of two shares, −1…1, with the ``profiles.level`` interval
        of the difference; both sides are drawn by whole articles (see :func:`of_outlets`), apart from each
        other. Without a row where fewer than two outlets have an article.
    """
    settings = settings or Settings()
    names = [*codebook.names, UNASSIGNED]
    articles, wide, words = _of_articles(corpus, profiles, "theme", names)
    outlet = articles["outlet"].to_numpy()
    parts = []
    for key in sorted(set(outlet)) if len(set(outlet)) > 1 else []:
        own = outlet == key
        here, there = (
            _drawn(wide[rows], words[rows], wide, settings.profiles.draws, _rng(name, settings))
            for rows, name in ((own, str(key)), (~own, f"not {key}"))
        )
        difference = words[own] @ wide[own] / words[own].sum() - words[~own] @ wide[~own] / words[~own].sum()
        low, high = _quantiles(here - there, settings.profiles.level)
        low, high = low.clip(max=difference), high.clip(min=difference)
        frame = pd.DataFrame({"theme": names, "difference": difference, "low": low, "high": high})
        parts.append(frame.assign(outlet=key, n_articles=int(own.sum())))
    found = pd.concat(parts, ignore_index=True) if parts else tables.empty("outlet_differences")
    return tables.check(found, "outlet_differences")


def topics_of_outlets(corpus: Corpus, article_topics: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """Each outlet's share of words per topic (``outlet_topics.csv``), outliers included; see :func:`of_outlets`."""
    names = sorted(article_topics["topic_id"].unique().tolist())
    found = _grouped(corpus, article_topics, "topic_id", names, corpus.articles["outlet"], settings)
    return tables.check(found, "outlet_topics")


def themes_over_time(
    corpus: Corpus, profiles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> pd.DataFrame:
    """Each period's share of words per theme, with whole articles drawn.

    Returns
    -------
    DataFrame
        ``themes_over_time.csv``: ``period`` reads ``2024``, ``2024-Q2``, ``2024-05`` or ``2024-05-31``
        (:func:`period`). Periods without an article are left out; articles whose date
        is missing, or less exact than the period, are one group, with an empty period.
    """
    names = [*codebook.names, UNASSIGNED]
    return tables.check(_grouped(corpus, profiles, "theme", names, _periods(corpus, settings), settings), "themes_over_time")


def topics_over_time(corpus: Corpus, article_topics: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    """Each period's share of words per topic (``topics_over_time.csv``), outliers included; see :func:`themes_over_time`."""
    names = sorted(article_topics["topic_id"].unique().tolist())
    found = _grouped(corpus, article_topics, "topic_id", names, _periods(corpus, settings), settings)
    return tables.check(found, "topics_over_time")


def period(dates: Iterable[str], settings: Settings | None = None) -> str:
    """How long a period is: ``day``, ``month``, ``quarter`` or ``year``.

    ``profiles.period``, or if that is ``auto``: the shortest of which there are at most 20 from
    the first date to the last, and in which nine dates in ten can be placed ("2024"
    is in no month). Years, if none is.

    Parameters
    ----------
    dates
        ISO 8601 (``2024``, ``2024-05``, ``2024-05-31``); what is no date does not count.
    """
    wanted = (settings or Settings()).profiles.period
    if wanted != "auto":
        return wanted
    known = [date for date in dates if _place(date, "year") is not None]
    for unit in PERIODS:
        places = [place for place in (_place(date, unit) for date in known) if place is not None]
        if places and 10 * len(places) >= 9 * len(known) and max(places) - min(places) < _MOST_PERIODS:
            return unit
    return PERIODS[-1]


def of_topics(corpus: Corpus, topics: Topics, settings: Settings | None = None) -> pd.DataFrame:
    """Each article's share of words per topic (``article_topics.csv``), outliers included."""
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
    return _quantiles(_drawn(membership, words, base, draws, rng), level)


def _drawn(membership: np.ndarray, words: np.ndarray, base: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of the shares, draws × names; see :func:`interval`."""
    n = len(membership)
    prior = base[rng.integers(len(base), size=draws)]
    flat = rng.random(draws) < 0.5
    single = np.eye(membership.shape[1])[rng.integers(membership.shape[1], size=draws)]
    prior = np.where(flat[:, None], single, prior)
    weights = rng.standard_gamma(np.append(np.ones(n), PRIOR_PARAGRAPHS), size=(draws, n + 1))
    weights[:, :n] *= words
    weights[:, n] *= words.mean()
    weights /= weights.sum(axis=1, keepdims=True)
    return weights[:, :n] @ membership + weights[:, n:] * prior


def _quantiles(drawn: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return low, high


def _shares(corpus: Corpus, membership: np.ndarray, names: list, settings: Settings) -> pd.DataFrame:
    paragraphs = corpus.paragraphs
    words = paragraphs["n_words"].to_numpy(dtype=float).clip(min=1)
    parts = []
    for article_id, rows in paragraphs.groupby("article_id", sort=True).indices.items():
        own = membership[rows]
        frame = _one(own, words[rows], membership, names, str(article_id), settings)
        parts.append(frame.assign(article_id=article_id, n_paragraphs=(own > 0).sum(axis=0)))
    return pd.concat(parts, ignore_index=True)


def _grouped(
    corpus: Corpus, shares: pd.DataFrame, name: str, names: list, keys: pd.Series, settings: Settings | None
) -> pd.DataFrame:
    """Shares of the articles of one key together, drawn by whole articles.

    Parameters
    ----------
    shares
        ``article_id``, ``share`` and the column ``name``, which holds ``names``.
    keys
        By row of ``corpus.articles``, the group of the article; the groups' column is called as this is.
    """
    settings = settings or Settings()
    articles, wide, words = _of_articles(corpus, shares, name, names)
    groups = keys[articles.index].reset_index(drop=True)
    parts = []
    for key, rows in groups.groupby(groups, sort=True).indices.items():
        frame = _one(wide[rows], words[rows], wide, names, str(key), settings)
        parts.append(frame.assign(**{keys.name: key, "n_articles": (wide[rows] > 0).sum(axis=0)}))
    return pd.concat(parts, ignore_index=True).rename(columns={"name": name})


def _of_articles(
    corpus: Corpus, shares: pd.DataFrame, name: str, names: list
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Articles that have paragraphs, their shares (articles × names) and their words."""
    articles = corpus.articles[corpus.articles["n_paragraphs"] > 0]
    wide = shares.pivot(index="article_id", columns=name, values="share").loc[articles["article_id"], names].to_numpy()
    return articles, wide, articles["n_words"].to_numpy(dtype=float).clip(min=1)


def _periods(corpus: Corpus, settings: Settings | None) -> pd.Series:
    """The period of each article; empty where its date does not tell."""
    dates = corpus.articles["date"]
    unit = period(dates[corpus.articles["n_paragraphs"] > 0], settings)
    places = [_place(date, unit) for date in dates]
    return pd.Series(["" if at is None else _named(at, unit) for at in places], name="period")


def _place(date: str, unit: str) -> int | None:
    """The number of the day, month, quarter or year since the year 0; None if the date does not tell it."""
    found = _DATE.fullmatch(date.strip())
    if found is None:
        return None
    year, month, of_month = (int(part) if part else None for part in found.groups())
    try:
        full = day(year or 0, month or 1, of_month or 1)
    except ValueError:
        return None
    if unit == "year":
        return full.year
    if month is None:
        return None
    if unit == "day":
        return full.toordinal() if of_month else None
    return 12 * full.year + full.month - 1 if unit == "month" else 4 * full.year + (full.month - 1) // 3


def _named(place: int, unit: str) -> str:
    if unit == "day":
        return day.fromordinal(place).isoformat()
    if unit == "month":
        return f"{place // 12:04d}-{place % 12 + 1:02d}"
    return f"{place // 4:04d}-Q{place % 4 + 1}" if unit == "quarter" else f"{place:04d}"


def _one(own: np.ndarray, words: np.ndarray, base: np.ndarray, names: list, key: str, settings: Settings) -> pd.DataFrame:
    """Shares and intervals of one article, outlet or period."""
    share = words @ own / words.sum()
    low, high = interval(own, words, base, settings.profiles.draws, settings.profiles.level, _rng(key, settings))
    return pd.DataFrame({"name": names, "share": share, "low": np.minimum(low, share), "high": np.maximum(high, share)})


def _rng(key: str, settings: Settings) -> np.random.Generator:
    """Random numbers that hang on the ``key`` alone, so that adding an article moves no other's draws."""
    return np.random.default_rng([settings.seed, zlib.crc32(key.encode())])
