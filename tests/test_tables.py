"""Tables: what is written is what is read back, to the letter."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics import tables
from topics.errors import InputError
from topics.format import in_natural_order, is_unstable, percent, topic_label

TRICKY = ["=1+1", "NA", "null", "nan", "", "007", "1.50", "True", 'say "so"', "two\nlines", "a,b", " outer ", "'=x", "-0.0"]


def dropped(texts: list[str]) -> pd.DataFrame:
    n = len(texts)
    return pd.DataFrame(
        {"article_id": ["a"] * n, "start": range(n), "end": range(n), "reason": ["short"] * n, "text": texts}
    )


def test_texts_that_look_like_something_else_come_back_as_they_were(tmp_path):
    tables.write(dropped(TRICKY), "dropped", tmp_path)
    assert tables.read("dropped", tmp_path)["text"].tolist() == TRICKY


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=8))
def test_any_text_comes_back_as_it_was(tmp_path_factory, texts: list[str]):
    folder = tmp_path_factory.mktemp("table")
    tables.write(dropped(texts), "dropped", folder)
    assert tables.read("dropped", folder)["text"].tolist() == texts


def test_types_come_back_and_an_id_of_digits_stays_a_text(tmp_path):
    frame = pd.DataFrame(
        {
            "paragraph_id": ["0012", "0002"],
            "theme": ["none", "NA"],
            "score": [0.25, 1.0],
            "assigned": [True, False],
            "primary": [False, False],
            "evidence": ["", "1"],
            "evidence_start": [0, 3],
            "evidence_end": [0, 4],
        }
    )
    tables.write(frame, "themes", tmp_path)
    back = tables.read("themes", tmp_path)
    expected = frame.sort_values("paragraph_id", ignore_index=True)
    pd.testing.assert_frame_equal(back, expected)
    tables.write(back, "themes", tmp_path)
    pd.testing.assert_frame_equal(tables.read("themes", tmp_path), back)


def test_what_was_repaired_and_what_was_a_copy_come_back_with_their_types(tmp_path):
    repairs = pd.DataFrame(
        {"paragraph_id": ["01", "01"], "at": [10, 9], "before": ["NA,nan", "1"], "after": ["NA, nan", ""]}
    )
    tables.write(repairs, "repairs", tmp_path)
    back = tables.read("repairs", tmp_path)
    pd.testing.assert_frame_equal(back, repairs.sort_values("at", ignore_index=True))
    copies = pd.DataFrame(
        {"source": ["b.txt", "a.txt"], "article_id": ["2", "7"], "copy_of": ["01", "01"], "overlap": [1.0, 0.75]}
    )
    tables.write(copies, "duplicates", tmp_path)
    pd.testing.assert_frame_equal(tables.read("duplicates", tmp_path), copies.iloc[::-1].reset_index(drop=True))


def test_every_table_can_be_empty(tmp_path):
    for name, columns in tables.COLUMNS.items():
        tables.write(pd.DataFrame(columns=list(columns)), name, tmp_path)
        back = tables.read(name, tmp_path)
        assert list(back.columns) == list(columns)
        assert back.empty


def test_rows_are_sorted_columns_are_in_order_and_the_rest_is_left_out(tmp_path):
    shuffled = pd.DataFrame(
        {
            "high": [1.0, 1.0, 1.0],
            "extra": [1, 2, 3],
            "low": [0.0, 0.0, 0.0],
            "share": [0.1, 0.2, 0.3],
            "topic_id": [10, 2, -1],
            "article_id": ["b", "b", "b"],
        }
    )
    path = tables.write(shuffled, "article_topics", tmp_path)
    lines = path.read_bytes().decode().split("\n")
    assert lines[0] == "article_id,topic_id,share,low,high"
    assert [line.split(",")[1] for line in lines[1:4]] == ["-1", "2", "10"]
    assert list(shuffled.columns)[1] == "extra", "the table handed in was changed"


def articles(**further: list[str]) -> pd.DataFrame:
    n = len(next(iter(further.values())))
    numbers = ("n_paragraphs", "n_words")
    standard = {name: range(n) if name in numbers else [str(i) for i in range(n)] for name in tables.COLUMNS["articles"]}
    return pd.DataFrame(standard | further)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, max_size=6),
    st.sampled_from(["party", "score", "share", "Unnamed: 0", "1", "True", "a,b", 'say "so"', "n_words (input)", "Ä ß"]),
)
def test_further_columns_of_articles_are_text_and_come_last(tmp_path_factory, values: list[str], name: str):
    folder = tmp_path_factory.mktemp("table")
    values = [*TRICKY, *values]
    frame = articles(**{"wave": ["007"] * len(values), name: values}).sort_values("article_id", ignore_index=True)
    # "party" stands before the standard columns, to see that those come first
    tables.write(frame[[name, *frame.columns.drop(name)]], "articles", folder)
    back = tables.read("articles", folder)
    assert list(back.columns) == [*tables.COLUMNS["articles"], name, "wave"]
    assert back[name].tolist() == frame[name].tolist()
    assert set(back["wave"]) == {"007"}
    assert back["n_words"].tolist() == frame["n_words"].tolist()
    assert tables.further_columns(back) == [name, "wave"]


def test_a_table_that_only_some_runs_have_is_read_as_empty(tmp_path):
    for name in tables.OPTIONAL:
        assert list(tables.read(name, tmp_path).columns) == list(tables.COLUMNS[name])
        assert tables.read(name, tmp_path).empty


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["10", "2", "-1", "1.5"], ["-1", "1.5", "2", "10"]),
        (["wave 10", "wave 2", "Wave 1", "none"], ["none", "Wave 1", "wave 2", "wave 10"]),
        (["b", "10", "a", ""], ["", "10", "a", "b"]),
        (["1" * 5000, "2" * 4999 + "x"], ["2" * 4999 + "x", "1" * 5000]),
        (["01", "1", "001"], ["001", "01", "1"]),
    ],
)
def test_names_with_numbers_are_in_the_order_that_a_reader_expects(names: list[str], ordered: list[str]) -> None:
    assert in_natural_order(names) == ordered
    assert in_natural_order(reversed(names)) == ordered


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_decimals_are_rounded_to_four_digits_and_never_minus_zero(tmp_path_factory, values: list[float]):
    folder = tmp_path_factory.mktemp("table")
    frame = pd.DataFrame({"paragraph_id": [f"p{i}" for i in range(len(values))], "x": values, "y": [-0.00001] * len(values)})
    written = tables.write(frame, "topic_map", folder).read_text(encoding="utf-8")
    cells = [cell for line in written.splitlines()[1:] for cell in line.split(",")[1:]]
    assert all(len(cell.partition(".")[2]) <= 4 and "e" not in cell for cell in cells)
    assert "-0.0" not in cells
    assert tables.read("topic_map", folder)["x"].tolist() == pytest.approx(values, abs=5.1e-5)
    assert frame["x"].tolist() == values, "the table handed in was changed"


def test_a_number_that_is_missing_stays_missing(tmp_path):
    numbers = {name: [float("nan")] for name in ("stability", "npmi", "c_v", "distinctness")}
    frame = pd.DataFrame({"topic_id": [0], "label": [""], "size": [3], "words": [""], "theme": [""], **numbers})
    tables.write(frame, "topics", tmp_path)
    back = tables.read("topics", tmp_path)
    assert back[[*numbers]].isna().all(axis=None)
    assert back.loc[0, ["label", "words", "theme"]].tolist() == ["", "", ""]


@pytest.mark.parametrize("period", ["2024", "2024-05", "2024-Q2", ""])
def test_a_period_stays_a_text(tmp_path, period: str):
    numbers = {"share": [0.5], "low": [0.1], "high": [0.9], "n_articles": [2]}
    tables.write(pd.DataFrame({"period": [period], "topic_id": [3], **numbers}), "topics_over_time", tmp_path)
    assert tables.read("topics_over_time", tmp_path)["period"].tolist() == [period]


@pytest.mark.parametrize(
    ("stability", "label"),
    [(0.2, "gas (unstable)"), (0.594, "gas (unstable)"), (0.596, "gas"), (0.6, "gas"), (1.0, "gas"), (float("nan"), "gas")],
)
def test_a_topic_that_should_not_be_trusted_is_marked_by_its_stability_as_it_is_shown(stability: float, label: str):
    assert topic_label("gas", stability) == label
    assert is_unstable(stability) == (label != "gas")


def test_a_missing_column_or_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"articles lacks column 'title'; found \['article_id'\]"):
        tables.check(pd.DataFrame({"article_id": ["a"]}), "articles")
    with pytest.raises(InputError, match=r"topics\.csv does not exist; expected a run folder written by `topics run`"):
        tables.read("topics", tmp_path)


@pytest.mark.parametrize(
    ("share", "said"), [(0.254, "25"), (-0.001, "0"), (0.0, "0"), (-0.004999, "0"), (-0.0151, "−2"), (1.0, "100")]
)
def test_a_share_is_said_in_whole_points_and_never_as_minus_zero(share: float, said: str) -> None:
    assert percent(share) == said


def test_a_readable_table_shows_whole_texts_as_words_and_leaves_what_is_made_of_it_plain() -> None:
    frame = pd.DataFrame({"text": ["<b>" + "word " * 100], "score": [0.123456]}, index=[7])
    shown = tables.readable(frame)
    html = shown._repr_html_()
    assert "<b>" not in html
    assert html.count("word") == 100
    assert "0.12<" in html
    assert type(shown[["text"]]) is pd.DataFrame
    assert shown.equals(frame.reset_index(drop=True))
