"""Dates of articles -> periods: days, months, quarters, years or decades."""

import datetime
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from topics.settings import PERIODS, Settings

_MAX_PERIODS = 20
_DATE = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:[T ].*)?)?)?|(?P<decade>\d{3}0)s",
    re.DOTALL,
)
_YEARS = range(1000, 2200)
"""Other years are typing errors and placeholders; one 9999-12-31 would stretch the time of the corpus."""


def choose_period(dates: Iterable[str], settings: Settings | None = None) -> str:
    """How long a period is: ``day``, ``month``, ``quarter``, ``year`` or ``decade``.

    ``profiles.period``, or if that is ``auto``: the shortest of which there are at most 20 from
    the first date to the last, and in which nine dates in ten can be placed ("2024"
    is in no month). Decades, if none is; years, if there is no date.

    Parameters
    ----------
    dates
        As :func:`topics.text.read_dates` gives them (``1950s``, ``2024``, ``2024-Q2``, ``2024-05``,
        ``2024-05-31``); what is no date does not count.
    """
    wanted = (settings or Settings()).profiles.period
    if wanted != "auto":
        return wanted
    usable = [date for date in dates if _number(date, "decade") is not None]
    for period in PERIODS:
        numbers = [number for date in usable if (number := _number(date, period)) is not None]
        if numbers and 10 * len(numbers) >= 9 * len(usable) and max(numbers) - min(numbers) < _MAX_PERIODS:
            return period
    return "decade" if usable else "year"


def article_periods(articles: pd.DataFrame, settings: Settings | None = None) -> pd.Series:
    """The period of each article (``1950s``, ``2024``, ``2024-Q2``, ``2024-05``, …); empty if its date is less exact."""
    dates = articles["date"]
    # an article of which nothing is left must not stretch the time that the others span
    period = choose_period(dates[articles["n_paragraphs"] > 0], settings)
    numbers = [_number(date, period) for date in dates]
    names = ["" if number is None else _name(number, period) for number in numbers]
    return pd.Series(names, index=articles.index, name="period")


def decimal_years(dates: Iterable[str]) -> np.ndarray:
    """The middle of each date as a year with decimals; NaN for what is no date.

    Examples
    --------
    >>> decimal_years(["1950s", "2024", "2024-Q2", "2024-07", "Summer 2023"]).round(2).tolist()
    [1955.0, 2024.5, 2024.38, 2024.54, nan]
    """
    return np.array([_decimal_year(date) for date in dates], dtype=float)


def _decimal_year(date: str) -> float:
    if (day := _number(date, "day")) is not None:
        year = datetime.date.fromordinal(day).year
        start, end = (datetime.date(number, 1, 1).toordinal() for number in (year, year + 1))
        return year + (day + 0.5 - start) / (end - start)
    for period, parts in (("month", 12), ("quarter", 4), ("year", 1), ("decade", 0.1)):
        if (number := _number(date, period)) is not None:
            return (number + 0.5) / parts
    return float("nan")


def _number(date: str, period: str) -> int | None:
    """The number of the day, month, quarter, year or decade since the year 0; None if the date does not tell it."""
    match = _DATE.fullmatch(date.strip())
    if match is None:
        return None
    year, quarter, month, day, decade = (int(match[part] or 0) for part in ("year", "quarter", "month", "day", "decade"))
    if (year or decade) not in _YEARS:
        return None
    try:
        full = datetime.date(year or decade, int(match["month"] or 1), int(match["day"] or 1))
    except ValueError:  # 30 February
        return None
    if period == "decade":
        return full.year // 10
    if not year:
        return None
    if period == "year":
        return year
    if period == "quarter" and (month or quarter):
        return 4 * year + (quarter or (month + 2) // 3) - 1
    if period == "month" and month:
        return 12 * year + month - 1
    return full.toordinal() if period == "day" and day else None


def _name(number: int, period: str) -> str:
    if period == "day":
        return datetime.date.fromordinal(number).isoformat()
    if period == "month":
        return f"{number // 12:04d}-{number % 12 + 1:02d}"
    if period == "quarter":
        return f"{number // 4:04d}-Q{number % 4 + 1}"
    return f"{number:04d}" if period == "year" else f"{number}0s"
