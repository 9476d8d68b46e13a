"""Files -> pages: ``.txt .md .html .csv .jsonl .parquet``, alone or in folders."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from topics.language import find_date
from topics.settings import InputError, Settings

PAGE_SUFFIXES = (".txt", ".md", ".html", ".htm")
TABLE_SUFFIXES = (".csv", ".jsonl", ".parquet")
_LEGACY = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "koi8_r", "gb18030", "big5", "cp932", "euc_kr"]
_FIELDS = ("title", "author", "outlet", "date")
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset=[\"']?\s*([\w-]+)", re.I)
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


def read(path: Path | str, settings: Settings | None = None) -> Pages:
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
    if path.is_file() and path.suffix.lower() not in PAGE_SUFFIXES + TABLE_SUFFIXES:
        raise InputError(f"{path.name} has suffix {path.suffix!r}; expected one of {_known()}")
    root = path if path.is_dir() else path.parent
    found: list[Page] = []
    problems: list[str] = []
    for file in files:
        name = file.relative_to(root).as_posix()
        try:
            found += _read_file(file, name, settings, problems)
        except InputError as error:
            if len(files) == 1:
                raise
            problems.append(str(error))
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
    return " ".join(PAGE_SUFFIXES + TABLE_SUFFIXES)


def _files(folder: Path) -> Iterator[Path]:
    """Pages and tables below ``folder``; run folders and what is hidden are passed over."""
    runs = {path.parent for path in folder.rglob("run.json") if (path.parent / "tables").is_dir()}
    for file in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        known = file.suffix.lower() in PAGE_SUFFIXES + TABLE_SUFFIXES
        if file.is_file() and known and not hidden and not runs.intersection(file.parents):
            yield file


def _read_file(file: Path, name: str, settings: Settings, problems: list[str]) -> list[Page]:
    suffix = file.suffix.lower()
    if suffix in TABLE_SUFFIXES:
        return _read_table(file, name, settings, problems)
    text = _decode(file.read_bytes(), name)
    if suffix in (".html", ".htm"):
        return [_read_html(text, name)]
    if suffix == ".md":
        return [_read_markdown(text, name)]
    return [_page(text, name)]


def _decode(raw: bytes, name: str) -> str:
    text = next((found for encoding in _encodings(raw) if (found := _try(raw, encoding)) is not None), None)
    if text is None:
        from charset_normalizer import from_bytes

        guesses = from_bytes(raw, cp_isolation=_LEGACY)
        best = max(guesses, key=lambda guess: (guess.coherence - guess.chaos, guess.encoding == "cp1252"), default=None)
        if best is None:
            raise InputError(f"{name}: the bytes are in no known text encoding; save the file as UTF-8")
        text = str(best)
    if "\0" in text:
        raise InputError(f"{name}: holds NUL characters, so it is not a text; expected a page saved as text")
    return _newlines(text)


def _encodings(raw: bytes) -> list[str]:
    """Encodings to try: the byte order mark's; else UTF-8 and what an HTML head declares.

    Letters that read as UTF-8 are UTF-8, whatever the head of a page says that was saved anew.
    """
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if raw.startswith(mark)]
    declared = [found.group(1).decode("ascii") for found in [_META_CHARSET.search(raw[:4096])] if found]
    return marked or ([*declared, "utf-8"] if raw.isascii() else ["utf-8", *declared])


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _page(text: str, source: str, **known: Any) -> Page:
    text = _newlines(text)
    body = text[known.get("body_start", 0) :]
    if not body.strip():
        raise InputError(f"{source}: no text in it; expected an article")
    lead = known.get("title") or _lead(body)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    article_id = known.pop("article_id", "") or f"{_slug(lead)}-{digest}"
    return Page(article_id=article_id, text=text, source=source, language=_detect(body), **known)


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


def _detect(text: str) -> str:
    import py3langid

    return str(py3langid.classify(text[:5000])[0])


def _read_markdown(text: str, name: str) -> Page:
    import yaml

    match = _FRONT_MATTER.match(text)
    if not match:
        return _page(text, name, markdown=True)
    try:
        data = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError) as error:
        line = " ".join(str(error).split())
        raise InputError(f"{name}: the front matter is not valid YAML ({line}); expected lines such as title: …") from None
    if not isinstance(data, dict):
        data = {}
    known = {key: _date(data[key]) if key == "date" else _said(data[key]) for key in _FIELDS if key in data}
    return _page(text, name, markdown=True, body_start=match.end(), **known)


def _said(value: Any) -> str:
    """A value of metadata as text: lists of authors joined, nothing as nothing."""
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _date(value: Any) -> str:
    if value is None:
        return ""
    return find_date(str(value)) or str(value).strip()


def _read_html(text: str, name: str) -> Page:
    import trafilatura

    document: Any = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False)
    main = document.text if document is not None else None
    if not main or not main.strip():
        raise InputError(f"{name}: no main text found in the HTML; expected an article page")
    known = {
        "title": document.title or "",
        "author": document.author or "",
        "outlet": document.sitename or "",
        "date": document.date or "",
    }
    return _page(main, name, **known)


def _read_table(file: Path, name: str, settings: Settings, problems: list[str]) -> list[Page]:
    records = _records(file, name, problems)
    if records and not any("text" in record for _, record in records):
        raise InputError(f"{name} lacks column 'text'; found {sorted(records[0][1])}")
    usable = []
    for row, record in records:
        values = {key: "" if _is_missing(value) else _said(value) for key, value in record.items()}
        if any("\ud800" <= character <= "\udfff" for character in values.get("text", "")):
            problems.append(f"{name} row {row}: half a surrogate pair in it; expected text that UTF-8 can hold")
            continue
        if values.get("text", "").strip():
            usable.append((row, values))
        else:
            problems.append(f"{name} row {row}: no text in it; expected an article or a paragraph")
    if settings.reading.unit == "paragraph":
        return _paragraph_rows(usable, name)
    pages = []
    seen: dict[str, int] = {}
    for row, values in usable:
        article_id = values.get("article_id", "")
        if article_id and article_id in seen:
            raise InputError(
                f"{name}: rows {seen[article_id]} and {row} share article_id {article_id!r}; expected one row per"
                " article, or --unit paragraph where each row is a paragraph"
            )
        seen[article_id] = row
        pages.append(_page(values["text"], f"{name}:{row}", article_id=article_id, **_known_fields(values)))
    return pages


def _known_fields(values: dict[str, str]) -> dict[str, str]:
    return {key: _date(values[key]) if key == "date" else values[key] for key in _FIELDS if key in values}


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _records(file: Path, name: str, problems: list[str]) -> list[tuple[int, dict[str, Any]]]:
    import pandas as pd

    if file.suffix.lower() == ".jsonl":
        records = []
        for number, line in enumerate(_decode(file.read_bytes(), name).split("\n"), start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                problems.append(f"{name} line {number}: not valid JSON ({error.msg}); expected one object a line")
                continue
            if isinstance(record, dict):
                records.append((number, record))
            else:
                problems.append(f"{name} line {number}: {type(record).__name__}; expected an object with a text")
        return records
    try:
        if file.suffix.lower() == ".csv":
            import io
            import warnings

            text = _decode(file.read_bytes(), name)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", pd.errors.ParserWarning)
                frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, index_col=False)
            if caught:
                problems.append(
                    f"{name}: some rows have more cells than the header has columns; the last cells were left out"
                )
        else:
            frame = pd.read_parquet(file)
    except InputError:
        raise
    except Exception as error:
        reason = str(error).strip().splitlines()
        raise InputError(f"{name}: not a readable {file.suffix[1:]} table ({reason[0] if reason else error!r})") from None
    rows = frame.to_dict("records")
    return [(row, {str(key): value for key, value in record.items()}) for row, record in enumerate(rows, start=1)]


def _paragraph_rows(usable: list[tuple[int, dict[str, str]]], name: str) -> list[Page]:
    """Rows that are paragraphs already, gathered into their articles in row order.

    Without an ``article_id`` each row is an article of its own.
    """
    groups: dict[str, list[tuple[int, dict[str, str]]]] = {}
    ids: dict[str, int] = {}
    for row, values in usable:
        paragraph_id = values.get("paragraph_id", "")
        if paragraph_id and paragraph_id in ids:
            raise InputError(
                f"{name}: rows {ids[paragraph_id]} and {row} share paragraph_id {paragraph_id!r}; expected each once"
            )
        ids[paragraph_id] = row
        own_id = f"row-{row:07d}-{hashlib.sha256(values['text'].encode()).hexdigest()[:8]}"
        groups.setdefault(values.get("article_id", "") or own_id, []).append((row, values))
    pages = []
    for article_id, members in groups.items():
        spans: list[tuple[str, int, int]] = []
        parts: list[str] = []
        offset = 0
        for _, values in members:
            text = _newlines(values["text"])
            spans.append((values.get("paragraph_id", ""), offset, offset + len(text)))
            parts.append(text)
            offset += len(text) + 2
        row, first = members[0]
        known = _known_fields(first)
        pages.append(_page("\n\n".join(parts), f"{name}:{row}", article_id=article_id, rows=tuple(spans), **known))
    return pages
