"""The reader on coded pages: what taught it, what it never saw, and that its weights are what it learns."""

import importlib.util
from collections import Counter
from pathlib import Path
from types import ModuleType

import coded
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_reading", ROOT / "benchmarks" / "reading.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shares(judged: list) -> dict[str, float]:
    """Body lines lost, other lines kept, kinds right, as shares."""
    count = Counter()
    for kind, found, _ in judged:
        count["body" if kind == "body" else "other"] += 1
        count["lost"] += kind == "body" != found
        count["kept"] += found == "body" != kind
        count["right"] += kind == found
    return {
        "lost": count["lost"] / count["body"],
        "kept": count["kept"] / count["other"],
        "right": count["right"] / (count["body"] + count["other"]),
    }


@pytest.mark.parametrize(
    ("half", "lost", "kept", "right"),
    [("seen", 0.02, 0.10, 0.92), ("held", 0.05, 0.11, 0.88)],
)
def test_articles_are_told_from_their_pages(bench, half: str, lost: float, kept: float, right: float):
    """HTML pages by rules keep more of what is not the article than text pages by the line model."""
    found = shares([row for page in coded.load(half) for row in bench.judge(page)])
    assert found["lost"] <= lost
    assert found["kept"] <= kept
    assert found["right"] >= right


def test_html_is_read_better_than_by_trafilatura_alone(bench):
    pages = [page for page in coded.load("held") if page.suffix == ".html"]
    ours = shares([row for page in pages for row in bench.judge(page)])
    peers = shares([row for page in pages for row in bench.peer(page)])
    assert ours["lost"] < peers["lost"]
    assert ours["kept"] < peers["kept"] / 1.5


def test_titles_authors_and_dates_are_those_of_the_page(tmp_path):
    from topics.reading import Pages, clean

    right = Counter()
    pages = coded.load("held")
    for page in pages:
        found = clean(Pages((page.read(tmp_path),)))[0].page
        for name in ("title", "author", "date", "language"):
            right[name] += getattr(found, name) == page.known[name]
        right["dates not guessed"] += found.date in ("", page.known["date"])
    assert right["language"] == len(pages)
    assert right["dates not guessed"] >= len(pages) - 1  # a digest has a date of its own
    assert min(right[name] for name in ("title", "author", "date")) >= 0.6 * len(pages), right


@pytest.mark.slow
def test_the_weights_are_what_the_seen_pages_teach(bench):
    taught = bench.learn(bench.taught(coded.load("seen")))
    pages = coded.load("held")
    shipped = [row for page in pages for row in bench.judge(page)]
    with bench.using(taught):
        learned = [row for page in pages for row in bench.judge(page)]
    alike = sum(a == b for a, b in zip(shipped, learned, strict=True)) / len(shipped)
    assert alike >= 0.99, "features or pages changed since: run make weights"


def test_seen_and_held_pages_share_no_text():
    lines = {
        half: {line for page in coded.load(half) for _, line in page.lines if len(line) > 60} for half in ("seen", "held")
    }
    assert not lines["seen"] & lines["held"]


def test_every_kind_is_among_the_coded_pages():
    for half in ("seen", "held"):
        kinds = {kind for page in coded.load(half) for kind, _ in page.lines}
        assert kinds == {"title", "heading", "byline", "body", "boilerplate"}
