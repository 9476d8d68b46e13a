"""A study with further columns: carried into articles.csv, compared, drawn, cited, and part of what identifies a run."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from conftest import BREAD, write_study

from topics import tables
from topics.errors import InputError, TopicsWarning
from topics.figures import FIGURES
from topics.runs import Run, Study
from topics.runs.pipeline import ManualChanges, RunInputs
from topics.settings import Settings

SUMMARY = "The party explains at length what it would do about bread, stars and boats, " * 4


def add_columns(study: Path, parties: dict[str, str]) -> None:
    """Add a party, by outlet, a wave and a summary to the front matter of each page."""
    for page in sorted((study / "articles").glob("*.md")):
        text = page.read_text(encoding="utf-8")
        outlet = next(name for name in parties if f"outlet: {name}" in text)
        wave = "" if page.stem == "boats-1" else "'007'"
        further = f"party: {parties[outlet]}\nwave: {wave}\nsummary: {SUMMARY.strip()}\n"
        page.write_text(text.replace("\ndate:", f"\n{further}date:", 1), encoding="utf-8")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = write_study(tmp_path_factory.mktemp("parties"))
    add_columns(folder, {"First Paper": "Green <b>", "Second Paper": "Blue"})
    changes = ("stability.runs=0", "profiles.draws=100", "groups.by=party,wave", "deposit.text=false")
    return Study.load(folder).with_settings(*changes)


@pytest.fixture(scope="module")
def run(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        for name in reversed([name for name in FIGURES if name not in ("ribbon", "groups")]):
            patch.delitem(FIGURES, name)
        with pytest.warns(TopicsWarning):
            return study.run(tmp_path_factory.mktemp("runs") / "run")


def test_further_columns_are_in_the_articles_as_they_are_written(run: Run) -> None:
    with (run.folder / "tables" / "articles.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [*rows[0]] == [*tables.COLUMNS["articles"], "party", "wave", "summary"]
    assert {row["outlet"]: row["party"] for row in rows} == {"First Paper": "Green <b>", "Second Paper": "Blue"}
    assert sorted(row["wave"] for row in rows) == ["", *["007"] * 5]
    assert run.articles["wave"].tolist() == [row["wave"] for row in rows]


def test_a_run_without_texts_keeps_them_except_running_text(run: Run) -> None:
    assert set(run.articles["party"]) == {"Green <b>", "Blue"}
    assert set(run.articles["summary"]) == {""}
    assert not [path.name for path in run.folder.rglob("*") if path.is_file() and b"explains at length" in path.read_bytes()]


def test_parties_that_are_the_outlets_have_their_shares_and_differences(run: Run) -> None:
    party = {"First Paper": "Green <b>", "Second Paper": "Blue"}
    for name, source in (
        ("groups", "outlets"),
        ("group_differences", "outlet_differences"),
        ("group_topics", "outlet_topics"),
    ):
        rows = run.table(name)
        found = rows[rows["column"] == "party"].drop(columns="column")
        key = found.columns[1]
        expected = run.table(source).rename(columns={"outlet": "group"}).replace({"group": party})
        values = [column for column in found.columns if column not in ("low", "high")]
        pd.testing.assert_frame_equal(
            found[values].reset_index(drop=True),
            expected.sort_values(["group", key], ignore_index=True)[values],
            check_exact=False,
            atol=1e-4,
        )
    assert set(run.groups["column"]) == {"party", "wave"}
    assert set(run.group_differences["column"]) == {"party"}, "the articles have one wave"


def test_the_run_says_what_is_not_compared(run: Run) -> None:
    notes = [note for note in run.record.warnings if note.startswith("groups.by")]
    assert notes == [
        "groups.by: 'wave' has 1 group; there is nothing to compare",
        "groups.by: 1 article of 6 has no value of 'wave' and is left out of its comparison",
    ]


def test_the_figure_is_drawn_and_cited_with_its_methods(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in reversed([name for name in FIGURES if name not in ("ribbon", "groups")]):
        monkeypatch.delitem(FIGURES, name)
    assert run.figures == ("ribbon", "groups")
    sidecar = run.sidecar("groups")
    names = ("groups", "group_differences", "articles", "overall")
    assert list(sidecar["inputs"]) == [f"tables/{name}.csv" for name in names]
    said = run.cite("groups")
    assert "groups of articles by party and wave" in said
    assert "@article{rubin1981," in said
    page = (run.folder / "report.html").read_text(encoding="utf-8")
    assert "Green &lt;b&gt;" in page
    assert "Green <b>" not in page
    assert run.verify() == []


def test_the_figure_is_drawn_only_if_a_column_is_compared(small_run: Run) -> None:
    assert "groups" in FIGURES
    assert "groups" not in small_run.figures
    assert not list((small_run.folder / "tables").glob("group*"))
    assert small_run.groups.empty
    assert small_run.figure("groups").caption.startswith("No comparison of groups")


def test_another_party_is_another_input(run: Run, tmp_path: Path) -> None:
    digests = []
    for header, party in (("party", "Green"), ("party", "Red"), ("Partei", "Green"), ("", "")):
        table = tmp_path / "articles.csv"
        columns = f",{header}" if header else ""
        table.write_text(
            f"text,title{columns}\n{BREAD[0]},A{f',{party}' if party else ''}\n".replace(BREAD[0], f'"{BREAD[0]}"')
        )
        inputs = RunInputs(table, run.codebook, Settings(), ManualChanges((), (), (), (), (), ""))
        record = inputs.record(run.record.inputs.embeddings, run.record.inputs.theme_encoder).inputs
        digests.append((record.metadata_sha256, *record.articles.items()))
    assert len({digest for digest, *_ in digests}) == 4
    assert len({articles for _, articles in digests}) == 1, "the text is the same"


def test_a_column_that_is_not_there_is_refused_before_anything_is_fitted(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no column 'Party' .* party, wave, summary; did you mean 'party'\?"):
        study.with_settings("groups.by=Party").run(tmp_path / "run")
    assert not list(tmp_path.iterdir())
