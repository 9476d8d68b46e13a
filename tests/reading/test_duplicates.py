"""Duplicates: of articles that say nearly the same one is kept, by the stated rule, in whatever order they come."""

from __future__ import annotations

import random
import re

import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.reading import Cleaned, Page, split
from topics.reading.duplicates import CONTAINED, mark_copies
from topics.reading.lines import Line
from topics.settings import Settings, override

CHINESE = (
    "黑龙江上的新桥去年秋天通车，两岸的货车司机不必再等到江面封冻才能过境。",
    "海关的工作人员说，每天大约有四百辆卡车经过，运的多半是大豆和木材。",
    "桥头的小旅馆已经住满了商人，老板打算明年再盖一层楼。",
    "对岸的城市也在修路，不过进度比原来的计划慢了将近两年。",
    "当地的居民最关心的是签证，他们希望当天往返不用再办手续。",
)
OTHER_CHINESE = (
    "面包师把面团揉了两遍，盖上布，等酵母慢慢发起来再放进烤炉。",
    "黑麦粉比小麦粉更吸水，所以做黑面包的面团总是要湿一些。",
    "炉子里加一点蒸汽，面包皮就会又亮又脆，里面却还是软的。",
)


def article(name: str, *paragraphs: str, date: str = "", title: str = "") -> Cleaned:
    """An article whose lines are all known: its title, and paragraphs of body."""
    lines, text = [], ""
    for kind, part in [("title", title or f"Headline of {name}"), *(("body", part) for part in paragraphs)]:
        lines.append(Line(len(text), len(text) + len(part), kind, part))
        text += part + "\n\n"
    return Cleaned(Page(article_id=name, text=text, source=f"{name}.txt", date=date), tuple(lines))


def copies(*articles: Cleaned, settings: Settings | None = None) -> dict[str, str]:
    """Id of each copy -> id of the one that is kept."""
    marked = mark_copies(articles, settings)
    assert [item.page for item in marked] == [item.page for item in articles]
    return {item.page.article_id: item.copy_of for item in marked if item.copy_of}


COPIES = {
    "a new headline": lambda: BREAD[:6],
    "a changed paragraph": lambda: [*BREAD[:3], STARS[0], *BREAD[4:6]],
    "a cut end": lambda: BREAD[:4],
    "a paragraph of its own at the end": lambda: [*BREAD[:6], BOATS[0]],
    "paragraphs joined, capitals and quotes changed": lambda: [" ".join(BREAD[:6]).upper().replace(",", " –")],
}


@pytest.mark.parametrize("case", COPIES)
def test_an_article_published_again_is_a_copy_in_spite_of(case: str) -> None:
    first = article("a", *BREAD[:6], date="2020-01-01")
    again = article("b", *COPIES[case](), date="2020-01-02", title="Another headline")
    assert copies(first, again, article("c", *STARS[:6])) == {"b": "a"}


TAKE = (" ".join(STARS[:3]), " ".join(STARS[3:6]))
"""What a later take of a story adds, in two paragraphs of 50 words."""


def dropped_and_kept(*articles: Cleaned) -> dict[str, tuple[list[str], list[str]]]:
    """Id of each copy -> its paragraphs that repeat, and those that are new."""
    found = {}
    for item in mark_copies(articles):
        if item.copy_of:
            body = [line for line in item.lines if line.kind == "body"]
            found[item.page.article_id] = (
                [line.text for line in body if line.start in item.repeated],
                [line.text for line in body if line.start not in item.repeated],
            )
    return found


@pytest.mark.parametrize("new", [TAKE, TAKE[:1]], ids=["two new paragraphs", "one"])
@pytest.mark.parametrize("place", ["above", "below", "between"])
def test_of_a_later_take_of_a_story_only_the_shared_background_is_dropped(new: tuple[str, ...], place: str) -> None:
    background = BREAD if len(new) > 1 else BREAD[:6]
    half = len(background) // 2
    parts = {
        "above": (*new, *background),
        "below": (*background, *new),
        "between": (*background[:half], *new, *background[half:]),
    }
    first = article("a", *background, date="2020-01-01")
    later = article("b", *parts[place], date="2020-01-02")
    assert dropped_and_kept(first, later) == {"b": (list(background), list(new))}
    assert split_texts(first, later) == [*background, *new]


def split_texts(*articles: Cleaned) -> list[str]:
    corpus = split(mark_copies(articles), override(Settings(), ["reading.min_words=1"]))
    return corpus.paragraphs["text"].tolist()


def test_no_paragraph_of_three_takes_is_kept_twice_or_lost() -> None:
    leads = (" ".join(STARS[:2]), " ".join(STARS[2:4]), " ".join(STARS[4:6]))
    takes = [article(f"t{i}", *leads[i::-1], *BREAD, date=f"2020-01-0{i + 1}") for i in range(3)]
    assert sorted(split_texts(*takes)) == sorted([*leads, *BREAD])
    assert split_texts(*takes) == split_texts(*takes[::-1])


def test_a_take_whose_paragraphs_are_joined_or_lightly_edited_repeats_all_the_same() -> None:
    joined = [" ".join(BREAD[i : i + 2]) for i in range(0, 10, 2)]
    edited = [text.replace("the oven", "the brick oven") for text in BREAD]
    for paragraphs in (joined, edited):
        copy = article("b", *paragraphs, STARS[0], date="2020-01-02")
        found = dropped_and_kept(article("a", *BREAD, date="2020-01-01"), copy)
        assert found == {"b": (list(paragraphs), [STARS[0]])}


def test_a_new_dateline_alone_makes_no_new_version() -> None:
    copy = article("b", "Kornburg, Friday", *BREAD, "More soon", date="2020-01-02")
    dropped, kept = dropped_and_kept(article("a", *BREAD, date="2020-01-01"), copy)["b"]
    assert (len(dropped), kept) == (12, [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BREAD[:5], BREAD[5:]),
        (BREAD[:6], (*BREAD[5:6], *STARS[:5])),
        (("The baker of the village " + " ".join(BREAD[:3]), *STARS[:4]), (*BREAD[:3], *BOATS[:5])),
    ],
    ids=["the same subject", "one quoted paragraph", "a shared passage under half of either"],
)
def test_articles_that_share_a_subject_or_a_quotation_are_no_copies(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert copies(article("a", *one), article("b", *other)) == {}


@pytest.mark.parametrize(
    ("kept", "left_out"),
    [
        ({"name": "z", "date": "2020-01-01"}, {"name": "a", "date": "2020-01-02"}),
        ({"name": "z", "date": "2020"}, {"name": "a", "date": "2020-01-02"}),
        ({"name": "z", "date": "2020-01-01"}, {"name": "a", "more": BREAD[6:8]}),
        ({"name": "z", "date": "2020-01-01"}, {"name": "a", "date": "12 floréal"}),
        ({"name": "z", "more": BREAD[6:8]}, {"name": "a"}),
        ({"name": "a"}, {"name": "z"}),
    ],
    ids=["the earlier", "the earlier year", "the dated", "the one with a known date", "the longer", "the first by id"],
)
def test_of_near_copies_is_kept(kept: dict, left_out: dict) -> None:
    first, second = (
        article(one["name"], *BREAD[:6], *one.get("more", ()), date=one.get("date", "")) for one in (kept, left_out)
    )
    assert copies(first, second) == {left_out["name"]: kept["name"]}


def test_the_whole_is_kept_before_an_excerpt_of_it_that_has_an_earlier_date() -> None:
    teaser = article("teaser", *BREAD[:3], date="2020-01-01")
    longer = article("longer", *BREAD[:5], date="2020-01-02")
    whole = article("whole", *BREAD, date="2020-01-03")
    assert copies(teaser, longer, whole) == {"teaser": "whole", "longer": "whole"}


def test_no_article_is_a_copy_of_a_copy() -> None:
    texts = (*BREAD, *STARS)
    chain = [article(f"{day}", *texts[2 * day : 2 * day + 6], date=f"2020-01-0{day}") for day in (1, 2, 3, 4)]
    assert copies(*chain) == {"2": "1", "4": "3"}


def test_articles_too_short_to_tell_are_never_copies() -> None:
    item = "Rain is expected in the north today, with strong winds on the coast and snow above."
    assert copies(article("a", item, date="2020-01-01"), article("b", item, date="2020-01-02")) == {}
    assert copies(article("a", *[item] * 9), article("b", *[item] * 9)) == {}, "saying it nine times makes it no longer"


def test_nothing_is_marked_where_the_study_keeps_duplicates() -> None:
    same = [article(name, *BREAD) for name in "ab"]
    assert copies(*same, settings=override(Settings(), ["reading.duplicates=keep"])) == {}


def test_ready_made_paragraphs_are_not_compared() -> None:
    text = " ".join(BREAD)
    rows = [
        Cleaned(Page(name, text, name, rows=(("", 0, len(text)),)), (Line(0, len(text), "body", text),)) for name in "ab"
    ]
    assert copies(*rows, article("c", *BREAD), article("d", *STARS)) == {}


def test_chinese_articles_are_compared_by_their_characters() -> None:
    first = article("a", *CHINESE, date="2020-01-01")
    changed = [text.replace("两年", "3年").replace("四百辆", "400辆") for text in CHINESE]
    again = article("b", *changed, date="2020-01-02")
    other = article("c", *OTHER_CHINESE, date="2020-01-03")
    assert copies(first, again, other) == {"b": "a"}


def test_overlap_is_the_share_of_the_copy_that_stands_in_the_one_kept() -> None:
    first = article("a", *BREAD[:6], date="2020-01-01")
    cut, changed = article("b", *BREAD[:4]), article("c", *BREAD[:5], STARS[0])
    overlap = {item.page.article_id: item.overlap for item in mark_copies((first, cut, changed))}
    assert overlap["a"] == 0
    assert overlap["b"] == 1
    assert CONTAINED < overlap["c"] < 0.9


def share(one: Cleaned, other: Cleaned) -> float:
    """Of the one's runs of five words, those that the other has too."""
    held = []
    for item in (one, other):
        words = re.findall(r"\w+", " ".join(line.text for line in item.lines if line.kind == "body").lower())
        held.append({tuple(words[i : i + 5]) for i in range(len(words) - 4)})
    return len(held[0] & held[1]) / len(held[0])


pieces = st.lists(st.integers(0, 9), min_size=2, max_size=10, unique=True).map(sorted)


@settings(max_examples=40, deadline=None, database=None)
@given(st.lists(st.tuples(pieces, st.sampled_from(["", "2020-01-01", "2020-01-02"])), min_size=2, max_size=6), st.randoms())
def test_every_copy_mostly_stands_in_an_article_kept_no_two_of_these_hold_each_other_and_their_order_is_nothing(
    drawn: list[tuple[list[int], str]], chance: random.Random
) -> None:
    articles = [article(f"a{i}", *(BREAD[k] for k in chosen), date=date) for i, (chosen, date) in enumerate(drawn)]
    by_id = {item.page.article_id: item for item in articles}
    found = copies(*articles)
    kept = [item for name, item in by_id.items() if name not in found]
    for copy, origin in found.items():
        assert origin not in found
        assert share(by_id[copy], by_id[origin]) >= CONTAINED
    assert all(share(one, other) < CONTAINED for one in kept for other in kept if one is not other)
    chance.shuffle(articles)
    assert copies(*articles) == found
