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
from topics.reading.intake import examples

STEM = "metadata"
"""Name of the table without its suffix."""
_FILE_COLUMNS = "file filename file_name path datei dateiname fichier archivo fichero файл 文件 文件名".split()
"""Names of the column with the file's name, in six languages."""


@dataclass(frozen=True)
class Metadata:
    """The fields of files by name, and what could not be matched."""

    fields: Mapping[str, Mapping[str, str]]
    """Name of a file or part -> its fields."""
    notes: tuple[str, ...] = ()


def match_metadata(rows: Sequence[Mapping[str, str]], files: Iterable[str], name: str) -> Metadata:
    """Find the file of each row.

    Parameters
    ----------
    rows
        The table's rows as text.
    files
        The names of all files that were read, relative to the input, and of their parts.
    name
        The table's name, for messages.

    Raises
    ------
    InputError
        If no column names the files.
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    column = file_column(columns)
    if not column:
        raise InputError(f"{name} has the columns {', '.join(columns)}; expected a column 'file' with the name of each file")
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
        wanted = row.get(column, "").strip().replace("\\", "/").removeprefix("./")
        if not wanted:
            continue
        found = next((by_key[key] for key in (wanted, *_loose_keys(wanted)) if key in by_key), [])
        if len(found) != 1:
            (ambiguous if found else unmatched).append(wanted)
        elif found[0] in fields:
            repeated.append(wanted)
        else:
            fields[found[0]] = {key: value for key, value in row.items() if key != column and value.strip()}
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


def file_column(columns: Iterable[str]) -> str:
    """The column that names files; "" if there is none."""
    plain = {column.strip().casefold().replace(" ", "_"): column for column in columns}
    return next((plain[name] for name in _FILE_COLUMNS if name in plain), "")


def _keys(file: str) -> list[str]:
    """The names under which a file is found: as it is, and loosely."""
    path, colon, part = file.partition(":")
    stem = path.rpartition(".")[0] if "." in path.rpartition("/")[2] else path
    loose = [path, path.rpartition("/")[2], stem, stem.rpartition("/")[2]]
    return list(dict.fromkeys([file, *(f"~{name.casefold()}{colon}{part}" for name in loose if name)]))


def _loose_keys(wanted: str) -> list[str]:
    return [f"~{wanted.casefold()}", f"~{wanted.rpartition('/')[2].casefold()}"]
