"""Tables for a paper: the numbers of the run, in LaTeX and Markdown that survive what is in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import tables
from topics.format import with_interval
from topics.report import write_paper_tables
from topics.report.paper import to_latex, to_markdown
from topics.runs import Run
from topics.text_table import TextTable

CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


def cells_of(line: str) -> list[str]:
    return [re.sub(r"\\([\\|<>\[\]*_`])", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_the_run_has_each_table_in_both_forms(sample_run: Run) -> None:
    names = {path.name for path in (sample_run.folder / "paper").iterdir()}
    known = ("articles", "codebook", "keyness", "outlet_differences", "outlets", "topics")
    assert names == {f"{name}.{form}" for name in known for form in ("tex", "md")}


def test_shares_of_the_tables_are_those_of_the_run(sample_run: Run) -> None:
    lines = (sample_run.folder / "paper" / "outlets.md").read_text(encoding="utf-8").splitlines()
    shown = {tuple(cells_of(line)[:2]): cells_of(line)[2] for line in lines[2:] if line.startswith("|")}
    labels = sample_run.codebook.labels
    known = {
        (row.outlet, labels[row.theme]): with_interval(row)
        for row in sample_run.outlets.itertuples()
        if round(row.share, 2) > 0
    }
    assert shown == known
    assert "95 % interval" in lines[-1]
    assert "Seed 42." in lines[-1]


def test_a_table_without_a_row_is_left_out(small_run: Run, tmp_path: Path) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    known["keyness"] = tables.empty("keyness")
    write_paper_tables(small_run.record, known, tmp_path)
    assert not list(tmp_path.glob("keyness.*"))
    assert list(tmp_path.glob("outlets.*"))


def test_groups_have_their_tables_if_the_study_compares_some(small_run: Run, tmp_path: Path) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    for name, source in (("groups", "outlets"), ("group_differences", "outlet_differences")):
        known[name] = known[source].rename(columns={"outlet": "group"}).assign(column="party")
    write_paper_tables(small_run.record, known, tmp_path)
    for name, source in (("groups", "outlets"), ("group_differences", "outlet_differences")):
        lines, same = ((tmp_path / f"{key}.md").read_text(encoding="utf-8").splitlines() for key in (name, source))
        assert [cells_of(line) for line in lines[2:-2]] == [["party", *cells_of(line)] for line in same[2:-2]]


def test_a_topic_that_should_not_be_trusted_is_marked(small_run: Run, tmp_path: Path) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    known["topics"] = known["topics"].assign(stability=0.3)
    write_paper_tables(small_run.record, known, tmp_path)
    text = (tmp_path / "topics.md").read_text(encoding="utf-8")
    assert text.count("(unstable)") == (known["topics"]["topic_id"] >= 0).sum()


@pytest.mark.parametrize(("rows", "environment"), [(3, "tabular"), (80, "longtable")])
def test_a_table_longer_than_a_page_breaks_over_pages(rows: int, environment: str) -> None:
    text = to_latex(TextTable("Some words.", ("Name", "Number"), [(f"row {i}", "1") for i in range(rows)]), "some")
    assert f"\\begin{{{environment}}}" in text
    assert "\\toprule" in text
    assert "\\label{tab:some}" in text


def test_articles_of_one_title_are_told_apart(small_run: Run, tmp_path: Path) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    ids = known["articles"]["article_id"]
    known["articles"].loc[:1, "title"] = "Editorial"
    write_paper_tables(small_run.record, known, tmp_path)
    text = (tmp_path / "articles.tex").read_text(encoding="utf-8")
    assert [text.count(f"Editorial ({key})") for key in ids[:2]] == [1, 1]


def test_a_cell_that_begins_with_a_bracket_is_no_option_of_the_line_before_it() -> None:
    text = to_latex(TextTable("Some words.", ("A",), [("first",), ("[Opinion] *later",)]), "some")
    assert "{[}Opinion{]} {*}later" in text


def test_a_few_rows_of_long_cells_break_over_pages_too() -> None:
    text = to_latex(TextTable("Some words.", ("Name", "Words"), [(f"row {i}", "word " * 200) for i in range(8)]), "some")
    assert "\\begin{longtable}" in text
    assert re.search(r"p\{0\.\d+\\linewidth\}", text)


def test_a_cell_that_repeats_the_one_above_is_left_empty_in_latex_alone() -> None:
    table = TextTable("Some words.", ("Outlet", "Theme"), [("Paper", "a"), ("Paper", "b"), ("Other", "a")])
    assert to_latex(table, "some").count("Paper") == 1
    assert to_markdown(table).count("Paper") == 2


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_markdown_keeps_whatever_is_in_a_cell_in_its_cell(rows: list[tuple[str, str]]) -> None:
    lines = to_markdown(TextTable("Some words.", ("A", "B"), rows)).split("\n")
    shown = [cells_of(line) for line in lines[2 : 2 + len(rows)]]
    assert shown == [[" ".join(cell.split()) for cell in row] for row in rows]


@given(CELLS)
def test_latex_escapes_whatever_would_be_a_command(cell: str) -> None:
    text = to_latex(TextTable("Some words.", ("A",), [(cell,)]), "some")
    body = text.split("\\midrule\n")[1].split("\\bottomrule")[0]
    assert re.search(r"(?<!\\)[&%#_]", body) is None
    assert body.count("\\\\\n") == 1


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex here: Debian's texlive-latex-recommended has it")
def test_latex_sets_the_tables_and_the_numbers(sample_run: Run, tmp_path: Path) -> None:
    source = "\n".join(
        [
            "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{lmodern,booktabs,longtable,array}",
            f"\\input{{{sample_run.folder}/numbers.tex}}\\begin{{document}}\\topics{{corpus/articles}}",
            *(f"\\input{{{path}}}" for path in sorted((sample_run.folder / "paper").glob("*.tex"))),
            "\\end{document}",
        ]
    )
    (tmp_path / "paper.tex").write_text(source, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-halt-on-error", "-interaction=nonstopmode", "paper.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "paper.pdf").is_file()
