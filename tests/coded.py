"""Coded pages: text and HTML pages written for this project in the manner of many sites, each line with its kind.

``tests/pages/seen`` taught the reader, ``tests/pages/held`` did not. In a text page every
line begins with its kind and a tab, after a head of ``key: value`` lines; ``body+boilerplate``
marks a tail behind " ¶ ". In an HTML page ``data-kind`` stands on the elements.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from topics.reading import Page, read_pages

PAGES = Path(__file__).parent / "pages"
_TAIL = " ¶ "


@dataclass(frozen=True)
class Coded:
    """A page as a site would serve it, and what each of its lines is."""

    name: str
    source: str
    """What is written to a file and read."""
    lines: tuple[tuple[str, str], ...]
    """(kind, text) in page order."""
    known: dict[str, str]
    """``title author outlet date language`` as the page says them."""

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix

    def read(self, folder: Path) -> Page:
        """The page as :func:`topics.reading.read_pages` sees it."""
        path = folder / self.name
        path.write_text(self.source, encoding="utf-8", newline="")
        return read_pages(path).pages[0]


def load(half: str) -> list[Coded]:
    """All coded pages of ``seen`` or ``held``, by name."""
    return [_load(path) for path in sorted((PAGES / half).iterdir())]


def _load(path: Path) -> Coded:
    return _load_text(path) if path.suffix == ".txt" else _load_html(path)


def _load_text(path: Path) -> Coded:
    head, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
    known = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in head.splitlines())}
    page, coded = [], []
    for line in body.split("\n"):
        kind, tab, text = line.partition("\t")
        page.append(text.replace(_TAIL, " ") if tab else "")
        if tab and kind == "body+boilerplate":
            first, _, second = text.partition(_TAIL)
            coded += [("body", first), ("boilerplate", second)]
        elif tab:
            coded.append((kind, text))
    return Coded(path.name, "\n".join(page), tuple(coded), known)


def _load_html(path: Path) -> Coded:
    tree = html.fromstring(path.read_bytes())
    known = {}
    for meta in tree.xpath("//meta[starts-with(@name, 'expected-')]"):
        known[meta.get("name").removeprefix("expected-")] = meta.get("content", "")
        meta.getparent().remove(meta)
    coded = []
    for element in tree.xpath("//*[@data-kind]"):
        text = " ".join(" ".join(element.itertext()).split())
        if text and not element.xpath("ancestor::noscript"):
            coded.append((element.get("data-kind"), text))
        del element.attrib["data-kind"]
    return Coded(path.name, html.tostring(tree, encoding="unicode", doctype="<!doctype html>"), tuple(coded), known)


def spans_of(text: str, coded: Coded) -> dict[int, str]:
    """Offset of each letter of ``text`` -> the kind that its line is coded as.

    Lines are found by their letters, in page order.
    """
    at = [i for i, character in enumerate(text) if character.isalnum()]
    letters = "".join(text[i] for i in at)
    spans = {}
    last = 0
    for kind, line in coded.lines:
        wanted = _letters(line)
        start = letters.find(wanted, last) if wanted else -1
        if start >= 0:
            last = start + len(wanted)
            spans.update(dict.fromkeys(at[start:last], kind))
    return spans


def kinds_of(found: list[tuple[int, int, str]], text: str, coded: Coded) -> list[tuple[str, str, str]]:
    """(coded kind, found kind, line) for every coded line of a page; found is "lost" where the line is not in the text.

    A line that was cut has the kind of most of its letters.
    """
    kinds = {i: kind for start, end, kind in found for i in range(start, end)}
    at = [i for i, character in enumerate(text) if character.isalnum()]
    letters = "".join(text[i] for i in at)
    rows = []
    last = 0
    for kind, line in coded.lines:
        wanted = _letters(line)
        if not wanted:
            continue
        start = letters.find(wanted, last)
        if start < 0:
            rows.append((kind, "lost", line))
            continue
        last = start + len(wanted)
        counts = Counter(kinds.get(i, "lost") for i in at[start:last])
        rows.append((kind, counts.most_common(1)[0][0], line))
    return rows


def _letters(line: str) -> str:
    return "".join(character for character in line if character.isalnum())
