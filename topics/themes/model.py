"""Terms + keyword distributions -> evidence of every paragraph for every theme.

A seeded naive Bayes with a background class, taught by the unlabelled corpus with
expectation-maximisation (Nigam, McCallum, Thrun and Mitchell 2000), its word
distributions smoothed towards the corpus as in the language-model approach to
retrieval (Zhai and Lafferty 2004, Dirichlet prior). For theme *k* and term *v*, with
keyword distribution ``q``, corpus distribution ``p``, expected counts ``c`` from the
last round and their sum ``C``::

    m[k, v] = c[k, v] + (SEED_MASS + share * C[k]) * q[k, v]
    weight[k, v] = log((m[k, v] / p[v] + SMOOTHING) / (sum of m[k] + SMOOTHING))
    evidence[d, k] = sum over terms v of d: weight[k, v] / sqrt(length of d)  +  SIMILARITY * similarity[d, k]

``similarity`` is that of the vectors (:mod:`topics.themes.vectors`): a word of the codebook that a paragraph does not
use can speak for it all the same. It has a part in every round, so the words that go with it are learnt, too.
Where few speakers or outlets write much of a corpus, a theme would come to mean the one that covers it most, words of
habit included. So ``p`` is each theme's own: a part of it, ``BALANCE``, is the word distribution of the groups of articles
in which the theme was found, in the proportions in which it was (as strata in Mantel and Haenszel 1959).

The root of the length tempers the independence that naive Bayes wrongly assumes. On
a small corpus the keywords and ``SMOOTHING`` outweigh the counts, so the answer rests
on the codebook; on a large one the corpus has taught the rest, and ``share`` keeps a
theme from drifting away from its keywords.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from topics.settings import ThemeSettings

SEED_MASS = 100.0
SMOOTHING = 2000.0
MAX_PER_PARAGRAPH = 2
"""A term counts at most so often in one paragraph: words come in bursts (Church and Gale 1995)."""
BALANCE, SMALL_GROUP = 0.45, 1000
"""How much of the background is that of the groups; half of that for a group of so many words. On BBC articles between two
made-up speakers, each with four habitual words in every paragraph, this raises the accuracy for themes that the speaker
seldom treats from .81 to .87; without such words it costs .01 over all (`benchmarks/checks.py`, speakers)."""
LARGE = 1000
ROUNDS_SMALL, ROUNDS_LARGE = 3, 10
SEED_SHARE_SMALL, SEED_SHARE_LARGE = 0.1, 0.2
"""More rounds need a firmer hold on the keywords. On all of BBC without the theme sport, .1 leaves 11 % of the sport
paragraphs unassigned after ten rounds, .2 leaves 99 %; with all themes it changes accuracy by .003 at most."""
SIMILARITY = 6.0
"""Evidence for a cosine of 1. Chosen on BBC, AG News, SIB-200 and the sample study, where 4 to 12 do about alike."""


@dataclass(frozen=True)
class NaiveBayes:
    """What the corpus taught."""

    weights: np.ndarray
    """Themes × terms: how much likelier (log) a term is under the theme than under the corpus."""
    evidence: np.ndarray
    """Paragraphs × themes, neighbours in the article included."""
    mass: np.ndarray
    """Themes × terms: expected counts and keyword mass of the last round."""
    membership: np.ndarray
    """Paragraphs × themes: the expectation that ``mass`` was counted with."""
    seeded: np.ndarray
    """Themes: the part of ``mass`` that the keywords have by themselves."""
    usual: np.ndarray
    """Themes × terms: the background, each theme's own."""
    words: float
    """Words of the corpus, and each term once more: what the word distribution of the corpus is relative to."""

    def weights_of_new(self, seeds: np.ndarray) -> np.ndarray:
        """Weights of terms that the corpus does not hold, as if each had stood in it once.

        A word that is neither keyword nor in a description says nothing for any theme.

        Parameters
        ----------
        seeds
            Themes × terms: which part of a theme's keywords the term would be (0 … 1).
        """
        mass = self.seeded[:, None] * seeds
        weights = np.log((mass * self.words / 2 + SMOOTHING) / (self.mass.sum(axis=1, keepdims=True) + SMOOTHING))
        return np.where(seeds.any(axis=0), weights, 0.0)


def fit_naive_bayes(
    counts: sparse.csr_matrix,
    seeds: np.ndarray,
    similarity: np.ndarray,
    adjacent: tuple[np.ndarray, np.ndarray],
    groups: np.ndarray,
    settings: ThemeSettings,
) -> NaiveBayes:
    """Learn the weights of all terms from the seeds and the unlabelled paragraphs.

    ``counts``: paragraphs × terms, clipped; ``seeds``: themes × terms, rows sum to 1, or to 0 for a theme of which no
    word occurs; ``similarity``: paragraphs × themes; ``adjacent``: rows of paragraphs, and of those that follow them in
    their article; ``groups``: paragraphs × groups of articles, 1 where a paragraph belongs to the group.
    """
    n, k = counts.shape[0], len(seeds)
    totals = np.asarray(counts.sum(axis=0)).ravel()
    background = (totals + 1) / (totals.sum() + len(totals))
    by_group = _group_distributions(counts, groups, background)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    prior = np.full(k + 1, 1 / (k + 1))  # the last class is the background
    membership, expected = np.zeros((n, k)), np.zeros_like(seeds)
    # a small corpus has little to teach, and more rounds would only reinforce accidents
    rounds = settings.rounds or (ROUNDS_LARGE if n >= LARGE else ROUNDS_SMALL)
    share = SEED_SHARE_LARGE if n >= LARGE else SEED_SHARE_SMALL
    for step in range(rounds + 1):
        seeded = SEED_MASS + share * expected.sum(axis=1, keepdims=True)
        mass = expected + seeded * seeds
        found = (groups.T @ (membership * lengths[:, None])).T  # themes × groups, in words
        usual = (found @ by_group + seeded * background) / (found.sum(axis=1, keepdims=True) + seeded)
        weights = np.log((mass / usual + SMOOTHING) / (mass.sum(axis=1, keepdims=True) + SMOOTHING))
        evidence = add_adjacent(evidence_of(counts, weights) + SIMILARITY * similarity, adjacent, settings.neighbours)
        if step < rounds:  # the last round only weighs what the ones before have counted
            logits = np.hstack([evidence, np.zeros((n, 1))]) + np.log(prior)
            posterior = np.exp(logits - logits.max(axis=1, keepdims=True))
            posterior /= posterior.sum(axis=1, keepdims=True)
            prior = (posterior.sum(axis=0) + 1) / (n + k + 1)
            membership = posterior[:, :k]
            expected = np.asarray((counts.T @ membership).T)
    return NaiveBayes(weights, evidence, mass, membership, seeded.ravel(), usual, float(totals.sum() + len(totals)))


def _group_distributions(counts: sparse.csr_matrix, groups: np.ndarray, background: np.ndarray) -> np.ndarray:
    """The word distribution of each group of articles, drawn to that of the corpus: groups × terms."""
    totals = np.asarray((counts.T @ groups).T, dtype=float)
    sizes = totals.sum(axis=1, keepdims=True)
    weight = BALANCE * sizes / (sizes + SMALL_GROUP)
    return weight * totals / np.maximum(sizes, 1) + (1 - weight) * background


def evidence_of(counts: sparse.csr_matrix, weights: np.ndarray) -> np.ndarray:
    """Evidence of each row by itself, rows × themes."""
    return np.asarray(counts @ weights.T) / np.sqrt(_lengths(counts))[:, None]


def evidence_without_own(counts: sparse.csr_matrix, model: NaiveBayes, weights_of_new: np.ndarray) -> np.ndarray:
    """Evidence of each row by itself, rows × themes, as if it had not been in the corpus: what it taught is taken back.

    ``weights_of_new``: themes × terms, as :meth:`NaiveBayes.weights_of_new` gives them for what stands in no other row.
    """
    n = counts.shape[0]
    rows, cols, times = np.repeat(np.arange(n), np.diff(counts.indptr)), counts.indices, counts.data
    totals, lengths = np.asarray(counts.sum(axis=0)).ravel()[cols], _lengths(counts)
    usual = (totals - times + 1) / (totals + 1)
    evidence = np.empty((n, len(model.mass)))
    for k, (mass, own) in enumerate(zip(model.mass, model.membership.T, strict=True)):
        rest = np.maximum(mass[cols] - own[rows] * times, 0) / (model.usual[k, cols] * usual)
        norm = np.log(np.maximum(mass.sum() - own * lengths, 0) + SMOOTHING)
        weights = np.where(totals > times, np.log(rest + SMOOTHING) - norm[rows], weights_of_new[k, cols])
        evidence[:, k] = np.bincount(rows, weights=weights * times, minlength=n)
    return evidence / np.sqrt(lengths)[:, None]


def other_evidence(counts: sparse.csr_matrix, model: NaiveBayes, anchors: list[list[int]]) -> np.ndarray:
    """What a paragraph's *other* words say, learnt from the *other* paragraphs: paragraphs × themes.

    For each theme its ``anchors`` are left out, and what the paragraph itself taught
    is taken back, so that whether an anchor stands in it can test the evidence.
    """
    n = counts.shape[0]
    rows, cols, times = np.repeat(np.arange(n), np.diff(counts.indptr)), counts.indices, counts.data
    totals = np.asarray(counts.sum(axis=0)).ravel()
    size = max(totals.sum(), 1.0)
    background = (totals[cols] - times + 1) / size
    lengths = _lengths(counts)
    other = np.empty((n, len(anchors)))
    for k, left_out in enumerate(anchors):
        mass, own = model.mass[k], model.membership[:, k]
        usable = np.ones(counts.shape[1])
        usable[left_out] = 0.0
        # without what this paragraph added to the mass of its own words
        weight = np.maximum(mass[cols] - own[rows] * times, 0) + mass.sum() / size
        log_weight = np.log(weight / background + SMOOTHING) * times * usable[cols]
        norm = np.log(np.maximum(mass.sum() - own * lengths, 0) + SMOOTHING)
        n_terms = np.bincount(rows, weights=times * usable[cols], minlength=n)
        total = np.bincount(rows, weights=log_weight, minlength=n)
        other[:, k] = (total - n_terms * norm) / np.sqrt(np.maximum(n_terms, 1))
    return other


def clip_counts(counts: sparse.csr_matrix) -> sparse.csr_matrix:
    """Counts, no term more than ``MAX_PER_PARAGRAPH`` times."""
    clipped = counts.copy()
    clipped.data = np.minimum(clipped.data, MAX_PER_PARAGRAPH)
    return clipped


def _lengths(counts: sparse.csr_matrix) -> np.ndarray:
    return np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)


def add_adjacent(evidence: np.ndarray, adjacent: tuple[np.ndarray, np.ndarray], weight: float) -> np.ndarray:
    """Add ``weight`` times the evidence of the paragraph before and after in the article.

    Compare ``gamma`` of seededlda (Watanabe and Baturo 2024).
    """
    before, after = adjacent
    result = evidence.copy()
    result[after] += weight * evidence[before]
    result[before] += weight * evidence[after]
    return result
