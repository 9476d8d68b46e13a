"""Agreement per theme, between coders and between the model and the coders."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout
from topics.figures.registry import in_style
from topics.figures.style import Chart
from topics.settings import Settings

_MAJORITY = "majority"
_MARKERS = "os^DvP"
_COLOURS = ("#222222", "#0072b2", "#d55e00", "#117733", "#aa4499", "#666666")


# not among FIGURES: it is drawn from coded sheets, which a run does not have
@in_style("The table of :class:`topics.coding.agreement.Agreement`.")
def agreement(table: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Agreement per theme: between coders (Krippendorff's alpha), and of the model with each coder (Cohen's kappa).

    Both measures are corrected for chance. With three or more coders, the model is compared with their majority.
    """
    names = codebook.names
    of_themes = table[table["theme"].isin(names)]
    # the majority replaces the single coders if there is one
    of_model = of_themes[of_themes["measure"] == "kappa"]
    if (of_model["a"] == _MAJORITY).any():
        of_model = of_model[of_model["a"] == _MAJORITY]
    panels = [
        ("Between coders", "Krippendorff's α", of_themes[of_themes["measure"] == "alpha"]),
        ("Model and coders", "Cohen's κ", of_model),
    ]
    panels = [panel for panel in panels if len(panel[2])]
    if not panels:
        return layout.empty_chart("No coded paragraphs to compare.")
    chart, grid = layout.panels(len(panels), settings, 0.6 + 0.2 * len(names), most=2)
    row_labels = labels.theme_labels(codebook, names, settings)
    for axes, (title, measure, rows) in zip(grid, panels, strict=True):
        coders = sorted(set(rows["a"]))
        # the dots of several coders are offset within the row of a theme, or they would overlap
        step = min(0.26, 0.8 / len(coders))
        for i, coder in enumerate(coders):
            by_theme = rows[rows["a"] == coder].drop_duplicates("theme").set_index("theme").reindex(names)
            y = [row + step * (i - (len(coders) - 1) / 2) for row in range(len(names))]
            colour, marker = _COLOURS[i % len(_COLOURS)], _MARKERS[i % len(_MARKERS)]
            axes.hlines(y, by_theme["low"], by_theme["high"], color=colour, linewidth=1.6, alpha=0.45)
            label = f"with {coder}" if len(coders) > 1 else None
            axes.scatter(by_theme["value"], y, s=11, color=colour, marker=marker, label=label, zorder=3)
        layout.panel_title(axes, title, layout.available_width(grid, row_labels), 2)
        axes.set_xlabel(measure)
        layout.label_rows(axes, row_labels)
        axes.set_xlim(min(0.0, float(rows["low"].min(skipna=True)) - 0.02), 1.02)
    if grid[-1].get_legend_handles_labels()[1]:
        chart.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=6.5)
    n_coded = int(table["n"].max()) if len(table) else 0
    chart.caption = (
        f"Agreement on {len(names)} themes in {n_coded} coded paragraphs (dot) with its 95 % interval (line);"
        " 1: perfect agreement, 0: agreement expected by chance. Between coders: Krippendorff's α. Model and coders:"
        " Cohen's κ, weighted from the coded sample to the corpus. No dot: the theme was never assigned."
    )
    chart.alt = f"Dot plot with intervals for {len(names)} themes. " + " ".join(
        f"{title}, {measure}: median {rows['value'].median():.2f}." for title, measure, rows in panels
    )
    chart.table = pd.concat([rows for _, _, rows in panels])
    return chart
