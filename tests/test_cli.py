"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BREAD, CODEBOOK_TOML, ROOT, STARS, write_study

from topics import cli
from topics.figures import style
from topics.study import Run

YES, NO, WRONG = 0, 1, 2
HEAVY = ("pandas", "numpy", "sklearn", "umap", "hdbscan", "bertopic", "matplotlib")


def call(*argv: object) -> int:
    """Exit code of a call, also where the parser itself refuses it."""
    try:
        return cli.main([str(argument) for argument in argv])
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    """A codebook, and a table of paragraphs with ids of their own."""
    (tmp_path / "codebook.toml").write_text(CODEBOOK_TOML, encoding="utf-8")
    return tmp_path


@pytest.fixture
def _svg_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes most of a small run's time."""
    monkeypatch.setattr(style, "FORMATS", ("svg",))


def write_paragraphs(path: Path, n: int) -> list[dict[str, str]]:
    texts = [text for pair in zip(BREAD, STARS, strict=True) for text in pair][:n]
    records = [
        {"paragraph_id": f"{7 * i:03d}", "article_id": f"letter {i % 2}", "title": f"[b]Letter[/b] {i % 2}", "text": text}
        for i, text in enumerate(texts, start=1)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return records


# wrong calls


WRONG_CALLS = {
    "no such path": ("run {tmp}/nowhere", ["nowhere", "does not exist", "expected"]),
    "no study in the folder": ("run {tmp}/study/articles", ["study.toml", "--codebook", "--out"]),
    "a table without codebook": ("run {tmp}/table.jsonl", ["table.jsonl", "expected", "codebook"]),
    "loose input without out": ("run {tmp}/table.jsonl --codebook {tmp}/study/codebook.toml", ["--out"]),
    "no such codebook": ("run {tmp}/table.jsonl --codebook {tmp}/none.toml --out {tmp}/out", ["none.toml", "expected"]),
    "the codebook is a folder": ("run {tmp}/table.jsonl --codebook {tmp}/study --out {tmp}/out", ["study"]),
    "out below a file": ("run {tmp}/study --out {tmp}/table.jsonl/run", ["table.jsonl"]),
    "out is foreign": ("run {tmp}/study --out {tmp}/study/articles", ["articles", "--out"]),
    "misspelt key": ("run {tmp}/study --set themes.treshold=0.5", ["themes.treshold", "themes.threshold"]),
    "misspelt section": ("run {tmp}/study --set theme.threshold=0.5", ["theme", "themes"]),
    "set without value": ("run {tmp}/study --set themes.threshold", ["themes.threshold", "section.key=value"]),
    "value of the wrong type": ("run {tmp}/study --set themes.threshold=high", ["themes.threshold", "'high'", "float"]),
    "value out of range": ("run {tmp}/study --set themes.threshold=2", ["themes.threshold", "2", "between 0 and 1"]),
    "seed is a word": ("run {tmp}/study --seed lucky", ["seed", "lucky"]),
    "seed below zero": ("run {tmp}/study --seed -1", ["seed", "-1", "expected 0 to"]),
    "broken study.toml": ("run {tmp}/broken", ["study.toml", "TOML", "line 2"]),
    "broken codebook": ("run {tmp}/table.jsonl --codebook {tmp}/broken/study.toml --out {tmp}/out", ["TOML", "line 2"]),
    "unknown embedding": (
        "run {tmp}/study --embedding word2vec",
        ["word2vec", "lsa", "model2vec:", "sentence-transformers:"],
    ),
    "unknown unit": ("run {tmp}/study --unit line", ["line", "auto", "paragraph"]),
    "unknown command": ("rum {tmp}/study", ["rum", "run"]),
    "verify no run": ("verify {tmp}/study", ["run.json", "expected", "topics run"]),
    "verify nothing": ("verify {tmp}/nowhere", ["nowhere", "expected"]),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    write_study(folder / "study")
    write_paragraphs(folder / "table.jsonl", 3)
    (folder / "broken").mkdir()
    (folder / "broken" / "study.toml").write_text('title = "fine"\nseed = = 7\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_wrong_call_is_exit_2_with_one_line_that_says_what_to_do(
    places: Path, capfd: pytest.CaptureFixture[str], case: str
) -> None:
    before = sorted(places.rglob("*"))
    line, said = WRONG_CALLS[case]
    assert call(*(part.format(tmp=places) for part in line.split(" "))) == WRONG
    out, err = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in err
    assert [part for part in said if part not in err] == []
    assert len(err.splitlines()) == 1, err
    assert sorted(places.rglob("*")) == before


# verify


def test_verify_of_a_good_run_is_exit_0(small_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("verify", small_run.folder) == YES
    out, err = capsys.readouterr()
    assert "stand" in out
    assert err == ""


def test_verify_of_a_changed_run_is_exit_1_and_names_the_file(
    small_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(small_run.folder, tmp_path / "run"))
    table = folder / "tables" / "profiles.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.0", "0.1", 1), encoding="utf-8")
    assert call("verify", folder) == NO
    out, _ = capsys.readouterr()
    assert "tables/profiles.csv: changed" in out


# run


@pytest.mark.usefixtures("_svg_only")
@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 13])
def test_few_paragraphs_run_keep_their_ids_and_warn_of_what_was_too_small(
    loose: Path, capfd: pytest.CaptureFixture[str], n: int
) -> None:
    given = write_paragraphs(loose / "letters.jsonl", n)
    out = loose / "out"
    code = call(
        "run", loose / "letters.jsonl", "--codebook", loose / "codebook.toml", "--out", out, "--unit", "paragraph",
        "--seed", 5, "--set", "stability.runs=2",
    )  # fmt: skip
    printed, err = capfd.readouterr()
    assert code == YES, err

    run = Run(out)
    found = run.paragraphs.sort_values("paragraph_id")
    wanted = sorted(given, key=lambda record: record["paragraph_id"])
    for column in ("paragraph_id", "article_id", "text"):
        assert found[column].tolist() == [record[column] for record in wanted]
    assert len(run.paragraph_topics) == n
    assert len(run.dropped) == 0
    assert run.themes["score"].between(0, 1).all()
    assert run.profiles[["low", "share", "high"]].notna().all().all()
    assert (run.profiles["high"] - run.profiles["low"]).max() > 0.3, "few paragraphs cannot be sure"
    assert (run.settings.seed, run.settings.stability.runs) == (5, 2)
    assert run.verify() == []

    warned = [line for line in err.splitlines() if line.startswith("warning:")]
    assert [line for line in warned if f" {n} paragraph" in line], err
    assert "Traceback" not in err
    assert f"report: {out / 'report.html'}" in printed
    assert (out / "report.html").is_file()
    for title in {record["title"] for record in given}:
        assert title in printed


@pytest.mark.usefixtures("_svg_only")
def test_quiet_prints_nothing_and_a_study_runs_into_its_own_folder(loose: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_paragraphs(loose / "letters.jsonl", 4)
    (loose / "study.toml").write_text('articles = "letters.jsonl"\n[reading]\nunit = "paragraph"\n', encoding="utf-8")
    assert call("run", loose, "--quiet") == YES
    assert capfd.readouterr() == ("", "")
    assert Run(loose / "run").verify() == []


@pytest.mark.usefixtures("_svg_only")
def test_an_unreadable_row_costs_that_row_and_is_named(loose: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = loose / "letters.csv"
    path.write_text(f'paragraph_id,text\n01,"{BREAD[0]}"\n02,\n03,"{STARS[0]}"\n', encoding="utf-8")
    code = call("run", path, "--codebook", loose / "codebook.toml", "--out", loose / "out", "--unit", "paragraph")
    _, err = capfd.readouterr()
    assert code == YES, err
    assert "letters.csv row 2" in err
    assert Run(loose / "out").paragraphs["paragraph_id"].tolist() == ["01", "03"]
    assert any("row 2" in problem for problem in Run(loose / "out").record["problems"])


def test_the_last_lines_say_the_shares_and_where_the_report_is(
    small_run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("topics.study.run", lambda *_, **__: small_run)
    assert call("run", "anything") == YES
    out, _ = capsys.readouterr()
    assert out.splitlines()[-1] == f"report: {small_run.folder / 'report.html'}"
    assert "6 articles, 33 paragraphs" in out
    for article in small_run.articles.itertuples():
        (line,) = [line for line in out.splitlines() if article.title in line]
        first = small_run.of(article.article_id).query("theme != 'unassigned'").iloc[0]
        assert f"{small_run.codebook.labels[first.theme]} {100 * first.share:.0f} (" in line


# processes


def test_python_m_topics_works_and_passes_its_exit_code_on(small_run: Run, tmp_path: Path) -> None:
    def ask(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "topics", *argv], capture_output=True, text=True, cwd=ROOT, timeout=60)

    assert ask("verify", str(small_run.folder)).returncode == YES
    wrong = ask("verify", str(tmp_path))
    assert wrong.returncode == WRONG
    assert wrong.stderr.startswith("topics: ")
    assert "run" in ask("--help").stdout


@pytest.mark.parametrize("rooms", ["topics", "topics, topics.cli, topics.study"])
def test_import_is_light(rooms: str) -> None:
    code = f"import sys, {rooms}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
