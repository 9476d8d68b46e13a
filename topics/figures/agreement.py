"""How far people agree on each theme, with each other and with the model."""

import pandas as pd

from topics.codebook import Codebook
from topics.figures import style
from topics.figures.style import Chart
from topics.settings import Settings

_MAJORITY = "majority"
_MARKS = "os^DvP"
_INKS = ("#222222", "#0072b2", "#d55e00", "#117733", "#aa4499", "#666666")


def agreement(table: pd.DataFrame, codebook: Codebook, settings: Settings | None = None) -> Chart:
    """Per theme, coders with each other (Krippendorff's alpha) and the model with each coder (Cohen's kappa).

    Both take out what chance would agree on. From three coders on the model is held against their majority.

    Parameters
    ----------
    table
        The table of :class:`topics.coding.agreement.Agreement`.
    codebook
        Order and labels of the themes.
    settings
        Of the run: seed, width.
    """
    settings = settings or Settings()
    names = codebook.names
    of_themes = table[table["theme"].isin(names)]
    of_model = of_themes[of_themes["measure"] == "kappa"]
    if (of_model["a"] == _MAJORITY).any():
        of_model = of_model[of_model["a"] == _MAJORITY]
    panels = [
        (title, said, rows)
        for title, said, rows in (
            ("coders with each other", "Krippendorff's α", of_themes[of_themes["measure"] == "alpha"]),
            ("the model with the coders", "Cohen's κ", of_model),
        )
        if len(rows)
    ]
    if not panels:
        return style.nothing("Nothing was coded that could be compared.", settings)
    with style.context():
        figure, grid = style.panels(len(panels), settings, 0.6 + 0.2 * len(names), most=2)
        labels = [style.cut(codebook.labels[name], 1.5 if settings.figures.columns == 2 else 1.1) for name in names]
        for axes, (title, said, rows) in zip(grid, panels, strict=True):
            coders = sorted(set(rows["a"]))
            for place, coder in enumerate(coders):
                own = rows[rows["a"] == coder].drop_duplicates("theme").set_index("theme").reindex(names)
                at = [i + min(0.26, 0.8 / len(coders)) * (place - (len(coders) - 1) / 2) for i in range(len(names))]
                colour = _INKS[place % len(_INKS)]
                axes.hlines(at, own["low"], own["high"], color=colour, linewidth=1.6, alpha=0.45)
                label = f"with {coder}" if len(coders) > 1 else None
                axes.scatter(own["value"], at, s=11, color=colour, marker=_MARKS[place % len(_MARKS)], label=label, zorder=3)
            style.heading(axes, title, style.room(grid, labels), 2)
            axes.set_xlabel(said)
            axes.set_yticks(range(len(names)), labels)
            axes.set_ylim(len(names) - 0.4, -0.6)
            axes.set_xlim(min(0.0, float(rows["low"].min(skipna=True)) - 0.02), 1.02)
            axes.tick_params(axis="y", length=0)
            axes.grid(axis="x", color="#e6e6e6", linewidth=0.5)
            axes.set_axisbelow(True)
            style.bare(axes, "bottom")
        if grid[-1].get_legend_handles_labels()[1]:
            figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=6.5)
    coded = int(table["n"].max()) if len(table) else 0
    figure.caption = (
        f"Agreement on {len(names)} themes over {coded} coded paragraphs (dot), with its 95 % interval (line); 1: always,"
        " 0: as by chance. Coders with each other: Krippendorff's α. The model with the coders: Cohen's κ, weighted from"
        f" the sheet back to the corpus. Where nobody found a theme, there is no dot. {style.seeded(settings)}"
    )
    figure.alt = f"Dots with lines for {len(names)} themes. " + " ".join(
        f"{title}, {said}: median {rows['value'].median():.2f}." for title, said, rows in panels
    )
    figure.table = pd.concat([rows for _, _, rows in panels])
    return figure
