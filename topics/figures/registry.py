"""The figures of a run by name, and the decorator that registers them."""

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
    Settings of the run: seed, level of the intervals, and ``figures.columns`` for the width.

Returns
-------
Chart
    A matplotlib figure with its ``caption``, its alternative text ``alt``, and the ``table`` plotted.
"""


@dataclass(frozen=True)
class FigureSpec:
    """The title, tables and function of a figure."""

    title: str
    tables: tuple[str, ...]
    function: Callable[..., Chart]
    methods: tuple[str, ...]
    """The steps it is based on, as named in :func:`topics.report.methods_sentences`."""
    shows_text: bool
    """Whether it quotes the articles: it is then omitted from runs published without their texts."""
    only_if: Callable[[Settings], bool]
    """Whether a run with these settings has it."""


FIGURES: dict[str, FigureSpec] = {}
"""All figures of a run in the order of the report, which is that of the imports in ``__init__.py``."""


def figure(
    title: str,
    *,
    methods: tuple[str, ...],
    shows_text: bool = False,
    only_if: Callable[[Settings], bool] = lambda settings: True,
) -> Callable[[Callable[..., Chart]], Callable[..., Chart]]:
    """Register a function as a figure under its name; see :class:`FigureSpec`.

    Its parameters are tables of a run by name, then ``codebook`` and ``settings``.
    """

    def register(function: Callable[..., Chart]) -> Callable[..., Chart]:
        complete = in_style("The tables of a run with these names.")(function)
        # all parameters but the last two, codebook and settings, are tables
        tables = tuple(inspect.signature(function).parameters)[:-2]
        FIGURES[function.__name__] = FigureSpec(title, tables, complete, methods, shows_text, only_if)
        return complete

    return register


def in_style(about_tables: str) -> Callable[[Callable[..., Chart]], Callable[..., Chart]]:
    """Add what all figures share: default settings, style, the seed in the caption, and part of the docstring."""

    def complete(function: Callable[..., Chart]) -> Callable[..., Chart]:
        signature = inspect.signature(function)
        *others, last = signature.parameters.values()
        # callers may omit the settings; the functions themselves always receive them
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
    """Draw the figure ``name`` of :data:`FIGURES`; ``table`` returns a table of the run by name.

    Raises
    ------
    InputError
        If there is no such figure.
    """
    if name not in FIGURES:
        raise InputError(f"there is no figure {name!r}; expected one of {', '.join(FIGURES)}")
    spec = FIGURES[name]
    chart = spec.function(*map(table, spec.tables), codebook, settings)
    chart.missing = style.use_fallback_fonts(chart)
    return chart
