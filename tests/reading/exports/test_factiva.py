"""Factiva exports are split into their articles; what only looks like one stays whole."""

import pytest
from exported import ANY_STORIES, STORIES, Story, body, lines_by_kind, split
from hypothesis import given, settings
from hypothesis import strategies as st

IDS = ("CCOUR00020230304ej3400001", "EVDSP00020220712ei7c0000x", "CCOUR00020210530eh5u000b2")


def plain(
    stories: tuple[Story, ...], gap: str = "\n", words: str = "words", document: str = "Document", language: str = "English"
) -> str:
    lines = []
    for story, name in zip(stories, IDS * 3, strict=False):
        lines += [
            story.section, story.title, f"By {story.author}", f"1,512 {words}", story.date, "15:20", story.outlet, name[:5],
            story.page, language, f"© {story.date[-4:]} {story.outlet}. All rights reserved.", *story.paragraphs,
            f"{document} {name}",
        ]  # fmt: skip
    return gap.join(lines)


def coded(stories: tuple[Story, ...], between: str = "\n", gap: str = "\n") -> str:
    text = ""
    for story, name in zip(stories, IDS * 3, strict=False):
        values = {
            "SE": story.section, "HD": story.title, "BY": f"By {story.author}", "WC": "512 words", "PD": story.date,
            "ET": "15:20", "SN": story.outlet, "SC": name[:5], "PG": story.page, "LA": "English",
            "CY": f"(c) {story.date[-4:]} {story.outlet}", "LP": story.paragraphs[0], "TD": gap.join(story.paragraphs[1:]),
            "CO": "harb : Harbour Works Limited", "IN": "i74 : Water Transport | i1 : Agriculture", "NS": "gcat : News",
            "RE": "uk : United Kingdom", "PUB": "Coastal Newspapers", "AN": f"Document {name}",
        }  # fmt: skip
        text += "".join(f"{code}{between}{value}{gap}" for code, value in values.items() if value) + "\n"
    return text + "Search Summary\nText harbour or train\nDate 2021 to 2023\nResults Found 3\n"


def check(text: str, stories: tuple[Story, ...] = STORIES, **expected: str) -> None:
    contents = split(text)
    assert contents.kind == "Factiva export"
    assert len(contents.documents) == len(stories)
    for number, (document, story) in enumerate(zip(contents.documents, stories, strict=True), start=1):
        fields = {
            "title": story.title, "author": story.author, "outlet": story.outlet, "date": story.date,
            "section": story.section, "page": story.page, "document": IDS[number - 1],
        } | expected  # fmt: skip
        assert {name: document.fields.get(name) for name in fields} == fields
        assert document.part == str(number)
        assert body(document) == story.body


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("n", [1, 3])
def test_the_layout_without_codes(gap: str, n: int) -> None:
    check(plain(STORIES[:n], gap), STORIES[:n], length="1512", language="English")


@pytest.mark.parametrize(
    ("words", "document", "language"),
    [("Wörter", "Dokument", "Englisch"), ("mots", "Document", "Anglais"), ("palabras", "Documento", "Inglés")],
)
def test_other_languages_of_the_interface(words: str, document: str, language: str) -> None:
    check(plain(STORIES, words=words, document=document, language=language), language=language)


@pytest.mark.parametrize("between", ["\n", "\n\n", "\t", "      ", " "])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_layout_with_codes(between: str, gap: str) -> None:
    check(coded(STORIES, between, gap), length="512", language="English")


def test_lines_outside_the_articles_are_counted() -> None:
    assert split(coded(STORIES)).notes == ("4 lines outside the articles left out (cover page, separators)",)


@pytest.mark.parametrize("layout", [plain, coded])
def test_no_line_of_the_export_is_article_text_after_classification(layout) -> None:
    for document, story in zip(split(layout(STORIES)).documents, STORIES, strict=True):
        kinds = lines_by_kind(document)
        assert kinds["title"] == story.title
        assert kinds["body"].replace("\n", " ") == story.body


def test_a_list_of_headlines_before_the_articles() -> None:
    index = "Dow Jones Factiva\n\n" + "\n".join(f"{story.title}.......... {n}" for n, story in enumerate(STORIES))
    check(f"{index}\n\n{plain(STORIES)}\n\nPage 2 of 2 © 2023 Factiva, Inc. All rights reserved.")


@pytest.mark.parametrize(
    ("head", "section", "title", "author"),
    [
        (["The harbour opens again"], "", "The harbour opens again", ""),
        (["The harbour opens again", "By Ines Okafor"], "", "The harbour opens again", "Ines Okafor"),
        (["The harbour opens again today", "Ines Okafor and Jonas Berg"], "", "The harbour opens again today",
         "Ines Okafor and Jonas Berg"),
        (["The harbour opens again, says the mayor", "Ines Okafor and Jonas Berg in Lund"], "",
         "The harbour opens again, says the mayor", "Ines Okafor and Jonas Berg in Lund"),
        (["News", "The harbour opens again"], "News", "The harbour opens again", ""),
        (["Wirtschaft", "Der Hafen ist wieder offen", "Von Ines Okafor"], "Wirtschaft", "Der Hafen ist wieder offen",
         "Ines Okafor"),
    ],
)  # fmt: skip
def test_section_and_byline_may_be_missing(head: list[str], section: str, title: str, author: str) -> None:
    text = "\n".join(
        [*head, "512 words", "17 June 2023", "The Post", "POST", "English", "Copyright 2023 The Post", STORIES[0].body,
         "Document POST000020230617ej6h0002x"]
    )  # fmt: skip
    fields = split(text).documents[0].fields
    assert [fields.get(name, "") for name in ("section", "title", "author")] == [section, title, author]


def test_the_name_of_the_publisher_below_an_article() -> None:
    check(plain(STORIES).replace("\nDocument ", "\nThe Coastal Courier\nDocument ", 1))


def test_a_missing_end_of_an_article_is_noted() -> None:
    contents = split(plain(STORIES).replace(f"Document {IDS[0]}\n", ""))
    assert [len(document.notes) for document in contents.documents] == [1, 0]
    assert contents.documents[0].notes[0].startswith("it has the heads of 2 articles")


@pytest.mark.parametrize(
    "text",
    [
        "The number of the paper\n\nDocument AFPR000020230617ej6h0002x\n\nwas found in the archive, in a box of letters.",
        f"512 words\n\nThat is all he wrote.\n\nDocument AFPR000020230617ej6h0002x\n\n{STORIES[0].body}",
    ],
)
def test_what_only_looks_like_an_export_stays_whole(text: str) -> None:
    contents = split(text)
    assert [document.text for document in contents.documents] == [text]
    assert contents.notes[0].startswith("looks like a Factiva export, but ")


@pytest.mark.parametrize("text", ["TD\n\nHD\n\nThe letters stood on the wall.", "512 words", "Document 12\n\nis lost."])
def test_an_article_with_a_code_is_no_export(text: str) -> None:
    assert split(text).notes == ()


@settings(max_examples=40)
@given(ANY_STORIES, st.sampled_from([plain, coded]))
def test_any_text_comes_back_in_its_article(stories: tuple[Story, ...], layout) -> None:
    assert [body(document) for document in split(layout(stories)).documents] == [story.body for story in stories]
