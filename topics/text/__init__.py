"""Texts: from bytes to words, terms and vectors. This room knows no articles and no files but those of models.

======================  ================================================================================
``decoding``            bytes -> text, whatever the encoding; mojibake undone; line ends
``words``               words with their stems, sentences, stop words; scripts without spaces
``dates``               dates spelt out in a text
``language``            which language a text is in
``tokens``              texts cut into words once, for all who count them
``phrases``             the terms of a corpus: content words, phrases and names whole
``embeddings``          a vector per paragraph, by one of the encoders
``lsa``                 the encoder that learns from the corpus alone
``pretrained``          models from a folder or the hub
``encoders``            what an encoder is; the caller's own objects and functions as one
======================  ================================================================================
"""

from topics.text.dates import DATE, find_date
from topics.text.decoding import decode, fix_mojibake, unify_newlines
from topics.text.embeddings import Embeddings, embed
from topics.text.encoders import Encoder, Pretrained, as_encoder, check_vectors
from topics.text.language import detect_language, other_language
from topics.text.lsa import Lsa
from topics.text.phrases import PhraseTokens, Vocabulary, build_vocabulary, read_phrase_tokens
from topics.text.pretrained import load_encoder
from topics.text.tokens import TokenisedTexts, Tokens, tokenise, tokenise_all
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
    "DATE", "Embeddings", "Encoder", "Lsa", "PhraseTokens", "Pretrained", "TokenisedTexts", "Tokens", "Vocabulary", "Word",
    "as_encoder", "build_vocabulary", "check_vectors", "count_words", "decode", "detect_language", "embed", "find_date",
    "find_sentences", "find_words", "fix_mojibake", "has_unspaced", "is_unspaced", "load_encoder", "other_language",
    "read_phrase_tokens", "stop_stems", "stop_words", "tokenise", "tokenise_all", "unify_newlines",
]  # fmt: skip
