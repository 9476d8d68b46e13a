"""What a user gets in hand says what it is: in a line in a terminal, in small and escaped HTML in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd
import pytest
from conftest import BREAD, STARS
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from IPython.lib.pretty import pretty

import topics
from topics import codebook as codebooks
from topics import tables
from topics.coding import Coding, measure_agreement
from topics.report import collect_numbers
from topics.runs import Run, Study, compare_runs
from topics.runs.run import Sentences, Text
from topics.themes import audit_fitted, fit_themes

EVIL = "<script>alert(1)</script>"
TEXTS = [f"{text} {EVIL} has nine words, which make a sentence of it." for text in (*BREAD[:3], *STARS[:3])]
EVIL_THEME = {"name": f"a{EVIL}", "label": EVIL, "description": EVIL, "keywords": ["dough", EVIL]}
BOOK = {"title": EVIL, "theme": [EVIL_THEME, {"name": "b", "keywords": ["star"]}]}


@pytest.fixture(scope="module")
def evil_study() -> Study:
    frame = pd.DataFrame({"text": TEXTS, "title": f"T{EVIL}", "outlet": EVIL, EVIL: EVIL})
    return Study(frame, codebooks.from_dict(BOOK), topics.Settings(title=EVIL))


def shown(evil_study: Study, small_run: Run) -> dict[str, Any]:
    """One of everything, with markup in every text."""
    book, reading = evil_study.codebook, evil_study.read()
    fitted = fit_themes(reading.corpus, book, evil_study.settings)
    labelled = replace(small_run.codebook, themes=tuple(replace(one, label=EVIL) for one in small_run.codebook.themes))
    record = msgspec.structs.replace(small_run.record, title=EVIL, warnings=(EVIL,), codebook=labelled)
    coding = Coding(EVIL, {"bread-p0001": frozenset({"bread"})}, {"bread-p0001": "bread"})
    key = small_run.paragraphs["paragraph_id"][0]
    coded = [Coding(name, {key: frozenset({"bread"})}, {key: "bread"}) for name in (EVIL, "ben")]
    evil_labels = dict.fromkeys(small_run.codebook.labels, EVIL)
    numbers = collect_numbers(small_run.record, small_run.tables())
    return {
        "Codebook": book,
        "Theme": book.themes[0],
        "ThemeModel": topics.ThemeModel(book),
        "ThemeModel of a dict": topics.ThemeModel({f"a{EVIL}": ["dough"]}),
        "Settings": evil_study.settings,
        "ThemeSettings": evil_study.settings.themes,
        "Study": evil_study,
        "Run": Run(small_run.folder, record),
        "Reading": replace(reading, problems=(EVIL,)),
        "ReadArticle": reading.articles[0],
        "Corpus": reading.corpus,
        "Pages": replace(reading.pages, problems=(EVIL,)),
        "Page": reading.pages.pages[0],
        "Themes": fitted.score(),
        "Audit": audit_fitted(fitted, refit=False),
        "Coding": coding,
        "Agreement": measure_agreement(coded, small_run.themes, small_run.codebook),
        "Comparison": replace(small_run.compare("outlet"), notes=(EVIL,), labels=evil_labels),
        "Number": replace(numbers[0], text=EVIL, definition=EVIL),
        "Sentences": Sentences([EVIL, "Another."]),
        "Text": Text(EVIL),
        "Reproduction": compare_runs(small_run.folder, small_run.folder),
        "Chart": small_run.figure("ribbon"),
    }


def test_each_says_what_it_is_in_a_line_and_in_small_escaped_html(evil_study: Study, small_run: Run) -> None:
    for name, thing in shown(evil_study, small_run).items():
        line = repr(thing)
        assert len(line) < 400, f"{name}: {line[:1000]}"
        if not name.startswith("ThemeModel"):  # scikit-learn breaks lines of its own
            assert "\n" not in line, name
        html = thing._repr_mimebundle_()["text/html"] if name == "Chart" else thing._repr_html_()
        assert "<script>alert" not in html, name
        assert "object at 0x" not in line + html, name
        if not name.startswith("ThemeModel"):  # whose HTML is that of scikit-learn, with its styles
            assert len(re.sub(r'src="data:[^"]*"', "", html)) < 20_000, name


def test_the_lines_have_the_numbers(evil_study: Study, small_run: Run, small_study: Study) -> None:
    assert re.fullmatch(r"Run\('.*'\): 6 articles, 33 paragraphs, 3 themes, \d+ topics?", repr(small_run))
    source = small_study.source.as_posix()
    assert repr(small_study) == f"Study('Small study', articles {source}, 3 themes, seed 7)"
    assert "articles in memory (DataFrame of 6), 2 themes, seed 42)" in repr(evil_study)
    reading = small_study.read()
    assert repr(reading) == "Reading: Corpus: 6 articles, 33 paragraphs, 6 lines dropped, language en".replace(
        "6 lines", f"{len(reading.corpus.dropped)} lines"
    )
    assert repr(reading.pages) == "Pages: 6 articles"
    assert repr(reading.pages.pages[0]).startswith(f"Page({reading.pages.pages[0].article_id!r}, ")
    assert repr(reading.cleaned[0]).endswith(" lines are article text)")
    assert repr(topics.Settings(seed=7)) == "Settings(seed=7)"
    changed = topics.settings.override(topics.Settings(), ["themes.threshold=0.5", "groups.by=party"])
    assert repr(changed) == "Settings(themes.threshold=0.5, groups.by=('party',))"
    assert repr(changed.themes) == "ThemeSettings(threshold=0.5)"
    assert "groups.by = (&#x27;party&#x27;,)" in changed._repr_html_()
    assert repr(Sentences(["One.", "Two."])) == "2 sentences: One. (print shows all)"
    assert repr(Sentences(["One."])) == "1 sentence: One."
    assert repr(Sentences([])) == "0 sentences"
    assert str(Sentences(["One.", "Two."])) == "One.\nTwo."
    assert repr(small_run.figure("ribbon")).startswith("Chart: ")
    assert "Agreement on the primary theme: " in repr(shown(evil_study, small_run)["Agreement"])


def test_a_printed_run_shows_the_main_results(small_run: Run, tmp_path: Path) -> None:
    printed = str(small_run)
    assert printed.startswith("Small study: 6 articles, 33 paragraphs, 3 themes, ")
    row = small_run.overall.sort_values("share", ascending=False).iloc[0]
    label = small_run.codebook.labels[row["theme"]]
    assert f"  {label}: {100 * row['share']:.0f} % (" in printed
    assert "Warnings:\n  only 33 paragraphs" in printed
    assert "Tables: articles, intake, paragraphs" in printed
    assert "Figures: ribbon, outlets" in printed
    assert printed.endswith(f"Report: {small_run.folder / 'report.html'}")
    gone = str(Run(tmp_path / "gone", small_run.record))
    assert gone.startswith("Small study: 6 articles")
    assert "Share of words" not in gone


# completion


def completions(run: Run, text: str, jedi: bool) -> set[str]:
    """What a terminal or notebook of IPython offers."""
    shell = InteractiveShell.instance()
    shell.user_ns["run"] = run
    shell.Completer.use_jedi = jedi
    with provisionalcompleter():
        return {found.text.removeprefix("run").removeprefix(".") for found in shell.Completer.completions(text, len(text))}


@pytest.mark.parametrize("jedi", [True, False])
def test_tables_show_in_tab_completion_but_those_that_the_run_lacks(small_run: Run, jedi: bool) -> None:
    present = set(tables.COLUMNS) - tables.OPTIONAL
    for offered in (set(dir(small_run)), completions(small_run, "run.", jedi)):
        assert offered >= present
        assert offered >= {"figure", "evidence", "summary", "codebook", "record"}
        assert not offered & tables.OPTIONAL
    assert completions(small_run, "run.prof", jedi) == {"profiles"}
    assert small_run.groups.empty, "known, though not offered"


def test_tables_of_groups_are_offered_where_the_run_has_them(small_run: Run, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    for name in tables.OPTIONAL:
        tables.write(tables.empty(name), name, tmp_path / "tables")
    assert set(dir(Run(tmp_path, small_run.record))) >= tables.OPTIONAL


def test_a_misspelt_table_is_an_attribute_error_that_names_the_others(small_run: Run) -> None:
    with pytest.raises(AttributeError, match="a run has no 'profile'; tables: articles, intake") as error:
        _ = small_run.profile
    assert (error.value.name, error.value.obj) == ("profile", small_run)
    assert not hasattr(small_run, "_ipython_canary_method_should_not_exist_")


@pytest.mark.parametrize("what", [Sentences(["One.", "Two."]), Text("One.\nTwo.")])
def test_a_terminal_of_ipython_shows_sentences_and_text_as_they_read(what: Any) -> None:
    assert pretty(what) == "One.\nTwo."
