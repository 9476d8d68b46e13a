"""Tables to records: the same text from every format, and what cannot be read named and left out."""

import csv
import datetime
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from topics.errors import InputError
from topics.reading.document import Source
from topics.reading.formats import read_source
from topics.reading.values import is_missing
from topics.settings import ReadingSettings

BREAD = "The baker folds the dough twice, and leaves it under a cloth.\n\nThe yeast does its work."
STARS = "A planet betrays itself by the “small” dip; the light of its star says: 3,5 %."


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_records(path: Path, name: str, problems: list[str]) -> list[tuple[int, dict[str, str]]]:
    contents = read_source(Source(name, path.read_bytes, ReadingSettings(mend=False)))
    problems += [f"{name} {problem}" for problem in contents.problems]
    return [(int(row.part), {"text": row.text, **row.fields}) for row in contents.documents]


def rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table that is read without a problem."""
    problems: list[str] = []
    found = read_records(path, path.name, problems)
    assert problems == []
    return found


def texts(path: Path) -> list[str]:
    return [row["text"] for _, row in rows(path)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_is_read_with_any_delimiter_and_encoding(tmp_path, delimiter: str, encoding: str):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows([["title", "text"], ["a", BREAD], ["b", STARS]])
    path = put(tmp_path, "t.csv", text.getvalue().encode(encoding))
    assert rows(path) == [(1, {"title": "a", "text": BREAD}), (2, {"title": "b", "text": STARS})]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('",;\t\n'), min_size=1, max_size=30)


@settings(deadline=None)
@given(st.lists(CELLS.filter(lambda cell: cell.strip() and not is_missing(cell, "text")), min_size=1, max_size=4))
def test_what_a_csv_quotes_comes_back_to_the_letter(tmp_path_factory, cells: list[str]):
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["title", "text"], *([str(i), cell] for i, cell in enumerate(cells))])
    path = put(tmp_path_factory.mktemp("tables"), "t.csv", text.getvalue())
    assert texts(path) == cells


def test_spaces_behind_delimiters_belong_to_no_cell(tmp_path):
    assert rows(put(tmp_path, "t.csv", 'title, text \nBread, "One, two."\n')) == [
        (1, {"title": "Bread", "text": "One, two."})
    ]


def test_empty_cells_at_the_end_of_rows_cost_nothing(tmp_path):
    assert texts(put(tmp_path, "t.csv", "title,text\na,One.,,\nb,Two., \n")) == ["One.", "Two."]


def test_a_row_with_more_cells_than_columns_costs_that_row_only(tmp_path):
    problems: list[str] = []
    path = put(tmp_path, "t.csv", "text,title\nThe baker, who slept, woke.,a\nOne.,b\nTwo, or three.,c\nFour.,d\n")
    assert read_records(path, "t.csv", problems) == [
        (2, {"text": "One.", "title": "b"}),
        (4, {"text": "Four.", "title": "d"}),
    ]
    assert problems == [
        "t.csv row 1: 4 cells; expected 2, as in the header",
        "t.csv row 3: 3 cells; expected 2, as in the header",
    ]


def test_a_row_with_fewer_cells_is_a_row(tmp_path):
    assert rows(put(tmp_path, "t.csv", "text,title,date\nOne.\nTwo.,b\n")) == [
        (1, {"text": "One.", "title": "", "date": ""}),
        (2, {"text": "Two.", "title": "b", "date": ""}),
    ]


def test_a_cell_may_be_longer_than_a_book(tmp_path):
    book = BREAD * 3000
    assert texts(put(tmp_path, "t.csv", f'title,text\na,"{book}"\n')) == [book]


@pytest.mark.parametrize("broken", ["", " \n\n", "text,title\n\0"])
def test_a_broken_csv_is_refused_by_name(tmp_path, broken: str):
    with pytest.raises(InputError, match=r"^t\.csv: (not a readable csv table \(|contains NUL characters)"):
        read_records(put(tmp_path, "t.csv", broken), "t.csv", [])


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "half a',
        "[1, 2]",
        '"a string"',
        "NaN",
        '{"text": ' + "9" * 5000 + "}",
        "[" * 100_000,
    ],
    ids=["half", "list", "string", "nan", "huge number", "deep"],
)
def test_a_line_that_is_no_object_costs_that_line_only(tmp_path, line: str):
    problems: list[str] = []
    good = json.dumps({"text": BREAD})
    found = read_records(put(tmp_path, "t.jsonl", f"{good}\r\n\r\n{line}\r\n{good}\r\n"), "t.jsonl", problems)
    assert found == [(1, {"text": BREAD}), (4, {"text": BREAD})]
    assert len(problems) == 1
    assert problems[0].startswith("t.jsonl line 3: ")
    assert "; expected " in problems[0]


def test_values_of_json_are_said_as_text(tmp_path):
    row = {
        "text": ["One.", "", "Two."],
        "author": ["Ida Rye", None, "Otto Korn"],
        "views": 3,
        "date": None,
        "x": float("nan"),
    }
    assert rows(put(tmp_path, "t.jsonl", json.dumps(row))) == [
        (1, {"text": "One.\n\nTwo.", "author": "Ida Rye, Otto Korn", "views": "3", "date": "", "x": ""})
    ]


def test_values_of_a_parquet_are_said_as_text(tmp_path):
    table = pa.table(
        {
            "text": pa.array([b"Caf\xc3\xa9.", b"Tea."]),
            "article_id": pa.array([7, None], pa.int64()),
            "date": [datetime.date(2024, 3, 1), None],
            "seen": pa.array([datetime.datetime(2024, 3, 1, 10), None], pa.timestamp("ns")),
            "author": [["Ida Rye", "Otto Korn"], []],
            "outlet": pa.array(["The Loaf", None]).dictionary_encode(),
            "score": [0.5, float("nan")],
        }
    )
    parquet.write_table(table, tmp_path / "t.parquet")
    assert rows(tmp_path / "t.parquet") == [
        (
            1,
            {
                "text": "Café.",
                "article_id": "7",
                "date": "2024-03-01",
                "seen": "2024-03-01 10:00:00",
                "author": "Ida Rye, Otto Korn",
                "outlet": "The Loaf",
                "score": "0.5",
            },
        ),
        (2, {"text": "Tea.", "article_id": "", "date": "", "seen": "", "author": "", "outlet": "", "score": ""}),
    ]


def test_a_folder_named_like_a_column_adds_nothing_to_a_parquet(tmp_path):
    folder = tmp_path / "outlet=The Loaf"
    folder.mkdir()
    parquet.write_table(pa.table({"text": ["One."]}), folder / "t.parquet")
    assert rows(folder / "t.parquet") == [(1, {"text": "One."})]


def test_a_file_that_is_no_parquet_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"^t\.parquet: not a readable parquet table \("):
        read_records(put(tmp_path, "t.parquet", "no"), "t.parquet", [])


def test_a_table_without_text_is_refused_with_the_columns_it_has(tmp_path):
    parquet.write_table(pa.table({"title": ["a"], "sum": ["b"]}), tmp_path / "t.parquet")
    put(tmp_path, "t.csv", "title,sum\na,b\n")
    put(tmp_path, "t.jsonl", '{"title": "a", "sum": "b"}')
    for path in tmp_path.iterdir():
        with pytest.raises(InputError, match=rf"^{path.name} lacks a column 'text'; found 'title', 'sum'; .*text=NAME"):
            read_records(path, path.name, [])


def test_a_column_that_stands_twice_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("text,text\none,two\n", encoding="utf-8")
    with pytest.raises(InputError, match="has two columns 'text' that differ; expected one"):
        read_records(tmp_path / "a.csv", "a.csv", [])
