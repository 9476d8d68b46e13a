"""Tokens: the words and sentences of a text, cut once."""

from typing import Any

import pytest
from conftest import BOATS, BREAD
from hypothesis import given
from hypothesis import strategies as st

from topics.errors import InputError
from topics.reading import Corpus
from topics.text import build_vocabulary, embed, find_sentences, find_words, tokenise, tokenise_all

TEXT = "The crew set a sail. “Wind, at last!” they said; the boat's hull knocked."


@given(st.text() | st.sampled_from([TEXT, *BREAD]), st.sampled_from(["en", "ru", "zh", "fr", "xx"]))
def test_tokens_are_the_words_and_sentences_of_the_text(text: str, language: str) -> None:
    tokens = tokenise(text, language)
    assert tokens.words() == find_words(text, language)
    assert list(tokens.sentences) == find_sentences(text, language)
    assert [word for start, end in tokens.sentences for word in tokens.words(start, end)] == tokens.words()


@pytest.mark.parametrize("text", [TEXT, *BREAD, *BOATS])
def test_a_part_is_what_its_text_would_give(text: str) -> None:
    tokens = tokenise(text)
    for start, end in tokens.sentences:
        assert tokens.part(start, end) == tokenise(text[start:end])


def test_the_words_of_a_span_are_those_that_begin_in_it() -> None:
    tokens = tokenise(TEXT)
    assert [TEXT[word.start : word.end] for word in tokens.words(4, 14)] == ["crew", "set", "a"]
    assert tokens.words(9, 9) == []
    assert tokens.words(len(TEXT)) == []


def test_texts_keep_order_and_language() -> None:
    texts = tokenise_all(BREAD, "de")
    assert texts.texts == list(BREAD)
    assert len(texts) == len(BREAD)
    assert {tokens.language for tokens in texts} == {texts.language} == {"de"}


def test_the_language_of_texts_can_be_detected() -> None:
    german = ["Ohne Dampf bildet sich die Kruste zu früh, und das Brot reißt im Ofen an der Seite auf."]
    assert (tokenise_all(BREAD, "auto").language, tokenise_all(BREAD, "auto").languages) == ("en", ())
    assert tokenise_all(german * 3, "auto") == tokenise_all(german * 3, "de")
    for texts in ([*german, *BREAD, "Dampf"], ["Dampf", *reversed(BREAD), *german]):
        found = tokenise_all(texts, "auto")
        assert found.language == "en"
        assert found.languages == tuple("de" if text in german else "en" for text in texts), "one word tells nothing"
    assert tokenise_all(["12", ""], "auto").language == tokenise_all([], "auto").language == "en"
    assert tokenise_all(german, "auto", ["de"]).language == "de"


@pytest.mark.parametrize(
    ("texts", "language", "message"),
    [
        ("gas", "en", "texts are one string; expected a list of strings"),
        (["gas", 1.5], "en", "text 2 of 2 is float; expected a string"),
        (["gas"], "English", "language is 'English'; expected auto, or an ISO 639-1 code such as en or ru"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(texts: Any, language: str, message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}$"):
        tokenise_all(texts, language)


def test_a_corpus_is_cut_into_words_once(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Corpus(corpus.articles, corpus.paragraphs, corpus.dropped)
    cut: list[str] = []
    monkeypatch.setattr(
        "topics.text.tokens.find_words", lambda text, language: cut.append(text) or find_words(text, language)
    )
    embed(fresh.tokens)
    for min_count in (1, 2):
        build_vocabulary(fresh.phrase_tokens, min_count=min_count)
    assert cut == fresh.paragraphs["text"].tolist()


def test_a_word_that_a_part_cuts_is_cut_anew() -> None:
    tokens = tokenise("The Canada-U.S. relationship")
    assert [word.stem for word in tokens.words()] == ["the", "canada", "us.", "relationship"]
    assert [word.stem for word in tokens.part(0, 13).words()] == ["the", "canada", "u"]
    assert [word.stem for word in tokens.part(13, 28).words()] == ["s", "relationship"]
