"""Invented articles, as the exports of news databases lay them out."""

import textwrap
from dataclasses import dataclass

from hypothesis import strategies as st

from topics.reading.boilerplate import clean
from topics.reading.document import Contents, Document, Source
from topics.reading.exports import split_export
from topics.reading.formats import read_source
from topics.reading.pages import Page, Pages


@dataclass(frozen=True)
class Story:
    """What an export says about an article."""

    title: str
    author: str
    outlet: str
    date: str
    section: str
    page: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        return " ".join(self.paragraphs)


STORIES = (
    Story(
        "Harbour reopens after eleven years", "Ines Okafor", "The Coastal Courier", "March 4, 2023", "NEWS", "6",
        (
            "The old harbour of Lindesund opened again on Friday after eleven years of repairs that cost the town"
            " more than forty million crowns, most of it paid for by the national fund for coastal works.",
            "Fishermen said that the new quay is deep enough for trawlers. The harbour master expects some ninety"
            " ships a month, three times as many as before the storm that destroyed the breakwater.",
        ),
    ),
    Story(
        "Council votes to keep the night trains", "Jonas Berg", "Evening Dispatch", "July 12, 2022", "POLITICS", "A1",
        (
            "The council voted by twenty to eleven on Monday to go on paying for the night trains to the north,"
            " which carried 81,000 passengers last year and lost two million crowns.",
            "Opponents had proposed buses in their place. The mayor said that nobody would take a bus for nine hours.",
        ),
    ),
    Story(
        "A bakery that never closes", "Mia Lund", "The Coastal Courier", "May 30, 2021", "LIFE", "22",
        (
            "At four in the morning there is a queue on Mill Street, of nurses who come from the night shift and of"
            " drivers who are about to begin theirs, and the baker knows every one of them by name.",
        ),
    ),
)  # fmt: skip


def wrapped(story: Story, width: int = 78) -> str:
    """The article's text, hard-wrapped as in old exports."""
    return "\n\n".join(textwrap.fill(paragraph, width) for paragraph in story.paragraphs)


def split(text: str) -> Contents:
    return split_export(Contents("text", (Document(text),)))


def read(text: str, name: str = "export.txt") -> Contents:
    return read_source(Source(name, text.encode))


def lines_by_kind(document: Document) -> dict[str, str]:
    """Kind -> the lines of this kind after classification, with plain spaces."""
    page = Page("a", document.text, "a.txt", language="en", kinds=document.kinds, title=document.fields.get("title", ""))
    lines = clean(Pages((page,)))[0].lines
    kinds = {kind: [line for line in lines if line.kind == kind] for kind in ("title", "byline", "body", "boilerplate")}
    return {kind: "\n".join(" ".join(line.text.split()) for line in found) for kind, found in kinds.items()}


def body(document: Document) -> str:
    """The lines that are not of the export, with one space between words."""
    kinds = sorted(document.kinds.items())
    text = document.text
    for start, kind in reversed(kinds):
        end = text.find("\n", start)
        if kind not in ("body", "heading"):
            text = text[:start] + text[end if end >= 0 else len(text) :]
    return " ".join(text.split())


_PARAGRAPH = st.text("aeiouéжß, ", min_size=20, max_size=300).map(lambda text: " ".join(["the", *text.split(), "end"]))


def _story(paragraphs: list[str], number: int) -> Story:
    name = f"The headline of number {number}"
    return Story(name, "Ines Okafor", "The Post", "May 2, 2019", "NEWS", "1", tuple(paragraphs))


ANY_STORIES = st.lists(st.lists(_PARAGRAPH, min_size=1, max_size=4), min_size=1, max_size=5).map(
    lambda texts: tuple(_story(paragraphs, number) for number, paragraphs in enumerate(texts))
)
"""Articles of any text."""
