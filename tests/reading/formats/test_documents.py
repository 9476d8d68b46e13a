"""Word, OpenDocument and rich text: paragraphs, headings, notes and changes as the writer meant them."""

import io
import zipfile

import pytest
from handmade import Put, docx, epub, kinds, odt, pdf, read, read_one, run, tei, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.errors import InputError

STYLES = (
    '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="My own"/><w:basedOn w:val="berschrift1"/></w:style>'
    '<w:style w:styleId="Outlined"><w:name w:val="Abschnitt"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="Verzeichnis1"><w:name w:val="toc 1"/></w:style>'
)


def paragraph(content: str, style: str = "", more: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{content}</w:p>"


@pytest.mark.parametrize(
    ("style", "more", "kind"),
    [
        ("berschrift1", "", "heading"),
        ("Own", "", "heading"),
        ("Outlined", "", "heading"),
        ("", '<w:outlineLvl w:val="0"/>', "heading"),
        ("", '<w:outlineLvl w:val="9"/>', ""),
        ("Titel", "", "title"),
        ("Verzeichnis1", "", "boilerplate"),
        ("Heading2", "", "heading"),
        ("", "", ""),
    ],
)
def test_the_style_of_a_word_paragraph_tells_its_kind(style: str, more: str, kind: str):
    assert kinds(read_one("a.docx", docx(paragraph(run("The flour"), style, more), styles=STYLES))) == [(kind, "The flour")]


def test_a_paragraph_of_many_words_in_the_style_of_a_heading_is_text():
    long = "The baker folds the dough. " * 10
    assert kinds(read_one("a.docx", docx(paragraph(run(long), "berschrift1"), styles=STYLES))) == [("", long.strip())]


def test_only_the_first_title_of_a_document_is_its_title():
    document = read_one("a.docx", docx(paragraph(run("One"), "Titel") + paragraph(run("Two"), "Titel"), styles=STYLES))
    assert kinds(document) == [("title", "One"), ("heading", "Two")]
    assert document.fields == {"title": "One"}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f"{run('Rye ')}<w:ins>{run('flour ')}</w:ins>{run('drinks.')}", "Rye flour drinks."),
        (f"{run('Rye')}<w:del><w:r><w:delText> wheat</w:delText></w:r></w:del>{run(' drinks.')}", "Rye drinks."),
        (f"<w:moveFrom>{run('Old ')}</w:moveFrom>{run('Rye.')}", "Rye."),
        (f"{run('See ')}<w:hyperlink>{run('the mill')}</w:hyperlink>{run('.')}", "See the mill."),
        (f"<w:smartTag>{run('London')}</w:smartTag>{run(' wakes.')}", "London wakes."),
        (f"<w:sdt><w:sdtContent>{run('Chosen')}</w:sdtContent></w:sdt>{run(' words.')}", "Chosen words."),
        (f"{run('One')}<w:r><w:br/></w:r>{run('two')}", "One\ntwo"),
        (f"{run('One')}<w:r><w:tab/><w:t>two</w:t></w:r>", "One two"),
        (f"{run('On')}<w:r><w:softHyphen/></w:r>{run('ly')}", "Only"),
        (f"{run('X')}<w:r><w:noBreakHyphen/></w:r>{run('ray')}", "X-ray"),
        (f"{run('Seen.')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden.</w:t></w:r>", "Seen."),
        (f'{run("Seen")}<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> too.</w:t></w:r>', "Seen too."),
        (f"<w:r><w:instrText>PAGE</w:instrText></w:r>{run('3 loaves.')}", "3 loaves."),
        (f"<w:fldSimple>{run('Field')}</w:fldSimple>{run(' text.')}", "Field text."),
        (run("re\ufb01nery  and   mill"), "refinery and mill"),
    ],
)
def test_what_a_reader_of_a_word_paragraph_sees_is_its_text(content: str, text: str):
    assert read_one("a.docx", docx(paragraph(content))).text == text


def test_notes_do_not_break_paragraphs_and_are_not_lost():
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    footnotes = (
        f'<w:footnote w:id="0" w:type="separator">{paragraph(run("–"))}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph(run("See the mill."))}</w:footnote>'
    )
    document = read_one("a.docx", docx(paragraph(run("Rye drinks") + reference + run(" more.")), footnotes=footnotes))
    assert kinds(document) == [("", "Rye drinks more."), ("boilerplate", "See the mill.")]


def test_tables_text_boxes_and_content_controls_of_word_are_text_once():
    box = f"<w:txbxContent>{paragraph(run('In the box.'))}</w:txbxContent>"
    alternatives = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    cell = f"<w:tc>{paragraph(run('A cell.'))}</w:tc>"
    removed = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph(run('Gone.'))}</w:tc></w:tr>"
    control = f"<w:sdt><w:sdtContent>{paragraph(run('In a control.'))}</w:sdtContent></w:sdt>"
    body = (
        paragraph(run("Before") + alternatives + run(" after.")) + f"<w:tbl><w:tr>{cell}</w:tr>{removed}</w:tbl>" + control
    )
    assert read_one("a.docx", docx(body)).text.split("\n\n") == ["Before after.", "In the box.", "A cell.", "In a control."]


def test_a_deleted_end_of_a_paragraph_joins_it_to_the_next():
    body = paragraph(run("Rye "), more="<w:rPr><w:del/></w:rPr>") + paragraph(run("drinks."))
    assert read_one("a.docx", docx(body)).text == "Rye drinks."


def test_page_headers_are_boilerplate_at_the_end_and_once():
    head = paragraph(run("The Loaf, page 1"))
    raw = docx(paragraph(run("Rye drinks.")), header1=head, header2=head, comments="<w:comment/><w:comment/>")
    document = read_one("a.docx", raw)
    assert kinds(document) == [("", "Rye drinks."), ("boilerplate", "The Loaf, page 1")]
    assert document.notes == ("2 comments of reviewers were left out",)


@pytest.mark.parametrize("title", ["How the oven was kept", "Report of 1917"])
@pytest.mark.parametrize("suffix", ["docx", "odt"])
def test_properties_are_metadata(title: str, suffix: str):
    core = f"<dc:title>{title}</dc:title><dc:creator>Ida Rye</dc:creator>"
    raw = docx(paragraph(run("Rye.")), core=core) if suffix == "docx" else odt("<text:p>Rye.</text:p>", meta=core)
    assert read_one(f"a.{suffix}", raw).fields == {"title": title, "author": "Ida Rye"}


@pytest.mark.parametrize("title", ["", "Document1", "Microsoft Word - speech.doc", "speech_final.docx", "Untitled", "12"])
@pytest.mark.parametrize("author", ["", "Microsoft Office User", "python-docx", "admin", "User", "ida@loaf.example"])
def test_what_a_program_writes_by_itself_is_no_metadata(title: str, author: str):
    core = f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>"
    assert read_one("a.docx", docx(paragraph(run("Rye.")), core=core)).fields == {}


def test_a_word_document_in_iso_strict_form_and_with_macros_is_read():
    strict = docx(paragraph(run("Rye drinks.")))
    with zipfile.ZipFile(io.BytesIO(strict)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    assert read_one("a.docm", zipped(parts)).text == "Rye drinks."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.docx", b"no", r"^a\.docx: damaged \(File is not a zip file\); expected a Word document$"),
        ("a.docx", b"", r"^a\.docx: damaged"),
        ("a.docx", docx("")[:-30], r"^a\.docx: damaged"),
        ("a.docx", zipped({"[Content_Types].xml": "", "word/x": ""}), r"^a\.docx: lacks word/document\.xml"),
        ("a.docx", zipped({"[Content_Types].xml": "", "word/document.xml": "<a>"}), r"^a\.docx: not well-formed XML"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), r"^a\.docx: is encrypted or an old Office file; save"),
        ("a.odt", zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), r"^a\.odt: lacks content\.xml"),
        ("a.rtf", b"no", r"^a\.rtf: not rich text"),
        ("a.rtf", rb"{\rtf1\ansi\uc x}", r"^a\.rtf: damaged \(.*\); save it again as \.rtf or \.docx$"),
    ],
)
def test_a_damaged_document_is_refused_by_name(name: str, content: bytes, message: str):
    with pytest.raises(InputError, match=message):
        read(name, content)


ODT_STYLES = (
    '<style:style style:name="P1" style:parent-style-name="Title"/><style:style style:name="T9">'
    '<style:text-properties text:display="none"/></style:style>'
    "<style:header><text:p>The Loaf</text:p></style:header>"
)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ('<text:h text:outline-level="1">The flour</text:h>', [("heading", "The flour")]),
        ('<text:p text:style-name="P1">The oven</text:p>', [("title", "The oven")]),
        ("<text:p>Rye <text:span>flour</text:span> <text:a>drinks</text:a>.</text:p>", [("", "Rye flour drinks.")]),
        (
            "<text:p>One<text:line-break/>two<text:tab/>three<text:s/>four</text:p>",
            [("", "One"), ("", "two three four")],
        ),
        ("<text:p>Rye\n  flour.</text:p>", [("", "Rye flour.")]),
        ("<text:p>Rye<office:annotation><text:p>Why?</text:p></office:annotation>.</text:p>", [("", "Rye.")]),
        ("<text:p>Seen.<text:span text:style-name='T9'>Hidden.</text:span></text:p>", [("", "Seen.")]),
        (
            "<text:tracked-changes><text:p>Gone.</text:p></text:tracked-changes><text:p>Kept.</text:p>",
            [("", "Kept.")],
        ),
        (
            "<text:p>Rye<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>See the mill.</text:p>"
            "</text:note-body></text:note> drinks.</text:p>",
            [("", "Rye drinks."), ("boilerplate", "See the mill.")],
        ),
        (
            "<text:p>Before<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame>"
            " after.</text:p>",
            [("", "Before after."), ("", "In the box.")],
        ),
        (
            "<text:list><text:list-item><text:p>One.</text:p></text:list-item></text:list><table:table><table:table-row>"
            "<table:table-cell><text:p>A cell.</text:p></table:table-cell></table:table-row></table:table>",
            [("", "One."), ("body", "A cell.")],
        ),
        (
            "<text:table-of-content><text:index-body><text:p>Flour 3</text:p></text:index-body></text:table-of-content>",
            [("boilerplate", "Flour 3")],
        ),
    ],
)
def test_an_opendocument_text_is_read_as_it_is_shown(content: str, lines: list[tuple[str, str]]):
    document = read_one("a.odt", odt(content, ODT_STYLES))
    assert kinds(document) == [*lines, ("boilerplate", "The Loaf")]


def test_an_encrypted_opendocument_text_is_named():
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "x",
             "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}  # fmt: skip
    with pytest.raises(InputError, match=r"^a\.odt: encrypted; save it without a password$"):
        read("a.odt", zipped(parts))


RTF = r"""{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fswiss Arial;}{\f1\fcharset204 Arial Cyr;}}
{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\*\cs9 Strong;}{\s5 Title;}}
{\info{\title Untitled}{\author Ida Rye}{\creatim\yr2020}}{\header\pard The Loaf\par}
%s}"""


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            r"\pard\s5 The oven\par\pard\s1 The flour\par\pard Rye drinks.\par",
            [("title", "The oven"), ("heading", "The flour"), ("", "Rye drinks.")],
        ),
        (r"\pard\s1 One\par Two\par\pard Text.\par", [("heading", "One"), ("heading", "Two"), ("", "Text.")]),
        (r"\pard\outlinelevel1 By level\par", [("heading", "By level")]),
        (r"\pard Caf\'e9 \u8222?so\u8220? 2\u8239?kg\par", [("", "Café „so“ 2 kg")]),
        (r"\pard {\f1 \'d5\'eb\'e5\'e1}\par", [("", "Хлеб")]),
        (r"\pard \u-10179?\u-8704?\par", [("", "\U0001f600")]),
        (r"\pard One\line two\tab three\par", [("", "One"), ("", "two three")]),
        (r"\pard Braces \{ and \\ stay\par", [("", r"Braces { and \ stay")]),
        (r"\pard Kept{\deleted gone}{\v hidden}.\par", [("", "Kept.")]),
        (
            r"\pard Rye{\super\chftn{\footnote\pard\plain {\super\chftn} See the mill.\par}} drinks.\par",
            [("", "Rye drinks."), ("boilerplate", "See the mill.")],
        ),
        (
            r'\pard See {\field{\*\fldinst{HYPERLINK "http://loaf.example"}}{\fldrslt{the mill}}}.\par',
            [("", "See the mill.")],
        ),
        (r"\pard{\listtext\'b7\tab}An item.\par", [("", "An item.")]),
        (r"\trowd\pard\intbl A\cell B\cell\row\pard End.\par", [("", "A"), ("", "B"), ("", "End.")]),
        (r"\pard Before.{\shp{\*\shpinst{\shptxt\pard In the box.\par}}}\par", [("", "Before."), ("", "In the box.")]),
        (r"\pard Pic{\pict\pngblip 89504e47}ture.\par", [("", "Picture.")]),
    ],
)
def test_rich_text_is_read_with_its_styles_and_notes(content: str, lines: list[tuple[str, str]]):
    document = read_one("a.rtf", RTF % content)
    assert sorted(kinds(document)) == sorted([*lines, ("boilerplate", "The Loaf")])
    assert kinds(document)[: len(lines) - 1] == lines[:-1]
    assert document.fields["author"] == "Ida Rye"


def test_rich_text_that_was_cut_off_is_read_as_far_as_it_goes():
    assert (
        read_one("a.rtf", r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard Rye drinks.\par And wh").text == "Rye drinks.\n\nAnd wh"
    )


SAMPLES = {
    "a.docx": docx(paragraph(run("Rye drinks.")), footnotes="", styles=STYLES),
    "a.odt": odt("<text:p>Rye drinks.</text:p>", ODT_STYLES),
    "a.rtf": (RTF % r"\pard\s1 Rye\par\pard drinks {\footnote see} \u8222?\'e9\par").encode(),
    "a.pdf": pdf([[Put(50, 700, "Rye drinks."), Put(50, 688, "So it does.")], [Put(50, 700, "Always.")]]),
    "a.epub": epub({"a.xhtml": "<html><body><p>Rye drinks.</p></body></html>"}),
    "a.xml": tei("<p>Rye<note>See.</note> drinks.</p>").encode(),
    "a.eml": b"From: a@b.example\nDate: today\nMIME-Version: 1.0\nContent-Type: text/plain; charset=x\n\nRye drinks.\n> No.",
}


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_damaged_file_of_any_format_is_read_or_refused_by_name(name: str, data: st.DataObject):
    raw = SAMPLES[name]
    start, length = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 30))
    damaged = raw[:start] + data.draw(st.binary(max_size=5)) + raw[start + length :]
    try:
        read(name, damaged)
    except InputError as error:
        message = str(error)
        named = message.startswith(name) and "\n" not in message
        assert named, message


def test_a_short_cell_of_word_is_no_heading_and_a_text_in_a_cell_is_as_elsewhere():
    cells = "".join(
        f"<w:tc>{''.join(paragraph(run(text)) for text in texts)}</w:tc>" for texts in (["Cost"], ["One.", "Two."])
    )
    document = read_one("a.docx", docx(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))
    assert kinds(document) == [("body", "Cost"), ("", "One."), ("", "Two.")]


def test_a_flat_opendocument_text_needs_no_remark():
    content = (
        '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>The dough rises.'
        "</text:p></office:text></office:body></office:document>"
    )
    contents = read("a.fodt", content.encode())
    assert (contents.documents[0].text, contents.notes) == ("The dough rises.", ())
