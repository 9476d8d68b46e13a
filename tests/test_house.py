"""The plan of the package, checked against its imports: three bands, closed rooms, heavy libraries in one place."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "topics"
FILES = sorted(PACKAGE.rglob("*.py"))
BANDS = (
    {
        "errors",
        "files",
        "settings",
        "codebook",
        "tables",
        "format",
        "statistics",
        "spreadsheets",
        "manual",
        "record",
        "text_table",
    },
    {"text", "reading", "themes", "topic_model"},
    {"measures", "coding", "figures", "report"},
    {"runs", "explorer", "cli", "__init__", "__main__"},
)
"""The ground, what computes, what turns tables into something, what joins both."""
HOME_OF = {"bertopic": "topic_model", "umap": "topic_model", "hdbscan": "topic_model", "trafilatura": "reading",
           "lxml": "reading", "matplotlib": "figures", "dask": "runs"}  # fmt: skip


def room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [f"topics.{alias.name}" for alias in node.names] if node.module == "topics" else [node.module or ""]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_keep_to_the_plan(path: Path) -> None:
    mine = room(path.relative_to(PACKAGE).parts)
    band = next(place for place, rooms in enumerate(BANDS) if mine in rooms)
    for name in imports(path):
        library, *inside = name.split(".")
        assert HOME_OF.get(library, mine) == mine, f"{library} belongs to {HOME_OF[library]}"
        if library == "topics" and inside and (other := inside[0]) != mine:
            there = next(place for place, rooms in enumerate(BANDS) if other in rooms)
            assert there <= band, f"{mine} looks ahead to {other}"


def test_nothing_is_unpickled() -> None:
    for path in FILES:
        assert not {"pickle", "joblib", "dill", "shelve", "marshal"} & {name.split(".")[0] for name in imports(path)}
