"""Metadata that the researcher keeps in a table beside the articles: ``metadata.csv``, one row a file.

The column ``file`` names a file below the articles' folder; folders, suffix and case may be
left out if only one file fits. ``export.docx:3`` is the third article of a file. Every other
column is a field of the article and takes precedence over what the file itself says, except
for empty cells.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from topics.errors import InputError
from topics.format import count
from topics.reading.column_names import FILE_NAMES, RANKS, normalize_name
from topics.reading.columns import is_text_name
from topics.reading.document import FIELDS, Source
from topics.reading.formats import read_rows, suffixes
from topics.reading.intake import examples
from topics.spreadsheets import unescape_formula

STEM = "metadata"
"""Name of the table without its suffix."""
_MAYBE_FILES = ("document", "documentname", "name", "doc", "dokument")
"""Names of columns that may also contain the name of something else."""


@dataclass(frozen=True)
class Metadata:
    """The fields of files by name, and what could not be matched."""

    fields: Mapping[str, Mapping[str, str]]
    """Name of a file or part -> its fields."""
    notes: tuple[str, ...] = ()


def read_metadata(source: Source) -> list[dict[str, str]] | None:
    """The rows of a table of metadata, with the file's name as ``file``; None if it is a table of articles.

    Raises
    ------
    InputError
        If the file is not a table, or no column names the files.
    """
    rows = read_rows(source)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    file = _file_column(columns, rows)
    if any(is_text_name(column) for column in columns if column != file):
        return None
    if not file:
        raise InputError(
            f"{source.name} has the columns {', '.join(columns)}; expected a column 'file' with the name of each file"
        )
    renamed = {file: "file"}
    for field in FIELDS:
        ranked = [(RANKS[field][normalize_name(name)], name) for name in columns if normalize_name(name) in RANKS[field]]
        free = [name for _, name in sorted(ranked) if name not in renamed]
        renamed |= dict.fromkeys(free[:1], field)
    return [{renamed.get(column, column): value for column, value in row.items()} for row in rows]


def _file_column(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """The column with the names of files: by its name, or by its cells; "" if there is none."""
    plain = {normalize_name(column): column for column in reversed(columns)}
    named = [
        column for name, column in sorted(plain.items(), key=lambda item: FILE_NAMES.get(item[0], 0)) if name in FILE_NAMES
    ]
    sure = [column for column in named if normalize_name(column) not in _MAYBE_FILES]
    like_files = [column for column in [*named, *columns] if _has_file_names(row.get(column, "") for row in rows)]
    return next(iter([*sure, *like_files]), "")


def _has_file_names(cells: Iterable[str]) -> bool:
    filled = [cell.strip().casefold().partition(":")[0] for cell in cells if cell.strip()]
    return bool(filled) and all(cell.endswith(suffixes()) for cell in filled)


def match_metadata(rows: Sequence[Mapping[str, str]], files: Iterable[str], name: str) -> Metadata:
    """Find the file of each row.

    Parameters
    ----------
    rows
        The table's rows (:func:`read_metadata`).
    files
        The names of all files that were read, relative to the input, and of their parts.
    name
        The table's name, relative to the input.
    """
    names = list(dict.fromkeys(files))
    folder = name[: name.rfind("/") + 1]
    # a table in a folder of articles is about them, whatever the names elsewhere
    if below := [file for file in names if file.startswith(folder)]:
        names = below
    by_key: dict[str, list[str]] = {}
    for file in names:
        for key in dict.fromkeys((file, *_keys(file.removeprefix(folder)))):
            by_key.setdefault(key, []).append(file)
    fields: dict[str, dict[str, str]] = {}
    unmatched: list[str] = []
    ambiguous: list[str] = []
    repeated: list[str] = []
    for row in rows:
        wanted = row.get("file", "").strip().replace("\\", "/").removeprefix("./")
        if not wanted:
            continue
        found = next((by_key[key] for key in (wanted, *_loose_keys(wanted)) if key in by_key), [])
        if len(found) != 1:
            (ambiguous if found else unmatched).append(wanted)
        elif found[0] in fields:
            repeated.append(wanted)
        else:
            fields[found[0]] = {
                key: unescape_formula(value) for key, value in row.items() if key != "file" and value.strip()
            }
    whole = {file.partition(":")[0] for file in fields}
    without = [file for file in names if ":" not in file and file not in whole]
    kinds = (
        (unmatched, "row", "no file of this name"),
        (ambiguous, "row", "several files of this name; give the path"),
        (repeated, "row", "the file has a row already"),
        (without, "file", "without a row"),
    )
    notes = tuple(f"{name}: {count(len(some), noun)}, {what}: {examples(some)}" for some, noun, what in kinds if some)
    return Metadata(fields, notes)


def _keys(file: str) -> list[str]:
    """The names under which a file is found: as it is, and loosely."""
    path, colon, part = file.partition(":")
    stem = path.rpartition(".")[0] if "." in path.rpartition("/")[2] else path
    loose = [path, path.rpartition("/")[2], stem, stem.rpartition("/")[2]]
    return list(dict.fromkeys([file, *(f"~{name.casefold()}{colon}{part}" for name in loose if name)]))


def _loose_keys(wanted: str) -> list[str]:
    return [f"~{wanted.casefold()}", f"~{wanted.rpartition('/')[2].casefold()}"]
