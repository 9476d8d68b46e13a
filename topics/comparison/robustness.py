"""Does a finding stand? The same comparison under the other choices that could as well have been made.

A comparison rests on choices: the threshold of an assignment, what counts as a keyword, the weights of neighbours, what an
article counts for. All of them together with all their alternatives are a multiverse (Steegen, Tuerlinckx, Gelman and
Vanpaemel 2016); to show the effect under each, sorted, is a specification curve (Simonsohn, Simmons and Nelson 2020). Here
one choice at a time differs from the run, and each keyword and each article is left out in turn.

Intervals and q of every variant are those of the regression (HC3 errors, Student's t), for permutations of hundreds of
variants would take too long; the p and q of the run itself are those of the comparison, by permutation, and are drawn again
with other seeds. Theme scores have no seed.

What such a table cannot say: that the articles are no accident. A difference that arises by chance from which articles
there are is found under most choices alike; against this, there are intervals, p and q.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import t

from topics.comparison.contrasts import Question
from topics.comparison.permutation import false_discovery_rates, permutation_p
from topics.comparison.regression import Regression
from topics.comparison.result import ALPHA, Comparison, points, to_html
from topics.format import DECIMALS, count
from topics.text_table import TextTable

RUN, THRESHOLD, SCORES, SETTING, WEIGHTS, KEYWORD, ARTICLE, SEED = KINDS = (
    "run", "threshold", "scores", "setting", "weights", "keyword", "article", "seed",
)  # fmt: skip
CHOICES = (THRESHOLD, SCORES, SETTING, WEIGHTS)
"""Kinds of variants that a reviewer might have chosen in place of the run's."""
OMISSIONS = (KEYWORD, ARTICLE)
"""Kinds of variants that leave something out: no better choices, but they show what a finding rests on."""
MOST = 0.5
"""The part of the choices in which the interval has to exclude 0, and of an effect that one keyword or article may carry."""
SEEDS = 5
"""Other seeds of the permutation."""
NO_FINDING, STANDS, DEPENDS, FALLS = "no finding", "stands", "stands, but depends on", "does not stand"
VARIANT_COLUMNS = ("by", "contrast", "theme", "kind", "variant", "of_theme", "effect", "low", "high", "q")
FINDING_COLUMNS = (
    "by", "contrast", "theme", "effect", "low", "high", "q", "lowest", "highest", "n_variants", "n_same_sign",
    "n_excludes_0", "lowest_without_article", "highest_without_article", "article", "without_article", "q_seeds",
    "verdict",
)  # fmt: skip
_TINY = 1e-9


@dataclass(frozen=True)
class Variant:
    """The outcomes that another choice gives the same articles."""

    kind: str
    """One of :data:`KINDS`."""
    name: str
    """As tables show it: ``0.30``, ``neighbours 0``; of a left-out keyword, the keyword."""
    outcomes: np.ndarray
    """Articles × names: shares, as :func:`topics.comparison.compare_shares` takes them."""
    weights: np.ndarray
    """What each article counts for."""
    theme: str = ""
    """The theme of a left-out keyword."""


@dataclass(frozen=True, repr=False)
class Robustness:
    """Findings of a comparison under all variants."""

    findings: pd.DataFrame
    """A row for each contrast and theme (:data:`FINDING_COLUMNS`). ``lowest`` and ``highest``: the effects of all variants,
    the run among them; ``n_same_sign`` and ``n_excludes_0``: variants in which the effect has the sign of the run's, and in
    which moreover its interval excludes 0, of ``n_variants``, the run not counted; ``lowest_without_article`` and
    ``highest_without_article``: without each article in turn; ``article``: the one that moves the effect most, and the
    effect without it; ``q_seeds``: the largest q of all seeds of the permutation. ``verdict``: see :func:`verdict_of`."""
    variants: pd.DataFrame
    """A row for each contrast, theme and variant (:data:`VARIANT_COLUMNS`); ``of_theme``: that of a left-out keyword."""
    comparison: Comparison
    """With the choices of the run."""
    notes: tuple[str, ...]
    """Which variants were left out, and why."""

    def __repr__(self) -> str:
        return f"Robustness: {self.sentences[-1]}"

    def __str__(self) -> str:
        return "\n".join(self.sentences)

    @property
    def text_tables(self) -> list[TextTable]:
        """A table for each column that was compared."""
        columns = (
            "contrast", "theme", "difference", "all variants", "same sign", "excludes 0", "without an article", "verdict",
        )  # fmt: skip
        found = []
        for by, rows in self.findings.groupby("by", sort=False):
            cells = [
                (
                    row.contrast, self.comparison.labels[row.theme], points(row.effect), _range(row.lowest, row.highest),
                    f"{row.n_same_sign} of {row.n_variants}", f"{row.n_excludes_0} of {row.n_variants}",
                    _range(row.lowest_without_article, row.highest_without_article), row.verdict,
                )
                for row in rows.itertuples()
            ]  # fmt: skip
            numeric = frozenset(columns[2:-1])
            found.append(TextTable(f"Theme shares by {by} under other choices", columns, cells, numeric))
        return found

    @property
    def sentences(self) -> list[str]:
        """How to read the table."""
        numbers = self.variants[self.variants["kind"] != RUN].drop_duplicates(["kind", "variant", "of_theme"])["kind"]
        counts = numbers.value_counts()
        names = {
            THRESHOLD: "other thresholds", SCORES: "scores or assignments in place of the other",
            SETTING: "other settings of the themes", WEIGHTS: "other weights of articles", KEYWORD: "keywords left out",
        }  # fmt: skip
        listed = "; ".join(f"{name}: {counts[kind]}" for kind, name in names.items() if kind in counts)
        n_findings, n_stand = ((self.findings["verdict"].map(test)).sum() for test in (_is_finding, STANDS.__eq__))
        return [
            f"Variants, each with one choice that differs from the run ({listed}). Moreover, each article is left out, and p"
            f" is drawn with {SEEDS} other seeds; theme scores have no seed. A finding (q < {ALPHA}) stands if its sign is"
            " the same and its interval excludes 0 in all of them. It depends on a keyword or an article if without it the"
            " interval includes 0, or less than half of the difference is left. It does not stand if another choice turns"
            " its sign, or if the interval includes 0 with half of the choices or in the run itself.",
            f"Of {count(n_findings, 'finding')}, {n_stand} stand{'s' if n_stand == 1 else ''} in all variants."
            if n_findings
            else f"There is no finding: no theme differs at q < {ALPHA}.",
        ]

    def _repr_html_(self) -> str:
        return to_html(self.text_tables, (*self.sentences, *self.notes))

    def rounded(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Findings and variants with as many decimals as are reproducible."""
        return self.findings.round(DECIMALS + 1), self.variants.round(DECIMALS + 1)


def check_robustness(
    comparison: Comparison,
    run: Variant,
    variants: Sequence[Variant],
    article_ids: Sequence[str],
    *,
    notes: Sequence[str] = (),
    tell: Callable[[float], None] = lambda part: None,
) -> Robustness:
    """Answer the questions of a comparison under all variants.

    Parameters
    ----------
    comparison
        What was found with the outcomes of the run.
    run
        These outcomes, and the weights of the articles.
    variants
        Those of other choices.
    article_ids
        Of the rows of the outcomes.
    notes
        What a reader must know of the variants.
    tell
        Called with the completed share, 0…1.
    """
    names, level = list(comparison.labels), comparison.level
    found, rows = [], []
    for number, question in enumerate(comparison.questions):
        tell(number / len(comparison.questions))
        table = comparison.table
        own = table[(table["by"] == question.by) & (table["contrast"] == question.label)].set_index("theme").loc[names]
        every = [replace(run, kind=RUN, name="as run"), *variants]
        answers = [_answer(question, variant, names, level) for variant in every]
        answers[0] = answers[0].assign(q=own["q"].to_numpy())
        seeds = [
            _seeded(question, run, answers[0], names, comparison.seed + 1 + i, comparison.permutations) for i in range(SEEDS)
        ]
        without = _without_each(question, run)
        # the article without which least is left decides over the verdict, the one that moves most is shown
        sign = np.sign(answers[0]["effect"].to_numpy())
        articles = _without_most(question, run, without, sign, article_ids, names, level)
        long = pd.concat([*answers, *seeds, articles], ignore_index=True)
        rows.append(long.assign(by=question.by, contrast=question.label))
        found.append(_findings(long, own, without, article_ids, question, names))
    tell(1.0)
    return Robustness(
        pd.concat(found, ignore_index=True)[list(FINDING_COLUMNS)],
        pd.concat(rows, ignore_index=True)[list(VARIANT_COLUMNS)],
        comparison,
        tuple(notes),
    )


def verdict_of(variants: pd.DataFrame, theme: str) -> str:
    """What is to be said of a finding in view of its variants.

    - ``no finding``: its q in the run is .05 or more (of ``unassigned``, which has no q: the interval includes 0).
    - ``does not stand``: with another choice (threshold, scores or assignments, setting, weights) the effect has the other
      sign; or in half of the choices, or in the run itself, the interval includes 0.
    - ``stands, but depends on …``: without one keyword or article, or with one of the choices, the interval includes 0;
      or without one keyword or article less than half of the effect is left, or q is .05 or more with another seed. The one
      that leaves least of the effect is named, and how many others there are.
    - ``stands``: else.

    Parameters
    ----------
    variants
        The rows of one contrast and theme, in the columns of :data:`VARIANT_COLUMNS`, that of the run first.
    theme
        Its name.
    """
    run = variants.iloc[0]
    sign = np.sign(run["effect"])
    kind = variants["kind"]
    left = sign * variants["effect"] / max(abs(run["effect"]), _TINY)
    excludes = _excludes_0(variants, sign)
    is_finding = excludes.iloc[0] if run["q"] != run["q"] else run["q"] < ALPHA
    if not is_finding:
        return NO_FINDING
    choices = kind.isin(CHOICES)
    if not excludes.iloc[0]:
        return f"{FALLS} (the interval of the run includes 0)"
    if (left[choices] <= 0).any() or (choices.any() and excludes[choices].mean() <= MOST):
        worst = variants.loc[left[choices].idxmin()]
        return f"{FALLS} ({_named(worst, theme)})"
    lost = ((choices | kind.isin(OMISSIONS)) & ~excludes) | (kind.isin(OMISSIONS) & (left < MOST))
    seeds = (kind == SEED) & (variants["q"] >= ALPHA)
    if not (lost | seeds).any():
        return STANDS
    worst = variants.loc[left[lost if lost.any() else seeds].idxmin()]
    # all seeds are one choice
    others = int(lost.sum()) + int(seeds.any()) - 1
    more = f" and {others} more" if others else ""
    return f"{DEPENDS} {_named(worst, theme)}{more}"


def _is_finding(verdict: str) -> bool:
    return verdict != NO_FINDING


def _named(row: pd.Series, theme: str) -> str:
    if row["kind"] == KEYWORD:
        return f"keyword {row['variant']!r}" + (f" of {row['of_theme']}" if row["of_theme"] != theme else "")
    if row["kind"] == SEED:
        return "the seed of the permutation"
    return f"{row['kind']} {row['variant']}" if row["kind"] in (ARTICLE, THRESHOLD) else str(row["variant"])


def _excludes_0(rows: pd.DataFrame, sign: float) -> pd.Series:
    """Whether the interval lies on the side of ``sign``; False where there is none."""
    nearest = rows["low"] if sign > 0 else -rows["high"]
    return (nearest > 0) & (sign != 0)


def _answer(question: Question, variant: Variant, names: Sequence[str], level: float) -> pd.DataFrame:
    """Effect, interval and q of a variant, a row for each name."""
    effect, low, high, p = _estimates(question, variant.outcomes, variant.weights, level)
    return pd.DataFrame(
        {"theme": names, "kind": variant.kind, "variant": variant.name, "of_theme": variant.theme, "effect": effect,
         "low": low, "high": high, "q": false_discovery_rates(p, names)}
    )  # fmt: skip


def _estimates(
    question: Question, outcomes: np.ndarray, weights: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    fit = Regression(outcomes[question.used], weights[question.used], question.design)
    found, varies = fit.effects(question.combination), fit.varies
    low, high = found.interval(level, bounded=question.is_difference)
    ratio = np.divide(np.abs(found.effect), found.error, out=np.full(len(varies), np.inf), where=found.error > 0)
    p = 2 * t.sf(ratio, found.df)
    low, high, p = (np.where(varies, values, np.nan) for values in (low, high, p))
    return np.where(varies, found.effect, 0.0), low, high, p


def _seeded(
    question: Question, run: Variant, answer: pd.DataFrame, names: Sequence[str], seed: int, permutations: int
) -> pd.DataFrame:
    """The answer of the run, with q by permutations of another seed."""
    fit = Regression(run.outcomes[question.used], run.weights[question.used], question.design)
    p = permutation_p(fit, question.combination, exchangeable=question.exchangeable, permutations=permutations, seed=seed)
    p[~np.isfinite(answer["low"].to_numpy())] = np.nan
    return answer.assign(kind=SEED, variant=str(seed), q=false_discovery_rates(p, names))


def _without_each(question: Question, run: Variant) -> np.ndarray:
    """The effect without each article in turn, used articles × names; NaN where it cannot be estimated without one.

    By the update of a regression for a left-out row (Belsley, Kuh and Welsch 1980), which is exact.
    """
    roots = np.sqrt(run.weights[question.used])[:, None]
    design, outcomes = question.design * roots, run.outcomes[question.used] * roots
    inverse = np.linalg.pinv(design)  # coefficients × articles
    coefficients = inverse @ outcomes
    leverage = np.einsum("ij,ji->i", design, inverse)
    moved = (question.combination @ inverse)[:, None] * (outcomes - design @ coefficients)
    left = 1 - leverage
    with np.errstate(divide="ignore", invalid="ignore"):
        effects = question.combination @ coefficients - moved / left[:, None]
    return np.where((left > _TINY)[:, None], effects, np.nan)


def _without_most(
    question: Question,
    run: Variant,
    without: np.ndarray,
    sign: np.ndarray,
    article_ids: Sequence[str],
    names: Sequence[str],
    level: float,
) -> pd.DataFrame:
    """Effect and interval without the article that leaves least of the effect, a row for each name."""
    rows = np.flatnonzero(question.used)
    left = np.where(np.isfinite(without), sign * without, np.inf)
    answers: dict[int, pd.DataFrame] = {}
    parts = []
    for k, article in enumerate(left.argmin(axis=0)):
        if not np.isfinite(left[article, k]):
            continue
        if article not in answers:
            kept = question.used.copy()
            kept[rows[article]] = False
            less = replace(question, used=kept, design=np.delete(question.design, article, axis=0))
            name = str(article_ids[rows[article]])
            answers[article] = _answer(less, replace(run, kind=ARTICLE, name=name), names, level)
        parts.append(answers[article].iloc[[k]])
    return pd.concat(parts, ignore_index=True) if parts else _answer(question, run, names, level).iloc[:0]


def _findings(
    long: pd.DataFrame,
    table: pd.DataFrame,
    without: np.ndarray,
    article_ids: Sequence[str],
    question: Question,
    names: Sequence[str],
) -> pd.DataFrame:
    """A row for each name, of one contrast."""
    ids = np.array(article_ids, dtype=object)[question.used]
    found = []
    for k, name in enumerate(names):
        rows = long[long["theme"] == name]
        run, sign = rows.iloc[0], np.sign(rows["effect"].iloc[0])
        counted = rows[rows["kind"].isin([*CHOICES, KEYWORD])]
        effects = rows.loc[rows["kind"].isin([RUN, *CHOICES, KEYWORD]), "effect"]
        own = without[:, k]
        known = np.isfinite(own).any()
        most = int(np.nanargmax(np.abs(own - run["effect"]))) if known else 0
        found.append(
            {
                "by": question.by, "contrast": question.label, "theme": name, "effect": run["effect"], "low": run["low"],
                "high": run["high"], "q": table.loc[name, "q"], "lowest": effects.min(), "highest": effects.max(),
                "n_variants": len(counted), "n_same_sign": int((np.sign(counted["effect"]) == sign).sum()),
                "n_excludes_0": int(_excludes_0(counted, sign).sum()),
                "lowest_without_article": np.nanmin(own) if known else np.nan,
                "highest_without_article": np.nanmax(own) if known else np.nan,
                "article": ids[most] if known else "", "without_article": own[most] if known else np.nan,
                "q_seeds": rows.loc[rows["kind"] == SEED, "q"].max(), "verdict": verdict_of(rows, name),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def _range(low: float, high: float) -> str:
    return "–" if low != low else f"{points(low)} to {points(high)}"
