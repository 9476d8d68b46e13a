"""Figures register themselves: their tables are their parameters, and their help is complete."""

import inspect

import pytest

from topics import figures, tables
from topics.errors import InputError
from topics.figures import FIGURES


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_public_and_says_what_it_takes(name: str) -> None:
    function, spec = getattr(figures, name), FIGURES[name]
    assert function is spec.function
    assert set(spec.tables) <= set(tables.COLUMNS)
    parameters = inspect.signature(function).parameters
    assert list(parameters) == [*spec.tables, "codebook", "settings"]
    assert parameters["settings"].default is None
    summary, *_ = inspect.getdoc(function).splitlines()
    assert summary.endswith(".")
    for part in (f"{', '.join(spec.tables)} : DataFrame", "codebook : Codebook", "settings : Settings", "Returns"):
        assert part in inspect.getdoc(function)


def test_figures_stand_in_the_order_of_the_report() -> None:
    assert list(FIGURES)[:2] == ["ribbon", "outlets"]
    assert list(FIGURES)[-1] == "granularity"
    assert {"FIGURES", "draw", *FIGURES} <= set(figures.__all__)


def test_a_figure_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="no figure 'pie'; expected one of ribbon, outlets"):
        figures.draw("pie", lambda name: None, None)
