"""Manual corrections of the kind of single lines, which override the classifier (file format: :mod:`topics.manual`)."""

from collections.abc import Iterable
from dataclasses import replace

from topics.errors import InputError
from topics.manual import Correction, quote_beginning, still_begins
from topics.reading.pages import Page


def applicable_kinds(
    corrections: Iterable[Correction], pages: Iterable[Page]
) -> tuple[dict[tuple[str, int], str], list[str]]:
    """The corrections that apply to ``pages``, and a message for each that does not.

    Returns
    -------
    dict, list of str
        ``(article_id, line) -> kind`` for :func:`topics.reading.boilerplate.classify.clean`; and messages for
        unknown articles, rows of tables of paragraphs, blank lines, and lines whose text has changed.
    """
    # rows of a table of paragraphs have no lines
    lines_of = {page.article_id: page.text.split("\n") if page.rows is None else [] for page in pages}
    kinds: dict[tuple[str, int], str] = {}
    problems = []
    for correction in corrections:
        lines, number = lines_of.get(correction.article_id), correction.line
        text = lines[number - 1].strip() if lines and number <= len(lines) else ""
        if lines is None:
            problem = "no such article; see `topics read` for their ids"
        elif not lines:
            problem = "it is from a table of paragraphs, which has no lines to correct"
        elif not text:
            problem = f"line {number} is blank or beyond the end of the page"
        elif not still_begins(text, correction.text):
            problem = f"the text of line {number} has changed since"
        else:
            kinds[correction.article_id, number] = correction.kind
            continue
        problems.append(f"correction of {correction.article_id!r} not applied: {problem}")
    return kinds, problems


def quote_lines(corrections: Iterable[Correction], pages: Iterable[Page]) -> list[Correction]:
    """The corrections, each with the beginning of its line.

    Raises
    ------
    InputError
        If an article or line does not exist.
    """
    corrections, pages = list(corrections), list(pages)
    # All or none: a wrong line number suggests that another line was meant.
    _, problems = applicable_kinds(corrections, pages)
    if problems:
        raise InputError(problems[0])
    lines_of = {page.article_id: page.text.split("\n") for page in pages}
    return [
        replace(correction, text=quote_beginning(lines_of[correction.article_id][correction.line - 1].strip()))
        for correction in corrections
    ]
