"""The formats of dictionaries that can be read, and which of them a file is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from topics.codebook.model import Codebook
from topics.errors import InputError
from topics.spreadsheets import decode_csv

MAX_BYTES = 20_000_000
_TOML = re.compile(r"^\s*\[\[theme\]\]\s*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """A file in memory."""

    name: str
    raw: bytes

    @property
    def suffix(self) -> str:
        """The suffix in lower case, as ".dic"."""
        return Path(self.name).suffix.lower()

    @cached_property
    def is_binary(self) -> bool:
        """Whether the file is no text; UTF-16 is text if it has a byte order mark."""
        return b"\0" in self.raw[:4096] and not self.raw.startswith((b"\xff\xfe", b"\xfe\xff"))

    @cached_property
    def text(self) -> str:
        """The decoded text, with line ends as in Unix."""
        text = decode_csv(self.raw, self.name).lstrip("\ufeff")
        return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass
class Category:
    """A category of a dictionary: its entries, and the categories in it."""

    name: str
    entries: list[str] = field(default_factory=list)
    children: list["Category"] = field(default_factory=list)
    label: str = ""
    description: str = ""
    translations: dict[str, list[str]] = field(default_factory=dict)
    """Entries for texts in one language."""


@dataclass
class Dictionary:
    """What a file says, before its categories become themes."""

    categories: list[Category]
    title: str = ""
    wildcards: str = "*"
    """Which of ``*`` (any letters) and ``?`` (one letter) stand for letters."""
    are_expressions: bool = False
    """Whether all entries are regular expressions."""
    unusable: list[tuple[str, str]] = field(default_factory=list)
    """Entries that the format itself makes unusable, each with the reason."""
    notes: list[str] = field(default_factory=list)
    """What else was not used, without the name of the file."""


Reader = Callable[[File], Dictionary | Codebook]


@dataclass(frozen=True)
class Format:
    """A format, and how its files are recognised."""

    name: str
    suffixes: tuple[str, ...]
    is_certain: Callable[[File], bool]
    """Whether a file is in this format by its content."""
    read: Reader


FORMATS: list[Format] = []
"""In the order in which the contents of a file are compared with them."""


def reads(name: str, *suffixes: str, is_certain: Callable[[File], bool]) -> Callable[[Reader], Reader]:
    """Register a function as the reader of a format."""

    def register(reader: Reader) -> Reader:
        FORMATS.append(Format(name, suffixes, is_certain, reader))
        return reader

    return register


def open_file(path: Path) -> File:
    """The file at ``path``; InputError if it cannot be read, is empty or too large."""
    suffixes = " ".join([".toml", *(suffix for form in FORMATS for suffix in form.suffixes)])
    try:
        if path.stat().st_size > MAX_BYTES and path.is_file():
            raise InputError(f"{path.name} has {path.stat().st_size:,} bytes; expected a codebook of at most {MAX_BYTES:,}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; expected a codebook ({suffixes})") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); expected a codebook ({suffixes})") from None
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise InputError(f"{path.name} is empty; expected a codebook ({suffixes})")
    return File(path.name, raw)


def format_of(file: File) -> Format | None:
    """The format of a file: that of its suffix, unless its content is certainly another; None for TOML."""
    by_suffix = next((form for form in FORMATS if file.suffix in form.suffixes), None)
    if not file.is_binary and _TOML.search(file.text):
        return None
    certain = [form for form in FORMATS if form.is_certain(file)]
    if by_suffix in certain or (by_suffix and not certain):
        return by_suffix
    if certain:
        return certain[0]
    formats = ", ".join(f"{form.name} ({' '.join(form.suffixes)})" for form in FORMATS)
    raise InputError(f"{file.name} is in no known format; expected TOML, {formats}")
