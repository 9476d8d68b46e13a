"""Exports of news databases: a file with many articles -> one document an article.

``nexis``       Nexis UK, Nexis Uni, Nexis Advance, Lexis+
``factiva``     Factiva, with and without field codes
``proquest``    ProQuest
``europresse``  Europresse, in HTML
``wordpress``   WordPress XML
``mediacloud``  tables of Media Cloud, which hold no texts
``parts``       lines, fields and articles of a text file
``markup``      the same for HTML

An export is recognised by several of its marks in agreement, at every article. What only
looks like one is read as one article, with a note.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from topics.reading.document import Contents
from topics.reading.exports import europresse, factiva, nexis, proquest
from topics.reading.exports.markup import document_of, parse_html, text_blocks
from topics.reading.exports.mediacloud import missing_text_reason
from topics.reading.exports.parts import Doubt, Split, several_articles
from topics.reading.exports.wordpress import has_whole_articles, is_wordpress, read_wordpress

__all__ = [
    "has_whole_articles",
    "is_wordpress",
    "missing_text_reason",
    "read_wordpress",
    "split_export",
    "split_html_export",
]

_SPLITS: Sequence[Split] = (nexis.split, factiva.split, proquest.split)
_IN_HTML = (
    "docpublicationname", "articleparagraph", "proquest document", "end of document", "ende des dokuments",
    "fin du document",
)  # fmt: skip
_NUMBERED = re.compile(r"\d (?:of|von|de|van) \d+ do[ck]ument|do[ck]uments? \d+ (?:of|von|de|van) \d")
"""What the HTML of every export contains, one or the other, so that other pages are not parsed twice."""


def split_export(contents: Contents) -> Contents:
    r"""The articles of an export; any other file, and one that only looks like an export, as it is.

    Examples
    --------
    >>> from topics.reading.document import Document
    >>> head = "The Loaf\n\nMay 2, 2019\n\nBread rises"
    >>> part = f"{head}\n\nLENGTH: 3 words\n\nIt has risen.\n\nLANGUAGE: English"
    >>> text = f"1 of 2 DOCUMENTS\n\n{part}\n\n2 of 2 DOCUMENTS\n\n{part}"
    >>> [article.fields["title"] for article in split_export(Contents("text", (Document(text),))).documents]
    ['Bread rises', 'Bread rises']
    """
    if contents.is_table or len(contents.documents) != 1:
        return contents
    if contents.documents[0].part:  # already split
        return contents
    if contents.documents[0].body_start:  # with front matter
        reason = several_articles(contents.documents[0].text)
        return replace(contents, notes=(*contents.notes, reason)) if reason else contents
    doubts: list[str] = []
    for split in _SPLITS:
        found = split(contents.documents[0])
        if isinstance(found, Contents):
            return replace(found, problems=contents.problems, notes=contents.notes + found.notes)
        if isinstance(found, Doubt):
            doubts.append(str(found))
    if not doubts and (reason := several_articles(contents.documents[0].text)):
        doubts.append(reason)
    return replace(contents, notes=(*contents.notes, *doubts)) if doubts else contents


def split_html_export(html: str, *, mended: bool = False) -> Contents | None:
    """The articles of an export in HTML; None for any other page.

    Works on the whole page, as the main text of a page is one article at most.
    """
    lower = html.lower()
    if not any(words in lower for words in _IN_HTML) and not _NUMBERED.search(lower):
        return None
    tree = parse_html(html)
    if tree is None:
        return None
    found = europresse.split_tree(tree)
    if not isinstance(found, Contents):
        page = document_of(((text, "", gap) for text, _, gap in text_blocks(tree)), {}, "", mended)
        found = next((got for split in _SPLITS if isinstance(got := split(page), Contents)), None)
    if found is None:
        return None
    return replace(found, documents=tuple(replace(document, mended=mended) for document in found.documents))
