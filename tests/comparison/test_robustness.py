"""Verdicts of planted findings, and the numbers they rest on beside regressions of the articles that are left."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from topics.comparison.compare import compare_shares
from topics.comparison.export import write_robustness
from topics.comparison.robustness import (
    ARTICLE,
    DEPENDS,
    FALLS,
    KEYWORD,
    NO_FINDING,
    RUN,
    SCORES,
    SEED,
    SETTING,
    STANDS,
    THRESHOLD,
    VARIANT_COLUMNS,
    WEIGHTS,
    Robustness,
    Variant,
    check_robustness,
    verdict_of,
)
from topics.errors import InputError

LABELS = {"energy": "Energy", "border": "Border", "unassigned": "unassigned"}
N = 24


def articles(n: int = N) -> pd.DataFrame:
    ids = [f"article-{i:02d}" for i in range(n)]
    years = [str(2000 + 3 * (i % 8)) for i in range(n)]
    return pd.DataFrame({"article_id": ids, "party": ["Blue", "Green"] * (n // 2), "date": years, "n_paragraphs": 3})


def shares(energy: np.ndarray, border: np.ndarray | None = None) -> np.ndarray:
    border = noise(9, 0.2) if border is None else border
    return np.column_stack([energy, border, 1 - energy - border])


def noise(seed: int, mean: float, n: int = N) -> np.ndarray:
    return mean + 0.04 * np.random.default_rng(seed).standard_normal(n)


def planted(gap: float, seed: int = 1) -> np.ndarray:
    """Shares of energy that are higher by ``gap`` for Green."""
    return noise(seed, 0.3) + np.where(articles()["party"] == "Green", gap, 0)


def weights() -> np.ndarray:
    return np.random.default_rng(5).integers(100, 900, N).astype(float)


def checked(run: np.ndarray, *variants: Variant, by: str | list[str] = "party", **options: Any) -> Robustness:
    table = articles()
    compared = compare_shares(run, weights(), table, LABELS, by, permutations=999, **options)
    return check_robustness(compared, Variant(RUN, "", run, weights()), variants, table["article_id"].tolist())


def verdict(found: Robustness, theme: str = "energy") -> str:
    return found.findings.set_index("theme").loc[theme, "verdict"]


def alike(*others: Variant) -> list[Variant]:
    """Choices under which the planted difference is found, and further variants."""
    kinds = ((THRESHOLD, "0.30"), (THRESHOLD, "0.40"), (SCORES, "scores"), (SETTING, "neighbours 0"))
    own = [Variant(kind, name, shares(planted(0.2, seed=10 + i)), weights()) for i, (kind, name) in enumerate(kinds)]
    return [*own, Variant(WEIGHTS, "articles alike", shares(planted(0.2)), np.ones(N)), *others]


def test_a_planted_difference_stands() -> None:
    keyword = Variant(KEYWORD, "gas", shares(planted(0.18)), weights(), "energy")
    found = checked(shares(planted(0.2)), *alike(keyword))
    assert verdict(found) == STANDS
    row = found.findings.set_index("theme").loc["energy"]
    assert (row["n_variants"], row["n_same_sign"], row["n_excludes_0"]) == (6, 6, 6)
    assert row["lowest"] <= row["effect"] <= row["highest"]


def test_no_difference_is_no_finding() -> None:
    found = checked(shares(noise(1, 0.3)), *alike())
    assert verdict(found) == NO_FINDING


def test_a_finding_of_one_keyword_names_it() -> None:
    keywords = [
        Variant(KEYWORD, "gas", shares(planted(0.2, 3)), weights(), "energy"),
        Variant(KEYWORD, "oil", shares(planted(0.0, 3)), weights(), "energy"),
    ]
    assert verdict(checked(shares(planted(0.2)), *alike(*keywords))) == f"{DEPENDS} keyword 'oil'"


def test_a_finding_of_one_keyword_is_so_even_if_the_interval_excludes_0() -> None:
    keyword = Variant(KEYWORD, "oil", shares(planted(0.08, 3)), weights(), "border")
    found = checked(shares(planted(0.2)), *alike(keyword))
    left = found.variants.query("theme == 'energy' and kind == 'keyword'").iloc[0]
    assert 0 < left["low"] < left["effect"] < 0.1
    assert verdict(found) == f"{DEPENDS} keyword 'oil' of border"


@pytest.mark.parametrize(("gap", "expected"), [(0.02, f"{DEPENDS} article article-07"), (0.04, STANDS)])
def test_a_finding_that_one_article_carries_names_it(gap: float, expected: str) -> None:
    # both parties spread alike around their mean; one article of Green lies far above
    energy = np.tile([0.32, 0.28, 0.28, 0.32], 6) + np.where(articles()["party"] == "Green", gap, 0)
    energy[7] += 0.05
    outcomes, words, table = shares(energy), np.full(N, 300.0), articles()
    compared = compare_shares(outcomes, words, table, LABELS, "party", permutations=999)
    found = check_robustness(compared, Variant(RUN, "", outcomes, words), [], table["article_id"].tolist())
    row = found.findings.set_index("theme").loc["energy"]
    assert (row["article"], row["verdict"]) == ("article-07", expected)
    assert row["without_article"] == pytest.approx(np.delete(energy[1::2], 3).mean() - energy[::2].mean())


def test_a_finding_whose_own_interval_includes_0_does_not_stand() -> None:
    rows = pd.DataFrame([["p", "c", "energy", RUN, "as run", "", 0.1, -0.01, 0.21, 0.04]], columns=list(VARIANT_COLUMNS))
    assert verdict_of(rows, "energy") == f"{FALLS} (the interval of the run includes 0)"


@pytest.mark.parametrize("others", [[(THRESHOLD, "0.50", -0.1)], [(kind, kind, 0.0) for kind in (SCORES, SETTING, WEIGHTS)]])
def test_a_finding_that_other_choices_do_not_have_does_not_stand(others: list[tuple[str, str, float]]) -> None:
    variants = [Variant(kind, name, shares(planted(gap, 3)), weights()) for kind, name, gap in others]
    one = Variant(THRESHOLD, "0.30", shares(planted(0.2, 4)), weights())
    assert verdict(checked(shares(planted(0.2)), one, *variants)).startswith(FALLS)


def test_one_choice_of_many_with_0_in_its_interval_is_named() -> None:
    odd = Variant(THRESHOLD, "0.50", shares(planted(0.02, 3)), weights())
    assert verdict(checked(shares(planted(0.2)), *alike(odd))) == f"{DEPENDS} threshold 0.50"


def test_the_seed_of_a_borderline_p_is_named() -> None:
    rows = pd.DataFrame(
        [["p", "c", "energy", RUN, "as run", "", 0.1, 0.01, 0.19, 0.049],
         ["p", "c", "energy", SEED, "43", "", 0.1, 0.01, 0.19, 0.051]],
        columns=list(VARIANT_COLUMNS),
    )  # fmt: skip
    assert verdict_of(rows, "energy") == f"{DEPENDS} the seed of the permutation"
    assert verdict_of(rows.assign(q=0.02), "energy") == STANDS


def test_the_run_is_as_the_comparison_says() -> None:
    run, table = shares(planted(0.2)), articles()
    compared = compare_shares(run, weights(), table, LABELS, ["party", "date"], permutations=99)
    found = check_robustness(compared, Variant(RUN, "", run, weights()), [], table["article_id"].tolist())
    columns = ["by", "contrast", "theme", "effect", "low", "high", "q"]
    pd.testing.assert_frame_equal(found.findings[columns], compared.table[columns])


@pytest.mark.parametrize(("by", "control"), [("party", ()), ("party", "date"), ("date", ()), ("party*date", ())])
def test_without_each_article_equals_regressions_of_the_others(by: str, control: str | tuple[()]) -> None:
    run = shares(planted(0.1))
    found = checked(run, by=by, control=control)
    for question in found.comparison.questions:
        effects = np.array(
            [
                np.linalg.lstsq(question.design[kept] * roots[kept, None], run[kept] * roots[kept, None])[0].T
                @ question.combination
                for roots in [np.sqrt(weights())]
                for kept in np.arange(N) != np.arange(N)[:, None]
            ]
        )
        rows = found.findings[found.findings["contrast"] == question.label]
        np.testing.assert_allclose(rows["lowest_without_article"], effects.min(axis=0), atol=1e-9)
        np.testing.assert_allclose(rows["highest_without_article"], effects.max(axis=0), atol=1e-9)
        most = np.abs(effects - rows["effect"].to_numpy()).argmax(axis=0)
        assert rows["article"].tolist() == [f"article-{i:02d}" for i in most]


def test_the_interval_without_an_article_is_that_of_the_others() -> None:
    run, table = shares(planted(0.1)), articles()
    row = checked(run).variants.query(f"theme == 'energy' and kind == '{ARTICLE}'").iloc[0]
    kept = (table["article_id"] != row["variant"]).to_numpy()
    other = compare_shares(run[kept], weights()[kept], table[kept], LABELS, "party", permutations=1).of("energy").iloc[0]
    assert row[["effect", "low", "high"]].tolist() == pytest.approx(other[["effect", "low", "high"]].tolist())
    assert row["effect"] == pytest.approx(checked(run).findings.set_index("theme").loc["energy", "lowest_without_article"])


def test_a_theme_that_a_variant_never_finds_does_not_exclude_0() -> None:
    nothing = Variant(THRESHOLD, "0.90", shares(np.zeros(N)), weights())
    row = checked(shares(planted(0.2)), *alike(nothing)).findings.set_index("theme").loc["energy"]
    assert (row["n_same_sign"], row["n_excludes_0"]) == (5, 5)
    assert row["verdict"].startswith(FALLS)


def test_names_are_escaped_in_html() -> None:
    keyword = Variant(KEYWORD, "<b>", shares(planted(0.0, 3)), weights(), "energy")
    page = checked(shares(planted(0.2)), *alike(keyword))._repr_html_()
    assert "&lt;b&gt;" in page
    assert "'<b>'" not in page


def test_tables_are_written_and_those_of_an_older_comparison_removed(tmp_path: Path) -> None:
    found = checked(shares(planted(0.2)), *alike(Variant(KEYWORD, "=gas", shares(planted(0.1)), weights(), "energy")))
    paths = write_robustness(found, tmp_path)
    assert [path.name for path in paths] == ["robustness.csv", "variants.csv"]
    findings, variants = (pd.read_csv(path, keep_default_na=False) for path in paths)
    assert findings["verdict"].tolist() == found.findings["verdict"].tolist()
    np.testing.assert_allclose(findings["effect"], found.findings["effect"], atol=1e-5)
    assert len(variants) == len(found.variants)
    assert "'=gas" in set(variants["variant"])  # no formula for a spreadsheet
    write_robustness(None, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_file_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "variants.csv").write_text("mine\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"variants\.csv is not a table written by `topics compare`"):
        write_robustness(checked(shares(planted(0.2))), tmp_path)
    assert (tmp_path / "variants.csv").read_text(encoding="utf-8") == "mine\n1\n"
