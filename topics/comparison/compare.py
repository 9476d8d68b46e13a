"""Shares of articles and their columns -> effects with intervals, p-values and curves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from topics.coding import CORRECTED, UNCORRECTED, ThemeShares
from topics.comparison.columns import Column, read_column
from topics.comparison.contrasts import (
    Contrast,
    Question,
    Regressors,
    contrasts_of,
    covariates,
    crossed,
    products,
    regressors_of,
)
from topics.comparison.permutation import PERMUTATIONS, false_discovery_rates, permutation_p
from topics.comparison.regression import Regression
from topics.comparison.result import CURVE_COLUMNS, TABLE_COLUMNS, Comparison
from topics.errors import InputError
from topics.format import count, enumeration
from topics.measures import MAX_GROUPS
from topics.tables import UNASSIGNED

MIN_ARTICLES = 4
MIN_PER_LEVEL = 2
"""Articles of a group from which something can be said about how they differ."""
MIN_DF = 2
"""Articles more than coefficients."""
FEW_OCCURRENCES = 10
"""Articles with a theme below which its interval is marked as too narrow (``benchmarks/comparisons.py``)."""
CURVE_POINTS, CURVE_DF = 41, 4
_TINY = 1e-9


@dataclass(frozen=True)
class _Data:
    """The articles that one comparison uses."""

    outcomes: np.ndarray
    weights: np.ndarray
    by: list[Column]
    controls: list[Column]


def compare_shares(
    outcomes: np.ndarray,
    weights: np.ndarray,
    articles: pd.DataFrame,
    labels: Mapping[str, str],
    by: str | Sequence[str],
    *,
    control: str | Sequence[str] = (),
    kinds: Mapping[str, str] | None = None,
    reference: str | None = None,
    coded: np.ndarray | None = None,
    level: float = 0.95,
    seed: int = 42,
    permutations: int = PERMUTATIONS,
) -> Comparison:
    """Compare theme shares by columns of the articles.

    Parameters
    ----------
    outcomes
        Articles × names: shares, or with gold codes their design-based pseudo-outcomes (Egami, Hinck, Stewart and Wei
        2023).
    weights
        What each article counts for: its words. Articles of weight 0 are left out.
    articles
        The rows of ``articles.csv`` in the same order.
    labels
        Names of the columns of ``outcomes``, in order, with what tables show. ``unassigned`` is outside the family of
        tests.
    by
        Columns, each a comparison of its own; ``"treatment*party"`` for the effects of the first by the second.
    control
        Columns that are added to each regression.
    kinds
        ``category``, ``number`` or ``date`` of columns that are not what they look like.
    reference
        The level of a category with which the others are compared.
    coded
        Coded paragraphs of each article, if the outcomes are corrected by gold codes.
    level
        Of intervals and bands.
    seed, permutations
        Of the p-values.

    Raises
    ------
    InputError
        If there is no such column, or nothing that can be estimated from it.

    Examples
    --------
    >>> articles = pd.DataFrame({"party": ["Green"] * 3 + ["Blue"] * 3, "n_paragraphs": 1})
    >>> shares = np.array([0.5, 0.6, 0.7, 0.1, 0.2, 0.3])[:, None]
    >>> found = compare_shares(shares, np.ones(6), articles, {"energy": "Energy"}, "party")
    >>> found.table.loc[0, "contrast"], found.table.loc[0, "effect"].round(3).item(), found.table.loc[0, "p"].item()
    ('Green − Blue', 0.4, 0.1)
    """
    wanted = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    if not wanted:
        raise InputError("by: got no column; expected a column of articles.csv, as in by='outlet'")
    controls = [control] if isinstance(control, str) else list(dict.fromkeys(control))
    kinds, names = dict(kinds or {}), list(labels)
    corrected = coded is not None
    coded = np.zeros(len(articles), dtype=int) if coded is None else coded
    parts = {one: _columns_of(one, articles) for one in wanted}
    unknown = set(kinds) - {name for names_of in parts.values() for name in names_of} - set(controls)
    if unknown:
        raise InputError(f"as: got {min(unknown)!r}, which is not compared; expected a column of by or control")
    first_of = {one: read_column(articles, columns[0], kinds.get(columns[0])) for one, columns in parts.items()}
    _require_reference(reference, list(first_of.values()))
    rows, curves, notes = [], [], []
    questions: list[Question] = []
    for one, columns in parts.items():
        clash = set(columns) & set(controls)
        if clash:
            raise InputError(f"control: {min(clash)!r} is compared as well; expected another column")
        by_columns = [first_of[one], *(read_column(articles, name, kinds.get(name), "by") for name in columns[1:])]
        held = [read_column(articles, name, kinds.get(name), "control") for name in controls]
        used, left_out = _usable(one, [*by_columns, *held], weights)
        notes += left_out
        data = _Data(
            outcomes[used],
            weights[used].astype(float),
            [_part(column, used) for column in by_columns],
            [_part(column, used) for column in held],
        )
        own = _reference_of(one, reference, first_of[one], data.by[0])
        contrasts = contrasts_of(data.by[0], own) if len(columns) == 1 else crossed(data.by[0], data.by[1], own)
        for contrast in contrasts:
            question = _question(contrast, data, one, used)
            row = {"by": one, "n_articles": len(data.weights), "n_coded": int(coded[used].sum())}
            rows.append(_effects(question, data, names, level, seed, permutations).assign(**row))
            questions.append(question)
        if (curve := _curves(data, names, level, own)) is not None:
            curves.append(curve.assign(by=one))
        notes += _occurrences(one, data.outcomes, labels, corrected)
    table = pd.concat(rows, ignore_index=True).assign(basis=CORRECTED if corrected else UNCORRECTED)
    return Comparison(
        table[list(TABLE_COLUMNS)],
        pd.concat(curves or [pd.DataFrame(columns=CURVE_COLUMNS)], ignore_index=True)[list(CURVE_COLUMNS)],
        dict(labels),
        tuple(controls),
        tuple(notes),
        level,
        seed,
        permutations,
        tuple(questions),
    )


def compare_theme_shares(
    shares: ThemeShares, labels: Mapping[str, str], by: str | Sequence[str], *, seed: int | None = None, **options: Any
) -> Comparison:
    """Compare the shares of a run, corrected by its gold codes if it has any.

    Parameters
    ----------
    shares
        Of the run.
    labels
        Labels of its themes by name.
    by, seed, **options
        As in :func:`compare_shares`; the seed is that of the settings by default, as is the level.
    """
    coded = None
    if shares.sample is not None:
        coded = np.bincount(shares.article_of[shares.sample.rows], minlength=len(shares.articles))
    found = compare_shares(
        shares.article_outcomes(),
        shares.article_weights,
        shares.articles,
        {name: labels[name] for name in shares.names},
        by,
        coded=coded,
        level=shares.settings.profiles.level,
        seed=shares.settings.seed if seed is None else seed,
        **options,
    )
    return replace(found, notes=(*shares.notes, *found.notes))


def _columns_of(by: str, articles: pd.DataFrame) -> list[str]:
    """``treatment*party`` as two columns, unless a column is called so."""
    if by in articles.columns or "*" not in by:
        return [by]
    columns = [name.strip() for name in by.split("*")]
    if len(columns) != 2 or len(set(columns)) != 2:
        raise InputError(f"by: got {by!r}; expected one column, or two different ones as in 'treatment*party'")
    return columns


def _require_reference(reference: str | None, columns: Sequence[Column]) -> None:
    levels = [level for column in columns if column.kind == "category" for level in column.levels(column.known)]
    if reference is not None and reference not in levels:
        shown = ", ".join(levels[:MAX_GROUPS]) or "no category"
        raise InputError(f"reference: got {reference!r}; expected a value of the compared category: {shown}")


def _reference_of(by: str, reference: str | None, column: Column, used: Column) -> str | None:
    """The reference, if this column has it."""
    if reference is None or column.kind != "category" or reference not in column.levels(column.known):
        return None
    if reference not in used.values:
        raise InputError(
            f"{by}: the reference {reference!r} has fewer than {MIN_PER_LEVEL} articles that can be used; expected another"
        )
    return reference


def _usable(by: str, read: Sequence[Column], weights: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """The articles that a comparison of these columns can use, and why others are left out."""
    used, notes = np.asarray(weights) > 0, []
    n_articles = int(used.sum())
    for column in read:
        missing = int((used & ~column.known).sum())
        if missing:
            notes.append(
                f"{by}: {count(missing, 'article')} of {n_articles} without a usable value of {column.name!r} left out"
            )
        used = used & column.known
    categories = [column for column in read if column.kind == "category"]
    dropped: dict[str, set[str]] = {}
    # to leave out a level may leave another one with too few articles
    while True:
        before = used.sum()
        for column in categories:
            levels, sizes = np.unique(column.values[used], return_counts=True)
            small = levels[sizes < MIN_PER_LEVEL]
            if 0 < len(levels) == len(small):
                raise InputError(
                    f"{by}: {column.name!r} has another value in each of {count(int(used.sum()), 'article')}; expected"
                    f" at least {MIN_PER_LEVEL} articles of a value: choose another column, or join values in the input"
                )
            dropped.setdefault(column.name, set()).update(small.tolist())
            used = used & ~np.isin(column.values, small)
        if used.sum() == before:
            break
    for name, values in dropped.items():
        if values:
            shown = enumeration(sorted(values)[:3]) + (" and others" if len(values) > 3 else "")
            notes.append(f"{by}: {count(len(values), 'value')} of {name!r} with a single article left out ({shown})")
    for column in read:
        n_values = len(np.unique(column.values[used]))
        if n_values < 2:
            raise InputError(
                f"{by}: {column.name!r} has {count(n_values, 'value')} with at least {MIN_PER_LEVEL} articles among"
                f" {count(int(used.sum()), 'article')}; expected two or more: choose another column"
            )
        if column.kind == "category" and n_values > MAX_GROUPS:
            raise InputError(
                f"{by}: {column.name!r} has {n_values} groups in {count(int(used.sum()), 'article')}; expected at most"
                f" {MAX_GROUPS}: join values in the input, or take numbers as a trend (--as {column.name}=number)"
            )
    if used.sum() < MIN_ARTICLES:
        raise InputError(
            f"{by}: got {count(int(used.sum()), 'article')} with values; expected at least {MIN_ARTICLES}: compare another"
            " column, or add articles"
        )
    return used, notes


def _part(column: Column, used: np.ndarray) -> Column:
    return Column(column.name, column.kind, column.values[used], column.known[used])


def _question(contrast: Contrast, data: _Data, by: str, used: np.ndarray) -> Question:
    """A contrast of the articles ``used``, with its design."""
    others = covariates(data.controls, data.weights)
    design = _design(contrast.columns, others, by, data)
    _require_estimable(Regression(data.outcomes, data.weights, design), by)
    n_others = design.shape[1] - 1 - contrast.columns.shape[1]
    combination = np.concatenate([[0.0], contrast.combination, np.zeros(n_others)])
    sides = np.array([np.concatenate([[1.0], side, np.zeros(n_others)]) for side in contrast.sides])
    return Question(by, contrast.label, used, design, combination, sides, contrast.exchangeable, contrast.is_difference)


def _effects(
    question: Question, data: _Data, names: Sequence[str], level: float, seed: int, permutations: int
) -> pd.DataFrame:
    """A row for each name."""
    fit = Regression(data.outcomes, data.weights, question.design)
    found, varies = fit.effects(question.combination), fit.varies
    low, high = found.interval(level, bounded=question.is_difference)
    p = permutation_p(fit, question.combination, exchangeable=question.exchangeable, permutations=permutations, seed=seed)
    sides = [fit.effects(side).effect if np.isfinite(side).all() else np.full(len(names), np.nan) for side in question.sides]
    # of a theme that occurs nowhere, or is all there is, nothing can be said
    low, high, p, detectable = (np.where(varies, values, np.nan) for values in (low, high, p, found.detectable(level)))
    table = pd.DataFrame(
        {"theme": names, "share_first": sides[0], "share_second": sides[1], "effect": found.effect, "low": low,
         "high": high, "p": p, "q": false_discovery_rates(p, names), "detectable": detectable}
    )  # fmt: skip
    return table.assign(contrast=question.label)


def _design(columns: np.ndarray, others: Sequence[np.ndarray], by: str, data: _Data) -> np.ndarray:
    """Constant, regressors and covariates; of full rank, with enough articles."""
    design = np.column_stack([np.ones(len(columns)), columns])
    _require_full_rank(design, data.weights, f"{by}: some of its combinations of values have no article")
    for control, values in zip(data.controls, others, strict=True):
        design = np.column_stack([design, values])
        _require_full_rank(design, data.weights, f"{by}: control {control.name!r} follows from the other columns")
    if len(design) < design.shape[1] + MIN_DF:
        raise InputError(
            f"{by}: got {count(len(design), 'article')} for {design.shape[1]} coefficients; expected at least"
            f" {design.shape[1] + MIN_DF}: leave out covariates, or join groups"
        )
    return design


def _require_full_rank(design: np.ndarray, weights: np.ndarray, otherwise: str) -> None:
    if np.linalg.matrix_rank(design * np.sqrt(weights / weights.mean())[:, None]) < design.shape[1]:
        raise InputError(f"{otherwise}; expected columns whose effects can be told apart: leave one out")


def _require_estimable(fit: Regression, by: str) -> None:
    alone = int((fit.leverage > 1 - _TINY).sum())
    if alone:
        raise InputError(
            f"{by}: {count(alone, 'combination')} of values with a single article; expected at least {MIN_PER_LEVEL}"
            " articles for each: join values, or leave a column out"
        )


def _occurrences(by: str, outcomes: np.ndarray, labels: Mapping[str, str], corrected: bool) -> list[str]:
    """Notes on themes about which these articles say little or nothing."""
    shown = [label for name, label in labels.items() if name != UNASSIGNED]
    of_themes = outcomes[:, [name != UNASSIGNED for name in labels]]
    constant = np.ptp(of_themes, axis=0) <= _TINY
    notes = []
    if constant.any():
        named = enumeration([label for label, is_constant in zip(shown, constant, strict=True) if is_constant])
        notes.append(f"{by}: the share is the same in all articles, so that nothing can be compared: {named}")
    occurrences = (np.abs(of_themes) > _TINY).sum(axis=0)
    few = ~constant & (occurrences < FEW_OCCURRENCES)
    if few.any() and not corrected:
        named = enumeration([label for label, is_few in zip(shown, few, strict=True) if is_few])
        notes.append(
            f"{by}: intervals are too narrow for themes that occur in fewer than {FEW_OCCURRENCES} articles; p is not"
            f" affected: {named}"
        )
    return notes


def _curves(data: _Data, names: Sequence[str], level: float, reference: str | None) -> pd.DataFrame | None:
    """Shares along a number or date, for average covariates; by group if two columns are crossed; None for categories."""
    numeric = [column for column in data.by if column.kind != "category"]
    if not numeric:
        return None
    others = covariates(data.controls, data.weights)
    # along the second column if both are numbers
    along = numeric[-1]
    grid = np.linspace(along.values.min(), along.values.max(), CURVE_POINTS)
    if len(data.by) == 1:
        columns, rows = _smooth(along, grid, others, data.weights)
        return _band(columns, {"": rows}, grid, others, data, names, level)
    rest = next(column for column in data.by if column is not along)
    slope, groups = regressors_of(along), regressors_of(rest, reference)
    columns = np.column_stack(
        [np.ones(len(along.values)), slope.values, groups.values, products(slope.values, groups.values)]
    )
    rows_of = {label: _crossed_rows(slope, grid, point) for label, point in groups.points}
    return _band(columns, rows_of, grid, others, data, names, level)


def _crossed_rows(slope: Regressors, grid: np.ndarray, point: np.ndarray) -> np.ndarray:
    x, fixed = slope.at(grid), np.repeat(point[None], len(grid), axis=0)
    return np.column_stack([np.ones(len(grid)), x, fixed, products(x, fixed)])


def _smooth(
    column: Column, grid: np.ndarray, others: Sequence[np.ndarray], weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A natural cubic spline at the articles and on the grid; a line if there are too few articles or values."""
    slope = regressors_of(column)
    x, on_grid = slope.values[:, 0], slope.at(grid)[:, 0]
    df = min(CURVE_DF, len(np.unique(x)) - 1, len(x) // 5)
    if df >= 3:
        import patsy  # late, as for the other regressions

        basis = patsy.dmatrix("0 + cr(x, df=df)", {"x": x, "df": df})
        columns = np.asarray(basis)
        whole = np.column_stack([columns, *others]) * np.sqrt(weights)[:, None]
        if np.linalg.matrix_rank(whole) == whole.shape[1] and (np.linalg.qr(whole)[0] ** 2).sum(axis=1).max() < 1 - _TINY:
            return columns, np.asarray(patsy.build_design_matrices([basis.design_info], {"x": on_grid, "df": df})[0])
    return np.column_stack([np.ones(len(x)), x]), np.column_stack([np.ones(len(grid)), on_grid])


def _band(
    columns: np.ndarray,
    rows_of: Mapping[str, np.ndarray],
    grid: np.ndarray,
    others: Sequence[np.ndarray],
    data: _Data,
    names: Sequence[str],
    level: float,
) -> pd.DataFrame:
    """Fitted shares with pointwise intervals, a row for each name, group and point of the grid."""
    fit = Regression(data.outcomes, data.weights, np.column_stack([columns, *others]))
    n_others = fit.design.shape[1] - columns.shape[1]
    parts = []
    for group, rows in rows_of.items():
        for x, row in zip(grid, rows, strict=True):
            found = fit.effects(np.concatenate([row, np.zeros(n_others)]))
            low, high = found.interval(level)
            clipped = {"share": found.effect, "low": low, "high": high}
            clipped = {key: np.where(fit.varies, np.clip(values, 0, 1), np.nan) for key, values in clipped.items()}
            parts.append(pd.DataFrame({"theme": names, "x": x, **clipped, "group": group}))
    table = pd.concat(parts, ignore_index=True)
    order = {name: i for i, name in enumerate(names)}
    return table.sort_values("theme", key=lambda column: column.map(order), kind="stable", ignore_index=True)
