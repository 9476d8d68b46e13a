"""Paragraphs + vectors -> the topics of a corpus, and all tables about them."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from topics import tables
from topics.manual import TopicEdit
from topics.reading import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.text import Embeddings, build_vocabulary
from topics.topic_model import coherence, consensus
from topics.topic_model.clusters import MIN_PARAGRAPHS_FOR_UMAP, OUTLIER, project_2d
from topics.topic_model.consensus import Reruns, normalize_rows
from topics.topic_model.editing import Edited, apply_edits
from topics.topic_model.granularity import choose_granularity
from topics.topic_model.hierarchy import topic_hierarchy
from topics.topic_model.model import Model, from_centroids, single_topic
from topics.topic_model.words import Terms, topic_labels

MIN_PARAGRAPHS_FOR_CLUSTERS = 6
REPRESENTATIVES = 3


@dataclass(frozen=True)
class Topics:
    """The topics of a corpus, in the columns of :mod:`topics.tables`."""

    topics: pd.DataFrame
    """``topics.csv`` without ``theme``."""
    paragraph_topics: pd.DataFrame
    topic_words: pd.DataFrame
    representatives: pd.DataFrame
    topic_map: pd.DataFrame
    granularity: pd.DataFrame
    """Stability and coherence of each number of topics tried; empty if there was no choice."""
    hierarchy: pd.DataFrame
    """``topic_hierarchy.csv``; empty for a single topic."""
    levels: pd.DataFrame
    """``topic_levels.csv``; empty for fewer than three topics."""
    reruns: int
    """How often the clustering was repeated; 0 if no topic was found."""
    part: int
    """Paragraphs in each rerun."""
    reassigned_share: float
    """Of the paragraphs in any rerun, those that are outliers in most and have a topic all the same; NaN if none is."""
    coherence: dict[str, float]
    """``npmi``, ``c_v`` (means over topics) and ``diversity``."""
    model: Model
    """What assigns the topics."""
    edited: int = 0
    """Manual edits that were applied."""
    notes: tuple[str, ...] = ()

    def words(self, topic: int, n: int = 10) -> list[str]:
        """The first ``n`` words of a topic."""
        return self.topic_words.loc[self.topic_words["topic_id"] == topic, "word"].head(n).tolist()

    @property
    def outlier_share(self) -> float:
        """Share of paragraphs in no topic."""
        return float((self.paragraph_topics["topic_id"] == OUTLIER).mean())


def fit_topics(
    corpus: Corpus,
    embeddings: Embeddings,
    settings: Settings | None = None,
    guide: pd.Series | None = None,
    progress: Callable[[float], None] = lambda part: None,
    edits: Sequence[TopicEdit] = (),
) -> Topics:
    """Find topics without a codebook.

    Never raises on a small corpus: below 6 paragraphs, or where nothing is dense, all are
    one topic and a note says so. The answer depends on texts and vectors alone, not on
    the order of the paragraphs nor on their ids.

    Parameters
    ----------
    embeddings
        One vector per paragraph; not changed.
    guide
        The primary theme of each paragraph, by paragraph id. With ``topics.guided``, paragraphs of one theme are drawn
        together before they are clustered (halfway to their mean, and by semi-supervised UMAP, as BERTopic
        does with ``y``); unassigned ones are left where they are.
    progress
        Called with the share of the reruns that is done, 0…1.
    edits
        Manual edits of the topics (:mod:`topics.topic_model.editing`); a note for each that cannot be applied.
    """
    settings = settings or Settings()
    paragraphs = corpus.paragraphs
    # in the order of the texts from here on, so that the order of the rows decides nothing
    keys = [(text, row.tobytes()) for text, row in zip(paragraphs["text"], embeddings.vectors, strict=True)]
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=int)
    ids = paragraphs["paragraph_id"].to_numpy()[order]
    classes = None
    if settings.topics.guided and guide is not None:
        primary = guide[ids]
        classes = pd.factorize(primary.where(primary != UNASSIGNED), sort=True)[0]
    vocabulary = build_vocabulary(corpus.phrase_tokens, phrases=settings.topics.phrases, min_count=settings.topics.min_count)
    vectors, terms = embeddings.vectors[order], Terms(vocabulary.documents).of(order)
    # one thread: sums in another order differ in their last digit, and clusters follow
    with threadpool_limits(limits=1):
        solution = _solve(vectors, terms, settings, classes, progress)
        edited = apply_edits(edits, solution.model, ids, vectors)
        return _describe(ids, vectors, solution, edited, terms, vocabulary.show, settings)


@dataclass(frozen=True)
class _Solution:
    """The topics before they have words; rows are paragraphs in the order of their texts."""

    model: Model
    reruns: Reruns | None
    """None if there was nothing to repeat."""
    granularity: pd.DataFrame
    notes: list[str]


def _solve(
    vectors: np.ndarray, terms: Terms, settings: Settings, classes: np.ndarray | None, progress: Callable[[float], None]
) -> _Solution:
    n = len(vectors)
    # LSA has a zero vector for a paragraph without any word that another has: it can be in no cluster
    nonzero = np.flatnonzero(vectors.any(axis=1))
    units = normalize_rows(vectors[nonzero])
    notes = []
    if settings.topics.guided and n < MIN_PARAGRAPHS_FOR_UMAP:
        notes.append(f"only {n} paragraphs: themes guide the topics only with {MIN_PARAGRAPHS_FOR_UMAP} or more")
        classes = None
    reruns = None
    if len(nonzero) >= MIN_PARAGRAPHS_FOR_CLUSTERS:
        reruns = consensus.rerun_clustering(units, settings, None if classes is None else classes[nonzero], progress)
    if reruns is None or not reruns.centroids:
        if n < MIN_PARAGRAPHS_FOR_CLUSTERS:
            reason = f"only {n} paragraph{'s' if n > 1 else ''}: clustering needs {MIN_PARAGRAPHS_FOR_CLUSTERS}"
        else:
            reason = f"no cluster of paragraphs among {n} is dense enough for a topic"
        notes.append(f"{reason}, so all paragraphs form one topic")
        return _Solution(single_topic(vectors), None, tables.empty("granularity"), notes)
    if n < 100:
        notes.append(f"only {n} paragraphs: topics on so few paragraphs are exploratory; see their stability")
    k, granularity = choose_granularity(reruns, terms.of(nonzero), settings)
    if k < settings.topics.granularity:
        notes.append(f"{settings.topics.granularity} topics were requested; {k} can be distinguished")
    model = from_centroids(consensus.consensus_centroids(reruns, k), units, settings.topics.outliers)
    labels = model.assign(vectors)[0]
    if lost := k - len(set(labels.tolist()) - {OUTLIER}):
        notes.append(f"{lost} of {k} topics contain only outliers (topics.outliers)")
    if k > 1 and len(nonzero) < n:
        notes.append(
            f"{n - len(nonzero)} of {n} paragraphs have no vector (for LSA: no word shared with another) and are outliers"
        )
    return _Solution(model.renumber_by_size(labels), reruns, granularity, notes)


def _describe(
    ids: np.ndarray,
    vectors: np.ndarray,
    solution: _Solution,
    edited: Edited,
    terms: Terms,
    show: Callable[[str], str],
    settings: Settings,
) -> Topics:
    """All tables about the topics, rows as :func:`fit_topics` orders them; ``show`` writes a term out."""
    reruns, n_words = solution.reruns, settings.topics.words
    labels, probability = edited.model.assign(vectors)
    topics = sorted(set(labels.tolist()))
    named = [topic for topic in topics if topic != OUTLIER]
    stability = dict.fromkeys(topics, math.nan)
    agreement, left_out = np.full((2, len(ids)), math.nan)
    if reruns is not None:
        nonzero = np.flatnonzero(vectors.any(axis=1))
        left_out[nonzero] = reruns.left_out
        if reruns.runs > 1:  # a single run agrees with itself
            before = None if edited.before is None else edited.before[nonzero]
            agreed = consensus.agreement(reruns, labels[nonzero], before)
            stability |= agreed.topics
            agreement[nonzero] = agreed.rows
    ranked = terms.topic_words(labels, n_words)
    listed = [[term for term, _ in ranked[topic]] for topic in named]
    shown = {topic: [show(term) for term in own] for topic, own in zip(named, listed, strict=True)}
    distinct = sorted({term for own in listed for term in own})
    quality = pd.DataFrame(
        {
            "npmi": terms.windows(distinct).npmi(listed),
            "c_v": terms.windows(distinct, 110).c_v(listed),
            "distinctness": coherence.distinctness(listed),
        },
        index=named,
    )
    sizes, label_of = Counter(labels.tolist()), topic_labels(shown, edited.names)
    table = pd.DataFrame(
        {
            "topic_id": topics,
            "label": [label_of.get(topic, "Outliers") for topic in topics],
            "size": [sizes[topic] for topic in topics],
            "words": [", ".join(shown.get(topic, [])) for topic in topics],
            "stability": [stability[topic] for topic in topics],
        }
    ).join(quality, on="topic_id")
    words = [
        {"topic_id": topic, "rank": rank, "word": show(term), "weight": weight}
        for topic in named
        for rank, (term, weight) in enumerate(ranked[topic], start=1)
    ]
    by_paragraph = pd.DataFrame(
        {
            "paragraph_id": ids,
            "topic_id": labels,
            "probability": probability,
            "agreement": agreement,
            "reassigned": (left_out > 0.5) & (labels != OUTLIER),
        }
    )
    in_reruns = np.isfinite(left_out)  # of a large corpus, some paragraphs are drawn for no rerun
    points = project_2d(vectors, settings)
    hierarchy, levels = topic_hierarchy(vectors, labels, terms, shown, n_words, show, edited.names)
    return Topics(
        topics=table,
        paragraph_topics=tables.check(by_paragraph, "paragraph_topics"),
        topic_words=tables.check(pd.DataFrame(words, columns=list(tables.COLUMNS["topic_words"])), "topic_words"),
        representatives=_representatives(ids, vectors, labels),
        topic_map=tables.check(pd.DataFrame({"paragraph_id": ids, "x": points[:, 0], "y": points[:, 1]}), "topic_map"),
        granularity=solution.granularity,
        hierarchy=hierarchy,
        levels=levels,
        reruns=reruns.runs if reruns else 0,
        part=len(reruns.parts[0]) if reruns else 0,
        reassigned_share=float(by_paragraph["reassigned"][in_reruns].mean()) if in_reruns.any() else math.nan,
        coherence={
            "npmi": float(quality["npmi"].mean()),
            "c_v": float(quality["c_v"].mean()),
            "diversity": coherence.diversity(listed),
        },
        model=edited.model,
        edited=edited.applied,
        notes=(*solution.notes, *edited.notes),
    )


def _representatives(ids: np.ndarray, vectors: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """The paragraphs of each topic with the highest cosine to the mean of the topic, no two with the same vector."""
    units = normalize_rows(vectors)
    rows = []
    for topic in sorted(set(labels.tolist()) - {OUTLIER}):
        own = np.flatnonzero(labels == topic)
        centroid = normalize_rows(units[own].mean(axis=0, keepdims=True))[0]
        # rounded: cosines that are equal but for their last digits go by the order of the texts
        central = (units[own] @ centroid).round(6)
        order = own[np.lexsort((own, -central))]
        _, first = np.unique(units[order].round(6), axis=0, return_index=True)
        for rank, row in enumerate(order[np.sort(first)][:REPRESENTATIVES], start=1):
            rows.append({"topic_id": topic, "rank": rank, "paragraph_id": ids[row], "centrality": units[row] @ centroid})
    return tables.check(pd.DataFrame(rows), "representatives")
