"""Other coders: good ones help, random ones change nothing, and their agreement is what it is."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from conftest import SAMPLE
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.reading import Corpus
from topics.themes import score_themes
from topics.themes.coders import MAX_EVIDENCE, coder_evidence


def planted(seed: int, n: int = 600, k: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a calibrated model, and the truth."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(-1.5, 1.8, (n, k))
    return logits, (rng.random((n, k)) < expit(logits)).astype(float)


def coded(truth: np.ndarray, seed: int, sensitivity: float, specificity: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.random(truth.shape) < np.where(truth == 1, sensitivity, 1 - specificity)).astype(float)


def loss(logits: np.ndarray, truth: np.ndarray) -> float:
    return float((np.logaddexp(0, logits) - truth * logits).mean())


def gold_of(truth: np.ndarray, rows: slice) -> np.ndarray:
    gold = np.full(truth.shape, np.nan)
    gold[rows] = truth[rows]
    return gold


@pytest.mark.parametrize("with_gold", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_model_and_coder_together_are_better_than_either(seed: int, with_gold: bool) -> None:
    logits, truth = planted(seed)
    marks = coded(truth, seed + 100, 0.7, 0.93)
    found = coder_evidence(marks, logits, gold_of(truth, slice(60)) if with_gold else None)
    held = slice(60, None)
    both = loss((logits + found.evidence)[held], truth[held])
    # the coder alone, at the best that its rates allow
    prevalence = logit(truth.mean(axis=0))
    alone = loss((prevalence + np.where(marks == 1, np.log(0.7 / 0.07), np.log(0.3 / 0.93)))[held], truth[held])
    assert both < 0.85 * min(loss(logits[held], truth[held]), alone)
    assert not found.by_chance
    assert found.sensitivity.mean() == pytest.approx(0.7, abs=0.07)
    assert found.specificity.mean() == pytest.approx(0.93, abs=0.03)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("rate", [0.05, 0.3, 0.5])
def test_a_random_coder_changes_nothing(seed: int, rate: float) -> None:
    logits, truth = planted(seed)
    marks = (np.random.default_rng(seed).random(truth.shape) < rate).astype(float)
    for gold in (None, gold_of(truth, slice(50))):
        found = coder_evidence(marks, logits, gold)
        assert found.by_chance
        assert (found.evidence == 0).all()


def test_a_coder_who_knows_only_which_themes_are_frequent_has_no_agreement() -> None:
    logits, truth = planted(1, n=2000)
    rates = truth.mean(axis=0) * np.array([3, 0.2, 1, 1, 1])
    marks = (np.random.default_rng(9).random(truth.shape) < rates).astype(float)
    assert coder_evidence(marks, logits).by_chance


def test_a_coder_worse_than_chance_is_not_turned_round() -> None:
    logits, truth = planted(2)
    found = coder_evidence(1 - truth, logits)
    assert found.by_chance
    assert (found.evidence == 0).all()


def test_without_gold_codes_the_coder_counts_less() -> None:
    logits, truth = planted(3, n=120)
    marks = coded(truth, 5, 0.6, 0.9)
    with_gold, without = (coder_evidence(marks, logits, gold) for gold in (truth, None))
    assert np.abs(without.evidence).mean() < np.abs(with_gold.evidence).mean()


def test_a_higher_score_is_never_less_evidence_and_paragraphs_not_seen_have_none() -> None:
    logits, truth = planted(4)
    scores = np.clip(0.5 * truth + np.random.default_rng(3).random(truth.shape) * 0.5, 0, 1)
    scores[::3] = np.nan
    found = coder_evidence(scores, logits)
    assert (found.evidence[::3] == 0).all()
    for k in range(5):
        seen = ~np.isnan(scores[:, k])
        order = np.argsort(scores[seen, k])
        assert (np.diff(found.evidence[seen, k][order]) >= -1e-12).all()
    assert loss(logits + found.evidence, truth) < 0.8 * loss(logits, truth)


def test_the_order_of_paragraphs_and_themes_changes_nothing_and_no_input_is_changed() -> None:
    logits, truth = planted(5, n=200)
    marks = coded(truth, 6, 0.8, 0.9)
    before = marks.copy(), logits.copy()
    found = coder_evidence(marks, logits).evidence
    turned = coder_evidence(marks[::-1, ::-1], logits[::-1, ::-1]).evidence
    assert turned[::-1, ::-1] == pytest.approx(found)
    assert (marks == before[0]).all()
    assert (logits == before[1]).all()


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(1, 40), st.integers(1, 4), st.booleans(), st.sampled_from([0.5, 5.0, 50.0]))
def test_any_codes_give_bounded_evidence(seed: int, n: int, k: int, scored: bool, size: float) -> None:
    rng = np.random.default_rng(seed)
    marks = rng.random((n, k)) if scored else rng.integers(0, 2, (n, k)).astype(float)
    marks[rng.random(n) < 0.3] = np.nan
    gold = np.where(rng.random((n, k)) < 0.5, np.nan, rng.integers(0, 2, (n, k)))
    found = coder_evidence(marks, size * rng.normal(size=(n, k)), gold if seed % 2 else None)
    assert (np.abs(found.evidence) <= MAX_EVIDENCE).all()
    assert np.isfinite(found.sensitivity).all()
    assert np.isfinite(found.specificity).all()


# on the sample study, whose paragraphs people coded


def sample_codes(corpus: Corpus, codebook: Codebook) -> dict[str, frozenset[str]]:
    with (SAMPLE / "sheets" / "coder-1.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    known = set(corpus.paragraphs["paragraph_id"])
    return {
        row["paragraph_id"]: frozenset(name for name in codebook.names if row[name] == "x" or row["primary"] == name)
        for row in rows
        if row["paragraph_id"] in known
    }


def macro_f1(table: dict[str, frozenset[str]], truth: dict[str, frozenset[str]], names: tuple[str, ...]) -> float:
    values = []
    for name in names:
        found, true = ({key for key in truth if name in codes[key]} for codes in (table, truth))
        if true:
            values.append(2 * len(found & true) / (len(found) + len(true)))
    return float(np.mean(values))


def test_codes_of_which_three_in_ten_are_wrong_and_the_model_are_better_together(sample_corpus: Corpus) -> None:
    codebook = codebooks.load(SAMPLE / "codebook.toml")
    truth = sample_codes(sample_corpus, codebook)
    rng = np.random.default_rng(1)
    names = [*codebook.names, ""]
    flipped = {
        key: themes if rng.random() > 0.3 else frozenset({names[rng.integers(len(names))]} - {""})
        for key, themes in truth.items()
    }
    shuffled = dict(zip(flipped, [truth[key] for key in rng.permutation(list(truth))], strict=True))

    def assigned(coders: dict[str, dict[str, frozenset[str]]]) -> tuple[dict[str, frozenset[str]], tuple[str, ...]]:
        marks = {name: {key: dict.fromkeys(themes, 1.0) for key, themes in codes.items()} for name, codes in coders.items()}
        themes = score_themes(sample_corpus, codebook, coders=marks)
        of = themes.table[themes.table["assigned"]].groupby("paragraph_id")["theme"].agg(frozenset)
        return {key: of.get(key, frozenset()) for key in truth}, themes.notes

    model, notes = assigned({})
    both, _ = assigned({"llm.csv": flipped})
    chance, said = assigned({"dice.csv": shuffled})
    f1 = [macro_f1(one, truth, codebook.names) for one in (model, flipped, both)]
    assert f1[2] > max(f1[:2]) + 0.03
    assert chance == model
    assert set(said) - set(notes) == {
        f"dice.csv: agrees no better than chance with the gold codes or the model on {len(truth)} paragraphs; its codes"
        " were not used"
    }
