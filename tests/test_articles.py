"""Files -> pages: what is read, under which id, and what is said of what is not."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from topics.articles import Pages, read
from topics.settings import InputError, Reading, Settings

BREAD = (
    "How the village kept its oven\n\n"
    "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work.\n\n"
    "Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter.\n"
)
STARS = (
    "Why the telescope was moved\n\n"
    "The observatory stands on a dry mountain, where the sky is dark and the air is still.\n\n"
    "A planet betrays itself by the small dip in the light of its star.\n"
)
FRENCH = (
    "Le boulanger pétrit la pâte à l’aube, puis il la laisse lever près du four jusqu’à ce que la croûte soit dorée. "
    "À l’été, les élèves du collège goûtent déjà son pain d’épices ; ils préfèrent pourtant celui de Noël."
)
ENGLISH = "The baker’s oven is the village’s own. “Rye,” he says, “drinks more water than wheat” – and so it does."
RUSSIAN = (
    "Пекарь месит тесто на рассвете и оставляет его у печи, пока оно не поднимется. "
    "Ржаная мука впитывает больше воды, чем пшеничная, поэтому тёмный хлеб всегда влажнее и дольше остаётся мягким."
)
PARAGRAPHS = Settings(reading=Reading(unit="paragraph"))


def put(folder: Path, **files: str) -> Path:
    """Write files, ``a__txt`` as ``a.txt``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8", newline="")
    return folder


def ids(pages: Pages) -> list[str]:
    return [page.article_id for page in pages.pages]


def only(pages: Pages):
    assert len(pages.pages) == 1
    return pages.pages[0]


def test_ids_are_the_same_wherever_a_page_lies_and_whatever_its_file_is_called(tmp_path):
    here = put(tmp_path / "here", a__txt=BREAD, z__txt=STARS)
    there = put(tmp_path / "far" / "away", a__txt=STARS)
    put(there / "deep", b__txt=BREAD.replace("\n", "\r\n"))
    assert ids(read(here)) == ids(read(there)) == sorted(ids(read(here)))
    assert only(read(here / "a.txt")).article_id in ids(read(there))
    assert [page.sha256 for page in read(here).pages] == [page.sha256 for page in read(there).pages]


def test_another_text_under_the_same_headline_is_another_article(tmp_path):
    assert (
        len(set(ids(read(put(tmp_path, a__txt=BREAD, b__txt=BREAD + "\nA later edition added this closing line.\n"))))) == 2
    )


def test_the_same_page_twice_is_kept_once_and_recorded(tmp_path):
    pages = read(put(tmp_path, b__txt=BREAD, a__txt=BREAD, c__txt=STARS))
    assert len(pages.pages) == 2
    assert pages.copies == {"b.txt": "a.txt"}
    assert pages.problems == ()


def test_hidden_and_foreign_files_are_left_alone_and_suffixes_may_be_in_capitals(tmp_path):
    put(tmp_path, a__TXT=BREAD, b__pdf="%PDF", c__py="print()")
    put(tmp_path / ".git", d__txt=STARS)
    assert only(read(tmp_path)).source == "a.TXT"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", RUSSIAN),
        ("utf-8-sig", FRENCH),
        ("utf-16", RUSSIAN),
        ("utf-16", FRENCH),
        ("cp1252", FRENCH),
        ("cp1252", ENGLISH),
        ("cp1251", RUSSIAN),
    ],
)
def test_text_is_decoded_whatever_its_encoding(tmp_path, encoding: str, text: str):
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    page = only(read(tmp_path))
    assert page.text == text
    assert page.language == {RUSSIAN: "ru", FRENCH: "fr", ENGLISH: "en"}[text]


def test_html_is_decoded_as_it_declares_itself(tmp_path):
    head = '<head><meta charset="windows-1251"><title>Хлеб</title></head>'
    html = f"<html>{head}<body><article><p>{RUSSIAN}</p></article></body></html>"
    (tmp_path / "a.html").write_bytes(html.encode("cp1251"))
    assert RUSSIAN in only(read(tmp_path)).text


def test_newlines_of_every_kind_become_one(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"One line here.\r\nAnother line here.\rA third line here.\n")
    assert only(read(tmp_path)).text == "One line here.\nAnother line here.\nA third line here.\n"


def test_bytes_that_are_no_text_cost_one_article(tmp_path):
    put(tmp_path, a__txt=BREAD)
    (tmp_path / "b.txt").write_bytes(bytes(range(256)) * 4)
    pages = read(tmp_path)
    assert only(pages).source == "a.txt"
    assert len(pages.problems) == 1
    assert pages.problems[0].startswith("b.txt: ")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2024-03-01", "2024-03-01"),
        ("2024-03-01 10:30:00", "2024-03-01"),
        ("2024-03-01T10:30:00Z", "2024-03-01"),
        ("March 1, 2024", "2024-03-01"),
        ("1 March 2024", "2024-03-01"),
        ("Sept. 5, 2023", "2023-09-05"),
        ("05.09.2023", "2023-09-05"),
        ("spring 2024", "spring 2024"),
        ("", ""),
    ],
)
def test_dates_of_front_matter_are_iso_where_they_can_be(tmp_path, written: str, iso: str):
    page = only(read(put(tmp_path, a__md=f"---\ntitle: The oven\ndate: {written}\n---\n{BREAD}")))
    assert page.date == iso


def test_front_matter_names_the_article_and_offsets_count_from_the_files_start(tmp_path):
    text = f'---\ntitle: "Bread: a history"\nauthor: Ida Rye\noutlet: The Loaf\ntags: [a, b]\n---\n{BREAD}'
    page = only(read(put(tmp_path, a__md=text)))
    assert (page.title, page.author, page.outlet, page.date) == ("Bread: a history", "Ida Rye", "The Loaf", "")
    assert page.text == text
    assert page.text[page.body_start :] == BREAD
    assert page.article_id.startswith("bread-a-history-")


def test_several_authors_are_written_as_a_reader_would(tmp_path):
    page = only(read(put(tmp_path, a__md=f"---\nauthor: [Ida Rye, Otto Korn]\n---\n{BREAD}")))
    assert page.author == "Ida Rye, Otto Korn"


@pytest.mark.parametrize(
    "broken", ["title: [unclosed", "title: a: b: c", "date: 2024-02-30", "\ttitle: x", "title: *nobody"]
)
def test_broken_front_matter_costs_one_article_and_is_named(tmp_path, broken: str):
    pages = read(put(tmp_path, bad__md=f"---\n{broken}\n---\n{STARS}", good__md=BREAD))
    assert only(pages).source == "good.md"
    assert len(pages.problems) == 1
    assert pages.problems[0].startswith("bad.md: ")
    assert "expected" in pages.problems[0]


def test_a_page_without_text_costs_one_article(tmp_path):
    pages = read(
        put(tmp_path, a__txt=" \n\n", b__md="---\ntitle: Only a head\n---\n", c__html="<html></html>", d__txt=BREAD)
    )
    assert only(pages).source == "d.txt"
    assert [problem.partition(":")[0] for problem in pages.problems] == ["a.txt", "b.md", "c.html"]
    assert all("expected an article" in problem for problem in pages.problems)


HTML = """<!doctype html><html lang="en"><head><title>How the village kept its oven | The Loaf</title>
<meta property="og:site_name" content="The Loaf"><meta name="author" content="Ida Rye">
<meta property="article:published_time" content="2024-03-01T08:00:00Z">
<meta property="og:title" content="How the village kept its oven"></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>How the village kept its oven</h1>
<p>The baker folds the dough twice &amp; leaves it under a cloth until the yeast has done its work.</p>
<script>track("visitor")</script>
<h2>A wetter dough</h2>
<p>Rye flour drinks more water than wheat flour, so the dough for a dark loaf is <em>always</em> wetter.</p>
<p>A hot oven and a little steam give the crust its shine before the crumb has set.</p>
</article><footer>All rights reserved. <a href="/privacy">Privacy policy</a></footer></body></html>"""


def test_html_gives_its_prose_and_what_it_says_of_itself(tmp_path):
    page = only(read(put(tmp_path, a__html=HTML)))
    assert (page.title, page.author, page.outlet, page.date) == (
        "How the village kept its oven",
        "Ida Rye",
        "The Loaf",
        "2024-03-01",
    )
    lines = page.text.split("\n")
    assert "The baker folds the dough twice & leaves it under a cloth until the yeast has done its work." in lines
    assert "Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter." in lines
    assert "track(" not in page.text
    assert page.body_start == 0


ROWS = [
    {"text": BREAD, "title": "The oven", "author": "Ida Rye", "outlet": "The Loaf", "date": "1 March 2024"},
    {"text": STARS, "title": "NA", "author": "", "outlet": "null", "date": ""},
]


def save(rows: list[dict], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif path.suffix == ".csv":
        pd.DataFrame(rows).to_csv(path, index=False)
    else:
        pd.DataFrame(rows).to_parquet(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_of_articles_says_the_same_in_every_format_and_row_order(tmp_path, suffix: str):
    pages = read(save(ROWS, tmp_path / f"t{suffix}"))
    assert [
        (page.title, page.author, page.outlet, page.date) for page in sorted(pages.pages, key=lambda page: page.source)
    ] == [
        ("The oven", "Ida Rye", "The Loaf", "2024-03-01"),
        ("NA", "", "null", ""),
    ]
    assert [page.text for page in sorted(pages.pages, key=lambda page: page.source)] == [BREAD, STARS]
    assert {page.source for page in pages.pages} == {f"t{suffix}:1", f"t{suffix}:2"}
    turned = read(save(ROWS[::-1], tmp_path / "turned" / f"other{suffix}"))
    assert ids(turned) == ids(pages)


def test_an_article_id_of_the_table_is_kept_to_the_letter(tmp_path):
    rows = [{"article_id": "007", "text": BREAD}, {"article_id": "1e3", "text": STARS}]
    for suffix in (".csv", ".jsonl", ".parquet"):
        assert ids(read(save(rows, tmp_path / f"t{suffix}"))) == ["007", "1e3"]


def test_columns_of_other_kinds_in_a_parquet_do_no_harm(tmp_path):
    frame = pd.DataFrame(
        {"text": [BREAD, STARS], "tags": [["rye", "oven"], []], "date": pd.to_datetime(["2024-03-01", None])}
    )
    frame["views"] = pd.array([3, None], dtype="Int64")
    frame.to_parquet(tmp_path / "t.parquet")
    assert sorted(page.date for page in read(tmp_path).pages) == ["", "2024-03-01"]


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "half a',
        "[1, 2]",
        '"a string"',
        "NaN",
        '{"text": ""}',
        '{"title": "no text"}',
        '{"text": "lone \\ud800 half"}',
    ],
)
def test_a_bad_line_costs_that_line_only(tmp_path, line: str):
    good = [json.dumps({"text": BREAD}), json.dumps({"text": STARS})]
    put(tmp_path, t__jsonl="\n".join([good[0], line, "", good[1]]))
    pages = read(tmp_path)
    assert sorted(page.text for page in pages.pages) == sorted([BREAD, STARS])
    assert len(pages.problems) == 1
    assert pages.problems[0].startswith("t.jsonl ")
    assert "2:" in pages.problems[0]
    assert "expected" in pages.problems[0]


def test_a_row_is_named_by_its_line_even_after_a_bad_one(tmp_path):
    good = [json.dumps({"text": text}) for text in (BREAD, STARS)]
    put(tmp_path, t__jsonl="\n".join([good[0], "{broken", good[1]]))
    assert sorted(page.source for page in read(tmp_path).pages) == ["t.jsonl:1", "t.jsonl:3"]


def test_one_id_for_different_articles_in_two_tables_is_a_problem_not_a_copy(tmp_path):
    save([{"article_id": "1", "text": BREAD}], tmp_path / "a.jsonl")
    save([{"article_id": "1", "text": STARS}], tmp_path / "b.jsonl")
    pages = read(tmp_path)
    assert pages.copies == {}
    assert only(pages).source == "a.jsonl:1"
    assert len(pages.problems) == 1
    assert pages.problems[0].startswith("b.jsonl")
    assert "article_id '1'" in pages.problems[0]


SHORT = [
    {"article_id": "b", "paragraph_id": "x9", "text": "Yes."},
    {"article_id": "a", "paragraph_id": "x8", "text": "Advertisement"},
    {"article_id": "b", "paragraph_id": "x1", "text": "Yes."},
    {"article_id": "b", "paragraph_id": "", "text": "Two\nlines of one paragraph."},
]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_rows_that_are_paragraphs_are_gathered_in_row_order(tmp_path, suffix: str):
    pages = read(save(SHORT, tmp_path / f"t{suffix}"), PARAGRAPHS)
    assert ids(pages) == ["a", "b"]
    page = pages.pages[1]
    assert [(name, page.text[start:end]) for name, start, end in page.rows or ()] == [
        ("x9", "Yes."),
        ("x1", "Yes."),
        ("", "Two\nlines of one paragraph."),
    ]


def test_paragraph_rows_without_an_article_are_all_kept_over_several_tables(tmp_path):
    save([{"text": "First of the first table."}, {"text": "Second of the first table."}], tmp_path / "a.jsonl")
    save([{"text": "First of the second table."}, {"text": "Second of the second table."}], tmp_path / "b.jsonl")
    pages = read(tmp_path, PARAGRAPHS)
    assert len(pages.pages) == 4
    assert pages.copies == {}


def test_paragraph_ids_that_repeat_are_refused(tmp_path):
    rows = [
        {"paragraph_id": "p", "text": "One here."},
        {"paragraph_id": "q", "text": "Two."},
        {"paragraph_id": "p", "text": "Three."},
    ]
    with pytest.raises(InputError, match=r"t\.jsonl: rows 1 and 3 share paragraph_id 'p'; expected each once"):
        read(save(rows, tmp_path / "t.jsonl"), PARAGRAPHS)


def test_article_ids_that_repeat_point_to_the_paragraph_unit(tmp_path):
    with pytest.raises(InputError, match=r"rows 1 and 2 share article_id 'a'; .*--unit paragraph"):
        read(save([{"article_id": "a", "text": BREAD}, {"article_id": "a", "text": STARS}], tmp_path / "t.csv"))


def test_a_table_without_text_is_refused_with_the_columns_it_has(tmp_path):
    for suffix in (".csv", ".jsonl", ".parquet"):
        with pytest.raises(InputError, match=r"lacks column 'text'; found \['body', 'title'\]"):
            read(save([{"title": "a", "body": BREAD}], tmp_path / f"t{suffix}"))


def test_a_file_that_is_no_table_costs_that_file(tmp_path):
    put(tmp_path, a__txt=BREAD, b__parquet="not a parquet", c__csv="", d__csv='text\n"open quote')
    pages = read(tmp_path)
    assert "a.txt" in {page.source for page in pages.pages}
    assert {problem.partition(":")[0] for problem in pages.problems} >= {"b.parquet", "c.csv"}
    assert all("not a readable" in problem for problem in pages.problems if problem.startswith(("b.", "c.")))


def test_nothing_to_read_is_refused_with_what_to_do(tmp_path):
    with pytest.raises(
        InputError, match=r"nowhere does not exist; expected a folder of pages or a table \(\.txt \.md .*\.parquet\)"
    ):
        read(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no article found in .*empty; expected non-empty files ending in \.txt"):
        read(tmp_path / "empty")
    put(tmp_path, a__pdf="%PDF")
    with pytest.raises(InputError, match=r"a\.pdf has suffix '\.pdf'; expected one of \.txt"):
        read(tmp_path / "a.pdf")
    put(tmp_path / "blank", a__txt=" ")
    with pytest.raises(InputError, match=r"a\.txt: no text in it"):
        read(tmp_path / "blank" / "a.txt")


def test_reading_leaves_the_folder_as_it_was(tmp_path):
    folder = put(tmp_path / "in", a__txt=BREAD, b__md=f"---\ntitle: x\n---\n{STARS}", c__html=HTML)
    shutil.copytree(folder, tmp_path / "copy")
    read(folder)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "copy").iterdir()
    }


def test_a_run_folder_among_the_pages_is_not_read(tmp_path):
    (tmp_path / "page.txt").write_text("A page with a line of its own.", encoding="utf-8")
    run = tmp_path / "run"
    (run / "tables").mkdir(parents=True)
    (run / "run.json").write_text("{}", encoding="utf-8")
    (run / "report.html").write_text("<html><body><p>The report of an older run, long enough to be read.</p></body></html>")
    (run / "tables" / "articles.csv").write_text("text\nsomething\n", encoding="utf-8")
    assert [page.source for page in read(tmp_path).pages] == ["page.txt"]


def test_a_comma_at_the_end_of_rows_shifts_no_column(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('text,title\n"The text of the first.",First,\n"The text of the second.",Second,\n', encoding="utf-8")
    found = read(path)
    assert {page.title: page.text for page in found.pages} == {
        "First": "The text of the first.",
        "Second": "The text of the second.",
    }
    assert any("more cells than the header" in problem for problem in found.problems)


def test_the_charset_that_a_page_declares_is_believed(tmp_path):
    prose = "Część mieszkańców sądzi, że źle się stało, gdy sąsiedzi zamknęli most i nikt nie pytał ich o zdanie przez zimę."
    page = f"<html><head><meta charset='iso-8859-2'></head><body><article><p>{prose}</p></article></body></html>"
    (tmp_path / "page.html").write_bytes(page.encode("iso-8859-2"))
    assert "Część mieszkańców sądzi, że źle" in read(tmp_path).pages[0].text


@pytest.mark.parametrize("declared", ["iso-8859-2", "hex", "rot13", "no-such-charset"])
def test_utf_8_is_utf_8_whatever_its_head_declares(tmp_path, declared):
    text = f'A line on <meta charset="{declared}"> and on Łódź, saved anew as UTF-8.'
    (tmp_path / "page.txt").write_text(text, encoding="utf-8")
    (tmp_path / "plain.txt").write_text(f"Only <meta charset={declared}> and plain letters stand here.", encoding="utf-8")
    assert {page.text for page in read(tmp_path).pages} == {
        text,
        f"Only <meta charset={declared}> and plain letters stand here.",
    }
