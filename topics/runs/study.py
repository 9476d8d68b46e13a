"""A study: its folder, its manual changes, and its runs."""

import contextlib
import hashlib
import html
import json
import os
import tempfile
import warnings
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import msgspec

from topics import codebook as codebooks
from topics import settings
from topics.codebook import Codebook, as_codebook
from topics.coding import Coding, NotCodedError, load_coders, load_codes, load_sheet
from topics.errors import InputError, TopicsWarning
from topics.files import replace_file, write_toml
from topics.format import count
from topics.manual import ASSIGNMENTS, CORRECTIONS, TOPIC_EDITS, Assignment, Correction, TopicEdit
from topics.reading import Corpus, Input, Reading, as_input, quote_lines, read_pages, require_paragraphs
from topics.runs import provenance
from topics.runs.folder import atomic_folder
from topics.runs.pipeline import ManualChanges, Progress, RunInputs
from topics.runs.reproduction import Reproduction, compare_runs
from topics.runs.run import Run
from topics.settings import Settings
from topics.themes import Audit, audit_codebook, create_assignment
from topics.topic_model import create_edit


@dataclass(frozen=True, repr=False)
class Study:
    """One corpus, one codebook, and the settings of their analysis.

    Examples
    --------
    >>> study = topics.Study.load("data/russia-china").with_settings("seed=7")
    >>> study.settings.seed
    7
    >>> run = study.run("run")  # doctest: +SKIP
    """

    source: Input
    """The folder of pages, or the table; or data in memory: a DataFrame, or a list of texts."""
    codebook: Codebook
    settings: Settings
    folder: Path | None = None
    """The folder of ``study.toml``; None without a study."""
    _loaded: Codebook | None = field(default=None, repr=False, compare=False)
    """The codebook as read from the study's file."""

    @classmethod
    def load(cls, path: Path | str, *, only_read: bool = False) -> Self:
        """Open a study: a folder with ``study.toml``, or that file.

        With ``only_read``, a codebook that is missing or has no themes counts as empty.
        """
        path = Path(path)
        file = path / "study.toml" if path.is_dir() else path
        if not file.is_file():
            raise InputError(f"{file} does not exist; expected a study, or PATH with --codebook and --out")
        loaded = settings.load(file)
        book = file.parent / loaded.codebook
        codebook = codebooks.load(book, may_be_empty=only_read)
        return cls(file.parent / loaded.articles, codebook, loaded, file.parent, codebook)

    @classmethod
    def open(cls, path: Path | str, codebook: Path | str | None = None, home: Path | str = "studies") -> Self:
        """Open a study; for a folder of pages without one, create it.

        Parameters
        ----------
        path
            A study, as for :meth:`load`; or a folder of pages, a page or a table.
        codebook
            The codebook that is copied into a new study, converted if it is a dictionary of another
            tool; an existing study uses its own.
        home
            A new study is created as ``home/NAME``, named after the folder or file of pages; if other pages have
            that name already, a digest of the path is added. The pages are not copied.
        """
        path = Path(path)
        if is_study(path):
            return cls.load(path)
        if not path.exists():
            raise InputError(f"{path} does not exist; expected a study, a folder of pages, a page or a table")
        folder = Path(home) / source_name(path)
        if is_study(folder) and _is_other_source(cls.load(folder, only_read=True), path):
            digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()
            folder = folder.with_name(f"{folder.name}-{digest[:6]}")
        return cls.load(folder) if is_study(folder) else cls.begin(folder, path, codebook)

    @classmethod
    def begin(cls, folder: Path | str, articles: Path | str, codebook: Path | str | None) -> Self:
        """Create a study: write ``study.toml``, and copy the codebook unless the folder has one.

        Parameters
        ----------
        folder
            The folder of the study; it must not contain one yet.
        articles
            The pages, which are not copied.
        codebook
            The codebook to copy; a dictionary of another tool is converted.
        """
        if codebook is None:
            raise InputError(f"{articles} is not a study; expected a study, or codebook=FILE to create one")
        folder, codebook = Path(folder), Path(codebook)
        refuse_study(folder)
        copy_codebook(codebook, folder)
        source = Path(articles)
        write_toml(folder / "study.toml", {"title": source_name(source), "articles": relative_path(folder, source)})
        return cls.load(folder)

    def with_settings(self, *assignments: str) -> Self:
        """A copy with settings changed: ``study.with_settings("themes.threshold=0.5", "seed=7")``."""
        return replace(self, settings=settings.override(self.settings, list(assignments)))

    def read(self) -> Reading:
        """Read the pages and classify every line; the study's corrections are applied."""
        return self._inputs().reading

    def corpus(self) -> Corpus:
        """Read the pages, drop boilerplate and duplicates, and split into paragraphs; InputError if there are none."""
        return require_paragraphs(self.read().corpus)

    def corrections(self) -> tuple[Correction, ...]:
        """The study's corrections of single lines, which override the classifier."""
        return CORRECTIONS.load(self.corrections_file)

    def correct(self, entries: Sequence[Correction]) -> None:
        """Save corrections in the study's file; they replace earlier ones for the same lines."""
        file = _require_file(self.corrections_file, "corrections")
        CORRECTIONS.add(file, quote_lines(entries, read_pages(self.source, self.settings, self.metadata_file).pages))

    @property
    def corrections_file(self) -> Path | None:
        """The file of the study's corrections; None for input without a study."""
        return self.folder / self.settings.corrections if self.folder else None

    @property
    def metadata_file(self) -> Path | None:
        """The study's table of metadata, which need not exist; None for input without a study."""
        return self.folder / self.settings.metadata if self.folder else None

    def edits(self) -> tuple[TopicEdit, ...]:
        """The manual edits of the study's topics, in order."""
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

        The edit is saved in the study's file, with the central paragraphs that identify the
        topics, and takes effect in the next run.

        Parameters
        ----------
        action
            ``merge split rename drop``.
        topics
            Topic numbers in a run of this study.
        label
            The label of the resulting topic; required for ``rename``.
        parts
            Number of topics that ``split`` produces.
        run
            The run that the numbers refer to, by default ``run`` in the study's folder.

        Raises
        ------
        InputError
            If there is no such run, topic or action.
        """
        file = _require_file(self.edits_file, "edits of topics")
        numbered = Run(self._run_folder(run))
        central = numbered.representatives.groupby("topic_id")["paragraph_id"].agg(tuple).to_dict()
        labels = numbered.topics.set_index("topic_id")["label"].to_dict()
        numbers = list(topics) if isinstance(topics, Iterable) else [topics]
        edit = create_edit(action, numbers, labels, central, label, parts)
        TOPIC_EDITS.add(file, [edit])
        return edit

    def undo_edit(self) -> TopicEdit:
        """Remove the last edit from the study's file, and return it."""
        file = _require_file(self.edits_file, "edits of topics")
        edits = self.edits()
        if not edits:
            raise InputError(f"{file} contains no edits; there is nothing to undo")
        TOPIC_EDITS.save(file, edits[:-1])
        return edits[-1]

    @property
    def edits_file(self) -> Path | None:
        """The file of the study's topic edits; None for input without a study."""
        return self.folder / self.settings.topic_edits if self.folder else None

    def assignments(self) -> tuple[Assignment, ...]:
        """The manual assignments of themes to single paragraphs."""
        return ASSIGNMENTS.load(self.assignments_file)

    def assign(self, paragraph_id: str, themes: Sequence[str], run: Run | Path | str | None = None) -> Assignment:
        """Assign themes to a paragraph manually, in place of those from its scores; takes effect in the next run.

        Parameters
        ----------
        paragraph_id
            The paragraph's id in a run of this study.
        themes
            Names of themes, the primary theme first; empty for none.
        run
            The run that contains the paragraph, by default ``run`` in the study's folder.

        Raises
        ------
        InputError
            If there is no such run, paragraph or theme.
        """
        file = _require_file(self.assignments_file, "assignments")
        run = run if isinstance(run, Run) else Run(self._run_folder(run))
        # A run without text lacks the beginning of the paragraph, which the file quotes.
        paragraphs = run.paragraphs if run.settings.deposit.text else self.corpus().paragraphs
        assignment = create_assignment(paragraph_id, themes, paragraphs, self.reload().codebook)
        ASSIGNMENTS.add(file, [assignment])
        return assignment

    def unassign(self, paragraph_id: str) -> Assignment:
        """Remove the manual assignment of a paragraph from the study's file, and return it."""
        file = _require_file(self.assignments_file, "assignments")
        assignments = {assignment.paragraph_id: assignment for assignment in self.assignments()}
        if paragraph_id not in assignments:
            raise InputError(f"{file} has no assignment of paragraph {paragraph_id!r}; there is nothing to undo")
        removed = assignments.pop(paragraph_id)
        ASSIGNMENTS.save(file, assignments.values())
        return removed

    @property
    def assignments_file(self) -> Path | None:
        """The file of the study's manual assignments; None for input without a study."""
        return self.folder / self.settings.assignments if self.folder else None

    def add_keyword(self, theme: str, keyword: str) -> Self:
        """Add a keyword to the study's codebook, and return the updated study."""
        if self.folder is None:
            raise InputError("input without a study has no codebook file; expected a folder with study.toml")
        file = self.folder / self.settings.codebook
        codebooks.add_keyword(file, theme, keyword)
        return self.reload()

    def reload(self) -> Self:
        """The study with its codebook read again; settings, and a codebook replaced in Python, are kept."""
        if self.folder is None or self.codebook is not self._loaded:
            return self
        book = codebooks.load(self.folder / self.settings.codebook)
        return self if book == self.codebook else replace(self, codebook=book, _loaded=book)

    def sheets(self) -> list[Path]:
        """The coded sheets in the study's folder ``sheets``; sheets without codes are omitted."""
        if self.folder is None:
            return []
        coded = []
        for file in sorted((self.folder / "sheets").glob("*")):
            is_lock = file.name.startswith(("~$", "."))  # written while a spreadsheet program has the sheet open
            if file.suffix.lower() in (".csv", ".xlsx") and not is_lock:
                with contextlib.suppress(NotCodedError):
                    load_sheet(file, self.codebook)
                    coded.append(file)
        return coded

    def audit(self, *, refit: bool = True, progress: Progress | None = None) -> Audit:
        """Check the codebook on this corpus (see :func:`topics.themes.audit_codebook`)."""
        return audit_codebook(self.corpus(), self.codebook, self.settings, progress or _no_progress, refit=refit)

    def codings(self) -> tuple[Coding, ...]:
        """The gold codes that correct the theme scores, one per coder."""
        return load_coders([(self.folder or Path()) / name for name in self.settings.themes.coding], self.codebook)

    def coders(self) -> tuple[Coding, ...]:
        """The codes of other coders, such as a language model, which count as far as they agree."""
        return tuple(load_codes((self.folder or Path()) / name, self.codebook) for name in self.settings.themes.coders)

    def with_codes(self, codes: Sequence[Path | str] = (), coders: Sequence[Path | str] = ()) -> Self:
        """A copy with more gold codes and other coders than ``themes.coding`` and ``themes.coders`` name.

        ``codes`` and ``coders`` are files, one per coder; relative paths start at the current folder.
        """
        themes = self.settings.themes
        changed = msgspec.structs.replace(
            themes, coding=self._files(themes.coding, codes), coders=self._files(themes.coders, coders)
        )
        if both := sorted({*changed.coding} & {*changed.coders}):
            raise InputError(f"{both[0]} is given as gold codes and as another coder; expected one of the two")
        return replace(self, settings=msgspec.structs.replace(self.settings, themes=changed))

    def _files(self, named: tuple[str, ...], added: Sequence[Path | str]) -> tuple[str, ...]:
        """Files by their paths from the study's folder, each once."""
        # a string is a sequence, too: of letters
        files = [added] if isinstance(added, str | Path) else added
        more = [relative_path(self.folder, Path(file)) if self.folder else Path(file).as_posix() for file in files]
        return tuple(dict.fromkeys((*named, *more)))

    def run(
        self,
        out: Path | str | None = None,
        *,
        embeddings: Any = None,
        topic_model: Any = None,
        progress: Progress | None = None,
        reuse: bool = False,
    ) -> Run:
        """Run all steps and write a run folder.

        Parameters
        ----------
        out
            The run folder, by default ``run`` in the study's folder. It is written completely or
            not at all; an older run there is replaced, a folder with other files is refused.
        embeddings
            Vectors, a callable or an encoder in place of the one in the settings
            (see :func:`topics.text.embed`). Vectors have a row for each paragraph, in the order of
            ``run.paragraphs``; or for data in memory a row for each text, in their order, if each
            text is a paragraph.
        topic_model
            A ``bertopic.BERTopic`` in place of the package's, with any parts; it is not changed, ``run.topic_model`` is
            a fitted copy. One that is not fitted is fitted to the paragraphs, and refitted on resamples for the
            stability of its topics (``stability.runs``). One that was fitted to these paragraphs keeps its topics, any
            other assigns them by ``transform``.
        progress
            Called with the name of each step and the completed share, 0…1.
        reuse
            Return the existing run if it verifies and pages, codebook, settings, manual changes, code and
            libraries are the same. Runs with vectors other than LSA are always repeated.
        """
        return _warn_of_notes(self._run(out, embeddings, topic_model, progress, reuse))

    def _run(
        self, out: Path | str | None, embeddings: Any, topic_model: Any, progress: Progress | None, reuse: bool = False
    ) -> Run:
        target, inputs = self._run_folder(out), self.reload()._inputs(topic_model)
        reusable = _reusable_run(target, inputs) if reuse and embeddings is None and topic_model is None else None
        return reusable or _write(target, inputs, embeddings, progress or _no_progress)

    def repeat(
        self,
        run: Run,
        out: Path | str,
        *,
        embeddings: Any = None,
        topic_model: Any = None,
        progress: Progress | None = None,
    ) -> Run:
        """Run this study's pages with the settings, codebook and manual changes of an older run.

        ``out``, ``embeddings``, ``topic_model`` and ``progress`` are as in :meth:`run`.
        """
        record = run.record
        same = replace(self, settings=run.settings, codebook=run.codebook)
        manual = ManualChanges(
            record.corrections, record.edits, record.assignments, same.codings(), same.coders(), record.created
        )
        inputs = RunInputs(self.source, run.codebook, run.settings, manual, self.metadata_file, topic_model)
        return _warn_of_notes(_write(Path(out), inputs, embeddings, progress or _no_progress))

    def reproduce(
        self, run: Run, *, embeddings: Any = None, topic_model: Any = None, progress: Progress | None = None
    ) -> Reproduction:
        """Repeat an older run in a temporary folder, and compare the results."""
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", TopicsWarning)
            again = self.repeat(run, Path(folder) / "run", embeddings=embeddings, topic_model=topic_model, progress=progress)
            return compare_runs(run.folder, again.folder)

    def _inputs(self, topic_model: Any = None) -> RunInputs:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        manual = ManualChanges(self.corrections(), self.edits(), self.assignments(), self.codings(), self.coders(), now)
        return RunInputs(self.source, self.codebook, self.settings, manual, self.metadata_file, topic_model)

    def _run_folder(self, wanted: Path | str | None) -> Path:
        if wanted is not None:
            return Path(wanted)
        if self.folder is None:
            raise InputError("no run folder given for input without a study; expected --out DIR (out=…)")
        return self.folder / "run"

    @property
    def title(self) -> str:
        """The title of the study, or else that of its codebook."""
        return self.settings.title or self.codebook.title

    def __repr__(self) -> str:
        parts = [repr(self.title)] * bool(self.title) + [f"articles {self._source}"]
        return f"Study({', '.join(parts)}, {count(len(self.codebook.themes), 'theme')}, seed {self.settings.seed})"

    @property
    def _source(self) -> str:
        """Where the articles are."""
        if isinstance(self.source, Path | str):
            return Path(self.source).as_posix()
        return f"in memory ({type(self.source).__name__} of {len(self.source)})"

    def _repr_html_(self) -> str:
        themes = html.escape(", ".join(theme.label for theme in self.codebook.themes))
        return (
            f"<p><b>{html.escape(self.title or 'Study')}</b><br>articles: {html.escape(self._source)}<br>"
            f"{count(len(self.codebook.themes), 'theme')}: {themes}<br>"
            f"embedding {html.escape(self.settings.embeddings.name)}, seed {self.settings.seed}</p>"
        )


def _require_file(file: Path | None, what: str) -> Path:
    """A file of manual changes; InputError for input without a study, which has none."""
    if file is None:
        raise InputError(f"input without a study cannot store {what}; expected a folder with study.toml")
    return file


def _no_progress(step: str, done: float) -> None:
    pass


def _write(target: Path, inputs: RunInputs, embeddings: Any, progress: Progress) -> Run:
    with atomic_folder(target) as draft:
        fitted = inputs.execute(draft, embeddings, progress)
    run = Run(target)
    if inputs.topic_model is not None:
        run.topic_model = fitted  # with the caller's own parts, which cannot be read again from a folder
    return run


def _warn_of_notes(run: Run) -> Run:
    """Issue a warning for each note in ``run.json``, and return the run."""
    for note in run.record.warnings:
        warnings.warn(note, TopicsWarning, stacklevel=3)
    return run


def _reusable_run(target: Path, inputs: RunInputs) -> Run | None:
    """The run at ``target``, if a new one would be identical."""
    try:
        run = Run(target)
    except InputError:
        return None
    embedding, environment = run.record.inputs.embeddings, run.record.environment
    # Whether other vectors have changed cannot be checked without computing them.
    if {embedding.name, inputs.settings.embeddings.name} != {"lsa"}:
        return None
    if inputs.settings.themes.encoder not in ("auto", "none", "use"):
        return None
    # The revision can change without the code; the digest of the code is compared anyway.
    if environment != msgspec.structs.replace(provenance.environment(), revision=environment.revision):
        return None
    before, now = run.record.to_dict(), inputs.record(embedding, run.record.inputs.theme_encoder).to_dict()
    is_same = provenance.data_digest({name: before[name] for name in now}) == provenance.data_digest(now)
    return run if is_same and not run.verify() else None


def refuse_study(folder: Path) -> None:
    """InputError if a folder has a study already."""
    if (folder / "study.toml").exists():
        raise InputError(f"{folder / 'study.toml'} exists already; expected a folder without a study")


def source_name(path: Path) -> str:
    """The name of a folder, or of a file without its suffix."""
    path = path.resolve()
    return path.name if path.is_dir() else path.stem


def copy_codebook(codebook: Path, folder: Path) -> None:
    """Copy a codebook into a folder that has none, as ``codebook.toml``; dictionaries of other tools are converted."""
    book, target = codebooks.load(codebook), folder / "codebook.toml"
    folder.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    if codebook.suffix.lower() == ".toml":
        replace_file(target, codebook.read_bytes())  # with its comments
    else:
        book.save(target)


def relative_path(folder: Path, path: Path) -> str:
    """``path`` relative to ``folder``; absolute if they are on different drives (Windows)."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()


def _is_other_source(study: Study, path: Path) -> bool:
    return not isinstance(study.source, Path) or study.source.resolve() != path.resolve()


def is_study(path: Path) -> bool:
    """Whether ``path`` is a folder with ``study.toml``, or such a file."""
    return path.suffix == ".toml" or (path / "study.toml").is_file()


def run(
    path: Input | str,
    out: Path | str | None = None,
    *,
    codebook: Codebook | Mapping[str, Any] | Path | str | None = None,
    column: Mapping[str, str] | str | None = None,
    set: Mapping[str, Any] | Sequence[str] | str = (),
    codes: Sequence[Path | str] = (),
    coders: Sequence[Path | str] = (),
    embeddings: Any = None,
    topic_model: Any = None,
    progress: Progress | None = None,
    codebook_file: Path | str | None = None,
) -> Run:
    """Run a study, or input without a study but with a codebook, and return the run.

    Parameters
    ----------
    path
        A study (folder with ``study.toml``, or that file); with ``codebook`` a folder of
        pages, a page or a table, or data in memory: a DataFrame with a column of text, or a
        list, Series or other collection of texts.
    out
        The run folder; needed for files without a study. Without it, the run of data in
        memory is kept in a temporary folder as long as the :class:`Run` exists.
    codebook
        For input without a study: ``codebook.toml`` or a dictionary of another tool
        (:meth:`Codebook.load`), a :class:`Codebook`, or a dictionary of keywords by theme
        (:meth:`Codebook.from_dict`).
    column
        The column of a table that contains the text: ``column="content"``; or several columns by field:
        ``column={"text": "content", "date": "published"}``. Others are found by their usual names.
    set
        Changed settings, as in ``{"seed": 7, "themes.threshold": 0.5}`` or ``["seed=7", "themes.threshold=0.5"]``.
    codes
        Files of gold codes, one per coder, besides those in ``themes.coding``: coded sheets of ``topics sheet``, or
        tables ``paragraph_id,themes[,weight]`` (:func:`topics.coding.load_codes`).
    coders
        Files of codes of other coders, such as a language model, besides those in ``themes.coders``: tables
        ``paragraph_id,themes[,score]``. They count as far as they agree with the gold codes, or without these with
        the model.
    embeddings, topic_model, progress
        As in :meth:`Study.run`.
    codebook_file
        The same as ``codebook``.

    Examples
    --------
    >>> run = topics.run("data/russia-china")  # doctest: +SKIP
    >>> run.figure("ribbon")  # doctest: +SKIP
    >>> themes = {"energy": ["gas", "oil"], "territory": ["border"]}
    >>> run = topics.run(frame, codebook=themes)  # doctest: +SKIP
    """
    changes = [*_assignments(set), *_columns(column)]
    study = open_study(path, codebook, codebook_file=codebook_file).with_settings(*changes).with_codes(codes, coders)
    if out is None and not isinstance(study.source, Path):
        return _run_in_memory(study, embeddings, topic_model, progress)
    return _warn_of_notes(study._run(out, embeddings, topic_model, progress))


def _assignments(changes: Mapping[str, Any] | Sequence[str] | str) -> list[str]:
    """Changed settings as ``section.key=value``, where the value is TOML."""
    if isinstance(changes, Mapping):
        return [f"{key}={_toml(value)}" for key, value in changes.items()]
    return [changes] if isinstance(changes, str) else list(changes)


def _columns(column: Mapping[str, str] | str | None) -> list[str]:
    named = {"text": column} if isinstance(column, str) else column or {}
    return [f"reading.columns.{field}={_toml(name)}" for field, name in named.items()]


def _toml(value: Any) -> str:
    # numbers, strings and lists of them are written alike in both
    return json.dumps(value, ensure_ascii=False, default=str)


def _run_in_memory(study: Study, embeddings: Any, topic_model: Any, progress: Progress | None) -> Run:
    """Run into a temporary folder, which is removed with the :class:`Run`."""
    folder = tempfile.TemporaryDirectory(prefix="topics-", ignore_cleanup_errors=True)
    try:
        run = study._run(Path(folder.name) / "run", embeddings, topic_model, progress)
    except BaseException:
        folder.cleanup()
        raise
    weakref.finalize(run, folder.cleanup)
    return _warn_of_notes(run)


def study_of_run(run: Run, path: Path | str = "") -> Study:
    """The study of a run: at ``path``, a study or other input, or the folder that the run folder is in."""
    name = run.record.inputs.embeddings.name
    if name != run.settings.embeddings.name:
        raise InputError(
            f"the run used the caller's embeddings ({name}), not {run.settings.embeddings.name};"
            " repeat it in Python: Study.repeat(run, out, embeddings=…)"
        )
    if run.record.inputs.topic_model is not None:
        raise InputError("the run used the caller's BERTopic; repeat it in Python: Study.repeat(run, out, topic_model=…)")
    place = Path(path) if path else run.folder.resolve().parent
    if is_study(place):
        return Study.load(place, only_read=True)
    if not path:
        raise InputError(f"{place} contains no study.toml; expected --rerun STUDY, or the PATH of input without a study")
    return Study(place, run.codebook, run.settings)


def open_study(
    path: Input | str,
    codebook: Codebook | Mapping[str, Any] | Path | str | None = None,
    *,
    codebook_file: Path | str | None = None,
) -> Study:
    """The study at ``path``; with a codebook, the input there, or data in memory, without a study.

    ``codebook_file`` is the same as ``codebook``.
    """
    if codebook_file is not None:
        if codebook is not None:
            raise InputError("codebook and codebook_file are both given; they are the same: expected one of them")
        codebook = codebook_file
    data = as_input(path)
    if not isinstance(data, Path):
        if codebook is None:
            raise InputError("no codebook given for data in memory; expected codebook=FILE, a Codebook or a dictionary")
        return Study(data, as_codebook(codebook), Settings())
    if codebook is not None and is_study(data):
        return replace(Study.load(data, only_read=True), codebook=as_codebook(codebook))
    if codebook is not None:
        return Study(data, as_codebook(codebook), Settings())
    if data.is_file() and data.suffix != ".toml":
        raise InputError(f"{data} is not a study; expected study.toml or its folder, or add --codebook and --out")
    return Study.load(data)
