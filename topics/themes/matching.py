"""Text -> terms: the stems of its words, and the keywords of the codebook as people mean them.

A keyword is a word, a phrase, or a regular expression between slashes. Words and
phrases match in any case and inflection; hyphens do not matter ("Indo-Pacific",
"Indo Pacific"; "multi-polar", "multipolar"). A phrase that is found stands for its
words, which are not counted again unless they are keywords themselves; a regular
expression leaves the words that it finds counted. A keyword of two themes is divided between them.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from topics.codebook import Codebook, pattern
from topics.text import Tokens, Word, find_words, stop_stems, tokenise

DESCRIPTION_WEIGHT = 0.5
"""What a word of the label, the description or an example weighs beside a keyword."""
Forms = defaultdict[str, Counter[str]]
"""Term -> how the corpus writes it, and how often."""
_HYPHENS = frozenset("-‐‑–")
_HYPHEN = re.compile(rf"(?<=\w)[{''.join(sorted(_HYPHENS))}](?=\w)")


@dataclass(frozen=True)
class Seeds:
    """The words by which each theme is known."""

    listed: np.ndarray
    """Themes × terms: keywords."""
    described: np.ndarray
    """Themes × terms: words of label, description and examples."""
    sizes: tuple[int, ...]
    """Keywords that each theme lists, those that never occur included."""

    @property
    def weights(self) -> np.ndarray:
        """Themes × terms: rows sum to 1, or 0 where no word occurs; a shared keyword is divided."""
        weights = np.where(self.listed, 1.0, DESCRIPTION_WEIGHT * self.described)
        # a keyword listed under two themes counts half for each; those of a single theme keep their weight
        weights /= np.maximum(weights.sum(axis=0), 1.0)
        return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)

    @property
    def anchors(self) -> list[list[int]]:
        """Per theme the columns by which it is known: its keywords, or where it lists none, its description."""
        rows = zip(self.sizes, self.listed, self.described, strict=True)
        return [(listed if size else described).nonzero()[0].tolist() for size, listed, described in rows]


class Matcher:
    """Finds the terms of a text, for one codebook in one language."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self.language = language
        self.codebook = codebook
        keywords = {keyword for theme in codebook.themes for keyword in theme.keywords}
        self._patterns = {keyword: regular for keyword in sorted(keywords) if (regular := pattern(keyword))}
        self._terms: dict[tuple[str, ...], str] = {}
        # hyphenated keywords first, so that all spellings of one share the term of its parts
        for keyword in sorted(keywords - set(self._patterns), key=lambda keyword: (not _HYPHEN.search(keyword), keyword)):
            spellings = self._spellings(keyword)
            term = next((self._terms[stems] for stems in spellings if stems in self._terms), " ".join(spellings[0]))
            self._terms |= dict.fromkeys(spellings, term)
        self._phrases_from: dict[str, list[tuple[str, ...]]] = {}
        # longest first: "oil price cap" is no "oil price"
        for stems in sorted(self._terms, key=lambda stems: (-len(stems), stems)):
            self._phrases_from.setdefault(stems[0], []).append(stems)
        self.keywords: list[dict[str, str]] = [
            {keyword: self._term(keyword) for keyword in theme.keywords} for theme in codebook.themes
        ]
        """Per theme: keyword as the codebook writes it -> the term that it is counted under."""
        self._stop = stop_stems(language)
        self._described = [
            {
                term
                for text in (theme.label, theme.description, *theme.examples)
                for term in self.terms(tokenise(text, language))
            }
            for theme in codebook.themes
        ]

    def terms(self, tokens: Tokens, forms: Forms | None = None) -> list[str]:
        """The terms of a text: phrases and patterns of the codebook, stems of other words that are no stop words.

        How they are written is counted in ``forms``, if it is given.
        """
        text, listed = tokens.text, tokens.words()
        stems = [word.stem for word in listed]
        joined = self._joined(text, listed)
        forms = defaultdict(Counter) if forms is None else forms
        terms = [keyword for keyword, regular in self._patterns.items() for hit in regular.finditer(text) if hit.group()]
        after_phrase = 0
        for i, word in enumerate(listed):
            if i >= after_phrase:
                for phrase in (*self._phrases_from.get(word.stem, ()), *self._phrases_from.get(joined.get(i, ""), ())):
                    end = _phrase_end(phrase, i, stems, joined)
                    if end > i + 1:
                        terms.append(self._terms[phrase])
                        forms[terms[-1]][text[word.start : listed[end - 1].end].lower()] += 1
                        after_phrase = end
                        break
            keyword = self._terms.get((word.stem,), "")
            forms[keyword or word.stem][text[word.start : word.end].lower()] += 1
            if keyword:  # even inside a phrase: the codebook lists the word by itself, too
                terms.append(keyword)
            elif i >= after_phrase and not (word.stem in self._stop or word.stem.isdigit()):
                terms.append(word.stem)
        return terms

    def seeds(self, columns: dict[str, int]) -> Seeds:
        """The words by which each theme is known, among the terms that ``columns`` places."""
        listed = np.zeros((len(self.keywords), len(columns)), dtype=bool)
        described = listed.copy()
        for k, keywords in enumerate(self.keywords):
            listed[k, [columns[term] for term in keywords.values() if term in columns]] = True
            described[k, [columns[term] for term in self._described[k] if term in columns]] = True
        return Seeds(listed, described, tuple(map(len, self.keywords)))

    def _term(self, keyword: str) -> str:
        return keyword if keyword in self._patterns else self._terms[self._spellings(keyword)[0]]

    def _spellings(self, keyword: str) -> list[tuple[str, ...]]:
        """The stems of a keyword, and those of it written without hyphens."""
        plain = _HYPHEN.sub("", keyword)
        return [tuple(word.stem for word in find_words(text, self.language)) for text in dict.fromkeys((keyword, plain))]

    def _joined(self, text: str, listed: list[Word]) -> dict[int, str]:
        """Stem of each two hyphenated words written as one, by the place of the first."""
        joined = {}
        for i, (one, other) in enumerate(pairwise(listed)):
            if text[one.end : other.start] in _HYPHENS:
                as_one = text[one.start : one.end] + text[other.start : other.end]
                joined[i] = "".join(word.stem for word in find_words(as_one, self.language))
        return joined


def written(term: str, forms: Forms) -> str:
    """A term as the corpus mostly writes it; one that it does not hold, as it is."""
    return forms[term].most_common(1)[0][0] if term in forms else term


def _phrase_end(phrase: tuple[str, ...], start: int, stems: list[str], joined: dict[int, str]) -> int:
    """Where a phrase that begins at word ``start`` ends, hyphenated words as one or as two; 0 where it does not stand."""
    i = start
    for stem in phrase:
        if i < len(stems) and stems[i] == stem:
            i += 1
        elif joined.get(i) == stem:
            i += 2
        else:
            return 0
    return i
