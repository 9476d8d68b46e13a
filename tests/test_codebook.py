"""The codebook: what a researcher may write, and what is said when it is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.codebook import from_dict, load, to_dict
from topics.settings import InputError

GOOD = {"name": "energy", "keywords": ["oil"]}

line = st.text(max_size=15)
filled = st.text(min_size=1, max_size=15).filter(str.strip)
theme = st.fixed_dictionaries(
    {
        "name": filled.filter(lambda name: name.strip().casefold() != "unassigned"),
        "keywords": st.lists(filled, min_size=1, max_size=4),
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
    assert book.names == [entry["name"].strip() for entry in themes]
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
        ({"theme": [GOOD, GOOD]}, "theme name 'energy' stands 2 times; expected each once"),
        ({"theme": [{**GOOD, "name": "unassigned"}]}, "choose another"),
        ({"theme": [{**GOOD, "keyword": ["gas"]}]}, "unknown key 'keyword'; known keys:"),
        ({"theme": [{**GOOD, "keywords": "oil"}]}, "theme 1 (energy): keywords is 'oil'; expected a list of strings"),
        ({"theme": [{**GOOD, "examples": [1]}]}, "examples is [1]; expected a list of strings"),
        ({"theme": [{**GOOD, "label": 3}]}, "label is 3; expected a string"),
        ({"theme": [{**GOOD, "colour": "blue"}]}, "colour is 'blue'; expected six hex digits"),
        ({"theme": [{**GOOD, "colour": "#0072b2; x"}]}, "expected six hex digits"),
        ({"theme": [{"name": "energy", "keywords": [" "], "description": " "}]}, "has no keywords, description or examples"),
    ],
)
def test_a_wrong_codebook_is_refused_with_what_was_got_and_what_was_expected(data: dict, said: str):
    with pytest.raises(InputError) as refusal:
        from_dict(data, "codebook.toml")
    assert said in str(refusal.value)
    assert str(refusal.value).startswith("codebook.toml")


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
