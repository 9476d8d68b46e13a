"""A fitted codebook -> scores of paragraphs that it was not fitted to.

All that the corpus taught is kept: the weights of words, the vectors of keywords and descriptions and the mean that is
taken off, the trust in the codebook, and what codes of people corrected. A new paragraph adds nothing to it, so that its
score does not depend on which others are scored with it, except those before and after it in its article. Its neighbours
in the vectors are paragraphs of the corpus.

A keyword that the corpus does not hold is one all the same: it weighs as much as if it had stood in the corpus once.
Other words that are new say nothing for any theme, but count for the length of their paragraph.

A paragraph of the corpus has taught the weights of its own words, a new one has not, and has less evidence. So its
calibration is one of its own: it is learnt from the paragraphs of the corpus, each with the evidence that it would have
had it taught nothing (leaving one out, as in cross-validation), and has to give the probabilities that they have.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.special import expit
from threadpoolctl import threadpool_limits

from topics import tables
from topics.text import TokenisedTexts
from topics.themes.calibration import Calibration, from_fitted
from topics.themes.encoding import encode_others
from topics.themes.estimate import Counts, Scored, count_hits
from topics.themes.gold import Recalibration, f1_thresholds, learn, logits_of
from topics.themes.matching import Seeds, read_sentences
from topics.themes.model import clip_counts, evidence_without_own
from topics.themes.scores import FittedThemes


@dataclass(frozen=True)
class Scorer:
    """Fitted themes, corrected by codes: the scores of their corpus, and of other paragraphs."""

    fitted: FittedThemes
    recalibration: Recalibration | None
    """None without codes."""
    thresholds: np.ndarray
    """The score from which each theme is assigned."""

    @classmethod
    def of(cls, fitted: FittedThemes, rows: np.ndarray, marks: np.ndarray) -> Self:
        """Learn from codes, if there are any.

        Parameters
        ----------
        fitted
            The themes.
        rows
            The coded paragraphs of the corpus.
        marks
            Coded × themes, 0…1: the share of the coders who gave the theme.
        """
        usual = np.full(len(fitted.codebook.names), fitted.settings.themes.threshold)
        if not len(rows):
            return cls(fitted, None, usual)
        vectors = _vectors(fitted, fitted.model.vectors.paragraphs)
        found = cls(fitted, learn(logits_of(fitted.model.label_free.scores), vectors, rows, marks), usual)
        return replace(found, thresholds=f1_thresholds(found.own.scores, fitted.settings.themes.threshold))

    @cached_property
    def own(self) -> Scored:
        """The scores of the corpus: those of :meth:`topics.themes.FittedThemes.score`, as arrays."""
        return self._corrected(self.fitted.model.label_free, self.fitted.model.vectors.paragraphs)

    def score(self, texts: TokenisedTexts, articles: np.ndarray, positions: np.ndarray) -> Scored:
        """The scores of other paragraphs.

        Parameters
        ----------
        texts
            In the language of the corpus, or one of its languages.
        articles, positions
            The article of each paragraph, and its place there: neighbours inform each other.
        """
        fitted = self.fitted
        spans, terms, _ = read_sentences(fitted.matcher, texts.own)
        counts = Counts.of(terms, articles, positions)
        seeds = fitted.matcher.seeds(counts.columns)
        weights, hits = self._weights(counts, seeds), count_hits(counts, seeds.anchors)
        # on one thread, for the order of summation changes the last digits
        with threadpool_limits(limits=1):
            vectors = encode_others(texts, fitted.model.vectors, fitted.space, spans)
            scored = fitted.model.score_others(counts, weights, hits, vectors, self._calibration)
            return self._corrected(scored, vectors.paragraphs)

    @cached_property
    def _calibration(self) -> Calibration:
        """The calibration of paragraphs that taught nothing: each of the corpus as if it had not been there."""
        fitted, model = self.fitted, self.fitted.model
        of_new = model.naive_bayes.weights_of_new(fitted.seeds.weights)
        words = evidence_without_own(clip_counts(fitted.counts.paragraphs), model.naive_bayes, of_new)
        evidence = model.evidence_of_others(words, fitted.counts.adjacent, model.vectors)
        return from_fitted(evidence, model.evidence, model.calibration)

    def _weights(self, counts: Counts, seeds: Seeds) -> np.ndarray:
        """Themes × terms of ``counts``: what the corpus taught, and what a keyword says that it does not hold."""
        fitted, columns = self.fitted, self.fitted.counts.columns
        known = np.array([columns.get(term, -1) for term in counts.columns])
        shares = seeds.counts / np.maximum(fitted.seeds.counts.sum(axis=1, keepdims=True) + seeds.counts, 1e-12)
        of_new = fitted.model.naive_bayes.weights_of_new(shares)
        return np.where(known >= 0, fitted.model.naive_bayes.weights[:, known], of_new)

    def _corrected(self, scored: Scored, vectors: np.ndarray) -> Scored:
        if self.recalibration is None:
            return scored
        used = _vectors(self.fitted, vectors)
        before = logits_of(scored.scores)
        taught = self.recalibration.apply(before, used)
        scores = expit(taught).round(tables.DECIMALS)
        supported = (scored.best >= 0) | ((taught > before) if used is not None else False)
        return Scored(scores, (scores >= self.thresholds) & supported, scored.best)


def _vectors(fitted: FittedThemes, vectors: np.ndarray) -> np.ndarray | None:
    """Vectors by which codes carry over to similar paragraphs; those of words alone say what the words have said."""
    return None if fitted.encoder is None else vectors
