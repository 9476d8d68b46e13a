"""Text -> keyword matches and terms.

A keyword is a word, a phrase, or a regular expression between slashes. Words match in any case and inflection
(:mod:`topics.themes.keyword_words` has the rules), also within phrases; hyphens do not matter ("Indo-Pacific",
"Indo Pacific"; "multi-polar", "multipolar"). The longest phrase wins: its words are not counted again unless they
are keywords themselves; a regular expression leaves the words that it finds counted. A keyword listed under two
themes counts half for each.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple, Self

import numpy as np

from topics.codebook import Codebook, pattern
from topics.errors import InputError
from topics.text import Inflection, TokenisedTexts, Tokens, find_words, fold, is_unspaced, stop_stems, tokenise
from topics.themes.keyword_words import STAR, KeywordWords, is_headline

DESCRIPTION_WEIGHT = 0.5
"""What a word of the label, the description or an example weighs beside a keyword."""
MAX_SECONDS = 1.0
"""Time that a regular expression may take on one text."""
Forms = defaultdict[str, Counter[str]]
"""Term -> how the corpus writes it, and how often."""
_HYPHENS = frozenset("-‐‑–")
_HYPHEN = re.compile(rf"(?<=\w)[{''.join(sorted(_HYPHENS))}](?=\w)")


class KeywordMatch(NamedTuple):
    """A place where a keyword stands."""

    theme: int
    """Index in ``codebook.themes``."""
    keyword: str
    """As the codebook writes it."""
    start: int
    """``text[start:end]`` is the form that stands there."""
    end: int


@dataclass(frozen=True)
class Seeds:
    """The words by which each theme is known."""

    listed: np.ndarray
    """Themes × terms: keywords."""
    described: np.ndarray
    """Themes × terms: words of label, description and examples."""
    sizes: tuple[int, ...]
    """Keywords that each theme lists, those that never occur included."""

    @classmethod
    def of(cls, keywords: Sequence[Mapping[str, str]], described: Sequence[set[str]], columns: Mapping[str, int]) -> Self:
        """The seeds of each theme's keywords (keyword -> term) and description (terms), among the terms in ``columns``."""
        listed = np.zeros((len(keywords), len(columns)), dtype=bool)
        marked = listed.copy()
        for k, (own, words) in enumerate(zip(keywords, described, strict=True)):
            listed[k, [columns[term] for term in own.values() if term in columns]] = True
            marked[k, [columns[term] for term in words if term in columns]] = True
        return cls(listed, marked, tuple(map(len, keywords)))

    @property
    def weights(self) -> np.ndarray:
        """Themes × terms: rows sum to 1, or 0 where no word occurs; a shared keyword is divided."""
        return self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1e-12)

    @property
    def counts(self) -> np.ndarray:
        """Themes × terms: 1 for a keyword, less for a word of the description; a shared keyword is divided."""
        counts = np.where(self.listed, 1.0, DESCRIPTION_WEIGHT * self.described)
        # a keyword listed under two themes counts half for each; those of a single theme keep their weight
        return counts / np.maximum(counts.sum(axis=0), 1.0)

    @property
    def anchors(self) -> list[list[int]]:
        """Per theme the columns by which it is known: its keywords, or where it lists none, its description."""
        rows = zip(self.sizes, self.listed, self.described, strict=True)
        return [(listed if size else described).nonzero()[0].tolist() for size, listed, described in rows]

    def without(self, k: int, column: int) -> Self:
        """The seeds without a keyword of theme ``k``; its words stay terms, which the corpus may teach again."""
        listed, sizes = self.listed.copy(), list(self.sizes)
        listed[k, column] = False
        sizes[k] -= 1
        return replace(self, listed=listed, sizes=tuple(sizes))


class Matcher:
    """Finds keywords and terms in texts, for one codebook in one language.

    Parameters
    ----------
    codebook
        The themes with their keywords.
    language
        ISO 639-1 code.
    vocabulary
        The words of the corpus, which tell the endings of a language that has no dictionary.
    terms
        Keyword -> its term, of a matcher of the same codebook in the main language of the corpus.

    Raises
    ------
    InputError
        If a keyword consists of function words alone, such as "of the"; without ``terms`` only. In another tool's dictionary
        (``codebook.source``), such keywords are left out, and named in ``notes``.

    Examples
    --------
    >>> codebook = topics.Codebook.from_dict({"energy": ["gas pipeline", "oil"]})
    >>> matcher = Matcher(codebook, "en")
    >>> matcher.find(tokenise("Oil, and the gas pipelines.", "en"))
    [KeywordMatch(theme=0, keyword='oil', start=0, end=3), KeywordMatch(theme=0, keyword='gas pipeline', start=13, end=26)]
    """

    def __init__(
        self, codebook: Codebook, language: str, vocabulary: Iterable[str] = (), terms: Mapping[str, str] | None = None
    ) -> None:
        self.language = language
        self.codebook = codebook
        inflection = Inflection(language, vocabulary)
        self._words = KeywordWords(inflection)
        keywords = {keyword for theme in codebook.themes for keyword in theme.keywords}
        self._patterns = {keyword: regular for keyword in sorted(keywords) if (regular := pattern(keyword))}
        # hyphenated keywords first, so that all spellings of one share the term of its parts
        plain = sorted(keywords - set(self._patterns), key=lambda keyword: (not _HYPHEN.search(keyword), keyword))
        keys = {keyword: [self._keys(spelling) for spelling in _spellings(keyword)] for keyword in plain}
        functional = {keyword: None for keyword, own in keys.items() if all(map(self._words.are_functional, own))}
        # in another language than the codebook's, a keyword may happen to be a function word: it never matches there
        if functional and terms is None and not codebook.source:
            keyword = next(iter(functional))
            raise InputError(
                f"the keyword {keyword!r} consists of function words alone, which stand in nearly every paragraph;"
                f" use it within a phrase, or write /\\b{keyword}\\b/ to insist"
            )
        for keyword in functional:
            del keys[keyword]
        self._words.finish()
        known = dict(terms or {})
        self._terms: dict[tuple[int, ...], str] = {}
        self._spelled: defaultdict[tuple[int, ...], set[str]] = defaultdict(set)
        for keyword, spellings in keys.items():
            sequences = [tuple(map(self._words.number, spelling)) for spelling in spellings]
            term = next((self._terms[sequence] for sequence in sequences if sequence in self._terms), f"[{keyword}]")
            term = known.setdefault(keyword, term)
            for sequence in sequences:
                self._terms.setdefault(sequence, term)
                self._spelled[sequence].add(keyword)
        self._phrases_from: defaultdict[int, list[tuple[int, ...]]] = defaultdict(list)
        # longest first: "oil price cap" is no "oil price"
        for sequence in sorted(self._terms, key=lambda sequence: (-len(sequence), sequence)):
            self._phrases_from[sequence[0]].append(sequence)
        known |= {keyword: keyword for keyword in self._patterns}
        self.keywords: list[dict[str, str]] = [
            {keyword: known[keyword] for keyword in theme.keywords if keyword not in functional} for theme in codebook.themes
        ]
        """Per theme: keyword as the codebook writes it -> the term that it is counted under."""
        self.notes: tuple[str, ...] = ()
        """What a reader of the matches must know."""
        if inflection.is_thin and plain:
            self.notes = (
                f"keywords match only the form in which they are written: there is no dictionary and no stemmer for the"
                f" language {language!r}, and too little text to learn its endings. List each form, or use energ*",
            )
        if functional:
            self.notes += (
                f"{codebook.source}: {len(functional)} of the keywords are function words alone, which stand in nearly every"
                f" paragraph, and are not used ({', '.join(map(repr, list(functional)[:5]))}{' …' * (len(functional) > 5)})",
            )
        self._listed = {keyword: [k for k, own in enumerate(self.keywords) if keyword in own] for keyword in known}
        # as written, without spaces and hyphens: characters that stand in another order are no match
        self._as_written = {keyword: _squeezed(keyword, language) for keyword in plain if any(map(is_unspaced, keyword))}
        self._stop = stop_stems(language)
        self.described = [
            {
                term
                for text in (theme.label, theme.description, *theme.examples)
                for term in self.terms(tokenise(text, language))
            }
            for theme in codebook.themes
        ]
        """Per theme: the terms of its label, description and examples."""

    def find(self, tokens: Tokens) -> list[KeywordMatch]:
        """Where keywords stand in a text, in its order.

        A word within a phrase that was found is a match only if it is a keyword itself.
        """
        return self.read(tokens)[1]

    def terms(self, tokens: Tokens, forms: Forms | None = None) -> list[str]:
        """The terms of a text: keywords that stand in it, stems of other words that are no stop words.

        How they are written is counted in ``forms``, if it is given.
        """
        return self.read(tokens, forms)[0]

    def read(self, tokens: Tokens, forms: Forms | None = None) -> tuple[list[str], list[KeywordMatch]]:
        """The terms of a text, and where keywords stand in it; see :meth:`terms` and :meth:`find`."""
        text, stems, starts, ends = tokens.text, tokens.stems, tokens.starts, tokens.ends
        written = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        words = [self._words.words_of(form) for form in written]
        if not self._words.ordinary_capitals.isdisjoint(chain.from_iterable(words)):
            words = [self._without_headlines(tokens, i, own) for i, own in enumerate(words)]
        joined = self._joined(tokens)
        terms, found = [], []
        for keyword, start, end in self._regular(text):
            terms.append(keyword)
            found.append((start, end, keyword))
        after_phrase, phrase_keywords = 0, dict[str, tuple[int, ...]]()
        for i, own in enumerate(words):
            if i >= after_phrase and (own or i in joined):
                end, phrases = self._longest(i, words, joined)
                start, stop = starts[i], ends[min(end, len(ends)) - 1]
                # two spellings of a keyword may be found at once
                spelled = {keyword: phrase for phrase in phrases for keyword in self._standing(phrase, text[start:stop])}
                if spelled:
                    after_phrase, phrase_keywords = end, spelled
                for term in dict.fromkeys(self._terms[phrase] for phrase in spelled.values()):
                    terms.append(term)
                    if forms is not None:
                        forms[term][text[start:stop].lower()] += 1
                found += [(start, stop, keyword) for keyword in spelled]
            single = self._single(own, phrase_keywords if i < after_phrase else {}) if own else {}
            if single:  # even inside a phrase: the codebook lists the word by itself, too
                for term in dict.fromkeys(self._terms[number] for number in single.values()):
                    terms.append(term)
                    if forms is not None:
                        forms[term][written[i].lower()] += 1
                found += [(starts[i], ends[i], keyword) for keyword in single]
                continue
            if forms is not None:
                forms[stems[i]][written[i].lower()] += 1
            if i >= after_phrase and not (stems[i] in self._stop or stems[i].isdigit()):
                terms.append(stems[i])
        matches = [KeywordMatch(k, keyword, start, end) for start, end, keyword in found for k in self._listed[keyword]]
        return terms, sorted(matches, key=lambda match: (match.start, match.end, match.theme, match.keyword))

    def seeds(self, columns: dict[str, int]) -> Seeds:
        """The words by which each theme is known, among the terms that ``columns`` places."""
        return Seeds.of(self.keywords, self.described, columns)

    def _keys(self, spelling: str) -> list[tuple[str, str]]:
        """Note the words of a keyword in one of its spellings."""
        found = [spelling[word.start : word.end] for word in find_words(spelling, self.language)]
        return self._words.add(found, in_phrase=len(found) > 1)

    def _regular(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Where regular expressions match, each with its keyword."""
        for keyword, regular in self._patterns.items():
            try:
                for hit in regular.finditer(text, timeout=MAX_SECONDS):
                    if hit.group():
                        yield keyword, hit.start(), hit.end()
            except TimeoutError:
                raise InputError(
                    f"the keyword {keyword!r} took more than {MAX_SECONDS:.0f} second on the text {text[:40]!r}…;"
                    " simplify it: avoid repetitions of repetitions, as in (a+)+"
                ) from None

    def _without_headlines(self, tokens: Tokens, i: int, words: tuple[int, ...]) -> tuple[int, ...]:
        """The words that a form belongs to, without acronyms that in a headline may be ordinary words."""
        doubtful = self._words.ordinary_capitals.intersection(words)
        if doubtful and is_headline(tokens, tokens.starts[i]):
            return tuple(number for number in words if number not in doubtful)
        return words

    def _joined(self, tokens: Tokens) -> dict[int, tuple[int, ...]]:
        """The words that each two hyphenated words belong to when written as one, by the place of the first."""
        text = tokens.text
        if _HYPHENS.isdisjoint(text):
            return {}
        joined = {}
        for i, (end, start) in enumerate(zip(tokens.ends, tokens.starts[1:], strict=False)):
            if text[end:start] in _HYPHENS:
                words = self._words.words_of(text[tokens.starts[i] : end] + text[start : tokens.ends[i + 1]])
                if words:
                    joined[i] = words
        return joined

    def _longest(
        self, start: int, words: Sequence[tuple[int, ...]], joined: Mapping[int, tuple[int, ...]]
    ) -> tuple[int, list[tuple[int, ...]]]:
        """Where the longest phrases that begin at word ``start`` end, and those phrases; of two words at least."""
        longest, phrases = start + 2, []
        for number in (*words[start], *joined.get(start, ())):
            for phrase in self._phrases_from.get(number, ()):
                end = _phrase_end(phrase, start, words, joined)
                if end > longest:
                    longest, phrases = end, [phrase]
                elif end == longest:
                    phrases.append(phrase)
        return longest, phrases

    def _single(self, words: Iterable[int], phrase: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
        """The keywords of one word among the words that a form belongs to, but those of the phrase around it."""
        sequences = ((number,) for number in words if (number,) in self._terms)
        return {
            keyword: sequence
            for sequence in sequences
            for keyword in sorted(self._spelled[sequence])
            if keyword not in phrase
        }

    def _standing(self, phrase: tuple[int, ...], written: str) -> list[str]:
        """The keywords of a phrase; those in scripts without spaces only if they stand there as they are written."""
        spelled, expected = sorted(self._spelled[phrase]), self._as_written
        return [word for word in spelled if word not in expected or expected[word] == _squeezed(written, self.language)]


class Matchers:
    """A matcher for each language of a corpus, with the interface of one.

    Parameters
    ----------
    codebook
        The themes with their keywords.
    texts
        The texts of the corpus, which tell its languages and words.
    """

    def __init__(self, codebook: Codebook, texts: TokenisedTexts) -> None:
        self.language = texts.language
        self.codebook = codebook
        languages = dict.fromkeys([texts.language, *sorted(set(texts.languages))])
        self._matchers: dict[str, Matcher] = {}
        terms: dict[str, str] | None = None
        for language in languages:
            matcher = Matcher(codebook.for_language(language), language, _vocabulary(texts, language), terms)
            terms = (terms or {}) | {keyword: term for own in matcher.keywords for keyword, term in own.items()}
            self._matchers[language] = matcher
        by_theme = zip(*(matcher.keywords for matcher in self._matchers.values()), strict=True)
        self.keywords: list[dict[str, str]] = [
            {word: term for own in theme for word, term in own.items()} for theme in by_theme
        ]
        """As :attr:`Matcher.keywords`, of all languages; a keyword has the same term in each."""
        self.notes = tuple(note for matcher in self._matchers.values() for note in matcher.notes)
        """What a reader of the matches must know."""

    def find(self, tokens: Tokens) -> list[KeywordMatch]:
        """As :meth:`Matcher.find`, by the rules of the text's language."""
        return self._matchers[tokens.language].find(tokens)

    def terms(self, tokens: Tokens, forms: Forms | None = None) -> list[str]:
        """As :meth:`Matcher.terms`, by the rules of the text's language."""
        return self._matchers[tokens.language].terms(tokens, forms)

    def read(self, tokens: Tokens, forms: Forms | None = None) -> tuple[list[str], list[KeywordMatch]]:
        """As :meth:`Matcher.read`, by the rules of the text's language."""
        return self._matchers[tokens.language].read(tokens, forms)

    def seeds(self, columns: dict[str, int]) -> Seeds:
        """As :meth:`Matcher.seeds`; words of the descriptions are those of the main language."""
        return Seeds.of(self.keywords, self._matchers[self.language].described, columns)


def read_sentences(
    matcher: Matcher | Matchers, texts: TokenisedTexts, forms: Forms | None = None
) -> tuple[list[Sequence[tuple[int, int]]], list[list[list[str]]], list[tuple[KeywordMatch, ...]]]:
    """The sentences of each text: where they stand, their terms, and the keywords in them with offsets in the text."""
    # a text without letters and digits has no sentence: it is one itself
    spans: list[Sequence[tuple[int, int]]] = [tokens.sentences or [(0, len(tokens.text))] for tokens in texts]
    terms, matches = [], []
    for tokens, own in zip(texts, spans, strict=True):
        read = [matcher.read(tokens.part(start, end), forms) for start, end in own]
        terms.append([found for found, _ in read])
        matches.append(
            tuple(_moved(match, start) for (start, _), (_, found) in zip(own, read, strict=True) for match in found)
        )
    return spans, terms, matches


def _moved(match: KeywordMatch, by: int) -> KeywordMatch:
    return match._replace(start=match.start + by, end=match.end + by)


def written(term: str, forms: Forms) -> str:
    """A term as the corpus mostly writes it; one that it does not hold, as it is."""
    return forms[term].most_common(1)[0][0] if term in forms else term


def _vocabulary(texts: TokenisedTexts, language: str) -> Iterator[str]:
    """The words of the texts in a language, lazily: few languages need them."""
    for tokens, own in zip(texts, texts.languages or [texts.language] * len(texts), strict=True):
        if own == language:
            yield from (tokens.text[start:end] for start, end in zip(tokens.starts, tokens.ends, strict=True))


def _spellings(keyword: str) -> list[str]:
    """A keyword with its stars as letters, and the same without hyphens."""
    # in scripts without spaces, a keyword is found within longer runs anyway
    starred = keyword.replace("*", "" if any(map(is_unspaced, keyword)) else STAR)
    return list(dict.fromkeys((starred, _HYPHEN.sub("", starred))))


def _squeezed(text: str, language: str) -> str:
    """A text without anything between its words, for comparison."""
    return re.sub(r"[\W_]", "", fold(text, language))


def _phrase_end(
    phrase: tuple[int, ...], start: int, words: Sequence[tuple[int, ...]], joined: Mapping[int, tuple[int, ...]]
) -> int:
    """Where a phrase that begins at word ``start`` ends, hyphenated words as one or as two; 0 where it does not stand."""
    i = start
    for number in phrase:
        if i < len(words) and number in words[i]:
            i += 1
        elif number in joined.get(i, ()):
            i += 2
        else:
            return 0
    return i
