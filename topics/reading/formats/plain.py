"""Plain text and Markdown, with front matter."""

import re
from typing import Any

import yaml

from topics.errors import InputError
from topics.reading.document import FIELDS, Contents, Document, Source
from topics.reading.formats.registry import reads
from topics.reading.formats.typesetting import mend_line_ends, plain_letters
from topics.reading.values import as_text

_PROSE = 100
"""Minimum length of a value between two rules that is a paragraph rather than metadata."""
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.S)


@reads(".txt")
def read_text(source: Source) -> Contents:
    """A text file: one article, in which words broken at the ends of lines are joined, as in text from a PDF."""
    text, mended = source.decoded()
    notes: tuple[str, ...] = ()
    if source.reading.mend:
        text, joined = mend_line_ends(plain_letters(text))
        notes = ("words broken at the ends of lines were joined",) if joined else ()
    return Contents("text", (Document(text, mended=mended, notes=notes),))


@reads(".md")
def read_markdown(source: Source) -> Contents:
    """A Markdown file: one article, whose front matter is metadata."""
    text, mended = source.decoded()
    document = Document(text, mended=mended, markdown=True)
    match = _FRONT_MATTER.match(text)
    data = _front_matter(match.group(1), source.name) if match else None
    if match and isinstance(data, dict) and _is_metadata(data):
        fields = {str(key): as_text(value) for key, value in data.items()}
        document = Document(text, fields, body_start=match.end(), markdown=True, mended=mended)
    return Contents("Markdown", (document,))


def _front_matter(block: str, name: str) -> Any:
    try:
        return yaml.safe_load(block)
    except Exception as error:  # also raised by impossible dates and deep nesting
        mark = getattr(error, "problem_mark", None)
        reason = (getattr(error, "problem", "") or type(error).__name__) + (f", line {mark.line + 2}" if mark else "")
        raise InputError(f"{name}: the front matter is not valid YAML ({reason}); expected lines such as title: …") from None


def _is_metadata(data: dict[Any, Any]) -> bool:
    """Whether the block between two rules is metadata; YAML also parses prose such as "Note: …" as a mapping."""
    has_prose = any(isinstance(value, str) and len(value) > _PROSE for value in data.values())
    return not has_prose or any(key in data for key in FIELDS)
