"""Coherence against gensim itself, and against windows counted by hand."""

import itertools
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.text import coherence

with warnings.catch_warnings(action="ignore"):
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

ROOT = Path(__file__).parents[2]


Texts = Sequence[Sequence[str]]


def npmi(topics: Texts, documents: Texts, window: int = 10) -> np.ndarray:
    return coherence.count_windows(list(itertools.chain(*topics)), documents, window).npmi(topics)


def c_v(topics: Texts, documents: Texts, window: int = 110) -> np.ndarray:
    return coherence.count_windows(list(itertools.chain(*topics)), documents, window).c_v(topics)


OURS = {"c_npmi": npmi, "c_v": c_v}


def by_gensim(kind: str, topics: Texts, documents: Texts, window: int) -> np.ndarray:
    with warnings.catch_warnings(action="ignore"):
        model = CoherenceModel(
            topics=topics, texts=documents, dictionary=Dictionary(documents), coherence=kind, window_size=window, processes=1
        )
        return np.array(model.get_coherence_per_topic())


def in_windows(word: str, other: str, documents: Texts, window: int) -> int:
    """Windows that hold both, for documents in which no word comes twice."""
    parts = [d[i : i + window] for d in documents for i in range(max(1, len(d) - window + 1))]
    return sum(word in part and other in part for part in parts)


words = st.sampled_from("abcdef")
corpora = st.lists(st.lists(words, max_size=25), min_size=1, max_size=8)
lists = st.lists(st.lists(st.sampled_from("abcdefxyz"), max_size=6), min_size=1, max_size=3)


@pytest.mark.parametrize("kind", OURS)
@given(lists, corpora, st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_random_corpora_give_what_gensim_gives(kind: str, topics: Texts, documents: Texts, window: int) -> None:
    known = {word for document in documents for word in document}
    found = OURS[kind](topics, documents, window)
    enough = np.array([sum(word in known for word in topic) > 1 for topic in topics])
    assert np.isnan(found[~enough]).all()
    if enough.any():
        asked = [topic for topic, good in zip(topics, enough, strict=True) if good]
        np.testing.assert_allclose(found[enough], by_gensim(kind, asked, documents, window), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", OURS)
def test_a_text_as_people_write_it_gives_what_gensim_gives(kind: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/russia-china/articles").iterdir())]
    documents = [line.lower().split() for text in texts for line in text.splitlines()] + [texts[0].lower().split()]
    vocabulary = sorted({word for document in documents for word in document})
    topics = [vocabulary[i::300][:10] for i in range(20)]
    window = {"c_npmi": 10, "c_v": 110}[kind]
    np.testing.assert_allclose(OURS[kind](topics, documents), by_gensim(kind, topics, documents, window), rtol=0, atol=1e-9)


@given(st.lists(st.permutations("abcdefgh"), min_size=1, max_size=6), st.integers(1, 9))
@settings(deadline=None)
def test_windows_hold_what_they_hold_where_no_word_is_repeated(documents: Texts, window: int) -> None:
    counts = coherence.count_windows("abcdefgh", documents, window)
    by_hand = [[in_windows(one, other, documents, window) for other in "abcdefgh"] for one in "abcdefgh"]
    assert counts.together.tolist() == by_hand
    assert counts.windows == sum(max(1, len(document) - window + 1) for document in documents)


def test_a_repeated_word_leaves_with_its_first_token() -> None:
    counts = coherence.count_windows("ab", [list("aabbb")], 3)  # aab: both; abb: a has left, though it stands there; bbb
    assert counts.together.tolist() == [[1, 1], [1, 3]]


def test_an_empty_document_is_a_window() -> None:
    assert coherence.count_windows("ab", [["a", "b"], [], ["b"]], 10).windows == 3


def test_many_words_are_counted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [list("abcabdacbd"), list("dcba")]
    whole = coherence.count_windows("abcd", documents, 4)
    monkeypatch.setattr(coherence, "_AT_ONCE", 3)
    assert (coherence.count_windows("abcd", documents, 4).together == whole.together).all()


def test_pairs_are_those_of_the_topics_and_keep_their_order() -> None:
    documents = [list("abxcab"), list("cadb"), list("xxd"), ["d"]]
    pairs = coherence.count_windows("bda", documents, 3).pairwise()
    assert pairs == pytest.approx(pairs.T)
    assert pairs[0, 2] == pytest.approx(npmi(["ab"], documents, 3)[0])
    assert pairs.diagonal() == pytest.approx(1)
    assert coherence.count_windows("bdab", documents, 3).pairwise()[:3, :3] == pytest.approx(pairs)
    missing = np.isnan(coherence.count_windows("adz", documents, 3).pairwise())
    assert missing.tolist() == [[False, False, True], [False, False, True], [True, True, True]]


def test_words_that_never_and_always_meet() -> None:
    documents = [["a", "b"], ["c", "d"], ["a", "b"]]
    found = npmi(["ab", "ac", "abcd", "a", "", "az", "xyz"], documents)
    assert found[0] == pytest.approx(1)
    assert found[1] == pytest.approx(-1, abs=0.1)
    assert -1 < found[2] < 0
    assert np.isnan(found[3:]).all()


def test_counts_serve_both_measures() -> None:
    documents = [list("abcad"), list("bcda"), list("dd")]
    counts = coherence.count_windows("abcd", documents, 3)
    assert counts.npmi(["abc"]) == pytest.approx(npmi(["abc"], documents, 3))
    assert counts.c_v(["abc"]) == pytest.approx(c_v(["abc"], documents, 3))


@pytest.mark.parametrize("documents", [[], [[]], [["b"]]])
def test_where_no_word_stands_nothing_is_said(documents: Texts) -> None:
    assert np.isnan(npmi(["a"], documents)).all()
    assert np.isnan(c_v([["a", "z"]], documents)).all()
    assert np.isnan(coherence.count_windows("az", documents, 10).pairwise()).all()
    assert len(npmi([], documents)) == 0


def test_a_window_holds_at_least_one_token() -> None:
    with pytest.raises(ValueError, match="window is 0; expected 1 or more"):
        npmi(["ab"], [["a", "b"]], 0)


def test_diversity_by_hand() -> None:
    topics = [["a", "b"], ["b", "c"], ["d", "e"], []]
    assert coherence.diversity(topics) == 5 / 6
    assert coherence.distinctness(topics)[:3].tolist() == [0.5, 0.5, 1]
    assert np.isnan(coherence.distinctness(topics)[3])
    assert np.isnan(coherence.diversity([]))
