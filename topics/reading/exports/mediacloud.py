"""Media Cloud tables, which hold titles and addresses but no texts."""

from collections.abc import Iterable

_COLUMNS = frozenset(("media_name", "media_url", "publish_date", "title", "url"))


def missing_text_reason(columns: Iterable[str]) -> str:
    """Why a table with these columns, none of which holds texts, cannot be read; "" if it is not from Media Cloud."""
    found = {column.strip().casefold() for column in columns}
    if not found >= _COLUMNS:
        return ""
    return (
        "a Media Cloud table holds titles and addresses, no texts; expected pages saved from the addresses in column 'url'"
    )
