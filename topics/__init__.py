"""Which themes does each article speak of, how much, how sure are we, and which sentence says so."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from topics import figures
    from topics.articles import read
    from topics.boilerplate import clean
    from topics.codebook import Codebook
    from topics.explorer import explore
    from topics.paragraphs import split
    from topics.run_folder import Run
    from topics.settings import InputError, Settings, TopicsWarning
    from topics.study import Study, run

__all__ = [
    "Codebook", "InputError", "Run", "Settings", "Study", "TopicsWarning", "clean", "explore", "figures", "read",
    "run", "split",
]  # fmt: skip

_ROOMS = {
    "Codebook": "codebook",
    "InputError": "settings",
    "Run": "run_folder",
    "Settings": "settings",
    "Study": "study",
    "TopicsWarning": "settings",
    "clean": "boilerplate",
    "explore": "explorer",
    "read": "articles",
    "run": "study",
    "split": "paragraphs",
}


def __getattr__(name: str) -> Any:
    """Open a room when its name is first used: ``import topics`` itself loads none."""
    if name == "figures":
        return importlib.import_module("topics.figures")
    if name not in _ROOMS:
        raise AttributeError(f"module 'topics' has no attribute {name!r}")
    return getattr(importlib.import_module(f"topics.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
