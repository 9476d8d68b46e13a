"""Every notebook runs whole in a fresh kernel, on the sample study, and shows what its prose promises."""

import os
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, write_study
from nbclient import NotebookClient

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def execute(path: Path, study: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> nbformat.NotebookNode:
    monkeypatch.setenv("TOPICS_STUDY", str(study))
    monkeypatch.setenv("TOPICS_OUT", str(out))
    monkeypatch.setenv("PYTHONWARNINGS", os.environ.get("PYTHONWARNINGS", ""))
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, kernel_name="python3", timeout=300, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    )
    return client.execute()


def outputs(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_on_the_sample_study(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = execute(path, ROOT / "data" / "russia-china", tmp_path / "run", monkeypatch)
    shown = outputs(done)
    assert sum("image/png" in output.get("data", {}) for output in shown) >= 4, "the figures are drawn"
    assert not [output.text for output in shown if output.get("name") == "stderr"], "no warning, no noise"
    last = done.cells[-1].outputs[0].data["text/plain"]
    assert "files changed since the run" in last
    assert last.rstrip().endswith("0")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_on_another_study(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = execute(path, write_study(tmp_path / "study"), tmp_path / "run", monkeypatch)
    assert any("On bread, part 1" in str(output.get("data", "")) for output in outputs(done))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_opens_with_its_question_and_a_parameters_cell(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert notebook.cells[0].cell_type == "markdown"
    assert "In this notebook" in notebook.cells[0].source
    assert "?" in notebook.cells[0].source
    assert [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
