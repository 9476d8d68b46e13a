"""Columns of ``articles.csv`` -> groups of articles, and their shares of topics.

A group is the articles that share a value of a column named in ``groups.by``, such as a party or a wave. Shares are those of
:mod:`topics.measures.shares`, taken column by column: with a column that repeats the outlet, they are those of the outlets.
"""

import difflib
from collections.abc import Mapping
from typing import Any

import pandas as pd

from topics import tables
from topics.errors import InputError
from topics.format import count
from topics.measures.shares import shares_of_groups
from topics.settings import Settings

MAX_GROUPS = 20
"""Groups of a column that a reader can compare."""
_STANDARD = ("author", "outlet", "date", "language")
"""The columns of every ``articles.csv`` by which articles can be grouped; the others differ between any two articles."""


def article_groups(articles: pd.DataFrame, settings: Settings) -> dict[str, pd.Series]:
    """The group of each article, by column of ``groups.by``.

    Returns
    -------
    dict
        Column -> Series with the rows of ``articles``: the value of the column in one line, missing where it is
        empty.

    Raises
    ------
    InputError
        If there is no such column, or it has more than 20 groups.

    Examples
    --------
    >>> import pandas as pd
    >>> from topics.measures import article_groups
    >>> articles = pd.DataFrame({"outlet": "Ledger", "party": ["Green", "Blue", ""], "n_paragraphs": 3})
    >>> settings = topics.settings.override(topics.Settings(), ["groups.by=party"])
    >>> article_groups(articles, settings)["party"].dropna().tolist()
    ['Green', 'Blue']
    """
    return {column: groups_of(articles, column) for column in dict.fromkeys(settings.groups.by)}


def groups_of(articles: pd.DataFrame, column: str) -> pd.Series:
    """The group of each article by one column; see :func:`article_groups`."""
    require_column(articles, column, "groups.by")
    groups, has_paragraphs = group_of(articles, column), articles["n_paragraphs"] > 0
    n_groups, n_articles = groups[has_paragraphs].nunique(), int(has_paragraphs.sum())
    if n_groups > MAX_GROUPS:
        raise InputError(
            f"groups.by: {column!r} has {n_groups} groups in {count(n_articles, 'article')}; expected a column with at"
            f" most {MAX_GROUPS} groups: join values in the input (decades rather than years), or leave it out"
        )
    return groups


def group_of(articles: pd.DataFrame, column: str) -> pd.Series:
    """The value of a column in one line, by row of ``articles``; missing where it is empty."""
    values = pd.Series([" ".join(str(value).split()) for value in articles[column]], articles.index, dtype="str")
    return values.mask(values == "")


def column_order(table: pd.DataFrame, settings: Settings) -> list[str]:
    """The columns of a table of groups in the order of ``groups.by``, then any others."""
    wanted = dict.fromkeys(settings.groups.by)
    present = sorted(table["column"].unique())
    return [*(column for column in wanted if column in present), *(column for column in present if column not in wanted)]


def require_column(articles: pd.DataFrame, column: str, option: str) -> None:
    """Raise an InputError that names ``option`` unless articles can be grouped by this column."""
    known = [*_STANDARD, *tables.further_columns(articles)]
    if column in known:
        return
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(column.casefold(), folded, n=1)
    hint = f"; did you mean {folded[near[0]]!r}?" if near else ""
    raise InputError(f"{option}: no column {column!r} in articles.csv; expected one of {', '.join(known)}{hint}")


def group_notes(articles: pd.DataFrame, groups: Mapping[str, pd.Series]) -> list[str]:
    """One line for each column in which an article has no value, or that has fewer than two groups."""
    has_paragraphs = articles["n_paragraphs"] > 0
    notes = []
    for column, values in groups.items():
        known = values[has_paragraphs]
        n_missing, n_groups = int(known.isna().sum()), known.nunique()
        if n_groups < 2:
            notes.append(f"groups.by: {column!r} has {count(n_groups, 'group')}; there is nothing to compare")
        if n_missing:
            articles_are = f"{count(n_missing, 'article')} of {len(known)} {'has' if n_missing == 1 else 'have'}"
            notes.append(f"groups.by: {articles_are} no value of {column!r} and {_left_out(n_missing)}")
    return notes


def _left_out(n: int) -> str:
    return "is left out of its comparison" if n == 1 else "are left out of its comparison"


def shares_by_column(
    table: str,
    articles: pd.DataFrame,
    shares: pd.DataFrame,
    groups: Mapping[str, pd.Series],
    names: list[Any],
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Shares of words of topics of the groups of each column: ``group_topics``.

    ``groups`` is that of :func:`article_groups`; the other parameters are those of
    :func:`topics.measures.group_shares`.
    """
    parts = [
        shares_of_groups(articles, shares, values.rename("group"), names, settings).assign(column=column)
        for column, values in groups.items()
        if _is_filled(articles, values)
    ]
    return tables.check(pd.concat(parts, ignore_index=True) if parts else tables.empty(table), table)


def _is_filled(articles: pd.DataFrame, values: pd.Series) -> bool:
    """Whether an article that has paragraphs has a value."""
    return bool(values[articles["n_paragraphs"] > 0].notna().any())
