"""What became of the input: files, dates, columns, outlets; metadata from tables and file names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading import read_corpus, read_pages
from topics.reading.filenames import FilenamePattern
from topics.reading.intake import DateReport, FileReport, Intake, long_articles, similar_names
from topics.reading.metadata import match_metadata
from topics.settings import Settings, override

BREAD = "The baker kneads the dough until it is smooth, and lets it rise under a cloth for an hour."
STARS = "A planet betrays itself by the small dip in the light of its star, which a telescope measures."
BOATS = "The ferry crosses the strait twice a day, unless the wind blows from the north for a week."


def put(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def page_of(folder: Path, name: str, settings: Settings | None = None):
    return next(page for page in read_pages(folder, settings).pages if page.source == name)


# files


def test_files_that_are_not_read_are_counted_by_kind(tmp_path: Path) -> None:
    put(tmp_path, a__txt=BREAD, b__png="x", c__png="x", d__txt=" ")
    intake = read_pages(tmp_path).intake
    outcomes = {row.file: (row.outcome, row.articles) for row in intake.table.itertuples()}
    assert outcomes == {"a.txt": ("read", 1), "b.png": ("ignored", 0), "c.png": ("ignored", 0), "d.txt": ("failed", 0)}
    assert intake.summary[0] == "read 1 file (text): 1 article"
    not_read, failed = intake.attention
    assert not_read.startswith("not read: 2 files (2 ")
    assert failed == "cannot be read: d.txt (contains no text; expected an article)"


def test_one_line_per_kind_however_many_files_there_are() -> None:
    files = [FileReport(f"{i}.{kind}", f".{kind}", "ignored", 0, "no reader") for kind in ("jpg", "doc") for i in range(99)]
    (line,) = Intake(tuple(files)).attention
    assert line == (
        "not read: 198 files (99 .doc, 99 .jpg), e.g. 0.jpg, 1.jpg, 2.jpg and 195 more; no reader;"
        " tables/intake.csv lists all"
    )


def test_dates_that_are_not_understood_are_counted_with_an_example() -> None:
    dates = (DateReport("a.csv", 13, 15, ("soon", "03/04/2023")), DateReport("b.csv", 2, 2))
    intake = Intake((), dates)
    assert intake.attention == ["2 of 15 dates in a.csv not understood, e.g. 'soon', '03/04/2023'"]
    assert "all 2 dates in b.csv understood" in intake.summary


# metadata.csv


def test_metadata_beside_the_articles_has_precedence_and_further_columns_are_carried(tmp_path: Path) -> None:
    put(
        tmp_path,
        a__txt=BREAD,
        b__md=f"---\ntitle: On stars\noutlet: The Sky\n---\n{STARS}",
        metadata__csv="file,outlet,date,party\na.txt,The Loaf,2023-06-17,FF\nb.md,,18/06/2023,LAB\nc.txt,Gone,,\n",
    )
    pages = read_pages(tmp_path)
    a, b = (page_of(tmp_path, name) for name in ("a.txt", "b.md"))
    assert (a.outlet, a.date, dict(a.extra)) == ("The Loaf", "2023-06-17", {"party": "FF"})
    assert (b.title, b.outlet, b.date, dict(b.extra)) == ("On stars", "The Sky", "2023-06-18", {"party": "LAB"})
    assert pages.intake.carried == ("party",)
    assert pages.intake.notes == ("metadata.csv: 1 row, no file of this name: c.txt",)


@pytest.mark.parametrize(
    ("wanted", "file"),
    [
        ("a.txt", "a.txt"), ("A.TXT", "a.txt"), ("a", "a.txt"), ("sub/a.txt", "sub/a.txt"), ("sub\\a.txt", "sub/a.txt"),
        ("b.txt", "sub/b.txt"), ("b", "sub/b.txt"), ("c.v2", "c.v2.txt"), ("e.docx:3", "e.docx:3"), ("./a.txt", "a.txt"),
    ],
)  # fmt: skip
def test_a_row_finds_its_file_with_or_without_folder_suffix_and_case(wanted: str, file: str) -> None:
    files = ["a.txt", "sub/b.txt", "c.v2.txt", "e.docx", "e.docx:3"] + (["sub/a.txt"] if "sub" in wanted else [])
    found = match_metadata([{"file": wanted, "party": "FF"}], files, "metadata.csv")
    assert found.fields == {file: {"party": "FF"}}


def test_a_row_that_fits_several_files_or_none_is_named_and_so_is_a_second_row() -> None:
    rows = [
        {"file": "a.txt", "x": "1"},
        {"file": "no.txt", "x": "2"},
        {"file": "b.txt", "x": "3"},
        {"file": "b.txt", "x": "4"},
    ]
    found = match_metadata(rows, ["p/a.txt", "q/a.txt", "b.txt"], "m.csv")
    assert found.fields == {"b.txt": {"x": "3"}}
    assert found.notes == (
        "m.csv: 1 row, no file of this name: no.txt",
        "m.csv: 1 row, several files of this name; give the path: a.txt",
        "m.csv: 1 row, the file has a row already: b.txt",
        "m.csv: 2 files, without a row: p/a.txt, q/a.txt",
    )


# file names


def test_a_pattern_of_file_names_gives_fields_and_the_others_are_read_and_named(tmp_path: Path) -> None:
    put(tmp_path, **{"2009_BUDGET_05_Ida_Rye_FF__txt": BREAD, "notes__txt": STARS})
    settings = override(Settings(), ["reading.filename={year}_BUDGET_{number}_{first}_{last}_{party}"])
    page = page_of(tmp_path, "2009_BUDGET_05_Ida_Rye_FF.txt", settings)
    assert (page.author, page.date) == ("Ida Rye", "2009")
    assert page.extra == {"year": "2009", "number": "05", "first": "Ida", "last": "Rye", "party": "FF"}
    pages = read_pages(tmp_path, settings)
    assert len(pages.pages) == 2
    assert pages.intake.notes == ("1 of 2 file names do not fit reading.filename: notes.txt",)


@pytest.mark.parametrize("pattern", ["plain", "{a}{b}", "{two words}", "{}_{}"])
def test_a_pattern_without_a_usable_field_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match=r"reading\.filename"):
        FilenamePattern(pattern)


WORD = st.text("abcxyzÄß0123456789-. ", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(WORD, WORD, WORD)
def test_what_a_pattern_writes_it_reads(a: str, b: str, c: str) -> None:
    fields = FilenamePattern("{a}_{b}/{c}_x").fields(f"{a}_{b}/{c}_x.txt")
    assert fields == {"a": a, "b": b, "c": c}


def test_a_text_without_a_title_has_the_name_of_its_file(tmp_path: Path) -> None:
    put(tmp_path, **{"2009_BUDGET_05__txt": f"Good morning.\n\n{BREAD}\n\n{STARS}"})
    (article,) = read_corpus(tmp_path).articles
    assert article.name == "2009_BUDGET_05"
    assert article.item.page.article_id.startswith("2009-budget-05-")


# outlets and long articles


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("BBC News", "bbc news", True), ("The Guardian", "Guardian", True), ("nytimes.com", "www.nytimes.com", True),
        ("Süddeutsche Zeitung", "Sueddeutsche Zeitung", True), ("Channel 4 News", "Channel 5 News", False),
        ("Le Monde", "Le Figaro", False), ("China Daily", "India Daily", False),
    ],
)  # fmt: skip
def test_outlets_of_nearly_the_same_name_are_pointed_out(a: str, b: str, *, same: bool) -> None:
    assert similar_names({a: 5, b: 2}) == ([(a, b)] if same else [])


def test_an_article_much_longer_than_the_others_is_named() -> None:
    words = {f"{i}.txt": 600 for i in range(9)}
    assert long_articles(words | {"all.txt": 20_000}) == ["all.txt"]
    assert long_articles(words | {"long.txt": 4000}) == []
    assert long_articles({"only.txt": 20_000}) == []
