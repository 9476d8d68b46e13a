"""``codebook.toml``: write one, and add keywords to one."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tomlkit

from topics.codebook.keywords import check_keyword, is_expression, normalise
from topics.codebook.load import load
from topics.codebook.model import EVERY_LANGUAGE, Codebook, Theme, to_dict
from topics.errors import InputError
from topics.files import open_toml, replace_file, toml_value, write_toml

_WIDTH = 100


def add_keyword(path: Path, theme: str, keyword: str) -> None:
    """Add a keyword to a theme in ``codebook.toml``; comments and layout are preserved.

    In a theme with keywords by language, it is added to those for every language.

    Raises
    ------
    InputError
        If the file is not TOML, there is no such theme, it has the keyword already, or the keyword is invalid.
    """
    if path.suffix.lower() != ".toml":
        raise InputError(
            f"{path.name} is not TOML, so keywords cannot be added; convert it:"
            f' Codebook.load("{path.name}").save("codebook.toml"), and set codebook = "codebook.toml" in study.toml'
        )
    themes = {entry.name: entry for entry in load(path).themes}
    keyword = normalise(" ".join(keyword.split()))
    if theme not in themes:
        raise InputError(f"no theme {theme!r} in the codebook; expected one of {', '.join(themes)}")
    if keyword.casefold() in map(str.casefold, themes[theme].keywords):
        raise InputError(f"{themes[theme].label} already has the keyword {keyword!r}")
    check_keyword(keyword, path.name)
    # The document, unlike the parsed themes, preserves comments and layout.
    document = open_toml(path)
    entry = next(entry for entry in document["theme"] if normalise(entry["name"]) == theme)
    keywords = entry.setdefault("keywords", [])
    (keywords.setdefault(EVERY_LANGUAGE, []) if isinstance(keywords, dict) else keywords).append(keyword)
    write_toml(path, document)


def save(codebook: Codebook, path: Path) -> Path:
    """Write a codebook as a new TOML file."""
    if path.suffix.lower() != ".toml":
        raise InputError(f"{path} ends in {path.suffix!r}; a codebook is saved as .toml")
    if path.exists():
        raise InputError(f"{path} exists already; choose another name, or remove it")
    replace_file(path, codebook_toml(codebook).encode("utf-8"))
    return path


def codebook_toml(codebook: Codebook) -> str:
    """The content of ``codebook.toml``; what could not be read from another format stands in comments."""
    lines = [f"# {' '.join(note.split())}" for note in codebook.notes]
    if codebook.title:
        lines.append(f"title = {toml_value(codebook.title)}")
    if codebook.source:
        lines.append(f"source = {toml_value(codebook.source)}")
    for theme, entry in zip(codebook.themes, to_dict(codebook)["theme"], strict=True):
        lines += ["", "[[theme]]", *_theme_lines(theme, entry)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _theme_lines(theme: Theme, entry: dict[str, Any]) -> Iterable[str]:
    for key, value in entry.items():
        if key == "label" and value == theme.name:
            continue
        if key == "keywords" and isinstance(value, dict):
            for language, words in value.items():
                yield f"keywords.{toml_value(language) if language == EVERY_LANGUAGE else language} = {_array(words)}"
        elif isinstance(value, list):
            if value:
                yield f"{key} = {_array(value)}"
        elif value:
            yield f"{key} = {toml_value(value)}"


def _array(values: list[str]) -> str:
    """An array of strings, in lines of a readable length."""
    items = list(map(_string, values))
    if sum(map(len, items)) + 2 * len(items) < _WIDTH:
        return f"[{', '.join(items)}]"
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) > _WIDTH:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else '  '}{item},"
    return "\n".join(["[", *lines, "]"])


def _string(value: str) -> str:
    # in double quotes, the backslashes of an expression would have to be doubled
    literal = is_expression(value) and "\\" in value and "'" not in value and value.isprintable()
    return tomlkit.string(value, literal=True).as_string() if literal else toml_value(value)
