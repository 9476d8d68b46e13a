"""Sheets for blind coding: sampled from a run, coded by people, and read back.

A sheet is a stratified random sample of paragraphs: strata are the primary
themes of the run, with proportional allocation and a minimum for each
(Cochran 1977, chapter 5), so that rare themes can be evaluated. It reveals nothing
about the model: no scores, no assignments, no order by theme or article.
:mod:`topics.coding.agreement` weights the codes by stratum size in the run.

``weight``, the last, hidden column of a sheet, is one over the probability with which the paragraph was drawn (Horvitz and
Thompson 1952): it lets codes correct shares of the corpus, whatever the strata of a later run.

A sheet can be planned for every group of articles, such as a party: each group then has its own number of rows, with strata
inside it.

An active sheet prefers, within each stratum, the paragraphs whose codes teach the model most: scores near the threshold,
and themes with few certain paragraphs. It is a probability sample all the same, drawn systematically with unequal
probabilities (Madow 1949) in the order of the articles, so that it is spread over them. No probability is 0 as
long as the sheet has a row for every stratum.

``primary`` contains one theme, by name or label, or ``none``; a mark (``x``) in a
theme's column assigns that theme too. The primary theme counts as marked; a single
mark counts as the primary theme. A row without either is not coded yet.
"""

import csv
import difflib
import hashlib
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from topics.codebook import Codebook
from topics.coding.rows import Row, read_rows
from topics.errors import InputError
from topics.format import count
from topics.spreadsheets import escape_formula
from topics.tables import UNASSIGNED

MIN_PER_STRATUM = 5
"""Minimum number of paragraphs from each stratum; all of them if it has fewer."""
FLOOR = 0.2
"""How likely the least informative paragraph is drawn, as a part of the probability of the most informative one."""
CERTAIN = 4.0
"""Odds, relative to those of the threshold, from which a paragraph is clearly assigned."""
NONE = "none"
BEFORE, AFTER = ("number", "text", "primary"), ("comment", "paragraph_id")
WEIGHT = "weight"
"""The last, hidden column of a sheet."""
INSTRUCTIONS = (
    "Read the text row by row. Do not consult the article, and do not discuss it with other coders until all are done.",
    "primary: the main theme of the paragraph, from the list; none if no theme applies.",
    "Theme columns: enter x for each further theme of the paragraph. The primary theme counts as marked.",
    "If there is no main theme, leave primary empty and mark the themes.",
    "A row without a primary theme and marks counts as not coded yet; you may stop at any row.",
    "Follow the descriptions below. Use column comment for remarks. Rows may be sorted; keep the hidden last columns.",
)
MAX_WEIGHT = 1e9
"""The largest sampling weight, and one over the smallest: beyond lie errors of typing, and sums that overflow."""
_YES = frozenset("x × ✓ ✔ ☑ ☒ + 1 t y yes true j ja wahr o oui vrai si sí verdadero да истина 是 真".split())
_NO = frozenset("- – — ☐ 0 f n no false nein falsch non faux falso нет ложь 否 假".split()) | {""}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_CELL = 32_000
"""Maximum number of characters of a cell; Excel's limit is 32,767."""
_TIMESTAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class NotCodedError(InputError):
    """A sheet without any codes."""


@dataclass(frozen=True, repr=False)
class Coding:
    """The codes of one coder for paragraphs of a run."""

    name: str
    codes: dict[str, frozenset[str]]
    """The themes of each coded paragraph, by paragraph id; empty for none."""
    primary: dict[str, str]
    """The primary theme, ``unassigned`` for none; paragraphs with unknown primary theme are missing."""
    uncoded: int = 0
    """Paragraphs of the sheet that are not coded yet."""
    weights: dict[str, float] = field(default_factory=dict)
    """Sampling weights: the inverse of the probability with which each paragraph was drawn, by id. Empty where none are
    given: the coded paragraphs are then taken for a simple random sample."""
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    """How sure the coder is of each theme given, 0…1, by paragraph id; empty if the file has no scores."""
    problems: tuple[str, ...] = ()
    """What could not be used of the file, a line each."""

    @property
    def marks(self) -> dict[str, dict[str, float]]:
        """How sure the coder is of each theme given, 0…1, by paragraph id; 1 without scores."""
        return {key: self.scores.get(key, dict.fromkeys(sorted(themes), 1.0)) for key, themes in self.codes.items()}

    @property
    def sha256(self) -> str:
        """Digest of the codes, independent of the file format."""
        plain: dict[str, list[Any]] = {}
        for key, themes in self.codes.items():
            plain[key] = [sorted(themes), self.primary.get(key)]
            # only where there are any, so that the digest of a sheet stays what it was
            plain[key] += [values[key] for values in (self.weights, self.scores) if key in values]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Coding({self.name!r}, {count(len(self.codes), 'paragraph')} coded, {self.uncoded} not yet)"

    def _repr_html_(self) -> str:
        return f"<p><b>{html.escape(self.name)}</b>: {len(self.codes)} paragraphs coded, {self.uncoded} not yet</p>"


def strata(themes: pd.DataFrame) -> pd.Series:
    """The primary theme of every paragraph of ``themes.csv`` by id; ``unassigned`` if there is none."""
    chosen = themes.loc[themes["primary"].astype(bool)].set_index("paragraph_id")["theme"]
    return chosen.reindex(sorted(themes["paragraph_id"].unique()), fill_value=UNASSIGNED)


def allocate(sizes: np.ndarray, n: int, part: float = 1.0) -> np.ndarray:
    """Number of paragraphs per stratum: proportional, with a minimum for each.

    That is ``MIN_PER_STRATUM`` if ``part`` of ``n`` is enough for it, else fewer, and at least 1 if ``n`` is enough.
    """
    sizes = np.asarray(sizes)
    n = min(n, int(sizes.sum()))
    # the largest minimum, up to MIN_PER_STRATUM, that so many paragraphs allow
    enough = [m for m in range(MIN_PER_STRATUM + 1) if np.minimum(sizes, m).sum() <= (part * n if m > 1 else n)]
    minimum = max(enough, default=0)
    allocated = np.minimum(sizes, minimum)
    quota = n * sizes / max(sizes.sum(), 1)
    for _ in range(n - int(allocated.sum())):
        allocated[np.argmax(quota - allocated)] += 1  # the stratum furthest below its proportion
    return allocated


def informativeness(themes: pd.DataFrame, threshold: float = 0.35) -> pd.Series:
    """How much the code of each paragraph of ``themes.csv`` can teach, ``FLOOR``…1, by id.

    It is that of the theme for which it is greatest: how close the score is to the threshold (the variance of a
    code if the threshold were the middle), more for themes with few paragraphs that are clearly assigned.
    """
    scores = themes.pivot(index="paragraph_id", columns="theme", values="score")
    odds = scores / (1 - scores).clip(lower=1e-6) * (1 - threshold) / threshold
    doubt = 4 * odds / (1 + odds) ** 2
    certain = (odds > CERTAIN).sum()
    rarity = ((certain.median() + 1) / (certain + 1)) ** 0.5
    most = (doubt * rarity).max(axis=1)
    return FLOOR + (1 - FLOOR) * (most / max(float(most.max()), 1e-12))


def inclusion_probabilities(sizes: np.ndarray, n: int) -> np.ndarray:
    """Probabilities in proportion to ``sizes`` (above 0), none above 1, with sum ``n`` (at most as many as there are)."""
    sizes = np.asarray(sizes, dtype=float)
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        rest = n - certain.sum()
        probability = np.where(certain, 1.0, rest * sizes / max(sizes[~certain].sum(), 1e-300))
        above = (probability > 1 + 1e-12) & ~certain
        if not above.any():
            return np.minimum(probability, 1.0)
        certain |= above


def draw_systematically(probability: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Indices of a systematic sample with these inclusion probabilities, whose sum is a whole number (Madow 1949)."""
    n = round(float(probability.sum()))
    # a whole number but for rounding errors
    ends = np.cumsum(probability) * (n / max(float(probability.sum()), 1e-300))
    return np.minimum(np.searchsorted(ends, rng.random() + np.arange(n), side="right"), len(probability) - 1)


def draw_sheet(
    paragraphs: pd.DataFrame,
    themes: pd.DataFrame,
    codebook: Codebook,
    n: int | Mapping[str, int] = 100,
    seed: int = 42,
    *,
    active: bool = False,
    threshold: float = 0.35,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Draw a blind sheet of ``n`` paragraphs, or of all if there are fewer.

    Parameters
    ----------
    paragraphs, themes
        Tables of the run.
    n, seed
        Number of rows, and seed; the same seed draws the same rows in the same order. With ``groups``, the number of rows of
        each.
    active
        Prefer the paragraphs whose codes teach most (:func:`informativeness`).
    threshold
        The setting ``themes.threshold`` of the run; used for active sheets only.
    groups
        The group of each paragraph by id, from which rows are drawn apart; paragraphs without one, or whose group ``n``
        does not name, are not drawn.

    Returns
    -------
    DataFrame
        Columns ``number text primary``, one per theme by name, ``comment paragraph_id weight``; all but ``number``,
        ``text``, ``paragraph_id`` and ``weight`` are empty.
    """
    columns = _columns(codebook)
    texts = paragraphs.set_index("paragraph_id")["text"].astype("str")
    sizes = dict(n) if isinstance(n, Mapping) else {"": n}
    if min(sizes.values(), default=0) < 1:
        raise InputError(f"got {min(sizes.values(), default=0)} paragraphs to draw; expected at least 1")
    if not texts.str.strip().any():
        raise InputError("the run contains no text to code; expected a run with text")
    primary = strata(themes).reindex(sorted(texts.index), fill_value=UNASSIGNED)
    useful = informativeness(themes, threshold) if active else None
    group_of = pd.Series("", primary.index) if groups is None else groups.reindex(primary.index)
    weight_of: dict[str, float] = {}
    for group, size in sizes.items():
        weight_of |= _drawn(primary[(group_of == group).to_numpy(dtype=bool)], size, seed, group, useful)
    # Rows are shuffled: their order would reveal the model's themes to coders.
    ids = np.random.default_rng([seed, zlib.crc32(b"order of rows")]).permutation(np.array(sorted(weight_of)))
    sheet = pd.DataFrame("", index=range(len(ids)), columns=columns)
    sheet = sheet.assign(number=np.arange(1, len(ids) + 1), text=texts.loc[ids].to_numpy(), paragraph_id=ids)
    return sheet.assign(**{WEIGHT: [f"{weight_of[key]:.6g}" for key in ids]})


def _drawn(primary: pd.Series, n: int, seed: int, group: str, useful: pd.Series | None) -> dict[str, float]:
    """The weights of ``n`` paragraphs drawn by strata, by id; ``useful`` for an active sheet."""
    members_of = {str(name): np.array(sorted(ids)) for name, ids in primary.groupby(primary).groups.items()}
    names = sorted(members_of)
    # codes teach about the whole corpus, most of which may be in one stratum
    sizes = allocate(np.array([len(members_of[name]) for name in names]), n, 1.0 if useful is None else 0.5)
    weight_of: dict[str, float] = {}
    for name, size in zip(names, sizes, strict=True):
        members = members_of[name]
        # A random stream for each stratum: adding a theme does not change the samples of the others.
        rng = np.random.default_rng([seed, zlib.crc32(f"{group}{name}".encode())])
        if useful is None:
            weight_of |= dict.fromkeys(rng.permutation(members)[:size].tolist(), len(members) / max(size, 1))
        else:
            probability = inclusion_probabilities(useful.reindex(members, fill_value=FLOOR).to_numpy(), size)
            rows = draw_systematically(probability, rng)
            weight_of |= dict(zip(members[rows].tolist(), (1 / probability[rows]).tolist(), strict=True))
    return weight_of


def check_sheet_file(path: Path) -> Path:
    """Return ``path`` if a sheet can be written there; existing files are never overwritten."""
    if path.suffix.lower() not in _WRITERS:
        raise InputError(f"{path} ends in {path.suffix!r}; expected .xlsx or .csv")
    if path.exists():
        raise InputError(f"{path} exists already and may contain codes; move it, or choose another --out")
    return path


def write_sheet(sheet: pd.DataFrame, codebook: Codebook, path: Path | str) -> Path:
    """Write a sheet as ``.xlsx``, with the codebook on a second worksheet, or as ``.csv``.

    Existing files are never overwritten. No cell is a formula: cells of a workbook have type text,
    those of a CSV file are escaped. The same sheet gives the same bytes.
    """
    path = check_sheet_file(Path(path))
    raw = _WRITERS[path.suffix.lower()](sheet, codebook)
    with path.open("xb") as file:
        file.write(raw)
    return path


def load_sheet(path: Path | str, codebook: Codebook) -> Coding:
    """Read a coded sheet: ``.xlsx`` (its first worksheet), or ``.csv .tsv .txt`` as spreadsheets save them.

    Columns are found by name, in any order; others are ignored. Missing, unknown or contradictory codes raise
    an InputError, a sheet without coded rows a :class:`NotCodedError`.
    """
    path = Path(path)
    found, problems = read_rows(path, {*BEFORE, *AFTER}, "a coded sheet, .xlsx or .csv, drawn by `topics sheet`")
    if problems:
        raise InputError(f"{problems[0]}; save the sheet again from the spreadsheet program")
    return coding_of_sheet(path, found, codebook)


def coding_of_sheet(path: Path, found: list[tuple[int, Row]], codebook: Codebook) -> Coding:
    """The codes in the numbered rows of a coded sheet; raises as :func:`load_sheet`."""
    theme_of = theme_names(codebook)
    codes: dict[str, tuple[frozenset[str], str]] = {}
    rows: dict[str, int] = {}
    weights: dict[str, float] = {}
    blank = set()
    for number, row in found:
        _require_columns(row, codebook, path.name)
        where = f"{path.name} row {number}"
        coded = _coded(row, codebook, theme_of, where)
        key = row["paragraph_id"]
        if coded is None:
            blank.add(key)
            continue
        if not key:
            raise InputError(f"{where}: coded, but paragraph_id is empty; expected the id from the original sheet")
        if codes.setdefault(key, coded) != coded:
            raise InputError(
                f"{where}: paragraph {key!r} is coded differently in row {rows[key]}; expected one coding per paragraph"
            )
        rows.setdefault(key, number)
        if WEIGHT in row and WEIGHT not in codebook.names:
            weights[key] = sampling_weight(row[WEIGHT], where)
    if not codes:
        raise NotCodedError(f"{path.name} has no coded row; expected a theme or none in primary, or x in a theme's column")
    themes = {key: marked for key, (marked, _) in codes.items()}
    primary = {key: main for key, (_, main) in codes.items() if main}
    return Coding(path.stem, themes, primary, len(blank - {""} - set(codes)), weights)


def sampling_weight(text: str, where: str) -> float:
    """A sampling weight as it is written in a cell; InputError if it is no number that a weight can be."""
    try:
        weight = float(text.replace(",", "."))
    except ValueError:
        weight = -1.0
    if not 1 / MAX_WEIGHT <= weight <= MAX_WEIGHT:
        raise InputError(f"{where}: weight is {text!r}; expected a number above 0, one over the probability of the draw")
    return weight


def _columns(codebook: Codebook) -> list[str]:
    reserved = {*BEFORE, *AFTER, NONE, WEIGHT}
    for name in codebook.names:
        if name.casefold() in reserved:
            raise InputError(
                f"theme name {name!r} is reserved in sheets; expected a name other than {', '.join(sorted(reserved))}"
            )
    return [*BEFORE, *codebook.names, *AFTER]


def theme_names(codebook: Codebook) -> dict[str, str]:
    """Accepted spellings, in lower case, and their themes; labels shared by two themes are not accepted."""
    labels = [theme.label.casefold().strip() for theme in codebook.themes]
    unique = {label: name for label, name in zip(labels, codebook.names, strict=True) if labels.count(label) == 1}
    return unique | {name.casefold(): name for name in codebook.names} | {NONE: UNASSIGNED, UNASSIGNED: UNASSIGNED}


def _require_columns(row: dict[str, str], codebook: Codebook, file: str) -> None:
    for column in ("paragraph_id", "primary", *(theme.casefold() for theme in codebook.names)):
        if column not in row:
            raise InputError(
                f"{file} lacks column {column!r}; found {[name for name in row if name]};"
                " expected the columns of `topics sheet`, one per theme of the run"
            )


def _coded(
    row: dict[str, str], codebook: Codebook, theme_of: dict[str, str], where: str
) -> tuple[frozenset[str], str] | None:
    """Themes and primary theme of a row (empty if unknown); None if the row is not coded yet."""
    written = row["primary"].casefold()
    if written and written not in theme_of:
        near = [theme_of[word] for word in difflib.get_close_matches(written, theme_of, n=1)]
        hint = f"expected one of {', '.join([*codebook.names, NONE])}"
        if near:
            hint = f"did you mean {NONE if near[0] == UNASSIGNED else near[0]!r}?"
        raise InputError(f"{where}: primary is {row['primary']!r}; {hint}")
    marked = set()
    for theme in codebook.names:
        value = row[theme.casefold()]
        if value.casefold() in _YES:
            marked.add(theme)
        elif value.casefold() not in _NO:
            raise InputError(f"{where}: column {theme} is {value!r}; expected x or an empty cell")
    if not written:
        if not marked:
            return None
        return frozenset(marked), next(iter(marked)) if len(marked) == 1 else ""
    primary = theme_of[written]
    if primary != UNASSIGNED:
        return frozenset({*marked, primary}), primary
    if marked:
        raise InputError(f"{where}: primary is {row['primary']!r}, but {min(marked)} is marked; expected one or the other")
    return frozenset(), UNASSIGNED


def _clean(value: object) -> str:
    text = _ILLEGAL.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…"


def _csv(sheet: pd.DataFrame, codebook: Codebook) -> bytes:
    texts = sheet.columns.drop("number")
    escaped = sheet.assign(**{name: [escape_formula(_clean(value)) for value in sheet[name]] for name in texts})
    escaped.columns = [escape_formula(_clean(name)) for name in sheet.columns]
    text = escaped.to_csv(index=False, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    return text.encode("utf-8-sig")


def _xlsx(sheet: pd.DataFrame, codebook: Codebook) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page, guide = book.active, book.create_sheet("codebook")
    page.title = "coding"

    def put(where: Any, row: int, column: int, value: object, bold: bool = False, turned: int = 0) -> None:
        cell = where.cell(row, column)
        cell.alignment = Alignment(wrap_text=True, vertical="top", text_rotation=turned)
        cell.font = Font(bold=bold)
        if isinstance(value, int):
            cell.value = value
        elif _clean(value):
            # typed as text: openpyxl would take "=" for the beginning of a formula
            cell.value, cell.data_type, cell.quotePrefix = _clean(value), "s", True

    for column, name in enumerate(sheet.columns, start=1):
        put(page, 1, column, name, bold=True, turned=90 if name in codebook.names else 0)
        for row, value in enumerate(sheet[name], start=2):
            put(page, row, column, int(value) if name == "number" else value)
        width = {"number": 8, "text": 90, "primary": 16, "comment": 30, "paragraph_id": 24}.get(name, 5)
        page.column_dimensions[get_column_letter(column)].width = width
    # the id names the article, whose other paragraphs a coder is not to think of; a weight tells of the model's doubts
    for column, name in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(column)].hidden = name in (AFTER[-1], WEIGHT)
    page.freeze_panes = "A2"

    for row, line in enumerate(INSTRUCTIONS, start=1):
        put(guide, row, 1, line)
        guide.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
    entries = [(theme.name, theme.label, theme.description) for theme in codebook.themes]
    first = len(INSTRUCTIONS) + 3
    rows = [("name", "label", "description"), *entries, (NONE, "No theme", "None of these themes applies.")]
    for row, entry in enumerate(rows, start=first - 1):
        for column, value in enumerate(entry, start=1):
            put(guide, row, column, value, bold=row < first)
    for letter, width in zip("ABC", (20, 28, 100), strict=True):
        guide.column_dimensions[letter].width = width

    last = len(sheet) + 1
    # a list of themes to choose from, and x for marks; other marks (see _YES) are accepted, too
    primary = DataValidation("list", formula1=f"codebook!$A${first}:$A${first + len(entries)}", allow_blank=True)
    primary.error, primary.showErrorMessage = "Choose a theme from the list, or none.", True
    mark = DataValidation("list", formula1='"x"', allow_blank=True, showErrorMessage=False)
    letters = [get_column_letter(column) for column in range(1, len(sheet.columns) + 1)]
    primary.add(f"{letters[len(BEFORE) - 1]}2:{letters[len(BEFORE) - 1]}{last}")
    mark.add(f"{letters[len(BEFORE)]}2:{letters[len(BEFORE) + len(codebook.names) - 1]}{last}")
    page.add_data_validation(primary)
    page.add_data_validation(mark)
    raw = io.BytesIO()
    book.save(raw)
    return _without_times(raw)


def _without_times(raw: io.BytesIO) -> bytes:
    """A workbook without timestamps, so that the same sheet gives the same bytes."""
    result = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            info = zipfile.ZipInfo(name)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(info, _TIMESTAMP.sub(b"1980-01-01T00:00:00Z", data) if name == "docProps/core.xml" else data)
    return result.getvalue()


_WRITERS = {".csv": _csv, ".xlsx": _xlsx}
