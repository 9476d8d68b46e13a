"""Files -> pages: what is read, under which id, and what is said of what is not."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from topics.errors import InputError
from topics.reading import Pages, read_pages
from topics.settings import ReadingSettings, Settings

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
PARAGRAPHS = Settings(reading=ReadingSettings(unit="paragraph"))


def put(folder: Path, **files: str) -> Path:
    """Write files, ``a__txt`` as ``a.txt``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8", newline="")
    return folder


def save(rows: list[dict], path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif path.suffix == ".csv":
        pd.DataFrame(rows).to_csv(path, index=False)
    else:
        pd.DataFrame(rows).to_parquet(path)
    return path


def ids(pages: Pages) -> list[str]:
    return [page.article_id for page in pages.pages]


def only(pages: Pages):
    assert len(pages.pages) == 1
    return pages.pages[0]


def test_ids_are_the_same_wherever_a_page_lies_and_whatever_its_file_is_called(tmp_path):
    here = put(tmp_path / "here", a__txt=BREAD, z__txt=STARS)
    there = put(tmp_path / "far" / "away", a__txt=STARS)
    put(there / "deep", b__txt=BREAD.replace("\n", "\r\n"))
    assert ids(read_pages(here)) == ids(read_pages(there)) == sorted(ids(read_pages(here)))
    assert only(read_pages(here / "a.txt")).article_id in ids(read_pages(there))
    assert [page.sha256 for page in read_pages(here).pages] == [page.sha256 for page in read_pages(there).pages]


def test_another_text_under_the_same_headline_is_another_article(tmp_path):
    assert (
        len(set(ids(read_pages(put(tmp_path, a__txt=BREAD, b__txt=BREAD + "\nA later edition added this closing line.\n")))))
        == 2
    )


def test_the_same_page_twice_is_kept_once_and_recorded(tmp_path):
    pages = read_pages(put(tmp_path, b__txt=BREAD, a__txt=BREAD, c__txt=STARS))
    assert len(pages.pages) == 2
    assert pages.copies == {"b.txt": "a.txt"}
    assert pages.problems == ()


def test_hidden_and_foreign_files_are_left_alone_and_suffixes_may_be_in_capitals(tmp_path):
    put(tmp_path, a__TXT=BREAD, b__pdf="%PDF", c__py="print()")
    put(tmp_path / ".git", d__txt=STARS)
    assert only(read_pages(tmp_path)).source == "a.TXT"


def test_a_folder_may_mix_every_format_at_every_depth(tmp_path):
    put(tmp_path, a__txt=f"{BREAD}A.", b__md=f"{BREAD}B.", c__html=HTML)
    put(tmp_path / "deep" / "deeper", d__HTM=HTML.replace("folds", "kneads"))
    for suffix in ("csv", "jsonl", "parquet"):
        save([{"text": f"{BREAD}{suffix}"}], tmp_path / "tables" / f"t.{suffix}")
    pages = read_pages(tmp_path)
    assert pages.problems == ()
    assert sorted(page.source for page in pages.pages) == [
        *("a.txt", "b.md", "c.html", "deep/deeper/d.HTM"),
        *("tables/t.csv:1", "tables/t.jsonl:1", "tables/t.parquet:1"),
    ]


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (FRENCH, "fr"), (RUSSIAN, "ru"), ("12 345\n", "")])
def test_the_language_of_a_page_is_detected_where_it_has_letters(tmp_path, text: str, language: str):
    assert only(read_pages(put(tmp_path, a__txt=text))).language == language


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv", ".jsonl"])
def test_pages_and_tables_are_decoded_alike(tmp_path, suffix: str):
    text = {
        ".html": f"<html><body><p>{RUSSIAN}</p></body></html>",
        ".csv": f'title,text\nХлеб,"{RUSSIAN}"\n',
        ".jsonl": json.dumps({"title": "Хлеб", "text": RUSSIAN}, ensure_ascii=False),
    }.get(suffix, RUSSIAN)
    for name, encoding in (("a", "cp1251"), ("b", "utf-16"), ("c", "utf-16-le")):
        (tmp_path / f"{name}{suffix}").write_bytes(text.encode(encoding))
    pages = read_pages(tmp_path)
    assert {page.text for page in pages.pages} == {RUSSIAN}
    assert len(pages.pages) + len(pages.copies) == 3


def test_newlines_of_every_kind_become_one(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"One line here.\r\nAnother line here.\rA third line here.\n")
    assert only(read_pages(tmp_path)).text == "One line here.\nAnother line here.\nA third line here.\n"


MOJIBAKE = "The bakerâ€™s oven is the villageâ€™s own, and â€œryeâ€\x9d drinks more water than wheat."
MENDED = "The baker’s oven is the village’s own, and “rye” drinks more water than wheat."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "{}"),
        ("a.md", "---\nauthor: Ida Rye\n---\n{}"),
        ("a.html", "<html><body><p>{}</p></body></html>"),
        ("a.csv", 'text\n"{}"\n'),
    ],
)
def test_mojibake_is_mended_and_noted_or_left_as_the_study_says(tmp_path, name: str, text: str):
    (tmp_path / name).write_text(text.replace("{}", MOJIBAKE), encoding="utf-8")
    page = only(read_pages(tmp_path))
    assert (page.text.count(MENDED), page.text.count("â€"), page.mended) == (text.count("{}"), 0, True)
    page = only(read_pages(tmp_path, Settings(reading=ReadingSettings(mend=False))))
    assert (page.text.count(MENDED), page.text.count("â€") > 0, page.mended) == (0, True, False)


def test_mojibake_of_a_table_is_mended_in_its_titles_and_in_ready_made_paragraphs_too(tmp_path):
    rows = [
        {"article_id": "a", "text": "Plain.", "title": "Doâ€™s"},
        {"article_id": "a", "text": MOJIBAKE, "title": "Doâ€™s"},
    ]
    page = only(read_pages(save(rows, tmp_path / "t.jsonl"), PARAGRAPHS))
    assert (page.title, page.mended) == ("Do’s", True)
    assert [page.text[start:end] for _, start, end in page.rows or ()] == ["Plain.", MENDED]


def test_what_needs_no_mending_is_not_noted_as_mended(tmp_path):
    assert not only(read_pages(put(tmp_path, a__txt=BREAD.replace("\n", "\r\n")))).mended


def test_bytes_that_are_no_text_cost_one_article(tmp_path):
    put(tmp_path, a__txt=BREAD)
    (tmp_path / "b.txt").write_bytes(bytes(range(256)) * 4)
    pages = read_pages(tmp_path)
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
    page = only(read_pages(put(tmp_path, a__md=f"---\ntitle: The oven\ndate: {written}\n---\n{BREAD}")))
    assert page.date == iso


def test_front_matter_names_the_article_and_offsets_count_from_the_files_start(tmp_path):
    text = f'---\ntitle: "Bread: a history"\nauthor: Ida Rye\noutlet: The Loaf\ntags: [a, b]\n---\n{BREAD}'
    page = only(read_pages(put(tmp_path, a__md=text)))
    assert (page.title, page.author, page.outlet, page.date) == ("Bread: a history", "Ida Rye", "The Loaf", "")
    assert page.text == text
    assert page.text[page.body_start :] == BREAD
    assert page.article_id.startswith("bread-a-history-")


def test_several_authors_are_written_as_a_reader_would(tmp_path):
    page = only(read_pages(put(tmp_path, a__md=f"---\nauthor: [Ida Rye, Otto Korn]\n---\n{BREAD}")))
    assert page.author == "Ida Rye, Otto Korn"


@pytest.mark.parametrize(
    "broken", ["title: [unclosed", "title: a: b: c", "date: 2024-02-30", "\ttitle: x", "title: *nobody"]
)
def test_broken_front_matter_costs_one_article_and_is_named(tmp_path, broken: str):
    pages = read_pages(put(tmp_path, bad__md=f"---\n{broken}\n---\n{STARS}", good__md=BREAD))
    assert only(pages).source == "good.md"
    assert len(pages.problems) == 1
    assert pages.problems[0].startswith("bad.md: ")
    assert "expected" in pages.problems[0]


@pytest.mark.parametrize("tag", ["!!int ''", "!!timestamp x", "!!bool x", "!!python/object:os.system x", "[" * 3000])
def test_no_front_matter_is_so_broken_that_reading_fails(tmp_path, tag: str):
    pages = read_pages(put(tmp_path, bad__md=f"---\ntitle: {tag}\n---\n{STARS}", good__md=BREAD))
    assert only(pages).source == "good.md"
    assert pages.problems[0].startswith("bad.md: the front matter is not valid YAML (")


@pytest.mark.parametrize("between", ["One paragraph of the article.", "# A heading", "\n\nOne paragraph.\n\nAnother one.\n"])
def test_text_between_rules_is_no_front_matter(tmp_path, between: str):
    text = f"---\n{between}\n---\n{BREAD}"
    page = only(read_pages(put(tmp_path, a__md=text)))
    assert (page.body_start, page.text) == (0, text)


def test_white_space_in_what_is_known_is_one_space(tmp_path):
    put(tmp_path, a__md=f"---\ntitle: |\n  The oven\n  of the village\nauthor: ' Ida\u00a0Rye'\n---\n{BREAD}")
    save([{"text": STARS, "title": " The\noven  of the village ", "author": "Ida Rye\t"}], tmp_path / "t.csv")
    assert {(page.title, page.author) for page in read_pages(tmp_path).pages} == {("The oven of the village", "Ida Rye")}


def test_half_an_emoji_in_a_title_costs_no_article(tmp_path):
    put(tmp_path, a__md=f'---\ntitle: "Bread \\ud83d"\n---\n{BREAD}')
    (tmp_path / "t.jsonl").write_text(json.dumps({"text": STARS, "title": "Bread \ud83d"}), encoding="utf-8")
    assert [page.title for page in read_pages(tmp_path).pages] == ["Bread ?", "Bread ?"]


def test_a_page_without_text_costs_one_article(tmp_path):
    pages = read_pages(
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
    page = only(read_pages(put(tmp_path, a__html=HTML)))
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
    kinds = {page.text[start:].partition("\n")[0]: kind for start, kind in page.kinds.items()}
    assert kinds["Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter."] == "body"
    assert kinds["All rights reserved. Privacy policy"] == "boilerplate"


ROWS = [
    {"text": BREAD, "title": "The oven", "author": "Ida Rye", "outlet": "The Loaf", "date": "1 March 2024"},
    {"text": STARS, "title": "NA", "author": "", "outlet": "null", "date": ""},
]


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_a_table_of_articles_says_the_same_in_every_format_and_row_order(tmp_path, suffix: str):
    pages = read_pages(save(ROWS, tmp_path / f"t{suffix}"))
    assert [
        (page.title, page.author, page.outlet, page.date) for page in sorted(pages.pages, key=lambda page: page.source)
    ] == [
        ("The oven", "Ida Rye", "The Loaf", "2024-03-01"),
        ("", "", "", ""),
    ]
    assert [page.text for page in sorted(pages.pages, key=lambda page: page.source)] == [BREAD, STARS]
    assert {page.source for page in pages.pages} == {f"t{suffix}:1", f"t{suffix}:2"}
    turned = read_pages(save(ROWS[::-1], tmp_path / "turned" / f"other{suffix}"))
    assert ids(turned) == ids(pages)


def test_an_article_id_of_the_table_is_kept_to_the_letter(tmp_path):
    rows = [{"article_id": "007", "text": BREAD}, {"article_id": "1e3", "text": STARS}]
    for suffix in (".csv", ".jsonl", ".parquet"):
        assert ids(read_pages(save(rows, tmp_path / f"t{suffix}"))) == ["007", "1e3"]


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "half a',
        '{"text": ""}',
        '{"text": " \\n "}',
        '{"title": "no text"}',
        '{"text": "lone \\ud800 half"}',
        '{"text": "An article here.", "article_id": "\\ud800"}',
    ],
)
def test_a_bad_line_costs_that_line_only(tmp_path, line: str):
    good = [json.dumps({"text": BREAD}), json.dumps({"text": STARS})]
    put(tmp_path, t__jsonl="\n".join([good[0], line, "", good[1]]))
    pages = read_pages(tmp_path)
    assert sorted(page.text for page in pages.pages) == sorted([BREAD, STARS])
    assert len(pages.problems) == 1
    assert pages.problems[0].startswith("t.jsonl ")
    assert "2:" in pages.problems[0]
    assert "expected" in pages.problems[0]


def test_a_row_is_named_by_its_line_even_after_a_bad_one(tmp_path):
    good = [json.dumps({"text": text}) for text in (BREAD, STARS)]
    put(tmp_path, t__jsonl="\n".join([good[0], "{broken", good[1]]))
    assert sorted(page.source for page in read_pages(tmp_path).pages) == ["t.jsonl:1", "t.jsonl:3"]


def test_one_id_for_different_articles_in_two_tables_is_a_problem_not_a_copy(tmp_path):
    save([{"article_id": "1", "text": BREAD}], tmp_path / "a.jsonl")
    save([{"article_id": "1", "text": STARS}], tmp_path / "b.jsonl")
    pages = read_pages(tmp_path)
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
    pages = read_pages(save(SHORT, tmp_path / f"t{suffix}"), PARAGRAPHS)
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
    pages = read_pages(tmp_path, PARAGRAPHS)
    assert len(pages.pages) == 4
    assert pages.copies == {}


def test_paragraph_ids_that_repeat_are_refused(tmp_path):
    rows = [
        {"paragraph_id": "p", "text": "One here."},
        {"paragraph_id": "q", "text": "Two."},
        {"paragraph_id": "p", "text": "Three."},
    ]
    with pytest.raises(InputError, match=r"t\.jsonl: rows 1 and 3 share paragraph_id 'p'; expected unique ids"):
        read_pages(save(rows, tmp_path / "t.jsonl"), PARAGRAPHS)


def test_article_ids_that_repeat_point_to_the_paragraph_unit(tmp_path):
    with pytest.raises(InputError, match=r"rows 1 and 2 share article_id 'a'; .*--unit paragraph"):
        read_pages(save([{"article_id": "a", "text": BREAD}, {"article_id": "a", "text": STARS}], tmp_path / "t.csv"))


def test_a_file_that_is_no_table_costs_that_file(tmp_path):
    put(tmp_path, a__txt=BREAD, b__parquet="not a parquet", c__csv="", d__csv='text\n"open quote')
    pages = read_pages(tmp_path)
    assert "a.txt" in {page.source for page in pages.pages}
    assert {problem.partition(":")[0] for problem in pages.problems} >= {"b.parquet", "c.csv"}
    assert all("not a readable" in problem for problem in pages.problems if problem.startswith(("b.", "c.")))


def test_nothing_to_read_is_refused_with_what_to_do(tmp_path):
    nowhere = r"nowhere does not exist; expected a folder of pages or a table \(\.csv .*\.txt.*\)"
    with pytest.raises(InputError, match=nowhere):
        read_pages(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no article found in .*empty; expected non-empty files ending in \.csv"):
        read_pages(tmp_path / "empty")
    put(tmp_path, a__xyz="?")
    with pytest.raises(InputError, match=r"a\.xyz has suffix '\.xyz'; expected one of \.csv .*\.txt"):
        read_pages(tmp_path / "a.xyz")
    put(tmp_path / "blank", a__txt=" ")
    with pytest.raises(InputError, match=r"a\.txt: contains no text"):
        read_pages(tmp_path / "blank" / "a.txt")


def test_a_file_that_cannot_be_opened_costs_that_file(tmp_path, monkeypatch):
    put(tmp_path, a__txt=BREAD, b__txt=STARS)
    open_file = Path.open

    def refuse(path: Path, *arguments: Any) -> Any:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return open_file(path, *arguments)

    monkeypatch.setattr(Path, "open", refuse)
    pages = read_pages(tmp_path)
    assert only(pages).source == "a.txt"
    assert pages.problems == ("b.txt: cannot be read (Permission denied)",)
    with pytest.raises(InputError, match=r"^b\.txt: cannot be read \(Permission denied\)$"):
        read_pages(tmp_path / "b.txt")


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")
def test_a_file_name_that_is_no_text_costs_no_article(tmp_path):
    put(tmp_path, **{os.fsdecode("хлеб.txt".encode("cp1251")).replace(".", "__"): BREAD})
    assert only(read_pages(tmp_path)).source == "????.txt"


def test_reading_leaves_the_folder_as_it_was(tmp_path):
    folder = put(tmp_path / "in", a__txt=BREAD, b__md=f"---\ntitle: x\n---\n{STARS}", c__html=HTML)
    shutil.copytree(folder, tmp_path / "copy")
    read_pages(folder)
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
    assert [page.source for page in read_pages(tmp_path).pages] == ["page.txt"]


def test_a_comma_at_the_end_of_rows_shifts_no_column(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('text,title\n"The text of the first.",First,\n"The text of the second.",Second,\n', encoding="utf-8")
    found = read_pages(path)
    assert {page.title: page.text for page in found.pages} == {
        "First": "The text of the first.",
        "Second": "The text of the second.",
    }
    assert found.problems == ()


def test_what_topics_itself_wrote_into_the_folder_is_no_article(tmp_path):
    put(tmp_path, a__txt=BREAD, corrections__csv="article_id,line,kind,text\nx,1,body,How\n")
    put(tmp_path, assignments__csv="paragraph_id,themes,text\nx,bread,How\n")
    put(
        tmp_path,
        reading__html='<html><head><meta name="generator" content="topics read"></head><body><p>x</p></body></html>',
    )
    assert only(read_pages(tmp_path)).source == "a.txt"
