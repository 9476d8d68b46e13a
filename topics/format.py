"""Formatting of numbers, articles and topics, shared by tables, figures, report and terminal."""

import re
from collections.abc import Iterable
from typing import Any

TRUSTED = 0.6
"""Stability below which a topic is unstable (Hennig 2007)."""

DECIMALS = 4
"""Decimals of all shares, scores and probabilities; further ones are not reproducible."""


def percent(share: float) -> str:
    """A share (−1…1) in per cent, without the sign: ``25``, ``−5``."""
    text = f"{100 * share:.0f}"
    return "0" if text == "-0" else text.replace("-", "−")


def level_percent(level: float) -> str:
    """The level of an interval in per cent, not rounded to 100.

    >>> level_percent(0.95), level_percent(0.999)
    ('95', '99.9')
    """
    return f"{100 * level:.10g}"


def with_interval(row: Any, name: str = "share", unit: str = "") -> str:
    """The share of a row in per cent with its interval: ``25 (10–40)``, of a difference ``−5 (−12 to 3)``."""
    to = "–" if name == "share" else " to "
    return f"{percent(getattr(row, name))}{unit} ({percent(row.low)}{to}{percent(row.high)})"


def decimals(value: float, unknown: str = "–") -> str:
    """A number with two decimals and a true minus; ``unknown`` for NaN."""
    return f"{value:.2f}".replace("-", "−") if value == value else unknown


def json_number(value: float) -> float | None:
    """A number for JSON, rounded as in the tables; None for NaN."""
    return None if value != value else round(value, DECIMALS)


def count(n: int, noun: str) -> str:
    """A number with its noun: "1 line", "2 lines"."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def shorten(text: str, n: int = 80) -> str:
    """Text as one line of at most ``n`` characters.

    >>> shorten("Oil and gas  account for a quarter.", 20)
    'Oil and gas account…'
    """
    line = " ".join(text.split())
    return line if len(line) <= n else f"{line[: n - 1].rstrip()}…"


def article_name(row: Any) -> str:
    """The displayed name of an article, a row of ``articles``: its title, or else the name of its file.

    A row of a table without a title has its own id; if it has none, the name of the table and its number.
    """
    if row.title:
        return row.title
    part = re.search(r"([^/]*):([^/:]+)$", row.source)
    if part or not row.source:
        is_own_id = not re.search(r"-[0-9a-f]{8}$", row.article_id)
        if is_own_id or not part:
            return row.article_id
        return f"{part[1].rpartition('.')[0] or part[1]} {part[2]}"
    name = row.source.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def article_year(date: str) -> str:
    """The year of a date, or its decade if no more is known; empty for a text that is no date.

    >>> article_year("2024-05-31"), article_year("1950s"), article_year("Summer 2023")
    ('2024', '1950s', '')
    """
    match = re.match(r"\d{4}(?=-|$)|\d{3}0s$", date)
    return match[0] if match else ""


def enumeration(names: Iterable[str]) -> str:
    """Names as prose lists them: "party, wave and country"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Names as a reader expects them: numbers by size ("2" before "10"), also within words ("wave 2", "wave 10")."""
    ordered = sorted(names)
    if all(re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", name) for name in ordered):
        return sorted(ordered, key=float)
    return sorted(ordered, key=_natural_key)


def value_labels(values: Iterable[str]) -> dict[str, str]:
    """How the values of a column are displayed: decimals with as few digits, but at least two, as keep them apart.

    >>> value_labels(["0.0", "0.16666999", "1.0"])
    {'0.0': '0', '0.16666999': '0.17', '1.0': '1'}
    >>> value_labels(["2024", "unknown", "1.0"])
    {'2024': '2024', 'unknown': 'unknown', '1.0': '1.0'}
    """
    own = {value: value for value in values}
    if not all(re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", value) for value in own):
        return own
    for n_digits in range(2, 7):
        short = {value: f"{float(value):.{n_digits}f}".rstrip("0").rstrip(".") if "." in value else value for value in own}
        if len(set(short.values())) == len(own):
            return short
    return own


def _natural_key(name: str) -> list[tuple[int, str]]:
    """Text and numbers in turn; of two numbers without leading zeros, the longer is larger."""
    parts = re.split("([0-9]+)", name.casefold())
    numbers = (part.lstrip("0") for part in parts[1::2])
    keys: list[tuple[int, str]] = [(0, part) for part in parts]
    keys[1::2] = [(len(number), number) for number in numbers]
    return keys


def is_unstable(stability: float) -> bool:
    """Whether a topic is unstable, by its stability as displayed (two decimals)."""
    return round(stability, 2) < TRUSTED


def topic_label(label: str, stability: float) -> str:
    """The displayed label of a topic, marked if it is unstable."""
    return f"{label} (unstable)" if is_unstable(stability) else label
