"""What went in, what came out: ``run.json``, the figures' sidecars, and verify."""

import hashlib
import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from topics.errors import InputError
from topics.figures.style import Chart
from topics.format import DECIMALS

RUN_FILE = "run.json"
FORMAT = 1
LITTER = {".DS_Store", ".ipynb_checkpoints"}
"""What a file browser or Jupyter leaves behind by itself."""
_NO_INPUT = {"figures", "deposit", "articles", "codebook", "corrections", "topic_edits", "assignments"}
"""Settings that change no result: what is drawn and published, and what files are called."""
_QUOTING = ("corrections", "assignments")
"""What is done by hand and quotes the line that it means."""
_LIBRARIES = (
    "bertopic", "hdbscan", "matplotlib", "numba", "numpy", "pandas", "scikit-learn", "scipy", "sentencex",
    "snowballstemmer", "trafilatura", "umap-learn",
)  # fmt: skip


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_digest() -> str:
    """SHA-256 over the package's own source, which names the revision where there is no git."""
    package = Path(__file__).parents[1]
    total = hashlib.sha256()
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".j2", ".json", ".toml")):
        total.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def environment() -> dict[str, Any]:
    """Versions that decide over bytes, and the platform."""
    return {
        "topics": version(),
        "code_sha256": code_digest(),
        "revision": revision(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
    }


def revision() -> str:
    """The git commit of the code, with ``+`` where it was changed since; empty where git does not know."""
    package = Path(__file__).parents[1]

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(package), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()

    try:
        if not git("ls-files", "__init__.py"):
            return ""
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def version() -> str:
    """Version of this package."""
    return importlib.metadata.version("article-topics")


def fingerprint(record: dict[str, Any]) -> str:
    """SHA-256 of what decides over a run's results: pages, codebook, settings, what was done by hand.

    How figures are drawn and what is published does not count: a run with and without its texts, or redrawn
    for another width, has one fingerprint.
    """
    known = {key: value for key, value in record["settings"].items() if key not in _NO_INPUT}
    inputs = {key: value for key, value in record["inputs"].items() if key != "embeddings"}
    made = record["inputs"]["embeddings"]
    vectors = made["name"], "" if made["name"] == "lsa" else made["model_sha256"] or made["sha256"]
    by_hand = [
        *([one | {"text": ""} for one in record.get(name, [])] for name in _QUOTING),
        record["edits"],
    ]
    return digest_of([known, inputs, vectors, by_hand])


def note(caption: str, record: dict[str, Any], environment: dict[str, Any]) -> str:
    """What is written into the file of a figure, so that it can be traced when it is found alone."""
    title = f"{record['title']}, " if record["title"] else ""
    return f"{caption} {title}run {record['fingerprint'][:16]}, topics {environment['topics']}."


def sidecar(
    name: str,
    figure: Chart,
    files: Sequence[Path],
    inputs: Sequence[Path],
    methods: Sequence[str],
    record: dict[str, Any],
    environment: dict[str, Any],
) -> Path:
    """Write ``NAME.json`` beside the files of a figure: what it shows, of which tables, made by which code.

    Parameters
    ----------
    files, inputs
        The figure's own files, and the tables that it was drawn from.
    methods
        The steps of :func:`topics.report.methods.sentences` that it rests on.
    record, environment
        What ``run.json`` will hold, and what :func:`environment` says.
    """
    data = {
        "figure": name,
        "caption": figure.caption,
        "alt": figure.alt,
        "title": record["title"],
        "fingerprint": record["fingerprint"],
        "seed": record["seed"],
        "methods": list(methods),
        "inputs": {f"tables/{path.name}": digest(path) for path in inputs},
        "files": {path.name: digest(path) for path in sorted(files)},
        "settings": record["settings"],
        "versions": environment["libraries"] | {"topics": environment["topics"], "python": environment["python"]},
        "code_sha256": environment["code_sha256"],
        "table": "@",
    }
    path = files[0].with_suffix(".json")
    path.write_text(
        _dump(data).replace('"table": "@"', f'"table": {_plotted(figure.table)}'), encoding="utf-8", newline="\n"
    )
    return path


def _plotted(table: pd.DataFrame | None) -> str:
    """The plotted table as JSON, a row on a line."""
    if table is None:
        return "null"
    plain = json.loads(table.to_json(orient="split", index=False, double_precision=DECIMALS))
    rows = ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in plain["data"])
    return f'{{\n  "columns": {json.dumps(plain["columns"])},\n  "rows": [\n{rows}\n  ]\n }}'


def read_sidecar(path: Path) -> dict[str, Any]:
    """Read the sidecar of a figure."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; `topics redraw` makes the figures anew") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid JSON ({error}); it was changed after the run") from None


def write_run(folder: Path, data: dict[str, Any]) -> Path:
    """Write ``run.json`` over everything else in ``folder``; its own digest comes last."""
    outputs = {name: digest(folder / name) for name in _listing(folder)}
    body = {"format": FORMAT, **{key: value for key, value in data.items() if key != "sha256"}, "outputs": outputs}
    body["sha256"] = digest_of(body)
    path = folder / RUN_FILE
    path.write_text(_dump(body), encoding="utf-8", newline="\n")
    return path


def read_run(folder: Path) -> dict[str, Any]:
    """Read ``run.json`` of a run folder.

    Raises
    ------
    InputError
        If the folder is not a run folder.
    """
    path = folder / RUN_FILE
    if not path.is_file():
        raise InputError(f"{folder} has no {RUN_FILE}; expected a run folder made by `topics run`")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not valid JSON ({error}); it was changed after the run") from None
    if not isinstance(data, dict) or not isinstance(data.get("outputs"), dict):
        raise InputError(f"{path} lists no outputs; expected a run folder made by `topics run`")
    return data


def verify(folder: Path) -> list[str]:
    """Compare a run folder with its ``run.json``; empty when all is as it was.

    Returns
    -------
    list of str
        One line for each file that was changed, is missing, or was not there.
    """
    data = read_run(folder)
    findings = []
    if data.get("sha256") != digest_of({key: value for key, value in data.items() if key != "sha256"}):
        findings.append(f"{RUN_FILE}: changed")
    elif (folder / RUN_FILE).read_bytes() != _dump(data).encode("utf-8"):
        findings.append(f"{RUN_FILE}: changed in its layout")
    present = set(_listing(folder))
    for name, expected in sorted(data["outputs"].items()):
        if name not in present:
            findings.append(f"{name}: missing")
        elif digest(folder / name) != expected:
            findings.append(f"{name}: changed")
    findings += [f"{name}: not part of the run" for name in sorted(present - set(data["outputs"]))]
    return findings


def foreign(folder: Path) -> list[str]:
    """Files in ``folder`` that are no part of a run; all of them where there is no run."""
    try:
        known = {*read_run(folder)["outputs"], RUN_FILE}
    except InputError:
        known = set()
    present = [*_listing(folder), *([RUN_FILE] if (folder / RUN_FILE).is_file() else [])]
    return [name for name in present if name not in known]


def _listing(folder: Path) -> list[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(name.as_posix() for name in names if name.as_posix() != RUN_FILE and not LITTER & set(name.parts))


def _dump(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def digest_of(data: Any) -> str:
    """SHA-256 of plain data, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()
