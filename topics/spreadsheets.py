"""CSV files that pass through a spreadsheet: cells that are no formulas, exports, and tables as people save them."""

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
"""What spreadsheets save that do not save UTF-8."""


def escape_formula(text: str) -> str:
    """Text that a spreadsheet does not take for a formula: with an apostrophe before it (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) or _is_escaped(text) else text


def unescape_formula(text: str) -> str:
    """The text that :func:`escape_formula` was given."""
    return text[1:] if _is_escaped(text) else text


def _is_escaped(text: str) -> bool:
    # several apostrophes: a text that looked escaped already was escaped once more
    return text.startswith("'") and text.lstrip("'").startswith(_FORMULA)


def check_export(path: Path, columns: tuple[str, ...], command: str) -> None:
    """Refuse to write an export of ``command`` over anything but an older one: a coder's sheet, for example.

    Raises
    ------
    InputError
        If ``path`` is no ``.csv``, or a file that does not begin with ``columns``.
    """
    if path.suffix.lower() != ".csv":
        raise InputError(f"{path} ends in {path.suffix!r}; expected .csv")
    if path.exists() and not (path.is_file() and path.read_bytes().startswith((",".join(columns) + "\n").encode())):
        raise InputError(f"{path} is no table of `{command}`; choose another --out, or remove it")


def write_export(frame: pd.DataFrame, to: Path | TextIO) -> None:
    """Write a table as CSV for a spreadsheet; no cell is a formula."""
    escaped = frame.copy()
    for column in frame.select_dtypes(["object", "str"]):
        escaped[column] = [escape_formula(cell) if isinstance(cell, str) else cell for cell in frame[column]]
    escaped.to_csv(to, index=False, encoding="utf-8", lineterminator="\n")


def decode_csv(raw: bytes, name: str) -> str:
    """The text of a CSV file as a spreadsheet saved it: UTF-8, UTF-16 with a byte order mark, or a code page.

    Raises
    ------
    InputError
        If the bytes are no text.
    """
    is_utf_16 = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError:
        guesses = charset_normalizer.from_bytes(raw, cp_isolation=_CODE_PAGES)
        # Western European code pages differ in few letters: of equal guesses the commonest one
        best = max(guesses, key=lambda guess: (guess.coherence - guess.chaos, guess.encoding == "cp1252"), default=None)
        if best is None:
            raise InputError(f"{name}: the bytes are in no known text encoding; save the file as UTF-8") from None
        text = str(best)
    if "\0" in text:
        raise InputError(f"{name}: holds NUL characters, so it is not a text; expected a page saved as text")
    return text


def parse_csv(text: str, name: str) -> tuple[list[tuple[int, dict[str, Any]]], list[str]]:
    """Rows of a CSV file with any columns, separated by comma, semicolon or tab.

    Returns
    -------
    rows, problems
        Each row with its number from 1; and a line for each row that has more cells than the header.

    Raises
    ------
    InputError
        If the text is no CSV, is empty, or has two columns of one name.
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
        raise InputError(f"{name} has two columns {twice!r}; expected each name once")
    rows, problems = [], []
    for number, row in enumerate(cells, start=1):
        if any(cell.strip() for cell in row[len(header) :]):
            problems.append(f"{name} row {number}: {len(row)} cells; expected {len(header)}, as the header has columns")
        else:
            rows.append((number, dict(zip(map(str.strip, header), row, strict=False))))
    return rows, problems
