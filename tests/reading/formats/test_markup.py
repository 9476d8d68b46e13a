"""XML and electronic books: articles with their metadata, in whole paragraphs, and harmless whatever they contain."""

import pytest
from handmade import epub, kinds, read, read_one, tei, zipped

from topics.errors import InputError


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("<head>Flour</head><p>Rye drinks.</p>", [("heading", "Flour"), ("body", "Rye drinks.")]),
        ("<p>Rye<note>See the mill.</note> drinks.</p>", [("body", "Rye drinks."), ("boilerplate", "See the mill.")]),
        ("<p>Rye <pb n='2'/>flour<lb/>drinks wa<lb break='no'/>ter.</p>", [("body", "Rye flour drinks water.")]),
        ("<p>Rye\n   <hi>flour</hi>\n drinks.</p>", [("body", "Rye flour drinks.")]),
        ("<p>It <choice><sic>drnks</sic><corr>drinks</corr></choice> so.</p>", [("body", "It drinks so.")]),
        (
            "<lg><l>The oven is warm</l><l>the night is near</l></lg>",
            [("body", "The oven is warm"), ("body", "the night is near")],
        ),
        ("<sp><speaker>Anna</speaker><p>We bake.</p></sp>", [("heading", "Anna"), ("body", "We bake.")]),
        ("<u><seg>We bake.</seg><seg>They eat.</seg></u>", [("body", "We bake."), ("body", "They eat.")]),
        ("<list><item>One loaf</item><item>Two loaves</item></list>", [("", "One loaf"), ("", "Two loaves")]),
        ("<figure><figDesc>An oven.</figDesc></figure><p>Rye.</p>", [("boilerplate", "An oven."), ("body", "Rye.")]),
    ],
)
def test_a_text_of_the_text_encoding_initiative_is_read_in_whole_paragraphs(body: str, lines: list[tuple[str, str]]):
    found = kinds(read_one("a.xml", tei(body)))
    assert found == lines


HEADER = (
    "<fileDesc><titleStmt><title type='main'>The oven</title><title type='sub'>A village</title>"
    "<author><persName><forename>Ida</forename> <surname>Rye</surname></persName></author></titleStmt>"
    "<publicationStmt><publisher>An edition</publisher><date when='2019'>2019</date></publicationStmt>"
    "<sourceDesc><bibl><title level='j'>The Loaf</title><date when='1924-03-01'>1 March</date></bibl></sourceDesc>"
    "</fileDesc>"
)


def test_the_header_of_a_text_is_metadata_with_the_date_of_its_source():
    document = read_one("a.xml", tei("<p>Rye.</p>", HEADER))
    assert document.fields == {"title": "The oven", "author": "Ida Rye", "outlet": "The Loaf", "date": "1924-03-01"}


def test_a_corpus_has_a_document_for_each_text_and_names_those_without():
    contents = read("a.xml", f"<teiCorpus><teiHeader/>{tei('<p>One.</p>')}{tei('')}{tei('<p>Two.</p>')}</teiCorpus>")
    assert [(document.part, document.text) for document in contents.documents] == [("1", "One."), ("3", "Two.")]
    assert contents.problems == ("text 2: no text in it; expected an article",)


NITF = (
    '<nitf><head><title>Oven</title><docdata><date.issue norm="20240301T101500Z"/></docdata>'
    '<pubdata name="The Loaf"/></head>'
    "<body><body.head><hedline><hl1>How the oven was kept</hl1></hedline>"
    "<byline>By <person>Ida Rye</person></byline></body.head>"
    "<body.content><block><p>The baker <em>folds</em>.</p><media><media-caption><p>An oven.</p></media-caption></media>"
    "<p>The yeast works.</p></block></body.content></body></nitf>"
)


@pytest.mark.parametrize("around", ["{}", "<NewsML><NewsItem>{}</NewsItem></NewsML>"])
def test_an_article_of_a_news_agency_is_read_with_its_metadata(around: str):
    document = read_one("a.xml", around.format(NITF))
    assert document.fields == {
        "title": "How the oven was kept", "author": "Ida Rye", "outlet": "The Loaf", "date": "2024-03-01",
    }  # fmt: skip
    assert kinds(document) == [
        ("title", "How the oven was kept"),
        ("byline", "By Ida Rye"),
        ("body", "The baker folds."),
        ("boilerplate", "An oven."),
        ("body", "The yeast works."),
    ]


def test_an_article_of_a_journal_is_read_with_its_metadata():
    meta = (
        "<journal-meta><journal-title>The Loaf</journal-title></journal-meta><article-meta><title-group><article-title>Rye"
        "</article-title></title-group><contrib-group><contrib contrib-type='author'><name><surname>Rye</surname>"
        "<given-names>Ida</given-names></name></contrib></contrib-group><pub-date><day>1</day><month>3</month>"
        "<year>2024</year></pub-date><abstract><p>In short.</p></abstract></article-meta>"
    )
    body = "<sec><title>Flour</title><p>Rye<fn><p>See.</p></fn> drinks.</p></sec>"
    document = read_one("a.xml", f"<article><front>{meta}</front><body>{body}</body></article>")
    assert document.fields == {"title": "Rye", "author": "Ida Rye", "outlet": "The Loaf", "date": "2024-03-01"}
    lines = [("title", "Rye"), ("body", "In short."), ("heading", "Flour"), ("body", "Rye drinks."), ("boilerplate", "See.")]
    assert kinds(document) == lines


def test_entities_are_letters_where_html_knows_them_and_never_more():
    bomb = '<!DOCTYPE TEI [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    assert read_one("a.xml", f"{bomb}{tei('<p>&b; &c; caf&eacute; R&amp;D</p>')}").text == "&b; &c; café R&D"
    assert read_one("a.xml", tei("<p>caf&eacute; &ndash; R&amp;D</p>")).text == "café – R&D"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<menu><dish>Rye</dish></menu>", r"^a\.xml: XML of an unknown kind \(<menu>\); expected TEI, NITF or JATS"),
        ("<TEI><text>", r"^a\.xml: not well-formed XML \(.*\); expected a complete file$"),
        (tei(""), r"^a\.xml: no text in it; expected an article as TEI$"),
        ("", r"^a\.xml: not well-formed"),
        ("<a>" * 1000, r"^a\.xml: not well-formed"),
    ],
)
def test_other_xml_is_refused_by_name(content: str, message: str):
    with pytest.raises(InputError, match=message):
        read("a.xml", content)


OPS = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'


def test_a_book_is_read_in_the_order_of_its_spine_with_chapters_as_headings():
    metadata = (
        '<dc:title>Bread</dc:title><dc:creator>Ida Rye</dc:creator><dc:creator role="trl">Otto Korn</dc:creator>'
        "<dc:publisher>Loaf House</dc:publisher><dc:date>2020-05-01T00:00:00Z</dc:date>"
    )
    chapters = {
        "z%20one.xhtml": f'<?xml version="1.0"?><html {OPS}><head><title/></head><body><h1>Flour</h1><p>Rye&nbsp;drinks<a'
        ' epub:type="noteref">1</a> wa<span epub:type="pagebreak"/>ter.</p><aside epub:type="footnote"><p>See.</p></aside>'
        "</body></html>",
        "a.xhtml": f"<html {OPS}><body><nav>Contents</nav><h2>Yeast</h2><p>It <i>works</i>.</p></body></html>",
    }
    document = read_one("a.epub", epub(chapters, metadata))
    assert document.fields == {"title": "Bread", "author": "Ida Rye", "outlet": "Loaf House", "date": "2020-05-01"}
    assert kinds(document) == [
        ("heading", "Flour"),
        ("", "Rye drinks water."),
        ("heading", "Yeast"),
        ("", "It works."),
        ("boilerplate", "See."),
    ]


def test_a_book_that_is_locked_or_damaged_is_named():
    page = {"a.xhtml": "<html><body><p>Rye.</p></body></html>"}
    lock = '<encryption><CipherReference URI="OEBPS/a.xhtml"/></encryption>'
    with pytest.raises(InputError, match=r"^a\.epub: protected against copying; expected a book without DRM$"):
        read("a.epub", epub(page, encryption=lock))
    fonts = '<encryption><CipherReference URI="OEBPS/a.otf"/></encryption>'
    assert read_one("a.epub", epub(page, encryption=fonts)).text == "Rye."
    with pytest.raises(InputError, match=r"^a\.epub: lacks META-INF/container\.xml; expected an electronic book$"):
        read("a.epub", zipped({"mimetype": "application/epub+zip"}))
