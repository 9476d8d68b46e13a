"""Files that users edit, too: read and change TOML; replace a file completely or not at all."""

import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from topics.errors import InputError


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file."""
    try:
        return parse_toml(path.read_text(encoding="utf-8-sig"), path.name)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; expected a TOML file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not valid TOML: {error}") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); expected a TOML file") from None


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Parse TOML; ``name`` is that of the file, for messages."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name} is not valid TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{name} is not valid TOML: brackets are nested too deeply") from None


def replace_file(path: Path, data: bytes) -> None:
    """Replace the content of a file completely or not at all."""
    path = path.resolve()  # a symbolic link is kept; its target is replaced
    # The draft is in the same folder, because a rename is atomic only within one file system.
    with tempfile.NamedTemporaryFile(prefix=f".{path.name}-", dir=path.parent, delete=False) as file:
        draft = Path(file.name)
        try:
            file.write(data)
            file.close()
            draft.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def write_toml(path: Path, data: Mapping[str, Any]) -> None:
    """Write a TOML file from plain data, or from :func:`open_toml` with its comments and layout."""
    replace_file(path, tomlkit.dumps(data).encode("utf-8"))


def toml_value(value: Any) -> str:
    """A plain value as TOML writes it.

    >>> toml_value(["party", "wave"])
    '["party", "wave"]'
    """
    return tomlkit.item(value).as_string()


def open_toml(path: Path) -> Any:
    """Open a TOML file for editing: dictionaries and lists that preserve comments and layout."""
    return tomlkit.parse(path.read_bytes().decode("utf-8-sig"))
