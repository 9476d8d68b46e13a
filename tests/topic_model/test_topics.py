"""Topics: on any size, the same every time, never losing a row; and the centres that assign them."""

import json
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, ROOT, STARS, make_corpus, vocabulary_of
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from planted import by_vectors, by_words, corpus_of, few, texts, truth, vectors
from scipy.special import softmax
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_info, threadpool_limits

from topics import tables
from topics.codebook import Codebook
from topics.reading import Corpus
from topics.settings import Settings, override
from topics.tables import UNASSIGNED
from topics.text import Embeddings, embed
from topics.themes import score_themes
from topics.topic_model import OUTLIER, Topics, clusters, consensus, fit_topics
from topics.topic_model.clusters import ClusterParameters
from topics.topic_model.model import Model, from_centroids, single_topic

THIRTY = [*BREAD, *STARS, *BOATS]
EMPTY = "It is what it was, and they were there."
"""Stop words alone: LSA gives it a zero vector."""
FEW = few()
GUIDED = few("topics.guided=true")


def fitted(corpus: Corpus, settings: Settings = FEW) -> Topics:
    return fit_topics(corpus, embed(corpus.tokens, settings), settings)


def with_vectors(rows: np.ndarray, settings: Settings = FEW, written: list[str] | None = None) -> Topics:
    corpus = corpus_of(written or [f"Paragraph {i} speaks of thing{i % 7}." for i in range(len(rows))])
    return fit_topics(corpus, Embeddings(np.asarray(rows, dtype=np.float32), "mine"), settings)


def labels(found: Topics) -> np.ndarray:
    return found.paragraph_topics["topic_id"].to_numpy()


def assert_sound(found: Topics, corpus: Corpus) -> None:
    """What holds of any topics of any corpus."""
    n = len(corpus.paragraphs)
    rows, table = found.paragraph_topics, found.topics.set_index("topic_id")
    ids = sorted(corpus.paragraphs["paragraph_id"])
    assert rows["paragraph_id"].tolist() == found.topic_map["paragraph_id"].tolist() == ids
    assert table["size"].to_dict() == rows["topic_id"].value_counts().to_dict()
    named = [topic for topic in table.index if topic != OUTLIER]
    assert named == list(range(len(named))) != [], "never outliers alone"
    assert table.loc[named, "size"].is_monotonic_decreasing
    assert table["label"].is_unique
    assert table["label"].str.len().gt(0).all()
    assert rows["probability"].between(0, 1).all()
    assert (rows["probability"] > 0).tolist() == (rows["topic_id"] != OUTLIER).tolist()
    for value in (rows["agreement"], table["stability"]):
        assert value.dropna().between(0, 1 + 1e-9).all()
    assert rows["reassigned"].dtype == bool
    assert np.isfinite(found.topic_map[["x", "y"]].to_numpy()).all()
    assert set(found.topic_words["topic_id"]) <= set(named)
    assert found.topic_words["weight"].gt(0).all()
    central = found.representatives.merge(rows, on="paragraph_id")
    assert central["topic_id_x"].tolist() == central["topic_id_y"].tolist()
    assert set(central["topic_id_x"]) == set(named)
    for name in ("topic_words", "paragraph_topics", "representatives", "granularity", "topic_map"):
        assert tuple(getattr(found, name).columns) == tables.COLUMNS[name]
    assert found.granularity["chosen"].sum() == (found.reruns > 0)
    if found.reruns == 0:
        assert rows["agreement"].isna().all()
        assert table["stability"].isna().all()
    assert n >= 100 or any(f"only {n} paragraph" in note or f"among {n}" in note for note in found.notes)


# ---- any corpus


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 8, 13, 14, 15, 16, 17, 30])
def test_any_small_corpus_fits_and_keeps_every_row(n: int) -> None:
    for articles in (None, [f"a{i:02d}" for i in range(n)]):
        corpus = make_corpus(THIRTY[:n], articles)
        found = fitted(corpus)
        assert_sound(found, corpus)
        assert (found.reruns == 0) == any("so all paragraphs form one topic" in note for note in found.notes)
        assert found.reruns or len(found.topics) == 1
        assert (
            n >= 6
            or f"only {n} paragraph{'s' if n > 1 else ''}: clustering needs 6, so all paragraphs form one topic"
            in found.notes
        )


def terms(written: list[str]) -> int:
    return len({term for document in vocabulary_of(written).documents for term in document})


@pytest.mark.parametrize("n", [1, 9])
def test_a_corpus_of_a_single_term_fits(n: int) -> None:
    corpus = make_corpus(["The oven!"] * n)
    assert_sound(fitted(corpus), corpus)


sentences = st.one_of(st.text(max_size=30), st.sampled_from(STARS[:4]), st.sampled_from(["", " ", "—", "!", EMPTY, "oven"]))


@settings(max_examples=25, deadline=None)
@given(st.lists(sentences, min_size=1, max_size=14))
@example([""])
@example([EMPTY] * 6 + [STARS[0]] * 5)
def test_any_texts_fit(written: list[str]) -> None:
    corpus = make_corpus(written)
    assert_sound(fitted(corpus), corpus)


@settings(max_examples=6, deadline=None)
@given(st.lists(sentences, min_size=15, max_size=30))
def test_any_thirty_texts_fit(written: list[str]) -> None:
    corpus = make_corpus(written)
    assert_sound(fitted(corpus), corpus)


shapes = st.tuples(st.integers(1, 18), st.integers(2, 4))


@settings(max_examples=25, deadline=None)
@given(shapes.flatmap(lambda shape: arrays(np.float32, shape, elements=st.sampled_from([0, 0, 1, -1, 0.5, 1e-6, 1e6]))))
def test_any_vectors_fit(rows: np.ndarray) -> None:
    corpus = corpus_of([THIRTY[i % 30] for i in range(len(rows))])
    assert_sound(fit_topics(corpus, Embeddings(rows, "mine"), FEW), corpus)


def test_vectors_of_one_dimension_fit() -> None:
    assert_sound(with_vectors(np.linspace(-1, 1, 20)[:, None]), corpus_of([""] * 20))


@pytest.mark.parametrize("text", [BREAD[0], EMPTY, ""])
@pytest.mark.parametrize("n", [4, 12, 30])
def test_the_same_paragraph_again_and_again_is_one_topic(text: str, n: int) -> None:
    corpus = make_corpus([text] * n)
    found = fitted(corpus)
    assert_sound(found, corpus)
    assert found.topics["size"].tolist() == [n]
    assert len(found.representatives) == 1, "no two with the same vector"


def test_two_kinds_of_paragraph_are_two_topics() -> None:
    found = with_vectors(np.repeat(np.eye(3)[:2], [12, 8], axis=0))
    assert found.topics["size"].tolist() == [12, 8]
    assert labels(found).tolist() == [0] * 12 + [1] * 8


def test_paragraphs_that_share_no_word_with_another_are_in_no_topic_and_counted() -> None:
    corpus = make_corpus([*THIRTY, EMPTY, "", "!"])
    found = fitted(corpus)
    assert_sound(found, corpus)
    assert labels(found)[-3:].tolist() == [OUTLIER] * 3
    assert (labels(found)[:-3] != OUTLIER).all()
    assert "3 of 33 paragraphs have no vector (for LSA: no word shared with another) and are outliers" in found.notes
    assert not found.paragraph_topics["reassigned"].tail(3).any()
    assert found.paragraph_topics["agreement"].tail(3).isna().all()
    assert found.outlier_share == 3 / 33
    assert found.topics["label"][0] == "Outliers"


def test_a_note_on_zero_vectors_is_true_of_a_single_topic_too() -> None:
    found = with_vectors(np.vstack([vectors(2, 15, 0.1), np.zeros((3, 10))]), few("topics.granularity=1"))
    noted = any("are in no topic" in note for note in found.notes)
    assert noted == (labels(found)[-3:] == OUTLIER).all()


def test_a_copy_has_the_topic_of_its_original() -> None:
    corpus = make_corpus([*THIRTY, *THIRTY[::4]], [f"a{i:02d}" for i in range(38)])
    found = fitted(corpus)
    assert_sound(found, corpus)
    assert labels(found)[30:].tolist() == labels(found)[:30:4].tolist()
    written = corpus.paragraphs.set_index("paragraph_id")["text"][found.representatives["paragraph_id"]]
    assert written.is_unique


def test_many_paragraphs_are_clustered_compared_and_laid_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consensus, "MAX_SAMPLE", 50)
    monkeypatch.setattr(clusters, "_MAX_PROJECTED", 40)
    found = with_vectors(vectors(3, 30, 0.1), written=texts(3, 30, 0.5))
    assert found.part == 50
    assert adjusted_rand_score(truth(3, 30), labels(found)) == 1
    points = found.topic_map[["x", "y"]].to_numpy()
    assert np.isfinite(points).all()
    middles = np.array([points[truth(3, 30) == topic].mean(axis=0) for topic in range(3)])
    assert (((points[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1) == truth(3, 30)).mean() > 0.9


# ---- the same every time


@pytest.fixture(scope="module")
def uneven() -> tuple[Corpus, np.ndarray, Topics]:
    """Noisy topics with copies and zero vectors among them, so that ties and outliers matter."""
    written = texts(3, 14, 0.8)
    corpus = corpus_of([*written, written[0], written[0], written[1], EMPTY, ""])
    found = embed(corpus.tokens).vectors
    return corpus, found, fit_topics(corpus, Embeddings(found, "mine"), FEW)


def by_text(found: Topics, corpus: Corpus) -> dict[str, object]:
    """All that topics say, with texts for ids."""
    text = corpus.paragraphs.set_index("paragraph_id")["text"]
    result: dict[str, object] = {
        "topics": found.topics.to_csv(),
        "words": found.topic_words.to_csv(),
        "granularity": found.granularity.to_csv(),
        "coherence": found.coherence,
        "notes": found.notes,
        "centres": found.model.centroids.tobytes(),
        "reach": found.model.outlier_distance,
    }
    for name in ("paragraph_topics", "topic_map", "representatives"):
        frame = getattr(found, name)
        frame = frame.assign(paragraph_id=text[frame["paragraph_id"]].to_numpy())
        result[name] = frame.sort_values(list(frame.columns), ignore_index=True).to_csv()
    return result


@pytest.mark.parametrize("trial", range(10))
def test_neither_rows_nor_ids_matter(uneven: tuple[Corpus, np.ndarray, Topics], trial: int) -> None:
    corpus, rows, found = uneven
    rng = np.random.default_rng(trial)
    order = rng.permutation(len(rows))
    paragraphs = corpus.paragraphs.iloc[order].reset_index(drop=True)
    if trial % 2:
        paragraphs["paragraph_id"] = sorted(rng.choice(10_000, len(rows), replace=False).astype(str))
    shuffled = replace(corpus, paragraphs=paragraphs)
    again = fit_topics(shuffled, Embeddings(rows[order], "mine"), FEW)
    assert by_text(again, shuffled) == by_text(found, corpus)


def test_the_order_of_rows_does_not_matter_to_a_guide(codebook: Codebook) -> None:
    corpus = corpus_of(THIRTY)
    scored = score_themes(corpus, codebook)
    rows = noisy(0.8, 0)
    order = np.random.default_rng(0).permutation(30)
    shuffled = replace(corpus, paragraphs=corpus.paragraphs.iloc[order].reset_index(drop=True))
    first = fit_topics(corpus, Embeddings(rows, "mine"), GUIDED, scored.primary)
    again = fit_topics(shuffled, Embeddings(rows[order], "mine"), GUIDED, scored.primary)
    pd.testing.assert_frame_equal(again.paragraph_topics, first.paragraph_topics)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_do_not_matter(uneven: tuple[Corpus, np.ndarray, Topics], threads: int) -> None:
    corpus, rows, found = uneven
    used: list[int] = []
    with threadpool_limits(limits=threads):
        again = fit_topics(
            corpus,
            Embeddings(rows, "mine"),
            FEW,
            progress=lambda _: used.extend(pool["num_threads"] for pool in threadpool_info()),
        )
    assert set(used) == {1}, "sums of many rows differ in their last bits with the number of threads"
    assert by_text(again, corpus) == by_text(found, corpus)


def test_what_is_handed_in_stays_as_it_was(uneven: tuple[Corpus, np.ndarray, Topics], codebook: Codebook) -> None:
    corpus, rows, _ = uneven
    rows = rows.copy()
    rows.setflags(write=False)
    before, digest = corpus.paragraphs.copy(), Embeddings(rows, "mine").sha256
    scored = score_themes(corpus, codebook)
    table = scored.table.copy()
    known = few("topics.guided=true", "topics.outliers=0.1")
    found = fit_topics(corpus, Embeddings(rows, "mine"), known, scored.primary)
    found.model.assign(rows)
    pd.testing.assert_frame_equal(corpus.paragraphs, before)
    pd.testing.assert_frame_equal(scored.table, table)
    assert Embeddings(rows, "mine").sha256 == digest
    assert known == few("topics.guided=true", "topics.outliers=0.1")


def test_the_state_of_the_process_is_neither_read_nor_written(uneven: tuple[Corpus, np.ndarray, Topics]) -> None:
    corpus, rows, found = uneven
    np.random.seed(1)
    random.seed(1)
    before, drawn, filters = np.random.get_state()[1:], random.getstate(), list(warnings.filters)
    again = fit_topics(corpus, Embeddings(rows, "mine"), FEW)
    assert by_text(again, corpus) == by_text(found, corpus)
    after = np.random.get_state()[1:]
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert random.getstate() == drawn
    assert list(warnings.filters) == filters


FRESH = """
import json, sys, warnings
import sklearn.cluster, sklearn.neighbors
sys.path[:0] = sys.argv[1:]
from conftest import BOATS, BREAD, STARS
from planted import corpus_of, few
from topics.text import embed
from topics.topic_model import fit_topics
corpus = corpus_of([*BREAD, *STARS, *BOATS])
filters = list(warnings.filters)
found = fit_topics(corpus, embed(corpus.tokens), few())
tables = (found.topics, found.paragraph_topics, found.topic_words, found.topic_map, found.representatives)
print(json.dumps([list(warnings.filters) == filters, [table.to_csv() for table in tables]]))
"""


def test_another_process_says_the_same_and_its_warnings_stay_untouched() -> None:
    """With another seed for hashes; bertopic silences warnings on import, and we do not let it."""
    paths = [str(ROOT), str(ROOT / "tests")]
    done = subprocess.run(
        [sys.executable, "-c", FRESH, *paths], env=os.environ | {"PYTHONHASHSEED": "5"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    untouched, written = json.loads(done.stdout)
    assert untouched
    found = fitted(corpus_of(THIRTY))
    here = (found.topics, found.paragraph_topics, found.topic_words, found.topic_map, found.representatives)
    assert written == [table.to_csv() for table in here]


def test_progress_is_told_once_for_each_rerun() -> None:
    said: list[float] = []
    corpus = corpus_of(THIRTY)
    fit_topics(corpus, embed(corpus.tokens), FEW, progress=said.append)
    assert said == pytest.approx([run / 6 for run in range(1, 7)])


# ---- settings


def test_sizes_reach_the_clusters_and_shrink_with_the_part() -> None:
    rows = vectors(4, 30, 0.15)
    fine, coarse = (clusters.cluster(rows, ClusterParameters(min_size=size), 1) for size in (2, 40))
    assert fine.max() > coarse.max()
    part = rows[:60]
    alone = clusters.cluster(part, ClusterParameters(min_size=10), 1)
    assert clusters.cluster(part, ClusterParameters(min_size=20), 1, corpus_size=120).tolist() == alone.tolist()


def test_planted_clusters_are_recovered_and_none_is_below_the_least_size() -> None:
    found = clusters.cluster(vectors(3, 35, 0.15), ClusterParameters(min_size=12), 1)
    kept = found != OUTLIER
    assert kept.mean() > 0.8
    assert adjusted_rand_score(truth(3, 35)[kept], found[kept]) > 0.9
    assert np.unique(found[kept], return_counts=True)[1].min() >= 12


def test_the_seed_and_the_reruns_are_what_the_settings_say() -> None:
    found = by_vectors(4, 25, 0.4, 1)
    other = by_vectors(4, 25, 0.4, 1, "seed=3", "stability.runs=2", "stability.fraction=0.9")
    assert (found.reruns, found.part) == (6, 70)
    assert (other.reruns, other.part) == (2, 90)
    assert not found.topic_map.equals(other.topic_map)


def test_topics_answer_for_themselves() -> None:
    found = by_words(3, 20, 0.5)
    assert found.words(1, 4) == found.topic_words.query("topic_id == 1")["word"].tolist()[:4]
    assert found.words(7) == []


# ---- outliers


@pytest.mark.parametrize("share", [0.05, 0.2, 0.9])
def test_outliers_are_the_share_asked_for_those_least_like_their_topic(share: float) -> None:
    rows = vectors(4, 25, 0.4, 1)
    whole, kept = by_vectors(4, 25, 0.4, 1), by_vectors(4, 25, 0.4, 1, f"topics.outliers={share}")
    out = labels(kept) == OUTLIER
    assert out.sum() == pytest.approx(share * 100, abs=1)
    assert (labels(whole) != OUTLIER).all()
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    away = ((unit[:, None] - whole.model.centroids) ** 2).sum(axis=2).min(axis=1)
    assert away[out].min() >= away[~out].max() - 1e-9
    assert kept.paragraph_topics.loc[out, "probability"].eq(0).all()
    assert kept.paragraph_topics.loc[out, "agreement"].isna().all()
    assert not kept.paragraph_topics.loc[out, "reassigned"].any()
    pairs = set(zip(labels(whole)[~out].tolist(), labels(kept)[~out].tolist(), strict=True))
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs}), "the others stay together"
    assert kept.topics["label"][0] == "Outliers"
    assert kept.topics.loc[0, ["stability", "npmi", "c_v", "distinctness"]].isna().all()


# ---- a guide


def noisy(noise: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (np.eye(8)[np.repeat([0, 1, 2], 10)] + noise * rng.standard_normal((30, 8))).astype(np.float32)


@pytest.mark.parametrize(("noise", "floor"), [(0.3, 0.75), (0.5, 0.55), (0.8, 0.25)])
def test_a_guide_draws_paragraphs_of_one_theme_together(codebook: Codebook, noise: float, floor: float) -> None:
    """Agreement of three topics with the themes; measured, the noisier the vectors: .86, .48, .15; guided .89, .66, .37."""
    corpus = corpus_of(THIRTY)
    scored = score_themes(corpus, codebook)
    primary = scored.primary.to_numpy()
    agreement: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(3):
        for guided in (True, False):
            known = few(f"seed={seed + 1}", "topics.granularity=3", f"topics.guided={str(guided).lower()}")
            found = fit_topics(corpus, Embeddings(noisy(noise, seed), "mine"), known, scored.primary)
            assert_sound(found, corpus)
            agreement[guided].append(adjusted_rand_score(primary, labels(found)))
    assert np.mean(agreement[True]) > floor
    assert np.mean(agreement[True]) > np.mean(agreement[False]) + (0.05 if noise > 0.3 else 0)


@pytest.fixture
def guides(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[np.ndarray, np.ndarray | None]]]:
    """The rows and the guide that each rerun was given."""
    given: list[tuple[np.ndarray, np.ndarray | None]] = []

    def spy(rows: np.ndarray, parameters: ClusterParameters, seed: int, whole: int, guide: np.ndarray | None) -> np.ndarray:
        given.append((rows, guide))
        return clusters.cluster(rows, parameters, seed, whole, guide)

    monkeypatch.setattr(consensus, "cluster", spy)
    return given


def test_the_guide_is_the_primary_theme_and_leaves_what_has_none_to_itself(
    codebook: Codebook, guides: list[tuple[np.ndarray, np.ndarray | None]]
) -> None:
    corpus = corpus_of(THIRTY)
    themes, rows = score_themes(corpus, codebook).primary, noisy(0.3, 0)
    themes = themes.where(themes != "stars", UNASSIGNED)
    fit_topics(corpus, Embeddings(rows, "mine"), GUIDED, themes)
    primary = themes[corpus.paragraphs["paragraph_id"]].to_numpy()
    assert len(guides) == 6
    for part, guide in guides:
        place = (part @ rows.T / np.linalg.norm(rows, axis=1)).argmax(axis=1)
        assert guide is not None
        assert (guide == -1).tolist() == (primary[place] == UNASSIGNED).tolist()
        assert len(set(zip(guide.tolist(), primary[place], strict=True))) == len(set(primary[place])), "a class each"


def test_without_themes_or_without_the_setting_nothing_guides(
    codebook: Codebook, guides: list[tuple[np.ndarray, np.ndarray | None]]
) -> None:
    corpus = corpus_of(THIRTY)
    plain = fitted(corpus)
    for known, guide in ((GUIDED, None), (FEW, score_themes(corpus, codebook).primary)):
        found = fit_topics(corpus, embed(corpus.tokens), known, guide)
        assert found.notes == plain.notes
        pd.testing.assert_frame_equal(found.paragraph_topics, plain.paragraph_topics)
    assert {guide is None for _, guide in guides} == {True}


@pytest.mark.parametrize("theme", [None, "bread"])
def test_where_all_or_none_have_one_theme_all_fits(codebook: Codebook, theme: str | None) -> None:
    corpus = make_corpus(list(BREAD) * 2, [f"a{i:02d}" for i in range(20)])
    scored = score_themes(corpus, codebook)
    scored.table["assigned"] = scored.table["primary"] = scored.table["theme"] == theme
    assert_sound(fit_topics(corpus, embed(corpus.tokens), GUIDED, scored.primary), corpus)


@pytest.mark.parametrize("n", [3, 14, 15])
def test_too_few_paragraphs_are_not_guided_and_a_note_says_so(codebook: Codebook, n: int) -> None:
    corpus = make_corpus(THIRTY[:n])
    scored = score_themes(corpus, codebook)
    guided, plain = (fit_topics(corpus, embed(corpus.tokens), known, scored.primary) for known in (GUIDED, FEW))
    noted = f"only {n} paragraphs: themes guide the topics only with 15 or more"
    assert (noted in guided.notes) == (n < 15)
    assert noted not in plain.notes
    if n < 15:
        pd.testing.assert_frame_equal(guided.paragraph_topics, plain.paragraph_topics)


# ---- the centres that assign


@pytest.mark.parametrize("settings", [(), ("topics.outliers=0.2",)])
def test_training_rows_get_their_topics_back(settings: tuple[str, ...]) -> None:
    found = by_vectors(4, 25, 0.4, 1, *settings)
    again, probability = found.model.assign(vectors(4, 25, 0.4, 1))
    assert again.tolist() == labels(found).tolist()
    assert probability.tolist() == found.paragraph_topics["probability"].tolist()


def random_model(seed: int, outliers: float) -> tuple[Model, np.ndarray]:
    rows = np.random.default_rng(seed).standard_normal((101, 9)).astype(np.float32)
    return from_centroids(consensus.normalize_rows(rows[:4]), consensus.normalize_rows(rows), outliers), rows


def in_batches(model: Model, rows: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    parts = [model.assign(rows[i : i + size]) for i in range(0, len(rows), size)]
    return np.concatenate([part for part, _ in parts]), np.concatenate([part for _, part in parts])


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_topic_does_not_depend_on_the_batch(size: int) -> None:
    for seed in range(60):
        model, rows = random_model(seed, 0.0)
        whole, probability = model.assign(rows)
        again, sure = in_batches(model, rows, size)
        assert again.tolist() == whole.tolist()
        assert sure == pytest.approx(probability, abs=1e-12)
        assert model.assign(rows[::-1])[0].tolist() == whole[::-1].tolist()


def test_an_outlier_does_not_depend_on_the_batch() -> None:
    """At 101 rows and a tenth left out, the quantile is the distance of one of the rows."""
    for seed in range(60):
        model, rows = random_model(seed, 0.1)
        whole, _ = model.assign(rows)
        assert (whole == OUTLIER).sum() == pytest.approx(10, abs=1)
        for size in (1, 3):
            assert in_batches(model, rows, size)[0].tolist() == whole.tolist()


points = arrays(np.float64, (5, 3), elements=st.floats(-2, 2, allow_subnormal=False).map(lambda x: round(x, 3)))


@given(points, arrays(np.int64, 4, elements=st.integers(0, 2)), st.floats(0.05, 2))
@settings(deadline=None)
def test_probability_is_the_posterior_of_the_topic(rows: np.ndarray, topics: np.ndarray, scale: float) -> None:
    """Against the posterior of every topic worked out by hand; centres of one topic count together."""
    centres = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [0.5, 0.5, 0.5]])
    model = Model(centres, topics, np.full(4, -1), float("inf"), scale)
    found, probability = model.assign(rows)
    for row, label, value in zip(rows, found, probability, strict=True):
        if not row.any():
            assert (label, value) == (OUTLIER, 0)
            continue
        away = ((row / np.linalg.norm(row) - centres) ** 2).sum(axis=1)
        each = softmax(-away / scale)
        posterior = {topic: each[topics == topic].sum() for topic in set(topics.tolist())}
        assert sum(posterior.values()) == pytest.approx(1)
        assert value == pytest.approx(posterior[label], abs=1e-9)
        assert away[topics == label].min() == pytest.approx(away.min(), abs=1e-9)
        assert 0 < value <= 1 + 1e-9


def test_probability_falls_from_one_centre_to_the_other_and_length_does_not_matter() -> None:
    model = Model(np.eye(2), np.array([0, 1]), np.full(2, -1), float("inf"), 0.2)
    angles = np.linspace(0, np.pi / 2, 41)
    arc = np.column_stack([np.cos(angles), np.sin(angles)])
    found, probability = model.assign(arc)
    assert found.tolist() == [0] * 21 + [1] * 20
    first = np.where(found == 0, probability, 1 - probability)
    assert all(later < earlier for earlier, later in pairwise(first.tolist()))
    assert probability[20] == pytest.approx(0.5)
    assert model.assign(arc * 7)[1] == pytest.approx(probability, abs=1e-9)


def test_a_vector_beyond_reach_is_in_no_topic_and_a_zero_vector_neither() -> None:
    model = Model(np.eye(3)[:2], np.array([0, 1]), np.full(2, -1), 0.5, 0.1)
    found, probability = model.assign(np.array([[1, 0, 0], [0, 1, 0.1], [0, 0, 1], [0, 0, 0], [1, 0, 2]]))
    assert found.tolist() == [0, 1, OUTLIER, OUTLIER, OUTLIER]
    assert (probability > 0).tolist() == [True, True, False, False, False]
    endless = replace(model, outlier_distance=float("inf"))
    assert endless.assign(np.array([[0, 0, 1.0], [0, 0, 0]]))[0].tolist() == [0, OUTLIER]


def test_one_topic_takes_everything() -> None:
    rows = np.array([[1.0, 0], [0, -1], [0, 0]])
    found, probability = single_topic(rows).assign(rows)
    assert found.tolist() == [0, 0, 0]
    assert probability.tolist() == [1, 1, 1]


def test_topics_are_numbered_by_size_and_ties_by_their_first_row() -> None:
    model = Model(np.eye(5), np.arange(5), np.full(5, -1), float("inf"), 0.1)
    rows = np.eye(5)[[3, 1, 0, 0, 3, 0, 1]]
    numbered = model.renumber_by_size(model.assign(rows)[0])
    assert numbered.topics.tolist() == [0, 2, -1, 1, -1], "2 and 4 have no row, and are no topic"
    assert numbered.assign(rows)[0].tolist() == [1, 2, 0, 0, 1, 0, 2]
    left_out = model.renumber_by_size(np.array([-1, -1, -1, 4, 1, 4]))
    assert left_out.topics.tolist() == [-1, 1, -1, -1, 0], "outliers are not the largest topic"
    assert model.topics.tolist() == list(range(5))


def test_a_divided_centre_gives_its_rows_to_its_children_alone() -> None:
    """The third centre lies nearest to the first row, but it divides the second topic."""
    centres = np.array([[1.0, 0, 0], [0, 1, 0], [0.9, 0.1, 0], [0, 0.8, 0.6]])
    model = Model(centres, np.array([0, 3, 1, 2]), np.array([-1, -1, 1, 1]), float("inf"), 0.3)
    rows = np.array([[0.95, 0.1, 0], [0.4, 0.6, 0], [0, 0.6, 0.5]])
    found, probability = model.assign(rows)
    assert found.tolist() == [0, 1, 2]
    undivided, sure = replace(model, centroids=centres[:2], topics=np.array([0, 3]), parent=np.array([-1, -1])).assign(rows)
    assert undivided.tolist() == [0, 3, 3]
    assert probability == pytest.approx(sure)


def test_the_russian_corpus_keeps_its_script() -> None:
    corpus = make_corpus(["Газопровод Сила Сибири и цены на газ.", "Газ идёт в Китай по трубе.", "Цены на газ растут."])
    corpus = replace(corpus, language="ru")
    known = override(FEW, ['language="ru"'])
    assert any("газ" in word.lower() for word in fitted(corpus, known).topic_words["word"])
