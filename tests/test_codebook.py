"""The codebook: what a researcher may write, and what is said when it is wrong."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.codebook import from_dict, load, pattern, to_dict
from topics.errors import InputError

GOOD = {"name": "energy", "keywords": ["oil"]}

line = st.text(max_size=15)
filled = st.text(min_size=1, max_size=15).filter(str.strip)
keyword = st.one_of(
    filled.filter(lambda text: any(map(str.isalnum, text)) and not text.strip().startswith("/")),
    st.sampled_from(["/pipelines?/", r"/\b(oil|gas)\b/", "/a*/", "24/7", "/x", "天然气", " U.S. "]),
)
theme = st.fixed_dictionaries(
    {
        "name": filled.filter(lambda name: name.strip().casefold() != "unassigned"),
        "keywords": st.lists(keyword, min_size=1, max_size=4),
    },
    optional={
        "label": line,
        "description": line,
        "examples": st.lists(line, max_size=3),
        "colour": st.sampled_from(["", "#0072b2", "#FFFFFF"]),
    },
)


@given(line, st.lists(theme, min_size=1, max_size=5, unique_by=lambda entry: entry["name"].strip().casefold()))
def test_a_codebook_comes_back_from_its_dict_in_the_researchers_order(title: str, themes: list[dict]):
    book = from_dict({"title": title, "theme": themes})
    assert from_dict(to_dict(book)) == book
    assert to_dict(from_dict(to_dict(book))) == to_dict(book)
    assert book.names == [entry["name"].strip() for entry in themes]
    assert [list(theme.keywords) for theme in book.themes] == [
        [word.strip() for word in each["keywords"]] for each in themes
    ]
    assert all(book.labels[name] for name in book.names)


def test_a_codebook_file_is_read_with_its_defaults(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(
        'title = "Хлеб"\n[[theme]]\nname = "rye"\nkeywords = [" rye bread ", ""]\n'
        '[[theme]]\nname = "wheat"\nlabel = "Wheat"\ndescription = "White flour."\ncolour = "#0072b2"\n',
        encoding="utf-8-sig",
    )
    book = load(path)
    assert book.title == "Хлеб"
    assert book.themes[0].keywords == ("rye bread",)
    assert book.labels == {"rye": "rye", "wheat": "Wheat", "unassigned": "Unassigned"}
    assert (book.themes[1].colour, book.themes[1].keywords) == ("#0072b2", ())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "has no [[theme]]; expected at least one"),
        ({"theme": []}, "has no [[theme]]; expected at least one"),
        ({"theme": {"name": "a"}}, "has no [[theme]]; expected at least one"),
        ({"themes": [GOOD]}, "has no [[theme]]; expected at least one"),
        ({"theme": [GOOD, {"keywords": ["gas"]}]}, 'theme 2 has no name; expected name = "…"'),
        ({"theme": [{**GOOD, "name": "  "}]}, "theme 1 has no name"),
        ({"theme": [GOOD, GOOD]}, "theme name 'energy' occurs 2 times; expected unique names"),
        ({"theme": [{**GOOD, "name": "unassigned"}]}, "choose another"),
        ({"theme": [{**GOOD, "keyword": ["gas"]}]}, "unknown key 'keyword'; known keys:"),
        ({"theme": [{**GOOD, "keywords": "oil"}]}, "theme 1 (energy): keywords is 'oil'; expected a list of strings"),
        ({"theme": [{**GOOD, "examples": [1]}]}, "examples is [1]; expected a list of strings"),
        ({"theme": [{**GOOD, "label": 3}]}, "label is 3; expected a string"),
        ({"theme": [{**GOOD, "colour": "blue"}]}, "colour is 'blue'; expected six hex digits"),
        ({"theme": [{**GOOD, "colour": "#0072b2; x"}]}, "expected six hex digits"),
        ({"theme": [{"name": "energy", "keywords": [" "], "description": " "}]}, "has no keywords, description or examples"),
        (
            {"theme": [GOOD, {"name": "gas", "keywords": ["oil", "/bad(regex/"]}]},
            "theme 2 (gas): keyword '/bad(regex/' is not a regular expression (missing )",
        ),
        (
            {"theme": [{**GOOD, "keywords": ["/a**/"]}]},
            "theme 1 (energy): keyword '/a**/' is not a regular expression (multiple",
        ),
        ({"theme": [GOOD, {"name": "gas", "keywords": ["—"]}]}, "theme 2 (gas): keyword '—' has no letter or digit"),
        ({"theme": [{**GOOD, "keywords": ["/"]}]}, "expected words or /a regular expression/"),
        ({"theme": [{**GOOD, "keywords": ["//"]}]}, "theme 1 (energy): keyword '//' has no letter or digit"),
    ],
)
def test_a_wrong_codebook_is_refused_with_what_was_got_and_what_was_expected(data: dict, said: str):
    with pytest.raises(InputError) as refusal:
        from_dict(data, "codebook.toml")
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("codebook.toml")


@pytest.mark.parametrize("keyword", ["/pipelines?/", "/=+/", r"/[\[]/", "/x", "x/", "24/7", "C++", "½", "天"])
def test_a_keyword_with_a_letter_or_a_sound_expression_is_kept_as_written(keyword: str):
    assert from_dict({"theme": [{**GOOD, "keywords": [keyword]}]}).themes[0].keywords == (keyword,)


@pytest.mark.parametrize(
    ("keyword", "text", "found"),
    [
        ("/pipelines?/", "PIPELINES", "PIPELINES"),
        (r"/\bgas\b/", "gasp", None),
        ("/a/b/", "x A/B", "A/B"),
        ("/(?-i:US)/", "us US", "US"),
    ],
)
def test_an_expression_between_slashes_ignores_case_unless_it_says_otherwise(keyword: str, text: str, found: str | None):
    match = pattern(keyword).search(text)
    assert (match and match.group()) == found


@pytest.mark.parametrize("keyword", ["pipeline", "/", "//", "/pipeline", "pipeline/", "and/or", ""])
def test_other_keywords_are_no_expression(keyword: str):
    assert pattern(keyword) is None


@pytest.mark.parametrize("keyword", ["/a{99999999999}/", f"/{'(' * 5000}a{')' * 5000}/"])
def test_whatever_re_says_of_an_expression_is_said_with_its_theme(keyword: str):
    with pytest.raises(InputError, match=r"theme 1 \(energy\): keyword"):
        from_dict({"theme": [{**GOOD, "keywords": [keyword]}]})


def test_a_missing_or_broken_codebook_file_is_named(tmp_path):
    path = tmp_path / "codebook.toml"
    with pytest.raises(InputError, match=r"codebook\.toml does not exist"):
        load(path)
    path.write_text("[[theme]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"codebook\.toml is not valid TOML"):
        load(path)


def test_a_label_cannot_carry_markup_into_a_notebook():
    evil = "<script>alert(1)</script>"
    theme = {"name": "a", "label": evil, "description": evil, "keywords": [evil]}
    shown = codebooks.from_dict({"title": evil, "theme": [theme]})._repr_html_()
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 4


WRITTEN = """# Mine
title = "Land"

[[theme]]  # the first
name = "energy"
keywords = [
  "gas",  # and its inflections
  "oil",
]
[[theme]]
name = "territory"
description = "Borders."
"""


def test_a_keyword_is_added_and_all_else_in_the_file_stays(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    codebooks.add_keyword(path, "energy", '  a "pipe\\line"  ')
    codebooks.add_keyword(path, "territory", "border")
    found = load(path)
    assert [theme.keywords for theme in found.themes] == [("gas", "oil", 'a "pipe\\line"'), ("border",)]
    after = path.read_bytes().decode().splitlines()
    assert [line for line in WRITTEN.splitlines() if line not in after] == []


@pytest.mark.parametrize(
    ("theme", "keyword", "said"),
    [
        ("milk", "cow", "no theme 'milk'"),
        ("energy", "GAS", "already has the keyword 'GAS'"),
        ("energy", "/(/", "is not a regular expression"),
        ("energy", " ", "no letter or digit"),
    ],
)
def test_a_keyword_that_is_none_leaves_the_file_as_it_was(tmp_path, theme, keyword, said):
    path = tmp_path / "codebook.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(said)):
        codebooks.add_keyword(path, theme, keyword)
    assert path.read_text(encoding="utf-8") == WRITTEN
