"""Small files of each format, written by hand."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from topics.reading.document import Contents, Document, Source
from topics.reading.formats import read_source

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
)
OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
    ' xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def read(name: str, content: bytes | str) -> Contents:
    raw = content.encode() if isinstance(content, str) else content
    return read_source(Source(name, lambda: raw))


def read_one(name: str, content: bytes | str) -> Document:
    (document,) = read(name, content).documents
    return document


def kinds(document: Document) -> list[tuple[str, str]]:
    """Kind and text of every line."""
    lines, at, starts = [], 0, set()
    for line in document.text.split("\n"):
        starts.add(at)
        if line:
            lines.append((document.kinds.get(at, ""), line))
        at += len(line) + 1
    assert set(document.kinds) <= starts
    return lines


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(body: str, **parts: str) -> bytes:
    """A Word document; ``styles="…"`` is ``word/styles.xml``, ``core="…"`` its properties."""
    core = parts.pop("core", "")
    files = {"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"}
    files |= {f"word/{name}.xml": f"<w:{name} {W}>{content}</w:{name}>" for name, content in parts.items()}
    if core:
        files["docProps/core.xml"] = f'<coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</coreProperties>'
    return zipped(files)


def odt(text: str, styles: str = "", meta: str = "") -> bytes:
    top = f"<office:document-content {OFFICE}>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"{top}<office:body><office:text>{text}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {OFFICE}>{styles}</office:document-styles>",
            "meta.xml": f"<office:document-meta {OFFICE}><office:meta>{meta}</office:meta></office:document-meta>",
        }
    )


def tei(body: str, header: str = "") -> str:
    top = '<TEI xmlns="http://www.tei-c.org/ns/1.0">'
    return f"{top}<teiHeader>{header}</teiHeader><text><body>{body}</body></text></TEI>"


def epub(chapters: Mapping[str, str], metadata: str = "", **parts: str) -> bytes:
    items = "".join(f'<item id="i{n}" href="{name}"/>' for n, name in enumerate(chapters))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(chapters)))
    package = (
        f'<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}'
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": package,
    }
    files |= {f"META-INF/{name}.xml": content for name, content in parts.items()}
    return zipped(files | {f"OEBPS/{name.replace('%20', ' ')}": content for name, content in chapters.items()})


class Put(NamedTuple):
    """A line of a PDF page, from the lower left corner in points; ``fi`` is a ligature if written so."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


def pdf(pages: Sequence[Sequence[Put] | None], title: str = "") -> bytes:
    """A PDF with Helvetica; a page that is None shows a picture."""
    encoding = "<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[1/fi/fl]>>"
    fonts = "".join(
        f"/{name}<</Type/Font/Subtype/Type1/BaseFont/{base}/Encoding{encoding}>>"
        for name, base in (("F0", "Helvetica"), ("F1", "Helvetica-Bold"))
    )
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    numbers = []
    for page in pages:
        if page is None:
            stream = b"q 500 0 0 700 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \xff EI Q"
        else:
            stream = b"BT " + b"".join(map(_shown, page)) + b"ET"
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        page_object = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<<{fonts}>>>>/Contents {len(objects)} 0 R>>"
        )
        objects.append(page_object.encode())
        numbers.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(numbers)}]/Count {len(numbers)}>>".encode()
    objects.append(f"<</Title({title})>>".encode())
    written, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


def _shown(line: Put) -> bytes:
    letters = line.text.replace("\ufb01", "\x01").replace("\ufb02", "\x02").encode("cp1252")
    escaped = b"".join(b"\\%03o" % letter for letter in letters)
    return b"/F%d %g Tf 1 0 0 1 %g %g Tm (%s) Tj " % (line.bold, line.size, line.x, line.y, escaped)
