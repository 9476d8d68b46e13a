"""Whether one word is an inflected form of another.

Three sources, in this order:

1. The dictionary of the language, where it knows both words: they share a lemma.
2. Where it does not know one of them, as with many names, endings: two words are forms of one if they share a
   long beginning, and the same two endings alternate after other beginnings as well. Where the language has a
   dictionary, what counts is how many of its words with the first ending have the second under the same lemma;
   where it has none, how many have both in the vocabulary of the corpus and the list of frequent words. The latter is
   unsupervised morphology in the manner of Goldsmith (2001), *Computational Linguistics* 27(2), 153–198.
3. The Snowball stemmer (Porter 2001), where endings tell nothing.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import permutations
from typing import NamedTuple

import regex

from topics.text.lexicon import fold, lexicon
from topics.text.words import function_words, has_stemmer, has_unspaced, stem

MIN_BEGINNING, MAX_ENDING = 3, 6
MIN_WORDS, MIN_BOTH, MIN_RATE = 10, 3, 0.05
"""Endings are judged by at least so many words that have the first, of which so many and this share have the other."""
USUAL_RATE, REGULAR_RATE, REGULAR = 0.8, 0.2, 10
"""Endings are regular if nearly all words with the first have the second, or if many have it, and with it are so many
times as often a form of the same word as another word."""
THIN_VOCABULARY = 3000
"""With fewer distinct words, and no other source, a corpus says little of its endings."""
MIN_NAME, MIN_NAME_RATE = 4, 0.03
"""The length of a name, and the share of lemmas that must have an ending for a name to have it."""
_MAX_JUDGED, MAX_LEMMAS, _MAX_FORMS = 400, 4000, 12

_VOWELS = frozenset("aeiouyøæœıαεηιουωаеиоуыэюяієѣ")
_CAPITAL_NOUNS = {"de", "lb"}
_ELISION = {"fr", "it", "ca", "oc", "wa", "lij", "co"}
_APOSTROPHE_IN_WORDS = {"uk", "be", "he", "br"}
_PROCLITICS = {
    # conjunction, preposition, article; "لل" is a preposition with the article
    "ar": regex.compile("(?:[وف]?(?:[بك]?ال|لل|[بلك])|[وف])(?=\\w{3})"),
    "he": regex.compile("(?:ו?[שמבלכ]?ה?|ו?כשה?)(?=\\w{3})"),
}
# case particles, then topic and focus particles; 이다 after nouns
KOREAN_PARTICLES = regex.compile(
    "(?:들)?(?:(?:에서|에게|에|께|한테|으로써|으로서|로써|로서|으로|로|와의|과의|와|과|부터|까지|보다|처럼|마다|조차|밖에|만|이나|나|이며|며)?"
    "(?:은|는|도|만|의|이라도|라도)?|이|가|을|를|의|은|는|도|이다|입니다|이었다|였다|이라고|라고|이라는|라는|인|이고|이란|란|하고)"
)


class Rate(NamedTuple):
    """How two endings alternate."""

    tried: int
    """Words with the first ending."""
    both: int
    """Those of them that have the second as a form of the same word."""
    apart: int
    """Those of them that with the second are another word."""

    @property
    def share(self) -> float:
        """Share of words that have both."""
        return self.both / max(self.tried, MIN_WORDS)


class Inflection:
    """Tells the forms of words, for one language and one corpus.

    Parameters
    ----------
    language
        ISO 639-1 code.
    vocabulary
        The words of the corpus, used only if the language has no dictionary.

    Examples
    --------
    >>> english = Inflection("en")
    >>> english.is_form("policies", "policy"), english.is_form("units", "united")
    (True, False)
    """

    def __init__(self, language: str, vocabulary: Iterable[str] = ()) -> None:
        self.language = language
        self.lexicon = lexicon(language)
        self._functional = frozenset(fold(word, language) for word in function_words(language))
        # only where there is no dictionary does it take the words of the corpus
        words = () if self.lexicon.has_dictionary else vocabulary
        self._vocabulary = frozenset(fold(word, language) for word in words)
        self._rates: dict[tuple[str, str], Rate] = {}
        self._name_endings: dict[tuple[bool, str], bool] = {}
        self._lexemes: dict[str, frozenset[str]] = {}

    @cached_property
    def is_thin(self) -> bool:
        """Whether nothing tells the forms of words: no dictionary, no stemmer, no list of frequent words, a small corpus."""
        sources = self.lexicon.has_dictionary or has_stemmer(self.language) or self.lexicon.frequencies
        return not sources and len(self._vocabulary) < THIN_VOCABULARY and self.language not in ("zh", "ja", "th")

    def is_function_word(self, word: str) -> bool:
        """Whether a word is an article, a pronoun, a conjunction and so on, which has no subject."""
        return fold(word, self.language) in self._functional

    def lexeme(self, keyword: str) -> frozenset[str]:
        """The lemmas that a keyword stands for: itself if it is one, as `building`, else that of its dictionary entry.

        Folded; empty if the dictionary does not know it.
        """
        if keyword not in self._lexemes:
            lemma, own = self.lexicon.lemma(keyword), fold(keyword, self.language)
            if lemma and lemma != own and self.lexicon.is_headword(own):
                lemma = own
            self._lexemes[keyword] = frozenset({lemma} - {""})
        return self._lexemes[keyword]

    def variants(self, word: str) -> list[str]:
        """A word as it is written, then without elided articles, proclitics, or what follows an apostrophe."""
        found = [word]
        straight = word.replace("’", "'")
        if "'" in straight:
            before, after = straight.split("'", 1)
            if self.language in _ELISION and len(after) > 2:
                found.append(after)
            elif self.language not in _APOSTROPHE_IN_WORDS and len(before) > 1:
                found.append(before)
        if self.language in _PROCLITICS:
            hits = _PROCLITICS[self.language].finditer(word[:MAX_ENDING], overlapped=True)
            found += [word[hit.end() :] for hit in hits if hit.start() == 0]
        return found

    def is_form(self, word: str, keyword: str) -> bool:
        """Whether ``word`` is ``keyword``, or an inflected form of the same word."""
        return bool(self.keywords_of(word, [keyword]))

    def keywords_of(self, word: str, keywords: Iterable[str]) -> list[str]:
        """The keywords of which ``word`` is a form."""
        variants = [(fold(variant, self.language), self._lemmas_of(variant)) for variant in self.variants(word)]
        if variants[0][0] in self._functional:
            return [keyword for keyword in keywords if fold(keyword, self.language) == variants[0][0]]
        return [word for word in keywords if any(self._is_form(form, lemmas, word) for form, lemmas in variants)]

    def _lemmas_of(self, word: str) -> frozenset[str]:
        lemmas = self.lexicon.lemmas(word)
        if self.language == "hu":  # whose dictionary has possessive forms as lemmas of their plurals: árak, ára, ár
            lemmas |= {lemma for form in lemmas for lemma in self.lexicon.lemmas(form)}
        return lemmas

    def _is_form(self, word: str, lemmas: frozenset[str], keyword: str) -> bool:
        own, wanted = fold(keyword, self.language), self.lexeme(keyword)
        if word == own or own in lemmas or not wanted.isdisjoint(lemmas):
            return True
        if self.language == "ko":
            return word.startswith(own) and bool(KOREAN_PARTICLES.fullmatch(word, len(own)))
        if self.is_thin or word[0] != own[0] or has_unspaced(own + word):
            return False
        if wanted and lemmas:
            return self._is_homograph(word, own, lemmas)
        if lemmas and word not in lemmas:
            return False  # of another word
        stemmed = not lemmas and self._have_one_stem(own, word)
        rate = self._alternation(own, word, rare=stemmed)
        if rate.both >= MIN_BOTH and rate.share >= MIN_RATE:
            return True
        is_name = keyword[0].isupper() and self.language not in _CAPITAL_NOUNS
        if is_name and not lemmas and word.startswith(own) and self._is_form_of_name(own, word):
            return True
        return stemmed and rate.apart <= rate.both

    def _have_one_stem(self, one: str, other: str) -> bool:
        return has_stemmer(self.language) and stem(one, self.language) == stem(other, self.language)

    def _is_homograph(self, word: str, keyword: str, lemmas: frozenset[str]) -> bool:
        """Whether a form that the dictionary gives to other lemmas is one of the keyword's as well: "taxes" of taxe, taxer.

        Judged by how often a word occurs, and how many words like it have such a form: the keyword must be the likelier
        source. What the dictionary takes for a lemma must have no other forms, and be a form that nearly all words have.
        """
        if keyword not in self.lexeme(keyword) or (has_stemmer(self.language) and not self._have_one_stem(keyword, word)):
            return False
        rate, frequency = self._alternation(keyword, word), self.lexicon.frequency
        if rate.both < MIN_BOTH:
            return False
        if word in lemmas:
            # English nouns in -ing are participles as well
            usual = MIN_RATE if self.language == "en" and word.endswith("ing") else USUAL_RATE
            regular = rate.share >= usual or (rate.share >= REGULAR_RATE and rate.both >= REGULAR * rate.apart)
            return regular and not self.lexicon.is_headword(word)
        # a lemma that looks like a form of the keyword is as frequent as both together
        others = [lemma for lemma in lemmas if self._alternation(keyword, lemma).share < USUAL_RATE]
        likely = [frequency(lemma) * self._alternation(lemma, word).share for lemma in others]
        return rate.share >= MIN_RATE and frequency(keyword) * rate.share > max(likely, default=0.0)

    def _is_form_of_name(self, name: str, word: str) -> bool:
        """Whether a name has an ending that lemmas take, whatever their last letters: names end as no other words do.

        A Finnish word in -in is a genitive, but Putin is none. Lemmas that end in a vowel are judged apart from others.
        """
        end, vowel = word[len(name) :], _ends_in_vowel(name)
        if len(name) < MIN_NAME or not self.lexicon.has_dictionary or len(end) > MAX_ENDING:
            return False
        if (vowel, end) not in self._name_endings:
            lemmas = [lemma for lemma in self._lemmas if _ends_in_vowel(lemma) == vowel]
            share = sum(bool(self._are_one(lemma, lemma + end)) for lemma in lemmas) / max(len(lemmas), MIN_WORDS)
            self._name_endings[vowel, end] = share >= MIN_NAME_RATE
        return self._name_endings[vowel, end]

    def _alternation(self, one: str, other: str, *, rare: bool = False) -> "Rate":
        """Whether words that end as ``one`` also have the ending of ``other``.

        The endings that differ are compared after the same two letters; where too few words have them, after one or none.
        Endings that alternate in hardly any words are not looked up, unless ``rare``.
        """
        beginning = _common_beginning(one, other)
        ends = one[len(beginning) :], other[len(beginning) :]
        rate = Rate(0, 0, 0)
        if len(beginning) < max(min(MIN_BEGINNING, len(one)), len(one) // 2) or max(map(len, ends)) > MAX_ENDING:
            return rate
        if not rare and self.lexicon.has_dictionary and ends not in self._alternating:
            return rate
        for n in (2, 1, 0):
            before = beginning[len(beginning) - n :]
            rate = self._rate(before + ends[0], before + ends[1])
            if rate.tried >= MIN_WORDS:
                break
        return rate

    def _rate(self, end: str, other_end: str) -> "Rate":
        key = (end, other_end)
        if key not in self._rates:
            words = [word for word in self._ending_in(end) if len(word) - len(end) >= 2]
            words = words[:: max(1, len(words) // _MAX_JUDGED)]
            found = [self._are_one(word, word[: len(word) - len(end)] + other_end) for word in words]
            self._rates[key] = Rate(len(words), found.count(True), found.count(False))
        return self._rates[key]

    def _are_one(self, word: str, other: str) -> bool | None:
        """Whether two words are forms of one; None where the second is unknown."""
        if not self.lexicon.has_dictionary:
            return True if other in self._known else None
        lemmas = self.lexicon.lemmas(other)
        return not self.lexicon.lemmas(word).isdisjoint(lemmas) if lemmas else None

    def _ending_in(self, end: str) -> list[str]:
        index = self._by_ending
        return self._words if not end else [word for word in index[end[-2:]] if word.endswith(end)]

    @cached_property
    def _alternating(self) -> set[tuple[str, str]]:
        """Pairs of endings of which a few words have both."""
        forms: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for lemma in self.lexicon.lemmas(word):
                forms[lemma].append(word)
        pairs: Counter[tuple[str, str]] = Counter()
        for lemma, own in forms.items():
            for one, other in permutations(dict.fromkeys([lemma, *own[:_MAX_FORMS]]), 2):
                n = len(_common_beginning(one, other))
                pairs[one[n:], other[n:]] += 1
        return {pair for pair, times in pairs.items() if times >= MIN_BOTH}

    @cached_property
    def _lemmas(self) -> list[str]:
        lemmas = [word for word in self._words if word in self.lexicon.lemmas(word)]
        return lemmas[:: max(1, len(lemmas) // MAX_LEMMAS)]

    @cached_property
    def _words(self) -> list[str]:
        """What endings are judged by: known words only, where there is a dictionary."""
        if self.lexicon.has_dictionary:
            return [word for word in self.lexicon.words if word.isalpha() and self.lexicon.knows(word)]
        return sorted(word for word in self._known if word.isalpha())

    @cached_property
    def _known(self) -> frozenset[str]:
        return self._vocabulary | {fold(word, self.language) for word in self.lexicon.frequencies}

    @cached_property
    def _by_ending(self) -> dict[str, list[str]]:
        index: defaultdict[str, list[str]] = defaultdict(list)
        for word in self._words:
            for n in (1, 2):
                index[word[-n:]].append(word)
        return index


def _common_beginning(one: str, other: str) -> str:
    n = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:n]


def _ends_in_vowel(word: str) -> bool:
    """Whether a word ends in a vowel of the Latin, Greek or Cyrillic script, accents aside."""
    letters = [letter for letter in unicodedata.normalize("NFD", word) if letter.isalpha()]
    return bool(letters) and letters[-1] in _VOWELS
