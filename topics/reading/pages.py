"""Files -> pages: ``.txt .md .html .csv .jsonl .parquet``, alone or in folders."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from topics.errors import InputError
from topics.reading.html import read_html
from topics.reading.records import RECORD_SUFFIXES, as_text, read_records
from topics.settings import Settings
from topics.text import decode, detect_language, find_date, fix_mojibake, unify_newlines

PAGE_SUFFIXES = (".txt", ".md", ".html", ".htm")
_SUFFIXES = PAGE_SUFFIXES + RECORD_SUFFIXES
_FIELDS = ("title", "author", "outlet", "date")
_OUR_TABLES = (
    b"article_id,line,kind", b"action,topics,paragraphs", b"paragraph_id,themes,text",
    b"paragraph_id,article_id,topic_id,label", b'"number","text","primary"',
)  # fmt: skip
"""First bytes of corrections, topic edits, assignments, coding sheets and output of ``topics assign``."""
_PROSE = 100
"""Minimum length of a value between two rules that is a paragraph rather than metadata."""
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)
_MAX_SLUG = 32


@dataclass(frozen=True)
class Page:
    """One article: its decoded text, and the metadata in its source."""

    article_id: str
    text: str
    """Decoded, with newlines as ``\\n``; all offsets refer to this text."""
    source: str
    """File name relative to the input; for tables, with the row."""
    title: str = ""
    author: str = ""
    outlet: str = ""
    date: str = ""
    """ISO 8601, or unchanged if the format is unknown."""
    language: str = ""
    """ISO 639-1, as detected."""
    body_start: int = 0
    """Offset of the end of the front matter."""
    markdown: bool = False
    kinds: Mapping[int, str] = field(default_factory=dict)
    """Offset of a line -> its kind, where the file's format tells; the classifier decides the others."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further columns of the input, such as party or wave."""
    mended: bool = False
    """Whether encoding errors were fixed; offsets refer to the fixed text."""
    rows: tuple[tuple[str, int, int], ...] | None = None
    """Rows of a table of paragraphs (id, start, end)."""

    @property
    def sha256(self) -> str:
        """Digest of the text as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Pages:
    """All pages of an input, sorted by id, and messages about input that could not be read."""

    pages: tuple[Page, ...]
    problems: tuple[str, ...] = ()
    copies: dict[str, str] = field(default_factory=dict)
    """Source of an omitted page -> source of the page to which it is identical."""


@dataclass(frozen=True)
class _Row:
    """A usable row of a table: its number, its cells as text, and whether encoding errors were fixed."""

    number: int
    cells: dict[str, str]
    mended: bool


def read_pages(path: Path | str, settings: Settings | None = None) -> Pages:
    """Read a page, a table, or a folder of them, recursively.

    Pages that cannot be read are omitted and listed in ``problems``. Identical pages are
    read once. Ids depend only on the content, not on the location of a page.

    Raises
    ------
    InputError
        If ``path`` does not exist or contains no readable page.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "bread.txt"
    ...     _ = path.write_text("The baker kneads the dough until it is smooth.", encoding="utf-8")
    ...     pages = topics.read(path)
    >>> pages.pages[0].source
    'bread.txt'
    """
    settings = settings or Settings()
    path = Path(path)
    expected = " ".join(_SUFFIXES)
    if not path.exists():
        raise InputError(f"{path} does not exist; expected a folder of pages or a table ({expected})")
    if path.is_file() and path.suffix.lower() not in _SUFFIXES:
        raise InputError(f"{path.name} has suffix {path.suffix!r}; expected one of {expected}")
    files = sorted(_files(path)) if path.is_dir() else [path]
    root = path if path.is_dir() else path.parent
    pages: list[Page] = []
    problems: list[str] = []
    for file in files:
        name = _encodable(file.relative_to(root).as_posix())
        try:
            pages += _read_file(file, name, settings, problems)
        except (InputError, OSError) as error:
            problem = str(error) if isinstance(error, InputError) else f"{name}: cannot be read ({error.strerror})"
            if len(files) == 1:
                raise InputError(problem) from None
            problems.append(problem)
    unique: dict[str, Page] = {}
    copies: dict[str, str] = {}
    for page in sorted(pages, key=lambda page: (page.article_id, page.source)):
        first = unique.setdefault(page.article_id, page)
        if first.text != page.text:
            problems.append(
                f"{page.source}: article_id {page.article_id!r} is also that of {first.source}, which has another text;"
                " expected unique ids"
            )
        elif first is not page:
            copies[page.source] = first.source
    if not unique:
        detail = f" ({problems[0]})" if problems else ""
        raise InputError(f"no article found in {path}{detail}; expected non-empty files ending in {expected}")
    return Pages(tuple(unique[key] for key in sorted(unique)), tuple(problems), copies)


def _files(folder: Path) -> Iterator[Path]:
    """Pages and tables below ``folder``, except hidden files, run folders, other studies and files written by topics."""
    ours = {path.parent for path in folder.rglob("run.json") if (path.parent / "tables").is_dir()}
    ours |= {path.parent for path in folder.rglob("study.toml")} - {folder}
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        readable = file.is_file() and file.suffix.lower() in _SUFFIXES
        if readable and not hidden and not ours.intersection(file.parents) and not _is_ours(file):
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


def _read_file(file: Path, name: str, settings: Settings, problems: list[str]) -> list[Page]:
    suffix = file.suffix.lower()
    if suffix in RECORD_SUFFIXES:
        return _read_table(file, name, settings, problems)
    decoded = decode(file.read_bytes(), name)
    if suffix in (".html", ".htm"):
        return [_read_html(decoded, name, settings, problems)]
    text, mended = _tidy(decoded, settings)
    page = _read_markdown(text, name) if suffix == ".md" else _page(text, name)
    return [replace(page, mended=mended)]


def _tidy(text: str, settings: Settings) -> tuple[str, bool]:
    mended = fix_mojibake(text) if settings.reading.mend else text
    return unify_newlines(mended), mended != text


def _page(text: str, source: str, **known: Any) -> Page:
    body = text[known.get("body_start", 0) :]
    if not body.strip():
        raise InputError(f"{source}: contains no text; expected an article")
    known |= {key: _encodable(" ".join(known[key].split())) for key in _FIELDS if key in known}
    lead = known.get("title") or _lead(body)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    article_id = known.pop("article_id", "") or f"{_slug(lead)}-{digest}"
    return Page(article_id=article_id, text=text, source=source, language=detect_language(body), **known)


def _encodable(text: str) -> str:
    """``text`` with question marks for halves of surrogate pairs, which UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lead(body: str) -> str:
    """The line used for the article's id: the first of five lines that looks like a headline, else the first."""
    first = [line.strip() for line in body.split("\n") if line.strip()][:5]
    headlines = (line for line in first if 4 <= len(line.split()) <= 20 and line[-1].isalnum())
    return next(headlines, first[0])


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > _MAX_SLUG:
        slug = slug[: _MAX_SLUG + 1].rpartition("-")[0] or slug[:_MAX_SLUG]
    return slug or "article"


def _read_markdown(text: str, name: str) -> Page:
    match = _FRONT_MATTER.match(text)
    if not match:
        return _page(text, name, markdown=True)
    try:
        data = yaml.safe_load(match.group(1))
    except Exception as error:  # also raised by impossible dates and deep nesting
        mark = getattr(error, "problem_mark", None)
        reason = (getattr(error, "problem", "") or type(error).__name__) + (f", line {mark.line + 2}" if mark else "")
        raise InputError(f"{name}: the front matter is not valid YAML ({reason}); expected lines such as title: …") from None
    if not isinstance(data, dict) or not _is_metadata(data):
        return _page(text, name, markdown=True)
    return _page(text, name, markdown=True, body_start=match.end(), **_metadata(data))


def _is_metadata(data: dict[Any, Any]) -> bool:
    """Whether the block between two rules is metadata; YAML also parses prose such as "Note: …" as a mapping."""
    has_prose = any(isinstance(value, str) and len(value) > _PROSE for value in data.values())
    return not has_prose or any(key in data for key in _FIELDS)


def _metadata(values: Mapping[Any, Any]) -> dict[str, str]:
    known = {key: as_text(values[key]) for key in _FIELDS if key in values}
    if "date" in known:
        known["date"] = find_date(known["date"]) or known["date"].strip()
    return known


def _read_html(html: str, name: str, settings: Settings, problems: list[str]) -> Page:
    page = read_html(html)
    mended = False
    # only the visible text can show errors, a tenth of the file
    if page and settings.reading.mend and fix_mojibake(page.text) != page.text:
        page, mended = read_html(fix_mojibake(html)), True
    if page is None:
        raise InputError(f"{name}: no main text found in the HTML; expected an article page")
    problems += [f"{name}: {note}" for note in page.notes]
    return _page(page.text, name, kinds=page.kinds, mended=mended, **page.metadata)


def _read_table(file: Path, name: str, settings: Settings, problems: list[str]) -> list[Page]:
    rows = []
    for number, cells in read_records(file, name, problems):
        if any(_encodable(cells.get(key, "")) != cells.get(key, "") for key in ("text", "article_id", "paragraph_id")):
            problems.append(f"{name} row {number}: half a surrogate pair in it; expected text that UTF-8 can hold")
        elif not cells.get("text", "").strip():
            problems.append(f"{name} row {number}: no text in it; expected an article or a paragraph")
        else:
            tidied = {key: _tidy(cells[key], settings) for key in ("text", *_FIELDS) if key in cells}
            mended = any(mended for _, mended in tidied.values())
            rows.append(_Row(number, cells | {key: text for key, (text, _) in tidied.items()}, mended))
    return _paragraph_rows(rows, name) if settings.reading.unit == "paragraph" else _article_rows(rows, name)


def _require_unique(rows: list[_Row], column: str, name: str, expected: str) -> None:
    """InputError if two rows share an id; rows without one are left out."""
    number_of: dict[str, int] = {}
    for row in rows:
        own = row.cells.get(column, "")
        if own and own in number_of:
            raise InputError(f"{name}: rows {number_of[own]} and {row.number} share {column} {own!r}; expected {expected}")
        number_of[own] = row.number


def _article_rows(rows: list[_Row], name: str) -> list[Page]:
    """Rows of a table of articles."""
    _require_unique(rows, "article_id", name, "one row per article, or --unit paragraph if each row is a paragraph")
    pages = []
    for row in rows:
        article_id = row.cells.get("article_id", "")
        source = f"{name}:{row.number}"
        pages.append(_page(row.cells["text"], source, article_id=article_id, mended=row.mended, **_metadata(row.cells)))
    return pages


def _paragraph_rows(rows: list[_Row], name: str) -> list[Page]:
    """Rows of a table of paragraphs, grouped into articles in row order.

    Without an ``article_id`` each row is a separate article.
    """
    _require_unique(rows, "paragraph_id", name, "unique ids")
    articles: dict[str, list[_Row]] = {}
    for row in rows:
        own_id = f"row-{row.number:07d}-{hashlib.sha256(row.cells['text'].encode()).hexdigest()[:8]}"
        articles.setdefault(row.cells.get("article_id", "") or own_id, []).append(row)
    pages = []
    for article_id, members in articles.items():
        spans: list[tuple[str, int, int]] = []
        start = 0
        for row in members:
            end = start + len(row.cells["text"])
            spans.append((row.cells.get("paragraph_id", ""), start, end))
            start = end + 2  # the blank line between two paragraphs
        text = "\n\n".join(row.cells["text"] for row in members)
        known = _metadata(members[0].cells) | {"rows": tuple(spans), "mended": any(row.mended for row in members)}
        pages.append(_page(text, f"{name}:{members[0].number}", article_id=article_id, **known))
    return pages
