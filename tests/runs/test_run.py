"""The run folder: whole or not at all, redrawn from its tables alone, published without its texts."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from records import plain

from topics.coding import draw_sheet, write_sheet
from topics.errors import InputError
from topics.figures import FIGURES
from topics.record import RunRecord
from topics.runs import Study, deposit
from topics.runs.run import Run, Sentences


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def copy(small_run: Run, tmp_path: Path) -> Run:
    """A copy of the small run that a test may change."""
    return Run(shutil.copytree(small_run.folder, tmp_path / "run"))


@pytest.fixture(scope="module")
def bare_run(small_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small study, published without its texts, described as an RO-Crate."""
    changes = ("deposit.text=false", "deposit.ro_crate=true", 'deposit.authors=["A. Scholar"]', "deposit.licence=CC-BY-4.0")
    with pytest.warns(match="only 33 paragraphs"):
        return small_study.with_settings(*changes).run(tmp_path_factory.mktemp("bare") / "run")


# figures and numbers of a run


def test_every_figure_is_there_in_each_format_with_its_sidecar(printed_run: Run) -> None:
    # no column is compared in this study
    assert printed_run.figures == tuple(name for name in FIGURES if name != "groups")
    expected = {f"{name}.{form}" for name in printed_run.figures for form in ("svg", "pdf", "png", "json")}
    assert {path.name for path in (printed_run.folder / "figures").iterdir()} == expected


def test_a_sidecar_holds_the_plotted_table_and_where_it_came_from(small_run: Run) -> None:
    data = small_run.sidecar("outlets")
    rows = [dict(zip(data["table"]["columns"], row, strict=True)) for row in data["table"]["rows"]]
    known = {(row.outlet, row.theme): row.share for row in small_run.outlets.itertuples()}
    assert rows
    assert all(known[row["outlet"], row["theme"]] == row["share"] for row in rows)
    assert data["fingerprint"] == small_run.record.fingerprint
    assert data["code_sha256"] == small_run.record.environment.code_sha256
    assert data["methods"] == list(FIGURES["outlets"].methods)


def test_a_figure_that_is_found_alone_names_its_run_and_says_what_it_shows(printed_run: Run) -> None:
    caption = printed_run.sidecar("heatmap")["caption"]
    trace = f"Small study, run {printed_run.record.fingerprint[:16]}, topics "
    with Image.open(printed_run.folder / "figures" / "heatmap.png") as image:
        assert image.text["Description"].startswith(caption)
        assert trace in image.text["Description"]
    assert trace.encode() in (printed_run.folder / "figures" / "heatmap.svg").read_bytes()
    # a PDF keeps text with "±" as UTF-16
    assert trace.encode("utf-16-be") in (printed_run.folder / "figures" / "heatmap.pdf").read_bytes()


def test_numbers_are_those_of_the_tables_and_of_the_file(small_run: Run) -> None:
    known = json.loads((small_run.folder / "numbers.json").read_text(encoding="utf-8"))
    assert known["seed"] == 7
    assert list(small_run.numbers.index) == list(known["numbers"])
    first = small_run.outlets.iloc[0]
    assert any(number["value"] == first["share"] and number["low"] == first["low"] for number in known["numbers"].values())


# redraw


def width(run: Run) -> float:
    drawn = (run.folder / "figures" / "heatmap.svg").read_text(encoding="utf-8")
    return float(re.search(r'<svg[^>]*? width="([\d.]+)pt"', drawn).group(1))


def test_a_run_redrawn_in_place_has_the_same_bytes(copy: Run) -> None:
    before = contents(copy.folder)
    assert copy.redraw() == copy.folder / "figures"
    assert contents(copy.folder) == before


def test_redraw_mends_a_figure_that_was_changed(copy: Run) -> None:
    before = contents(copy.folder)
    (copy.folder / "figures" / "ribbon.svg").write_text("<svg/>", encoding="utf-8")
    (copy.folder / "figures" / "heatmap.svg").unlink()
    copy.redraw()
    assert contents(copy.folder) == before


def test_redraw_for_one_column_is_narrower_and_recorded(copy: Run) -> None:
    wide = width(copy)
    copy.redraw("figures.columns=1")
    assert width(copy) < 0.6 * wide
    assert copy.settings.figures.columns == 1
    assert Run(copy.folder).settings.figures.columns == 1
    assert copy.verify() == []


def test_redraw_elsewhere_leaves_the_run_as_it_is(small_run: Run, tmp_path: Path) -> None:
    before = contents(small_run.folder)
    assert small_run.redraw("figures.columns=1", 'figures.formats=["svg"]', out=tmp_path / "paper") == tmp_path / "paper"
    assert contents(small_run.folder) == before
    assert set(contents(tmp_path / "paper")) == {f"{name}.{form}" for name in small_run.figures for form in ("svg", "json")}


def test_some_figures_are_redrawn_into_a_folder_alone(small_run: Run, tmp_path: Path) -> None:
    small_run.redraw("figures.columns=1", out=tmp_path / "paper", names=["outlets", "ribbon"])
    assert set(contents(tmp_path / "paper")) == {
        f"{name}.{form}" for name in ("outlets", "ribbon") for form in ("svg", "json")
    }
    with pytest.raises(InputError, match="expected --out"):
        small_run.redraw(names=["ribbon"])
    with pytest.raises(InputError, match="no figure 'ribon'"):
        small_run.redraw(out=tmp_path / "other", names=["ribon"])


@pytest.mark.parametrize("setting", ["seed=9", "profiles.level=0.5", "deposit.text=false"])
def test_redraw_takes_settings_of_figures_alone(copy: Run, setting: str) -> None:
    with pytest.raises(InputError, match="expected a setting of figures"):
        copy.redraw(setting)


def test_redraw_refuses_tables_that_were_changed(copy: Run) -> None:
    path = copy.folder / "tables" / "outlets.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.", "0.1", 1), encoding="utf-8")
    before = contents(copy.folder)
    with pytest.raises(InputError, match=r"tables/outlets\.csv: changed"):
        copy.redraw()
    assert contents(copy.folder) == before


def test_redraw_refuses_a_model_that_was_changed_for_it_would_sign_it(copy: Run) -> None:
    (copy.folder / "model" / "topics.npz").unlink()
    with pytest.raises(InputError, match=r"model/topics\.npz: missing"):
        copy.redraw()


@pytest.mark.usefixtures("little_drawn")
def test_redraw_makes_figures_anew_that_are_gone_and_minds_no_litter(copy: Run) -> None:
    shutil.rmtree(copy.folder / "figures")
    (copy.folder / ".DS_Store").write_bytes(b"x")
    copy.redraw()
    assert copy.verify() == []
    assert not [path.name for path in copy.folder.parent.iterdir() if path != copy.folder]


@pytest.mark.usefixtures("little_drawn")
def test_a_run_is_redrawn_from_within_its_folder(copy: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy.folder)
    Run(".").redraw()
    monkeypatch.undo()
    assert copy.verify() == []


@pytest.mark.usefixtures("little_drawn")
def test_redraw_writes_over_its_own_figures_alone(copy: Run, tmp_path: Path) -> None:
    for _ in range(2):
        copy.redraw(out=tmp_path / "mine")
    (tmp_path / "yours").mkdir()
    (tmp_path / "yours" / "ribbon.png").write_bytes(b"a holiday")
    with pytest.raises(InputError, match=r"ribbon\.png is not a figure drawn by"):
        copy.redraw(out=tmp_path / "yours")
    assert [path.name for path in (tmp_path / "yours").iterdir()] == ["ribbon.png"]


def test_redraw_writes_into_no_run(copy: Run, small_run: Run) -> None:
    for place in (copy.folder / "figures" / "more", small_run.folder / "figures"):
        with pytest.raises(InputError, match="would no longer verify"):
            copy.redraw(out=place)


# without texts


def test_a_run_without_texts_holds_no_sentence_of_the_articles(bare_run: Run, small_run: Run) -> None:
    sentences = [" ".join(text.split()[:5]) for text in small_run.paragraphs["text"]]
    with_texts = (small_run.folder / "tables" / "paragraphs.csv").read_text(encoding="utf-8")
    assert all(sentence in with_texts for sentence in sentences)
    for path in bare_run.folder.rglob("*"):
        if path.suffix in (".csv", ".json", ".html", ".svg", ".tex", ".md"):
            content = path.read_text(encoding="utf-8")
            assert not [sentence for sentence in sentences if sentence in content], path.name
    assert "evidence" not in bare_run.figures
    assert not list((bare_run.folder / "figures").glob("evidence.*"))


def test_a_run_without_texts_keeps_everything_that_verifies(bare_run: Run, small_run: Run) -> None:
    assert bare_run.verify() == []
    assert bare_run.record.fingerprint == small_run.record.fingerprint
    kept = small_run.paragraphs.drop(columns=["text", "section"])
    assert bare_run.paragraphs.drop(columns=["text", "section"]).equals(kept)
    assert bare_run.themes.drop(columns="evidence").equals(small_run.themes.drop(columns="evidence"))
    ours, theirs = contents(bare_run.folder), contents(small_run.folder)
    for name in theirs:
        touched = name.startswith(tuple(f"tables/{table}." for table in deposit.TEXTS))
        if name.startswith(("tables/", "model/", "paper/", "numbers")) and not touched:
            assert ours[name] == theirs[name], name
        if name.startswith("figures/") and not name.endswith(".json") and "evidence" not in name:
            assert ours[name] == theirs[name], name


def test_who_has_the_pages_finds_each_paragraph_and_its_evidence(bare_run: Run, small_run: Run, small_study: Study) -> None:
    pages = {path.name: path.read_text(encoding="utf-8") for path in small_study.source.iterdir()}
    source = bare_run.articles.set_index("article_id")["source"]
    texts = small_run.paragraphs.set_index("paragraph_id")["text"]
    for row in bare_run.paragraphs.itertuples():
        assert pages[source[row.article_id]][row.start : row.end] == texts[row.paragraph_id]
    evidence = small_run.themes.set_index(["paragraph_id", "theme"])["evidence"]
    for row in bare_run.themes.query("assigned").itertuples():
        found = texts[row.paragraph_id][int(row.evidence_start) : int(row.evidence_end)]
        assert found == evidence[row.paragraph_id, row.theme]


def test_a_run_without_texts_is_redrawn_and_read_like_any_other(bare_run: Run, tmp_path: Path) -> None:
    copy = Run(shutil.copytree(bare_run.folder, tmp_path / "run"))
    copy.redraw()
    assert contents(copy.folder) == contents(bare_run.folder)
    with pytest.raises(InputError, match="no figure 'evidence'"):
        bare_run.sidecar("evidence")
    assert len(bare_run.assign(["The baker folds the dough."])) == 1


def test_the_crate_describes_every_file_of_the_run(bare_run: Run) -> None:
    graph = json.loads((bare_run.folder / deposit.CRATE_FILE).read_text(encoding="utf-8"))["@graph"]
    by_id = {entity["@id"]: entity for entity in graph}
    assert len(by_id) == len(graph)
    root = by_id["./"]
    assert by_id[deposit.CRATE_FILE]["about"] == {"@id": "./"}
    on_disk = set(contents(bare_run.folder)) - {deposit.CRATE_FILE}
    assert {part["@id"] for part in root["hasPart"]} == on_disk
    assert all(by_id[name]["@type"] == "File" for name in on_disk)
    sizes = {name: by_id[name]["contentSize"] for name in on_disk if name != "run.json"}
    assert sizes == {name: str((bare_run.folder / name).stat().st_size) for name in sizes}
    assert root["license"] == "CC-BY-4.0"
    assert by_id[root["author"][0]["@id"]]["name"] == "A. Scholar"
    assert re.fullmatch(r"[0-9a-f]{64}", root["identifier"])
    assert "without their text" in root["description"]
    references = [
        value["@id"] for entity in graph for value in entity.values() if isinstance(value, dict) and "@id" in value
    ]
    assert {one for one in references if not one.startswith("https:")} <= set(by_id)


# what a notebook shows


def test_a_run_sums_itself_up_as_its_report_does(small_run: Run) -> None:
    text = " ".join((small_run.folder / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ").split())
    assert len(small_run.summary) >= 4
    assert [one for one in small_run.summary if html.escape(one) not in text] == []
    assert small_run.summary._repr_html_().count("<li>") == len(small_run.summary)
    assert "<b>" not in Sentences(["<b>"])._repr_html_()


def test_a_run_says_where_its_numbers_come_from_and_whether_it_still_stands(small_run: Run, tmp_path: Path) -> None:
    said = small_run.provenance["provenance"]
    assert said["run"] == small_run.record.fingerprint[:16]
    assert (said["seed"], said["vectors"]) == ("7", "lsa")
    assert said["files"] == f"{len(small_run.record.outputs) + 1} unchanged"
    changed = Run(shutil.copytree(small_run.folder, tmp_path / "run"))
    (changed.folder / "numbers.tex").write_text("", encoding="utf-8")
    assert changed.provenance.loc["files", "provenance"] == "numbers.tex: changed"


def test_a_topic_is_quoted_by_its_most_central_paragraphs(small_run: Run) -> None:
    topic = int(small_run.topics["topic_id"].max())
    quotes = small_run.quotes(topic, 2)
    assert quotes["centrality"].is_monotonic_decreasing
    assert list(quotes["paragraph_id"]) == list(small_run.representatives.query("topic_id == @topic")["paragraph_id"])[:2]
    with pytest.raises(InputError, match="no topic 99"):
        small_run.quotes(99)


def test_a_run_is_held_against_coded_sheets_and_says_what_flatters(small_run: Run, tmp_path: Path) -> None:
    sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, 12, 1)
    sheet["primary"] = "bread"
    write_sheet(sheet, small_run.codebook, tmp_path / "anna.csv")
    found = small_run.agree(tmp_path / "anna.csv")
    assert 0 < found.get("agreement", "anna").value < 1
    by_hand = [{"paragraph_id": key, "themes": [], "text": ""} for key in sheet["paragraph_id"][:3]]
    assigned = RunRecord.from_dict(plain(small_run) | {"assignments": by_hand})
    told = Run(small_run.folder, assigned).agree(tmp_path / "anna.csv").notes
    assert "3 of 12 coded paragraphs of anna were assigned manually in this run" in told[0]
    with pytest.raises(InputError, match="got no coded sheet"):
        small_run.agree()
