"""Articles -> articles kept: of those that say nearly the same, one.

Two articles are compared by the word 5-grams ("shingles") of their own prose, and by
how many of the one's the other holds too (containment, Broder 1997): a new headline,
a changed paragraph or a cut end leave most of them in place.
"""

import re
from collections import defaultdict
from dataclasses import replace

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from topics.reading.boilerplate import Cleaned
from topics.reading.lines import plain_words
from topics.settings import Settings
from topics.text import has_unspaced

CONTAINED = 0.6
"""Share of an article's shingles in another from which it is its copy: one paragraph of three may differ."""

_SHINGLE = 5
_MIN_SHINGLES = 20
"""Articles with fewer are too short to tell."""
_YEAR = re.compile(r"\d{4}\b")


def mark_copies(cleaned: tuple[Cleaned, ...], settings: Settings | None = None) -> tuple[Cleaned, ...]:
    """Mark every article that nearly repeats another with the id of the one that is kept.

    Kept is the whole, not an excerpt of it; else the earlier by date, an article with a
    date before one without; then the longer; then the first by id. So no article is a
    copy of a copy, and of a copy no more than two fifths are lost. Ready-made paragraphs
    are not compared, and nothing is marked under ``reading.duplicates = "keep"``.

    Returns
    -------
    tuple of Cleaned
        The same articles; a copy has ``copy_of``, and in ``overlap`` the share (0…1)
        of its shingles that the kept one holds.
    """
    settings = settings or Settings()
    compared = np.array([i for i, item in enumerate(cleaned) if item.page.rows is None], dtype=int)
    if settings.reading.duplicates == "keep" or len(compared) < 2:
        return cleaned
    # a hash may stand for two shingles; with 2**24 of them, too seldom to matter
    hashing = HashingVectorizer(
        analyzer=_shingles, binary=True, norm=None, n_features=2**24, alternate_sign=False, dtype=np.float32
    )
    shingles = hashing.transform(_body(cleaned[i]) for i in compared)
    long = np.flatnonzero(np.diff(shingles.indptr) >= _MIN_SHINGLES)
    shingles, compared = shingles[long], compared[long]
    sizes = np.diff(shingles.indptr)
    pairs = (shingles @ shingles.T).tocoo()
    containment = pairs.data / sizes[pairs.row]
    near = (containment >= CONTAINED) & (pairs.row != pairs.col)
    excerpts = set(pairs.row[near & (pairs.data / sizes[pairs.col] < CONTAINED)].tolist())
    holders: dict[int, dict[int, float]] = defaultdict(dict)
    for part, whole, share in zip(pairs.row[near], pairs.col[near], containment[near], strict=True):
        holders[int(part)][int(whole)] = float(share)

    def rank(k: int) -> tuple[bool, str, int, str]:
        page = cleaned[compared[k]].page
        is_excerpt = k in excerpts
        date = page.date if _YEAR.match(page.date) else "9999"
        return is_excerpt, "" if is_excerpt else date, -int(sizes[k]), page.article_id

    marked = list(cleaned)
    kept: dict[int, int] = {}  # in order of rank
    for k in sorted(range(len(compared)), key=rank):
        # of several that hold as much of it, the first in rank
        best = max((j for j in holders[k] if j in kept), key=lambda j: (holders[k][j], -kept[j]), default=-1)
        if best < 0:
            kept[k] = len(kept)
        else:
            original = cleaned[compared[best]].page.article_id
            marked[compared[k]] = replace(cleaned[compared[k]], copy_of=original, overlap=holders[k][best])
    return tuple(marked)


def _body(item: Cleaned) -> str:
    return "\n".join(line.text for line in item.lines if line.kind == "body")


def _shingles(text: str) -> set[str]:
    tokens: list[str] = []
    for word in plain_words(text).split():
        tokens += list(word) if has_unspaced(word) else [word]
    return {" ".join(tokens[i : i + _SHINGLE]) for i in range(len(tokens) - _SHINGLE + 1)}
