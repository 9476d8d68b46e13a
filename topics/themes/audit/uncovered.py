"""Subjects that no theme covers, but that the model assigned to one: paragraphs with other words and no keyword.

Where a codebook lacks a subject, its paragraphs may go to whatever theme comes nearest. Those that hold no keyword then
are many of that theme's paragraphs, and most share words that the others lack.
"""

import numpy as np
import pandas as pd

from topics.statistics import log_odds_z
from topics.themes.audit.keywords import MIN_PARAGRAPHS
from topics.themes.audit.words import Entries
from topics.themes.scores import FittedThemes

MIN_SIZE, MIN_PART = 10, 0.35
"""So many paragraphs assigned to a theme hold no keyword, and at least so large a part of them."""
MIN_Z, MIN_WORDS, MAX_WORDS = 2.5, 3, 10
MIN_COVERED = 0.3
"""The share of these paragraphs that hold one of the words that set them apart. Chosen with ``MIN_PART`` on news of five
and four desks, each desk's theme left out in turn."""


def uncovered_groups(fitted: FittedThemes, entries: Entries) -> pd.DataFrame:
    """Per theme the paragraphs assigned to it that hold no keyword of any theme, where they have words of their own.

    The words set them apart from the theme's paragraphs with a keyword of it and from the rest of the corpus, too
    (log-odds).

    Returns
    -------
    pandas.DataFrame
        ``theme``, ``paragraphs``, ``assigned`` (all that are assigned the theme), and ``words``, parted by commas.
    """
    assigned = fitted.model.label_free.assigned
    held = np.array([fitted.counts.holding(columns) for columns in fitted.seeds.anchors]).T
    words = np.array([" " not in key for key in entries.keys])
    times = entries.times
    rows = []
    for k, name in enumerate(fitted.codebook.names):
        group, theme = assigned[:, k] & ~held.any(axis=1), assigned[:, k] & held[:, k]
        if group.sum() < MIN_SIZE or group.sum() < MIN_PART * assigned[:, k].sum() or not theme.any():
            continue
        own, in_theme, elsewhere = (np.asarray(times[part].sum(axis=0)).ravel() for part in (group, theme, ~group))
        z = np.minimum(log_odds_z(own, in_theme, entries.prior), log_odds_z(own, elsewhere, entries.prior))
        present = times[group] > 0
        n_paragraphs = np.asarray(present.sum(axis=0)).ravel()
        candidates = np.flatnonzero(words & (z >= MIN_Z) & (n_paragraphs >= MIN_PARAGRAPHS))
        best = sorted(candidates.tolist(), key=lambda i: (-z[i], i))[:MAX_WORDS]
        covered = np.asarray(present[:, best].sum(axis=1)).ravel() > 0
        if len(best) >= MIN_WORDS and covered.mean() >= MIN_COVERED:
            n, n_assigned = int(group.sum()), int(assigned[:, k].sum())
            rows.append((name, n, n_assigned, ", ".join(entries.written[i] for i in best)))
    return pd.DataFrame(rows, columns=["theme", "paragraphs", "assigned", "words"])
