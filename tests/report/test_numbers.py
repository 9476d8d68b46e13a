"""Numbers for prose: the same as in the tables, under keys that LaTeX can read."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics import tables
from topics.report import collect_numbers, write_numbers
from topics.report.numbers import Number, latex, slug
from topics.runs import Run

MACRO = re.compile(r"\\@namedef\{topics@\\detokenize\{([^{}]*)\}\}\{(.*)\}")
ENGINES = [name for name in ("tectonic", "pdflatex", "xelatex", "lualatex") if shutil.which(name)]


def of_run(run: Run) -> list[Number]:
    return collect_numbers(run.record, {name: run.table(name) for name in tables.COLUMNS})


@pytest.fixture(scope="module")
def found(small_run: Run) -> dict[str, Number]:
    return {number.key: number for number in of_run(small_run)}


def number(key: str, text: str, value: float = 0.25) -> Number:
    return Number(key, value, text, "what it is", 0.1, 0.5)


def macros(path: Path) -> dict[str, str]:
    """What ``\\topics`` finds, read as TeX reads it: one definition a line, the last one holds."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(r"\@namedef")]
    assert all(MACRO.fullmatch(line) for line in kept)
    return dict(MACRO.fullmatch(line).groups() for line in kept)  # type: ignore[union-attr,misc]


def test_numbers_are_those_of_the_tables(small_run: Run, found: dict[str, Number]) -> None:
    results = small_run.record.results
    for key in ("articles", "paragraphs", "words"):
        assert found[f"corpus/{key}"].value == getattr(results, key)
    assert found["seed"].text == "7"
    expected = {
        **{f"corpus/{row.theme}": row for row in small_run.overall.itertuples()},
        **{f"outlet/{slug(row.outlet)}/{row.theme}": row for row in small_run.outlets.itertuples()},
        **{f"article/{row.article_id}/{row.theme}": row for row in small_run.profiles.itertuples()},
    }
    for key, row in expected.items():
        assert (found[key].value, found[key].low, found[key].high) == (row.share, row.low, row.high)
        shown = [f"{100 * value:.0f}" for value in (row.share, row.low, row.high)]
        assert found[key].text == f"{shown[0]} % ({shown[1]}–{shown[2]})"
    for row in small_run.outlet_differences.itertuples():
        one = found[f"difference/{slug(row.outlet)}/{row.theme}"]
        assert (one.value, one.low, one.high) == (row.difference, row.low, row.high)
        assert re.fullmatch(r"−?\d+ \(−?\d+ to −?\d+\)", one.text)
    counted = small_run.themes.groupby("theme")["assigned"].sum()
    assert {name: found[f"theme/{name}/paragraphs"].value for name in counted.index} == counted.to_dict()
    for row in small_run.topics[small_run.topics["topic_id"] >= 0].itertuples():
        assert found[f"topic/{row.topic_id}/paragraphs"].value == row.size
        assert found[f"topic/{row.topic_id}/stability"].text == f"{row.stability:.2f}"


def test_keys_are_unique_in_order_and_the_same_in_every_collection(small_run: Run, found: dict[str, Number]) -> None:
    keys = [one.key for one in of_run(small_run)]
    assert keys == sorted(set(keys)) == [*found]
    assert all(one.definition and one.text for one in found.values())
    assert {"corpus/bread", "outlet/first-paper/stars", "difference/second-paper/boats", "corpus/unassigned"} <= set(keys)


def test_two_outlets_whose_names_give_one_key_are_both_there(small_run: Run) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    known["outlets"] = known["outlets"].replace({"outlet": {"First Paper": "The Paper!", "Second Paper": "the paper"}})
    made = {one.key: one.value for one in collect_numbers(small_run.record, known)}
    shares = [
        known["outlets"].set_index(["outlet", "theme"])["share"][name, "bread"] for name in ("The Paper!", "the paper")
    ]
    assert [made["outlet/the-paper/bread"], made["outlet/the-paper/bread-2"]] == shares


def test_groups_have_numbers_of_their_own(small_run: Run) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    for name, source in (("groups", "outlets"), ("group_differences", "outlet_differences")):
        known[name] = known[source].rename(columns={"outlet": "group"}).assign(column="The party")
    made = {one.key: one for one in collect_numbers(small_run.record, known)}
    for kind, same in (("group/the-party", "outlet"), ("group-difference/the-party", "difference")):
        one, other = (made[f"{prefix}/first-paper/bread"] for prefix in (kind, same))
        assert (one.value, one.low, one.high, one.text) == (other.value, other.low, other.high, other.text)
        assert "articles whose The party is “First Paper” on Bread" in one.definition


def test_a_topic_whose_stability_is_unknown_has_no_number_for_it(small_run: Run) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    known["topics"] = known["topics"].assign(stability=float("nan"))
    keys = {one.key for one in collect_numbers(small_run.record, known)}
    assert "topic/0/paragraphs" in keys
    assert not [key for key in keys if key.endswith("/stability")]


def test_both_files_hold_the_same_numbers(found: dict[str, Number], tmp_path: Path) -> None:
    write_numbers(found.values(), 7, tmp_path)
    before = (tmp_path / "numbers.json").read_bytes()
    data = json.loads(before)
    assert data["seed"] == 7
    assert {key: one["value"] for key, one in data["numbers"].items()} == {key: one.value for key, one in found.items()}
    told = macros(tmp_path / "numbers.tex")
    for key, one in found.items():
        assert told[key] == latex(one.text)
        for part in ("value", "low", "high"):
            value = getattr(one, part)
            assert (f"{key}.{part}" in told) == (value is not None)
            assert value is None or float(told[f"{key}.{part}"]) == pytest.approx(value, abs=5.1e-5)
    write_numbers(found.values(), 7, tmp_path)
    assert (tmp_path / "numbers.json").read_bytes() == before


def test_the_text_of_a_number_is_as_latex_sets_it() -> None:
    assert latex("25 % (10–40)") == r"25\,\% (10--40)"
    assert latex("−3 (−5 to 1)") == "$-$3 ($-$5 to 1)"
    assert latex("1\u202f234") == r"1\,234"
    assert latex(r"a_b & {c} #1 $x \y ~^") == r"a\_b \& \{c\} \#1 \$x \textbackslash{}y \textasciitilde{}\textasciicircum{}"


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_name_makes_a_key_that_latex_cannot_read(name: str) -> None:
    key = slug(name)
    assert key
    assert not set(key) & set("%#\\{}~^&$/.\u00ad\u200b") | {letter for letter in key if letter.isspace()}
    assert slug(key) == key


@given(st.text(max_size=30).filter(lambda text: "\0" not in text))
@settings(max_examples=200, deadline=None)
def test_escaped_text_holds_no_bare_command_of_latex(text: str) -> None:
    escaped = latex(text)
    left = re.sub(r"\\text(?:backslash|asciitilde|asciicircum|less|greater)\{\}|\$-\$|\{[][*]\}|\\[&%$#_{},]", "", escaped)
    assert not set(left) & set("\\{}$&#%~^_")


TRICKY = {
    "outlet/газета_но-1/энергия": "25 % (10–40)", "outlet/übung/é": "−3 (−5 to 1)", "corpus/words": "12\u202f345",
    "outlet/新聞/貿易": "100 %",
}  # fmt: skip


def test_every_key_of_any_script_is_found_by_its_own_macro(tmp_path: Path) -> None:
    assert [key for key in TRICKY if "/".join(map(slug, key.split("/"))) != key] == []
    write_numbers([number(key, text) for key, text in TRICKY.items()], 1, tmp_path)
    path = tmp_path / "numbers.tex"
    told = macros(path)
    assert {key: told[key] for key in TRICKY} == {key: latex(text) for key, text in TRICKY.items()}
    text = path.read_text(encoding="utf-8")
    assert text.count(r"\makeatletter") == text.count(r"\makeatother") == 1
    for line in text.splitlines():
        assert line.startswith("%") or line.count("{") - line.count(r"\{") == line.count("}") - line.count(r"\}")
        assert line.startswith("%") or not re.search(r"(?<!\\)%", line)


@pytest.mark.skipif(not ENGINES, reason="no LaTeX here")
@pytest.mark.parametrize("engine", ENGINES)
def test_latex_sets_a_document_that_cites_every_number(engine: str, tmp_path: Path) -> None:
    write_numbers([number(key, text) for key, text in TRICKY.items()], 1, tmp_path)
    cited = "\n\n".join(rf"\topics{{{key}}} \topics{{{key}.low}}" for key in TRICKY)
    page = "\\documentclass{article}\n\\input{numbers.tex}\n\\begin{document}\n\\section{\\topics{corpus/words}}\n"
    (tmp_path / "paper.tex").write_text(page + cited + "\n\\end{document}\n", encoding="utf-8")
    command = [engine, "paper.tex"] if engine == "tectonic" else [engine, "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout
    (tmp_path / "paper.tex").write_text(page + "\\topics{no/such}\n\\end{document}\n", encoding="utf-8")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=300).returncode != 0


def test_a_column_of_the_record_or_the_tables_that_is_missing_is_not_passed_over(small_run: Run) -> None:
    known = {name: small_run.table(name) for name in tables.COLUMNS}
    known["overall"] = pd.DataFrame(columns=list(tables.COLUMNS["overall"]))
    assert not [one for one in collect_numbers(small_run.record, known) if one.key == "corpus/bread"]
    del known["overall"]
    with pytest.raises(KeyError, match="overall"):
        collect_numbers(small_run.record, known)
