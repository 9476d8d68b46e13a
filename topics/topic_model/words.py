"""Topics -> their words: of the terms with the highest class-based tf-idf those that co-occur."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from topics.text import PhraseAnalyzer, count_windows
from topics.topic_model import consensus
from topics.topic_model.clusters import OUTLIER, ignore_warnings
from topics.topic_model.consensus import Reruns

with ignore_warnings():
    from bertopic.representation import BaseRepresentation
    from bertopic.vectorizers import ClassTfidfTransformer

Ranked = list[tuple[str, float]]
"""Words of a topic with their weights, the greatest first."""

_CANDIDATES = 2
"""So many times as many terms are candidates as are kept."""
_POOL = 20
"""Of so many times as many terms, those of a single document are left out."""
_MAX_DOCUMENTS = 20_000
_FILLER = ("", 0.00001)
"""What BERTopic puts where a topic has too few words."""


class CoherentWords(BaseRepresentation):
    """The words of a topic that are frequent in it, distinctive, and co-occur: a representation model for BERTopic.

    Of the ``2 n_words`` terms with the highest class-based tf-idf (those of a single document only if fewer than three
    others have a weight), those are kept whose weight × root of (weight / that in the topic where it is greatest) × mean
    NPMI with the others (Bouma 2009) is highest: a word of a single story, or of every topic, makes way for one that
    co-occurs with the others and is distinctive. Words chosen from one half of ``octis_bbc_news`` have an NPMI of .142
    on the other half, the top terms by class-based tf-idf alone .100. A phrase makes way for none of its words.

    Parameters
    ----------
    n_words
        Words kept per topic.
    window
        Words within which terms co-occur: a sentence or so.

    Examples
    --------
    >>> from bertopic import BERTopic
    >>> model = BERTopic(representation_model=topics.CoherentWords(n_words=8))
    """

    def __init__(self, n_words: int = 10, window: int = 30) -> None:
        self.n_words = n_words
        self.window = window

    def extract_topics(
        self, topic_model: Any, documents: pd.DataFrame, c_tf_idf: Any, topics: dict[int, Ranked]
    ) -> dict[int, Ranked]:
        """What BERTopic calls.

        Parameters
        ----------
        topic_model
            A BERTopic whose vectorizer is fitted.
        documents
            ``Document`` and ``Topic`` of each.
        c_tf_idf
            Weights, topics in ascending order × terms of the vectorizer.
        topics
            Candidates by topic; only its keys are used, for the weights say more.

        Returns
        -------
        dict
            ``n_words`` words with their weights by topic; fewer are filled up as BERTopic does.
        """
        names, analyzer = topic_model.vectorizer_model.get_feature_names_out(), topic_model.vectorizer_model.build_analyzer()
        step = -(-len(documents) // _MAX_DOCUMENTS)
        sample = documents.iloc[::step]
        terms = list(map(analyzer, sample["Document"]))
        numbers = sorted(topics)
        weights = np.vstack([c_tf_idf[row].toarray() for row in range(len(numbers))])
        own = {topic: np.flatnonzero(sample["Topic"].to_numpy() == topic).tolist() for topic in numbers}
        candidates = {
            topic: _top_terms(names, weights[row], [terms[i] for i in own[topic]], _CANDIDATES * self.n_words)
            for row, topic in enumerate(numbers)
        }
        inside = weights[[row for row, topic in enumerate(numbers) if topic != OUTLIER or len(numbers) == 1]]
        greatest = dict(zip(names, inside.max(axis=0, initial=0), strict=True))
        distinct = sorted({term for ranked in candidates.values() for term, _ in ranked})
        counts = count_windows(distinct, terms, self.window)
        npmi = pd.DataFrame(np.nan_to_num(counts.pairwise()), counts.words, counts.words)
        stems = _stems(getattr(topic_model.vectorizer_model, "analyzer", None))
        chosen = {topic: _choose(ranked, greatest, npmi, stems, self.n_words) for topic, ranked in candidates.items()}
        return {topic: words + [_FILLER] * (self.n_words - len(words)) for topic, words in chosen.items()}


def coherence_by_number(reruns: Reruns, numbers: Sequence[int], documents: Sequence[Sequence[str]]) -> list[float]:
    """The coherence of each number of topics: mean NPMI of the ten terms of a topic with the highest class-based tf-idf.

    Within 110 words, so mostly within a paragraph; NaN where there are fewer than two terms. ``documents`` are the terms
    of the rows of ``reruns``.
    """
    sampled = [documents[row] for row in reruns.sample.tolist()]
    if len({term for document in sampled for term in document}) < 2:
        return [math.nan] * len(numbers)
    vectorizer = CountVectorizer(analyzer=lambda document: document)
    counts = vectorizer.fit_transform(sampled)
    found = []
    for centroids in consensus.consensus_centroids(reruns, numbers, reruns.sample).values():
        labels = consensus.nearest_centroid(reruns.vectors[reruns.sample], centroids)
        member = csr_matrix(np.unique(labels)[:, None] == labels, dtype=float)
        weights = ClassTfidfTransformer(reduce_frequent_words=True).fit_transform(member @ counts).toarray()
        own = [[sampled[i] for i in np.flatnonzero(row)] for row in member.toarray()]
        names = vectorizer.get_feature_names_out()
        words = [[term for term, _ in _top_terms(names, *one, 10)] for one in zip(weights, own, strict=True)]
        distinct = sorted({word for topic in words for word in topic})
        found.append(float(pd.Series(count_windows(distinct, sampled, 110).npmi(words)).mean()))
    return found


def _top_terms(names: np.ndarray, weights: np.ndarray, documents: Sequence[Sequence[str]], n: int) -> Ranked:
    """The ``n`` terms of greatest weight; those of a single document only if fewer than three others have one.

    A word of one document describes that document, not the topic.
    """
    order = sorted(np.flatnonzero(weights > 0).tolist(), key=lambda i: (-weights[i], names[i]))[: _POOL * n]
    pool = {names[i] for i in order}
    spread = Counter(term for document in documents for term in pool.intersection(document))
    shared = [i for i in order if spread[names[i]] > 1]
    return [(str(names[i]), float(weights[i])) for i in (shared if len(shared) >= 3 else order)[:n]]


def _stems(analyzer: Any) -> dict[str, str]:
    """The stem of each term, where the analyzer knows them."""
    if not isinstance(analyzer, PhraseAnalyzer):
        return {}
    return {written: term for term, written in sorted(analyzer.vocabulary.written.items())}


def _choose(ranked: Ranked, greatest: dict[str, float], npmi: pd.DataFrame, stems: dict[str, str], n: int) -> Ranked:
    terms, weight = [term for term, _ in ranked], np.array([value for _, value in ranked])
    distinctive = weight * np.sqrt(weight / np.array([max(greatest[term], value) for term, value in ranked]))
    with_others = npmi.loc[terms, terms].to_numpy() * (1 - np.eye(len(terms)))
    others = distinctive.sum() - distinctive
    mean = np.divide(with_others @ distinctive, others, out=np.ones(len(terms)), where=others > 0).clip(min=1e-3)
    by_stem = {stems.get(term, term): term for term in terms}
    scored = list(zip(by_stem, (distinctive * mean).tolist(), strict=True))
    best = {by_stem[stem] for stem, _ in _without_repeats(scored, n)}
    return [pair for pair in ranked if pair[0] in best]


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
