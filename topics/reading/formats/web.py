"""Web pages: ``.html .htm .xhtml``."""

from dataclasses import replace

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.formats.registry import reads
from topics.reading.html import read_html


@reads(".html", ".htm", ".xhtml")
def read_web_page(source: Source) -> Contents:
    """A saved web page: one article."""
    html, mended = source.decoded()
    return Contents("web page", (replace(web_document(html, source), mended=mended),))


def web_document(html: str, source: Source) -> Document:
    """The article of an HTML page, also of one within a message or an archive of a page.

    Raises
    ------
    InputError
        If it has no main text.
    """
    page = read_html(html)
    if page is None:
        raise InputError(f"{source.name}: no main text found in the HTML; expected an article page")
    return Document(page.text, page.metadata, marks=page.marks)
