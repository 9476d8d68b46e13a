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
_FIELDS = ("title", "author", "outlet", "date")
_OUR_TABLES = (
    b"article_id,line,kind", b"action,topics,paragraphs", b"paragraph_id,themes,text",
    b"paragraph_id,article_id,topic_id,label", b'"number","text","primary"',
)  # fmt: skip
"""How corrections, edits of topics, assignments, coding sheets and what ``topics assign`` writes begin."""
_PROSE = 100
"""Characters from which a value in a block between two rules is a paragraph, not metadata."""
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)


@dataclass(frozen=True)
class Page:
    """One article as it was found: its decoded text and what its source says of it."""

    article_id: str
    text: str
    """Decoded, newlines as ``\\n``; every offset of the project counts in it."""
    source: str
    """File name relative to the input, and the row for tables."""
    title: str = ""
    author: str = ""
    outlet: str = ""
    date: str = ""
    """ISO 8601, or as the source has it where it is no known form."""
    language: str = ""
    """ISO 639-1, as detected."""
    body_start: int = 0
    """Where the front matter ends."""
    markdown: bool = False
    marks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Offset of a line -> what the tags of an HTML page say of it."""
    mended: bool = False
    """Whether mojibake was undone; offsets count in the mended text."""
    rows: tuple[tuple[str, int, int], ...] | None = None
    """Ready-made paragraphs (id, start, end), where the input has them."""

    @property
    def sha256(self) -> str:
        """Digest of the text as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class Pages:
    """All pages of an input, sorted by id, and what could not be read."""

    pages: tuple[Page, ...]
    problems: tuple[str, ...] = ()
    copies: dict[str, str] = field(default_factory=dict)
    """Source of a page left out -> source of the page it repeats word for word."""


def read_pages(path: Path | str, settings: Settings | None = None) -> Pages:
    """Read a page, a table, or a folder of them, recursively.

    A page that cannot be read costs that page: it is named in ``problems``. A
    page that repeats another to the letter is kept once. Ids come from the
    content alone, so they are the same wherever a page lies.

    Raises
    ------
    InputError
        If ``path`` does not exist or holds no readable page.
    """
    settings = settings or Settings()
    path = Path(path)
    if not path.exists():
        raise InputError(f"{path} does not exist; expected a folder of pages or a table ({_known()})")
    files = sorted(_files(path)) if path.is_dir() else [path]
    if path.is_file() and path.suffix.lower() not in PAGE_SUFFIXES + RECORD_SUFFIXES:
        raise InputError(f"{path.name} has suffix {path.suffix!r}; expected one of {_known()}")
    root = path if path.is_dir() else path.parent
    found: list[Page] = []
    problems: list[str] = []
    for file in files:
        name = _sayable(file.relative_to(root).as_posix())
        try:
            found += _read_file(file, name, settings, problems)
        except (InputError, OSError) as error:
            problem = str(error) if isinstance(error, InputError) else f"{name}: cannot be read ({error.strerror})"
            if len(files) == 1:
                raise InputError(problem) from None
            problems.append(problem)
    unique: dict[str, Page] = {}
    copies: dict[str, str] = {}
    for page in sorted(found, key=lambda page: (page.article_id, page.source)):
        known = unique.get(page.article_id)
        if known is not None and known.text != page.text:
            problems.append(
                f"{page.source}: article_id {page.article_id!r} is that of {known.source}, which says something else;"
                " expected each once"
            )
        elif known is not None:
            copies[page.source] = unique[page.article_id].source
        else:
            unique[page.article_id] = page
    if not unique:
        detail = f" ({problems[0]})" if problems else ""
        raise InputError(f"no article found in {path}{detail}; expected non-empty files ending in {_known()}")
    return Pages(tuple(unique[key] for key in sorted(unique)), tuple(problems), copies)


def _known() -> str:
    return " ".join(PAGE_SUFFIXES + RECORD_SUFFIXES)


def _files(folder: Path) -> Iterator[Path]:
    """Pages and tables below ``folder``; what is hidden, run folders, other studies and our own tables are passed over."""
    runs = {path.parent for path in folder.rglob("run.json") if (path.parent / "tables").is_dir()}
    runs |= {path.parent for path in folder.rglob("study.toml")} - {folder}
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        known = file.suffix.lower() in PAGE_SUFFIXES + RECORD_SUFFIXES
        if file.is_file() and known and not hidden and not runs.intersection(file.parents) and not _is_ours(file):
            yield file


def is_review_page(file: Path) -> bool:
    """Whether a file is a page that ``topics read --html`` wrote."""
    with file.open("rb") as opened:
        return b'name="generator" content="topics read"' in opened.read(1000)


def _is_ours(file: Path) -> bool:
    try:
        if file.suffix.lower() == ".csv":
            with file.open("rb") as opened:
                return opened.read(100).lstrip(b"\xef\xbb\xbf").startswith(_OUR_TABLES)
        return file.suffix.lower() in (".html", ".htm") and is_review_page(file)
    except OSError:
        return False


def _read_file(file: Path, name: str, settings: Settings, problems: list[str]) -> list[Page]:
    suffix = file.suffix.lower()
    if suffix in RECORD_SUFFIXES:
        return _read_table(file, name, settings, problems)
    text, mended = _tidy(decode(file.read_bytes(), name), settings)
    if suffix in (".html", ".htm"):
        page = _read_html(text, name)
    elif suffix == ".md":
        page = _read_markdown(text, name)
    else:
        page = _page(text, name)
    return [replace(page, mended=mended)]


def _tidy(text: str, settings: Settings) -> tuple[str, bool]:
    mended = fix_mojibake(text) if settings.reading.mend else text
    return unify_newlines(mended), mended != text


def _page(text: str, source: str, **known: Any) -> Page:
    body = text[known.get("body_start", 0) :]
    if not body.strip():
        raise InputError(f"{source}: no text in it; expected an article")
    known |= {key: _sayable(" ".join(known[key].split())) for key in _FIELDS if key in known}
    lead = known.get("title") or _lead(body)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    article_id = known.pop("article_id", "") or f"{_slug(lead)}-{digest}"
    return Page(article_id=article_id, text=text, source=source, language=detect_language(body), **known)


def _sayable(text: str) -> str:
    """``text`` with a question mark for what UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _lead(body: str) -> str:
    """The line that most likely names the article, for its id: a headline among the first, else the first."""
    first = [line.strip() for line in body.split("\n") if line.strip()][:5]
    headlines = (line for line in first if 4 <= len(line.split()) <= 20 and line[-1].isalnum())
    return next(headlines, first[0])


def _slug(text: str, longest: int = 32) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > longest:
        slug = slug[: longest + 1].rpartition("-")[0] or slug[:longest]
    return slug or "article"


def _read_markdown(text: str, name: str) -> Page:
    match = _FRONT_MATTER.match(text)
    if not match:
        return _page(text, name, markdown=True)
    try:
        data = yaml.safe_load(match.group(1))
    except Exception as error:
        mark = getattr(error, "problem_mark", None)
        said = (getattr(error, "problem", "") or type(error).__name__) + (f", line {mark.line + 2}" if mark else "")
        raise InputError(f"{name}: the front matter is not valid YAML ({said}); expected lines such as title: …") from None
    prose = isinstance(data, dict) and any(isinstance(value, str) and len(value) > _PROSE for value in data.values())
    if not isinstance(data, dict) or (prose and not any(key in data for key in _FIELDS)):
        return _page(text, name, markdown=True)
    known = {key: _date(data[key]) if key == "date" else as_text(data[key]) for key in _FIELDS if key in data}
    return _page(text, name, markdown=True, body_start=match.end(), **known)


def _date(value: Any) -> str:
    if value is None:
        return ""
    return find_date(str(value)) or str(value).strip()


def _read_html(text: str, name: str) -> Page:
    page = read_html(text)
    if page is None:
        raise InputError(f"{name}: no main text found in the HTML; expected an article page")
    return _page(page.text, name, marks=page.marks, **page.metadata)


def _read_table(file: Path, name: str, settings: Settings, problems: list[str]) -> list[Page]:
    usable = []
    for row, values in read_records(file, name, problems):
        if any(_sayable(values.get(key, "")) != values.get(key, "") for key in ("text", "article_id", "paragraph_id")):
            problems.append(f"{name} row {row}: half a surrogate pair in it; expected text that UTF-8 can hold")
        elif not values.get("text", "").strip():
            problems.append(f"{name} row {row}: no text in it; expected an article or a paragraph")
        else:
            tidied = {key: _tidy(values[key], settings) for key in ("text", *_FIELDS) if key in values}
            mended = any(mended for _, mended in tidied.values())
            usable.append((row, values | {key: text for key, (text, _) in tidied.items()}, mended))
    if settings.reading.unit == "paragraph":
        return _paragraph_rows(usable, name)
    pages = []
    seen: dict[str, int] = {}
    for row, values, mended in usable:
        article_id = values.get("article_id", "")
        if article_id and article_id in seen:
            raise InputError(
                f"{name}: rows {seen[article_id]} and {row} share article_id {article_id!r}; expected one row per"
                " article, or --unit paragraph where each row is a paragraph"
            )
        seen[article_id] = row
        page = _page(values["text"], f"{name}:{row}", article_id=article_id, mended=mended, **_known_fields(values))
        pages.append(page)
    return pages


def _known_fields(values: dict[str, str]) -> dict[str, str]:
    return {key: _date(values[key]) if key == "date" else values[key] for key in _FIELDS if key in values}


def _paragraph_rows(usable: list[tuple[int, dict[str, str], bool]], name: str) -> list[Page]:
    """Rows that are paragraphs already, gathered into their articles in row order.

    Without an ``article_id`` each row is an article of its own.
    """
    groups: dict[str, list[tuple[int, dict[str, str], bool]]] = {}
    ids: dict[str, int] = {}
    for row, values, mended in usable:
        paragraph_id = values.get("paragraph_id", "")
        if paragraph_id and paragraph_id in ids:
            raise InputError(
                f"{name}: rows {ids[paragraph_id]} and {row} share paragraph_id {paragraph_id!r}; expected each once"
            )
        ids[paragraph_id] = row
        own_id = f"row-{row:07d}-{hashlib.sha256(values['text'].encode()).hexdigest()[:8]}"
        groups.setdefault(values.get("article_id", "") or own_id, []).append((row, values, mended))
    pages = []
    for article_id, members in groups.items():
        spans: list[tuple[str, int, int]] = []
        parts: list[str] = []
        offset = 0
        for _, values, _ in members:
            text = values["text"]
            spans.append((values.get("paragraph_id", ""), offset, offset + len(text)))
            parts.append(text)
            offset += len(text) + 2
        row, first, _ = members[0]
        known = _known_fields(first) | {"rows": tuple(spans), "mended": any(mended for *_, mended in members)}
        pages.append(_page("\n\n".join(parts), f"{name}:{row}", article_id=article_id, **known))
    return pages
