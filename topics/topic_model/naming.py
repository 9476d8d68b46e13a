"""Words and texts of topics -> labels that people can read: nouns, names and noun phrases.

A label joins two or three terms. A term counts by how many of the topic's texts it adds to those that hold a term of
the label already (the greedy algorithm for maximum coverage), times

- its share of texts in this topic against that in the topic where it is most frequent besides, and how rare it is in the
  others on average, so that labels tell topics apart;
- how much more frequent it is here than in the language, so that words of everyday speech make way for specific ones;
- how certain it is a noun;
- the root of how often it occurs in the texts that hold it: what a text is about, it repeats;
- whether it is among the words that the topic model gives the topic.

Where terms fail, being too few or in too few of the texts, the label is a passage of the texts: the one that holds most.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

from topics.text import NounTerms, find_noun_terms, load_lexicon

Ranked = list[tuple[str, float]]
"""Labels or words with their weights, the best first."""

MAX_TEXTS, MIN_TEXTS, MAX_CHARACTERS = 3000, 30, 1500
"""Texts that are read, as many of each topic; at least so many of each; and the beginning of each that is read."""
MAX_TERMS = 3
MIN_GAIN = 0.1
"""A third term counts at least this share of the first."""
MIN_COVERAGE = 0.1
"""Terms that stand in a smaller share of the texts of their topic fail."""
_CANDIDATES = 60
_DISTINCT = 1.5
"""Power of a term's share of texts against the greatest elsewhere."""
_AGAIN = 0.7
"""Weight of texts that hold a term of the label already."""
_NOT_GIVEN = 0.85
"""Weight of terms that are not among the words of the topic."""
_SPECIFIC = 30
"""So many times as frequent as in the language, a word is as specific as can be."""
_SURE_NOUN = 0.6
"""With this share of the evidence, a word is certain to be a noun."""
_UNKNOWN = 1e-3
"""A word is taken to stand in this share of all texts at least."""
_STANDS_FOR = 0.4
"""A phrase stands for one of its words if it is in this share of the texts that hold the word: Tony Blair for Blair."""
_HIDES = 0.5
"""From this share on, the word is nothing without the phrase: European Union."""


def name_topics(words: Mapping[int, Ranked], texts: Mapping[int, Sequence[str]], language: str = "en") -> dict[int, Ranked]:
    """Label topics.

    Parameters
    ----------
    words
        By topic, its words with their weights, the best first, as the topic model has them. They may be few, and with
        stop words among them; the terms of labels are found in the texts.
    texts
        By topic, its texts.
    language
        ISO 639-1 code of the texts.

    Returns
    -------
    dict
        By topic, its label, which no other topic has, with the share of its texts that hold a term of it; then the
        terms that it is made of and further ones, each with the share of texts that hold it.

    Examples
    --------
    >>> texts = {0: ["The gas pipeline carries natural gas.", "A pipeline for natural gas was built."],
    ...          1: ["Farmers sold grain.", "The grain harvest of the farmers was poor."]}
    >>> labels = name_topics({}, texts)
    >>> labels[0][0], labels[1][0]
    (('natural gas, pipeline', 1.0), ('grain, farmers', 1.0))
    """
    topics = sorted(texts)
    if not topics:
        return {}
    most = max(MIN_TEXTS, MAX_TEXTS // len(topics))
    read = [_evenly(sorted({text[:MAX_CHARACTERS] for text in texts[topic]}), most) for topic in topics]
    terms = find_noun_terms([text for own in read for text in own], language)
    names = _Names(terms, [len(own) for own in read], language)
    found: dict[int, Ranked] = {}
    taken: set[str] = set()
    for number, topic in enumerate(topics):
        ranked = names.rank(number, words.get(topic, []))
        first = next(label for label in _labels(ranked, topic, words.get(topic, [])) if label[0] not in taken)
        taken.add(first[0])
        found[topic] = [first, *((term.written, term.coverage) for term in ranked.terms if term.written != first[0])]
    return found


class _Term(NamedTuple):
    written: str
    coverage: float
    """Share of the topic's texts that hold it."""


def _evenly(rows: Sequence[str], most: int) -> list[str]:
    """At most so many of the rows, at equal distances."""
    n = min(most, len(rows))
    return [rows[i * len(rows) // n] for i in range(n)]


@dataclass(frozen=True)
class _Ranked:
    """What a topic can be called."""

    terms: list[_Term]
    """The best first, no two alike."""
    chosen: int
    """So many of them make the label."""
    coverage: float
    """Share of the topic's texts that hold a term of the label."""
    passage: str
    """Where terms fail; else empty."""


def _labels(ranked: _Ranked, topic: int, words: Ranked) -> Iterator[tuple[str, float]]:
    """The label of a topic, and others in case that it is taken."""
    if ranked.passage:
        yield ranked.passage, ranked.coverage
    for n in range(ranked.chosen, len(ranked.terms) + 1):
        if n:
            yield ", ".join(term.written for term in ranked.terms[:n]), ranked.coverage
    for n in range(MAX_TERMS, len(words) + 1):
        if any(word for word, _ in words):
            yield ", ".join(word for word, _ in words[:n] if word), 0.0
    yield f"topic {topic}", 0.0


class _Names:
    """The terms of all topics, and what each is worth."""

    def __init__(self, terms: NounTerms, sizes: Sequence[int], language: str) -> None:
        self._terms = terms
        self._ids = sorted(terms.written)
        column = {term: i for i, term in enumerate(self._ids)}
        rows = np.repeat(np.arange(len(terms.documents)), [len(document) for document in terms.documents])
        columns = np.array([column[term] for document in terms.documents for term in document], dtype=int)
        times = np.array([times for document in terms.documents for times in document.values()], dtype=float)
        inside = csr_matrix((times, (rows, columns)), (len(terms.documents), len(self._ids)))
        self._inside = inside.tocsc()
        self._ends = np.cumsum([0, *sizes])
        self._sizes = np.maximum(sizes, 1)
        topic = np.repeat(np.arange(len(sizes)), sizes)
        member = csr_matrix((np.ones(len(topic)), (topic, np.arange(len(topic)))), (len(sizes), len(topic)))
        self._counts = (member @ (inside > 0)).toarray().astype(float)
        self._times = (member @ inside).toarray() / np.maximum(self._counts, 1)
        self._shares = self._counts / self._sizes[:, None]
        ordered = np.sort(self._shares, axis=0)
        self._first, self._second = ordered[-1], ordered[-2] if len(sizes) > 1 else np.zeros(len(self._ids))
        self._total = self._shares.sum(axis=0)
        frequency = load_lexicon(language).frequency
        of_language = [0.0 if term in terms.parts else frequency(terms.written[term]) for term in self._ids]
        self._usual = (1 - np.exp(-terms.length * np.array(of_language))).clip(_UNKNOWN)
        self._nouns = (np.array([terms.nouns[term] for term in self._ids]) / _SURE_NOUN).clip(max=1)

    def rank(self, number: int, words: Ranked) -> _Ranked:
        """What the topic in this place can be called; ``words`` are those that the topic model gives it."""
        values = self._values(number)
        n = int(self._sizes[number])
        enough = self._counts[number] >= (2 if n >= 5 else 1)
        order = np.lexsort((np.arange(len(values)), -(values * self._shares[number])))
        candidates = [int(i) for i in order[:_CANDIDATES] if enough[i] and values[i] > 0]
        given = {part.lower() for word, _ in words for part in word.split()}
        for i in candidates:
            known = not given or any(part.lower() in given for part in self._terms.written[self._ids[i]].split())
            values[i] *= 1 if known else _NOT_GIVEN
        stands_for = self._stands_for(number, candidates)
        candidates = list(stands_for)
        rows = {i: set().union(*(self._rows(number, word) for word in stands_for[i])) for i in candidates}
        worth = {i: values[i] * self._times[number, stands_for[i]].max() ** 0.5 for i in candidates}
        picked: list[int] = []
        gains: list[float] = []
        chosen, covered = 0, set[int]()
        while candidates and len(picked) < 2 * MAX_TERMS:
            gain = {i: worth[i] * (len(rows[i] - covered) + _AGAIN * len(rows[i] & covered)) / n for i in candidates}
            best = min(candidates, key=lambda i: (-gain[i], self._ids[i]))
            if chosen == len(picked) < MAX_TERMS and (chosen < 2 or gain[best] >= MIN_GAIN * gains[0]):
                chosen += 1
                covered |= rows[best]
            picked.append(best)
            gains.append(gain[best])
            candidates = [i for i in candidates if not self._are_alike(i, best)]
        # specific before general
        picked[:chosen] = sorted(picked[:chosen], key=lambda i: (-round(float(values[i].clip(max=1)), 1), picked.index(i)))
        terms = [_Term(self._terms.written[self._ids[i]], len(rows[i]) / n) for i in picked]
        coverage = len(covered) / n
        passage = ""
        if chosen < 2 or coverage < MIN_COVERAGE:
            weights = dict(zip(self._ids, (values * self._shares[number]).tolist(), strict=True))
            passage = self._terms.passage(range(self._ends[number], self._ends[number + 1]), weights)
        return _Ranked(terms, chosen, coverage, passage)

    def _values(self, number: int) -> np.ndarray:
        """What each term is worth to a topic, 0…1, apart from how many of its texts hold it."""
        own = self._shares[number]
        elsewhere = np.where(own == self._first, self._second, self._first)
        # as if one more text held it elsewhere: two texts of a small topic may share a word by chance
        distinct = own / (own + elsewhere + 1 / self._sizes[number])
        specific = np.log(np.maximum(own, 1e-12) / self._usual) / np.log(_SPECIFIC)
        rare = 1 - (self._total - own) / max(1, len(self._sizes) - 1)
        return distinct**_DISTINCT * rare * specific.clip(0.05, 1) * self._nouns

    def _stands_for(self, number: int, candidates: Sequence[int]) -> dict[int, list[int]]:
        """Each candidate, and of a phrase the words that it stands for: most texts that hold them hold it, or its initials.

        A word that a phrase stands for is no candidate itself, if the phrase is in half of its texts.
        """
        column, counts = {self._ids[i]: i for i in candidates}, self._counts[number]
        initials = {self._terms.written[self._ids[i]].replace(".", ""): i for i in candidates}
        found, hidden = {}, set()
        for i in candidates:
            words = [column[part] for part in self._terms.parts.get(self._ids[i], ()) if part in column]
            short = initials.get(_initials(self._terms.written[self._ids[i]]), i)
            found[i] = [i, *(word for word in words if counts[i] >= _STANDS_FOR * counts[word])]
            if short != i and self._ids[i] in self._terms.parts:
                found[i].append(short)
                hidden.add(short)
            hidden.update(word for word in words if counts[i] >= _HIDES * counts[word])
        return {i: words for i, words in found.items() if i not in hidden}

    def _rows(self, number: int, term: int) -> set[int]:
        """The texts of the topic that hold a term."""
        held = self._inside.indices[self._inside.indptr[term] : self._inside.indptr[term + 1]]
        return set(held[(held >= self._ends[number]) & (held < self._ends[number + 1])].tolist())

    def _are_alike(self, one: int, other: int) -> bool:
        """Whether two terms share a word, or have words of which one begins with the other."""
        pair = self._ids[one], self._ids[other]
        first, second = (self._terms.parts.get(term, (term,)) for term in pair)
        return any(_begin_alike(word, same) for word in first for same in second)


def _initials(written: str) -> str:
    """The capitals that the words of a name begin with; empty for a single word."""
    words = written.split()
    return "".join(word[0] for word in words if word[0].isupper()) if len(words) > 1 else ""


def _begin_alike(one: str, other: str) -> bool:
    """Whether two words are one, or one of them begins with the other: Russia, Russian."""
    short, long = sorted((one, other), key=len)
    return one == other or (long.startswith(short) and (len(short) > 3 or not short.isascii()))
