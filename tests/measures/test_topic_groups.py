"""Topics that are one outlet, author or article: found where they are, and not where chance does as much."""

import numpy as np
import pandas as pd
import pytest

from topics import tables
from topics.measures import concentrated_topics, topic_group_notes, topic_groups

N = 60


def made(topic_of: np.ndarray, outlets: list[str], each: int = 4) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Articles of ``each`` paragraphs, their outlets, and the topic of each paragraph."""
    ids = [f"a{i:03d}" for i in range(len(outlets))]
    articles = pd.DataFrame({"article_id": ids, "title": ids, "source": ids, "outlet": outlets, "author": ""})
    rows = [f"{key}-p{i}" for key in ids for i in range(each)]
    paragraphs = pd.DataFrame({"paragraph_id": rows, "article_id": np.repeat(ids, each)})
    return articles, paragraphs, pd.DataFrame({"paragraph_id": rows, "topic_id": topic_of})


def test_a_topic_that_is_an_outlet_is_found() -> None:
    outlets = ["Ledger", "Horizon", "Post"] * (N // 3)
    topic_of = np.repeat([0 if outlet == "Ledger" else 1 + i % 2 for i, outlet in enumerate(outlets)], 4)
    frames = made(topic_of, outlets)
    table = topic_groups(*frames)
    assert tuple(table.columns) == tables.COLUMNS["topic_groups"]
    row = table.set_index("topic_id").loc[0]
    assert (row["group"], row["share"], row["n_paragraphs"]) == ("Ledger", 1.0, N // 3 * 4)
    assert row["expected"] == pytest.approx(1 / 3, abs=0.12)
    assert row["expected"] < row["high"] < 0.75
    assert row["p"] == pytest.approx(1 / 1000)
    assert concentrated_topics(table)["topic_id"].tolist() == [0]
    (note,) = topic_group_notes(table, frames[0])
    assert note.startswith(
        "topic 0 is mostly from one outlet: 100 % of the paragraphs of topic 0 are from Ledger (by chance at"
    )


def test_by_chance_p_is_as_large_as_it_says() -> None:
    """Largest shares take few values, so p is rather too large than too small."""
    values = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        topic_of = np.repeat(rng.integers(0, 3, N), 4)  # a topic to an article: paragraphs of one stay together
        outlets = rng.choice(["A", "B", "C"], N).tolist()
        values += topic_groups(*made(topic_of, outlets))["p"].tolist()
    assert 0.01 < np.mean(np.array(values) <= 0.1) < 0.15
    assert 0.45 < np.mean(values) < 0.7


def test_mutual_information_is_one_where_groups_and_topics_are_the_same() -> None:
    outlets = ["A", "B"] * (N // 2)
    same = topic_groups(*made(np.repeat([0, 1] * (N // 2), 4), outlets))
    assert same["nmi"].to_numpy() == pytest.approx(1)
    assert (same["nmi_high"] < 0.2).all()


@pytest.mark.parametrize("outlets", [["A"] * N, [""] * N])
def test_a_single_group_or_none_says_nothing(outlets: list[str]) -> None:
    assert topic_groups(*made(np.arange(4 * N) % 2, outlets)).empty


def test_a_single_topic_and_outliers_say_nothing() -> None:
    outlets = ["A", "B"] * (N // 2)
    assert topic_groups(*made(np.zeros(4 * N, dtype=int), outlets)).empty
    assert topic_groups(*made(np.full(4 * N, -1), outlets)).empty


def test_few_articles_are_groups_themselves() -> None:
    topic_of = np.repeat([0, 1, 1, 1, 2, 2], 10)
    frames = made(topic_of, ["A"] * 6, each=10)
    table = topic_groups(*frames)
    assert set(table["column"]) == {"article_id"}
    assert table.set_index("topic_id")["share"].to_dict() == pytest.approx({0: 1.0, 1: 1 / 3, 2: 0.5})
    assert concentrated_topics(table)["topic_id"].tolist() == [0]
    assert "mostly from one article" in topic_group_notes(table, frames[0])[0]


def test_the_order_of_articles_decides_nothing() -> None:
    rng = np.random.default_rng(0)
    articles, paragraphs, topics_of = made(rng.integers(0, 3, 4 * N), rng.choice(["A", "B"], N).tolist())
    shuffled = articles.sample(frac=1, random_state=1, ignore_index=True)
    first, second = (topic_groups(one, paragraphs, topics_of) for one in (articles, shuffled))
    pd.testing.assert_frame_equal(first[["group", "share", "nmi"]], second[["group", "share", "nmi"]])
