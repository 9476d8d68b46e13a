"""People and the model: sheets of paragraphs to code, and how far the coders and the model agree.

``sheets.py`` draws, writes and reads coding sheets; ``agreement.py`` compares what they say, and shows it;
``estimates.py`` has the measures (kappa, alpha, F1, calibration) and their intervals.
"""

from topics.coding.agreement import Agreement, check_agreement_file, measure_agreement, write_agreement
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
    "Agreement", "Coding", "NotCodedError", "check_agreement_file", "check_sheet_file", "draw_sheet", "load_sheet",
    "measure_agreement", "strata", "write_agreement", "write_sheet",
]  # fmt: skip
