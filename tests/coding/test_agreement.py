"""Agreement: published examples, properties, and intervals that hold what they promise."""

from __future__ import annotations

from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, cohen_kappa_score, f1_score, precision_score, recall_score

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.coding import agreement, estimates, measure_agreement, sheets, write_agreement
from topics.coding.agreement import majority
from topics.coding.estimates import Estimate, alpha, calibration_error, effective_size, kappa, masi, weighted_share, wilson
from topics.coding.sheets import Coding
from topics.errors import InputError
from topics.tables import UNASSIGNED

THEMES = ("bread", "stars", "boats")


def run_of(said: dict[str, tuple[str, ...]], scores: dict[str, float] | None = None) -> pd.DataFrame:
    """``themes.csv`` of a run that assigned these themes, the first as primary."""
    rows = [
        {
            "paragraph_id": key,
            "theme": theme,
            "score": (scores or {}).get(theme, 0.9 if theme in given else 0.1),
            "assigned": theme in given,
            "primary": given[:1] == (theme,),
        }
        for key, given in said.items()
        for theme in THEMES
    ]
    return pd.DataFrame(rows)


def coding_of(name: str, said: dict[str, tuple[str, ...]]) -> Coding:
    primary = {key: given[0] if given else UNASSIGNED for key, given in said.items()}
    return Coding(name, {key: frozenset(given) for key, given in said.items()}, primary)


def counts_to_codes(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    a, b = zip(*[(i, j) for i, row in enumerate(table) for j, times in enumerate(row) for _ in range(times)], strict=True)
    return np.array(a), np.array(b)


# published examples


def test_kappa_of_cohens_own_example() -> None:
    """Cohen (1960), A coefficient of agreement for nominal scales, table 2: 200 cases, observed .70, by chance .41."""
    a, b = counts_to_codes([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    found = kappa(a, b)
    assert found.value == pytest.approx((0.70 - 0.41) / (1 - 0.41))
    assert round(found.value, 3) == 0.492
    assert found.n == 200


def test_kappa_of_fleiss_textbook() -> None:
    """Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, table 18.1: kappa .676."""
    found = kappa(*counts_to_codes([[75, 1, 4], [5, 4, 1], [0, 0, 10]]))
    assert found.value == pytest.approx((0.89 - 0.66) / (1 - 0.66))
    assert round(found.value, 3) == 0.676
    assert found.low < 0.676 - 1.7 * 0.088, "Fleiss has 0.087 for its standard error"
    assert found.high > 0.676 + 1.4 * 0.087


NONE = -1
EXAMPLES = {
    "A: two observers, binary": ([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], 0.095),
    "B: two observers, nominal": (
        [["abcde".index(x) for x in row] for row in ("aabbdcccedda", "babbbcccedd" + "d")],
        0.692,
    ),
    "C: four observers, missing data": (
        [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
            [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
        ],
        0.743,
    ),
}


@pytest.mark.parametrize("case", EXAMPLES)
def test_alpha_of_krippendorffs_examples(case: str) -> None:
    """Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections A, B and C."""
    rows, wanted = EXAMPLES[case]
    values = np.array(rows)
    found = alpha(values, 1 - np.eye(values.max() + 1))
    assert round(found.value, 3) == wanted
    assert found.n == (11 if case.startswith("C") else values.shape[1]), "a unit that one observer coded says nothing"
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_masi_of_passonneaus_cases() -> None:
    """Passonneau (2006), Measuring agreement on set-valued items: Jaccard times 1, 2/3, 1/3 or 0."""
    sets = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0], [1, 0, 0, 0]], dtype=bool)
    found = masi(sets)
    assert np.diag(found).tolist() == [0] * 6, "the empty set is like itself"
    assert found[0, 1] == pytest.approx(1 - 2 / 3 * 2 / 3), "{a,b} in {a,b,c}"
    assert found[0, 2] == pytest.approx(1 - 1 / 3 * 1 / 3), "{a,b} meets {a,c}"
    assert found[5, 1] == pytest.approx(1 - 1 / 3 * 2 / 3), "{a} in {a,b,c}"
    assert found[0, 3] == 1, "{a,b} and {d}"
    assert found[0, 4] == 1, "{a,b} and nothing"
    assert (found == found.T).all()


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)]
)
def test_wilson_of_newcombes_examples(hits: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 3 (Wilson 1927)."""
    assert wilson(hits / n, n) == pytest.approx((low, high), abs=5e-5)
    assert weighted_share(np.arange(n) < hits, np.ones(n))[1:] == (*wilson(hits / n, n), n)


def test_kishs_effective_size() -> None:
    """Kish (1965), Survey Sampling, 11.7: (sum of weights) squared over the sum of squares."""
    assert effective_size(np.full(7, 3.0)) == pytest.approx(7)
    assert effective_size(np.array([3.0, 1.0])) == pytest.approx(16 / 10)


# the same as other people's code


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.integers(2, 40), st.integers(2, 6))
def test_alpha_is_the_librarys(seed: int, coders: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((coders, n)) < 0.2, -1, rng.integers(k, size=(coders, n)))
    sets = rng.random((k, 5)) < 0.4
    data = np.where(values < 0, np.nan, values)
    pairable = (values >= 0).sum(axis=0) > 1
    assume(pairable.sum() > 1 and len(set(values[:, pairable][values[:, pairable] >= 0])) > 1)
    for distance in (1 - np.eye(k), masi(sets)):

        def metric(v1, v2, i1, i2, n_v, dtype=float, known=distance):
            return known[v1.astype(int), v2.astype(int)]

        ours = alpha(values, distance).value
        if np.isnan(ours):
            continue
        theirs = krippendorff.alpha(data, value_domain=list(range(k)), level_of_measurement=metric)
        assert ours == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(2, 6))
def test_weighted_numbers_are_scikit_learns(seed: int, n: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    a, b, weights = rng.integers(k, size=n), rng.integers(k, size=n), rng.random(n) + 0.1
    assume(len({*a, *b}) > 1)
    assert kappa(a, b, weights).value == pytest.approx(cohen_kappa_score(a, b, sample_weight=weights), abs=1e-9)
    assert kappa(a, b).value == pytest.approx(cohen_kappa_score(a, b), abs=1e-9)


def test_precision_recall_and_calibration_are_scikit_learns(codebook: Codebook) -> None:
    rng = np.random.default_rng(4)
    ids = [f"p{i:03d}" for i in range(120)]
    pick = lambda: {key: tuple(t for t in THEMES if rng.random() < 0.4) for key in ids}  # noqa: E731
    model, said = pick(), pick()
    found = measure_agreement(
        [coding_of("anna", said)], run_of(model, dict(zip(THEMES, (0.15, 0.35, 0.85), strict=True))), codebook
    )
    scores = []
    for theme in THEMES:
        t, m = ([theme in one[key] for key in ids] for one in (said, model))
        scores.append(f1_score(t, m))
        assert found.get("precision", "anna", theme=theme).value == pytest.approx(precision_score(t, m))
        assert found.get("recall", "anna", theme=theme).value == pytest.approx(recall_score(t, m))
        assert found.get("f1", "anna", theme=theme).value == pytest.approx(f1_score(t, m))
        assert found.get("kappa", "anna", theme=theme).value == pytest.approx(cohen_kappa_score(t, m))
        assert [found.get(name, "anna", theme=theme).value for name in ("tp", "fp", "fn")] == [
            sum(x and y for x, y in zip(t, m, strict=True)),
            sum(y and not x for x, y in zip(t, m, strict=True)),
            sum(x and not y for x, y in zip(t, m, strict=True)),
        ]
    assert found.get("macro_f1", "anna").value == pytest.approx(np.mean(scores))
    truth = np.array([[theme in said[key] for theme in THEMES] for key in ids])
    given_scores = np.tile([0.15, 0.35, 0.85], (len(ids), 1))
    assert found.get("brier", "anna").value == pytest.approx(brier_score_loss(truth.ravel(), given_scores.ravel()))
    gaps = np.abs(truth.mean(axis=0) - [0.15, 0.35, 0.85])
    assert found.get("calibration_error", "anna").value == pytest.approx(gaps.mean())


def test_calibration_error_by_hand() -> None:
    """Two bins: .8 said and .5 seen with weight 4; .1 said and 0 seen with weight 1; the score 1 has a bin."""
    scores, truth = np.array([0.8, 0.8, 0.1, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    assert calibration_error(scores, truth, np.array([2.0, 2.0, 1.0, 5.0])) == pytest.approx((4 * 0.3 + 0.1) / 10)


# weights


def test_what_compares_with_the_model_speaks_of_the_run(codebook: Codebook) -> None:
    """Run: 90 stars, 10 bread. Coded: 3 stars (2 right), 2 bread (1 right): weights 30 and 5."""
    model = {f"s{i:02d}": ("stars",) for i in range(90)} | {f"b{i:02d}": ("bread",) for i in range(10)}
    said = {"s00": ("stars",), "s01": ("stars",), "s02": ("bread",), "b00": ("bread",), "b01": ()}
    found = measure_agreement([coding_of("anna", said)], run_of(model), codebook)
    assert found.get("agreement", "anna").value == pytest.approx((60 + 5) / 100)
    assert found.get("recall", "anna", theme="bread").value == pytest.approx(5 / 35)
    assert found.get("precision", "anna", theme="bread").value == pytest.approx(1 / 2)
    assert found.get("unassigned_agrees", "anna").value == pytest.approx(95 / 100)
    low, high = wilson(5 / 35, 35**2 / (30**2 + 5**2))
    assert found.get("recall", "anna", theme="bread")[1:3] == pytest.approx((low, high))
    boats = [found.get(name, "anna", theme="boats").value for name in ("precision", "recall", "f1", "kappa")]
    assert np.isnan(boats).all(), "nothing over nothing is no number"
    assert found.get("recall", "anna", theme="boats").n == 0
    assert found.get("macro_f1", "anna").value == pytest.approx((2 * 5 / 45 + 2 * 60 / 150) / 2)


def test_a_stratum_without_a_coded_paragraph_is_named(codebook: Codebook) -> None:
    model = {f"s{i:02d}": ("stars",) for i in range(40)} | {"b1": ("bread",), "b2": ("bread",), "u": ()}
    found = measure_agreement(
        [coding_of("anna", {key: given for key, given in model.items() if key[0] == "s"})], run_of(model), codebook
    )
    (note,) = found.notes
    assert (
        "no paragraphs with these primary themes of the model are coded: bread, unassigned (3 paragraphs of the run)" in note
    )


# several coders


def test_a_majority_needs_three_and_more_than_half() -> None:
    anna = coding_of("anna", {"p1": ("bread", "stars"), "p2": ("bread",), "p3": (), "p4": ("boats",), "p5": ("bread",)})
    ben = coding_of(
        "ben", {"p1": ("bread",), "p2": ("stars", "bread"), "p3": ("boats",), "p4": ("bread",), "p5": ("bread",)}
    )
    cleo = coding_of("cleo", {"p1": ("stars",), "p2": ("stars",), "p3": (), "p4": ("stars",)})
    three = majority([anna, ben, cleo])
    assert three.codes == {"p1": {"bread", "stars"}, "p2": {"bread", "stars"}, "p3": frozenset()}
    assert three.primary == {"p1": "bread", "p2": "stars", "p3": UNASSIGNED}
    assert majority([anna, ben]).codes == {}
    dora = coding_of("dora", {"p1": ("stars",), "p3": ("boats",), "p4": ("boats",)})
    four = majority([anna, ben, cleo, dora])
    assert four.codes == {"p1": {"stars"}, "p2": {"bread", "stars"}}, "two of four say none, or boats: neither is a majority"
    assert four.primary == {"p2": "stars"}, "two of four name bread, and two stars"


def test_paragraphs_without_a_majority_are_counted_and_not_taken_as_none(codebook: Codebook) -> None:
    model = {f"p{i:02d}": ("bread",) for i in range(40)}
    names = ("anna", "ben", "cleo")
    codings = [coding_of(name, model | {"p00": (THEMES[i],), "p01": (THEMES[i],)}) for i, name in enumerate(names)]
    codings[2] = Coding("cleo", {k: v for k, v in codings[2].codes.items() if k != "p39"}, codings[2].primary)
    found = measure_agreement(codings, run_of(model), codebook)
    assert found.get("brier", "majority").n == 37
    assert found.get("unassigned_agrees", "majority").value == 1
    notes = "\n".join(found.notes)
    assert "majority: 1 of 40 coded paragraphs have fewer than three coders" in notes
    assert "majority: 2 of 39 paragraphs with at least three coders have no majority" in notes


def random_codings(seed: int, coders: int, n: int, wrong: float = 0.3) -> tuple[list[Coding], pd.DataFrame]:
    rng = np.random.default_rng(seed)
    truth = {f"p{i:03d}": (THEMES[k],) if (k := rng.integers(4)) < 3 else () for i in range(n)}

    def seen() -> dict[str, tuple[str, ...]]:
        return {
            key: tuple(rng.permutation(THEMES)[: rng.integers(3)].tolist()) if rng.random() < wrong else given
            for key, given in truth.items()
            if rng.random() < 0.9
        }

    model = truth | seen()
    return [coding_of(f"coder-{i}", seen()) for i in range(coders)], run_of(model)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 3))
def test_who_is_named_first_and_what_themes_are_called_changes_nothing(seed: int, coders: int) -> None:
    codebook = codebooks.from_dict({"theme": [{"name": name, "keywords": ["x"]} for name in THEMES]})
    codings, themes = random_codings(seed, coders, 40)
    found = measure_agreement(codings, themes, codebook)
    first, second = codings[0].name, codings[1].name
    turned = measure_agreement(codings[::-1], themes.sample(frac=1, random_state=seed), codebook)
    assert turned.get("kappa", second, first) == pytest.approx(found.get("kappa", first, second))
    for measured in ("alpha_primary", "alpha_masi"):
        assert turned.get(measured, "coders", "") == pytest.approx(found.get(measured, "coders", ""))
    names = dict(zip(THEMES, ("z", "m", "a"), strict=True)) | {UNASSIGNED: UNASSIGNED}
    renamed = codebooks.from_dict({"theme": [{"name": names[name], "keywords": ["x"]} for name in THEMES]})
    others = [
        Coding(
            one.name,
            {key: frozenset(names[theme] for theme in codes) for key, codes in one.codes.items()},
            {key: names[theme] for key, theme in one.primary.items()},
        )
        for one in codings
    ]
    again = measure_agreement(others, themes.assign(theme=themes["theme"].map(names)), renamed)
    table = again.table.assign(theme=again.table["theme"].map({new: old for old, new in names.items()} | {"": ""}))
    pd.testing.assert_frame_equal(table, found.table)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_perfect_agreement_is_one_and_no_certainty(seed: int) -> None:
    codebook = codebooks.from_dict({"theme": [{"name": name, "keywords": ["x"]} for name in THEMES]})
    (one,), themes = random_codings(seed, 1, 40)
    assume(set(one.primary.values()) == {*THEMES, UNASSIGNED})
    other = Coding("twin", one.codes, one.primary)
    found = measure_agreement([one, other], themes, codebook)
    estimates = [found.get("kappa", one.name, "twin"), found.get("alpha_primary", "coders", "")]
    for estimate in [*estimates, found.get("alpha_masi", "coders", "")]:
        assert estimate.value == pytest.approx(1)
        assert estimate.high == pytest.approx(1)
        assert 0.5 < estimate.low < 0.95


def test_constant_codings_have_no_kappa_and_no_alpha() -> None:
    zeros = np.zeros((2, 12), dtype=int)
    assert np.isnan(kappa(*zeros).value)
    assert np.isnan(alpha(zeros, 1 - np.eye(2)).value)
    assert np.isnan(alpha(zeros[:, :1], 1 - np.eye(2)).value)


def test_the_same_seed_gives_the_same_table_and_nothing_handed_in_is_changed(codebook: Codebook) -> None:
    codings, themes = random_codings(1, 3, 60)
    before = themes.copy()
    one, other = measure_agreement(codings, themes, codebook, seed=3), measure_agreement(codings, themes, codebook, seed=3)
    pd.testing.assert_frame_equal(one.table, other.table)
    pd.testing.assert_frame_equal(themes, before)


# intervals


def disagreeing(rng: np.random.Generator, prevalence: np.ndarray, wrong: float, coders: int, n: int) -> np.ndarray:
    k = len(prevalence)
    truth = rng.choice(k, n, p=prevalence)
    return np.where(rng.random((coders, n)) < wrong, rng.choice(k, (coders, n), p=prevalence), truth)


def fleiss(a: np.ndarray, b: np.ndarray, k: int) -> tuple[float, float]:
    """Kappa's interval by the standard error of Fleiss, Cohen and Everitt (1969)."""
    p = np.zeros((k, k))
    np.add.at(p, (a, b), 1 / len(a))
    rows, columns, same = p.sum(axis=1), p.sum(axis=0), np.trace(p)
    chance = rows @ columns
    value = (same - chance) / (1 - chance)
    diagonal = (np.diag(p) * (1 - (rows + columns) * (1 - value)) ** 2).sum()
    others = (p * (columns[:, None] + rows[None, :]) ** 2)[~np.eye(k, dtype=bool)].sum() * (1 - value) ** 2
    error = np.sqrt(max(diagonal + others - (value - chance * (1 - value)) ** 2, 0) / len(a)) / (1 - chance)
    return value - 1.96 * error, value + 1.96 * error


RARE, ELEVEN = np.array([0.85, 0.15]), np.array([0.2, 0.15, 0.12, 0.1, 0.1, 0.08, 0.07, 0.06, 0.05, 0.04, 0.03])
KAPPAS = [(RARE, 0.05), (RARE, 0.2), (ELEVEN, 0.05), (ELEVEN, 0.3)]


@pytest.mark.parametrize("n", [30, 60, 200])
@pytest.mark.parametrize(("prevalence", "wrong"), KAPPAS, ids=["rare .05", "rare .2", "eleven .05", "eleven .3"])
def test_intervals_of_kappa_cover_where_the_large_sample_ones_do_not(prevalence: np.ndarray, wrong: float, n: int) -> None:
    rng = np.random.default_rng(n)
    truth = kappa(*disagreeing(rng, prevalence, wrong, 2, 300_000)).value
    ours, theirs = [], []
    for _ in range(400):
        a, b = disagreeing(rng, prevalence, wrong, 2, n)
        found = kappa(a, b)
        if np.isnan(found.value):
            continue
        ours.append(found.low <= truth <= found.high)
        low, high = fleiss(a, b, len(prevalence))
        theirs.append(low <= truth <= high)
    assert np.mean(ours) >= 0.92
    assert np.mean(ours) >= np.mean(theirs) - 0.01
    if n == 30 and wrong == 0.05:
        assert np.mean(ours) > np.mean(theirs) + 0.03


@pytest.mark.parametrize(("coders", "n"), [(2, 30), (3, 30), (3, 100)])
@pytest.mark.parametrize(("prevalence", "wrong"), KAPPAS[:3], ids=["rare .05", "rare .2", "eleven .05"])
def test_intervals_of_alpha_cover(
    monkeypatch: pytest.MonkeyPatch, prevalence: np.ndarray, wrong: float, coders: int, n: int
) -> None:
    monkeypatch.setattr(estimates, "REPLICATES", 200)
    rng = np.random.default_rng(n)
    distance = 1 - np.eye(len(prevalence))
    truth = kappa(*disagreeing(rng, prevalence, wrong, 2, 300_000)).value
    covered = []
    for _ in range(150):
        found = alpha(disagreeing(rng, prevalence, wrong, coders, n), distance)
        if not np.isnan(found.value):
            covered.append(found.low <= truth <= found.high)
    assert np.mean(covered) >= 0.92


@pytest.mark.parametrize("n", [60, 100, 200])
def test_intervals_of_precision_and_recall_cover_what_holds_in_the_run(n: int) -> None:
    """A run of 1,000 paragraphs and 12 strata; sheets drawn from it, weighted back, against what all of it has."""
    rng = np.random.default_rng(n)
    k = 12
    covered: dict[str, list[bool]] = {"precision": [], "recall": [], "unweighted": [], "kappa": []}
    for _ in range(12):
        prevalence = rng.dirichlet(np.ones(k))
        truth = rng.choice(k, 1000, p=prevalence)
        guess = np.where(rng.random(1000) < 0.35, rng.choice(k, 1000, p=prevalence), truth)
        names, sizes = np.unique(guess.astype(str), return_counts=True)
        whole = kappa(truth, guess).value
        for _ in range(12):
            taken = sheets.allocate(sizes, n)
            rows = np.concatenate(
                [
                    rng.choice(np.flatnonzero(guess.astype(str) == s), m, replace=False)
                    for s, m in zip(names, taken, strict=True)
                ]
            )
            of_run = agreement._Strata(guess.astype(str), dict(zip(names, sizes.tolist(), strict=True)))
            weights = of_run.weights(rows, np.ones(2000))
            found = kappa(truth[rows], guess[rows], weights)
            covered["kappa"].append(found.low <= whole <= found.high)
            for theme in range(k):
                t, g = truth == theme, guess == theme
                estimates = {
                    "precision": (weighted_share(t[rows][g[rows]], weights[g[rows]]), g),
                    "recall": (weighted_share(g[rows][t[rows]], weights[t[rows]]), t),
                    "unweighted": (weighted_share(g[rows][t[rows]], np.ones(t[rows].sum())), t),
                }
                for name, (estimate, among) in estimates.items():
                    if estimate.n:
                        covered[name].append(estimate.low <= (t & g).sum() / among.sum() <= estimate.high)
    share_of = {name: np.mean(held) for name, held in covered.items()}
    assert share_of["precision"] >= 0.92
    assert share_of["recall"] >= 0.92
    assert share_of["kappa"] >= 0.92
    assert share_of["recall"] > share_of["unweighted"] + (0.03 if n == 60 else -0.01)


@pytest.mark.parametrize(("n", "least"), [(60, 0.9), (200, 0.9)])
def test_intervals_of_f1_and_of_errors_cover_what_holds_in_the_run(
    monkeypatch: pytest.MonkeyPatch, n: int, least: float
) -> None:
    """A run of 2,000 paragraphs and 6 themes, each scored a little too high or too low."""
    monkeypatch.setattr(estimates, "REPLICATES", 200)
    rng = np.random.default_rng(n)
    logit = rng.normal(-1.5, 1.5, (2000, 6))
    truth = rng.random(logit.shape) < 1 / (1 + np.exp(-logit))
    scores = 1 / (1 + np.exp(-logit - np.array([-1, -0.5, 0, 0.5, 1, 1.5])))
    guess = scores > 0.5
    stratum = np.where(guess.any(axis=1), scores.argmax(axis=1), 6).astype(str)
    names, sizes = np.unique(stratum, return_counts=True)
    themes = [f"t{i}" for i in range(6)]

    def found(rows: np.ndarray) -> dict[tuple[str, str], Estimate]:
        weights = agreement._Strata(stratum, dict(zip(names, sizes.tolist(), strict=True))).weights(rows, np.ones(2000))
        drawn = estimates.bootstrap_within_strata(stratum[rows], 1) * weights
        t, g = (np.column_stack([one, ~one.any(axis=1)])[rows] for one in (truth, guess))
        f1 = estimates.f1_scores(t, g, weights, drawn)
        errors = estimates.score_errors(scores[rows], truth[rows], weights, drawn, themes)
        named = {("f1", name): one for name, one in zip([*themes, UNASSIGNED], f1, strict=False)}
        return {(name, theme): one for name, theme, one in errors} | named | {("macro_f1", ""): f1[-1]}

    whole = found(np.arange(2000))
    covered: dict[tuple[str, bool], list[bool]] = {}
    for _ in range(60):
        taken = zip(names, sheets.allocate(sizes, n), strict=True)
        rows = np.concatenate([rng.choice(np.flatnonzero(stratum == s), m, replace=False) for s, m in taken])
        for (name, theme), one in found(rows).items():
            assert one.low <= one.value <= one.high
            covered.setdefault((name, bool(theme)), []).append(one.low <= whole[name, theme].value <= one.high)
    low = {name: np.mean(held) for name, held in covered.items() if np.mean(held) < least}
    assert low == {}


def test_a_theme_too_high_and_one_too_low_do_not_cancel_within_themes(codebook: Codebook) -> None:
    """Scores .5: bread is always coded, stars never, boats every other time."""
    ids = [f"p{i:02d}" for i in range(40)]
    themes = run_of(dict.fromkeys(ids, ()), dict.fromkeys(THEMES, 0.5))
    found = measure_agreement(
        [coding_of("anna", {key: THEMES[::2][: 1 + i % 2] for i, key in enumerate(ids)})], themes, codebook
    )
    assert found.get("calibration_error", "anna").value == pytest.approx(0)
    assert [found.get("too_sure", "anna", theme=t).value for t in THEMES] == pytest.approx([-0.5, 0.5, 0])
    assert [found.get("classwise_error", "anna", theme=t).value for t in THEMES] == pytest.approx([0.5, 0.5, 0])
    assert found.get("classwise_error", "anna").value == pytest.approx(1 / 3)


# what is said and written


def test_the_reader_is_told_what_the_numbers_leave_out(codebook: Codebook) -> None:
    model = {f"p{i:02d}": ("stars",) for i in range(40)}
    anna = coding_of("anna", {**dict(list(model.items())[:20]), "q1": ()})
    ben = Coding("ben", {key: frozenset({"stars", "boats"}) for key in model}, {"p01": "stars"}, uncoded=7)
    notes = "\n".join(measure_agreement([anna, ben], run_of(model), codebook).notes)
    assert "anna: 1 of 21 coded paragraphs are not in this run and are omitted" in notes
    assert "anna: only 20 paragraphs are coded; intervals are wide" in notes
    assert "ben: 7 paragraphs of the sheet are not coded yet" in notes
    assert "ben: 39 paragraphs have no primary theme; only their marks count" in notes
    assert "ben: only" not in notes


def test_a_primary_that_is_unknown_counts_for_the_marks_alone(codebook: Codebook) -> None:
    model = {f"p{i:02d}": THEMES[i % 2 : i % 2 + 1] for i in range(40)}
    ben = Coding("ben", {key: frozenset(said) for key, said in model.items()}, {"p00": "bread", "p01": "stars"})
    found = measure_agreement([ben], run_of(model), codebook)
    assert found.get("agreement", "ben").n == 2
    assert found.get("recall", "ben", theme="bread") == weighted_share(np.ones(20, dtype=bool), np.ones(20))


@pytest.mark.parametrize(
    ("codings", "said"),
    [
        ([], "got no coded sheet; expected at least one"),
        ([coding_of("a", {"p1": ()}), coding_of("a", {"p1": ()})], "sheet named 'a', which does not identify one coder"),
        ([coding_of("model", {"p1": ()})], "sheet named 'model'"),
        ([coding_of("a", {"p1": ()}), coding_of("b", {"q": ()})], r"none of the 1 coded paragraphs of b is in this run"),
    ],
)
def test_codings_that_cannot_be_compared_are_refused(codebook: Codebook, codings: list[Coding], said: str) -> None:
    with pytest.raises(InputError, match=said):
        measure_agreement(codings, run_of({"p1": ("bread",), "p2": ()}), codebook)


def test_text_tables_say_what_the_table_holds(codebook: Codebook) -> None:
    codings, themes = random_codings(2, 2, 60)
    found = measure_agreement(codings, themes, codebook)
    assert list(found.table.columns) == ["measure", "theme", "a", "b", "value", "low", "high", "n"]
    pairs = found.table.query("measure == 'agreement' and theme == ''")
    assert pairs[["a", "b"]].to_numpy().tolist() == [
        ["coder-0", "coder-1"], ["coder-0", "model"], ["coder-1", "model"],
    ]  # fmt: skip
    bounded = found.table[found.table["low"].notna()]
    assert (bounded["low"] <= bounded["value"] + 1e-9).all()
    assert (bounded["value"] <= bounded["high"] + 1e-9).all()
    titles = [table.title for table in found.text_tables]
    assert titles[3:5] == ["Model compared with coder-0, per theme", "Model compared with coder-1, per theme"]
    assert all(len(row) == len(table.columns) for table in found.text_tables for row in table.rows)
    html = found._repr_html_()
    assert titles[6:] == ["Reliability of scores, coder-0", "Reliability of scores, coder-1"]
    assert html.count("<table>") == len(titles) == 8
    assert "coder-0 – model" in html


def test_three_coders_have_one_table_of_their_majority(codebook: Codebook) -> None:
    found = measure_agreement(*random_codings(2, 3, 60), codebook)
    assert [table.title for table in found.text_tables][3:-2] == ["Model compared with the majority of coders, per theme"]


def test_a_single_coder_has_a_table_with_the_model_alone(codebook: Codebook) -> None:
    codings, themes = random_codings(3, 1, 60)
    found = measure_agreement(codings, themes, codebook)
    assert set(found.table.loc[found.table["measure"].str.startswith("alpha"), "b"]) == {"model"}
    assert [table.title for table in found.text_tables][2] == "Model compared with coder-0, per theme"


def test_names_are_escaped(codebook: Codebook, tmp_path: Path) -> None:
    said = {f"p{i}": THEMES[i % 3 : i % 3 + 1] for i in range(9)}
    found = measure_agreement([coding_of("=<b>1+1", said)], run_of(said), codebook)
    assert "<b>1" not in found._repr_html_().replace("<p><b>", "")
    write_agreement(found, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert ",=" not in text
    assert ",'=<b>1+1,model," in text


def test_the_table_is_written_over_its_like_and_over_nothing_else(codebook: Codebook, tmp_path: Path) -> None:
    codings, themes = random_codings(5, 2, 40)
    found = measure_agreement(codings, themes, codebook)
    path = tmp_path / "agree.csv"
    for _ in range(2):
        write_agreement(found, path)
    again = pd.read_csv(path, keep_default_na=False, na_values={"value": [""], "low": [""], "high": [""]})
    pd.testing.assert_frame_equal(again, found.table.round(4), check_dtype=False)
    path.write_text("number,text,primary\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not a table written by `topics agree`"):
        write_agreement(found, path)
    with pytest.raises(InputError, match=r"expected \.csv"):
        write_agreement(found, tmp_path / "agree.xlsx")
