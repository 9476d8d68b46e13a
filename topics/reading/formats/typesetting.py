r"""Undo what typesetting does to words: ligatures, soft hyphens, and hyphens at line ends.

>>> from topics.reading.formats.typesetting import Hyphenation, plain_letters
>>> plain_letters("re\ufb01nery")
'refinery'
>>> hyphenation = Hyphenation("The corporation has a long-term plan.")
>>> hyphenation.join("the Corpora-", "tion of a long-"), hyphenation.join("a long-", "term plan")
('the Corporation of a long-', 'a long-term plan')
"""

import re
import unicodedata
from collections import Counter

from topics.text import is_unspaced

_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Soft hyphens and other characters without width."""
_BULLETS = dict.fromkeys((0xF06F, 0xF076, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E0, 0xF0FC), "•")
"""Characters of symbol fonts that word processors use as bullets."""
_PLAIN = _LIGATURES | _INVISIBLE | _BULLETS
_HYPHENS = "\u2010\u00ad-"
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011'’][^\W\d_]+)*")
_LAST = re.compile(rf"(?:^|(?<=[^\w{_HYPHENS}]))([^\W\d_]+(?:[-'’][^\W\d_]+)*)([{_HYPHENS}])$")
"""The first part of a word that may be hyphenated, at the end of a line."""
_FIRST = re.compile(r"[^\W\d_]+")
_BROKEN = re.compile(rf"[^\W\d_]+(?:[-'’][^\W\d_]+)*[{_HYPHENS}][ \t]*\n\s*[^\W\d_]+")
"""A word at a line end and in the next line, neither half of which shows how a word is spelled."""
_SUSPENDED = frozenset("and or und oder et ou y o e ed en of och og eller i и или".split())
"""Words after a suspended hyphen ("two- and three-year-olds")."""
_PREFIXES = frozenset(
    "non self ex all half quasi semi vice pan sino euro anglo franco russo afro indo socio geo anti pro post pre co neo"
    " well ill long short high low far full part two three four five six seven eight nine ten cross counter".split()
)
"""First parts of words that are mostly spelled with a hyphen, if nothing else tells."""


def plain_letters(text: str) -> str:
    """``text`` with letters for the ligatures U+FB00 to U+FB06, bullets as "•", and no invisible characters."""
    return text.translate(_PLAIN)


def count_ligatures(text: str) -> int:
    """How many ligatures a text has."""
    return sum(map(text.count, map(chr, _LIGATURES)))


class Hyphenation:
    """Joins words that were hyphenated at line ends, by the spelling of the same words elsewhere in the text."""

    def __init__(self, text: str) -> None:
        whole = plain_letters(_BROKEN.sub(" ", text))
        self._counts = Counter(match.group().lower().replace("\u2010", "-") for match in _WORD.finditer(whole))
        self.joined = 0
        """How many words were joined without their hyphen."""

    def join(self, before: str, after: str) -> str:
        """Two lines as one: with a space, or within a hyphenated word with or without its hyphen."""
        if before and after and is_unspaced(before[-1]) and is_unspaced(after[0]):
            return before + after
        last, first = _LAST.search(before), _FIRST.match(after)
        if not last or not first:
            glued = before.endswith(("-", "\u2010", "–", "/")) and not before.endswith((" -", " –"))
            is_range = glued and before[-2:-1].isalnum() and after[:1].isalnum()
            return before + after if is_range else f"{before} {after}".strip()
        if last.group(2) == "\u00ad":
            self.joined += 1
            return before[:-1] + after
        if first.group().lower() in _SUSPENDED:
            return f"{before} {after}"
        if self._is_one_word(last.group(1), first.group()):
            self.joined += 1
            return before[:-1] + after
        return before + after

    def _is_one_word(self, left: str, right: str) -> bool:
        """Whether the hyphen belongs to the line's end rather than to the word."""
        if right[0].isupper() and not (right.isupper() and left.isupper()):
            return False  # names such as Jean-Luc, compounds such as US-Regierung
        left, right = left.lower(), right.lower()
        together, apart = self._counts[left + right], self._counts[f"{left}-{right}"]
        if together or apart:
            return together >= apart
        *_, part = re.split(r"[-'’]", left)
        if part in _PREFIXES or len(part) < 2:
            return False
        # a compound is made of two words, a hyphenated word of syllables
        return not (self._counts[part] and self._counts[right])


def mend_line_ends(text: str) -> tuple[str, int]:
    r"""Text pasted from a PDF with its broken words whole, and how many were joined without their hyphen.

    The end of a word moves to the line where it begins, so that the number of lines stays.

    >>> from topics.reading.formats.typesetting import mend_line_ends
    >>> mend_line_ends("The Corpora-\ntion, of a long-\nterm plan,\nand pre- and\npost-war.")
    ('The Corporation,\nof a long-term\nplan,\nand pre- and\npost-war.', 1)
    """
    hyphenation = Hyphenation(text)
    lines = text.split("\n")
    for i in range(len(lines) - 1):
        before, after = lines[i].rstrip(), lines[i + 1].lstrip()
        token, _, rest = after.partition(" ")
        is_last_of_paragraph = i + 2 == len(lines) or not lines[i + 2].strip()
        if _LAST.search(before) and _FIRST.match(token) and (rest or is_last_of_paragraph):
            joined = hyphenation.join(before, token)
            if joined != f"{before} {token}":  # "pre- and post-war" stays
                lines[i], lines[i + 1] = joined, rest
    return "\n".join(lines), hyphenation.joined
