"""Run folder -> report.html: one self-contained page that opens offline."""

from __future__ import annotations

import base64
import importlib.resources
import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topics.codebook import Codebook, from_dict
from topics.reading import count
from topics.tables import TRUSTED, UNASSIGNED, marked, unstable

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

    from topics.reading import ReadArticle, Reading

_MOST_OUTLETS = 12
_MOST_COLUMNS = 6
_MOST_GROUPS = 60
"""Groups down to which the tree of topics is shown."""
_QUOTE_WORDS, _QUOTE_LENGTH = 60, 500

_TITLES = {
    "outlets": "Themes per outlet",
    "ribbon": "Theme ribbon",
    "heatmap": "Themes per article",
    "profile": "Themes per article with intervals",
    "topic_words": "Words of the topics",
    "topic_map": "Map of the topics",
    "granularity": "How many topics",
}


def render(record: dict[str, Any], tables: dict[str, pd.DataFrame], figures: Path) -> str:
    """Make the page from what the run recorded: nothing is computed but sums for sentences.

    Parameters
    ----------
    record
        What ``run.json`` will hold.
    tables
        The run's tables by name.
    figures
        The folder of figures with their sidecars.
    """
    codebook = from_dict(record["codebook"])
    topics = tables["topics"]
    over = tables["topic_themes"]
    bare = over[over["theme"] == UNASSIGNED].set_index("topic_id")["share"].to_dict()
    moved = tables["paragraph_topics"].query("reassigned").groupby("topic_id").size().to_dict()
    return _template("report.html.j2").render(
        record=record,
        themes=_themes(codebook, tables, record),
        summary=_summary(codebook, tables, record),
        articles=_articles(codebook, tables),
        figures=[_figure(name, figures) for name in _TITLES if name != "granularity"],
        granularity=_figure("granularity", figures),
        choice=_choice(record, tables),
        reading=_reading(record),
        topics=[
            {"given": "" if _is_automatic(row.label, row.words) else row.label, "id": row.topic_id, "size": row.size,
             "words": row.words, "stability": row.stability, "unstable": unstable(row.stability), "npmi": row.npmi,
             "moved": moved.get(row.topic_id, 0),
             "theme": codebook.labels.get(row.theme, "") if row.theme else "", "unassigned": bare[row.topic_id]}
            for row in topics.itertuples()
        ],
        moved=sum(moved.values()),
        quotes=_quotes(tables),
        tree=_tree(tables),
        shares=[
            _shares(tables, "outlet_topics", "outlet", "outlet"),
            _shares(tables, "topics_over_time", "period", record["results"]["period"]),
        ],
        trusted=TRUSTED,
        quoted=_QUOTE_WORDS,
        signed=_signed,
        blind=[
            f"{marked(row.words, row.stability)} ({count(row.size, 'paragraph')})"
            for row in topics.itertuples() if row.topic_id >= 0 and bare[row.topic_id] > 0.5
        ],
        level=round(100 * record["settings"]["profiles"]["level"]),
    )  # fmt: skip


def render_reading(read: Reading, articles: Sequence[ReadArticle]) -> str:
    """Make the page that shows every line of articles: what is kept, what is dropped, and why.

    Parameters
    ----------
    read
        What :func:`topics.reading.read` found.
    articles
        Those of it that are shown.
    """
    ids = [article.item.page.article_id for article in articles]
    shown = read.corpus.articles[read.corpus.articles["article_id"].isin(ids)]
    return _template("reading.html.j2").render(
        articles=articles,
        read=read,
        doubtful=sum(line.doubtful for article in articles for line in article.lines),
        kept=int((shown["n_paragraphs"] > 0).sum()),
        paragraphs=int(shown["n_paragraphs"].sum()),
        dropped=int(read.corpus.dropped["article_id"].isin(ids).sum()),
    )


def _template(name: str) -> jinja2.Template:
    import jinja2

    source = (importlib.resources.files("topics") / name).read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals["count"] = count
    return environment.from_string(source)


def _figure(name: str, folder: Path) -> dict[str, str]:
    known = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    encoded = base64.b64encode((folder / f"{name}.svg").read_bytes()).decode()
    return {
        "name": name, "title": _TITLES[name], "source": f"data:image/svg+xml;base64,{encoded}",
        "caption": known["caption"], "alt": known["alt"],
    }  # fmt: skip


def _themes(codebook: Codebook, tables: dict[str, pd.DataFrame], record: dict[str, Any]) -> list[dict[str, Any]]:
    from topics.figures.style import colours

    palette = colours(codebook)
    counted = tables["themes"].groupby("theme")["assigned"].sum()
    topics = tables["topics"]
    return [
        {
            "name": theme.name,
            "label": theme.label,
            "colour": palette[theme.name],
            "description": theme.description,
            "keywords": ", ".join(theme.keywords),
            "learned": ", ".join(record["learned_words"].get(theme.name, [])),
            "paragraphs": int(counted.get(theme.name, 0)),
            "topics": ", ".join(marked(t.label, t.stability) for t in topics[topics["theme"] == theme.name].itertuples()),
        }
        for theme in codebook.themes
    ]


def _summary(codebook: Codebook, tables: dict[str, pd.DataFrame], record: dict[str, Any]) -> list[str]:
    """The answer in sentences, each share with its interval."""
    outlets = tables["outlets"]
    counts = tables["articles"].query("n_paragraphs > 0").groupby("outlet").size()
    said = []
    for outlet in sorted(counts.index, key=lambda name: (-counts[name], name))[:_MOST_OUTLETS]:
        rows = outlets[(outlets["outlet"] == outlet) & (outlets["theme"] != UNASSIGNED)]
        top = rows.sort_values(["share", "theme"], ascending=[False, True]).head(3)
        who = outlet or ("Articles that name no outlet" if len(counts) > 1 else "All articles")
        shares = ", ".join(
            f"{codebook.labels[row.theme]} {100 * row.share:.0f} % ({100 * row.low:.0f}–{100 * row.high:.0f})"
            for row in top.itertuples()
        )
        said.append(f"{who} ({counts[outlet]}): {shares}.")
    named = tables["topics"][tables["topics"]["topic_id"] >= 0]
    unnamed = named[named["theme"] == ""]
    shaky = sum(map(unstable, named["stability"]))
    said.append(f"{100 * record['results']['unassigned_share']:.0f} % of the paragraphs belong to no theme of the codebook.")
    if len(named) == 1 and not record["results"]["stability"]["runs"]:
        said.append("The texts by themselves form no topics.")
    else:
        said.append(
            f"The texts by themselves form {count(len(named), 'topic')}"
            + (f", {shaky} of them unstable" if shaky else "")
            + (f"; no theme of the codebook covers {len(unnamed)} of them." if len(unnamed) else ".")
        )
    return said


def _reading(record: dict[str, Any]) -> list[str]:
    """How pages became units, as the settings of the run had it."""
    known = record["settings"]["reading"]
    if known["unit"] == "paragraph":
        return ["Each row of a table is a paragraph, as it was handed in."]
    said = [
        "Each line of a page was taken for article, title, heading, byline or boilerplate by a conditional random field over"
        " the page's lines (Lafferty, McCallum and Pereira 2001); what is no article is in dropped.csv with its reason."
    ]
    if record["corrections"]:
        said.append(f"Told by hand: {count(len(record['corrections']), 'line')} (corrections in run.json).")
    if known["duplicates"] == "drop":
        said.append(
            "Of articles that share most of their word 5-grams (Broder 1997), the earlier was kept, and of an excerpt the"
            " whole; the others are in duplicates.csv."
        )
    if known["other_languages"] == "drop":
        said.append(f"Paragraphs in another language than {record['results']['language']} were dropped.")
    if known["repair"]:
        said.append("Glued words were parted (repairs.csv).")
    units = {
        "sentence": "The units of analysis, called paragraphs here, are sentences.",
        "article": "The units of analysis, called paragraphs here, are whole articles: an interval rests on one unit.",
    }
    split = f"Paragraphs stand as the page has them; one of more than {known['max_words']} words was split at sentences."
    return [*said, units.get(known["unit"], split)]


def _articles(codebook: Codebook, tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    assigned = tables["themes"][tables["themes"]["assigned"]].sort_values("score", ascending=False, kind="stable")
    spoken = {key: list(rows.itertuples()) for key, rows in assigned.groupby("paragraph_id")}
    profiles = {key: list(rows.itertuples()) for key, rows in tables["profiles"].groupby("article_id")}
    paragraphs = {key: list(rows.itertuples()) for key, rows in tables["paragraphs"].groupby("article_id")}
    dropped = {key: list(rows.itertuples()) for key, rows in tables["dropped"].groupby("article_id")}
    titles = tables["articles"].set_index("article_id")["title"].to_dict()
    near = tables["duplicates"].query("article_id != copy_of")
    copies = {row.article_id: titles[row.copy_of] or row.copy_of for row in near.itertuples()}
    found = {row.paragraph_id: row for row in tables["paragraph_topics"].itertuples()}
    label = {row.topic_id: marked(row.label, row.stability) for row in tables["topics"].itertuples()}
    result = []
    for article in tables["articles"].sort_values(["outlet", "date", "article_id"], kind="stable").itertuples():
        key = article.article_id
        shares = sorted((row for row in profiles.get(key, []) if row.share > 0), key=lambda row: (-row.share, row.theme))
        result.append(
            {
                "id": key,
                "title": article.title or key,
                "byline": ", ".join(part for part in (article.author, article.outlet, article.date) if part),
                "source": article.source,
                "n_words": article.n_words,
                "copy_of": copies.get(key, ""),
                "shares": [
                    {
                        "name": row.theme,
                        "label": codebook.labels[row.theme],
                        "share": row.share,
                        "low": row.low,
                        "high": row.high,
                    }
                    for row in shares
                ],
                "paragraphs": [
                    {
                        "id": row.paragraph_id,
                        "section": row.section,
                        "pieces": pieces(
                            row.text, [(t.evidence_start, t.evidence_end, t.theme) for t in spoken.get(row.paragraph_id, [])]
                        ),
                        "themes": [
                            {"name": t.theme, "label": codebook.labels[t.theme], "score": t.score, "primary": t.primary}
                            for t in spoken.get(row.paragraph_id, [])
                        ],
                        "topic": label[found[row.paragraph_id].topic_id] if found[row.paragraph_id].topic_id >= 0 else "",
                        "moved": found[row.paragraph_id].reassigned,
                    }
                    for row in sorted(paragraphs.get(key, []), key=lambda row: row.position)
                ],
                "dropped": [{"reason": row.reason, "text": row.text} for row in dropped.get(key, [])],
            }
        )
    return result


def _choice(record: dict[str, Any], tables: dict[str, pd.DataFrame]) -> str:
    """Why there are as many topics as there are, in a sentence; empty where there was no choice."""
    tried = tables["granularity"]
    if len(tried) < 2:
        return ""
    (row,) = tried[tried["chosen"]].itertuples()
    if wanted := record["settings"]["topics"]["granularity"]:
        return f"{wanted} topics were asked for (topics.granularity); {row.n_topics} are told apart."
    known = "" if row.stability != row.stability else f"stability {row.stability:.2f} ± {row.error:.2f}, "
    reason = (
        "the one with the greatest stability × coherence" if row.coherence > 0 else "the most stable, for none is coherent"
    )
    return (
        f"{row.n_topics} topics: of the numbers tried, {tried['n_topics'].min()} to {tried['n_topics'].max()}, {reason}"
        f" ({known}NPMI {_signed(row.coherence)})."
    )


def _is_automatic(label: str, words: str) -> bool:
    """Whether a label is the first words of the topic, three or all that there are."""
    parts, known = label.split(", "), words.split(", ")
    return known[: len(parts)] == parts and len(parts) >= min(3, len(known))


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if value == value else "–"


def _quotes(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The central paragraphs of each topic, cut to quotes."""
    titles = tables["articles"].set_index("article_id")["title"].to_dict()
    texts = {row.paragraph_id: row for row in tables["paragraphs"].itertuples()}
    central = {topic: rows["paragraph_id"] for topic, rows in tables["representatives"].groupby("topic_id")}
    result = []
    for topic in tables["topics"].itertuples():
        known = [texts[key] for key in central.get(topic.topic_id, []) if key in texts]
        quotes = [
            {"text": _cut(row.text), "article": row.article_id, "title": titles[row.article_id] or row.article_id}
            for row in known
        ]
        if quotes:
            label = marked(topic.label, topic.stability)
            result.append({"id": topic.topic_id, "label": label, "size": topic.size, "quotes": quotes})
    return result


def _cut(text: str) -> str:
    short = " ".join(text.split()[:_QUOTE_WORDS])[:_QUOTE_LENGTH]
    return short if short == " ".join(text.split()) else f"{short} …"


def _tree(tables: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """The tree of topics below its root, the larger group first, down to 60 groups."""
    merges = {row.parent_id: row for row in tables["topic_hierarchy"].itertuples()}
    if not merges:
        return []
    opened = set(sorted(merges)[1 - _MOST_GROUPS :])
    topics = {row.topic_id: row for row in tables["topics"].itertuples()}
    held: dict[int, int] = {}
    for key, row in sorted(merges.items()):
        held[key] = held.get(row.left_id, 1) + held.get(row.right_id, 1)

    def node(key: int) -> dict[str, Any]:
        if key not in merges:
            topic = topics[key]
            return {"id": key, "label": marked(topic.label, topic.stability), "size": topic.size, "topics": 1, "parts": []}
        row = merges[key]
        parts = [node(row.left_id), node(row.right_id)] if key in opened else []
        parts.sort(key=lambda part: (-part["size"], part["id"]))
        return {"id": key, "label": row.label, "size": row.size, "topics": held[key], "parts": parts}

    return node(max(merges))["parts"]


def _shares(tables: dict[str, pd.DataFrame], name: str, key: str, title: str) -> dict[str, Any]:
    """Topics × outlets or periods in per cent with intervals; no rows where that would be more than a few columns."""
    frame = tables[name]
    columns = sorted(frame[key].unique())
    named = [row for row in tables["topics"].itertuples() if row.topic_id >= 0]
    rows = []
    if 1 < len(columns) <= _MOST_COLUMNS and len(named) <= _MOST_GROUPS:
        cells = {(row.topic_id, getattr(row, key)): row for row in frame.itertuples()}
        for topic in named:
            own = [cells.get((topic.topic_id, column)) for column in columns]
            said = [f"{100 * c.share:.0f} ({100 * c.low:.0f}–{100 * c.high:.0f})" if c else "–" for c in own]
            rows.append({"label": f"{topic.topic_id} {marked(topic.label, topic.stability)}", "cells": said})
    heads = [column or f"no {'date' if key == 'period' else key}" for column in columns]
    return {"name": name, "title": title, "columns": heads, "rows": rows}


def pieces(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[str, list[str]]]:
    """Cut ``text`` at the ends of evidence: (piece, themes that it is evidence for).

    The pieces, joined, are the text.
    """
    cuts = sorted({0, len(text), *(int(end) for span in spans for end in span[:2])})
    return [
        (text[a:b], [theme for start, end, theme in spans if start <= a and b <= end]) for a, b in itertools.pairwise(cuts)
    ]
