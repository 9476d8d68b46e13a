"""Page text -> lines: paragraphs stand whole however they were wrapped, tails apart, every offset right."""

import re
import textwrap
from itertools import pairwise

import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import given
from hypothesis import strategies as st

from topics.reading.lines import SPACES, cut_tails, split_lines

SENTENCES = BREAD + STARS + BOATS
PARAGRAPHS = tuple(" ".join(SENTENCES[i : i + 4]) for i in range(0, 28, 4))
CHINESE = (
    "面包师在黎明时分揉面，然后把面团盖上布，放在炉边发酵，直到酵母完成它的工作，村里的人才陆续起床来买面包。",
    "黑麦面粉比小麦面粉吸收更多的水，所以做黑面包的面团总是更湿，保存的时间也更长，过了三天还可以吃。",
    "村里的烤炉是公用的，每家每户都在自己的面包上盖一个木头刻成的印记，以便出炉之后能够认出来是谁的。",
    "盐要称到克，因为盐会让酵母变慢，也会让面团变得更结实，这一点连年轻的学徒在第一个星期里也能学会。",
    "没有蒸汽，面包皮就会过早形成，面包在炉子里会从侧面裂开，于是这一炉面包就只能便宜地卖给养猪的人家。",
    "这一年冬天磨坊停工，沿河各镇的面粉价格翻了一番，到了春天镇上的人才把旧烤炉买了回来，重新生起了火。",
)
RUSSIAN = (
    "Пекарь дважды складывает тесто и оставляет его под полотном, пока дрожжи не сделают своё дело. Ржаная мука впитывает"
    " больше воды, чем пшеничная, поэтому тёмное тесто всегда влажнее. Печь в деревне была общей, и каждая семья помечала"
    " свой хлеб особым знаком. Соль взвешивают до грамма, потому что она замедляет дрожжи и укрепляет тесто."
)


def texts(page: str) -> list[str]:
    return [line.text for line in split_lines(page)]


def wrap(text: str, width: int = 72) -> str:
    return textwrap.fill(text, width, break_on_hyphens=False)


@given(st.text(st.sampled_from(" \t\n\u00a0\u3000\u2028\x85\x0cab.-中文"), max_size=120))
def test_lines_lie_where_they_say_and_are_the_text_with_plain_spaces(page: str):
    found = split_lines(page)
    assert all(line.text == page[line.start : line.end].translate(SPACES) for line in found)
    assert all(line.text == line.text.strip() != "" for line in found)
    assert all(left.end < right.start for left, right in pairwise(found))
    outside = page[: found[0].start] + "".join(page[a.end : b.start] for a, b in pairwise(found)) if found else page
    assert not outside.strip()


def test_a_gap_is_a_blank_line_or_the_start():
    page = f"\n{BREAD[0]}\n{BREAD[1]}\n \u00a0\n{BREAD[2]}"
    assert [line.gap for line in split_lines(page)] == [True, False, True]


@given(st.permutations(SENTENCES), st.integers(50, 95), st.sampled_from(["", "    "]))
def test_wrapping_at_any_width_is_undone(sentences: list[str], width: int, indent: str):
    paragraphs = [" ".join(sentences[i : i + 5]) for i in range(0, 30, 5)]
    page = "\n\n".join(textwrap.indent(wrap(paragraph, width), indent) for paragraph in paragraphs)
    assert [" ".join(text.split()) for text in texts(page)] == paragraphs


def test_a_wrapped_paragraph_lies_on_the_page_with_its_line_breaks():
    page = "\n\n".join(map(wrap, PARAGRAPHS[:3]))
    assert [page[line.start : line.end] for line in split_lines(page)] == list(map(wrap, PARAGRAPHS[:3]))


@pytest.mark.parametrize("text", [RUSSIAN, 2 * "".join(CHINESE)], ids=["ru", "zh"])
def test_wrapping_is_undone_in_any_script(text: str):
    page = wrap(text, 50)
    assert page.count("\n") >= 5
    assert texts(page) == [page.replace("\n", " ")]


def test_headline_and_byline_right_above_wrapped_prose_stand_apart():
    page = f"How the village kept its oven\nBy Ida Rye\n{wrap(PARAGRAPHS[0])}\n{wrap(PARAGRAPHS[1])}"
    assert texts(page)[:2] == ["How the village kept its oven", "By Ida Rye"]
    assert " ".join(texts(page)[2:]) == " ".join(PARAGRAPHS[:2])


def test_wrapped_paragraphs_without_a_blank_line_part_where_a_line_ends_early():
    paragraphs = [paragraph for paragraph in PARAGRAPHS if len(wrap(paragraph).splitlines()[-1]) < 60]
    assert len(paragraphs) > 2
    assert texts("\n".join(map(wrap, paragraphs))) == paragraphs


def test_wrapped_items_of_a_list_stay_apart():
    items = [f"- {BREAD[0]}", f"- {BREAD[1]}", f"2. {BREAD[2]}"]
    page = "\n\n".join(map(wrap, PARAGRAPHS[:3])) + "\n\n" + "\n".join(map(wrap, items))
    assert texts(page)[3:] == items


@pytest.mark.parametrize(
    "lines",
    [
        [sentence for sentence in SENTENCES if 80 <= len(sentence) <= 96],
        list(CHINESE),
        [f"{verb} the bread before the sun climbs over mill and river" for verb in ("Bake", "Turn", "Salt", "Fold") * 3],
        [f"Link number {i}" for i in range(100, 140)],
    ],
    ids=["sentences", "Chinese paragraphs", "verses", "links"],
)
def test_lines_of_like_length_are_no_wrapped_paragraph(lines: list[str]):
    assert texts("\n".join(lines)) == lines


def test_a_dash_or_a_blank_line_ends_a_paragraph_however_full_the_line_before():
    first, second = wrap(PARAGRAPHS[0]).splitlines()[:6], wrap(PARAGRAPHS[1]).splitlines()
    page = "\n".join(first) + "\n\n" + "\n".join(second) + "\n* * *\n" + "\n".join(first)
    assert texts(page) == [" ".join(first), " ".join(second), "* * *", " ".join(first)]


TAIL = re.compile(r"(?<=[.!?])\s?(?P<tail>(?:ALSO READ|相关阅读).*)$")


def test_a_tail_is_boilerplate_of_its_own_and_its_offsets_hold():
    page = f"{BREAD[0]}\u00a0ALSO READ: Ten loaves\n\n{BREAD[1]}"
    found = cut_tails(split_lines(page), TAIL)
    assert [(page[line.start : line.end], line.kind, line.gap) for line in found] == [
        (BREAD[0], "", True),
        ("ALSO READ: Ten loaves", "boilerplate", False),
        (BREAD[1], "", True),
    ]


def test_a_tail_is_cut_off_a_wrapped_paragraph():
    tail = "ALSO READ: Ten loaves for the spring, and one for the road"
    page = "\n\n".join(map(wrap, [*PARAGRAPHS[:2], f"{PARAGRAPHS[2]} {tail}"]))
    found = cut_tails(split_lines(page), TAIL)
    assert [line.text for line in found[2:]] == [PARAGRAPHS[2], tail]
    assert all(page[line.start : line.end].split() == line.text.split() for line in found)


def test_no_tail_is_cut_off_a_line_that_is_little_else():
    page = f"We rose. ALSO READ: Ten loaves\n{CHINESE[0]}相关阅读：十个面包"
    assert [line.text for line in cut_tails(split_lines(page), TAIL)] == [
        "We rose. ALSO READ: Ten loaves",
        f"{CHINESE[0]}相关阅读：十个面包",
    ]
