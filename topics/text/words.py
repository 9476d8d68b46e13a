"""Words, stems, sentences and stop words.

Stems are by Snowball (Porter 2001), sentence boundaries by sentencex. For matching keywords,
text in scripts without spaces is split into overlapping pairs of characters; its words are
found by :mod:`topics.text.segmentation`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sentencex
import snowballstemmer
import stop_words as stop_word_lists
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

UNSPACED = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0e7f"
"""Kana, Chinese characters and Thai, for a regular expression. Hangul has spaces between words."""
_KANA, _THAI = re.compile("[\u3040-\u30ff]"), re.compile("[\u0e00-\u0e7f]")
_UNSPACED_LETTER = re.compile(rf"[{UNSPACED}]")
_WITHIN = "".join(c for c in map(chr, range(0x300, 0xE00)) if unicodedata.category(c).startswith("M")) + "\u00ad\u200c\u200d"
"""Combining accents and vowel signs, soft hyphens and joiners: they neither are letters nor end a word."""
_RUN = rf"[^\W_{UNSPACED}]+(?:[{_WITHIN}]+[^\W_{UNSPACED}]*)*"
# unspaced runs, abbreviations ("U.S."), words with their apostrophes
_WORD = re.compile(rf"[{UNSPACED}]+|(?:[^\W_{UNSPACED}]\.){{2,}}|{_RUN}(?:['’]{_RUN})*")

# The lists of the libraries contain only function words, and for Chinese only single characters;
# these are as uninformative in news.
_EXTRA = {
    "en": """
according actually ago although came certainly come comes could day days did different does doing done especially far
gave given gives going good got great increasingly indeed instead it's just kind know largely later left let like
likely little long look looks lot main make makes making matter mean means mr mrs ms need needs new particularly
perhaps place quite real really recent right said say saying says shall simply sure taken takes taking tell thing
things think time times took used uses using want way ways went won year years yes
""",
    "ja": """
いう 言う 述べる 語る 話す 伝える 行う おこなう よる 対する 関する つく 見る 思う 考える
示す 受ける 持つ 知る 続ける 続く 求める 含む 進める わかる 分かる 向ける 与える 呼ぶ 使う
出る 入る 多く 少し 今回 今後 現在 今日 昨日 明日 今年 昨年 必要 可能 場合 ところ つもり
ほとんど すべて 同様 一部 一方 以上 以下 以外 以前 以後 以降 自分 自身 人 人々 日 年 月
時 的 化 性 多い 大きい 高い 良い よい いい 新しい 新た 重要 様々 さまざま 全体 それぞれ
結果 こと もの ため よう とき あと うち ほか まま
""",
    "zh": """
一些 一个 一种 一样 一直 一定 一般 一切 一起 不同 不会 不能 不是 不要 不得 为了 之后
之前 之间 也是 人们 今天 今年 今后 昨天 明天 明年 去年 现在 目前 近日 当时 同时 最近
以来 以后 以前 以及 以上 以下 任何 但是 作为 使用 出现 包括 十分 可以 可能 各种 因为
因此 如果 如何 它们 他们 她们 我们 你们 自己 其他 其中 其它 其实 具有 存在 已经 应该
应当 开始 得到 成为 所有 所以 才能 打算 是否 曾经 有关 有些 有人 有的 来说 根据 正在
正是 没有 没能 然后 由于 看到 看来 知道 称为 第一 第二 第三 等等 经过 继续 能够 能否
虽然 表示 认为 觉得 许多 许多人 说道 说话 起来 越来越 这个 这些 这样 这里 这种 那个 那些
那样 那里 进行 通过 透露 指出 提出 提到 还是 还有 还要 那么 这么 部分 重要 主要 问题
方面 情况 时候 时间 需要 必须 必要 非常 很多 很大 更加 更多 多个 大量 大家 什么 怎么
怎样 为什么 不少 不断 不过 与其 使得 令人 作出 做出 做到 受到 带来 做 说 想 要 会 能
去 到 没 写 让 年 月 日 时 点 称
""",
}

# Words of the lists that name subjects: they can be keywords, and forms of keywords.
_CONTENT = {
    "bg": "време година години живот месец часа",
    "ca": "estat",
    "cs": "clanek clanku clanky článek článku články design email strana",
    "de": "ende jahr jahre zeit tag tage teil",
    "en": """
amount bill bottom call computer cry day days describe detail different empty fill fire found front full great
interest kind left main matter mean means mill mine move name need needs new part place quality real right serious
show side sincere system thick thin thing things time times top used uses using want way ways work year years
""",
    "es": """
bueno buenos conocer cuenta ejemplo emplean emplear empleo estado estados fuerza intento lugar momento nueva nuevas nuevo
nuevos parte partir poder posible realizar sentido sentidos tiempo total trabaja trabajais trabajamos trabajan trabajar
trabajas trabajo trata ultimar usais usar valor verdad verdadera verdadero
""",
    "fi": """
aika aikaa aikaan aikana antaa annettu asia asiaa asian asiasta asiat asioiden asioihin asioita apu avuksi kiitos kerta
menee mennä puolesta sadat suuret vuosi vuoden vuosien vuosina vuotta
""",
    "fr": "chose choses essai force grande nommé nommée nouveau nouveaux parole personne personnes pièce sujet valeur état",
    "hu": "ember idő",
    "it": """
comprare gente grande lavoro maggiore nuovi nuovo persona persone promesso rispetto secondo stati stato terzo tempo ora
""",
    "ko": "시간 아이 이상",
    "pl": "kierunku sposób lat możliwe",
    "pt": """
caminho conhecido corrente direita direito estado fim grande grupo horas iniciar inicio ligado maioria maiorias nome novo
parte poder povo ponto saber tempo tentar trabalhar trabalho usa usar valor verdade verdadeiro
""",
    "ru": "мира время времени год года году жизнь занят люди миллионов мир начала процентов раз рука тысяч человек",
    "sv": "beslut beslutat beslutit dag dagar dagarna dagen del delen höger nummer vänster viktig viktiga viktigt år",
    "uk": "відсотків важлива важливе важливий важливі життя люди людина мільйонів рік року років справ тисяч час",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: ``text[start:end]``, and its stem."""

    stem: str
    start: int
    end: int


def find_words(text: str, language: str = "en") -> list[Word]:
    """The words of ``text`` in order, lower-cased, without possessive endings, stemmed."""
    words = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if is_unspaced(text[start]) and end - start > 2:
            words += [Word(text[i : i + 2], i, i + 2) for i in range(start, end - 1)]
        else:
            words.append(Word(stem(match.group(), language), start, end))
    return words


@lru_cache(maxsize=1 << 15)
def count_words(text: str) -> int:
    """Number of words in ``text``, comparable across scripts.

    In scripts without spaces, two Han characters, three kana, or six Thai characters count as a
    word. So the same ten sentences (of SIB-200) have 233 words in English, 263 in Spanish, 196
    in Ukrainian, 187 in Chinese and 209 in Japanese; five others 103, 122, 84, and 98 in Thai.
    """
    runs = _WORD.findall(text)
    if not has_unspaced(text):
        return len(runs)
    return sum(_count_unspaced(run) if is_unspaced(run[0]) else 1 for run in runs)


def _count_unspaced(run: str) -> int:
    kana, thai = len(_KANA.findall(run)), len(_THAI.findall(run))
    sixths = 3 * (len(run) - kana - thai) + 2 * kana + thai
    return max(1, (sixths + 3) // 6)


def is_unspaced(character: str) -> bool:
    """Whether a character belongs to a script that is written without spaces."""
    return "\u0e00" <= character <= "\u0e7f" or "\u3005" <= character <= "\u9fff"


def has_unspaced(text: str) -> bool:
    """Whether any character of ``text`` belongs to a script that is written without spaces."""
    return not text.isascii() and bool(_UNSPACED_LETTER.search(text))


def find_sentences(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``, without surrounding white space."""
    spans = []
    for piece in sentencex.get_sentence_boundaries(language, text):
        start, end = piece["start_index"], piece["end_index"]
        raw = text[start:end]
        start, end = start + len(raw) - len(raw.lstrip()), end - (len(raw) - len(raw.rstrip()))
        if any(character.isalnum() for character in text[start:end]):
            spans.append((start, end))
    return spans


@lru_cache
def stop_words(language: str = "en") -> frozenset[str]:
    """Stop words in lower case, not stemmed; empty if there is no list for the language."""
    extra = frozenset(_EXTRA.get(language, "").split())
    if language == "en":
        return extra | ENGLISH_STOP_WORDS
    try:
        return extra | frozenset(stop_word_lists.get_stop_words("nb" if language == "no" else language))
    except stop_word_lists.StopWordError:
        return frozenset()


@lru_cache
def function_words(language: str = "en") -> frozenset[str]:
    """The :func:`stop_words` that have no subject of their own: those without the nouns and verbs of the lists."""
    return stop_words(language) - frozenset(_CONTENT.get(language, "").split())


@lru_cache
def stop_stems(language: str = "en", own: str = "") -> frozenset[str]:
    """The stems of :func:`stop_words`; with ``own``, those of another language by the stemmer of ``language``."""
    # a pair of characters from a longer stop word may be a content word
    entries = (entry for entry in stop_words(own or language) if len(entry) <= 2 or not has_unspaced(entry))
    return frozenset(word.stem for entry in entries for word in find_words(entry, language))


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of a word; the word in lower case where the language has no stemmer."""
    if word == "US" and language == "en":
        return "us."  # the country, as "U.S."; the pronoun is a stop word
    plain = unicodedata.normalize("NFC", word).lower().replace("’", "'").replace("\u00ad", "")
    if plain.endswith("."):
        plain = plain.replace(".", "")
        return f"{plain}." if len(plain) == 2 else plain  # "U.S." is not the pronoun
    stemmer = _stemmer(language)
    plain = plain.removesuffix("'s") if language == "en" else plain
    return stemmer.stemWord(plain) if stemmer else plain


def has_stemmer(language: str) -> bool:
    """Whether there is a Snowball stemmer for the language."""
    return language in _SNOWBALL


@lru_cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_SNOWBALL[language]) if language in _SNOWBALL else None
