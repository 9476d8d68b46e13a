"""Figures: tables in, a legible Figure out, the same bytes every time."""

from __future__ import annotations

import itertools
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from lxml import html as lxml_html
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from topics import codebook as codebooks
from topics import figures, tables
from topics.codebook import Codebook
from topics.coding import BORROWED, CORRECTED, NOT_ESTIMABLE, UNCORRECTED
from topics.figures import FIGURES, style
from topics.runs import Run
from topics.settings import Settings, override

NAMES = tuple(FIGURES)
NEEDED = sorted({table for spec in FIGURES.values() for table in spec.tables})
LONG = "On the unforeseeable consequences of a very long headline for the margins of a figure, and other worries of editors"
CYRILLIC = "Многополярный мир и энергетические рынки: взгляд из Москвы на восточное партнёрство"
SENTENCE = (
    "The pipeline, which nobody had asked for, was opened in the presence of two ministers and of a great many cameras."
)


@dataclass
class Made:
    """Tables as a run would hold them, and their codebook."""

    tables: dict[str, pd.DataFrame]
    codebook: Codebook

    def draw(self, name: str, *assignments: str) -> style.Chart:
        return figures.draw(name, self.tables.__getitem__, self.codebook, override(Settings(), list(assignments)))


def make(
    articles: int = 4,
    themes: int = 3,
    topics: int = 5,
    outlets: int = 3,
    periods: int = 6,
    title: str = "Article",
    outlet: str = "Paper",
    label: str = "Theme",
    word: str = "transatlantic misunderstandings",
    sentence: str = SENTENCE,
) -> Made:
    """Tables for as many articles, themes and topics, with every label as long as asked."""
    rng = np.random.default_rng(1)
    book = codebooks.from_dict(
        {"theme": [{"name": f"theme-{i}", "label": f"{label} {i}", "keywords": ["word"]} for i in range(themes)]}
    )
    ids = [f"a{i:03d}" for i in range(articles)]
    each = 6
    n = articles * each
    paragraphs = pd.DataFrame(
        {
            "paragraph_id": [f"{a}-p{k}" for a in ids for k in range(each)], "article_id": np.repeat(ids, each),
            "position": np.tile(range(each), articles), "section": "", "start": 0, "end": 1,
            "n_words": rng.integers(5, 120, n), "text": sentence,
        }
    )  # fmt: skip
    words = paragraphs.groupby("article_id")["n_words"].sum()
    where = [f"{outlet} {i % outlets}" if outlet else "" for i in range(articles)]
    frame = pd.DataFrame(
        {
            "article_id": ids, "title": [f"{i} {title}" for i in range(articles)], "author": "", "outlet": where,
            "date": [f"{2020 + i % periods}-01-01" if periods else "" for i in range(articles)], "language": "en",
            "source": "x", "n_paragraphs": each, "n_words": words[ids].to_numpy(), "sha256": "",
            # the last of several articles has no party
            "party": [f"{outlet or 'Party'} {i % outlets}" if i < max(1, articles - 1) else "" for i in range(articles)],
            "wave": [str(1 + i % 11) for i in range(articles)],
        }
    )  # fmt: skip
    names = [*book.names, tables.UNASSIGNED]
    found = list(range(-1, topics))
    label_of = word[:12] + ", gas pipeline, multipolarity, misunderstandings"

    def intervals(keys: dict[str, list], of: str, values: list, alpha: float = 1.0, **more: object) -> pd.DataFrame:
        """A share, with its interval, for each of the groups and each of the values."""
        count = len(next(iter(keys.values())))
        share = rng.dirichlet(np.full(len(values), alpha), size=count)
        share[:1] = np.eye(len(values))[1 % len(values)]  # one that speaks of one thing alone: the widest numbers
        grid = {key: np.repeat(group, len(values)) for key, group in keys.items()} | {of: values * count}
        share = share.ravel()
        frame = pd.DataFrame(grid | {"share": share, "low": share / 2, "high": (1 + share) / 2} | more)
        return frame.assign(uncorrected=share, n_coded=0, basis=UNCORRECTED)

    scores = pd.DataFrame(
        {
            "paragraph_id": np.repeat(paragraphs["paragraph_id"], themes), "theme": book.names * n,
            "score": rng.random(n * themes),
        }
    )  # fmt: skip
    best = scores.groupby("paragraph_id")["score"].transform("max")
    scores["primary"] = (scores["score"] == best) & (scores["score"] > 0.5)
    scores["assigned"] = scores["primary"] | (scores["score"] > 0.97)
    in_outlets = sorted(set(where))
    differences = intervals({"outlet": in_outlets}, "theme", names, n_articles=articles // outlets)
    differences["difference"] = differences["share"] - 1 / len(names)
    differences["low"], differences["high"] = differences["difference"] - 0.2, differences["difference"] + 0.2
    grouped = sorted({(column, value) for column in ("party", "wave") for value in frame[column] if value})
    by_group = {"column": [column for column, _ in grouped], "group": [value for _, value in grouped]}
    of_groups = intervals(by_group, "theme", names, n_articles=1)
    of_groups["difference"] = of_groups["share"] - 1 / len(names)
    of_groups["low"], of_groups["high"] = of_groups["difference"] - 0.2, of_groups["difference"] + 0.2
    pairs = list(itertools.combinations(book.names, 2))
    lift = 2 ** rng.normal(size=len(pairs))
    told = [(o, r) for o in in_outlets for r in range(1, 26)] if len(in_outlets) > 1 else []
    odds = np.array([2.5 - r / 25 for _, r in told])
    by_paragraph = np.resize(found, n)
    middles = 9 * np.array([(i % 8, i // 8) for i in range(topics + 1)])
    points = middles[by_paragraph + 1] + rng.normal(size=(n, 2))
    parents = list(range(topics, max(topics, 2 * topics - 1)))
    nodes = list(range(topics))
    merges = []
    for i, parent in enumerate(parents):
        left, right = nodes.pop(0), nodes.pop(int(rng.integers(len(nodes))))
        nodes.append(parent)
        merges.append((parent, left, right, 0.2 + 0.1 * i, 2, label_of))
    tried = [k for k in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100) if k <= topics * topics]
    made = {
        "paragraphs": paragraphs,
        "articles": frame,
        "dropped": pd.DataFrame(
            [(a, i, i + 1, reason, "") for a in ids for i, reason in enumerate(tables.REASONS)],
            columns=list(tables.COLUMNS["dropped"]),
        ),
        "themes": scores.assign(evidence=np.where(scores["assigned"], sentence, ""), evidence_start=0, evidence_end=0),
        "profiles": intervals({"article_id": ids}, "theme", names, 0.3, n_paragraphs=1),
        "outlets": intervals({"outlet": in_outlets}, "theme", names, n_articles=articles // outlets),
        "outlet_differences": differences if len(in_outlets) > 1 else differences.head(0),
        "groups": intervals(by_group, "theme", names, n_articles=1),
        "group_differences": of_groups,
        "themes_over_time": intervals({"period": sorted(set(frame["date"].str[:4]))}, "theme", names, n_articles=1),
        "article_topics": intervals({"article_id": ids}, "topic_id", found, 0.3),
        "topic_themes": intervals({"topic_id": found}, "theme", names, 0.3, lift=1.0),
        "co_occurrence": pd.DataFrame(
            {
                "theme": [a for a, _ in pairs], "other": [b for _, b in pairs], "n": rng.integers(0, 1 + n, len(pairs)),
                "lift": lift, "low": lift / 1.8, "high": lift * 1.8,
            }
        ),
        "keyness": pd.DataFrame(
            {
                "outlet": [o for o, _ in told], "rank": [r for _, r in told], "word": [f"{word[: 31 - r]}" for _, r in told],
                "log_odds": odds, "low": odds - 0.3, "high": odds + 0.8, "z": odds, "n": 9, "n_others": 1,
            }
        ),
        "topics": pd.DataFrame(
            {
                "topic_id": found,
                "label": ["Outliers", *(label_of for _ in range(topics))],
                "size": [int((by_paragraph == i).sum()) for i in found],
                "words": "word",
                "theme": ["", *("" if i % 4 == 3 else book.names[i % themes] for i in range(topics))],
                "stability": [np.nan, *(0.5 + 0.3 * (i % 2) for i in range(topics))],
            }
        ),
        "topic_words": pd.DataFrame(
            [(i, k + 1, word[: 31 - 3 * k], 1 / (k + 1)) for i in found for k in range(8)],
            columns=["topic_id", "rank", "word", "weight"],
        ),
        "paragraph_topics": pd.DataFrame(
            {
                "paragraph_id": paragraphs["paragraph_id"], "topic_id": by_paragraph, "probability": 1.0,
                "agreement": rng.random(n),
            }
        ),
        "granularity": pd.DataFrame(
            {
                "n_topics": tried, "stability": rng.random(len(tried)), "error": 0.02,
                "coherence": rng.normal(size=len(tried)), "reference": 0.2, "adjusted": 0.3, "adjusted_error": 0.05,
                "equal": [k <= tried[len(tried) // 2] for k in tried],
                "chosen": [k == tried[len(tried) // 2] for k in tried],
            }
        ),
        "topic_map": pd.DataFrame({"paragraph_id": paragraphs["paragraph_id"], "x": points[:, 0], "y": points[:, 1]}),
        "topic_hierarchy": pd.DataFrame(merges, columns=list(tables.COLUMNS["topic_hierarchy"])),
        "overall": intervals({"corpus": [""]}, "theme", names, n_articles=articles, codes_needed=89),
    }  # fmt: skip
    return Made(made, book)


CASES = {
    "one-article": lambda: make(articles=1, topics=1),
    "five-articles-of-no-outlet": lambda: make(articles=5, title="Donau" + "dampfschiffahrts" * 6, outlet=""),
    "long-labels": lambda: make(
        articles=6, themes=5, title=LONG, outlet="The Quarterly Journal of Exceedingly Long Outlet Names",
        label="Territory, borders and unrecognised republics",
    ),
    "many-themes": lambda: make(articles=5, themes=16, topics=25, label="Trade and sanctions"),
    "forty-cyrillic-articles": lambda: make(
        articles=40, title=CYRILLIC, outlet="Независимая газета", label="Энергетика и безопасность", sentence=CYRILLIC,
        word="непонимание многополярности в мире",
    ),
    "forty-one-articles-of-no-outlet": lambda: make(articles=41, outlet="", topics=8),
    "sixty-articles-of-no-outlet-and-date": lambda: make(articles=60, outlet="", periods=0, topics=14),
    "five-hundred-articles": lambda: make(
        articles=500, themes=5, topics=60, outlets=60, periods=20, label="Trade and sanctions"
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def gallery(small_run: Run) -> Callable[..., style.Chart]:
    """Figure of a case by its name and its width in columns, laid out."""
    real = Made({name: small_run.table(name) for name in NEEDED}, small_run.codebook)

    @cache
    def made(case: str) -> Made:
        return real if case == "small-run" else CASES[case]()

    def laid_out(case: str, name: str, columns: int = 2) -> style.Chart:
        figure = made(case).draw(name, f"figures.columns={columns}")
        with style.context(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "constrained_layout not applied")  # what it leaves is tested
            figure.draw_without_rendering()
        return figure

    return laid_out


IN_GROUPS = ("ribbon", "heatmap", "profile", "article_topics")
VIEWS = [
    pytest.param(case, name, columns, id=f"{name}-{case}-{columns}")
    for case in ("small-run", *CASES)
    for name in (IN_GROUPS if case.startswith(("forty-one", "sixty")) else NAMES)
    for columns in ((1,) if case == "one-article" else (1, 2))
]


# legible


def shown(axes: Axes) -> bool:
    return axes.get_visible()


def tick_labels(axes: Axes, which: str) -> list[Text]:
    """The tick labels that a reader sees."""
    if not shown(axes) or not axes.axison:
        return []
    axis = getattr(axes, f"{which}axis")
    low, high = sorted(axis.get_view_interval())
    margin = 1e-6 * (high - low)
    return [
        label
        for tick in axis.get_major_ticks()
        if low - margin <= tick.get_loc() <= high + margin
        for label in (tick.label1, tick.label2)
        if label.get_visible() and label.get_text().strip()
    ]


def headings(axes: Axes) -> list[Text]:
    if not shown(axes):
        return []
    labels = [axes.xaxis.label, axes.yaxis.label] if axes.axison else []
    return [text for text in (axes.title, axes._left_title, axes._right_title, *labels) if text.get_text().strip()]


def legend_texts(figure: Figure) -> list[Text]:
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if shown(axes))]
    return [text for legend in legends if legend is not None for text in legend.get_texts()]


def all_texts(figure: Figure) -> Iterator[Text]:
    for axes in figure.axes:
        yield from (*tick_labels(axes, "x"), *tick_labels(axes, "y"), *headings(axes))
        if shown(axes):
            yield from (text for text in axes.texts if text.get_text().strip())
    yield from legend_texts(figure)
    yield from (text for text in figure.texts if text.get_text().strip())


def corners(text: Text) -> np.ndarray:
    """The four corners of a text in pixels, slanted as it is; its box alone would claim too much."""
    box = text.get_window_extent()
    angle = np.deg2rad(text.get_rotation())
    cos, sin = abs(np.cos(angle)), abs(np.sin(angle))
    width, height = np.linalg.solve([[cos, sin], [sin, cos]], [box.width, box.height])
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    middle = np.array([box.x0 + box.x1, box.y0 + box.y1]) / 2
    return np.array(
        [middle + a * width / 2 * along + b * height / 2 * across for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
    )


def parted(one: np.ndarray, other: np.ndarray, allowed: float) -> bool:
    """Whether a line along a side of one of two rectangles has them on its two sides (but for ``allowed`` pixels)."""
    for shape in (one, other):
        for normal in (shape[0] - shape[1], shape[1] - shape[2]):
            if not (size := np.hypot(*normal)):
                continue
            a, b = one @ normal / size, other @ normal / size
            if min(a.max(), b.max()) - max(a.min(), b.min()) <= allowed:
                return True
    return False


def overlapping(texts: list[Text], boxes: np.ndarray, allowed: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of texts that share more than ``allowed`` pixels both ways."""
    across = np.minimum.outer(boxes[:, 2], boxes[:, 2]) - np.maximum.outer(boxes[:, 0], boxes[:, 0])
    upright = np.minimum.outer(boxes[:, 3], boxes[:, 3]) - np.maximum.outer(boxes[:, 1], boxes[:, 1])
    near = np.triu((across > allowed) & (upright > allowed), 1)
    return [
        (texts[i].get_text(), texts[j].get_text())
        for i, j in np.argwhere(near)
        if not parted(corners(texts[i]), corners(texts[j]), allowed)
    ]


def is_legible(figure: Figure, smallest: float) -> None:
    """No text is cut off, lies over another, or is too small."""
    texts = list(all_texts(figure))
    assert texts
    boxes = np.array([text.get_window_extent().extents for text in texts])
    outside = (boxes < -1).any(axis=1) | (boxes[:, 2:] > np.array(figure.bbox.max) + 1).any(axis=1)
    assert [text.get_text() for text, out in zip(texts, outside, strict=True) if out] == []
    assert overlapping(texts, boxes) == []
    assert [text.get_text() for text in texts if text.get_fontsize() < smallest] == []


def keeps_room(figure: Figure) -> None:
    """Labels do not squeeze the data away: each panel keeps half an inch, and a line of type per row."""
    for axes in figure.axes:
        if shown(axes) and axes.axison and axes.get_label() != "<colorbar>":
            box = axes.get_window_extent()
            assert box.width > 0.5 * figure.dpi
            assert box.height > len(tick_labels(axes, "y")) * 5 / 72 * figure.dpi


def says_what_it_shows(figure: style.Chart, name: str) -> None:
    assert len(figure.caption) > 40
    assert figure.caption.endswith(" Seed 42.")
    assert len(figure.alt) > 20
    for text in (figure.caption, figure.alt):
        assert "nan" not in text.split()
        assert "  " not in text
    assert isinstance(figure.table, pd.DataFrame)
    draws = any(axes.axison and shown(axes) for axes in figure.axes) or name == "evidence"
    assert figure.table.empty != draws


@pytest.mark.parametrize(("case", "name", "columns"), VIEWS)
def test_a_figure_is_legible_and_says_what_it_shows(gallery: Callable, case: str, name: str, columns: int) -> None:
    figure = gallery(case, name, columns)
    assert figure.get_figwidth() <= (style.SINGLE if columns == 1 else style.DOUBLE)
    is_legible(figure, smallest=4.6 if name == "ribbon" else 6)
    keeps_room(figure)
    says_what_it_shows(figure, name)


def test_a_text_over_another_or_over_the_edge_is_seen() -> None:
    """What the checks above would miss, they would not forbid."""
    for where in ((0.5, 0.5), (0.99, 0.2)):
        with style.context():
            figure = style.new_chart(3, 2)
            figure.text(0.5, 0.5, "one text", rotation=40)
            figure.text(*where, "another text")
            with pytest.raises(AssertionError, match="another text"):
                is_legible(figure, 1)
            figure.texts[1].set_position((0.1, 0.1))
            is_legible(figure, 1)
            with pytest.raises(AssertionError, match="one text"):
                is_legible(figure, 9)


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("case", ["small-run", "long-labels", "many-themes", "forty-cyrillic-articles"])
@pytest.mark.parametrize("name", ["heatmap", "topic_themes", "article_topics", "co_occurrence"])
def test_labels_of_columns_keep_a_line_apart(gallery: Callable, case: str, name: str, columns: int) -> None:
    figure = gallery(case, name, columns)
    labels = tick_labels(figure.axes[0], "x")
    assert len(labels) >= 2
    slant = np.deg2rad(labels[0].get_rotation())
    anchors = [label.get_transform().transform(label.get_position())[0] for label in labels]
    apart = np.diff(anchors) * np.sin(slant)
    assert apart.min() >= 0.9 * labels[0].get_fontsize() / 72 * figure.dpi


def test_cells_too_narrow_for_numbers_have_a_key_to_their_shade() -> None:
    for themes, numbered in ((5, True), (25, False)):
        made = make(articles=5, themes=themes)
        for name in ("heatmap", "co_occurrence"):
            axes, *key = made.draw(name, "figures.columns=1").axes
            assert bool(axes.texts) == numbered
            assert len(key) == (name == "co_occurrence" or not numbered)


@pytest.mark.parametrize(
    ("articles", "case", "kind", "rows"),
    [
        (40, {}, "article_id", 40),
        (41, {"outlets": 3}, "outlet", 3),
        (41, {"outlet": ""}, "year", 6),
        (41, {"outlet": "", "periods": 0}, "leading theme", 4),
        (500, {"outlets": 60}, "outlet", 20),
    ],
)
def test_many_articles_are_shown_by_groups(articles: int, case: dict, kind: str, rows: int) -> None:
    made = make(articles=articles, **case)
    words = made.tables["articles"].groupby("outlet")["n_words"].sum().sort_values(ascending=False)
    for name in IN_GROUPS:
        figure = made.draw(name)
        labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        assert len(labels) == rows
        assert str(articles) in figure.caption
        assert ("(number of articles in brackets)" in figure.caption) == (kind != "article_id")
        if kind != "article_id":
            assert sum(int(label.rpartition("(")[2][:-1]) for label in labels) <= articles
        if articles == 500:
            assert "40 smaller groups appear only in the tables" in figure.caption
            assert {label.rpartition(" (")[0] for label in labels} == set(words.index[:20])


@pytest.mark.parametrize(
    ("periods", "starts"),
    [
        (["1920s", "1950s", "1980s"], [1920, 1950, 1980]),
        (["1917", "1918", "1921"], [1917, 1918, 1921]),
        (["2023-Q1", "2023-Q4", "2024-Q2"], [2023, 2023.75, 2024.25]),
    ],
)
def test_periods_stand_where_they_begin_and_are_called_what_they_are(periods: list[str], starts: list[float]) -> None:
    made = make(articles=3, periods=3)
    over_time = made.tables["themes_over_time"]
    known = dict(zip(sorted(set(over_time["period"])), periods, strict=True))
    made.tables["themes_over_time"] = over_time.assign(period=over_time["period"].map(known))
    figure = made.draw("time")
    axes = figure.axes[0]
    assert axes.lines[0].get_xdata().tolist() == starts
    shown_labels = [label.get_text() for label in axes.get_xticklabels()]
    assert (shown_labels[0], shown_labels[-1]) == (periods[0], periods[-1])
    assert set(shown_labels) <= set(periods)


def test_an_article_is_labelled_with_its_year_or_decade_and_never_with_a_part_of_a_text() -> None:
    made = make(articles=4)
    made.tables["articles"] = made.tables["articles"].assign(date=["1950s", "2023-Q2", "c. 1850 or so", "20 soon"])
    labels = [text.get_text() for text in made.draw("heatmap").axes[0].get_yticklabels()]
    ends = {label.rpartition(" (")[2] for label in labels}
    assert ends == {"Paper 0, 1950s)", "Paper 1, 2023)", "Paper 2)", "Paper 0)"}


def test_a_group_of_articles_has_the_mean_of_their_words_and_their_median() -> None:
    made = make(articles=50, outlets=2)
    profiles = made.tables["profiles"].merge(made.tables["articles"][["article_id", "outlet", "n_words"]], on="article_id")
    heat, dots = made.draw("heatmap"), made.draw("profile")
    for i, (_, own) in enumerate(profiles.groupby("outlet")):
        own = own.assign(weighted=own["share"] * own["n_words"]).groupby("theme")
        mean = own["weighted"].sum() / own["n_words"].sum()
        for j, theme in enumerate([*made.codebook.names, tables.UNASSIGNED]):
            assert heat.axes[0].images[0].get_array()[i, j] == pytest.approx(100 * mean[theme])
            assert heat.table[theme].iloc[i] == pytest.approx(mean[theme])
            assert dots.axes[j].lines[0].get_xdata()[i] == pytest.approx(100 * own["share"].median()[theme])


# what should not be trusted


def test_an_unstable_topic_is_marked_in_every_figure_of_topics_and_a_stable_one_in_none() -> None:
    made = make(topics=4)  # topics 0 and 2 are unstable
    words = made.draw("topic_words")
    said = [axes.get_xlabel() for axes in words.axes if shown(axes)]
    assert [("unstable (0.50)" in text, "stability 0.80" in text) for text in said] == [(True, False), (False, True)] * 2
    assert [bool(axes.patches[0].get_hatch()) for axes in words.axes if shown(axes)] == [True, False, True, False]
    plan = made.draw("topic_map")
    assert ["(unstable)" in text.get_text() for text in legend_texts(plan)][:4] == [True, False, True, False]
    hollow = [not len(points.get_facecolors()) for points in plan.axes[0].collections[1:]]
    assert hollow == [True, False, True, False]
    for figure in (words, plan):
        assert figure.alt.count("(unstable)") == 2
        assert "unstable" in figure.caption
        assert "0.6" in figure.caption


def test_the_number_of_topics_that_was_chosen_is_marked_and_the_caption_tells_how_to_overrule_it() -> None:
    made = make(topics=5)
    table = made.tables["granularity"]
    (chosen,) = table.loc[table["chosen"], "n_topics"]
    figure = made.draw("granularity")
    assert len(figure.axes) == 2
    for axes, value in zip(figure.axes, ("stability", "coherence"), strict=True):
        diamond = next(line for line in axes.lines if line.get_marker() == "D")
        assert diamond.get_xdata().tolist() == [chosen]
        assert diamond.get_ydata().tolist() == table.loc[table["chosen"], value].tolist()
        line = next(line for line in axes.lines if line.get_marker() == "o")
        assert line.get_xdata().tolist() == table["n_topics"].tolist()
        assert str(chosen) in [text.get_text() for text in axes.get_xticklabels()]
    assert f"Chosen: {chosen}" in figure.caption
    assert "--set topics.granularity=N" in figure.caption
    assert "24 paragraphs" in figure.caption
    assert f"Chosen: {chosen} topics" in figure.alt
    equal = table.loc[table["equal"], "n_topics"].tolist()
    assert f"{', '.join(map(str, equal[:-1]))} and {equal[-1]} are equally stable by that measure" in figure.caption
    dashed = next(line for line in figure.axes[0].lines if line.get_linestyle() == "--")
    assert dashed.get_ydata().tolist() == table["reference"].tolist()
    known = override(Settings(), ["topics.granularity=7", "seed=5"])
    asked = figures.granularity(table, made.tables["paragraph_topics"], made.codebook, known)
    assert f"7 topics were requested (topics.granularity); {chosen} could be distinguished" in asked.caption
    assert "Chosen:" not in asked.caption
    assert "Seed 5." in asked.caption


@pytest.mark.parametrize("n", [0, 1])
def test_where_no_number_of_topics_could_be_chosen_the_figure_says_so(n: int) -> None:
    made = make()
    made.tables["granularity"] = made.tables["granularity"].head(n)
    figure = made.draw("granularity")
    (text,) = all_texts(figure)
    assert "The number of topics could not be chosen" in " ".join(text.get_text().split())
    assert ("only 2 topics" in figure.alt, "form one topic" in figure.alt) == (n == 1, n == 0)


def test_without_reruns_the_figure_says_that_stability_is_unknown() -> None:
    made = make()
    made.tables["granularity"][["stability", "error", "reference"]] = np.nan
    figure = made.draw("granularity")
    assert "Stability: unknown" in figure.caption
    assert "stability unknown" in figure.alt
    assert "nan" not in figure.caption + figure.alt


# plain functions


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_has_caption_and_alt_and_leaves_its_tables_alone(small_run: Run, name: str) -> None:
    made = Made({key: small_run.table(key) for key in tables.COLUMNS}, small_run.codebook)
    before = {key: frame.copy(deep=True) for key, frame in made.tables.items()}
    settings = dict(matplotlib.rcParams)
    figure = made.draw(name)
    assert isinstance(figure, Figure)
    assert len(figure.caption) > 40
    assert len(figure.alt) > 20
    for key, frame in made.tables.items():
        pd.testing.assert_frame_equal(frame, before[key])
    assert dict(matplotlib.rcParams) == settings


# the same bytes


SVG = override(Settings(), ['figures.formats=["svg"]'])


def exported(made: Made, name: str, folder: Path, *assignments: str) -> dict[str, bytes]:
    """The figure as SVG, which takes the least time, or as ``assignments`` have it."""
    folder.mkdir(parents=True)
    known = override(SVG, list(assignments))
    paths = style.export(made.draw(name, *assignments), folder, name, "a note", known)
    assert [path.name for path in paths] == [f"{name}.{form}" for form in known.figures.formats]
    return {path.suffix: path.read_bytes() for path in paths}


def test_another_process_that_loads_no_pyplot_and_no_model_draws_the_same_bytes(small_run: Run, tmp_path: Path) -> None:
    code = (
        "import sys, topics\n"
        "run = topics.Run(sys.argv[1])\n"
        "assert run.figure('ribbon')._repr_mimebundle_()['image/png'].startswith('iVBORw0KGgo')\n"
        "run.redraw('figures.formats=[\"svg\"]', out=sys.argv[2])\n"
        "print(*{'matplotlib.pyplot', 'bertopic', 'umap', 'hdbscan'} & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", code, str(small_run.folder), str(tmp_path / "there")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
    for name in small_run.figures:
        kept = (small_run.folder / "figures" / f"{name}.svg").read_bytes()
        assert (tmp_path / "there" / f"{name}.svg").read_bytes() == kept, name


def test_a_figure_is_written_in_each_format_with_its_note(tmp_path: Path) -> None:
    found = exported(make(articles=2, topics=1), "heatmap", tmp_path / "1", 'figures.formats=["svg", "pdf", "png"]')
    assert [data[:5] for data in found.values()] == [b"<?xml", b"%PDF-", b"\x89PNG\r"]
    assert [b"a note" in data for data in found.values()] == [True] * 3
    again = exported(make(articles=2, topics=1), "heatmap", tmp_path / "2", 'figures.formats=["svg", "pdf", "png"]')
    assert found == again


@pytest.mark.parametrize("name", NAMES)
def test_the_readers_own_style_changes_no_byte(name: str, tmp_path: Path) -> None:
    """A notebook's style, or a matplotlibrc, is no input of a run."""
    made = make(articles=2, topics=1)
    theirs = {"axes.facecolor": "black", "lines.linewidth": 9.0, "axes.titleweight": "bold", "savefig.bbox": "tight"}
    first = exported(made, name, tmp_path / "1")
    with matplotlib.rc_context(theirs):
        again = exported(made, name, tmp_path / "2")
    assert first == again


def test_a_notebook_shows_a_figure_with_its_alternative_text() -> None:
    figure = make().draw("outlets")
    figure.alt = 'More "energy" <here>'
    shown = figure._repr_mimebundle_()
    assert set(shown) == {"image/png", "text/html"}
    (picture,) = lxml_html.fragments_fromstring(shown["text/html"])
    assert picture.get("alt") == 'More "energy" <here>'
    assert picture.get("src") == f"data:image/png;base64,{shown['image/png']}"


def test_a_title_with_markup_and_formulas_is_drawn_as_it_stands(tmp_path: Path) -> None:
    made = make(articles=2, topics=1, title="& --> <script>alert(1)</script>", outlet="$x_{1", label="<b>&$\\frac{")
    for name in NAMES:
        svg = ElementTree.fromstring(exported(made, name, tmp_path / name)[".svg"])
        assert not [node.tag for node in svg.iter() if str(node.tag).endswith("}script")]
    labels = [text.get_text() for text in made.draw("heatmap").axes[0].get_yticklabels()]
    assert all("& -->" in label and "$x_{1" in label for label in labels)


def svg_texts(data: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(data).iter() if str(node.tag).endswith("}text")]


@pytest.mark.parametrize("name", ["ribbon", "topic_words", "evidence"])
def test_letters_of_an_svg_are_paths_or_text_as_asked(name: str, tmp_path: Path) -> None:
    made = make(articles=2, topics=1, title="Многополярный мир & <рынки>")
    paths = exported(made, name, tmp_path / "1")[".svg"]
    assert svg_texts(paths) == []
    texts = exported(made, name, tmp_path / "2", "figures.text=text")[".svg"]
    assert {one.get_text() for one in all_texts(made.draw(name)) if "\n" not in one.get_text()} <= set(svg_texts(texts))
    assert b"DejaVu Sans" in texts
    assert len(texts) < len(paths)
    assert exported(made, name, tmp_path / "3", "figures.text=text")[".svg"] == texts


# colours


def test_a_theme_has_its_one_colour_in_every_figure() -> None:
    made = make(articles=6, themes=5, topics=5)
    palette = {label: to_hex(style.theme_colours(made.codebook)[name]) for name, label in made.codebook.labels.items()}
    legend = made.draw("ribbon").legends[0]
    in_ribbon = {
        text.get_text().lstrip("0123456789 "): to_hex(patch.get_facecolor())
        for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True)
    }
    assert in_ribbon == palette
    in_profile = {axes.get_title(): to_hex(axes.lines[0].get_color()) for axes in made.draw("profile").axes if shown(axes)}
    assert {label: colour for label, colour in in_profile.items() if label != "Unassigned"} == {
        label: colour for label, colour in palette.items() if label != "Unassigned"
    }
    for axes in made.draw("topic_words").axes:
        if shown(axes):
            label = axes.get_title(loc="left").replace("\n", " ").partition(" ")[2]
            assert {to_hex(bar.get_facecolor()) for bar in axes.patches} == {palette.get(label, "#9a9a9a")}


THEMED = ("outlets", "comparison", "groups", "heatmap", "profile", "time", "co_occurrence", "evidence", "topic_themes")


@pytest.mark.parametrize("columns", [1, 2])
def test_no_figure_tells_a_theme_by_its_colour_alone(columns: int) -> None:
    """Each theme is named where it is drawn; a topic's colour is named beside it; the ribbon has numbers."""
    made = make(articles=3, themes=4, topics=4)
    for of in THEMED:
        said = " ".join(text.get_text() for text in all_texts(made.draw(of, f"figures.columns={columns}")))
        assert [name for name in made.codebook.names if made.codebook.labels[name] not in said and of != "evidence"] == [], (
            of
        )
    assigned = made.tables["themes"].loc[made.tables["themes"]["assigned"], "theme"]
    cells = [text.get_text() for text in made.draw("evidence").axes[0].texts]
    assert all(any(cell.startswith(made.codebook.labels[theme]) for cell in cells) for theme in set(assigned))
    for name in ("topic_map", "hierarchy", "stability"):
        figure = made.draw(name, f"figures.columns={columns}")
        labels = [*legend_texts(figure), *(label for axes in figure.axes for label in tick_labels(axes, "y"))]
        found = {text.get_text()[:1]: text.get_text().rpartition(" · ")[2] for text in labels if " · " in text.get_text()}
        assert found == {"0": "Theme 0", "1": "Theme 1", "2": "Theme 2"}, name
    titles = [axes.get_title(loc="left") for axes in made.draw("topic_words").axes if shown(axes)]
    assert [" ".join(title.split()) for title in titles] == ["0 Theme 0", "1 Theme 1", "2 Theme 2", "3 no theme"]


def test_blocks_of_the_ribbon_carry_the_number_of_their_theme() -> None:
    figure = make(articles=3, themes=4).draw("ribbon")
    number = {text.get_text().partition(" ")[2]: text.get_text().partition(" ")[0] for text in legend_texts(figure)}
    assert [number[f"Theme {i}"] for i in range(4)] == ["1", "2", "3", "4"]
    at = {(text.get_position()[0], text.get_position()[1]): text.get_text() for text in figure.axes[0].texts}
    wide = figure.table[
        (figure.table["width"] > 0.05 * figure.table["width"].max()) & (figure.table["theme"] != "unassigned")
    ]
    told = sum(label == str(int(theme[-1]) + 1) for label, theme in zip(_under(at, wide), wide["theme"], strict=True))
    assert told >= 0.8 * len(wide) > 5


def _under(at: dict[tuple[float, float], str], blocks: pd.DataFrame) -> list[str]:
    """The number written in each block, empty where there is none."""
    found = []
    for block in blocks.itertuples():
        own = [label for (x, y), label in at.items() if x == block.left + block.width / 2 and abs(y - block.row) < 0.4]
        found.append(next((label for label in own if label == str(int(block.theme[-1]) + 1)), ""))
    return found


# what is drawn is what the table says


def test_dots_and_lines_stand_where_the_tables_say() -> None:
    made = make(articles=5, themes=4, topics=4)
    labels = {label: name for name, label in made.codebook.labels.items()}
    for name, of, key in (("outlets", "share", "outlet"), ("comparison", "difference", "outlet")):
        figure = made.draw(name)
        for axes in (axes for axes in figure.axes if shown(axes)):
            own = figure.table[figure.table[key] == axes.get_title().rpartition(" (")[0]].set_index("theme")
            themes = [labels[label.get_text()] for label in figure.axes[0].get_yticklabels()]
            lines = [
                segment for part in axes.collections if hasattr(part, "get_segments") for segment in part.get_segments()
            ]
            dots = [dot for part in axes.collections if part.get_offsets().size > 2 for dot in part.get_offsets()]
            dots = dots or [line.get_xydata()[0] for line in axes.lines if line.get_marker() == "o"]
            assert [(x, themes[int(y)]) for x, y in dots] == [(pytest.approx(100 * own.loc[t, of]), t) for t in themes]
            ends = [(themes[int(low[1])], low[0], high[0]) for low, high in lines]
            assert ends == [(t, *(pytest.approx(100 * own.loc[t, end]) for end in ("low", "high"))) for t in themes]
            marks = [line for line in axes.lines if line.get_marker() == "o"]
            clear = ((own["low"] > 0) | (own["high"] < 0))[themes].tolist()
            assert not marks or [line.get_markerfacecolor() != "white" for line in marks] == clear


SHARES = {"profile": "profiles", "outlets": "outlets", "groups": "groups", "time": "themes_over_time"}


@pytest.mark.parametrize("name", [*SHARES, "heatmap"])
def test_shares_without_codes_are_marked_as_uncorrected_and_say_how_many_to_code(name: str) -> None:
    made = make(articles=6)
    caption = made.draw(name).caption
    assert "Uncorrected: there are no gold codes" in caption
    assert "89 coded paragraphs would bring the shares of the corpus to ± 5 points." in caption
    for table in (*SHARES.values(), "overall"):
        made.tables[table] = made.tables[table].assign(basis=CORRECTED, n_coded=100)
    corrected = made.draw(name).caption
    assert "ncorrected" not in corrected
    assert "Corrected by the codes of 100 paragraphs" in corrected
    assert "borrows strength" not in corrected
    made.tables["profiles"] = made.tables["profiles"].assign(basis=BORROWED)
    assert ("borrows strength" in made.draw(name).caption) == (name in ("profile", "heatmap"))


@pytest.mark.parametrize("name", SHARES)
def test_the_axis_says_that_shares_are_uncorrected(name: str) -> None:
    made = make(articles=6)
    labels = [text.get_text() for text in made.draw(name).texts]
    assert any("(uncorrected)" in label for label in labels)
    made.tables[SHARES[name]] = made.tables[SHARES[name]].assign(basis=CORRECTED)
    assert not any("(uncorrected)" in text.get_text() for text in made.draw(name).texts)


@pytest.mark.parametrize("name", ["profile", "time"])
def test_what_is_not_estimable_is_hollow_and_named(name: str) -> None:
    made = make(articles=6, themes=2)
    table = made.tables[SHARES[name]]
    made.tables[SHARES[name]] = table.assign(basis=np.where(table["theme"] == "theme-1", NOT_ESTIMABLE, UNCORRECTED))
    figure = made.draw(name)
    assert "Not estimable, as scores hardly tell their paragraphs from others (hollow): Theme 1." in figure.caption
    dots = [[line for line in axes.lines if line.get_marker() == "o"] for axes in figure.axes if shown(axes)]
    assert [{line.get_markerfacecolor() for line in own} == {"white"} for own in dots] == [False, True, False]


def test_groups_have_a_row_each_below_the_name_of_their_column_and_dots_where_the_tables_say() -> None:
    made = make(articles=24, themes=3, outlets=3, outlet="Party")
    made.tables["articles"].loc[0, ["n_paragraphs", "n_words"]] = 0
    figure = made.draw("groups", "groups.by=party,wave")
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    # 24 articles, less one without paragraphs, and one without a party
    assert rows[:4] == ["party", "Party 0 (7)", "Party 1 (8)", "Party 2 (7)"]
    assert [row.partition(" ")[0] for row in rows[4:]] == ["wave", *map(str, range(1, 12))]
    assert [label.get_fontweight() for label in figure.axes[0].get_yticklabels()].count("bold") == 2
    assert "by party and wave (dot" in figure.caption
    assert "Left out: 1 article without a value of party." in figure.caption
    shares = made.tables["groups"].set_index(["column", "group", "theme"])
    differences = made.tables["group_differences"].set_index(["column", "group", "theme"])
    clear = (differences["low"] > 0) | (differences["high"] < 0)
    keys = [("party", f"Party {i}") for i in range(3)] + [("wave", str(i)) for i in range(1, 12)]
    places = [1, 2, 3, *range(5, 16)]
    for axes, theme in zip(figure.axes, [*made.codebook.names, tables.UNASSIGNED], strict=True):
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        assert [dot.get_ydata()[0] for dot in dots] == places
        assert [dot.get_xdata()[0] for dot in dots] == pytest.approx(
            [100 * shares.loc[(*key, theme), "share"] for key in keys]
        )
        assert [dot.get_markerfacecolor() != "white" for dot in dots] == [clear[(*key, theme)] for key in keys]
    assert 0 < clear.sum() < len(clear)
    n_tested = 3 * (3 + 11)
    assert f"2 or fewer of the {n_tested} differences" in figure.caption


def test_of_many_groups_the_largest_are_drawn_and_the_others_counted() -> None:
    made = make(articles=60, themes=3, outlets=20, outlet="Party")
    made.tables["articles"]["country"] = made.tables["articles"]["party"].replace({"Party 3": "", "Party 4": ""})
    more = made.tables["groups"].query("column == 'party'").assign(column="country")
    made.tables["groups"] = pd.concat([made.tables["groups"], more[~more["group"].isin(["Party 3", "Party 4"])]])
    figure = made.draw("groups")
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(rows) == 3 + 13 + 13 + 11
    assert "12 smaller groups appear only in the tables." in figure.caption


def test_a_profile_and_a_heatmap_of_articles_hold_their_shares() -> None:
    made = make(articles=5, themes=4)
    wide = made.tables["profiles"].pivot(index="article_id", columns="theme", values="share")
    figure, heat = made.draw("profile"), made.draw("heatmap")
    rows = [f"a00{label.get_text()[0]}" for label in heat.axes[0].get_yticklabels()]
    assert sorted(rows) == wide.index.tolist()
    assert rows == heat.table["article_id"].tolist()
    for j, theme in enumerate([*made.codebook.names, tables.UNASSIGNED]):
        own = wide.loc[rows, theme]
        assert heat.axes[0].images[0].get_array()[:, j].tolist() == pytest.approx((100 * own).tolist())
        assert figure.axes[j].lines[0].get_xdata().tolist() == pytest.approx((100 * own).tolist())
        ranges = figure.table[figure.table["theme"] == theme].set_index("article_id").loc[rows, ["low", "high"]]
        segments = np.array(figure.axes[j].collections[0].get_segments())[:, :, 0]
        assert segments == pytest.approx(100 * ranges.to_numpy())
    written = {text.get_text() for text in heat.axes[0].texts}
    assert written == {f"{100 * share:.0f}" for share in wide.to_numpy().ravel() if share >= 0.005}


def test_topics_stand_at_their_stability_the_most_stable_first() -> None:
    made = make(topics=6)
    figure = made.draw("stability")
    (axes,) = figure.axes
    dots = [line.get_xydata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert [(x, int(y)) for x, y in dots] == [(value, i) for i, value in enumerate(figure.table["stability"])]
    assert figure.table["stability"].is_monotonic_decreasing
    shown_ids = [int(label.get_text().split()[0]) for label in axes.get_yticklabels()]
    assert shown_ids == figure.table["topic_id"].tolist()
    known = made.tables["topics"].set_index("topic_id")["stability"]
    assert figure.table["stability"].tolist() == known[shown_ids].tolist()


def test_a_tree_joins_all_topics_at_their_distances() -> None:
    made = make(topics=6)
    (axes,) = made.draw("hierarchy").axes
    joints = sorted(line.get_xdata()[1] for line in axes.lines if len(line.get_xdata()) == 4)
    assert joints == sorted(made.tables["topic_hierarchy"]["distance"])
    assert sorted(int(label.get_text().split()[0]) for label in axes.get_yticklabels()) == list(range(6))


def test_each_theme_shows_the_sentence_of_its_highest_score() -> None:
    made = make(articles=6, themes=4)
    scores = made.tables["themes"]
    scores["evidence"] = "Sentence of " + scores["paragraph_id"] + " on " + scores["theme"]
    figure = made.draw("evidence")
    best = scores[scores["assigned"]].sort_values("score").drop_duplicates("theme", keep="last").set_index("theme")
    assert figure.table.set_index("theme")["evidence"].to_dict() == best["evidence"].to_dict()
    drawn = {" ".join(text.get_text().split()) for text in figure.axes[0].texts}
    assert {f"“{sentence}”" for sentence in best["evidence"]} <= drawn


def test_each_page_is_shown_whole_with_what_was_dropped_of_it() -> None:
    made = make(articles=3)
    figure = made.draw("reading")
    kinds = ["article", *tables.REASONS]
    assert figure.table[kinds].to_numpy().tolist() == [[6 / 13, *[1 / 13] * 7]] * 3
    (axes,) = figure.axes
    ends = {round(bar.get_x() + bar.get_width(), 6) for bar in axes.containers[-1]}
    assert ends == {100.0}
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == kinds
    made.tables["dropped"] = made.tables["dropped"].head(0)
    alone = made.draw("reading")
    assert list(alone.table) == ["article_id", "article"]
    assert "100 % of all characters were kept" in alone.caption


def test_a_page_of_which_nothing_is_left_is_shown_too() -> None:
    made = make(articles=3)
    gone = made.tables["articles"]["article_id"][0]
    made.tables["paragraphs"] = made.tables["paragraphs"].query("article_id != @gone")
    made.tables["profiles"] = made.tables["profiles"].query("article_id != @gone")
    made.tables["articles"].loc[0, "n_paragraphs"] = 0
    figure = made.draw("reading")
    assert figure.table.set_index("article_id")["article"].to_dict() == {gone: 0.0, "a001": 6 / 13, "a002": 6 / 13}
    assert "3 articles" in figure.caption
    assert f"{100 * 12 / 33:.0f} % of all characters were kept" in figure.caption


def agreed(names: list[str], coders: int, found: bool = True) -> pd.DataFrame:
    rows = [("agreement", "", "coder-0", "model", 0.5, 0.4, 0.6, 90)]
    for k, name in enumerate(names):
        value = 0.1 + 0.8 * k / len(names)
        if coders > 1:
            rows.append(("alpha", name, "coders", "", value, value - 0.3, value + 0.1, 90))
        for coder in range(coders):
            some = value if found else float("nan")
            rows.append(("kappa", name, f"coder-{coder}", "model", some, some - 0.1, some + 0.1, 90))
    return pd.DataFrame(rows, columns=["measure", "theme", "a", "b", "value", "low", "high", "n"])


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("coders", [1, 2, 6])
@pytest.mark.parametrize("case", ["long-labels", "many-themes", "forty-cyrillic-articles"])
def test_agreement_on_each_theme_is_legible(case: str, coders: int, columns: int) -> None:
    book = CASES[case]().codebook
    figure = figures.agreement(agreed(book.names, coders), book, override(Settings(), [f"figures.columns={columns}"]))
    with style.context():
        figure.draw_without_rendering()
    is_legible(figure, 6)
    keeps_room(figure)
    assert len(figure.axes) == (2 if coders > 1 else 1)


def test_agreement_is_drawn_at_its_values_and_said_where_there_is_none() -> None:
    book = make(themes=4).codebook
    table = agreed(book.names, 2)
    coders, model = figures.agreement(table, book).axes
    drawn = [collection.get_offsets() for collection in coders.collections if len(collection.get_offsets()) == 4]
    alphas = table.loc[table["measure"] == "alpha", "value"].tolist()
    assert [dots[:, 0].tolist() for dots in drawn] == [pytest.approx(alphas)]
    labels = [text.get_text() for text in model.figure.legends[0].get_texts()]
    assert labels == ["with coder-0", "with coder-1"]
    assert "no coded paragraphs" in figures.agreement(table.head(1), book).alt.lower()
    figures.agreement(agreed(book.names, 2, found=False), book)
