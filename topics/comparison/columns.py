"""Columns of ``articles.csv`` -> categories, numbers or dates."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from topics.errors import InputError
from topics.format import in_natural_order, value_labels
from topics.measures import decimal_years, group_of, require_column

KINDS = ("category", "number", "date")
MAX_VALUES_OF_CATEGORY = 5
"""A column of numbers with more values is a trend."""
MAX_NUMBER = 1e100
"""The largest number: squares of larger ones overflow."""
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_DATES = "1950s, 2024, 2024-Q2, 2024-05 or 2024-05-31"


@dataclass(frozen=True)
class Column:
    """A column of the articles as it enters a regression."""

    name: str
    kind: str
    """One of :data:`KINDS`."""
    values: np.ndarray
    """Articles: text of a category, a number, or a date as a year with decimals."""
    known: np.ndarray
    """Articles: whether there is a value that can be used."""

    def levels(self, used: np.ndarray) -> list[str]:
        """The values of a category among the articles ``used``, in natural order."""
        return in_natural_order(set(self.values[used].tolist()))


def read_column(articles: pd.DataFrame, name: str, kind: str | None = None, option: str = "--by") -> Column:
    """A column by name; ``kind`` overrides what its values look like.

    It is a date if it is called ``date`` or all its values are dates; a number if all are numbers and there are more than
    five different ones; else a category.

    Raises
    ------
    InputError
        If there is no such column, or its values are not of the wanted kind.

    Examples
    --------
    >>> articles = pd.DataFrame({"wave": ["1.0", "2.0", ""], "n_paragraphs": 3})
    >>> column = read_column(articles, "wave")
    >>> column.kind, column.values.tolist(), column.known.tolist()
    ('category', ['1', '2', ''], [True, True, False])
    """
    require_column(articles, name, option)
    if kind is not None and kind not in KINDS:
        raise InputError(f"--as got {name}={kind}; expected {name}= one of {', '.join(KINDS)}")
    texts = group_of(articles, name)
    known = texts.notna().to_numpy()
    given = texts[known].tolist()
    kind = kind or _kind(name, given)
    if kind == "category":
        shown = value_labels(given)
        return Column(name, kind, np.array([shown.get(text, "") for text in texts]), known)
    if kind == "number":
        strange = next((text for text in given if not _NUMBER.fullmatch(text)), None)
        if strange is not None:
            raise InputError(f"{option}: {name!r} has the value {strange!r}; expected numbers, or --as {name}=category")
        large = next((text for text in given if abs(float(text)) > MAX_NUMBER), None)
        if large is not None:
            raise InputError(
                f"{option}: {name!r} has the value {large!r}; expected numbers up to {MAX_NUMBER:g}, or --as {name}=category"
            )
        numbers = np.array([float(text) if is_known else np.nan for text, is_known in zip(texts, known, strict=True)])
    else:
        numbers = decimal_years(texts.fillna(""))
        if given and not np.isfinite(numbers).any():
            raise InputError(f"{option}: {name!r} has the value {given[0]!r}; expected dates such as {_DATES}")
    return Column(name, kind, numbers, np.isfinite(numbers))


def _kind(name: str, given: list[str]) -> str:
    if name == "date":
        return "date"
    if all(_NUMBER.fullmatch(text) for text in given):
        return "number" if len({float(text) for text in given}) > MAX_VALUES_OF_CATEGORY else "category"
    return "date" if np.isfinite(decimal_years(given)).all() else "category"
