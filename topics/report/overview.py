"""What the first view says besides its topics: themes, shares in words, evidence, figures, audit."""

import base64
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures.registry import FIGURES
from topics.figures.style import colours
from topics.format import count, is_unstable, topic_label, with_interval
from topics.record import RunRecord
from topics.report.pages import heading, paragraph_anchor
from topics.report.pages import shares as shares_of
from topics.tables import UNASSIGNED

_MOST_OUTLETS = 12
_MOST_DIFFERENCES = 5
_MOST_QUOTES = 5
_SCALE = 1.4
"""Pixels of the page per pixel of a figure: its type is then as large as ours."""


def themes(codebook: Codebook, tables: dict[str, pd.DataFrame], record: RunRecord) -> list[dict[str, Any]]:
    """The themes with what the codebook says of them and what the run made of them, numbered from 1."""
    palette = colours(codebook)
    counted = tables["themes"].groupby("theme")["assigned"].sum()
    topics = tables["topics"]
    return [
        {
            "number": number,
            "name": theme.name,
            "label": theme.label,
            "colour": palette[theme.name],
            "description": theme.description,
            "keywords": ", ".join(theme.keywords),
            "learned": ", ".join(record.learned_words.get(theme.name, [])),
            "paragraphs": int(counted.get(theme.name, 0)),
            "topics": ", ".join(
                topic_label(t.label, t.stability) for t in topics[topics["theme"] == theme.name].itertuples()
            ),
        }
        for number, theme in enumerate(codebook.themes, start=1)
    ]


def overall(codebook: Codebook, tables: dict[str, pd.DataFrame], number: Mapping[str, int]) -> list[dict[str, Any]]:
    """The shares of all articles together, the largest first."""
    return shares_of(list(tables["overall"].itertuples()), codebook, number)


def summary(codebook: Codebook, tables: dict[str, pd.DataFrame], record: RunRecord) -> list[str]:
    """The answer in sentences, each share with its interval."""
    outlets = tables["outlets"]
    counts = tables["articles"].query("n_paragraphs > 0").groupby("outlet").size()
    said = []
    for outlet in sorted(counts.index, key=lambda name: (-counts[name], name))[:_MOST_OUTLETS]:
        rows = outlets[(outlets["outlet"] == outlet) & (outlets["theme"] != UNASSIGNED)]
        top = rows.sort_values(["share", "theme"], ascending=[False, True]).head(3)
        who = outlet or (_NAMELESS if len(counts) > 1 else "All articles")
        shares = ", ".join(f"{codebook.labels[row.theme]} {with_interval(row, unit=' %')}" for row in top.itertuples())
        said.append(f"{who} ({counts[outlet]}): {shares}.")
    if len(counts) > _MOST_OUTLETS:
        said.append(f"{count(len(counts) - _MOST_OUTLETS, 'smaller outlet')}: tables/outlets.csv.")
    named = tables["topics"][tables["topics"]["topic_id"] >= 0]
    unnamed = named[named["theme"] == ""]
    shaky = sum(map(is_unstable, named["stability"]))
    said.append(f"{100 * record.results.unassigned_share:.0f} % of the paragraphs belong to no theme of the codebook.")
    if len(named) == 1 and not record.results.stability.runs:
        said.append("The texts by themselves form no topics.")
    else:
        said.append(
            f"The texts by themselves form {count(len(named), 'topic')}"
            + (f", {shaky} of them unstable" if shaky else "")
            + (f"; no theme of the codebook covers {len(unnamed)} of them." if len(unnamed) else ".")
        )
    return said


_NAMELESS = "Articles that name no outlet"


def differences(codebook: Codebook, tables: dict[str, pd.DataFrame], record: RunRecord) -> list[str]:
    """Which outlets clearly speak more or less of a theme than the others, the largest differences first."""
    rows = tables["outlet_differences"]
    rows = rows[rows["theme"] != UNASSIGNED]
    counts = tables["articles"].query("n_paragraphs > 0").groupby("outlet").size()
    names = sorted(set(rows["outlet"]), key=lambda name: (-counts.get(name, 0), name))
    if len(names) == 2:
        rows = rows[rows["outlet"] == names[0]]  # the other's differences are these, with the other sign
    clear = rows[(rows["low"] > 0) | (rows["high"] < 0)]
    if clear.empty:
        return []
    order = clear["difference"].abs().sort_values(ascending=False, kind="stable").index
    other = (names[1] or _NAMELESS.lower()) if len(names) == 2 else "the others together"
    said = []
    for row in clear.loc[order].head(_MOST_DIFFERENCES).itertuples():
        points = "–".join(f"{100 * value:.0f}" for value in sorted((abs(row.low), abs(row.high))))
        what = f"speaks {'more' if row.difference > 0 else 'less'} of {codebook.labels[row.theme]} than {other}"
        said.append(f"{row.outlet or _NAMELESS} {what}: {abs(100 * row.difference):.0f} percentage points ({points}).")
    chance = len(rows) * (1 - record.settings.profiles.level)
    return [
        *said,
        f"The interval excludes zero in {len(clear)} of {count(len(rows), 'difference')} between outlets; by chance it"
        f" would in {chance:.0f} or fewer.",
    ]


def evidence(codebook: Codebook, tables: dict[str, pd.DataFrame]) -> dict[str, list[dict[str, Any]]]:
    """The sentences that speak most for each theme, and where they stand."""
    named = {row.article_id: heading(row) for row in tables["articles"].itertuples()}
    where = {row.paragraph_id: row for row in tables["paragraphs"].itertuples()}
    rows = tables["themes"]
    rows = rows[rows["assigned"] & (rows["evidence"] != "")]
    rows = rows.sort_values(["score", "paragraph_id"], ascending=[False, True])
    result: dict[str, list[dict[str, Any]]] = {name: [] for name in codebook.names}
    for name, own in rows.groupby("theme"):
        result[str(name)] = [
            {"text": row.evidence, "score": row.score, "anchor": paragraph_anchor(row.paragraph_id),
             "title": named[where[row.paragraph_id].article_id], "position": where[row.paragraph_id].position}
            for row in own.head(_MOST_QUOTES).itertuples()
        ]  # fmt: skip
    return result


def audit(codebook: Codebook, tables: dict[str, pd.DataFrame], record: RunRecord) -> dict[str, Any]:
    """Whether the codebook is usable on this corpus: findings, keywords that need a look, words that it lacks."""
    known = record.results.audit
    rows = tables["keywords"]
    looks = rows[~rows["verdict"].isin(["", "dead"])]
    return {
        "usable": known.usable,
        "findings": known.findings,
        "keywords": [
            {"theme": codebook.labels[row.theme], "keyword": row.keyword, "verdict": row.verdict, "n": int(row.paragraphs),
             "also": ", ".join(codebook.labels[name] for name in row.shared_with.split(", ") if name)
             or codebook.labels.get(row.elsewhere_theme, "")}
            for row in looks.itertuples()
        ],
        "dead": int((rows["verdict"] == "dead").sum()),
        "suggested": [
            ("Without a theme" if name == UNASSIGNED else codebook.labels[name], ", ".join(words))
            for name, words in known.suggested.items()
        ],
    }  # fmt: skip


def figures(folder: Path) -> list[dict[str, Any]]:
    """All figures of the folder but the one that stands with the topics, in the order of :data:`FIGURES`."""
    known = [figure(name, folder) for name in FIGURES if name != "granularity"]
    return [one for one in known if one]


def figure(name: str, folder: Path) -> dict[str, Any] | None:
    """One figure as the page embeds it; None where the run left it out."""
    sidecar = folder / f"{name}.json"
    if not sidecar.is_file():
        return None
    known = json.loads(sidecar.read_text(encoding="utf-8"))
    drawn = (folder / f"{name}.svg").read_bytes()
    box = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    wide, high = (round(_SCALE * float(value) * 96 / 72) for value in box.groups()) if box else (968, 640)
    return {
        "name": name, "title": FIGURES[name].title, "caption": known["caption"], "alt": known["alt"],
        "source": f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}", "width": wide, "height": high,
    }  # fmt: skip
