"""Calibration: probabilities that mean what they say, on corpora drawn from the model, and no trust in accidents."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import check_grad
from scipy.special import expit, logit

from topics.themes import calibration
from topics.themes.calibration import MAX_ODDS_RATIO, MISFIT_LOGIT, Calibration, from_anchors, from_codes, keyword_cohesion


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
        probability = linked(evidence, other, anchored).probability(evidence)
        errors.append(error(probability, truth))
        shares.append(np.abs(probability.mean(axis=0) - truth.mean(axis=0)).max())
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
        assigned.append((linked(evidence, other, anchored).probability(evidence) >= 0.35).mean())
    assert np.mean(assigned) <= most


def test_random_keywords_are_believed_the_less_the_more_paragraphs_deny_them() -> None:
    believed = []
    for n in (30, 300, 3000):
        rng = np.random.default_rng(0)
        other, anchored = rng.normal(0, 0.5, (n, 3)), rng.random((n, 3)) < 0.08
        evidence = other + 0.5 * anchored
        believed.append(linked(evidence, other, anchored).probability(evidence).mean())
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
        errors.append([error(link.probability(evidence), truth) for link in links])
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
    assigned = (linked(evidence, other, anchored).probability(evidence) >= 0.35).mean(axis=0)
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
    rising = link.probability(np.linspace(-3, 3, 50)[:, None] * np.ones(3))
    assert (np.diff(rising, axis=0) > 0).all()
    assert rising[0].max() < 0.1 < 0.9 < rising[-1].min()


@pytest.mark.parametrize("value", [0.0, 1e-9, 1e3, -1e3])
def test_evidence_that_never_varies_or_is_huge_stays_finite(value: float) -> None:
    evidence = np.full((40, 2), value)
    anchored = np.arange(80).reshape(40, 2) % 3 == 0
    link = linked(evidence, evidence, anchored)
    assert np.isfinite([link.slope, *link.intercept]).all()
    assert ((link.probability(evidence) >= 0) & (link.probability(evidence) <= 1)).all()


def test_calibrating_changes_no_input() -> None:
    evidence, other, anchored, truth = drawn(60, 2, 0)
    before = [array.copy() for array in (evidence, other, anchored, truth)]
    from_codes(linked(evidence, other, anchored), evidence, truth.astype(float))
    for array, kept in zip((evidence, other, anchored, truth), before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_every_gradient_is_that_of_its_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every loss that is handed to the optimiser, checked by finite differences at random places."""
    seen: list[tuple[Callable, np.ndarray, np.ndarray]] = []
    mode = calibration._mode

    def spy(loss: Callable, centre: np.ndarray, width: np.ndarray) -> np.ndarray:
        seen.append((loss, centre, width))
        return mode(loss, centre, width)

    monkeypatch.setattr(calibration, "_mode", spy)
    evidence, other, anchored, truth = drawn(40, 3, 5)
    anchored[:, 2] = False
    link = linked(evidence, other, anchored, np.random.default_rng(1).integers(0, 60, 40))
    from_codes(link, evidence, truth.astype(float))
    assert len(seen) == 3
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


def test_a_shrunk_link_goes_from_itself_to_nowhere() -> None:
    link, evidence = Calibration(2.0, np.array([-1.0, 0.5])), np.random.default_rng(0).normal(size=(30, 2))
    np.testing.assert_array_equal(link.shrunk((1.0, 1.0)).probability(evidence), link.probability(evidence))
    np.testing.assert_allclose(link.shrunk((0.0, 0.0)).probability(evidence), expit(MISFIT_LOGIT))
    half = logit(link.shrunk((0.5, 0.5)).probability(evidence))
    np.testing.assert_allclose(half, (logit(link.probability(evidence)) + MISFIT_LOGIT) / 2)
    each = link.shrunk((1.0, 0.0)).probability(evidence)
    np.testing.assert_array_equal(each[:, 0], link.probability(evidence)[:, 0])
    np.testing.assert_allclose(each[:, 1], expit(MISFIT_LOGIT))


def test_codes_correct_a_link_that_is_wrong_and_few_codes_correct_it_little() -> None:
    evidence, other, anchored, truth = drawn(3000, 3, 7)
    link = linked(evidence, other, anchored)
    wrong = Calibration(link.slope * 0.5, link.intercept + np.array([1.5, 1.0, 2.0]))
    errors = [error(wrong.probability(evidence), truth)]
    for n in (30, 300):
        errors.append(error(from_codes(wrong, evidence[:n], truth[:n].astype(float)).probability(evidence), truth))
    assert errors[0] > 0.15
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.05
    one = from_codes(link, evidence[:1], truth[:1].astype(float))
    assert np.abs(one.probability(evidence) - link.probability(evidence)).mean() < 0.1


def test_codes_correct_a_link_with_a_slope_of_its_own_for_each_theme() -> None:
    """As trust leaves it: one theme is scaled apart from the others."""
    evidence, other, anchored, truth = drawn(3000, 3, 7)
    link = linked(evidence, other, anchored).shrunk((1.0, 1.0, 0.2))
    found = from_codes(link, evidence[:300], truth[:300].astype(float))
    assert found.slope / link.slope == pytest.approx([found.slope[0] / link.slope[0]] * 3)
    before, after = (error(one.probability(evidence)[:, 2:], truth[:, 2:]) for one in (link, found))
    assert after < 0.5 * before


def test_a_paragraph_that_two_people_coded_counts_twice() -> None:
    evidence, other, anchored, truth = drawn(200, 2, 1)
    link, marks = linked(evidence, other, anchored), truth.astype(float)
    one, two = (from_codes(link, np.tile(evidence, (n, 1)), np.tile(1 - marks, (n, 1))) for n in (1, 2))
    assert two.slope < one.slope < link.slope, "they say the contrary of the evidence"
    split = from_codes(link, np.tile(evidence, (2, 1)), np.vstack([np.ones((200, 2)), np.zeros((200, 2))]))
    assert split.probability(evidence).mean() == pytest.approx(0.5, abs=0.05), "where they differ, the truth lies between"


def speaking(
    n: int, themes: int = 4, keywords: int = 8, seed: int = 0, *, broad: int = 0
) -> tuple[sparse.csr_matrix, list[list[int]]]:
    """Paragraphs of one theme each, with none to three of its keywords and now and then another's.

    And as many ``broad`` themes, whose keywords stand in four of five paragraphs whatever their theme.
    """
    rng = np.random.default_rng(seed)
    counts = np.zeros((n, (themes + broad) * keywords))
    for row in counts:
        row[rng.integers(themes) * keywords + rng.integers(keywords, size=rng.integers(4))] = 1
        if rng.random() < 0.15:
            row[rng.integers(themes * keywords)] += 1
        for k in range(themes, themes + broad):
            if rng.random() < 0.8:
                row[k * keywords + rng.integers(keywords, size=2)] = 1
    return sparse.csr_matrix(counts), [list(range(k * keywords, (k + 1) * keywords)) for k in range(themes + broad)]


def shuffled_trust(counts: sparse.csr_matrix, anchors: list[list[int]]) -> list[float]:
    """The most trust in a theme of five codebooks of the same keywords, dealt at random."""
    mixed = [np.random.default_rng(seed).permutation(counts.shape[1]) for seed in range(5)]
    dealt = [[deal[columns].tolist() for columns in anchors] for deal in mixed]
    return [max(keyword_cohesion(counts, found, [8] * len(anchors)).trust) for found in dealt]


@pytest.mark.parametrize("n", [60, 300, 2000])
@pytest.mark.parametrize("themes", [2, 4, 12])
def test_keywords_that_meet_within_their_themes_are_trusted_and_shuffled_ones_are_not(n: int, themes: int) -> None:
    counts, anchors = speaking(n, themes)
    fit = keyword_cohesion(counts, anchors, [8] * themes)
    assert len(fit.trust) == themes
    assert fit.least > 0.85, "a theme of half the corpus cannot meet more than twice as often as chance has it"
    assert fit.least == 1 or themes == 2
    assert fit.distinction > fit.cohesion > 1.6
    assert themes == 2 or max(shuffled_trust(counts, anchors)) < 0.35


@pytest.mark.parametrize("n", [60, 300, 2000])
def test_shuffled_keywords_of_two_themes_are_not_trusted(n: int) -> None:
    """Two halves of a deal resemble the themes now and then: so the mean of five deals."""
    assert np.mean(shuffled_trust(*speaking(n, 2))) < 0.35


def test_one_theme_has_no_distinction_and_is_trusted_by_its_cohesion() -> None:
    counts, anchors = speaking(300, 4)
    alone = keyword_cohesion(counts, anchors[:1], [8])
    assert alone.distinction is None
    assert alone.cohesion > 1.75
    assert alone.trust == (1,)
    mixed = np.random.default_rng(0).permutation(32)[:8].tolist()
    assert keyword_cohesion(counts, [mixed], [8]).least < 0.35


def test_a_theme_that_stands_in_most_paragraphs_tells_nothing_of_cohesion() -> None:
    plain, broad = (keyword_cohesion(*speaking(300, broad=broad), [8] * (4 + broad)) for broad in (0, 1))
    assert broad.cohesion == pytest.approx(plain.cohesion, rel=0.1)


@pytest.mark.parametrize("themes", [3, 4, 8])
def test_a_theme_that_stands_in_most_paragraphs_lowers_the_trust_in_no_other(themes: int) -> None:
    assert keyword_cohesion(*speaking(300, themes, broad=1), [8] * (themes + 1)).least == 1


@pytest.mark.parametrize("themes", [3, 4, 8])
@pytest.mark.parametrize("broad", [2, 3])
def test_themes_that_stand_in_most_paragraphs_lower_the_trust_in_no_other(themes: int, broad: int) -> None:
    assert keyword_cohesion(*speaking(300, themes, broad=broad), [8] * (themes + broad)).trust[:themes] == (1,) * themes


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("themes", [3, 4, 8])
def test_a_theme_that_rules_the_corpus_is_trusted_alone_and_shuffled_ones_beside_it_are_not(themes: int, seed: int) -> None:
    counts, anchors = speaking(300, themes, broad=1)
    mixed = np.random.default_rng(seed).permutation(8 * themes)
    shuffled = [mixed[found].tolist() for found in anchors[:themes]]
    assert max(keyword_cohesion(counts, shuffled, [8] * themes).trust) < 0.35
    for place in (0, themes):
        found = keyword_cohesion(counts, [*shuffled[:place], anchors[themes], *shuffled[place:]], [8] * (themes + 1))
        assert found.trust[place] == 1
        assert max(np.delete(found.trust, place)) < 0.35
        assert found.least == min(found.trust)


def test_of_two_themes_that_stand_in_most_paragraphs_none_rules() -> None:
    counts, anchors = speaking(300, broad=2)
    mixed = np.random.default_rng(0).permutation(32)
    shuffled = [mixed[found].tolist() for found in anchors[:4]]
    assert max(keyword_cohesion(counts, [*shuffled, *anchors[4:]], [8] * 6).trust) < 0.35


def test_where_too_few_keywords_meet_there_is_no_verdict() -> None:
    one = sparse.csr_matrix(np.eye(3)[np.arange(90) % 3])
    assert keyword_cohesion(one, [[0], [1], [2]], [1, 1, 1]).cohesion is None
    assert keyword_cohesion(one, [[0], [1], [2]], [1, 1, 1]).trust == (1, 1, 1)
    assert set(keyword_cohesion(one, [[], [], []], [8, 8, 8]).trust) <= {0, 1}


@pytest.mark.parametrize("n", [1, 5, 29])
def test_too_few_paragraphs_are_no_reason_for_distrust(n: int) -> None:
    counts, anchors = speaking(n)
    mixed = np.random.default_rng(0).permutation(32)
    assert keyword_cohesion(counts, [mixed[found].tolist() for found in anchors], [8] * 4).trust == (1,) * 4


def test_fitness_depends_on_no_order_and_changes_no_count() -> None:
    counts, anchors = speaking(200)
    before = counts.copy()
    fit = keyword_cohesion(counts, anchors, [8] * 4)
    again = keyword_cohesion(counts[np.random.default_rng(0).permutation(200)], anchors[::-1], [8] * 4)
    assert (again.cohesion, again.distinction) == pytest.approx((fit.cohesion, fit.distinction))
    assert again.trust[::-1] == pytest.approx(fit.trust)
    assert abs(counts - before).sum() == 0
