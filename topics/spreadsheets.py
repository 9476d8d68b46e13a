"""CSV files for spreadsheet programs: escaped formulas, exports, and files saved by users."""

from collections.abc import Collection
from pathlib import Path
from typing import Any, TextIO

import charset_normalizer
import pandas as pd

from topics.delimited import read_delimited
from topics.errors import InputError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CODE_PAGES = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "koi8_r", "gb18030", "big5", "cp932", "euc_kr"]
"""Encodings used by spreadsheet programs besides UTF-8."""


def escape_formula(text: str) -> str:
    """Escape text that a spreadsheet would interpret as a formula, with an apostrophe (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) or _is_escaped(text) else text


def unescape_formula(text: str) -> str:
    """The inverse of :func:`escape_formula`."""
    return text[1:] if _is_escaped(text) else text


def _is_escaped(text: str) -> bool:
    # Several apostrophes: the text already looked escaped and was escaped again.
    return text.startswith("'") and text.lstrip("'").startswith(_FORMULA)


def check_export(path: Path, columns: tuple[str, ...], command: str) -> None:
    """Refuse to overwrite anything but an older export of ``command``.

    Raises
    ------
    InputError
        If ``path`` is not a ``.csv`` file, or exists and does not start with ``columns``.
    """
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path} ends in {path.suffix!r}; expected .csv")
    if path.exists() and not (path.is_file() and path.read_bytes().startswith((",".join(columns) + "\n").encode())):
        raise InputError(f"{path} is not a table written by `{command}`; choose another --out, or remove it")


def write_export(frame: pd.DataFrame, to: Path | TextIO) -> None:
    """Write a table as CSV for a spreadsheet; no cell is a formula."""
    escaped = frame.copy()
    for column in frame.select_dtypes(["object", "str"]):
        escaped[column] = [escape_formula(cell) if isinstance(cell, str) else cell for cell in frame[column]]
    escaped.to_csv(to, index=False, encoding="utf-8", lineterminator="\n")


def decode_csv(raw: bytes, name: str) -> str:
    """Decode a CSV file saved by a spreadsheet: UTF-8, UTF-16 with a byte order mark, or a code page.

    Raises
    ------
    InputError
        If the bytes are not text.
    """
    is_utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        guesses = charset_normalizer.from_bytes(raw, cp_isolation=_CODE_PAGES)
        # Western European code pages differ in few letters; ties are decided for the most common one.
        best = max(guesses, key=lambda guess: (guess.coherence - guess.chaos, guess.encoding == "cp1252"), default=None)
        if best is None:
            raise InputError(f"{name}: unknown text encoding; save the file as UTF-8") from None
        text = str(best)
    if "\0" in text:
        raise InputError(f"{name}: contains NUL characters; expected a text file")
    return text


def parse_csv(text: str, name: str, columns: Collection[str] = ()) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    """Rows of a CSV file of any dialect.

    Parameters
    ----------
    text, name
        The file's text, and its name for messages.
    columns
        Names of columns that are expected, in lower case: they tell the header from rows above it.

    Returns
    -------
    rows, problems
        Each row with its number from 1; and messages about rows that could not be read.

    Raises
    ------
    InputError
        If the text is empty, or has two columns with the same name.
    """
    grid = read_delimited(text, name, lambda cell: unescape_formula(cell.strip()).casefold() in columns)
    twice = next((column for column in grid.header if column and grid.header.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{name} has two columns {twice!r}; expected unique names")
    rows = [(number, dict(zip(grid.header, cells, strict=False))) for number, cells in grid.rows]
    return rows, [f"{name} {problem}" for problem in grid.problems]
