"""The pipeline: from pages to a run folder."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from topics import codebook, measures, tables
from topics.codebook import Codebook
from topics.coding import Coding, ThemeShares, codes_table
from topics.errors import InputError
from topics.format import DECIMALS, count, json_number
from topics.manual import Assignment, Correction, TopicEdit
from topics.reading import Corpus, Input, Reading, read_corpus, read_frame, read_texts, require_paragraphs
from topics.record import (
    AuditSummary,
    CoderRecord,
    Coherence,
    EmbeddingRecord,
    EncoderRecord,
    InputRecord,
    Inputs,
    KeywordCohesion,
    Results,
    RunRecord,
    StabilityRecord,
)
from topics.runs import deposit, provenance
from topics.runs.outputs import write_outputs
from topics.settings import Settings
from topics.text import build_vocabulary, check_vectors, embed
from topics.themes import Audit, Themes, apply_assignments, audit_fitted, fit_themes, split_applicable
from topics.topic_model import Topics, fit_topics, save_model

Progress = Callable[[str, float], None]
"""Called with the name of the step and the completed share of all steps, 0…1."""

STEPS = ("reading", "embedding", "themes", "topics", "profiles", "figures", "report")
_METADATA = ["article_id", "title", "author", "outlet", "date", "language"]


@dataclass(frozen=True)
class ManualChanges:
    """The manual changes of a study, and the time of the run."""

    corrections: tuple[Correction, ...]
    edits: tuple[TopicEdit, ...]
    assignments: tuple[Assignment, ...]
    codings: tuple[Coding, ...]
    """Gold codes, one per file of ``themes.coding``."""
    coders: tuple[Coding, ...]
    """Codes of other coders, one per file of ``themes.coders``."""
    created: str
    """ISO 8601, UTC."""

    @property
    def code_problems(self) -> tuple[str, ...]:
        """What could not be used of the files of codes."""
        return tuple(problem for coding in (*self.codings, *self.coders) for problem in coding.problems)


@dataclass(frozen=True)
class RunInputs:
    """All inputs of a run."""

    source: Input
    codebook: Codebook
    settings: Settings
    manual: ManualChanges
    metadata: Path | None = None
    """The study's table of metadata; need not exist."""
    topic_model: Any = None
    """The caller's BERTopic; None: the package's."""

    @cached_property
    def reading(self) -> Reading:
        """The pages, read once."""
        with threadpool_limits(limits=1):
            return read_corpus(self.source, self.settings, self.manual.corrections, self.metadata)

    @cached_property
    def applicable_assignments(self) -> tuple[tuple[Assignment, ...], list[str]]:
        """The manual assignments that apply to these pages, and a message for each that does not."""
        return split_applicable(self.manual.assignments, self.reading.corpus.paragraphs, self.codebook)

    def record(self, embedding: EmbeddingRecord, encoder: EncoderRecord | None) -> InputRecord:
        """The inputs as recorded in ``run.json``."""
        reading, (applied, refused) = self.reading, self.applicable_assignments
        codings, coders = self.manual.codings, self.manual.coders
        themes = codebook.to_dict(self.codebook)
        articles = reading.corpus.articles
        further = tables.further_columns(articles)
        metadata = articles[[*_METADATA, *further]].to_numpy().tolist()
        with_texts = self.settings.deposit.text
        return InputRecord(
            title=self.settings.title or self.codebook.title,
            seed=self.settings.seed,
            settings=self.settings,
            codebook=self.codebook,
            inputs=Inputs(
                articles=dict(zip(articles["article_id"], articles["sha256"], strict=True)),
                metadata_sha256=provenance.data_digest([further, *metadata] if further else metadata),
                codebook_sha256=provenance.data_digest(themes),
                coded_paragraphs=tuple(sorted({key for coding in codings for key in coding.codes})),
                coding={name: coding.sha256 for name, coding in zip(self.settings.themes.coding, codings, strict=True)},
                coders={name: coding.sha256 for name, coding in zip(self.settings.themes.coders, coders, strict=True)},
                embeddings=embedding,
                theme_encoder=encoder,
                topic_model=_describe_model(self.topic_model),
            ),
            problems=(*reading.problems, *refused, *self.manual.code_problems),
            intake=tuple(reading.intake.summary),
            copies=reading.pages.copies,
            mended=tuple(page.source for page in reading.pages.pages if page.mended),
            corrections=tuple(reading.corrections if with_texts else _without_quotes(reading.corrections)),
            assignments=tuple(applied if with_texts else _without_quotes(applied)),
            edits=self.manual.edits,
        )

    def execute(self, folder: Path, vectors: Any, progress: Progress) -> Any:
        """Run all steps and fill an empty ``folder``; ``vectors`` are the ``embeddings`` of :meth:`Study.run`.

        Returns the fitted BERTopic.
        """

        def step(name: str, part: float = 0.0) -> None:
            progress(name, (STEPS.index(name) + part) / len(STEPS))

        # A single thread: the order of summation changes the last digits, and thereby clusters.
        with threadpool_limits(limits=1):
            step("reading")
            read = self.reading
            corpus = require_paragraphs(read.corpus)
            # before the long steps, as a column may be misspelt, or a file be that of another corpus
            groups = measures.article_groups(corpus.articles, self.settings)
            self._refuse_foreign_codes(corpus)
            vectors = self._by_paragraph(vectors, corpus)
            step("embedding")
            if vectors is None and self.topic_model is not None:
                from topics.topic_model import embed_with  # late: BERTopic takes seconds to load

                vectors = embed_with(self.topic_model)
            embedded = embed(corpus.tokens, self.settings, vectors, lambda part: step("embedding", part))
            step("themes")
            codes = [coding.codes for coding in self.manual.codings]
            fitted = fit_themes(corpus, self.codebook, self.settings, lambda part: step("themes", part))
            coders = dict(zip(self.settings.themes.coders, (coding.marks for coding in self.manual.coders), strict=True))
            audit, themes = audit_fitted(fitted, refit=False), fitted.score(codes, coders)
            # after scoring, so that manual assignments do not affect other paragraphs
            assigned, refused = self.applicable_assignments
            themes = apply_assignments(assigned, themes, corpus.paragraphs)
            step("topics")
            topics = fit_topics(
                corpus,
                embedded,
                self.settings,
                themes.primary,
                lambda part: step("topics", part),
                self.manual.edits,
                self.topic_model,
            )
            step("profiles")
            shares = self._theme_shares(corpus, themes)
            frames = self._frames(corpus, groups, audit, themes, topics, shares)
        (folder / "tables").mkdir()
        for name, frame in (frames if self.settings.deposit.text else deposit.without_texts(frames)).items():
            if name not in tables.OPTIONAL or (groups if name.startswith("group") else len(frame)):
                tables.write(frame, name, folder / "tables")
        save_model(folder / "model", topics, embedded, self.settings)
        rows, columns = embedded.vectors.shape
        inputs = self.record(
            EmbeddingRecord(embedded.name, embedded.model_sha256, embedded.sha256, (rows, columns)),
            EncoderRecord(fitted.encoder.name, fitted.encoder.sha256) if fitted.encoder else None,
        )
        record = RunRecord(
            **msgspec.structs.asdict(inputs),
            created=self.manual.created,
            results=self._results(audit, themes, topics, shares),
            learned_words={name: tuple(themes.words(name)) for name in self.codebook.names},
            warnings=(
                *fitted.codebook.notes,
                *read.notes,
                *refused,
                *self.manual.code_problems,
                *measures.group_notes(corpus.articles, groups),
                *themes.notes,
                *shares.notes,
                *topics.notes,
                *measures.topic_group_notes(frames["topic_groups"], corpus.articles),
            ),
            environment=provenance.environment(),
            platform_dependent=(
                "UMAP, LSA and encoder arithmetic: topics, stability, topic_map and article_topics, and the last digits of"
                " theme scores, can differ between processors; stability shows how much such changes matter",
            ),
            fingerprint=provenance.fingerprint(inputs),
        )
        write_outputs(folder, record, step)
        progress("done", 1.0)
        return topics.bertopic

    def _refuse_foreign_codes(self, corpus: Corpus) -> None:
        """InputError if no paragraph of a file of codes is in the corpus."""
        ids, themes = set(corpus.paragraphs["paragraph_id"]), self.settings.themes
        codings = (*self.manual.codings, *self.manual.coders)
        for name, coding in zip((*themes.coding, *themes.coders), codings, strict=True):
            if ids.isdisjoint(coding.codes):
                raise InputError(
                    f"{name}: none of its {count(len(coding.codes), 'coded paragraph')} is in this corpus, e.g."
                    f" {min(coding.codes)!r}; expected ids of tables/paragraphs.csv: was it coded for another corpus?"
                )

    def _by_paragraph(self, vectors: Any, corpus: Corpus) -> Any:
        """Vectors of the texts in memory, one for each, in the order of the paragraphs that they became.

        That order is the order of ids, which the caller cannot know. Other vectors and encoders are returned as they are.
        """
        if isinstance(self.source, Path | str) or vectors is None or hasattr(vectors, "encode") or callable(vectors):
            return vectors
        try:
            array = check_vectors(vectors, len(self.source), "texts")
        except InputError:
            return vectors  # one for each paragraph, or refused when they are used
        read = read_frame if isinstance(self.source, pd.DataFrame) else read_texts
        row_of = {}
        for document in reversed(read(self.source, self.settings.reading).documents):
            row_of[" ".join(document.text.split())] = int(document.part) - 1
        rows = [row_of.get(" ".join(text.split()), -1) for text in corpus.paragraphs["text"]]
        if -1 in rows:
            raise InputError(
                f"{len(array)} vectors for {count(len(self.source), 'text')}, which became"
                f" {count(len(rows), 'paragraph')}; expected a vector for each paragraph: pass an encoder or a function"
                ' in place of vectors, or take texts as they are with set={"reading.unit": "paragraph"}'
            )
        return array[rows]

    def _frames(
        self,
        corpus: Corpus,
        groups: dict[str, pd.Series],
        audit: Audit,
        themes: Themes,
        topics: Topics,
        shares: ThemeShares,
    ) -> dict[str, pd.DataFrame]:
        """Every table of the run, by name."""
        settings, book = self.settings, self.codebook
        articles, paragraphs = corpus.articles, corpus.paragraphs
        overlap = measures.topic_theme_overlap(paragraphs, themes.table, topics.paragraph_topics)
        closest = topics.topics["topic_id"].map(measures.closest_themes(overlap))
        by_topic = measures.article_topic_shares(paragraphs, topics.paragraph_topics, settings)
        topic_ids = topics.topics["topic_id"].tolist()
        outlets, periods = articles["outlet"], measures.article_periods(articles, settings)
        return {
            "articles": articles,
            "intake": self.reading.intake.table,
            "paragraphs": paragraphs,
            "dropped": corpus.dropped,
            "duplicates": corpus.duplicates,
            "repairs": corpus.repairs,
            "keywords": audit.keywords,
            "themes": themes.table,
            "codes": codes_table(self.manual.codings, paragraphs),
            "scores_without_codes": tables.empty("scores_without_codes")
            if themes.without_codes is None
            else themes.without_codes,
            "topics": topics.topics.assign(theme=closest),
            "paragraph_topics": topics.paragraph_topics,
            "topic_words": topics.topic_words,
            "representatives": topics.representatives,
            "granularity": topics.granularity,
            "topic_hierarchy": topics.hierarchy,
            "topic_levels": topics.levels,
            "topic_themes": overlap,
            "topic_groups": measures.topic_groups(articles, paragraphs, topics.paragraph_topics, groups, settings),
            "topic_map": topics.topic_map,
            "profiles": shares.of_articles(),
            "article_topics": by_topic,
            "overall": shares.of_corpus(),
            "outlets": shares.of_groups("outlets", outlets),
            "outlet_differences": shares.outlet_differences(),
            "keyness": measures.outlet_keyness(articles, *_word_counts(corpus, settings), settings),
            "co_occurrence": measures.theme_co_occurrence(paragraphs, themes.table, book, settings),
            "outlet_topics": measures.group_shares("outlet_topics", articles, by_topic, outlets, topic_ids, settings),
            "groups": shares.by_column(groups),
            "group_differences": shares.differences_by_column(groups),
            "group_topics": measures.shares_by_column("group_topics", articles, by_topic, groups, topic_ids, settings),
            "themes_over_time": shares.of_groups("themes_over_time", periods),
            "topics_over_time": measures.group_shares("topics_over_time", articles, by_topic, periods, topic_ids, settings),
        }

    def _theme_shares(self, corpus: Corpus, themes: Themes) -> ThemeShares:
        tables_of_run = corpus.articles, corpus.paragraphs, themes.table
        codings = self.manual.codings
        return ThemeShares.of_tables(*tables_of_run, self.codebook, self.settings, codings, themes.without_codes)

    def _results(self, audit: Audit, themes: Themes, topics: Topics, shares: ThemeShares) -> Results:
        """The results as recorded in ``run.json``."""
        corpus = self.reading.corpus
        applied, _ = self.applicable_assignments
        suggested = {str(theme): tuple(rows["word"]) for theme, rows in audit.words.groupby("theme", sort=False)}
        return Results(
            articles=int((corpus.articles["n_paragraphs"] > 0).sum()),
            language=corpus.language,
            paragraphs=len(corpus.paragraphs),
            words=int(corpus.paragraphs["n_words"].sum()),
            dropped_lines=len(corpus.dropped),
            topics=int((topics.topics["topic_id"] >= 0).sum()),
            outlier_share=json_number(topics.outlier_share),
            unassigned_share=round(themes.unassigned_share, DECIMALS),
            coded_paragraphs=themes.coded,
            keyword_fitness=KeywordCohesion(**dataclasses.asdict(themes.fitness)),
            audit=AuditSummary(audit.usable, audit.findings, suggested),
            coherence=Coherence(**{name: json_number(value) for name, value in topics.coherence.items()}),
            reassigned_share=json_number(topics.reassigned_share),
            stability=StabilityRecord(topics.reruns, topics.part),
            edits=topics.edited,
            corrections=len(self.reading.corrections),
            period=measures.choose_period(corpus.articles["date"], self.settings),
            assignments=len(applied),
            codes_used=shares.sample is not None,
            codes_needed=int(shares.codes_needed.max()),
            thresholds=tuple(round(value, DECIMALS) for value in themes.thresholds),
            coders=tuple(
                CoderRecord(
                    one.name,
                    one.paragraphs,
                    round(one.sensitivity, DECIMALS),
                    round(one.specificity, DECIMALS),
                    one.by_chance,
                )
                for one in themes.coders
            ),
        )


def _describe_model(topic_model: Any) -> dict[str, str] | None:
    if topic_model is None:
        return None
    from topics.topic_model import describe_bertopic  # late: BERTopic takes seconds to load

    return describe_bertopic(topic_model)


def _word_counts(corpus: Corpus, settings: Settings) -> tuple[csr_matrix, list[str]]:
    """Counts of words and phrases per article (articles × words), and the words as displayed."""
    ids = corpus.articles["article_id"].tolist()
    vocabulary = build_vocabulary(corpus.phrase_tokens, phrases=settings.topics.phrases, min_count=2)
    counts, terms = vocabulary.count_terms()
    rows = pd.Index(ids).get_indexer(corpus.paragraphs["article_id"])
    by_article = csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(len(ids), len(rows)))
    return by_article @ counts, [vocabulary.show(term) for term in terms]


def _without_quotes(changes: tuple[Any, ...]) -> list[Any]:
    """Manual changes without the text that they quote."""
    return [replace(change, text="") for change in changes]
