"""Codes in a table, one row a paragraph: of people, or of any other coder such as a language model.

``paragraph_id,themes[,weight][,score]``: themes by name or label, separated by ``|``; an empty cell, or ``none``, says
that the paragraph was coded and has no theme. ``weight`` is the sampling weight of the paragraph (one over the
probability with which it was drawn); without it, the coded paragraphs are a simple random sample of the corpus. ``score``,
0 to 1, is how sure the coder is: one number for all themes of the row, or one for each, separated by ``|``. A table with
scores can have several rows for a paragraph, as in one row for each theme.

A coded sheet of ``topics sheet`` is read as well. In a table, a row that cannot be used costs that row alone; all of them
are counted and named.
"""

import difflib
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from topics import tables
from topics.codebook import Codebook
from topics.coding.rows import SEPARATOR, Row, read_rows
from topics.coding.sheets import (
    AFTER,
    BEFORE,
    NONE,
    WEIGHT,
    Coding,
    NotCodedError,
    coding_of_sheet,
    sampling_weight,
    theme_names,
)
from topics.errors import InputError
from topics.tables import UNASSIGNED

SCORE = "score"
_EXPECTED = "a coded sheet of `topics sheet`, or a table paragraph_id,themes as .csv, .tsv, .xlsx or .jsonl"
_NAMED = 3
"""Rows that a message names."""


def load_codes(path: Path | str, codebook: Codebook) -> Coding:
    """Read the codes of one coder: a coded sheet, or a table ``paragraph_id,themes[,weight][,score]``.

    Parameters
    ----------
    path
        ``.csv .tsv .txt`` of any usual separator and encoding, ``.xlsx`` or ``.jsonl``; in the latter ``themes`` can be
        a list.
    codebook
        The themes; their names and labels are accepted in any case.

    Returns
    -------
    Coding
        Named after the file; ``problems`` says which rows were not used.

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column or, as a sheet, has a wrong code.
    NotCodedError
        If no row can be used.

    Examples
    --------
    >>> coding = load_codes("codes-anna.csv", codebook)  # doctest: +SKIP
    >>> coding.codes["a-p0001"]  # doctest: +SKIP
    frozenset({'energy', 'trade'})
    """
    path = Path(path)
    rows, problems = read_rows(path, {*BEFORE, *AFTER, "themes", WEIGHT, SCORE}, _EXPECTED)
    if not rows:
        first = f"; {problems[0]}" if problems else ""
        raise NotCodedError(f"{path.name} has no row that can be used{first}; expected {_EXPECTED}")
    header = rows[0][1]
    if "themes" in header and "primary" not in header:
        return _of_table(path, rows, problems, codebook)
    if "primary" not in header:
        raise InputError(f"{path.name} has columns {[name for name in header if name]}; expected {_EXPECTED}")
    if problems:
        raise InputError(f"{problems[0]}; save the sheet again from the spreadsheet program")
    return coding_of_sheet(path, rows, codebook)


def load_coders(files: Sequence[Path | str], codebook: Codebook) -> tuple[Coding, ...]:
    """Read the codes of several coders, one file each (:func:`load_codes`), which are to count together.

    Raises
    ------
    InputError
        Also if two files have the same name, and so the same coder.
    """
    codings = tuple(load_codes(file, codebook) for file in files)
    require_distinct(codings)
    return codings


def require_distinct(codings: Sequence[Coding], reserved: Collection[str] = ()) -> None:
    """Raise an InputError if the name of a coding is not that of one coder, or is ``reserved``."""
    names = [coding.name for coding in codings]
    for name in names:
        if names.count(name) > 1 or name in reserved:
            raise InputError(
                f"got a sheet named {name!r}, which does not identify one coder; rename the file, as in sheet-anna.xlsx"
            )


def codes_table(codings: Sequence[Coding], paragraphs: pd.DataFrame) -> pd.DataFrame:
    """``codes.csv``: the gold codes of the paragraphs of a run, a row for each coder and paragraph.

    ``themes`` are separated by ``|``, and empty for none; ``weight`` is missing where a file has none.
    """
    known = set(paragraphs["paragraph_id"])
    rows = [
        (key, coding.name, SEPARATOR.join(sorted(themes)), coding.weights.get(key, float("nan")))
        for coding in codings
        for key, themes in coding.codes.items()
        if key in known
    ]
    return tables.check(pd.DataFrame(rows, columns=list(tables.COLUMNS["codes"])), "codes")


def codings_of(codes: pd.DataFrame) -> list[Coding]:
    """The gold codes in ``codes.csv``, one for each coder."""
    found = []
    for coder, rows in codes.groupby("coder", sort=True):
        themes = {row.paragraph_id: frozenset(filter(None, row.themes.split(SEPARATOR))) for row in rows.itertuples()}
        weighted = rows.dropna(subset="weight")
        weights = dict(zip(weighted["paragraph_id"], weighted["weight"].astype(float), strict=True))
        found.append(Coding(str(coder), themes, {}, weights=weights))
    return found


def _of_table(path: Path, rows: Sequence[tuple[int, Row]], problems: list[str], codebook: Codebook) -> Coding:
    if "paragraph_id" not in rows[0][1]:
        raise InputError(f"{path.name} lacks column 'paragraph_id'; expected {_EXPECTED}")
    theme_of = theme_names(codebook)
    codes: dict[str, frozenset[str]] = {}
    weights: dict[str, float] = {}
    scores: dict[str, dict[str, float]] = {}
    refused = list(problems)
    for number, row in rows:
        if not any(row.values()):
            continue
        where, key = f"row {number}", row["paragraph_id"]
        try:
            themes = _themes(row["themes"], theme_of, codebook, where)
            given = _scores(row[SCORE], themes, where) if SCORE in row else None
            weight = sampling_weight(row[WEIGHT], where) if WEIGHT in row else None
            if not key:
                raise InputError(f"{where}: paragraph_id is empty")
            if given is None and codes.get(key, frozenset(themes)) != frozenset(themes):
                raise InputError(f"{where}: paragraph {key!r} is coded differently in an earlier row")
            if weight is not None and weights.get(key, weight) != weight:
                raise InputError(f"{where}: paragraph {key!r} has another weight in an earlier row")
        except InputError as error:
            refused.append(str(error))
            continue
        codes[key] = codes.get(key, frozenset()) | frozenset(themes)
        if weight is not None:
            weights[key] = weight
        if given is not None:
            scores[key] = scores.get(key, {}) | given
    if not codes:
        first = f"; {refused[0]}" if refused else ""
        raise NotCodedError(f"{path.name} has no row that can be used{first}; expected {_EXPECTED}")
    primary = {key: next(iter(themes), UNASSIGNED) for key, themes in codes.items() if len(themes) < 2}
    return Coding(path.stem, codes, primary, 0, weights, scores, _summary(path.name, len(rows) + len(problems), refused))


def _themes(cell: str, theme_of: dict[str, str], codebook: Codebook, where: str) -> list[str]:
    """The themes of a cell in its order; empty for none."""
    themes = []
    for part in filter(None, map(str.strip, cell.split(SEPARATOR))):
        if part.casefold() not in theme_of:
            near = difflib.get_close_matches(part.casefold(), theme_of, n=1)
            hint = f"did you mean {theme_of[near[0]]!r}?" if near else f"expected some of {', '.join(codebook.names)}"
            raise InputError(f"{where}: no theme {part!r} in the codebook; {hint}")
        themes.append(theme_of[part.casefold()])
    named = [theme for theme in dict.fromkeys(themes) if theme != UNASSIGNED]
    if named and UNASSIGNED in themes:
        raise InputError(f"{where}: themes are {cell!r}; expected either themes or {NONE}")
    return named


def _scores(cell: str, themes: Sequence[str], where: str) -> dict[str, float]:
    """The score of each theme of a row; 1 where the cell is empty."""
    parts = [part.strip().replace(",", ".") for part in cell.split(SEPARATOR)] if cell else ["1"]
    try:
        values = [float(part) for part in parts]
    except ValueError:
        values = []
    if not values or not all(0 <= value <= 1 for value in values):
        raise InputError(f"{where}: score is {cell!r}; expected 0 to 1")
    if len(values) == 1:
        values *= len(themes)
    if len(values) != len(themes):
        raise InputError(f"{where}: {len(values)} scores for {len(themes)} themes; expected one, or one for each theme")
    return dict(zip(themes, values, strict=True))


def _summary(name: str, n_rows: int, refused: Sequence[str]) -> tuple[str, ...]:
    if not refused:
        return ()
    more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    return (f"{name}: {len(refused)} of {n_rows} rows not used: {'; '.join(refused[:_NAMED])}{more}",)
