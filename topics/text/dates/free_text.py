"""Full dates in running text."""

import re

from topics.text.dates.grammar import MONTH, normalise, read_date, to_iso

DATE = re.compile(
    r"\b(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}\.\d{1,2}\.\d{4}"
    rf"|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: de| of)? {MONTH}(?: del?|,)? \d{{4}}"
    r")(?![\d/])|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日",
    re.I,
)
"""A date with day, month and year."""


def find_date(text: str) -> str:
    """The first date in ``text`` with day, month and year, as ISO 8601; empty if there is none.

    >>> find_date("Published Friday, 1st of March, 2024 at 10:30")
    '2024-03-01'
    """
    for match in DATE.finditer(" ".join(text.split())):
        reading = read_date(normalise(match.group()))
        # dots are in the order of day and month wherever a text does not belong to a column
        iso = to_iso(reading.numbers[2], *reading.numbers[1::-1]) if reading.numbers else reading.iso
        if iso:
            return iso
    return ""
