"""Reading: files -> pages -> lines with a kind -> articles without copies -> paragraphs.

``pages``           files -> pages, each one article with what its source says of it
``records``         rows of tables, for ``pages``
``html``            the visible text of an HTML page and what its tags say of each line, for ``pages``
``lines``           page text -> lines
``boilerplate/``    lines -> what is article and what is not, with a reason
``corrections``     kinds of lines that people have decided
``duplicates``      articles that repeat another
``paragraphs``      lines -> paragraphs, the units of analysis: the corpus
``repair``          missing spaces, for ``paragraphs``
``review``          all of it in one call, and what became of every line
``review_page``     the same as a web page, for ``topics read --html``
"""

from topics.reading.boilerplate import Cleaned, clean
from topics.reading.corrections import quote_lines
from topics.reading.duplicates import mark_copies
from topics.reading.lines import Line
from topics.reading.pages import Page, Pages, is_review_page, read_pages
from topics.reading.paragraphs import Corpus, require_paragraphs, split
from topics.reading.review import ReadArticle, Reading, ReadLine, read_corpus
from topics.reading.review_page import render_review_page

__all__ = [
    "Cleaned", "Corpus", "Line", "Page", "Pages", "ReadArticle", "ReadLine", "Reading", "clean",
    "is_review_page", "mark_copies", "quote_lines", "read_corpus", "read_pages", "render_review_page",
    "require_paragraphs", "split",
]  # fmt: skip
