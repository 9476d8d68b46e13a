"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import BREAD, CODEBOOK_TOML, ROOT, STARS, draw_little, write_study

from topics import cli, tables
from topics.coding import load_sheet, strata
from topics.runs import Run, Study
from topics.runs.provenance import file_digest

YES, NO, WRONG = 0, 1, 2
HEAVY = ("pandas", "numpy", "sklearn", "umap", "hdbscan", "bertopic", "matplotlib", "openpyxl")


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
    "input without a study and without out": ("run {tmp}/table.jsonl --codebook {tmp}/study/codebook.toml", ["--out"]),
    "no such codebook": ("run {tmp}/table.jsonl --codebook {tmp}/none.toml --out {tmp}/out", ["none.toml", "expected"]),
    "the codebook is a folder": ("run {tmp}/table.jsonl --codebook {tmp}/study --out {tmp}/out", ["study"]),
    "out below a file": ("run {tmp}/study --out {tmp}/table.jsonl/run", ["table.jsonl"]),
    "out is foreign": ("run {tmp}/study --out {tmp}/study/articles", ["articles", "--out"]),
    "misspelt key": ("run {tmp}/study --set themes.treshold=0.5", ["themes.treshold", "themes.threshold"]),
    "misspelt section": ("run {tmp}/study --set theme.threshold=0.5", ["theme", "themes"]),
    "set without value": ("run {tmp}/study --set themes.threshold", ["themes.threshold", "section.key=value"]),
    "value of the wrong type": ("run {tmp}/study --set themes.threshold=high", ["themes.threshold", "'high'", "float"]),
    "value out of range": ("run {tmp}/study --set themes.threshold=2", ["themes.threshold", "2", "above 0 and below 1"]),
    "seed is a word": ("run {tmp}/study --seed lucky", ["seed", "lucky"]),
    "seed below zero": ("run {tmp}/study --seed -1", ["seed", "-1", "expected at least 0"]),
    "broken study.toml": ("run {tmp}/broken", ["study.toml", "TOML", "line 2"]),
    "broken codebook": ("run {tmp}/table.jsonl --codebook {tmp}/broken/study.toml --out {tmp}/out", ["TOML", "line 2"]),
    "unknown embedding": (
        "run {tmp}/study --embedding word2vec",
        ["word2vec", "lsa", "model2vec:", "sentence-transformers:"],
    ),
    "unknown unit": ("run {tmp}/study --unit line", ["line", "auto", "paragraph"]),
    "unknown command": ("rum {tmp}/study", ["rum", "run"]),
    "read nothing": ("read {tmp}/nowhere", ["nowhere", "does not exist", "expected"]),
    "read an empty folder": ("read {tmp}/empty", ["no article found", "empty", ".txt"]),
    "read a file of another kind": ("read {tmp}/study/picture.png", ["picture.png", "expected"]),
    "read a broken study": ("read {tmp}/broken", ["study.toml", "TOML", "line 2"]),
    "read no such article": ("read {tmp}/study --article comets", ["'comets'", "expected", "`topics read`"]),
    "read into no folder": ("read {tmp}/study --html {tmp}/none/page.html", ["none/page.html", "expected a path"]),
    "read with a misspelt key": ("read {tmp}/study --set reading.unti=sentence", ["reading.unti", "reading.unit"]),
    "read unknown units": ("read {tmp}/study --unit word", ["word", "sentence", "article"]),
    "correct loose pages": ("read {tmp}/study/articles --correct a:1=body", ["is not a study", "expected", "study.toml"]),
    "correct without a kind": ("read {tmp}/study --correct on-bread:3", ["'on-bread:3'", "expected ARTICLE:LINE=KIND"]),
    "correct to no kind": ("read {tmp}/study --correct on-bread:3=advert", ["=advert'", "boilerplate"]),
    "correct no article": ("read {tmp}/study --correct on-bread:3=body", ["'on-bread'", "no such article", "`topics read`"]),
    "audit nothing": ("audit {tmp}/nowhere", ["nowhere", "does not exist", "expected"]),
    "audit a table without codebook": ("audit {tmp}/table.jsonl", ["table.jsonl", "expected", "codebook"]),
    "audit with a misspelt key": ("audit {tmp}/study --set themes.treshold=0.5", ["themes.treshold", "themes.threshold"]),
    "audit into another table": ("audit {tmp}/study --out {tmp}/table.jsonl", ["table.jsonl", "expected .csv"]),
    "edit no study": ("edit {tmp}/study/articles drop 1", ["study.toml", "expected"]),
    "edit what was never run": ("edit {tmp}/study drop 1", ["run.json", "topics run"]),
    "edit nothing": ("edit {tmp}/study", ["ACTION"]),
    "edit otherwise": ("edit {tmp}/study join 1 2", ["join", "merge", "undo"]),
    "edit by name": ("edit {tmp}/study drop bread", ["bread", "int"]),
    "undo nothing": ("edit {tmp}/study undo", ["topic_edits.csv contains no edits", "nothing to undo"]),
    "assign to no run": ("assign {tmp}/study {tmp}/table.jsonl", ["run.json", "expected", "topics run"]),
    "verify no run": ("verify {tmp}/study", ["run.json", "expected", "topics run"]),
    "rerun without a study": ("verify {run} --rerun", ["no study.toml", "--rerun STUDY"]),
    "redraw no run": ("redraw {tmp}/study", ["run.json", "expected", "topics run"]),
    "redraw what needs a fit": ("redraw {run} --set seed=1", ["seed=1", "expected a setting of figures"]),
    "redraw into the run": ("redraw {run} --out {run}/figures", ["would no longer verify", "--out"]),
    "cite no run": ("cite {tmp}/study ribbon", ["run.json", "expected", "topics run"]),
    "cite no figure": ("cite {run} pie", ["'pie'", "expected one of ribbon"]),
    "verify nothing": ("verify {tmp}/nowhere", ["nowhere", "expected"]),
    "sheet of no run": ("sheet {tmp}/study", ["run.json", "expected", "topics run"]),
    "agree on no run": ("agree {tmp}/study {tmp}/table.jsonl", ["run.json", "expected", "topics run"]),
    "compare no run": ("compare {tmp}/study --by outlet", ["run.json", "expected", "topics run"]),
    "compare nothing": ("compare {run}", ["--by"]),
    "compare by no column": ("compare {run} --by outlte", ["by: no column 'outlte'", "did you mean 'outlet'?"]),
    "compare by one group": ("compare {run} --by language", ["'language' has 1 value", "choose another column"]),
    "compare with no control": ("compare {run} --by outlet --control wave", ["control: no column 'wave'"]),
    "compare with no reference": ("compare {run} --by outlet --reference Third", ["'Third'", "First Paper, Second Paper"]),
    "compare as nothing": ("compare {run} --by outlet --as outlet", ["--as got 'outlet'", "expected COLUMN=KIND"]),
    "compare as text": ("compare {run} --by outlet --as outlet=text", ["outlet=text", "category, number, date"]),
    "compare into the run": ("compare {run} --by outlet --out {run}/new", ["would no longer verify", "--out"]),
    "compare into other files": ("compare {run} --by outlet --out {tmp}/full", ["comparison.csv", "topics compare"]),
    "compare with no codes": ("compare {run} --by outlet --codes {tmp}/none.csv", ["none.csv", "does not exist"]),
    "compare with a negative seed": ("compare {run} --by outlet --seed -1", ["--seed got -1", "expected 0 or more"]),
    "agree without a sheet": ("agree {tmp}/study", ["SHEET"]),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("places")
    write_study(folder / "study")
    write_paragraphs(folder / "table.jsonl", 3)
    (folder / "study" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "empty").mkdir()
    (folder / "full").mkdir()
    (folder / "full" / "comparison.csv").write_text("mine", encoding="utf-8")
    (folder / "broken").mkdir()
    (folder / "broken" / "study.toml").write_text('title = "fine"\nseed = = 7\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_wrong_call_is_exit_2_with_one_line_that_says_what_to_do(
    places: Path, small_run: Run, capfd: pytest.CaptureFixture[str], case: str
) -> None:
    before = sorted(places.rglob("*"))
    line, said = WRONG_CALLS[case]
    assert call(*(part.format(tmp=places, run=small_run.folder) for part in line.split(" "))) == WRONG
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
    assert out.startswith("OK: all ")
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


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that was run without its texts and described for a repository; its folder."""
    study = write_study(tmp_path_factory.mktemp("published"))
    cheap = ("--set", "stability.runs=0", "--set", "profiles.draws=100")
    with pytest.MonkeyPatch.context() as patch:
        draw_little(patch)
        assert call("run", study, "--no-text", "--ro-crate", "--quiet", *cheap) == YES
    return study


def test_a_run_can_be_published_without_its_texts(published: Path) -> None:
    run = Run(published / "run")
    assert not run.settings.deposit.text
    assert set(run.paragraphs["text"]) == {""}
    assert (run.folder / "ro-crate-metadata.json").is_file()


@pytest.mark.usefixtures("little_drawn")
def test_rerun_of_an_untouched_study_agrees_bit_for_bit(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("verify", published / "run", "--rerun") == YES
    out, err = capsys.readouterr()
    n = len(Run(published / "run").record.outputs)
    assert f"rerun: {n} files identical, 0 within 0.005, 0 different" in out
    assert "adjusted Rand index of the topics 1.00" in out
    assert err == ""


@pytest.mark.usefixtures("little_drawn")
def test_rerun_names_what_became_of_the_pages_and_of_the_results(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = Path(shutil.copytree(published, tmp_path / "study"))
    page = study / "articles" / "bread-0.md"
    page.write_text(page.read_text(encoding="utf-8").replace("dough", "telescope"), encoding="utf-8")
    assert call("verify", study / "run", "--rerun") == NO
    out, _ = capsys.readouterr()
    assert "changed input or environment: article on-bread-part-1" in out
    assert "tables/profiles.csv: different" in out
    assert " 0 different" not in out


def test_rerun_of_a_changed_run_is_not_begun(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = Path(shutil.copytree(published, tmp_path / "study"))
    (study / "run" / "numbers.tex").write_text("", encoding="utf-8")
    assert call("verify", study / "run", "--rerun") == NO
    out, _ = capsys.readouterr()
    assert "numbers.tex: changed" in out
    assert "rerun" not in out


# redraw, cite


@pytest.mark.usefixtures("little_drawn")
def test_redraw_says_where_the_figures_are(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("redraw", published / "run", "--out", tmp_path / "paper", "--set", "figures.columns=1") == YES
    out, _ = capsys.readouterr()
    assert f"1 figure redrawn: {tmp_path / 'paper'}" in out  # of a run that draws little
    assert (tmp_path / "paper" / "ribbon.svg").is_file()


def test_cite_prints_caption_methods_and_bibtex(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("cite", published / "run", "ribbon") == YES
    out, _ = capsys.readouterr()
    assert [part for part in ("Caption of ribbon:", "Methods:", "BibTeX:", "@article{nigam2000,") if part not in out] == []


# audit


def test_audit_of_the_sample_says_in_a_screen_what_to_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("audit", ROOT / "data" / "russia-china", "--out", tmp_path / "audit.csv") == YES
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("The codebook is usable on this corpus.")
    assert max(len(line) for line in out.splitlines()) <= 118
    parts = ["never occur", "have no theme", "Themes", "to add to codebook.toml", "without a theme (number of paragraphs)"]
    places = [out.index(part) for part in parts]
    assert places == sorted(places)
    assert f"table: {tmp_path / 'audit.csv'}" in out
    with (tmp_path / "audit.csv").open(encoding="utf-8", newline="") as stream:
        listed = sum(row["verdict"] not in ("suggested", "blind spot") for row in csv.DictReader(stream))
    themes = Study.load(ROOT / "data" / "russia-china").codebook.themes
    assert listed == sum(len(theme.keywords) for theme in themes)


def test_audit_of_a_codebook_that_does_not_fit_is_exit_1(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = study / "codebook.toml"
    book.write_text(book.read_text(encoding="utf-8") + '[[theme]]\nname = "zeppelins"\nkeywords = ["zeppelin"]\n')
    assert call("audit", study) == NO
    out, _ = capsys.readouterr()
    assert out.startswith(
        "The codebook is NOT usable on this corpus.\n 1.  zeppelins: neither a keyword nor a word of the description occurs."
    )


def test_audit_shows_what_a_misleading_keyword_matches(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = study / "codebook.toml"
    book.write_text(book.read_text(encoding="utf-8").replace('"dough",', r"'/\b(st|wh)\w+/', ", 1), encoding="utf-8")
    assert call("audit", study) == NO
    out, _ = capsys.readouterr()
    assert out.startswith("The codebook is NOT usable on this corpus.\n 1.  Keywords that mostly match other words:")
    part = out[out.index("Keywords in context") :]
    assert r"/\b(st|wh)\w+/ (Bread, strange): " in part
    assert part.count("[") == 3


def test_audit_takes_loose_input_and_settings_and_shows_all_keywords(
    loose: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_paragraphs(loose / "table.jsonl", 20)
    argv = ("audit", loose / "table.jsonl", "--codebook", loose / "codebook.toml", "--unit", "paragraph")
    assert call(*argv, "--all") == NO
    out, _ = capsys.readouterr()
    assert "Only 20 paragraphs" in out
    assert "All keywords" in out
    table = out[out.index("All keywords") :]
    assert [word for word in ("dough", "telescope", "shipyard") if word not in table] == []
    assert "\n  dough (Bread, idle): dough (4)" in out[out.index("Keywords in context") :]


# read


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "study")


def write_articles(path: Path, articles: dict[str, str]) -> Path:
    lines = (json.dumps({"article_id": name, "text": text}) + "\n" for name, text in articles.items())
    path.write_text("".join(lines), encoding="utf-8")
    return path


def id_of(study: Path, source: str) -> str:
    return Study.load(study).corpus().articles.set_index("source")["article_id"][source]


@pytest.mark.parametrize("path", ["study", "study/study.toml", "study/articles", "study/articles/bread-0.md"])
def test_read_shows_of_each_line_its_number_its_kind_and_how_it_begins(
    study: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    assert call("read", study.parent / path) == YES
    out, err = capsys.readouterr()
    assert err == ""
    assert max(len(line) for line in out.splitlines() if line[:5].strip().isdecimal()) <= 118
    page = (study / "articles" / "bread-0.md").read_text(encoding="utf-8").split("\n")
    shown = out[out.index("On bread, part 1") :].split("\n\n")[0].splitlines()
    assert shown[0] == f"On bread, part 1 [{id_of(study, 'bread-0.md')}]"
    assert shown[1].startswith("  bread-0.md: author A. Writer, outlet First Paper, date 2020-03-01")
    rows = [line.replace("?", " ").split(maxsplit=2) for line in shown[2:]]
    assert [int(number) for number, _, _ in rows] == [i for i, line in enumerate(page, start=1) if line.strip()]
    for number, kind, text in rows:
        assert page[int(number) - 1].startswith(text.removesuffix("…"))
        assert (kind == "body") == (page[int(number) - 1] in BREAD)
    articles = "1 article, 5 paragraphs, 6 lines" if path.endswith("0.md") else "6 articles, 33 paragraphs, 36 lines"
    assert f"\n{articles} dropped; language en." in out


def test_of_many_articles_the_doubtful_lines_are_shown_and_all_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {f"a{i}": "\n\n".join([*BREAD[i : i + 5], STARS[i]]) for i in range(10)}
    path = write_articles(tmp_path / "table.jsonl", texts)
    first = BREAD[4][:60]
    assert call("read", path) == YES
    brief, _ = capsys.readouterr()
    rows = [line for line in brief.splitlines() if line[:5].strip().isdecimal()]
    assert [line for line in rows if line[6] != "?"] == []
    assert [f"[{name}]" for name in texts if f"[{name}]" not in brief] == []
    assert "use --all for every line, --article ID for one article" in brief
    assert call("read", path, "--all") == YES
    whole, _ = capsys.readouterr()
    assert whole.count(first) == 5
    assert "--all" not in whole


def test_one_article_is_named_by_its_id_or_by_how_its_id_or_file_begins(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = write_articles(study / "table.jsonl", {"a1": "\n\n".join(BREAD[:5]), "a10": "\n\n".join(STARS[:5])})

    def shown(*argv: object) -> list[str]:
        assert call("read", *argv) == YES
        return [line.split("[")[-1][:-1] for line in capsys.readouterr().out.splitlines() if line.endswith("]")]

    assert shown(table, "--article", "a1") == ["a1"]
    assert shown(table, "--article", "a") == ["a1", "a10"]
    assert shown(study, "--article", "stars-1") == [id_of(study, "stars-1.md")]
    assert shown(study, "--article", "on-stars") == [id_of(study, "stars-0.md"), id_of(study, "stars-1.md")]


def test_read_writes_a_page_for_the_browser(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = study / "lines.html"
    assert call("read", study, "--html", page) == YES
    assert capsys.readouterr() == (f"reading: {page}\n", "")
    assert [text for text in (BREAD[0], STARS[0]) if text not in page.read_text(encoding="utf-8")] == []
    assert call("read", study, "--article", "bread-0", "--html", page) == YES
    assert BREAD[0] in page.read_text(encoding="utf-8")
    assert STARS[0] not in page.read_text(encoding="utf-8")


def test_a_correction_is_written_into_the_study_and_holds_from_then_on(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = id_of(study, "bread-0.md")
    lines = (study / "articles" / "bread-0.md").read_text(encoding="utf-8").split("\n")
    number = lines.index(BREAD[0]) + 1
    argv = ["read", study, "--article", name]
    assert call(*argv, "--correct", f"{name}:{number}=boilerplate", "--correct", f"{name}:{number + 2}=heading") == YES
    out, _ = capsys.readouterr()
    assert out.startswith(f"2 corrections written to {study / 'corrections.csv'}\n")
    assert (study / "corrections.csv").read_text(encoding="utf-8").splitlines()[0] == "article_id,line,kind,text"
    for _ in range(2):
        assert f"{number:>5}  boilerplate  {BREAD[0][:60]}" in out
        assert f"{number + 2:>5}  heading      {BREAD[1][:60]}" in out
        assert call(*argv) == YES
        out, _ = capsys.readouterr()
    assert call(*argv, "--correct", f"{name}:{number}=body") == YES
    out, _ = capsys.readouterr()
    assert out.startswith("1 correction written")
    assert f"{number:>5}  body         {BREAD[0][:60]}" in out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--unit", "article"], "6 articles, 6 paragraphs"),
        (["--unit", "sentence"], "6 articles, 33 paragraphs"),
        (["--set", "reading.boilerplate=['^Bakers weigh', '^Two boats']"], "6 articles, 31 paragraphs"),
        (["--set", "language=ru", "--set", "reading.other_languages=keep"], "language ru."),
    ],
)
def test_read_obeys_settings(study: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str) -> None:
    assert call("read", study, *more) == YES
    assert said in capsys.readouterr().out


def test_what_could_not_be_read_is_told_on_standard_error_and_costs_no_more(
    study: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (study / "articles" / "empty.txt").write_text("", encoding="utf-8")
    assert call("read", study) == YES
    out, err = capsys.readouterr()
    assert err == "note: cannot be read: empty.txt (contains no text; expected an article)\n"
    assert "6 articles, 33 paragraphs" in out


def test_pages_cannot_give_orders_to_the_terminal_nor_break_its_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chinese = "黑龙江上的新桥去年秋天通车，两岸的货车司机不必再等到江面封冻才能过境，" * 3 + "大家都很高兴。"
    text = "\n\n".join([*BREAD[:4], f"\x1b[31m\x1b]0;mine\x07 [bold]{BREAD[4]}[/bold]\x9b2J", chinese])
    path = write_articles(tmp_path / "table.jsonl", {"a": text})
    assert call("read", path, "--set", "reading.other_languages=keep") == YES
    out, _ = capsys.readouterr()
    assert [sign for sign in out if (ord(sign) < 32 and sign != "\n") or 127 <= ord(sign) < 160] == []
    assert "[bold]" in out
    (line,) = [line for line in out.splitlines() if "黑龙江" in line]
    assert line.endswith("…")
    assert 100 < sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) <= 118


# run


@pytest.mark.usefixtures("little_drawn")
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


@pytest.mark.usefixtures("little_drawn")
def test_quiet_prints_nothing_and_a_study_runs_into_its_own_folder(loose: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write_paragraphs(loose / "letters.jsonl", 4)
    (loose / "study.toml").write_text('articles = "letters.jsonl"\n[reading]\nunit = "paragraph"\n', encoding="utf-8")
    assert call("run", loose, "--quiet") == YES
    assert capfd.readouterr() == ("", "")
    assert Run(loose / "run").verify() == []


@pytest.mark.usefixtures("little_drawn")
def test_an_unreadable_row_costs_that_row_and_is_named(loose: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = loose / "letters.csv"
    path.write_text(f'paragraph_id,text\n01,"{BREAD[0]}"\n02,\n03,"{STARS[0]}"\n', encoding="utf-8")
    code = call("run", path, "--codebook", loose / "codebook.toml", "--out", loose / "out", "--unit", "paragraph")
    _, err = capfd.readouterr()
    assert code == YES, err
    assert "row 2: no text in it; expected an article or a paragraph (letters.csv)" in err
    assert Run(loose / "out").paragraphs["paragraph_id"].tolist() == ["01", "03"]
    assert any("row 2" in problem for problem in Run(loose / "out").record.problems)


def test_the_last_lines_say_the_shares_and_where_the_report_is(
    small_run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("topics.runs.run_study", lambda *_, **__: small_run)
    assert call("run", "anything") == YES
    out, _ = capsys.readouterr()
    assert out.splitlines()[-1] == f"report: {small_run.folder / 'report.html'}"
    assert "6 articles, 33 paragraphs" in out
    for article in small_run.articles.itertuples():
        (line,) = [line for line in out.splitlines() if article.title in line]
        first = small_run.of(article.article_id).query("theme != 'unassigned'").iloc[0]
        assert f"{small_run.codebook.labels[first.theme]} {100 * first.share:.0f} (" in line


# sheet and agree


def fill(sheet: Path, run: Run, coded: Path, wrong: int = 0, most: int = 1000) -> Path:
    """A copy of a CSV sheet, filled with what the model says but for the first ``wrong`` rows, up to row ``most``."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    primary = strata(run.themes).to_dict()
    for i, row in enumerate(rows[:most]):
        theme = primary[row[header.index("paragraph_id")]]
        said = {"unassigned": "none"}.get(theme, theme)
        row[header.index("primary")] = said if i >= wrong else ("bread" if said == "none" else "none")
    with coded.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *rows])
    return coded


@pytest.fixture
def kept_run(small_run: Run, tmp_path: Path) -> Run:
    """A copy of the small run, in a folder where sheets may be written."""
    return Run(shutil.copytree(small_run.folder, tmp_path / "run"))


def test_a_sheet_lies_beside_the_run_which_still_stands(kept_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("sheet", kept_run.folder, "--n", 20) == YES
    out, err = capsys.readouterr()
    assert err == ""
    sheet = kept_run.folder.parent / "sheet.xlsx"
    first, second = out.splitlines()
    assert first.startswith("20 of 33 paragraphs sampled, stratified by the model's primary theme ")
    assert first.endswith(f"; seed 7: {sheet}")
    beside = kept_run.folder.parent
    assert second.endswith(f"topics agree {kept_run.folder} {beside / 'sheet-anna.xlsx'} {beside / 'sheet-ben.xlsx'}")
    assert sheet.is_file()
    assert kept_run.verify() == []
    before = sheet.read_bytes()
    assert call("sheet", kept_run.folder) == WRONG
    assert "exists already and may contain codes" in capsys.readouterr().err
    assert sheet.read_bytes() == before


def test_a_second_sheet_leaves_out_what_the_first_has_coded(kept_run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert call("sheet", kept_run.folder, "--n", 12, "--out", first) == YES
    coded = fill(first, kept_run, tmp_path / "sheet-anna.csv", most=9)
    assert call("sheet", kept_run.folder, "--n", 40, "--without", coded, "--out", second) == YES
    known = load_sheet(coded, kept_run.codebook).codes
    with second.open(encoding="utf-8-sig", newline="") as file:
        drawn = [row["paragraph_id"] for row in csv.DictReader(file)]
    assert len(known) == 9
    assert sorted([*known, *drawn]) == kept_run.paragraphs["paragraph_id"].tolist()


def test_a_planned_sheet_of_groups_counts_what_is_coded(
    kept_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert call("sheet", kept_run.folder, "--n", 12, "--out", first) == YES
    coded = fill(first, kept_run, tmp_path / "sheet-anna.csv", most=9)
    plan = ("sheet", kept_run.folder, "--for", 0.1, "--by", "outlet")
    sizes = kept_run.theme_shares.planned_codes(0.1, "outlet")
    n_coded = sizes.group_of[list(load_sheet(coded, kept_run.codebook).codes)].value_counts()
    left = sum(max(size - n_coded.get(group, 0), 0) for group, size in sizes.sizes.items())
    capsys.readouterr()
    assert call(*plan, "--without", coded, "--out", second) == YES
    assert f"{left} are left to code" in capsys.readouterr().out
    with second.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == left


def test_a_comparison_is_not_written_onto_a_file(kept_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert call("compare", kept_run.folder, "--by", "outlet", "--out", tmp_path / "file") == WRONG
    assert "is a file; expected a folder" in capsys.readouterr().err


def test_a_sheet_is_written_where_and_as_what_is_asked(kept_run: Run, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        more = ["--seed", 8] if name == "c" else []
        files = [part for kind in ("csv", "xlsx") for part in ("--out", tmp_path / f"{name}.{kind}")]
        assert call("sheet", kept_run.folder, *more, *files) == YES
    for kind in ("csv", "xlsx"):
        one, two, other = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("a", "b", "c"))
        assert one == two != other


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("--n 0", ["got 0 paragraphs", "at least 1"]),
        ("--n many", ["--n", "many"]),
        ("--seed -1", ["--seed got -1", "expected 0 or more"]),
        ("--out {run}/sheet.xlsx", ["is in the run folder", "choose another --out"]),
        ("--out {run}/../sheet.ods", ["'.ods'", "expected .xlsx or .csv"]),
        ("--out {run}/../new.csv --out {run}/run.json", ["run.json", "run folder"]),
        ("--out {run}/../none/sheet.csv", ["none/sheet.csv", "expected a path"]),
    ],
)
def test_a_sheet_that_cannot_be_is_refused_and_nothing_is_written(
    kept_run: Run, capfd: pytest.CaptureFixture[str], more: str, said: list[str]
) -> None:
    before = sorted(kept_run.folder.parent.rglob("*"))
    assert call("sheet", kept_run.folder, *more.format(run=kept_run.folder).split()) == WRONG
    out, err = capfd.readouterr()
    assert out == ""
    assert [part for part in said if part not in err] == []
    assert len(err.splitlines()) == 1
    assert sorted(kept_run.folder.parent.rglob("*")) == before


def test_agreement_is_shown_and_written(kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.csv"
    assert call("sheet", kept_run.folder, "--out", sheet) == YES
    coders = [fill(sheet, kept_run, tmp_path / f"{name}.csv", wrong) for name, wrong in (("anna", 0), ("ben", 4))]
    capfd.readouterr()
    for _ in range(2):
        assert call("agree", kept_run.folder, *coders, "--out", tmp_path / "agree.csv") == YES
    out, err = capfd.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 118
    lines = {line.split("  ")[1].strip(): line for line in out.splitlines() if line.startswith("  ")}
    assert "100 %" in lines["anna – model"]
    assert "88 %" in lines["ben – model"]
    assert lines["ben – model"].split()[3:] == lines["anna – ben"].split()[3:], "anna says what the model says"
    for label in ("Bread", "Stars", "Boats", "Unassigned", "coders and model"):
        assert label in lines
    assert "majority" not in out
    assert "weighted by stratum size in the run" in out
    assert out.splitlines()[-1] == f"table: {tmp_path / 'agree.csv'}"
    with (tmp_path / "agree.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["measure"], row["theme"], row["a"], row["b"]): row for row in csv.DictReader(file)}
    assert rows["kappa", "", "anna", "model"]["value"] == "1.0"
    assert rows["agreement", "", "anna", "ben"]["n"] == "33"
    assert ("recall", "bread", "ben", "model") in rows


def test_agree_warns_of_few_and_of_foreign_paragraphs(
    kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.csv"
    call("sheet", kept_run.folder, "--out", sheet)
    coded = fill(sheet, kept_run, tmp_path / "anna.csv", most=9)
    text = coded.read_text(encoding="utf-8-sig").splitlines()
    coded.write_text("\n".join([*text, "34;x;stars;;;;;elsewhere-p0001"]), encoding="utf-8")
    capfd.readouterr()
    assert call("agree", kept_run.folder, coded) == YES
    out, err = capfd.readouterr()
    assert "note: anna: 1 of 10 coded paragraphs are not in this run" in err
    assert "note: anna: only 9 paragraphs are coded" in err
    assert "note: anna: 24 paragraphs of the sheet are not coded yet" in err
    assert "Model compared with anna, per theme" in out


def test_agree_counts_for_each_coder_what_calibrated_the_run(
    kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.csv"
    call("sheet", kept_run.folder, "--out", sheet)
    coders = [
        fill(sheet, kept_run, tmp_path / "anna.csv", wrong=2, most=9),
        fill(sheet, kept_run, tmp_path / "ben.csv", wrong=4),
        fill(sheet, kept_run, tmp_path / "cleo.csv", most=2),
    ]
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        ids = [row["paragraph_id"] for row in csv.DictReader(file)]
    record = json.loads((kept_run.folder / "run.json").read_text(encoding="utf-8"))
    record["inputs"]["coded_paragraphs"] = sorted(ids[4:20])
    (kept_run.folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    capfd.readouterr()
    assert call("agree", kept_run.folder, *coders) == YES
    out, err = capfd.readouterr()
    for said in ("5 of 9 coded paragraphs of anna", "16 of 33 coded paragraphs of ben"):
        assert f"note: {said} were used to calibrate this run, so the model's agreement with them is overestimated" in err
    assert "paragraphs of cleo were used" not in err
    assert "majority: 31 of 33 coded paragraphs have fewer than three coders" in err
    assert max(map(len, out.splitlines())) <= 118
    del record["inputs"]["coded_paragraphs"]
    (kept_run.folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    assert call("agree", kept_run.folder, *coders) == YES
    assert "calibrate this run" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("{tmp}/sheet.csv", ["sheet.csv has no coded row"]),
        ("{tmp}/none.csv", ["none.csv does not exist", "`topics sheet`"]),
        ("{tmp}/foreign.csv", ["none of the 1 coded paragraphs of foreign is in this run", "expected a sheet of this run"]),
        ("{tmp}/anna.csv {tmp}/anna.csv", ["'anna'", "rename the file"]),
        ("{tmp}/anna.csv --out {tmp}/anna.csv", ["anna.csv is not a table written by `topics agree`"]),
        ("{tmp}/anna.csv --out {tmp}/run/agree.csv", ["is in the run folder"]),
        ("{tmp}/anna.csv --out {tmp}/agree.txt", ["'.txt'", "expected .csv"]),
    ],
)
def test_what_cannot_be_compared_is_exit_2_and_no_sheet_is_touched(
    kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str], more: str, said: list[str]
) -> None:
    sheet = tmp_path / "sheet.csv"
    call("sheet", kept_run.folder, "--out", sheet)
    fill(sheet, kept_run, tmp_path / "anna.csv")
    (tmp_path / "foreign.csv").write_text("primary,bread,stars,boats,paragraph_id\nbread,,,,x\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.glob("*.csv")}
    capfd.readouterr()
    assert call("agree", kept_run.folder, *more.format(tmp=tmp_path).split()) == WRONG
    out, err = capfd.readouterr()
    assert out == ""
    assert [part for part in said if part not in err] == []
    assert len(err.splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.glob("*.csv")} == before


# compare


def test_a_comparison_is_shown_and_written(kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in kept_run.folder.rglob("*") if path.is_file()}
    for _ in range(2):  # the second replaces the first
        arguments = ("--by", "outlet", "--by", "date", "--out", tmp_path / "compared")
        assert call("compare", kept_run.folder, *arguments) == YES
    out, err = capfd.readouterr()
    assert max(map(len, out.splitlines())) <= 118
    assert "note: outlet: intervals are too narrow for themes that occur in fewer than 10 articles" in err
    assert "Theme shares by outlet (% of words; 6 articles)" in out
    for said in ("Second Paper − First Paper", "per month", "Bread", "Unassigned", "q < .05", "errs alike on both sides"):
        assert said in " ".join(out.split())
    names = {path.name for path in (tmp_path / "compared").iterdir()}
    assert names == {
        "comparison.csv", "curves.csv", "comparison.tex", "numbers.tex", "numbers.json", "comparison.svg",
        "comparison.json", "curves.svg", "curves.json",
    }  # fmt: skip
    with (tmp_path / "compared" / "comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["by"], row["theme"]): row for row in csv.DictReader(file)}
    shares = kept_run.theme_shares
    words, outlet = shares.article_weights, shares.articles["outlet"].to_numpy()
    bread = shares.article_outcomes()[:, 0]
    sides = [words[outlet == name] @ bread[outlet == name] / words[outlet == name].sum() for name in sorted(set(outlet))]
    assert float(rows["outlet", "bread"]["effect"]) == pytest.approx(sides[1] - sides[0], abs=1e-5)
    assert rows["outlet", "bread"]["n_articles"] == "6"
    sidecar = json.loads((tmp_path / "compared" / "comparison.json").read_text(encoding="utf-8"))
    assert sidecar["fingerprint"] == kept_run.record.fingerprint
    assert sidecar["inputs"]["tables/themes.csv"] == file_digest(kept_run.folder / "tables" / "themes.csv")
    assert {path: path.read_bytes() for path in kept_run.folder.rglob("*") if path.is_file()} == before
    assert kept_run.verify() == []


def test_curves_of_an_older_comparison_go_with_it(kept_run: Run, tmp_path: Path) -> None:
    assert call("compare", kept_run.folder, "--by", "date", "--out", tmp_path / "compared") == YES
    assert (tmp_path / "compared" / "curves.svg").exists()
    assert call("compare", kept_run.folder, "--by", "outlet", "--out", tmp_path / "compared") == YES
    assert not list((tmp_path / "compared").glob("curves*"))


def test_gold_codes_correct_a_comparison(kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    sheet = tmp_path / "sheet.csv"
    assert call("sheet", kept_run.folder, "--out", sheet) == YES
    anna = fill(sheet, kept_run, tmp_path / "anna.csv", wrong=4)
    few = fill(sheet, kept_run, tmp_path / "few.csv", most=9)
    capfd.readouterr()
    assert call("compare", kept_run.folder, "--by", "outlet", "--codes", anna, "--out", tmp_path / "compared") == YES
    out, _ = capfd.readouterr()
    assert "Corrected by 33 coded paragraphs." in out
    assert "errs alike" not in out
    with (tmp_path / "compared" / "comparison.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["n_coded"], row["basis"]) for row in rows} == {("33", "corrected")}
    assert call("compare", kept_run.folder, "--by", "outlet", "--codes", few) == WRONG
    assert "codes: fewer than 10 coded paragraphs are in this run" in capfd.readouterr().err


# edit and assign


@pytest.fixture
def run_study(small_run: Run, study: Path) -> Path:
    """The small study with its run."""
    shutil.copytree(small_run.folder, study / "run")
    return study


def test_edits_are_noted_listed_and_undone(run_study: Path, small_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    labels = small_run.topics.set_index("topic_id")["label"]
    calls = [
        ["merge", 0, 1, "--label", "Food\x1b[31m"],
        ["split", 2, "--into", 3],
        ["rename", 1, "Gas pipelines"],
        ["drop", 2],
    ]
    said = [
        f"merge of '{labels[0]}' and '{labels[1]}', now 'Food [31m'",
        f"split of '{labels[2]}'",
        f"rename of '{labels[1]}', now 'Gas pipelines'",
        f"drop of '{labels[2]}'",
    ]
    file = run_study / "topic_edits.csv"
    for number, (call_of, wanted) in enumerate(zip(calls, said, strict=True), start=1):
        assert call("edit", run_study, *call_of) == YES
        out, err = capsys.readouterr()
        counted = f"{number} edit{'s' if number > 1 else ''}"
        assert out == f"saved: {wanted}\n{counted} in {file}; takes effect in the next `topics run {run_study}`\n"
        assert err == ""
    known = Study.load(run_study).edits()
    assert [one.action for one in known] == ["merge", "split", "rename", "drop"]
    assert known[1].parts == 3
    for one, numbers in zip(known, ([0, 1], [2], [1], [2]), strict=True):
        of_run = [small_run.representatives.query("topic_id == @number")["paragraph_id"] for number in numbers]
        assert one.paragraphs == tuple(map(tuple, of_run))
    assert call("edit", run_study, "list") == YES
    listed = capsys.readouterr().out.splitlines()
    assert listed[0] == f"1. merge of '{labels[0]}' and '{labels[1]}': Food [31m"
    assert listed[1] == f"2. split of '{labels[2]}' into 3"
    assert listed[-1] == f"4 edits in {file}; takes effect in the next `topics run {run_study}`"
    assert call("edit", run_study / "study.toml", "undo") == YES
    assert capsys.readouterr().out.startswith(f"undone: drop of '{labels[2]}'\n3 edits in")
    assert Study.load(run_study).edits() == known[:3]
    assert Run(run_study / "run").verify() == []


def test_the_numbers_can_be_those_of_another_run(study: Path, small_run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("edit", study, "drop", 1, "--run", small_run.folder) == YES
    (one,) = Study.load(study).edits()
    assert one.topics == (small_run.topics.set_index("topic_id")["label"][1],)
    assert not (study / "run").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["merge", 0], ["merge got 1 topic", "two or more"]),
        (["merge", 0, 99], ["no topic 99", "expected one of 0, 1"]),
        (["merge", 0, 0], ["topic 0 twice"]),
        (["drop", -1], ["no topic -1"]),
        (["split", 0, "--into", 1], ["parts is 1", "2 or more"]),
        (["rename", 0, " "], ["no label", "new label"]),
        (["drop", 0, "--run", "nowhere"], ["nowhere has no run.json"]),
    ],
)
def test_an_edit_that_cannot_be_is_exit_2_with_one_line_and_changes_nothing(
    run_study: Path, capfd: pytest.CaptureFixture[str], more: list[object], said: list[str]
) -> None:
    assert call("edit", run_study, *more) == WRONG
    out, err = capfd.readouterr()
    assert out == ""
    assert [part for part in said if part not in err] == []
    assert len(err.splitlines()) == 1
    assert not (run_study / "topic_edits.csv").exists()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def test_assign_gives_other_articles_their_topics_and_the_runs_own_the_same(
    kept_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = tmp_path / "new"
    pages.mkdir()
    (pages / "sky.txt").write_text("\n\n".join([*STARS[:4], "Share this article"]), encoding="utf-8")
    (pages / "bread.md").write_text("# Of bread\n\n" + "\n\n".join(BREAD[:4]), encoding="utf-8")
    (pages / "empty.txt").write_text("", encoding="utf-8")
    assert call("assign", kept_run.folder, pages) == YES
    out, err = capsys.readouterr()
    assert err == "note: cannot be read: empty.txt (contains no text; expected an article)\n"
    rows = read_csv(out)
    assert list(rows[0]) == ["paragraph_id", "article_id", "topic_id", "label", "probability", "text"]
    assert sorted(row["text"] for row in rows) == sorted([*STARS[:4], *BREAD[:4]])
    known = kept_run.paragraphs.merge(kept_run.paragraph_topics).set_index("text")
    labels = kept_run.topics.set_index("topic_id")["label"]
    for row in rows:
        assert int(row["topic_id"]) == known.loc[row["text"], "topic_id"]
        assert float(row["probability"]) == pytest.approx(known.loc[row["text"], "probability"], abs=1e-4)
        assert row["label"] == labels[int(row["topic_id"])]
        assert row["paragraph_id"].startswith(row["article_id"])
    for _ in range(2):
        assert call("assign", kept_run.folder, pages, "--out", tmp_path / "topics.csv") == YES
        assert capsys.readouterr().out == f"table: {tmp_path / 'topics.csv'}\n"
    assert (tmp_path / "topics.csv").read_text(encoding="utf-8") == out
    shutil.copy(tmp_path / "topics.csv", pages)
    assert call("assign", kept_run.folder, pages) == YES
    assert capsys.readouterr().out == out, "what was written is not read as an article"
    assert kept_run.verify() == []


def test_assigned_rows_keep_their_ids_and_are_no_formulas(
    kept_run: Run, loose: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["=HYPERLINK(A1) telescope", '+1, "two"\nlines of dough', "Плоскогорье", "@boat", "'=dough"]
    rows = [{"paragraph_id": f"={i}", "text": text} for i, text in enumerate(texts)]
    path = loose / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert call("assign", kept_run.folder, path, "--unit", "paragraph", "--out", loose / "out.csv") == YES
    with (loose / "out.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["paragraph_id"] for row in found] == [f"'={i}" for i in range(5)]
    assert [row["text"] for row in found] == [
        "'=HYPERLINK(A1) telescope", "'" + texts[1], "Плоскогорье", "'@boat", "''=dough",
    ]  # fmt: skip
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "@"))]
    assert found[2]["topic_id"] == "-1", "no word of it is known"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("{tmp}/nowhere", ["nowhere", "does not exist"]),
        ("{tmp}/table.jsonl --out {tmp}/out.txt", ["'.txt'", "expected .csv"]),
        ("{tmp}/table.jsonl --out {tmp}/mine.csv", ["mine.csv is not a table written by `topics assign`"]),
        ("{tmp}/table.jsonl --out {tmp}/run/out.csv", ["is in the run folder"]),
        ("{tmp}/table.jsonl --unit line", ["line", "sentence"]),
    ],
)
def test_what_cannot_be_assigned_is_exit_2_and_nothing_is_written(
    kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str], more: str, said: list[str]
) -> None:
    write_paragraphs(tmp_path / "table.jsonl", 3)
    (tmp_path / "mine.csv").write_text("text\nmine\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert call("assign", kept_run.folder, *more.format(tmp=tmp_path).split()) == WRONG
    out, err = capfd.readouterr()
    assert out == ""
    assert [part for part in said if part not in err] == []
    assert len(err.splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_run_on_vectors_from_elsewhere_cannot_read_new_texts_and_says_so(
    kept_run: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    record = json.loads((kept_run.folder / "model" / "topics.json").read_text(encoding="utf-8"))
    packed = kept_run.folder / "model" / "topics.npz"
    with np.load(packed) as held:
        np.savez(packed.with_name("own.npz"), **{name: held[name] for name in held.files if not name.startswith("lsa")})
    packed.with_name("own.npz").replace(packed)
    record |= {"embedding": {"name": "precomputed", "sha256": ""}, "arrays_sha256": file_digest(packed)}
    (kept_run.folder / "model" / "topics.json").write_text(json.dumps(record), encoding="utf-8")
    write_paragraphs(tmp_path / "table.jsonl", 3)
    assert call("assign", kept_run.folder, tmp_path / "table.jsonl", "--unit", "paragraph") == WRONG
    out, err = capfd.readouterr()
    assert out == ""
    assert "vectors of the caller (precomputed)" in err
    assert len(err.splitlines()) == 1


def test_the_summary_of_a_run_counts_the_topics_that_should_not_be_trusted(
    small_run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topics = small_run.topics
    shutil.copytree(small_run.folder, tmp_path / "run")
    for unstable, said in (
        (2, f"{len(topics)} topics, 2 of them unstable (stability below 0.6);"),
        (0, f"{len(topics)} topics;"),
    ):
        topics["stability"] = [0.3] * unstable + [0.8] * (len(topics) - unstable)
        tables.write(topics, "topics", tmp_path / "run" / "tables")
        cli._print_run(Run(tmp_path / "run"))
        assert said in " ".join(capsys.readouterr().out.split())


# processes


def test_python_m_topics_works_and_passes_its_exit_code_on(small_run: Run, tmp_path: Path) -> None:
    def ask(*argv: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "topics", *argv], capture_output=True, text=True, cwd=ROOT, timeout=60)

    assert ask("verify", str(small_run.folder)).returncode == YES
    wrong = ask("verify", str(tmp_path))
    assert wrong.returncode == WRONG
    assert wrong.stderr.startswith("topics: ")
    assert "run" in ask("--help").stdout


@pytest.mark.parametrize("rooms", ["topics", "topics, topics.cli; topics.Settings"])
def test_import_is_light(rooms: str) -> None:
    code = f"import sys, {rooms}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
