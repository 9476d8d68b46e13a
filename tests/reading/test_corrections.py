"""Corrections: a small file of the study that stands above all rules, for the named lines alone."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.manual import CORRECTIONS, Correction
from topics.reading import Page, read_corpus
from topics.reading.corrections import applicable_kinds, quote_lines

LINES = (
    "On bread and stars",
    "",
    *BREAD[:3],
    "",
    STARS[0],
    "=SUM(A1:A9)",
    "'-quoted-",
    "A line without a full stop, for once,",
)


def page(article_id: str = "bread-1", lines: tuple[str, ...] = LINES) -> Page:
    return Page(article_id, "\n".join(lines), f"{article_id}.txt")


# writing them


def test_later_corrections_replace_earlier_ones_of_the_same_line_and_no_others(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    pages = [page(), page("elsewhere")]
    CORRECTIONS.add(path, quote_lines([Correction("elsewhere", 4, "heading"), Correction("bread-1", 3, "byline")], pages))
    CORRECTIONS.add(path, quote_lines([Correction("bread-1", 7, "boilerplate"), Correction("bread-1", 3, "title")], pages))
    found = [(one.article_id, one.line, one.kind) for one in CORRECTIONS.load(path)]
    assert found == [("bread-1", 3, "title"), ("bread-1", 7, "boilerplate"), ("elsewhere", 4, "heading")]


def test_every_line_can_be_corrected_and_what_the_file_quotes_of_it_fits_the_page(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    entries = [Correction("bread-1", number, "byline") for number, line in enumerate(LINES, start=1) if line]
    CORRECTIONS.add(path, quote_lines(entries, [page()]))
    loaded = CORRECTIONS.load(path)
    held, problems = applicable_kinds(loaded, [page()])
    assert problems == []
    assert held == {("bread-1", one.line): "byline" for one in entries}
    assert all(one.text and LINES[one.line - 1].startswith(one.text.removesuffix("…")) for one in loaded)


@given(st.text(st.sampled_from("=+-@'\"ab, …"), min_size=1).filter(str.strip))
def test_no_cell_is_a_formula_and_any_line_comes_back(tmp_path_factory: pytest.TempPathFactory, line: str) -> None:
    path = tmp_path_factory.mktemp("corrections") / "c.csv"
    pages = [page(lines=(line,))]
    CORRECTIONS.add(path, quote_lines([Correction("bread-1", 1, "heading")], pages))
    assert applicable_kinds(CORRECTIONS.load(path), pages) == ({("bread-1", 1): "heading"}, [])
    with path.open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (Correction("bread-2", 3, "body"), "no such article"),
        (Correction("bread-1", 2, "body"), "line 2 is blank or beyond the end of the page"),
        (Correction("bread-1", 99, "body"), "line 99 is blank or beyond the end of the page"),
    ],
)
def test_a_line_that_is_not_there_is_refused_and_nothing_is_written(tmp_path: Path, entry: Correction, said: str) -> None:
    with pytest.raises(InputError, match=said):
        CORRECTIONS.add(tmp_path / "c.csv", quote_lines([Correction("bread-1", 3, "body"), entry], [page()]))
    assert list(tmp_path.iterdir()) == []


# what they do


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (Correction("bread-2", 3, "body"), "no such article"),
        (Correction("bread-1", 6, "body"), "line 6 is blank"),
        (Correction("bread-1", 3, "body", "Another beginning"), "the text of line 3 has changed since"),
        (Correction("rows", 1, "body"), "it is from a table of paragraphs"),
    ],
)
def test_a_correction_that_fits_no_longer_is_told_and_the_others_hold(one: Correction, said: str) -> None:
    good = Correction("bread-1", 4, "boilerplate", BREAD[1][:20] + "…")
    rows = Page("rows", BREAD[0], "t.csv:1", rows=(("", 0, len(BREAD[0])),))
    held, problems = applicable_kinds([one, good], [page(), rows])
    assert held == {("bread-1", 4): "boilerplate"}
    assert len(problems) == 1
    assert repr(one.article_id) in problems[0]
    assert said in problems[0]


def test_a_corrected_line_is_what_its_correction_says_whatever_the_rules_hold(tmp_path: Path) -> None:
    lines = ["On bread and stars", "", *[part for text in (*BREAD[:4], *STARS[:4]) for part in (text, "")]]
    (tmp_path / "a.md").write_text("\n".join(lines), encoding="utf-8")
    before = read_corpus(tmp_path)
    name = before.corpus.articles["article_id"].item()
    kinds = {line.number: line.kind for line in before.of(name).lines}
    assert {kinds[n] for n in range(3, 18, 2)} == {"body"}
    wanted = {1: "body", 5: "boilerplate", 9: "heading", 17: "byline"}
    after = read_corpus(tmp_path, corrections=[Correction(name, line, kind) for line, kind in wanted.items()])
    assert {line.number: line.kind for line in after.of(name).lines} == kinds | wanted
    kept = after.corpus.paragraphs.set_index("text")["section"]
    assert lines[0] in " ".join(kept.index)
    assert not {lines[4], lines[8], lines[16]} & set(kept.index)
    assert kept[lines[6]] == ""
    assert kept[lines[10]] == lines[8], "a corrected heading is the section of what follows"
    dropped = after.corpus.dropped.set_index("text")["reason"]
    assert {text: dropped[text] for text in (lines[4], lines[8], lines[16])} == {
        lines[4]: "boilerplate", lines[8]: "heading", lines[16]: "byline",
    }  # fmt: skip


def test_a_corrected_line_is_not_doubtful_and_a_corrected_title_names_the_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("\n\n".join([BOATS[0], *BREAD[:5]]), encoding="utf-8")
    name = read_corpus(tmp_path).corpus.articles["article_id"].item()
    after = read_corpus(tmp_path, corrections=[Correction(name, 1, "title")])
    assert not after.of(name).lines[0].doubtful
    assert after.corpus.articles["title"].item() == BOATS[0]
