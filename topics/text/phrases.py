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
from typing import NamedTuple

from topics.text.tokens import TokenisedTexts, Tokens, tokenise
from topics.text.words import Word, find_words, is_unspaced, stop_stems

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
_OVERLAP, _OWN = "+", "'s"
_OF = frozenset("of bin de del della di do dos du des van von".split())
_AND = frozenset("and e et und y и".split())
_ARTICLES = frozenset("the al den der die el la las le les los".split())
_CONNECTORS = _OF | _AND | _ARTICLES | frozenset("for für para pour".split())
_TITLES = (
    "president minister secretary chancellor chairman leader boss spokesman spokeswoman coach captain mr mrs ms dr sir "
    "président ministre presidente ministro президент министр канцлер"
)
"""Titles before a name, which are not part of it."""
_NUMERALS = (
    "seven thirteen fourteen thirty hundred thousand million billion trillion hundert tausend millionen milliarden "
    "cent mille millions milliards mil millones сто тысяч миллион миллиард"
)
"""Numerals that are missing from the lists of stop words."""
_CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages in which a capital letter does not indicate a name."""
_ELIDING = frozenset({"ca", "fr", "it"})
"""Languages in which an apostrophe separates two words."""
_NUMBER = re.compile(r"\d(?![A-Z]$)")
_CONTRACTION = re.compile(r"['’](?:d|ll|m|re|t|ve)$", re.I)
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_END = re.compile(r"[.。…]\W*$")


@dataclass(frozen=True)
class Vocabulary:
    """The terms of each text, and their spelling."""

    documents: tuple[tuple[str, ...], ...]
    """Per text, its terms in reading order; a term is a stem, or the stems of a phrase or name joined by a space."""
    written: dict[str, str] = field(repr=False)

    def show(self, term: str) -> str:
        """The most frequent spelling of a term within sentences; unknown terms are returned unchanged."""
        return self.written.get(term, term)


class _Token(NamedTuple):
    """A word that is a term or part of one."""

    stem: str
    start: int
    end: int
    case: int
    """1 capitalised, 0 not, −1 capitalised only by position: first in its sentence, or in a headline."""
    link: str | None
    """Link to the previous token: "" for a space or hyphen, or connectors; None if they are not linked."""
    empty: bool
    """A capitalised stop word, which is either part of a name ("New York") or ignored."""
    inside: bool
    """Whether its case does not depend on its position."""


_Key = tuple[str, ...]
"""Stem, link, stem, link, stem …"""
_Span = tuple[int, int, _Key]
"""First and last token of a term, and its key."""


@dataclass(frozen=True)
class PhraseTokens:
    """The words of each text that are terms or parts of terms, for vocabularies of any ``min_count``."""

    texts: tuple[str, ...]
    tokens: tuple[list[_Token], ...] = field(repr=False)


def read_phrase_tokens(texts: TokenisedTexts) -> PhraseTokens:
    """The step shared by all vocabularies of the same texts; ``corpus.phrase_tokens`` stores its result."""
    texts = texts.own
    readers = {language: _Reader(language) for language in {tokens.language for tokens in texts}}
    return PhraseTokens(
        tuple(texts.texts), tuple(_resolve_case([readers[tokens.language].tokens(tokens) for tokens in texts]))
    )


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
            return _write(texts.texts, read, spans, limit)
        found = {key: value for key, value in found.items() if key not in rare}
        spans = [
            covered if rare.isdisjoint(key for _, _, key in covered) else _cover(tokens, found)
            for tokens, covered in zip(read, spans, strict=True)
        ]


class _Reader:
    """Splits texts into tokens; caches the properties of each written form."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stop = stop_stems(language)
        self.titles = {word.stem for word in find_words(_TITLES, language)}
        self.numerals = {word.stem for word in find_words(_NUMERALS, language)}
        self.known: dict[str, tuple[bool, bool, bool, str]] = {}

    def tokens(self, text: Tokens) -> list[_Token]:
        """The tokens of a text, sentence by sentence."""
        plain, found = text.text, text.segmented
        if self.language in _ELIDING and not {"'", "’"}.isdisjoint(plain):
            plain = plain.replace("’", " ").replace("'", " ")
            found = tokenise(plain, self.language).segmented
        tokens: list[_Token] = []
        for start, end in text.sentences:
            ended = bool(_END.search(plain, max(start, end - 4), end))
            self._sentence(plain, found.words(start, end), ended, tokens)
        return tokens

    def _sentence(self, text: str, found: list[Word], ended: bool, tokens: list[_Token]) -> None:
        written = [text[word.start : word.end] for word in found]
        known = [self.known.get(form) or self._know(form, word.stem) for form, word in zip(written, found, strict=True)]
        content = [form for form, (good, *_) in zip(written, known, strict=True) if good]
        headline = all(form[0].isupper() for form in content) and (
            len(content) >= (4 if ended else 2) or all(form.isupper() for form in content)
        )
        link: str | None = None
        end, before, after_title = -1, 0, False
        for word, form, (good, capital, title, connector) in zip(found, written, known, strict=True):
            gap = text[end : word.start]
            if word.start < end:
                link = _OVERLAP if link == "" else None
            elif not gap and end >= 0 and (is_unspaced(form[0]) or is_unspaced(text[end - 1])):
                pass  # no space parts the words of these scripts
            elif gap != " " and gap != "-" and not gap.isspace():
                link = None
            elif link == "" and end > 1 and text[end - 2] in "'’":
                link = _OWN
            capital = capital or (gap == "-" and before == 1 and len(form) == 2)  # Kim Jong-un
            inside = not headline and (end >= 0 or (len(form) > 1 and form.isupper()))
            end = word.end
            case = (1 if inside else -1) if capital else 0
            if connector and link is not None and before:
                link = f"{link} {connector}" if link else None if connector in _ARTICLES else connector
            elif good or (capital and not connector and not title and len(form) > 1 and form.isalpha()):
                apart = after_title or (not before and gap != "-") if case else link not in ("", _OVERLAP, _OWN)
                tokens.append(_Token(word.stem, word.start, end, case, None if apart else link, not good, inside))
                link, before = "", case
            else:
                link = None
            after_title = title

    def _know(self, form: str, stem: str) -> tuple[bool, bool, bool, str]:
        """Whether a form is a content word, capitalised, and a title; and its lower case if it is a connector."""
        number = bool(_NUMBER.match(form)) or form.isnumeric() or stem in self.numerals
        long = len(form) > 2 or (len(form) == 2 and (not form.islower() or not form.isascii())) or is_unspaced(form[0])
        empty = stem in self.stop or bool(_CONTRACTION.search(form))
        small = form.lower()
        capital = form[0].isupper() and self.language not in _CAPITAL_NOUNS
        good = long and not number and not empty
        self.known[form] = (good, capital, stem in self.titles, small if small in _CONNECTORS and not good else "")
        return self.known[form]


def _resolve_case(read: Sequence[list[_Token]]) -> list[list[_Token]]:
    """Count the first word of a sentence as capitalised if the corpus mostly capitalises it within sentences."""
    seen = Counter((token.stem, token.case) for tokens in read for token in tokens if token.inside and not token.empty)
    names = {stem for (stem, case), count in seen.items() if case and count > seen[stem, 0]}
    return [
        [token._replace(case=1) if token.case < 0 and not token.empty and token.stem in names else token for token in tokens]
        for tokens in read
    ]


def _joined(read: Sequence[list[_Token]], limit: int) -> dict[_Key, tuple[float, bool]]:
    """Phrases and names with their scores, and whether they are names, which require capitals."""
    total = sum(not token.empty for tokens in read for token in tokens)
    common = {token.stem for tokens in read for token in tokens if token.inside and not token.case}
    fewest = max(MIN_OCCURRENCES, limit, math.isqrt(len(read)) // 20)

    def name(key: _Key, i: int, count: int) -> float:
        links = key[i].split()
        if _OWN in links:
            return NAME if key[i - 1] in common else math.inf
        if _AND.isdisjoint(links):
            return NAME if _OF.isdisjoint(links) else NAME_OF
        if not common.isdisjoint((key[i - 1], key[i + 1])):
            return NAME_AND_COMMON
        return NAME_AND if count >= MIN_OCCURRENCES else math.inf

    names = _chains(read, lambda token: token.case == 1, lambda link: link not in (None, _OVERLAP))
    phrases = _chains(read, lambda token: not token.empty, lambda link: link == "")
    pairs = _chains(read, lambda token: not token.empty, lambda link: link == _OVERLAP)
    found = {key: (score, True) for key, score in _collocations(names, _NAME_WORDS, limit, total, name)}
    found |= {key: (score, False) for key, score in _collocations(phrases, _PHRASE_WORDS, fewest, total, lambda *_: PHRASE)}
    found |= {key: (score, False) for key, score in _collocations(pairs, _PAIRS, fewest, total, lambda *_: UNSPACED)}
    return found


def _chains(
    read: Sequence[list[_Token]], fits: Callable[[_Token], bool], joins: Callable[[str | None], bool]
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


def _cover(tokens: list[_Token], found: dict[_Key, tuple[float, bool]]) -> list[_Span]:
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
            cut = token.link == _OVERLAP and i - 1 in taken
            cut |= i + 1 in taken and tokens[i + 1].link == _OVERLAP
            covered += [] if cut else [(i, i, (token.stem,))]
    return covered


def _folded(read: Sequence[list[_Token]], spans: list[list[_Span]]) -> dict[_Key, str]:
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


def _write(texts: Sequence[str], read: Sequence[list[_Token]], spans: list[list[_Span]], limit: int) -> Vocabulary:
    """The terms that occur in at least ``limit`` texts, each with its most frequent spelling."""
    folded = _folded(read, spans)
    documents = []
    certain: defaultdict[str, Counter[str]] = defaultdict(Counter)
    other: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, tokens, covered in zip(texts, read, spans, strict=True):
        documents.append([folded.get(key) or _term(key) for _, _, key in covered])
        for term, (i, j, _) in zip(documents[-1], covered, strict=True):
            # the case of the first word of a sentence is not evidence of its spelling
            is_certain = tokens[i].inside or tokens[i].case == 1
            # a Japanese verb is shown as in a dictionary
            own = tokens[i].stem if i == j and is_unspaced(text[tokens[i].start]) else text[tokens[i].start : tokens[j].end]
            (certain if is_certain else other)[term][own] += 1
    spread = Counter(term for document in documents for term in set(document))
    kept = tuple(tuple(term for term in document if spread[term] >= limit) for document in documents)
    return Vocabulary(kept, {t: _form(certain.get(t) or other[t]) for t in sorted(spread) if spread[t] >= limit})


def _term(key: _Key) -> str:
    if _OVERLAP in key[1::2]:
        return key[0] + "".join(stem[1:] for stem in key[2::2])
    return " ".join(key[::2])


def _form(forms: Counter[str]) -> str:
    """The most frequent form without possessive endings and line breaks; ties are decided alphabetically."""
    clean: Counter[str] = Counter()
    for form, count in forms.items():
        clean[_POSSESSIVE.sub("", " ".join(form.replace("\u00ad", "").split()))] += count
    return min(clean, key=lambda form: (-clean[form], form))
