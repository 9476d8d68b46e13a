"""The floor plan: calls the rooms in order; reads and writes run folders."""

from __future__ import annotations

import dataclasses
import html
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from topics import (
    articles,
    codebook,
    corrections,
    edits,
    paragraphs,
    provenance,
    reading,
    run_folder,
    settings,
    sheets,
    tables,
)
from topics.codebook import Codebook
from topics.corrections import Correction
from topics.edits import Edit
from topics.paragraphs import Corpus
from topics.reading import Reading
from topics.run_folder import Run
from topics.settings import InputError, Settings, TopicsWarning
from topics.sheets import Coding

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of all steps that is done, 0…1."""


def _silent(step: str, done: float) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class ByHand:
    """What people did to a study besides its settings and its codebook, and when it was run."""

    corrections: tuple[Correction, ...]
    edits: tuple[Edit, ...]
    codings: tuple[Coding, ...]
    created: str
    """ISO 8601, UTC."""


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
        return self._write(self._run_folder(out), self._by_hand(), embeddings, progress or _silent)

    def repeat(self, run: Run, out: Path | str, *, embeddings: Any = None, progress: Progress | None = None) -> Run:
        """Run this study's pages again as an older run read them: its settings, codebook, corrections and edits.

        Parameters
        ----------
        run
            The older run; :func:`topics.reproduction.compare` holds the two against each other.
        out, embeddings, progress
            As in :meth:`run`.
        """
        known = run.record
        by_hand = ByHand(
            tuple(Correction(**one) for one in known["corrections"]),
            tuple(
                Edit(**{**one, "paragraphs": tuple(map(tuple, one["paragraphs"])), "topics": tuple(one["topics"])})
                for one in known["edits"]
            ),
            replace(self, settings=run.settings, codebook=run.codebook).codings(),
            known["created"],
        )
        same = replace(self, settings=run.settings, codebook=run.codebook)
        return same._write(Path(out), by_hand, embeddings, progress or _silent)

    def _by_hand(self) -> ByHand:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return ByHand(self.corrections(), self.edits(), self.codings(), now)

    def _write(self, target: Path, by_hand: ByHand, embeddings: Any, progress: Progress) -> Run:
        with run_folder.drafted(target) as draft:
            notes = self._fill(draft, by_hand, embeddings, progress)
        for note in notes:
            warnings.warn(note, TopicsWarning, stacklevel=3)
        return Run(target)

    def _run_folder(self, wanted: Path | str | None) -> Path:
        if wanted is not None:
            return Path(wanted)
        if self.folder is None:
            raise InputError("no run folder given for loose input; say where it shall be: --out DIR (out=…)")
        return self.folder / "run"

    def _fill(self, folder: Path, by_hand: ByHand, vectors: Any, progress: Progress) -> list[str]:
        from threadpoolctl import threadpool_limits

        from topics import audit, co_occurrence, deposit, embeddings, keyness, profiles, themes, topic_model
        from topics.topic_model import saved

        steps = ["reading", "embedding", "themes", "topics", "profiles", "figures", "report"]

        def step(name: str, part: float = 0.0) -> None:
            progress(name, (steps.index(name) + part) / len(steps))

        # one thread: sums in another order differ in their last digit, and clusters follow
        with threadpool_limits(limits=1):
            step("reading")
            codings = by_hand.codings
            found_pages = reading.read(self.source, self.settings, by_hand.corrections)
            corpus = paragraphs.require(found_pages.corpus)
            step("embedding")
            embedded = embeddings.embed(corpus, self.settings, vectors, lambda part: step("embedding", part))
            step("themes")
            pretrained = None if isinstance(embedded.encoder, embeddings.Lsa) else embedded.vectors
            judged = audit.audit(corpus, self.codebook, self.settings, refit=False)
            scored = themes.score(corpus, self.codebook, self.settings, pretrained, [one.codes for one in codings])
            step("topics")
            found = topic_model.fit(
                corpus, embedded, self.settings, scored, lambda part: step("topics", part), by_hand.edits
            )
            over = topic_model.overlap(found, scored, corpus)
            step("profiles")
            by_theme = profiles.of_themes(corpus, scored, self.codebook, self.settings)
            by_topic = profiles.of_topics(corpus, found, self.settings)
            grouped = {
                "overall": profiles.of_corpus(corpus, by_theme, self.codebook, self.settings),
                "outlets": profiles.of_outlets(corpus, by_theme, self.codebook, self.settings),
                "outlet_differences": profiles.differences(corpus, by_theme, self.codebook, self.settings),
                "keyness": keyness.keyness(corpus, self.settings),
                "co_occurrence": co_occurrence.co_occurrence(corpus, scored, self.codebook, self.settings),
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
            "keywords": judged.keywords,
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
        texts = self.settings.deposit.text
        held, _ = corrections.apply(by_hand.corrections, found_pages.pages.pages)
        applied = [replace(one, text="") for one in by_hand.corrections if (one.article_id, one.line) in held]
        published = frames if texts else deposit.without_texts(frames)
        (folder / "tables").mkdir()
        for name, frame in published.items():
            tables.write(frame, name, folder / "tables")
        saved.save(folder / "model", found, embedded, self.settings)
        notes = [*found_pages.notes, *scored.notes, *found.notes]
        plain = {"settings": self.settings.to_dict(), "codebook": codebook.to_dict(self.codebook)}
        record = {
            "title": self.settings.title or self.codebook.title,
            "created": by_hand.created,
            "seed": self.settings.seed,
            **plain,
            "inputs": {
                "articles": {row.article_id: row.sha256 for row in corpus.articles.itertuples()},
                "codebook_sha256": provenance.digest_of(plain["codebook"]),
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
                "audit": {
                    "usable": judged.usable,
                    "findings": list(judged.findings),
                    "suggested": {str(name): list(rows["word"]) for name, rows in judged.words.groupby("theme", sort=False)},
                },
                "coherence": {name: tables.rounded(value) for name, value in found.coherence.items()},
                "reassigned_share": tables.rounded(found.reassigned_share),
                "stability": {"runs": found.reruns, "paragraphs_each": found.part},
                "edits": found.edited,
                "corrections": len(applied),
                "period": profiles.period(corpus.articles["date"], self.settings),
            },
            "learned_words": {name: scored.words(name) for name in self.codebook.names},
            "warnings": notes,
            "problems": list(found_pages.problems),
            "copies": found_pages.pages.copies,
            "mended": [page.source for page in found_pages.pages.pages if page.mended],
            "corrections": [dataclasses.asdict(one) for one in (by_hand.corrections if texts else applied)],
            "edits": [dataclasses.asdict(one) for one in by_hand.edits],
            "environment": provenance.environment(),
            "platform_dependent": [
                "UMAP and LSA arithmetic: topics, stability, topic_map and article_topics can differ between processors;"
                " stability says how much such changes matter"
            ],
        }
        run_folder.furnish(folder, record, step)
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


def of_run(run: Run, path: Path | str = "") -> Study:
    """The study that a run was made of: at ``path``, a study or loose input, or where the run folder lies.

    Raises
    ------
    InputError
        If there is none, or the run used vectors that only its maker has.
    """
    name = run.record["inputs"]["embeddings"]["name"]
    if name != run.settings.embeddings.name:
        raise InputError(
            f"the run used embeddings of its own ({name}), not {run.settings.embeddings.name};"
            " expected Study.repeat(run, out, embeddings=…) in Python"
        )
    place = Path(path) if path else run.folder.resolve().parent
    if place.suffix == ".toml" or (place / "study.toml").is_file():
        return Study.load(place, only_read=True)
    if not path:
        raise InputError(f"{place} holds no study.toml; say what the run was made of: --rerun STUDY, or PATH of loose input")
    return Study(place, run.codebook, run.settings)


def open_study(path: Path | str, codebook_file: Path | str | None = None) -> Study:
    """The study at ``path``, or one made of loose input and a codebook."""
    path = Path(path)
    if codebook_file is not None:
        return Study(path, codebook.load(codebook_file), Settings())
    if path.is_file() and path.suffix != ".toml":
        raise InputError(f"{path} is no study; expected study.toml or its folder, or add a codebook and a run folder")
    return Study.load(path)
