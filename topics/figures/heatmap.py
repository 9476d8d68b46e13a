"""Themes per article: shares of words as a heat map."""

import pandas as pd

from topics.codebook import Codebook
from topics.coding import interval_note
from topics.figures import labels, layout
from topics.figures.registry import figure
from topics.figures.rows import article_rows
from topics.figures.style import Chart
from topics.format import percent
from topics.settings import Settings
from topics.tables import UNASSIGNED


@figure("Themes per article", methods=("reading", "themes", "shares"))
def heatmap(
    profiles: pd.DataFrame, articles: pd.DataFrame, overall: pd.DataFrame, codebook: Codebook, settings: Settings
) -> Chart:
    """Articles (grouped if more than 40) in rows, themes in columns, the share of words in the cell."""
    rows = article_rows(articles, profiles, codebook, settings)
    names = [*codebook.names, UNASSIGNED]
    shares = rows.mean(profiles.pivot(index="article_id", columns="theme", values="share")[names])
    columns = [labels.truncate(codebook.labels[name], 1.7) for name in names]
    chart, axes = layout.shaded_table(settings, 1.35, shares.to_numpy(), rows.labels, columns)
    rows.separate_outlets(axes)
    # a gap before the last column: unassigned is not a theme
    axes.axvline(len(names) - 1.5, color="white", linewidth=3)
    intervals = "outlets" if rows.kind == "outlet" else "profiles"
    chart.caption = (
        f"Share of words per theme (per cent) in {rows.description}; values below 0.5 are left blank. The words of a"
        f" paragraph with several themes are divided among them. Intervals: tables/{intervals}.csv."
        f" {interval_note(profiles, overall, codebook, settings)}"
    )
    means = shares[codebook.names].mean().sort_values(ascending=False, kind="stable")
    largest = ", ".join(f"{codebook.labels[name]} {percent(share)} %" for name, share in means.head(3).items())
    chart.alt = (
        f"Heat map of shares. Rows: {rows.description}. Columns: {len(names)} themes. Largest mean shares: {largest}."
    )
    chart.table = shares.reset_index(names=rows.kind)
    return chart
