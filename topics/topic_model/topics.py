"""Paragraphs + vectors -> topics: the only room that knows BERTopic, UMAP and HDBSCAN.

The way through it: :mod:`~topics.topic_model.clusters` finds dense groups in a part of
the corpus, as BERTopic does; :mod:`~topics.topic_model.consensus` repeats that and makes
one answer of it; :mod:`~topics.topic_model.editing` applies what a person says of it;
:mod:`~topics.topic_model.words` describes the topics; :mod:`~topics.topic_model.saved`
keeps them for other texts.
"""

import html
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from topics import tables
from topics.format import topic_label
from topics.manual import TopicEdit
from topics.reading import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.text import Embeddings, build_vocabulary
from topics.topic_model import coherence, consensus, hierarchy
from topics.topic_model.clusters import FEWEST_FOR_UMAP, OUTLIER, place
from topics.topic_model.consensus import Reruns, unit
from topics.topic_model.editing import Edited, apply_edits
from topics.topic_model.granularity import choose
from topics.topic_model.model import Model, around, everything
from topics.topic_model.words import Terms, labelled

FEWEST_FOR_CLUSTERS = 6
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
    """What each number of topics would be like; empty where there was no choice."""
    hierarchy: pd.DataFrame
    """``topic_hierarchy.csv``; empty for a single topic."""
    levels: pd.DataFrame
    """``topic_levels.csv``; empty for fewer than three topics."""
    reruns: int
    """How often the clustering was repeated; 0 where no topic was found."""
    part: int
    """Paragraphs in each rerun."""
    reassigned_share: float
    """Of the paragraphs that a rerun saw, those that most left out and that were given a topic; NaN if none was seen."""
    coherence: dict[str, float]
    """``npmi``, ``c_v`` (means over topics) and ``diversity``."""
    model: Model
    """The centres that topics are assigned by."""
    edited: int = 0
    """Edits by hand that were applied."""
    notes: tuple[str, ...] = ()

    def words(self, topic: int, n: int = 10) -> list[str]:
        """The ``n`` heaviest words of a topic."""
        return self.topic_words.loc[self.topic_words["topic_id"] == topic, "word"].head(n).tolist()

    @property
    def outlier_share(self) -> float:
        """Share of paragraphs in no topic."""
        return float((self.paragraph_topics["topic_id"] == OUTLIER).mean())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{row.topic_id}</td><td>{html.escape(topic_label(row.label, row.stability))}</td><td>{row.size}</td>"
            f"<td>{self._unmeasured(row.topic_id) if math.isnan(row.stability) else f'{row.stability:.2f}'}</td></tr>"
            for row in self.topics.itertuples()
        )
        return (
            f"<p><b>Topics</b>: {(self.topics['topic_id'] >= 0).sum()}, {self.outlier_share:.0%} of paragraphs in none</p>"
            f"<table><tr><th>topic</th><th>label</th><th>paragraphs</th><th>stability</th></tr>{rows}</table>"
        )

    def _unmeasured(self, topic: int) -> str:
        return "– by hand" if self.reruns > 1 and self.edited and topic != OUTLIER else "–"


def fit(
    corpus: Corpus,
    embeddings: Embeddings,
    settings: Settings | None = None,
    guide: pd.Series | None = None,
    progress: Callable[[float], None] = lambda part: None,
    edits: Sequence[TopicEdit] = (),
) -> Topics:
    """Find the topics that the paragraphs themselves form.

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
        does with ``y``); unassigned ones find their own place.
    progress
        Called with the share of the reruns that is done, 0…1.
    edits
        What a person makes of the topics (:mod:`topics.topic_model.editing`); a note for each that cannot be applied.
    """
    settings = settings or Settings()
    paragraphs = corpus.paragraphs
    keys = [(text, row.tobytes()) for text, row in zip(paragraphs["text"], embeddings.vectors, strict=True)]
    order = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=int)
    ids = paragraphs["paragraph_id"].to_numpy()[order]
    classes = _classes(guide[ids]) if settings.topics.guided and guide is not None else None
    limits = settings.topics
    known = build_vocabulary(corpus.phrase_tokens, phrases=limits.phrases, min_count=limits.min_count)
    vectors, terms = embeddings.vectors[order], Terms(known.documents).of(order)
    with threadpool_limits(limits=1):
        found = _find(vectors, terms, settings, classes, progress)
        return _tables(ids, vectors, found, apply_edits(edits, found.model, ids, vectors), terms, known.show, settings)


@dataclass(frozen=True)
class _Found:
    """The topics before they have words; rows are paragraphs in the order of their texts."""

    model: Model
    reruns: Reruns | None
    """None where there was nothing to repeat."""
    granularity: pd.DataFrame
    notes: list[str]


def _find(
    vectors: np.ndarray, terms: Terms, settings: Settings, classes: np.ndarray | None, progress: Callable[[float], None]
) -> _Found:
    n = len(vectors)
    said = np.flatnonzero(vectors.any(axis=1))
    units = unit(vectors[said])
    reruns = None
    if len(said) >= FEWEST_FOR_CLUSTERS:
        led = classes[said] if classes is not None and n >= FEWEST_FOR_UMAP else None
        reruns = consensus.repeat(units, settings, led, progress)
    notes = []
    if classes is not None and n < FEWEST_FOR_UMAP:
        notes.append(f"only {n} paragraphs: themes guide the topics from {FEWEST_FOR_UMAP} on")
    if reruns is None or not reruns.centres:
        few = f"only {n} paragraph{'s' if n > 1 else ''}: clusters need {FEWEST_FOR_CLUSTERS}"
        none = f"no group of paragraphs among {n} is dense enough for a topic"
        notes.append(f"{few if n < FEWEST_FOR_CLUSTERS else none}, so all are one topic")
        return _Found(everything(vectors), None, tables.empty("granularity"), notes)
    if n < 100:
        notes.append(f"only {n} paragraphs: topics on so few are a first look; see their stability")
    k, tried = choose(reruns, terms.of(said), settings)
    if k < settings.topics.granularity:
        notes.append(f"{settings.topics.granularity} topics were asked for; {k} can be told apart")
    model = around(consensus.centres(reruns, k), units, settings.topics.outliers)
    labels = model.assign(vectors)[0]
    if lost := k - len(set(labels.tolist()) - {OUTLIER}):
        notes.append(f"{lost} of {k} topics hold no paragraph but outliers (topics.outliers)")
    if k > 1 and len(said) < n:
        notes.append(
            f"{n - len(said)} of {n} paragraphs have no vector (for LSA: no word that another has), and are in no topic"
        )
    return _Found(model.numbered(labels), reruns, tried, notes)


def _tables(
    ids: np.ndarray,
    vectors: np.ndarray,
    found: _Found,
    edited: Edited,
    terms: Terms,
    show: Callable[[str], str],
    settings: Settings,
) -> Topics:
    """Words, sizes and stability of the topics, rows as :func:`fit` orders them; ``show`` writes a term out."""
    labels, probability = edited.model.assign(vectors)
    said = np.flatnonzero(vectors.any(axis=1))
    topics = sorted(set(labels.tolist()))
    named = [topic for topic in topics if topic != OUTLIER]
    stability = dict.fromkeys(topics, math.nan)
    agreement, left_out = np.full((2, len(ids)), math.nan)
    if found.reruns is not None:
        left_out[said] = found.reruns.left_out
    if found.reruns is not None and found.reruns.runs > 1:
        held = consensus.agreement(found.reruns, labels[said], None if edited.before is None else edited.before[said])
        stability |= held.topics
        agreement[said] = held.rows
    ranked = terms.describe(labels, settings.topics.words)
    shown = {topic: [show(term) for term, _ in ranked[topic]] for topic in named}
    listed = [[term for term, _ in ranked[topic]] for topic in named]
    every = sorted({term for own in listed for term in own})
    npmi, c_v = terms.windows(every).npmi(listed), terms.windows(every, 110).c_v(listed)
    quality = pd.DataFrame({"npmi": npmi, "c_v": c_v, "distinctness": coherence.distinctness(listed)}, index=named)
    sizes, names = Counter(labels.tolist()), labelled(shown, edited.names)
    table = pd.DataFrame(
        {
            "topic_id": topics,
            "label": [names.get(topic, "Outliers") for topic in topics],
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
    seen = np.isfinite(left_out)
    points = place(vectors, settings)
    tree, levels = hierarchy.grow(vectors, labels, terms, shown, settings.topics.words, show, edited.names)
    means = {name: float(np.nanmean(values)) if np.isfinite(values).any() else math.nan for name, values in quality.items()}
    return Topics(
        table,
        tables.check(by_paragraph, "paragraph_topics"),
        tables.check(pd.DataFrame(words, columns=list(tables.COLUMNS["topic_words"])), "topic_words"),
        _representatives(ids, vectors, labels),
        tables.check(pd.DataFrame({"paragraph_id": ids, "x": points[:, 0], "y": points[:, 1]}), "topic_map"),
        found.granularity,
        tree,
        levels,
        found.reruns.runs if found.reruns else 0,
        len(found.reruns.parts[0]) if found.reruns else 0,
        float(by_paragraph["reassigned"][seen].mean()) if seen.any() else math.nan,
        {"npmi": means["npmi"], "c_v": means["c_v"], "diversity": coherence.diversity(listed)},
        edited.model,
        edited.applied,
        (*found.notes, *edited.notes),
    )


def _representatives(ids: np.ndarray, vectors: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """The paragraphs of each topic with the highest cosine to the mean of the topic, no two with the same vector."""
    units = unit(vectors)
    rows = []
    for topic in sorted(set(labels.tolist()) - {OUTLIER}):
        own = np.flatnonzero(labels == topic)
        middle = unit(units[own].mean(axis=0, keepdims=True))[0]
        central = (units[own] @ middle).round(6)
        order = own[np.lexsort((own, -central))]
        _, first = np.unique(units[order].round(6), axis=0, return_index=True)
        for rank, row in enumerate(order[np.sort(first)][:REPRESENTATIVES], start=1):
            rows.append({"topic_id": topic, "rank": rank, "paragraph_id": ids[row], "centrality": units[row] @ middle})
    return tables.check(pd.DataFrame(rows), "representatives")


def _classes(guide: pd.Series) -> np.ndarray:
    """Themes as numbers, −1 for unassigned paragraphs."""
    return pd.factorize(guide.where(guide != UNASSIGNED), sort=True)[0]
