"""Messages ``.eml``, and web pages that a browser saved as one: ``.mhtml .mht``."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr, parsedate_to_datetime
from itertools import groupby

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.formats.builder import TextBuilder
from topics.reading.formats.registry import WEB_PAGE, reads
from topics.reading.formats.web import web_document
from topics.text import count_words, decode

_QUOTED = re.compile(r"\s*(?:>|\|)")
_ATTRIBUTION = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Em|Op|Den|W dniu)\b.{5,200}\b(?:"
    r"wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\))?)\b[^:]{0,80}:?\s*$",
    re.I | re.S,
)
_ORIGINAL = re.compile(
    r"\s*(?:-{3,}|_{10,})\s*(?:(?:original message|ursprüngliche nachricht|message d['’]origine|mensaje original"
    r"|messaggio originale|forwarded message|weitergeleitete nachricht)\s*-*\s*)?$",
    re.I,
)
_SUBJECT_MARK = re.compile(r"^(?:(?:re|aw|fwd?|wg|tr|rv|sv|antw)\s*:\s*)+", re.I)
_FEW_WORDS = 30
"""A plain text with fewer words beside a long HTML text only says where to read that."""


@reads(".mhtml", ".mht")
def read_web_archive(source: Source) -> Contents:
    """A web page with its pictures in one file: one article."""
    message = _parse(source)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise InputError(f"{source.name}: no HTML page in it; expected a web page saved as one file")
    start = str(message.get_param("start", "") or "")
    root = next((part for part in pages if start and str(part.get("Content-ID", "")).strip() == start.strip()), pages[0])
    html, mended = source.tidy(_text(root, source.name))
    return Contents(WEB_PAGE, (replace(web_document(html, source), mended=mended),))


@reads(".eml")
def read_message(source: Source) -> Contents:
    """A message: one article, with the subject as its title."""
    message = _parse(source)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    text = _text(plain, source.name) if plain else ""
    document = None
    if html is not None and count_words(text) < _FEW_WORDS:
        markup, mended = source.tidy(_text(html, source.name))
        try:
            document = replace(web_document(markup, source), mended=mended)
        except InputError:
            if not text.strip():
                raise
    if document is None or count_words(document.text) < count_words(text):
        document = _plain_document(text, plain, source)
    fields = dict(document.fields) | {name: value for name, value in _headers(message).items() if value}
    attached = [part.get_filename() or part.get_content_type() for part in message.iter_attachments()]
    notes = (f"attachments not read: {', '.join(attached)}",) if attached else ()
    return Contents("e-mail", (replace(document, fields=fields, notes=(*document.notes, *notes)),))


def _parse(source: Source) -> EmailMessage:
    return message_from_bytes(source.load().lstrip(), policy=policy.default)


def _text(part: Message, name: str) -> str:
    """The text of a part; by the charset that it names, if that is known."""
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    if charset:
        try:
            return raw.decode(charset).replace("\r\n", "\n")
        except (LookupError, ValueError):
            pass
    return decode(raw, name).replace("\r\n", "\n")


def _headers(message: EmailMessage) -> dict[str, str]:
    def header(name: str) -> str:
        try:
            return " ".join(str(message.get(name, "")).split())
        except Exception:  # the parser fails on some malformed headers
            return ""

    name, address = parseaddr(header("From"))
    try:
        date = parsedate_to_datetime(header("Date")).date().isoformat()
    except (ValueError, TypeError):
        date = ""
    return {
        "title": _SUBJECT_MARK.sub("", header("Subject")),
        "author": "" if name == address or "@" in name else name,
        "date": date,
    }


def _plain_document(text: str, part: object, source: Source) -> Document:
    flowed = isinstance(part, EmailMessage) and part.get_param("format") == "flowed"
    builder = TextBuilder(source)
    lines = _unflowed(text) if flowed else text.split("\n")
    for (is_blank, kind), group in groupby(_with_kinds(lines), key=lambda pair: (not pair[0].strip(), pair[1])):
        if not is_blank:
            builder.add("\n".join(line for line, _ in group), kind)
    return builder.document({})


def _unflowed(text: str) -> list[str]:
    """Lines that end in a space go on in the next one (RFC 3676)."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and lines[-1].endswith(" ") and lines[-1] != "-- " and not _QUOTED.match(line):
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def _with_kinds(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Lines with "boilerplate" for quoted messages and the signature."""
    has_ended = False
    for i, line in enumerate(lines):
        following = next((later for later in lines[i + 1 :] if later.strip()), "")
        has_ended = has_ended or line.rstrip("\r") in ("-- ", "--") or bool(_ORIGINAL.match(line) and _is_header(following))
        introduces = bool(_QUOTED.match(following)) and bool(_ATTRIBUTION.match(line))
        yield line, "boilerplate" if has_ended or introduces or _QUOTED.match(line) else ""


def _is_header(line: str) -> bool:
    """Whether a line is the first one of a message that is quoted whole."""
    return bool(re.match(r"[*\s]*[\w-]{2,12}\s*:", line))
