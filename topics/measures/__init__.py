"""Tables of a run -> shares with intervals, comparisons, co-occurrence, keyness; topics against themes.

This room sees tables, arrays, the codebook and the settings alone, never texts or models, so that any measure can be
taken again from a saved run.

- ``shares``: the share of words of a topic in articles, outlets, periods and the corpus; what drawing other articles or
  paragraphs would change. Shares of themes, with gold codes or without, are in :mod:`topics.coding`.
- ``groups``: the same for groups of articles by any column of ``articles.csv``, such as a party (``groups.by``).
- ``periods``: which days, months, quarters, years or decades the articles fall into.
- ``co_occurrence``: which themes are assigned together, against chance.
- ``keyness``: the words that set an outlet apart.
- ``topic_themes``: which theme each topic is closest to.
- ``topic_groups``: which topics are mostly one outlet, author, other group or article, against chance.
- ``membership``: which part of a paragraph's words each theme gets, by assignments or by scores.
- ``uncorrected``: how far shares may be from what coders would say, without their codes; with these, see
  :mod:`topics.coding`.
- ``small_areas``: what single articles borrow from the corpus.
- ``bootstrap``: where all other intervals come from.
"""

from topics.measures.bootstrap import contiguous_blocks
from topics.measures.co_occurrence import theme_co_occurrence
from topics.measures.groups import (
    MAX_GROUPS,
    article_groups,
    column_order,
    group_notes,
    group_of,
    groups_of,
    require_column,
    shares_by_column,
)
from topics.measures.keyness import outlet_keyness
from topics.measures.membership import assigned_membership, assigned_themes, expected_membership
from topics.measures.periods import article_periods, choose_period, decimal_years
from topics.measures.shares import (
    article_topic_shares,
    drawn_difference,
    group_shares,
    sampling_distances,
)
from topics.measures.small_areas import beta_interval, blended, error_spread, likeness, normalised, pair_sums, rake, sums
from topics.measures.topic_groups import concentrated_topics, topic_group_notes, topic_groups
from topics.measures.topic_themes import closest_themes, topic_theme_overlap
from topics.measures.uncorrected import UncorrectedShares, doubt_of, uncorrected_parts, uncorrected_shares

__all__ = [
    "MAX_GROUPS", "UncorrectedShares", "article_groups", "article_periods", "article_topic_shares",
    "assigned_membership", "assigned_themes", "beta_interval", "blended", "choose_period", "closest_themes",
    "column_order", "concentrated_topics", "contiguous_blocks", "decimal_years", "doubt_of", "drawn_difference",
    "error_spread", "expected_membership", "group_notes", "group_of", "group_shares", "groups_of", "likeness", "normalised",
    "outlet_keyness", "pair_sums", "rake", "require_column", "sampling_distances", "shares_by_column", "sums",
    "theme_co_occurrence", "topic_group_notes", "topic_groups", "topic_theme_overlap", "uncorrected_parts",
    "uncorrected_shares",
]  # fmt: skip
