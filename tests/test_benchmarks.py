"""The measures of the benchmark of themes, and the peers that need nothing more, on what can be counted by hand."""

import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import BOATS, BREAD, CODEBOOK, STARS, make_corpus

from topics import codebook as codebooks

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

import peers
import themes

CODED = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=bool)
SCORES = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.1, 0.1]])


def test_measures_by_hand() -> None:
    found = themes.measures(peers.Result(np.array([0, 1, 1, peers.NONE]), SCORES, probable=True), CODED)
    assert found["accuracy"] == found["mAP"] * 3 / 4 == 3 / 4
    assert found["top"] == found["F1"] == pytest.approx(2 / 3)
    assert found["ECE"] == pytest.approx((0.1 + 0.3 + 0.2 + 0.6 + 0.6 + 0.2) / 8)
    assert found["unassigned"] == 1 / 4


def test_what_is_not_coded_must_be_unassigned_and_what_is_coded_must_not() -> None:
    assert themes.accuracy(np.array([peers.NONE, 0, 1, 0]), CODED) == 1 / 2
    assert themes.accuracy(np.array([0, 0, 1, peers.NONE]), CODED) == 1


def test_a_method_without_scores_has_no_mean_precision_and_no_calibration() -> None:
    found = themes.measures(peers.Result(np.array([0, 0, 1, 0])), CODED)
    assert (found["top"], found["mAP"], found["ECE"]) == (None, None, None)


def test_several_codes_are_compared_with_all_that_is_assigned() -> None:
    coded = np.array([[1, 1], [0, 1]], dtype=bool)
    found = peers.Result(np.array([0, 1]), assigned=coded)
    assert themes.measures(found, coded)["F1"] == 1
    assert themes.measures(peers.Result(np.array([0, 1])), coded)["F1"] == pytest.approx(5 / 6)


@pytest.mark.parametrize("method", [peers.ours, peers.keyword_count, peers.tfidf, peers.bayes])
def test_planted_themes_are_found(method) -> None:
    corpus = make_corpus([*BREAD, *STARS, *BOATS], [f"a{i:02d}" for i in range(30)])
    found = method(peers.Inputs(corpus, codebooks.from_dict(CODEBOOK)))
    assert (found.primary == np.repeat([0, 1, 2], 10)).mean() > 0.8


def test_words_of_no_theme_are_declined() -> None:
    given = peers.Inputs(make_corpus(["Parliament voted again on pensions."] * 2), codebooks.from_dict(CODEBOOK))
    for method in (peers.keyword_count, peers.tfidf):
        assert (method(given).primary == peers.NONE).all()
