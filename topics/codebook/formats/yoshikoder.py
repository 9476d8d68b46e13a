"""``.ykd`` of Yoshikoder, and ``.lcd`` of Lexicoder 2: XML with ``cnode`` (category) and ``pnode`` (pattern)."""

import re
from xml.parsers import expat

from topics.codebook.formats.convert import MAX_DEPTH
from topics.codebook.formats.registry import Category, Dictionary, File, reads
from topics.errors import InputError

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def _is_xml(file: File) -> bool:
    return not file.is_binary and file.text.lstrip().startswith("<") and "node" in file.text[:100_000].casefold()


@reads("Yoshikoder or Lexicoder XML", ".ykd", ".lcd", is_certain=_is_xml)
def _read(file: File) -> Dictionary:
    """Entities are refused, so that none is expanded; no other file is opened.

    Scores of patterns are not used. With ``patternengine="regexp"``, all patterns are regular expressions.
    """
    tree = _Tree(file.name)
    parser = expat.ParserCreate()
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.EntityDeclHandler = tree.refuse_entity
    has_mark = file.raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    # the declared encoding holds only for the bytes without a mark
    raw = _DECLARATION.sub("", file.text).encode("utf-8", "replace") if has_mark else file.raw.lstrip()
    try:
        parser.Parse(raw, True)
    except InputError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise InputError(f"{file.name} is not valid XML: {error}; save the dictionary again") from None
    if not tree.root.children and not tree.root.entries:
        raise InputError(f"{file.name} has no categories (cnode); expected a dictionary of Yoshikoder or Lexicoder")
    categories = tree.root.children
    if tree.root.entries:
        categories = [Category(tree.root.name, tree.root.entries), *categories]
    notes = []
    if tree.scored:
        notes.append(f"scores are not used ({tree.scored} of the patterns have one); all keywords count the same")
    return Dictionary(categories, wildcards="*?", are_expressions=tree.are_expressions, notes=notes)


class _Tree:
    """Builds the categories from the events of the parser."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root = Category("dictionary")
        self.open = [self.root]
        self.depth = 0
        self.scored = 0
        self.are_expressions = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > 2 * MAX_DEPTH:
            raise InputError(f"{self.name}: elements are nested more than {2 * MAX_DEPTH} deep; expected a dictionary")
        tag = tag.casefold()
        if self.depth == 1:
            self.are_expressions = attributes.get("patternengine", "").casefold().startswith("regex")
        elif tag == "cnode":
            category = Category(attributes.get("name", ""), description=attributes.get("desc", ""))
            if category.description.strip().casefold() == category.name.strip().casefold():
                category.description = ""
            self.open[-1].children.append(category)
            self.open.append(category)
        elif tag == "pnode":
            self.open[-1].entries.append(attributes.get("name", ""))
            self.scored += attributes.get("score", "").strip() not in ("", "1", "1.0", "0", "0.0")

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag.casefold() == "cnode":
            self.open.pop()

    def refuse_entity(self, name: str, *_: object) -> None:
        raise InputError(
            f"{self.name} declares the entity {name!r}; expected a dictionary without entities: remove <!ENTITY …>"
        )
