"""PDF by pdfminer.six (extra ``documents``): text in reading order, page headers and notes as boilerplate."""

import io
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from topics.errors import InputError
from topics.format import count
from topics.reading.document import Contents, Document, Source
from topics.reading.formats.builder import TextBuilder, sensible_author, sensible_title
from topics.reading.formats.page_layout import Layout, PageLine, Paragraph, find_paragraphs
from topics.reading.formats.registry import reads
from topics.reading.formats.typesetting import Hyphenation, count_ligatures

_CID = re.compile(r"\(cid:\d+\)")
_CID_BULLET = re.compile(r"^\(cid:\d+\)(?=\s|$)")
"""A character without a name in place of a bullet, as several programs write it."""
_MAX_UNMAPPED = 0.2
"""Maximum share of characters that a font does not name, above which the text is of no use."""
_NOTE_MARKS = re.compile(r"[\d*†‡§]")
_UNITS = re.compile(r"(?:\d|\b[kcmd]?m)$")
"""What a raised figure belongs to as an exponent."""


@dataclass
class _Scan:
    """What the pages of a file contain."""

    pages: list[Layout] = field(default_factory=list)
    n_pages: int = 0
    without_text: list[int] = field(default_factory=list)
    """Pages that show a picture and have no text."""
    damaged: list[int] = field(default_factory=list)
    info: dict[str, str] = field(default_factory=dict)


@reads(".pdf")
def read_pdf(source: Source) -> Contents:
    """A PDF: one article."""
    raw = source.load()
    scan = _scan(raw, source.name)
    text = "\n".join(line.text for page in scan.pages for line in page.lines)
    if not text.strip():
        if scan.without_text:
            raise InputError(
                f"{source.name}: contains images and no text; run OCR on it, e.g. ocrmypdf, and read the result"
            )
        if scan.damaged:
            raise InputError(f"{source.name}: damaged, no page can be read; download or export it again")
        raise InputError(f"{source.name}: contains no text; expected an article")
    unmapped = len(_CID.findall(text))
    if unmapped > _MAX_UNMAPPED * len(_CID.sub("x", text)):
        raise InputError(
            f"{source.name}: its fonts do not say which letters they show; run OCR on it, e.g. ocrmypdf --force-ocr"
        )
    return Contents("PDF", (_document(scan, text, raw, unmapped, source),))


def _document(scan: _Scan, text: str, raw: bytes, unmapped: int, source: Source) -> Document:
    paragraphs = find_paragraphs(scan.pages)
    hyphenation = Hyphenation("\n".join(line.text for paragraph in paragraphs for line in paragraph.lines))
    builder = TextBuilder(source)
    for paragraph in sorted(paragraphs, key=_is_outside):  # stable: what is outside the text comes last
        builder.add(_CID.sub("\N{REPLACEMENT CHARACTER}", _joined(paragraph, hyphenation)), paragraph.kind)
    notes = []
    if hyphenation.joined:
        notes.append(f"{count(hyphenation.joined, 'word')} hyphenated at line ends joined")
    if n_ligatures := count_ligatures(text):
        notes.append(f"{count(n_ligatures, 'ligature')} replaced by letters")
    if unmapped:
        notes.append(f"{count(unmapped, 'character')} without a name in the fonts appear as \N{REPLACEMENT CHARACTER}")
    if scan.without_text:
        pages = ", ".join(map(str, scan.without_text[:10]))
        notes.append(f"{len(scan.without_text)} of {count(scan.n_pages, 'page')} without text (page {pages}); run OCR on it")
    if scan.damaged:
        notes.append(f"{count(len(scan.damaged), 'page')} damaged and not read (page {', '.join(map(str, scan.damaged))})")
    if b"%%EOF" not in raw[-4096:]:
        notes.append("the file looks cut off; download it again")
    fields = {
        # what stands in the page is what a reader of it calls it; properties are often those of another file
        "title": sensible_title(scan.info.get("Title", "")) or builder.title,
        "author": sensible_author(scan.info.get("Author", "")),
    }
    return builder.document(fields, notes=notes)


def _is_outside(paragraph: Paragraph) -> bool:
    return paragraph.kind == "boilerplate"


def _joined(paragraph: Paragraph, hyphenation: Hyphenation) -> str:
    text = paragraph.lines[0].text
    for line in paragraph.lines[1:]:
        text = hyphenation.join(text, line.text)
    return text


def _scan(raw: bytes, name: str) -> _Scan:
    try:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.layout import LAParams
        from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser
    except ModuleNotFoundError:
        raise InputError(f"{name}: reading PDF needs the extra: pip install 'article-topics[documents]'") from None
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it reports each oddity of a file
    scan = _Scan()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            document = PDFDocument(PDFParser(io.BytesIO(raw)))
            scan.info = _info(document.info)
            pages = list(PDFPage.create_pages(document))
        except PDFEncryptionError:
            raise InputError(f"{name}: encrypted with a password; save it without one") from None
        except Exception as error:  # of every kind, also TypeError and RecursionError
            reason = str(error).strip() or type(error).__name__
            raise InputError(f"{name}: damaged ({reason}); download or export it again") from None
        resources = PDFResourceManager()
        device = PDFPageAggregator(resources, laparams=LAParams(boxes_flow=None, all_texts=True))
        interpreter = PDFPageInterpreter(resources, device)
        scan.n_pages = len(pages)
        for number, page in enumerate(pages, start=1):
            try:
                interpreter.process_page(page)
                layout = device.get_result()
                lines, has_image = _lines(layout)
            except Exception:
                scan.damaged.append(number)
                continue
            if lines:
                scan.pages.append(Layout(number, layout.width, layout.height, lines))
            elif has_image:
                scan.without_text.append(number)
    return scan


def _info(dictionaries: list[dict[str, Any]]) -> dict[str, str]:
    """The properties of the file as text."""
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    values: dict[str, str] = {}
    for dictionary in dictionaries:
        for key in ("Title", "Author"):
            value = resolve1(dictionary.get(key))
            if isinstance(value, bytes):
                values.setdefault(key, decode_text(value).replace("\0", ""))
    return values


def _lines(layout: Any) -> tuple[list[PageLine], bool]:
    """The lines of a page, and whether it shows a picture."""
    from pdfminer.layout import LTChar, LTContainer, LTImage, LTTextLine

    lines: list[PageLine] = []
    has_image = False
    waiting = [layout]
    while waiting:
        item = waiting.pop()
        if isinstance(item, LTTextLine):
            glyphs = [glyph for glyph in item if isinstance(glyph, LTChar) and glyph.get_text().strip()]
            if glyphs:
                lines.append(_line(item, glyphs))
        elif isinstance(item, LTContainer):
            waiting += item
        has_image = has_image or isinstance(item, LTImage)
    return lines, has_image


def _line(item: Any, glyphs: list[Any]) -> PageLine:
    sizes = sorted(glyph.size for glyph in glyphs)
    size = sizes[len(sizes) // 2]
    bottoms = sorted(glyph.y0 for glyph in glyphs if abs(glyph.size - size) <= 0.1 * abs(size))
    base = bottoms[len(bottoms) // 2]
    text = _CID_BULLET.sub("•", "".join(_characters(item, size, base)).strip())
    # the hyphen at the end of a spaced out line may stand apart from its word
    if text.endswith(" -") and len(glyphs) > 1 and glyphs[-1].x0 - glyphs[-2].x1 < 0.25 * size:
        text = f"{text[:-2]}-"
    return PageLine(
        text=text,
        x0=min(glyph.x0 for glyph in glyphs),
        x1=max(glyph.x1 for glyph in glyphs),
        y0=base,
        y1=base + size,
        size=round(size, 1),
        bold=2 * sum(bool(re.search(r"bold|black|heavy", glyph.fontname, re.I)) for glyph in glyphs) > len(glyphs),
        upright=2 * sum(glyph.upright for glyph in glyphs) > len(glyphs),
    )


def _characters(item: Any, size: float, base: float) -> Iterator[str]:
    """The characters of a line without the raised figures that refer to notes."""
    before = ""
    for glyph in item:
        text = glyph.get_text()
        is_raised = hasattr(glyph, "size") and glyph.size < 0.8 * size and glyph.y0 > base + 0.15 * size
        if is_raised and _NOTE_MARKS.fullmatch(text) and before.strip() and not _UNITS.search(before.rstrip()):
            continue
        before += text
        yield text
