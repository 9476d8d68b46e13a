"""Themes that are spoken of together: more than chance, less, or who knows."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from conftest import make_corpus

from topics import codebook as codebooks
from topics import tables
from topics.codebook import Codebook
from topics.measures import theme_co_occurrence
from topics.settings import Settings, override
from topics.themes import score_themes

CHEAP = override(Settings(), ["profiles.draws=500"])


def book(n: int) -> Codebook:
    return codebooks.from_dict({"theme": [{"name": name, "keywords": [f"{name}word"]} for name in "zyxwv"[:n]]})


def held(articles: list[str], themes: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame, Codebook]:
    """The tables of paragraphs (rows) that have these themes (columns), whatever their words."""
    known = book(themes.shape[1])
    corpus = make_corpus(["some words that say nothing"] * len(articles), articles)
    position = dict.fromkeys(articles, 0)
    place = {}
    for i, article in enumerate(articles):
        position[article] += 1
        place[f"{article}-p{position[article]:04d}"] = i
    table = score_themes(corpus, known).table
    assigned = [bool(themes[place[row.paragraph_id], known.names.index(row.theme)]) for row in table.itertuples()]
    return corpus.paragraphs, table.assign(assigned=assigned), known


def test_lift_is_how_often_two_themes_meet_over_how_often_they_would() -> None:
    themes = np.array([[1, 1], [1, 1], [1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [0, 0]])
    (row,) = theme_co_occurrence(*held([*"aabbccdd"], themes), CHEAP).itertuples()
    assert (row.theme, row.other, row.n) == ("z", "y", 2)
    assert row.lift == pytest.approx((2 / 8) / ((3 / 8) * (3 / 8)))
    assert row.low < row.lift < row.high


def test_each_pair_is_there_once() -> None:
    themes = np.random.default_rng(0).integers(0, 2, size=(12, 4))
    found = theme_co_occurrence(*held([*"aaabbbcccddd"], themes), CHEAP)
    assert list(found.columns) == list(tables.COLUMNS["co_occurrence"])
    pairs = [(row.theme, row.other) for row in found.itertuples()]
    assert sorted(pairs) == sorted(itertools.combinations("zyxw", 2)), "of a pair, the theme of the codebook's order first"
    for row in found.itertuples():
        assert row.n == int((themes[:, "zyxw".index(row.theme)] * themes[:, "zyxw".index(row.other)]).sum())


def test_a_theme_that_is_never_assigned_has_no_lift() -> None:
    themes = np.array([[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]])
    found = theme_co_occurrence(*held([*"aabb"], themes), CHEAP).set_index(["theme", "other"])
    assert found.loc[("z", "y")].notna().all()
    for pair in (("z", "x"), ("y", "x")):
        assert found.loc[pair, "n"] == 0
        assert found.loc[pair, ["lift", "low", "high"]].isna().all()


def test_a_codebook_of_one_theme_has_no_pair() -> None:
    found = theme_co_occurrence(*held([*"ab"], np.array([[1], [0]])), CHEAP)
    assert found.empty
    assert list(found.columns) == list(tables.COLUMNS["co_occurrence"])


def test_a_pair_that_was_never_seen_may_have_had_no_occasion_unless_there_were_many() -> None:
    few = theme_co_occurrence(*held([*"aabb"], np.array([[1, 0], [0, 1], [1, 0], [0, 1]])), CHEAP).iloc[0]
    assert (few["n"], few["lift"], few["low"]) == (0, 0, few["low"])
    assert few["low"] <= 0 < few["high"]
    articles = [f"a{i:02d}" for i in range(40) for _ in range(4)]
    apart = np.array([[i % 2, 1 - i % 2] for i in range(160)])
    many = theme_co_occurrence(*held(articles, apart), CHEAP).iloc[0]
    assert (many["n"], many["lift"]) == (0, 0)
    assert many["high"] < few["high"]
    assert many["high"] < 0.2


def test_themes_that_are_always_together_are_clearly_so() -> None:
    articles = [f"a{i:02d}" for i in range(20) for _ in range(5)]
    themes = np.repeat(np.random.default_rng(0).random(100) < 0.3, 2).reshape(-1, 2).astype(int)
    row = theme_co_occurrence(*held(articles, themes), CHEAP).iloc[0]
    assert row["low"] > 1.5
    assert row["lift"] == pytest.approx(100 / themes[:, 0].sum())


def test_the_seed_decides_and_the_level_the_width() -> None:
    themes = np.repeat(np.random.default_rng(2).integers(0, 2, size=(10, 3)), 8, axis=0)  # the draws of articles decide
    made = held([f"a{i // 8}" for i in range(80)], themes)
    first, again = theme_co_occurrence(*made, CHEAP), theme_co_occurrence(*made, CHEAP)
    pd.testing.assert_frame_equal(first, again)
    other = theme_co_occurrence(*made, override(CHEAP, ["seed=3"]))
    assert other["lift"].tolist() == first["lift"].tolist()
    assert other["low"].tolist() != first["low"].tolist()
    narrow = theme_co_occurrence(*made, override(CHEAP, ["profiles.level=0.5"]))
    assert (narrow["high"] - narrow["low"]).sum() < 0.6 * (first["high"] - first["low"]).sum()


@pytest.mark.parametrize("articles", [4, 10, 30])
@pytest.mark.parametrize("usual", [0.05, 0.3])
def test_intervals_of_themes_that_meet_by_chance_hold_one(articles: int, usual: float) -> None:
    """Themes drawn apart from each other, rare or common, though an article that has one once has it again."""
    rng = np.random.default_rng(articles)
    above, below = [], []
    for _ in range(30):
        ids = [f"a{i:02d}" for i in range(articles) for _ in range(6)]
        leaning = rng.beta(2 * usual, 2 * (1 - usual), size=(articles, 4))
        themes = rng.random((len(ids), 4)) < np.repeat(leaning, 6, axis=0)
        found = theme_co_occurrence(*held(ids, themes), CHEAP).dropna()
        above += (found["low"] > 1).tolist()
        below += (found["high"] < 1).tolist()
    assert len(above) > 40
    assert np.mean(above) <= 0.05
    assert np.mean(below) <= 0.05
