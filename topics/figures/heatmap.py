"""Themes per article: the share of words as shade and number."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.figures.rows import rows as rows_of
from topics.settings import Settings
from topics.tables import UNASSIGNED


def heatmap(
    profiles: pd.DataFrame, articles: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """Articles (or groups of more than 40) in rows, themes in columns, the share of words in the cell.

    Parameters
    ----------
    profiles, articles
        ``profiles.csv`` and ``articles.csv``.
    codebook
        Order and labels of the themes.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    rows = rows_of(articles, profiles, codebook, settings)
    names = [*codebook.names, UNASSIGNED]
    shares = rows.mean(profiles.pivot(index="article_id", columns="theme", values="share")[names])
    with style.context():
        figure = style.chart(style.width(settings), 1.35 + 0.21 * len(rows.labels))
        axes = figure.subplots()
        style.shaded(axes, shares.to_numpy(), rows.labels, [style.cut(codebook.labels[name], 1.7) for name in names])
        rows.part(axes)
        axes.axvline(len(names) - 1.5, color="white", linewidth=3)
    figure.caption = (
        f"Share of words per theme (per cent) in {rows.said}; empty cells are below 0.5. A paragraph with several"
        f" themes splits its words over them. Intervals: tables/{'outlets' if rows.kind == 'outlet' else 'profiles'}.csv."
        f" {style.seeded(settings)}"
    )
    mean = rows.mean(profiles.pivot(index="article_id", columns="theme", values="share")[codebook.names]).mean()
    most = ", ".join(
        f"{codebook.labels[name]} {100 * share:.0f} %"
        for name, share in mean.sort_values(ascending=False, kind="stable").head(3).items()
    )
    figure.alt = f"Table of shaded cells, {rows.said} by {len(names)} themes. Largest mean shares: {most}."
    figure.table = shares.reset_index(names=rows.kind)
    return figure
