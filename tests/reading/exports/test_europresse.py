"""Europresse exports in HTML are split into their articles, with what their classes name."""

import pytest
from exported import STORIES, Story, body, lines_by_kind, read

DATES = ("samedi 4 mars 2023", "mardi 12 juillet 2022", "dimanche 30 mai 2021")


def articles(stories: tuple[Story, ...]) -> str:
    text = ""
    for story, date in zip(stories, DATES, strict=False):
        paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        text += f"""<article><header>
        <div class="rdp__DocPublicationName"><span class="DocPublicationName">{story.outlet}, no. 24123<br></span></div>
        <span class="DocHeader">{story.section}, {date} 1 845 mots, p. {story.page}</span>
        <div class="titreArticle"><p class="titreArticleVisu rdp__articletitle">{story.title}</p></div>
        <p class="sm-margin-bottomNews">{story.author}</p></header>
        <section><div class="DocText clearfix"><div class="docOcurrContainer">{paragraphs}</div></div></section>
        <footer><div class="publiC-lblNodoc">news·20230304·LE·0123</div><p>© 2023 {story.outlet}. Tous droits réservés.</p>
        </footer></article>"""
    return f"<html><head><title>Documents sauvegardés</title></head><body>{text}</body></html>"


def test_articles_with_their_fields() -> None:
    contents = read(articles(STORIES), "export.html")
    assert contents.kind == "Europresse export"
    for document, story, date in zip(contents.documents, STORIES, DATES, strict=True):
        expected = {
            "title": story.title, "author": story.author, "outlet": story.outlet, "date": date.partition(" ")[2],
            "section": story.section, "page": story.page, "length": "1845",
        }  # fmt: skip
        assert document.fields == expected
        assert body(document) == story.body
        assert lines_by_kind(document)["body"].replace("\n", " ") == story.body


def test_the_older_layout_of_table_cells() -> None:
    cells = "".join(
        f'<tr><td><span class="DocPublicationName">{story.outlet} (site web)</span><br><span class="DocHeader">'
        f'{story.section}, {date}, p. 5</span><p class="TitreArticleVisu">{story.title}</p><div class="DocText">'
        f"<p>{story.body}</p></div></td></tr>"
        for story, date in zip(STORIES, DATES, strict=True)
    )
    documents = read(f"<html><body><table>{cells}</table></body></html>", "export.html").documents
    assert [document.fields["title"] for document in documents] == [story.title for story in STORIES]
    assert [document.fields["outlet"] for document in documents] == [story.outlet for story in STORIES]
    assert documents[0].fields["edition"] == "site web"
    assert body(documents[0]) == STORIES[0].body


@pytest.mark.parametrize("name", ["titreArticle", "DocPublicationName"])
def test_another_page_with_such_a_class_stays_whole(name: str) -> None:
    paragraphs = "".join(f"<p>{paragraph}</p>" for story in STORIES for paragraph in story.paragraphs)
    contents = read(
        f'<html><body><article><h1 class="{name}">Harbours</h1>{paragraphs}</article></body></html>', "page.html"
    )
    assert contents.kind == "web page"
    assert len(contents.documents) == 1
