"""Tables of the audit -> findings in sentences, and whether the codebook is usable."""

from typing import Any

import pandas as pd

from topics.tables import FORM_SEPARATOR, UNASSIGNED
from topics.themes.audit.keywords import MIN_PARAGRAPHS
from topics.themes.calibration import SMALL_SAMPLE, Fitness
from topics.themes.scores import FittedThemes, describe_misfit

MIN_TRUST, ENOUGH_ALIVE = 0.5, 5
"""Unusable below this trust; and where most keywords are dead, with fewer alive per theme than that."""


def judge(
    fitted: FittedThemes,
    keywords: pd.DataFrame,
    themes: pd.DataFrame,
    pairs: pd.DataFrame,
    words: pd.DataFrame,
    uncovered: pd.DataFrame,
) -> tuple[tuple[str, ...], bool]:
    """Findings and what to do, the weightiest first; and whether the codebook is usable."""
    label, fitness, assigned = fitted.codebook.labels, fitted.model.fitness, fitted.model.label_free.assigned
    labels_with = {verdict: _list([label[name] for name in rows["theme"]]) for verdict, rows in themes.groupby("verdict")}
    rows_of = {verdict: list(rows.itertuples()) for verdict, rows in keywords.groupby("verdict")}
    n, dead = len(assigned), len(rows_of.get("dead", []))
    # many dead keywords do no harm as long as enough are alive
    starved = dead > len(keywords) / 2 and len(keywords) - dead < ENOUGH_ALIVE * len(themes)
    never = f"{dead} of {_of(len(keywords), 'keyword')} never occur (verdict: dead)."
    findings = _about_the_whole(fitness, n)
    if "unsupported" in labels_with:
        findings.append(
            f"{labels_with['unsupported']}: neither a keyword nor a word of the description occurs."
            " Use words of these articles, or remove the theme."
        )
    if "strange" in rows_of:
        findings.append(
            f"Keywords that mostly match other words: {_reach(rows_of['strange'], label)}. Use a phrase, a narrower wildcard"
            " or regular expression, or capitals for an acronym."
        )
    if "broad" in rows_of:
        findings.append(
            f"Keywords that are too common to indicate one theme: {_reach(rows_of['broad'], label)}. Use a phrase that holds"
            " the word, capitals for an acronym, or remove it."
        )
    for row in pairs.itertuples():
        findings.append(
            f"{label[row.theme]} and {label[row.other]} cannot be told apart: {row.both} paragraphs have both,"
            f" {100 * row.overlap:.0f} % of the smaller. Merge them, or give each keywords that the other lacks."
        )
    for row in uncovered.itertuples():
        findings.append(
            f"{row.paragraphs} of {_of(row.assigned, 'paragraph')} assigned to {label[row.theme]} hold no keyword and share"
            f" other words ({row.words}). If they are a subject of their own, add a theme for it; if not, add the words to"
            f" {label[row.theme]}."
        )
    if starved:
        findings.append(f"{never} Use words of these articles: see the suggestions.")
    if "hardly supported" in labels_with:
        findings.append(
            f"{labels_with['hardly supported']}: fewer than {MIN_PARAGRAPHS} paragraphs contain a keyword, or fewer than"
            " two keywords occur. Add words that these articles use, or do not rely on these themes here."
        )
    for row in rows_of.get("carries", []):
        findings.append(
            f"{row.keyword!r} accounts for most assignments of {label[row.theme]}: without it, {row.gained} paragraphs,"
            " more than half, are no longer assigned. Check that it means the theme, and add other keywords."
        )
    if "stray" in rows_of:
        stray = [
            f"{row.keyword} ({label[row.theme]}, occurs mostly with {label[row.elsewhere_theme]})"
            for row in rows_of["stray"]
        ]
        findings.append(
            f"Keywords that co-occur mainly with another theme: {_list(stray)}. Move or remove them, or use a narrower"
            " phrase."
        )
    if shared := list(
        dict.fromkeys(keywords.loc[(keywords["shared_with"] != "") & (keywords["paragraphs"] > 0), "keyword"])
    ):
        findings.append(
            f"Keywords listed under two themes: {_list(shared)}. Each counts half for either: keep them where they fit best."
        )
    if "scattered" in labels_with:
        findings.append(
            f"{labels_with['scattered']}: keywords co-occur less often than by chance,"
            " which suggests that they belong to several subjects."
        )
    if dead and not starved:
        findings.append(f"{never} They do no harm; if they were meant for these articles, use the words that occur there.")
    blind = words.loc[words["theme"] == UNASSIGNED, "word"].tolist()
    if len(words) > len(blind):
        findings.append(
            f"{_of(len(words) - len(blind), 'word')} not in the codebook are distinctive of a theme: add those that mean it."
        )
    if without := int((~assigned.any(axis=1)).sum()):
        hint = f"; distinctive words: {_list(blind)}. If these are of interest, the codebook lacks a theme" if blind else ""
        findings.append(f"{without} of {_of(n, 'paragraph')} ({100 * without / n:.0f} %) have no theme{hint}.")
    # on few paragraphs any two themes may share theirs
    alike = len(pairs) > 0 and n >= SMALL_SAMPLE
    misleading = {"strange", "broad"} & set(rows_of)
    usable = fitness.trust >= MIN_TRUST and "unsupported" not in labels_with and not alike and not starved and not misleading
    return tuple(findings or ["No problems found."]), usable


def _about_the_whole(fitness: Fitness, n: int) -> list[str]:
    if n < SMALL_SAMPLE:
        return [f"Only {_of(n, 'paragraph')}: too few for an audit. Read the text, or audit with more articles."]
    if fitness.trust == 1:
        return []
    misfit = describe_misfit(fitness)
    return [
        f"{misfit[0].upper()}{misfit[1:]}, so scores were reduced (weight {fitness.trust:.2f}). Check that the codebook is"
        " meant for these articles, and that each keyword is listed under the right theme."
    ]


def _reach(rows: list[Any], label: dict[str, str], most: int = 8) -> str:
    """Keywords with how often they occur, and their most frequent forms."""
    listed = [
        f"{row.keyword} ({label[row.theme]}; {_of(row.paragraphs, 'paragraph')}: {_first_forms(row.forms)})" for row in rows
    ]
    return "; ".join([*listed[:most], *([f"and {len(rows) - most} more"] if len(rows) > most else [])])


def _first_forms(cell: str, most: int = 5) -> str:
    forms = cell.split(FORM_SEPARATOR)
    return ", ".join([*forms[:most], *(["…"] if len(forms) > most else [])])


def _list(names: list[str], most: int = 8) -> str:
    return ", ".join([*names[:most], *([f"and {len(names) - most} more"] if len(names) > most else [])])


def _of(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
