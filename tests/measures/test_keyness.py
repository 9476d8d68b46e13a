"""Keyness: the words that set an outlet apart, and how few do where none is there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import make_corpus

from topics import tables
from topics.measures import keyness as room
from topics.measures import outlet_keyness
from topics.reading import Corpus
from topics.runs.pipeline import _word_counts
from topics.settings import Settings, override
from topics.statistics import PRIOR_WORDS

CHEAP = override(Settings(), ["profiles.draws=300", "topics.phrases=false"])
COMMON = "market border treaty minister summit export import energy railway harbour"


def corpus_of(texts: dict[str, list[str]]) -> Corpus:
    """One article for each text of each outlet."""
    said = [(outlet, text) for outlet, own in texts.items() for text in own]
    corpus = make_corpus([text for _, text in said], [f"a{i:03d}" for i in range(len(said))])
    return replace(corpus, articles=corpus.articles.assign(outlet=[outlet for outlet, _ in said]))


def two(own: str, others: str = "", articles: int = 5) -> Corpus:
    """Two outlets that say the same, but for these words in each article."""
    return corpus_of({"Ours": [f"{COMMON} {own}"] * articles, "Theirs": [f"{COMMON} {others}"] * articles})


def keyness(corpus: Corpus, settings: Settings) -> pd.DataFrame:
    """Keyness of the words that a run counts."""
    return outlet_keyness(corpus.articles, *_word_counts(corpus, settings), settings)


def test_a_word_that_one_outlet_alone_uses_is_found_with_its_counts_and_z_score() -> None:
    found = keyness(two("gasfield gasfield"), CHEAP)
    assert list(found.columns) == list(tables.COLUMNS["keyness"])
    (row,) = found[found["outlet"] == "Ours"].itertuples()
    assert (row.word, row.rank, row.n, row.n_others) == ("gasfield", 1, 10, 0)
    assert 0 < row.low <= row.log_odds <= row.high
    total, prior = 60 + 50, PRIOR_WORDS * 10 / (60 + 50)
    rest = PRIOR_WORDS
    expected = np.log((10 + prior) / (60 + rest - 10 - prior)) - np.log(prior / (50 + rest - prior))
    assert total == 110
    assert row.log_odds == pytest.approx(expected)
    assert row.z == pytest.approx(expected / np.sqrt(1 / (10 + prior) + 1 / prior))


def test_a_word_of_one_article_alone_does_not_count_however_often_it_stands_there() -> None:
    texts = {"Ours": [f"{COMMON} {'gasfield ' * 20}", *[COMMON] * 4], "Theirs": [COMMON] * 5}
    assert "gasfield" not in set(keyness(corpus_of(texts), CHEAP)["word"])


def test_an_outlet_of_one_article_may_have_words_of_its_own() -> None:
    texts = {"Ours": [f"{COMMON} {'gasfield ' * 20}"], "Theirs": [COMMON] * 8}
    found = keyness(corpus_of(texts), CHEAP)
    assert set(found["outlet"]) <= {"Ours"}


@pytest.mark.parametrize("outlets", [["Ours"], []], ids=["one", "none"])
def test_without_a_second_outlet_there_is_nothing_to_compare(outlets: list[str]) -> None:
    corpus = corpus_of({outlet: [COMMON] * 3 for outlet in outlets or [""]})
    found = keyness(corpus, CHEAP)
    assert found.empty
    assert list(found.columns) == list(tables.COLUMNS["keyness"])


def test_articles_without_paragraphs_are_of_no_outlet() -> None:
    corpus = two("gasfield gasfield")
    corpus = replace(corpus, articles=pd.concat([corpus.articles, corpus.articles.head(1).assign(
        article_id="empty", outlet="Third", n_paragraphs=0, n_words=0)]))  # fmt: skip
    pd.testing.assert_frame_equal(keyness(corpus, CHEAP), keyness(two("gasfield gasfield"), CHEAP))


def test_words_of_other_scripts_are_words() -> None:
    found = keyness(two("газопровод газопровод", "политика политика"), CHEAP)
    assert found.set_index("outlet")["word"].to_dict() == {"Ours": "газопровод", "Theirs": "политика"}


def test_at_most_twenty_five_words_are_kept_the_highest_z_score_first() -> None:
    words = ["gasfield", "turbine", "orchard", "violin", "glacier", "saddle", "lantern", "pottery", "meadow", "anchor"]
    many = [f"{one}{end}" for one in words for end in ("", "ling", "dom", "ship")]
    found = keyness(two(" ".join(word for i, word in enumerate(many) for _ in range(1 + i % 5))), CHEAP)
    own = found[found["outlet"] == "Ours"]
    assert len(own) == room.MAX_WORDS
    assert own["rank"].tolist() == [*range(1, 26)]
    assert own["z"].is_monotonic_decreasing
    assert own["n"].min() >= 5


def test_the_seed_alone_decides_and_no_other_outlet_moves_the_draws() -> None:
    corpus = two("gasfield gasfield turbine", "violin violin")
    first, again = keyness(corpus, CHEAP), keyness(corpus, CHEAP)
    pd.testing.assert_frame_equal(first, again)
    other = keyness(corpus, override(CHEAP, ["seed=1"]))
    assert other["log_odds"].tolist() == first["log_odds"].tolist()
    assert other["low"].tolist() != first["low"].tolist()


def alike(rng: np.random.Generator, articles: int) -> Corpus:
    """Two outlets that do not differ; but an author who writes a word once writes it again."""
    names = np.array([f"w{a}{b}x" for a in "abcdefghijklmnop" for b in "abcdefghijklmnop"])
    usual = 1 / np.arange(1, len(names) + 1)
    mixes = rng.dirichlet(100 * usual / usual.sum(), size=articles)
    texts = [" ".join(rng.choice(names, size=300, p=mix)) for mix in mixes]
    return corpus_of({"Ours": texts[::2], "Theirs": texts[1::2]})


@pytest.mark.parametrize(("articles", "most"), [(4, 0.005), (8, 0.03), (24, 0.1)])
def test_of_outlets_that_do_not_differ_few_words_pass(articles: int, most: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """The share of words, of all that an outlet uses, whose interval lies above zero by chance."""
    monkeypatch.setattr(room, "MAX_WORDS", 10_000)
    passed, looked = 0, 0
    for seed in range(6):
        corpus = alike(np.random.default_rng(seed), articles)
        passed += len(keyness(corpus, CHEAP))
        outlet = corpus.articles.set_index("article_id")["outlet"]
        words = corpus.paragraphs.assign(
            outlet=corpus.paragraphs["article_id"].map(outlet), word=corpus.paragraphs["text"].str.split()
        )
        looked += len(words.explode("word").drop_duplicates(["outlet", "word"]))
    assert passed / looked <= most


def test_a_planted_word_is_found_among_words_that_only_scatter() -> None:
    found = 0
    for seed in range(5):
        corpus = alike(np.random.default_rng(seed), 12)
        own = corpus.articles.loc[corpus.articles["outlet"] == "Ours", "article_id"]
        texts = corpus.paragraphs["text"].where(
            ~corpus.paragraphs["article_id"].isin(own), corpus.paragraphs["text"] + " gasfield" * 6
        )
        rows = keyness(replace(corpus, paragraphs=corpus.paragraphs.assign(text=texts)), CHEAP)
        found += rows.loc[rows["word"] == "gasfield", "outlet"].tolist() == ["Ours"]
    assert found == 5
