"""Words, stems, sentences and stop words.

Stems are by Snowball (Porter 2001), sentence boundaries by sentencex. Text in scripts
without spaces is split into overlapping character bigrams, the usual unit in retrieval
(Kwok 1997).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sentencex
import snowballstemmer
import stop_words as stop_word_lists
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

# Kana, Chinese characters and Thai. Hangul has spaces between words.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"
_UNSPACED_LETTER = re.compile(rf"[{_UNSPACED}]")
_WITHIN = "".join(c for c in map(chr, range(0x300, 0xE00)) if unicodedata.category(c).startswith("M")) + "\u00ad\u200c\u200d"
"""Combining accents and vowel signs, soft hyphens and joiners: they neither are letters nor end a word."""
_RUN = rf"[^\W_{_UNSPACED}]+(?:[{_WITHIN}]+[^\W_{_UNSPACED}]*)*"
# unspaced runs, abbreviations ("U.S."), words with their apostrophes
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]\.){{2,}}|{_RUN}(?:['’]{_RUN})*")

# scikit-learn's list contains only function words; these are as uninformative in news.
_ENGLISH_EXTRA = """
according actually ago although came certainly come comes could day days did different does doing done especially far
gave given gives going good got great increasingly indeed instead it's just kind know largely later left let like
likely little long look looks lot main make makes making matter mean means mr mrs ms need needs new particularly
perhaps place quite real really recent right said say saying says shall simply sure taken takes taking tell thing
things think time times took used uses using want way ways went won year years yes
"""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: ``text[start:end]``, and its stem."""

    stem: str
    start: int
    end: int


def find_words(text: str, language: str = "en") -> list[Word]:
    """The words of ``text`` in order, lower-cased, without possessive endings, stemmed."""
    words = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if is_unspaced(text[start]) and end - start > 2:
            words += [Word(text[i : i + 2], i, i + 2) for i in range(start, end - 1)]
        else:
            words.append(Word(_stem(match.group(), language), start, end))
    return words


@lru_cache(maxsize=1 << 15)
def count_words(text: str) -> int:
    """Number of words in ``text``; in scripts without spaces, two characters count as a word."""
    runs = _WORD.findall(text)
    if not has_unspaced(text):
        return len(runs)
    return sum(max(1, len(run) // 2) if is_unspaced(run[0]) else 1 for run in runs)


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that is written without spaces."""
    return "\u0e00" <= character <= "\u0e7f" or "\u3040" <= character <= "\u9fff"


def has_unspaced(text: str) -> bool:
    """Whether any character of ``text`` belongs to a script that is written without spaces."""
    return not text.isascii() and bool(_UNSPACED_LETTER.search(text))


def find_sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``, without surrounding white space."""
    spans = []
    for piece in sentencex.get_sentence_boundaries(language, text):
        start, end = piece["start_index"], piece["end_index"]
        raw = text[start:end]
        start, end = start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip()))
        if any(character.isalnum() for character in text[start:end]):
            spans.append((start, end))
    return spans


@lru_cache
def stop_words(language: str = "en") -> frozenset[str]:
    """Stop words in lower case, not stemmed; empty if there is no list for the language."""
    if language == "en":
        return frozenset(ENGLISH_STOP_WORDS) | frozenset(_ENGLISH_EXTRA.split())
    try:
        return frozenset(stop_word_lists.get_stop_words(language))
    except stop_word_lists.StopWordError:
        return frozenset()


@lru_cache
def stop_stems(language: str = "en") -> frozenset[str]:
    """The stems of :func:`stop_words`."""
    return frozenset(word.stem for entry in stop_words(language) for word in find_words(entry, language))


@lru_cache(maxsize=200_000)
def _stem(word: str, language: str) -> str:
    if word == "US" and language == "en":
        return "us."  # the country, as "U.S."; the pronoun is a stop word
    plain = unicodedata.normalize("NFC", word).lower().replace("’", "'").replace("\u00ad", "")
    if plain.endswith("."):
        plain = plain.replace(".", "")
        return f"{plain}." if len(plain) == 2 else plain  # "U.S." is not the pronoun
    stemmer = _stemmer(language)
    plain = plain.removesuffix("'s") if language == "en" else plain
    return stemmer.stemWord(plain) if stemmer else plain


@lru_cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_SNOWBALL[language]) if language in _SNOWBALL else None
