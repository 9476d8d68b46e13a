"""Words and sentences: where they lie, and what they count as."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.language import count_words, sentences, stop_stems, stop_words, words

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
    found = words(text, language)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(left.start < right.start for left, right in pairwise(found))
    assert all(word.stem and not any(map(str.isspace, text[word.start : word.end])) for word in found)


@settings(max_examples=150, deadline=None)
@given(PROSE, LANGUAGES)
def test_sentences_lie_in_the_text_do_not_overlap_and_hold_every_letter(text: str, language: str):
    found = sentences(text, language)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(left[1] <= right[0] for left, right in pairwise(found))
    assert all(text[start:end] == text[start:end].strip() for start, end in found)
    inside = "".join(text[start:end] for start, end in found)
    assert [c for c in inside if c.isalnum()] == [c for c in text if c.isalnum()]


def test_sentences_of_a_paragraph_are_cut_at_their_ends_and_not_at_abbreviations():
    text = "  The U.S. envoy met Mr. Wang in Beijing. Nothing was signed!  “We will be back,” he said. "
    assert [text[start:end] for start, end in sentences(text)] == [
        "The U.S. envoy met Mr. Wang in Beijing.",
        "Nothing was signed!",
        "“We will be back,” he said.",
    ]


def test_sentences_count_characters_not_bytes():
    text = "🚀 Первое предложение. Zweiter Satz. 最后。"
    assert [text[start:end] for start, end in sentences(text)][1].startswith("Zweiter Satz.")


def stems(text: str, language: str = "en") -> list[str]:
    return [word.stem for word in words(text, language)]


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
    [("", 0), ("— … * _ _", 0), ("don’t stop", 2), ("U.S. troops", 2), ("S-400 and Su-35", 5), ("snake_case", 2)],
)
def test_words_are_counted_as_a_reader_would(text: str, n: int):
    assert count_words(text) == n


def test_stop_words_name_no_subject_and_an_unknown_language_has_none():
    assert {"the", "of", "and", "which"} <= stop_words("en")
    assert not {"war", "gas", "state", "china", "power"} & stop_words("en")
    assert {"и", "не"} <= stop_words("ru")
    assert stop_words("xx") == frozenset()
    assert set(stems("which says saying said", "en")) <= stop_stems("en")
