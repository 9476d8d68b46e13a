"""Page text -> what is article and what is not, each line with a reason.

A line is judged by what boilerplate *is*, not by the site it comes from: marks
and captions by their form, appeals by whom they address, furniture by standing
after the article's end, repetition by the other pages. Nothing is deleted:
every non-blank line gets one kind, and a tail such as "ALSO READ: …" is cut off
as a line of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from topics.articles import Page, Pages
from topics.language import DATE, count_words, find_date
from topics.settings import InputError, Settings


@dataclass(frozen=True)
class Line:
    """A non-blank line of a page, or the cut-off tail of one: ``text[start:end]``."""

    start: int
    end: int
    kind: str
    """``body``, or the reason why it is not (``title heading byline boilerplate``)."""
    text: str
    """The line with every kind of space as a plain one, so that patterns see it."""


@dataclass(frozen=True)
class Cleaned:
    """A page with a kind for every line, and the metadata that its lines add."""

    page: Page
    lines: tuple[Line, ...]


_SPACES = dict.fromkeys(map(ord, "\t\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"), " ")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“]*“|«[^»]*»")
_PROSE_WORDS = 15


def _one_of(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


_PARTICLE = r"(?:(?:van|von|de|der|bin|al|el|di) )?"
_NAME = re.compile(rf"^(?:By:? |Von |Par |Por )?(?:[A-Z][\w.’'-]+ {_PARTICLE}){{1,3}}[A-Z][\w’'-]+$")
_BY = re.compile(r"^(?:by|written by|words by|author|автор|作者)\b[:\s]", re.I)
_SOMEBODY = r"(?:the (?:author|writer)|[A-Z][\w.’'-]+(?: (?:[A-Z][\w.’'-]*|van|von|de|der|bin|al)){1,4})(?:, [^,]{3,60},)?"
_POSITION = r"(?:senior |associate |assistant )?(?:professor|lecturer|director|fellow|editor|analyst)"
_BIO = re.compile(
    rf"^{_SOMEBODY} "
    + _one_of(
        rf"(?:is|was|has been|serves as|served as) (?:an? |the |currently |{_POSITION}\b)",
        r"(?:writes|teaches|covers|reports|works|studies|contributes)\b",
    )
)
_ROLE = re.compile(
    r"\b"
    + _one_of(
        "professor", "lecturer", "fellow", "analyst", "columnist", "journalist", "reporter", "correspondent", "editor",
        "director", "researcher", "scholar", "author of", "historian", "economist", "writer", "contributor", "think tank",
        "expert", "scientist", "consultant", "student", "writes (?:on|about|for)", "teaches", "covers",
        "reports (?:on|from|for)", "contributes", "works (?:for|at|on)",
    )
    + r"\b",
    re.I,
)  # fmt: skip
_MARK = re.compile(
    r"^\W*"
    + _one_of(
        "advertisements?",
        "advertorial",
        "sponsored(?: content)?",
        "promoted",
        "publicité",
        "werbung",
        "anzeige",
        "реклама",
        "广告",
    )
    + r"\W*$",
    re.I,
)
_CAPTION = re.compile(
    _one_of(
        r"(?:^|[\s.(\[])(?:photos?|image|picture|credit|graphic|illustration|фото|图片)"
        r"(?: (?:credits?|by|courtesy(?: of)?|via)\b|\s*[:/©|])",
        r"©\s*\S+ ?/",
        r"/ ?(?:AFP|Reuters|AP|Getty|TASS)\b",
        r"\b(?:getty images|shutterstock|wikimedia commons|file photo)\b",
    ),
    re.I,
)
_FURNITURE = re.compile(
    r"^\W*"
    + _one_of(
        r"share(?: (?:this|on|via|article|story).*)?", "tweet", r"follow us.*", r"like (?:this|it).*", r"print(?: this.*)?",
        r"e-?mail(?: this.*)?", "facebook", "twitter", "whatsapp", "telegram", "linkedin", "reddit", "pinterest",
        r"comments?(?: \d+)?", r"\d+ (?:comments?|shares?)", r"leave a (?:reply|comment).*",
        r"(?:read|learn|see|show|load) (?:more|also|next|on)\b.{0,80}", r"continue reading.*",
        r"read the (?:original|full).{0,60}", r"subscribe.{0,60}", r"sign (?:up|in).{0,80}", r"log in.*", r"register.{0,40}",
        r"(?:related|similar|recommended|popular|trending)(?:\s*:.*| (?:articles?|posts?|stories|news|reads?|reading|topics?"
        r"|content|now|today)\b.{0,60})?",
        r"(?:more from|you may also|also read|most read|don['’]t miss|latest news)\b.{0,80}",
        r"tags?:.*", r"topics?:.*", "filed under.*", r"categories:.*", r"loading.*", r"cookie.*", r"privacy policy.*",
        r"skip to.*", "home", "menu", "search", r"donate.{0,60}", r"support (?:us|our|the)\b.{0,60}", "back to top",
        "next (?:article|post)", "previous (?:article|post)", r"поделиться.*", r"подпис\w+ .{0,60}", r"分享.*",
    )
    + r"\W*$",
    re.I,
)  # fmt: skip
_LICENCE = re.compile(
    r"\b"
    + _one_of(
        r"(?<!.)(?:this [^.]{0,30}?)?(?:has been |was |is )?(?:originally |first |re-?)(?:published|appeared|posted)\b",
        r"this (?:[\w-]+ )?(?:comment|article|piece|column|essay|story|op-ed|commentary|post|text|interview)"
        r" (?:has been |was |is )?(?:first |originally |re-?)?(?:appeared|published|posted)\b",
        r"creative commons",
        r"CC0\b",
        r"CC[- ]BY",
        r"all rights reserved",
        r"copyright (?:©|\(c\)|\d{4})",
        r"reproduced (?:with|by) permission",
    )
    + r"|©\s?\d{4}",
    re.I,
)
_OWN = _one_of(
    "those of (?:the|its|his|her|their) (?:authors?|writers?|contributors?)",
    "solely",
    "the authors?['’]?s?['’]? (?:own|alone)",
    "(?:his|her|their) own",
    "the author",
)
_STANCE = "(?:those|the (?:official )?(?:views?|opinions?|positions?|polic(?:y|ies)|stance))"
_DISCLAIMER = re.compile(
    r"\b"
    + _one_of(
        rf"(?:views?|opinions?)\b[^.]{{0,80}}\bdo(?:es)? not (?:necessarily )?(?:reflect|represent) {_STANCE}",
        rf"(?:views?|opinions?)\b[^.]{{0,80}}\b(?:are|is) {_OWN}",
        r"(?:commentary|article|column|piece|text) (?:reflects?|represents?|expresses?) (?:only )?the"
        r" (?:author|writer)['’]?s?\b",
        r"not (?:necessarily )?(?:reflect|represent) the (?:views|position|opinion)",
    ),
    re.I,
)
_APPEAL = re.compile(
    r"\b"
    + _one_of(
        "newsletter", r"subscri(?:be(?! to (?:the|an?|any|no|this|that|such)\b)|bers?|ption)", "sign up", "inbox", "mailbox",
        r"donat\w+", "(?:your|every|any|monthly) contribution",
        "support (?:us|our|independent)", "your support", r"support\w* \w+ \w+ times", "stand(?:ing)? with us",
        r"our (?:readers?|work|journalis\w+|newsroom|coverage|reporting|mission|community)", "readers like you",
        "dear readers?", "become a (?:member|patron|supporter)", "(?:your|our) membership", "independent journalism",
        "unsubscribe",
        "privacy policy", "help us", "keep us", "we need your", "click here", r"advertis\w+", "cookies",
    )
    + r"\b",
    re.I,
)  # fmt: skip
_SECOND_PERSON = re.compile(r"\b(?:you|your|yours|you['’](?:re|ll|ve))\b", re.I)
_FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us)\b", re.I)
_UPPER_US = re.compile(r"\bUS\b")
_TAIL = re.compile(
    r"(?:(?<=[.!?…”\"'’)])\s{0,3}|(?<=\s)(?=(?-i:ALSO READ|READ ALSO|READ MORE|SEE ALSO|RELATED)\s?:))(?P<tail>"
    + _one_of(
        r"(?:also read|read also|read more|see also|related)\s?:.*",
        r"this (?:commentary|article|column|piece) (?:reflects|represents|expresses) .{5,80}",
        r"photo(?:graph)?s? (?:by|credit|courtesy).{3,60}",
    )
    + r")$",
    re.I,
)
_GENERIC_HEADING = re.compile(
    r"^\W*(?:introduction|conclusions?|background|summary|overview|analysis|abstract|references|discussion)\W*$", re.I
)
_TERMINAL = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_MARKDOWN_HEADING = re.compile(r"^#{1,6}\s+")


def clean(pages: Pages, settings: Settings | None = None) -> tuple[Cleaned, ...]:
    """Give every line of every page its kind, and fill title, author and date from them.

    Ready-made paragraphs (``page.rows``) are left as they are.

    Raises
    ------
    InputError
        If a pattern of ``reading.boilerplate`` is not a regular expression.
    """
    settings = settings or Settings()
    for pattern in settings.reading.boilerplate:
        try:
            re.compile(pattern)
        except re.error as error:
            raise InputError(f"reading.boilerplate: {pattern!r} is not a regular expression ({error})") from None
    repeated = repeated_lines(page.text for page in pages.pages if page.rows is None)
    return tuple(_clean(page, repeated, settings) for page in pages.pages)


def _clean(page: Page, repeated: frozenset[str], settings: Settings) -> Cleaned:
    if page.rows is not None:
        return Cleaned(page, tuple(Line(start, end, "body", page.text[start:end]) for _, start, end in page.rows))
    head = [_front_matter_line(line) for line in _lines(page.text[: page.body_start])]
    prose = [line.text for line in _lines(page.text[page.body_start :]) if _is_prose(line.text)]
    if 2 * sum(text in repeated for text in prose) > len(prose):  # several outlets carry this article
        repeated = repeated.difference(prose)
    body = classify(
        page.text[page.body_start :],
        title=page.title,
        markdown=page.markdown,
        repeated=repeated,
        patterns=settings.reading.boilerplate,
    )
    moved = [replace(line, start=line.start + page.body_start, end=line.end + page.body_start) for line in body]
    bylines = [line.text for line in moved if line.kind == "byline"]
    title = next((_MARKDOWN_HEADING.sub("", line.text) for line in moved if line.kind == "title"), "")
    found = replace(
        page,
        title=page.title or title,
        author=page.author or next(filter(None, map(find_author, bylines)), ""),
        date=page.date or next(filter(None, map(find_date, bylines)), ""),
    )
    return Cleaned(found, tuple(head + moved))


def _front_matter_line(line: Line) -> Line:
    return replace(line, kind="title" if line.text.startswith("title:") else "byline")


def classify(
    text: str,
    *,
    title: str = "",
    markdown: bool = False,
    repeated: frozenset[str] = frozenset(),
    patterns: Sequence[str] = (),
) -> list[Line]:
    r"""Give every non-blank line of a page its kind.

    Parameters
    ----------
    text
        The page's decoded text, newlines as ``\n``.
    title
        The article's title where its source already says it (front matter, HTML).
    markdown
        Lines that start with ``#`` are headings.
    repeated
        Lines that stand on several pages (see :func:`repeated_lines`).
    patterns
        The study's own regular expressions; a line in which one is found is boilerplate.

    Returns
    -------
    list of Line
        In page order; joined, they hold every non-blank character of ``text``.
    """
    lines = _cut_tails(_lines(text))
    own = [re.compile(pattern) for pattern in patterns]
    kinds: list[str | None] = [line.kind or _by_form(line.text, markdown) for line in lines]
    for i, line in enumerate(lines):
        if (line.text in repeated and kinds[i] not in ("byline", "heading")) or any(
            pattern.search(line.text) for pattern in own
        ):
            kinds[i] = "boilerplate"
    end = _article_end(lines, kinds)
    prose = [i for i, line in enumerate(lines[:end]) if kinds[i] in (None, "body") and _is_prose(line.text)]
    first = prose[0] if prose else end
    _head(lines, kinds, first, title)
    for i, line in enumerate(lines):
        if i >= end:
            kinds[i] = kinds[i] if kinds[i] in ("byline", "boilerplate") else "boilerplate"
        elif kinds[i] == "byline" and i > first and (_BIO.match(line.text) or _TERMINAL.search(line.text)):
            kinds[i] = "body"
        elif kinds[i] is None:
            followed = any(j > i for j in prose)
            kinds[i] = "heading" if followed and _is_heading(line.text) else "body"
    _repeated_title(lines, kinds, title)
    return [replace(line, kind=kind or "body") for line, kind in zip(lines, kinds, strict=True)]


def repeated_lines(pages: Iterable[str], least: int = 3) -> frozenset[str]:
    """Lines that stand on at least ``least`` different pages: an outlet's furniture."""
    counts: Counter[str] = Counter()
    for page in set(pages):
        counts.update({line.text for line in _lines(page)})
    return frozenset(line for line, count in counts.items() if count >= least and not _GENERIC_HEADING.match(line))


def find_author(line: str) -> str:
    """The author whom a byline names; empty where it names none."""
    plain = DATE.sub("", line)
    if _BIO.match(plain):
        return ""
    plain = re.sub(r"[\s|,·-]+$", "", _BY.sub("", plain.strip()).strip())
    return plain if (_NAME.match(plain) and plain == line.strip().removeprefix("By ").strip()) or _BY.match(line) else ""


def _lines(text: str) -> list[Line]:
    found = []
    for match in re.finditer(r"[^\n]+", text.translate(_SPACES)):
        raw = match.group()
        if raw.strip():
            start = match.start() + len(raw) - len(raw.lstrip())
            found.append(Line(start, start + len(raw.strip()), "", raw.strip()))
    return found


def _cut_tails(lines: list[Line]) -> list[Line]:
    cut = []
    for line in lines:
        tail = _TAIL.search(line.text)
        if tail and count_words(line.text[: tail.start()]) >= _PROSE_WORDS:
            middle = line.start + tail.start("tail")
            body = line.text[: tail.start("tail")].rstrip()
            cut += [
                Line(line.start, line.start + len(body), "body", body),
                Line(middle, line.end, "boilerplate", line.text[tail.start("tail") :]),
            ]
        else:
            cut.append(line)
    return cut


def _is_prose(text: str) -> bool:
    return count_words(text) >= _PROSE_WORDS or (count_words(text) >= 8 and bool(_TERMINAL.search(text)))


def _is_heading(text: str) -> bool:
    enough = 0 < count_words(text) <= 14
    return enough and (not _TERMINAL.search(text) or text.endswith("?")) and not text.startswith(("-", "•", "*", "“", '"'))


def _by_form(text: str, markdown: bool) -> str | None:
    """The kind that a line's own form gives away, wherever it stands."""
    n = count_words(text)
    if markdown and _MARKDOWN_HEADING.match(text):
        return "heading"
    if (
        n == 0
        or text.startswith("![")
        or _MARK.match(text)
        or (n <= 14 and _FURNITURE.match(text) and not _is_sentence(text))
    ):
        return "boilerplate"
    if n <= 40 and _CAPTION.search(text) and (n <= 15 or not _TERMINAL.search(text)):
        return "boilerplate"
    if n <= 45 and (_DISCLAIMER.search(text) or (_LICENCE.search(text) and not _BIO.match(text))):
        return "boilerplate"
    if n <= 60 and _BIO.match(text) and _ROLE.search(text[:160]) and (n <= 30 or _LICENCE.search(text)):
        return "byline"
    if n <= 12 and DATE.search(text) and not (n >= 8 and _TERMINAL.search(text)):
        return "byline"
    if n <= 8 and _BY.match(text):
        return "byline"
    if _addresses_reader(text) >= 2:
        return "boilerplate"
    return None


def _is_sentence(text: str) -> bool:
    speaks = _FIRST_PERSON.search(_UPPER_US.sub("", text)) or _SECOND_PERSON.search(text)
    return count_words(text) >= 6 and bool(re.search(r"[.!?…][\"'”’»)]*$", text)) and not speaks


def _addresses_reader(text: str) -> int:
    """How many signs of an appeal a line shows: asking words, and whom they speak to."""
    plain = _UPPER_US.sub("", _QUOTED.sub("", text))
    asks = len(_APPEAL.findall(plain))
    you, we = bool(_SECOND_PERSON.search(plain)), bool(_FIRST_PERSON.search(plain))
    return min(asks, 2) + you - (count_words(text) > 60) if asks and (you or we) else 0


def _article_end(lines: list[Line], kinds: list[str | None]) -> int:
    """Index of the first line after the article.

    An end mark (author's biography, licence, disclaimer, appeal, "Related") ends
    the article where what follows is not prose that goes on with it: at most a
    fifth of the page's prose may follow, lines that speak to the reader not counted.
    """
    weight = [
        count_words(line.text)
        if kinds[i] in (None, "body") and _is_prose(line.text) and not _FIRST_PERSON.search(_UPPER_US.sub("", line.text))
        else 0
        for i, line in enumerate(lines)
    ]
    total = sum(weight)
    body = [i for i, line in enumerate(lines) if kinds[i] in (None, "body") and _is_prose(line.text)]
    if not body:
        return len(lines)
    for i in range(body[0] + 1, len(lines)):
        after = sum(weight[i + 1 :])
        if _ends_article(lines[i].text, kinds[i]) and after <= 0.2 * total:
            return i
    return len(lines)


def _ends_article(text: str, kind: str | None) -> bool:
    if kind == "byline":
        return bool(_BIO.match(text))
    return kind == "boilerplate" and not _MARK.match(text) and not _CAPTION.search(text)


def _head(lines: list[Line], kinds: list[str | None], first: int, title: str) -> None:
    """Find title and bylines among the lines before the first paragraph, in place."""
    candidates = [
        i
        for i in range(first)
        if kinds[i] in (None, "heading") and not _GENERIC_HEADING.match(lines[i].text) and _is_title(lines[i].text)
    ]
    known = [i for i in range(first) if title and _same(lines[i].text, title)]
    chosen = known[0] if known else None
    if chosen is None and not title:
        counts = Counter(_bare(line.text) for line in lines)
        repeated = [i for i in candidates if _bare(lines[i].text) and counts[_bare(lines[i].text)] > 1]
        chosen = next(
            iter(repeated or [i for i in candidates if count_words(lines[i].text) >= 3 or lines[i].text.startswith("# ")]),
            None,
        )
    if chosen is not None:
        kinds[chosen] = "title"
    for i in range(first):
        if kinds[i] is None and chosen is not None and i > chosen and _NAME.match(lines[i].text):
            kinds[i] = "byline"


def _is_title(text: str) -> bool:
    return 1 <= count_words(text) <= 30 and not re.search(r"[.;:,]$", text) and not _NAME.match(text)


def _repeated_title(lines: list[Line], kinds: list[str | None], title: str) -> None:
    """A headline that stands a second time is boilerplate, in place."""
    titles = [line.text for line, kind in zip(lines, kinds, strict=True) if kind == "title"] or ([title] if title else [])
    first = next((i for i, kind in enumerate(kinds) if kind == "title"), -1)
    for i, line in enumerate(lines):
        if i != first and any(_same(line.text, known) for known in titles):
            kinds[i] = "boilerplate" if first >= 0 else "title"
            first = i if first < 0 else first


def _same(left: str, right: str) -> bool:
    return bool(_bare(left)) and _bare(left) == _bare(right)


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().lower()
