"""``CITATION.cff`` -> BibTeX, and what a paper writes under and about a figure."""

import importlib.resources
import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

from topics.record import RunRecord
from topics.report import methods
from topics.report.numbers import latex

_FILE = "CITATION.cff"
_ENTRIES = {
    "article": "article", "book": "book", "conference-paper": "inproceedings", "report": "techreport",
    "software": "software",
}  # fmt: skip
_FIELDS = {
    "title": "title", "journal": "journal", "collection-title": "booktitle", "year": "year", "volume": "volume",
    "issue": "number", "version": "version", "doi": "doi", "url": "url", "license": "license",
}  # fmt: skip


def references() -> list[dict[str, Any]]:
    """What to cite: this package first, then the sources of its methods, as ``CITATION.cff`` has them."""
    inside = importlib.resources.files("topics") / _FILE
    text = (inside if inside.is_file() else Path(__file__).parents[2] / _FILE).read_text(encoding="utf-8")
    known = yaml.safe_load(text)
    return [known, *known["references"]]


def of_figure(name: str, sidecar: dict[str, Any], record: RunRecord) -> str:
    """What a paper needs to show a figure: caption, sentences for the methods section, BibTeX of all they cite.

    Parameters
    ----------
    sidecar, record
        What ``figures/NAME.json`` and ``run.json`` hold.
    """
    said = methods.sentences(record)
    about = [said[step] for step in (*sidecar["methods"], "software") if step in said]
    software, *sources = references()
    cited = [software, *(one for one in sources if is_cited(one, " ".join([sidecar["caption"], *about])))]
    bib = "\n\n".join(bibtex(one) for one in cited)
    return f"Caption of {name}:\n{sidecar['caption']}\n\nMethods:\n{' '.join(about)}\n\nBibTeX:\n{bib}\n"


def is_cited(reference: dict[str, Any], text: str) -> bool:
    """Whether ``text`` cites a reference, as "Rubin 1981", "Strehl and Ghosh 2002" or "McInnes et al. 2018"."""
    first, *others = (author.get("family-names", author.get("name", "")) for author in reference["authors"])
    more = f" and {re.escape(others[0])}" if len(others) == 1 else r" et al\." if others else ""
    year = reference.get("year", "none")
    return re.search(rf"\b{re.escape(first)}{more},? {year}\b", text) is not None


def bibtex(reference: dict[str, Any]) -> str:
    """One entry of ``CITATION.cff`` as BibTeX."""
    authors = " and ".join(
        f"{author['family-names']}, {author['given-names']}" if "family-names" in author else f"{{{author['name']}}}"
        for author in reference["authors"]
    )
    fields = {"author": authors}
    for name, value in reference.items():
        if name in _FIELDS:
            fields[_FIELDS[name]] = str(value) if name in ("doi", "url") else latex(str(value))
    if "start" in reference:
        fields["pages"] = f"{reference['start']}--{reference['end']}" if "end" in reference else str(reference["start"])
    fields["title"] = f"{{{fields['title']}}}"
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{_ENTRIES[reference['type']]}{{{key(reference)},\n{lines}\n}}"


def key(reference: dict[str, Any]) -> str:
    """The BibTeX key: family name of the first author and year; for the package itself its name."""
    if "year" not in reference:
        return "topics"
    first = reference["authors"][0].get("family-names", reference["authors"][0].get("name", ""))
    plain = unicodedata.normalize("NFKD", first).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", plain.lower()) + str(reference["year"])
