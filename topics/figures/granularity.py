"""What each number of topics would be like, and which was chosen."""

from typing import Any

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings

_LINE, _CHOSEN = "#5f6b76", "#D55E00"
_APART = 1.3
"""Ratio of two numbers of topics at which the axis has room for both."""


def granularity(
    granularity: pd.DataFrame, paragraph_topics: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """Stability and coherence against the number of topics; the number chosen is marked.

    Parameters
    ----------
    granularity, paragraph_topics
        The tables of the same names.
    codebook
        Not needed: no theme is drawn.
    settings
        Of the run: its seed, its reruns, and whether the number was asked for.
    """
    settings = settings or Settings()
    n = f"{len(paragraph_topics)} paragraph{'s' if len(paragraph_topics) != 1 else ''}"
    if len(granularity) < 2:
        return _no_choice(granularity, n, settings)
    chosen = granularity[granularity["chosen"]]
    with style.context():
        double = settings.figures.columns == 2
        figure = style.chart(style.width(settings), 2.3 if double else 4.2)
        stability, coherence = figure.subplots(1, 2) if double else figure.subplots(2, 1)
        where = granularity["n_topics"]
        for axes, value, title in (
            (stability, "stability", "stability (adjusted Rand index)"),
            (coherence, "coherence", "coherence (NPMI)"),
        ):
            error = granularity["error"] if value == "stability" and granularity["error"].notna().any() else None
            axes.axvline(chosen["n_topics"].iloc[0], color=_CHOSEN, linewidth=5, alpha=0.18, linestyle="-", zorder=0)
            axes.errorbar(
                where, granularity[value], yerr=error, color=_LINE, marker="o", markersize=3, linewidth=1, capsize=1.8
            )
            axes.plot(chosen["n_topics"], chosen[value], "D", color=_CHOSEN, markersize=5.5, zorder=3, clip_on=False)
            axes.set_xscale("log")
            ticks = _ticks(where.tolist(), int(chosen["n_topics"].iloc[0]))
            axes.set_xticks(ticks, [str(tick) for tick in ticks])
            axes.xaxis.minorticks_off()
            axes.set_title(title, loc="left", fontweight="bold", fontsize=7)
            axes.margins(x=0.06, y=0.12)
            axes.grid(axis="y", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom", "left")
        figure.supxlabel("number of topics (diamond: the one chosen)", fontsize=7.5)
    row: Any = next(chosen.itertuples())
    known = granularity["stability"].notna().any()
    figure.caption = (
        f"What {granularity['n_topics'].min()} to {granularity['n_topics'].max()} topics of {n} would be like. Stability: "
        + (
            f"how alike {settings.stability.runs} reruns of the clustering on random parts divide the paragraphs (mean"
            " adjusted Rand index of two reruns ± standard error; Hubert and Arabie 1985; Ben-Hur et al. 2002)."
            if known
            else "unknown, for nothing was rerun (stability.runs)."
        )
        + " Coherence: mean NPMI of a topic's ten heaviest words within 110 words (Bouma 2009; Aletras and Stevenson 2013). "
        + (
            f"{settings.topics.granularity} were asked for (topics.granularity), and {row.n_topics} are told apart"
            if settings.topics.granularity
            else f"Chosen: {row.n_topics}, where stability × coherence is greatest; where none is coherent, the most stable"
        )
        + f". Another number: --set topics.granularity=N. Seed {settings.seed}."
    )
    figure.alt = (
        f"Two lines over the number of topics. {row.n_topics} topics, the number chosen: stability {_said(row.stability)},"
        f" coherence {_said(row.coherence)}. Highest stability: {_best(granularity, 'stability')}; highest coherence:"
        f" {_best(granularity, 'coherence')}."
    )
    figure.table = granularity
    return figure


def _no_choice(granularity: pd.DataFrame, n: str, settings: Settings) -> style.Chart:
    """A figure that says that no other number of topics could be tried."""
    if granularity.empty:
        said = f"No number of topics to choose: {n} are one topic, for no more than one dense group was found."
    else:
        row: Any = next(granularity.itertuples())
        said = f"No number of topics to choose: in {n}, only {row.n_topics} topics could be tried."
        said += f" Stability {_said(row.stability)}, coherence {_said(row.coherence)}."
    figure = style.nothing(said, settings)
    figure.caption = (
        f"{said} Another number: --set topics.granularity=N, as far as the corpus has groups. {style.seeded(settings)}"
    )
    figure.table = granularity
    return figure


def _ticks(numbers: list[int], chosen: int) -> list[int]:
    """Numbers that can stand beside each other on a logarithmic axis, the chosen one among them."""
    kept = [chosen]
    for number in [max(numbers), *numbers]:
        if all(max(number, other) >= _APART * min(number, other) for other in kept):
            kept.append(number)
    return sorted(kept)


def _said(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if value == value else "unknown"


def _best(granularity: pd.DataFrame, value: str) -> str:
    known = granularity.dropna(subset=[value])
    if known.empty:
        return "unknown"
    row: Any = next(known.sort_values(value, ascending=False, kind="stable").itertuples())
    return f"{_said(getattr(row, value))} at {row.n_topics}"
