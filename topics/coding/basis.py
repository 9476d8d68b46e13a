"""By which evidence a share is known, and how captions say so."""

import pandas as pd

from topics.codebook import Codebook
from topics.format import count, enumeration, level_percent
from topics.settings import Settings

CORRECTED, BORROWED, UNCORRECTED, NOT_ESTIMABLE = "corrected", "borrowed", "uncorrected", "not estimable"
ESTIMAND = (
    "The share of a theme is the share of words that coders with this codebook would give it; the words of a paragraph with"
    " several themes are divided equally among them."
)


def interval_note(
    shares: pd.DataFrame, overall: pd.DataFrame, codebook: Codebook, settings: Settings, mark: str = ""
) -> str:
    """What the intervals of a table of shares cover, for a caption.

    Parameters
    ----------
    shares
        ``profiles``, ``outlets``, ``groups`` or ``themes_over_time``, or rows of these.
    overall
        ``overall.csv`` of the run.
    codebook, settings
        Of the run.
    mark
        How shares that are not estimable are marked, such as ``hollow``.
    """
    level, kinds = f"{level_percent(settings.profiles.level)} %", set(shares["basis"])
    sampled = ""
    if settings.profiles.population != "these articles":
        sampled = ", and which articles and paragraphs there are (Künsch 1989; Rubin 1981)"
    if kinds & {UNCORRECTED, NOT_ESTIMABLE}:
        note = (
            f"Uncorrected: there are no gold codes, and the {level} interval covers how far such shares were from those of"
            f" coders on other corpora{sampled}. {int(overall['codes_needed'].max())} coded paragraphs would bring the"
            " shares of the corpus to ± 5 points."
        )
        unknown = shares.loc[shares["basis"] == NOT_ESTIMABLE, "theme"].unique()
        if len(unknown):
            named = enumeration(codebook.labels[name] for name in unknown)
            note += f" Not estimable, as scores hardly tell their paragraphs from others{mark and f' ({mark})'}: {named}."
        return note
    note = (
        f"Corrected by the codes of {count(int(overall['n_coded'].max()), 'paragraph')} (Egami et al. 2023); the {level}"
        f" interval covers the model's error and which paragraphs were coded{sampled}."
    )
    if BORROWED in kinds:
        note += " Where there are fewer than ten codes, a share borrows strength from all codes (Rao and Molina 2015)."
    return note


def difference_note(differences: pd.DataFrame) -> str:
    """What the intervals of a table of differences cover, for a caption."""
    kinds, note = set(differences["basis"]), "The interval covers which articles there are."
    if CORRECTED in kinds:
        by_codes = "Corrected by gold codes (Egami et al. 2023)"
        note = f"{by_codes}; the interval covers the model's error and which articles there are."
    if UNCORRECTED in kinds:
        some = " Where a side has fewer than ten codes, uncorrected" if CORRECTED in kinds else " Uncorrected"
        note += f"{some}: a difference of what coders would say only if the model errs alike on both sides."
    return note


def axis_note(shares: pd.DataFrame) -> str:
    """What is added to the label of an axis: that its shares are not corrected."""
    return "" if set(shares["basis"]) <= {CORRECTED, BORROWED} else " (uncorrected)"
