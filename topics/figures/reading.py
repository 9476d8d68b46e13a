"""What was read: how much of each page is article, and what the rest is."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.figures.rows import rows as rows_of
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
_NUMBERED = 0.07
"""Share from which a part of a bar has its number in it."""


def reading(
    paragraphs: pd.DataFrame,
    dropped: pd.DataFrame,
    articles: pd.DataFrame,
    profiles: pd.DataFrame,
    codebook: Codebook,
    settings: Settings | None = None,
) -> style.Chart:
    """A bar per article (or group of more than 40): the share of its page that is kept, and that is dropped as what.

    Parameters
    ----------
    paragraphs, dropped, articles, profiles
        The tables of these names; lengths are those of ``start:end``.
    codebook
        Labels, where articles are grouped by theme.
    settings
        Of the run: width.
    """
    settings = settings or Settings()
    rows = rows_of(articles.assign(n_paragraphs=articles["n_paragraphs"].clip(lower=1)), profiles, codebook, settings)
    shares, kinds = _shares(paragraphs, dropped), (KEPT, *REASONS)
    shares = shares[shares.index.isin(rows.of.index)]
    by_row = shares.groupby(rows.of).sum().reindex(rows.keys, fill_value=0)
    by_row = by_row.div(by_row.sum(axis=1).clip(lower=1), axis=0)
    shown = [kind for kind in kinds if kind == KEPT or by_row[kind].any()]
    with style.context():
        across = len(shown) if settings.figures.columns == 2 else 3
        lines = -(-len(shown) // across)
        figure = style.chart(style.width(settings), 0.65 + 0.16 * lines + 0.18 * len(rows.keys))
        axes = figure.subplots()
        left = by_row[KEPT] * 0
        for kind in shown:
            axes.barh(
                range(len(rows.keys)), 100 * by_row[kind], left=100 * left, height=0.78, color=_COLOURS[kind], label=kind
            )
            for at, (start, share) in enumerate(zip(left, by_row[kind], strict=True)):
                if share >= _NUMBERED:
                    pale = kind in (KEPT, "byline", "duplicate", "short")
                    middle = 100 * (start + share / 2)
                    ink = style.INK if pale else "white"
                    axes.text(middle, at, f"{100 * share:.0f}", ha="center", va="center", fontsize=6.5, color=ink)
            left = left + by_row[kind]
        axes.set_yticks(range(len(rows.keys)), rows.labels)
        axes.set_ylim(len(rows.keys) - 0.4, -0.6)
        axes.set_xlim(0, 100)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("share of the page's characters, per cent")
        figure.legend(loc="outside upper center", ncols=across, frameon=False, handlelength=1, columnspacing=1.2)
        style.bare(axes, "bottom")
    whole = shares.sum()
    total = max(1.0, float(whole.sum()))
    figure.caption = (
        f"What was read of {rows.said}: the share of characters that is article, and the parts of the page that were"
        f" dropped, by reason (blank lines do not count). {100 * whole[KEPT] / total:.0f} % of all is article."
        f" {style.seeded(settings)}"
    )
    lost = ", ".join(f"{kind} {100 * whole[kind] / total:.0f} %" for kind in shown[1:])
    figure.alt = (
        f"Bars, {rows.said}: {100 * whole[KEPT] / total:.0f} % of the characters are article; {lost or 'no line'} dropped."
    )
    figure.table = by_row[shown].reset_index(names=rows.kind)
    return figure


def _shares(paragraphs: pd.DataFrame, dropped: pd.DataFrame) -> pd.DataFrame:
    """Articles × kinds: characters."""
    parts = pd.concat([paragraphs.assign(kind=KEPT), dropped.rename(columns={"reason": "kind"})])
    length = (parts["end"] - parts["start"]).astype(float)
    wide = length.groupby([parts["article_id"], parts["kind"]]).sum().unstack(fill_value=0.0)
    return wide.reindex(columns=[KEPT, *REASONS], fill_value=0.0)
