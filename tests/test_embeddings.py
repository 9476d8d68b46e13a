"""Vectors: LSA of any size, and whatever the user brings."""

import numpy as np
import pytest
from conftest import BOATS, BREAD, STARS, make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.embeddings import embed
from topics.paragraphs import Corpus
from topics.settings import InputError, Settings, override


def cosine(vectors: np.ndarray) -> np.ndarray:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit @ unit.T


def test_lsa_brings_like_paragraphs_together() -> None:
    corpus = make_corpus([*BREAD, *STARS, *BOATS], [f"a{i:02d}" for i in range(30)])
    near = cosine(embed(corpus).vectors)
    label = np.repeat([0, 1, 2], 10)
    same = label[:, None] == label[None, :]
    off = ~np.eye(30, dtype=bool)
    assert near[same & off].mean() > near[~same].mean() + 0.15


def test_lsa_is_the_same_every_time_and_follows_the_seedless_rule(corpus: Corpus) -> None:
    first, again = embed(corpus), embed(corpus)
    assert first.sha256 == again.sha256
    assert first.vectors.shape == (len(corpus.paragraphs), 10)
    assert embed(corpus, override(Settings(), ["embeddings.dimensions=4"])).vectors.shape[1] == 4


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_lsa_never_raises_and_is_finite(texts: list[str]) -> None:
    vectors = embed(make_corpus(texts)).vectors
    assert len(vectors) == len(texts)
    assert vectors.shape[1] >= 2
    assert np.isfinite(vectors).all()


class Letters:
    """An encoder of eight lines."""

    def encode(self, texts: list[str]) -> np.ndarray:
        return np.array([[text.count(letter) for letter in "aeiou"] for text in texts], dtype=float)


def test_encoders_callables_and_arrays_are_first_class(corpus: Corpus) -> None:
    texts = corpus.paragraphs["text"].tolist()
    array = Letters().encode(texts)
    before = array.copy()
    for source in (Letters(), Letters().encode, array):
        assert np.array_equal(embed(corpus, source=source).vectors, array.astype(np.float32))
    assert np.array_equal(array, before)
    assert embed(corpus, source=Letters()).name == "Letters"
    assert embed(corpus, source=array).name == "precomputed"


def test_vectors_are_checked(corpus: Corpus) -> None:
    n = len(corpus.paragraphs)
    with pytest.raises(InputError, match=f"3 vectors for {n} paragraphs"):
        embed(corpus, source=np.ones((3, 4)))
    with pytest.raises(InputError, match="1 of"):
        embed(corpus, source=np.array([[np.nan, 1.0]] + [[0.0, 1.0]] * (n - 1)))
    with pytest.raises(InputError, match="paragraphs × dimensions"):
        embed(corpus, source=np.ones(n))


@pytest.mark.parametrize("name", ["glove", "model2vec", "model2vec:", "word2vec:x"])
def test_unknown_backends_are_refused(corpus: Corpus, name: str) -> None:
    with pytest.raises(InputError, match="expected lsa"):
        embed(corpus, override(Settings(), [f'embeddings.name="{name}"']))


@pytest.mark.parametrize(("name", "extra"), [("model2vec:x", "static"), ("sentence-transformers:x", "transformers")])
def test_a_backend_that_is_not_installed_names_its_extra(corpus: Corpus, name: str, extra: str) -> None:
    library = name.split(":")[0].replace("-", "_")
    if __import__("importlib.util").util.find_spec(library):
        pytest.skip(f"{library} is installed here")
    with pytest.raises(InputError, match=rf"article-topics\[{extra}\]"):
        embed(corpus, override(Settings(), [f'embeddings.name="{name}"']))
