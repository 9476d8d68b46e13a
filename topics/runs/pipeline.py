"""The floor plan: all that decides over a run, and the rooms in their order, from pages to a run folder."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from topics import codebook, measures, tables
from topics.codebook import Codebook
from topics.coding.sheets import Coding
from topics.format import json_number
from topics.manual import Assignment, Correction, TopicEdit
from topics.reading import paragraphs
from topics.reading import review as reading
from topics.reading.paragraphs import Corpus
from topics.reading.review import Reading
from topics.runs import deposit, provenance
from topics.runs import run as run_folder
from topics.settings import Settings
from topics.text import Lsa, build_vocabulary, embed
from topics.themes import assignments
from topics.themes import scores as themes
from topics.themes.audit import audit
from topics.themes.audit.audit import Audit
from topics.themes.scores import Themes
from topics.topic_model import saved
from topics.topic_model import topics as topic_model
from topics.topic_model.topics import Topics
from topics.topic_model.words import Terms

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of all steps that is done, 0…1."""

_METADATA = ["article_id", "title", "author", "outlet", "date", "language"]
STEPS = ("reading", "embedding", "themes", "topics", "profiles", "figures", "report")


@dataclass(frozen=True)
class ByHand:
    """What people did to a study besides its settings and its codebook, and when it was run."""

    corrections: tuple[Correction, ...]
    edits: tuple[TopicEdit, ...]
    assignments: tuple[Assignment, ...]
    codings: tuple[Coding, ...]
    created: str
    """ISO 8601, UTC."""


@dataclass(frozen=True)
class Plan:
    """All that decides over a run besides the code."""

    source: Path
    codebook: Codebook
    settings: Settings
    by_hand: ByHand

    @cached_property
    def read(self) -> Reading:
        """The pages, read once."""
        with threadpool_limits(limits=1):
            return reading.read(self.source, self.settings, self.by_hand.corrections)

    @cached_property
    def assigned(self) -> tuple[tuple[Assignment, ...], list[str]]:
        """The assignments by hand that hold for these pages, and one line for each that does not."""
        return assignments.split_applicable(self.by_hand.assignments, self.read.corpus.paragraphs, self.codebook)

    def given(self) -> dict[str, Any]:
        """What ``run.json`` says of all that went in, but for the vectors."""
        read, (held, refused) = self.read, self.assigned
        corpus, texts = read.corpus, self.settings.deposit.text
        codings, themes = self.by_hand.codings, codebook.to_dict(self.codebook)
        return {
            "title": self.settings.title or self.codebook.title,
            "seed": self.settings.seed,
            "settings": self.settings.to_dict(),
            "codebook": themes,
            "inputs": {
                "articles": {row.article_id: row.sha256 for row in corpus.articles.itertuples()},
                "metadata_sha256": provenance.digest_of(corpus.articles[_METADATA].to_numpy().tolist()),
                "codebook_sha256": provenance.digest_of(themes),
                "coded_paragraphs": sorted({key for one in codings for key in one.codes}),
                "coding": {name: one.sha256 for name, one in zip(self.settings.themes.coding, codings, strict=True)},
            },
            "problems": [*read.problems, *refused],
            "copies": read.pages.copies,
            "mended": [page.source for page in read.pages.pages if page.mended],
            "corrections": _plain(read.corrections, texts),
            "assignments": _plain(held, texts),
            "edits": [dataclasses.asdict(one) for one in self.by_hand.edits],
        }

    def carry_out(self, folder: Path, vectors: Any, progress: Progress) -> None:
        """Walk through all rooms and fill ``folder``.

        Parameters
        ----------
        folder
            Empty.
        vectors, progress
            As in :meth:`topics.Study.run`.

        Raises
        ------
        InputError
            If the input cannot be used.
        """

        def step(name: str, part: float = 0.0) -> None:
            progress(name, (STEPS.index(name) + part) / len(STEPS))

        # one thread: sums in another order differ in their last digit, and clusters follow
        with threadpool_limits(limits=1):
            step("reading")
            read = self.read
            corpus = paragraphs.require(read.corpus)
            step("embedding")
            embedded = embed(corpus.tokens, self.settings, vectors, lambda part: step("embedding", part))
            step("themes")
            pretrained = None if isinstance(embedded.encoder, Lsa) else embedded.vectors
            codes = [one.codes for one in self.by_hand.codings]
            judged = audit.audit(corpus, self.codebook, self.settings, refit=False)
            scored = themes.score(corpus, self.codebook, self.settings, pretrained, codes)
            held, refused = self.assigned
            scored = assignments.apply_assignments(held, scored, corpus.paragraphs)
            step("topics")
            found = topic_model.fit(
                corpus, embedded, self.settings, scored.primary, lambda part: step("topics", part), self.by_hand.edits
            )
            step("profiles")
            frames = self._frames(corpus, judged, scored, found)
        published = frames if self.settings.deposit.text else deposit.without_texts(frames)
        (folder / "tables").mkdir()
        for name, frame in published.items():
            tables.write(frame, name, folder / "tables")
        saved.save(folder / "model", found, embedded, self.settings)
        given = self.given()
        given["inputs"]["embeddings"] = {
            "name": embedded.name,
            "model_sha256": embedded.model_sha256,
            "sha256": embedded.sha256,
            "shape": list(embedded.vectors.shape),
        }
        record = given | {
            "created": self.by_hand.created,
            "results": self._results(read, judged, scored, found) | {"assignments": len(held)},
            "learned_words": {name: scored.words(name) for name in self.codebook.names},
            "warnings": [*read.notes, *refused, *scored.notes, *found.notes],
            "environment": provenance.environment(),
            "platform_dependent": [
                "UMAP and LSA arithmetic: topics, stability, topic_map and article_topics can differ between processors;"
                " stability says how much such changes matter"
            ],
        }
        run_folder.furnish(folder, record, step)
        progress("done", 1.0)

    def _frames(self, corpus: Corpus, judged: Audit, scored: Themes, found: Topics) -> dict[str, pd.DataFrame]:
        """Every table of the run, by name."""
        settings, book = self.settings, self.codebook
        articles, paragraphs = corpus.articles, corpus.paragraphs
        overlap = measures.topic_theme_overlap(paragraphs, scored.table, found.paragraph_topics)
        closest = found.topics["topic_id"].map(measures.closest_themes(overlap))
        by_theme = measures.article_theme_shares(paragraphs, scored.table, book, settings)
        by_topic = measures.article_topic_shares(paragraphs, found.paragraph_topics, settings)
        return {
            "articles": articles,
            "paragraphs": paragraphs,
            "dropped": corpus.dropped,
            "duplicates": corpus.duplicates,
            "repairs": corpus.repairs,
            "keywords": judged.keywords,
            "themes": scored.table,
            "topics": found.topics.assign(theme=closest),
            "paragraph_topics": found.paragraph_topics,
            "topic_words": found.topic_words,
            "representatives": found.representatives,
            "granularity": found.granularity,
            "topic_hierarchy": found.hierarchy,
            "topic_levels": found.levels,
            "topic_themes": overlap,
            "topic_map": found.topic_map,
            "profiles": by_theme,
            "article_topics": by_topic,
            "overall": measures.corpus_theme_shares(articles, by_theme, book, settings),
            "outlets": measures.outlet_theme_shares(articles, by_theme, book, settings),
            "outlet_differences": measures.outlet_theme_differences(articles, by_theme, book, settings),
            "keyness": measures.outlet_keyness(articles, *_word_counts(corpus, settings), settings),
            "co_occurrence": measures.theme_co_occurrence(paragraphs, scored.table, book, settings),
            "outlet_topics": measures.outlet_topic_shares(articles, by_topic, settings),
            "themes_over_time": measures.period_theme_shares(articles, by_theme, book, settings),
            "topics_over_time": measures.period_topic_shares(articles, by_topic, settings),
        }

    def _results(self, read: Reading, judged: Audit, scored: Themes, found: Topics) -> dict[str, Any]:
        """What ``run.json`` says of what came out."""
        corpus = read.corpus
        return {
            "articles": int((corpus.articles["n_paragraphs"] > 0).sum()),
            "language": corpus.language,
            "paragraphs": len(corpus.paragraphs),
            "words": int(corpus.paragraphs["n_words"].sum()),
            "dropped_lines": len(corpus.dropped),
            "topics": int((found.topics["topic_id"] >= 0).sum()),
            "outlier_share": json_number(found.outlier_share),
            "unassigned_share": json_number(scored.unassigned_share),
            "coded_paragraphs": scored.coded,
            "keyword_fitness": dataclasses.asdict(scored.fitness),
            "audit": {
                "usable": judged.usable,
                "findings": list(judged.findings),
                "suggested": {str(name): list(rows["word"]) for name, rows in judged.words.groupby("theme", sort=False)},
            },
            "coherence": {name: json_number(value) for name, value in found.coherence.items()},
            "reassigned_share": json_number(found.reassigned_share),
            "stability": {"runs": found.reruns, "paragraphs_each": found.part},
            "edits": found.edited,
            "corrections": len(read.corrections),
            "period": measures.choose_period(corpus.articles["date"], self.settings),
        }


def _word_counts(corpus: Corpus, settings: Settings) -> tuple[csr_matrix, list[str]]:
    """How often each article has each word or phrase, articles × words; and how the words are written."""
    ids = corpus.articles["article_id"].tolist()
    vocabulary = build_vocabulary(corpus.phrase_tokens, phrases=settings.topics.phrases, min_count=2)
    terms = Terms(vocabulary.documents)
    rows = pd.Index(ids).get_indexer(corpus.paragraphs["article_id"])
    by_article = csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(len(ids), len(rows)))
    return by_article @ terms.counts, [vocabulary.show(term) for term in terms.names]


def _plain(by_hand: tuple[Any, ...], texts: bool) -> list[dict[str, Any]]:
    return [dataclasses.asdict(one if texts else replace(one, text="")) for one in by_hand]
