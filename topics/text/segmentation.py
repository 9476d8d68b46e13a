"""Content words of scripts without spaces: Chinese by jieba, Japanese by Sudachi, others as pairs of characters.

Both libraries use a dictionary inside their package, and give the same words for the same text.
Without the library of a language, and in Thai, words are overlapping pairs of characters, the
usual unit in retrieval (Kwok 1997). These words are the terms of topics and of LSA. Keywords are
matched by pairs in any case (:func:`topics.text.words.find_words`), and so also inside of words.
"""

import importlib.util
import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from topics.text.words import UNSPACED, Word, stop_words

_RUN = re.compile(rf"[{UNSPACED}]+")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_KATAKANA_OR_HAN = re.compile(r"[\u30a1-\u30fc]{2,}|[\u3005\u3400-\u9fff]{2,}")
_LIBRARIES = {
    "ja": ("Japanese", "'article-topics[cjk]'", ("sudachipy", "sudachidict_small")),
    "zh": ("Chinese", "rjieba", ("rjieba",)),
}
"""Language -> its name, what to install, and the modules that segment it."""
_EMPTY_CHINESE = tuple("cdefmopqruwxy")
"""Jieba's tags of adverbs, conjunctions, measure words, numerals, particles, prepositions, pronouns … begin with these."""
_CHINESE_NOUNS = ("n", "vn", "j")
"""Tags of nouns and names, of verbs used as nouns, and of abbreviations."""
_CONTENT_JAPANESE = frozenset("名詞 動詞 形容詞 形状詞".split())
_EMPTY_JAPANESE = frozenset("数詞 助動詞語幹 非自立可能 助数詞可能".split())
"""Subclasses of content words: numerals, auxiliaries, verbs that may be auxiliary, and counters."""
_FORMAL_NOUN = re.compile(r"[\u3041-\u3096]{1,2}")
_PARTICLES = frozenset("的了是在")
"""Chinese particles; pairs that contain one are not words."""

_Found = Iterator[tuple[str, int, int]]
"""Stem, start and end of content words."""


def segment(text: str, language: str) -> list[Word]:
    """The content words in the unspaced runs of ``text``, in order; other scripts are skipped.

    Han characters are read as :func:`spoken_in` says.
    """
    runs = list(_RUN.finditer(text))
    spoken = spoken_in(text, language)
    stop = stop_words(spoken)
    return [
        Word(stem, run.start() + start, run.start() + end)
        for run in runs
        for stem, start, end in _segmenter("" if "\u0e00" <= run[0][0] <= "\u0e7f" else spoken)(run[0])
        if stem not in stop
    ]


def find_unspaced_nouns(run: str, language: str) -> list[tuple[str, int, int]]:
    """The nouns in a run of a script without spaces, each with its start and end; none in Thai.

    ``language`` is "ja" or "zh". Without the library of the language, what looks like a noun: Japanese words in
    katakana, or of Han characters alone.
    """
    if "\u0e00" <= run[0] <= "\u0e7f":
        return []
    stop = stop_words(language)
    return [found for found in _noun_finder(language)(run) if found[0] not in stop]


def spoken_in(text: str, language: str) -> str:
    """Whether the Han characters of a text are read as Japanese ("ja") or Chinese ("zh").

    Japanese if ``language`` is, or at least a tenth of the unspaced characters is kana.
    """
    kana = len(_KANA.findall(text))
    return "ja" if language == "ja" or (kana and 10 * kana >= sum(map(len, _RUN.findall(text)))) else "zh"


def missing_segmenters(languages: Collection[str]) -> list[str]:
    """A note for each of the languages whose segmenter is not installed."""
    return [
        f"the terms of {name} texts are pairs of characters, not words, because {' and '.join(absent)}"
        f" cannot be imported; run pip install {package}"
        for code, (name, package, modules) in _LIBRARIES.items()
        if code in languages and (absent := [module for module in modules if importlib.util.find_spec(module) is None])
    ]


@lru_cache
def _segmenter(language: str) -> Callable[[str], _Found]:
    if language == "ja":
        return _pairs_of_japanese if missing_segmenters(["ja"]) else _japanese()
    if language == "zh":
        return _pairs_of_chinese if missing_segmenters(["zh"]) else _chinese()
    return _pairs


def _chinese(*, nouns: bool = False) -> Callable[[str], _Found]:
    import rjieba  # not above: the dictionary is read on import, in 0.3 s

    def words(run: str) -> _Found:
        at = 0
        for written, tag in rjieba.tag(run):
            # single characters that are no nouns are mostly auxiliaries; an unknown word with a particle is none
            is_word = (len(written) > 1 or tag[0] in "nj") and (_PARTICLES.isdisjoint(written) or rjieba.has_word(written))
            if is_word and (tag.startswith(_CHINESE_NOUNS) if nouns else not tag.startswith(_EMPTY_CHINESE)):
                yield written, at, at + len(written)
            at += len(written)

    return words


def _japanese(*, nouns: bool = False) -> Callable[[str], _Found]:
    from sudachipy import Dictionary

    tokenizer = Dictionary(dict="small").tokenizer()

    def words(run: str) -> _Found:
        stem, start, end, is_noun = "", 0, 0, False
        for found in tokenizer.tokenize(run):
            kind, *subclasses = found.part_of_speech()
            if is_noun and kind == "接尾辞" and subclasses[0] == "名詞的":
                stem, end = stem + found.surface(), found.end()  # a specialist, a member state
                continue
            if stem:
                yield stem, start, end
            stem, start, end, is_noun = found.dictionary_form(), found.begin(), found.end(), kind == "名詞"
            wanted = {"名詞"} if nouns else _CONTENT_JAPANESE
            is_content = kind in wanted and _EMPTY_JAPANESE.isdisjoint(subclasses)
            # single characters that are no nouns are parts of words
            if not is_content or _FORMAL_NOUN.fullmatch(stem) or (len(stem) == 1 and kind != "名詞"):
                stem, is_noun = "", False
        if stem:
            yield stem, start, end

    return words


@lru_cache
def _noun_finder(language: str) -> Callable[[str], _Found]:
    if language == "ja":
        return _nouns_of_japanese_script if missing_segmenters(["ja"]) else _japanese(nouns=True)
    return _pairs_of_chinese if missing_segmenters(["zh"]) else _chinese(nouns=True)


def _nouns_of_japanese_script(run: str) -> _Found:
    return ((part[0], part.start(), part.end()) for part in _KATAKANA_OR_HAN.finditer(run))


def _pairs(run: str) -> _Found:
    return ((run[i : i + 2], i, i + 2) for i in range(len(run) - 1))


def _pairs_of_chinese(run: str) -> _Found:
    return (found for found in _pairs(run) if _PARTICLES.isdisjoint(found[0]))


def _pairs_of_japanese(run: str) -> _Found:
    """Loan words in katakana, and pairs of Han characters; particles and endings are in hiragana."""
    for part in _KATAKANA_OR_HAN.finditer(run):
        if "\u30a1" <= part[0][0] <= "\u30fc":
            yield part[0], part.start(), part.end()
        else:
            yield from ((stem, part.start() + start, part.start() + end) for stem, start, end in _pairs(part[0]))
