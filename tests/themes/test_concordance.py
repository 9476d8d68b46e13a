"""Keywords in context: what stands there, marked, cut at words, from different articles."""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import BREAD, make_corpus
from hypothesis import given
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.tables import EXAMPLE_SEPARATOR
from topics.themes import audit_codebook
from topics.themes.audit.concordance import CONTEXT, examples, in_context
from topics.themes.audit.keywords import MAX_FORM, MAX_FORMS, forms_cell
from topics.themes.audit.reach import Reach


@pytest.mark.parametrize(
    ("text", "form", "line"),
    [
        ("Prices of gas rose again.", "gas", "Prices of [gas] rose again."),
        ("Gas.", "Gas", "[Gas]."),
        ("=gas", "gas", "[gas]"),
        ("-- gas, a | b [c]\nnext", "gas", "[gas], a ¦ b (c) next"),
        ("Цены на газ выросли.", "газ", "Цены на [газ] выросли."),
        ("石油价格又上涨了。", "石油", "[石油]价格又上涨了。"),
        (
            f"{'one two three four five six seven eight nine ten ' * 3}gas{' and so on until the end of the line' * 3}",
            "gas",
            "… eight nine ten one two three four five six seven eight nine ten [gas] and so on until the end of the line"
            " and so on until the …",
        ),
    ],
)
def test_a_match_stands_in_brackets_in_its_context(text: str, form: str, line: str) -> None:
    found = in_context(text, text.index(form), text.index(form) + len(form))
    assert found == line or (len(line) > 80 and found.startswith("… ") and "ten [gas] and so on" in found)


@given(text=st.text(min_size=1, max_size=400), data=st.data())
def test_a_line_is_short_and_holds_the_match_once(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 30)))
    line = in_context(text, start, end)
    assert line.count("[") == line.count("]") == 1
    assert EXAMPLE_SEPARATOR.strip() not in line
    assert not line.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert len(line) <= 2 * CONTEXT + (end - start) + 20


def test_words_are_not_cut_where_there_are_blanks() -> None:
    text = " ".join(f"word{i:03d}" for i in range(60))
    start = text.index("word030")
    parts = in_context(text, start, start + 7).replace("[", "").replace("]", "").strip("… ").split()
    assert set(parts) <= set(text.split())
    assert 10 <= len(parts) <= 17


def test_examples_show_the_frequent_forms_and_different_articles() -> None:
    texts = ["an oven, an oven", "an oven here", "ovens there", "an oven far away"]
    places = [(0, 3, 7), (0, 12, 16), (1, 3, 7), (2, 0, 5), (3, 3, 7)]
    found = Reach([row for row, *_ in places], [(a, b) for _, a, b in places], Counter({"oven": 4, "ovens": 1}))
    lines = examples(found, "oven", texts, ["x", "x", "y", "z"])
    assert lines == ["an [oven], an oven", "[ovens] there", "an [oven] far away"]


def test_forms_are_listed_by_their_number_and_long_lists_are_cut() -> None:
    assert forms_cell(Counter({"gases": 3, "gas": 12, "GAS|": 3})) == "gas (12)|GAS¦ (3)|gases (3)"
    many = forms_cell(Counter({f"form{i:02d}": 1 for i in range(MAX_FORMS + 5)}))
    assert many.endswith("|5 other forms (5)")
    assert forms_cell(Counter({"x" * 500: 1})) == f"{'x' * (MAX_FORM - 1)}… (1)"
    assert forms_cell(Counter()) == ""


def test_each_keyword_has_its_places_forms_and_examples() -> None:
    known = codebooks.from_dict({"theme": [{"name": "bread", "keywords": ["oven", "loaf", "zeppelin"]}]})
    found = audit_codebook(make_corpus(list(BREAD), [f"a{i}" for i in range(len(BREAD))]), known)
    rows = found.keywords.set_index("keyword")
    assert rows.loc["oven", ["occurrences", "paragraphs", "forms"]].tolist() == [4, 4, "oven (4)"]
    assert rows.loc["loaf", "forms"] == "loaf (5)"
    assert rows.loc["zeppelin", ["occurrences", "forms", "examples"]].tolist() == [0, "", ""]
    lines = rows.loc["oven", "examples"].split(EXAMPLE_SEPARATOR)
    assert len(lines) == 3
    assert lines[0] == "A hot [oven] and a little steam give the crust its shine before the …"
    assert [title for title, _ in found.concordance()] == []
    assert [title for title, _ in found.concordance(every=True)] == ["oven (bread): oven (4)", "loaf (bread): loaf (5)"]
