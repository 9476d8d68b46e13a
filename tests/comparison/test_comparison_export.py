"""What is written of a comparison, and what is not overwritten."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topics.comparison import Comparison, check_tables, compare_shares, write_tables
from topics.errors import InputError

LABELS = {"energy": "Energy & oil", "trade": "Trade", "unassigned": "Unassigned"}


def comparison(by: str = "party", values: tuple[str, str] = ("=A", "B_1")) -> Comparison:
    rng = np.random.default_rng(0)
    outcomes = rng.dirichlet(np.ones(3), 40)
    outcomes[:20, 0] += 0.4
    party = np.repeat(values, 20)
    articles = pd.DataFrame({"party": party, "date": [str(1980 + i) for i in range(40)], "n_paragraphs": 1})
    return compare_shares(outcomes, np.full(40, 100.0), articles, LABELS, by, permutations=199)


def test_tables_can_be_read_again(tmp_path: Path) -> None:
    found = comparison("date")
    written = write_tables(found, tmp_path / "out")
    assert [path.name for path in written] == [
        "comparison.csv", "curves.csv", "comparison.tex", "numbers.tex", "numbers.json",
    ]  # fmt: skip
    table = pd.read_csv(tmp_path / "out" / "comparison.csv")
    pd.testing.assert_frame_equal(table, found.table.round(5), check_dtype=False, rtol=1e-9)
    curves = pd.read_csv(tmp_path / "out" / "curves.csv", keep_default_na=False)
    assert len(curves) == 3 * 41
    assert curves["share"].to_numpy() == pytest.approx(found.curves["share"].to_numpy(), abs=1e-5)


def test_the_same_comparison_gives_the_same_bytes_and_replaces_an_older_one(tmp_path: Path) -> None:
    write_tables(comparison("date"), tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_tables(comparison("date"), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    write_tables(comparison(), tmp_path)
    assert not (tmp_path / "curves.csv").exists(), "that of the older comparison"


def test_latex_and_numbers_say_what_the_table_says(tmp_path: Path) -> None:
    found = comparison()
    write_tables(found, tmp_path)
    row = found.table.iloc[0]
    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))["numbers"]
    assert row["contrast"] == "B_1 − =A"
    assert numbers["comparison/party/b_1-a/energy"]["value"] == pytest.approx(row["effect"])
    assert numbers["comparison/party/b_1-a/energy/q"]["value"] == pytest.approx(row["q"])
    assert "comparison/party/b_1-a/unassigned/q" not in numbers
    macros = (tmp_path / "numbers.tex").read_text(encoding="utf-8")
    assert rf"{{{row['effect']:.4f}".rstrip("0") in macros
    latex = (tmp_path / "comparison.tex").read_text(encoding="utf-8")
    assert r"B\_1 $-$ =A & Energy \& oil & " in latex
    assert r"\label{tab:comparison}" in latex
    assert r"\toprule" in latex


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    write_tables(comparison(values=("a", "=1+1")), tmp_path)
    text = (tmp_path / "comparison.csv").read_text(encoding="utf-8")
    assert ",'=1+1 − a," in text or ",a − =1+1," in text


@pytest.mark.parametrize("name", ["comparison.csv", "curves.csv", "comparison.tex", "numbers.json"])
def test_other_files_are_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"was not written by|is not a table written by"):
        check_tables(tmp_path)
    with pytest.raises(InputError):
        write_tables(comparison(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_keys_that_differ_in_nothing_a_key_can_hold_are_numbered(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    articles = pd.DataFrame({"x": np.repeat(["a+", "a-", "b"], 8), "n_paragraphs": 1})
    found = compare_shares(rng.uniform(size=(24, 1)), np.ones(24), articles, {"energy": "E"}, "x", permutations=99)
    write_tables(found, tmp_path)
    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))["numbers"]
    assert {"comparison/x/a-others/energy", "comparison/x/a-others/energy-2"} <= set(numbers)
    values = [numbers[f"comparison/x/a-others/energy{end}"]["value"] for end in ("", "-2")]
    assert values == pytest.approx(found.table["effect"].tolist()[:2])
