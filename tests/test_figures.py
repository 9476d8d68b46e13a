"""Figures: tables in, a legible Figure out, the same bytes every time."""

from __future__ import annotations

import inspect
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
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from topics import codebook as codebooks
from topics import figures, tables
from topics.codebook import Codebook
from topics.figures import style
from topics.settings import Settings, override
from topics.study import Run

NAMES = tuple(figures.__all__)
LONG = "On the unforeseeable consequences of a very long headline for the margins of a figure, and other worries of editors"


@dataclass
class Made:
    """Tables as a run would hold them, and their codebook."""

    tables: dict[str, pd.DataFrame]
    codebook: Codebook

    def draw(self, name: str) -> style.Chart:
        """The figure; its parameters are named as the tables are."""
        function = getattr(figures, name)
        wanted = [key for key in inspect.signature(function).parameters if key in tables.COLUMNS]
        return function(*(self.tables[key] for key in wanted), self.codebook)


def make(
    articles: int = 4,
    themes: int = 3,
    topics: int = 5,
    outlets: int = 3,
    title: str = "Article",
    outlet: str = "Paper",
    label: str = "Theme",
) -> Made:
    """Tables for as many articles, themes and topics, with every label as long as asked."""
    rng = np.random.default_rng(1)
    book = codebooks.from_dict(
        {"theme": [{"name": f"theme-{i}", "label": f"{label} {i}", "keywords": ["word"]} for i in range(themes)]}
    )
    ids = [f"a{i:03d}" for i in range(articles)]
    each = 6
    paragraphs = pd.DataFrame(
        [
            {"paragraph_id": f"{a}-p{k}", "article_id": a, "position": k, "section": "", "start": 0, "end": 1,
             "n_words": int(rng.integers(5, 120)), "text": "x"}
            for a in ids
            for k in range(each)
        ]
    )  # fmt: skip
    words = paragraphs.groupby("article_id")["n_words"].sum()
    made = {
        "paragraphs": paragraphs,
        "articles": pd.DataFrame(
            {
                "article_id": ids, "title": [f"{i} {title}" for i in range(articles)], "author": "",
                "outlet": [f"{outlet} {i % outlets}" if outlet else "" for i in range(articles)],
                "date": [f"202{i % 6}-01-01" for i in range(articles)], "language": "en", "source": "x",
                "n_paragraphs": each, "n_words": words[ids].to_numpy(), "sha256": "",
            }
        ),
    }  # fmt: skip
    scores = pd.DataFrame(
        [(p, t, float(s)) for p in paragraphs["paragraph_id"] for t, s in zip(book.names, rng.random(themes), strict=True)],
        columns=["paragraph_id", "theme", "score"],
    )
    best = scores.groupby("paragraph_id")["score"].transform("max")
    scores["primary"] = (scores["score"] == best) & (scores["score"] > 0.5)
    scores["assigned"] = scores["primary"] | (scores["score"] > 0.97)
    made["themes"] = scores.assign(evidence="", evidence_start=0, evidence_end=0)
    names = [*book.names, tables.UNASSIGNED]
    shares = rng.dirichlet(np.full(len(names), 0.3), size=articles)
    shares[0] = np.eye(len(names))[0]  # one article that speaks of one theme alone: the widest numbers
    made["profiles"] = pd.DataFrame(
        [
            {"article_id": a, "theme": t, "share": s, "low": s / 2, "high": (1 + s) / 2, "n_paragraphs": 1}
            for a, row in zip(ids, shares, strict=True)
            for t, s in zip(names, row, strict=True)
        ]
    )
    where = made["articles"]["outlet"]
    made["outlets"] = pd.DataFrame(
        [
            {"outlet": o, "theme": t, "share": s, "low": s / 2, "high": (1 + s) / 2, "n_articles": int((where == o).sum())}
            for o in sorted(set(where))
            for t, s in zip(names, rng.dirichlet(np.ones(len(names))), strict=True)
        ]
    )
    found = list(range(-1, topics))
    by_paragraph = np.resize(found, len(paragraphs))
    made["topics"] = pd.DataFrame(
        {
            "topic_id": found,
            "label": ["Outliers", *("gas pipeline, multipolarity, misunderstandings" for _ in range(topics))],
            "size": [int((by_paragraph == i).sum()) for i in found],
            "words": "word",
            "theme": ["", *("" if i % 4 == 3 else book.names[i % themes] for i in range(topics))],
            "stability": [np.nan, *(0.5 + 0.3 * (i % 2) for i in range(topics))],
        }
    )
    made["topic_words"] = pd.DataFrame(
        [(i, k + 1, "transatlantic misunderstandings"[: 31 - 3 * k], 1 / (k + 1)) for i in found for k in range(8)],
        columns=["topic_id", "rank", "word", "weight"],
    )
    made["paragraph_topics"] = pd.DataFrame(
        {"paragraph_id": paragraphs["paragraph_id"], "topic_id": by_paragraph, "probability": 1.0, "agreement": 1.0}
    )
    tried = [k for k in (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100) if k <= topics * topics]
    made["granularity"] = pd.DataFrame(
        {
            "n_topics": tried, "stability": rng.random(len(tried)), "error": 0.02,
            "coherence": rng.normal(size=len(tried)), "chosen": [k == tried[len(tried) // 2] for k in tried],
        }
    )  # fmt: skip
    points = rng.normal(size=(len(paragraphs), 2))
    made["topic_map"] = pd.DataFrame({"paragraph_id": paragraphs["paragraph_id"], "x": points[:, 0], "y": points[:, 1]})
    return Made(made, book)


CASES = {
    "one-article": lambda: make(articles=1, topics=1),
    "sixty-articles": lambda: make(articles=60, topics=14, outlets=14),
    "long-titles": lambda: make(articles=12, title=LONG, outlet="The Quarterly Journal of Exceedingly Long Outlet Names"),
    "one-long-word": lambda: make(articles=5, title="Donau" + "dampfschiffahrts" * 6, outlet=""),
    "twenty-five-themes": lambda: make(articles=10, themes=25, topics=25, label="Trade and sanctions"),
    "long-labels": lambda: make(themes=7, label="Territory, borders and unrecognised republics"),
}


@pytest.fixture(scope="module")
def gallery(small_run: Run) -> Callable[[str, str], style.Chart]:
    """Figure of a case by its name, laid out once for all tests."""
    real = Made({name: small_run.table(name) for name in tables.COLUMNS}, small_run.codebook)

    @cache
    def made(case: str) -> Made:
        return real if case == "small-run" else CASES[case]()

    @cache
    def laid_out(case: str, name: str) -> style.Chart:
        figure = made(case).draw(name)
        with style.context(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "constrained_layout not applied")  # what it leaves is tested
            figure.draw_without_rendering()
        return figure

    return laid_out


EVERY_CASE = pytest.mark.parametrize("case", ["small-run", *CASES])


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


def overlapping(texts: list[Text], allowed: float = 1.0) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes share more than ``allowed`` pixels both ways."""
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    return [
        (a, b)
        for (a, one), (b, other) in itertools.combinations(boxes, 2)
        if min(one.x1, other.x1) - max(one.x0, other.x0) > allowed
        and min(one.y1, other.y1) - max(one.y0, other.y0) > allowed
    ]


@EVERY_CASE
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_cut_off_or_lies_over_another(gallery: Callable, case: str, name: str) -> None:
    figure = gallery(case, name)
    canvas = figure.bbox
    texts = list(all_texts(figure))
    assert texts
    outside = [
        text.get_text()
        for text, box in ((text, text.get_window_extent()) for text in texts)
        if box.x0 < -1 or box.y0 < -1 or box.x1 > canvas.width + 1 or box.y1 > canvas.height + 1
    ]
    assert outside == []
    for axes in figure.axes:
        assert overlapping(tick_labels(axes, "y")) == []
        assert overlapping([label for label in tick_labels(axes, "x") if not label.get_rotation()]) == []
    assert overlapping([text for axes in figure.axes for text in headings(axes)]) == []
    labels = [label for axes in figure.axes for label in tick_labels(axes, "y")]
    assert overlapping([*legend_texts(figure), *figure.texts, *labels]) == []


@EVERY_CASE
@pytest.mark.parametrize("name", NAMES)
def test_panels_keep_room_for_what_they_show(gallery: Callable, case: str, name: str) -> None:
    """Labels may not squeeze the data away: each panel keeps half an inch, and a line of type per row."""
    figure = gallery(case, name)
    for axes in figure.axes:
        if shown(axes) and axes.axison:
            box = axes.get_window_extent()
            assert box.width > 0.5 * figure.dpi
            assert box.height > len(tick_labels(axes, "y")) * 5 / 72 * figure.dpi


@EVERY_CASE
def test_slanted_theme_labels_of_the_heatmap_keep_a_line_apart(gallery: Callable, case: str) -> None:
    figure = gallery(case, "heatmap")
    labels = tick_labels(figure.axes[0], "x")
    assert len(labels) >= 4
    slant = np.deg2rad(labels[0].get_rotation())
    anchors = [label.get_transform().transform(label.get_position())[0] for label in labels]
    apart = np.diff(anchors) * np.sin(slant)
    assert apart.min() >= 0.9 * labels[0].get_fontsize() / 72 * figure.dpi


@EVERY_CASE
def test_numbers_in_the_heatmap_do_not_run_into_each_other(gallery: Callable, case: str) -> None:
    figure = gallery(case, "heatmap")
    assert overlapping(figure.axes[0].texts) == []


def test_of_many_articles_the_longest_are_drawn_and_the_caption_says_so() -> None:
    made = make(articles=60)
    longest = made.tables["articles"].sort_values("n_words", ascending=False).head(40)
    for name in ("heatmap", "profile", "ribbon"):
        figure = made.draw(name)
        assert "20 more" in figure.caption
        labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        assert sorted(int(label.split(" ")[0]) for label in labels) == sorted(int(i[1:]) for i in longest["article_id"])


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
    assert f"{chosen} topics, the number chosen" in figure.alt
    known = override(Settings(), ["topics.granularity=7", "seed=5"])
    asked = figures.granularity(table, made.tables["paragraph_topics"], made.codebook, known)
    assert f"7 were asked for (topics.granularity), and {chosen} are told apart" in asked.caption
    assert "Chosen:" not in asked.caption
    assert "Seed 5." in asked.caption


@pytest.mark.parametrize("n", [0, 1])
def test_where_no_number_of_topics_could_be_chosen_the_figure_says_so(n: int) -> None:
    made = make()
    made.tables["granularity"] = made.tables["granularity"].head(n)
    figure = made.draw("granularity")
    (text,) = all_texts(figure)
    assert "No number of topics to choose" in " ".join(text.get_text().split())
    assert ("only 2 topics" in figure.alt, "are one topic" in figure.alt) == (n == 1, n == 0)


def test_without_reruns_the_figure_says_that_stability_is_unknown() -> None:
    made = make()
    made.tables["granularity"][["stability", "error"]] = np.nan
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


def test_figures_are_drawn_without_pyplot_or_any_model(small_run: Run) -> None:
    code = (
        "import sys, topics\n"
        "run = topics.Run(sys.argv[1])\n"
        f"drawn = [run.figure(name) for name in {NAMES}]\n"
        "assert drawn[0]._repr_png_()[1:4] == b'PNG'\n"
        "print(*{'matplotlib.pyplot', 'bertopic', 'umap', 'hdbscan', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(small_run.folder)], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


# the same bytes


@pytest.fixture
def _svg_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "FORMATS", ("svg",))


def exported(made: Made, name: str, folder: Path) -> dict[str, bytes]:
    folder.mkdir(parents=True)
    paths = style.export(made.draw(name), folder, name, "a note")
    assert [path.name for path in paths] == [f"{name}.{form}" for form in style.FORMATS]
    return {path.suffix: path.read_bytes() for path in paths}


@pytest.mark.parametrize("name", NAMES)
def test_two_exports_are_the_same_bytes(name: str, tmp_path: Path) -> None:
    made = make(articles=2, topics=1)
    first = exported(made, name, tmp_path / "1")
    assert first[".svg"].startswith(b"<?xml")
    assert first[".pdf"].startswith(b"%PDF")
    assert first[".png"].startswith(b"\x89PNG")
    assert b"a note" in first[".svg"]
    again = exported(made, name, tmp_path / "2")
    assert [suffix for suffix in first if first[suffix] != again[suffix]] == []


@pytest.mark.usefixtures("_svg_only")
@pytest.mark.parametrize("name", NAMES)
def test_the_readers_own_style_changes_no_byte(name: str, tmp_path: Path) -> None:
    """A notebook's style, or a matplotlibrc, is no input of a run."""
    made = make(articles=2, topics=1)
    theirs = {"axes.facecolor": "black", "lines.linewidth": 9.0, "axes.titleweight": "bold", "savefig.bbox": "tight"}
    first = exported(made, name, tmp_path / "1")
    with matplotlib.rc_context(theirs):
        again = exported(made, name, tmp_path / "2")
    assert first == again


@pytest.mark.usefixtures("_svg_only")
def test_a_title_with_markup_and_formulas_is_drawn_as_it_stands(tmp_path: Path) -> None:
    made = make(articles=2, title="& --> <script>alert(1)</script>", outlet="$x_{1", label="<b>&$\\frac{")
    for name in NAMES:
        svg = ElementTree.fromstring(exported(made, name, tmp_path / name)[".svg"])
        assert not [node.tag for node in svg.iter() if str(node.tag).endswith("}script")]
    labels = [text.get_text() for text in made.draw("heatmap").axes[0].get_yticklabels()]
    assert all("& -->" in label and "$x_{1" in label for label in labels)


# colours


def book(n: int, own: dict[int, str] | None = None) -> Codebook:
    own = own or {}
    return codebooks.from_dict({"theme": [{"name": f"t{i}", "keywords": ["w"], "colour": own.get(i, "")} for i in range(n)]})


@pytest.mark.parametrize("own", [{}, {3: "#123456"}, {0: "#117733"}, {5: "#e69f00"}, {2: "#661100", 9: "#0072B2"}], ids=str)
@pytest.mark.parametrize("n", [10, 14])
def test_up_to_fourteen_themes_have_colours_of_their_own(n: int, own: dict[int, str]) -> None:
    palette = style.colours(book(n, own))
    assert len({to_hex(colour) for colour in palette.values()}) == n + 1
    for i, colour in own.items():
        assert to_hex(palette[f"t{i}"]) == colour.lower()
    assert palette == style.colours(book(n, own))


def test_a_colour_chosen_for_one_theme_moves_no_other() -> None:
    plain = style.colours(book(14))
    chosen = style.colours(book(14, {3: "#123456"}))
    assert {name for name in plain if plain[name] != chosen[name]} == {"t3"}
    assert [plain[f"t{i}"] for i in range(5)] == [style.colours(book(5))[f"t{i}"] for i in range(5)]


def test_unassigned_is_a_grey_and_no_theme_is() -> None:
    palette = style.colours(book(14))

    def colourful(colour: str) -> float:
        rgb = to_rgb(colour)
        return max(rgb) - min(rgb)

    assert colourful(palette[tables.UNASSIGNED]) == 0
    assert min(colourful(palette[f"t{i}"]) for i in range(14)) > 0.1


def test_a_theme_has_its_one_colour_in_every_figure() -> None:
    made = make(articles=6, themes=5, topics=5)
    palette = {label: to_hex(style.colours(made.codebook)[name]) for name, label in made.codebook.labels.items()}
    legend = made.draw("ribbon").legends[0]
    in_ribbon = {
        text.get_text(): to_hex(patch.get_facecolor())
        for text, patch in zip(legend.get_texts(), legend.get_patches(), strict=True)
    }
    assert in_ribbon == palette
    in_profile = {axes.get_title(): to_hex(axes.lines[0].get_color()) for axes in made.draw("profile").axes if shown(axes)}
    assert {label: colour for label, colour in in_profile.items() if label != "Unassigned"} == {
        label: colour for label, colour in palette.items() if label != "Unassigned"
    }
    for axes in made.draw("topic_words").axes:
        if shown(axes):
            label = axes.get_title(loc="left").split("  ")[1]
            assert {to_hex(bar.get_facecolor()) for bar in axes.patches} == {palette.get(label, "#9a9a9a")}
