"""How well words go together: NPMI and C_v over sliding windows, and diversity, as gensim and OCTIS count them.

Windows are gensim's (4.4): ``window`` tokens, moved one token at a time; a document with fewer is one window, an empty one
too. A word counts once per window, and **leaves it with the first of its tokens that does**, though another
may still stand there: gensim's numbers are in the literature, so that is kept. Numbers equal gensim's with a
dictionary of the same documents: there, as here, words that no document holds do not count. Of fewer than two words that
do, nothing can be said: NaN (gensim: NaN, for C_v 1, and an error for none).
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Words = Sequence[str]
_EPSILON = 1e-12
_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class WindowCounts:
    """In how many windows words stand, alone and together."""

    words: tuple[str, ...]
    """Each once."""
    together: np.ndarray
    """int64, words × words: windows that hold both; on the diagonal, windows that hold the word."""
    windows: int

    def pairwise(self) -> np.ndarray:
        """NPMI of every two of the words (Bouma 2009), −1…1; NaN for a word that stands in no window."""
        single = self.together.diagonal() / max(1, self.windows)
        both = self.together / max(1, self.windows) + _EPSILON
        single = np.where(single > 0, single, np.nan)
        return np.log(both / np.outer(single, single)) / -np.log(both)

    def npmi(self, topics: Sequence[Words]) -> np.ndarray:
        """Mean NPMI of the pairs of a topic's words, by topic: gensim's ``c_npmi`` (Aletras and Stevenson 2013)."""
        pairs = self.pairwise()
        result = np.full(len(topics), np.nan)
        for number, rows in enumerate(map(self._rows, topics)):
            if (n := len(rows)) > 1:
                inner = pairs[np.ix_(rows, rows)]
                result[number] = (inner.sum() - inner.trace()) / (n * (n - 1))
        return result

    def c_v(self, topics: Sequence[Words]) -> np.ndarray:
        """Mean cosine of each word's NPMI with the topic's words and all words' summed, by topic: gensim's ``c_v``."""
        pairs = self.pairwise()
        result = np.full(len(topics), np.nan)
        for number, rows in enumerate(map(self._rows, topics)):
            if len(rows) > 1:
                distinct, times = np.unique(rows, return_counts=True)
                each = pairs[np.ix_(rows, distinct)] * times
                total = each.sum(axis=0)
                result[number] = (each @ total / (np.linalg.norm(each, axis=1) * np.linalg.norm(total))).mean()
        return result

    def _rows(self, topic: Words) -> np.ndarray:
        """The rows of a topic's words, without those that no window holds."""
        rows = np.array([self._row[word] for word in topic], dtype=int)
        return rows[self.together[rows, rows] > 0]

    @cached_property
    def _row(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}


def count_windows(words: Words, documents: Sequence[Words], window: int) -> WindowCounts:
    """Count the windows of documents (lists of tokens) that hold each word, and each two.

    Memory follows words², time the pairs of words that share a window.
    """
    distinct = tuple(dict.fromkeys(words))
    starts, ends, codes, windows = _stays(distinct, documents, window)
    n = len(distinct)
    together = np.zeros(n * n, dtype=np.int64)
    order = np.argsort(starts, kind="stable")
    starts, ends, codes = starts[order], ends[order], codes[order]
    # a stay overlaps those that begin after it does and before it ends: a run of the next ones
    overlaps = np.searchsorted(starts, ends) - np.arange(len(starts)) - 1
    for part in np.array_split(np.arange(len(starts)), 1 + overlaps.sum() // _AT_ONCE):  # for memory
        one = np.repeat(part, overlaps[part])
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(overlaps[part]) - overlaps[part], overlaps[part])
        shared = np.minimum(ends[one], ends[other]) - starts[other]
        np.add(together, np.bincount(codes[one] * n + codes[other], shared, n * n).astype(np.int64), out=together)
    square = together.reshape(n, n)
    square += square.T.copy()
    np.fill_diagonal(square, np.bincount(codes, ends - starts, n).astype(np.int64))
    return WindowCounts(distinct, square, windows)


def diversity(topics: Sequence[Words]) -> float:
    """Distinct words / all words (Dieng, Ruiz and Blei 2020); NaN where there are no words."""
    listed = list(itertools.chain.from_iterable(topics))
    return len(set(listed)) / len(listed) if listed else float("nan")


def distinctness(topics: Sequence[Words]) -> np.ndarray:
    """By topic, the share of its words that no other topic lists; NaN for a topic without words."""
    listed = Counter(itertools.chain.from_iterable(map(set, topics)))
    unique = [[listed[word] == 1 for word in dict.fromkeys(topic)] for topic in topics]
    return np.array([sum(topic) / len(topic) if topic else np.nan for topic in unique])


def _stays(
    words: tuple[str, ...], documents: Sequence[Words], window: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """The runs of windows in which a word stands (from, to, number of the word), and how many windows there are.

    The windows of all documents lie on one axis, one document after the other. The stays of a word do not overlap.
    """
    if window < 1:
        raise ValueError(f"window is {window}; expected 1 or more")
    code = {word: number for number, word in enumerate(words)}
    lengths = np.fromiter(map(len, documents), np.int64, len(documents))
    tokens = itertools.chain.from_iterable(documents)
    codes = np.fromiter((code.get(token, -1) for token in tokens), np.int64, lengths.sum())
    windows = np.maximum(1, lengths - window + 1)
    begins, first_window = np.cumsum(lengths) - lengths, np.cumsum(windows) - windows
    at = np.flatnonzero(codes >= 0)
    at = at[np.argsort(codes[at], kind="stable")]
    codes, document = codes[at], np.repeat(np.arange(len(documents)), lengths)[at]
    begin, offset = begins[document], first_window[document] - begins[document]
    enters = np.maximum(begin, at - window + 1)
    size = max(1, int(lengths.sum()))
    # the first token of the word in the window is the one with which it leaves, as in gensim
    leaver = at[np.searchsorted(codes * size + at, codes * size + enters)]
    starts, ends = enters + offset, np.minimum(leaver + 1 + offset, first_window[document] + windows[document])
    before = np.where(np.diff(codes, prepend=-1) == 0, np.concatenate([[0], ends[:-1]])[: len(ends)], 0)
    starts = np.maximum(starts, before)
    some = starts < ends
    return starts[some], ends[some], codes[some], int(windows.sum())
