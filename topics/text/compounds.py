"""Compounds: whether a word is made of a keyword and another known word, as Energiepolitik of Energie, Erdgas of Gas.

Both parts must be words, not any rest: the other part stands in the dictionary or the list of frequent words,
and short parts are nouns (after the splitting of Koehn and Knight 2003, *EACL*, 187–193, who ask for frequent
parts, and linking letters between them).
"""

from collections import defaultdict
from collections.abc import Iterable

from topics.text.inflection import Inflection
from topics.text.lexicon import fold

_LINKS = {
    "de": ("", "s", "es", "n", "en", "er", "e"),
    "nl": ("", "s", "en", "e"),
    "sv": ("", "s", "e", "o", "u"),
    "da": ("", "s", "e", "er"),
    "nb": ("", "s", "e"),
    "fi": ("", "n"),
}
_LINKS |= {"no": _LINKS["nb"], "nn": _LINKS["nb"], "lb": _LINKS["de"]}
_DROPPED = {"de": "e", "lb": "e", "nl": "e", "sv": "ae", "da": "e", "nb": "e", "no": "e", "nn": "ea"}
"""Last letters that the first part may lose: Schule, Schulpolitik."""
_SUFFIXES = frozenset(
    "schaft schafts schaften heit heiten keit keiten ungen nisse tum tümer ling linge isch weise los haft haften bar sam"
    " skap skaper skapet dom domar het heter heid lijk".split()
)
"""Words that end derivations more often than compounds: Landschaft is no Schaft."""
_COUNTRIES = (
    "deutschland", "russland", "england", "holland", "irland", "island", "griechenland", "finnland", "schottland", "estland",
    "lettland", "thailand", "neuseeland", "gronland", "niederland", "mailand",
)  # fmt: skip
"""Beginnings of names, without umlauts, that are no compounds any more."""
MIN_PART, LONG_PART = 3, 5
MIN_FREQUENCY = 1e-5
"""Of parts shorter than ``LONG_PART``."""
_UMLAUTS = str.maketrans("äöü", "aou")


class Compounds:
    """Finds keywords within compounds, in the languages that write them as one word.

    Examples
    --------
    >>> german = Compounds(Inflection("de"), ["Energie", "Gas"])
    >>> german.parts("Energiepolitik"), german.parts("Erdgas"), german.parts("Gasse")
    (['Energie'], ['Gas'], [])
    """

    def __init__(self, inflection: Inflection, keywords: Iterable[str]) -> None:
        self.language = inflection.language
        self._inflection = inflection
        self._links = _LINKS.get(self.language, ())
        self._known: dict[str, bool] = {}
        self._first: defaultdict[str, list[str]] = defaultdict(list)
        self._last: defaultdict[str, list[str]] = defaultdict(list)
        for keyword in keywords:
            part = fold(keyword, self.language)
            if self._links and len(part) >= MIN_PART:
                self._first[part].append(keyword)
                if len(part) > MIN_PART + 1 and part[-1] in _DROPPED.get(self.language, ""):
                    self._first[part[:-1]].append(keyword)
                self._last[part.translate(_UMLAUTS)[:MIN_PART]].append(keyword)

    def parts(self, word: str) -> list[str]:
        """The keywords, or forms of them, that a word is made of, beside other known words."""
        if len(word) < 2 * MIN_PART or not self._first:
            return []
        whole, found = fold(word, self.language), []
        for i in range(MIN_PART, len(whole) - MIN_PART + 1):
            if whole[:i] in self._first and self._ends(whole[i:]):
                found += self._first[whole[:i]]
            # a plural may change the vowel: Grenzwälle
            for keyword in self._last.get(whole[i : i + MIN_PART].translate(_UMLAUTS), ()):
                if self._is_last(whole[i:], keyword, word) and self._begins(whole[:i]):
                    found.append(keyword)
        return [keyword for keyword in dict.fromkeys(found) if self._may_be_part(keyword, word)]

    def _may_be_part(self, keyword: str, word: str) -> bool:
        """Where nouns have capitals, a word without one is an adjective or a verb, which has only such parts."""
        lexicon = self._inflection.lexicon
        return self.language != "de" or not word[0].islower() or not lexicon.is_noun(keyword)

    def _is_last(self, last: str, keyword: str, word: str) -> bool:
        if self.language == "de":
            if fold(word, "de").translate(_UMLAUTS).startswith(_COUNTRIES):
                return False
            if self._inflection.lexicon.is_noun(keyword):
                last = last.capitalize()
                lemma = self._inflection.lexicon.lemma(last)
                if lemma and lemma not in self._inflection.lexeme(keyword):
                    return False
        elif word[0].isupper() and not word.isupper():
            return False  # a name: Nederland, Finland
        return self._inflection.is_form(last, keyword)

    def _ends(self, last: str) -> bool:
        """Whether a last part is a word, with or without linking letters before it."""
        forms = [last.removeprefix(link) for link in self._links if last.startswith(link)]
        return any(self._is_word(form) for form in forms)

    def _begins(self, first: str) -> bool:
        """Whether a first part is a word, with or without linking letters or the letter that it lost."""
        forms = [first.removesuffix(link) for link in self._links if first.endswith(link)]
        forms += [first + letter for letter in _DROPPED.get(self.language, "")]
        return any(self._is_word(form) for form in forms)

    def _is_word(self, part: str) -> bool:
        if part not in self._known:
            self._known[part] = self._look_up(part)
        return self._known[part]

    def _look_up(self, part: str) -> bool:
        lexicon = self._inflection.lexicon
        if len(part) < MIN_PART or part in _SUFFIXES or self._inflection.is_function_word(part):
            return False
        if len(part) >= LONG_PART:
            return lexicon.knows(part) or lexicon.frequency(part) > 0
        return lexicon.frequency(part) >= MIN_FREQUENCY and (self.language != "de" or lexicon.is_noun(part))
