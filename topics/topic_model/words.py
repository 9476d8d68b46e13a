"""Topics -> their words: by BERTopic's class-based tf-idf, and of these the ones that co-occur."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.sparse import csr_matrix

from topics.topic_model import coherence
from topics.topic_model.clusters import OUTLIER, ignore_warnings

Ranked = list[tuple[str, float]]
"""Terms of a topic with their weights, the greatest first."""

_CANDIDATES = 2
"""So many times as many terms are candidates as are kept."""
_WINDOW = 30
"""Words within which terms co-occur: a sentence or so."""
_MAX_DOCUMENTS = 20_000


@dataclass(frozen=True)
class Terms:
    """The terms of each paragraph, counted."""

    documents: tuple[tuple[str, ...], ...]

    @cached_property
    def names(self) -> list[str]:
        """Every term once, in alphabetical order."""
        return sorted({term for document in self.documents for term in document})

    @cached_property
    def counts(self) -> csr_matrix:
        """Paragraphs × terms."""
        column = {name: i for i, name in enumerate(self.names)}
        columns = [column[term] for document in self.documents for term in document]
        rows = np.repeat(np.arange(len(self.documents)), [len(document) for document in self.documents])
        shape = (len(self.documents), len(self.names))
        return csr_matrix((np.ones(len(columns)), (rows, columns)), shape=shape)

    def of(self, rows: np.ndarray) -> Self:
        """Those of some paragraphs."""
        return replace(self, documents=tuple(self.documents[row] for row in rows.tolist()))

    def c_tf_idf(self, labels: np.ndarray) -> tuple[list[int], np.ndarray]:
        """Class-based tf-idf (Grootendorst 2022, with the root of the frequency against frequent words).

        The topics of ``labels`` in order, without outliers, and the weights (topics × terms).
        """
        topics = sorted(set(labels.tolist()) - {OUTLIER})
        inside = np.flatnonzero(labels != OUTLIER)
        numbers = np.searchsorted(topics, labels[inside])
        by_topic = csr_matrix((np.ones(len(inside)), (numbers, inside)), (len(topics), len(labels))) @ self.counts
        # the transformer divides by the frequency of a term, so that there must be one
        occur = np.flatnonzero(np.asarray(by_topic.sum(axis=0)).ravel() > 0)
        weights = np.zeros((len(topics), len(self.names)))
        if len(occur) == 1:  # the transformer cannot weigh a single term: its weight by the same formula
            frequency = by_topic[:, occur].toarray()
            weights[:, occur] = np.sqrt(frequency > 0) * np.log1p(frequency.mean() / frequency.sum())
        elif len(occur):
            with ignore_warnings():
                from bertopic.vectorizers import ClassTfidfTransformer

                transformer = ClassTfidfTransformer(reduce_frequent_words=True)
                weights[:, occur] = transformer.fit_transform(by_topic[:, occur]).toarray()
        return topics, weights

    def top_terms(self, labels: np.ndarray, n: int, only: int | None = None) -> dict[int, Ranked]:
        """The ``n`` terms of each topic, or of one, with the greatest c-TF-IDF.

        Those of a single paragraph only if fewer than three others have a weight.
        """
        topics, weights = self.c_tf_idf(labels)
        result = {}
        for topic, row in zip(topics, weights, strict=True):
            if only not in (None, topic):
                continue
            # a word of one paragraph describes that paragraph, not the topic
            n_paragraphs = (self.counts[np.flatnonzero(labels == topic)] > 0).sum(axis=0).A1
            shared = np.where(n_paragraphs > 1, row, 0)
            usable = shared if (shared > 0).sum() >= 3 else row
            order = sorted(np.flatnonzero(usable > 0).tolist(), key=lambda i: (-usable[i], i))
            result[topic] = [(self.names[i], float(usable[i])) for i in order[:n]]
        return result

    def windows(self, terms: Sequence[str], window: int = 10, rows: np.ndarray | None = None) -> coherence.WindowCounts:
        """Windows of the paragraphs that hold each of ``terms``, and each two; of many paragraphs, every so many."""
        chosen = range(len(self.documents)) if rows is None else rows.tolist()
        step = -(-len(chosen) // _MAX_DOCUMENTS)
        return coherence.count_windows(terms, [self.documents[i] for i in chosen[::step]], window)

    def topic_words(self, labels: np.ndarray, n: int, only: int | None = None) -> dict[int, Ranked]:
        """The ``n`` words of each topic, or of one, with their c-TF-IDF weights.

        Of the top ``2 n`` terms those are kept whose weight × root of (weight / that in the
        topic where it is greatest) × mean NPMI with the others within 30 words (Bouma 2009) is
        highest: a word of a single story, or of every topic, makes way for one that co-occurs with the
        others and is distinctive. Words chosen from one half of ``octis_bbc_news`` have an NPMI
        of .142 on the other half, the top terms by c-TF-IDF alone .100.
        """
        _, weights = self.c_tf_idf(labels)
        greatest = dict(zip(self.names, weights.max(axis=0, initial=0), strict=True))
        candidates = self.top_terms(labels, _CANDIDATES * n, only)
        counts = self.windows(sorted({term for ranked in candidates.values() for term, _ in ranked}), _WINDOW)
        npmi = np.nan_to_num(counts.pairwise())
        column = {word: i for i, word in enumerate(counts.words)}
        result = {}
        for topic, ranked in candidates.items():
            terms, weight = [term for term, _ in ranked], np.array([value for _, value in ranked])
            distinctive = weight * np.sqrt(weight / np.array([greatest[term] for term in terms]))
            columns = [column[term] for term in terms]
            with_others = npmi[np.ix_(columns, columns)] * (1 - np.eye(len(terms)))
            others = distinctive.sum() - distinctive
            mean = np.divide(with_others @ distinctive, others, out=np.ones(len(terms)), where=others > 0).clip(min=1e-3)
            best = dict(_without_repeats(list(zip(terms, (distinctive * mean).tolist(), strict=True)), n))
            result[topic] = [pair for pair in ranked if pair[0] in best]
        return result


def topic_labels(words: Mapping[int, list[str]], names: Mapping[int, str] | None = None) -> dict[int, str]:
    """A label for each topic: its name, if it has one, or its first three words, or more if another has that label."""
    labels = dict(names or {})
    for topic in [topic for topic in words if topic not in labels]:
        own = words[topic]
        candidates = (", ".join(own[:n]) for n in range(min(3, len(own)), len(own) + 1))
        free = (label for label in candidates if label and label not in labels.values())
        labels[topic] = next(free, f"topic {topic}")
    return labels


def _without_repeats(terms: Ranked, n: int) -> Ranked:
    """The top ``n`` without phrases that share a word with one before, nor single words of a phrase among them."""
    ordered = sorted(terms, key=lambda pair: (-pair[1], pair[0]))
    phrases: list[str] = []
    for term, _ in ordered:
        if " " in term and not any(set(term.split(" ")) & set(other.split(" ")) for other in phrases):
            phrases.append(term)
    # a phrase that is not among the n does not stand for its words: until all that stand for some are
    while True:
        inside = {word for phrase in phrases for word in phrase.split(" ")}
        kept = [pair for pair in ordered if (pair[0] in phrases if " " in pair[0] else pair[0] not in inside)][:n]
        listed = [phrase for phrase in phrases if phrase in dict(kept)]
        if listed == phrases:
            return kept
        phrases = listed
