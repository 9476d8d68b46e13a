"""Manual edits -> changed topics (the file is kept by :mod:`topics.manual`).

Centroids get one number, none, or are divided; the other topics keep their paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from topics.errors import InputError
from topics.manual import TopicEdit, one_line
from topics.topic_model.clusters import OUTLIER
from topics.topic_model.consensus import MAX_SAMPLE, merge_centroids, normalize_rows
from topics.topic_model.model import Model


@dataclass(frozen=True)
class Edited:
    """Topics after the edits, numbered by size again."""

    model: Model
    before: np.ndarray | None = None
    """By row, the topic before any edit; None where there was none to apply."""
    names: dict[int, str] | None = None
    """Labels given manually."""
    applied: int = 0
    """Edits that could be applied."""
    notes: tuple[str, ...] = ()
    """What could not, one line each."""


def create_edit(
    action: str, numbers: Sequence[int], labels: dict[int, str], central: dict[int, tuple[str, ...]], label: str, parts: int
) -> TopicEdit:
    """An edit of topics named by their numbers in a run.

    Parameters
    ----------
    labels, central
        Label and central paragraphs of each topic of the run.

    Raises
    ------
    InputError
        If there is no such action or topic, or the edit would give two topics the same name.
    """
    unknown = [number for number in numbers if number not in central]
    if unknown:
        raise InputError(f"the run has no topic {unknown[0]}; expected one of {', '.join(map(str, sorted(central)))}")
    if len(set(numbers)) < len(numbers):
        raise InputError(f"{action} got topic {max(numbers, key=list(numbers).count)} twice; expected different topics")
    # A label may be taken over from a topic that the edit merges, but from no other.
    label = one_line(label)
    same = [number for number, other in labels.items() if other == label and number not in numbers]
    if label and same:
        raise InputError(f"topic {same[0]} already has the label {label!r}; expected another label, or merge the two")
    names = tuple(labels[number] for number in numbers)
    return TopicEdit(action, tuple(central[number] for number in numbers), label, parts, names)


def locate_topics(edit: TopicEdit, topic_of: dict[str, int]) -> list[int]:
    """Which topics an edit refers to now: of each, the one that has most of its paragraphs.

    Parameters
    ----------
    topic_of
        The topic of each paragraph, by its id; −1 for none.

    Raises
    ------
    InputError
        If the paragraphs of a topic are gone, or no topic has most of them.
    """
    located = []
    for place, ids in enumerate(edit.paragraphs):
        name = repr(edit.topics[place]) if place < len(edit.topics) else f"topic {place + 1} of it"
        topics = [topic_of[key] for key in ids if key in topic_of]
        if not topics:
            raise InputError(f"the central paragraphs of {name} are no longer in the corpus")
        best = max(sorted(set(topics)), key=topics.count)
        if best == OUTLIER or 2 * topics.count(best) <= len(topics):
            raise InputError(f"the central paragraphs of {name} are now spread over several topics")
        located.append(best)
    return located


def apply_edits(edits: Sequence[TopicEdit], model: Model, ids: np.ndarray, vectors: np.ndarray) -> Edited:
    """Apply edits in their order; later ones see the result of earlier ones.

    A merged topic gets the label of its edit, or else the one that a person gave to one of its parts, if to one only.

    Parameters
    ----------
    ids, vectors
        Of all paragraphs, in the order that breaks ties.
    """
    if not edits:
        return Edited(model)
    named_ids = {key for edit in edits for topic in edit.paragraphs for key in topic}
    rows = {key: row for row, key in enumerate(ids.tolist()) if key in named_ids}
    before = labels = model.assign(vectors)[0]
    names: dict[int, str] = {}
    applied, notes = 0, []
    for number, edit in enumerate(edits, start=1):
        try:
            topics = locate_topics(edit, {key: int(labels[row]) for key, row in rows.items()})
            changed, note = _apply_edit(edit, topics, model, labels, vectors)
        except InputError as problem:
            notes.append(f"topic edit {number} ({edit}) not applied: {problem}; see `topics edit STUDY list`")
            continue
        if note:
            notes.append(f"topic edit {number} ({edit}): {note}")
        # whatever the edit does, an older name of its topics is used up
        older = sorted({names.pop(topic) for topic in set(topics) if topic in names})
        if edit.label:
            names[topics[0]] = edit.label
        elif edit.action == "merge" and len(older) == 1:
            names[topics[0]] = older[0]
        if changed is not model:
            model = changed
            labels = model.assign(vectors)[0]
        applied += 1
    final = model.renumber_by_size(labels)
    renumbered = zip(model.topics.tolist(), final.topics.tolist(), strict=True)
    number_of = {old: new for old, new in renumbered if new != OUTLIER}
    named = {number_of[topic]: name for topic, name in names.items() if topic in number_of}
    for name in sorted(set(named.values())):
        same = sorted(topic for topic, other in named.items() if other == name)
        if len(same) > 1:
            notes.append(f"topics {' and '.join(map(str, same))} both have the manual label {name!r}")
    return Edited(final, np.asarray(before), named, applied, tuple(notes))


def _apply_edit(
    edit: TopicEdit, topics: list[int], model: Model, labels: np.ndarray, vectors: np.ndarray
) -> tuple[Model, str]:
    """The model after one edit and a note on it, if any; InputError where it cannot be done."""
    own = np.isin(model.topics, topics)
    if edit.action == "merge":
        if len(set(topics)) == 1:
            return model, "its topics are one already"
        return replace(model, topics=np.where(own, topics[0], model.topics)), ""
    if edit.action == "drop":
        if set(labels.tolist()) <= {OUTLIER, *topics}:
            raise InputError("it is the only topic left")
        return replace(model, topics=np.where(own, OUTLIER, model.topics)), ""
    if edit.action == "split":
        return _split(topics[0], edit.parts, model, normalize_rows(vectors[labels == topics[0]]))
    return model, ""


def _split(topic: int, parts: int, model: Model, units: np.ndarray) -> tuple[Model, str]:
    """Divide each centroid of a topic by k-means on the topic's vectors.

    It is started by Ward's method on at most 3,000 of them.
    """
    start = np.unique(np.linspace(0, len(units) - 1, min(len(units), MAX_SAMPLE)).round().astype(int))
    centroids = merge_centroids(units, units[start], [parts])[parts]
    divided = np.flatnonzero(model.topics == topic)
    # the divided centroid stays, in no topic, as the parent of its parts: so no other topic loses a paragraph to them
    fresh = model.topics.max() + 1 + np.arange(len(centroids))
    topics = np.where(model.topics == topic, OUTLIER, model.topics)
    after = Model(
        np.vstack([model.centroids, *[centroids] * len(divided)]),
        np.concatenate([topics, np.tile(fresh, len(divided))]),
        np.concatenate([model.parent, np.repeat(divided, len(centroids))]),
        model.outlier_distance,
        model.bandwidth,
    )
    # a centroid that no paragraph is nearest to is no part
    n_parts = len(set(after.assign(units)[0].tolist()) - {OUTLIER})
    if n_parts < 2:
        raise InputError("its paragraphs are too few or too similar to be distinguished")
    return after, "" if n_parts == parts else f"{n_parts} parts can be distinguished, not {parts}"
