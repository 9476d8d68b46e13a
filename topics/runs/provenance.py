"""Provenance of a run: ``run.json``, the metadata of figures, and ``verify``."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from topics.errors import InputError
from topics.figures import Chart
from topics.format import DECIMALS
from topics.record import Environment, InputRecord, RunRecord

RUN_FILE = "run.json"
LITTER = {".DS_Store", ".ipynb_checkpoints"}
"""Files created by file browsers and Jupyter."""
_CHANGE_NO_RESULT = {"figures", "deposit", "articles", "codebook", "corrections", "topic_edits", "assignments"}
"""Settings of drawing, publication and file names, which do not affect results."""
_LIBRARIES = (
    "bertopic", "hdbscan", "matplotlib", "numba", "numpy", "pandas", "scikit-learn", "scipy", "sentencex",
    "snowballstemmer", "trafilatura", "umap-learn",
)  # fmt: skip
_SEGMENTERS = ("rjieba", "sudachidict-small", "sudachipy")
"""Recorded if they are installed; otherwise the terms of Chinese or Japanese are pairs of characters."""
_PACKAGE = Path(__file__).parents[1]


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def data_digest(data: Any) -> str:
    """SHA-256 of plain data, independent of the order of keys."""
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()


def code_digest() -> str:
    """SHA-256 of the package's source, which identifies the code without git."""
    total = hashlib.sha256()
    for path in sorted(p for p in _PACKAGE.rglob("*") if p.suffix in (".py", ".j2", ".json", ".toml")):
        total.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def environment() -> Environment:
    """The platform, and the versions of the software that results depend on."""
    return Environment(
        topics=version(),
        code_sha256=code_digest(),
        revision=revision(),
        python=platform.python_version(),
        platform=platform.platform(),
        machine=platform.machine(),
        libraries={name: importlib.metadata.version(name) for name in (*_LIBRARIES, *filter(_is_installed, _SEGMENTERS))},
    )


def _is_installed(name: str) -> bool:
    return any(importlib.metadata.distributions(name=name))


def revision() -> str:
    """The git commit of the code, with ``+`` if there are uncommitted changes; empty outside git."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(_PACKAGE), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()

    try:
        # An installed package may be inside another repository, for example in a virtual environment.
        if not git("ls-files", "__init__.py"):
            return ""
        is_changed = git("status", "--porcelain", ".") != ""
        return git("rev-parse", "HEAD") + ("+" if is_changed else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def version() -> str:
    """Version of this package."""
    return importlib.metadata.version("article-topics")


def fingerprint(record: InputRecord) -> str:
    """SHA-256 of all inputs that affect results: pages, codebook, settings, manual changes.

    Settings of figures and publication do not count: a run has the same fingerprint with and without its
    text, and after a redraw.
    """
    settings = {name: value for name, value in record.settings.to_dict().items() if name not in _CHANGE_NO_RESULT}
    embedding = record.inputs.embeddings
    inputs = {name: value for name, value in msgspec.to_builtins(record.inputs).items() if name != "embeddings"}
    model = embedding.model_sha256 or embedding.sha256
    if embedding.name == "lsa":
        model = ""  # LSA follows from the pages, and its last digits differ between processors
    # Corrections and assignments quote text, except in a run without text.
    quoting = [[replace(change, text="") for change in changes] for changes in (record.corrections, record.assignments)]
    manual = msgspec.to_builtins([*quoting, record.edits])
    return data_digest([settings, inputs, (embedding.name, model), manual])


def note(caption: str, record: RunRecord, environment: Environment) -> str:
    """The metadata written into the file of a figure, from which its run can be identified."""
    title = f"{record.title}, " if record.title else ""
    return f"{caption} {title}run {record.fingerprint[:16]}, topics {environment.topics}."


def write_sidecar(
    name: str,
    figure: Chart,
    files: Sequence[Path],
    tables: Sequence[Path],
    methods: Sequence[str],
    record: RunRecord,
    environment: Environment,
) -> Path:
    """Write ``NAME.json`` next to the files of a figure: caption, plotted data, source tables, versions.

    ``methods`` are the steps of :func:`topics.report.methods_sentences` that the figure depends on;
    ``environment`` is that of the drawing, which can differ from that of the run.
    """
    data = {
        "figure": name,
        "caption": figure.caption,
        "alt": figure.alt,
        "title": record.title,
        "fingerprint": record.fingerprint,
        "seed": record.seed,
        "methods": list(methods),
        "inputs": {f"tables/{path.name}": file_digest(path) for path in tables},
        "files": {path.name: file_digest(path) for path in sorted(files)},
        "settings": record.settings.to_dict(),
        "versions": environment.libraries | {"topics": environment.topics, "python": environment.python},
        "code_sha256": environment.code_sha256,
        "table": "@",
    }
    # json.dumps would write each cell of the table on a separate line.
    text = _dump(data).replace('"table": "@"', f'"table": {_table_json(figure.table)}')
    path = files[0].with_suffix(".json")
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _table_json(table: pd.DataFrame | None) -> str:
    """A table as JSON, one row per line."""
    if table is None:
        return "null"
    plain = json.loads(table.to_json(orient="split", index=False, double_precision=DECIMALS))
    rows = ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in plain["data"])
    return f'{{\n  "columns": {json.dumps(plain["columns"])},\n  "rows": [\n{rows}\n  ]\n }}'


def read_sidecar(path: Path) -> dict[str, Any]:
    """Read the sidecar of a figure."""
    try:
        return _read_json(path)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; `topics redraw` draws the figures again") from None


def _read_json(path: Path) -> Any:
    """The data of a JSON file that a run wrote."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid JSON ({error}); it was changed after the run") from None


def write_run(folder: Path, record: RunRecord) -> Path:
    """Write ``run.json`` with the digests of all other files in ``folder``, and its own digest last."""
    outputs = {name: file_digest(folder / name) for name in _list_files(folder)}
    data = record.to_dict() | {"outputs": outputs}
    del data["sha256"]
    data["sha256"] = data_digest(data)
    path = folder / RUN_FILE
    path.write_text(_dump(data), encoding="utf-8", newline="\n")
    return path


def read_run(folder: Path) -> RunRecord:
    """Read ``run.json`` of a run folder; InputError if it is missing or incomplete."""
    return RunRecord.from_dict(_read_data(folder), str(folder / RUN_FILE))


def _read_data(folder: Path) -> dict[str, Any]:
    """The data of ``run.json``; only the list of outputs is checked."""
    path = folder / RUN_FILE
    if not path.is_file():
        raise InputError(f"{folder} has no {RUN_FILE}; expected a run folder written by `topics run`")
    data = _read_json(path)
    if not isinstance(data, dict) or not isinstance(data.get("outputs"), dict):
        raise InputError(f"{path} lists no outputs; expected a run folder written by `topics run`")
    return data


def verify(folder: Path) -> list[str]:
    """One line for each file of a run folder that has been changed, removed or added."""
    # The digest is of the data as written, so that runs of older versions, which lack a key, verify too.
    data = _read_data(folder)
    findings = []
    if data.get("sha256") != data_digest({key: value for key, value in data.items() if key != "sha256"}):
        findings.append(f"{RUN_FILE}: changed")
    elif (folder / RUN_FILE).read_bytes() != _dump(data).encode("utf-8"):
        findings.append(f"{RUN_FILE}: changed in its layout")
    present = set(_list_files(folder))
    for name, expected in sorted(data["outputs"].items()):
        if name not in present:
            findings.append(f"{name}: missing")
        elif file_digest(folder / name) != expected:
            findings.append(f"{name}: changed")
    findings += [f"{name}: not part of the run" for name in sorted(present - set(data["outputs"]))]
    return findings


def recorded_files(folder: Path) -> set[str]:
    """The files of a run, as listed in ``run.json``."""
    return {*_read_data(folder)["outputs"], RUN_FILE}


def foreign_files(folder: Path) -> list[str]:
    """Files in ``folder`` that do not belong to a run; all files if there is no run."""
    try:
        recorded = recorded_files(folder)
    except InputError:
        recorded = set()
    present = _list_files(folder)
    if (folder / RUN_FILE).is_file():
        present.append(RUN_FILE)
    return [name for name in present if name not in recorded]


def _list_files(folder: Path) -> list[str]:
    """All files below ``folder`` except ``run.json``, which cannot contain its own digest."""
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(name.as_posix() for name in names if name.as_posix() != RUN_FILE and not LITTER & set(name.parts))


def _dump(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=False) + "\n"
