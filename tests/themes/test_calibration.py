"""Calibration: probabilities that mean what they say, on corpora drawn from the model, and no trust in accidents."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import check_grad
from scipy.special import expit

from topics.themes import calibration
from topics.themes import vectors as vectors_module
from topics.themes.calibration import (
    MAX_ODDS_RATIO,
    WITH_ENCODER,
    WORDS_ALONE,
    Calibration,
    Combination,
    Fitness,
    codebook_fitness,
    from_anchors,
    meetings,
    signs,
)
from topics.themes.vectors import Neighbours, Vectors


def drawn(
    n: int, k: int, seed: int, scale: float = 1.0, slope: float = 3.0, *, lengths: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Evidence, other evidence, anchors and truth, drawn from the model that ``from_anchors`` assumes."""
    rng = np.random.default_rng(seed)
    prior, chance, recall = rng.uniform(-2, 0, k), rng.uniform(0.01, 0.08, k), rng.uniform(0.6, 0.95, k)
    if lengths is not None:
        chance, recall = (1 - (1 - rate) ** np.sqrt(lengths / lengths.mean())[:, None] for rate in (chance, recall))
    other = rng.normal(0, scale, (n, k))
    truth = rng.random((n, k)) < expit(prior + slope * other)
    anchored = rng.random((n, k)) < np.where(truth, recall, chance)
    telling = np.where(anchored, np.log(np.minimum(recall / chance, MAX_ODDS_RATIO)), np.log((1 - recall) / (1 - chance)))
    return other + telling / slope, other, anchored, truth


def linked(evidence: np.ndarray, other: np.ndarray, anchored: np.ndarray, lengths: np.ndarray | None = None) -> Calibration:
    """The link without labels, of paragraphs of one length unless told."""
    return from_anchors(evidence, other, anchored, np.full(len(evidence), 20.0) if lengths is None else lengths)


def probability(link: Calibration, evidence: np.ndarray) -> np.ndarray:
    return expit(link.logits(evidence))


def error(probability: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error over all pairs of paragraph and theme."""
    place = np.minimum((probability * bins).astype(int), bins - 1).ravel()
    gap = np.bincount(place, (probability - truth).ravel(), bins)
    return float(np.abs(gap).sum() / truth.size)


@pytest.mark.parametrize(("scale", "slope"), [(1.0, 3.0), (1.0, 2.0), (0.5, 4.0), (0.3, 6.0), (3.0, 1.5)])
@pytest.mark.parametrize(("n", "k"), [(100, 2), (100, 12), (300, 5), (1000, 2), (1000, 12), (5000, 5)])
def test_probabilities_and_shares_are_calibrated_without_labels(n: int, k: int, scale: float, slope: float) -> None:
    """Measured, worst of all: 0.076 and 0.15 at n = 100, 0.043 and 0.08 from 1,000 on."""
    errors, shares = [], []
    for seed in range(3):
        evidence, other, anchored, truth = drawn(n, k, seed, scale, slope)
        found = probability(linked(evidence, other, anchored), evidence)
        errors.append(error(found, truth))
        shares.append(np.abs(found.mean(axis=0) - truth.mean(axis=0)).max())
    assert max(errors) <= (0.06 if n >= 1000 else 0.1)
    assert max(shares) <= (0.1 if n >= 1000 else 0.18)


@pytest.mark.parametrize(("n", "rate", "most"), [(300, 0.03, 0.02), (300, 0.1, 0.05), (1000, 0.1, 0.02), (3000, 0.3, 0.03)])
def test_keywords_strewn_at_random_assign_hardly_anything(n: int, rate: float, most: float) -> None:
    """Measured: 0.002, 0.032, 0.009, 0.012 of all pairs of paragraph and theme; 0.23 at n = 300 and a rate of 0.3."""
    assigned = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        other, anchored = rng.normal(0, 0.5, (n, 4)), rng.random((n, 4)) < rate
        evidence = other + 0.5 * anchored
        assigned.append((probability(linked(evidence, other, anchored), evidence) >= 0.35).mean())
    assert np.mean(assigned) <= most


def test_random_keywords_are_believed_the_less_the_more_paragraphs_deny_them() -> None:
    believed = []
    for n in (30, 300, 3000):
        rng = np.random.default_rng(0)
        other, anchored = rng.normal(0, 0.5, (n, 3)), rng.random((n, 3)) < 0.08
        evidence = other + 0.5 * anchored
        believed.append(probability(linked(evidence, other, anchored), evidence).mean())
    assert believed[0] > 2 * believed[1] > 2 * 1.5 * believed[2]


@pytest.mark.parametrize("n", [300, 1000])
def test_a_long_paragraph_holds_a_keyword_more_easily_and_the_link_knows(n: int) -> None:
    """Drawn as ``from_anchors`` assumes. Measured: errors of 0.018 and 0.016 with the lengths, 0.035 and 0.032 without."""
    errors = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        lengths = rng.choice([10.0, 160.0], n)
        evidence, other, anchored, truth = drawn(n, 5, seed, lengths=lengths)
        links = (linked(evidence, other, anchored, known) for known in (lengths, None))
        errors.append([error(probability(link, evidence), truth) for link in links])
    known, hidden = np.mean(errors, axis=0)
    assert known < 0.04
    assert known < 0.8 * hidden


@pytest.mark.parametrize("factor", [0.1, 7.0])
def test_lengths_count_in_proportion_and_not_by_themselves(factor: float) -> None:
    evidence, other, anchored, _ = drawn(200, 3, 2)
    lengths = np.random.default_rng(0).integers(10, 60, 200).astype(float)
    one, other = (linked(evidence, other, anchored, 10 * scale * lengths) for scale in (1.0, factor))
    assert one.slope == pytest.approx(other.slope, rel=1e-4)
    assert one.intercept == pytest.approx(other.intercept, abs=1e-4)


@pytest.mark.parametrize("longest", [0, 1, 2000, 10**6])
def test_paragraphs_of_any_length_get_finite_scores(longest: int) -> None:
    evidence, other, anchored, _ = drawn(100, 3, 2)
    anchored[0] = False
    lengths = np.full(100, 20.0)
    lengths[0] = longest
    link = linked(evidence, other, anchored, lengths)
    assert np.isfinite([link.slope, *link.intercept]).all()
    assert np.isfinite(linked(evidence, other, anchored, np.zeros(100)).intercept).all()


def test_keywords_strewn_over_short_and_long_paragraphs_raise_no_warning() -> None:
    rng = np.random.default_rng(26)
    lengths, other = rng.choice([10.0, 160.0], 30), rng.normal(0, 0.5, (30, 1))
    anchored = rng.random((30, 1)) < 1 - 0.95 ** lengths[:, None]
    linked(other + 0.5 * anchored, other, anchored, lengths)


def test_one_theme_that_fits_and_one_that_does_not_are_told_apart() -> None:
    evidence, other, anchored, _ = drawn(1500, 2, 0)
    rng = np.random.default_rng(1)
    anchored[:, 1] = rng.random(1500) < 0.08
    evidence[:, 1] = other[:, 1] + 0.3 * anchored[:, 1]
    assigned = (probability(linked(evidence, other, anchored), evidence) >= 0.35).mean(axis=0)
    assert assigned[0] > 0.15 > 3 * assigned[1]


def test_paragraphs_and_themes_can_come_in_any_order() -> None:
    evidence, other, anchored, _ = drawn(200, 4, 3)
    link = linked(evidence, other, anchored)
    rows, themes = np.random.default_rng(0).permutation(200), [2, 0, 3, 1]
    cut = np.ix_(rows, themes)
    again = linked(evidence[cut], other[cut], anchored[cut])
    assert again.slope == pytest.approx(link.slope, rel=1e-3)
    assert again.intercept == pytest.approx(link.intercept[themes], abs=1e-3)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10])
@pytest.mark.parametrize("anchors", ["none", "all", "some"])
def test_few_paragraphs_get_about_the_usual_link(n: int, anchors: str) -> None:
    rng = np.random.default_rng(n)
    other = rng.normal(0, 0.3, (n, 3))
    anchored = {"none": np.zeros((n, 3)), "all": np.ones((n, 3)), "some": rng.random((n, 3)) < 0.4}[anchors].astype(bool)
    link = linked(other + 0.4 * anchored, other, anchored)
    assert link.slope > 0
    assert np.isfinite(link.intercept).all()
    assert link.intercept == pytest.approx(calibration.BASE, abs=0.8)
    rising = probability(link, np.linspace(-3, 3, 50)[:, None] * np.ones(3))
    assert (np.diff(rising, axis=0) > 0).all()
    assert rising[0].max() < 0.1 < 0.9 < rising[-1].min()


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e3, -1e3])
def test_evidence_that_never_varies_or_is_huge_stays_finite(value: float) -> None:
    evidence = np.full((40, 2), value)
    anchored = np.arange(80).reshape(40, 2) % 3 == 0
    link = linked(evidence, evidence, anchored)
    assert np.isfinite([link.slope, *link.intercept]).all()
    assert np.isfinite(probability(link, evidence)).all()


def test_calibrating_changes_no_input() -> None:
    evidence, other, anchored, _ = drawn(60, 2, 0)
    before = [array.copy() for array in (evidence, other, anchored)]
    linked(evidence, other, anchored)
    for array, kept in zip((evidence, other, anchored), before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_every_gradient_is_that_of_its_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every loss that is handed to the optimiser, checked by finite differences at random places."""
    seen: list[tuple[Callable, np.ndarray, np.ndarray]] = []
    mode = calibration._mode

    def spy(loss: Callable, centre: np.ndarray, width: np.ndarray) -> np.ndarray:
        seen.append((loss, centre, width))
        return mode(loss, centre, width)

    monkeypatch.setattr(calibration, "_mode", spy)
    evidence, other, anchored, _ = drawn(40, 3, 5)
    anchored[:, 2] = False
    linked(evidence, other, anchored, np.random.default_rng(1).integers(0, 60, 40))
    assert len(seen) == 2
    rng = np.random.default_rng(0)
    for loss, centre, width in seen:
        for _ in range(5):
            x = centre + width * rng.normal(size=len(centre))
            size = max(1.0, np.linalg.norm(loss(x)[1]))
            assert check_grad(lambda at, loss=loss: loss(at)[0], lambda at, loss=loss: loss(at)[1], x) < 1e-5 * size


def test_the_mode_is_where_loss_and_prior_balance() -> None:
    found = calibration._mode(lambda x: (float(2 * (x[0] - 3) ** 2), 4 * (x - 3)), np.array([1.0]), np.array([0.5]))
    assert found == pytest.approx([2.0], abs=1e-4)
    kept = calibration._mode(lambda x: (0.0, np.zeros_like(x)), np.array([1.0, -2.0]), np.array([0.5, 3.0]))
    assert kept == pytest.approx([1, -2])


@pytest.fixture
def two_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two neighbours are all that a paragraph has."""
    monkeypatch.setattr(vectors_module, "NEIGHBOURS", 2)


def ring(n: int) -> Neighbours:
    """Each paragraph's neighbours are the one before and the one after, alike near."""
    rows = np.sort(np.stack([(np.arange(n) - 1) % n, (np.arange(n) + 1) % n], axis=1), axis=1)
    return Neighbours(rows, np.full((n, 2), 0.5))


@pytest.mark.usefixtures("two_neighbours")
def test_signs_are_what_the_keywords_of_a_paragraph_and_of_its_neighbours_say() -> None:
    hits = np.array([[2, 0], [0, 1], [0, 0], [1, 0]])
    evidence = np.arange(8.0).reshape(4, 2)
    logits, nearby, one, two, elsewhere = signs(evidence, hits, ring(4))
    np.testing.assert_array_equal(logits, evidence)
    np.testing.assert_allclose(np.exp(nearby), np.array([[0.5, 0.5], [0.5, 0], [0.5, 0.5], [0.5, 0]]) + calibration.RARE)
    assert one.tolist() == [[1, 0], [0, 1], [0, 0], [1, 0]]
    assert two.tolist() == [[1, 0], [0, 0], [0, 0], [0, 0]]
    assert elsewhere.tolist() == [[0, 1], [1, 0], [0, 0], [0, 1]]


@pytest.mark.usefixtures("two_neighbours")
def test_a_combination_adds_up_its_signs() -> None:
    combination = Combination(0.5, 1.0, 2.0, 3.0, -4.0, 7.0)
    evidence, hits = np.array([[2.0, -2.0], [0.0, 0.0]]), np.array([[2, 0], [1, 0]])
    rare, always = np.log(calibration.RARE), np.log(1 + calibration.RARE)
    found = combination.logits(evidence, hits, ring(2))
    np.testing.assert_allclose(found, [[7 + 1 + always + 5, 7 - 1 + rare - 4], [7 + always + 2, 7 + rare - 4]])


@pytest.mark.parametrize("combination", [WITH_ENCODER, WORDS_ALONE])
def test_more_keywords_never_speak_against_their_theme(combination: Combination) -> None:
    found = [combination.logits(np.zeros((1, 2)), np.array([[k, 0]]), Neighbours(*np.zeros((2, 1, 0)))) for k in range(3)]
    own, other = (np.array(found)[:, 0, theme] for theme in (0, 1))
    assert (np.diff(own) > 0).all()
    assert (np.diff(other) <= 0).all()


def test_one_paragraph_that_has_no_neighbour_is_combined() -> None:
    alone = Neighbours.of(np.ones((1, 3)))
    assert np.isfinite(WITH_ENCODER.logits(np.zeros((1, 2)), np.array([[1, 0]]), alone)).all()


Corpus = tuple[sparse.csc_matrix, list[list[int]], np.ndarray]


def speaking(n: int, themes: int = 4, seed: int = 0, *, broad: int = 0, keywords: int = 8, most: int = 3) -> Corpus:
    """Paragraphs of one theme each, with none to ``most`` of its keywords and now and then another's.

    And as many ``broad`` themes, whose keywords stand in four of five paragraphs whatever their theme. The last are
    vectors that know the theme.
    """
    rng = np.random.default_rng(seed)
    present, kinds = np.zeros((n, (themes + broad) * keywords)), rng.integers(themes, size=n)
    for row, kind in zip(present, kinds, strict=True):
        row[kind * keywords + rng.integers(keywords, size=rng.integers(most + 1))] = 1
        if rng.random() < 0.15:
            row[rng.integers(themes * keywords)] = 1
        for k in range(themes, themes + broad):
            if rng.random() < 0.8:
                row[k * keywords + rng.integers(keywords, size=2)] = 1
    columns = [list(range(k * keywords, (k + 1) * keywords)) for k in range(themes + broad)]
    vectors = np.eye(themes)[kinds] + 0.3 * rng.normal(size=(n, themes))
    return sparse.csc_matrix(present), columns, vectors


def deal(anchors: list[list[int]], seed: int) -> list[list[int]]:
    """The same keywords, dealt at random."""
    every = np.random.default_rng(seed).permutation(np.concatenate(anchors))
    return [part.tolist() for part in np.split(every, np.cumsum([len(own) for own in anchors])[:-1])]


def words_alone(vectors: np.ndarray, themes: int) -> Vectors:
    return Vectors.of_words(vectors, np.arange(len(vectors)), themes)


def encoded(vectors: np.ndarray, anchors: list[list[int]], of_theme: list[list[int]], seed: int = 0) -> Vectors:
    """One sentence a paragraph; each keyword lies near its theme of ``anchors``, but is listed under ``of_theme``."""
    rng, middles = np.random.default_rng(seed), np.eye(max(len(anchors), vectors.shape[1]))
    meaning = {word: middles[k] + 0.3 * rng.normal(size=len(middles)) for k, own in enumerate(anchors) for word in own}
    keywords = [{str(word): meaning[word] for word in own} for own in of_theme]
    described = np.array([np.mean([meaning[word] for word in own], axis=0) for own in of_theme])
    padded = np.pad(vectors, ((0, 0), (0, len(middles) - vectors.shape[1])))
    n = len(vectors)
    return Vectors.of_encoder(padded, np.arange(n), np.full(n, 40), described, keywords)


def judged(corpus: Corpus, listed: list[list[int]] | None = None, *, encoder: bool = False) -> Fitness:
    present, anchors, vectors = corpus
    listed = listed or anchors
    space = encoded(vectors, anchors, listed) if encoder else words_alone(vectors, len(listed))
    return codebook_fitness(present, listed, [len(own) for own in listed], space)


@pytest.mark.parametrize("encoder", [False, True])
@pytest.mark.parametrize("n", [60, 300, 1000])
@pytest.mark.parametrize("themes", [2, 4, 12])
def test_keywords_near_those_of_their_theme_are_trusted(n: int, themes: int, encoder: bool) -> None:
    fit = judged(speaking(n, themes), encoder=encoder)
    assert fit.trust == 1
    assert fit.cohesion is not None
    assert fit.cohesion > 1.5
    assert (fit.coherence is None) != encoder
    assert fit.coherence is None or fit.coherence > 0.4


@pytest.mark.parametrize("encoder", [False, True])
@pytest.mark.parametrize(("n", "themes"), [(300, 2), (300, 4), (300, 12), (1000, 4), (1000, 12)])
def test_shuffled_keywords_are_not_trusted(n: int, themes: int, encoder: bool) -> None:
    """Now and then a deal resembles the themes: so the mean of ten."""
    corpus = speaking(n, themes)
    fits = [judged(corpus, deal(corpus[1], seed), encoder=encoder) for seed in range(10)]
    assert np.mean([fit.trust for fit in fits]) < 0.35
    assert max(fit.cohesion or 0 for fit in fits) < judged(corpus).cohesion


def test_keywords_of_another_subject_are_not_trusted() -> None:
    """They mean the same, but hardly occur, and never near each other."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        present = (rng.random((300, 32)) < 0.002).astype(float)
        vectors = rng.normal(size=(300, 6))
        anchors = [list(range(8 * k, 8 * k + 8)) for k in range(4)]
        fit = judged((sparse.csc_matrix(present), anchors, vectors), encoder=True)
        assert fit.trust < 0.1


@pytest.mark.parametrize("encoder", [False, True])
def test_a_corpus_about_one_subject_is_trusted(encoder: bool) -> None:
    """Most paragraphs hold a keyword of the theme, and it tells nothing which."""
    corpus = speaking(300, 1)
    present, anchors, _ = corpus
    vectors = np.random.default_rng(0).normal(size=(300, 5))
    other = present.shape[1] + np.arange(2)
    wider = sparse.csc_matrix(sparse.hstack([present, sparse.csc_matrix((300, 2))]))
    assert judged((wider, [*anchors, other.tolist()], vectors), encoder=encoder).trust == 1


@pytest.mark.parametrize("encoder", [False, True])
@pytest.mark.parametrize("n", [100, 300])
def test_short_texts_with_one_keyword_at_most_are_trusted(n: int, encoder: bool) -> None:
    corpus = speaking(n, 4, most=1)
    assert judged(corpus, encoder=encoder).trust == 1


@pytest.mark.parametrize("encoder", [False, True])
@pytest.mark.parametrize("broad", [1, 3])
def test_themes_that_stand_in_most_paragraphs_take_no_trust(broad: int, encoder: bool) -> None:
    assert judged(speaking(300, 4, broad=broad), encoder=encoder).trust == 1


def test_one_keyword_for_each_theme_is_no_pair_to_judge_by() -> None:
    one = sparse.csc_matrix(np.eye(3)[np.arange(90) % 3])
    fit = codebook_fitness(one, [[0], [1], [2]], [1, 1, 1], words_alone(one.toarray(), 3))
    assert fit == Fitness(None, None, 1.0)


def test_keywords_that_occur_nowhere_are_not_trusted_however_alike() -> None:
    none = sparse.csc_matrix((90, 1))
    fit = codebook_fitness(none, [[], [], []], [8, 8, 8], words_alone(np.ones((90, 2)), 3))
    assert fit.cohesion is None
    assert fit.trust == 0


@pytest.mark.parametrize("n", [1, 5, 29])
def test_too_few_paragraphs_are_no_reason_for_distrust(n: int) -> None:
    corpus = speaking(n)
    assert judged(corpus, deal(corpus[1], 0)).trust == 1


def test_fitness_depends_on_no_order_and_changes_no_count() -> None:
    present, anchors, vectors = corpus = speaking(200)
    before = present.copy()
    order = np.random.default_rng(0).permutation(200)
    for encoder in (False, True):
        fit = judged(corpus, encoder=encoder)
        again = judged((sparse.csc_matrix(present[order]), anchors, vectors[order]), encoder=encoder)
        assert (again.cohesion, again.coherence, again.trust) == pytest.approx((fit.cohesion, fit.coherence, fit.trust))
        back = judged(corpus, anchors[::-1], encoder=encoder)
        assert (back.cohesion, back.trust) == pytest.approx((fit.cohesion, fit.trust))
    assert abs(present - before).sum() == 0


def test_meetings_are_counted_by_hand() -> None:
    """Four paragraphs in a ring, the keywords a and b: a stands in the first, b in the second and the third."""
    present = sparse.csc_matrix(np.array([[1, 0], [0, 1], [0, 1], [0, 0]], dtype=float))
    observed, expected = meetings(present, [[0, 1]], ring(4))
    # near a, one of two neighbours holds b; near b: of the second, a and the other b, which is no other keyword; of the
    # third, the other b, which does not count as free, and the empty one
    assert observed == pytest.approx(1 / 2 + 1 / 2)
    # without a, 2 of 3 paragraphs hold b; without b, 1 of 2 holds a; free are both neighbours of a, one each of b's
    assert expected == pytest.approx(2 / 3 * 1 + 1 / 2 * (1 / 2 + 1 / 2))


def test_a_keyword_does_not_meet_itself() -> None:
    present = sparse.csc_matrix(np.ones((6, 1)))
    assert meetings(present, [[0]], ring(6)) == (0, 0)
    both = sparse.csc_matrix(np.ones((6, 2)))
    assert meetings(both, [[0, 1]], ring(6)) == (0, 0)
