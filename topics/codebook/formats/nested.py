"""Nested lists, as JSON and YAML have them -> categories."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from topics.codebook.formats.convert import MAX_DEPTH
from topics.codebook.formats.layouts import read_rows, split_list
from topics.codebook.formats.registry import Category, Dictionary, File
from topics.codebook.model import Codebook, from_dict
from topics.errors import InputError

_SHAPES = 'expected {"theme": ["keyword", …]}'


class _TooDeepError(Exception):
    pass


def merge_pairs(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A dictionary; the values of a key that occurs more than once are joined."""
    merged: dict[str, Any] = {}
    for key, value in pairs:
        merged[key] = [*_as_list(merged[key]), *_as_list(value)] if key in merged else value
    return merged


def from_nested(data: Any, file: File, wildcards: str = "*") -> Dictionary | Codebook:
    """A dictionary from nested data; a codebook if the data have the shape of ``codebook.toml``.

    A text with commas is a list. What stands in a category beside inner ones, or under an empty
    name, belongs to the category itself.
    """
    if isinstance(data, dict) and isinstance(data.get("codebook"), dict) and "theme" in data["codebook"]:
        data = data["codebook"]  # a run.json
    themes = data.get("theme", data.get("themes")) if isinstance(data, dict) else data
    if isinstance(themes, list) and themes and all(isinstance(entry, dict) for entry in themes):
        if all("name" in entry for entry in themes):
            title = data.get("title") or "" if isinstance(data, dict) else ""
            return from_dict({"title": title, "theme": themes}, file.name)
        if isinstance(data, list) and all(not isinstance(cell, dict) for row in data for cell in row.values()):
            header = list(dict.fromkeys(str(key) for row in data for key in row))
            rows = [[_cell(row.get(key)) for key in header] for row in data]
            return read_rows(header, rows, file.name)
    if not isinstance(data, dict) or not data:
        raise InputError(f"{file.name} is a {type(data).__name__} without themes; {_SHAPES}")
    found = Dictionary([], wildcards=wildcards)
    try:
        whole = _category(Path(file.name).stem, data, found, 0)
    except _TooDeepError:
        raise InputError(f"{file.name}: categories are nested more than {MAX_DEPTH} deep; {_SHAPES}") from None
    found.categories = whole.children
    if whole.entries:
        found.categories.insert(0, Category(whole.name, whole.entries))
    return found


def _category(name: str, value: Any, found: Dictionary, depth: int) -> Category:
    if depth > MAX_DEPTH:
        raise _TooDeepError
    category = Category(name)
    for item in _as_list(value):
        if isinstance(item, Mapping):
            for key, inner in item.items():
                child = _category(str(key), inner, found, depth + 1)
                if child.name.strip():
                    category.children.append(child)
                else:
                    category.entries += child.entries
                    category.children += child.children
        elif isinstance(item, list):
            inner = _category(name, item, found, depth + 1)
            category.entries += inner.entries
            category.children += inner.children
        elif isinstance(item, bool):
            found.unusable.append((f"{name}: {str(item).lower()}", "is no text"))
        elif item is not None:
            category.entries += split_list(str(item)) if not isinstance(value, list) else [str(item)]
    return category


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return "" if value is None else str(value)
