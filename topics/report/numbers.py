"""The numbers that a paper's prose may cite, as JSON and LaTeX, so that prose and figures cannot drift apart."""

import html
import itertools
import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.format import TRUSTED, article_name, is_unstable, level_percent, percent, with_interval
from topics.record import RunRecord
from topics.tables import UNASSIGNED

_NO_OUTLET = "articles without an outlet"


@dataclass(frozen=True, repr=False)
class Number:
    """One number that a text may cite."""

    key: str
    """``outlet/sample-ledger/energy``: the same in every run of the study, but for topics, whose numbers may change."""
    value: float
    text: str
    """As prose shows it, with its interval: ``25 % (10–40)``."""
    definition: str
    low: float | None = None
    high: float | None = None
    basis: str | None = None
    """Of a share of a theme: whether gold codes corrected it (:mod:`topics.coding.theme_shares`)."""

    def __repr__(self) -> str:
        return f"Number({self.key!r}: {self.text}; {self.definition})"

    def _repr_html_(self) -> str:
        return f"<p><b>{html.escape(self.text)}</b> {html.escape(self.definition)}<br>{html.escape(self.key)}</p>"


def collect_numbers(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[Number]:
    """All numbers of a run, by key."""
    level = level_percent(record.settings.profiles.level)
    parts = (_of_corpus(record), _of_themes(record.codebook, tables, level), _of_topics(record, tables))
    return sorted(unique_keys(itertools.chain(*parts)), key=lambda number: number.key)


def unique_keys(numbers: Iterable[Number]) -> Iterator[Number]:
    """The numbers with a key each: of two names that give one key, the later has a number behind it.

    Two outlets can differ in nothing that a key may hold.
    """
    seen: set[str] = set()
    for number in numbers:
        key, n = number.key, 1
        while key in seen:
            n += 1
            key = f"{number.key}-{n}"
        seen.add(key)
        yield replace(number, key=key)


def write_numbers(numbers: Iterable[Number], seed: int, folder: Path) -> None:
    r"""Write ``numbers.json`` and ``numbers.tex``.

    In LaTeX, after ``\input{numbers.tex}``: ``\topics{corpus/articles}`` is the text of a number, and
    ``\topics{KEY.value}``, ``\topics{KEY.low}`` and ``\topics{KEY.high}`` are its parts. A key that the
    run does not have is an error of LaTeX.
    """
    numbers = list(numbers)
    plain = {
        number.key: {name: value for name, value in asdict(number).items() if name != "key" and value is not None}
        for number in numbers
    }
    data = json.dumps({"seed": seed, "numbers": plain}, indent=1, ensure_ascii=False)
    (folder / "numbers.json").write_text(data + "\n", encoding="utf-8", newline="\n")
    # keys may hold letters of any script: \detokenize keeps pdfLaTeX, XeLaTeX and LuaLaTeX from taking them for commands
    lines = [
        r"% Made by topics; \input{numbers.tex}, then \topics{corpus/articles}. Definitions: numbers.json",
        f"% seed {seed}",
        r"\makeatletter",
        r"\DeclareRobustCommand{\topics}[1]{\@ifundefined{topics@\detokenize{#1}}"
        r"{\PackageError{topics}{No number \detokenize{#1} in numbers.tex}{Its keys are listed in numbers.json.}}"
        r"{\@nameuse{topics@\detokenize{#1}}}}",
        *(rf"\@namedef{{topics@\detokenize{{{key}}}}}{{{text}}}" for number in numbers for key, text in _macros(number)),
        r"\makeatother",
    ]
    (folder / "numbers.tex").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def latex(text: str) -> str:
    """Text as LaTeX sets it."""
    special = {
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
        ">": r"\textgreater{}", "[": "{[}", "]": "{]}", "*": "{*}", "−": "$-$", "–": "--", "\u202f": r"\,",
    }  # fmt: skip
    special |= {letter: f"\\{letter}" for letter in "&%$#_{}"}
    escaped = "".join(special.get(letter, letter) for letter in text)
    return re.sub(r" (\\%)", r"\\,\1", escaped)  # a thin space between a number and its sign


def slug(name: str) -> str:
    """A name as part of a key: lower case, words joined by hyphens; letters of all scripts stay."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "-".join(re.findall(r"\w+", plain)) or "none"


def _macros(number: Number) -> Iterator[tuple[str, str]]:
    yield number.key, latex(number.text)
    for part in ("value", "low", "high"):
        value = getattr(number, part)
        if value is not None:
            yield f"{number.key}.{part}", f"{value:.4f}".rstrip("0").rstrip(".")


def _count(key: str, value: int, definition: str) -> Number:
    return Number(key, value, f"{value:,}".replace(",", "\u202f"), definition)


def _share(key: str, row: Any, definition: str, level: str, column: str = "share") -> Number:
    text = with_interval(row, column, " %" if column == "share" else "")
    definition = f"{definition}, {row.basis}, with its {level} % interval"
    return Number(key, float(getattr(row, column)), text, definition, float(row.low), float(row.high), row.basis)


def _of_corpus(record: RunRecord) -> Iterator[Number]:
    results = record.results
    yield Number("seed", record.seed, str(record.seed), "seed of all random numbers")
    yield _count("corpus/articles", results.articles, "articles with at least one paragraph")
    yield _count("corpus/paragraphs", results.paragraphs, "paragraphs")
    yield _count("corpus/words", results.words, "words of the paragraphs")
    yield _count("corpus/dropped-lines", results.dropped_lines, "lines dropped as boilerplate or copies")
    yield _count("corpus/coded-paragraphs", results.coded_paragraphs, "paragraphs that people coded")
    definition = "coded paragraphs that would bring the shares of themes in the corpus to ± 5 points"
    yield _count("corpus/codes-needed", results.codes_needed, definition)
    share = results.unassigned_share
    definition = "paragraphs without a theme of the codebook"
    yield Number("corpus/unassigned-paragraphs", share, f"{percent(share)} %", definition)


def _of_themes(codebook: Codebook, tables: dict[str, pd.DataFrame], level: str) -> Iterator[Number]:
    labels = codebook.labels
    counts = tables["themes"].groupby("theme")["assigned"].sum()
    for name in codebook.names:
        definition = f"paragraphs assigned {labels[name]}"
        yield _count(f"theme/{slug(name)}/paragraphs", int(counts.get(name, 0)), definition)
    for row in tables["overall"].itertuples():
        yield _share(f"corpus/{slug(row.theme)}", row, f"share of all words on {labels[row.theme]}", level)
    for row in tables["outlets"].itertuples():
        definition = f"share of the words of {row.outlet or _NO_OUTLET} on {labels[row.theme]}"
        yield _share(f"outlet/{slug(row.outlet)}/{slug(row.theme)}", row, definition, level)
    for row in tables["outlet_differences"].itertuples():
        outlet = row.outlet or _NO_OUTLET
        definition = f"share of the words of {outlet} on {labels[row.theme]}, minus the share of the other outlets"
        yield _share(f"difference/{slug(row.outlet)}/{slug(row.theme)}", row, definition, level, "difference")
    for row in tables["groups"].itertuples():
        definition = f"share of the words of articles whose {row.column} is “{row.group}” on {labels[row.theme]}"
        yield _share(f"group/{slug(row.column)}/{slug(row.group)}/{slug(row.theme)}", row, definition, level)
    for row in tables["group_differences"].itertuples():
        definition = (
            f"share of the words of articles whose {row.column} is “{row.group}” on {labels[row.theme]}, minus the share of"
            " the other groups"
        )
        key = f"group-difference/{slug(row.column)}/{slug(row.group)}/{slug(row.theme)}"
        yield _share(key, row, definition, level, "difference")
    names = {row.article_id: article_name(row) for row in tables["articles"].itertuples()}
    for row in tables["profiles"].itertuples():
        definition = f"share of the words of “{names[row.article_id]}” on {labels[row.theme]}"
        yield _share(f"article/{slug(row.article_id)}/{slug(row.theme)}", row, definition, level)


def _of_topics(record: RunRecord, tables: dict[str, pd.DataFrame]) -> Iterator[Number]:
    topics = tables["topics"][tables["topics"]["topic_id"] >= 0]
    yield _count("topics/number", len(topics), "topics found by clustering")
    runs = record.results.stability.runs
    n_unstable = sum(map(is_unstable, topics["stability"]))
    yield _count("topics/unstable", n_unstable, f"topics whose stability over {runs} reruns is below {TRUSTED}")
    for row in topics.itertuples():
        topic = f"topic {row.topic_id} ({row.label})"
        yield _count(f"topic/{row.topic_id}/paragraphs", row.size, f"paragraphs of {topic}")
        if not math.isnan(row.stability):
            definition = f"mean best Jaccard overlap of {topic} with the topics of {runs} reruns"
            yield Number(f"topic/{row.topic_id}/stability", row.stability, f"{row.stability:.2f}", definition)
    shares = tables["topic_themes"]
    for row in shares[(shares["topic_id"] >= 0) & (shares["theme"] == UNASSIGNED)].itertuples():
        definition = f"share of the words of topic {row.topic_id} in paragraphs without a theme"
        yield Number(f"topic/{row.topic_id}/unassigned", row.share, f"{percent(row.share)} %", definition)
