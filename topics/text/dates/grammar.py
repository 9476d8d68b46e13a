"""One date as it is written -> ISO 8601 of the precision that is there.

A text is a date only if every part of it is understood; what is left over, or could mean another
date, makes it none. Only the order of day and month in ``03/04/2023`` is left to the column.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from topics.text.dates.names import MONTHS, WEEKDAYS

YEARS = range(1000, 2200)
"""Years outside are typing errors or placeholders (``0001-01-01``, ``9999-12-31``)."""


class Reading(NamedTuple):
    """What a text says by itself."""

    iso: str = ""
    """``2023-06-17``, ``2023-06``, ``2023-Q2``, ``2023`` or ``1950s``; empty if ``numbers`` are to be ordered."""
    numbers: tuple[str, str, str] | None = None
    """The three numbers of ``03/04/2023``: day and month in an unknown order, and the year."""
    form: str = ""
    """``dots`` or ``slashes`` (between ``numbers``); ``season`` (``2010-11``), ``fiscal`` (``2010/11``) and ``span``
    (``1904-07``), which may be two years; ``century`` (``1900s``); ``about`` (``c. 1917``)."""


NOTHING = Reading()

MISSING = frozenset(
    """
    nan nat none null nil n/a #n/a na n.a. n.a <na> nd n.d. n.d s.d. s.d s/d o.d. o.j. undated undefined unknown unbekannt
    inconnu inconnue desconocido desconocida s.f. неизвестно б.г. б.д. б/д 无 不详 未知 日期不详 - -- --- ? ?? . … / *
    00.00.0000 00/00/0000 0000-00-00 0000
    """.split()
) | {
    "", "n. d.", "s. d.", "o. d.", "o. j.", "s. f.", "б. г.", "б. д.", "no date", "date unknown", "unknown date",
    "sans date", "date inconnue", "sin fecha", "fecha desconocida", "ohne datum", "ohne jahr",
    "без даты", "нет даты", "not available", "0000-00-00 00:00:00",
}  # fmt: skip
"""Values that stand for a missing date, in small letters."""

# ---------------------------------------------------------------------------------- parts

MONTH = rf"(?:{'|'.join(sorted(map(re.escape, MONTHS), key=len, reverse=True))})(?![^\W\d_])\.?"
"""The name of a month."""
_MONTH = rf"(?P<name>{MONTH})"
_DAY = r"(?P<day>\d{1,2})(?: ?(?:st|nd|rd|th|er|\.?o|-?го|-?е)\b|\.)?"
_YEAR = r"(?P<year>\d{4})"
_YEAR_OR_2 = r"(?P<year>\d{4}|'?\d\d)"
_OF = r"(?: of| del?| du)?"
_GAP = r"[ ,./-]*"

_CLOCK = r"(?:[01]?\d|2[0-4])"
_HALF = r"(?: ?(?:[ap]\.?m\b\.?|uhr\b|hrs?\b|h\b|ч\b\.?))"
_ZONE = (
    r"(?: ?(?:z\b|(?:utc|gmt|мск)? ?[+-]\d\d?(?::?\d\d)?(?!\d)"
    r"|(?:utc|gmt|[ecmp][sd]?t|[cew]es?t|bst|ist|msk|мск|jst|hkt|sgt|ae[sd]t|mes?z|tu|temps universel coordonné"
    r"|北京时间)\b))"
)
_TIME = re.compile(
    r"(?:(?<=\d)t|(?<=\d{4}):(?=\d\d:)|[ ,;|@]|\b(?:at|um|gegen|à|a las?|в)\b| -)*"
    r"(?:(?<![\d.:/-])|(?<=\d{4}:))(?:上午|下午|早上|早晨|清晨|晚上|傍晚|深夜|夜里|凌晨|中午)? ?(?:"
    rf"{_CLOCK}:[0-5]\d(?!\d)(?::[0-6]\d(?!\d)(?:[.,:]\d+)?)?{_HALF}?"
    rf"|{_CLOCK} ?h ?[0-5]\d(?!\d)(?: ?min\b)?(?: ?[0-6]?\d ?s\b)?|{_CLOCK}[.][0-5]\d{_HALF}"
    # "17.06.2023 08.30": without "Uhr" only at the end, after the year
    rf"|(?:(?<=\d{{4}}[ ,])|(?<=\d{{4}}, )){_CLOCK}[.][0-5]\d$"
    rf"|{_CLOCK}{_HALF}|{_CLOCK} ?[时時点點](?: ?[0-5]?\d分?)?(?: ?[0-6]?\d秒)?"
    rf"){_ZONE}?(?: ?[(\[][^\d()\[\]]*[)\]])?"
)
_WEEKDAY = rf"(?:{'|'.join(sorted(map(re.escape, WEEKDAYS), key=len, reverse=True))})"
_WEEKDAY_FIRST = re.compile(rf"^\(?{_WEEKDAY}(?![^\W\d_])\)?[.,]*(?: de[nmr]| le| el)?[ ,-]*")
_WEEKDAY_LAST = re.compile(rf"(?:[ ,]+[(\[]?|(?<=日)[(\[]?|[(\[]){_WEEKDAY}[)\]]?\.?$|(?<=日) ?\([一二三四五六日天]\)$")
_LEAD = re.compile(
    r"^(?:(?:on|in|the|dated?|year|am|den|dem|vom|im|jahre?|datum|le|en|du|l'an|année|el|del|año|fecha|в|от|дата|год|日期|时间"
    r"|published|posted|veröffentlicht|erschienen|publiée?|paru|publicado|опубликовано|发布时间|发布于|发表于)"
    r"(?=[ :\d])[ :]*)+"
)
_YEAR_WORD = re.compile(r"(?<=\d) ?(?:гг?\b\.?|год[ау]?\b|ad\b|ce\b|n\. ?chr\.|年(?!代))$|(?<=\d)[.,;]$")
ABOUT = re.compile(
    r"^(?:(?:circa|cca|ca|c|ok|ок|env|approx|h|um(?= )|etwa|ungefähr|gegen|vers|environ|hacia|alrededor de|cerca de"
    r"|around|about|approximately|probably|около|примерно|приблизительно|约|約|大约|大約|~|≈|±)"
    r"(?=[ .:\d])\.? ?)+(?:the |das jahr |l'an |el año |año |l'année )?"
)
_ABOUT_LAST = re.compile(r" ?(?:\(\?\)|[?~%]|\(?(?:左右|前后|前後|circa|ca\.|approx\.|env\.|ungefähr)\)?)+$")


# ---------------------------------------------------------------------------------- forms


def _forms(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern) for pattern in patterns]


_NAMED = _forms(
    rf"{_DAY}{_OF}{_GAP}{_MONTH}{_OF}{_GAP}{_YEAR_OR_2}",
    rf"{_MONTH}[ -/]*{_DAY}[ ,/-]+{_OF} ?{_YEAR}",
    rf"{_MONTH} ?{_DAY}(?:, ?'?| ')(?P<year>\d\d)",
    rf"{_YEAR}{_GAP}{_MONTH}[ /-]*{_DAY}",
    rf"{_MONTH}{_OF}{_GAP}(?:{_YEAR}|'(?P<short>\d\d))",
    rf"{_YEAR}{_GAP}{_MONTH}",
)
_NUMERIC = _forms(
    rf"{_YEAR} ?(?P<separator>[-/.]) ?(?P<month>\d\d?) ?(?P=separator) ?(?P<day>\d\d?)\.?",
    rf"{_YEAR} (?P<month>\d\d?) (?P<day>\d\d?)",
    rf"{_YEAR} ?年 ?(?P<month>\d\d?) ?月(?: ?(?P<day>\d\d?) ?[日号號])?",
    r"(?P<year>(?:1[6-9]|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    rf"(?:[t _-]?(?:[01]\d|2[0-4])[0-5]\d(?:[0-6]\d(?:\.\d+)?)?{_ZONE}?)?",
    # 2023.5 and 3.1417 are rather decimal numbers
    rf"{_YEAR} ?(?:[-/] ?(?P<month>\d\d?)|\.(?P<month_>\d\d))",
    r"(?P<month>\d\d?)(?: ?[-/] ?|\.)(?P<year>(?:1[6-9]|20)\d\d)",
    _YEAR,
)
_UNORDERED = re.compile(r"(?P<a>\d\d?) ?(?P<separator>[-/.]) ?(?P<b>\d\d?) ?(?P=separator) ?(?P<year>\d{4}|'?\d\d)|"
                        r"(?P<a_>\d\d?) (?P<b_>\d\d?) (?P<year_>\d{4})")  # fmt: skip

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_QUARTER_NAME = r"(?: ?\.?(?:st|nd|rd|th|er|[èe]?me|e|o|-?й)?\.?) ?(?:quarter|quartal|trimestre|trim\.|кв(?:артал)?\.?)"
_QUARTERS = _forms(
    rf"[qt](?P<quarter>[1-4])[ /,'-]*{_OF} ?{_YEAR}",
    rf"{_YEAR}[ /-]*[qt](?P<quarter>[1-4])",
    rf"(?P<quarter>[1-4])[qt][ /-]*{_YEAR}",
    rf"(?P<quarter>[1-4]|i{{1,3}}|iv){_QUARTER_NAME}{_OF}[ ,]*{_YEAR}",
    rf"{_YEAR} ?年? ?第? ?(?P<quarter>[1-4]) ?季度?",
)

_DECADE_LEAD = re.compile(
    r"^(?:(?:in|the|early|mid|late|anfang|mitte|ende|der|die|den|frühe|späte|début|debut|milieu|fin|des|dans|les|los|en"
    r"|principios|mediados|finales|de|начало|начале|середина|середине|конец|конце|в)(?:[ -]|$))+"
)
_DECADE_YEARS = r"(?: (?:годы|годов|годах|гг?))?\.?"
_DECADES = _forms(
    r"(?P<decade>\d{3}0)'?s(?P<english>)",
    r"(?P<decade>\d{3}0)er(?:[ -]?jahren?)?",
    r"(?:ann[ée]es|a[ñn]os|d[ée]cada del?(?: los)?(?: a[ñn]os)?|d[ée]cennie) ?(?P<decade>\d{3}0)",
    rf"(?P<decade>\d{{3}}0)-?(?:ые|ых|[ехx]){_DECADE_YEARS}",
    r"(?P<decade>\d{3}0) ?年代",
    r"(?P<century>\d\d) ?世[纪紀](?P<tens>\d0) ?年代",
    r"(?:a[ñn]os )?(?P<tens>\d0) del siglo (?P<roman>[xvi]+)",
    r"ann[ée]es (?P<tens>\d0) du (?P<roman>[xvi]+)e siècle",
    rf"(?P<tens>\d0)-?(?:ые|[ехx]){_DECADE_YEARS} (?:(?P<century>\d\d)(?:-го)?|(?P<roman>[xхvi]+)) (?:века|в\.?)",
    r"(?P<open>\d{3})[x-]",
)
_CENTURIES = {"xvi": 16, "xvii": 17, "xviii": 18, "xix": 19, "xx": 20, "xxi": 21}

# ---------------------------------------------------------------------------------- reading


def normalise(text: str) -> str:
    """A text in small letters and plain digits, hyphens and spaces."""
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
        # a dash, other than a hyphen, joins two years: 2010–11
        if not re.fullmatch(r"\d{4}[\u2012-\u2015]\d\d?", text):
            text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
        text = text.replace("’", "'").replace("‘", "'").replace("\u200e", "")
    # pandas writes whole numbers in a column with gaps as 1917.0
    return re.sub(r"^(\d{4,})\.0+$", r"\1", text).strip("\"'` ") if text else ""


@lru_cache(maxsize=50_000)
def read_date(text: str) -> Reading:
    """The date that a normalised text is, if it is nothing else."""
    if not 4 <= len(text) <= 100 or not _HAS_NUMBER.search(text):
        return NOTHING
    reading = NOTHING if ":" in text else _read(text)
    if reading == NOTHING and (day := _TIME.sub(" ", text).strip(" ,;|")) != text:
        reading = _read(day)
    return reading


_HAS_NUMBER = re.compile(r"\d\d|[〇零一二三四五六七八九十]{2}")


@lru_cache(maxsize=50_000)
def _read(text: str) -> Reading:
    candidates = [text]
    for weekday in (_WEEKDAY_FIRST, _WEEKDAY_LAST):
        candidates += [shorter for known in candidates if (shorter := weekday.sub("", known).strip()) != known]
    for candidate in candidates:
        about, plain = _strip(_arabic_numerals(candidate))
        reading = _read_plain(plain)
        if reading == NOTHING and (lead := _LEAD.match(plain)):
            reading = _read_plain(plain[lead.end() :])
        if reading == NOTHING:
            continue
        # "c. 17 June 1917" is not that day for certain
        if about and (reading.numbers or len(reading.iso) == len("2023-06-17")):
            return Reading(form="about")
        return reading._replace(form="about") if about and not reading.form else reading
    return NOTHING


def _strip(text: str) -> tuple[bool, str]:
    """Whether a date is called approximate, and the date without that, without brackets and the word "year"."""
    about = False
    while True:
        plain = re.sub(r"^(?:\[([^\[\]]*)\]|\(([^()]*)\)|<([^<>]*)>)$", r"\1\2\3", text).strip(" ,;")
        plain = re.sub(r"^(?:©|copyright) ?", "", plain)
        exact = _ABOUT_LAST.sub("", ABOUT.sub("", plain))
        about |= exact != plain and bool(exact)
        plain = _YEAR_WORD.sub("", exact or plain)
        if plain == text:
            return about, plain
        text = plain


def _read_plain(text: str) -> Reading:
    if match := _UNORDERED.fullmatch(text):
        a, b, year = (match[name] or match[f"{name}_"] for name in ("a", "b", "year"))
        form = "dots" if match["separator"] == "." else "slashes"
        return Reading(numbers=(a, b, year.strip("'")), form=form)
    for pattern in _NUMERIC:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            iso = to_iso(parts["year"], parts.get("month") or parts.get("month_"), parts.get("day"))
            return Reading(iso, form=_two_years(text))
    for pattern in _NAMED:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            year = parts["year"] or parts["short"]
            return Reading(to_iso(year.strip("'"), str(MONTHS[parts["name"].rstrip(".")]), parts.get("day")))
    for pattern in _QUARTERS:
        if match := pattern.fullmatch(text):
            year, quarter = match["year"], match["quarter"]
            return Reading(f"{year}-Q{_ROMAN.get(quarter, quarter)}") if int(year) in YEARS else NOTHING
    return _read_decade(text)


def _two_years(text: str) -> str:
    """Whether year and month may be two years, and how: consecutive ones, or a longer span."""
    match = re.fullmatch(r"(\d{4}) ?([-/]) ?(\d\d?)", text)
    if not match:
        return ""
    first, last = int(match[1]) % 10 ** len(match[3]), int(match[3])
    if last == (first + 1) % 10 ** len(match[3]):
        return "season" if match[2] == "-" and len(match[3]) == 2 else "fiscal"
    return "span" if last > first else ""


def _read_decade(text: str) -> Reading:
    text = _DECADE_LEAD.sub("", text)
    for pattern in _DECADES:
        if match := pattern.fullmatch(text):
            parts = {"decade": "", "century": "", "tens": "", "roman": "", "open": ""} | match.groupdict()
            if parts["tens"]:
                # Russian texts have the Cyrillic letter that looks like the numeral
                century = _CENTURIES.get((parts["roman"] or "").replace("х", "x")) or int(parts["century"] or 0)
                decade = str(100 * (century - 1) + int(parts["tens"]))
            else:
                decade = parts["decade"] or f"{parts['open']}0"
            if int(decade) not in YEARS:
                return NOTHING
            # in English, "the 1900s" may be the century
            is_century = "english" in parts and decade.endswith("00") and decade != "2000"
            return Reading(f"{decade}s", form="century" if is_century else "")
    return NOTHING


def to_iso(year: str, month: str | None = None, day: str | None = None) -> str:
    """The date of these numbers; empty if there is no such date."""
    # two digits as in POSIX: 69 to 99 are the last century
    number = int(year) if len(year) == 4 else int(year) + (1900 if int(year) > 68 else 2000)
    if number not in YEARS:
        return ""
    try:
        full = date(number, int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return ""
    return full if day else full[:7] if month else full[:4]


_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def _arabic_numerals(text: str) -> str:
    """``二〇二三年六月十七日`` -> ``2023年6月17日``."""
    return re.sub(r"[〇零一二三四五六七八九十]+", lambda match: _chinese_number(match[0]), text)


def _chinese_number(numeral: str) -> str:
    if "十" not in numeral:
        return numeral.translate(_CHINESE_DIGITS)
    tens, _, units = numeral.translate(_CHINESE_DIGITS).partition("十")
    return f"{tens or 1}{units or 0}"
