"""The figures of a run by name, and the decorator that puts a function among them."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from topics.codebook import Codebook
from topics.errors import InputError
from topics.figures import style
from topics.figures.style import Chart
from topics.settings import Settings

_SHARED_DOC = """

Parameters
----------
{tables} : DataFrame
    {about}
codebook : Codebook
    Order, labels and colours of the themes.
settings : Settings, optional
    Of the run: its seed, and the level of its intervals; ``figures.columns`` is the width.

Returns
-------
Chart
    A matplotlib figure with its ``caption``, its alternative text ``alt``, and the ``table`` that it plots.
"""


@dataclass(frozen=True)
class FigureSpec:
    """What a figure is called, and what it is drawn from."""

    title: str
    tables: tuple[str, ...]
    function: Callable[..., Chart]
    methods: tuple[str, ...]
    """The steps that it rests on, as :func:`topics.report.methods_sentences` names them."""
    shows_text: bool
    """Whether sentences of the articles stand in it: it is left out where a run is published without them."""


FIGURES: dict[str, FigureSpec] = {}
"""Every figure of a run, in the order in which a report shows them: that of the imports in ``__init__.py``."""


def figure(
    title: str, *, methods: tuple[str, ...], shows_text: bool = False
) -> Callable[[Callable[..., Chart]], Callable[..., Chart]]:
    """Register a function as the figure of its name; see :class:`FigureSpec`.

    The function takes tables of a run by their names, then ``codebook`` and ``settings``.
    """

    def register(function: Callable[..., Chart]) -> Callable[..., Chart]:
        complete = in_style("The tables of a run that have these names.")(function)
        tables = tuple(inspect.signature(function).parameters)[:-2]
        FIGURES[function.__name__] = FigureSpec(title, tables, complete, methods, shows_text)
        return complete

    return register


def in_style(about_tables: str) -> Callable[[Callable[..., Chart]], Callable[..., Chart]]:
    """Add what all figures share: default settings, type and sizes, the seed in the caption, half of the docstring."""

    def complete(function: Callable[..., Chart]) -> Callable[..., Chart]:
        signature = inspect.signature(function)
        *others, last = signature.parameters.values()
        # settings may be left out, though the functions themselves need them
        signature = signature.replace(parameters=[*others, last.replace(default=None, annotation=Settings | None)])

        @functools.wraps(function)
        def draw_in_style(*args: object, **named: object) -> Chart:
            values = signature.bind(*args, **named).arguments
            values["settings"] = settings = values.get("settings") or Settings()
            with style.context():
                chart = function(**values)
            chart.caption += f" Seed {settings.seed}."
            return chart

        tables = ", ".join(parameter.name for parameter in others[:-1])
        shared = _SHARED_DOC.format(tables=tables, about=about_tables)
        draw_in_style.__doc__ = (inspect.getdoc(function) or "") + shared
        draw_in_style.__signature__ = signature  # type: ignore[attr-defined]
        return draw_in_style

    return complete


def draw(name: str, table: Callable[[str], pd.DataFrame], codebook: Codebook, settings: Settings | None = None) -> Chart:
    """Draw the figure ``name`` of :data:`FIGURES`; ``table`` gives the table of a name.

    Raises
    ------
    InputError
        If there is no such figure.
    """
    if name not in FIGURES:
        raise InputError(f"there is no figure {name!r}; expected one of {', '.join(FIGURES)}")
    spec = FIGURES[name]
    chart = spec.function(*map(table, spec.tables), codebook, settings)
    style.use_fallback_fonts(chart)
    return chart
