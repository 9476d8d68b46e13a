"""Counted paragraphs + seeds + vectors -> scores, assignments, and the sentence with most evidence for each."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse
from scipy.special import expit

from topics import tables
from topics.settings import ThemeSettings
from topics.themes.calibration import (
    CEILING,
    MISFIT_LOGIT,
    WITH_ENCODER,
    WORDS_ALONE,
    Calibration,
    Fitness,
    codebook_fitness,
    from_anchors,
)
from topics.themes.matching import Seeds
from topics.themes.model import (
    SIMILARITY,
    NaiveBayes,
    add_adjacent,
    clip_counts,
    evidence_of,
    fit_naive_bayes,
    other_evidence,
)
from topics.themes.vectors import Vectors, first_rows


@dataclass(frozen=True)
class Counts:
    """The terms of every sentence of every paragraph."""

    columns: dict[str, int]
    """Term -> its column, in alphabetical order."""
    by_sentence: sparse.csr_matrix
    """Sentences × terms."""
    owner: np.ndarray
    """The paragraph of each sentence, ascending."""
    articles: np.ndarray
    """The article of each paragraph."""
    positions: np.ndarray
    """The place of each paragraph in its article."""
    groups: np.ndarray
    """Paragraphs × groups of articles, 1 where a paragraph belongs to the group; no columns without groups."""

    @classmethod
    def of(
        cls,
        paragraphs: list[list[list[str]]],
        articles: np.ndarray,
        positions: np.ndarray,
        groups: np.ndarray | None = None,
    ) -> Self:
        """Count the terms of each sentence of each paragraph; ``groups``: the name of each paragraph's group, or ""."""
        sentences = [terms for paragraph in paragraphs for terms in paragraph]
        # one column even for a corpus without words, which many functions of scipy need
        columns = {term: i for i, term in enumerate(sorted({term for terms in sentences for term in terms}) or [""])}
        rows = np.repeat(np.arange(len(sentences)), [len(terms) for terms in sentences])
        cells = np.array([columns[term] for terms in sentences for term in terms], dtype=np.int64)
        shape = (len(sentences), len(columns))
        matrix = sparse.csr_matrix((np.ones(len(cells)), (rows, cells)), shape=shape)
        owner = np.repeat(np.arange(len(paragraphs)), [len(paragraph) for paragraph in paragraphs])
        groups = np.full(len(articles), "") if groups is None else groups
        names = np.unique(groups[groups != ""])
        return cls(columns, matrix, owner, articles, positions, (groups[:, None] == names).astype(float))

    @cached_property
    def paragraphs(self) -> sparse.csr_matrix:
        """Paragraphs × terms."""
        n = len(self.owner)
        member = sparse.csr_matrix((np.ones(n), (self.owner, np.arange(n))), (len(self.articles), n))
        return (member @ self.by_sentence).tocsr()

    @cached_property
    def adjacent(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of paragraphs, and of those that follow them in their article."""
        order = np.lexsort((self.positions, self.articles))
        same = self.articles[order[1:]] == self.articles[order[:-1]]
        return order[:-1][same], order[1:][same]

    def holding(self, columns: list[int]) -> np.ndarray:
        """The paragraphs in which any of the terms stands, as booleans."""
        return np.asarray(self.paragraphs[:, columns].sum(axis=1)).ravel() > 0

    def part(self, rows: np.ndarray) -> Self:
        """The paragraphs ``rows`` (ascending), and the terms that stand in them."""
        occur = np.flatnonzero(np.asarray(self.paragraphs[rows].sum(axis=0)).ravel())
        terms = list(self.columns)
        columns = {terms[old]: new for new, old in enumerate(occur)}
        inside = np.isin(self.owner, rows)
        owner = np.searchsorted(rows, self.owner[inside])
        return replace(
            self,
            columns=columns,
            by_sentence=self.by_sentence[inside][:, occur],
            owner=owner,
            articles=self.articles[rows],
            positions=self.positions[rows],
            groups=self.groups[rows],
        )


@dataclass(frozen=True)
class Scored:
    """What the model says of every paragraph (rows) and theme (columns)."""

    scores: np.ndarray
    """Probabilities, rounded as tables keep them."""
    assigned: np.ndarray
    best: np.ndarray
    """The sentence with most evidence; −1 where none has any."""

    @classmethod
    def of(cls, logits: np.ndarray, best: np.ndarray, threshold: float) -> Self:
        """The scores without codes; ``logits`` are those of the scores below their ceiling."""
        # rounded before the threshold, so that the table never contradicts itself
        scores = (CEILING * expit(logits)).round(tables.DECIMALS)
        return cls(scores, (scores >= threshold) & (best >= 0), best)


@dataclass(frozen=True)
class FittedModel:
    """A fitted naive Bayes, and what it says without codes."""

    naive_bayes: NaiveBayes
    calibration: Calibration
    fitness: Fitness
    vectors: Vectors
    evidence: np.ndarray
    """Paragraphs × themes: calibrated logits of words and vectors."""
    hits: np.ndarray
    """Paragraphs × themes: how many different keywords of the theme stand in the paragraph."""
    logits: np.ndarray
    """Paragraphs × themes: of the scores below their ceiling, shrunk where the codebook fits poorly."""
    best: np.ndarray
    """As in :class:`Scored`."""
    settings: ThemeSettings

    @cached_property
    def label_free(self) -> Scored:
        """The scores without codes."""
        return Scored.of(self.logits, self.best, self.settings.threshold)

    def evidence_of_others(self, words: np.ndarray, adjacent: tuple[np.ndarray, np.ndarray], vectors: Vectors) -> np.ndarray:
        """Evidence of paragraphs that taught nothing, not calibrated yet: paragraphs × themes.

        Parameters
        ----------
        words
            Paragraphs × themes: the evidence of their words.
        adjacent
            Rows of paragraphs, and of those that follow them in their article.
        vectors
            Their vectors, with their neighbours in the corpus.
        """
        evidence = add_adjacent(words + SIMILARITY * vectors.similarity, adjacent, self.settings.neighbours)
        return _smoothed(evidence, vectors, self.settings, self.naive_bayes.evidence)

    def score_others(
        self, counts: Counts, weights: np.ndarray, hits: np.ndarray, vectors: Vectors, calibration: Calibration
    ) -> Scored:
        """The scores, without codes, of paragraphs that are not of the corpus.

        Parameters
        ----------
        counts
            The terms of the other paragraphs.
        weights
            Themes × terms of ``counts``: how much each term says for each theme.
        hits
            As in this model, of the other paragraphs.
        vectors
            Their vectors, with their neighbours in the corpus.
        calibration
            Of evidence that taught nothing.
        """
        words = evidence_of(clip_counts(counts.paragraphs), weights)
        calibrated = calibration.logits(self.evidence_of_others(words, counts.adjacent, vectors))
        logits = _combined(calibrated, hits, vectors, self.fitness, self.hits)
        return Scored.of(logits, _best_sentence(counts, weights, vectors, hits), self.settings.threshold)


def fit_model(counts: Counts, seeds: Seeds, vectors: Vectors, settings: ThemeSettings) -> FittedModel:
    """Fit naive Bayes, calibrate it, and measure how well the codebook fits."""
    clipped, anchors = clip_counts(counts.paragraphs), seeds.anchors
    hits = count_hits(counts, anchors)
    naive_bayes = fit_naive_bayes(clipped, seeds.weights, vectors.similarity, counts.adjacent, counts.groups, settings)
    fitness = codebook_fitness((counts.paragraphs > 0).astype(float).tocsc(), anchors, seeds.sizes, vectors)
    evidence = _smoothed(naive_bayes.evidence, vectors, settings)
    lengths = np.asarray(clipped.sum(axis=1)).ravel()
    calibration = from_anchors(evidence, other_evidence(clipped, naive_bayes, anchors), hits > 0, lengths)
    calibrated = calibration.logits(evidence)
    logits = _combined(calibrated, hits, vectors, fitness)
    best = _best_sentence(counts, naive_bayes.weights, vectors, hits)
    return FittedModel(naive_bayes, calibration, fitness, vectors, calibrated, hits, logits, best, settings)


def count_hits(counts: Counts, anchors: list[list[int]]) -> np.ndarray:
    """How many different keywords of each theme stand in each paragraph: paragraphs × themes."""
    present = (counts.paragraphs > 0).astype(float).tocsc()
    return np.array([np.asarray(present[:, columns].sum(axis=1)).ravel() for columns in anchors]).T


def _smoothed(
    evidence: np.ndarray, vectors: Vectors, settings: ThemeSettings, corpus: np.ndarray | None = None
) -> np.ndarray:
    """Evidence, with that of the nearest paragraphs; ``corpus``: the evidence of these, if they are others."""
    # the neighbours by words alone would say nothing that the words have not said
    if vectors.descriptions is None:
        return evidence
    # label spreading over a neighbourhood graph in one step (Zhou, Bousquet, Lal, Weston and Schölkopf 2004)
    nearby = vectors.neighbours.mean(evidence if corpus is None else corpus, evidence)
    return (1 - settings.nearest) * evidence + settings.nearest * nearby


def _combined(
    calibrated: np.ndarray, hits: np.ndarray, vectors: Vectors, fitness: Fitness, corpus_hits: np.ndarray | None = None
) -> np.ndarray:
    """Calibrated evidence with what keywords say, shrunk where the codebook fits poorly."""
    combination = WORDS_ALONE if vectors.descriptions is None else WITH_ENCODER
    logits = combination.logits(calibrated, hits, vectors.neighbours, corpus_hits)
    return fitness.trust * logits + (1 - fitness.trust) * MISFIT_LOGIT


def _best_sentence(counts: Counts, weights: np.ndarray, vectors: Vectors, hits: np.ndarray) -> np.ndarray:
    """The sentence of each paragraph with most evidence for each theme, the first of equals; −1 where none has any.

    A paragraph with a keyword of the theme always has one.
    """
    # an encoder has a vector for dots and dashes, too: a sentence without a word is no evidence
    worded = np.asarray(counts.by_sentence.sum(axis=1)) > 0
    evidence = evidence_of(clip_counts(counts.by_sentence), weights) + SIMILARITY * vectors.by_sentence * worded
    starts, owner = first_rows(counts.owner), counts.owner
    highest = np.maximum.reduceat(evidence, starts)
    first = np.where(evidence == highest[owner], np.arange(len(owner))[:, None], len(owner))
    return np.where((highest > 0) | (hits > 0), np.minimum.reduceat(first, starts), -1)
