"""Which language a text is in, by py3langid."""

import re
from functools import lru_cache

from py3langid import langid

from topics.text.words import count_words, stop_words

_ENOUGH = 1000
"""Characters that are enough to identify a language."""
_LETTER = re.compile(r"[^\W\d_]")


def detect_language(text: str) -> str:
    """ISO 639-1 code of the language of ``text``, judged by 1,000 characters from its first letter; "" without letters."""
    first = _LETTER.search(text)
    return _identifier().classify(text[first.start() :][:_ENOUGH])[0] if first else ""


def other_language(text: str, language: str) -> str:
    """The language of a passage that is surely not in ``language``; empty where it is, or may be.

    Sure is: at least ten words, another language with a probability of .9, and at most
    half as many stop words of ``language`` as of that one, nor more than a quarter of
    all (measured: none of 10,547 English paragraphs is taken for another, and 335 of 338
    German, French, Spanish, Russian and Chinese ones are told from English).
    """
    tokens = set(text.lower().split())
    own = len(stop_words(language) & tokens)
    if count_words(text) < 10 or 4 * own > len(tokens):
        return ""
    name, probability = _identifier().classify(text[:_ENOUGH])
    if name == language or probability < 0.9 or 2 * own > len(stop_words(name) & tokens):
        return ""
    return name


@lru_cache
def _identifier() -> langid.LanguageIdentifier:
    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    # the model has three-letter codes too, which no list of stop words and no stemmer knows
    identifier.set_languages(sorted({code for code in identifier.nb_classes if len(code) == 2}))
    return identifier
