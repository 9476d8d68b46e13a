"""Assignments, scores or codes -> memberships: which part of a paragraph's words each theme gets.

The memberships of a paragraph over themes and ``unassigned``, which comes last, sum to 1. A paragraph of several themes
gives each an equal part; one of none is ``unassigned``.
"""

import numpy as np
import pandas as pd

from topics.codebook import Codebook


def assigned_themes(paragraphs: pd.DataFrame, themes: pd.DataFrame, codebook: Codebook) -> np.ndarray:
    """Paragraphs × themes, 1 where a theme is assigned: rows as in ``paragraphs``, columns as in the codebook."""
    wide = themes.pivot(index="paragraph_id", columns="theme", values="assigned")
    return wide.reindex(paragraphs["paragraph_id"])[codebook.names].to_numpy(dtype=float)


def assigned_membership(assigned: np.ndarray) -> np.ndarray:
    """Memberships of assigned or coded themes.

    Parameters
    ----------
    assigned
        Paragraphs × themes: 1 where a theme is assigned, else 0.

    Returns
    -------
    ndarray
        Paragraphs × (themes + 1).

    Examples
    --------
    >>> assigned_membership(np.array([[1, 1], [0, 1], [0, 0]])).tolist()
    [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    assigned = np.asarray(assigned, dtype=float)
    membership = np.column_stack([assigned, assigned.sum(axis=1) == 0])
    return membership / membership.sum(axis=1, keepdims=True)


def expected_membership(scores: np.ndarray) -> np.ndarray:
    r"""Expected memberships if each theme is coded with the probability of its score, independently of the others.

    With ``B`` other themes, a coded theme gets ``1 / (1 + B)`` of the words. As ``1 / (1 + B)`` is the integral of
    ``t ** B`` from 0 to 1, the expected membership is the integral of a polynomial of degree themes − 1::

        score[k] * integral from 0 to 1 of: product over j != k of (1 - score[j] + score[j] * t)

    which Gauss–Legendre quadrature gives exactly.

    Parameters
    ----------
    scores
        Paragraphs × themes: probabilities.

    Returns
    -------
    ndarray
        Paragraphs × (themes + 1).

    Examples
    --------
    >>> expected_membership(np.array([[0.5, 0.5]])).round(3).tolist()
    [[0.375, 0.375, 0.25]]
    """
    scores = np.asarray(scores, dtype=float)
    nodes, weights = np.polynomial.legendre.leggauss(scores.shape[1] // 2 + 1)
    membership = np.zeros_like(scores)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        factors = 1 - scores + scores * node  # at least the node, which is above 0
        membership += weight * scores * factors.prod(axis=1, keepdims=True) / factors
    return np.column_stack([membership, (1 - scores).prod(axis=1)])
