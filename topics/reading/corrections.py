"""corrections.csv -> what a line of a page is, where the rules err.

A small file of the study, ``article_id,line,kind,text``. ``line`` counts the lines of the
page from 1, as ``topics read`` shows them (for a hard-wrapped paragraph: its first, and
the kind holds to its end, or to the next corrected line); ``text`` is how the
line begins, so that people can read the file, and so that a correction is not applied
to another text under the same id. ``topics read STUDY --correct ARTICLE:LINE=KIND``
writes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from topics import spreadsheets
from topics.errors import InputError
from topics.reading.pages import Page

KINDS = ("title", "heading", "byline", "body", "boilerplate")
COLUMNS = ("article_id", "line", "kind", "text")
_SHOWN = 60
"""Characters of a line that the file quotes."""


@dataclass(frozen=True)
class Correction:
    """One line of one page, and what it is."""

    article_id: str
    line: int
    kind: str
    text: str = ""


def load(path: Path) -> tuple[Correction, ...]:
    """Read ``corrections.csv``; a file that does not exist holds none.

    Raises
    ------
    InputError
        If a row is no correction; the message names the row.
    """
    return tuple(_row(cells, where) for where, cells in spreadsheets.read_by_hand(path, COLUMNS, COLUMNS[:3]))


def _row(values: dict[str, str], where: str) -> Correction:
    if not values["line"].isdecimal() or int(values["line"]) < 1:
        raise InputError(f"{where}: line is {values['line']!r}; expected a line number from 1, as `topics read` shows it")
    if values["kind"] not in KINDS:
        raise InputError(f"{where}: kind is {values['kind']!r}; expected one of {', '.join(KINDS)}")
    return Correction(
        values["article_id"], int(values["line"]), values["kind"], spreadsheets.unescape_formula(values["text"])
    )


def parse(entry: str) -> Correction:
    """One correction as the command line writes it: ``ARTICLE:LINE=KIND``."""
    place, equals, kind = entry.rpartition("=")
    article, colon, number = place.rpartition(":")
    if not (equals and colon and article and number.isdecimal() and int(number) and kind in KINDS):
        raise InputError(f"--correct got {entry!r}; expected ARTICLE:LINE=KIND, KIND one of {', '.join(KINDS)}")
    return Correction(article, int(number), kind)


def apply(corrections: Iterable[Correction], pages: Iterable[Page]) -> tuple[dict[tuple[str, int], str], list[str]]:
    """Which corrections hold for ``pages``, and one line for each that does not.

    Returns
    -------
    dict, list of str
        ``(article_id, line) -> kind`` for :func:`topics.reading.boilerplate.classify.clean`; and what could
        not be applied: unknown articles, ready-made paragraphs, blank lines, lines that begin otherwise.
    """
    texts = {page.article_id: page.text.split("\n") if page.rows is None else [] for page in pages}
    held: dict[tuple[str, int], str] = {}
    problems = []
    for one in corrections:
        lines = texts.get(one.article_id)
        found = lines[one.line - 1].strip() if lines is not None and one.line <= len(lines) else ""
        if lines is None:
            problems.append(
                f"correction of {one.article_id!r} not applied: no such article; see `topics read` for their ids"
            )
        elif not lines:
            problems.append(
                f"correction of {one.article_id!r} not applied: its paragraphs are ready-made, not lines of a page"
            )
        elif not found:
            problems.append(
                f"correction of {one.article_id!r} not applied: line {one.line} is blank or beyond the page's end"
            )
        elif not found.startswith(one.text.removesuffix("…")):
            problems.append(f"correction of {one.article_id!r} not applied: line {one.line} begins otherwise now")
        else:
            held[one.article_id, one.line] = one.kind
    return held, problems


def add(path: Path, entries: Iterable[Correction], pages: Iterable[Page]) -> None:
    """Write corrections into the file, later ones in place of earlier ones for the same line.

    Raises
    ------
    InputError
        If one names an article or a line that is not there.
    """
    entries = list(entries)
    pages = list(pages)
    _, problems = apply(entries, pages)
    if problems:
        raise InputError(problems[0])
    lines = {page.article_id: page.text.split("\n") for page in pages}
    rows = {(one.article_id, one.line): one for one in load(path)}
    for one in entries:
        text = lines[one.article_id][one.line - 1].strip()
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        rows[one.article_id, one.line] = Correction(one.article_id, one.line, one.kind, shown)
    written = (
        [one.article_id, one.line, one.kind, spreadsheets.escape_formula(one.text)] for _, one in sorted(rows.items())
    )
    spreadsheets.write_by_hand(path, COLUMNS, written)
