"""`topics.ThemeModel` keeps the manners of scikit-learn, and gives the scores of a run."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, CODEBOOK_TOML, STARS
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn import config_context
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import (
    check_do_not_raise_errors_in_init_or_set_params,
    check_estimator_cloneable,
    check_estimator_repr,
    check_estimator_tags_renamed,
    check_get_params_invariance,
    check_mixin_order,
    check_no_attributes_set_in_init,
    check_set_params,
    check_valid_tag_types,
)

import topics
from topics.codebook import Codebook
from topics.errors import InputError, TopicsWarning
from topics.reading import read_corpus
from topics.settings import Settings, override
from topics.themes import ThemeModel, score_themes

TEXTS = [*BREAD, *STARS, *BOATS]
TRUTH = np.repeat(np.eye(3, dtype=int), 10, axis=0)
NAMES = ["bread", "stars", "boats"]
ARTICLES = [f"{name}-{i // 5}" for name in NAMES for i in range(10)]
NEW = ("The yeast is old and the loaf is flat.", "A telescope on the dry mountain.", "The hull was tarred by the crew.")
BOOK = {
    "bread": ["dough", "yeast", "flour", "oven", "crust", "loaf", "baker"],
    "stars": ["telescope", "galaxy", "star", "planet", "comet", "orbit", "astronomer"],
    "boats": ["boat", "sail", "hull", "harbour", "shipyard", "wind", "crew"],
}
FEW = pytest.mark.filterwarnings("ignore::topics.errors.TopicsWarning")
"""Folds of 30 texts are small, and are said to be."""


def model(**choices: Any) -> ThemeModel:
    return ThemeModel(BOOK, **{"encoder": "none", **choices})


@pytest.fixture(scope="module")
def fitted() -> ThemeModel:
    return model().fit(TEXTS)


# what is predicted


def test_an_indicator_matrix_and_a_matrix_of_scores_are_predicted(fitted: ThemeModel) -> None:
    predicted, scores = fitted.predict(TEXTS), fitted.predict_proba(TEXTS)
    assert predicted.shape == scores.shape == (30, 3)
    assert predicted.dtype == int
    assert set(np.unique(predicted)) == {0, 1}
    assert (predicted == TRUTH).all(axis=1).mean() > 0.9
    assert ((scores >= fitted.thresholds_) >= predicted).all()
    assert fitted.classes_.tolist() == NAMES
    assert fitted.language_ == "en"
    assert fitted.codebook_.names == NAMES


def test_texts_that_were_not_fitted_are_told_apart(fitted: ThemeModel) -> None:
    assert fitted.predict(NEW).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert fitted.predict(["Nothing of the kind.", "", "…"]).sum() == 0


@pytest.mark.parametrize("encoder", ["none", "auto"])
@pytest.mark.parametrize("groups", [None, ARTICLES])
def test_scores_of_the_fitted_texts_are_those_of_a_run(encoder: str, groups: list[str] | None, codebook: Codebook) -> None:
    """A run reads the same texts as a table of paragraphs."""
    rows = [f"{number:02d}" for number in range(30)]
    frame = pd.DataFrame({"paragraph_id": rows, "article_id": groups or rows, "text": TEXTS})
    chosen = override(Settings(), ["reading.unit=paragraph", f"themes.encoder={encoder}"])
    table = score_themes(read_corpus(frame, chosen).corpus, codebook, chosen).table
    model = ThemeModel(codebook, encoder=encoder).fit(TEXTS, groups=groups)
    for column, found in (
        ("score", model.predict_proba(TEXTS, groups=groups)),
        ("assigned", model.predict(TEXTS, groups=groups)),
    ):
        expected = table.pivot(index="paragraph_id", columns="theme", values=column).loc[rows, NAMES]
        np.testing.assert_array_equal(found, expected.to_numpy())


def test_any_container_of_texts_gives_the_same(fitted: ThemeModel) -> None:
    frame = pd.DataFrame({"text": TEXTS}, index=range(100, 130))
    expected = fitted.predict_proba(TEXTS)
    for form in (tuple(TEXTS), np.array(TEXTS), np.array(TEXTS, dtype=object), frame["text"], frame[["text"]],
                  np.array(TEXTS)[:, None], (text for text in TEXTS)):  # fmt: skip
        np.testing.assert_array_equal(model().fit_predict(frame["text"]), fitted.predict(TEXTS))
        np.testing.assert_array_equal(fitted.predict_proba(form), expected)


def test_a_part_of_the_texts_has_the_scores_of_the_whole(fitted: ThemeModel) -> None:
    texts = [*TEXTS[3:6], *NEW, TEXTS[0]]
    whole = fitted.predict_proba(texts)
    for row, text in enumerate(texts):
        np.testing.assert_allclose(fitted.predict_proba([text])[0], whole[row], atol=1e-4)


def test_neighbours_of_an_article_inform_each_other_in_their_order() -> None:
    dull = "It was told in the village for years."
    beside = model(neighbours=0.5).fit(TEXTS, groups=ARTICLES)
    alone, next_to = beside.predict_proba([dull])[0], beside.predict_proba([*BREAD[:2], dull], ["a", "a", "a"])[2]
    assert next_to[0] > alone[0]
    apart = beside.predict_proba([*BREAD[:2], *STARS[:3], dull], ["a", "b", "a", "b", "b", "a"])
    mixed = beside.predict_proba([BREAD[0], STARS[0], dull], groups=["a", "a", "a"])
    np.testing.assert_allclose(apart[5], beside.predict_proba([BREAD[0], STARS[0], dull], [1, 1, 1])[2], atol=1e-4)
    assert mixed[2][0] < next_to[0]
    without = model(neighbours=0.0).fit(TEXTS, groups=ARTICLES)
    np.testing.assert_allclose(
        without.predict_proba([BREAD[1], dull], [1, 1])[1], without.predict_proba([dull])[0], atol=1e-4
    )


def test_notes_are_warnings_and_kept() -> None:
    with pytest.warns(TopicsWarning) as warned:
        found = model().fit([BREAD[0], STARS[0]])
    assert [str(one.message) for one in warned] == list(found.notes_)
    assert any("only 2 paragraphs" in note for note in found.notes_)
    assert found.predict([BREAD[0], STARS[0]]).tolist() == [[1, 0, 0], [0, 1, 0]]


@FEW
def test_the_language_of_most_words_is_that_of_the_keywords() -> None:
    book = {"bread": {"en": ["dough"], "de": ["Teig"]}, "boats": {"en": ["sail"], "de": ["Segel"]}}
    texts = [
        "Der Bäcker knetet den Teig und lässt ihn ruhen.",
        "Das Segel hing schlaff am Mast im Hafen.",
        "Die Stadt schlief noch.",
    ]
    found = ThemeModel({name: {"keywords": words} for name, words in book.items()}, encoder="none").fit(texts)
    assert (found.language_, found.codebook_.themes[0].keywords) == ("de", ("Teig",))
    assert found.predict(["Sie setzten die Segel."]).tolist() == [[0, 1]]
    assert ThemeModel({"bread": ["dough"]}, encoder="none", language="en").fit(texts).language_ == "en"


# codes


def as_names(rows: np.ndarray) -> list[set[str]]:
    return [{name for name, given in zip(NAMES, row, strict=True) if given} for row in rows]


def test_codes_in_any_form_teach_the_same_and_as_those_of_a_run_do(codebook: Codebook) -> None:
    """Coders who deny every theme of bread."""
    marks = TRUTH.astype(float)
    marks[:10, 0] = 0
    uncoded = np.arange(30) % 3 == 2
    matrix = np.where(uncoded[:, None], np.nan, marks)
    names = [None if skip else own for skip, own in zip(uncoded, as_names(marks), strict=True)]
    plain = ThemeModel(codebook, encoder="none").fit(TEXTS).predict_proba(TEXTS)
    frame = pd.DataFrame(matrix, columns=NAMES)[NAMES[::-1]]
    forms: list[Any] = [matrix, matrix.tolist(), frame, names, [own if own is None else sorted(own) for own in names],
                        pd.Series(names), [None if own is None else next(iter(own), "unassigned") for own in names],
                        [None if own is None else {name.upper() for name in own} for own in names]]  # fmt: skip
    taught = [ThemeModel(codebook, encoder="none").fit(TEXTS, form) for form in forms]
    for one in taught:
        np.testing.assert_array_equal(one.predict_proba(TEXTS), taught[0].predict_proba(TEXTS))
    assert taught[0].predict_proba(TEXTS)[:, 0].max() < plain[:, 0].max() / 2
    assert taught[0].predict_proba(NEW)[0, 0] < ThemeModel(codebook, encoder="none").fit(TEXTS).predict_proba(NEW)[0, 0] / 2
    rows = [f"{number:02d}" for number in range(30)]
    chosen = override(Settings(), ["reading.unit=paragraph", "themes.encoder=none"])
    corpus = read_corpus(pd.DataFrame({"paragraph_id": rows, "text": TEXTS}), chosen).corpus
    codes = [{key: frozenset(own) for key, own in zip(rows, names, strict=True) if own is not None}]
    expected = score_themes(corpus, codebook, chosen, codes)
    wide = expected.table.pivot(index="paragraph_id", columns="theme", values="score").loc[rows, NAMES]
    np.testing.assert_array_equal(taught[0].predict_proba(TEXTS), wide.to_numpy())
    assert taught[0].thresholds_.tolist() == list(expected.thresholds)


def test_all_coded_may_be_sparse_and_nothing_coded_is_no_codes(fitted: ThemeModel) -> None:
    sparse, dense = (model().fit(TEXTS, y).predict_proba(TEXTS) for y in (csr_matrix(TRUTH), TRUTH.astype(bool)))
    np.testing.assert_array_equal(sparse, dense)
    for nothing in (None, [None] * 30, np.full((30, 3), np.nan)):
        np.testing.assert_array_equal(model().fit(TEXTS, nothing).predict_proba(TEXTS), fitted.predict_proba(TEXTS))


def test_the_score_is_the_share_of_coded_texts_that_are_wholly_right(fitted: ThemeModel) -> None:
    predicted = fitted.predict(TEXTS)
    assert fitted.score(TEXTS, predicted) == 1
    wrong = predicted.astype(float)
    wrong[0] = 1 - wrong[0]
    assert fitted.score(TEXTS, wrong) == pytest.approx(29 / 30)
    wrong[10:] = np.nan
    assert fitted.score(TEXTS, wrong) == pytest.approx(9 / 10)
    with pytest.raises(InputError, match="no text is coded in y"):
        fitted.score(TEXTS, [None] * 30)


# scikit-learn


@pytest.mark.parametrize(
    "check",
    [
        check_do_not_raise_errors_in_init_or_set_params, check_estimator_cloneable,
        check_estimator_repr, check_estimator_tags_renamed, check_get_params_invariance, check_mixin_order,
        check_no_attributes_set_in_init, check_set_params, check_valid_tag_types,
    ],
)  # fmt: skip
def test_checks_of_scikit_learn_that_need_no_numbers_as_input_pass(check: Any) -> None:
    """`check_estimator` itself runs the first alone: its data are numbers."""
    check("ThemeModel", model())


def test_parameters_are_kept_as_given_and_cloned() -> None:
    choices = {"threshold": 0.5, "language": "en", "encoder": "none", "neighbours": 0.1, "nearest": 0.4, "rounds": 2}
    found = ThemeModel(BOOK, **choices)
    assert found.get_params() == {"codebook": BOOK, **choices}
    assert found.codebook is BOOK
    again = clone(found.fit(TEXTS))
    assert again.get_params() == found.get_params()
    assert not hasattr(again, "classes_")
    assert again.set_params(threshold=0.2).threshold == 0.2
    assert is_classifier(found)


def test_each_parameter_reaches_the_settings() -> None:
    scores = model().fit(TEXTS).predict_proba(TEXTS)
    assert (model(threshold=0.9).fit(TEXTS).predict(TEXTS) <= model(threshold=0.1).fit(TEXTS).predict(TEXTS)).all()
    assert not np.array_equal(model(rounds=1).fit(TEXTS).predict_proba(TEXTS), scores)
    strong = [model(neighbours=weight).fit(TEXTS, groups=ARTICLES).predict_proba(TEXTS, ARTICLES) for weight in (0.0, 0.9)]
    assert not np.array_equal(*strong)
    near = [model(encoder="auto", nearest=weight).fit(TEXTS).predict_proba(TEXTS) for weight in (0.0, 0.9)]
    assert not np.array_equal(*near)
    assert model(rounds=np.int64(1), threshold=np.float64(0.4)).fit(TEXTS).thresholds_.tolist() == [0.4] * 3


def test_it_must_be_fitted() -> None:
    for call in (model().predict, model().predict_proba, lambda texts: model().score(texts, TRUTH)):
        with pytest.raises(NotFittedError):
            call(TEXTS)


@FEW
def test_it_works_in_a_pipeline_and_in_searches() -> None:
    shout = FunctionTransformer(lambda texts: [text.upper().lower() for text in texts])
    pipe = make_pipeline(shout, model())
    pipe.fit(TEXTS, thememodel__groups=ARTICLES)
    assert (pipe.predict(TEXTS) == TRUTH).all(axis=1).mean() > 0.9
    assert pipe.classes_.tolist() == NAMES
    assert pipe.predict_proba(TEXTS, groups=ARTICLES).shape == (30, 3)
    search = GridSearchCV(model(), {"threshold": [0.3, 0.99]}, cv=3, error_score="raise").fit(TEXTS, TRUTH)
    assert search.best_params_ == {"threshold": 0.3}


@FEW
def test_unseen_texts_are_predicted_by_cross_validation() -> None:
    """Each paragraph is scored by a model that has seen none of its article; 10 of 10 on the planted themes are hard."""
    splits = GroupKFold(5)
    unlabelled = cross_val_predict(model(), TEXTS, groups=ARTICLES, cv=splits)
    assert ((unlabelled == TRUTH).all(axis=1)).mean() > 0.7
    scores = cross_val_predict(model(), pd.Series(TEXTS), TRUTH, groups=ARTICLES, cv=splits, method="predict_proba")
    assert (scores.argmax(axis=1) == TRUTH.argmax(axis=1)).mean() > 0.9


@FEW
def test_groups_can_be_routed() -> None:
    with config_context(enable_metadata_routing=True):
        routed = model().set_fit_request(groups=True)
        found = cross_val_predict(routed, TEXTS, params={"groups": ARTICLES}, cv=GroupKFold(3))
    assert found.shape == (30, 3)


@pytest.mark.parametrize("encoder", ["none", "auto"])
def test_a_fitted_model_can_be_copied_by_pickle(encoder: str) -> None:
    found = model(encoder=encoder).fit(TEXTS)
    copy = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(copy.predict_proba([*NEW, *TEXTS]), found.predict_proba([*NEW, *TEXTS]))


def test_fitting_and_predicting_change_nothing_that_they_are_given() -> None:
    frame = pd.DataFrame({"text": TEXTS, "group": ARTICLES})
    before, codes = frame.copy(), TRUTH.astype(float)
    book = {name: list(words) for name, words in BOOK.items()}
    found = ThemeModel(book, encoder="none").fit(frame["text"], codes, groups=frame["group"])
    first = found.predict_proba(TEXTS, ARTICLES)
    first[:] = 0.5  # not the model's own array
    assert (found.predict_proba(TEXTS, ARTICLES) != 0.5).any()
    pd.testing.assert_frame_equal(frame, before)
    assert (codes == TRUTH).all()
    assert book == BOOK


@FEW
def test_fitting_again_forgets_what_was_fitted(fitted: ThemeModel) -> None:
    again = model().fit(BREAD * 3)
    again.fit(TEXTS)
    np.testing.assert_array_equal(again.predict_proba([*NEW, *TEXTS]), fitted.predict_proba([*NEW, *TEXTS]))


def test_any_codebook_that_a_run_takes_will_do(fitted: ThemeModel, tmp_path: Path, codebook: Codebook) -> None:
    file = tmp_path / "codebook.toml"
    file.write_text(CODEBOOK_TOML, encoding="utf-8")
    scores = [ThemeModel(book, encoder="none").fit(TEXTS).predict_proba(NEW) for book in (file, str(file), codebook)]
    np.testing.assert_array_equal(scores[0], scores[1])
    np.testing.assert_array_equal(scores[0], scores[2])


def test_importing_topics_loads_no_scikit_learn() -> None:
    code = "import sys, topics; dir(topics); print({'sklearn', 'pandas', 'scipy', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
    assert "ThemeModel" in dir(topics)


# refusals, before any work


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ("One text.", "X is one string; expected a list, Series or array of texts"),
        ([], "X has no texts; expected at least one"),
        (pd.Series([], dtype=object), "X has no texts"),
        (5, "X is int; expected a list"),
        (None, "X is NoneType; expected a list"),
        ({"a": "b"}, "X is dict; expected a list"),
        (["One.", 2], r"X: text 1 \(counted from 0\) is int, '2'; expected str"),
        (["One.", b"two"], r"text 1 \(counted from 0\) is bytes"),
        (["One.", None], r"text 1 \(counted from 0\) is missing; expected str"),
        (pd.Series(["One.", pd.NA]), r"text 1 \(counted from 0\) is missing"),
        (pd.Series([float("nan"), "Two."], dtype=object), r"text 0 \(counted from 0\) is missing"),
        (np.arange(3.0), r"text 0 \(counted from 0\) is float64"),
        (np.zeros((3, 2)), r"X has 2 columns; expected one column of texts, as in X\['text'\]"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), "X has 2 columns"),
        (["One.", "half \ud800 a pair"], "has half a surrogate pair; expected text that UTF-8 can hold"),
    ],
)
def test_what_is_no_text_is_refused(texts: Any, said: str, fitted: ThemeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.themes.estimator.fit_themes", lambda *_: pytest.fail("work began"))
    for call in (model().fit, fitted.predict, fitted.predict_proba):
        with pytest.raises(InputError, match=said):
            call(texts)


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        (["a"], "1 groups for 2 texts; expected the article of each text"),
        (["a", "b", "c"], "3 groups for 2 texts"),
        ("ab", "groups is str; expected the article of each of 2 texts, as a list"),
        (7, "groups is int"),
        (["a", None], r"groups: item 1 \(counted from 0\) is missing; expected the name or number of an article"),
        ([float("nan"), 1], r"groups: item 0 \(counted from 0\) is missing"),
        (["a", ["b"]], r"groups: item 1 \(counted from 0\) is list"),
    ],
)
def test_wrong_groups_are_refused(groups: Any, said: str, fitted: ThemeModel) -> None:
    for call in (model().fit, fitted.predict):
        with pytest.raises(InputError, match=said):
            call([BREAD[0], BOATS[0]], groups=groups)


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (np.zeros((3, 3)), "y has 3 rows for 2 texts; expected the codes of each text"),
        ([{"bread"}], "y has 1 rows for 2 texts"),
        ("bread", "y is str; expected the codes of each of 2 texts"),
        (3, "y is int"),
        ({"bread": [1, 0]}, "y is dict"),
        (np.zeros((2, 4)), r"y: row 0 \(counted from 0\) has 4 values; expected one for each of 3 themes"),
        ([[1, 0, 0], [0, 2, 0]], r"y: row 1 \(counted from 0\) is \[0, 2, 0\]; expected 0 or 1 for each theme"),
        ([[1, 0, 0], [0, np.nan, 0]], "row 1 .* expected 0 or 1"),
        ([[1, 0, 0], [0, object(), 0]], "row 1 .* expected 0 or 1"),
        ([0, 1], r"y: row 0 \(counted from 0\) is 0; expected 0 or 1 for each theme, or a list of themes"),
        ([{"bread"}, {"cake"}], r"y: row 1 \(counted from 0\) has the theme 'cake'; expected some of bread, stars, boats"),
        ([{"bread"}, ["stars", 1]], "row 1 .* has the theme 1"),
        (pd.DataFrame({"bread": [1, 0], "cake": [0, 1]}), r"y has columns \['bread', 'cake'\]; expected one for each theme"),
    ],
)
def test_wrong_codes_are_refused(y: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.themes.estimator.fit_themes", lambda *_: pytest.fail("work began"))
    with pytest.raises(InputError, match=said):
        model().fit([BREAD[0], BOATS[0]], y)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"threshold": 2.0}, "setting threshold is 2.0|themes.threshold is 2.0"),
        ({"rounds": -1}, "rounds is -1"),
        ({"language": "English"}, "setting language is 'English'"),
        ({"encoder": "nonsense"}, "nonsense"),
        ({"codebook": []}, "the codebook is a list; expected a file, a Codebook, or a dictionary"),
        ({"codebook": {"bread": []}}, "has no keywords"),
    ],
)
def test_wrong_parameters_are_refused_by_fit_alone(choices: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        model().set_params(**choices).fit(TEXTS)


@FEW
@hypothesis_settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.text(max_size=60).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)), min_size=1, max_size=6
    )
)
def test_any_text_is_scored(texts: list[str]) -> None:
    scores = _kept().predict_proba(texts)
    assert scores.shape == (len(texts), 3)
    assert ((scores >= 0) & (scores <= 1)).all()
    np.testing.assert_array_equal(scores, _kept().predict_proba(texts))
    assert model(language="en").fit(texts).predict(texts).shape == (len(texts), 3)


_KEPT: list[ThemeModel] = []


def _kept() -> ThemeModel:
    if not _KEPT:
        _KEPT.append(model().fit(TEXTS))
    return _KEPT[0]
