"""Studies and their runs: from a folder of articles to a run folder, and what is done with one.

- ``study``: a study's folder, what people write into it, and the runs that are made of it; ``topics.run``.
- ``pipeline``: the steps from pages to tables, and what ``run.json`` records of them.
- ``outputs``: what is written besides tables and model: figures, numbers, tables for a paper, report.
- ``folder``: a run folder appears whole or not at all.
- ``provenance``: ``run.json``, the sidecars of figures, versions and digests, verify.
- ``run``: what a user does with a run: tables, figures, evidence, redraw, agreement with coders.
- ``reproduction``: two runs of one study compared.
- ``deposit``: a run without texts, and its description for a repository (RO-Crate).
"""

from topics.runs.folder import outside_runs
from topics.runs.pipeline import Progress
from topics.runs.provenance import RUN_FILE, recorded_files, verify
from topics.runs.reproduction import NEAR, OTHER, Reproduction, compare_runs
from topics.runs.run import Run
from topics.runs.study import Study, is_study, open_study, study_of_run
from topics.runs.study import run as run_study

__all__ = [
    "NEAR", "OTHER", "RUN_FILE", "Progress", "Reproduction", "Run", "Study", "compare_runs", "is_study", "open_study",
    "outside_runs", "recorded_files", "run_study", "study_of_run", "verify",
]  # fmt: skip
