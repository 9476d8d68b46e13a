"""Typical phrases of boilerplate: ``phrases.toml`` as regular expressions."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Phrases:
    """``phrases.toml``, compiled."""

    whole: dict[str, re.Pattern[str]]
    """Class -> phrases that are a whole line."""
    within: dict[str, re.Pattern[str]]
    """Class -> phrases within a line."""
    section: re.Pattern[str]
    """Headings of boilerplate sections."""
    tail: re.Pattern[str]
    """Boilerplate at the end of a paragraph."""
    we: re.Pattern[str]
    you: re.Pattern[str]
    asking: re.Pattern[str]


@lru_cache
def phrases() -> Phrases:
    """The typical phrases of boilerplate in ``phrases.toml``."""
    data = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
    person, tail, section = data.pop("person"), data.pop("tail"), data.pop("section")
    after_sentence = r"(?<=[.!?…。！？”\"'’)])\s{0,3}"
    before_capitals = r"(?<=\s)(?=(?-i:[A-Z]{3,} [A-Z]{3,})\s?:)"
    return Phrases(
        whole={name: _whole(entry["whole"]) for name, entry in data.items() if "whole" in entry},
        within={
            name: _search(entry.get("within", ()), entry.get("anywhere", ()))
            for name, entry in data.items()
            if "within" in entry or "anywhere" in entry
        },
        section=_whole(section["whole"]),
        tail=re.compile(
            rf"(?:{after_sentence}|{before_capitals})(?P<tail>(?:{_either(tail['within'])})|{_either(tail['anywhere'])})$",
            re.I,
        ),
        # scripts without spaces have no word boundaries
        we=_search([rf"(?:{_either(person['we'])})\b"], person["unspaced"][:1]),
        you=_search([rf"(?:{_either(person['you'])})\b"], person["unspaced"][1:]),
        asking=re.compile(rf"^\W*(?:{_either(person['asking'])})\b", re.I),
    )


def _either(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _whole(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{_either(patterns)})\W*$", re.I)


def _search(words: Sequence[str], anywhere: Sequence[str] = ()) -> re.Pattern[str]:
    at_word = [rf"(?<!\w)(?:{_either(words)})"] if words else []
    return re.compile(_either([*at_word, *anywhere]), re.I)
