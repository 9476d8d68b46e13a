"""Extract author, outlet and date from bylines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from topics.text import DATE, find_date

_UPPER = "".join(letter for letter in map(chr, range(0x530)) if letter.isupper())
_NO_NAME = (
    r"(?:By|On|In|At|For|Published|Posted|Updated|Photos?|Photographs?|Images?|Text|Words|Staff|Special|Senior|Writers?|Editors?"
    r"|Reporters?|Correspondents?|Columnists?|Contributors?)"
)
_WORD = rf"(?!{_NO_NAME}(?![\w’'-]))(?:(?:[DdLl][’'])?[{_UPPER}][\w’'-]*\.?)"
_PARTICLE = r"(?:(?:van|von|de|der|den|bin|al|el|di|da|du|la|le|dos|ter|zu) ){0,2}"
_PERSON = rf"{_WORD}(?: {_PARTICLE}{_WORD}){{1,4}}"
_PEOPLE = rf"{_PERSON}(?:(?:, | and | & | et | und | y | и ){_PERSON}){{0,5}}"
NAME = re.compile(rf"^(?:(?:By|BY|Von|Par|Por|Автор):? )?{_PEOPLE}$")
"""A line that may consist only of the author's name."""

_BY = re.compile(
    r"(?:(?:^|(?<=[\s|·•,–—/]))"
    r"(?:(?:written|words|text|story|reported|opinion|analysis|posted|interview(?:ed)?) by|by"
    r"|(?:text|kommentar|bericht|analyse|interview|essay|gastbeitrag|texte|recueillis|entretien|texto|entrevista|análisis)"
    r" (?:von|par|por)|текст|автор(?:ы)?|беседовал[аи]?|author|(?:autor(?:in|a)?|auteur|autrice|text|words)(?=:))"
    r"|(?:^|[|·•,–—/]\s*|\s{2})(?:von|par|por))\b[:\s]\s*(?:the )?(?=\S)",
    re.I,
)
_ANOTHER_HAND = re.compile(
    r"\b(?:edited|translated|translation|reviewed|photo\w*|pictures?|images?|illustrat\w+|graphics?|video|film|audio|produced"
    r"|presented|hosted|sponsored|powered|supported|funded|designed|updated|published) $",
    re.I,
)
_CHINESE_BY = re.compile(
    r"(?:(?:撰文|文)(?:\s?[:：/|]\s*|\s+)|(?:记者|作者)(?!简介|介绍|信息|单位|个人|系|是|为|认为|获悉|了解|从|在)\s?[:：/|]?\s*)"
    r"([\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,6})*(?:、[\u4e00-\u9fff]{2,4})*)(?![\u4e00-\u9fff])"
)
_CHINESE_FROM = re.compile(r"(?:来源|出处)\s?[:：]\s*([\u4e00-\u9fff\w]{2,16})")
_FROM = re.compile(r"^(?:source|published by|outlet|quelle|источник)\s?: ?(.{2,60})$", re.I)
_OWNER = re.compile(
    r"(?:©|\(c\)|copyright)[\s©]*(?:copyright)?\s*(?:(?:19|20)\d\d(?: ?[-–—] ?(?:19|20)\d\d)?,?\s*)?"
    r"(?:by )?((?!\d)[^\d©|.,;]{3,60})",
    re.I,
)
_YEAR = re.compile(r"(?:19|20)\d\d|copyright|reserved", re.I)
"""Distinguishes the © of a page from that of a picture."""
_ITSELF = re.compile(
    r"(?:\b(?:a message from|position of|views of|written for)|^(?:support|welcome to|subscribe to)) "
    r"((?:[Tt]he )?(?-i:[A-Z])[\w’'-]+(?: (?-i:[A-Z&])[\w’'-]*){1,4})",
    re.I,
)
_COMPANY = re.compile(r"(?: (?:Media|Group|Co|Inc|Ltd|LLC|FZ-LLC|GmbH|AG|plc|Corporation|Company|Limited|Foundation)\.?)+$")
_PART = re.compile(r"\s*(?:\s[|·•–—/]\s|\||•|·|\t|\s{2,}|\n)\s*")
_ROLE = re.compile(
    r"\b(?:correspondent|editor|reporter|columnist|writer|staff|desk|minutes?|min|read|updated?|published|posted|written"
    r"|publié|publicado|veröffentlicht|опубликовано|lesezeit|чтени\w*|views?|comments?)\b",
    re.I,
)
_BEFORE_ROLE = re.compile(
    rf"(?P<name>{_PERSON}), (?:[\w-]+ ){{0,3}}(?i:correspondent|editor|reporter|columnist|writer|корреспондент)\b"
)
_HOUSE = re.compile(
    r"\b(?:News|Daily|Weekly|Press|Times|Post|Herald|Tribune|Journal|Gazette|Review|Magazine|Agency|Agence|Media|Radio|TV|University"
    r"|Institute|Cent(?:er|re)|Foundation|Council|Ministry|Authority|Office|Bureau|Board)\b|^[A-ZА-ЯЁ]{3,} (?![A-ZА-ЯЁ]{2})"
)
_UPDATED = re.compile(
    rf"\b(?:updated|modified|aktualisiert|mis à jour|actualizado|обновлено|更新)\b[^|·•]{{0,25}}?(?:{DATE.pattern})", re.I
)
_NOT_OUTLET = re.compile(r"\d|[:@/]|^[A-Z]+$|^(?:and|on|in|the|updated?|am|pm|at|by|first published|last)$", re.I)


@dataclass(frozen=True)
class Said:
    """Author, outlet and date in the bylines of a page; "" if missing."""

    author: str = ""
    outlet: str = ""
    date: str = ""


def read_bylines(lines: Iterable[str], around: Iterable[str] = ()) -> Said:
    """The first author, outlet and date in the bylines of a page; the date of an update only if there is no other.

    Parameters
    ----------
    lines
        The bylines of a page.
    around
        Its boilerplate. Without an outlet in the bylines, the outlet is the owner of the ©
        (without a year, only if another line has the name too), or a name at the head of the
        page that occurs in two other lines.
    """
    lines, around = list(lines), list(around)
    author = next(filter(None, map(find_author, lines)), "")
    return Said(
        author=author,
        outlet=next(filter(None, (_outlet(line, author) for line in lines)), "") or _owner(around),
        date=next(filter(None, map(find_date, [*(_UPDATED.sub("", line) for line in lines), *lines])), ""),
    )


def find_author(line: str) -> str:
    """The authors named in a byline, joined with ", "; empty if there are none."""
    chinese = _CHINESE_BY.search(line)
    if chinese:
        return chinese.group(1).replace("、", ", ")
    if len(line.split()) > 25:  # a paragraph rather than a byline
        return ""
    # two spaces separate the parts of a byline (_PART), so a date separates them, too
    plain = DATE.sub("  ", line).strip()
    by = _by(plain)
    if by:
        part = _cased(_PART.split(plain[by.end() :])[0])
        found = re.match(_PEOPLE, part) or (None if by.start() else re.fullmatch(_WORD, part))
        return _names(found.group()) if found else ""
    first = _PART.split(plain)[0].strip(" ,–—-")
    if role := _BEFORE_ROLE.match(plain):
        first = role.group("name")
    alone = DATE.sub("", line).strip(" ,|·•–—-\t").startswith(first)
    is_name = NAME.match(first) and alone and not (_ROLE.search(first) or _HOUSE.search(first))
    return _names(first) if is_name else ""


def _by(plain: str) -> re.Match[str] | None:
    """The "by" before the author, not one in a sentence or before a photographer, editor or sponsor."""
    for found in _BY.finditer(plain):
        before = plain[: found.start()]
        if not _ANOTHER_HAND.search(before) and not (plain.endswith((".", "!", "?")) and len(before.split()) > 3):
            return found
    return None


def _cased(text: str) -> str:
    return re.sub(r" (?:And|Et|Und|Y|И) ", lambda match: match.group().lower(), text.title()) if text.isupper() else text


def _names(text: str) -> str:
    first, *others = re.sub(r" (?:and|&|et|und|y|и) ", ", ", text.strip()).split(", ")
    names = [first, *(name for name in others if not _HOUSE.search(name))]
    return ", ".join(_cased(name) for name in names if not name.lower().startswith("the "))


def _owner(around: list[str]) -> str:
    """The outlet from the ©, from a self-description or from the masthead, if other lines name it too."""
    named = [(match.group(1), 1 if _YEAR.search(line) else 2) for line in around if (match := _OWNER.search(line))]
    named += [(match.group(1), 2) for line in around if (match := _ITSELF.search(line))]
    named += [(line, 2) for line in around[:4] if 2 <= len(line.split()) <= 7 and not re.search(r"[.!?:|>»]", line)]
    # the © line itself counts, so a name with a year needs no other line
    for found, times in named:
        name = _COMPANY.sub("", found.strip(" .,|-–—"))
        others = [line for line in around if line != found and name.lower() in line.lower()]
        if name and len(others) >= times:
            if not name.isupper():
                return name
            # a name in capitals is returned in its usual spelling
            written = [line[(at := line.lower().index(name.lower())) : at + len(name)] for line in others]
            return next((form for form in written if not form.isupper()), name)
    return ""


def _outlet(line: str, author: str) -> str:
    """The outlet in a byline: after "Source:", next to the author, or before a date."""
    for pattern in (_FROM, _CHINESE_FROM):
        if found := pattern.search(DATE.sub(" | ", line).strip()):
            return _PART.split(found.group(1))[0].strip(" ,.")
    if not author or len(line.split()) > 25:
        return ""
    plain = DATE.sub(" | ", line)
    parts = [part.strip(" ,.–—-") for part in _PART.split(_BY.sub("", plain, count=1))]
    named = find_author(line) == author
    other = [
        part
        for part in parts
        if part and re.match(rf"{_WORD}", part) and not _NOT_OUTLET.search(part) and not _ROLE.search(part)
    ]
    other = [part for part in other if _names(part) != author and author not in _names(part)]
    dated = bool(DATE.search(line))
    return other[0] if other and len(other[0].split()) <= 6 and (named or dated) else ""
