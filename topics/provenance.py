"""What went in, what came out: ``run.json``, the figures' sidecars, and verify."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

from topics.settings import InputError

RUN_FILE = "run.json"
FORMAT = 1
LITTER = {".DS_Store", ".ipynb_checkpoints"}
"""What a file browser or Jupyter leaves behind by itself."""
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
    package = Path(__file__).parent
    total = hashlib.sha256()
    for path in sorted(p for p in package.rglob("*") if p.suffix in (".py", ".j2")):
        total.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def environment() -> dict[str, Any]:
    """Versions that decide over bytes, and the platform."""
    return {
        "topics": version(),
        "code_sha256": code_digest(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "libraries": {name: importlib.metadata.version(name) for name in _LIBRARIES},
    }


def version() -> str:
    """Version of this package."""
    return importlib.metadata.version("article-topics")


def sidecar(name: str, caption: str, alt: str, folder: Path, inputs: list[str], known: dict[str, Any]) -> Path:
    """Write ``figures/NAME.json``: what the figure shows, of which tables, made by which code."""
    data = {
        "figure": name,
        "caption": caption,
        "alt": alt,
        "inputs": {f"tables/{table}.csv": digest(folder / "tables" / f"{table}.csv") for table in inputs},
        "files": {
            path.name: digest(path) for path in sorted((folder / "figures").glob(f"{name}.*")) if path.suffix != ".json"
        },
        **known,
    }
    path = folder / "figures" / f"{name}.json"
    path.write_text(_dump(data), encoding="utf-8")
    return path


def write_run(folder: Path, data: dict[str, Any]) -> Path:
    """Write ``run.json`` over everything else in ``folder``; its own digest comes last."""
    outputs = {name: digest(folder / name) for name in _listing(folder)}
    body = {"format": FORMAT, **data, "outputs": outputs}
    body["sha256"] = _own_digest(body)
    path = folder / RUN_FILE
    path.write_text(_dump(body), encoding="utf-8")
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
    if data.get("sha256") != _own_digest({key: value for key, value in data.items() if key != "sha256"}):
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


def _own_digest(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode("utf-8")).hexdigest()
