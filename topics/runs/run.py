"""The run folder: what is made of tables and ``run.json``, how it is read back, and that it appears whole or not at all."""

import html
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pandas as pd

from topics import codebook, settings, tables
from topics.coding import agreement, sheets
from topics.coding.agreement import Agreement
from topics.errors import InputError
from topics.figures import registry as figures
from topics.figures import style
from topics.figures.registry import FIGURES
from topics.figures.style import Chart
from topics.format import article_name
from topics.reading import review as reading
from topics.reading.review import Reading
from topics.report import citation, methods, numbers, overview, paper
from topics.report import render as report
from topics.runs import deposit, provenance
from topics.topic_model import saved

FIGURES_FOLDER = "figures"
_REDRAWN = "figures."
"""How settings begin that change no table."""


class Sentences(tuple[str, ...]):
    """Sentences, which a notebook shows as a list."""

    def _repr_html_(self) -> str:
        return f"<ul>{''.join(f'<li>{html.escape(one)}</li>' for one in self)}</ul>"


class Text(str):
    """Text in lines, which a notebook shows as it is printed."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<div style="white-space:pre-wrap;max-width:50em">{html.escape(self)}</div>'


class Run:
    """A run folder: its tables as DataFrames, its figures, its provenance.

    Every table of the folder is an attribute: ``run.profiles``, ``run.themes``, …
    """

    def __init__(self, folder: Path | str, record: dict[str, Any] | None = None) -> None:
        self.folder = Path(folder)
        self.record = record or provenance.read_run(self.folder)
        self.settings = settings.from_dict(self.record["settings"], "run.json")
        self.codebook = codebook.from_dict(self.record["codebook"], "run.json")
        self._cache: dict[str, pd.DataFrame] = {}
        self._seen = self._trace()

    def _trace(self) -> tuple[int, int, int] | None:
        """What tells one writing of ``run.json`` from another; None while there is none."""
        try:
            known = (self.folder / provenance.RUN_FILE).stat()
        except OSError:
            return None
        return known.st_mtime_ns, known.st_size, known.st_ino

    def _require_still_there(self) -> None:
        now = self._trace()
        if now == self._seen:
            return
        if now and provenance.read_run(self.folder).get("sha256") != self.record.get("sha256"):
            raise InputError(f"{self.folder} was made anew since this run was opened; open it again: topics.Run(folder)")
        self._seen = now

    def table(self, name: str) -> pd.DataFrame:
        """A copy of table ``name`` (see :data:`topics.tables.COLUMNS`)."""
        if name not in tables.COLUMNS:
            raise InputError(f"there is no table {name!r}; expected one of {', '.join(tables.COLUMNS)}")
        self._require_still_there()
        if name not in self._cache:
            self._cache[name] = tables.read(name, self.folder / "tables")
        return self._cache[name].copy()

    def tables(self) -> dict[str, pd.DataFrame]:
        """A copy of every table, by name."""
        return {name: self.table(name) for name in tables.COLUMNS}

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in tables.COLUMNS:
            return self.table(name)
        raise AttributeError(f"a run has no {name!r}; tables: {', '.join(tables.COLUMNS)}")

    def figure(self, name: str) -> Chart:
        """Draw a figure anew from the tables: see :data:`topics.figures.FIGURES`."""
        return figures.draw(name, self.table, self.codebook, self.settings)

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures that the run has; those that quote articles are missing where it has no text."""
        return tuple(name for name, plan in FIGURES.items() if self.settings.deposit.text or not plan.shows_text)

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """What ``numbers.json`` holds, by key: value, low, high, text, definition."""
        found = numbers.collect(self.record, self.tables())
        return pd.DataFrame([vars(one) for one in found]).set_index("key")

    @property
    def summary(self) -> Sentences:
        """The answer in sentences, as the report opens: who speaks of what, and what differs, with intervals."""
        known = self.tables()
        parts = (overview.summary, overview.differences)
        return Sentences(one for part in parts for one in part(self.codebook, known, self.record))

    @property
    def provenance(self) -> pd.DataFrame:
        """Where the numbers of this run come from, and whether its files still stand."""
        self._require_still_there()
        record, made = self.record, self.record["environment"]
        findings = self.verify()
        said = {
            "run": record["fingerprint"][:16],
            "made": record["created"],
            "seed": str(record["seed"]),
            "vectors": record["inputs"]["embeddings"]["name"],
            "topics": f"{made['topics']} ({(made['revision'] or made['code_sha256'])[:12]})",
            "python": f"{made['python']}, {made['machine']}",
            "files": findings[0] if findings else f"{len(record['outputs']) + 1} stand as the run left them",
        }
        return pd.DataFrame({"provenance": said})

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Articles × themes: share of words, themes by label."""
        wide = self.profiles.pivot(index="article_id", columns="theme", values="share")
        return wide[[*self.codebook.names, tables.UNASSIGNED]].rename(columns=self.codebook.labels)

    def of(self, article_id: str) -> pd.DataFrame:
        """The profile of one article, largest share first."""
        rows = self.profiles[self.profiles["article_id"] == article_id]
        if rows.empty:
            raise InputError(f"no article {article_id!r} with paragraphs in this run; see run.profiles['article_id']")
        return rows.sort_values("share", ascending=False, kind="stable", ignore_index=True)

    def evidence(self, theme: str, n: int = 5) -> pd.DataFrame:
        """The ``n`` paragraphs that speak most for ``theme``, with the sentence that says so."""
        if theme not in self.codebook.names:
            raise InputError(f"no theme {theme!r} in the codebook; expected one of {', '.join(self.codebook.names)}")
        rows = self.themes[(self.themes["theme"] == theme) & self.themes["assigned"]]
        rows = rows.sort_values(["score", "paragraph_id"], ascending=[False, True]).head(n)
        return tables.readable(self._placed(rows)[["title", "score", "evidence", "article_id", "paragraph_id"]])

    def quotes(self, topic_id: int, n: int = 3) -> pd.DataFrame:
        """The ``n`` most central paragraphs of a topic."""
        if topic_id not in set(self.topics["topic_id"]):
            raise InputError(f"no topic {topic_id!r} in this run; see run.topics['topic_id']")
        rows = self.representatives[self.representatives["topic_id"] == topic_id].sort_values("rank").head(n)
        return tables.readable(self._placed(rows)[["title", "centrality", "text", "article_id", "paragraph_id"]])

    def _placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of paragraphs with their text, and what their article is called."""
        names = {row.article_id: article_name(row.title, row.article_id) for row in self.articles.itertuples()}
        found = rows.merge(self.paragraphs, on="paragraph_id")
        return found.assign(title=found["article_id"].map(names))

    def agree(self, *files: Path | str) -> Agreement:
        """How far coders agree with each other and with this run.

        Parameters
        ----------
        *files
            Coded sheets (:mod:`topics.coding.sheets`), one per coder.

        Raises
        ------
        InputError
            If a file is no coded sheet, or none of its paragraphs is in the run.
        """
        codings = [sheets.load(Path(file), self.codebook) for file in files]
        found = agreement.measure(codings, self.themes, self.codebook, self.settings.seed)
        known = {
            "calibrated this run": set(self.record["inputs"].get("coded_paragraphs", [])),
            "were assigned by hand in this run": {one["paragraph_id"] for one in self.record.get("assignments", [])},
        }
        taught = [
            f"{len(ids & set(one.codes))} of {len(one.codes)} coded paragraphs of {one.name} {what};"
            " the model's figures against them flatter"
            for one in codings
            for what, ids in known.items()
            if not ids.isdisjoint(one.codes)
        ]
        return replace(found, notes=(*taught, *found.notes))

    def assign(self, paragraphs: Any, encoder: Any = None) -> pd.DataFrame:
        """Give other paragraphs the topics of this run.

        Parameters
        ----------
        paragraphs
            Texts; or vectors (paragraphs × dimensions).
        encoder
            Where the vectors were your own: what made them, an encoder or a callable.

        Returns
        -------
        DataFrame
            ``topic_id, label, probability``; −1 for those in no topic.
        """
        return saved.load(self.folder / "model").assign(paragraphs, encoder)

    def read(self, path: Path | str, *assignments: str) -> Reading:
        """Read other pages or another table as this run read its own, in the language that it found.

        ``assignments`` change settings, as in :meth:`topics.Study.with_settings`.
        """
        known = settings.override(self.settings, list(assignments))
        found = self.record["results"]["language"]
        return reading.read(path, msgspec.structs.replace(known, language=found) if known.language == "auto" else known)

    def verify(self) -> list[str]:
        """What differs from ``run.json``; empty when nothing does."""
        return provenance.verify(self.folder)

    @property
    def methods(self) -> Text:
        """What was done, as paragraphs of a methods section."""
        return Text("\n\n".join(methods.sentences(self.record).values()))

    def cite(self, figure: str) -> Text:
        """Caption, sentences for the methods section, and BibTeX of all they cite."""
        return Text(citation.of_figure(figure, self.sidecar(figure), self.record))

    def sidecar(self, figure: str) -> dict[str, Any]:
        """What the run says of one of its figures.

        Raises
        ------
        InputError
            If the run has no such figure.
        """
        if figure not in self.figures:
            raise InputError(f"the run has no figure {figure!r}; expected one of {', '.join(self.figures)}")
        return provenance.read_sidecar(self.folder / FIGURES_FOLDER / f"{figure}.json")

    def redraw(self, *assignments: str, out: Path | str | None = None) -> Path:
        """Draw every figure from the tables alone; nothing is fitted.

        Parameters
        ----------
        *assignments
            Changed settings of figures, as in ``run.redraw("figures.columns=1")``.
        out
            A folder for the figures; without it they, and the report, take the place of the run's own.

        Returns
        -------
        Path
            Where the figures are.

        Raises
        ------
        InputError
            If a table is not as the run left it, a setting is not one of figures, or ``out`` lies in the run.
        """
        strange = [one for one in assignments if not one.startswith(_REDRAWN)]
        if strange:
            raise InputError(f"redraw got --set {strange[0]}; expected a setting of figures, for tables are not made anew")
        changed = [finding for finding in self.verify() if finding.startswith(("tables/", "model/", provenance.RUN_FILE))]
        if changed:
            raise InputError(f"{changed[0]}; figures are drawn from what the run left alone: run the study again")
        known = settings.override(self.settings, list(assignments))
        run = Run(self.folder, self.record | {"settings": known.to_dict()})
        if out is not None:
            folder = outside_runs(Path(out))
            for name in run.figures:
                _refuse_other(folder, name)
            folder.mkdir(parents=True, exist_ok=True)
            run.draw(folder)
            return folder
        self.folder = self.folder.resolve()  # who stands in it stands in a folder that is gone
        with drafted(self.folder) as draft:
            shutil.copytree(self.folder, draft, dirs_exist_ok=True)
            shutil.rmtree(draft / FIGURES_FOLDER, ignore_errors=True)
            furnish(draft, run.record)
        self.record, self.settings, self._seen = provenance.read_run(self.folder), known, self._trace()
        return self.folder / FIGURES_FOLDER

    def draw(self, folder: Path, progress: Callable[[float], None] = lambda done: None) -> None:
        """Write all figures of the run, with their sidecars, into ``folder``."""
        environment = provenance.environment()
        for place, name in enumerate(self.figures):
            progress(place / len(self.figures))
            figure = self.figure(name)
            note = provenance.note(figure.caption, self.record, environment)
            files = style.export(figure, folder, name, note, self.settings)
            plan = figures.FIGURES[name]
            inputs = [self.folder / "tables" / f"{table}.csv" for table in plan.tables]
            provenance.sidecar(name, figure, files, inputs, plan.methods, self.record, environment)

    def _repr_html_(self) -> str:
        results = self.record.get("results", {})
        facts = ", ".join(f"{results[key]} {key}" for key in ("articles", "paragraphs", "topics") if key in results)
        warned = "".join(f"<li>{html.escape(note)}</li>" for note in self.record.get("warnings", []))
        titles = self.articles.set_index("article_id")["title"]
        shown = (100 * self.shares.head(20)).round(0).astype(int)
        shown.index = [article_name(titles[key], key) for key in shown.index]
        return (
            f"<p><b>{html.escape(str(self.record.get('title', '')))}</b>: {facts}; seed {self.settings.seed}</p>"
            f"<ul>{warned}</ul><p>per cent of words{' in the first 20 articles' if len(self.shares) > 20 else ''}:</p>"
            f"{shown.to_html()}"
        )


def furnish(folder: Path, record: dict[str, Any], progress: Callable[[str, float], None] = lambda step, done: None) -> None:
    """Make all that a run folder holds besides its tables and its model; ``run.json`` comes last.

    Parameters
    ----------
    folder
        Has ``tables`` and ``model``.
    record
        What ``run.json`` will hold.
    progress
        Called with the step, ``figures`` or ``report``, and the share of it that is done, 0…1.
    """
    record = record | {"fingerprint": provenance.fingerprint(record)}
    run = Run(folder, record)
    (folder / FIGURES_FOLDER).mkdir()
    run.draw(folder / FIGURES_FOLDER, lambda done: progress("figures", done))
    progress("report", 0.0)
    known = run.tables()
    numbers.write(numbers.collect(record, known), record["seed"], folder)
    paper.write(record, known, folder / "paper")
    (folder / "report.html").write_text(
        report.render(record, known, folder / FIGURES_FOLDER), encoding="utf-8", newline="\n"
    )
    if run.settings.deposit.ro_crate:
        deposit.write_crate(folder, record)
    provenance.write_run(folder, record)


def outside_runs(path: Path) -> Path:
    """``path``, which is about to be written.

    Raises
    ------
    InputError
        If it lies in a run folder.
    """
    for folder in (path.resolve(), *path.resolve().parents):
        if (folder / provenance.RUN_FILE).is_file():
            raise InputError(
                f"{path} lies in the run folder {folder.name}, which would not verify any more; choose another --out"
            )
    return path


def _refuse_other(folder: Path, figure: str) -> None:
    """Refuse to write a figure over files that are no older drawing of it."""
    there = [
        path for path in sorted(folder.glob(f"{figure}.*")) if path.suffix in (".json", *(f".{f}" for f in settings.FORMATS))
    ]
    if not there:
        return
    try:
        known = provenance.read_sidecar(folder / f"{figure}.json").get("figure") == figure
    except (InputError, AttributeError):
        known = False
    if not known:
        raise InputError(f"{there[0]} is no figure of `topics`; choose another --out, or remove it")


@contextmanager
def drafted(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its place when all went well, and is gone when not.

    Raises
    ------
    InputError
        If there is anything at ``target`` but an older run, which goes only when the new one is there.
    """
    _refuse_foreign(target)
    target = target.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        draft.chmod(0o755)
        yield draft
        _swap(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _refuse_foreign(target: Path) -> None:
    if target.is_file():
        raise InputError(f"{target} is a file; expected a folder to write the run to")
    if target.is_dir() and (found := provenance.foreign(target)):
        raise InputError(f"{target} holds {found[0]}, which is no part of a run; choose another --out, or empty it")


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
