"""The entries of ``.zip`` and ``.gz`` archives, read in memory: nothing is written to disk."""

import gzip
import io
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from topics.errors import InputError
from topics.reading.formats.packages import MAX_BYTES, is_bomb

MAX_ENTRIES = 10_000


@dataclass(frozen=True)
class Entry:
    """A file of a folder or of an archive."""

    name: str
    """Path relative to the input, with ``/``."""
    open: Callable[[], BinaryIO]

    def load(self) -> bytes:
        """All its bytes."""
        with self.open() as file:
            return file.read()


def zip_entries(archive: Entry) -> Iterator[Entry]:
    """The files in a zip archive, in the order of their names.

    Raises
    ------
    InputError
        If it is damaged, or unpacks to more than an archive of articles does.
    """
    file = archive.open()
    try:
        opened = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        file.close()
        raise InputError(f"{archive.name}: not a readable zip archive ({error}); pack or download it again") from None
    # one open file for all entries: to open it for each would parse its directory each time
    weakref.finalize(opened, file.close)
    infos = sorted((info for info in opened.infolist() if not info.is_dir()), key=lambda info: info.filename)
    if len(infos) > MAX_ENTRIES:
        raise InputError(f"{archive.name}: {len(infos):,} entries; expected at most {MAX_ENTRIES:,}: unpack it first")
    unpacked = sum(info.file_size for info in infos)
    if is_bomb(sum(info.compress_size for info in infos), unpacked):
        raise InputError(
            f"{archive.name}: unpacks to {unpacked:,} bytes, far more than its size; expected at most {MAX_BYTES:,}:"
            " unpack it first"
        )
    for info in infos:
        name = f"{archive.name}/{_plain_path(info.filename)}"
        yield Entry(name, lambda info=info, name=name: _open_zipped(opened, info, name))  # type: ignore[misc]


def _plain_path(name: str) -> str:
    """The path of an entry without drives, roots and steps upwards."""
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")) or "file"


def _open_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> BinaryIO:
    if info.flag_bits & 0x1:
        raise InputError(f"{name}: encrypted; unpack the archive with its password")
    try:
        return io.BytesIO(archive.read(info))
    except Exception as error:  # zlib, lzma and struct have errors of their own
        raise InputError(f"{name}: damaged in the archive ({error}); pack or download it again") from None


def gzip_entry(archive: Entry) -> Entry:
    """The file in a gzip archive: ``articles.csv`` of ``articles.csv.gz``."""
    inside = archive.name.rpartition("/")[2]
    inside = inside[: -len(".gz")] if inside.lower().endswith(".gz") else inside
    name = f"{archive.name}/{inside}"
    return Entry(name, lambda: io.BytesIO(_gunzip(archive.load(), name)))


def _gunzip(packed: bytes, name: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            while not is_bomb(len(packed), size) and (part := file.read(1 << 24)):
                parts.append(part)
                size += len(part)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name}: damaged ({error}); pack or download it again") from None
    if is_bomb(len(packed), size):
        raise InputError(f"{name}: unpacks to far more than its size; unpack it first")
    return b"".join(parts)
