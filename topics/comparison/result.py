"""What a comparison found: its table, curves, notes, and how a reader sees them."""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from topics.coding import CORRECTED
from topics.comparison.contrasts import Question
from topics.format import DECIMALS, count, enumeration, level_percent
from topics.tables import UNASSIGNED
from topics.text_table import TextTable

TABLE_COLUMNS = (
    "by", "contrast", "theme", "share_first", "share_second", "effect", "low", "high", "p", "q", "detectable",
    "n_articles", "n_coded", "basis",
)  # fmt: skip
CURVE_COLUMNS = ("by", "theme", "x", "share", "low", "high", "group")
ALPHA = 0.05
"""Of the false discovery rate at which themes are named."""


@dataclass(frozen=True, repr=False)
class Comparison:
    """Theme shares compared by columns of the articles."""

    table: pd.DataFrame
    """A row for each contrast and theme: ``by contrast theme share_first share_second effect low high p q detectable
    n_articles n_coded basis``. The shares are those of both sides, or along a trend those of the fitted line at its
    highest and its lowest value, for average covariates; empty for differences of effects."""
    curves: pd.DataFrame
    """Shares along numbers and dates (as years with decimals): ``by theme x share low high group``, pointwise bands."""
    labels: dict[str, str]
    """Labels of the themes by name, in the order of the codebook."""
    control: tuple[str, ...]
    notes: tuple[str, ...]
    """What was left out, and what cannot be said."""
    level: float
    seed: int
    permutations: int
    questions: tuple[Question, ...]
    """What the rows of the table answer, a question for each contrast (:func:`topics.comparison.check_robustness`)."""

    def __repr__(self) -> str:
        contrasts = count(len(self.table[["by", "contrast"]].drop_duplicates()), "contrast")
        n_themes = count(self.table["theme"].nunique(), "row")
        return f"Comparison: {contrasts} of {n_themes} each; {self.findings}"

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    def of(self, theme: str) -> pd.DataFrame:
        """The rows of a theme."""
        return self.table[self.table["theme"] == theme].reset_index(drop=True)

    @property
    def corrected(self) -> bool:
        """Whether shares are corrected by gold codes."""
        return bool((self.table["basis"] == CORRECTED).all())

    @property
    def text_tables(self) -> list[TextTable]:
        """A table for each column that was compared."""
        level = f"{level_percent(self.level)} %"
        columns = ("contrast", "theme", "first", "second", f"difference ({level})", "p", "q", "detectable")
        numeric = frozenset(columns[2:])
        found = []
        for by, rows in self.table.groupby("by", sort=False):
            title = f"Theme shares by {by} (% of words; {count(int(rows['n_articles'].iloc[0]), 'article')})"
            cells = [self._cells(row) for row in rows.itertuples()]
            found.append(TextTable(title, columns, cells, numeric))
        return found

    def _cells(self, row: Any) -> tuple[str, ...]:
        return (
            row.contrast, self.labels[row.theme], points(row.share_first), points(row.share_second), effect_text(row),
            probability(row.p), probability(row.q), points(row.detectable),
        )  # fmt: skip

    @property
    def findings(self) -> str:
        """Which themes differ at a false discovery rate of .05, in one sentence."""
        found = [
            f"{contrast}: {enumeration([f'{self.labels[row.theme]} {effect_text(row)}' for row in rows.itertuples()])}"
            for contrast, rows in self._significant()
        ]
        return f"at q < .05: {'; '.join(found)}" if found else "no theme differs at q < .05"

    def _significant(self) -> Iterator[tuple[str, pd.DataFrame]]:
        several = self.table["by"].nunique() > 1
        for (by, contrast), rows in self.table.groupby(["by", "contrast"], sort=False):
            kept = rows[(rows["q"] < ALPHA) & (rows["theme"] != UNASSIGNED)]
            if len(kept):
                yield f"{by}, {contrast}" if several else contrast, kept

    @property
    def sentences(self) -> list[str]:
        """How to read the tables, what they assume, and what they show."""
        level = f"{level_percent(self.level)} %"
        covers = "which paragraphs were coded, hence the model's errors, and " if self.corrected else ""
        held = f", with {enumeration(self.control)} held constant" if self.control else ""
        basis = (
            f"Corrected by {count(int(self.table['n_coded'].max()), 'coded paragraph')}."
            if self.corrected
            else "No gold codes: effects are differences of the model's shares, and hold for coders only if the model errs"
            " alike on both sides (--codes FILE corrects this)."
        )
        return [
            f"Differences are in percentage points{held}; articles count for their words. In brackets: {level} intervals,"
            f" which cover {covers}which articles there are (HC3 errors, Student's t). p: permutation of articles (up to"
            f" {self.permutations}); q: false discovery rate over the themes of a contrast; detectable: the smallest"
            " difference that is significant with probability .8. First and second: both sides, or the highest and lowest"
            " value of a trend.",
            basis,
            f"{self.findings[0].upper()}{self.findings[1:]}.",
        ]

    def _repr_html_(self) -> str:
        return to_html(self.text_tables, (*self.sentences, *self.notes))

    def rounded(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Table and curves with as many decimals as are reproducible."""
        # slopes and differences can be small, their digits are no worse
        return self.table.round(DECIMALS + 1), self.curves.round(DECIMALS + 1)


def to_html(tables: Sequence[TextTable], sentences: Sequence[str]) -> str:
    """Tables, and a paragraph for each sentence below."""
    text = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in sentences)
    return "".join(table.to_html() for table in tables) + text


def points(value: float) -> str:
    """A share or difference in per cent, with one decimal and a true minus; – if it is not known."""
    if value != value:
        return "–"
    text = f"{100 * value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def effect_text(row: Any) -> str:
    """An effect with its interval: ``−5.2 (−12.0 to 1.6)``."""
    if row.low != row.low:
        return "–"
    return f"{points(row.effect)} ({points(row.low)} to {points(row.high)})"


def probability(value: float) -> str:
    """A p-value with three decimals: ``.032``, ``< .001``."""
    if value != value:
        return "–"
    if value < 0.0005:
        return "< .001"
    return "1.000" if value >= 0.9995 else f"{value:.3f}"[1:]
