"""The columns of every table that passes between rooms, and one check for them."""

import csv
import functools
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from topics.errors import InputError
from topics.files import replace_file
from topics.format import DECIMALS

COLUMNS: dict[str, tuple[str, ...]] = {
    "articles": (
        "article_id", "title", "author", "outlet", "date", "language", "source", "n_paragraphs", "n_words", "sha256",
    ),
    "paragraphs": ("paragraph_id", "article_id", "position", "section", "start", "end", "n_words", "text"),
    "dropped": ("article_id", "start", "end", "reason", "text"),
    "duplicates": ("source", "article_id", "copy_of", "overlap"),
    "repairs": ("paragraph_id", "at", "before", "after"),
    "themes": (
        "paragraph_id", "theme", "score", "assigned", "primary", "evidence", "evidence_start", "evidence_end",
    ),
    "keywords": (
        "theme", "keyword", "verdict", "paragraphs", "articles", "shared_with", "company", "elsewhere", "elsewhere_theme",
    ),
    "topics": (
        "topic_id", "label", "size", "words", "theme", "stability", "npmi", "c_v", "distinctness",
    ),
    "paragraph_topics": ("paragraph_id", "topic_id", "probability", "agreement", "reassigned"),
    "representatives": ("topic_id", "rank", "paragraph_id", "centrality"),
    "granularity": ("n_topics", "stability", "error", "coherence", "chosen"),
    "topic_hierarchy": ("parent_id", "left_id", "right_id", "distance", "size", "label"),
    "topic_levels": ("level", "topic_id", "group_id", "label"),
    "profiles": ("article_id", "theme", "share", "low", "high", "n_paragraphs"),
    "article_topics": ("article_id", "topic_id", "share", "low", "high"),
    "overall": ("theme", "share", "low", "high", "n_articles"),
    "outlets": ("outlet", "theme", "share", "low", "high", "n_articles"),
    "outlet_differences": ("outlet", "theme", "difference", "low", "high", "n_articles"),
    "outlet_topics": ("outlet", "topic_id", "share", "low", "high", "n_articles"),
    "keyness": ("outlet", "rank", "word", "log_odds", "low", "high", "z", "n", "n_others"),
    "co_occurrence": ("theme", "other", "n", "lift", "low", "high"),
    "themes_over_time": ("period", "theme", "share", "low", "high", "n_articles"),
    "topics_over_time": ("period", "topic_id", "share", "low", "high", "n_articles"),
    "topic_words": ("topic_id", "rank", "word", "weight"),
    "topic_themes": ("topic_id", "theme", "share", "lift"),
    "topic_map": ("paragraph_id", "x", "y"),
}  # fmt: skip
"""Column names of each table, in the order of its file ``tables/NAME.csv``."""

SORT: dict[str, tuple[str, ...]] = {
    "articles": ("article_id",),
    "paragraphs": ("paragraph_id",),
    "dropped": ("article_id", "start"),
    "duplicates": ("source",),
    "repairs": ("paragraph_id", "at"),
    "themes": ("paragraph_id", "theme"),
    "keywords": ("theme", "keyword"),
    "topics": ("topic_id",),
    "paragraph_topics": ("paragraph_id",),
    "representatives": ("topic_id", "rank"),
    "granularity": ("n_topics",),
    "topic_hierarchy": ("parent_id",),
    "topic_levels": ("level", "topic_id"),
    "profiles": ("article_id", "theme"),
    "article_topics": ("article_id", "topic_id"),
    "overall": ("theme",),
    "outlets": ("outlet", "theme"),
    "outlet_differences": ("outlet", "theme"),
    "outlet_topics": ("outlet", "topic_id"),
    "keyness": ("outlet", "rank"),
    "co_occurrence": ("theme", "other"),
    "themes_over_time": ("period", "theme"),
    "topics_over_time": ("period", "topic_id"),
    "topic_words": ("topic_id", "rank"),
    "topic_themes": ("topic_id", "theme"),
    "topic_map": ("paragraph_id",),
}
"""The key by which the rows of each table are sorted."""

REASONS = ("title", "heading", "byline", "boilerplate", "duplicate", "short", "language")
"""Why a line of a page is not in ``paragraphs``."""

UNASSIGNED = "unassigned"
"""The share of words that no theme of the codebook covers."""

TEXT_COLUMNS = {
    "title", "author", "outlet", "date", "language", "source", "section", "text", "evidence", "label", "words",
    "word", "theme", "article_id", "paragraph_id", "reason", "sha256", "copy_of", "before", "after",
    "period", "other", "keyword", "verdict", "shared_with", "elsewhere_theme",
}  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """The same table, which a notebook shows with whole texts, aligned to the left; what is made of it is plain again."""
    return _readable()(frame.reset_index(drop=True))


@functools.cache
def _readable() -> type[pd.DataFrame]:
    class Readable(pd.DataFrame):
        def _repr_html_(self) -> str:
            with pd.option_context("display.max_colwidth", None):
                shown = pd.DataFrame(self).to_html(index=False, float_format="{:.2f}".format)
            return shown.replace("<td>", '<td style="text-align:left">').replace("<th>", '<th style="text-align:left">')

        def __reduce__(self) -> tuple[Any, ...]:
            return pd.DataFrame, (pd.DataFrame(self),)

    return Readable


def empty(name: str) -> pd.DataFrame:
    """Table ``name`` without a row."""
    return pd.DataFrame(columns=list(COLUMNS[name]))


def check(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return ``frame`` with exactly the columns of table ``name``, sorted by its key.

    Raises
    ------
    InputError
        If a column is missing.
    """
    missing = [column for column in COLUMNS[name] if column not in frame.columns]
    if missing:
        raise InputError(f"{name} lacks column {missing[0]!r}; found {list(frame.columns)}")
    return frame.loc[:, list(COLUMNS[name])].sort_values(list(SORT[name]), kind="stable", ignore_index=True)


def write(frame: pd.DataFrame, name: str, folder: Path) -> Path:
    r"""Write table ``name`` as CSV: UTF-8, ``\n`` newlines, rows sorted, floats rounded.

    Text cells are written as they are, so that offsets hold and scripts read what
    the page said; sheets meant for a spreadsheet are escaped where they are made.
    """
    path = folder / f"{name}.csv"
    table = check(frame, name)
    for column in table.select_dtypes("floating"):
        table[column] = table[column].round(DECIMALS) + 0.0  # no "-0.0"
    texts = table.loc[:, [column for column in table.columns if column in TEXT_COLUMNS]]
    bare = any("\r" in text for column in texts for text in texts[column].astype("str"))  # csv leaves it unquoted
    quoting = csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", quoting=quoting)
    return path


def read(name: str, folder: Path) -> pd.DataFrame:
    """Read table ``name`` back from ``folder``, with the types it was written with."""
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise InputError(f"{path} does not exist; expected a run folder made by `topics run`")
    text = {column: "str" for column in COLUMNS[name] if column in TEXT_COLUMNS}
    frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values={c: [""] for c in COLUMNS[name] if c not in text})
    return check(frame, name)


def read_by_hand(path: Path, columns: Sequence[str], needed: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Rows of a CSV file that a person may have written: where each stands, and its cells without blanks around them.

    Parameters
    ----------
    columns, needed
        Those that are read, and those that the file must have; a file that does not exist has no row.

    Raises
    ------
    InputError
        If it is no CSV in UTF-8, or lacks a needed column.
    """
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in needed if name not in (reader.fieldnames or [])]
            if missing:
                raise InputError(f"{path.name} lacks column {missing[0]!r}; expected {','.join(columns)}")
            return [
                (f"{path.name} row {number}", {name: (row.get(name) or "").strip() for name in columns})
                for number, row in enumerate(reader, start=2)
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path.name} is no readable table ({error}); expected CSV in UTF-8") from None


def write_by_hand(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file of the study in place of an older one, whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    replace_file(path, text.getvalue().encode("utf-8"))


def check_export(path: Path, columns: Sequence[str], command: str) -> None:
    """Refuse to write an export of ``command`` over anything but an older one: a coder's sheet, say.

    Raises
    ------
    InputError
        If ``path`` is no ``.csv``, or a file that does not begin with ``columns``.
    """
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path} ends in {path.suffix!r}; expected .csv")
    if path.exists() and not (path.is_file() and path.read_bytes().startswith((",".join(columns) + "\n").encode())):
        raise InputError(f"{path} is no table of `{command}`; choose another --out, or remove it")


def no_formula(text: str) -> str:
    """Text that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) or _is_quoted(text) else text


def unquoted(text: str) -> str:
    """What :func:`no_formula` was given."""
    return text[1:] if _is_quoted(text) else text


def _is_quoted(text: str) -> bool:
    return text.startswith("'") and text.lstrip("'").startswith(_FORMULA)
