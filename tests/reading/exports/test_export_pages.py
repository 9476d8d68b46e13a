"""A folder with exports: each article is a page of its own."""

import pytest
from exported import STORIES
from test_factiva import plain
from test_nexis import classic, uni

from topics.reading.pages import read_pages

DATES = {"March 4, 2023": "2023-03-04", "July 12, 2022": "2022-07-12", "May 30, 2021": "2021-05-30"}


def test_articles_of_exports_are_pages_with_title_author_outlet_and_date(tmp_path) -> None:
    for name, layout in {"classic.txt": classic, "uni.txt": uni, "factiva.txt": plain}.items():
        (tmp_path / name).write_text(layout(STORIES), encoding="utf-8")
    pages = {page.source: page for page in read_pages(tmp_path).pages}
    names = [f"{name}:{n}" for name in ("classic.txt", "factiva.txt", "uni.txt") for n in (1, 2, 3)]
    assert sorted(pages) == names
    for source, page in pages.items():
        story = STORIES[int(source[-1]) - 1]
        known = (story.title, story.author, story.outlet, DATES[story.date])
        assert (page.title, page.author, page.outlet, page.date) == known
        assert page.extra["section"] == story.section


STORY = "The ferry of the morning carries flour to the island, and in the evening it brings back bread."


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("".join(f"BYLINE: Ann\n\nStory {i}\n\n{STORY}\n\nLENGTH: 60 words\n\n" for i in range(4)), 4),
        ("".join(f"Title: Story {i}\nDate: 2 May 2021\n\n{STORY}\n\n" for i in range(3)), 3),
        ("\n\n==========\n\n".join([STORY] * 4), 3),
        ("\n\n".join([f"Question: Who bakes?\n\nAnswer: {STORY}"] * 4), 0),
        ("\n\n* * *\n\n".join([STORY] * 4), 0),
        (f"Date: 2 May 2021\nAuthor: Ann\n\n{STORY}\n\nPublished: 3 May 2021", 0),
    ],
)
def test_a_file_that_looks_like_several_articles_is_read_as_one_and_named(tmp_path, text: str, n: int) -> None:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    pages = read_pages(tmp_path)
    assert len(pages.pages) == 1
    expected = [f"looks like {n} articles in one file"] if n else []
    assert [note.partition(", with")[0] for note in pages.intake.attention] == expected
