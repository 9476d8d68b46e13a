"""Stability: high where topics are real, low where they are noise."""

import numpy as np
import pytest
from conftest import make_corpus
from scipy.stats import spearmanr

from topics import stability, themes, topic_model
from topics.codebook import Codebook
from topics.embeddings import Embeddings, embed
from topics.settings import Settings, override
from topics.stability import measure
from topics.topic_model import OUTLIER

FEW = override(Settings(), ["stability.runs=4"])


def blobs(noise: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(4), 30)
    return (np.eye(10)[truth] + noise * rng.standard_normal((120, 10))).astype(np.float32), truth


def test_planted_topics_come_back_and_noise_does_not() -> None:
    clear, _ = blobs(0.05)
    noise = np.random.default_rng(1).standard_normal((120, 10)).astype(np.float32)
    found = {}
    for name, vectors in (("clear", clear), ("noise", noise)):
        clusters = topic_model.cluster(vectors, FEW, seed=1)
        found[name] = measure(Embeddings(vectors, name), clusters, FEW)
    assert np.mean(list(found["clear"].topics.values())) > 0.9
    assert np.nanmean(found["clear"].paragraphs) > 0.8
    assert np.mean(list(found["noise"].topics.values())) < stability.TRUSTED


def test_stability_predicts_which_topics_are_true() -> None:
    """Spearman's rank correlation over corpora of growing noise between stability and recovery."""
    stable, recovered = [], []
    for i, noise in enumerate((0.05, 0.2, 0.3, 0.4, 0.5, 0.7)):
        vectors, truth = blobs(noise, seed=i)
        clusters = topic_model.cluster(vectors, FEW, seed=1)
        result = measure(Embeddings(vectors, "x"), clusters, FEW)
        for topic, value in result.topics.items():
            mine = clusters.labels == topic
            stable.append(value)
            recovered.append(max((mine & (truth == k)).sum() / (mine | (truth == k)).sum() for k in range(4)))
    assert spearmanr(stable, recovered).statistic > 0.6


def test_values_are_shares_and_every_paragraph_has_one() -> None:
    vectors, _ = blobs(0.3)
    clusters = topic_model.cluster(vectors, FEW, seed=1)
    result = measure(Embeddings(vectors, "x"), clusters, FEW)
    assert set(result.topics) == set(clusters.labels.tolist()) - {OUTLIER}
    assert all(0 <= value <= 1 for value in result.topics.values())
    known = result.paragraphs[~np.isnan(result.paragraphs)]
    assert len(known) == 120
    assert ((known >= 0) & (known <= 1)).all()


def test_a_corpus_too_small_claims_nothing() -> None:
    corpus = make_corpus(["One short text.", "Another short text."])
    embeddings = embed(corpus)
    clusters = topic_model.fit(corpus, embeddings).clusters
    result = measure(embeddings, clusters)
    assert result.runs == 0
    assert result.topics == {}
    assert np.isnan(result.paragraphs).all()


def test_no_runs_when_none_are_wanted() -> None:
    vectors, _ = blobs(0.1)
    settings = override(Settings(), ["stability.runs=0"])
    assert measure(Embeddings(vectors, "x"), topic_model.cluster(vectors, settings, seed=1), settings).topics == {}


def test_no_topic_is_not_a_stable_topic() -> None:
    texts = [f"{a} {b} {c} lies alone." for a, b, c in zip("abcdefgh", "ijklmnop", "qrstuvwx", strict=True)]
    corpus = make_corpus([text.replace(" ", "zz ") for text in texts])
    embeddings = embed(corpus)
    found = topic_model.fit(corpus, embeddings)
    assert any("so all are one topic" in note for note in found.notes)
    assert measure(embeddings, found.clusters).topics == {}


def test_reruns_are_guided_as_the_topics_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise without a topic of its own: guided, the classes come back, and each rerun is given those of its rows."""
    truth = np.repeat(np.arange(4), 30)
    guide = np.where(np.arange(120) % 10 == 0, -1, truth)
    vectors = blobs(0.7)[0]
    given: list[tuple[np.ndarray, np.ndarray | None]] = []

    def spy(*arguments: object) -> topic_model.Clusters:
        given.append((arguments[0], arguments[4]))
        return topic_model.cluster(*arguments)

    monkeypatch.setattr(stability, "cluster", spy)
    stable = {}
    for name, known in (("guided", guide), ("unguided", None)):
        given.clear()
        clusters = topic_model.cluster(vectors, FEW, seed=1, guide=known)
        result = measure(Embeddings(vectors, name), clusters, FEW)
        assert (result.runs, len(given), result.part) == (4, 4, 108)
        for rows, said in given:
            place = (vectors[None] == rows[:, None]).all(axis=2).argmax(axis=1)
            assert (said is None) if known is None else (said.tolist() == guide[place].tolist())
        stable[name] = np.mean(list(result.topics.values()))
        assert all(0 <= value <= 1 for value in result.topics.values())
    assert stable["guided"] > stability.TRUSTED
    assert stable["guided"] >= stable["unguided"]


def test_a_guided_corpus_too_small_claims_nothing(codebook: Codebook) -> None:
    corpus = make_corpus(["Dough in the oven.", "A star and a comet."])
    embeddings = embed(corpus)
    settings = override(Settings(), ["topics.guided=true"])
    clusters = topic_model.fit(corpus, embeddings, settings, themes.score(corpus, codebook)).clusters
    assert measure(embeddings, clusters, settings).topics == {}
