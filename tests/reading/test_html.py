"""HTML to text: every visible line in order, what its tags say, and nothing that the page does not say of itself."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.reading import read_corpus
from topics.reading.html import HtmlPage, read_html
from topics.settings import ReadingSettings, Settings

DOUGH = "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work."
RYE = "Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter."
OVEN = "A hot oven and a little steam give the crust its shine before the crumb has set."
SALT = "Bakers weigh salt to the gram, because salt slows the yeast and firms the dough."


def page(body: str = "", head: str = "") -> str:
    """An article with ``body`` after its first paragraph."""
    article = f"<article><p>{DOUGH}</p>{body}<p>{RYE}</p><p>{OVEN}</p></article>"
    return f"<!doctype html><html><head>{head}</head><body>{article}</body></html>"


def read(html: str) -> HtmlPage:
    found = read_html(html)
    assert found is not None
    return found


def lines(html: str) -> list[str]:
    return [line for line in read(html).text.split("\n") if line]


def between(html: str) -> list[str]:
    """The lines of :func:`page` that its ``body`` makes."""
    found = lines(html)
    assert found[0] == DOUGH
    assert found[-2:] == [RYE, OVEN]
    return found[1:-2]


def kinds(html: str) -> dict[str, str]:
    found = read(html)
    return {found.text[start:].partition("\n")[0]: kind for start, kind in found.kinds.items()}


def known(head: str = "", body: str = "") -> dict[str, str]:
    """What is known of a page, without what is empty."""
    return {key: value for key, value in read(page(body, head)).metadata.items() if value}


NODES = st.recursive(
    st.just("word"),
    lambda inner: st.tuples(
        st.sampled_from(
            "div p section li ul h2 blockquote td table pre em b span a time button label br custom-tag".split()
        ),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)
HIDDEN = st.sampled_from(["script", "style", "template", "noscript", "svg", "!--"])


@settings(max_examples=150, deadline=None)
@given(st.lists(NODES, min_size=1, max_size=6), st.lists(HIDDEN, min_size=3, max_size=3), st.booleans())
def test_every_visible_word_is_in_the_text_once_and_in_order_and_no_hidden_one(tree, hidden: list[str], closed: bool):
    words: list[str] = []

    def write(node) -> str:
        if node == "word":
            words.append(f"w{len(words)}w")
            tag = hidden[len(words) % 3]
            unseen = "<!-- unseen -->" if tag == "!--" else f"<{tag}>unseen</{tag}>"
            return words[-1] + unseen * (len(words) % 4 == 0)
        tag, children = node
        return f"<{tag}>{''.join(map(write, children))}" + f"</{tag}>" * closed

    found = read(f"<html><body><p>{DOUGH}</p><p>{RYE}</p>{''.join(map(write, tree))}</body></html>")
    assert re.findall(r"w\d+w", found.text) == words
    assert "unseen" not in found.text
    starts = [0, *(match.end() for match in re.finditer(r"\n+", found.text))]
    assert list(found.kinds) == starts


def test_a_block_is_a_line_and_what_runs_within_it_is_none():
    body = "<h2>On <em>salt</em></h2><ul><li>one</li><li>two</li></ul><div>three<section>four</section>five</div>"
    assert between(page(body)) == ["On salt", "one", "two", "three", "four", "five"]


def test_the_cells_of_a_table_are_lines():
    table = "<table><caption>Loaves</caption><tr><th>Year</th><th>Sold</th></tr><tr><td>2020</td><td>3 <b>or</b> 4</td></tr>"
    assert between(page(f"{table}</table>")) == ["Loaves", "Year", "Sold", "2020", "3 or 4"]


def test_a_break_ends_a_line_and_two_end_a_paragraph():
    assert "\n\none\ntwo\n\nthree\n\n" in read(page("<p>one<br>two<br><br>three</p>")).text


def test_preformatted_text_keeps_its_lines_whatever_stands_in_them():
    html = page("<pre>one  and\n  <b>two</b>\nthree\n\nfour<i>\nfive</i></pre><p>six\nseven</p>")
    assert "\n\none and\ntwo\nthree\n\nfour\nfive\n\nsix seven\n\n" in read(html).text


@pytest.mark.parametrize(
    ("html", "line"),
    [
        ("<a>Home</a><a>News</a><label>Menu</label>", "Home News Menu"),
        ("<span>By</span><span>Ida Rye</span><time>1 March</time>", "By Ida Rye 1 March"),
        ("<span>Published:</span><time>1 March</time>", "Published: 1 March"),
        ("<span>flour</span><span>, water</span><a>(and salt</a><span>)</span><span>.</span>", "flour, water (and salt)."),
        ("<span>“</span><span>flour</span><span>”</span>", "“flour”"),
        ("sour<em>dough</em>s", "sourdoughs"),
        ("<span>sour</span>dough", "sourdough"),
        ("sour<wbr>dough, sour\u00addough, sour&shy;dough, sour\u200bdough", "sourdough, sourdough, sourdough, sourdough"),
        ("rye&nbsp;flour \t\n and   water", "rye flour and water"),
    ],
)
def test_words_stand_apart_as_a_reader_sees_them(html: str, line: str):
    assert between(page(f"<p>{html}</p>")) == [line]


def test_letters_are_the_ones_that_a_browser_shows():
    assert between(page("<p>&#146;Rye&#x94; &amp; &lt;salt&gt; &eacute;&#1;&#x1f; \U0001f35e</p>")) == [
        "’Rye” & <salt> é \U0001f35e"
    ]


def test_kinds_tell_the_article_from_what_stands_beside():
    found = kinds(
        "<html><head><title>The village oven</title></head><body><nav><ul><li><a href='/'>Home page</a></li></ul></nav>"
        f"<main><article><h1>The village oven</h1><p class='byline'>By Ida Rye</p><p>{DOUGH}</p><h2>On rye</h2><p>{RYE}</p>"
        f"<blockquote>{SALT}</blockquote><p>{OVEN}</p></article></main>"
        "<aside><h3>Most read today</h3></aside><footer>All rights reserved</footer>"
    )
    assert found == {
        "Home page": "boilerplate",
        "The village oven": "title",
        "By Ida Rye": "byline",
        DOUGH: "body",
        "On rye": "heading",
        RYE: "body",
        SALT: "body",
        OVEN: "body",
        "Most read today": "boilerplate",
        "All rights reserved": "boilerplate",
    }


def test_the_headline_is_the_one_of_the_head_not_the_first_of_the_page():
    html = page("", "<title>The village oven</title>").replace(
        "<article>", "<h1>The Loaf</h1><article><h2>The village oven</h2>"
    )
    found = kinds(html)
    assert found["The village oven"] == "title"
    assert found["The Loaf"] != "title"
    assert read(html.replace("</title>", " | The Loaf</title>")).metadata["title"] == "The village oven"


@pytest.mark.parametrize(
    "html",
    [
        "<figure><img src='x'><figcaption>{}</figcaption></figure>",
        "<form><p>{}</p><input></form>",
        "<div class='newsletter-box'><p>{}</p></div>",
        "<div id='cookie-banner'><p>{}</p></div>",
        "<section id='comments'><div class='comment-body'><p>{}</p></div></section>",
        "<nav><p>{}</p></nav>",
        "<div class='related-posts'><p>{}</p></div>",
    ],
)
@pytest.mark.parametrize("place", ["within", "after"])
def test_what_stands_beside_the_article_is_boilerplate_however_long(html: str, place: str):
    beside = html.format("We thank all of our readers for each of the loaves that they have sent to us this year.")
    source = page(beside) if place == "within" else page().replace("</article>", f"</article>{beside}")
    found = kinds(source)
    assert [kind for line, kind in found.items() if line.startswith("We thank")] == ["boilerplate"]
    assert {found[line] for line in (DOUGH, RYE, OVEN)} == {"body"}


def test_every_post_of_a_live_blog_is_kept_to_its_last_paragraph():
    posts = [
        f"At {hour} o'clock we carried {hour} dozen loaves to the market, and you could smell them." for hour in range(6, 14)
    ]
    html = "".join(
        f"<div class='post'><h2>{i}.00</h2><p>{post}</p><p>{post.replace('market', 'school')}</p>"
        f"<a href='https://loaf.example/share?post={i}'>Share this post</a></div>"
        for i, post in enumerate(posts)
    )
    found = kinds(f"<html><body><article><h1>The bakers' day</h1>{html}</article></body></html>")
    for post in posts:
        assert found[post] == found[post.replace("market", "school")] == "body"
    assert found["Share this post"] == "boilerplate"


def test_prose_that_the_extractor_omits_is_kept_among_its_like():
    parts = [f"<p class='text'>{SALT} Loaf {i} was weighed again on the next day.</p>" for i in range(8)]
    body = "".join(f"<div class='{'grid share' if i == 5 else 'grid'}'>{part}</div>" for i, part in enumerate(parts))
    found = kinds(page(body))
    assert all(found[f"{SALT} Loaf {i} was weighed again on the next day."] == "body" for i in range(5))


def test_an_article_in_json_ld_only_is_added_and_named():
    body = "\\n\\n".join(f"{SALT} Loaf {i} was weighed again on the next day." for i in range(8))
    head = f'<script type="application/ld+json">{{"@graph": [{{"@type": "NewsArticle", "articleBody": "{body}"}}]}}</script>'
    source = f"<html><head>{head}</head><body><main><h1>The scales</h1><p>{DOUGH}</p></main></body></html>"
    found = read(source)
    assert kinds(source)[f"{SALT} Loaf 7 was weighed again on the next day."] == "body"
    assert "JSON-LD" in found.notes[0]
    shown = source.replace("</main>", "".join(f"<p>{part}</p>" for part in body.split("\\n\\n")) + "</main>")
    assert read(shown).notes == ()
    assert read(shown).text.count("Loaf 7") == 1


def test_a_page_that_is_not_free_is_named():
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
    assert "not free" in read(page(head=said)).notes[0]
    assert read(page(head=said.replace("False", "True"))).notes == ()


def test_the_readings_above_characters_are_not_text():
    assert between(page("<p>The mill (<ruby>水車<rp>(</rp><rt>すいしゃ</rt><rp>)</rp></ruby>)</p>")) == ["The mill (水車)"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("<title>The village oven | The Loaf</title>", {"title": "The village oven"}),
        ("<meta property='og:title' content='Rye &amp; salt'>", {"title": "Rye & salt"}),
        ("<meta property='og:site_name' content='the loaf'>", {"outlet": "the loaf"}),
        ("<meta name='author' content='Ida Rye; Otto Korn'>", {"author": "Ida Rye, Otto Korn"}),
        ("<meta name='author' content='ida van der rye'>", {"author": "ida van der rye"}),
        ("<meta property='article:published_time' content='2024-03-01T23:30:00-08:00'>", {"date": "2024-03-01"}),
        ("<link rel='canonical' href='https://loaf.example/2024/03/01/oven'>", {"date": "2024-03-01"}),
        (
            '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",'
            ' "headline": "Oven", "datePublished": "2024-03-01",'
            ' "author": {"@type": "Person", "name": "Ida Ry\\u00e9"}}</script>',
            {"title": "Oven", "author": "Ida Ryé", "date": "2024-03-01"},
        ),
    ],
)
def test_the_head_says_title_author_outlet_and_date(head: str, said: dict[str, str]):
    assert known(head) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<h1>The village oven</h1>", {"title": "The village oven"}),
        ("<p><time datetime='2024-03-01T08:00'>today</time></p>", {"date": "2024-03-01"}),
        ("<p><time>1 March 2024</time></p>", {"date": "2024-03-01"}),
        ("<p>By <a rel='author' href='/ida'>Ida Rye</a></p>", {"author": "Ida Rye"}),
    ],
)
def test_tags_made_for_it_say_title_author_and_date(body: str, said: dict[str, str]):
    assert known(body=body) == said


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ""),
        ("<meta property='article:published_time' content='2024-03'>", ""),
        ("<meta name='citation_publication_date' content='2024/05'>", ""),
        ("<meta name='date' content='2024 10:30'>", ""),
        ("<meta name='date' content='05/09/2023'>", ""),
        ("<meta property='og:image' content='https://loaf.example/2019/05/04/oven.jpg'>", ""),
        ("<meta name='copyright' content='2019'>", ""),
        ("<meta name='twitter:site' content='@theloaf'>", ""),
        ("", "<p><time datetime='2019-05'>May 2019</time></p>"),
        ("", "<p>The mill was, as of 2019-05-04, still closed, as the miller told us on that morning.</p>"),
        ("", "<aside><time datetime='2019-05-04'>4 May 2019</time></aside>"),
        (
            "",
            "<div class='comment'><span class='comment-author'>Otto Korn</span> <span class='date'>2019-05-04</span></div>",
        ),
        ("", "<div class='related'><span class='author'>Otto Korn</span></div>"),
        ("", "<h2>Most read</h2>"),
        ("", "<footer>© 2019 The Loaf</footer>"),
    ],
)
def test_what_a_page_does_not_say_of_itself_is_not_guessed(head: str, body: str):
    assert known(head, body) == {}


def test_a_date_in_the_headline_is_not_the_pages():
    assert known("<title>What happened on 4 May 2019</title>") == {"title": "What happened on 4 May 2019"}


@pytest.mark.parametrize(
    "html",
    [
        "",
        " \n",
        "</p>",
        "<!-- nothing",
        "<html><head><title>Only a head</title></head></html>",
        "<script>x = 1</script>",
        "<html><frameset><frame src='a'></frameset></html>",
        f"<noscript>{DOUGH}</noscript>",
    ],
)
def test_a_page_without_text_is_none(html: str):
    assert read_html(html) is None


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{DOUGH}</p><p>{RYE}</p>",
        f"<div><p>{DOUGH}<p>{RYE}",
        f"<html><body><p>{DOUGH}</body></html><p>{RYE}",
        f"<html><body><p>{DOUGH}</p></body><body><p>{RYE}</p></body></html>",
        f"<p>{DOUGH}</div></span></article><p>{RYE}</i></b>",
        f'<?xml version="1.0" encoding="windows-1251"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body><p>{DOUGH}</p>'
        f"<p>{RYE}</p></body></html>",
        f"<html ⚡><body><amp-ad>ad</amp-ad><p>{DOUGH}</p><amp-img src=x><noscript><img></noscript></amp-img><p>{RYE}</p>",
        f"<meta charset='windows-1251'><p>{DOUGH}</p><p>{RYE}</p>",
        f"{DOUGH}<br><br>{RYE}",
    ],
    ids=["fragment", "unclosed", "after the end", "two bodies", "wrong ends", "xhtml", "amp", "meta alone", "no tags"],
)
def test_broken_and_unusual_html_gives_its_lines(html: str):
    assert [line for line in lines(html) if line != "ad"] == [DOUGH, RYE]


@pytest.mark.parametrize("tag", ["div", "span", "font", "b"])
def test_tags_that_are_never_closed_lose_no_line(tag: str):
    assert between(page(f"<p>x<{tag}>" * 400))[-1] == "x"
    assert lines(page(f"<{tag}>" * 1000))[-1] == OVEN


def test_a_page_too_deep_to_be_read_to_its_end_is_none_not_half_a_page():
    assert read_html(page("<div>" * 5000 + SALT)) is None


def test_four_times_as_many_paragraphs_take_not_much_more_than_four_times_as_long():
    noise = f"<img src='data:image/png;base64,{'A' * 2_000_000}'><script>{'x = 1; ' * 300_000}</script>"

    def cost(n: int) -> float:
        text = page(noise + "".join(f"<p>{SALT} Loaf {i}.</p>" for i in range(n)))
        start = time.process_time()
        assert between(text) == [f"{SALT} Loaf {i}." for i in range(n)]
        return time.process_time() - start

    assert cost(10_000) < 12 * cost(2_500)


TAGS = "p div a b br h1 ul li table td article nav time pre script noscript svg iframe body html head title".split()
ODD = [
    *(DOUGH, RYE, "<", "<!--", "-->", "<![CDATA[", "<?xml version='1.0'?>", "&#1;", "&#xD800;", "&", '"', "\x01", "\u200b"),
    "<meta name=author content='Ida Rye'>",
    "<time datetime='2024-13-45'>",
    "<p hidden class>",
    '<script type="application/ld+json">{"author": [1, null, {}], "headline": "\\ud83d"}</script>',
]
SOUP = st.lists(
    st.sampled_from([*map("<{}>".format, TAGS), *map("</{}>".format, TAGS), *ODD]) | st.text(max_size=5), max_size=25
)


@settings(max_examples=150, deadline=None)
@given(SOUP.map("".join))
def test_no_page_is_so_broken_that_reading_fails(html: str):
    found = read_html(html.encode("utf-8", "ignore").decode())
    assert found is None or found.text.strip() == found.text != ""


def test_a_quotation_is_kept_with_who_said_it():
    quote = f"<blockquote><p>{SALT}</p><p>— Ida Rye, miller</p></blockquote>"
    assert kinds(page(quote))["— Ida Rye, miller"] == "body"


def test_sentences_and_list_items_among_the_paragraphs_are_kept():
    body = "<ul class='steps'><li>Weigh the salt to the gram.</li><li>Steam the oven before baking.</li></ul>"
    found = kinds(page(body))
    assert found["Weigh the salt to the gram."] == found["Steam the oven before baking."] == "body"


def test_a_heading_without_prose_below_it_is_text():
    found = kinds(page(f"<h2>Flour, water, salt</h2><h2>The oven</h2><p>{SALT}</p>"))
    assert found["The oven"] == "heading"
    assert found["Flour, water, salt"] == "body"


def test_an_appeal_at_the_end_is_dropped_but_prose_there_is_not():
    last = "We ask you, as bakers and as neighbours, to keep the old mill open for another winter."
    appeal = "Sign up for our free newsletter to get the latest recipes every week."
    html = f"<article><p>{DOUGH}</p><p>{RYE}</p><p>{OVEN}</p><p>{last}</p><p>{appeal}</p></article>"
    found = kinds(f"<html><body>{html}</body></html>")
    assert found[last] == "body"
    assert found[appeal] == "boilerplate"


def test_an_article_in_noscript_only_is_added_and_named():
    hidden = "".join(f"<p>{line}</p>" for line in (DOUGH, RYE, OVEN, SALT))
    found = read(f"<html><body><p>Please wait</p><noscript><div>{hidden}</div></noscript></body></html>")
    assert [found.text[at:].partition("\n")[0] for at, kind in found.kinds.items() if kind == "body"] == [
        DOUGH,
        RYE,
        OVEN,
        SALT,
    ]
    assert "hidden elements" in found.notes[0]


def test_the_same_figures_in_tables_of_several_pages_are_kept(tmp_path):
    table = "<table><tr><td>Ida</td><td>7</td></tr><tr><td>Otto</td><td>15</td></tr></table>"
    for name, line in zip("abcd", (DOUGH, RYE, OVEN, SALT), strict=True):
        (tmp_path / f"{name}.html").write_text(page(f"<p>{line} {name}</p>{table}"), encoding="utf-8")
    settings = Settings(reading=ReadingSettings(duplicates="keep"))
    paragraphs = read_corpus(tmp_path, settings).corpus.paragraphs
    texts = paragraphs.groupby("article_id")["text"].agg(" ".join)
    assert len(texts) == 4
    assert all({"7", "15"} <= set(text.split()) for text in texts)
