"""What people decide by hand: three small files of the study that people can read and write, too."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.manual import (
    ACTIONS,
    ASSIGNMENTS,
    CORRECTIONS,
    KINDS,
    TOPIC_EDITS,
    Assignment,
    Correction,
    ManualFile,
    TopicEdit,
    one_line,
    quote_beginning,
    still_begins,
)
from topics.reading import read_pages


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path


# what they share


@pytest.mark.parametrize("file", [CORRECTIONS, TOPIC_EDITS, ASSIGNMENTS])
def test_a_study_without_a_folder_has_no_file(file: ManualFile) -> None:
    assert file.load(None) == ()


def test_columns_that_people_added_stay_whatever_the_file_keeps(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", "note,article_id,line,kind\n=mine,b,3,body\n,a,1,title\n")
    CORRECTIONS.add(path, [Correction("b", 3, "byline", "=x"), Correction("c", 2, "body")])
    assert path.read_text(encoding="utf-8").splitlines() == [
        "article_id,line,kind,text,note", "a,1,title,,", "b,3,byline,'=x,=mine", "c,2,body,,",
    ]  # fmt: skip
    path = write(tmp_path / "e.csv", "action,paragraphs,why\ndrop,x,too small\ndrop,y,\n")
    TOPIC_EDITS.save(path, TOPIC_EDITS.load(path)[:1])
    assert path.read_text(encoding="utf-8").splitlines() == [",".join([*TOPIC_EDITS.columns, "why"]), "drop,,x,,,too small"]


@given(st.text(), st.text())
def test_a_text_is_recognised_by_its_beginning(text: str, other: str) -> None:
    quoted = quote_beginning(text)
    assert len(quoted) <= 61
    assert still_begins(text, quoted)
    assert still_begins(other, quoted) == other.startswith(quoted.removesuffix("…"))


# corrections of lines


def test_a_file_of_corrections_that_does_not_exist_holds_none(tmp_path: Path) -> None:
    assert CORRECTIONS.load(tmp_path / "corrections.csv") == ()


def test_corrections_written_by_hand_or_by_a_spreadsheet_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", "\ufeffline,kind,note,article_id\r\n 3 , body ,mine, bread-1 \r\n\r\n7,title,,b\r\n")
    assert CORRECTIONS.load(path) == (Correction("bread-1", 3, "body"), Correction("b", 7, "title"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("article_id,line,text\na,3,x\n", ["c.csv", "lacks column 'kind'", "article_id,line,kind,text"]),
        ("", ["c.csv", "lacks column 'article_id'"]),
        ("article_id;line;kind\na;3;body\n", ["lacks column 'article_id'"]),
        ("article_id,line,kind\na,3,body\na,0,body\n", ["row 3", "'0'", "expected a line number from 1"]),
        ("article_id,line,kind\na,third,body\n", ["row 2", "'third'", "`topics read`"]),
        ("article_id,line,kind\na,3\n", ["row 2", "kind is ''", "title, heading, byline, body, boilerplate"]),
        ("article_id,line,kind\na,3,advert\n", ["row 2", "'advert'", "boilerplate"]),
    ],
)
def test_a_wrong_file_of_corrections_is_refused_with_its_row_and_what_was_expected(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    with pytest.raises(InputError) as refusal:
        CORRECTIONS.load(write(tmp_path / "c.csv", text))
    assert [part for part in said if part not in str(refusal.value)] == []


def test_corrections_in_another_encoding_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes("article_id,line,kind,text\na,3,body,Café\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"c\.csv is not a readable table.*UTF-8"):
        CORRECTIONS.load(path)


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_names_article_line_and_kind_and_an_id_may_hold_their_signs(kind: str) -> None:
    assert Correction.parse(f"a:b=c:12={kind}") == Correction("a:b=c", 12, kind)


@pytest.mark.parametrize(
    "entry", ["", "bread-1", "bread-1:3", "bread-1=body", ":3=body", "bread-1:x=body", "b:-3=body", "b:0=body", "b:3=ad"]
)
def test_a_wrong_entry_is_refused_with_the_form_expected(entry: str) -> None:
    with pytest.raises(InputError) as refusal:
        Correction.parse(entry)
    assert repr(entry) in str(refusal.value)
    assert "expected ARTICLE:LINE=KIND, KIND one of title, heading, byline, body, boilerplate" in str(refusal.value)


# assignments of themes


def test_a_file_of_assignments_that_does_not_exist_holds_none(tmp_path: Path) -> None:
    assert ASSIGNMENTS.load(tmp_path / "assignments.csv") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("paragraph_id,text\na,b\n", ["lacks column 'themes'", "paragraph_id,themes,text"]),
        ("paragraph_id,themes\n,bread\n", ["row 2", "paragraph_id is empty"]),
        ("paragraph_id,themes\na,bread\na,stars\n", ["row 3", "'a' occurs twice"]),
    ],
)
def test_a_row_that_is_no_assignment_is_named(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(InputError) as error:
        ASSIGNMENTS.load(write(tmp_path / "assignments.csv", text))
    assert [part for part in [*said, "assignments.csv"] if part not in str(error.value)] == []


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1).map(str.strip).filter(bool)


@given(st.dictionaries(NAMES, st.tuples(st.lists(NAMES, unique=True, max_size=3), NAMES), max_size=4))
def test_assignments_that_are_written_are_read_back(tmp_path_factory: pytest.TempPathFactory, known: dict) -> None:
    path = tmp_path_factory.mktemp("a") / "assignments.csv"
    entries = [Assignment(key, tuple(names), text) for key, (names, text) in known.items()]
    ASSIGNMENTS.save(path, entries)
    assert ASSIGNMENTS.load(path) == tuple(sorted(entries, key=lambda one: one.paragraph_id))


def test_columns_that_people_added_stay_with_their_paragraphs(tmp_path: Path) -> None:
    path = write(tmp_path / "assignments.csv", "comment,paragraph_id,themes\nwhy not,a,bread\n,b,\n")
    first, second = ASSIGNMENTS.load(path)
    ASSIGNMENTS.save(path, [Assignment("c", ("oil|gas",)), second, first])
    assert path.read_text(encoding="utf-8").splitlines() == [
        "paragraph_id,themes,text,comment", "a,bread,,why not", "b,,,", "c,oil%7Cgas,,",
    ]  # fmt: skip


GAS = ("a-p0001", "b-p0002", "c-p0003")
OIL = ("a-p0009", "b-p0008")
SIGNS = st.text(st.sampled_from("=+-@'\"ab, |%;\t\n 2é газ"), min_size=1, max_size=8)
IDS = st.lists(SIGNS.filter(lambda key: key.strip() == key), min_size=1, max_size=3).map(tuple)


# edits of topics


def test_a_file_of_edits_that_does_not_exist_holds_none(tmp_path: Path) -> None:
    assert TOPIC_EDITS.load(tmp_path / "topic_edits.csv") == ()


def test_the_file_of_edits_says_in_order_what_is_to_be_done_and_reads_like_a_table(tmp_path: Path) -> None:
    path = tmp_path / "topic_edits.csv"
    known = [
        TopicEdit("merge", (GAS, OIL), "Energy", topics=("gas, pipeline", "oil, barrel")),
        TopicEdit("split", (GAS,), parts=3, topics=("Energy",)),
        TopicEdit("drop", (OIL,), topics=("oil, barrel",)),
        TopicEdit("rename", (OIL,), "=Oil", topics=("oil, barrel",)),
    ]
    TOPIC_EDITS.save(path, known)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "action,topics,paragraphs,label,parts",
        'merge,"gas, pipeline | oil, barrel",a-p0001 b-p0002 c-p0003 | a-p0009 b-p0008,Energy,',
        "split,Energy,a-p0001 b-p0002 c-p0003,,3",
        'drop,"oil, barrel",a-p0009 b-p0008,,',
        'rename,"oil, barrel",a-p0009 b-p0008,\'=Oil,',
    ]
    assert TOPIC_EDITS.load(path) == tuple(known)


def test_edits_written_by_hand_or_by_a_spreadsheet_are_read(tmp_path: Path) -> None:
    text = "\ufefflabel,note,paragraphs,action\r\n Gas ,mine, x1  x2|y1 ,merge\r\n\r\n,, x1 ,split\r\n"
    assert TOPIC_EDITS.load(write(tmp_path / "e.csv", text)) == (
        TopicEdit("merge", (("x1", "x2"), ("y1",)), "Gas"),
        TopicEdit("split", (("x1",),), parts=2),
    )


@given(
    st.lists(
        st.builds(
            lambda action, one, other, label, parts, names: TopicEdit(
                action,
                (one, other) if action == "merge" else (one,),
                one_line(label) or "x" if action in ("merge", "rename") else "",
                parts if action == "split" else 2,
                tuple(one_line(name).replace("|", "/") or "x" for name in names),
            ),
            st.sampled_from(ACTIONS), IDS, IDS, SIGNS, st.integers(2, 99), st.lists(SIGNS, min_size=1, max_size=2),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_whatever_ids_and_labels_are_made_of_they_come_back_and_are_no_formula(
    tmp_path_factory: pytest.TempPathFactory, known: list[TopicEdit]
) -> None:
    path = tmp_path_factory.mktemp("edits") / "e.csv"
    TOPIC_EDITS.save(path, known)
    assert TOPIC_EDITS.load(path) == tuple(known)
    with path.open(encoding="utf-8", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["e.csv", "lacks column 'action'", "action,topics,paragraphs,label,parts"]),
        ("action;paragraphs\ndrop;x\n", ["lacks column 'action'"]),
        ("action,label\ndrop,\n", ["lacks column 'paragraphs'"]),
        ("action,paragraphs\ndrop,x\njoin,x\n", ["row 3", "'join'", "merge, split, rename, drop"]),
        ("action,paragraphs\nmerge,x y z\n", ["row 2", "merge got 1 topic", "two or more"]),
        ("action,paragraphs\ndrop,x | y\n", ["row 2", "drop got 2 topics", "expected one"]),
        ("action,paragraphs\ndrop,\n", ["row 2", "drop got a topic without a paragraph"]),
        ("action,paragraphs,label\nmerge,x | | y,Gas\n", ["row 2", "a topic without a paragraph", "two or more"]),
        ("action,paragraphs\nrename,x\n", ["row 2", "no label"]),
        ("action,paragraphs,label\nsplit,x,Gas\n", ["row 2", "'Gas'", "expected none"]),
        ("action,paragraphs,parts\nsplit,x,1\n", ["row 2", "parts is 1", "2 or more"]),
        ("action,paragraphs,parts\nsplit,x,many\n", ["row 2", "parts is 'many'"]),
        ("action,paragraphs,parts\nsplit,x,-2\n", ["row 2", "parts is '-2'"]),
        ('action,paragraphs\ndrop,"x\n', ["e.csv", "expected CSV"]),
    ],
)
def test_a_wrong_file_of_edits_is_refused_with_its_row_and_what_was_expected(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    with pytest.raises(InputError) as refusal:
        TOPIC_EDITS.load(write(tmp_path / "e.csv", text))
    assert [part for part in said if part not in str(refusal.value)] == []
    assert "\n" not in str(refusal.value)


def test_edits_in_another_encoding_are_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes("action,paragraphs,label\nrename,x,Café\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"e\.csv is not a readable table.*UTF-8"):
        TOPIC_EDITS.load(path)


def test_the_file_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A page of its own, with a sentence in it.", encoding="utf-8")
    TOPIC_EDITS.save(tmp_path / "topic_edits.csv", [TopicEdit("drop", (GAS,), topics=("gas",))])
    assert [page.source for page in read_pages(tmp_path).pages] == ["a.txt"]
