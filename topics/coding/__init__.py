"""Manual coding: sheets of paragraphs, and the agreement of coders with each other and with the model.

``sheets.py`` draws, writes and reads coding sheets; ``codes.py`` reads the codes of any coder, also from a table, and
``rows.py`` the rows of both; ``agreement.py`` compares coders and model; ``estimates.py`` has the measures (kappa, alpha,
F1, calibration) and their intervals; ``correction.py`` has shares corrected by gold codes, ``articles.py`` those of
single articles, ``planning.py`` how many codes a wanted precision needs.
"""

from topics.coding.agreement import Agreement, check_agreement_file, measure_agreement, write_agreement
from topics.coding.articles import ArticleShares, article_shares
from topics.coding.codes import load_codes
from topics.coding.correction import (
    CodedSample,
    CorrectedShares,
    correct_shares,
    gold_sample,
    share_differences,
)
from topics.coding.planning import half_width, planned_size
from topics.coding.sheets import (
    Coding,
    NotCodedError,
    check_sheet_file,
    draw_sheet,
    load_sheet,
    strata,
    write_sheet,
)

__all__ = [
    "Agreement", "ArticleShares", "CodedSample", "Coding", "CorrectedShares", "NotCodedError", "article_shares",
    "check_agreement_file", "check_sheet_file", "correct_shares", "draw_sheet", "gold_sample", "half_width", "load_codes",
    "load_sheet", "measure_agreement", "planned_size", "share_differences", "strata", "write_agreement", "write_sheet",
]  # fmt: skip
