"""The Bayesian bootstrap (Rubin 1981): how far an estimate would move with other articles or paragraphs of their kind.

Each draw weighs the units anew, with weights from a flat Dirichlet distribution. Where a unit more is drawn from the
corpus each time, the draws are from the posterior of a Dirichlet process whose base measure is the corpus (Ferguson 1973;
concentration 1).
"""

import numpy as np


def bootstrap_weights(units: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Weights of the units, draws × units; those of a draw sum to 1."""
    return rng.dirichlet(np.ones(units), size=draws)


def interval(drawn: np.ndarray, estimate: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Low and high end of the central ``level`` of the draws (draws × names), never excluding the estimate itself."""
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return np.minimum(low, estimate), np.maximum(high, estimate)
