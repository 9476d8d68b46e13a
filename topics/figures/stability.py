"""How far each topic can be trusted."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.format import TRUSTED, is_unstable
from topics.settings import Settings

_MOST_TOPICS = 50


def stability(
    topics: pd.DataFrame, paragraph_topics: pd.DataFrame, codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """One row per topic: how well reruns find it again, and how far its paragraphs stay together.

    Parameters
    ----------
    topics, paragraph_topics
        The tables of the same names.
    codebook
        A topic has the colour of the theme that it overlaps most, grey if none.
    settings
        Of the run: reruns, seed, width.
    """
    settings = settings or Settings()
    named = topics[(topics["topic_id"] >= 0) & topics["stability"].notna()]
    if named.empty:
        return style.nothing("Stability is unknown: there is one topic, or nothing was rerun (stability.runs).", settings)
    largest = named.sort_values(["size", "topic_id"], ascending=[False, True], kind="stable").head(_MOST_TOPICS)
    shown = largest.sort_values(["stability", "topic_id"], ascending=[False, True], kind="stable")
    agreement = paragraph_topics.groupby("topic_id")["agreement"].quantile([0.25, 0.75]).unstack()
    room, theme = (2.4, 1.3) if settings.figures.columns == 2 else (1.3, 0.8)
    with style.context():
        palette = style.colours(codebook)
        figure = style.chart(style.width(settings), 0.6 + 0.18 * len(shown))
        axes = figure.subplots()
        axes.axvspan(0, TRUSTED, color="#f3f3f3", linewidth=0)
        axes.axvline(TRUSTED, color="#888888", linewidth=0.7, linestyle=(0, (3, 2)))
        for at, row in enumerate(shown.itertuples()):
            colour = palette.get(row.theme, "#777777") if isinstance(row.theme, str) else "#777777"
            low, high = agreement.loc[row.topic_id]
            axes.hlines(at, low, high, color=colour, linewidth=3.4, alpha=0.3)
            fill = "white" if is_unstable(row.stability) else colour
            axes.plot(row.stability, at, "o", color=colour, markerfacecolor=fill, markersize=4, zorder=3)
        axes.set_yticks(
            range(len(shown)),
            [style.legend_label(row, room) + style.theme_of(row, codebook, theme) for row in shown.itertuples()],
        )
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.set_xlim(0, 1.01)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(
            "stability (mean best Jaccard overlap with a rerun)" if settings.figures.columns == 2 else "stability"
        )
        axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
        axes.set_axisbelow(True)
        style.bare(axes, "bottom")
    shaky = sum(map(is_unstable, named["stability"]))
    figure.caption = (
        f"Stability of {len(shown)} topics (in brackets: paragraphs): mean best Jaccard overlap with the topics of"
        f" {settings.stability.runs} reruns on other parts of the corpus (dot; Hennig 2007). Colour, and what"
        " follows the brackets: its closest theme. Hollow and marked unstable:"
        f" below {TRUSTED}, a topic that should not be trusted. Bar: how far the middle half of its paragraphs stay with"
        f" their companions in the reruns.{style.more(len(named) - len(shown), 'topic')} {style.seeded(settings)}"
    )
    figure.alt = (
        f"Dots in {len(shown)} rows, the most stable topic first: {shown['stability'].max():.2f} to"
        f" {shown['stability'].min():.2f}; {shaky} of {len(named)} topics are unstable."
    )
    figure.table = shown[["topic_id", "label", "size", "stability"]]
    return figure
