"""Differences of theme shares between groups of articles or along a column, of :mod:`topics.comparison`."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout, style
from topics.figures.registry import in_style
from topics.figures.style import Chart
from topics.settings import Settings
from topics.tables import UNASSIGNED

_MAX_PANELS = 12
_ALPHA = 0.05


# not among FIGURES: a run does not have its table
@in_style("The table of a :class:`topics.comparison.Comparison`.")
def effects(effects: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """One panel per contrast, one row per theme: the difference of shares with its interval."""
    contrasts = list(effects[["by", "contrast"]].drop_duplicates().itertuples(index=False, name=None))
    shown = contrasts[:_MAX_PANELS]
    names = [*codebook.names, UNASSIGNED]
    chart, grid = layout.panels(len(shown), settings, 0.62 + 0.16 * len(names), most=3, share_columns=False)
    row_labels = labels.theme_labels(codebook, names, settings)
    width = layout.available_width(grid, row_labels)
    palette = style.theme_colours(codebook, style.DARK_GREY)
    parts = []
    for axes, (by, contrast) in zip(grid, shown, strict=True):
        of_contrast = effects[(effects["by"] == by) & (effects["contrast"] == contrast)]
        by_theme = of_contrast.set_index("theme").reindex(names)
        parts.append(of_contrast)
        for i, row in enumerate(by_theme.itertuples()):
            colour = palette[row.Index]
            axes.hlines(i, 100 * row.low, 100 * row.high, color=colour, linewidth=1.8, alpha=0.55)
            fill = colour if row.q < _ALPHA else "white"
            if row.low == row.low:  # of a theme that never occurs there is no dot
                axes.plot(100 * row.effect, i, "o", markersize=3.4, color=colour, markerfacecolor=fill, zorder=3)
        axes.axvline(0, color="#888888", linewidth=0.7)
        layout.panel_title(axes, f"{by}: {contrast}", width, 3, 6.8)
        ends = of_contrast[["low", "high"]].abs().to_numpy()
        limit = 105 * float(pd.DataFrame(ends).max().max()) if (ends == ends).any() else 1.0
        axes.set_xlim(-max(limit, 0.1), max(limit, 0.1))
        axes.locator_params(axis="x", nbins=5)
        layout.label_rows(axes, row_labels)
    chart.supxlabel("difference, percentage points of words", fontsize=7.5)
    table = pd.concat(parts)
    n_left_out = len(contrasts) - len(shown)
    rest = f" {n_left_out} further contrasts are only in the table." if n_left_out else ""
    corrected = (table["basis"] == "corrected").all()
    basis = "corrected by gold codes" if corrected else "uncorrected: only if the model errs alike on both sides"
    columns = labels.listing(list(dict.fromkeys(by for by, _ in shown)))
    chart.caption = (
        f"Differences of shares of words per theme by {columns} (dot) with their {labels.level(settings)} intervals (line;"
        f" weighted least squares over {int(table['n_articles'].max())} articles, HC3 errors, Student's t); {basis}. Filled"
        f" dots: false discovery rate below {_ALPHA} over the themes of a contrast (permutation of articles, Benjamini and"
        f" Hochberg 1995). Scales differ between panels.{rest}"
    )
    found = [
        f"{row.contrast}, {codebook.labels[row.theme]}: {100 * row.effect:+.1f} points".replace("-", "−")
        for row in table[table["q"] < _ALPHA].itertuples()
    ]
    chart.alt = (
        f"Dot plots with intervals, {len(shown)} panels of {len(names)} themes. Differences with a false discovery rate"
        f" below {_ALPHA}: {'; '.join(found) or 'none'}."
    )
    chart.table = table
    return chart
