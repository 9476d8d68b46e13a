"""Spreadsheets: cells that are no formulas, exports that overwrite nothing, and CSV files as people save them."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import spreadsheets
from topics.errors import InputError
from topics.spreadsheets import decode_csv, escape_formula, parse_csv, unescape_formula, write_export

FORMULAS = ["=1+1", "+7", "-2", "@x", "\t=x", "'=x", "''=x"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_escaped_and_comes_back(text: str) -> None:
    escaped = escape_formula(text)
    assert escaped == f"'{text}"
    assert unescape_formula(escaped) == text


@given(st.text(st.sampled_from("=+-@\t\r'a ")))
def test_any_text_comes_back_and_is_no_formula(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_export_escapes_every_text_and_no_number(tmp_path) -> None:
    frame = pd.DataFrame({"name": ["=x", "a"], "mixed": ["-1", None], "value": [-0.5, float("nan")]})
    path = tmp_path / "export.csv"
    write_export(frame, path)
    assert path.read_bytes() == b"name,mixed,value\n'=x,'-1,-0.5\na,,\n"
    assert frame["name"].tolist() == ["=x", "a"], "the table handed in was changed"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_decoded_however_a_spreadsheet_saved_it(encoding: str) -> None:
    text = "paragraph_id;Bäckerei\np1;Die Straße nach Köln, größer und schöner\n"
    assert decode_csv(text.encode(encoding), "t.csv") == text


def test_russian_from_a_code_page_is_decoded() -> None:
    text = "paragraph_id;комментарий\np1;Сомневаюсь: хлеб или звёзды, но скорее всё-таки хлеб\n"
    assert decode_csv(text.encode("cp1251"), "t.csv") == text


@pytest.mark.parametrize("raw", [b"a,b\n\0,1\n", "a,b".encode("utf-16-le")])
def test_bytes_that_are_no_text_are_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match="NUL"):
        decode_csv(raw, "t.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_rows_are_numbered_and_one_with_too_many_cells_is_named(delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(
        [["a ", "b"], ["1", "x;y,z"], ["2"], ["3", "", "", "more"], ["4", "", ""]]
    )
    rows, problems = parse_csv(text.getvalue(), "t.csv")
    assert rows == [(1, {"a": "1", "b": "x;y,z"}), (2, {"a": "2"}), (4, {"a": "4", "b": ""})]
    assert problems == ["t.csv row 3: 4 cells; expected 2, as in the header"]


@pytest.mark.parametrize(("text", "said"), [("", "it is empty"), (" \n", "it is empty"), ("a,a\n1,2\n", "two columns 'a'")])
def test_a_text_that_is_no_table_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_csv(text, "t.csv")


def test_an_export_replaces_an_older_one_alone(tmp_path) -> None:
    path = tmp_path / "export.csv"
    spreadsheets.check_export(path, ("a", "b"), "topics x")
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    spreadsheets.check_export(path, ("a", "b"), "topics x")
    path.write_text("a,b,c\n1,2,3\n", encoding="utf-8")
    with pytest.raises(InputError, match="is not a table written by `topics x`"):
        spreadsheets.check_export(path, ("a", "b"), "topics x")
    with pytest.raises(InputError, match=r"ends in '\.txt'; expected \.csv"):
        spreadsheets.check_export(tmp_path / "export.txt", ("a", "b"), "topics x")
