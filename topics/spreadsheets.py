"""CSV files for spreadsheet programs: escaped formulas, exports, and files saved by users."""

import csv
import io
from pathlib import Path
from typing import Any, TextIO

import charset_normalizer
import pandas as pd

from topics.errors import InputError

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_DELIMITERS = ",;\t"
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


def parse_csv(text: str, name: str) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    """Rows of a CSV file with any columns, separated by comma, semicolon or tab.

    Returns
    -------
    rows, problems
        Each row with its number from 1; and a message for each row with more cells than the header.

    Raises
    ------
    InputError
        If the text is not CSV, is empty, or has two columns with the same name.
    """
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    # A cell can be a whole article; Python's limit is 131,072 characters.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        header, *cells = [line for line in lines if line]
    except csv.Error as error:
        raise InputError(f"{name}: not a readable csv table (line {lines.line_num}: {error})") from None
    except ValueError:
        raise InputError(f"{name}: not a readable csv table (it is empty)") from None
    twice = next((column for column in header if header.count(column) > 1), None)
    if twice is not None:
        raise InputError(f"{name} has two columns {twice!r}; expected unique names")
    rows, problems = [], []
    for number, row in enumerate(cells, start=1):
        if any(cell.strip() for cell in row[len(header) :]):
            problems.append(f"{name} row {number}: {len(row)} cells; expected {len(header)}, as in the header")
        else:
            rows.append((number, dict(zip(map(str.strip, header), row, strict=False))))
    return rows, problems
