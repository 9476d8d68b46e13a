"""Log-odds of words between two groups of texts, with an informative Dirichlet prior.

Monroe, Colaresi and Quinn 2008, Fightin' Words: the prior is the corpus, which shrinks the values of rare words.
"""

import numpy as np

PRIOR_WORDS = 500.0
"""Total pseudo-count of the prior (Monroe, Colaresi and Quinn use 500 in their code)."""
_TINY = 1e-9


def log_odds_ratio(own: np.ndarray, others: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Logarithm of the odds ratio of each word between two groups (equation 16).

    Parameters
    ----------
    own, others
        Counts of the words in each group, … × words.
    prior
        Pseudo-counts of the words.
    """

    def log_odds(counts: np.ndarray) -> np.ndarray:
        with_prior = counts + prior
        rest = with_prior.sum(axis=-1, keepdims=True) - with_prior
        # The minimum keeps odds finite if a group consists of one word, or the corpus of none.
        return np.log(np.maximum(with_prior, _TINY)) - np.log(np.maximum(rest, _TINY))

    return log_odds(own) - log_odds(others)


def log_odds_z(own: np.ndarray, others: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """The log-odds ratio divided by its standard deviation (equations 19 and 22)."""
    variance = sum(1 / np.maximum(counts + prior, _TINY) for counts in (own, others))
    return log_odds_ratio(own, others, prior) / np.sqrt(variance)
