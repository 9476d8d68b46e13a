"""The first view of the report besides its topics: themes, shares in sentences, evidence, figures, audit."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import FIGURES, theme_colours
from topics.format import count, in_natural_order, is_unstable, topic_label, value_labels, with_interval
from topics.measures import column_order, group_of
from topics.record import RunRecord
from topics.report.pages import with_places
from topics.tables import EXAMPLE_SEPARATOR, FORM_SEPARATOR, UNASSIGNED

_MOST_OUTLETS = 12
_MOST_DIFFERENCES = 5
_MOST_QUOTES = 5
_SCALE = 1.4
"""Pixels of the page per pixel of a figure: its type is then as large as ours."""
_NO_OUTLET = "Articles without an outlet"


def themes(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The themes with what the codebook says of them and what the run made of them, numbered from 1."""
    palette = theme_colours(record.codebook)
    counts = tables["themes"].groupby("theme")["assigned"].sum()
    topics: dict[str, list[str]] = {}
    for row in tables["topics"].itertuples():
        topics.setdefault(row.theme, []).append(topic_label(row.label, row.stability))
    return [
        {
            **vars(theme),
            "number": number,
            "colour": palette[theme.name],
            "keywords": theme.keyword_list,
            "learned": ", ".join(record.learned_words.get(theme.name, ())),
            "paragraphs": int(counts.get(theme.name, 0)),
            "topics": ", ".join(topics.get(theme.name, [])),
        }
        for number, theme in enumerate(record.codebook.themes, start=1)
    ]


def summary_sentences(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[str]:
    """The answer in sentences, each share with its interval."""
    labels, outlets = record.codebook.labels, tables["outlets"]
    counts = _articles_per_outlet(tables)
    if list(counts) == [""]:
        # the shares of the whole corpus, with the same intervals as elsewhere
        outlets = tables["overall"].assign(outlet="")
    sentences = []
    for outlet in _by_size(counts)[:_MOST_OUTLETS]:
        rows = outlets[(outlets["outlet"] == outlet) & (outlets["theme"] != UNASSIGNED)]
        rows = rows.sort_values(["share", "theme"], ascending=[False, True]).head(3)
        name = outlet or (_NO_OUTLET if len(counts) > 1 else "All articles")
        shares = ", ".join(f"{labels[row.theme]} {with_interval(row, unit=' %')}" for row in rows.itertuples())
        sentences.append(f"{name} ({counts[outlet]}): {shares}.")
    if len(counts) > _MOST_OUTLETS:
        sentences.append(f"{count(len(counts) - _MOST_OUTLETS, 'smaller outlet')}: tables/outlets.csv.")
    sentences.append(correction_sentence(record))
    unassigned = f"{100 * record.results.unassigned_share:.0f} %"
    sentences.append(f"{unassigned} of the paragraphs have no theme of the codebook.")
    topics = tables["topics"][tables["topics"]["topic_id"] >= 0]
    if len(topics) == 1 and not record.results.stability.runs:
        return [*sentences, "Clustering found no topics."]
    n_unstable = sum(map(is_unstable, topics["stability"]))
    n_without_theme = (topics["theme"] == "").sum()
    unstable = f", {n_unstable} of them unstable" if n_unstable else ""
    matches = "matches" if n_without_theme == 1 else "match"
    uncovered = f"; {n_without_theme} {matches} no theme of the codebook" if n_without_theme else ""
    sentences.append(f"Clustering found {count(len(topics), 'topic')}{unstable}{uncovered}.")
    return sentences


def correction_sentence(record: RunRecord) -> str:
    """Whether gold codes corrected the shares, and how many would."""
    results = record.results
    if results.codes_used:
        return f"Shares are corrected by the codes of {count(results.coded_paragraphs, 'paragraph')}."
    return (
        "Shares are uncorrected: their intervals are wide, as nobody has coded these texts"
        f"{' often enough' if results.coded_paragraphs else ''}. {results.codes_needed} coded paragraphs would bring"
        " the shares of the corpus to ± 5 points (topics sheet RUN --for 0.05)."
    )


def difference_sentences(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[str]:
    """Which outlets clearly speak more or less of a theme than the others, the largest differences first.

    The last sentence says how many differences were looked at; there is none if none is clear.
    """
    rows = tables["outlet_differences"].rename(columns={"outlet": "group"})
    return _difference_sentences(record, rows, _articles_per_outlet(tables), "outlets")


def group_difference_sentences(record: RunRecord, tables: dict[str, pd.DataFrame]) -> dict[str, list[str]]:
    """The same for the groups of each column that the study compares; a column without a clear difference is left out."""
    sentences = {}
    table = tables["group_differences"]
    for column in column_order(table, record.settings):
        rows = table[table["column"] == column]
        shown_as = value_labels(rows["group"].unique())
        rows = rows.assign(group=rows["group"].map(shown_as))
        counts = rows.groupby("group")["n_articles"].max().to_dict()
        sentences[column] = _difference_sentences(record, rows, counts, "groups", column)
    return {column: own for column, own in sentences.items() if own}


def _difference_sentences(
    record: RunRecord, rows: pd.DataFrame, counts: Mapping[str, int], kind: str, column: str = ""
) -> list[str]:
    """Sentences on the clear differences between outlets, or the groups of a column, with so many articles each."""

    def name(group: str) -> str:
        return f"{column} {group}".strip()

    rows = rows[rows["theme"] != UNASSIGNED]
    groups = _by_size({group: counts.get(group, 0) for group in rows["group"]})
    others = f"the other {kind} together"
    if len(groups) == 2:
        # the second group's differences are those of the first with the other sign
        rows = rows[rows["group"] == groups[0]]
        others = name(groups[1]) or _NO_OUTLET.lower()
    clear = rows[(rows["low"] > 0) | (rows["high"] < 0)]
    if clear.empty:
        return []
    order = clear["difference"].abs().sort_values(ascending=False, kind="stable").index
    sentences = []
    for row in clear.loc[order].head(_MOST_DIFFERENCES).itertuples():
        more = "larger" if row.difference > 0 else "smaller"
        points = "–".join(f"{100 * value:.0f}" for value in sorted((abs(row.low), abs(row.high))))
        sentences.append(
            f"{name(row.group) or _NO_OUTLET}: {record.codebook.labels[row.theme]} has a {more} share of words than in"
            f" {others}, by {abs(100 * row.difference):.0f} percentage points ({points})."
        )
    between = f"{kind} by {column}" if column else kind
    # many differences were looked at: some intervals exclude zero by chance alone
    by_chance = len(rows) * (1 - record.settings.profiles.level)
    sentences.append(
        f"The interval excludes zero for {len(clear)} of {count(len(rows), 'difference')} between {between}; by chance this"
        f" is expected for {by_chance:.0f} or fewer."
    )
    return sentences


def groups(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """For each column that the study compares: groups × themes in per cent with intervals, and the clear differences."""
    names = [*record.codebook.names, UNASSIGNED]
    sentences = group_difference_sentences(record, tables)
    differences = tables["group_differences"]
    differences = differences[(differences["low"] > 0) | (differences["high"] < 0)]
    clear = {(row.column, row.group, row.theme) for row in differences.itertuples()}
    articles = tables["articles"]
    parts = []
    for column in column_order(tables["groups"], record.settings):
        rows = tables["groups"][tables["groups"]["column"] == column]
        shown_as = value_labels(rows["group"].unique())
        group_of_article = group_of(articles[articles["n_paragraphs"] > 0], column)
        counts = group_of_article.value_counts()
        shares = {(row.group, row.theme): with_interval(row) for row in rows.itertuples()}
        parts.append(
            {
                "column": column,
                "themes": [record.codebook.labels[name] for name in names],
                "rows": [
                    {
                        "group": shown_as[group],
                        "articles": int(counts.get(group, 0)),
                        "cells": [(shares[group, name], (column, group, name) in clear) for name in names],
                    }
                    for group in in_natural_order(rows["group"].unique())
                ],
                "missing": int(group_of_article.isna().sum()),
                "differences": sentences.get(column, []),
            }
        )
    return parts


def _articles_per_outlet(tables: dict[str, pd.DataFrame]) -> dict[str, int]:
    articles = tables["articles"]
    return articles[articles["n_paragraphs"] > 0].groupby("outlet").size().to_dict()


def _by_size(counts: Mapping[str, int]) -> list[str]:
    return sorted(counts, key=lambda outlet: (-counts[outlet], outlet))


def evidence(tables: dict[str, pd.DataFrame]) -> dict[str, list[Any]]:
    """By theme, the sentences that support it most, and their places."""
    rows = tables["themes"]
    rows = rows[rows["assigned"] & (rows["evidence"] != "")]
    rows = rows.sort_values(["score", "paragraph_id"], ascending=[False, True]).groupby("theme").head(_MOST_QUOTES)
    return {str(theme): list(quotes.itertuples()) for theme, quotes in with_places(rows, tables).groupby("theme")}


def keywords_to_check(codebook: Codebook, keywords: pd.DataFrame) -> list[Any]:
    """The keywords that need a look; ``others`` are the themes that share them, or that they occur with."""
    labels = codebook.labels | {"": ""}
    rows = keywords[~keywords["verdict"].isin(["", "dead"])].assign(others="")
    result = []
    for row in rows.itertuples():
        shared = [labels[name] for name in row.shared_with.split(", ") if name]
        others = ", ".join(shared) or labels[row.elsewhere_theme]
        result.append(row._replace(theme=labels[row.theme], others=others))
    return result


def keyword_matches(codebook: Codebook, keywords: pd.DataFrame) -> list[dict[str, Any]]:
    """Per theme with keywords, numbered as in :func:`themes`: what each matches, the most frequent first, and the dead."""
    parts = []
    for number, theme in enumerate(codebook.themes, start=1):
        own = keywords[keywords["theme"] == theme.name].sort_values("occurrences", ascending=False, kind="stable")
        alive = own[own["occurrences"] > 0]
        if len(own):
            parts.append(
                {
                    "number": number,
                    "label": theme.label,
                    "n_keywords": len(own),
                    "occurrences": int(own["occurrences"].sum()),
                    "flagged": int(alive["verdict"].isin(["broad", "strange"]).sum()),
                    "dead": own.loc[own["occurrences"] == 0, "keyword"].tolist(),
                    "rows": [
                        row._replace(
                            forms=row.forms.replace(FORM_SEPARATOR, ", "),
                            examples=[
                                re.split(r"[][]", line, maxsplit=2) for line in row.examples.split(EXAMPLE_SEPARATOR) if line
                            ],
                        )
                        for row in alive.itertuples()
                    ],
                }
            )
    return parts


def figures(folder: Path) -> list[dict[str, Any]]:
    """All figures of the folder but the one that stands with the topics, in the order of :data:`FIGURES`."""
    embedded = (figure(name, folder) for name in FIGURES if name != "granularity")
    return list(filter(None, embedded))


def figure(name: str, folder: Path) -> dict[str, Any] | None:
    """One figure as the page embeds it; None where the run left it out."""
    file = folder / f"{name}.json"
    if not file.is_file():
        return None
    sidecar = json.loads(file.read_text(encoding="utf-8"))
    svg = (folder / f"{name}.svg").read_bytes()
    box = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    # 96 pixels of a screen are the 72 points of the figure
    width, height = (round(_SCALE * float(value) * 96 / 72) for value in box.groups()) if box else (968, 640)
    return {
        "name": name, "title": FIGURES[name].title, "caption": sidecar["caption"], "alt": sidecar["alt"],
        # a message in place of a chart is its caption, too
        "is_empty": not sidecar["table"]["rows"] and sidecar["caption"].startswith(sidecar["alt"]),
        "source": f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}", "width": width, "height": height,
    }  # fmt: skip
