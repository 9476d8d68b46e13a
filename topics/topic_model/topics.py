"""Paragraphs + vectors -> a fitted BERTopic, ours or the reader's own, and all tables about its topics."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from topics import tables
from topics.format import count
from topics.manual import TopicEdit
from topics.reading import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.text import Embeddings, Encoder, PhraseAnalyzer, count_windows, distinctness, diversity
from topics.topic_model.clusters import OUTLIER, project_2d
from topics.topic_model.consensus import normalize_rows
from topics.topic_model.editing import apply_edits
from topics.topic_model.estimator import ConsensusClusters
from topics.topic_model.hierarchy import distinct_labels, topic_hierarchy
from topics.topic_model.model import Model, from_topic_vectors

if TYPE_CHECKING:
    from bertopic import BERTopic

LABEL = "Label"
"""The aspect of a BERTopic's representation that labels the topics."""
REPRESENTATIVES = 3
_MAX_DOCUMENTS = 20_000
"""Paragraphs on which words are counted; of more, every so many."""


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
    bertopic: BERTopic = field(repr=False)
    """The fitted model; its rows are the paragraphs."""
    is_own: bool = False
    """Whether the BERTopic is the reader's own."""
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


@dataclass(frozen=True)
class _Fitted:
    """A fitted BERTopic and what is known of its topics besides; rows are the paragraphs."""

    bertopic: BERTopic
    model: Model
    labels: np.ndarray
    probability: np.ndarray
    stability: dict[int, float]
    agreement: np.ndarray
    left_out: np.ndarray
    reruns: int
    part: int
    granularity: pd.DataFrame
    names: dict[int, str]
    """Labels given manually, or by the reader's model."""
    edited: int
    notes: tuple[str, ...]
    is_own: bool = False

    def reorder(self, order: np.ndarray) -> None:
        """Give the rows of the BERTopic their places in the corpus: ``order`` are those places."""
        clusters = self.bertopic.hdbscan_model
        clusters.reorder(order)
        self.bertopic.topics_, self.bertopic.probabilities_ = clusters.labels_.tolist(), clusters.probabilities_


def fit_topics(
    corpus: Corpus,
    embeddings: Embeddings,
    settings: Settings | None = None,
    guide: pd.Series | None = None,
    progress: Callable[[float], None] = lambda part: None,
    edits: Sequence[TopicEdit] = (),
    topic_model: BERTopic | None = None,
) -> Topics:
    """Find topics without a codebook: fit a BERTopic, and tabulate it.

    With our own parts it never raises on a small corpus: below 6 paragraphs, or where nothing is dense, all are
    one topic and a note says so; and the answer depends on texts and vectors alone, not on the order of the paragraphs
    nor on their ids.

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
    topic_model
        The reader's own BERTopic in place of ours (:mod:`topics.topic_model.own`); it is not changed.

    Raises
    ------
    InputError
        If ``topic_model`` cannot be fitted to the paragraphs.
    """
    settings = settings or Settings()
    paragraphs, vectors = corpus.paragraphs, embeddings.vectors
    order = np.arange(len(paragraphs))
    if topic_model is None:
        # in the order of the texts, so that the order of the rows decides nothing
        keys = [(text, row.tobytes()) for text, row in zip(paragraphs["text"], vectors, strict=True)]
        order = np.array(sorted(order.tolist(), key=keys.__getitem__), dtype=int)
    rows = _Rows(paragraphs["paragraph_id"].to_numpy()[order], paragraphs["text"].to_numpy()[order].tolist(), vectors[order])
    # one thread: sums in another order differ in their last digit, and clusters follow
    with threadpool_limits(limits=1):
        if topic_model is None:
            fitted = _fit_ours(corpus, rows, embeddings.encoder, settings, guide, progress, edits)
        else:
            fitted = _fit_own(topic_model, rows, embeddings.encoder, settings, progress, edits)
        found = _describe(rows, fitted, settings)
    if topic_model is None:
        fitted.reorder(order)
    return found


@dataclass(frozen=True)
class _Rows:
    """Paragraphs in the order that breaks ties."""

    ids: np.ndarray
    texts: list[str]
    vectors: np.ndarray


def _fit_ours(
    corpus: Corpus,
    rows: _Rows,
    encoder: Encoder | None,
    settings: Settings,
    guide: pd.Series | None,
    progress: Callable[[float], None],
    edits: Sequence[TopicEdit],
) -> _Fitted:
    from topics.topic_model import assembly, words  # late: BERTopic takes seconds to load

    chosen, language = settings.topics, corpus.language
    classes = None
    if chosen.guided and guide is not None:
        primary = guide[rows.ids]
        classes = pd.factorize(primary.where(primary != UNASSIGNED), sort=True)[0]
    clusters = cluster_model(settings).fit(rows.vectors, classes, progress)
    edited = apply_edits(edits, clusters.model_, rows.ids, rows.vectors)
    clusters.use(edited.model, rows.vectors, edited.before)
    analyzer = PhraseAnalyzer.fit(corpus.phrase_tokens, phrases=chosen.phrases, min_count=chosen.min_count)
    model = assembly.create_bertopic(analyzer, clusters, encoder, n_words=chosen.words, language=language)
    number_of = assembly.fit_to_clusters(model, clusters, rows.texts, rows.vectors)
    reruns, granularity = clusters.reruns_, clusters.granularity_
    if reruns is not None:
        terms = [analyzer(rows.texts[row]) for row in clusters.rows_]
        coherence = words.coherence_by_number(reruns, granularity["n_topics"].tolist(), terms)
        granularity = tables.check(granularity.assign(coherence=coherence), "granularity")
    return _Fitted(
        bertopic=model,
        model=clusters.model_,
        labels=clusters.labels_,
        probability=clusters.probabilities_,
        stability=clusters.stability_,
        agreement=clusters.agreement_,
        left_out=clusters.left_out_,
        reruns=reruns.runs if reruns else 0,
        part=len(reruns.parts[0]) if reruns else 0,
        granularity=granularity,
        names={number_of[topic]: name for topic, name in (edited.names or {}).items()},
        edited=edited.applied,
        notes=(*clusters.notes_, *edited.notes),
    )


def cluster_model(settings: Settings) -> ConsensusClusters:
    """The cluster model that the settings describe, not fitted yet."""
    chosen = settings.topics
    return ConsensusClusters(
        chosen.granularity or None,
        n_reruns=settings.stability.runs,
        fraction=settings.stability.fraction,
        n_neighbors=chosen.neighbours or None,
        n_components=chosen.components,
        min_cluster_size=chosen.min_size or None,
        outliers=chosen.outliers,
        random_state=settings.seed,
    )


def _fit_own(
    topic_model: BERTopic,
    rows: _Rows,
    encoder: Encoder | None,
    settings: Settings,
    progress: Callable[[float], None],
    edits: Sequence[TopicEdit],
) -> _Fitted:
    from topics.topic_model import own  # late: BERTopic takes seconds to load

    found = own.fit_own(topic_model, rows.texts, rows.vectors, encoder, settings, progress)
    notes = list(found.notes)
    if edits:
        notes.append(
            f"{count(len(edits), 'topic edit')} not applied: they are for the package's own model; edit topic_model itself"
            " (merge_topics, reduce_topics)"
        )
    return _Fitted(
        bertopic=found.model,
        model=from_topic_vectors(found.model.topic_embeddings_, sorted(found.model.topic_representations_)),
        labels=found.labels,
        probability=found.probability,
        stability=found.stability,
        agreement=found.agreement,
        left_out=np.full(len(rows.texts), np.nan),
        reruns=found.refits,
        part=round(len(rows.texts) * settings.stability.fraction) if found.refits else 0,
        granularity=tables.empty("granularity"),
        names=found.names,
        edited=0,
        notes=tuple(notes),
        is_own=True,
    )


def _describe(rows: _Rows, fitted: _Fitted, settings: Settings) -> Topics:
    """All tables about the topics of a fitted BERTopic; its labels and representative documents are set to theirs."""
    model, labels = fitted.bertopic, fitted.labels
    topics = sorted(set(labels.tolist()))
    named = [topic for topic in topics if topic != OUTLIER]
    ranked = {topic: _words(model, topic) for topic in topics}
    listed = {topic: [word for word, _ in ranked[topic]] for topic in topics}
    label_of = {**_labels(fitted, {topic: listed[topic] for topic in named}), OUTLIER: "Outliers"}
    analyzer = model.vectorizer_model.build_analyzer()
    terms = [analyzer(text) for text in rows.texts[:: -(-len(rows.texts) // _MAX_DOCUMENTS)]]
    own = [listed[topic] for topic in named]
    distinct = sorted({word for words in own for word in words})
    quality = pd.DataFrame(
        {
            "npmi": count_windows(distinct, terms, 10).npmi(own),
            "c_v": count_windows(distinct, terms, 110).c_v(own),
            "distinctness": distinctness(own),
        },
        index=named,
    )
    sizes = Counter(labels.tolist())
    table = pd.DataFrame(
        {
            "topic_id": topics,
            "label": [label_of[topic] for topic in topics],
            "size": [sizes[topic] for topic in topics],
            "words": [", ".join(listed[topic]) for topic in topics],
            "stability": [fitted.stability.get(topic, math.nan) for topic in topics],
        }
    ).join(quality, on="topic_id")
    words = [
        {"topic_id": topic, "rank": rank, "word": word, "weight": weight}
        for topic in named
        for rank, (word, weight) in enumerate(ranked[topic], start=1)
    ]
    by_paragraph = pd.DataFrame(
        {
            "paragraph_id": rows.ids,
            "topic_id": labels,
            "probability": fitted.probability,
            "agreement": fitted.agreement,
            "reassigned": (fitted.left_out > 0.5) & (labels != OUTLIER),
        }
    )
    in_reruns = np.isfinite(fitted.left_out)  # of a large corpus, some paragraphs are drawn for no rerun
    points = project_2d(rows.vectors, settings.seed, settings.topics.neighbours)
    representatives = _representatives(rows, labels, model.representative_docs_ if fitted.is_own else {})
    nouns = {topic: [term for term, _ in aspect[1:]] for topic, aspect in model.topic_aspects_.get(LABEL, {}).items()}
    if not fitted.is_own:
        texts = dict(zip(rows.ids.tolist(), rows.texts, strict=True))
        for topic, ids in representatives.groupby("topic_id")["paragraph_id"]:
            model.representative_docs_[topic] = [texts[key] for key in ids]
        model.topic_aspects_[LABEL] = {topic: [(label_of[topic], 1.0)] for topic in topics}
    hierarchy, levels = topic_hierarchy(model, rows.texts, {topic: label_of[topic] for topic in named}, nouns)
    return Topics(
        topics=table,
        paragraph_topics=tables.check(by_paragraph, "paragraph_topics"),
        topic_words=tables.check(pd.DataFrame(words, columns=list(tables.COLUMNS["topic_words"])), "topic_words"),
        representatives=representatives,
        topic_map=tables.check(pd.DataFrame({"paragraph_id": rows.ids, "x": points[:, 0], "y": points[:, 1]}), "topic_map"),
        granularity=fitted.granularity,
        hierarchy=hierarchy,
        levels=levels,
        reruns=fitted.reruns,
        part=fitted.part,
        reassigned_share=float(by_paragraph["reassigned"][in_reruns].mean()) if in_reruns.any() else math.nan,
        coherence={
            "npmi": float(quality["npmi"].mean()),
            "c_v": float(quality["c_v"].mean()),
            "diversity": diversity(own),
        },
        model=fitted.model,
        bertopic=model,
        is_own=fitted.is_own,
        edited=fitted.edited,
        notes=fitted.notes,
    )


def _words(model: BERTopic, topic: int) -> list[tuple[str, float]]:
    """The words of a topic; BERTopic fills up with empty ones, and repeats some."""
    words: dict[str, float] = {}
    for word, weight in model.topic_representations_.get(topic, []):
        if word.strip():
            words.setdefault(" ".join(word.split()), float(weight))
    return list(words.items())


def _labels(fitted: _Fitted, words: dict[int, list[str]]) -> dict[int, str]:
    """The labels of topics: given ones, those of the aspect that labels, or the first words; no two are the same."""
    aspect = fitted.bertopic.topic_aspects_.get(LABEL, {})
    labels: dict[int, str] = {}
    for source in (fitted.names, {topic: ranked[0][0] for topic, ranked in aspect.items() if ranked}):
        for topic, label in source.items():
            if topic in words and topic not in labels and label.strip() and label not in labels.values():
                labels[topic] = label
    return distinct_labels(words, labels)


def _representatives(rows: _Rows, labels: np.ndarray, given: Mapping[int, Sequence[str]]) -> pd.DataFrame:
    """The paragraphs that represent each topic: ``given`` texts, or those nearest to the mean of its vectors.

    No two of the nearest have the same vector.
    """
    units = normalize_rows(rows.vectors)
    table = []
    for topic in sorted(set(labels.tolist()) - {OUTLIER}):
        own = np.flatnonzero(labels == topic)
        centroid = normalize_rows(units[own].mean(axis=0, keepdims=True))[0]
        row_of = {rows.texts[row]: row for row in reversed(own.tolist())}
        chosen = [row_of[text] for text in dict.fromkeys(given.get(topic, ())) if text in row_of]
        if not chosen:
            # rounded: cosines that are equal but for their last digits go by the order of the texts
            order = own[np.lexsort((own, -(units[own] @ centroid).round(6)))]
            _, first = np.unique(units[order].round(6), axis=0, return_index=True)
            chosen = order[np.sort(first)][:REPRESENTATIVES].tolist()
        table += [(topic, rank, rows.ids[row], units[row] @ centroid) for rank, row in enumerate(chosen, start=1)]
    columns = list(tables.COLUMNS["representatives"])
    return tables.check(pd.DataFrame(table, columns=columns), "representatives")
