"""Paragraphs and themes as vectors: which paragraphs are neighbours, and how similar each is to each theme.

With an encoder, sentences, descriptions and keywords are points of one space. A paragraph is the mean of its
sentences, long ones weighing more; a theme is its description and its keywords in equal parts. Both are compared by
their cosines after the corpus mean is taken off, which removes what all paragraphs share. A keyword also counts by
itself: a paragraph that is close to three of them needs no other. Without an encoder the space is that of the words
(latent semantic analysis), which knows neighbours, but not what a keyword means.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

NEIGHBOURS = 30
NEAREST_KEYWORDS = 3
"""So many of a theme's keywords, those closest to a paragraph, count by themselves."""
BLOCK = 1000
"""Rows whose cosines are in memory at once."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest other paragraphs of each paragraph."""

    rows: np.ndarray
    """Paragraphs × neighbours: rows of the corpus."""
    weights: np.ndarray
    """Paragraphs × neighbours: cosines, at least 0, each row divided by its sum."""

    @classmethod
    def of(cls, units: np.ndarray, among: np.ndarray | None = None) -> Self:
        """The neighbours of ``units``, paragraphs × dimensions, each of length 1; by default among themselves."""
        n, others = len(units), units if among is None else among
        nearest = min(NEIGHBOURS, len(others) - (among is None))
        rows, weights = np.empty((n, nearest), dtype=np.intp), np.empty((n, nearest))
        if nearest < 1:
            return cls(rows, weights)
        for start in range(0, n, BLOCK):
            cosine = units[start : start + BLOCK] @ others.T
            if among is None:
                cosine[np.arange(len(cosine)), np.arange(start, start + len(cosine))] = -2.0  # not a neighbour of itself
            near = np.sort(np.argpartition(-cosine, nearest - 1, axis=1)[:, :nearest], axis=1)
            rows[start : start + BLOCK] = near
            weights[start : start + BLOCK] = np.maximum(np.take_along_axis(cosine, near, axis=1), 0.0)
        return cls(rows, weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12))

    def mean(self, values: np.ndarray, own: np.ndarray | None = None) -> np.ndarray:
        """The weighted mean over the neighbours of each paragraph.

        Where there are fewer than ``NEIGHBOURS``, the paragraph itself stands in for those that are missing.

        Parameters
        ----------
        values
            Corpus × anything.
        own
            The same of the paragraphs themselves, where these are not the corpus.
        """
        own = values if own is None else own
        present = self.rows.shape[1] / NEIGHBOURS * self.weights.sum(axis=1, keepdims=True)
        result = np.zeros_like(own, dtype=float)
        for column in range(self.rows.shape[1]):  # one neighbour after the other needs little memory
            result += self.weights[:, [column]] * values[self.rows[:, column]]
        return self.rows.shape[1] / NEIGHBOURS * result + (1 - present) * own


@dataclass(frozen=True)
class Vectors:
    """A corpus and a codebook in one space."""

    paragraphs: np.ndarray
    """Unit vectors, the mean taken off: paragraphs × dimensions."""
    neighbours: Neighbours
    sentences: np.ndarray
    """Unit vectors, the mean taken off: sentences × dimensions; without an encoder sentences × 0."""
    owner: np.ndarray
    """The paragraph of each sentence, ascending."""
    middle: np.ndarray
    """The mean of paragraphs and descriptions."""
    descriptions: np.ndarray | None
    """Unit vectors: themes × dimensions; None without an encoder."""
    keywords: tuple[Mapping[str, np.ndarray], ...]
    """Per theme: keyword -> its unit vector."""
    by_paragraph: np.ndarray
    """Paragraphs × themes: cosines; 0 without an encoder."""
    by_sentence: np.ndarray
    """Sentences × themes, likewise."""

    @classmethod
    def of_words(cls, vectors: np.ndarray, owner: np.ndarray, n_themes: int) -> Self:
        """Neighbours by the words alone; ``vectors``: paragraphs × dimensions."""
        units = _units(vectors)
        nothing = np.zeros((len(owner), 0))
        zeros = np.zeros((len(units), n_themes)), np.zeros((len(owner), n_themes))
        return cls(units, Neighbours.of(units), nothing, owner, np.zeros(units.shape[1]), None, ({},) * n_themes, *zeros)

    @classmethod
    def of_encoder(
        cls,
        sentences: np.ndarray,
        owner: np.ndarray,
        lengths: np.ndarray,
        descriptions: np.ndarray,
        keywords: Sequence[Mapping[str, np.ndarray]],
    ) -> Self:
        """Vectors of an encoder.

        Parameters
        ----------
        sentences
            Sentences × dimensions, those of a paragraph together.
        owner
            The paragraph of each sentence, ascending from 0 without gaps.
        lengths
            Letters of each sentence.
        descriptions, keywords
            Of each theme; a theme without keywords is its description alone.
        """
        units, paragraphs = _sentences_and_paragraphs(sentences, owner, lengths)
        # the mean of a few paragraphs would take off what they are about
        middle = (paragraphs.sum(axis=0) + _units(descriptions).sum(axis=0)) / (len(paragraphs) + len(descriptions))
        centred = _units(paragraphs - middle)
        every = tuple({name: _units(vector) for name, vector in own.items()} for own in keywords)
        empty = np.zeros((len(centred), len(every))), np.zeros((len(units), len(every)))
        found = cls(
            centred, Neighbours.of(centred), _units(units - middle), owner, middle, _units(descriptions), every, *empty
        )
        for k in range(len(every)):
            found._compare(k, found.by_paragraph, found.by_sentence)
        return found

    def others_of_words(self, vectors: np.ndarray, owner: np.ndarray) -> Self:
        """Other paragraphs in the space of :meth:`of_words`; see :meth:`others_of_encoder`."""
        others = self.of_words(vectors, owner, len(self.keywords))
        return replace(others, neighbours=Neighbours.of(others.paragraphs, self.paragraphs))

    def others_of_encoder(self, sentences: np.ndarray, owner: np.ndarray, lengths: np.ndarray) -> Self:
        """Other paragraphs in this space, by themselves: what is taken off is the mean of this corpus.

        Their neighbours are paragraphs of this corpus. For the parameters see :meth:`of_encoder`.
        """
        units, paragraphs = _sentences_and_paragraphs(sentences, owner, lengths)
        centred, k = _units(paragraphs - self.middle), len(self.keywords)
        others = replace(
            self,
            paragraphs=centred,
            neighbours=Neighbours.of(centred, self.paragraphs),
            sentences=_units(units - self.middle),
            owner=owner,
            by_paragraph=np.zeros((len(centred), k)),
            by_sentence=np.zeros((len(units), k)),
        )
        for theme in range(k):
            others._compare(theme, others.by_paragraph, others.by_sentence)
        return others

    @property
    def similarity(self) -> np.ndarray:
        """Paragraphs × themes: how much more similar a paragraph is to a theme than to the mean theme.

        Half of it is the paragraph's own similarity, half that of its most similar sentence.
        """
        best = np.maximum.reduceat(self.by_sentence, first_rows(self.owner))
        return (_centred(self.by_paragraph) + _centred(best)) / 2

    @property
    def coherence(self) -> float | None:
        """How much more similar keywords are to those of their own theme than to those of others, in cosines.

        The median over themes of two or more keywords, so that one good theme does not vouch for the others; None
        without an encoder, or where there are no two such themes.
        """
        several = [np.array(list(own.values())) for own in self.keywords if len(own) > 1]
        if self.descriptions is None or len(several) < 2:
            return None
        middle = np.concatenate(several).mean(axis=0)
        themes = [_units(own - middle) for own in several]
        sums = np.array([own.sum(axis=0) for own in themes])
        sizes = np.array([len(own) for own in themes])
        gaps = []
        for k, own in enumerate(themes):
            within = (own @ sums[k] - 1) / (sizes[k] - 1)  # not with itself
            others = np.delete(sums / sizes[:, None], k, axis=0).mean(axis=0)
            gaps.append(float((within - own @ others).mean()))
        return float(np.median(gaps))

    def without(self, k: int, keywords: Iterable[str]) -> "Vectors":
        """The same without some keywords of theme ``k``."""
        left_out = set(keywords)
        if self.descriptions is None or left_out.isdisjoint(self.keywords[k]):
            return self
        kept = {name: vector for name, vector in self.keywords[k].items() if name not in left_out}
        every = tuple(kept if j == k else own for j, own in enumerate(self.keywords))
        changed = replace(self, keywords=every, by_paragraph=self.by_paragraph.copy(), by_sentence=self.by_sentence.copy())
        changed._compare(k, changed.by_paragraph, changed.by_sentence)
        return changed

    def part(self, rows: np.ndarray) -> "Vectors":
        """The paragraphs ``rows``, ascending, with neighbours among themselves."""
        inside = np.isin(self.owner, rows)
        paragraphs = self.paragraphs[rows]
        return replace(
            self,
            paragraphs=paragraphs,
            neighbours=Neighbours.of(paragraphs),
            sentences=self.sentences[inside],
            owner=np.searchsorted(rows, self.owner[inside]),
            by_paragraph=self.by_paragraph[rows],
            by_sentence=self.by_sentence[inside],
        )

    def _compare(self, k: int, by_paragraph: np.ndarray, by_sentence: np.ndarray) -> None:
        """Write the cosines of theme ``k`` into its column."""
        assert self.descriptions is not None
        theme, keywords = self.descriptions[k], np.array(list(self.keywords[k].values()))
        if len(keywords):
            theme = _units(theme + _units(keywords.mean(axis=0)))
        theme = _units(theme - self.middle)
        keywords = _units(keywords - self.middle) if len(keywords) else theme[None]
        nearest = min(NEAREST_KEYWORDS, len(keywords))
        for units, target in ((self.paragraphs, by_paragraph), (self.sentences, by_sentence)):
            closest = np.partition(units @ keywords.T, -nearest, axis=1)[:, -nearest:]
            target[:, k] = (units @ theme + closest.mean(axis=1)) / 2


def first_rows(owner: np.ndarray) -> np.ndarray:
    """The first sentence of each paragraph, where reduceat begins; ``owner`` is the paragraph of each, ascending."""
    return np.flatnonzero(np.diff(owner, prepend=-1))


def _sentences_and_paragraphs(
    sentences: np.ndarray, owner: np.ndarray, lengths: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors of sentences, and of the paragraphs that they make up, long sentences weighing more."""
    units = _units(sentences.astype(np.float32))
    weighted = units * np.sqrt(np.maximum(lengths, 1))[:, None].astype(np.float32)
    return units, _units(np.add.reduceat(weighted, first_rows(owner)))


def _units(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1; those of length 0 stay."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _centred(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=1, keepdims=True)
