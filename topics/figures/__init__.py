"""One function per figure: tables in, Figure out. Nothing is computed here, nothing saved.

Each returned figure carries its ``caption`` and its ``alt`` text, made from the
same tables. :mod:`topics.figures.style` holds what they share.
"""

from topics.figures.granularity import granularity
from topics.figures.heatmap import heatmap
from topics.figures.outlets import outlets
from topics.figures.profile import profile
from topics.figures.ribbon import ribbon
from topics.figures.topic_map import topic_map
from topics.figures.topic_words import topic_words

__all__ = ["granularity", "heatmap", "outlets", "profile", "ribbon", "topic_map", "topic_words"]
