"""The model: what the corpus teaches, what a paragraph may not teach itself, who informs whom, and what is counted."""

import random
from collections.abc import Sequence

import msgspec
import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit

from topics.settings import ThemeSettings
from topics.themes import model
from topics.themes.calibration import CEILING
from topics.themes.estimate import Counts, fit_model
from topics.themes.matching import Seeds
from topics.themes.model import SIMILARITY, NaiveBayes, clip_counts, evidence_of, fit_naive_bayes, other_evidence
from topics.themes.vectors import Vectors

ALONE = ThemeSettings(neighbours=0.0)
NOBODY = (np.arange(0), np.arange(0))
SEEDS = {"bread": ("dough", "oven"), "boats": ("hull", "sail")}
LEARNT = {"bread": ("flour", "crust", "yeast", "rye"), "boats": ("harbour", "keel", "crew", "tide")}
COMMON = ("village", "year", "morning", "letter", "stone", "road", "winter", "rain", "name", "price")


def documents(n: int, seed: int = 0, kinds: tuple[str, ...] = ("bread", "boats", "")) -> tuple[list[list[str]], list[str]]:
    """Paragraphs of each kind in turn; "" speaks of nothing. Half of those with a theme use one of its seeds."""
    rng = random.Random(seed)
    texts, truth = [], []
    for i in range(n):
        kind = kinds[i % len(kinds)]
        words = rng.choices(COMMON, k=8)
        if kind:
            words += rng.choices(LEARNT[kind], k=4) + (rng.choices(SEEDS[kind], k=1) if rng.random() < 0.5 else [])
        texts.append(words)
        truth.append(kind)
    return texts, truth


def unlike(counts: sparse.csr_matrix, themes: int) -> np.ndarray:
    """Similarities of vectors that say nothing."""
    return np.zeros((counts.shape[0], themes))


def ungrouped(counts: sparse.csr_matrix) -> np.ndarray:
    return np.zeros((counts.shape[0], 0))


def count(texts: list[list[str]]) -> tuple[sparse.csr_matrix, dict[str, int]]:
    """Paragraphs × terms, each paragraph a sentence, and the column of each term."""
    counts = Counts.of([[words] for words in texts], np.arange(len(texts)), np.zeros(len(texts)))
    return counts.paragraphs, counts.columns


def fitted(
    texts: list[list[str]], knobs: ThemeSettings = ALONE, themes: tuple[str, ...] = ("bread", "boats")
) -> tuple[sparse.csr_matrix, dict[str, int], NaiveBayes, np.ndarray, list[list[int]]]:
    """Counts, columns, the fit, its seeds and its anchors; every paragraph an article of its own."""
    counts, columns = count(texts)
    counts = clip_counts(counts)
    anchors = [[columns[word] for word in SEEDS[theme] if word in columns] for theme in themes]
    seeds = np.zeros((len(themes), len(columns)))
    for k, found in enumerate(anchors):
        seeds[k, found] = 1 / max(len(found), 1)
    return (
        counts,
        columns,
        fit_naive_bayes(counts, seeds, unlike(counts, len(themes)), NOBODY, ungrouped(counts), knobs),
        seeds,
        anchors,
    )


def test_the_corpus_moves_weight_to_the_words_that_keep_the_keywords_company() -> None:
    _, columns, learnt, _, _ = fitted(documents(600)[0])
    for k, theme in enumerate(SEEDS):
        own = learnt.weights[k, [columns[word] for word in LEARNT[theme]]]
        other = learnt.weights[1 - k, [columns[word] for word in LEARNT[theme]]]
        common = learnt.weights[k, [columns[word] for word in COMMON]]
        assert own.min() > 0.02
        assert own.min() > 2 * max(other.max(), common.max())
        assert other.max() < 0


def test_paragraphs_without_a_keyword_are_found_by_the_words_that_were_learnt() -> None:
    texts, truth = documents(600)
    _, _, learnt, _, _ = fitted(texts)
    for k, theme in enumerate(SEEDS):
        silent = [not set(words) & set(SEEDS[theme]) for words in texts]
        about = np.array([kind == theme for kind in truth])
        ours, others = learnt.evidence[about & silent, k], learnt.evidence[~about & silent, k]
        assert np.mean(ours[:, None] > others[None]) > 0.99


def test_on_few_paragraphs_the_answer_rests_on_the_keywords() -> None:
    _, columns, learnt, _, _ = fitted(documents(12)[0])
    for k, theme in enumerate(SEEDS):
        seeds = [learnt.weights[k, columns[word]] for word in SEEDS[theme] if word in columns]
        assert min(seeds) > 3 * learnt.weights[k, [columns[word] for word in LEARNT[theme] if word in columns]].max()


def test_seeds_keep_a_theme_from_drifting_to_a_larger_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """One paragraph in ten is of bread, the rest of boats, which has no keywords but meets one of bread's now and then."""
    rng = random.Random(4)
    texts = [
        rng.choices(COMMON, k=6) + (rng.choices([*LEARNT["bread"], *SEEDS["bread"]], k=6) if i % 10 == 0 else
        rng.choices(LEARNT["boats"], k=6) + (["oven"] if i % 10 == 5 else []))
        for i in range(1500)
    ]  # fmt: skip
    long = msgspec.structs.replace(ALONE, rounds=60)

    def lead() -> float:
        _, columns, learnt, _, _ = fitted(texts, long, ("bread",))
        mine = learnt.weights[0, [columns[word] for word in (*LEARNT["bread"], *SEEDS["bread"])]]
        return float(mine.mean() - learnt.weights[0, [columns[word] for word in LEARNT["boats"]]].mean())

    kept = lead()
    assert kept > 0.4
    monkeypatch.setattr(model, "SEED_SHARE_LARGE", 0.0)
    monkeypatch.setattr(model, "SEED_MASS", 1.0)
    assert lead() < 0.1 * kept


def test_the_order_of_themes_and_paragraphs_changes_nothing() -> None:
    texts, _ = documents(90)
    counts, _, learnt, seeds, anchors = fitted(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    again = fit_naive_bayes(counts[order], seeds[::-1], unlike(counts, 2), NOBODY, ungrouped(counts), ALONE)
    np.testing.assert_allclose(again.evidence[:, ::-1], learnt.evidence[order], atol=1e-9)
    other = other_evidence(counts[order], again, anchors[::-1])
    np.testing.assert_allclose(other[:, ::-1], other_evidence(counts, learnt, anchors)[order], atol=1e-9)


def test_fitting_changes_nothing_that_it_was_given() -> None:
    counts, _, learnt, seeds, anchors = fitted(documents(60)[0])
    neighbours = np.arange(0, 60, 3), np.arange(1, 60, 3)
    similarity = np.random.default_rng(0).normal(size=(60, 2))
    groups = np.eye(2)[np.arange(60) % 2]
    given = counts, seeds, similarity, groups, *neighbours, learnt.evidence, learnt.mass
    before = [each.copy() for each in given]
    fit_naive_bayes(counts, seeds, similarity, neighbours, groups, ThemeSettings())
    other_evidence(counts, learnt, anchors)
    clip_counts(counts)
    for one, other in zip(before, given, strict=True):
        assert abs(one - other).sum() == 0


def test_a_theme_of_which_no_word_occurs_and_a_corpus_without_words_stay_finite() -> None:
    texts, _ = documents(60)
    counts, columns = count(texts)
    seeds = np.zeros((2, len(columns)))
    seeds[0, columns["dough"]] = 1
    learnt = fit_naive_bayes(clip_counts(counts), seeds, unlike(counts, 2), NOBODY, ungrouped(counts), ALONE)
    assert np.isfinite(learnt.evidence).all()
    assert np.isfinite(other_evidence(clip_counts(counts), learnt, [[columns["dough"]], []])).all()
    assert learnt.evidence[:, 0].max() > learnt.evidence[:, 1].max()
    empty, columns = count([[], []])
    learnt = fit_naive_bayes(empty, np.zeros((2, len(columns))), unlike(empty, 2), NOBODY, ungrouped(empty), ALONE)
    assert not learnt.evidence.any()
    assert np.isfinite(other_evidence(empty, learnt, [[], []])).all()


def test_paragraphs_inform_their_neighbours_in_the_article_alone() -> None:
    texts = [["dough", "oven"], ["stone"], ["stone"], ["stone"]]
    counts, columns = count(texts)
    seeds = np.zeros((1, len(columns)))
    seeds[0, [columns["dough"], columns["oven"]]] = 0.5
    neighbours = np.array([0, 1]), np.array([1, 2])

    def evidence_with(weight: float) -> np.ndarray:
        settings = ThemeSettings(rounds=1, neighbours=weight)
        return fit_naive_bayes(counts, seeds, unlike(counts, 1), neighbours, ungrouped(counts), settings).evidence[:, 0]

    evidence = evidence_with(0.3)
    assert evidence[0] > evidence[1] > evidence[2]
    assert evidence[2] == pytest.approx(1.3 * evidence[3]), (
        "its like before it informs it, the one of another article does not"
    )
    alone = evidence_with(0.0)
    assert alone[1] == pytest.approx(alone[3])


def test_a_term_counts_at_most_twice_in_a_paragraph() -> None:
    counts, _ = count([["a"] * 5 + ["b"], ["a"]])
    assert clip_counts(counts).toarray().tolist() == [[2, 1], [1, 0]]
    assert counts.toarray().tolist() == [[5, 1], [1, 0]]


def test_evidence_is_tempered_by_the_root_of_the_length() -> None:
    weights = np.array([[1.0, 0.0]])
    counts = sparse.csr_matrix(np.array([[1.0, 0.0], [1.0, 3.0], [0.0, 0.0]]))
    assert evidence_of(counts, weights)[:, 0] == pytest.approx([1, 0.5, 0])


def test_other_evidence_does_not_depend_on_the_words_that_only_this_paragraph_has() -> None:
    """A word that stands nowhere else was taught by this paragraph alone, and so cannot speak for it."""
    texts, _ = documents(90)
    for d in (0, 1, 2, 30):
        said, own = [], []
        for more in (["zeppelin", "zeppelin", "quagga"], ["abacus", "abacus", "yurt"], []):
            counts, columns, learnt, _, anchors = fitted([*texts[:d], [*texts[d], *more], *texts[d + 1 :]])
            said.append(other_evidence(counts, learnt, anchors)[d] * np.sqrt(counts[d].sum()))
            own.append(np.abs(learnt.weights[:, [columns[word] for word in more]]))
        np.testing.assert_allclose(said[0], said[1], atol=1e-9)
        assert own[0].max() > 0.1, "what it would say for itself, had the paragraph a say"
        np.testing.assert_allclose(said[0], said[2], atol=0.03)


def test_other_evidence_does_not_depend_on_whether_an_anchor_stands_in_the_paragraph() -> None:
    """Each of the two keywords is put in and taken out, in a paragraph on bread, one on boats and one on neither."""
    texts, _ = documents(300)
    for d in (0, 1, 2):
        base = [word for word in texts[d] if word not in SEEDS["bread"]]
        said, whole = [], []
        for word in ("dough", "stone"):
            counts, _, learnt, _, anchors = fitted([*texts[:d], [*base, word], *texts[d + 1 :]])
            said.append(other_evidence(counts, learnt, anchors)[d, 0])
            whole.append(evidence_of(counts, learnt.weights)[d, 0])
        assert abs(said[0] - said[1]) < 0.05 * abs(whole[0] - whole[1])
        assert whole[0] > whole[1]


def test_a_paragraph_whose_only_telling_word_is_an_anchor_has_no_other_evidence() -> None:
    texts, _ = documents(600)
    lone = [["dough"], ["dough", "dough", "oven"], ["hull", "zeppelin"]]
    counts, _, learnt, _, anchors = fitted([*texts, *lone])
    other = other_evidence(counts, learnt, anchors)[-3:]
    scale = np.abs(learnt.evidence).max()
    assert other[0, 0] == pytest.approx(0, abs=1e-9)
    assert other[1, 0] == pytest.approx(0, abs=1e-9)
    assert abs(other[2, 1]) < 0.02 * scale


def test_other_evidence_tells_the_themes_apart_without_their_anchors() -> None:
    texts, truth = documents(600)
    counts, _, learnt, _, anchors = fitted(texts)
    other = other_evidence(counts, learnt, anchors)
    for k, theme in enumerate(SEEDS):
        about = np.array([kind == theme for kind in truth])
        assert np.mean(other[about, k][:, None] > other[~about, k][None]) > 0.98


def test_other_evidence_of_words_that_have_nothing_to_do_with_the_anchors_says_nothing() -> None:
    """Keywords are strewn at random: whether one stands in a paragraph cannot be told from its other words."""
    rng = random.Random(1)
    texts = [rng.choices(COMMON, k=12) + (["dough"] if rng.random() < 0.2 else []) for _ in range(1200)]
    counts, columns, learnt, _, anchors = fitted(texts, themes=("bread",))
    other = other_evidence(counts, learnt, anchors)[:, 0]
    has = np.asarray(counts[:, [columns["dough"]]].sum(axis=1)).ravel() > 0
    area = np.mean(other[has][:, None] > other[~has][None])
    assert area == pytest.approx(0.5, abs=0.06)


def test_similar_vectors_speak_for_a_theme_and_teach_the_words_that_go_with_them() -> None:
    """No keyword occurs: what is known of bread is known by the vectors alone."""
    texts, truth = documents(300)
    texts = [[word for word in words if word not in SEEDS["bread"]] for words in texts]
    counts, columns = count(texts)
    seeds = np.zeros((2, len(columns)))
    seeds[1, [columns[word] for word in SEEDS["boats"]]] = 0.5
    similarity = np.zeros((300, 2))
    about = np.array([kind == "bread" for kind in truth])
    similarity[about, 0] = 0.5
    learnt = fit_naive_bayes(clip_counts(counts), seeds, similarity, NOBODY, ungrouped(counts), ALONE)
    words = evidence_of(clip_counts(counts), learnt.weights)
    np.testing.assert_allclose(learnt.evidence, words + SIMILARITY * similarity)
    mine = learnt.weights[0, [columns[word] for word in LEARNT["bread"]]]
    assert mine.min() > 0.02 > learnt.weights[0, [columns[word] for word in LEARNT["boats"]]].max()


def test_a_theme_does_not_come_to_mean_the_speaker_who_speaks_of_it_most() -> None:
    """One of two speakers says "well" in every paragraph, and speaks of bread four times in five."""
    rng = random.Random(0)
    texts, speakers = [], []
    for i in range(400):
        speaker = i % 2
        theme = "bread" if (rng.random() < 0.8) == (speaker == 0) else "boats"
        habit = ["well", "well"] if speaker == 0 else ["indeed", "indeed"]
        texts.append(rng.choices(COMMON, k=6) + rng.choices([*LEARNT[theme], *SEEDS[theme]], k=4) + habit)
        speakers.append(speaker)
    counts, columns, alone, seeds, _ = fitted(texts)
    groups = np.eye(2)[speakers]
    balanced = fit_naive_bayes(counts, seeds, unlike(counts, 2), NOBODY, groups, ALONE)
    habit = [columns["well"], columns["indeed"]]
    gap, before = (np.abs(np.diff(found.weights[:, habit], axis=0)) for found in (balanced, alone))
    assert (gap < 0.75 * before).all(), "measured: 0.66"
    learnt_words = [columns[word] for word in LEARNT["bread"]]
    lead, before = (np.diff(-found.weights[:, learnt_words], axis=0) for found in (balanced, alone))
    assert lead.mean() > 0.8 * before.mean() > 0, "measured: 0.84"
    # one group for all, and groups of whom nothing is known, change nothing
    for same in (np.ones((400, 1)), np.zeros((400, 2))):
        again = fit_naive_bayes(counts, seeds, unlike(counts, 2), NOBODY, same, ALONE)
        np.testing.assert_allclose(again.weights, alone.weights, atol=2e-3)


PIECES = [[["a", "b"], ["a", "a", "c"]], [["d"]], [[]], [["c"], [], ["b", "d", "d", "d"]], [["e"], ["a", "e"]], [["b"]]]
"""The terms of the sentences of six paragraphs."""
ARTICLES, PLACES = np.array(["x", "x", "y", "x", "y", "z"]), np.array([1, 2, 1, 3, 2, 1])


def counted(rows: Sequence[int] = range(6)) -> Counts:
    """``rows`` of the paragraphs, counted from scratch."""
    pieces = [PIECES[row] for row in rows]
    counts = Counts.of(pieces, ARTICLES[list(rows)], PLACES[list(rows)])
    assert list(counts.columns) == sorted(
        {term for paragraph in pieces for sentence in paragraph for term in sentence} or {""}
    )
    return counts


def test_every_term_of_every_sentence_is_counted_and_nothing_else() -> None:
    counts = counted()
    assert counts.by_sentence.sum(axis=1).ravel().tolist() == [[2, 3, 1, 0, 1, 0, 4, 1, 2, 1]]
    assert counts.owner.tolist() == [0, 0, 1, 2, 3, 3, 3, 4, 4, 5]
    assert counts.paragraphs.toarray().tolist() == [
        [3, 1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0], [0, 1, 1, 3, 0], [1, 0, 0, 0, 2], [0, 1, 0, 0, 0],
    ]  # fmt: skip
    assert counts.holding([2, 4]).tolist() == [True, False, False, True, True, False]
    assert not counts.holding([]).any()


def test_adjacent_paragraphs_follow_each_other_in_their_article_in_whatever_order_the_rows_come() -> None:
    before, after = counted().adjacent
    assert set(zip(before.tolist(), after.tolist(), strict=True)) == {(0, 1), (1, 3), (2, 4)}
    order = [3, 5, 0, 4, 1, 2]
    before, after = counted(order).adjacent
    assert {(order[a], order[b]) for a, b in zip(before, after, strict=True)} == {(0, 1), (1, 3), (2, 4)}


@pytest.mark.parametrize("rows", [[0, 1, 2, 3, 4, 5], [0, 3], [1, 2, 4, 5], [2], [5]])
def test_a_part_of_the_counts_is_what_counting_the_part_gives(rows: list[int]) -> None:
    whole = counted()
    part, anew = whole.part(np.array(rows)), counted(rows)
    occur = [term for term in anew.columns if term]
    assert list(part.columns) == occur
    for name in ("by_sentence", "paragraphs"):
        np.testing.assert_array_equal(getattr(part, name).toarray(), getattr(anew, name).toarray()[:, : len(occur)])
    for name in ("owner", "articles", "positions"):
        assert getattr(part, name).tolist() == getattr(anew, name).tolist()
    for mine, other in zip(part.adjacent, anew.adjacent, strict=True):
        assert mine.tolist() == other.tolist()
    np.testing.assert_array_equal(whole.paragraphs.toarray(), counted().paragraphs.toarray())


def known(columns: list[str]) -> Seeds:
    """The seeds of bread and boats, which have no description."""
    listed = np.array([[word in SEEDS[theme] for word in columns] for theme in SEEDS])
    return Seeds(listed, np.zeros_like(listed), (2, 2))


def near(counts: Counts, truth: Sequence[str], seed: int = 0) -> Vectors:
    """Vectors of the words alone, which know the kind of each paragraph."""
    kinds = sorted(set(truth))
    corners = np.eye(len(kinds))[[kinds.index(kind) for kind in truth]]
    return Vectors.of_words(corners + 0.2 * np.random.default_rng(seed).normal(size=corners.shape), counts.owner, 2)


def test_a_part_is_estimated_as_if_it_were_all_there_is() -> None:
    """Rows are dropped, and a term that stands in none of those that are left."""
    texts, truth = documents(160)
    texts[0] = [*texts[0], "zeppelin"]
    rows = np.flatnonzero(np.arange(160) % 4 > 0)
    pieces = [[words[:6], words[6:]] for words in texts]
    articles, positions = np.arange(160) // 8, np.arange(160) % 8
    counts = Counts.of(pieces, articles, positions)
    part = counts.part(rows)
    anew = Counts.of([pieces[row] for row in rows], articles[rows], positions[rows])
    kept = [word for word in counts.columns if word != "zeppelin"]
    assert list(part.columns) == list(anew.columns) == kept
    vectors = near(counts, truth)
    again = near(counts, truth).paragraphs[rows]
    both = (part, vectors.part(rows)), (anew, Vectors.of_words(again, anew.owner, 2))
    models = [fit_model(each, known(kept), space, ThemeSettings()) for each, space in both]
    one, other = (model.label_free for model in models)
    for name in ("scores", "assigned", "best"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_array_equal(models[0].naive_bayes.weights, models[1].naive_bayes.weights)
    assert models[0].fitness == models[1].fitness
    about = np.array([kind == "bread" for kind in truth])[rows]
    said = part.holding(known(kept).anchors[0])
    assert one.assigned[about & said, 0].mean() > 0.9 > 0.1 > one.assigned[~about, 0].mean()


def test_an_estimate_says_which_sentence_moves_it_most_and_assigns_nothing_without_one() -> None:
    texts, truth = documents(160)
    pieces = [[words[:8], words[8:]] for words in texts]
    counts = Counts.of(pieces, np.arange(160), np.zeros(160))
    scored = fit_model(counts, known(list(counts.columns)), near(counts, truth), ThemeSettings()).label_free
    about = np.array([[kind == theme and bool({*words} & {*SEEDS[theme]}) for theme in SEEDS] for kind, words in
                      zip(truth, texts, strict=True)])  # fmt: skip
    second = np.flatnonzero(counts.owner[1:] == counts.owner[:-1]) + 1
    assert (scored.best == second[:, None])[about].mean() > 0.95, "keywords stand in the second sentence"
    assert (counts.owner[scored.best] == np.arange(160)[:, None])[scored.best >= 0].all()
    assert not scored.assigned[scored.best < 0].any()
    assert (scored.scores >= 0.35)[scored.assigned].all()


def test_scores_are_rounded_below_their_ceiling_and_follow_from_the_logits() -> None:
    texts, truth = documents(160)
    counts = Counts.of([[words] for words in texts], np.arange(160), np.zeros(160))
    fitted_model = fit_model(counts, known(list(counts.columns)), near(counts, truth), ThemeSettings())
    scores = fitted_model.label_free.scores
    assert 0.35 < scores.max() <= CEILING
    np.testing.assert_allclose(scores, CEILING * expit(fitted_model.logits), atol=5.1e-5)
    anchored = np.array([[len({*words} & {*SEEDS[theme]}) for theme in SEEDS] for words in texts])
    np.testing.assert_array_equal(fitted_model.hits, anchored)


def test_a_codebook_that_does_not_fit_leaves_every_theme_improbable() -> None:
    """Each keyword keeps the company of another theme."""
    texts, truth = documents(300)
    counts = Counts.of([[words] for words in texts], np.arange(300), np.zeros(300))
    columns = list(counts.columns)
    listed = np.array([[word in pair for word in columns] for pair in (("dough", "hull"), ("oven", "sail"))])
    seeds = Seeds(listed, np.zeros_like(listed), (2, 2))
    found = fit_model(counts, seeds, near(counts, truth), ThemeSettings())
    assert found.fitness.trust < 0.2
    assert found.label_free.assigned.mean() < 0.02
