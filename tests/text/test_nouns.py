"""Nouns, told by neighbours, endings and capitals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.text.grammar import Role, grammar, roles
from topics.text.nouns import BREAK, read_words
from topics.text.segmentation import missing_segmenters

ENGLISH = [
    "The government will sell the shares of the bank, and the bank does not complain.",
    "They sell gas to the angry neighbours; he will sell the pipeline, too.",
    "A foreign company can sell the shares. The foreign company is in New York, we learn.",
    "We learn that the price of gas is high, and they learn it from the bank.",
    "In winter the very angry owners of the pipeline must learn to sell gas.",
]
SPANISH = [
    "El gobierno vendió las acciones del banco, y la política económica del gobierno no cambió.",
    "Los bancos venden el gas; la crisis económica fue muy dura. El gas es del banco.",
    "La reforma económica del gobierno: los ministros quieren vender el gas a los vecinos.",
]
GERMAN = [
    "Die Regierung will die Anteile der Bank verkaufen, und die neue Regierung verkauft das Gas.",
    "Das neue Gas ist teuer, sagt die Bank; neue Preise gelten für die Regierung.",
]
RUSSIAN = [
    "Правительство хочет продать акции банка, и новый министр может продать газ без договора.",
    "В банке говорят, что новый договор с правительством не нужен; цена на газ выросла.",
    "О новом договоре говорят в правительстве, о цене на газ говорят в банке.",
]


def shares(texts: list[str], language: str) -> dict[str, float]:
    return {form: own.noun_share for form, own in read_words(texts, language).evidence().items()}


def test_english_nouns_stand_after_articles_and_verbs_after_pronouns_and_modals() -> None:
    found = shares(ENGLISH, "en")
    assert min(found[word] for word in ("government", "shares", "bank", "gas", "pipeline", "price", "company")) > 0.5
    assert max(found[word] for word in ("sell", "learn", "complain", "angry")) < 0.5
    assert read_words(ENGLISH, "en").evidence()["sell"].is_verb


def test_a_verb_in_the_third_person_is_told_by_its_base_form() -> None:
    texts = ["He will learn. They learn, she can learn, we learn.", "The child learns, the bank learns, a neighbour learns."]
    assert shares(texts, "en")["learns"] < 0.5 < shares(["The plans of the bank, and a plan for the plans."], "en")["plans"]


def test_adjectives_of_names_are_parts_of_phrases_but_no_nouns() -> None:
    found = shares(["We saw New York, and New York saw us.", "The new bank in New York is new."], "en")
    assert found["new"] < 0.1
    assert found["york"] > 0.9


def test_spanish_verbs_are_told_by_their_infinitives_and_adjectives_by_their_gender() -> None:
    found = shares(SPANISH, "es")
    assert min(found[word] for word in ("gobierno", "gas", "banco", "acciones", "reforma")) > 0.5
    assert max(found[word] for word in ("vendió", "venden", "quieren", "económica")) < 0.5


def test_german_nouns_have_capitals() -> None:
    found = shares(GERMAN, "de")
    assert min(found[word] for word in ("regierung", "bank", "gas", "anteile")) > 0.9
    assert max(found[word] for word in ("verkaufen", "verkauft", "neue", "teuer")) < 0.1


def test_russian_verbs_and_adjectives_are_told_by_their_lemmas() -> None:
    found = shares(RUSSIAN, "ru")
    assert min(found[word] for word in ("банке", "договор", "газ", "правительство", "цене")) > 0.4
    assert max(found[word] for word in ("продать", "говорят", "новый", "новом")) < 0.2


def test_only_nouns_are_left_of_chinese() -> None:
    reading = read_words(["我们可以看到，三峡大坝是世界上最大的水电站。"], "zh")
    assert {"水电站", "世界"} <= reading.uses.keys()
    assert reading.uses.keys().isdisjoint({"可以", "我们", "看到", "最大"})


@pytest.mark.skipif(bool(missing_segmenters(["ja"])), reason="the extra cjk is not installed")
def test_only_nouns_are_left_of_japanese() -> None:
    reading = read_words(["火山の噴火に備えて、県は避難計画を作成している。"], "ja")
    assert {"火山", "噴火", "避難", "計画"} <= reading.uses.keys()
    assert reading.uses.keys().isdisjoint({"ている", "いる", "備える", "備え"})


def test_korean_nouns_lose_their_particles() -> None:
    reading = read_words(["정부는 시스템을 설치했다. 정부가 시스템의 서버를 샀다."], "ko")
    assert {"정부", "시스템", "서버"} <= reading.uses.keys()


def test_what_is_no_word_and_what_says_nothing_is_left_out() -> None:
    reading = read_words(["On Monday the bank's 300 clerks, in March, didn't march: it's 5% of U.S. banks."], "en")
    assert reading.texts[0][:5] == ["On", "Monday", "the", "bank", BREAK]
    assert {"bank", "clerks", "march", "banks"} <= reading.uses.keys()
    assert reading.uses.keys().isdisjoint({"monday", "didn't", "it's", "300", "the", "bank's"})
    assert reading.uses["march"].count == 1


def test_the_country_is_not_the_pronoun() -> None:
    assert "u.s." in read_words(["The US and us."], "en").uses
    assert read_words(["The US and us."], "en").uses["u.s."].count == 1


def test_function_words_of_a_language_without_grammar_are_its_stop_words() -> None:
    assert set(roles("hu").values()) == {Role.FUNCTION}
    assert grammar("hu").kind == "adjectives first"
    assert roles("en")["the"] == Role.DETERMINER
    assert roles("nb") == roles("nb") | {"det": Role.DETERMINER}


@given(st.lists(st.text(max_size=60), max_size=5), st.sampled_from(["en", "de", "zh", "ja", "ko", "th", "hu"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(texts: list[str], language: str) -> None:
    reading = read_words(texts, language)
    assert len(reading.texts) == len(texts)
    assert all(0 <= own.noun_share <= 1 for own in reading.evidence().values())
    assert {word for words in reading.texts for word in words} <= reading.forms.keys()
