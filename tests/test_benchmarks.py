"""The measures of the benchmarks of themes and topics, and the peers that need nothing more, counted by hand."""

import importlib.util
import json
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from conftest import BOATS, BREAD, CODEBOOK, STARS, make_corpus

from topics import codebook as codebooks
from topics.comparison.regression import Regression

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

import checks
import comparisons
import corpora
import held_out
import peers
import themes
import topic_peers
import uncertainty

TOPICS = Path(topic_peers.__file__).with_name("topics.py")
CODED = np.array([[1, 0], [1, 0], [0, 1], [0, 0]], dtype=bool)
SCORES = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.1, 0.1]])


def test_measures_by_hand() -> None:
    found = themes.measures(peers.Result(np.array([0, 1, 1, peers.NONE]), SCORES, probable=True), CODED)
    assert found["accuracy"] == found["mAP"] * 3 / 4 == 3 / 4
    assert found["top"] == found["F1"] == pytest.approx(2 / 3)
    assert found["ECE"] == pytest.approx((0.1 + 0.3 + 0.2 + 0.6 + 0.6 + 0.2) / 8)
    assert found["top ECE"] == pytest.approx((0.1 + 0.6 + 0.2 + 0.1) / 4)
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


METHODS = (peers.ours, peers.ours_words, peers.keyword_count, peers.cosine, peers.tfidf, peers.bayes)


@pytest.mark.parametrize("method", METHODS)
def test_planted_themes_are_found(method) -> None:
    corpus = make_corpus([*BREAD, *STARS, *BOATS], [f"a{i:02d}" for i in range(30)])
    found = method(peers.Inputs(corpus, codebooks.from_dict(CODEBOOK)))
    assert (found.primary == np.repeat([0, 1, 2], 10)).mean() > 0.8


def test_words_of_no_theme_are_declined() -> None:
    given = peers.Inputs(make_corpus(["Parliament voted again on pensions."] * 2), codebooks.from_dict(CODEBOOK))
    for method in (peers.keyword_count, peers.tfidf):
        assert (method(given).primary == peers.NONE).all()


def test_a_draw_has_whole_articles_of_which_the_last_is_cut() -> None:
    rows = [{"group": group, "text": group, "label": ""} for group in "aaabbbccc"]
    drawn = corpora.whole_articles(rows, 5, seed=0)
    assert sorted(Counter(row["group"] for row in drawn).values()) == [2, 3]
    assert drawn == corpora.whole_articles(rows, 5, seed=0) != corpora.whole_articles(rows, 5, seed=1)


def test_an_author_says_habitual_words_in_every_paragraph() -> None:
    desks = ("business", "politics", "sport", "entertainment")
    rows = [{"group": f"{i}", "text": "one two", "label": desks[i % 4]} for i in range(400)]
    spoken, seldom = checks._spoken(rows, 0, habits=True)
    assert all(set(checks.HABITS[row["author"]]) | {"one", "two"} == set(row["text"].split()) for row in spoken)
    assert seldom.mean() == pytest.approx(1 - checks.FAITHFUL, abs=0.04)


@pytest.fixture(scope="module")
def bench():
    """benchmarks/topics.py, which has the name of the package."""
    spec = importlib.util.spec_from_file_location("benchmarks_topics", TOPICS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    before = sys.path.copy()
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


@pytest.fixture(scope="module")
def planted(bench):
    """Texts of twelve clear topics, as the methods are given them."""
    asked = bench.argparse.Namespace(cache=None, only=re.compile("nothing"))
    made = bench.as_bench("planted", "clear", bench.plant(0.3, 200), (0,), asked)
    return made, topic_peers.Given(made.corpus, made.tokens, made.vectors["LSA"], seed=0)


def test_topics_are_measured_by_hand(bench) -> None:
    labels, found = np.array([0, 0, 0, 1, 1]), np.array([0, 0, -1, 1, 1])
    inside = bench.agreement(found, labels)
    assert inside["NMI inside"] == inside["ARI inside"] == 1
    assert inside["ARI"] < 1
    tokens = [["a", "b"], ["c", "d"], ["a", "b"]]
    words = bench.of_words([["a", "b", "no word"], ["a", "b"]], tokens)
    assert words["NPMI"] == pytest.approx(1)
    assert (words["diversity"], words["words"]) == (1 / 2, 2)


def test_recovery_is_the_best_overlap_both_ways(bench) -> None:
    found = topic_peers.Found(np.array([0, 0, 1, -1]), [], stability={0: 0.9, 1: 0.2})
    measured = bench.recovery(found, np.array([0, 0, 0, 1]))
    assert measured["found are planted"] == pytest.approx((2 / 3 + 1 / 3) / 2)
    assert measured["planted are found"] == pytest.approx((2 / 3 + 0) / 2)
    assert measured["pairs"] == [(0.9, pytest.approx(2 / 3)), (0.2, pytest.approx(1 / 3))]
    nothing = bench.recovery(topic_peers.Found(np.array([-1, -1]), []), np.array([0, 1]))
    assert (nothing["found are planted"], nothing["planted are found"]) == (0, 0)
    assert bench.rank_correlation([(0.1, 0.2), (0.5, 0.6), (0.4, 0.7)]) == pytest.approx(0.5)
    assert np.isnan(bench.rank_correlation([(0.1, 0.2), (0.1, 0.6), (0.1, 0.7)]))


@pytest.mark.parametrize(
    "name", ["topics", "BERTopic", "BERTopic, reduce_outliers", "Top2Vec's method", "k-means", "NMF of tf-idf"]
)
def test_planted_topics_are_found(bench, planted, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made, given = planted
    monkeypatch.setattr(topic_peers, "reduced", lambda vectors, *_: (vectors[:, :5], 0.0))  # UMAP compiles for 20 seconds
    (peer,) = [peer for peer in topic_peers.PEERS if peer.name == name]
    found = peer.run(given, 12, **peer.choice)
    assert bench.agreement(found.labels, made.labels)["NMI"] > 0.7
    assert len(found.topics) == len(set(found.labels.tolist()) - {topic_peers.OUTLIER})
    assert all(0 < len(topic) <= 10 for topic in found.topics)


def test_stability_and_recovery_are_compared(bench, planted) -> None:
    made, given = planted
    found = topic_peers.ours(given, 0, "stability.runs=3")
    assert set(found.stability) == set(found.labels.tolist()) - {topic_peers.OUTLIER}
    assert len(bench.recovery(found, made.labels)["pairs"]) == len(found.stability)


def test_the_benchmark_of_topics_runs(bench, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "texts.jsonl", tmp_path / "out.csv"
    rows = [{"text": text, "label": str(i // 10)} for i, text in enumerate([*BREAD, *STARS, *BOATS])]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert bench.main(["--quick", "--corpus", f"own={file}", "--only", "/(k-means|NMF of)", "--out", str(out)]) == 0
    printed = capsys.readouterr()
    assert [line for line in printed.out.splitlines() if line in bench.TABLES] == list(bench.TABLES)
    assert "| own | LSA | k-means | 3 | 3 |" in printed.out
    assert "labels: corpus own  vectors LSA  method k-means  k 3  seed 0" in printed.err
    assert out.read_text(encoding="utf-8").startswith("table,corpus,vectors,method,k,seed,topics,covered,NPMI")


def test_without_the_labelled_texts_the_benchmark_says_so(bench, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(bench, "DATA", tmp_path / "missing")
    assert bench.main([]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert "are missing; --corpus NAME=TEXTS.jsonl" in printed.err


def test_a_peer_that_fails_costs_a_row(bench, planted, capsys) -> None:
    made, given = planted

    def failing(given: topic_peers.Given, k: int) -> topic_peers.Found:
        raise ValueError("no topic")

    assert bench.measured(made, topic_peers.Peer("other", failing), given, 3) == {}
    assert capsys.readouterr().err == "other failed: ValueError: no topic\n"


@pytest.mark.filterwarnings("ignore::topics.errors.TopicsWarning")
def test_held_out_paragraphs_are_scored_by_models_that_have_not_seen_their_article(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    fit = held_out.topics.ThemeModel.fit
    monkeypatch.setattr(
        held_out.topics.ThemeModel, "fit", lambda self, texts, **more: seen.append(set(texts)) or fit(self, texts, **more)
    )
    texts = [*BREAD, *STARS, *BOATS]
    corpus = make_corpus(texts, [f"a{number // 3:02d}" for number in range(30)])
    bench = corpora.Bench(
        "planted", codebooks.from_dict(CODEBOOK), ((corpus, np.repeat(np.eye(3, dtype=bool), 10, axis=0)),)
    )
    found = {how: (scores, assigned) for how, scores, assigned in held_out.predictions(bench, corpus, "none")}
    assert list(found) == ["on all", "held out", "one by one"]
    assert [len(texts) for texts in seen] == [30, *[24] * 5]
    assert all(set(texts) - known for known in seen[1:])
    for scores, assigned in found.values():
        assert (held_out.primary(scores, assigned) == np.repeat(np.arange(3), 10)).mean() > 0.7
    assert held_out.primary(np.array([[0.2, 0.9]]), np.array([[True, False]])).tolist() == [0]
    assert held_out.primary(np.array([[0.2, 0.9]]), np.zeros((1, 2), dtype=bool)).tolist() == [peers.NONE]


def test_coverage_width_and_bias_are_measured_by_hand() -> None:
    truth = np.array([[0.5, 0.0]])
    shares = np.array([[[[0.4, 0.0]], [[0.3, 0.0]], [[0.6, 0.1]]], [[[0.5, 0.2]], [[0.51, 0.1]], [[0.7, 0.3]]]])
    found = uncertainty._measured(shares, truth, shares * 2)
    assert found["coverage"] == 1 / 2
    assert (found["worst"], found["present"]) == (1 / 2, 1 / 2)
    assert found["width"] == pytest.approx((0.3 + 0.1 + 0.19 + 0.2) / 4)
    assert found["ratio"] == pytest.approx(1 / 2)
    assert found["bias"] == pytest.approx(0.1)
    assert found["error"] == pytest.approx(0.3 / 4)


def test_uncertainty_without_the_labelled_texts_is_that_of_the_sample(monkeypatch, tmp_path: Path, capsys) -> None:
    rng = np.random.default_rng(0)
    scores = rng.beta(0.3, 1.0, (60, 3))
    made = uncertainty.Material(
        "sample, coder-1", scores, scores >= 0.35, rng.random((60, 3)) < scores,
        np.ones(60), np.repeat(np.arange(12), 5), np.repeat([0, 1], 30),
    )  # fmt: skip
    monkeypatch.setattr(uncertainty, "materials", lambda quick, cache: iter([made]))
    monkeypatch.setattr(uncertainty, "keep_vectors", lambda cache: None)
    uncertainty.main(["--quick", "--codes", "20"])
    printed = capsys.readouterr().out
    assert [line for line in printed.splitlines() if line.startswith("## ")] == [
        "## With 20 codes", "## Without codes", "## Planned sheets",
    ]  # fmt: skip
    assert printed.count("| sample, coder-1 |") == 2 * 3 * 3 + 1 + 6 + 3


def test_comparisons_of_the_sample_are_measured(monkeypatch, capsys) -> None:
    rng = np.random.default_rng(0)
    scores = rng.beta(0.3, 1.0, (120, 3))
    coded = rng.random((120, 3)) < scores
    coded[:40] = [True, False, False]  # some articles are about one theme
    made = uncertainty.Material(
        "sample, coder-1", scores, scores >= 0.35, coded, np.ones(120), np.repeat(np.arange(24), 5),
        np.repeat([0, 1], 60),
    )  # fmt: skip
    monkeypatch.setattr(comparisons, "materials", lambda quick, cache: iter([made]))
    monkeypatch.setattr(comparisons, "keep_vectors", lambda cache: None)
    monkeypatch.setattr(comparisons, "PERMUTATIONS", 39)
    comparisons.main(["--quick", "--draws", "20"])
    printed = capsys.readouterr().out
    titles = ["Without an effect", "Real differences", "Planted", "Choice of errors", "Time"]
    assert [line[3:] for line in printed.splitlines() if line.startswith("## ")] == titles
    assert printed.count("| sample, coder-1 |") == 3 * 2 + 2 + printed.count("| sample, coder-1 | 0 |")
    assert printed.count("| sample, coder-1 | 0 |") >= 2


def test_articles_of_some_paragraphs_lie_within_those_of_the_corpus() -> None:
    ones = np.ones(50)
    made = uncertainty.Material(
        "manifesto*", ones[:, None], ones[:, None] > 0, ones[:, None] > 0, ones, np.repeat([0, 1], [45, 5]),
        np.repeat([0, 1], [45, 5]),
    )  # fmt: skip
    found = comparisons.with_articles(made)
    assert np.bincount(found.articles).tolist() == [20, 20, 5, 5]
    assert [set(found.groups[found.articles == article]) for article in range(4)] == [{0}, {0}, {0}, {1}]


def test_the_errors_that_are_chosen_are_those_of_the_package() -> None:
    x, words, share, _ = comparisons.simulated(12, "uneven", np.random.default_rng(0))
    fit = Regression(share[:, None], words, np.column_stack([np.ones(12), x])).effects(np.array([0, 1]))
    estimate, half = comparisons.intervals(x, words, share)["HC3 BM"]
    assert fit.effect[0] == pytest.approx(estimate)
    assert fit.interval(0.95)[1][0] == pytest.approx(estimate + half)
