"""The explorer: what it shows, what it writes into the study, and how it is used in a browser."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import EVIL, until, violations
from conftest import write_study
from kernel import serve

import topics
from topics import tables
from topics.errors import InputError
from topics.explorer.run_view import RunView
from topics.explorer.widget import Explorer
from topics.runs import Run, Study, provenance


@pytest.fixture
def run(small_run: Run, tmp_path: Path) -> Run:
    """The small run in the folder of a study of its own, which may be written into."""
    write_study(tmp_path / "study")
    shutil.copytree(small_run.folder, tmp_path / "study" / "run")
    return Run(tmp_path / "study" / "run")


@pytest.fixture
def explorer(run: Run) -> Explorer:
    return topics.explore(run)


def loose(small_run: Run, folder: Path) -> Run:
    return Run(shutil.copytree(small_run.folder, folder / "alone"))


def changed(run: Run, change: Callable[[dict[str, Any]], None] = lambda record: None, **frames: Any) -> Run:
    """The run with some of its record and tables rewritten."""
    record = json.loads((run.folder / provenance.RUN_FILE).read_text(encoding="utf-8"))
    change(record)
    (run.folder / provenance.RUN_FILE).write_text(json.dumps(record), encoding="utf-8")
    for name, frame in frames.items():
        tables.write(frame, name, run.folder / "tables")
    return Run(run.folder)


def without_text(run: Run) -> Run:
    return changed(
        run,
        lambda record: record["settings"]["deposit"].update(text=False),
        paragraphs=run.paragraphs.assign(text="", section=""),
        themes=run.themes.assign(evidence=""),
    )


def poisoned(run: Run) -> Run:
    def change(record: dict[str, Any]) -> None:
        record["title"] = EVIL
        for theme in record["codebook"]["theme"]:
            theme["label"] += EVIL
            theme["description"] += EVIL

    return changed(
        run,
        change,
        articles=run.articles.assign(title=EVIL, outlet=EVIL, author=EVIL, date=EVIL),
        paragraphs=run.paragraphs.assign(text=EVIL, section=EVIL),
        themes=run.themes.assign(evidence=EVIL, evidence_start=0, evidence_end=len(EVIL)),
        topics=run.topics.assign(label=EVIL),
    )


# state


def test_it_opens_at_the_strongest_evidence_of_the_largest_theme(explorer: Explorer, run: Run) -> None:
    shares = run.overall.set_index("theme")["share"].drop(tables.UNASSIGNED)
    best = run.evidence(str(shares.idxmax()), 1).iloc[0]
    assert (explorer.article, explorer.paragraph) == (best["article_id"], best["paragraph_id"])
    assert explorer.page["article"] == explorer.article
    assert explorer.theme == explorer.message == ""


def test_the_index_has_all_articles_and_no_words_of_them(explorer: Explorer, run: Run) -> None:
    index = explorer.index
    assert [one["name"] for one in index["themes"]] == run.codebook.names
    assert {one["id"] for one in index["articles"]} == set(run.articles["article_id"])
    assert len({len(column) for column in index["paragraphs"].values()}) == 1
    assert index["paragraphs"]["ids"] == [key for one in index["articles"] for key in RunView(run).paragraphs(one["id"])], (
        "paragraphs stand in the order of the articles"
    )
    sent = json.dumps(index, allow_nan=False)
    assert not any(text[:30] in sent for text in run.paragraphs["text"])
    assert sum(one["n"] for one in index["articles"]) == len(run.paragraphs)


def test_an_article_is_sent_when_it_is_chosen(explorer: Explorer, run: Run) -> None:
    for article, own in run.paragraphs.groupby("article_id"):
        explorer.article = article
        page = explorer.page["paragraphs"]
        assert ["".join(text for text, _ in one["pieces"]) for one in page] == own.sort_values("position")["text"].tolist()
        assert explorer.paragraph in set(own["paragraph_id"])
        for one in page:
            assigned = [score["assigned"] for score in one["themes"]]
            assert assigned == sorted(assigned, reverse=True), "assigned themes come first"
            assert len(assigned) == len(run.codebook.themes)
            assert {score["number"] for score in one["themes"] if score["assigned"]} == {
                number for _, numbers in one["pieces"] for number in numbers
            }
        json.dumps(explorer.page, allow_nan=False)


def test_a_paragraph_brings_its_article_and_its_neighbours(explorer: Explorer, run: Run) -> None:
    other = run.paragraphs[run.paragraphs["article_id"] != explorer.article].iloc[3]
    explorer.paragraph = other["paragraph_id"]
    assert explorer.article == explorer.page["article"] == other["article_id"]
    at = run.topic_map.set_index("paragraph_id")[["x", "y"]]
    far = ((at - at.loc[explorer.paragraph]) ** 2).sum(axis=1).drop(explorer.paragraph)
    assert {one["id"] for one in explorer.near} == set(far.nsmallest(5).index)
    assert far[[one["id"] for one in explorer.near]].is_monotonic_increasing


def test_a_theme_leads_from_evidence_to_evidence(explorer: Explorer, run: Run) -> None:
    explorer.theme = "stars"
    wanted = run.evidence("stars", 99)["paragraph_id"].tolist()
    seen = []
    for _ in wanted:
        explorer.next_evidence()
        seen.append(explorer.paragraph)
    assert seen == wanted or seen == [*wanted[1:], wanted[0]]
    explorer.next_evidence(-1)
    assert explorer.paragraph == seen[-2]
    elsewhere = next(one["id"] for one in explorer.index["articles"] if one["id"] != explorer.article)
    explorer.article = elsewhere
    strongest = [key for key in wanted if key.startswith(elsewhere)]
    assert not strongest or explorer.paragraph == strongest[0]


def test_names_that_a_run_does_not_have_are_refused(explorer: Explorer) -> None:
    for name in ("article", "paragraph", "theme"):
        before = getattr(explorer, name)
        with pytest.raises(InputError, match=f"no {name} 'nowhere'"):
            setattr(explorer, name, "nowhere")
        assert getattr(explorer, name) == before
    with pytest.raises(InputError, match="select a theme"):
        explorer.next_evidence()


def test_a_folder_will_do_and_a_study_may_be_named(small_run: Run, tmp_path: Path) -> None:
    folder = write_study(tmp_path / "study")
    explorer = topics.explore(str(loose(small_run, tmp_path).folder), folder)
    assert explorer.study == Study.load(folder)
    assert explorer.changes["locked"] == ""


def test_without_anywidget_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"explore needs anywidget, .* 'article-topics\[jupyter\]'"):
        topics.explore(run)


# what it writes


def test_a_correction_is_written_into_the_study_and_can_be_undone(explorer: Explorer, run: Run) -> None:
    key = explorer.paragraph
    explorer.assign(["boats", "stars"])
    assert explorer.message == "assignments.csv: 1 paragraph; takes effect in the next run"
    assert explorer.changes["paragraphs"] == {key: ["boats", "stars"]}
    (kept,) = Study.load(run.folder.parent).assignments()
    assert (kept.paragraph_id, kept.themes) == (key, ("boats", "stars"))
    explorer.assign([], run.paragraphs["paragraph_id"].iloc[0])
    assert explorer.message.startswith("assignments.csv: 2 paragraphs;")
    assert explorer.changes["waiting"] == 2
    explorer.undo()
    assert explorer.changes["paragraphs"] == {run.paragraphs["paragraph_id"].iloc[0]: []}
    with pytest.raises(InputError, match="nothing to undo"):
        explorer.undo()


def test_a_keyword_is_written_into_the_codebook(explorer: Explorer, run: Run) -> None:
    explorer.add_keyword("bread", "  crumb ")
    assert "crumb" in explorer.study.codebook.themes[0].keywords
    assert explorer.message == "codebook.toml: “crumb” added to Bread; takes effect in the next run"
    assert explorer.changes["waiting"] == 1
    assert "crumb" not in explorer.run.codebook.themes[0].keywords
    for theme, word in (("bread", "crumb"), ("bread", ""), ("nowhere", "rye")):
        with pytest.raises(InputError):
            explorer.add_keyword(theme, word)
    assert explorer.changes["waiting"] == 1


def test_changes_made_elsewhere_wait_too(run: Run) -> None:
    Study.load(run.folder.parent).assign(run.paragraphs["paragraph_id"].iloc[0], ["boats"], run)
    assert topics.explore(run).changes["waiting"] == 1


@pytest.mark.usefixtures("little_drawn")
def test_a_rerun_takes_the_place_of_the_run_and_says_what_changed(run: Run) -> None:
    key = run.paragraphs["paragraph_id"].iloc[2]
    bare = run.themes["paragraph_id"] == key
    before = run.themes.assign(assigned=run.themes["assigned"] & ~bare, primary=run.themes["primary"] & ~bare)
    explorer = topics.explore(changed(run, themes=before, overall=run.overall.assign(share=0.25)))
    explorer.paragraph = key
    corrected = run.paragraphs["paragraph_id"].iloc[-1]
    explorer.theme = "stars"
    explorer.assign(["bread"], corrected)
    explorer.add_keyword("bread", "wind")
    steps: list[dict[str, Any]] = []
    explorer.observe(lambda change: steps.append(change["new"]), "progress")
    new = explorer.rerun()
    assert explorer.run is new
    assert new.folder == run.folder
    with pytest.raises(InputError, match="has been re-run since it was opened"):
        run.table("profiles")
    assert (explorer.paragraph, explorer.theme) == (key, "stars")
    assert steps[0]["step"] == "reading"
    assert steps[-1] == {} == explorer.progress
    done = [one["done"] for one in steps[:-1]]
    assert done == sorted(done)
    assert "wind" in new.codebook.themes[0].keywords
    lines = explorer.message.split("\n")
    assert re.fullmatch(rf"New run: themes changed in [1-9]\d* of {len(new.paragraphs)} paragraphs", lines[0])
    assert lines[1].startswith("Share of all words: Bread 25.0 → ")
    assert "only 33 paragraphs" in explorer.message, "notes of the run are shown"
    assert not explorer.trouble
    assert explorer.changes["waiting"] == 0
    explorer.paragraph = corrected
    assert [one["by_hand"] for one in explorer.page["paragraphs"] if one["id"] == corrected] == [True]
    assert new.verify() == []


@pytest.mark.usefixtures("little_drawn")
def test_a_run_without_text_stays_without(run: Run) -> None:
    explorer = topics.explore(without_text(run))
    assert explorer.index["texts"] is False
    assert all(one["pieces"] == [] for one in explorer.page["paragraphs"])
    explorer.assign(["boats"])
    assert explorer.rerun().settings.deposit.text is False
    assert set(explorer.run.paragraphs["text"]) == {""}


def test_a_rerun_that_fails_leaves_the_run_as_it_was(explorer: Explorer, run: Run) -> None:
    shutil.rmtree(run.folder.parent / "articles")
    before = explorer.index
    ask(explorer, action="rerun")
    assert explorer.trouble
    assert "articles" in explorer.message
    assert "\n" not in explorer.message
    assert explorer.index == before
    assert explorer.progress == {}
    assert explorer.run.verify() == []


def test_a_run_that_belongs_to_no_study_can_be_read_alone(small_run: Run, tmp_path: Path) -> None:
    explorer = topics.explore(loose(small_run, tmp_path))
    assert "this run is not inside a study folder" in explorer.changes["locked"]
    assert explorer.changes["rerun"] is False
    explorer.article = explorer.index["articles"][0]["id"]
    for deed in (explorer.rerun, explorer.undo, lambda: explorer.assign([]), lambda: explorer.add_keyword("bread", "rye")):
        with pytest.raises(InputError, match="this run is not inside a study folder"):
            deed()
    assert list(tmp_path.glob("*.csv")) == []


def test_an_article_without_paragraphs_and_a_run_without_a_map_break_nothing(run: Run) -> None:
    gone = run.articles["article_id"].iloc[0]
    kept = run.paragraphs[run.paragraphs["article_id"] != gone]
    frames = {
        name: run.table(name)[run.table(name)["paragraph_id"].isin(kept["paragraph_id"])]
        for name in ("paragraphs", "themes", "paragraph_topics")
    }
    explorer = topics.explore(changed(run, **frames, topic_map=tables.empty("topic_map")))
    assert explorer.near == []
    explorer.article = gone
    assert (explorer.paragraph, explorer.near, explorer.page["paragraphs"]) == ("", [], [])
    assert f"article {gone!r}" in repr(explorer)


# messages


def ask(explorer: Explorer, **content: Any) -> list[Any]:
    replies: list[Any] = []
    explorer.send = lambda content, buffers=None: replies.append(content)  # type: ignore[method-assign]
    explorer._handle_custom_msg(content, [])
    return replies


def test_messages_call_the_methods_and_say_what_came_of_it(explorer: Explorer, run: Run) -> None:
    other = run.paragraphs["paragraph_id"].iloc[-1]
    assert ask(explorer, action="paragraph", paragraph=other) == [{"action": "paragraph", "ok": True}]
    assert explorer.paragraph == other
    ask(explorer, action="theme", theme="boats")
    ask(explorer, action="next_evidence", by=1)
    assert explorer.theme == "boats"
    ask(explorer, action="assign", paragraph=other, themes=["bread"])
    assert explorer.changes["paragraphs"] == {other: ["bread"]}
    ask(explorer, action="undo", paragraph=other)
    assert explorer.changes["waiting"] == 0
    ask(explorer, action="add_keyword", theme="bread", keyword="crumb")
    assert explorer.changes["waiting"] == 1
    assert ask(explorer, action="add_keyword", theme="bread", keyword="/(/") == [{"action": "add_keyword", "ok": False}]
    assert explorer.trouble
    assert "regular expression" in explorer.message


@pytest.mark.parametrize(
    "content",
    [
        None, "rerun", [], {}, {"action": "close"}, {"action": "_show"}, {"action": ["rerun"]},
        {"action": "set_trait", "name": "index"},
        {"action": "assign", "themes": "bread", "paragraph": "x"}, {"action": "assign", "themes": [1], "paragraph": "x"},
        {"action": "assign", "themes": ["bread"]}, {"action": "assign", "themes": ["nowhere"], "paragraph": "nowhere"},
        {"action": "rerun", "out": "elsewhere"}, {"action": "next_evidence", "by": "1"},
        {"action": "next_evidence", "by": True},
        {"action": "article", "article": 3}, {"action": "theme", "theme": "nowhere"},
        {"action": "add_keyword", "theme": "bread", "keyword": " "},
    ],
)  # fmt: skip
def test_other_messages_are_refused_in_a_line(explorer: Explorer, run: Run, content: Any) -> None:
    before = explorer.get_state()
    explorer.send = lambda content, buffers=None: None  # type: ignore[method-assign]
    explorer._handle_custom_msg(content, [])
    assert explorer.trouble
    assert explorer.message
    assert "\n" not in explorer.message
    after = explorer.get_state()
    assert {key for key in before if before[key] != after[key]} <= {"message", "trouble"}
    assert not (run.folder.parent / "assignments.csv").exists()


# where no kernel is


def test_the_widget_has_a_text_for_where_it_cannot_be_shown(explorer: Explorer) -> None:
    data, _ = explorer._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/html"] == "<p>Open this notebook in JupyterLab to use the explorer. Run: Small study</p>"
    assert data["text/plain"] == f"Explorer of 'Small study': article {explorer.article!r}, paragraph {explorer.paragraph!r}"


def test_an_exported_notebook_shows_the_text_instead_of_the_widget(explorer: Explorer) -> None:
    import nbformat
    from nbconvert import HTMLExporter

    data, _ = explorer._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    cell = nbformat.v4.new_code_cell("topics.explore(run)", execution_count=1, outputs=[output])
    text, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert "Open this notebook in JupyterLab to use the explorer." in text


def test_the_text_escapes_the_title_of_the_run(run: Run) -> None:
    explorer = topics.explore(poisoned(run))
    text = explorer._repr_mimebundle_()[0]["text/html"]
    assert "<script>" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_the_script_makes_no_markup_of_words_and_asks_no_network() -> None:
    source = Path(topics.__file__).parent / "explorer"
    script = (source / "explorer.js").read_text(encoding="utf-8")
    for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "fetch(", "import(", "http"):
        assert word not in script, word
    style = (source / "explorer.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


# in a browser

Open = Callable[..., Any]


@pytest.fixture
def open_(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Shows an explorer; in the end nothing may have gone wrong in the page, and nothing may have been asked for."""
    pages: list[Any] = []
    problems: list[str] = []

    def opened(explorer: Explorer, size: tuple[int, int] = (1280, 900)) -> Any:
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        pages.append(page)
        page.set_default_timeout(5000)
        page.on("console", lambda said: problems.append(f"{said.type}: {said.text}"))
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on(
            "request", lambda asked: problems.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None
        )
        page.goto(serve(explorer, page, tmp_path).as_uri())
        page.wait_for_selector(".block")
        return page

    yield opened
    for page in pages:
        page.close()
    assert problems == []


def current(page: Any) -> str:
    return page.locator(".block[aria-current=true]").get_attribute("data-paragraph")


def test_a_reader_finds_the_way_by_mouse_and_keyboard(open_: Open, explorer: Explorer, run: Run) -> None:
    page = open_(explorer)
    assert page.locator(".list button").count() == len(run.articles)
    first = page.locator(".list button").first
    first.click()
    until(page, lambda: first.get_attribute("aria-current") == "true")
    own = explorer.page["paragraphs"]
    assert page.locator(".block").count() == len(own)
    page.locator(".block").nth(1).click()
    until(page, lambda: current(page) == own[1]["id"])
    page.keyboard.press("ArrowRight")
    until(page, lambda: current(page) == own[2]["id"])
    assert page.evaluate("document.activeElement.dataset.paragraph") == own[2]["id"], "the focus goes along"
    ours = "[...document.querySelectorAll('.topics-explorer *')].filter(one => one.tabIndex >= 0 || one.matches('.block'))"
    assert page.evaluate(ours + ".every(one => one.dataset.lmSuppressShortcuts)"), "a letter is no command of JupyterLab"
    page.keyboard.press("ArrowLeft")
    until(page, lambda: current(page) == own[1]["id"])
    page.locator("[data-action=next]").click()
    until(page, lambda: current(page) == own[2]["id"])
    assert (
        page.locator("[data-part=read] .text").inner_text()
        == run.paragraphs.set_index("paragraph_id").loc[own[2]["id"], "text"]
    )
    assert page.locator(".block").nth(2).get_attribute("aria-label").startswith(f"paragraph 3 of {len(own)}: ")
    page.locator(".near button").first.click()
    until(page, lambda: current(page) != own[2]["id"])
    assert explorer.paragraph == current(page)


def test_a_theme_sorts_the_articles_and_leads_to_its_evidence(open_: Open, explorer: Explorer, run: Run) -> None:
    page = open_(explorer)
    page.locator(".chip", has_text="Boats").click()
    until(page, lambda: page.locator(".share").first.inner_text().endswith("%"))
    shares = [int(said.removesuffix(" %")) for said in page.locator(".share").all_inner_texts()]
    assert shares == sorted(shares, reverse=True)
    page.locator("[data-action=next-evidence]").click()
    until(page, lambda: current(page) in set(run.evidence("boats", 99)["paragraph_id"]))
    assert page.locator("mark[title*=Boats]").count() > 0
    page.locator(".articles input").fill("stars 2021")
    assert [one.inner_text() for one in page.locator(".list .title").all() if one.is_visible()] == ["On stars, part 2"]
    page.locator(".chip", has_text="Boats").click()
    until(page, lambda: page.locator(".chip[aria-pressed=true]").inner_text() == "All themes")


def test_a_point_of_the_map_leads_to_its_paragraph(open_: Open, explorer: Explorer, run: Run) -> None:
    page = open_(explorer)
    seen = {explorer.paragraph}
    box = page.locator("canvas").bounding_box()
    for x, y in ((0.2, 0.2), (0.8, 0.3), (0.5, 0.8), (0.3, 0.6), (0.7, 0.7), (0.5, 0.5), (0.1, 0.5), (0.9, 0.9)):
        for dx in range(-30, 31, 15):
            page.mouse.click(box["x"] + x * box["width"] + dx, box["y"] + y * box["height"])
    page.wait_for_timeout(100)
    seen.add(explorer.paragraph)
    assert len(seen) == 2


def test_a_reader_corrects_undoes_and_adds_a_keyword(open_: Open, explorer: Explorer, run: Run) -> None:
    page = open_(explorer)
    page.locator("summary").click()
    page.get_by_label("main theme Boats").check()
    page.locator("[data-action=save]").click()
    until(page, lambda: "assignments.csv: 1 paragraph" in page.locator("[data-part=message]").inner_text())
    (kept,) = explorer.study.assignments()
    assert kept.themes[0] == "boats"
    assert page.locator(".note").inner_text() == "assigned manually; takes effect in the next run"
    assert "1 pending change" in page.locator("[data-part=status]").inner_text()
    page.locator("[data-action=undo]").click()
    until(page, lambda: not page.locator(".note").is_visible())
    assert explorer.study.assignments() == ()
    page.locator(
        ".text"
    ).evaluate("""text => { const range = document.createRange(), words = document.createTreeWalker(text, 4);
        const node = words.nextNode(); range.setStart(node, 0); range.setEnd(node, 8); getSelection().removeAllRanges();
        getSelection().addRange(range); }""")
    word = page.get_by_label("New keyword")
    until(page, lambda: len(word.input_value()) > 3)
    page.get_by_label("Theme of the keyword").select_option("stars")
    chosen = word.input_value()
    page.locator("[data-action=add-keyword]").click()
    until(page, lambda: word.input_value() == "")
    assert chosen in explorer.study.codebook.themes[1].keywords
    word.fill("/(/")
    page.locator("[data-action=add-keyword]").click()
    until(page, lambda: page.locator(".message.trouble").count() == 1)
    assert word.input_value() == "/(/", "nothing is lost"


def test_a_run_that_is_under_way_is_shown(open_: Open, explorer: Explorer) -> None:
    page = open_(explorer)
    assert page.locator("[data-action=rerun]").get_attribute("aria-disabled") == "false"
    page.evaluate("model.set('progress', { step: 'themes', done: .42 })")
    until(page, lambda: "themes 42 %" in page.locator("[data-part=status]").inner_text())
    assert page.locator("progress").evaluate("one => one.value") == 0.42
    assert page.locator("[data-action=rerun]").get_attribute("aria-disabled") == "true"
    page.evaluate("model.set('progress', {})")
    until(page, lambda: not page.locator("progress").is_visible())


def test_where_no_study_is_found_the_controls_are_closed(open_: Open, small_run: Run, tmp_path: Path) -> None:
    page = open_(topics.explore(loose(small_run, tmp_path)))
    for deed in ("save", "undo", "add-keyword", "rerun"):
        assert page.locator(f"[data-action={deed}]").get_attribute("aria-disabled") == "true", deed
    assert "this run is not inside a study folder" in page.locator(".topics-explorer").inner_text()
    assert page.locator(".line input:enabled").count() == 0
    assert violations(page) == []


def test_a_run_without_text_says_so(open_: Open, run: Run) -> None:
    page = open_(topics.explore(without_text(run)))
    assert "This run contains no texts." in page.locator(".text").inner_text()
    assert violations(page) == []


def test_scripts_in_the_words_of_strangers_do_nothing(open_: Open, run: Run) -> None:
    page = open_(topics.explore(poisoned(run)))
    page.locator(".chip").nth(1).click()
    page.locator(".list button").last.click()
    page.wait_for_timeout(100)
    assert page.locator(".headline").inner_text() == EVIL
    assert page.locator(".text").inner_text().startswith(EVIL)
    assert page.evaluate("window.hacked") is None
    assert page.locator("main script, [onerror], main img").count() == 0


@pytest.mark.parametrize("size", [(1280, 900), (720, 900)], ids=["wide", "narrow"])
def test_axe_finds_nothing(open_: Open, explorer: Explorer, size: tuple[int, int]) -> None:
    page = open_(explorer, size)
    assert violations(page) == []
    page.locator(".chip").nth(2).click()
    page.locator("summary").click()
    page.locator("[data-action=save]").click()
    until(page, lambda: page.locator(".note").is_visible())
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_ticks_that_are_not_saved_are_there_when_the_reader_comes_back(open_: Open, explorer: Explorer) -> None:
    page = open_(explorer)
    start = explorer.paragraph
    page.locator("summary").click()
    page.get_by_label("main theme Boats").check()
    page.locator("[data-action=next]").click()
    until(page, lambda: explorer.paragraph != start)
    until(page, lambda: not page.locator(".note").is_visible())
    page.locator("[data-action=previous]").click()
    until(page, lambda: page.locator(".note").is_visible())
    assert page.locator(".note").inner_text() == "not saved"
    assert page.get_by_label("main theme Boats").is_checked()
    assert explorer.study.assignments() == ()
    page.locator("[data-action=save]").click()
    until(page, lambda: page.locator(".note").inner_text() == "assigned manually; takes effect in the next run")
    assert explorer.study.assignments()[0].themes[0] == "boats"


def test_a_view_that_is_closed_leaves_nothing_behind(open_: Open, explorer: Explorer) -> None:
    page = open_(explorer)
    assert page.evaluate("model.listeners()") > 5
    page.evaluate("end()")
    assert page.evaluate("model.listeners()") == 0
    assert page.locator(".topics-explorer").count() == 0
    page.evaluate("model.set('theme', 'boats')")


@pytest.mark.usefixtures("little_drawn")
def test_a_study_that_the_run_was_not_made_of_is_left_alone(run: Run, tmp_path: Path) -> None:
    other = write_study(tmp_path / "other")
    for page in (other / "articles").iterdir():
        page.write_text(page.read_text(encoding="utf-8").replace(".", ", indeed."), encoding="utf-8")
    explorer = topics.explore(run, other)
    for deed in (lambda: explorer.assign(["bread"]), lambda: explorer.add_keyword("bread", "crumb"), explorer.rerun):
        with pytest.raises(InputError, match="shares no article with the study"):
            deed()
    assert not (other / "assignments.csv").exists()


def test_an_assignment_that_cannot_be_applied_does_not_wait(run: Run) -> None:
    folder = run.folder.parent
    (folder / "assignments.csv").write_text("paragraph_id,themes\ngone-p0001,bread\n", encoding="utf-8")
    assert topics.explore(run).changes["waiting"] == 0
