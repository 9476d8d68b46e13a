"""The vocabulary of a corpus: stems of content words, phrases and names, displayed in their usual spelling.

Phrases are identified by normalised pointwise mutual information (Bouma 2009, Normalized
(pointwise) mutual information in collocation extraction), as in gensim's ``Phrases``. A longer
phrase must reach the threshold at every split into two parts, and account for at least half of
the occurrences of each part. Phrases (adjacent content words), names (capitalised words, also
across connectors), and longer words from overlapping pairs of characters (in scripts without
spaces without a segmenter, see :mod:`topics.text.segmentation`) are counted separately. The
thresholds were chosen by inspecting the lists of the sample study and of 10,547 paragraphs of
BBC news.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from topics.text.language import other_language
from topics.text.phrase_tokens import AND, OF, OVERLAP, OWN, PhraseReader, PhraseToken, PhraseTokens
from topics.text.tokens import tokenise
from topics.text.words import is_unspaced

PHRASE = 0.45
"""Minimum score of a phrase: "film makers" passes, "best film" does not."""
NAME = 0.4
"""Minimum score of a name: "World Bank" passes, "UK Treasury" does not."""
NAME_OF = 0.3
"""Minimum score of a name with "of": "Bank of China" passes, "President of the European" does not."""
NAME_AND = 0.9
"""Minimum score of a name with a conjunction, found ``MIN_OCCURRENCES`` times: the parts rarely occur separately."""
NAME_AND_COMMON = 0.7
"""The same if a word next to the conjunction is also a common noun: "Belt and Road", not "India and Pakistan"."""
UNSPACED = 0.75
"""Minimum score of overlapping pairs: they share a character, so all scores are high."""
MIN_OCCURRENCES = 3
"""Minimum occurrences of a phrase (√n / 20 in more than 6,400 texts); names need only ``min_count``."""

_PHRASE_WORDS, _NAME_WORDS, _PAIRS = 3, 5, 4
_POSSESSIVE = re.compile(r"['’]s$", re.I)

_Key = tuple[str, ...]
"""Stem, link, stem, link, stem …"""
_Span = tuple[int, int, _Key]
"""First and last token of a term, and its key."""


@dataclass(frozen=True)
class Vocabulary:
    """The terms of each text, their spelling, and how further texts are read."""

    documents: tuple[tuple[str, ...], ...]
    """Per text, its terms in reading order; a term is a stem, or the stems of a phrase or name joined by a space."""
    written: dict[str, str] = field(repr=False)
    """The usual spelling of each term."""
    phrases: dict[_Key, tuple[float, bool]] = field(repr=False)
    """Phrases and names with their scores, and whether they are names, which require capitals."""
    abbreviated: dict[_Key, str] = field(repr=False)
    """Names that are one term with one of their words."""
    language: str
    """The language of the texts, or of most of them."""
    is_mixed: bool
    """Whether each text was read in a language of its own."""

    def show(self, term: str) -> str:
        """The most frequent spelling of a term within sentences; unknown terms are returned unchanged."""
        return self.written.get(term, term)

    def count_terms(self) -> tuple[csr_matrix, list[str]]:
        """How often each text has each term (texts × terms), and the terms in alphabetical order."""
        terms = np.array([term for document in self.documents for term in document], dtype=object)
        names, columns = np.unique(terms, return_inverse=True)
        rows = np.repeat(np.arange(len(self.documents)), list(map(len, self.documents)))
        shape = (len(self.documents), len(names))
        return csr_matrix((np.ones(len(columns)), (rows, columns)), shape=shape), names.tolist()

    def terms(self, text: str) -> tuple[str, ...]:
        """The terms of any text in reading order, words that are not in the vocabulary left out.

        Of a text from which the vocabulary was built, they are those in ``documents``. If it was built
        from texts in several languages, the language of ``text`` is detected.
        """
        language = (self.is_mixed and other_language(text, self.language)) or self.language
        tokens = self._reader(language).tokens(tokenise(text, language))
        found = (self.abbreviated.get(key) or _term(key) for _, _, key in _cover(tokens, self.phrases))
        return tuple(term for term in found if term in self.written)

    def _reader(self, language: str) -> PhraseReader:
        if language not in self._readers:
            self._readers[language] = PhraseReader(language)
        return self._readers[language]

    @cached_property
    def _readers(self) -> dict[str, PhraseReader]:
        return {}


def build_vocabulary(texts: PhraseTokens, *, phrases: bool = True, min_count: int = 0) -> Vocabulary:
    """The terms of each text, without stop words, numbers and rare terms.

    Parameters
    ----------
    texts
        Paragraphs from :func:`read_phrase_tokens`; their order affects only that of ``documents``.
    phrases
        Whether phrases, names and longer words of scripts without spaces are terms that replace
        their words; the longest have priority, then the highest score, then the leftmost. A name
        and the surname that usually stands for it are one term.
    min_count
        Minimum number of texts with a term; a rarer phrase is replaced by its words. 0: 1 below
        30 texts, then 2, and in more than 10,000 texts one in 5,000.
    """
    read = texts.tokens
    n = len(read)
    limit = min_count or (1 if n < 30 else max(2, n // 5000))
    found = _joined(read, limit) if phrases else {}
    spans = [_cover(tokens, found) for tokens in read]
    # without a rare phrase, other phrases cover its words and may be rare in turn: repeat until none is
    while True:
        spread = Counter(key for covered in spans for key in {key for _, _, key in covered if len(key) > 1})
        rare = {key for key, count in spread.items() if count < limit}
        if not rare:
            # a phrase that longer ones cover throughout is no term, and must not replace its words elsewhere
            return _write(texts, spans, {key: value for key, value in found.items() if key in spread}, limit)
        found = {key: value for key, value in found.items() if key not in rare}
        spans = [
            covered if rare.isdisjoint(key for _, _, key in covered) else _cover(tokens, found)
            for tokens, covered in zip(read, spans, strict=True)
        ]


def _joined(read: Sequence[list[PhraseToken]], limit: int) -> dict[_Key, tuple[float, bool]]:
    """Phrases and names with their scores, and whether they are names, which require capitals."""
    total = sum(not token.empty for tokens in read for token in tokens)
    common = {token.stem for tokens in read for token in tokens if token.inside and not token.case}
    fewest = max(MIN_OCCURRENCES, limit, math.isqrt(len(read)) // 20)

    def name(key: _Key, i: int, count: int) -> float:
        links = key[i].split()
        if OWN in links:
            return NAME if key[i - 1] in common else math.inf
        if AND.isdisjoint(links):
            return NAME if OF.isdisjoint(links) else NAME_OF
        if not common.isdisjoint((key[i - 1], key[i + 1])):
            return NAME_AND_COMMON
        return NAME_AND if count >= MIN_OCCURRENCES else math.inf

    names = _chains(read, lambda token: token.case == 1, lambda link: link not in (None, OVERLAP))
    phrases = _chains(read, lambda token: not token.empty, lambda link: link == "")
    pairs = _chains(read, lambda token: not token.empty, lambda link: link == OVERLAP)
    found = {key: (score, True) for key, score in _collocations(names, _NAME_WORDS, limit, total, name)}
    found |= {key: (score, False) for key, score in _collocations(phrases, _PHRASE_WORDS, fewest, total, lambda *_: PHRASE)}
    found |= {key: (score, False) for key, score in _collocations(pairs, _PAIRS, fewest, total, lambda *_: UNSPACED)}
    return found


def _chains(
    read: Sequence[list[PhraseToken]], fits: Callable[[PhraseToken], bool], joins: Callable[[str | None], bool]
) -> Iterator[_Key]:
    """Runs of matching tokens, each linked to the previous one."""
    for tokens in read:
        chain: list[str] = []
        for token in tokens:
            good = fits(token)
            if chain and not (good and joins(token.link)):
                yield tuple(chain)
                chain = []
            if good:
                chain += [token.link or "", token.stem] if chain else [token.stem]
        if chain:
            yield tuple(chain)


def _collocations(
    chains: Iterator[_Key], longest: int, fewest: int, total: int, least: Callable[[_Key, int, int], float]
) -> Iterator[tuple[_Key, float]]:
    """Collocations of 2 to ``longest`` tokens, with the score of their weakest split."""
    runs = list(chains)
    counts: Counter[_Key] = Counter(
        {(stem,): count for stem, count in Counter(stem for run in runs for stem in run[::2]).items()}
    )
    for size in range(3, 2 * longest, 2):
        level: Counter[_Key] = Counter()
        runs = [run for run in runs if len(run) >= size]
        for run in runs:
            for i in range(0, len(run) - size + 1, 2):
                # a phrase cannot be more frequent than its parts, which were counted before
                if counts[run[i : i + size - 2]] >= fewest and counts[run[i + 2 : i + size]] >= fewest:
                    level[run[i : i + size]] += 1
        for key, count in level.items():
            if count >= fewest:
                counts[key] = count
                cuts = [(_npmi(count, counts[key[:i]], counts[key[i + 1 :]], total), i) for i in range(1, size, 2)]
                whole = size == 3 or 2 * count >= max(counts[key[:-2]], counts[key[2:]])
                if whole and all(score >= least(key, i, count) for score, i in cuts):
                    yield key, min(cuts)[0]


def _npmi(both: int, left: int, right: int, total: int) -> float:
    return math.log(both * total / (left * right)) / math.log(total / both) if both < total else 1.0


def _cover(tokens: list[PhraseToken], found: dict[_Key, tuple[float, bool]]) -> list[_Span]:
    """The terms of a text: phrases and names, and the remaining words."""
    candidates = []
    for i, token in enumerate(tokens):
        key: _Key = (token.stem,)
        capital = token.case != 0
        for j in range(i + 1, min(len(tokens), i + _NAME_WORDS)):
            token = tokens[j]
            if token.link is None:
                break
            key += (token.link, token.stem)
            capital = capital and token.case != 0
            if key in found and (capital or not found[key][1]):
                candidates.append((i - j, -found[key][0], i, j, key))
    taken: dict[int, _Span] = {}
    # the longest first (i - j), then the highest score, then the leftmost
    for _, _, i, j, key in sorted(candidates):
        if taken.keys().isdisjoint(range(i, j + 1)):
            taken |= dict.fromkeys(range(i, j + 1), (i, j, key))
    covered = []
    for i, token in enumerate(tokens):
        if i in taken:
            covered += [taken[i]] if taken[i][0] == i else []
        elif not token.empty:
            cut = token.link == OVERLAP and i - 1 in taken
            cut |= i + 1 in taken and tokens[i + 1].link == OVERLAP
            covered += [] if cut else [(i, i, (token.stem,))]
    return covered


def _folded(read: Sequence[list[PhraseToken]], spans: list[list[_Span]]) -> dict[_Key, str]:
    """Names that are usually abbreviated to one word: "Vladimir Putin" and "Putin", "Xi Jinping" and "Xi".

    The other words rarely occur elsewhere, no other name contains the word, and it is always
    capitalised; a first word occurs with the others in at least a quarter of cases ("Moscow" is
    not "Moscow Times").
    """
    stems = Counter(token.stem for tokens in read for token in tokens)
    # occurrences in lower case count against a name
    small = Counter(token.stem for tokens in read for token in tokens if token.inside and not token.case)
    alone: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    names: Counter[_Key] = Counter()
    for tokens, covered in zip(read, spans, strict=True):
        for i, j, key in covered:
            if j > i:
                names[key] += all(token.case for token in tokens[i : j + 1])
            elif tokens[i].case:
                neighbours = [pair for pair in (tokens[i - 1 : i + 1], tokens[i : i + 2]) if len(pair) > 1]
                beside = any(left.case == 1 and right.case == 1 and right.link == "" for left, right in neighbours)
                (holding if beside else alone)[key[0]] += 1
    for key, count in names.items():
        holding.update(dict.fromkeys(key[::2], count))
    folded = {}
    for key, count in names.items():
        if count and not any(key[1::2]):
            for one, others, share in ((key[0], key[2::2], 0.25), (key[-1], key[:-1:2], 0.0)):
                own = count >= 0.75 * holding[one] and all(count >= 0.75 * stems[other] for other in others)
                if own and alone[one] and count >= share * (count + alone[one]) and small[one] <= 0.05 * stems[one]:
                    folded[key] = one
    return folded


def _write(texts: PhraseTokens, spans: list[list[_Span]], phrases: dict[_Key, tuple[float, bool]], limit: int) -> Vocabulary:
    """The terms that occur in at least ``limit`` texts, each with its most frequent spelling."""
    folded = _folded(texts.tokens, spans)
    documents = []
    certain: defaultdict[str, Counter[str]] = defaultdict(Counter)
    other: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, tokens, covered in zip(texts.texts, texts.tokens, spans, strict=True):
        documents.append([folded.get(key) or _term(key) for _, _, key in covered])
        for term, (i, j, _) in zip(documents[-1], covered, strict=True):
            # the case of the first word of a sentence is not evidence of its spelling
            is_certain = tokens[i].inside or tokens[i].case == 1
            # a Japanese verb is shown as in a dictionary
            own = tokens[i].stem if i == j and is_unspaced(text[tokens[i].start]) else text[tokens[i].start : tokens[j].end]
            (certain if is_certain else other)[term][own] += 1
    spread = Counter(term for document in documents for term in set(document))
    kept = tuple(tuple(term for term in document if spread[term] >= limit) for document in documents)
    written = {t: _form(certain.get(t) or other[t]) for t in sorted(spread) if spread[t] >= limit}
    return Vocabulary(kept, written, phrases, folded, texts.language, texts.is_mixed)


def _term(key: _Key) -> str:
    if OVERLAP in key[1::2]:
        return key[0] + "".join(stem[1:] for stem in key[2::2])
    return " ".join(key[::2])


def _form(forms: Counter[str]) -> str:
    """The most frequent form without possessive endings and line breaks; ties are decided alphabetically."""
    clean: Counter[str] = Counter()
    for form, count in forms.items():
        clean[_POSSESSIVE.sub("", " ".join(form.replace("\u00ad", "").split()))] += count
    return min(clean, key=lambda form: (-clean[form], form))
