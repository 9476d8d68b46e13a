"""The formats that can be read, by suffix, and which of them a file is."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO

from topics.errors import InputError
from topics.reading.document import Contents, Source
from topics.reading.exports import split_export
from topics.reading.formats.signatures import HEAD, detect
from topics.text import decode

WEB_PAGE = "web page"
"""The kind of a page of the web."""
Reader = Callable[[Source], Contents]

_READERS: dict[str, Reader] = {}
XML_READERS: dict[str, Reader] = {}
"""Root element -> reader of XML files."""
_ORDINARY_SUFFIX = re.compile(r"\.(?=\w*[a-z])\w{1,8}")
_ADVICE = {
    ".doc": "open it in a word processor and save it as .docx or .odt",
    ".wpd": "open it in a word processor and save it as .docx or .odt",
    ".pages": "export it from Pages as .docx",
    ".ppt": "save its text as .docx or .txt",
    ".pptx": "save its text as .docx or .txt",
    ".srt": "save its text as .txt",
    ".vtt": "save its text as .txt",
    ".tex": "save its text as .txt",
    ".numbers": "export it from Numbers as .xlsx or .csv",
    ".msg": "save the message as .eml",
    ".mbox": "save its messages as .eml",
    ".mobi": "convert it to .epub",
    ".azw3": "convert it to .epub",
    ".djvu": "save it as a PDF with text",
    ".webarchive": "save the page as .html or .mhtml",
    ".rdata": "save the table as .csv",
    ".rds": "save the table as .csv",
    ".sav": "save the table as .csv",
    ".dta": "save the table as .csv",
} | dict.fromkeys((".7z", ".rar", ".tar", ".tgz", ".bz2", ".xz", ".zst"), "unpack it, or pack it as .zip")
"""Formats that are not read -> what to do with such a file."""


def reads(*names: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of files with these suffixes."""

    def register(reader: Reader) -> Reader:
        _READERS.update(dict.fromkeys(names, reader))
        return reader

    return register


def reads_root(*names: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of XML files with these root elements (without namespaces)."""

    def register(reader: Reader) -> Reader:
        XML_READERS.update(dict.fromkeys(names, reader))
        return reader

    return register


def suffixes() -> tuple[str, ...]:
    """The suffixes of all formats that can be read, sorted."""
    return tuple(sorted(_READERS))


def advice(suffix: str) -> str:
    """What is wrong with a format that is not read, and what to do: "no reader for .doc files; save it as …"."""
    told = _ADVICE.get(suffix, "")
    return f"no reader for {suffix or 'such'} files{'; ' if told else ''}{told}"


def format_of(file: BinaryIO, suffix: str) -> str:
    """The format of a file, as a suffix: that of its content where it is certain, else that of its name.

    A file without a suffix that is text is ".txt".
    """
    certain = detect(file, suffix, frozenset(XML_READERS))
    if certain or suffix in _READERS:
        return certain or suffix
    # what follows the last full stop of "Mr. Smith's speech" or "version 1.2" is no suffix
    if not _ORDINARY_SUFFIX.fullmatch(suffix):
        file.seek(0)
        head = file.read(HEAD)
        if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return ""
        try:
            return ".txt" if decode(head, "").strip() else ""
        except InputError:
            return ""
    return suffix


def read_source(source: Source) -> Contents:
    """Read one file, by its content where that is certain, else by its suffix.

    An export of a news database is split into its articles.

    Raises
    ------
    InputError
        If the format is unknown or the file cannot be read.
    """
    raw = source.load()
    suffix = format_of(io.BytesIO(raw), source.suffix)
    reader = _READERS.get(suffix)
    if reader is None and source.suffix in _READERS:
        what = "is encrypted or an old Office file" if suffix == ".doc" else f"is a {suffix} file by its content"
        hint = "save it without a password as .docx" if suffix == ".doc" else advice(suffix)
        if suffix in (".zip", ".gz"):
            hint = f"rename it so that it ends in {suffix}"
        raise InputError(f"{source.name}: {what}; {hint}")
    if reader is None and suffix in _ADVICE:
        raise InputError(f"{source.name}: {advice(suffix)}")
    if reader is None:
        raise InputError(f"{source.name} has suffix {source.suffix!r}; expected one of {' '.join(suffixes())}")
    contents = reader(replace(source, load=lambda: raw))
    if contents.kind != WEB_PAGE:  # whose whole HTML was searched for an export
        contents = split_export(contents)
    if reader is _READERS.get(source.suffix):
        return contents
    return replace(contents, notes=(*contents.notes, f"was read as {contents.kind}, which it is by its content"))
