"""What all figures share: sizes, type, one colour per theme, export that is the same bytes every time."""

from __future__ import annotations

import io
import itertools
import textwrap
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from topics.codebook import Codebook
from topics.tables import UNASSIGNED

if TYPE_CHECKING:
    import pandas as pd

SINGLE, DOUBLE = 3.5, 7.2
"""Width of one and of two columns, inches."""

MOST_ROWS = 40
"""Articles shown in one figure; of more, those with most words."""

PALETTE = (
    "#E69F00", "#117733", "#0072B2", "#CC6677", "#332288", "#88CCEE", "#AA4499", "#999933", "#44AA99", "#882255",
    "#D55E00", "#DDCC77", "#6699CC", "#661100",
)  # fmt: skip
"""From Tol's "muted" and Okabe and Ito's schemes, made to be told apart by colour-blind readers."""
GREY = "#d9d9d9"
INK = "#222222"

FORMATS = ("svg", "pdf", "png")

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

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        with context():
            self.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()


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


def article_rows(articles: pd.DataFrame) -> tuple[list[str], list[str], int]:
    """Ids and labels of the articles that a figure shows, and how many it leaves out.

    By outlet, then date, then title; of more than 40 articles the longest.
    """
    shown = articles[articles["n_paragraphs"] > 0]
    left_out = max(0, len(shown) - MOST_ROWS)
    if left_out:
        shown = shown.sort_values(["n_words", "article_id"], ascending=[False, True], kind="stable").head(MOST_ROWS)
    shown = shown.sort_values(["outlet", "date", "title", "article_id"], kind="stable")
    return shown["article_id"].tolist(), [article_label(row) for row in shown.itertuples()], left_out


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` characters, between words where there are words."""
    short = textwrap.shorten(text, width, placeholder="…")
    return short if len(short) > width // 3 or short == text else text[: width - 1] + "…"


def article_label(row: Any, width: int = 34) -> str:
    """Title (or id) cut to ``width`` characters, with outlet and year where they are known."""
    title = cut(row.title or row.article_id.replace("-", " "), width)
    where = ", ".join(part for part in (row.outlet[:24], row.date[:4]) if part)
    return f"{title} ({where})" if where else title


def outlet_breaks(articles: pd.DataFrame, ids: list[str]) -> list[int]:
    """Row numbers at which the next outlet begins."""
    outlet = articles.set_index("article_id")["outlet"]
    return [i for i in range(1, len(ids)) if outlet[ids[i]] != outlet[ids[i - 1]]]


def left_out_note(left_out: int) -> str:
    """The sentence that a caption owes its reader when rows are left out."""
    return f" The {MOST_ROWS} longest articles are shown; {left_out} more are in the tables." if left_out else ""


def bare(axes: Any, *keep: str) -> None:
    """Hide all spines but those named."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in keep)


def export(figure: Chart, folder: Path, name: str, note: str) -> list[Path]:
    """Write ``name`` as SVG, PDF and PNG (300 dpi): the same bytes from the same data.

    ``note`` goes into the files' own metadata.
    """
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None, "Creator": "topics", "Title": name, "Description": note},
        "pdf": {
            "CreationDate": None,
            "ModDate": None,
            "Creator": "topics",
            "Producer": None,
            "Title": name,
            "Subject": note,
        },
        "png": {"Software": None, "Title": name, "Description": note},
    }
    paths = []
    with context():
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # laid out once, not once per format
    for form in FORMATS:
        path = folder / f"{name}.{form}"
        with context():
            figure.savefig(path, format=form, metadata=metadata[form], dpi=300)
        paths.append(path)
    return paths
