r"""Rich text: ``.rtf`` by striprtf, with headings by style, and notes and page headers as boilerplate.

striprtf decodes the text, but passes over notes, text boxes, page headers and styles. So groups of
these are cut out before and decoded one by one, and marks of styles are put into the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from topics.errors import InputError
from topics.reading.document import Contents, Source
from topics.reading.formats.builder import TextBuilder, sensible_author, sensible_title
from topics.reading.formats.registry import reads
from topics.reading.formats.styles import kind_of_style

_TOKEN = re.compile(r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-fA-F]{2}|\\[^a-zA-Z]|[{}]|[^\\{}]+|\\", re.S)
_CUT = {
    "footnote": "boilerplate", "header": "boilerplate", "headerl": "boilerplate", "headerr": "boilerplate",
    "headerf": "boilerplate", "footer": "boilerplate", "footerl": "boilerplate", "footerr": "boilerplate",
    "footerf": "boilerplate", "shptxt": "box", "dptxbxtext": "box", "title": "title", "author": "author",
    "fldinst": "dropped", "shprslt": "dropped", "listtext": "dropped", "pntext": "dropped",
    "stylesheet": "stylesheet", "fonttbl": "fonts",
}  # fmt: skip
"""First word of a group -> what is done with it, apart from the text."""
_MARKS = {"title": "\ue0f0", "heading": "\ue0f1", "boilerplate": "\ue0f2", "": "\ue0f3", "line": "\ue0f4"}
"""Characters for private use that stand for the style of the following paragraphs, and for a line break."""
_KIND_OF_MARK = {mark: kind for kind, mark in _MARKS.items() if kind != "line"}
_STYLE = re.compile(r"\{\\s(\d+)(?!\d)(.*?);\}", re.S)
_FONT_WITHOUT_CHARSET = re.compile(r"\{(?![^{}]*\\f(?:charset|onttbl))[^{}]*\}")
_CONTROL = re.compile(r"\\[a-zA-Z]+-?\d* ?|\{[^{}]*\}|[{}\r\n]")


@reads(".rtf")
def read_rich_text(source: Source) -> Contents:
    """A rich text document: one article."""
    raw = source.load()
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise InputError(f"{source.name}: not rich text; expected a file that starts with {{\\rtf")
    try:
        return _contents(raw, source)
    except (TypeError, ValueError, LookupError, OverflowError) as error:  # striprtf has no error of its own
        raise InputError(f"{source.name}: damaged ({error}); save it again as .rtf or .docx") from None


def _contents(raw: bytes, source: Source) -> Contents:
    from striprtf.striprtf import remove_pict_groups

    page = re.search(rb"\\ansicpg(\d+)", raw[:2000])
    rtf = _cut_groups(remove_pict_groups(_decode(raw, page.group(1).decode() if page else "1252")))
    builder = TextBuilder(source)
    for kind, text in _paragraphs(rtf.main):
        builder.add(text, kind)
    cut = sorted(rtf.cut, key=lambda pair: pair[0] != "box")  # text boxes first
    for name, group in cut:
        if name in ("box", "boilerplate"):
            for kind, text in _paragraphs(rtf.alone(group)):
                builder.add(text, "boilerplate" if name == "boilerplate" else kind)
    properties = {name: " ".join(text for _, text in _paragraphs(rtf.alone(group))) for name, group in reversed(rtf.cut)}
    fields = {
        "title": builder.title or sensible_title(properties.get("title", "")),
        "author": sensible_author(properties.get("author", "")),
    }
    return Contents("rich text", (builder.document(fields),))


def _decode(raw: bytes, page: str) -> str:
    """Rich text is ASCII, but for some programs that write bytes of their code page."""
    try:
        return raw.decode(f"cp{page}", "replace")
    except LookupError:
        return raw.decode("cp1252", "replace")


@dataclass
class _Rtf:
    """Rich text with marks of styles, and the groups that were cut out of it."""

    main: str = ""
    cut: list[tuple[str, str]] = field(default_factory=list)
    fonts: str = ""

    def alone(self, group: str) -> str:
        """A group as a document of its own."""
        page = re.search(r"\\ansicpg\d+", self.main)
        return f"{{\\rtf1\\ansi{page.group() if page else ''} {self.fonts}{group}}}"


def _cut_groups(text: str) -> _Rtf:
    rtf = _Rtf()
    kinds: dict[str, str] = {}  # number of a style -> kind of its paragraphs
    stack: list[tuple[str, list[str]]] = [("", [])]
    for match in _TOKEN.finditer(text):
        token, word, number = match.group(), match.group(1), match.group(2) or ""
        name, parts = stack[-1]
        if token == "{":
            stack.append(("", []))
        elif token == "}":
            if len(stack) == 1:
                break  # what follows the document is no part of it
            stack.pop()
            group = f"{{{''.join(parts)}}}"
            if name == "stylesheet":
                kinds = {number: kind_of_style(_CONTROL.sub("", rest).strip()) for number, rest in _STYLE.findall(group)}
            elif name == "fonts":
                # striprtf takes the character set of the next font for one that names none
                rtf.fonts = _FONT_WITHOUT_CHARSET.sub("", group)
                stack[-1][1].append(rtf.fonts)
            elif name and name != "dropped":
                rtf.cut.append((name, group))
            elif not name:
                stack[-1][1].append(group)
        elif word in _CUT and all(part == "\\*" for part in parts) and (word not in ("title", "author") or len(stack) > 2):
            stack[-1] = (_CUT[word], [token] if word == "fonttbl" else [])
        elif word in ("deleted", "v") and number != "0" and all(part.startswith("\\") for part in parts):
            stack[-1] = ("dropped", parts)  # a tracked change or hidden text
        else:
            parts.append(_with_mark(token, word, number, kinds))
    while len(stack) > 1:  # a file that was cut off
        name, parts = stack.pop()
        stack[-1][1].append("" if name else f"{{{''.join(parts)}}}")
    rtf.main = "".join(stack[0][1])
    return rtf


def _with_mark(token: str, word: str | None, number: str, kinds: dict[str, str]) -> str:
    if word in ("cell", "nestcell", "row", "nestrow"):
        return "\\par "
    mark = None
    if word == "line":
        return _escaped(_MARKS["line"])
    if word == "pard":
        mark = ""
    elif word == "s":
        mark = kinds.get(number) or None
    elif word == "outlinelevel" and number != "9":
        mark = "heading"
    return token if mark is None else token + _escaped(_MARKS[mark])


def _escaped(character: str) -> str:
    return f"{{\\uc1\\u{ord(character) - 0x10000}?}}"


def _paragraphs(rtf: str) -> Iterator[tuple[str, str]]:
    r"""Kind and text of each paragraph; a style holds until the next ``\pard``."""
    from striprtf.striprtf import rtf_to_text

    kind = ""
    for paragraph in rtf_to_text(rtf, errors="replace").split("\n"):
        for mark in re.findall(f"[{''.join(_KIND_OF_MARK)}]", paragraph):
            # a style named "Title" may have an outline level, too
            kind = kind if kind and mark == _MARKS["heading"] else _KIND_OF_MARK[mark]
        text = re.sub(f"[{''.join(_KIND_OF_MARK)}]", "", paragraph).replace(_MARKS["line"], "\n")
        if text.strip():
            yield kind, text
