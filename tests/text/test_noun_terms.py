"""Nouns, names and noun phrases of texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.text import NounTerms, find_noun_terms

BANKS = [
    "The Bank of England raised its interest rates on Monday.",
    "Interest rates are set by the Bank of England, said Prime Minister Tony Blair.",
    "President Bush met Tony Blair. The rates of interest were no matter of theirs.",
    "New York Yankees fans went to New York: the interest rates rose.",
    "In New York, the Yankees won; fans of the New York Yankees sang.",
    "The prices of Tony Blair's house, the prices of houses, and house prices.",
]


def shown(found: NounTerms, phrases: bool = True) -> set[str]:
    return {form for term, form in found.written.items() if (term in found.parts) == phrases}


def test_names_and_phrases_are_whole() -> None:
    found = shown(find_noun_terms(BANKS, "en"))
    assert {"Bank of England", "interest rates", "Tony Blair", "New York"} <= found


def test_titles_and_parts_of_names_are_no_names() -> None:
    found = shown(find_noun_terms(BANKS, "en"))
    assert not any(name.startswith(("President", "Minister Tony")) for name in found)
    assert "York Yankees" not in found


def test_phrases_have_no_verbs() -> None:
    texts = ["They sell natural gas.", "We sell natural gas, and they sell it.", "He will sell natural gas to the bank."]
    assert shown(find_noun_terms(texts, "en")) == {"natural gas"}


def test_singular_or_plural_is_as_written_most_often() -> None:
    found = find_noun_terms(["The rate of the bank.", "The rates of the banks.", "The rates of a bank."], "en")
    assert shown(found, phrases=False) == {"rates", "bank"}


def test_a_word_of_headlines_is_shown_in_its_usual_spelling() -> None:
    texts = ["PEOPLESOFT of the NATO", "PEOPLESOFT and the NATO", "The shares of PeopleSoft."]
    assert {"PeopleSoft", "NATO"} <= shown(find_noun_terms(texts, "en"), phrases=False)


def test_documents_count_terms_and_phrases_beside_their_words() -> None:
    found = find_noun_terms(["The natural gas, natural gas and the gas.", "The natural gas.", "Of the gas."], "en")
    counts = {found.written[term]: times for term, times in found.documents[0].items()}
    assert counts["gas"] == 3
    assert counts["natural gas"] == 2
    assert [len(document) for document in found.documents[1:]] == [2, 1]


def test_a_term_is_in_as_many_texts_as_asked_for() -> None:
    texts = ["The gas of the bank.", "The gas of the pipeline."]
    assert shown(find_noun_terms(texts, "en", min_count=2), phrases=False) == {"gas"}
    assert shown(find_noun_terms(texts, "en"), phrases=False) == {"gas", "bank", "pipeline"}


def test_chinese_nouns_are_joined_without_spaces() -> None:
    found = find_noun_terms(["能源合作很重要。", "两国的能源合作。", "他们继续能源合作。"], "zh")
    assert "能源合作" in found.written.values()


def test_spanish_phrases_begin_with_a_noun() -> None:
    texts = ["La política económica del gobierno.", "Una política económica nueva.", "Con la política económica de hoy."]
    assert shown(find_noun_terms(texts, "es")) == {"política económica"}


def test_a_passage_is_the_noun_phrase_that_is_worth_most() -> None:
    found = find_noun_terms(["We saw the price of natural gas in the winter; the boats were late.", "The boats."], "en")
    worth = {term: 2.0 if "gas" in term else 1.0 for term in found.written}
    assert found.passage(range(2), worth) == "price of natural gas in the winter"
    assert found.passage(range(1, 2), worth) == "boats"
    assert found.passage(range(2), worth, longest=2) == "gas"


@given(st.lists(st.text(max_size=60), max_size=5), st.sampled_from(["en", "de", "zh", "ja", "ko", "th", "hu"]))
@settings(max_examples=60, deadline=None)
def test_any_texts_have_terms_or_none(texts: list[str], language: str) -> None:
    found = find_noun_terms(texts, language)
    assert len(found.documents) == len(texts)
    known = {term for document in found.documents for term in document}
    assert known == found.written.keys() == found.nouns.keys() >= found.parts.keys()
    assert all(found.written.values())


@pytest.mark.parametrize("texts", [[], [""], ["It is what it was."]])
def test_nothing_comes_of_nothing(texts: list[str]) -> None:
    found = find_noun_terms(texts, "en")
    assert found.written == {}
    assert found.passage(range(len(texts)), {}) == ""
