"""Manual coding: sheets of paragraphs, and the agreement of coders with each other and with the model.

``sheets.py`` draws, writes and reads coding sheets; ``codes.py`` reads the codes of any coder, also from a table, and
``rows.py`` the rows of both; ``agreement.py`` compares coders and model; ``estimates.py`` has the measures (kappa, alpha,
F1, calibration) and their intervals. ``theme_shares.py`` has the shares of themes, of articles, groups and the corpus, and
``basis.py`` says by which evidence they are known:
``correction.py`` corrects them by gold codes, ``articles.py`` those of single articles, and ``planning.py`` says how many
codes a wanted precision needs.
"""

from topics.coding.agreement import Agreement, check_agreement_file, measure_agreement, write_agreement
from topics.coding.articles import ArticleShares, article_shares
from topics.coding.basis import (
    BORROWED,
    CORRECTED,
    ESTIMAND,
    NOT_ESTIMABLE,
    UNCORRECTED,
    axis_note,
    difference_note,
    interval_note,
)
from topics.coding.codes import codes_table, codings_of, load_coders, load_codes
from topics.coding.correction import (
    CodedSample,
    CorrectedShares,
    correct_shares,
    gold_sample,
    share_differences,
)
from topics.coding.planning import planned_size, planned_sizes
from topics.coding.sheets import (
    Coding,
    NotCodedError,
    check_sheet_file,
    draw_sheet,
    load_sheet,
    strata,
    write_sheet,
)
from topics.coding.theme_shares import MIN_CODES, ThemeShares

__all__ = [
    "BORROWED", "CORRECTED", "ESTIMAND", "MIN_CODES", "NOT_ESTIMABLE", "UNCORRECTED", "Agreement", "ArticleShares",
    "CodedSample", "Coding", "CorrectedShares", "NotCodedError", "ThemeShares", "article_shares", "axis_note",
    "check_agreement_file", "check_sheet_file", "codes_table", "codings_of", "correct_shares", "difference_note",
    "draw_sheet", "gold_sample", "interval_note", "load_coders", "load_codes", "load_sheet", "measure_agreement",
    "planned_size", "planned_sizes", "share_differences", "strata", "write_agreement", "write_sheet",
]  # fmt: skip
