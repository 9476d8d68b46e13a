"""Paragraphs + vectors -> topics: the only room that knows BERTopic, UMAP and HDBSCAN.

UMAP and HDBSCAN are called as BERTopic calls them, with settings that follow
the size of the corpus; BERTopic then represents the clusters (c-TF-IDF). The
two steps are apart so that :mod:`topics.stability` can repeat the first alone.
"""

from __future__ import annotations

import html
import math
import warnings
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from topics import tables
from topics.embeddings import Embeddings
from topics.language import sentences, stop_stems, words
from topics.paragraphs import Corpus
from topics.settings import Settings
from topics.tables import UNASSIGNED
from topics.themes import Themes

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

OUTLIER = -1
FEWEST_FOR_CLUSTERS = 6
FEWEST_FOR_UMAP = 15
_MOST_FOR_EXACT_NEIGHBOURS = 20_000


@dataclass(frozen=True)
class Clusters:
    """What UMAP and HDBSCAN found: one label and one membership strength per row."""

    labels: np.ndarray
    """int, −1 for outliers; 0 is the largest cluster."""
    strength: np.ndarray
    """float, 0…1."""
    found: bool = True
    """False where all rows are one topic for want of any."""
    guide: np.ndarray | None = None
    """int, the class that guided each row, −1 for none; None where nothing guided them."""


@dataclass(frozen=True)
class Topics:
    """The topics of a corpus, in the columns of :mod:`topics.tables`."""

    topics: pd.DataFrame
    """``topics.csv`` without ``theme`` and ``stability``."""
    paragraph_topics: pd.DataFrame
    """``paragraph_topics.csv`` without ``agreement``."""
    topic_words: pd.DataFrame
    topic_map: pd.DataFrame
    clusters: Clusters
    notes: tuple[str, ...] = ()

    def words(self, topic: int, n: int = 10) -> list[str]:
        """The ``n`` heaviest words of a topic."""
        return self.topic_words.loc[self.topic_words["topic_id"] == topic, "word"].head(n).tolist()

    @property
    def outlier_share(self) -> float:
        """Share of paragraphs in BERTopic's outlier class."""
        return float((self.paragraph_topics["topic_id"] == OUTLIER).mean())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{row.topic_id}</td><td>{html.escape(row.label)}</td><td>{row.size}</td></tr>"
            for row in self.topics.itertuples()
        )
        return (
            f"<p><b>Topics</b>: {(self.topics['topic_id'] >= 0).sum()}, {self.outlier_share:.0%} of paragraphs in none</p>"
            f"<table><tr><th>topic</th><th>label</th><th>paragraphs</th></tr>{rows}</table>"
        )


def fit(corpus: Corpus, embeddings: Embeddings, settings: Settings | None = None, themes: Themes | None = None) -> Topics:
    """Find the topics that the paragraphs themselves form.

    Never raises on a small corpus: below 6 paragraphs, or where nothing is
    dense, all are one topic and a note says so. With ``topics.guided``, paragraphs of
    one primary theme are drawn together (semi-supervised UMAP, McInnes, Healy and
    Melville 2018, as BERTopic does with ``y``); unassigned ones find their own place.
    """
    import pandas as pd

    settings = settings or Settings()
    paragraphs = corpus.paragraphs
    n = len(paragraphs)
    notes = []
    guide = _guide(themes) if settings.topics.guided and themes is not None else None
    clusters = cluster(embeddings.vectors, settings, settings.seed, guide=guide)
    if guide is not None and n < FEWEST_FOR_UMAP:
        notes.append(f"only {n} paragraphs: themes guide the topics from {FEWEST_FOR_UMAP} on")
    if n < FEWEST_FOR_CLUSTERS:
        notes.append(f"only {n} paragraph{'s' if n > 1 else ''}: clusters need {FEWEST_FOR_CLUSTERS}, so all are one topic")
    elif (clusters.labels == OUTLIER).all():
        clusters = _all_in_one(n)
        notes.append(f"no group of paragraphs among {n} is dense enough for a topic, so all are one topic")
    elif n < 100:
        notes.append(f"only {n} paragraphs: topics on so few are a first look; see their stability")
    vocabulary = _Terms(paragraphs["text"].tolist(), corpus.language)
    topic_words = _represent(clusters.labels, vocabulary, embeddings.vectors, settings)
    ids = sorted(set(clusters.labels.tolist()))
    listed = {topic: topic_words.loc[topic_words["topic_id"] == topic, "word"].tolist() for topic in ids}
    sizes = Counter(clusters.labels.tolist())
    table = pd.DataFrame(
        {
            "topic_id": ids,
            "label": ["Outliers" if topic == OUTLIER else ", ".join(listed[topic][:3]) or f"topic {topic}" for topic in ids],
            "size": [sizes[topic] for topic in ids],
            "words": [", ".join(listed[topic]) for topic in ids],
        }
    )
    by_paragraph = pd.DataFrame(
        {"paragraph_id": paragraphs["paragraph_id"], "topic_id": clusters.labels, "probability": clusters.strength}
    )
    points = _map(embeddings.vectors, settings)
    places = pd.DataFrame({"paragraph_id": paragraphs["paragraph_id"], "x": points[:, 0], "y": points[:, 1]})
    return Topics(table, by_paragraph, topic_words, places, clusters, tuple(notes))


def cluster(
    vectors: np.ndarray, settings: Settings, seed: int, scale: float = 1.0, guide: np.ndarray | None = None
) -> Clusters:
    """Reduce with UMAP, cluster with HDBSCAN; sizes follow the corpus unless set.

    The rule: ``neighbours`` 15 (or n − 1), ``components`` 5 (or n − 2, or those of the vectors),
    ``min_size`` half the root of n, at least 3. Below 15 rows HDBSCAN sees the
    vectors themselves.

    Parameters
    ----------
    vectors
        Rows × dimensions; not changed.
    scale
        Share of the corpus that ``vectors`` are, for refits on a part of it.
    guide
        A class for each row, −1 for none, that draws its rows together.
    """
    import numpy as np

    n = len(vectors)
    if n < FEWEST_FOR_CLUSTERS:
        return _all_in_one(n)
    whole = n / scale
    smallest = settings.topics.min_size or max(3, round(math.sqrt(whole) / 2))
    smallest = min(max(2, round(smallest * scale)), n)
    components = min(settings.topics.components, n - 2, vectors.shape[1])
    reduced = _umap(vectors, settings, components, seed, guide) if n >= FEWEST_FOR_UMAP else vectors
    with _quiet():
        import hdbscan

        model = hdbscan.HDBSCAN(
            min_cluster_size=smallest,
            min_samples=max(1, smallest // 2),
            metric="euclidean",
            cluster_selection_method="eom",
            core_dist_n_jobs=1,
        ).fit(np.asarray(reduced, dtype=np.float64))
    return replace(_by_size(model.labels_, np.clip(np.nan_to_num(model.probabilities_), 0, 1)), guide=guide)


def _guide(themes: Themes) -> np.ndarray:
    """The primary theme of each paragraph as a number, −1 for unassigned ones."""
    import numpy as np

    primary = themes.primary
    names = sorted(set(primary) - {UNASSIGNED})
    return np.array([names.index(name) if name != UNASSIGNED else -1 for name in primary])


def overlap(topics: Topics, themes: Themes, corpus: Corpus) -> pd.DataFrame:
    """Lay topics over themes: the share of a topic's words that speak of each theme.

    Returns
    -------
    DataFrame
        ``topic_id, theme, share, lift``; ``lift`` is the share divided by the
        theme's share in the whole corpus. Outliers are a row group of their own, and
        ``unassigned`` is the share of words in paragraphs without a theme.
    """
    import pandas as pd

    wide = themes.table.pivot(index="paragraph_id", columns="theme", values="assigned").astype(float)
    wide[UNASSIGNED] = 1.0 - wide.max(axis=1)
    weight = corpus.paragraphs.set_index("paragraph_id")["n_words"].reindex(wide.index)
    topic = topics.paragraph_topics.set_index("paragraph_id")["topic_id"].reindex(wide.index)
    weighted = wide.mul(weight, axis=0)
    total = weight.groupby(topic).sum().clip(lower=1)
    share = weighted.groupby(topic).sum().div(total, axis=0)
    overall = weighted.sum() / max(1, weight.sum())
    lift = share.div(overall.where(overall > 0), axis=1).fillna(0.0)
    long = share.stack().rename("share").reset_index().set_axis(["topic_id", "theme", "share"], axis=1)
    long["lift"] = lift.stack().to_numpy()
    return tables.check(pd.DataFrame(long), "topic_themes")


def closest_theme(topic_themes: pd.DataFrame) -> dict[int, str]:
    """The theme that a topic overlaps most: over a quarter of its words, and more than the corpus has.

    Empty where no theme does: a topic that the codebook does not name.
    """
    chosen = {}
    for topic, rows in topic_themes.groupby("topic_id"):
        usable = rows[(rows["share"] >= 0.25) & (rows["lift"] > 1) & (rows["theme"] != UNASSIGNED)]
        best = usable.sort_values(["share", "lift", "theme"], ascending=[False, False, True])["theme"]
        chosen[int(topic)] = "" if best.empty or topic == OUTLIER else str(best.iloc[0])
    return chosen


def _all_in_one(n: int) -> Clusters:
    import numpy as np

    return Clusters(np.zeros(n, dtype=int), np.ones(n), found=False)


def _by_size(labels: np.ndarray, strength: np.ndarray) -> Clusters:
    """Number clusters by size, ties by their first row."""
    import numpy as np

    sizes = Counter(labels.tolist())
    first = {label: int(np.argmax(labels == label)) for label in sizes}
    order = sorted((label for label in sizes if label != OUTLIER), key=lambda label: (-sizes[label], first[label]))
    number = {label: i for i, label in enumerate(order)} | {OUTLIER: OUTLIER}
    return Clusters(np.array([number[label] for label in labels.tolist()], dtype=int), strength)


def _umap(
    vectors: np.ndarray, settings: Settings, components: int, seed: int, guide: np.ndarray | None = None
) -> np.ndarray:
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    n = len(vectors)
    k = min(settings.topics.neighbours or 15, n - 1)
    neighbours: tuple[Any, Any, Any] = (None, None, None)
    if n <= _MOST_FOR_EXACT_NEIGHBOURS:
        distances, indices = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(vectors).kneighbors()
        own = np.arange(n)[:, None]
        neighbours = (
            np.hstack([own, indices[:, : k - 1]]).astype(np.int32),
            np.hstack([np.zeros((n, 1)), distances[:, : k - 1]]).astype(np.float32),
            None,
        )
    with _quiet():
        import umap

        _cache_compiled()
        model = umap.UMAP(
            n_neighbors=k,
            n_components=components,
            min_dist=0.0,
            metric="cosine",
            low_memory=False,
            init="pca",
            random_state=seed,
            n_jobs=1,
            precomputed_knn=neighbours,
        )
        return np.nan_to_num(model.fit_transform(vectors.copy(), y=guide))


def _cache_compiled() -> None:
    """Let numba keep UMAP's compiled functions on disk: 6 seconds less in every later process."""
    import umap.layouts
    import umap.umap_
    import umap.utils

    for module in (umap.umap_, umap.layouts, umap.utils):
        for value in vars(module).values():
            if hasattr(value, "enable_caching") and not getattr(value, "overloads", True):
                try:
                    value.enable_caching()
                except RuntimeError:  # the installation cannot be written to
                    return


def _quiet() -> warnings.catch_warnings:
    """Keep the import-time filters and notices of umap, hdbscan and bertopic to themselves."""
    return warnings.catch_warnings(action="ignore")


class _Terms:
    """The texts as lists of stems and pairs of stems, and how a stem is written."""

    def __init__(self, texts: list[str], language: str) -> None:
        stop = stop_stems(language)
        self.surface: dict[str, Counter[str]] = {}
        self.documents: list[list[str]] = []
        for text in texts:
            document: list[str] = []
            for start, end in sentences(text, language):
                before = ""
                before_end = -2
                for word in words(text[start:end], language):
                    shown = text[start + word.start : start + word.end].removesuffix("'s").removesuffix("’s")
                    good = word.stem not in stop and not word.stem.isdigit() and (len(shown) > 2 or _is_name(shown))
                    if good:
                        if word.start > 0 or shown.isupper():
                            self.surface.setdefault(word.stem, Counter())[shown] += 1
                        document.append(word.stem)
                        if before and word.start - before_end == 1 and text[start + before_end] in " -\u00a0":
                            document.append(f"{before} {word.stem}")
                    before, before_end = (word.stem, word.end) if good else ("", -2)
            self.documents.append(document)
        frequent = Counter(term for document in self.documents for term in document if " " in term)
        self.documents = [[t for t in document if " " not in t or frequent[t] >= 3] for document in self.documents]

    def show(self, term: str) -> str:
        """A term as the corpus mostly writes it."""
        written = [self.surface[stem].most_common(1)[0][0] if stem in self.surface else stem for stem in term.split(" ")]
        return " ".join(written)


def _is_name(shown: str) -> bool:
    """Whether two letters stand for something: "EU", or a pair of an unspaced script."""
    return len(shown) == 2 and (shown.isupper() or not shown.isascii())


def _represent(labels: np.ndarray, vocabulary: _Terms, vectors: np.ndarray, settings: Settings) -> pd.DataFrame:
    """Words of each cluster by BERTopic's class-based tf-idf (Grootendorst 2022)."""
    import pandas as pd

    with _quiet():
        from bertopic import BERTopic
        from bertopic.cluster import BaseCluster
        from bertopic.dimensionality import BaseDimensionalityReduction
        from bertopic.vectorizers import ClassTfidfTransformer
        from sklearn.feature_extraction.text import CountVectorizer

        distinct = {term for document in vocabulary.documents for term in document}
        if not distinct:
            return pd.DataFrame(columns=list(tables.COLUMNS["topic_words"]))
        if len(distinct) == 1:  # BERTopic cannot weigh a single word: its weight by the same formula
            spoken = sorted({int(label) for label, document in zip(labels, vocabulary.documents, strict=True) if document})
            word, weight = vocabulary.show(distinct.pop()), math.log1p(1 / len(set(labels.tolist())))
            alone = [{"topic_id": topic, "rank": 1, "word": word, "weight": weight} for topic in spoken]
            return tables.check(pd.DataFrame(alone), "topic_words")
        model = BERTopic(
            language="multilingual",  # the default deletes every letter outside A–Z
            umap_model=BaseDimensionalityReduction(),
            hdbscan_model=BaseCluster(),
            vectorizer_model=CountVectorizer(analyzer=str.split, lowercase=False),
            ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
            top_n_words=settings.topics.words * 5,
            calculate_probabilities=False,
            verbose=False,
        )
        joined = [" ".join(term.replace(" ", "_") for term in document) or "emptydoc" for document in vocabulary.documents]
        found, _ = model.fit_transform(joined, embeddings=vectors.copy(), y=labels.copy())
    renamed = dict(zip(found, labels.tolist(), strict=True))
    rows = []
    for topic in sorted(renamed, key=lambda key: renamed[key]):
        terms = [(term.replace("_", " "), float(weight)) for term, weight in model.get_topic(topic) if term and weight > 0]
        own = [
            set(document) for document, label in zip(vocabulary.documents, labels, strict=True) if label == renamed[topic]
        ]
        shared = [(term, weight) for term, weight in terms if sum(term in document for document in own) > 1]
        kept = _without_repeats(shared if len(shared) >= 3 else terms)[: settings.topics.words]
        for rank, (term, weight) in enumerate(kept, start=1):
            if term != "emptydoc":
                row = {"topic_id": renamed[topic], "rank": rank, "word": vocabulary.show(term), "weight": weight}
                rows.append(row)
    return tables.check(pd.DataFrame(rows, columns=list(tables.COLUMNS["topic_words"])), "topic_words")


def _without_repeats(terms: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Leave out single words that a listed phrase holds, and phrases of words listed before."""
    kept: list[tuple[str, float]] = []
    ordered = sorted(terms, key=lambda pair: (-pair[1], pair[0]))
    phrases = {term for term, _ in ordered[:12] if " " in term}
    for term, weight in ordered:
        inside = " " not in term and any(term in phrase.split(" ") for phrase in phrases)
        shares = " " in term and any(set(term.split(" ")) & set(other.split(" ")) for other, _ in kept)
        if not inside and not shares:
            kept.append((term, weight))
    return kept


def _map(vectors: np.ndarray, settings: Settings) -> np.ndarray:
    """Two coordinates per paragraph, for looking only: UMAP, or principal components of few."""
    import numpy as np

    n = len(vectors)
    if n >= FEWEST_FOR_UMAP:
        points = _umap(vectors, settings, 2, settings.seed)
    else:
        left, singular, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
        points = np.zeros((n, 2))
        points[:, : len(singular)] = (left * singular)[:, :2]
    return points - points.mean(axis=0)
