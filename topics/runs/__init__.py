"""Studies and runs.

- ``study``: a study's folder, its manual changes and its runs; ``topics.run``.
- ``begin``: a new study for a folder of articles; what was read, as tables.
- ``pipeline``: the steps from pages to tables, and the record of their inputs and results.
- ``outputs``: figures, numbers, tables for a paper, report.
- ``folder``: a run folder is written completely or not at all.
- ``provenance``: ``run.json``, metadata of figures, versions and digests, verification.
- ``run``: a finished run: tables, figures, evidence, redraw, agreement with coders.
- ``variants``: the shares of a run under other choices.
- ``comparison``: a comparison of a run, written into a folder of its own.
- ``reproduction``: comparison of two runs of a study.
- ``deposit``: runs without text, and RO-Crate metadata.
"""

from topics.runs.begin import new_study, write_reading
from topics.runs.comparison import check_comparison_folder, write_comparison
from topics.runs.folder import outside_runs
from topics.runs.pipeline import Progress
from topics.runs.provenance import RUN_FILE, recorded_files, verify
from topics.runs.reproduction import NEAR, OTHER, Reproduction, compare_runs
from topics.runs.run import Run
from topics.runs.study import Study, is_study, open_study, study_of_run
from topics.runs.study import run as run_study

__all__ = [
    "NEAR", "OTHER", "RUN_FILE", "Progress", "Reproduction", "Run", "Study", "check_comparison_folder", "compare_runs",
    "is_study", "new_study", "open_study", "outside_runs", "recorded_files", "run_study", "study_of_run", "verify",
    "write_comparison", "write_reading",
]  # fmt: skip
