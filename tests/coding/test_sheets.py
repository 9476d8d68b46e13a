"""Coding sheets: blind, fairly drawn, no formula in them, and read back however coders saved them."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.coding import Coding, draw_sheet, load_sheet, sheets, strata, write_sheet
from topics.coding.sheets import MIN_PER_STRATUM, allocate
from topics.errors import InputError
from topics.runs import Run
from topics.tables import UNASSIGNED

HEADER = ["number", "text", "primary", "bread", "stars", "boats", "comment", "paragraph_id", "weight"]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "'=1+1", '=HYPERLINK("http://a.example","b")', "#N/A")


def tables_of(primary: list[str], texts: list[str] | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``paragraphs`` and ``themes`` of a run whose model gave these primary themes."""
    ids = [f"a-p{i:04d}" for i in range(len(primary))]
    paragraphs = pd.DataFrame({"paragraph_id": ids, "text": texts or [f"Text {i}." for i in range(len(ids))]})
    rows = [
        {"paragraph_id": key, "theme": theme, "score": 0.5, "assigned": theme == main, "primary": theme == main}
        for key, main in zip(ids, primary, strict=True)
        for theme in ("boats", "bread", "stars")
    ]
    return paragraphs, pd.DataFrame(rows)


def coded(path: Path, rows: list[list[object]], header: list[str] | None = None, **how: str) -> Path:
    """A sheet saved as CSV by a coder: rows of primary, bread, stars, boats, paragraph_id."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=how.get("delimiter", ","))
    writer.writerows([header or ["primary", "bread", "stars", "boats", "paragraph_id"], *rows])
    path.write_bytes(text.getvalue().encode(how.get("encoding", "utf-8")))
    return path


def cells_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# drawing


@given(st.lists(st.integers(1, 60), min_size=1, max_size=14), st.integers(1, 500))
def test_every_stratum_has_its_part_and_the_least_where_n_allows_it(sizes: list[int], n: int) -> None:
    taken = allocate(np.array(sizes), n)
    assert taken.sum() == min(n, sum(sizes))
    assert (taken >= 0).all()
    assert (taken <= sizes).all()
    if n >= np.minimum(sizes, MIN_PER_STRATUM).sum():
        assert (taken >= np.minimum(sizes, MIN_PER_STRATUM)).all()
    elif n >= len(sizes):
        assert taken.min() >= 1
    order = np.argsort(sizes, kind="stable")
    assert (np.diff(taken[order]) >= -1).all(), "a larger stratum never has fewer, but for a rounded one"


def test_large_strata_are_drawn_in_proportion() -> None:
    assert allocate(np.array([500, 300, 200]), 100).tolist() == [50, 30, 20]
    assert allocate(np.array([960, 20, 20]), 100).tolist() == [90, 5, 5]
    assert allocate(np.array([960, 37, 3]), 100).tolist() == [92, 5, 3]


def test_every_paragraph_of_a_stratum_is_drawn_equally_often(codebook: Codebook) -> None:
    paragraphs, themes = tables_of(["bread"] * 16 + ["stars"] * 4)
    times = pd.Series(0, index=paragraphs["paragraph_id"])
    first = pd.Series(0, index=paragraphs["paragraph_id"])
    for seed in range(300):
        ids = draw_sheet(paragraphs, themes, codebook, n=10, seed=seed)["paragraph_id"]
        times[ids] += 1
        first[ids.iloc[0]] += 1
    assert (times.iloc[16:] == 300).all()
    assert times.iloc[:16].between(300 * 6 / 16 - 34, 300 * 6 / 16 + 34).all()
    assert first.iloc[16:].sum() / 300 == pytest.approx(0.4, abs=0.1), "no stratum comes first"


def test_the_sheet_is_blind(small_run: Run) -> None:
    sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, n=20, seed=3)
    assert list(sheet.columns) == HEADER
    assert sheet["number"].tolist() == list(range(1, 21))
    assert (sheet[["primary", "bread", "stars", "boats", "comment"]] == "").all(axis=None)
    texts = small_run.paragraphs.set_index("paragraph_id")["text"]
    assert sheet["text"].tolist() == texts[sheet["paragraph_id"]].tolist()
    drawn = strata(small_run.themes)[sheet["paragraph_id"]].tolist()
    assert sum(a != b for a, b in itertools.pairwise(drawn)) > len(set(drawn)), "not in order of themes"
    assert sheet["paragraph_id"].tolist() != sorted(sheet["paragraph_id"])


def test_the_same_seed_draws_the_same_sheet_whatever_the_order_of_the_tables(codebook: Codebook) -> None:
    paragraphs, themes = tables_of(["bread", "stars", UNASSIGNED] * 30)
    one = draw_sheet(paragraphs, themes, codebook, n=40, seed=5)
    other = draw_sheet(
        paragraphs.sample(frac=1, random_state=1), themes.sample(frac=1, random_state=2), codebook, n=40, seed=5
    )
    pd.testing.assert_frame_equal(one, other)
    assert one["paragraph_id"].tolist() != draw_sheet(paragraphs, themes, codebook, n=40, seed=6)["paragraph_id"].tolist()


def test_more_than_there_is_draws_all(codebook: Codebook) -> None:
    paragraphs, themes = tables_of(["bread", UNASSIGNED, "stars"])
    assert set(draw_sheet(paragraphs, themes, codebook, n=100)["paragraph_id"]) == set(paragraphs["paragraph_id"])


def test_what_cannot_be_drawn_is_refused(codebook: Codebook) -> None:
    paragraphs, themes = tables_of(["bread"])
    with pytest.raises(InputError, match="got 0 paragraphs to draw; expected at least 1"):
        draw_sheet(paragraphs, themes, codebook, n=0)
    with pytest.raises(InputError, match="contains no text"):
        draw_sheet(paragraphs.assign(text=""), themes, codebook)
    for name in ("Text", "none", "paragraph_id"):
        book = codebooks.from_dict({"theme": [{"name": name, "keywords": ["a"]}]})
        with pytest.raises(InputError, match=f"theme name '{name}' is reserved in sheets"):
            draw_sheet(paragraphs, themes, book)


# writing


def sheet_of(texts: list[str], codebook: Codebook) -> pd.DataFrame:
    return draw_sheet(*tables_of(["bread"] * len(texts), texts), codebook, n=len(texts))


def test_a_workbook_has_drop_downs_and_the_codebook_without_keywords(codebook: Codebook, tmp_path: Path) -> None:
    book = load_workbook(write_sheet(sheet_of(["One.", "Two."], codebook), codebook, tmp_path / "s.xlsx"))
    page, guide = book.worksheets
    assert (page.title, guide.title) == ("coding", "codebook")
    assert [cell.value for cell in page[1]] == HEADER
    assert page.freeze_panes == "A2"
    assert page["B2"].alignment.wrap_text
    primary, mark = page.data_validations.dataValidation
    assert (str(primary.sqref), str(mark.sqref), mark.formula1) == ("C2:C3", "D2:F3", '"x"')
    start, end = map(int, re.fullmatch(r"codebook!\$A\$(\d+):\$A\$(\d+)", primary.formula1).groups())
    assert [guide.cell(row, 1).value for row in range(start, end + 1)] == ["bread", "stars", "boats", "none"]
    said = " ".join(str(cell) for row in guide.iter_rows(values_only=True) for cell in row)
    assert "Baking of loaves in an oven." in said
    assert [word for word in ("dough", "telescope", "shipyard") if word in said] == [], "keywords would be coded"
    assert [line for line in sheets.INSTRUCTIONS if line not in said] == []


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(codebook: Codebook, tmp_path: Path, text: str) -> None:
    sheet = sheet_of([text], codebook).assign(comment=text)
    page = load_workbook(write_sheet(sheet, codebook, tmp_path / "s.xlsx")).worksheets[0]
    for cell in (page["B2"], page["G2"]):
        assert cell.data_type == "s"
        assert cell.value == text.replace("\r", "\n")
    row = cells_of(write_sheet(sheet, codebook, tmp_path / "s.csv"))[1]
    assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_two_writes_of_a_sheet_are_the_same_bytes(codebook: Codebook, tmp_path: Path) -> None:
    sheet = sheet_of(["One.", "Zwei.", "Три."], codebook)
    for kind in ("xlsx", "csv"):
        first, second = (write_sheet(sheet, codebook, tmp_path / f"{name}.{kind}").read_bytes() for name in "ab")
        assert first == second
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert {info.date_time[0] for info in book.infolist()} == {1980}
        assert set(re.findall(rb">(\d{4})-\d\d-\d\dT", book.read("docProps/core.xml"))) == {b"1980"}


def test_a_sheet_is_never_written_over_a_file(codebook: Codebook, tmp_path: Path) -> None:
    for kind in ("xlsx", "csv"):
        path = tmp_path / f"s.{kind}"
        path.write_bytes(b"precious")
        with pytest.raises(InputError, match=r"exists already and may contain codes"):
            write_sheet(sheet_of(["One."], codebook), codebook, path)
        assert path.read_bytes() == b"precious"
    with pytest.raises(InputError, match=r"ends in '\.ods'; expected \.xlsx or \.csv"):
        write_sheet(sheet_of(["One."], codebook), codebook, tmp_path / "s.ods")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60).filter(str.strip), min_size=1, max_size=4))
def test_any_text_is_written_and_any_row_can_be_coded(
    tmp_path_factory: pytest.TempPathFactory, codebook: Codebook, texts: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    sheet = sheet_of(texts, codebook).assign(primary="none")
    for kind in ("xlsx", "csv"):
        path = write_sheet(sheet, codebook, folder / f"s.{kind}")
        assert load_sheet(path, codebook).codes == dict.fromkeys(sheet["paragraph_id"], frozenset())
    clean = [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", t) for t in sheet["text"]]
    clean = [text.replace("\r\n", "\n").replace("\r", "\n") for text in clean]
    page = load_workbook(folder / "s.xlsx").worksheets[0]
    assert [page.cell(row, 2).value or "" for row in range(2, len(texts) + 2)] == clean
    found = [row[1] for row in cells_of(folder / "s.csv")[1:]]
    assert [cell[1:] if cell != text else cell for cell, text in zip(found, clean, strict=True)] == clean


def test_a_cell_too_long_for_a_spreadsheet_is_cut(codebook: Codebook, tmp_path: Path) -> None:
    sheet = sheet_of(["word " * 10_000], codebook)
    assert len(load_workbook(write_sheet(sheet, codebook, tmp_path / "s.xlsx")).worksheets[0]["B2"].value) <= 32_767
    assert cells_of(write_sheet(sheet, codebook, tmp_path / "s.csv"))[1][1].endswith("…")


# reading


def test_what_coders_write_is_understood(codebook: Codebook, tmp_path: Path) -> None:
    rows = [
        ["bread", "", "", "", "p1"],
        [" Stars ", "X", "", "", "p2"],
        ["NONE", "0", "no", "-", "p3"],
        ["", "ja", "", "✓", "p4"],
        ["", "", "TRUE", "", "p5"],
        ["", "", "", "", "p6"],
        ["", "false", "", "", "p7"],
        ["Unassigned", "", "", "", "p8"],
        ["", "", "", "", ""],
    ]
    found = load_sheet(coded(tmp_path / "sheet-anna.csv", rows), codebook)
    assert found == Coding(
        "sheet-anna",
        {
            "p1": frozenset({"bread"}),
            "p2": frozenset({"bread", "stars"}),
            "p3": frozenset(),
            "p4": frozenset({"bread", "boats"}),
            "p5": frozenset({"stars"}),
            "p8": frozenset(),
        },
        {"p1": "bread", "p2": "stars", "p3": UNASSIGNED, "p5": "stars", "p8": UNASSIGNED},
        uncoded=2,
    )
    assert "6 paragraphs coded, 2 not yet" in found._repr_html_()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_sheet_is_read_as_spreadsheets_save_it(tmp_path: Path, delimiter: str, encoding: str) -> None:
    book = codebooks.from_dict({"theme": [{"name": "Bäckerei", "label": "Bäcker", "keywords": ["Brot"]}]})
    header = ["comment", "paragraph_id", "Bäckerei", "mine", "Primary"]
    rows = [["Die Straße nach Köln, größer; schöner", "p1", "", "7", "bäcker"], ["", "p2", "x", "", ""]]
    path = coded(tmp_path / "s.csv", rows, header, delimiter=delimiter, encoding=encoding)
    assert load_sheet(path, book).primary == {"p1": "Bäckerei", "p2": "Bäckerei"}


def fill(page: object, row: int, **values: object) -> None:
    columns = {cell.value: cell.column for cell in page[1]}
    for name, value in values.items():
        page.cell(row, columns[name]).value = value


def test_a_workbook_is_read_as_people_fill_and_sort_it(codebook: Codebook, tmp_path: Path) -> None:
    sheet = sheet_of([f"Text {i}." for i in range(5)], codebook)
    book = load_workbook(write_sheet(sheet, codebook, tmp_path / "s.xlsx"))
    page = book.worksheets[0]
    ids = [page.cell(row, HEADER.index("paragraph_id") + 1).value for row in range(2, 7)]
    fill(page, 2, primary="Boats", bread=True, stars=False)
    fill(page, 3, bread=1, stars=1.0, boats=0)
    fill(page, 4, primary="none", comment="=1+1")
    fill(page, 6, stars="yes")
    page.insert_cols(2)
    page["B1"] = "my notes"
    page.insert_rows(3)
    book.save(tmp_path / "sheet-ben.xlsx")
    found = load_sheet(tmp_path / "sheet-ben.xlsx", codebook)
    assert found.codes == {
        ids[0]: {"bread", "boats"}, ids[1]: {"bread", "stars"}, ids[2]: frozenset(), ids[4]: {"stars"},
    }  # fmt: skip
    assert found.primary == {ids[0]: "boats", ids[2]: UNASSIGNED, ids[4]: "stars"}
    assert found.uncoded == 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_ids_that_look_like_numbers_or_formulas_come_back(codebook: Codebook, tmp_path: Path, kind: str) -> None:
    sheet = sheet_of(["One.", "Two.", "Three."], codebook).assign(paragraph_id=["007", "=1+1", "'-x"], primary="stars")
    assert set(load_sheet(write_sheet(sheet, codebook, tmp_path / f"s.{kind}"), codebook).primary) == {"007", "=1+1", "'-x"}


def test_a_paragraph_coded_twice_alike_is_fine(codebook: Codebook, tmp_path: Path) -> None:
    rows = [["bread", "", "", "", "p1"], ["bread", "x", "", "", "p1"], ["", "", "", "", "p1"]]
    found = load_sheet(coded(tmp_path / "s.csv", rows), codebook)
    assert (found.codes, found.uncoded) == ({"p1": {"bread"}}, 0)


GOOD = ["bread", "", "", "", "p1"]
WRONG: dict[str, tuple[list[list[str]], list[str]]] = {
    "unknown theme": ([GOOD, ["starz", "", "", "", "p2"]], ["s.csv row 3", "primary is 'starz'", "did you mean 'stars'?"]),
    "a far word": ([["politics", "", "", "", "p1"]], ["row 2", "'politics'", "expected one of bread, stars, boats, none"]),
    "nearly none": ([["nome", "", "", "", "p1"]], ["'nome'", "did you mean 'none'?"]),
    "unknown mark": (
        [GOOD, ["", "", "maybe", "", "p2"]],
        ["row 3", "column stars is 'maybe'", "expected x or an empty cell"],
    ),
    "none and a mark": ([["none", "", "x", "", "p1"]], ["row 2", "'none'", "stars is marked", "expected one or the other"]),
    "two codings": ([GOOD, ["stars", "", "", "", "p1"]], ["row 3", "'p1'", "coded differently in row 2"]),
    "no id": ([["bread", "", "", "", ""]], ["row 2", "paragraph_id is empty"]),
    "nothing coded": ([["", "", "", "", "p1"]], ["s.csv has no coded row", "expected a theme or none in primary"]),
    "no row": ([], ["no coded row"]),
    "too many cells": ([[*GOOD, "", "x"]], ["row 1: 7 cells; expected 5"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_sheet_is_refused_with_its_row_and_what_was_expected(codebook: Codebook, tmp_path: Path, case: str) -> None:
    rows, said = WRONG[case]
    with pytest.raises(InputError) as refusal:
        load_sheet(coded(tmp_path / "s.csv", rows), codebook)
    assert [part for part in said if part not in str(refusal.value)] == []


@pytest.mark.parametrize("missing", ["primary", "paragraph_id", "stars"])
def test_a_missing_column_is_named(codebook: Codebook, tmp_path: Path, missing: str) -> None:
    header = [name if name != missing else "other" for name in ("primary", "bread", "stars", "boats", "paragraph_id")]
    with pytest.raises(InputError, match=f"s.csv lacks column '{missing}'; found"):
        load_sheet(coded(tmp_path / "s.csv", [GOOD], header), codebook)


def _broken(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04 no workbook")
    return path


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "no file": (lambda folder: folder / "s.xlsx", "does not exist; expected a coded sheet"),
    "a folder": (lambda folder: folder, "expected a coded sheet, .xlsx or .csv"),
    "another kind": (lambda folder: _broken(folder / "s.ods"), "ends in '.ods'; expected a coded sheet"),
    "no workbook": (lambda folder: _broken(folder / "s.xlsx"), "s.xlsx is not a readable workbook"),
    "a table called a workbook": (lambda folder: coded(folder / "s.xlsx", [GOOD]), "not a readable workbook"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_sheet_is_refused(codebook: Codebook, tmp_path: Path, case: str) -> None:
    make, said = FILES[case]
    with pytest.raises(InputError) as refusal:
        load_sheet(make(tmp_path), codebook)
    assert said in str(refusal.value)


def test_labels_that_two_themes_share_say_nothing(tmp_path: Path) -> None:
    themes = [
        {"name": name, "label": label, "keywords": ["x"]} for name, label in (("a", "Same"), ("b", "Same"), ("c", "a"))
    ]
    book = codebooks.from_dict({"theme": themes})
    header = ["primary", "a", "b", "c", "paragraph_id"]
    assert load_sheet(coded(tmp_path / "s.csv", [["A", "", "", "", "p1"]], header), book).primary == {"p1": "a"}
    with pytest.raises(InputError, match="primary is 'Same'"):
        load_sheet(coded(tmp_path / "t.csv", [["Same", "", "", "", "p1"]], header), book)
