"""Write the outputs of a run besides tables and model: figures, numbers, tables for a paper, report, ``run.json``."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from topics import figures, tables
from topics.errors import InputError
from topics.figures import FIGURES
from topics.record import RunRecord
from topics.report import collect_numbers, render_report, write_numbers, write_paper_tables
from topics.runs import deposit, provenance
from topics.settings import FORMATS, Settings

FIGURES_FOLDER = "figures"


def write_outputs(folder: Path, record: RunRecord, progress: Callable[[str, float], None] = lambda step, done: None) -> None:
    """Write everything derived from ``tables`` and ``model`` in ``folder``; ``run.json`` comes last.

    ``progress`` is called with the step, ``figures`` or ``report``, and its completed share, 0…1.
    """
    # Tables are read back from the files, so that a redraw gives the same figures and report.
    frames = {name: tables.read(name, folder / "tables") for name in tables.COLUMNS}
    (folder / FIGURES_FOLDER).mkdir()
    write_figures(folder / FIGURES_FOLDER, record, frames, folder / "tables", lambda done: progress("figures", done))
    progress("report", 0.0)
    write_numbers(collect_numbers(record, frames), record.seed, folder)
    write_paper_tables(record, frames, folder / "paper")
    page = render_report(record, frames, folder / FIGURES_FOLDER)
    (folder / "report.html").write_text(page, encoding="utf-8", newline="\n")
    if record.settings.deposit.ro_crate:
        deposit.write_crate(folder, record)
    provenance.write_run(folder, record)


def figure_names(settings: Settings) -> tuple[str, ...]:
    """The figures of a run; without text, those that quote articles are omitted."""
    return tuple(
        name for name, spec in FIGURES.items() if spec.only_if(settings) and (settings.deposit.text or not spec.shows_text)
    )


def write_figures(
    folder: Path,
    record: RunRecord,
    frames: Mapping[str, pd.DataFrame],
    tables_folder: Path,
    progress: Callable[[float], None] = lambda done: None,
    names: Sequence[str] = (),
) -> None:
    """Draw all figures of a run, or those of some names, and write them with their sidecars into ``folder``."""
    environment = provenance.environment()
    names = names or figure_names(record.settings)
    missing = ""
    for number, name in enumerate(names):
        progress(number / len(names))
        # a copy, lest one figure change the table of the next
        figure = figures.draw(name, lambda table: frames[table].copy(), record.codebook, record.settings)
        missing += figure.missing
        note = provenance.note(figure.caption, record, environment)
        files = figures.export(figure, folder, name, note, record.settings)
        spec = FIGURES[name]
        inputs = [tables_folder / f"{table}.csv" for table in spec.tables]
        provenance.write_sidecar(name, figure, files, inputs, spec.methods, record, environment)
    figures.warn_of_missing(missing)


def refuse_other_files(folder: Path, figure: str) -> None:
    """Refuse to overwrite files that are not an older version of the figure."""
    suffixes = (".json", *(f".{form}" for form in FORMATS))
    existing = [path for path in sorted(folder.glob(f"{figure}.*")) if path.suffix in suffixes]
    if not existing:
        return
    try:
        is_ours = provenance.read_sidecar(folder / f"{figure}.json").get("figure") == figure
    except (InputError, AttributeError):  # no sidecar, or JSON of another kind
        is_ours = False
    if not is_ours:
        raise InputError(f"{existing[0]} is not a figure drawn by `topics`; choose another --out, or remove it")
