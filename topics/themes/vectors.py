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
    """Paragraphs × neighbours."""
    weights: np.ndarray
    """Paragraphs × neighbours: cosines, at least 0, each row divided by its sum."""

    @classmethod
    def of(cls, units: np.ndarray) -> Self:
        """The neighbours of ``units``, paragraphs × dimensions, each of length 1."""
        n = len(units)
        nearest = min(NEIGHBOURS, n - 1)
        rows, weights = np.empty((n, nearest), dtype=np.intp), np.empty((n, nearest))
        if nearest < 1:
            return cls(rows, weights)
        for start in range(0, n, BLOCK):
            cosine = units[start : start + BLOCK] @ units.T
            cosine[np.arange(len(cosine)), np.arange(start, start + len(cosine))] = -2.0  # not a neighbour of itself
            near = np.sort(np.argpartition(-cosine, nearest - 1, axis=1)[:, :nearest], axis=1)
            rows[start : start + BLOCK] = near
            weights[start : start + BLOCK] = np.maximum(np.take_along_axis(cosine, near, axis=1), 0.0)
        return cls(rows, weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12))

    def mean(self, values: np.ndarray) -> np.ndarray:
        """The weighted mean over the neighbours of each row of ``values``, paragraphs × anything.

        Where there are fewer than ``NEIGHBOURS``, the paragraph itself stands in for those that are missing.
        """
        present = self.rows.shape[1] / NEIGHBOURS * self.weights.sum(axis=1, keepdims=True)
        result = np.zeros_like(values, dtype=float)
        for column in range(self.rows.shape[1]):  # one neighbour after the other needs little memory
            result += self.weights[:, [column]] * values[self.rows[:, column]]
        return self.rows.shape[1] / NEIGHBOURS * result + (1 - present) * values


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
        units = _units(sentences.astype(np.float32))
        starts = first_rows(owner)
        paragraphs = _units(np.add.reduceat(units * np.sqrt(np.maximum(lengths, 1))[:, None].astype(np.float32), starts))
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


def _units(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1; those of length 0 stay."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def _centred(values: np.ndarray) -> np.ndarray:
    return values - values.mean(axis=1, keepdims=True)
