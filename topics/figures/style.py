"""Type, colours and sizes of all figures, the chart class, and its byte-identical export."""

import base64
import functools
import html
import io
import itertools
import unicodedata
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
from topics.format import shorten
from topics.settings import Settings
from topics.tables import UNASSIGNED

SINGLE, DOUBLE = 3.5, 7.2
"""Width of one and of two columns of a page, inches."""

PALETTE = (
    "#E69F00", "#0072B2", "#44AA99", "#661100", "#99DDFF", "#332288", "#994455", "#DC050C", "#DDCC77", "#EE3377",
    "#663333", "#228833", "#33BBEE", "#AE76A3",
)  # fmt: skip
"""Colours by Tol and by Okabe and Ito that differ most, also for colour-blind readers."""
GREY = "#d9d9d9"
DARK_GREY = "#777777"
"""For items without a theme: ``GREY`` for areas, ``DARK_GREY`` for dots and lines, which must be visible on white."""
INK = "#222222"

FALLBACK_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Noto Sans CJK JP", "Noto Sans Arabic", "Noto Sans Devanagari",
)  # fmt: skip
"""Fonts for characters that DejaVu Sans lacks, in order of preference."""
_CJK = frozenset("Cjk Hiragana Katakana Hangul Ideographic Fullwidth Halfwidth Katakana-hiragana".split())
"""First words of the names of characters in fonts for Chinese, Japanese and Korean."""

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
    # without a fixed salt, ids in an SVG are random
    "svg.hashsalt": "topics",
    "svg.fonttype": "path",
    # Type 42 keeps text as text in a PDF; many journals reject Type 3
    "pdf.fonttype": 42,
    "figure.dpi": 150,
    # titles of articles may contain dollar signs, which do not mark a formula
    "text.parse_math": False,
}


class Chart(Figure):
    """A matplotlib figure with a caption, which a notebook displays."""

    caption: str = ""
    missing: str = ""
    """Characters that no installed font has."""
    alt: str = ""
    """The alternative text."""
    table: pd.DataFrame | None = None
    """The data plotted."""

    def __repr__(self) -> str:
        return f"Chart: {shorten(self.caption)}" if self.caption else super().__repr__()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """PNG and HTML: JupyterLab and nbconvert show an alternative text only in the latter."""
        buffer = io.BytesIO()
        with context():
            self.savefig(buffer, format="png", metadata={"Software": None})
        png = base64.b64encode(buffer.getvalue()).decode()
        image = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{png}" style="max-width:100%">'
        return {"image/png": png, "text/html": image}


def context() -> AbstractContextManager[None]:
    """Our settings on top of matplotlib's defaults, so that the user's own style has no effect on the figures."""
    # these three belong to the user's session and cannot be restored
    session = ("backend", "interactive", "toolbar")
    defaults: dict[Any, Any] = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in session}
    return matplotlib.rc_context(defaults | _RC)


def new_chart(width: float, height: float) -> Chart:
    """An empty chart of ``width`` × ``height`` inches."""
    chart = Chart(figsize=(width, height), layout="constrained")
    # not pyplot, which would choose a backend and keep every figure in memory
    FigureCanvasAgg(chart)
    return chart


def page_width(settings: Settings) -> float:
    """The width of a figure, inches: one or two columns of a page."""
    return SINGLE if settings.figures.columns == 1 else DOUBLE


def use_fallback_fonts(chart: Chart) -> str:
    """Set installed fallback fonts for texts with characters that DejaVu Sans lacks; return those that none has."""
    available = _letters("DejaVu Sans")
    newline = 10
    lacking = [text for text in chart.findobj(Text) if set(map(ord, text.get_text())) - available - {newline}]
    if not lacking:
        return ""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [name for name in FALLBACK_FONTS if name in installed]
    for text in lacking:
        text.set_fontfamily(["DejaVu Sans", *fonts])
    available = available.union(*map(_letters, fonts), {newline})
    return "".join(sorted({letter for text in lacking for letter in text.get_text() if ord(letter) not in available}))


def warn_of_missing(letters: str) -> None:
    """Issue one warning that names the scripts which no installed font has, and a font to install for each."""
    if not letters:
        return
    by_script: dict[str, str] = {}
    for letter in sorted(set(letters)):
        script = unicodedata.name(letter, "other").split()[0].removesuffix("-A").capitalize()
        script = "Chinese, Japanese or Korean" if script in _CJK else script
        by_script[script] = by_script.get(script, "") + letter
    scripts = "; ".join(f"{script}: {found[:5]}" for script, found in by_script.items())
    fonts = ["Noto Sans CJK" if script.startswith("Chinese") else f"Noto Sans {script}" for script in by_script]
    warnings.warn(
        f"no installed font has {len(set(letters))} of the figures' characters ({scripts}), which are drawn as boxes;"
        f" install {' and '.join(fonts)} or another font that has them",
        TopicsWarning,
        stacklevel=3,
    )


@functools.cache
def _letters(font: str) -> frozenset[int]:
    path = font_manager.findfont(font_manager.FontProperties(family=[font]), fallback_to_default=False)
    return frozenset(font_manager.get_font(path).get_charmap())


def theme_colours(codebook: Codebook, unassigned: str = GREY) -> dict[str, str]:
    """One colour per theme, the same in all figures: the one set in the codebook, otherwise by order from the palette.

    Setting a theme's colour changes the colour of another theme only if both would otherwise be the same.
    """
    claimed = {theme.colour.lower() for theme in codebook.themes}
    by_order = zip(codebook.themes, itertools.cycle(PALETTE), strict=False)
    kept = {theme.name: colour for theme, colour in by_order if not theme.colour and colour.lower() not in claimed}
    unused = [colour for colour in PALETTE if colour.lower() not in claimed and colour not in kept.values()]
    spare = itertools.cycle(unused or PALETTE)
    chosen = {theme.name: theme.colour or kept.get(theme.name) or next(spare) for theme in codebook.themes}
    return chosen | {UNASSIGNED: unassigned}


def topic_colour(topic: Any, palette: dict[str, str], unassigned: str = DARK_GREY) -> str:
    """The colour of a topic's closest theme; grey if it has none."""
    # an empty cell of topics.csv may be read as NaN
    return palette.get(topic.theme, unassigned) if isinstance(topic.theme, str) else unassigned


def export(chart: Chart, folder: Path, name: str, note: str, settings: Settings | None = None) -> list[Path]:
    """Write ``name`` as SVG, PDF and PNG (300 dpi); the same data give the same bytes.

    Parameters
    ----------
    chart, folder, name
        The chart, the folder to write to, and the file name without suffix.
    note
        Written into the metadata of the files.
    settings
        ``figures.formats``, and ``figures.text``: whether text in the SVG is drawn as paths or kept as text.
    """
    options = (settings or Settings()).figures
    # None omits dates and versions, which would change the bytes
    undated = dict.fromkeys(("CreationDate", "ModDate"))
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "topics", "Title": name, "Description": note},
        "pdf": undated | {"Creator": "topics", "Producer": None, "Title": name, "Subject": note},
        "png": {"Software": None, "Title": name, "Description": note},
    }
    with context():
        chart.draw_without_rendering()
        chart.set_layout_engine("none")  # compute the layout once, not per format
    paths = []
    for form in options.formats:
        path = folder / f"{name}.{form}"
        with context(), matplotlib.rc_context({"svg.fonttype": "none" if options.text == "text" else "path"}):
            chart.savefig(path, format=form, metadata=metadata[form], dpi=300)
        paths.append(path)
    return paths
