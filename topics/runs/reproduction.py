"""Compare a run with its repetition: files are identical, within tolerance, or different."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from topics import tables
from topics.errors import InputError
from topics.format import count
from topics.record import Environment, Inputs
from topics.runs.provenance import read_run, read_sidecar

TOLERANCE = 0.005
"""Largest difference of two shares, scores or stabilities that is invisible in a figure: half a percentage point."""

SAME, NEAR, OTHER = "same bytes", "within tolerance", "different"


@dataclass(frozen=True)
class Finding:
    """The result of comparing one file of the run."""

    name: str
    verdict: str
    """``same bytes``, ``within tolerance`` or ``different``."""
    detail: str = ""
    """The difference."""
    derived: bool = False
    """Whether the file is derived from tables, and was judged by them."""

    def __str__(self) -> str:
        return f"{self.name}: {self.verdict}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, repr=False)
class Reproduction:
    """The comparison of a run with another one of the same study."""

    files: tuple[Finding, ...]
    inputs: tuple[str, ...]
    """Pages and other inputs that have changed."""
    environment: tuple[str, ...]
    """Versions and platform that have changed."""
    agreement: float
    """Adjusted Rand index of the two runs' topics (Hubert and Arabie 1985); 1 if they are the same."""

    @property
    def holds(self) -> bool:
        """Whether every file is identical or within tolerance."""
        return all(file.verdict != OTHER for file in self.files)

    def of(self, verdict: str) -> list[Finding]:
        """The files with this verdict."""
        return [file for file in self.files if file.verdict == verdict]

    def __repr__(self) -> str:
        return f"Reproduction: {self}"

    def __str__(self) -> str:
        same, near, other = (len(self.of(verdict)) for verdict in (SAME, NEAR, OTHER))
        return (
            f"{count(same, 'file')} identical, {near} within {TOLERANCE}, {other} different;"
            f" adjusted Rand index of the topics {self.agreement:.2f}"
        )

    def _repr_html_(self) -> str:
        changes = [f"changed input or environment: {change}" for change in (*self.inputs, *self.environment)]
        changes += [str(file) for verdict in (OTHER, NEAR) for file in self.of(verdict) if not file.derived]
        items = "".join(f"<li>{html.escape(change)}</li>" for change in changes)
        verdict = "The run was reproduced" if self.holds else "The run was not reproduced"
        return f"<p><b>{verdict}</b>: {self}</p><ul>{items}</ul>"


def compare_runs(original: Path, rerun: Path) -> Reproduction:
    """Compare the folder of a run with that of a rerun.

    Other files than tables are within tolerance if the tables they are derived from are.
    """
    old, new = read_run(original), read_run(rerun)
    findings: dict[str, Finding] = {}
    names = sorted({*old.outputs, *new.outputs})
    # Tables come first, because the other files are judged by them.
    for name in sorted(names, key=lambda name: not name.startswith("tables/")):
        findings[name] = _compare_file(name, original, rerun, findings)
    return Reproduction(
        tuple(findings[name] for name in names),
        tuple(_inputs(old.inputs, new.inputs)),
        tuple(_environment(old.environment, new.environment)),
        _topic_agreement(original, rerun),
    )


def _compare_file(name: str, original: Path, rerun: Path, findings: dict[str, Finding]) -> Finding:
    old, new = original / name, rerun / name
    if not old.is_file():
        return Finding(name, OTHER, "only in the rerun")
    if not new.is_file():
        return Finding(name, OTHER, "not in the rerun")
    if old.read_bytes() == new.read_bytes():
        return Finding(name, SAME)
    if name.startswith("tables/"):
        return _compare_table(name, original, rerun)
    sources: list[str] = []
    if name.startswith("model/"):
        sources = ["tables/topics.csv", "tables/paragraph_topics.csv"]
    elif name.startswith("figures/"):
        sources = _tables_of_figure(old)
    # files without a list of source tables, such as the report, depend on all tables
    changed = [table for table, finding in findings.items() if table.startswith("tables/") and finding.verdict == OTHER]
    if sources:
        changed = [table for table in changed if table in sources]
    detail = f"derived from {', '.join(changed)}" if sources and changed else ""
    return Finding(name, OTHER if changed else NEAR, detail, derived=True)


def _tables_of_figure(figure: Path) -> list[str]:
    try:
        return list(read_sidecar(figure.with_suffix(".json"))["inputs"])
    except (InputError, KeyError):
        return []


def _compare_table(name: str, original: Path, rerun: Path) -> Finding:
    """Compare two tables row by row, in their order."""
    try:
        old, new = (tables.read(Path(name).stem, folder / "tables") for folder in (original, rerun))
    except (InputError, ValueError) as error:
        return Finding(name, OTHER, f"cannot be read: {error}")
    if len(old) != len(new):
        return Finding(name, OTHER, f"{len(old)} rows, now {len(new)}")
    numeric = [column for column in old.columns if old[column].dtype.kind in "fi" and new[column].dtype.kind in "fi"]
    changed = [column for column in old.columns if column not in numeric and not old[column].equals(new[column])]
    if changed:
        n_rows = int((old[changed] != new[changed]).any(axis=1).sum())
        return Finding(name, OTHER, f"{', '.join(changed)} in {n_rows} of {len(old)} rows")
    largest = {column: _largest_difference(old[column], new[column]) for column in numeric}
    worst = max(largest, key=lambda column: largest[column], default="")
    if not worst or not largest[worst]:
        return Finding(name, NEAR, "layout only")
    verdict = NEAR if largest[worst] <= TOLERANCE else OTHER
    return Finding(name, verdict, f"{worst} differs by up to {largest[worst]:.4f}")


def _largest_difference(old: pd.Series, new: pd.Series) -> float:
    """Largest absolute difference; infinite if one of two values is missing, 0 if both are."""
    before, after = old.to_numpy(dtype=float), new.to_numpy(dtype=float)
    differences = np.where(np.isnan(before) & np.isnan(after), 0.0, np.abs(before - after))
    return float(np.where(np.isnan(differences), np.inf, differences).max(initial=0.0))


def _inputs(old: Inputs, new: Inputs) -> Iterator[str]:
    for key in sorted({*old.articles, *new.articles}):
        if key not in new.articles:
            yield f"article {key}: missing"
        elif key not in old.articles:
            yield f"article {key}: new"
        elif old.articles[key] != new.articles[key]:
            yield f"article {key}: changed"
    for key in ("metadata_sha256", "codebook_sha256", "coding", "coders"):
        if getattr(old, key) != getattr(new, key):
            yield f"{key.removesuffix('_sha256')}: changed"
    before, after = old.embeddings, new.embeddings
    if before.name == "lsa":
        return  # LSA follows from the pages, which were compared
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
    """Versions by name, without the git revision: the digest of the code is more specific."""
    values = msgspec.structs.asdict(environment)
    libraries = values.pop("libraries")
    del values["revision"]
    return values | libraries


def _topic_agreement(original: Path, rerun: Path) -> float:
    """Adjusted Rand index over the paragraphs in both runs; it does not depend on how topics are numbered."""
    old, new = (
        tables.read("paragraph_topics", folder / "tables").set_index("paragraph_id")["topic_id"]
        for folder in (original, rerun)
    )
    both = old.index.intersection(new.index)
    return float(adjusted_rand_score(old[both], new[both])) if len(both) else float("nan")
