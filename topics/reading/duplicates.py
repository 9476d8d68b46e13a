"""Near-duplicate articles: what one article repeats of another is dropped, what is new in it is kept.

Two articles are compared by the word 5-grams ("shingles") of their body text: containment
is the share of one article's shingles that occur in the other (Broder 1997). It remains
high after a new headline, a changed paragraph or a shortened end. Versions of one story
share their background: of these, only the paragraphs that repeat are dropped.
"""

import re
from collections import defaultdict
from dataclasses import replace

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from topics.reading.boilerplate import Cleaned
from topics.reading.lines import is_prose, plain_words
from topics.settings import Settings
from topics.text import has_unspaced

CONTAINED = 0.6
"""Containment from which an article repeats another: one paragraph of three may differ."""
_REPEATED = 0.5
"""Containment from which a paragraph of such an article repeats: a few of its words may differ."""

_SHINGLE = 5
_MIN_SHINGLES = 20
"""Articles with fewer shingles are too short to compare."""
_YEAR = re.compile(r"\d{4}\b")


def mark_copies(cleaned: tuple[Cleaned, ...], settings: Settings | None = None) -> tuple[Cleaned, ...]:
    """Mark every near-duplicate with the id of the article that is kept, and its lines that repeat.

    A full article is preferred to an excerpt, then the earlier date (dated articles
    first), then the longer article, then the first id. No article is therefore a
    duplicate of a duplicate. Paragraphs of a duplicate that occur in no other article are
    kept. Tables of paragraphs are not compared; with ``reading.duplicates = "keep"``
    nothing is marked.

    Returns
    -------
    tuple of Cleaned
        The same articles; a duplicate has ``copy_of``, as ``overlap`` the share (0…1) of
        its shingles that occur in the article that is kept, and as ``repeated`` its lines
        to drop, all of them if no paragraph is new.
    """
    settings = settings or Settings()
    compared = np.array([i for i, item in enumerate(cleaned) if item.page.rows is None], dtype=int)
    if settings.reading.duplicates == "keep" or len(compared) < 2:
        return cleaned
    # Collisions of hashes are negligible with 2**24 values.
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

    ranked = sorted(range(len(compared)), key=rank)
    original: dict[int, int] = {}
    kept: dict[int, int] = {}  # in order of rank
    for k in ranked:
        # ties are decided by rank
        best = max((j for j in holders[k] if j in kept), key=lambda j: (holders[k][j], -kept[j]), default=-1)
        if best < 0:
            kept[k] = len(kept)
        else:
            original[k] = best
    marked = list(cleaned)
    present = set(kept)  # articles whose text is in the corpus, as their own or in another
    for k in ranked:
        if k in original:
            item = cleaned[compared[k]]
            others = [cleaned[compared[j]] for j in sorted(present & holders[k].keys())]
            marked[compared[k]] = replace(
                item,
                copy_of=cleaned[compared[original[k]]].page.article_id,
                overlap=holders[k][original[k]],
                repeated=_repeated_lines(item, others),
            )
            present.add(k)
    return tuple(marked)


def _repeated_lines(item: Cleaned, others: list[Cleaned]) -> frozenset[int]:
    """The starts of the body lines that occur in other articles; all of them if no new one is prose."""
    bodies = [_body(other) for other in others]
    shingles = set().union(*map(_shingles, bodies))
    lines = {plain_words(line) for body in bodies for line in body.split("\n")}
    body = [line for line in item.lines if line.kind == "body"]
    new = []
    for line in body:
        own = _shingles(line.text)
        repeats = len(own & shingles) >= _REPEATED * len(own) if own else plain_words(line.text) in lines
        if not repeats:
            new.append(line)
    if not any(is_prose(line.text) for line in new):
        new = []
    return frozenset(line.start for line in body) - {line.start for line in new}


def _body(item: Cleaned) -> str:
    return "\n".join(line.text for line in item.lines if line.kind == "body")


def _shingles(text: str) -> set[str]:
    tokens: list[str] = []
    for word in plain_words(text).split():
        tokens += list(word) if has_unspaced(word) else [word]
    return {" ".join(tokens[i : i + _SHINGLE]) for i in range(len(tokens) - _SHINGLE + 1)}
