"""The figures of a comparison: what they draw, at both widths, with long names, and the same every time."""

import numpy as np
import pandas as pd
import pytest

from topics import codebook as codebooks
from topics import figures
from topics.codebook import Codebook
from topics.comparison import Comparison, compare_shares
from topics.settings import Settings, override

LONG = "Multipolarity and the future of European partnership"


def made(by: list[str], label: str = "Theme") -> tuple[Comparison, Codebook]:
    rng = np.random.default_rng(0)
    book = codebooks.from_dict(
        {"theme": [{"name": f"t{i}", "label": f"{label} {i}", "keywords": ["word"]} for i in range(6)]}
    )
    n = 120
    party, year = rng.choice(["blue", "green"], n), rng.integers(1960, 2020, n)
    outcomes = rng.dirichlet(np.full(7, 0.5), n)
    outcomes[:, 0] += 0.5 * (party == "green")
    outcomes[:, 1] = 0
    articles = pd.DataFrame({"party": party, "date": year.astype(str), "n_paragraphs": 1})
    articles["region"] = rng.choice([f"{LONG} {i}" for i in range(15)], n)
    return compare_shares(outcomes, rng.lognormal(6, 0.5, n), articles, book.labels, by, permutations=199), book


@pytest.mark.parametrize("columns", [1, 2])
def test_all_is_inside_the_figure_and_panels_do_not_overlap(columns: int) -> None:
    found, book = made(["party*date", "region"], LONG)
    settings = override(Settings(), [f"figures.columns={columns}"])
    for chart in (figures.effects(found.table, book, settings), figures.curves(found.curves, book, settings)):
        chart.draw_without_rendering()
        width, height = chart.get_size_inches() * chart.dpi
        boxes = [axes.get_tightbbox() for axes in chart.axes if axes.get_visible()]
        for box in boxes:
            assert box.x0 >= -2
            assert box.x1 <= width + 2
            assert box.y0 >= -2
            assert box.y1 <= height + 2
        for i, one in enumerate(boxes):
            for other in boxes[i + 1 :]:
                across = min(one.x1, other.x1) - max(one.x0, other.x0)
                down = min(one.y1, other.y1) - max(one.y0, other.y0)
                assert min(across, down) < 6, "panels overlap"
        assert chart.get_figwidth() <= (3.5 if columns == 1 else 7.2)


def test_dots_are_the_effects_and_filled_where_q_is_small() -> None:
    found, book = made(["party"])
    chart = figures.effects(found.table, book)
    (axes,) = chart.axes
    table = found.table.set_index("theme")
    dots = {round(line.get_ydata()[0]): line for line in axes.lines if line.get_marker() == "o"}
    names = [*book.names, "unassigned"]
    assert sorted(dots) == [0, 2, 3, 4, 5, 6], "of a theme that never occurs there is no dot"
    for i, line in dots.items():
        assert line.get_xdata()[0] == pytest.approx(100 * table.loc[names[i], "effect"])
        assert (line.get_markerfacecolor() != "white") == (table.loc[names[i], "q"] < 0.05)
    assert dots[0].get_markerfacecolor() != "white"
    assert "party: green − blue" in axes.get_title()
    assert "green − blue, Theme 0: +" in chart.alt
    assert "Seed 42" in chart.caption
    assert "errs alike" in chart.caption


def test_curves_are_those_of_the_table_with_a_line_for_each_group() -> None:
    found, book = made(["party*date"])
    chart = figures.curves(found.curves, book)
    first = chart.axes[0]
    rows = found.curves[(found.curves["theme"] == "t0") & (found.curves["group"] == "party = green")]
    green = next(line for line in first.lines if line.get_linestyle() == "--" and len(line.get_xdata()))
    assert green.get_ydata() == pytest.approx(100 * rows["share"].to_numpy())
    (legend,) = chart.legends
    assert [text.get_text() for text in legend.get_texts()] == ["party = blue", "party = green"]
    assert chart.get_supxlabel() == "date"


def test_without_a_trend_there_is_nothing_to_draw() -> None:
    found, book = made(["party"])
    assert "No curves" in figures.curves(found.curves, book).caption


def test_contrasts_that_do_not_fit_are_counted() -> None:
    found, book = made(["region"])
    chart = figures.effects(found.table, book)
    assert len([axes for axes in chart.axes if axes.get_visible()]) == 12
    assert "3 further contrasts are only in the table" in chart.caption
