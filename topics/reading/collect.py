"""Collect the articles of all files, with their fields: from ``metadata.csv``, file names and the files themselves."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from topics.errors import InputError
from topics.format import count, shorten
from topics.reading.columns import require_columns, separate_ids
from topics.reading.document import FIELDS, IDS, Contents, Document, Source
from topics.reading.filenames import FilenamePattern
from topics.reading.formats import TABLE_SUFFIXES, read_frame, read_source, read_texts
from topics.reading.intake import DateReport, FileReport, Intake, examples, merge_columns
from topics.reading.metadata import STEM, match_metadata, read_metadata
from topics.reading.sources import Ignored, find_sources
from topics.settings import Settings
from topics.text import read_dates

_MAX_PATH = 80
"""Characters; a longer string that is no file is a text."""
IN_MEMORY = "data"
"""What stands in place of a file's name for data in memory."""

Spans = tuple[tuple[str, int, int], ...]
"""The rows of a table of paragraphs within an article's text: id, start, end."""


Input: TypeAlias = Path | pd.DataFrame | Sequence[str]
"""A folder of pages, a page or a table; or data in memory: a table with a column of text, or a list of texts."""


def as_input(given: Any) -> Input:
    """A path, or data in memory as a table or a list of texts.

    Raises
    ------
    InputError
        If it is something else, such as a single text.
    """
    if hasattr(given, "to_pandas"):  # a table of polars, Arrow or datasets
        given = given.to_pandas()
    if isinstance(given, Path | pd.DataFrame):
        return given
    if isinstance(given, str):
        if not _exists(given) and (" " in given or "\n" in given or len(given) > _MAX_PATH):
            raise InputError(f"{shorten(given, 60)!r} is no file or folder; expected a path, or a list of texts: [text, …]")
        return Path(given)
    if isinstance(given, bytes | Mapping) or not isinstance(given, Iterable):
        raise InputError(
            f"the articles are given as {type(given).__name__}; expected a path, a list of texts, or a table:"
            " pandas.DataFrame(…)"
        )
    return given if isinstance(given, list | tuple) else list(given)  # a generator can be read once only


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # longer than a name can be
        return False


def collect(data: Input, settings: Settings, metadata: Path | None = None) -> "Collection":
    """Read all files at or below a path, or data in memory; ``metadata`` is a further table, which need not exist."""
    files = Collection(settings)
    if isinstance(data, Path):
        for source in find_sources(data, settings.reading):
            files.add(source)
    else:
        files.add_data(data)
    if metadata is not None and metadata.is_file():
        source = Source(metadata.name, metadata.read_bytes, settings.reading)
        if not files.add_metadata(source):
            raise InputError(f"{metadata} has a column of texts; expected a table of metadata with a column 'file'")
    files.complete()
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
        self._contents: dict[str, Contents] = {}
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
            return
        try:
            if source.stem.casefold() == STEM and source.suffix in TABLE_SUFFIXES and self.add_metadata(source):
                self.reports[source.name] = FileReport(source.name, "table of metadata", "read")
            else:
                self._contents[source.name] = read_source(source)
        except (InputError, OSError) as error:
            self.fail(source.name, error)

    def fail(self, name: str, error: InputError | OSError) -> None:
        """Record that a file cannot be read."""
        reason = str(error) if isinstance(error, InputError) else f"cannot be read ({error.strerror})"
        last = name.rpartition("/")[2]
        kind = f".{last.rpartition('.')[2].lower()}" if "." in last else "no suffix"
        self.reports[name] = FileReport(name, kind, "failed", 0, reason.removeprefix(f"{name}: "))
        self.problems.append(reason if reason.startswith(name) else f"{name}: {reason}")

    def omit(self, article: Article, error: InputError) -> None:
        """Record that an article cannot be used; others of the same file can."""
        report = self.reports[article.file]
        if report.articles <= 1:
            self.fail(article.file, error)
            return
        reason = str(error).removeprefix(f"{article.file}: ")
        detail = "; ".join(filter(None, (report.detail, f"{article.part}: {reason}")))
        self.reports[article.file] = replace(report, articles=report.articles - 1, detail=detail)
        self.problems.append(f"{article.source}: {reason}")

    def omit_repeated_ids(self, articles: Sequence[tuple[str, str, str]]) -> None:
        """Record articles (source, id, source of the other one) whose id is that of another article with other text."""
        of_file: dict[str, list[tuple[str, str, str]]] = {}
        files = {article.source: article.file for article in self.articles}
        for repeated in articles:
            of_file.setdefault(files[repeated[0]], []).append(repeated)
            self.problems.append("{}: article_id {!r} is also that of {}, which has another text".format(*repeated))
        for file, some in of_file.items():
            report = self.reports[file]
            n_left = report.articles - len(some)
            _, article_id, other = some[0]
            reason = f"{count(len(some), 'article')} left out, since the article_id is also that of another text, e.g."
            detail = f"{reason} {article_id!r} of {other}; expected unique ids"
            detail = "; ".join(filter(None, (report.detail, detail)))
            outcome = report.outcome if n_left else "failed"
            self.reports[file] = replace(report, outcome=outcome, articles=n_left, detail=detail)

    def add_data(self, data: pd.DataFrame | Sequence[str]) -> None:
        """Read data in memory."""
        read = read_frame if isinstance(data, pd.DataFrame) else read_texts
        self._contents[IN_MEMORY] = read(data, self.settings.reading)

    def add_metadata(self, source: Source) -> bool:
        """Read a table of metadata; False if it is a table of articles."""
        rows = read_metadata(source)
        if rows is not None:
            self.tables.append((source.name, rows))
        return rows is not None

    def complete(self) -> None:
        """Make articles of all contents, with the fields of file names and of tables of metadata, and with dates.

        Raises
        ------
        InputError
            If a column of ``reading.columns`` is in no table.
        """
        require_columns(self._contents.values(), self.settings.reading)
        contents = list(self._contents.values())
        if self.settings.reading.unit != "paragraph":
            contents = separate_ids(contents)
        for name, own in zip(self._contents, contents, strict=True):
            try:
                self._add_articles(name, own)
            except InputError as error:
                self.fail(name, error)
        self._add_fields_of_names()
        self._add_metadata_of_tables()
        self._read_dates()

    def _add_articles(self, name: str, contents: Contents) -> None:
        documents = contents.documents
        by_paragraph = contents.is_table and self.settings.reading.unit == "paragraph"
        if contents.is_table and not by_paragraph:
            documents = _without_repeated_rows(documents)
            if n_repeated := len(contents.documents) - len(documents):
                note = f"{count(n_repeated, 'row')} left out, with the article_id and the text of another row"
                contents = replace(contents, notes=(*contents.notes, note))
            expected = "one row per article, or --unit paragraph if each row is a paragraph"
            _require_unique(documents, "article_id", name, expected)
        grouped = _join_paragraphs(documents, name) if by_paragraph else [(document, None) for document in documents]
        origin = name if contents.is_table else f"{contents.kind} files"
        for document, rows in grouped:
            self.articles.append(Article(document, name, document.part, dict(document.fields), rows, origin))
        self.columns.append(contents.columns)
        detail = "; ".join((*contents.problems, *contents.notes))
        self.reports[name] = FileReport(name, contents.kind, "read", len(grouped), detail)
        self.problems += [f"{name} {problem}" for problem in contents.problems]

    def _add_metadata_of_tables(self) -> None:
        for name, rows in self.tables:
            metadata = match_metadata(rows, [name for own in self.articles for name in (own.file, own.source)], name)
            self.notes += metadata.notes
            for article in self.articles:
                fields = {**metadata.fields.get(article.file, {}), **metadata.fields.get(article.source, {})}
                article.fields |= fields
                article.date_from = name if "date" in fields else article.date_from

    def _add_fields_of_names(self) -> None:
        if not self.settings.reading.filename:
            return
        pattern = FilenamePattern(self.settings.reading.filename)
        unfit = []
        ambiguous = []
        for article in self.articles:
            fields = pattern.fields(article.file)
            if fields is None:
                unfit.append(article.file)
            else:
                if pattern.is_ambiguous(article.file):
                    ambiguous.append(article.file)
                article.fields |= fields
                article.date_from = "file names" if "date" in fields else article.date_from
        n_files = len({article.file for article in self.articles})
        ambiguous = list(dict.fromkeys(ambiguous))
        # if most names are like that, the pattern means it: {party}_{title}
        if 0 < len(ambiguous) < 0.5 * n_files:
            values = ", ".join(f"{name} {value!r}" for name, value in (pattern.fields(ambiguous[0]) or {}).items())
            self.notes.append(
                f"{len(ambiguous)} of {count(n_files, 'file name')} can be read in several ways by reading.filename, e.g."
                f" {ambiguous[0]}, read as {values}; rename these files or give their fields in metadata.csv"
            )
        if unfit := list(dict.fromkeys(unfit)):
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
        return Intake(
            files, tuple(self.dates), merge_columns(self.columns), tuple(carried), outlets, notes=tuple(self.notes)
        )


def _without_repeated_rows(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """Rows without those that have the id and the text of an earlier one."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for row in documents:
        key = (row.fields.get("article_id", ""), row.text)
        if not key[0] or key not in seen:
            kept.append(row)
        seen.add(key)
    return tuple(kept)


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
    for row in documents:
        sheet, _, number = row.part.rpartition(":")
        digest = hashlib.sha256(row.text.encode()).hexdigest()[:8]
        own_id = f"{f'{sheet.casefold()}-' if sheet else ''}row-{int(number):07d}-{digest}"
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
        fields = {**_fields_of_rows(members), "article_id": article_id}
        mended = any(row.mended for row in members)
        joined.append((Document(text, fields, members[0].part, mended=mended), tuple(spans)))
    return joined


def _fields_of_rows(rows: list[Document]) -> dict[str, str]:
    """The metadata of the first row; a further column in which rows differ holds each of its values once."""
    fields = dict(rows[0].fields)
    for name in dict.fromkeys(name for row in rows for name in row.fields if name not in (*FIELDS, *IDS)):
        fields[name] = "; ".join(dict.fromkeys(filter(None, (row.fields.get(name, "") for row in rows))))
    return fields
