"""Layout of figures: panels, labelled rows, heat maps, grids and colour bars."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from topics.figures.labels import outlet_name, text_width, truncate, widest, wrap
from topics.figures.style import INK, SINGLE, Chart, new_chart, page_width
from topics.settings import Settings

_MARGIN = 0.17
"""Inches beside the row labels that are not available to a panel."""


def empty_chart(message: str) -> Chart:
    """A chart stating why there is nothing to draw."""
    chart = new_chart(SINGLE, 0.9)
    axes = chart.subplots()
    axes.axis("off")
    axes.text(0.5, 0.5, wrap(message, 0.92 * SINGLE, 4, 7.5), ha="center", va="center", transform=axes.transAxes)
    chart.caption = chart.alt = message
    chart.table = pd.DataFrame()
    return chart


def one_panel(settings: Settings, height: float) -> tuple[Chart, Any]:
    """A chart of one panel, of the width of one or two columns of a page."""
    chart = new_chart(page_width(settings), height)
    return chart, chart.subplots()


def panels(
    n: int,
    settings: Settings,
    height: float,
    *,
    most: int,
    share: bool = True,
    share_rows: bool = True,
    share_columns: bool = True,
) -> tuple[Chart, list[Any]]:
    """A chart of ``n`` panels: at most ``most`` side by side over two columns of a page, half as many in one.

    Parameters
    ----------
    height
        Height of a panel, inches.
    share, share_rows, share_columns
        Whether all panels share their axes, and of these the rows and the horizontal axis.
    """
    columns = max(1, min(n, most if settings.figures.columns == 2 else (most + 1) // 2))
    bands = max(1, -(-n // columns))
    columns = max(1, -(-n // bands))  # bands of similar length: six panels are 3 + 3 rather than 5 + 1
    chart = new_chart(page_width(settings) if columns > 1 else SINGLE, bands * height + 0.25)
    grid = chart.subplots(bands, columns, sharex=share and share_columns, sharey=share and share_rows, squeeze=False)
    # the last band may not be full
    for axes in grid.flat[n:]:
        axes.set_visible(False)
    # panels above a gap in the last band are the lowest of their column, so they carry the tick labels
    if bands > 1 and n % columns:
        for axes in grid[-2, n % columns :]:
            axes.tick_params(labelbottom=True)
    return chart, list(grid.flat[:n])


def available_width(grid: list[Any], labels: Sequence[str], size: float = 7) -> float:
    """The width of each panel beside the row labels, which the panels of a band share, inches."""
    chart_width, columns = grid[0].figure.get_figwidth(), grid[0].get_gridspec().ncols
    return (chart_width - widest(labels, size)) / columns - _MARGIN


def panel_title(axes: Any, text: str, width: float, n_lines: int, size: float = 7, **place: Any) -> None:
    """Set the title of a panel in ``width`` inches; the type shrinks to 6 points before a word is truncated."""
    longest = max((text_width(word, size, "bold") for word in text.split()), default=0.0)
    size = max(6.0, min(size, size * width / longest)) if longest else size
    axes.set_title(wrap(text, width, n_lines, size, "bold"), fontsize=size, fontweight="bold", **place)


def outlet_title(axes: Any, name: str, n_articles: int, width: float, **place: Any) -> None:
    """Set the title of an outlet's panel in ``width`` inches, with the number of its articles."""
    size, count = 6.8, f" ({n_articles})"
    title = truncate(outlet_name(name), width - text_width(count, size, "bold"), size, "bold") + count
    axes.set_title(title, fontsize=size, fontweight="bold", **place)


def label_rows(axes: Any, labels: Sequence[str], *, grid: bool = True, **text: Any) -> None:
    """Label the rows of the vertical axis from the top, with vertical grid lines."""
    axes.set_yticks(range(len(labels)), labels, **text)
    axes.set_ylim(max(len(labels), 1) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    hide_spines(axes, "bottom")
    if grid:
        grid_lines(axes, "x")


def grid_lines(axes: Any, axis: str) -> None:
    """Draw pale grid lines at the ticks of an axis, behind the data."""
    axes.grid(axis=axis, color="#e6e6e6", linewidth=0.5)
    axes.set_axisbelow(True)


def hide_spines(axes: Any, *keep: str) -> None:
    """Hide all spines except those named."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)


def shaded_table(
    settings: Settings, top: float, shares: np.ndarray, rows: list[str], columns: list[str]
) -> tuple[Chart, Any]:
    """A heat map of shares (0…1) with per cent in the cells, or with a colour bar if the cells are too narrow.

    ``top`` is the height of the column labels, inches.
    """
    chart, axes = one_panel(settings, top + 0.21 * len(rows))
    # small shares stay pale: the scale covers at least 0 to 30 %
    most = max(0.3, float(shares.max(initial=0)))
    image = axes.imshow(100 * shares, cmap="Blues", vmin=0, vmax=110 * most, aspect="auto", interpolation="none")
    if cell_width(axes, rows, columns) < text_width("100", 6.5):
        colorbar(image, axes, "share of words, per cent", location="bottom")
    else:
        for i, j in np.argwhere(shares >= 0.005):
            ink = "white" if shares[i, j] > 0.62 * most else INK
            axes.text(j, i, f"{100 * shares[i, j]:.0f}", ha="center", va="center", color=ink, fontsize=6.5)
    label_columns(axes, columns)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    hide_spines(axes)
    return chart, axes


def cell_width(axes: Any, rows: Sequence[str], columns: Sequence[str]) -> float:
    """The width of a column of a heat map, inches."""
    return (axes.figure.get_figwidth() - widest(rows) - _MARGIN) / len(columns)


def label_columns(axes: Any, labels: Sequence[str], *, below: bool = False) -> None:
    """Label columns, slanted in figures that span two columns of a page, otherwise vertical."""
    # vertical labels take least width, slanted ones are easier to read
    slant = 40 if axes.figure.get_figwidth() > SINGLE else 90
    axes.set_xticks(range(len(labels)), labels, rotation=slant, ha="right" if below else "left", rotation_mode="anchor")
    # the anchor of a vertical label is its baseline, which would be beside the column's centre
    if slant == 90:
        for label in axes.get_xticklabels():
            label.set_va("center")


def colorbar(image: Any, axes: Any, title: str, **place: Any) -> Any:
    """Add a colour bar."""
    bar = axes.figure.colorbar(image, ax=axes, shrink=0.6, aspect=22, **place)
    bar.set_label(title)
    bar.outline.set_visible(False)
    return bar


def dots(axes: Any, x: Any, y: Any, colour: str, hollow: np.ndarray) -> None:
    """Dots with their values on the axis complete; hollow ones are not estimable."""
    x, y = np.asarray(x, dtype=float), np.asarray(y)
    for own, face, edge in ((~hollow, colour, 1.0), (hollow, "white", 0.7)):
        # the extent of a line without points is infinite
        if own.any():
            axes.plot(
                x[own], y[own], "o", color=colour, markerfacecolor=face, markeredgewidth=edge, markersize=2.6, clip_on=False
            )
