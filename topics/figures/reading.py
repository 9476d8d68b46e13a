"""Kept and dropped text: the share of each page that is article text, and why the rest was dropped."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import layout, style
from topics.figures.registry import figure
from topics.figures.rows import article_rows
from topics.figures.style import Chart
from topics.format import percent
from topics.settings import Settings
from topics.tables import REASONS

KEPT = "article"
_COLOURS = dict(
    zip(
        (KEPT, *REASONS),
        ("#7fa8c9", "#1b3a57", "#3d6a94", "#c9d8e6", "#b5482f", "#e8b04a", "#f3dca6", "#6f6f6f"),
        strict=True,
    )
)
_PALE = (KEPT, "byline", "duplicate", "short")
_MIN_NUMBERED = 0.07
"""Smallest share whose number is printed in its part of a bar."""


@figure("Kept and dropped text per article", methods=("reading",))
def reading(
    paragraphs: pd.DataFrame,
    dropped: pd.DataFrame,
    articles: pd.DataFrame,
    profiles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings,
) -> Chart:
    """One bar per article (grouped if more than 40): the share of its page that is kept, and dropped by reason.

    Lengths are measured in characters, from ``start`` to ``end``.
    """
    # pages without any paragraph left get a row, too: they are what a reader looks for here
    rows = article_rows(articles.assign(n_paragraphs=articles["n_paragraphs"].clip(lower=1)), profiles, codebook, settings)
    lengths = _lengths(paragraphs, dropped)
    lengths = lengths[lengths.index.isin(rows.row_of.index)]
    shares = lengths.groupby(rows.row_of).sum().reindex(rows.keys, fill_value=0)
    shares = shares.div(shares.sum(axis=1).clip(lower=1), axis=0)
    # reasons that never occur are left out of the legend
    shown = [kind for kind in (KEPT, *REASONS) if kind == KEPT or shares[kind].any()]
    columns = len(shown) if settings.figures.columns == 2 else 3
    legend_lines = -(-len(shown) // columns)
    chart, axes = layout.one_panel(settings, 0.65 + 0.16 * legend_lines + 0.18 * len(rows.keys))
    left = shares[KEPT] * 0
    for kind in shown:
        y = range(len(rows.keys))
        axes.barh(y, 100 * shares[kind], left=100 * left, height=0.78, color=_COLOURS[kind], label=kind)
        ink = style.INK if kind in _PALE else "white"
        for row, (start, share) in enumerate(zip(left, shares[kind], strict=True)):
            if share >= _MIN_NUMBERED:
                centre = 100 * (start + share / 2)
                axes.text(centre, row, percent(share), ha="center", va="center", fontsize=6.5, color=ink)
        left = left + shares[kind]
    layout.label_rows(axes, rows.labels, grid=False)
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the page's characters, per cent")
    chart.legend(loc="outside upper center", ncols=columns, frameon=False, handlelength=1, columnspacing=1.2)
    # over all characters, not the mean over articles
    overall = lengths.sum() / max(1.0, float(lengths.to_numpy().sum()))
    chart.caption = (
        f"Share of characters kept as article text and dropped, by reason, in {rows.description} (blank lines excluded)."
        f" {percent(overall[KEPT])} % of all characters were kept."
    )
    lost = ", ".join(f"{kind} {percent(overall[kind])} %" for kind in shown[1:])
    chart.alt = (
        f"Stacked bars, {rows.description}: {percent(overall[KEPT])} % of the characters kept; dropped: {lost or 'none'}."
    )
    chart.table = shares[shown].reset_index(names=rows.kind)
    return chart


def _lengths(paragraphs: pd.DataFrame, dropped: pd.DataFrame) -> pd.DataFrame:
    """Number of characters, articles × kinds of text."""
    parts = pd.concat([paragraphs.assign(kind=KEPT), dropped.rename(columns={"reason": "kind"})])
    length = (parts["end"] - parts["start"]).astype(float)
    wide = length.groupby([parts["article_id"], parts["kind"]]).sum().unstack(fill_value=0.0)
    return wide.reindex(columns=[KEPT, *REASONS], fill_value=0.0)
