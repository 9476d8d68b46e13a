"""Title, author, outlet and date of an HTML page, by trafilatura, if the page itself confirms them; its JSON-LD."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from lxml import html as lxml

from topics.reading.lines import plain_words
from topics.text import find_date

_OUTSIDE = frozenset("nav aside footer form figure button".split())
"""Elements whose dates are not those of the article."""
_MAX_NAME = 200
"""Maximum characters of an element that names an author."""
_MAX_STATED = 200
"""Maximum characters of a text that states a date in words."""


def metadata_elements(tree: Any) -> Any:
    """A page of only those elements of ``tree`` that can state its title, author, outlet and date.

    Searching it takes a fraction of the time, and finds no name or date of something else.
    """
    small = lxml.document_fromstring("<html><head></head><body></body></html>")
    head, body = small

    def add(parent: Any, element: Any) -> None:
        copied = deepcopy(element)
        copied.tail = None
        parent.append(copied)

    for element in tree.iter("title", "meta", "link", "base", "script", "time", "abbr", "h1", "h2", "h3"):
        if element.tag in ("time", "abbr"):
            if not any(parent.tag in _OUTSIDE for parent in element.iterancestors()):
                add(body, element)
        elif element.tag in ("h1", "h2", "h3"):
            add(body, element)
        elif element.tag == "script":
            if "json" in element.get("type", ""):
                add(head, element)
        elif element.tag != "link" or element.get("rel") in ("canonical", "alternate", "author"):
            add(head, element)
    for element in tree.xpath(
        "//*[@rel='author' or contains(@itemprop, 'author') or contains(@class, 'author') or contains(@class, 'byline')]"
    ):
        if element.tag not in ("meta", "link", "body") and len(element.text_content()) < _MAX_NAME:
            add(body, element)
    return small


def headline(tree: Any) -> str:
    """The heading that makes up most of the title in the head, without the outlet; "" if there is none."""
    titles = [element.text_content() for element in tree.iter("title")]
    titles += tree.xpath("//meta[@property='og:title']/@content")
    heads = list(map(plain_words, titles))
    headline = ""
    for element in tree.iter("h1", "h2", "h3"):
        text = " ".join(element.text_content().split())
        words = plain_words(text)
        is_named = any(f" {words} " in f" {head} " and 2 * len(words) >= len(head) for head in heads)
        if is_named and len(text) > len(headline):
            headline = text
    return headline


def read_metadata(tree: Any, article: Any) -> dict[str, str]:
    """Title, author, outlet and date by trafilatura, if confirmed by the head of the page.

    trafilatura also searches the text, where a date may be that of a picture or an event.
    """
    metas = [
        element.get("content", "") for element in tree.iter("meta") if "image" not in element.get("property", "").lower()
    ]
    # JSON-LD is searched as text, with its escapes decoded
    objects = [
        re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code.group(1), 16)), element.text or "")
        for element in tree.iter("script")
        if "ld+json" in element.get("type", "")
    ]
    titles = [element.text_content() for element in tree.iter("title", "h1")]
    writers = [element.text_content() for element in tree.xpath("//*[@rel='author' or @itemprop='author']")]
    names = [text for text in metas if not re.match(r"@|https?:", text)]  # neither accounts nor addresses
    head = f" {' | '.join(map(plain_words, [*names, *objects, *titles, *writers]))} "
    # the head has the original spelling of names
    as_written = {text.casefold(): text for text in names}

    def confirmed(value: str, parts: list[str]) -> str:
        in_head = all(f" {plain_words(part)} " in head for part in parts) and re.search(r"[^\W\d_]", value)
        return as_written.get(value.casefold(), value) if in_head else ""

    title, outlet = article.title or "", article.sitename or ""
    author = (article.author or "").replace("; ", ", ")
    outlet = confirmed(outlet, [outlet])
    return {
        "title": confirmed(title, [title]),
        "author": confirmed(author, author.split(", ")),
        "outlet": "" if outlet == article.hostname else outlet,
        "date": _confirmed_date(tree, article.date or "", [*metas, *objects]),
    }


def _confirmed_date(tree: Any, date: str, head: list[str]) -> str:
    """The date, if confirmed to the day by the head, the canonical address or a time element."""
    times = [
        f"{element.get('datetime', '')} {element.get('title', '')} {element.text_content()}"
        for element in tree.iter("time", "abbr")
    ]
    addresses = [element.get("href", "") for element in tree.iter("link") if element.get("rel") == "canonical"]
    if not date:
        return ""
    stated = re.compile(date.replace("-", "[-/.]?") + r"(?!\d)")
    texts = [*head, *times, *addresses]
    if any(stated.search(text) for text in texts):
        return date
    return date if any(find_date(text) == date for text in texts if len(text) <= _MAX_STATED) else ""


def read_article_body(tree: Any) -> list[str]:
    """The paragraphs of the longest ``articleBody`` in the page's JSON-LD."""
    bodies = [value for entry in _json_ld(tree) if isinstance(value := entry.get("articleBody"), str)]
    body = max(bodies, key=len, default="")
    if re.search(r"</?(?:p|br|div|li|h\d)\b", body):
        body = lxml.fromstring(f"<div>{re.sub(r'</?(?:p|br|div|li|h[1-6])[^>]*>', chr(10), body)}</div>").text_content()
    return [" ".join(part.split()) for part in body.split("\n") if part.strip()]


def is_cut_off(tree: Any) -> bool:
    """Whether the page's JSON-LD says that the article is not free."""
    return any(str(entry.get("isAccessibleForFree", "")).lower() == "false" for entry in _json_ld(tree))


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """The objects of the page's JSON-LD; what is not valid JSON is left out."""
    for element in tree.iter("script"):
        text = element.text or ""
        if "ld+json" not in element.get("type", "") or not re.search("articleBody|isAccessibleForFree", text):
            continue
        try:
            entries = [json.loads(text, strict=False)]
        except (ValueError, RecursionError):
            continue
        while entries:
            entry = entries.pop()
            if isinstance(entry, list):
                entries += entry
            elif isinstance(entry, dict):
                yield entry
                entries += entry.values()
