"""Keywords in context (KWIC; Luhn 1960): a few lines in which a keyword stands, to see what it means here."""

import unicodedata
from collections.abc import Sequence
from itertools import chain

from topics.themes.audit.reach import Reach, shown_form

CONTEXT = 60
"""Characters either side, at most."""
MAX_EXAMPLES = 3
_PLAIN = str.maketrans("[]|", "()¦")
"""The brackets and the separator are ours alone."""
_SLACK = 20
"""A context is cut so much earlier, at most, where a word ends."""


def examples(reach: Reach, keyword: str, texts: Sequence[str], articles: Sequence[str]) -> list[str]:
    """Up to three lines with a keyword: of its most frequent forms, and of different articles where possible.

    ``texts``: of all paragraphs; ``articles``: the article of each.
    """
    places = list(zip(reach.rows, reach.spans, strict=True))
    forms = [shown_form(texts[row][start:end], keyword) for row, (start, end) in places]
    frequent = sorted(reach.forms, key=lambda form: (-reach.forms[form], form))[:MAX_EXAMPLES]
    # a line for each of the most frequent forms, then whatever stands elsewhere
    wanted = chain(frequent, [None] * MAX_EXAMPLES)
    chosen: list[int] = []
    for form in wanted:
        left = [i for i in range(len(places)) if i not in chosen and form in (None, forms[i])]
        rows = {places[i][0] for i in chosen}
        seen = {articles[row] for row in rows}
        if left and len(chosen) < MAX_EXAMPLES:
            chosen.append(min(left, key=lambda i: (articles[places[i][0]] in seen, places[i][0] in rows, i)))
    return [in_context(texts[places[i][0]], *places[i][1]) for i in chosen]


def in_context(text: str, start: int, end: int) -> str:
    """``text[start:end]`` in brackets with what stands around it, cut where words end.

    Examples
    --------
    >>> in_context("Prices of gas rose again.", 10, 13)
    'Prices of [gas] rose again.'
    """
    first, last = max(0, start - CONTEXT), min(len(text), end + CONTEXT)
    if first:
        blank = next((i for i in range(first, min(first + _SLACK, start)) if text[i - 1].isspace()), first)
        first = _whole_letter(text, blank)
    if last < len(text):
        blank = next((i for i in range(last, max(last - _SLACK, end), -1) if text[i].isspace()), last)
        last = _whole_letter(text, blank)
    before, form, after = (part.translate(_PLAIN) for part in (text[first:start], text[start:end], text[end:last]))
    # a cell that begins with one of these would be a formula
    before = before if first else before.lstrip("=+-@\t\r")
    line = f"{'… ' * bool(first)}{before}[{form}]{after}{' …' * (last < len(text))}"
    return " ".join(line.split())


def _whole_letter(text: str, cut: int) -> int:
    """Not between a letter and its accent."""
    while cut < len(text) and unicodedata.combining(text[cut]):
        cut += 1
    return cut
