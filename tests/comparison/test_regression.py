"""Effects, robust errors and degrees of freedom beside statsmodels and by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st

from topics.comparison.regression import LEAST_DF, Regression

SECOND = np.array([0, 1])


def data(n: int = 40, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    party = rng.choice(["blue", "green", "red"], n)
    share = np.clip(rng.beta(1, 4, n) + 0.2 * (party == "green"), 0, 1)
    return pd.DataFrame({"share": share, "party": party, "age": rng.normal(50, 10, n), "words": rng.lognormal(6, 0.8, n)})


def test_effects_and_errors_are_those_of_statsmodels_formulas() -> None:
    frame = data()
    model = smf.wls("share ~ C(party) + age", frame, weights=frame["words"])
    expected = model.fit(cov_type="HC3", use_t=True)
    fit = Regression(frame[["share"]].to_numpy(), frame["words"].to_numpy(), model.exog)
    for i, name in enumerate(model.exog_names):
        found = fit.effects(np.eye(4)[i])
        assert found.effect[0] == pytest.approx(expected.params[name])
        assert found.error[0] == pytest.approx(expected.bse[name])
    green_minus_red = np.array([0, 1, -1, 0])
    other = expected.t_test(green_minus_red)
    assert fit.effects(green_minus_red).effect[0] == pytest.approx(other.effect[0])
    assert fit.effects(green_minus_red).error[0] == pytest.approx(np.squeeze(other.sd))


def test_with_equal_weights_the_estimate_is_that_of_plain_least_squares() -> None:
    """What estimateEffect of the R package stm regresses for one draw: shares on columns, each document alike."""
    frame = data()
    expected = smf.ols("share ~ C(party) + age", frame)
    fit = Regression(frame[["share"]].to_numpy(), np.full(40, 300.0), expected.exog)
    found = [fit.effects(row).effect[0] for row in np.eye(4)]
    assert found == pytest.approx(expected.fit().params.tolist())


def test_degrees_of_freedom_are_satterthwaites() -> None:
    """Trace and norm of the whole quadratic form, articles × articles."""
    frame = data(25)
    design = np.column_stack([np.ones(25), frame["party"] == "red", frame["age"]])
    fit = Regression(frame[["share"]].to_numpy(), frame["words"].to_numpy(), design)
    roots = np.sqrt(frame["words"].to_numpy())
    basis = np.linalg.qr(design * roots[:, None])[0]
    maker = np.eye(25) - basis @ basis.T
    row = np.array([0, 1, 0]) @ np.linalg.pinv(design * roots[:, None])
    form = np.diag(row**2 / (1 - (basis**2).sum(axis=1)) ** 2) @ maker @ np.diag(roots**2) @ maker
    expected = np.trace(form) ** 2 / np.trace(form @ form)
    assert fit.degrees_of_freedom(np.array([0, 1, 0])) == pytest.approx(expected)


def test_of_two_equal_groups_with_equal_weights_they_are_nearly_all() -> None:
    """Bell and McCaffrey: n − 2 where groups and weights are equal."""
    design = np.column_stack([np.ones(20), np.repeat([0, 1], 10)])
    fit = Regression(np.random.default_rng(0).uniform(size=(20, 1)), np.ones(20), design)
    assert fit.degrees_of_freedom(SECOND) == pytest.approx(18)


@given(st.integers(0, 10_000), st.integers(6, 30))
def test_scale_of_the_weights_and_order_of_articles_do_not_matter(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), np.arange(n) % 2])
    outcomes, words, order = rng.uniform(size=(n, 2)), rng.lognormal(6, 1, n), rng.permutation(n)
    one = Regression(outcomes, words, design).effects(SECOND)
    two = Regression(outcomes[order], 7 * words[order], design[order]).effects(SECOND)
    assert two.effect == pytest.approx(one.effect, abs=1e-9)
    assert two.error == pytest.approx(one.error, rel=1e-6)
    assert two.df == pytest.approx(one.df, rel=1e-6)
    assert (one.df >= LEAST_DF).all()
    assert (one.df <= n - 2 + 1e-6).all()


def test_the_detectable_effect_is_found_in_four_samples_of_five() -> None:
    """Planted at its size, the effect is significant with a probability of .8."""
    rng = np.random.default_rng(3)
    design = np.column_stack([np.ones(60), np.repeat([0, 1], 30)])
    noise = rng.normal(0, 0.1, (60, 2000))
    size = Regression(noise, np.ones(60), design).effects(SECOND).detectable(0.95).mean()
    low, _ = Regression(noise + size * design[:, 1:], np.ones(60), design).effects(SECOND).interval(0.95)
    assert (low > 0).mean() == pytest.approx(0.8, abs=0.03)
