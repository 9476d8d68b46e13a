"""Bytes -> text: whatever encoding a page was saved in, as its writer typed it."""

import codecs
import re
import unicodedata

import ftfy
from charset_normalizer import from_bytes

from topics.errors import InputError
from topics.text.language import detect_language

_LEGACY = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "koi8_r", "gb18030", "big5", "cp932", "euc_kr"]
_LATIN = {"cp1252": (), "cp1250": ("cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1254": ("az", "tr")}
"""Code pages of one script -> the languages that are written in them."""
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_DECLARED = re.compile(rb"<(?:meta|\?xml)\s[^>]{0,200}(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.I)
_CODE_PAGES = re.compile("cp|iso|koi|mac|gb|big5|euc|shift|tis")
_AS_BROWSERS_READ = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932", "euc_kr": "cp949",
}  # fmt: skip
_NO_TEXT = {"Cc", "Cn", "Co", "Cs"}
_BROKEN = 0.2
"""Share of the letters beyond ASCII that may be broken in a page; a wrong encoding breaks half of them or more."""
_LOST_QUOTE = re.compile(r"â€(?=[\s.,;:!?)]|\Z)")
"""A closing quote whose last byte was dropped on the way; ftfy takes it for a dagger, and its space with it."""
_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")


def decode(raw: bytes, name: str) -> str:
    """The text of a file.

    A byte order mark decides; else UTF-8 where the bytes are UTF-8, whatever a page
    that was saved anew declares; else what an HTML head declares (read as browsers
    do, WHATWG Encoding Standard), else charset-normalizer's best guess among the
    legacy encodings. Bytes that are broken here and there become U+FFFD.

    Raises
    ------
    InputError
        If the bytes are no text.
    """
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS.items() if raw.startswith(mark)), "")
    if marked:
        text = raw.decode(marked, "replace")
    elif b"\0" in raw:
        text = _utf_16(raw)
    else:
        tried = (_try(raw, encoding) for encoding in _encodings(raw))
        found = next((text for text in tried if text is not None), None)
        text = _guess(raw, name) if found is None else found
    if "\0" in text:
        raise InputError(f"{name}: holds NUL characters, so it is not a text; expected a page saved as text")
    return text.lstrip("\ufeff")


def unify_newlines(text: str) -> str:
    r"""``text`` with every kind of line end as ``\n``; all but ``\r\n`` keep their offset."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)


def fix_mojibake(text: str) -> str:
    """``text`` with mojibake undone (ftfy, Speer 2019), and nothing else changed; before :func:`unify_newlines`."""
    if not ftfy.badness.is_bad(text):
        return text
    untouched = ftfy.TextFixerConfig(
        unescape_html=False, remove_terminal_escapes=False, fix_c1_controls=False, fix_latin_ligatures=False,
        fix_character_width=False, uncurl_quotes=False, fix_line_breaks=False, fix_surrogates=False,
        remove_control_chars=False, normalization=None, explain=False,
    )  # fmt: skip
    return ftfy.fix_text(_LOST_QUOTE.sub("â€\x9d", text), untouched).lstrip("\ufeff")


def _encodings(raw: bytes) -> list[str]:
    found = _DECLARED.search(raw[:4096])
    try:
        declared = codecs.lookup(found.group(1).decode("ascii")).name if found else ""
    except LookupError:
        declared = ""
    if not _CODE_PAGES.match(declared):
        return ["utf-8"]
    if declared.startswith("iso2022"):
        return [declared, "utf-8"]
    return ["utf-8", _AS_BROWSERS_READ.get(declared, declared)]


def _try(raw: bytes, encoding: str) -> str | None:
    """The text that the bytes are in an encoding, but for a broken one here and there; None if they are not."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
        beyond = len(text) - sum(map(str.isascii, text))
        return text if text.count("\ufffd") <= _BROKEN * beyond else None


def _utf_16(raw: bytes) -> str:
    """UTF-16 that lacks its byte order mark; a NUL where the bytes are something else."""
    bare = _try(raw.replace(b"\0", b""), "utf-8")
    latin = 5 * len(re.findall(rb"[A-Za-z ]", raw)) > 3 * len(raw)
    if 4 * raw.count(0) < len(raw) and (latin or (bare is not None and _is_sound(bare))):
        return "\0"
    read = (raw[: len(raw) // 2 * 2].decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be"))
    return max(filter(_is_sound, read), key=lambda text: sum(map(str.isascii, text)), default="\0")


def _is_sound(text: str) -> bool:
    return all(character.isspace() or unicodedata.category(character) not in _NO_TEXT for character in set(text))


def _guess(raw: bytes, name: str) -> str:
    guesses = from_bytes(raw, cp_isolation=_LEGACY)
    best = max(guesses, key=lambda guess: (guess.coherence - guess.chaos, guess.encoding == "cp1252"), default=None)
    if best is None:
        raise InputError(f"{name}: the bytes are in no known text encoding; save the file as UTF-8")
    if best.encoding in _LATIN:
        language = detect_language(raw.decode("ascii", "ignore"))
        likely = next((page for page, languages in _LATIN.items() if language in languages), "cp1252")
        return _try(raw, likely) or str(best)
    return str(best)
