"""Assignments: what a person says of single paragraphs stands above the scores, for these paragraphs alone."""

from __future__ import annotations

import pytest
from conftest import BREAD, STARS, make_corpus

from topics.codebook import Codebook
from topics.errors import InputError
from topics.manual import Assignment
from topics.reading import Corpus
from topics.themes import Themes, apply_assignments, create_assignment, score_themes, split_applicable

FIRST = "article-1-p0001"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return make_corpus([*BREAD, *STARS], ["article-1"] * 10 + ["article-2"] * 10)


@pytest.fixture(scope="module")
def scored(corpus: Corpus, codebook: Codebook) -> Themes:
    return score_themes(corpus, codebook)


# what holds


def test_an_entry_is_made_with_the_beginning_of_its_paragraph(corpus: Corpus, codebook: Codebook) -> None:
    entry = create_assignment(FIRST, ["stars", "bread", "stars"], corpus.paragraphs, codebook)
    assert entry == Assignment(FIRST, ("stars", "bread"), f"{BREAD[0][:60]}…")
    assert create_assignment(FIRST, "stars", corpus.paragraphs, codebook).themes == ("stars",)
    for key, names, said in (("x", [], "no such paragraph"), (FIRST, ["milk"], "no theme 'milk'")):
        with pytest.raises(InputError, match=said):
            create_assignment(key, names, corpus.paragraphs, codebook)


def test_one_that_means_another_paragraph_or_theme_is_left_out_with_a_line(corpus: Corpus, codebook: Codebook) -> None:
    good = Assignment(FIRST, ("stars",), "The baker folds…")
    odd = [
        Assignment("gone", ()),
        Assignment("article-1-p0002", ("milk",)),
        Assignment("article-1-p0003", ("bread",), "Something else stood here…"),
    ]
    held, problems = split_applicable([good, *odd], corpus.paragraphs, codebook)
    assert held == (good,)
    told = zip(problems, ("no such paragraph", "no theme 'milk'", "changed since"), strict=True)
    assert [(line, said) for line, said in told if said not in line or "not applied" not in line] == []


def test_it_changes_its_own_paragraph_and_neither_scores_nor_others(corpus: Corpus, scored: Themes) -> None:
    before = scored.table.copy()
    changed = apply_assignments([Assignment(FIRST, ("boats", "stars"))], scored, corpus.paragraphs).table
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
    changed = apply_assignments([Assignment(FIRST, ())], scored, corpus.paragraphs)
    assert changed.primary[FIRST] == "unassigned"
    assert changed.unassigned_share > scored.unassigned_share
    assert apply_assignments([], scored, corpus.paragraphs) is scored
