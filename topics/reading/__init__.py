"""Reading: files -> pages -> classified lines -> articles without duplicates -> paragraphs.

``sources``         the files of an input, read or named with the reason why not
``archives``        the files in ``.zip`` and ``.gz``
``collect``         the articles of all files, with fields from metadata.csv, file names and the files
``metadata``        metadata.csv
``filenames``       fields from file names
``intake``          what became of every file, date and column
``document``        what a reader of a format takes and returns
``formats/``        one file a format: files -> articles
``columns``         which column of a table is which field
``exports/``        exports of news databases: many articles in one file
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
from topics.reading.collect import Input, as_input
from topics.reading.corrections import quote_lines
from topics.reading.duplicates import mark_copies
from topics.reading.formats import read_frame, read_texts
from topics.reading.lines import Line
from topics.reading.pages import Page, Pages, read_pages
from topics.reading.paragraphs import Corpus, require_paragraphs, split
from topics.reading.review import ReadArticle, Reading, ReadLine, read_corpus
from topics.reading.review_page import render_review_page
from topics.reading.sources import is_review_page

__all__ = [
    "Cleaned", "Corpus", "Input", "Line", "Page", "Pages", "ReadArticle", "ReadLine", "Reading", "as_input", "clean",
    "is_review_page", "mark_copies", "quote_lines", "read_corpus", "read_frame", "read_pages",
    "read_texts", "render_review_page", "require_paragraphs", "split",
]  # fmt: skip
