"""PDF: the text in reading order, in whole paragraphs, without what typesetting added."""

import sys

import pytest
from handmade import Put, kinds, pdf, read, read_one
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading.formats.page_layout import Layout, PageLine, find_paragraphs

LEFT = [
    "The refinery beside the harbour was closed in",
    "the spring, when the price of crude oil fell be-",
    "low that of water, as the owners had feared.",
    "Nobody in the town had thought it possible at",
    "that time, and the mayor said so in the council",
    "which met in the old custom house on the pier",
]
RIGHT = [
    "and heard what the ministry had written to it.",
    "The letter promised a programme of investment",
    "for the whole region, and the members laughed.",
    "They had read the same words ten years before",
    "in a letter that the same minister had signed.",
]
FIRST = (
    "The refinery beside the harbour was closed in the spring, when the price of crude oil fell below that of water, as the"
    " owners had feared. Nobody in the town had thought it possible at that time, and the mayor said so in the council which"
    " met in the old custom house on the pier and heard what the ministry had written to it. The letter promised a programme"
    " of investment for the whole region, and the members laughed. They had read the same words ten years before in a letter"
    " that the same minister had signed."
)


def column(lines: list[str], x: float, top: float, size: float = 10) -> list[Put]:
    return [Put(x, top - 1.2 * size * i, line, size) for i, line in enumerate(lines)]


def lines_of(*pages: list[Put]) -> list[tuple[str, str]]:
    return kinds(read_one("a.pdf", pdf(pages)))


def test_a_paragraph_goes_on_across_lines_and_columns():
    assert lines_of(column(LEFT, 50, 700) + column(RIGHT, 310, 700)) == [("", FIRST)]


def test_a_paragraph_goes_on_across_pages_without_their_headers_and_numbers():
    pages = [
        [Put(50, 770, "The Loaf, 1 March"), *column(lines, 50, 700), Put(290, 30, f"{number}")]
        for number, lines in enumerate((LEFT, RIGHT), start=1)
    ]
    assert lines_of(*pages) == [("", FIRST), *(("boilerplate", text) for text in ("The Loaf, 1 March", "1", "2"))]


@pytest.mark.parametrize(
    ("foot", "kind"),
    [("12", "boilerplate"), ("– 12 –", "boilerplate"), ("Page 3 of 10", "boilerplate"), ("Seite 3", "boilerplate"),
     ("iv", "boilerplate"), ("xii", "boilerplate"), ("civil", ""), ("ill", ""), ("The end", "")],
)  # fmt: skip
def test_a_page_number_is_boilerplate_and_a_word_is_not(foot: str, kind: str):
    assert (kind, foot) in lines_of([*column(LEFT, 50, 700), Put(50, 30, foot)])


def test_headings_are_larger_or_bold_and_the_largest_first_one_is_the_title():
    page = [
        Put(50, 760, "The harbour without oil", 22),
        Put(50, 725, "The closing", 10, bold=True),
        *column(LEFT, 50, 710),
        Put(50, 620, "The letter", 13),
        *column(RIGHT, 50, 600),
    ]
    found = lines_of(page)
    assert [line for line in found if line[0]] == [
        ("title", "The harbour without oil"),
        ("heading", "The closing"),
        ("heading", "The letter"),
    ]


def test_a_title_of_two_lines_is_one():
    found = lines_of([Put(50, 770, "The harbour of our town", 22), Put(50, 744, "without oil", 22), *column(LEFT, 50, 700)])
    assert found[0] == ("title", "The harbour of our town without oil")


def test_an_item_with_the_bullet_of_a_symbol_font_is_one_paragraph():
    mark = PageLine("\uf0b7", 50, 54, 700, 710, 10)
    lines = [mark, *(PageLine(text, 68, 300, 700 - 12 * i, 710 - 12 * i, 10) for i, text in enumerate(LEFT[:3]))]
    (item,) = find_paragraphs([Layout(1, 600, 800, lines)])
    assert len(item.lines) == 3


def test_a_bullet_without_a_name_in_the_font_is_a_bullet():
    assert lines_of([Put(50, 700, "(cid:127) The refinery beside the harbour")]) == [
        ("", "• The refinery beside the harbour")
    ]


def test_a_title_across_columns_comes_before_both():
    title = "A harbour and its long way out of the age of crude oil"
    found = lines_of([Put(50, 760, title, 20), *column(LEFT, 50, 700), *column(RIGHT, 310, 700)])
    assert found == [("title", title), ("", FIRST)]


def test_paragraphs_begin_at_gaps_and_indents_and_after_lines_with_room():
    by_gap = column(LEFT[:3], 50, 700) + column(LEFT[3:], 50, 640)
    by_indent = [*column(LEFT[:3], 50, 700), Put(65, 664, LEFT[3]), *column(LEFT[4:], 50, 652)]
    by_room = column([*LEFT[:2], "low it.", *LEFT[3:]], 50, 700)
    assert [len(lines_of(page)) for page in (by_gap, by_indent, by_room)] == [2, 2, 2]


def test_raised_figures_of_notes_are_no_letters_and_exponents_are():
    note = "3 See the report of the port authority, page 12."
    area = [Put(50, 628, "It covers 40 m"), Put(112.9, 632, "2", 6), Put(122, 628, "of water"), Put(161, 632, "3", 6)]
    page = [*column(LEFT, 50, 700), *area, Put(50, 60, note, 7)]
    found = lines_of(page)
    assert found[-1] == ("boilerplate", note)
    assert found[-2][1].endswith("on the pier It covers 40 m2 of water")


def test_broken_words_and_ligatures_are_mended_and_noted():
    lines = ["The re\ufb01nery and its \ufb02ag belong to the Corpora-", "tion which made a long-", "term plan."]
    document = read_one("a.pdf", pdf([column(lines, 50, 700)]))
    assert document.text == "The refinery and its flag belong to the Corporation which made a long-term plan."
    assert document.notes == ("1 word hyphenated at line ends joined", "2 ligatures replaced by letters")


def test_the_title_in_the_properties_is_used_unless_a_program_wrote_it():
    page = column(LEFT, 50, 700)
    assert read_one("a.pdf", pdf([page], title="The harbour without oil")).fields == {"title": "The harbour without oil"}
    assert read_one("a.pdf", pdf([page], title="Microsoft Word - harbour.doc")).fields == {}


def test_a_scan_is_named_and_pages_without_text_are_counted():
    with pytest.raises(InputError, match=r"^a\.pdf: contains images and no text; run OCR on it, e\.g\. ocrmypdf"):
        read("a.pdf", pdf([None, None]))
    document = read_one("a.pdf", pdf([column(LEFT, 50, 700), None]))
    assert document.notes[-1] == "1 of 2 pages without text (page 2); run OCR on it"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.4\nno", r"^a\.pdf: damaged \(.*\); download or export it again$"),
        (b"no", r"^a\.pdf: damaged"),
        (pdf([[]]), r"^a\.pdf: contains no text; expected an article$"),
    ],
)
def test_a_pdf_without_text_is_refused_by_name(content: bytes, message: str):
    with pytest.raises(InputError, match=message):
        read("a.pdf", content)


def test_a_pdf_that_was_cut_off_is_read_with_a_note():
    raw = pdf([column(LEFT, 50, 700)])
    document = read_one("a.pdf", raw[: raw.index(b"startxref")])
    assert document.text.startswith("The refinery")
    assert "the file looks cut off; download it again" in document.notes


def test_a_missing_library_costs_the_pdf_only(monkeypatch):
    monkeypatch.setitem(sys.modules, "pdfminer.layout", None)
    with pytest.raises(
        InputError, match=r"^a\.pdf: reading PDF needs the extra: pip install 'article-topics\[documents\]'$"
    ):
        read("a.pdf", pdf([column(LEFT, 50, 700)]))


PLACES = st.builds(
    PageLine,
    text=st.text("abc -1.", min_size=1, max_size=40).map(str.strip).filter(bool),
    x0=st.integers(0, 500).map(float),
    x1=st.integers(500, 600).map(float),
    y0=st.integers(0, 800).map(float),
    y1=st.integers(0, 800).map(float),
    size=st.sampled_from([6.0, 10.0, 10.0, 14.0, 30.0]),
    bold=st.booleans(),
    upright=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(st.lists(PLACES, max_size=15), max_size=4))
def test_no_letter_of_a_page_is_lost_however_it_is_laid_out(pages: list[list[PageLine]]):
    layouts = [Layout(number, 600, 800, lines) for number, lines in enumerate(pages, start=1)]
    found = "".join(line.text for paragraph in find_paragraphs(layouts) for line in paragraph.lines)
    written = "".join(line.text for lines in pages for line in lines)
    assert sorted(found.replace(" ", "")) == sorted(written.replace(" ", ""))
