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

import numpy as np

from topics.codebook import Codebook, pattern
from topics.text import Word, find_words, stop_stems

WEIGHT_OF_DESCRIPTION = 0.5
"""What a word of the label, the description or an example weighs beside a keyword."""
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
        weights = np.where(self.listed, 1.0, WEIGHT_OF_DESCRIPTION * self.described)
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
        every = [keyword for theme in codebook.themes for keyword in theme.keywords]
        self._patterns = {keyword: found for keyword in sorted(set(every)) if (found := pattern(keyword))}
        self._terms: dict[tuple[str, ...], str] = {}
        for keyword in sorted(set(every) - set(self._patterns), key=lambda keyword: (not _HYPHEN.search(keyword), keyword)):
            spellings = self._spellings(keyword)
            term = next((self._terms[stems] for stems in spellings if stems in self._terms), " ".join(spellings[0]))
            self._terms |= dict.fromkeys(spellings, term)
        self._from: dict[str, list[tuple[str, ...]]] = {}
        for stems in sorted(self._terms, key=lambda stems: (-len(stems), stems)):
            self._from.setdefault(stems[0], []).append(stems)
        self.keywords: list[dict[str, str]] = [
            {keyword: self._term(keyword) for keyword in theme.keywords} for theme in codebook.themes
        ]
        """Per theme: keyword as the codebook writes it -> the term that it is counted under."""
        self._stop = stop_stems(language)
        self.surface: defaultdict[str, Counter[str]] = defaultdict(Counter)
        """Term -> the words of the corpus that it stands for."""
        self._described = [
            {term for text in (theme.label, theme.description, *theme.examples) for term in self.terms(text)}
            for theme in codebook.themes
        ]
        self.surface.clear()

    def terms(self, text: str) -> list[str]:
        """The terms of ``text``: phrases and patterns of the codebook, stems of other words that are no stop words."""
        found = find_words(text, self.language)
        stems = [word.stem for word in found]
        joined = self._joined(text, found)
        terms = [keyword for keyword, regular in self._patterns.items() for hit in regular.finditer(text) if hit.group()]
        free = 0
        for i, word in enumerate(found):
            if i >= free:
                for phrase in (*self._from.get(word.stem, ()), *self._from.get(joined.get(i, ""), ())):
                    end = _end(phrase, i, stems, joined)
                    if end > i + 1:
                        terms.append(self._terms[phrase])
                        self.surface[terms[-1]][text[word.start : found[end - 1].end].lower()] += 1
                        free = end
                        break
            known = self._terms.get((word.stem,), "")
            self.surface[known or word.stem][text[word.start : word.end].lower()] += 1
            if known:
                terms.append(known)
            elif i >= free and not (word.stem in self._stop or word.stem.isdigit()):
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

    def show(self, term: str) -> str:
        """A term as the corpus mostly writes it."""
        return self.surface[term].most_common(1)[0][0] if term in self.surface else term

    def _term(self, keyword: str) -> str:
        return keyword if keyword in self._patterns else self._terms[self._spellings(keyword)[0]]

    def _spellings(self, keyword: str) -> list[tuple[str, ...]]:
        """The stems of a keyword, and those of it written without hyphens."""
        plain = _HYPHEN.sub("", keyword)
        return [tuple(word.stem for word in find_words(text, self.language)) for text in dict.fromkeys((keyword, plain))]

    def _joined(self, text: str, found: list[Word]) -> dict[int, str]:
        """Stem of each two hyphenated words written as one, by the place of the first."""
        pairs = ((i, found[i], found[i + 1]) for i in range(len(found) - 1))
        return {
            i: "".join(
                word.stem for word in find_words(text[one.start : one.end] + text[other.start : other.end], self.language)
            )
            for i, one, other in pairs
            if text[one.end : other.start] in _HYPHENS
        }


def _end(phrase: tuple[str, ...], start: int, stems: list[str], joined: dict[int, str]) -> int:
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
