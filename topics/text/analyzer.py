"""The vocabulary of a corpus as the analyzer of scikit-learn's ``CountVectorizer``, and thereby of BERTopic.

BERTopic counts the words of a topic in one string: its texts, joined by spaces. Split into words
as it is, such a string has phrases that begin in one text and end in the next, and the last
sentence of a text may continue in the next one. Therefore the texts of the fit are found again
in the string, and each has the terms that it has by itself; this also takes much less time.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from topics.text.phrase_tokens import PhraseTokens, read_phrase_tokens
from topics.text.phrases import Vocabulary, build_vocabulary
from topics.text.tokens import TokenisedTexts, tokenise_all

_CERTAIN = 40
"""Characters of a text that is certainly not part of another: it is found between unknown ones, too."""
_DELETED = re.compile("[^A-Za-z0-9 ]+")
"""What BERTopic deletes unless it has an embedding model or another language than English."""


@dataclass(frozen=True, eq=False, repr=False)
class PhraseAnalyzer:
    """Terms of a corpus as features: content words by stem, phrases and names, in their usual spelling.

    To be used as the ``analyzer`` of scikit-learn's ``CountVectorizer`` or ``TfidfVectorizer``, for
    example as ``vectorizer_model`` of any BERTopic. Phrases, names and spellings are learnt in
    :meth:`fit` (see :mod:`topics.text.phrases`); texts can then be analysed in any order.

    BERTopic saves neither this nor any other analyzer: set that of ``vectorizer_model`` again after
    ``BERTopic.load``. The same texts give the same analyzer, whatever their order.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> texts = [
    ...     "The European Union buys natural gas.",
    ...     "Prices of natural gas fell in the European Union.",
    ...     "A pipeline for natural gas would lower the price.",
    ... ]
    >>> analyzer = topics.PhraseAnalyzer.fit(texts, language="en")
    >>> analyzer("Will the European Union's price of natural gas rise?")
    ['European Union', 'price', 'natural gas']
    >>> vectorizer = CountVectorizer(analyzer=analyzer).fit(texts)
    >>> vectorizer.get_feature_names_out().tolist()
    ['European Union', 'buys', 'fell', 'lower', 'natural gas', 'pipeline', 'price']
    """

    vocabulary: Vocabulary
    texts: tuple[str, ...] = ()
    """The texts with the terms ``vocabulary.documents``."""

    @classmethod
    def fit(
        cls,
        texts: Sequence[str] | TokenisedTexts | PhraseTokens,
        language: str = "auto",
        *,
        phrases: bool = True,
        min_count: int = 0,
    ) -> Self:
        """Learn the terms of texts.

        Parameters
        ----------
        texts
            Texts of about a paragraph, or such texts as tokens.
        language
            ISO 639-1 code of their language. ``auto``: that of most of them, and texts that are
            certainly in another one are read in theirs. Tokens keep their language.
        phrases
            Whether phrases and names are terms that replace their words.
        min_count
            Minimum number of texts with a term. 0: 1 below 30 texts, then 2, and in more than
            10,000 texts one in 5,000.

        Raises
        ------
        InputError
            If texts are one string or not all strings, or the language is no code.
        """
        if not isinstance(texts, PhraseTokens):
            if not isinstance(texts, TokenisedTexts):
                texts = tokenise_all(texts, language)
            texts = read_phrase_tokens(texts)
        return cls(build_vocabulary(texts, phrases=phrases, min_count=min_count), texts.texts)

    def __call__(self, text: str) -> list[str]:
        """The terms of a text in reading order, as they are displayed; words that were not learnt are left out.

        If ``text`` is several texts of the fit joined by spaces, these are the terms of one after the other.
        """
        row = self._rows.get(text)
        parts = [row] if row is not None else self._split(text)
        documents, terms, show = self.vocabulary.documents, self.vocabulary.terms, self.vocabulary.show
        return [show(term) for part in parts for term in (terms(part) if isinstance(part, str) else documents[part])]

    def __repr__(self) -> str:
        """One line, because scikit-learn shows it among the parameters of a vectorizer."""
        n_terms, n_texts = len(self.vocabulary.written), len(self.vocabulary.documents)
        return f"<PhraseAnalyzer: {n_terms} terms of {n_texts} texts, language {self.vocabulary.language!r}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Itself, because nothing in it changes: scikit-learn copies the parameters of each clone."""
        return self

    def _split(self, text: str) -> list[int | str]:
        """The rows of the texts of which ``text`` consists, and what stands between them."""
        plain, known = _single_spaced(text), self._plain
        if not _DELETED.search(plain) and not known.has_all(plain):
            known = self._cleaned
        parts = list(known.split(plain))
        # with its line breaks, if it is no string of several texts
        return [text] if len(parts) == 1 and isinstance(parts[0], str) else parts

    @cached_property
    def _rows(self) -> dict[str, int]:
        """The row of each distinct text."""
        documents = self.vocabulary.documents
        rows: dict[str, int] = {}
        # of a text that was read in several languages, those terms that come first in the alphabet
        for row in sorted(range(len(self.texts)), key=lambda row: (self.texts[row], documents[row])):
            rows.setdefault(self.texts[row], row)
        return rows

    @cached_property
    def _plain(self) -> "_JoinedTexts":
        return _JoinedTexts(self._rows, _single_spaced)

    @cached_property
    def _cleaned(self) -> "_JoinedTexts":
        return _JoinedTexts(self._rows, _cleaned_by_bertopic)


def _single_spaced(text: str) -> str:
    """A text with single spaces: BERTopic replaces line breaks and tabs, and joins empty texts."""
    plain = " ".join(text.split())
    return text if plain == text else plain  # rather than two equal strings in memory


def _cleaned_by_bertopic(text: str) -> str:
    """A text as BERTopic cleans it by default, with single spaces."""
    return _single_spaced(_DELETED.sub("", text.replace("\n", " ").replace("\t", " ")))


class _JoinedTexts:
    """Finds known texts in strings of several texts joined by spaces, in linear time."""

    def __init__(self, rows: Mapping[str, int], form: Callable[[str], str]) -> None:
        found: dict[str, int] = {}
        # of several texts with the same form, one that has it already, then the first
        for text, row in sorted(rows.items(), key=lambda item: (form(item[0]) != item[0], item[0])):
            found.setdefault(form(text), row)
        found.pop("", None)
        self.texts = sorted(found)
        self.rows = array("L", [found[text] for text in self.texts])
        self.longest = max(map(len, self.texts), default=0)
        self.beginnings = array("l", _beginnings(self.texts))
        """For each text, the longest other one with which it begins, or -1."""

    def split(self, text: str) -> Iterator[int | str]:
        """The rows of known texts, and the parts between them as strings."""
        start = 0
        while start < len(text):
            rows, start = self._follow(text, start)
            yield from rows
            if start < len(text):
                end = self._next_certain(text, start)
                yield text[start:end].rstrip()
                start = end

    def has_all(self, text: str) -> bool:
        """Whether ``text`` consists of known texts."""
        return self._follow(text, 0)[1] > len(text)

    def _follow(self, text: str, start: int) -> tuple[list[int], int]:
        """The rows of known texts from ``start`` to the end, or to the end of the last certain one; and where that is.

        A known text may begin with another one; so where none follows on a text, a shorter one is tried.
        """
        came_from = {start: (start, -1)}
        reached, positions = start, [start]
        while positions and reached < len(text):
            position = positions.pop()
            for end, row in self._known_at(text, position):  # the longest last, so that it is tried first
                if end not in came_from:
                    came_from[end] = (position, row)
                    positions.append(end)
                    if end > len(text) or end - position > _CERTAIN:
                        reached = max(reached, end)
        rows = []
        position = reached
        while position != start:
            position, row = came_from[position]
            rows.append(row)
        return rows[::-1], reached

    def _known_at(self, text: str, start: int) -> list[tuple[int, int]]:
        """End (after a space) and row of each known text at a position, the shortest first."""
        found = []
        i = bisect_right(self.texts, text[start : start + self.longest]) - 1
        while i >= 0:
            end = start + len(self.texts[i])
            if text.startswith(self.texts[i], start) and (end == len(text) or text[end] == " "):
                found.append((end + 1, self.rows[i]))
            i = self.beginnings[i]
        return found[::-1]

    def _next_certain(self, text: str, start: int) -> int:
        """Where the next certain text begins after ``start``, or the end."""
        while (start := text.find(" ", start) + 1) and len(text) - start >= _CERTAIN:
            if any(end - start > _CERTAIN for end, _ in self._known_at(text, start)):
                return start
        return len(text)


def _beginnings(texts: Sequence[str]) -> Iterator[int]:
    """For each of the sorted texts, the longest other one with which it begins, or -1."""
    open_: list[int] = []
    for i, text in enumerate(texts):
        while open_ and not text.startswith(texts[open_[-1]]):
            open_.pop()
        yield open_[-1] if open_ else -1
        open_.append(i)
