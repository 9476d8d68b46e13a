"""Groups of articles by any column: the same measures as for outlets."""

import numpy as np
import pandas as pd
import pytest

from topics import measures, tables
from topics.errors import InputError
from topics.settings import Settings, override

FEW_DRAWS = "profiles.draws=200"


def articles_of(n_words: list[int], **columns: list[str]) -> pd.DataFrame:
    """``articles.csv`` of one article per number of words."""
    standard = dict.fromkeys(tables.COLUMNS["articles"], "")
    numbers = {"n_paragraphs": [min(n, 1) for n in n_words], "n_words": n_words}
    ids = [f"a{i:03d}" for i in range(len(n_words))]
    return pd.DataFrame(
        {"article_id": ids} | {name: standard[name] for name in standard if name != "article_id"} | numbers | columns
    )


def shares_of(articles: pd.DataFrame, wide: np.ndarray, names: list[int]) -> pd.DataFrame:
    """``article_topics.csv`` of the articles that have paragraphs."""
    return pd.DataFrame(
        [
            {"article_id": article.article_id, "topic_id": value, "share": share, "low": share, "high": share}
            for article, row in zip(articles.itertuples(), wide, strict=True)
            if article.n_paragraphs
            for value, share in zip(names, row, strict=True)
        ]
    )


def test_shares_by_a_column_that_repeats_the_outlet_are_those_of_the_outlets() -> None:
    outlets = ["Ledger", "Horizon", "Ledger", "Frontier", "Horizon", "Frontier"]
    articles = articles_of([30, 10, 20, 60, 5, 40], outlet=outlets, party=outlets)
    wide = np.random.default_rng(3).dirichlet(np.ones(4), size=6)
    topics, settings = shares_of(articles, wide, [-1, 0, 1, 2]), override(Settings(), ["groups.by=party,outlet"])
    groups = measures.article_groups(articles, settings)
    by_topic = measures.shares_by_column("group_topics", articles, topics, groups, [-1, 0, 1, 2], settings)
    of_outlets = measures.group_shares("outlet_topics", articles, topics, articles["outlet"], [-1, 0, 1, 2], settings)
    assert sorted(set(by_topic["column"])) == ["outlet", "party"]
    for _, rows in by_topic.groupby("column"):
        plain = rows.drop(columns="column").rename(columns={"group": "outlet"}).reset_index(drop=True)
        pd.testing.assert_frame_equal(plain, of_outlets, check_dtype=False)


def test_shares_are_of_the_words_of_the_group_and_an_article_without_a_value_is_in_none() -> None:
    articles = articles_of([30, 10, 20, 100, 0], party=["Green", " Green\n", "Blue", " ", "Red"])
    wide = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 1, 0], [1, 0, 0, 0]])
    topics, settings = shares_of(articles, wide, [0, 1, 2, 3]), override(Settings(), ["groups.by=party", FEW_DRAWS])
    groups = measures.article_groups(articles, settings)
    found = measures.shares_by_column("group_topics", articles, topics, groups, [0, 1, 2, 3], settings)
    assert tuple(found.columns) == tables.COLUMNS["group_topics"]
    assert found["group"].unique().tolist() == ["Blue", "Green"]
    green, blue = (found[found["group"] == name].set_index("topic_id") for name in ("Green", "Blue"))
    assert green["share"].to_dict() == pytest.approx({0: 0.75, 1: 0.25, 2: 0, 3: 0})
    assert blue["share"].to_dict() == pytest.approx({0: 0, 1: 0, 2: 0.5, 3: 0.5})
    assert green["n_articles"].to_dict() == {0: 1, 1: 1, 2: 0, 3: 0}
    assert measures.group_notes(articles, groups) == [
        "groups.by: 1 article of 4 has no value of 'party' and is left out of its comparison"
    ]


@pytest.mark.parametrize(
    ("values", "n_rows", "notes"),
    [
        (["", "", ""], 0, ["0 groups; there is nothing", "3 articles of 3 have no value of 'party' and are left out"]),
        (["Green", "Green", "Green"], 4, ["1 group; there is nothing to compare"]),
        (["Green", "Green", "Blue"], 8, []),
    ],
)
def test_a_column_of_fewer_than_two_groups_has_nothing_to_compare(values: list[str], n_rows: int, notes: list[str]) -> None:
    articles = articles_of([10, 10, 10], party=values)
    topics, settings = shares_of(articles, np.eye(4)[:3], [0, 1, 2, 3]), override(Settings(), ["groups.by=party"])
    groups = measures.article_groups(articles, settings)
    assert len(measures.shares_by_column("group_topics", articles, topics, groups, [0, 1, 2, 3], settings)) == n_rows
    found = measures.group_notes(articles, groups)
    assert len(found) == len(notes)
    assert all(part in note for part, note in zip(notes, found, strict=True))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("Partei", "no column 'Partei' in articles.csv; expected one of author, outlet, date, language, party, year; did"
         " you mean 'party'?"),
        ("sha256", "no column 'sha256' in articles.csv; expected one of author, outlet, date, language, party, year"),
        ("year", "'year' has 21 groups in 21 articles; expected a column with at most 20 groups: join values"),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_compared_is_refused_in_one_line(column: str, said: str) -> None:
    articles = articles_of([5] * 21, party=["Green"] * 21, year=[str(2000 + i) for i in range(21)])
    with pytest.raises(InputError) as error:
        measures.article_groups(articles, override(Settings(), [f"groups.by={column}"]))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_twenty_groups_are_allowed_and_articles_of_which_nothing_is_left_do_not_count() -> None:
    articles = articles_of([5] * 20 + [0], year=[str(2000 + i) for i in range(21)])
    groups = measures.article_groups(articles, override(Settings(), ['groups.by=["year", "year"]']))
    assert list(groups) == ["year"]
    assert measures.group_notes(articles, groups) == []


@pytest.mark.parametrize("column", ["topic_id", "share", "group", "column", "n_articles", "by hand", "ü\"'"])
def test_a_column_may_have_any_name(column: str) -> None:
    articles = articles_of([10, 20], **{column: ["x", "y"]})
    settings = override(Settings(), [f"groups.by=[{column!r}]" if '"' not in column else "groups.by=", FEW_DRAWS])
    groups = measures.article_groups(articles, settings) or {column: measures.group_of(articles, column)}
    topics = shares_of(articles, np.eye(4)[:2], [0, 1, 2, 3])
    found = measures.shares_by_column("group_topics", articles, topics, groups, [0, 1, 2, 3], settings)
    assert found["column"].unique().tolist() == [column]
    assert found.query("share > 0")[["group", "topic_id"]].to_numpy().tolist() == [["x", 0], ["y", 1]]


def test_columns_stand_in_the_order_in_which_they_are_named() -> None:
    settings = override(Settings(), ["groups.by=wave,party"])
    table = pd.DataFrame({"column": ["other", "party", "party", "wave"]})
    assert measures.column_order(table, settings) == ["wave", "party", "other"]
