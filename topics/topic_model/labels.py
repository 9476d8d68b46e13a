"""Labels that people can read, in the slot that BERTopic has for representations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from topics.text import detect_language
from topics.topic_model.clusters import OUTLIER, ignore_warnings
from topics.topic_model.naming import Ranked, name_topics

with ignore_warnings():
    from bertopic.representation import BaseRepresentation

_MAX_DETECTED = 50


class ReadableLabels(BaseRepresentation):
    """Label topics by nouns, names and noun phrases of their texts; see :mod:`topics.topic_model.naming`.

    As an aspect it leaves the words of topics as they are. The first entry of a topic is its label, which no other topic
    has; the others are single terms. No model is needed, and no embeddings are: it works with any BERTopic.

    Parameters
    ----------
    language
        ISO 639-1 code of the texts; by default the language of most of them.

    Examples
    --------
    >>> from bertopic import BERTopic
    >>> model = BERTopic(representation_model={"Main": None, "Label": topics.ReadableLabels(language="en")})

    After ``model.fit(texts)``, ``model.topic_aspects_["Label"]`` has the labels, and they are shown in all figures after
    ``model.set_topic_labels({topic: own[0][0] for topic, own in model.topic_aspects_["Label"].items()})``.
    """

    def __init__(self, language: str | None = None) -> None:
        self.language = language

    def extract_topics(
        self, topic_model: Any, documents: pd.DataFrame, c_tf_idf: Any, topics: Mapping[int, Ranked]
    ) -> dict[int, Ranked]:
        """Label topics; BERTopic calls this.

        Parameters
        ----------
        topic_model
            Not used.
        documents
            Columns ``Document`` and ``Topic``.
        c_tf_idf
            Not used; the weights in ``topics`` come from it.
        topics
            By topic, its candidate words with their weights.

        Returns
        -------
        dict
            By topic, its label and further terms, each with the share of its texts that hold them.
        """
        texts: dict[int, list[str]] = {int(topic): [] for topic in topics if topic != OUTLIER}
        for topic, text in zip(documents["Topic"].tolist(), documents["Document"].tolist(), strict=True):
            if topic in texts and isinstance(text, str):  # None stands for an image
                texts[topic].append(text)
        words = {int(topic): [pair for pair in ranked if pair[0]] for topic, ranked in topics.items()}
        named = name_topics(words, texts, self.language or _language_of(texts))
        return {topic: named.get(topic, [("Outliers", 0.0)]) for topic in words}


def _language_of(texts: Mapping[int, Sequence[str]]) -> str:
    """The language of most texts, judged by some of each topic."""
    most = max(1, _MAX_DETECTED // max(1, len(texts)))
    found = Counter(detect_language(text) for own in texts.values() for text in sorted(own)[:most])
    return min(found, key=lambda code: (-found[code], code), default="en") or "en"
