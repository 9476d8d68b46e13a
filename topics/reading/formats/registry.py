"""The formats that can be read, by suffix."""

from collections.abc import Callable

from topics.errors import InputError
from topics.reading.document import Contents, Source
from topics.reading.exports import split_export

Reader = Callable[[Source], Contents]

_READERS: dict[str, Reader] = {}


def reads(*names: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of files with these suffixes."""

    def register(reader: Reader) -> Reader:
        _READERS.update(dict.fromkeys(names, reader))
        return reader

    return register


def suffixes() -> tuple[str, ...]:
    """The suffixes of all formats that can be read, sorted."""
    return tuple(sorted(_READERS))


def read_source(source: Source) -> Contents:
    """Read one file; an export of a news database is split into its articles.

    Raises
    ------
    InputError
        If the suffix is unknown or the file cannot be read.
    """
    reader = _READERS.get(source.suffix)
    if reader is None:
        raise InputError(f"{source.name} has suffix {source.suffix!r}; expected one of {' '.join(suffixes())}")
    return split_export(reader(source))
