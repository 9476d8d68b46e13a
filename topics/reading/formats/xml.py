"""Articles as XML: TEI, NITF (also within NewsML), JATS and WordPress, by the root element.

Another vocabulary is added by a function with ``@reads_root("name of its root")``.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from topics.errors import InputError
from topics.reading.document import Contents, Document, Source
from topics.reading.exports import has_whole_articles, is_wordpress, read_wordpress
from topics.reading.formats.builder import TextBuilder
from topics.reading.formats.markup import Markup, MarkupReader
from topics.reading.formats.packages import attribute, children, descendants, local, parse_xml
from topics.reading.formats.registry import XML_READERS, reads, reads_root
from topics.reading.formats.web import read_web_page


def _blocks(**kinds: str) -> dict[str, str]:
    """Names of elements, as words -> kind; "text" stands for no kind."""
    return {name: "" if kind == "text" else kind for kind, names in kinds.items() for name in names.split()}


class _TeiMarkup(Markup):
    def is_skipped(self, element: Any) -> bool:
        if super().is_skipped(element):
            return True
        parent = element.getparent()
        # of two spellings, the one that the editors read
        return local(element) in ("sic", "orig", "abbr") and parent is not None and local(parent) == "choice"


_TEI = _TeiMarkup(
    blocks=_blocks(
        body="p ab lg sp u quote said",
        text="text body front back div div1 div2 div3 div4 div5 div6 div7 group list item label table row cell floatingText"
        " opener closer salute signed trailer argument epigraph titlePage docImprint bibl listBibl postscript stage",
        heading="head speaker titlePart",
        byline="byline dateline docAuthor docDate",
        boilerplate="fw figDesc figure",
    ),
    skipped=frozenset("teiHeader del surplus facsimile standOff gap graphic".split()),
    notes=frozenset(("note",)),
    lines=frozenset(("l", "seg")),
    spaces=frozenset(("lb", "pb", "cb", "space")),
)
_NITF = Markup(
    blocks=_blocks(
        body="p",
        text="body.head body.content block abstract hedline ol ul li dl dt dd table tr td th bq pre fn",
        title="hl1",
        heading="hl2 hl3",
        byline="byline dateline distributor",
        boilerplate="media media-caption media-producer body.end tagline bibliography",
    ),
    skipped=frozenset("head media-metadata media-object media-reference note rights docdata series".split()),
    breaks=frozenset(("br",)),
)
_JATS = Markup(
    blocks=_blocks(
        body="p",
        text="article front article-meta title-group abstract trans-abstract body back sec list list-item disp-quote app"
        " boxed-text ack def-list def-item term verse-group table-wrap table tr td th",
        title="article-title",
        heading="title subtitle",
        boilerplate="fig caption ref-list ref fn-group table-wrap-foot",
    ),
    skipped=frozenset(
        "journal-meta article-id article-categories contrib-group aff author-notes pub-date volume issue fpage lpage history"
        " permissions self-uri kwd-group funding-group counts custom-meta-group tex-math graphic alternatives elocation-id"
        " related-article supplementary-material label".split()
    ),
    notes=frozenset(("fn",)),
    lines=frozenset(("verse-line",)),
    breaks=frozenset(("break",)),
)


@reads(".xml")
def read_xml(source: Source) -> Contents:
    """An XML file: one or several articles."""
    root = parse_xml(source.load(), source.name)
    names = [local(root), *(name for name in ("TEI", "nitf") if next(descendants(root, name), None) is not None)]
    reader = next((XML_READERS[name] for name in names if name in XML_READERS), None)
    if reader is None:
        raise InputError(
            f"{source.name}: XML of an unknown kind (<{local(root)}>); expected TEI, NITF or JATS:"
            " save its text as .txt, .docx or a table"
        )
    return reader(source)


reads_root("html")(read_web_page)


@reads_root("TEI", "TEI.2", "teiCorpus", "teiCorpus.2")
def read_tei(source: Source) -> Contents:
    """A text of the Text Encoding Initiative, or a corpus of them."""
    return _contents("TEI", source, ("TEI", "TEI.2"), _tei_document)


@reads_root("nitf")
def read_nitf(source: Source) -> Contents:
    """Articles of a news agency."""
    return _contents("NITF", source, ("nitf",), _nitf_document)


@reads_root("article", "pmc-articleset")
def read_jats(source: Source) -> Contents:
    """Articles of a journal (JATS)."""
    return _contents("JATS", source, ("article",), _jats_document)


@reads_root("rss")
def read_feed(source: Source) -> Contents:
    """The published posts of a WordPress export, or of a feed with whole articles; most feeds have none."""
    root = parse_xml(source.load(), source.name)
    if not is_wordpress(root):
        if has_whole_articles(root):
            return read_wordpress(root, source, "news feed")
        raise InputError(f"{source.name}: a news feed, without whole articles; expected a WordPress export or saved pages")
    return read_wordpress(root, source)


def _contents(kind: str, source: Source, names: tuple[str, ...], read: Callable[[Any, Source], Document]) -> Contents:
    """Each element with one of these names as an article, numbered if there are several."""
    root = parse_xml(source.load(), source.name)
    elements = list(descendants(root, *names))
    documents, problems = [], []
    for number, element in enumerate(elements, start=1):
        document = read(element, source)
        if document.text.strip():
            part = str(number) if len(elements) > 1 else ""
            documents.append(
                Document(document.text, document.fields, part=part, kinds=document.kinds, mended=document.mended)
            )
        else:
            problems.append(f"text {number}: no text in it; expected an article")
    if not documents:
        raise InputError(f"{source.name}: no text in it; expected an article as {kind}")
    return Contents(kind, tuple(documents), tuple(problems))


def _tei_document(tei: Any, source: Source) -> Document:
    reader = MarkupReader(_TEI, TextBuilder(source))
    for text in children(tei, "text"):
        reader.add(text)
    reader.add_notes()
    header = next(children(tei, "teiHeader"), None)
    return reader.builder.document({} if header is None else _tei_fields(header))


def _tei_fields(header: Any) -> dict[str, str]:
    statement = next(descendants(header, "titleStmt"), header)
    origin = next(descendants(header, "sourceDesc"), None)
    published = next(descendants(header, "publicationStmt"), None)
    titles = list(children(statement, "title"))
    mains = [title for title in titles if attribute(title, "type") in ("", "main")] or titles
    journals = [e for e in ([] if origin is None else descendants(origin, "title")) if attribute(e, "level") == "j"]
    publishers = [e for part in (origin, published) if part is not None for e in descendants(part, "publisher")]
    # the date of the text; that of the edition is the last resort
    parts = [part for part in (next(descendants(header, "creation"), None), origin, published) if part is not None]
    dates = (_tei_date(element) for part in parts for element in descendants(part, "date"))
    return {
        "title": _words(mains[0]) if mains else "",
        "author": ", ".join(filter(None, map(_words, children(statement, "author")))),
        "outlet": next(filter(None, map(_words, [*journals, *publishers])), ""),
        "date": next(filter(None, dates), ""),
    }


def _tei_date(date: Any) -> str:
    written = [attribute(date, name) for name in ("when", "when-iso", "from", "notBefore")]
    return next(filter(None, [*written, _words(date)]), "")


def _nitf_document(nitf: Any, source: Source) -> Document:
    reader = MarkupReader(_NITF, TextBuilder(source))
    for body in children(nitf, "body"):
        reader.add(body)
    headline = next(descendants(nitf, "hl1"), None)
    heads = [title for head in children(nitf, "head") for title in children(head, "title")]
    persons = [person for byline in descendants(nitf, "byline") for person in descendants(byline, "person")]
    bylines = [
        re.sub(r"^(?:by|von|par|por|di)\s+", "", _words(byline), flags=re.I) for byline in descendants(nitf, "byline")
    ]
    publications = list(descendants(nitf, "pubdata"))
    issued = [attribute(e, "norm") for e in descendants(nitf, "date.issue", "story.date")]
    dates = [*(attribute(e, "date.publication") for e in publications), *issued]
    fields = {
        "title": _words(headline) if headline is not None else next(map(_words, heads), ""),
        "author": ", ".join(map(_words, persons)) or next(iter(bylines), ""),
        "outlet": next(filter(None, (attribute(e, "name") for e in publications)), ""),
        "date": _compact_date(next(filter(None, dates), "")),
    }
    return reader.builder.document(fields)


def _compact_date(date: str) -> str:
    """``20240301T101500Z`` as ``2024-03-01``."""
    match = re.match(r"(\d{4})(\d\d)(\d\d)(?:T|$)", date)
    return "-".join(match.groups()) if match else date[:10] if re.match(r"\d{4}-\d\d-\d\dT", date) else date


def _jats_document(article: Any, source: Source) -> Document:
    reader = MarkupReader(_JATS, TextBuilder(source))
    reader.add(article)
    reader.add_notes()
    front = next(children(article, "front"), article)
    authors = [
        " ".join(_words(part) for name in ("given-names", "surname") for part in descendants(contributor, name))
        for contributor in descendants(front, "contrib")
        if attribute(contributor, "contrib-type") in ("", "author")
    ]
    fields = {
        "title": next(map(_words, descendants(front, "article-title")), ""),
        "author": ", ".join(filter(None, authors)),
        "outlet": next(map(_words, descendants(front, "journal-title")), ""),
        "date": next(_jats_dates(front), ""),
    }
    return reader.builder.document(fields)


def _jats_dates(front: Any) -> Iterator[str]:
    for date in descendants(front, "pub-date"):
        values = {local(element): (element.text or "").strip() for element in date}
        if values.get("year"):
            numbers = [values[name].zfill(2) for name in ("year", "month", "day") if values.get(name, "").isdigit()]
            yield "-".join(numbers)


def _words(element: Any) -> str:
    """The text of an element."""
    return " ".join("".join(element.itertext()).split())
