"""Delimited text: dialects are detected, a faulty row costs that row, and rows are numbered as the reader sees them."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.delimited import Grid, detect_dialect, list_rows, read_delimited
from topics.errors import InputError

NAMES = {"id", "text", "title", "date", "outlet"}


def is_name(cell: str) -> bool:
    return cell.strip().casefold() in NAMES


def read(text: str) -> Grid:
    return read_delimited(text, "t.csv", is_name)


def cells(text: str) -> list[list[str]]:
    """Header and rows of a text that is read without a problem."""
    grid = read(text)
    assert grid.problems == []
    return [grid.header, *(row for _, row in grid.rows)]


PLAIN = [["id", "text", "date"], ["1", "One, two; three.", "2024-03-01"], ["2", 'He said "no".', "2024-03-02"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("escape", [None, "\\"])
def test_every_dialect_comes_back(delimiter: str, quote: str, quoting, end: str, escape: str | None):
    text = io.StringIO(newline="")
    csv.writer(
        text, delimiter=delimiter, quotechar=quote, quoting=quoting, lineterminator=end, escapechar=escape,
        doublequote=escape is None,
    ).writerows(PLAIN)  # fmt: skip
    assert cells(text.getvalue()) == PLAIN


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\"',;\t|\n "), min_size=1, max_size=40)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(CELL.filter(str.strip), CELL.filter(str.strip)), min_size=1, max_size=5),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_quoted_comes_back_to_the_letter(rows: list[tuple[str, str]], delimiter: str, end: str):
    text = io.StringIO(newline="")
    table = [["text", "title"], *map(list, rows)]
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    assert cells(text.getvalue()) == table


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "sep=;;;", "\ufeffsep=;"])
def test_a_first_line_that_names_the_delimiter_is_no_row(line: str):
    assert cells(f"{line}\r\ntext;date\r\nOne, two, three;1\r\n") == [["text", "date"], ["One, two, three", "1"]]


@pytest.mark.parametrize("above", ["\n\n", ";;\n;;\n", "Export of articles;;\n\n", "Export;2024-03-01;\n;;\n", " \n"])
def test_rows_above_the_header_are_no_articles(above: str):
    assert cells(f"{above}text;date;outlet\nOne.;1;a\nTwo.;2;b\n") == [
        ["text", "date", "outlet"], ["One.", "1", "a"], ["Two.", "2", "b"],
    ]  # fmt: skip


def test_columns_without_names_and_cells_are_there():
    assert cells("text;;\nOne, two.;;\nThree.;;\n") == [["text", "", ""], ["One, two.", "", ""], ["Three.", "", ""]]


@pytest.mark.parametrize("prose", ["Hello, world\nOne, two, three\nBye\n", "A; b\nC; d\n", "One | two\nThree\n", "One\n"])
def test_a_table_may_have_one_column(prose: str):
    assert cells(f"text\n{prose}") == [["text"], *([line] for line in prose.splitlines())]


def test_an_escaped_quotation_mark_is_one_and_other_backslashes_stay():
    text = 'text,date\n"He said \\"no\\", and left C:\\new",1\n"Two, ""three""",2\n'
    assert cells(text)[1:] == [['He said "no", and left C:\\new', "1"], ['Two, "three"', "2"]]


def test_a_backslash_at_the_end_of_a_cell_escapes_nothing():
    assert cells('text,date\n"C:\\",1\n"D, E",2\n')[1:] == [["C:\\", "1"], ["D, E", "2"]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('2,"Hello she said,b', '"Hello she said'),
        ('2,"He said "yes" to it",b', 'He said "yes" to it'),
        ('2,He said "yes",b', 'He said "yes"'),
        ('2,"One"two,b', '"One"two'),
        ('2,5" disks,b', '5" disks'),
    ],
)
@pytest.mark.parametrize("rest", ["3,Three.,c\n4,Four.,d\n", '"3","Three, 3.","c"\n"4","Four\n4.","d"\n'])
def test_a_stray_quotation_mark_costs_no_other_row(row: str, expected: str, rest: str):
    grid = read(f"id,text,title\n1,One.,a\n{row}\n{rest}5,Five.,e\n")
    found = dict(grid.rows)
    assert [found[number][0] for number in (1, 3, 4, 5)] == ["1", "3", "4", "5"]
    assert found[2] == ["2", expected, "b"]
    assert grid.problems == []


def test_a_row_that_cannot_be_understood_costs_that_row():
    grid = read('id,text,title\n1,One.,a\n2,"Two, and, more,b\n3,Three.,c\n4,"Four.","d"\n')
    assert [number for number, _ in grid.rows] == [1, 3, 4]
    assert grid.problems == ["row 2: unbalanced quotation marks; expected each cell to be closed"]


def test_an_odd_quotation_mark_in_a_long_file_costs_little():
    rows = "".join(f"{number},Text {number} of many.,a\n" for number in range(3, 30_000))
    grid = read(f'id,text,title\n1,One.,a\n2,"Two, b, c, d\n{rows}')
    assert len(grid.rows) == 29_998
    assert len(grid.problems) == 1


def test_rows_with_too_many_cells_are_named_and_many_in_one_line():
    assert read("text,title\nOne.,a\nTwo.,b\nThe baker, who slept, woke.,c\n").problems == [
        "row 3: 4 cells; expected 2, as in the header"
    ]
    many = read("text,title\n" + "One.,a\n" * 20 + "Two, b, c.,a\n" * 12)
    assert len(many.rows) == 20
    assert many.problems == [
        "12 rows with too many cells (rows 21, 22, 23, 24, 25, 26, 27, 28, 29, 30 and 2 more); expected 2, as in the header"
    ]


def test_rows_with_fewer_cells_are_read_and_noted():
    grid = read("text,title,date\nOne.\nTwo.,b\nThree.,c,1\n")
    assert [row for _, row in grid.rows] == [["One."], ["Two.", "b"], ["Three.", "c", "1"]]
    assert grid.notes == ["rows 1 and 2: fewer cells than the 3 of the header; the missing ones are empty"]


def test_line_breaks_without_quotation_marks_are_joined_where_the_cells_say_so():
    full = "3,Three of it,2024-03-03\n4,Four of it,2024-03-04\n5,Five of it,2024-03-05\n"
    assert cells(f"id,text,date\n1,One of it\nand more,2024-03-01\n{full}")[1] == ["1", "One of it\nand more", "2024-03-01"]
    last = "3,2024-03-03,Three of it\n4,2024-03-04,Four of it\n5,2024-03-05,Five of it\n"
    assert cells(f"id,date,text\n1,2024-03-01,One\nand more\nand more\n{last}")[1] == [
        "1", "2024-03-01", "One\nand more\nand more",
    ]  # fmt: skip


def test_empty_rows_are_numbered_and_otherwise_nothing():
    assert read("text;title\nOne.;a\n;\n\nTwo.;b\n" + ";\n" * 50).rows == [(1, ["One.", "a"]), (3, ["Two.", "b"])]


def test_row_names_without_a_header_get_one():
    assert cells('"text","date"\n"1","One.","a"\n"2","Two.","b"\n') == [
        ["", "text", "date"], ["1", "One.", "a"], ["2", "Two.", "b"],
    ]  # fmt: skip
    assert read("text,title\nOne, two.,a\n").problems == ["row 1: 3 cells; expected 2, as in the header"]


def test_a_lone_carriage_return_stays_in_its_cell():
    assert cells("text,date\nOne\rtwo,1\nThree,2\n")[1:] == [["One\x85two", "1"], ["Three", "2"]]


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", "sep=;\n", " "])
def test_an_empty_text_is_refused(text: str):
    with pytest.raises(InputError, match=r"^t\.csv: not a readable csv table"):
        read(text)


@settings(deadline=None)
@given(st.text(st.sampled_from("ab\"',;|\t\n\r\\ 1"), max_size=60))
def test_no_text_is_so_broken_that_reading_fails(text: str):
    try:
        grid = read(text)
    except InputError:
        return
    assert all(len(row) <= len(grid.header) for _, row in grid.rows)


def test_the_preferred_delimiter_decides_between_equals():
    assert detect_dialect("text,a\tb\n", is_name, preferred="\t")[0].delimiter in ",\t"


@pytest.mark.parametrize(("numbers", "said"), [([7], "row 7"), ([4, 7], "rows 4 and 7"), ([1, 2, 3], "rows 1, 2 and 3")])
def test_rows_are_listed(numbers: list[int], said: str):
    assert list_rows(numbers) == said
