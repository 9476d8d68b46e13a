"""A comparison as CSV and LaTeX, and its numbers for a paper's prose."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from topics.comparison.result import CURVE_COLUMNS, TABLE_COLUMNS, Comparison, effect_text, points, probability
from topics.comparison.robustness import FINDING_COLUMNS, VARIANT_COLUMNS, Robustness
from topics.errors import InputError
from topics.format import level_percent
from topics.report import Number, slug, to_latex, unique_keys, write_numbers
from topics.spreadsheets import check_export, write_export

TABLE, CURVES, FINDINGS, VARIANTS = "comparison.csv", "curves.csv", "robustness.csv", "variants.csv"
_OTHERS = ("comparison.tex", "numbers.tex", "numbers.json")


def check_tables(folder: Path) -> None:
    """Refuse a folder with files of these names that are not those of an older comparison.

    Raises
    ------
    InputError
        Naming such a file.
    """
    check_export(folder / TABLE, TABLE_COLUMNS, "topics compare")
    check_export(folder / CURVES, CURVE_COLUMNS, "topics compare")
    check_export(folder / FINDINGS, FINDING_COLUMNS, "topics compare")
    check_export(folder / VARIANTS, VARIANT_COLUMNS, "topics compare")
    strange = next((name for name in _OTHERS if (folder / name).exists()), None)
    if strange and not (folder / TABLE).exists():
        raise InputError(f"{folder / strange} was not written by `topics compare`; choose another --out, or remove it")


def write_tables(found: Comparison, folder: Path) -> list[Path]:
    r"""Write ``comparison.csv``, ``curves.csv``, ``comparison.tex`` and the numbers as macros.

    The LaTeX needs ``\usepackage{booktabs,longtable,array}``. The keys of ``numbers.tex`` are
    ``comparison/COLUMN/CONTRAST/THEME``; see :func:`topics.report.write_numbers`.

    Parameters
    ----------
    found
        The comparison.
    folder
        Created if need be; see :func:`check_tables`.
    """
    check_tables(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table, curves = found.rounded()
    write_export(table, folder / TABLE)
    written = [folder / TABLE]
    if len(curves):
        write_export(curves, folder / CURVES)
        written.append(folder / CURVES)
    else:
        (folder / CURVES).unlink(missing_ok=True)  # of an older comparison
    parts = []
    for number, one in enumerate(found.text_tables, start=1):
        about = " ".join([f"{one.title}.", *found.sentences[:2]]).rstrip(".")
        parts.append(to_latex(replace(one, title=f"{about}."), "comparison" if number == 1 else f"comparison-{number}"))
    (folder / "comparison.tex").write_text("\n".join(parts), encoding="utf-8", newline="\n")
    write_numbers(unique_keys(_numbers(found)), found.seed, folder)
    return [*written, *(folder / name for name in _OTHERS)]


def write_robustness(found: Robustness | None, folder: Path) -> list[Path]:
    """Write ``robustness.csv``, a row for each finding, and ``variants.csv``, a row for each finding and variant.

    Without ``found``, those of an older comparison are removed.
    """
    check_tables(folder)
    paths = [folder / FINDINGS, folder / VARIANTS]
    if found is None:
        for path in paths:
            path.unlink(missing_ok=True)
        return []
    folder.mkdir(parents=True, exist_ok=True)
    for table, path in zip(found.rounded(), paths, strict=True):
        write_export(table, path)
    return paths


def _numbers(found: Comparison) -> Iterator[Number]:
    level = f"{level_percent(found.level)} %"
    for row in found.table.itertuples():
        if row.low != row.low:
            continue  # of a theme that occurs nowhere
        key = f"comparison/{slug(row.by)}/{slug(row.contrast)}/{slug(row.theme)}"
        what = f"of the shares of words on {found.labels[row.theme]} by {row.by}, {row.contrast} ({row.basis})"
        definition = f"difference {what}, in percentage points, with its {level} interval"
        yield Number(key, row.effect, effect_text(row), definition, row.low, row.high)
        yield Number(f"{key}/p", row.p, probability(row.p), f"p-value of the difference {what}")
        if row.q == row.q:
            yield Number(f"{key}/q", row.q, probability(row.q), f"false discovery rate of the difference {what}")
        yield Number(f"{key}/detectable", row.detectable, points(row.detectable), f"detectable difference {what}")
