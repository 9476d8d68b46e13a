"""Themes per article: the share of words as shade and number."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import labels, layout
from topics.figures.registry import figure
from topics.figures.rows import article_rows
from topics.figures.style import Chart
from topics.format import percent
from topics.settings import Settings
from topics.tables import UNASSIGNED


@figure("Themes per article", methods=("reading", "themes", "shares"))
def heatmap(profiles: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings) -> Chart:
    """Articles (or groups of more than 40) in rows, themes in columns, the share of words in the cell."""
    rows = article_rows(articles, profiles, codebook, settings)
    names = [*codebook.names, UNASSIGNED]
    shares = rows.mean(profiles.pivot(index="article_id", columns="theme", values="share")[names])
    columns = [labels.truncate(codebook.labels[name], 1.7) for name in names]
    chart, axes = layout.shaded_table(settings, 1.35, shares.to_numpy(), rows.labels, columns)
    rows.separate_outlets(axes)
    # the last column, unassigned, is set apart: it is no theme
    axes.axvline(len(names) - 1.5, color="white", linewidth=3)
    chart.caption = (
        f"Share of words per theme (per cent) in {rows.description}; empty cells are below 0.5. A paragraph with several"
        f" themes splits its words over them. Intervals: tables/{'outlets' if rows.kind == 'outlet' else 'profiles'}.csv."
    )
    means = shares[codebook.names].mean().sort_values(ascending=False, kind="stable")
    largest = ", ".join(f"{codebook.labels[name]} {percent(share)} %" for name, share in means.head(3).items())
    chart.alt = f"Table of shaded cells, {rows.description} by {len(names)} themes. Largest mean shares: {largest}."
    chart.table = shares.reset_index(names=rows.kind)
    return chart
