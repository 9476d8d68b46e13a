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
    Fitness,
    codebook_fitness,
    from_anchors,
)
from topics.themes.matching import Seeds
from topics.themes.model import SIMILARITY, NaiveBayes, clip_counts, evidence_of, fit_naive_bayes, other_evidence
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


@dataclass(frozen=True)
class FittedModel:
    """A fitted naive Bayes, and what it says without codes."""

    naive_bayes: NaiveBayes
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
        # rounded before the threshold, so that the table never contradicts itself
        scores = (CEILING * expit(self.logits)).round(tables.DECIMALS)
        return Scored(scores, (scores >= self.settings.threshold) & (self.best >= 0), self.best)


def fit_model(counts: Counts, seeds: Seeds, vectors: Vectors, settings: ThemeSettings) -> FittedModel:
    """Fit naive Bayes, calibrate it, and measure how well the codebook fits."""
    clipped, anchors = clip_counts(counts.paragraphs), seeds.anchors
    present = (counts.paragraphs > 0).astype(float).tocsc()
    hits = np.array([np.asarray(present[:, columns].sum(axis=1)).ravel() for columns in anchors]).T
    naive_bayes = fit_naive_bayes(clipped, seeds.weights, vectors.similarity, counts.adjacent, counts.groups, settings)
    fitness = codebook_fitness(present, anchors, seeds.sizes, vectors)
    evidence, combination = naive_bayes.evidence, WORDS_ALONE
    if vectors.descriptions is not None:
        # label spreading over a neighbourhood graph in one step (Zhou, Bousquet, Lal, Weston and Schölkopf 2004);
        # the neighbours by words alone would say nothing that the words have not said
        evidence = (1 - settings.nearest) * evidence + settings.nearest * vectors.neighbours.mean(evidence)
        combination = WITH_ENCODER
    lengths = np.asarray(clipped.sum(axis=1)).ravel()
    calibration = from_anchors(evidence, other_evidence(clipped, naive_bayes, anchors), hits > 0, lengths)
    calibrated = calibration.logits(evidence)
    logits = combination.logits(calibrated, hits, vectors.neighbours)
    logits = fitness.trust * logits + (1 - fitness.trust) * MISFIT_LOGIT
    # an encoder has a vector for dots and dashes, too: a sentence without a word is no evidence
    worded = np.asarray(counts.by_sentence.sum(axis=1)) > 0
    of_sentence = evidence_of(clip_counts(counts.by_sentence), naive_bayes.weights)
    of_sentence = of_sentence + SIMILARITY * vectors.by_sentence * worded
    best = _best_sentence(of_sentence, counts.owner, hits > 0)
    return FittedModel(naive_bayes, fitness, vectors, calibrated, hits, logits, best, settings)


def _best_sentence(evidence: np.ndarray, owner: np.ndarray, anchored: np.ndarray) -> np.ndarray:
    """The sentence of each paragraph with most evidence for each theme, the first of equals; −1 where none has any.

    A paragraph with a keyword of the theme (``anchored``) always has one.
    """
    starts = first_rows(owner)
    highest = np.maximum.reduceat(evidence, starts)
    first = np.where(evidence == highest[owner], np.arange(len(owner))[:, None], len(owner))
    return np.where((highest > 0) | anchored, np.minimum.reduceat(first, starts), -1)
