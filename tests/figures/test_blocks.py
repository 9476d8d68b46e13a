"""Blocks of a ribbon: places, layers and strength, as figure, report and explorer draw them."""

import pandas as pd
import pytest

from topics.codebook import from_dict
from topics.figures import ribbon_blocks
from topics.figures.blocks import group_columns
from topics.tables import UNASSIGNED

BOOK = from_dict({"theme": [{"name": name, "keywords": ["word"]} for name in ("bread", "stars", "boats")]})
PARAGRAPHS = pd.DataFrame(
    {
        "article_id": ["b", "a", "a", "a"],
        "paragraph_id": ["b-1", "a-2", "a-1", "a-3"],
        "position": [1, 2, 1, 3],
        "n_words": [40, 10, 30, 20],
    }
)
THEMES = pd.DataFrame(
    [("a-1", "boats", 0.9, True, False), ("a-1", "stars", 0.4, True, True), ("a-1", "bread", 0.9, True, False),
     ("a-2", "bread", 0.2, False, False), ("a-3", "bread", 0.0, True, True), ("b-1", "boats", 1.0, True, True)],
    columns=["paragraph_id", "theme", "score", "assigned", "primary"],
)  # fmt: skip


def test_blocks_follow_the_article_in_words_with_the_primary_theme_on_top() -> None:
    blocks = ribbon_blocks(THEMES, PARAGRAPHS, BOOK)
    columns = ["paragraph_id", "place", "left", "width", "theme", "number", "layer", "layers"]
    assert list(blocks[columns].itertuples(index=False, name=None)) == [
        ("a-1", 0, 0, 30, "stars", 2, 0, 3),  # set by hand: it is on top, though its score is lower
        ("a-1", 0, 0, 30, "boats", 3, 1, 3),
        ("a-1", 0, 0, 30, "bread", 1, 2, 3),
        ("a-2", 1, 30, 10, UNASSIGNED, 0, 0, 1),
        ("a-3", 2, 40, 20, "bread", 1, 0, 1),
        ("b-1", 0, 0, 40, "boats", 3, 0, 1),
    ]
    assert blocks["opacity"].tolist() == pytest.approx([0.61, 0.935, 0.935, 1.0, 0.35, 1.0])


def test_columns_of_a_group_are_the_shares_of_its_words() -> None:
    blocks = ribbon_blocks(THEMES, PARAGRAPHS, BOOK)
    columns = group_columns(blocks, pd.Series("all", index=["a", "b"]), [*BOOK.names, UNASSIGNED])
    assert columns.groupby("part")["share"].sum().tolist() == pytest.approx([1.0] * 20)
    first = columns[columns["part"] == 0].set_index("theme")["share"]
    # three words of a-1, one for each of its themes, and two of b-1
    assert first.to_dict() == pytest.approx({"bread": 0.2, "stars": 0.2, "boats": 0.6, UNASSIGNED: 0.0})


def test_without_paragraphs_there_are_no_blocks() -> None:
    assert ribbon_blocks(THEMES.head(0), PARAGRAPHS.head(0), BOOK).empty
    assert ribbon_blocks(THEMES.head(0), PARAGRAPHS, BOOK)["number"].tolist() == [0] * 4
