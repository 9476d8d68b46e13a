"""The blind matching of labels and paragraphs: items without their answers, and how answers are scored."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

import labels

TEXTS = [f"Text {i}." for i in range(12)]
BENCH = labels.Bench(
    "Some corpus",
    TEXTS,
    np.repeat([0, 1, 2, 3, 4, -1], 2),
    np.array([[np.cos(angle), np.sin(angle)] for angle in np.repeat([0.0, 0.2, 0.5, 2.0, 3.0, 4.0], 2)]),
    {topic: [2 * topic, 2 * topic + 1] for topic in range(5)},
)
FOUND = {method: {topic: f"{method} {topic}" for topic in range(5)} for method in ("first", "second")}


def test_the_other_labels_are_those_of_the_nearest_topics() -> None:
    assert BENCH.nearest(0)[:2] == [1, 2]
    assert BENCH.nearest(4)[0] == 3
    assert sorted(BENCH.nearest(2)) == [0, 1, 3, 4]


def test_items_are_written_without_their_answers(tmp_path: Path) -> None:
    labels.write_items(BENCH, FOUND, tmp_path)
    assert {file.stem for file in tmp_path.glob("*.md")} == {f"items-some-corpus-{one}" for one in (1, 2, "preference")}
    for place in (1, 2):
        key = json.loads((tmp_path / "keys" / f"some-corpus-{place}.json").read_text())
        items = json.loads((tmp_path / f"items-some-corpus-{place}.json").read_text())
        assert len(items) == len(key["key"]) == 5
        for item, letter in zip(items, key["key"], strict=True):
            topic = TEXTS.index(item["paragraphs"][0]) // 2
            assert item["labels"]["abcd".index(letter)] == f"{key['method']} {topic}"
            assert len(set(item["labels"])) == 4
        assert len({*key["key"]}) > 1
    labels.write_items(BENCH, FOUND, tmp_path / "again")
    assert (tmp_path / "again" / "items-some-corpus-1.md").read_text() == (tmp_path / "items-some-corpus-1.md").read_text()


def test_answers_are_scored_by_method(tmp_path: Path) -> None:
    labels.write_items(BENCH, FOUND, tmp_path)
    keys = {place: json.loads((tmp_path / "keys" / f"some-corpus-{place}.json").read_text()) for place in (1, 2)}
    right = [f"{number}. {letter.upper()}" for number, letter in enumerate(keys[1]["key"], start=1)]
    (tmp_path / "answers-some-corpus-1.txt").write_text("\n".join(right))
    (tmp_path / "answers-some-corpus-2.txt").write_text("1 " + keys[2]["key"][0])  # the others are not answered
    order = json.loads((tmp_path / "keys" / "some-corpus-preference.json").read_text())["methods"]
    chosen = [f"{number} {'ab'[own.index('first')]}" for number, own in enumerate(order, start=1)]
    (tmp_path / "answers-some-corpus-preference.txt").write_text("\n".join(chosen))
    found = {row[:2]: row[2:] for row in labels.answered(tmp_path)}
    assert found == {
        ("some-corpus", keys[1]["method"]): (5, 5),
        ("some-corpus", keys[2]["method"]): (1, 5),
        ("some-corpus, preferred", "first"): (5, 5),
        ("some-corpus, preferred", "second"): (0, 5),
    }
    assert re.search(r"\| some-corpus \| \w+ \| 1 \| 5 \| 0\.20 \| 0\.04–0\.62 \|", labels.score(tmp_path))


@pytest.mark.parametrize(
    ("right", "n", "interval"), [(5, 10, (0.237, 0.763)), (0, 20, (0.0, 0.161)), (20, 20, (0.839, 1.0))]
)
def test_the_interval_is_wilsons(right: int, n: int, interval: tuple[float, float]) -> None:
    assert labels.wilson(right, n) == pytest.approx(interval, abs=1e-3)
