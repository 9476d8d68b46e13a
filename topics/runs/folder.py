"""How a run folder is written: it appears whole or not at all, and never over files that are no run."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from topics.errors import InputError
from topics.runs.provenance import RUN_FILE, foreign_files


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its place when all went well, and is removed when not.

    An older run at ``target`` is removed only when the new one is complete; anything else there is refused.
    """
    _refuse_foreign(target)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft.chmod(0o755)  # mkdtemp makes folders that nobody else can read
        yield draft
        _swap(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def outside_runs(path: Path) -> Path:
    """``path``, which is about to be written; InputError if it is in a run folder."""
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / RUN_FILE).is_file():
            raise InputError(
                f"{path} lies in the run folder {folder.name}, which would not verify any more; choose another --out"
            )
    return path


def _refuse_foreign(target: Path) -> None:
    if target.is_file():
        raise InputError(f"{target} is a file; expected a folder to write the run to")
    if target.is_dir() and (files := foreign_files(target)):
        raise InputError(f"{target} holds {files[0]}, which is no part of a run; choose another --out, or empty it")


def _swap(draft: Path, target: Path) -> None:
    if not target.exists():
        draft.replace(target)
        return
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
