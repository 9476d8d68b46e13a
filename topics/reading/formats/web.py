"""Web pages: ``.html .htm .xhtml``."""

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.exports import split_html_export
from topics.reading.formats.registry import WEB_PAGE, reads
from topics.reading.html import read_html
from topics.text import decode, fix_mojibake


@reads(".html", ".htm", ".xhtml")
def read_web_page(source: Source) -> Contents:
    """A saved web page: one article; an export of a news database: many."""
    html = decode(source.load(), source.name)
    if split_html_export(html):
        html, mended = source.tidy(html)
        return split_html_export(html, mended=mended) or Contents(WEB_PAGE, ())
    return Contents(WEB_PAGE, (web_document(html, source),))


def web_document(html: str, source: Source) -> Document:
    """The article of an HTML page, also of one within a message or an archive of a page.

    Raises
    ------
    InputError
        If it has no main text.
    """
    mended = False
    page = read_html(html)
    # only the visible text can show encoding errors, a tenth of the file
    if page and source.reading.mend and fix_mojibake(page.text) != page.text:
        page, mended = read_html(fix_mojibake(html)), True
    if page is None:
        raise InputError(f"{source.name}: no main text found in the HTML; expected an article page")
    return Document(page.text, page.metadata, kinds=page.kinds, mended=mended, notes=page.notes)
