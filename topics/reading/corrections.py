"""Corrections by hand -> the kind of single lines, above the classifier (the file is kept by :mod:`topics.manual`)."""

from collections.abc import Iterable
from dataclasses import replace

from topics.errors import InputError
from topics.manual import Correction, quote_beginning, still_begins
from topics.reading.pages import Page


def applicable_kinds(
    corrections: Iterable[Correction], pages: Iterable[Page]
) -> tuple[dict[tuple[str, int], str], list[str]]:
    """Which corrections apply to ``pages``, and one line for each that does not.

    Returns
    -------
    dict, list of str
        ``(article_id, line) -> kind`` for :func:`topics.reading.boilerplate.classify.clean`; and what could not be
        applied: unknown articles, ready-made paragraphs, blank lines, lines whose text has changed.
    """
    # a page whose paragraphs are ready-made has no lines
    lines_of = {page.article_id: page.text.split("\n") if page.rows is None else [] for page in pages}
    kinds: dict[tuple[str, int], str] = {}
    problems = []
    for correction in corrections:
        lines, number = lines_of.get(correction.article_id), correction.line
        text = lines[number - 1].strip() if lines and number <= len(lines) else ""
        if lines is None:
            problem = "no such article; see `topics read` for their ids"
        elif not lines:
            problem = "its paragraphs are ready-made, not lines of a page"
        elif not text:
            problem = f"line {number} is blank or beyond the page's end"
        elif not still_begins(text, correction.text):
            problem = f"line {number} begins otherwise now"
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
        If one names an article or a line that is not there.
    """
    corrections, pages = list(corrections), list(pages)
    # All or none: a person who names a wrong line means another one.
    _, problems = applicable_kinds(corrections, pages)
    if problems:
        raise InputError(problems[0])
    lines_of = {page.article_id: page.text.split("\n") for page in pages}
    return [
        replace(correction, text=quote_beginning(lines_of[correction.article_id][correction.line - 1].strip()))
        for correction in corrections
    ]
