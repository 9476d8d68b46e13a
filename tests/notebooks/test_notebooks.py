"""Every notebook runs whole in a fresh kernel, says what is true of the sample study, and leaves nothing behind."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import papermill
import pytest
from conftest import SAMPLE, SHARED, write_study
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playing import NOTEBOOKS, PARAMETERS, WARNINGS, Place, form, outputs, play, shown, unchanged, unexpected

from topics.runs import Run

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
two_notebooks = pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path.stem in ("00_quickstart", "04_articles")], ids=lambda path: path.stem
)


@pytest.fixture(scope="module", autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Kernels are found and started without what this machine's user has installed or set."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in Place(tmp_path_factory.mktemp("own"), SAMPLE).environment.items():
            if not name.startswith("TOPICS_"):
                patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def on_the_sample(sample_study: Path, sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("sample"), sample_study)
    shutil.copytree(sample_run.folder, place.out)
    return place


@pytest.fixture(scope="module")
def on_five_pages(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("pages"), SHARED / "seeds", SAMPLE / "codebook.toml")


@pytest.fixture(scope="module")
def on_a_small_study(small_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("small")
    place = Place(folder, write_study(folder / "study"))
    shutil.copytree(small_run.folder, place.out)
    return place


@every_notebook
def test_notebook_is_as_it_should_lie_there(path: Path) -> None:
    assert form(path) == []


@every_notebook
def test_papermill_finds_the_parameters(path: Path) -> None:
    assert set(papermill.inspect_notebook(path)) >= PARAMETERS


@every_notebook
def test_notebook_runs_on_the_sample_study_and_its_prose_is_true(path: Path, on_the_sample: Place) -> None:
    play(path, on_the_sample, checked=True)


@two_notebooks
def test_notebook_runs_on_five_pages_or_where_they_are_not_on_another_study(
    path: Path, request: pytest.FixtureRequest
) -> None:
    play(path, request.getfixturevalue("on_five_pages" if (SHARED / "seeds").is_dir() else "on_a_small_study"))


def test_papermill_runs_a_notebook_on_another_study(on_a_small_study: Place, tmp_path: Path) -> None:
    given = {"STUDY": str(on_a_small_study.study), "OUT": str(on_a_small_study.out)}
    done = papermill.execute_notebook(
        NOTEBOOKS[0],
        tmp_path / "done.ipynb",
        parameters=given,
        kernel_name="python3",
        cwd=NOTEBOOKS[0].parent,
        progress_bar=False,
    )
    assert "Small study" in shown(outputs(done))


# what the checks find, on notebooks that are wrong

Write = Callable[..., Path]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    """Write a sound notebook with some cells in its middle."""

    def write(*cells: nbformat.NotebookNode) -> Path:
        opening = new_markdown_cell("# Small\n\nWhat is there? In this notebook we look.")
        parameters = new_code_cell(
            'import os\n\nSTUDY = ""\nCODEBOOK = ""\nHOME = ""\nOUT = os.environ.get("TOPICS_OUT", "")',
            metadata={"tags": ["parameters"]},
        )
        end = new_markdown_cell("## What we have seen\n\nThis.")
        last = new_code_cell("import topics\n\n{'seed': topics.Run(OUT).settings.seed}")
        notebook = new_notebook(cells=[opening, parameters, *cells, end, last])
        for number, cell in enumerate(notebook.cells):
            cell["id"] = str(number)
        file = tmp_path / "notebooks" / "made_up.ipynb"
        file.parent.mkdir()
        nbformat.write(notebook, file)
        return file

    return write


@pytest.fixture
def done(small_run: Run, tmp_path: Path) -> Place:
    """A place where the run is made already."""
    place = Place(tmp_path / "place", small_run.folder.parent)
    shutil.copytree(small_run.folder, place.out)
    return place


OPENED = "import topics\n\nrun = topics.Run(OUT)"
TRUE = (
    'There are 6<!-- run.record.results.articles --> articles; **33**<!-- len(run.paragraphs) --> paragraphs'
    " (Hennig 2007), none longer than 1000<!-- fixed --> words<!-- (run.paragraphs.n_words < 1000).all() -->."
)


def test_a_sound_notebook_passes(written: Write, done: Place) -> None:
    path = written(new_code_cell(OPENED), new_markdown_cell(TRUE))
    assert form(path) == []
    played = play(path, done, checked=True)
    assert [cell.execution_count for cell in played.cells if cell.cell_type == "code"] == [1, 2, 3], "claims leave no trace"


def test_whatever_is_wrong_when_it_runs_is_told(written: Write, done: Place) -> None:
    path = written(
        new_code_cell(OPENED),
        new_markdown_cell("There are 7<!-- len(run.articles) -->."),
        new_markdown_cell("All are long<!-- (run.paragraphs.n_words > 90).all() -->."),
        new_markdown_cell("There are 7<!-- run.articels -->."),
        new_markdown_cell("There are 7<!-- run.articles -->."),
        new_markdown_cell("Of 7 there are 6<!-- len(run.articles) -->."),
        new_code_cell("import sys\n\nprint('hm', file=sys.stderr)"),
        new_code_cell("import warnings\n\nwarnings.warn('odd', topics.TopicsWarning)"),
    )
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = "seed = 7"
    nbformat.write(notebook, path)
    with pytest.raises(AssertionError) as told:
        play(path, done, checked=True)
    expected = (
        "cell 4: the prose says “There are 7”; the run says “6” for len(run.articles)",
        "cell 5: the prose says “All are long”; the run says that (run.paragraphs.n_words > 90).all() is False",
        "cell 6: the claim run.articels is no number, no text and no statement, but AttributeError: a run has no 'articels'",
        "cell 7: the claim run.articles is no number, no text and no statement, but DataFrame",
        "cell 8: 7 is covered by no claim",
        "cell 9 shows: hm",
        "TopicsWarning: odd",
        "its last cell shows neither fingerprint nor seed",
    )
    assert [said for said in expected if said not in str(told.value)] == []


@pytest.mark.parametrize("kind", [UserWarning, DeprecationWarning, FutureWarning, PendingDeprecationWarning])
def test_a_warning_that_our_code_causes_is_an_error(kind: type[Warning]) -> None:
    with warnings.catch_warnings():
        exec(WARNINGS)
        with pytest.raises(kind, match="old"):
            warnings.warn_explicit("old", kind, "profiles.py", 1, module="topics.profiles")


def test_a_cell_that_fails_is_told_with_its_place(written: Write, done: Place) -> None:
    with pytest.raises(AssertionError, match=r"made_up\.ipynb, cell 3: AttributeError: a run has no 'articels'"):
        play(written(new_code_cell(OPENED + "\nrun.articels")), done)


def test_a_warning_that_our_code_causes_fails_its_cell(written: Write, done: Place) -> None:
    code = """exec("import warnings; warnings.warn('old', DeprecationWarning)", {"__name__": "topics.x"})"""
    with pytest.raises(AssertionError, match="cell 3: DeprecationWarning: old"):
        play(written(new_code_cell(code)), done)


def test_a_file_left_behind_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"left behind: left\.csv"), unchanged(tmp_path):
        (tmp_path / "left.csv").touch()


def test_a_warning_of_the_run_is_expected_and_no_other() -> None:
    first = "/tmp/k/1.py:1: TopicsWarning: only 5 (of 6)\n  study.run()\n"
    assert unexpected(first, {"only 5 (of 6)"}) == ""
    assert unexpected(first, {"only 6"}) != ""
    assert unexpected(first + "/tmp/k/1.py:1: UserWarning: x\n", {"only 5 (of 6)"}) == "/tmp/k/1.py:1: UserWarning: x"


def changed(path: Path, **change: object) -> Path:
    """The notebook with the fields of one cell changed: its first of code, or of prose where the source is prose."""
    notebook = nbformat.read(path, as_version=4)
    kind = change.pop("of", "code")
    cell = next(cell for cell in notebook.cells[2:] if cell.cell_type == kind)
    cell.update(change)
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"execution_count": 1}, "cell 3 has outputs"),
        ({"outputs": [nbformat.v4.new_output("stream", text="x")]}, "cell 3 has outputs"),
        ({"metadata": {"collapsed": True}}, "cell 3 carries metadata: collapsed"),
        ({"metadata": {"tags": ["parameters"]}}, "has 2 cells tagged parameters"),
        ({"id": "3f2a"}, "is not as nbstripout leaves it"),
        ({"source": "x = 1\n" * 16}, "cell 3: 16 lines"),
        ({"source": "x" * 101}, "cell 3: a line of 101 characters"),
        ({"of": "markdown", "source": "There are 17 topics."}, "cell 4: 17 is tied to nothing"),
        ({"of": "markdown", "source": "There are 17<!-- of them -->."}, "cell 4: <!-- of them --> is no expression"),
        ({"of": "markdown", "source": "# Another title"}, "has more than one title"),
    ],
)
def test_what_is_wrong_with_its_form_is_told(written: Write, change: dict[str, object], said: str) -> None:
    path = written(new_code_cell(OPENED), new_markdown_cell("Some prose."))
    assert form(path) == []
    assert any(said in problem for problem in form(changed(path, **change)))


@pytest.mark.parametrize(
    ("number", "source", "said"),
    [
        (0, "Small", "begins with no title"),
        (0, "# Small\n\nWe look.", "opens without its question"),
        (1, "STUDY = 1", "has no parameter CODEBOOK, HOME, OUT"),
        (1, "STUDY, OUT = 1, 2\nprint()", "does something else"),
        (2, "The end.", "does not say near its end"),
        (3, "1", "does not end with where its numbers come from"),
    ],
)
def test_a_notebook_without_its_frame_is_told(written: Write, number: int, source: str, said: str) -> None:
    path = written()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[number].source = source
    nbformat.write(notebook, path)
    assert any(said in problem for problem in form(path))
