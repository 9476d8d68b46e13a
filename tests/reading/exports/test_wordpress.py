"""WordPress exports: published posts become articles; pages, drafts and attachments are counted."""

import pytest
from lxml import etree

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.exports import is_wordpress, missing_text_reason, read_wordpress
from topics.reading.formats import read_source

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>The Harbour Blog</title><wp:wxr_version>1.2</wp:wxr_version>
<wp:author><wp:author_login>ines</wp:author_login><wp:author_display_name>Ines Okafor</wp:author_display_name></wp:author>
"""


def item(
    content: str, kind: str = "post", status: str = "publish", title: str = "Bread", date: str = "2021-05-30 04:00:00"
) -> str:
    return f"""<item><title>{title}</title><link>https://example.org/bread</link>
<pubDate>Sun, 30 May 2021 04:00:00 +0000</pubDate>
<dc:creator><![CDATA[ines]]></dc:creator><content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[An excerpt]]></excerpt:encoded><wp:post_date>{date}</wp:post_date><wp:status>{status}</wp:status>
<wp:post_type>{kind}</wp:post_type><category domain="category" nicename="food"><![CDATA[Food]]></category>
<category domain="post_tag" nicename="a"><![CDATA[night]]></category>
<category domain="post_tag" nicename="b">bread</category>
</item>"""


def load(*items: str) -> Contents:
    data = f"{HEAD}{''.join(items)}</channel></rss>".encode()
    return read_wordpress(data, Source("site.xml", lambda: data))


def post(content: str) -> Document:
    return load(item(content)).documents[0]


def test_fields_of_a_post() -> None:
    assert post("<p>It rises.</p>").fields == {
        "title": "Bread", "author": "Ines Okafor", "outlet": "The Harbour Blog", "date": "2021-05-30",
        "url": "https://example.org/bread", "categories": "Food", "tags": "night, bread",
    }  # fmt: skip


def test_what_is_not_a_published_post_is_counted() -> None:
    contents = load(
        item("A."), item("B.", "page"), item("", "attachment"), item("", "attachment"), item("C.", status="draft")
    )
    assert [document.text for document in contents.documents] == ["A."]
    assert contents.notes == ("left out: 2 attachments, 1 draft post, 1 page",)
    assert contents.kind == "WordPress export"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<!-- wp:paragraph -->\n<p>It <b>rises</b> &amp; falls.</p>\n<!-- /wp:paragraph -->\n<p>Again.</p>",
         "It rises & falls.\n\nAgain."),
        ("It rises\nslowly.\n\nAgain.\r\n\r\nAnd <em>again</em>.", "It rises slowly.\n\nAgain.\n\nAnd again."),
        ('A.\n\n[caption id="a" width="300"]<img src="x.jpg"/> The oven[/caption]\n\nB.', "A.\n\nB."),
        ('<p>A.</p>[gallery ids="1,2"]<p>B [sic] c.</p>', "A.\n\nB [sic] c."),
        ('<p>A.</p><p>[embed]https://example.org[/embed]</p><p>[vc_row full="1"]B.[/vc_row]</p>', "A.\n\nB."),
        ("<p>A.<br>B.</p><script>var x;</script><style>p {}</style>", "A.\nB."),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
    ],
)  # fmt: skip
def test_content_as_text(content: str, text: str) -> None:
    assert post(content).text == text


def test_headings_and_captions() -> None:
    document = post('<h2>Night</h2><p>It rises.</p><figure><img src="x"/><figcaption>The oven</figcaption></figure>')
    assert {document.text[at:].split("\n")[0]: kind for at, kind in document.kinds.items()} == {
        "Night": "heading", "The oven": "boilerplate",
    }  # fmt: skip


def test_a_post_without_a_text_is_named() -> None:
    contents = load(item("A."), item("<!-- wp:image --><img src='x'/>"))
    assert contents.problems == ("item 2: no text in it; expected an article",)


def test_a_post_without_a_date_has_that_of_its_publication() -> None:
    assert load(item("A.", date="0000-00-00 00:00:00")).documents[0].fields["date"] == "Sun, 30 May 2021 04:00:00 +0000"


def test_an_export_without_posts_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"site.xml: no published post in the WordPress export \(1 page\); expected articles"
    ):
        load(item("A.", "page"))
    with pytest.raises(InputError, match=r"site.xml: not a readable WordPress export; expected XML with rss/channel"):
        read_wordpress(b"no XML", Source("site.xml", bytes))


def test_entities_of_a_file_are_not_read(tmp_path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    entity = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    data = (HEAD.replace("?>\n", f"?>\n{entity}\n", 1) + item("A.", title="B &x;") + "</channel></rss>").encode()
    assert "secret" not in read_wordpress(data, Source("site.xml", bytes)).documents[0].fields["title"]


def test_the_root_of_an_export_is_recognised() -> None:
    assert is_wordpress(etree.fromstring(f"{HEAD}</channel></rss>".encode()))
    assert not is_wordpress(etree.fromstring(b"<rss><channel><item/></channel></rss>"))
    assert not is_wordpress(etree.fromstring(b"<TEI/>"))


@pytest.mark.parametrize(
    "columns",
    [
        "id indexed_date language media_name media_url publish_date title url",
        "stories_id publish_date title url language ap_syndicated themes media_id media_name media_url",
    ],
)
def test_tables_of_media_cloud_hold_no_texts(columns: str) -> None:
    assert missing_text_reason(columns.split()).startswith("a Media Cloud table holds titles and addresses, no texts")
    assert missing_text_reason(["title", "url"]) == ""


def feed(content: str) -> Contents:
    data = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>The Loaf</title><item><title>Bread</title><pubDate>Sun, 30 May 2021 04:00:00 +0000</pubDate>"
        f"<description>Short</description>{content}</item></channel></rss>"
    ).encode()
    return read_source(Source("feed.xml", lambda: data))


def test_a_feed_is_read_if_it_contains_whole_articles() -> None:
    contents = feed("<content:encoded>&lt;p&gt;The dough rises.&lt;/p&gt;&lt;p&gt;It falls.&lt;/p&gt;</content:encoded>")
    (document,) = contents.documents
    assert (contents.kind, document.text) == ("news feed", "The dough rises.\n\nIt falls.")
    assert (document.fields["title"], document.fields["outlet"]) == ("Bread", "The Loaf")
    with pytest.raises(InputError, match="a news feed, without whole articles"):
        feed("")
