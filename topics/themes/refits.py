"""The scores that other codebooks or settings would give the same corpus: without a keyword, with other weights.

Sentences are not read or encoded again, so that a hundred keywords can be left out one by one (the jackknife; Efron 1982).
What is left out is the keyword as the codebook lists it: its words remain terms, which the corpus may teach again, and
words of a label or description remain those.
"""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from topics.settings import ThemeSettings
from topics.themes.estimate import Scored, fit_model
from topics.themes.scores import FittedThemes


@dataclass(frozen=True)
class OccurringKeyword:
    """A keyword that stands in the corpus."""

    theme: str
    keyword: str
    """As the codebook writes it; the first of several spellings."""
    n_paragraphs: int
    """In which it stands."""


def occurring_keywords(fitted: FittedThemes) -> list[OccurringKeyword]:
    """The keywords that stand in some paragraph, in the order of the codebook; the spellings of one count once."""
    frequency = np.asarray((fitted.counts.paragraphs > 0).sum(axis=0)).ravel()
    found = []
    for name, keywords in zip(fitted.codebook.names, fitted.matcher.keywords, strict=True):
        spelled: dict[str, str] = {}
        for keyword, term in keywords.items():
            spelled.setdefault(term, keyword)
        columns = {term: fitted.counts.columns[term] for term in spelled if term in fitted.counts.columns}
        found += [OccurringKeyword(name, spelled[term], int(frequency[column])) for term, column in columns.items()]
    return found


def scores_without(fitted: FittedThemes, theme: str, keyword: str) -> Scored:
    """The scores, without codes, of a codebook that does not list ``keyword`` under ``theme``."""
    k = fitted.codebook.names.index(theme)
    term = fitted.matcher.keywords[k][keyword]
    spellings = [other for other, own in fitted.matcher.keywords[k].items() if own == term]
    with threadpool_limits(limits=1):  # the order of summation changes the last digits
        seeds = fitted.seeds.without(k, fitted.counts.columns[term])
        vectors = fitted.model.vectors.without(k, spellings)
        return fit_model(fitted.counts, seeds, vectors, fitted.settings.themes).label_free


def scores_with(fitted: FittedThemes, settings: ThemeSettings) -> Scored:
    """The scores, without codes, that other settings would give; of the same encoder, which is not changed."""
    with threadpool_limits(limits=1):
        return fit_model(fitted.counts, fitted.seeds, fitted.model.vectors, settings).label_free
