"""What is known of the words of a language: a dictionary of lemmas, and how frequent words are.

Lemmas are those of simplemma (Barbaresi 2021), looked up and never guessed, so that a word is
either known or not. Frequencies are those of wordfreq (Speer 2022): its short list, words that occur
at least once in a million.
"""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import wordfreq
from simplemma.strategies.dictionaries.dictionary_factory import DEFAULT_DICTIONARY_FACTORY, SUPPORTED_LANGUAGES

_DICTIONARY = {"no": "nb", "sr": "hbs", "hr": "hbs", "bs": "hbs", "sh": "hbs", "fil": "tl"}
_FREQUENCIES = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "hbs": "sh", "tl": "fil"}
_DOTTED_I = {"tr", "az", "tt", "kk"}
"""Languages in which the capital of i is İ, and that of ı is I."""
_ENTRIES = 50_000
"""Words taken from a dictionary where there is no list of frequencies."""


def fold(word: str, language: str = "") -> str:
    """A word as it is compared: in lower case and one Unicode form, ß as ss, straight apostrophes, Russian ё as е."""
    return _fold(lower(word, language).casefold(), language)


def lower(word: str, language: str = "") -> str:
    """A word in lower case as its language has it (Turkish I and İ), in one Unicode form, with straight apostrophes."""
    if not word.isascii():
        word = unicodedata.normalize("NFC", word).replace("’", "'").replace("\u00ad", "")
    if language in _DOTTED_I:
        word = word.replace("I", "ı").replace("İ", "i")
    return word.lower()


def _fold(word: str, language: str) -> str:
    return word.replace("ё", "е") if language == "ru" else word


class Lexicon:
    """The dictionary and the frequencies of a language; use :func:`lexicon`, which keeps them."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.has_dictionary = _DICTIONARY.get(language, language) in SUPPORTED_LANGUAGES
        code = _FREQUENCIES.get(language, language)
        self.frequencies: dict[str, float] = {}
        """Share of all words, by word in lower case."""
        if code in wordfreq.available_languages("small"):
            self.frequencies = wordfreq.get_frequency_dict(code, "small")
        self._lemmas = lru_cache(maxsize=1 << 17)(self._look_up)

    def __reduce__(self) -> tuple[Any, ...]:
        # what is copied or saved with joblib, as models of scikit-learn are, looks the dictionary up anew
        return lexicon, (self.language,)

    @cached_property
    def _dictionary(self) -> Mapping[str, str]:
        """Read when a lemma is asked for: it takes some seconds in languages with many forms."""
        code = _DICTIONARY.get(self.language, self.language)
        return DEFAULT_DICTIONARY_FACTORY.get_dictionary(code) if self.has_dictionary else {}

    @cached_property
    def words(self) -> list[str]:
        """Frequent words in lower case, most frequent first; without frequencies, entries of the dictionary."""
        if self.frequencies or not self.has_dictionary:
            return list(self.frequencies)
        step = max(1, len(self._dictionary) // _ENTRIES)
        return [word.lower() for word in islice(self._dictionary, 0, None, step)]

    def frequency(self, word: str) -> float:
        """Share of all words, 0.0 for rare or unknown ones."""
        return self.frequencies.get(lower(word, self.language), 0.0)

    def knows(self, word: str) -> bool:
        """Whether the dictionary holds a word, in any case."""
        return bool(self.lemmas(word))

    def has_in_lower_case(self, word: str) -> bool:
        """Whether the dictionary holds a word in lower case, as it is no name or acronym."""
        return bool(self._get(word.lower()))

    def is_noun(self, word: str) -> bool:
        """Whether the dictionary holds a word with a capital, as German nouns are written."""
        return bool(self._get(word.capitalize()))

    def lemmas(self, word: str) -> frozenset[str]:
        """The lemmas of a word, folded: as it is written, and if in capitals, in lower case; empty if unknown."""
        return self._lemmas(word)

    def lemma(self, word: str) -> str:
        """The lemma of a word in its own case, else in another; "" if unknown. Folded."""
        return next((fold(found, self.language) for form in self._cases(word) if (found := self._get(form))), "")

    def is_headword(self, word: str) -> bool:
        """Whether a (folded) word is the lemma of another frequent word, as `building` of "buildings"."""
        alike = self.starting(word[: max(3, len(word) - 2)])
        return any(word in self.lemmas(other) for other in alike if fold(other, self.language) != word)

    @cached_property
    def forms(self) -> dict[str, list[str]]:
        """The frequent forms of each lemma, by the lemma, without itself."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for word in self.frequencies:
            if (lemma := self.lemma(word)) not in ("", word):
                found[lemma].append(word)
        return dict(found)

    def starting(self, beginning: str) -> list[str]:
        """The frequent words that begin so, in alphabetical order."""
        first = bisect_left(self._sorted, beginning)
        return self._sorted[first : bisect_left(self._sorted, beginning + "\U0010ffff")]

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)

    def _look_up(self, word: str) -> frozenset[str]:
        plain = lower(word, self.language)
        # a capital may be the beginning of a sentence, and all capitals a headline
        forms = dict.fromkeys((word, plain, *([plain.capitalize()] if word.isupper() else [])))
        found = {lemma for form in forms if (lemma := self._get(form))}
        if not found and (lemma := self._get(plain.capitalize())):
            found = {lemma}
        return frozenset(fold(lemma, self.language) for lemma in found)

    def _cases(self, word: str) -> tuple[str, ...]:
        plain = lower(word, self.language)
        return word, plain, plain.capitalize()

    def _get(self, word: str) -> str:
        return self._dictionary.get(word, "")


@lru_cache(maxsize=8)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language by its ISO 639-1 code; loaded once."""
    return Lexicon(language)
