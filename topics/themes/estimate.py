"""Counted paragraphs + seeds -> scores, assignments, and the sentence that moves each most."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from topics import tables
from topics.settings import ThemeSettings
from topics.themes.calibration import Fitness, fitness, from_anchors, from_codes
from topics.themes.matching import Seeds
from topics.themes.model import cap, evidence_of, fit, other_evidence, spread


@dataclass(frozen=True)
class Counts:
    """The terms of every sentence of every paragraph."""

    by_sentence: sparse.csr_matrix
    """Sentences × terms."""
    owner: np.ndarray
    """The paragraph of each sentence, ascending."""
    articles: np.ndarray
    """The article of each paragraph."""
    positions: np.ndarray
    """The place of each paragraph in its article."""

    @classmethod
    def of(
        cls, paragraphs: list[list[list[str]]], articles: np.ndarray, positions: np.ndarray
    ) -> tuple[Counts, dict[str, int]]:
        """Count the terms of each sentence of each paragraph; also gives the column of each term."""
        sentences = [terms for paragraph in paragraphs for terms in paragraph]
        columns = {term: i for i, term in enumerate(sorted({term for terms in sentences for term in terms}) or [""])}
        rows = np.repeat(np.arange(len(sentences)), [len(terms) for terms in sentences])
        cells = np.array([columns[term] for terms in sentences for term in terms], dtype=np.int64)
        shape = (len(sentences), len(columns))
        matrix = sparse.csr_matrix((np.ones(len(cells)), (rows, cells)), shape=shape)
        owner = np.repeat(np.arange(len(paragraphs)), [len(paragraph) for paragraph in paragraphs])
        return cls(matrix, owner, articles, positions), columns

    @cached_property
    def paragraphs(self) -> sparse.csr_matrix:
        """Paragraphs × terms."""
        shape = (len(self.articles), len(self.owner))
        return (
            sparse.csr_matrix((np.ones(len(self.owner)), (self.owner, np.arange(len(self.owner)))), shape) @ self.by_sentence
        ).tocsr()

    @cached_property
    def rest(self) -> sparse.csr_matrix:
        """Sentences × terms: each one's paragraph without it, capped."""
        return cap((self.paragraphs[self.owner] - self.by_sentence).tocsr())

    @cached_property
    def neighbours(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows of paragraphs, and of those that follow them in their article."""
        order = np.lexsort((self.positions, self.articles))
        same = self.articles[order[1:]] == self.articles[order[:-1]]
        return order[:-1][same], order[1:][same]

    def holding(self, columns: list[int]) -> np.ndarray:
        """The paragraphs in which any of the terms stands, as booleans."""
        return np.asarray(self.paragraphs[:, columns].sum(axis=1)).ravel() > 0

    def part(self, rows: np.ndarray, kept: np.ndarray) -> Counts:
        """The paragraphs ``rows`` (ascending), and the terms ``kept``."""
        inside = np.isin(self.owner, rows)
        owner = np.searchsorted(rows, self.owner[inside])
        return Counts(self.by_sentence[inside][:, kept], owner, self.articles[rows], self.positions[rows])


@dataclass(frozen=True)
class Scored:
    """What the model says of every paragraph (rows) and theme (columns)."""

    scores: np.ndarray
    """Probabilities, rounded as tables keep them."""
    assigned: np.ndarray
    best: np.ndarray
    """The sentence whose deletion lowers the evidence most; −1 where none does."""
    weights: np.ndarray
    """Themes × terms (:class:`topics.themes.model.Fit`)."""
    fitness: Fitness


def estimate(
    counts: Counts,
    seeds: Seeds,
    knobs: ThemeSettings,
    vectors: np.ndarray | None = None,
    coded: tuple[np.ndarray, np.ndarray] | None = None,
) -> Scored:
    """Fit the model, calibrate it, assign.

    Parameters
    ----------
    coded
        Rows of coded paragraphs, and their marks: coded × themes.
    """
    capped, anchors = cap(counts.paragraphs), seeds.anchors
    fitted = fit(capped, seeds.weights, counts.neighbours, knobs)
    evidence = fitted.evidence if vectors is None else spread(fitted.evidence, vectors, knobs.nearest)
    fits = fitness(counts.paragraphs, anchors, list(seeds.sizes))
    anchored = np.array([counts.holding(found) for found in anchors]).T
    lengths = np.asarray(capped.sum(axis=1)).ravel()
    link = from_anchors(evidence, other_evidence(capped, fitted, anchors), anchored, lengths).shrunk(fits.trust)
    if coded is not None and len(coded[0]):
        link = from_codes(link, evidence[coded[0]], coded[1])
    scores = link.probability(evidence).round(tables.DECIMALS)
    best = _best_sentence(evidence_of(capped, fitted.weights), evidence_of(counts.rest, fitted.weights), counts.owner)
    return Scored(scores, (scores >= knobs.threshold) & (best >= 0), best, fitted.weights, fits)


def _best_sentence(whole: np.ndarray, without: np.ndarray, owner: np.ndarray) -> np.ndarray:
    """The sentence of each paragraph without which its evidence is lowest; −1 where none is lower than the whole."""
    starts = np.searchsorted(owner, np.arange(len(whole)))
    least = np.minimum.reduceat(without, starts)
    first = np.where(without == least[owner], np.arange(len(owner))[:, None], len(owner))
    return np.where(least < whole - 1e-12, np.minimum.reduceat(first, starts), -1)
