"""Tables of the audit -> findings in sentences, and whether the codebook is usable."""

import pandas as pd

from topics.tables import UNASSIGNED
from topics.themes.audit.keywords import MIN_PARAGRAPHS
from topics.themes.calibration import SMALL_SAMPLE, Fitness
from topics.themes.scores import FittedThemes

MIN_TRUST, ENOUGH_ALIVE = 0.5, 5
"""Unusable below this trust; and where most keywords are dead, with fewer alive per theme than that."""


def judge(
    fitted: FittedThemes, keywords: pd.DataFrame, themes: pd.DataFrame, pairs: pd.DataFrame, words: pd.DataFrame
) -> tuple[tuple[str, ...], bool]:
    """Findings and what to do, the weightiest first; and whether the codebook is usable."""
    label, fitness, assigned = fitted.codebook.labels, fitted.model.fitness, fitted.model.label_free.assigned
    labels_with = {verdict: _list([label[name] for name in rows["theme"]]) for verdict, rows in themes.groupby("verdict")}
    rows_of = {verdict: list(rows.itertuples()) for verdict, rows in keywords.groupby("verdict")}
    n, dead = len(assigned), len(rows_of.get("dead", []))
    starved = dead > len(keywords) / 2 and len(keywords) - dead < ENOUGH_ALIVE * len(themes)
    never = f"{dead} of {_of(len(keywords), 'keyword')} never occur (verdict: dead)."
    findings = _about_the_whole(fitness, n)
    if "unsupported" in labels_with:
        findings.append(
            f"{labels_with['unsupported']}: neither keyword nor description occurs."
            " Use these articles' words, or take it out."
        )
    for row in pairs.itertuples():
        findings.append(
            f"{label[row.theme]} and {label[row.other]} cannot be told apart: {row.both} paragraphs carry both,"
            f" {100 * row.overlap:.0f} % of the smaller. Merge them, or give each words that the other lacks."
        )
    if starved:
        findings.append(f"{never} Use the words of these articles: see the suggestions.")
    if "hardly supported" in labels_with:
        findings.append(
            f"{labels_with['hardly supported']}: fewer than {MIN_PARAGRAPHS} paragraphs hold a keyword, or fewer than two"
            " keywords occur. Add words that these articles use, or do not count on these themes here."
        )
    for row in rows_of.get("carries", []):
        findings.append(
            f"{label[row.theme]} rests on {row.keyword!r}: without it, {row.gained} paragraphs, more than half, are no"
            " longer assigned. Make sure that it means the theme, and put others beside it."
        )
    if "stray" in rows_of:
        stray = [f"{row.keyword} ({label[row.theme]}, keeps to {label[row.elsewhere_theme]})" for row in rows_of["stray"]]
        findings.append(f"Stray keywords: {_list(stray)}. Move or drop them, or make them narrower, as a phrase.")
    if "shared" in rows_of:
        shared = list(dict.fromkeys(row.keyword for row in rows_of["shared"]))
        findings.append(
            f"Keywords of two themes: {_list(shared)}. They speak for each in part: keep them where they belong most."
        )
    if "scattered" in labels_with:
        findings.append(
            f"{labels_with['scattered']}: keywords meet less than by chance, a hint that they are words of several subjects."
        )
    if dead and not starved:
        findings.append(f"{never} They do no harm; where they were meant for these articles, use their words.")
    blind = words.loc[words["theme"] == UNASSIGNED, "word"].tolist()
    if len(words) > len(blind):
        findings.append(
            f"{_of(len(words) - len(blind), 'word')} not in the codebook set a theme apart: paste those that mean it."
        )
    if without := int((~assigned.any(axis=1)).sum()):
        hint = f"; they speak of {_list(blind)}. If that is a subject of yours, the codebook lacks a theme" if blind else ""
        findings.append(f"{without} of {_of(n, 'paragraph')} ({100 * without / n:.0f} %) have no theme{hint}.")
    alike = len(pairs) > 0 and n >= SMALL_SAMPLE
    usable = fitness.least >= MIN_TRUST and "unsupported" not in labels_with and not alike and not starved
    return tuple(findings or ["Nothing to mend."]), usable


def _about_the_whole(fitness: Fitness, n: int) -> list[str]:
    if n < SMALL_SAMPLE:
        return [f"Only {_of(n, 'paragraph')}: read the text, for numbers say little here. Audit with more articles."]
    if fitness.least == 1 or fitness.cohesion is None:
        return []
    between = (
        f", and {fitness.distinction:.1f} times as often as those of different themes do" if fitness.distinction else ""
    )
    return [
        f"Keywords of one theme meet in a paragraph only {fitness.cohesion:.1f} times as often as chance has it{between}"
        f" (1 = chance), so scores are trusted at {100 * fitness.least:.0f} %. Check that the codebook is meant for these"
        " articles, and that each keyword stands under its own theme."
    ]


def _list(names: list[str], most: int = 8) -> str:
    return ", ".join([*names[:most], *([f"and {len(names) - most} more"] if len(names) > most else [])])


def _of(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
