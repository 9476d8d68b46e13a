"""The dates of one column, read together: what one value leaves open, the others decide."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from topics.format import count
from topics.text.dates.free_text import DATE, find_date
from topics.text.dates.grammar import ABOUT, MISSING, NOTHING, Reading, normalise, read_date, to_iso
from topics.text.dates.names import ENGLISH_MONTHS, MONTHS

_EXAMPLES = 3
_LONG = 200
"""Letters of a value that is rather prose with a date in it than a date with a word before it."""
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](?:[01]\d|2[0-4]):[0-5]\d(?::[0-6]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)
_EXCEL_DAYS = range(15_000, 80_001)
"""1941 to 2119; smaller numbers are more often something else."""
_EXCEL_ZERO = date(1899, 12, 30)
"""Day 0 for all days after 28 February 1900: Excel counts a 29 February 1900."""
_EPOCH = re.compile(r"(\d{9,10}|\d{13}|\d{16}|\d{19})(?:\.\d+)?", re.ASCII)
_EPOCH_UNITS = {9: (1, "seconds"), 10: (1, "seconds"), 13: (10**3, "milliseconds"), 16: (10**6, "microseconds"),
                19: (10**9, "nanoseconds")}  # fmt: skip
_EPOCH_END = 1_900_000_000
"""March 2030; later seconds are written like ``2023061708`` (a day and an hour)."""

_ORDERS = {"day first": (0, 1, 2), "month first": (1, 0, 2), "year first": (2, 1, 0)}
"""Where day, month and year stand."""
_DAY_AND_MONTH = ("day first", "month first")
_UNKNOWN = "unknown"
_NOT_A_DAY = re.compile(
    r"\b(?:before|after|until|till|since|by|to|from|between|vor|nach|bis|seit|ab|zwischen|avant|après|jusqu|depuis|entre"
    r"|antes|después|hasta|desde|до|после|по|с|между)\b|[前后後以至]|[-–—/~]\s*$|^\s*[-–—/~]",
    re.I,
)
_MONTH_NAME = re.compile(rf"\b(?:{'|'.join(name for name in MONTHS if len(name) > 3)})\b", re.I)


@dataclass(frozen=True)
class DateColumn:
    """The dates of a column."""

    values: tuple[str, ...]
    """For every value its ISO 8601 date (``2023-06-17``, ``2023-06``, ``2023-Q2``, ``2023``, ``1950s``);
    empty if missing; unchanged if not understood, except that ``2010-11`` for two years becomes ``2010–11``,
    and ``1900s`` ``the 1900s``, for they would be taken for a month and a decade."""
    understood: int = 0
    missing: int = 0
    unclear: tuple[str, ...] = ()
    """The first few values that were not understood."""
    order: str = ""
    """``day first``, ``month first`` or ``year first`` (``99/06/17``); empty if no value depends on it or it is unknown."""
    problem: str = ""
    """Why dates of day and month as numbers were not read, in one line."""
    note: str = ""
    """What the reader of the dates should know, in one line: serial numbers, approximate dates, two-digit years."""

    @property
    def not_understood(self) -> int:
        """How many values are neither dates nor missing."""
        return len(self.values) - self.understood - self.missing

    @property
    def message(self) -> str:
        """What was not understood, in one line; empty if all was.

        >>> read_dates(["2023-06-17", "soon"]).message
        "1 of 2 dates not understood, e.g. 'soon'"
        """
        if not self.not_understood:
            return ""
        examples = ", ".join(f"'{_shorten(value)}'" for value in self.unclear)
        reason = f"; {self.problem}" if self.problem else ""
        present = len(self.values) - self.missing
        return f"{self.not_understood} of {present} dates not understood, e.g. {examples}{reason}"


def read_dates(values: Sequence[str]) -> DateColumn:
    """Read the dates of one column, or of all pages of one kind.

    Dates of six languages, years, quarters, decades, approximate years, and columns of Excel
    serial numbers or Unix times. A time of day and its zone are left out; the day is the one
    that is written. In ``03/04/2023`` the order of day and month follows from other values of
    the column, in which one number is over 12; if there is none, such values are not read.
    Dates with dots have the day first unless other values exclude it. Two-digit years
    from 69 are of the last century.

    Parameters
    ----------
    values
        The cells, missing ones as an empty text or as one of the usual words (``n/a``, ``n.d.``).

    Examples
    --------
    >>> read_dates(["17/06/2023 08:30", "03/04/2023", "c. 1917", "n.d."]).values
    ('2023-06-17', '2023-04-03', '1917', '')
    >>> read_dates(["03/04/2023", "05/05/2023"]).values
    ('03/04/2023', '2023-05-05')
    """
    distinct = list(dict.fromkeys(values))
    known = {value: iso for value in distinct if (iso := _fast_iso(value))}
    plain = {value: normalise(value) for value in distinct if value not in known}
    missing = {value for value, text in plain.items() if text in MISSING or text.strip("[]()") in MISSING}
    open_texts = {value: text for value, text in plain.items() if value not in missing}
    order = problem = ""
    serials, note = ({}, "") if known else _serial_dates(open_texts)
    if serials:
        known |= serials
    else:
        readings = {value: _read_value(value, text) for value, text in open_texts.items()}
        doubtful = _doubtful_forms(readings.values(), has_iso=bool(known))
        orders, problem = _orders(readings)
        order = next((order for order in orders.values() if order != _UNKNOWN), "")
        for value, reading in readings.items():
            iso = _ordered(reading, orders) if reading.numbers else reading.iso
            if iso and reading.form not in doubtful:
                known[value] = iso
        note = _note(values, known, readings, open_texts)
    result = tuple("" if value in missing else known.get(value) or _kept(value) for value in values)
    return DateColumn(
        values=result,
        understood=sum(value in known for value in values),
        missing=sum(value in missing for value in values),
        unclear=tuple([value for value in open_texts if value not in known][:_EXAMPLES]),
        order=order,
        problem=problem,
        note=note,
    )


def _kept(value: str) -> str:
    """A value that was not understood, as it is, unless it would be taken for a date in ISO 8601 or a decade."""
    text = value.strip()
    if re.fullmatch(r"\d{4}-\d\d", text):  # two years
        return text.replace("-", "–")
    return f"the {text}" if re.fullmatch(r"\d{3}0s", text) else value


def _note(values: Sequence[str], known: dict[str, str], readings: dict[str, Reading], texts: dict[str, str]) -> str:
    """What was decided by a convention: approximate dates, centuries of two-digit years."""
    notes = []
    about = {value for value, reading in readings.items() if reading.form == "about" and value in known}
    if about:
        n, first = sum(value in about for value in values), next(value for value in readings if value in about)
        notes.append(f"{count(n, 'approximate date')} used like exact ones, e.g. '{_shorten(first)}'")
    short = {value for value in readings if value in known and _has_short_year(texts[value], known[value])}
    if short:
        last = max(short, key=lambda value: (known[value], value))
        notes.append(f"two-digit years are read as 1969 to 2068, e.g. '{_shorten(last)}' as {known[last]}")
    return "; ".join(notes)


def _has_short_year(text: str, iso: str) -> bool:
    # years in Chinese numerals have four
    return not iso.endswith("s") and iso[:4] not in text and "年" not in text


def _fast_iso(value: str) -> str:
    """The day of an ISO 8601 date with or without a time; empty if ``value`` is none."""
    match = _ISO.fullmatch(value)
    return to_iso(value[:4], value[5:7], value[8:10]) if match else ""


def _read_value(value: str, text: str) -> Reading:
    reading = read_date(text)
    if reading != NOTHING:
        return reading
    if len(value) > _LONG:
        return NOTHING
    # "Published: 17 June 2023", "Kornburg, 17. Juni 2023": one full date, and nothing else that tells a time
    found = list(DATE.finditer(" ".join(value.split())))
    # "3 May 1950s" is no day
    if len(found) != 1 or re.match(r"\d\w", found[0].string[found[0].end() - 1 :]):
        return NOTHING
    before, after = found[0].string[: found[0].start()], found[0].string[found[0].end() :]
    rest = re.sub(r"\d\d?[:.]\d\d(?::\d\d)?", "", f"{before} {after}")
    is_vague = ABOUT.match(f"{normalise(before)} 1") or _NOT_A_DAY.search(before) or _NOT_A_DAY.search(after)
    if is_vague or re.search(r"\d", rest) or _MONTH_NAME.search(rest):
        return NOTHING
    return Reading(find_date(found[0].group()))


# ---------------------------------------------------------------------------------- order


def _orders(readings: dict[str, Reading]) -> tuple[dict[str, str], str]:
    """The order of day and month for numbers between dots and for others, and why one is unknown."""
    orders: dict[str, str] = {}
    problems = []
    for form in ("slashes", "dots"):
        own = {value: reading.numbers for value, reading in readings.items() if reading.numbers and reading.form == form}
        dates = {value: tuple(_in_order(numbers, order) for order in _DAY_AND_MONTH) for value, numbers in own.items()}
        day_first = next((value for value, (iso, other) in dates.items() if iso and not other), "")
        month_first = next((value for value, (iso, other) in dates.items() if other and not iso), "")
        either = next((value for value, (iso, other) in dates.items() if iso and other and iso != other), "")
        short = [numbers for numbers in own.values() if len(numbers[2]) == 2]
        year_first = _year_first(short) if form == "slashes" else ""
        if year_first:
            orders[form] = year_first
        if year_first == _UNKNOWN:
            problems.append(f"'{next(iter(own))}' has the year first or last; write dates as 2023-06-17")
        elif year_first:
            continue
        elif day_first and month_first:
            if either:
                problems.append(
                    f"'{day_first}' has the day first, '{month_first}' the month, and"
                    f" {_two_meanings(either, own[either])}; write dates as 2023-06-17"
                )
        elif month_first:
            orders[form] = "month first"
        elif day_first or (own and form == "dots"):
            orders[form] = "day first"
        elif either:
            problems.append(
                f"the order of day and month is not clear: {_two_meanings(either, own[either])}; write dates as 2023-06-17"
            )
    return orders, "; ".join(problems)


def _in_order(numbers: tuple[str, str, str], order: str) -> str:
    day, month, year = (numbers[place] for place in _ORDERS[order])
    # a year of four digits is last in any column
    return to_iso(year, month, day) if order in _DAY_AND_MONTH or len(numbers[2]) == 2 else ""


def _ordered(reading: Reading, orders: dict[str, str]) -> str:
    """The date of three numbers in the order of the column; of a column without order, if only one is possible."""
    assert reading.numbers
    order = orders.get(reading.form, "")
    if order:
        return "" if order == _UNKNOWN else _in_order(reading.numbers, order)
    possible = {_in_order(reading.numbers, order) for order in _DAY_AND_MONTH} - {""}
    return possible.pop() if len(possible) == 1 else ""


def _year_first(short: list[tuple[str, str, str]]) -> str:
    """Whether dates with two-digit years have the year first: ``year first``, ``unknown``, or empty if not."""
    if not short or not all(_in_order(numbers, "year first") for numbers in short):
        return ""
    over_31 = sum(int(numbers[0]) > 31 for numbers in short)
    if 2 * over_31 >= len(short):
        return "year first"
    # a single 32/06/23 in a long column is a typing error
    if over_31 > 1 or 10 * over_31 >= len(short):
        return _UNKNOWN
    # 23/06/17, 23/07/18, 23/11/30: first numbers that are never a month and vary less than the last ones
    first, last = ({numbers[place] for numbers in short} for place in (0, 2))
    return _UNKNOWN if min(map(int, first)) > 12 and len(first) < len(last) else ""


def _two_meanings(value: str, numbers: tuple[str, str, str]) -> str:
    a, b, _ = map(int, numbers)
    return f"'{value}' is {a} {ENGLISH_MONTHS[b - 1]} or {ENGLISH_MONTHS[a - 1]} {b}"


def _doubtful_forms(readings: Collection[Reading], has_iso: bool) -> set[str]:
    """Forms that mean something else in this column: two years (2010-11, 2011-12), centuries (1900s)."""
    doubtful = set()
    if not any(re.fullmatch(r"\d\d[1-9]0s", reading.iso) for reading in readings):
        doubtful.add("century")
    consecutive = {reading for reading in readings if reading.form in {"season", "fiscal"}}
    spans = {reading for reading in readings if reading.form == "span"}
    has_months = has_iso or any(len(reading.iso) == len("2010-11") and reading not in consecutive for reading in readings)
    if not all(reading.iso for reading in consecutive | spans):  # 1914-18
        doubtful |= {"season", "fiscal", "span"}
    elif len(consecutive) > 1 and not has_months:
        doubtful |= {"season", "fiscal"}
    elif not has_months:
        doubtful.add("fiscal")
    return doubtful


# ---------------------------------------------------------------------------------- numbers


def _serial_dates(texts: dict[str, str]) -> tuple[dict[str, str], str]:
    """The dates of a column of Excel serial numbers or Unix times, with a note; nothing if it is another."""
    if not texts:
        return {}, ""
    if all(_SERIAL.fullmatch(text) and int(text[:5]) in _EXCEL_DAYS for text in texts.values()):
        note = "dates are read as Excel serial numbers (1900 date system)"
        return {value: _excel_day(text) for value, text in texts.items()}, note
    matches = {value: _EPOCH.fullmatch(text) for value, text in texts.items()}
    seconds: dict[str, int] = {}
    units = set()
    for value, match in matches.items():
        if match is None:
            return {}, ""
        factor, unit = _EPOCH_UNITS[len(match[1])]
        seconds[value] = int(match[1]) // factor
        units.add(unit)
    if len(units) > 1 or max(seconds.values()) > _EPOCH_END:
        return {}, ""
    note = f"dates are read as Unix times in {units.pop()} (UTC)"
    return {value: datetime.fromtimestamp(number, UTC).date().isoformat() for value, number in seconds.items()}, note


def _excel_day(text: str) -> str:
    return (_EXCEL_ZERO + timedelta(days=int(text[:5]))).isoformat()


def _shorten(text: str, most: int = 40) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
