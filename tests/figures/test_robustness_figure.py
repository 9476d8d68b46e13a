"""The figure of a robustness check: what it draws, at both widths, and the same every time."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from topics import codebook as codebooks
from topics import figures
from topics.codebook import Codebook
from topics.comparison import KEYWORD, THRESHOLD, Robustness, Variant, check_robustness, compare_shares
from topics.settings import Settings, override

LONG = "Multipolarity and the future of European partnership"


def made(gap: float, label: str = "Theme", levels: tuple[str, ...] = ("blue", "green")) -> tuple[Robustness, Codebook]:
    rng = np.random.default_rng(0)
    book = codebooks.from_dict(
        {"theme": [{"name": f"t{i}", "label": f"{label} {i}", "keywords": ["word"]} for i in range(4)]}
    )
    n = 60
    articles = pd.DataFrame({"party": [levels[i % len(levels)] for i in range(n)], "n_paragraphs": 1})
    outcomes = rng.dirichlet(np.full(5, 3.0), n)
    outcomes[:, 0] += gap * (articles["party"] == levels[0])
    outcomes[:, 1] += gap * (articles["party"] == levels[1])
    words = np.ones(n)
    variants = [
        Variant(THRESHOLD, f"0.{i}0", outcomes + 0.01 * i * rng.standard_normal(outcomes.shape), words) for i in (3, 4)
    ]
    variants += [Variant(KEYWORD, f"word {i}", 0.9 * outcomes, words, f"t{i % 4}") for i in range(24)]
    compared = compare_shares(outcomes, words, articles, book.labels, "party", permutations=199)
    ids = [f"article-{i:03d}" for i in range(n)]
    return check_robustness(compared, Variant("run", "", outcomes, words), variants, ids), book


@pytest.mark.parametrize("columns", [1, 2])
def test_all_is_inside_the_figure(columns: int) -> None:
    found, book = made(0.3, LONG, (f"{LONG} one", f"{LONG} two", "others"))
    chart = figures.robustness(found.findings, found.variants, book, override(Settings(), [f"figures.columns={columns}"]))
    chart.draw_without_rendering()
    width, height = chart.get_size_inches() * chart.dpi
    for box in [*(axes.get_tightbbox() for axes in chart.axes if axes.get_visible()), chart.legends[0].get_window_extent()]:
        assert box.x0 >= -2
        assert box.x1 <= width + 2
        assert box.y0 >= -2
        assert box.y1 <= height + 2
    assert width / chart.dpi <= (3.5 if columns == 1 else 7.2)


def test_each_panel_is_a_finding_with_its_variants_sorted() -> None:
    found, book = made(0.3)
    chart = figures.robustness(found.findings, found.variants, book)
    panels = [axes for axes in chart.axes if axes.get_visible()]
    names = found.findings.query("verdict != 'no finding'")["theme"].tolist()
    assert len(panels) == len(names) > 0
    table = chart.table
    for theme in names:
        rows = table[table["theme"] == theme]
        assert rows["effect"].is_monotonic_increasing
        assert set(rows["kind"]) == {"run", "threshold", "keyword", "article"}
        assert set(rows.loc[rows["kind"] == KEYWORD, "of_theme"]) == {theme}  # not the keywords of others


def test_without_a_finding_the_nearest_themes_are_shown_and_called_so() -> None:
    found, book = made(0.0)
    chart = figures.robustness(found.findings, found.variants, book)
    assert len([axes for axes in chart.axes if axes.get_visible()]) == 3
    assert "none is a finding" in chart.caption


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    found, book = made(0.3)
    for folder in ("a", "b"):
        chart = figures.robustness(found.findings, found.variants, book)
        (tmp_path / folder).mkdir()
        figures.export(chart, tmp_path / folder, "robustness", "note", override(Settings(), ['figures.formats=["svg"]']))
    assert (tmp_path / "a" / "robustness.svg").read_bytes() == (tmp_path / "b" / "robustness.svg").read_bytes()
