"""Write a run folder completely or not at all, and never over other files."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from topics.errors import InputError
from topics.runs.provenance import RUN_FILE, foreign_files


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """A temporary folder that replaces ``target`` on success and is removed on failure.

    An older run at ``target`` is removed only when the new one is complete; other files there are refused.
    """
    _refuse_foreign(target)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft.chmod(0o755)  # folders made by mkdtemp are unreadable for other users
        yield draft
        _swap(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def outside_runs(path: Path) -> Path:
    """Return the path of a new file; InputError if it is in a run folder."""
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / RUN_FILE).is_file():
            raise InputError(
                f"{path} is in the run folder {folder.name}, which would no longer verify; choose another --out"
            )
    return path


def _refuse_foreign(target: Path) -> None:
    if target.is_file():
        raise InputError(f"{target} is a file; expected a folder to write the run to")
    if target.is_dir() and (files := foreign_files(target)):
        raise InputError(f"{target} contains {files[0]}, which is not part of a run; choose another --out, or empty it")


def _swap(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.replace(target)
        return
    # The old run is moved away and removed last; it is moved back if the new one cannot take its place.
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    try:
        target.replace(old / "run")
        try:
            draft.replace(target)
        except BaseException:
            (old / "run").replace(target)
            raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
