"""Write a comparison of a run into a folder of its own: tables, numbers, figures with their sidecars."""

from pathlib import Path

import msgspec

from topics import figures
from topics.comparison import Comparison, Robustness, check_tables, write_robustness, write_tables
from topics.errors import InputError
from topics.runs import provenance
from topics.runs.folder import outside_runs
from topics.runs.outputs import refuse_other_files
from topics.runs.run import Run
from topics.settings import FORMATS

_SOURCES = ("articles", "paragraphs", "themes", "codes", "scores_without_codes")
_METHODS = ("reading", "themes")


def check_comparison_folder(folder: Path) -> Path:
    """The folder; InputError if it is in a run folder, a file, or has files of other origin that would be replaced."""
    outside_runs(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; expected a folder to write the comparison to")
    check_tables(folder)
    for name in ("comparison", "curves", "robustness"):
        refuse_other_files(folder, name)
    return folder


def write_comparison(found: Comparison, run: Run, folder: Path, robustness: Robustness | None = None) -> list[Path]:
    """Write ``comparison.csv``, ``curves.csv``, ``comparison.tex``, numbers and figures; return the paths.

    With ``robustness``, ``robustness.csv``, ``variants.csv`` and their figure, too.

    Parameters
    ----------
    found
        The comparison.
    run
        The run that it is of, which the metadata of the figures name.
    folder
        Created if need be; not in a run folder.
    robustness
        Of the same comparison.
    """
    check_comparison_folder(folder)
    written = [*write_tables(found, folder), *write_robustness(robustness, folder)]
    settings = msgspec.structs.replace(run.settings, seed=found.seed)
    record = msgspec.structs.replace(run.record, settings=settings)
    environment = provenance.environment()
    charts = {"comparison": figures.effects(found.table, run.codebook, settings)}
    if len(found.curves):
        charts["curves"] = figures.curves(found.curves, run.codebook, settings)
    if robustness is not None:
        charts["robustness"] = figures.robustness(robustness.findings, robustness.variants, run.codebook, settings)
    for suffix in ("json", *FORMATS):  # of an older comparison
        for name in ("curves", "robustness"):
            (folder / f"{name}.{suffix}").unlink(missing_ok=True)
    tables = [path for name in _SOURCES if (path := run.folder / "tables" / f"{name}.csv").is_file()]
    missing = ""
    for name, chart in charts.items():
        missing += figures.use_fallback_fonts(chart)
        note = provenance.note(chart.caption, record, environment)
        files = figures.export(chart, folder, name, note, settings)
        written += [*files, provenance.write_sidecar(name, chart, files, tables, _METHODS, record, environment)]
    figures.warn_of_missing(missing)
    return written
