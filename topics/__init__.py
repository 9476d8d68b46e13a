"""Which themes does each article speak of, how much, how sure are we, and which sentence says so."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from topics import figures
    from topics.codebook import Codebook
    from topics.errors import InputError, TopicsWarning
    from topics.explorer import explore
    from topics.reading import clean, split
    from topics.reading import read_pages as read
    from topics.runs import Run, Study
    from topics.runs import run_study as run
    from topics.settings import Settings

__all__ = [
    "Codebook", "InputError", "Run", "Settings", "Study", "TopicsWarning", "clean", "explore", "figures", "read",
    "run", "split",
]  # fmt: skip

_ROOMS = {
    "Codebook": "codebook",
    "InputError": "errors",
    "Run": "runs",
    "Settings": "settings",
    "Study": "runs",
    "TopicsWarning": "errors",
    "clean": "reading",
    "explore": "explorer",
    "read": "reading:read_pages",
    "run": "runs.study",
    "split": "reading",
}


def __getattr__(name: str) -> Any:
    """Open a room when its name is first used: ``import topics`` itself loads none."""
    if name == "figures":
        return importlib.import_module("topics.figures")
    if name not in _ROOMS:
        raise AttributeError(f"module 'topics' has no attribute {name!r}")
    room, _, inside = _ROOMS[name].partition(":")
    return getattr(importlib.import_module(f"topics.{room}"), inside or name)


def __dir__() -> list[str]:
    return sorted(__all__)
