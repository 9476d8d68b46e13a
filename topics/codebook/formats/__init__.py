"""Dictionaries of other tools -> a codebook.

================  ==========================================================================
``quanteda``      YAML, as quanteda and newsmap publish it
``json_lists``    JSON: keywords by theme, nested or not; or the shape of ``codebook.toml``
``liwc``          ``.dic`` of LIWC 2001 to 2015
``lexicoder``     ``.lc3`` of Lexicoder 3
``yoshikoder``    ``.ykd``, and ``.lcd`` of Lexicoder 2: XML
``wordstat``      ``.cat`` of WordStat
``word_tables``   CSV, TSV, workbooks: a column per theme, a row per keyword, or a row per
                  word with marks (``.dicx`` of LIWC-22)
================  ==========================================================================

``registry`` chooses the format; ``nested`` (for JSON and YAML) and ``layouts`` (for tables) read what
formats have in common; ``convert`` turns categories into themes. To add a format, write a function with
``@reads(…)`` in a file of its own and import it here.
"""

from pathlib import Path

# the order in which contents are compared with formats
from topics.codebook.formats import yoshikoder, liwc, lexicoder, wordstat, json_lists, quanteda, word_tables  # isort: skip
from topics.codebook.formats.convert import to_codebook
from topics.codebook.formats.registry import format_of, open_file
from topics.codebook.model import Codebook, from_dict
from topics.errors import InputError
from topics.files import parse_toml

__all__ = [
    "json_lists", "lexicoder", "liwc", "quanteda", "read_dictionary", "word_tables", "wordstat", "yoshikoder",
]  # fmt: skip


def read_dictionary(path: Path) -> Codebook:
    """Read a dictionary of another tool; its format is recognised by its content or its suffix.

    Raises
    ------
    InputError
        If the file cannot be read, or has no category with usable entries.
    """
    file = open_file(path)
    form = format_of(file)
    if form is None:
        return from_dict(parse_toml(file.text, file.name), file.name)
    try:
        found = form.read(file)
        return found if isinstance(found, Codebook) else to_codebook(found, file.name, f"{form.name}: {file.name}")
    except RecursionError:
        raise InputError(f"{file.name}: categories are nested too deeply; expected {form.name}") from None
