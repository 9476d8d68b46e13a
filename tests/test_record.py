"""run.json as typed data: the same keys on disk, and one line that names what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from records import plain

from topics.errors import InputError
from topics.record import RunRecord
from topics.runs import Run
from topics.runs.provenance import read_run

PARTS = ("title", "settings", "codebook", "inputs.embeddings.name", "results.audit.usable", "environment.libraries")


def place_of(data: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *sections, last = path.split(".")
    for name in sections:
        data = data[name]
    return data, last


def test_what_is_read_is_written_again_key_by_key(small_run: Run) -> None:
    record = read_run(small_run.folder)
    assert record == RunRecord.from_dict(plain(small_run))
    assert list(plain(small_run)) == [
        "format", "title", "seed", "settings", "codebook", "inputs", "problems", "intake", "copies", "mended", "corrections",
        "assignments", "edits", "created", "results", "learned_words", "warnings", "environment", "platform_dependent",
        "fingerprint", "outputs", "sha256",
    ]  # fmt: skip
    assert record.settings.seed == 7
    assert record.codebook.names == ["bread", "stars", "boats"]


@pytest.mark.parametrize("path", PARTS)
def test_a_key_that_is_missing_is_named(small_run: Run, path: str) -> None:
    data = plain(small_run)
    section, last = place_of(data, path)
    del section[last]
    with pytest.raises(InputError, match=rf"run\.json: {path} is missing; .*: run the study again") as error:
        RunRecord.from_dict(data)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("path", PARTS)
def test_a_value_of_another_type_is_named_with_both_types(small_run: Run, path: str) -> None:
    data = plain(small_run)
    section, last = place_of(data, path)
    section[last] = 7
    with pytest.raises(InputError, match=rf"run\.json: {path}: got int, expected \w+; .*: run the study again"):
        RunRecord.from_dict(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(format=2), "format"),
        (lambda data: data["settings"].update(seed=-1), "seed is -1"),
        (lambda data: data["codebook"]["theme"].clear(), r"no \[\[theme\]\]"),
        (lambda data: data["inputs"]["embeddings"].update(shape=[1]), "inputs.embeddings.shape: got 1, expected array"),
        (lambda data: data["warnings"].append(None), r"warnings\[\d+\]: got null, expected str"),
    ],
)
def test_values_that_cannot_be_are_refused(small_run: Run, change: Callable[[dict[str, Any]], None], words: str) -> None:
    data = plain(small_run)
    change(data)
    with pytest.raises(InputError, match=words):
        RunRecord.from_dict(data)


def test_a_run_of_before_assignments_can_be_read(small_run: Run) -> None:
    data = plain(small_run)
    del data["assignments"], data["inputs"]["coded_paragraphs"], data["results"]["assignments"]
    record = RunRecord.from_dict(data)
    assert (record.assignments, record.inputs.coded_paragraphs, record.results.assignments) == ((), (), 0)
