"""Factiva exports: articles that end in "Document AFPR000020230617ej6h0002x", with or without field codes."""

import re
from collections.abc import Sequence
from dataclasses import replace

from topics.reading.document import Contents, Document
from topics.reading.exports.parts import (
    Doubt,
    TextLine,
    clean_author,
    cut_article,
    date_in,
    first_number,
    is_copyright,
    join,
    kinds_of,
    lines_of,
    notes_on_heads,
    to_contents,
)
from topics.reading.lines import plain_words
from topics.text import count_words

KIND = "Factiva export"
_ID = r"[A-Z][A-Z0-9]{2,9}\d{8}[a-z][a-z0-9]{6,11}"
_END = re.compile(rf"[^\W\d_]+ ?(?P<id>{_ID})|(?P<bare>{_ID})")
_WORD_COUNT = re.compile(
    r"\d+(?:[.,' ]\d{3})* ?(?:words?|wörter|wort|mots?|palabras?|parole|palavras?|woorden|слов[ао]?|字|語|語数|个字|ord)",
    re.I,
)
_TIME = re.compile(r"\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?(?: ?[ap]m)?(?: [A-Z]{2,4})?", re.I)
_CODE = re.compile(r"[A-Z][A-Z0-9]{2,9}")
_PAGE = re.compile(r"[A-Z]{0,3}-?\d{1,4}[A-Z]?(?:[,-] ?[A-Z]?\d{1,4})*|(?:page|seite|p\.|s\.) ?[A-Z]?\d+", re.I)
_LANGUAGES = frozenset(
    "english german french spanish italian dutch portuguese russian chinese japanese polish swedish danish norwegian finnish"
    " turkish arabic englisch deutsch französisch spanisch italienisch niederländisch portugiesisch russisch chinesisch"
    " anglais allemand français espagnol italien néerlandais portugais russe chinois japonais inglés alemán francés español"
    " italiano neerlandés portugués ruso inglese tedesco francese spagnolo olandese portoghese russo английский русский"
    " немецкий французский 英語 日本語 英文 中文".split()
)
_HEAD_CODES = tuple("SE HD BY CR WC PD ET SN SC ED PG VOL LA CY CLM".split())
_BODY_CODES = ("LP", "TD")
_TAIL_CODES = tuple("CT RF ART CO IN NS RE IPC IPD PUB AN CX".split())
_CODES = frozenset((*_HEAD_CODES, *_BODY_CODES, *_TAIL_CODES))
_ANY_CODE = "|".join(sorted(_CODES))
_CODE_BEFORE_TEXT = (
    re.compile(rf"(?m)^([ \t]*(?:{_ANY_CODE}))(?:\t|[ ](?=[ \t]))(?=[ \t]*\S)"),
    re.compile(rf"(?m)^([ \t]*(?:{_ANY_CODE}))[ \t](?=[ \t]*\S)"),
)
"""A field code and its text in one line: with several spaces between them, and with one."""
_FIELD_OF = {"HD": "title", "BY": "author", "SN": "outlet", "PD": "date", "SE": "section", "PG": "page",
             "ED": "edition", "LA": "language", "WC": "length"}  # fmt: skip
_COVER = re.compile(
    r".*(?:[©]|\(c\)) ?\d{4} factiva\b|(?:dow jones )?factiva(?:, inc\.)?$|.*\.{4,} ?\d+$|page \d+ of \d+"
    r"|seite \d+ von \d+",
    re.I,
)
_NAMES = re.compile(r"(?:(?:[A-ZÀ-ÞŁŠŽ][\w.'’-]*|and|und|et|y|de|van|von|in)[ ,;&]*){2,8}$")
_HEAD_LINES = 3
"""Section, headline and byline."""
_HEAD_WINDOW = 12
"""Most lines from the number of words to the copyright notice."""
_MAX_WORDS_AFTER = 150


def split(document: Document) -> Contents | Doubt | None:
    """The articles of a Factiva export; None if no line is the number of a Factiva document."""
    if not re.search(_ID, document.text):
        return None
    for code in _CODE_BEFORE_TEXT:
        # a code and its text get a line each; offsets do not change
        text = code.sub(r"\1\n", document.text)
        codes = {line.text for line in lines_of(text)} & _CODES
        if codes >= {"HD", "SN", "PD", "AN"} and codes & set(_BODY_CODES):
            return _split_coded(replace(document, text=text))
    return _split_plain(document)


# With field codes


def _split_coded(document: Document) -> Contents | Doubt | None:
    lines = lines_of(document.text)
    ends = [i for i in range(1, len(lines)) if lines[i - 1].text == "AN" and _END.fullmatch(lines[i].text)]
    parts: list[list[TextLine]] = []
    begin = 0
    for end in ends:
        first = next((i for i in range(begin, end) if lines[i].text in ("SE", "HD")), begin)
        parts.append(lines[first : end + 1])
        begin = end + 1
    lacking = sum(not {line.text for line in part} >= {"HD", "SN", "PD", "AN"} for part in parts)
    if lacking or not parts:
        return Doubt(KIND, f"{lacking or 'all'} of its articles lack one of the codes HD, SN, PD and AN")
    articles = [_coded_article(document, part, number) for number, part in enumerate(parts, start=1)]
    return to_contents(KIND, articles, 0, len(lines) - sum(map(len, parts)))


def _coded_article(document: Document, lines: Sequence[TextLine], number: int) -> Document:
    fields: dict[str, str] = {}
    kinds: dict[int, str] = {}
    values: dict[str, list[TextLine]] = {}
    code = ""
    for line in lines:
        in_body = code in _BODY_CODES
        if line.text in (_TAIL_CODES + _BODY_CODES if in_body else _CODES) and line.text not in values:
            code = line.text
            values[code] = []
            kinds[line.start] = "boilerplate"
        else:
            values.setdefault(code, []).append(line)
            if code not in _BODY_CODES:
                kinds[line.start] = {"HD": "title", "BY": "byline"}.get(code, "boilerplate")
            elif _COVER.match(line.text):
                kinds[line.start] = "boilerplate"
    for name, field in _FIELD_OF.items():
        fields[field] = join(values.get(name, ()))
    fields |= _tidied(fields) | {"document": _number(lines[-1])}
    return cut_article(document, lines, fields, kinds, number)


def _tidied(fields: dict[str, str]) -> dict[str, str]:
    return {
        "author": clean_author(fields.get("author", "")),
        "date": date_in(fields.get("date", "")) or fields.get("date", ""),
        "length": first_number(fields.get("length", "")),
    }


def _number(line: TextLine) -> str:
    match = re.search(_ID, line.text)
    return match.group() if match else ""


# Without field codes


def _split_plain(document: Document) -> Contents | Doubt | None:
    lines = lines_of(document.text)
    ends = [i for i, line in enumerate(lines) if _END.fullmatch(line.text)]
    if not ends:
        return None
    parts = [lines[begin : end + 1] for begin, end in zip([0, *(i + 1 for i in ends[:-1])], ends, strict=True)]
    counts = [next(iter(_word_counts(part)), None) for part in parts]
    lacking = counts.count(None)
    if lacking:
        quoted = f'"{lines[ends[0]].text}"'
        return Doubt(KIND, f"{lacking} of {len(parts)} parts before lines such as {quoted} lack its head")
    rest = lines[ends[-1] + 1 :]
    if sum(count_words(line.text) for line in rest) > _MAX_WORDS_AFTER:
        return Doubt(KIND, f'there is more text after the last "{lines[ends[-1]].text}"')
    # before the first article, there may be a list of headlines
    index = [line for line in parts[0][: counts[0]] if _COVER.match(line.text)]
    begin = max(0, (counts[0] or 0) - _HEAD_LINES, *(parts[0].index(line) + 1 for line in index)) if parts else 0
    parts[0] = parts[0][begin:]
    articles = [_plain_article(document, part, number) for number, part in enumerate(parts, start=1)]
    return to_contents(KIND, articles, 0, begin + len(rest))


def _word_counts(lines: Sequence[TextLine]) -> list[int]:
    """Indices of the lines "512 words" of heads."""
    counts = (i for i, line in enumerate(lines) if _WORD_COUNT.fullmatch(line.text))
    return [i for i in counts if _head_end(lines, i) > i + 2]


def _head_end(lines: Sequence[TextLine], count: int) -> int:
    """Index of the first line after the head that goes on below "512 words"; ``count`` if there is no head."""
    window = lines[count : count + _HEAD_WINDOW]
    if not any(date_in(line.text) for line in window[1:4]):
        return count
    rights = [i for i, line in enumerate(window) if is_copyright(line.text)]
    if rights:
        last = rights[0]
        while last + 1 in rights:
            last += 1
        return count + last + 1
    languages = [i for i, line in enumerate(window) if line.text.casefold() in _LANGUAGES]
    codes = [i for i, line in enumerate(window) if _CODE.fullmatch(line.text)]
    return count + max((languages or codes)[:1], default=-1) + 1


def _plain_article(document: Document, lines: Sequence[TextLine], number: int) -> Document:
    counts = _word_counts(lines)
    count, end = counts[0], _head_end(lines, counts[0])
    fields = {"length": first_number(lines[count].text), "document": _number(lines[-1])}
    kinds = kinds_of("boilerplate", [*lines[count:end], lines[-1]])
    kinds |= kinds_of("boilerplate", [line for line in lines if _COVER.match(line.text)])
    section, title, byline = _read_head([line for line in lines[:count] if not _COVER.match(line.text)])
    fields |= {"section": join(section), "title": join(title), "author": clean_author(join(byline))}
    kinds |= kinds_of("boilerplate", section) | kinds_of("title", title) | kinds_of("byline", byline)
    for line in lines[count + 1 : end]:
        name = _name_of(line.text, fields)
        if name:
            fields[name] = date_in(line.text) if name == "date" else line.text
            kinds[line.start] = "byline" if name in ("date", "outlet") else "boilerplate"
    # the publisher's name may be repeated below the article
    head = set(plain_words(join(lines[count:end])).split())
    if len(lines) > end + 2 and set(plain_words(lines[-2].text).split()) <= head:
        kinds[lines[-2].start] = "boilerplate"
    return cut_article(document, lines, fields, kinds, number, notes_on_heads(len(counts)))


def _read_head(lines: Sequence[TextLine]) -> tuple[Sequence[TextLine], Sequence[TextLine], Sequence[TextLine]]:
    """Section, headline and byline: the lines above "512 words", of which any but the headline may be missing."""
    has_byline = len(lines) > 1 and _is_byline(lines[-1].text, lines[-2].text)
    byline = lines[-1:] if has_byline else lines[:0]
    rest = lines[:-1] if has_byline else lines
    # a section is short, and another line follows it
    has_section = len(rest) > 1 and count_words(rest[0].text) <= 4 and count_words(rest[0].text) < count_words(rest[1].text)
    return (rest[:1], rest[1:], byline) if has_section else (rest[:0], rest, byline)


def _is_byline(text: str, before: str) -> bool:
    is_name = bool(_NAMES.fullmatch(text)) and count_words(before) >= count_words(text)
    return clean_author(text) != text or is_name


def _name_of(text: str, fields: dict[str, str]) -> str:
    """Which field a line of the head below "512 words" holds; "" for the time, the source's code and notices."""
    if is_copyright(text) or _TIME.fullmatch(text):
        return ""
    if "date" not in fields and date_in(text):
        return "date"
    if text.casefold() in _LANGUAGES:
        return "language" if "language" not in fields else ""
    if "outlet" not in fields:
        return "outlet"
    if _PAGE.fullmatch(text):
        return "page" if "page" not in fields else ""
    return ""
