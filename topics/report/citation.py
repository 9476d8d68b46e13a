"""What a paper writes under and about a figure: caption, methods sentences, and BibTeX from ``CITATION.cff``."""

import importlib.resources
import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

from topics.record import RunRecord
from topics.report.methods import methods_sentences
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
_VERBATIM = ("doi", "url")
"""Fields that BibTeX styles set themselves; an escaped underscore would break the link."""


def references() -> list[dict[str, Any]]:
    """What to cite: this package first, then the sources of its methods, as ``CITATION.cff`` has them."""
    # the wheel holds a copy; a checkout has the file beside the package
    installed = importlib.resources.files("topics") / _FILE
    source = installed if installed.is_file() else Path(__file__).parents[2] / _FILE
    package = yaml.safe_load(source.read_text(encoding="utf-8"))
    return [package, *package["references"]]


def cite_figure(name: str, sidecar: dict[str, Any], record: RunRecord) -> str:
    """What a paper needs to show a figure: caption, sentences for the methods section, BibTeX of all they cite.

    Parameters
    ----------
    sidecar
        What ``figures/NAME.json`` holds.
    """
    sentences, caption = methods_sentences(record), sidecar["caption"]
    methods = " ".join(sentences[step] for step in (*sidecar["methods"], "software") if step in sentences)
    software, *sources = references()
    cited = [software, *(source for source in sources if is_cited(source, f"{caption} {methods}"))]
    entries = "\n\n".join(map(bibtex, cited))
    return f"Caption of {name}:\n{caption}\n\nMethods:\n{methods}\n\nBibTeX:\n{entries}\n"


def is_cited(reference: dict[str, Any], text: str) -> bool:
    """Whether ``text`` cites a reference, as "Rubin 1981", "Strehl and Ghosh 2002" or "McInnes et al. 2018"."""
    first, *others = map(_last_name, reference["authors"])
    if not others:
        more = ""
    elif len(others) == 1:
        more = f" and {re.escape(others[0])}"
    else:
        more = r" et al\."
    year = reference.get("year", "none")
    return re.search(rf"\b{re.escape(first)}{more},? {year}\b", text) is not None


def bibtex(reference: dict[str, Any]) -> str:
    """One entry of ``CITATION.cff`` as BibTeX."""
    fields = {"author": " and ".join(map(_bibtex_author, reference["authors"]))}
    for name, value in reference.items():
        if name in _FIELDS:
            fields[_FIELDS[name]] = str(value) if name in _VERBATIM else latex(str(value))
    if "end" in reference:
        fields["pages"] = f"{reference['start']}--{reference['end']}"
    elif "start" in reference:
        fields["pages"] = str(reference["start"])
    fields["title"] = f"{{{fields['title']}}}"  # in braces, styles leave its capitals alone
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@{_ENTRIES[reference['type']]}{{{bibtex_key(reference)},\n{lines}\n}}"


def bibtex_key(reference: dict[str, Any]) -> str:
    """Family name of the first author and year; for the package itself its name."""
    if "year" not in reference:
        return "topics"
    name = unicodedata.normalize("NFKD", _last_name(reference["authors"][0])).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", name.lower()) + str(reference["year"])


def _last_name(author: dict[str, str]) -> str:
    """The family name of a person, or the name of an organisation."""
    return author.get("family-names", author.get("name", ""))


def _bibtex_author(author: dict[str, str]) -> str:
    if "family-names" in author:
        return f"{author['family-names']}, {author['given-names']}"
    return f"{{{author['name']}}}"  # braces keep the words of an organisation's name together
