"""Names of months and weekdays in six languages, from the data of dateparser (CLDR)."""

import unicodedata

from dateparser.languages.loader import default_loader

LANGUAGES = ("en", "de", "fr", "es", "ru", "zh")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_OTHER_MONTHS = {"jän": 1, "febr": 2, "juill": 7}
"""Usual abbreviations that the data lacks."""
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _names(keys: tuple[str, ...]) -> dict[str, set[int]]:
    """Every name, in small letters, with and without accents -> the numbers of its keys, from 1."""
    numbers: dict[str, set[int]] = {}
    for language in LANGUAGES:
        names_by_key = default_loader.get_locale(language).info
        for number, key in enumerate(keys, 1):
            for name in names_by_key[key]:
                for form in _forms(name.casefold()):
                    numbers.setdefault(form, set()).add(number)
    return numbers


def _forms(name: str) -> set[str]:
    if not all(unicodedata.name(letter, "").startswith("LATIN") for letter in name):
        return {name}
    plain = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return {name, plain, name.replace("ä", "ae")}


MONTHS = _OTHER_MONTHS | {
    name: min(numbers)
    for name, numbers in _names(tuple(month.casefold() for month in ENGLISH_MONTHS)).items()
    # a name of different months in two languages is none; Chinese months are numerals
    if len(numbers) == 1 and not name.endswith("月")
}
"""``juin`` -> 6."""


def calendar_words(language: str) -> frozenset[str]:
    """The names of months and weekdays in one language, in lower case, of four letters or more; empty if it is not known."""
    try:
        names_by_key = default_loader.get_locale(language).info
    except ValueError:
        return frozenset()
    keys = (*(month.casefold() for month in ENGLISH_MONTHS), *_WEEKDAYS)
    return frozenset(name.lower() for key in keys for name in names_by_key.get(key, ()) if len(name) > 3)


WEEKDAYS = frozenset(_names(_WEEKDAYS))
"""``samedi``; some short ones are names of months, too (``mar``)."""
