"""Shares of single articles: what is known stays, what is not is borrowed, and intervals hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.coding import CodedSample, article_shares, correct_shares


def test_an_article_that_is_coded_is_known() -> None:
    articles = np.repeat([0, 1, 2], 20)
    truth = np.eye(2)[np.arange(60) % 3 // 2]
    words = np.arange(60) % 5 + 1.0
    rows = np.arange(20)
    coded = CodedSample.of(rows, truth[rows], 60)
    predicted = np.full((60, 2), 0.5)
    shares = article_shares(predicted, words, articles, coded, correct_shares(predicted, words, coded))
    known = words[rows] @ truth[rows] / words[rows].sum()
    assert shares.share[0] == pytest.approx(known)
    assert (shares.high - shares.low)[0] == pytest.approx(0, abs=1e-9)
    assert ((shares.high - shares.low)[1:] > 0.1).all()
    assert shares.n_coded.tolist() == [20, 0, 0]


def test_articles_add_up_to_the_corpus() -> None:
    rng = np.random.default_rng(0)
    articles = np.repeat(np.arange(30), 10)
    truth = np.eye(3)[rng.choice(3, 300, p=[0.6, 0.3, 0.1])]
    predicted, words = 0.7 * truth + 0.1, rng.integers(10, 90, 300).astype(float)
    rows = rng.choice(300, 80, replace=False)
    coded = CodedSample.of(rows, truth[rows], 300)
    corpus = correct_shares(predicted, words, coded)
    shares = article_shares(predicted, words, articles, coded, corpus)
    # but for the two paragraphs' worth of the model's own share
    assert np.bincount(articles, words) @ shares.share / words.sum() == pytest.approx(corpus.share[0], abs=0.004)
    assert shares.share.sum(axis=1) == pytest.approx(1)


@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 4))
def test_any_sample_gives_shares_in_their_intervals(seed: int, n_coded: int, names: int) -> None:
    rng = np.random.default_rng(seed)
    articles = np.sort(rng.integers(0, 6, 30))
    articles = np.unique(articles, return_inverse=True)[1]
    predicted, words = rng.dirichlet(np.full(names, 0.3), 30), rng.integers(1, 99, 30).astype(float)
    rows = rng.choice(30, n_coded, replace=False)
    coded = CodedSample.of(rows, np.eye(names)[rng.integers(names, size=n_coded)], 30)
    for held_out in (None, predicted[rows]):
        corpus = correct_shares(predicted, words, coded, held_out=held_out)
        shares = article_shares(predicted, words, articles, coded, corpus, held_out=held_out)
        assert shares.share.sum(axis=1) == pytest.approx(1)
        assert (shares.low >= 0).all()
        assert (shares.low <= shares.share + 1e-12).all()
        assert (shares.share <= shares.high + 1e-12).all()
        assert (shares.high <= 1).all()


@pytest.mark.parametrize("alike", [0.2, 5.0])
def test_intervals_hold_the_share_of_articles(alike: float) -> None:
    """200 articles of 8 paragraphs, mixed, or nearly of one theme each; the model errs in a fifth of its paragraphs."""
    rng = np.random.default_rng(3)
    articles = np.repeat(np.arange(200), 8)
    mixture = rng.dirichlet(np.array([0.6, 0.3, 0.1]) * alike, 200)[articles]
    theme = (rng.random(1600)[:, None] > mixture.cumsum(axis=1)).sum(axis=1).clip(max=2)
    truth, words = np.eye(3)[theme], rng.integers(20, 150, 1600).astype(float)
    says = np.where(rng.random(1600) < 0.3, rng.integers(3, size=1600), theme)
    predicted = 0.7 * np.eye(3)[says] + 0.1
    part = words / np.bincount(articles, words)[articles]
    known = np.stack([np.bincount(articles, part * column) for column in truth.T], axis=1)
    by_scores = np.stack([np.bincount(articles, part * column) for column in predicted.T], axis=1)
    held, errors = [], []
    for _ in range(10):
        rows = rng.choice(1600, 100, replace=False)
        coded = CodedSample.of(rows, truth[rows], 1600)
        shares = article_shares(predicted, words, articles, coded, correct_shares(predicted, words, coded))
        held.append(((shares.low <= known + 1e-6) & (known - 1e-6 <= shares.high)).mean())
        errors.append(np.abs(shares.share - known).mean())
    assert np.mean(held) > 0.92
    assert np.mean(errors) < np.abs(by_scores - known).mean()
