"""Tables -> what was found in sentences, and whether the codebook is usable."""

import pandas as pd

from topics.tables import UNASSIGNED
from topics.themes.audit.keywords import FEWEST_PARAGRAPHS
from topics.themes.calibration import SMALL
from topics.themes.estimate import Scored

LEAST_TRUST, ENOUGH_ALIVE = 0.5, 5
"""Unusable below this trust; and where most keywords are dead, with fewer alive per theme than that."""


def judge(
    label: dict[str, str],
    scored: Scored,
    keywords: pd.DataFrame,
    themes: pd.DataFrame,
    pairs: pd.DataFrame,
    words: pd.DataFrame,
) -> tuple[tuple[str, ...], bool]:
    """What was found and what to do, the weightiest first; and whether the codebook is usable."""
    called = {verdict: _list([label[name] for name in rows["theme"]]) for verdict, rows in themes.groupby("verdict")}
    having = {verdict: list(rows.itertuples()) for verdict, rows in keywords.groupby("verdict")}
    n, dead = len(scored.scores), len(having.get("dead", []))
    starved = dead > len(keywords) / 2 and len(keywords) - dead < ENOUGH_ALIVE * len(themes)
    never = f"{dead} of {_of(len(keywords), 'keyword')} never occur (verdict: dead)."
    found = _of_the_whole(scored)
    if "unsupported" in called:
        found.append(
            f"{called['unsupported']}: neither keyword nor description occurs. Use these articles' words, or take it out."
        )
    for row in pairs.itertuples():
        found.append(
            f"{label[row.theme]} and {label[row.other]} cannot be told apart: {row.both} paragraphs carry both,"
            f" {100 * row.overlap:.0f} % of the smaller. Merge them, or give each words that the other lacks."
        )
    if starved:
        found.append(f"{never} Use the words of these articles: see the suggestions.")
    if "hardly supported" in called:
        found.append(
            f"{called['hardly supported']}: fewer than {FEWEST_PARAGRAPHS} paragraphs hold a keyword, or fewer than two"
            " keywords occur. Add words that these articles use, or do not count on these themes here."
        )
    for row in having.get("carries", []):
        found.append(
            f"{label[row.theme]} rests on {row.keyword!r}: without it, {row.gained} paragraphs, more than half, are no"
            " longer assigned. Make sure that it means the theme, and put others beside it."
        )
    if "stray" in having:
        stray = [f"{row.keyword} ({label[row.theme]}, keeps to {label[row.elsewhere_theme]})" for row in having["stray"]]
        found.append(f"Stray keywords: {_list(stray)}. Move or drop them, or make them narrower, as a phrase.")
    if "shared" in having:
        shared = list(dict.fromkeys(row.keyword for row in having["shared"]))
        found.append(
            f"Keywords of two themes: {_list(shared)}. They speak for each in part: keep them where they belong most."
        )
    if "scattered" in called:
        found.append(
            f"{called['scattered']}: keywords meet less than by chance, a hint that they are words of several subjects."
        )
    if dead and not starved:
        found.append(f"{never} They do no harm; where they were meant for these articles, use their words.")
    blind = words.loc[words["theme"] == UNASSIGNED, "word"].tolist()
    if len(words) > len(blind):
        found.append(
            f"{_of(len(words) - len(blind), 'word')} not in the codebook set a theme apart: paste those that mean it."
        )
    if without := int((~scored.assigned.any(axis=1)).sum()):
        hint = f"; they speak of {_list(blind)}. If that is a subject of yours, the codebook lacks a theme" if blind else ""
        found.append(f"{without} of {_of(n, 'paragraph')} ({100 * without / n:.0f} %) have no theme{hint}.")
    alike = len(pairs) > 0 and n >= SMALL
    usable = scored.fitness.least >= LEAST_TRUST and "unsupported" not in called and not alike and not starved
    return tuple(found or ["Nothing to mend."]), usable


def _of_the_whole(scored: Scored) -> list[str]:
    fits, n = scored.fitness, len(scored.scores)
    if n < SMALL:
        return [f"Only {_of(n, 'paragraph')}: read the text, for numbers say little here. Audit with more articles."]
    if fits.least == 1 or fits.cohesion is None:
        return []
    between = f", and {fits.distinction:.1f} times as often as those of different themes do" if fits.distinction else ""
    return [
        f"Keywords of one theme meet in a paragraph only {fits.cohesion:.1f} times as often as chance has it{between}"
        f" (1 = chance), so scores are trusted at {100 * fits.least:.0f} %. Check that the codebook is meant for these"
        " articles, and that each keyword stands under its own theme."
    ]


def _list(names: list[str], most: int = 8) -> str:
    return ", ".join([*names[:most], *([f"and {len(names) - most} more"] if len(names) > most else [])])


def _of(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
