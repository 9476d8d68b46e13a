"""Profiles: shares that add up, intervals that hold."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import make_corpus

from topics import measures, tables
from topics.codebook import Codebook
from topics.measures.bootstrap import interval
from topics.measures.shares import draw_shares
from topics.reading import Corpus
from topics.runs import Run
from topics.settings import PERIODS, Settings, override
from topics.tables import UNASSIGNED
from topics.themes import score_themes


def themes_of(corpus: Corpus, assigned: dict[str, list[str]], codebook: Codebook) -> pd.DataFrame:
    """``themes.csv`` of hand-made assignments."""
    table = score_themes(corpus, codebook).table.copy()
    table["assigned"] = [
        theme in assigned.get(key, []) for key, theme in zip(table["paragraph_id"], table["theme"], strict=True)
    ]
    return table


def test_shares_are_of_words_and_split_over_themes(codebook: Codebook) -> None:
    corpus = make_corpus(["one two three four", "one two three four five six", "one two"], ["a", "a", "a"])
    known = {"a-p0001": ["bread"], "a-p0002": ["bread", "stars"]}
    table = measures.article_theme_shares(corpus.paragraphs, themes_of(corpus, known, codebook), codebook).set_index("theme")
    assert table["share"].to_dict() == pytest.approx({"bread": 7 / 12, "stars": 3 / 12, "boats": 0.0, UNASSIGNED: 2 / 12})
    assert table["n_paragraphs"].to_dict() == {"bread": 2, "stars": 1, "boats": 0, UNASSIGNED: 1}


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


def test_an_article_more_moves_no_other_articles_draws(codebook: Codebook) -> None:
    texts = ["dough in the oven", "star and planet", "boat and sail", "nothing at all"]
    small = make_corpus(texts, ["a", "a", "b", "b"])
    large = make_corpus([*texts, "boat and sail", "nothing at all"], ["a", "a", "b", "b", "c", "c"])
    known = {"a-p0001": ["bread"], "a-p0002": ["stars"], "b-p0001": ["boats"]}
    shares = []
    for corpus in (small, large):
        table = measures.article_theme_shares(corpus.paragraphs, themes_of(corpus, known, codebook), codebook)
        shares.append(table.query("article_id == 'a'")["share"].tolist())
    assert shares[0] == shares[1]


def test_a_single_paragraph_is_no_certainty(codebook: Codebook) -> None:
    corpus = make_corpus(["dough in the oven"])
    row = measures.article_theme_shares(
        corpus.paragraphs, themes_of(corpus, {"article-1-p0001": ["bread"]}, codebook), codebook
    )
    bread = row.set_index("theme").loc["bread"]
    assert bread["share"] == 1
    assert bread["low"] < 0.6


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


def test_the_level_decides_the_width(small_run: Run, corpus: Corpus, codebook: Codebook) -> None:
    scored = score_themes(corpus, codebook).table
    narrow = measures.article_theme_shares(corpus.paragraphs, scored, codebook, override(Settings(), ["profiles.level=0.5"]))
    wide = measures.article_theme_shares(corpus.paragraphs, scored, codebook, override(Settings(), ["profiles.level=0.99"]))
    assert (wide["high"] - wide["low"]).mean() > 1.5 * (narrow["high"] - narrow["low"]).mean()


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


def themes_of_articles(wide: np.ndarray, known: Codebook) -> pd.DataFrame:
    """``profiles.csv`` of shares, articles × themes (unassigned last)."""
    return pd.DataFrame(
        [
            {"article_id": f"a{i:03d}", "theme": theme, "share": share, "low": share, "high": share, "n_paragraphs": 1}
            for i, row in enumerate(wide)
            for theme, share in zip([*known.names, UNASSIGNED], row, strict=True)
        ]
    )


def corpus_theme_shares(articles: pd.DataFrame, profiles: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    whole = pd.Series("corpus", articles.index, name="corpus")
    return measures.group_shares("overall", articles, profiles, whole, [*codebook.names, UNASSIGNED])


def outlet_theme_shares(articles: pd.DataFrame, profiles: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    return measures.group_shares("outlets", articles, profiles, articles["outlet"], [*codebook.names, UNASSIGNED])


def test_the_whole_corpus_has_the_mean_of_its_articles_by_words(codebook: Codebook) -> None:
    corpus = dated([""] * 3, ["A", "A", "B"], [30, 10, 20])
    wide = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0.5, 0.5]])
    found = corpus_theme_shares(corpus.articles, themes_of_articles(wide, codebook), codebook)
    assert list(found.columns) == list(tables.COLUMNS["overall"])
    own = found.set_index("theme")
    assert own["share"].to_dict() == pytest.approx({"bread": 0.5, "stars": 1 / 6, "boats": 1 / 6, UNASSIGNED: 1 / 6})
    assert own["n_articles"].to_dict() == {"bread": 1, "stars": 1, "boats": 1, UNASSIGNED: 1}
    assert (own["low"] < own["share"]).all()
    assert (own["share"] < own["high"]).all()
    alone = outlet_theme_shares(corpus.articles.assign(outlet="A"), themes_of_articles(wide, codebook), codebook)
    assert alone["share"].tolist() == found["share"].tolist()


def test_the_whole_corpus_is_what_the_run_says_of_it(small_run: Run) -> None:
    words = small_run.articles.set_index("article_id")["n_words"]
    weight = small_run.profiles["article_id"].map(words)
    expected = (small_run.profiles["share"] * weight).groupby(small_run.profiles["theme"]).sum() / words.sum()
    found = small_run.overall.set_index("theme")["share"]
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=2e-4)
    assert found.sum() == pytest.approx(1, abs=2e-4)


def test_an_outlet_is_compared_with_all_the_others_together_by_words(codebook: Codebook) -> None:
    corpus = dated([""] * 4, ["A", "A", "B", "C"], [30, 10, 20, 60])
    wide = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0.5, 0, 0, 0.5]])
    found = measures.outlet_theme_differences(corpus.articles, themes_of_articles(wide, codebook), codebook)
    assert list(found.columns) == list(tables.COLUMNS["outlet_differences"])
    own = found[found["outlet"] == "A"].set_index("theme")
    assert own["difference"].to_dict() == pytest.approx(
        {"bread": 30 / 40 - 30 / 80, "stars": 10 / 40, "boats": -20 / 80, UNASSIGNED: -30 / 80}
    )
    assert own["n_articles"].unique().tolist() == [2]
    assert (found["low"] <= found["difference"]).all()
    assert (found["difference"] <= found["high"]).all()
    assert found[["low", "high"]].abs().to_numpy().max() <= 1
    for _, rows in found.groupby("outlet"):
        assert rows["difference"].sum() == pytest.approx(0, abs=1e-12)


def test_of_two_outlets_one_has_more_by_what_the_other_has_less(small_run: Run) -> None:
    found = small_run.outlet_differences.pivot(index="theme", columns="outlet", values="difference")
    assert found.shape == (4, 2)
    assert found["First Paper"].to_dict() == pytest.approx((-found["Second Paper"]).to_dict(), abs=2e-4)
    shares = small_run.outlets.pivot(index="theme", columns="outlet", values="share")
    assert found["First Paper"].to_dict() == pytest.approx(
        (shares["First Paper"] - shares["Second Paper"]).to_dict(), abs=2e-4
    )
    assert small_run.outlet_differences.groupby("outlet")["difference"].sum().abs().max() < 5e-4


@pytest.mark.parametrize("gone", [0, 1])
def test_a_single_outlet_has_nobody_to_differ_from(codebook: Codebook, gone: int) -> None:
    corpus = dated([""] * 3, ["A", "A", "B" if gone else "A"])
    if gone:
        corpus.articles.loc[2, ["n_paragraphs", "n_words"]] = 0
    found = measures.outlet_theme_differences(corpus.articles, themes_of_articles(np.eye(4)[:3], codebook), codebook)
    assert found.empty
    assert list(found.columns) == list(tables.COLUMNS["outlet_differences"])


@pytest.mark.parametrize("n", [1, 3, 8, 30])
def test_intervals_of_differences_hold_the_difference_that_articles_are_drawn_from(codebook: Codebook, n: int) -> None:
    """Two outlets of n articles whose shares scatter around known mixtures: how often is their difference inside?"""
    rng = np.random.default_rng(n)
    known = override(Settings(), ["profiles.draws=500"])
    covered = []
    for _ in range(60):
        truth = rng.dirichlet(np.full(4, 0.8), size=2)
        wide = np.vstack([rng.dirichlet(4 * row + 1e-3, size=n) for row in truth])
        corpus = dated([""] * (2 * n), ["A"] * n + ["B"] * n, words=rng.integers(30, 120, 2 * n).tolist())
        found = measures.outlet_theme_differences(corpus.articles, themes_of_articles(wide, codebook), codebook, known)
        own = found[found["outlet"] == "A"].set_index("theme").loc[[*codebook.names, UNASSIGNED]]
        covered.append(((own["low"] <= truth[0] - truth[1]) & (truth[0] - truth[1] <= own["high"])).mean())
    assert np.mean(covered) >= 0.92


def test_articles_of_which_nothing_is_left_are_in_no_period() -> None:
    corpus = dated(["2024-01-01", "1950-01-01", "2024-01-02"])
    corpus.articles.loc[1, ["n_paragraphs", "n_words"]] = 0
    shares = shares_of(corpus, np.eye(3))
    found = period_topic_shares(corpus.articles, shares[shares["article_id"] != "a001"])
    assert found["period"].unique().tolist() == ["2024-01-01", "2024-01-02"]


def test_themes_over_time_hold_what_the_profiles_say(small_run: Run) -> None:
    found, whole = small_run.themes_over_time, small_run.profiles
    assert set(found["theme"]) == {*small_run.codebook.names, UNASSIGNED}
    words = small_run.articles.set_index("article_id")
    year = words["date"].str[:4]
    assert small_run.record.results.period == "month"
    for row in found.itertuples():
        own = whole[(whole["theme"] == row.theme) & (whole["article_id"].map(year) == row.period[:4])]
        weight = words.loc[own["article_id"], "n_words"].to_numpy()
        assert row.share == pytest.approx((own["share"] * weight).sum() / weight.sum(), abs=2e-4)
        assert row.n_articles == (own["share"] > 0).sum()


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
