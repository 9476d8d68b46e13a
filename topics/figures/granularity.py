"""Stability and coherence by number of topics, and the number chosen."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import layout, style
from topics.figures.registry import figure
from topics.figures.style import Chart
from topics.format import count, decimals, enumeration
from topics.settings import Settings

_LINE, _CHOSEN = "#5f6b76", "#D55E00"
_MIN_RATIO = 1.3
"""Smallest ratio of two numbers of topics at which the axis has room for both."""


@figure("Number of topics", methods=("reading", "topics", "words", "stability"))
def granularity(granularity: pd.DataFrame, paragraph_topics: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Stability and coherence against the number of topics; the number chosen is marked."""
    paragraphs = count(len(paragraph_topics), "paragraph")
    # a line needs at least two solutions
    if len(granularity) < 2:
        return _no_choice(granularity, paragraphs)
    tried, (chosen,) = granularity["n_topics"], granularity[granularity["chosen"]].itertuples()
    double = settings.figures.columns == 2
    chart = style.new_chart(style.page_width(settings), 2.3 if double else 4.2)
    grid = chart.subplots(1, 2) if double else chart.subplots(2, 1)
    titles = {"stability": "stability (adjusted Rand index)", "coherence": "coherence (NPMI)"}
    for axes, (value, title) in zip(grid, titles.items(), strict=True):
        # without reruns, stability has no standard error
        error = granularity["error"] if value == "stability" and granularity["error"].notna().any() else None
        axes.axvline(chosen.n_topics, color=_CHOSEN, linewidth=5, alpha=0.18, linestyle="-", zorder=0)
        axes.errorbar(tried, granularity[value], yerr=error, color=_LINE, marker="o", markersize=3, linewidth=1, capsize=1.8)
        if value == "stability" and granularity["reference"].notna().any():
            axes.plot(tried, granularity["reference"], color=_LINE, linewidth=0.8, linestyle=(0, (4, 2)))
        equal = granularity[granularity["equal"]]
        axes.plot(equal["n_topics"], equal[value], "o", color=_CHOSEN, markersize=4, zorder=2.5)
        axes.plot([chosen.n_topics], [getattr(chosen, value)], "D", color=_CHOSEN, markersize=5.5, zorder=3, clip_on=False)
        # the candidate numbers are spaced roughly geometrically
        axes.set_xscale("log")
        ticks = _ticks(tried.tolist(), chosen.n_topics)
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.xaxis.minorticks_off()
        axes.set_title(title, loc="left", fontweight="bold", fontsize=7)
        axes.margins(x=0.06, y=0.12)
        layout.grid_lines(axes, "y")
        layout.hide_spines(axes, "bottom", "left")
    chart.supxlabel("number of topics (diamond: number chosen)", fontsize=7.5)
    stability = "unknown because no reruns were made (stability.runs)."
    if granularity["stability"].notna().any():
        stability = (
            f"mean adjusted Rand index (± standard error) between pairs of {settings.stability.runs} reruns of the"
            " clustering on random subsamples (Hubert and Arabie 1985; Ben-Hur et al. 2002). Dashed: that of reference"
            " vectors with the same factors, mixed at random (Tibshirani et al. 2001). Coloured: equally stable numbers."
        )
    # a requested number is not always reached: the corpus may have fewer clusters
    if wanted := settings.topics.granularity:
        choice = f"{wanted} topics were requested (topics.granularity); {chosen.n_topics} could be distinguished"
    else:
        equal = granularity["n_topics"][granularity["equal"]].tolist()
        flat = f"; {enumeration(map(str, equal))} are equally stable by that measure" if len(equal) > 1 else ""
        choice = (
            f"Chosen: {chosen.n_topics}, the largest number whose stability above the reference is within one standard error"
            f" of the highest (Breiman et al. 1984){flat}"
        )
    chart.caption = (
        f"Stability and coherence of {tried.min()} to {tried.max()} topics in {paragraphs}. Stability: {stability}"
        " Coherence: mean NPMI of a topic's ten highest-weighted words within windows of 110 words (Bouma 2009; Aletras"
        f" and Stevenson 2013). {choice}. To set the number: --set topics.granularity=N."
    )
    chart.alt = (
        f"Line charts of stability and coherence by number of topics. Chosen: {chosen.n_topics} topics, stability"
        f" {_known(chosen.stability)}, coherence {_known(chosen.coherence)}. Highest stability:"
        f" {_best(granularity, 'stability')}; highest coherence: {_best(granularity, 'coherence')}."
    )
    chart.table = granularity
    return chart


def _no_choice(granularity: pd.DataFrame, paragraphs: str) -> Chart:
    """A chart stating that no other number of topics could be evaluated."""
    if granularity.empty:
        message = (
            f"The number of topics could not be chosen: {paragraphs} form one topic, because at most one dense cluster"
            " was found."
        )
    else:
        (row,) = granularity.itertuples()
        message = (
            f"The number of topics could not be chosen: in {paragraphs}, only {row.n_topics} topics could be evaluated."
            f" Stability {_known(row.stability)}, coherence {_known(row.coherence)}."
        )
    chart = layout.empty_chart(message)
    chart.caption = f"{message} To set the number: --set topics.granularity=N, up to the number of clusters in the corpus."
    chart.table = granularity
    return chart


def _ticks(numbers: list[int], chosen: int) -> list[int]:
    """Numbers that can be labelled on a logarithmic axis without overlap, including the chosen one."""
    ticks = [chosen]
    # the chosen and the largest number have priority over the others
    for number in [max(numbers), *numbers]:
        if all(max(number, tick) >= _MIN_RATIO * min(number, tick) for tick in ticks):
            ticks.append(number)
    return sorted(ticks)


def _known(value: float) -> str:
    return decimals(value, "unknown")


def _best(granularity: pd.DataFrame, value: str) -> str:
    rows = granularity.dropna(subset=[value]).sort_values(value, ascending=False, kind="stable")
    if rows.empty:
        return "unknown"
    return f"{decimals(rows[value].iloc[0])} at {rows['n_topics'].iloc[0]}"
