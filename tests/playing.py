"""Notebooks, read and run as a reader would, and what is wrong with them."""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import claims
import nbformat
from conftest import ROOT
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbclient.util import run_sync
from nbstripout import strip_output

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PARAMETERS = {"STUDY", "CODEBOOK", "HOME", "OUT"}
LONGEST_CELL, WIDEST_LINE = 15, 100
WARNINGS = """
import warnings

from topics import TopicsWarning

warnings.filterwarnings("error", module=r"topics(\\.|$)")
warnings.filterwarnings("always", category=TopicsWarning)
"""
"""What a kernel is told first: a warning that our code causes is an error, what `topics` says to its user is shown."""

_WORTH = """__import__("json").dumps((lambda value:
    bool(value) if type(value).__name__ in ("bool", "bool_")
    else str(value) if isinstance(value, (str, __import__("numbers").Number))
    else {{"type": type(value).__name__}})({expression}))"""


@dataclass(frozen=True)
class Place:
    """Where notebooks are run: on which study, with which folders, and with no setting of this machine's user."""

    folder: Path
    study: Path
    codebook: Path | None = None

    @property
    def out(self) -> Path:
        return self.folder / "run"

    @property
    def environment(self) -> dict[str, str]:
        startup = self.folder / "ipython" / "profile_default" / "startup"
        startup.mkdir(parents=True, exist_ok=True)
        (startup / "00-warnings.py").write_text(WARNINGS, encoding="utf-8")
        codebook = {"TOPICS_CODEBOOK": str(self.codebook)} if self.codebook else {}
        jupyter = {
            f"JUPYTER_{kind}_DIR": str(self.folder / "jupyter" / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")
        }
        return {
            "TOPICS_STUDY": str(self.study),
            "TOPICS_OUT": str(self.out),
            "TOPICS_HOME": str(self.folder / "home"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            "JUPYTER_PATH": "",
            **jupyter,
            **codebook,
        }

    @property
    def warned(self) -> set[str]:
        """What the runs made here say that is to be known of them."""
        records = [json.loads(file.read_text(encoding="utf-8")) for file in self.folder.rglob("run.json")]
        return {note for record in records for note in record["warnings"]}


def play(path: Path, place: Place, *, checked: bool = False) -> nbformat.NotebookNode:
    """Run a notebook whole in a fresh kernel.

    Parameters
    ----------
    path
        The notebook; its folder is where it runs.
    place
        Where and on what.
    checked
        Hold the claims of its prose against the run, and allow no warning at all.

    Raises
    ------
    AssertionError
        If a cell fails, something is shown that should not be, prose is not true, or a file is left behind.
    """
    notebook = nbformat.read(path, as_version=4)
    where = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, kernel_name="python3", timeout=300, record_timing=False, resources=where)
    wrong: list[str] = []
    with unchanged(path.parent), client.setup_kernel(env=os.environ | place.environment):
        for number, cell in enumerate(notebook.cells, 1):
            here = f"{path.name}, cell {number}"
            try:
                client.execute_cell(cell, number - 1)
            except CellExecutionError as error:
                raise AssertionError(f"{here}: {error.ename}: {error.evalue}\n{cell.source}") from None
            noise = unexpected(stderr(cell), set() if checked else place.warned)
            wrong += [f"{here} shows: {noise}"] if noise else []
            if checked and cell.cell_type == "markdown":
                wrong += [f"{here}: {problem}" for problem in _untrue(client, cell.source)]
    if not provenance_shown(notebook, place.out):
        wrong.append(f"{path.name}: its last cell shows neither fingerprint nor seed of the run")
    assert not wrong, "\n".join(wrong)
    return notebook


def _untrue(client: NotebookClient, source: str) -> list[str]:
    values: dict[str, claims.Value] = {}
    for claim in claims.parse(source):
        if claim.expression != claims.FIXED:
            value = _worth(client, claim.expression)
            if isinstance(value, dict):
                return [f"the claim {claim.expression} is no number, no text and no statement, but {value['type']}"]
            values[claim.expression] = value
    return claims.compare(source, values)


def _worth(client: NotebookClient, expression: str) -> Any:
    """What an expression is worth in the notebook's own kernel; for one that fails, the error."""
    code = _WORTH.format(expression=expression)
    reply = run_sync(client.kc.execute_interactive)("", silent=True, user_expressions={"claim": code}, timeout=60)
    answer = reply["content"]["user_expressions"]["claim"]
    if answer["status"] != "ok":
        return {"type": f"{answer['ename']}: {answer['evalue']}"}
    return json.loads(ast.literal_eval(answer["data"]["text/plain"]))


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def shown(outputs: list[nbformat.NotebookNode]) -> str:
    """The text of outputs, those in HTML included."""
    return "\n".join(
        str(text)
        for output in outputs
        for text in (output.get("text", ""), *(output.get("data", {}).get(f"text/{kind}", "") for kind in ("plain", "html")))
    )


def stderr(cell: nbformat.NotebookNode) -> str:
    return "".join(output.text for output in cell.get("outputs", []) if output.get("name") == "stderr")


def unexpected(noise: str, expected: set[str]) -> str:
    """What is left of ``noise`` without the warnings of `topics` that are expected."""
    for warning in expected:
        noise = re.sub(rf"^.*: TopicsWarning: {re.escape(warning)}\n(?:  .*\n?)?", "", noise, flags=re.M)
    return noise.strip()


def provenance_shown(notebook: nbformat.NotebookNode, out: Path) -> bool:
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    text = shown(notebook.cells[-1].get("outputs", []))
    return record["fingerprint"][:8] in text or bool(re.search(rf"seed\W.*?\b{record['seed']}\b", text, flags=re.S))


@contextmanager
def unchanged(folder: Path) -> Iterator[None]:
    """What happens within leaves no file behind: none that git sees, and none in ``folder`` that it ignores."""
    before = _status(), _files(folder)
    yield
    after = _status(), _files(folder)
    assert after[0] == before[0], f"git status is not what it was:\n{after[0]}"
    assert after[1] == before[1], f"left behind: {', '.join(sorted(after[1] ^ before[1]))}"


def _status() -> str:
    """What git says of what a notebook may write: a new file anywhere, a change in its folder or in the sample study."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return ""
    done = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    return "\n".join(line for line in done.stdout.splitlines() if line.startswith(("??", " M notebooks", " M data", " D")))


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def form(path: Path) -> list[str]:
    """What is wrong with a notebook as it lies there."""
    notebook = nbformat.read(path, as_version=4)
    wrong = [*_as_a_file(path, notebook), *_as_a_text(notebook), *_parameters(notebook)]
    for number, cell in enumerate(notebook.cells, 1):
        check = _of_prose if cell.cell_type == "markdown" else _of_code
        wrong += [f"cell {number}: {problem}" for problem in check(cell.source)]
    return [f"{path.name}: {problem}" for problem in wrong]


def _as_a_file(path: Path, notebook: nbformat.NotebookNode) -> Iterator[str]:
    try:
        nbformat.validate(json.loads(path.read_text(encoding="utf-8")))
    except nbformat.ValidationError as error:
        yield f"is no valid notebook: {error.message}"
    if strange := set(notebook.metadata) - {"kernelspec", "language_info"}:
        yield f"carries metadata: {', '.join(sorted(strange))}"
    for number, cell in enumerate(notebook.cells, 1):
        if "id" not in cell:
            yield f"cell {number} has no id"
        if strange := set(cell.metadata) - {"tags"}:
            yield f"cell {number} carries metadata: {', '.join(sorted(strange))}"
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield f"cell {number} has outputs; make fix takes them out"
    if not _stripped(notebook):
        yield "is not as nbstripout leaves it; make fix"


def _stripped(notebook: nbformat.NotebookNode) -> bool:
    copied = copy.deepcopy(notebook)
    return strip_output(copied, keep_output=False, keep_count=False, keep_id=False) == notebook


def _as_a_text(notebook: nbformat.NotebookNode) -> Iterator[str]:
    first, last = notebook.cells[0], notebook.cells[-1]
    if first.cell_type != "markdown" or not first.source.startswith("# "):
        yield "begins with no title"
    if "In this notebook" not in first.source or "?" not in first.source:
        yield "opens without its question, or without what is done “In this notebook”"
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    if len(re.findall(r"^# ", prose, flags=re.M)) > 1:
        yield "has more than one title"
    end = [cell.source for cell in notebook.cells[-4:] if cell.cell_type == "markdown"]
    if not any(re.search("^## What we have seen", source, flags=re.M) for source in end):
        yield "does not say near its end “## What we have seen”"
    if last.cell_type != "code" or not re.search("fingerprint|seed|provenance", last.source):
        yield "does not end with where its numbers come from"


def _parameters(notebook: nbformat.NotebookNode) -> Iterator[str]:
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        yield f"has {len(tagged)} cells tagged parameters; expected one"
        return
    lines = [line for line in ast.parse(tagged[0].source).body if not isinstance(line, ast.Import | ast.ImportFrom)]
    named = [line.targets[0].id for line in lines if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)]
    if len(named) < len(lines):
        yield "does something else in its cell of parameters than assign them"
    if missing := PARAMETERS - set(named):
        yield f"has no parameter {', '.join(sorted(missing))}"


def _of_code(source: str) -> Iterator[str]:
    lines = source.splitlines()
    if len(lines) > LONGEST_CELL:
        yield f"{len(lines)} lines; at most {LONGEST_CELL}"
    for line in lines:
        if len(line) > WIDEST_LINE:
            yield f"a line of {len(line)} characters; at most {WIDEST_LINE}: {line}"


def _of_prose(source: str) -> Iterator[str]:
    for expression in claims.ill_formed(source):
        yield f"<!-- {expression} --> is no expression"
    for number in claims.untied(source):
        yield f"{number} is tied to nothing; behind it, say where it comes from: <!-- expression -->, or <!-- fixed -->"
