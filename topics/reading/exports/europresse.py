"""Europresse exports in HTML: an ``<article>`` or a table cell for each article, with classes for its parts."""

import re
from typing import Any

from topics.reading.document import Contents, Document
from topics.reading.exports.markup import document_of, names_around, text_blocks
from topics.reading.exports.parts import DATE, Doubt, clean_author, split_page

KIND = "Europresse export"
_OUTLET = frozenset(("DocPublicationName", "rdp__DocPublicationName"))
_DATE = frozenset(("DocHeader", "rdp__DocHeader"))
_TITLE = frozenset(("titreArticle", "titreArticleVisu", "TitreArticleVisu", "grandTitre", "rdp__articletitle"))
_AUTHOR = frozenset(("docAuthors", "sm-margin-bottomNews", "rdp__authors", "DocAuthor"))
_TEXT = frozenset(("docOcurrContainer", "DocText", "doc-content", "rdp__articlebody"))
_OWN = frozenset(("aside", "footer", "apd-wrapper", "publiC-lblNodoc", "figcaption"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ISSUE = re.compile(r",? *\b(?:no|nº|n°|num|vol)\.? *\d.*$", re.I)
_EDITION = re.compile(r" *\((site web|web site|website|réf\. [^)]*|tweets?)\)", re.I)
_LENGTH = re.compile(r"(\d[\d  ]*) (?:mots|words|palabras)", re.I)


def split_tree(tree: Any) -> Contents | Doubt | None:
    """The articles of a page; None if no element has a class of Europresse."""
    names = _with_class(tree, "DocPublicationName")
    if not names:
        return None
    containers = [element for element in tree.iter("article") if _with_class(element, "DocPublicationName")]
    if not containers:
        cells = [cell for name in names for cell in list(name.iterancestors("td"))[-1:]]
        containers = [cell for i, cell in enumerate(cells) if cell not in cells[:i]]
    documents = [_article(container, number) for number, container in enumerate(containers, start=1)]
    lacking = sum("title" not in document.fields or "date" not in document.fields for document in documents)
    if not documents or lacking == len(documents):
        return Doubt(KIND, "its articles have neither a title nor a date")
    return Contents(KIND, tuple(documents))


def _with_class(element: Any, name: str) -> list[Any]:
    return [e for e in element.iter() if isinstance(e.tag, str) and name in (e.get("class") or "").split()]


def _article(container: Any, number: int) -> Document:
    blocks = [(text, names_around(element, container), gap) for text, element, gap in text_blocks(container)]
    has_text = any(names & _TEXT for _, names, _ in blocks)
    fields: dict[str, str] = {}
    for text, names, _ in blocks:
        if names & _TITLE:
            fields["title"] = " ".join(filter(None, [fields.get("title", ""), text]))
        elif names & _OUTLET and "outlet" not in fields:
            fields |= _read_outlet(text)
        elif names & _DATE and "date" not in fields:
            fields |= _read_date(text)
        elif names & _AUTHOR and "author" not in fields:
            fields["author"] = clean_author(text)
    lines = ((text, _kind(names, has_text), gap) for text, names, gap in blocks)
    return document_of(lines, fields, str(number))


def _kind(names: set[str], has_text: bool) -> str:
    if names & _TITLE:
        return "title"
    if names & (_OUTLET | _DATE | _AUTHOR):
        return "byline"
    if names & _OWN or (has_text and not names & _TEXT):
        return "boilerplate"
    return "heading" if names & _HEADINGS else "body"


def _read_outlet(text: str) -> dict[str, str]:
    edition = _EDITION.search(text)
    outlet = _EDITION.sub("", _ISSUE.sub("", text)).strip(" ,")
    return {"outlet": outlet} | ({"edition": edition.group(1)} if edition else {})


def _read_date(text: str) -> dict[str, str]:
    """Date, section, length and page of "Politique, mercredi 12 janvier 2022 845 mots, p. 5"."""
    date = DATE.search(text)
    if not date:
        return {}
    before, after = text[: date.start()], text[date.end() :]
    length = _LENGTH.search(after)
    section = before.strip(" ,").rpartition(",")[0].strip()
    return {
        "date": date.group(),
        "section": section,
        "length": re.sub(r"\D", "", length.group(1)) if length else "",
        "page": split_page(after).get("page", ""),
    }
