"""What became of every file, date and column of the input: ``tables/intake.csv`` and its summary."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from topics import tables
from topics.format import count

_SHOWN = 3
"""Examples named in a line of the summary."""
_LONG_WORDS, _TIMES_MEDIAN = 5000, 8
"""An article is suspiciously long from this number of words, and this multiple of the median article."""
_MIN_ARTICLES = 5
"""Articles from which a median is meaningful."""
_MAX_OUTLETS = 300
"""More outlets than this are not compared with each other."""
_MORE_CHARACTERS = re.compile(r"\[\+\d+ (?:chars|characters)\]$")
"""How news interfaces end a text of which they deliver the beginning only."""
_TEASER_WORDS = 120
"""A text with fewer words that ends in an ellipsis is a teaser."""
_ALIKE = 0.9
"""Similarity from which two outlet names may be the same."""
_EXPECTED = frozenset(("hidden file", "hidden folder", "lock file", "part of a saved page"))
"""Kinds of files that are never articles of their own: counted, but nothing to attend to."""
LISTED = "; tables/intake.csv lists all"
"""Where a line that names only examples sends the reader."""
_NO_ARTICLE = "contains no article"
"""Why pictures and the like are not read; other reasons are more worth an example."""


@dataclass(frozen=True)
class FileReport:
    """What became of one file; a row of ``intake.csv``."""

    file: str
    kind: str
    """What the file is: "web page", "Word document", ".jpg"."""
    outcome: str
    """``read ignored failed``."""
    articles: int = 0
    detail: str = ""
    """Why it was not read, or what a reader of the results must know."""


@dataclass(frozen=True)
class DateReport:
    """How the dates of one column, or of one kind of file, were understood."""

    where: str
    """"metadata.csv", "the web pages", "articles.csv"."""
    understood: int
    given: int
    """Number of articles with a date."""
    unclear: tuple[str, ...] = ()
    """Dates that were not understood."""
    note: str = ""
    """How the order of day and month was decided, or why it could not be."""

    @property
    def problem(self) -> str:
        """What was not understood, in one line."""
        if self.understood == self.given:
            return ""
        unclear = f", e.g. {examples(map(repr, self.unclear))}" if self.unclear else ""
        number = f"{self.given - self.understood} of {count(self.given, 'date')}"
        return f"{number} in {self.where} not understood{unclear}{f' ({self.note})' if self.note else ''}"


@dataclass(frozen=True)
class Intake:
    """What became of the input, before any line is classified."""

    files: tuple[FileReport, ...] = ()
    dates: tuple[DateReport, ...] = ()
    used: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field -> the columns that were used for it, where their names differ."""
    carried: tuple[str, ...] = ()
    """Further columns, which ``articles.csv`` contains."""
    outlets: Mapping[str, int] = field(default_factory=dict)
    """Outlet -> number of its articles."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """Language -> number of its paragraphs, in a corpus of several."""
    notes: tuple[str, ...] = ()
    """Further lines of the summary that a reader must know."""

    @property
    def table(self) -> pd.DataFrame:
        """One row a file, as in ``intake.csv``."""
        rows = [vars(report) for report in self.files]
        return tables.check(pd.DataFrame(rows, columns=list(tables.COLUMNS["intake"])), "intake")

    @cached_property
    def attention(self) -> list[str]:
        """The lines of the summary that a reader must know: what was lost or not understood; one per kind."""
        lines = unread(self.files)
        lines += [dates.problem for dates in self.dates if dates.problem]
        if alike := similar_names(self.outlets):
            pairs = "; ".join(f"{a!r} ({self.outlets[a]}) and {b!r} ({self.outlets[b]})" for a, b in alike[:_SHOWN])
            more = f"; and {len(alike) - _SHOWN} more" if len(alike) > _SHOWN else ""
            lines.append(f"outlets that may be the same: {pairs}{more}; give them one name in metadata.csv")
        return [*lines, *_details(report for report in self.files if report.outcome == "read"), *self.notes]

    @property
    def summary(self) -> list[str]:
        """The whole intake in a few lines: what was read, and then what needs attention."""
        read = [report for report in self.files if report.outcome == "read"]
        articles = count(sum(report.articles for report in read), "article")
        lines = [f"read {count(len(read), 'file')} ({_by_kind(read, short=True)}): {articles}"] if read else []
        if expected := [report for report in self.files if report.outcome == "ignored" and report.kind in _EXPECTED]:
            lines.append(f"left out: {count(len(expected), 'file')} ({_by_kind(expected)})")
        for dates in self.dates:
            if dates.given and not dates.problem:
                note = f" ({dates.note})" if dates.note else ""
                number = "1 date" if dates.given == 1 else f"all {dates.given} dates"
                lines.append(f"{number} in {dates.where} understood{note}")
        if self.used:
            pairs = "; ".join(f"{name} = {', '.join(columns)}" for name, columns in self.used.items())
            lines.append(f"columns used: {pairs}")
        if self.carried:
            lines.append(f"further columns, kept in articles.csv: {', '.join(self.carried)}")
        if len(self.languages) > 1:
            counts = sorted(self.languages.items(), key=lambda item: (-item[1], item[0]))
            lines.append(f"paragraphs by language: {', '.join(f'{n} in {language}' for language, n in counts)}")
        return [*lines, *self.attention]


def _details(files: Iterable[FileReport]) -> Iterator[str]:
    """What must be known about files that were read; one line for all files of which nearly the same is said."""
    alike: dict[str, list[FileReport]] = {}
    for report in files:
        if report.detail:
            # what differs from file to file are numbers of rows and quoted values
            alike.setdefault(re.sub(r"[\d,]+(?: and \d+)?|'[^']*'|rows?", "", report.detail), []).append(report)
    for reports in alike.values():
        detail = reports[0].detail
        same = [report.file for report in reports if report.detail == detail]
        others = len(reports) - len(same)
        more = f"; similar in {count(others, 'other file')}, listed in tables/intake.csv" if others else ""
        yield f"{detail} ({examples(same)}{more})"


def unread(files: Sequence[FileReport]) -> list[str]:
    """What could not be read, or was left out though it may contain articles: at most one line per outcome."""
    attended = [report for report in files if report.outcome != "ignored" or report.kind not in _EXPECTED]
    lines = (_unread(attended, "ignored", "not read"), _unread(attended, "failed", "cannot be read"))
    return [line for line in lines if line]


def _unread(files: Iterable[FileReport], outcome: str, what: str) -> str:
    """One line on the files with an outcome, counted by kind, with an example for each of the main reasons."""
    found = [report for report in files if report.outcome == outcome]
    if not found:
        return ""
    if len(found) == 1:
        return f"{what}: {found[0].file} ({found[0].detail})" if found[0].detail else f"{what}: {found[0].file}"
    of_reason: dict[str, list[str]] = {}
    for report in found:
        of_reason.setdefault(report.detail, []).append(report.file)
    listed = f"{what}: {count(len(found), 'file')} ({_by_kind(found)})"
    if len(of_reason) == 1:
        reasons = f", e.g. {examples(of_reason[found[0].detail])}; {found[0].detail}"
    else:
        ordered = sorted(of_reason.items(), key=lambda item: (item[0] == _NO_ARTICLE, -len(item[1]), item[0]))
        told = [item for item in ordered if item[0] != _NO_ARTICLE][:_SHOWN]
        reasons = "".join(f"; {examples(names, 1)}: {reason}" for reason, names in told)
    return f"{listed}{reasons}{LISTED}"


def _by_kind(files: Iterable[FileReport], *, short: bool = False) -> str:
    """The kinds of files with their numbers; with ``short``, a single kind without."""
    kinds = Counter(report.kind for report in files)
    by_size = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(kind if short and len(kinds) == 1 else f"{n} {kind}" for kind, n in by_size)


def examples(values: Iterable[str], shown: int = _SHOWN) -> str:
    """The first values, and how many more there are."""
    listed = list(values)
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    return ", ".join(listed[:shown]) + more


def similar_names(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs of names that may be the same, the more frequent first: "BBC News" and "bbc news".

    Names are compared without case, punctuation, a leading article and the ending of an
    address; then by similarity (Ratcliff and Metzener 1988), for names of some length.
    """
    names = sorted(filter(None, counts), key=lambda name: (-counts[name], name))[:_MAX_OUTLETS]
    plain = {name: _plain_name(name) for name in names}
    pairs = []
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            a, b = plain[name], plain[other]
            near = min(len(a), len(b)) >= 8 and _is_similar(a, b)
            # two names with other numbers, such as "Channel 4" and "Channel 5", differ
            if a == b or (near and re.findall(r"\d+", a) == re.findall(r"\d+", b)):
                pairs.append((name, other))
    return pairs


def _is_similar(a: str, b: str) -> bool:
    matcher = difflib.SequenceMatcher(None, a, b)
    # quick upper bounds exclude most pairs
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(bound() >= _ALIKE for bound in bounds)


def _plain_name(name: str) -> str:
    words = re.sub(r"^https?://(?:www\.)?|^www\.|\.(?:com|org|net|co\.uk|de|fr|es|ru|cn)\b.*$", "", name.casefold().strip())
    if words != name.casefold().strip():  # an address: theguardian.com
        words = re.sub(r"^the(?=\w{4})", "", words)
    words = re.sub(r"^(?:the|der|die|das|le|la|les|el|los)\s+", "", words)
    return re.sub(r"[\W_]+", "", words) or name


def long_articles(words: Mapping[str, int]) -> list[str]:
    """The names of articles that are much longer than the others, and may be several articles.

    Parameters
    ----------
    words
        Name of an article -> its number of words.
    """
    lengths = sorted(words.values())
    median = lengths[len(lengths) // 2] if len(lengths) >= _MIN_ARTICLES else 0
    return [name for name, n in words.items() if median and n >= max(_LONG_WORDS, _TIMES_MEDIAN * median)]


def is_cut_off(text: str) -> bool:
    """Whether a text was cut off by what delivered it: "… [+4213 chars]", or a short text that ends in an ellipsis."""
    end = text.rstrip()[-40:]
    return bool(_MORE_CHARACTERS.search(end)) or (end.endswith(("...", "…")) and len(text.split()) < _TEASER_WORDS)


def merge_columns(columns: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Field -> distinct columns used for it over all tables, in order."""
    merged: dict[str, dict[str, None]] = {}
    for mapping in columns:
        for name, column in mapping.items():
            merged.setdefault(name, {})[column] = None
    return {name: tuple(names) for name, names in merged.items()}
