"""Articles -> paragraphs: the units of analysis, each with its place in the page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topics import tables
from topics.boilerplate import Cleaned
from topics.language import count_words
from topics.settings import InputError, Settings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Corpus:
    """What was read: three tables in the columns of :mod:`topics.tables`."""

    articles: pd.DataFrame
    paragraphs: pd.DataFrame
    dropped: pd.DataFrame
    language: str = "en"

    def _repr_html_(self) -> str:
        counts = f"{len(self.articles)} articles, {len(self.paragraphs)} paragraphs, {len(self.dropped)} lines dropped"
        return f"<p><b>Corpus</b>: {counts}</p>{self.articles.head(20).to_html(index=False)}"


def split(cleaned: tuple[Cleaned, ...], settings: Settings | None = None) -> Corpus:
    """Make one paragraph of every body line; headings become the ``section`` below them.

    Body lines with fewer than ``reading.min_words`` words are dropped as
    ``short``, a paragraph that its article has already said as ``duplicate``.
    Ready-made paragraphs are all kept.

    Raises
    ------
    InputError
        If no article has a paragraph, or two articles bring the same paragraph id.
    """
    import pandas as pd

    settings = settings or Settings()
    articles, paragraphs, dropped = [], [], []
    for item in cleaned:
        kept, left = _split_article(item, settings)
        page = item.page
        paragraphs += kept
        dropped += left
        articles.append(
            {
                "article_id": page.article_id,
                "title": page.title,
                "author": page.author,
                "outlet": page.outlet,
                "date": page.date,
                "language": page.language,
                "source": page.source,
                "n_paragraphs": len(kept),
                "n_words": sum(row["n_words"] for row in kept),
                "sha256": page.sha256,
            }
        )
    if not paragraphs:
        raise InputError(
            f"no paragraph in {len(articles)} articles; expected body lines of at least"
            f" {settings.reading.min_words} words (reading.min_words)"
        )
    ids = [row["paragraph_id"] for row in paragraphs]
    twice = next((name for name, count in Counter(ids).items() if count > 1), None)
    if twice is not None:
        raise InputError(f"paragraph_id {twice!r} stands in two articles; expected each once in all tables together")
    frames = {
        "articles": pd.DataFrame(articles),
        "paragraphs": pd.DataFrame(paragraphs),
        "dropped": pd.DataFrame(dropped, columns=list(tables.COLUMNS["dropped"])),
    }
    return Corpus(**{name: tables.check(frame, name) for name, frame in frames.items()}, language=settings.language)


def _split_article(item: Cleaned, settings: Settings) -> tuple[list[dict], list[dict]]:
    page = item.page
    kept: list[dict] = []
    dropped: list[dict] = []
    section = ""
    said: set[str] = set()
    taken = {name for name, _, _ in page.rows or ()}
    for index, line in enumerate(item.lines):
        text = page.text[line.start : line.end]
        n_words = count_words(text)
        reason = line.kind
        if line.kind == "heading":
            section = line.text.lstrip("#").strip()
        if line.kind == "body" and page.rows is None:
            reason = "short" if n_words < settings.reading.min_words else "duplicate" if text in said else "body"
            said.add(text)
        if reason != "body":
            row = {"article_id": page.article_id, "start": line.start, "end": line.end, "reason": reason, "text": text}
            dropped.append(row)
            continue
        position = len(kept) + 1
        own_id = page.rows[index][0] if page.rows is not None else ""
        kept.append(
            {
                "paragraph_id": own_id or _free(f"{page.article_id}-p{position:04d}", taken),
                "article_id": page.article_id,
                "position": position,
                "section": section,
                "start": line.start,
                "end": line.end,
                "n_words": n_words,
                "text": text,
            }
        )
    return kept, dropped


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "x"
    return name
