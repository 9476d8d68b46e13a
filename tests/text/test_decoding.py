"""Bytes to text: every encoding that pages are saved in, and mojibake undone where there is some."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.text import decode, fix_mojibake, unify_newlines

ENGLISH = "The baker’s oven is the village’s own. “Rye,” he says, “drinks more water than wheat” – and so it does."
FRENCH = "Le boulanger pétrit la pâte à l’aube, puis il la laisse lever près du four, jusqu’à ce que la croûte soit dorée."
GERMAN = "Der Bäcker knetet den Teig zweimal und lässt ihn unter einem Tuch ruhen, bis die Hefe für heute gewirkt hat."
CZECH = "Pekař hněte těsto za úsvitu a nechává ho u pece, dokud nevykyne. Žitná mouka pohltí více vody než pšeničná."
TURKISH = "Fırıncı hamuru şafakta yoğurur ve kabarana kadar fırının yanında bırakır. Çavdar unu daha çok su içer."
RUSSIAN = "Пекарь месит тесто на рассвете и оставляет его у печи. «Ржаная мука, — говорит он, — впитывает больше воды»."
CHINESE = "面包师在黎明时揉面，然后把它放在炉子旁边，直到它发酵为止。\n黑麦面粉比小麦面粉吸收更多的水。"
PLAIN = "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work. " * 20

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


def page(charset: str, text: str) -> str:
    return f'<html><head><meta charset="{charset}"><title>Bread</title></head><body><p>{text}</p></body></html>'


@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_what_is_unicode_comes_back_to_the_letter(text: str, encoding: str):
    assert decode(text.encode(encoding), "page.txt") == text.lstrip("\ufeff")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN, CHINESE])
def test_utf_16_needs_no_byte_order_mark(encoding: str, text: str):
    assert decode(text.encode(encoding), "page.txt") == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", ENGLISH),
        ("cp1252", FRENCH),
        ("cp1252", GERMAN),
        ("cp1250", CZECH),
        ("cp1254", TURKISH),
        ("cp1251", RUSSIAN),
        ("gb18030", CHINESE),
    ],
)
def test_a_legacy_encoding_is_known_by_its_text(encoding: str, text: str):
    assert decode(text.encode(encoding), "page.txt") == text


@pytest.mark.parametrize("word", ["£5", "São", "naïve", "½", "Peña", "it’s", "–"])
def test_one_letter_beyond_ascii_makes_an_english_page_no_other_languages(word: str):
    text = f"{PLAIN}{word} {PLAIN}"
    assert decode(text.encode("cp1252"), "page.txt") == text


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("windows-1251", "cp1251", RUSSIAN),
        ("iso-8859-1", "cp1252", ENGLISH),
        ("us-ascii", "cp1252", FRENCH),
        ("iso-8859-9", "cp1254", "“Çavdar” – İçer"),
        ("gb2312", "gb18030", "镕基 说：“面包师在黎明时揉面。”"),
        ("shift_jis", "cp932", "①パン屋は夜明けに生地をこねる。"),
        ("iso-2022-jp", "iso2022_jp", "パン屋は夜明けに生地をこねる。"),
        ("iso-8859-2", "iso8859_2", CZECH),
    ],
)
def test_a_declared_encoding_is_read_as_browsers_read_it(declared: str, encoding: str, text: str):
    html = page(declared, text)
    assert decode(html.encode(encoding), "page.html") == html


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="iso-8859-2"?>\n<html>',
        "<html><meta http-equiv='Content-Type' content='text/html; charset=iso-8859-2'>",
        '<html><META CHARSET = "ISO-8859-2">',
    ],
)
def test_an_encoding_may_be_declared_in_several_ways(head: str):
    html = f"{head}<body><p>{CZECH}</p></body></html>"
    assert decode(html.encode("iso-8859-2"), "page.html") == html


@pytest.mark.parametrize("declared", ["windows-1251", "iso-8859-1", "gb2312", "big5", "koi8-r"])
def test_utf_8_is_utf_8_whatever_a_page_declares(declared: str):
    html = page(declared, RUSSIAN + CHINESE)
    assert decode(html.encode("utf-8"), "page.html") == html


@pytest.mark.parametrize("declared", ["utf-16", "utf-16-le", "unicode", "utf-7", "unicode_escape", "undefined", "hex"])
@pytest.mark.parametrize("text", ["A+AGE-b \\n stays", "A+AGE-b \\n stays so"])
def test_plain_letters_stay_whatever_a_page_declares(declared: str, text: str):
    html = page(declared, text)
    assert decode(html.encode("ascii"), "page.html") == html


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, RUSSIAN, CHINESE])
def test_a_page_cut_off_within_a_letter_loses_that_letter_only(text: str):
    raw = (text * 20 + "…").encode()[:-1]
    assert decode(raw, "page.txt") == text * 20 + "\ufffd"


@pytest.mark.parametrize(("declared", "encoding"), [("utf-8", "utf-8"), ("gb2312", "gb18030")])
def test_a_broken_byte_costs_a_letter_not_the_page(declared: str, encoding: str):
    html = page(declared, CHINESE)
    raw = html.encode(encoding)
    middle = raw.index("。".encode(encoding))
    assert decode(raw[:middle] + b"\xff" + raw[middle:], "page.html").replace("\ufffd", "") == html


@pytest.mark.parametrize(
    "raw",
    [
        bytes(range(256)) * 4,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"The oven\0is hot.",
        FRENCH.replace(".", "\0").encode("cp1252"),
    ],
)
def test_bytes_that_are_no_text_are_refused_by_name(raw: bytes):
    with pytest.raises(InputError, match=r"^page\.txt: .*; (expected a text file|save the file as UTF-8)$"):
        decode(raw, "page.txt")


def test_an_empty_file_is_an_empty_text():
    assert decode(b"", "page.txt") == decode(b"\xef\xbb\xbf", "page.txt") == ""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_end_becomes_one(end: str):
    assert unify_newlines(f"One.{end}Two.{end}{end}Three.") == "One.\nTwo.\n\nThree."


@given(st.text())
def test_newlines_leave_every_other_character_where_it_was(text: str):
    found = unify_newlines(text)
    assert set(found) & set("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029") == set()
    short = text.replace("\r\n", "\n")
    assert len(found) == len(short)
    assert all(a == b for a, b in zip(found, short, strict=True) if b.isprintable())


def garbled(text: str, encoding: str = "cp1252") -> str:
    """What a program shows that takes UTF-8 for something else."""
    raw = text.encode("utf-8")
    return "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in raw)


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, GERMAN, RUSSIAN, CHINESE.partition("\n")[0]])
def test_mojibake_is_undone_once_and_twice(text: str):
    assert fix_mojibake(garbled(text)) == text
    assert fix_mojibake(garbled(garbled(text))) == text


def test_mojibake_of_other_pages_is_undone():
    assert fix_mojibake(garbled(RUSSIAN, "cp1251")) == RUSSIAN
    assert fix_mojibake("It\x92s a \x93loaf\x94 \x96 of rye.") == "It’s a “loaf” – of rye."


def test_a_closing_quote_that_lost_its_last_byte_is_mended_and_its_space_stays():
    assert fix_mojibake("â€œRyeâ€ he said, â€œand water,â€ and no more.") == "“Rye” he said, “and water,” and no more."


@pytest.mark.parametrize("text", [ENGLISH, FRENCH, GERMAN, CZECH, TURKISH, RUSSIAN, CHINESE, "PÃO NÃO FAZ MAL"])
def test_what_is_no_mojibake_stays(text: str):
    assert fix_mojibake(text) == text


def test_beside_mojibake_nothing_is_changed():
    odd = "ﬁne ＦＵＬＬ &amp; &lt;b&gt; ‘single’ “double” e\u0301 \x1b[0m \u200b\r\nand a line more"
    assert fix_mojibake(f"{odd}\r\n{garbled(FRENCH)}\r\n{odd}") == f"{odd}\r\n{FRENCH}\r\n{odd}"
