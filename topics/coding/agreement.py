"""Agreement of coders with each other and with the model.

Among coders, unweighted: Cohen's kappa on the primary theme (1960), and Krippendorff's
alpha (2011), nominal on the primary theme and on each theme, and on the sets of themes
with Passonneau's distance MASI (2006).

Rare themes are overrepresented in the sheet. Comparisons with the model therefore weight
each paragraph by the size of its stratum in the run, divided by the number of coded
paragraphs of that stratum (post-stratification; Cochran 1977, chapter 5A), so that they
hold for the run. Where the codes come with sampling weights (``topics sheet --active``), each paragraph counts in
proportion to its weight within its stratum. :mod:`topics.coding.estimates` has the measures and their intervals.

Shares of the corpus come last, corrected by the codes and uncorrected (:mod:`topics.coding.theme_shares`).
"""

import html
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from topics.codebook import Codebook
from topics.coding.codes import require_distinct
from topics.coding.estimates import (
    BINS,
    Estimate,
    alpha,
    bin_label,
    bootstrap_within_strata,
    f1_scores,
    kappa,
    masi,
    reliability,
    score_errors,
    top_error,
    weighted_share,
)
from topics.coding.sheets import Coding, strata
from topics.errors import InputError
from topics.format import DECIMALS, decimals
from topics.spreadsheets import check_export, write_export
from topics.tables import UNASSIGNED
from topics.text_table import TextTable

MODEL, MAJORITY, CODERS = "model", "majority", "coders"
SMALL_SAMPLE = 30
MIN_CODERS_FOR_MAJORITY = 3
COLUMNS = ("measure", "theme", "a", "b", "value", "low", "high", "n")
_PER_THEME = ("tp", "fp", "fn", "precision", "recall", "f1", "kappa")
_OVERALL = ("macro_f1", "unassigned_agrees", "calibration_error", "top_error", "classwise_error", "brier")


@dataclass(frozen=True, repr=False)
class Agreement:
    """Agreement of coders with each other and with the model."""

    table: pd.DataFrame
    """Long: measure, theme ("" for all), a, b, value, low, high, n."""
    labels: dict[str, str]
    """Labels of the themes by name, in the order of the codebook, "Unassigned" last."""
    notes: tuple[str, ...] = ()

    def get(self, measure: str, a: str, b: str = MODEL, theme: str = "") -> Estimate:
        """One estimate; NaN if there is none."""
        table = self.table
        rows = table[(table["measure"] == measure) & (table["theme"] == theme) & (table["a"] == a) & (table["b"] == b)]
        return Estimate(*rows.iloc[0][["value", "low", "high", "n"]]) if len(rows) else Estimate()

    @property
    def text_tables(self) -> list[TextTable]:
        """The main results; tables without rows are omitted."""
        tables = (
            self._pairs(),
            self._alphas(),
            self._alpha_of_themes(),
            *self._per_theme(),
            self._all_themes(),
            *self._reliability(),
            self._shares(),
        )
        return [table for table in tables if table.rows]

    def _pairs(self) -> TextTable:
        rows = []
        for row in self.table.query("measure == 'kappa' and theme == ''").itertuples():
            same, beyond_chance = (self.get(measure, row.a, row.b) for measure in ("agreement", "kappa"))
            rows.append((f"{row.a} – {row.b}", str(row.n), _per_cent(same), _with_interval(beyond_chance)))
        return _table("Agreement on the primary theme", ("raters", "paragraphs", "agreement", "Cohen's κ"), rows)

    def _alphas(self) -> TextTable:
        rows = []
        for other, name in (("", CODERS), (MODEL, f"{CODERS} and {MODEL}")):
            sets, primary = self.get("alpha_masi", CODERS, other), self.get("alpha_primary", CODERS, other)
            if sets.n:
                rows.append((name, str(sets.n), _with_interval(primary), _with_interval(sets)))
        return _table("Krippendorff's α", ("raters", "paragraphs", "primary theme", "sets of themes (MASI)"), rows)

    def _alpha_of_themes(self) -> TextTable:
        estimates = {label: self.get("alpha", CODERS, "", theme) for theme, label in self.labels.items()}
        rows = [(label, str(alpha.n), _with_interval(alpha)) for label, alpha in estimates.items() if alpha.n]
        return _table("Agreement of coders per theme: Krippendorff's α", ("theme", "paragraphs", "α"), rows)

    def _per_theme(self) -> list[TextTable]:
        columns = ("theme", "both/model\nonly/coder\nonly", "precision", "recall", "F1", "κ")
        tables = []
        for coder in self._shown():
            rows = []
            for theme, label in self.labels.items():
                at = {measure: self.get(measure, coder, theme=theme) for measure in _PER_THEME}
                counts = "/".join(f"{at[measure].value:.0f}" for measure in ("tp", "fp", "fn"))
                rates = (_with_interval(at[measure]) for measure in ("precision", "recall", "f1", "kappa"))
                rows.append((label, counts, *rates))
            name = "the majority of coders" if coder == MAJORITY else coder
            tables.append(_table(f"Model compared with {name}, per theme", columns, rows))
        return tables

    def _shares(self) -> TextTable:
        rows = []
        for theme, label in self.labels.items():
            corrected, plain = (self.get(f"{name}_share", CODERS, theme=theme) for name in ("corrected", "uncorrected"))
            if corrected.n:
                rows.append((label, str(corrected.n), _per_cent(corrected), _per_cent(plain)))
        return _table("Share of the words of the corpus", ("theme", "codes", "corrected by\nthe codes", "uncorrected"), rows)

    def _compared(self, measure: str) -> list[str]:
        """The coders for whom a measure compares the model."""
        return self.table.loc[self.table["measure"] == measure, "a"].unique().tolist()

    def _all_themes(self) -> TextTable:
        rows = []
        for coder in self._compared("brier"):
            at = {measure: self.get(measure, coder) for measure in _OVERALL}
            errors = (_with_interval(at[measure]) for measure in _OVERALL if measure != "unassigned_agrees")
            rows.append((coder, str(at["brier"].n), _per_cent(at["unassigned_agrees"]), *errors))
        columns = (
            "coder", "n", "agreement on\nno theme", "macro-F1", "calibration\nerror, pooled",
            "of the\ntop score", "class-wise,\nmean of themes", "Brier",
        )  # fmt: skip
        return _table("Model compared with coders, over all themes", columns, rows)

    def _reliability(self) -> list[TextTable]:
        """A reliability diagram as a table: by bins of the score, how many paragraphs are coded with the theme."""
        tables = []
        for coder in self._shown():
            rows = []
            for number in range(BINS):
                label = bin_label(number)
                score, coded = (self.get(f"{measure} {label}", coder) for measure in ("mean_score", "coded_share"))
                if coded.n:
                    rows.append((label, str(coded.n), _number(score.value), _with_interval(coded)))
            tables.append(_table(f"Reliability of scores, {coder}", ("score", "pairs", "mean score", "share coded"), rows))
        return tables

    def _shown(self) -> list[str]:
        """The coders to show: with three or more, only their majority; ``table`` also has each coder."""
        coders = self._compared("tp")
        return [MAJORITY] if MAJORITY in coders else coders

    def __repr__(self) -> str:
        main = [
            f"{row.a} – {row.b} κ {decimals(row.value)} (n = {row.n})"
            for row in self.table.query("measure == 'kappa' and theme == ''").itertuples()
        ]
        return f"Agreement on the primary theme: {', '.join(main) or 'nothing to compare'}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p>{html.escape(note)}</p>" for note in self.notes)
        return "".join(table.to_html() for table in self.text_tables) + notes


@dataclass(frozen=True)
class _Rater:
    """The codes of one coder, or of the model, for all paragraphs coded by anyone."""

    name: str
    coded: np.ndarray
    marks: np.ndarray
    """Paragraphs × themes."""
    primary: np.ndarray
    """Index of the theme; the number of themes for unassigned, −1 for unknown."""
    sampling: np.ndarray
    """Sampling weight of each paragraph; 1 where all within a stratum have the same."""

    @property
    def all_marks(self) -> np.ndarray:
        """Marks, with a last column for paragraphs without a theme."""
        return np.column_stack([self.marks, ~self.marks.any(axis=1)])


@dataclass(frozen=True)
class _Strata:
    """Stratum of each coded paragraph, and the size of each stratum in the run."""

    stratum: np.ndarray
    sizes: dict[str, int]

    def weights(self, rows: np.ndarray, sampling: np.ndarray) -> np.ndarray:
        """Weight of each row: its part of the size of its stratum, in proportion to ``sampling`` (of all paragraphs).

        Without sampling weights, that is the size divided by the number of these rows in the stratum.
        """
        names, indices = np.unique(self.stratum[rows], return_inverse=True)
        if not len(names):
            return np.ones(0)
        sizes = np.array([self.sizes[name] for name in names], dtype=float)
        return sampling[rows] * (sizes / np.bincount(indices, sampling[rows]))[indices]


def measure_agreement(
    codings: Sequence[Coding],
    themes: pd.DataFrame,
    codebook: Codebook,
    seed: int = 42,
    shares: Mapping[str, pd.DataFrame] | None = None,
) -> Agreement:
    """Compare codings with each other and with the model.

    Parameters
    ----------
    codings
        The codes of each coder (:func:`topics.coding.load_sheet`).
    themes
        ``themes.csv`` of the run that the sheets were drawn from.
    seed
        Seed of the bootstrap.
    shares
        ``corrected`` and ``uncorrected``: ``overall.csv`` with these codes, and without any; by default not compared.
    """
    _check_names(codings)
    stratum = strata(themes)
    ids = sorted({key for coding in codings for key in coding.codes} & set(stratum.index))
    notes = _notes(codings, stratum)
    coders = [_rater(coding, ids, codebook) for coding in codings]
    raters = list(coders)
    if len(codings) >= MIN_CODERS_FOR_MAJORITY:
        agreed = majority(codings)
        if any(key in agreed.codes for key in ids):
            raters.append(_rater(agreed, ids, codebook))
        notes += _without_majority(codings, agreed, ids)
    assigned = themes[themes["assigned"].astype(bool)].groupby("paragraph_id")["theme"].agg(frozenset)
    codes = {key: assigned.get(key, frozenset()) for key in ids}
    model = _rater(Coding(MODEL, codes, stratum[ids].to_dict()), ids, codebook)
    scores = themes.pivot(index="paragraph_id", columns="theme", values="score").reindex(ids)[codebook.names].to_numpy()
    # comparisons among coders are unweighted; those with the model are weighted by the strata of the run
    of_run = _Strata(stratum[ids].to_numpy(), stratum.value_counts().to_dict())
    names = [*codebook.names, UNASSIGNED]
    rows: list[tuple] = []
    for first, second in itertools.combinations(coders, 2):
        rows += _pair(first, second, None)
    for rater in raters:
        rows += _pair(rater, model, of_run)
    if len(coders) > 1:
        rows += _alphas(coders, "", None, names, seed)
    rows += _alphas([*coders, model], MODEL, of_run, names, seed)
    for rater in raters:
        rows += _against(rater, model, of_run, scores, codebook, seed)
    for name, frame in (shares or {}).items():
        by_theme = frame.set_index("theme").loc[names]
        rows += [
            (f"{name}_share", row.Index, CODERS, MODEL, row.share, row.low, row.high, row.n_coded)
            for row in by_theme.itertuples()
        ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table[["value", "low", "high"]] = table[["value", "low", "high"]].astype(float).replace([np.inf, -np.inf], np.nan)
    return Agreement(table, codebook.labels, tuple(notes))


def check_agreement_file(path: Path) -> None:
    """Refuse to overwrite anything but an older table of this kind."""
    check_export(path, COLUMNS, "topics agree")


def write_agreement(agreement: Agreement, path: Path) -> None:
    """Write the table in long format as CSV; no cell is a formula."""
    check_agreement_file(path)
    write_export(agreement.table.round(DECIMALS), path)


def majority(codings: Sequence[Coding]) -> Coding:
    """The majority code of each paragraph coded by at least three coders.

    A theme is kept if more than half of the paragraph's coders assigned it, "none" if more than
    half assigned none; without either, the paragraph is omitted. The primary theme is the one
    chosen by more than half of the coders who chose one; it is unknown if there is none, or if
    that theme was not kept.
    """
    n_coders = Counter(key for coding in codings for key in coding.codes)
    codes, primary = {}, {}
    for key in sorted(key for key, n in n_coders.items() if n >= MIN_CODERS_FOR_MAJORITY):
        votes = Counter(theme for coding in codings if key in coding.codes for theme in coding.codes[key] or {UNASSIGNED})
        themes = {theme for theme, n in votes.items() if 2 * n > n_coders[key]}
        if not themes:
            continue
        codes[key] = frozenset(themes - {UNASSIGNED})
        votes = Counter(coding.primary[key] for coding in codings if key in coding.primary)
        for theme, n in votes.items():
            if 2 * n > votes.total() and theme in themes:
                primary[key] = theme  # no second one can have more than half
    weights = {}
    for key in codes:
        known = [coding.weights[key] for coding in codings if key in coding.weights]
        if known:
            weights[key] = float(np.mean(known))
    return Coding(MAJORITY, codes, primary, weights=weights)


def _check_names(codings: Sequence[Coding]) -> None:
    if not codings:
        raise InputError("got no coded sheet; expected at least one")
    require_distinct(codings, (MODEL, MAJORITY, CODERS))


def _rater(coding: Coding, ids: list[str], codebook: Codebook) -> _Rater:
    number = {name: i for i, name in enumerate([*codebook.names, UNASSIGNED])}
    marks = np.array([[theme in coding.codes.get(key, ()) for theme in codebook.names] for key in ids], dtype=bool)
    primary = np.array([number[coding.primary[key]] if key in coding.primary else -1 for key in ids])
    sampling = np.array([coding.weights.get(key, 1.0) for key in ids])
    return _Rater(coding.name, np.array([key in coding.codes for key in ids]), marks, primary, sampling)


def _pair(first: _Rater, second: _Rater, of_run: _Strata | None) -> list[tuple]:
    rows = np.flatnonzero((first.primary >= 0) & (second.primary >= 0))
    weights = of_run.weights(rows, first.sampling) if of_run else np.ones(len(rows))
    a, b = first.primary[rows], second.primary[rows]
    estimates = {"agreement": weighted_share(a == b, weights), "kappa": kappa(a, b, weights)}
    return [(measure, "", first.name, second.name, *estimate) for measure, estimate in estimates.items()]


def _alphas(raters: list[_Rater], other: str, of_run: _Strata | None, names: list[str], seed: int) -> list[tuple]:
    def estimate(values: np.ndarray, distance: np.ndarray) -> Estimate:
        paired = np.flatnonzero((values >= 0).sum(axis=0) > 1)
        return alpha(values[:, paired], distance, of_run.weights(paired, sampling) if of_run else None, seed)

    coded = np.stack([rater.coded for rater in raters])
    sampling = np.mean([rater.sampling for rater in raters if rater.name != MODEL], axis=0)
    marks = np.stack([rater.all_marks for rater in raters])
    # equal sets of themes share a number, so that each distance is computed once
    sets, place = np.unique(marks.reshape(-1, len(names)), axis=0, return_inverse=True)
    differ = 1 - np.eye(len(names))
    estimates = {
        ("alpha_primary", ""): estimate(np.stack([rater.primary for rater in raters]), differ),
        ("alpha_masi", ""): estimate(np.where(coded, place.reshape(coded.shape), -1), masi(sets[:, :-1])),
    }
    if not other:
        for k, name in enumerate(names):
            estimates["alpha", name] = estimate(np.where(coded, marks[:, :, k], -1), differ[:2, :2])
    return [(measure, theme, CODERS, other, *alpha) for (measure, theme), alpha in estimates.items()]


def _against(
    coder: _Rater, model: _Rater, of_run: _Strata, scores: np.ndarray, codebook: Codebook, seed: int
) -> list[tuple]:
    """Evaluate the model's assignments and scores, with the coder as the reference."""
    rows = np.flatnonzero(coder.coded)
    weights = of_run.weights(rows, coder.sampling)
    truth, guess = coder.all_marks[rows], model.all_marks[rows]
    resampled = bootstrap_within_strata(of_run.stratum[rows], seed) * weights
    *f1, macro_f1 = f1_scores(truth, guess, weights, resampled)
    estimates: list[tuple[str, str, Estimate]] = []
    for k, theme in enumerate([*codebook.names, UNASSIGNED]):
        t, g = truth[:, k], guess[:, k]
        for measure, cell in (("tp", t & g), ("fp", ~t & g), ("fn", t & ~g)):
            estimates.append((measure, theme, Estimate(float(cell.sum()), n=len(rows))))
        estimates.append(("precision", theme, weighted_share(t[g], weights[g])))
        estimates.append(("recall", theme, weighted_share(g[t], weights[t])))
        estimates.append(("f1", theme, f1[k]))
        estimates.append(("kappa", theme, kappa(t.astype(int), g.astype(int), weights)))
    estimates.append(("macro_f1", "", macro_f1))
    estimates.append(("unassigned_agrees", "", weighted_share(truth[:, -1] == guess[:, -1], weights)))
    estimates += score_errors(scores[rows], truth[:, :-1], weights, resampled, codebook.names)
    estimates.append(("top_error", "", top_error(scores[rows], truth[:, :-1], weights, resampled)))
    estimates += [(measure, "", of_bin) for measure, of_bin in reliability(scores[rows], truth[:, :-1], weights)]
    return [(measure, theme, coder.name, MODEL, *estimate) for measure, theme, estimate in estimates]


def _notes(codings: Sequence[Coding], stratum: pd.Series) -> list[str]:
    notes = []
    for coding in codings:
        name, n = coding.name, len(coding.codes)
        foreign = sorted(set(coding.codes) - set(stratum.index))
        if len(foreign) == n:
            raise InputError(
                f"none of the {n} coded paragraphs of {name} is in this run (first id: {foreign[0]!r});"
                " expected a sheet of this run (saving as .csv can change ids such as 007; .xlsx keeps them)"
            )
        if foreign:
            notes.append(
                f"{name}: {len(foreign)} of {n} coded paragraphs are not in this run and are omitted; was the sheet drawn"
                " from another run?"
            )
        if n - len(foreign) < SMALL_SAMPLE:
            notes.append(f"{name}: only {n - len(foreign)} paragraphs are coded; intervals are wide")
        if coding.uncoded:
            notes.append(f"{name}: {coding.uncoded} paragraphs of the sheet are not coded yet and are omitted")
        without_primary = len(set(coding.codes) - set(coding.primary))
        if without_primary:
            notes.append(f"{name}: {without_primary} paragraphs have no primary theme; only their marks count")
        covered = stratum[stratum.index.isin(coding.codes)]
        sizes = stratum[~stratum.isin(covered)].value_counts().sort_index()
        if len(sizes):
            notes.append(
                f"{name}: no paragraphs with these primary themes of the model are coded: {', '.join(map(str, sizes.index))}"
                f" ({sizes.sum()} paragraphs of the run); comparisons with the model do not cover them"
            )
    return notes


def _without_majority(codings: Sequence[Coding], agreed: Coding, ids: Sequence[str]) -> list[str]:
    n_coders = [sum(key in coding.codes for coding in codings) for key in ids]
    by_enough = sum(n >= MIN_CODERS_FOR_MAJORITY for n in n_coders)
    undecided = by_enough - sum(key in agreed.codes for key in ids)
    notes = []
    if by_enough < len(ids):
        few = len(ids) - by_enough
        notes.append(f"majority: {few} of {len(ids)} coded paragraphs have fewer than three coders and are omitted")
    if undecided:
        notes.append(
            f"majority: {undecided} of {by_enough} paragraphs with at least three coders have no majority and are omitted"
            " from comparisons with the majority"
        )
    return notes


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> TextTable:
    return TextTable(title, columns, rows, frozenset(columns[1:]))


def _number(value: float) -> str:
    """Two decimals without the leading zero; one decimal for 1.0, to keep intervals short."""
    text = f"{value:.2f}".replace("-0.00", "0.00")
    if text in ("1.00", "-1.00"):
        return text[:-1]
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def _with_interval(estimate: Estimate) -> str:
    """``.62 [.50, .71]``; a dash if it is not defined."""
    if np.isnan(estimate.value):
        return "–"
    if np.isnan(estimate.low):
        return _number(estimate.value)
    return f"{_number(estimate.value)} [{_number(estimate.low)}, {_number(estimate.high)}]"


def _per_cent(estimate: Estimate) -> str:
    """``62 % [50, 71]``; a dash if it is not defined."""
    if np.isnan(estimate.value):
        return "–"
    value, low, high = (f"{100 * part:.0f}" for part in estimate[:3])
    return f"{value} %" if np.isnan(estimate.low) else f"{value} % [{low}, {high}]"
