"""WordPress exports (WXR): the published posts of a site."""

import re
from collections import Counter
from typing import Any

from lxml import etree

from topics.errors import InputError
from topics.format import count
from topics.reading.document import Contents, Document, Source
from topics.reading.exports.markup import document_of, names_around, parse_html, text_blocks

KIND = "WordPress export"
_EXPORT = "{http://wordpress.org/export/"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_CAPTION = re.compile(r"\[(caption|wp_caption)\b[^\]]*\].*?\[/\1\]", re.S)
_EMBED = re.compile(r"\[(embed|audio|video|playlist|code)\b[^\]]*\][^\[]*\[/\1\]", re.S)
_SHORTCODE = re.compile(
    r"\[/?[A-Za-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[^\s\]]+))+\s*/?\]|\[/[A-Za-z][\w-]*\]|\[[A-Za-z][\w-]* ?/\]"
    r"|\[(?:gallery|embed|audio|video|playlist|contact-form|toc)\]"
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def is_wordpress(root: Any) -> bool:
    """Whether the root of an XML tree is that of a WordPress export."""
    return root.tag == "rss" and any(
        isinstance(e.tag, str) and e.tag.startswith(_EXPORT) for e in root.iterfind("channel/*")
    )


def has_whole_articles(root: Any) -> bool:
    """Whether a news feed contains the articles themselves."""
    return any((item.findtext(_CONTENT) or "").strip() for item in root.iterfind("channel/item"))


def read_wordpress(root: Any, source: Source, kind: str = KIND) -> Contents:
    """The published posts of a WordPress export, or of a feed with whole articles; pages and drafts are counted.

    Parameters
    ----------
    root
        The file's bytes, or the root of its tree.
    source
        The file.
    kind
        What the file is.

    Raises
    ------
    InputError
        If there is no published post in it, or it is not XML.
    """
    if isinstance(root, bytes):
        root = _parse(root, source.name)
    channel = root.find("channel")
    authors = {
        _value(author, "author_login"): _value(author, "author_display_name")
        for author in channel
        if isinstance(author.tag, str) and author.tag.startswith(_EXPORT) and author.tag.endswith("}author")
    }
    documents: list[Document] = []
    problems: list[str] = []
    others: Counter[str] = Counter()
    for number, item in enumerate(channel.iterfind("item"), start=1):
        of, status = _value(item, "post_type") or "post", _value(item, "status") or "publish"
        if of != "post" or status != "publish":
            others[of if of != "post" else f"{status} post"] += 1
            continue
        document = _post(item, str(number), channel.findtext("title") or "", authors, source)
        if document.text.strip():
            documents.append(document)
        else:
            problems.append(f"item {number}: no text in it; expected an article")
    counts = ", ".join(count(n, name) for name, n in sorted(others.items()))
    if not documents:
        raise InputError(f"{source.name}: no published post in the {kind} ({counts or 'it is empty'}); expected articles")
    return Contents(kind, tuple(documents), tuple(problems), notes=(f"left out: {counts}",) if counts else ())


def _parse(data: bytes, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, recover=True)
    root = etree.fromstring(data, parser)
    if root is None or root.find("channel") is None:
        raise InputError(f"{name}: not a readable {KIND}; expected XML with rss/channel")
    return root


def _value(element: Any, name: str) -> str:
    """The text of a child in the namespace of exports, whose address contains its version."""
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(_EXPORT) and child.tag.endswith(f"}}{name}"):
            return (child.text or "").strip()
    return ""


def _post(item: Any, part: str, site: str, authors: dict[str, str], source: Source) -> Document:
    creator = (item.findtext(_CREATOR) or "").strip()
    date = _value(item, "post_date")
    terms: dict[str, list[str]] = {"category": [], "post_tag": []}
    for term in item.iterfind("category"):
        terms.setdefault(term.get("domain", ""), []).append((term.text or "").strip())
    fields = {
        "title": " ".join((item.findtext("title") or "").split()),
        "author": authors.get(creator) or creator,
        "outlet": " ".join(site.split()),
        "date": (item.findtext("pubDate") or "") if date.startswith("0000") or not date else date.partition(" ")[0],
        "url": (item.findtext("link") or "").strip(),
        "categories": ", ".join(filter(None, terms["category"])),
        "tags": ", ".join(filter(None, terms["post_tag"])),
    }
    content, mended = source.tidy(item.findtext(_CONTENT) or "")
    return document_of(_lines(content), fields, part, mended)


def _lines(content: str) -> list[tuple[str, str, int]]:
    """Lines of a post with their kinds; shortcodes such as ``[gallery]`` are removed."""
    for shortcode in (_CAPTION, _EMBED, _SHORTCODE):
        content = shortcode.sub("", content)
    if "<p" not in content:  # the classic editor stores blank lines in place of paragraphs
        content = re.sub(r"\n[ \t]*\n\s*", "<br><br>", content)
    tree = parse_html(content) if content.strip() else None
    if tree is None:
        return []
    lines = []
    for text, element, gap in text_blocks(tree):
        names = names_around(element, tree)
        kind = "heading" if names & _HEADINGS else "boilerplate" if "figcaption" in names else ""
        lines.append((text, kind, gap))
    return lines
