"""Two runs of one study: what agrees bit for bit, what within tolerance, what not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import draw_little, write_study
from records import plain

from topics import tables
from topics.errors import InputError
from topics.record import RunRecord
from topics.runs import Run, Study, provenance, reproduction, study_of_run
from topics.runs.reproduction import NEAR, OTHER, SAME, compare_runs

CHEAP = ("stability.runs=0", "profiles.draws=100")


@pytest.fixture
def changed(small_run: Run, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the small run in which a table is another."""

    def change(name: str, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
        folder = Path(shutil.copytree(small_run.folder, tmp_path / "again"))
        tables.write(edit(small_run.table(name)), name, folder / "tables")
        record = provenance.read_run(folder)
        provenance.write_run(folder, record)
        return folder

    return change


def verdicts(found: reproduction.Reproduction) -> dict[str, str]:
    return {one.name: one.verdict for one in found.files}


def test_a_run_agrees_with_itself_bit_for_bit(small_run: Run) -> None:
    found = compare_runs(small_run.folder, small_run.folder)
    assert found.holds
    assert set(verdicts(found).values()) == {SAME}
    assert found.agreement == 1.0
    assert (found.inputs, found.environment) == ((), ())
    assert f"{len(found.files)} files identical, 0 within" in str(found)
    assert str(found) in found._repr_html_()
    assert "The run was reproduced" in found._repr_html_()


def test_a_table_a_little_off_is_within_tolerance_and_so_is_what_is_made_of_it(
    small_run: Run, changed: Callable[..., Path]
) -> None:
    folder = changed("outlets", lambda frame: frame.assign(share=frame["share"] + 0.001))
    (folder / "figures" / "outlets.svg").write_text("<svg/>", encoding="utf-8")
    found = compare_runs(small_run.folder, folder)
    (table,) = (one for one in found.files if one.name == "tables/outlets.csv")
    assert table.verdict == NEAR
    assert table.detail == "share differs by up to 0.0010"
    assert verdicts(found)["figures/outlets.svg"] == NEAR
    assert verdicts(found)["figures/ribbon.svg"] == SAME
    assert found.holds


def test_a_table_far_off_is_different_and_so_is_what_is_made_of_it(small_run: Run, changed: Callable[..., Path]) -> None:
    folder = changed("outlets", lambda frame: frame.assign(share=1 - frame["share"]))
    for name in ("outlets", "ribbon"):
        (folder / "figures" / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    found = compare_runs(small_run.folder, folder)
    assert verdicts(found)["tables/outlets.csv"] == OTHER
    assert verdicts(found)["figures/outlets.svg"] == OTHER
    assert verdicts(found)["figures/ribbon.svg"] == NEAR, "it is not drawn from outlets.csv"
    assert not found.holds


@pytest.mark.parametrize(
    ("name", "edit", "said"),
    [
        ("profiles", lambda frame: frame.iloc[:-1], "rows, now"),
        ("topics", lambda frame: frame.assign(label="another"), "label in"),
        ("themes", lambda frame: frame.assign(assigned=~frame["assigned"]), "assigned in"),
        ("topics", lambda frame: frame.assign(stability=float("nan")), "stability differs by up to inf"),
    ],
)
def test_rows_words_and_missing_values_are_no_matter_of_tolerance(
    small_run: Run, changed: Callable[..., Path], name: str, edit: Callable[[pd.DataFrame], pd.DataFrame], said: str
) -> None:
    found = compare_runs(small_run.folder, changed(name, edit))
    (table,) = found.of(OTHER)
    assert table.name == f"tables/{name}.csv"
    assert said in str(table)


def test_topics_with_other_numbers_agree_though_the_table_is_another(small_run: Run, changed: Callable[..., Path]) -> None:
    folder = changed("paragraph_topics", lambda frame: frame.assign(topic_id=frame["topic_id"].max() - frame["topic_id"]))
    found = compare_runs(small_run.folder, folder)
    assert found.agreement == 1.0
    assert small_run.topics["topic_id"].nunique() == 1 or not found.holds


def test_files_that_one_run_lacks_are_different(small_run: Run, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_run.folder, tmp_path / "again"))
    (folder / "figures" / "ribbon.svg").unlink()
    (folder / "paper" / "added.md").write_text("x", encoding="utf-8")
    provenance.write_run(folder, provenance.read_run(folder))
    said = {one.name: one.detail for one in compare_runs(small_run.folder, folder).of(OTHER)}
    assert said == {"figures/ribbon.svg": "not in the rerun", "paper/added.md": "only in the rerun"}


def test_pages_and_versions_that_are_not_what_they_were_are_named(small_run: Run, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(small_run.folder, tmp_path / "again"))
    data = plain(small_run)
    gone, other, *_ = sorted(data["inputs"]["articles"])
    del data["inputs"]["articles"][gone]
    data["inputs"]["articles"] |= {other: "0", "new-page": "1"}
    data["environment"]["libraries"]["numpy"] = "1.0"
    provenance.write_run(folder, RunRecord.from_dict(data))
    found = compare_runs(small_run.folder, folder)
    assert set(found.inputs) == {f"article {gone}: missing", f"article {other}: changed", "article new-page: new"}
    (version,) = found.environment
    assert version.startswith("numpy: ")
    assert version.endswith("now 1.0")


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Run]:
    """A study with a correction and an edited topic, and its run."""
    study = Study.load(write_study(tmp_path_factory.mktemp("repeated"))).with_settings(*CHEAP)
    with pytest.MonkeyPatch.context() as patch:
        draw_little(patch)
        with pytest.warns(match="only 33 paragraphs"):
            first = study.run()
        article = first.articles["article_id"][0]
        (study.folder / "corrections.csv").write_text(f"article_id,line,kind\n{article},8,boilerplate\n", encoding="utf-8")
        study.edit("rename", 0, label="Something else")
        with pytest.warns(match="only 3"):
            return study, study.run()


@pytest.mark.usefixtures("little_drawn")
def test_a_study_is_repeated_bit_for_bit_whatever_became_of_its_files(edited: tuple[Study, Run], tmp_path: Path) -> None:
    study, run = edited
    assert run.record.corrections
    assert run.record.edits
    for name, text in (("study.toml", "seed = 99\n"), ("corrections.csv", "article_id,line,kind\n")):
        (study.folder / name).write_text(text, encoding="utf-8")
    (study.folder / "topic_edits.csv").unlink()
    with pytest.warns(match="only 3"):
        again = study_of_run(run).repeat(run, tmp_path / "again")
    found = compare_runs(run.folder, again.folder)
    assert set(verdicts(found).values()) == {SAME}
    kept, new = (json.loads((one.folder / "run.json").read_text(encoding="utf-8")) for one in (run, again))
    assert kept == new


def test_where_the_run_lies_beside_no_study_its_pages_must_be_named(edited: tuple[Study, Run], tmp_path: Path) -> None:
    study, run = edited
    moved = Run(shutil.copytree(run.folder, tmp_path / "moved"))
    with pytest.raises(InputError, match=r"no study\.toml.*--rerun STUDY"):
        study_of_run(moved)
    assert study_of_run(moved, study.folder / "articles").source == study.folder / "articles"


def test_a_run_of_vectors_that_only_its_maker_has_says_so(edited: tuple[Study, Run]) -> None:
    _, run = edited
    data = plain(run)
    data["inputs"]["embeddings"]["name"] = "mine"
    with pytest.raises(InputError, match="the caller's embeddings"):
        study_of_run(Run(run.folder, RunRecord.from_dict(data)))
