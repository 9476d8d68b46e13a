"""What a browser would see of a page, for tests of pages that hold the words of others."""

from collections import Counter
from html.parser import HTMLParser

EVIL = """<script>alert(1)</script>"'&amp;<img src=x onerror=alert(2)>"""


class Page(HTMLParser):
    """What a browser would see: tags, attributes, visible words, scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.images: list[dict[str, str]] = []
        self.inside: dict[str, str] = {"script": "", "style": ""}
        self.words = ""
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag == "img":
            self.images.append({key: value or "" for key, value in attrs})
        if tag in self.inside:
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.inside[self._open] += data
        else:
            self.words += data
