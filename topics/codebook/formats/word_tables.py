"""Tables of keywords: CSV, TSV and workbooks; their layouts are in ``layouts``."""

import io
import re
import zipfile
from typing import Any

from topics.codebook.formats.layouts import is_usual_name, read_rows
from topics.codebook.formats.registry import Dictionary, File, reads
from topics.codebook.keywords import listed
from topics.delimited import read_delimited
from topics.errors import InputError
from topics.spreadsheets import unescape_formula

_MAX_UNPACKED = 200_000_000


def _is_workbook(file: File) -> bool:
    return file.raw.startswith(b"PK\x03\x04")


def _is_delimited(file: File) -> bool:
    """Whether the first lines have the same number of tabs, semicolons or commas."""
    if file.is_binary:
        return False
    lines = [line for line in file.text.split("\n")[:20] if line.strip()]
    return len(lines) > 1 and any(lines[0].count(mark) and len({line.count(mark) for line in lines}) == 1 for mark in "\t;,")


@reads("workbook", ".xlsx", ".ods", ".xls", is_certain=_is_workbook)
def _read_workbook(file: File) -> Dictionary:
    from python_calamine import CalamineError, CalamineWorkbook

    if _unpacked_size(file) > _MAX_UNPACKED:
        raise InputError(f"{file.name} unpacks to more than {_MAX_UNPACKED:,} bytes; expected a table of keywords")
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.raw))
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise InputError(f"{file.name}: not a readable workbook ({error}); save it again, or as .csv") from None
    filled = {name: rows for name, rows in sheets.items() if any(cell != "" for row in rows for cell in row)}
    if not filled:
        raise InputError(f"{file.name}: all sheets are empty; expected a table of keywords")
    name, *others = filled
    texts = [[_text(cell) for cell in row] for row in filled[name]]
    texts = [row for row in texts if any(row)]
    found = read_rows(texts[0], texts[1:], file.name)
    if others:
        found.notes.append(f"only sheet {name!r} is read, not {listed(others)}")
    return found


@reads("table", ".csv", ".tsv", ".tab", ".dicx", is_certain=_is_delimited)
def _read(file: File) -> Dictionary:
    preferred = "\t" if file.suffix in (".tsv", ".tab") else ","
    # theme names head a table without usual names; without this, an empty first cell would hide the header
    first = {cell.strip(" \"'") for cell in re.split(r"[,;\t|]", file.text.lstrip().partition("\n")[0])} - {""}
    grid = read_delimited(file.text, file.name, lambda cell: is_usual_name(cell) or cell.strip() in first, preferred)
    rows = [[unescape_formula(str(cell)).strip() for cell in cells] for _, cells in grid.rows]
    found = read_rows(grid.header, rows, file.name)
    found.notes += [f"{problem}; not read" for problem in grid.problems]
    return found


def _unpacked_size(file: File) -> int:
    try:
        return sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(file.raw)).infolist())
    except zipfile.BadZipFile:
        return 0  # an old .xls is not packed; what else it is, the reader says


def _text(cell: Any) -> str:
    # workbooks store whole numbers as 7.0
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
