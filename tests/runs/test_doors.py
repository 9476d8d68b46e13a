"""What people type first: data in memory in any form, codebooks in any form, and clear refusals before the work begins."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import BOATS, BREAD, CODEBOOK_TOML, STARS, draw_little

import topics
from topics.errors import InputError, TopicsWarning
from topics.runs import Run, open_study, pipeline

TEXTS = [*BREAD, *STARS, *BOATS]
THEMES = {"bread": ["dough", "oven", "loaf"], "stars": ["telescope", "planet"], "boats": ["hull", "wind", "sail"]}
CHEAP = {"stability.runs": 0, "profiles.draws": 100, "figures.formats": ["svg"], "themes.encoder": "none"}


@pytest.fixture(autouse=True)
def _little(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_little(monkeypatch)


def run(*data: Any, **options: Any) -> Run:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TopicsWarning)
        return topics.run(*data, **{"codebook": THEMES, "set": CHEAP, **options})


def texts_of(data: Any) -> list[str]:
    return open_study(data, THEMES).corpus().paragraphs["text"].tolist()


# data


@pytest.mark.parametrize(
    "form",
    [
        tuple, pd.Series, np.array, lambda texts: np.array(texts, dtype=object), lambda texts: (text for text in texts),
        lambda texts: pd.DataFrame({"text": texts})["text"], lambda texts: pd.DataFrame({"content": texts}, index=texts),
        lambda texts: pa.table({"text": texts}), lambda texts: pa.array(texts), lambda texts: dict.fromkeys(texts).keys(),
        lambda texts: [{"body": text} for text in texts],
    ],
)  # fmt: skip
def test_texts_in_any_collection_are_read_alike(form: Callable[[list[str]], Any]) -> None:
    assert texts_of(form(TEXTS)) == texts_of(TEXTS)
    if not isinstance(form(TEXTS), Iterator):
        assert len(topics.read(form(TEXTS)).pages) == 30


def test_a_generator_is_read_once_for_all_steps() -> None:
    study = open_study((text for text in TEXTS), THEMES)
    assert study.read().corpus.paragraphs["text"].tolist() == study.corpus().paragraphs["text"].tolist()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "the articles are given as NoneType; expected a path, a list of texts, or a table"),
        (7, "the articles are given as int"),
        (b"text", "the articles are given as bytes"),
        ({"text": TEXTS}, r"the articles are given as dict; .* pandas\.DataFrame"),
        ("Gas prices rose.", r"'Gas prices rose\.' is no file or folder; expected a path, or a list of texts"),
        ("One line.\nAnother.", "'One line. Another.' is no file or folder"),
        ("x" * 400, "is no file or folder"),
        ([1, 2], r"item 1 is int; expected texts \(str\)"),
        ([BREAD[0], b"bytes"], r"item 2 is bytes; expected texts \(str\)"),
        ([], "no article found in the data; expected at least one text"),
        (pd.DataFrame({"text": []}), "no article found in the data"),
        (pd.DataFrame({"a": BREAD, "b": BREAD}), "DataFrame lacks a column 'text'; .* column=\"NAME\""),
    ],
)
def test_what_is_no_data_is_refused_in_one_line(data: Any, said: str) -> None:
    for call in (lambda: topics.run(data, codebook=THEMES), lambda: topics.read(data)):
        with pytest.raises(InputError, match=said) as error:
            call()
        assert "\n" not in str(error.value)


def test_a_column_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.runs.study._run_in_memory", lambda study, *_: study)
    frame = pd.DataFrame({"a": BREAD, "b": STARS, "paper": "The Loaf"})
    study = topics.run(frame, codebook=THEMES, column="b", set={"seed": 7})
    assert sorted(study.corpus().paragraphs["text"]) == sorted(STARS)
    assert study.settings.seed == 7
    corpus = topics.run(frame, codebook=THEMES, column={"text": "a", "outlet": "paper"}).corpus()
    assert set(corpus.articles["outlet"]) == {"The Loaf"}
    assert sorted(corpus.paragraphs["text"]) == sorted(BREAD)
    with pytest.raises(InputError, match=r"DataFrame lacks column 'c'; found 'a', 'b', 'paper'; .* column=\"NAME\""):
        topics.run(frame, codebook=THEMES, column="c").corpus()
    with pytest.raises(InputError, match=r"unknown key reading\.columns\.txt; expected one of text, title"):
        topics.run(frame, codebook=THEMES, column={"txt": "a"})


def test_settings_may_be_a_dictionary_a_list_or_one_string(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topics.runs.study._run_in_memory", lambda study, *_: study.settings)
    by_dict, by_list = (
        topics.run(TEXTS, codebook=THEMES, set=given)
        for given in (
            {"seed": 7, "themes.threshold": 0.5, "groups.by": ["a b", "c"], "title": 'An "Ö"', "reading.repair": True},
            ["seed=7", "themes.threshold=0.5", 'groups.by=["a b", "c"]', "title=An \"Ö\"", "reading.repair=true"],
        )
    )  # fmt: skip
    assert by_dict == by_list
    assert topics.run(TEXTS, codebook=THEMES, set="seed=7").seed == 7
    with pytest.raises(InputError, match="unknown key sed; did you mean seed"):
        topics.run(TEXTS, codebook=THEMES, set="sed=7")
    with pytest.raises(InputError, match="seed is 'x'; expected int"):
        topics.run(TEXTS, codebook=THEMES, set={"seed": "x"})


# codebooks


def test_a_codebook_may_be_a_file_a_dictionary_themes_or_a_codebook(tmp_path: Path) -> None:
    file = tmp_path / "codebook.toml"
    file.write_text(CODEBOOK_TOML, encoding="utf-8")
    book = topics.Codebook.load(file)
    for given in (file, str(file), book, list(book.themes), book.themes):
        assert open_study(TEXTS, given).codebook.themes == book.themes
    assert open_study(TEXTS, {"bread": "dough", "stars": {"keywords": "star", "label": "Stars"}}).codebook.names == [
        "bread",
        "stars",
    ]


def test_codebook_file_is_the_same_as_codebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "codebook.toml"
    file.write_text(CODEBOOK_TOML, encoding="utf-8")
    assert open_study(TEXTS, codebook_file=file) == open_study(TEXTS, codebook=file) == open_study(TEXTS, file)
    monkeypatch.setattr("topics.runs.study._run_in_memory", lambda study, *_: study)
    assert topics.run(TEXTS, codebook_file=file).codebook.names == ["bread", "stars", "boats"]  # and no warning
    for call in (topics.run, open_study):
        with pytest.raises(InputError, match="codebook and codebook_file are both given; they are the same"):
            call(TEXTS, codebook=THEMES, codebook_file=file)


# lengths


class _StopError(Exception):
    """Embedding has begun."""


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[list[str], np.ndarray]]:
    """Runs data in memory until it is embedded, and returns the paragraphs with their vectors."""

    def run_until(data: Any, vectors: Any) -> tuple[list[str], np.ndarray]:
        with pytest.raises(_StopError) as stop:
            run(data, embeddings=vectors)
        return stop.value.args

    def embed(tokens: Any, settings: Any, vectors: Any, progress: Any) -> None:
        raise _StopError(tokens.texts, vectors)

    monkeypatch.setattr(pipeline, "embed", embed)
    return run_until


def numbered(n: int) -> np.ndarray:
    """A vector for each text that says which it is."""
    return np.arange(n)[:, None] + np.zeros((n, 4))


def test_vectors_of_texts_in_memory_belong_to_the_texts_in_their_order(
    embedded: Callable[..., tuple[list[str], np.ndarray]],
) -> None:
    """Ids of paragraphs sort otherwise: data-1, data-10, data-2."""
    paragraphs, vectors = embedded(TEXTS, numbered(30))
    assert paragraphs != TEXTS
    assert vectors[:, 0].tolist() == [TEXTS.index(text) for text in paragraphs]
    frame = pd.DataFrame({"body": TEXTS, "title": [f"{30 - n:02d}" for n in range(30)]})
    paragraphs, vectors = embedded(frame, numbered(30).tolist())
    assert paragraphs == TEXTS[::-1]
    assert vectors[:, 0].tolist() == list(range(30))[::-1]
    repeated = [*TEXTS[:12], TEXTS[3], "", *TEXTS[12:]]
    paragraphs, vectors = embedded(repeated, numbered(32))
    assert len(paragraphs) == 30
    assert vectors[:, 0].tolist() == [repeated.index(text) for text in paragraphs]


def test_vectors_of_the_paragraphs_are_taken_in_their_order(embedded: Callable[..., tuple[list[str], np.ndarray]]) -> None:
    joined = ["\n\n".join(part) for part in (BREAD, STARS, BOATS)]
    vectors = np.random.default_rng(0).normal(size=(30, 4))
    np.testing.assert_array_equal(embedded(joined, vectors)[1], vectors)


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        (np.zeros((7, 4)), "7 vectors for 30 paragraphs; expected one for each"),
        (np.zeros(30), r"embeddings have the shape \(30,\); expected an array of paragraphs × dimensions"),
        (5, r"embeddings have the shape \(\)"),
        ([[1.0, 2.0], [3.0]] * 15, "embeddings are not an array"),
        (np.full((30, 4), np.nan), "30 of 30 vectors contain NaN or infinity"),
        ("lsaa", "lsaa"),
    ],
)
def test_vectors_of_a_wrong_size_are_refused_before_themes(vectors: Any, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "fit_themes", lambda *_: pytest.fail("themes were fitted"))
    with pytest.raises(InputError, match=said):
        run(TEXTS, embeddings=vectors)


def test_a_vector_for_a_text_that_was_split_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "fit_themes", lambda *_: pytest.fail("themes were fitted"))
    pairs = ["\n\n".join(TEXTS[n : n + 2]) for n in range(0, 30, 2)]
    with pytest.raises(InputError, match="15 vectors for 15 texts, which became 30 paragraphs; expected a vector for each"):
        run(pairs, embeddings=np.zeros((15, 4)))


def test_codes_of_another_corpus_are_refused_before_themes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "fit_themes", lambda *_: pytest.fail("themes were fitted"))
    file = tmp_path / "anna.csv"
    file.write_text("paragraph_id,themes\nb-p0001,bread\na-p0001,\n", encoding="utf-8")
    for how in ("codes", "coders"):
        with pytest.raises(
            InputError, match=r"anna\.csv: none of its 2 coded paragraphs is in this corpus, e\.g\. 'a-p0001'"
        ):
            run(TEXTS, **{how: [file]})
        with pytest.raises(InputError, match="none of its 2 coded paragraphs"):
            run(TEXTS, **{how: str(file)})
