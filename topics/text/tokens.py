"""Tokenised texts: words and sentences, computed once for each text.

``corpus.tokens`` holds one :class:`Tokens` per paragraph, in the order of ``corpus.paragraphs``::

    for tokens in corpus.tokens:
        tokens.words()                      # all words: stem, start, end
        for start, end in tokens.sentences:
            tokens.words(start, end)        # words of a sentence, offsets in tokens.text
            tokens.part(start, end)         # the sentence as Tokens, offsets from its first letter

Tokens are used by :func:`topics.text.embeddings.embed`, for matching keywords, and by
:func:`topics.text.phrases.build_vocabulary` (through ``corpus.phrase_tokens``). Other texts are
tokenised by :func:`tokenise`.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from topics.errors import InputError
from topics.text.language import main_language, other_language
from topics.text.segmentation import segment
from topics.text.words import Word, find_sentences, find_words, has_unspaced, is_unspaced

_LANGUAGE = re.compile("[a-z]{2,3}")


@dataclass(frozen=True)
class Tokens:
    """A text with the positions of its words and sentences."""

    text: str
    language: str
    # Columns instead of a list of words: 16 instead of 110 bytes for each of millions of words.
    stems: tuple[str, ...]
    starts: "array[int]"
    ends: "array[int]"

    @classmethod
    def of(cls, text: str, language: str, found: list[Word]) -> Self:
        """A text with its words."""
        starts, ends = array("I", [word.start for word in found]), array("I", [word.end for word in found])
        return cls(text, language, tuple(word.stem for word in found), starts, ends)

    def words(self, start: int = 0, end: int | None = None) -> list[Word]:
        """The words that start in ``text[start:end]``, with offsets in ``text``."""
        first = bisect_left(self.starts, start)
        last = len(self.starts) if end is None else bisect_left(self.starts, end)
        return list(map(Word, self.stems[first:last], self.starts[first:last], self.ends[first:last]))

    @cached_property
    def segmented(self) -> "Tokens":
        """The same text with the content words of scripts without spaces in place of their pairs of characters."""
        if not has_unspaced(self.text):
            return self
        spaced = [word for word in self.words() if not is_unspaced(self.text[word.start])]
        found = sorted([*spaced, *segment(self.text, self.language)], key=lambda word: word.start)
        return self.of(self.text, self.language, found)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Spans of the sentences, without surrounding white space; none without letters or digits."""
        return tuple(find_sentences(self.text, self.language))

    def part(self, start: int, end: int) -> "Tokens":
        """The tokens of ``text[start:end]``, with offsets from ``start``."""
        first, last = bisect_left(self.starts, start), bisect_left(self.starts, end)
        # a sentence may end within a word (as in "Canada-U.S."); the parts are then separate words
        if (first and self.ends[first - 1] > start) or (last > first and self.ends[last - 1] > end):
            return tokenise(self.text[start:end], self.language)
        moved = [Word(word.stem, word.start - start, word.end - start) for word in self.words(start, end)]
        return self.of(self.text[start:end], self.language, moved)


@dataclass(frozen=True)
class TokenisedTexts:
    """The tokens of texts."""

    rows: tuple[Tokens, ...]
    language: str = "en"
    languages: tuple[str, ...] = ()
    """The language of each text, if they are in several. Stems are those of ``language``, as for keywords."""

    @property
    def own(self) -> "TokenisedTexts":
        """The texts with the stems of their own languages."""
        if not self.languages:
            return self
        rows = (
            tokens if tokens.language == own else tokenise(tokens.text, own)
            for tokens, own in zip(self.rows, self.languages, strict=True)
        )
        return TokenisedTexts(tuple(rows), self.language)

    @property
    def texts(self) -> list[str]:
        """The texts themselves."""
        return [tokens.text for tokens in self.rows]

    def __iter__(self) -> Iterator[Tokens]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def tokenise(text: str, language: str = "en") -> Tokens:
    """Split a text into words."""
    return Tokens.of(text, language, find_words(text, language))


def tokenise_all(texts: Iterable[str], language: str = "en", languages: Iterable[str] = ()) -> TokenisedTexts:
    """Split each of the texts into words.

    Parameters
    ----------
    texts
        The texts.
    language
        ISO 639-1 code of their language. ``auto``: that of most of them, and texts that are
        certainly in another one are read in theirs.
    languages
        The languages of each text, if not all are in ``language``.

    Raises
    ------
    InputError
        If texts are one string or not all strings, or the language is no code.
    """
    texts = _checked(texts)
    languages = tuple(languages)
    if language == "auto":
        language = main_language(texts)
        languages = languages or tuple(other_language(text, language) or language for text in texts)
        languages = () if set(languages) <= {language} else languages
    elif not _LANGUAGE.fullmatch(language):
        raise InputError(f"language is {language!r}; expected auto, or an ISO 639-1 code such as en or ru")
    return TokenisedTexts(tuple(tokenise(text, language) for text in texts), language, languages)


def _checked(texts: Iterable[str]) -> list[str]:
    if isinstance(texts, str):
        raise InputError("texts are one string; expected a list of strings")
    texts = list(texts)
    for i, text in enumerate(texts, start=1):
        if not isinstance(text, str):
            raise InputError(f"text {i} of {len(texts)} is {type(text).__name__}; expected a string")
    return texts
