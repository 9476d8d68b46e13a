"""The tables of a run: columns, keys, and functions to check, write and read them."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from topics.errors import InputError
from topics.format import DECIMALS


class Table(NamedTuple):
    """The columns of a table in order, and those of its key, by which rows are sorted."""

    columns: tuple[str, ...]
    key: tuple[str, ...]


def _table(key: str, others: str) -> Table:
    return Table((*key.split(), *others.split()), tuple(key.split()))


TABLES = {
    "articles": _table("article_id", "title author outlet date language source n_paragraphs n_words sha256"),
    "intake": _table("file", "kind outcome articles detail"),
    "paragraphs": _table("paragraph_id", "article_id position section start end n_words text"),
    "dropped": _table("article_id start", "end reason text"),
    "duplicates": _table("source", "article_id copy_of overlap"),
    "repairs": _table("paragraph_id at", "before after"),
    "themes": _table("paragraph_id theme", "score assigned primary evidence evidence_start evidence_end"),
    "codes": _table("paragraph_id coder", "themes weight"),
    "scores_without_codes": _table("paragraph_id theme", "score"),
    "keywords": _table(
        "theme keyword",
        "verdict paragraphs articles shared_with company elsewhere elsewhere_theme occurrences forms examples",
    ),
    "topics": _table("topic_id", "label size words theme stability npmi c_v distinctness"),
    "paragraph_topics": _table("paragraph_id", "topic_id probability agreement reassigned"),
    "representatives": _table("topic_id rank", "paragraph_id centrality"),
    "granularity": _table("n_topics", "stability error coherence reference adjusted adjusted_error equal chosen"),
    "topic_hierarchy": _table("parent_id", "left_id right_id distance size label"),
    "topic_levels": _table("level topic_id", "group_id label"),
    "profiles": _table("article_id theme", "share low high n_paragraphs uncorrected n_coded basis"),
    "article_topics": _table("article_id topic_id", "share low high"),
    "overall": _table("theme", "share low high n_articles uncorrected n_coded basis codes_needed"),
    "outlets": _table("outlet theme", "share low high n_articles uncorrected n_coded basis"),
    "outlet_differences": _table("outlet theme", "difference low high n_articles n_coded basis"),
    "outlet_topics": _table("outlet topic_id", "share low high n_articles"),
    "groups": _table("column group theme", "share low high n_articles uncorrected n_coded basis"),
    "group_differences": _table("column group theme", "difference low high n_articles n_coded basis"),
    "group_topics": _table("column group topic_id", "share low high n_articles"),
    "keyness": _table("outlet rank", "word log_odds low high z n n_others"),
    "co_occurrence": _table("theme other", "n lift low high"),
    "themes_over_time": _table("period theme", "share low high n_articles uncorrected n_coded basis"),
    "topics_over_time": _table("period topic_id", "share low high n_articles"),
    "topic_words": _table("topic_id rank", "word weight"),
    "topic_themes": _table("topic_id theme", "share lift"),
    "topic_groups": _table("column topic_id", "group share expected high p n_paragraphs nmi nmi_high"),
    "topic_map": _table("paragraph_id", "x y"),
}
"""All tables of a run, ``tables/NAME.csv``: the key, then the other columns."""

COLUMNS = {name: table.columns for name, table in TABLES.items()}
"""Column names of each table, in the order of its file."""

WITH_FURTHER_COLUMNS = frozenset({"articles"})
"""Tables in which the columns above may be followed by others, which are text."""

OPTIONAL = frozenset({"groups", "group_differences", "group_topics", "codes", "scores_without_codes"})
"""Tables that a run has only with groups (``groups.by``) or gold codes (``themes.coding``); read as empty otherwise."""

_TEXT = frozenset(
    "title author outlet date language source section text evidence label words word theme article_id paragraph_id"
    " reason sha256 copy_of before after period other keyword verdict shared_with elsewhere_theme"
    " file kind outcome detail column group forms examples coder themes basis".split()
)
"""Columns of text; a column name has the same meaning in every table."""

REASONS = ("title", "heading", "byline", "boilerplate", "duplicate", "short", "language")
"""Reasons why a line of a page is not in ``paragraphs``."""

UNASSIGNED = "unassigned"
"""Stands for "no theme" in the tables of themes."""


FORM_SEPARATOR, EXAMPLE_SEPARATOR = "|", " | "
"""Between the forms of a keyword, and the examples of it in context, in a cell of ``keywords``."""


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, which a notebook shows with untruncated, left-aligned text."""
    return _Readable(frame.reset_index(drop=True))


class _Readable(pd.DataFrame):
    # _constructor is not overridden, so selections and derived tables are plain DataFrames.
    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            shown = pd.DataFrame(self).to_html(index=False, float_format="{:.2f}".format)
        return shown.replace("<td>", '<td style="text-align:left">').replace("<th>", '<th style="text-align:left">')

    def __reduce__(self) -> tuple[Any, ...]:
        return pd.DataFrame, (pd.DataFrame(self),)


def empty(name: str) -> pd.DataFrame:
    """Table ``name`` without rows."""
    return pd.DataFrame(columns=list(COLUMNS[name]))


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return ``frame`` with the columns of table ``name``, sorted by its key.

    Other columns are left out, except in the tables of :data:`WITH_FURTHER_COLUMNS`, where they come last.

    Raises
    ------
    InputError
        If a column is missing.
    """
    columns, key = TABLES[name]
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(f"{name} lacks column {missing[0]!r}; found {list(frame.columns)}")
    further = _further(frame.columns, name) if name in WITH_FURTHER_COLUMNS else []
    return frame.loc[:, [*columns, *further]].sort_values(list(key), kind="stable", ignore_index=True)


def write(frame: pd.DataFrame, name: str, folder: Path) -> Path:
    r"""Write table ``name`` as CSV: UTF-8, ``\n`` newlines, rows sorted, floats rounded.

    Text cells are written unchanged, so that offsets are correct and scripts read the
    original text; exports for spreadsheets are escaped (:mod:`topics.spreadsheets`).
    """
    path = folder / f"{name}.csv"
    table = check(frame, name)
    for column in table.select_dtypes("floating"):
        table[column] = table[column].round(DECIMALS) + 0.0  # no "-0.0"
    texts = table.loc[:, table.columns.isin([*_TEXT, *_further(table.columns, name)])]
    # csv does not quote a single carriage return, which readers interpret as the end of the row.
    lone_return = any("\r" in text for column in texts for text in texts[column].astype("str"))
    quoting = csv.QUOTE_NONNUMERIC if lone_return else csv.QUOTE_MINIMAL
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", quoting=quoting)
    return path


def read(name: str, folder: Path) -> pd.DataFrame:
    """Read table ``name`` from ``folder``, with its original types."""
    path = folder / f"{name}.csv"
    if name in OPTIONAL and not path.exists():
        return empty(name)
    if not path.is_file():
        raise InputError(f"{path} does not exist; expected a run folder written by `topics run`")
    with path.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream), [])
    if not header:
        raise InputError(f"{path} is empty; expected a table written by `topics run`: run the study again")
    # further columns are text, whatever they look like
    text = dict.fromkeys([*_TEXT.intersection(COLUMNS[name]), *_further(header, name)], "str")
    # An empty number is missing; the text "NA" or "null" is text.
    missing = {column: [""] for column in COLUMNS[name] if column not in text}
    return check(pd.read_csv(path, dtype=text, keep_default_na=False, na_values=missing), name)


def further_columns(articles: pd.DataFrame) -> list[str]:
    """The columns of ``articles.csv`` that come from the input, such as party or wave."""
    return _further(articles.columns, "articles")


def _further(columns: Iterable[str], name: str) -> list[str]:
    """The columns that are not among those of table ``name``."""
    return [column for column in columns if column not in COLUMNS[name]]
