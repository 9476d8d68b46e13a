"""Dates of articles -> periods: days, months, quarters or years."""

import datetime
import re
from collections.abc import Iterable

import pandas as pd

from topics.settings import PERIODS, Settings

_MAX_PERIODS = 20
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", re.DOTALL)


def choose_period(dates: Iterable[str], settings: Settings | None = None) -> str:
    """How long a period is: ``day``, ``month``, ``quarter`` or ``year``.

    ``profiles.period``, or if that is ``auto``: the shortest of which there are at most 20 from
    the first date to the last, and in which nine dates in ten can be placed ("2024"
    is in no month). Years, if none is.

    Parameters
    ----------
    dates
        ISO 8601 (``2024``, ``2024-05``, ``2024-05-31``); what is no date does not count.
    """
    wanted = (settings or Settings()).profiles.period
    if wanted != "auto":
        return wanted
    usable = [date for date in dates if _number(date, "year") is not None]
    for period in PERIODS:
        numbers = [number for date in usable if (number := _number(date, period)) is not None]
        if numbers and 10 * len(numbers) >= 9 * len(usable) and max(numbers) - min(numbers) < _MAX_PERIODS:
            return period
    return PERIODS[-1]


def article_periods(articles: pd.DataFrame, settings: Settings | None = None) -> pd.Series:
    """The period of each article (``2024``, ``2024-Q2``, ``2024-05``, ``2024-05-31``); empty if its date is less exact."""
    dates = articles["date"]
    # an article of which nothing is left must not stretch the time that the others span
    period = choose_period(dates[articles["n_paragraphs"] > 0], settings)
    numbers = [_number(date, period) for date in dates]
    names = ["" if number is None else _name(number, period) for number in numbers]
    return pd.Series(names, index=articles.index, name="period")


def _number(date: str, period: str) -> int | None:
    """The number of the day, month, quarter or year since the year 0; None if the date does not tell it."""
    match = _ISO_DATE.fullmatch(date.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        full = datetime.date(year or 0, month or 1, day or 1)
    except ValueError:  # 30 February
        return None
    if period == "year":
        return full.year
    if month is None or (period == "day" and day is None):
        return None
    if period == "day":
        return full.toordinal()
    if period == "month":
        return 12 * full.year + full.month - 1
    return 4 * full.year + (full.month - 1) // 3


def _name(number: int, period: str) -> str:
    if period == "day":
        return datetime.date.fromordinal(number).isoformat()
    if period == "month":
        return f"{number // 12:04d}-{number % 12 + 1:02d}"
    if period == "quarter":
        return f"{number // 4:04d}-Q{number % 4 + 1}"
    return f"{number:04d}"
