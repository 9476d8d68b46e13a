"""Corpora whose topics are known: texts drawn from the words of a topic, vectors drawn around its centre."""

from functools import cache

import numpy as np
from conftest import make_corpus

from topics.reading import Corpus
from topics.settings import Settings, override
from topics.text import Embeddings, embed
from topics.topic_model import Topics, fit_topics

OPENINGS = ("brun", "glim", "stav", "krel", "dron", "plaf", "voch", "tirm")
ENDINGS = ("ak", "om", "ub", "ek", "it", "or", "ap", "un", "ig", "ol", "af", "ip")
COMMON = tuple(f"{opening}{ending}" for opening in ("zul", "hask", "mern", "quob") for ending in ENDINGS)


def few(*assignments: str) -> Settings:
    """The default settings with six reruns, and what is assigned."""
    return override(Settings(), ["stability.runs=6", *assignments])


def corpus_of(texts: list[str]) -> Corpus:
    return make_corpus(texts, [f"a{i:03d}" for i in range(len(texts))])


def truth(topics: int, each: int) -> np.ndarray:
    """The planted topic of each row, the topics in turn."""
    return np.tile(np.arange(topics), each)


def texts(topics: int, each: int, noise: float, seed: int = 0, words: int = 24) -> list[str]:
    """Texts of ``words`` words: with probability ``noise`` a word that all topics have, else one of the topic's twelve."""
    rng = np.random.default_rng([seed, topics, each])
    weight = 1 / np.arange(2, len(ENDINGS) + 2)
    drawn = []
    for topic in truth(topics, each):
        own = [OPENINGS[topic] + ending for ending in rng.choice(ENDINGS, words, p=weight / weight.sum())]
        common = rng.choice(COMMON, words)
        drawn.append(", ".join(np.where(rng.random(words) < noise, common, own)) + ".")
    return drawn


def vectors(topics: int, each: int, noise: float, seed: int = 0, dimensions: int = 10) -> np.ndarray:
    """Orthogonal centres, and normal noise of standard deviation ``noise`` in every dimension."""
    rng = np.random.default_rng([seed, topics, each])
    centred = np.eye(dimensions)[truth(topics, each)]
    return (centred + noise * rng.standard_normal(centred.shape)).astype(np.float32)


@cache
def by_words(topics: int, each: int, noise: float, seed: int = 0, *assignments: str) -> Topics:
    """Topics of planted texts, through LSA."""
    corpus = corpus_of(texts(topics, each, noise, seed))
    return fit_topics(corpus, embed(corpus.tokens), few(*assignments))


@cache
def by_vectors(topics: int, each: int, noise: float, seed: int = 0, *assignments: str) -> Topics:
    """Topics of planted vectors, under texts of the same topics."""
    corpus = corpus_of(texts(topics, each, 0.5, seed))
    return fit_topics(corpus, Embeddings(vectors(topics, each, noise, seed), "planted"), few(*assignments))
