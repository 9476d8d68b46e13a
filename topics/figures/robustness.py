"""Findings of a comparison under other choices: the specification curve of Simonsohn, Simmons and Nelson (2020)."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import in_style
from topics.figures.style import Chart
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MAX_PANELS, _WITHOUT_FINDINGS = 9, 3
_COLOURS = {
    "run": style.INK, "threshold": "#0072B2", "scores": "#E69F00", "setting": "#44AA99", "weights": "#994455",
    "keyword": "#b8b8b8", "article": "#DC050C",
}  # fmt: skip
_NAMES = {
    "run": "as run", "threshold": "threshold", "scores": "scores or assignments", "setting": "setting",
    "weights": "weights", "keyword": "without a keyword", "article": "without an article",
}  # fmt: skip


# not among FIGURES: a run does not have its tables
@in_style("``findings`` and ``variants`` of a :class:`topics.comparison.Robustness`.")
def robustness(findings: pd.DataFrame, variants: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per finding: the difference of shares with its interval under each choice, sorted."""
    are_findings = findings["verdict"] != "no finding"
    wanted = findings[are_findings] if are_findings.any() else findings.sort_values("q", kind="stable")
    shown = wanted.head(_MAX_PANELS if are_findings.any() else _WITHOUT_FINDINGS)
    chart, grid = layout.panels(len(shown), settings, 1.65, most=3, share=False)
    # every panel has tick labels of its own
    width = layout.available_width(grid, []) - labels.text_width("−00.0", 7)
    several = len(findings[["by", "contrast"]].drop_duplicates()) > 1
    parts, kinds = [], set()
    for axes, finding in zip(grid, shown.itertuples(), strict=True):
        rows = _rows(variants, finding, codebook)
        parts.append(rows)
        kinds |= set(rows["kind"])
        for i, row in enumerate(rows.itertuples()):
            colour, is_run = _COLOURS[row.kind], row.kind == "run"
            line = {"linewidth": 1.8 if is_run else 0.9, "alpha": 1 if is_run else 0.6, "zorder": 3 if is_run else 2}
            axes.vlines(i, 100 * row.low, 100 * row.high, color=colour, **line)
            axes.plot(i, 100 * row.effect, "o", markersize=3.6 if is_run else 2.2, color=colour, zorder=4)
        axes.axhline(0, color="#888888", linewidth=0.7)
        axes.axhline(100 * finding.effect, color=style.INK, linewidth=0.4, linestyle=(0, (4, 3)), zorder=1)
        axes.set_xlim(-1, len(rows))
        axes.set_xticks([])
        axes.locator_params(axis="y", nbins=5)
        layout.hide_spines(axes, "left")
        about = [codebook.labels[finding.theme], *([finding.contrast] if several else [])]
        title = "\n".join(labels.truncate(line, width, 6.8, "bold") for line in about)
        axes.set_title(title, fontsize=6.8, fontweight="bold", pad=11)
        verdict = labels.truncate(finding.verdict, width, 6)
        axes.text(0.5, 1.03, verdict, transform=axes.transAxes, ha="center", va="bottom", fontsize=6)
    handles = [
        grid[0].plot([], [], "o", markersize=3.2, color=colour, label=_NAMES[kind])[0]
        for kind, colour in _COLOURS.items()
        if kind in kinds
    ]
    columns = len(handles) if chart.get_figwidth() > style.SINGLE else 3
    chart.legend(handles=handles, loc="outside lower center", ncols=columns, frameon=False, fontsize=6.5, handletextpad=0.1)
    chart.supylabel("difference, percentage points", fontsize=7.5)
    _describe(chart, findings, shown, bool(are_findings.any()), codebook, settings)
    chart.table = pd.concat(parts)
    return chart


def _rows(variants: pd.DataFrame, finding: object, codebook: Codebook) -> pd.DataFrame:
    """The variants of one finding, lowest effect first; of keywords those of its theme."""
    by, contrast, theme = (getattr(finding, name) for name in ("by", "contrast", "theme"))
    rows = variants[(variants["by"] == by) & (variants["contrast"] == contrast) & (variants["theme"] == theme)]
    own = (rows["kind"] != "keyword") | (rows["of_theme"] == theme) | (theme == UNASSIGNED)
    rows = rows[own & (rows["kind"] != "seed")]
    return rows.sort_values("effect", kind="stable", ignore_index=True)


def _describe(
    chart: Chart, findings: pd.DataFrame, shown: pd.DataFrame, has_findings: bool, codebook: Codebook, settings: Settings
) -> None:
    """Caption and alternative text."""
    n_left_out = int((findings["verdict"] != "no finding").sum()) - len(shown)
    rest = f" {n_left_out} further findings are only in the table." if n_left_out > 0 else ""
    which = "findings (false discovery rate below .05)" if has_findings else "themes with the smallest q; none is a finding"
    chart.caption = (
        f"Differences of shares of words by {labels.listing(list(dict.fromkeys(shown['by'])))} under other choices, one at a"
        f" time (dots) with their {labels.level(settings)} intervals (lines), sorted by size: {which}. Each keyword of the"
        " theme is left out in turn, and the article without which least of the difference is left. Dashed: the run."
        f" Specification curves as in Simonsohn, Simmons and Nelson (2020). Scales differ between panels.{rest}"
    )
    told = [
        f"{codebook.labels[row.theme]}, {row.contrast}: {row.verdict}, from {100 * row.lowest:.1f} to"
        f" {100 * row.highest:.1f} points"
        for row in shown.itertuples()
    ]
    chart.alt = f"Sorted dots with intervals in {len(shown)} panels. {'; '.join(told)}.".replace("-", "−")
