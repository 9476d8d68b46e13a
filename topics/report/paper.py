"""Tables for a paper, as LaTeX (booktabs) and Markdown: articles, outlets, groups, differences, words, topics, codebook."""

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from topics.coding import difference_note, interval_note
from topics.format import TRUSTED, article_name, decimals, level_percent, topic_label, with_interval
from topics.record import RunRecord
from topics.report.numbers import latex
from topics.tables import UNASSIGNED
from topics.text_table import TextTable

_PAGE_LINES = 42
"""Lines that fit on a page; longer tables break over pages."""
_WIDE = 40
"""Letters from which a column is set in lines of its own."""
_LINE_LETTERS = 90
_WRAPPED_COLUMN = r">{\raggedright\arraybackslash}p{%.2f\linewidth}"
_SHARE = "Per cent of words"


def write_paper_tables(record: RunRecord, tables: dict[str, pd.DataFrame], folder: Path) -> None:
    r"""Write each table as ``NAME.tex`` and ``NAME.md``; one without a row is left out.

    The LaTeX needs ``\usepackage{booktabs,longtable,array}``.

    Parameters
    ----------
    record
        What ``run.json`` will hold.
    tables
        The run's tables by name.
    folder
        Created if need be.
    """
    folder.mkdir(exist_ok=True)
    for name, table in _paper_tables(record, tables).items():
        if table.rows:
            (folder / f"{name}.tex").write_text(to_latex(table, name), encoding="utf-8", newline="\n")
            (folder / f"{name}.md").write_text(to_markdown(table), encoding="utf-8", newline="\n")


def to_latex(table: TextTable, name: str) -> str:
    """The table as LaTeX: ``tabular`` in a float, or ``longtable`` if it does not fit on a page.

    The first cell of a row is left empty where it repeats the one above. ``name`` is that of the label, ``tab:name``.
    """
    widths = [max(map(len, cells)) for cells in zip(table.columns, *table.rows, strict=True)]
    # Wide columns share what the others leave of the line, by the root of their longest cell:
    # a cell ten times as long gets three times the width, and fewer lines than by equal widths.
    left = max(0.2, 1 - sum(width + 2 for width in widths if width <= _WIDE) / _LINE_LETTERS)
    roots = [math.sqrt(width) if width > _WIDE else 0.0 for width in widths]
    shares = [left * root / sum(roots) - 0.02 if root else math.inf for root in roots]
    form = ""
    for column, share in zip(table.columns, shares, strict=True):
        if column in table.numeric:
            form += "r"
        elif share == math.inf:
            form += "l"
        else:
            form += _WRAPPED_COLUMN % share
    n_lines = 0
    for row in table.rows:
        lines = [math.ceil(len(cell) / (share * _LINE_LETTERS)) for cell, share in zip(row, shares, strict=True)]
        n_lines += max(1, *lines)
    rows, previous = [], ""
    for first, *others in table.rows:
        rows.append([latex(cell) for cell in ("" if first == previous else first, *others)])
        previous = first
    style = pd.DataFrame(rows, columns=[latex(column) for column in table.columns]).style.hide(axis="index")
    place = {"environment": "longtable"} if n_lines > _PAGE_LINES else {"position_float": "centering"}
    return style.to_latex(hrules=True, column_format=form, caption=latex(table.title), label=f"tab:{name}", **place)


def to_markdown(table: TextTable) -> str:
    """The table as Markdown, its caption below."""

    def line(cells: tuple[str, ...]) -> str:
        plain = (re.sub(r"([\\|<>\[\]*_`])", r"\\\1", " ".join(cell.split())) for cell in cells)
        return f"| {' | '.join(plain)} |"

    rule = "| " + " | ".join("--:" if name in table.numeric else "---" for name in table.columns) + " |"
    return "\n".join([line(table.columns), rule, *map(line, table.rows), "", f"Table: {table.title}", ""])


def _paper_tables(record: RunRecord, tables: dict[str, pd.DataFrame]) -> dict[str, TextTable]:
    labels = record.codebook.labels | {"": "–"}
    level = f"{level_percent(record.settings.profiles.level)} %"
    seed = f"Seed {record.seed}."

    def known(shares: pd.DataFrame) -> str:
        return interval_note(shares, tables["overall"], record.codebook, record.settings)

    names = _article_names(tables["articles"])
    counts = tables["themes"].groupby("theme")["assigned"].sum()
    topics = tables["topics"][tables["topics"]["topic_id"] >= 0]
    return {
        "codebook": TextTable(
            "The themes of the codebook, and the number of paragraphs assigned to each.",
            ("Theme", "Description", "Keywords", "Paragraphs"),
            [
                (theme.label, theme.description, theme.keyword_list, str(int(counts.get(theme.name, 0))))
                for theme in record.codebook.themes
            ],
            frozenset({"Paragraphs"}),
        ),
        "articles": TextTable(
            f"Share of words per theme in each article, with {level} interval. {known(tables['profiles'])} {seed}",
            ("Article", "Theme", _SHARE, "Paragraphs"),
            [
                (names[row.article_id], labels[row.theme], with_interval(row), str(row.n_paragraphs))
                for row in _by_size(tables["profiles"], "article_id")
            ],
            frozenset({_SHARE, "Paragraphs"}),
        ),
        "outlets": TextTable(
            f"Share of words per theme in each outlet, with {level} interval. {known(tables['outlets'])} {seed}",
            ("Outlet", "Theme", _SHARE, "Articles"),
            [
                (_outlet(row), labels[row.theme], with_interval(row), str(row.n_articles))
                for row in _by_size(tables["outlets"], "outlet")
            ],
            frozenset({_SHARE, "Articles"}),
        ),
        "outlet_differences": TextTable(
            f"Share of words per theme in an outlet minus the share of the other outlets together, in percentage points,"
            f" with {level} interval of the difference. {difference_note(tables['outlet_differences'])} {seed}",
            ("Outlet", "Theme", "Difference"),
            [
                (_outlet(row), labels[row.theme], with_interval(row, "difference"))
                for row in tables["outlet_differences"].itertuples()
            ],
            frozenset({"Difference"}),
        ),
        "groups": TextTable(
            f"Share of words per theme in each group of articles, with {level} interval. {known(tables['groups'])} {seed}",
            ("Column", "Group", "Theme", _SHARE, "Articles"),
            [
                (row.column, row.group, labels[row.theme], with_interval(row), str(row.n_articles))
                for row in _by_size(tables["groups"], "column", "group")
            ],
            frozenset({_SHARE, "Articles"}),
        ),
        "group_differences": TextTable(
            f"Share of words per theme in a group of articles minus the share of the other groups of its column together,"
            f" in percentage points, with {level} interval of the difference."
            f" {difference_note(tables['group_differences'])} {seed}",
            ("Column", "Group", "Theme", "Difference"),
            [
                (row.column, row.group, labels[row.theme], with_interval(row, "difference"))
                for row in tables["group_differences"].itertuples()
            ],
            frozenset({"Difference"}),
        ),
        "keyness": TextTable(
            "Distinctive words of each outlet: log-odds ratio with an informative Dirichlet prior (Monroe et"
            f" al. 2008), with {level} interval (Bayesian bootstrap over articles). {seed}",
            ("Outlet", "Word", "Log-odds ratio", "In the outlet", "Elsewhere"),
            [
                (_outlet(row), row.word, f"{row.log_odds:.1f} ({row.low:.1f} to {row.high:.1f})", str(row.n),
                 str(row.n_others))
                for row in tables["keyness"].itertuples()
            ],
            frozenset({"Log-odds ratio", "In the outlet", "Elsewhere"}),
        ),
        "topics": TextTable(
            "Topics: words, paragraphs, its closest theme, coherence (mean NPMI of its words, −1 to 1) and stability (mean"
            f" best Jaccard overlap with the topics of {record.results.stability.runs} reruns; below {TRUSTED} a topic is"
            f" unstable, Hennig 2007). {seed}",
            ("Topic", "Words", "Paragraphs", "Theme", "Coherence", "Stability"),
            [
                (str(row.topic_id), topic_label(row.words, row.stability), str(row.size), labels[row.theme],
                 decimals(row.npmi), decimals(row.stability))
                for row in topics.itertuples()
            ],
            frozenset({"Topic", "Paragraphs", "Coherence", "Stability"}),
        ),
    }  # fmt: skip


def _article_names(articles: pd.DataFrame) -> dict[str, str]:
    """The names of articles by id; those with the name of another have their id behind it."""
    names = {row.article_id: article_name(row) for row in articles.itertuples()}
    counts = Counter(names.values())
    return {key: name if counts[name] == 1 else f"{name} ({key})" for key, name in names.items()}


def _outlet(row: Any) -> str:
    return row.outlet or "no outlet"


def _by_size(shares: pd.DataFrame, *keys: str) -> list[Any]:
    """Rows with a share of 1 % or more, by ``keys``, the largest first, the unassigned share last."""
    # a share that borrows is hardly ever 0
    present = shares[shares["share"].round(2) > 0]
    present = present.assign(last=present["theme"] == UNASSIGNED)
    ascending = [*(True for _ in keys), True, False, True]
    return list(present.sort_values([*keys, "last", "share", "theme"], ascending=ascending).itertuples())
