"""The plan of the package, checked against its imports: bands, closed rooms, heavy libraries in one place."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "topics"
FILES = sorted(PACKAGE.rglob("*.py"))
COMPUTES = {"text", "reading", "themes", "topic_model"}
TURNS_TABLES_INTO_SOMETHING = {"measures", "coding", "comparison", "figures", "report"}
JOINS_BOTH = {"runs", "explorer", "cli", "__init__", "__main__"}
HOME_OF = {"bertopic": "topic_model", "umap": "topic_model", "hdbscan": "topic_model", "trafilatura": "reading",
           "lxml": "reading", "matplotlib": "figures", "dask": "runs"}  # fmt: skip


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """Every imported module; of ``from topics import tables`` it is ``topics.tables``."""
    modules = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inside = (PACKAGE.parent / Path(*(node.module or "").split("."))).is_dir()
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            # a name of a face is no module of its own, a file of the room is
            is_file = [(PACKAGE.parent / Path(*name.split("."))).with_suffix(".py").is_file() for name in names]
            modules += [
                name if inside and (file or node.module == "topics") else str(node.module)
                for name, file in zip(names, is_file, strict=True)
            ]
    return modules


def may_import(room: str, other: str) -> bool:
    if other in JOINS_BOTH:
        return room in JOINS_BOTH
    if other in TURNS_TABLES_INTO_SOMETHING:
        return room in JOINS_BOTH | TURNS_TABLES_INTO_SOMETHING
    if other in COMPUTES:
        return room in JOINS_BOTH | COMPUTES and {room, other} != {"themes", "topic_model"}
    return True  # the ground, for everybody


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_keep_to_the_plan(path: Path) -> None:
    room = room_of(path)
    for module in imports(path):
        library, *inside = module.split(".")
        assert HOME_OF.get(library, room) == room, f"{library} belongs to {HOME_OF[library]}"
        if library == "topics" and inside and inside[0] != room:
            assert may_import(room, inside[0]), f"{room} must not see {inside[0]}"
            assert len(inside) == 1, f"{room} looks into {module}; expected a name of topics.{inside[0]} alone"


def test_the_ground_imports_no_room() -> None:
    rooms = COMPUTES | TURNS_TABLES_INTO_SOMETHING | JOINS_BOTH
    for path in [*PACKAGE.glob("*.py"), *(PACKAGE / "codebook").rglob("*.py")]:
        if path.stem not in JOINS_BOTH:
            assert not {module.split(".")[1] for module in imports(path) if module.startswith("topics.")} & rooms, path.name


def test_nothing_is_unpickled() -> None:
    for path in FILES:
        assert not {"pickle", "joblib", "dill", "shelve", "marshal"} & {name.split(".")[0] for name in imports(path)}
