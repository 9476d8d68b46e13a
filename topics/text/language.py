"""Language identification by py3langid."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from py3langid import langid

from topics.text.words import count_words, stop_words

_MAX_CHARACTERS = 1000
"""Characters used to identify a language."""
_MAX_TEXTS = 200
"""Texts used to identify the language of a corpus."""
_LETTER = re.compile(r"[^\W\d_]")


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of ``text``, from 1,000 characters after its first letter; "" without letters."""
    first = _LETTER.search(text)
    return _identifier().classify(text[first.start() :][:_MAX_CHARACTERS])[0] if first else ""


def main_language(texts: Iterable[str]) -> str:
    """The language of most words of ``texts``, by some 200 of them, whatever their order; "en" if none has letters."""
    distinct = sorted(set(texts))
    counts: Counter[str] = Counter()
    for text in distinct[:: max(1, len(distinct) // _MAX_TEXTS)]:
        counts[detect_language(text)] += count_words(text)
    del counts[""]
    return min(counts, key=lambda language: (-counts[language], language), default="en")


def other_language(text: str, language: str) -> str:
    """The language of a passage that is certainly not in ``language``; empty otherwise.

    Certain means: at least ten words, another language with a probability of at least 0.9,
    at most half as many stop words of ``language`` as of the other one, and at most a quarter
    of all words. None of 10,547 English paragraphs is misclassified, and 335 of 338 German,
    French, Spanish, Russian and Chinese paragraphs are distinguished from English.
    """
    tokens = set(text.lower().split())
    own = len(stop_words(language) & tokens)
    if count_words(text) < 10 or 4 * own > len(tokens):
        return ""
    name, probability = _identifier().classify(text[:_MAX_CHARACTERS])
    if name == language or probability < 0.9 or 2 * own > len(stop_words(name) & tokens):
        return ""
    return name


@lru_cache
def _identifier() -> langid.LanguageIdentifier:
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    # The model also has three-letter codes, for which there are no stop words and no stemmers.
    identifier.set_languages(sorted({code for code in identifier.nb_classes if len(code) == 2}))
    return identifier
