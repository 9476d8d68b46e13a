"""Words and sentences: where they lie, what they count as, and which language they are in."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.text import (
    count_words,
    detect_language,
    find_sentences,
    find_words,
    other_language,
    stop_stems,
    stop_words,
)

LANGUAGES = st.sampled_from(["en", "de", "ru", "zh", "tr", "xx"])
PIECES = st.sampled_from(
    [
        "The U.S. and Russia’s envoys met. ",
        "Dr. Li said “no”! ",
        "中国和俄罗斯。",
        "Газ — это власть?\n",
        "🚀👩‍👩‍👧 … ",
        "e.g. this, ",
        "\u200b",
        "ไทย ",
    ]
)
PROSE = st.lists(PIECES | st.text(max_size=12), max_size=8).map("".join)


@settings(max_examples=150, deadline=None)
@given(PROSE, LANGUAGES)
def test_words_lie_in_the_text_one_after_the_other(text: str, language: str):
    found = find_words(text, language)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(left.start < right.start for left, right in pairwise(found))
    assert all(word.stem and not any(map(str.isspace, text[word.start : word.end])) for word in found)


@settings(max_examples=150, deadline=None)
@given(PROSE, LANGUAGES)
def test_sentences_lie_in_the_text_do_not_overlap_and_hold_every_letter(text: str, language: str):
    found = find_sentences(text, language)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(left[1] <= right[0] for left, right in pairwise(found))
    assert all(text[start:end] == text[start:end].strip() for start, end in found)
    inside = "".join(text[start:end] for start, end in found)
    assert [c for c in inside if c.isalnum()] == [c for c in text if c.isalnum()]


def test_sentences_of_a_paragraph_are_cut_at_their_ends_and_not_at_abbreviations():
    text = "  The U.S. envoy met Mr. Wang in Beijing. Nothing was signed!  “We will be back,” he said. "
    assert [text[start:end] for start, end in find_sentences(text)] == [
        "The U.S. envoy met Mr. Wang in Beijing.",
        "Nothing was signed!",
        "“We will be back,” he said.",
    ]


def test_sentences_count_characters_not_bytes():
    text = "🚀 Первое предложение. Zweiter Satz. 最后。"
    assert [text[start:end] for start, end in find_sentences(text)][1].startswith("Zweiter Satz.")


def stems(text: str, language: str = "en") -> list[str]:
    return [word.stem for word in find_words(text, language)]


def test_inflections_and_possessives_share_a_stem():
    assert len(set(stems("pipeline pipelines Pipeline pipeline's PIPELINES pipeline’s"))) == 1
    assert len(set(stems("газ газа газу", "ru"))) == 1


def test_the_country_is_not_the_pronoun():
    assert stems("U.S.") != stems("us")
    assert stems("The U.S. army")[1] == stems("a U.S. bank")[1]


def test_scripts_without_spaces_are_counted_in_pairs_of_characters():
    assert stems("天然气管道", "zh") == ["天然", "然气", "气管", "管道"]
    assert 2 <= count_words("天然气管道") <= 3


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("", 0),
        ("— … * _ _", 0),
        ("don’t stop", 2),
        ("U.S. troops", 2),
        ("S-400 and Su-35", 5),
        ("snake_case", 2),
        ("re\u0301sume\u0301", 1),
        ("Mehr\u00adwert\u00adsteuer", 1),
        ("नमस्ते दुनिया", 2),
        ("می\u200cروم", 1),
        ("AI技术", 2),
    ],
)
def test_words_are_counted_as_a_reader_would(text: str, n: int):
    assert count_words(text) == n


def test_stop_words_name_no_subject_and_an_unknown_language_has_none():
    assert {"the", "of", "and", "which"} <= stop_words("en")
    assert not {"war", "gas", "state", "china", "power"} & stop_words("en")
    assert {"и", "не"} <= stop_words("ru")
    assert stop_words("xx") == frozenset()
    assert set(stems("which says saying said", "en")) <= stop_stems("en")


@given(PROSE, LANGUAGES)
def test_counting_words_is_counting_what_words_finds_in_spaced_scripts(text: str, language: str):
    spaced = "".join(character for character in text if not "\u0e00" <= character <= "\u0e7f" and character < "\u3000")
    assert count_words(spaced) == len(find_words(spaced, language))


def test_accents_and_soft_hyphens_make_no_other_stem():
    assert stems("re\u0301sume\u0301 Mehr\u00adwert") == stems("résumé Mehrwert")


SAID = {
    "en": "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work.",
    "de": "Der Bäcker knetet den Teig zweimal und lässt ihn unter einem Tuch ruhen, bis die Hefe gewirkt hat.",
    "fr": "Le boulanger pétrit la pâte à l’aube, puis il la laisse lever près du four jusqu’à ce qu’elle soit dorée.",
    "es": "El panadero amasa la masa al amanecer y la deja junto al horno hasta que la levadura haya hecho su trabajo.",
    "ru": "Пекарь месит тесто на рассвете и оставляет его у печи, пока дрожжи не сделают свою работу в тепле.",
    "uk": "Пекар місить тісто на світанку і залишає його біля печі, поки дріжджі не зроблять свою роботу.",
    "zh": "面包师在黎明时揉面，然后把它放在炉子旁边，直到酵母完成它的工作，黑麦面粉比小麦面粉吸收更多的水。",
    "ja": "パン屋は夜明けに生地をこね、膨らむまでかまどのそばに置いておく。ライ麦粉は小麦粉よりも多くの水を吸う。",
    "ar": "يعجن الخباز العجين مرتين ويتركه تحت قطعة قماش حتى تنتهي الخميرة من عملها في دفء الفرن كل صباح.",
    "pl": "Piekarz zagniata ciasto o świcie i zostawia je przy piecu, aż drożdże wykonają swoją pracę w cieple.",
}


@pytest.mark.parametrize("language", SAID)
def test_a_language_is_detected_and_never_taken_for_another(language: str):
    assert detect_language(SAID[language]) == language
    assert other_language(SAID[language], language) == ""


@pytest.mark.parametrize("study", ["en", "fr", "ru", "zh"])
def test_a_paragraph_in_another_language_than_the_studys_is_told_however_long(study: str):
    others = [language for language in SAID if language != study]
    assert [other_language(SAID[language], study) for language in others] == others
    assert [other_language(f"{SAID[language]} " * 9, study) for language in others] == others


def test_a_foreign_quotation_makes_no_foreign_paragraph():
    assert other_language(f"{SAID['en']} “{SAID['es']}” {SAID['en']}", "en") == ""


def test_figures_at_the_start_of_a_page_do_not_hide_its_language():
    assert detect_language("3 1 4 1 5 9 " * 200 + SAID["ru"]) == "ru"
    assert detect_language("3 1 4 — 1 5 9 …") == detect_language("") == ""


@pytest.mark.parametrize(
    "text",
    [
        "Wang Yi, Sergei Lavrov, Josep Borrell, Annalena Baerbock, Hakan Fidan, Antony Blinken, David Cameron",
        "RUSSIA AND CHINA SIGN GAS PIPELINE DEAL AFTER TEN YEARS OF TALKS IN MOSCOW",
        "“Не было никаких переговоров,” he said, and then the minister left the room without a word.",
        "Liberté, égalité, fraternité is the motto that the French learn at school and write on walls.",
        "Der Bäcker knetet den Teig.",
        "1 2 3 4 5 6 7 8 9 10 11 12",
    ],
)
def test_what_is_not_surely_in_another_language_stays(text: str):
    assert other_language(text, "en") == ""
