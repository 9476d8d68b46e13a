"""Words, stems, sentences, stop words and dates, for every room that reads them.

Stems are Snowball's (Porter 2001), sentences are sentencex's. Scripts that are
written without spaces are cut into overlapping pairs of characters, the usual
unit of their retrieval (Kwok 1997).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]\.){{2,}}|[^\W_{_UNSPACED}]+(?:['’][^\W_{_UNSPACED}]+)*")

# scikit-learn's list holds function words alone; these are as empty in reported prose.
_ENGLISH_EXTRA = """
according actually ago although came certainly come comes could day days did different does doing done especially far
gave given gives going good got great increasingly indeed instead it's just kind know largely later left let like
likely little long look looks lot main make makes making matter mean means mr mrs ms need needs new particularly
perhaps place quite real really recent right said say saying says shall simply sure taken takes taking tell thing
things think time times took used uses using want way ways went won year years yes
"""


_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    r"\b(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}} {_MONTH},? \d{{4}})\b",
    re.I,
)
"""A date spelt out to the day."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: ``text[start:end]``, and the stem it is counted under."""

    stem: str
    start: int
    end: int


def words(text: str, language: str = "en") -> list[Word]:
    """The words of ``text`` in order, lower-cased, without possessive endings, stemmed."""
    found = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if _is_unspaced(text[start]) and end - start > 2:
            found += [Word(text[i : i + 2], i, i + 2) for i in range(start, end - 1)]
        else:
            found.append(Word(_stem(match.group(), language), start, end))
    return found


def count_words(text: str) -> int:
    """Number of words in ``text``; unspaced scripts count one word per two characters."""
    return sum(
        max(1, len(found) // 2) if _is_unspaced(found[0]) else 1 for found in (m.group() for m in _WORD.finditer(text))
    )


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``, without the white space around them."""
    import sentencex

    spans = []
    for piece in sentencex.get_sentence_boundaries(language, text):
        start, end = piece["start_index"], piece["end_index"]
        raw = text[start:end]
        start, end = start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip()))
        if any(character.isalnum() for character in text[start:end]):
            spans.append((start, end))
    return spans


def find_date(text: str) -> str:
    """The first date that ``text`` spells out, as ISO 8601; empty if there is none."""
    from datetime import datetime

    found = DATE.search(text)
    if not found:
        return ""
    raw = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[,.](?=\s)", "", found.group())
    raw = re.sub(r"\bsept\b", "sep", raw, flags=re.I)
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(raw, form).date().isoformat()
        except ValueError:
            continue
    return ""


@lru_cache
def stop_words(language: str = "en") -> frozenset[str]:
    """Words that name no subject, lower case, not stemmed; empty where no list exists."""
    if language == "en":
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

        return frozenset(ENGLISH_STOP_WORDS) | frozenset(_ENGLISH_EXTRA.split())
    import stop_words as library

    try:
        return frozenset(library.get_stop_words(language))
    except library.StopWordError:
        return frozenset()


@lru_cache
def stop_stems(language: str = "en") -> frozenset[str]:
    """The stems of :func:`stop_words`."""
    return frozenset(word.stem for entry in stop_words(language) for word in words(entry, language))


def _is_unspaced(character: str) -> bool:
    return "\u0e00" <= character <= "\u0e7f" or "\u3040" <= character <= "\u9fff"


@lru_cache(maxsize=200_000)
def _stem(word: str, language: str) -> str:
    if word == "US" and language == "en":
        return "us."  # the country, as "U.S."; the pronoun is a stop word
    plain = word.lower().replace("’", "'")
    if plain.endswith("."):
        plain = plain.replace(".", "")
        return f"{plain}." if len(plain) == 2 else plain  # "U.S." is not the pronoun
    stemmer = _stemmer(language)
    plain = plain.removesuffix("'s") if language == "en" else plain
    return stemmer.stemWord(plain) if stemmer else plain


@lru_cache
def _stemmer(language: str) -> Any:
    if language not in _SNOWBALL:
        return None
    import snowballstemmer

    return snowballstemmer.stemmer(_SNOWBALL[language])
