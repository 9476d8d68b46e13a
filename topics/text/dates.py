"""Dates with day, month and year, in English, German, French, Spanish, Russian and Chinese."""

import re
from datetime import date
from functools import lru_cache

import dateparser

_MONTH = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mär|mai|jun|jul|okt|dez|janv|fév|mars|avr|juin|juil|août|déc"
    r"|ene|abr|ago|set|dic|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]*\.?"
)
DATE = re.compile(
    r"\b(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}\.\d{1,2}\.\d{4}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: de| of)? {_MONTH}(?: de|,)? \d{{4}}"
    r")(?![\d/])|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日",
    re.I,
)
"""A date with day, month and year."""


def find_date(text: str) -> str:
    """The first date in ``text`` with day, month and year, as ISO 8601; empty if there is none."""
    for match in DATE.finditer(" ".join(text.split())):
        # dateparser does not parse "1st of March"
        plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b(?: of)?", "", match.group())
        if iso := _to_iso(plain):
            return iso
    return ""


@lru_cache
def _to_iso(text: str) -> str:
    if re.match(r"\d{4}", text):
        year, month, day = map(int, re.findall(r"\d+", text)[:3])
        try:
            return date(year, month, day).isoformat()
        except ValueError:
            return ""
    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"}
    parsed = dateparser.parse(text, languages=["en", "de", "fr", "es", "ru"], settings=settings)
    return parsed.date().isoformat() if parsed else ""
