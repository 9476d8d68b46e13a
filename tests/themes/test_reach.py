"""What a keyword reaches: everyday words are broad, other words are strange, and neither is said of a sensible keyword."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from topics import codebook as codebooks
from topics.reading import Corpus
from topics.themes import Audit, audit_codebook
from topics.themes.audit.reach import Reach, general_frequency, is_broad, is_form_of, is_strange, shown_form, word_families

LENGTHS = np.full(200, 25)
"""Words of 200 paragraphs."""


def reach(forms: dict[str, int], share: float = 0.2) -> Reach:
    """What stands in this share of 200 paragraphs, in these forms."""
    rows = list(range(round(share * len(LENGTHS))))
    return Reach(rows, [(0, 1)] * len(rows), Counter(forms))


def book(*keywords: str) -> codebooks.Codebook:
    return codebooks.from_dict({"theme": [{"name": "a", "keywords": list(keywords)}]})


# A word that is everyday, the subject of a corpus, keywords with forms of other words, and keywords with forms of their own.
CASES: dict[str, tuple[list[str], list[str], dict[str, str], dict[str, str]]] = {
    "en": (
        ["people", "time times", "who", "make makes making made", "work working works"],
        ["immigrants", "tax", "government", "climate change"],
        {
            "gas*": "gas gas gasp gastronomy gastronomy gaslight",
            r"/\bcar\w*/": "car cards cards career carried carried care carbon",
            "united": "unit unit units united",
        },
        {
            "energ*": "energy energy energies energetic energise",
            "econom*": "economy economic economic economist economists economical",
            "immigra*": "immigrants immigration immigrant immigrate",
            "gas*": "gas gas gas gases gasp",
            "policy": "policies policies policy",
            "mouse": "mice mice mice",
            "climate change": "climate-change climate-changes climate-changes",
            "multi-polar": "multipolar multipolar multi-polar",
            "/(oil|gas|coal|uranium) prices?/": "oil-price gas-prices coal-price uranium-price",
        },
    ),
    "de": (
        ["Menschen Mensch", "machen macht machte"],
        ["steuer", "flüchtlinge"],
        {"bar*": "bar barock barriere bart barfuß", "für*": "für für fürst fürsorge fürchten"},
        {"Steuer": "steuern steuern steuer steuersenkung", "Energie": "energiepolitik energiepolitik energie energien"},
    ),
    "fr": (
        ["temps", "faire fait"], ["impôts"], {"mar*": "marché mari marque marteau marin"},
        {"économ*": "économie économique économiques économiste", "loi": "lois lois loi"},
    ),
    "es": (
        ["año años", "hacer hace"], ["inmigración"],
        {"paro": "para para para paro", "partido": "parte parte partes partido"},
        {"ley": "leyes leyes ley"},
    ),
    "ru": (
        ["люди людей людям", "год года лет"], ["налоги"], {"газ*": "газета газеты газон газ газель"},
        {"эконом*": "экономика экономики экономический экономист"},
    ),
    "uk": (
        ["люди людей людям", "хто"], ["податки"], {"пар*": "пара парк партія парасоля"},
        {"енергія": "енергії енергію енергії", "енерг*": "енергії енергетики енергетичний енергетична"},
    ),
    "pl": (["ludzie ludzi"], ["podatki"], {"kar*": "kara karta kariera karp"}, {"energia": "energii energii energię"}),
    "tr": (["zaman"], ["vergi"], {"kar*": "kar karar kardeş karşı"}, {"enerji": "enerjisi enerjisi enerjinin"}),
    "zh": (["问题"], ["石油"], {}, {"石油": "石油 石油 石油"}),
}  # fmt: skip


@pytest.mark.parametrize("language", CASES)
def test_everyday_and_other_words_are_told_from_sensible_keywords(language: str) -> None:
    everyday, subjects, strange, sensible = CASES[language]
    for forms in map(str.split, everyday):
        assert is_broad(reach({shown_form(form, "a"): 20 for form in forms}, 0.1), forms[0], LENGTHS, language), forms
    for subject in subjects:
        assert not is_broad(reach({subject: 200}, 0.5), subject, LENGTHS, language), subject
    for keyword, forms in strange.items():
        assert is_strange(reach(Counter(forms.split())), keyword, language), keyword
    for keyword, forms in sensible.items():
        assert not is_strange(reach(Counter(form.replace("-", " ") for form in forms.split())), keyword, language), keyword


def test_an_acronym_in_capitals_is_not_the_word_that_it_spells() -> None:
    assert not is_broad(reach({"WHO": 40}), "WHO", LENGTHS, "en")
    assert is_broad(reach({"WHO": 10, "who": 30}), "WHO", LENGTHS, "en")


def test_a_word_that_is_everyday_elsewhere_may_be_what_a_corpus_is_about() -> None:
    assert is_broad(reach({"work": 40}, 0.1), "work", LENGTHS, "en")
    assert not is_broad(reach({"work": 200}, 0.9), "work", LENGTHS, "en")


def test_where_frequencies_are_unknown_only_most_paragraphs_are_too_many() -> None:
    assert general_frequency(["sõna"], "et") is None
    assert not is_broad(reach({"sõna": 100}, 0.5), "sõna", LENGTHS, "et")
    assert is_broad(reach({"sõna": 150}, 0.75), "sõna", LENGTHS, "et")


def test_few_paragraphs_and_rare_keywords_are_not_judged() -> None:
    assert not is_broad(reach({"people": 4}, 0.02), "people", LENGTHS, "en")
    assert not is_broad(Reach([0, 1, 2], [(0, 6)] * 3, Counter({"people": 3})), "people", LENGTHS[:29], "en")


def test_a_phrase_is_as_rare_as_its_rarest_word_and_no_word_counts_twice() -> None:
    assert general_frequency(["new york"], "en") == general_frequency(["york"], "en")
    assert general_frequency(["company", "company's"], "en") == general_frequency(["company"], "en")


def test_a_word_that_the_dictionary_lacks_passes_and_a_function_word_does_not() -> None:
    assert is_form_of("blorbifies", "blorb", "en")
    assert not is_form_of("them", "themer", "en")


def test_families_count_every_occurrence() -> None:
    forms = Counter({"economy": 9, "economic": 3, "gasp": 2, "gasps": 1})
    assert sorted(word_families(forms, "/x/", "en")) == [3, 12]


@given(
    forms=st.dictionaries(st.text(min_size=1, max_size=12), st.integers(1, 50), min_size=1, max_size=8),
    keyword=st.sampled_from(["gas", "gas*", "/ga.*/", "climate change", "天然气", "WHO", "U.S."]),
    language=st.sampled_from(["en", "tr", "ko", "zh", "et"]),
)
@settings(deadline=None)  # the first example of a language reads its dictionary
def test_any_form_can_be_judged(forms: dict[str, int], keyword: str, language: str) -> None:
    found = reach(forms)
    assert is_broad(found, keyword, LENGTHS, language) in (True, False)
    assert is_strange(found, keyword, language) in (True, False)
    assert sum(word_families(found.forms, keyword, language)) == sum(forms.values())


# in the audit


def audited(texts: list[str], *keywords: str, language: str = "en") -> Audit:
    """The audit of these texts, each of an article of its own, for one theme with these keywords."""
    corpus = make_corpus(texts, [f"a{i:03d}" for i in range(len(texts))])
    return audit_codebook(Corpus(corpus.articles, corpus.paragraphs, corpus.dropped, language=language), book(*keywords))


EVERYDAY = {
    "en": (
        ["The people of the village bake bread.", "Bread and butter are on the table.", "Flour is dear."],
        "people",
        "bread",
    ),
    "de": (["Die Zeit vergeht, und das Brot wird hart.", "Brot und Butter sind da.", "Mehl ist teuer."], "Zeit", "Brot"),
    "fr": (["Avec le temps le pain durcit.", "Du pain et du beurre.", "La farine est chère."], "temps", "pain"),
    "es": (["Con el tiempo el pan se pone duro.", "Hay pan y mantequilla.", "La harina es cara."], "tiempo", "pan"),
    "ru": (["Люди в деревне пекут хлеб.", "Хлеб и масло на столе.", "Мука дорога."], "люди", "хлеб"),
    "uk": (["Люди в селі печуть хліб.", "Хліб і масло на столі.", "Борошно дороге."], "люди", "хліб"),
    "pl": (["Ludzie we wsi pieką chleb.", "Chleb i masło są tutaj.", "Mąka jest droga."], "ludzie", "chleb"),
}


@pytest.mark.parametrize("language", EVERYDAY)
def test_usable_is_never_said_of_a_codebook_with_an_everyday_word(language: str) -> None:
    lines, everyday, sensible = EVERYDAY[language]
    # padded, so that an everyday word is no more frequent than in other texts
    texts = [f"{line} {'xyzzy ' * 15}" for line in [lines[0]] * 6 + [lines[1]] * 24 + [lines[2]] * 30]
    found = audited(texts, everyday, sensible, language=language)
    rows = found.keywords.set_index("keyword")
    assert rows.loc[everyday, "verdict"] == "broad"
    assert rows.loc[sensible, "verdict"] not in ("broad", "strange")
    assert not found.usable
    finding = next(finding for finding in found.findings if "too common to indicate one theme" in finding)
    assert f"{everyday} (a; 6 paragraphs: {everyday.lower()} (6))" in finding
    assert "Use a phrase" in finding
    assert [title for title, _ in found.concordance()] == [f"{everyday} (a, broad): {everyday.lower()} (6)"]
    assert all(f"[{line.split('[')[1].split(']')[0]}]" in line for _, lines in found.concordance() for line in lines)


def test_usable_is_never_said_of_a_codebook_with_a_strange_keyword() -> None:
    said = ["We heard a gasp.", "Local gastronomy is famous.", "A gaslight burned.", "They gasped."]
    texts = [*BREAD, *STARS, *BOATS]
    found = audited([f"{text} {said[i % 4]}" if i < 12 else text for i, text in enumerate(texts)], r"/\bgas\w*/", "oven")
    assert found.keywords["verdict"].tolist()[0] == "strange"
    assert not found.usable
    finding = next(finding for finding in found.findings if "mostly match other words" in finding)
    assert "gaslight (3), gasp (3), gasped (3), gastronomy (3)" in finding
    assert "narrower wildcard" in finding
