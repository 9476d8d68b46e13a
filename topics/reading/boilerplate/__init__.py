"""Lines of a page -> what is article and what is not, each line with a reason.

A line is judged by what boilerplate *is* (length, punctuation, whom it addresses, what
it repeats, what stands after an article's end), not by the site it comes from. Nothing is
deleted: every non-blank line gets one kind.

``classify``        pages -> lines with a kind; title, author, outlet and date from them
``features``        what a line is like, says and stands beside
``phrases.toml``    the words that boilerplate is known by, in several languages
``model``           features -> probabilities; ``weights.json``, learned by ``benchmarks/reading.py --learn``
``bylines``         what bylines say of author, outlet and date
"""

from topics.reading.boilerplate.classify import Cleaned, clean

__all__ = ["Cleaned", "clean"]
