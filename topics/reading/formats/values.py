"""Values of records as text."""

from typing import Any


def as_text(value: Any, between: str = ", ") -> str:
    """A value of a record as text: lists are joined, objects give their name, missing values ""."""
    if isinstance(value, (list, tuple)):
        return between.join(filter(None, map(as_text, value)))
    if isinstance(value, dict):
        return as_text(value.get("name"))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None or value != value else str(value)
