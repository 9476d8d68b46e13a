"""What a keyword may be: a word, a phrase, a part of a word (``energ*``), or ``/a regular expression/``."""

import math
import re
import unicodedata
import warnings
from collections.abc import Iterable
from typing import Any

from topics.errors import InputError
from topics.format import count

_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    # between letters of Arabic and Indic scripts, joiners are spelling
    "|(?<![\u0600-\u0fff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0fff])"
)
_ESCAPES = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
"""Control characters that TOML writes with a backslash -> how they are written."""
_MIN_LETTERS = 2
"""Letters and digits of a word with ``*``; one in scripts whose words are that short."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_COUNT = re.compile(r"(\))?\{(\d*)(?:,(\d*))?\}")
_MAX_REPEATS = 10_000
"""Nested counted repeats, multiplied; the memory to compile an expression grows with them."""
_SAMPLE = "Gas 24/7, non-x_y: №"


def pattern(keyword: str) -> Any:
    """The regular expression of a keyword between slashes, as in ``/pipelines?/``; None for words and phrases.

    It is an expression of the package ``regex``, whose ``search`` takes a ``timeout`` in seconds.
    """
    if not is_expression(keyword):
        return None
    import regex

    return regex.compile(keyword[1:-1], regex.IGNORECASE)


def is_expression(keyword: str) -> bool:
    """Whether a keyword is a regular expression between slashes."""
    return len(keyword) > 2 and keyword.startswith("/") and keyword.endswith("/")


def normalise(text: str) -> str:
    """``text`` in Unicode's form NFC, without invisible characters such as soft hyphens, and without outer spaces."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def describe_problem(keyword: str) -> str:
    """What is wrong with a keyword, and what to do; empty if nothing is."""
    control = next((character for character in keyword if unicodedata.category(character) == "Cc"), "")
    if control:
        if control not in _ESCAPES:
            return f"has the control character U+{ord(control):04X}; remove it"
        written = "".join(_ESCAPES.get(character, character) for character in keyword)
        return f"has a control character, since {_ESCAPES[control]} in double quotes is one; use single quotes: '{written}'"
    if is_expression(keyword):
        return _describe_expression(keyword)
    if not any(character.isalnum() for character in keyword):
        return "has no letter or digit; expected words or /a regular expression/"
    return next(filter(None, map(_describe_wildcard, keyword.split())), "") if "*" in keyword else ""


def check_keyword(keyword: str, where: str) -> None:
    """Raise InputError if a keyword cannot be used."""
    problem = describe_problem(keyword)
    if problem:
        raise InputError(f"{where}: keyword {keyword!r} {problem}")


def _describe_wildcard(word: str) -> str:
    if "*" not in word or sum(map(str.isalnum, word)) >= _MIN_LETTERS or _UNSPACED.search(word):
        return ""
    return f"has fewer than {_MIN_LETTERS} letters beside the *, and would match very many words; write more of the word"


def _describe_expression(keyword: str) -> str:
    remedy = "correct it, or remove the slashes"
    counts = [
        (bool(group), max(map(int, filter(None, (low, high))), default=1)) for group, low, high in _COUNT.findall(keyword)
    ]
    nested = math.prod(min(count, _MAX_REPEATS + 1) for is_group, count in counts if is_group)
    if nested * max((count for _, count in counts), default=1) > _MAX_REPEATS:
        return f"is a regular expression with more than {_MAX_REPEATS:,} repeats; use smaller numbers in {{}}"
    import regex

    try:
        # of doubtful expressions, Python's own compiler warns
        with warnings.catch_warnings(action="error"):
            expression = pattern(keyword)
        found = [match.span() for match in expression.finditer(_SAMPLE, timeout=1.0)]
        matches_nothing = expression.search("", timeout=1.0) is not None
    except TimeoutError:
        return f"is a regular expression that takes too long even on {len(_SAMPLE)} characters; make it simpler"
    except (regex.error, OverflowError, RecursionError, MemoryError, ValueError, Warning) as error:
        return f"is not a regular expression ({str(error) or type(error).__name__}); {remedy}"
    if matches_nothing or any(start == end for start, end in found):
        return f"is a regular expression that matches the empty string, and so any text; {remedy}"
    return ""


def unique_keywords(keywords: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """Keywords without those that differ from another in case at most, and the removed ones.

    Of ``WHO`` and ``who``, the second is kept, as it also matches what the first does. Regular expressions
    are different as soon as they are written differently.
    """
    kept: dict[str, str] = {}
    removed = []
    for keyword in keywords:
        key = keyword if is_expression(keyword) else keyword.casefold()
        if key in kept and kept[key].isupper() and not keyword.isupper():
            kept[key], keyword = keyword, kept[key]
        if key in kept:
            removed.append(keyword)
        else:
            kept[key] = keyword
    return tuple(kept.values()), removed


def listed(items: Iterable[str], n: int = 5) -> str:
    """The first ``n`` items, quoted, and the number of the others.

    >>> from topics.codebook.keywords import listed
    >>> listed(["oil", "gas", "coal"], n=2)
    "'oil', 'gas' and 1 more"
    """
    items = list(items)
    rest = f" and {len(items) - n} more" if len(items) > n else ""
    return ", ".join(map(repr, items[:n])) + rest


def repeated_note(keywords: list[str]) -> str:
    """The note on keywords removed by :func:`unique_keywords`."""
    number = count(len(keywords), "keyword")
    return f"{number} listed twice in a theme, apart from case ({listed(keywords)}); one of each is kept"
