"""The notebooks as people meet them: JupyterLab in a real browser, offline, all cells run from the menu.

``TOPICS_SCREENSHOTS=folder`` keeps a picture of each notebook there.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
from conftest import ROOT, until, write_study
from nbformat.v4 import new_code_cell, new_notebook
from playing import NOTEBOOKS, Place, unexpected

from topics.coding import draw_sheet, write_sheet
from topics.runs import Run

CONFIG = """
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
c.FileContentsManager.checkpoints_kwargs = {"root_dir": CHECKPOINTS}
"""
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
SIZE = {"width": 1400, "height": 900}
HERE = ("127.0.0.1", "localhost")
RUNNING = re.compile(r"\[(?:\*| |\xa0|)\]:")
IDLE = re.compile(r"\| Idle$")


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs."""

    address: str
    token: str
    folder: Path

    def ask(self, path: str, method: str = "GET") -> Any:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.address}/api/{path}", headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or "null")

    def answers(self) -> bool:
        try:
            return "started" in self.ask("status")
        except (urllib.error.URLError, ConnectionError):
            return False

    def ready(self) -> bool:
        kernels = self.ask("kernels")
        return bool(kernels) and all(one["execution_state"] == "idle" and one["connections"] for one in kernels)

    def close_kernels(self) -> None:
        for kernel in self.ask("kernels"):
            self.ask(f"kernels/{kernel['id']}", "DELETE")


Open = Callable[[str], Any]


@pytest.fixture(scope="module")
def place(small_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("lab")
    place = Place(folder, write_study(folder / "study"))
    shutil.copytree(small_run.folder, place.out)
    (place.study / "sheets").mkdir()
    for coder, theme in (("anna", "bread"), ("ben", "stars")):
        sheet = draw_sheet(small_run.paragraphs, small_run.themes, small_run.codebook, 20, 1).assign(primary=theme)
        write_sheet(sheet, small_run.codebook, place.study / "sheets" / f"{coder}.csv")
    return place


@pytest.fixture(scope="module")
def lab(browser: Any, place: Place) -> Iterator[Lab]:
    """JupyterLab on a copy of the notebooks, with settings of its own and none of this machine's user."""
    pytest.importorskip("jupyterlab", reason="jupyterlab is not installed")
    folder = place.folder / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns("html", "run", ".*"))
    environment = os.environ | place.environment | _settings(place.folder)
    with socket.socket() as free:
        free.bind((HERE[0], 0))
        port = free.getsockname()[1]
    lab = Lab(f"http://{HERE[0]}:{port}", secrets.token_hex(16), folder)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.ip={HERE[0]}", f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={folder}",
        *(["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),
    ]  # fmt: skip
    log = place.folder / "lab.log"
    with log.open("w") as said, subprocess.Popen(command, env=environment, stdout=said, stderr=said, cwd=folder) as server:
        try:
            until(lambda: server.poll() is not None or lab.answers(), 90, "JupyterLab never answered")
            assert server.poll() is None, log.read_text()
            yield lab
            lab.close_kernels()
        finally:
            server.terminate()


def _settings(folder: Path) -> dict[str, str]:
    config, settings = folder / "jupyter" / "config", folder / "jupyter" / "settings"
    config.mkdir(parents=True)
    written = CONFIG.replace("CHECKPOINTS", repr(str(folder / "jupyter" / "checkpoints")))
    (config / "jupyter_lab_config.py").write_text(written, encoding="utf-8")
    for name, values in SETTINGS.items():
        file = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    return {"JUPYTERLAB_SETTINGS_DIR": str(settings), "JUPYTERLAB_WORKSPACES_DIR": str(folder / "jupyter" / "workspaces")}


@pytest.fixture(scope="module")
def window(browser: Any) -> Iterator[Any]:
    """A window of the browser, which keeps what it has loaded from one notebook to the next."""
    window = browser.new_context(viewport=SIZE)
    yield window
    window.close()


@pytest.fixture
def notebook(window: Any, lab: Lab, tmp_path: Path) -> Iterator[Open]:
    """Opens a notebook in JupyterLab; in the end nothing may have gone wrong, and nothing may have been asked of a host."""
    problems: list[str] = []
    opened: list[tuple[Any, str]] = []

    def foreign(one: Any) -> None:
        if urlsplit(one.url).scheme in ("http", "https", "ws", "wss") and urlsplit(one.url).hostname not in HERE:
            problems.append(f"request: {one.url}")

    def open_(name: str) -> Any:
        page = window.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("request", foreign)
        page.on("websocket", foreign)
        page.goto(f"{lab.address}/lab/tree/{name}?token={lab.token}&reset")
        opened.append((page, name))
        page.get_by_text(IDLE).wait_for()  # else a dialog asks which kernel to start
        until(lab.ready, 60, "the kernel never came up")
        page.get_by_text(IDLE).wait_for()
        return page

    yield open_
    folder = Path(os.environ.get("TOPICS_SCREENSHOTS", tmp_path))
    folder.mkdir(parents=True, exist_ok=True)
    for page, name in opened:
        picture(page, folder / f"{Path(name).stem}.png")
        page.close()
    lab.close_kernels()
    assert problems == []


def picture(page: Any, file: Path) -> None:
    """The notebook from top to bottom."""
    inside = page.locator(".jp-Notebook .jp-WindowedPanel-viewport").first
    height = inside.evaluate("cells => cells.scrollHeight") if inside.count() else SIZE["height"]
    page.set_viewport_size({"width": SIZE["width"], "height": min(height + 150, 16_000)})
    page.locator(".jp-WindowedPanel-outer").evaluate_all("panels => panels.forEach(panel => panel.scrollTo(0, 0))")
    page.wait_for_timeout(300)
    page.screenshot(path=file)


def run_all(page: Any, warned: set[str] = frozenset(), seconds: int = 240) -> None:
    """Run > Run All Cells, until all have run or one has shown more than the warnings of the run."""
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile("^Run All Cells$")).click()
    for _ in range(5 * seconds):
        page.wait_for_timeout(200)
        if errors(page, warned) or not waiting(page):
            break
    assert errors(page, warned) == []
    assert waiting(page) == []
    page.get_by_text(IDLE).wait_for()


def waiting(page: Any) -> list[str]:
    """The cells that have not run."""
    return [text for text in page.locator(".jp-CodeCell .jp-InputArea-prompt").all_inner_texts() if RUNNING.search(text)]


def errors(page: Any, warned: set[str] = frozenset()) -> list[str]:
    """What was written to stderr, and errors, which JupyterLab shows in the same way."""
    noise = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").all_inner_texts()
    return [left for text in noise if (left := unexpected(text, warned))]


def widths(page: Any) -> list[int]:
    """How wide each picture among the outputs is, in its own pixels."""
    return page.locator(".jp-OutputArea-output img").evaluate_all("images => images.map(image => image.naturalWidth)")


def test_a_notebook_runs_in_jupyterlab(notebook: Open, place: Place) -> None:
    path = NOTEBOOKS[0]
    page = notebook(path.name)
    run_all(page, place.warned)
    code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    drawn = widths(page)
    assert len(drawn) >= len(re.findall(r"\.figure\(|figures\.\w+\(|Image\(", code))
    assert page.locator(".topics-explorer").count() == code.count("topics.explore(")
    assert all(width > 100 for width in drawn)


def test_explorer_in_jupyterlab(notebook: Open, lab: Lab, small_run: Run, tmp_path: Path) -> None:
    study = write_study(tmp_path / "study")
    shutil.copytree(small_run.folder, study / "run")
    cells = [f"import topics\n\nrun = topics.Run({str(study / 'run')!r})", "topics.explore(run)"]
    made = new_notebook(cells=[new_code_cell(source) for source in cells], metadata=KERNEL)
    nbformat.write(made, lab.folder / "explorer.ipynb")
    page = notebook("explorer.ipynb")
    run_all(page)
    explorer = page.locator(".topics-explorer")
    block = explorer.locator("button.block").first
    block.click()
    read = explorer.locator("[data-part=read]")
    said = small_run.paragraphs.set_index("paragraph_id")["text"][block.get_attribute("data-paragraph")]
    read.get_by_text(said[:20]).first.wait_for()

    explorer.locator("[data-part=themes-of-paragraph] summary").click()
    explorer.locator(".line input[type=checkbox]").last.click()
    explorer.locator("[data-action=save]").click()
    until(lambda: (study / "assignments.csv").is_file(), 20, "no assignments.csv in the study's folder")

    explorer.get_by_label("New keyword").fill("cloth")
    explorer.locator("[data-action=add-keyword]").click()
    until(lambda: "cloth" in (study / "codebook.toml").read_text(encoding="utf-8"), 20, "no new keyword in codebook.toml")

    message = explorer.locator("[data-part=message]")
    before = message.inner_text()
    explorer.locator("[data-action=rerun]").click()
    until(lambda: "cloth" in (study / "run" / "run.json").read_text(encoding="utf-8"), 180, "the study was not run again")
    until(lambda: message.inner_text() not in ("", before), 20, "the explorer never said that it has run again")
    assert errors(page) == []
