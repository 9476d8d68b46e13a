"""What became of the input: files, dates, columns, outlets; metadata from tables and file names."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading import read_corpus, read_pages
from topics.reading.filenames import FilenamePattern
from topics.reading.intake import DateReport, FileReport, Intake, is_cut_off, long_articles, similar_names
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


def test_each_main_reason_has_an_example_and_what_is_never_an_article_needs_no_attention() -> None:
    kinds = (
        ("doc", "document", "save it as .docx"),
        ("png", "picture", "contains no article"),
        ("xyz", ".xyz", "no reader"),
    )
    files = [FileReport(f"{i}.{suffix}", kind, "ignored", 0, why) for suffix, kind, why in kinds for i in range(3)]
    files += [FileReport(".DS_Store", "hidden file", "ignored", 0, "hidden files are not read")]
    files += [FileReport("a_files/x.js", "part of a saved page", "ignored", 0, "belongs to a.html")]
    intake = Intake(tuple(files))
    assert intake.attention == [
        "not read: 9 files (3 .xyz, 3 document, 3 picture); 0.xyz and 2 more: no reader;"
        " 0.doc and 2 more: save it as .docx; tables/intake.csv lists all"
    ]
    assert intake.summary[0] == "left out: 2 files (1 hidden file, 1 part of a saved page)"
    assert len(intake.table) == len(files)


def test_files_of_which_nearly_the_same_is_said_share_a_line() -> None:
    files = [FileReport(f"{i}.csv", "CSV table", "read", 1, f"row {i}: 'x{i}' is no date") for i in range(50)]
    files.append(FileReport("z.csv", "CSV table", "read", 1, "sheet 'A' was not read"))
    assert Intake(tuple(files)).attention == [
        "row 0: 'x0' is no date (0.csv; similar in 49 other files, listed in tables/intake.csv)",
        "sheet 'A' was not read (z.csv)",
    ]


def test_an_input_without_articles_says_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600)
    put(tmp_path, b__png="x", c__txt=" ")
    with pytest.raises(InputError) as error:
        read_pages(tmp_path)
    assert "not read: 2 files (1 document, 1 picture); a.doc: no reader for .doc files" in str(error.value)
    assert "cannot be read: c.txt (contains no text; expected an article)" in str(error.value)


def test_an_article_that_shares_its_id_with_another_text_is_named(tmp_path: Path) -> None:
    put(tmp_path, a__csv=f"article_id,text\n1,{BREAD!r}\n2,{STARS!r}\n".replace("'", '"'))
    put(tmp_path, b__csv=f"article_id,text\n1,{BOATS!r}\n3,{BREAD[:60]!r}\n".replace("'", '"'), c__txt=STARS + BOATS)
    put(tmp_path, metadata__csv="file,article_id\nc.txt,2\n")
    intake = read_pages(tmp_path).intake
    outcomes = {row.file: (row.outcome, row.articles, row.detail) for row in intake.table.itertuples()}
    reason = "1 article left out, since the article_id is also that of another text, e.g."
    assert outcomes["a.csv"] == ("read", 2, "")
    assert outcomes["b.csv"] == ("read", 1, f"{reason} '1' of a.csv:1; expected unique ids")
    assert outcomes["c.txt"] == ("failed", 0, f"{reason} '2' of a.csv:2; expected unique ids")
    assert f"{reason} '1' of a.csv:1; expected unique ids (b.csv)" in intake.attention


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


@pytest.mark.parametrize(
    "header",
    ["File", "file_name", "Dateiname", "Nom du fichier", "nombre del archivo", "Имя файла", "文件名", "document", "name"],
)
def test_the_column_with_the_file_has_many_names(tmp_path: Path, header: str) -> None:
    put(tmp_path, a__txt=BREAD, b__txt=STARS, metadata__csv=f"{header};Titel;Partei\na.txt;Bread;FF\nb.txt;Stars;SF\n")
    pages = read_pages(tmp_path)
    assert [(page.source, page.title, page.extra) for page in pages.pages] == [
        ("a.txt", "Bread", {"Partei": "FF"}),
        ("b.txt", "Stars", {"Partei": "SF"}),
    ]
    assert pages.intake.attention == []


def test_metadata_in_a_folder_is_about_this_folder(tmp_path: Path) -> None:
    put(tmp_path, a__txt=BREAD)
    put(tmp_path / "q", a__txt=STARS, metadata__csv="file,party\na.txt,FF\n")
    pages = read_pages(tmp_path)
    assert {page.source: page.extra.get("party") for page in pages.pages} == {"a.txt": None, "q/a.txt": "FF"}
    assert pages.intake.attention == []


def test_a_table_about_files_by_another_name_is_pointed_out(tmp_path: Path) -> None:
    put(tmp_path, a__txt=BREAD, list__csv="file,party\na.txt,FF\n")
    assert "call the file metadata.csv if it is about files beside it" in read_pages(tmp_path).intake.attention[0]


@pytest.mark.parametrize(
    ("suffix", "head"),
    [
        ("md", "---\nTitle: Bread\nDatum: 5 May 2021\nparty: FF\n---\n"),
        ("txt", "---\nTitle: Bread\nDatum: 5 May 2021\nparty: FF\n---\n"),
        ("md", '+++\ntitle = "Bread"\ndate = 2021-05-05\nparty = "FF"\n+++\n'),
        ("txt", "Title: Bread\nDate: 5 May 2021\nparty: FF\n\n"),
    ],
)
def test_metadata_before_a_text_is_read(tmp_path: Path, suffix: str, head: str) -> None:
    put(tmp_path, **{f"a__{suffix}": f"{head}{BREAD}\n\n{STARS}\n"})
    reading = read_corpus(tmp_path)
    (page,) = reading.pages.pages
    assert (page.title, page.date, page.extra) == ("Bread", "2021-05-05", {"party": "FF"})
    assert list(reading.corpus.paragraphs["text"]) == [BREAD, STARS]


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{BREAD}\n---\n{STARS}\n",
        f"---\nnot: [closed\n---\n{STARS}\n",
        f"Question: What does the baker do?\nAnswer: {BREAD}\n\n{STARS}\n",
        f"+++ 3 dead +++\n{BREAD}\n",
    ],
)
def test_what_only_looks_like_metadata_is_text(tmp_path: Path, text: str) -> None:
    put(tmp_path, a__txt=text)
    (page,) = read_pages(tmp_path).pages
    assert (page.body_start, page.title, page.extra) == (0, "", {})


def test_a_date_in_a_file_name_may_contain_what_separates_fields() -> None:
    assert FilenamePattern("{party}-{date}-{slug}").fields("FF-2021-05-06-a-b.txt") == {
        "party": "FF", "date": "2021-05-06", "slug": "a-b",
    }  # fmt: skip
    assert FilenamePattern("{date}_{slug}").fields("5_May_2021_x.txt") != {}
    assert FilenamePattern("{year}{month}{day}_{party}").fields("20210506_FF.txt") == {
        "year": "2021", "month": "05", "day": "06", "party": "FF", "date": "2021-05-06",
    }  # fmt: skip
    assert FilenamePattern("{year}{month}").fields("20210506.txt") is None


def test_a_file_name_that_fits_in_several_ways_is_named(tmp_path: Path) -> None:
    put(tmp_path, a_b_c__txt=BREAD, a_b__txt=STARS, c_d__txt=BOATS)
    settings = override(Settings(), ["reading.filename={first}_{last}"])
    (note,) = read_pages(tmp_path, settings).intake.attention
    assert note.startswith(
        "1 of 3 file names can be read in several ways by reading.filename, e.g. a_b_c.txt, read as first 'a'"
    )


# outlets and long articles


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("BBC News", "bbc news", True), ("The Guardian", "Guardian", True), ("nytimes.com", "www.nytimes.com", True),
        ("Guardian", "theguardian.com", True),
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


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"{BREAD} The oven… [+4213 chars]", True), (f"{BREAD} The oven …", True), (f"{BREAD} The oven...\n", True),
        (BREAD, False), (f"{BREAD} " * 20 + "And so on…", False),
    ],
)  # fmt: skip
def test_an_article_that_is_cut_off_is_named(tmp_path: Path, text: str, *, cut: bool) -> None:
    assert is_cut_off(text) is cut
    put(tmp_path, a__txt=text)
    assert ("cut off, as their ends show: a.txt" in read_corpus(tmp_path).notes) is cut


def test_a_corpus_that_is_kept_in_several_languages_says_so(tmp_path: Path) -> None:
    russian = (
        "Пекарь месит тесто, пока оно не станет гладким, и оставляет его под полотенцем на час."
        " Потом он ставит хлеб в печь, которая топится дровами, и ждёт, когда на нём появится корка."
    )
    put(tmp_path, a__txt=BREAD, b__txt=STARS, c__txt=russian)
    reading = read_corpus(tmp_path, override(Settings(), ["reading.other_languages=keep"]))
    assert "paragraphs by language: 2 in en, 1 in ru" in reading.intake.summary
    assert reading.notes == []


def test_rows_with_the_same_text_are_kept_if_the_study_keeps_duplicates(tmp_path: Path) -> None:
    put(tmp_path, answers__csv=f"text,person\n{BREAD.replace(',', ';')},a\n{BREAD.replace(',', ';')},b\n")
    kept = read_pages(tmp_path, override(Settings(), ["reading.duplicates=keep"]))
    assert sorted(page.extra["person"] for page in kept.pages) == ["a", "b"]
    assert len({page.article_id for page in kept.pages}) == 2
    assert read_pages(tmp_path).copies == {"answers.csv:2": "answers.csv:1"}
