"""Figures: functions that draw the tables of a run as matplotlib charts.

Each figure is a function in the file of its name, with its title, data, marks, caption and alternative text. To change
the caption of the ribbon, edit ``ribbon.py``. To add a figure, write a file with a function decorated with
``@figure(…)``, and import it below at its position in the report.

Shared code: ``registry.py`` (:data:`FIGURES`, :func:`draw`), ``style.py`` (type, colours, :class:`Chart`,
:func:`export`), ``layout.py`` (panels, rows, heat maps), ``labels.py`` (widths of labels, names of outlets and topics),
``rows.py`` (articles, or groups of articles, as rows) and ``blocks.py`` (the blocks of a ribbon, also for the report and
the explorer).
"""

# isort: off
# The order of these imports is the order of the figures in the report.
from topics.figures.ribbon import ribbon
from topics.figures.outlets import outlets
from topics.figures.comparison import comparison
from topics.figures.groups import groups
from topics.figures.heatmap import heatmap
from topics.figures.profile import profile
from topics.figures.time import time
from topics.figures.co_occurrence import co_occurrence
from topics.figures.keyness import keyness
from topics.figures.evidence import evidence
from topics.figures.topic_words import topic_words
from topics.figures.topic_map import topic_map
from topics.figures.topic_themes import topic_themes
from topics.figures.article_topics import article_topics
from topics.figures.hierarchy import hierarchy
from topics.figures.stability import stability
from topics.figures.reading import reading
from topics.figures.granularity import granularity
# isort: on

from topics.figures.agreement import agreement
from topics.figures.blocks import ribbon_blocks
from topics.figures.curves import curves
from topics.figures.effects import effects
from topics.figures.registry import FIGURES, draw
from topics.figures.robustness import robustness
from topics.figures.style import Chart, export, theme_colours, use_fallback_fonts, warn_of_missing

__all__ = [
    "FIGURES", "Chart", "agreement", "article_topics", "co_occurrence", "comparison", "curves", "draw",
    "effects", "evidence", "export", "granularity", "groups", "heatmap", "hierarchy", "keyness", "outlets",
    "profile", "reading", "ribbon", "ribbon_blocks", "robustness", "stability", "theme_colours", "time", "topic_map",
    "topic_themes", "topic_words", "use_fallback_fonts", "warn_of_missing",
]  # fmt: skip
