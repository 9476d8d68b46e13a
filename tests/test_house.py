"""The plan of the house, checked against the code: who may open which door."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "topics"

CORRIDOR = [
    "settings", "tables", "language", "decoding", "records", "markup", "articles", "boilerplate", "duplicates",
    "corrections", "repair", "paragraphs", "reading", "vocabulary", "embeddings", "codebook", "themes", "audit", "coherence",
    "assignments", "edits", "topic_model", "profiles", "co_occurrence", "keyness", "figures", "methods", "numbers", "paper",
    "report", "provenance", "citation", "deposit", "sheets", "agreement", "run_folder", "reproduction", "pipeline", "study",
    "explorer", "cli",
]  # fmt: skip
SHARED_ROOMS = {"settings", "tables", "language"}

# what a room may import besides the shared rooms: result types of rooms before it
DOORS = {
    "decoding": set(),
    "records": {"decoding"},
    "markup": set(),
    "articles": {"decoding", "records", "markup"},
    "boilerplate": {"articles", "boilerplate"},
    "duplicates": {"boilerplate"},
    "corrections": {"articles"},
    "repair": set(),
    "paragraphs": {"boilerplate", "repair"},
    "reading": {"articles", "boilerplate", "duplicates", "corrections", "paragraphs"},
    "vocabulary": set(),
    "embeddings": {"paragraphs"},
    "codebook": set(),
    "themes": {"codebook", "paragraphs", "themes"},
    "audit": {"codebook", "paragraphs", "themes"},
    "coherence": set(),
    "assignments": {"codebook", "themes"},
    "edits": set(),
    "topic_model": {"coherence", "edits", "vocabulary", "embeddings", "paragraphs", "themes", "topic_model"},
    "profiles": {"codebook", "paragraphs", "themes", "topic_model"},
    "co_occurrence": {"codebook", "paragraphs", "themes"},
    "keyness": {"paragraphs", "vocabulary"},
    "figures": {"codebook", "figures"},
    "methods": {"codebook", "reading"},
    "numbers": {"codebook"},
    "paper": {"codebook", "numbers"},
    "report": {"codebook", "figures", "methods", "reading", "report"},
    "provenance": set(),
    "citation": {"methods", "numbers"},
    "deposit": {"provenance"},
    "run_folder": {
        "reading",
        "codebook",
        "topic_model",
        "figures",
        "numbers",
        "paper",
        "report",
        "provenance",
        "citation",
        "deposit",
        "sheets",
        "agreement",
        "methods",
    },
    "reproduction": {"provenance"},
    "sheets": {"records", "codebook"},
    "agreement": {"codebook", "sheets"},
    "explorer": {"articles", "assignments", "explorer", "figures", "report", "run_folder", "study"},
}
HOME_OF = {
    "bertopic": "topic_model", "umap": "topic_model", "hdbscan": "topic_model", "trafilatura": "markup",
    "charset_normalizer": "decoding", "ftfy": "decoding", "py3langid": "language", "dateparser": "language",
    "sentencex": "language", "openpyxl": "sheets",
    "snowballstemmer": "language", "stop_words": "language", "model2vec": "embeddings",
    "sentence_transformers": "embeddings", "jinja2": "report", "rich": "cli", "tomlkit": "settings",
    "argparse": "cli", "matplotlib": "figures",
    "anywidget": "explorer", "traitlets": "explorer",
}  # fmt: skip
HEAVY = {"pandas", "numpy", "scipy", "sklearn", "yaml", *HOME_OF} - {"argparse", "matplotlib", "anywidget", "traitlets"}


def room(path: Path) -> str:
    return path.stem if path.parent == PACKAGE else path.parent.name


def imports(path: Path) -> list[tuple[str, bool]]:
    """Every imported module of a file, and whether the import stands at its top level (outside TYPE_CHECKING)."""
    found = []

    def visit(node: ast.AST, top: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.Import):
                found.extend((alias.name, top) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                module = child.module or ""
                found.extend((f"{module}.{alias.name}" if module == "topics" else module, top) for alias in child.names)
            visit(child, top and not isinstance(child, ast.FunctionDef))

    visit(ast.parse(path.read_text(encoding="utf-8")), True)
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_file_is_a_room_of_the_corridor() -> None:
    known = {*CORRIDOR, "__init__", "__main__"}
    assert {room(path) for path in FILES if path.parent == PACKAGE} | {
        "figures",
        "boilerplate",
        "themes",
        "audit",
        "topic_model",
        "report",
        "explorer",
    } == known


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_rooms_open_only_their_own_doors(path: Path) -> None:
    mine = room(path)
    if mine in ("pipeline", "study", "cli", "__main__") or path == PACKAGE / "__init__.py":
        return
    opened = {name.split(".")[1] for name, _ in imports(path) if name.startswith("topics.")} - {mine}
    allowed = DOORS.get(mine, set()) | (SHARED_ROOMS if mine not in SHARED_ROOMS else {"settings"})
    assert opened <= allowed, f"{mine} opens {sorted(opened - allowed)}"
    for door in opened:
        assert CORRIDOR.index(door) < CORRIDOR.index(mine), f"{mine} looks ahead to {door}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_heavy_libraries_live_in_one_room_and_come_late(path: Path) -> None:
    for name, top in imports(path):
        library = name.split(".")[0]
        if library in HOME_OF:
            assert room(path) == HOME_OF[library], f"{library} belongs to {HOME_OF[library]}"
        assert library != "yaml" or room(path) in ("articles", "citation"), "yaml belongs to what is written in it"
        assert not (library in HEAVY and top), f"{name} is imported before it is needed"


def test_comments_are_rare() -> None:
    lines = [line.strip() for path in FILES for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    comments = [line for line in lines if line.startswith("#") and not line.startswith("# fmt")]
    assert len(comments) <= 0.03 * len(lines)


def test_nothing_is_unpickled() -> None:
    for path in FILES:
        assert not {"pickle", "joblib", "dill", "shelve", "marshal"} & {name.split(".")[0] for name, _ in imports(path)}
