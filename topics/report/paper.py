"""Tables of a run -> tables for a paper, in LaTeX (booktabs) and Markdown."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.format import TRUSTED, article_name, topic_label, with_interval
from topics.record import RunRecord
from topics.report.numbers import latex
from topics.tables import UNASSIGNED

_MOST_LINES = 42
"""Lines that fit on a page; longer tables break over pages."""
_WIDE = 40
"""Letters from which a column is set in lines of its own."""
_LINE = 90
"""Letters of a line of the page."""
_WRAPPED = r">{\raggedright\arraybackslash}p{%.2f\linewidth}"


@dataclass(frozen=True)
class Table:
    """One table as a paper shows it: all cells are text."""

    name: str
    caption: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    numeric: frozenset[str] = frozenset()
    """Columns that are set to the right."""


def write(record: RunRecord, tables: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    r"""Write each table as ``NAME.tex`` and ``NAME.md``; one without a row is left out.

    The LaTeX needs ``\usepackage{booktabs,longtable,array}``.

    Parameters
    ----------
    record
        What ``run.json`` will hold.
    tables
        The run's tables by name.
    folder
        Made if need be.
    """
    folder.mkdir(exist_ok=True)
    paths = []
    for table in _tables(record, tables):
        if not table.rows:
            continue
        for suffix, text in ((".tex", to_latex(table)), (".md", to_markdown(table))):
            path = folder / f"{table.name}{suffix}"
            path.write_text(text, encoding="utf-8", newline="\n")
            paths.append(path)
    return paths


def to_latex(table: Table) -> str:
    """The table as LaTeX: ``tabular`` in a float, or ``longtable`` where it does not fit on a page.

    The first cell of a row is left empty where it repeats the one above.
    """
    widest = [max(map(len, cells)) for cells in zip(table.columns, *table.rows, strict=True)]
    rest = max(0.2, 1 - sum(width + 2 for width in widest if width <= _WIDE) / _LINE)
    roots = [math.sqrt(width) if width > _WIDE else 0.0 for width in widest]
    shares = [rest * root / max(1.0, sum(roots)) - 0.02 if root else math.inf for root in roots]
    form = "".join(
        "r" if name in table.numeric else "l" if share == math.inf else _WRAPPED % share
        for name, share in zip(table.columns, shares, strict=True)
    )
    lines = sum(max(1, *(math.ceil(len(c) / (s * _LINE)) for c, s in zip(row, shares, strict=True))) for row in table.rows)
    first = [""] + [row[0] for row in table.rows]
    rows = [("" if row[0] == before else row[0], *row[1:]) for before, row in zip(first, table.rows, strict=False)]
    frame = pd.DataFrame([[latex(cell) for cell in row] for row in rows], columns=[latex(name) for name in table.columns])
    known = {"hrules": True, "column_format": form, "caption": latex(table.caption), "label": f"tab:{table.name}"}
    place = {"environment": "longtable"} if lines > _MOST_LINES else {"position_float": "centering"}
    return frame.style.hide(axis="index").to_latex(**known, **place)


def to_markdown(table: Table) -> str:
    """The table as Markdown, its caption below."""

    def line(cells: tuple[str, ...]) -> str:
        plain = (re.sub(r"([\\|<>\[\]*_`])", r"\\\1", " ".join(cell.split())) for cell in cells)
        return f"| {' | '.join(plain)} |"

    rule = "| " + " | ".join("--:" if name in table.numeric else "---" for name in table.columns) + " |"
    return "\n".join([line(table.columns), rule, *map(line, table.rows), "", f"Table: {table.caption}", ""])


def _tables(record: RunRecord, tables: dict[str, pd.DataFrame]) -> Iterator[Table]:
    codebook = record.codebook
    level = f"{100 * record.settings.profiles.level:.0f} %"
    seed = f"Seed {record.seed}."
    yield _codebook(codebook, tables)
    names = {row.article_id: article_name(row.title, row.article_id) for row in tables["articles"].itertuples()}
    held = Counter(names.values())
    names = {key: name if held[name] == 1 else f"{name} ({key})" for key, name in names.items()}
    shares = "per cent of words"
    yield Table(
        "articles",
        f"Share of words per theme in each article, with {level} interval (Bayesian bootstrap over paragraphs). {seed}",
        ("Article", "Theme", shares.capitalize(), "Paragraphs"),
        [
            (
                names[row.article_id],
                codebook.labels[row.theme],
                with_interval(row),
                str(row.n_paragraphs),
            )
            for row in _by_size(tables["profiles"], "article_id")
        ],
        frozenset({shares.capitalize(), "Paragraphs"}),
    )
    yield Table(
        "outlets",
        f"Share of words per theme in each outlet, with {level} interval (Bayesian bootstrap over articles). {seed}",
        ("Outlet", "Theme", shares.capitalize(), "Articles"),
        [
            (row.outlet or "none named", codebook.labels[row.theme], with_interval(row), str(row.n_articles))
            for row in _by_size(tables["outlets"], "outlet")
        ],
        frozenset({shares.capitalize(), "Articles"}),
    )
    yield Table(
        "outlet_differences",
        f"Share of words per theme in an outlet less that of the other outlets together, percentage points, with {level}"
        f" interval of the difference (Bayesian bootstrap over articles). {seed}",
        ("Outlet", "Theme", "Difference"),
        [
            (row.outlet or "none named", codebook.labels[row.theme], with_interval(row, "difference"))
            for row in tables["outlet_differences"].itertuples()
        ],
        frozenset({"Difference"}),
    )
    yield Table(
        "keyness",
        "Words that each outlet uses more than the others: log-odds ratio with an informative Dirichlet prior (Monroe et al."
        f" 2008), with {level} interval (Bayesian bootstrap over articles). {seed}",
        ("Outlet", "Word", "Log-odds ratio", "Here", "Elsewhere"),
        [
            (row.outlet or "none named", row.word, f"{row.log_odds:.1f} ({row.low:.1f} to {row.high:.1f})", str(row.n),
             str(row.n_others))
            for row in tables["keyness"].itertuples()
        ],
        frozenset({"Log-odds ratio", "Here", "Elsewhere"}),
    )  # fmt: skip
    named = tables["topics"][tables["topics"]["topic_id"] >= 0]
    runs, labels = record.results.stability.runs, codebook.labels | {"": "–"}
    yield Table(
        "topics",
        "Topics: words, paragraphs, its closest theme, coherence (mean NPMI of its words, −1 to 1) and"
        f" stability (mean best Jaccard overlap with the topics of {runs} reruns; below {TRUSTED} a topic is unstable,"
        f" Hennig 2007). {seed}",
        ("Topic", "Words", "Paragraphs", "Theme", "Coherence", "Stability"),
        [
            (str(row.topic_id), topic_label(row.words, row.stability), str(row.size), labels[row.theme], _two(row.npmi),
             _two(row.stability))
            for row in named.itertuples()
        ],
        frozenset({"Topic", "Paragraphs", "Coherence", "Stability"}),
    )  # fmt: skip


def _codebook(codebook: Codebook, tables: dict[str, pd.DataFrame]) -> Table:
    counted = tables["themes"].groupby("theme")["assigned"].sum()
    return Table(
        "codebook",
        "The themes of the codebook, and the number of paragraphs that each is assigned to.",
        ("Theme", "Description", "Keywords", "Paragraphs"),
        [
            (theme.label, theme.description, ", ".join(theme.keywords), str(int(counted.get(theme.name, 0))))
            for theme in codebook.themes
        ],
        frozenset({"Paragraphs"}),
    )


def _by_size(shares: pd.DataFrame, key: str) -> list[Any]:
    """Rows with a share, by ``key``, the largest first, what has no theme last."""
    known = shares[shares["share"] > 0]
    last = known["theme"] == UNASSIGNED
    ordered = known.assign(last=last).sort_values([key, "last", "share", "theme"], ascending=[True, True, False, True])
    return list(ordered.itertuples())


def _two(value: float) -> str:
    return "–" if value != value else f"{value:.2f}".replace("-", "−")
