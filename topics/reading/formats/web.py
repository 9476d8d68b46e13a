"""Web pages."""

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.exports import split_html_export
from topics.reading.formats.registry import reads
from topics.reading.html import read_html
from topics.text import decode, fix_mojibake


@reads(".html", ".htm")
def read_web_page(source: Source) -> Contents:
    """A saved web page: one article; an export of a news database: many."""
    html, mended = decode(source.load(), source.name), False
    if split_html_export(html):
        html, mended = source.tidy(html)
        return split_html_export(html, mended=mended) or Contents("web page", ())
    page = read_html(html)
    # only the visible text can show encoding errors, a tenth of the file
    if page and source.reading.mend and fix_mojibake(page.text) != page.text:
        page, mended = read_html(fix_mojibake(html)), True
    if page is None:
        raise InputError(f"{source.name}: no main text found in the HTML; expected an article page")
    document = Document(page.text, page.metadata, kinds=page.kinds, mended=mended, notes=page.notes)
    return Contents("web page", (document,))
