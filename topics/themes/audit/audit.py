"""The audit itself: its tables, its findings, and the CSV file that it can be written to."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits

from topics.codebook import Codebook
from topics.format import count
from topics.reading import Corpus
from topics.settings import Settings
from topics.spreadsheets import check_export, write_export
from topics.tables import EXAMPLE_SEPARATOR, FORM_SEPARATOR, UNASSIGNED
from topics.text_table import TextTable
from topics.themes.audit.findings import judge
from topics.themes.audit.keywords import COLUMNS, MAX_REFITTED, Influence, about_keywords, influence
from topics.themes.audit.themes import about_themes, indistinct_pairs
from topics.themes.audit.uncovered import uncovered_groups
from topics.themes.audit.words import corpus_entries, missing_words
from topics.themes.calibration import Fitness
from topics.themes.scores import FittedThemes, fit_themes

SHEET_COLUMNS = (*COLUMNS, "z")


@dataclass(frozen=True, repr=False)
class Audit:
    """What is good and what is not about a codebook on a corpus."""

    keywords: pd.DataFrame
    """A row per keyword, in the order of the codebook. ``company`` and ``elsewhere``: how much more often than by
    chance it co-occurs with other keywords of its own theme, and of the theme that it co-occurs with most. ``gained`` and
    ``lost``: paragraphs that are assigned the theme only with it, and only without it; empty where it was not measured.
    ``occurrences``: places where it stands; ``forms``: how it is written there, and how often; ``examples``: up to three
    of these places in context."""
    themes: pd.DataFrame
    """A row per theme. ``held``: paragraphs with a keyword. ``cohesion``: how much more often two co-occur than
    by chance."""
    pairs: pd.DataFrame
    """Each two themes that cannot be told apart."""
    words: pd.DataFrame
    """Words that set the paragraphs of a theme apart, or those without one, and that the codebook lacks."""
    fitness: Fitness
    findings: tuple[str, ...]
    """Findings and what to do, the weightiest first."""
    usable: bool
    labels: dict[str, str]
    """Themes by name, and what they are called."""
    paragraphs: int
    measured: str = ""
    """For which keywords ``gained`` and ``lost`` were measured, if not for all that occur."""

    def text_tables(self, every: bool = False) -> list[TextTable]:
        """What a reader wants to see: themes, and keywords with a verdict, or ``every`` one."""
        listed = every | ~self.keywords["verdict"].isin(["", "idle", "dead"])
        # forms and examples are lines of their own: :attr:`concordance`
        keywords = self.keywords.loc[listed].drop(columns=["articles", "shared_with", "occurrences", "forms", "examples"])
        frames = {"Themes": self.themes, "All keywords" if every else "Keywords to check": keywords}
        return [_text_table(title, frame, self.labels) for title, frame in frames.items() if len(frame)]

    def concordance(self, every: bool = False) -> list[tuple[str, list[str]]]:
        """Keywords with a broad or strange reach, or ``every`` one that occurs: its forms, and examples in context."""
        rows = self.keywords[self.keywords["verdict"].isin(["broad", "strange"]) | (every & (self.keywords["forms"] != ""))]
        return [
            (
                f"{row.keyword} ({', '.join(filter(None, [self.labels[row.theme], row.verdict]))}):"
                f" {row.forms.replace(FORM_SEPARATOR, ', ')}",
                [line for line in row.examples.split(EXAMPLE_SEPARATOR) if line],
            )
            for row in rows.itertuples()
        ]

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
            "Distinctive words of a theme's paragraphs, to add to codebook.toml if they mean the theme": themes,
            "Distinctive words of paragraphs without a theme (number of paragraphs)": [others] if others else [],
        }
        return [(title, lines) for title, lines in offers.items() if lines]

    @property
    def legend(self) -> str:
        """What the numbers of :meth:`text_tables` mean."""
        part = f" (on {MAX_REFITTED:,} of {self.paragraphs:,})" if self.paragraphs > MAX_REFITTED else ""
        part += f", {self.measured}" if self.measured else ""
        return (
            "alive: keywords that occur; held: paragraphs with a keyword; cohesion: co-occurrence of two keywords"
            " relative"
            " to chance. company, elsewhere: co-occurrence with keywords of the same theme, and of another theme."
            " gained, lost:"
            f" paragraphs assigned the theme only with the keyword, only without it{part}."
        )

    def __repr__(self) -> str:
        return f"Audit: {'usable' if self.usable else 'not usable'}; {count(len(self.findings), 'finding')}"

    def _repr_html_(self) -> str:
        findings = "".join(f"<li>{html.escape(finding)}</li>" for finding in self.findings)
        verdict = "usable" if self.usable else "not usable"
        table = self.themes.to_html(index=False, float_format="{:.1f}".format, na_rep="")
        return f"<p><b>Audit</b>: the codebook is {verdict} on this corpus</p><ol>{findings}</ol>{table}"


def audit_codebook(
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
        As for :func:`topics.themes.score_themes`.
    settings
        ``themes`` and ``seed``.
    progress
        Called with the name of the step and the share that is done, 0…1.
    refit
        Whether each keyword is left out once, to see what depends on it; most of the time goes there.

    Returns
    -------
    Audit
        Not ``usable`` if keywords of a theme have no more in common than those of different themes or hardly occur near
        each other, a theme has no word that occurs, two themes cannot be told apart, most keywords never occur and few
        do, or a keyword is an everyday word (``broad``) or mostly matches other words (``strange``;
        :mod:`topics.themes.audit.reach`).
    """
    tell = progress or (lambda step, done: None)
    tell("reading", 0.0)
    with threadpool_limits(limits=1):
        fitted = fit_themes(corpus, codebook, settings)
    return audit_fitted(fitted, tell, refit=refit)


def audit_fitted(fitted: FittedThemes, progress: Callable[[str, float], None] | None = None, *, refit: bool = True) -> Audit:
    """The same for a codebook that is fitted already (:func:`topics.themes.fit_themes`)."""
    tell = progress or (lambda step, done: None)
    with threadpool_limits(limits=1):  # many small fits: threads would wait for each other
        measured = influence(fitted, tell) if refit else Influence()
        keywords = about_keywords(fitted, measured.changes)
        themes = about_themes(fitted, keywords)
        pairs = indistinct_pairs(fitted)
        entries = corpus_entries(fitted)
        words, uncovered = missing_words(fitted, entries), uncovered_groups(fitted, entries)
    findings, usable = judge(fitted, keywords, themes, pairs, words, uncovered)
    tell("done", 1.0)
    n = len(fitted.corpus.paragraphs)
    labels, fitness = fitted.codebook.labels, fitted.model.fitness
    return Audit(keywords, themes, pairs, words, fitness, findings, usable, labels, n, measured.part)


def check_audit_sheet(path: Path) -> None:
    """Refuse to write over anything but an older table of this kind."""
    check_export(path, SHEET_COLUMNS, "topics audit")


def write_audit_sheet(audit: Audit, path: Path) -> None:
    """Write a row per keyword, and below them the words that the codebook lacks; no cell is a formula."""
    check_audit_sheet(path)
    verdict = audit.words["theme"].map(lambda theme: "blind spot" if theme == UNASSIGNED else "suggested")
    offered = audit.words.rename(columns={"word": "keyword"}).assign(verdict=verdict)
    rows = [*audit.keywords.to_dict("records"), *offered.to_dict("records")]
    sheet = pd.DataFrame(rows, columns=list(SHEET_COLUMNS)).round(2).astype({"gained": "Int64", "lost": "Int64"})
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
