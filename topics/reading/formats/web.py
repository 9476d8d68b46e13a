"""Web pages."""

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.exports import split_html_export
from topics.reading.formats.registry import reads
from topics.reading.html import read_html


@reads(".html", ".htm")
def read_web_page(source: Source) -> Contents:
    """A saved web page: one article; an export of a news database: many."""
    html, mended = source.decoded()
    if export := split_html_export(html, mended=mended):
        return export
    page = read_html(html)
    if page is None:
        raise InputError(f"{source.name}: no main text found in the HTML; expected an article page")
    return Contents("web page", (Document(page.text, page.metadata, marks=page.marks, mended=mended),))
