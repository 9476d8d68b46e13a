"""Which column is which field, missing values, and data in memory."""

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topics.errors import InputError
from topics.reading import read_frame, read_pages, read_texts
from topics.reading.columns import read_table, require_columns, separate_ids, usual_fields
from topics.reading.document import Contents
from topics.reading.values import as_text, is_missing
from topics.settings import ReadingSettings, Settings

BREAD = "The baker folds the dough twice and leaves it under a cloth until the yeast has done all of its work."


def read(columns: dict[str, list], **wanted: str) -> Contents:
    rows = zip(*columns.values(), strict=True)
    numbered = ((str(number), row) for number, row in enumerate(rows, start=1))
    return read_table("table", list(columns), numbered, ReadingSettings(columns=wanted), "t.csv")


def only(contents: Contents) -> tuple[str, dict[str, str]]:
    (row,) = contents.documents
    return row.text, dict(row.fields)


@pytest.mark.parametrize(
    ("text", "title", "author", "outlet", "date"),
    [
        ("TEXT", "Title", "Author", "OUTLET", "Date"),
        ("content", "headline", "authors", "source", "publishedAt"),
        ("full_text", "Head Line", "byline", "media_name", "publish_date"),
        ("Body", "articleTitle", "By", "Newspaper", "pub-date"),
        ("Volltext", "Überschrift", "Autor", "Zeitung", "Veröffentlicht"),
        ("Inhalt", "Titel", "Verfasser", "Quelle", "Datum"),
        ("contenu", "titre", "auteur", "média", "date de publication"),
        ("texte", "Titre", "Auteurs", "Journal", "Publié le"),
        ("contenido", "título", "autora", "medio", "fecha"),
        ("Cuerpo", "titular", "autor", "periódico", "Fecha de publicación"),
        ("текст", "заголовок", "автор", "издание", "дата"),
        ("Содержание", "Название", "Авторы", "Источник", "Дата публикации"),
        ("正文", "标题", "作者", "媒体", "日期"),
        ("内容", "题目", "记者", "来源", "发布时间"),
    ],
)
def test_columns_are_found_by_their_usual_names(text: str, title: str, author: str, outlet: str, date: str):
    found = read({date: ["2024"], title: ["a"], "Partei": ["x"], text: [BREAD], outlet: ["b"], author: ["c"]})
    fields = {"title": "a", "author": "c", "outlet": "b", "date": "2024", "Partei": "x"}
    assert only(found) == (BREAD, fields)
    names = {"text": text, "title": title, "author": author, "outlet": outlet, "date": date}
    assert found.columns == names
    assert found.header == (date, title, "Partei", text, outlet, author)


def test_the_exact_name_has_precedence_and_the_others_are_carried_along():
    found = read({"headline": ["long " * 9], "text": ["Short."], "title": ["a"], "content": [BREAD]})
    assert only(found) == ("Short.", {"title": "a", "headline": "long " * 9, "content": BREAD})
    assert (found.columns, found.notes) == ({}, ())


def test_of_two_columns_of_text_that_with_more_is_taken_and_this_is_said():
    found = read({"body": ["A teaser, cut off …"], "content": [BREAD]})
    assert only(found) == (BREAD, {"body": "A teaser, cut off …"})
    assert found.notes == ("text: column 'content' was used, which contains more text than 'body'",)


def test_of_two_outlets_that_with_the_more_usual_name_is_taken_and_an_empty_one_never():
    found = read({"text": [BREAD], "domain": ["x.org"], "publication": ["The Loaf"], "Outlet": [""]})
    assert only(found)[1] == {"outlet": "The Loaf", "domain": "x.org", "Outlet": ""}
    assert found.notes == ("outlet: column 'publication' was used, not 'domain'",)


def test_without_a_usual_name_the_only_prose_is_the_text():
    found = read({"id": ["a1", "a2"], "open.ended.answer": [BREAD, BREAD + " Yes."], "wave": ["1", "2"]})
    assert [row.text for row in found.documents] == [BREAD, BREAD + " Yes."]
    assert found.columns == {"text": "open.ended.answer", "article_id": "id"}
    assert "the only one with prose" in found.notes[0]


def test_a_usual_name_above_something_else_does_not_hide_the_prose():
    found = read({"document": ["d1", "d2"], "Stellungnahme": [BREAD, BREAD]})
    assert found.columns["text"] == "Stellungnahme"


@pytest.mark.parametrize(
    "columns",
    [{"q1": [BREAD], "q2": [BREAD]}, {"a": ["yes"], "b": ["no"]}, {"title": [BREAD], "url": ["x"]}, {}],
    ids=["two", "none", "title", "empty"],
)
def test_without_one_clear_text_the_table_is_refused_with_its_columns(columns: dict[str, list]):
    with pytest.raises(InputError, match=r"^t\.csv lacks a column 'text'; found .*; .*: --column text=NAME$") as error:
        read(columns)
    assert all(repr(name) in str(error.value) for name in columns)


def test_a_first_row_of_prose_is_no_header():
    with pytest.raises(InputError, match="the first row seems to be a text; expected a header"):
        read({BREAD: ["Another text."]})


def test_columns_can_be_named_in_any_case():
    found = read({"text": ["x"], "Answer 1": [BREAD], "title": ["a"], "where": ["b"]}, text="answer_1", outlet="where")
    assert only(found) == (BREAD, {"title": "a", "text (2)": "x", "outlet": "b"})
    assert found.columns == {"text": "Answer 1", "outlet": "where"}


def test_a_named_column_must_be_in_one_of_the_tables(tmp_path):
    (tmp_path / "a.csv").write_text(f"text,note\n{BREAD},x\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("story,text\nOf rye and its crust.,x\n", encoding="utf-8")
    pages = read_pages(tmp_path, Settings(reading=ReadingSettings(columns={"text": "story"})))
    assert sorted(page.text for page in pages.pages) == ["Of rye and its crust.", BREAD]
    with pytest.raises(InputError, match=r"reading\.columns\.text is 'tale', but .*; found 'text', 'note', 'story'"):
        read_pages(tmp_path, Settings(reading=ReadingSettings(columns={"text": "tale"})))
    require_columns([], ReadingSettings(columns={"text": "tale"}))  # no table: nothing to say


def test_an_id_must_be_unique_and_complete():
    assert read({"text": ["a", "b"], "doc_id": ["x", "y"]}).columns == {"article_id": "doc_id"}
    for ids in (["x", "x"], ["x", ""], ["x", "NA"]):
        found = read({"text": ["a", "b"], "doc_id": ids})
        assert found.columns == {}
        assert found.notes[0] == "article_id: column 'doc_id' was not used, since its values are not unique"
        assert found.documents[0].fields["doc_id"] == "x"


def test_row_numbers_of_several_tables_are_no_ids(tmp_path):
    for name, texts in (("a", ["One loaf.", "Two loaves."]), ("b", ["Three loaves.", "Four loaves."])):
        rows = "".join(f"{number},{text}\n" for number, text in enumerate(texts, start=1))
        (tmp_path / f"{name}.csv").write_text(f"id,text\n{rows}", encoding="utf-8")
    pages = read_pages(tmp_path)
    assert (len(pages.pages), pages.problems) == (4, ())
    assert {page.extra["id"] for page in pages.pages} == {"1", "2"}
    first, second = separate_ids([read({"text": ["a"], "id": ["1"]}), read({"text": ["b"], "id": ["2"]})])
    assert first.documents[0].fields["article_id"] == "1"
    assert second.columns == {"article_id": "id"}


def test_a_table_of_paragraphs_has_ids_of_both():
    columns = {"text": ["a", "b"], "doc id": ["x", "x"], "id": ["p1", "p2"]}
    rows = zip(*columns.values(), strict=True)
    numbered = ((str(number), row) for number, row in enumerate(rows, start=1))
    found = read_table("table", list(columns), numbered, ReadingSettings(unit="paragraph"), "t.csv")
    assert [dict(row.fields) for row in found.documents] == [
        {"article_id": "x", "paragraph_id": "p1"},
        {"article_id": "x", "paragraph_id": "p2"},
    ]


def test_a_year_is_a_date_and_a_value_to_group_by():
    assert only(read({"text": [BREAD], "Year": ["2019.0"]})) == (BREAD, {"date": "2019", "Year": "2019"})


def test_fields_are_found_by_names_alone():
    assert usual_fields(["file", "Domain", "Outlet", "Titel", "wave"]) == {"title": "Titel", "outlet": "Outlet"}


def test_nameless_and_equal_columns_have_names():
    contents = read_table(
        "table", ["", "text", "", "a", "a", "", "Unnamed: 6"],
        [("1", ["0", "x", "", "1", "2", "y", "7"]), ("2", ["1", "z", "", "3", "4", "", "9"])], ReadingSettings(), "t.csv",
    )  # fmt: skip
    assert dict(contents.documents[0].fields) == {"a": "1", "a (2)": "2", "column 6": "y", "Unnamed: 6": "7"}


MISSING = [
    "nan",
    "NaN",
    "None",
    "NULL",
    "N/A",
    "n/a",
    "NA",
    "#N/A",
    "-",
    "--",
    ".",
    "(null)",
    "undefined",
    "k. A.",
    "s.d.",
    "–",
]


@pytest.mark.parametrize("written", MISSING)
@pytest.mark.parametrize("field", ["text", "title", "outlet", "author", "date", ""])
def test_missing_values_written_as_text_are_missing(written: str, field: str):
    assert is_missing(f" {written} ", field)
    assert not is_missing(f"{written} and more", field)


def test_some_words_are_values_in_some_columns():
    assert is_missing("[removed]", "text")
    assert is_missing("none", "outlet")
    assert not is_missing("none")
    assert not is_missing("[removed]", "title")
    assert not is_missing("NA", codes=True)


def test_missing_values_are_dropped_and_counted():
    found = read(
        {
            "text": [BREAD, "nan", "[deleted]", ""],
            "outlet": ["N/A", "NA", "The Loaf", "nan"],
            "country": ["NA", "DE", "FR", "GB"],
            "party": ["NA", "Greens", "nan", "-"],
        }
    )
    assert only(found) == (BREAD, {"outlet": "", "country": "NA", "party": ""})
    assert found.problems == ("3 rows without a text (rows 2, 3 and 4); expected an article or a paragraph",)
    assert found.notes == ("8 missing values written as text, such as 'nan', in text, outlet and party",)


def test_many_rows_without_a_text_are_one_line():
    found = read({"text": ["a", *[""] * 500], "title": ["t"] * 501})
    assert found.problems == (
        "500 rows without a text (rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 490 more); expected an article or a paragraph",
    )
    assert read({"text": ["a", "-"]}).problems == ("row 2: no text in it; expected an article or a paragraph",)


def test_typed_values_are_written_as_people_write_them():
    found = read(
        {
            "text": [BREAD],
            "date": [datetime.datetime(2020, 1, 2)],
            "seen": [datetime.datetime(2020, 1, 2, 3, 4)],
            "year": [2019.0],
            "score": [0.5],
            "flag": [True],
            "tags": [["a", "b"]],
            "images": [[{"url": "x"}]],
        }
    )
    assert only(found)[1] == {
        "date": "2020-01-02", "seen": "2020-01-02 03:04:00", "year": "2019", "score": "0.5", "flag": "true",
        "tags": "a, b", "images": '[{"url": "x"}]',
    }  # fmt: skip


def test_a_column_of_halves_stays_one():
    found = read({"text": ["a", "b"], "score": [1.0, 0.5], "n": [1.0, None], "big": [1e300, None]})
    assert dict(found.documents[0].fields) == {"score": "1.0", "n": "1", "big": "1e+300"}


def test_a_frame_is_read_and_stays_unchanged():
    frame = pd.DataFrame(
        {
            "content": pd.Series([BREAD, "Rye."], dtype="string"),
            "published": pd.to_datetime(["2024-03-01", None]),
            "party": pd.Categorical(["Greens", None]),
            "wave": pd.array([1, pd.NA], dtype="Int64"),
            "weight": [0.5, np.nan],
            "year": [2019.0, np.nan],
            "tags": [["a", "b"], None],
            "ok": [True, False],
            "mixed": [pd.NA, 3],
        }
    ).set_axis([7, 9])
    before = frame.copy(deep=True)
    found = read_frame(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert [dict(row.fields) for row in found.documents] == [
        {
            "date": "2024-03-01", "party": "Greens", "wave": "1", "weight": "0.5", "year": "2019", "tags": "a, b",
            "ok": "true", "mixed": "",
        },
        {"date": "", "party": "", "wave": "", "weight": "", "year": "", "tags": "", "ok": "false", "mixed": "3"},
    ]  # fmt: skip
    assert found.columns == {"text": "content", "date": "published"}
    assert found.is_table
    assert [row.part for row in found.documents] == ["1", "2"]


def test_an_index_with_a_name_is_a_column():
    frame = pd.DataFrame({"text": ["a", "b"]}, index=pd.Index(["x", "y"], name="article_id"))
    assert [row.fields["article_id"] for row in read_frame(frame).documents] == ["x", "y"]
    levels = pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["party", None])
    assert dict(read_frame(pd.DataFrame({"text": ["a", "b"]}, index=levels)).documents[0].fields) == {"party": "x"}


def test_columns_of_a_frame_need_no_names_of_text():
    frame = pd.DataFrame([[BREAD, 3]], columns=[0, ("a", "b")])
    assert only(read_frame(frame)) == (BREAD, {"a.b": "3"})
    with pytest.raises(InputError, match="DataFrame lacks a column 'text'; found no columns"):
        read_frame(pd.DataFrame())


def test_texts_in_memory_are_articles():
    found = read_texts(["One loaf.", "", "nan", "Two\r\nloaves."])
    assert [(row.part, row.text) for row in found.documents] == [("1", "One loaf."), ("4", "Two\nloaves.")]
    assert found.problems == ("2 rows without a text (rows 2 and 3); expected an article or a paragraph",)
    assert read_texts(pd.Series(["a", None])).documents[0].text == "a"
    with pytest.raises(InputError, match="list: item 2 is int; expected texts"):
        read_texts(["a", 3])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"), (None, ""), (float("nan"), ""), (pd.NaT, ""), (pd.NA, ""), (True, "true"), (np.bool_(False), "false"),
        (np.array(["a", "b"]), "a, b"), ({"b", "a"}, "a, b"), ({"name": "x", "id": 3}, "x"), ({"$oid": "5f"}, "5f"),
        (datetime.date(2020, 1, 2), "2020-01-02"), (pd.Timestamp("2020-01-02"), "2020-01-02"), (b"caf\xc3\xa9", "café"),
        (np.int64(3), "3"),
    ],
)  # fmt: skip
def test_values_are_said_as_text(value: object, text: str):
    assert as_text(value) == text


def test_a_table_without_a_header_does_not_lose_its_first_article(tmp_path: Path) -> None:
    rows = ["The baker kneads the dough until it is smooth and lets it rise under a cloth for an hour.", "It rises " * 20]
    (tmp_path / "a.csv").write_text("".join(f'"{row}",2021-01-0{i}\n' for i, row in enumerate(rows, 1)), encoding="utf-8")
    with pytest.raises(InputError, match="the first row seems to be a text"):
        read_pages(tmp_path / "a.csv")


def test_records_in_memory_are_a_table_and_a_mapping_is_none() -> None:
    records = [{"text": "The baker folds the dough.", "party": "FF"}, {"text": "The ferry sails."}]
    assert [dict(own.fields) for own in read_texts(records).documents] == [{"party": "FF"}, {"party": ""}]
    with pytest.raises(InputError, match="a mapping; expected a list of texts, or a table"):
        read_texts({"text": "The baker folds the dough."})


def test_html_in_cells_becomes_text() -> None:
    texts = [
        "<p>The baker <b>folds</b> it.</p><p>It rises.</p><script>x()</script>",
        "If a < b and c > d, the dough is dry.",
    ]
    contents = read_frame(pd.DataFrame({"text": texts}))
    assert [own.text for own in contents.documents] == ["The baker folds it.\n\nIt rises.", texts[1]]
    assert contents.notes == ("1 text with HTML tags, which were removed",)


def test_line_ends_as_excel_stores_them_are_line_ends() -> None:
    (document,) = read_frame(pd.DataFrame({"text": ["The dough rises._x000D_\nIt falls."]})).documents
    assert document.text == "The dough rises.\nIt falls."


def test_a_date_may_stand_in_three_columns() -> None:
    frame = pd.DataFrame({"text": ["One loaf.", "Two loaves.", "Three."], "Jahr": [1999, 2000, 2001]})
    frame = frame.assign(Monat=[3, 12, 13], Tag=[4, 31, 1], party="FF")
    documents = read_frame(frame).documents
    assert [own.fields["date"] for own in documents] == ["1999-03-04", "2000-12-31", "2001"]
    assert dict(documents[0].fields) | {"date": ""} == {"date": "", "Jahr": "1999", "Monat": "3", "Tag": "4", "party": "FF"}


def test_a_row_that_occurs_twice_costs_no_other(tmp_path: Path) -> None:
    row = '1,"The baker folds the dough, and lets it rise."\n'
    (tmp_path / "a.csv").write_text(
        f'article_id,text\n{row}{row}2,"The ferry sails, unless it is windy."\n', encoding="utf-8"
    )
    pages = read_pages(tmp_path)
    assert [page.article_id for page in pages.pages] == ["1", "2"]
    assert pages.intake.attention == ["1 row left out, with the article_id and the text of another row (a.csv)"]


def test_a_nul_character_costs_itself(tmp_path: Path) -> None:
    rows = "".join(f'"The baker folds the dough for the {n} time, and lets it rise.",{n}\n' for n in range(20))
    (tmp_path / "a.csv").write_bytes(f"text,n\n{rows}".encode() + b'"The ferry\0 sails.",21\n')
    pages = read_pages(tmp_path)
    assert len(pages.pages) == 21
    assert any(page.text == "The ferry\ufffd sails." for page in pages.pages)
