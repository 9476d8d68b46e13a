"""Shared fixtures: a corpus of 30 paragraphs with three planted themes, and runs made of it once."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from topics import codebook as codebooks
from topics.codebook import Codebook
from topics.figures import FIGURES
from topics.reading import Corpus, clean, read_pages, split
from topics.runs import Run, Study
from topics.settings import Settings
from topics.text import Vocabulary, build_vocabulary, read_phrase_tokens, tokenise_all

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "russia-china"
SHARED = ROOT.parent / "shared"

os.environ.setdefault("TQDM_DISABLE", "1")

BREAD = (
    "The baker folds the dough twice and leaves it under a cloth until the yeast has done its work.",
    "Rye flour drinks more water than wheat flour, so the dough for a dark loaf is always wetter.",
    "A hot oven and a little steam give the crust its shine before the crumb has set.",
    "Sourdough needs no yeast from a packet, only flour, water and a week of patience.",
    "Bakers weigh salt to the gram, because salt slows the yeast and firms the dough.",
    "The loaf is done when its crust sounds hollow and the oven smells of toasted flour.",
    "In the village the oven was shared, and each family marked its loaf with a stamp.",
    "Old dough, kept back from the day before, gives bread its taste and the baker his rhythm.",
    "A loaf of wheat flour stales faster than rye, which keeps its crumb moist for days.",
    "Without steam the crust forms too early, and the loaf tears along its side in the oven.",
)
STARS = (
    "The telescope was turned to a faint galaxy whose light had travelled for nine billion years.",
    "Astronomers measure the distance of a star by its parallax, the shift seen over half a year.",
    "A comet brightened in the evening sky and was followed by every telescope in the hemisphere.",
    "The orbit of the planet is so narrow that its year lasts less than four of our days.",
    "Dust between the stars reddens their light, and astronomers correct for it in every catalogue.",
    "When a massive star collapses, its galaxy may be outshone for some weeks.",
    "The observatory stands on a dry mountain, where the sky is dark and the air is still.",
    "A planet betrays itself by the small dip in the light of its star.",
    "The comet's orbit was computed from three nights of positions, as Gauss had shown.",
    "Radio telescopes see the cold gas from which the stars of a galaxy are born.",
)
BOATS = (
    "The shipyard launched a wooden boat whose hull had been planked with larch from the valley.",
    "A sail is cut in panels, so that the wind fills it like a wing and the boat points higher.",
    "The crew took in a reef as the wind rose and the harbour vanished behind the rain.",
    "In the harbour the boats lie bow to the wind, their sails furled and their hulls knocking.",
    "A heavy keel keeps the hull upright when the gusts come down from the cliffs.",
    "Sailors read the wind from the water, from dark patches that run towards the boat.",
    "The shipyard tarred each hull in spring, and the harbour smelled of it until June.",
    "With the wind behind them the crew set the largest sail and let the boat run.",
    "The mast was stepped over a coin, as the shipyard had done since its first hull.",
    "Two boats raced for the harbour mouth, close-hauled, their crews on the windward rail.",
)

CODEBOOK = {
    "title": "Bread, stars and boats",
    "theme": [
        {
            "name": "bread",
            "label": "Bread",
            "description": "Baking of loaves in an oven.",
            "keywords": ["dough", "yeast", "flour", "oven", "crust", "loaf", "baker"],
        },
        {
            "name": "stars",
            "label": "Stars",
            "description": "Astronomy and its instruments.",
            "keywords": ["telescope", "galaxy", "star", "planet", "comet", "orbit", "astronomer"],
        },
        {
            "name": "boats",
            "label": "Boats",
            "description": "Sailing and the building of boats.",
            "keywords": ["boat", "sail", "hull", "harbour", "shipyard", "wind", "crew"],
        },
    ],
}

CODEBOOK_TOML = """
title = "Bread, stars and boats"
[[theme]]
name = "bread"
label = "Bread"
description = "Baking of loaves in an oven."
keywords = ["dough", "yeast", "flour", "oven", "crust", "loaf", "baker"]
[[theme]]
name = "stars"
label = "Stars"
description = "Astronomy and its instruments."
keywords = ["telescope", "galaxy", "star", "planet", "comet", "orbit", "astronomer"]
[[theme]]
name = "boats"
label = "Boats"
description = "Sailing and the building of boats."
keywords = ["boat", "sail", "hull", "harbour", "shipyard", "wind", "crew"]
"""


def write_study(folder: Path) -> Path:
    """A study of six articles, two per theme, the later ones with a foreign paragraph; returns its folder."""
    pages = folder / "articles"
    pages.mkdir(parents=True)
    for name, paragraphs, other in (("bread", BREAD, STARS), ("stars", STARS, BOATS), ("boats", BOATS, BREAD)):
        for part in (0, 1):
            body = list(paragraphs[5 * part : 5 * part + 5])
            if part:
                body.append(other[0].replace("The", "Meanwhile the", 1))
            outlet = "First Paper" if part == 0 else "Second Paper"
            head = f"---\ntitle: On {name}, part {part + 1}\nauthor: A. Writer\noutlet: {outlet}\n"
            head += f"date: 202{part}-03-0{part + 1}\n---\n\n"
            (pages / f"{name}-{part}.md").write_text(head + "\n\n".join(body) + "\n", encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK_TOML, encoding="utf-8")
    # SVG alone: drawing PDF and PNG takes most of a small run's time
    settings = 'title = "Small study"\nseed = 7\n[figures]\nformats = ["svg"]\n'
    (folder / "study.toml").write_text(settings, encoding="utf-8")
    return folder


def times_as_costly(work: Callable[[str], object], odd: str) -> float:
    """How many times as much processor time odd text takes as plain text of its length; the best of three."""
    plain = (" ".join(BREAD) * (len(odd) // 500 + 1))[: len(odd)]

    def cost(text: str) -> float:
        start = time.process_time()
        work(text)
        return time.process_time() - start

    work(plain[:100])  # what is loaded once counts for neither
    return min(cost(odd) for _ in range(3)) / min(cost(plain) for _ in range(3))


def draw_little(patch: pytest.MonkeyPatch) -> None:
    """Have runs draw one figure alone: drawing takes most of a small run's time."""
    for name in reversed([name for name in FIGURES if name != "ribbon"]):  # put back last to first: the order stays
        patch.delitem(FIGURES, name)


@pytest.fixture
def little_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of this test draw one figure alone."""
    draw_little(monkeypatch)


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return codebooks.from_dict(CODEBOOK)


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return Study.load(write_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="session")
def corpus(small_study: Study) -> Corpus:
    return small_study.corpus()


def once_for_all_workers(tmp_path_factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """A folder that the first worker to come fills, and the others wait for."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    try:
        folder.mkdir()
    except FileExistsError:
        until((folder / "done").exists, 600, f"another worker never finished {name}")
    else:
        fill(folder)
        (folder / "done").touch()
    return folder


@pytest.fixture(scope="session")
def small_run(small_study: Study, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small study, run once for all workers. Do not write into its folder: copy it first."""

    def fill(folder: Path) -> None:
        with pytest.warns(match="only 33 paragraphs"):
            small_study.run(folder / "run")

    return Run(once_for_all_workers(tmp_path_factory, "small", fill) / "run")


@pytest.fixture(scope="session")
def printed_run(small_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The small run with its figures in every format. Do not write into its folder: copy it first."""

    def fill(folder: Path) -> None:
        Run(shutil.copytree(small_run.folder, folder / "run")).redraw('figures.formats=["svg", "pdf", "png"]')

    return Run(once_for_all_workers(tmp_path_factory, "printed", fill) / "run")


@pytest.fixture(scope="session")
def sample_corpus() -> Corpus:
    return split(clean(read_pages(SAMPLE / "articles")))


@pytest.fixture(scope="session")
def sample_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample study that draws no PDF."""

    def fill(folder: Path) -> None:
        shutil.copytree(SAMPLE, folder / "study", ignore=shutil.ignore_patterns("run", ".*"))
        with (folder / "study" / "study.toml").open("a", encoding="utf-8") as file:
            file.write('\n[figures]\nformats = ["svg", "png"]\n')

    return once_for_all_workers(tmp_path_factory, "sample-study", fill) / "study"


@pytest.fixture(scope="session")
def sample_run(sample_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The sample study, run once for all workers. Do not write into its folder: copy it first."""
    folder = once_for_all_workers(tmp_path_factory, "sample", lambda folder: Study.load(sample_study).run(folder / "run"))
    return Run(folder / "run")


def until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Wait for what comes in its own time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(otherwise)
        time.sleep(0.1)


_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("no chromium on this machine, and REQUIRE_BROWSER=1 asks for one")
        pytest.skip("no chromium on this machine")
    with driver.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        yield running
        running.close()


@pytest.fixture
def settings() -> Settings:
    return Settings()


def make_corpus(texts: list[str], articles: list[str] | None = None) -> Corpus:
    """A corpus straight from paragraphs, ids in their order."""
    import pandas as pd

    articles = articles or ["article-1"] * len(texts)
    position: dict[str, int] = {}
    rows = []
    for text, article in zip(texts, articles, strict=True):
        position[article] = position.get(article, 0) + 1
        rows.append(
            {
                "paragraph_id": f"{article}-p{position[article]:04d}",
                "article_id": article,
                "position": position[article],
                "section": "",
                "start": 0,
                "end": len(text),
                "n_words": max(1, len(text.split())),
                "text": text,
            }
        )
    paragraphs = pd.DataFrame(rows).sort_values("paragraph_id", ignore_index=True)
    known = sorted(set(articles))
    frame = pd.DataFrame(
        {
            "article_id": known,
            "title": known,
            "author": "",
            "outlet": "",
            "date": "",
            "language": "en",
            "source": known,
            "n_paragraphs": [articles.count(name) for name in known],
            "n_words": [int(paragraphs.loc[paragraphs["article_id"] == name, "n_words"].sum()) for name in known],
            "sha256": "",
        }
    )
    dropped = pd.DataFrame(columns=["article_id", "start", "end", "reason", "text"])
    return Corpus(frame, paragraphs, dropped)


def vocabulary_of(texts: list[str], language: str = "en", *, phrases: bool = True, min_count: int = 0) -> Vocabulary:
    """The terms of texts that belong to no corpus."""
    return build_vocabulary(read_phrase_tokens(tokenise_all(texts, language)), phrases=phrases, min_count=min_count)
