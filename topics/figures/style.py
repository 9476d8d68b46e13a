"""Type, colours and sizes of all figures, the chart that they return, and its export: the same bytes every time."""

import base64
import functools
import html
import io
import itertools
import warnings
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import matplotlib
import pandas as pd
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from topics.codebook import Codebook
from topics.errors import TopicsWarning
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
DARK_GREY = "#777777"
"""What has no theme: of areas the first, of dots and lines the second, which is seen on white."""
INK = "#222222"

FALLBACK_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Noto Sans CJK JP", "Noto Sans Arabic", "Noto Sans Devanagari",
)  # fmt: skip
"""Fonts for letters that DejaVu Sans lacks, in order of preference."""

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
    # ids in an SVG are random without a salt
    "svg.hashsalt": "topics",
    "svg.fonttype": "path",
    # Type 42 keeps letters as text in a PDF; journals refuse Type 3
    "pdf.fonttype": 42,
    "figure.dpi": 150,
    # a title of an article may have dollar signs, which are no formula
    "text.parse_math": False,
}


class Chart(Figure):
    """A matplotlib figure that knows its caption and shows itself in a notebook."""

    caption: str = ""
    alt: str = ""
    """The alternative text, for readers who do not see the figure."""
    table: pd.DataFrame | None = None
    """What is plotted."""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """PNG, and the same as HTML, for neither JupyterLab nor nbconvert show the alternative text of a PNG."""
        buffer = io.BytesIO()
        with context():
            self.savefig(buffer, format="png", metadata={"Software": None})
        png = base64.b64encode(buffer.getvalue()).decode()
        image = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{png}" style="max-width:100%">'
        return {"image/png": png, "text/html": image}


def context() -> AbstractContextManager[None]:
    """Our type sizes and fixed salt on matplotlib's defaults: the reader's own style changes no figure."""
    # these three say how the reader's session shows figures, and cannot be set back and forth
    session = ("backend", "interactive", "toolbar")
    defaults: dict[Any, Any] = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in session}
    return matplotlib.rc_context(defaults | _RC)


def new_chart(width: float, height: float) -> Chart:
    """An empty chart of ``width`` × ``height`` inches."""
    chart = Chart(figsize=(width, height), layout="constrained")
    # without pyplot, which would choose a backend and keep every figure in memory
    FigureCanvasAgg(chart)
    return chart


def page_width(settings: Settings) -> float:
    """Inches of one or both columns of a page."""
    return SINGLE if settings.figures.columns == 1 else DOUBLE


def use_fallback_fonts(chart: Chart) -> None:
    """Give texts whose letters DejaVu Sans lacks a font of this machine that has them; warn where none does."""
    available = _letters("DejaVu Sans")
    newline = 10
    lacking = [text for text in chart.findobj(Text) if set(map(ord, text.get_text())) - available - {newline}]
    if not lacking:
        return
    installed = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in FALLBACK_FONTS if name in installed]
    for text in lacking:
        text.set_fontfamily(["DejaVu Sans", *fonts])
    available = available.union(*map(_letters, fonts), {newline})
    missing = sorted({letter for text in lacking for letter in text.get_text() if ord(letter) not in available})
    if missing:
        warnings.warn(
            f"no font here has {len(missing)} of the figures' characters ({''.join(missing[:5])}); they are drawn as boxes."
            " Install Noto Sans CJK, or another font that has them",
            TopicsWarning,
            stacklevel=2,
        )


@functools.cache
def _letters(font: str) -> frozenset[int]:
    path = font_manager.findfont(font_manager.FontProperties(family=[font]), fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def theme_colours(codebook: Codebook, unassigned: str = GREY) -> dict[str, str]:
    """One colour per theme, the same in all figures: the codebook's own, else by its order.

    A colour that a theme claims moves no other theme's, but that of the theme whose place in the palette it takes.
    """
    claimed = {theme.colour.lower() for theme in codebook.themes}
    by_order = zip(codebook.themes, itertools.cycle(PALETTE), strict=False)
    kept = {theme.name: colour for theme, colour in by_order if not theme.colour and colour.lower() not in claimed}
    unused = [colour for colour in PALETTE if colour.lower() not in claimed and colour not in kept.values()]
    spare = itertools.cycle(unused or PALETTE)
    chosen = {theme.name: theme.colour or kept.get(theme.name) or next(spare) for theme in codebook.themes}
    return chosen | {UNASSIGNED: unassigned}


def topic_colour(topic: Any, palette: dict[str, str], unassigned: str = DARK_GREY) -> str:
    """The colour of the theme that a topic overlaps most; grey if none."""
    # an empty cell of topics.csv may be NaN, which no theme is called
    return palette.get(topic.theme, unassigned) if isinstance(topic.theme, str) else unassigned


def export(chart: Chart, folder: Path, name: str, note: str, settings: Settings | None = None) -> list[Path]:
    """Write ``name`` as SVG, PDF and PNG (300 dpi): the same bytes from the same data.

    Parameters
    ----------
    chart, folder, name
        What, and where to.
    note
        Goes into the files' own metadata.
    settings
        ``figures.formats``; and ``figures.text``, whether the letters of the SVG are drawn as paths, or stay text.
    """
    options = (settings or Settings()).figures
    # None leaves out dates and versions, which would change the bytes
    undated = dict.fromkeys(("CreationDate", "ModDate"))
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "topics", "Title": name, "Description": note},
        "pdf": undated | {"Creator": "topics", "Producer": None, "Title": name, "Subject": note},
        "png": {"Software": None, "Title": name, "Description": note},
    }
    with context():
        chart.draw_without_rendering()
        chart.set_layout_engine("none")  # laid out once, not once per format
    paths = []
    for form in options.formats:
        path = folder / f"{name}.{form}"
        with context(), matplotlib.rc_context({"svg.fonttype": "none" if options.text == "text" else "path"}):
            chart.savefig(path, format=form, metadata=metadata[form], dpi=300)
        paths.append(path)
    return paths
