"""Prose that is checked: a number is followed by an HTML comment with the expression that it comes from.

``Energy has 17 % (12–23)<!-- run.numbers.text["corpus/energy"] --> of the words``: the value must be what
stands before the comment. ``most are unstable<!-- (run.topics.stability < .6).mean() > .5 -->``: the
statement must be True; it ties no number. ``95 %<!-- fixed -->``: a number that no run changes.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

FIXED = "fixed"

Value = str | int | float | bool

_COMMENT, _HIDDEN = "\1", "\2"
_NO_PROSE = re.compile(
    r"""
    (?P<comment> <!--(?P<claim>.*?)--> )
    | ^[ ]{0,3}(?P<fence>`{3,}|~{3,}) .*? (?: ^[ ]{0,3}(?P=fence) | \Z )
    | (?<!`)(?P<ticks>`+)(?!`) (?:(?!\n[ \t]*\n).)+? (?<!`)(?P=ticks)(?!`)
    | (?<=\])\([^)\s]*\)                        # where a link leads
    | ^[ ]{0,3}\[[^\]]+\]:\ .*?$ | \[\^\w+\]     # the same at the foot; footnotes
    | </?[a-zA-Z][^<>]*> | \b[a-z]+://[^\s<>)]+ | &(?:[a-zA-Z]\w*|\#(?!(?:x0*3[0-9]|0*(?:4[89]|5[0-7]));)x?[0-9a-fA-F]+);
    | \n[ \t]*\n                                # a number is not tied across paragraphs
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_NOT_MONTH = r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
_NAME = rf"\b{_NOT_MONTH}[A-Z][\w’'-]+(?:\ et\ al\.|(?:\ and|\ &|,)\ [A-Z][\w’'-]+)*"
_NO_NUMBER = re.compile(
    rf"""
    ^[ ]{{0,3}}\#{{1,6}}\ .*$ | ^[ >]*\d+[.)]\   # headings; the numbers of a list
    | {_NAME},?\ \((?:19|20)\d\d[a-z]?\)         # Hennig (2007)
    | (?<=[(;])[^();]*?{_NAME},?\ (?:19|20)\d\d[a-z]?(?=[;,)])   # (Hennig 2007; …)
    """,
    re.MULTILINE | re.VERBOSE,
)
_NUMBER = re.compile(r"(?<![^\W_])\d+(?:[.,:\u202f]?\d+)*")
_TIED = re.compile(rf"(?:[^\w{_COMMENT}{_HIDDEN}]|[\d_]|\b(?:of|to|or)\b)*{_COMMENT}")
_BY_DEFINITION = re.compile(rf"\d(?:[^\w{_COMMENT}{_HIDDEN}]|[\d_])*\Z")
_MARKS = "[*_`]*"


@dataclass(frozen=True)
class Claim:
    """What a comment says of the prose before it."""

    expression: str
    start: int
    """Where the comment begins."""
    since: int
    """Where the comment before it ended."""


def parse(source: str) -> list[Claim]:
    """The claims of a Markdown source, in order; those in code are none."""
    found: list[Claim] = []
    since = 0
    for one in _NO_PROSE.finditer(source):
        if one["comment"]:
            found.append(Claim(" ".join(one["claim"].split()), one.start(), since))
            since = one.end()
    return found


def ill_formed(source: str) -> list[str]:
    """Claims that are no Python expression of what the notebook knows."""
    return [
        claim.expression for claim in parse(source) if claim.expression != FIXED and not _is_expression(claim.expression)
    ]


def untied(source: str) -> list[str]:
    """Numbers of the prose that no claim follows; what the claims are worth is not looked at."""
    prose = _prose(source)
    return [one.group() for one in _NUMBER.finditer(prose) if not _TIED.match(prose, one.end())]


def compare(source: str, values: dict[str, Value]) -> list[str]:
    """What is wrong with a Markdown source.

    Parameters
    ----------
    source
        The Markdown.
    values
        What the expression of each claim is worth; those that are ``fixed`` need none.

    Returns
    -------
    list of str
        One for each claim that does not hold, and for each number that no claim covers; empty when all is well.
    """
    wrong: list[str] = []
    covered: list[tuple[int, int]] = []
    prose = _prose(source)
    for claim in parse(source):
        before = source[claim.since : claim.start]
        if claim.expression == FIXED:
            by_definition = _BY_DEFINITION.search(prose, claim.since, claim.start)
            covered.append(by_definition.span() if by_definition else (0, 0))
            continue
        value = values[claim.expression]
        said = f"the prose says “{' '.join(before.split())[-60:]}”"
        if isinstance(value, bool):
            if not value:
                wrong.append(f"{said}; the run says that {claim.expression} is False")
        elif place := _at_the_end(str(value), before):
            covered.append((claim.since + place[0], claim.since + place[1]))
        else:
            wrong.append(f"{said}; the run says “{value}” for {claim.expression}")
            covered.append((claim.since, claim.start))
    loose = [
        one.group() for one in _NUMBER.finditer(prose) if not any(a <= one.start() and one.end() <= b for a, b in covered)
    ]
    return wrong + [f"{number} is covered by no claim" for number in loose]


def _prose(source: str) -> str:
    """The source, letter for letter, with all hidden that is no prose, and comments marked."""
    shown = _NO_PROSE.sub(lambda one: (_COMMENT if one["comment"] else _HIDDEN) * len(one.group()), source)
    return _NO_NUMBER.sub(lambda one: re.sub(r"\d", _HIDDEN, one.group()), shown)


def _at_the_end(value: str, before: str) -> tuple[int, int] | None:
    """Where ``value`` stands at the end of the prose ``before``, with whatever emphasis."""
    words = re.sub(r"[*_`]", "", value).split()
    if not words:
        return None
    between = rf"{_MARKS}\s+{_MARKS}"
    pattern = between.join(_MARKS.join(map(re.escape, word)) for word in words)
    found = re.search(rf"(?<![^\W_])(?<![−-]){pattern}(?={_MARKS}\Z)", before)
    return found.span() if found else None


def _is_expression(text: str) -> bool:
    """Whether it is one, and asks the run: a constant would tie itself."""
    try:
        tree = ast.parse(text, "claim", "eval")
    except SyntaxError:
        return False
    return any(isinstance(node, ast.Name) for node in ast.walk(tree))
