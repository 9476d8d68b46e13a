"""XML, alone or zipped as in ``.docx``, ``.odt`` and ``.epub``: read without harm, whatever it contains."""

import io
import re
import zipfile
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree

from topics.errors import InputError
from topics.reading.document import Source

MAX_BYTES = 1_000_000_000
"""Maximum size of what one file unpacks to."""
_MAX_RATIO = 200
_SMALL = 10_000_000
"""Below this size, a file may unpack to any multiple of its size."""

_NAMED = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*);")


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether something unpacks to more than an honest file does."""
    return unpacked > MAX_BYTES or (unpacked > _SMALL and unpacked > _MAX_RATIO * packed)


def parse_xml(raw: bytes, name: str) -> Any:
    """The root element; no entity is expanded, and neither files nor addresses are opened.

    Raises
    ------
    InputError
        If it is not well-formed.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        pass
    try:  # names of letters that HTML has and XML has not, such as &eacute;
        return etree.fromstring(_NAMED.sub(_as_number, raw), parser)
    except etree.XMLSyntaxError as error:
        reason = " ".join(error.msg.split())
        raise InputError(f"{name}: not well-formed XML ({reason}); expected a complete file") from None


def _as_number(match: re.Match[bytes]) -> bytes:
    letters = html5.get(match.group(1).decode() + ";", "")
    return "".join(f"&#{ord(letter)};" for letter in letters).encode() or match.group()


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The value of an attribute in any namespace."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def children(element: Any, *names: str) -> Iterator[Any]:
    """The children with one of these local names."""
    return (child for child in element if local(child) in names)


def descendants(element: Any, *names: str) -> Iterator[Any]:
    """The element and everything below it, with one of these local names."""
    return element.iter(*(f"{{*}}{name}" for name in names))


class Package:
    """A zipped document."""

    def __init__(self, source: Source, kind: str) -> None:
        self.name = source.name
        self._kind = kind
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.load()))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise InputError(f"{source.name}: damaged ({error}); expected {kind}") from None
        infos = self._zip.infolist()
        if is_bomb(sum(info.compress_size for info in infos), sum(info.file_size for info in infos)):
            raise InputError(f"{source.name}: unpacks to far more than {kind} does; it was not read")
        self.names = [info.filename for info in infos]

    def read(self, part: str) -> bytes:
        """The bytes of a part.

        Raises
        ------
        InputError
            If it is missing, damaged or encrypted.
        """
        try:
            return self._zip.read(part)
        except KeyError:
            raise InputError(f"{self.name}: lacks {part}; expected {self._kind}") from None
        except RuntimeError:  # raised for a password
            raise InputError(f"{self.name}: encrypted; save it without a password") from None
        except Exception as error:  # zlib, lzma and struct have errors of their own
            raise InputError(f"{self.name}: damaged ({error}); expected {self._kind}") from None

    def xml(self, part: str) -> Any:
        """The root element of a part."""
        return parse_xml(self.read(part), self.name)

    def optional_xml(self, part: str) -> Any:
        """The root element of a part; None if it is missing or damaged."""
        try:
            return self.xml(part)
        except InputError:
            return None
