"""Active sheets: they prefer what teaches, and remain probability samples with known weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from topics.codebook import Codebook
from topics.coding import Coding, draw_sheet, load_sheet, measure_agreement, strata, write_sheet
from topics.coding.sheets import FLOOR, draw_systematically, inclusion_probabilities, informativeness
from topics.runs import Run


def run_of(seed: int, n: int = 300) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, frozenset[str]]]:
    """Tables of a run on three themes, and what is true."""
    rng = np.random.default_rng(seed)
    names = np.array(["bread", "stars", "boats"])
    ids = [f"a{i:04d}" for i in range(n)]
    scores = rng.beta(0.5, 1.2, (n, 3))
    truth = rng.random((n, 3)) < scores
    assigned = scores >= 0.35
    primary = np.zeros_like(assigned)
    primary[np.arange(n), np.where(assigned, scores, -1).argmax(axis=1)] = assigned.any(axis=1)
    themes = pd.DataFrame(
        {
            "paragraph_id": np.repeat(ids, 3),
            "theme": np.tile(names, n),
            "score": scores.ravel(),
            "assigned": assigned.ravel(),
            "primary": primary.ravel(),
        }
    )
    paragraphs = pd.DataFrame({"paragraph_id": ids, "text": [f"Text {i}." for i in range(n)]})
    return paragraphs, themes, {key: frozenset(names[row].tolist()) for key, row in zip(ids, truth, strict=True)}


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=40), st.integers(0, 40))
def test_inclusion_probabilities_are_proportional_and_sum_to_the_number(sizes: list[float], n: int) -> None:
    n = min(n, len(sizes))
    found = inclusion_probabilities(np.array(sizes), n)
    assert found.sum() == pytest.approx(n)
    assert ((found >= 0) & (found <= 1)).all()
    below = found < 1 - 1e-9
    if n and below.any():
        ratio = found[below] / np.array(sizes)[below]
        assert ratio == pytest.approx(np.full(below.sum(), ratio[0]))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(0.01, 10), min_size=1, max_size=40), st.integers(1, 40), st.integers(0, 999))
def test_a_systematic_draw_has_its_number_and_nothing_twice(sizes: list[float], n: int, seed: int) -> None:
    n = min(n, len(sizes))
    rows = draw_systematically(inclusion_probabilities(np.array(sizes), n), np.random.default_rng(seed))
    assert len(set(rows.tolist())) == n


def test_every_paragraph_is_drawn_as_often_as_its_weight_says(codebook: Codebook) -> None:
    paragraphs, themes, _ = run_of(0, n=60)
    times = dict.fromkeys(paragraphs["paragraph_id"], 0)
    weights: dict[str, float] = {}
    for seed in range(200):
        sheet = draw_sheet(paragraphs, themes, codebook, 25, seed, active=True)
        for key, weight in zip(sheet["paragraph_id"], sheet["weight"].astype(float), strict=True):
            times[key] += 1
            assert weights.setdefault(key, weight) == weight
    assert set(weights) == set(times), "each can be drawn"
    for key, n in times.items():
        assert n / 200 == pytest.approx(1 / weights[key], abs=0.14)


def test_estimates_by_the_weights_are_unbiased_and_without_them_they_are_not(codebook: Codebook) -> None:
    paragraphs, themes, truth = run_of(1)
    wide = themes.pivot(index="paragraph_id", columns="theme", values="score")
    outcomes = {"coded": pd.Series({key: float("bread" in said) for key, said in truth.items()}),
        "doubtful": (wide["bread"] - 0.35).abs().lt(0.2).astype(float)}  # fmt: skip
    found: dict[tuple[str, str], list[float]] = {}
    for seed in range(150):
        sheet = draw_sheet(paragraphs, themes, codebook, 60, seed, active=True)
        weights = sheet["weight"].astype(float).to_numpy()
        for name, outcome in outcomes.items():
            values = outcome[sheet["paragraph_id"]].to_numpy()
            found.setdefault((name, "weighted"), []).append(float(weights @ values) / len(paragraphs))
            found.setdefault((name, "plain"), []).append(float(values.mean()))
    for name, outcome in outcomes.items():
        of = np.array(found[name, "weighted"])
        assert of.mean() == pytest.approx(outcome.mean(), abs=3 * of.std() / 150**0.5)
    assert np.mean(found["doubtful", "plain"]) > outcomes["doubtful"].mean() + 0.02


def test_agreement_with_an_active_sheet_holds_for_the_run(codebook: Codebook) -> None:
    paragraphs, themes, truth = run_of(2)
    every = measure_agreement([Coding("anna", truth, {})], themes, codebook)
    recalls, plain = [], []
    for seed in range(50):
        sheet = draw_sheet(paragraphs, themes, codebook, 80, seed, active=True)
        weights = dict(zip(sheet["paragraph_id"], sheet["weight"].astype(float), strict=True))
        codes = {key: truth[key] for key in weights}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("topics.coding.estimates.REPLICATES", 20)
            for used, into in ((weights, recalls), ({}, plain)):
                found = measure_agreement([Coding("anna", codes, {}, weights=used)], themes, codebook)
                into.append([found.get("recall", "anna", theme=theme).value for theme in codebook.names])
    expected = [every.get("recall", "anna", theme=theme).value for theme in codebook.names]
    biases = [np.abs(np.mean(one, axis=0) - expected).mean() for one in (recalls, plain)]
    assert biases[0] < 0.03
    assert biases[1] > biases[0], "without the weights they are off"


def test_doubtful_scores_and_rare_themes_are_preferred() -> None:
    _, themes, _ = run_of(3)
    useful = informativeness(themes)
    assert useful.between(FLOOR, 1).all()
    scores = themes.pivot(index="paragraph_id", columns="theme", values="score")
    distance = (scores - 0.35).abs()
    near, far = distance.min(axis=1) < 0.03, (distance > 0.3).all(axis=1)
    assert useful[near].mean() > 1.6 * useful[far].mean()
    rare = themes.assign(score=np.where((themes["theme"] == "boats") & (themes["score"] > 0.6), 0.01, themes["score"]))
    close = [(rare["theme"] == theme) & rare["score"].between(0.3, 0.4) for theme in ("boats", "bread")]
    again = informativeness(rare)
    assert again[rare.loc[close[0], "paragraph_id"]].mean() > again[rare.loc[close[1], "paragraph_id"]].mean()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_weights_come_back_from_the_sheet_and_are_hidden(small_run: Run, tmp_path: Path, suffix: str) -> None:
    sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, 12, active=True)
    assert list(sheet.columns)[-2:] == ["paragraph_id", "weight"]
    path = write_sheet(sheet.assign(primary="none"), small_run.codebook, tmp_path / f"sheet{suffix}")
    weights = dict(zip(sheet["paragraph_id"], sheet["weight"].astype(float), strict=True))
    assert load_sheet(path, small_run.codebook).weights == weights
    if suffix == ".xlsx":
        page = load_workbook(path).worksheets[0]
        hidden = [cell.value for cell in page[1] if page.column_dimensions[cell.column_letter].hidden]
        assert hidden == ["paragraph_id", "weight"]
        _, mark = page.data_validations.dataValidation
        assert str(mark.sqref) == "D2:F13"


def test_the_weights_of_a_plain_sheet_are_the_strata_over_what_was_drawn_of_them(small_run: Run) -> None:
    sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, 12)
    assert list(sheet.columns)[-2:] == ["paragraph_id", "weight"]
    drawn = sheet["weight"].astype(float).to_numpy()
    primary = strata(small_run.themes)
    stratum = primary[sheet["paragraph_id"]]
    expected = stratum.map(primary.value_counts() / stratum.value_counts()).to_numpy(dtype=float)
    assert drawn == pytest.approx(expected, rel=1e-4)
    assert drawn.sum() == pytest.approx(len(small_run.paragraphs), rel=1e-3)


def test_each_group_has_the_rows_that_were_planned_for_it(codebook: Codebook) -> None:
    paragraphs, themes, _ = run_of(4, n=200)
    groups = pd.Series(["Green"] * 150 + ["Blue"] * 40 + [None] * 10, paragraphs["paragraph_id"])
    sheet = draw_sheet(paragraphs, themes, codebook, {"Green": 30, "Blue": 25}, groups=groups)
    drawn = groups[sheet["paragraph_id"]]
    assert drawn.value_counts().to_dict() == {"Green": 30, "Blue": 25}
    weights = sheet["weight"].astype(float).groupby(drawn.to_numpy()).sum()
    assert weights.to_dict() == pytest.approx({"Green": 150, "Blue": 40}, rel=1e-3)
