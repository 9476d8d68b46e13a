"""Words of scripts without spaces."""

import importlib.util

import pytest
from conftest import vocabulary_of
from hypothesis import given
from hypothesis import strategies as st

from topics.text import Lsa, build_vocabulary, count_words, read_phrase_tokens, segmentation, tokenise, tokenise_all
from topics.text.segmentation import missing_segmenters, segment

CHINESE = [
    "长江是中国最长的河流，发源于青藏高原，在上海附近流入东海。我们可以看到，三峡大坝是世界上最大的水电站之一。",
    "黄河流经九个省区，因为河水带有大量泥沙，所以水是黄色的。人们没有忘记历史上的多次洪水，但是水库已经减少了洪水。",
    "这些水电站不能只为一个城市供电，它们通过输电线路把电力送到沿海地区。三峡大坝的水库也可以减少洪水。",
]
JAPANESE = [
    "富士山は日本で最も高い山で、静岡県と山梨県にまたがっている。火山は江戸時代に最後に噴火したことが知られている。",
    "多くの登山者が夏に富士山を登っている。山頂の気温は夏でも低いため、登山者は暖かい服を持っていくことができるようにしている。",
    "火山の噴火に備えて、県は避難計画を作成している。ハザードマップによると、溶岩が鉄道に達することもあると考えられる。",
]
FUNCTION_WORDS = {
    "zh": "可以 不能 一个 我们 没有 人们 因为 所以 它们 通过 已经 这些 之一 大量 但是",
    "ja": "ている いる こと ため よう する できる ある もの よる 考える おり",
}
needs_sudachi = pytest.mark.skipif(bool(missing_segmenters(["ja"])), reason="the extra cjk is not installed")


def words(text: str, language: str) -> list[str]:
    return [text[word.start : word.end] for word in segment(text, language)]


def shown(texts: list[str], language: str) -> list[str]:
    vocabulary = vocabulary_of(texts, language)
    return [vocabulary.show(term) for document in vocabulary.documents for term in document]


def test_chinese_is_segmented_into_content_words() -> None:
    found = shown(CHINESE, "zh")
    assert {"长江", "青藏高原", "上海", "水电站", "洪水", "水库", "泥沙", "城市"} <= {*found}
    assert not {*FUNCTION_WORDS["zh"].split()} & {*found}
    assert found.count("三峡大坝") + found.count("三峡") == 2


@needs_sudachi
def test_japanese_is_segmented_into_content_words_in_their_dictionary_form() -> None:
    found = shown(JAPANESE, "ja")
    assert {"火山", "富士", "噴火", "登山者", "気温", "避難", "計画", "溶岩", "鉄道", "登る", "備える"} <= {*found}
    assert not {*FUNCTION_WORDS["ja"].split()} & {*found}


def test_without_their_segmenters_terms_are_pairs_without_particles_and_endings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    segmentation._segmenter.cache_clear()
    try:
        chinese, japanese = words(CHINESE[0], "zh"), words(JAPANESE[2], "ja")
        notes = missing_segmenters(["en", "ja", "zh"])
    finally:
        segmentation._segmenter.cache_clear()
    assert {"长江", "河流", "上海"} <= {*chinese}
    assert not any({*"的在是"} & {*pair} for pair in chinese)
    assert "可以" not in chinese
    assert {"火山", "噴火", "避難", "難計", "計画", "ハザードマップ", "溶岩", "鉄道"} <= {*japanese}
    assert not any("\u3041" <= letter <= "\u3096" for word in japanese for letter in word)
    assert notes == [
        "the terms of Japanese texts are pairs of characters, not words, because sudachipy and sudachidict_small cannot be"
        " imported; run pip install 'article-topics[cjk]'",
        "the terms of Chinese texts are pairs of characters, not words, because rjieba cannot be imported;"
        " run pip install rjieba",
    ]


def test_an_installed_segmenter_is_not_called_missing() -> None:
    assert missing_segmenters(["zh", "en", "th"]) == []


def test_a_quotation_in_another_script_is_segmented_too() -> None:
    assert words("The word 水电站 means a power station.", "en") == ["水电站"]
    assert words("ไฟฟ้า", "th") == [*map("".join, zip("ไฟฟ้", "ฟฟ้า", strict=True))]


@given(
    st.text(st.sampled_from("长江电站可以的富士山に登るパーー々〇ไฟฟ้า \n。a1é𠀀")) | st.sampled_from([*CHINESE, *JAPANESE]),
    st.sampled_from(["zh", "ja", "en", "th"]),
)
def test_terms_lie_in_the_text_in_order(text: str, language: str) -> None:
    tokens = tokenise(text, language).segmented
    found = tokens.words()
    assert found == sorted(found, key=lambda word: word.start)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(text[word.start : word.end].strip() == text[word.start : word.end] for word in found)
    assert tokenise(text, language).segmented == tokens


def test_keywords_are_matched_within_words() -> None:
    assert [word.stem for word in tokenise("能源安全", "zh").words()] == ["能源", "源安", "安全"]
    assert "能源" in [word.stem for word in tokenise("新能源汽车", "zh").words()]


def test_lsa_is_of_words_not_of_pairs() -> None:
    lsa = Lsa.fit(tokenise_all(CHINESE, "zh"))
    assert {"水电站", "洪水"} <= {*lsa.terms}
    assert not {"江是", "电站", "可以", "它们"} & {*lsa.terms}


# several languages

GERMAN = "Die Bäcker und die Müller haben den Teig, die Hefe und das Mehl, denn das Brot ist für die Stadt und für das Dorf."
ENGLISH = "The war was a disaster for the bakers, and the millers were not sure that they would have flour for the town."


def test_each_text_loses_the_stop_words_of_its_own_language() -> None:
    texts = tokenise_all([GERMAN, ENGLISH, CHINESE[2]], "en", ["de", "en", "zh"])
    vocabulary = build_vocabulary(read_phrase_tokens(texts))
    german, english, chinese = ({*map(vocabulary.show, document)} for document in vocabulary.documents)
    assert german == {"Bäcker", "Müller", "Teig", "Hefe", "Mehl", "Brot", "Stadt", "Dorf"}
    assert english == {"war", "disaster", "bakers", "millers", "flour", "town"}  # "war" is a German stop word
    assert {"城市", "电力", "洪水"} <= chinese
    assert not {"die", "und", "denn", "für"} & {*Lsa.fit(texts).terms}
    assert "war" in Lsa.fit(texts).terms


def test_the_same_sentences_have_about_as_many_words_in_every_script() -> None:
    same = {
        "en": "The longest river of Asia rises in the mountains of Tibet and flows into the sea near Shanghai.",
        "ru": "Самая длинная река Азии берёт начало в горах Тибета и впадает в море недалеко от Шанхая.",
        "zh": "亚洲最长的河流发源于西藏的群山之中，在上海附近流入大海。",
        "ja": "アジアで最も長い川はチベットの山々に源を発し、上海の近くで海に注いでいる。",
        "th": "แม่น้ำที่ยาวที่สุดในเอเชียมีต้นกำเนิดในเทือกเขาทิเบตและไหลลงสู่ทะเลใกล้เซี่ยงไฮ้",
    }
    counts = {language: count_words(text) for language, text in same.items()}
    assert all(11 <= n <= 18 for n in counts.values()), counts
