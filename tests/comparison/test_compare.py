"""Comparisons by columns: the right effects, p, q and curves, what is left out, and what is refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy.stats import false_discovery_control

from topics.comparison import Comparison, compare_shares
from topics.errors import InputError

LABELS = {"energy": "Energy", "trade": "Trade", "unassigned": "Unassigned"}


def corpus(n: int = 60, seed: int = 0) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:
    """Energy is rarer in the east; trade grows with the years."""
    rng = np.random.default_rng(seed)
    region, year = rng.choice(["east", "west"], n), rng.integers(1960, 2020, n)
    party = rng.choice(["blue", "green", "red"], n)
    energy = np.clip(0.1 + 0.3 * (region == "west") + rng.normal(0, 0.05, n), 0, 1)
    trade = np.clip(0.005 * (year - 1960) + rng.normal(0, 0.05, n), 0, 1 - energy)
    articles = pd.DataFrame(
        {"region": region, "date": year.astype(str), "party": party, "age": rng.integers(20, 80, n).astype(str),
         "n_paragraphs": 3}
    )  # fmt: skip
    return np.column_stack([energy, trade, 1 - energy - trade]), rng.lognormal(6, 0.7, n), articles


def compared(by: str | list[str], n: int = 60, **options: object) -> Comparison:
    outcomes, words, articles = corpus(n)
    return compare_shares(outcomes, words, articles, LABELS, by, **({"permutations": 199} | options))


def row(found: Comparison, contrast: str, theme: str) -> pd.Series:
    table = found.table
    (one,) = table[(table["contrast"] == contrast) & (table["theme"] == theme)].to_dict("records")
    return pd.Series(one)


def test_two_groups_differ_by_the_difference_of_their_shares_of_words() -> None:
    outcomes, words, articles = corpus()
    found = compared("region")
    west = (articles["region"] == "west").to_numpy()
    shares = [words[side] @ outcomes[side, 0] / words[side].sum() for side in (west, ~west)]
    one = row(found, "west − east", "energy")
    assert one[["share_first", "share_second"]].tolist() == pytest.approx(shares)
    assert one["effect"] == pytest.approx(shares[0] - shares[1])
    assert one["low"] < one["effect"] < one["high"]
    assert one["p"] == 1 / 200
    assert (one["n_articles"], one["n_coded"], one["basis"]) == (60, 0, "uncorrected")
    assert found.table["theme"].tolist() == list(LABELS)
    assert "west − east: Energy 2" in found.findings


def test_of_three_groups_each_is_compared_with_the_others_or_with_the_reference() -> None:
    outcomes, words, articles = corpus()
    found = compared("party")
    assert found.table["contrast"].unique().tolist() == ["blue − others", "green − others", "red − others"]
    blue = (articles["party"] == "blue").to_numpy()
    expected = words[blue] @ outcomes[blue, 0] / words[blue].sum() - words[~blue] @ outcomes[~blue, 0] / words[~blue].sum()
    assert row(found, "blue − others", "energy")["effect"] == pytest.approx(expected)
    found = compared("party", reference="red")
    assert found.table["contrast"].unique().tolist() == ["blue − red", "green − red"]
    model = smf.wls("y ~ C(party, Treatment('red'))", articles.assign(y=outcomes[:, 0]), weights=words)
    assert row(found, "green − red", "energy")["effect"] == pytest.approx(model.fit().params.iloc[2])


def test_controls_are_those_of_statsmodels_and_change_the_effect() -> None:
    outcomes, words, articles = corpus()
    frame = articles.assign(y=outcomes[:, 1], year=articles["date"].astype(float), age=articles["age"].astype(float))
    expected = smf.wls("y ~ C(region) + C(party) + age", frame, weights=words).fit(cov_type="HC3", use_t=True)
    found = compared("region", control=["party", "age"])
    one = row(found, "west − east", "trade")
    assert one["effect"] == pytest.approx(expected.params["C(region)[T.west]"])
    average = frame["age"] @ words / words.sum()
    parties = [words[frame["party"] == name].sum() / words.sum() for name in ("green", "red")]
    constant = expected.params["Intercept"] + expected.params["age"] * average
    constant += expected.params[["C(party)[T.green]", "C(party)[T.red]"]].to_numpy() @ parties
    assert one["share_second"] == pytest.approx(constant)
    assert "with party and age held constant" in found.sentences[0]


def test_a_date_is_a_trend_with_a_slope_and_a_curve() -> None:
    found = compared("date")
    one = row(found, "per decade", "trade")
    assert one["effect"] == pytest.approx(0.05, abs=0.01)
    assert one["share_first"] > 0.2 > 0.05 > one["share_second"]
    trade = found.curves[found.curves["theme"] == "trade"]
    truth = 0.005 * (trade["x"] - 1960.5)
    assert (trade["share"] - truth).abs().max() < 0.06
    assert ((trade["low"] <= trade["share"]) & (trade["share"] <= trade["high"])).all()
    assert trade["group"].unique().tolist() == [""]
    assert found.curves["theme"].unique().tolist() == list(LABELS)


def test_a_bend_is_seen_in_the_curve_and_not_in_the_slope() -> None:
    rng = np.random.default_rng(0)
    x = np.repeat(np.arange(30), 4)
    share = 0.5 - 0.4 * np.abs(x - 14.5) / 14.5 + rng.normal(0, 0.02, len(x))
    articles = pd.DataFrame({"x": x.astype(str), "n_paragraphs": 1})
    found = compare_shares(share[:, None], np.ones(len(x)), articles, {"energy": "Energy"}, "x", permutations=199)
    assert abs(found.table["effect"].iloc[0]) < 0.01
    assert found.table["contrast"].iloc[0] == "per 10"
    middle, end = found.curves["share"].iloc[20], found.curves["share"].iloc[0]
    assert middle - end > 0.3


def test_effects_of_one_column_by_another() -> None:
    outcomes, words, articles = corpus(200)
    found = compared("region*age", n=200)
    frame = articles.assign(y=outcomes[:, 0], age=articles["age"].astype(float))
    expected = smf.wls("y ~ C(region) * age", frame, weights=words).fit(cov_type="HC3", use_t=True)
    low, middle, high = np.quantile(frame["age"], [0.1, 0.5, 0.9], method="nearest")
    contrasts = [f"west − east at age = {value:.0f}" for value in (low, middle, high)]
    assert found.table["contrast"].unique().tolist() == [*contrasts, "(west − east): per 10"]
    at = expected.t_test([0, 1, 0, high])
    one = row(found, contrasts[2], "energy")
    assert one["effect"] == pytest.approx(at.effect[0])
    slope = row(found, "(west − east): per 10", "energy")
    assert slope["effect"] == pytest.approx(10 * expected.params["C(region)[T.west]:age"])
    assert np.isnan(slope["share_first"])
    curve = found.curves[(found.curves["theme"] == "energy") & (found.curves["group"] == "region = west")]
    predicted = expected.predict(pd.DataFrame({"region": "west", "age": curve["x"].to_numpy()}))
    assert curve["share"].to_numpy() == pytest.approx(predicted.to_numpy())


def test_two_crossed_categories_have_differences_of_differences() -> None:
    outcomes, words, articles = corpus(200)
    found = compared("region*party", n=200)
    assert found.table["contrast"].unique().tolist() == [
        "west − east at party = blue", "west − east at party = green", "west − east at party = red",
        "(west − east): green − blue", "(west − east): red − blue",
    ]  # fmt: skip
    blue, green = (row(found, f"west − east at party = {name}", "energy")["effect"] for name in ("blue", "green"))
    assert row(found, "(west − east): green − blue", "energy")["effect"] == pytest.approx(green - blue)
    inside = (articles["party"] == "blue").to_numpy()
    west = (articles["region"] == "west").to_numpy()
    shares = [words[inside & side] @ outcomes[inside & side, 0] / words[inside & side].sum() for side in (west, ~west)]
    assert blue == pytest.approx(shares[0] - shares[1])
    assert found.curves.empty


def test_false_discoveries_are_controlled_over_the_themes_of_the_codebook() -> None:
    found = compared("region").table.set_index("theme")
    expected = false_discovery_control(found.loc[["energy", "trade"], "p"])
    assert found.loc[["energy", "trade"], "q"].tolist() == pytest.approx(expected.tolist())
    assert np.isnan(found.loc["unassigned", "q"])
    assert 0 < found.loc["unassigned", "p"] <= 1


def test_articles_without_a_value_and_values_of_one_article_are_left_out_and_counted() -> None:
    outcomes, words, articles = corpus()
    articles.loc[:4, "region"] = ""
    articles.loc[5, "region"] = "north"
    words[6] = 0  # nothing is left of this article
    found = compare_shares(outcomes, words, articles, LABELS, "region", permutations=99)
    assert found.notes == (
        "region: 5 articles of 59 without a usable value of 'region' left out",
        "region: 1 value of 'region' with a single article left out (north)",
    )
    assert found.table["n_articles"].unique().tolist() == [53]
    rest = compare_shares(outcomes[7:], words[7:], articles[7:], LABELS, "region", permutations=99)
    pd.testing.assert_frame_equal(found.table, rest.table)


def test_a_theme_that_never_occurs_has_no_interval_and_is_outside_the_family() -> None:
    outcomes, words, articles = corpus()
    outcomes[:, 2] += outcomes[:, 1]
    outcomes[:, 1] = 0
    found = compare_shares(outcomes, words, articles, LABELS, "region", permutations=99)
    one = row(found, "west − east", "trade")
    assert one["effect"] == pytest.approx(0)
    assert one[["low", "high", "p", "q", "detectable"]].isna().all()
    assert row(found, "west − east", "energy")["q"] == row(found, "west − east", "energy")["p"]
    assert "nothing can be compared: Trade" in found.notes[0]
    assert "–" in found.text_tables[0].rows[1]


def test_rare_themes_are_marked() -> None:
    outcomes, words, articles = corpus()
    outcomes[9:, 0] = 0
    found = compare_shares(outcomes, words, articles, LABELS, "region", permutations=99)
    assert found.notes[0].endswith("occur in fewer than 10 articles; p is not affected: Energy")


def test_kinds_can_be_overridden() -> None:
    assert compared("date", kinds={"date": "number"}).table["contrast"].iloc[0] == "per 10"
    articles = pd.DataFrame({"wave": ["1", "2", "3", "4"] * 5, "n_paragraphs": 1})
    share, words = np.linspace(0, 1, 20)[:, None], np.ones(20)
    own = compare_shares(share, words, articles, {"energy": "Energy"}, "wave", permutations=99)
    assert own.table["contrast"].tolist() == ["1 − others", "2 − others", "3 − others", "4 − others"]
    trend = compare_shares(share, words, articles, {"energy": "Energy"}, "wave", kinds={"wave": "number"}, permutations=99)
    assert trend.table["contrast"].tolist() == ["per unit"]


def test_what_was_handed_in_stays_as_it_was() -> None:
    outcomes, words, articles = corpus()
    before = outcomes.copy(), words.copy(), articles.copy()
    compare_shares(outcomes, words, articles, LABELS, ["region", "date"], control="age", permutations=99)
    assert (outcomes == before[0]).all()
    assert (words == before[1]).all()
    pd.testing.assert_frame_equal(articles, before[2])


def test_the_order_of_comparisons_and_other_columns_change_nothing() -> None:
    one = compared(["region", "party"]).table
    two = compared(["party", "region"]).table
    pd.testing.assert_frame_equal(
        one[one["by"] == "party"].reset_index(drop=True), two[two["by"] == "party"].reset_index(drop=True)
    )


def test_coded_paragraphs_make_it_a_corrected_comparison() -> None:
    found = compared("region", coded=np.full(60, 2))
    assert found.table["basis"].unique().tolist() == ["corrected"]
    assert found.table["n_coded"].unique().tolist() == [120]
    assert found.sentences[1] == "Corrected by 120 coded paragraphs."


@pytest.mark.parametrize(
    ("by", "options", "parts"),
    [
        ("regoin", {}, ["by: no column 'regoin'", "expected one of", "did you mean 'region'?"]),
        ("region", {"control": "aeg"}, ["control: no column 'aeg'", "did you mean 'age'?"]),
        ("region", {"control": "region"}, ["'region' is compared as well"]),
        ("region", {"control": "same"}, ["'same' has 1 value", "expected two or more"]),
        ("region", {"control": "copy"}, ["control 'copy' follows from the other columns", "leave one out"]),
        ("same", {}, ["'same' has 1 value", "choose another column"]),
        ("id", {"kinds": {"id": "category"}}, ["'id' has another value in each of 60 articles", "at least 2"]),
        ("region", {"control": "id", "kinds": {"id": "category"}}, ["'id' has another value in each"]),
        ("region", {"control": "huge"}, ["'huge' has the value '1e+308'", "up to 1e+100"]),
        ("many", {}, ["'many' has 24 groups in 60 articles", "at most 20", "--as many=number"]),
        ("region*party*age", {}, ["got 'region*party*age'", "two different ones"]),
        ("region*region", {}, ["two different ones"]),
        ("region*copy", {}, ["combinations of values have no article"]),
        ("region", {"kinds": {"region": "number"}}, ["has the value '", "expected numbers", "--as region=category"]),
        ("region", {"kinds": {"region": "date"}}, ["expected dates such as 1950s"]),
        ("region", {"kinds": {"region": "text"}}, ["got region=text", "category, number, date"]),
        ("region", {"kinds": {"party": "category"}}, ["got 'party', which is not compared"]),
        ("region", {"reference": "north"}, ["got 'north'", "east, west"]),
        ([], {}, ["got no column"]),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_refused(by: str, options: dict[str, object], parts: list[str]) -> None:
    outcomes, words, articles = corpus()
    articles = articles.assign(
        same="x",
        copy=articles["region"] + "!",
        id=range(60),
        huge=[1e308, *range(59)],
        many=["v" + str(i % 24) for i in range(60)],
    )
    with pytest.raises(InputError) as caught:
        compare_shares(outcomes, words, articles, LABELS, by, **options)
    assert "\n" not in str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_too_few_articles_are_refused() -> None:
    outcomes, words, _ = corpus()
    articles = pd.DataFrame({"region": ["a", "a", "b", "b"], "age": ["1", "2", "3", "5"], "n_paragraphs": 1})
    four = compare_shares(outcomes[:4], words[:4], articles, LABELS, "region")
    assert four.table["p"].min() >= 2 / 6 - 1e-9  # of six ways to choose two, one and its mirror
    with pytest.raises(InputError, match="got 4 articles for 3 coefficients; expected at least 5"):
        compare_shares(outcomes[:4], words[:4], articles, LABELS, "region", control="age", kinds={"age": "number"})
    with pytest.raises(InputError, match="has 1 value with at least 2 articles"):
        compare_shares(outcomes[:3], words[:3], articles[:3], LABELS, "region")
    with pytest.raises(InputError, match="got 3 articles with values; expected at least 4"):
        compare_shares(outcomes[:3], words[:3], articles[:3], LABELS, "age", kinds={"age": "number"})


def test_it_shows_itself_escaped() -> None:
    outcomes, words, articles = corpus()
    articles["region"] = articles["region"].replace({"east": "<east>"})
    page = compare_shares(outcomes, words, articles, LABELS, "region", permutations=99)._repr_html_()
    assert "&lt;east&gt;" in page
    assert "<east>" not in page
    assert "errs alike on both sides" in page
