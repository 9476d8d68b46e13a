"""Folders of pretrained models: on this machine, or downloaded from the hub by name."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from topics.errors import InputError

_HUB_NAME = re.compile(r"(?P<model>\w[\w.-]*(?:/\w[\w.-]*)?)(?:@(?P<revision>[^@\s]+))?", re.ASCII)


class HubName(NamedTuple):
    """Name of a model on the hub."""

    model: str
    """``OWNER/MODEL``, or ``MODEL`` alone."""
    revision: str | None


def local_folder(model: str) -> Path | None:
    """The folder that ``model`` names, relative to the current folder or ``~``; None if there is no such folder.

    Raises
    ------
    InputError
        If it is a file, or a folder with a revision, which would otherwise be looked up on the hub.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists():
        raise InputError(f"{model} is a file; expected the folder of a model")
    plain, at, revision = model.rpartition("@")
    if at and plain and Path(plain).expanduser().is_dir():
        raise InputError(f"{plain} is a folder and has no revision {revision!r}; remove @{revision}")
    return None


def parse_hub_name(model: str) -> HubName:
    """Parse ``[OWNER/]MODEL[@REVISION]``; InputError if ``model`` cannot be a name on the hub."""
    match = _HUB_NAME.fullmatch(model)
    if not match:
        raise InputError(f"{model!r} is neither a folder nor a hub name; expected a folder or OWNER/MODEL[@REVISION]")
    return HubName(match["model"], match["revision"])


def download(repository: str, revision: str | None, patterns: Sequence[str]) -> Path:
    """The folder of a model from the hub, or from the hub's cache on this machine."""
    from huggingface_hub import snapshot_download

    return Path(snapshot_download(repository, revision=revision, allow_patterns=list(patterns)))


def digest_of_files(files: Iterable[Path]) -> str:
    """The sha256 of a single file, which can be compared with the one on the hub; of several, that of their digests."""
    digests = []
    for path in files:
        with path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
