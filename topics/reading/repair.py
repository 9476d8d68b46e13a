"""Text -> text with glued words parted, each place recorded."""

import re
from dataclasses import dataclass

from topics.text import is_unspaced

_LETTER = r"[^\W\d_]"
_GLUED = re.compile(
    rf"(?<![\w/@:&])(?<!\w[-'’])(?P<left>{_LETTER}+(?:[-'’]{_LETTER}+)*)(?P<mark>[,;]|[.!?])(?=(?P<right>{_LETTER}[\w'’-]*)(?P<after>.?))"
)
_WORD = re.compile(r"\S+")
_ADDRESS = re.compile(r"://|^\W*www\.|\w@\w")
_DOMAINS = frozenset("com org net info edu gov io ai js ru cn de fr uk eu tv co py html htm pdf php".split())


@dataclass(frozen=True)
class Repair:
    """A space that was put into a text at ``at`` (offset in the text as it was)."""

    at: int
    before: str
    after: str


def restore_spaces(text: str) -> tuple[str, list[Repair]]:
    """Put a space after a comma, semicolon or full stop that glues two words together.

    Only where it is safe: both sides are words of letters, of a script with spaces
    ("3,500", "e.g.,x", "U.S.-led" and addresses stay), and after a full stop a sentence
    begins: a capital follows a small letter ("landscapes.This", not "Node.js" or
    "St.Petersburg").

    Returns
    -------
    tuple
        The text, and one :class:`Repair` for every space put in.
    """
    addresses = {i for word in _WORD.finditer(text) if _ADDRESS.search(word.group()) for i in range(*word.span())}
    found: list[re.Match[str]] = []
    for match in _GLUED.finditer(text):
        abbreviated = text[match.start() - 1 : match.start()] == "." and not (found and found[-1].end() == match.start())
        if not abbreviated and match.start() not in addresses and _is_safe(match):
            found.append(match)
    parts, repairs, last = [], [], 0
    for match in found:
        at = match.end()
        parts.append(text[last:at])
        last = at
        right = match.group("right")
        repairs.append(Repair(at, match.group() + right, f"{match.group()} {right}"))
    return " ".join([*parts, text[last:]]) if repairs else text, repairs


def _is_safe(match: re.Match[str]) -> bool:
    left, mark, right = match.group("left"), match.group("mark"), match.group("right")
    if match.group("after") in ("@", "/") or right.lower() in _DOMAINS or is_unspaced(left[-1]) or is_unspaced(right[0]):
        return False
    if mark in ",;":
        return len(left) > 1 and len(right) > 1
    return len(left) > 2 and left[-1].islower() and right[0].isupper() and right[1:2].islower()
