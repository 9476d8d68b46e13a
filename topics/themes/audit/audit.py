"""Paragraphs + codebook -> is this codebook usable on this corpus, and what to change in it.

Nothing here needs a label, or changes the codebook:

1. ``keywords``: whether each occurs, whose company it keeps, and what its theme would lose without it.
2. ``themes``: whether enough keywords stand in enough paragraphs, and two themes on the same ones.
3. ``words``: what sets a theme's paragraphs apart, or those without one, and is not in the codebook.
4. ``findings``: what all that means, and what to do.

Coded paragraphs and the vectors of a pretrained model have no part in it.
"""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits

from topics.codebook import Codebook
from topics.reading import Corpus
from topics.settings import Settings
from topics.spreadsheets import check_export, write_export
from topics.tables import UNASSIGNED
from topics.text_table import TextTable
from topics.themes.audit.findings import judge
from topics.themes.audit.keywords import COLUMNS, MOST_REFITTED, about_keywords, influence
from topics.themes.audit.themes import about_themes, alike
from topics.themes.audit.words import lacking
from topics.themes.calibration import Fitness
from topics.themes.estimate import estimate
from topics.themes.matching import Matcher
from topics.themes.scores import count

SHEET = (*COLUMNS, "z")


@dataclass(frozen=True)
class Audit:
    """What is good and what is not about a codebook on a corpus."""

    keywords: pd.DataFrame
    """A row per keyword, in the order of the codebook. ``company`` and ``elsewhere``: how much oftener than
    chance it meets other keywords of its own theme, and of the theme that it meets most. ``gained`` and ``lost``:
    paragraphs that are assigned the theme only with it, and only without it; empty where it was not measured."""
    themes: pd.DataFrame
    """A row per theme; ``held``: paragraphs with a keyword; ``cohesion``: how much oftener than chance two meet."""
    pairs: pd.DataFrame
    """Each two themes that cannot be told apart."""
    words: pd.DataFrame
    """Words that set the paragraphs of a theme apart, or those without one, and that the codebook lacks."""
    fitness: Fitness
    findings: tuple[str, ...]
    """What was found and what to do, the weightiest first."""
    usable: bool
    labels: dict[str, str]
    """Themes by name, and what they are called."""
    paragraphs: int

    def text_tables(self, every: bool = False) -> list[TextTable]:
        """What a reader wants to see: themes, and keywords with a verdict, or ``every`` one."""
        looks = every | ~self.keywords["verdict"].isin(["", "idle", "dead"])
        keywords = self.keywords.loc[looks].drop(columns=["articles", "shared_with"])
        frames = {"Themes": self.themes, "All keywords" if every else "Keywords that need a look": keywords}
        return [_text_table(title, frame, self.labels) for title, frame in frames.items() if len(frame)]

    @property
    def offers(self) -> list[tuple[str, list[str]]]:
        """Words that the codebook lacks as lines under a title; those of themes to be pasted into its ``keywords``."""
        blind = self.words["theme"] == UNASSIGNED
        themes = [
            f"{self.labels[name]}: " + " ".join(f"{json.dumps(word, ensure_ascii=False)}," for word in rows["word"])
            for name, rows in self.words[~blind].groupby("theme", sort=False)
        ]
        others = ", ".join(f"{row.word} ({row.paragraphs})" for row in self.words[blind].itertuples())
        offers = {
            "Words that set a theme's paragraphs apart, to paste into codebook.toml where they mean the theme": themes,
            "Words of the paragraphs without a theme (in how many)": [others] if others else [],
        }
        return [(title, lines) for title, lines in offers.items() if lines]

    @property
    def legend(self) -> str:
        """What the numbers of :meth:`text_tables` mean."""
        part = f" (on {MOST_REFITTED:,} of {self.paragraphs:,})" if self.paragraphs > MOST_REFITTED else ""
        return (
            "alive: keywords that occur; held: paragraphs with one; cohesion: how many times as often as chance two of them"
            " meet. company, elsewhere: how often one meets those of its own theme, and of another. gained, lost: paragraphs"
            f" that are assigned the theme only with the keyword, only without it{part}."
        )

    def _repr_html_(self) -> str:
        findings = "".join(f"<li>{html.escape(finding)}</li>" for finding in self.findings)
        verdict = "usable" if self.usable else "not usable"
        table = self.themes.to_html(index=False, float_format="{:.1f}".format, na_rep="")
        return f"<p><b>Audit</b>: the codebook is {verdict} on this corpus</p><ol>{findings}</ol>{table}"


def audit(
    corpus: Corpus,
    codebook: Codebook,
    settings: Settings | None = None,
    progress: Callable[[str, float], None] | None = None,
    *,
    refit: bool = True,
) -> Audit:
    """Say whether a codebook is usable on a corpus, and what to change in it.

    Parameters
    ----------
    corpus, codebook
        What :func:`topics.themes.scores.score` is given.
    settings
        ``themes`` and ``seed``.
    progress
        Called with the name of the step and the share that is done, 0…1.
    refit
        Whether each keyword is left out once, to see what hangs on it; most of the time goes there.

    Returns
    -------
    Audit
        Not ``usable`` where keywords meet as chance has it, a theme has no word that
        occurs, two themes cannot be told apart, or most keywords never occur and few do.
    """
    settings = settings or Settings()
    tell = progress or (lambda step, done: None)
    with threadpool_limits(limits=1):  # many small fits: threads would wait for each other
        tell("reading", 0.0)
        matcher = Matcher(codebook, corpus.language)
        _, counts, columns = count(corpus, matcher)
        seeds = matcher.seeds(columns)
        scored = estimate(counts, seeds, settings.themes)
        changes = influence(counts, columns, matcher, settings, tell) if refit else {}
        keywords = about_keywords(counts, columns, matcher, seeds, changes)
        themes = about_themes(counts, codebook, seeds, scored, keywords)
        pairs = alike(codebook, scored)
        words = lacking(corpus.paragraphs["text"].tolist(), counts, matcher, scored)
    findings, usable = judge(codebook.labels, scored, keywords, themes, pairs, words)
    tell("done", 1.0)
    return Audit(keywords, themes, pairs, words, scored.fitness, findings, usable, codebook.labels, len(scored.scores))


def check(path: Path) -> None:
    """Refuse to write over anything but an older table of this kind."""
    check_export(path, SHEET, "topics audit")


def write(found: Audit, path: Path) -> None:
    """Write a row per keyword, and below them the words that the codebook lacks; no cell is a formula."""
    check(path)
    verdict = found.words["theme"].map(lambda theme: "blind spot" if theme == UNASSIGNED else "suggested")
    offered = found.words.rename(columns={"word": "keyword"}).assign(verdict=verdict)
    rows = [*found.keywords.to_dict("records"), *offered.to_dict("records")]
    sheet = pd.DataFrame(rows, columns=list(SHEET)).round(2).astype({"gained": "Int64", "lost": "Int64"})
    write_export(sheet, path)


def _text_table(title: str, frame: pd.DataFrame, labels: dict[str, str]) -> TextTable:
    """Rows of text: themes by their labels, nothing for what was not measured."""
    named = {column: frame[column].map(labels | {"": ""}) for column in ("theme", "elsewhere_theme") if column in frame}
    rows = [tuple(map(_cell, row)) for row in frame.assign(**named).astype(object).to_numpy()]
    columns = tuple(name.replace("_", "\n") for name in frame)
    numeric = {name for name, cells in zip(columns, zip(*rows, strict=True), strict=True) if all(map(_is_number, cells))}
    return TextTable(title, columns, rows, frozenset(numeric))


def _cell(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"[\d.]*", cell) is not None
