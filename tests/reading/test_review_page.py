"""The page of `topics read --html`: every line, and the words of pages stay words."""

import html
import re
from dataclasses import replace

import pytest
from webpage import EVIL, Page

from topics.reading import ReadArticle, Reading, render_review_page
from topics.runs.study import Study


@pytest.fixture(scope="module")
def read(small_study: Study) -> Reading:
    return small_study.read()


def whole(read: Reading) -> list[ReadArticle]:
    return [read.of(name) for name in read.corpus.articles["article_id"]]


def test_the_page_of_a_reading_shows_every_line_with_its_number_and_its_kind(read: Reading) -> None:
    articles = whole(read)
    text = render_review_page(read, articles)
    shown = re.findall(r"<td[^>]*>(\d+)</td><td[^>]*>(\w+)</td><td>(.*?)</td>", text)
    lines = [line for article in articles for line in article.lines]
    assert shown == [
        (str(line.number), line.kind, html.escape(line.text, quote=False).replace("'", "&#39;")) for line in lines
    ]
    assert text.count(" doubtful") == sum(line.doubtful for line in lines)
    words = " ".join(Page(text).words.split())
    assert "6 articles, 33 paragraphs kept, 36 lines dropped; language en." in words
    assert [name for name in read.corpus.articles["article_id"] if f"id {name}" not in words] == []


def test_the_page_of_a_reading_shows_the_articles_that_were_asked_for(read: Reading) -> None:
    first, second = whole(read)[:2]
    seen = Page(render_review_page(read, [second]))
    assert second.item.page.title in seen.words
    assert first.item.page.title not in seen.words


def test_the_page_of_a_reading_asks_nothing_of_the_network(read: Reading) -> None:
    seen = Page(render_review_page(read, whole(read)))
    assert not {key for _, key, _ in seen.attributes} & {"src", "href", "srcset", "action", "data", "style", "onclick"}
    assert ("meta", "http-equiv", "Content-Security-Policy") in seen.attributes
    assert not re.search(r"@import|url\(|https?:|fetch|XMLHttp", seen.inside["style"] + seen.inside["script"])


def test_words_of_pages_stay_words_on_the_page_of_a_reading(read: Reading) -> None:
    first = whole(read)[0]
    evil = [replace(line, text=line.text + EVIL) for line in first.item.lines]
    named = replace(first.item.page, title=EVIL, author=EVIL, outlet=EVIL, date=EVIL, source=EVIL)
    changed = replace(first, item=replace(first.item, page=named, lines=tuple(evil)))
    noted = replace(read, problems=(EVIL,))
    plain = Page(render_review_page(replace(read, problems=("a note",)), [first]))
    seen = Page(render_review_page(noted, [changed]))
    assert seen.tags == plain.tags
    assert {(tag, key) for tag, key, _ in seen.attributes} == {(tag, key) for tag, key, _ in plain.attributes}
    assert seen.inside["script"] == plain.inside["script"]
    assert seen.words.count(EVIL) >= len(evil) + 3
