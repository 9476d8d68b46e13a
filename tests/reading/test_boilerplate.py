"""Page text -> kinds of line: nothing lost, furniture out, prose in."""

import json
import textwrap

import pytest
from conftest import BOATS, BREAD, SHARED, STARS, times_as_costly
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading import Page, Pages
from topics.reading.boilerplate.classify import classify, clean
from topics.settings import ReadingSettings, Settings

BODY = tuple(" ".join((BREAD + BOATS)[i : i + 3]) for i in range(0, 18, 3))
WRAPPED = tuple(textwrap.fill(" ".join(part[i : i + 5]), 72) for part in (BREAD, STARS, BOATS) for i in (0, 5))
RUSSIAN = (
    "Пекарь дважды складывает тесто и оставляет его под полотном, пока дрожжи не сделают своё дело. Ржаная мука впитывает"
    " больше воды, чем пшеничная, поэтому тёмное тесто всегда влажнее.",
    "Печь в деревне была общей, и каждая семья помечала свой хлеб особым знаком. Соль взвешивают до грамма, потому что она"
    " замедляет дрожжи и укрепляет тесто.",
    "Зимой мельница стояла, и цена муки выросла вдвое. Весной совет выкупил печь, и с тех пор её топят каждую пятницу.",
)
CHINESE = (
    "面包师在黎明时分揉面，然后把面团盖上布，放在炉边发酵，直到酵母完成它的工作。黑麦面粉比小麦面粉吸收更多的水，"
    "所以做黑面包的面团总是更湿。",
    "村里的烤炉是公用的，每家每户都在自己的面包上盖一个印记，以便认出来。盐要称到克，因为盐会让酵母变慢。",
    "没有蒸汽，面包皮就会过早形成，面包在炉子里会从侧面裂开。这一年冬天磨坊停工，面粉价格翻了一番。",
)
REALISTIC = (
    *BREAD,
    *WRAPPED,
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
    f"{BREAD[0]} ALSO READ: Ten loaves for the spring",
    f"{WRAPPED[0]} ALSO READ: Ten loaves for the spring",
    f"{BREAD[1]} Photos by Otto Korn",
    "All rights reserved © 2024",
    "• salt",
    "\u00a0\u3000",
    "title:",
    "---",
    "中国的面包师在黎明时分揉面。",
)
PAGE = st.lists(st.sampled_from(REALISTIC) | st.text(max_size=40) | st.just(""), max_size=14).map("\n".join)
KINDS = ("title", "heading", "byline", "body", "boilerplate")


def check_each_character_is_in_one_line(text: str, lines) -> None:
    covered = [i for line in lines for i in range(line.start, line.end)]
    assert covered == sorted(set(covered)), "lines overlap or are out of order"
    assert all(text[line.start : line.end] == text[line.start : line.end].strip() != "" for line in lines)
    kept = set(covered)
    assert all(character.isspace() for i, character in enumerate(text) if i not in kept), "a character was lost"
    assert all(line.kind in KINDS and 0 <= line.certainty <= 1 for line in lines)


@settings(max_examples=100, deadline=None)
@given(PAGE, st.booleans(), st.sampled_from(["", "How the village kept its oven", "---"]), st.booleans())
def test_every_character_of_any_page_is_in_exactly_one_line(text: str, markdown: bool, title: str, often: bool):
    repeated = frozenset(REALISTIC[:20]) if often else frozenset()
    lines = classify(text, title=title, markdown=markdown, repeated=repeated, patterns=["^loaf"])
    check_each_character_is_in_one_line(text, lines)
    assert [line.kind for line in lines].count("title") <= 1


@settings(max_examples=150, deadline=None)
@given(PAGE, st.dictionaries(st.integers(1, 40), st.sampled_from(KINDS), max_size=5))
def test_corrected_lines_have_their_kind_and_no_character_is_lost_by_it(text: str, corrected: dict[int, str]):
    cleaned = clean(pages(text), corrections={("a0", number): kind for number, kind in corrected.items()})[0]
    check_each_character_is_in_one_line(text, cleaned.lines)
    kinds = {i: line.kind for line in cleaned.lines for i in range(line.start, line.end)}
    start = 0
    for number, raw in enumerate(text.split("\n"), start=1):
        found = {kinds[i] for i, character in enumerate(raw, start) if not character.isspace()}
        assert number not in corrected or found <= {corrected[number]}
        start += len(raw) + 1


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(BREAD + STARS + BOATS),
    st.lists(st.integers(1, 4), min_size=1, max_size=7),
    st.sampled_from(["\n", "\n\n"]),
    st.booleans(),
)
def test_nothing_is_boilerplate_on_a_page_without_any_furniture(
    sentences: list[str], sizes: list[int], gap: str, headed: bool
):
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    paragraphs = [" ".join(sentences[a : a + n]) for a, n in zip(starts, sizes, strict=True) if sentences[a : a + n]]
    text = gap.join([*(["What became of the old oven"] if headed else []), *paragraphs])
    lines = classify(text)
    assert [line.kind for line in lines if line.kind == "boilerplate"] == []
    assert [line.text for line in lines if line.kind == "body"] == paragraphs


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
        body        | {BODY[0]}
        body        | {BODY[1]}
        boilerplate | - Advertisement -
        body        | {BODY[2]}
        heading     | A wetter dough
        body        | {BODY[3]}
        body        | {BODY[4]}
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
        body        | {BODY[0]}
        body        | {BODY[1]}
        heading     | Salt, and what it slows
        body        | {BODY[2]}
        body        | {BODY[3]}
        byline      | Ida Rye is a writer and baker who teaches at the Mill School in Kornburg.
        boilerplate | Leave a comment
        boilerplate | Previous post
    """)


def test_a_magazine_that_asks_for_donations_in_prose_after_the_end():
    check(f"""
        title       | The oven that outlived its mill
        body        | {BODY[0]}
        body        | {BODY[1]}
        body        | {BODY[2]}
        body        | {BODY[3]}
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


@pytest.mark.parametrize(
    "mark",
    [
        "- Advertisement -",
        "Sponsored content",
        "Реклама",
        "Share on Facebook",
        "© Otto Korn / AFP",
        "Фото: ТАСС",
        "Bakers at work in Kornburg (Photo by Otto Korn/Getty Images)",
        "The opinions expressed are the author's own and do not reflect the position of The Loaf.",
    ],
)
def test_furniture_between_paragraphs_does_not_end_the_article(mark: str):
    check(f"""
        title       | The oven that outlived its mill
        byline      | By Ida Rye
        boilerplate | Share this article
        body        | {BODY[0]}
        body        | {BODY[1]}
        boilerplate | {mark}
        body        | {BODY[2]}
        body        | {BODY[3]}
        boilerplate | Subscribe to our newsletter
        boilerplate | Privacy policy
    """)


def test_a_russian_page():
    page = f"""
        title       | Как деревня сохранила свою печь
        byline      | Ида Рожь, 1 марта 2024
        body        | {RUSSIAN[0]}
        boilerplate | Реклама
        body        | {RUSSIAN[1]}
        body        | {RUSSIAN[2]}
        boilerplate | Поделиться
    """
    check(page, language="ru")


def test_a_chinese_page():
    page = f"""
        title       | 村庄如何保住了自己的烤炉
        byline      | 2024年3月1日 来源：面包日报
        body        | {CHINESE[0]}
        boilerplate | 广告
        body        | {CHINESE[1]}
        body        | {CHINESE[2]}
        boilerplate | 分享到微信
    """
    check(page, language="zh")


def test_a_tail_is_cut_off_its_paragraph():
    text = f"{BODY[0]} ALSO READ: Ten loaves for the spring\n{BODY[1]}"
    found = [(line.kind, text[line.start : line.end]) for line in classify(text)]
    assert found == [("body", BODY[0]), ("boilerplate", "ALSO READ: Ten loaves for the spring"), ("body", BODY[1])]


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
    page = "\n".join([*BODY[:3], sentence, *BODY[3:]])
    assert [line.text for line in classify(page) if line.kind == "body"] == [*BODY[:3], sentence, *BODY[3:]]


@pytest.mark.parametrize("sentence", SENTENCES[10:16] + SENTENCES[20:22])
def test_a_sentence_near_the_end_does_not_cut_the_conclusion_off(sentence: str):
    lines = classify("\n".join([*BODY[:5], sentence, BODY[5]]))
    assert (lines[-1].text, lines[-1].kind) == (BODY[5], "body")


# titles and headings


def test_a_page_without_a_title_loses_no_paragraph_to_one():
    check(f"""
        body        | {BODY[0]}
        body        | {BODY[1]}
        heading     | A wetter dough
        body        | {BODY[2]}
        body        | {BODY[3]}
    """)


def test_a_headline_that_stands_again_at_the_foot_is_boilerplate():
    check(f"""
        title       | How the village kept its oven
        body        | {BODY[0]}
        body        | {BODY[1]}
        body        | {BODY[2]}
        boilerplate | How the Village Kept Its Oven!
    """)


def test_a_title_that_the_source_knows_is_found_in_the_page_whatever_stands_above_it():
    page = f"""
        boilerplate | Skip to content
        title       | Ovens
        byline      | Ida Rye | 1 March 2024
        body        | {BODY[0]}
        body        | {BODY[1]}
    """
    check(page, title="Ovens")


def test_a_title_without_a_word_makes_no_divider_the_title():
    lines = classify(f"{BODY[0]}\n\n* * *\n\n{BODY[1]}", title="***")
    assert [line.text for line in lines if line.kind == "title"] == []


def test_markdown_headings_are_headings_and_the_first_is_the_title():
    check(
        f"""
        title       | # Ovens
        body        | {BODY[0]}
        heading     | ## What happened then?
        body        | {BODY[1]}
        heading     | ### It ended.
        body        | {BODY[2]}
        """,
        markdown=True,
    )


@pytest.mark.parametrize("heading", ["Popular discontent", "Similar patterns elsewhere", "A wetter dough"])
def test_a_section_heading_is_a_heading_whatever_word_it_begins_with(heading: str):
    check(f"""
        title       | The oven that outlived its mill
        body        | {BODY[0]}
        body        | {BODY[1]}
        heading     | {heading}
        body        | {BODY[2]}
        body        | {BODY[3]}
    """)


# what several pages have in common, and what a study says


def pages(*texts: str, **known) -> Pages:
    return Pages(tuple(Page(article_id=f"a{i}", text=text, source=f"{i}.txt", **known) for i, text in enumerate(texts)))


def bodies(cleaned) -> list[list[str]]:
    return [[line.text for line in item.lines if line.kind == "body"] for item in cleaned]


FOOTER = "Our paper, The Loaf, is printed in Kornburg on sheets from the valley's own woods."


def test_a_line_that_stands_on_three_pages_is_boilerplate_on_two_it_is_not():
    texts = [f"{BODY[2 * i]}\n{BODY[2 * i + 1]}\n{FOOTER}" for i in range(3)]
    assert bodies(clean(pages(*texts))) == [[BODY[2 * i], BODY[2 * i + 1]] for i in range(3)]
    assert bodies(clean(pages(*texts[:2]))) == [[BODY[2 * i], BODY[2 * i + 1], FOOTER] for i in range(2)]


def test_background_that_many_articles_carry_is_kept():
    background = "The valley bought its oven back from the miller in 1904, after a winter without any bread."
    texts = [f"{BODY[2 * i]}\n{background}\n{BODY[2 * i + 1]}" for i in range(3)]
    assert bodies(clean(pages(*texts))) == [[BODY[2 * i], background, BODY[2 * i + 1]] for i in range(3)]


def test_a_wrapped_line_that_stands_on_three_pages_is_boilerplate():
    footer = textwrap.fill(f"{FOOTER} {FOOTER.replace('paper', 'presses')}", 72)
    texts = [f"{WRAPPED[2 * i]}\n\n{WRAPPED[2 * i + 1]}\n\n{footer}" for i in range(3)]
    assert all([line.kind for line in item.lines] == ["body", "body", "boilerplate"] for item in clean(pages(*texts)))


def test_the_bylines_of_an_author_with_many_articles_are_no_furniture():
    texts = [f"Notes on bread, part {i}\nBy Ida Rye\n1 March 2024\n{BODY[i]}\n{BODY[i + 1]}" for i in range(4)]
    cleaned = clean(pages(*texts))
    assert [(item.page.author, item.page.date) for item in cleaned] == [("Ida Rye", "2024-03-01")] * 4


def test_an_article_that_three_outlets_carry_keeps_its_prose():
    texts = ["\n".join([f"Outlet {i} has this", *BODY, f"Share on site {i}"]) for i in range(3)]
    assert bodies(clean(pages(*texts))) == [list(BODY)] * 3


def test_a_pattern_of_the_study_makes_boilerplate_and_a_broken_one_is_refused():
    text = "\n".join(BODY[:4])
    study = Settings(reading=ReadingSettings(boilerplate=("^Sourdough needs", "no such words")))
    assert bodies(clean(pages(text), study)) == [[BODY[0], BODY[2], BODY[3]]]
    with pytest.raises(InputError, match=r"reading\.boilerplate: '\(' is not a regular expression"):
        clean(pages(text), Settings(reading=ReadingSettings(boilerplate=("(",))))


def test_a_pattern_finds_its_words_across_the_line_breaks_of_a_wrapped_paragraph():
    broken = next(f"{left.split()[-1]} {right.split()[0]}" for left, right in [WRAPPED[1].splitlines()[:2]])
    cleaned = clean(pages("\n\n".join(WRAPPED[:3])), Settings(reading=ReadingSettings(boilerplate=(broken,))))
    assert [line.kind for line in cleaned[0].lines] == ["body", "boilerplate", "body"]


# what the page says of itself


def test_title_author_and_date_are_taken_from_the_page_where_the_source_says_none():
    text = f"How the village kept its oven\nBy Ida Rye\nMarch 1, 2024\n{BODY[0]}\n{BODY[1]}"
    found = clean(pages(text))[0].page
    assert (found.title, found.author, found.date) == ("How the village kept its oven", "Ida Rye", "2024-03-01")
    known = clean(pages(text, title="Another", author="Otto Korn", date="2020"))[0].page
    assert (known.title, known.author, known.date) == ("Another", "Otto Korn", "2020")


def test_front_matter_is_title_and_bylines_and_says_nothing_where_it_is_empty():
    front = "---\ntitle:\nauthor:\n---\n"
    item = clean(pages(f"{front}\n{BODY[0]}\n\n{BODY[1]}", body_start=len(front), markdown=True))[0]
    assert [line.kind for line in item.lines] == ["byline", "title", "byline", "byline", "body", "body"]
    assert (item.page.title, item.page.author, item.page.outlet, item.page.date) == ("", "", "", "")


def test_ready_made_paragraphs_are_left_as_they_are():
    text = "Share\n\n- Advertisement -"
    item = clean(pages(text, rows=(("r1", 0, 5), ("r2", 7, 24))), corrections={("a0", 1): "boilerplate"})[0]
    assert [(line.kind, line.text) for line in item.lines] == [("body", "Share"), ("body", "- Advertisement -")]


# corrections


def corrected(text: str, kinds: dict[int, str], **known) -> list[tuple[str, str]]:
    cleaned = clean(pages(text, **known), corrections={("a0", number): kind for number, kind in kinds.items()})
    return [(line.kind, " ".join(line.text.split())) for line in cleaned[0].lines]


def test_a_correction_names_the_line_and_changes_that_line_alone():
    text = "\n\n".join(BODY[:3])
    assert corrected(text, {3: "boilerplate"}) == [("body", BODY[0]), ("boilerplate", BODY[1]), ("body", BODY[2])]
    assert corrected(text, {2: "boilerplate", 99: "title"}) == [("body", part) for part in BODY[:3]]


def test_a_correction_of_another_article_changes_nothing():
    assert bodies(clean(pages(BODY[0]), corrections={("a1", 1): "boilerplate"})) == [[BODY[0]]]


@pytest.mark.parametrize("kind", ["body", "boilerplate"])
def test_a_corrected_line_is_whole_again_with_the_tail_that_was_cut_off(kind: str):
    text = f"{BODY[0]} ALSO READ: Ten loaves for the spring\n{BODY[1]}"
    assert corrected(text, {1: kind}) == [(kind, text.splitlines()[0]), ("body", BODY[1])]


def test_a_correction_of_the_first_line_of_a_wrapped_paragraph_holds_for_all_of_it():
    first, second, third = (" ".join(part.split()) for part in WRAPPED[:3])
    number = WRAPPED[0].count("\n") + 3
    assert corrected("\n\n".join(WRAPPED[:3]), {number: "boilerplate"}) == [
        ("body", first),
        ("boilerplate", second),
        ("body", third),
    ]


def test_a_wrapped_paragraph_is_parted_at_corrected_lines_and_nowhere_else():
    lines = WRAPPED[0].splitlines()
    found = corrected("\n\n".join(WRAPPED[:2]), {3: "boilerplate", 4: "body"})
    assert found == [
        ("body", " ".join(lines[:2])),
        ("boilerplate", lines[2]),
        ("body", " ".join(lines[3:])),
        ("body", " ".join(WRAPPED[1].split())),
    ]


def test_a_wrapped_paragraph_and_its_tail_are_whole_again_where_it_is_corrected_to_body():
    text = "\n\n".join([*WRAPPED[:2], f"{WRAPPED[2]} ALSO READ: Ten loaves"])
    number = text.count("\n") + 1
    assert [kind for kind, _ in corrected(text, {})] == ["body", "body", "body", "boilerplate"]
    assert corrected(text, {number: "body"})[2:] == [("body", " ".join(f"{WRAPPED[2]} ALSO READ: Ten loaves".split()))]


def test_a_corrected_title_is_the_title_whatever_else_is_taken_for_one():
    text = f"The Loaf of the Valley\n\nHow the village kept its oven\n\n{BODY[0]}\n\n{BODY[1]}"
    for known in ({}, {"title": "The Loaf of the Valley"}):
        cleaned = clean(pages(text, **known), corrections={("a0", 3): "title"})
        assert cleaned[0].page.title == "How the village kept its oven"


# pages that are odd, and pages that were coded


@pytest.mark.parametrize(
    "page",
    [" ".join(["word"] * 20) + " " * 5000 + "end.", "\n".join(f"Link number {i}" for i in range(600)), "A-" * 500],
    ids=["a long run of spaces", "hundreds of short lines", "a long chain"],
)
def test_an_odd_page_takes_no_long_time(page: str):
    assert times_as_costly(classify, page) < 50


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


# speeches, manifestos and live blogs

SPEECH = (
    "We ask you to support the bill before you today, because our bakers and our millers have waited for it through three"
    " winters and two governments.",
    "If you stand with us, every donation to a party will be published, and membership of the guild will be open to all who"
    " work with flour.",
    "Our mission is plain: we will lower the duty on rye by $5 a month, and we will pay for it without asking your children"
    " to carry the debt.",
    "We thank you for your support, we thank our members, and we commend this bill to the House with the confidence that you"
    " will pass it.",
)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("frame", [(), ("Mr Speaker,", "Thank you.", "(Applause.)")], ids=["bare", "with a salutation"])
def test_a_speech_without_furniture_loses_no_line(gap: str, frame: tuple[str, ...]):
    text = gap.join([*frame[:1], *SPEECH, *frame[1:]])
    assert {line.text for line in classify(text) if line.kind == "body"} >= set(SPEECH)
    assert "boilerplate" not in {line.kind for line in classify(text)}


def test_speeches_with_the_same_formulas_keep_their_prose():
    texts = ["\n\n".join(["Mr Speaker,", *BODY[2 * i : 2 * i + 2], *SPEECH, "Thank you."]) for i in range(3)]
    for item in clean(pages(*texts)):
        assert "boilerplate" not in {line.kind for line in item.lines}


@pytest.mark.parametrize("mark", ["Share", "Share on Facebook", "Copy link", "Teilen", "Поделиться"])
def test_the_last_paragraph_of_a_live_blog_is_kept_beside_a_share_link(mark: str):
    last = " ".join(STARS[:5])
    parts = ["14:05", BODY[0], BODY[1], mark, "13:40", BODY[2], mark, "13:10", BODY[3], mark, last]
    for page in (parts, [*parts, mark]):
        body = [line.text for line in classify("\n\n".join(page)) if line.kind == "body"]
        assert body[-1] == last
        assert {*BODY[:4]} <= set(body)
