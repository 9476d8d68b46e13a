"""Profiles: shares that add up, intervals that hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import make_corpus

from topics import measures, tables
from topics.measures.bootstrap import interval
from topics.measures.shares import draw_shares
from topics.reading import Corpus
from topics.runs import Run
from topics.settings import PERIODS, Settings, override


def test_shares_sum_to_one_and_lie_in_their_interval(small_run: Run) -> None:
    for table, key in (
        (small_run.profiles, "article_id"),
        (small_run.article_topics, "article_id"),
        (small_run.outlets, "outlet"),
        (small_run.outlet_topics, "outlet"),
        (small_run.themes_over_time, "period"),
        (small_run.topics_over_time, "period"),
    ):
        assert table.groupby(key)["share"].sum().to_numpy() == pytest.approx(1, abs=0.001)
        assert (table["low"] <= table["share"]).all()
        assert (table["share"] <= table["high"]).all()
        assert table[["low", "high"]].to_numpy().min() >= 0
        assert table[["low", "high"]].to_numpy().max() <= 1


@pytest.mark.parametrize("n", [1, 3, 8, 30])
def test_intervals_cover_the_truth_where_the_percentile_bootstrap_does_not(n: int) -> None:
    """Articles of n paragraphs whose themes are drawn from a known mixture: how often does the interval hold it?"""
    rng = np.random.default_rng(n)
    k = 5
    ours, plain = [], []
    for _ in range(150):
        truth = rng.dirichlet(np.full(k, 0.6))
        own = np.eye(k)[rng.choice(k, size=n, p=truth)]
        words = rng.integers(30, 120, n).astype(float)
        base = np.eye(k)[rng.integers(k, size=100)]
        share = words @ own / words.sum()
        low, high = interval(draw_shares(own, words, base, 500, rng), share, 0.95)
        ours.append(((low <= truth) & (truth <= high)).mean())
        drawn = rng.integers(n, size=(500, n))
        shares = (words[drawn][:, :, None] * own[drawn]).sum(axis=1) / words[drawn].sum(axis=1, keepdims=True)
        low, high = np.quantile(shares, [0.025, 0.975], axis=0)
        plain.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(ours) >= 0.92
    assert np.mean(ours) > np.mean(plain) + 0.1


def test_differences_of_drawn_articles_hold_the_difference_that_they_are_drawn_from() -> None:
    """Two groups of n articles whose shares scatter around known mixtures: how often is their difference inside?"""
    settings = override(Settings(), ["profiles.draws=500"])
    for n in (1, 3, 8, 30):
        rng = np.random.default_rng(n)
        covered = []
        for _ in range(60):
            truth = rng.dirichlet(np.full(4, 0.8), size=2)
            first, second = (
                (rng.dirichlet(4 * row + 1e-3, size=n), rng.integers(30, 120, n).astype(float)) for row in truth
            )
            base = np.vstack([first[0], second[0]])
            difference, low, high = measures.drawn_difference(first, second, base, "key", settings)
            assert difference == pytest.approx(
                first[1] @ first[0] / first[1].sum() - second[1] @ second[0] / second[1].sum()
            )
            covered.append(((low <= truth[0] - truth[1]) & (truth[0] - truth[1] <= high)).mean())
        assert np.mean(covered) >= 0.92, n


def test_articles_are_drawn_in_blocks_of_paragraphs() -> None:
    """Runs of the same topic say less than as many single paragraphs."""
    words, settings = np.full(16, 50.0), Settings()
    runs, mixed = np.repeat(np.eye(2), 8, axis=0), np.tile(np.eye(2), (8, 1))
    widths = []
    for membership in (runs, mixed):
        paragraphs = pd.DataFrame({"paragraph_id": [f"a-p{i:04d}" for i in range(16)], "article_id": "a", "n_words": words})
        topics = pd.DataFrame({"paragraph_id": paragraphs["paragraph_id"], "topic_id": membership.argmax(axis=1)})
        found = measures.article_topic_shares(paragraphs, topics, settings)
        assert found["share"].tolist() == [0.5, 0.5]
        widths.append((found["high"] - found["low"]).mean())
    assert widths[0] > 1.4 * widths[1]


# outlets and periods


def grouped(
    table: str, articles: pd.DataFrame, shares: pd.DataFrame, by: str, settings: Settings | None = None
) -> pd.DataFrame:
    """Shares of topics by outlet or period."""
    groups = articles["outlet"] if by == "outlet" else measures.article_periods(articles, settings)
    return measures.group_shares(table, articles, shares, groups, sorted(shares["topic_id"].unique().tolist()), settings)


def outlet_topic_shares(articles: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    return grouped("outlet_topics", articles, shares, "outlet")


def period_topic_shares(articles: pd.DataFrame, shares: pd.DataFrame, settings: Settings | None = None) -> pd.DataFrame:
    return grouped("topics_over_time", articles, shares, "period", settings)


def dated(dates: list[str], outlets: list[str] | None = None, words: list[int] | None = None) -> Corpus:
    """Articles of one paragraph each, in order."""
    names = [f"a{i:03d}" for i in range(len(dates))]
    corpus = make_corpus(["word " * n for n in words or [10] * len(dates)], names)
    return replace(corpus, articles=corpus.articles.assign(date=dates, outlet=outlets or ""))


def shares_of(corpus: Corpus, wide: np.ndarray) -> pd.DataFrame:
    """``article_topics.csv`` of shares, articles × topics."""
    return pd.DataFrame(
        [
            {"article_id": article, "topic_id": topic, "share": share, "low": share, "high": share}
            for article, row in zip(corpus.articles["article_id"], wide, strict=True)
            for topic, share in enumerate(row)
        ]
    )


def test_an_outlets_share_of_a_topic_is_of_its_words_and_outliers_are_a_topic_like_others() -> None:
    corpus = dated([""] * 3, ["A", "A", ""], [30, 10, 20])
    shares = shares_of(corpus, np.array([[0.5, 0.5, 0], [0, 0, 1], [1, 0, 0]])).assign(topic_id=lambda f: f["topic_id"] - 1)
    found = outlet_topic_shares(corpus.articles, shares)
    assert list(found.columns) == list(tables.COLUMNS["outlet_topics"])
    own = found[found["outlet"] == "A"].set_index("topic_id")
    assert own["share"].to_dict() == pytest.approx({-1: 15 / 40, 0: 15 / 40, 1: 10 / 40})
    assert own["n_articles"].to_dict() == {-1: 1, 0: 1, 1: 1}
    assert found.loc[found["outlet"] == "", "share"].tolist() == [1, 0, 0]
    assert (own["high"] - own["low"]).min() > 0.1


@pytest.mark.parametrize(
    ("period", "places"),
    [
        ("day", ["2024-02-29", "2024-03-01", "", "", "", "2023-12-31", "", "", ""]),
        ("month", ["2024-02", "2024-03", "2024-03", "", "", "2023-12", "", "", ""]),
        ("quarter", ["2024-Q1", "2024-Q1", "2024-Q1", "", "", "2023-Q4", "", "2024-Q1", ""]),
        ("year", ["2024", "2024", "2024", "2024", "", "2023", "", "2024", ""]),
        ("decade", ["2020s", "2020s", "2020s", "2020s", "", "2020s", "", "2020s", "1950s"]),
    ],
)
def test_an_article_is_in_the_period_that_its_date_tells(period: str, places: list[str]) -> None:
    dates = ["2024-02-29", "2024-03-01T12:00", "2024-03", " 2024", "", "2023-12-31", "2024-02-30", "2024-Q1", "1950s"]
    corpus = dated(dates)
    found = period_topic_shares(
        corpus.articles, shares_of(corpus, np.eye(len(dates))), override(Settings(), [f"profiles.period={period}"])
    )
    assert list(found.columns) == list(tables.COLUMNS["topics_over_time"])
    named = found[found["share"] > 0].set_index("topic_id")["period"]
    assert [named[i] for i in range(len(dates))] == places
    assert found["period"].drop_duplicates().tolist() == sorted(set(places)), "in order, empty ones left out"
    assert found[found["period"] == ""].empty == ("" not in places)


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        (["2024-03-01", "2024-03-20"], "day"),
        (["2024-03-01", "2024-03-21"], "month"),
        (["2024-01-31", "2025-08-01"], "month"),
        (["2024-01-31", "2025-09-01"], "quarter"),
        (["2020-01-01", "2024-12-31"], "quarter"),
        (["2020-01-01", "2025-01-01"], "year"),
        (["1900", "2024"], "decade"),
        (["1900", "1919"], "year"),
        (["1787", "2021"], "decade"),
        (["1950s", "1960s"], "decade"),
        (["1950s"] + ["1953"] * 9, "year"),
        (["2023-Q2", "2023-Q3"], "quarter"),
        (["2023-Q2"] + ["2023-05"] * 9, "month"),
        (["2024", "9999-12-31", "0001-01-01"], "year"),
        (["2024", "2024"], "year"),
        (["2024-03", "2024-04", "rubbish"], "month"),
        (["2024-03-01"] * 9 + ["2024"], "day"),
        (["2024-03-01"] * 8 + ["2024"], "year"),
        (["", "soon"], "year"),
        ([], "year"),
    ],
)
def test_the_period_is_the_shortest_of_which_there_are_at_most_twenty(dates: list[str], period: str) -> None:
    assert measures.choose_period(dates) == period
    assert measures.choose_period(reversed(dates)) == period
    for own in PERIODS:
        assert measures.choose_period(dates, override(Settings(), [f"profiles.period={own}"])) == own


def test_articles_of_which_nothing_is_left_are_in_no_period() -> None:
    corpus = dated(["2024-01-01", "1950-01-01", "2024-01-02"])
    corpus.articles.loc[1, ["n_paragraphs", "n_words"]] = 0
    shares = shares_of(corpus, np.eye(3))
    found = period_topic_shares(corpus.articles, shares[shares["article_id"] != "a001"])
    assert found["period"].unique().tolist() == ["2024-01-01", "2024-01-02"]


def test_one_period_more_moves_no_other_periods_draws() -> None:
    wide = np.random.default_rng(0).dirichlet(np.ones(3), size=6)
    large = dated(["2020", "2020", "2021", "2021", "2022", "2022"])
    small = replace(large, articles=large.articles.head(4))
    tables_of = [period_topic_shares(corpus.articles, shares_of(large, wide)) for corpus in (small, large)]
    first, again = (table[table["period"] == "2020"] for table in tables_of)
    assert first["share"].tolist() == again["share"].tolist()
    assert len(tables_of[1]) == len(tables_of[0]) + 3


@pytest.mark.parametrize("n", [1, 3, 8, 30])
def test_intervals_of_a_period_cover_what_its_articles_are_drawn_from(n: int) -> None:
    """Periods of n articles whose shares scatter around a known mixture: how often does the interval hold it?"""
    rng = np.random.default_rng(n)
    k, periods = 4, 40
    known = override(Settings(), ["profiles.draws=500", "profiles.period=year"])
    covered = []
    for _ in range(3):
        truth = rng.dirichlet(np.full(k, 0.8), size=periods)
        wide = np.vstack([rng.dirichlet(4 * row + 1e-3, size=n) for row in truth])
        dates = [str(1900 + period) for period in range(periods) for _ in range(n)]
        corpus = dated(dates, words=rng.integers(30, 120, n * periods).tolist())
        found = period_topic_shares(corpus.articles, shares_of(corpus, wide), known)
        low, high = (found.pivot(index="period", columns="topic_id", values=name).to_numpy() for name in ("low", "high"))
        covered.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(covered) >= 0.92
