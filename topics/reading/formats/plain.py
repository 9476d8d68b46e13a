"""Plain text and Markdown, with front matter."""

import re
import tomllib
from typing import Any

import yaml

from topics.errors import InputError
from topics.reading.columns import usual_fields
from topics.reading.document import FIELDS, Contents, Document, Source
from topics.reading.formats.registry import reads
from topics.reading.formats.typesetting import mend_line_ends, plain_letters
from topics.reading.values import as_text

_PROSE = 100
"""Minimum length of a value between two rules that is a paragraph rather than metadata."""
_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n\1[ \t]*(?:\n|\Z)", re.S)
"""A block of YAML, or of TOML between ``+++``."""
_HEAD = re.compile(r"((?:[^\W\d_][\w .-]{1,30}:[ \t]+\S[^\n]{0,200}\n){2,20})[ \t]*(?:\n|\Z)")


@reads(".txt")
def read_text(source: Source) -> Contents:
    """A text file: one article, in which words broken at the ends of lines are joined, as in text from a PDF."""
    text, mended = source.decoded()
    notes: tuple[str, ...] = ()
    if source.reading.mend:
        text, joined = mend_line_ends(plain_letters(text))
        notes = ("words broken at the ends of lines were joined",) if joined else ()
    try:
        fields, start = _front_matter(text, source.name)
    except InputError:
        fields, start = {}, 0  # a text may begin with a rule
    if not set(fields) & set(FIELDS):
        fields, start = _head(text)
    return Contents("text", (Document(text, fields, body_start=start, mended=mended, notes=notes),))


@reads(".md")
def read_markdown(source: Source) -> Contents:
    """A Markdown file: one article, whose front matter is metadata."""
    text, mended = source.decoded()
    fields, start = _front_matter(text, source.name)
    return Contents("Markdown", (Document(text, fields, body_start=start, markdown=True, mended=mended),))


def _front_matter(text: str, name: str) -> tuple[dict[str, str], int]:
    """The metadata before a text by field, and where the text begins; nothing and 0 if there is none."""
    match = _FRONT_MATTER.match(text)
    data = _parsed(match[1], match[2], name) if match else None
    if not match or not isinstance(data, dict) or not _is_metadata(data):
        return {}, 0
    values = {str(key): as_text(value) for key, value in data.items()}
    field_of = {column: field for field, column in usual_fields(values).items() if field not in values}
    return {field_of.get(key, key): value for key, value in values.items()}, match.end()


def _head(text: str) -> tuple[dict[str, str], int]:
    """The metadata in lines such as "Title: …" before the first blank line; nothing and 0 if they are another thing."""
    match = _HEAD.match(text)
    lines = match[1].splitlines() if match else []
    values = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    field_of = {column: field for field, column in usual_fields(values).items()}
    # "Author: …" alone may be the line of a speaker in a transcript
    if not match or len(values) < len(lines) or len(field_of) < 2:
        return {}, 0
    return {field_of.get(key, key): value for key, value in values.items()}, match.end()


def _parsed(rule: str, block: str, name: str) -> Any:
    try:
        return yaml.safe_load(block) if rule == "---" else tomllib.loads(block)
    except tomllib.TOMLDecodeError:
        return None  # three plus signs are more often something else
    except Exception as error:  # also raised by impossible dates and deep nesting
        mark = getattr(error, "problem_mark", None)
        reason = (getattr(error, "problem", "") or type(error).__name__) + (f", line {mark.line + 2}" if mark else "")
        raise InputError(f"{name}: the front matter is not valid YAML ({reason}); expected lines such as title: …") from None


def _is_metadata(data: dict[Any, Any]) -> bool:
    """Whether the block between two rules is metadata; YAML also parses prose such as "Note: …" as a mapping."""
    has_prose = any(isinstance(value, str) and len(value) > _PROSE for value in data.values())
    return not has_prose or bool(usual_fields(map(str, data)))
