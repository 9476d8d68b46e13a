"""Files -> pages: articles with their ids and metadata, from any format in :mod:`topics.reading.formats`.

A field of an article comes from ``metadata.csv``, else from the file's name by
``reading.filename``, else from the file itself.
"""

import hashlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from topics.errors import InputError
from topics.format import count as n_of
from topics.format import shorten
from topics.reading.collect import Article, Input, as_input, collect
from topics.reading.document import FIELDS, IDS
from topics.reading.formats import suffixes
from topics.reading.intake import LISTED, Intake, unread
from topics.reading.values import encodable
from topics.settings import Settings
from topics.text import count_words, detect_language

_MAX_SLUG = 32
_SHOWN = 20
"""Articles that a notebook shows."""


@dataclass(frozen=True, repr=False)
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
    notes: tuple[str, ...] = ()
    """What a reader of the results must know about this article, such as "the page looks cut off"."""
    rows: tuple[tuple[str, int, int], ...] | None = None
    """Rows of a table of paragraphs (id, start, end)."""

    def __repr__(self) -> str:
        return f"Page({self.article_id!r}, {count_words(self.text)} words, from {self.source})"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(repr(self))}: {html.escape(shorten(self.text, 200))}</p>"

    @property
    def sha256(self) -> str:
        """Digest of the text as UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, repr=False)
class Pages:
    """All pages of an input, sorted by id, and messages about input that could not be read."""

    pages: tuple[Page, ...]
    problems: tuple[str, ...] = ()
    copies: dict[str, str] = field(default_factory=dict)
    """Source of an omitted page -> source of the page to which it is identical."""
    intake: Intake = field(default_factory=Intake)
    """What became of every file."""

    def __repr__(self) -> str:
        problems = f", {n_of(len(self.problems), 'problem')}" if self.problems else ""
        return f"Pages: {n_of(len(self.pages), 'article')}{problems}"

    def _repr_html_(self) -> str:
        items = [f"{page.title or page.article_id}: {shorten(page.text)}" for page in self.pages[:_SHOWN]]
        listed = "".join(f"<li>{html.escape(item)}</li>" for item in [*self.problems, *items])
        return f"<p><b>{html.escape(repr(self))}</b></p><ul>{listed}</ul>"


def read_pages(data: Input | str, settings: Settings | None = None, metadata: Path | None = None) -> Pages:
    """Read a page, a table, or a folder of them, recursively.

    Files that cannot be read are omitted and listed in ``intake``. Identical pages are read
    once. Ids depend only on the content and the name of a file, not on its location.

    Parameters
    ----------
    data
        A folder of pages, a page or a table; or data in memory: a DataFrame with a column of
        text, or a list, Series or other collection of texts.
    settings
        Settings of the study.
    metadata
        The study's table of metadata, besides ``metadata.csv`` in the folder of pages; need not exist.

    Raises
    ------
    InputError
        If there is no readable page.

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
    data = as_input(data)
    expected = " ".join(sorted((*suffixes(), ".gz", ".zip")))
    if isinstance(data, Path) and not data.exists():
        raise InputError(f"{data} does not exist; expected a folder of pages or a table ({expected})")
    files = collect(data, settings, metadata)
    pages = []
    for article in files.articles:
        try:
            pages.append(_page(article))
        except InputError as error:
            files.omit(article, error)
    unique: dict[str, Page] = {}
    copies: dict[str, str] = {}
    repeated: list[tuple[str, str, str]] = []
    for page in sorted(pages, key=lambda page: (page.article_id, page.source)):
        first = unique.setdefault(_identity(page), page)
        if first.text != page.text:
            repeated.append((page.source, page.article_id, first.source))
        elif first is not page and settings.reading.duplicates == "keep" and ":" in page.source:
            # two rows of a table with the same text are two articles, such as the answers of two people
            copy_id = next(name for n in count(2) if (name := f"{page.article_id}-{n}") not in unique)
            unique[copy_id] = replace(page, article_id=copy_id)
        elif first is not page:
            copies[page.source] = first.source
    files.omit_repeated_ids(repeated)
    if not unique:
        if not isinstance(data, Path):
            raise InputError("no article found in the data; expected at least one text")
        report = next((report for report in files.reports.values() if report.outcome == "failed"), None)
        if report and data.is_file():
            raise InputError(report.detail if report.detail.startswith(report.file) else f"{report.file}: {report.detail}")
        lines = unread([files.reports[name] for name in sorted(files.reports)])
        details = "; ".join(line.removesuffix(LISTED) for line in lines)
        raise InputError(
            f"no article found in {data}{f' ({details})' if details else ''}; expected non-empty files ending in {expected}"
        )
    kept = sorted(unique.values(), key=lambda page: page.article_id)
    outlets = Counter(page.outlet for page in kept if page.outlet)
    carried = tuple(dict.fromkeys(name for page in kept for name in page.extra))
    return Pages(tuple(kept), tuple(sorted(files.problems)), copies, files.intake(outlets, carried))


def _identity(page: Page) -> str:
    """What identical pages share: the digest in an automatic id, or else the id."""
    digest = page.sha256[:8]
    return digest if page.article_id.endswith(f"-{digest}") else page.article_id


def _page(article: Article) -> Page:
    document, fields = article.document, article.fields
    text = document.text
    body = text[document.body_start :]
    if not body.strip():
        raise InputError(f"{article.file}: contains no text; expected an article")
    known = {name: encodable(" ".join(fields.get(name, "").split())) for name in FIELDS}
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    lead = known["title"] or _lead(body) or _stem(article.source)
    return Page(
        article_id=fields.get("article_id", "") or f"{_slug(lead)}-{digest}",
        text=text,
        source=article.source,
        **known,
        language=detect_language(body),
        body_start=document.body_start,
        markdown=document.markdown,
        kinds=document.kinds,
        extra={name: value for name, value in fields.items() if name not in (*FIELDS, *IDS)},
        mended=document.mended,
        notes=document.notes,
        rows=article.rows,
    )


def _lead(body: str) -> str:
    """The first of five lines that looks like a headline, for the article's id; "" if there is none."""
    first = [line.strip() for line in body.split("\n") if line.strip()][:5]
    headlines = (line for line in first if 4 <= len(line.split()) <= 20 and line[-1].isalnum())
    return next(headlines, "")


def _stem(source: str) -> str:
    """The name of a file without folder and suffix; of a row, with its number."""
    name, part, row = source.rpartition("/")[2].partition(":")
    return (name.rpartition(".")[0] or name) + part + row


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > _MAX_SLUG:
        slug = slug[: _MAX_SLUG + 1].rpartition("-")[0] or slug[:_MAX_SLUG]
    return slug or "article"
