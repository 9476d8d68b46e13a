"""The files of an input: those to read, and those that are not read, with the reason."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from topics.errors import InputError
from topics.reading.archives import Entry, gzip_entry, zip_entries
from topics.reading.document import Source
from topics.reading.formats import advice, format_of, suffixes
from topics.reading.values import encodable
from topics.settings import ReadingSettings

_OUR_TABLES = (
    b"article_id,line,kind", b"action,topics,paragraphs", b"paragraph_id,themes,text",
    b"paragraph_id,article_id,topic_id,label", b'"number","text","primary"',
)  # fmt: skip
"""First bytes of corrections, topic edits, assignments, coding sheets and output of ``topics assign``."""
_ARCHIVES = (".zip", ".gz")
_KINDS = {
    "picture": ".jpg .jpeg .png .gif .webp .svg .bmp .ico .tif .tiff .avif .heic .psd",
    "audio": ".mp3 .wav .m4a .ogg .flac .aac .opus",
    "video": ".mp4 .mov .avi .mkv .webm .m4v .mpg",
    "font": ".woff .woff2 .ttf .otf .eot",
    "part of a web page": ".css .js .map .download .mjs",
    "program": ".py .r .ipynb .sh .bat .exe .do .jl .rmd .qmd .dll",
    "settings": ".toml .yaml .yml .ini .cfg .lock",
    "archive": ".7z .rar .tar .tgz .bz2 .xz .zst",
    "subtitles": ".srt .vtt",
    "document": ".doc .wpd .pages .ppt .pptx .tex .mobi .azw3 .djvu .key",
    "table": ".xls .numbers .sav .dta .rdata .rds .sqlite .db",
}
_KIND_OF = {suffix: kind for kind, names in _KINDS.items() for suffix in names.split()}
_NO_TEXT = ("picture", "audio", "video", "font", "part of a web page", "program", "settings")
_SYSTEM = frozenset(("thumbs.db", "desktop.ini", "icon\r", "__macosx"))
_PAGES = (".html", ".htm", ".xhtml", ".mht", ".mhtml", ".php", ".asp", ".aspx", ".shtml")
_PAGE_FOLDER = re.compile(
    r"(?P<page>.+)[_.-](?:files?|Dateien|fichiers|archivos|arquivos|ficheiros|bestanden|filer|tiedostot|pliki|soubory|elemei"
    r"|dosyalar|datoteke|fitxers|failid|fails|bylos|fajlovi|fitxategiak|fisiere|файлы|文件|ファイル)",
    re.I,
)
"""The folder of pictures and scripts that browsers write beside a saved page, in their languages."""


@dataclass(frozen=True)
class Ignored:
    """A file or folder that is not read."""

    name: str
    kind: str
    """What it is: "picture", "hidden file", "written by topics", "part of a saved page", ".xyz"."""
    reason: str


def find_sources(path: Path, reading: ReadingSettings) -> Iterator[Source | Ignored]:
    """The files at or below ``path``, and in its archives, sorted by name.

    Nothing is left out without a word: what is not read is :class:`Ignored`, and what cannot
    be opened is a :class:`Source` that raises an InputError with the reason.
    """
    if not path.is_dir():
        file = Entry(encodable(path.name), partial(_open, path, path.name))
        yield from _unpacked(file, reading, depth=0) if _is_archive(file) else [_source(file, reading)]
        return
    found = sorted(_walk(path), key=lambda pair: pair[0])
    files = [entry for _, entry in found if isinstance(entry, Entry)]
    page_of = _saved_pages(file.name for file in files)
    for _, entry in found:
        yield from [entry] if isinstance(entry, Ignored) else _sorted_out(entry, reading, page_of)


def _walk(root: Path) -> Iterator[tuple[Path, Entry | Ignored]]:
    """Everything below a folder; hidden folders, run folders and other studies are named as a whole."""

    def left_out(path: Path, kind: str, reason: str) -> tuple[Path, Ignored]:
        return path, Ignored(encodable(path.relative_to(root).as_posix()), kind, reason)

    unreadable: list[OSError] = []
    for folder, folders, files in os.walk(root, onerror=unreadable.append):
        here = Path(folder)
        for error in unreadable:
            yield left_out(Path(error.filename), "folder", f"cannot be opened ({error.strerror})")
        unreadable.clear()
        if here != root and ("study.toml" in files or ("run.json" in files and "tables" in folders)):
            folders.clear()
            kind = "study" if "study.toml" in files else "written by topics"
            yield left_out(here, kind, "not articles of this input")
            continue
        if "run.json" in files and "tables" in folders:
            folders.clear()
            files.clear()
        for name in [*folders]:
            if name.startswith(".") or name.lower() in _SYSTEM:
                folders.remove(name)
                yield left_out(here / name, "hidden folder", "hidden folders are not read")
            elif (here / name).is_symlink():
                folders.remove(name)
                yield left_out(here / name, "link", "links to folders are not followed; copy the folder here")
        for name in files:
            file = here / name
            if name.startswith(".") or name.lower() in _SYSTEM:
                yield left_out(file, "hidden file", "hidden files are not read")
            elif name.startswith("~$"):
                yield left_out(file, "lock file", "a word processor has the document open, or had when it stopped")
            else:
                relative = encodable(file.relative_to(root).as_posix())
                yield file, Entry(relative, partial(_open, file, relative))
    for error in unreadable:
        yield left_out(Path(error.filename), "folder", f"cannot be opened ({error.strerror})")


def _open(path: Path, name: str) -> BinaryIO:
    """Open a regular file; anything else, such as a pipe, might never end."""
    if path.is_symlink() and not path.exists():
        raise InputError(f"{name}: a link to a file that does not exist; expected a file")
    if path.exists() and not path.is_file():
        raise InputError(f"{name}: a pipe or device; expected a file")
    return path.open("rb")


def _sorted_out(
    file: Entry, reading: ReadingSettings, page_of: dict[str, str], depth: int = 0
) -> Iterator[Source | Ignored]:
    """A file as something to read, something to leave out, or an archive of both."""
    source = _source(file, reading)
    for folder in PurePosixPath(file.name).parents:
        if page := page_of.get(str(folder)):
            yield Ignored(file.name, "part of a saved page", f"belongs to {page}")
            return
    try:
        with file.open() as opened:
            start = opened.read(1000)
            known = source.suffix if source.suffix in (*suffixes(), *_ARCHIVES) else format_of(opened, source.suffix)
            if source.suffix in _ARCHIVES:  # a Word document may have been renamed
                known = format_of(opened, source.suffix)
    except (InputError, OSError):
        yield source  # reading it raises the error
        return
    kind = _KIND_OF.get(source.suffix, source.suffix or "no suffix")
    if _is_ours(source.suffix, start):
        yield Ignored(file.name, "written by topics", "not an article")
    elif kind in _NO_TEXT:
        yield Ignored(file.name, kind, "contains no article")
    elif known in _ARCHIVES:
        yield from _unpacked(file, reading, depth)
    elif known in suffixes():
        yield source
    else:
        yield Ignored(file.name, kind, advice(source.suffix) if source.suffix else "its content is no text")


def _unpacked(archive: Entry, reading: ReadingSettings, depth: int) -> Iterator[Source | Ignored]:
    """The files of an archive, and of archives in it."""
    if depth > 1:
        yield Ignored(archive.name, "archive", "an archive in an archive in an archive; unpack it")
        return
    try:
        with archive.open() as opened:
            is_zip = opened.read(4)[:2] == b"PK"
        entries = list(zip_entries(archive)) if is_zip else [gzip_entry(archive)]
        if not is_zip and entries[0].name.lower().endswith(".tar"):
            yield Ignored(archive.name, "archive", advice(".tar"))
            return
    except InputError as error:
        yield replace(_source(archive, reading), load=partial(_refuse, str(error)))
        return
    page_of = _saved_pages(entry.name for entry in entries)
    start = len(archive.name) + 1
    for entry in entries:
        parts = entry.name[start:].split("/")
        if any(part.startswith(".") or part.lower() in _SYSTEM for part in parts):
            yield Ignored(entry.name, "hidden file", "hidden files are not read")
        else:
            yield from _sorted_out(entry, reading, page_of, depth + 1)


def _refuse(message: str) -> bytes:
    raise InputError(message)


def _source(file: Entry, reading: ReadingSettings) -> Source:
    return Source(file.name, file.load, reading)


def _is_archive(file: Entry) -> bool:
    suffix = PurePosixPath(file.name).suffix.lower()
    try:
        with file.open() as opened:
            return suffix in _ARCHIVES and format_of(opened, suffix) in _ARCHIVES
    except (InputError, OSError):
        return False  # reading it raises the error


def _saved_pages(names: Iterable[str]) -> dict[str, str]:
    """Folder -> the saved page beside it to which its files belong."""
    paths = [PurePosixPath(name) for name in names]
    pages = {str(path.with_suffix("")): str(path) for path in paths if path.suffix.lower() in _PAGES}
    folders = {folder for path in paths for folder in path.parents}
    matches = {folder: _PAGE_FOLDER.fullmatch(folder.name) for folder in folders}
    return {
        str(folder): page
        for folder, match in matches.items()
        if match and (page := pages.get(str(folder.with_name(match["page"]))))
    }


def is_review_page(file: Path) -> bool:
    """Whether a file was written by ``topics read --html``."""
    with file.open("rb") as opened:
        return _is_review(opened.read(1000))


def _is_review(start: bytes) -> bool:
    return b'name="generator" content="topics read"' in start


def _is_ours(suffix: str, start: bytes) -> bool:
    if suffix == ".csv":
        return start.lstrip(b"\xef\xbb\xbf").startswith(_OUR_TABLES)
    return suffix in (".html", ".htm") and _is_review(start)
