"""``.dic`` of LIWC: categories with numbers between two lines ``%``, then words with the numbers of their categories."""

import re

from topics.codebook.formats.registry import Category, Dictionary, File, reads
from topics.codebook.keywords import listed
from topics.errors import InputError
from topics.format import count

_MARK = re.compile(r"^\s*%+\s*$", re.MULTILINE)
_CATEGORY = re.compile(r"(\d+)\s+(\S.*)")
_NAME = re.compile(r"(\S+)\s+\((.+)\)")
"""LIWC 2015: ``function (Function Words)``."""
_CONDITION = re.compile(r"<[^>]*>\S*|\([^)]*\)\S*")
"""LIWC 2007: the category depends on the words around, as in ``(02 134)125/464`` and ``<of>131/125``."""
_WORD = re.compile(r"(\S.*?)\s+([\d(<][\d\s()<>/:.of]*)")
"""A word and its categories without a tab between them."""
_NUMBER = re.compile(r"(\d+)(?::(\d+(?:\.\d+)?))?")


def _has_marks(file: File) -> bool:
    return not file.is_binary and len(_MARK.findall(file.text[:2_000_000])) >= 2


@reads("LIWC", ".dic", is_certain=_has_marks)
def _read(file: File) -> Dictionary:
    """Conditions on neighbouring words are ignored; the word stays in the categories that it has without them."""
    parts = _MARK.split(file.text, maxsplit=2)
    if len(parts) < 3:
        raise InputError(f"{file.name} has no categories between two lines %; expected a dictionary of LIWC")
    unusable: list[tuple[str, str]] = []
    roots, categories = _categories(parts[1], unusable)
    conditional, unknown, weighted = [], [], 0
    for line in filter(None, map(str.strip, parts[2].split("\n"))):
        word, tab, rest = line.partition("\t")
        if not tab and (match := _WORD.fullmatch(line)):
            word, rest = match.groups()
        if not rest:
            unusable.append((line, "has no category"))
            continue
        word = word.strip()
        bare = _CONDITION.sub(" ", rest)
        if bare != rest:
            conditional.append(word)
        numbers = [_NUMBER.fullmatch(token) for token in bare.split()]
        found = {int(number[1]): None for number in numbers if number}
        weighted += any(number is not None and number[2] not in (None, "1", "1.0") for number in numbers)
        for number in found:
            if number in categories:
                categories[number].entries.append(word)
        if not all(numbers) or not found.keys() <= categories.keys():
            unknown.append(f"{word} {' '.join(bare.split())}")
        elif not found:
            unusable.append((word, "has a category only on a condition"))
    notes = []
    if conditional:
        n = count(len(conditional), "word")
        notes.append(f"{n} with conditions on neighbouring words; the conditions are ignored ({listed(conditional)})")
    if unknown:
        notes.append(f"{count(len(unknown), 'word')} with categories that are not in the list above ({listed(unknown)})")
    if weighted:
        notes.append(f"weights are not used ({weighted} of the words have one); all keywords count the same")
    return Dictionary(roots, unusable=unusable, notes=notes)


def _categories(text: str, unusable: list[tuple[str, str]]) -> tuple[list[Category], dict[int, Category]]:
    """The outermost categories, and all by number; indentation nests them."""
    roots: list[Category] = []
    by_number: dict[int, Category] = {}
    open_: list[tuple[int, Category]] = []
    for line in filter(str.strip, text.split("\n")):
        match = _CATEGORY.fullmatch(line.strip())
        if match is None or int(match[1]) in by_number:
            unusable.append((line.strip(), "is no category with a number of its own"))
            continue
        named = _NAME.fullmatch(match[2])
        category = Category(named[1], label=named[2]) if named else Category(match[2])
        by_number[int(match[1])] = category
        depth = len(line) - len(line.lstrip())
        while open_ and open_[-1][0] >= depth:
            open_.pop()
        (open_[-1][1].children if open_ else roots).append(category)
        open_.append((depth, category))
    return roots, by_number
