"""Decode bytes of any text encoding, and fix encoding errors."""

import re
import unicodedata

import ftfy
from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, read_bom

from topics.errors import InputError
from topics.text.language import detect_language

_LEGACY = ["cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "koi8_r", "gb18030", "big5", "cp932", "euc_kr"]
_LATIN = {"cp1252": (), "cp1250": ("cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1254": ("az", "tr")}
"""Code pages for Latin script -> their languages."""
_CODE_PAGES = re.compile("cp|iso|koi|mac|gb|big5|euc|shift|tis")
_NOT_TEXT = {"Cc", "Cn", "Co", "Cs"}
"""Unicode categories of characters that do not occur in text, except white space."""
_MAX_BROKEN = 0.2
"""Maximum share of undecodable characters among those beyond ASCII; a wrong encoding gives half of them or more."""
_LOST_QUOTE = re.compile(r"â€(?=[\s.,;:!?)]|\Z)")
"""A closing quote that has lost its last byte; ftfy would convert it and the following space to a dagger."""
_ENCODINGS = "latin-1 cp1250 cp1251 cp1252 cp1253 cp1254 cp1257 iso8859-2 mac_roman cp437 koi8_r".split()
_LEADS = "".join(sorted({bytes([byte]).decode(page, "ignore") for page in _ENCODINGS for byte in range(0xC2, 0xF5)}))
_MAYBE_MOJIBAKE = re.compile(rf"[^\x00-\x7f]{{2}}|[{re.escape(_LEADS)}] |[\x80-\x9f]")
"""What UTF-8 looks like in another encoding: two characters beyond ASCII, of which the second may have become a space;
and what other encodings look like as Latin-1: control characters."""
_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_OTHER_LINE_END = re.compile("[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


def decode(raw: bytes, name: str) -> str:
    """The text of a file.

    The encoding is that of a byte order mark; else UTF-8 if the bytes are valid UTF-8; else the
    one declared in an HTML head (interpreted as in browsers, WHATWG Encoding Standard); else
    charset-normalizer's best guess among the legacy encodings. Single invalid bytes, and single NUL
    characters in a long text, become U+FFFD.

    Raises
    ------
    InputError
        If the bytes are not text.
    """
    encoding, mark = read_bom(raw)
    if encoding and mark:
        text = raw[len(mark) :].decode(encoding, "replace")
    elif 0 < 500 * raw.count(0) < len(raw) and (plain := _utf_8_text(raw)):
        text = plain  # a few damaged characters in a text
    elif b"\0" in raw:
        text = _decode_utf_16(raw)
    else:
        attempts = (_decode_mostly(raw, encoding) for encoding in _encodings_to_try(raw))
        decoded = next((text for text in attempts if text is not None), None)
        text = _guess(raw, name) if decoded is None else decoded
    if "\0" in text:
        raise InputError(f"{name}: contains NUL characters; expected a text file")
    return text.lstrip("\ufeff")


def unify_newlines(text: str) -> str:
    r"""``text`` with all line ends as ``\n``; only ``\r\n`` changes offsets."""
    if _OTHER_LINE_END.search(text) is None:  # as in most texts; translate is slow
        return text
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)


def fix_mojibake(text: str) -> str:
    """``text`` with encoding errors fixed (ftfy, Speer 2019); to be called before :func:`unify_newlines`."""
    if _MAYBE_MOJIBAKE.search(text) is None or not ftfy.badness.is_bad(text):
        return text
    # ftfy would change more by default, but evidence must be quoted exactly
    config = ftfy.TextFixerConfig(
        unescape_html=False, remove_terminal_escapes=False, fix_c1_controls=False, fix_latin_ligatures=False,
        fix_character_width=False, uncurl_quotes=False, fix_line_breaks=False, fix_surrogates=False,
        remove_control_chars=False, normalization=None, explain=False,
    )  # fmt: skip
    return ftfy.fix_text(_LOST_QUOTE.sub("â€\x9d", text), config).lstrip("\ufeff")


def _encodings_to_try(raw: bytes) -> list[str]:
    declared = html_body_declared_encoding(raw) or ""
    # Python's codecs include "hex" and "unicode_escape", and a declaration in ASCII excludes UTF-16
    if not _CODE_PAGES.match(declared):
        return ["utf-8"]
    # ISO 2022 consists of ASCII bytes, so it is also valid UTF-8
    return [declared, "utf-8"] if declared.startswith("iso2022") else ["utf-8", declared]


def _decode_mostly(raw: bytes, encoding: str) -> str | None:
    """The decoded text, with single invalid bytes replaced; None if the encoding does not fit."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
        beyond_ascii = len(text) - sum(map(str.isascii, text))
        return text if text.count("\ufffd") <= _MAX_BROKEN * beyond_ascii else None


def _decode_utf_16(raw: bytes) -> str:
    """Decode UTF-16 without a byte order mark; a NUL character if the bytes are something else."""
    # a text of single bytes with a few NULs is not UTF-16, though it can be decoded as Chinese
    without_nul = _decode_mostly(raw.replace(b"\0", b""), "utf-8")
    latin = 5 * len(re.findall(rb"[A-Za-z ]", raw)) > 3 * len(raw)
    if 4 * raw.count(0) < len(raw) and (latin or (without_nul is not None and _is_text(without_nul))):
        return "\0"
    even = raw[: len(raw) // 2 * 2]
    texts = [even.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be")]
    # in the wrong byte order, spaces and full stops are not ASCII
    return max(filter(_is_text, texts), key=lambda text: sum(map(str.isascii, text)), default="\0")


def _utf_8_text(raw: bytes) -> str:
    """The text of bytes in UTF-8, with U+FFFD in place of NUL characters; "" if they are something else."""
    try:
        text = raw.replace(b"\0", "\ufffd".encode()).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return text if _is_text(text) else ""


def _is_text(text: str) -> bool:
    return all(character.isspace() or unicodedata.category(character) not in _NOT_TEXT for character in set(text))


def _guess(raw: bytes, name: str) -> str:
    guesses = from_bytes(raw, cp_isolation=_LEGACY)
    best = max(guesses, key=lambda guess: (guess.coherence - guess.chaos, guess.encoding == "cp1252"), default=None)
    if best is None:
        raise InputError(f"{name}: unknown text encoding; save the file as UTF-8")
    if best.encoding not in _LATIN:
        return str(best)
    # code pages of one script differ in a few letters; the language, detected from ASCII words, decides
    language = detect_language(raw.decode("ascii", "ignore"))
    likely = next((page for page, languages in _LATIN.items() if language in languages), "cp1252")
    return _decode_mostly(raw, likely) or str(best)
