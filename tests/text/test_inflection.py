"""Inflection: a word matches its own forms, and no other word that looks like one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.text import Inflection

FORMS = [
    # language, word, its forms, other words
    ("en", "policy", "policies Policy's POLICIES", "police political polite"),
    ("en", "united", "unite United", "unit units unity"),
    ("en", "invest", "invested investing invests", "investment investor investigate"),
    ("en", "mouse", "mice", "mousse"),
    ("en", "housing", "Housing", "house houses House"),
    ("en", "Kazakh", "Kazakhs Kazakh’s", "Kazakhstan"),
    ("de", "Vertrag", "Verträge Verträgen Vertrages", "vertragen verträglich Betrag"),
    ("de", "Gas", "Gase Gases", "Gasse Gast Gäste"),
    ("de", "Klimapolitik", "Klimapolitik", "Klimapolitiker"),
    ("fr", "taxe", "taxes", "taxi taxation"),
    ("fr", "européen", "européenne européens européennes", "Europe"),
    ("fr", "énergie", "énergies l'énergie d’énergie", "énergique"),
    ("es", "paro", "paros", "para"),
    ("es", "comunismo", "Comunismo", "común comunista comunidad"),
    ("es", "puerto", "puertos", "puerta puertas"),
    ("es", "trabajador", "trabajadora trabajadores", "trabajo"),
    ("ru", "Путин", "Путина Путину Путиным", "путь пути"),
    ("ru", "банк", "банки банке банков", "банкир"),
    ("ru", "война", "войны войн войну", "военный воин"),
    ("uk", "Росія", "Росії Росією", "російський росіяни"),
    ("uk", "Зеленський", "Зеленського Зеленському", "зелений"),
    ("pl", "energia", "energii energię", "energiczny"),
    ("fi", "energia", "energian energiaa energiasta", "energinen"),
    ("fi", "Putin", "Putinin Putinille", "putki"),
    ("tr", "enerji", "enerjisi enerjiyi", "enerjik"),
    ("tr", "İstanbul", "İSTANBUL İstanbul'da", "istasyon"),
    ("el", "πόλεμος", "πολέμου πόλεμο", "πολεμιστής"),
    ("ar", "طاقة", "الطاقة والطاقة للطاقة", "طقس"),
    ("he", "חוק", "החוק חוקים בחוק", "חוץ"),
    ("ko", "에너지", "에너지를 에너지의 에너지에서는", "에너지부"),
    ("hu", "törvény", "törvényt törvények", "törvénytelen"),
    ("cs", "válka", "války válku", "válec"),
    ("sv", "regering", "regeringen regeringens", "regera"),
]


@pytest.mark.parametrize(("language", "word", "forms", "others"), FORMS, ids=[f"{row[0]}-{row[1]}" for row in FORMS])
def test_forms_of_a_word_and_no_others(language: str, word: str, forms: str, others: str) -> None:
    inflection = Inflection(language)
    assert [form for form in forms.split() if not inflection.is_form(form, word)] == []
    assert [form for form in others.split() if inflection.is_form(form, word)] == []


def test_a_function_word_is_a_form_of_itself_alone() -> None:
    inflection = Inflection("en")
    assert inflection.is_form("WHO", "who")
    assert not inflection.is_form("whom", "who")
    assert Inflection("es").is_function_word("Para")
    assert not Inflection("es").is_function_word("trabajo"), "the list has nouns, too"


def test_a_language_without_a_dictionary_is_learned_from_the_corpus() -> None:
    # an invented language, with the endings -ko and -lu
    stems = [a + b + c for a in ("bar", "dem", "fol", "gun", "hit") for b in "aeiou" for c in ("rs", "nt", "kl")]
    endings = ("", "ko", "lu")
    corpus = [stem + ending for stem in stems for ending in endings]
    filler = [
        f"{a}{b}{c}{d}" for a in "bcdfg" for b in "aeiou" for c in "zvwxj" for d in ("yms", "ymp", "yth", *"qpdfghjlc")
    ]
    grown = [f"{word}{i}" for i in "aeiou" for word in filler]
    inflection = Inflection("qx", [*corpus, *filler, *grown])
    assert not inflection.is_thin
    assert inflection.is_form("baranteko", "barante") == inflection.is_form("barantelu", "barante")
    assert inflection.is_form("demarsko", "demars")
    assert inflection.is_form("demarslu", "demarsko")
    assert not inflection.is_form("demarsti", "demars")


def test_a_small_corpus_of_an_unknown_language_teaches_nothing() -> None:
    inflection = Inflection("kk", ["Казахстан", "Казахстанның"])
    assert inflection.is_thin
    assert not inflection.is_form("Казахстанның", "Казахстан")
    assert inflection.is_form("ҚАЗАҚСТАН", "қазақстан")
    assert not any(Inflection(language).is_thin for language in ("en", "uk", "eu", "ko", "zh", "ja", "th"))


@settings(deadline=None)  # the first call loads a dictionary
@given(
    st.sampled_from(["en", "de", "uk", "ko", "he", "xx"]), st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12)
)
def test_any_two_words_can_be_compared_and_each_is_a_form_of_itself(language: str, word: str, other: str) -> None:
    inflection = Inflection(language)
    assert inflection.is_form(word, word)
    assert isinstance(inflection.is_form(word, other), bool)
