"""Words, stems, sentences, stop words, dates and which language it is, for every room that reads them.

Stems are Snowball's (Porter 2001), sentences are sentencex's. Scripts that are
written without spaces are cut into overlapping pairs of characters, the usual
unit of their retrieval (Kwok 1997).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date as day
from functools import lru_cache
from typing import Any

import sentencex
import snowballstemmer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"
_TELLING = 1000
"""Characters that are enough to tell a language."""
_UNSPACED_LETTER = re.compile(rf"[{_UNSPACED}]")
_LETTER = re.compile(r"[^\W\d_]")
_WITHIN = "".join(c for c in map(chr, range(0x300, 0xE00)) if unicodedata.category(c).startswith("M")) + "\u00ad\u200c\u200d"
"""Accents and vowel signs that stand behind their letter, soft hyphens and joiners: no letters, and no end of a word."""
_RUN = rf"[^\W_{_UNSPACED}]+(?:[{_WITHIN}]+[^\W_{_UNSPACED}]*)*"
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]\.){{2,}}|{_RUN}(?:['’]{_RUN})*")

# scikit-learn's list holds function words alone; these are as empty in reported prose.
_ENGLISH_EXTRA = """
according actually ago although came certainly come comes could day days did different does doing done especially far
gave given gives going good got great increasingly indeed instead it's just kind know largely later left let like
likely little long look looks lot main make makes making matter mean means mr mrs ms need needs new particularly
perhaps place quite real really recent right said say saying says shall simply sure taken takes taking tell thing
things think time times took used uses using want way ways went won year years yes
"""


_MONTH = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mär|mai|jun|jul|okt|dez|janv|fév|mars|avr|juin|juil|août|déc"
    r"|ene|abr|ago|set|dic|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]*\.?"
)
DATE = re.compile(
    r"\b(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}\.\d{1,2}\.\d{4}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: de| of)? {_MONTH}(?: de|,)? \d{{4}}"
    r")(?![\d/])|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日",
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
        if is_unspaced(text[start]) and end - start > 2:
            found += [Word(text[i : i + 2], i, i + 2) for i in range(start, end - 1)]
        else:
            found.append(Word(_stem(match.group(), language), start, end))
    return found


@lru_cache(maxsize=1 << 15)
def count_words(text: str) -> int:
    """Number of words in ``text``; unspaced scripts count one word per two characters."""
    if not has_unspaced(text):
        return len(_WORD.findall(text))
    return sum(max(1, len(found) // 2) if is_unspaced(found[0]) else 1 for found in _WORD.findall(text))


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that is written without spaces."""
    return "\u0e00" <= character <= "\u0e7f" or "\u3040" <= character <= "\u9fff"


def has_unspaced(text: str) -> bool:
    """Whether any character of ``text`` belongs to a script that is written without spaces."""
    return not text.isascii() and bool(_UNSPACED_LETTER.search(text))


def sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``, without the white space around them."""
    spans = []
    for piece in sentencex.get_sentence_boundaries(language, text):
        start, end = piece["start_index"], piece["end_index"]
        raw = text[start:end]
        start, end = start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip()))
        if any(character.isalnum() for character in text[start:end]):
            spans.append((start, end))
    return spans


def detect(text: str) -> str:
    """ISO 639-1 code of the language of ``text`` (py3langid, 1,000 characters from its first letter); "" without letters."""
    first = _LETTER.search(text)
    return _identifier().classify(text[first.start() :][:_TELLING])[0] if first else ""


def other_language(text: str, language: str) -> str:
    """The language of a passage that is surely not in ``language``; empty where it is, or may be.

    Sure is: at least ten words, another language with a probability of .9, and at most
    half as many stop words of ``language`` as of that one, nor more than a quarter of
    all (measured: none of 10,547 English paragraphs is taken for another, and 335 of 338
    German, French, Spanish, Russian and Chinese ones are told from English).
    """
    said = set(text.lower().split())
    own = len(stop_words(language) & said)
    if count_words(text) < 10 or 4 * own > len(said):
        return ""
    name, probability = _identifier().classify(text[:_TELLING])
    return name if name != language and probability >= 0.9 and 2 * own <= len(stop_words(name) & said) else ""


@lru_cache
def _identifier() -> Any:
    from py3langid import langid

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted({code for code in identifier.nb_classes if len(code) == 2}))
    return identifier


def find_date(text: str) -> str:
    """The first date that ``text`` spells out to the day, as ISO 8601; empty if there is none."""
    spelt = (re.sub(r"(?<=\d)(?:st|nd|rd|th)\b(?: of)?", "", date.group()) for date in DATE.finditer(" ".join(text.split())))
    return next(filter(None, map(_iso, spelt)), "")


@lru_cache
def _iso(date: str) -> str:
    import dateparser

    if re.match(r"\d{4}", date):
        try:
            return day(*map(int, re.findall(r"\d+", date)[:3])).isoformat()
        except ValueError:
            return ""
    whole = {"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
    parsed = dateparser.parse(date, languages=["en", "de", "fr", "es", "ru"], settings=whole)
    return parsed.date().isoformat() if parsed else ""


@lru_cache
def stop_words(language: str = "en") -> frozenset[str]:
    """Words that name no subject, lower case, not stemmed; empty where no list exists."""
    if language == "en":
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


@lru_cache(maxsize=200_000)
def _stem(word: str, language: str) -> str:
    if word == "US" and language == "en":
        return "us."  # the country, as "U.S."; the pronoun is a stop word
    plain = unicodedata.normalize("NFC", word).lower().replace("’", "'").replace("\u00ad", "")
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
    return snowballstemmer.stemmer(_SNOWBALL[language])
