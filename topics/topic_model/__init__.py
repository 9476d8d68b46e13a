"""Paragraphs + vectors -> topics: the only room that knows BERTopic, UMAP and HDBSCAN.

In the order of the work:

1. ``clusters``: UMAP and HDBSCAN find dense clusters in a part of the corpus, as BERTopic does.
2. ``consensus``: that is repeated on other parts and with other seeds; the clusters of all reruns are merged to topics,
   and each topic gets its stability.
3. ``granularity``: how many topics. Change here how their number is chosen.
4. ``model``: the centroids of the topics, which assign one to any vector.
5. ``editing``: topics merged, split, renamed and dropped manually.
6. ``words``: class-based tf-idf, the words and labels of topics; ``coherence``: how well words go together;
   ``naming``: labels that people can read; ``labels``: the same as a representation of BERTopic.
7. ``hierarchy``: the tree of topics.
8. ``topics`` runs all of these and makes the tables; ``saved`` keeps a model for other texts.
"""

import importlib
from typing import TYPE_CHECKING, Any

from topics.topic_model.clusters import OUTLIER
from topics.topic_model.editing import create_edit
from topics.topic_model.estimator import ConsensusClusters
from topics.topic_model.saved import ASSIGNED_COLUMNS, SavedModel, assigned_table
from topics.topic_model.saved import load as load_model
from topics.topic_model.saved import save as save_model
from topics.topic_model.topics import Topics, fit_topics

if TYPE_CHECKING:
    from bertopic import BERTopic

    from topics.topic_model.assembly import create_bertopic, load_bertopic
    from topics.topic_model.embedder import Embedder
    from topics.topic_model.labels import ReadableLabels
    from topics.topic_model.own import describe as describe_bertopic
    from topics.topic_model.own import embed_with
    from topics.topic_model.words import CoherentWords

__all__ = [
    "ASSIGNED_COLUMNS",
    "OUTLIER",
    "BERTopic",
    "CoherentWords",
    "ConsensusClusters",
    "Embedder",
    "ReadableLabels",
    "SavedModel",
    "Topics",
    "assigned_table",
    "create_bertopic",
    "create_edit",
    "describe_bertopic",
    "embed_with",
    "fit_topics",
    "load_bertopic",
    "load_model",
    "save_model",
]  # fmt: skip

_LATE = {
    "CoherentWords": "words",
    "Embedder": "embedder",
    "ReadableLabels": "labels",
    "create_bertopic": "assembly",
    "describe_bertopic": "own:describe",
    "embed_with": "own",
    "load_bertopic": "assembly",
}
"""Names whose modules import BERTopic, which takes seconds."""


def __getattr__(name: str) -> Any:
    if name == "BERTopic":
        from topics.topic_model.clusters import ignore_warnings

        with ignore_warnings():
            return importlib.import_module("bertopic").BERTopic
    if name not in _LATE:
        raise AttributeError(f"module 'topics.topic_model' has no attribute {name!r}")
    module, _, attribute = _LATE[name].partition(":")
    return getattr(importlib.import_module(f"topics.topic_model.{module}"), attribute or name)
