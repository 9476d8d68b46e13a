"""Manual coding: sheets of paragraphs, and the agreement of coders with each other and with the model.

``sheets.py`` draws, writes and reads coding sheets; ``codes.py`` reads the codes of any coder, also from a table, and
``rows.py`` the rows of both; ``agreement.py`` compares coders and model; ``estimates.py`` has the measures (kappa, alpha,
F1, calibration) and their intervals.
"""

from topics.coding.agreement import Agreement, check_agreement_file, measure_agreement, write_agreement
from topics.coding.codes import load_codes
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
    "Agreement", "Coding", "NotCodedError", "check_agreement_file", "check_sheet_file", "draw_sheet", "load_codes",
    "load_sheet", "measure_agreement", "strata", "write_agreement", "write_sheet",
]  # fmt: skip
