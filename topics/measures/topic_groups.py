"""Topics + groups of articles -> which topics are mostly the paragraphs of one outlet, author, other group or article.

A topic may be no subject but the voice of a speaker, or the house style of an outlet. For each topic and each grouping of
the articles, the share of the topic's paragraphs that are from the largest group in it is set beside what chance
gives: the groups are permuted among the articles, so that the paragraphs of an article stay together (a
cluster permutation test; Fisher 1935, Winkler et al. 2015). With as many groups as articles, that is the same
for any permutation; so few articles are a grouping of their own, by which paragraphs are permuted one by one. Shares
count paragraphs, not words, for it is paragraphs that are assigned a topic.
"""

import zlib
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import false_discovery_control, random_table

from topics import tables
from topics.format import article_name, enumeration, percent
from topics.measures.groups import group_of
from topics.settings import Settings

MAX_ARTICLES = 20
"""Articles up to which each is a group of its own."""
MOSTLY = 2 / 3
"""Share from which a topic is said to be mostly one group."""
ALPHA = 0.05
"""False discovery rate among the topics of a grouping (Benjamini and Hochberg 1995)."""
ARTICLE = "article_id"
"""The grouping in which each article is a group; no column of ``groups.by`` has this name."""
_DRAWS = 999
_MOST_NAMED = 4


def topic_groups(
    articles: pd.DataFrame,
    paragraphs: pd.DataFrame,
    paragraph_topics: pd.DataFrame,
    groups: Mapping[str, pd.Series] | None = None,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """The largest group of each topic, beside chance.

    Parameters
    ----------
    articles, paragraphs, paragraph_topics
        The tables of a run; outliers are left out.
    groups
        Further groupings besides outlet and author: by column, the group of each row of ``articles``, missing
        where it has none (:func:`topics.measures.article_groups`).

    Returns
    -------
    DataFrame
        ``topic_groups.csv``: by ``column`` and topic, the ``group`` with most of its paragraphs and its ``share``,
        0…1, of those ``n_paragraphs`` of the topic that are from a group; the mean of the largest share by chance,
        ``expected``; the share that is exceeded by chance in 1 − ``profiles.level`` of the permutations, ``high``; the
        share of permutations that have as large a one, ``p``; and, the same for all topics of a column, the normalised
        mutual information of topics and groups, ``nmi``, 0…1, with ``nmi_high`` by chance. Without a row where there are
        fewer than two topics or groups, or every group is a single article.

    Examples
    --------
    >>> import pandas as pd
    >>> from topics.measures import topic_groups
    >>> ids = [f"a{i}" for i in range(8)]
    >>> articles = pd.DataFrame({"article_id": ids, "outlet": ["Ledger", "Horizon"] * 4, "author": ""})
    >>> paragraphs = pd.DataFrame({"paragraph_id": range(16), "article_id": ids * 2})
    >>> topics_of = pd.DataFrame({"paragraph_id": range(16), "topic_id": [0, 1] * 8})
    >>> topic_groups(articles, paragraphs, topics_of).query("column == 'outlet'")[["topic_id", "group", "share", "high"]]
       topic_id    group  share  high
    2         0   Ledger    1.0  0.75
    3         1  Horizon    1.0  0.75
    """
    settings = settings or Settings()
    labels = paragraph_topics.set_index("paragraph_id")["topic_id"].reindex(paragraphs["paragraph_id"]).to_numpy()
    rows = pd.Index(articles["article_id"]).get_indexer(paragraphs["article_id"])
    topics = np.unique(labels[labels >= 0])
    # articles × topics: paragraphs of the article in the topic
    counts = np.zeros((len(articles), len(topics)))
    inside = labels >= 0
    np.add.at(counts, (rows[inside], np.searchsorted(topics, labels[inside])), 1)
    kept = counts.any(axis=1)
    parts = []
    for column, values in _groupings(articles, groups or {}, int(kept.sum())).items():
        known = kept & values.notna().to_numpy()
        names = sorted(set(values[known]))
        if len(topics) < 2 or len(names) < 2 or (len(names) == known.sum() and column != ARTICLE):
            continue
        rng = np.random.default_rng([settings.seed, zlib.crc32(column.encode())])
        group = np.searchsorted(names, values[known].to_numpy(dtype=str))
        part = _concentration(counts[known], group, len(names), column == ARTICLE, settings.profiles.level, rng)
        part = part.assign(column=column, topic_id=topics, group=[names[i] for i in part["group"]])
        parts.append(part[part["n_paragraphs"] > 0])
    return tables.check(pd.concat(parts, ignore_index=True) if parts else tables.empty("topic_groups"), "topic_groups")


def concentrated_topics(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``topic_groups.csv`` whose topic is mostly one group, and more so than by chance."""
    parts = [table.head(0)]
    for _, rows in table.groupby("column", sort=False):
        adjusted = false_discovery_control(rows["p"].to_numpy(dtype=float))
        parts.append(rows[(rows["share"] >= MOSTLY) & (adjusted <= ALPHA)])
    return pd.concat(parts, ignore_index=True)


def topic_group_notes(table: pd.DataFrame, articles: pd.DataFrame) -> list[str]:
    """One line for each grouping in which topics are mostly one group: an outlet, an author, an article."""
    title_of = {row.article_id: article_name(row) for row in articles.itertuples()}
    notes = []
    for column, rows in concentrated_topics(table).groupby("column", sort=True):
        ordered = rows.sort_values(["share", "topic_id"], ascending=[False, True])
        name, title = ("article", title_of) if column == ARTICLE else (column, {})
        described = [
            f"{percent(row.share)} % of the paragraphs of topic {row.topic_id} are from {title.get(row.group, row.group)}"
            f" (by chance at most {percent(row.high)} %)"
            for row in ordered.head(_MOST_NAMED).itertuples()
        ]
        if len(ordered) > _MOST_NAMED:
            described.append("so on (topic_groups.csv)")
        numbers = enumeration(map(str, sorted(rows["topic_id"])))
        subject = f"topic {numbers} is" if len(rows) == 1 else f"topics {numbers} are"
        notes.append(f"{subject} mostly from one {name}: {enumeration(described)}")
    return notes


def _groupings(articles: pd.DataFrame, groups: Mapping[str, pd.Series], n_articles: int) -> dict[str, pd.Series]:
    """By column, the group of each row of ``articles``, missing where it has none."""
    groupings = {column: group_of(articles, column) for column in ("outlet", "author")} | dict(groups)
    if n_articles <= MAX_ARTICLES:
        groupings[ARTICLE] = articles["article_id"].astype("str")
    return groupings


def _concentration(
    counts: np.ndarray, group: np.ndarray, n_groups: int, singly: bool, level: float, rng: np.random.Generator
) -> pd.DataFrame:
    """A row for each topic: columns of ``counts``, whose rows are articles, ``group`` the group of each.

    ``singly``: paragraphs are permuted one by one, not by whole articles.
    """
    observed = _by_group(counts, group, n_groups)
    in_topic = observed.sum(axis=0)
    share, nmi = _largest_shares(observed), _normalised_mutual_information(observed)
    if singly:
        # tables with the same margins, as permuted paragraphs give them
        margins = observed.sum(axis=1).astype(int), in_topic.astype(int)
        drawn = random_table(*margins, seed=rng).rvs(_DRAWS).astype(float)
    else:
        drawn = (_by_group(counts, rng.permutation(group), n_groups) for _ in range(_DRAWS))
    by_chance = [(_largest_shares(table), _normalised_mutual_information(table)) for table in drawn]
    shares = np.array([one for one, _ in by_chance])
    # the observed groups are one of the permutations (Phipson and Smyth 2010)
    as_large = (shares >= share - 1e-9).sum(axis=0)
    return pd.DataFrame(
        {
            "group": observed.argmax(axis=0),
            "share": share,
            "expected": shares.mean(axis=0),
            "high": np.quantile(shares, level, axis=0, method="inverted_cdf"),
            "p": (1 + as_large) / (1 + _DRAWS),
            "n_paragraphs": in_topic.astype(int),
            "nmi": nmi,
            "nmi_high": float(np.quantile([one for _, one in by_chance], level, method="inverted_cdf")),
        }
    )


def _by_group(counts: np.ndarray, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Groups × topics."""
    n = len(group)
    return csr_matrix((np.ones(n), (group, np.arange(n))), shape=(n_groups, n)) @ counts


def _largest_shares(table: np.ndarray) -> np.ndarray:
    """By column, its largest cell / its sum; 0 for an empty column."""
    return table.max(axis=0) / np.maximum(table.sum(axis=0), 1)


def _normalised_mutual_information(table: np.ndarray) -> float:
    """Mutual information / mean entropy of rows and columns (Strehl and Ghosh 2002; arithmetic mean)."""
    joint = table / table.sum()
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    mean_entropy = (_entropy(rows) + _entropy(columns)) / 2
    return max(0.0, 2 - _entropy(joint) / mean_entropy) if mean_entropy else 0.0


def _entropy(shares: np.ndarray) -> float:
    some = shares[shares > 0]
    return float(-(some * np.log(some)).sum())
