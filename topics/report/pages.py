"""The pages of single articles: paragraphs with themes and evidence, shares, ribbon, dropped lines."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import ribbon_blocks
from topics.format import article_name, topic_label
from topics.record import RunRecord
from topics.tables import COLUMNS, UNASSIGNED, further_columns

_RIBBON = 1000
"""Width and height of a ribbon, in units of its SVG."""
_VALUE_LENGTH = 200
"""Letters to which a further column of an article is cut."""


def article_anchor(article_id: str) -> str:
    """The anchor of an article's page."""
    return f"a-{_anchor(article_id)}"


def paragraph_anchor(paragraph_id: str) -> str:
    """The anchor of a paragraph on its article's page."""
    return f"p-{_anchor(paragraph_id)}"


def _anchor(key: str) -> str:
    """A key without what an anchor cannot hold: blanks, and per cent signs that a browser would decode."""
    return re.sub(r"[^\w.-]", lambda match: f"~{ord(match[0]):x}~", key)


def heading(row: Any) -> str:
    """What an article is called."""
    return article_name(row)


def with_places(rows: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows of paragraphs with their text, their place, and the name of their article."""
    titles = {row.article_id: heading(row) for row in tables["articles"].itertuples()}
    placed = rows.merge(tables["paragraphs"], on="paragraph_id")
    return placed.assign(title=placed["article_id"].map(titles))


def articles(record: RunRecord, tables: dict[str, pd.DataFrame], number: Mapping[str, int]) -> list[dict[str, Any]]:
    """Every article, by outlet and date, with all that its page and its row in the list say.

    Parameters
    ----------
    number
        The themes' numbers, from 1; 0 is for words without a theme.
    """
    titles = {row.article_id: heading(row) for row in tables["articles"].itertuples()}
    near_copies = tables["duplicates"].query("article_id != copy_of")
    copy_of = {row.article_id: titles[row.copy_of] for row in near_copies.itertuples()}
    profiles = _rows_by(tables["profiles"], "article_id")
    dropped = _rows_by(tables["dropped"], "article_id")
    blocks = _rows_by(ribbon_blocks(tables["themes"], tables["paragraphs"], record.codebook), "article_id")
    paragraphs: dict[str, list[dict[str, Any]]] = {}
    for article_id, paragraph in _paragraphs(record, tables, number):
        paragraphs.setdefault(article_id, []).append(paragraph)
    ordered = tables["articles"].sort_values(["outlet", "date", "article_id"], kind="stable")
    further = further_columns(ordered)
    result = []
    # a further column may have any name, so it is no attribute of the row
    rows = ordered[list(COLUMNS["articles"])].itertuples()
    for row, values in zip(rows, ordered[further].to_numpy(dtype=object), strict=True):
        key = row.article_id
        own = paragraphs.get(key, [])
        result.append(
            {
                **row._asdict(),
                "anchor": article_anchor(key),
                "title": titles[key],
                "byline": ", ".join(part for part in (row.author, row.outlet, row.date) if part),
                "further": [(name, _cut(value)) for name, value in zip(further, values, strict=True) if value.strip()],
                "copy_of": "" if row.n_paragraphs else copy_of.get(key, ""),
                "shares": stacked_shares(profiles.get(key, []), record.codebook, number),
                "paragraphs": own,
                "ribbon": ribbon(blocks.get(key, [])),
                "ribbon_said": ribbon_said(own),
                "dropped": dropped.get(key, []),
            }
        )
    for before, after in itertools.pairwise(result):
        before["next"], after["previous"] = after, before
    return result


def _cut(value: str) -> str:
    """A value in one line, cut to 200 letters."""
    line = " ".join(value.split())
    return line if len(line) <= _VALUE_LENGTH else f"{line[:_VALUE_LENGTH].rstrip()} …"


def _paragraphs(
    record: RunRecord, tables: dict[str, pd.DataFrame], number: Mapping[str, int]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every paragraph with the id of its article, in reading order."""
    labels = record.codebook.labels
    by_hand = {assignment.paragraph_id for assignment in record.assignments}
    assigned = tables["themes"][tables["themes"]["assigned"]]
    # the primary theme comes first, which a person may have set against the scores
    assigned = assigned.sort_values(["primary", "score"], ascending=False, kind="stable")
    themes = _rows_by(assigned, "paragraph_id")
    topics = {row.topic_id: topic_label(row.label, row.stability) for row in tables["topics"].itertuples()}
    topic_of = {row.paragraph_id: row for row in tables["paragraph_topics"].itertuples()}
    points = {row.paragraph_id: (row.x, row.y) for row in tables["topic_map"].itertuples()}
    for row in tables["paragraphs"].sort_values("position", kind="stable").itertuples():
        key = row.paragraph_id
        own, topic = themes.get(key, []), topic_of[key]
        spans = [(theme.evidence_start, theme.evidence_end, theme.theme) for theme in own]
        yield (
            row.article_id,
            {
                **row._asdict(),
                "anchor": paragraph_anchor(key),
                "pieces": [
                    (text, [number[name] for name in evidence], [labels[name] for name in evidence])
                    for text, evidence in split_at_evidence(row.text, spans)
                ],
                "themes": [{**t._asdict(), "number": number[t.theme], "label": labels[t.theme]} for t in own],
                "by_hand": key in by_hand,
                "topic_id": topic.topic_id,
                "topic": topics[topic.topic_id] if topic.topic_id >= 0 else "",
                "moved": topic.reassigned,
                "point": points.get(key),
            },
        )


def stacked_shares(rows: list[Any], codebook: Codebook, number: Mapping[str, int]) -> list[dict[str, Any]]:
    """Shares above zero, the largest first, the unassigned one last; with the place of each in a stacked bar."""
    rows = sorted((row for row in rows if row.share > 0), key=lambda row: (row.theme == UNASSIGNED, -row.share, row.theme))
    starts = itertools.accumulate((row.share for row in rows), initial=0.0)
    return [
        {**row._asdict(), "number": number.get(row.theme, 0), "label": codebook.labels[row.theme], "start": start}
        for row, start in zip(rows, starts, strict=False)
    ]


def ribbon(blocks: list[Any]) -> list[dict[str, Any]]:
    """The blocks of an article (:func:`topics.figures.ribbon_blocks`) as rectangles in the units of the ribbon."""
    total = max((block.left + block.width for block in blocks), default=0) or 1
    rectangles = []
    for block in blocks:
        # edges are rounded, not widths, so that neighbours meet
        x, end = (round(_RIBBON * words / total) for words in (block.left, block.left + block.width))
        y, bottom = (round(_RIBBON * layer / block.layers) for layer in (block.layer, block.layer + 1))
        rectangles.append(
            {"place": block.place, "number": block.number, "x": x, "width": end - x, "y": y, "height": bottom - y,
             "opacity": round(block.opacity, 2)}
        )  # fmt: skip
    return rectangles


def ribbon_said(paragraphs: list[dict[str, Any]]) -> str:
    """The ribbon as text: the themes of the paragraphs; adjacent paragraphs with the same themes are grouped."""

    def themes(paragraph: dict[str, Any]) -> str:
        return " and ".join(theme["label"] for theme in paragraph["themes"]) or "no theme"

    parts = []
    for labels, group in itertools.groupby(paragraphs, key=themes):
        first, *_, last = [paragraph["position"] for paragraph in group] * 2
        parts.append(f"{first}: {labels}" if first == last else f"{first} to {last}: {labels}")
    return "Themes of the paragraphs in reading order. " + "; ".join(parts) + "."


def split_at_evidence(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[str, list[str]]]:
    """Cut ``text`` at the ends of evidence: (piece, themes that it is evidence for).

    The pieces, joined, are the text.
    """
    ends = {min(int(end), len(text)) for span in spans for end in span[:2]}
    # where pieces of evidence overlap, the part in common is evidence for both
    return [
        (text[a:b], [theme for start, end, theme in spans if start <= a and b <= end])
        for a, b in itertools.pairwise(sorted({0, len(text), *ends}))
    ]


def _rows_by(table: pd.DataFrame, column: str) -> dict[str, list[Any]]:
    """The rows of a table by the value of a column."""
    place = table.columns.get_loc(column)
    groups: dict[str, list[Any]] = {}
    for row in table.itertuples(index=False):
        groups.setdefault(row[place], []).append(row)
    return groups
