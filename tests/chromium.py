"""What the tests of pages in Chromium share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

EVIL = """<script>window.hacked=1</script>"><img src=x onerror="window.hacked=2">'"""


def until(page: Any, holds: Callable[[], bool]) -> None:
    """Wait for what the page does in its own time; its own waiting would need eval, which the page forbids."""
    for _ in range(250):
        if holds():
            return
        page.wait_for_timeout(20)
    raise AssertionError("the page never came to that")


def violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

    found = axe.Axe().run(page).response
    assert len(found["passes"]) > 10, "axe looked at the page"
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found["violations"]]
