"""What all figures share: sizes, type, one colour per theme, export that is the same bytes every time."""

import base64
import functools
import html
import io
import itertools
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import LoadFlags
from matplotlib.text import Text

from topics.codebook import Codebook
from topics.errors import TopicsWarning
from topics.format import article_name, topic_label
from topics.settings import Settings
from topics.tables import UNASSIGNED

SINGLE, DOUBLE = 3.5, 7.2
"""Width of one and of two columns, inches."""

PALETTE = (
    "#E69F00", "#0072B2", "#44AA99", "#661100", "#99DDFF", "#332288", "#994455", "#DC050C", "#DDCC77", "#EE3377",
    "#663333", "#228833", "#33BBEE", "#AE76A3",
)  # fmt: skip
"""Of Tol's and of Okabe and Ito's colours those that are farthest apart, for colour-blind readers, too."""
GREY = "#d9d9d9"
INK = "#222222"
SOFT = "#9aa3ab"

OTHER_SCRIPTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Noto Sans CJK JP", "Noto Sans Arabic", "Noto Sans Devanagari",
)  # fmt: skip
"""Fonts that letters come from which DejaVu Sans lacks, the first that has them."""

_RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.edgecolor": "#888888",
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "topics",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
    "figure.dpi": 150,
    "text.parse_math": False,
}


class Chart(Figure):
    """A matplotlib figure that knows its caption and shows itself in a notebook."""

    caption: str = ""
    alt: str = ""
    table: pd.DataFrame | None = None
    """What is plotted."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """PNG, and the same as HTML, for neither JupyterLab nor nbconvert show the alternative text of a PNG."""
        buffer = io.BytesIO()
        with context():
            self.savefig(buffer, format="png", metadata={"Software": None})
        png = base64.b64encode(buffer.getvalue()).decode()
        shown = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{png}" style="max-width:100%">'
        return {"image/png": png, "text/html": shown}


def context() -> AbstractContextManager[None]:
    """Our type sizes and fixed salt on matplotlib's defaults: the reader's own style changes no figure."""
    kept = ("backend", "interactive", "toolbar")
    defaults: dict[Any, Any] = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in kept}
    return matplotlib.rc_context(defaults | _RC)


def chart(width: float, height: float) -> Chart:
    """An empty figure, ``width`` × ``height`` inches, on the Agg canvas."""
    figure = Chart(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def width(settings: Settings) -> float:
    """Inches of one or both columns of a page."""
    return SINGLE if settings.figures.columns == 1 else DOUBLE


def nothing(said: str, settings: Settings) -> Chart:
    """A figure that says why there is nothing to draw."""
    with context():
        figure = chart(SINGLE, 0.9)
        axes = figure.subplots()
        axes.axis("off")
        axes.text(0.5, 0.5, wrapped(said, 0.92 * SINGLE, 4, 7.5), ha="center", va="center", transform=axes.transAxes)
    figure.caption, figure.alt = f"{said} {seeded(settings)}", said
    figure.table = pd.DataFrame()
    return figure


def panels(
    n: int, settings: Settings, height: float, *, most: int, share: bool = True, share_rows: bool = True
) -> tuple[Chart, list[Any]]:
    """A figure of ``n`` panels side by side, ``most`` in a row of two columns' width, half of that in one column's.

    Parameters
    ----------
    height
        Inches of a panel.
    share, share_rows
        Whether all panels have the same axis across, and the same rows.
    """
    columns = max(1, min(n, most if settings.figures.columns == 2 else (most + 1) // 2))
    bands = -(-n // columns)
    wide = width(settings) if columns > 1 else SINGLE
    figure = chart(wide, bands * height + 0.25)
    grid = figure.subplots(bands, columns, sharex=share, sharey=share and share_rows, squeeze=False)
    for axes in grid.flat[n:]:
        axes.set_visible(False)
    if bands > 1 and n % columns:
        for axes in grid[-2, n % columns :]:
            axes.tick_params(labelbottom=True)
    return figure, list(grid.flat[:n])


def room(grid: list[Any], labels: Sequence[str], size: float = 7, *, shared: bool = True) -> float:
    """Inches that each of the panels has beside the labels of its rows, which all panels of a line share or not."""
    across, wide = grid[0].get_gridspec().ncols, grid[0].figure.get_figwidth()
    rows = widest(labels, size)
    return ((wide - rows) / across if shared else wide / across - rows) - 0.17


def shaded(axes: Any, shares: np.ndarray, rows: list[str], columns: list[str]) -> None:
    """A table of shares (0…1) as shade and per cent; where cells are too narrow for numbers, with a key to the shade."""
    top = max(0.3, float(shares.max(initial=0)))
    drawn = axes.imshow(100 * shares, cmap="Blues", vmin=0, vmax=110 * top, aspect="auto", interpolation="none")
    if cell(axes, rows, columns) < inches("100", 6.5):
        key(drawn, axes, "share of words, per cent", location="bottom")
    else:
        for i, row in enumerate(shares):
            for j, share in enumerate(row):
                if share >= 0.005:
                    colour = "white" if share > 0.62 * top else INK
                    axes.text(j, i, f"{100 * share:.0f}", ha="center", va="center", color=colour, fontsize=6.5)
    slanted(axes, columns)
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    bare(axes)


def cell(axes: Any, rows: Sequence[str], columns: Sequence[str]) -> float:
    """Inches that a column of a table has beside the labels of its rows."""
    return (axes.figure.get_figwidth() - widest(rows) - 0.17) / len(columns)


def key(drawn: Any, axes: Any, said: str, **place: Any) -> Any:
    """A bar that tells what shades mean."""
    bar = axes.figure.colorbar(drawn, ax=axes, shrink=0.6, aspect=22, **place)
    bar.set_label(said)
    bar.outline.set_visible(False)
    return bar


def slanted(axes: Any, columns: Sequence[str], *, below: bool = False) -> None:
    """Labels of columns: aslant where both columns of the page are there, else upright."""
    slant = 40 if axes.figure.get_figwidth() > SINGLE else 90
    axes.set_xticks(range(len(columns)), columns, rotation=slant, ha="right" if below else "left", rotation_mode="anchor")
    if slant == 90:
        for label in axes.get_xticklabels():
            label.set_va("center")


def use_other_scripts(figure: Chart) -> None:
    """Give texts whose letters DejaVu Sans lacks a font of this machine that has them; warn where none does."""
    known = _letters("DejaVu Sans")
    lacking = [text for text in figure.findobj(Text) if set(map(ord, text.get_text())) - known - {10}]
    if not lacking:
        return
    here = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in OTHER_SCRIPTS if name in here]
    for text in lacking:
        text.set_fontfamily(["DejaVu Sans", *fonts])
    found = known.union(*map(_letters, fonts))
    lost = sorted({letter for text in lacking for letter in text.get_text() if ord(letter) not in found and letter != "\n"})
    if lost:
        warnings.warn(
            f"no font here has {len(lost)} of the figures' characters ({''.join(lost[:5])}); they are drawn as boxes."
            " Install Noto Sans CJK, or another font that has them",
            TopicsWarning,
            stacklevel=2,
        )


@functools.cache
def _letters(font: str) -> frozenset[int]:
    path = font_manager.findfont(font_manager.FontProperties(family=[font]), fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def colours(codebook: Codebook) -> dict[str, str]:
    """One colour per theme, the same in all figures: the codebook's own, else by its order.

    A colour that a theme claims moves no other theme's, but that of the theme whose place in the palette it takes.
    """
    claimed = {theme.colour.lower() for theme in codebook.themes}
    by_order = zip(codebook.themes, itertools.cycle(PALETTE), strict=False)
    kept = {theme.name: colour for theme, colour in by_order if not theme.colour and colour.lower() not in claimed}
    unused = [colour for colour in PALETTE if colour.lower() not in claimed and colour not in kept.values()]
    spare = itertools.cycle(unused or PALETTE)
    chosen = {theme.name: theme.colour or kept.get(theme.name) or next(spare) for theme in codebook.themes}
    return chosen | {UNASSIGNED: GREY}


@functools.cache
def _advance(letter: str, weight: str) -> float:
    """The width of a letter, in the size of its font; of one that DejaVu Sans lacks, a square."""
    font = font_manager.get_font(font_manager.findfont(font_manager.FontProperties(family=["DejaVu Sans"], weight=weight)))
    glyph = font.get_char_index(ord(letter))
    return font.load_glyph(glyph, flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM if glyph else 1.0


def inches(text: str, size: float = 7, weight: str = "normal") -> float:
    """How wide a line of text is drawn."""
    return sum(_advance(letter, weight) for letter in text) * size / 72


def cut(text: str, room: float, size: float = 7, weight: str = "normal") -> str:
    """``text`` in at most ``room`` inches, between words where there are words."""
    text = " ".join(text.split())
    if inches(text, size, weight) <= room:
        return text
    reach = itertools.accumulate((inches(letter, size, weight) for letter in text), initial=inches("…", size, weight))
    head = text[: max(0, sum(at <= room for at in reach) - 1)]
    words = head if text[len(head)] == " " else head.rpartition(" ")[0]
    return (words if len(words) > len(head) // 2 else head).rstrip(" ,") + "…"


def counted(name: str, n: int, room: float) -> str:
    """The title of a panel, with the articles that it is made of."""
    return f"{cut(name, room - inches(f' ({n})', 6.8, 'bold'), 6.8, 'bold')} ({n})"


def wrapped(text: str, room: float, lines: int, size: float = 7, weight: str = "normal") -> str:
    """``text`` in lines of at most ``room`` inches; what is left after ``lines`` of them is cut."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if found[-1] and inches(longer, size, weight) > room:
            found.append(word)
        else:
            found[-1] = longer
    if len(found) > lines:
        found[lines - 1 :] = [" ".join(found[lines - 1 :])]
    return "\n".join(cut(line, room, size, weight) for line in found)


def heading(axes: Any, text: str, room: float, lines: int, size: float = 7, **place: Any) -> None:
    """Name a panel in ``room`` inches: smaller, down to 6 points, before a word is cut."""
    longest = max((inches(word, size, "bold") for word in text.split()), default=0.0)
    size = max(6.0, min(size, size * room / longest)) if longest else size
    axes.set_title(wrapped(text, room, lines, size, "bold"), fontsize=size, fontweight="bold", **place)


def widest(labels: Sequence[str], size: float = 7) -> float:
    """Inches of the widest label."""
    return max((inches(label, size) for label in labels), default=0.0)


def article_label(row: Any, settings: Settings, size: float = 7) -> str:
    """Title (or id), with outlet and year where they are known and both columns of the page are there."""
    title = article_name(row.title, row.article_id)
    if settings.figures.columns == 1:
        return cut(title, 1.25, size)
    where = ", ".join(part for part in (cut(row.outlet, 1.0, size), row.date[:4]) if part)
    where = f" ({where})" if where else ""
    return cut(title, 3.0 - inches(where, size), size) + where


def legend_label(row: Any, room: float, size: float = 7) -> str:
    """Number, label and size of a topic in ``room`` inches, marked where it should not be trusted."""
    rest = f"{row.topic_id}  {topic_label('', row.stability)} ({row.size})"
    return f"{row.topic_id}  {topic_label(cut(row.label, room - inches(rest, size), size), row.stability)} ({row.size})"


def theme_of(row: Any, codebook: Codebook, room: float, size: float = 7) -> str:
    """`` · Energy`` after the label of a topic whose colour is a theme's: no reader depends on the colour."""
    known = isinstance(row.theme, str) and row.theme in codebook.names
    return f" · {cut(codebook.labels[row.theme], room, size)}" if known else ""


def outlet_name(name: str) -> str:
    """An outlet as figures call it."""
    return name or "no outlet named"


def seeded(settings: Settings) -> str:
    """The sentence that closes each caption."""
    return f"Seed {settings.seed}."


def more(n: int, what: str, *, stop: bool = True) -> str:
    """What a caption owes its reader where ``n`` things are left out."""
    if n <= 0:
        return ""
    said = f"{n} smaller {what}{'s are' if n != 1 else ' is'} in the tables alone"
    return f" {said}." if stop else f"; {said}"


def listed(names: Sequence[str], most: int = 6) -> str:
    """Names in a row, the last ones counted."""
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def spread(names: list[str], most: int) -> list[str]:
    """At most ``most`` of the names, the first and the last among them, evenly apart."""
    if len(names) <= most:
        return names
    return [names[round(i * (len(names) - 1) / (most - 1))] for i in range(most)]


def bare(axes: Any, *keep: str) -> None:
    """Hide all spines but those named."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)


def export(figure: Chart, folder: Path, name: str, note: str, settings: Settings | None = None) -> list[Path]:
    """Write ``name`` as SVG, PDF and PNG (300 dpi): the same bytes from the same data.

    Parameters
    ----------
    figure, folder, name
        What, and where to.
    note
        Goes into the files' own metadata.
    settings
        ``figures.formats``; and ``figures.text``, whether the letters of the SVG are drawn as paths, or stay text.
    """
    known = (settings or Settings()).figures
    said = {"Title": name, "Description": note}
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "topics"} | said,
        "pdf": {
            "CreationDate": None,
            "ModDate": None,
            "Creator": "topics",
            "Producer": None,
            "Title": name,
            "Subject": note,
        },
        "png": {"Software": None} | said,
    }
    paths = []
    with context():
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out once, not once per format
    for form in known.formats:
        path = folder / f"{name}.{form}"
        with context(), matplotlib.rc_context({"svg.fonttype": "none" if known.text == "text" else "path"}):
            figure.savefig(path, format=form, metadata=metadata[form], dpi=300)
        paths.append(path)
    return paths
