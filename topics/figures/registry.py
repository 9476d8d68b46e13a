"""One function per figure: tables in, Figure out. Nothing is computed here, nothing saved.

Each returned figure carries its ``caption``, its ``alt`` text and the ``table`` that it plots, made from the
same tables. :mod:`topics.figures.style` holds what they share.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from topics.codebook import Codebook
from topics.errors import InputError
from topics.figures import style
from topics.figures.agreement import agreement
from topics.figures.article_topics import article_topics
from topics.figures.co_occurrence import co_occurrence
from topics.figures.comparison import comparison
from topics.figures.evidence import evidence
from topics.figures.granularity import granularity
from topics.figures.heatmap import heatmap
from topics.figures.hierarchy import hierarchy
from topics.figures.keyness import keyness
from topics.figures.outlets import outlets
from topics.figures.profile import profile
from topics.figures.reading import reading
from topics.figures.ribbon import ribbon
from topics.figures.stability import stability
from topics.figures.time import time
from topics.figures.topic_map import topic_map
from topics.figures.topic_themes import topic_themes
from topics.figures.topic_words import topic_words
from topics.settings import Settings

__all__ = [
    "FIGURES", "agreement", "article_topics", "co_occurrence", "comparison", "draw", "evidence", "granularity", "heatmap",
    "hierarchy", "keyness", "outlets", "profile", "reading", "ribbon", "stability", "time", "topic_map", "topic_themes",
    "topic_words",
]  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What a figure is called, and what it is drawn from."""

    title: str
    tables: tuple[str, ...]
    function: Callable[..., style.Chart]
    methods: tuple[str, ...]
    """The steps that it rests on, as :func:`topics.report.methods_sentences` names them."""
    shows_text: bool = False
    """Whether sentences of the articles stand in it."""


_SHARES = ("reading", "themes", "shares")
_TOPICS = ("reading", "topics", "stability")

FIGURES: dict[str, Plan] = {
    "ribbon": Plan("Theme ribbon", ("themes", "paragraphs", "articles", "profiles"), ribbon, ("reading", "themes")),
    "outlets": Plan("Themes per outlet", ("outlets", "articles"), outlets, _SHARES),
    "comparison": Plan(
        "Outlets compared", ("outlet_differences",), comparison, ("reading", "themes", "shares", "differences")
    ),
    "heatmap": Plan("Themes per article", ("profiles", "articles"), heatmap, _SHARES),
    "profile": Plan("Themes per article with intervals", ("profiles", "articles"), profile, _SHARES),
    "time": Plan("Themes over time", ("themes_over_time",), time, _SHARES),
    "co_occurrence": Plan(
        "Themes spoken of together", ("co_occurrence", "paragraphs"), co_occurrence, ("reading", "themes", "co_occurrence")
    ),
    "keyness": Plan("Words that set outlets apart", ("keyness", "articles"), keyness, ("reading", "keyness")),
    "evidence": Plan("Evidence", ("themes", "paragraphs", "articles"), evidence, ("reading", "themes"), shows_text=True),
    "topic_words": Plan("Words of the topics", ("topics", "topic_words"), topic_words, ("reading", "topics", "words")),
    "topic_map": Plan("Map of the topics", ("topic_map", "paragraph_topics", "topics"), topic_map, _TOPICS),
    "topic_themes": Plan("Topics and themes", ("topic_themes", "topics"), topic_themes, ("reading", "themes", "topics")),
    "article_topics": Plan(
        "Topics per article", ("article_topics", "topics", "articles", "profiles"), article_topics, _TOPICS
    ),
    "hierarchy": Plan(
        "How the topics belong together", ("topic_hierarchy", "topics"), hierarchy, ("reading", "topics", "hierarchy")
    ),
    "stability": Plan("How far the topics can be trusted", ("topics", "paragraph_topics"), stability, _TOPICS),
    "reading": Plan("What was read", ("paragraphs", "dropped", "articles", "profiles"), reading, ("reading",)),
    "granularity": Plan(
        "How many topics", ("granularity", "paragraph_topics"), granularity, ("reading", "topics", "words", "stability")
    ),
}
"""Every figure, in the order in which a report shows them."""


def draw(
    name: str, table: Callable[[str], pd.DataFrame], codebook: Codebook, settings: Settings | None = None
) -> style.Chart:
    """Draw one of the figures.

    Parameters
    ----------
    name
        A key of :data:`FIGURES`.
    table
        Gives the table of a name.
    codebook
        Order, labels and colours of the themes.
    settings
        Of the run: seed and intervals for the caption; ``figures.columns`` is the width.

    Raises
    ------
    InputError
        If there is no such figure.
    """
    if name not in FIGURES:
        raise InputError(f"there is no figure {name!r}; expected one of {', '.join(FIGURES)}")
    plan = FIGURES[name]
    figure = plan.function(*(table(one) for one in plan.tables), codebook, settings or Settings())
    style.use_other_scripts(figure)
    return figure
