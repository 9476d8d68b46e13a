"""Theme shares compared by columns of the articles: between groups, or along a number or a date.

The estimand is the share of words that coders with this codebook would give a theme: how it differs between groups of
articles, or changes along a column, in articles like these.

- ``columns``: columns of ``articles.csv`` as categories, numbers or dates.
- ``contrasts``: which regressors a column becomes, and which combinations of their coefficients are asked for.
- ``regression``: weighted least squares with robust errors.
- ``permutation``: p-values.
- ``compare``: all of it, for every theme, with curves and false discovery rates.
- ``robustness``: the same under other choices, and without single articles.
- ``result``: the tables, sentences and notes.
- ``export``: the tables as CSV and LaTeX, and numbers for a paper's prose.
"""

from topics.comparison.columns import KINDS
from topics.comparison.compare import compare_shares, compare_theme_shares
from topics.comparison.export import check_tables, write_robustness, write_tables
from topics.comparison.permutation import PERMUTATIONS
from topics.comparison.result import Comparison
from topics.comparison.robustness import (
    KEYWORD,
    SCORES,
    SETTING,
    THRESHOLD,
    WEIGHTS,
    Robustness,
    Variant,
    check_robustness,
)

__all__ = [
    "KEYWORD", "KINDS", "PERMUTATIONS", "SCORES", "SETTING", "THRESHOLD", "WEIGHTS", "Comparison", "Robustness", "Variant",
    "check_robustness", "check_tables", "compare_shares", "compare_theme_shares", "write_robustness", "write_tables",
]  # fmt: skip
