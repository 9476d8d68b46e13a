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
from topics.reading.column_names import RANKS, normalize_name
from topics.reading.columns import is_text_name
from topics.reading.document import FIELDS, Source
from topics.reading.formats import read_rows
from topics.reading.intake import examples
from topics.spreadsheets import unescape_formula

STEM = "metadata"
"""Name of the table without its suffix."""
FILE_COLUMNS = "file filename file_name path datei dateiname fichier archivo fichero файл 文件 文件名".split()
"""Names of the column with the file's name, in six languages."""


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
    plain = {normalize_name(column): column for column in reversed(columns)}
    file = next((plain[name] for name in map(normalize_name, FILE_COLUMNS) if name in plain), "")
    if any(map(is_text_name, columns)):
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


def match_metadata(rows: Sequence[Mapping[str, str]], files: Iterable[str], name: str) -> Metadata:
    """Find the file of each row.

    Parameters
    ----------
    rows
        The table's rows (:func:`read_metadata`).
    files
        The names of all files that were read, relative to the input, and of their parts.
    name
        The table's name, for messages.

    """
    names = list(dict.fromkeys(files))
    by_key: dict[str, list[str]] = {}
    for file in names:
        for key in _keys(file):
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
