"""A study: its folder, what people write into it, and the runs that are made of it."""

import contextlib
import hashlib
import html
import os
import tempfile
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from topics import codebook as codebooks
from topics import settings
from topics.codebook import Codebook
from topics.coding import Coding, NotCodedError, load_sheet
from topics.errors import InputError, TopicsWarning
from topics.files import replace_file, write_toml
from topics.manual import ASSIGNMENTS, CORRECTIONS, TOPIC_EDITS, Assignment, Correction, TopicEdit
from topics.reading import Corpus, Reading, quote_lines, read_pages, require_paragraphs
from topics.runs import provenance
from topics.runs.folder import atomic_folder
from topics.runs.pipeline import ManualChanges, Progress, RunInputs
from topics.runs.reproduction import Reproduction, compare_runs
from topics.runs.run import Run
from topics.settings import Settings
from topics.themes import Audit, audit_codebook, create_assignment
from topics.topic_model import create_edit


@dataclass(frozen=True)
class Study:
    """One corpus, one codebook, and the settings of their analysis."""

    source: Path
    """The folder of pages, or the table."""
    codebook: Codebook
    settings: Settings
    folder: Path | None = None
    """Where ``study.toml`` lies, if there is one."""
    _loaded: Codebook | None = field(default=None, repr=False, compare=False)
    """The codebook as it was read from the study's file."""

    @classmethod
    def load(cls, path: Path | str, *, only_read: bool = False) -> Self:
        """Open a study: a folder with ``study.toml``, or that file.

        With ``only_read``, a codebook that is not written yet is taken as empty.
        """
        path = Path(path)
        file = path / "study.toml" if path.is_dir() else path
        if not file.is_file():
            raise InputError(f"{file} does not exist; expected a study, or PATH with --codebook and --out")
        loaded = settings.load(file)
        book = file.parent / loaded.codebook
        codebook = Codebook(()) if only_read and not book.exists() else codebooks.load(book)
        return cls(file.parent / loaded.articles, codebook, loaded, file.parent, codebook)

    @classmethod
    def open(cls, path: Path | str, codebook: Path | str | None = None, home: Path | str = "studies") -> Self:
        """Open a study; for a folder of pages without one, create it.

        Parameters
        ----------
        path
            A study, as for :meth:`load`; or a folder of pages, a page or a table.
        codebook
            What a new study's codebook is copied from; later its own is read.
        home
            Where a new study is created, as ``home/NAME``, named like the folder or file of pages, with a
            digest of their path if other pages have that name already. The pages stay where they are.
        """
        path = Path(path)
        if is_study(path):
            return cls.load(path)
        if not path.exists():
            raise InputError(f"{path} does not exist; expected a study, a folder of pages, a page or a table")
        folder = Path(home) / _source_name(path)
        if is_study(folder) and cls.load(folder, only_read=True).source.resolve() != path.resolve():
            digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
            folder = folder.with_name(f"{folder.name}-{digest[:6]}")
        return cls.load(folder) if is_study(folder) else cls.begin(folder, path, codebook)

    @classmethod
    def begin(cls, folder: Path | str, articles: Path | str, codebook: Path | str | None) -> Self:
        """Create a study: write ``study.toml``, and a copy of a codebook to change, unless there is one.

        Parameters
        ----------
        folder
            Where it is written; it must hold no study yet.
        articles
            The pages, which stay where they are.
        codebook
            The codebook to begin with.
        """
        if codebook is None:
            raise InputError(f"{articles} is no study; expected one, or a codebook to begin one with: codebook=FILE")
        folder, codebook = Path(folder), Path(codebook)
        if (folder / "study.toml").exists():
            raise InputError(f"{folder / 'study.toml'} is there already; expected a folder without a study")
        codebooks.load(codebook)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "codebook.toml").exists():
            replace_file(folder / "codebook.toml", codebook.read_bytes())
        source = Path(articles)
        write_toml(folder / "study.toml", {"title": _source_name(source), "articles": _relative_path(folder, source)})
        return cls.load(folder)

    def with_settings(self, *assignments: str) -> Self:
        """A copy with settings changed: ``study.with_settings("themes.threshold=0.5", "seed=7")``."""
        return replace(self, settings=settings.override(self.settings, list(assignments)))

    def read(self) -> Reading:
        """Read the pages and classify every line, the study's corrections included."""
        return self._inputs().reading

    def corpus(self) -> Corpus:
        """Read the pages, drop boilerplate and copies, split into paragraphs; InputError if none is left."""
        return require_paragraphs(self.read().corpus)

    def corrections(self) -> tuple[Correction, ...]:
        """What the study says of single lines, above all rules."""
        return CORRECTIONS.load(self.corrections_file)

    def correct(self, entries: Sequence[Correction]) -> None:
        """Write corrections into the study's file, in place of earlier ones for the same lines."""
        file = _require_file(self.corrections_file, "corrections")
        CORRECTIONS.add(file, quote_lines(entries, read_pages(self.source, self.settings).pages))

    @property
    def corrections_file(self) -> Path | None:
        """Where the study keeps its corrections; None for loose input."""
        return self.folder / self.settings.corrections if self.folder else None

    def edits(self) -> tuple[TopicEdit, ...]:
        """The changes of the study's topics by hand, in order."""
        return TOPIC_EDITS.load(self.edits_file)

    def edit(
        self,
        action: str,
        topics: int | Sequence[int],
        label: str = "",
        *,
        parts: int = 2,
        run: Path | str | None = None,
    ) -> TopicEdit:
        """Merge, split, rename or drop topics: ``study.edit("merge", [3, 5], label="Gas")``.

        The edit is written into the study's file, by the central paragraphs of the topics, and
        holds from the next run on.

        Parameters
        ----------
        action
            ``merge split rename drop``.
        topics
            Their numbers in a run of this study.
        label
            The name of what comes of it; needed to rename.
        parts
            How many topics a split makes of one.
        run
            The run that is meant, by default ``run`` in the study's folder.

        Raises
        ------
        InputError
            If there is no such run, topic or action.
        """
        file = _require_file(self.edits_file, "edits of topics")
        shown = Run(self._run_folder(run))
        central = shown.representatives.groupby("topic_id")["paragraph_id"].agg(tuple).to_dict()
        labels = shown.topics.set_index("topic_id")["label"].to_dict()
        numbers = list(topics) if isinstance(topics, Iterable) else [topics]
        edit = create_edit(action, numbers, labels, central, label, parts)
        TOPIC_EDITS.add(file, [edit])
        return edit

    def undo_edit(self) -> TopicEdit:
        """Take the last edit out of the study's file, and return it."""
        file = _require_file(self.edits_file, "edits of topics")
        edits = self.edits()
        if not edits:
            raise InputError(f"{file} holds no edit; there is nothing to undo")
        TOPIC_EDITS.save(file, edits[:-1])
        return edits[-1]

    @property
    def edits_file(self) -> Path | None:
        """Where the study keeps the edits of its topics; None for loose input."""
        return self.folder / self.settings.topic_edits if self.folder else None

    def assignments(self) -> tuple[Assignment, ...]:
        """The themes of single paragraphs that were set by hand."""
        return ASSIGNMENTS.load(self.assignments_file)

    def assign(self, paragraph_id: str, themes: Sequence[str], run: Run | Path | str | None = None) -> Assignment:
        """Say what a paragraph speaks of, in place of what the scores say, from the next run on.

        Parameters
        ----------
        paragraph_id
            As in a run of this study.
        themes
            Names of themes, the main one first; empty where it speaks of none.
        run
            The run that is meant, by default ``run`` in the study's folder.

        Raises
        ------
        InputError
            If there is no such run, paragraph or theme.
        """
        file = _require_file(self.assignments_file, "assignments")
        shown = run if isinstance(run, Run) else Run(self._run_folder(run))
        # a run without texts does not know how the paragraph begins
        paragraphs = shown.paragraphs if shown.settings.deposit.text else self.corpus().paragraphs
        assignment = create_assignment(paragraph_id, themes, paragraphs, self.reload().codebook)
        ASSIGNMENTS.add(file, [assignment])
        return assignment

    def unassign(self, paragraph_id: str) -> Assignment:
        """Remove the manual assignment of a paragraph from the study's file, and return it."""
        file = _require_file(self.assignments_file, "assignments")
        assignments = {assignment.paragraph_id: assignment for assignment in self.assignments()}
        if paragraph_id not in assignments:
            raise InputError(f"{file} says nothing of paragraph {paragraph_id!r}; there is nothing to undo")
        removed = assignments.pop(paragraph_id)
        ASSIGNMENTS.save(file, assignments.values())
        return removed

    @property
    def assignments_file(self) -> Path | None:
        """Where the study keeps the themes of single paragraphs that were set by hand; None for loose input."""
        return self.folder / self.settings.assignments if self.folder else None

    def add_keyword(self, theme: str, keyword: str) -> Self:
        """Write a keyword into the study's codebook, and return the study with it."""
        if self.folder is None:
            raise InputError("loose input has no codebook of its own; expected a folder with study.toml")
        file = self.folder / self.settings.codebook
        codebooks.add_keyword(file, theme, keyword)
        return self.reload()

    def reload(self) -> Self:
        """The study with its codebook as the file is now; settings stay, and so does a codebook replaced in Python."""
        if self.folder is None or self.codebook is not self._loaded:
            return self
        book = codebooks.load(self.folder / self.settings.codebook)
        return self if book == self.codebook else replace(self, codebook=book, _loaded=book)

    def sheets(self) -> list[Path]:
        """The coded sheets in ``sheets`` of the study's folder; those that nobody has begun to code are left out."""
        if self.folder is None:
            return []
        coded = []
        for file in sorted((self.folder / "sheets").glob("*")):
            is_lock = file.name.startswith(("~$", "."))  # of a spreadsheet that has the sheet open
            if file.suffix.lower() in (".csv", ".xlsx") and not is_lock:
                with contextlib.suppress(NotCodedError):
                    load_sheet(file, self.codebook)
                    coded.append(file)
        return coded

    def audit(self, *, refit: bool = True, progress: Progress | None = None) -> Audit:
        """Say what the codebook lacks on this corpus: see :func:`topics.themes.audit_codebook`."""
        return audit_codebook(self.corpus(), self.codebook, self.settings, progress or _no_progress, refit=refit)

    def codings(self) -> tuple[Coding, ...]:
        """The coded sheets that calibrate the theme scores."""
        return tuple(load_sheet((self.folder or Path()) / name, self.codebook) for name in self.settings.themes.coding)

    def run(
        self,
        out: Path | str | None = None,
        *,
        embeddings: Any = None,
        progress: Progress | None = None,
        reuse: bool = False,
    ) -> Run:
        """Run all steps and write a run folder.

        Parameters
        ----------
        out
            The run folder, by default ``run`` in the study's folder. It appears whole or
            not at all; an older run there is replaced, anything else is refused.
        embeddings
            Overrides the backend: vectors, a callable, or an encoder
            (see :func:`topics.text.embed`).
        progress
            Called with the name of each step and the share that is done, 0…1.
        reuse
            Return the run that is there already if it verifies and pages, codebook, settings, changes by
            hand, code and libraries are the same. Runs with other vectors than LSA's are always repeated.
        """
        return _warn_of_notes(self._run(out, embeddings, progress, reuse))

    def _run(self, out: Path | str | None, embeddings: Any, progress: Progress | None, reuse: bool = False) -> Run:
        target, inputs = self._run_folder(out), self.reload()._inputs()
        reusable = _reusable_run(target, inputs) if reuse and embeddings is None else None
        return reusable or _write(target, inputs, embeddings, progress or _no_progress)

    def repeat(self, run: Run, out: Path | str, *, embeddings: Any = None, progress: Progress | None = None) -> Run:
        """Run this study's pages again with the settings, codebook and changes by hand of an older run.

        ``out``, ``embeddings`` and ``progress`` are as in :meth:`run`.
        """
        record = run.record
        same = replace(self, settings=run.settings, codebook=run.codebook)
        manual = ManualChanges(record.corrections, record.edits, record.assignments, same.codings(), record.created)
        inputs = RunInputs(self.source, run.codebook, run.settings, manual)
        return _warn_of_notes(_write(Path(out), inputs, embeddings, progress or _no_progress))

    def reproduce(self, run: Run, *, embeddings: Any = None, progress: Progress | None = None) -> Reproduction:
        """Repeat an older run in a temporary folder, and compare the two."""
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", TopicsWarning)
            again = self.repeat(run, Path(folder) / "run", embeddings=embeddings, progress=progress)
            return compare_runs(run.folder, again.folder)

    def _inputs(self) -> RunInputs:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        manual = ManualChanges(self.corrections(), self.edits(), self.assignments(), self.codings(), now)
        return RunInputs(self.source, self.codebook, self.settings, manual)

    def _run_folder(self, wanted: Path | str | None) -> Path:
        if wanted is not None:
            return Path(wanted)
        if self.folder is None:
            raise InputError("no run folder given for loose input; say where it shall be: --out DIR (out=…)")
        return self.folder / "run"

    def _repr_html_(self) -> str:
        title = html.escape(self.settings.title or self.codebook.title or "study")
        themes = html.escape(", ".join(theme.label for theme in self.codebook.themes))
        return (
            f"<p><b>{title}</b><br>articles: {html.escape(self.source.name)}<br>"
            f"{len(self.codebook.themes)} themes: {themes}<br>"
            f"embedding {html.escape(self.settings.embeddings.name)}, seed {self.settings.seed}</p>"
        )


def _require_file(file: Path | None, what: str) -> Path:
    """The file of a study that keeps what people do."""
    if file is None:
        raise InputError(f"loose input has no place for {what}; expected a folder with study.toml")
    return file


def _no_progress(step: str, done: float) -> None:
    pass


def _write(target: Path, inputs: RunInputs, embeddings: Any, progress: Progress) -> Run:
    with atomic_folder(target) as draft:
        inputs.execute(draft, embeddings, progress)
    return Run(target)


def _warn_of_notes(run: Run) -> Run:
    """The run, after a warning for each thing that its reader must know."""
    for note in run.record.warnings:
        warnings.warn(note, TopicsWarning, stacklevel=3)
    return run


def _reusable_run(target: Path, inputs: RunInputs) -> Run | None:
    """The run at ``target``, if another one would be the same."""
    try:
        run = Run(target)
    except InputError:
        return None
    embedding, environment = run.record.inputs.embeddings, run.record.environment
    # vectors of other models can be told apart only by making them
    if {embedding.name, inputs.settings.embeddings.name} != {"lsa"}:
        return None
    # the digest of the code decides; the revision can change without it
    if environment != msgspec.structs.replace(provenance.environment(), revision=environment.revision):
        return None
    before, now = run.record.to_dict(), inputs.record(embedding).to_dict()
    is_same = provenance.data_digest({name: before[name] for name in now}) == provenance.data_digest(now)
    return run if is_same and not run.verify() else None


def _source_name(path: Path) -> str:
    """The name of a folder of pages, or of a file without its suffix."""
    path = path.resolve()
    return path.name if path.is_dir() else path.stem


def _relative_path(folder: Path, path: Path) -> str:
    """``path`` as seen from ``folder``; in full if there is no such path, as between two drives of Windows."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def is_study(path: Path) -> bool:
    """Whether ``path`` is a folder with ``study.toml``, or such a file."""
    return path.suffix == ".toml" or (path / "study.toml").is_file()


def run(
    path: Path | str,
    out: Path | str | None = None,
    *,
    codebook_file: Path | str | None = None,
    set: Sequence[str] = (),
    embeddings: Any = None,
    progress: Progress | None = None,
) -> Run:
    """Run a study, or input without a study but with a codebook, and return the run.

    Parameters
    ----------
    path
        A study (folder with ``study.toml``, or that file); with ``codebook_file`` a
        folder of pages, a page or a table.
    out
        The run folder; needed for input without a study.
    codebook_file
        ``codebook.toml`` for input without a study.
    set
        Changed settings, as in ``["seed=7", "themes.threshold=0.5"]``.
    embeddings, progress
        As in :meth:`Study.run`.

    Examples
    --------
    >>> run = topics.run("data/russia-china")  # doctest: +SKIP
    >>> run.figure("ribbon")  # doctest: +SKIP
    """
    study = open_study(path, codebook_file).with_settings(*set)
    return _warn_of_notes(study._run(out, embeddings, progress))


def study_of_run(run: Run, path: Path | str = "") -> Study:
    """The study of a run: at ``path``, a study or other input, or the folder that the run folder is in."""
    name = run.record.inputs.embeddings.name
    if name != run.settings.embeddings.name:
        raise InputError(
            f"the run used embeddings of its own ({name}), not {run.settings.embeddings.name};"
            " expected Study.repeat(run, out, embeddings=…) in Python"
        )
    place = Path(path) if path else run.folder.resolve().parent
    if is_study(place):
        return Study.load(place, only_read=True)
    if not path:
        raise InputError(f"{place} holds no study.toml; say what the run was made of: --rerun STUDY, or PATH of loose input")
    return Study(place, run.codebook, run.settings)


def open_study(path: Path | str, codebook_file: Path | str | None = None) -> Study:
    """The study at ``path``, or one made of loose input and a codebook."""
    path = Path(path)
    if codebook_file is not None:
        return Study(path, codebooks.load(codebook_file), Settings())
    if path.is_file() and path.suffix != ".toml":
        raise InputError(f"{path} is no study; expected study.toml or its folder, or add a codebook and a run folder")
    return Study.load(path)
