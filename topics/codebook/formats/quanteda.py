"""YAML, as quanteda and newsmap publish dictionaries: nested categories with lists of patterns."""

import re
from typing import Any

from topics.codebook.formats.convert import MAX_DEPTH
from topics.codebook.formats.nested import from_nested, merge_pairs
from topics.codebook.formats.registry import Dictionary, File, reads
from topics.codebook.model import Codebook
from topics.errors import InputError

_KEY = re.compile(r"""^\s*(?:"[^"\n]+"|'[^'\n]+'|[^\s#:\-"'{\[][^:\n]*):(?: .*)?$""")
_ITEM = re.compile(r"^\s*- \S")
_QUOTES = 'in YAML, patterns that begin with * or & must be in quotes, as in "*phobia"'


def _has_keys_and_items(file: File) -> bool:
    """Whether all lines of the beginning are keys or items of lists, some of them items."""
    if file.is_binary:
        return False
    lines = [line for line in file.text.split("\n")[:200] if line.strip() and not line.lstrip().startswith(("#", "---"))]
    keys = [_KEY.match(line) is not None for line in lines]
    items = [_ITEM.match(line) is not None for line in lines]
    return bool(lines) and keys[0] and all(key or item for key, item in zip(keys, items, strict=True))


@reads("quanteda YAML", ".yml", ".yaml", is_certain=_has_keys_and_items)
def _read(file: File) -> Dictionary | Codebook:
    return from_nested(_parse(file), file, wildcards="*?")


def _parse(file: File) -> Any:
    """The data: dictionaries, lists and strings; nothing is converted, so that "no" is a word.

    The events of the parser are used, since aliases, which can multiply without end, are then not resolved.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    root: list[Any] = []
    open_: list[list[Any]] = [root]
    mappings: list[bool] = [False]
    try:
        for event in yaml.parse(file.text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):
                raise InputError(f"{file.name} has an alias (*{event.anchor}){_place(event.start_mark)}; {_QUOTES}")
            if isinstance(event, yaml.ScalarEvent):
                is_null = event.value in ("", "~", "null") and event.style not in ("'", '"')
                open_[-1].append(None if is_null else event.value)
            elif isinstance(event, yaml.CollectionStartEvent):
                if len(open_) > MAX_DEPTH:
                    place = _place(event.start_mark)
                    raise InputError(f"{file.name}: nested more than {MAX_DEPTH} deep{place}; expected a dictionary")
                open_.append([])
                mappings.append(isinstance(event, yaml.MappingStartEvent))
            elif isinstance(event, yaml.CollectionEndEvent):
                items = open_.pop()
                value = items if not mappings.pop() else merge_pairs(zip(map(_key, items[::2]), items[1::2], strict=True))
                open_[-1].append(value)
    except yaml.YAMLError as error:
        place = _place(getattr(error, "problem_mark", None))
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
        remedy = _QUOTES if re.search("alias|anchor|alphabetic", problem) else "correct the line"
        raise InputError(f"{file.name} is not valid YAML: {problem}{place}; {remedy}") from None
    if len(root) != 1:
        raise InputError(f"{file.name} has {len(root)} YAML documents; expected one")
    return root[0]


def _place(mark: Any) -> str:
    return f" in line {mark.line + 1}" if mark else ""


def _key(key: Any) -> str:
    return key if isinstance(key, str) else "" if key is None else str(key)
