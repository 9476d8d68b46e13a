"""Texts -> words and sentences, each text cut once for all who count its words.

``corpus.tokens`` holds one :class:`Tokens` per paragraph, in the order of ``corpus.paragraphs``::

    for tokens in corpus.tokens:
        tokens.words()                      # all words: stem, start, end
        for start, end in tokens.sentences:
            tokens.words(start, end)        # those of a sentence, offsets in tokens.text
            tokens.part(start, end)         # the sentence as Tokens of its own, offsets from its first letter

What counts words takes tokens in place of text: :func:`topics.text.embeddings.embed`, the matching
of keywords, and :func:`topics.text.phrases.build_vocabulary` by way of ``corpus.phrase_tokens``.
A text that belongs to no corpus goes through :func:`tokenise`.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from topics.text.words import Word, find_sentences, find_words


@dataclass(frozen=True)
class Tokens:
    """A text, and where its words and sentences stand."""

    text: str
    language: str
    # Columns rather than a list of words: a large corpus has millions, of 16 bytes each so, 110 otherwise.
    stems: tuple[str, ...]
    starts: "array[int]"
    ends: "array[int]"

    @classmethod
    def of(cls, text: str, language: str, found: list[Word]) -> Self:
        """A text with the words that were found in it."""
        starts, ends = array("I", [word.start for word in found]), array("I", [word.end for word in found])
        return cls(text, language, tuple(word.stem for word in found), starts, ends)

    def words(self, start: int = 0, end: int | None = None) -> list[Word]:
        """The words that begin in ``text[start:end]``; their offsets are those in ``text``."""
        first = bisect_left(self.starts, start)
        last = len(self.starts) if end is None else bisect_left(self.starts, end)
        return list(map(Word, self.stems[first:last], self.starts[first:last], self.ends[first:last]))

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans of the sentences without the white space around them; none in a text without letters and digits."""
        return tuple(find_sentences(self.text, self.language))

    def part(self, start: int, end: int) -> "Tokens":
        """``text[start:end]`` as tokens of its own."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        # a sentence can end within a word, where "Canada-U.S." is taken for two: its pieces are words of their own
        if (first and self.ends[first - 1] > start) or (last > first and self.ends[last - 1] > end):
            return tokenise(self.text[start:end], self.language)
        moved = [Word(word.stem, word.start - start, word.end - start) for word in self.words(start, end)]
        return self.of(self.text[start:end], self.language, moved)


@dataclass(frozen=True)
class TokenisedTexts:
    """The tokens of texts in one language."""

    rows: tuple[Tokens, ...]
    language: str = "en"

    @property
    def texts(self) -> list[str]:
        """The texts themselves."""
        return [tokens.text for tokens in self.rows]

    def __iter__(self) -> Iterator[Tokens]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def tokenise(text: str, language: str = "en") -> Tokens:
    """Cut a text into words."""
    return Tokens.of(text, language, find_words(text, language))


def tokenise_all(texts: Iterable[str], language: str = "en") -> TokenisedTexts:
    """Cut each of the texts into words."""
    return TokenisedTexts(tuple(tokenise(text, language) for text in texts), language)
