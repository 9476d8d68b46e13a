"""Nexis exports: the classic layout ("1 of 15 DOCUMENTS") and that of Nexis Uni, Nexis Advance and Lexis+."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from topics.reading.document import Contents, Document
from topics.reading.exports.parts import (
    Doubt,
    TextLine,
    blocks_of,
    clean_author,
    cut_article,
    date_in,
    find_date_line,
    first_number,
    is_copyright,
    join,
    kinds_of,
    lines_of,
    notes_on_heads,
    split_page,
    tail_start,
    to_contents,
)
from topics.reading.lines import plain_words
from topics.text import count_words

KIND = "Nexis export"
_FIELDS = {
    "title": "headline titre titel überschrift título titolo kop",
    "author": "byline autor auteur autore verfasser",
    "section": "section rubrik rubrique sección sezione sectie",
    "length": "length länge longueur lengte longitud lunghezza",
    "dateline": "dateline",
    "highlight": "highlight",
    "series": "series",
}
_TAIL_FIELDS = {
    "language": "language sprache langue taal idioma lingua",
    "publication_type": "publication-type|publication type|type-publication|type de publication|publikationstyp"
    "|publikationsart|zeitungstyp|tipo de publicación|soort publicatie",
    "": "load-date|load date|update|ladedatum|aktualisierung|date-chargement|date de chargement|fecha de carga|laaddatum"
    "|journal-code|journal code|code-revue|code revue|pub-type|pub-subject|graphic|grafik|graphique|grafiek|subject"
    "|company|organization|ticker|industry|geographic|person|people|country|state|city|correction|correction-date"
    "|correction date|notes|type|url|distribution|category|isin|issn|acc-no|document-type|enhancement|publisher|copyright"
    "|betreff|thema|firma|organisation|personen|land|stadt|branche|sujet|société|entreprise|pays|ville|personne|secteur",
}
_FIELD_OF = {
    label: name
    for names in (_FIELDS, _TAIL_FIELDS)
    for name, labels in names.items()
    for label in (labels.split("|") if "|" in labels else labels.split())
}
_HEADER_LABELS = {label for labels in _FIELDS.values() for label in labels.split()} | {"correction", "body"}
_LENGTHS = set(_FIELDS["length"].split())
_CAPITAL_LABELS = frozenset((*_FIELD_OF, "body"))
_LABEL = re.compile(r"([^\W\d_][^\W\d_-]+(?:[- ][^\W\d_]+){0,2}) ?:(?:\s+|$)(.*)", re.S)
_MANY = r"(?:documents?|dokumente?n?|documentos?|documenten|documenti)"
_CLASSIC = re.compile(
    rf"(?:focus - )?(\d+) (?:of|von|de|van|di|sur) (\d+) {_MANY}|{_MANY} (\d+) (?:of|von|de|van|di|sur) (\d+)", re.I
)
_END = re.compile(
    r"(?:end of document|ende des dokument(?:e?s)?|dokumentende|fin du document|fin de document|fin del documento"
    r"|fin de documento|einde (?:van )?(?:het )?document|fine del documento)",
    re.I,
)
_BODY = re.compile(r"(?:body|haupttext|hauptteil|volltext|corps(?: de l'article)?|cuerpo|corpo|inhoud)", re.I)
_AFTER_BODY = re.compile(
    r"(?:classification|klassifi(?:zierung|kation)|clasificación|classificatie|classificazione|graphic|grafik|graphique|notes?)",
    re.I,
)
_ANNOUNCED = re.compile(rf"{_MANY} \((\d+)\)", re.I)
_COVER = re.compile(
    r"(?:user name|date and time|job number|client/matter|search terms|search type|narrowed by|content type|benutzername"
    r"|datum und uhrzeit|auftragsnummer|nom d'utilisateur|date et heure)\b|about lexisnexis|\d{1,3}\. |page \d+ of \d+"
    rf"|{_MANY} \(\d+\)|.*(?:[©]|copyright) ?.*\blexisnexis\b",
    re.I,
)
_PAGE_HEADER = re.compile(r"(?:page|seite) \d+ (?:of|de|von|sur) \d+", re.I)
_EDITION = re.compile(r"\b(?:edition|ausgabe|édition|edición|editie)\b|^(?:final|late|first|early)\b", re.I)
_CENTRED = 10
_MAX_LABEL_WORDS = 80


def split(document: Document) -> Contents | Doubt | None:
    """The articles of a Nexis export; None if the text has no line that is typical of one."""
    text = re.sub(r"(?m)^([ \t]*BODY:)[ \t](?=[ \t]*\S)", r"\1\n", document.text)
    document = replace(document, text=text)
    lines = lines_of(text)
    if any(_CLASSIC.fullmatch(line.text) for line in lines):
        return _split_classic(document, lines)
    if any(_END.fullmatch(line.text) for line in lines):
        return _split_new(document, lines)
    if any((match := _ANNOUNCED.fullmatch(line.text)) and int(match.group(1)) for line in lines[:40]) and any(
        re.match(r"job number:", line.text, re.I) for line in lines[:40]
    ):
        return Doubt(KIND, 'no line "End of Document" is in it')
    return None


def _label(line: str) -> tuple[str, str]:
    """Field and value of a labelled line; ("none", "") for any other line."""
    match = _LABEL.fullmatch(line)
    name = match.group(1).casefold() if match else ""
    if match and name in _FIELD_OF and match.group(1)[0].isupper():
        return _FIELD_OF[name], match.group(2).strip()
    return "none", ""


def _has_label(line: str, labels: set[str]) -> bool:
    match = _LABEL.fullmatch(line)
    return bool(match and match.group(1)[0].isupper() and match.group(1).casefold() in labels)


def _has_capital_label(line: str) -> bool:
    match = _LABEL.fullmatch(line)
    return bool(match and match.group(1).isupper() and match.group(1).casefold() in _CAPITAL_LABELS)


# The classic layout


def _split_classic(document: Document, lines: list[TextLine]) -> Contents | Doubt:
    separators = [i for i, line in enumerate(lines) if _CLASSIC.fullmatch(line.text)]
    numbers = []
    for i in separators:
        match = _CLASSIC.fullmatch(lines[i].text)
        numbers.append(tuple(int(number) for number in (match.groups() if match else ()) if number))
    # several downloads may have been joined in one file, each with its own count
    for (before, _), (number, _) in pairwise(numbers):
        if number != 1 and number <= before:
            return Doubt(KIND, f'"{number} of" follows "{before} of"')
    parts = [lines[i + 1 : end] for i, end in pairwise([*separators, len(lines)])]
    labels = [sum(_has_capital_label(line.text) for line in part) for part in parts]
    labelled = sum(n >= 2 for n in labels)
    if 5 * labelled < 4 * len(parts) or (len(parts) == 1 and labels[0] < 3):
        quoted = f'"{lines[separators[0]].text}"'
        return Doubt(KIND, f"{len(parts) - labelled} of {len(parts)} parts after lines such as {quoted} lack its labels")
    announced = sum(total for (number, total), following in zip(numbers, [*numbers[1:], (1, 0)], strict=True)
                    if following[0] == 1)  # fmt: skip
    articles = [_classic_article(document, part, number) for number, part in enumerate(parts, start=1) if part]
    return to_contents(KIND, articles, announced, separators[0] + len(separators))


def _classic_article(document: Document, lines: list[TextLine], number: int) -> Document:
    fields: dict[str, str] = {}
    kinds: dict[int, str] = {}
    first_label = next((i for i, line in enumerate(lines) if _has_capital_label(line.text)), None)
    if first_label is None:
        return cut_article(document, lines, {}, {}, number, ("none of the export's labels; its head is article text",))
    head = blocks_of(lines[:first_label])
    _read_head(head, fields, kinds)
    begin = _read_labels(lines, first_label, fields, kinds, capitals=True)
    _read_tail(lines, tail_start(lines, begin, _has_capital_label), fields, kinds)
    return cut_article(document, lines, fields, kinds, number)


def _read_head(blocks: list[list[TextLine]], fields: dict[str, str], kinds: dict[int, str]) -> None:
    """Outlet, date and title, which have no labels: the outlet before the date, the title after it."""
    rights = [block for block in blocks if is_copyright(block[0].text)]
    for block in rights:
        kinds |= kinds_of("boilerplate", block)
    blocks = [block for block in blocks if block not in rights]
    lines = [line for block in blocks for line in block]
    at = find_date_line(lines[:8])
    if at is None:
        centred = [line for line in lines if line.indent >= _CENTRED]
        _name_outlet(centred[:1] or lines[:1] if len(lines) > 1 else centred[:1], fields, kinds)
        title = [line for line in lines if line.start not in kinds]
    else:
        fields["date"] = date_in(lines[at].text)
        kinds |= kinds_of("byline", [lines[at]])
        _name_outlet(lines[:at], fields, kinds)
        rest = lines[at + 1 :]
        is_edition = [line.indent >= _CENTRED or not line.gap for line in rest]
        n_edition = next((i for i, edition in enumerate(is_edition) if not edition), len(rest))
        if n_edition == len(rest):  # nothing is centred or apart, so that the title cannot be told by its place
            n_edition = next((i for i, line in enumerate(rest) if not _EDITION.search(line.text)), len(rest))
        elif _EDITION.search(rest[n_edition].text) and count_words(rest[n_edition].text) <= 5 and len(rest) > n_edition + 1:
            n_edition += 1
        fields["edition"] = join(rest[:n_edition])
        kinds |= kinds_of("byline", rest[:n_edition])
        title = rest[n_edition:]
    fields["title"] = join(title)
    kinds |= kinds_of("title", title)


def _name_outlet(lines: Sequence[TextLine], fields: dict[str, str], kinds: dict[int, str]) -> None:
    fields["outlet"] = join(lines)
    kinds |= kinds_of("byline", lines)


def _read_labels(
    lines: Sequence[TextLine], first: int, fields: dict[str, str], kinds: dict[int, str], *, capitals: bool
) -> int:
    """Read the labelled lines before the article's text; the index of the line after them."""
    i = first
    while i < len(lines):
        line = lines[i]
        name, value = _label(line.text)
        if line.text in ("BODY:", "Body"):
            kinds[line.start] = "boilerplate"
            return i + 1
        is_label = _has_capital_label(line.text) if capitals else _has_label(line.text, _HEADER_LABELS)
        if not is_label or not _has_label(line.text, _HEADER_LABELS):
            if is_copyright(line.text) or (not capitals and _EDITION.search(line.text) and count_words(line.text) < 6):
                kinds[line.start] = "boilerplate"
                i += 1
                continue
            break
        # "LENGTH: 512 words" is complete, other values may continue in the next lines
        end = i + 1
        while (
            end < len(lines) and name != "length" and not lines[end].gap and capitals
            and not _has_capital_label(lines[end].text)
        ):  # fmt: skip
            end += 1
        value = " ".join(filter(None, [value, join(lines[i + 1 : end])]))
        _set_field(fields, name, value)
        kinds |= kinds_of({"author": "byline", "title": "title"}.get(name, "boilerplate"), lines[i:end])
        i = end
    return i


def _set_field(fields: dict[str, str], name: str, value: str) -> None:
    if name == "section":
        fields |= split_page(value)
    elif name == "length":
        fields["length"] = first_number(value)
    elif name == "author":
        fields["author"] = clean_author(value)
    elif name and name != "none":
        fields.setdefault(name, value)
        fields[name] = fields[name] or value


def _read_tail(lines: Sequence[TextLine], start: int, fields: dict[str, str], kinds: dict[int, str]) -> None:
    """The labelled lines after the article's text."""
    for line in lines[start:]:
        name, value = _label(line.text)
        kinds[line.start] = "byline" if name == "author" else "boilerplate"
        if name not in ("none", "") and not fields.get(name):
            _set_field(fields, name, value)


# The layout of Nexis Uni, Nexis Advance and Lexis+


def _split_new(document: Document, lines: list[TextLine]) -> Contents | Doubt:
    ends = [i for i, line in enumerate(lines) if _END.fullmatch(line.text)]
    cover = _cover_end(lines, ends[0])
    parts = [lines[begin:end] for begin, end in zip([cover, *(i + 1 for i in ends[:-1])], ends, strict=True)]
    n_markers = [_count_markers(part) for part in parts]
    certain = sum(n >= 3 for n in n_markers)
    if certain < len(parts) or any(_body_start(part) is None for part in parts):
        lacking = len(parts) - certain or 1
        quoted = f'"{lines[ends[0]].text}"'
        return Doubt(KIND, f"{lacking} of {len(parts)} parts before {quoted} lack its labels, such as Length:")
    rest = [line for line in lines[ends[-1] + 1 :] if not _COVER.match(line.text)]
    if sum(count_words(line.text) for line in rest) > _MAX_LABEL_WORDS:
        return Doubt(KIND, f'there is more text after the last "{lines[ends[-1]].text}"')
    matches = (_ANNOUNCED.fullmatch(line.text) for line in lines[:cover])
    announced = next((int(match.group(1)) for match in matches if match), 0)
    articles = [_new_article(document, part, number) for number, part in enumerate(parts, start=1)]
    return to_contents(KIND, articles, announced, cover + len(lines) - ends[-1] - 1 + len(ends))


def _count_markers(lines: Sequence[TextLine]) -> int:
    """How many of the marks of a Nexis article there are, each counted once."""
    fields = {_label(line.text)[0] for line in lines} - {"none"}
    has_load_date = any(re.match(r"(?:load-date|update|ladedatum|date de chargement)", line.text, re.I) for line in lines)
    return (
        len(fields & {"length", "section", "author", "language", "publication_type"})
        + has_load_date
        + any(_BODY.fullmatch(line.text) for line in lines)
        + any(is_copyright(line.text) for line in lines)
        + any(re.match("classifi", line.text, re.I) for line in lines)
    )


def _body_start(lines: Sequence[TextLine]) -> int | None:
    """Index of the first line that is not above the article's text."""
    for i, line in enumerate(lines):
        if _has_label(line.text, _HEADER_LABELS) or is_copyright(line.text) or _BODY.fullmatch(line.text):
            return i
    return None


def _cover_end(lines: Sequence[TextLine], end: int) -> int:
    """Index of the first line after the cover page with its list of titles."""
    head = next((i for i, line in enumerate(lines[:end]) if _ANNOUNCED.fullmatch(line.text)), None)
    if head is None and not any(re.match(r"(?:job number|user name):", line.text, re.I) for line in lines[:5]):
        return 0
    labels = (i for i, line in enumerate(lines[:end]) if _has_label(line.text, _HEADER_LABELS) or _BODY.fullmatch(line.text))
    last = next(labels, end)
    dates = [date_in(line.text) for line in lines[:last]]
    # "4. März 2023" begins like a number of the list
    dated = (
        i for i, date in enumerate(dates) if date and (lines[i].text.startswith(date) or not _COVER.match(lines[i].text))
    )
    date = max(dated, default=last)
    covers = [i for i, line in enumerate(lines[:date]) if _COVER.match(line.text)]
    first_title = re.sub(r"^1\. *", "", next((line.text for line in lines[:date] if line.text.startswith("1. ")), ""))
    # the title comes again above the first article; in the list it may be cut off
    listed = plain_words(first_title.rstrip(".… "))[:60]
    begin = (covers[-1] if covers else -1) + 1
    again = (i for i in range(begin, date) if listed and plain_words(lines[i].text).startswith(listed))
    return next(again, None) or _title_above(lines, begin, date)


def _title_above(lines: Sequence[TextLine], begin: int, date: int) -> int:
    """Index of the title: the line above the outlet, which is above the date."""
    return max(begin, date - 2)


def _new_article(document: Document, lines: list[TextLine], number: int) -> Document:
    fields: dict[str, str] = {}
    kinds: dict[int, str] = {}
    label = _body_start(lines) or 0
    head = lines[:label]
    at = find_date_line(head[1:])  # the first line is the title
    if at is None:
        title, outlet, edition = head[:1], head[1:2], head[2:]
    else:
        at += 1
        title, outlet, edition = head[: max(1, at - 1)], head[max(1, at - 1) : at], head[at + 1 :]
        fields["date"] = date_in(head[at].text)
        fields["edition"] = head[at].text.partition(fields["date"])[2]
        # "March 4, 2023 Saturday 8:27 PM GMT" has no edition, "March 4, 2023 Saturday, Final Edition" has one
        fields["edition"] = fields["edition"].partition(",")[2].strip() or join(edition)
        kinds |= kinds_of("byline", [head[at]])
    fields["title"] = join(title)
    kinds |= kinds_of("title", title)
    _name_outlet(outlet, fields, kinds)
    kinds |= kinds_of("byline", edition)
    begin = next((i for i, line in enumerate(lines) if i >= label and _BODY.fullmatch(line.text)), None)
    if begin is None:
        begin = _read_labels(lines, label, fields, kinds, capitals=False)
    else:
        for line in lines[label:begin]:
            name, value = _label(line.text)
            _set_field(fields, name, value)
            kinds[line.start] = {"author": "byline", "title": "title"}.get(name, "boilerplate")
        kinds[lines[begin].start] = "boilerplate"
        begin += 1
    kinds |= kinds_of("boilerplate", [line for line in lines[begin:] if _PAGE_HEADER.fullmatch(line.text)])
    _read_tail(lines, _new_tail(lines, begin), fields, kinds)
    lengths = [line for line in lines if _has_label(line.text, _LENGTHS) and first_number(line.text)]
    n_heads = max(len(lengths), sum(line.text == "Body" for line in lines))
    return cut_article(document, lines, fields, kinds, number, notes_on_heads(n_heads))


def _new_tail(lines: Sequence[TextLine], begin: int) -> int:
    """Where the headings "Graphic" and "Classification" and the labelled lines start."""
    tail = tail_start(lines, begin, lambda text: _label(text)[0] != "none" or bool(_AFTER_BODY.fullmatch(text)))
    headings = [i for i in range(begin, tail) if _AFTER_BODY.fullmatch(lines[i].text)]
    # captions below "Graphic" have no label and may be long
    return headings[-1] if headings and tail - headings[-1] <= 6 else tail
