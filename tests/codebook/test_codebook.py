"""The codebook: what a researcher may write, and what is said when it is wrong."""

import re
import tomllib
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.codebook import Codebook, Theme, as_codebook, from_dict, load, to_dict
from topics.codebook.keywords import describe_problem, normalise
from topics.codebook.toml import codebook_toml
from topics.errors import InputError

GOOD = {"name": "energy", "keywords": ["oil"]}

line = st.text(max_size=15)
filled = st.text(min_size=1, max_size=15).filter(normalise)
keyword = st.one_of(
    filled.filter(lambda text: not describe_problem(normalise(text))),
    st.sampled_from(["/pipelines?/", r"/\b(oil|gas)\b/", "/a+/", "24/7", "/x", "天然气", " U.S. ", "energ*", "gas pipe*"]),
)
keywords = st.lists(keyword, min_size=1, max_size=4, unique_by=lambda word: normalise(word).casefold())
by_language = st.dictionaries(st.sampled_from(["en", "de", "uk", "zh", "*"]), keywords, min_size=1)


def is_name(name: str) -> bool:
    is_printed = all(unicodedata.category(character) not in ("Cc", "Zl", "Zp") for character in normalise(name))
    return is_printed and normalise(name).casefold() != "unassigned"


theme = st.fixed_dictionaries(
    {
        "name": filled.filter(is_name),
        "keywords": st.one_of(keywords, by_language),
    },
    optional={
        "label": line,
        "description": line,
        "examples": st.lists(line, max_size=3),
        "colour": st.sampled_from(["", "#0072b2", "#FFFFFF"]),
    },
)


@given(line, st.lists(theme, min_size=1, max_size=5, unique_by=lambda entry: normalise(entry["name"]).casefold()))
def test_a_codebook_comes_back_from_its_dict_in_the_researchers_order(title: str, themes: list[dict]):
    book = from_dict({"title": title, "theme": themes})
    assert from_dict(to_dict(book)) == book
    assert to_dict(from_dict(to_dict(book))) == to_dict(book)
    assert from_dict(tomllib.loads(codebook_toml(book))) == book
    assert book.names == [normalise(entry["name"]) for entry in themes]
    for found, entry in zip(book.themes, themes, strict=True):
        written = entry["keywords"] if isinstance(entry["keywords"], dict) else {"*": entry["keywords"]}
        kept = {"*": found.keywords, **found.translations}
        assert {key: words for key, words in kept.items() if words} == {
            key: tuple(map(normalise, words)) for key, words in written.items()
        }
    assert book.notes == ()
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
    assert book.notes == ("codebook.toml: 1 empty keyword ignored (in 'rye')",)
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
            "theme 2 (gas): keyword '/bad(regex/' is not a regular expression (missing ) at position 9)",
        ),
        (
            {"theme": [{**GOOD, "keywords": ["/a**/"]}]},
            "theme 1 (energy): keyword '/a**/' is not a regular expression (multiple",
        ),
        ({"theme": [{**GOOD, "keywords": ["/[x/"]}]}, "correct it, or remove the slashes"),
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


def test_a_missing_or_broken_codebook_file_is_named(tmp_path):
    path = tmp_path / "codebook.toml"
    with pytest.raises(InputError, match=r"codebook\.toml does not exist"):
        load(path)
    path.write_text(f"theme = {'[' * 2000}{']' * 2000}", encoding="utf-8")
    with pytest.raises(InputError, match=r"codebook\.toml is not valid TOML"):
        load(path)
    path.write_bytes("title = 'Öl'".encode("utf-16"))
    with pytest.raises(InputError, match=r"codebook\.toml is not valid TOML"):
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
        ("energy", "*", "no letter or digit"),
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


def test_a_keyword_is_added_for_every_language(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text('[[theme]]\nname = "gas"\nkeywords = { de = ["Erdgas"] }  # mine\n', encoding="utf-8")
    codebooks.add_keyword(path, "gas", "LNG")
    codebooks.add_keyword(path, "gas", "CH4")
    found = load(path).themes[0]
    assert (found.keywords, found.translations) == (("LNG", "CH4"), {"de": ("Erdgas",)})
    assert "# mine" in path.read_text(encoding="utf-8")


def test_a_keyword_cannot_be_added_to_a_dictionary_of_another_tool(tmp_path):
    path = tmp_path / "energy.yml"
    path.write_text("energy: [gas]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"energy\.yml is not TOML.*Codebook\.load\(.*\.save\(.codebook\.toml"):
        codebooks.add_keyword(path, "energy", "oil")


def test_a_codebook_is_saved_once_and_as_toml(tmp_path):
    book = from_dict({"title": "Öl", "theme": [{"name": "a", "keywords": [r"/\bgas\b/", 'a "b"', *"oil coal".split()]}]})
    path = book.save(tmp_path / "new.toml")
    assert r"""'/\bgas\b/'""" in path.read_text(encoding="utf-8")
    assert Codebook.load(path) == book
    with pytest.raises(InputError, match=r"new\.toml exists already"):
        book.save(path)
    with pytest.raises(InputError, match=r"ends in '\.dic'; a codebook is saved as \.toml"):
        book.save(tmp_path / "new.dic")


LANGUAGES = {
    "energy": {
        "keywords": {
            "*": ["LNG"], "en": ["gas", "lng"], "de": ["Erdgas"], "fr": ["gaz"], "ru": ["газ"], "fi": ["kaasu"],
            "tr": ["doğal gaz"], "zh": ["天然气"],
        },
        "description": "Gas.",
    },
    "border": {"keywords": {"de": ["Grenze"]}, "description": "Borders."},
    "peace": ["peace"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("languages", "found"),
    [
        (["en"], [("lng", "gas"), (), ("peace",)]),  # "LNG" is one of the forms that "lng" matches
        (["de"], [("LNG", "Erdgas"), ("Grenze",), ("peace",)]),
        (["ru"], [("LNG", "газ"), (), ("peace",)]),
        (["fi"], [("LNG", "kaasu"), (), ("peace",)]),
        (["tr"], [("LNG", "doğal gaz"), (), ("peace",)]),
        (["zh"], [("LNG", "天然气"), (), ("peace",)]),
        (["pl"], [("LNG",), (), ("peace",)]),
        (["de", "fr"], [("LNG", "Erdgas", "gaz"), ("Grenze",), ("peace",)]),
    ],
)
def test_the_keywords_of_a_language_are_its_own_and_those_of_every_language(languages, found):
    whole = Codebook.from_dict(LANGUAGES)
    book = whole.for_language(*languages)
    assert [theme.keywords for theme in book.themes] == found
    assert [theme.description for theme in book.themes] == ["Gas.", "Borders.", ""]
    assert book.languages == ()
    without = [note for note in book.notes if "without keywords" in note]
    assert len(without) == ("de" not in languages)
    assert all(note.startswith("codebook: 1 theme without keywords in") and "('border')" in note for note in without)
    assert whole.languages == ("de", "en", "fi", "fr", "ru", "tr", "zh")


def test_all_languages_are_shown():
    book = Codebook.from_dict({"a": {"keywords": {"en": ["gas"], "*": ["LNG"], "de": ["Erd<gas"]}}})
    assert book.themes[0].keyword_list == "LNG; en: gas; de: Erd<gas"
    assert "LNG; en: gas; de: Erd&lt;gas" in book._repr_html_()


def test_a_codebook_in_one_language_is_the_same_for_every_language():
    book = from_dict({"theme": [GOOD]})
    assert book.for_language("de") is book
    assert hash(book) == hash(from_dict({"theme": [GOOD]}))


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"german": ["Gas"]}, """has the key 'german'; expected languages such as "de", or "*" for all"""),
        ({"de": "Gas"}, "keywords.de is 'Gas'; expected a list of strings"),
        ({"de": ["—"]}, "(energy), keywords.de: keyword '—' has no letter or digit"),
        ({"de": ["Gas"], "DE": ["Öl"]}, "has the language 'de' twice"),
        ({"de": [" "]}, "has no keywords, description or examples"),
    ],
)
def test_wrong_keywords_of_a_language_are_refused(keywords, said):
    with pytest.raises(InputError, match=re.escape(said)):
        from_dict({"theme": [{"name": "energy", "keywords": keywords}]}, "codebook.toml")


def test_a_keyword_listed_twice_is_kept_once_and_named():
    listed = ["Gas", "gas", "WHO", "who", "/a/", "/A/", "/a/", "ГАЗ", "ЛНГ"]
    book = from_dict({"theme": [{"name": "a", "keywords": listed}, {"name": "b", "keywords": ["gas"]}]}, "c.toml")
    assert book.themes[0].keywords == ("Gas", "who", "/a/", "/A/", "ГАЗ", "ЛНГ")
    assert book.notes == (
        "c.toml: 3 keywords listed twice in a theme, apart from case ('gas', 'WHO', '/a/'); one of each is kept",
    )


@pytest.mark.parametrize("name", ["a\nb", "a\x08b", "a\u2028b", "\tx\x00"])
def test_a_name_is_one_line(name):
    with pytest.raises(InputError, match="has a line break or another control character; remove it"):
        from_dict({"theme": [{"name": name, "keywords": ["gas"]}]})


# in Python


@pytest.mark.parametrize(
    "words",
    [
        ["oil", "gas"], ("oil", "gas"), (word for word in ("oil", "gas")), pd.Series(["oil", "gas"], index=[7, 7]),
        np.array(["oil", "gas"]), {"oil": 1, "gas": 2}.keys(), {"keywords": ("oil", "gas")},
        {"keywords": {"*": ["oil", "gas"]}},
    ],
)  # fmt: skip
def test_keywords_in_a_dictionary_may_be_any_collection(words):
    theme = Codebook.from_dict({"energy": words}).themes[0]
    assert theme.keywords == ("oil", "gas")
    assert {type(word) for word in theme.keywords} == {str}


def test_keywords_of_a_set_are_sorted_as_its_order_is_random():
    words = {f"word{number}" for number in range(50)}
    assert Codebook.from_dict({"a": words, "b": frozenset(words)}).themes[0].keywords == tuple(sorted(words))


def test_a_single_string_is_one_keyword():
    book = Codebook.from_dict({"a": "gas pipeline", "b": {"keywords": "oil"}, "c": "/gas|oil, or coal/"})
    assert [theme.keywords for theme in book.themes] == [("gas pipeline",), ("oil",), ("/gas|oil, or coal/",)]


@pytest.mark.parametrize(
    ("themes", "said"),
    [
        ({"energy": "oil, gas"}, "theme 'energy': keywords are the string 'oil, gas'; expected a list of strings"),
        ({"energy": {"keywords": "oil; gas"}}, "theme 'energy': keywords are the string 'oil; gas'"),
        ({"energy": None}, "theme 'energy': keywords are None; expected a list of strings"),
        ({"energy": 5}, "theme 'energy': keywords are 5"),
        ({"energy": b"oil"}, "theme 'energy': keywords are b'oil'"),
        ({"energy": [5]}, "keywords is [5]; expected a list of strings"),
        ({5: ["oil"]}, "the name of a theme is 5; expected a string"),
        ({"energy": {"fossil": ["oil"]}}, "unknown key 'fossil'; known keys: colour, description"),
        ({}, "the dictionary of themes is empty; expected keywords by theme"),
        (["energy"], "themes are a list; expected a dictionary of keywords by theme"),
    ],
)
def test_a_dictionary_that_is_no_codebook_is_refused(themes, said):
    with pytest.raises(InputError) as refusal:
        Codebook.from_dict(themes)
    assert said in str(refusal.value)


def test_a_theme_needs_a_name_alone_and_keeps_lists_as_tuples():
    theme = Theme("energy", keywords=["oil"], examples=["Oil rose."])
    assert theme == Theme("energy", "energy", keywords=("oil",), examples=("Oil rose.",))
    assert hash(theme) == hash(Theme("energy", keywords=("oil",), examples=("Oil rose.",)))
    assert Codebook([theme]) == Codebook((theme,))
    with pytest.raises(InputError, match="theme 'energy': keywords is 'oil'; expected a list of strings"):
        Theme("energy", keywords="oil")
    with pytest.raises(InputError, match="the name of a theme is 3; expected a string"):
        Theme(3)


def test_what_a_user_has_in_hand_is_a_codebook(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    book = load(path)
    for known in (book, path, str(path), list(book.themes), book.themes):
        assert as_codebook(known).themes == book.themes
    assert as_codebook({"energy": ["gas"]}) == Codebook.from_dict({"energy": ["gas"]})
    with pytest.raises(InputError, match=r"theme 1 \(energy\): keyword '—' has no letter"):
        as_codebook([Theme("energy", keywords=["—"])])
    with pytest.raises(InputError, match="theme name 'energy' occurs 2 times"):
        as_codebook([Theme("energy", keywords=["oil"]), Theme("energy", keywords=["gas"])])
    for wrong, said in (
        (["energy"], "a list"), (None, "a NoneType"), (7, "a int"), ([], "a list"),
        (pd.DataFrame({"energy": ["oil"]}), "a DataFrame"), (WRITTEN, "a text of several lines"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=f"the codebook is {said}; expected a file, a Codebook, or a dictionary"):
            as_codebook(wrong)


def test_themes_and_codebooks_say_what_they_are_in_a_line():
    words = [f"word{number}" for number in range(10)]
    theme = Theme("energy", "Energy & gas", "About <b>.", words, translations={"de": ("Gas",)})
    assert repr(theme) == (
        "Theme('energy', 'Energy & gas', 11 keywords: word0, word1, word2, word3, word4, word5, word6, word7, …)"
    )
    assert repr(Theme("energy", description="Oil.")) == "Theme('energy', 0 keywords)"
    assert "Energy &amp; gas</p>" not in theme._repr_html_()
    assert "<b>Theme</b> Energy &amp; gas<br>About &lt;b&gt;.<br>11 keywords: word0" in theme._repr_html_()
    book = Codebook((theme, Theme("land", keywords=["border"])), "Land")
    assert repr(book) == "Codebook('Land', 2 themes: energy, land)"
