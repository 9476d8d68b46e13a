"""ProQuest exports: articles between rulers or "Document 1 of 15", with labels such as "Publication title:"."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from topics.reading.document import Contents, Document
from topics.reading.exports.parts import (
    Doubt,
    TextLine,
    clean_author,
    cut_article,
    date_in,
    join,
    kinds_of,
    lines_of,
    tail_start,
    to_contents,
)

KIND = "ProQuest export"
_RULER = re.compile(r"_{20,}|\*{30,}|-{40,}|={40,}")
_NUMBER = re.compile(r"(?:document|dokument|documento) (\d+) (?:of|von|de|sur|di) (\d+)", re.I)
_FIELD_OF = {
    "title": "title", "author": "author", "publication title": "outlet", "publication date": "date", "section": "section",
    "pages": "page", "first page": "page", "page": "page", "language of publication": "language", "document type": "type",
    "proquest document id": "document",
}  # fmt: skip
_LABELS = frozenset(
    " ".join(label.split())
    for label in """
    abstract, abstract (summary), accession number, alternate title, article type, author, author
    affiliation, broad subject, business indexing term, classification, company, company / organization,
    companyorganization, contributor, copyright, correspondence author, country of publication, credit,
    database, database copyright, dateline, degree, document feature, document type, document url, doi,
    e-issn, edition, editor, first page, full text, genre, highlight, identifier / keyword, isbn, issn,
    issue, language, language of publication, last updated, links, location, narrow subject, number of
    pages, number of references, page, page count, pages, people, people / organization, persistent url,
    place of publication, proquest document id, publication date, publication info, publication subject,
    publication title, publication type, publication year, publisher, references, section, series,
    source attribution, source type, startpage, sub-title, subject, subject - broad, subject - narrow,
    subtitle, supplement, supplemental data, title, update, url, volume, year
    """.split(",")
)
_PACKED = {label.replace(" ", ""): label for label in _LABELS}
_LABEL = re.compile(r"([A-Z][A-Za-z /()-]{1,35}?) ?:(?:\s+(.*)|$)", re.S)
_TEXT_LABEL = re.compile(r"(?m)^([ \t]*(?:full ?text|abstract)[ \t]*:)[ \t](?=[ \t]*\S)", re.I)
_TYPICAL = frozenset(
    ("title", "publication title", "publication date", "publication year", "database", "document url", "source type")
)
_FULL_TEXT = re.compile(r"full ?text ?:?", re.I)
_ABSTRACT = re.compile(r"abstract(?: \(summary\))? ?:?", re.I)
_HEADING = re.compile(r"(?:details|links|indexing \(details\)|publication information)", re.I)
_NO_TEXT = re.compile(r"(?:none|not) available\.?|no abstract available\.?", re.I)
_INFO = re.compile(
    r"(?:([^;[]+?) *(?:;|\[).*?)?(\d{1,2} [^\W\d_]{3,9}\.? \d{4}|[^\W\d_]{3,9}\.? \d{1,2}, \d{4})(?:: *([\w.]+?))?\.?$"
)
_AFTER = re.compile(r"contact us at:?|terms and conditions|(?:database )?copyright\b.*proquest|©.*proquest", re.I)


def split(document: Document) -> Contents | Doubt | None:
    """The articles of a ProQuest export; None if the text has no number of a ProQuest document."""
    document = replace(document, text=_TEXT_LABEL.sub(r"\1\n", document.text))
    lines = lines_of(document.text)
    n_numbers = sum(_label(line.text)[0] == "proquest document id" for line in lines)
    if not n_numbers:
        return None
    separators = [i for i, line in enumerate(lines) if _NUMBER.fullmatch(line.text)]
    announced = int(_NUMBER.fullmatch(lines[separators[0]].text)[2]) if separators else 0  # type: ignore[index]
    if len(separators) < n_numbers:
        separators = [i for i, line in enumerate(lines) if _RULER.fullmatch(line.text) or _NUMBER.fullmatch(line.text)]
    bounds = [(begin + 1, end) for begin, end in pairwise([-1, *separators, len(lines)])]
    parts = [[line for line in lines[begin:end] if not _RULER.fullmatch(line.text)] for begin, end in bounds]
    parts = [part for part in parts if any(_label(line.text)[0] == "proquest document id" for line in part)]
    incomplete = sum(not _is_complete(part) for part in parts)
    if incomplete or len(parts) != n_numbers:
        reason = f"{n_numbers} lines such as ProQuest document ID: are in {len(parts)} parts between rulers"
        return Doubt(KIND, f"{incomplete} of {len(parts)} parts lack its labels" if incomplete else reason)
    articles = [_article(document, part, number) for number, part in enumerate(parts, start=1)]
    inside = sum(bool(line.strip()) for article in articles for line in article.text.split("\n"))
    return to_contents(KIND, articles, announced, len(lines) - inside)


def _label(line: str) -> tuple[str, str]:
    """Label in lower case and value of a line; ("", "") for any other line. Spaces may be missing in labels."""
    match = _LABEL.fullmatch(line)
    label = _PACKED.get(match.group(1).lower().replace(" ", ""), "") if match else ""
    return (label, (match.group(2) or "").strip()) if match and label else ("", "")


def _is_complete(lines: Sequence[TextLine]) -> bool:
    """Whether a part has enough labels to be an article of an export."""
    labels = {_label(line.text)[0] for line in lines}
    return len(labels & _TYPICAL) >= 4


def _article(document: Document, lines: list[TextLine], number: int) -> Document:
    lines = _without_notices(lines)
    fields: dict[str, str] = {}
    kinds: dict[int, str] = {}
    notes: tuple[str, ...] = ()
    text = next((i for i, line in enumerate(lines) if _FULL_TEXT.fullmatch(line.text)), None)
    abstract = next((i for i, line in enumerate(lines) if _ABSTRACT.fullmatch(line.text)), None)
    if text is None or (text + 1 < len(lines) and _NO_TEXT.fullmatch(lines[text + 1].text)):
        text, notes = abstract, ("the export holds its abstract only",)
    begin = len(lines) if text is None else text + 1
    end = tail_start(lines, begin, lambda line: bool(_label(line)[0] or _HEADING.fullmatch(line)))
    head = lines[:begin]
    kinds |= kinds_of("boilerplate", [*head, *lines[end:]])
    own = [*head, *lines[end:]]
    if begin < len(lines) and _NO_TEXT.fullmatch(lines[begin].text):
        kinds[lines[begin].start] = "boilerplate"
        notes = ()
    _read_labels(own, fields, kinds)
    title = next((line for line in head if not _label(line.text)[0]), None)
    if title is not None and not (text is not None and title is lines[text]) and not _HEADING.fullmatch(title.text):
        fields.setdefault("title", title.text)
        kinds[title.start] = "title"
    return cut_article(document, lines, fields, kinds, number, notes if begin < len(lines) else ())


def _read_labels(lines: Sequence[TextLine], fields: dict[str, str], kinds: dict[int, str]) -> None:
    info: dict[str, str] = {}
    for i, line in enumerate(lines):
        label, value = _label(line.text)
        continued = []
        for following in lines[i + 1 :]:
            if following.gap or _label(following.text)[0]:
                break
            continued.append(following)
        value = " ".join(filter(None, [value, join(continued) if label in _FIELD_OF else ""]))
        name = _FIELD_OF.get(label, "")
        if name and value:
            fields.setdefault(name, value)
        if name == "author":
            fields["author"] = clean_author(fields.get("author", ""))
            kinds[line.start] = "byline"
        elif label == "publication info" and (match := _INFO.search(value)):
            info = {key: text for key, text in zip(("outlet", "date", "page"), match.groups(), strict=True) if text}
    for key, text in info.items():
        fields.setdefault(key, text)
    # "The Courier; Lindesund" names the place, too
    fields["outlet"] = fields.get("outlet", "").partition(";")[0].strip()
    date = fields.get("date", "")
    fields["date"] = date_in(date) or date


def _without_notices(lines: list[TextLine]) -> list[TextLine]:
    """The article without what follows the last label of the file: address and copyright of the database."""
    last = max((i for i, line in enumerate(lines) if _label(line.text)[0]), default=len(lines) - 1)
    after = next((i for i in range(last + 1, len(lines)) if _AFTER.match(lines[i].text)), len(lines))
    return lines[:after]
