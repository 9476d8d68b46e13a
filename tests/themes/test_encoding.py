"""Encoding: which encoder, and what of corpus and codebook is encoded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.reading import Corpus
from topics.settings import Settings, override
from topics.text import Pretrained
from topics.themes import encoding, fit_themes, score_themes
from topics.themes.encoding import choose_encoder

AUTO, NONE = Settings(), override(Settings(), ["themes.encoder='none'"])


class Counting:
    """An encoder that knows words by their letters, and counts the texts that it is asked for."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def encode(self, texts: Sequence[str], **_: Any) -> np.ndarray:
        self.asked.update(texts)
        rows = [np.bincount([ord(letter) % 64 for letter in text] or [0], minlength=64) for text in texts]
        return np.array(rows, dtype=np.float32)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    """The encoder of whatever is fitted."""
    model = Counting()
    monkeypatch.setattr("topics.themes.scores.choose_encoder", lambda *_: (Pretrained("counting", model), ""))
    return model


def written_in(language: str, texts: Sequence[str] = BREAD) -> Corpus:
    corpus = make_corpus(list(texts))
    return replace(corpus, language=language, articles=corpus.articles.assign(language=language))


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "fr", "ja", "pl", "ru", "tr", "zh"])
def test_the_bundled_encoder_is_the_default_for_its_languages(language: str) -> None:
    encoder, note = choose_encoder(written_in(language), AUTO)
    assert encoder is not None
    assert encoder.name == "use"
    assert not note
    assert choose_encoder(written_in(language), NONE) == (None, "")


@pytest.mark.parametrize("language", ["fi", "uk", "cs", "kk"])
def test_a_language_that_the_bundled_encoder_does_not_know_is_noted(language: str) -> None:
    encoder, note = choose_encoder(written_in(language), AUTO)
    assert encoder is None
    assert "words alone" in note
    assert language in note
    assert "themes.encoder" in note
    assert choose_encoder(written_in(language), NONE) == (None, "")


def test_one_unknown_language_among_several_is_enough() -> None:
    finnish = "Leipuri vaivaa taikinan aamulla, ja uunista tuleva leipä tuoksuu koko kylässä."
    mixed = replace(make_corpus([*BREAD, finnish]), is_mixed=True)
    assert set(mixed.languages) == {"en", "fi"}
    encoder, note = choose_encoder(mixed, AUTO)
    assert encoder is None
    assert "fi" in note


def test_without_the_package_the_note_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, codebook: Codebook) -> None:
    monkeypatch.setattr(encoding, "bundled_is_installed", lambda: False)
    monkeypatch.setattr(encoding, "bundled_encoder", lambda _: None)
    assert any("pip install" in note for note in score_themes(written_in("en"), codebook).notes)


def test_the_note_is_among_those_of_the_scores(codebook: Codebook) -> None:
    def words_alone(language: str, settings: Settings) -> int:
        return sum("words alone" in note for note in score_themes(written_in(language), codebook, settings).notes)

    assert words_alone("fi", AUTO) == 1
    assert words_alone("fi", NONE) == words_alone("en", AUTO) == 0


def test_each_text_is_encoded_once(codebook: Codebook, counting: Counting) -> None:
    texts = [*BREAD, *STARS, *BOATS, *BREAD, f"{BREAD[0]} {STARS[0]}"]
    fitted = fit_themes(make_corpus(texts), codebook)
    fitted.score()
    fitted.score([{"article-1-p0001": frozenset({"bread"})}])
    assert max(counting.asked.values()) == 1
    assert set(counting.asked) >= {*BREAD, *STARS, *BOATS}, "sentences, not paragraphs"
    assert f"{BREAD[0]} {STARS[0]}" not in counting.asked
    assert set(counting.asked) >= {keyword for theme in codebook.themes for keyword in theme.keywords}
    assert set(counting.asked) >= {f"{theme.label}: {theme.description}" for theme in codebook.themes}
    assert len(counting.asked) == 30 + 21 + 3


def test_a_theme_without_description_is_encoded_by_its_label(counting: Counting) -> None:
    book = codebooks.from_dict({"theme": [{"name": "bread", "label": "Loaves", "keywords": ["dough"]}]})
    fit_themes(make_corpus(list(BREAD)), book)
    assert "Loaves" in counting.asked
    assert "Loaves: " not in counting.asked


@pytest.mark.parametrize(
    ("language", "keyword", "texts", "encoded"),
    [
        ("en", "astronom*", STARS, "Astronomers"),
        ("en", "zeppel*", STARS, "zeppel"),
        ("de", "energie*", ("Die Energiewende.", "Eine Energiewende.", "Der Energiepreis steigt."), "Energiewende"),
        ("es", "*gráfico", ("Un texto geográfico.", "Otro geográfico.", "Lo biográfico."), "geográfico"),
        ("ru", "энергет*", ("Говорят об энергетике.", "Речь об энергетике.", "Это энергетика."), "энергетике"),
        ("pl", "energet*", ("Rozmowa o energetyce.", "Mowa o energetyce.", "To energetyka."), "energetyce"),
        ("fr", "boulang*", ("Le boulanger dort.", "Un boulanger part.", "La boulangerie ferme."), "boulanger"),
    ],
)  # fmt: skip
def test_a_keyword_with_a_wildcard_is_encoded_as_the_corpus_mostly_writes_it(
    counting: Counting, language: str, keyword: str, texts: Sequence[str], encoded: str
) -> None:
    book = codebooks.from_dict(
        {"theme": [{"name": "one", "keywords": [keyword, "gold"]}, {"name": "two", "keywords": ["silver"]}]}
    )
    fitted = fit_themes(written_in(language, texts), book)
    assert encoded in counting.asked
    assert not any("*" in text for text in counting.asked)
    assert list(fitted.model.vectors.keywords[0]) == [keyword, "gold"]


def test_of_forms_that_are_equally_frequent_the_first_in_the_alphabet_is_encoded(counting: Counting) -> None:
    book = codebooks.from_dict({"theme": [{"name": "sky", "keywords": ["plan*"]}]})
    fit_themes(
        make_corpus(["The planets shone.", "A planetarium opened.", "The planets rose.", "A planetarium shut."]), book
    )
    assert "planetarium" in counting.asked
    assert "planets" not in counting.asked


def test_a_regular_expression_is_matched_but_not_encoded(counting: Counting) -> None:
    book = codebooks.from_dict(
        {"theme": [{"name": "sky", "keywords": [r"/\bstars?\b/", "comet"]}, {"name": "x", "keywords": ["/dough/"]}]}
    )
    fitted = fit_themes(make_corpus([*STARS, *BREAD]), book)
    assert not any(text.startswith("/") or "stars?" in text for text in counting.asked)
    assert [list(own) for own in fitted.model.vectors.keywords] == [["comet"], []]
    assert any(match.keyword == r"/\bstars?\b/" for found in fitted.matches for match in found)


def test_vectors_of_an_encoder_speak_for_paragraphs_without_a_keyword(codebook: Codebook) -> None:
    texts = ["He kneads it, lets it rise, and bakes rolls and buns at dawn.", *BREAD, *STARS, *BOATS]
    corpus = make_corpus(texts)
    scores = []
    for settings in (AUTO, NONE):
        table = score_themes(corpus, codebook, settings).table
        scores.append(table[(table["paragraph_id"] == "article-1-p0001") & (table["theme"] == "bread")].iloc[0])
    assert scores[0]["assigned"]
    assert scores[0]["score"] > 2 * scores[1]["score"]
