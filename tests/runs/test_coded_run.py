"""A run with gold codes and other coders: from the command line and from Python, recorded and repeated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import BOATS, BREAD, STARS, draw_little

import topics
from topics.cli import main
from topics.coding import draw_sheet, load_codes, write_sheet
from topics.errors import InputError, TopicsWarning
from topics.runs import Run, Study

CHEAP = ["stability.runs=0", "profiles.draws=100"]
TRUTH = {"bread": BREAD, "stars": STARS, "boats": BOATS}


def codes_of(run: Run, folder: Path) -> dict[str, Path]:
    """Files of codes: what is true, of half of the paragraphs; a language model's; and dice."""
    theme_of = {text: theme for theme, texts in TRUTH.items() for text in texts}
    paragraphs = run.paragraphs.sort_values("paragraph_id")
    rows = [(row.paragraph_id, theme_of.get(row.text, "")) for row in paragraphs.itertuples()]
    lines = {
        "anna.csv": [f"{key},{theme}" for key, theme in rows[::2]] + ["nowhere-p0001,bread", f"{rows[1][0]},bred"],
        "model.csv": [f"{key},{theme},{0.9 if i % 3 else 0.6}" for i, (key, theme) in enumerate(rows)],
        "dice.csv": [f"{key},{('bread', 'stars', 'boats')[i % 3]}" for i, (key, _) in enumerate(rows)],
    }
    files = {}
    for name, listed in lines.items():
        head = "paragraph_id,themes,score" if name == "model.csv" else "paragraph_id,themes"
        files[name] = folder / name
        files[name].write_text("\n".join([head, *listed]) + "\n", encoding="utf-8")
    return files


@pytest.fixture(scope="module")
def study(small_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(small_study.folder, tmp_path_factory.mktemp("codes") / "study"))


@pytest.fixture(scope="module")
def coded_run(study: Path, small_run: Run) -> Run:
    files = codes_of(small_run, study.parent)
    argv = ["run", str(study), "--quiet", "--out", str(study.parent / "run"), *(f"--set={change}" for change in CHEAP)]
    argv += ["--codes", str(files["anna.csv"]), "--coder", str(files["model.csv"]), "--coder", str(files["dice.csv"])]
    with pytest.MonkeyPatch.context() as patch:
        draw_little(patch)
        assert main(argv) == 0
    return Run(study.parent / "run")


def test_codes_and_coders_are_recorded(coded_run: Run, study: Path) -> None:
    record = coded_run.record
    assert coded_run.settings.themes.coding == ("../anna.csv",)
    assert coded_run.settings.themes.coders == ("../model.csv", "../dice.csv")
    read = {name: load_codes(study / name, coded_run.codebook).sha256 for name in record.inputs.coders}
    assert record.inputs.coders == read
    assert list(read) == ["../model.csv", "../dice.csv"]
    assert record.results.coded_paragraphs == 17
    model, dice = record.results.coders
    assert (model.name, model.paragraphs, model.by_chance) == ("../model.csv", 33, False)
    assert model.specificity > 0.9
    assert (dice.by_chance, dice.paragraphs) == (True, 33)
    assert len(record.results.thresholds) == 3


def test_what_was_not_used_is_said(coded_run: Run) -> None:
    notes = "\n".join(coded_run.record.warnings)
    assert "anna.csv: 1 of 19 rows not used: row 20: no theme 'bred' in the codebook; did you mean 'bread'?" in notes
    assert "1 of 18 coded paragraphs are not in this corpus and were not used for calibration (nowhere-p0001)" in notes
    assert "../dice.csv: agrees no better than chance" in notes
    assert coded_run.record.problems[-1].startswith("anna.csv: 1 of 19 rows")


def test_the_report_says_what_codes_did(coded_run: Run) -> None:
    page = (coded_run.folder / "report.html").read_text(encoding="utf-8")
    assert "17 manually coded paragraphs (../anna.csv; Cox 1958; with a" in page
    assert "Codes of ../model.csv for 33 paragraphs were added to the scores as log-likelihood ratios" in page
    assert "Codes of ../dice.csv agreed no better than chance" in page
    assert "that maximises the expected F1 of the theme" in page


def test_what_is_assigned_reaches_the_threshold_and_has_evidence(coded_run: Run) -> None:
    assigned = coded_run.themes[coded_run.themes["assigned"]]
    least = assigned["theme"].map(dict(zip(coded_run.codebook.names, coded_run.record.results.thresholds, strict=True)))
    assert (assigned["score"] >= least - 1e-6).all()
    assert (assigned["evidence"] != "").all()


@pytest.mark.usefixtures("little_drawn")
def test_a_coded_run_is_repeated_alike(coded_run: Run, study: Path) -> None:
    found = Study.load(study).reproduce(coded_run)
    assert found.holds
    assert list(found.inputs) == []


@pytest.mark.usefixtures("little_drawn")
def test_a_changed_file_of_codes_is_a_changed_input(coded_run: Run, study: Path) -> None:
    file = study.parent / "dice.csv"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(",bread", ",stars"), encoding="utf-8")
    try:
        assert list(Study.load(study).reproduce(coded_run).inputs) == ["coders: changed"]
    finally:
        file.write_text(before, encoding="utf-8")


@pytest.mark.usefixtures("little_drawn")
def test_data_in_memory_takes_codes_and_codes_add_to_the_setting(tmp_path: Path) -> None:
    texts = [*BREAD, *STARS, *BOATS]
    book = {"bread": ["dough", "oven", "loaf"], "stars": ["telescope", "planet"], "boats": ["hull", "wind", "sail"]}
    file = tmp_path / "anna.csv"
    with pytest.warns(TopicsWarning):
        plain = topics.run(texts, codebook=book, set=CHEAP)
    keys = plain.paragraphs["paragraph_id"]
    file.write_text("paragraph_id,themes\n" + "".join(f"{key},\n" for key in keys[:12]), encoding="utf-8")
    with pytest.warns(TopicsWarning):
        coded = topics.run(texts, codebook=book, set=CHEAP, codes=[file])
    assert coded.record.results.coded_paragraphs == 12
    mean = [run.themes["score"].mean() for run in (plain, coded)]
    assert mean[1] < mean[0]


def test_files_add_to_those_of_the_study_and_none_counts_twice(small_study: Study, tmp_path: Path) -> None:
    named = small_study.with_settings('themes.coding=["anna.csv"]')
    inside = small_study.folder / "anna.csv"
    more = named.with_codes([inside, tmp_path / "ben.csv"], [tmp_path / "model.csv"])
    assert more.settings.themes.coding[0] == "anna.csv"
    assert len(more.settings.themes.coding) == 2
    assert (small_study.folder / more.settings.themes.coding[1]).resolve() == (tmp_path / "ben.csv").resolve()
    assert named.with_codes() == named
    with pytest.raises(InputError, match=r"anna.csv is given as gold codes and as another coder"):
        named.with_codes(coders=[inside])


def test_a_file_that_is_not_there_is_named(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(study), "--quiet", "--codes", str(study / "gone.csv"), "--out", str(study / "r")]) == 2
    assert "gone.csv does not exist; expected a coded sheet of `topics sheet`, or a table" in capsys.readouterr().err
    assert not (study / "r").exists()


def test_agreement_takes_tables_and_names_their_bad_rows(coded_run: Run, study: Path) -> None:
    found = coded_run.agree(study.parent / "anna.csv")
    assert found.get("recall", "anna", theme="stars").n > 0
    assert found.get("top_error", "anna").value >= 0
    assert found.notes[0].startswith("anna.csv: 1 of 19 rows not used")


def test_an_active_sheet_is_drawn_and_its_weights_are_read(small_run: Run, tmp_path: Path) -> None:
    run = Run(shutil.copytree(small_run.folder, tmp_path / "run"))
    out = tmp_path / "sheet.csv"
    assert main(["sheet", str(run.folder), "--active", "--n", "12", "--out", str(out)]) == 0
    same = draw_sheet(run.paragraphs, run.themes, run.codebook, 12, run.settings.seed, active=True)
    assert out.read_bytes() == write_sheet(same, run.codebook, tmp_path / "same.csv").read_bytes()


@pytest.mark.parametrize("name", ["codes", "scores_without_codes"])
def test_shares_of_a_run_that_lost_its_codes_are_refused(coded_run: Run, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(coded_run.folder, tmp_path / "run"))
    (folder / "tables" / f"{name}.csv").unlink()
    with pytest.raises(InputError, match=f"lacks tables/{name}.csv; expected all files"):
        Run(folder).theme_shares  # noqa: B018
    (folder / "tables" / f"{name}.csv").write_text("")
    with pytest.raises(InputError, match=f"{name}.csv is empty; expected"):
        Run(folder).theme_shares  # noqa: B018
