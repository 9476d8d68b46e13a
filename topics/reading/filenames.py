"""Metadata from file names, by a pattern such as ``{year}_BUDGET_{number}_{first}_{last}_{party}``."""

import re
from collections.abc import Mapping

from topics.errors import InputError

_FIELD = re.compile(r"\{([^{}]*)\}")
_DIGITS = {"year": r"\d{4}", "month": r"\d{1,2}", "day": r"\d{1,2}"}
"""What these fields match, so that a name that has something else there does not fit."""
_FIXED = {"year": r"\d{4}", "month": r"\d\d", "day": r"\d\d"}
"""The same for fields that follow each other without a character between, as in 20230617."""
_DATE = r"\d{4}[-_. ]\d{1,2}[-_. ]\d{1,2}(?!\d)|\d{1,2}[-_. ]\d{1,2}[-_. ]\d{4}(?!\d)|\d{8}(?!\d)|\d{4}[-_.]\d\d(?!\d)"
"""A date, which may contain the character that separates fields."""
_ADJACENT = re.compile(r"\{([^{}]*)\}(?=\{([^{}]*)\})")
_EXAMPLE = 'expected a pattern such as reading.filename = "{year}_{party}_{number}"'


class FilenamePattern:
    """A pattern for file names without their suffix; with ``/`` in it, for paths below the input folder.

    ``{name}`` matches at least one character, as few as the rest of the pattern allows; a
    name that occurs twice must have the same value. ``{}`` matches and is left out.
    ``{date}`` may contain the character that separates fields: ``2023-06-17``. Only ``{year}{month}{day}``
    may follow each other directly.

    Raises
    ------
    InputError
        If the pattern has no ``{name}``, or two other fields with nothing between them.

    Examples
    --------
    >>> from topics.reading.filenames import FilenamePattern
    >>> FilenamePattern("{year}_{party}").fields("2009_FF.txt")
    {'year': '2009', 'party': 'FF', 'date': '2009'}
    """

    def __init__(self, pattern: str) -> None:
        names = _FIELD.findall(pattern)
        if not any(names):
            raise InputError(f"setting reading.filename is {pattern!r}, without a {{field}}; {_EXAMPLE}")
        if any({a, b} - set(_FIXED) for a, b in _ADJACENT.findall(pattern)):
            raise InputError(f"setting reading.filename is {pattern!r}: two fields without a character between; {_EXAMPLE}")
        if wrong := next((name for name in names if name and not name.isidentifier()), None):
            raise InputError(f"setting reading.filename: {wrong!r} is not a name; {_EXAMPLE}")
        self._has_folders = "/" in pattern
        self._names = list(dict.fromkeys(filter(None, names)))
        self._expression = self._compiled(pattern, "[^/]+?")
        self._greedy = self._compiled(pattern, "[^/]+")

    @staticmethod
    def _compiled(pattern: str, anything: str) -> re.Pattern[str]:
        parts = _FIELD.split(pattern)  # text and names in turn
        digits = _FIXED if _ADJACENT.search(pattern) else _DIGITS
        expression, seen = "", set()
        for i, part in enumerate(parts):
            if i % 2 == 0:
                expression += re.escape(part)
            elif not part:
                expression += anything
            elif part in seen:
                expression += f"(?P={part})"
            else:
                seen.add(part)
                expression += f"(?P<{part}>{f'{_DATE}|{anything}' if part == 'date' else digits.get(part, anything)})"
        return re.compile(expression, re.IGNORECASE)

    def fields(self, name: str) -> dict[str, str] | None:
        """The fields of a file name, and title, author and date from them; None if it does not fit.

        ``first`` and ``last`` give the author; ``year``, ``month`` and ``day`` the date.
        """
        found = self._values(self._expression, name)
        return None if found is None else found | _author(found) | _date(found)

    def is_ambiguous(self, name: str) -> bool:
        """Whether a file name fits in several ways, as ``a_b_c`` does ``{party}_{title}``."""
        return self._values(self._expression, name) != self._values(self._greedy, name)

    def _values(self, expression: re.Pattern[str], name: str) -> dict[str, str] | None:
        path = name.rpartition(".")[0] or name
        match = expression.fullmatch(path if self._has_folders else path.rpartition("/")[2])
        return None if match is None else {field: match[field].strip() for field in self._names}


def _author(found: Mapping[str, str]) -> dict[str, str]:
    names = [found[field] for field in ("first", "last") if field in found]
    return {"author": " ".join(names)} if "last" in found and "author" not in found else {}


def _date(found: Mapping[str, str]) -> dict[str, str]:
    if "date" in found:
        return {"date": found["date"].replace("_", " " if re.search(r"[^\W\d_]", found["date"]) else "-")}
    parts = [field for field in ("year", "month", "day") if field in found]
    if parts != ["year", "month", "day"][: len(parts)] or not parts:
        return {}
    return {"date": "-".join(found[field].zfill(2) for field in parts)}
