"""The words of texts that are terms, or parts of phrases and names: what vocabularies are built from.

Apart from its stem, each word has what decides whether it joins its neighbours to a phrase or name:
its case, whether that depends on its position, and what stands between it and the word before.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from topics.text.tokens import TokenisedTexts, Tokens, tokenise
from topics.text.words import Word, find_words, is_unspaced, stop_stems

OVERLAP, OWN = "+", "'s"
OF = frozenset("of bin de del della di do dos du des van von".split())
AND = frozenset("and e et und y и".split())
_ARTICLES = frozenset("the al den der die el la las le les los".split())
_CONNECTORS = OF | AND | _ARTICLES | frozenset("for für para pour".split())
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
_END = re.compile(r"[.。…]\W*$")


class PhraseToken(NamedTuple):
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


@dataclass(frozen=True)
class PhraseTokens:
    """The words of each text that are terms or parts of terms, for vocabularies of any ``min_count``."""

    texts: tuple[str, ...]
    tokens: tuple[list[PhraseToken], ...] = field(repr=False)
    language: str
    """The language of the texts, or of most of them."""
    is_mixed: bool
    """Whether each text was read in a language of its own."""


def read_phrase_tokens(texts: TokenisedTexts) -> PhraseTokens:
    """The step shared by all vocabularies of the same texts; ``corpus.phrase_tokens`` stores its result."""
    own = texts.own
    readers = {language: PhraseReader(language) for language in {tokens.language for tokens in own}}
    tokens = _resolve_case([readers[text.language].tokens(text) for text in own])
    return PhraseTokens(tuple(own.texts), tuple(tokens), texts.language, bool(texts.languages))


class PhraseReader:
    """Finds the tokens of texts in one language; caches the properties of each written form."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.stop = stop_stems(language)
        self.titles = {word.stem for word in find_words(_TITLES, language)}
        self.numerals = {word.stem for word in find_words(_NUMERALS, language)}
        self.known: dict[str, tuple[bool, bool, bool, str]] = {}

    def tokens(self, text: Tokens) -> list[PhraseToken]:
        """The tokens of a text, sentence by sentence."""
        plain, found = text.text, text.segmented
        if self.language in _ELIDING and not {"'", "’"}.isdisjoint(plain):
            plain = plain.replace("’", " ").replace("'", " ")
            found = tokenise(plain, self.language).segmented
        tokens: list[PhraseToken] = []
        for start, end in text.sentences:
            ended = bool(_END.search(plain, max(start, end - 4), end))
            self._sentence(plain, found.words(start, end), ended, tokens)
        return tokens

    def _sentence(self, text: str, found: list[Word], ended: bool, tokens: list[PhraseToken]) -> None:
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
                link = OVERLAP if link == "" else None
            elif not gap and end >= 0 and (is_unspaced(form[0]) or is_unspaced(text[end - 1])):
                pass  # no space parts the words of these scripts
            elif gap != " " and gap != "-" and not gap.isspace():
                link = None
            elif link == "" and end > 1 and text[end - 2] in "'’":
                link = OWN
            capital = capital or (gap == "-" and before == 1 and len(form) == 2)  # Kim Jong-un
            inside = not headline and (end >= 0 or (len(form) > 1 and form.isupper()))
            end = word.end
            case = (1 if inside else -1) if capital else 0
            if connector and link is not None and before:
                link = f"{link} {connector}" if link else None if connector in _ARTICLES else connector
            elif good or (capital and not connector and not title and len(form) > 1 and form.isalpha()):
                apart = after_title or (not before and gap != "-") if case else link not in ("", OVERLAP, OWN)
                tokens.append(PhraseToken(word.stem, word.start, end, case, None if apart else link, not good, inside))
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


def _resolve_case(read: Sequence[list[PhraseToken]]) -> list[list[PhraseToken]]:
    """Count the first word of a sentence as capitalised if the corpus mostly capitalises it within sentences."""
    seen = Counter((token.stem, token.case) for tokens in read for token in tokens if token.inside and not token.empty)
    names = {stem for (stem, case), count in seen.items() if case and count > seen[stem, 0]}
    return [
        [token._replace(case=1) if token.case < 0 and not token.empty and token.stem in names else token for token in tokens]
        for tokens in read
    ]
