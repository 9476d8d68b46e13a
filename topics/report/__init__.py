"""What is written about a run: its tables and its record, as a page, sentences, numbers and tables for a paper.

============================  ===========================================================
To change                     look in
============================  ===========================================================
sentences of the methods      ``methods.py``
numbers for a paper's prose   ``numbers.py``
LaTeX and Markdown tables     ``paper.py``
citation of a figure, BibTeX  ``citation.py``
the page ``report.html``      ``report.html.j2``, ``report.css.j2``, ``report.js.j2``, filled by ``render.py`` from
                              ``overview.py`` (first view), ``clusters.py`` (topics) and ``pages.py`` (each article)
============================  ===========================================================

Nothing is computed here but sums for sentences: everything comes from the tables and the
:class:`~topics.record.RunRecord`.
"""

from topics.report.citation import cite_figure
from topics.report.methods import methods_sentences
from topics.report.numbers import Number, collect_numbers, latex, slug, unique_keys, write_numbers
from topics.report.overview import (
    correction_sentence,
    difference_sentences,
    group_difference_sentences,
    summary_sentences,
)
from topics.report.pages import split_at_evidence, with_places
from topics.report.paper import to_latex, write_paper_tables
from topics.report.render import render_report

__all__ = [
    "Number", "cite_figure", "collect_numbers", "correction_sentence", "difference_sentences",
    "group_difference_sentences", "latex", "methods_sentences", "render_report", "slug", "split_at_evidence",
    "summary_sentences", "to_latex", "unique_keys", "with_places", "write_numbers", "write_paper_tables",
]  # fmt: skip
