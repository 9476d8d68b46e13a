"""Topics beside the themes: what they share, and which theme names a topic."""

import numpy as np
import pandas as pd
import pytest
from conftest import BOATS, BREAD, STARS
from hypothesis import given
from hypothesis import strategies as st
from planted import corpus_of, few

from topics.codebook import Codebook
from topics.measures import closest_themes, topic_theme_overlap
from topics.reading import Corpus
from topics.tables import UNASSIGNED
from topics.text import Embeddings, embed
from topics.themes import Themes, score_themes
from topics.topic_model import OUTLIER, Topics, fit_topics


def overlap(corpus: Corpus, scored: Themes, found: Topics) -> pd.DataFrame:
    return topic_theme_overlap(corpus.paragraphs, scored.table, found.paragraph_topics)


def test_topics_are_tied_to_the_themes_they_overlap(codebook: Codebook) -> None:
    corpus = corpus_of([*BREAD, *STARS, *BOATS])
    found = fit_topics(corpus, embed(corpus.tokens, few()), few())
    closest = closest_themes(overlap(corpus, score_themes(corpus, codebook), found))
    assert set(closest) == set(found.topics["topic_id"])
    planted = np.repeat(["bread", "stars", "boats"], 10)
    for topic, theme in closest.items():
        members = planted[found.paragraph_topics["topic_id"].to_numpy() == topic].tolist()
        assert theme == max(set(members), key=members.count)


def test_a_topic_that_no_theme_covers_stays_unnamed(codebook: Codebook) -> None:
    foreign = [
        f"The committee {verb} the budget and the minutes of the session." for verb in ("approved", "read", "tabled")
    ] * 4
    corpus = corpus_of([*BREAD, *foreign])
    rows = np.eye(3)[np.repeat([0, 1], [10, 12])] + 0.01 * np.random.default_rng(0).standard_normal((22, 3))
    found = fit_topics(corpus, Embeddings(rows.astype(np.float32), "mine"), few())
    closest = closest_themes(overlap(corpus, score_themes(corpus, codebook), found))
    assert {closest[int(topic)] for topic in found.paragraph_topics["topic_id"].to_numpy()[10:]} == {""}


def test_topics_are_laid_over_what_no_theme_covers_too(codebook: Codebook) -> None:
    foreign = [f"The {who} approved the minutes of the session in May." for who in ("clerk", "mayor", "judge", "board")] * 3
    corpus = corpus_of([*BREAD, *STARS, *foreign])
    rows = np.eye(3)[np.repeat([0, 1, 2], [10, 10, 12])] + 0.01 * np.random.default_rng(0).standard_normal((32, 3))
    found = fit_topics(corpus, Embeddings(rows.astype(np.float32), "mine"), few("topics.granularity=3"))
    scored = score_themes(corpus, codebook)
    over = overlap(corpus, scored, found)
    ids = set(found.topics["topic_id"])
    assert sorted(zip(over["topic_id"], over["theme"], strict=True)) == sorted(
        (topic, theme) for topic in ids for theme in ("bread", "stars", "boats", UNASSIGNED)
    )
    assert over["share"].between(0, 1).all()
    assert (over["lift"] >= 0).all()
    words = corpus.paragraphs.set_index("paragraph_id")["n_words"]
    topic = found.paragraph_topics.set_index("paragraph_id")["topic_id"]
    bare = over[over["theme"] == UNASSIGNED].set_index("topic_id")["share"]
    for one in ids:
        own = topic.index[topic == one]
        without = own[(scored.primary[own] == UNASSIGNED).to_numpy()]
        assert bare[one] == pytest.approx(words[without].sum() / words[own].sum())
    last = topic.iloc[-1]
    assert bare[last] > 0.9
    assert closest_themes(over)[last] == ""
    assert UNASSIGNED not in closest_themes(over).values()


@given(st.lists(st.tuples(*[st.floats(0, 1), st.floats(0, 9)] * 3), min_size=1, max_size=4))
def test_the_closest_theme_is_a_theme_that_fits_or_none(rows: list[tuple[float, ...]]) -> None:
    over = pd.DataFrame(
        [(topic, theme, row[2 * k], row[2 * k + 1]) for topic, row in enumerate(rows, start=OUTLIER)
         for k, theme in enumerate(("bread", "stars", UNASSIGNED))],
        columns=["topic_id", "theme", "share", "lift"],
    )  # fmt: skip
    closest = closest_themes(over)
    assert set(closest) == set(over["topic_id"])
    assert closest[OUTLIER] == ""
    for topic, theme in closest.items():
        fits = over.query("topic_id == @topic and theme != @UNASSIGNED and share >= 0.25 and lift > 1")
        assert theme in set(fits["theme"]) | ({""} if fits.empty or topic == OUTLIER else set())
