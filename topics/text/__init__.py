"""Text processing: from bytes to words, terms and vectors, independent of articles and studies.

======================  ================================================================================
``decoding``            decoding of bytes, encoding errors, line ends
``words``               words and stems, sentences, stop words
``segmentation``        words of scripts without spaces
``dates``               dates of columns and in texts
``language``            language identification
``tokens``              tokenised texts
``lexicon``             dictionaries of lemmas, frequencies of words
``inflection``          whether one word is a form of another
``compounds``           words made of others, as in German
``phrase_tokens``       the words that are terms or parts of phrases and names
``coherence``           how well words go together
``grammar``             function words by role, endings
``nouns``               which words are nouns
``noun_terms``          nouns, names and noun phrases of texts
``phrases``             the vocabulary of a corpus: content words, phrases and names
``analyzer``            the vocabulary as analyzer of scikit-learn's vectorizers, and of BERTopic
``embeddings``          a vector per paragraph, by one of the encoders
``lsa``                 latent semantic analysis
``pretrained``          pretrained models by name
``universal``           the bundled multilingual Universal Sentence Encoder
``onnx``                models in ONNX, run by fastembed
``hub``                 folders of models, on this machine or from the hub
``encoders``            the encoder protocol; objects and functions of the caller as encoders
======================  ================================================================================
"""

from topics.text.analyzer import PhraseAnalyzer
from topics.text.coherence import count_windows, distinctness, diversity
from topics.text.compounds import Compounds
from topics.text.dates import DATE, DateColumn, find_date, read_dates
from topics.text.decoding import decode, fix_mojibake, unify_newlines
from topics.text.embeddings import Embeddings, embed
from topics.text.encoders import Encoder, Pretrained, as_encoder, check_vectors
from topics.text.inflection import Inflection
from topics.text.language import detect_language, other_language
from topics.text.lexicon import fold
from topics.text.lexicon import lexicon as load_lexicon  # a face names no module
from topics.text.lsa import Lsa
from topics.text.noun_terms import NounTerms, find_noun_terms
from topics.text.phrase_tokens import PhraseTokens, read_phrase_tokens
from topics.text.phrases import Vocabulary, build_vocabulary
from topics.text.pretrained import load_encoder
from topics.text.segmentation import missing_segmenters
from topics.text.tokens import TokenisedTexts, Tokens, tokenise, tokenise_all
from topics.text.universal import LANGUAGES as BUNDLED_LANGUAGES
from topics.text.universal import bundled_encoder
from topics.text.universal import is_installed as bundled_is_installed
from topics.text.words import (
    Word,
    count_words,
    find_sentences,
    find_words,
    has_unspaced,
    is_unspaced,
    stop_stems,
    stop_words,
)

__all__ = [
    "BUNDLED_LANGUAGES", "DATE", "Compounds", "DateColumn", "Embeddings", "Encoder", "Inflection", "Lsa", "NounTerms",
    "PhraseAnalyzer", "PhraseTokens", "Pretrained", "TokenisedTexts", "Tokens", "Vocabulary", "Word", "as_encoder",
    "build_vocabulary", "bundled_encoder", "bundled_is_installed", "check_vectors", "count_windows", "count_words", "decode",
    "detect_language", "distinctness", "diversity", "embed", "find_date", "find_noun_terms", "find_sentences", "find_words",
    "fix_mojibake", "fold", "has_unspaced", "is_unspaced", "load_encoder", "load_lexicon", "missing_segmenters",
    "other_language", "read_dates",
    "read_phrase_tokens", "stop_stems", "stop_words", "tokenise", "tokenise_all", "unify_newlines",
]  # fmt: skip
