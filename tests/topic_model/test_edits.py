"""Edits of topics: a small file of the study that people can read, and that finds its topics again."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading.pages import read
from topics.topic_model import edits
from topics.topic_model.edits import Edit

GAS = ("a-p0001", "b-p0002", "c-p0003")
OIL = ("a-p0009", "b-p0008")
SIGNS = st.text(st.sampled_from("=+-@'\"ab, |%;\t\n 2é газ"), min_size=1, max_size=8)
IDS = st.lists(SIGNS.filter(lambda key: key.strip() == key), min_size=1, max_size=3).map(tuple)


def write(path: Path, text: str) -> Path:
    path.write_bytes(text.encode("utf-8"))
    return path


# the file


def test_a_file_that_does_not_exist_holds_no_edit(tmp_path: Path) -> None:
    assert edits.load(tmp_path / "topic_edits.csv") == ()


def test_the_file_says_in_order_what_is_to_be_done_and_reads_like_a_table(tmp_path: Path) -> None:
    path = tmp_path / "topic_edits.csv"
    known = [
        Edit("merge", (GAS, OIL), "Energy", topics=("gas, pipeline", "oil, barrel")),
        Edit("split", (GAS,), parts=3, topics=("Energy",)),
        Edit("drop", (OIL,), topics=("oil, barrel",)),
        Edit("rename", (OIL,), "=Oil", topics=("oil, barrel",)),
    ]
    edits.save(path, known)
    assert path.read_text(encoding="utf-8").splitlines() == [
        "action,topics,paragraphs,label,parts",
        'merge,"gas, pipeline | oil, barrel",a-p0001 b-p0002 c-p0003 | a-p0009 b-p0008,Energy,',
        "split,Energy,a-p0001 b-p0002 c-p0003,,3",
        'drop,"oil, barrel",a-p0009 b-p0008,,',
        'rename,"oil, barrel",a-p0009 b-p0008,\'=Oil,',
    ]
    assert edits.load(path) == tuple(known)


def test_a_file_written_by_hand_or_by_a_spreadsheet_is_read(tmp_path: Path) -> None:
    text = "\ufefflabel,note,paragraphs,action\r\n Gas ,mine, x1  x2|y1 ,merge\r\n\r\n,, x1 ,split\r\n"
    assert edits.load(write(tmp_path / "e.csv", text)) == (
        Edit("merge", (("x1", "x2"), ("y1",)), "Gas"),
        Edit("split", (("x1",),), parts=2),
    )


@given(
    st.lists(
        st.builds(
            lambda action, one, other, label, parts, names: Edit(
                action,
                (one, other) if action == "merge" else (one,),
                edits.one_line(label) or "x" if action in ("merge", "rename") else "",
                parts if action == "split" else 2,
                tuple(edits.one_line(name).replace("|", "/") or "x" for name in names),
            ),
            st.sampled_from(edits.ACTIONS), IDS, IDS, SIGNS, st.integers(2, 99), st.lists(SIGNS, min_size=1, max_size=2),
        ),
        max_size=4,
    )
)  # fmt: skip
def test_whatever_ids_and_labels_are_made_of_they_come_back_and_are_no_formula(
    tmp_path_factory: pytest.TempPathFactory, known: list[Edit]
) -> None:
    path = tmp_path_factory.mktemp("edits") / "e.csv"
    edits.save(path, known)
    assert edits.load(path) == tuple(known)
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
def test_a_wrong_file_is_refused_with_its_row_and_what_was_expected(tmp_path: Path, text: str, said: list[str]) -> None:
    with pytest.raises(InputError) as refusal:
        edits.load(write(tmp_path / "e.csv", text))
    assert [part for part in said if part not in str(refusal.value)] == []
    assert "\n" not in str(refusal.value)


def test_a_file_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes("action,paragraphs,label\nrename,x,Café\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"e\.csv is no readable table.*UTF-8"):
        edits.load(path)


def test_the_file_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A page of its own, with a sentence in it.", encoding="utf-8")
    edits.save(tmp_path / "topic_edits.csv", [Edit("drop", (GAS,), topics=("gas",))])
    assert [page.source for page in read(tmp_path).pages] == ["a.txt"]


# what an edit is made of


CENTRAL = {0: GAS, 1: OIL, 2: ("z",)}
LABELS = {-1: "Outliers", 0: "gas, pipeline", 1: "oil", 2: "Boats"}


def test_an_edit_names_topics_by_their_central_paragraphs_and_its_label_is_one_line() -> None:
    made = edits.made("merge", [1, 0], LABELS, CENTRAL, " Oil\n and\x1b[31m  gas ", 2)
    assert made == Edit("merge", (OIL, GAS), "Oil and [31m gas", 2, ("oil", "gas, pipeline"))


@pytest.mark.parametrize(
    ("action", "numbers", "label", "parts", "said"),
    [
        ("merge", [0, 3], "", 2, ["no topic 3", "0, 1, 2"]),
        ("drop", [-1], "", 2, ["no topic -1", "0, 1, 2"]),
        ("merge", [0], "", 2, ["1 topic", "two or more"]),
        ("merge", [0, 1, 0], "", 2, ["topic 0 twice"]),
        ("rename", [0], " \n", 2, ["no label"]),
        ("rename", [0], "Boats", 2, ["topic 2 is called 'Boats' already", "merge"]),
        ("merge", [0, 1], "Boats", 2, ["topic 2 is called 'Boats' already"]),
        ("split", [0], "", 1, ["parts is 1"]),
        ("join", [0], "", 2, ["'join'", "merge, split, rename, drop"]),
    ],
)
def test_an_edit_that_cannot_be_meant_is_refused(
    action: str, numbers: list[int], label: str, parts: int, said: list[str]
) -> None:
    with pytest.raises(InputError) as refusal:
        edits.made(action, numbers, LABELS, CENTRAL, label, parts)
    assert [part for part in said if part not in str(refusal.value)] == []


def test_a_merged_topic_may_keep_the_label_of_one_of_its_parts() -> None:
    assert edits.made("merge", [2, 0], LABELS, CENTRAL, "Boats", 2).label == "Boats"


# which topic is meant


@pytest.mark.parametrize(
    ("topic_of", "found"),
    [
        ({"a-p0001": 4, "b-p0002": 4, "c-p0003": 4}, [4]),
        ({"a-p0001": 4, "b-p0002": 4, "c-p0003": 1}, [4]),
        ({"a-p0001": 4, "b-p0002": -1, "c-p0003": 4}, [4]),
        ({"c-p0003": 7, "elsewhere": 1}, [7]),
        ({"a-p0001": 4, "b-p0002": 1}, []),
        ({"a-p0001": 4, "b-p0002": -1, "c-p0003": -1}, []),
        ({"a-p0001": 4, "b-p0002": 3, "c-p0003": 1}, []),
        ({"elsewhere": 4}, []),
        ({}, []),
    ],
)
def test_the_topic_is_the_one_with_most_of_the_paragraphs_that_are_left(topic_of: dict[str, int], found: list[int]) -> None:
    topics, problem = edits.locate(Edit("drop", (GAS,), topics=("gas",)), topic_of)
    assert topics == found
    assert bool(problem) == (not found)
    if problem:
        assert "'gas'" in problem
        gone = not set(GAS) & set(topic_of)
        assert ("not in the corpus any more" in problem) == gone
        assert ("scattered" in problem) == (not gone)


@given(st.dictionaries(st.sampled_from([*GAS, *OIL]), st.integers(-1, 2)))
def test_a_topic_that_is_found_holds_more_than_half_and_all_are_found_or_none(topic_of: dict[str, int]) -> None:
    topics, problem = edits.locate(Edit("merge", (GAS, OIL)), topic_of)
    held = [[topic_of[key] for key in ids if key in topic_of] for ids in (GAS, OIL)]
    clear = [any(2 * own.count(topic) > len(own) for topic in (0, 1, 2)) for own in held]
    assert bool(problem) == (not all(clear))
    if not problem:
        assert all(2 * own.count(topic) > len(own) for own, topic in zip(held, topics, strict=True))
    else:
        assert topics == []
