"""The floor plan: calls the rooms in order; reads and writes run folders."""

from __future__ import annotations

import dataclasses
import hashlib
import html
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topics import articles, codebook, corrections, edits, paragraphs, provenance, reading, settings, sheets, tables
from topics.codebook import Codebook
from topics.corrections import Correction
from topics.edits import Edit
from topics.paragraphs import Corpus
from topics.reading import Reading
from topics.settings import InputError, Settings, TopicsWarning
from topics.sheets import Coding

if TYPE_CHECKING:
    import pandas as pd

    from topics.figures.style import Chart

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of all steps that is done, 0…1."""

FIGURES: dict[str, tuple[str, ...]] = {
    "heatmap": ("profiles", "articles"),
    "profile": ("profiles", "articles"),
    "ribbon": ("themes", "paragraphs", "articles"),
    "outlets": ("outlets", "articles"),
    "topic_words": ("topics", "topic_words"),
    "topic_map": ("topic_map", "paragraph_topics", "topics"),
    "granularity": ("granularity", "paragraph_topics"),
}
"""Each figure, and the tables that it is drawn from."""


@dataclass(frozen=True)
class Study:
    """One corpus, one codebook, and the settings under which they meet."""

    source: Path
    """The folder of pages, or the table."""
    codebook: Codebook
    settings: Settings
    folder: Path | None = None
    """Where ``study.toml`` lies, if there is one."""

    @classmethod
    def load(cls, path: Path | str, *, only_read: bool = False) -> Study:
        """Open a study: a folder with ``study.toml``, or that file.

        With ``only_read``, a codebook that is not written yet is taken as empty.
        """
        path = Path(path)
        file = path / "study.toml" if path.is_dir() else path
        if not file.is_file():
            raise InputError(f"{file} does not exist; expected a study, or PATH with --codebook and --out")
        known = settings.load(file)
        book = file.parent / known.codebook
        themes = Codebook(()) if only_read and not book.exists() else codebook.load(book)
        return cls(file.parent / known.articles, themes, known, file.parent)

    def with_settings(self, *assignments: str) -> Study:
        """A copy with settings changed: ``study.with_settings("themes.threshold=0.5", "seed=7")``."""
        return replace(self, settings=settings.override(self.settings, list(assignments)))

    def read(self) -> Reading:
        """Read the pages and say of every line what it is, the study's corrections included."""
        return reading.read(self.source, self.settings, self.corrections())

    def corpus(self) -> Corpus:
        """Read the pages, drop boilerplate and copies, split into paragraphs.

        Raises
        ------
        InputError
            If no paragraph is left.
        """
        return paragraphs.require(self.read().corpus)

    def corrections(self) -> tuple[Correction, ...]:
        """What the study says of single lines, above all rules."""
        return corrections.load(self.corrections_file) if self.corrections_file else ()

    def correct(self, entries: Sequence[Correction]) -> None:
        """Write corrections into the study's file, in place of earlier ones for the same lines."""
        if self.corrections_file is None:
            raise InputError("loose input has no place for corrections; expected a folder with study.toml")
        corrections.add(self.corrections_file, entries, articles.read(self.source, self.settings).pages)

    @property
    def corrections_file(self) -> Path | None:
        """Where the study keeps its corrections; None for loose input."""
        return self.folder / self.settings.corrections if self.folder else None

    def edits(self) -> tuple[Edit, ...]:
        """What a person makes of the study's topics, in order."""
        return edits.load(self.edits_file) if self.edits_file else ()

    def edit(
        self,
        action: str,
        topics: int | Sequence[int],
        label: str = "",
        *,
        parts: int = 2,
        run: Path | str | None = None,
    ) -> Edit:
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
        file = self._kept_edits()
        shown = Run(self._run_folder(run))
        central = shown.representatives.groupby("topic_id")["paragraph_id"].agg(tuple).to_dict()
        labels = shown.topics.set_index("topic_id")["label"].to_dict()
        numbers = list(topics) if isinstance(topics, Iterable) else [topics]
        entry = edits.made(action, numbers, labels, central, label, parts)
        edits.save(file, [*edits.load(file), entry])
        return entry

    def undo_edit(self) -> Edit:
        """Take the last edit out of the study's file, and return it."""
        file = self._kept_edits()
        known = edits.load(file)
        if not known:
            raise InputError(f"{file} holds no edit; there is nothing to undo")
        edits.save(file, known[:-1])
        return known[-1]

    def _kept_edits(self) -> Path:
        if self.edits_file is None:
            raise InputError("loose input has no place for edits of topics; expected a folder with study.toml")
        return self.edits_file

    @property
    def edits_file(self) -> Path | None:
        """Where the study keeps the edits of its topics; None for loose input."""
        return self.folder / self.settings.topic_edits if self.folder else None

    def codings(self) -> tuple[Coding, ...]:
        """The coded sheets that calibrate the theme scores."""
        return tuple(sheets.load((self.folder or Path()) / name, self.codebook) for name in self.settings.themes.coding)

    def run(self, out: Path | str | None = None, *, embeddings: Any = None, progress: Progress | None = None) -> Run:
        """Walk through all rooms and leave a run folder.

        Parameters
        ----------
        out
            The run folder, by default ``run`` in the study's folder. It appears whole or
            not at all; an older run there is replaced, anything else is refused.
        embeddings
            Overrides the backend: vectors, a callable, or an encoder
            (see :func:`topics.embeddings.embed`).
        progress
            Called with the name of each step and the share that is done, 0…1.

        Raises
        ------
        InputError
            If the input cannot be used.
        """
        target = self._run_folder(out)
        _refuse_foreign(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            draft.chmod(0o755)
            notes = self._fill(draft, embeddings, progress or (lambda step, done: None))
            _swap(draft, target)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        for note in notes:
            warnings.warn(note, TopicsWarning, stacklevel=2)
        return Run(target)

    def _run_folder(self, wanted: Path | str | None) -> Path:
        if wanted is not None:
            return Path(wanted)
        if self.folder is None:
            raise InputError("no run folder given for loose input; say where it shall be: --out DIR (out=…)")
        return self.folder / "run"

    def _fill(self, folder: Path, vectors: Any, progress: Progress) -> list[str]:
        from threadpoolctl import threadpool_limits

        from topics import embeddings, profiles, themes, topic_model
        from topics.topic_model import saved

        steps = ["reading", "embedding", "themes", "topics", "profiles", "figures", "report"]

        def step(name: str, part: float = 0.0) -> None:
            progress(name, (steps.index(name) + part) / len(steps))

        # one thread: sums in another order differ in their last digit, and clusters follow
        with threadpool_limits(limits=1):
            step("reading")
            codings, by_hand, corrected = self.codings(), self.edits(), self.corrections()
            found_pages = reading.read(self.source, self.settings, corrected)
            corpus = paragraphs.require(found_pages.corpus)
            step("embedding")
            embedded = embeddings.embed(corpus, self.settings, vectors, lambda part: step("embedding", part))
            step("themes")
            pretrained = None if isinstance(embedded.encoder, embeddings.Lsa) else embedded.vectors
            scored = themes.score(corpus, self.codebook, self.settings, pretrained, [one.codes for one in codings])
            step("topics")
            found = topic_model.fit(corpus, embedded, self.settings, scored, lambda part: step("topics", part), by_hand)
            over = topic_model.overlap(found, scored, corpus)
            step("profiles")
            by_theme = profiles.of_themes(corpus, scored, self.codebook, self.settings)
            by_topic = profiles.of_topics(corpus, found, self.settings)
            grouped = {
                "outlets": profiles.of_outlets(corpus, by_theme, self.codebook, self.settings),
                "outlet_topics": profiles.topics_of_outlets(corpus, by_topic, self.settings),
                "themes_over_time": profiles.themes_over_time(corpus, by_theme, self.codebook, self.settings),
                "topics_over_time": profiles.topics_over_time(corpus, by_topic, self.settings),
            }
        closest = topic_model.closest_theme(over)
        ids = found.topics["topic_id"]
        frames = {
            "articles": corpus.articles,
            "paragraphs": corpus.paragraphs,
            "dropped": corpus.dropped,
            "duplicates": corpus.duplicates,
            "repairs": corpus.repairs,
            "themes": scored.table,
            "topics": found.topics.assign(theme=ids.map(closest)),
            "paragraph_topics": found.paragraph_topics,
            "topic_words": found.topic_words,
            "representatives": found.representatives,
            "granularity": found.granularity,
            "topic_hierarchy": found.hierarchy,
            "topic_levels": found.levels,
            "topic_themes": over,
            "topic_map": found.topic_map,
            "profiles": by_theme,
            "article_topics": by_topic,
            **grouped,
        }
        (folder / "tables").mkdir()
        for name, frame in frames.items():
            tables.write(frame, name, folder / "tables")
        saved.save(folder / "model", found, embedded, self.settings)
        notes = [*found_pages.notes, *scored.notes, *found.notes]
        environment = provenance.environment()
        plain = {"settings": self.settings.to_dict(), "codebook": codebook.to_dict(self.codebook)}
        step("figures")
        run = Run(folder, plain | {"outputs": {}})
        (folder / "figures").mkdir()
        for name, inputs in FIGURES.items():
            _save_figure(run, name, inputs, environment)
        record = {
            "title": self.settings.title or self.codebook.title,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "seed": self.settings.seed,
            **plain,
            "inputs": {
                "articles": {row.article_id: row.sha256 for row in corpus.articles.itertuples()},
                "codebook_sha256": _digest_of(plain["codebook"]),
                "coded_paragraphs": sorted({key for one in codings for key in one.codes}),
                "coding": {name: one.sha256 for name, one in zip(self.settings.themes.coding, codings, strict=True)},
                "embeddings": {
                    "name": embedded.name,
                    "model_sha256": embedded.model_sha256,
                    "sha256": embedded.sha256,
                    "shape": list(embedded.vectors.shape),
                },
            },
            "results": {
                "articles": int((corpus.articles["n_paragraphs"] > 0).sum()),
                "language": corpus.language,
                "paragraphs": len(corpus.paragraphs),
                "words": int(corpus.paragraphs["n_words"].sum()),
                "dropped_lines": len(corpus.dropped),
                "topics": int((ids >= 0).sum()),
                "outlier_share": tables.rounded(found.outlier_share),
                "unassigned_share": tables.rounded(scored.unassigned_share),
                "coded_paragraphs": scored.coded,
                "keyword_fitness": dataclasses.asdict(scored.fitness),
                "coherence": {name: tables.rounded(value) for name, value in found.coherence.items()},
                "reassigned_share": tables.rounded(found.reassigned_share),
                "stability": {"runs": found.reruns, "paragraphs_each": found.part},
                "edits": found.edited,
                "period": profiles.period(corpus.articles["date"], self.settings),
            },
            "learned_words": {name: scored.words(name) for name in self.codebook.names},
            "warnings": notes,
            "problems": list(found_pages.problems),
            "copies": found_pages.pages.copies,
            "mended": [page.source for page in found_pages.pages.pages if page.mended],
            "corrections": [dataclasses.asdict(one) for one in corrected],
            "edits": [dataclasses.asdict(one) for one in by_hand],
            "environment": environment,
            "platform_dependent": [
                "UMAP and LSA arithmetic: topics, stability, topic_map and article_topics can differ between processors;"
                " stability says how much such changes matter"
            ],
        }
        step("report")
        from topics import report

        text = report.render(record, {name: tables.read(name, folder / "tables") for name in frames}, folder / "figures")
        (folder / "report.html").write_text(text, encoding="utf-8")
        provenance.write_run(folder, record)
        progress("done", 1.0)
        return notes

    def _repr_html_(self) -> str:
        title = html.escape(self.settings.title or self.codebook.title or "study")
        themes = html.escape(", ".join(theme.label for theme in self.codebook.themes))
        return (
            f"<p><b>{title}</b><br>articles: {html.escape(self.source.name)}<br>"
            f"{len(self.codebook.themes)} themes: {themes}<br>"
            f"embedding {html.escape(self.settings.embeddings.name)}, seed {self.settings.seed}</p>"
        )


def run(
    path: Path | str,
    out: Path | str | None = None,
    *,
    codebook_file: Path | str | None = None,
    set: Sequence[str] = (),
    embeddings: Any = None,
    progress: Progress | None = None,
) -> Run:
    """Run a study, or loose input with a codebook, and return the run.

    Parameters
    ----------
    path
        A study (folder with ``study.toml``, or that file); with ``codebook_file`` a
        folder of pages, a page or a table.
    out
        The run folder; needed for loose input.
    codebook_file
        ``codebook.toml`` for loose input.
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
    return study.run(out, embeddings=embeddings, progress=progress)


def open_study(path: Path | str, codebook_file: Path | str | None = None) -> Study:
    """The study at ``path``, or one made of loose input and a codebook."""
    path = Path(path)
    if codebook_file is not None:
        return Study(path, codebook.load(codebook_file), Settings())
    if path.is_file() and path.suffix != ".toml":
        raise InputError(f"{path} is no study; expected study.toml or its folder, or add a codebook and a run folder")
    return Study.load(path)


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

    def table(self, name: str) -> pd.DataFrame:
        """A copy of table ``name`` (see :data:`topics.tables.COLUMNS`)."""
        if name not in tables.COLUMNS:
            raise InputError(f"there is no table {name!r}; expected one of {', '.join(tables.COLUMNS)}")
        if name not in self._cache:
            self._cache[name] = tables.read(name, self.folder / "tables")
        return self._cache[name].copy()

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name in tables.COLUMNS:
            return self.table(name)
        raise AttributeError(f"a run has no {name!r}; tables: {', '.join(tables.COLUMNS)}")

    def figure(self, name: str) -> Chart:
        """Draw a figure anew from the tables: see :data:`FIGURES`."""
        from topics import figures

        if name not in FIGURES:
            raise InputError(f"there is no figure {name!r}; expected one of {', '.join(FIGURES)}")
        more: dict[str, Any] = {"level": self.settings.profiles.level} if name in ("profile", "outlets") else {}
        more |= {"settings": self.settings} if name == "granularity" else {}
        return getattr(figures, name)(*(self.table(table) for table in FIGURES[name]), self.codebook, **more)

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
        return rows.merge(self.paragraphs[["paragraph_id", "article_id"]], on="paragraph_id")[
            ["article_id", "paragraph_id", "score", "evidence"]
        ]

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
        from topics.topic_model import saved

        return saved.load(self.folder / "model").assign(paragraphs, encoder)

    def read(self, path: Path | str, *assignments: str) -> Reading:
        """Read other pages or another table as this run read its own, in the language that it found.

        ``assignments`` change settings, as in :meth:`Study.with_settings`.
        """
        known = settings.override(self.settings, list(assignments))
        found = self.record["results"]["language"]
        return reading.read(path, replace(known, language=found) if known.language == "auto" else known)

    def verify(self) -> list[str]:
        """What differs from ``run.json``; empty when nothing does."""
        return provenance.verify(self.folder)

    def _repr_html_(self) -> str:
        results = self.record.get("results", {})
        facts = ", ".join(f"{results[key]} {key}" for key in ("articles", "paragraphs", "topics") if key in results)
        warned = "".join(f"<li>{html.escape(note)}</li>" for note in self.record.get("warnings", []))
        titles = self.articles.set_index("article_id")["title"]
        shown = (100 * self.shares.head(20)).round(0).astype(int)
        shown.index = [titles[key] or key for key in shown.index]
        return (
            f"<p><b>{html.escape(str(self.record.get('title', '')))}</b>: {facts}; seed {self.settings.seed}</p>"
            f"<ul>{warned}</ul><p>per cent of words{' in the first 20 articles' if len(self.shares) > 20 else ''}:</p>"
            f"{shown.to_html()}"
        )


def _save_figure(run: Run, name: str, inputs: tuple[str, ...], environment: dict[str, Any]) -> None:
    from topics.figures import style

    figure = run.figure(name)
    note = f"topics {environment['topics']}, seed {run.settings.seed}. {figure.caption}"
    style.export(figure, run.folder / "figures", name, note)
    known = {
        "seed": run.settings.seed,
        "settings": run.settings.to_dict(),
        "versions": environment["libraries"] | {"topics": environment["topics"], "python": environment["python"]},
        "code_sha256": environment["code_sha256"],
    }
    provenance.sidecar(name, figure.caption, figure.alt, run.folder, list(inputs), known)


def _digest_of(data: Any) -> str:
    import json

    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _refuse_foreign(target: Path) -> None:
    """Refuse to write over anything that is not an older run."""
    if target.is_file():
        raise InputError(f"{target} is a file; expected a folder to write the run to")
    if target.is_dir() and (found := provenance.foreign(target)):
        raise InputError(f"{target} holds {found[0]}, which is no part of a run; choose another --out, or empty it")


def _swap(draft: Path, target: Path) -> None:
    """Put the finished folder in place; an older run goes only when the new one is there."""
    if not target.exists():
        draft.replace(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.replace(old / "run")
    try:
        draft.replace(target)
    except BaseException:
        (old / "run").replace(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
