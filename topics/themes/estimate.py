"""Counted paragraphs + seeds -> scores, assignments, and the sentence that moves each most."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy import sparse

from topics import tables
from topics.settings import ThemeSettings
from topics.themes.calibration import Fitness, from_anchors, from_codes, keyword_cohesion
from topics.themes.matching import Seeds
from topics.themes.model import (
    NaiveBayes,
    clip_counts,
    evidence_of,
    fit_naive_bayes,
    other_evidence,
    smooth_over_neighbours,
)


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

    @classmethod
    def of(cls, paragraphs: list[list[list[str]]], articles: np.ndarray, positions: np.ndarray) -> Self:
        """Count the terms of each sentence of each paragraph."""
        sentences = [terms for paragraph in paragraphs for terms in paragraph]
        # one column even for a corpus without words, which many functions of scipy need
        columns = {term: i for i, term in enumerate(sorted({term for terms in sentences for term in terms}) or [""])}
        rows = np.repeat(np.arange(len(sentences)), [len(terms) for terms in sentences])
        cells = np.array([columns[term] for terms in sentences for term in terms], dtype=np.int64)
        shape = (len(sentences), len(columns))
        matrix = sparse.csr_matrix((np.ones(len(cells)), (rows, cells)), shape=shape)
        owner = np.repeat(np.arange(len(paragraphs)), [len(paragraph) for paragraph in paragraphs])
        return cls(columns, matrix, owner, articles, positions)

    @cached_property
    def paragraphs(self) -> sparse.csr_matrix:
        """Paragraphs × terms."""
        n = len(self.owner)
        member = sparse.csr_matrix((np.ones(n), (self.owner, np.arange(n))), (len(self.articles), n))
        return (member @ self.by_sentence).tocsr()

    @cached_property
    def rest(self) -> sparse.csr_matrix:
        """Sentences × terms: each one's paragraph without it, clipped."""
        return clip_counts((self.paragraphs[self.owner] - self.by_sentence).tocsr())

    @cached_property
    def neighbours(self) -> tuple[np.ndarray, np.ndarray]:
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
        )


@dataclass(frozen=True)
class Scored:
    """What the model says of every paragraph (rows) and theme (columns)."""

    scores: np.ndarray
    """Probabilities, rounded as tables keep them."""
    assigned: np.ndarray
    best: np.ndarray
    """The sentence whose deletion lowers the evidence most; −1 where none does."""


@dataclass(frozen=True)
class FittedModel:
    """A fitted naive Bayes, and what calibrates it: all that scores with vectors or codes and without share."""

    naive_bayes: NaiveBayes
    fitness: Fitness
    other: np.ndarray
    """Paragraphs × themes: the evidence of the words that are no anchors."""
    anchored: np.ndarray
    """Paragraphs × themes, True where an anchor stands."""
    lengths: np.ndarray
    """Terms of each paragraph."""
    best: np.ndarray
    """As in :class:`Scored`."""
    settings: ThemeSettings

    @cached_property
    def label_free(self) -> Scored:
        """The scores by the words alone, without vectors and codes."""
        return self.estimate()

    def estimate(self, vectors: np.ndarray | None = None, coded: tuple[np.ndarray, np.ndarray] | None = None) -> Scored:
        """Calibrate and assign; ``coded``: rows of coded paragraphs, and their marks (coded × themes)."""
        evidence = self.naive_bayes.evidence
        if vectors is not None:
            evidence = smooth_over_neighbours(evidence, vectors, self.settings.nearest)
        calibration = from_anchors(evidence, self.other, self.anchored, self.lengths).shrunk(self.fitness.trust)
        if coded is not None and len(coded[0]):
            calibration = from_codes(calibration, evidence[coded[0]], coded[1])
        # rounded before the threshold, so that the table never contradicts itself
        scores = calibration.probability(evidence).round(tables.DECIMALS)
        return Scored(scores, (scores >= self.settings.threshold) & (self.best >= 0), self.best)


def fit_model(counts: Counts, seeds: Seeds, settings: ThemeSettings) -> FittedModel:
    """Fit naive Bayes, and measure how well the codebook fits."""
    clipped, anchors = clip_counts(counts.paragraphs), seeds.anchors
    naive_bayes = fit_naive_bayes(clipped, seeds.weights, counts.neighbours, settings)
    weights = naive_bayes.weights
    return FittedModel(
        naive_bayes,
        keyword_cohesion(counts.paragraphs, anchors, list(seeds.sizes)),
        other_evidence(clipped, naive_bayes, anchors),
        np.array([counts.holding(columns) for columns in anchors]).T,
        np.asarray(clipped.sum(axis=1)).ravel(),
        _best_sentence(evidence_of(clipped, weights), evidence_of(counts.rest, weights), counts.owner),
        settings,
    )


def _best_sentence(whole: np.ndarray, without: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """The sentence of each paragraph without which its evidence is lowest; −1 where none is lower than the whole."""
    # sentences of a paragraph stand together, so that reduceat goes by paragraph
    starts = np.searchsorted(owner, np.arange(len(whole)))
    lowest = np.minimum.reduceat(without, starts)
    first = np.where(without == lowest[owner], np.arange(len(owner))[:, None], len(owner))
    return np.where(lowest < whole - 1e-12, np.minimum.reduceat(first, starts), -1)
