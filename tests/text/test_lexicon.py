"""The lexicon: words are looked up, never guessed."""

import pytest

from topics.text import fold
from topics.text.lexicon import lexicon


def test_words_are_folded_by_the_rules_of_their_language() -> None:
    assert fold("Straße") == fold("STRASSE") == "strasse"
    assert fold("ИСТАНБУЛ") == "истанбул"
    assert fold("ISPARTA İzmir", "tr") == "ısparta izmir"
    assert fold("ещё", "ru") == fold("ЕЩЕ", "ru")
    assert fold("Cafe\u0301") == "café"
    assert fold("China’s") == "china's"


@pytest.mark.parametrize(
    ("language", "word", "lemmas"),
    [
        ("en", "mice", {"mouse"}),
        ("en", "MICE", {"mouse"}),
        ("de", "Verträgen", {"vertrag"}),
        ("ru", "ценами", {"цена"}),
        ("en", "qwertzu", set()),
        ("xx", "word", set()),
    ],
)
def test_lemmas(language: str, word: str, lemmas: set[str]) -> None:
    assert lexicon(language).lemmas(word) == lemmas
    assert lexicon(language).knows(word) == bool(lemmas)


def test_a_headword_has_frequent_forms_of_its_own() -> None:
    english = lexicon("en")
    assert english.is_headword("building")
    assert not english.is_headword("taxes")


def test_frequencies_and_beginnings() -> None:
    english = lexicon("en")
    assert english.frequency("The") > 100 * english.frequency("parliament") > 0
    assert english.frequency("qwertzu") == lexicon("xx").frequency("word") == 0
    assert all(word.startswith("parliam") for word in english.starting("parliam"))
    assert "parliament" in english.starting("parliam")
