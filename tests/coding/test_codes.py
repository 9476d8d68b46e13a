"""Codes in tables, of people and of language models: as they are written, and what a bad row costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from topics.codebook import Codebook
from topics.coding import Coding, NotCodedError, draw_sheet, load_coders, load_codes, load_sheet, write_sheet
from topics.errors import InputError
from topics.runs import Run
from topics.tables import UNASSIGNED

BOOK = Codebook.from_dict(
    {
        "theme": [
            {"name": "energy", "label": "Энергетика", "keywords": ["газ"]},
            {"name": "trade", "label": "Außenhandel", "keywords": ["Zoll"]},
            {"name": "border", "label": "Frontière", "keywords": ["frontière"]},
            {"name": "army", "label": "Wojsko Śląskie", "keywords": ["wojsko"]},
            {"name": "school", "label": "教育", "keywords": ["学校"]},
            {"name": "health", "label": "Sağlık", "keywords": ["hastane"]},
        ]
    }
)
CODES = {
    "p1": frozenset({"energy", "trade"}),
    "p2": frozenset(),
    "p3": frozenset({"school"}),
}


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def read(folder: Path, text: str, name: str = "codes.csv") -> Coding:
    return load_codes(written(folder / name, text), BOOK)


@pytest.mark.parametrize(
    ("name", "text", "encoding"),
    [
        ("a.csv", "paragraph_id,themes\np1,energy|trade\np2,\np3,school\n", "utf-8"),
        ("a.csv", 'paragraph_id;themes\r\np1;"trade|energy"\r\np2;none\r\np3;school\r\n', "utf-8-sig"),
        ("a.tsv", "themes\tparagraph_id\tnote\nENERGY | Trade\tp1\tx\n\tp2\tx\nSchool\tp3\tx\n", "utf-16"),
        ("a.csv", "paragraph_id;themes;примечание\np1;Энергетика|trade;в этом абзаце речь идёт о ценах на газ\n"
            "p2;;здесь нет ни одной из тем\np3;school;о сельской школе и её учителях\n", "cp1251"),
        ("a.csv", "Paragraph_ID,Themes\np1,энергетика|AUSSENHANDEL\np2,unassigned\np3,教育\n", "utf-8"),
        ("a.jsonl", '{"paragraph_id": "p1", "themes": ["energy", "Außenhandel"]}\n\n'
            '{"paragraph_id": "p2", "themes": []}\n{"paragraph_id": "p3", "themes": "school"}\n', "utf-8"),
    ],
)  # fmt: skip
def test_a_table_is_read_as_it_is_saved(tmp_path: Path, name: str, text: str, encoding: str) -> None:
    coding = load_codes(written(tmp_path / name, text, encoding), BOOK)
    assert (coding.codes, coding.problems) == (CODES, ())
    assert coding.primary == {"p2": UNASSIGNED, "p3": "school"}
    assert coding.name == "a"
    assert (coding.weights, coding.scores) == ({}, {})


def test_a_workbook_is_read(tmp_path: Path) -> None:
    book = Workbook()
    for row in (("paragraph_id", "themes", "weight"), ("p1", "energy|trade", 2), ("p2", None, 0.5), ("p3", "School", 1)):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    coding = load_codes(tmp_path / "a.xlsx", BOOK)
    assert coding.codes == CODES
    assert coding.weights == {"p1": 2.0, "p2": 0.5, "p3": 1.0}


@pytest.mark.parametrize("label", [theme.label for theme in BOOK.themes])
def test_labels_of_any_language_are_understood_in_any_case(tmp_path: Path, label: str) -> None:
    (theme,) = [theme.name for theme in BOOK.themes if theme.label == label]
    for said in (label, label.lower(), label.casefold()):
        assert read(tmp_path, f"paragraph_id,themes\np1,{said}\n").codes == {"p1": frozenset({theme})}


def test_scores_are_one_or_one_for_each_theme_or_one_row_for_each(tmp_path: Path) -> None:
    text = "paragraph_id,themes,score\np1,energy|trade,0.9|0.25\np2,energy|trade,0.5\np3,school,0.75\np3,army,\np4,,\n"
    coding = read(tmp_path, text)
    assert coding.scores == {
        "p1": {"energy": 0.9, "trade": 0.25},
        "p2": {"energy": 0.5, "trade": 0.5},
        "p3": {"school": 0.75, "army": 1.0},
        "p4": {},
    }
    assert coding.marks == coding.scores
    assert coding.codes["p3"] == frozenset({"school", "army"})
    assert read(tmp_path, "paragraph_id,themes\np1,energy\np2,\n").marks == {"p1": {"energy": 1.0}, "p2": {}}


BAD = {
    "an unknown theme": ("p9,enery", "no theme 'enery' in the codebook; did you mean 'energy'?"),
    "a theme of another codebook": ("p9,zzz", "no theme 'zzz' in the codebook; expected some of energy, trade"),
    "themes and none": ("p9,energy|none", "expected either themes or none"),
    "no paragraph": (",energy", "paragraph_id is empty"),
    "two codings": ("p1,school", "paragraph 'p1' is coded differently in an earlier row"),
    "too many cells": ("p9,energy,x,y", "4 cells; expected 2"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_costs_that_row_and_is_named(tmp_path: Path, case: str) -> None:
    row, said = BAD[case]
    coding = read(tmp_path, f"paragraph_id,themes\np1,energy\np2,trade\n{row}\np3,school\n")
    assert set(coding.codes) == {"p1", "p2", "p3"}
    (problem,) = coding.problems
    assert problem.startswith("codes.csv: 1 of ")
    assert said in problem


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("p9,energy,1.5", "score is '1.5'; expected 0 to 1"),
        ("p9,energy,high", "score is 'high'; expected 0 to 1"),
        ("p9,energy,nan", "score is 'nan'; expected 0 to 1"),
        ("p9,energy,0.1|0.2", "2 scores for 1 themes"),
    ],
)
def test_a_bad_score_costs_that_row(tmp_path: Path, row: str, said: str) -> None:
    coding = read(tmp_path, f"paragraph_id,themes,score\np1,energy,1\np2,trade,1\n{row}\n")
    assert set(coding.codes) == {"p1", "p2"}
    assert said in coding.problems[0]


@pytest.mark.parametrize("weight", ["0", "-1", "", "much", "nan", "inf", "1e308", "1e-320"])
def test_a_bad_weight_costs_that_row(tmp_path: Path, weight: str) -> None:
    coding = read(tmp_path, f"paragraph_id,themes,weight\np1,energy,2\np2,trade,1\np9,trade,{weight}\n")
    assert coding.weights == {"p1": 2.0, "p2": 1.0}
    assert "expected a number above 0" in coding.problems[0]


def test_many_bad_rows_are_counted_and_the_first_named(tmp_path: Path) -> None:
    coding = read(tmp_path, "paragraph_id,themes\np0,energy\n" + "".join(f"p{i},what\n" for i in range(1, 9)))
    (problem,) = coding.problems
    assert problem.startswith("codes.csv: 8 of 9 rows not used: row 3: no theme 'what'")
    assert problem.endswith("; and 5 more")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "id,themes\np1,energy\n", "a.csv lacks column 'paragraph_id'"),
        ("a.csv", "paragraph_id,what\np1,energy\n", "expected a coded sheet of `topics sheet`, or a table"),
        ("a.csv", "paragraph_id,themes\np1,what\n", "no row that can be used; row 2: no theme 'what'"),
        ("a.doc", "paragraph_id,themes\np1,energy\n", "ends in '.doc'; expected a coded sheet"),
        ("a.jsonl", "[1]\n", "no row that can be used; a.jsonl row 1 is not a JSON object"),
        ("a.csv", "paragraph_id,themes\n", "no row that can be used; expected a coded sheet"),
    ],
)
def test_a_file_without_codes_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(InputError) as refusal:
        load_codes(written(tmp_path / name, text), BOOK)
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)
    with pytest.raises(InputError, match="does not exist"):
        load_codes(tmp_path / "none.csv", BOOK)


def test_a_line_that_is_not_json_costs_that_line(tmp_path: Path) -> None:
    lines = ['{"paragraph_id": "p1", "themes": ["energy"]}', '{"paragraph_id": ', "3"]
    coding = read(tmp_path, "\n".join(lines), "a.jsonl")
    assert coding.codes == {"p1": frozenset({"energy"})}
    assert coding.problems == ("a.jsonl: 2 of 3 rows not used: a.jsonl row 2 is not a JSON object; "
        "a.jsonl row 3 is not a JSON object",)  # fmt: skip


def test_a_coded_sheet_is_read_as_before(small_run: Run, tmp_path: Path) -> None:
    sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, n=10)
    sheet["primary"] = "none"
    path = write_sheet(sheet, small_run.codebook, tmp_path / "sheet.csv")
    assert load_codes(path, small_run.codebook) == load_sheet(path, small_run.codebook)
    with pytest.raises(NotCodedError):
        load_codes(write_sheet(sheet.assign(primary=""), small_run.codebook, tmp_path / "empty.csv"), small_run.codebook)


def test_the_digest_follows_codes_weights_and_scores_and_no_file_format(tmp_path: Path) -> None:
    plain = read(tmp_path, "paragraph_id,themes\np1,energy\n").sha256
    same = read(tmp_path, '{"paragraph_id": "p1", "themes": ["energy"]}\n', "b.jsonl").sha256
    weighted = read(tmp_path, "paragraph_id,themes,weight\np1,energy,3\n").sha256
    scored = read(tmp_path, "paragraph_id,themes,score\np1,energy,0.5\n").sha256
    assert plain == same
    assert len({plain, weighted, scored}) == 3


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(
        st.from_regex(r"\A[a-z]{1,8}-p[0-9]{4}\Z"), st.frozensets(st.sampled_from(BOOK.names)), min_size=1, max_size=8
    )
)
def test_codes_come_back(tmp_path_factory: pytest.TempPathFactory, codes: dict[str, frozenset[str]]) -> None:
    folder = tmp_path_factory.mktemp("codes")
    lines = [json.dumps({"paragraph_id": key, "themes": sorted(themes)}) for key, themes in codes.items()]
    assert read(folder, "\n".join(lines), "a.jsonl").codes == codes
    rows = ["paragraph_id,themes", *(f"{key},{'|'.join(sorted(themes))}" for key, themes in codes.items())]
    assert read(folder, "\n".join(rows) + "\n").codes == codes


def test_two_files_of_one_coder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    files = [written(folder / "anna.csv", "paragraph_id,themes\np1,energy\n") for folder in (tmp_path, tmp_path / "more")]
    with pytest.raises(InputError, match="'anna', which does not identify one coder; rename the file"):
        load_coders(files, BOOK)
