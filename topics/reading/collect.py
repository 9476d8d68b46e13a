"""Collect the articles of all files, with their fields: from ``metadata.csv``, file names and the files themselves."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from topics.errors import InputError
from topics.format import count
from topics.reading.document import Contents, Document, Source
from topics.reading.filenames import FilenamePattern
from topics.reading.formats import TABLE_SUFFIXES, read_rows, read_source
from topics.reading.intake import DateReport, FileReport, Intake, examples, merge_columns
from topics.reading.metadata import STEM, file_column, match_metadata
from topics.reading.sources import Ignored, find_sources
from topics.settings import Settings
from topics.text import read_dates

Spans = tuple[tuple[str, int, int], ...]
"""The rows of a table of paragraphs within an article's text: id, start, end."""


def collect(path: Path, settings: Settings, metadata: Path | None = None) -> "Collection":
    """Read all files at or below ``path``; ``metadata`` is a further table of metadata, which need not exist."""
    files = Collection(settings)
    for source in find_sources(path, settings.reading):
        files.add(source)
    if metadata is not None and metadata.is_file():
        files.add_metadata(Source(metadata.name, metadata.read_bytes, settings.reading))
    files.complete_fields()
    return files


@dataclass
class Article:
    """An article before its id and date are known."""

    document: Document
    file: str
    part: str
    fields: dict[str, str]
    rows: Spans | None = None
    date_from: str = ""
    """Where its date comes from: dates of one origin are interpreted together."""

    @property
    def source(self) -> str:
        """The file's name, with the part of it."""
        return f"{self.file}:{self.part}" if self.part else self.file


class Collection:
    """The files of an input while they are read, and what becomes of each."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.articles: list[Article] = []
        self.reports: dict[str, FileReport] = {}
        self.problems: list[str] = []
        self.tables: list[tuple[str, list[dict[str, str]]]] = []
        """Tables of metadata, those with precedence last."""
        self.columns: list[Mapping[str, str]] = []
        self.dates: list[DateReport] = []
        self.notes: list[str] = []

    def add(self, source: Source | Ignored) -> None:
        """Read a file."""
        if isinstance(source, Ignored):
            self.reports[source.name] = FileReport(source.name, source.kind, "ignored", 0, source.reason)
        elif source.stem.casefold() == STEM and source.suffix in TABLE_SUFFIXES and self.add_metadata(source):
            self.reports[source.name] = FileReport(source.name, "table of metadata", "read")
        else:
            try:
                self._add_articles(source, read_source(source))
            except (InputError, OSError) as error:
                self.fail(source.name, error)

    def fail(self, name: str, error: InputError | OSError) -> None:
        """Record that a file cannot be read."""
        reason = str(error) if isinstance(error, InputError) else f"cannot be read ({error.strerror})"
        kind = f".{name.rpartition('.')[2]}"
        self.reports[name] = FileReport(name, kind, "failed", 0, reason.removeprefix(f"{name}: "))
        self.problems.append(reason if reason.startswith(name) else f"{name}: {reason}")

    def add_metadata(self, source: Source) -> bool:
        """Read a table of metadata; False if it is a table of articles."""
        rows = read_rows(source)
        columns = {column for row in rows for column in row}
        if not file_column(columns):
            return False
        self.tables.append((source.name, rows))
        return True

    def _add_articles(self, source: Source, contents: Contents) -> None:
        documents = contents.documents
        by_paragraph = contents.is_table and self.settings.reading.unit == "paragraph"
        if by_paragraph:
            grouped = _join_paragraphs(documents, source.name)
        else:
            if contents.is_table:
                expected = "one row per article, or --unit paragraph if each row is a paragraph"
                _require_unique(documents, "article_id", source.name, expected)
            grouped = [(document, None) for document in documents]
        for document, rows in grouped:
            origin = source.name if contents.is_table else f"files of kind {contents.kind}"
            self.articles.append(Article(document, source.name, document.part, dict(document.fields), rows, origin))
        self.columns.append(contents.columns)
        detail = "; ".join((*contents.problems, *contents.notes))
        self.reports[source.name] = FileReport(source.name, contents.kind, "read", len(grouped), detail)
        self.problems += [f"{source.name} {problem}" for problem in contents.problems]

    def complete_fields(self) -> None:
        """Add the fields of file names and of tables of metadata, and interpret the dates."""
        self._add_fields_of_names()
        for name, rows in self.tables:
            sources = [name for article in self.articles for name in (article.file, article.source)]
            try:
                metadata = match_metadata(rows, sources, name)
            except InputError as error:
                self.fail(name, error)
                continue
            self.notes += metadata.notes
            for article in self.articles:
                fields = {**metadata.fields.get(article.file, {}), **metadata.fields.get(article.source, {})}
                article.fields |= fields
                article.date_from = name if "date" in fields else article.date_from
        self._read_dates()

    def _add_fields_of_names(self) -> None:
        if not self.settings.reading.filename:
            return
        pattern = FilenamePattern(self.settings.reading.filename)
        unfit = []
        for article in self.articles:
            fields = pattern.fields(article.file)
            if fields is None:
                unfit.append(article.file)
            else:
                article.fields |= fields
                article.date_from = "file names" if "date" in fields else article.date_from
        if unfit := list(dict.fromkeys(unfit)):
            n_files = len({article.file for article in self.articles})
            self.notes.append(
                f"{len(unfit)} of {count(n_files, 'file name')} do not fit reading.filename: {examples(unfit)}"
            )

    def _read_dates(self) -> None:
        """Interpret the dates of each origin together, since the order of day and month shows in all of them."""
        origins: dict[str, list[Article]] = {}
        for article in self.articles:
            if article.fields.get("date", "").strip():
                origins.setdefault(article.date_from, []).append(article)
        for origin, articles in origins.items():
            written = [article.fields["date"] for article in articles]
            column = read_dates(written)
            for article, date in zip(articles, column.values, strict=True):
                article.fields["date"] = date
            given = len(articles) - column.missing
            self.dates.append(DateReport(origin, column.understood, given, column.unclear, column.problem or column.note))

    def intake(self, outlets: Mapping[str, int], carried: Sequence[str]) -> Intake:
        """What became of the input, with the outlets and further columns of the articles that are kept."""
        files = tuple(self.reports[name] for name in sorted(self.reports))
        return Intake(files, tuple(self.dates), merge_columns(self.columns), tuple(carried), outlets, tuple(self.notes))


def _require_unique(documents: tuple[Document, ...], column: str, name: str, expected: str) -> None:
    """InputError if two rows share an id; rows without one are left out."""
    row_of: dict[str, str] = {}
    for row in documents:
        own = row.fields.get(column, "")
        if own and own in row_of:
            raise InputError(f"{name}: rows {row_of[own]} and {row.part} share {column} {own!r}; expected {expected}")
        row_of[own] = row.part


def _join_paragraphs(documents: tuple[Document, ...], name: str) -> list[tuple[Document, Spans | None]]:
    """Rows of a table of paragraphs as articles, in row order, each with its paragraphs: id, start, end.

    Without an ``article_id`` each row is a separate article.
    """
    _require_unique(documents, "paragraph_id", name, "unique ids")
    articles: dict[str, list[Document]] = {}
    for number, row in enumerate(documents, start=1):
        own_id = (
            f"row-{int(row.part) if row.part.isdigit() else number:07d}-{hashlib.sha256(row.text.encode()).hexdigest()[:8]}"
        )
        articles.setdefault(row.fields.get("article_id", "") or own_id, []).append(row)
    joined: list[tuple[Document, Spans | None]] = []
    for article_id, members in articles.items():
        spans: list[tuple[str, int, int]] = []
        start = 0
        for row in members:
            end = start + len(row.text)
            spans.append((row.fields.get("paragraph_id", ""), start, end))
            start = end + 2  # the blank line between two paragraphs
        text = "\n\n".join(row.text for row in members)
        fields = {**members[0].fields, "article_id": article_id}
        mended = any(row.mended for row in members)
        joined.append((Document(text, fields, members[0].part, mended=mended), tuple(spans)))
    return joined
