"""How many paragraphs to code for corrected shares of a wanted precision, from the scores of a run.

The half-width of the interval of :func:`topics.coding.correct_shares` with ``n`` codes is, for the theme with the widest::

    half ** 2 = z ** 2 * (1 - n / paragraphs) * (variance * design / n + UNSEEN * (design / n) ** 2)

``variance`` is that of the model's errors: what the scores themselves leave open, if they are calibrated, times ``CAUTION``,
for they may not be (``benchmarks/uncertainty.py`` shows the planned beside the reached width). ``design`` is the effect of
unequal words (Kish 1965): a long paragraph counts for more in a share of words.
"""

from statistics import NormalDist

import numpy as np

from topics.coding.correction import UNSEEN
from topics.errors import InputError

CAUTION = 1.2
"""How much larger the variance of errors is assumed to be than the scores say. On the labelled corpora, that of the theme
with the largest was .1 to 1.3 of what the scores said."""


def half_widths(n: np.ndarray, expected: np.ndarray, words: np.ndarray, *, level: float = 0.95) -> np.ndarray:
    """The half-width of the interval of each theme with ``n`` codes drawn at random.

    Parameters
    ----------
    n
        Numbers of coded paragraphs, up to all.
    expected
        Paragraphs × names: memberships by scores (:func:`topics.measures.expected_membership`), of the corpus or a group.
    words
        Words of each paragraph.
    level
        Of the interval.

    Returns
    -------
    ndarray
        Numbers × names.
    """
    n = np.asarray(n, dtype=float)[:, None]
    weights = words / words.sum()
    variance = CAUTION * (weights @ (expected * (1 - expected)))
    design = len(words) * float(weights @ weights)
    z = NormalDist().inv_cdf((1 + level) / 2)
    unsampled = np.maximum(1 - n / len(words), 0)
    return z * np.sqrt(unsampled * (variance * design / n + UNSEEN * (design / n) ** 2))


def planned_sizes(half: float, expected: np.ndarray, words: np.ndarray, *, level: float = 0.95) -> np.ndarray:
    """The fewest codes with which the interval of each theme is not wider than ``half`` on either side.

    Parameters are those of :func:`planned_size`.

    Examples
    --------
    >>> planned_sizes(0.05, np.repeat([[0.9, 0.1, 0.0], [0.1, 0.8, 0.1]], 500, axis=0), np.ones(1000)).tolist()
    [145, 186, 79]
    """
    if not 0 < half < 1:
        raise InputError(f"half-width is {half}; expected a number between 0 and 1, such as 0.05 for ± 5 points")
    numbers = np.arange(1, len(words) + 1)
    # all paragraphs are enough for any width
    return numbers[(half_widths(numbers, expected, words, level=level) <= half).argmax(axis=0)]


def planned_size(half: float, expected: np.ndarray, words: np.ndarray, *, level: float = 0.95) -> int:
    """The fewest codes with which no interval is wider than ``half`` on either side, as far as the scores can tell.

    Parameters
    ----------
    half
        The wanted half-width, 0…1 exclusive: 0.05 for ± 5 points.
    expected, words, level
        As in :func:`half_widths`: of the corpus, or of a group for which rows of the sheet are drawn apart.

    Raises
    ------
    InputError
        If ``half`` is not between 0 and 1.

    Examples
    --------
    >>> planned_size(0.05, np.repeat([[0.9, 0.1], [0.1, 0.9]], 500, axis=0), np.ones(1000))
    145
    """
    return int(planned_sizes(half, expected, words, level=level).max(initial=1))
