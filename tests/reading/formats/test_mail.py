"""Messages and saved pages in one file."""

import quopri

import pytest
from handmade import kinds, read, read_one

from topics.errors import InputError

BODY = (
    "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work by the morning.\n"
    "Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter than the other.\n"
)
PAGE = (
    '<html><head><meta charset="utf-8"><title>Café oven</title></head><body><article><h1>Café oven</h1>'
    + "".join(f"<p>{line}</p>" for line in BODY.splitlines())
    + "</article></body></html>"
)
HEADERS = (
    "From: Ida Rye <ida@loaf.example>\r\nSubject: =?utf-8?q?Re=3A_Caf=C3=A9_news?=\r\n"
    "Date: Fri, 1 Mar 2024 23:15:00 +0100\r\nMIME-Version: 1.0\r\n"
)


def message(text: str, kind: str = "text/plain; charset=utf-8", charset: str = "utf-8") -> bytes:
    return f"{HEADERS}Content-Type: {kind}\r\n\r\n".encode() + text.encode(charset)


def parts(kind: str, *pieces: tuple[str, bytes]) -> bytes:
    inside = b"".join(b"--B\r\n" + f"{headers}\r\n\r\n".encode() + content + b"\r\n" for headers, content in pieces)
    return f'{HEADERS}Content-Type: {kind}; boundary="B"\r\n\r\n'.encode() + inside + b"--B--\r\n"


def test_a_message_is_an_article_with_subject_sender_and_date():
    document = read_one("a.eml", message(BODY))
    assert document.fields == {"title": "Café news", "author": "Ida Rye", "date": "2024-03-01"}
    assert document.text == BODY.strip()


@pytest.mark.parametrize(
    "quoted",
    [
        ["On Thu, 29 Feb 2024, Otto Korn wrote:", "> When does it open?"],
        ["Am 29.02.2024 um 10:00 schrieb Otto Korn:", "> Wann?"],
        ["> When does it open?", ">> And why?"],
        ["-----Original Message-----", "From: Otto Korn", "When does it open?"],
        ["--", "Ida Rye, baker"],
    ],
)
def test_quoted_messages_and_signatures_are_boilerplate(quoted: list[str]):
    found = kinds(read_one("a.eml", message(BODY + "\n" + "\n".join(quoted))))
    assert [line for kind, line in found if not kind] == BODY.splitlines()
    assert [line for kind, line in found if kind == "boilerplate"] == quoted


def test_lines_of_flowed_text_go_on_where_they_end_in_a_space():
    text = BODY.replace(" until ", " \nuntil ")
    assert read_one("a.eml", message(text, "text/plain; format=flowed")).text == BODY.strip()


@pytest.mark.parametrize(("declared", "charset"), [("iso-8859-1", "latin-1"), ("nonsense", "utf-8"), ("us-ascii", "utf-8")])
def test_the_charset_of_a_message_is_that_which_it_names_if_it_can_be(declared: str, charset: str):
    assert read_one("a.eml", message(f"Café. {BODY}", f"text/plain; charset={declared}", charset)).text.startswith(
        "Café. The"
    )


def test_the_longer_of_two_versions_is_read_and_attachments_are_named():
    plain, html = ("Content-Type: text/plain", b"Read it online."), ("Content-Type: text/html; charset=utf-8", PAGE.encode())
    document = read_one("a.eml", parts("multipart/alternative", plain, html))
    assert "Rye flour drinks" in document.text
    assert document.fields["title"] == "Café news"
    attached = ('Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="a.pdf"', b"%PDF")
    document = read_one("a.eml", parts("multipart/mixed", ("Content-Type: text/plain", BODY.encode()), attached))
    assert document.notes == ("attachments not read: a.pdf",)


@pytest.mark.parametrize("name", ["a.mhtml", "a.mht", "a.html", "a.doc"])
def test_a_web_page_saved_as_one_file_is_read_whatever_it_is_called(name: str):
    frame = ("Content-Type: text/html\r\nContent-ID: <f2>", b"<html><body><p>Advertisement</p></body></html>")
    headers = "Content-Type: text/html\r\nContent-ID: <f1>\r\nContent-Transfer-Encoding: quoted-printable"
    page = (headers, quopri.encodestring(PAGE.encode()))
    contents = read(name, parts('multipart/related; start="<f1>"', frame, page))
    assert contents.kind == "web page"
    assert contents.documents[0].text.split("\n\n") == ["Café oven", *BODY.splitlines()]


def test_an_archive_without_a_page_is_refused_by_name():
    with pytest.raises(InputError, match=r"^a\.mhtml: no HTML page in it; expected a web page saved as one file$"):
        read("a.mhtml", parts("multipart/related", ("Content-Type: image/png", b"x")))
