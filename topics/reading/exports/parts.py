"""What all exports share: the lines of a file, fields from labelled lines, and articles cut from the file."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from topics.format import count
from topics.reading.column_names import RANKS, normalize_name
from topics.reading.document import FIELDS, Contents, Document
from topics.reading.lines import SENTENCE_END, SPACES, is_prose, split_lines
from topics.text import count_words

_SPACES = SPACES | {ord("\n"): "\n", 0xFEFF: " "}
_MONTH = r"[^\W\d_]{3,12}\.?"
DATE = re.compile(
    rf"{_MONTH} \d{{1,2}},? (?:1[89]|20)\d\d\b|\d{{1,2}}(?:er|\.)?(?: de| of)? {_MONTH}(?: de)? (?:1[89]|20)\d\d\b"
    rf"|\b(?:1[89]|20)\d\d-\d\d-\d\d\b|\b\d{{1,2}}[./]\d{{1,2}}[./](?:1[89]|20)\d\d\b"
    r"|(?:1[89]|20)\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
)
"""A date in any language, in a line that is known to hold nothing else; month names are not checked."""
_MONTH_AND_YEAR = re.compile(rf"(?:{_MONTH} ){{1,2}}(?:1[89]|20)\d\d")
_COPYRIGHT = re.compile(
    r"(?:\W*copyright|\(c\)|©)\W.*\b(?:1[89]|20)\d\d\b|all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|tutti i diritti riservati|alle rechten voorbehouden",
    re.I,
)
_MAX_COPYRIGHT_WORDS = 60
_BY = re.compile(r"(?:by|von|par|por|door|text|texte?) *: *|(?:by|von|par|por|door)\s+(?=\S+\s+\S)", re.I)
_BY_ONE = re.compile(r"by\s+(?=\S)", re.I)
_MAX_DATE_LINE = 80
_LABEL_LINE = re.compile(r"^([^\W\d_][\w -]{2,24}):[ \t]*\S.{0,120}$", re.M)
_LABELS = frozenset(name for field in FIELDS for name in RANKS[field]) | frozenset(
    "length section loaddate dateline wordcount words copyright language publicationtype url link doi".split()
)
"""What stands before the values of an article's metadata."""
_RULE = re.compile(r"^[ \t]*(?:={8,}|_{20,}|#{8,}|-{30,}|\*{20,})[ \t]*$", re.M)
_MIN_REPEATED = 3
_PROSE_WORDS = 60
"""From this many words on, a line without a label is article text."""


@dataclass(frozen=True)
class TextLine:
    """A non-blank line of a file."""

    start: int
    end: int
    text: str
    """Without spaces around it, and with plain spaces only."""
    gap: bool
    """Whether it follows a blank line or is the first line."""
    indent: int
    """Spaces before it."""


@dataclass(frozen=True)
class Doubt:
    """Why a file that looks like an export was not split."""

    kind: str
    """Such as "Nexis export"."""
    reason: str

    def __str__(self) -> str:
        return f"looks like a {self.kind}, but {self.reason}; read as one article"


def several_articles(text: str) -> str:
    r"""Why a file may hold several articles, though it is no export that is known; "" if nothing says so.

    >>> several_articles("TITLE: Bread\nDATE: 2 May\nIt rises.\n" * 3)
    'looks like 3 articles in one file, with lines such as "TITLE: Bread"; read as one: split it or make it a table'
    """
    found = [match for match in _LABEL_LINE.finditer(text) if normalize_name(match[1]) in _LABELS]
    labels = Counter(normalize_name(match[1]) for match in found)
    repeated = [label for label, n in labels.items() if n >= _MIN_REPEATED]
    lines, line = 0, ""
    if len(repeated) >= 2:
        lines = max(labels[label] for label in repeated)
        line = next(match[0] for match in found if normalize_name(match[1]) == repeated[0])
    else:
        rules = Counter(match[0].strip() for match in _RULE.finditer(text))
        for rule, n in rules.items():
            if n >= _MIN_REPEATED:
                lines, line = n, rule
    if not lines:
        return ""
    shown = line if len(line) <= 40 else f"{line[:39]}…"
    return f'looks like {lines} articles in one file, with lines such as "{shown}"; read as one: split it or make it a table'


Split = Callable[[Document], Contents | Doubt | None]
"""Document -> its articles; None if nothing points to the export."""


def lines_of(text: str) -> list[TextLine]:
    """The non-blank lines of a text."""
    lines: list[TextLine] = []
    position, gap = 0, True
    for plain in text.translate(_SPACES).split("\n"):
        stripped = plain.strip()
        if stripped:
            indent = len(plain) - len(plain.lstrip())
            start = position + indent
            lines.append(TextLine(start, start + len(stripped), stripped, gap, indent))
        gap = not stripped
        position += len(plain) + 1
    return lines


def is_copyright(line: str) -> bool:
    """Whether a line is a copyright notice with a year, or "All rights reserved"."""
    return bool(_COPYRIGHT.match(line)) and count_words(line) <= _MAX_COPYRIGHT_WORDS


def date_in(line: str) -> str:
    """The date of a line that holds little else, without the weekday; "" if there is none."""
    match = DATE.search(line) if len(line) <= _MAX_DATE_LINE else None
    match = match or _MONTH_AND_YEAR.fullmatch(line)
    return match.group() if match else ""


def find_date_line(lines: Sequence[TextLine]) -> int | None:
    """Index of the first line with a day, or else of the first with a month and a year only."""
    dated = [i for i, line in enumerate(lines) if date_in(line.text)]
    return next((i for i in dated if DATE.search(lines[i].text)), dated[0] if dated else None)


def clean_author(text: str) -> str:
    """A byline without "By", "Von" or "Par"; a single name after "Von" may be a surname and stays."""
    text = " ".join(text.split())
    return (_BY.sub("", text, count=1) if _BY.match(text) else _BY_ONE.sub("", text, count=1)).strip(" ;,")


def split_page(section: str) -> dict[str, str]:
    """Section and page of a line such as "FEATURES; Pg. 6"."""
    match = re.search(r"(?:^|[;,]?\s+)(?:pg|pp?|page|pages|seite|s|pag|blz)\.?\s*([A-Z]?[\d][\w.,-]*)", section, re.I)
    if not match:
        return {"section": section}
    rest = (section[: match.start()] + section[match.end() :]).strip(" ;,")
    return {"section": rest, "page": match.group(1).rstrip(".,")}


def first_number(text: str) -> str:
    """The first number of a text: "1,355 words" -> "1355"."""
    match = re.search(r"\d+(?:[.,' ]\d{3})*", text)
    return re.sub(r"\D", "", match.group()) if match else ""


def tail_start(lines: Sequence[TextLine], begin: int, is_label: Callable[[str], bool]) -> int:
    """Index of the line where the labelled lines at the end of an article start.

    Goes backwards from the end of the article over labelled lines and their continuations, so
    that a label within the article's text does not cut it.
    """
    start = len(lines)
    for i in range(len(lines) - 1, begin - 1, -1):
        line = lines[i]
        if is_label(line.text) or is_copyright(line.text):
            start = i
        elif line.gap or count_words(line.text) >= _PROSE_WORDS:
            break
    return start


def blocks_of(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines in groups that are separated by blank lines."""
    blocks: list[list[TextLine]] = []
    for line in lines:
        if line.gap or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def join(lines: Iterable[TextLine]) -> str:
    """The texts of lines as one line."""
    return " ".join(line.text for line in lines)


def kinds_of(kind: str, lines: Iterable[TextLine]) -> dict[int, str]:
    """The same kind for several lines, by offset."""
    return {line.start: kind for line in lines}


def cut_article(
    document: Document,
    lines: Sequence[TextLine],
    fields: Mapping[str, str],
    kinds: Mapping[int, str],
    number: int,
    notes: tuple[str, ...] = (),
) -> Document:
    """The article that consists of ``lines``; ``kinds`` by offset in the file."""
    start, end = lines[0].start, lines[-1].end
    by_format = {at: kind for at, kind in document.kinds.items() if start <= at < end}
    own_lines = by_format | dict(kinds)
    has_body = any(own_lines.get(line.start, "body") in ("body", "heading") for line in lines)
    return replace(
        document,
        text=document.text[start:end],
        fields={name: value for name, value in fields.items() if value},
        part=str(number),
        kinds={at - start: kind for at, kind in own_lines.items()},
        notes=document.notes + notes + (() if has_body else ("the export holds no text of this article",)),
    )


def notes_on_heads(n_heads: int) -> tuple[str, ...]:
    """A note if an article has the heads of several."""
    return (f"it has the heads of {n_heads} articles, so that ends of articles may be missing",) if n_heads > 1 else ()


def to_contents(kind: str, articles: Sequence[Document], announced: int, outside: int) -> Contents:
    """All articles of an export, with notes on what was left out and on a wrong number of articles."""
    notes = []
    if announced and announced != len(articles):
        notes.append(f"the export announces {announced} articles; {len(articles)} found")
    if outside:
        notes.append(f"{count(outside, 'line')} outside the articles left out (cover page, separators)")
    return Contents(kind, _finish_bodies(articles), notes=tuple(notes))


def _finish_bodies(articles: Sequence[Document]) -> tuple[Document, ...]:
    """Join hard-wrapped lines, and mark prose as article text.

    Whether lines are wrapped is decided for all articles together, as a single one may be too
    short to tell. Newlines become spaces, so that offsets do not change.
    """
    starts, position = [], 0
    for article in articles:
        starts.append(position)
        position += len(article.text) + 2
    known = {start + at: kind for start, article in zip(starts, articles, strict=True) for at, kind in article.kinds.items()}
    lines = split_lines("\n\n".join(article.text for article in articles), known)
    finished = []
    remaining = iter([line for line in lines if line.start not in known])
    line = next(remaining, None)
    for start, article in zip(starts, articles, strict=True):
        pieces, done = [], 0
        kinds = dict(article.kinds)
        while line is not None and line.start < start + len(article.text):
            first, last = line.start - start, line.end - start
            pieces += [article.text[done:first], article.text[first:last].replace("\n", " ")]
            done = last
            if is_prose(line.text) or SENTENCE_END.search(line.text):
                kinds[first] = "body"
            line = next(remaining, None)
        finished.append(replace(article, text="".join(pieces) + article.text[done:], kinds=kinds))
    return tuple(finished)
