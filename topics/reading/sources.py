"""The files of an input: those to read, and those that are not read, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from topics.reading.document import Source
from topics.reading.formats import suffixes
from topics.settings import ReadingSettings

_OUR_TABLES = (
    b"article_id,line,kind", b"action,topics,paragraphs", b"paragraph_id,themes,text",
    b"paragraph_id,article_id,topic_id,label", b'"number","text","primary"',
)  # fmt: skip
"""First bytes of corrections, topic edits, assignments, coding sheets and output of ``topics assign``."""


@dataclass(frozen=True)
class Ignored:
    """A file that is not read."""

    name: str
    kind: str
    """What the file is: its suffix, or "file written by topics"."""
    reason: str


def find_sources(path: Path, reading: ReadingSettings) -> Iterator[Source | Ignored]:
    """The files at or below ``path``, sorted by name; hidden files and run folders are left out."""
    root = path if path.is_dir() else path.parent
    for file in sorted(_files(path)) if path.is_dir() else [path]:
        name = encodable(file.relative_to(root).as_posix())
        source = Source(name, file.read_bytes, reading)
        if path.is_dir() and source.suffix not in suffixes():
            yield Ignored(name, source.suffix or "no suffix", "no reader for this format")
        elif path.is_dir() and _is_ours(file):
            yield Ignored(name, "written by topics", "not an article")
        else:
            yield source


def _files(folder: Path) -> Iterator[Path]:
    """Files below ``folder``, except hidden files, run folders and other studies."""
    ours = {path.parent for path in folder.rglob("run.json") if (path.parent / "tables").is_dir()}
    ours |= {path.parent for path in folder.rglob("study.toml")} - {folder}
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden and not ours.intersection(file.parents):
            yield file


def is_review_page(file: Path) -> bool:
    """Whether a file was written by ``topics read --html``."""
    with file.open("rb") as opened:
        return b'name="generator" content="topics read"' in opened.read(1000)


def _is_ours(file: Path) -> bool:
    try:
        if file.suffix.lower() == ".csv":
            with file.open("rb") as opened:
                return opened.read(100).lstrip(b"\xef\xbb\xbf").startswith(_OUR_TABLES)
        return file.suffix.lower() in (".html", ".htm") and is_review_page(file)
    except OSError:
        return False  # reading it will raise the error


def encodable(text: str) -> str:
    """``text`` with question marks for halves of surrogate pairs, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")
