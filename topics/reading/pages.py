"""Files -> pages: articles with their ids and metadata, from any format in :mod:`topics.reading.formats`."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from topics.errors import InputError
from topics.reading.document import FIELDS, Contents, Document, Source
from topics.reading.formats import read_source, suffixes
from topics.reading.sources import encodable, find_sources
from topics.settings import Settings
from topics.text import detect_language, find_date

_IDS = ("article_id", "paragraph_id")
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
    marks: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Offset of a line -> names of the features of its HTML tags."""
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
    expected = " ".join(suffixes())
    if not path.exists():
        raise InputError(f"{path} does not exist; expected a folder of pages or a table ({expected})")
    pages: list[Page] = []
    problems: list[str] = []
    found = list(find_sources(path, settings.reading))
    sources = [source for source in found if isinstance(source, Source)]
    for source in sources:
        try:
            contents = read_source(source)
            problems += [f"{source.name} {problem}" for problem in contents.problems]
            pages += _pages(contents, source.name, settings)
        except (InputError, OSError) as error:
            problem = str(error) if isinstance(error, InputError) else f"{source.name}: cannot be read ({error.strerror})"
            if len(sources) == 1:
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


def _pages(contents: Contents, name: str, settings: Settings) -> list[Page]:
    """The articles of a file."""
    documents = contents.documents
    if contents.is_table and settings.reading.unit == "paragraph":
        return _from_paragraphs(documents, name)
    if contents.is_table:
        expected = "one row per article, or --unit paragraph if each row is a paragraph"
        _require_unique(documents, "article_id", name, expected)
    return [_page(document, f"{name}:{document.part}" if document.part else name) for document in documents]


def _page(
    document: Document, source: str, article_id: str = "", rows: tuple[tuple[str, int, int], ...] | None = None
) -> Page:
    text, fields = document.text, document.fields
    body = text[document.body_start :]
    if not body.strip():
        raise InputError(f"{source}: contains no text; expected an article")
    known = {name: encodable(" ".join(fields.get(name, "").split())) for name in FIELDS}
    known["date"] = find_date(known["date"]) or known["date"]
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    article_id = article_id or fields.get("article_id", "") or f"{_slug(known['title'] or _lead(body))}-{digest}"
    return Page(
        article_id=article_id,
        text=text,
        source=source,
        **known,
        language=detect_language(body),
        body_start=document.body_start,
        markdown=document.markdown,
        marks=document.marks,
        kinds=document.kinds,
        extra={name: value for name, value in fields.items() if name not in (*FIELDS, *_IDS)},
        mended=document.mended,
        rows=rows,
    )


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


def _require_unique(documents: tuple[Document, ...], column: str, name: str, expected: str) -> None:
    """InputError if two rows share an id; rows without one are left out."""
    row_of: dict[str, str] = {}
    for row in documents:
        own = row.fields.get(column, "")
        if own and own in row_of:
            raise InputError(f"{name}: rows {row_of[own]} and {row.part} share {column} {own!r}; expected {expected}")
        row_of[own] = row.part


def _from_paragraphs(documents: tuple[Document, ...], name: str) -> list[Page]:
    """Rows of a table of paragraphs, grouped into articles in row order.

    Without an ``article_id`` each row is a separate article.
    """
    _require_unique(documents, "paragraph_id", name, "unique ids")
    articles: dict[str, list[Document]] = {}
    for row in documents:
        own_id = f"row-{int(row.part):07d}-{hashlib.sha256(row.text.encode()).hexdigest()[:8]}"
        articles.setdefault(row.fields.get("article_id", "") or own_id, []).append(row)
    pages = []
    for article_id, members in articles.items():
        spans: list[tuple[str, int, int]] = []
        start = 0
        for row in members:
            end = start + len(row.text)
            spans.append((row.fields.get("paragraph_id", ""), start, end))
            start = end + 2  # the blank line between two paragraphs
        text = "\n\n".join(row.text for row in members)
        whole = Document(text, _fields_of_rows(members), mended=any(row.mended for row in members))
        pages.append(_page(whole, f"{name}:{members[0].part}", article_id, tuple(spans)))
    return pages


def _fields_of_rows(rows: list[Document]) -> dict[str, str]:
    """The metadata of the first row; a further column in which rows differ holds each of its values once."""
    fields = dict(rows[0].fields)
    for name in dict.fromkeys(name for row in rows for name in row.fields if name not in (*FIELDS, *_IDS)):
        fields[name] = "; ".join(dict.fromkeys(filter(None, (row.fields.get(name, "") for row in rows))))
    return fields
