"""Glued words are parted where it is safe, and each place can be taken back."""

import pytest
from conftest import times_as_costly
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.reading.repair import Repair, restore_spaces

PIECES = st.sampled_from(
    [*"flour Salt A э Мука 面团 , . ; ! ? - ’ 3 :// @ & www. com e.g. landscapes.This technology,tourism".split(), " ", "\n"]
)
TEXTS = st.lists(PIECES | st.characters(), max_size=20).map("".join)


@settings(max_examples=300)
@given(TEXTS)
def test_only_spaces_are_added_and_taking_them_out_gives_the_text_back(text: str):
    found, repairs = restore_spaces(text)
    places = [repair.at + i for i, repair in enumerate(repairs)]
    assert places == sorted(set(places))
    assert all(found[place] == " " for place in places)
    assert "".join(character for i, character in enumerate(found) if i not in set(places)) == text


@given(TEXTS)
def test_each_place_says_what_stood_there_and_what_stands_there_now(text: str):
    _, repairs = restore_spaces(text)
    for repair in repairs:
        left, right = repair.after.split(" ")
        assert left + right == repair.before
        assert text[repair.at - len(left) : repair.at + len(right)] == repair.before


@given(TEXTS)
def test_what_is_parted_once_is_not_parted_again(text: str):
    found, _ = restore_spaces(text)
    assert restore_spaces(found) == (found, [])


@pytest.mark.parametrize(
    ("glued", "parted"),
    [
        ("technology,tourism", "technology, tourism"),
        ("a temporary,one-year lease", "a temporary, one-year lease"),
        ("the baker’s,miller’s and brewer’s", "the baker’s, miller’s and brewer’s"),
        ("salt;flour", "salt; flour"),
        ("landscapes.This was new", "landscapes. This was new"),
        ("Is it new?Nobody knows!Try it", "Is it new? Nobody knows! Try it"),
        ("flour,salt,water.Then,however,heat", "flour, salt, water. Then, however, heat"),
        ("мука,соль.Потом вода", "мука, соль. Потом вода"),
    ],
)
def test_glued_words_are_parted(glued: str, parted: str):
    assert restore_spaces(glued)[0] == parted


@pytest.mark.parametrize(
    "text",
    [
        "3,500 loaves at 2.50 each",
        "1,a or b,2",
        "e.g.,x and i.e.,that",
        "the U.S.-led talks at 5 p.m.Then",
        "St.Petersburg, Node.js and J.R.R.Tolkien",
        "x,y and a.B",
        "www.loaf.org,which is at https://loaf.org/the-oven,again?q=flour,salt",
        "write to ida.Rye@loaf.org,otto@loaf.org or to loaf.org",
        "kept in Bread.html and loaf.Com",
        "&quot;Bread&quot;Salt &amp;Flour",
        "面团,酵母.盐",
        "flour, salt. Then water",
        "",
    ],
)
def test_what_may_be_meant_so_stays(text: str):
    assert restore_spaces(text) == (text, [])


def test_a_repair_is_told_with_its_words():
    assert restore_spaces("We sell flour,salt.Then we bake.")[1] == [
        Repair(14, "flour,salt", "flour, salt"),
        Repair(19, "salt.Then", "salt. Then"),
    ]


@pytest.mark.parametrize("text", ["a-" * 5000, "a@" * 5000, "面" * 20000, "flour," * 5000])
def test_an_odd_text_takes_no_long_time(text: str):
    assert times_as_costly(restore_spaces, text) < 50
