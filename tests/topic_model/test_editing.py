"""Edits applied: the named topics change, the others keep their paragraphs, and stability stays honest."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import make_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from topics.errors import InputError
from topics.manual import TopicEdit
from topics.settings import Settings, override
from topics.text import Embeddings
from topics.topic_model import Topics, consensus, fit_topics
from topics.topic_model.clusters import OUTLIER
from topics.topic_model.editing import Edited, apply_edits, create_edit, locate_topics
from topics.topic_model.model import Model, from_centroids

SIZES = (30, 24, 18, 12, 6)
N = sum(SIZES)
TRUTH = np.repeat(range(len(SIZES)), SIZES)
IDS = np.array([f"p{i:02d}" for i in range(N)])


def planted(seed: int = 0) -> np.ndarray:
    """Five groups of vectors, each of two halves that lie apart a little."""
    rng = np.random.default_rng(seed)
    half = np.concatenate([np.arange(size) % 2 for size in SIZES])
    middle = np.eye(10)[TRUTH] + 0.5 * np.eye(10)[5 + TRUTH] * (half[:, None] - 0.5)
    return (middle + 0.03 * rng.standard_normal((N, 10))).astype(np.float32)


VECTORS = planted()
HALF = np.concatenate([np.arange(size) % 2 for size in SIZES])


def model(outliers: float = 0.0) -> Model:
    units = consensus.normalize_rows(VECTORS)
    known = from_centroids(np.array([units[topic == TRUTH].mean(axis=0) for topic in range(len(SIZES))]), VECTORS, outliers)
    return replace(known, bandwidth=0.5)  # wide, so that no probability is as good as 1


def central(topic: int) -> tuple[str, ...]:
    return tuple(IDS[topic == TRUTH][:3])


def groups(labels: np.ndarray) -> set[frozenset[int]]:
    """The partition, whatever the numbers; what is in no topic is left out."""
    return {frozenset(np.flatnonzero(labels == topic).tolist()) for topic in set(labels.tolist()) - {OUTLIER}}


def members(*topics: int) -> frozenset[int]:
    return frozenset(np.flatnonzero(np.isin(TRUTH, topics)).tolist())


def do(*known: TopicEdit, base: Model | None = None) -> tuple[Edited, np.ndarray, np.ndarray]:
    """What the edits make of the planted topics, and the new labels with their probability."""
    edited = apply_edits(known, base or model(), IDS, VECTORS)
    return edited, *edited.model.assign(VECTORS)


def merge(*topics: int, label: str = "") -> TopicEdit:
    return TopicEdit("merge", tuple(central(topic) for topic in topics), label)


def split(topic: int, parts: int = 2) -> TopicEdit:
    return TopicEdit("split", (central(topic),), parts=parts)


def halves(topic: int) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero((topic == TRUTH) & (half == HALF)).tolist()) for half in (0, 1)}


# one edit


def test_without_edits_nothing_changes() -> None:
    known = model()
    edited, labels, _ = do(base=known)
    assert edited.model is known
    assert labels.tolist() == TRUTH.tolist()
    assert (edited.before, edited.applied, edited.notes) == (None, 0, ())


def test_merged_topics_are_one_and_as_probable_as_both_together() -> None:
    _, before, alone = do()
    edited, labels, probability = do(merge(3, 1, label="Gas"))
    assert groups(labels) == {members(1, 3), members(0), members(2), members(4)}
    assert labels.tolist() == np.array([1, 0, 2, 0, 3])[TRUTH].tolist(), "numbered by size again"
    assert edited.names == {0: "Gas"}
    assert edited.before is not None
    assert edited.before.tolist() == before.tolist()
    together = np.isin(TRUTH, [1, 3])
    assert (probability[together] > alone[together]).all()
    assert probability[~together].tolist() == alone[~together].tolist()


def test_a_dropped_topic_leaves_its_paragraphs_in_none_and_the_others_alone() -> None:
    edited, labels, probability = do(TopicEdit("drop", (central(0),)))
    assert groups(labels) == {members(topic) for topic in (1, 2, 3, 4)}
    assert (labels[TRUTH == 0] == OUTLIER).all()
    assert (probability[TRUTH == 0] == 0).all()
    assert labels[TRUTH == 1].tolist() == [0] * SIZES[1]
    assert edited.applied == 1


def test_a_renamed_topic_has_its_label_under_its_new_number() -> None:
    edited, labels, _ = do(TopicEdit("rename", (central(2),), "Gas"), TopicEdit("drop", (central(0),)))
    assert edited.names == {1: "Gas"}
    assert set(labels[TRUTH == 2].tolist()) == {1}


def test_a_split_topic_falls_into_the_groups_it_has_and_the_others_keep_their_paragraphs() -> None:
    _, _, alone = do()
    edited, labels, probability = do(split(1))
    assert groups(labels) == {members(topic) for topic in (0, 2, 3, 4)} | halves(1)
    assert edited.notes == ()
    assert probability.tolist() == alone.tolist(), "a part is as probable as the topic that it divides"


def test_a_split_into_more_parts_than_there_are_says_how_many_it_found() -> None:
    vectors = VECTORS.copy()
    vectors[TRUTH == 4] = np.where(HALF[TRUTH == 4, None] == 0, vectors[-1], vectors[-2])
    edited = apply_edits([split(4, parts=3)], model(), IDS, vectors)
    labels = edited.model.assign(vectors)[0]
    assert groups(labels[TRUTH == 4]) == {frozenset({0, 2, 4}), frozenset({1, 3, 5})}
    assert edited.applied == 1
    assert edited.notes == ("topic edit 1 (split of a topic): 2 parts can be distinguished, not 3",)


@pytest.mark.parametrize("parts", [2, 5])
def test_paragraphs_that_are_all_alike_cannot_be_split(parts: int) -> None:
    vectors = VECTORS.copy()
    vectors[TRUTH == 4] = vectors[-1]
    known = model()
    edited = apply_edits([split(4, parts)], known, IDS, vectors)
    assert groups(edited.model.assign(vectors)[0]) == groups(known.assign(vectors)[0])
    assert edited.applied == 0
    assert "not applied" in edited.notes[0]
    assert "too few or too similar" in edited.notes[0]


def test_what_is_beyond_reach_stays_in_no_topic_whatever_is_split_or_merged() -> None:
    known = model(outliers=0.2)
    before = known.assign(VECTORS)[0]
    assert 0 < (before == OUTLIER).sum() < N / 2
    _, labels, _ = do(split(0), merge(1, 2), base=known)
    assert ((labels == OUTLIER) == (before == OUTLIER)).all()


# several edits


def test_later_edits_see_what_earlier_ones_made() -> None:
    _, labels, _ = do(merge(0, 1), split(0))
    assert groups(labels) == {members(topic) for topic in range(5)}, "the union falls into what it was made of"
    _, labels, _ = do(split(0), TopicEdit("drop", (tuple(IDS[sorted(next(iter(halves(0))))][:3]),)))
    assert len(groups(labels) & halves(0)) == 1
    first, second = (tuple(IDS[sorted(half)][:3]) for half in sorted(halves(0), key=min))
    _, labels, _ = do(split(0), TopicEdit("merge", (first, central(1))), TopicEdit("merge", (second, central(2))))
    assert {members(3), members(4)} < groups(labels)
    assert groups(labels) - {members(3), members(4)} == {
        half | members(other) for half, other in zip(sorted(halves(0), key=min), (1, 2), strict=True)
    }


def test_parts_of_a_split_can_be_split_again() -> None:
    first = min(halves(0), key=min)
    _, labels, _ = do(split(0), TopicEdit("split", (tuple(IDS[sorted(first)]),), parts=3))
    inside = {group for group in groups(labels) if group < first}
    assert len(inside) == 3
    assert frozenset().union(*inside) == first
    assert groups(labels) - inside == {members(t) for t in (1, 2, 3, 4)} | (halves(0) - {first})


def test_a_part_merged_with_another_topic_counts_with_it() -> None:
    """The probability is of all centres under which a paragraph would be in its topic."""
    first = min(halves(0), key=min)
    _, labels, probability = do(split(0), TopicEdit("merge", (tuple(IDS[sorted(first)][:3]), central(1))))
    _, _, alone = do()
    joined = sorted(first)
    assert len({*labels[joined], *labels[TRUTH == 1]}) == 1
    assert (probability[joined] > alone[joined]).all()
    rest = sorted(members(0) - first)
    assert probability[rest].tolist() == alone[rest].tolist()


def test_a_merged_topic_keeps_the_one_name_that_a_hand_gave_to_its_parts() -> None:
    gas, oil = TopicEdit("rename", (central(1),), "Gas"), TopicEdit("rename", (central(2),), "Oil")
    assert do(gas, merge(0, 1))[0].names == {0: "Gas"}
    assert do(gas, oil, merge(1, 2))[0].names == {}
    assert do(gas, oil, merge(1, 2, label="Energy"))[0].names == {0: "Energy"}
    assert do(gas, split(1))[0].names == {}
    assert do(gas, TopicEdit("drop", (central(1),)))[0].names == {}


def test_an_edit_that_does_not_fit_is_told_and_the_others_hold() -> None:
    gone, scattered = ("x", "y"), (IDS[0], IDS[-1])
    edited, labels, _ = do(
        TopicEdit("drop", (gone,), topics=("oil",)),
        TopicEdit("merge", (central(0), scattered), topics=("gas", "tar")),
        merge(3, 4),
    )
    assert groups(labels) == {members(0), members(1), members(2), members(3, 4)}
    assert edited.applied == 1
    first, second = edited.notes
    assert first.startswith(
        "topic edit 1 (drop of 'oil') not applied: the central paragraphs of 'oil' are no longer in the corpus"
    )
    assert second.startswith(
        "topic edit 2 (merge of 'gas' and 'tar') not applied: the central paragraphs of 'tar' are now spread"
    )
    assert all("`topics edit STUDY list`" in note for note in edited.notes)


def test_topics_that_are_one_already_are_not_merged_but_called_so() -> None:
    edited, labels, _ = do(TopicEdit("merge", (central(0), tuple(IDS[3:6])), "Gas"))
    assert groups(labels) == {members(topic) for topic in range(5)}
    assert edited.names == {0: "Gas"}
    assert "its topics are one already" in edited.notes[0]


def test_the_last_topic_cannot_be_dropped() -> None:
    edited, labels, _ = do(*(TopicEdit("drop", (central(topic),)) for topic in range(5)))
    assert groups(labels) == {members(4)}
    assert edited.applied == 4
    assert "it is the only topic left" in edited.notes[0]


def test_two_topics_of_one_name_are_told() -> None:
    edited, _, _ = do(*(TopicEdit("rename", (central(topic),), "Gas") for topic in (1, 3)))
    assert edited.notes == ("topics 1 and 3 both have the manual label 'Gas'",)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["merge", "split", "drop", "rename"]),
            st.lists(st.integers(0, N - 1), min_size=2, max_size=2, unique=True),
            st.integers(2, 4),
        ),
        max_size=5,
    )
)
def test_any_edits_change_what_they_name_and_nothing_else(steps: list[tuple[str, list[int], int]]) -> None:
    """Against a plain account of sets: what a merge, a drop, a name do is known; a split makes parts of one set."""
    known: list[TopicEdit] = []
    expected = groups(model().assign(VECTORS)[0])
    for action, rows, parts in steps:
        named = [(str(IDS[row]),) for row in rows]
        paragraphs = tuple(named if action == "merge" else named[:1])
        label, parts = ("x" if action == "rename" else ""), (parts if action == "split" else 2)
        known.append(TopicEdit(action, paragraphs, label, parts))
        edited, labels, probability = do(*known)
        found = groups(labels)
        hit = [{group for group in expected if row in group} for row in rows]
        if action == "merge" and all(hit):
            expected = expected - hit[0] - hit[1] | {frozenset().union(*hit[0], *hit[1])}
        elif action == "drop" and hit[0] and len(expected) > 1:
            expected = expected - hit[0]
        elif action == "split" and hit[0]:
            assert expected - hit[0] <= found
            made = found - (expected - hit[0])
            assert frozenset().union(*made) == next(iter(hit[0]))
            assert 1 <= len(made) <= parts
            assert (len(made) == 1) == any("too few or too similar" in note for note in edited.notes[-1:]) or len(made) > 1
            expected = found
        assert found == expected
        sizes = [int((labels == topic).sum()) for topic in range(labels.max() + 1)]
        assert sizes == sorted(sizes, reverse=True)
        assert min(sizes) > 0
        assert ((probability > 0) == (labels != OUTLIER)).all()
        assert edited.applied + sum("not applied" in note for note in edited.notes) == len(known)


# one row alone


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, N - 1), min_size=1, max_size=40), st.sampled_from([0.0, 0.1, 0.25]))
def test_a_row_has_the_same_topic_and_probability_whatever_stands_beside_it(rows: list[int], outliers: float) -> None:
    known = do(split(0, 3), merge(1, 2), base=model(outliers))[0].model
    labels, probability = known.assign(VECTORS)
    some, likely = known.assign(VECTORS[rows])
    assert some.tolist() == labels[rows].tolist()
    assert likely.tolist() == probability[rows].tolist()


def test_no_row_has_no_topic() -> None:
    labels, probability = model().assign(VECTORS[:0])
    assert (len(labels), len(probability)) == (0, 0)


# stability


def stability(again: list[np.ndarray], labels: np.ndarray, before: np.ndarray | None = None) -> consensus.Agreement:
    """What is said of topics where the reruns answered ``again``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consensus, "labels_per_rerun", lambda reruns, k, rows: [one[rows] for one in again])
        return consensus.agreement(SimpleNamespace(centres=again, runs=len(again)), labels, before)  # type: ignore[arg-type]


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_merged_topic_is_held_against_rerun_topics_joined_the_same_way(data: st.DataObject) -> None:
    n = data.draw(st.integers(4, 12))
    row = st.lists(st.integers(0, 3), min_size=n, max_size=n).map(np.array)
    before, again = data.draw(row), data.draw(st.lists(row, min_size=1, max_size=2))
    lost = data.draw(st.lists(st.booleans(), min_size=n, max_size=n).map(np.array).filter(lambda out: not out.all()))
    before = np.where(lost, OUTLIER, before)
    to = data.draw(st.lists(st.integers(-1, 3), min_size=4, max_size=4).filter(lambda numbers: max(numbers) >= 0))
    labels = np.where(lost, OUTLIER, np.array(to)[before])
    found = stability(again, labels, before)
    kept = np.flatnonzero(~lost)

    if len(set(before[kept].tolist())) < 2:
        assert set(found.topics) == set(labels.tolist()) - {OUTLIER}
        assert np.isnan([*found.topics.values(), *found.rows]).all()
        return
    for topic in set(labels.tolist()) - {OUTLIER}:
        own = frozenset(np.flatnonzero(labels == topic).tolist())
        parts = {number for number in set(before[kept].tolist()) if to[number] == topic}
        values, rows = [], np.zeros(n)
        for one in again:
            whole = {number: frozenset(i for i in kept.tolist() if one[i] == number) for number in set(one[kept].tolist())}
            if len(parts) > 1:
                owner = {
                    number: max(
                        sorted(set(before[kept].tolist())), key=lambda old, held=held: sum(before[i] == old for i in held)
                    )
                    for number, held in whole.items()
                }
                joined: dict[object, frozenset[int]] = {}
                for number, held in whole.items():
                    siblings = [old for old in set(before[kept].tolist()) if to[old] == to[owner[number]]]
                    key = ("joined", to[owner[number]]) if to[owner[number]] >= 0 and len(siblings) > 1 else number
                    joined[key] = joined.get(key, frozenset()) | held
                whole = joined  # type: ignore[assignment]
            values.append(max(jaccard(own, held) for held in whole.values()))
            for held in whole.values():
                for i in held & own:
                    rows[i] += jaccard(own, held)
        assert found.topics[topic] == pytest.approx(np.mean(values))
        assert found.rows[sorted(own)] == pytest.approx(rows[sorted(own)] / len(again))
    assert np.isnan(found.rows[labels == OUTLIER]).all()


def test_the_parts_of_a_split_have_no_stability_and_the_others_keep_theirs() -> None:
    rng = np.random.default_rng(1)
    again = [np.where(rng.random(N) < 0.2, rng.integers(0, 5, N), TRUTH) for _ in range(3)]
    plain = stability(again, TRUTH)
    labels = np.where((TRUTH == 2) & (HALF == 1), 5, TRUTH)
    found = stability(again, labels, TRUTH)
    assert {topic for topic, value in found.topics.items() if math.isnan(value)} == {2, 5}
    assert np.isnan(found.rows).tolist() == (TRUTH == 2).tolist()
    for topic in (0, 1, 3, 4):
        assert found.topics[topic] == plain.topics[topic] < 1
        assert found.rows[topic == TRUTH].tolist() == plain.rows[topic == TRUTH].tolist()


def test_a_dropped_topic_changes_the_stability_of_no_other_and_what_was_joined_again_has_one() -> None:
    rng = np.random.default_rng(2)
    again = [np.where(rng.random(N) < 0.2, rng.integers(0, 5, N), TRUTH) for _ in range(3)]
    plain = stability(again, TRUTH)
    found = stability(again, np.where(TRUTH == 0, OUTLIER, TRUTH), TRUTH)
    assert found.topics == {topic: value for topic, value in plain.topics.items() if topic}
    assert stability(again, TRUTH + 7, TRUTH).topics == {topic + 7: value for topic, value in plain.topics.items()}


def test_two_topics_that_reruns_mix_up_are_stable_once_they_are_one() -> None:
    """Why merged topics are not simply given the mean of their parts."""
    rng = np.random.default_rng(3)
    mixed = [np.where(np.isin(TRUTH, [0, 1]), rng.integers(0, 2, N), TRUTH) for _ in range(3)]
    plain, merged = stability(mixed, TRUTH), stability(mixed, np.where(TRUTH == 1, 0, TRUTH), TRUTH)
    assert max(plain.topics[0], plain.topics[1]) < 0.5
    assert merged.topics[0] == 1


# the whole way


TEXTS = [f"{('bread', 'star', 'boat', 'gas', 'song')[topic]} {('old', 'new')[half]} number {i}" for i, (topic, half) in
         enumerate(zip(TRUTH.tolist(), HALF.tolist(), strict=True))]  # fmt: skip
CORPUS = make_corpus(TEXTS, [f"a{i:02d}" for i in range(N)])
KNOWN = override(Settings(), ["stability.runs=3", "topics.granularity=5", "topics.outliers=0.02"])


@pytest.fixture(scope="module")
def plain() -> Topics:
    return fit_topics(CORPUS, Embeddings(VECTORS, "mine"), KNOWN)


def named(topics: Topics, topic: int) -> tuple[str, ...]:
    return tuple(topics.representatives.query("topic_id == @topic")["paragraph_id"])


@pytest.fixture(scope="module")
def edits(plain: Topics) -> list[TopicEdit]:
    assert plain.topics["topic_id"].max() == 4
    return [
        TopicEdit("merge", (named(plain, 0), named(plain, 3)), "Bread & gas", topics=("bread", "gas")),
        TopicEdit("split", (named(plain, 1),), topics=("star",)),
        TopicEdit("drop", (named(plain, 4),), topics=("song",)),
        TopicEdit("rename", (("nowhere",),), "Lost", topics=("lost",)),
    ]


@pytest.fixture(scope="module")
def edited(edits: list[TopicEdit]) -> Topics:
    return fit_topics(CORPUS, Embeddings(VECTORS, "mine"), KNOWN, edits=edits)


def test_edited_topics_have_words_sizes_representatives_and_an_honest_stability(plain: Topics, edited: Topics) -> None:
    before, labels = (one.paragraph_topics["topic_id"].to_numpy() for one in (plain, edited))
    merged = edited.topics.set_index("label").loc["Bread & gas"]
    assert np.isin(before, [0, 3]).tolist() == (labels == merged["topic_id"]).tolist()
    assert merged["topic_id"] == 0
    assert {"bread", "gas"} <= set(edited.words(0))
    assert "Bread & gas" in set(edited.levels["label"])
    assert merged["stability"] > 0.9
    parts = sorted(set(labels[before == 1].tolist()))
    assert len(parts) == 2
    table = edited.topics.set_index("topic_id")
    assert table.loc[parts, "stability"].isna().all()
    assert (labels[before == 4] == OUTLIER).all()
    kept = set(labels[before == 2].tolist())
    assert len(kept) == 1
    assert table.loc[kept.pop(), "stability"] == plain.topics.set_index("topic_id").loc[2, "stability"]
    assert edited.topics["size"].sum() == N
    assert sorted(set(edited.representatives["topic_id"])) == sorted(set(labels.tolist()) - {OUTLIER})
    assert edited.edited == 3
    assert len(edited.notes) == len(plain.notes) + 1
    assert "topic edit 4 (rename of 'lost') not applied" in edited.notes[-1]
    assert edited.model.assign(VECTORS)[0].tolist() == labels.tolist()


def test_a_rerun_of_other_rows_under_another_seed_repeats_the_edits(edited: Topics, edits: list[TopicEdit]) -> None:
    """Numbers and order change, and some paragraphs are new: the topics are found by their paragraphs."""
    rows = [i for i in range(N) if i % 7] + [0]
    corpus = make_corpus([TEXTS[i] for i in rows], [f"a{i:02d}" for i in rows])
    order = sorted(rows)
    again = fit_topics(corpus, Embeddings(VECTORS[order], "mine"), override(KNOWN, ["seed=5"]), edits=edits)
    before = edited.paragraph_topics["topic_id"].to_numpy()[order]
    labels = again.paragraph_topics["topic_id"].to_numpy()
    both = (before != OUTLIER) & (labels != OUTLIER)
    assert both.mean() > 0.8
    assert len(set(zip(before[both].tolist(), labels[both].tolist(), strict=True))) == 4
    assert "Bread & gas" in set(again.topics["label"])
    assert again.edited == 3


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8])
def test_on_a_small_corpus_edits_never_raise_and_never_lose_a_row(n: int) -> None:
    corpus = make_corpus(TEXTS[:n], [f"a{i:02d}" for i in range(n)])
    first = (corpus.paragraphs["paragraph_id"].iloc[0],)
    last = (corpus.paragraphs["paragraph_id"].iloc[-1],)
    known = [
        TopicEdit("split", (first,), parts=3),
        TopicEdit("merge", (first, last)),
        TopicEdit("drop", (last,)),
        TopicEdit("drop", (first,)),
    ]
    found = fit_topics(corpus, Embeddings(VECTORS[:n], "mine"), KNOWN, edits=known)
    assert found.topics["size"].sum() == n
    assert (found.topics["topic_id"] >= 0).any()
    assert found.edited + sum("not applied" in note for note in found.notes) == len(known)


GAS = ("a-p0001", "b-p0002", "c-p0003")
OIL = ("a-p0009", "b-p0008")


# what an edit is made of


CENTRAL = {0: GAS, 1: OIL, 2: ("z",)}
LABELS = {-1: "Outliers", 0: "gas, pipeline", 1: "oil", 2: "Boats"}


def test_an_edit_names_topics_by_their_central_paragraphs_and_its_label_is_one_line() -> None:
    made = create_edit("merge", [1, 0], LABELS, CENTRAL, " Oil\n and\x1b[31m  gas ", 2)
    assert made == TopicEdit("merge", (OIL, GAS), "Oil and [31m gas", 2, ("oil", "gas, pipeline"))


@pytest.mark.parametrize(
    ("action", "numbers", "label", "parts", "said"),
    [
        ("merge", [0, 3], "", 2, ["no topic 3", "0, 1, 2"]),
        ("drop", [-1], "", 2, ["no topic -1", "0, 1, 2"]),
        ("merge", [0], "", 2, ["1 topic", "two or more"]),
        ("merge", [0, 1, 0], "", 2, ["topic 0 twice"]),
        ("rename", [0], " \n", 2, ["no label"]),
        ("rename", [0], "Boats", 2, ["topic 2 already has the label 'Boats'", "merge"]),
        ("merge", [0, 1], "Boats", 2, ["topic 2 already has the label 'Boats'"]),
        ("split", [0], "", 1, ["parts is 1"]),
        ("join", [0], "", 2, ["'join'", "merge, split, rename, drop"]),
    ],
)
def test_an_edit_that_cannot_be_meant_is_refused(
    action: str, numbers: list[int], label: str, parts: int, said: list[str]
) -> None:
    with pytest.raises(InputError) as refusal:
        create_edit(action, numbers, LABELS, CENTRAL, label, parts)
    assert [part for part in said if part not in str(refusal.value)] == []


def test_a_merged_topic_may_keep_the_label_of_one_of_its_parts() -> None:
    assert create_edit("merge", [2, 0], LABELS, CENTRAL, "Boats", 2).label == "Boats"


# which topic is meant


@pytest.mark.parametrize(
    ("topic_of", "found"),
    [
        ({"a-p0001": 4, "b-p0002": 4, "c-p0003": 4}, [4]),
        ({"a-p0001": 4, "b-p0002": 4, "c-p0003": 1}, [4]),
        ({"a-p0001": 4, "b-p0002": -1, "c-p0003": 4}, [4]),
        ({"c-p0003": 7, "elsewhere": 1}, [7]),
        ({"a-p0001": 4, "b-p0002": 1}, []),
        ({"a-p0001": 4, "b-p0002": -1, "c-p0003": -1}, []),
        ({"a-p0001": 4, "b-p0002": 3, "c-p0003": 1}, []),
        ({"elsewhere": 4}, []),
        ({}, []),
    ],
)
def test_the_topic_is_the_one_with_most_of_the_paragraphs_that_are_left(topic_of: dict[str, int], found: list[int]) -> None:
    edit = TopicEdit("drop", (GAS,), topics=("gas",))
    if found:
        assert locate_topics(edit, topic_of) == found
        return
    with pytest.raises(InputError, match="'gas'") as problem:
        locate_topics(edit, topic_of)
    gone = not set(GAS) & set(topic_of)
    assert ("no longer in the corpus" in str(problem.value)) == gone
    assert ("spread over" in str(problem.value)) == (not gone)


@given(st.dictionaries(st.sampled_from([*GAS, *OIL]), st.integers(-1, 2)))
def test_a_topic_that_is_found_holds_more_than_half_and_all_are_found_or_none(topic_of: dict[str, int]) -> None:
    held = [[topic_of[key] for key in ids if key in topic_of] for ids in (GAS, OIL)]
    clear = [any(2 * own.count(topic) > len(own) for topic in (0, 1, 2)) for own in held]
    edit = TopicEdit("merge", (GAS, OIL))
    if all(clear):
        topics = locate_topics(edit, topic_of)
        assert all(2 * own.count(topic) > len(own) for own, topic in zip(held, topics, strict=True))
    else:
        with pytest.raises(InputError, match="the central paragraphs of topic"):
            locate_topics(edit, topic_of)
