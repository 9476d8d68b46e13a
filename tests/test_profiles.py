"""Profiles: shares that add up, intervals that hold."""

import numpy as np
import pytest
from conftest import make_corpus

from topics import profiles
from topics.codebook import Codebook
from topics.paragraphs import Corpus
from topics.profiles import interval
from topics.settings import Settings, override
from topics.study import Run
from topics.tables import UNASSIGNED
from topics.themes import Themes, score


def themes_of(corpus: Corpus, assigned: dict[str, list[str]], codebook: Codebook) -> Themes:
    """Hand-made assignments in the shape that the themes room gives."""
    made = score(corpus, codebook)
    table = made.table.copy()
    table["assigned"] = [
        theme in assigned.get(key, []) for key, theme in zip(table["paragraph_id"], table["theme"], strict=True)
    ]
    return Themes(table, made.learned, made.fitness)


def test_shares_are_of_words_and_split_over_themes(codebook: Codebook) -> None:
    corpus = make_corpus(["one two three four", "one two three four five six", "one two"], ["a", "a", "a"])
    known = {"a-p0001": ["bread"], "a-p0002": ["bread", "stars"]}
    table = profiles.of_themes(corpus, themes_of(corpus, known, codebook), codebook).set_index("theme")
    assert table["share"].to_dict() == pytest.approx({"bread": 7 / 12, "stars": 3 / 12, "boats": 0.0, UNASSIGNED: 2 / 12})
    assert table["n_paragraphs"].to_dict() == {"bread": 2, "stars": 1, "boats": 0, UNASSIGNED: 1}


def test_shares_sum_to_one_and_lie_in_their_interval(small_run: Run) -> None:
    for table, key in (
        (small_run.profiles, "article_id"),
        (small_run.article_topics, "article_id"),
        (small_run.outlets, "outlet"),
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
    shares = [
        profiles.of_themes(corpus, themes_of(corpus, known, codebook), codebook).query("article_id == 'a'")["share"].tolist()
        for corpus in (small, large)
    ]
    assert shares[0] == shares[1]


def test_a_single_paragraph_is_no_certainty(codebook: Codebook) -> None:
    corpus = make_corpus(["dough in the oven"])
    row = profiles.of_themes(corpus, themes_of(corpus, {"article-1-p0001": ["bread"]}, codebook), codebook)
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
        low, high = interval(own, words, base, 500, 0.95, rng)
        ours.append(((np.minimum(low, share) <= truth) & (truth <= np.maximum(high, share))).mean())
        drawn = rng.integers(n, size=(500, n))
        shares = (words[drawn][:, :, None] * own[drawn]).sum(axis=1) / words[drawn].sum(axis=1, keepdims=True)
        low, high = np.quantile(shares, [0.025, 0.975], axis=0)
        plain.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(ours) >= 0.92
    assert np.mean(ours) > np.mean(plain) + 0.1


def test_the_level_decides_the_width(small_run: Run, corpus: Corpus, codebook: Codebook) -> None:
    scored = score(corpus, codebook)
    narrow = profiles.of_themes(corpus, scored, codebook, override(Settings(), ["profiles.level=0.5"]))
    wide = profiles.of_themes(corpus, scored, codebook, override(Settings(), ["profiles.level=0.99"]))
    assert (wide["high"] - wide["low"]).mean() > 1.5 * (narrow["high"] - narrow["low"]).mean()
