"""What a column is taken for."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.comparison.columns import read_column
from topics.measures import decimal_years


def column(values: list[str], name: str = "x", kind: str | None = None) -> tuple[str, list[object], list[bool]]:
    found = read_column(pd.DataFrame({name: values, "n_paragraphs": 1}), name, kind)
    return found.kind, found.values.tolist(), found.known.tolist()


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", "3", "4", "5", "6.5"], "number"),
        (["1", "2", "3", "4", "5", "5.0"], "category"),
        (["1", "2", "3", "4", "5", "6", "seven"], "category"),
        (["nan", "1", "2", "3", "4", "5", "6"], "category"),
        (["1e3", "-2", "+3", ".5", "5.", "6"], "number"),
        (["2001", "2002", "2003", "2004", "2005", "2006"], "number"),
        (["2001-05", "2002"], "date"),
        (["1950s", "1960s"], "date"),
        (["2001-05", "spring"], "category"),
    ],
)  # fmt: skip
def test_kinds(values: list[str], kind: str) -> None:
    assert column([*values, ""])[0] == kind


def test_the_date_of_the_articles_is_a_date_and_what_is_none_is_unknown() -> None:
    kind, values, known = column(["2001", "undated", ""], "date")
    assert (kind, values[0], known) == ("date", 2001.5, [True, False, False])


def test_numbers_of_a_category_are_shown_as_short_as_keeps_them_apart() -> None:
    assert column(["0.0", "1.0", "0.16666999"])[1] == ["0", "1", "0.17"]


@given(st.dates(min_value=pd.Timestamp("1001-01-01").date(), max_value=pd.Timestamp("2190-12-31").date()))
def test_a_day_lies_in_its_month_quarter_year_and_decade(day: object) -> None:
    text = str(day)
    month = int(text[5:7])
    exact, in_month, in_quarter, year, decade = decimal_years(
        [text, text[:7], f"{text[:4]}-Q{(month + 2) // 3}", text[:4], f"{text[:3]}0s"]
    )
    assert int(exact) == int(text[:4])
    assert abs(exact - in_month) < 1 / 20
    assert abs(in_month - in_quarter) < 1 / 8
    assert abs(in_quarter - year) < 1 / 2
    assert abs(year - decade) < 5
