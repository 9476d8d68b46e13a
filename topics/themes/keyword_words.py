"""The words of keywords, and which of them a word of a text is a form of.

Each word of a keyword is of one of four kinds:

- an ordinary word matches its inflected forms (:mod:`topics.text.inflection`), and compounds of which it is a
  part (:mod:`topics.text.compounds`);
- a word in capitals, of at least two letters, matches capitals only, with their endings: `WHO` "WHO's", "W.H.O.";
- a word with ``*`` matches every word that begins, ends or reads so: `energ*`, `*energie`, `nucl*r`;
- others match themselves: numbers, function words within a phrase, and pairs of characters in scripts without spaces.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

import regex

from topics.text import Compounds, Inflection, Tokens, fold, is_unspaced

STAR = "ʘ"
"""Stands for ``*`` while a keyword is split into words: a letter that no language uses in its place."""
# with a plural in s, a case ending after an apostrophe, or, as in Russian, without one
_CAPITALS = regex.compile(r"(\p{Lu}[\p{Lu}\d]*\p{Lu}\d*)(?:['’]\w+|e?s|(?:(?=\p{Cyrillic})\p{Ll}){1,3})?")
UNACCENTED_CAPITALS = {"ca", "el", "es", "fr", "gl", "it", "pt"}
"""Languages that leave out accents on capitals, always or often."""
MOSTLY = 0.75
"""Of the other words of a sentence, more than this share in capitals make it a headline."""


class KeywordWords:
    """Numbers the words of a codebook's keywords; ``words_of(form)`` are those that a form belongs to.

    Words of keywords that are forms of each other have one number.
    """

    def __init__(self, inflection: Inflection) -> None:
        self.inflection = inflection
        self.language = inflection.language
        self._numbers: dict[tuple[str, str], int] = {}
        """By kind and written form."""
        self.ordinary_capitals: set[int] = set()
        """Those in capitals that are words in lower case, too, as WHO."""

    def add(self, words: Iterable[str], *, in_phrase: bool) -> list[tuple[str, str]]:
        """Note the words of a keyword; their kinds and how they are compared."""
        keys = [self._key(word, in_phrase) for word in words]
        for key in keys:
            self._numbers.setdefault(key, len(self._numbers))
        return keys

    def finish(self) -> None:
        """Build what :meth:`words_of` looks up, once all words are added."""
        inflection, language = self.inflection, self.language
        self._inflected = [word for kind, word in self._numbers if kind == "word"]
        self._exact, self._by_lemma, self._by_beginning = (defaultdict[str, list[str]](list) for _ in range(3))
        for word in self._inflected:
            folded = fold(word, language)
            self._exact[folded].append(word)
            self._by_beginning[folded[:3]].append(word)
            for lemma in inflection.lexeme(word):
                self._by_lemma[lemma].append(word)
        # ENERGIE and ΠΟΛΕΜΟΣ are énergie and πόλεμος in capitals
        unaccented = self._exact.items() if language in UNACCENTED_CAPITALS else ()
        self._without_accents = {_strip_accents(folded): words for folded, words in unaccented}
        self._compounds = Compounds(inflection, self._inflected)
        self._same: dict[str, int] = {}
        for word in self._inflected:
            alike = [other for other in self._candidates(word) if other in self._same]
            mutual = (other for other in alike if inflection.is_form(word, other) and inflection.is_form(other, word))
            self._same[word] = next((self._same[other] for other in mutual), self._numbers["word", word])
        stars = {word: number for (kind, word), number in self._numbers.items() if kind == "star"}
        self._prefixes = {word[:-1]: number for word, number in stars.items() if word.index(STAR) == len(word) - 1}
        self._patterns = [
            (regex.compile(regex.escape(word).replace(STAR, ".*"), regex.DOTALL), number)
            for word, number in stars.items()
            if number not in self._prefixes.values()
        ]
        self._known: dict[str, tuple[int, ...]] = {}
        for (kind, word), number in self._numbers.items():
            if kind == "capitals" and self._is_ordinary(word):
                self.ordinary_capitals.add(number)

    def are_functional(self, keys: Iterable[tuple[str, str]]) -> bool:
        """Whether all words of a keyword are function words; acronyms in capitals are none."""
        kinds = ("word", "literal")
        return all(kind in kinds and self.inflection.is_function_word(word) for kind, word in keys)

    def number(self, key: tuple[str, str]) -> int:
        """The number of a noted word."""
        return self._same[key[1]] if key[0] == "word" else self._numbers[key]

    def words_of(self, form: str) -> tuple[int, ...]:
        """The numbers of the words that a form, as it stands in a text, belongs to."""
        if form not in self._known:
            self._known[form] = tuple(dict.fromkeys(self._look_up(form)))
        return self._known[form]

    def _key(self, word: str, in_phrase: bool) -> tuple[str, str]:
        if STAR in word:
            return "star", fold(word, self.language)
        if len(plain := word.replace(".", "")) > 1 and (match := _CAPITALS.fullmatch(plain)):
            return "capitals", match.group(1)
        functional = in_phrase and self.inflection.is_function_word(word)
        if functional or len(word) == 1 or is_unspaced(word[0]) or not any(map(str.isalpha, word)):
            return "literal", fold(word, self.language)
        return "word", self.inflection.variants(word)[-1] if "'" in word or "’" in word else word

    def _is_ordinary(self, word: str) -> bool:
        lexicon, plain = self.inflection.lexicon, word.lower()
        return self.inflection.is_function_word(plain) or (lexicon.frequency(plain) > 0 and lexicon.has_in_lower_case(plain))

    def _look_up(self, form: str) -> Iterable[int]:
        folded = fold(form, self.language)
        if ("literal", folded) in self._numbers:
            yield self._numbers["literal", folded]
        for variant in self.inflection.variants(form):
            match = _CAPITALS.fullmatch(variant.replace(".", ""))
            for word in dict.fromkeys(match.group(0, 1)) if match else ():
                if ("capitals", word) in self._numbers:
                    yield self._numbers["capitals", word]
        for n in range(len(folded) + 1) if self._prefixes else ():
            if folded[:n] in self._prefixes:
                yield self._prefixes[folded[:n]]
        for pattern, number in self._patterns:
            if pattern.fullmatch(folded):
                yield number
        for word in self._inflections(form, folded):
            yield self._same[word]

    def _inflections(self, form: str, folded: str) -> list[str]:
        """The ordinary words that a form is, else is a form of, else is made of."""
        if folded in self._exact:
            return self._exact[folded]
        found = self.inflection.keywords_of(form, self._candidates(form))
        if not found and form.isupper():
            found = self._without_accents.get(_strip_accents(folded), [])
        return found or self._compounds.parts(form)

    def _candidates(self, form: str) -> list[str]:
        """The ordinary words that a form may belong to."""
        found: dict[str, None] = {}
        for variant in self.inflection.variants(form):
            folded = fold(variant, self.language)
            for lemma in sorted(self.inflection.lexicon.lemmas(variant)):
                found |= dict.fromkeys(self._by_lemma.get(lemma, ())) | dict.fromkeys(self._exact.get(lemma, ()))
            for n in (1, 2, 3):
                found |= dict.fromkeys(self._by_beginning.get(folded[:n], ()))
        return list(found)


def is_headline(tokens: Tokens, start: int) -> bool:
    """Whether the sentence around the word at ``start`` is written mostly in capitals, that word aside."""
    text = tokens.text
    begin, end = next(((a, b) for a, b in tokens.sentences if a <= start < b), (0, len(text)))
    others = [text[word.start : word.end] for word in tokens.words(begin, end) if word.start != start]
    others = [word for word in others if len(word) > 1 and word.upper() != word.lower()]
    return bool(others) and sum(word.isupper() for word in others) > MOSTLY * len(others)


def _strip_accents(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))
