"""Terms of a corpus: what is one term, what is none, and how it is written."""

from collections import Counter

import pytest
from conftest import vocabulary_of
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.text import Vocabulary, segmentation


def shown(texts: list[str], language: str = "en", phrases: bool = True, min_count: int = 0) -> list[list[str]]:
    vocabulary = vocabulary_of(texts, language, phrases=phrases, min_count=min_count)
    return [[vocabulary.show(term) for term in document] for document in vocabulary.documents]


def terms(texts: list[str], language: str = "en", phrases: bool = True, min_count: int = 0) -> set[str]:
    return {term for document in shown(texts, language, phrases, min_count) for term in document}


FILLER = [
    "We looked at old maps while rain fell on gardens, roofs, ponds and hedges.",
    "They painted a wall green; later somebody scratched letters, hearts and arrows into it.",
    "A baker sold bread, rolls and plum cakes before dawn, until his oven broke.",
    "She walked home along canals, counting ducks, boats, bicycles and lamps.",
    "Musicians rehearsed quietly: drums, flutes, two harps, and one stubborn accordion.",
]


def test_neither_stop_words_nor_numbers_nor_scraps_are_terms():
    text = (
        "It wasn't the 25 ships, nor 1,300 of the 1990s, 600m or £5: x and re, they're two million; but the 5G and the G20."
    )
    assert shown([text]) == [["ships", "5G", "G20"]]


def test_inflections_are_one_term_in_its_most_frequent_form():
    vocabulary = vocabulary_of(["Old pipelines leak.", "They lay a pipeline, and two pipelines more."])
    assert [document.count("pipelin") for document in vocabulary.documents] == [1, 2]
    assert vocabulary.show("pipelin") == "pipelines"


def test_a_form_counts_inside_sentences_and_ties_go_by_the_alphabet():
    texts = [
        "Energy costs more. Energy is scarce. Now energy is traded by Gazprom and the EU.",
        "Gazprom fell. EU rules held.",
    ]
    assert {"energy", "Gazprom", "EU"} <= terms(texts)
    assert "border" in terms(["They cross a borders line, a border line."])
    assert "Borders" in terms(["Borders moved."]), "a word that only opens sentences is shown as it stands"


def test_a_term_that_the_corpus_lacks_is_shown_as_it_is():
    assert vocabulary_of(["Gas flows."]).show("uranium") == "uranium"


PHRASES = [
    "They burn natural gas here. Few sell natural gas there.",
    "We need natural gas, and the gas price rose.",
    "Prices of natural gas fell in natural parks.",
    "It looks natural, gas or not. All is natural. Gas is next.",
]


def test_a_phrase_consumes_its_words_but_not_across_punctuation():
    found = shown([*PHRASES, *FILLER])
    assert [document.count("natural gas") for document in found[:4]] == [2, 1, 1, 0]
    assert [document.count("gas") for document in found[:4]] == [0, 1, 0, 2]


def test_words_that_meet_by_chance_are_no_phrase():
    met = [
        f"{fuel} {verb}." for fuel in ("wood", "oil", "coal", "peat") for verb in ("burns", "leaks", "smells", "sells")
    ] * 3
    assert "natural gas" in terms([*PHRASES, *FILLER, *met])
    assert not {pair.removesuffix(".") for pair in met} & terms([*PHRASES, *FILLER, *met])


def test_two_times_are_too_few_for_a_phrase_and_three_are_enough():
    assert "machine tools" not in terms(["He sold machine tools.", "She bought machine tools.", *FILLER])
    assert "machine tools" in terms(
        ["He sold machine tools.", "She bought machine tools.", "We saw machine tools.", *FILLER]
    )


def test_the_longest_phrase_wins():
    texts = [f"They {verb} cubic metre gauges there." for verb in ("sell", "buy", "mend", "steal")]
    assert "cubic metre gauges" in terms([*texts, *FILLER])
    assert not {"cubic metre", "metre gauges", "cubic"} & terms([*texts, *FILLER])


def test_a_longer_phrase_that_is_rare_beside_its_part_is_none():
    texts = [
        *(f"They {verb} natural gas." for verb in ("buy", "burn", "need", "waste")),
        *["Few mine natural gas hydrates."] * 3,
    ]
    assert {"natural gas", "hydrates"} <= terms([*texts, *FILLER])


NAMES = [
    "The Belt and Road Initiative grew. Russia and China signed.",
    "Few joined the Belt and Road Initiative. China and Russia left.",
    "A Belt and Road Initiative has friends. Russia and China met.",
    "The Bank of China lent to the Ministry of Foreign Affairs. He met Xi Jinping.",
    "People say the Bank of China waits. Russia sells. China buys. Russia and China talk.",
    "Critics of the European Union met Xi Jinping and the Ministry of Foreign Affairs. The European Union slept.",
    "Power of Siberia pumps. They filled the Power of Siberia. In New York they envied the Power of Siberia.",
    "He said that New York has the power of a bank, and that Siberia is cold.",
    "They saw the People's Bank there, where people met. Then the People's Bank shut. It was Russia's Bank.",
]


@pytest.mark.parametrize(
    "name",
    [
        *("Belt and Road Initiative", "Bank of China", "Ministry of Foreign Affairs", "Power of Siberia"),
        *("European Union", "New York", "Xi Jinping", "People's Bank"),
    ],
)
def test_names_are_whole(name: str):
    assert name in terms(NAMES)


def test_two_names_with_a_conjunction_stay_two():
    assert not {"Russia and China", "China and Russia"} & terms(NAMES)
    assert shown(NAMES)[0] == ["Belt and Road Initiative", "grew", "Russia", "China", "signed"]


def test_a_common_word_does_not_join_two_names():
    texts = [
        "They saw Brown and Blair.",
        "We saw Brown and Blair. We know Brown.",
        "He fed Brown brown rice; then Blair saw Blair.",
    ]
    assert "Brown and Blair" not in terms([*texts, *FILLER[:3]])


def test_small_letters_are_no_name():
    assert shown(["They visit the Red Square.", "She draws a red square."])[1][1:] == ["red", "square"]
    assert shown(NAMES)[7] == ["New York", "power", "Bank", "Siberia", "cold"]


def test_the_possessor_is_no_part_of_a_name_unless_a_common_word():
    texts = ["We saw Finland's Bank.", "They saw Finland's Bank.", "He saw Finland's Bank."]
    assert {"Finland", "Bank"} <= terms([*texts, *FILLER])


@pytest.mark.parametrize(
    "headline", ["Power Of Siberia Feeds Hungry Chinese Factories", "POWER OF SIBERIA FEEDS HUNGRY FACTORIES"]
)
def test_a_headline_is_not_one_name_but_holds_the_names_known_elsewhere(headline: str):
    found = shown([*NAMES, headline, "They feed hungry cats in factories."])[len(NAMES)]
    assert found[0] == "Power of Siberia"
    assert {"hungry", "factories"} <= set(found)


def test_a_title_and_an_apposition_are_no_part_of_a_name():
    texts = [f"{who} met President Igor Volkov and the singer Olga Petrova." for who in ("He", "She", "They", "We")]
    assert {"President", "Igor Volkov", "singer", "Olga Petrova"} <= terms(texts)


def test_a_surname_that_always_means_one_person_is_one_term_with_the_name():
    texts = ["He met Vladimir Putin.", "She saw Putin. Then Putin left.", "We know Vladimir Putin.", "Later Mr Putin slept."]
    vocabulary = vocabulary_of(texts)
    assert Counter(term for document in vocabulary.documents for term in document)["putin"] == 5
    assert vocabulary.show("putin") == "Putin"
    two = [*texts, "It was Lyudmila Putin. No, we asked Lyudmila Putin and Lyudmila Putin only."]
    assert {"Vladimir Putin", "Lyudmila Putin", "Putin"} <= terms([*two, *FILLER])


def test_a_surname_that_is_a_common_word_too_stays_apart():
    texts = ["He met Gordon Brown. They ate brown rice.", "She met Gordon Brown. Then he saw Brown.", "They own brown dogs."]
    assert {"Gordon Brown", "brown"} <= terms([*texts, *FILLER])


def test_a_place_is_not_its_newspaper():
    texts = [
        "I read the Moscow Herald.",
        "We read the Moscow Herald.",
        *["He lives in Moscow. She left Moscow."] * 6,
        *FILLER,
    ]
    assert {"Moscow", "Moscow Herald"} <= terms(texts)


def test_a_syllable_behind_a_hyphen_belongs_to_the_name():
    assert "Kim Jong-un" in terms(["They saw Kim Jong-un.", "He met Kim Jong-un there."])


def test_names_in_cyrillic():
    texts = ["Там Владимир Путин встретил гостя.", "Газопровод «Сила Сибири» готов.", "Мы видели Силу Сибири."]
    assert {"Владимир Путин", "Сила Сибири"} <= terms(texts, "ru")


def test_german_nouns_are_no_names_but_company_tells():
    texts = [f"{who} sah gestern Haus Garten Zaun und erneuerbare Energien." for who in ("Er", "Sie")]
    assert not any(" " in term for term in terms(texts, "de"))
    assert "erneuerbare Energien" in terms(
        [*texts, "Wir brauchen erneuerbare Energien.", "Erneuerbare Energien fehlen."], "de"
    )


def test_an_article_before_an_apostrophe_is_no_part_of_a_french_word():
    assert shown(["Moins d'énergie, plus l’énergie."], "fr") == [["énergie", "énergie"]]


def test_chinese_words_next_to_each_other_are_a_phrase():
    texts = ["中国进口液化天然气。", "液化天然气价格上涨。", "俄罗斯出口液化天然气。", "天然气管道"]
    found = shown(texts, "zh")
    assert [document.count("液化天然气") for document in found] == [1, 1, 1, 0]
    assert {"天然气", "管道"} == {*found[3]}
    assert "液化天然气" not in terms(texts, "zh", phrases=False)


@pytest.fixture
def without_segmenters(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    segmentation._segmenter.cache_clear()
    yield
    segmentation._segmenter.cache_clear()


@pytest.mark.usefixtures("without_segmenters")
def test_pairs_of_an_unspaced_script_grow_into_the_longer_word():
    texts = ["中国进口天然气。", "天然气价格上涨。", "俄罗斯出口天然气。", "天然条件好,气候变冷。"]
    found = shown(texts, "zh")
    assert [document.count("天然气") for document in found] == [1, 1, 1, 0]
    assert "口天" not in found[0], "a pair that overlaps the word is none"
    assert "天然" in found[3]
    assert shown(["价格的变化"], "zh") == [["价格", "变化"]], "a particle parts words"
    assert "天然气" not in terms(["天然气。"] * 5, "zh", phrases=False)


def test_without_phrases_terms_are_single_stems():
    vocabulary = vocabulary_of([*NAMES, *PHRASES], phrases=False)
    assert not any(" " in term for document in vocabulary.documents for term in document)
    assert "Siberia" in terms(NAMES, phrases=False)


def test_from_thirty_texts_on_a_term_stands_in_two():
    texts = ["A lonely walrus swam.", *["Rivers froze."] * 28]
    assert "walrus" in terms(texts)
    assert "walrus" not in terms([*texts, "Rivers froze."])
    assert "walrus" in terms([*texts, "Rivers froze."], min_count=1)


def test_a_name_below_the_limit_falls_back_to_its_words():
    texts = ["They left Lake Baikal, Lake Baikal, Lake Baikal.", "Some swim in Baikal.", "A Lake froze."]
    assert "Lake Baikal" in terms(texts)
    assert shown(texts, min_count=2) == [["Lake", "Baikal"] * 3, ["Baikal"], ["Lake"]]


@pytest.mark.parametrize("texts", [[], [""], ["", "  \n"], ["the and of"], ["?!"], ["12 3.4"], ["New The Of And"], ["gas"]])
def test_hardly_any_text_is_no_error(texts: list[str]):
    vocabulary = vocabulary_of(texts)
    assert isinstance(vocabulary, Vocabulary)
    assert len(vocabulary.documents) == len(texts)


PIECES = st.sampled_from(
    [*NAMES, *PHRASES, "天然气价格。", "L’Union européenne. ", "GAS DEAL ", "Putin ", "Vladimir Putin. ", "’s "]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(PIECES | st.text(max_size=10), max_size=4).map("".join), max_size=8), st.randoms(), st.data())
def test_the_order_of_the_texts_changes_nothing(texts: list[str], random, data):
    language = data.draw(st.sampled_from(["en", "ru", "zh", "de", "fr", "xx"]))
    order = list(range(len(texts)))
    random.shuffle(order)
    one, other = vocabulary_of(texts, language), vocabulary_of([texts[i] for i in order], language)
    assert other.documents == tuple(one.documents[i] for i in order)
    assert one.written == other.written
    assert all(one.show(term) for document in one.documents for term in document)
