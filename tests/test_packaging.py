"""What a newcomer installs, and what must not be in the tree."""

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", LOCK, flags=re.M))


def normal(requirement: str) -> str:
    return re.split(r"[<>=!~\[; ]", requirement, maxsplit=1)[0].lower().replace("_", "-").replace(".", "-")


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_torch_in_the_lock() -> None:
    heavy = [name for name in LOCKED if re.match(r"torch|triton|nvidia|sentence-transformers|transformers|tensorflow", name)]
    assert heavy == []


def test_every_locked_package_carries_hashes() -> None:
    for block in re.split(r"\n(?=[a-z0-9])", LOCK):
        if "==" in block.split("\n")[0]:
            assert "--hash=sha256:" in block, block.split("\n")[0]


def test_every_dependency_is_locked() -> None:
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    assert [name for name in map(normal, wanted) if name not in LOCKED] == []


def test_the_override_that_keeps_torch_out_fits_the_pin() -> None:
    (override,) = PROJECT["tool"]["uv"]["dependency-metadata"]
    assert f"bertopic=={override['version']}" in PROJECT["project"]["dependencies"]
    assert LOCKED["bertopic"] == override["version"]


def test_the_two_locks_agree_on_uv() -> None:
    assert f"uv=={LOCKED['uv']}" in (ROOT / "requirements-uv.lock").read_text(encoding="utf-8")


def test_environment_yml_agrees_with_pyproject() -> None:
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    environment = yaml.safe_load(text)
    names = {normal(entry): entry for entry in environment["dependencies"]}
    assert names["python"] == "python" + PROJECT["project"]["requires-python"]
    assert set(names) == {"python", "uv"}, "conda gives Python and uv; the lock gives the rest"
    assert "requirements.lock" in text


def test_the_lock_that_conda_users_install_opens_the_notebooks() -> None:
    assert {"jupyterlab", "ipykernel", "anywidget", "ipywidgets", "editables", "hatchling"} <= set(LOCKED)
    assert f"--python-version {PROJECT['project']['requires-python'].lstrip('>=')} " in LOCK.split("\n")[1]


def test_the_readme_says_what_environment_yml_says() -> None:
    steps = re.findall(r"^#   (.+)$", (ROOT / "environment.yml").read_text(encoding="utf-8"), flags=re.M)
    assert [step.split()[0] for step in steps] == ["conda", "conda", "uv"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [step for step in steps if step not in readme] == []
    assert "jupyter lab notebooks" in readme.split(steps[-1])[1].split("```")[0]


def test_extras_and_names() -> None:
    project = PROJECT["project"]
    assert project["name"] == "article-topics"
    assert project["scripts"] == {"topics": "topics.cli:main"}
    assert normal(project["optional-dependencies"]["transformers"][0]) == "sentence-transformers"
    assert normal(project["optional-dependencies"]["static"][0]) == "model2vec"


def test_no_registry_address_and_no_path_of_a_machine() -> None:
    hosts = r"pypi" + r"\.org|python" + r"hosted|registry\.np" + r"mjs|deb\.deb" + r"ian|anaconda\." + r"(?:org|com)"
    paths = r"/wo" + r"rk/|/home/[a-z]|/Us" + r"ers/|/ro" + r"ot/"
    for name in tracked():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        assert not re.search(f"{hosts}|{paths}", text), name


def test_notebooks_are_committed_without_outputs() -> None:
    for name in tracked():
        if name.endswith(".ipynb"):
            for cell in json.loads((ROOT / name).read_text(encoding="utf-8"))["cells"]:
                assert not cell.get("outputs"), name
                assert cell.get("execution_count") is None, name


def test_citation_file_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == PROJECT["project"]["version"]
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors", "license"} <= set(citation)


def test_the_changelog_knows_this_version() -> None:
    assert f"## {PROJECT['project']['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_wheel_holds_all_that_the_package_reads(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("topics/CITATION.cff") == (ROOT / "CITATION.cff").read_bytes()
    data = [path for path in (ROOT / "topics").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert data
    assert [path.name for path in data if path.relative_to(ROOT).as_posix() not in names] == []
