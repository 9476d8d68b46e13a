"""Codings (and the model) -> how far they agree.

Among coders, on the sheet as they coded it: Cohen's kappa on the primary theme (1960),
and Krippendorff's alpha (2011): nominal on the primary theme and on each theme, and on
the sets of themes with Passonneau's distance MASI (2006).

The sheet holds rare themes more often than the run does. What compares the model
with coders therefore weights each paragraph by the size of its stratum in the run over the
coded paragraphs of that stratum (post-stratification; Cochran 1977, chapter 5A): it
speaks of the run, not of the sheet.

Intervals hold 95 %. Shares have Wilson's (1927), with Kish's effective sample size (1965)
where weights differ. A kappa or alpha is one minus the observed over the expected
disagreement: Wilson's interval of the observed one is carried over, the expected one
held, with as many paragraphs as its variance is worth; for alpha it is joined with the
percentile bootstrap over paragraphs (Zapf, Castell, Morawietz and Karch 2016; compare
Hayes and Krippendorff 2007), which alone claims certainty where few paragraphs happen to
show no disagreement. F1 is 2J / (1 + J) of the share J of paragraphs with a theme by both among
those with it by either, so Wilson's interval of J is carried over; that of macro-F1 squares and
adds those of the themes (Zou and Donner 2008). Both are joined with the percentile bootstrap
over paragraphs within strata (Rao, Wu and Yue 1992), which alone gives those of the errors of
scores. A sum of distances is too high by chance, and higher in replicates: the calibration
errors reach up to the higher end of the percentile and the basic interval, and down to what is
left when the distances between replicates and sample are taken off (the triangle inequality:
wide, and safe). ``tests/coding/test_agreement.py`` simulates the coverage.

Errors of scores, weighted: ``calibration_error`` sorts all pairs of paragraph and theme into
ten bins of score, and is the mean over bins of the distance between mean score and share coded
(Naeini, Cooper and Hauskrecht 2015). One theme scored too high and another too low cancel
there, so ``classwise_error`` is the same within one theme and, over all, the mean over themes
(Kull et al. 2019); with few paragraphs both are above zero by chance alone. ``too_sure`` is a
theme's mean score minus its share coded. ``brier`` is the mean squared distance of the score
from 1 where coded, and from 0 elsewhere.
"""

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

from topics.codebook import Codebook
from topics.coding.sheets import Coding, strata
from topics.errors import InputError
from topics.format import DECIMALS
from topics.spreadsheets import check_export, write_export
from topics.tables import UNASSIGNED

MODEL, MAJORITY, CODERS = "model", "majority", "coders"
REPLICATES = 1000
BINS = 10
FEW = 30
MOST_OF = 3
COLUMNS = ("measure", "theme", "a", "b", "value", "low", "high", "n")
_Z = NormalDist().inv_cdf(0.975)
_NAN = float("nan")


class Estimate(NamedTuple):
    """A value with its 95 % interval, NaN where it is not defined, and the paragraphs that it rests on."""

    value: float = _NAN
    low: float = _NAN
    high: float = _NAN
    n: int = 0


@dataclass(frozen=True)
class Agreement:
    """How far coders agree with each other and with the model."""

    table: pd.DataFrame
    """Long: measure, theme ("" for all), a, b, value, low, high, n."""
    labels: dict[str, str]
    """Themes in the codebook's order, and what they are called."""
    notes: tuple[str, ...] = ()

    @property
    def pairs(self) -> pd.DataFrame:
        """Percent agreement and Cohen's kappa on the primary theme, between coders and with the model."""
        return self._rows(self.table["measure"].isin(["agreement", "kappa"]) & (self.table["theme"] == ""))

    @property
    def alphas(self) -> pd.DataFrame:
        """Krippendorff's alpha: of primary themes, of sets of themes, of each theme."""
        return self._rows(self.table["measure"].str.startswith("alpha"))

    @property
    def themes(self) -> pd.DataFrame:
        """Per theme, the model against each coder: precision, recall, F1, kappa, counts, errors of scores."""
        return self._rows((self.table["theme"] != "") & (self.table["b"] == MODEL))

    @property
    def overall(self) -> pd.DataFrame:
        """The model against each coder over all themes, and its calibration."""
        return self._rows(self.table["measure"].isin(_OVERALL) & (self.table["theme"] == ""))

    def get(self, measure: str, a: str, b: str = MODEL, theme: str = "") -> Estimate:
        """One estimate; NaN where there is none."""
        rows = self.table
        found = rows[(rows["measure"] == measure) & (rows["theme"] == theme) & (rows["a"] == a) & (rows["b"] == b)]
        return Estimate(*found.iloc[0][["value", "low", "high", "n"]]) if len(found) else Estimate()

    @property
    def sections(self) -> list[tuple[str, list[str], list[list[str]]]]:
        """What a reader wants to see first: tables of text, each with title, header and rows."""
        found = (self._pairs(), self._alphas(), self._alpha_of_themes(), *self._per_theme(), self._all_themes())
        return [section for section in found if section[2]]

    def _rows(self, chosen: pd.Series) -> pd.DataFrame:
        return self.table[chosen].reset_index(drop=True)

    def _pairs(self) -> tuple[str, list[str], list[list[str]]]:
        rows = [
            [f"{row.a} – {row.b}", str(row.n), _percent(self.get("agreement", row.a, row.b)), _both(Estimate(*row[5:]))]
            for row in self.pairs.query("measure == 'kappa'").itertuples()
        ]
        return "Primary theme: the same, and beyond chance", ["who", "paragraphs", "the same", "Cohen's κ"], rows

    def _alphas(self) -> tuple[str, list[str], list[list[str]]]:
        rows = []
        for who, other in ((CODERS, ""), (CODERS, MODEL)):
            sets, primary = self.get("alpha_masi", who, other), self.get("alpha_primary", who, other)
            if sets.n:
                name = f"{who} and {other}" if other else who
                rows.append([name, str(sets.n), _both(primary), _both(sets)])
        return "Krippendorff's α", ["who", "paragraphs", "primary theme", "sets of themes (MASI)"], rows

    def _alpha_of_themes(self) -> tuple[str, list[str], list[list[str]]]:
        at = {theme: self.get("alpha", CODERS, "", theme) for theme in self.labels}
        rows = [[self.labels[theme], str(one.n), _both(one)] for theme, one in at.items() if one.n]
        return "Coders on each theme: Krippendorff's α", ["theme", "paragraphs", "α"], rows

    def _per_theme(self) -> list[tuple[str, list[str], list[list[str]]]]:
        coders = list(dict.fromkeys(self.themes["a"]))
        header = ["theme", "both/model\nonly/coder\nonly", "precision", "recall", "F1", "κ"]
        return [
            (
                f"The model against {'the majority of coders' if coder == MAJORITY else coder}",
                header,
                [self._theme(coder, theme) for theme in self.labels],
            )
            for coder in ([MAJORITY] if MAJORITY in coders else coders)
        ]

    def _theme(self, coder: str, theme: str) -> list[str]:
        at = {name: self.get(name, coder, theme=theme) for name in _PER_THEME}
        counts = "/".join(f"{at[name].value:.0f}" for name in ("tp", "fp", "fn"))
        return [self.labels[theme], counts, *(_both(at[name]) for name in ("precision", "recall", "f1", "kappa"))]

    def _all_themes(self) -> tuple[str, list[str], list[list[str]]]:
        rows = []
        for coder in dict.fromkeys(self.overall["a"]):
            at = {measure: self.get(measure, coder) for measure in _OVERALL}
            rest = [_both(at[measure]) for measure in ("macro_f1", "calibration_error", "classwise_error", "brier")]
            rows.append([coder, str(at["brier"].n), _percent(at["unassigned_agrees"]), *rest])
        errors = ["calibration\nerror, pooled", "class-wise,\nmean of themes"]
        return "The model over all themes", ["against", "n", "same on\nno theme", "macro-F1", *errors, "Brier"], rows

    def _repr_html_(self) -> str:
        parts = []
        for title, header, rows in self.sections:
            head = "".join(f"<th>{html.escape(name)}</th>" for name in header)
            body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            parts.append(f"<p><b>{html.escape(title)}</b></p><table><tr>{head}</tr>{body}</table>")
        return "".join(parts) + "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)


_PER_THEME = ("tp", "fp", "fn", "precision", "recall", "f1", "kappa")
_OVERALL = ("macro_f1", "unassigned_agrees", "calibration_error", "classwise_error", "brier")


@dataclass(frozen=True)
class _Rater:
    """One coder, or the model, over the paragraphs that anybody coded."""

    name: str
    coded: np.ndarray
    marks: np.ndarray
    """Paragraphs × themes."""
    primary: np.ndarray
    """Index of the theme, one beyond the last for unassigned, −1 where unknown."""

    @property
    def all_marks(self) -> np.ndarray:
        """Marks, and whether there is none."""
        return np.column_stack([self.marks, ~self.marks.any(axis=1)])


def measure(codings: Sequence[Coding], themes: pd.DataFrame, codebook: Codebook, seed: int = 42) -> Agreement:
    """Compare codings with each other and with the model.

    Parameters
    ----------
    codings
        What each coder said (:func:`topics.coding.sheets.load`).
    themes
        ``themes.csv`` of the run that the sheets were drawn from.
    seed
        Of the bootstrap.

    Raises
    ------
    InputError
        If no coded paragraph is in the run, or two codings have one name.
    """
    if not codings:
        raise InputError("got no coding; expected at least one coded sheet")
    names = [coding.name for coding in codings]
    wrong = next((name for name in names if names.count(name) > 1 or name in (MODEL, MAJORITY, CODERS)), None)
    if wrong is not None:
        raise InputError(f"got a sheet named {wrong!r} that is no name of one coder; rename the file, as in sheet-anna.xlsx")
    stratum = strata(themes)
    ids = sorted({key for coding in codings for key in coding.codes} & set(stratum.index))
    notes = _notes(codings, stratum)
    raters = [_rater(coding, ids, codebook) for coding in codings]
    if len(codings) >= MOST_OF:
        agreed = majority(codings)
        if any(key in agreed.codes for key in ids):
            raters.append(_rater(agreed, ids, codebook))
        notes += _without_majority(codings, agreed, ids)
    assigned = themes[themes["assigned"].astype(bool)].groupby("paragraph_id")["theme"].agg(frozenset)
    said = {key: assigned.get(key, frozenset()) for key in ids}
    model = _rater(Coding(MODEL, said, stratum[ids].to_dict()), ids, codebook)
    scores = themes.pivot(index="paragraph_id", columns="theme", values="score").reindex(ids)[codebook.names].to_numpy()
    weigh = _Weights(stratum[ids].to_numpy(), stratum.value_counts().to_dict())
    coders = raters[: len(codings)]
    rows: list[tuple] = []
    for i, one in enumerate(coders):
        for other in coders[i + 1 :]:
            rows += _pair(one, other, None)
    for one in raters:
        rows += _pair(one, model, weigh)
    groups = [(coders, "", None)] if len(coders) > 1 else []
    for group, versus, weights in [*groups, ([*coders, model], MODEL, weigh)]:
        rows += _alphas(group, versus, weights, [*codebook.names, UNASSIGNED], seed)
    for one in raters:
        rows += _against(one, model, weigh, scores, codebook, seed)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table[["value", "low", "high"]] = table[["value", "low", "high"]].astype(float).replace([np.inf, -np.inf], np.nan)
    return Agreement(table, codebook.labels, tuple(notes))


def check(path: Path) -> None:
    """Refuse to write over anything but an older table of this kind."""
    check_export(path, COLUMNS, "topics agree")


def write(found: Agreement, path: Path) -> None:
    """Write the long table as CSV; no cell is a formula."""
    check(path)
    write_export(found.table.round(DECIMALS), path)


def majority(codings: Sequence[Coding]) -> Coding:
    """What most coders say of the paragraphs that at least three coded.

    A theme counts when more than half of those who coded the paragraph gave it, none when
    more than half gave none; where neither holds, the paragraph is left out. The primary is
    what more than half of those name who name one; unknown if there is no such, or it does not count.
    """
    coded = Counter(key for coding in codings for key in coding.codes)
    codes, primary = {}, {}
    for key in sorted(key for key, times in coded.items() if times >= MOST_OF):
        given = Counter(theme for coding in codings if key in coding.codes for theme in coding.codes[key] or {UNASSIGNED})
        most = {theme for theme, times in given.items() if 2 * times > coded[key]}
        if not most:
            continue
        codes[key] = frozenset(most - {UNASSIGNED})
        named = Counter(coding.primary[key] for coding in codings if key in coding.primary)
        first = next((theme for theme, times in named.items() if 2 * times > named.total() and theme in most), None)
        if first is not None:
            primary[key] = first
    return Coding(MAJORITY, codes, primary)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's score interval (1927) of a share of ``n``; NaN where there is nothing to share."""
    if not n > 0:
        return _NAN, _NAN
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z * (max(share * (1 - share), 0.0) / n + _Z**2 / (4 * n**2)) ** 0.5 / (1 + _Z**2 / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def effective(weights: np.ndarray) -> float:
    """How many paragraphs of like weight these are worth (Kish 1965): the square of the sum over the sum of squares."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def share(hits: np.ndarray, weights: np.ndarray) -> Estimate:
    """Weighted share of ``hits`` with its interval."""
    if not len(hits):
        return Estimate()
    value = float(weights @ hits / weights.sum())
    return Estimate(value, *wilson(value, effective(weights)), len(hits))


def kappa(a: np.ndarray, b: np.ndarray, weights: np.ndarray | None = None) -> Estimate:
    """Cohen's kappa of two codings by categories 0, 1, …, as ``sklearn.metrics.cohen_kappa_score`` has it."""
    if not len(a):
        return Estimate()
    weights = np.ones(len(a)) if weights is None else weights
    size = int(max(a.max(), b.max())) + 1
    first, second = (np.bincount(side, weights, size) / weights.sum() for side in (a, b))
    expected = 1 - float(first @ second)
    if expected < 1e-12:
        return Estimate(n=len(a))
    same = float(weights @ (a == b) / weights.sum())
    low, high = wilson(1 - same, effective(weights))
    return Estimate(1 - (1 - same) / expected, max(1 - high / expected, -1.0), 1 - low / expected, len(a))


def masi(sets: np.ndarray) -> np.ndarray:
    """Distance between every two rows of ``sets`` (sets × themes): 1 − Jaccard × monotonicity (Passonneau 2006)."""
    sets = sets.astype(float)
    size, common = sets.sum(axis=1), sets @ sets.T
    union = size[:, None] + size[None, :] - common
    inside = common == np.minimum(size[:, None], size[None, :])
    monotonicity = np.where(inside, 2 / 3, 1 / 3)
    alike = (common == size[:, None]) & (common == size[None, :])
    return np.where(alike, 0.0, 1 - common / np.maximum(union, 1) * monotonicity)


def alpha(values: np.ndarray, distance: np.ndarray, weights: np.ndarray | None = None, seed: int = 42) -> Estimate:
    """Krippendorff's alpha (2011) with its interval.

    Parameters
    ----------
    values
        Coders × paragraphs: indices of values, −1 where a coder has none.
    distance
        Values × values, 0 to 1.
    weights
        Of the paragraphs.
    seed
        Of the bootstrap.

    Returns
    -------
    Estimate
        ``n`` counts the paragraphs that at least two coded; NaN where no disagreement can be expected.
    """
    counts = (values[:, :, None] == np.arange(len(distance))).sum(axis=0).astype(float)
    paired = counts.sum(axis=1) > 1
    counts, n = counts[paired], int(paired.sum())
    if n < 2:
        return Estimate(n=n)
    coders = counts.sum(axis=1)
    apart = ((counts @ distance) * counts).sum(axis=1) / (coders - 1)
    weights = np.ones(n) if weights is None else weights[paired] * n / weights[paired].sum()

    def ratio(times: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        total, each = times @ coders, times @ counts
        expected = ((each @ distance) * each).sum(axis=1) / (total * (total - 1))
        observed = times @ apart / total
        return 1 - observed / np.where(expected > 1e-12, expected, np.nan), observed, expected

    (value,), (observed,), (expected,) = ratio(weights[None, :])
    if np.isnan(value):
        return Estimate(n=n)
    spread = np.average((apart / coders - observed) ** 2, weights=weights * coders)
    worth = effective(weights * coders) * max(observed * (1 - observed) / spread if spread > 1e-12 else 1.0, 1.0)
    low, high = (1 - bound / expected for bound in reversed(wilson(float(observed), worth)))
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=REPLICATES)
    replicates, _, _ = ratio(drawn * weights)
    replicates = replicates[~np.isnan(replicates)]
    below, above = np.quantile(replicates, [0.025, 0.975]) if len(replicates) else (value, value)
    return Estimate(float(value), max(float(min(low, below)), -1.0), float(max(high, above, value)), n)


@dataclass(frozen=True)
class _Weights:
    """Stratum of each coded paragraph, and the size of each stratum in the run."""

    stratum: np.ndarray
    sizes: dict[str, int]

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Weights of those rows alone: the size of each one's stratum over how many of it are among them."""
        names, place, times = np.unique(self.stratum[rows], return_inverse=True, return_counts=True)
        return (np.array([self.sizes[name] for name in names], dtype=float) / times)[place] if len(names) else np.ones(0)


def _rater(coding: Coding, ids: list[str], codebook: Codebook) -> _Rater:
    place = {name: i for i, name in enumerate([*codebook.names, UNASSIGNED])}
    marks = np.array([[theme in coding.codes.get(key, ()) for theme in codebook.names] for key in ids], dtype=bool)
    primary = np.array([place[coding.primary[key]] if key in coding.primary else -1 for key in ids])
    return _Rater(coding.name, np.array([key in coding.codes for key in ids]), marks, primary)


def _pair(one: _Rater, other: _Rater, weigh: _Weights | None) -> list[tuple]:
    rows = np.flatnonzero((one.primary >= 0) & (other.primary >= 0))
    weights = weigh.of(rows) if weigh else np.ones(len(rows))
    a, b = one.primary[rows], other.primary[rows]
    found = {"agreement": share(a == b, weights), "kappa": kappa(a, b, weights)}
    return [(name, "", one.name, other.name, *estimate) for name, estimate in found.items()]


def _alphas(raters: list[_Rater], other: str, weigh: _Weights | None, names: list[str], seed: int) -> list[tuple]:
    def estimate(values: np.ndarray, distance: np.ndarray) -> Estimate:
        paired = np.flatnonzero((values >= 0).sum(axis=0) > 1)
        return alpha(values[:, paired], distance, weigh.of(paired) if weigh else None, seed)

    coded = np.stack([rater.coded for rater in raters])
    marks = np.stack([rater.all_marks for rater in raters])
    sets, place = np.unique(marks.reshape(-1, len(names)), axis=0, return_inverse=True)
    differ = 1 - np.eye(len(names))
    found = {
        ("alpha_primary", ""): estimate(np.stack([rater.primary for rater in raters]), differ),
        ("alpha_masi", ""): estimate(np.where(coded, place.reshape(coded.shape), -1), masi(sets[:, :-1])),
    }
    if not other:
        for k, name in enumerate(names):
            found["alpha", name] = estimate(np.where(coded, marks[:, :, k], -1), differ[:2, :2])
    return [(name, theme, CODERS, other, *one) for (name, theme), one in found.items()]


def _against(
    coder: _Rater, model: _Rater, weigh: _Weights, scores: np.ndarray, codebook: Codebook, seed: int
) -> list[tuple]:
    """The model's decisions and scores, the coder taken as truth."""
    rows = np.flatnonzero(coder.coded)
    weights = weigh.of(rows)
    truth, guess = coder.all_marks[rows], model.all_marks[rows]
    drawn = _draw(weigh.stratum[rows], seed) * weights
    f1 = _f1(truth, guess, weights, drawn)
    found: list[tuple[str, str, Estimate]] = []
    for k, theme in enumerate([*codebook.names, UNASSIGNED]):
        t, g = truth[:, k], guess[:, k]
        for name, cell in (("tp", t & g), ("fp", ~t & g), ("fn", t & ~g)):
            found.append((name, theme, Estimate(float(cell.sum()), n=len(rows))))
        found.append(("precision", theme, share(t[g], weights[g])))
        found.append(("recall", theme, share(g[t], weights[t])))
        found.append(("f1", theme, f1[k]))
        found.append(("kappa", theme, kappa(t.astype(int), g.astype(int), weights)))
    found.append(("macro_f1", "", f1[-1]))
    found.append(("unassigned_agrees", "", share(truth[:, -1] == guess[:, -1], weights)))
    found += _errors(scores[rows], truth[:, :-1], weights, drawn, codebook.names)
    return [(name, theme, coder.name, MODEL, *estimate) for name, theme, estimate in found]


def _draw(stratum: np.ndarray, seed: int) -> np.ndarray:
    """Replicates × paragraphs: how often each is drawn within its stratum, one draw less than it has, scaled back."""
    rng = np.random.default_rng(seed)
    times = np.ones((REPLICATES, len(stratum)))
    for name in dict.fromkeys(stratum):
        (of,) = np.nonzero(stratum == name)
        if (n := len(of)) > 1:
            times[:, of] = rng.multinomial(n - 1, np.full(n, 1 / n), size=REPLICATES) * (n / (n - 1))
    return times


def _bounded(value: float, replicates: np.ndarray, n: int, low: float = _NAN, high: float = _NAN) -> Estimate:
    """``value`` between the 95 % of its replicates, joined with an interval known otherwise."""
    if value != value:
        return Estimate(n=n)
    below, above = np.nanquantile(replicates, [0.025, 0.975])
    return Estimate(float(value), float(np.nanmin([low, below, value])), float(np.nanmax([high, above, value])), n)


def _f1(truth: np.ndarray, guess: np.ndarray, weights: np.ndarray, drawn: np.ndarray) -> list[Estimate]:
    """F1 of every theme, of none, and the mean over the themes that have one."""

    def ratio(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_both = times @ truth + times @ guess
        each = 2 * (times @ (truth & guess)) / np.where(of_both > 0, of_both, np.nan)
        known = ~np.isnan(each[:, :-1])
        count = known.sum(axis=1)
        return each, np.where(known, each[:, :-1], 0).sum(axis=1) / np.where(count, count, np.nan)

    each, macro = ratio(drawn)
    (values,), (mean,) = ratio(weights[None, :])
    found = []
    for k, value in enumerate(values):
        either = truth[:, k] | guess[:, k]
        bounds = share((truth & guess)[either, k], weights[either])[1:3]
        found.append(_bounded(value, each[:, k], len(truth), *(2 * bound / (1 + bound) for bound in bounds)))
    known = [one for one in found[:-1] if one.value == one.value]
    low, high = (sum((one.value - one[side]) ** 2 for one in known) ** 0.5 / max(len(known), 1) for side in (1, 2))
    return [*found, _bounded(mean, macro, len(truth), max(mean - low, 0), min(mean + high, 1))]


def _errors(
    scores: np.ndarray, truth: np.ndarray, weights: np.ndarray, drawn: np.ndarray, names: Sequence[str]
) -> list[tuple[str, str, Estimate]]:
    """How far scores are from what was coded."""
    n, k = scores.shape
    gap = scores - truth
    binned = np.zeros((n, k, BINS))
    np.put_along_axis(binned, _bin(scores)[:, :, None], gap[:, :, None], axis=2)

    def absolute(sums: np.ndarray) -> np.ndarray:
        classwise, pooled = np.abs(sums).sum(axis=2), np.abs(sums.mean(axis=1)).sum(axis=1, keepdims=True)
        return np.hstack([classwise, pooled, classwise.mean(axis=1, keepdims=True)])

    def signed(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sums = (times @ binned.reshape(n, -1) / times.sum(axis=1, keepdims=True)).reshape(-1, k, BINS)
        brier = times @ (gap**2).mean(axis=1, keepdims=True) / times.sum(axis=1, keepdims=True)
        return sums, np.hstack([sums.sum(axis=2), brier])

    (sums, others), (drawn_sums, drawn_others) = signed(weights[None, :]), signed(drawn)
    values = absolute(sums)[0]
    low = np.maximum(values - np.quantile(absolute(drawn_sums - sums), 0.975, axis=0), 0)
    below, above = np.quantile(absolute(drawn_sums), [0.025, 0.975], axis=0)
    high = np.minimum(np.maximum(np.maximum(2 * values - below, above), values), 1)
    found = [Estimate(float(value), float(low[i]), float(high[i]), n) for i, value in enumerate(values)]
    found += [_bounded(value, drawn_others[:, i], n) for i, value in enumerate(others[0])]
    measures = [*(("classwise_error", theme) for theme in names), ("calibration_error", ""), ("classwise_error", "")]
    measures += [*(("too_sure", theme) for theme in names), ("brier", "")]
    return [(*measured, one) for measured, one in zip(measures, found, strict=True)]


def _bin(scores: np.ndarray) -> np.ndarray:
    return np.minimum((scores * BINS).astype(int), BINS - 1)


def calibration_error(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> float:
    """Expected calibration error over ten bins of like width (Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017)."""
    if not len(scores):
        return _NAN
    gap = np.bincount(_bin(scores), weights * (scores - truth), BINS)
    return float(np.abs(gap).sum() / weights.sum())


def _notes(codings: Sequence[Coding], stratum: pd.Series) -> list[str]:
    notes = []
    known = set(stratum.index)
    for coding in codings:
        foreign = sorted(set(coding.codes) - known)
        if len(foreign) == len(coding.codes):
            raise InputError(
                f"none of the {len(foreign)} coded paragraphs of {coding.name} is in this run (the first is {foreign[:1]});"
                " expected a sheet of this run; a spreadsheet that saves .csv can change ids such as 007, .xlsx keeps them"
            )
        if foreign:
            notes.append(
                f"{coding.name}: {len(foreign)} of {len(coding.codes)} coded paragraphs are not in this run and are left"
                " out; was the sheet drawn from another run?"
            )
        if len(coding.codes) - len(foreign) < FEW:
            notes.append(f"{coding.name}: only {len(coding.codes) - len(foreign)} paragraphs are coded; intervals are wide")
        if coding.uncoded:
            notes.append(f"{coding.name}: {coding.uncoded} paragraphs of the sheet are not coded yet and are left out")
        unknown = len(set(coding.codes) - set(coding.primary))
        if unknown:
            notes.append(f"{coding.name}: {unknown} paragraphs have no primary theme; they count for marks alone")
        sizes = stratum[~stratum.isin(stratum[stratum.index.isin(coding.codes)])].value_counts().sort_index()
        if len(sizes):
            notes.append(
                f"{coding.name}: nothing is coded of what the model takes as {', '.join(map(str, sizes.index))}"
                f" ({sizes.sum()} paragraphs of the run); comparisons with the model do not speak of these"
            )
    return notes


def _without_majority(codings: Sequence[Coding], agreed: Coding, ids: Sequence[str]) -> list[str]:
    coded = [sum(key in coding.codes for coding in codings) for key in ids]
    by_most = sum(times >= MOST_OF for times in coded)
    left = by_most - sum(key in agreed.codes for key in ids)
    notes = []
    if by_most < len(ids):
        notes.append(
            f"majority: {len(ids) - by_most} of {len(ids)} coded paragraphs are coded by fewer than three and are left out"
        )
    if left:
        notes.append(
            f"majority: {left} of {by_most} paragraphs that at least three coded have no majority and are left out; figures"
            " against the majority speak of the others"
        )
    return notes


def _number(value: float) -> str:
    """Two decimals without the leading zero; 1.0 for one, so that intervals stay short."""
    if value != value:
        return "–"
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return text[:-1] if text in ("1.00", "-1.00") else text.replace("0.", ".", 1) if abs(value) < 1 else text


def _both(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "–"
    if estimate.low != estimate.low:
        return _number(estimate.value)
    return f"{_number(estimate.value)} [{_number(estimate.low)}, {_number(estimate.high)}]"


def _percent(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "–"
    value, low, high = (100 * part for part in estimate[:3])
    return f"{value:.0f} %" if low != low else f"{value:.0f} % [{low:.0f}, {high:.0f}]"
