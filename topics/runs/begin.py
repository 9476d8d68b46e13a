"""Begin a study for a folder of articles, and write what was read as tables."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from topics import tables
from topics.errors import InputError
from topics.files import replace_file, toml_value
from topics.reading import Corpus, Reading, read_corpus
from topics.runs.folder import outside_runs
from topics.runs.study import Study, copy_codebook, refuse_study, relative_path, source_name
from topics.settings import Settings, override
from topics.spreadsheets import write_export
from topics.text import build_vocabulary

_READING = ("articles", "paragraphs", "dropped", "duplicates", "intake")
"""The tables of what was read."""
_METADATA = ["title", "author", "outlet", "date"]
_SUGGESTED = 60
"""Words of the corpus that a new codebook suggests."""
_MAX_SHARE = 0.3
"""Words in a larger share of the paragraphs are not suggested, since they set nothing apart."""
_CODEBOOK = """\
# The themes of this study. Copy the example for each theme, remove the "# " at the start of its
# lines, and change it; then run `topics audit`, which checks the keywords on these articles.
#
# [[theme]]
# name = "energy"              # a short name for tables
# label = "Energy"             # what figures show; the name, if left out
# description = "Oil, gas and electricity: supply and prices."   # as you would explain it to a coder
# keywords = ["oil", "gas pipeline"]   # 10 to 40 words or phrases; all inflections match
"""
_STUDY = """
# Further settings: remove the "# " and change the value. topics/settings.py lists all.
# language = "en"               # of the articles; detected if left out
# reading.filename = "{year}_{party}_{first}_{last}"   # the parts of the file names
# reading.columns.text = "body" # the column of a table that contains the text
# reading.unit = "paragraph"    # each row of a table is one paragraph
# groups.by = ["party"]         # compare the groups of a column of metadata.csv or a table
"""


def new_study(
    folder: Path | str, articles: Path | str, changes: Sequence[str] = (), codebook: Path | str | None = None
) -> Study:
    """Create a study: ``study.toml``, a ``codebook.toml`` to fill in, and ``metadata.csv``.

    Without ``codebook``, the codebook has no theme yet, but lists distinctive words of the corpus. The table of
    metadata has a row for every file, with what was found in it.

    Parameters
    ----------
    folder
        The folder of the study; it must not contain one yet.
    articles
        A folder of pages, a page or a table, which is not copied.
    changes
        Settings such as ``groups.by=party``, with which the articles are read and which
        ``study.toml`` keeps.
    codebook
        A codebook that is copied, or a dictionary of another tool that is converted (:meth:`Codebook.load`).

    Raises
    ------
    InputError
        If the folder has a study already, or a codebook beside the one given; if there is nothing to
        read; or if a setting or the codebook is invalid.
    """
    folder, source = Path(folder), Path(articles)
    refuse_study(folder)
    settings = override(Settings(), list(changes))
    reading = read_corpus(source, settings)
    if codebook is not None:
        if (folder / "codebook.toml").exists():
            raise InputError(f"{folder / 'codebook.toml'} exists already; remove it, or leave out the codebook")
        copy_codebook(Path(codebook), folder)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "codebook.toml").exists():
        replace_file(folder / "codebook.toml", _draft_codebook(reading.corpus).encode("utf-8"))
    if source.is_dir() and not (folder / "metadata.csv").exists():
        # a byte order mark, without which Excel takes UTF-8 for a code page
        with (folder / "metadata.csv").open("w", encoding="utf-8-sig", newline="") as file:
            write_export(_draft_metadata(reading), file)
    own = _changed(settings) | {"articles": relative_path(folder, source)}
    plain = {"title": source_name(source), "articles": "", **own}
    # dotted keys need no order of sections, so that a line can be added or used anywhere
    lines = [f"{key} = {toml_value(value)}\n" for key, value in _dotted(plain)]
    replace_file(folder / "study.toml", f"{''.join(lines)}{_STUDY}".encode())
    return Study.load(folder, only_read=True)


def write_reading(reading: Reading, folder: Path) -> list[Path]:
    """Write what was read as tables: articles, paragraphs, dropped lines, duplicates, and intake.

    Returns
    -------
    list of Path
        The files, which replace those of an earlier call.

    Raises
    ------
    InputError
        If ``folder`` is a file, is in a run folder, or has other files.
    """
    if folder.is_file():
        raise InputError(f"{folder} is a file; expected a folder to write the tables to")
    names = {f"{name}.csv" for name in _READING}
    if folder.is_dir() and (others := sorted({file.name for file in folder.iterdir()} - names)):
        raise InputError(f"{folder} contains {others[0]}, which is not a table of what was read; choose another --out")
    outside_runs(folder / "articles.csv").parent.mkdir(parents=True, exist_ok=True)
    frames = {name: getattr(reading.corpus, name) for name in _READING if name != "intake"}
    written = []
    # each table is complete or not there
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as draft:
        for name, frame in {**frames, "intake": reading.intake.table}.items():
            written.append(tables.write(frame, name, Path(draft)).replace(folder / f"{name}.csv"))
    return written


def _changed(settings: Settings) -> dict[str, Any]:
    """The settings that differ from the defaults, by section."""
    defaults = Settings().to_dict()
    changed: dict[str, Any] = {}
    for section, values in settings.to_dict().items():
        if not isinstance(values, dict):
            own = values if values != defaults[section] else None
        else:
            own = {key: value for key, value in values.items() if value != defaults[section][key]} or None
        if own is not None:
            changed[section] = own
    return changed


def _dotted(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Nested data as pairs of a dotted key and a value."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _draft_codebook(corpus: Corpus) -> str:
    words = _distinctive_words(corpus)
    if not words:
        return _CODEBOOK
    lines = [", ".join(words[i : i + 6]) for i in range(0, len(words), 6)]
    suggested = "".join(f"#   {line}\n" for line in lines)
    return f"{_CODEBOOK}#\n# Distinctive words of these articles:\n#\n{suggested}"


def _distinctive_words(corpus: Corpus) -> list[str]:
    """The words and phrases with the largest sum of tf-idf weights over the paragraphs."""
    if len(corpus.paragraphs) < 2:
        return []
    vocabulary = build_vocabulary(corpus.phrase_tokens, phrases=True, min_count=2)
    counts, terms = vocabulary.count_terms()
    n = len(corpus.paragraphs)
    in_paragraphs = np.asarray((counts > 0).sum(axis=0)).ravel()
    weight = np.asarray(counts.sum(axis=0)).ravel() * np.log(n / np.maximum(in_paragraphs, 1))
    weight[(in_paragraphs < 2) | (in_paragraphs > max(2, _MAX_SHARE * n))] = 0
    order = sorted(np.flatnonzero(weight), key=lambda i: (-weight[i], terms[i]))
    shown = (" ".join(vocabulary.show(terms[i]).split()) for i in order[:_SUGGESTED])
    return [word for word in shown if word.isprintable()]


def _draft_metadata(reading: Reading) -> pd.DataFrame:
    """A row for every file or part of a file, sorted by name."""
    rows = [{"file": item.page.source, **{name: getattr(item.page, name) for name in _METADATA}} for item in reading.cleaned]
    return pd.DataFrame(rows, columns=["file", *_METADATA]).sort_values("file", kind="stable", ignore_index=True)
