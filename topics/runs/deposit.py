"""Publish a run: without the text of the articles, and with RO-Crate metadata for a repository."""

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from topics import tables
from topics.record import RunRecord
from topics.runs.provenance import LITTER, RUN_FILE
from topics.text import count_words

CRATE_FILE = "ro-crate-metadata.json"

TEXTS: dict[str, tuple[str, ...]] = {
    "paragraphs": ("section", "text"),
    "dropped": ("text",),
    "repairs": ("before", "after"),
    "themes": ("evidence",),
    "keywords": ("examples",),
}
"""The columns that contain sentences of the articles. Titles, further columns of the input (party, wave) and the words
of topics and themes are kept; the id of a page without a title starts with its first words."""
_MAX_WORDS = 30
"""Words from which a cell of a further column is running text, such as a summary, rather than metadata."""

_TYPES = {
    ".csv": "text/csv", ".html": "text/html", ".json": "application/json", ".md": "text/markdown", ".npz": "application/zip",
    ".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml", ".tex": "application/x-tex",
}  # fmt: skip


def without_texts(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of a run, by name, with empty cells in place of the articles' sentences.

    Ids, offsets, digests, scores and shares are kept: with the pages, each paragraph and its evidence can be
    found at ``start:end`` of the page whose digest is in ``articles.csv``. A cell of more than 30 words in a further
    column of ``articles.csv`` is emptied, too.
    """
    bare = {
        name: frame.assign(**dict.fromkeys(TEXTS[name], "")) if name in TEXTS else frame for name, frame in frames.items()
    }
    articles = bare["articles"].copy()
    for column in tables.further_columns(articles):
        articles[column] = ["" if count_words(value) > _MAX_WORDS else value for value in articles[column]]
    return bare | {"articles": articles}


def write_crate(folder: Path, record: RunRecord) -> None:
    """Write ``ro-crate-metadata.json`` (RO-Crate 1.1), which lists all files of a run folder; ``run.json`` follows."""
    deposit, results = record.settings.deposit, record.results
    sizes = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and not LITTER & {*path.parts}
    }
    names = sorted(set(sizes) - {CRATE_FILE, RUN_FILE})
    # run.json is written last, so its size is still unknown.
    files = [*(_file(name, {"contentSize": str(sizes[name])}) for name in names), _file(RUN_FILE, {})]
    authors = [{"@id": f"#author-{i}", "@type": "Person", "name": name} for i, name in enumerate(deposit.authors, start=1)]
    text = "with" if deposit.text else "without"
    metadata = {
        "@id": CRATE_FILE,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": record.title or "Topics and themes",
        "description": (
            f"Topics and themes of {results.articles} articles ({results.paragraphs} paragraphs, {results.words}"
            f" words), {text} their text: shares per article with intervals, evidence, figures and a report. `topics"
            " verify` checks the files against run.json."
        ),
        "datePublished": record.created,
        "identifier": record.fingerprint,
        "hasPart": [{"@id": file["@id"]} for file in files],
        "mentions": {"@id": "#run"},
    }
    if deposit.licence:
        root["license"] = deposit.licence
    if authors:
        root["author"] = [{"@id": author["@id"]} for author in authors]
    software = {
        "@id": "#topics",
        "@type": "SoftwareApplication",
        "name": "topics",
        "version": record.environment.topics,
        "softwareRequirements": [f"{name} {version}" for name, version in record.environment.libraries.items()],
    }
    action = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"topics run, seed {record.seed}",
        "endTime": record.created,
        "instrument": {"@id": "#topics"},
        "result": {"@id": "./"},
    }
    graph = [metadata, root, *authors, software, action, *files]
    text = json.dumps({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}, indent=1, ensure_ascii=False)
    (folder / CRATE_FILE).write_text(text + "\n", encoding="utf-8", newline="\n")


def _file(name: str, more: dict[str, str]) -> dict[str, str]:
    path = PurePosixPath(name)
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    return {"@id": name, "@type": "File", "name": path.name, "encodingFormat": kind, **more}
