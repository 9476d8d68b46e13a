"""How many topics: each number of a small grid is tried, one is chosen by stability and coherence."""

import pandas as pd

from topics import tables
from topics.settings import Settings
from topics.topic_model import consensus
from topics.topic_model.consensus import Reruns
from topics.topic_model.words import Terms

GRID = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
WINDOW = 110
"""Words within which words co-occur, as C_v has it."""


def choose_granularity(reruns: Reruns, terms: Terms, settings: Settings) -> tuple[int, pd.DataFrame]:
    """Try numbers of topics and choose one.

    Tried are numbers from 2 to the clusters of the middle rerun, as far as a topic has ten
    paragraphs on average (five, up to 4 topics). Chosen is the one with the greatest
    stability × coherence: the mean adjusted Rand index of two reruns
    (:func:`topics.topic_model.consensus.stability`), and the mean NPMI of the ten top
    terms of a topic within 110 words, so mostly within a paragraph; where none is coherent,
    the most stable one. On corpora with
    known classes it comes to their number, or near (``benchmarks/topics.py``);
    ``topics.granularity`` overrules it. ``terms`` are those of the rows of ``reruns``.

    Returns
    -------
    k, granularity
        How many topics, and ``granularity.csv``.
    """
    wanted = min(settings.topics.granularity, reruns.max_topics)
    n = len(reruns.vectors)
    # more topics than the reruns have clusters, or of a few paragraphs each, would be invented
    limit = min(reruns.median_clusters, max(min(n // 5, 4), n // 10), reruns.max_topics)
    grid = {k for k in GRID if k <= limit} | {wanted or min(2, reruns.max_topics)}
    rows = []
    for k in sorted(grid):
        stability, error = consensus.stability(reruns, k)
        centroids = consensus.consensus_centroids(reruns, k, reruns.sample)
        labels = consensus.nearest_centroid(reruns.vectors, centroids)
        words = [[term for term, _ in ranked] for ranked in terms.top_terms(labels, 10).values()]
        distinct = sorted({word for own in words for word in own})
        npmi = pd.Series(terms.windows(distinct, WINDOW, reruns.sample).npmi(words)).mean()
        rows.append({"n_topics": k, "stability": stability, "error": error, "coherence": npmi})
    frame = pd.DataFrame(rows)
    # what cannot be measured must not decide: a single rerun is as stable as any
    filled = frame.fillna({"stability": 1, "coherence": 0})
    product = filled["stability"].clip(lower=0) * filled["coherence"].clip(lower=0)
    criteria = ["product", "stability", "coherence"]
    ranked = filled.assign(product=product).sort_values(criteria, ascending=False, kind="stable")
    chosen = wanted or int(ranked["n_topics"].iloc[0])
    return chosen, tables.check(frame.assign(chosen=frame["n_topics"] == chosen), "granularity")
