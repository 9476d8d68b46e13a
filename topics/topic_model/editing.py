"""Edits by hand -> other topics: centres get one number, none, or are divided; the other topics keep their paragraphs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from topics.topic_model.clusters import OUTLIER
from topics.topic_model.consensus import LARGEST_PART, settle, unit
from topics.topic_model.edits import Edit, locate
from topics.topic_model.model import Model


@dataclass(frozen=True)
class Edited:
    """Topics after the edits, numbered by size again."""

    model: Model
    before: np.ndarray | None = None
    """By row, the topic before any edit; None where there was none to apply."""
    names: dict[int, str] | None = None
    """Labels given by hand."""
    applied: int = 0
    """Edits that could be applied."""
    notes: tuple[str, ...] = ()
    """What could not, one line each."""


def apply(edits: Sequence[Edit], model: Model, ids: np.ndarray, vectors: np.ndarray) -> Edited:
    """Apply edits in their order; later ones see what earlier ones made.

    A merged topic is called as its edit says, or as a hand named one of its parts, if it named only one.

    Parameters
    ----------
    ids, vectors
        Of all paragraphs, in the order that breaks ties.
    """
    if not edits:
        return Edited(model)
    wanted = {key for edit in edits for topic in edit.paragraphs for key in topic}
    rows = {key: row for row, key in enumerate(ids.tolist()) if key in wanted}
    before = labels = model.assign(vectors)[0]
    names: dict[int, str] = {}
    applied, notes = 0, []
    for number, edit in enumerate(edits, start=1):
        topics, problem = locate(edit, {key: int(labels[row]) for key, row in rows.items()})
        if not problem:
            changed, said = _one(edit, topics, model, labels, vectors)
            problem = said if changed is None else ""
        if problem:
            notes.append(f"topic edit {number} ({edit}) not applied: {problem}; see `topics edit STUDY list`")
            continue
        assert changed is not None
        if said:
            notes.append(f"topic edit {number} ({edit}): {said}")
        given = sorted({names.pop(topic) for topic in set(topics) if topic in names})
        name = edit.label or (given[0] if edit.action == "merge" and len(given) == 1 else "")
        if name:
            names[topics[0]] = name
        if changed is not model:
            model = changed
            labels = model.assign(vectors)[0]
        applied += 1
    final = model.numbered(labels)
    number_of = {old: new for old, new in zip(model.topics.tolist(), final.topics.tolist(), strict=True) if new != OUTLIER}
    named = {number_of[topic]: name for topic, name in names.items() if topic in number_of}
    for name in sorted(set(named.values())):
        same = sorted(topic for topic, known in named.items() if known == name)
        if len(same) > 1:
            notes.append(f"topics {' and '.join(map(str, same))} are both called {name!r} by hand")
    return Edited(final, np.asarray(before), named, applied, tuple(notes))


def _one(edit: Edit, topics: list[int], model: Model, labels: np.ndarray, vectors: np.ndarray) -> tuple[Model | None, str]:
    """The model after one edit and what is to be said of it; None and why, where it cannot be done."""
    own = np.isin(model.topics, topics)
    if edit.action == "merge":
        alone = len(set(topics)) == 1
        merged = replace(model, topics=np.where(own, topics[0], model.topics))
        return (model, "its topics are one already") if alone else (merged, "")
    if edit.action == "drop":
        if set(labels.tolist()) <= {OUTLIER, *topics}:
            return None, "it is the only topic left"
        return replace(model, topics=np.where(own, OUTLIER, model.topics)), ""
    if edit.action == "split":
        return _split(topics[0], edit.parts, model, unit(vectors[labels == topics[0]]))
    return model, ""


def _split(topic: int, parts: int, model: Model, units: np.ndarray) -> tuple[Model | None, str]:
    """Divide each centre of a topic by k-means on the topic's vectors, started by Ward's method on at most 3,000 of them."""
    start = np.unique(np.linspace(0, len(units) - 1, min(len(units), LARGEST_PART)).round().astype(int))
    centres = settle(units, units[start], parts)
    divided = np.flatnonzero(model.topics == topic)
    fresh = model.topics.max() + 1 + np.arange(len(centres))
    topics = np.where(model.topics == topic, OUTLIER, model.topics)
    after = Model(
        np.vstack([model.centres, *[centres] * len(divided)]),
        np.concatenate([topics, np.tile(fresh, len(divided))]),
        np.concatenate([model.within, np.repeat(divided, len(centres))]),
        model.reach,
        model.scale,
    )
    found = len(set(after.assign(units)[0].tolist()) - {OUTLIER})
    if found < 2:
        return None, "its paragraphs are too few or too much alike to be told apart"
    return after, "" if found == parts else f"{found} parts can be told apart, not {parts}"
