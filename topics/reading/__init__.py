"""Reading: files -> pages -> classified lines -> articles without duplicates -> paragraphs.

``sources``         the files of an input, read or named with the reason why not
``archives``        the files in ``.zip`` and ``.gz``
``document``        what a reader of a format takes and returns
``formats/``        one file a format: files -> articles
``pages``           articles with ids and metadata
``html``            visible text, tags and metadata of an HTML page, for ``pages``
``lines``           page text -> lines
``boilerplate/``    classification of lines as article text or boilerplate
``corrections``     manual classification of lines
``duplicates``      articles that repeat another
``paragraphs``      lines -> paragraphs, the units of analysis: the corpus
``repair``          missing spaces, for ``paragraphs``
``review``          all steps in one call, and the classification of every line
``review_page``     the same as an HTML page, for ``topics read --html``
"""

from topics.reading.boilerplate import Cleaned, clean
from topics.reading.corrections import quote_lines
from topics.reading.duplicates import mark_copies
from topics.reading.lines import Line
from topics.reading.pages import Page, Pages, read_pages
from topics.reading.paragraphs import Corpus, require_paragraphs, split
from topics.reading.review import ReadArticle, Reading, ReadLine, read_corpus
from topics.reading.review_page import render_review_page
from topics.reading.sources import is_review_page

__all__ = [
    "Cleaned", "Corpus", "Line", "Page", "Pages", "ReadArticle", "ReadLine", "Reading", "clean",
    "is_review_page", "mark_copies", "quote_lines", "read_corpus", "read_pages", "render_review_page",
    "require_paragraphs", "split",
]  # fmt: skip
