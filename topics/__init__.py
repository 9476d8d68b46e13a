"""Which themes each article covers, to what extent, how certain that is, and which sentences support it."""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from topics import figures
    from topics.codebook import Codebook, Theme
    from topics.errors import InputError, TopicsWarning
    from topics.explorer import explore
    from topics.reading import clean, split
    from topics.reading import read_pages as read
    from topics.runs import Run, Study
    from topics.runs import run_study as run
    from topics.settings import Settings
    from topics.text import PhraseAnalyzer
    from topics.themes import ThemeModel
    from topics.topic_model import CoherentWords, ConsensusClusters, Embedder, ReadableLabels, create_bertopic

__all__ = [
    "Codebook", "CoherentWords", "ConsensusClusters", "Embedder", "InputError", "PhraseAnalyzer", "ReadableLabels", "Run",
    "Settings", "Study", "Theme", "ThemeModel", "TopicsWarning", "clean", "create_bertopic", "explore", "figures", "read",
    "run", "split",
]  # fmt: skip

_MODULES = {
    "Codebook": "codebook",
    "CoherentWords": "topic_model",
    "ConsensusClusters": "topic_model",
    "Embedder": "topic_model",
    "InputError": "errors",
    "PhraseAnalyzer": "text",
    "ReadableLabels": "topic_model",
    "Run": "runs",
    "Settings": "settings",
    "Study": "runs",
    "Theme": "codebook",
    "ThemeModel": "themes",
    "TopicsWarning": "errors",
    "clean": "reading",
    "create_bertopic": "topic_model",
    "explore": "explorer",
    "read": "reading:read_pages",
    "run": "runs.study",
    "split": "reading",
}


def __getattr__(name: str) -> Any:
    """Import the module of a public name on first use, so that ``import topics`` stays fast."""
    if name == "figures":
        return importlib.import_module("topics.figures")
    if name not in _MODULES:
        raise AttributeError(f"module 'topics' has no attribute {name!r}")
    module, _, attribute = _MODULES[name].partition(":")
    return getattr(importlib.import_module(f"topics.{module}"), attribute or name)


def __dir__() -> list[str]:
    return sorted(__all__)
