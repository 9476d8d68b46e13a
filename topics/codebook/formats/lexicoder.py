"""``.lc3`` of Lexicoder 3: a line ``+category`` before the lines of its entries."""

from topics.codebook.formats.registry import Category, Dictionary, File, reads


def _starts_with_category(file: File) -> bool:
    return not file.is_binary and file.text.lstrip()[:1] == "+" and file.text.lstrip()[1:2].strip() != ""


@reads("Lexicoder", ".lc3", is_certain=_starts_with_category)
def _read(file: File) -> Dictionary:
    """Negated phrases such as ``NOT GOOD*`` are phrases of their category like others."""
    categories: list[Category] = []
    outside = []
    for line in filter(None, map(str.strip, file.text.split("\n"))):
        if line.startswith("+"):
            categories.append(Category(line[1:]))
        elif categories:
            categories[-1].entries.append(line)
        else:
            outside.append((line, "stands before the first category"))
    return Dictionary(categories, unusable=outside)
