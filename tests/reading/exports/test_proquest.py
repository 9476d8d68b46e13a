"""ProQuest exports are split into their articles; what only looks like one stays whole."""

import pytest
from exported import ANY_STORIES, STORIES, Story, body, lines_by_kind, split, wrapped
from hypothesis import given, settings
from hypothesis import strategies as st

RULER = "_" * 60


def labelled(stories: tuple[Story, ...], gap: str = "\n\n", text: str = "Full text: ", numbers: bool = False) -> str:
    parts = []
    for number, story in enumerate(stories, start=1):
        lines = [f"Document {number} of {len(stories)}"] if numbers else []
        lines += [
            story.title, f"Author: {story.author}",
            f"Publication info: {story.outlet} ; Lindesund [Lindesund]. 04 Mar 2023: A.1.",
            "https://www.example.org/docview/12", "Abstract: None available.", "Links: https://www.example.org/openurl?a=b",
            f"{text}{story.paragraphs[0]}", *story.paragraphs[1:], "Subject: Harbours; Trains", "Location: Lindesund",
            "Company / organization: Name: Harbour Works; NAICS: 488310", f"Title: {story.title}",
            f"Publication title: {story.outlet}; Lindesund", f"Pages: {story.page}", f"Publication year: {story.date[-4:]}",
            f"Publication date: {story.date}", f"Section: {story.section}", "Publisher: Coastal Newspapers",
            "Place of publication: Lindesund", "ISSN: 01234567", "Source type: Newspaper",
            "Language of publication: English", "Document type: News", f"ProQuest document ID: 26373911{number}",
            "Document URL: https://www.example.org/docview/12", "Copyright: Copyright 2023 Coastal Newspapers",
            "Last updated: 2023-03-10", "Database: Coastal Newsstream",
        ]  # fmt: skip
        parts.append(gap.join(lines))
    end = "Contact us at: http://www.example.org Copyright © 2023 ProQuest LLC. All rights reserved.\n\n"
    end += "Terms and Conditions: x"
    return f"{RULER}\n\n" + f"\n\n{RULER}\n\n".join([*parts, end])


def check(text: str, stories: tuple[Story, ...] = STORIES, **expected: str) -> None:
    contents = split(text)
    assert contents.kind == "ProQuest export"
    assert len(contents.documents) == len(stories)
    for number, (document, story) in enumerate(zip(contents.documents, stories, strict=True), start=1):
        fields = {
            "title": story.title, "author": story.author, "outlet": story.outlet, "date": story.date,
            "section": story.section, "page": story.page, "document": f"26373911{number}", "language": "English",
        } | expected  # fmt: skip
        assert {name: document.fields.get(name) for name in fields} == fields
        assert document.part == str(number)
        assert body(document) == story.body


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("numbers", [True, False])
def test_the_layout_with_labels(gap: str, n: int, numbers: bool) -> None:
    check(labelled(STORIES[:n], gap, numbers=numbers), STORIES[:n])


@pytest.mark.parametrize("text", ["Full text:\n\n", "Full Text: ", "FULL TEXT\n\n"])
def test_the_label_of_the_text(text: str) -> None:
    check(labelled(STORIES, text=text))


def test_labels_without_spaces() -> None:
    text = (
        labelled(STORIES)
        .replace("ProQuest document ID", "ProQuest documentID")
        .replace("Publication date", "Publicationdate")
    )
    check(text)


def test_articles_of_one_text_with_numbers_and_no_rulers() -> None:
    check(labelled(STORIES, numbers=True).replace(f"{RULER}\n\n", ""))


def test_an_export_of_which_articles_are_missing() -> None:
    text = labelled(STORIES, numbers=True).replace(" of 3", " of 15")
    assert "the export announces 15 articles; 3 found" in split(text).notes


def test_outlet_and_date_of_the_line_of_information() -> None:
    text = labelled(STORIES[:1]).replace("Publication title: The Coastal Courier; Lindesund\n\n", "").replace(
        "Publication date: March 4, 2023\n\n", "")  # fmt: skip
    fields = split(text).documents[0].fields
    assert (fields["outlet"], fields["date"]) == ("The Coastal Courier", "04 Mar 2023")


@pytest.mark.parametrize("full_text", ["", "Full text: Not available.\n\n"])
def test_an_article_with_its_abstract_only(full_text: str) -> None:
    text = labelled(STORIES[:1])
    start, end = text.index("Abstract:"), text.index("Subject:")
    found = split(f"{text[:start]}Abstract: The harbour is open again.\n\n{full_text}{text[end:]}").documents[0]
    assert body(found).startswith("The harbour is open again.")
    assert found.notes == ("the export holds its abstract only",)


def test_labels_within_the_text_do_not_end_it() -> None:
    story = Story("Forms", "A Bc", "The Post", "May 2, 2019", "NEWS", "1", (
        "The form has three lines, and whoever fills it in must know them all by heart before the clerk asks.",
        "Location: the first one.", "Subject: the second one, which nobody reads.",
        "So it goes in every office of the country, from the smallest village to the capital, year after year.",
    ))  # fmt: skip
    assert [body(document) for document in split(labelled((story, story))).documents] == [story.body] * 2


def test_no_line_of_the_export_is_article_text_after_classification() -> None:
    for document, story in zip(split(labelled(STORIES)).documents, STORIES, strict=True):
        kinds = lines_by_kind(document)
        assert kinds["title"] == story.title
        assert kinds["body"].replace("\n", " ") == story.body


def test_hard_wrapped_text_is_joined() -> None:
    text = labelled(STORIES).replace(STORIES[0].paragraphs[0], wrapped(STORIES[0]).split("\n\n")[0])
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "He noted the number.\n\nProQuest document ID: 12\n\nNobody could find the paper in the library.",
        f"{RULER}\n\nProQuest document ID: 12\n\nProQuest document ID: 13\n\n{RULER}",
    ],
)
def test_what_only_looks_like_an_export_stays_whole(text: str) -> None:
    contents = split(text)
    assert [document.text for document in contents.documents] == [text]
    assert contents.notes[0].startswith("looks like a ProQuest export, but ")


@pytest.mark.parametrize("text", [f"{RULER}\n\nTitle: Bread\n\n{RULER}", "Full text: see below.", "Document 1 of 15"])
def test_an_article_with_a_label_is_no_export(text: str) -> None:
    assert [document.text for document in split(text).documents] == [text]


@settings(max_examples=40)
@given(ANY_STORIES, st.sampled_from(["\n", "\n\n"]))
def test_any_text_comes_back_in_its_article(stories: tuple[Story, ...], gap: str) -> None:
    assert [body(document) for document in split(labelled(stories, gap)).documents] == [story.body for story in stories]
