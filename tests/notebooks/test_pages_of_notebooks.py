"""What `make notebooks` writes: pages that open offline."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
WIDGET = {
    "application/vnd.jupyter.widget-view+json": {"model_id": "1", "version_major": 2, "version_minor": 0},
    "text/html": '<p id="instead">six articles</p>',
    "text/plain": "Explorer()",
}


def test_a_page_opens_offline_and_shows_a_widget_as_html(browser: Any, tmp_path: Path) -> None:
    file = page_of(
        tmp_path,
        new_markdown_cell("# Small\n\nThere are 6<!-- len(run.articles) --> articles."),
        new_code_cell("explore(run)", outputs=[new_output("display_data", WIDGET)]),
        new_code_cell(
            "run.figure('ribbon')", outputs=[new_output("display_data", {"image/png": DOT, "text/plain": "Chart"})]
        ),
    )
    asked: list[str] = []
    problems: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(file.as_uri(), wait_until="networkidle")
    assert [address for address in asked if address != file.as_uri() and not address.startswith("data:")] == []
    assert problems == []
    assert "There are 6 articles." in page.inner_text("main")
    assert page.inner_text("#instead") == "six articles"
    assert page.locator("img").evaluate_all("images => images.map(image => image.naturalWidth)") == [1]
    page.close()


def page_of(folder: Path, *cells: nbformat.NotebookNode) -> Path:
    """Written as the Makefile has it written, but for the cells, which have run already."""
    (line,) = [line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "-m nbconvert" in line]
    config = ROOT / line.split("--config ")[1].split()[0]
    nbformat.write(new_notebook(cells=list(cells)), folder / "small.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--config", str(config), "--to", "html", "small.ipynb"]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder), "JUPYTER_DATA_DIR": str(folder)}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=120)
    return folder / "small.html"
