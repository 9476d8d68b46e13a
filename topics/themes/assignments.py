"""assignments.csv -> the themes of single paragraphs, where a person disagrees with the scores.

A small file of the study, ``paragraph_id,themes,text``. ``themes`` are names of the codebook
parted by ``|`` (which within a name stands as ``%7C``, and ``%`` as ``%25``), the main one first;
empty where the paragraph speaks of none. ``text`` is how
the paragraph begins, so that people can read the file, and so that a decision is not applied to
another paragraph under the same id. ``topics.explore`` and :meth:`topics.Study.assign` write it.

An assignment changes ``assigned`` and ``primary``, and with them all shares; ``score`` stays what
the model says, and no other paragraph is touched: single paragraphs that somebody chose to look at
are no sample that could calibrate scores (see :mod:`topics.coding.sheets`).
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote, unquote

import pandas as pd

from topics import spreadsheets
from topics.codebook import Codebook
from topics.errors import InputError
from topics.themes.scores import Themes

COLUMNS = ("paragraph_id", "themes", "text")
_SHOWN = 60
"""Characters of a paragraph that the file quotes."""


@dataclass(frozen=True)
class Assignment:
    """One paragraph, and what it speaks of."""

    paragraph_id: str
    themes: tuple[str, ...]
    """Names, the main theme first."""
    text: str = ""
    """How the paragraph begins."""


def load(path: Path) -> tuple[Assignment, ...]:
    """Read ``assignments.csv``; a file that does not exist holds none.

    Raises
    ------
    InputError
        If a row is no assignment; the message names the row.
    """
    rows = spreadsheets.read_by_hand(path, COLUMNS, COLUMNS[:2])
    found = {}
    for where, quoted in rows:
        cells = {name: spreadsheets.unescape_formula(text) for name, text in quoted.items()}
        key = cells["paragraph_id"]
        if not key:
            raise InputError(f"{where}: paragraph_id is empty; expected one of the run's paragraphs.csv")
        if key in found:
            raise InputError(f"{where}: paragraph {key!r} stands there twice; expected each once")
        names = tuple(unquote(name) for part in cells["themes"].split("|") if (name := part.strip()))
        found[key] = Assignment(key, tuple(dict.fromkeys(names)), cells["text"])
    return tuple(found.values())


def save(path: Path, assignments: Iterable[Assignment]) -> None:
    """Write all assignments of a study into its file, by paragraph; columns that people added stay."""
    more, added = _added(path)
    rows = []
    for one in sorted(assignments, key=lambda one: one.paragraph_id):
        names = "|".join(re.sub("[%|]", lambda found: quote(found[0]), name) for name in one.themes)
        cells = map(spreadsheets.escape_formula, (one.paragraph_id, names, one.text))
        rows.append([*cells, *added.get(one.paragraph_id, [""] * len(more))])
    spreadsheets.write_by_hand(path, [*COLUMNS, *more], rows)


def _added(path: Path) -> tuple[list[str], dict[str, list[str]]]:
    """Columns of the file that are not ours, and their cells by paragraph."""
    if not path.is_file():
        return [], {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        more = [name for name in reader.fieldnames or [] if name and name not in COLUMNS]
        rows = {
            spreadsheets.unescape_formula((row.get(COLUMNS[0]) or "").strip()): [row.get(name) or "" for name in more]
            for row in reader
        }
    return more, rows


def made(paragraph_id: str, themes: Sequence[str], paragraphs: pd.DataFrame, codebook: Codebook) -> Assignment:
    """An assignment that holds for ``paragraphs``, as the table of a run has them.

    Raises
    ------
    InputError
        If there is no such paragraph or theme.
    """
    names = (themes,) if isinstance(themes, str) else tuple(dict.fromkeys(themes))
    texts = dict(zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True))
    text = " ".join(texts.get(paragraph_id, "").split())
    one = Assignment(paragraph_id, names, text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
    _, problems = sort([one], paragraphs, codebook)
    if problems:
        raise InputError(problems[0])
    return one


def sort(
    assignments: Iterable[Assignment], paragraphs: pd.DataFrame, codebook: Codebook
) -> tuple[tuple[Assignment, ...], list[str]]:
    """Those that hold for ``paragraphs``, and one line for each that does not."""
    texts = dict(zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True))
    held, problems = [], []
    for one in assignments:
        strange = [name for name in one.themes if name not in codebook.names]
        begins = " ".join(texts.get(one.paragraph_id, "").split())
        if one.paragraph_id not in texts:
            problem = "no such paragraph in this corpus; see tables/paragraphs.csv"
        elif strange:
            problem = f"no theme {strange[0]!r} in the codebook; expected some of {', '.join(codebook.names)}"
        elif not begins.startswith(one.text.removesuffix("…")):
            problem = "it begins otherwise now"
        else:
            held.append(one)
            continue
        problems.append(f"assignment of paragraph {one.paragraph_id!r} not applied: {problem}")
    return tuple(held), problems


def apply(assignments: Sequence[Assignment], themes: Themes, paragraphs: pd.DataFrame) -> Themes:
    """The themes with what a person says of single paragraphs.

    Scores stay as they are, and so does evidence: where the model found none for a theme that a
    person assigns, it is the whole paragraph.
    """
    if not assignments:
        return themes
    said = {one.paragraph_id: one.themes for one in assignments}
    texts = dict(zip(paragraphs["paragraph_id"], paragraphs["text"], strict=True))
    table = themes.table.copy()
    ours = table["paragraph_id"].isin(list(said))
    pairs = list(zip(table.loc[ours, "paragraph_id"], table.loc[ours, "theme"], strict=True))
    table.loc[ours, "assigned"] = [theme in said[key] for key, theme in pairs]
    table.loc[ours, "primary"] = [said[key][:1] == (theme,) for key, theme in pairs]
    bare = ours & table["assigned"] & (table["evidence"] == "")
    table.loc[bare, "evidence"] = table.loc[bare, "paragraph_id"].map(texts)
    table.loc[bare, "evidence_start"] = 0
    table.loc[bare, "evidence_end"] = table.loc[bare, "evidence"].str.len()
    return replace(themes, table=table)
