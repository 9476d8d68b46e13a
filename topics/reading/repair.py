"""Restore missing spaces between words, and record each change."""

import re
from dataclasses import dataclass

from topics.text import is_unspaced

_LETTER = r"[^\W\d_]"
_GLUED = re.compile(
    rf"(?<![\w/@:&])(?<!\w[-'’])(?P<left>{_LETTER}+(?:[-'’]{_LETTER}+)*)(?P<mark>[,;]|[.!?])"
    rf"(?=(?P<right>{_LETTER}[\w'’-]*)(?P<after>.?))"
)
_WORD = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|^\W*www\.|\w@\w")
_DOMAINS = frozenset("com org net info edu gov io ai js ru cn de fr uk eu tv co py html htm pdf php".split())


@dataclass(frozen=True)
class Repair:
    """A space inserted at offset ``at`` of the original text."""

    at: int
    before: str
    after: str


def restore_spaces(text: str) -> tuple[str, list[Repair]]:
    """Insert missing spaces after commas, semicolons and full stops between two words.

    Only unambiguous cases are changed: both sides are words of letters, of a script with
    spaces ("3,500", "e.g.,x", "U.S.-led" and addresses are unchanged), and a full stop is
    between a lower-case letter and a capital ("landscapes.This", not "Node.js" or
    "St.Petersburg").

    Returns
    -------
    tuple
        The text, and a :class:`Repair` for every inserted space.
    """
    in_address = {i for word in _WORD.finditer(text) if _ADDRESS.search(word.group()) for i in range(*word.span())}
    parts: list[str] = []
    repairs: list[Repair] = []
    last = 0
    for match in _GLUED.finditer(text):
        # preceded by a full stop without a missing space: the end of an abbreviation
        abbreviated = text[match.start() - 1 : match.start()] == "." and last != match.start()
        if abbreviated or match.start() in in_address or not _is_safe(match):
            continue
        parts.append(text[last : match.end()])
        last = match.end()
        right = match.group("right")
        repairs.append(Repair(last, match.group() + right, f"{match.group()} {right}"))
    return " ".join([*parts, text[last:]]) if repairs else text, repairs


def _is_safe(match: re.Match[str]) -> bool:
    left, mark, right = match.group("left"), match.group("mark"), match.group("right")
    is_address = match.group("after") in ("@", "/") or right.lower() in _DOMAINS
    if is_address or is_unspaced(left[-1]) or is_unspaced(right[0]):
        return False
    if mark in ",;":
        return len(left) > 1 and len(right) > 1
    return len(left) > 2 and left[-1].islower() and right[0].isupper() and right[1:2].islower()
