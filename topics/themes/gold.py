"""Gold codes -> better scores: what people coded teaches the model about the paragraphs that nobody coded.

The logits of each theme are scaled, shifted, and moved by the codes of similar paragraphs::

    logit'[d, k] = s * logit[d, k] + c[k] + sum over coded paragraphs l: WIDTH**2 * cos(d, l) * alpha[l, k]

All is fitted at the posterior mode: ``s`` is lognormal around 1, ``c`` normal around 0, and the sum a Gaussian
process with the cosine of the vectors as its kernel (Rasmussen and Williams 2006, chapter 3), so that few codes change
little and none change nothing. Without vectors, ``alpha`` is 0, and the rest is logistic recalibration (Cox 1958). A sample
drawn by the model's own scores needs no weights here, for the draw depends on the logits alone.

A threshold that serves a theme depends on how well the theme is told from others: the threshold that maximises F1 is half
of the F1 that it reaches (Lipton, Elkan and Naryanaswamy 2014). :func:`f1_thresholds` finds it from the scores, which
codes have made fit for that.

``benchmarks/codes.py`` measures what codes of 50 paragraphs, drawn at random, do for the others.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

from topics import tables

SCALE_WIDTH, SHIFT_WIDTH = 0.5, 1.0
"""Standard deviations of the logarithm of the scale, and of the shift of each theme."""
WIDTH = 2.0
"""Standard deviation of what the codes of similar paragraphs may add to a logit."""
USUAL, LOWEST = 0.35, 0.1
"""The default of the setting ``themes.threshold``, and the lowest to which codes may move it. They never raise it: after
few codes scores are often too low, and a higher threshold would cost themes that are found well."""

_LEAST = 10.0**-tables.DECIMALS / 2
"""Scores are rounded: 0 stands for half of the last decimal."""


@dataclass(frozen=True)
class Recalibration:
    """What codes say of all logits."""

    scale: float
    shift: np.ndarray
    """Of each theme."""
    axes: np.ndarray | None
    """Dimensions × features: of the space that the vectors of the coded paragraphs span; None without vectors."""
    slopes: np.ndarray
    """Features × themes."""

    def apply(self, logits: np.ndarray, vectors: np.ndarray | None) -> np.ndarray:
        """The logits of any paragraphs, corrected; see :func:`teach`."""
        corrected = self.scale * logits + self.shift
        if self.axes is None or vectors is None:
            return corrected
        return corrected + WIDTH * (_units(vectors) @ self.axes) @ self.slopes


def logits_of(scores: np.ndarray) -> np.ndarray:
    """The logits of rounded scores."""
    return logit(np.clip(scores, _LEAST, 1 - _LEAST))


def teach(
    logits: np.ndarray,
    vectors: np.ndarray | None,
    rows: np.ndarray,
    marks: np.ndarray,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Logits of all paragraphs, corrected by the codes of some.

    Parameters
    ----------
    logits
        Paragraphs × themes: of the scores without codes.
    vectors
        Paragraphs × dimensions, of a pretrained encoder, of any length above 0; None to recalibrate only.
    rows
        The coded paragraphs.
    marks
        Coded × themes, 0…1: the share of the coders who gave the theme.
    weights
        How much each coded paragraph counts; by default 1.

    Returns
    -------
    ndarray
        Paragraphs × themes.

    Examples
    --------
    >>> logits = np.zeros((3, 1))
    >>> vectors = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    >>> taught = teach(logits, vectors, np.array([0]), np.array([[1.0]]))
    >>> bool(taught[1, 0] > taught[2, 0] > 0)
    True
    """
    if not len(rows):
        return logits
    return learn(logits, vectors, rows, marks, weights).apply(logits, vectors)


def learn(
    logits: np.ndarray,
    vectors: np.ndarray | None,
    rows: np.ndarray,
    marks: np.ndarray,
    weights: np.ndarray | None = None,
) -> Recalibration:
    """Learn from the codes of some paragraphs, at least one; for the parameters see :func:`teach`."""
    k = logits.shape[1]
    weights = np.ones(len(rows)) if weights is None else weights
    axes = None if vectors is None else _axes(vectors[rows])
    coded_logits = logits[rows]
    coded_features = np.zeros((len(rows), 0)) if vectors is None else WIDTH * (_units(vectors[rows]) @ axes)

    # parameters x, all standard normal: the scale, a shift for each theme, a weight for each feature and theme
    def parts(x: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        return float(np.exp(SCALE_WIDTH * x[0])), SHIFT_WIDTH * x[1 : k + 1], x[k + 1 :].reshape(-1, k)

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        scale, shift, slopes = parts(x)
        taught = scale * coded_logits + shift + coded_features @ slopes
        error = weights[:, None] * (expit(taught) - marks)
        value = (weights[:, None] * (np.logaddexp(0, taught) - marks * taught)).sum() + x @ x / 2
        gradient = [
            [SCALE_WIDTH * scale * (error * coded_logits).sum()],
            SHIFT_WIDTH * error.sum(axis=0),
            (coded_features.T @ error).ravel(),
        ]
        return float(value), np.concatenate(gradient) + x

    start = np.zeros(1 + k + coded_features.shape[1] * k)
    # as exact as scores are printed, so that the order of codes cannot be seen in them
    exact = {"ftol": 1e-12, "gtol": 1e-6, "maxiter": 1000}
    scale, shift, slopes = parts(minimize(loss, start, jac=True, method="L-BFGS-B", options=exact).x)
    return Recalibration(scale, shift, axes, slopes)


def f1_thresholds(scores: np.ndarray, threshold: float = USUAL) -> np.ndarray:
    """The threshold of each theme, ``LOWEST``…``USUAL``, that maximises its expected F1 if the scores are true.

    Parameters
    ----------
    scores
        Paragraphs × themes.
    threshold
        The threshold that the study asks for: one stricter or laxer than ``USUAL`` moves all by as much, in logits.

    Examples
    --------
    >>> scores = np.array([[0.9, 0.3], [0.8, 0.3], [0.1, 0.02]])
    >>> f1_thresholds(scores).round(2).tolist()
    [0.35, 0.3]
    """
    falling = -np.sort(-scores, axis=0)
    numbers = np.arange(1, len(scores) + 1)[:, None]
    # twice the paragraphs with the theme that are assigned, over all assigned and all with the theme
    expected = 2 * np.cumsum(falling, axis=0) / np.maximum(numbers + falling.sum(axis=0), 1e-12)
    best = np.take_along_axis(falling, expected.argmax(axis=0)[None, :], axis=0)[0]
    return expit(logit(np.clip(best, LOWEST, USUAL)) + logit(threshold) - logit(USUAL))


def _axes(coded: np.ndarray) -> np.ndarray:
    """The space that coded vectors span: dimensions × features.

    Weights for these, all with the same prior, are the same model as ``alpha`` with its kernel, and better conditioned.
    """
    _, sizes, axes = np.linalg.svd(_units(coded), full_matrices=False)
    return axes[sizes > 1e-6 * max(sizes.max(initial=0.0), 1e-12)].T


def _units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
