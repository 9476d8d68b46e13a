"""A folder with exports: each article is a page of its own."""

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
