"""Which words of texts are nouns, without a tagger: judged by neighbours, endings and capitals.

A noun stands after articles, possessives and prepositions, and before whatever is no content word ("the *gas* is", "of
*gas*,"); a verb after subject pronouns, modals and the infinitive mark, or right before an article ("to *sell* the");
an adjective between an article and a content word. Where adjectives follow, as in Spanish, what stands after a content
word is less likely a noun. So function words, which are few and well known, say what the others are. The lemma of the
dictionary adds what its ending tells: that a word is a form of an infinitive, or a Slavic adjective. In German, nouns
have capitals; elsewhere names have. The words of Chinese and Japanese are tagged by their segmenters. Where nothing is
known of a language but its stop words, everything else counts as a noun.

In English, the frequencies of a word's other forms are a prior: participles make a verb, a plural a noun, an adverb an
adjective. The weights were chosen on AG News, by comparison with a dictionary and a tagger.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from topics.text.dates import calendar_words
from topics.text.grammar import Role, grammar, roles
from topics.text.inflection import KOREAN_PARTICLES
from topics.text.lexicon import Lexicon, lexicon, lower
from topics.text.segmentation import find_unspaced_nouns, spoken_in
from topics.text.words import UNSPACED, has_unspaced, is_unspaced

BREAK = "."
"""Stands for punctuation, and for words of scripts without spaces that are no nouns."""
_PRIOR = 3.0
"""Occurrences that an ending counts for; what is certain counts more."""
_RARE = 1e-6
"""Share of all words below which the frequencies of a word's forms tell nothing."""
_ENGLISH_ADJECTIVES = ("al", "ic", "ar", "ary", "ern", "ive", "ous", "ful", "able", "ible", "less", "ish", "ian", "ese")
"""Endings of English adjectives; nouns that end so mostly have a plural."""
_ELIDING = frozenset({"ca", "fr", "it"})
"""Languages in which an apostrophe separates two words."""
_CAPITAL_NOUNS = frozenset({"de", "lb"})

_PIECE = rf"[^\W_{UNSPACED}]+"
_MARK = rf"[{UNSPACED}]+|[^\w\s'’]+|\n"
_ABBREVIATION = r"(?:[^\W\d_]\.){2,}"
_SPLIT = re.compile(rf"{_ABBREVIATION}|{_PIECE}(?:[-.'’]{_PIECE})*['’]?|{_MARK}")
_SPLIT_AT_APOSTROPHES = re.compile(rf"{_ABBREVIATION}|{_PIECE}(?:[-.]{_PIECE})*|{_MARK}")
_CONTRACTION = re.compile(r"['’](?:d|ll|m|re|t|ve)$")
_POSSESSIVE = re.compile(r"['’]s?$")


class Evidence(NamedTuple):
    """How much speaks for a word's being a noun, a verb, an adjective, in occurrences."""

    noun: float
    verb: float
    adjective: float

    @property
    def is_verb(self) -> bool:
        """Whether most of it speaks for a verb."""
        return self.verb > self.noun + self.adjective

    @property
    def noun_share(self) -> float:
        """The share that speaks for a noun."""
        return self.noun / sum(self)


@dataclass
class Use:
    """How a form is used in texts."""

    between: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Occurrences by the roles of the words before and after."""
    written: Counter[str] = field(default_factory=Counter)
    """Occurrences whose case does not depend on their position, by spelling."""
    first: Counter[str] = field(default_factory=Counter)
    """The others, with a capital at the beginning of a sentence or quotation."""

    @property
    def count(self) -> int:
        """All occurrences."""
        return self.written.total() + self.first.total()

    @property
    def capital(self) -> int:
        """Occurrences with a capital within sentences."""
        return sum(count for form, count in self.written.items() if form[0].isupper())

    @property
    def is_name(self) -> bool:
        """Whether it mostly has a capital."""
        return 2 * self.capital > self.written.total()


@dataclass(frozen=True)
class Reading:
    """Texts as words, and how these are used."""

    language: str
    texts: tuple[list[str], ...]
    """Per text, its words as they are written, without possessive endings; and breaks."""
    forms: dict[str, str]
    """By written word, the content word in lower case, "" for others."""
    roles: dict[str, int]
    """By written word, its role."""
    uses: dict[str, Use]
    """By content word in lower case, for those of ``min_count`` texts."""

    def evidence(self) -> dict[str, Evidence]:
        """What each content word is."""
        judge = _Judge(self)
        return {form: judge.weigh(form) for form in self.uses}


def read_words(texts: Iterable[str], language: str, min_count: int = 1) -> Reading:
    """Split texts into words and count how they are used.

    Parameters
    ----------
    min_count
        Minimum number of texts with a word.
    """
    reader = _Reader(language)
    read = tuple(reader.words(text) for text in texts)
    forms = {word: form for word, (_, form) in reader.known.items()}
    spread = Counter(form for words in read for form in {forms[word] for word in words})
    kept = {form for form, count in spread.items() if count >= min_count and form}
    roles_of = {word: role for word, (role, _) in reader.known.items()}
    return Reading(language, read, forms, roles_of, _count_uses(read, reader.known, kept))


class _Reader:
    """Splits texts into words and breaks, and knows the role of each."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._split = _SPLIT_AT_APOSTROPHES if language in _ELIDING else _SPLIT
        self._roles = roles(language)
        self._calendar = calendar_words(language)
        self._lexicon = lexicon(language)
        self.known: dict[str, tuple[int, str]] = {BREAK: (Role.BREAK, "")}
        """By written word, its role, and the content word in lower case."""

    def words(self, text: str) -> list[str]:
        """The words of a text as they are written, and breaks."""
        found: Iterable[str] = self._split.findall(text)
        if has_unspaced(text):
            found = self._segmented(found, spoken_in(text, self.language))
        words = []
        for word in found:
            if word in self.known:
                words.append(word)
            elif not word[0].isalnum():
                words.append(BREAK)
            elif stripped := self._without_ending(word):
                if stripped not in self.known:
                    self.known[stripped] = self._know(stripped)
                words.append(stripped)
                if stripped != word:
                    words.append(BREAK)  # an owner and what it owns are no phrase
        return words

    def _without_ending(self, word: str) -> str:
        """A word without possessive endings; a Korean noun without particles."""
        if self.language != "ko":
            return _POSSESSIVE.sub("", word)
        bases = (word[:end] for end in range(len(word) - 1, 1, -1) if KOREAN_PARTICLES.fullmatch(word, end))
        return next((base for base in bases if self._lexicon.frequency(base)), word)

    def _segmented(self, words: Iterable[str], language: str) -> Iterator[str]:
        """The words, and of runs without spaces the nouns."""
        for word in words:
            if not is_unspaced(word[0]):
                yield word
                continue
            end = 0
            for noun, start, stop in find_unspaced_nouns(word, language):
                if start > end:
                    yield BREAK
                yield noun
                end = stop
            if end < len(word):
                yield BREAK

    def _know(self, word: str) -> tuple[int, str]:
        if word == "US" and self.language == "en":
            return Role.CONTENT, "u.s."  # not the pronoun
        form = lower(word, self.language)
        if form in self._roles:
            return self._roles[form], ""
        if _CONTRACTION.search(form):
            return Role.FUNCTION, ""
        if form in self._calendar and (word[0].isupper() or self.language != "en"):
            return Role.FUNCTION, ""
        is_content = not word[0].isdigit() and (len(form) > 1 or is_unspaced(form))
        return (Role.CONTENT, form) if is_content else (Role.FUNCTION, "")


def _count_uses(texts: Iterable[Sequence[str]], known: dict[str, tuple[int, str]], kept: set[str]) -> dict[str, Use]:
    contexts: Counter[tuple[str, int, int]] = Counter()
    written: Counter[tuple[str, int]] = Counter()
    for words in texts:
        roles_of, forms = zip(*[known[word] for word in words], strict=True) if words else ((), ())
        before = (Role.BREAK, *roles_of[:-1])
        contexts.update(zip(forms, before, (*roles_of[1:], Role.BREAK), strict=True) if words else ())
        written.update(zip(words, before, strict=True) if words else ())
    uses: defaultdict[str, Use] = defaultdict(Use)
    for (form, left, right), count in contexts.items():
        if form in kept:
            uses[form].between[left, right] += count
    for (word, left), count in written.items():
        if (form := known[word][1]) in kept:
            is_first = left == Role.BREAK and word[0].isupper()
            (uses[form].first if is_first else uses[form].written)[word] += count
    return dict(uses)


class _Judge:
    """Weighs the evidence of what a word is."""

    def __init__(self, reading: Reading) -> None:
        self.language, self._uses = reading.language, reading.uses
        self._grammar, self._lexicon = grammar(self.language), lexicon(self.language)
        self._between = {
            (before, after): _between(before, after, self._grammar.kind) for before in range(8) for after in range(8)
        }
        self._verbs, self._adjectives = tuple(self._grammar.verbs.split()), tuple(self._grammar.adjectives.split())
        self._endings = tuple(self._grammar.endings.split())
        self._needs_lemmas = bool(self._verbs or self._adjectives or self._grammar.feminine)
        self._modifiers = frozenset(self._grammar.modifiers.split())

    def weigh(self, form: str) -> Evidence:
        """The evidence of the form, and in English also that of what it may be the third person of."""
        own = self._own(form)
        lemma = self._lexicon.lemma(form) if self.language == "en" and form.endswith("s") else form
        if lemma == form or lemma not in self._uses or self._uses[form].is_name:
            return own
        base = self._own(lemma)
        return Evidence(*(one + 2 * _PRIOR * other / sum(base) for one, other in zip(own, base, strict=True)))

    def _own(self, form: str) -> Evidence:
        use = self._uses[form]
        if self.language in _CAPITAL_NOUNS and use.written:
            return Evidence(use.capital + 0.1, 0.0, use.written.total() - use.capital + 0.1)
        noun, verb, adjective = self._prior(form, use)
        for where, count in use.between.items():
            one = self._between[where]
            noun, verb, adjective = noun + count * one[0], verb + count * one[1], adjective + count * one[2]
        # participles stand where nouns do
        return Evidence(noun * (0.5 if self._is_participle(form) else 1), verb, adjective)

    def _is_participle(self, form: str) -> bool:
        return self.language == "en" and form.endswith(("ed", "ing")) and self._lexicon.lemma(form) not in ("", form)

    def _prior(self, form: str, use: Use) -> tuple[float, float, float]:
        """What capitals, endings and the dictionary say."""
        if is_unspaced(form[0]):
            return 100.0, 0.0, 0.0
        if form in self._modifiers:
            return 0.0, 0.0, 10 * _PRIOR + use.count
        if use.is_name:
            return 3 * _PRIOR, 0.0, 0.0
        lemma = self._lexicon.lemma(form) if self._needs_lemmas else ""
        inflected = self._grammar.kind == "inflected"
        if self._adjectives:
            is_adverb = form.endswith("о") and any(self._lexicon.knows(form[:-1] + end) for end in ("ий", "ый"))
            if is_adverb or lemma.endswith(self._adjectives):
                return 0.0, 0.0, 5 * _PRIOR
        if self._verbs and lemma.endswith(self._verbs):
            # a noun may end as infinitives do: lugar, lugares
            if inflected or not form.startswith(lemma):
                return 0.0, 5 * _PRIOR, 0.0
            return _PRIOR, _PRIOR / 2, 0.0
        if self._endings and form.endswith(self._endings):
            return 0.0, _PRIOR / 2, _PRIOR / 2
        if self.language == "en":
            return _prior_of_english(form, self._lexicon)
        if self._grammar.feminine and self._is_adjective_by_gender(form, lemma):
            return 0.3 * _PRIOR, 0.0, _PRIOR
        return 0.6 * _PRIOR, 0.2 * _PRIOR, 0.2 * _PRIOR

    def _is_adjective_by_gender(self, form: str, lemma: str) -> bool:
        """Whether the masculine and the feminine are one word, as nuevo and nueva."""
        masculine, feminine = self._grammar.feminine or ("", "")
        other = lemma.removesuffix(masculine) + feminine
        return lemma.endswith(masculine) and self._lexicon.lemma(other) == lemma


def _prior_of_english(form: str, lexicon: Lexicon) -> tuple[float, float, float]:
    """What the other forms of a word tell: participles make a verb, a plural a noun, an adverb an adjective."""
    lemma = lexicon.lemma(form)
    if lemma not in ("", form):
        if form.endswith("ing"):
            return 0.0, 2 * _PRIOR, 0.0
        if form.endswith("ed"):
            return 0.0, 3 * _PRIOR, 0.0
        if form.endswith(("er", "est")):
            return 0.0, 0.0, _PRIOR
        if not form.endswith("s"):
            return 0.0, _PRIOR, 0.0  # won, took; some are plurals: men
    word = lemma or form
    frequencies = lexicon.frequencies
    own = frequencies.get(word, 0.0)
    if own < _RARE:
        return 0.6 * _PRIOR, 0.2 * _PRIOR, 0.2 * _PRIOR

    def ratio(*others: str) -> float:
        return sum(frequencies.get(other, 0.0) for other in set(others)) / own

    ends_in_consonant = word[-1] not in "aeiouwy"
    roots = [word, *([word[:-1]] if word.endswith("e") else []), *([word + word[-1]] if ends_in_consonant else [])]
    past = [other for other in lexicon.forms.get(word, []) if not other.endswith(("s", "ing", "ed", "er", "est"))]
    verb = ratio(*(root + end for root in roots for end in ("ing", "ed")), *past)
    plural = ratio(word + "s", word + "es", *([word[:-1] + "ies"] if word.endswith("y") else []))
    compared = ratio(*(other for other in lexicon.forms.get(word, []) if other.endswith(("er", "est"))))
    adverb = ratio(word + "ly", *([word[:-1] + "ily"] if word.endswith("y") else []), word + "ally")
    if plural < 0.12 and (compared > 0.05 or adverb > 0.015):
        return 0.5 * _PRIOR, 0.0, 1.5 * _PRIOR
    if plural < 0.05 and word.endswith(_ENGLISH_ADJECTIVES):
        return 0.5 * _PRIOR, 0.0, _PRIOR
    share = verb / (verb + 2 * plural + 0.25)
    strength = _PRIOR * (0.6 + 1.4 * (plural + verb) / (plural + verb + 0.15))
    return strength * (1 - share), strength * share, 0.0


def _between(before: int, after: int, kind: str) -> tuple[float, float, float]:
    """What the words before and after say of the one between them: for a noun, a verb, an adjective."""
    if before == Role.DEGREE:
        return 0.0, 0.0, 1.0
    if before == Role.BEFORE_VERB:
        return 0.0, 1.0, 0.0
    if kind == "inflected":
        if before in (Role.PREPOSITION, Role.DETERMINER):
            return (0.3, 0.0, 0.3) if after == Role.CONTENT else (1.0, 0.0, 0.0)
        return 0.0, 0.0, 0.06  # nouns are rarely without a preposition for long
    if kind == "adjectives last":
        if before in (Role.DETERMINER, Role.PREPOSITION):
            return (0.0, 0.5, 0.0) if after == Role.DETERMINER else (1.0, 0.0, 0.0)
        if after == Role.DETERMINER:
            return 0.0, 0.7, 0.0
        return (0.0, 0.2, 0.5) if before == Role.CONTENT else (0.2, 0.2, 0.1)
    if before == Role.INFINITIVE:
        return (0.0, 1.5, 0.0) if after == Role.DETERMINER else (0.2, 0.5, 0.0)
    if before == Role.DETERMINER:
        # nouns, too, stand before nouns
        return (0.0, 0.0, 0.7) if after == Role.CONTENT else (1.0, 0.0, 0.0)
    if after == Role.DETERMINER:
        return (0.0, 0.5, 0.0) if before == Role.PREPOSITION else (0.0, 1.0, 0.0)
    if before == Role.PREPOSITION:
        return (0.0, 0.0, 0.35) if after == Role.CONTENT else (1.0, 0.0, 0.0)
    if after == Role.CONTENT:
        return (0.1, 0.1, 0.15) if before == Role.CONTENT else (0.0, 0.0, 0.15)
    return (0.3, 0.2, 0.0) if before == Role.CONTENT else (0.2, 0.1, 0.1)
