"""A finished run: its tables, figures, numbers, evidence and provenance, read from its folder."""

import contextlib
import html
import itertools
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pandas as pd

from topics import figures, settings, tables
from topics.codebook import Codebook
from topics.coding import MIN_CODES, Agreement, Coding, ThemeShares, codings_of, load_coders, measure_agreement
from topics.comparison import Comparison, Robustness, Variant, check_robustness, compare_theme_shares
from topics.errors import InputError
from topics.figures import Chart
from topics.format import article_name, count, shorten, with_interval
from topics.reading import Corpus, Reading, read_corpus
from topics.record import RunRecord
from topics.report import (
    cite_figure,
    collect_numbers,
    difference_sentences,
    group_difference_sentences,
    methods_sentences,
    summary_sentences,
    with_places,
)
from topics.runs import provenance
from topics.runs.folder import atomic_folder, outside_runs
from topics.runs.outputs import FIGURES_FOLDER, figure_names, refuse_other_files, write_figures, write_outputs
from topics.settings import Settings
from topics.topic_model import load_model

if TYPE_CHECKING:
    from topics.topic_model import BERTopic


class Sentences(tuple[str, ...]):
    """Sentences; a notebook shows them as a list, ``print`` one in a line."""

    def __repr__(self) -> str:
        first = f": {shorten(self[0])}" if self else ""
        return f"{count(len(self), 'sentence')}{first}{' (print shows all)' * (len(self) > 1)}"

    def __str__(self) -> str:
        return "\n".join(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What a terminal of IPython shows."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return f"<ul>{''.join(f'<li>{html.escape(sentence)}</li>' for sentence in self)}</ul>"


class Text(str):
    """Text whose line breaks a notebook preserves."""

    __slots__ = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What a terminal of IPython shows."""
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return f'<div style="white-space:pre-wrap;max-width:50em">{html.escape(self)}</div>'


class Run:
    """A run folder: its tables as DataFrames, its figures, its provenance.

    Every table of the folder is an attribute: ``run.profiles``, ``run.themes``, …; ``dir(run)``, and so tab completion,
    lists them. ``print(run)`` shows the main results.

    Examples
    --------
    >>> run = topics.Run("data/russia-china/run")  # doctest: +SKIP
    >>> run.evidence("trade")  # doctest: +SKIP
    """

    def __init__(self, folder: Path | str, record: RunRecord | None = None) -> None:
        self.folder = Path(folder)
        self.record = record or provenance.read_run(self.folder)
        """The content of ``run.json``: ``run.record.results.topics``, ``run.record.environment.python``, …"""
        self._tables: dict[str, pd.DataFrame] = {}
        self._seen = self._run_file_state()

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r}): {self._size}"

    @property
    def _size(self) -> str:
        results = self.record.results
        numbers = {
            "article": results.articles,
            "paragraph": results.paragraphs,
            "theme": len(self.codebook.themes),
            "topic": results.topics,
        }
        return ", ".join(count(n, noun) for noun, n in numbers.items())

    def __str__(self) -> str:
        shares: list[str] = []
        with contextlib.suppress(InputError):  # the folder may be gone
            labels = self.codebook.labels
            ordered = self.overall.sort_values("share", ascending=False, kind="stable")
            shares = [f"  {labels[row.theme]}: {with_interval(row, unit=' %')}" for row in ordered.itertuples()]
        notes = [f"  {note}" for note in self.record.warnings]
        return "\n".join(
            [
                f"{self.record.title or 'Run'}: {self._size}; seed {self.settings.seed}",
                *(["Share of words, with its interval:", *shares] if shares else []),
                *(["Warnings:", *notes] if notes else []),
                f"Tables: {', '.join(self._present_tables())}",
                f"Figures: {', '.join(self.figures)}",
                f"Report: {self.folder / 'report.html'}",
            ]
        )

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._present_tables()})

    def _present_tables(self) -> list[str]:
        """The tables that the run has: optional ones are missing if the settings do not ask for them."""
        return [
            name
            for name in tables.COLUMNS
            if name not in tables.OPTIONAL or (self.folder / "tables" / f"{name}.csv").is_file()
        ]

    @cached_property
    def theme_shares(self) -> ThemeShares:
        """Shares of themes with their intervals, of any groups of articles, with the run's gold codes if it has any."""
        return self.theme_shares_with(codings_of(self.codes))

    def theme_shares_with(self, codings: Sequence[Coding]) -> ThemeShares:
        """The same with other gold codes than those of the run, one coding for each coder."""
        inputs = self.articles, self.paragraphs, self.themes, self.codebook, self.settings
        return ThemeShares.of_tables(*inputs, codings, self.scores_without_codes)

    @property
    def settings(self) -> Settings:
        """The settings of the run."""
        return self.record.settings

    @property
    def codebook(self) -> Codebook:
        """The codebook of the run."""
        return self.record.codebook

    def _run_file_state(self) -> tuple[int, int, int] | None:
        """Time, size and inode of ``run.json``, which change when it is rewritten; None if there is no such file."""
        try:
            status = (self.folder / provenance.RUN_FILE).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size, status.st_ino

    def _refuse_newer_run(self) -> None:
        """Refuse to mix tables of this run with those of a newer run in the same folder."""
        state = self._run_file_state()
        if state == self._seen:
            return
        if state and provenance.read_run(self.folder).sha256 != self.record.sha256:
            raise InputError(f"{self.folder} has been re-run since it was opened; open it again: topics.Run(folder)")
        self._seen = state

    def table(self, name: str) -> pd.DataFrame:
        """A copy of table ``name`` (see :data:`topics.tables.COLUMNS`)."""
        if name not in tables.COLUMNS:
            raise InputError(f"there is no table {name!r}; expected one of {', '.join(tables.COLUMNS)}")
        self._refuse_newer_run()
        if name not in self._tables:
            # an optional table that is missing would be taken for one that the run never had
            if f"tables/{name}.csv" in self.record.outputs and not (self.folder / "tables" / f"{name}.csv").is_file():
                raise InputError(
                    f"{self.folder} lacks tables/{name}.csv; expected all files of the run: run the study again"
                )
            self._tables[name] = tables.read(name, self.folder / "tables")
        return self._tables[name].copy()

    def tables(self) -> dict[str, pd.DataFrame]:
        """A copy of every table, by name."""
        return {name: self.table(name) for name in tables.COLUMNS}

    def __getattr__(self, name: str) -> pd.DataFrame:
        # called only for names that are not attributes
        if name in tables.COLUMNS:
            return self.table(name)
        # with name and obj, Python adds the most similar name
        raise AttributeError(f"a run has no {name!r}; tables: {', '.join(tables.COLUMNS)}", name=name, obj=self)

    def figure(self, name: str) -> Chart:
        """Draw a figure from the tables (see :data:`topics.figures.FIGURES`)."""
        chart = figures.draw(name, self.table, self.codebook, self.settings)
        figures.warn_of_missing(chart.missing)
        return chart

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the run's figures; without text, those that quote articles are omitted."""
        return figure_names(self.settings)

    @cached_property
    def numbers(self) -> pd.DataFrame:
        """The content of ``numbers.json`` by key: value, low, high, text, definition."""
        rows = collect_numbers(self.record, self.tables())
        return pd.DataFrame([vars(number) for number in rows]).set_index("key")

    @property
    def summary(self) -> Sentences:
        """The main results in sentences, as in the report: theme shares and differences, with intervals."""
        frames = self.tables()
        by_column = group_difference_sentences(self.record, frames).values()
        differences = [*difference_sentences(self.record, frames), *itertools.chain.from_iterable(by_column)]
        return Sentences([*summary_sentences(self.record, frames), *differences])

    @property
    def provenance(self) -> pd.DataFrame:
        """Software, seed and date of the run, and whether its files are unchanged."""
        self._refuse_newer_run()
        environment = self.record.environment
        code = environment.revision or environment.code_sha256
        findings = self.verify()
        rows = {
            "run": self.record.fingerprint[:16],
            "created": self.record.created,
            "seed": str(self.record.seed),
            "vectors": self.record.inputs.embeddings.name,
            "topics": f"{environment.topics} ({code[:12]})",
            "python": f"{environment.python}, {environment.machine}",
            "files": findings[0] if findings else f"{len(self.record.outputs) + 1} unchanged",
        }
        return pd.DataFrame({"provenance": rows})

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Share of words by article (rows) and theme (columns, labelled)."""
        wide = self.profiles.pivot(index="article_id", columns="theme", values="share")
        return wide[[*self.codebook.names, tables.UNASSIGNED]].rename(columns=self.codebook.labels)

    def of(self, article_id: str) -> pd.DataFrame:
        """The profile of one article, largest share first."""
        rows = self.profiles[self.profiles["article_id"] == article_id]
        if rows.empty:
            raise InputError(f"no article {article_id!r} with paragraphs; expected one of run.profiles['article_id']")
        return rows.sort_values("share", ascending=False, kind="stable", ignore_index=True)

    def evidence(self, theme: str, n: int = 5) -> pd.DataFrame:
        """The ``n`` paragraphs with the highest scores for ``theme``, each with its supporting sentence."""
        if theme not in self.codebook.names:
            raise InputError(f"no theme {theme!r} in the codebook; expected one of {', '.join(self.codebook.names)}")
        rows = self.themes[(self.themes["theme"] == theme) & self.themes["assigned"]]
        rows = rows.sort_values(["score", "paragraph_id"], ascending=[False, True]).head(n)
        return tables.readable(self._with_places(rows)[["title", "score", "evidence", "article_id", "paragraph_id"]])

    def quotes(self, topic_id: int, n: int = 3) -> pd.DataFrame:
        """The ``n`` most central paragraphs of a topic."""
        if topic_id not in set(self.topics["topic_id"]):
            raise InputError(f"no topic {topic_id!r} in this run; expected one of run.topics['topic_id']")
        rows = self.representatives[self.representatives["topic_id"] == topic_id].sort_values("rank").head(n)
        return tables.readable(self._with_places(rows)[["title", "centrality", "text", "article_id", "paragraph_id"]])

    def _with_places(self, rows: pd.DataFrame) -> pd.DataFrame:
        return with_places(rows, {"articles": self.articles, "paragraphs": self.paragraphs})

    def agree(self, *files: Path | str) -> Agreement:
        """Agreement of coders with each other and with this run.

        ``files``: one per coder, coded sheets (``topics sheet``) or tables (:func:`topics.coding.load_codes`).
        """
        codings = load_coders(files, self.codebook)
        sides = {"corrected": self.theme_shares_with(codings), "uncorrected": self.theme_shares_with(())}
        # with fewer than ten codes there is nothing to compare
        shares = {name: side.of_corpus() for name, side in sides.items()} if sides["corrected"].sample else {}
        result = measure_agreement(codings, self.themes, self.codebook, self.settings.seed, shares)
        # The model agrees better with codes it was fitted to than with new ones.
        learned_from = {
            "were used to calibrate this run": set(self.record.inputs.coded_paragraphs),
            "were assigned manually in this run": {assignment.paragraph_id for assignment in self.record.assignments},
        }
        notes = [
            f"{len(ids & set(coding.codes))} of {len(coding.codes)} coded paragraphs of {coding.name} {what},"
            " so the model's agreement with them is overestimated"
            for coding in codings
            for what, ids in learned_from.items()
            if not ids.isdisjoint(coding.codes)
        ]
        problems = [problem for coding in codings for problem in coding.problems]
        return replace(result, notes=(*problems, *notes, *result.notes))

    def compare(self, by: str | Sequence[str], *, codes: Sequence[Path | str] = (), **options: Any) -> Comparison:
        """Compare theme shares between groups of articles, or along a number or a date.

        Parameters
        ----------
        by
            A column of ``articles.csv``, or several; ``"treatment*party"`` for the effects of the first by the second.
        codes
            Files of gold codes that correct the shares, one per coder; by default those of the run.
        **options
            ``control`` (columns held constant), ``reference`` (level of a category with which others are compared),
            ``kinds`` (as ``{"wave": "number"}``), ``seed``, ``permutations``: see
            :func:`topics.comparison.compare_shares`.
        """
        return self._compare(by, codes, options)[0]

    def robustness(
        self,
        by: str | Sequence[str],
        *,
        codes: Sequence[Path | str] = (),
        progress: Callable[[str, float], None] = lambda step, done: None,
        **options: Any,
    ) -> Robustness:
        """Compare theme shares, and say of each finding whether it stands under other choices.

        That is with other thresholds, with scores in place of assignments, without each keyword, with other settings of the
        themes, with other weights of articles, without each article, and with other seeds of the permutation: see
        :mod:`topics.comparison.robustness`. For keywords and settings the themes are fitted again to the texts of the run;
        100 keywords on 1,000 paragraphs take half a minute.

        Parameters
        ----------
        by, codes, **options
            As in :meth:`compare`.
        progress
            Called with the name of the step and the completed share, 0…1.
        """
        from topics.runs.variants import variants_of  # late: it needs this module

        found, shares = self._compare(by, codes, options)
        varied = variants_of(self, shares, lambda part: progress("variants", 0.9 * part))
        own = Variant("run", "as run", shares.article_outcomes(), shares.article_weights)
        return check_robustness(
            found,
            own,
            varied.variants,
            shares.articles["article_id"].tolist(),
            notes=varied.notes,
            tell=lambda part: progress("effects", 0.9 + 0.1 * part),
        )

    def _compare(
        self, by: str | Sequence[str], codes: Sequence[Path | str], options: dict[str, Any]
    ) -> tuple[Comparison, ThemeShares]:
        """A comparison, and the shares that were compared."""
        codings = load_coders(codes, self.codebook)
        shares = self.theme_shares_with(codings) if codings else self.theme_shares
        if codings and shares.sample is None:
            raise InputError(f"codes: fewer than {MIN_CODES} coded paragraphs are in this run; expected more, or no codes")
        found = compare_theme_shares(shares, self.codebook.labels, by, **options)
        notes = (*(problem for coding in codings for problem in coding.problems), *found.notes)
        return replace(found, notes=notes), shares

    def assign(self, paragraphs: Any, encoder: Any = None) -> pd.DataFrame:
        """Assign the topics of this run to other paragraphs.

        Parameters
        ----------
        paragraphs
            Texts; or vectors (paragraphs × dimensions).
        encoder
            For a run on vectors of your own: the encoder or callable that computed them.

        Returns
        -------
        DataFrame
            ``topic_id, label, probability``; −1 for outliers.
        """
        return load_model(self.folder / "model").assign(paragraphs, encoder)

    @cached_property
    def topic_model(self) -> "BERTopic":
        """The fitted ``bertopic.BERTopic``: its rows are those of ``run.paragraphs``.

        Everything that BERTopic does can be done with it, as ``run.topic_model.visualize_topics()``. Changes of it,
        such as merged topics, do not change the run. Of a run with ``topic_model=…`` it is a fitted copy of the
        caller's, and once read again from the folder, what BERTopic itself loads, without UMAP and the cluster model.

        Raises
        ------
        InputError
            If the files of the model are missing or damaged.
        """
        from topics.topic_model import load_bertopic  # late: BERTopic takes seconds to load

        self._refuse_newer_run()
        paragraphs, results = self.paragraphs, self.record.results
        text_of = paragraphs.set_index("paragraph_id")["text"]
        representatives = self.representatives.sort_values(["topic_id", "rank"]).groupby("topic_id")["paragraph_id"]
        mixed = self.settings.reading.other_languages == "keep"
        corpus = Corpus(self.articles, paragraphs, self.dropped, language=results.language, is_mixed=mixed)
        return load_bertopic(
            self.folder / "model",
            self.settings,
            corpus.tokens if self.settings.deposit.text else None,
            self.paragraph_topics,
            {topic: text_of[ids].tolist() for topic, ids in representatives},
        )

    def read(self, path: Path | str, *assignments: str) -> Reading:
        """Read other pages or another table with the settings and the language of this run.

        ``assignments`` change settings, as in :meth:`topics.Study.with_settings`.
        """
        changed = settings.override(self.settings, list(assignments))
        # "auto" would use the language of the new pages, whose words the model may not know
        if changed.language == "auto":
            changed = msgspec.structs.replace(changed, language=self.record.results.language)
        return read_corpus(path, changed)

    def verify(self) -> list[str]:
        """Differences of the folder from ``run.json``, one line each; empty if there are none."""
        return provenance.verify(self.folder)

    @property
    def methods(self) -> Text:
        """The methods section, in paragraphs."""
        return Text("\n\n".join(methods_sentences(self.record).values()))

    def cite(self, figure: str) -> Text:
        """Caption, sentences for the methods section, and BibTeX entries of the works cited."""
        return Text(cite_figure(figure, self.sidecar(figure), self.record))

    def sidecar(self, figure: str) -> dict[str, Any]:
        """The metadata of a figure: caption, plotted tables, digests."""
        self._require_figure(figure)
        return provenance.read_sidecar(self.folder / FIGURES_FOLDER / f"{figure}.json")

    def _require_figure(self, name: str) -> None:
        if name not in self.figures:
            raise InputError(f"the run has no figure {name!r}; expected one of {', '.join(self.figures)}")

    def redraw(self, *assignments: str, out: Path | str | None = None, names: Sequence[str] = ()) -> Path:
        """Draw figures from the tables; no model is fitted.

        Parameters
        ----------
        *assignments
            Changed settings of figures, as in ``run.redraw("figures.columns=1")``.
        out
            A folder for the figures; by default those of the run are replaced, and its report is updated.
        names
            Only these figures, into ``out``; by default all.

        Returns
        -------
        Path
            The folder of the figures.
        """
        for assignment in assignments:
            if not assignment.startswith("figures."):
                raise InputError(f"redraw got --set {assignment}; expected a setting of figures (tables are not recomputed)")
        for name in names:
            self._require_figure(name)
        if names and out is None:
            raise InputError(f"redraw got {names[0]} without a folder; expected --out, as a run keeps all of its figures")
        # figures and report may have changed, as they are redrawn; their sources must be unchanged
        sources = ("tables/", "model/", provenance.RUN_FILE)
        changed = [finding for finding in self.verify() if finding.startswith(sources)]
        if changed:
            raise InputError(f"{changed[0]}; expected the unchanged files of the run: run the study again")
        record = msgspec.structs.replace(self.record, settings=settings.override(self.settings, list(assignments)))
        if out is not None:
            folder = outside_runs(Path(out))
            # all are checked before any is written
            for name in names or figure_names(record.settings):
                refuse_other_files(folder, name)
            folder.mkdir(parents=True, exist_ok=True)
            write_figures(folder, record, self.tables(), self.folder / "tables", names=names)
            return folder
        # The folder is replaced; a relative path would break if it is the current directory.
        self.folder = self.folder.resolve()
        with atomic_folder(self.folder) as draft:
            shutil.copytree(self.folder, draft, dirs_exist_ok=True)
            shutil.rmtree(draft / FIGURES_FOLDER, ignore_errors=True)
            write_outputs(draft, record)
        self.record, self._seen = provenance.read_run(self.folder), self._run_file_state()
        return self.folder / FIGURES_FOLDER

    def _repr_html_(self) -> str:
        warnings = "".join(f"<li>{html.escape(note)}</li>" for note in self.record.warnings)
        names = {row.article_id: article_name(row) for row in self.articles.itertuples()}
        shares = (100 * self.shares.head(20)).round(0).astype(int)
        shares.index = [names[key] for key in shares.index]
        part = " in the first 20 articles" if len(self.shares) > 20 else ""
        return (
            f"<p><b>{html.escape(self.record.title or 'Run')}</b>: {self._size}; seed {self.settings.seed}</p>"
            f"<ul>{warnings}</ul><p>% of words{part}:</p>{shares.to_html()}"
        )
