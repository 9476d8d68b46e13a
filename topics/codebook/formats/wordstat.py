"""``.cat`` of WordStat: categories by indentation, and entries with a weight, as in ``OIL PRICE (1)``."""

import re

from topics.codebook.formats.registry import Category, Dictionary, File, reads

_ENTRY = re.compile(r"(.*\S)\s*\((\d+(?:[.,]\d+)?)\)\s*")


def _has_weighted_entries(file: File) -> bool:
    if file.is_binary:
        return False
    lines = [line for line in file.text.split("\n")[:2000] if line.strip()]
    return 2 * sum(_ENTRY.fullmatch(line) is not None and line[0].isspace() for line in lines) > len(lines)


@reads("WordStat", ".cat", is_certain=_has_weighted_entries)
def _read(file: File) -> Dictionary:
    """Weights are not used; rules (``@…``) cannot be."""
    root = Category("")
    open_ = [(-1, root)]
    weighted = 0
    rules = []
    for line in filter(str.strip, file.text.split("\n")):
        indent = line[: len(line) - len(line.lstrip())]
        depth = indent.count("\t") or len(indent)
        while open_[-1][0] >= depth:
            open_.pop()
        entry = _ENTRY.fullmatch(line.strip())
        if line.strip().startswith("@"):
            rules.append((line.strip(), "is a rule"))
        elif entry is None:
            category = Category(line.strip())
            open_[-1][1].children.append(category)
            open_.append((depth, category))
        else:
            weighted += float(entry[2].replace(",", ".")) != 1
            open_[-1][1].entries.append(entry[1])
    # entries may have no weight: they are what contains nothing, in a category
    for category in root.children:
        _childless_as_entries(category)
    notes = [f"weights are not used ({weighted} of the entries have one); all keywords count the same"] if weighted else []
    if root.entries:
        root.children.insert(0, Category(file.name.rpartition(".")[0], root.entries))
    return Dictionary(root.children, wildcards="*?", unusable=rules, notes=notes)


def _childless_as_entries(category: Category) -> None:
    category.entries += [child.name for child in category.children if not child.children and not child.entries]
    category.children = [child for child in category.children if child.children or child.entries]
    for child in category.children:
        _childless_as_entries(child)
