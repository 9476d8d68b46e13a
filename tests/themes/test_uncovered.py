"""Paragraphs that a theme got without its keywords: told where they have words of their own, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, CODEBOOK, STARS, make_corpus

from topics import codebook as codebooks
from topics.themes import fit_themes
from topics.themes.audit import audit as audits
from topics.themes.audit.uncovered import uncovered_groups
from topics.themes.audit.words import corpus_entries
from topics.themes.scores import FittedThemes

FOOTBALL = tuple(
    f"The {who} {what} the penalty in the {when} half, and the referee {how}."
    for who, what in (("striker", "took"), ("goalkeeper", "saved"), ("captain", "missed"), ("winger", "scored"))
    for when, how in (("first", "whistled"), ("second", "nodded"), ("last", "waved"), ("opening", "left"))
)


def fitted_with(extra: tuple[str, ...], theme: int, monkeypatch: pytest.MonkeyPatch) -> FittedThemes:
    """The planted corpus and more paragraphs, which the model assigned to a theme."""
    texts = [*BREAD, *STARS, *BOATS, *extra]
    fitted = fit_themes(make_corpus(texts, [f"a{i:03d}" for i in range(len(texts))]), codebooks.from_dict(CODEBOOK))
    scored = fitted.model.label_free
    assigned = scored.assigned.copy()
    assigned[30:] = np.arange(3) == theme
    monkeypatch.setitem(vars(fitted.model), "label_free", type(scored)(scored.scores, assigned, scored.best))
    return fitted


def test_a_subject_that_a_theme_swallowed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = fitted_with(FOOTBALL, 2, monkeypatch)
    found = uncovered_groups(fitted, corpus_entries(fitted))
    assert found["theme"].tolist() == ["boats"]
    assert found["paragraphs"].item() == len(FOOTBALL)
    assert found["assigned"].item() >= len(FOOTBALL)
    assert {"penalty", "referee", "half"} <= set(found["words"].item().split(", "))
    audit = audits.audit_fitted(fitted, refit=False)
    finding = next(finding for finding in audit.findings if "hold no keyword and share other words" in finding)
    assert finding.startswith(f"16 of {found['assigned'].item()} paragraphs assigned to Boats hold no keyword")
    assert "add a theme" in finding


def test_nothing_is_told_where_the_theme_s_own_paragraphs_hold_its_keywords(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = fitted_with((), 0, monkeypatch)
    assert uncovered_groups(fitted, corpus_entries(fitted)).empty
    with_keyword = fitted_with(tuple(f"{line} The boat sailed on." for line in FOOTBALL), 2, monkeypatch)
    assert uncovered_groups(with_keyword, corpus_entries(with_keyword)).empty


def test_paragraphs_without_words_of_their_own_are_no_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each about something else."""
    apart = "lamp chair window carpet candle pencil basket mirror ladder hammer bucket kettle pillow drawer ribbon button"
    fitted = fitted_with(tuple(f"{word} {word}maker {word}less" for word in apart.split()), 2, monkeypatch)
    found = uncovered_groups(fitted, corpus_entries(fitted))
    assert found.empty
    assert isinstance(found, pd.DataFrame)
    assert list(found) == ["theme", "paragraphs", "assigned", "words"]


def test_few_paragraphs_are_no_subject(monkeypatch: pytest.MonkeyPatch) -> None:
    fitted = fitted_with(FOOTBALL[:9], 2, monkeypatch)
    assert uncovered_groups(fitted, corpus_entries(fitted)).empty
