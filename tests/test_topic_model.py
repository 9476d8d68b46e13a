"""Topics: on any size, the same every time, never losing a row."""

import warnings

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from topics import themes, topic_model
from topics.codebook import Codebook
from topics.embeddings import Embeddings, embed
from topics.paragraphs import Corpus
from topics.settings import Settings, override
from topics.tables import UNASSIGNED
from topics.topic_model import OUTLIER, Topics


def thirty() -> Corpus:
    return make_corpus([*BREAD, *STARS, *BOATS], [f"a{i:02d}" for i in range(30)])


GUIDED = override(Settings(), ["topics.guided=true"])


def planted_vectors(sizes: list[int], noise: float = 0.15, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = np.eye(8)[: len(sizes)]
    truth = np.repeat(np.arange(len(sizes)), sizes)
    return centres[truth] + noise * rng.standard_normal((len(truth), 8)), truth


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 8, 13, 14, 15, 16, 30])
def test_any_small_corpus_fits_and_keeps_every_row(n: int) -> None:
    corpus = make_corpus([*BREAD, *STARS, *BOATS][:n])
    found = topic_model.fit(corpus, embed(corpus))
    assert found.paragraph_topics["paragraph_id"].tolist() == corpus.paragraphs["paragraph_id"].tolist()
    assert found.topics["size"].sum() == n
    assert (found.topics["topic_id"] >= 0).any(), "never outliers alone"
    assert any(f"only {n} paragraph" in note or f"among {n}" in note for note in found.notes)
    assert np.isfinite(found.topic_map[["x", "y"]].to_numpy()).all()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(STARS)), min_size=1, max_size=14))
def test_any_texts_fit(texts: list[str]) -> None:
    corpus = make_corpus(texts)
    assert len(topic_model.fit(corpus, embed(corpus)).paragraph_topics) == len(texts)


def test_the_same_paragraph_thirty_times() -> None:
    corpus = make_corpus([BREAD[0]] * 30)
    found = topic_model.fit(corpus, embed(corpus))
    assert found.topics["size"].sum() == 30


def test_planted_topics_are_recovered() -> None:
    vectors, truth = planted_vectors([40, 30, 30])
    clusters = topic_model.cluster(vectors, Settings(), seed=1)
    kept = clusters.labels != OUTLIER
    assert kept.mean() > 0.8
    assert adjusted_rand_score(truth[kept], clusters.labels[kept]) > 0.9


def test_topics_are_numbered_by_size() -> None:
    vectors, _ = planted_vectors([20, 60, 40])
    labels = topic_model.cluster(vectors, Settings(), seed=1).labels
    sizes = [int((labels == topic).sum()) for topic in range(labels.max() + 1)]
    assert sizes == sorted(sizes, reverse=True)


def test_vectors_handed_in_are_not_changed() -> None:
    corpus = thirty()
    vectors = embed(corpus).vectors
    before = vectors.copy()
    topic_model.fit(corpus, Embeddings(vectors, "mine"))
    assert np.array_equal(vectors, before)


def test_the_same_seed_gives_the_same_answer_and_warnings_stay_untouched() -> None:
    corpus = thirty()
    filters = list(warnings.filters)
    first, again = (topic_model.fit(corpus, embed(corpus)) for _ in range(2))
    assert first.paragraph_topics.equals(again.paragraph_topics)
    assert first.topic_words.equals(again.topic_words)
    assert first.topic_map.equals(again.topic_map)
    assert list(warnings.filters) == filters, "bertopic silences warnings on import; we do not let it"


def test_words_are_whole_readable_and_no_stop_words() -> None:
    texts = [f"{text} The Power of Rising Bread is a society of bakers." for text in BREAD] + [*STARS, *BOATS]
    corpus = make_corpus(texts, [f"a{i:02d}" for i in range(30)])
    found = topic_model.fit(corpus, embed(corpus))
    words = set(found.topic_words["word"])
    assert not words & {"the", "and", "of", "is", "its", "as", "their"}
    assert all(word.strip() == word and word for word in words)
    assert not {word for word in words if word.endswith(("'s", "’s"))}
    labels = found.topics.loc[found.topics["topic_id"] >= 0, "label"]
    assert labels.str.len().gt(0).all()


def test_text_of_other_scripts_is_not_deleted() -> None:
    corpus = make_corpus(["Газопровод Сила Сибири и цены на газ.", "Газ идёт в Китай по трубе.", "Цены на газ растут."])
    found = topic_model.fit(
        corpus, embed(corpus, override(Settings(), ['language="ru"'])), override(Settings(), ['language="ru"'])
    )
    assert any("газ" in word.lower() for word in found.topic_words["word"])


def test_topics_are_tied_to_the_themes_they_overlap(codebook: Codebook) -> None:
    corpus = thirty()
    found = topic_model.fit(corpus, embed(corpus))
    over = topic_model.overlap(found, themes.score(corpus, codebook), corpus)
    closest = topic_model.closest_theme(over)
    assert set(closest) == set(found.topics["topic_id"])
    truth = np.repeat(["bread", "stars", "boats"], 10)
    labels = found.paragraph_topics["topic_id"].to_numpy()
    for topic, theme in closest.items():
        if topic != OUTLIER:
            members = truth[labels == topic]
            assert theme in ("", max(set(members), key=members.tolist().count))
    assert "" not in {closest[topic] for topic in closest if topic != OUTLIER}


def test_a_topic_that_no_theme_covers_stays_unnamed(codebook: Codebook) -> None:
    foreign = [
        f"The committee {verb} the budget and the minutes of the session." for verb in ("approved", "read", "tabled")
    ] * 4
    corpus = make_corpus([*BREAD, *foreign], [f"a{i:02d}" for i in range(22)])
    vectors = np.vstack([np.tile([1.0, 0, 0], (10, 1)), np.tile([0, 1.0, 0], (12, 1))])
    vectors = vectors + 0.01 * np.random.default_rng(0).standard_normal(vectors.shape)
    found: Topics = topic_model.fit(corpus, Embeddings(vectors.astype(np.float32), "mine"))
    closest = topic_model.closest_theme(topic_model.overlap(found, themes.score(corpus, codebook), corpus))
    labels = found.paragraph_topics["topic_id"].to_numpy()
    assert {closest[int(topic)] for topic in labels[10:] if topic != OUTLIER} == {""}


def test_settings_reach_the_clusters() -> None:
    vectors, _ = planted_vectors([30, 30, 30, 30])
    fine = topic_model.cluster(vectors, override(Settings(), ["topics.min_size=2"]), seed=1).labels.max()
    coarse = topic_model.cluster(vectors, override(Settings(), ["topics.min_size=40"]), seed=1).labels.max()
    assert fine > coarse


@pytest.mark.parametrize("noise", [0.3, 0.5, 0.8])
def test_a_guide_draws_paragraphs_of_one_theme_together(codebook: Codebook, noise: float) -> None:
    """Agreement of topics with the themes; measured, the noisier the vectors: 0.80, 0.37, 0.06; guided 0.89, 0.89, 0.68."""
    corpus = thirty()
    scored = themes.score(corpus, codebook)
    primary = scored.primary.to_numpy()
    agreement: dict[str, list[float]] = {"guided": [], "unguided": []}
    for seed in range(2):
        vectors = planted_vectors([10, 10, 10], noise, seed)[0].astype(np.float32)
        for name, known in (("unguided", Settings()), ("guided", GUIDED)):
            found = topic_model.fit(corpus, Embeddings(vectors, "mine"), override(known, [f"seed={seed + 1}"]), scored)
            agreement[name].append(adjusted_rand_score(primary, found.clusters.labels))
            assert found.paragraph_topics["paragraph_id"].tolist() == corpus.paragraphs["paragraph_id"].tolist()
            assert found.topics["size"].sum() == 30
            assert (found.clusters.guide is not None) == (name == "guided")
    assert np.mean(agreement["guided"]) > 0.6
    assert min(agreement["guided"]) >= min(agreement["unguided"])
    assert np.mean(agreement["guided"]) >= np.mean(agreement["unguided"])


def test_the_guide_is_the_primary_theme_and_leaves_what_has_none_to_itself(codebook: Codebook) -> None:
    corpus = thirty()
    scored = themes.score(corpus, codebook)
    guide = topic_model.fit(corpus, embed(corpus), GUIDED, scored).clusters.guide
    primary = scored.primary[corpus.paragraphs["paragraph_id"]].to_numpy()
    assert (guide == -1).tolist() == (primary == UNASSIGNED).tolist()
    assert len(set(zip(guide.tolist(), primary, strict=True))) == len(set(primary)), "a class for each theme"


def test_without_themes_or_without_the_setting_nothing_guides(codebook: Codebook) -> None:
    corpus = thirty()
    plain = topic_model.fit(corpus, embed(corpus))
    for known, scored in ((GUIDED, None), (Settings(), themes.score(corpus, codebook))):
        found = topic_model.fit(corpus, embed(corpus), known, scored)
        assert found.clusters.guide is None
        assert found.notes == plain.notes
        pd.testing.assert_frame_equal(found.paragraph_topics, plain.paragraph_topics)


@pytest.mark.parametrize("theme", [None, "bread"])
def test_where_all_or_none_have_one_theme_all_fits(codebook: Codebook, theme: str | None) -> None:
    corpus = make_corpus(list(BREAD) * 2, [f"a{i:02d}" for i in range(20)])
    scored = themes.score(corpus, codebook)
    scored.table["assigned"] = scored.table["primary"] = scored.table["theme"] == theme
    found = topic_model.fit(corpus, embed(corpus), GUIDED, scored)
    assert set(found.clusters.guide) == {-1 if theme is None else 0}
    assert found.topics["size"].sum() == 20


@pytest.mark.parametrize("n", [3, 14, 15])
def test_too_few_paragraphs_are_not_guided_and_a_note_says_so(codebook: Codebook, n: int) -> None:
    corpus = make_corpus([*BREAD, *STARS][:n])
    scored = themes.score(corpus, codebook)
    guided, plain = (topic_model.fit(corpus, embed(corpus), known, scored) for known in (GUIDED, Settings()))
    noted = f"only {n} paragraphs: themes guide the topics from 15 on"
    assert (noted in guided.notes) == (n < 15)
    assert noted not in plain.notes
    if n < 15:
        pd.testing.assert_frame_equal(guided.paragraph_topics, plain.paragraph_topics)


def test_topics_are_laid_over_what_no_theme_covers_too(codebook: Codebook) -> None:
    foreign = [f"The {who} approved the minutes of the session in May." for who in ("clerk", "mayor", "judge", "board")] * 3
    corpus = make_corpus([*BREAD, *STARS, *foreign], [f"a{i:02d}" for i in range(32)])
    vectors = np.eye(3)[np.repeat([0, 1, 2], [10, 10, 12])] + 0.01 * np.random.default_rng(0).standard_normal((32, 3))
    found = topic_model.fit(corpus, Embeddings(vectors.astype(np.float32), "mine"))
    scored = themes.score(corpus, codebook)
    over = topic_model.overlap(found, scored, corpus)
    ids = set(found.topics["topic_id"])
    assert sorted(zip(over["topic_id"], over["theme"], strict=True)) == sorted(
        (topic, theme) for topic in ids for theme in ("bread", "stars", "boats", UNASSIGNED)
    )
    assert over["share"].between(0, 1).all()
    assert (over["lift"] >= 0).all()
    words = corpus.paragraphs.set_index("paragraph_id")["n_words"]
    topic = found.paragraph_topics.set_index("paragraph_id")["topic_id"]
    bare = over[over["theme"] == UNASSIGNED].set_index("topic_id")["share"]
    for one in ids:
        own = topic.index[topic == one]
        without = own[(scored.primary[own] == UNASSIGNED).to_numpy()]
        assert bare[one] == pytest.approx(words[without].sum() / words[own].sum())
    last = topic.iloc[-1]
    assert bare[last] > 0.9
    assert topic_model.closest_theme(over)[last] == ""
    assert UNASSIGNED not in topic_model.closest_theme(over).values()


@given(st.lists(st.tuples(*[st.floats(0, 1), st.floats(0, 9)] * 3), min_size=1, max_size=4))
def test_the_closest_theme_is_a_theme_that_fits_or_none(rows: list[tuple[float, ...]]) -> None:
    over = pd.DataFrame(
        [(topic, theme, row[2 * k], row[2 * k + 1]) for topic, row in enumerate(rows, start=OUTLIER)
         for k, theme in enumerate(("bread", "stars", UNASSIGNED))],
        columns=["topic_id", "theme", "share", "lift"],
    )  # fmt: skip
    closest = topic_model.closest_theme(over)
    assert set(closest) == set(over["topic_id"])
    assert closest[OUTLIER] == ""
    for topic, theme in closest.items():
        fits = over.query("topic_id == @topic and theme != @UNASSIGNED and share >= 0.25 and lift > 1")
        assert theme in set(fits["theme"]) | ({""} if fits.empty or topic == OUTLIER else set())
