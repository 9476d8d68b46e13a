"""Two run folders -> what agrees bit for bit, what within tolerance, what not."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from sklearn.metrics import adjusted_rand_score

from topics import tables
from topics.errors import InputError
from topics.record import Environment, Inputs
from topics.runs import provenance

TOLERANCE = 0.005
"""Difference of two shares, scores or stabilities that no reader of a figure would see: half a percentage point."""

SAME, NEAR, OTHER = "same bytes", "within tolerance", "different"


@dataclass(frozen=True)
class Finding:
    """What became of one file of the run."""

    name: str
    verdict: str
    """``same bytes``, ``within tolerance`` or ``different``."""
    said: str = ""
    """How far it is from what it was."""
    derived: bool = False
    """Whether it is made of tables, and was judged by them."""

    def __str__(self) -> str:
        return f"{self.name}: {self.verdict}" + (f" ({self.said})" if self.said else "")


@dataclass(frozen=True)
class Reproduction:
    """A run, held against another of the same study."""

    files: tuple[Finding, ...]
    inputs: tuple[str, ...]
    """Pages and other inputs that are not what they were."""
    environment: tuple[str, ...]
    """Versions and platform that are not what they were."""
    agreement: float
    """Adjusted Rand index of the two runs' topics (Hubert and Arabie 1985), 1 where they are the same."""

    @property
    def holds(self) -> bool:
        """Whether every file is the same, or within tolerance."""
        return all(one.verdict != OTHER for one in self.files)

    def __str__(self) -> str:
        same, near, other = (len(self.of(verdict)) for verdict in (SAME, NEAR, OTHER))
        return (
            f"{same} file{'' if same == 1 else 's'} with the same bytes, {near} within {TOLERANCE}, {other} different;"
            f" topics agree with an adjusted Rand index of {self.agreement:.2f}"
        )

    def _repr_html_(self) -> str:
        changed = [f"not as it was: {one}" for one in (*self.inputs, *self.environment)]
        told = [*changed, *(str(one) for verdict in (OTHER, NEAR) for one in self.of(verdict) if not one.derived)]
        items = "".join(f"<li>{html.escape(one)}</li>" for one in told)
        return f"<p><b>{'The run holds' if self.holds else 'The run does not hold'}</b>: {self}</p><ul>{items}</ul>"

    def of(self, verdict: str) -> list[Finding]:
        """The files of one verdict."""
        return [one for one in self.files if one.verdict == verdict]


def compare(kept: Path, again: Path) -> Reproduction:
    """Hold a run folder against a rerun.

    A file of figures, report and paper is within tolerance where the tables are that it was made of.

    Parameters
    ----------
    kept, again
        The two folders.
    """
    old, new = provenance.read_run(kept), provenance.read_run(again)
    found: dict[str, Finding] = {}
    names = sorted({*old.outputs, *new.outputs})
    for name in sorted(names, key=lambda name: not name.startswith("tables/")):
        found[name] = _one(name, kept, again, found)
    return Reproduction(
        tuple(found[name] for name in names),
        tuple(_inputs(old.inputs, new.inputs)),
        tuple(_environment(old.environment, new.environment)),
        _agreement(kept, again),
    )


def _one(name: str, kept: Path, again: Path, known: dict[str, Finding]) -> Finding:
    here, there = kept / name, again / name
    if not (here.is_file() and there.is_file()):
        return Finding(name, OTHER, "not in the rerun" if here.is_file() else "in the rerun alone")
    if here.read_bytes() == there.read_bytes():
        return Finding(name, SAME)
    if name.startswith("tables/"):
        return _table(here, there)
    tables_of = {key: one for key, one in known.items() if key.startswith("tables/")}
    drawn = [f"tables/{table}.csv" for table in ("topics", "paragraph_topics")] if name.startswith("model/") else (
        _drawn_from(here) if name.startswith("figures/") else []
    )  # fmt: skip
    off = [key for key, one in tables_of.items() if one.verdict == OTHER and (not drawn or key in drawn)]
    return Finding(name, OTHER if off else NEAR, f"made of {', '.join(off)}" if drawn and off else "", derived=True)


def _drawn_from(figure: Path) -> list[str]:
    try:
        return list(provenance.read_sidecar(figure.with_suffix(".json"))["inputs"])
    except (InputError, KeyError):
        return []


def _table(here: Path, there: Path) -> Finding:
    """How far one table is from the other, its rows matched in their order."""
    name = f"tables/{here.name}"
    try:
        old, new = (tables.read(path.stem, path.parent) for path in (here, there))
    except (InputError, ValueError) as error:
        return Finding(name, OTHER, f"cannot be read: {error}")
    if len(old) != len(new):
        return Finding(name, OTHER, f"{len(old)} rows, now {len(new)}")
    numbers = [column for column in old.columns if old[column].dtype.kind in "fi" and new[column].dtype.kind in "fi"]
    other = [column for column in old.columns if column not in numbers and not old[column].equals(new[column])]
    if other:
        rows = int((old[other] != new[other]).any(axis=1).sum())
        return Finding(name, OTHER, f"{', '.join(other)} in {rows} of {len(old)} rows")
    before, after = (frame[numbers].to_numpy(dtype=float) for frame in (old, new))
    apart = np.where(np.isnan(before) & np.isnan(after), 0.0, np.abs(before - after))
    apart = np.where(np.isnan(apart), np.inf, apart).max(axis=0, initial=0.0)
    worst = int(apart.argmax()) if len(apart) else 0
    said = f"{numbers[worst]} differs by up to {apart[worst]:.4f}" if len(apart) and apart[worst] else "in its layout alone"
    return Finding(name, NEAR if apart.max(initial=0.0) <= TOLERANCE else OTHER, said)


def _inputs(old: Inputs, new: Inputs) -> Iterator[str]:
    for key in sorted({*old.articles, *new.articles}):
        if key not in new.articles:
            yield f"article {key}: missing"
        elif key not in old.articles:
            yield f"article {key}: new"
        elif old.articles[key] != new.articles[key]:
            yield f"article {key}: changed"
    for key in ("metadata_sha256", "codebook_sha256", "coding"):
        if getattr(old, key) != getattr(new, key):
            yield f"{key.removesuffix('_sha256')}: changed"
    before, after = old.embeddings, new.embeddings
    if before.name == "lsa":
        return  # it is made of the pages, which were compared
    if before.name != after.name:
        yield f"embeddings: {before.name}, now {after.name}"
    elif before.model_sha256 != after.model_sha256:
        yield f"embeddings: {before.name}, now {after.name} with other weights"


def _environment(old: Environment, new: Environment) -> Iterator[str]:
    before, after = _versions(old), _versions(new)
    for key, value in after.items():
        if before.get(key, "") != value:
            yield f"{key}: {before.get(key) or 'none'}, now {value or 'none'}"


def _versions(environment: Environment) -> dict[str, str]:
    """Versions by name; the revision is left out, for the digest of the code says more."""
    values = msgspec.structs.asdict(environment)
    libraries = values.pop("libraries")
    del values["revision"]
    return values | libraries


def _agreement(kept: Path, again: Path) -> float:
    old, new = (
        tables.read("paragraph_topics", folder / "tables").set_index("paragraph_id")["topic_id"] for folder in (kept, again)
    )
    both = old.index.intersection(new.index)
    return float(adjusted_rand_score(old[both], new[both])) if len(both) else float("nan")
