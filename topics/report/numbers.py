"""Tables of a run -> the numbers of a paper's prose, so that prose and figures cannot drift apart."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.format import TRUSTED, article_name, is_unstable, percent, with_interval
from topics.record import RunRecord
from topics.tables import UNASSIGNED

FILES = ("numbers.json", "numbers.tex")


@dataclass(frozen=True)
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


def collect(record: RunRecord, tables: dict[str, pd.DataFrame]) -> list[Number]:
    """All numbers of a run, by key; of two names that give one key, the later has a number behind it.

    Parameters
    ----------
    record
        What ``run.json`` holds.
    tables
        The run's tables by name.
    """
    level = round(100 * record.settings.profiles.level)
    found: dict[str, Number] = {}
    for number in (*_of_corpus(record), *_of_themes(record.codebook, tables, level), *_of_topics(record, tables, level)):
        key, n = number.key, 1
        while key in found:
            n += 1
            key = f"{number.key}-{n}"
        found[key] = Number(**{**asdict(number), "key": key})
    return [found[key] for key in sorted(found)]


def write(numbers: Iterable[Number], seed: int, folder: Path) -> list[Path]:
    r"""Write ``numbers.json`` and ``numbers.tex``.

    In LaTeX, after ``\input{numbers.tex}``: ``\topics{corpus/articles}`` is the text of a number, and
    ``\topics{KEY.value}``, ``\topics{KEY.low}`` and ``\topics{KEY.high}`` are its parts. A key that the
    run does not have is an error of LaTeX. Keys may hold letters of any script: ``\detokenize`` keeps
    pdfLaTeX, XeLaTeX and LuaLaTeX alike from taking them for commands.
    """
    numbers = list(numbers)
    plain = {
        number.key: {key: value for key, value in asdict(number).items() if key != "key" and value is not None}
        for number in numbers
    }
    paths = [folder / name for name in FILES]
    data = json.dumps({"seed": seed, "numbers": plain}, indent=1, ensure_ascii=False)
    paths[0].write_text(data + "\n", encoding="utf-8", newline="\n")
    lines = [
        r"% Made by topics; \input{numbers.tex}, then \topics{corpus/articles}. Meaning of each: numbers.json",
        f"% seed {seed}",
        r"\makeatletter",
        r"\DeclareRobustCommand{\topics}[1]{\@ifundefined{topics@\detokenize{#1}}"
        r"{\PackageError{topics}{No number \detokenize{#1} in numbers.tex}{Its keys stand in numbers.json.}}"
        r"{\@nameuse{topics@\detokenize{#1}}}}",
        *(rf"\@namedef{{topics@\detokenize{{{key}}}}}{{{text}}}" for number in numbers for key, text in _macros(number)),
        r"\makeatother",
    ]
    paths[1].write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return paths


def latex(text: str) -> str:
    """Text as LaTeX sets it."""
    special = {
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}",
        ">": r"\textgreater{}", "[": "{[}", "]": "{]}", "*": "{*}", "−": "$-$", "–": "--", "\u202f": r"\,",
    }  # fmt: skip
    escaped = "".join(special.get(letter, f"\\{letter}" if letter in "&%$#_{}" else letter) for letter in text)
    return re.sub(r" (\\%)", r"\\,\1", escaped)


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


def _share(key: str, row: Any, definition: str, level: int, name: str = "share") -> Number:
    text = with_interval(row, name, " %" if name == "share" else "")
    said = f"{definition}, with its {level} % interval"
    return Number(key, float(getattr(row, name)), text, said, float(row.low), float(row.high))


def _of_corpus(record: RunRecord) -> Iterator[Number]:
    results = record.results
    yield Number("seed", record.seed, str(record.seed), "seed of all random numbers")
    yield _count("corpus/articles", results.articles, "articles with at least one paragraph")
    yield _count("corpus/paragraphs", results.paragraphs, "paragraphs")
    yield _count("corpus/words", results.words, "words of the paragraphs")
    yield _count("corpus/dropped-lines", results.dropped_lines, "lines of the pages that are no article, or a copy")
    share = results.unassigned_share
    yield Number(
        "corpus/unassigned-paragraphs", share, f"{percent(share)} %", "paragraphs that have no theme of the codebook"
    )


def _of_themes(codebook: Codebook, tables: dict[str, pd.DataFrame], level: int) -> Iterator[Number]:
    counted = tables["themes"].groupby("theme")["assigned"].sum()
    for name in codebook.names:
        label = codebook.labels[name]
        yield _count(f"theme/{slug(name)}/paragraphs", int(counted.get(name, 0)), f"paragraphs that are assigned {label}")
    titles = tables["articles"].set_index("article_id")["title"].to_dict()
    for row in tables["overall"].itertuples():
        yield _share(f"corpus/{slug(row.theme)}", row, f"share of all words on {codebook.labels[row.theme]}", level)
    for row in tables["outlets"].itertuples():
        said = f"share of the words of {row.outlet or 'articles that name no outlet'} on {codebook.labels[row.theme]}"
        yield _share(f"outlet/{slug(row.outlet)}/{slug(row.theme)}", row, said, level)
    for row in tables["outlet_differences"].itertuples():
        who = row.outlet or "articles that name no outlet"
        said = f"share of its words that {who} gives to {codebook.labels[row.theme]}, less that of the other outlets"
        yield _share(f"difference/{slug(row.outlet)}/{slug(row.theme)}", row, said, level, "difference")
    for row in tables["profiles"].itertuples():
        said = (
            f"share of the words of “{article_name(titles[row.article_id], row.article_id)}” on {codebook.labels[row.theme]}"
        )
        yield _share(f"article/{slug(row.article_id)}/{slug(row.theme)}", row, said, level)


def _of_topics(record: RunRecord, tables: dict[str, pd.DataFrame], level: int) -> Iterator[Number]:
    named = tables["topics"][tables["topics"]["topic_id"] >= 0]
    yield _count("topics/number", len(named), "topics that the texts form by themselves")
    runs = record.results.stability.runs
    shaky = sum(map(is_unstable, named["stability"]))
    yield _count("topics/unstable", shaky, f"topics whose stability over {runs} reruns is below {TRUSTED}")
    for row in named.itertuples():
        yield _count(f"topic/{row.topic_id}/paragraphs", row.size, f"paragraphs of topic {row.topic_id} ({row.label})")
        if row.stability == row.stability:
            said = f"mean best Jaccard overlap of topic {row.topic_id} ({row.label}) with the topics of {runs} reruns"
            yield Number(f"topic/{row.topic_id}/stability", row.stability, f"{row.stability:.2f}", said)
    over = tables["topic_themes"]
    for row in over[(over["topic_id"] >= 0) & (over["theme"] == UNASSIGNED)].itertuples():
        said = f"share of the words of topic {row.topic_id} in paragraphs without a theme"
        yield Number(f"topic/{row.topic_id}/unassigned", row.share, f"{percent(row.share)} %", said)
