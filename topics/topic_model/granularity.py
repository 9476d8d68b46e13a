"""How many topics: each number of a small grid tried, one chosen by stability and coherence."""

import pandas as pd

from topics import tables
from topics.settings import Settings
from topics.topic_model import consensus
from topics.topic_model.consensus import Reruns
from topics.topic_model.words import Terms

GRID = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
WINDOW = 110
"""Words within which words meet, as C_v has it."""


def choose(reruns: Reruns, terms: Terms, settings: Settings) -> tuple[int, pd.DataFrame]:
    """Try numbers of topics and choose one.

    Tried are numbers from 2 to the groups of the middle rerun, as far as a topic has ten
    paragraphs on average (five, up to 4 topics). Chosen is the one with the greatest
    stability × coherence: the mean adjusted Rand index of two reruns
    (:func:`topics.topic_model.consensus.stability`), and the mean NPMI of the ten heaviest
    words of a topic within 110 words, so mostly within a paragraph; where none is coherent,
    the most stable one. On corpora with
    known classes it comes to their number, or near (``benchmarks/topics.py``);
    ``topics.granularity`` overrules it.

    Parameters
    ----------
    terms
        Of the paragraphs whose vectors ``reruns`` hold, in their order.

    Returns
    -------
    k, granularity
        How many topics, and ``granularity.csv``: ``n_topics, stability, error, coherence, chosen``.
    """
    wanted = min(settings.topics.granularity, reruns.most)
    n = len(reruns.vectors)
    limit = min(reruns.usual, max(min(n // 5, 4), n // 10))
    grid = {k for k in GRID if k <= min(limit, reruns.most)} | {wanted or min(2, reruns.most)}
    rows = []
    for k in sorted(grid):
        stability, error = consensus.stability(reruns, k)
        labels, _ = consensus.nearest(reruns.vectors, consensus.centres(reruns, k, reruns.sample))
        words = [[term for term, _ in ranked] for ranked in terms.heaviest(labels, 10).values()]
        listed = sorted({word for own in words for word in own})
        npmi = pd.Series(terms.windows(listed, WINDOW, reruns.sample).npmi(words)).mean()
        rows.append({"n_topics": k, "stability": stability, "error": error, "coherence": npmi})
    frame = pd.DataFrame(rows)
    known = frame.fillna({"stability": 1, "coherence": 0})
    product = known["stability"].clip(lower=0) * known["coherence"].clip(lower=0)
    order = known.assign(product=product).sort_values(["product", "stability", "coherence"], ascending=False, kind="stable")
    best = wanted or int(order["n_topics"].iloc[0])
    return best, tables.check(frame.assign(chosen=frame["n_topics"] == best), "granularity")
