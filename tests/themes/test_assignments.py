"""Assignments: what a person says of single paragraphs stands above the scores, for these paragraphs alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import BREAD, STARS, make_corpus
from hypothesis import given
from hypothesis import strategies as st

from topics.codebook import Codebook
from topics.errors import InputError
from topics.reading.paragraphs import Corpus
from topics.themes import assignments
from topics.themes import scores as themes
from topics.themes.assignments import Assignment
from topics.themes.scores import Themes

FIRST = "article-1-p0001"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return make_corpus([*BREAD, *STARS], ["article-1"] * 10 + ["article-2"] * 10)


@pytest.fixture(scope="module")
def scored(corpus: Corpus, codebook: Codebook) -> Themes:
    return themes.score(corpus, codebook)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# the file


def test_a_file_that_does_not_exist_holds_none(tmp_path: Path) -> None:
    assert assignments.load(tmp_path / "assignments.csv") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("paragraph_id,text\na,b\n", ["lacks column 'themes'", "paragraph_id,themes,text"]),
        ("paragraph_id,themes\n,bread\n", ["row 2", "paragraph_id is empty"]),
        ("paragraph_id,themes\na,bread\na,stars\n", ["row 3", "'a' stands there twice"]),
    ],
)
def test_a_row_that_is_none_is_named(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        assignments.load(write(tmp_path / "assignments.csv", text))
    assert [part for part in [*said, "assignments.csv"] if part not in str(error.value)] == []


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1).map(str.strip).filter(bool)


@given(st.dictionaries(NAMES, st.tuples(st.lists(NAMES, unique=True, max_size=3), NAMES), max_size=4))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, known: dict) -> None:
    path = tmp_path_factory.mktemp("a") / "assignments.csv"
    entries = [Assignment(key, tuple(names), text) for key, (names, text) in known.items()]
    assignments.save(path, entries)
    assert assignments.load(path) == tuple(sorted(entries, key=lambda one: one.paragraph_id))


def test_columns_that_people_added_stay_with_their_paragraphs(tmp_path: Path) -> None:
    path = write(tmp_path / "assignments.csv", "comment,paragraph_id,themes\nwhy not,a,bread\n,b,\n")
    first, second = assignments.load(path)
    assignments.save(path, [Assignment("c", ("oil|gas",)), second, first])
    assert path.read_text(encoding="utf-8").splitlines() == [
        "paragraph_id,themes,text,comment", "a,bread,,why not", "b,,,", "c,oil%7Cgas,,",
    ]  # fmt: skip


# what holds


def test_an_entry_is_made_with_the_beginning_of_its_paragraph(corpus: Corpus, codebook: Codebook) -> None:
    entry = assignments.made(FIRST, ["stars", "bread", "stars"], corpus.paragraphs, codebook)
    assert entry == Assignment(FIRST, ("stars", "bread"), f"{BREAD[0][:60]}…")
    assert assignments.made(FIRST, "stars", corpus.paragraphs, codebook).themes == ("stars",)
    for key, names, said in (("x", [], "no such paragraph"), (FIRST, ["milk"], "no theme 'milk'")):
        with pytest.raises(InputError, match=said):
            assignments.made(key, names, corpus.paragraphs, codebook)


def test_one_that_means_another_paragraph_or_theme_is_left_out_with_a_line(corpus: Corpus, codebook: Codebook) -> None:
    good = Assignment(FIRST, ("stars",), "The baker folds…")
    odd = [
        Assignment("gone", ()),
        Assignment("article-1-p0002", ("milk",)),
        Assignment("article-1-p0003", ("bread",), "Something else stood here…"),
    ]
    held, problems = assignments.sort([good, *odd], corpus.paragraphs, codebook)
    assert held == (good,)
    told = zip(problems, ("no such paragraph", "no theme 'milk'", "begins otherwise"), strict=True)
    assert [(line, said) for line, said in told if said not in line or "not applied" not in line] == []


def test_it_changes_its_own_paragraph_and_neither_scores_nor_others(corpus: Corpus, scored: Themes) -> None:
    before = scored.table.copy()
    changed = assignments.apply([Assignment(FIRST, ("boats", "stars"))], scored, corpus.paragraphs).table
    assert scored.table.equals(before)
    others = before["paragraph_id"] != FIRST
    assert changed[others].equals(before[others])
    own = changed[~others].set_index("theme")
    assert own["assigned"].to_dict() == {"bread": False, "boats": True, "stars": True}
    assert own["primary"].to_dict() == {"bread": False, "boats": True, "stars": False}
    assert own["score"].tolist() == before.loc[~others, "score"].tolist()
    for row in own[own["assigned"]].itertuples():
        assert row.evidence
        assert BREAD[0][row.evidence_start : row.evidence_end] == row.evidence


def test_a_paragraph_can_be_said_to_speak_of_nothing(corpus: Corpus, scored: Themes) -> None:
    changed = assignments.apply([Assignment(FIRST, ())], scored, corpus.paragraphs)
    assert changed.primary[FIRST] == "unassigned"
    assert changed.unassigned_share > scored.unassigned_share
    assert assignments.apply([], scored, corpus.paragraphs) is scored
