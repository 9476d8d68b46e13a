"""Topics -> their words: BERTopic's class-based tf-idf, of which those are kept that keep each other company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from topics.topic_model import coherence
from topics.topic_model.clusters import OUTLIER, quiet

Ranked = list[tuple[str, float]]
"""Terms of a topic with their weights, the heaviest first."""

_CANDIDATES = 2
"""Times as many terms are weighed for company as are kept."""
_COMPANY = 30
"""Words within which a term has company: a sentence or so."""
_MOST_DOCUMENTS = 20_000


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

    def of(self, rows: np.ndarray) -> Terms:
        """Those of some paragraphs."""
        return Terms(tuple(self.documents[row] for row in rows.tolist()))

    def weigh(self, labels: np.ndarray) -> tuple[list[int], np.ndarray]:
        """Class-based tf-idf (Grootendorst 2022, with the root of the frequency against frequent words).

        Returns
        -------
        topics, weights
            The topics of ``labels`` in order, outliers left out; topics × terms.
        """
        topics = sorted(set(labels.tolist()) - {OUTLIER})
        kept = np.flatnonzero(labels != OUTLIER)
        member = csr_matrix((np.ones(len(kept)), (np.searchsorted(topics, labels[kept]), kept)), (len(topics), len(labels)))
        joined = member @ self.counts
        said = np.flatnonzero(np.asarray(joined.sum(axis=0)).ravel() > 0)
        weights = np.zeros((len(topics), len(self.names)))
        if len(said) == 1:  # the transformer cannot weigh a single term: its weight by the same formula
            frequency = joined[:, said].toarray()
            weights[:, said] = np.sqrt(frequency > 0) * np.log1p(frequency.mean() / frequency.sum())
        elif len(said):
            with quiet():
                from bertopic.vectorizers import ClassTfidfTransformer

                transformer = ClassTfidfTransformer(reduce_frequent_words=True)
                weights[:, said] = transformer.fit_transform(joined[:, said]).toarray()
        return topics, weights

    def heaviest(self, labels: np.ndarray, n: int, only: int | None = None) -> dict[int, Ranked]:
        """The ``n`` heaviest terms of each topic, or of one; those of a single paragraph where it has under three others."""
        topics, weights = self.weigh(labels)
        result = {}
        for topic, row in zip(topics, weights, strict=True):
            if only not in (None, topic):
                continue
            spread = (self.counts[np.flatnonzero(labels == topic)] > 0).sum(axis=0).A1
            shared = np.where(spread > 1, row, 0)
            usable = shared if (shared > 0).sum() >= 3 else row
            order = sorted(np.flatnonzero(usable > 0).tolist(), key=lambda i: (-usable[i], i))
            result[topic] = [(self.names[i], float(usable[i])) for i in order[:n]]
        return result

    def windows(self, terms: Sequence[str], window: int = 10, rows: np.ndarray | None = None) -> coherence.Counts:
        """Windows of the paragraphs that hold each of ``terms``, and each two; of many paragraphs, every so many."""
        chosen = range(len(self.documents)) if rows is None else rows.tolist()
        step = -(-len(chosen) // _MOST_DOCUMENTS)
        return coherence.count(terms, [self.documents[i] for i in chosen[::step]], window)

    def describe(self, labels: np.ndarray, n: int, only: int | None = None) -> dict[int, Ranked]:
        """The ``n`` words of each topic, or of one, with their c-TF-IDF weights.

        Of the heaviest ``2 n`` those are kept whose weight × root of (weight / that in the
        topic where it is greatest) × mean NPMI with the others within 30 words (Bouma 2009) is
        highest: a word of a single story, or of every topic, makes way for one that keeps
        company and tells apart. Words chosen from one half of ``octis_bbc_news`` have an NPMI
        of .142 on the other half, the heaviest by c-TF-IDF alone .100.
        """
        _, weights = self.weigh(labels)
        greatest = dict(zip(self.names, weights.max(axis=0, initial=0), strict=True))
        found = self.heaviest(labels, _CANDIDATES * n, only)
        counts = self.windows(sorted({term for ranked in found.values() for term, _ in ranked}), _COMPANY)
        together = np.nan_to_num(counts.pairwise())
        place = {word: i for i, word in enumerate(counts.words)}
        result = {}
        for topic in found:
            terms, weight = [term for term, _ in found[topic]], np.array([value for _, value in found[topic]])
            own = weight * np.sqrt(weight / np.array([greatest[term] for term in terms]))
            columns = [place[term] for term in terms]
            company = together[np.ix_(columns, columns)] * (1 - np.eye(len(terms)))
            others = own.sum() - own
            mean = np.divide(company @ own, others, out=np.ones(len(terms)), where=others > 0).clip(min=1e-3)
            best = _without_repeats(list(zip(terms, (own * mean).tolist(), strict=True)), n)
            result[topic] = [pair for pair in found[topic] if pair[0] in dict(best)]
        return result


def labelled(words: dict[int, list[str]], given: Mapping[int, str] | None = None) -> dict[int, str]:
    """A label for each topic: the one given, or its first three words, or as many as no topic before it is labelled by."""
    names = dict(given or {})
    for topic in [topic for topic in words if topic not in names]:
        own = words[topic]
        longer = (", ".join(own[:n]) for n in range(min(3, len(own)), len(own) + 1))
        free = (name for name in longer if name and name not in names.values())
        names[topic] = next(free, f"topic {topic}")
    return names


def _without_repeats(terms: Ranked, n: int) -> Ranked:
    """The heaviest ``n`` without phrases that share a word with one before, nor single words of a phrase among them."""
    ordered = sorted(terms, key=lambda pair: (-pair[1], pair[0]))
    phrases: list[str] = []
    for term, _ in ordered:
        if " " in term and not any(set(term.split(" ")) & set(other.split(" ")) for other in phrases):
            phrases.append(term)
    while True:
        inside = {word for phrase in phrases for word in phrase.split(" ")}
        kept = [pair for pair in ordered if (pair[0] in phrases if " " in pair[0] else pair[0] not in inside)][:n]
        listed = [phrase for phrase in phrases if phrase in dict(kept)]
        if listed == phrases:
            return kept
        phrases = listed
