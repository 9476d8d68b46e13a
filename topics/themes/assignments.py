"""Manual assignments -> the themes of single paragraphs (the file is kept by :mod:`topics.manual`).

An assignment changes ``assigned`` and ``primary``, and with them all shares; ``score`` stays what
the model says, and no other paragraph is touched: single paragraphs that somebody chose to look at
are no sample that could calibrate scores (see :mod:`topics.coding.sheets`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pandas as pd

from topics.codebook import Codebook
from topics.errors import InputError
from topics.manual import Assignment, quote_beginning, still_begins
from topics.themes.scores import Themes


def create_assignment(paragraph_id: str, themes: Sequence[str], paragraphs: pd.DataFrame, codebook: Codebook) -> Assignment:
    """An assignment that applies to ``paragraphs``, as the table of a run has them.

    Raises
    ------
    InputError
        If there is no such paragraph or theme.
    """
    # A string is a sequence, too: of one-letter names, which nobody means.
    names = (themes,) if isinstance(themes, str) else tuple(dict.fromkeys(themes))
    text = _texts(paragraphs).get(paragraph_id, "")
    assignment = Assignment(paragraph_id, names, quote_beginning(text))
    _, problems = split_applicable([assignment], paragraphs, codebook)
    if problems:
        raise InputError(problems[0])
    return assignment


def split_applicable(
    assignments: Iterable[Assignment], paragraphs: pd.DataFrame, codebook: Codebook
) -> tuple[tuple[Assignment, ...], list[str]]:
    """Those that apply to ``paragraphs``, and one line for each that does not."""
    texts = _texts(paragraphs)
    applicable, problems = [], []
    for assignment in assignments:
        unknown = [name for name in assignment.themes if name not in codebook.names]
        if assignment.paragraph_id not in texts:
            problem = "no such paragraph in this corpus; see tables/paragraphs.csv"
        elif unknown:
            problem = f"no theme {unknown[0]!r} in the codebook; expected some of {', '.join(codebook.names)}"
        elif not still_begins(texts[assignment.paragraph_id], assignment.text):
            problem = "the text has changed since"
        else:
            applicable.append(assignment)
            continue
        problems.append(f"assignment of paragraph {assignment.paragraph_id!r} not applied: {problem}")
    return tuple(applicable), problems


def apply_assignments(assignments: Sequence[Assignment], themes: Themes, paragraphs: pd.DataFrame) -> Themes:
    """The themes with those that a person set for single paragraphs.

    Scores stay as they are, and so does evidence: where the model found none for a theme that a
    person assigns, it is the whole paragraph.
    """
    if not assignments:
        return themes
    themes_of = {assignment.paragraph_id: assignment.themes for assignment in assignments}
    texts = dict(zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True))
    table = themes.table.copy()
    changed = table["paragraph_id"].isin(list(themes_of))
    pairs = list(zip(table.loc[changed, "paragraph_id"], table.loc[changed, "theme"], strict=True))
    table.loc[changed, "assigned"] = [theme in themes_of[key] for key, theme in pairs]
    table.loc[changed, "primary"] = [themes_of[key][:1] == (theme,) for key, theme in pairs]
    # Every theme assigned has its evidence: what figures and report quote.
    lacking = changed & table["assigned"] & (table["evidence"] == "")
    table.loc[lacking, "evidence"] = table.loc[lacking, "paragraph_id"].map(texts)
    table.loc[lacking, "evidence_start"] = 0
    table.loc[lacking, "evidence_end"] = table.loc[lacking, "evidence"].str.len()
    return replace(themes, table=table)


def _texts(paragraphs: pd.DataFrame) -> dict[str, str]:
    """Texts by paragraph, their white space as single blanks: a file that people edit keeps no line break."""
    return {key: " ".join(text.split()) for key, text in zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True)}
