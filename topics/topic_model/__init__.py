"""Paragraphs + vectors -> topics: the only room that knows BERTopic, UMAP and HDBSCAN.

In the order of the work:

1. ``clusters``: UMAP and HDBSCAN find dense clusters in a part of the corpus, as BERTopic does.
2. ``consensus``: that is repeated on other parts and with other seeds; the clusters of all reruns are merged to topics,
   and each topic gets its stability.
3. ``granularity``: how many topics. Change here how their number is chosen.
4. ``model``: the centroids of the topics, which assign one to any vector.
5. ``editing``: topics merged, split, renamed and dropped manually.
6. ``words``: class-based tf-idf, the words and labels of topics; ``coherence``: how well words go together.
7. ``hierarchy``: the tree of topics.
8. ``topics`` runs all of these and makes the tables; ``saved`` keeps a model for other texts.
"""

from topics.topic_model.clusters import OUTLIER
from topics.topic_model.coherence import count_windows, diversity
from topics.topic_model.editing import create_edit
from topics.topic_model.saved import ASSIGNED_COLUMNS, SavedModel, assigned_table
from topics.topic_model.saved import load as load_model
from topics.topic_model.saved import save as save_model
from topics.topic_model.topics import Topics, fit_topics
from topics.topic_model.words import Terms

__all__ = [
    "ASSIGNED_COLUMNS", "OUTLIER", "SavedModel", "Terms", "Topics", "assigned_table", "count_windows",
    "create_edit", "diversity", "fit_topics", "load_model", "save_model",
]  # fmt: skip
