"""Articles -> paragraphs: every line accounted for, every offset right."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_boilerplate import PAGE, PROSE

from topics import tables
from topics.articles import read
from topics.boilerplate import clean
from topics.paragraphs import Corpus, split
from topics.settings import InputError, Reading, Settings

HEADS = st.sampled_from(["", "---\ntitle: On bread\ndate: 2024-03-01\n---\n", "---\n- a list\n---\n"])


def corpus_of(folder: Path, chosen: Settings | None = None) -> Corpus:
    return split(clean(read(folder, chosen), chosen), chosen)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(HEADS, PAGE, st.sampled_from([".txt", ".md"])), max_size=3))
def test_every_line_of_every_page_is_a_paragraph_or_dropped_and_lies_where_it_says(entries):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "anchor.txt").write_text("\n".join(PROSE[:3]), encoding="utf-8")
        for i, (head, text, suffix) in enumerate(entries):
            page = (head + text).replace("\0", "").replace("\r", "\n").lstrip("\ufeff")
            (folder / f"{i}{suffix}").write_bytes(page.encode("utf-8"))
        pages = read(folder)
    corpus = split(clean(pages))
    columns = ["article_id", "start", "end", "text"]
    lines = pd.concat([corpus.paragraphs[columns], corpus.dropped[columns]])
    for page in pages.pages:
        own = lines[lines["article_id"] == page.article_id].sort_values("start")
        assert all(page.text[row.start : row.end] == row.text == row.text.strip() for row in own.itertuples())
        covered = [i for row in own.itertuples() for i in range(row.start, row.end)]
        assert covered == sorted(set(covered)), "a line is in both tables, or lines overlap"
        kept = set(covered)
        assert all(c.isspace() for i, c in enumerate(page.text) if i not in kept), "a line is in neither table"
    assert len(lines) == sum((lines["article_id"] == page.article_id).sum() for page in pages.pages)
    assert set(corpus.dropped["reason"]) <= set(tables.REASONS)
    assert corpus.paragraphs["paragraph_id"].is_unique


ARTICLE = f"""The oven that outlived its mill
By Ida Rye

{PROSE[0]}
Bread rose.
A wetter dough
{PROSE[1]}
{PROSE[0]}
- Advertisement -
{PROSE[2]}
"""


@pytest.fixture
def one(tmp_path) -> Corpus:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    return corpus_of(tmp_path)


def test_paragraphs_have_their_position_section_and_words(one: Corpus):
    found = one.paragraphs
    assert found["text"].tolist() == [PROSE[0], PROSE[1], PROSE[2]]
    assert found["position"].tolist() == [1, 2, 3]
    assert found["section"].tolist() == ["", "A wetter dough", "A wetter dough"]
    assert found["n_words"].tolist() == [len(text.split()) for text in PROSE[:3]]
    article = one.articles.iloc[0]
    assert found["paragraph_id"].tolist() == [f"{article.article_id}-p000{i}" for i in (1, 2, 3)]
    assert (article.n_paragraphs, article.n_words) == (3, found["n_words"].sum())
    assert (article.title, article.author, article.language) == ("The oven that outlived its mill", "Ida Rye", "en")


def test_what_is_dropped_says_why(one: Corpus):
    assert list(one.dropped[["reason", "text"]].itertuples(index=False, name=None)) == [
        ("title", "The oven that outlived its mill"),
        ("byline", "By Ida Rye"),
        ("short", "Bread rose."),
        ("heading", "A wetter dough"),
        ("duplicate", PROSE[0]),
        ("boilerplate", "- Advertisement -"),
    ]


def test_tables_are_the_same_whatever_the_files_are_called(tmp_path):
    texts = ["\n".join(PROSE[i : i + 3]) for i in (0, 3, 6)]
    for folder, names in (("x", "abc"), ("y", "cab")):
        (tmp_path / folder).mkdir()
        for name, text in zip(names, texts, strict=True):
            (tmp_path / folder / f"{name}.txt").write_text(text, encoding="utf-8")
    left, right = corpus_of(tmp_path / "x"), corpus_of(tmp_path / "y")
    pd.testing.assert_frame_equal(left.paragraphs, right.paragraphs)
    pd.testing.assert_frame_equal(left.dropped, right.dropped)
    pd.testing.assert_frame_equal(left.articles.drop(columns="source"), right.articles.drop(columns="source"))


def test_the_same_paragraph_in_two_articles_is_kept_in_both(tmp_path):
    for name, other in (("a", 1), ("b", 2)):
        (tmp_path / f"{name}.txt").write_text(f"{PROSE[0]}\n{PROSE[other]}", encoding="utf-8")
    assert (corpus_of(tmp_path).paragraphs["text"] == PROSE[0]).sum() == 2


def test_min_words_decides_what_is_short(tmp_path):
    (tmp_path / "a.txt").write_text(f"{PROSE[0]}\nThe loaf rose.\n{PROSE[1]}", encoding="utf-8")
    assert len(corpus_of(tmp_path).paragraphs) == 2
    assert len(corpus_of(tmp_path, Settings(reading=Reading(min_words=3))).paragraphs) == 3


def test_an_article_that_is_all_dropped_is_still_listed(tmp_path):
    (tmp_path / "a.txt").write_text("\n".join(PROSE[:2]), encoding="utf-8")
    (tmp_path / "b.txt").write_text("Bread rose.\n", encoding="utf-8")
    assert sorted(corpus_of(tmp_path).articles["n_paragraphs"]) == [0, 2]


def test_no_paragraph_at_all_is_refused_with_the_setting_to_change(tmp_path):
    (tmp_path / "a.txt").write_text("Bread rose.\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no paragraph in 1 articles; expected .* at least 5 words \(reading\.min_words\)"):
        corpus_of(tmp_path)


ROWS = pd.DataFrame(
    {
        "article_id": ["b", "a", "b", "b", "a"],
        "paragraph_id": ["z", "k", "", "c", "d"],
        "text": [
            "Yes.",
            "- Advertisement -",
            "Yes.",
            "Share this article",
            f"{PROSE[0]} ALSO READ: more\nand a second line",
        ],
        "title": ["B", "A", "B", "B", "A"],
    }
)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_rows_that_are_paragraphs_are_kept_as_they_are(tmp_path, suffix: str):
    path = tmp_path / f"rows{suffix}"
    if suffix == ".csv":
        ROWS.to_csv(path, index=False)
    elif suffix == ".jsonl":
        ROWS.to_json(path, orient="records", lines=True)
    else:
        ROWS.to_parquet(path)
    corpus = corpus_of(path, Settings(reading=Reading(unit="paragraph")))
    found = corpus.paragraphs.sort_values(["article_id", "position"])
    assert found["text"].tolist() == [ROWS["text"][i] for i in (1, 4, 0, 2, 3)]
    assert found["paragraph_id"].tolist() == ["k", "d", "z", "b-p0002", "c"]
    assert found["position"].tolist() == [1, 2, 1, 2, 3]
    assert corpus.dropped.empty
    assert corpus.articles["title"].tolist() == ["A", "B"]
    assert corpus.articles["n_paragraphs"].tolist() == [2, 3]


def test_a_row_without_an_id_never_takes_the_id_of_another(tmp_path):
    rows = pd.DataFrame({"article_id": "a", "paragraph_id": ["", "a-p0001"], "text": ["One row here.", "Another row here."]})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    assert corpus_of(tmp_path, Settings(reading=Reading(unit="paragraph"))).paragraphs["paragraph_id"].is_unique


def test_a_corpus_shows_itself_without_running_what_a_page_says(tmp_path):
    (tmp_path / "a.md").write_text(f"---\ntitle: <script>alert(1)</script>\n---\n{PROSE[0]}\n", encoding="utf-8")
    shown = corpus_of(tmp_path)._repr_html_()
    assert "1 paragraphs" in shown
    assert "<script" not in shown


def test_the_same_paragraph_id_in_two_tables_is_refused(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text(
            f"article_id,paragraph_id,text\n{name},1,A text of {name} with words.\n", encoding="utf-8"
        )
    settings = Settings(reading=Reading(unit="paragraph"))
    with pytest.raises(InputError, match="paragraph_id '1' stands in two articles"):
        split(clean(read(tmp_path, settings), settings), settings)
