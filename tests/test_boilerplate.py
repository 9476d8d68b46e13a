"""Page text -> kinds of line: nothing lost, furniture out, prose in."""

import json
import time

import pytest
from conftest import SHARED
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.articles import Page, Pages
from topics.boilerplate import classify, clean, find_author, find_date
from topics.settings import InputError, Reading, Settings

PROSE = (
    "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work.",
    "Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter.",
    "A hot oven and a little steam give the crust its shine before the crumb has set.",
    "Bakers weigh salt to the gram, because salt slows the yeast and firms the dough.",
    "In the village the oven was shared, and each family marked its loaf with a stamp.",
    "Old dough, kept back from the day before, gives bread its taste and the baker his rhythm.",
    "A loaf of wheat flour stales faster than rye, which keeps its crumb moist for days.",
    "Without steam the crust forms too early, and the loaf tears along its side in the oven.",
    "The mill stood idle for a winter, and the price of flour doubled in the towns along the river.",
    "By the spring the council had bought back the oven, which has been lit every Friday since then.",
)
REALISTIC = (
    *PROSE,
    "- Advertisement -",
    "Photo: A. Walker / Reuters",
    "By Ida Rye",
    "March 1, 2024",
    "How the village kept its oven",
    "## A wetter dough",
    "Share this article",
    "Sign up for our newsletter",
    "Ida Rye is a lecturer in baking at the University of Loaves.",
    "This article was originally published in The Loaf.",
    "Related: ten loaves for the spring",
    f"{PROSE[0]} ALSO READ: Ten loaves for the spring",
    f"{PROSE[1]} Photos by Otto Korn",
    "All rights reserved © 2024",
    "• salt",
    "\u00a0\u3000",
    "title:",
    "---",
    "中国的面包师在黎明时分揉面。",
)
PAGE = st.lists(st.sampled_from(REALISTIC) | st.text(max_size=40) | st.just(""), max_size=14).map("\n".join)


@settings(max_examples=250, deadline=None)
@given(PAGE, st.booleans(), st.sampled_from(["", "How the village kept its oven"]), st.booleans())
def test_every_line_of_any_page_gets_exactly_one_kind(text: str, markdown: bool, title: str, often: bool):
    repeated = frozenset(REALISTIC[:12]) if often else frozenset()
    lines = classify(text, title=title, markdown=markdown, repeated=repeated, patterns=["^loaf"])
    covered = [i for line in lines for i in range(line.start, line.end)]
    assert covered == sorted(set(covered)), "lines overlap or are out of order"
    assert all(text[line.start : line.end] == text[line.start : line.end].strip() != "" for line in lines)
    assert all("\n" not in text[line.start : line.end] for line in lines)
    kept = set(covered)
    assert all(character.isspace() for i, character in enumerate(text) if i not in kept), "a character was lost"
    assert {line.kind for line in lines} <= {"title", "heading", "byline", "body", "boilerplate"}


def check(page: str, **known) -> None:
    """Classify a page written as ``kind | text`` lines, and compare line by line."""
    wanted = [tuple(part.strip() for part in line.split("|", 1)) for line in page.strip().splitlines() if line.strip()]
    text = "\n\n".join(line for _, line in wanted)
    found = [(line.kind, text[line.start : line.end]) for line in classify(text, **known)]
    assert found == wanted


def test_a_newspaper_page_with_share_bar_and_newsletter():
    check(f"""
        title       | How the village kept its oven
        byline      | By Ida Rye
        byline      | March 1, 2024
        boilerplate | Share
        boilerplate | Tweet
        body        | {PROSE[0]}
        body        | {PROSE[1]}
        boilerplate | - Advertisement -
        body        | {PROSE[2]}
        heading     | A wetter dough
        body        | {PROSE[3]}
        body        | {PROSE[4]}
        body        | {PROSE[5]}
        boilerplate | Sign up for our newsletter
        boilerplate | Get the best of our coverage in your inbox every Friday.
        boilerplate | Related articles
        boilerplate | Ten loaves for the spring
        boilerplate | Most read
        boilerplate | 12 comments
        boilerplate | Privacy policy
    """)


def test_a_blog_with_its_author_at_the_end():
    check(f"""
        title       | What rye taught me about patience
        body        | {PROSE[1]}
        body        | {PROSE[4]}
        heading     | Salt, and what it slows
        body        | {PROSE[3]}
        body        | {PROSE[7]}
        body        | {PROSE[8]}
        byline      | Ida Rye is a writer and baker who teaches at the Mill School in Kornburg.
        boilerplate | Leave a comment
        boilerplate | Previous post
    """)


def test_a_magazine_that_asks_for_donations_in_prose_after_the_end():
    check(f"""
        title       | The oven that outlived its mill
        body        | {PROSE[0]}
        body        | {PROSE[4]}
        body        | {PROSE[5]}
        body        | {PROSE[6]}
        body        | {PROSE[8]}
        body        | {PROSE[9]}
        boilerplate | The views expressed in this essay do not necessarily reflect those of The Loaf.
        boilerplate | A note from the editors
        boilerplate | Dear reader,
        boilerplate | We are a small magazine, and the year behind us was the hardest since we were founded in a cellar.
        boilerplate | Printers ask for more, the post asks for more, and the shops that carried us have closed one by one.
        boilerplate | If you can, please donate: your contribution keeps our journalism free for everybody who cannot pay.
        boilerplate | Once
        boilerplate | Monthly
        boilerplate | Remind me later
    """)


def test_an_appeal_in_the_middle_of_an_article_does_not_end_it():
    check(f"""
        title       | The oven that outlived its mill
        body        | {PROSE[0]}
        body        | {PROSE[1]}
        boilerplate | Enjoying this story? Subscribe to our newsletter and get the next one in your inbox.
        body        | {PROSE[2]}
        body        | {PROSE[3]}
        boilerplate | Read more: Ten loaves for the spring
        body        | {PROSE[4]}
        body        | {PROSE[5]}
    """)


def test_a_page_without_a_title_loses_no_paragraph_to_one():
    check(f"""
        body        | {PROSE[0]}
        body        | {PROSE[1]}
        heading     | A wetter dough
        body        | {PROSE[2]}
        body        | {PROSE[3]}
    """)


def test_a_headline_that_stands_again_at_the_foot_is_boilerplate():
    check(f"""
        title       | How the village kept its oven
        body        | {PROSE[0]}
        body        | {PROSE[1]}
        body        | {PROSE[2]}
        body        | {PROSE[3]}
        boilerplate | How the Village Kept Its Oven!
    """)


def test_a_title_that_the_source_knows_is_found_in_the_page_whatever_stands_above_it():
    page = f"""
        boilerplate | Skip to content
        title       | Ovens
        byline      | Ida Rye | 1 March 2024
        body        | {PROSE[0]}
        body        | {PROSE[1]}
    """
    check(page, title="Ovens")


def test_markdown_headings_are_headings_and_the_first_is_the_title():
    check(
        f"""
        title       | # Ovens
        body        | {PROSE[0]}
        heading     | ## What happened then?
        body        | {PROSE[1]}
        heading     | ### It ended.
        body        | {PROSE[2]}
        boilerplate | ![The oven at dusk](oven.jpg)
        """,
        markdown=True,
    )


def test_a_tail_is_cut_off_its_paragraph():
    text = f"{PROSE[0]} ALSO READ: Ten loaves for the spring\n{PROSE[1]}"
    found = [(line.kind, text[line.start : line.end]) for line in classify(text)]
    assert found == [("body", PROSE[0]), ("boilerplate", "ALSO READ: Ten loaves for the spring"), ("body", PROSE[1])]


@pytest.mark.parametrize(
    "caption",
    [
        "The oven at dusk. Photo: Otto Korn",
        "Bakers at work in Kornburg (Photo by Otto Korn/Getty Images)",
        "The mill in 1950. Credit: Town archive",
        "Image: Wikimedia Commons",
        "© Otto Korn / AFP",
        "Фото: ТАСС",
        "Sponsored content",
        "Реклама",
        "* * *",
        "Share on Facebook",
        "This article was first published in The Loaf under a Creative Commons licence.",
        "Republished with permission from The Loaf.",
        "Copyright © 2024 The Loaf. All rights reserved.",
        "The opinions expressed are the author's own and do not reflect the position of The Loaf.",
    ],
)
def test_furniture_between_paragraphs_is_boilerplate_and_the_paragraphs_stay(caption: str):
    page = "\n".join([*PROSE[:5], caption, *PROSE[5:]])
    kinds = [line.kind for line in classify(page)]
    assert kinds == ["body"] * 5 + ["boilerplate"] + ["body"] * 5


SENTENCES = [
    # we and you
    "We have seen this before, and we know how it ends: the mill closes and the town follows.",
    "You can walk from one end of the village to the other before your bread has cooled.",
    "If you subscribe to the view that ovens make villages, you will not be surprised by the vote.",
    "Imagine that you are a baker whose country seeks membership of a union that fixes the price of flour.",
    "We argue that membership of the guild was the larger contribution to peace between the two towns.",
    "“We will subscribe to no treaty that you bring us,” said the miller, and the envoys went home.",
    # newsletters, subscriptions, advertising, donations
    "The newsletter of the guild, printed since 1890, warned its readers of the coming shortage of flour.",
    "Subscriptions to the paper fell by half, and advertising, which had paid for the presses, fell further.",
    "The ministry said that foreign donations to the party had been hidden in accounts of three bakeries.",
    "Advertisers left the channel after the interview, and its owner blamed the guild for a boycott.",
    # licences and copyright
    "The memoir was first published in 1962 and changed how the valley remembered its famine.",
    "Tanks first appeared on the bridge in August, and the bakers carried bread out to the soldiers.",
    "The article appeared in the party's daily and was read in the capital as a warning to the mills.",
    "Under the copyright law of 1911 a recipe cannot be owned, however long the family has guarded it.",
    "The map was republished by the state press in 2023, and the neighbours protested at once.",
    # photographs
    "Photographs from the square show bakers handing loaves across the barrier to the soldiers.",
    "A photo by a local student, taken from the roof of the mill, was shown to the court on Monday.",
    "The agency sold its archive to Getty Images, and with it the only pictures of the old mill.",
    # views
    "Official opinion polls do not reflect what people say of the price of bread at the kitchen table.",
    "The views of the guild are those of the millers, whose money has kept it alive for thirty years.",
    # how a sentence begins
    "Popular support for the strike has fallen since the spring.",
    "Similar doubts were heard in Kornburg and along the river.",
    "Like it or not, the mill will close before the winter.",
    "Support for the council is weakest where the oven was closed.",
    "Read more closely, the treaty says nothing of flour.",
    "Topics such as flour and salt were left for the second day.",
    # people introduced
    "Otto Korn is the director of the mill and has said that he will not sell it to the council.",
    "Ida Rye was a journalist before the strike, and her notebooks are the best account of it.",
    # dates
    "On March 1, 2024 the council bought back the oven.",
    # words that also begin a tail
    "Nobody asked how the two crises, that of the mill and that of the harvest, are related: one feeds the other.",
    "What the millers kept of the strike is a box of letters and some forty faded photographs by the town's teacher.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_prose_is_kept_whatever_it_speaks_of(sentence: str):
    page = "\n".join([*PROSE[:5], sentence, *PROSE[5:]])
    lines = classify(page)
    assert [page[line.start : line.end] for line in lines if line.kind == "body"] == [*PROSE[:5], sentence, *PROSE[5:]]


@pytest.mark.parametrize("sentence", SENTENCES[10:16] + SENTENCES[20:22])
def test_a_sentence_near_the_end_does_not_cut_the_conclusion_off(sentence: str):
    page = "\n".join([*PROSE[:8], sentence, PROSE[8]])
    lines = classify(page)
    assert page[lines[-1].start : lines[-1].end] == PROSE[8]
    assert lines[-1].kind == "body"


@pytest.mark.parametrize(
    "heading", ["Popular discontent", "Similar patterns elsewhere", "What comes next?", "Search for salt"]
)
def test_a_section_heading_is_a_heading_whatever_word_it_begins_with(heading: str):
    kinds = [line.kind for line in classify("\n".join([*PROSE[:4], heading, *PROSE[4:8]]))]
    assert kinds == ["body"] * 4 + ["heading"] + ["body"] * 4


def test_pages_in_other_scripts_keep_their_prose():
    check("""
        title       | Как деревня сохранила свою печь
        body        | Пекарь дважды складывает тесто и оставляет его под полотном, пока дрожжи не сделают своё дело.
        boilerplate | Реклама
        body        | Ржаная мука впитывает больше воды, чем пшеничная, поэтому тёмное тесто всегда влажнее.
        body        | Печь в деревне была общей, и каждая семья помечала свой хлеб особым знаком.
        boilerplate | Поделиться
    """)
    check("""
        title       | 村庄如何保住了自己的烤炉
        body        | 面包师在黎明时分揉面，然后把面团盖上布，放在炉边发酵，直到酵母完成它的工作。
        boilerplate | 广告
        body        | 黑麦面粉比小麦面粉吸收更多的水，所以做黑面包的面团总是更湿，保存的时间也更长。
        boilerplate | 分享到微信
    """)


@pytest.mark.parametrize(
    "page",
    [" ".join(["word"] * 20) + " " * 5000 + "end.", "\n".join(f"Link number {i}" for i in range(600))],
    ids=["a long run of spaces", "hundreds of short lines"],
)
def test_an_odd_page_takes_no_long_time(page: str):
    start = time.perf_counter()
    classify(page)
    assert time.perf_counter() - start < 1


def test_a_short_page_of_nothing_but_prose_is_all_body():
    for n in (1, 2, 3):
        assert [line.kind for line in classify("\n".join(PROSE[:n]))] == ["body"] * n


def pages(*texts: str, **known) -> Pages:
    return Pages(tuple(Page(article_id=f"a{i}", text=text, source=f"{i}.txt", **known) for i, text in enumerate(texts)))


def bodies(cleaned) -> list[list[str]]:
    return [[item.page.text[line.start : line.end] for line in item.lines if line.kind == "body"] for item in cleaned]


FOOTER = "The Loaf is printed in Kornburg on paper from the valley's own woods."


def test_a_line_that_stands_on_three_pages_is_boilerplate_on_two_it_is_not():
    texts = [f"{PROSE[3 * i]}\n{PROSE[3 * i + 1]}\n{FOOTER}" for i in range(3)]
    assert bodies(clean(pages(*texts))) == [[PROSE[3 * i], PROSE[3 * i + 1]] for i in range(3)]
    assert bodies(clean(pages(*texts[:2]))) == [[PROSE[3 * i], PROSE[3 * i + 1], FOOTER] for i in range(2)]


def test_an_author_who_wrote_three_articles_keeps_them():
    texts = [f"Notes on bread, part {i}\nBy Ida Rye\n1 March 2024\n{PROSE[2 * i]}\n{PROSE[2 * i + 1]}" for i in range(4)]
    cleaned = clean(pages(*texts))
    assert [(item.page.author, item.page.date) for item in cleaned] == [("Ida Rye", "2024-03-01")] * 4


def test_an_article_that_three_outlets_carry_keeps_its_prose():
    texts = [f"Outlet {i} has this\n" + "\n".join(PROSE) + f"\nShare on site {i}" for i in range(3)]
    assert bodies(clean(pages(*texts))) == [list(PROSE)] * 3


def test_a_pattern_of_the_study_makes_boilerplate_and_a_broken_one_is_refused():
    text = "\n".join(PROSE[:4])
    study = Settings(reading=Reading(boilerplate=("^Rye flour",)))
    assert bodies(clean(pages(text), study)) == [[PROSE[0], PROSE[2], PROSE[3]]]
    with pytest.raises(InputError, match=r"reading\.boilerplate: '\(' is not a regular expression"):
        clean(pages(text), Settings(reading=Reading(boilerplate=("(",))))


def test_title_author_and_date_are_taken_from_the_page_where_the_source_says_none():
    text = f"How the village kept its oven\nBy Ida Rye\nMarch 1, 2024\n{PROSE[0]}\n{PROSE[1]}"
    found = clean(pages(text))[0].page
    assert (found.title, found.author, found.date) == ("How the village kept its oven", "Ida Rye", "2024-03-01")
    known = clean(pages(text, title="Another", author="Otto Korn", date="2020"))[0].page
    assert (known.title, known.author, known.date) == ("Another", "Otto Korn", "2020")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Published on March 1st, 2024 at noon", "2024-03-01"),
        ("1 Mar 2024", "2024-03-01"),
        ("01.03.2024", "2024-03-01"),
        ("Global Paper 2024-03-01 16:42:53", "2024-03-01"),
        ("Sept 5, 2023", "2023-09-05"),
        ("99.99.2024", ""),
        ("in March", ""),
    ],
)
def test_dates_are_read_as_they_are_written(written: str, iso: str):
    assert find_date(written) == iso


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ida Rye", "Ida Rye"),
        ("Ida Rye", "Ida Rye"),
        ("By Ida Rye | March 1, 2024", "Ida Rye"),
        ("Author: Ida van der Rye", "Ida van der Rye"),
        ("Ida Rye is a lecturer at the Mill School.", ""),
        ("March 1, 2024", ""),
        ("The Loaf 2024-03-01", ""),
    ],
)
def test_authors_are_read_from_bylines_only(line: str, author: str):
    assert find_author(line) == author


@pytest.mark.skipif(not (SHARED / "gold" / "pages.jsonl").is_file(), reason="the coded pages (shared/gold) are not here")
def test_the_coded_pages_lose_no_paragraph_and_keep_nothing_else():
    rows = [json.loads(line) for line in (SHARED / "gold" / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    lost, wrongly_kept, right = [], [], 0
    for name in sorted({row["file"] for row in rows}):
        text = (SHARED / "seeds" / name).read_text(encoding="utf-8")
        number = {}
        for line in classify(text):
            number.setdefault(text.count("\n", 0, line.start) + 1, line.kind)
        for row in (row for row in rows if row["file"] == name):
            kind = number[row["line"]]
            assert text.split("\n")[row["line"] - 1].strip().startswith(row["starts"].strip()[:20])
            right += kind == row["kind"]
            if row["kind"] == "body" != kind:
                lost.append((name, row["line"], kind))
            if kind == "body" != row["kind"]:
                wrongly_kept.append((name, row["line"], row["kind"]))
    assert lost == []
    assert wrongly_kept == []
    assert right >= 0.9 * len(rows)
