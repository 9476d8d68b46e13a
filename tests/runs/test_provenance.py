"""run.json, the sidecars and ``verify``: nothing in a run folder changes unnoticed."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from topics.errors import InputError
from topics.runs import Run, provenance


@pytest.fixture
def folder(small_run: Run, tmp_path: Path) -> Path:
    """A copy of the small run that a test may damage."""
    return Path(shutil.copytree(small_run.folder, tmp_path / "moved" / "run"))


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def found(folder: Path) -> list[str]:
    """What verify says, whether it answers or refuses to read the folder at all."""
    try:
        return provenance.verify(folder)
    except InputError as error:
        return [str(error)]


def test_a_fresh_run_stands_also_where_it_was_moved_to(small_run: Run, folder: Path) -> None:
    assert small_run.verify() == []
    assert provenance.verify(folder) == []


def test_one_flipped_byte_in_any_file_is_found_and_the_file_named(folder: Path) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "run.json"]
    assert {path.relative_to(folder).parts[0] for path in files} == {
        "figures", "model", "numbers.json", "numbers.tex", "paper", "report.html", "tables",
    }  # fmt: skip
    for path in files:
        at = path.stat().st_size // 2
        flip(path, at)
        assert provenance.verify(folder) == [f"{path.relative_to(folder).as_posix()}: changed"]
        flip(path, at)
    assert provenance.verify(folder) == []


def test_a_flipped_byte_anywhere_in_run_json_is_found(folder: Path) -> None:
    path = folder / "run.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 60)):
        flip(path, at)
        assert any("run.json" in finding for finding in found(folder)), f"byte {at} of {len(whole)}"
        path.write_bytes(whole)
    assert provenance.verify(folder) == []


@pytest.mark.parametrize(("old", "new"), [(b"\n ", b"\r "), (b"\n ", b"\n\t"), (b"}\n", b"}")])
def test_run_json_with_the_same_data_in_other_bytes_is_found(folder: Path, old: bytes, new: bytes) -> None:
    path = folder / "run.json"
    head, _, tail = path.read_bytes().rpartition(old)
    path.write_bytes(head + new + tail)
    assert any("run.json" in finding for finding in found(folder))


def test_a_forged_digest_in_run_json_does_not_cover_up_a_changed_table(folder: Path) -> None:
    flip(folder / "tables" / "profiles.csv", 100)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    record["outputs"]["tables/profiles.csv"] = hashlib.sha256((folder / "tables/profiles.csv").read_bytes()).hexdigest()
    (folder / "run.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert any("run.json" in finding for finding in provenance.verify(folder))


def test_a_missing_and_an_extra_file_are_named(folder: Path) -> None:
    (folder / "figures" / "ribbon.svg").unlink()
    (folder / "tables" / "added.csv").write_text("a\n", encoding="utf-8")
    missing, extra = provenance.verify(folder)
    assert "figures/ribbon.svg" in missing
    assert "missing" in missing
    assert "tables/added.csv" in extra


@pytest.mark.parametrize(
    "content",
    [None, b"", b"not json", b"\xff\xfe\x00", b"[]", b"{}", b'{"outputs": []}', b'{"outputs": null}'],
    ids=["none", "empty", "no-json", "binary", "list", "no-outputs", "outputs-list", "outputs-null"],
)
def test_a_folder_whose_run_json_is_no_run_is_an_input_error(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(InputError, match=r"run\.json"):
        provenance.verify(tmp_path)


def test_each_sidecar_names_the_tables_and_files_that_its_figure_rests_on(printed_run: Run) -> None:
    sidecars = sorted((printed_run.folder / "figures").glob("*.json"))
    assert sidecars
    for path in sidecars:
        data = json.loads(path.read_text(encoding="utf-8"))
        assert data["caption"].strip(), path.name
        assert data["alt"].strip(), path.name
        assert data["seed"] == 7
        assert data["settings"]["seed"] == 7
        assert data["versions"]["bertopic"] == "0.17.4"
        assert sorted(data["files"]) == [f"{path.stem}.{suffix}" for suffix in ("pdf", "png", "svg")]
        stated = {f"figures/{name}": digest for name, digest in data["files"].items()} | data["inputs"]
        for name, digest in stated.items():
            assert hashlib.sha256((printed_run.folder / name).read_bytes()).hexdigest() == digest, f"{path.name}: {name}"


def test_run_json_holds_what_a_reader_needs_to_repeat_the_run(small_run: Run) -> None:
    record = json.loads((small_run.folder / "run.json").read_text(encoding="utf-8"))
    on_disk = {p.relative_to(small_run.folder).as_posix() for p in small_run.folder.rglob("*") if p.is_file()}
    assert set(record["outputs"]) == on_disk - {"run.json"}
    assert record["seed"] == record["settings"]["seed"] == 7
    assert [theme["name"] for theme in record["codebook"]["theme"]] == ["bread", "stars", "boats"]
    assert record["inputs"]["articles"] == dict(
        zip(small_run.articles["article_id"], small_run.articles["sha256"], strict=True)
    )
    assert {"python", "platform", "libraries", "code_sha256"} <= set(record["environment"])
    assert any("33 paragraphs" in note for note in record["warnings"])


def test_no_file_of_a_run_tells_where_it_was_made(small_run: Run, small_study) -> None:
    places = [str(small_run.folder).encode(), str(small_study.folder).encode(), str(Path.home() / "x")[:-1].encode()]
    for path in small_run.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [place for place in places if len(place) > 3 and place in content], path.name


def test_what_a_file_browser_leaves_behind_changes_no_verdict(small_run: Run, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(small_run.folder, tmp_path / "copy"))
    (copy / ".DS_Store").write_bytes(b"x")
    assert provenance.verify(copy) == []
