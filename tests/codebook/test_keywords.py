"""What a keyword may be, and what is said of one that cannot be used."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.codebook import from_dict, pattern
from topics.codebook.keywords import describe_problem, normalise, unique_keywords
from topics.errors import InputError

GOOD = {"name": "energy", "keywords": ["oil"]}


@pytest.mark.parametrize(
    "keyword",
    [
        "/pipelines?/",
        "/=+/",
        "energ*",
        "gas pipe*",
        "*stan",
        "nucl*r",
        "中*",
        "U2*",
        r"/[\[]/",
        "/x",
        "x/",
        "24/7",
        "C++",
        "½",
        "天",
    ],
)
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


@pytest.mark.parametrize("keyword", ["/a{99999999999}/", "/a**/", "/(/", f"/{'(' * 5000}a{')' * 5000}/"])
def test_whatever_the_compiler_says_of_an_expression_is_said_with_its_theme(keyword: str):
    with pytest.raises(InputError, match=r"theme 1 \(energy\): keyword"):
        from_dict({"theme": [{**GOOD, "keywords": [keyword]}]})


@pytest.mark.parametrize(
    ("keyword", "said"),
    [
        ("/\bgas\b/", r"since \b in double quotes is one; use single quotes: '/\bgas\b/'"),
        ("gas\tpipe", r"use single quotes: 'gas\tpipe'"),
        ("gas\x07", "has the control character U+0007; remove it"),
        ("*", "has no letter or digit"),
        ("...", "has no letter or digit"),
        ("a*", "fewer than 2 letters beside the *"),
        ("gas *", "fewer than 2 letters beside the *"),
        ("*z* gas", "fewer than 2 letters beside the *"),
        ("/a*/", "matches the empty string"),
        ("/(gas|)/", "matches the empty string"),
        ("/(?=g)/", "matches the empty string"),
        (r"/\b/", "matches the empty string"),
        ("/((a{1000}){1000}){1000}/", "more than 10,000 repeats"),
        ("/(gas/", "is not a regular expression (missing )"),
        ("/(?P<a>x)(?P<a/", "is not a regular expression"),
    ],
)
def test_a_keyword_that_cannot_be_used_is_refused_with_a_remedy(keyword, said):
    assert said in describe_problem(keyword)
    with pytest.raises(InputError, match=r"c\.toml: theme 1 \(energy\): keyword"):
        from_dict({"theme": [{**GOOD, "keywords": [keyword]}]}, "c.toml")


@pytest.mark.parametrize("keyword", [r"/\d{4}-\d{2}/", "/(?:gas ){1,20}price/", r"/\p{Lu}{2,}/", "/ba{0,1000}/"])
def test_ordinary_repeats_are_fine(keyword):
    assert describe_problem(keyword) == ""


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ener\u00adgie", "Energie"),
        ("\ufeffgaz\u200b", "gaz"),
        (unicodedata.normalize("NFD", "doğalgaz"), "doğalgaz"),
        (unicodedata.normalize("NFD", "Öl"), "Öl"),
        (unicodedata.normalize("NFD", "її"), "її"),
        ("می\u200cشود", "می\u200cشود"),  # a joiner of Persian spelling
        ("a\u200db", "ab"),
        ("энер\u200bгия ", "энергия"),
    ],
)
def test_a_keyword_has_no_invisible_characters_and_one_form(written, kept):
    assert normalise(written) == kept
    assert from_dict({"theme": [{**GOOD, "keywords": [written]}]}).themes[0].keywords == (kept,)


@given(st.text(max_size=30))
def test_whatever_is_written_is_normalised_once_and_judged(text):
    keyword = normalise(text)
    assert normalise(keyword) == keyword
    assert describe_problem(keyword) or any(map(str.isalnum, keyword)) or keyword.startswith("/")


@given(st.lists(st.sampled_from(["gas", "Gas", "GAS", "WHO", "who", "/a/", "/A/", "Öl", "öl"]), max_size=8))
def test_no_keyword_is_lost_when_doubles_are_removed(words):
    kept, removed = unique_keywords(words)
    assert sorted([*kept, *removed]) == sorted(words)
    assert {word.casefold() for word in kept} == {word.casefold() for word in words}
    assert not {"WHO", "GAS"} & set(kept) & {word.upper() for word in words if not word.isupper()}
