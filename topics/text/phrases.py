"""Texts -> terms: the stems of content words, phrases and names whole, shown as the corpus writes them.

What belongs together is told by normalised pointwise mutual information (Bouma 2009, Normalized
(pointwise) mutual information in collocation extraction), as by gensim's ``Phrases``; a longer
phrase must pass at every cut in two, and be at least half of each part's occurrences. Phrases,
names, and words of unspaced scripts are counted apart: adjacent content words, capitalised words
(also across connectors), overlapping pairs of characters. The least scores were set by reading
the lists of the sample study and of 10,547 paragraphs of BBC news.
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
"""Least score of a phrase: "film makers" passes, "best film" does not."""
NAME = 0.4
"""Of a name: "World Bank" passes, "UK Treasury" does not."""
NAME_OF = 0.3
"""Of a name across "of": "Bank of China" passes, "President of the European" does not."""
NAME_AND = 0.9
"""Of a name across a conjunction, seen ``FEWEST`` times: the parts hardly stand without each other."""
NAME_AND_COMMON = 0.7
"""The same where a neighbour of the conjunction is a common word too: "Belt and Road", not "India and Pakistan"."""
UNSPACED = 0.75
"""Of pairs that overlap: they share a character, so that all of them score high."""
FEWEST = 3
"""Occurrences of a phrase (√n / 20 in more than 6,400 texts); of a name, ``min_count`` is enough."""

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
"""They stand before a name and do not belong to it."""
_NUMERALS = (
    "seven thirteen fourteen thirty hundred thousand million billion trillion hundert tausend millionen milliarden "
    "cent mille millions milliards mil millones сто тысяч миллион миллиард"
)
"""Bare numbers in letters, where the lists of stop words lack them."""
_PARTICLES = {"zh": "的了是在"}
"""Characters that stand between words: no pair with one of them is a word."""
_CAPITAL_NOUNS = frozenset({"de", "lb"})
"""Languages where a capital letter does not tell a name."""
_ELIDING = frozenset({"ca", "fr", "it"})
"""Languages where an apostrophe parts two words."""
_NUMBER = re.compile(r"\d(?![A-Z]$)")
_CONTRACTION = re.compile(r"['’](?:d|ll|m|re|t|ve)$", re.I)
_POSSESSIVE = re.compile(r"['’]s$", re.I)
_END = re.compile(r"[.。…]\W*$")


@dataclass(frozen=True)
class Vocabulary:
    """The terms of each text, and how they are written."""

    documents: tuple[tuple[str, ...], ...]
    """Per text, its terms in reading order; a term is a stem, or the stems of a phrase or name joined by a space."""
    written: dict[str, str] = field(repr=False)

    def show(self, term: str) -> str:
        """A term as the corpus mostly writes it inside sentences; one that it does not hold, as it is."""
        return self.written.get(term, term)


class _Token(NamedTuple):
    """A word that is a term, or part of one."""

    stem: str
    start: int
    end: int
    case: int
    """1 capital, 0 not, −1 capital for its place alone: first in its sentence, or in a headline."""
    link: str | None
    """What joins it to the token before: "" for a space or hyphen, connectors; None where they stand apart."""
    empty: bool
    """A stop word in capitals: part of a name ("New York") or nothing."""
    inside: bool
    """Whether its place leaves its case free."""


_Key = tuple[str, ...]
"""Stem, link, stem, link, stem …"""
_Span = tuple[int, int, _Key]
"""First and last token of a term, and its key."""


@dataclass(frozen=True)
class PhraseTokens:
    """The words of each text that are terms or parts of one, for vocabularies of any ``min_count``."""

    texts: tuple[str, ...]
    tokens: tuple[list[_Token], ...] = field(repr=False)


def read_phrase_tokens(texts: TokenisedTexts) -> PhraseTokens:
    """The step that all vocabularies of some texts share; ``corpus.phrase_tokens`` keeps its result."""
    reader = _Reader(texts.language)
    return PhraseTokens(tuple(texts.texts), tuple(_settle([reader.tokens(tokens) for tokens in texts])))


def build_vocabulary(texts: PhraseTokens, *, phrases: bool = True, min_count: int = 0) -> Vocabulary:
    """The terms of each text, without stop words, numbers and rare ones.

    Parameters
    ----------
    texts
        Paragraphs, read by :func:`read_phrase_tokens`; their order changes nothing but that of ``documents``.
    phrases
        Whether phrases, names and longer words of unspaced scripts are terms that consume their
        words; the longest come first, then the strongest, then the leftmost. A name that its
        surname nearly always stands for is one term with it.
    min_count
        Texts that a term must stand in; a rarer phrase falls back to its words. 0 for a rule:
        1 below 30 texts, then 2, in more than 10,000 one in 5,000.
    """
    read = texts.tokens
    n = len(read)
    limit = min_count or (1 if n < 30 else max(2, n // 5000))
    found = _joined(read, limit) if phrases else {}
    spans = [_cover(tokens, found) for tokens in read]
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
    """Cuts texts into tokens; remembers what it knows of each written form."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stop = stop_stems(language)
        self.titles = {word.stem for word in find_words(_TITLES, language)}
        self.numerals = {word.stem for word in find_words(_NUMERALS, language)}
        self.particles = _PARTICLES.get(language, "")
        self.known: dict[str, tuple[bool, bool, bool, str]] = {}

    def tokens(self, text: Tokens) -> list[_Token]:
        """The tokens of a text, sentence by sentence."""
        plain, found = text.text, text
        if self.language in _ELIDING and not {"'", "’"}.isdisjoint(plain):
            plain = plain.replace("’", " ").replace("'", " ")
            found = tokenise(plain, self.language)
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
        """Whether a form is a content word, a capital that tells, a title; and its small letters if a connector."""
        number = bool(_NUMBER.match(form)) or form.isnumeric() or stem in self.numerals
        long = len(form) > 2 or (len(form) == 2 and (not form.islower() or not form.isascii()))
        between = is_unspaced(form[0]) and any(character in self.particles for character in form)
        empty = between or stem in self.stop or bool(_CONTRACTION.search(form))
        small = form.lower()
        capital = form[0].isupper() and self.language not in _CAPITAL_NOUNS
        good = long and not number and not empty
        self.known[form] = (good, capital, stem in self.titles, small if small in _CONNECTORS and not good else "")
        return self.known[form]


def _settle(read: Sequence[list[_Token]]) -> list[list[_Token]]:
    """Let the capital of a first word tell a name where the corpus mostly writes it so inside sentences."""
    seen = Counter((token.stem, token.case) for tokens in read for token in tokens if token.inside and not token.empty)
    names = {stem for (stem, case), count in seen.items() if case and count > seen[stem, 0]}
    return [
        [token._replace(case=1) if token.case < 0 and not token.empty and token.stem in names else token for token in tokens]
        for tokens in read
    ]


def _joined(read: Sequence[list[_Token]], limit: int) -> dict[_Key, tuple[float, bool]]:
    """What is one term: its score, and whether only capitals make it so."""
    total = sum(not token.empty for tokens in read for token in tokens)
    common = {token.stem for tokens in read for token in tokens if token.inside and not token.case}
    fewest = max(FEWEST, limit, math.isqrt(len(read)) // 20)

    def name(key: _Key, i: int, count: int) -> float:
        links = key[i].split()
        if _OWN in links:
            return NAME if key[i - 1] in common else math.inf
        if _AND.isdisjoint(links):
            return NAME if _OF.isdisjoint(links) else NAME_OF
        if not common.isdisjoint((key[i - 1], key[i + 1])):
            return NAME_AND_COMMON
        return NAME_AND if count >= FEWEST else math.inf

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
    """Runs of fitting tokens, each joined to the one before."""
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
    """Runs of 2 to ``longest`` tokens that belong together, with the score of their weakest cut."""
    runs = list(chains)
    counts: Counter[_Key] = Counter(
        {(stem,): count for stem, count in Counter(stem for run in runs for stem in run[::2]).items()}
    )
    for size in range(3, 2 * longest, 2):
        level: Counter[_Key] = Counter()
        runs = [run for run in runs if len(run) >= size]
        for run in runs:
            for i in range(0, len(run) - size + 1, 2):
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
    """The terms of a text: what is joined, and the words between that it does not overlap."""
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
    """Names that one of their words stands for: "Vladimir Putin" and "Putin", "Xi Jinping" and "Xi".

    The other words hardly occur elsewhere, no other name has that word, it is always a capital,
    and a first word goes with the others in a quarter of cases ("Moscow" is not "Moscow Times").
    """
    stems = Counter(token.stem for tokens in read for token in tokens)
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
    """The terms that stand in ``limit`` texts, each with its most frequent form."""
    folded = _folded(read, spans)
    documents = []
    certain: defaultdict[str, Counter[str]] = defaultdict(Counter)
    other: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, tokens, covered in zip(texts, read, spans, strict=True):
        documents.append([folded.get(key) or _term(key) for _, _, key in covered])
        for term, (i, j, _) in zip(documents[-1], covered, strict=True):
            told = tokens[i].inside or tokens[i].case == 1
            (certain if told else other)[term][text[tokens[i].start : tokens[j].end]] += 1
    spread = Counter(term for document in documents for term in set(document))
    kept = tuple(tuple(term for term in document if spread[term] >= limit) for document in documents)
    return Vocabulary(kept, {t: _form(certain.get(t) or other[t]) for t in sorted(spread) if spread[t] >= limit})


def _term(key: _Key) -> str:
    if _OVERLAP in key[1::2]:
        return key[0] + "".join(stem[1:] for stem in key[2::2])
    return " ".join(key[::2])


def _form(forms: Counter[str]) -> str:
    """The most frequent form without possessive endings and line breaks; of equals the first in the alphabet."""
    clean: Counter[str] = Counter()
    for form, count in forms.items():
        clean[_POSSESSIVE.sub("", " ".join(form.replace("\u00ad", "").split()))] += count
    return min(clean, key=lambda form: (-clean[form], form))
