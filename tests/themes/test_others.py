"""Paragraphs that a model was not fitted to: what their words, keywords and vectors say, and how far that is trusted."""

from __future__ import annotations

import random

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from scipy.special import expit

from topics.codebook import Codebook
from topics.settings import Settings, ThemeSettings, override
from topics.text import tokenise_all
from topics.themes import FittedThemes, fit_themes
from topics.themes.calibration import Calibration, from_fitted
from topics.themes.estimate import Counts
from topics.themes.gold import learn, logits_of, teach
from topics.themes.model import clip_counts, evidence_of, evidence_without_own, fit_naive_bayes
from topics.themes.others import Scorer
from topics.themes.vectors import NEIGHBOURS, Neighbours, Vectors

WORDS = override(Settings(), ["themes.encoder='none'"])
TEXTS = [*BREAD, *STARS, *BOATS]
NO_CODES = np.arange(0), np.zeros((0, 3))
SEEDS = {"bread": ("dough", "oven"), "boats": ("hull", "sail")}
LEARNT = {"bread": ("flour", "crust", "yeast", "rye"), "boats": ("harbour", "keel", "crew", "tide")}
COMMON = ("village", "year", "morning", "letter", "stone", "road", "winter", "rain", "name", "price")
RARE = tuple(f"rare{number}" for number in range(4000))


def fitted(codebook: Codebook, texts: list[str] = TEXTS, settings: Settings = WORDS) -> FittedThemes:
    return fit_themes(make_corpus(texts, [f"a{number:02d}" for number in range(len(texts))]), codebook, settings)


def scored(themes: FittedThemes, texts: list[str], articles: list[int] | None = None) -> np.ndarray:
    n = len(texts)
    apart = np.arange(n) if articles is None else np.array(articles)
    return Scorer.of(themes, *NO_CODES).score(tokenise_all(texts, "en"), apart, np.arange(n)).scores


# words


def paragraphs(n: int, seed: int) -> tuple[list[list[str]], np.ndarray]:
    """Paragraphs on bread, on boats and on nothing in turn, each with rare words; half of the former have a keyword."""
    rng = random.Random(seed)
    texts, kinds = [], []
    for i in range(n):
        kind = ("bread", "boats", "")[i % 3]
        words = rng.choices(COMMON, k=8) + rng.choices(RARE, k=6)
        if kind:
            words += rng.choices(LEARNT[kind], k=4) + (rng.choices(SEEDS[kind], k=1) if rng.random() < 0.5 else [])
        texts.append(words)
        kinds.append(kind)
    return texts, np.array([[kind == theme for theme in SEEDS] for kind in kinds])


def learnt(texts: list[list[str]]) -> tuple[Counts, np.ndarray, object]:
    counts = Counts.of([[words] for words in texts], np.arange(len(texts)), np.zeros(len(texts)))
    seeds = np.zeros((2, len(counts.columns)))
    for k, words in enumerate(SEEDS.values()):
        seeds[k, [counts.columns[word] for word in words]] = 0.5
    nobody, none = (np.arange(0), np.arange(0)), np.zeros((len(texts), 0))
    model = fit_naive_bayes(
        clip_counts(counts.paragraphs), seeds, np.zeros((len(texts), 2)), nobody, none, ThemeSettings(neighbours=0.0)
    )
    return counts, seeds, model


def test_what_a_paragraph_taught_is_taken_back() -> None:
    """Against models that were fitted without the paragraph."""
    texts, _ = paragraphs(150, seed=1)
    counts, seeds, model = learnt(texts)
    without = evidence_without_own(clip_counts(counts.paragraphs), model, model.weights_of_new(seeds))
    whole = evidence_of(clip_counts(counts.paragraphs), model.weights)
    errors = []
    for row in range(0, 150, 10):
        others, _, less = learnt(texts[:row] + texts[row + 1 :])
        one = Counts.of([[texts[row]]], np.zeros(1), np.zeros(1))
        weights = np.array(
            [less.weights[:, others.columns[term]] if term in others.columns else [0, 0] for term in one.columns]
        ).T
        truth = evidence_of(clip_counts(one.paragraphs), weights)[0]
        errors.append((abs(without[row] - truth).max(), abs(whole[row] - truth).max()))
    own, naive = np.mean(errors, axis=0)
    assert own < 0.2 * naive
    assert own < 0.02


def test_a_word_that_stands_in_one_paragraph_alone_says_nothing_for_it() -> None:
    texts, _ = paragraphs(60, seed=2)
    for more in (["zeppelin", "zeppelin", "quagga"], ["abacus", "yurt", "yurt"]):
        counts, seeds, model = learnt([[*texts[0], *more], *texts[1:]])
        found = evidence_without_own(clip_counts(counts.paragraphs), model, model.weights_of_new(seeds))[0]
        np.testing.assert_allclose(found, _last.setdefault("evidence", found), atol=1e-9)


_last: dict[str, np.ndarray] = {}


def test_new_words_say_nothing_and_new_keywords_as_much_as_rare_ones() -> None:
    texts, _ = paragraphs(150, seed=3)
    texts = [["stone" if word == "oven" else word for word in words] for words in texts]
    texts[0].append("oven")  # once
    counts, _, model = learnt(texts)
    new = model.weights_of_new(np.array([[0.5, 0.0], [0.0, 0.0]]))
    known = model.weights[:, counts.columns["oven"]]
    assert new[:, 1].tolist() == [0, 0]
    assert new[0, 0] == pytest.approx(known[0], abs=0.3)
    assert new[0, 0] > 1 > 0 > new[1, 0]


def test_a_keyword_that_the_corpus_lacks_is_one_all_the_same(codebook: Codebook) -> None:
    texts = [text for text in TEXTS if "comet" not in text]
    assert len(texts) == 28
    with_keyword, without = scored(fitted(codebook, texts), ["A comet was seen.", "A zeppelin was seen."])
    assert with_keyword[1] > without[1] + 0.3
    assert with_keyword.argmax() == 1


def test_paragraphs_on_a_theme_are_told_without_its_keywords(codebook: Codebook) -> None:
    """By words that the corpus taught."""
    found = scored(
        fitted(codebook), ["Water and salt, kneaded by bakers.", "Light that travelled for years through the dark sky."]
    )
    assert found.argmax(axis=1).tolist() == [0, 1]


# calibration


def test_new_paragraphs_are_as_probable_as_those_of_the_corpus() -> None:
    """A paragraph of the corpus has taught that its rare words speak against other themes; a new one has not."""
    texts, own = paragraphs(150, seed=4)
    counts, seeds, model = learnt(texts)
    clipped = clip_counts(counts.paragraphs)
    calibration = Calibration(3.0, np.array([-1.5, -1.5]))
    logits = calibration.logits(evidence_of(clipped, model.weights))
    without = evidence_without_own(clipped, model, model.weights_of_new(seeds))
    link = from_fitted(without, logits, calibration)
    new, about = paragraphs(300, seed=5)
    columns = Counts.of([[words] for words in new], np.arange(300), np.zeros(300))
    weights = [model.weights[:, counts.columns[term]] if term in counts.columns else [0, 0] for term in columns.columns]
    evidence = evidence_of(clip_counts(columns.paragraphs), np.array(weights).T)
    expected, found, uncorrected = (expit(each) for each in (logits, link.logits(evidence), calibration.logits(evidence)))
    for truth, mean in ((about, expected[own].mean()), (~about, expected[~own].mean())):
        assert found[truth].mean() == pytest.approx(mean, abs=0.03)
    assert uncorrected[~about].mean() > 1.5 * expected[~own].mean()


def test_a_few_paragraphs_hardly_change_the_calibration() -> None:
    calibration = Calibration(2.0, np.array([-1.0]))
    same = from_fitted(np.array([[1.0], [-1.0]]), np.array([[1.0], [-3.0]]), calibration)
    assert same.slope == pytest.approx(2.0, rel=0.01)
    assert same.intercept == pytest.approx([-1.0], abs=0.01)
    other = from_fitted(np.array([[0.1], [-0.1]]), np.array([[1.0], [-3.0]]), calibration)
    assert 2.0 < other.slope < 3.0


# vectors


def units(*angles: float) -> np.ndarray:
    return np.array([[np.cos(angle), np.sin(angle)] for angle in angles])


def test_neighbours_of_others_are_in_the_corpus() -> None:
    corpus, new = units(*np.linspace(0, 3, 60)), units(0.0, 3.0, 0.0)
    found = Neighbours.of(new, corpus)
    assert found.rows.shape == (3, NEIGHBOURS)
    assert found.rows[0].tolist() == found.rows[2].tolist() == list(range(NEIGHBOURS))
    assert found.rows[1].tolist() == list(range(30, 60))
    values = np.arange(60.0)[:, None]
    mean = found.mean(values, np.full((3, 1), 1000.0))
    assert mean[0] == pytest.approx((found.weights[0] * np.arange(30)).sum())
    few = Neighbours.of(new[:1], corpus[:3])
    assert few.mean(np.zeros((3, 1)), np.ones((1, 1)))[0, 0] == pytest.approx(1 - 3 / NEIGHBOURS)


def test_a_paragraph_has_the_same_similarities_wherever_it_comes_from() -> None:
    """Its own as those of the corpus, but for the mean that it is part of."""
    rng = np.random.default_rng(0)
    sentences, owner, lengths = rng.normal(size=(50, 8)), np.repeat(np.arange(25), 2), rng.integers(1, 200, 50)
    whole = Vectors.of_encoder(sentences, owner, lengths, rng.normal(size=(2, 8)), [{"a": rng.normal(size=8)}, {}])
    again = whole.others_of_encoder(sentences[10:16], np.repeat(np.arange(3), 2), lengths[10:16])
    np.testing.assert_allclose(again.paragraphs, whole.paragraphs[5:8], atol=1e-6)
    np.testing.assert_allclose(again.by_paragraph, whole.by_paragraph[5:8], atol=1e-6)
    np.testing.assert_allclose(again.by_sentence, whole.by_sentence[10:16], atol=1e-6)
    np.testing.assert_allclose(again.similarity, whole.similarity[5:8], atol=1e-6)
    assert (again.neighbours.rows == np.arange(25)[None]).all(), (
        "itself among them: it is another paragraph with the same text"
    )
    words = Vectors.of_words(sentences, np.arange(50), 2)
    alike = words.others_of_words(sentences[:4], np.arange(4))
    np.testing.assert_array_equal(alike.paragraphs, words.paragraphs[:4])
    assert not alike.similarity.any()
    assert alike.neighbours.rows.shape == (4, NEIGHBOURS)


@pytest.mark.parametrize("encoder", ["none", "auto"])
def test_a_paragraph_depends_on_none_but_its_neighbours_in_the_article(codebook: Codebook, encoder: str) -> None:
    themes = fitted(codebook, settings=override(Settings(), [f"themes.encoder={encoder!r}"]))
    new = ["The hull was old.", "It was told for years.", "A galaxy in the dark.", "Flour and salt."]
    alone = np.vstack([scored(themes, [text]) for text in new])
    np.testing.assert_allclose(scored(themes, new), alone, atol=1e-4)
    np.testing.assert_allclose(scored(themes, new[::-1])[::-1], alone, atol=1e-4)
    beside = scored(themes, new[:2], [0, 0])
    assert beside[1, 2] > alone[1, 2]


def test_scoring_others_leaves_the_fit_as_it_was(codebook: Codebook) -> None:
    themes = fitted(codebook)
    before = themes.score().table
    scored(themes, ["A comet over the harbour.", "…", ""])
    assert themes.score().table.equals(before)


# codes


@pytest.mark.parametrize("encoder", ["none", "auto"])
def test_own_scores_with_codes_are_those_of_the_table(codebook: Codebook, encoder: str) -> None:
    themes = fitted(codebook, settings=override(Settings(), [f"themes.encoder={encoder!r}"]))
    rows, marks = np.arange(0, 30, 3), np.zeros((10, 3))
    marks[4:, 2] = 1
    names = np.array(codebook.names)
    keys = themes.corpus.paragraphs["paragraph_id"]
    codes = [{keys[row]: frozenset(names[mark > 0]) for row, mark in zip(rows, marks, strict=True)}]
    expected, found = themes.score(codes), Scorer.of(themes, rows, marks)
    for column, values in (("score", found.own.scores), ("assigned", found.own.assigned)):
        wide = expected.table.pivot(index="paragraph_id", columns="theme", values=column).loc[keys, names]
        np.testing.assert_array_equal(values, wide.to_numpy())
    assert found.thresholds.tolist() == list(expected.thresholds)


def test_what_codes_taught_holds_for_others() -> None:
    rng = np.random.default_rng(1)
    logits, vectors = rng.normal(size=(40, 2)), rng.normal(size=(40, 5))
    rows, marks = np.arange(10), rng.integers(0, 2, (10, 2)).astype(float)
    found = learn(logits, vectors, rows, marks)
    np.testing.assert_allclose(found.apply(logits[20:], 3 * vectors[20:]), teach(logits, vectors, rows, marks)[20:])
    alone = learn(logits, None, rows, marks)
    np.testing.assert_allclose(alone.apply(logits[20:], None), teach(logits, None, rows, marks)[20:])
    np.testing.assert_allclose(alone.apply(logits, None), alone.scale * logits + alone.shift)
    assert np.isfinite(logits_of(np.array([0.0, 1.0]))).all()
