"""Shares of themes, with gold codes and without: what they count, and what their intervals hold."""

import numpy as np
import pandas as pd
import pytest

from topics import tables
from topics.codebook import Codebook
from topics.coding import BORROWED, CORRECTED, NOT_ESTIMABLE, UNCORRECTED, Coding, ThemeShares
from topics.runs import Run
from topics.settings import Settings, override
from topics.tables import UNASSIGNED

BOOK = Codebook.from_dict({"bread": ["flour"], "stars": ["planet"], "boats": ["sail"]})
NAMES = [*BOOK.names, UNASSIGNED]
LIKE_THESE = override(Settings(), ["profiles.population=articles like these", "profiles.draws=300"])


def corpus_of(
    article_of: list[str], themes: list[set[str]], words: list[int] | None = None, scores: np.ndarray | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """``articles``, ``paragraphs`` and ``themes`` with these assignments; scores are .9 and .02 if none are given."""
    words = words or [10] * len(themes)
    keys = [f"{article}-p{i:04d}" for i, article in enumerate(article_of)]
    paragraphs = pd.DataFrame({"paragraph_id": keys, "article_id": article_of, "n_words": words})
    marks = np.array([[name in own for name in BOOK.names] for own in themes])
    scores = np.where(marks, 0.9, 0.02) if scores is None else scores
    long = pd.DataFrame(
        {
            "paragraph_id": np.repeat(keys, 3), "theme": np.tile(BOOK.names, len(keys)), "score": scores.ravel(),
            "assigned": marks.ravel(),
        }
    )  # fmt: skip
    by_article = paragraphs.groupby("article_id")["n_words"]
    articles = pd.DataFrame({"n_paragraphs": by_article.size(), "n_words": by_article.sum()}).reset_index()
    return articles, paragraphs, long


def shares_of(
    article_of: list[str],
    themes: list[set[str]],
    words: list[int] | None = None,
    scores: np.ndarray | None = None,
    settings: Settings | None = None,
    codings: list[Coding] | None = None,
) -> ThemeShares:
    return ThemeShares.of_tables(*corpus_of(article_of, themes, words, scores), BOOK, settings or Settings(), codings or [])


def planted(seed: int, n_articles: int = 30, size: int = 10) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Articles with mixtures of their own, what coders say, and scores of a model that misses half of the boats."""
    rng = np.random.default_rng(seed)
    truth = np.concatenate([np.eye(4)[rng.choice(4, size, p=rng.dirichlet([1, 1, 1, 1]))] for _ in range(n_articles)])
    blind = (rng.random(len(truth)) < 0.5) & (truth[:, 2] > 0)
    seen = np.where(blind[:, None], np.eye(4)[3], truth)[:, :3]
    scores = np.clip(0.05 + 0.8 * seen + rng.normal(0, 0.04, seen.shape), 0.01, 0.9)
    return [f"a{i // size:03d}" for i in range(len(truth))], truth, scores


def coded(truth: np.ndarray, articles: list[str], rows: np.ndarray) -> Coding:
    """What a coder says who is always right."""
    codes = {
        f"{articles[row]}-p{row:04d}": frozenset(name for name, on in zip(BOOK.names, truth[row], strict=False) if on)
        for row in rows
    }
    return Coding("anna", codes, {})


def test_shares_are_of_words_and_split_over_themes() -> None:
    shares = shares_of(["a", "a", "a"], [{"bread"}, {"bread", "stars"}, set()], [4, 6, 2])
    table = shares.of_articles().set_index("theme")
    assert list(shares.of_articles().columns) == list(tables.COLUMNS["profiles"])
    assert table["share"].to_dict() == pytest.approx({"bread": 7 / 12, "stars": 3 / 12, "boats": 0.0, UNASSIGNED: 2 / 12})
    assert table["n_paragraphs"].to_dict() == {"bread": 2, "stars": 1, "boats": 0, UNASSIGNED: 1}
    assert (table["uncorrected"] == table["share"]).all()
    assert table["basis"].to_dict() == dict.fromkeys(["bread", "stars", UNASSIGNED], UNCORRECTED) | {"boats": NOT_ESTIMABLE}
    assert set(table["n_coded"]) == {0}


def test_an_article_of_one_or_three_paragraphs_is_no_certainty() -> None:
    others = [f"b{i}" for i in range(20)]
    themes = [{name} for name in ("bread", "stars", "boats", "bread")] * 5
    for n in (1, 3):
        table = shares_of(["a"] * n + others, [{"bread"}] * n + themes).of_articles()
        own = table[table["article_id"] == "a"].set_index("theme")
        assert own.loc["bread", "share"] == 1
        assert own.loc["bread", "low"] < 0.7
        assert own.loc["stars", "high"] > 0.01, "a share of 0 has an interval, too"
    assert ((table["high"] - table["low"]) > 0.01).all()


def test_the_level_decides_the_width() -> None:
    articles, _, scores = planted(0)
    themes = [set(np.array(BOOK.names)[row >= 0.35]) for row in scores]
    widths = []
    for level in (0.5, 0.99):
        table = shares_of(articles, themes, scores=scores, settings=override(Settings(), [f"profiles.level={level}"]))
        widths.append((table.of_articles()["high"] - table.of_articles()["low"]).mean())
    assert widths[1] > 1.5 * widths[0]


def test_the_corpus_has_the_mean_of_its_paragraphs_by_words_and_says_how_many_to_code() -> None:
    shares = shares_of(["a", "b", "c"], [{"bread"}, {"stars"}, {"boats"}], [30, 10, 20])
    found = shares.of_corpus()
    assert list(found.columns) == list(tables.COLUMNS["overall"])
    own = found.set_index("theme")
    assert own["share"].to_dict() == pytest.approx({"bread": 0.5, "stars": 1 / 6, "boats": 1 / 3, UNASSIGNED: 0})
    assert own["n_articles"].to_dict() == {"bread": 1, "stars": 1, "boats": 1, UNASSIGNED: 0}
    assert own["codes_needed"].between(1, 3).all()
    assert (own["low"] < own["high"]).all()
    assert own.loc[UNASSIGNED, "low"] == 0


def test_groups_are_compared_by_words_and_an_article_without_a_value_is_on_neither_side() -> None:
    shares = shares_of(["a", "b", "c", "d"], [{"bread"}, {"stars"}, {"boats"}, {"bread", "stars"}], [30, 10, 20, 60])
    party = pd.Series(["Green", "Green", "Blue", None], shares.articles.index, dtype="str")
    found = shares.by_column({"party": party})
    assert tuple(found.columns) == tables.COLUMNS["groups"]
    green, blue = (found[found["group"] == name].set_index("theme") for name in ("Green", "Blue"))
    assert green["share"].to_dict() == pytest.approx({"bread": 0.75, "stars": 0.25, "boats": 0, UNASSIGNED: 0})
    assert blue["share"].to_dict() == pytest.approx({"bread": 0, "stars": 0, "boats": 1, UNASSIGNED: 0})
    assert green["n_articles"].to_dict() == {"bread": 1, "stars": 1, "boats": 0, UNASSIGNED: 0}
    differences = shares.differences_by_column({"party": party})
    assert tuple(differences.columns) == tables.COLUMNS["group_differences"]
    own = differences[differences["group"] == "Green"].set_index("theme")
    assert own["difference"].to_dict() == pytest.approx({"bread": 0.75, "stars": 0.25, "boats": -1, UNASSIGNED: 0})
    assert own["n_articles"].unique().tolist() == [2]
    outlets = shares.of_groups("outlets", party.rename("outlet"))
    assert outlets["share"].tolist() == found["share"].tolist()


@pytest.mark.parametrize("values", [["A", "A"], ["A", None]])
def test_a_single_group_has_nobody_to_differ_from(values: list[str | None]) -> None:
    shares = shares_of(["a", "b"], [{"bread"}, {"stars"}])
    found = shares.differences_by_column({"party": pd.Series(values, shares.articles.index, dtype="str")})
    assert found.empty
    assert tuple(found.columns) == tables.COLUMNS["group_differences"]


def test_codes_find_what_the_model_misses() -> None:
    articles, truth, scores = planted(1)
    themes = [set(np.array(BOOK.names)[row >= 0.35]) for row in scores]
    rows = np.random.default_rng(1).choice(len(truth), 100, replace=False)
    shares = shares_of(articles, themes, scores=scores, codings=[coded(truth, articles, rows)])
    overall = shares.of_corpus().set_index("theme").loc[NAMES]
    assert set(overall["basis"]) == {CORRECTED}
    assert set(overall["n_coded"]) == {100}
    known = truth.mean(axis=0)
    assert abs(overall["share"] - known).max() < 0.06
    assert abs(overall.loc["boats", "uncorrected"] - known[2]) > 0.08
    assert ((overall["low"] <= known) & (known <= overall["high"])).all()
    assert overall["share"].sum() == pytest.approx(1)
    profiles = shares.of_articles()
    assert set(profiles["basis"]) <= {BORROWED, CORRECTED}
    assert profiles.groupby("article_id")["share"].sum().to_numpy() == pytest.approx(1)
    # the mean of the articles is the corpus
    assert profiles.groupby("theme")["share"].mean()[NAMES].to_numpy() == pytest.approx(overall["share"], abs=0.02)


def test_small_groups_borrow_and_large_ones_are_corrected_by_their_own_codes() -> None:
    articles, truth, scores = planted(2)
    themes = [set(np.array(BOOK.names)[row >= 0.35]) for row in scores]
    rows = np.random.default_rng(1).choice(len(truth), 100, replace=False)
    shares = shares_of(articles, themes, scores=scores, codings=[coded(truth, articles, rows)])
    groups = pd.Series(["small"] + ["large"] * 29, shares.articles.index, name="outlet")
    found = shares.of_groups("outlets", groups).set_index(["outlet", "theme"])
    assert set(found.loc["small", "basis"]) == {BORROWED}
    assert set(found.loc["large", "basis"]) == {CORRECTED}
    assert found["n_coded"].groupby("outlet").first().sum() == 100
    differences = shares.differences_by_column({"size": groups})
    assert set(differences["basis"]) == {UNCORRECTED}, "a side with fewer than ten codes"
    assert set(differences["n_coded"]) == {0}
    halves = pd.Series(["x", "y"] * 15, shares.articles.index)
    assert set(shares.differences_by_column({"half": halves})["basis"]) == {CORRECTED}


def test_fewer_than_ten_codes_correct_nothing() -> None:
    articles, truth, scores = planted(3)
    themes = [set(np.array(BOOK.names)[row >= 0.35]) for row in scores]
    shares = shares_of(articles, themes, scores=scores, codings=[coded(truth, articles, np.arange(9))])
    assert set(shares.of_corpus()["basis"]) == {UNCORRECTED}
    assert shares.sample is None


def test_scores_that_tell_nothing_are_marked() -> None:
    scores = np.full((20, 3), 0.3)
    scores[:10, 0], scores[10:, 0] = 0.9, 0.02
    found = shares_of([f"a{i}" for i in range(20)], [{"bread"}] * 10 + [set()] * 10, scores=scores).of_corpus()
    basis = found.set_index("theme")["basis"]
    assert basis["bread"] == UNCORRECTED
    assert basis["stars"] == NOT_ESTIMABLE


def test_outcomes_of_articles_are_unbiased_in_sums_and_regressions() -> None:
    """Over draws of the coded paragraphs, the mean of articles and the slope on a covariate are those of the coders."""
    articles, truth, scores = planted(4)
    themes = [set(np.array(BOOK.names)[row >= 0.35]) for row in scores]
    x = np.arange(30.0)
    by_article = truth.reshape(30, 10, 4).mean(axis=1)
    known = np.polyfit(x, by_article, 1)[0]
    slopes, means, plain = [], [], None
    for seed in range(60):
        rows = np.random.default_rng(seed).choice(len(truth), 100, replace=False)
        shares = shares_of(articles, themes, scores=scores, codings=[coded(truth, articles, rows)])
        outcomes = shares.article_outcomes()
        assert outcomes.sum(axis=1) == pytest.approx(outcomes.sum(axis=1))
        slopes.append(np.polyfit(x, outcomes, 1)[0])
        means.append(outcomes.mean(axis=0))
        plain = shares
    assert plain is not None
    assert np.abs(np.mean(means, axis=0) - by_article.mean(axis=0)).max() < 0.012
    error = np.std(slopes, axis=0) / 60**0.5
    assert (np.abs(np.mean(slopes, axis=0) - known) < 4 * error).all()
    uncorrected = shares_of(articles, themes, scores=scores).article_outcomes()
    assert np.abs(uncorrected.mean(axis=0) - by_article.mean(axis=0)).max() > 0.08


def test_articles_like_these_are_less_certain_than_these_articles() -> None:
    articles, truth, scores = planted(5)
    themes = [set(np.array(BOOK.names)[row >= 0.35]) for row in scores]
    rows = np.random.default_rng(1).choice(len(truth), 100, replace=False)
    for codings in ([], [coded(truth, articles, rows)]):
        these = shares_of(articles, themes, scores=scores, codings=codings)
        others = shares_of(articles, themes, scores=scores, codings=codings, settings=LIKE_THESE)
        groups = pd.Series(["A", "B", "B"] * 10, these.articles.index, name="outlet")
        for made in (
            lambda shares: shares.of_corpus(),
            lambda shares: shares.of_articles(),
            lambda shares, groups=groups: shares.of_groups("outlets", groups),
        ):
            narrow, wide = made(these), made(others)
            assert narrow["share"].tolist() == pytest.approx(wide["share"].tolist(), abs=0.02)
            assert (wide["high"] - wide["low"]).mean() > (narrow["high"] - narrow["low"]).mean()
            assert wide[["low", "high"]].to_numpy().min() >= 0
            assert wide[["low", "high"]].to_numpy().max() <= 1


def test_the_tables_of_a_run_agree_with_each_other(small_run: Run) -> None:
    words = small_run.articles.set_index("article_id")["n_words"]
    weight = small_run.profiles["article_id"].map(words)
    expected = (small_run.profiles["share"] * weight).groupby(small_run.profiles["theme"]).sum() / words.sum()
    found = small_run.overall.set_index("theme")["share"]
    assert found.to_dict() == pytest.approx(expected.to_dict(), abs=2e-4)
    assert found.sum() == pytest.approx(1, abs=2e-4)
    differences = small_run.outlet_differences.pivot(index="theme", columns="outlet", values="difference")
    assert differences["First Paper"].to_dict() == pytest.approx((-differences["Second Paper"]).to_dict(), abs=2e-4)
    shares = small_run.outlets.pivot(index="theme", columns="outlet", values="share")
    assert differences["First Paper"].to_dict() == pytest.approx(
        (shares["First Paper"] - shares["Second Paper"]).to_dict(), abs=2e-4
    )
    again = small_run.theme_shares
    for name, made in (("profiles", again.of_articles()), ("overall", again.of_corpus())):
        pd.testing.assert_frame_equal(small_run.__getattr__(name), made.round(4), check_dtype=False, atol=2e-4)


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
