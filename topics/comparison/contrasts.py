"""Columns -> regressors, and the combinations of their coefficients that are asked for.

A category of two levels has one contrast, the second level minus the first in natural order; one of more levels has each
level minus all others together; with a reference, it is each level minus the reference. A number or date has a slope.
Two crossed columns have the effects of the first at each level, or at quantiles, of the second, and the differences of
these effects.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from topics.comparison.columns import Column
from topics.format import in_natural_order

QUANTILES = (0.1, 0.5, 0.9)
"""Of a number or date at which the effects of another column are shown."""
_DECADE_FROM, _YEAR_FROM = 20, 2
"""Years of a corpus from which its trend is told per decade, or per year."""


@dataclass(frozen=True)
class Contrast:
    """One question to a regression."""

    label: str
    columns: np.ndarray
    """Articles × regressors, beside constant and covariates."""
    combination: np.ndarray
    """Weights of the coefficients of these regressors."""
    sides: np.ndarray
    """2 × regressors: both sides of the comparison, or the highest and the lowest value of a trend; NaN without sides."""
    exchangeable: np.ndarray
    """The articles that are permuted."""
    is_difference: bool
    """Whether the effect is a difference of two shares, and so −1…1."""


@dataclass(frozen=True)
class Question:
    """A contrast with the design of its regression, which can be put to other outcomes of the same articles."""

    by: str
    label: str
    used: np.ndarray
    """Which articles it uses, as booleans."""
    design: np.ndarray
    """Used articles × coefficients: constant, regressors, covariates."""
    combination: np.ndarray
    """Weights of the coefficients."""
    sides: np.ndarray
    """2 × coefficients; see :class:`Contrast`."""
    exchangeable: np.ndarray
    """Which of the used articles are permuted."""
    is_difference: bool


@dataclass(frozen=True)
class Regressors:
    """A column as regressors, all of it: indicators of all levels but the first, or a number."""

    column: Column
    values: np.ndarray
    """Articles × regressors."""
    points: list[tuple[str, np.ndarray]]
    """Levels or quantiles with their labels, as regressors."""
    unit: str
    """``per decade``; empty for a category."""
    centre: float = 0.0
    scale: float = 1.0

    def at(self, values: np.ndarray) -> np.ndarray:
        """Values of a number or date as a regressor."""
        return ((values - self.centre) / self.scale)[:, None]


def regressors_of(column: Column, first: str | None = None) -> Regressors:
    """The regressors of a column; ``first`` is the level of a category that has no indicator."""
    if column.kind == "category":
        levels = in_natural_order(set(column.values.tolist()))
        rest = [level for level in levels if level != (first or levels[0])]
        points = [(f"{column.name} = {level}", np.array([float(level == other) for other in rest])) for level in levels]
        return Regressors(column, np.array([column.values == level for level in rest], dtype=float).T, points, "")
    low, high = float(column.values.min()), float(column.values.max())
    unit, scale = _unit(column, high - low)
    centre = float(column.values.mean())
    quantiles = np.unique(np.quantile(column.values, QUANTILES, method="nearest")).tolist()
    points = [(f"{column.name} = {shown_value(column, value)}", np.array([(value - centre) / scale])) for value in quantiles]
    return Regressors(column, ((column.values - centre) / scale)[:, None], points, unit, centre, scale)


def contrasts_of(column: Column, reference: str | None = None) -> list[Contrast]:
    """The contrasts of one column."""
    everywhere = np.ones(len(column.values), dtype=bool)
    if column.kind != "category":
        slope = regressors_of(column)
        sides = np.array([[slope.values.max()], [slope.values.min()]])
        return [Contrast(slope.unit, slope.values, np.ones(1), sides, everywhere, False)]
    levels = in_natural_order(set(column.values.tolist()))
    if reference is not None:
        dummies = regressors_of(column, reference)
        others = [level for level in levels if level != reference]
        return [
            Contrast(
                f"{level} − {reference}", dummies.values, row, np.array([row, np.zeros(len(row))]),
                np.isin(column.values, [level, reference]), True,
            )
            for level, row in zip(others, np.eye(len(others)), strict=True)
        ]  # fmt: skip
    two = len(levels) == 2
    one, sides = np.ones(1), np.array([[1.0], [0.0]])
    return [
        Contrast(
            f"{level} − {levels[0] if two else 'others'}", (column.values == level).astype(float)[:, None], one, sides,
            everywhere, True,
        )
        for level in (levels[1:] if two else levels)
    ]  # fmt: skip


def crossed(first: Column, second: Column, reference: str | None = None) -> list[Contrast]:
    """Effects of ``first`` at points of ``second``, and the differences of these effects."""
    moderator = regressors_of(second)
    found = []
    for effect in contrasts_of(first, reference):
        columns = np.column_stack([effect.columns, moderator.values, products(effect.columns, moderator.values)])

        def combined(row: np.ndarray, point: np.ndarray) -> np.ndarray:
            return np.concatenate([row, point, np.outer(row, point).ravel()])

        for label, point in moderator.points:
            combination = np.concatenate(
                [effect.combination, np.zeros(len(point)), np.outer(effect.combination, point).ravel()]
            )
            sides = np.array([combined(side, point) for side in effect.sides])
            at_point = f"{effect.label} at {label}"
            found.append(Contrast(at_point, columns, combination, sides, effect.exchangeable, effect.is_difference))
        n_zeros = effect.columns.shape[1] + moderator.values.shape[1]
        base_label, base = moderator.points[0]
        steps = [(f"per unit of {second.name}" if moderator.unit == "per unit" else moderator.unit, np.ones(1))]
        if second.kind == "category":
            name = f"{second.name} = "
            steps = [
                (f"{label.removeprefix(name)} − {base_label.removeprefix(name)}", point - base)
                for label, point in moderator.points[1:]
            ]
        for label, step in steps:
            combination = np.concatenate([np.zeros(n_zeros), np.outer(effect.combination, step).ravel()])
            no_sides = np.full((2, columns.shape[1]), np.nan)
            found.append(Contrast(f"({effect.label}): {label}", columns, combination, no_sides, effect.exchangeable, False))
    return found


def products(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Products of all pairs of regressors, articles × pairs."""
    return (first[:, :, None] * second[:, None, :]).reshape(len(first), -1)


def covariates(columns: Sequence[Column], weights: np.ndarray) -> list[np.ndarray]:
    """Columns as regressors with a weighted mean of 0, so that the constant holds for average articles."""
    found = []
    for column in columns:
        values = regressors_of(column).values
        found.append(values - weights @ values / weights.sum())
    return found


def shown_value(column: Column, value: float) -> str:
    """A number, or a date as a year with its month if the dates span few years."""
    if column.kind == "number":
        return f"{value:.4g}"
    year = math.floor(value)
    if np.ptp(column.values) >= _YEAR_FROM:
        return str(year)
    return f"{year}-{math.floor(12 * (value - year)) + 1:02d}"


def _unit(column: Column, span: float) -> tuple[str, float]:
    """What a slope is per, and its length: the largest power of ten within the span of a number."""
    if column.kind == "date":
        if span >= _DECADE_FROM:
            return "per decade", 10.0
        return ("per year", 1.0) if span >= _YEAR_FROM else ("per month", 1 / 12)
    if not span:
        return "per unit", 1.0
    scale = 10.0 ** math.floor(math.log10(span) + 1e-9)
    return ("per unit" if scale == 1 else f"per {scale:.4g}"), scale
