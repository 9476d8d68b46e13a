"""Tables to records: the same text from every format, and what cannot be read named and left out."""

import csv
import datetime
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from topics.errors import InputError
from topics.reading.document import Source
from topics.reading.formats import read_rows, read_source
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


# Tables as programs write them: the same texts, dates and columns come back.

# a text is prose with anything in it that a dialect uses; carriage returns become newlines anyway
PROSE = st.builds("{} {}".format, st.sampled_from(["The baker", "Пекарь", "面包师"]), CELLS.map(str.strip))
TABLES = st.lists(
    st.fixed_dictionaries(
        {
            "text": PROSE,
            "date": st.dates(datetime.date(1900, 1, 1), datetime.date(2030, 1, 1)).map(datetime.date.isoformat),
            "outlet": st.sampled_from(["The Loaf", 'Die "Krume"', "Хлеб; и соль", "Pain, vin"]),
            "party": st.sampled_from(["Greens", "", "SPD"]),
        }
    ),
    min_size=1,
    max_size=4,
).map(lambda rows: [{name: row[name] for name in ("text", "date", "outlet", "party")} for row in rows])


def read(name: str, raw: bytes, **columns: str):
    return read_source(Source(name, lambda: raw, ReadingSettings(mend=False, columns=columns)))


def comes_back(name: str, raw: bytes, table: list[dict[str, str]]) -> None:
    contents = read(name, raw)
    assert contents.problems == ()
    assert [{"text": row.text, **row.fields} for row in contents.documents] == table
    assert contents.columns == {}


@settings(deadline=None, max_examples=60)
@given(
    TABLES,
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_pandas_writes_as_csv_comes_back(table, sep: str, quoting, index: bool, encoding: str, end: str):
    raw = io.BytesIO()
    pd.DataFrame(table).to_csv(raw, sep=sep, quoting=quoting, index=index, encoding=encoding, lineterminator=end)
    comes_back("t.csv", raw.getvalue(), table)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from(",;"))
def test_what_r_writes_comes_back(table, delimiter: str):
    # write.csv and write.csv2 quote all texts, double quotation marks, write NA, and a nameless column of row names
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row.values()] for row in table]
    header = [f'"{name}"' for name in table[0]]
    lines = [['""', *header], *([f'"{number}"', *row] for number, row in enumerate(quoted, start=1))]
    comes_back("t.csv", "\n".join(map(delimiter.join, lines)).encode() + b"\n", table)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from(",;\t|:"), st.sampled_from("\"'"), st.booleans(), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_what_libreoffice_writes_comes_back(table, delimiter: str, quote: str, all_cells: bool, encoding: str):
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if all_cells else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator="\n")
    writer.writerows([list(table[0]), *(list(row.values()) for row in table)])
    stated = f"sep={delimiter}\n" if delimiter == ":" else ""
    comes_back("t.csv", (stated + text.getvalue()).encode(encoding), table)


@settings(deadline=None, max_examples=60)
@given(TABLES, st.sampled_from(["records", "split", "columns", "index", "table"]), st.booleans())
def test_what_pandas_writes_as_json_comes_back(table, orient: str, ascii_only: bool):
    text = pd.DataFrame(table).to_json(orient=orient, force_ascii=ascii_only)
    comes_back("t.json", text.encode(), table)


@settings(deadline=None, max_examples=60)
@given(TABLES)
def test_json_lines_and_parquet_come_back(table):
    text = pd.DataFrame(table).to_json(orient="records", lines=True)
    comes_back("t.ndjson", text.encode(), table)
    comes_back("t.json", text.encode(), table)
    raw = io.BytesIO()
    pd.DataFrame(table).to_parquet(raw)
    comes_back("t.parquet", raw.getvalue(), table)


@settings(deadline=None, max_examples=25)
@given(TABLES, st.booleans(), st.integers(0, 3))
def test_a_workbook_comes_back(table, index: bool, above: int):
    raw = io.BytesIO()
    frame = pd.DataFrame(table).assign(date=[datetime.date.fromisoformat(row["date"]) for row in table])
    frame.to_excel(raw, index=index, startrow=above)
    comes_back("t.xlsx", raw.getvalue(), table)


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def test_values_of_a_workbook_are_said_as_text():
    seen = datetime.datetime(2024, 3, 1, 10, 30)
    raw = workbook(
        Sheet=[
            ["Articles of 2024"],
            [None],
            ["Text", "Datum", "seen", "Jahr", "Anteil", "ok"],
            [BREAD, datetime.date(2024, 3, 1), seen, 2019, 0.5, True],
            [None, None, None, None, None, None],
            [STARS, None, None, None, None, None],
        ]
    )
    contents = read("t.xlsx", raw)
    assert [(row.part, row.text, dict(row.fields)) for row in contents.documents] == [
        (
            "1",
            BREAD,
            {"date": "2024-03-01", "seen": "2024-03-01 10:30:00", "Jahr": "2019", "Anteil": "0.5", "ok": "true"},
        ),
        ("3", STARS, {"date": "", "seen": "", "Jahr": "", "Anteil": "", "ok": ""}),
    ]
    assert contents.columns == {"text": "Text", "date": "Datum"}


def test_every_sheet_with_a_text_is_read_and_the_others_are_named():
    raw = workbook(
        Codes=[["party", "label"], ["a", "Greens"]],
        North=[["text", "id"], [BREAD, 1], [None, 2]],
        South=[["Inhalt", "id"], [STARS, 1]],
        Empty=[],
    )
    contents = read("t.xlsx", raw)
    assert [(row.part, row.text, dict(row.fields)) for row in contents.documents] == [
        ("North:1", BREAD, {"id": "1"}),
        ("South:1", STARS, {"id": "1"}),
    ]
    assert contents.problems == ("sheet 'North': row North:2: no text in it; expected an article or a paragraph",)
    assert contents.columns == {"text": "Inhalt"}
    assert contents.notes[-1] == "sheet 'Codes' was not read: no column of it is the text"
    assert contents.header == ("text", "id", "Inhalt")


@pytest.mark.parametrize(("raw", "said"), [(b"no", "not a readable workbook"), (workbook(a=[]), "all sheets are empty")])
def test_a_broken_workbook_is_refused_by_name(raw: bytes, said: str):
    with pytest.raises(InputError, match=rf"^t\.xlsx: {said}"):
        read("t.xlsx", raw)


@pytest.mark.parametrize(
    "content",
    [
        {"status": "ok", "articles": [{"source": {"id": 7, "name": "The Loaf"}, "content": "One.", "publishedAt": "2024"}]},
        {"hits": {"total": 1, "hits": [{"_score": 1, "_source": {"outlet": "The Loaf", "text": "One.", "date": "2024"}}]}},
        {"data": [{"attributes": {"body": "One.", "outlet": "The Loaf", "date": "2024"}}]},
        {"title": "all", "items": [{"text": ["One.", ""], "outlet": ["The Loaf"], "date": 2024, "images": [{"url": "x"}]}]},
        {"text": ["One."], "outlet": ["The Loaf"], "date": ["2024"]},
        {"text": "One.", "outlet": "The Loaf", "date": "2024"},
        {"message": "1 found", "page": 1, "rows": [["text", "outlet", "date"], ["One.", "The Loaf", 2024]]},
    ],
)
def test_json_of_services_is_read(content: object):
    (row,) = read("t.json", json.dumps(content).encode()).documents
    assert (row.text, row.fields["outlet"], row.fields["date"]) == ("One.", "The Loaf", "2024")


def test_nested_values_become_columns():
    row = {"text": "One.", "place": {"city": "Rye", "at": [1, 2]}, "author": {"name": "Ida", "id": 3}, "tags": {}}
    assert dict(read("t.json", json.dumps([row]).encode()).documents[0].fields) == {
        "place.city": "Rye", "place.at": "1, 2", "author": "Ida", "author.id": "3",
    }  # fmt: skip


@pytest.mark.parametrize("content", ["", "{", "[]", "3", "[1, 2]", "{}", '{"a": {"b": 1}}', "[" * 100_000])
def test_json_without_articles_is_refused(content: str):
    with pytest.raises(InputError, match=r"^t\.json[ :]"):
        read("t.json", content.encode())


def test_faults_of_spreadsheets_are_read():
    faulty = {
        "sep": "sep=;\nTEXT;Publisher\nOne, two.;a\n",
        "nameless": "TEXT;Publisher;;\nOne, two.;a;;\n",
        "above": "\n;;\nMy table;;\nTEXT;Publisher;\nOne, two.;a;\n",
        "quoted": "TEXT;Publisher\n'One, two.';'a'\n",
        "piped": "TEXT|Publisher\nOne, two.|a\n",
    }
    for name, text in faulty.items():
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
            contents = read("t.csv", text.encode(encoding))
            assert [(row.text, dict(row.fields)) for row in contents.documents] == [("One, two.", {"outlet": "a"})], name
            assert contents.columns == {"text": "TEXT", "outlet": "Publisher"}


def test_a_column_named_by_the_user_is_the_text():
    contents = read("t.csv", b"text,Answer\nx,One.\n", text="answer")
    assert [(row.text, dict(row.fields)) for row in contents.documents] == [("One.", {"text (2)": "x"})]


def test_the_rows_of_any_table_are_text():
    rows = [{"file": "a.txt", "Titel": "One", "n": "3"}, {"file": "b.txt", "Titel": "", "n": ""}]
    sources = {
        "m.csv": b"file;Titel;n\na.txt;One;3\nb.txt;N/A;nan\n",
        "m.xlsx": workbook(a=[["file", "Titel", "n"], ["a.txt", "One", 3], ["b.txt", None, None]]),
    }
    for name, raw in sources.items():
        assert read_rows(Source(name, lambda raw=raw: raw)) == rows
