"""Classify the lines of a page as article text or boilerplate.

A line is classified by general properties of boilerplate (length, punctuation, form of
address, repetition, position after the end of an article), not by rules for single sites.
Nothing is deleted: every non-blank line has one kind.

``classify``        pages -> classified lines; title, author, outlet and date from them
``features``        features of a line: form, content and context
``phrases.toml``    typical phrases of boilerplate, in several languages
``model``           features -> probabilities; ``weights.json`` is trained by ``benchmarks/reading.py --learn``
``bylines``         author, outlet and date from bylines
"""

from topics.reading.boilerplate.classify import Cleaned, clean

__all__ = ["Cleaned", "clean"]
