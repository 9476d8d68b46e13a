"""The nouns, names and noun phrases of texts: what a topic can be called.

Phrases are collocations by normalised pointwise mutual information (Bouma 2009), as in :mod:`topics.text.phrases`, but
of nouns and what stands before them (in Romance languages, after them): "interest rates", "prime minister"; names may
have connectors: "Bank of England", "Belt and Road".
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from topics.text.grammar import Role, grammar
from topics.text.nouns import BREAK, Reading, read_words
from topics.text.words import is_unspaced, stem

PHRASE, NAME, NAME_OF, NAME_AND = 0.45, 0.4, 0.3, 0.8
"""Minimum scores of phrases, names, names with "of", and names with "and"."""
MIN_OCCURRENCES = 3
"""Of a phrase; a name needs two."""
MIN_NOUN = 0.33
"""Words with a smaller share of evidence for a noun are no terms."""
MOSTLY, HARDLY_WITHOUT = 0.6, 0.75
"""Share of the occurrences of a part that are in a longer phrase; of a word that are beside a certain other word."""
_LONGEST = 4
_OF = frozenset("of de del della delle dei du des di da do dos von van".split())
_AND = frozenset("and e et und y".split())
_CONNECTORS = _OF | _AND | frozenset("the la le los las les el der den".split())


@dataclass(frozen=True)
class NounTerms:
    """The nouns, names and noun phrases of texts."""

    documents: tuple[Counter[str], ...]
    """Per text, its terms and how often they occur. A phrase stands beside its words."""
    written: dict[str, str] = field(repr=False)
    """How a term is written most often."""
    nouns: dict[str, float] = field(repr=False)
    """By term, the share of evidence that it is a noun, 0…1."""
    parts: dict[str, tuple[str, ...]] = field(repr=False)
    """The words of each phrase without connectors; those that are nouns are terms themselves."""
    length: float
    """Mean number of words of a text."""
    words: tuple[list[str], ...] = field(repr=False)
    """Per text, its words as they are written, and breaks."""
    terms: dict[str, str] = field(repr=False)
    """The term of each written word that has one."""
    apart: frozenset[str] = field(repr=False)
    """Written words that stand in no noun phrase: verbs, pronouns …"""

    def passage(self, rows: Iterable[int], values: Mapping[str, float], longest: int = 8) -> str:
        """The noun phrase, with its prepositions and articles, whose distinct terms are worth most together.

        Parameters
        ----------
        rows
            The texts that are looked through.
        values
            What each term is worth.
        longest
            Most words of a passage.
        """
        best, found = (0.0, 0), ""
        for row in rows:
            words = self.words[row]
            for start, first in enumerate(words):
                if first not in self.terms:
                    continue
                seen, worth = set(), 0.0
                for end in range(start, min(start + longest, len(words))):
                    if words[end] == BREAK or words[end] in self.apart:
                        break
                    term = self.terms.get(words[end])
                    if term and term not in seen:
                        seen.add(term)
                        worth += values.get(term, 0.0)
                        if (worth, start - end) > best:
                            best, found = (worth, start - end), _join(words[start : end + 1])
        return found


def find_noun_terms(texts: Sequence[str], language: str, *, min_count: int = 0) -> NounTerms:
    """The nouns, names and noun phrases of texts.

    Parameters
    ----------
    min_count
        Minimum number of texts with a term. 0: 1 below 30 texts, else 2.

    Examples
    --------
    >>> texts = ["The Bank of England raised interest rates.", "Interest rates of the Bank of England", "Interest rates"]
    >>> found = find_noun_terms(texts, "en")
    >>> [found.written[term] for term in found.parts]
    ['Bank of England', 'interest rates']
    """
    limit = min_count or (1 if len(texts) < 30 else 2)
    reading = read_words(texts, language, limit)
    evidence = reading.evidence()
    terms = {form: _term(form, language) for form, own in evidence.items() if own.noun_share >= MIN_NOUN}
    usable = {form for form, own in evidence.items() if not own.is_verb}
    grams = [list(_find_grams(words, reading.forms, terms, usable, language)) for words in reading.texts]
    phrases = _find_phrases(reading, grams, terms)
    nouns: dict[str, float] = {}
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form, term in terms.items():
        nouns[term] = max(nouns.get(term, 0.0), evidence[form].noun_share)
        written[term].update(reading.uses[form].written or reading.uses[form].first)
    documents = []
    for words, own in zip(reading.texts, grams, strict=True):
        found = Counter(terms[form] for word in words if (form := reading.forms[word]) in terms)
        for gram in own:
            if gram.units in phrases:
                found[phrases[gram.units]] += 1
                said = _join(words[gram.start : gram.end])
                # the capital of a first word is no evidence of its spelling
                is_first = gram.start == 0 or words[gram.start - 1] == BREAK
                written[phrases[gram.units]][said] += 0 if is_first and said[0].isupper() and not gram.is_name else 1
        documents.append(found)
    nouns |= dict.fromkeys(phrases.values(), 1.0)
    spread = Counter(term for found in documents for term in found)
    frequent = {term for term, count in spread.items() if count >= limit}
    kept = sorted(frequent)
    parts = {term: tuple(unit for unit in units if unit not in _CONNECTORS) for units, term in phrases.items()}
    return NounTerms(
        tuple(Counter({term: found[term] for term in sorted(found.keys() & frequent)}) for found in documents),
        {term: _spelling(written[term]) for term in kept},
        {term: nouns[term] for term in kept},
        {term: parts[term] for term in kept if term in parts},
        sum(len(words) - words.count(BREAK) for words in reading.texts) / max(1, len(reading.texts)),
        reading.texts,
        {word: terms[form] for word, form in reading.forms.items() if form in terms},
        _words_apart(reading, usable),
    )


def _words_apart(reading: Reading, usable: Collection[str]) -> frozenset[str]:
    """Content words that are verbs, or too rare to tell; and where function words are known, pronouns and the like."""
    inside = {Role.DETERMINER, Role.PREPOSITION, *([] if grammar(reading.language).prepositions else [Role.FUNCTION])}
    return frozenset(
        word
        for word, role in reading.roles.items()
        if (role == Role.CONTENT and reading.forms[word] not in usable)
        or (role != Role.CONTENT and role not in inside and word not in _CONNECTORS)
    )


class _Gram(NamedTuple):
    """A place in a text that may be a phrase."""

    units: tuple[str, ...]
    """Its words: terms; words that are none, in lower case; connectors."""
    start: int
    end: int
    is_name: bool
    """Whether all its words have a capital, connectors aside."""


def _term(form: str, language: str) -> str:
    return form if is_unspaced(form[0]) else stem(form, language)


def _spelling(forms: Counter[str]) -> str:
    """The most frequent spelling; one in capitals, as in headlines, only if it is short or there is no other."""
    calm = {form: count for form, count in forms.items() if not (len(form) > 4 and form.isupper())}
    known = calm or forms
    return min(known, key=lambda form: (-known[form], form))


def _join(words: Sequence[str]) -> str:
    return "".join(words) if all(is_unspaced(word[0]) for word in words) else " ".join(words)


def _find_grams(
    words: Sequence[str], forms: Mapping[str, str], terms: Mapping[str, str], usable: Collection[str], language: str
) -> Iterator[_Gram]:
    """All runs of 2 to 4 words that begin or end in a noun; of names, also across connectors."""
    noun_first = grammar(language).kind == "adjectives last"
    capitals_tell = language not in ("de", "lb")
    titles = grammar(language).titles.split()
    n, own = len(words), [forms[word] for word in words]
    for start, (word, form) in enumerate(zip(words, own, strict=True)):
        if form not in usable or (noun_first and form not in terms):
            continue
        units: tuple[str, ...] = (terms.get(form, form),)
        is_name = word[0].isupper() and capitals_tell
        size, i, last = 1, start + 1, form
        while i < n and size < _LONGEST:
            end = i
            while end < n and not own[end] and words[end] in _CONNECTORS and end - i < 2:
                end += 1
            if end == n or (form := own[end]) not in usable:
                break
            if end == i and words[end][0].isupper() and last in titles and form not in titles:
                break  # who a person is, and the name
            last = form
            both = is_name and words[end][0].isupper()
            if end > i and not both and not (noun_first and words[i:end] == ["de"]):
                break
            is_name = both
            units += (*words[i:end], terms.get(form, form))
            size, i = size + 1, end + 1
            if form in terms or noun_first:
                yield _Gram(units, start, i, is_name)


def _find_phrases(
    reading: Reading, grams: Sequence[Sequence[_Gram]], terms: Mapping[str, str]
) -> dict[tuple[str, ...], str]:
    """The collocations among the runs, each with its term."""
    counts = Counter(gram.units for own in grams for gram in own)
    names = Counter(gram.units for own in grams for gram in own if gram.is_name)
    for form, use in reading.uses.items():
        counts[(terms.get(form, form),)] += use.count
    total = sum(use.count for use in reading.uses.values())
    found = set()
    for units, count in counts.items():
        if len(units) < 2:
            continue
        is_name = 2 * names[units] > count
        if count < (2 if is_name else MIN_OCCURRENCES):
            continue
        connectors = _CONNECTORS.intersection(units[1:-1])
        least = PHRASE
        if is_name:
            least = NAME_AND if connectors & _AND else NAME_OF if connectors & _OF else NAME
        whole = len(units) == 2 or connectors or 2 * count >= max(counts[units[1:]], counts[units[:-1]])
        if whole and all(_npmi(count, left, right, total) >= least for left, right in _splits(units, counts)):
            found.add(units)
    partial = {
        part
        for units, count in counts.items()
        for part, other in ((units[1:], units[:-1]), (units[:-1], units[1:]))
        # "Boston Red" is a part of "Boston Red Sox", of which "Red Sox" is the phrase
        if count >= MOSTLY * counts[part] > 0 and (units in found or (other in found and counts[other] > counts[part]))
    }
    # "York Yankees" is no name if York is hardly ever without New
    pairs = [units for units in found if len(units) == 2]
    needs_before = {pair[1] for pair in pairs if counts[pair] >= HARDLY_WITHOUT * counts[pair[1:]]}
    needs_after = {pair[0] for pair in pairs if counts[pair] >= HARDLY_WITHOUT * counts[pair[:1]]}
    return {
        units: " ".join(units)
        for units in found
        if units not in partial and units[0] not in needs_before and units[-1] not in needs_after
    }


def _splits(units: tuple[str, ...], counts: Mapping[tuple[str, ...], int]) -> Iterator[tuple[int, int]]:
    """How often both parts occur, for every way to part a phrase in two; parts that are no phrases count as it does."""
    whole = counts[units]
    for i in range(1, len(units)):
        left, right = units[:i], units[i:]
        while len(left) > 1 and left[-1] in _CONNECTORS:
            left = left[:-1]
        while len(right) > 1 and right[0] in _CONNECTORS:
            right = right[1:]
        yield max(whole, counts.get(left, 0)), max(whole, counts.get(right, 0))


def _npmi(both: int, left: int, right: int, total: int) -> float:
    return math.log(both * total / (left * right)) / math.log(total / both) if both < total else 1.0
